#pragma once
/* What Odoo's users call the units of our documents. */
#include "base/str.h"

/* "box" for "Box of 100", "BX100"; empty when no word of ours fits. */
struct wb_str plan_unit_word(struct wb_str name);
bool plan_unit_same(struct wb_str a, struct wb_str b);
bool plan_unit_word_known(struct wb_str word);
bool plan_unit_is_single(struct wb_str word); /* each, unit, piece */
bool plan_unit_is_pack(struct wb_str word);   /* how much is in it differs from item to item */
