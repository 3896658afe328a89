/*
 * What a product costs the customer by Odoo's own price list, as far as it can be known without
 * Odoo: fixed prices and percentages of the list price. A rule that Odoo computes in another way is
 * named instead of guessed.
 */
#include <stdlib.h>

#include "plan/plan_priv.h"

enum rule_level { LEVEL_VARIANT, LEVEL_PRODUCT, LEVEL_CATEGORY, LEVEL_ALL };

/* ---- what to ask */

static const struct record_any *
pricing_partner(struct planner *planner)
{
    return plan_customer(planner);
}

static void
ask_rules(struct planner *planner, const char *level, const char *field, struct record_any *ids)
{
    struct plan_query *const query = plan_ask(planner, "product.pricelist.item");
    if (query == NULL) {
        return;
    }
    plan_ask_term(planner, query, "pricelist_id", "=",
                  plan_int(planner, planner->pricing.pricelist_id));
    plan_ask_term(planner, query, "applied_on", "=", plan_string(planner, wb_str_of(level)));
    if (field != NULL) {
        plan_ask_term(planner, query, field, "in", ids);
    }
    query->optional = true;
}

void
plan_pricing_ask(struct planner *planner)
{
    const int64_t id = plan_row_link(pricing_partner(planner), "property_product_pricelist");
    planner->pricing = (struct plan_pricing){.pricelist_id = id};
    if (id == 0) {
        return;
    }
    struct record_any *const lists = plan_array(planner);
    struct record_any *const products = plan_array(planner);
    struct record_any *const templates = plan_array(planner);
    plan_push(planner, lists, plan_int(planner, id));
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct record_any *const product = planner->lines[i].product;
        const int64_t template = plan_row_link(product, "product_tmpl_id");
        if (product != NULL) {
            plan_push(planner, products, plan_int(planner, plan_row_id(product)));
        }
        if (template != 0) {
            plan_push(planner, templates, plan_int(planner, template));
        }
    }
    plan_ask_in(planner, "product.pricelist", "id", lists);
    ask_rules(planner, "0_product_variant", "product_id", products);
    ask_rules(planner, "1_product", "product_tmpl_id", templates);
    ask_rules(planner, "2_product_category", NULL, NULL);
    ask_rules(planner, "3_global", NULL, NULL);
}

/* ---- the list and its currency */

static const struct record_any *
company(struct planner *planner)
{
    const struct plan_rows *const rows = plan_model(planner, "res.company");
    const struct wb_str name = planner->policy->company;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const bool named = name.len > 0 && wb_str_eq(plan_row_text(rows->rows[i], "name"), name);
        if (named || (name.len == 0 && rows->count == 1)) {
            return rows->rows[i];
        }
    }
    return NULL;
}

/* Of our company, or what all of ours have; empty when they differ or nothing says. */
static struct wb_str
company_currency(struct planner *planner, const struct record_any *ours)
{
    const struct plan_rows *const rows = plan_model(planner, "res.company");
    struct wb_str currency = plan_row_link_name(ours, "currency_id");
    for (size_t i = 0; ours == NULL && rows != NULL && i < rows->count; i++) {
        const struct wb_str one = plan_row_link_name(rows->rows[i], "currency_id");
        if (i > 0 && !wb_str_eq(one, currency)) {
            return (struct wb_str){0};
        }
        currency = one;
    }
    return currency;
}

void
plan_pricing_resolve(struct planner *planner)
{
    struct plan_pricing *const pricing = &planner->pricing;
    const struct record_any *const ours = company(planner);
    planner->company_id = plan_row_id(ours);
    pricing->pricelist = plan_row(planner, "product.pricelist", pricing->pricelist_id);
    pricing->company_currency = company_currency(planner, ours);
    pricing->currency = plan_row_link_name(pricing->pricelist, "currency_id");
    if (pricing->pricelist_id == 0) {
        pricing->currency = pricing->company_currency;
    }
    const struct plan_rows *const rules = plan_model(planner, "product.pricelist.item");
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct record_any *const rule = rules->rows[i];
        const struct wb_str level = plan_row_text(rule, "applied_on");
        const int64_t id = wb_str_starts(level, WB_LIT("0")) ? plan_row_link(rule, "product_id")
                           : wb_str_starts(level, WB_LIT("1"))
                               ? plan_row_link(rule, "product_tmpl_id")
                               : 0;
        const struct wb_str key =
            plan_text(planner, "%c%lld", level.len > 0 ? level.at[0] : '3', (long long)id);
        if (plan_index_add(planner->ctx, planner->arena, &planner->rules, key, rule) != WB_OK) {
            planner->rc = WB_NOMEM;
            return;
        }
    }
    plan_index_sort(&planner->rules);
}

/* ---- rules */

/* Naive UTC moments sort as texts; the order's day begins and ends inside the rule's time. */
static bool
in_time(const struct planner *planner, const struct record_any *rule)
{
    char day[16];
    const struct wb_date date = plan_cell_date(planner->input->order, "issued_on");
    if (date.year == 0) {
        return true;
    }
    const struct wb_str text = {day, wb_date_print_iso(date, day)};
    const struct wb_str start = wb_str_sub(plan_row_text(rule, "date_start"), 0, text.len);
    const struct wb_str end = wb_str_sub(plan_row_text(rule, "date_end"), 0, text.len);
    return (start.len == 0 || wb_str_cmp(start, text) <= 0) &&
           (end.len == 0 || wb_str_cmp(text, end) <= 0);
}

