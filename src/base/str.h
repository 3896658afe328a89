#pragma once
/* Byte slices. A slice borrows its bytes; it may hold NUL and is never terminated by promise. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wb_str {
    const char *at;
    size_t len;
};

#define WB_FMT "%.*s"
#define WB_ARG(s) (int)((s).len), ((s).at == NULL ? "" : (s).at)
#define WB_LIT(literal) ((struct wb_str){(literal), sizeof(literal) - 1})
#define WB_MUST __attribute__((warn_unused_result))
#define WB_PRINTF(format_no, first_no) __attribute__((format(printf, format_no, first_no)))

/* A slice over a NUL-terminated string; NULL gives the empty slice. */
struct wb_str wb_str_of(const char *text);
static inline bool
wb_str_eq(struct wb_str a, struct wb_str b)
{
    /* What is of one length differs in its first byte nearly always. */
    return a.len == b.len && (a.len == 0 || (a.at[0] == b.at[0] && memcmp(a.at, b.at, a.len) == 0));
}

/* As memcmp, a prefix sorts first. */
int wb_str_cmp(struct wb_str a, struct wb_str b);
bool wb_str_starts(struct wb_str s, struct wb_str prefix);
bool wb_str_ends(struct wb_str s, struct wb_str suffix);
/* Bytes [from, from + len) of s, clipped to s. */
struct wb_str wb_str_sub(struct wb_str s, size_t from, size_t len);
/* Without blanks, tabs, CR and LF at both ends. */
struct wb_str wb_str_trim(struct wb_str s);
/* Where byte c first stands in s, or s.len. */
size_t wb_str_find(struct wb_str s, char c);
bool wb_str_digits(struct wb_str s);
/* Decimal digits only, no sign, no overflow; false leaves *ret alone. */
bool wb_str_u64(struct wb_str s, uint64_t *ret);
/*
 * Smallest number of edits between a and b, cut off at max + 1: for "did you mean". More than 63
 * edits always count as cut off, so the work is bounded by 127 steps a byte.
 */
unsigned wb_str_distance(struct wb_str a, struct wb_str b, unsigned max);
/* Length of the UTF-8 character at the start of s; 0 when none is well-formed there, or s is empty.
 */
size_t wb_str_utf8(struct wb_str s);
