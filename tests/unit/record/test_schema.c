/* Declarations into schemas: what is understood, what is refused with which code and where, and
 * that the tables in the program are what the grammars say. */
#include <string.h>

#include "record/compile.h"

#include "support.h"

#define HEAD "edition 1\nschema test\n"

static const struct record_field *
field_of(const struct record_schema *schema, const char *shape, const char *name)
{
    const uint32_t s = record_find_shape(schema, wb_str_of(shape));
    assert_int_not_equal(s, RECORD_NONE);
    const uint32_t f = record_find_field(schema, s, wb_str_of(name));
    assert_int_not_equal(f, RECORD_NONE);
    return record_field_at(schema, s, f);
}

static void
test_types(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema =
        world_compile(w, HEAD "codes colour { red; green; blue }\n"
                              "document paper version 3 \"A paper\" {\n"
                              "  number text required max 22 \"its number\"\n"
                              "  kind code { one two; three } required\n"
                              "  colour code colour\n"
                              "  any code\n"
                              "  done bool\n"
                              "  count int\n"
                              "  amount dec\n"
                              "  day date\n"
                              "  at moment\n"
                              "  foreign raw\n"
                              "  notes list text\n"
                              "  who person \"somebody\"\n"
                              "  all list person\n"
                              "  size { width dec; inner { depth int } }\n"
                              "  boxes list { weight dec required }\n"
                              "}\n"
                              "record person { name text; boss person }\n");
    assert_non_null(schema);
    assert_str(schema->name, "test");
    const uint32_t paper = record_find_shape(schema, WB_LIT("paper"));
    assert_true(schema->shapes[paper].document);
    assert_int_equal(schema->shapes[paper].version, 3);
    assert_str(schema->shapes[paper].doc, "A paper");
    const struct record_field *f = field_of(schema, "paper", "number");
    assert_int_equal(f->type, RECORD_TEXT);
    assert_int_equal(f->text_max, 22);
    assert_true(f->required);
    assert_str(f->doc, "its number");
    f = field_of(schema, "paper", "kind");
    assert_int_equal(f->type, RECORD_CODE);
    assert_int_equal(f->word_count, 3);
    assert_true(record_word_allowed(schema, f, WB_LIT("three")));
    assert_false(record_word_allowed(schema, f, WB_LIT("red")));
    assert_null(record_set_of(schema, f));
    f = field_of(schema, "paper", "colour");
    assert_str(record_set_of(schema, f)->name, "colour");
    assert_true(record_word_allowed(schema, f, WB_LIT("blue")));
    assert_true(record_word_allowed(schema, field_of(schema, "paper", "any"), WB_LIT("x")));
    assert_int_equal(field_of(schema, "paper", "done")->type, RECORD_TRUTH);
    assert_int_equal(field_of(schema, "paper", "count")->type, RECORD_INT);
    assert_int_equal(field_of(schema, "paper", "amount")->type, RECORD_DEC);
    assert_int_equal(field_of(schema, "paper", "day")->type, RECORD_DATE);
    assert_int_equal(field_of(schema, "paper", "at")->type, RECORD_MOMENT);
    assert_int_equal(field_of(schema, "paper", "foreign")->type, RECORD_RAW);
    assert_int_equal(field_of(schema, "paper", "notes")->item_type, RECORD_TEXT);
    const uint32_t person = record_find_shape(schema, WB_LIT("person"));
    assert_int_equal(field_of(schema, "paper", "who")->shape, person);
    assert_int_equal(field_of(schema, "paper", "all")->type, RECORD_LIST);
    assert_int_equal(field_of(schema, "paper", "all")->shape, person);
    assert_int_equal(field_of(schema, "person", "boss")->shape, person);
    assert_int_equal(field_of(schema, "paper.size", "width")->type, RECORD_DEC);
    assert_int_equal(field_of(schema, "paper.size.inner", "depth")->type, RECORD_INT);
    assert_true(field_of(schema, "paper.boxes", "weight")->required);
}

static void
test_include(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema =
        world_compile(w, HEAD "record c { include b; z text }\n"
                              "record a { x text required; s { t int } }\n"
                              "record b { include a; y text }\n");
    assert_non_null(schema);
    const uint32_t c = record_find_shape(schema, WB_LIT("c"));
    assert_int_equal(schema->shapes[c].field_count, 4);
    assert_str(record_field_at(schema, c, 0)->name, "x");
    assert_true(record_field_at(schema, c, 0)->required);
    assert_str(record_field_at(schema, c, 2)->name, "y");
    assert_str(record_field_at(schema, c, 3)->name, "z");
    assert_int_equal(field_of(schema, "c", "s")->shape, record_find_shape(schema, WB_LIT("a.s")));
}

