/*
 * A purchase order as one record: the head, and what is beside it. Parties, lines and items have
 * files of their own; here is also the one entry, which asks first and then makes each order.
 */
#include "odoo/pull.h"

#include <assert.h>
#include <string.h>

#include "odoo/pull_priv.h"

static const struct odoo_gap_row gap_rows[] = {
#define X(name_, code_, stops_, sentence_, cure_)                                                  \
    {.name = #name_, .code = (code_), .stops = (stops_), .sentence = (sentence_), .cure = (cure_)},
#include "odoo/gap.def"
#undef X
};

const struct odoo_gap_row *
odoo_gap_row(enum odoo_gap_kind kind)
{
    assert(kind < ODOO_GAP_COUNT);
    return &gap_rows[kind];
}

/* ---- the head */

/* The company's zone, unless one was given; a day in the wrong zone is another day. */
static void
choose_zone(struct pull *pull, const struct record_any *company)
{
    static const struct wb_zone utc = {.offset_seconds = 0};
    const struct record_any *const partner =
        pull_follow(pull, company, "partner_id", "res.partner");
    const struct wb_str name = plan_row_text(partner, "tz");
    const struct odoo_zones *const zones = &pull->options->zones;
    pull->zone = pull->options->zone;
    if (pull->zone != NULL) {
        return;
    }
    pull->zone = &utc;
    if (name.len == 0) {
        pull_gap(pull, ODOO_GAP_ZONE_ASSUMED, (struct wb_str){0},
                 "the company's partner has no tz");
        return;
    }
    const struct wb_zone *found = NULL;
    if (!wb_str_eq(name, WB_LIT("UTC")) && zones->find != NULL && pull->rc == WB_OK) {
        pull->rc = zones->find(pull->ctx, zones->self, name, &found);
    }
    if (found == NULL && !wb_str_eq(name, WB_LIT("UTC"))) {
        pull_gap(pull, ODOO_GAP_ZONE_UNKNOWN, (struct wb_str){0}, WB_FMT, WB_ARG(name));
        return;
    }
    pull->zone = found != NULL ? found : &utc;
    pull->order->zone = name;
}

static void
put_dates(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    struct wb_moment moment;
    pull->issued_on = (struct wb_date){0};
    pull->planned_on = (struct wb_date){0};
    if (pull_moment(pull, order, "date_order", WB_LIT("date_order"), &moment)) {
        pull->issued_on = moment.date;
        pull_put_moment(pull, record, "date_order", moment);
    } else if (plan_row_text(order, "date_order").len == 0) {
        pull_gap(pull, ODOO_GAP_DATE_WRONG, WB_LIT("date_order"), "it is empty");
    }
    if (pull_moment(pull, order, "date_planned", WB_LIT("date_planned"), &moment)) {
        pull->planned_on = moment.date;
        pull_put_moment(pull, record, "date_planned", moment);
    }
}

static void
put_money(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    const struct record_any *const row = pull_follow(pull, order, "currency_id", "res.currency");
    struct wb_str currency = plan_row_text(row, "name");
    struct wb_dec digits;
    struct wb_dec untaxed;
    currency = currency.len > 0 ? currency : plan_row_link_name(order, "currency_id");
    if (currency.len == 0) {
        pull_gap(pull, ODOO_GAP_CURRENCY_MISSING, WB_LIT("currency_id"), "id %lld",
                 (long long)plan_row_link(order, "currency_id"));
    }
    pull_put_text(pull, pull_enter(pull, record, "currency_id"), "name", currency);
    pull->currency_digits = 2;
    if (plan_row_dec(row, "decimal_places", &digits) && digits.scale == 0 && digits.units >= 0 &&
        digits.units <= 6) {
        pull->currency_digits = (uint8_t)digits.units; /* 0 to 6 */
    }
    if (pull_number(pull, order, "amount_untaxed", pull->currency_digits, WB_LIT("amount_untaxed"),
                    &untaxed)) {
        pull_put_dec(pull, record, "amount_untaxed", untaxed);
    }
}

static void
put_seller(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    const struct record_any *const vendor = pull_follow(pull, order, "partner_id", "res.partner");
    pull->partner_id = plan_row_link(order, "partner_id");
    const int64_t commercial = plan_row_link(vendor, "commercial_partner_id");
    pull->commercial_id = commercial != 0 ? commercial : pull->partner_id;
    pull->order->vendor_id = pull->commercial_id;
    if (pull->partner_id == 0) {
        pull_gap(pull, ODOO_GAP_SELLER_MISSING, (struct wb_str){0}, "partner_id is empty");
        return;
    }
    /* A desk of the vendor is known by the vendor's numbers when it has none of its own. */
    struct record_object *const party = pull_enter(pull, record, "partner_id");
    const struct record_any *const above =
        pull_follow(pull, vendor, "commercial_partner_id", "res.partner");
    pull_party(pull, vendor, party, WB_LIT("seller"));
    if (party == NULL) {
        return;
    }
    if (record_text(party, "ref").len == 0) {
        pull_put_text(pull, party, "ref", plan_row_text(above, "ref"));
    }
    if (record_text(party, "gln").len == 0 && above != NULL && above != vendor) {
        pull_put_text(pull, party, "gln", pull_gln(pull, above, WB_LIT("seller")));
    }
    pull->partner_ref = record_text(party, "ref");
    if (pull->partner_ref.len == 0 && record_text(party, "gln").len == 0) {
        pull_gap(pull, ODOO_GAP_SELLER_UNNUMBERED, WB_LIT("seller"), WB_FMT,
                 WB_ARG(plan_row_text(vendor, "name")));
    }
}

static void
put_parties(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    const struct record_any *const company = pull_follow(pull, order, "company_id", "res.company");
    const struct record_any *const owner = pull_follow(pull, company, "partner_id", "res.partner");
    const struct record_any *const ship_to = pull_ship_to(pull, order);
    const struct record_any *const bill_to = pull_invoice_to(pull, company);
    if (owner != NULL) {
        pull_party(pull, owner, pull_enter(pull, record, "company_id"), WB_LIT("buyer"));
    } else {
        pull_put_text(pull, pull_enter(pull, record, "company_id"), "name",
                      plan_row_link_name(order, "company_id"));
    }
    if (ship_to != NULL) {
        pull_party(pull, ship_to, pull_enter(pull, record, "dest_address_id"), WB_LIT("ship to"));
    } else if (plan_row_link(order, "dest_address_id") == 0) {
        pull_gap(pull, ODOO_GAP_SHIP_TO_ABSENT, WB_LIT("ship to"),
                 "neither dest_address_id nor the address of a warehouse");
    }
    if (bill_to != NULL) {
        pull_party(pull, bill_to, pull_enter(pull, record, "invoice_address_id"),
                   WB_LIT("bill to"));
    }
}

static void
put_buyer(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    const struct record_any *const user = pull_follow(pull, order, "user_id", "res.users");
    const struct record_any *const person = pull_follow(pull, user, "partner_id", "res.partner");
    struct wb_str name = plan_row_text(user, "name");
    name = name.len > 0 ? name : plan_row_link_name(order, "user_id");
    if (name.len == 0) {
        return;
    }
    struct record_object *const buyer = pull_append(pull, record, "buyers");
    pull_put_text(pull, buyer, "name", name);
    pull_put_text(pull, buyer, "phone", plan_row_text(person, "phone"));
    pull_put_text(pull, buyer, "email", plan_row_text(person, "email"));
}

/* Net days of terms that make all of it due once, so many days after the invoice. */
static bool
net_days(struct pull *pull, int64_t term_id, int64_t *ret)
{
    const struct plan_rows *const rows = pull_model(pull, WB_LIT("account.payment.term.line"));
    struct wb_dec days = {0};
    size_t count = 0;
    bool plain = true;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct record_any *const row = rows->rows[i];
        if (plan_row_link(row, "payment_id") != term_id) {
            continue;
        }
        const struct wb_str delay = plan_row_text(row, "delay_type");
        struct wb_dec share = {0};
        count++;
        plain = wb_str_eq(plan_row_text(row, "value"), WB_LIT("percent")) &&
                plan_row_dec(row, "value_amount", &share) &&
                wb_dec_cmp(share, wb_dec_int(100)) == 0 && plan_row_dec(row, "nb_days", &days) &&
                (delay.len == 0 || wb_str_eq(delay, WB_LIT("days_after")));
    }
    days = wb_dec_trim(days);
    *ret = days.units;
    return count == 1 && plain && days.scale == 0 && days.units > 0;
}

