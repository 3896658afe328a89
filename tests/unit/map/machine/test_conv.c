/*
 * Conversions: each is tried both ways on what it takes and on what it must refuse. A value that
 * was read is written back as it was, or the row says why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "map/conv.h"
#include "message.h"

struct conv_case {
    enum map_conv_kind kind;
    uint8_t type;    /* of the right value */
    uint8_t element; /* enum grammar_type */
    uint8_t scale;
    uint32_t min, max;
    const char *left;
    const char *right; /* as text; NULL = refused */
    const char *back;  /* NULL = as left; "-" = refused */
};

struct item_case {
    enum map_conv_kind kind;
    uint32_t arg;
    const char *left;
    const char *right; /* NULL = refused */
};

static struct conv_env
env_of(struct world *world)
{
    return (struct conv_env){.ctx = &world->ctx,
                             .arena = &world->arena,
                             .strings = WB_LIT("x12:355"),
                             .decimal_mark = '.'};
}

static void
try_case(struct world *world, const struct conv_case *c, uint32_t arg)
{
    const struct conv_env env = env_of(world);
    const struct map_conv conv = {
        .kind = (uint8_t)c->kind, .type = c->type, .arg = arg, .text = {0, 7}
    };
    const struct map_element element = {.element_no = 1,
                                        .repeat_no = 1,
                                        .component_no = 1,
                                        .type = c->element,
                                        .scale = c->scale,
                                        .min = c->min,
                                        .max = c->max};
    const struct wb_str left = wb_str_of(c->left);
    struct record_value value = {.present = false};
    struct wb_str back = {NULL, 0};
    const enum conv_rc rc = conv_read(&env, &conv, &element, &left, 1, &value);
    if (c->right == NULL) {
        assert_int_equal(rc, CONV_REFUSED);
        return;
    }
    assert_int_equal(rc, CONV_OK);
    assert_int_equal(value.type, c->type);
    const struct wb_str text = conv_text(&env, &value);
    if (!wb_str_eq(text, wb_str_of(c->right))) {
        fail_msg("%s: " WB_FMT ", not %s", c->left, WB_ARG(text), c->right);
    }
    const enum conv_rc written = conv_write(&env, &conv, &element, 1, &value, &back);
    const char *const wanted = c->back == NULL ? c->left : c->back;
    if (strcmp(wanted, "-") == 0) {
        assert_true(written == CONV_REFUSED || written == CONV_TOO_LONG);
        return;
    }
    assert_int_equal(written, CONV_OK);
    if (!wb_str_eq(back, wb_str_of(wanted))) {
        fail_msg("%s: written as " WB_FMT ", not %s", c->left, WB_ARG(back), wanted);
    }
}

