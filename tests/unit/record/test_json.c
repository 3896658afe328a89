/* JSON in and out: the law that what is written reads back, every problem by its place, numbers to
 * the last digit, and texts that are no JSON. */
#include "record/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#include "support.h"

static const struct record_schema *
business(void)
{
    return record_shipped(WB_LIT("business"));
}

#define START "{\"kind\":\"standard\",\"number\":\"1\",\"issued_on\":\"2025-01-31\""

/* read_json(write_json(r)) == r, for all shapes of both schemas, pretty or not. */
static void
test_law(void **state)
{
    struct world *const w = *state;
    static const char *const schemas[] = {"business", "odoo"};
    struct random_state random = {.state = 1};
    for (unsigned i = 0; i < 1500; i++) {
        struct wb_out out;
        struct wb_json json;
        struct wb_str path = {NULL, 0};
        const struct record_schema *const schema = record_shipped(wb_str_of(schemas[i % 2]));
        wb_arena_reset(&w->arena);
        random.fill = 10 + random_below(&random, 60);
        const uint32_t shape = i % 4 == 0 ? record_find_shape(business(), WB_LIT("order"))
                                          : random_below(&random, schema->shape_count);
        const struct record_object *const object = random_document(w, &random, schema, shape);
        wb_out_init(&out, &w->ctx, -1, 64 * 1024 * 1024);
        wb_json_init(&json, &out, i % 3 == 0);
        record_write_json(&json, object, true);
        assert_int_equal(wb_out_finish(&out), WB_OK);
        const struct record_object *const back =
            world_read(w, schema, schema->shapes[shape].name.at, wb_buf_str(&out.buf));
        if (!record_equal(&w->ctx, &w->arena, object, back, true, &path)) {
            fail_msg("document %u differs at " WB_FMT ": " WB_FMT, i, WB_ARG(path),
                     WB_ARG(wb_buf_str(&out.buf)));
        }
        wb_out_done(&out);
    }
}

/* The same for values without a schema, to the last digit. */
static void
test_law_any(void **state)
{
    struct world *const w = *state;
    struct random_state random = {.state = 2};
    for (unsigned i = 0; i < 2000; i++) {
        struct wb_out out;
        struct wb_json json;
        struct record_any *back = NULL;
        wb_arena_reset(&w->arena);
        const struct record_any *const any = random_any(w, &random, 6);
        wb_out_init(&out, &w->ctx, -1, 64 * 1024 * 1024);
        wb_json_init(&json, &out, i % 2 == 0);
        record_write_any(&json, any);
        assert_int_equal(wb_out_finish(&out), WB_OK);
        assert_int_equal(record_read_any(&w->ctx, &w->arena, wb_buf_str(&out.buf), &back), WB_OK);
        assert_true(record_any_equal(&w->ctx, &w->arena, any, back));
        wb_out_done(&out);
    }
}

/* The document is read, but for one problem at this path. */
static void
refuse_document(struct world *w, const char *json, const char *path, const char *text)
{
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    assert_int_equal(record_read_json(&w->ctx, &w->arena, business(),
                                      record_find_shape(business(), WB_LIT("order")),
                                      wb_str_of(json), &problems, &object),
                     WB_OK);
    assert_non_null(object);
    if (problems.count != 1) {
        fail_msg("%s: %zu problems", json, problems.count);
    }
    assert_str(problems.items[0].path, path);
    assert_str(problems.items[0].text, text);
    assert_str(record_text(object, "kind"), "standard");
}

/* The same for a good document with these members behind its own. */
static void
refuse(struct world *w, const char *members, const char *path, const char *text)
{
    const struct wb_str json = wb_arena_printf(&w->ctx, &w->arena, "%s%s}", START, members);
    refuse_document(w, json.at, path, text);
}

static void
test_required(void **state)
{
    struct world *const w = *state;
    refuse_document(w, "{\"kind\":\"standard\",\"issued_on\":\"2025-01-31\"}", "number",
                    "this is required");
    refuse_document(w, "{\"kind\":\"standard\",\"number\":\"\",\"issued_on\":\"2025-01-31\"}",
                    "number", "this is required");
}

