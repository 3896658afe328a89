#pragma once
/* Rows that Odoo answered, kept by model, and indices over them. */
#include "plan/query.h"

enum plan_state { PLAN_UNASKED, PLAN_KNOWN, PLAN_ABSENT };

struct plan_rows {
    struct wb_str model;
    enum plan_state state;
    const struct record_any **rows; /* sorted by id, each once */
    size_t count, cap;
};

/* Sorts and drops what is there twice. */
void plan_rows_sort(struct plan_rows *rows);
const struct record_any *plan_rows_find(const struct plan_rows *rows, int64_t id);

/* Rows by a text. Entries with the same key stand side by side, by id. */
struct plan_index {
    struct plan_entry {
        struct wb_str key;
        int64_t id;
        const struct record_any *row;
    } * entries;
    size_t count, cap;
};
WB_MUST enum wb_rc plan_index_add(struct wb_ctx *ctx, struct wb_arena *arena,
                                  struct plan_index *index, struct wb_str key,
                                  const struct record_any *row);
void plan_index_sort(struct plan_index *index);
/* The first entry of the key and how many there are. */
size_t plan_index_find(const struct plan_index *index, struct wb_str key,
                       const struct plan_entry **ret_first);

/* One row. Absent, false and null are all empty, 0 or no. */
int64_t plan_row_id(const struct record_any *row);
struct wb_str plan_row_text(const struct record_any *row, const char *field);
int64_t plan_row_link(const struct record_any *row, const char *field);
struct wb_str plan_row_link_name(const struct record_any *row, const char *field);
bool plan_row_dec(const struct record_any *row, const char *field, struct wb_dec *ret);
bool plan_row_true(const struct record_any *row, const char *field, bool otherwise);
/* Ids of a many2many: how many, and each. */
size_t plan_row_id_count(const struct record_any *row, const char *field);
int64_t plan_row_id_at(const struct record_any *row, const char *field, size_t index);
/* A decimal of a JSON number; digits past `scale` places are rounded. */
bool plan_number_read(struct wb_str text, uint8_t scale, struct wb_dec *ret);
