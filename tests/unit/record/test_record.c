/* Typed values: cells, lists, what counts as empty, the normal form, equality and where it ends. */
#include "record/record.h"

#include <stdio.h>

#include "support.h"

static const struct record_schema *
business(void)
{
    return record_shipped(WB_LIT("business"));
}

static uint32_t
shape_of(const char *name)
{
    const uint32_t shape = record_find_shape(business(), wb_str_of(name));
    assert_int_not_equal(shape, RECORD_NONE);
    return shape;
}

static struct record_object *
read_order(struct world *w, const char *json)
{
    return world_read(w, business(), "order", wb_str_of(json));
}

#define START "{\"kind\":\"standard\",\"number\":\"1\",\"issued_on\":\"2025-01-31\""

static void
test_cells(void **state)
{
    struct world *const w = *state;
    struct record_object *const order =
        record_new(&w->ctx, &w->arena, business(), shape_of("order"));
    assert_non_null(order);
    const uint32_t ship_to = record_find_field(business(), order->shape, WB_LIT("ship_to"));
    struct record_object *const party = record_enter(&w->ctx, &w->arena, order, ship_to);
    assert_ptr_equal(record_enter(&w->ctx, &w->arena, order, ship_to), party);
    struct record_value *const gln = record_get(party, WB_LIT("gln"));
    assert_false(gln->present);
    assert_str(record_text(order, "ship_to.gln"), "");
    gln->present = true;
    gln->text = WB_LIT("0614141000012");
    assert_str(record_text(order, "ship_to.gln"), "0614141000012");
    assert_str(record_text(order, "ship_to.nothing"), "");
    assert_str(record_text(order, "ship_to"), "");
    assert_str(record_text(order, "bill_to.gln"), "");
    assert_str(record_text(order, "lines.id"), "");
    assert_str(record_text(order, "number.x"), "");
    assert_str(record_text(order, ""), "");
    assert_null(record_get(order, WB_LIT("nothing")));
    assert_ptr_equal(record_get(order, WB_LIT("ship_to")), record_cell(order, ship_to));
    const uint32_t lines = record_find_field(business(), order->shape, WB_LIT("lines"));
    for (unsigned i = 0; i < 1000; i++) {
        const struct record_value *const line = record_append(&w->ctx, &w->arena, order, lines);
        assert_non_null(line);
        assert_str(record_shape_of(line->object)->name, "order_line");
    }
    assert_int_equal(record_cell(order, lines)->list.count, 1000);
    const uint32_t note = record_find_field(business(), order->shape, WB_LIT("note"));
    struct record_value *const text = record_append(&w->ctx, &w->arena, order, note);
    assert_int_equal(text->type, RECORD_TEXT);
}

static void
test_empty(void **state)
{
    struct world *const w = *state;
    struct record_object *const order = read_order(
        w, START ",\"release\":\"\",\"note\":[],\"ship_to\":{\"contacts\":[],\"name\":\"\"},"
                 "\"bill_to\":{\"source\":{\"x\":1}},\"buyer\":{\"source\":{}},\"lines\":[{}]}");
    assert_true(record_is_empty(record_get(order, WB_LIT("release"))));
    assert_true(record_is_empty(record_get(order, WB_LIT("note"))));
    assert_true(record_is_empty(record_get(order, WB_LIT("ship_to"))));
    assert_false(record_is_empty(record_get(order, WB_LIT("bill_to"))));
    assert_true(record_is_empty(record_get(order, WB_LIT("buyer"))));
    assert_false(record_is_empty(record_get(order, WB_LIT("lines"))));
    assert_true(record_is_empty(record_get(order, WB_LIT("contract"))));
    struct wb_str path = {NULL, 0};
    struct record_object *const bare = read_order(w, START ",\"lines\":[{}],\"bill_to\":{}}");
    assert_true(record_equal(&w->ctx, &w->arena, order, bare, false, &path));
    assert_false(record_equal(&w->ctx, &w->arena, order, bare, true, &path));
    assert_str(path, "bill_to");
    record_normalise(order);
    assert_false(record_get(order, WB_LIT("release"))->present);
    assert_false(record_get(order, WB_LIT("note"))->present);
    assert_false(record_get(order, WB_LIT("ship_to"))->present);
    assert_true(record_get(order, WB_LIT("bill_to"))->present);
    assert_false(record_get(order, WB_LIT("buyer"))->present);
    assert_int_equal(record_get(order, WB_LIT("lines"))->list.count, 1);
    assert_str(world_json(w, order, false),
               "{\"schema\":\"waybill/order/1\",\"kind\":\"standard\",\"number\":\"1\","
               "\"issued_on\":\"2025-01-31\",\"lines\":[{}]}");
}

