/*
 * The price of a line: what the customer says, what we ask, and which of both goes to Odoo. A price
 * that fits another unit is the mark of a wrong unit, and worth more than the difference itself.
 */
#include "plan/plan_priv.h"

enum { PRICE_SCALE = 8, FACTOR_MAX = 10000, DIGITS_MAX = 15 };

struct basis {
    const char *code;
    int64_t count; /* 0: one ordered unit */
    const char *unit;
};

static const struct basis bases[] = {
#define X(code, count, unit) {code, count, unit},
#include "plan/basis.def"
#undef X
};

static const struct basis *
basis_of(struct wb_str code)
{
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        if (wb_str_eq(wb_str_of(bases[i].code), code)) {
            return &bases[i];
        }
    }
    return NULL;
}

/* A double holds 15 digits; what is longer would be changed on the way. */
bool
plan_number_fits(struct wb_dec value)
{
    int64_t units = wb_dec_trim(value).units;
    unsigned digits = 0;
    while (units != 0) {
        units /= 10;
        digits++;
    }
    return digits <= DIGITS_MAX;
}

static bool
sub_abs(struct wb_dec a, struct wb_dec b, struct wb_dec *ret)
{
    return wb_dec_cmp(a, b) >= 0 ? wb_dec_sub(a, b, ret) : wb_dec_sub(b, a, ret);
}

/* The larger of the policy's percentage and its amount. */
static bool
inside(const struct planner *planner, struct wb_dec theirs, struct wb_dec ours)
{
    const struct plan_policy *const policy = planner->policy;
    struct wb_dec apart;
    struct wb_dec share;
    if (!sub_abs(theirs, ours, &apart)) {
        return false;
    }
    if (wb_dec_cmp(apart, policy->price_tolerance_amount) <= 0) {
        return true;
    }
    struct wb_dec limit;
    return wb_dec_mul(wb_dec_trim(ours), wb_dec_trim(policy->price_tolerance_percent), &share) &&
           wb_dec_div(share, wb_dec_int(100), PRICE_SCALE, &limit) && wb_dec_cmp(apart, limit) <= 0;
}

/* ---- what the customer's price is for */

/* How many ordered units the price is for; false when it cannot be worked out. */
static bool
priced_units(struct planner *planner, const struct plan_item_line *line, struct wb_dec count,
             struct wb_str unit, struct plan_ratio *ret)
{
    struct plan_ratio pieces;
    struct plan_ratio own;
    *ret = plan_ratio_of(count);
    if (unit.len == 0 || wb_str_eq(unit, line->unit) || plan_unit_same(unit, line->unit)) {
        return true;
    }
    if (!line->has_pack) {
        return false;
    }
    if (plan_unit_is_single(unit) &&
        plan_uom_singles(planner, plan_row_link(line->product, "uom_id"), &own)) {
        return plan_ratio_mul(line->pack.ratio, own, &pieces) &&
               plan_ratio_mul(*ret, plan_ratio_turn(pieces), ret);
    }
    struct plan_pack *packs = NULL;
    size_t pack_count = 0;
    const struct plan_pack *one = NULL;
    plan_packs(planner, line->product, &packs, &pack_count);
    for (size_t i = 0; i < pack_count; i++) {
        if (plan_unit_same(plan_unit_word(packs[i].name), unit)) {
            if (one != NULL) {
                return false;
            }
            one = &packs[i];
        }
    }
    struct plan_ratio per_pack;
    return one != NULL &&
           plan_ratio_mul(one->ratio, plan_ratio_turn(line->pack.ratio), &per_pack) &&
           plan_ratio_mul(*ret, per_pack, ret);
}

