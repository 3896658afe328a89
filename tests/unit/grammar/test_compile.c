/* Every diagnostic of the compiler with its place, and what a good grammar becomes. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

struct wrong {
    const char *code;
    const char *text;
    const char *codes; /* the codes file, NULL for none */
    uint32_t line;
    uint32_t column;
    uint32_t other_line; /* 0: no second place */
    const char *meant;   /* "" : nothing */
};

/* A message with one loop; %s is what stands in the heading between ST and SE. */
#define MESSAGE(body) "message 9 \"M\" { heading {\n010 ST M 1\n" body "\n900 SE M 1\n} }\n"
#define N1 "segment N1 \"N\" { 01 1 M; 02 1 O }\n"

static const struct wrong wrongs[] = {
#define X(code, line, column, other_line, meant, codes, text)                                      \
    {code, text, codes, line, column, other_line, meant},
#include "wrong.def"
#undef X
};

/* Rows that have tests of their own below. */
static const char *const elsewhere[] = {"WB-GRAM-0046", "WB-GRAM-0049"};

static bool
is_reported(const struct wrong *w)
{
    bool good = true;
    struct compiled compiled;
    uint32_t line = 0;
    uint32_t column = 0;
    uint32_t other_line = 0;
    uint32_t ignored = 0;
    compiled_init(&compiled, w->text, w->codes);
    assert_int_equal(compiled.rc, WB_INVALID);
    const struct lang_diag *d = &compiled.diags.items[0];
    lang_place(d->pos, &line, &column);
    if (d->other.source != NULL) {
        lang_place(d->other, &other_line, &ignored);
    }
    if (strcmp(d->code, w->code) != 0 || line != w->line || column != w->column ||
        other_line != w->other_line || !wb_str_eq(d->meant, wb_str_of(w->meant)) ||
        compiled.diags.error_count != 1) {
        const struct wb_str diags = compiled_diags(&compiled);
        print_error("wanted one %s at %u:%u, second place in line %u, meant '%s'; got\n" WB_FMT
                    "for\n%s",
                    w->code, w->line, w->column, w->other_line, w->meant, WB_ARG(diags), w->text);
        good = false;
    }
    compiled_done(&compiled);
    return good;
}

static void
each_is_reported_in_place(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        failed += is_reported(&wrongs[i]) ? 0 : 1;
    }
    assert_int_equal(failed, 0);
}

static void
every_code_is_provoked(void **state)
{
    (void)state;
    size_t count = 0;
    const struct lang_code *codes = grammar_codes(&count);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof wrongs / sizeof wrongs[0]; k++) {
            found = found || strcmp(wrongs[k].code, codes[i].code) == 0;
        }
        for (size_t k = 0; k < sizeof elsewhere / sizeof elsewhere[0]; k++) {
            found = found || strcmp(elsewhere[k], codes[i].code) == 0;
        }
        if (!found) {
            fail_msg("no test provokes %s", codes[i].code);
        }
        assert_true(codes[i].meaning[0] != '\0' && codes[i].cure[0] != '\0');
        assert_true(i == 0 || strcmp(codes[i - 1].code, codes[i].code) < 0);
    }
}

static void
an_idle_prefer_is_a_warning(void **state)
{
    (void)state;
    struct compiled compiled;
    uint32_t line = 0;
    uint32_t column = 0;
    compiled_good(&compiled, HEAD N1 MESSAGE("020 N1 O 1 prefer"), NULL);
    assert_int_equal(compiled.diags.warning_count, 1);
    assert_string_equal(compiled.diags.items[0].code, "WB-GRAM-0046");
    lang_place(compiled.diags.items[0].pos, &line, &column);
    assert_int_equal(line, 10);
    assert_int_equal(column, 12);
    compiled_done(&compiled);
}

/* Compiles what was gathered in out and expects it to be too large, and nothing else to be wrong.
 */
static void
check_too_large(struct wb_out *out)
{
    struct compiled compiled;
    compiled_init_bytes(&compiled, wb_buf_str(&out->buf), (struct wb_str){NULL, 0});
    if (compiled.rc != WB_INVALID || compiled.diags.error_count != 1 ||
        strcmp(compiled.diags.items[0].code, "WB-GRAM-0049") != 0) {
        const struct wb_str diags = compiled_diags(&compiled);
        fail_msg(WB_FMT, WB_ARG(diags));
    }
    compiled_done(&compiled);
    wb_out_done(out);
}

