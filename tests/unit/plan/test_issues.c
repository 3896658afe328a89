/*
 * Every row of issue.def is provoked by one case, which also says what else is found. Each case is
 * planned twice: in what order records come must not matter.
 */
#include "support.h"

struct issue_case {
    enum plan_issue_kind kind;
    uint32_t release;
    const char *place, *all, *edits;
};

static const struct issue_case cases[] = {
#define X(name, release_, place_, all_, edits_)                                                    \
    {.kind = PLAN_ISSUE_##name, .release = release_, .place = place_, .all = all_, .edits = edits_},
#include "issues.def"
#undef X
};

static const struct plan_issue *
issue_of(const struct plan *plan, enum plan_issue_kind kind)
{
    for (size_t i = 0; i < plan->issue_count; i++) {
        if (plan->issues[i].kind == kind) {
            return &plan->issues[i];
        }
    }
    return NULL;
}

/* Nothing in it may confirm anything, and an issue that holds makes the plan held. */
static void
check_plan(const struct plan *plan)
{
    bool holds = false;
    for (size_t i = 0; i < plan->issue_count; i++) {
        holds = holds || plan->issues[i].holds;
        assert_true(plan->issues[i].text.len > 0);
    }
    assert_int_equal(plan->held, holds);
    assert_int_equal(plan->ops[0].kind, PLAN_CREATE);
    for (size_t i = 0; i < plan->op_count; i++) {
        assert_true(plan->ops[i].kind != PLAN_ACTION);
        assert_true(plan->ops[i].kind != PLAN_WRITE);
    }
}

static void
test_base(void **state)
{
    struct world *const w = *state;
    for (uint32_t release = PLAN_RELEASE_FIRST; release <= PLAN_RELEASE_LAST; release++) {
        const struct setup setup = {.release = release, .edits = ""};
        const struct outcome outcome = world_plan(w, &setup);
        assert_str(world_issues(w, outcome.plan), "");
        assert_false(outcome.plan->held);
        assert_str(outcome.plan->total, "650.00");
        check_plan(outcome.plan);
    }
}

static void
test_cases(void **state)
{
    struct world *const w = *state;
    size_t bad = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct issue_case *const c = &cases[i];
        const struct setup setup = {.release = c->release, .edits = c->edits};
        const struct outcome outcome = world_plan(w, &setup);
        const char *const name = plan_issue_row(c->kind)->name;
        const struct plan_issue *const issue = issue_of(outcome.plan, c->kind);
        const struct wb_str all = world_issues(w, outcome.plan);
        if (issue == NULL || !wb_str_eq(all, wb_str_of(c->all))) {
            print_error("%s: got \"" WB_FMT "\", not \"%s\"\n", name, WB_ARG(all), c->all);
            bad++;
            continue;
        }
        if (!wb_str_eq(issue->place, wb_str_of(c->place))) {
            print_error("%s: at \"" WB_FMT "\", not \"%s\"\n", name, WB_ARG(issue->place),
                        c->place);
            bad++;
        }
        assert_int_equal(issue->holds, plan_issue_row(c->kind)->holds);
        check_plan(outcome.plan);
    }
    assert_int_equal(bad, 0);
}

static void
test_order_of_rows(void **state)
{
    struct world *const w = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct issue_case *const c = &cases[i];
        for (uint32_t release = PLAN_RELEASE_FIRST; release <= PLAN_RELEASE_LAST; release++) {
            const struct setup straight = {.release = release, .edits = c->edits};
            const struct setup turned = {.release = release, .edits = c->edits, .reversed = true};
            const struct wb_str first = world_plan(w, &straight).json;
            if (!wb_str_eq(first, world_plan(w, &straight).json) ||
                !wb_str_eq(first, world_plan(w, &turned).json)) {
                fail_msg("%s in %u depends on the order of rows", plan_issue_row(c->kind)->name,
                         (unsigned)release);
            }
        }
    }
}

/* The one that takes two orders. */
static void
test_twice_in_run(void **state)
{
    struct world *const w = *state;
    struct plan_run run = {.arena = &w->arena};
    const struct setup setup = {.release = 18, .edits = "", .run = &run};
    const struct setup lower = {.release = 18, .edits = "'PO-7'=>'po-7'", .run = &run};
    const struct setup other = {.release = 18, .edits = "'PO-7'=>'PO-8'", .run = &run};
    assert_str(world_issues(w, world_plan(w, &setup).plan), "");
    assert_str(world_issues(w, world_plan(w, &other).plan), "");
    const struct plan *const plan = world_plan(w, &lower).plan;
    assert_str(world_issues(w, plan), "DUPLICATE_IN_RUN");
    assert_true(plan->held);
}

static void
test_every_row(void **state)
{
    (void)state;
    bool seen[PLAN_ISSUE_COUNT] = {[PLAN_ISSUE_DUPLICATE_IN_RUN] = true};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        seen[cases[i].kind] = true;
    }
    for (size_t i = 0; i < PLAN_ISSUE_COUNT; i++) {
        const struct plan_issue_row *const row = plan_issue_row((enum plan_issue_kind)i);
        if (!seen[i]) {
            fail_msg("nothing provokes %s", row->name);
        }
        assert_true(wb_str_starts(wb_str_of(row->code), WB_LIT("WB-PLAN-")));
        for (size_t k = 0; k < i; k++) {
            const struct plan_issue_row *const other = plan_issue_row((enum plan_issue_kind)k);
            assert_string_not_equal(row->code, other->code);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_base, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_cases, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_order_of_rows, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_twice_in_run, world_setup, world_teardown),
        cmocka_unit_test(test_every_row),
    };
    return cmocka_run_group_tests_name("plan issues", tests, NULL, NULL);
}
