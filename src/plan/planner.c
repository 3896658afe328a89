/*
 * The planner: begins with an order and the sale that a map made of it, asks in rounds, and makes
 * the plan when nothing is left to ask. What is decided stands in the other files.
 */
#include <assert.h>

#include "plan/plan_priv.h"

static enum wb_rc
begin(struct planner *planner, const struct plan_input *input)
{
    static const struct wb_str schema = {"odoo", 4};
    planner->input = input;
    planner->release = plan_release_of(input->release);
    planner->odoo = record_shipped(schema);
    if (planner->release == NULL) {
        return wb_fail(planner->ctx, WB_UNSUPPORTED, "plans are made for Odoo 17, 18 and 19");
    }
    if (planner->odoo == NULL ||
        !wb_str_eq(record_shape_of(input->sale)->model, WB_LIT("sale.order"))) {
        return wb_fail(planner->ctx, WB_INVALID, "the map made no sale.order of the order");
    }
    planner->policy = input->policy;
    if (planner->policy == NULL) {
        struct plan_policy *const policy =
            wb_arena_alloc(planner->ctx, planner->arena, sizeof *policy);
        if (policy == NULL) {
            return WB_NOMEM;
        }
        plan_policy_init(policy);
        planner->policy = policy;
    }
    planner->price_digits = 2;
    planner->quantity_digits = 2;
    planner->number = plan_cell_text(input->sale, "client_order_ref");
    if (planner->number.len == 0) {
        planner->number = plan_cell_text(input->order, "number");
    }
    planner->result = (struct plan){
        .release = input->release, .document = input->document, .number = planner->number};
    plan_parties_collect(planner);
    plan_items_collect(planner);
    return planner->rc;
}

enum wb_rc
plan_sale_start(struct wb_ctx *ctx, struct wb_arena *arena, const struct plan_input *input,
                struct planner **ret)
{
    assert(input != NULL);
    assert(input->order != NULL && input->sale != NULL);
    struct planner *const planner = wb_arena_alloc(ctx, arena, sizeof *planner);
    if (planner == NULL) {
        return WB_NOMEM;
    }
    planner->ctx = ctx;
    planner->arena = arena;
    const enum wb_rc rc = begin(planner, input);
    if (rc == WB_OK) {
        *ret = planner;
    }
    return rc;
}

/* Decimals of prices and quantities, where Odoo's own settings were read. */
static void
read_digits(struct planner *planner)
{
    const struct plan_rows *const rows = plan_model(planner, "decimal.precision");
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct wb_str name = plan_row_text(rows->rows[i], "name");
        struct wb_dec digits = {0};
        if (!plan_row_dec(rows->rows[i], "digits", &digits) || digits.scale > 0 ||
            digits.units < 0 || digits.units > WB_DEC_SCALE_MAX) {
            continue;
        }
        if (wb_str_eq(name, WB_LIT("Product Price"))) {
            planner->price_digits = (uint8_t)digits.units; /* at most WB_DEC_SCALE_MAX */
        } else if (wb_str_eq(name, WB_LIT("Product Unit of Measure")) ||
                   wb_str_eq(name, WB_LIT("Product Unit"))) {
            planner->quantity_digits = (uint8_t)digits.units;
        }
    }
}

/* With two decimals at least, as amounts are written. */
static struct wb_str
money_text(struct planner *planner, struct wb_dec amount)
{
    const struct wb_dec cents = {.units = 0, .scale = 2};
    struct wb_dec shown = wb_dec_round(amount, 2);
    if (!wb_dec_add(shown, cents, &shown)) {
        shown = amount;
    }
    return plan_dec_text(planner, shown);
}

static void
show_line(struct planner *planner, struct plan_item_line *line, struct plan_line *shown)
{
    struct wb_dec amount = {0};
    *shown = (struct plan_line){.place = line->place,
                                .number = line->number,
                                .ordered_unit = line->unit,
                                .held = line->held};
    if (line->has_quantity) {
        shown->ordered_quantity = plan_dec_text(planner, line->quantity);
    }
    if (line->has_price) {
        shown->ordered_price = plan_dec_text(planner, line->price);
    }
    if (line->product != NULL) {
        shown->product_id = plan_row_id(line->product);
        shown->product = plan_text(planner, "[" WB_FMT "] " WB_FMT,
                                   WB_ARG(plan_row_text(line->product, "default_code")),
                                   WB_ARG(plan_row_text(line->product, "name")));
        shown->found_by = plan_text(planner, WB_FMT " " WB_FMT, WB_ARG(line->search.winner->by),
                                    WB_ARG(line->search.winner->value));
    }
    if (line->has_our_price) {
        shown->our_price = plan_dec_text(planner, line->our_price);
    }
    if (!line->has_final) {
        return;
    }
    shown->quantity = plan_dec_text(planner, line->final_quantity);
    shown->unit = plan_row_text(line->pack.uom, "name");
    shown->price = plan_dec_text(planner, line->final_price);
    shown->how = line->converted ? plan_text(planner, WB_FMT ": " WB_FMT, WB_ARG(line->how),
                                             WB_ARG(plan_unit_text(planner, line)))
                                 : line->how;
    if (wb_dec_mul(line->final_quantity, line->final_price, &amount)) {
        shown->amount = money_text(planner, amount);
    }
}

static void
make(struct planner *planner)
{
    struct plan *const plan = &planner->result;
    plan_parties_resolve(planner);
    plan_items_resolve(planner);
    plan_units_collect(planner);
    plan_packs_index(planner);
    plan_pricing_resolve(planner);
    read_digits(planner);
    plan_order_check(planner);
    plan_parties_check(planner);
    plan_duplicate_check(planner);
    plan_taxes_check(planner);
    for (size_t i = 0; i < planner->line_count; i++) {
        plan_item_check(planner, &planner->lines[i]);
        plan_unit_resolve(planner, &planner->lines[i]);
        plan_price_line(planner, &planner->lines[i]);
    }
    plan_lines_check(planner);
    plan_charges_check(planner);
    plan_totals_check(planner);
    plan_extras_check(planner);
    plan_operations(planner);
    plan->lines =
        wb_arena_array(planner->ctx, planner->arena, planner->line_count, sizeof *plan->lines);
    if (plan->lines == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    plan->line_count = planner->line_count;
    for (size_t i = 0; i < planner->line_count; i++) {
        show_line(planner, &planner->lines[i], &plan->lines[i]);
    }
    if (planner->has_total) {
        plan->total = money_text(planner, planner->total);
    }
}

enum wb_rc
plan_round(struct wb_ctx *ctx, struct planner *planner, const struct plan_query **ret_queries,
           size_t *ret_count)
{
    assert(!planner->done);
    planner->ctx = ctx;
    do {
        plan_ask_stage(planner);
    } while (planner->query_count == 0 && planner->stage < PLAN_ROUNDS_MAX);
    if (planner->query_count == 0 && planner->rc == WB_OK) {
        make(planner);
        planner->done = planner->rc == WB_OK;
    }
    if (planner->rc != WB_OK) {
        return planner->rc;
    }
    *ret_queries = planner->queries;
    *ret_count = planner->query_count;
    return WB_OK;
}

const struct plan *
plan_result(const struct planner *planner)
{
    return planner->done ? &planner->result : NULL;
}
