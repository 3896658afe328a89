/*
 * Which rows answer a query, over rows in memory: what a folder of exports and tests answer with.
 * It follows what Odoo's own search does with the same conditions.
 */
#include "plan/query.h"

#include <assert.h>
#include <stdlib.h>

enum { PATTERN_STEPS_MAX = 100000 }; /* of one =ilike comparison */

/* [id, "name"], as many2one fields are exported. */
static bool
is_link(const struct record_any *value)
{
    return value->kind == RECORD_ARRAY && value->count == 2 &&
           value->items[0]->kind == RECORD_NUMBER && value->items[1]->kind == RECORD_STRING;
}

struct wb_str
plan_value_text(const struct record_any *value)
{
    if (value == NULL) {
        return (struct wb_str){0};
    }
    if (value->kind == RECORD_BOOL) {
        return value->truth ? WB_LIT("true") : (struct wb_str){0};
    }
    if (is_link(value)) {
        return value->items[0]->text;
    }
    return value->text; /* empty for null and for maps */
}

bool
plan_value_is_list(const struct record_any *value)
{
    return value != NULL && value->kind == RECORD_ARRAY && !is_link(value);
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct pattern_step { /* one element of an =ilike pattern */
    bool run;         /* any bytes, also none */
    bool one;         /* any one byte */
    char byte;
    size_t len; /* in the pattern */
};

static struct pattern_step
step_at(struct wb_str pattern, size_t at)
{
    const char c = pattern.at[at];
    struct pattern_step step = {.run = c == '%', .one = c == '_', .byte = c, .len = 1};
    if (c == '\\' && at + 1 < pattern.len) {
        step = (struct pattern_step){.byte = pattern.at[at + 1], .len = 2};
    }
    return step;
}

/* LIKE without regard to case: goes back to the last run of any bytes when it gets stuck. */
static bool
like(struct wb_str text, struct wb_str pattern)
{
    size_t at = 0;
    size_t in = 0;
    size_t run_in = SIZE_MAX; /* behind the last % in the pattern */
    size_t run_at = 0;
    for (size_t steps = 0; steps < PATTERN_STEPS_MAX; steps++) {
        if (in < pattern.len) {
            const struct pattern_step step = step_at(pattern, in);
            if (step.run) {
                in += step.len;
                run_in = in;
                run_at = at;
                continue;
            }
            if (at < text.len && (step.one || lower(step.byte) == lower(text.at[at]))) {
                in += step.len;
                at++;
                continue;
            }
        } else if (at == text.len) {
            return true;
        }
        if (run_in == SIZE_MAX || run_at >= text.len) {
            return false;
        }
        in = run_in;
        at = ++run_at;
    }
    return false;
}

static int
compare_texts(const void *a, const void *b)
{
    const struct wb_str *const left = a;
    const struct wb_str *const right = b;
    return wb_str_cmp(*left, *right);
}

static bool
is_in(const struct plan_matcher *matcher, size_t term, struct wb_str text)
{
    return bsearch(&text, matcher->values[term], matcher->counts[term], sizeof text,
                   compare_texts) != NULL;
}

enum wb_rc
plan_matcher_init(struct wb_ctx *ctx, struct wb_arena *arena, const struct plan_query *query,
                  struct plan_matcher *ret)
{
    assert(query != NULL);
    struct plan_matcher matcher = {.query = query};
    matcher.values = wb_arena_array(ctx, arena, query->term_count, sizeof *matcher.values);
    matcher.counts = wb_arena_array(ctx, arena, query->term_count, sizeof *matcher.counts);
    if (matcher.values == NULL || matcher.counts == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < query->term_count; i++) {
        const struct record_any *const value = query->terms[i].value;
        if (!wb_str_eq(query->terms[i].op, WB_LIT("in"))) {
            continue;
        }
        struct wb_str *const texts = wb_arena_array(ctx, arena, value->count, sizeof *texts);
        if (texts == NULL) {
            return WB_NOMEM;
        }
        for (size_t k = 0; k < value->count; k++) {
            texts[k] = plan_value_text(value->items[k]);
        }
        qsort(texts, value->count, sizeof *texts, compare_texts);
        matcher.values[i] = texts;
        matcher.counts[i] = value->count;
    }
    *ret = matcher;
    return WB_OK;
}

static bool
term_holds(const struct plan_matcher *matcher, size_t at, const struct record_any *row)
{
    const struct plan_term *const term = &matcher->query->terms[at];
    const struct record_any *const value = record_any_get(row, term->field);
    if (matcher->values[at] == NULL) {
        const struct wb_str text = plan_value_text(value);
        if (wb_str_eq(term->op, WB_LIT("=ilike"))) {
            return text.len > 0 && like(text, term->value->text);
        }
        const bool equal = wb_str_eq(text, plan_value_text(term->value));
        return wb_str_eq(term->op, WB_LIT("!=")) ? !equal : equal;
    }
    if (!plan_value_is_list(value)) {
        return is_in(matcher, at, plan_value_text(value));
    }
    for (size_t i = 0; i < value->count; i++) {
        if (is_in(matcher, at, plan_value_text(value->items[i]))) {
            return true;
        }
    }
    return false;
}

bool
plan_matches(const struct plan_matcher *matcher, const struct record_any *row)
{
    const struct plan_query *const query = matcher->query;
    const struct record_any *const active = record_any_get(row, WB_LIT("active"));
    if (!query->with_archived && active != NULL && active->kind == RECORD_BOOL && !active->truth) {
        return false;
    }
    for (size_t i = 0; i < query->term_count; i++) {
        const bool holds = term_holds(matcher, i, row);
        if (holds == query->any) {
            return query->any;
        }
    }
    return !query->any || query->term_count == 0;
}
