#pragma once
/* What a planner asks, and what it is told. */
#include "base/arena.h"
#include "record/record.h"

/* One condition. op: "=" "!=" "in" "=ilike" (% any run, _ one character, \ before either). */
struct plan_term {
    struct wb_str field;
    struct wb_str op;
    struct record_any *value; /* an array for "in" */
};

struct plan_query {
    struct wb_str model; /* "res.partner" */
    struct plan_term *terms;
    size_t term_count;
    bool any;              /* one term is enough; otherwise all must hold */
    bool with_archived;    /* records with active = false as well */
    bool optional;         /* the model or a field of the terms may not exist here */
    bool sample;           /* the first rows are enough; otherwise a cut is an issue */
    struct wb_str *fields; /* to read besides id; real names of the release */
    size_t field_count;
    size_t limit;
};

enum plan_answer_kind {
    PLAN_ROWS,
    PLAN_NO_MODEL, /* not exported, or not installed */
    PLAN_NO_FIELD, /* a field of the terms is not there */
};

struct plan_answer {
    enum plan_answer_kind kind;
    struct wb_str field; /* PLAN_NO_FIELD */
    const struct record_any *const
        *rows; /* maps with id and the fields, as search_read gives them */
    size_t row_count;
    bool more; /* the limit cut it */
};

/* A query made ready to look at many rows. */
struct plan_matcher {
    const struct plan_query *query;
    struct wb_str **values; /* for each term with "in": its texts, sorted; else NULL */
    size_t *counts;
};
WB_MUST enum wb_rc plan_matcher_init(struct wb_ctx *ctx, struct wb_arena *arena,
                                     const struct plan_query *query, struct plan_matcher *ret);
/*
 * Whether a row answers the query. A many2one is compared by its id, a many2many "in" holds when
 * one of its ids is among the values; false, null and an absent field are the same.
 */
bool plan_matches(const struct plan_matcher *matcher, const struct record_any *row);
/* What a single value compares as; false, null and absent are the empty text. */
struct wb_str plan_value_text(const struct record_any *value);
/* A many2many: its items compare each for itself. */
bool plan_value_is_list(const struct record_any *value);
