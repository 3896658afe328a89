/*
 * How the keys of one object are judged together. Keys are tried in the order of the map; the first
 * that finds exactly one record wins. A key that finds another record makes the whole undecided: a
 * wrong product is worse than none.
 */
#include "plan/plan_priv.h"

struct plan_try *
plan_search_try(struct plan_search *search, struct wb_str by, struct wb_str value)
{
    if (search->count == PLAN_TRIES_MAX) {
        return NULL;
    }
    struct plan_try *const try = &search->tries[search->count++];
    *try = (struct plan_try){.by = by, .value = value};
    return try;
}

void
plan_search_hit(struct plan_search *search, struct plan_try *try, const struct record_any *row)
{
    if (try == NULL || row == NULL) {
        return;
    }
    if (!plan_row_true(row, "active", true)) {
        search->archived = search->archived == NULL ? row : search->archived;
        return;
    }
    if (try->count == 1 && plan_row_id(try->row) == plan_row_id(row)) {
        return;
    }
    try->row = try->count == 0 ? row : try->row;
    try->count++;
}

void
plan_search_decide(struct plan_search *search)
{
    search->match = PLAN_NONE;
    search->winner = NULL;
    search->other = NULL;
    for (size_t i = 0; i < search->count; i++) {
        const struct plan_try *const try = &search->tries[i];
        if (try->count > 1 && search->match == PLAN_NONE) {
            search->match = PLAN_SEVERAL;
            search->other = try;
        }
        if (try->count != 1) {
            continue;
        }
        if (search->winner == NULL) {
            search->match = PLAN_ONE;
            search->winner = try;
            search->other = NULL;
        } else if (plan_row_id(try->row) != plan_row_id(search->winner->row)) {
            search->match = PLAN_DISAGREE;
            search->other = try;
            return;
        }
    }
    if (search->match == PLAN_NONE && search->archived != NULL) {
        search->match = PLAN_ARCHIVED;
    }
}

struct wb_str
plan_search_text(struct planner *planner, const struct plan_search *search)
{
    struct wb_str text = {0};
    for (size_t i = 0; i < search->count; i++) {
        const struct plan_try *const try = &search->tries[i];
        text = plan_text(planner, WB_FMT "%s" WB_FMT " " WB_FMT "%s", WB_ARG(text),
                         text.len > 0 ? ", " : "", WB_ARG(try->by), WB_ARG(try->value),
                         try->searched ? "" : " (no place for it in Odoo)");
    }
    return text;
}