/* The customer's price for one ordered unit. False after saying why not. */
static bool
price_each(struct planner *planner, struct plan_item_line *line)
{
    struct wb_dec count = wb_dec_int(1);
    struct wb_str unit = plan_cell_text(line->order, "price_unit");
    const struct wb_str code = plan_cell_text(line->order, "price_basis");
    const bool counted = plan_cell_dec(line->order, "price_quantity", &count);
    const struct basis *const basis = code.len == 0 ? NULL : basis_of(code);
    if (code.len > 0 && basis == NULL && !counted && unit.len == 0) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_BASIS, line, "price_basis", (struct wb_str){0},
                        "the price stands for " WB_FMT ", which the plan does not know",
                        WB_ARG(code));
        return false;
    }
    if (basis != NULL && basis->count > 0 && !counted) {
        count = wb_dec_int(basis->count);
    }
    if (basis != NULL && basis->count > 0 && unit.len == 0) {
        unit = wb_str_of(basis->unit);
    }
    struct plan_ratio ratio;
    bool exact = true;
    if (count.units <= 0 || !priced_units(planner, line, count, unit, &ratio) ||
        !plan_ratio_apply(line->price, plan_ratio_turn(ratio), PRICE_SCALE, &line->price_each,
                          &exact)) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_BASIS, line, "unit_price", (struct wb_str){0},
                        "the price is for " WB_FMT " " WB_FMT ", the line orders " WB_FMT,
                        WB_ARG(plan_dec_text(planner, count)), WB_ARG(unit), WB_ARG(line->unit));
        return false;
    }
    line->has_price_each = true;
    if (!exact) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_PRECISION, line, "unit_price", (struct wb_str){0},
                        "the price of one " WB_FMT " is no finite decimal", WB_ARG(line->unit));
    }
    return true;
}

/* ---- what we ask */

static bool
our_price(struct planner *planner, const struct plan_item_line *line, struct plan_ratio ratio,
          struct wb_dec *ret, struct wb_str *ret_why)
{
    struct wb_dec base = {0};
    bool exact = true;
    if (!plan_list_price(planner, line, &base, ret_why)) {
        return false;
    }
    if (!plan_ratio_apply(base, ratio, PRICE_SCALE, ret, &exact)) {
        *ret_why = WB_LIT("the numbers are too large");
        return false;
    }
    return true;
}

bool
plan_price_fits(struct planner *planner, const struct plan_item_line *line, struct plan_ratio ratio)
{
    struct wb_dec ours = {0};
    struct wb_str why = {0};
    return line->has_price && our_price(planner, line, ratio, &ours, &why) && ours.units > 0 &&
           inside(planner, line->price, ours);
}

/* ---- does it fit another unit */

static bool
fits_other_pack(struct planner *planner, struct plan_item_line *line)
{
    struct plan_pack *packs = NULL;
    size_t count = 0;
    plan_packs(planner, line->product, &packs, &count);
    for (size_t i = 0; i < count; i++) {
        struct wb_dec ours = {0};
        struct wb_str why = {0};
        bool equal = true;
        if (!plan_ratio_equal(packs[i].ratio, line->pack.ratio, &equal) || equal ||
            !our_price(planner, line, packs[i].ratio, &ours, &why) || ours.units <= 0 ||
            !inside(planner, line->price_each, ours)) {
            continue;
        }
        plan_raise_line(
            planner, PLAN_ISSUE_UNIT_PRICE, line, "unit_price",
            plan_text(planner, "perhaps " WB_FMT " " WB_FMT "; " WB_FMT,
                      WB_ARG(plan_dec_text(planner, line->quantity)), WB_ARG(packs[i].name),
                      WB_ARG(plan_unit_row_text(planner, line, &packs[i]))),
            WB_FMT " is our price of " WB_FMT " (" WB_FMT "), not of " WB_FMT " (" WB_FMT ")",
            WB_ARG(plan_dec_text(planner, line->price_each)), WB_ARG(packs[i].name),
            WB_ARG(plan_dec_text(planner, ours)), WB_ARG(line->pack.name),
            WB_ARG(plan_dec_text(planner, line->our_price)));
        return true;
    }
    return false;
}

