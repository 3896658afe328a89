/*
 * Types and lengths. check_value_good() is the inner loop: it says yes to what is plainly right and
 * leaves the rest to check_value_look(), which finds out what it is. Both must agree: what is good
 * has no fault.
 */
#include "check/value.h"

#include <stdio.h>
#include <string.h>

enum { DATE_SHORT = 6, DATE_LONG = 8 };

bool
check_plain(struct wb_str bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t highs = 0x8080808080808080u;
    size_t i = 0;
    uint64_t bad = 0;
    for (; i + 8 <= bytes.len; i += 8) {
        uint64_t x = 0;
        memcpy(&x, bytes.at + i, 8);
        const uint64_t del = x ^ (ones * 0x7f);
        /* High bit set; or below blank; or DEL. Each test may only overshow behind a true hit. */
        bad |= x | ((x - ones * 0x20) & ~x) | ((del - ones) & ~del);
    }
    bool plain = (bad & highs) == 0;
    for (; i < bytes.len; i++) {
        const uint8_t c = (uint8_t)bytes.at[i];
        plain = plain && c >= 0x20 && c < 0x7f;
    }
    return plain;
}

static inline bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline unsigned
two(const char *at)
{
    return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

static bool
all_digits(struct wb_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!digit(s.at[i])) {
            return false;
        }
    }
    return s.len > 0;
}

static bool
date_exists(struct wb_str s)
{
    static const uint8_t DAYS[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if ((s.len != DATE_SHORT && s.len != DATE_LONG) || !all_digits(s)) {
        return false;
    }
    const char *tail = s.at + s.len - DATE_SHORT;
    const unsigned year = two(tail);
    const unsigned century = s.len == DATE_LONG ? two(s.at) : (year < 50 ? 20 : 19);
    const unsigned month = two(tail + 2);
    const unsigned day = two(tail + 4);
    if (month < 1 || month > 12 || day < 1 || day > DAYS[month] || century + year == 0) {
        return false;
    }
    const bool leap = year != 0 ? year % 4 == 0 : century % 4 == 0;
    return month != 2 || day < 29 || leap;
}

static bool
time_exists(struct wb_str s)
{
    if (s.len < 4 || s.len > 8 || s.len == 5 || !all_digits(s)) {
        return false;
    }
    return two(s.at) < 24 && two(s.at + 2) < 60 && (s.len < 6 || two(s.at + 4) < 60);
}

static inline bool
length_fits(const struct check_place *place, size_t len)
{
    return len >= place->min && len <= place->max;
}

/* Digits without sign: nothing to note about them. */
static inline bool
whole_good(const struct check_place *place, struct wb_str value)
{
    if (!all_digits(value) || !length_fits(place, value.len)) {
        return false;
    }
    return value.at[0] != '0' || value.len <= place->min || value.len == 1 || place->zeros_ok;
}

static inline bool
decimal_good(const struct check_place *place, struct wb_str value)
{
    size_t points = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == '.') {
            points++;
        } else if (!digit(value.at[i])) {
            return false;
        }
    }
    if (points > 1 || value.len == points || !length_fits(place, value.len - points)) {
        return false;
    }
    return value.at[0] != '0' || value.len == 1 || !digit(value.at[1]) ||
           value.len - points <= place->min;
}

static inline bool
text_good(const struct check_place *place, struct wb_str value, bool plain)
{
    return length_fits(place, value.len) && value.at[0] != ' ' && value.at[value.len - 1] != ' ' &&
           (plain || check_plain(value));
}

bool
check_value_good(const struct check_place *place, struct wb_str value, bool plain)
{
    switch ((enum grammar_type)place->type) {
    case GRAMMAR_AN:
    case GRAMMAR_ID:
        return text_good(place, value, plain);
    case GRAMMAR_N:
        return whole_good(place, value);
    case GRAMMAR_R:
        return decimal_good(place, value);
    case GRAMMAR_DT:
        return length_fits(place, value.len) && date_exists(value);
    case GRAMMAR_TM:
        return length_fits(place, value.len) && time_exists(value);
    case GRAMMAR_B:
        return length_fits(place, value.len);
    }
    return false;
}