static void
test_decimals(void **state)
{
    struct world *const w = *state;
    refuse(w, ",\"payable\":12.5", "payable",
           "a decimal stands as a string: a number may have lost digits on its way");
    refuse(w, ",\"payable\":12", "payable",
           "a decimal stands as a string: a number may have lost digits on its way");
    refuse(w, ",\"payable\":\"12,5\"", "payable", "`12,5` is no decimal");
    refuse(w, ",\"payable\":\"+1\"", "payable", "`+1` is no decimal");
    refuse(w, ",\"payable\":\".5\"", "payable", "`.5` is no decimal");
    refuse(w, ",\"payable\":\"5.\"", "payable", "`5.` is no decimal");
    refuse(w, ",\"payable\":\"1e3\"", "payable", "`1e3` is no decimal");
    refuse(w, ",\"payable\":\" 1\"", "payable", "` 1` is no decimal");
    refuse(w, ",\"payable\":\"\"", "payable", "`` is no decimal");
    refuse(w, ",\"payable\":\"-\"", "payable", "`-` is no decimal");
    refuse(w, ",\"payable\":\"9223372036854775808\"", "payable",
           "`9223372036854775808` has more digits than are kept exactly");
    refuse(w, ",\"payable\":\"99999999999999999999999999\"", "payable",
           "`99999999999999999999999999` has more digits than are kept exactly");
    refuse(w, ",\"payable\":\"0.1234567890123456789\"", "payable",
           "`0.1234567890123456789` has more digits than are kept exactly");
    refuse(w, ",\"payable\":null", "payable", "a decimal stands as a string, not as null");
}

static void
test_problems(void **state)
{
    struct world *const w = *state;
    refuse(w, ",\"kindd\":\"rush\"", "kindd", "`order` has no such member; did you mean `kind`?");
    refuse(w, ",\"zzz\":1", "zzz", "`order` has no such member");
    refuse(w, ",\"purpose\":\"orignal\"", "purpose",
           "`orignal` is no code of this field; did you mean `original`?");
    refuse(w, ",\"purpose\":\"00\"", "purpose", "`00` is no code of this field");
    refuse(w, ",\"purpose\":1", "purpose", "a code stands as a string, not as a number");
    refuse(w, ",\"requested_on\":\"2025-02-30\"", "requested_on",
           "`2025-02-30` is no date (YYYY-MM-DD)");
    refuse(w, ",\"requested_on\":\"20250201\"", "requested_on",
           "`20250201` is no date (YYYY-MM-DD)");
    refuse(w, ",\"requested_on\":20250201", "requested_on",
           "a date stands as a string, not as a number");
    refuse(w, ",\"line_count\":\"3\"", "line_count", "a whole number is expected, not a string");
    refuse(w, ",\"line_count\":3.5", "line_count", "a whole number is expected, not a fraction");
    refuse(w, ",\"line_count\":9223372036854775808", "line_count",
           "`9223372036854775808` has more digits than are kept exactly");
    refuse(w, ",\"note\":\"text\"", "note", "a list is expected, not a string");
    refuse(w, ",\"note\":[\"a\",2]", "note[1]", "a text stands as a string, not as a number");
    refuse(w, ",\"note\":[null]", "note[0]", "a text stands as a string, not as null");
    refuse(w, ",\"ship_to\":\"x\"", "ship_to", "an object is expected, not a string");
    refuse(w, ",\"lines\":{}", "lines", "a list is expected, not an object");
    refuse(w, ",\"lines\":[{},{\"quantity\":\"x\"}]", "lines[1].quantity", "`x` is no decimal");
    refuse(w, ",\"lines\":[{},[]]", "lines[1]", "an object is expected, not a list");
    refuse(w, ",\"charges\":[{\"charge\":\"true\"}]", "charges[0].charge",
           "true or false is expected, not a string");
    refuse(w, ",\"parties\":[{\"name\":\"x\"}]", "parties[0].role", "this is required");
    refuse(w, ",\"currency\":\"EURO\"", "currency", "the text has more than 3 characters");
    refuse(w, ",\"source\":[]", "source", "an object is expected, not a list");
    refuse(w, ",\"ship_to\":{\"schema\":\"x\"}", "ship_to.schema", "`party` has no such member");
    refuse(w, ",\"schema\":\"waybill/order/2\"", "schema",
           "`waybill/order/2` is not this document: waybill/order/1");
    refuse(w, ",\"schema\":\"waybill/party/0\"", "schema",
           "`waybill/party/0` is not this document: waybill/order/1");
    refuse(w, ",\"schema\":1", "schema", "the schema stands as a string, not as a number");
}

