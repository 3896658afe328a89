/*
 * The steps of a plan: one create with everything in it, then the document as received, the note,
 * and an activity for each thing that a person must look at. Nothing here confirms, sends or
 * validates anything.
 */
#include "base/hash.h"
#include "plan/plan_priv.h"

enum { NAME_MAX_LEN = 80, HASH_DIGITS = 8, ACTIVITIES_MAX = 50 };

static struct plan_op *
add_op(struct planner *planner, enum plan_op_kind kind, const char *model)
{
    struct plan *const plan = &planner->result;
    struct plan_op *const op =
        WB_PUSH(planner->ctx, planner->arena, plan->ops, plan->op_count, planner->op_cap);
    if (op == NULL) {
        planner->rc = WB_NOMEM;
        return NULL;
    }
    op->kind = kind;
    op->model = wb_str_of(model);
    op->id = plan_text(planner, "op%zu", plan->op_count);
    return op;
}

/*
 * "waybill.850_HV-450021_6f1e22b0": letters that an external id may have, and a hash over buyer and
 * number, since two customers may use the same number.
 */
static struct wb_str
external_id(struct planner *planner)
{
    const struct wb_str document = planner->input->document;
    const struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    char name[NAME_MAX_LEN];
    char hex[64];
    size_t len = 0;
    for (size_t i = 0; i < document.len && len < NAME_MAX_LEN; i++) {
        const char c = document.at[i];
        const bool good =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        name[len++] = good ? c : '_';
    }
    struct wb_str seed =
        plan_text(planner, WB_FMT "\n" WB_FMT, WB_ARG(document), WB_ARG(planner->number));
    for (size_t i = 0; i < buyer->search.count; i++) {
        seed = plan_text(planner, WB_FMT "\n" WB_FMT, WB_ARG(seed),
                         WB_ARG(buyer->search.tries[i].value));
    }
    wb_sha256_hex(seed, hex);
    return plan_text(planner, "waybill." WB_FMT "_" WB_FMT, WB_ARG(((struct wb_str){name, len})),
                     WB_ARG(((struct wb_str){hex, HASH_DIGITS})));
}

static struct record_any *
triple(struct planner *planner, const char *field, const char *op, struct record_any *value)
{
    struct record_any *const array = plan_array(planner);
    plan_push(planner, array, plan_string(planner, wb_str_of(field)));
    plan_push(planner, array, plan_string(planner, wb_str_of(op)));
    plan_push(planner, array, value);
    return array;
}

static struct record_any *
customer_value(struct planner *planner)
{
    const struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    return buyer->commercial_id != 0 ? plan_int(planner, buyer->commercial_id)
                                     : plan_unresolved(planner, WB_LIT("res.partner"), buyer->key);
}

static struct plan_precondition *
precondition(struct plan_precondition *item, const char *text, const char *model)
{
    *item = (struct plan_precondition){
        .text = wb_str_of(text), .query = {.model = wb_str_of(model), .limit = 1}
    };
    return item;
}

/* What must still hold: no such order, no such external id, the products are there. */
static void
add_preconditions(struct planner *planner, struct plan_op *op)
{
    struct plan_precondition *const items =
        wb_arena_array(planner->ctx, planner->arena, 3, sizeof *items);
    if (items == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    struct plan_precondition *item =
        precondition(&items[0], "no order of this customer with this number", "sale.order");
    plan_ask_term(planner, &item->query, "client_order_ref", "=",
                  plan_string(planner, planner->number));
    plan_ask_term(planner, &item->query, "partner_id.commercial_partner_id", "=",
                  customer_value(planner));
    plan_ask_term(planner, &item->query, "state", "!=", plan_string(planner, WB_LIT("cancel")));
    item = precondition(&items[1], "not applied before", "ir.model.data");
    plan_ask_term(planner, &item->query, "module", "=", plan_string(planner, WB_LIT("waybill")));
    plan_ask_term(planner, &item->query, "name", "=",
                  plan_string(planner, wb_str_sub(op->external_id, sizeof "waybill." - 1,
                                                  op->external_id.len)));
    struct record_any *const ids = plan_array(planner);
    struct plan_index seen = {.count = 0};
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct record_any *const product = planner->lines[i].product;
        if (product != NULL &&
            plan_index_add(planner->ctx, planner->arena, &seen, WB_LIT("p"), product) != WB_OK) {
            planner->rc = WB_NOMEM;
        }
    }
    plan_index_sort(&seen);
    for (size_t i = 0; i < seen.count; i++) {
        if (i == 0 || seen.entries[i].id != seen.entries[i - 1].id) {
            plan_push(planner, ids, plan_int(planner, seen.entries[i].id));
        }
    }
    op->preconditions = items;
    op->precondition_count = 2;
    if (ids != NULL && ids->count > 0) {
        item = precondition(&items[2], "every product is still there", "product.product");
        plan_ask_term(planner, &item->query, "id", "in", ids);
        item->query.limit = ids->count;
        item->expect_count = ids->count;
        op->precondition_count = 3;
    }
}

