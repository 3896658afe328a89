#pragma once
/*
 * A folder of exported records, one file a model: res.partner.json holds what search_read gives, an
 * array of objects. An object with the array in `records`, and one object a line (.ndjson, or JSON
 * lines in .json), are read as well. Files are read when first asked for and kept.
 */
#include "base/arena.h"
#include "odoo/source.h"

struct odoo_folder;

/* WB_NOT_FOUND when there is no such folder. The folder lives in the arena. */
WB_MUST enum wb_rc odoo_folder_open(struct wb_ctx *ctx, struct wb_arena *arena, const char *path,
                                    struct odoo_folder **ret);
/*
 * Rows by id, borrowed from the folder. A model without a file is PLAN_NO_MODEL; a condition on a
 * field that no record of the file has is PLAN_NO_FIELD. WB_INVALID when a file cannot be used.
 *
 * arena  for the answer; the rows themselves live as long as the folder
 */
WB_MUST enum wb_rc odoo_folder_answer(struct wb_ctx *ctx, struct odoo_folder *folder,
                                      struct wb_arena *arena, const struct plan_query *query,
                                      struct plan_answer *ret);
/* The folder as a source. */
struct odoo_source odoo_folder_source(struct odoo_folder *folder);