static void
test_good(void **state)
{
    struct world *const w = *state;
    static const char *const texts[] = {
        START "}",
        START ",\"schema\":\"waybill/order/1\"}",
        START ",\"purpose\":\"x12:353:77\",\"release\":\"\",\"note\":[],\"ship_to\":{}}",
        START ",\"payable\":\"-0\",\"goods_total\":\"9223372036854775807\",\"tax_total\":\"007\"}",
        START ",\"payable\":\"-9223372036854775807\",\"goods_total\":\"0.123456789012345678\"}",
        START ",\"line_count\":5.0}",
        START ",\"line_count\":-3,\"currency\":\"\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\"}",
        " \n\t" START
        ",\"source\":{\"kind_code\":\"NE\",\"\":[1,{}]},\"lines\":[{\"source\":{}}]} \n",
        START ",\"requested_on\":\"2024-02-29\",\"note\":[\"a\\u0000b\\ud83d\\ude00\"]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        (void)world_read(w, business(), "order", wb_str_of(texts[i]));
    }
    const struct record_object *const order = world_read(
        w, business(), "order", WB_LIT(START ",\"payable\":\"12.50\",\"note\":[\"a\\u0000b\"]}"));
    assert_int_equal(record_get(order, WB_LIT("payable"))->dec.units, 1250);
    assert_int_equal(record_get(order, WB_LIT("payable"))->dec.scale, 2);
    assert_int_equal(record_get(order, WB_LIT("note"))->list.items[0].text.len, 3);
    assert_str(world_json(w, order, true),
               "{\"schema\":\"waybill/order/1\",\"kind\":\"standard\",\"number\":\"1\","
               "\"issued_on\":\"2025-01-31\",\"note\":[\"a\\u0000b\"],\"payable\":\"12.50\"}");
}

static void
test_no_json(void **state)
{
    struct world *const w = *state;
    static const struct {
        const char *json;
        const char *says;
    } texts[] = {
        {"",                    "no JSON: line 1"        },
        {"{",                   "no JSON: line 1"        },
        {"[1,]",                "no JSON: line 1, column"},
        {"{\"a\":1}\n{}",       "no JSON: line 2"        },
        {"{\"a\":1,\n\"a\":2}", "no JSON: line 2"        },
        {"{\"a\":01}",          "`01` is no number"      },
        {"{\"a\":1.}",          "`1.` is no number"      },
        {"[-]",                 "`-` is no number"       },
        {"[1-2]",               "`1-2` is no number"     },
        {"[1e]",                "`1e` is no number"      },
        {"[1e+]",               "`1e+` is no number"     },
        {"[+1]",                "no JSON: line 1"        },
        {"[.5]",                "no JSON: line 1"        },
        {"[NaN]",               "no JSON: line 1"        },
        {"[1 2]",               "no JSON: line 1"        },
        {"[true1]",             "no JSON: line 1"        },
        {"\"\xFF\"",            "no JSON: line 1"        },
        {"\"\\ud800\"",         "no JSON: line 1"        },
        {"{\"a\\u0000\":1}",    "no JSON: line 1"        },
        {"\"a",                 "no JSON: line 1"        },
        {"\"\\",                "no JSON: line 1"        },
        {"{'a':1}",             "no JSON: line 1"        },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct record_any *any = NULL;
        wb_error_clear(&w->ctx);
        const enum wb_rc rc = record_read_any(&w->ctx, &w->arena, wb_str_of(texts[i].json), &any);
        if (rc != WB_INVALID || strstr(w->ctx.error.text, texts[i].says) == NULL) {
            fail_msg("%s: %d, %s", texts[i].json, (int)rc, w->ctx.error.text);
        }
        assert_null(any);
    }
}

/* A document that is none, and one that says what it is. */
static void
test_which(void **state)
{
    struct world *const w = *state;
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    static const char *const bad[] = {"[]",
                                      "\"x\"",
                                      START "}",
                                      "{\"schema\":\"waybill/order/2\"}",
                                      "{\"schema\":\"waybill/party/0\"}",
                                      "{\"schema\":\"order/1\"}",
                                      "{\"schema\":\"waybill/order\"}",
                                      "{\"schema\":1}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wb_error_clear(&w->ctx);
        assert_int_equal(record_read_json(&w->ctx, &w->arena, business(), RECORD_NONE,
                                          wb_str_of(bad[i]), &problems, &object),
                         WB_INVALID);
    }
    assert_int_equal(record_read_json(&w->ctx, &w->arena, business(), RECORD_NONE,
                                      WB_LIT(START ",\"schema\":\"waybill/order/1\"}"), &problems,
                                      &object),
                     WB_OK);
    assert_int_equal(problems.count, 0);
    assert_str(record_shape_of(object)->name, "order");
}