static void
create_sale(struct planner *planner)
{
    struct plan_op *const op = add_op(planner, PLAN_CREATE, "sale.order");
    if (op == NULL) {
        return;
    }
    op->values = plan_sale_values(planner);
    op->external_id = external_id(planner);
    op->key = plan_array(planner);
    plan_push(planner, op->key,
              triple(planner, "client_order_ref", "=", plan_string(planner, planner->number)));
    plan_push(planner, op->key,
              triple(planner, "partner_id.commercial_partner_id", "=", customer_value(planner)));
    plan_push(planner, op->key,
              triple(planner, "state", "!=", plan_string(planner, WB_LIT("cancel"))));
    const struct record_any *const ids = planner->command_ids;
    op->line_ids = plan_array(planner);
    for (size_t i = 0; ids != NULL && i < ids->count; i++) {
        plan_push(
            planner, op->line_ids,
            plan_string(planner, plan_text(planner, WB_FMT "_" WB_FMT, WB_ARG(op->external_id),
                                           WB_ARG(ids->items[i]->text))));
    }
    add_preconditions(planner, op);
}

static struct record_any *
result_of(struct planner *planner, struct wb_str op)
{
    struct record_any *const map = plan_map(planner);
    plan_put(planner, map, WB_LIT("result_of"), plan_string(planner, op));
    return map;
}

static void
attach(struct planner *planner, struct wb_str target)
{
    const struct plan_file *const file = &planner->input->file;
    if (file->sha256.len == 0) {
        return;
    }
    struct plan_op *const op = add_op(planner, PLAN_ATTACH, "ir.attachment");
    if (op == NULL) {
        return;
    }
    struct record_any *const content = plan_map(planner);
    plan_put(planner, content, WB_LIT("content_of"),
             plan_string(planner, plan_text(planner, "sha256:" WB_FMT, WB_ARG(file->sha256))));
    plan_put(
        planner, content, WB_LIT("size"),
        plan_string(planner, plan_text(planner, "%llu", (unsigned long long)file->size_bytes)));
    op->target = target;
    op->values = plan_map(planner);
    plan_put(planner, op->values, WB_LIT("name"), plan_string(planner, file->name));
    plan_put(planner, op->values, WB_LIT("type"), plan_string(planner, WB_LIT("binary")));
    plan_put(planner, op->values, WB_LIT("mimetype"), plan_string(planner, file->mimetype));
    plan_put(planner, op->values, WB_LIT("res_model"), plan_string(planner, WB_LIT("sale.order")));
    plan_put(planner, op->values, WB_LIT("res_id"), result_of(planner, target));
    plan_put(planner, op->values, WB_LIT("datas"), content);
}

static void
note(struct planner *planner, struct wb_str target)
{
    struct plan_op *const op = add_op(planner, PLAN_NOTE, "sale.order");
    if (op == NULL) {
        return;
    }
    op->target = target;
    op->method = WB_LIT("message_post");
    op->values = plan_map(planner);
    plan_put(planner, op->values, WB_LIT("body"), plan_string(planner, plan_note_html(planner)));
    plan_put(planner, op->values, WB_LIT("message_type"), plan_string(planner, WB_LIT("comment")));
    plan_put(planner, op->values, WB_LIT("subtype_xmlid"),
             plan_string(planner, WB_LIT("mail.mt_note")));
}

/* The one who looks after the customer; 0 leaves it to Odoo. */
static int64_t
owner(struct planner *planner)
{
    const struct record_any *const customer = plan_customer(planner);
    const int64_t user = plan_row_link(customer, "user_id");
    return user != 0 ? user
                     : plan_row_link(plan_row(planner, "res.partner",
                                              planner->parties[PLAN_BUYER].commercial_id),
                                     "user_id");
}

static void
activity(struct planner *planner, struct wb_str target, struct wb_str summary, struct wb_str text)
{
    struct plan_op *const op = add_op(planner, PLAN_ACTIVITY, "sale.order");
    if (op == NULL) {
        return;
    }
    op->target = target;
    op->method = WB_LIT("activity_schedule");
    op->values = plan_map(planner);
    plan_put(planner, op->values, WB_LIT("act_type_xmlid"),
             plan_string(planner, WB_LIT("mail.mail_activity_data_todo")));
    plan_put(planner, op->values, WB_LIT("summary"), plan_string(planner, summary));
    plan_put(planner, op->values, WB_LIT("note"), plan_string(planner, text));
    if (owner(planner) != 0) {
        plan_put(planner, op->values, WB_LIT("user_id"), plan_int(planner, owner(planner)));
    }
}

void
plan_operations(struct planner *planner)
{
    struct plan *const plan = &planner->result;
    const struct wb_str sale = WB_LIT("op1");
    create_sale(planner);
    attach(planner, sale);
    note(planner, sale);
    for (size_t i = 0; i < plan->issue_count && i < ACTIVITIES_MAX; i++) {
        const struct plan_issue *const issue = &plan->issues[i];
        const struct plan_issue_row *const row = plan_issue_row(issue->kind);
        const struct wb_str cure = issue->proposal.len > 0 ? issue->proposal : wb_str_of(row->cure);
        activity(planner, sale, plan_text(planner, "%s %s", row->code, row->sentence),
                 plan_text(planner, WB_FMT "%s" WB_FMT ". " WB_FMT, WB_ARG(issue->place),
                           issue->place.len > 0 ? ": " : "", WB_ARG(issue->text), WB_ARG(cure)));
    }
    if (plan->issue_count > ACTIVITIES_MAX) {
        activity(planner, sale,
                 plan_text(planner, "%zu more issues", plan->issue_count - ACTIVITIES_MAX),
                 WB_LIT("the note lists all of them"));
    }
}
