#pragma once
/* What is right by the standard and mostly not what was meant. Advice never changes a verdict. */
#include "check/check_priv.h"

/* A value of a watched place (check_place.watch) of the segment at hand. */
struct check_watched {
    const struct check_place *place;
    uint32_t element_no;
    uint32_t component_no; /* 0 in a simple element */
    struct wb_str value;
};

void check_advise(struct wb_ctx *ctx, struct check *c, const struct check_watched *watched);
