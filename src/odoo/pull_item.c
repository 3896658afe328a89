/*
 * The item and the unit of a line. The vendor's number comes from product.supplierinfo, the GTIN
 * from the record that is about the ordered unit, and a unit without a word of ours is refused.
 */
#include <string.h>

#include "odoo/pull_priv.h"
#include "plan/ratio.h"
#include "plan/unit.h"

enum { CHAIN_MAX = 32 };

/* ---- how many of one unit are in another */

static bool
reference_ratio(const struct record_any *uom, struct plan_ratio *ret)
{
    struct wb_dec factor = {0};
    struct wb_dec inverse = {0};
    const struct wb_str type = plan_row_text(uom, "uom_type");
    if (wb_str_eq(type, WB_LIT("reference"))) {
        *ret = plan_ratio_one();
        return true;
    }
    if (wb_str_eq(type, WB_LIT("bigger")) && plan_row_dec(uom, "factor_inv", &inverse) &&
        inverse.units > 0) {
        *ret = plan_ratio_of(inverse);
        return true;
    }
    if (plan_row_dec(uom, "factor", &factor) && factor.units > 0) {
        *ret = plan_ratio_turn(plan_ratio_of(factor));
        return true;
    }
    return false;
}

static bool
chain_ratio(struct pull *pull, const struct record_any *uom, struct plan_ratio *ret,
            int64_t *ret_root)
{
    struct plan_ratio ratio = plan_ratio_one();
    for (unsigned steps = 0; steps < CHAIN_MAX && uom != NULL; steps++) {
        struct wb_dec factor = {0};
        if (plan_row_link(uom, "relative_uom_id") == 0) {
            *ret = ratio;
            *ret_root = plan_row_id(uom);
            return true;
        }
        if (!plan_row_dec(uom, "relative_factor", &factor) || factor.units <= 0 ||
            !plan_ratio_mul(ratio, plan_ratio_of(factor), &ratio)) {
            return false;
        }
        uom = pull_follow(pull, uom, "relative_uom_id", "uom.uom");
    }
    return false;
}

static bool
root_ratio(struct pull *pull, const struct record_any *uom, struct plan_ratio *ret,
           int64_t *ret_root)
{
    if (uom == NULL) {
        return false;
    }
    if (pull->options->release >= 19) {
        return chain_ratio(pull, uom, ret, ret_root);
    }
    *ret_root = plan_row_link(uom, "category_id");
    return *ret_root != 0 && reference_ratio(uom, ret);
}

/* The product's own units in the ordered one, when Odoo can convert it. */
static bool
ordered_ratio(struct pull *pull, const struct pull_line *line, struct plan_ratio *ret)
{
    struct plan_ratio from;
    struct plan_ratio to;
    int64_t from_root = 0;
    int64_t to_root = 0;
    const struct record_any *const own = pull_follow(pull, line->product, "uom_id", "uom.uom");
    return root_ratio(pull, line->uom, &from, &from_root) && root_ratio(pull, own, &to, &to_root) &&
           from_root == to_root && plan_ratio_mul(from, plan_ratio_turn(to), ret);
}

/* ---- the unit */

static bool
is_partner(const struct pull *pull, struct wb_str name)
{
    return name.len == 0 || wb_str_eq(name, pull->partner_ref);
}

/* The policy's word for a unit of Odoo; a row for the item goes before one for all. */
static struct wb_str
table_word(const struct pull *pull, const struct pull_line *line, struct wb_str uom)
{
    const struct plan_policy *const policy = pull->options->policy;
    const struct wb_str code = plan_row_text(line->product, "default_code");
    struct wb_str word = {0};
    for (size_t i = 0; policy != NULL && i < policy->unit_count; i++) {
        const struct plan_unit_row *const row = &policy->units[i];
        if (!wb_str_eq(row->odoo_unit, uom) || !is_partner(pull, row->partner)) {
            continue;
        }
        if (row->item.len > 0 && wb_str_eq(row->item, code)) {
            return row->unit;
        }
        if (row->item.len == 0 && word.len == 0) {
            word = row->unit;
        }
    }
    return word;
}