/* Two orders with these members, compared both ways; path NULL: they are equal. */
static void
differ(struct world *w, const char *left, const char *right, const char *path)
{
    const struct wb_str texts[] = {
        wb_arena_printf(&w->ctx, &w->arena, "%s%s}", START, left),
        wb_arena_printf(&w->ctx, &w->arena, "%s%s}", START, right),
    };
    for (size_t turn = 0; turn < 2; turn++) {
        struct wb_str found = {NULL, 0};
        const struct record_object *const a = read_order(w, texts[turn].at);
        const struct record_object *const b = read_order(w, texts[1 - turn].at);
        const bool same = record_equal(&w->ctx, &w->arena, a, b, true, &found);
        if (same != (path == NULL)) {
            fail_msg("%s and %s are %s", left, right, same ? "equal" : "different");
        }
        if (!same) {
            assert_str(found, path);
        }
    }
}

static void
test_equal(void **state)
{
    struct world *const w = *state;
    differ(w, "", "", NULL);
    differ(w, ",\"payable\":\"1.0\"", ",\"payable\":\"1.00\"", NULL);
    differ(w, ",\"payable\":\"-0\"", ",\"payable\":\"0.000\"", NULL);
    differ(w, ",\"payable\":\"1.0\"", ",\"payable\":\"1.01\"", "payable");
    differ(w, ",\"payable\":\"0\"", "", "payable");
    differ(w, ",\"note\":[]", "", NULL);
    differ(w, ",\"note\":[\"\"]", "", "note");
    differ(w, ",\"note\":[\"a\",\"b\"]", ",\"note\":[\"a\"]", "note[1]");
    differ(w, ",\"note\":[\"a\",\"b\"]", ",\"note\":[\"b\",\"a\"]", "note[0]");
    differ(w, ",\"lines\":[{},{\"item\":{\"gtin\":\"1\"}}]",
           ",\"lines\":[{},{\"item\":{\"gtin\":\"2\"}}]", "lines[1].item.gtin");
    differ(w, ",\"lines\":[{},{\"charges\":[{\"charge\":true}]}]",
           ",\"lines\":[{},{\"charges\":[{\"charge\":false}]}]", "lines[1].charges[0].charge");
    differ(w, ",\"charges\":[{\"charge\":false}]", ",\"charges\":[{}]", "charges[0].charge");
    differ(w, ",\"line_count\":1", ",\"line_count\":2", "line_count");
    differ(w, ",\"requested_on\":\"2025-02-01\"", ",\"requested_on\":\"2025-02-02\"",
           "requested_on");
    differ(w, ",\"source\":{}", "", NULL);
    differ(w, ",\"source\":{\"a\":1,\"b\":[1.50,null]}", ",\"source\":{\"b\":[1.5,null],\"a\":1}",
           NULL);
    differ(w, ",\"source\":{\"a\":1}", ",\"source\":{\"a\":\"1\"}", "source.a");
    differ(w, ",\"source\":{\"a\":1}", ",\"source\":{\"b\":1}", "source.a");
    differ(w, ",\"source\":{\"b\":{\"c\":[1,true]}}", ",\"source\":{\"b\":{\"c\":[1,false]}}",
           "source.b.c[1]");
    differ(w, ",\"source\":{\"b\":[]}", ",\"source\":{\"b\":{}}", "source.b");
    differ(w, ",\"source\":{\"b\":[1]}", ",\"source\":{\"b\":[1,2]}", "source.b");
    differ(w, ",\"ship_to\":{\"source\":{\"k\":\"x\"}}", "", "ship_to");
    differ(w, ",\"source\":{\"n\":1e2}", ",\"source\":{\"n\":100.0}", NULL);
    differ(w, ",\"source\":{\"n\":1e200}", ",\"source\":{\"n\":1e201}", "source.n");
}

/* Equality of moments: how much was said and whether a zone was, are part of the value. */
static void
test_moments(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema =
        world_compile(w, "edition 1\nschema t\nrecord r { at moment }\n");
    static const char *const same[][2] = {
        {"2025-03-01T10:00Z",   "2025-03-01T12:00+02:00"},
        {"2025-03-01T10:00:00", "2025-03-01T10:00:00"   },
    };
    static const char *const other[][2] = {
        {"2025-03-01",        "2025-03-01T00:00"   },
        {"2025-03-01T10:00",  "2025-03-01T10:00:00"},
        {"2025-03-01T10:00",  "2025-03-01T10:00Z"  },
        {"2025-03-01T10:00Z", "2025-03-01T10:01Z"  },
    };
    for (size_t i = 0; i < 6; i++) {
        const bool equal = i < 2;
        struct record_object *objects[2];
        for (size_t k = 0; k < 2; k++) {
            const struct wb_str json = wb_arena_printf(&w->ctx, &w->arena, "{\"at\":\"%s\"}",
                                                       equal ? same[i][k] : other[i - 2][k]);
            objects[k] = world_read(w, schema, "r", json);
        }
        assert_int_equal(record_equal(&w->ctx, &w->arena, objects[0], objects[1], true, NULL),
                         equal);
    }
}