static void
too_many_nodes_are_refused(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 4 * 1024 * 1024);
    wb_out_text(&out, HEAD N1 "message 9 \"M\" { heading { 010 ST M 1\n");
    for (int i = 0; i < 5000; i++) {
        wb_out_text(&out, "020 N1 O 1\n");
    }
    wb_out_text(&out, "900 SE M 1\n} }\n");
    check_too_large(&out);
}

static void
too_many_notes_are_refused(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 4 * 1024 * 1024);
    wb_out_text(&out, HEAD "segment N1 \"N\" {\n");
    for (int i = 1; i <= 20; i++) {
        wb_out_printf(&out, "%02d 1 O\n", i);
    }
    for (int i = 1; i <= 20; i++) {
        for (int k = 1; k < i; k++) {
            wb_out_printf(&out, "note P%02d%02d\n", i, k);
        }
    }
    wb_out_text(&out, "}\n");
    check_too_large(&out);
}

static void
a_codes_file_too_large_is_refused(void **state)
{
    (void)state;
    struct compiled compiled;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    char *bytes = wb_os_alloc(&ctx, WB_LIMIT_SOURCE + 1);
    assert_non_null(bytes);
    memset(bytes, '\n', WB_LIMIT_SOURCE + 1);
    compiled_init_bytes(&compiled, wb_str_of(HEAD), (struct wb_str){bytes, WB_LIMIT_SOURCE + 1});
    assert_int_equal(compiled.rc, WB_INVALID);
    assert_string_equal(compiled.diags.items[0].code, "WB-GRAM-0049");
    compiled_done(&compiled);
    wb_os_free(bytes);
}

static void
one_mistake_is_reported_once(void **state)
{
    (void)state;
    struct compiled compiled;
    /* An element with a wrong type is still an element; a message with an unknown segment has no
     * moves. */
    compiled_init(&compiled,
                  HEAD "element 2 \"x\" XX 1..2\nsegment N1 \"N\" { 01 2 M }\n" MESSAGE(
                      "020 N1 O 1\n030 N2 O 1\n040 N1 O 1"),
                  NULL);
    assert_int_equal(compiled.diags.error_count, 2);
    assert_string_equal(compiled.diags.items[0].code, "WB-GRAM-0014");
    assert_string_equal(compiled.diags.items[1].code, "WB-GRAM-0012");
    compiled_done(&compiled);
}

