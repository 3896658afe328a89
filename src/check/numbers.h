#pragma once
/*
 * A set of control numbers. They mostly count up, and then a range is all that is kept; the others
 * go into a table of hashes that stops growing at a limit: beyond it duplicates are not found, and
 * nothing else goes wrong.
 */
#include "base/ctx.h"

enum { CHECK_NUMBERS_MAX = 256 * 1024 };

struct check_numbers {
    uint64_t range_first;
    uint64_t range_last;
    bool has_range;
    uint64_t *hashes; /* open addressing, 0 = free */
    size_t count;
    size_t cap;
};

/* Forgets everything; what memory was in use stays for the next time. */
void check_numbers_clear(struct check_numbers *numbers);
void check_numbers_done(struct check_numbers *numbers);
/*
 * Adds the number within its scope (the partners of an interchange; empty else). *ret_known says
 * whether it was there before. Numbers are compared by value: 0001 is 1.
 */
WB_MUST enum wb_rc check_numbers_add(struct wb_ctx *ctx, struct check_numbers *numbers,
                                     struct wb_str scope, struct wb_str number, bool *ret_known);
/* Equal as text, or both digits and equal as numbers. */
bool check_numbers_equal(struct wb_str a, struct wb_str b);