static void
test_models(void **state)
{
    struct world *const w = *state;
    const struct record_schema *const schema = world_compile(
        w, HEAD "record k { code text }\n"
                "model order \"sale.order\" \"A sale\" {\n"
                "  name char required\n"
                "  uom key k of \"uom.uom\" { 16..18 product_uom; 19 product_uom_id }\n"
                "  taxes keys k of \"account.tax\" filled { 16..18 tax_id }\n"
                "  line_no text alias\n"
                "  lines lines line\n"
                "  state selection { draft; done } { 17 state }\n"
                "}\n"
                "model line \"sale.order.line\" { qty float; total monetary; on date; at datetime\n"
                "  n integer; b boolean; h html; t text }\n");
    assert_non_null(schema);
    assert_int_equal(record_find_model(schema, WB_LIT("sale.order")),
                     record_find_shape(schema, WB_LIT("order")));
    assert_int_equal(record_find_model(schema, WB_LIT("nothing")), RECORD_NONE);
    assert_int_equal(record_find_model(schema, WB_LIT("")), RECORD_NONE);
    const struct record_field *f = field_of(schema, "order", "uom");
    assert_true(f->is_key);
    assert_int_equal(f->type, RECORD_OBJECT);
    assert_str(f->model, "uom.uom");
    assert_str(record_odoo_name(f, 16), "product_uom");
    assert_str(record_odoo_name(f, 18), "product_uom");
    assert_str(record_odoo_name(f, 19), "product_uom_id");
    assert_str(record_odoo_name(f, 15), "");
    assert_str(record_odoo_name(f, 20), "");
    assert_str(record_odoo_name(field_of(schema, "order", "name"), 17), "name");
    f = field_of(schema, "order", "taxes");
    assert_int_equal(f->type, RECORD_LIST);
    assert_int_equal(f->odoo, RECORD_ODOO_MANY2MANY);
    assert_true(f->filled);
    assert_str(record_odoo_name(f, 19), "");
    f = field_of(schema, "order", "line_no");
    assert_int_equal(f->odoo, RECORD_ODOO_NONE);
    assert_str(record_odoo_name(f, 18), "");
    f = field_of(schema, "order", "lines");
    assert_int_equal(f->odoo, RECORD_ODOO_ONE2MANY);
    assert_int_equal(f->shape, record_find_shape(schema, WB_LIT("line")));
    f = field_of(schema, "order", "state");
    assert_int_equal(f->word_count, 2);
    assert_str(record_odoo_name(f, 17), "state");
    assert_str(record_odoo_name(f, 16), "");
    assert_int_equal(field_of(schema, "line", "qty")->type, RECORD_DEC);
    assert_int_equal(field_of(schema, "line", "at")->type, RECORD_MOMENT);
    assert_int_equal(field_of(schema, "line", "t")->odoo, RECORD_ODOO_TEXT);
}

struct wrong {
    const char *text;
    const char *code;
    uint32_t line;
    uint32_t column;
    const char *meant; /* "" = no guess */
};

