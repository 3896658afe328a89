/*
 * Products that an unknown number might mean: codes a few edits away, and GTINs of another packing
 * level of the same article. They are proposed to a person and never taken.
 */
#include "plan/plan_priv.h"

enum { GTIN_LEN = 14, BASE_LEN = 12, CANDIDATES_MAX = 500, EDITS_MAX = 3, PREFIX_MIN = 3 };

static bool
is_gtin(struct wb_str text)
{
    return text.len == GTIN_LEN && wb_str_digits(text);
}

/* Without the digit of the level in front and the check digit at the end. */
static struct wb_str
base_of(struct wb_str gtin)
{
    return wb_str_sub(gtin, 1, BASE_LEN);
}

static void
ask_like(struct planner *planner, struct plan_query *query, const struct plan_try *try)
{
    if (is_gtin(try->value)) {
        /* Shorter codes lack leading zeros, so those of the base are left out as well. */
        struct wb_str base = base_of(try->value);
        while (base.len > 1 && base.at[0] == '0') {
            base = wb_str_sub(base, 1, base.len);
        }
        plan_ask_term(planner, query, "barcode", "=ilike",
                      plan_string(planner, plan_text(planner, "%%" WB_FMT "_", WB_ARG(base))));
        return;
    }
    const size_t half = try->value.len / 2;
    if (wb_str_eq(try->by, WB_LIT("default_code")) && half >= PREFIX_MIN) {
        const struct wb_str prefix = plan_pattern(planner, wb_str_sub(try->value, 0, half));
        plan_ask_term(planner, query, "default_code", "=ilike",
                      plan_string(planner, plan_text(planner, WB_FMT "%%", WB_ARG(prefix))));
    }
}

void
plan_nearest_ask(struct planner *planner)
{
    struct plan_query *query = NULL;
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct plan_search *const search = &planner->lines[i].search;
        if (search->match != PLAN_NONE || search->count == 0) {
            continue;
        }
        if (query == NULL) {
            query = plan_ask(planner, "product.product");
        }
        for (size_t k = 0; query != NULL && k < search->count; k++) {
            ask_like(planner, query, &search->tries[k]);
        }
    }
    if (query != NULL && query->term_count == 0) {
        planner->query_count--; /* nothing that could be looked for */
    } else if (query != NULL) {
        query->any = true;
        query->sample = true;
        query->limit = CANDIDATES_MAX;
    }
}

/* Digits of two barcodes without level and check digit are the same. */
static bool
same_article(struct wb_str gtin, struct wb_str barcode)
{
    if (!is_gtin(gtin) || barcode.len < 8 || barcode.len > GTIN_LEN || !wb_str_digits(barcode)) {
        return false;
    }
    struct wb_str mine = base_of(gtin);
    struct wb_str theirs =
        barcode.len == GTIN_LEN ? base_of(barcode) : wb_str_sub(barcode, 0, barcode.len - 1);
    while (mine.len > 0 && mine.at[0] == '0') {
        mine = wb_str_sub(mine, 1, mine.len);
    }
    while (theirs.len > 0 && theirs.at[0] == '0') {
        theirs = wb_str_sub(theirs, 1, theirs.len);
    }
    return mine.len > 0 && wb_str_eq(mine, theirs);
}

/* 0 is nearest; EDITS_MAX + 1 is too far. */
static unsigned
distance(const struct plan_search *search, const struct record_any *row)
{
    unsigned best = EDITS_MAX + 1;
    for (size_t i = 0; i < search->count; i++) {
        const struct plan_try *const try = &search->tries[i];
        unsigned edits = EDITS_MAX + 1;
        if (wb_str_eq(try->by, WB_LIT("default_code"))) {
            edits = wb_str_distance(try->value, plan_row_text(row, "default_code"), EDITS_MAX);
            edits = edits * 3 > try->value.len ? EDITS_MAX + 1 : edits;
        } else if (same_article(try->value, plan_row_text(row, "barcode"))) {
            edits = 0;
        }
        best = edits < best ? edits : best;
    }
    return best;
}

struct wb_str
plan_nearest(struct planner *planner, const struct plan_item_line *line)
{
    const struct record_any *best[PLAN_NEAREST_MAX] = {NULL};
    unsigned far[PLAN_NEAREST_MAX] = {0};
    size_t count = 0;
    const struct plan_rows *const rows = plan_model(planner, "product.product");
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const unsigned edits = distance(&line->search, rows->rows[i]);
        if (edits > EDITS_MAX || !plan_row_true(rows->rows[i], "active", true)) {
            continue;
        }
        size_t at = count < PLAN_NEAREST_MAX ? count++ : PLAN_NEAREST_MAX;
        while (at > 0 && far[at - 1] > edits) {
            if (at < PLAN_NEAREST_MAX) {
                best[at] = best[at - 1];
                far[at] = far[at - 1];
            }
            at--;
        }
        if (at < PLAN_NEAREST_MAX) {
            best[at] = rows->rows[i];
            far[at] = edits;
        }
    }
    struct wb_str text = {0};
    for (size_t i = 0; i < count; i++) {
        text = plan_text(planner, WB_FMT "%s[" WB_FMT "] " WB_FMT " (id %lld)", WB_ARG(text),
                         i == 0 ? "perhaps " : ", ", WB_ARG(plan_row_text(best[i], "default_code")),
                         WB_ARG(plan_row_text(best[i], "name")), (long long)plan_row_id(best[i]));
    }
    return text;
}
