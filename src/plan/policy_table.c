/*
 * The tables of a policy: customers' item numbers and units, row by row as the caller reads them.
 * The first row names the columns, in any order; columns that a table may have can be missing.
 */
#include <assert.h>

#include "plan/policy.h"

struct column {
    const char *name;
    bool needed;
};

static const struct column columns[PLAN_TABLES][PLAN_TABLE_COLUMNS] = {
    [PLAN_TABLE_ITEMS] = {{"partner", false},
                          {"customer_code", true},
                          {"default_code", true},
                          {"unit", false}  },
    [PLAN_TABLE_UNITS] = { {"partner", false},
                          {"item", false},
                          {"unit", true},
                          {"odoo_unit", true},
                          {"factor", false}},
};

void
plan_table_init(struct plan_table_reader *reader, enum plan_table table)
{
    *reader = (struct plan_table_reader){.table = table};
    for (size_t i = 0; i < PLAN_TABLE_COLUMNS; i++) {
        reader->column_of[i] = -1;
    }
}

static const char *
read_head(struct plan_table_reader *reader, const struct wb_str *fields, size_t count)
{
    reader->headed = true;
    reader->column_count = count;
    for (size_t at = 0; at < count; at++) {
        bool known = false;
        for (size_t i = 0; i < PLAN_TABLE_COLUMNS && !known; i++) {
            const char *const name = columns[reader->table][i].name;
            known = name != NULL && wb_str_eq(wb_str_trim(fields[at]), wb_str_of(name));
            if (known && reader->column_of[i] >= 0) {
                return "a column is named twice";
            }
            if (known) {
                reader->column_of[i] = (int)at; /* a row has few fields */
            }
        }
        if (!known) {
            return reader->table == PLAN_TABLE_ITEMS
                       ? "the columns are partner, customer_code, default_code, unit"
                       : "the columns are partner, item, unit, odoo_unit, factor";
        }
    }
    for (size_t i = 0; i < PLAN_TABLE_COLUMNS; i++) {
        if (columns[reader->table][i].needed && reader->column_of[i] < 0) {
            return reader->table == PLAN_TABLE_ITEMS
                       ? "the columns customer_code and default_code are needed"
                       : "the columns unit and odoo_unit are needed";
        }
    }
    return NULL;
}

/* The field of a column, trimmed and copied; empty when the table has no such column. */
static enum wb_rc
take(struct wb_ctx *ctx, struct wb_arena *arena, const struct plan_table_reader *reader,
     const struct wb_str *fields, struct wb_str ret[PLAN_TABLE_COLUMNS])
{
    for (size_t i = 0; i < PLAN_TABLE_COLUMNS; i++) {
        ret[i] = (struct wb_str){0};
        if (reader->column_of[i] >= 0) {
            ret[i] = wb_arena_dup(ctx, arena, wb_str_trim(fields[reader->column_of[i]]));
            if (ret[i].at == NULL) {
                return WB_NOMEM;
            }
        }
    }
    return WB_OK;
}

static enum wb_rc
add_item(struct wb_ctx *ctx, struct wb_arena *arena, struct plan_policy *policy,
         const struct wb_str texts[PLAN_TABLE_COLUMNS])
{
    struct plan_item_row *const row =
        WB_PUSH(ctx, arena, policy->items, policy->item_count, policy->item_cap);
    if (row == NULL) {
        return WB_NOMEM;
    }
    *row = (struct plan_item_row){
        .partner = texts[0], .customer_code = texts[1], .default_code = texts[2], .unit = texts[3]};
    return WB_OK;
}

static enum wb_rc
add_unit(struct wb_ctx *ctx, struct wb_arena *arena, struct plan_policy *policy,
         const struct wb_str texts[PLAN_TABLE_COLUMNS], const char **ret_problem)
{
    struct wb_dec factor = {0};
    if (texts[4].len > 0 &&
        (wb_dec_parse(texts[4], '.', &factor) != WB_DEC_OK || factor.units <= 0)) {
        *ret_problem = "the factor is no number above 0";
        return WB_OK;
    }
    struct plan_unit_row *const row =
        WB_PUSH(ctx, arena, policy->units, policy->unit_count, policy->unit_cap);
    if (row == NULL) {
        return WB_NOMEM;
    }
    *row = (struct plan_unit_row){.partner = texts[0],
                                  .item = texts[1],
                                  .unit = texts[2],
                                  .odoo_unit = texts[3],
                                  .factor = factor,
                                  .has_factor = texts[4].len > 0};
    return WB_OK;
}

enum wb_rc
plan_table_row(struct wb_ctx *ctx, struct wb_arena *arena, struct plan_table_reader *reader,
               struct plan_policy *policy, const struct wb_str *fields, size_t count,
               const char **ret_problem)
{
    assert(reader != NULL);
    assert(policy != NULL);
    *ret_problem = NULL;
    if (!reader->headed) {
        *ret_problem = read_head(reader, fields, count);
        return WB_OK;
    }
    if (count == 1 && wb_str_trim(fields[0]).len == 0) {
        return WB_OK; /* an empty line */
    }
    if (count != reader->column_count) {
        *ret_problem = "the row has another number of fields than the first";
        return WB_OK;
    }
    if (policy->item_count + policy->unit_count >= PLAN_POLICY_ROWS_MAX) {
        return wb_fail(ctx, WB_LIMIT, "the tables of a policy hold at most %d rows",
                       PLAN_POLICY_ROWS_MAX);
    }
    struct wb_str texts[PLAN_TABLE_COLUMNS];
    const enum wb_rc rc = take(ctx, arena, reader, fields, texts);
    if (rc != WB_OK) {
        return rc;
    }
    const bool items = reader->table == PLAN_TABLE_ITEMS;
    if (items ? texts[1].len == 0 || texts[2].len == 0 : texts[2].len == 0 || texts[3].len == 0) {
        *ret_problem =
            items ? "customer_code or default_code is empty" : "unit or odoo_unit is empty";
        return WB_OK;
    }
    return items ? add_item(ctx, arena, policy, texts)
                 : add_unit(ctx, arena, policy, texts, ret_problem);
}
