/*
 * In which unit a line is written. Asked in this order: the policy, the pack whose barcode was
 * ordered, the product's own unit, its packs by name, units of Odoo by name. Nothing is converted
 * on a guess: where sources disagree, or a pack is known by name alone, a person decides.
 */
#include <stdlib.h>

#include "plan/plan_priv.h"

/* ---- the policy's units for this buyer */

static int
compare_units(const void *a, const void *b)
{
    const struct plan_unit_row *const *const left = a;
    const struct plan_unit_row *const *const right = b;
    int order = wb_str_cmp((*left)->item, (*right)->item);
    order = order != 0 ? order : wb_str_cmp((*left)->unit, (*right)->unit);
    order = order != 0 ? order : ((*left)->partner.len == 0) - ((*right)->partner.len == 0);
    return order != 0 ? order : wb_str_cmp((*left)->odoo_unit, (*right)->odoo_unit);
}

void
plan_units_collect(struct planner *planner)
{
    const struct plan_policy *const policy = planner->policy;
    planner->units =
        wb_arena_array(planner->ctx, planner->arena, policy->unit_count, sizeof *planner->units);
    planner->unit_count = 0;
    if (planner->units == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < policy->unit_count; i++) {
        if (plan_is_buyer(planner, policy->units[i].partner)) {
            planner->units[planner->unit_count++] = &policy->units[i];
        }
    }
    if (planner->unit_count > 0) {
        qsort(planner->units, planner->unit_count, sizeof *planner->units, compare_units);
    }
}

/* The first row of an item and unit: the customer's own before that for any. */
static const struct plan_unit_row *
policy_row(const struct planner *planner, struct wb_str item, struct wb_str unit)
{
    const struct plan_unit_row wanted = {.item = item, .unit = unit};
    size_t low = 0;
    size_t high = planner->unit_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct plan_unit_row *const row = planner->units[middle];
        int order = wb_str_cmp(row->item, wanted.item);
        order = order != 0 ? order : wb_str_cmp(row->unit, wanted.unit);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool found = low < planner->unit_count && wb_str_eq(planner->units[low]->item, item) &&
                       wb_str_eq(planner->units[low]->unit, unit);
    return found ? planner->units[low] : NULL;
}

/* ---- words */

static const char *
member_of(const struct plan_item_line *line)
{
    return line->unit.len > 0 ? "unit" : "";
}

static struct wb_str
code_of(const struct plan_item_line *line)
{
    return plan_row_text(line->product, "default_code");
}

struct wb_str
plan_unit_row_text(struct planner *planner, const struct plan_item_line *line,
                   const struct plan_pack *pack)
{
    const struct plan_search *const buyer = &planner->parties[PLAN_BUYER].search;
    const struct wb_str partner = buyer->winner != NULL ? buyer->winner->value : (struct wb_str){0};
    return plan_text(planner,
                     "if so, a row for the policy's units: " WB_FMT "," WB_FMT "," WB_FMT "," WB_FMT
                     "," WB_FMT,
                     WB_ARG(partner), WB_ARG(code_of(line)), WB_ARG(line->unit), WB_ARG(pack->name),
                     WB_ARG(plan_dec_text(planner, plan_ratio_dec(pack->ratio))));
}

/* "Units, Case of 50" */
static struct wb_str
packs_text(struct planner *planner, const struct plan_pack *packs, size_t count)
{
    struct wb_str text = {0};
    for (size_t i = 0; i < count; i++) {
        text = plan_text(planner, WB_FMT "%s" WB_FMT, WB_ARG(text), i > 0 ? ", " : "",
                         WB_ARG(packs[i].name));
    }
    return text;
}

struct wb_str
plan_unit_text(struct planner *planner, const struct plan_item_line *line)
{
    const struct wb_str own = plan_row_text(line->pack.uom, "name");
    if (line->pack.packaging == NULL && !line->converted) {
        return plan_row_text(line->pack.uom, "name");
    }
    return plan_text(planner, WB_FMT " " WB_FMT " = " WB_FMT " " WB_FMT,
                     WB_ARG(plan_dec_text(planner, line->quantity)), WB_ARG(line->pack.name),
                     WB_ARG(plan_dec_text(planner, line->final_quantity)), WB_ARG(own));
}

/* ---- where a unit comes from */

static void
take(struct plan_item_line *line, struct plan_pack pack, const char *how)
{
    line->pack = pack;
    line->has_pack = true;
    line->how = wb_str_of(how);
}

/* A unit of Odoo with exactly this name, in any case of letters. */
static const struct record_any *
uom_named(struct planner *planner, struct wb_str name)
{
    const struct plan_rows *const rows = plan_model(planner, "uom.uom");
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct wb_str there = plan_row_text(rows->rows[i], "name");
        if (plan_text_alike(there, name) && plan_row_true(rows->rows[i], "active", true)) {
            return rows->rows[i];
        }
    }
    return NULL;
}