/* What is in a pack, when it is a whole number of single pieces. */
static void
put_pack(struct pull *pull, struct pull_line *line, struct wb_str word)
{
    struct plan_ratio ratio;
    struct wb_dec count;
    const struct record_any *const own = pull_follow(pull, line->product, "uom_id", "uom.uom");
    const struct wb_str piece = plan_unit_word(plan_row_text(own, "name"));
    bool exact = false;
    if (!plan_unit_is_pack(word) || !plan_unit_is_single(piece) ||
        !ordered_ratio(pull, line, &ratio) ||
        !plan_ratio_apply(wb_dec_int(1), ratio, 0, &count, &exact) || !exact || count.units < 2) {
        return;
    }
    pull_put_dec(pull, line->record, "pack_count", count);
    pull_put_dec(pull, line->record, "pack_size", wb_dec_int(1));
    pull_put_text(pull, line->record, "pack_unit", piece);
}

void
pull_unit(struct pull *pull, struct pull_line *line)
{
    const char *const field = pull_uom_field(pull);
    line->uom = pull_follow(pull, line->row, field, "uom.uom");
    const struct wb_str name = plan_row_text(line->uom, "name");
    if (name.len == 0) {
        pull_gap(pull, ODOO_GAP_UNIT_MISSING, line->place, "%s is %s", field,
                 plan_row_link(line->row, field) == 0 ? "empty" : "not among the exported units");
        return;
    }
    struct wb_str word = table_word(pull, line, name);
    word = word.len > 0 ? word : plan_unit_word(name);
    if (word.len == 0) {
        pull_gap(pull, ODOO_GAP_UNIT_UNKNOWN, line->place, "\"" WB_FMT "\"", WB_ARG(name));
        return;
    }
    pull_put_text(pull, pull_enter(pull, line->record, "uom"), "code", word);
    put_pack(pull, line, word);
}

/* ---- the vendor's number */

enum rank { RANK_NONE, RANK_TEMPLATE, RANK_PRODUCT };

struct offer { /* the best price lists so far */
    enum rank rank;
    bool dated, in_unit;
    struct wb_dec least;
    struct wb_str code;
    struct wb_str other; /* as good, and another number */
};

static bool
holds_on(const struct record_any *row, struct wb_date day)
{
    struct wb_date start;
    struct wb_date end;
    const bool starts = wb_date_parse_iso(plan_row_text(row, "date_start"), &start);
    const bool ends = wb_date_parse_iso(plan_row_text(row, "date_end"), &end);
    return (!starts || wb_date_cmp(start, day) <= 0) && (!ends || wb_date_cmp(day, end) <= 0);
}

static bool
is_vendor(const struct pull *pull, const struct record_any *row)
{
    const int64_t partner = plan_row_link(row, "partner_id");
    const int64_t company = plan_row_link(row, "company_id");
    return partner != 0 && (partner == pull->partner_id || partner == pull->commercial_id) &&
           (company == 0 || pull->company_id == 0 || company == pull->company_id);
}

static struct offer
offer_of(const struct pull *pull, const struct pull_line *line, const struct record_any *row)
{
    struct offer offer = {.rank = RANK_NONE, .code = plan_row_text(row, "product_code")};
    const int64_t product = plan_row_link(row, "product_id");
    const int64_t template = plan_row_link(row, "product_tmpl_id");
    if (offer.code.len == 0 || !is_vendor(pull, row)) {
        return offer;
    }
    if (product != 0) {
        offer.rank = product == plan_row_id(line->product) ? RANK_PRODUCT : RANK_NONE;
    } else if (template != 0 && template == plan_row_link(line->product, "product_tmpl_id")) {
        offer.rank = RANK_TEMPLATE;
    }
    offer.dated = holds_on(row, pull->issued_on);
    const int64_t uom = plan_row_link(row, "product_uom_id");
    offer.in_unit = uom != 0 && uom == plan_row_id(line->uom);
    if (!plan_row_dec(row, "min_qty", &offer.least)) {
        offer.least = wb_dec_int(0);
    }
    if (wb_dec_cmp(offer.least, line->quantity) > 0) {
        offer.least = wb_dec_int(-1); /* more than is ordered: the last choice */
    }
    return offer;
}

/* Above 0 when a is the better one. */
static int
compare_offers(const struct offer *a, const struct offer *b)
{
    if (a->dated != b->dated) {
        return a->dated ? 1 : -1;
    }
    if (a->rank != b->rank) {
        return a->rank > b->rank ? 1 : -1;
    }
    if (a->in_unit != b->in_unit) {
        return a->in_unit ? 1 : -1;
    }
    return wb_dec_cmp(a->least, b->least);
}

