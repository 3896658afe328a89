#pragma once
/* What is right by the standard and mostly not what was meant. Advice never changes a verdict. */
#include "check/check_priv.h"

/* `value` is a value of a watched place (check_place.watch) of the segment at hand. */
void check_advise(struct wb_ctx *ctx, struct check *c, const struct check_place *place,
                  uint32_t element_no, uint32_t component_no, struct wb_str value);
