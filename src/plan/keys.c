/*
 * Many2one fields of the sale whose key is a name or a code: terms, incoterms, warehouse, price
 * list. The partners, the products, the units and the currency have files of their own.
 */
#include "plan/plan_priv.h"

/* The field of the key that is searched, and its value; false when the key is empty. */
static bool
key_of(const struct record_object *key, struct wb_str *ret_field, struct wb_str *ret)
{
    static const char *const members[] = {"code", "name"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const struct wb_str value = plan_cell_text(key, members[i]);
        if (value.len > 0) {
            *ret_field = wb_str_of(members[i]);
            *ret = value;
            return true;
        }
    }
    return false;
}

bool
plan_is_sale_key(const struct record_field *field)
{
    static const char *const others[] = {"partner_id", "partner_shipping_id", "partner_invoice_id",
                                         "currency_id"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (wb_str_eq(field->name, wb_str_of(others[i]))) {
            return false;
        }
    }
    return field->is_key && field->type == RECORD_OBJECT;
}

static void
ask_key(struct planner *planner, const struct record_field *field, const struct record_object *key)
{
    struct wb_str by;
    struct wb_str value;
    if (!key_of(key, &by, &value)) {
        return;
    }
    struct plan_query *const query = plan_ask_of(planner, field->model);
    if (query == NULL) {
        return;
    }
    struct wb_str *const fields =
        wb_arena_array(planner->ctx, planner->arena, query->field_count + 2, sizeof *fields);
    struct record_any *const values = plan_array(planner);
    if (fields == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < query->field_count; i++) {
        fields[i] = query->fields[i];
    }
    bool there = false;
    for (size_t i = 0; i < query->field_count; i++) {
        there = there || wb_str_eq(query->fields[i], by);
    }
    if (!there) {
        fields[query->field_count++] = by;
    }
    query->fields = fields;
    plan_add_value(planner, values, value);
    plan_ask_term(planner, query, by.at, "in", values);
}

void
plan_sale_keys_ask(struct planner *planner)
{
    const struct record_object *const sale = planner->input->sale;
    const struct record_shape *const shape = record_shape_of(sale);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct record_field *const field = record_field_at(sale->schema, sale->shape, i);
        const struct record_value *const cell = record_cell(sale, i);
        if (plan_is_sale_key(field) && cell->present && cell->object != NULL &&
            record_odoo_name(field, planner->release->release).len > 0) {
            ask_key(planner, field, cell->object);
        }
    }
}

const struct record_any *
plan_sale_key(struct planner *planner, const struct record_field *field,
              const struct record_object *key)
{
    struct wb_str by;
    struct wb_str value;
    if (!key_of(key, &by, &value)) {
        return NULL;
    }
    const struct plan_rows *const rows = plan_model_of(planner, field->model);
    const struct record_any *found = NULL;
    size_t count = 0;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        if (wb_str_eq(plan_row_text(rows->rows[i], by.at), value)) {
            found = rows->rows[i];
            count++;
        }
    }
    if (count == 1) {
        const struct plan_try try = {.by = by, .value = value};
        plan_note_found(planner, field->name, field->model, &try, found);
        return found;
    }
    plan_raise(planner, PLAN_ISSUE_KEY_UNKNOWN, field->name, (struct wb_str){0},
               "%zu records of " WB_FMT " have " WB_FMT " " WB_FMT, count, WB_ARG(field->model),
               WB_ARG(by), WB_ARG(value));
    return NULL;
}
