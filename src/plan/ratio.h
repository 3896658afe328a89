#pragma once
/* Exact ratios of units: up / down. */
#include "base/dec.h"

struct plan_ratio {
    struct wb_dec up;
    struct wb_dec down; /* never 0 */
};

struct plan_ratio plan_ratio_one(void);
struct plan_ratio plan_ratio_of(struct wb_dec up);
/* false when it does not fit. */
WB_MUST bool plan_ratio_mul(struct plan_ratio a, struct plan_ratio b, struct plan_ratio *ret);
struct plan_ratio plan_ratio_turn(struct plan_ratio a);
bool plan_ratio_is_one(struct plan_ratio a);
WB_MUST bool plan_ratio_equal(struct plan_ratio a, struct plan_ratio b, bool *ret);
/* value * ratio with at most `scale` places. *ret_exact false when digits were rounded off. */
WB_MUST bool plan_ratio_apply(struct wb_dec value, struct plan_ratio ratio, uint8_t scale,
                              struct wb_dec *ret, bool *ret_exact);
/* The ratio as a decimal, rounded to 6 places. */
struct wb_dec plan_ratio_dec(struct plan_ratio a);
