/*
 * Charges, allowances and taxes that the customer states. With a product in the policy they become
 * lines; otherwise they are issues, since money that matches nothing must not vanish.
 */
#include "plan/plan_priv.h"

static const struct wb_str nothing = {0};

/* +1 a charge, -1 an allowance, 0 only told. */
static int
way_of(const struct record_object *charge)
{
    const struct record_value *const way = record_get(charge, WB_LIT("charge"));
    if (way == NULL || !way->present) {
        return 0;
    }
    return way->truth ? 1 : -1;
}

/* The product that the policy gives the code, or NULL. */
static const struct record_any *
product_of(struct planner *planner, const struct record_object *charge)
{
    const struct plan_policy *const policy = planner->policy;
    const struct wb_str code = plan_cell_text(charge, "code");
    for (size_t i = 0; i < policy->charge_count; i++) {
        const struct plan_entry *entry = NULL;
        if (wb_str_eq(policy->charges[i].code, code) &&
            plan_index_find(&planner->product_code, policy->charges[i].default_code, &entry) == 1 &&
            plan_row_true(entry->row, "active", true)) {
            return entry->row;
        }
    }
    return NULL;
}

static struct wb_str
charge_text(struct planner *planner, const struct record_object *charge)
{
    static const char *const figures[] = {"amount", "percent", "rate"};
    const struct wb_str reason = plan_cell_text(charge, "reason");
    struct wb_str text =
        plan_text(planner, "%s " WB_FMT, way_of(charge) > 0 ? "charge" : "allowance",
                  WB_ARG(plan_cell_text(charge, "code")));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        struct wb_dec value = {0};
        if (plan_cell_dec(charge, figures[i], &value)) {
            text = plan_text(planner, WB_FMT ", %s " WB_FMT, WB_ARG(text), figures[i],
                             WB_ARG(plan_dec_text(planner, value)));
        }
    }
    return plan_text(planner, WB_FMT "%s" WB_FMT, WB_ARG(text), reason.len > 0 ? ": " : "",
                     WB_ARG(reason));
}

/* Whether the charge can be a line, by the policy and by what it says. */
static bool
is_line(struct planner *planner, const struct record_object *charge)
{
    struct wb_dec amount = {0};
    return way_of(charge) != 0 && plan_cell_dec(charge, "amount", &amount) &&
           product_of(planner, charge) != NULL;
}

static void
check_list(struct planner *planner, const struct record_list *charges, struct wb_str place)
{
    for (size_t i = 0; charges != NULL && i < charges->count; i++) {
        const struct record_object *const charge = charges->items[i].object;
        if (way_of(charge) != 0 && !is_line(planner, charge)) {
            plan_raise(planner, PLAN_ISSUE_CHARGE,
                       plan_text(planner, WB_FMT "charges[%zu]", WB_ARG(place), i), nothing, WB_FMT,
                       WB_ARG(charge_text(planner, charge)));
        }
    }
}

static bool
check_taxes(struct planner *planner, const struct record_list *taxes, struct wb_str place)
{
    for (size_t i = 0; taxes != NULL && i < taxes->count; i++) {
        struct wb_dec amount = {0};
        if (plan_cell_dec(taxes->items[i].object, "amount", &amount) && amount.units != 0) {
            plan_raise(planner, PLAN_ISSUE_TAX_TOLD,
                       plan_text(planner, WB_FMT "taxes[%zu]", WB_ARG(place), i), nothing,
                       "the customer states a tax of " WB_FMT,
                       WB_ARG(plan_dec_text(planner, amount)));
            return true;
        }
    }
    return false;
}

void
plan_charges_check(struct planner *planner)
{
    const struct record_object *const order = planner->input->order;
    struct wb_dec total = {0};
    check_list(planner, plan_cell_list(order, "charges"), nothing);
    bool told = check_taxes(planner, plan_cell_list(order, "taxes"), nothing);
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct plan_item_line *const line = &planner->lines[i];
        const struct wb_str place = plan_text(planner, WB_FMT ".", WB_ARG(line->place));
        check_list(planner, plan_cell_list(line->order, "charges"), place);
        told = check_taxes(planner, plan_cell_list(line->order, "taxes"), place) || told;
    }
    if (!told && plan_cell_dec(order, "tax_total", &total) && total.units != 0) {
        plan_raise(planner, PLAN_ISSUE_TAX_TOLD, WB_LIT("tax_total"), nothing,
                   "the customer states taxes of " WB_FMT, WB_ARG(plan_dec_text(planner, total)));
    }
}

static void
write_list(struct planner *planner, struct record_any *commands, const struct record_list *charges,
           struct wb_str place, struct wb_str id)
{
    for (size_t i = 0; charges != NULL && i < charges->count; i++) {
        const struct record_object *const charge = charges->items[i].object;
        struct wb_dec amount = {0};
        if (!is_line(planner, charge) || !plan_cell_dec(charge, "amount", &amount)) {
            continue;
        }
        const struct record_any *const product = product_of(planner, charge);
        const struct wb_str reason = plan_cell_text(charge, "reason");
        amount.units = way_of(charge) < 0 ? -amount.units : amount.units;
        const struct plan_sold sold = {
            .product = product,
            .place = plan_text(planner, WB_FMT "charges[%zu]", WB_ARG(place), i),
            .quantity = wb_dec_int(1),
            .uom_id = plan_row_link(product, "uom_id"),
            .price = wb_dec_trim(amount)};
        struct record_any *const values = plan_sale_line(planner, &sold);
        if (reason.len > 0) {
            plan_put(planner, values, WB_LIT("name"), plan_string(planner, reason));
        }
        plan_command_create(planner, commands, values,
                            plan_text(planner, WB_FMT "charge_%zu", WB_ARG(id), i + 1));
        if (!wb_dec_add(planner->total, amount, &planner->total)) {
            planner->has_total = false;
        }
    }
}

void
plan_charges_write(struct planner *planner, struct record_any *commands)
{
    write_list(planner, commands, plan_cell_list(planner->input->order, "charges"), nothing,
               nothing);
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct plan_item_line *const line = &planner->lines[i];
        write_list(planner, commands, plan_cell_list(line->order, "charges"),
                   plan_text(planner, WB_FMT ".", WB_ARG(line->place)),
                   plan_text(planner, "line_%zu_", line->index + 1));
    }
}
