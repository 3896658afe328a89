/*
 * Rows of Odoo by model and by text. Whatever order they come in, they are looked at by id, so that
 * a plan does not depend on how somebody exported.
 */
#include "plan/rows.h"

#include <assert.h>
#include <stdlib.h>

static int
compare_ids(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int
compare_rows(const void *a, const void *b)
{
    const struct record_any *const *const left = a;
    const struct record_any *const *const right = b;
    return compare_ids(plan_row_id(*left), plan_row_id(*right));
}

void
plan_rows_sort(struct plan_rows *rows)
{
    if (rows->count == 0) {
        return;
    }
    qsort(rows->rows, rows->count, sizeof(const struct record_any *), compare_rows);
    size_t kept = 1;
    for (size_t i = 1; i < rows->count; i++) {
        if (plan_row_id(rows->rows[i]) != plan_row_id(rows->rows[kept - 1])) {
            rows->rows[kept++] = rows->rows[i];
        }
    }
    rows->count = kept;
}

const struct record_any *
plan_rows_find(const struct plan_rows *rows, int64_t id)
{
    size_t low = 0;
    size_t high = rows->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int64_t there = plan_row_id(rows->rows[middle]);
        if (there == id) {
            return rows->rows[middle];
        }
        if (there < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

enum wb_rc
plan_index_add(struct wb_ctx *ctx, struct wb_arena *arena, struct plan_index *index,
               struct wb_str key, const struct record_any *row)
{
    if (key.len == 0) {
        return WB_OK;
    }
    struct plan_entry *const entry = WB_PUSH(ctx, arena, index->entries, index->count, index->cap);
    if (entry == NULL) {
        return WB_NOMEM;
    }
    *entry = (struct plan_entry){.key = key, .id = plan_row_id(row), .row = row};
    return WB_OK;
}

static int
compare_entries(const void *a, const void *b)
{
    const struct plan_entry *const left = a;
    const struct plan_entry *const right = b;
    const int by_key = wb_str_cmp(left->key, right->key);
    return by_key != 0 ? by_key : compare_ids(left->id, right->id);
}

void
plan_index_sort(struct plan_index *index)
{
    if (index->count > 0) {
        qsort(index->entries, index->count, sizeof *index->entries, compare_entries);
    }
}

size_t
plan_index_find(const struct plan_index *index, struct wb_str key,
                const struct plan_entry **ret_first)
{
    size_t low = 0;
    size_t high = index->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (wb_str_cmp(index->entries[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t count = 0;
    while (low + count < index->count && wb_str_eq(index->entries[low + count].key, key)) {
        count++;
    }
    *ret_first = count > 0 ? &index->entries[low] : NULL;
    return count;
}

/* A whole number from 0 on; 0 for anything else. */
static int64_t
whole(const struct record_any *value)
{
    uint64_t number = 0;
    if (value == NULL || value->kind != RECORD_NUMBER || !wb_str_u64(value->text, &number) ||
        number > INT64_MAX) {
        return 0;
    }
    return (int64_t)number; /* at most INT64_MAX */
}

int64_t
plan_row_id(const struct record_any *row)
{
    return whole(record_any_get(row, WB_LIT("id")));
}

struct wb_str
plan_row_text(const struct record_any *row, const char *field)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    if (value == NULL || (value->kind != RECORD_STRING && value->kind != RECORD_NUMBER)) {
        return (struct wb_str){0};
    }
    return wb_str_trim(value->text);
}

int64_t
plan_row_link(const struct record_any *row, const char *field)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    if (value != NULL && value->kind == RECORD_ARRAY && value->count > 0) {
        return whole(value->items[0]);
    }
    return whole(value);
}

struct wb_str
plan_row_link_name(const struct record_any *row, const char *field)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    if (value == NULL || value->kind != RECORD_ARRAY || value->count != 2 ||
        value->items[1]->kind != RECORD_STRING) {
        return (struct wb_str){0};
    }
    return value->items[1]->text;
}

bool
plan_number_read(struct wb_str text, uint8_t scale, struct wb_dec *ret)
{
    const size_t point = wb_str_find(text, '.');
    const size_t digits_max = (size_t)scale + 1; /* one more, to round by */
    const struct wb_str cut = point < text.len ? wb_str_sub(text, 0, point + 1 + digits_max) : text;
    struct wb_dec value;
    if (wb_dec_parse(cut, '.', &value) != WB_DEC_OK) {
        return false;
    }
    *ret = wb_dec_trim(wb_dec_round(value, scale));
    return true;
}

bool
plan_row_dec(const struct record_any *row, const char *field, struct wb_dec *ret)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    if (value == NULL || (value->kind != RECORD_NUMBER && value->kind != RECORD_STRING)) {
        return false;
    }
    return plan_number_read(value->text, 9, ret);
}

bool
plan_row_true(const struct record_any *row, const char *field, bool otherwise)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    return value == NULL || value->kind != RECORD_BOOL ? otherwise : value->truth;
}

size_t
plan_row_id_count(const struct record_any *row, const char *field)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    return value != NULL && value->kind == RECORD_ARRAY ? value->count : 0;
}

int64_t
plan_row_id_at(const struct record_any *row, const char *field, size_t index)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    assert(value != NULL && index < value->count);
    return whole(value->items[index]);
}
