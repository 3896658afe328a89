/*
 * Taxes are always said, also when there are none: a line without them takes Odoo's default. They
 * are those of the product, of our company, replaced as the customer's fiscal position says.
 */
#include <stdlib.h>

#include "plan/plan_priv.h"

static int64_t
fiscal_of(struct planner *planner)
{
    static const char field[] = "property_account_position_id";
    const int64_t delivery = plan_row_link(planner->parties[PLAN_SHIP_TO].row, field);
    return delivery != 0 ? delivery : plan_row_link(plan_customer(planner), field);
}

static void
ask_position(struct planner *planner)
{
    struct record_any *const ids = plan_array(planner);
    plan_push(planner, ids, plan_int(planner, planner->fiscal_id));
    if (planner->release->fiscal_rows) {
        plan_ask_in(planner, "account.fiscal.position.tax", "position_id", ids);
    } else {
        plan_ask_in(planner, "account.tax", "fiscal_position_ids", ids);
    }
}

void
plan_taxes_ask(struct planner *planner)
{
    struct record_any *const ids = plan_array(planner);
    const struct plan_rows *const products = plan_model(planner, "product.product");
    for (size_t i = 0; products != NULL && i < products->count; i++) {
        for (size_t k = 0; k < plan_row_id_count(products->rows[i], "taxes_id"); k++) {
            plan_push(planner, ids,
                      plan_int(planner, plan_row_id_at(products->rows[i], "taxes_id", k)));
        }
    }
    plan_ask_in(planner, "account.tax", "id", ids);
    planner->fiscal_id = fiscal_of(planner);
    if (planner->fiscal_id != 0) {
        ask_position(planner);
        return;
    }
    struct plan_query *const query = plan_ask(planner, "account.fiscal.position");
    plan_ask_term(planner, query, "auto_apply", "=", plan_truth(planner, true));
    if (query != NULL) {
        query->optional = true;
    }
}

void
plan_taxes_check(struct planner *planner)
{
    const struct plan_rows *const rows = plan_model(planner, "account.fiscal.position");
    const struct record_any *const delivery = planner->parties[PLAN_SHIP_TO].row;
    const int64_t country =
        plan_row_link(delivery != NULL ? delivery : plan_customer(planner), "country_id");
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct record_any *const row = rows->rows[i];
        const int64_t wanted = plan_row_link(row, "country_id");
        const int64_t company = plan_row_link(row, "company_id");
        const bool ours =
            company == 0 || planner->company_id == 0 || company == planner->company_id;
        if (ours && (wanted == 0 || country == 0 || wanted == country)) {
            plan_raise(planner, PLAN_ISSUE_FISCAL_AUTO, WB_LIT("taxes"), (struct wb_str){0},
                       "Odoo may choose fiscal position " WB_FMT " (id %lld)",
                       WB_ARG(plan_row_name(row)), (long long)plan_row_id(row));
            return;
        }
    }
}

struct taxes {
    struct planner *planner;
    int64_t *ids;
    size_t count, cap;
};

static void
add_tax(struct taxes *taxes, int64_t id)
{
    struct planner *const planner = taxes->planner;
    for (size_t i = 0; i < taxes->count; i++) {
        if (taxes->ids[i] == id) {
            return;
        }
    }
    int64_t *const place =
        WB_PUSH(planner->ctx, planner->arena, taxes->ids, taxes->count, taxes->cap);
    if (place == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    *place = id;
}

/* Rows of the position: what a tax becomes; nothing, when its row says so. */
static void
map_by_rows(struct taxes *taxes, int64_t id)
{
    const struct plan_rows *const rows = plan_model(taxes->planner, "account.fiscal.position.tax");
    bool mapped = false;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct record_any *const row = rows->rows[i];
        if (plan_row_link(row, "position_id") != taxes->planner->fiscal_id ||
            plan_row_link(row, "tax_src_id") != id) {
            continue;
        }
        mapped = true;
        if (plan_row_link(row, "tax_dest_id") != 0) {
            add_tax(taxes, plan_row_link(row, "tax_dest_id"));
        }
    }
    if (!mapped) {
        add_tax(taxes, id);
    }
}

static bool
holds_id(const struct record_any *row, const char *field, int64_t id)
{
    for (size_t i = 0; i < plan_row_id_count(row, field); i++) {
        if (plan_row_id_at(row, field, i) == id) {
            return true;
        }
    }
    return false;
}

/* Taxes of the position say themselves which ones they replace. */
static void
map_by_taxes(struct taxes *taxes, int64_t id)
{
    const struct plan_rows *const rows = plan_model(taxes->planner, "account.tax");
    bool mapped = false;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        if (holds_id(rows->rows[i], "fiscal_position_ids", taxes->planner->fiscal_id) &&
            holds_id(rows->rows[i], "original_tax_ids", id)) {
            add_tax(taxes, plan_row_id(rows->rows[i]));
            mapped = true;
        }
    }
    if (!mapped) {
        add_tax(taxes, id);
    }
}

static int
compare_ids(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

struct record_any *
plan_taxes_of(struct planner *planner, const struct record_any *product, struct wb_str place)
{
    struct taxes taxes = {.planner = planner};
    int64_t company_seen = planner->company_id;
    for (size_t i = 0; i < plan_row_id_count(product, "taxes_id"); i++) {
        const int64_t id = plan_row_id_at(product, "taxes_id", i);
        const struct record_any *const tax = plan_row(planner, "account.tax", id);
        const int64_t company = plan_row_link(tax, "company_id");
        if (planner->company_id == 0 && company_seen != 0 && company != 0 &&
            company != company_seen) {
            plan_raise(planner, PLAN_ISSUE_TAX_COMPANY, place, (struct wb_str){0},
                       "taxes of companies %lld and %lld are on the product",
                       (long long)company_seen, (long long)company);
            break;
        }
        company_seen = company_seen == 0 ? company : company_seen;
        if ((company != 0 && company != company_seen) || !plan_row_true(tax, "active", true)) {
            continue;
        }
        if (planner->fiscal_id == 0) {
            add_tax(&taxes, id);
        } else if (planner->release->fiscal_rows) {
            map_by_rows(&taxes, id);
        } else {
            map_by_taxes(&taxes, id);
        }
    }
    struct record_any *const array = plan_array(planner);
    if (taxes.count > 0) {
        qsort(taxes.ids, taxes.count, sizeof *taxes.ids, compare_ids);
    }
    for (size_t i = 0; i < taxes.count; i++) {
        plan_push(planner, array, plan_int(planner, taxes.ids[i]));
    }
    return array;
}
