/*
 * Odoo's units of measure: what our words are called there, how one converts to another, and in
 * which packs a product is sold. Ratios are exact; to release 18 they hold inside a category, from
 * 19 on along a chain of relative units.
 */
#include "plan/plan_priv.h"

enum unit_kind { SINGLE, FIXED, PACK };
enum { CHAIN_MAX = 32 };

struct unit {
    const char *word;
    unsigned group;
    enum unit_kind kind;
    const char *names;
};

static const struct unit units[] = {
#define X(word, group, kind, names) {word, group, kind, names},
#include "plan/unit.def"
#undef X
};

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* "Box of 100" and "BX100" begin with a name of the box, "Boxwood" does not. */
static bool
begins_with(struct wb_str text, struct wb_str name)
{
    if (text.len < name.len) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (lower(text.at[i]) != name.at[i]) {
            return false;
        }
    }
    return text.len == name.len || !is_letter(text.at[name.len]);
}

static const struct unit *
unit_of_word(struct wb_str word)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (wb_str_eq(wb_str_of(units[i].word), word)) {
            return &units[i];
        }
    }
    return NULL;
}

struct wb_str
plan_unit_word(struct wb_str name)
{
    const struct wb_str text = wb_str_trim(name);
    const struct unit *best = NULL;
    size_t best_len = 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct wb_str rest = wb_str_of(units[i].names);
        while (rest.len > 0) {
            const size_t len = wb_str_find(rest, '|');
            if (len > best_len && begins_with(text, wb_str_sub(rest, 0, len))) {
                best = &units[i];
                best_len = len;
            }
            rest = wb_str_sub(rest, len + 1, rest.len);
        }
    }
    return best == NULL ? (struct wb_str){0} : wb_str_of(best->word);
}

bool
plan_unit_same(struct wb_str a, struct wb_str b)
{
    const struct unit *const left = unit_of_word(a);
    const struct unit *const right = unit_of_word(b);
    return left != NULL && right != NULL && left->group == right->group;
}

bool
plan_unit_word_known(struct wb_str word)
{
    return unit_of_word(word) != NULL;
}

bool
plan_unit_is_single(struct wb_str word)
{
    const struct unit *const unit = unit_of_word(word);
    return unit != NULL && unit->kind == SINGLE;
}

bool
plan_unit_is_pack(struct wb_str word)
{
    const struct unit *const unit = unit_of_word(word);
    return unit != NULL && unit->kind == PACK;
}

/* How many of the category's reference are in a unit, to release 18. */
static bool
reference_ratio(const struct record_any *uom, struct plan_ratio *ret)
{
    const struct wb_str type = plan_row_text(uom, "uom_type");
    struct wb_dec factor = {0};
    struct wb_dec inverse = {0};
    const bool has_factor = plan_row_dec(uom, "factor", &factor) && factor.units > 0;
    const bool has_inverse = plan_row_dec(uom, "factor_inv", &inverse) && inverse.units > 0;
    if (wb_str_eq(type, WB_LIT("reference"))) {
        *ret = plan_ratio_one();
        return true;
    }
    /* The side that is a whole number is the exact one; the other is a rounded quotient. */
    if (wb_str_eq(type, WB_LIT("bigger")) && has_inverse) {
        *ret = plan_ratio_of(inverse);
        return true;
    }
    if (has_factor) {
        *ret = plan_ratio_turn(plan_ratio_of(factor));
        return true;
    }
    return false;
}

/* How many of the last unit of its chain are in a unit, from release 19 on. */
static bool
chain_ratio(struct planner *planner, const struct record_any *uom, struct plan_ratio *ret,
            int64_t *ret_root)
{
    struct plan_ratio ratio = plan_ratio_one();
    for (unsigned steps = 0; steps < CHAIN_MAX && uom != NULL; steps++) {
        const int64_t next = plan_row_link(uom, "relative_uom_id");
        struct wb_dec factor = {0};
        if (next == 0) {
            *ret = ratio;
            *ret_root = plan_row_id(uom);
            return true;
        }
        if (!plan_row_dec(uom, "relative_factor", &factor) || factor.units <= 0 ||
            !plan_ratio_mul(ratio, plan_ratio_of(factor), &ratio)) {
            return false;
        }
        uom = plan_row(planner, "uom.uom", next);
    }
    return false;
}

static bool
base_ratio(struct planner *planner, int64_t uom_id, struct plan_ratio *ret, int64_t *ret_root)
{
    const struct record_any *const uom = plan_row(planner, "uom.uom", uom_id);
    if (uom == NULL) {
        return false;
    }
    if (!planner->release->unit_categories) {
        return chain_ratio(planner, uom, ret, ret_root);
    }
    *ret_root = plan_row_link(uom, "category_id");
    return *ret_root != 0 && reference_ratio(uom, ret);
}

bool
plan_uom_ratio(struct planner *planner, int64_t uom_id, int64_t to_id, struct plan_ratio *ret)
{
    struct plan_ratio from;
    struct plan_ratio to;
    int64_t from_root = 0;
    int64_t to_root = 0;
    if (uom_id != 0 && uom_id == to_id) {
        *ret = plan_ratio_one();
        return true;
    }
    return base_ratio(planner, uom_id, &from, &from_root) &&
           base_ratio(planner, to_id, &to, &to_root) && from_root == to_root &&
           plan_ratio_mul(from, plan_ratio_turn(to), ret);
}