/* Blanks that pad an AN are not part of its value, and are put back. */
static const struct conv_case CASES[] = {
    {MAP_CONV_TEXT,    RECORD_TEXT,   GRAMMAR_AN, 0, 2, 9, "A ",       "A",          NULL  },
    {MAP_CONV_TEXT,    RECORD_TEXT,   GRAMMAR_AN, 0, 1, 3, "ABCD",     "ABCD",       "-"   },
    {MAP_CONV_TEXT,    RECORD_CODE,   GRAMMAR_ID, 0, 2, 2, "CA",       "CA",         NULL  },
    {MAP_CONV_RAW,     RECORD_RAW,    GRAMMAR_ID, 0, 2, 2, "CS",       "x12:355:CS", NULL  },
    {MAP_CONV_DEC,     RECORD_DEC,    GRAMMAR_R,  0, 1, 9, "12.50",    "12.50",      NULL  },
    {MAP_CONV_DEC,     RECORD_DEC,    GRAMMAR_R,  0, 1, 9, "-.5",      "-0.5",       "-0.5"},
    {MAP_CONV_DEC,     RECORD_DEC,    GRAMMAR_R,  0, 1, 9, "1020A",    NULL,         NULL  },
    {MAP_CONV_DEC,     RECORD_DEC,    GRAMMAR_R,  0, 1, 3, "1.000",    "1.000",      "1"   },
    {MAP_CONV_DEC,     RECORD_DEC,    GRAMMAR_R,  0, 1, 3, "12345",    "12345",      "-"   },
    {MAP_CONV_IMPLIED, RECORD_DEC,    GRAMMAR_N,  2, 1, 9, "1250",     "12.50",      NULL  },
    {MAP_CONV_IMPLIED, RECORD_DEC,    GRAMMAR_N,  2, 3, 9, "005",      "0.05",       NULL  },
    {MAP_CONV_IMPLIED, RECORD_DEC,    GRAMMAR_N,  2, 1, 9, "12.5",     NULL,         NULL  },
    {MAP_CONV_INT,     RECORD_INT,    GRAMMAR_R,  0, 1, 9, "7.00",     "7",          "7"   },
    {MAP_CONV_INT,     RECORD_INT,    GRAMMAR_R,  0, 1, 9, "7.5",      NULL,         NULL  },
    {MAP_CONV_NEGATED, RECORD_DEC,    GRAMMAR_N,  2, 1, 9, "-995",     "9.95",       NULL  },
    {MAP_CONV_DATE,    RECORD_DATE,   GRAMMAR_DT, 0, 8, 8, "20240229", "2024-02-29", NULL  },
    {MAP_CONV_DATE,    RECORD_DATE,   GRAMMAR_DT, 0, 8, 8, "20230229", NULL,         NULL  },
    {MAP_CONV_DATE,    RECORD_DATE,   GRAMMAR_DT, 0, 6, 6, "991231",   "1999-12-31", NULL  },
    {MAP_CONV_DAY,     RECORD_MOMENT, GRAMMAR_DT, 0, 8, 8, "20250314", "2025-03-14", NULL  },
    {MAP_CONV_UPPER,   RECORD_TEXT,   GRAMMAR_AN, 0, 1, 9, "ab1",      "AB1",        "AB1" },
    {MAP_CONV_NUMBER,  RECORD_INT,    GRAMMAR_AN, 0, 1, 9, "120",      "120",        NULL  },
    {MAP_CONV_NUMBER,  RECORD_INT,    GRAMMAR_AN, 0, 1, 9, "A-1",      NULL,         NULL  },
    {MAP_CONV_NUMBER,  RECORD_INT,    GRAMMAR_AN, 0, 1, 9, "01",       NULL,         NULL  }
};

/* Identifiers: texts of one element, one form on the right for several on the left. */
static const struct item_case ITEMS[] = {
    {MAP_CONV_GTIN12, 0,                             "614141000128",   "00614141000128"},
    {MAP_CONV_GTIN12, 0,                             "614141000129",   NULL            },
    {MAP_CONV_GTIN12, 0,                             "14141000128",    NULL            },
    {MAP_CONV_GTIN13, 0,                             "9522000065304",  "09522000065304"},
    {MAP_CONV_GTIN14, 0,                             "19522000003457", "19522000003457"},
    {MAP_CONV_NDC,    MAP_NDC_5_4_2,                 "99999-0312-25",  "99999031225"   },
    {MAP_CONV_NDC,    MAP_NDC_4_4_2,                 "9999-0312-25",   "09999031225"   },
    {MAP_CONV_NDC,    MAP_NDC_5_3_2 | MAP_NDC_PLAIN, "9999931225",     "99999031225"   },
    {MAP_CONV_NDC,    MAP_NDC_5_4_1,                 "99999-0312-2",   "99999031202"   },
    {MAP_CONV_NDC,    MAP_NDC_5_4_2,                 "9999-0312-25",   NULL            }
};

static void
values_go_there_and_back(void **state)
{
    struct world world;
    (void)state;
    world_init(&world);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        try_case(&world, &CASES[i], 0);
    }
    world_done(&world);
}

static void
items_have_one_form(void **state)
{
    struct world world;
    (void)state;
    world_init(&world);
    for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++) {
        const struct conv_case c = {.kind = ITEMS[i].kind,
                                    .type = RECORD_TEXT,
                                    .element = GRAMMAR_AN,
                                    .min = 1,
                                    .max = 48,
                                    .left = ITEMS[i].left,
                                    .right = ITEMS[i].right};
        try_case(&world, &c, ITEMS[i].arg);
    }
    world_done(&world);
}

struct moment_case {
    const char *parts[3]; /* date, time, time code */
    const char *moment;   /* NULL = refused */
    const char *zone;     /* as written, NULL = as read */
};