static void
put_terms(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    const struct record_any *const term =
        pull_follow(pull, order, "payment_term_id", "account.payment.term");
    const struct wb_str told = plan_row_link_name(order, "payment_term_id");
    int64_t days = 0;
    struct wb_dec percent;
    struct wb_dec early;
    if (plan_row_link(order, "payment_term_id") != 0) {
        struct record_object *const terms = pull_enter(pull, record, "payment_term_id");
        const struct wb_str name = plan_row_text(term, "name");
        pull_put_text(pull, terms, "name", name.len > 0 ? name : told);
        if (term != NULL && net_days(pull, plan_row_id(term), &days)) {
            pull_put_int(pull, terms, "net_days", days);
        }
        if (plan_row_true(term, "early_discount", false) &&
            plan_row_dec(term, "discount_percentage", &percent) && percent.units > 0 &&
            plan_row_dec(term, "discount_days", &early) && early.scale == 0 && early.units > 0) {
            pull_put_dec(pull, terms, "discount_percent", percent);
            pull_put_int(pull, terms, "discount_days", early.units);
        }
    }
    const struct wb_str incoterm =
        plan_row_text(pull_follow(pull, order, "incoterm_id", "account.incoterms"), "code");
    if (incoterm.len > 0) {
        pull_put_text(pull, pull_enter(pull, record, "incoterm_id"), "code", incoterm);
        pull_put_text(pull, record, "incoterm_location", plan_row_text(order, "incoterm_location"));
    }
}