/* A whole number of times ours, or a whole part of it. */
static bool
is_multiple(struct planner *planner, struct plan_item_line *line, bool theirs_is_more)
{
    const struct wb_dec more = theirs_is_more ? line->price_each : line->our_price;
    const struct wb_dec less = theirs_is_more ? line->our_price : line->price_each;
    struct wb_dec factor = {0};
    struct wb_dec product;
    if (less.units <= 0 || !wb_dec_div(more, less, 0, &factor) || factor.units < 2 ||
        factor.units > FACTOR_MAX || !wb_dec_mul(less, factor, &product) ||
        !inside(planner, product, more)) {
        return false;
    }
    plan_raise_line(
        planner, PLAN_ISSUE_UNIT_PRICE, line, "unit_price",
        plan_text(planner, "ask whether their " WB_FMT " holds %s" WB_FMT " times as much",
                  WB_ARG(line->unit), theirs_is_more ? "" : "1/",
                  WB_ARG(plan_dec_text(planner, factor))),
        "the price " WB_FMT " is " WB_FMT " times %s than ours, " WB_FMT,
        WB_ARG(plan_dec_text(planner, line->price_each)), WB_ARG(plan_dec_text(planner, factor)),
        theirs_is_more ? "more" : "less", WB_ARG(plan_dec_text(planner, line->our_price)));
    return true;
}

/* ---- which price goes to Odoo */

static void
compare(struct planner *planner, struct plan_item_line *line, struct wb_dec *chosen)
{
    if (inside(planner, line->price_each, line->our_price)) {
        *chosen = planner->policy->keep_customer_price ? line->price_each : line->our_price;
        return;
    }
    *chosen = line->our_price;
    if (fits_other_pack(planner, line) || is_multiple(planner, line, true) ||
        is_multiple(planner, line, false)) {
        return;
    }
    plan_raise_line(planner, PLAN_ISSUE_PRICE_OUTSIDE, line, "unit_price", (struct wb_str){0},
                    "the customer says " WB_FMT ", ours is " WB_FMT,
                    WB_ARG(plan_dec_text(planner, line->price_each)),
                    WB_ARG(plan_dec_text(planner, line->our_price)));
}

static bool
choose(struct planner *planner, struct plan_item_line *line, struct wb_dec *ret)
{
    struct wb_str why = {0};
    const bool negative = line->has_price && line->price.units < 0;
    if (negative) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_NEGATIVE, line, "unit_price", (struct wb_str){0},
                        "the price is " WB_FMT, WB_ARG(plan_dec_text(planner, line->price)));
        return false;
    }
    const bool told = line->has_price && price_each(planner, line);
    line->has_our_price = our_price(planner, line, line->pack.ratio, &line->our_price, &why);
    if (!line->has_our_price && plan_customer(planner) == NULL) {
        *ret = line->price_each; /* the whole order is held: nobody knows whose price list counts */
        return told;
    }
    if (!line->has_our_price) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_UNCHECKED, line, "unit_price", (struct wb_str){0},
                        "our price is not known: " WB_FMT, WB_ARG(why));
        *ret = line->price_each;
        return told;
    }
    line->our_price = wb_dec_trim(wb_dec_round(line->our_price, planner->price_digits));
    if (plan_list_price(planner, line, &line->our_base, &why)) {
        line->our_base = wb_dec_trim(wb_dec_round(line->our_base, planner->price_digits));
    }
    *ret = line->our_price;
    if (!line->has_price) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_ABSENT, line, "unit_price", (struct wb_str){0},
                        "ours is " WB_FMT, WB_ARG(plan_dec_text(planner, line->our_price)));
        return true;
    }
    if (told) {
        compare(planner, line, ret);
    }
    return told;
}

/* The line cannot be written at all: a number that is not the right one must not stand there. */
static bool
refuse(struct planner *planner, struct plan_item_line *line, struct wb_dec value)
{
    plan_raise_line(planner, PLAN_ISSUE_VALUE_REFUSED, line, "quantity", (struct wb_str){0},
                    WB_FMT " times what is in " WB_FMT " does not fit",
                    WB_ARG(plan_dec_text(planner, value)), WB_ARG(line->pack.name));
    return false;
}