/* Each row of diag.def at least once; test_codes_covered looks after that. */
/* Behind HEAD, so the first line is line 3. */
static const struct wrong wrongs[] = {
    {"recrod a { x text }\n",                                     "WB-REC-0001", 3, 1,  "record" },
    {"{ x text }\n",                                              "WB-REC-0001", 3, 1,  ""       },
    {"record a { x text }\nschema other\n",                       "WB-REC-0003", 4, 8,  ""       },
    {"record A { x text }\n",                                     "WB-REC-0004", 3, 8,  ""       },
    {"record a { 9x text }\n",                                    "WB-REC-0004", 3, 12, ""       },
    {"codes a { x Y }\n",                                         "WB-REC-0004", 3, 13, ""       },
    {"record a { x text }\nrecord a { y text }\n",                "WB-REC-0005", 4, 8,  ""       },
    {"record a { x text; x dec }\n",                              "WB-REC-0005", 3, 20, ""       },
    {"codes a { x; y; x }\n",                                     "WB-REC-0005", 3, 17, ""       },
    {"codes a { x }\ncodes a { y }\n",                            "WB-REC-0005", 4, 7,  ""       },
    {"record a { source text }\n",                                "WB-REC-0006", 3, 12, ""       },
    {"record a { schema text }\n",                                "WB-REC-0006", 3, 12, ""       },
    {"record a { x txet }\n",                                     "WB-REC-0007", 3, 14, "text"   },
    {"record person { x text }\nrecord a { x list persom }\n",    "WB-REC-0007", 4, 19, "person" },
    {"record a { include bb }\nrecord zz { x text }\n",           "WB-REC-0008", 3, 20, ""       },
    {"record a { include addres }\nrecord address { x text }\n",  "WB-REC-0008", 3, 20, "address"},
    {"model m \"a.b\" { k key nothing of \"c.d\" }\n",            "WB-REC-0008", 3, 23, ""       },
    {"record a { x text }\nmodel m \"a.b\" { l lines a }\n",      "WB-REC-0008", 4, 25, ""       },
    {"codes colour { red }\nrecord a { x code colours }\n",       "WB-REC-0009", 4, 19, "colour" },
    {"record a\n",                                                "WB-REC-0010", 3, 9,  ""       },
    {"document a { x text }\n",                                   "WB-REC-0010", 3, 12, ""       },
    {"record a { x }\n",                                          "WB-REC-0010", 3, 13, ""       },
    {"model m { x char }\n",                                      "WB-REC-0010", 3, 9,  ""       },
    {"record k { c text }\nmodel m \"a.b\" { x key k }\n",        "WB-REC-0010", 4, 24, ""       },
    {"record k { c text }\nmodel m \"a.b\" { x key k of }\n",     "WB-REC-0010", 4, 27, ""       },
    {"record a { x text mandatory }\n",                           "WB-REC-0011", 3, 19, ""       },
    {"record a { x dec max 3 }\n",                                "WB-REC-0011", 3, 18, ""       },
    {"record a { x text } extra\n",                               "WB-REC-0011", 3, 21, ""       },
    {"record a { x text filled }\n",                              "WB-REC-0011", 3, 19, ""       },
    {"codes a { x \"why\" }\n",                                   "WB-REC-0011", 3, 13, ""       },
    {"record a { x text max 0 }\n",                               "WB-REC-0012", 3, 23, ""       },
    {"document a version zero { x text }\n",                      "WB-REC-0012", 3, 20, ""       },
    {"record a { x text max 99999999999 }\n",                     "WB-REC-0012", 3, 23, ""       },
    {"record a { x char }\n",                                     "WB-REC-0013", 3, 14, ""       },
    {"model m \"a.b\" { x dec }\n",                               "WB-REC-0013", 3, 19, ""       },
    {"model m \"a.b\" { x list char }\n",                         "WB-REC-0013", 3, 19, ""       },
    {"model m \"a.b\" { x { y char } }\n",                        "WB-REC-0013", 3, 19, ""       },
    {"record a { x key a of \"c.d\" }\n",                         "WB-REC-0013", 3, 14, ""       },
    {"model m \"a.b\" { x char { 15 y } }\n",                     "WB-REC-0014", 3, 26, ""       },
    {"model m \"a.b\" { x char { 16..17 y; 17 z } }\n",           "WB-REC-0014", 3, 36, ""       },
    {"model m \"a.b\" { x char { 18..16 y } }\n",                 "WB-REC-0014", 3, 26, ""       },
    {"record a { }\n",                                            "WB-REC-0015", 3, 8,  ""       },
    {"codes a { }\n",                                             "WB-REC-0015", 3, 9,  ""       },
    {"model m \"a.b\" { x char { } }\n",                          "WB-REC-0015", 3, 24, ""       },
    {"record a { include b }\nrecord b { include a }\n",          "WB-REC-0016", 4, 20, ""       },
    {"record a { x b required }\nrecord b { x a required }\n",    "WB-REC-0016", 3, 8,  ""       },
    {"document d version 1 { x b }\nrecord b { b b required }\n", "WB-REC-0016", 4, 8,  ""       },
};

static void
test_wrong(void **state)
{
    struct world *const w = *state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        const struct wrong *const wrong = &wrongs[i];
        uint32_t line = 0;
        uint32_t column = 0;
        const struct wb_str text = wb_arena_printf(&w->ctx, &w->arena, "%s%s", HEAD, wrong->text);
        assert_null(world_compile(w, text.at));
        const struct lang_diag *const diag = &w->diags.items[0];
        lang_place(diag->pos, &line, &column);
        if (strcmp(diag->code, wrong->code) != 0 || line != wrong->line ||
            column != wrong->column) {
            fail_msg("%s: %s at %u:%u (" WB_FMT "), not %s at %u:%u", wrong->text, diag->code, line,
                     column, WB_ARG(diag->text), wrong->code, wrong->line, wrong->column);
        }
        assert_str(diag->meant, wrong->meant);
        assert_int_equal(w->diags.error_count, 1); /* one mistake, one diagnostic */
    }
}

