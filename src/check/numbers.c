/*
 * Control numbers seen so far, in memory that does not grow with the file in the usual case: a
 * sender that counts up costs one range.
 */
#include "check/numbers.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

/* Numbers chosen to collide are looked for in so many places, then they are not remembered. */
enum { CAP_FIRST = 64, PROBES_MAX = 64 };

void
check_numbers_clear(struct check_numbers *numbers)
{
    numbers->has_range = false;
    /* A table much larger than its use is given back: clearing must not cost more than filling did.
     */
    if (numbers->cap > CAP_FIRST && numbers->count < numbers->cap / 8) {
        check_numbers_done(numbers);
    } else if (numbers->count > 0) {
        memset(numbers->hashes, 0, numbers->cap * sizeof *numbers->hashes);
    }
    numbers->count = 0;
}

void
check_numbers_done(struct check_numbers *numbers)
{
    wb_os_free(numbers->hashes);
    *numbers = (struct check_numbers){.hashes = NULL};
}

/* *ret_known: it was there. Returns whether it was put in; past so many places it is not. */
static bool
hash_put(uint64_t *hashes, size_t cap, uint64_t hash, bool *ret_known)
{
    size_t at = (size_t)hash & (cap - 1);
    *ret_known = false;
    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        if (hashes[at] == hash) {
            *ret_known = true;
            return false;
        }
        if (hashes[at] == 0) {
            hashes[at] = hash;
            return true;
        }
        at = (at + 1) & (cap - 1);
    }
    return false;
}

static enum wb_rc
grow(struct wb_ctx *ctx, struct check_numbers *numbers)
{
    const size_t cap = numbers->cap == 0 ? CAP_FIRST : numbers->cap * 2;
    size_t size = 0;
    if (!wb_mul(cap, sizeof *numbers->hashes, &size)) {
        return wb_fail(ctx, WB_NOMEM, "too many control numbers");
    }
    uint64_t *hashes = wb_os_alloc(ctx, size);
    if (hashes == NULL) {
        return WB_NOMEM;
    }
    numbers->count = 0;
    for (size_t i = 0; i < numbers->cap; i++) {
        bool known = false;
        if (numbers->hashes[i] != 0 && hash_put(hashes, cap, numbers->hashes[i], &known)) {
            numbers->count++;
        }
    }
    wb_os_free(numbers->hashes);
    numbers->hashes = hashes;
    numbers->cap = cap;
    return WB_OK;
}

static enum wb_rc
hash_add(struct wb_ctx *ctx, struct check_numbers *numbers, uint64_t hash, bool *ret_known)
{
    if (numbers->count * 2 >= numbers->cap && numbers->cap < CHECK_NUMBERS_MAX) {
        const enum wb_rc rc = grow(ctx, numbers);
        if (rc != WB_OK) {
            return rc;
        }
    }
    *ret_known = false;
    if (numbers->count * 4 >= numbers->cap * 3) {
        return WB_OK; /* full: what comes now is not remembered */
    }
    if (hash_put(numbers->hashes, numbers->cap, hash == 0 ? 1 : hash, ret_known)) {
        numbers->count++;
    }
    return WB_OK;
}

enum wb_rc
check_numbers_add(struct wb_ctx *ctx, struct check_numbers *numbers, struct wb_str scope,
                  struct wb_str number, bool *ret_known)
{
    uint64_t value = 0;
    const bool counts = wb_str_u64(number, &value);
    if (!counts || scope.len > 0) {
        const uint64_t of_scope = wb_hash64(scope) * 0x9e3779b97f4a7c15u;
        const uint64_t of_number = counts ? value * 0xff51afd7ed558ccdu : wb_hash64(number);
        const uint64_t mixed = (of_scope ^ of_number) * 0xc4ceb9fe1a85ec53u;
        return hash_add(ctx, numbers, mixed ^ (mixed >> 32), ret_known);
    }
    if (!numbers->has_range) {
        numbers->has_range = true;
        numbers->range_first = value;
        numbers->range_last = value;
        *ret_known = false;
        return WB_OK;
    }
    if (value >= numbers->range_first && value <= numbers->range_last) {
        *ret_known = true;
        return WB_OK;
    }
    if (value == numbers->range_last + 1) {
        /* It may have come before, out of turn. */
        numbers->range_last = value;
        *ret_known = false;
        if (numbers->count == 0) {
            return WB_OK;
        }
    }
    const uint64_t mixed = value * 0xff51afd7ed558ccdu;
    return hash_add(ctx, numbers, mixed ^ (mixed >> 32), ret_known);
}

bool
check_numbers_equal(struct wb_str a, struct wb_str b)
{
    uint64_t x = 0;
    uint64_t y = 0;
    return wb_str_eq(a, b) || (wb_str_u64(a, &x) && wb_str_u64(b, &y) && x == y);
}