static bool
write_price(struct planner *planner, struct plan_item_line *line, struct wb_dec price)
{
    bool exact = true;
    line->final_price = wb_dec_trim(price);
    if (line->converted && line->has_our_price && wb_dec_cmp(price, line->our_price) == 0) {
        line->final_price = line->our_base; /* the way through the pack would round it */
    } else if (line->converted && !plan_ratio_apply(price, plan_ratio_turn(line->pack.ratio),
                                                    PRICE_SCALE, &line->final_price, &exact)) {
        return refuse(planner, line, price);
    }
    if (!exact || line->final_price.scale > planner->price_digits) {
        plan_raise_line(planner, PLAN_ISSUE_PRICE_PRECISION, line, "unit_price", (struct wb_str){0},
                        WB_FMT " per " WB_FMT " has more than %u decimals",
                        WB_ARG(plan_dec_text(planner, line->final_price)),
                        WB_ARG(plan_row_text(line->pack.uom, "name")), planner->price_digits);
    }
    return true;
}

static bool
write_quantity(struct planner *planner, struct plan_item_line *line)
{
    struct wb_dec rounding = {0};
    struct wb_dec parts = {0};
    struct wb_dec back;
    bool exact = true;
    line->final_quantity = wb_dec_trim(line->quantity);
    if (line->converted && !plan_ratio_apply(line->quantity, line->pack.ratio, PRICE_SCALE,
                                             &line->final_quantity, &exact)) {
        return refuse(planner, line, line->quantity);
    }
    const bool rounded =
        plan_row_dec(line->pack.uom, "rounding", &rounding) && rounding.units > 0 &&
        wb_dec_div(line->final_quantity, rounding, 0, &parts) &&
        wb_dec_mul(parts, rounding, &back) && wb_dec_cmp(back, line->final_quantity) != 0;
    if (!exact || rounded || line->final_quantity.scale > planner->quantity_digits) {
        plan_raise_line(planner, PLAN_ISSUE_QUANTITY_PRECISION, line, "quantity",
                        (struct wb_str){0}, WB_FMT " " WB_FMT " would be rounded",
                        WB_ARG(plan_dec_text(planner, line->final_quantity)),
                        WB_ARG(plan_row_text(line->pack.uom, "name")));
    }
    return true;
}

/* Without a word on what it is for, a price is for one ordered unit. */
static bool
is_plain(const struct plan_item_line *line)
{
    struct wb_dec count;
    const struct wb_str code = plan_cell_text(line->order, "price_basis");
    const struct basis *const basis = code.len == 0 ? NULL : basis_of(code);
    return plan_cell_text(line->order, "price_unit").len == 0 &&
           !plan_cell_dec(line->order, "price_quantity", &count) &&
           (code.len == 0 || (basis != NULL && basis->count == 0));
}

void
plan_price_line(struct planner *planner, struct plan_item_line *line)
{
    struct wb_dec price = {0};
    line->has_final = false;
    if (line->has_price && is_plain(line)) {
        line->price_each = line->price;
        line->has_price_each = true;
    }
    if (!line->has_quantity || line->quantity.units <= 0) {
        const struct wb_str text = plan_dec_text(planner, line->quantity);
        plan_raise_line(planner, PLAN_ISSUE_QUANTITY, line, "quantity", (struct wb_str){0},
                        "the quantity is " WB_FMT,
                        WB_ARG(line->has_quantity ? text : WB_LIT("missing")));
        return;
    }
    if (!line->has_pack) {
        return;
    }
    line->converted = plan_row_id(line->pack.uom) == plan_row_link(line->product, "uom_id") &&
                      !plan_ratio_is_one(line->pack.ratio);
    const bool priced = choose(planner, line, &price);
    const bool counted = write_quantity(planner, line);
    line->has_final = priced && counted && write_price(planner, line, price);
    if (line->has_final &&
        (!plan_number_fits(line->final_quantity) || !plan_number_fits(line->final_price))) {
        plan_raise_line(planner, PLAN_ISSUE_VALUE_REFUSED, line, "quantity", (struct wb_str){0},
                        WB_FMT " at " WB_FMT " has more than %d digits",
                        WB_ARG(plan_dec_text(planner, line->final_quantity)),
                        WB_ARG(plan_dec_text(planner, line->final_price)), DIGITS_MAX);
    }
}