static void
marks_become_facts(void **state)
{
    (void)state;
    struct compiled compiled;
    compiled_good(&compiled,
                  HEAD
                  "element 98 \"role\" ID 2..3 codes closed { ST \"ship to\"; BT; \"A+\" }\n"
                  "element 5 \"amount\" N2 1..15\n"
                  "composite C1 \"c\" { 01 1 M qualifier; 02 5 O value; note P0102 }\n"
                  "segment N1 \"party\" { 01 98 M qualifier; 02 1 X value; 03 1 X; 04 5 X value\n"
                  " 05 C1 O repeat 3; note R0203; note P0304; pairs 03..04 }\n"
                  "segment HL \"level\" { 01 1 M; 02 1 O; 03 1 M; 04 1 O }\n" MESSAGE(
                      "020 loop HL M >1 prefer tree 01 02 03 04 {\n020 HL M 1\n030 N1 O 7 }"),
                  "element,code,label\r\n98,SU,\"sup, \"\"plier\"\"\"\r\n98,SUX,x");
    const struct grammar *g = &compiled.grammar;
    const uint32_t role = grammar_find_element(g, WB_LIT("98"));
    assert_int_equal(g->elements[role].type, GRAMMAR_ID);
    assert_int_equal(g->elements[role].code_count, 5);
    assert_true(g->elements[role].closed == 1 && g->elements[role].coded == 1);
    const uint32_t su = grammar_find_code(g, role, WB_LIT("SU"));
    assert_true(wb_str_eq(grammar_str(g, g->codes[su].label), WB_LIT("sup, \"plier\"")));
    assert_int_equal(grammar_find_code(g, role, WB_LIT("S")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_code(g, role, WB_LIT("")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_code(g, role, (struct wb_str){"SU\0", 3}), GRAMMAR_NONE);
    assert_int_not_equal(grammar_find_code(g, role, WB_LIT("A+")), GRAMMAR_NONE);
    const uint32_t amount = grammar_find_element(g, WB_LIT("5"));
    assert_true(g->elements[amount].type == GRAMMAR_N && g->elements[amount].scale == 2);
    assert_int_equal(grammar_find_code(g, amount, WB_LIT("SU")), GRAMMAR_NONE);

    const struct grammar_segment *n1 = &g->segments[grammar_find_segment(g, WB_LIT("N1"))];
    const struct grammar_place *places = g->places + n1->place_first;
    assert_true(n1->place_count == 5 && n1->note_count == 2 && n1->qualifier_no == 1);
    assert_true(n1->pair_from == 3 && n1->pair_to == 4);
    assert_true(places[0].is_qualifier == 1 && places[0].need == GRAMMAR_MANDATORY);
    assert_true(places[1].value_no == 1 && places[3].value_no == 2 && places[2].value_no == 0);
    assert_true(places[4].repeat_max == 3 && places[4].element == GRAMMAR_NONE);
    const struct grammar_composite *c1 = &g->composites[places[4].composite];
    assert_true(c1->place_count == 2 && c1->note_count == 1);
    const struct grammar_note *note = &g->notes[n1->note_first + 1];
    assert_true(note->kind == 'P' && note->count == 2 && note->position_no[1] == 4);

    const struct grammar_message *m = &g->messages[0];
    const struct grammar_node *loop = &g->nodes[node_at(g, m, "HL")];
    assert_true(loop->tree_id_no == 1 && loop->tree_child_no == 4 && loop->prefer == 1);
    assert_true(loop->max == UINT32_MAX && loop->child_count == 2 && loop->position_no == 20);
    assert_true(g->nodes[loop->child_first].next_sibling == loop->child_first + 1);
    assert_int_equal(g->frames[GRAMMAR_MESSAGE].counts, GRAMMAR_LEVELS);
    assert_int_equal(g->frames[GRAMMAR_GROUP].header.len, 0);
    compiled_done(&compiled);
}

static void
the_order_of_declarations_means_nothing(void **state)
{
    (void)state;
    struct compiled a;
    struct compiled b;
    compiled_good(&a, HEAD N1 "element 2 \"x\" ID 1..1 codes open { A; B }\n" MESSAGE("020 N1 O 1"),
                  NULL);
    compiled_good(&b,
                  "edition 1\n" MESSAGE("020 N1 O 1") N1
                  "segment SE \"T\" { 01 1 M }\nsegment ST \"H\" { 01 1 M }\n"
                  "element 2 \"x\" ID 1..1 codes open { B }\nelement 1 \"E\" AN 1..9\n"
                  "envelope { message ST SE { } }\nstandard t 1\n",
                  "element,code,label\n2,A,\n");
    assert_int_equal(a.table.len, b.table.len);
    /* The header holds the hash of the sources; everything behind it is equal. */
    const size_t head = (size_t)((const char *)a.grammar.elements - a.table.at);
    assert_memory_equal(a.table.at + head, b.table.at + head, a.table.len - head);
    compiled_done(&a);
    compiled_done(&b);
}

static void
memory_may_run_out(void **state)
{
    (void)state;
    static const char text[] = HEAD N1 MESSAGE("020 loop N1 O >1 {\n020 N1 M 1\n}");
    struct lang_source file = {
        WB_LIT("t"), {text, sizeof text - 1}
    };
    const struct grammar_sources sources = {.files = &file, .file_count = 1};
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = 1u << WB_OS_ALLOC;
    uint64_t count = 1;
    for (uint64_t nth = 0; nth <= count; nth++) {
        struct wb_arena arena;
        struct lang_diags diags;
        struct wb_str table = {NULL, 0};
        ctx.os.fault.nth = nth;
        ctx.os.fault.seen = 0;
        wb_error_clear(&ctx);
        wb_arena_init(&arena, 1 << 24);
        lang_diags_init(&diags, &arena);
        const enum wb_rc rc = grammar_compile(&ctx, &arena, &sources, &diags, &table);
        count = nth == 0 ? ctx.os.fault.seen : count;
        assert_int_equal(rc, nth == 0 ? WB_OK : WB_NOMEM);
        assert_true((table.at != NULL) == (rc == WB_OK));
        wb_arena_done(&arena);
    }
    assert_true(count > 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_reported_in_place),
        cmocka_unit_test(every_code_is_provoked),
        cmocka_unit_test(an_idle_prefer_is_a_warning),
        cmocka_unit_test(too_many_nodes_are_refused),
        cmocka_unit_test(too_many_notes_are_refused),
        cmocka_unit_test(a_codes_file_too_large_is_refused),
        cmocka_unit_test(one_mistake_is_reported_once),
        cmocka_unit_test(marks_become_facts),
        cmocka_unit_test(the_order_of_declarations_means_nothing),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("grammar compile", tests, NULL, NULL);
}