/* How much of a time was said stays; a code without a fixed offset is not guessed. */
static void
moments_keep_what_was_said(void **state)
{
    static const struct moment_case cases[] = {
        {{"20250314", "", ""},       "2025-03-14",             NULL},
        {{"20250314", "0915", ""},   "2025-03-14T09:15",       NULL},
        {{"20250314", "091530", ""}, "2025-03-14T09:15:30",    NULL},
        {{"20250314", "0915", "ES"}, "2025-03-14T09:15-05:00", NULL},
        {{"20250314", "0915", "CD"}, "2025-03-14T09:15-05:00", "ES"},
        {{"20250314", "0915", "UT"}, "2025-03-14T09:15Z",      NULL},
        {{"20250314", "0915", "ET"}, NULL,                     NULL},
        {{"20250314", "", "ES"},     NULL,                     NULL},
        {{"20250314", "2460", ""},   NULL,                     NULL},
    };
    const struct map_element elements[3] = {
        {.element_no = 2,
         .repeat_no = 1,
         .component_no = 1,
         .type = GRAMMAR_DT,
         .min = 8,
         .max = 8},
        {.element_no = 3,
         .repeat_no = 1,
         .component_no = 1,
         .type = GRAMMAR_TM,
         .min = 4,
         .max = 8},
        {.element_no = 4,
         .repeat_no = 1,
         .component_no = 1,
         .type = GRAMMAR_ID,
         .min = 2,
         .max = 2},
    };
    const struct map_conv conv = {.kind = MAP_CONV_MOMENT, .type = RECORD_MOMENT};
    struct world world;
    (void)state;
    world_init(&world);
    const struct conv_env env = env_of(&world);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wb_str parts[3];
        struct wb_str back[3];
        struct record_value value;
        for (size_t p = 0; p < 3; p++) {
            parts[p] = wb_str_of(cases[i].parts[p]);
        }
        const enum conv_rc rc = conv_read(&env, &conv, elements, parts, 3, &value);
        if (cases[i].moment == NULL) {
            assert_int_equal(rc, CONV_REFUSED);
            continue;
        }
        assert_int_equal(rc, CONV_OK);
        struct wb_moment wanted;
        assert_true(wb_moment_parse_iso(wb_str_of(cases[i].moment), &wanted));
        const struct record_value same = {.present = true, .type = RECORD_MOMENT, .moment = wanted};
        assert_true(conv_same(&value, &same));
        assert_int_equal(conv_write(&env, &conv, elements, 3, &value, back), CONV_OK);
        assert_true(wb_str_eq(back[0], parts[0]));
        assert_true(wb_str_eq(back[1], parts[1]));
        assert_true(
            wb_str_eq(back[2], cases[i].zone == NULL ? parts[2] : wb_str_of(cases[i].zone)));
    }
    world_done(&world);
}

/* A date takes no time, unless the map says `cut`. */
static void
a_time_is_not_dropped_silently(void **state)
{
    const struct map_element elements[2] = {
        {.element_no = 2,
         .repeat_no = 1,
         .component_no = 1,
         .type = GRAMMAR_DT,
         .min = 8,
         .max = 8},
        {.element_no = 3,
         .repeat_no = 1,
         .component_no = 1,
         .type = GRAMMAR_TM,
         .min = 4,
         .max = 8},
    };
    const struct wb_str parts[2] = {WB_LIT("20250314"), WB_LIT("0915")};
    struct map_conv conv = {.kind = MAP_CONV_MOMENT, .type = RECORD_DATE};
    struct record_value value;
    struct world world;
    (void)state;
    world_init(&world);
    const struct conv_env env = env_of(&world);
    assert_int_equal(conv_read(&env, &conv, elements, parts, 2, &value), CONV_REFUSED);
    conv.flags = MAP_CONV_CUT;
    assert_int_equal(conv_read(&env, &conv, elements, parts, 2, &value), CONV_CUT);
    assert_int_equal(value.type, RECORD_DATE);
    world_done(&world);
}