/* Odoo's unit as the policy names it: a pack of the product, else any unit. */
static void
by_name_of_policy(struct planner *planner, struct plan_item_line *line, struct wb_str name,
                  const struct plan_unit_row *row)
{
    struct plan_pack *packs = NULL;
    size_t count = 0;
    struct plan_pack found = {.name = name};
    plan_packs(planner, line->product, &packs, &count);
    for (size_t i = 0; i < count && found.uom == NULL; i++) {
        found = plan_text_alike(packs[i].name, name) ? packs[i] : found;
    }
    const int64_t own_id = plan_row_link(line->product, "uom_id");
    if (found.uom == NULL) {
        found.uom = uom_named(planner, name);
        if (found.uom == NULL) {
            plan_raise_line(planner, PLAN_ISSUE_UNIT_UNKNOWN, line, member_of(line),
                            packs_text(planner, packs, count),
                            "the policy says unit " WB_FMT ", which Odoo has not", WB_ARG(name));
            return;
        }
        if (!plan_uom_ratio(planner, plan_row_id(found.uom), own_id, &found.ratio)) {
            plan_raise_line(planner, PLAN_ISSUE_UNIT_CATEGORY, line, member_of(line),
                            packs_text(planner, packs, count),
                            "unit " WB_FMT " of the policy cannot be converted to the product's",
                            WB_ARG(name));
            return;
        }
    }
    bool equal = true;
    if (row != NULL && row->has_factor) {
        const struct plan_ratio said = plan_ratio_of(row->factor);
        if (plan_row_id(found.uom) == own_id && found.packaging == NULL) {
            found.ratio = said; /* the product's own unit, so many times */
        } else if (!plan_ratio_equal(found.ratio, said, &equal) || !equal) {
            plan_raise_line(
                planner, PLAN_ISSUE_UNIT_FACTOR, line, member_of(line), (struct wb_str){0},
                "the policy says that a " WB_FMT " holds " WB_FMT ", Odoo's " WB_FMT
                " holds " WB_FMT,
                WB_ARG(line->unit), WB_ARG(plan_dec_text(planner, row->factor)), WB_ARG(name),
                WB_ARG(plan_dec_text(planner, plan_ratio_dec(found.ratio))));
            return;
        }
    }
    take(line, found, "the policy");
}

/* Whether a pack's name speaks of another unit than the order: "Case of 50" when a box is ordered.
 */
static bool
speaks_against(const struct plan_item_line *line, const struct plan_pack *pack)
{
    const struct wb_str word = plan_unit_word(pack->name);
    if (plan_unit_is_single(line->unit) && !plan_ratio_is_one(pack->ratio)) {
        return true;
    }
    return word.len > 0 && plan_unit_word_known(line->unit) && !plan_unit_same(word, line->unit);
}

/* The pack whose barcode was ordered. */
static bool
by_barcode(struct planner *planner, struct plan_item_line *line)
{
    struct plan_pack pack;
    if (line->scanned == NULL || !plan_pack_of(planner, line->product, line->scanned, &pack)) {
        return false;
    }
    if (speaks_against(line, &pack)) {
        plan_raise_line(planner, PLAN_ISSUE_UNIT_CONFLICT, line, member_of(line),
                        plan_unit_row_text(planner, line, &pack),
                        "the line orders " WB_FMT ", its GTIN is our " WB_FMT " with " WB_FMT,
                        WB_ARG(line->unit), WB_ARG(pack.name),
                        WB_ARG(plan_dec_text(planner, plan_ratio_dec(pack.ratio))));
        return true;
    }
    if (!plan_unit_word_known(line->unit) && !plan_price_fits(planner, line, pack.ratio)) {
        plan_raise_line(planner, PLAN_ISSUE_UNIT_UNSURE, line, member_of(line),
                        plan_unit_row_text(planner, line, &pack),
                        "the GTIN is our " WB_FMT ", the unit " WB_FMT " is not known",
                        WB_ARG(pack.name), WB_ARG(line->unit));
        return true;
    }
    take(line, pack, "the GTIN of the pack");
    return true;
}

/* What the order itself says of the content, in pieces; false when it says nothing usable. */
static bool
told_pieces(const struct plan_item_line *line, struct plan_ratio *ret)
{
    struct wb_dec count;
    struct wb_dec size;
    if (!plan_cell_dec(line->item, "pack_count", &count) || count.units <= 0) {
        return false;
    }
    *ret = plan_ratio_of(count);
    const struct wb_str unit = plan_cell_text(line->item, "pack_unit");
    if (!plan_cell_dec(line->item, "pack_size", &size) || size.units <= 0 ||
        !plan_unit_is_single(unit)) {
        return unit.len == 0 || plan_unit_is_single(unit);
    }
    return plan_ratio_mul(*ret, plan_ratio_of(size), ret);
}

