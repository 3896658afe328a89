/*
 * Exact decimals. Everything is computed in 128 bits, where two 64-bit amounts and any scale up to
 * 18 fit, and is then brought back to 64: trailing zeros behind the point are given up when that
 * makes room, digits never are.
 */
#include "base/dec.h"

#include <assert.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 wide_unsigned;

static wide
power_of_ten(unsigned exponent)
{
    assert(exponent <= 36);
    wide value = 1;
    for (unsigned i = 0; i < exponent; i++) {
        value *= 10;
    }
    return value;
}

/* To 64 bits and a scale of at most 18 without changing the value. */
static bool
narrow(wide units, unsigned scale, struct wb_dec *ret)
{
    while (scale > 0 && units % 10 == 0 &&
           (scale > WB_DEC_SCALE_MAX || units > INT64_MAX || units < INT64_MIN)) {
        units /= 10;
        scale--;
    }
    if (scale > WB_DEC_SCALE_MAX || units > INT64_MAX || units < INT64_MIN) {
        return false;
    }
    *ret = (struct wb_dec){.units = (int64_t)units, .scale = (uint8_t)scale};
    return true;
}

/* The digits of text with at most one mark among them, which is counted into ret_scale. */
static enum wb_dec_rc
parse_digits(struct wb_str text, char mark, bool marked, wide *ret_units, unsigned *ret_scale)
{
    wide units = 0;
    unsigned scale = 0;
    size_t digits = 0;
    bool behind = false;
    bool fits = true;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (marked && !behind && c == mark) {
            behind = true;
            continue;
        }
        if (c < '0' || c > '9') {
            return WB_DEC_SYNTAX;
        }
        digits++;
        if (fits) {
            units = units * 10 + (c - '0');
            scale += behind ? 1 : 0;
            fits = scale <= WB_DEC_SCALE_MAX && units <= (wide)INT64_MAX + 1;
        }
    }
    if (digits == 0) {
        return WB_DEC_SYNTAX;
    }
    *ret_units = units;
    *ret_scale = scale;
    return fits ? WB_DEC_OK : WB_DEC_RANGE;
}

enum wb_dec_rc
wb_dec_parse(struct wb_str text, char decimal_mark, struct wb_dec *ret)
{
    assert(ret != NULL);
    assert(decimal_mark < '0' || decimal_mark > '9');
    const bool negative = text.len > 0 && text.at[0] == '-';
    const bool positive = text.len > 0 && text.at[0] == '+';
    wide units;
    unsigned scale;
    const struct wb_str digits = wb_str_sub(text, negative || positive ? 1 : 0, text.len);
    const enum wb_dec_rc rc = parse_digits(digits, decimal_mark, true, &units, &scale);
    if (rc != WB_DEC_OK) {
        return rc;
    }
    units = negative ? -units : units;
    if (units > INT64_MAX) {
        return WB_DEC_RANGE;
    }
    *ret = (struct wb_dec){.units = (int64_t)units, .scale = (uint8_t)scale};
    return WB_DEC_OK;
}

enum wb_dec_rc
wb_dec_parse_implied(struct wb_str text, uint8_t scale, struct wb_dec *ret)
{
    assert(ret != NULL);
    assert(scale <= WB_DEC_SCALE_MAX);
    const bool negative = text.len > 0 && text.at[0] == '-';
    wide units;
    unsigned none;
    const struct wb_str digits = wb_str_sub(text, negative ? 1 : 0, text.len);
    const enum wb_dec_rc rc = parse_digits(digits, '\0', false, &units, &none);
    if (rc != WB_DEC_OK) {
        return rc;
    }
    units = negative ? -units : units;
    if (units > INT64_MAX) {
        return WB_DEC_RANGE;
    }
    *ret = (struct wb_dec){.units = (int64_t)units, .scale = scale};
    return WB_DEC_OK;
}

/* Takes the last digit off; in 64 bits, where a division by ten is a multiplication, if it fits. */
static char
last_digit(wide_unsigned *left)
{
    unsigned digit;
    if (*left <= UINT64_MAX) {
        const uint64_t small = (uint64_t)*left;
        digit = (unsigned)(small % 10);
        *left = small / 10;
    } else {
        digit = (unsigned)(*left % 10);
        *left /= 10;
    }
    return (char)('0' + (int)digit); /* 0..9 */
}

/* [-]digits with the mark before the last `scale` of them; at least one digit stands before it. */
static size_t
print_units(wide units, unsigned scale, char mark, char *text)
{
    char back[WB_DEC_TEXT_MAX];
    size_t count = 0;
    wide_unsigned left = units < 0 ? (wide_unsigned)-units : (wide_unsigned)units;
    for (unsigned digit = 0; left > 0 || digit <= scale; digit++) {
        if (digit == scale && scale > 0) {
            back[count++] = mark;
        }
        back[count++] = last_digit(&left);
    }
    if (units < 0) {
        back[count++] = '-';
    }
    assert(count < WB_DEC_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        text[i] = back[count - 1 - i];
    }
    text[count] = '\0';
    return count;
}