static void
consider(const struct pull *pull, const struct pull_line *line, const struct plan_entry *entries,
         size_t count, struct offer *best)
{
    for (size_t i = 0; i < count; i++) {
        const struct offer offer = offer_of(pull, line, entries[i].row);
        if (offer.rank == RANK_NONE) {
            continue;
        }
        const int order = best->rank == RANK_NONE ? 1 : compare_offers(&offer, best);
        if (order > 0) {
            *best = offer;
        } else if (order == 0 && !wb_str_eq(offer.code, best->code)) {
            best->other = offer.code;
        }
    }
}

/* False when there are several, which is told. */
static bool
vendor_code(struct pull *pull, struct pull_line *line, struct wb_str *ret)
{
    const struct plan_entry *first = NULL;
    struct offer best = {.rank = RANK_NONE};
    size_t count = pull_rows_of(&pull->variants, plan_row_id(line->product), &first);
    consider(pull, line, first, count, &best);
    count = pull_rows_of(&pull->templates, plan_row_link(line->product, "product_tmpl_id"), &first);
    consider(pull, line, first, count, &best);
    *ret = best.code;
    if (best.other.len > 0) {
        pull_gap(pull, ODOO_GAP_VENDOR_CODES, line->place, WB_FMT " and " WB_FMT, WB_ARG(best.code),
                 WB_ARG(best.other));
    }
    return best.other.len == 0;
}

/* ---- the GTIN */

/* The barcode of a pack of the product: of the ordered unit (19), or of as many pieces (to 18). */
static struct wb_str
barcode_of_pack(struct pull *pull, const struct pull_line *line, const struct plan_ratio *ratio)
{
    const struct plan_entry *first = NULL;
    const size_t count = pull_rows_of(&pull->packs, plan_row_id(line->product), &first);
    for (size_t i = 0; i < count; i++) {
        const struct record_any *const row = first[i].row;
        struct wb_dec held;
        bool equal = plan_row_link(row, "uom_id") == plan_row_id(line->uom);
        if (pull->options->release <= 18) {
            equal = ratio != NULL && plan_row_dec(row, "qty", &held) &&
                    plan_ratio_equal(plan_ratio_of(held), *ratio, &equal) && equal;
        }
        if (equal && plan_row_text(row, "barcode").len > 0) {
            return plan_row_text(row, "barcode");
        }
    }
    return (struct wb_str){0};
}

/* The barcode of what is ordered: a case and the piece in it have different ones. */
static struct wb_str
barcode_of(struct pull *pull, const struct pull_line *line)
{
    struct plan_ratio ratio;
    const struct wb_str own = plan_row_text(line->product, "barcode");
    const int64_t uom = plan_row_link(line->product, "uom_id");
    if (uom != 0 && uom == plan_row_id(line->uom)) {
        return own;
    }
    const bool has_ratio = ordered_ratio(pull, line, &ratio);
    struct wb_str barcode = barcode_of_pack(pull, line, has_ratio ? &ratio : NULL);
    if (barcode.len == 0 && has_ratio && plan_ratio_is_one(ratio)) {
        barcode = own;
    }
    if (barcode.len == 0 && own.len > 0) {
        pull_gap(pull, ODOO_GAP_BARCODE_OTHER_UNIT, line->place,
                 WB_FMT " is that of one \"" WB_FMT "\"", WB_ARG(own),
                 WB_ARG(plan_row_link_name(line->product, "uom_id")));
    }
    return barcode;
}

void
pull_item(struct pull *pull, struct pull_line *line)
{
    struct record_object *const item = pull_enter(pull, line->record, "product_id");
    struct wb_str code;
    const bool settled = vendor_code(pull, line, &code);
    const struct wb_str own = plan_row_text(line->product, "default_code");
    const struct wb_str barcode = barcode_of(pull, line);
    const struct wb_str gtin = pull_gtin(pull, barcode);
    if (barcode.len > 0 && gtin.len == 0) {
        pull_gap(pull, ODOO_GAP_BARCODE_WRONG, line->place, WB_FMT, WB_ARG(barcode));
    }
    pull_put_text(pull, item, "supplier_code", code);
    pull_put_text(pull, item, "barcode", gtin);
    pull_put_text(pull, item, "default_code", own);
    const struct wb_str name = plan_row_text(line->row, "name");
    const struct wb_str first = wb_str_sub(name, 0, wb_str_find(name, '\n'));
    if (!settled) {
        return;
    }
    if (code.len == 0 && gtin.len == 0) {
        pull_gap(pull, ODOO_GAP_ITEM_UNNUMBERED, line->place, WB_FMT, WB_ARG(first));
    } else if (code.len == 0) {
        pull_gap(pull, ODOO_GAP_VENDOR_CODE_ABSENT, line->place, WB_FMT, WB_ARG(first));
    }
}