/* Pieces in a pack; false when its product is not counted in pieces. */
static bool
pack_pieces(struct planner *planner, const struct plan_item_line *line,
            const struct plan_pack *pack, struct plan_ratio *ret)
{
    struct plan_ratio own;
    return plan_uom_singles(planner, plan_row_link(line->product, "uom_id"), &own) &&
           plan_ratio_mul(pack->ratio, own, ret);
}

static bool
pack_as_told(struct planner *planner, const struct plan_item_line *line,
             const struct plan_pack *pack, bool *ret_told)
{
    struct plan_ratio told;
    struct plan_ratio there;
    bool equal = true;
    *ret_told = told_pieces(line, &told) && pack_pieces(planner, line, pack, &there);
    return !*ret_told || (plan_ratio_equal(told, there, &equal) && equal);
}

/* The product's own unit or one of its packs, by the word that its name begins with. */
static bool
by_pack_name(struct planner *planner, struct plan_item_line *line)
{
    struct plan_pack *packs = NULL;
    size_t count = 0;
    size_t fits = 0;
    size_t told_fits = 0;
    const struct plan_pack *one = NULL;
    const struct plan_pack *told_one = NULL;
    plan_packs(planner, line->product, &packs, &count);
    for (size_t i = 0; i < count; i++) {
        bool told = false;
        if (!plan_unit_same(plan_unit_word(packs[i].name), line->unit)) {
            continue;
        }
        one = one == NULL ? &packs[i] : one;
        fits++;
        if (pack_as_told(planner, line, &packs[i], &told) && told) {
            told_one = &packs[i];
            told_fits++;
        }
    }
    if (fits == 0) {
        return false;
    }
    if (fits == 1 || told_fits == 1) {
        const struct plan_pack *const chosen = fits == 1 ? one : told_one;
        const bool own = chosen == &packs[0];
        take(line, *chosen, own ? "the product's own unit" : "a pack of the product");
        return true;
    }
    plan_raise_line(planner, PLAN_ISSUE_UNIT_AMBIGUOUS, line, member_of(line),
                    plan_unit_row_text(planner, line, one),
                    "%zu packs of the product are a " WB_FMT ": " WB_FMT, fits, WB_ARG(line->unit),
                    WB_ARG(packs_text(planner, packs, count)));
    return true;
}

struct named {             /* units of Odoo whose name begins with the ordered word */
    struct plan_pack one;  /* the first that can be converted */
    struct plan_pack told; /* one that holds what the order says */
    size_t told_count;
    struct plan_pack other;            /* holds something else than the first */
    const struct record_any *stranger; /* cannot be converted */
};

static void
look_at_uom(struct planner *planner, const struct plan_item_line *line,
            const struct record_any *uom, struct named *named)
{
    const int64_t own_id = plan_row_link(line->product, "uom_id");
    struct plan_pack pack = {.uom = uom, .name = plan_row_text(uom, "name")};
    bool told = false;
    bool equal = false;
    if (!plan_unit_same(plan_unit_word(pack.name), line->unit) ||
        !plan_row_true(uom, "active", true)) {
        return;
    }
    if (!plan_uom_ratio(planner, plan_row_id(uom), own_id, &pack.ratio)) {
        named->stranger = uom;
        return;
    }
    if (pack_as_told(planner, line, &pack, &told) && told) {
        named->told = named->told_count == 0 ? pack : named->told;
        named->told_count++;
    }
    if (named->one.uom == NULL) {
        named->one = pack;
    } else if (!plan_ratio_equal(named->one.ratio, pack.ratio, &equal) || !equal) {
        named->other = pack;
    }
}

/* One piece and a dozen are the same everywhere; a case is not, so it needs a witness. */
static void
take_named(struct planner *planner, struct plan_item_line *line, const struct named *named)
{
    const bool told = named->told_count == 1;
    const struct plan_pack *const pack = told ? &named->told : &named->one;
    if (named->other.uom != NULL && !told) {
        plan_raise_line(planner, PLAN_ISSUE_UNIT_AMBIGUOUS, line, member_of(line),
                        plan_unit_row_text(planner, line, &named->one),
                        "both " WB_FMT " and " WB_FMT " are a " WB_FMT " in Odoo",
                        WB_ARG(named->one.name), WB_ARG(named->other.name), WB_ARG(line->unit));
    } else if (told || !plan_unit_is_pack(line->unit) ||
               plan_price_fits(planner, line, pack->ratio)) {
        take(line, *pack, "a unit of Odoo by name");
    } else {
        plan_raise_line(planner, PLAN_ISSUE_UNIT_UNSURE, line, member_of(line),
                        plan_unit_row_text(planner, line, pack),
                        "Odoo has a unit " WB_FMT " with " WB_FMT
                        "; neither pack nor price say that it is this item's%s",
                        WB_ARG(pack->name),
                        WB_ARG(plan_dec_text(planner, plan_ratio_dec(pack->ratio))),
                        plan_packs_absent(planner));
    }
}