static void
test_no_schema(void **state)
{
    struct world *const w = *state;
    static const char *const texts[] = {"edition 1\nrecord a { x text }\n", "edition 1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint32_t line = 0;
        uint32_t column = 0;
        assert_null(world_compile(w, texts[i]));
        lang_place(w->diags.items[0].pos, &line, &column);
        assert_int_equal(w->diags.error_count, 1);
        assert_string_equal(w->diags.items[0].code, "WB-REC-0002");
        assert_int_equal(line, 2 - i);
        assert_int_equal(column, 1);
    }
}

/* The limits, with texts that are made. */
static void
test_too_many(void **state)
{
    struct world *const w = *state;
    struct wb_buf text;
    wb_buf_init(&text, 1024 * 1024);
    assert_int_equal(wb_buf_add(&w->ctx, &text, WB_LIT(HEAD)), WB_OK);
    for (unsigned i = 0; i < 1100; i++) {
        const struct wb_str line =
            wb_arena_printf(&w->ctx, &w->arena, "record a%u { x text }\n", i);
        assert_int_equal(wb_buf_add(&w->ctx, &text, line), WB_OK);
    }
    assert_int_equal(wb_buf_add(&w->ctx, &text, (struct wb_str){"", 1}), WB_OK);
    assert_null(world_compile(w, text.at));
    assert_int_equal(w->diags.error_count, 1);
    assert_string_equal(w->diags.items[0].code, "WB-REC-0017");
    wb_buf_done(&text);
}

static void
test_codes_covered(void **state)
{
    (void)state;
    size_t count = 0;
    const struct lang_code *const codes = record_codes(&count);
    for (size_t i = 0; i < count; i++) {
        bool covered = strcmp(codes[i].code, "WB-REC-0002") == 0 || /* test_no_schema */
                       strcmp(codes[i].code, "WB-REC-0017") == 0;   /* test_too_many */
        for (size_t k = 0; k < sizeof wrongs / sizeof wrongs[0]; k++) {
            covered = covered || strcmp(wrongs[k].code, codes[i].code) == 0;
        }
        if (!covered) {
            fail_msg("%s is never provoked", codes[i].code);
        }
        assert_true(codes[i].meaning[0] != '\0' && codes[i].cure[0] != '\0');
    }
}

/* The syntax errors of the language come through, and several defects are all found. */
static void
test_goes_on(void **state)
{
    struct world *const w = *state;
    assert_null(world_compile(w, HEAD "record a { x txet; y dec; z datum }\nrecrod b { q text }\n"
                                      "record c { r text\n"));
    assert_int_equal(w->diags.error_count, 4);
    assert_null(world_compile(w, "schema test\n"));
    assert_string_equal(w->diags.items[0].code, "WB-LANG-0001");
}

static bool
same_strings(struct wb_str a, struct wb_str b)
{
    return wb_str_eq(a, b);
}

static void
compare_fields(const struct record_field *a, const struct record_field *b)
{
    assert_true(same_strings(a->name, b->name) && same_strings(a->doc, b->doc) &&
                same_strings(a->model, b->model));
    for (size_t i = 0; i < RECORD_RELEASE_COUNT; i++) {
        assert_true(same_strings(a->names[i], b->names[i]));
    }
    assert_true(a->type == b->type && a->item_type == b->item_type && a->odoo == b->odoo);
    assert_true(a->required == b->required && a->filled == b->filled && a->is_key == b->is_key);
    assert_true(a->shape == b->shape && a->text_max == b->text_max);
    assert_true(a->word_count == b->word_count);
    assert_true(a->word_count == 0 || a->word_first == b->word_first);
}

