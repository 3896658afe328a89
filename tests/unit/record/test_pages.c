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

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_pages), TEST(test_schema_is_json)};
    return cmocka_run_group_tests_name("record-pages", tests, NULL, NULL);
}
