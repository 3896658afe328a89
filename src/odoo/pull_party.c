/*
 * Parties: a partner of Odoo as it stands on an order, with the numbers by which the vendor knows
 * it. Which field holds a GLN differs by release and by house; a number counts as a GLN when its
 * check digit is right.
 */
#include <string.h>

#include "odoo/pull_priv.h"

enum { GLN_DIGITS = 13, GTIN_DIGITS = 14 };

/* The GS1 check digit: weights 3 and 1 from the right. */
static bool
check_digit_good(struct wb_str digits)
{
    unsigned sum = 0;
    for (size_t i = 0; i < digits.len; i++) {
        const unsigned digit = (unsigned)(digits.at[digits.len - 1 - i] - '0');
        sum += i % 2 == 0 ? digit : digit * 3;
    }
    return sum % 10 == 0;
}

struct wb_str
pull_gtin(struct pull *pull, struct wb_str text)
{
    if (!wb_str_digits(text) || text.len > GTIN_DIGITS || (text.len != 8 && text.len < 12) ||
        !check_digit_good(text)) {
        return (struct wb_str){0};
    }
    return pull_text(pull, "%.*s" WB_FMT, (int)(GTIN_DIGITS - text.len), "00000000000000",
                     WB_ARG(text));
}

struct wb_str
pull_gln(struct pull *pull, const struct record_any *partner, struct wb_str place)
{
    static const struct wb_str usual[] = {
        {"global_location_number", 22},
        {"barcode",                7 },
        {"ref",                    3 }
    };
    const struct plan_policy *const policy = pull->options->policy;
    const bool own = policy != NULL && policy->gln_field_count > 0;
    const struct wb_str *const names = own ? policy->gln_fields : usual;
    const size_t count = own ? policy->gln_field_count : sizeof usual / sizeof usual[0];
    for (size_t i = 0; i < count; i++) {
        const struct record_any *const value = record_any_get(partner, names[i]);
        const struct wb_str text = value == NULL || value->kind != RECORD_STRING
                                       ? (struct wb_str){0}
                                       : wb_str_trim(value->text);
        if (text.len != GLN_DIGITS || !wb_str_digits(text)) {
            continue;
        }
        if (check_digit_good(text)) {
            return text;
        }
        pull_gap(pull, ODOO_GAP_GLN_WRONG, place, WB_FMT " of " WB_FMT " is " WB_FMT,
                 WB_ARG(names[i]), WB_ARG(plan_row_text(partner, "name")), WB_ARG(text));
    }
    return (struct wb_str){0};
}

/* A person or department is named below the company that it belongs to. */
static void
put_names(struct pull *pull, const struct record_any *partner, struct record_object *party)
{
    const struct wb_str own = plan_row_text(partner, "name");
    const bool company = plan_row_true(partner, "is_company", false);
    const struct record_any *const parent =
        company ? NULL : pull_follow(pull, partner, "parent_id", "res.partner");
    const struct wb_str above = plan_row_text(parent, "name");
    pull_put_text(pull, party, "name", above.len > 0 ? above : own);
    if (above.len > 0 && !wb_str_starts(own, above)) {
        pull_put_text(pull, party, "name2", own);
    } else if (above.len > 0 && own.len > above.len) {
        /* "General Hospital, Receiving" below "General Hospital" */
        struct wb_str rest = wb_str_trim(wb_str_sub(own, above.len, own.len));
        if (wb_str_starts(rest, WB_LIT(","))) {
            rest = wb_str_trim(wb_str_sub(rest, 1, rest.len));
        }
        pull_put_text(pull, party, "name2", rest);
    }
}

static void
put_street(struct pull *pull, struct record_object *party, struct wb_str street)
{
    const uint32_t field =
        party == NULL || street.len == 0
            ? RECORD_NONE
            : record_find_field(party->schema, party->shape, WB_LIT("street_lines"));
    if (field == RECORD_NONE || pull->rc != WB_OK) {
        return;
    }
    struct pull_texts pieces = {0};
    pull_add_text(pull, &pieces, street, PULL_STREET_BYTES);
    for (size_t i = 0; i < pieces.count && pull->rc == WB_OK; i++) {
        struct record_value *const line = record_append(pull->ctx, pull->arena, party, field);
        if (line == NULL) {
            pull->rc = WB_NOMEM;
            return;
        }
        *line =
            (struct record_value){.present = true, .type = RECORD_TEXT, .text = pieces.items[i]};
    }
}

/* The code of a state or country; its absence from the export is told. */
static struct wb_str
code_of(struct pull *pull, const struct record_any *partner, const char *field, const char *model,
        struct wb_str place)
{
    const struct wb_str code = plan_row_text(pull_follow(pull, partner, field, model), "code");
    if (code.len == 0 && plan_row_link(partner, field) != 0) {
        pull_gap(pull, ODOO_GAP_DETAIL_MISSING, place,
                 "the code of \"" WB_FMT "\" (%s) is not known",
                 WB_ARG(plan_row_link_name(partner, field)), model);
    }
    return code;
}

void
pull_party(struct pull *pull, const struct record_any *partner, struct record_object *party,
           struct wb_str place)
{
    if (partner == NULL || party == NULL) {
        return;
    }
    const struct wb_str gln = pull_gln(pull, partner, place);
    const struct wb_str ref = plan_row_text(partner, "ref");
    pull_put_text(pull, party, "gln", gln);
    if (!wb_str_eq(ref, gln)) {
        pull_put_text(pull, party, "ref", ref);
    }
    put_names(pull, partner, party);
    put_street(pull, party, plan_row_text(partner, "street"));
    put_street(pull, party, plan_row_text(partner, "street2"));
    pull_put_text(pull, party, "city", plan_row_text(partner, "city"));
    pull_put_text(pull, party, "zip", plan_row_text(partner, "zip"));
    pull_put_text(pull, party, "state",
                  code_of(pull, partner, "state_id", "res.country.state", place));
    pull_put_text(pull, party, "country",
                  code_of(pull, partner, "country_id", "res.country", place));
}

const struct record_any *
pull_ship_to(struct pull *pull, const struct record_any *order)
{
    const struct record_any *const address =
        pull_follow(pull, order, "dest_address_id", "res.partner");
    if (address != NULL || plan_row_link(order, "dest_address_id") != 0) {
        return address;
    }
    const struct record_any *const type =
        pull_follow(pull, order, "picking_type_id", "stock.picking.type");
    const struct record_any *const warehouse =
        pull_follow(pull, type, "warehouse_id", "stock.warehouse");
    return pull_follow(pull, warehouse, "partner_id", "res.partner");
}

const struct record_any *
pull_invoice_to(struct pull *pull, const struct record_any *company)
{
    const int64_t owner = plan_row_link(company, "partner_id");
    const struct plan_rows *const partners = pull_model(pull, WB_LIT("res.partner"));
    const struct record_any *found = NULL;
    size_t count = 0;
    for (size_t i = 0; owner != 0 && partners != NULL && i < partners->count; i++) {
        const struct record_any *const row = partners->rows[i];
        if (plan_row_link(row, "parent_id") == owner && plan_row_true(row, "active", true) &&
            wb_str_eq(plan_row_text(row, "type"), WB_LIT("invoice"))) {
            found = row;
            count++;
        }
    }
    if (count > 1) {
        pull_gap(pull, ODOO_GAP_INVOICE_SEVERAL, WB_LIT("bill to"), "%zu addresses", count);
    }
    return count == 1 ? found : NULL;
}
