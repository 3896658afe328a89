#pragma once
/*
 * What the tests of plan share: a small world of an order, the sale that a map made of it, records
 * and a policy, as one text with ' for ", which each test changes in a few places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/plan.h"
#include "plan/policy.h"

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
};

/* cmocka's set-up and tear-down: *state is a struct world. */
int world_setup(void **state);
int world_teardown(void **state);

struct setup {
    uint32_t release;
    const char
        *edits;    /* "old=>new;;old=>new", each old everywhere; "more=>MODEL": an answer is cut */
    bool reversed; /* rows come in another order */
    struct plan_run *run;
};

struct outcome {
    const struct plan *plan;
    struct wb_str json;
    size_t rounds, queries;
};

/* Plans the order of the world; fails the test when planning fails. */
struct outcome world_plan(struct world *w, const struct setup *setup);
/* The names of all issues in order: "PRICE_ABSENT LINE_DATE". */
struct wb_str world_issues(struct world *w, const struct plan *plan);
bool world_holds_text(struct wb_str text, const char *part);

#define assert_str(got, text)                                                                      \
    do {                                                                                           \
        const struct wb_str assert_got = (got);                                                    \
        const struct wb_str assert_wanted = wb_str_of(text);                                       \
        if (!wb_str_eq(assert_got, assert_wanted)) {                                               \
            fail_msg("got \"" WB_FMT "\", not \"" WB_FMT "\"", WB_ARG(assert_got),                 \
                     WB_ARG(assert_wanted));                                                       \
        }                                                                                          \
    } while (0)