static bool
enough(const struct plan_item_line *line, const struct record_any *rule)
{
    struct wb_dec min = {0};
    struct wb_dec quantity = {0};
    bool exact = false;
    if (!plan_row_dec(rule, "min_quantity", &min) || min.units <= 0) {
        return true;
    }
    const struct plan_ratio ratio = line->has_pack ? line->pack.ratio : plan_ratio_one();
    return line->has_quantity && plan_ratio_apply(line->quantity, ratio, 6, &quantity, &exact) &&
           wb_dec_cmp(quantity, min) >= 0;
}

/* Odoo takes the rule with the highest minimum first, then the newest. */
static bool
before(const struct record_any *a, const struct record_any *b)
{
    struct wb_dec x = {0};
    struct wb_dec y = {0};
    (void)!plan_row_dec(a, "min_quantity", &x); /* 0 when there is none */
    (void)!plan_row_dec(b, "min_quantity", &y);
    const int order = wb_dec_cmp(x, y);
    return order != 0 ? order > 0 : plan_row_id(a) > plan_row_id(b);
}

static const struct record_any *
rule_of(struct planner *planner, const struct plan_item_line *line)
{
    for (int level = LEVEL_VARIANT; level <= LEVEL_ALL; level++) {
        const int64_t id = level == LEVEL_VARIANT ? plan_row_id(line->product)
                           : level == LEVEL_PRODUCT
                               ? plan_row_link(line->product, "product_tmpl_id")
                               : 0;
        const struct plan_entry *entry = NULL;
        const size_t count = plan_index_find(
            &planner->rules, plan_text(planner, "%d%lld", level, (long long)id), &entry);
        const struct record_any *best = NULL;
        for (size_t i = 0; i < count; i++) {
            const struct record_any *const rule = entry[i].row;
            if (in_time(planner, rule) && enough(line, rule) &&
                (best == NULL || before(rule, best))) {
                best = rule;
            }
        }
        if (best != NULL) {
            return best;
        }
    }
    return NULL;
}

/* ---- the price */

static bool
list_price(const struct planner *planner, const struct plan_item_line *line, struct wb_dec *ret,
           struct wb_str *ret_why)
{
    const struct plan_pricing *const pricing = &planner->pricing;
    if (pricing->pricelist_id != 0 && pricing->company_currency.len == 0) {
        *ret_why = WB_LIT("res.company does not say which currency the list price is in");
        return false;
    }
    if (pricing->currency.len > 0 && pricing->company_currency.len > 0 &&
        !wb_str_eq(pricing->currency, pricing->company_currency)) {
        *ret_why = WB_LIT("the list price is in another currency than the price list");
        return false;
    }
    if (!plan_row_dec(line->product, "lst_price", ret)) {
        *ret_why = WB_LIT("product.product was exported without lst_price");
        return false;
    }
    return true;
}

static bool
percentage(const struct record_any *rule, struct wb_dec *price)
{
    struct wb_dec percent = {0};
    struct wb_dec rest;
    struct wb_dec product;
    if (!plan_row_dec(rule, "percent_price", &percent) ||
        !wb_dec_sub(wb_dec_int(100), percent, &rest) || !wb_dec_mul(*price, rest, &product)) {
        return false;
    }
    return wb_dec_div(product, wb_dec_int(100), 6, price);
}

bool
plan_list_price(struct planner *planner, const struct plan_item_line *line, struct wb_dec *ret,
                struct wb_str *ret_why)
{
    const struct plan_pricing *const pricing = &planner->pricing;
    const struct plan_rows *const rules = plan_model(planner, "product.pricelist.item");
    struct wb_dec price = {0};
    if (pricing_partner(planner) == NULL) {
        *ret_why = WB_LIT("the customer is not known");
        return false;
    }
    if (pricing->pricelist_id != 0 && (rules == NULL || rules->state != PLAN_KNOWN)) {
        *ret_why = WB_LIT("product.pricelist.item was not exported");
        return false;
    }
    const struct record_any *const rule =
        pricing->pricelist_id == 0 ? NULL : rule_of(planner, line);
    if (rule == NULL) {
        if (!list_price(planner, line, &price, ret_why)) {
            return false;
        }
        *ret = price;
        return true;
    }
    const struct wb_str kind = plan_row_text(rule, "compute_price");
    const struct wb_str base = plan_row_text(rule, "base");
    if (wb_str_eq(kind, WB_LIT("fixed")) && plan_row_dec(rule, "fixed_price", ret)) {
        return true;
    }
    const bool of_list = base.len == 0 || wb_str_eq(base, WB_LIT("list_price"));
    if (wb_str_eq(kind, WB_LIT("percentage")) && of_list) {
        if (!list_price(planner, line, &price, ret_why)) {
            return false;
        }
        if (percentage(rule, &price)) {
            *ret = wb_dec_trim(price); /* rounded for the unit in which it is written */
            return true;
        }
    }
    *ret_why = plan_text(planner, "rule %lld of the price list is computed by Odoo",
                         (long long)plan_row_id(rule));
    return false;
}
