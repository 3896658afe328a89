/*
 * Ratios of units as fractions of decimals, so that a third of a dozen stays four. Kept small by
 * taking out trailing zeros and common whole factors; what does not fit is said, never wrapped.
 */
#include "plan/ratio.h"

#include <assert.h>

struct plan_ratio
plan_ratio_one(void)
{
    return (struct plan_ratio){wb_dec_int(1), wb_dec_int(1)};
}

struct plan_ratio
plan_ratio_of(struct wb_dec up)
{
    return (struct plan_ratio){wb_dec_trim(up), wb_dec_int(1)};
}

static int64_t
common(int64_t a, int64_t b)
{
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a == 0 ? 1 : a;
}

/* Both sides trimmed and divided by what they share. */
static struct plan_ratio
reduce(struct plan_ratio a)
{
    a.up = wb_dec_trim(a.up);
    a.down = wb_dec_trim(a.down);
    if (a.up.units == INT64_MIN || a.down.units == INT64_MIN) {
        return a;
    }
    const int64_t shared = common(a.up.units, a.down.units);
    a.up.units /= shared;
    a.down.units /= shared;
    return a;
}

bool
plan_ratio_mul(struct plan_ratio a, struct plan_ratio b, struct plan_ratio *ret)
{
    /* Across first: 12/1 * 1/12 needs no big numbers. */
    const struct plan_ratio left = reduce((struct plan_ratio){a.up, b.down});
    const struct plan_ratio right = reduce((struct plan_ratio){b.up, a.down});
    struct plan_ratio product;
    if (!wb_dec_mul(left.up, right.up, &product.up) ||
        !wb_dec_mul(left.down, right.down, &product.down) || product.down.units == 0) {
        return false;
    }
    *ret = reduce(product);
    return true;
}

struct plan_ratio
plan_ratio_turn(struct plan_ratio a)
{
    assert(a.up.units != 0);
    return (struct plan_ratio){a.down, a.up};
}

bool
plan_ratio_is_one(struct plan_ratio a)
{
    return wb_dec_cmp(a.up, a.down) == 0;
}

bool
plan_ratio_equal(struct plan_ratio a, struct plan_ratio b, bool *ret)
{
    struct plan_ratio quotient;
    if (a.up.units == 0 || b.up.units == 0) {
        *ret = a.up.units == b.up.units;
        return true;
    }
    if (!plan_ratio_mul(a, plan_ratio_turn(b), &quotient)) {
        return false;
    }
    *ret = plan_ratio_is_one(quotient);
    return true;
}

bool
plan_ratio_apply(struct wb_dec value, struct plan_ratio ratio, uint8_t scale, struct wb_dec *ret,
                 bool *ret_exact)
{
    struct plan_ratio whole;
    struct wb_dec result;
    struct wb_dec back;
    if (!plan_ratio_mul(plan_ratio_of(value), ratio, &whole) ||
        !wb_dec_div(whole.up, whole.down, scale, &result) ||
        !wb_dec_mul(result, whole.down, &back)) {
        return false;
    }
    *ret_exact = wb_dec_cmp(back, whole.up) == 0;
    *ret = wb_dec_trim(result);
    return true;
}

struct wb_dec
plan_ratio_dec(struct plan_ratio a)
{
    struct wb_dec result = {0};
    (void)!wb_dec_div(a.up, a.down, 6, &result); /* 0 when it does not fit: only shown */
    return wb_dec_trim(result);
}