static void
test_numbers(void **state)
{
    struct world *const w = *state;
    static const char *const pairs[][2] = {
        {"0",                               "0"                                         },
        {"-0",                              "-0"                                        },
        {"12.50",                           "12.50"                                     },
        {"0.1",                             "0.1"                                       },
        {"9223372036854775807",             "9223372036854775807"                       },
        {"-123456789012345678901234567890", "-123456789012345678901234567890"           },
        {"0.30000000000000004",             "0.30000000000000004"                       },
        {"1e-05",                           "0.00001"                                   },
        {"1E+2",                            "100"                                       },
        {"1.25e-3",                         "0.00125"                                   },
        {"-1.25e1",                         "-12.5"                                     },
        {"1.0e2",                           "100"                                       },
        {"0e5",                             "0"                                         },
        {"0.5e1",                           "5"                                         },
        {"0.05e1",                          "0.5"                                       },
        {"12.34e0",                         "12.34"                                     },
        {"12.34e1",                         "123.4"                                     },
        {"12.34e2",                         "1234"                                      },
        {"12.34e3",                         "12340"                                     },
        {"5e-1",                            "0.5"                                       },
        {"15e-1",                           "1.5"                                       },
        {"1e40",                            "10000000000000000000000000000000000000000" },
        {"1e-40",                           "0.0000000000000000000000000000000000000001"},
        {"1e41",                            "1e41"                                      },
        {"1e400",                           "1e400"                                     },
        {"1e99999999999999999999",          "1e99999999999999999999"                    },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct record_any *any = NULL;
        const struct wb_str json =
            wb_arena_printf(&w->ctx, &w->arena, "[7,{\"a\":%s},8]", pairs[i][0]);
        assert_int_equal(record_read_any(&w->ctx, &w->arena, json, &any), WB_OK);
        assert_int_equal(any->count, 3);
        assert_str(any->items[0]->text, "7");
        assert_str(record_any_get(any->items[1], WB_LIT("a"))->text, pairs[i][1]);
        assert_str(any->items[2]->text, "8");
    }
    struct record_any *any = NULL;
    assert_int_equal(record_read_any(&w->ctx, &w->arena, WB_LIT(" 17 "), &any), WB_OK);
    assert_str(any->text, "17");
}

/* What holds a number that is none of JSON is still written as JSON. */
static void
test_odd_number(void **state)
{
    struct world *const w = *state;
    struct wb_out out;
    struct wb_json json;
    struct record_any *const any = record_any_new(&w->ctx, &w->arena, RECORD_NUMBER);
    any->text = WB_LIT("12,5");
    wb_out_init(&out, &w->ctx, -1, 4096);
    wb_json_init(&json, &out, false);
    record_write_any(&json, any);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    assert_str(wb_buf_str(&out.buf), "\"12,5\"\n");
    wb_out_done(&out);
}

static struct wb_str
nested(struct world *w, const char *open, const char *close, size_t depth)
{
    struct wb_buf buf;
    wb_buf_init(&buf, 1024 * 1024);
    for (size_t i = 0; i < depth; i++) {
        assert_int_equal(wb_buf_add(&w->ctx, &buf, wb_str_of(open)), WB_OK);
    }
    for (size_t i = 0; i < depth; i++) {
        assert_int_equal(wb_buf_add(&w->ctx, &buf, wb_str_of(close)), WB_OK);
    }
    const struct wb_str text = wb_arena_dup(&w->ctx, &w->arena, wb_buf_str(&buf));
    wb_buf_done(&buf);
    return text;
}

/* What is read can be written; what is deeper is refused, on both ways. */
static void
test_depth(void **state)
{
    struct world *const w = *state;
    struct record_any *any = NULL;
    struct wb_out out;
    struct wb_json json;
    const struct wb_str deep = nested(w, "[", "]", RECORD_ANY_DEPTH_MAX);
    assert_int_equal(record_read_any(&w->ctx, &w->arena, deep, &any), WB_OK);
    wb_out_init(&out, &w->ctx, -1, 1024 * 1024);
    wb_json_init(&json, &out, false);
    record_write_any(&json, any);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    assert_true(wb_str_eq(wb_str_trim(wb_buf_str(&out.buf)), deep));
    wb_out_done(&out);
    const size_t depths[] = {RECORD_ANY_DEPTH_MAX + 1, 100000};
    for (size_t i = 0; i < 2; i++) {
        const struct wb_str deeper = nested(w, "[", "]", depths[i]);
        wb_error_clear(&w->ctx);
        assert_int_equal(record_read_any(&w->ctx, &w->arena, deeper, &any), WB_INVALID);
        assert_non_null(strstr(w->ctx.error.text, "deeper"));
    }
    for (unsigned i = 0; i < 40; i++) { /* made by hand, past the writer's levels */
        struct record_any *const outer = record_any_new(&w->ctx, &w->arena, RECORD_ARRAY);
        assert_int_equal(record_any_push(&w->ctx, &w->arena, outer, any), WB_OK);
        any = outer;
    }
    wb_out_init(&out, &w->ctx, -1, 1024 * 1024);
    wb_json_init(&json, &out, false);
    record_write_any(&json, any);
    assert_int_equal(wb_out_finish(&out), WB_LIMIT);
    wb_out_done(&out);
}

