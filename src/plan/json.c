/*
 * A plan as JSON, schema waybill/plan/1. Stable: the same order, records and policy give the same
 * bytes. Numbers inside `values` are JSON numbers, digit for digit as they go to Odoo; every other
 * figure is a string.
 */
#include "record/json.h"
#include "plan/plan.h"

const char *
plan_op_word(enum plan_op_kind kind)
{
    static const char *const words[PLAN_OP_KINDS] = {
        [PLAN_UPSERT] = "upsert",     [PLAN_CREATE] = "create", [PLAN_WRITE] = "write",
        [PLAN_ACTION] = "action",     [PLAN_ATTACH] = "attach", [PLAN_NOTE] = "note",
        [PLAN_ACTIVITY] = "activity",
    };
    return words[kind];
}

/* Members without a value are left out. */
static void
member(struct wb_json *json, const char *name, struct wb_str text)
{
    if (text.len > 0) {
        wb_json_member(json, name, text);
    }
}

static void
truth(struct wb_json *json, const char *name, bool value)
{
    wb_json_name(json, wb_str_of(name));
    wb_json_bool(json, value);
}

static void
write_issues(struct wb_json *json, const struct plan *plan)
{
    wb_json_name(json, WB_LIT("issues"));
    wb_json_array(json);
    for (size_t i = 0; i < plan->issue_count; i++) {
        const struct plan_issue *const issue = &plan->issues[i];
        const struct plan_issue_row *const row = plan_issue_row(issue->kind);
        wb_json_object(json);
        wb_json_member(json, "code", wb_str_of(row->code));
        truth(json, "holds", issue->holds);
        member(json, "place", issue->place);
        wb_json_member(json, "sentence", wb_str_of(row->sentence));
        member(json, "text", issue->text);
        member(json, "proposal", issue->proposal);
        wb_json_object_end(json);
    }
    wb_json_array_end(json);
}

static void
write_lines(struct wb_json *json, const struct plan *plan)
{
    wb_json_name(json, WB_LIT("lines"));
    wb_json_array(json);
    for (size_t i = 0; i < plan->line_count; i++) {
        const struct plan_line *const line = &plan->lines[i];
        wb_json_object(json);
        wb_json_member(json, "place", line->place);
        member(json, "number", line->number);
        truth(json, "held", line->held);
        member(json, "product", line->product);
        if (line->product_id != 0) {
            wb_json_member_int(json, "product_id", line->product_id);
        }
        member(json, "found_by", line->found_by);
        wb_json_name(json, WB_LIT("ordered"));
        wb_json_object(json);
        member(json, "quantity", line->ordered_quantity);
        member(json, "unit", line->ordered_unit);
        member(json, "price", line->ordered_price);
        wb_json_object_end(json);
        wb_json_name(json, WB_LIT("planned"));
        wb_json_object(json);
        member(json, "quantity", line->quantity);
        member(json, "unit", line->unit);
        member(json, "unit_by", line->how);
        member(json, "price", line->price);
        member(json, "amount", line->amount);
        wb_json_object_end(json);
        member(json, "our_price", line->our_price);
        wb_json_object_end(json);
    }
    wb_json_array_end(json);
}

static void
write_query(struct wb_json *json, const struct plan_query *query)
{
    wb_json_member(json, "model", query->model);
    wb_json_name(json, WB_LIT("domain"));
    wb_json_array(json);
    for (size_t i = 0; i < query->term_count; i++) {
        wb_json_array(json);
        wb_json_str(json, query->terms[i].field);
        wb_json_str(json, query->terms[i].op);
        record_write_any(json, query->terms[i].value);
        wb_json_array_end(json);
    }
    wb_json_array_end(json);
}

static void
write_preconditions(struct wb_json *json, const struct plan_op *op)
{
    if (op->precondition_count == 0) {
        return;
    }
    wb_json_name(json, WB_LIT("preconditions"));
    wb_json_array(json);
    for (size_t i = 0; i < op->precondition_count; i++) {
        const struct plan_precondition *const item = &op->preconditions[i];
        wb_json_object(json);
        wb_json_member(json, "text", item->text);
        write_query(json, &item->query);
        wb_json_member_int(json, "expect_count", (int64_t)item->expect_count); /* some lines */
        wb_json_object_end(json);
    }
    wb_json_array_end(json);
}

static void
any_member(struct wb_json *json, const char *name, const struct record_any *any)
{
    if (any != NULL) {
        wb_json_name(json, wb_str_of(name));
        record_write_any(json, any);
    }
}

static void
write_ops(struct wb_json *json, const struct plan *plan)
{
    wb_json_name(json, WB_LIT("operations"));
    wb_json_array(json);
    for (size_t i = 0; i < plan->op_count; i++) {
        const struct plan_op *const op = &plan->ops[i];
        wb_json_object(json);
        wb_json_member(json, "id", op->id);
        wb_json_member(json, "kind", wb_str_of(plan_op_word(op->kind)));
        wb_json_member(json, "model", op->model);
        member(json, "method", op->method);
        member(json, "target", op->target);
        member(json, "external_id", op->external_id);
        any_member(json, "line_external_ids", op->line_ids);
        any_member(json, "key", op->key);
        any_member(json, "values", op->values);
        write_preconditions(json, op);
        wb_json_object_end(json);
    }
    wb_json_array_end(json);
}

static void
write_found(struct wb_json *json, const struct plan *plan)
{
    wb_json_name(json, WB_LIT("resolved"));
    wb_json_array(json);
    for (size_t i = 0; i < plan->found_count; i++) {
        const struct plan_found *const found = &plan->found[i];
        wb_json_object(json);
        wb_json_member(json, "place", found->place);
        wb_json_member(json, "model", found->model);
        wb_json_member(json, "by", found->by);
        wb_json_member(json, "value", found->value);
        wb_json_member_int(json, "id", found->id);
        member(json, "name", found->name);
        wb_json_object_end(json);
    }
    wb_json_array_end(json);
}

void
plan_write_json(struct wb_json *json, const struct plan *plan)
{
    wb_json_object(json);
    wb_json_member(json, "schema", WB_LIT("waybill/plan/1"));
    wb_json_member_int(json, "odoo", plan->release);
    wb_json_member(json, "document", plan->document);
    member(json, "number", plan->number);
    truth(json, "held", plan->held);
    member(json, "customer", plan->customer);
    member(json, "ship_to", plan->ship_to);
    member(json, "bill_to", plan->bill_to);
    member(json, "total", plan->total);
    member(json, "currency", plan->currency);
    write_issues(json, plan);
    write_lines(json, plan);
    write_ops(json, plan);
    write_found(json, plan);
    wb_json_object_end(json);
}
