#pragma once
/* Where records come from: one function, so that a folder of exports, a live server and a test are
 * the same to who asks. */
#include "plan/query.h"

struct odoo_source {
    /* Answers one query; rows live as long as the source. */
    WB_MUST enum wb_rc (*answer)(struct wb_ctx *ctx, void *self, struct wb_arena *arena,
                                 const struct plan_query *query, struct plan_answer *ret);
    void *self;
};