static void
compare_schemas(const struct record_schema *a, const struct record_schema *b)
{
    assert_true(same_strings(a->name, b->name));
    assert_int_equal(a->shape_count, b->shape_count);
    assert_int_equal(a->field_count, b->field_count);
    assert_int_equal(a->word_count, b->word_count);
    assert_int_equal(a->set_count, b->set_count);
    for (uint32_t i = 0; i < a->shape_count; i++) {
        const struct record_shape *const left = &a->shapes[i];
        const struct record_shape *const right = &b->shapes[i];
        assert_true(same_strings(left->name, right->name) && same_strings(left->doc, right->doc) &&
                    same_strings(left->model, right->model));
        assert_true(left->field_first == right->field_first &&
                    left->field_count == right->field_count && left->document == right->document &&
                    left->version == right->version);
    }
    for (uint32_t i = 0; i < a->field_count; i++) {
        compare_fields(&a->fields[i], &b->fields[i]);
    }
    for (uint32_t i = 0; i < a->word_count; i++) {
        assert_true(same_strings(a->words[i], b->words[i]));
    }
    for (uint32_t i = 0; i < a->set_count; i++) {
        assert_true(same_strings(a->sets[i].name, b->sets[i].name) &&
                    a->sets[i].word_first == b->sets[i].word_first &&
                    a->sets[i].word_count == b->sets[i].word_count);
    }
}

/* What is linked in equals what a compilation of the files gives: files in the build's order. */
static void
test_shipped(void **state)
{
    struct world *const w = *state;
    static const char *const odoo[] = {"grammars/odoo/keys.gram", "grammars/odoo/sale.gram",
                                       "grammars/odoo/lookup.gram", "grammars/odoo/purchase.gram"};
    const struct record_schema *schema = world_compile_folder(w, "grammars/business");
    assert_non_null(record_shipped(WB_LIT("business")));
    compare_schemas(record_shipped(WB_LIT("business")), schema);
    for (size_t i = 0; i < sizeof odoo / sizeof odoo[0]; i++) {
        w->sources[i] = (struct lang_source){wb_str_of(odoo[i]), world_file(w, odoo[i])};
    }
    assert_int_equal(record_compile(&w->ctx, &w->arena, w->sources, sizeof odoo / sizeof odoo[0],
                                    &w->diags, &schema),
                     WB_OK);
    compare_schemas(record_shipped(WB_LIT("odoo")), schema);
    assert_null(record_shipped(WB_LIT("nothing")));
}

/* Every field of a business document has words of its own, so that the page explains itself. */
static void
test_words_of_fields(void **state)
{
    (void)state;
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    for (uint32_t i = 0; i < schema->field_count; i++) {
        if (schema->fields[i].doc.len == 0) {
            fail_msg("`" WB_FMT "` has no words", WB_ARG(schema->fields[i].name));
        }
    }
}

/* Memory that runs out anywhere is a failure with a reason, never a crash. */
static void
test_no_memory(void **state)
{
    struct world *const w = *state;
    const struct wb_str text = world_file(w, "grammars/business/common.gram");
    for (size_t limit = 4096; limit < 512 * 1024; limit += 3000) {
        struct wb_ctx ctx;
        struct wb_arena arena;
        struct lang_diags diags;
        const struct lang_source source = {WB_LIT("common.gram"), text};
        const struct record_schema *schema = NULL;
        wb_ctx_init(&ctx);
        wb_arena_init(&arena, limit);
        lang_diags_init(&diags, &arena);
        const enum wb_rc rc = record_compile(&ctx, &arena, &source, 1, &diags, &schema);
        assert_true(rc == WB_OK || rc == WB_NOMEM);
        assert_int_equal(rc == WB_OK, schema != NULL);
        wb_arena_done(&arena);
    }
}

static void
test_raw_codes(void **state)
{
    (void)state;
    static const char *const good[] = {"x12:355:CS", "edifact:6411:PCE", "a:b:c:d", "x12:1:\n"};
    static const char *const bad[] = {"",        "CS",      "x12:355:", "x12::CS", ":355:CS",
                                      "X12:3:C", "12x:3:C", "x12:355",  "x-1:3:C"};
    struct wb_str parts[3];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(record_raw_split(wb_str_of(good[i]), &parts[0], &parts[1], &parts[2]));
    }
    assert_true(record_raw_split(WB_LIT("a:b:c:d"), &parts[0], &parts[1], &parts[2]));
    assert_str(parts[0], "a");
    assert_str(parts[1], "b");
    assert_str(parts[2], "c:d");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (record_raw_split(wb_str_of(bad[i]), &parts[0], &parts[1], &parts[2])) {
            fail_msg("`%s` is no raw code", bad[i]);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_types),           TEST(test_include),   TEST(test_models),
        TEST(test_wrong),           TEST(test_no_schema), TEST(test_too_many),
        TEST(test_codes_covered),   TEST(test_goes_on),   TEST(test_shipped),
        TEST(test_words_of_fields), TEST(test_no_memory), TEST(test_raw_codes),
    };
    return cmocka_run_group_tests_name("record-schema", tests, NULL, NULL);
}
