/*
 * The policy: every statement, what is wrong with others, and the tables row by row.
 */
#include <string.h>

#include "support.h"

struct text_case {
    const char *text;
    const char *code; /* of the first diagnostic; NULL when there is none */
};

static enum wb_rc
parse(struct world *w, const char *text, struct lang_diags *diags, struct plan_policy *policy,
      struct plan_policy_files *files)
{
    struct lang_source *const source = wb_arena_alloc(&w->ctx, &w->arena, sizeof *source);
    assert_non_null(source);
    *source = (struct lang_source){WB_LIT("test.policy"), wb_str_of(text)};
    lang_diags_init(diags, &w->arena);
    wb_error_clear(&w->ctx);
    plan_policy_init(policy);
    return plan_policy_parse(&w->ctx, &w->arena, source, diags, policy, files);
}

static void
test_texts(void **state)
{
    struct world *const w = *state;
    static const struct text_case table[] = {
#define X(code_, text_) {.text = text_, .code = code_},
#include "policies.def"
#undef X
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct lang_diags diags;
        struct plan_policy policy;
        struct plan_policy_files files;
        const enum wb_rc rc = parse(w, table[i].text, &diags, &policy, &files);
        const char *const code = diags.count > 0 ? diags.items[0].code : "none";
        const char *const wanted = table[i].code == NULL ? "none" : table[i].code;
        if (strcmp(code, wanted) != 0 || rc != (table[i].code == NULL ? WB_OK : WB_INVALID)) {
            fail_msg("%s: %s, not %s", table[i].text, code, wanted);
        }
    }
}

static void
test_values(void **state)
{
    struct world *const w = *state;
    struct lang_diags diags;
    struct plan_policy policy;
    struct plan_policy_files files;
    assert_int_equal(parse(w,
                           "edition 1\npolicy {\n  price tolerance 1.25%\n"
                           "  price tolerance amount 0.05\n  price inside ours\n"
                           "  price outside hold\n  day at 06:30\n  company \"Us Inc\"\n"
                           "  gln in x_gln ref\n  charge x12:1300:D240 as \"FREIGHT\"\n"
                           "  items \"i.csv\"\n  units \"u.csv\"\n  items \"more.csv\"\n}\n",
                           &diags, &policy, &files),
                     WB_OK);
    assert_int_equal(wb_dec_cmp(policy.price_tolerance_percent, (struct wb_dec){125, 2}), 0);
    assert_int_equal(wb_dec_cmp(policy.price_tolerance_amount, (struct wb_dec){5, 2}), 0);
    assert_false(policy.keep_customer_price);
    assert_true(policy.hold_price_outside);
    assert_int_equal(policy.day_hour * 60 + policy.day_minute, 390);
    assert_str(policy.company, "Us Inc");
    assert_int_equal(policy.gln_field_count, 2);
    assert_str(policy.gln_fields[0], "x_gln");
    assert_int_equal(policy.charge_count, 1);
    assert_str(policy.charges[0].code, "x12:1300:D240");
    assert_str(policy.charges[0].default_code, "FREIGHT");
    assert_int_equal(files.count, 3);
    assert_int_equal(files.items[1].table, PLAN_TABLE_UNITS);
    assert_str(files.items[2].path, "more.csv");
}

struct row_case {
    enum plan_table table;
    bool head_good, row_good;
    const char *head, *row; /* fields apart by commas */
};

/* Whether the reader takes a row. */
static bool
takes(struct world *w, struct plan_table_reader *reader, struct plan_policy *policy,
      const char *text)
{
    struct wb_str fields[PLAN_TABLE_COLUMNS];
    struct wb_str rest = wb_str_of(text);
    const char *problem = NULL;
    size_t count = 0;
    for (bool more = true; more && count < PLAN_TABLE_COLUMNS; count++) {
        const size_t len = wb_str_find(rest, ',');
        more = len < rest.len;
        fields[count] = wb_str_sub(rest, 0, len);
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
    assert_int_equal(plan_table_row(&w->ctx, &w->arena, reader, policy, fields, count, &problem),
                     WB_OK);
    return problem == NULL;
}

static void
test_rows(void **state)
{
    struct world *const w = *state;
    static const struct row_case table[] = {
#define X(table_, head_good_, row_good_, head_, row_)                                              \
    {.table = PLAN_TABLE_##table_,                                                                 \
     .head_good = head_good_,                                                                      \
     .row_good = row_good_,                                                                        \
     .head = head_,                                                                                \
     .row = row_},
#include "tables.def"
#undef X
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct plan_table_reader reader;
        struct plan_policy policy;
        plan_policy_init(&policy);
        plan_table_init(&reader, table[i].table);
        assert_int_equal(takes(w, &reader, &policy, table[i].head), table[i].head_good);
        if (table[i].head_good) {
            assert_int_equal(takes(w, &reader, &policy, table[i].row), table[i].row_good);
        }
        const bool both = table[i].head_good && table[i].row_good;
        assert_int_equal(policy.item_count + policy.unit_count, both ? 1 : 0);
    }
}

/* A price exactly at the edge of the tolerance is inside it. */
static void
test_edges(void **state)
{
    struct world *const w = *state;
    static const struct {
        const char *price;
        bool inside;
    } table[] = {
        {"100.5",  true },
        {"99.5",   true },
        {"100.51", false},
        {"99.49",  false},
        {"100",    true },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct wb_str edits =
            wb_arena_printf(&w->ctx, &w->arena, "'100'=>'%s'", table[i].price);
        const struct setup setup = {.release = 19, .edits = edits.at};
        const struct plan *const plan = world_plan(w, &setup).plan;
        assert_str(world_issues(w, plan), table[i].inside ? "" : "PRICE_OUTSIDE");
        assert_str(plan->lines[1].price, table[i].inside ? table[i].price : "100");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_texts, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_values, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_rows, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_edges, world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("plan policy", tests, NULL, NULL);
}