/* ---- an order */

static bool
is_confirmed(struct pull *pull, const struct record_any *order)
{
    const struct wb_str state = plan_row_text(order, "state");
    if (wb_str_eq(state, WB_LIT("purchase")) || wb_str_eq(state, WB_LIT("done"))) {
        return true;
    }
    pull->order->refused = true;
    pull_gap(pull, ODOO_GAP_NOT_CONFIRMED, (struct wb_str){0}, "its state is \"" WB_FMT "\"",
             WB_ARG(state));
    return false;
}

static const struct record_any *
find_order(struct pull *pull, struct wb_str number)
{
    const struct plan_rows *const rows = pull_model(pull, WB_LIT("purchase.order"));
    const struct record_any *found = NULL;
    size_t count = 0;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        if (wb_str_eq(plan_row_text(rows->rows[i], "name"), number)) {
            found = rows->rows[i];
            count++;
        }
    }
    if (count > 1) {
        pull_gap(pull, ODOO_GAP_SEVERAL, (struct wb_str){0}, "%zu are called " WB_FMT, count,
                 WB_ARG(number));
    } else if (count == 0) {
        pull_gap(pull, ODOO_GAP_NOT_FOUND, (struct wb_str){0}, WB_FMT, WB_ARG(number));
    }
    return count == 1 ? found : NULL;
}

static struct record_object *
make_record(struct pull *pull, const struct record_any *order)
{
    const uint32_t shape = record_find_shape(pull->odoo, WB_LIT("purchase_order"));
    assert(shape != RECORD_NONE);
    struct record_object *const record = record_new(pull->ctx, pull->arena, pull->odoo, shape);
    if (record == NULL) {
        pull->rc = WB_NOMEM;
        return NULL;
    }
    pull_check_links(pull, order, "purchase.order", (struct wb_str){0});
    pull->company_id = plan_row_link(order, "company_id");
    choose_zone(pull, pull_follow(pull, order, "company_id", "res.company"));
    pull_put_text(pull, record, "name", pull->order->number);
    pull_put_text(pull, record, "partner_ref", plan_row_text(order, "partner_ref"));
    pull->notes = (struct pull_texts){0};
    pull_add_html(pull, &pull->notes,
                  plan_row_text(order, pull->options->release >= 19 ? "note" : "notes"));
    put_dates(pull, order, record);
    put_money(pull, order, record);
    put_seller(pull, order, record);
    put_parties(pull, order, record);
    put_buyer(pull, order, record);
    put_terms(pull, order, record);
    pull_lines(pull, order, record);
    if (pull->notes.count > 0) {
        pull_put_text(pull, record, "note", pull_join(pull, &pull->notes, true));
    }
    return record;
}

