/* The index of a field: a hash with chains, made once and only read afterwards. */
#include "odoo/index.h"

#include "base/hash.h"

static enum wb_rc
entry_add(struct wb_ctx *ctx, struct wb_arena *arena, struct odoo_index *index, struct wb_str text,
          size_t row)
{
    struct odoo_entry *const entry = WB_PUSH(ctx, arena, index->entries, index->count, index->cap);
    if (entry == NULL) {
        return WB_NOMEM;
    }
    *entry = (struct odoo_entry){.text = text, .row = (uint32_t)row};
    return WB_OK;
}

static enum wb_rc
row_add(struct wb_ctx *ctx, struct wb_arena *arena, struct odoo_index *index,
        const struct record_any *value, size_t row)
{
    enum wb_rc rc = entry_add(ctx, arena, index, plan_value_text(value), row);
    for (uint32_t i = 0; rc == WB_OK && plan_value_is_list(value) && i < value->count; i++) {
        rc = entry_add(ctx, arena, index, plan_value_text(value->items[i]), row);
    }
    return rc;
}

/* Chains are made from the last entry on, so that they are in the order of the rows. */
static enum wb_rc
chains_make(struct wb_ctx *ctx, struct wb_arena *arena, struct odoo_index *index)
{
    index->mask = 1;
    while (index->mask < index->count) {
        index->mask = index->mask * 2 + 1;
    }
    index->heads = wb_arena_array(ctx, arena, (size_t)index->mask + 1, sizeof *index->heads);
    if (index->heads == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = index->count; i > 0; i--) {
        struct odoo_entry *const entry = &index->entries[i - 1];
        uint32_t *const head = &index->heads[wb_hash32(entry->text) & index->mask];
        entry->next = *head;
        *head = (uint32_t)i;
    }
    return WB_OK;
}

enum wb_rc
odoo_index_make(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_any *const *rows,
                size_t row_count, struct wb_str field, struct odoo_index *ret)
{
    struct odoo_index index = {.mask = 0};
    for (size_t i = 0; i < row_count; i++) {
        const enum wb_rc rc = row_add(ctx, arena, &index, record_any_get(rows[i], field), i);
        if (rc != WB_OK) {
            return rc;
        }
    }
    if (index.count >= UINT32_MAX / 4) {
        return wb_fail(ctx, WB_LIMIT, "%zu values of one field are too many", index.count);
    }
    const enum wb_rc rc = chains_make(ctx, arena, &index);
    if (rc == WB_OK) {
        *ret = index;
    }
    return rc;
}

static const struct odoo_entry *
entry_from(const struct odoo_index *index, uint32_t number, struct wb_str text)
{
    uint32_t at = number;
    while (at != 0 && !wb_str_eq(index->entries[at - 1].text, text)) {
        at = index->entries[at - 1].next;
    }
    return at == 0 ? NULL : &index->entries[at - 1];
}

const struct odoo_entry *
odoo_index_find(const struct odoo_index *index, struct wb_str text)
{
    return entry_from(index, index->heads[wb_hash32(text) & index->mask], text);
}

const struct odoo_entry *
odoo_index_next(const struct odoo_index *index, const struct odoo_entry *entry)
{
    return entry_from(index, entry->next, entry->text);
}
