/*
 * Which quantity, unit and price a line gets: a table of small changes to one world, and what is
 * written of it for Odoo.
 */
#include "support.h"

struct line_case {
    const char *name;
    uint32_t release;
    const char *planned, *edits;
};

#define CASE " | a pack of the product: 6 Case of 50 = 300 Units"
#define FIXED "'formula'=>'fixed';;'fixed_price':0.0=>'fixed_price':1.8;;"

#define CUSTOMERINFO(partner)                                                                      \
    "'account.incoterms':=>'product.customerinfo':[{'id':1,'partner_id':" partner                  \
    ",'product_id':[102,'B'],'product_code':'Q7'}],'account.incoterms':"

static const struct line_case cases[] = {
#define X(name_, release_, planned_, edits_)                                                       \
    {.name = name_, .release = release_, .planned = planned_, .edits = edits_},
#include "lines.def"
#undef X
};

static void
test_planned(void **state)
{
    struct world *const w = *state;
    size_t bad = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct setup setup = {.release = cases[i].release, .edits = cases[i].edits};
        const struct plan *const plan = world_plan(w, &setup).plan;
        const struct plan_line *const line = &plan->lines[1];
        struct wb_str got = WB_LIT("-");
        if (line->quantity.len > 0) {
            got = wb_arena_printf(&w->ctx, &w->arena, WB_FMT " " WB_FMT " " WB_FMT " | " WB_FMT,
                                  WB_ARG(line->quantity), WB_ARG(line->unit), WB_ARG(line->price),
                                  WB_ARG(line->how));
        }
        const struct wb_str issues = world_issues(w, plan);
        if (issues.len > 0) {
            got = wb_arena_printf(&w->ctx, &w->arena, WB_FMT " ! " WB_FMT, WB_ARG(got),
                                  WB_ARG(issues));
        }
        /* What is not planned is held, and never in the sale with a product. */
        if (!wb_str_eq(got, wb_str_of(cases[i].planned)) ||
            (line->quantity.len == 0 && !plan->held)) {
            print_error("%s: \"" WB_FMT "\", not \"%s\"\n", cases[i].name, WB_ARG(got),
                        cases[i].planned);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* Quantity times price is the same money in every release. */
static void
test_same_money(void **state)
{
    struct world *const w = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct setup old = {.release = 17, .edits = cases[i].edits};
        const struct setup new = {.release = 18, .edits = cases[i].edits};
        const struct plan *const a = world_plan(w, &old).plan;
        const struct plan *const b = world_plan(w, &new).plan;
        assert_int_equal(a->held, b->held);
        if (!wb_str_eq(a->total, b->total)) {
            fail_msg("%s: " WB_FMT " and " WB_FMT, cases[i].name, WB_ARG(a->total),
                     WB_ARG(b->total));
        }
    }
}

struct written {
    uint32_t release;
    const char *edits;
    const char *has, *has_not;
};

static void
test_written(void **state)
{
    struct world *const w = *state;
    static const struct written table[] = {
#define X(release_, has_, has_not_, edits_)                                                        \
    {.release = release_, .edits = edits_, .has = has_, .has_not = has_not_},
#include "written.def"
#undef X
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct setup setup = {.release = table[i].release, .edits = table[i].edits};
        const struct wb_str json = world_plan(w, &setup).json;
        if (!world_holds_text(json, table[i].has)) {
            fail_msg("no %s in " WB_FMT, table[i].has, WB_ARG(json));
        }
        if (table[i].has_not[0] != '\0' && world_holds_text(json, table[i].has_not)) {
            fail_msg("%s in " WB_FMT, table[i].has_not, WB_ARG(json));
        }
    }
}

/* One question a model and condition, however many lines there are. */
static void
test_rounds(void **state)
{
    struct world *const w = *state;
    static const char line[] =
        "{'customer_line':'9','product_id':{'default_code':'B-2','customer_code':"
        "'Q'},'product_uom_qty':'6','uom':{'code':'case'},'price_unit':'100'},";
    struct wb_str edits = WB_LIT("'order_line':[=>'order_line':[");
    const struct setup one = {
        .release = 18,
        .edits = wb_arena_printf(&w->ctx, &w->arena, WB_FMT "%s", WB_ARG(edits), line).at};
    for (size_t i = 0; i < 50; i++) {
        edits = wb_arena_printf(&w->ctx, &w->arena, WB_FMT "%s", WB_ARG(edits), line);
    }
    const struct setup many = {.release = 18, .edits = edits.at};
    const struct outcome few = world_plan(w, &one);
    const struct outcome lots = world_plan(w, &many);
    assert_int_equal(few.queries, lots.queries);
    assert_int_equal(few.rounds, lots.rounds);
    assert_int_equal(lots.plan->line_count, 52);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_planned, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_same_money, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_written, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_rounds, world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("plan lines", tests, NULL, NULL);
}