static void
add_common(struct pull *pull)
{
    for (size_t i = 0; i < pull->common_count; i++) {
        pull_gap(pull, pull->common[i].kind, pull->common[i].place, WB_FMT,
                 WB_ARG(pull->common[i].text));
    }
}

static void
make_order(struct pull *pull, struct wb_str number, struct odoo_purchase *purchase)
{
    *purchase = (struct odoo_purchase){.number = number};
    pull->order = purchase;
    pull->partner_ref = (struct wb_str){0};
    add_common(pull);
    const struct plan_rows *const rows = pull_model(pull, WB_LIT("purchase.order"));
    const bool known = rows != NULL && rows->state == PLAN_KNOWN;
    const struct record_any *const order = known ? find_order(pull, number) : NULL;
    if (order == NULL || !is_confirmed(pull, order)) {
        purchase->stopped = true;
        return;
    }
    struct record_object *const record = make_record(pull, order);
    purchase->record = purchase->stopped ? NULL : record;
}

/* Decimals of prices and quantities, where Odoo's own settings were exported. */
static void
read_digits(struct pull *pull)
{
    const struct plan_rows *const rows = pull_model(pull, WB_LIT("decimal.precision"));
    pull->price_digits = 2;
    pull->quantity_digits = 2;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct wb_str name = plan_row_text(rows->rows[i], "name");
        struct wb_dec digits = {0};
        if (!plan_row_dec(rows->rows[i], "digits", &digits) || digits.scale > 0 ||
            digits.units < 0 || digits.units > 8) {
            continue;
        }
        pull->has_digits = true;
        if (wb_str_eq(name, WB_LIT("Product Price"))) {
            pull->price_digits = (uint8_t)digits.units; /* at most 8 */
        } else if (wb_str_starts(name, WB_LIT("Product Unit"))) {
            pull->quantity_digits = (uint8_t)digits.units;
        }
    }
}

/* One interchange has one receiver. */
static void
check_vendors(struct pull *pull, struct odoo_purchase *purchases, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        pull->order = &purchases[i];
        if (purchases[i].vendor_id != 0 && purchases[0].vendor_id != 0 &&
            purchases[i].vendor_id != purchases[0].vendor_id) {
            pull_gap(pull, ODOO_GAP_OTHER_VENDOR, (struct wb_str){0},
                     WB_FMT " goes to another vendor than " WB_FMT, WB_ARG(purchases[i].number),
                     WB_ARG(purchases[0].number));
        }
    }
}

enum wb_rc
odoo_pull_purchases(struct wb_ctx *ctx, struct wb_arena *arena, const struct odoo_source *source,
                    const struct odoo_pull_options *options, struct odoo_purchase **ret)
{
    const size_t count = options->number_count;
    assert(source != NULL);
    assert(options != NULL);
    if (options->release < 17 || options->release > 19) {
        return wb_fail(ctx, WB_UNSUPPORTED, "orders are taken from Odoo 17, 18 and 19");
    }
    struct pull pull = {
        .ctx = ctx,
        .arena = arena,
        .source = source,
        .options = options,
        .odoo = record_shipped(WB_LIT("odoo")),
    };
    struct odoo_purchase *const purchases = wb_arena_array(ctx, arena, count, sizeof *purchases);
    if (pull.odoo == NULL || purchases == NULL) {
        return pull.odoo == NULL ? wb_fail(ctx, WB_BUG, "there is no schema of Odoo") : WB_NOMEM;
    }
    pull_ask_all(&pull, options->numbers, count);
    read_digits(&pull);
    for (size_t i = 0; i < count && pull.rc == WB_OK; i++) {
        make_order(&pull, options->numbers[i], &purchases[i]);
    }
    check_vendors(&pull, purchases, count);
    if (pull.rc == WB_OK) {
        *ret = purchases;
    }
    return pull.rc;
}