/* EDIFACT: the format code is chosen by the precision. */
static void
format_codes_follow_the_precision(void **state)
{
    static const char *const cases[][2] = {
        {"20250314",       "102"},
        {"202503140915",   "203"},
        {"20250314091530", "204"}
    };
    const struct map_element elements[2] = {
        {.element_no = 1,
         .repeat_no = 1,
         .component_no = 2,
         .type = GRAMMAR_AN,
         .min = 1,
         .max = 35},
        {.element_no = 1,
         .repeat_no = 1,
         .component_no = 3,
         .type = GRAMMAR_AN,
         .min = 1,
         .max = 3 },
    };
    const struct map_conv conv = {.kind = MAP_CONV_DTM, .type = RECORD_MOMENT};
    struct world world;
    (void)state;
    world_init(&world);
    const struct conv_env env = env_of(&world);
    for (size_t i = 0; i < 3; i++) {
        const struct wb_str parts[2] = {wb_str_of(cases[i][0]), wb_str_of(cases[i][1])};
        struct wb_str back[2];
        struct record_value value;
        assert_int_equal(conv_read(&env, &conv, elements, parts, 2, &value), CONV_OK);
        assert_int_equal(conv_write(&env, &conv, elements, 2, &value, back), CONV_OK);
        assert_true(wb_str_eq(back[0], parts[0]));
        assert_true(wb_str_eq(back[1], parts[1]));
    }
    const struct wb_str odd[2] = {WB_LIT("20250314"), WB_LIT("203")};
    struct record_value value;
    assert_int_equal(conv_read(&env, &conv, elements, odd, 2, &value), CONV_REFUSED);
    world_done(&world);
}

static void
long_texts_are_cut_only_as_declared(void **state)
{
    const struct map_element element = {
        .element_no = 1, .repeat_no = 1, .component_no = 1, .type = GRAMMAR_AN, .min = 1, .max = 5};
    const struct record_value value = {
        .present = true, .type = RECORD_TEXT, .text = WB_LIT("abcd efgh")};
    struct map_conv conv = {.kind = MAP_CONV_TEXT, .type = RECORD_TEXT};
    struct wb_str text;
    struct world world;
    (void)state;
    world_init(&world);
    const struct conv_env env = env_of(&world);
    assert_int_equal(conv_write(&env, &conv, &element, 1, &value, &text), CONV_TOO_LONG);
    conv.flags = MAP_CONV_CUT;
    assert_int_equal(conv_write(&env, &conv, &element, 1, &value, &text), CONV_CUT);
    assert_true(wb_str_eq(text, WB_LIT("abcd"))); /* no blank at the end */
    world_done(&world);
}

static void
numbers_are_rounded_only_as_declared(void **state)
{
    const struct map_element element = {.element_no = 1,
                                        .repeat_no = 1,
                                        .component_no = 1,
                                        .type = GRAMMAR_N,
                                        .scale = 2,
                                        .min = 1,
                                        .max = 9};
    const struct record_value value = {
        .present = true, .type = RECORD_DEC, .dec = {12345, 3}
    };
    struct map_conv conv = {.kind = MAP_CONV_IMPLIED, .type = RECORD_DEC};
    struct wb_str text;
    struct world world;
    (void)state;
    world_init(&world);
    const struct conv_env env = env_of(&world);
    assert_int_equal(conv_write(&env, &conv, &element, 1, &value, &text), CONV_TOO_LONG);
    conv.flags = MAP_CONV_ROUND;
    assert_int_equal(conv_write(&env, &conv, &element, 1, &value, &text), CONV_CUT);
    assert_true(wb_str_eq(text, WB_LIT("1235")));
    world_done(&world);
}

static void
pieces_have_no_blank_at_their_ends(void **state)
{
    (void)state;
    assert_int_equal(conv_chunk(WB_LIT("abc def"), 4), 2); /* "ab" "c de" "f" */
    assert_int_equal(conv_chunk(WB_LIT("abcdef"), 4), 4);
    assert_int_equal(conv_chunk(WB_LIT("abc"), 4), 3);
    assert_int_equal(conv_chunk(WB_LIT(" abc"), 4), 0);
    assert_int_equal(conv_chunk(WB_LIT("a       b"), 4), 0);
    assert_int_equal(conv_chunk(WB_LIT("\xC3\xA4\xC3\xB6\xC3\xBC"), 2), 4); /* whole characters */
}

