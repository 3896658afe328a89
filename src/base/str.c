/*
 * Byte slices: comparison, parts, plain numbers, edit distance, UTF-8 characters. Nothing here
 * allocates or fails; a slice with .at NULL is the empty slice everywhere.
 */
#include "base/str.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

enum { DISTANCE_MAX = 63, BAND = 2 * DISTANCE_MAX + 1 };

struct wb_str
wb_str_of(const char *text)
{
    if (text == NULL) {
        return (struct wb_str){NULL, 0};
    }
    return (struct wb_str){text, strlen(text)};
}

int
wb_str_cmp(struct wb_str a, struct wb_str b)
{
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int order = shorter == 0 ? 0 : memcmp(a.at, b.at, shorter);
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool
wb_str_starts(struct wb_str s, struct wb_str prefix)
{
    return s.len >= prefix.len && wb_str_eq(wb_str_sub(s, 0, prefix.len), prefix);
}

bool
wb_str_ends(struct wb_str s, struct wb_str suffix)
{
    return s.len >= suffix.len && wb_str_eq(wb_str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

struct wb_str
wb_str_sub(struct wb_str s, size_t from, size_t len)
{
    if (s.at == NULL) {
        return s;
    }
    if (from > s.len) {
        from = s.len;
    }
    if (len > s.len - from) {
        len = s.len - from;
    }
    return (struct wb_str){s.at + from, len};
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct wb_str
wb_str_trim(struct wb_str s)
{
    size_t from = 0;
    size_t to = s.len;
    while (from < to && is_blank(s.at[from])) {
        from++;
    }
    while (to > from && is_blank(s.at[to - 1])) {
        to--;
    }
    return wb_str_sub(s, from, to - from);
}

size_t
wb_str_find(struct wb_str s, char c)
{
    if (s.len == 0) {
        return 0;
    }
    const char *const hit = memchr(s.at, (unsigned char)c, s.len);
    return hit == NULL ? s.len : (size_t)(hit - s.at);
}

bool
wb_str_digits(struct wb_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') {
            return false;
        }
    }
    return s.len > 0;
}

bool
wb_str_u64(struct wb_str s, uint64_t *ret)
{
    assert(ret != NULL);
    if (!wb_str_digits(s)) {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        const uint64_t digit = (uint64_t)(s.at[i] - '0'); /* 0..9, checked above */
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, digit, &value)) {
            return false;
        }
    }
    *ret = value;
    return true;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
    const unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/*
 * One row of the table of distances. Only the cells within `max` of the diagonal can matter, so a
 * row is a band: cell k stands for the column row_no + k - max, and the cell above it is k + 1 of
 * the row before. Returns the smallest.
 */
static unsigned
distance_row(struct wb_str a, struct wb_str b, size_t row_no, unsigned max, unsigned *band)
{
    unsigned smallest = max + 1;
    for (unsigned k = 0; k <= 2 * max; k++) {
        const size_t shifted = row_no + k; /* column + max, so that it is never negative */
        if (shifted < max || shifted - max > b.len) {
            band[k] = max + 1;
            continue;
        }
        const size_t column = shifted - max;
        const unsigned above = k < 2 * max ? band[k + 1] : max + 1;
        const unsigned left = k > 0 ? band[k - 1] : max + 1;
        if (column == 0) {
            band[k] = row_no > max ? max + 1 : (unsigned)row_no; /* at most max + 1 */
        } else {
            const unsigned change = a.at[row_no - 1] == b.at[column - 1] ? 0 : 1;
            band[k] = min3(above + 1, left + 1, band[k] + change);
        }
        if (band[k] < smallest) {
            smallest = band[k];
        }
    }
    return smallest;
}

unsigned
wb_str_distance(struct wb_str a, struct wb_str b, unsigned max)
{
    const unsigned over = max == UINT_MAX ? max : max + 1;
    if (max > DISTANCE_MAX) {
        max = DISTANCE_MAX;
    }
    const size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (gap > max) {
        return over;
    }
    unsigned band[BAND];
    for (unsigned k = 0; k <= 2 * max; k++) {
        band[k] = k >= max ? k - max : max + 1;
    }
    for (size_t row_no = 1; row_no <= a.len; row_no++) {
        if (distance_row(a, b, row_no, max, band) > max) {
            return over;
        }
    }
    /* The last column of the last row: b.len = a.len + k - max, and the gap is at most max. */
    const unsigned distance = band[b.len + max - a.len];
    return distance > max ? over : distance;
}

static bool
is_tail(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

size_t
wb_str_utf8(struct wb_str s)
{
    if (s.len == 0) {
        return 0;
    }
    const unsigned char first = (unsigned char)s.at[0];
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4 || s.len < 2 || !is_tail(s.at[1])) {
        return 0;
    }
    if (first < 0xE0) {
        return 2;
    }
    /* The second byte is narrower where a longer form, a surrogate or a value past U+10FFFF would
     * begin. */
    const unsigned char second = (unsigned char)s.at[1];
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
        return 0;
    }
    const size_t len = first < 0xF0 ? 3 : 4;
    if (s.len < len || !is_tail(s.at[2]) || (len == 4 && !is_tail(s.at[3]))) {
        return 0;
    }
    return len;
}