bool
plan_uom_singles(struct planner *planner, int64_t uom_id, struct plan_ratio *ret)
{
    const struct plan_rows *const rows = plan_model(planner, "uom.uom");
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const struct wb_str name = plan_row_text(rows->rows[i], "name");
        if (plan_unit_is_single(plan_unit_word(name)) &&
            plan_uom_ratio(planner, uom_id, plan_row_id(rows->rows[i]), ret)) {
            return true;
        }
    }
    return false;
}

/* ---- the packs of a product */

void
plan_packs_ask(struct planner *planner)
{
    struct record_any *const ids = plan_array(planner);
    for (size_t i = 0; i < planner->line_count; i++) {
        if (planner->lines[i].product != NULL) {
            plan_push(planner, ids, plan_int(planner, plan_row_id(planner->lines[i].product)));
        }
    }
    plan_ask_in(planner, planner->release->packagings ? "product.packaging" : "product.uom",
                "product_id", ids);
    if (ids != NULL && ids->count > 0 && planner->query_count > 0) {
        planner->queries[planner->query_count - 1].optional = true;
    }
}

const char *
plan_packs_absent(struct planner *planner)
{
    const struct plan_rows *const rows =
        plan_model(planner, planner->release->packagings ? "product.packaging" : "product.uom");
    if (rows == NULL || rows->state != PLAN_ABSENT) {
        return "";
    }
    return planner->release->packagings ? "; product.packaging was not exported"
                                        : "; product.uom was not exported";
}

void
plan_packs_index(struct planner *planner)
{
    const struct plan_rows *const rows =
        plan_model(planner, planner->release->packagings ? "product.packaging" : "product.uom");
    planner->product_pack.count = 0;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const int64_t product = plan_row_link(rows->rows[i], "product_id");
        if (plan_index_add(planner->ctx, planner->arena, &planner->product_pack,
                           plan_text(planner, "%lld", (long long)product),
                           rows->rows[i]) != WB_OK) {
            planner->rc = WB_NOMEM;
            return;
        }
    }
    plan_index_sort(&planner->product_pack);
}

struct packs {
    struct planner *planner;
    int64_t own_id; /* the product's unit */
    struct plan_pack *items;
    size_t count, cap;
};

static void
add_pack(struct packs *packs, struct plan_pack pack)
{
    struct planner *const planner = packs->planner;
    struct plan_pack *const place =
        WB_PUSH(planner->ctx, planner->arena, packs->items, packs->count, packs->cap);
    if (place == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    *place = pack;
}

/* A unit of its own, once. */
static void
add_uom(struct packs *packs, int64_t uom_id)
{
    struct planner *const planner = packs->planner;
    struct plan_pack pack = {.uom = plan_row(planner, "uom.uom", uom_id)};
    for (size_t i = 0; i < packs->count; i++) {
        if (plan_row_id(packs->items[i].uom) == uom_id) {
            return;
        }
    }
    if (pack.uom == NULL || !plan_uom_ratio(planner, uom_id, packs->own_id, &pack.ratio)) {
        return;
    }
    pack.name = plan_row_text(pack.uom, "name");
    add_pack(packs, pack);
}

bool
plan_pack_of(struct planner *planner, const struct record_any *product,
             const struct record_any *holder, struct plan_pack *ret)
{
    const int64_t own_id = plan_row_link(product, "uom_id");
    struct wb_dec count = {0};
    if (!planner->release->packagings) {
        const int64_t uom_id = plan_row_link(holder, "uom_id");
        *ret = (struct plan_pack){.uom = plan_row(planner, "uom.uom", uom_id)};
        ret->name = plan_row_text(ret->uom, "name");
        return ret->uom != NULL && plan_uom_ratio(planner, uom_id, own_id, &ret->ratio);
    }
    *ret = (struct plan_pack){.uom = plan_row(planner, "uom.uom", own_id),
                              .packaging = holder,
                              .name = plan_row_text(holder, "name")};
    if (ret->uom == NULL || !plan_row_dec(holder, "qty", &count) || count.units <= 0) {
        return false;
    }
    ret->ratio = plan_ratio_of(count);
    return true;
}

void
plan_packs(struct planner *planner, const struct record_any *product, struct plan_pack **ret_packs,
           size_t *ret_count)
{
    struct packs packs = {.planner = planner, .own_id = plan_row_link(product, "uom_id")};
    add_uom(&packs, packs.own_id);
    const bool own_units = !planner->release->packagings; /* a field of 19 */
    for (size_t i = 0; own_units && i < plan_row_id_count(product, "uom_ids"); i++) {
        add_uom(&packs, plan_row_id_at(product, "uom_ids", i));
    }
    const struct plan_entry *entry = NULL;
    const size_t count =
        plan_index_find(&planner->product_pack,
                        plan_text(planner, "%lld", (long long)plan_row_id(product)), &entry);
    for (size_t i = 0; i < count; i++) {
        struct plan_pack pack;
        if (!plan_row_true(entry[i].row, "sales", true)) {
            continue;
        }
        if (!planner->release->packagings) {
            add_uom(&packs, plan_row_link(entry[i].row, "uom_id"));
        } else if (plan_pack_of(planner, product, entry[i].row, &pack)) {
            add_pack(&packs, pack);
        }
    }
    *ret_packs = packs.items;
    *ret_count = packs.count;
}
