/* The published page and JSON Schema are what the schema in the program says. After a change of
 * grammars/business: wb-recordc --doc order -o docs/business.md FILES, and --json-schema likewise.
 */
#include "support.h"

static struct wb_str
kept(struct world *w, struct wb_out *out)
{
    assert_int_equal(wb_out_finish(out), WB_OK);
    const struct wb_str text = wb_arena_dup(&w->ctx, &w->arena, wb_buf_str(&out->buf));
    wb_out_done(out);
    return text;
}

/* Fails with the first line that differs. */
static void
compare(struct wb_str made, struct wb_str committed, const char *name)
{
    size_t line = 1;
    for (size_t at = 0; at < made.len && at < committed.len; at++) {
        if (made.at[at] != committed.at[at]) {
            fail_msg("%s is not up to date from line %zu on", name, line);
        }
        line += made.at[at] == '\n' ? 1 : 0;
    }
    if (made.len != committed.len) {
        fail_msg("%s is not up to date: it ends at line %zu", name, line);
    }
}

static void
test_pages(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    const uint32_t order = record_find_shape(schema, WB_LIT("order"));
    struct wb_out out;
    wb_out_init(&out, &w->ctx, -1, 1024 * 1024);
    record_write_page(&out, schema, order);
    compare(kept(w, &out), world_file(w, "docs/business.md"), "docs/business.md");
    wb_out_init(&out, &w->ctx, -1, 1024 * 1024);
    record_write_schema(&out, schema, order);
    compare(kept(w, &out), world_file(w, "docs/schemas/order.json"), "docs/schemas/order.json");
}

/* The schema is JSON, and says everything that the page says. */
static void
test_schema_is_json(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    struct record_any *any = NULL;
    assert_int_equal(
        record_read_any(&w->ctx, &w->arena, world_file(w, "docs/schemas/order.json"), &any), WB_OK);
    const struct record_any *const defs = record_any_get(any, WB_LIT("$defs"));
    const struct record_any *const order = record_any_get(defs, WB_LIT("order"));
    const struct record_any *const properties = record_any_get(order, WB_LIT("properties"));
    const uint32_t shape = record_find_shape(schema, WB_LIT("order"));
    assert_int_equal(properties->count, schema->shapes[shape].field_count + 2);
    for (uint32_t i = 0; i < schema->shapes[shape].field_count; i++) {
        assert_non_null(record_any_get(properties, record_field_at(schema, shape, i)->name));
    }
}

/* The next line, without its end; false when there is none. */
static bool
take_line(struct wb_str *text, struct wb_str *ret)
{
    if (text->len == 0) {
        return false;
    }
    const size_t end = wb_str_find(*text, '\n');
    *ret = wb_str_sub(*text, 0, end);
    *text = wb_str_sub(*text, end + 1, text->len);
    return true;
}

/* Compiles one example; `wanted` is the code of its first diagnostic, empty when it is right. */
static void
run_example(struct world *w, struct wb_str example, struct wb_str wanted)
{
    const struct wb_str text = wb_arena_dup(&w->ctx, &w->arena, example);
    assert_non_null(text.at);
    (void)world_compile(w, text.at); /* judged by the diagnostics */
    const struct wb_str code = wb_str_of(w->diags.count == 0 ? NULL : w->diags.items[0].code);
    if (!wb_str_eq(code, wanted)) {
        fail_msg("\"" WB_FMT "\" for: " WB_FMT, WB_ARG(code), WB_ARG(example));
    }
}

/* Every example of the language reference, between ```schema and ```. */
static void
test_language(void **state)
{
    struct world *const w = *state;
    struct wb_str text = world_file(w, "docs/language.md");
    struct wb_str line = {NULL, 0};
    size_t count = 0;
    while (take_line(&text, &line)) {
        const struct wb_str mark = WB_LIT("```schema");
        if (!wb_str_starts(line, mark)) {
            continue;
        }
        struct wb_str wanted = wb_str_trim(wb_str_sub(line, mark.len, line.len));
        if (wb_str_starts(wanted, WB_LIT("error "))) {
            wanted = wb_str_sub(wanted, 6, wanted.len);
        }
        const char *const start = text.at;
        while (take_line(&text, &line) && !wb_str_eq(line, WB_LIT("```"))) {
        }
        run_example(w, (struct wb_str){start, (size_t)(line.at - start)}, wanted);
        count++;
    }
    assert_in_range(count, 3, 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_pages), TEST(test_schema_is_json),
                                       TEST(test_language)};
    return cmocka_run_group_tests_name("record-pages", tests, NULL, NULL);
}
