/*
 * The order as a whole: whether it is an order to take at all, whether it was taken before, whether
 * its currency and its totals agree with ours.
 */
#include "plan/plan_priv.h"

static const struct wb_str nothing = {0};

static bool
is_one_of(struct wb_str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wb_str_eq(word, wb_str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

static void
check_kind(struct planner *planner)
{
    static const char *const plain[] = {"standard", "release", "rush", "emergency"};
    const struct wb_str purpose = plan_cell_text(planner->input->order, "purpose");
    const struct wb_str kind = plan_cell_text(planner->input->order, "kind");
    if (purpose.len > 0 && !wb_str_eq(purpose, WB_LIT("original"))) {
        plan_raise(planner, PLAN_ISSUE_PURPOSE, WB_LIT("purpose"), nothing,
                   "the purpose of the message is " WB_FMT, WB_ARG(purpose));
    }
    if (kind.len > 0 && !is_one_of(kind, plain, sizeof plain / sizeof plain[0])) {
        plan_raise(planner, PLAN_ISSUE_KIND, WB_LIT("kind"), nothing,
                   "the order is of kind " WB_FMT, WB_ARG(kind));
    }
}

static void
check_currency(struct planner *planner)
{
    struct wb_str currency = plan_cell_text(planner->input->order, "currency");
    const struct wb_str ours = planner->pricing.currency;
    if (currency.len == 0) {
        currency = plan_cell_text(plan_cell_object(planner->input->sale, "currency_id"), "name");
    }
    planner->result.currency = ours.len > 0 ? ours : currency;
    if (currency.len == 0 || wb_str_eq(currency, ours)) {
        return;
    }
    if (ours.len == 0) {
        plan_raise(planner, PLAN_ISSUE_CURRENCY_UNCHECKED, WB_LIT("currency"), nothing,
                   "the order is in " WB_FMT, WB_ARG(currency));
        return;
    }
    plan_raise(planner, PLAN_ISSUE_CURRENCY, WB_LIT("currency"), nothing,
               "the order is in " WB_FMT ", our prices are in " WB_FMT, WB_ARG(currency),
               WB_ARG(ours));
}

void
plan_order_check(struct planner *planner)
{
    const struct record_list *const lines = plan_cell_list(planner->input->order, "lines");
    const size_t count = lines == NULL ? 0 : lines->count;
    struct wb_dec counted = {0};
    check_kind(planner);
    if (planner->number.len == 0) {
        plan_raise(planner, PLAN_ISSUE_NUMBER_MISSING, WB_LIT("number"), nothing,
                   "the order has no number");
    }
    if (count == 0) {
        plan_raise(planner, PLAN_ISSUE_NO_LINES, WB_LIT("lines"), nothing, "there is no line");
    }
    if (count != planner->line_count) {
        plan_raise(planner, PLAN_ISSUE_LINES_DIFFER, WB_LIT("lines"), nothing,
                   "the order has %zu lines, the sale of the map %zu", count, planner->line_count);
    }
    if (plan_cell_dec(planner->input->order, "line_count", &counted) &&
        wb_dec_cmp(counted, wb_dec_int((int64_t)count)) != 0) { /* lists are far shorter */
        plan_raise(planner, PLAN_ISSUE_LINE_COUNT, WB_LIT("line_count"), nothing,
                   "the sender counts " WB_FMT " lines, there are %zu",
                   WB_ARG(plan_dec_text(planner, counted)), count);
    }
    check_currency(planner);
}

/* ---- was it taken before */

static void
check_run(struct planner *planner, int64_t customer_id)
{
    struct plan_run *const run = planner->input->run;
    if (run == NULL || customer_id == 0 || planner->number.len == 0) {
        return;
    }
    for (size_t i = 0; i < run->count; i++) {
        if (run->orders[i].customer_id == customer_id &&
            plan_text_alike(run->orders[i].number, planner->number)) {
            plan_raise(planner, PLAN_ISSUE_DUPLICATE_IN_RUN, WB_LIT("number"), nothing,
                       WB_FMT " was planned before as " WB_FMT, WB_ARG(planner->number),
                       WB_ARG(run->orders[i].document));
            return;
        }
    }
    struct plan_run_order *const order =
        WB_PUSH(planner->ctx, run->arena, run->orders, run->count, run->cap);
    if (order == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    order->customer_id = customer_id;
    order->number = wb_arena_dup(planner->ctx, run->arena, planner->number);
    order->document = wb_arena_dup(planner->ctx, run->arena, planner->input->document);
    if (order->number.at == NULL || order->document.at == NULL) {
        run->count--;
        planner->rc = WB_NOMEM;
    }
}

void
plan_duplicate_check(struct planner *planner)
{
    const int64_t customer_id = planner->parties[PLAN_BUYER].commercial_id;
    const struct plan_rows *const sales = plan_model(planner, "sale.order");
    for (size_t i = 0; sales != NULL && i < sales->count; i++) {
        const struct record_any *const sale = sales->rows[i];
        const struct record_any *const partner =
            plan_row(planner, "res.partner", plan_row_link(sale, "partner_id"));
        if (!plan_text_alike(plan_row_text(sale, "client_order_ref"), planner->number) ||
            (customer_id != 0 && partner != NULL && plan_commercial(partner) != customer_id)) {
            continue;
        }
        plan_raise(planner, PLAN_ISSUE_DUPLICATE, WB_LIT("number"), nothing,
                   WB_FMT " is " WB_FMT " (id %lld, " WB_FMT "%s" WB_FMT ")",
                   WB_ARG(planner->number), WB_ARG(plan_row_text(sale, "name")),
                   (long long)plan_row_id(sale), WB_ARG(plan_row_text(sale, "state")),
                   plan_row_text(sale, "date_order").len > 0 ? ", " : "",
                   WB_ARG(plan_row_text(sale, "date_order")));
    }
    check_run(planner, customer_id);
}

/* ---- totals */

struct sums {
    struct wb_dec goods, quantity;
    struct wb_dec extra; /* charges less allowances, and taxes */
    bool priced;         /* every line has quantity and price */
    bool fits;
};

static void
add(struct sums *sums, struct wb_dec *sum, struct wb_dec value)
{
    sums->fits = sums->fits && wb_dec_add(*sum, value, sum);
}

static void
add_charges(struct sums *sums, const struct record_list *charges)
{
    for (size_t i = 0; charges != NULL && i < charges->count; i++) {
        const struct record_object *const charge = charges->items[i].object;
        const struct record_value *const way = record_get(charge, WB_LIT("charge"));
        struct wb_dec amount = {0};
        if (way != NULL && way->present && plan_cell_dec(charge, "amount", &amount)) {
            amount.units = way->truth ? amount.units : -amount.units;
            add(sums, &sums->extra, amount);
        }
    }
}

static void
add_taxes(struct sums *sums, const struct record_list *taxes)
{
    for (size_t i = 0; taxes != NULL && i < taxes->count; i++) {
        struct wb_dec amount = {0};
        if (plan_cell_dec(taxes->items[i].object, "amount", &amount)) {
            add(sums, &sums->extra, amount);
        }
    }
}

static struct sums
sum_up(struct planner *planner)
{
    struct sums sums = {.priced = true, .fits = true};
    struct wb_dec tax = {0};
    const bool taxed = plan_cell_dec(planner->input->order, "tax_total", &tax);
    if (taxed) {
        add(&sums, &sums.extra, tax);
    } else {
        add_taxes(&sums, plan_cell_list(planner->input->order, "taxes"));
    }
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct plan_item_line *const line = &planner->lines[i];
        struct wb_dec amount = {0};
        if (line->has_quantity) {
            add(&sums, &sums.quantity, line->quantity);
        }
        if (plan_cell_dec(line->order, "amount", &amount) ||
            (line->has_quantity && line->has_price_each &&
             wb_dec_mul(line->quantity, line->price_each, &amount))) {
            add(&sums, &sums.goods, amount);
        } else {
            sums.priced = false;
        }
        add_charges(&sums, plan_cell_list(line->order, "charges"));
        if (!taxed) {
            add_taxes(&sums, plan_cell_list(line->order, "taxes"));
        }
    }
    add_charges(&sums, plan_cell_list(planner->input->order, "charges"));
    return sums;
}

static void
compare(struct planner *planner, const char *field, struct wb_dec sum, const struct wb_dec *also)
{
    struct wb_dec said = {0};
    if (!plan_cell_dec(planner->input->order, field, &said) || wb_dec_cmp(said, sum) == 0 ||
        (also != NULL && wb_dec_cmp(said, *also) == 0)) {
        return;
    }
    plan_raise(planner, PLAN_ISSUE_TOTAL, wb_str_of(field), nothing,
               "the sender says " WB_FMT ", the lines come to " WB_FMT,
               WB_ARG(plan_dec_text(planner, said)),
               WB_ARG(plan_dec_text(planner, wb_dec_trim(sum))));
}

void
plan_totals_check(struct planner *planner)
{
    const struct sums sums = sum_up(planner);
    struct wb_dec whole = {0};
    if (!sums.fits || !wb_dec_add(sums.goods, sums.extra, &whole)) {
        plan_raise(planner, PLAN_ISSUE_TOTAL, WB_LIT("lines"), nothing,
                   "the amounts are too large to be added");
        return;
    }
    compare(planner, "quantity_total", sums.quantity, NULL);
    if (sums.priced && planner->line_count > 0) {
        compare(planner, "goods_total", sums.goods, NULL);
        compare(planner, "payable", whole, &sums.goods);
    }
}