static bool
by_uom_name(struct planner *planner, struct plan_item_line *line)
{
    const struct plan_rows *const rows = plan_model(planner, "uom.uom");
    struct named named = {.told_count = 0};
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        look_at_uom(planner, line, rows->rows[i], &named);
    }
    if (named.one.uom != NULL) {
        take_named(planner, line, &named);
        return true;
    }
    if (named.stranger == NULL || plan_unit_is_pack(line->unit)) {
        return false;
    }
    const int64_t own_id = plan_row_link(line->product, "uom_id");
    plan_raise_line(planner, PLAN_ISSUE_UNIT_CATEGORY, line, member_of(line), (struct wb_str){0},
                    WB_FMT " cannot be converted to " WB_FMT ", the product's unit",
                    WB_ARG(plan_row_text(named.stranger, "name")),
                    WB_ARG(plan_row_text(plan_row(planner, "uom.uom", own_id), "name")));
    return true;
}

static void
say_unknown(struct planner *planner, struct plan_item_line *line)
{
    struct plan_pack *packs = NULL;
    size_t count = 0;
    plan_packs(planner, line->product, &packs, &count);
    struct wb_str proposal = {0};
    for (size_t i = 0; i < count && proposal.len == 0; i++) {
        if (plan_price_fits(planner, line, packs[i].ratio)) {
            proposal =
                plan_text(planner, "the price fits " WB_FMT "; " WB_FMT, WB_ARG(packs[i].name),
                          WB_ARG(plan_unit_row_text(planner, line, &packs[i])));
        }
    }
    plan_raise_line(planner, PLAN_ISSUE_UNIT_UNKNOWN, line, member_of(line), proposal,
                    "the product is sold in " WB_FMT ", the line orders " WB_FMT "%s",
                    WB_ARG(packs_text(planner, packs, count)), WB_ARG(line->unit),
                    plan_packs_absent(planner));
}

/* What the order says of its pack against what Odoo says. */
static void
check_told(struct planner *planner, struct plan_item_line *line)
{
    struct plan_ratio told = plan_ratio_one();
    struct plan_ratio there = plan_ratio_one();
    bool is_told = false;
    if (!line->has_pack || pack_as_told(planner, line, &line->pack, &is_told)) {
        return;
    }
    if (told_pieces(line, &told) && pack_pieces(planner, line, &line->pack, &there)) {
        plan_raise_line(
            planner, PLAN_ISSUE_UNIT_FACTOR, line, member_of(line), (struct wb_str){0},
            "the order says that a " WB_FMT " holds " WB_FMT ", our " WB_FMT " holds " WB_FMT,
            WB_ARG(line->unit), WB_ARG(plan_dec_text(planner, plan_ratio_dec(told))),
            WB_ARG(line->pack.name), WB_ARG(plan_dec_text(planner, plan_ratio_dec(there))));
    }
}

void
plan_unit_resolve(struct planner *planner, struct plan_item_line *line)
{
    line->has_pack = false;
    if (line->product == NULL) {
        return;
    }
    if (plan_row(planner, "uom.uom", plan_row_link(line->product, "uom_id")) == NULL) {
        plan_raise_line(planner, PLAN_ISSUE_UNIT_UNKNOWN, line, member_of(line), (struct wb_str){0},
                        "the unit of the product is not among Odoo's units");
        return;
    }
    const struct plan_unit_row *row = policy_row(planner, code_of(line), line->unit);
    row = row != NULL ? row : policy_row(planner, (struct wb_str){0}, line->unit);
    if (line->table_unit.len > 0) {
        by_name_of_policy(planner, line, line->table_unit, NULL);
    } else if (line->unit.len == 0) {
        plan_raise_line(planner, PLAN_ISSUE_UNIT_MISSING, line, member_of(line), (struct wb_str){0},
                        "the line names no unit");
    } else if (row != NULL) {
        by_name_of_policy(planner, line, row->odoo_unit, row);
    } else if (!by_barcode(planner, line) && !by_pack_name(planner, line) &&
               !by_uom_name(planner, line)) {
        say_unknown(planner, line);
    }
    check_told(planner, line);
}