/* Records that hold themselves: bounded on reading, compared and written below the bound. */
static void
test_recursion(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema = world_compile(
        w, "edition 1\nschema t\nrecord unit { level text; inner unit; units list unit }\n");
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    const struct wb_str good = nested(w, "{\"level\":\"a\",\"inner\":", "}", 40);
    const struct wb_str too_deep = nested(w, "{\"level\":\"a\",\"inner\":", "}", 60);
    /* A null at the heart of each. */
    const struct wb_str texts[] = {good, too_deep};
    for (size_t i = 0; i < 2; i++) {
        const size_t middle = wb_str_find(texts[i], '}');
        const struct wb_str json = wb_arena_printf(
            &w->ctx, &w->arena, WB_FMT "{}" WB_FMT, WB_ARG(wb_str_sub(texts[i], 0, middle)),
            WB_ARG(wb_str_sub(texts[i], middle, texts[i].len)));
        wb_error_clear(&w->ctx);
        const enum wb_rc rc =
            record_read_json(&w->ctx, &w->arena, schema, 0, json, &problems, &object);
        assert_int_equal(rc, i == 0 ? WB_OK : WB_INVALID);
    }
    struct wb_str path = {NULL, 0};
    assert_true(record_equal(&w->ctx, &w->arena, object, object, true, &path));
    record_normalise(object);
    (void)world_json(w, object, true);
}

static void
test_limits(void **state)
{
    struct world *const w = *state;
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    struct wb_buf buf;
    wb_buf_init(&buf, 64 * 1024 * 1024);
    assert_int_equal(wb_buf_add(&w->ctx, &buf, WB_LIT(START)), WB_OK);
    for (unsigned i = 0; i < 3000; i++) {
        const struct wb_str member = wb_arena_printf(&w->ctx, &w->arena, ",\"bad%u\":1", i);
        assert_int_equal(wb_buf_add(&w->ctx, &buf, member), WB_OK);
    }
    assert_int_equal(wb_buf_add(&w->ctx, &buf, WB_LIT("}")), WB_OK);
    assert_int_equal(record_read_json(&w->ctx, &w->arena, business(),
                                      record_find_shape(business(), WB_LIT("order")),
                                      wb_buf_str(&buf), &problems, &object),
                     WB_OK);
    assert_int_equal(problems.count, RECORD_PROBLEMS_MAX);
    assert_int_equal(problems.unlisted_count, 3000 - RECORD_PROBLEMS_MAX);
    wb_buf_done(&buf);
    /* Longer than the limit: refused before anything is read. */
    struct record_any *any = NULL;
    const struct wb_str huge = {"[", (size_t)WB_LIMIT_JSON + 1};
    assert_int_equal(record_read_any(&w->ctx, &w->arena, huge, &any), WB_LIMIT);
}

/* Odd bytes of a partner's text come out as JSON that any tool reads. */
static void
test_latin_1(void **state)
{
    struct world *const w = *state;
    struct record_object *const order = world_read(w, business(), "order", WB_LIT(START "}"));
    struct record_value *const number = record_get(order, WB_LIT("number"));
    number->text = (struct wb_str){"caf\xE9 \x80\xFF", 7};
    const struct record_object *const back =
        world_read(w, business(), "order", world_json(w, order, true));
    assert_str(record_text(back, "number"), "caf\xC3\xA9 \xC2\x80\xC3\xBF");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_law),      TEST(test_law_any),    TEST(test_required), TEST(test_decimals),
        TEST(test_problems), TEST(test_good),       TEST(test_no_json),  TEST(test_which),
        TEST(test_numbers),  TEST(test_odd_number), TEST(test_depth),    TEST(test_recursion),
        TEST(test_limits),   TEST(test_latin_1),
    };
    return cmocka_run_group_tests_name("record-json", tests, NULL, NULL);
}