size_t
wb_dec_print(struct wb_dec d, char decimal_mark, char *text)
{
    assert(text != NULL);
    assert(d.scale <= WB_DEC_SCALE_MAX);
    return print_units(d.units, d.scale, decimal_mark, text);
}

bool
wb_dec_print_implied(struct wb_dec d, uint8_t scale, char *text, size_t *ret_len)
{
    assert(text != NULL && ret_len != NULL);
    assert(scale <= WB_DEC_SCALE_MAX);
    wide units = d.units;
    if (scale >= d.scale) {
        units *= power_of_ten((unsigned)(scale - d.scale));
    } else {
        const wide lost = power_of_ten((unsigned)(d.scale - scale));
        if (units % lost != 0) {
            return false;
        }
        units /= lost;
    }
    *ret_len = print_units(units, 0, '.', text);
    return true;
}

/* The units of d at a scale that is at least its own. */
static wide
at_scale(struct wb_dec d, unsigned scale)
{
    assert(d.scale <= scale);
    return (wide)d.units * power_of_ten(scale - d.scale);
}

static unsigned
common_scale(struct wb_dec a, struct wb_dec b)
{
    return a.scale > b.scale ? a.scale : b.scale;
}

bool
wb_dec_add(struct wb_dec a, struct wb_dec b, struct wb_dec *ret)
{
    assert(ret != NULL);
    const unsigned scale = common_scale(a, b);
    return narrow(at_scale(a, scale) + at_scale(b, scale), scale, ret);
}

bool
wb_dec_sub(struct wb_dec a, struct wb_dec b, struct wb_dec *ret)
{
    assert(ret != NULL);
    const unsigned scale = common_scale(a, b);
    return narrow(at_scale(a, scale) - at_scale(b, scale), scale, ret);
}

bool
wb_dec_mul(struct wb_dec a, struct wb_dec b, struct wb_dec *ret)
{
    assert(ret != NULL);
    return narrow((wide)a.units * (wide)b.units, (unsigned)a.scale + b.scale, ret);
}

static wide_unsigned
magnitude(int64_t units)
{
    return units < 0 ? (wide_unsigned)(-(wide)units) : (wide_unsigned)units;
}

bool
wb_dec_div(struct wb_dec a, struct wb_dec b, uint8_t scale, struct wb_dec *ret)
{
    assert(ret != NULL);
    assert(scale <= WB_DEC_SCALE_MAX);
    if (b.units == 0) {
        return false;
    }
    const int shift = (int)scale + b.scale - a.scale; /* -18..36 */
    wide_unsigned divisor = magnitude(b.units);
    if (shift < 0) {
        divisor *= (wide_unsigned)power_of_ten((unsigned)-shift);
    }
    wide_unsigned quotient = magnitude(a.units) / divisor;
    wide_unsigned rest = magnitude(a.units) % divisor;
    /* As on paper, digit by digit: the dividend with its zeros might not fit 128 bits. */
    for (int i = 0; i < shift; i++) {
        if (quotient > INT64_MAX) {
            return false; /* one more digit never fits */
        }
        quotient = quotient * 10 + rest * 10 / divisor;
        rest = rest * 10 % divisor;
    }
    if (rest >= divisor - rest) {
        quotient++;
    }
    if (quotient > (wide_unsigned)INT64_MAX + 1) {
        return false;
    }
    const bool negative = (a.units < 0) != (b.units < 0);
    const wide units = negative ? -(wide)quotient : (wide)quotient;
    if (units > INT64_MAX) {
        return false;
    }
    *ret = (struct wb_dec){.units = (int64_t)units, .scale = scale};
    return true;
}

struct wb_dec
wb_dec_round(struct wb_dec d, uint8_t scale)
{
    if (scale >= d.scale) {
        return d;
    }
    const wide divisor = power_of_ten((unsigned)(d.scale - scale));
    const wide half = d.units < 0 ? -(divisor / 2) : divisor / 2;
    return (struct wb_dec){.units = (int64_t)(((wide)d.units + half) / divisor), .scale = scale};
}

struct wb_dec
wb_dec_trim(struct wb_dec d)
{
    while (d.scale > 0 && d.units % 10 == 0) {
        d.units /= 10;
        d.scale--;
    }
    return d;
}

int
wb_dec_cmp(struct wb_dec a, struct wb_dec b)
{
    const unsigned scale = common_scale(a, b);
    const wide left = at_scale(a, scale);
    const wide right = at_scale(b, scale);
    return (left > right) - (left < right);
}

struct wb_dec
wb_dec_int(int64_t value)
{
    return (struct wb_dec){.units = value, .scale = 0};
}