static struct record_value
text_list(struct record_value *items, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct record_value){
            .present = true, .type = RECORD_TEXT, .text = wb_str_of(texts[i])};
    }
    return (struct record_value){
        .present = true, .type = RECORD_LIST, .list = {items, count, count}
    };
}

static void
lines_become_html_and_back(void **state)
{
    static const char *const texts[] = {"Dock 3 & 4", "call <desk>"};
    struct record_value items[2];
    const struct record_value list = text_list(items, texts, 2);
    struct map_conv conv = {.kind = MAP_CONV_HTML_LINES, .type = RECORD_TEXT};
    struct record_value html;
    struct record_value back;
    struct world world;
    (void)state;
    world_init(&world);
    const struct conv_env env = env_of(&world);
    assert_int_equal(conv_read_value(&env, &conv, &list, &html), CONV_OK);
    assert_true(wb_str_eq(html.text, WB_LIT("<p>Dock 3 &amp; 4</p><p>call &lt;desk&gt;</p>")));
    assert_int_equal(conv_write_value(&env, &conv, &html, &back), CONV_OK);
    assert_int_equal(back.list.count, 2);
    assert_true(wb_str_eq(back.list.items[1].text, WB_LIT("call <desk>")));
    html.text = WB_LIT("<div>one<br/>two &nbsp;</div><p></p>three");
    assert_int_equal(conv_write_value(&env, &conv, &html, &back), CONV_REFUSED);
    conv.flags = MAP_CONV_CUT;
    assert_int_equal(conv_write_value(&env, &conv, &html, &back), CONV_CUT);
    assert_int_equal(back.list.count, 3);
    assert_true(wb_str_eq(back.list.items[2].text, WB_LIT("three")));
    conv = (struct map_conv){.kind = MAP_CONV_LINES, .type = RECORD_TEXT};
    assert_int_equal(conv_read_value(&env, &conv, &list, &html), CONV_OK);
    assert_true(wb_str_eq(html.text, WB_LIT("Dock 3 & 4\ncall <desk>")));
    world_done(&world);
}

static void
types_choose_conversions(void **state)
{
    struct map_element element = {.type = GRAMMAR_N, .scale = 2};
    const struct conv_left left = {.elements = &element, .element_count = 1};
    struct map_conv conv;
    const char *why = NULL;
    const struct wb_str size = WB_LIT("30");
    (void)state;
    assert_true(conv_between(&left, RECORD_DEC, &conv));
    assert_int_equal(conv.kind, MAP_CONV_IMPLIED);
    assert_false(conv_between(&left, RECORD_DATE, &conv));
    assert_false(conv_between(&left, RECORD_INT, &conv)); /* a fraction would be lost */
    element.type = GRAMMAR_DT;
    assert_true(conv_between(&left, RECORD_MOMENT, &conv));
    assert_false(conv_between(&left, RECORD_TEXT, &conv));
    element.type = GRAMMAR_AN;
    assert_true(conv_named(&left, RECORD_TEXT, WB_LIT("gtin13"), NULL, 0, &conv, &why));
    assert_int_equal(conv_image(&conv, 48, 0).right_max, 14);
    assert_int_equal(conv_image(&conv, 48, 0).left_max, 13);
    assert_true(conv_named(&left, RECORD_TEXT, WB_LIT("chunks"), &size, 1, &conv, &why));
    assert_int_equal(conv.arg, 30);
    assert_false(conv_named(&left, RECORD_TEXT, WB_LIT("gtin15"), NULL, 0, &conv, &why));
    assert_string_equal(why, "is no conversion");
    assert_false(conv_named(&left, RECORD_DATE, WB_LIT("gtin13"), NULL, 0, &conv, &why));
    assert_non_null(why);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_there_and_back),
        cmocka_unit_test(items_have_one_form),
        cmocka_unit_test(moments_keep_what_was_said),
        cmocka_unit_test(a_time_is_not_dropped_silently),
        cmocka_unit_test(format_codes_follow_the_precision),
        cmocka_unit_test(long_texts_are_cut_only_as_declared),
        cmocka_unit_test(numbers_are_rounded_only_as_declared),
        cmocka_unit_test(pieces_have_no_blank_at_their_ends),
        cmocka_unit_test(lines_become_html_and_back),
        cmocka_unit_test(types_choose_conversions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