/* Laws on random documents: equal to itself, also in normal form; one change is seen, by its path.
 */
static void
test_laws(void **state)
{
    struct world *const w = *state;
    struct random_state random = {.state = 4711, .fill = 40};
    for (unsigned i = 0; i < 200; i++) {
        struct wb_str path = {NULL, 0};
        wb_arena_reset(&w->arena);
        const uint64_t seed = random.state;
        struct record_object *const a = random_document(w, &random, business(), shape_of("order"));
        struct random_state again = {.state = seed, .fill = 40};
        struct record_object *const b = random_document(w, &again, business(), shape_of("order"));
        assert_true(record_equal(&w->ctx, &w->arena, a, b, true, &path));
        record_normalise(b);
        if (!record_equal(&w->ctx, &w->arena, a, b, true, &path)) {
            fail_msg("normal form differs at " WB_FMT, WB_ARG(path));
        }
        assert_str(world_json(w, a, true), world_json(w, b, true).at);
        struct record_value *const number = record_get(b, WB_LIT("number"));
        number->text = WB_LIT("another number");
        assert_false(record_equal(&w->ctx, &w->arena, a, b, true, &path));
        assert_str(path, "number");
    }
}

static void
test_any(void **state)
{
    struct world *const w = *state;
    struct record_any *const map = record_any_new(&w->ctx, &w->arena, RECORD_MAP);
    for (unsigned i = 0; i < 100; i++) {
        const struct wb_str name = wb_arena_printf(&w->ctx, &w->arena, "m%u", i % 50);
        struct record_any *const value = record_any_number(&w->ctx, &w->arena, -(int64_t)i);
        assert_int_equal(record_any_set(&w->ctx, &w->arena, map, name, value), WB_OK);
    }
    assert_int_equal(map->count, 50);
    assert_str(record_any_get(map, WB_LIT("m7"))->text, "-57");
    assert_null(record_any_get(map, WB_LIT("m50")));
    assert_null(record_any_get(NULL, WB_LIT("m7")));
    assert_null(record_any_get(record_any_get(map, WB_LIT("m7")), WB_LIT("m7")));
    /* The same members backwards. */
    struct record_any *const back = record_any_new(&w->ctx, &w->arena, RECORD_MAP);
    for (size_t i = map->count; i > 0; i--) {
        assert_int_equal(
            record_any_add(&w->ctx, &w->arena, back, map->names[i - 1], map->items[i - 1]), WB_OK);
    }
    assert_true(record_any_equal(&w->ctx, &w->arena, map, back));
    back->items[3] = record_any_text(&w->ctx, &w->arena, WB_LIT("x"));
    assert_false(record_any_equal(&w->ctx, &w->arena, map, back));
}

/* Every allocation may fail: what was asked for is refused, nothing crashes. */
static void
test_no_memory(void **state)
{
    struct world *const w = *state;
    const struct wb_str json = WB_LIT(START ",\"note\":[\"a\"],\"lines\":[{\"item\":{\"gtin\":"
                                            "\"1\"},\"source\":{\"x\":[1,{\"y\":null}]}}]}");
    bool done = false;
    for (uint64_t nth = 1; !done; nth++) {
        struct wb_ctx ctx;
        struct wb_arena arena;
        struct record_problems problems = {NULL, 0, 0, 0};
        struct record_object *object = NULL;
        wb_ctx_init(&ctx);
        wb_arena_init(&arena, 1024 * 1024);
        ctx.os.fault = (struct wb_os_fault){.nth = nth, .ops_mask = 1U << WB_OS_ALLOC};
        const enum wb_rc rc =
            record_read_json(&ctx, &arena, business(), shape_of("order"), json, &problems, &object);
        assert_true(rc == WB_OK || rc == WB_NOMEM);
        assert_int_equal(rc == WB_OK, object != NULL);
        done = rc == WB_OK;
        wb_arena_done(&arena);
        assert_in_range(nth, 1, 10000);
    }
    (void)w;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cells), TEST(test_empty), TEST(test_equal),     TEST(test_moments),
        TEST(test_laws),  TEST(test_any),   TEST(test_no_memory),
    };
    return cmocka_run_group_tests_name("record-record", tests, NULL, NULL);
}