/* The length of the UTF-8 character at `at`, 0 when there is none. */
static size_t
utf8_len(struct wb_str s, size_t at)
{
    const uint8_t first = (uint8_t)s.at[at];
    size_t len = 0;
    if (first >= 0xc2 && first <= 0xdf) {
        len = 2;
    } else if ((first & 0xf0) == 0xe0) {
        len = 3;
    } else if (first >= 0xf0 && first <= 0xf4) {
        len = 4;
    }
    if (len == 0 || at + len > s.len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if (((uint8_t)s.at[at + i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

struct bytes_seen {
    size_t chars;
    bool control;
    uint8_t control_byte;
    bool utf8;
    bool other; /* bytes from 0x80 that are not UTF-8 */
};

static struct bytes_seen
look_at_bytes(struct wb_str s)
{
    struct bytes_seen seen = {.chars = 0};
    for (size_t i = 0; i < s.len; seen.chars++) {
        const uint8_t c = (uint8_t)s.at[i];
        const size_t wide = c < 0x80 ? 0 : utf8_len(s, i);
        seen.utf8 = seen.utf8 || wide > 0;
        /* 0x80 to 0x9F are controls in ISO 8859-1 and text in the code page of Windows. */
        seen.other = seen.other || (c >= 0x80 && wide == 0);
        if ((c < 0x20 || c == 0x7f) && !seen.control) {
            seen.control = true;
            seen.control_byte = c;
        }
        i += wide > 0 ? wide : 1;
    }
    return seen;
}

static void
note(struct check_value_fault *ret, enum check_code code, const char *expect)
{
    if (ret->note_count < sizeof ret->notes / sizeof ret->notes[0]) {
        ret->notes[ret->note_count] = code;
        (void)snprintf(ret->note_expect[ret->note_count], sizeof ret->note_expect[0], "%s", expect);
        ret->note_count++;
    }
}

static struct wb_str
blanks_off(struct wb_str s)
{
    while (s.len > 0 && s.at[s.len - 1] == ' ') {
        s.len--;
    }
    while (s.len > 0 && s.at[0] == ' ') {
        s = wb_str_sub(s, 1, s.len);
    }
    return s;
}

/* `unit` is in the singular. */
static void
fault_length(const struct check_place *place, size_t len, const char *unit,
             struct check_value_fault *ret)
{
    if (length_fits(place, len)) {
        return;
    }
    const bool low = len < place->min;
    const char *bound = place->min == place->max ? "not" : low ? "at least" : "at most";
    ret->code = low ? CHECK_ELM_TOO_SHORT : CHECK_ELM_TOO_LONG;
    (void)snprintf(ret->expect, sizeof ret->expect, "%zu %s%s, %s %u", len, unit,
                   len == 1 ? "" : "s", bound, (unsigned)(low ? place->min : place->max));
}

/* E, perhaps a sign, then digits up to the end. */
static bool
exponent_at(struct wb_str s, size_t at)
{
    if (s.at[at] != 'E' && s.at[at] != 'e') {
        return false;
    }
    at++;
    at += at < s.len && (s.at[at] == '-' || s.at[at] == '+');
    return all_digits(wb_str_sub(s, at, s.len));
}

/* The digits of N and R, and what else is in them. */
static void
look_at_number(const struct check_place *place, struct wb_str core, struct check_value_fault *ret)
{
    struct wb_str digits = core;
    if (digits.len > 0 && digits.at[0] == '-') {
        digits = wb_str_sub(digits, 1, digits.len);
    }
    size_t points = 0;
    for (size_t i = 0; i < digits.len; i++) {
        const char c = digits.at[i];
        points += c == '.';
        if (i > 0 && place->type == GRAMMAR_R && exponent_at(digits, i)) {
            ret->code = CHECK_ELM_EXPONENT;
            (void)snprintf(ret->expect, sizeof ret->expect, "an exponent is not allowed");
            return;
        }
        if (!digit(c) && c != '.') {
            ret->code = CHECK_ELM_NUMBER;
            (void)snprintf(ret->expect, sizeof ret->expect, "digits%s are expected",
                           place->type == GRAMMAR_R ? " and a point" : " only");
            return;
        }
    }
    if (digits.len == points) {
        ret->code = CHECK_ELM_NUMBER;
        (void)snprintf(ret->expect, sizeof ret->expect, "digits are expected");
        return;
    }
    if (points > (place->type == GRAMMAR_R)) {
        ret->code = CHECK_ELM_NUMBER;
        (void)snprintf(ret->expect, sizeof ret->expect,
                       place->type == GRAMMAR_R ? "one point at most" : "no point is written here");
        return;
    }
    fault_length(place, digits.len - points, "digit", ret);
    if (ret->code == CHECK_CODE_COUNT && !place->zeros_ok && digits.len - points > place->min &&
        digits.len > 1 && digits.at[0] == '0' && digit(digits.at[1])) {
        note(ret, CHECK_ELM_ZEROS, "");
    }
}

static void
look_at_date(const struct check_place *place, struct wb_str core, struct check_value_fault *ret)
{
    if (all_digits(core) && !length_fits(place, core.len)) {
        fault_length(place, core.len, "digit", ret);
        return;
    }
    if (!date_exists(core)) {
        ret->code = CHECK_ELM_DATE;
        (void)snprintf(ret->expect, sizeof ret->expect, "%s",
                       !all_digits(core)        ? "digits only, CCYYMMDD"
                       : core.len == DATE_LONG  ? "there is no such day"
                       : core.len == DATE_SHORT ? "there is no such day (YYMMDD)"
                                                : "CCYYMMDD or YYMMDD");
    }
}

static void
look_at_time(const struct check_place *place, struct wb_str core, struct check_value_fault *ret)
{
    if (all_digits(core) && !length_fits(place, core.len)) {
        fault_length(place, core.len, "digit", ret);
        return;
    }
    if (!time_exists(core)) {
        ret->code = CHECK_ELM_TIME;
        (void)snprintf(ret->expect, sizeof ret->expect, "%s",
                       !all_digits(core)                            ? "digits only, HHMM"
                       : core.len < 4 || core.len == 5              ? "HHMM or HHMMSS"
                       : two(core.at) < 24 && two(core.at + 2) < 60 ? "seconds to 59"
                                                                    : "hours to 23, minutes to 59");
    }
}

/* Blanks behind a text fill it to its minimum; more of them, or any before it, are worth a note. */
static void
look_at_text(const struct check_place *place, struct wb_str value, size_t chars,
             struct check_value_fault *ret)
{
    /* Where lines have a fixed width every value is filled with blanks: they make none too long. */
    const size_t around = value.len - ret->core.len;
    const bool fits = chars <= place->max;
    const size_t counted = fits ? chars : chars - around > place->max ? chars - around : place->max;
    fault_length(place, counted, "character", ret);
    if (value.at[value.len - 1] == ' ' && value.len > place->min) {
        note(ret, CHECK_ELM_BLANKS, "behind it");
    } else if (value.at[0] == ' ') {
        note(ret, CHECK_ELM_BLANKS, "before it");
    }
}

void
check_value_look(const struct check_place *place, struct wb_str value,
                 struct check_value_fault *ret)
{
    *ret = (struct check_value_fault){.code = CHECK_CODE_COUNT};
    ret->core = blanks_off(value);
    if (place->type == GRAMMAR_B) {
        fault_length(place, value.len, "byte", ret);
        return;
    }
    if (ret->core.len == 0) {
        ret->code = CHECK_ELM_BLANK;
        (void)snprintf(ret->expect, sizeof ret->expect, "only blanks");
        return;
    }
    const struct bytes_seen seen = look_at_bytes(value);
    if (seen.control) {
        ret->code = CHECK_ELM_CHARACTER;
        (void)snprintf(ret->expect, sizeof ret->expect, "the control character 0x%02X",
                       (unsigned)seen.control_byte);
        return;
    }
    if (place->type == GRAMMAR_AN || place->type == GRAMMAR_ID) {
        if (seen.utf8 || seen.other) {
            note(ret, CHECK_ELM_NOT_ASCII,
                 seen.other ? "bytes beyond ASCII" : "UTF-8 beyond ASCII");
        }
        look_at_text(place, value, seen.chars, ret);
        return;
    }
    if (place->type == GRAMMAR_N || place->type == GRAMMAR_R) {
        look_at_number(place, ret->core, ret);
    } else if (place->type == GRAMMAR_DT) {
        look_at_date(place, ret->core, ret);
    } else {
        look_at_time(place, ret->core, ret);
    }
    if (ret->code == CHECK_CODE_COUNT && ret->core.len < value.len) {
        note(ret, CHECK_ELM_BLANKS, "around it");
    }
}

bool
check_date_widen(struct wb_str value, char text[8])
{
    if (value.len != DATE_SHORT || !date_exists(value)) {
        return false;
    }
    memcpy(text, two(value.at) < 50 ? "20" : "19", 2);
    memcpy(text + 2, value.at, DATE_SHORT);
    return true;
}
