#pragma once
/*
 * Where the values of one field stand among many rows. Finding is by the text that a value compares
 * as; what is found still has to be compared with the whole query.
 */
#include "plan/query.h"

struct odoo_index {
    uint32_t *heads; /* by hash: an entry, counted from 1 */
    uint32_t mask;
    struct odoo_entry *entries;
    size_t count, cap;
};

struct odoo_entry {
    struct wb_str text;
    uint32_t row;
    uint32_t next; /* of the same hash, counted from 1 */
};

/* Each row stands under the text of its value; one with a list under each item's, and as empty. */
WB_MUST enum wb_rc odoo_index_make(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct record_any *const *rows, size_t row_count,
                                   struct wb_str field, struct odoo_index *ret);
/* The first entry of a text, then the next one behind it; NULL when there is none. */
const struct odoo_entry *odoo_index_find(const struct odoo_index *index, struct wb_str text);
const struct odoo_entry *odoo_index_next(const struct odoo_index *index,
                                         const struct odoo_entry *entry);
