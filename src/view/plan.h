#pragma once
/* A plan as an analyst reads it, in 80 columns: what will be made, what stands in the way, the
 * steps. */
#include "plan/plan.h"
#include "view/style.h"

void view_plan(struct wb_out *out, const struct view_style *style, const struct plan *plan);
