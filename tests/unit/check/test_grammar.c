/*
 * A grammar of our own, compiled here: what the shipped one does not have. Segments with more than
 * 64 places, elements that repeat, loops in loops with something mandatory at their end, a grammar
 * that is not found.
 */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

#include "grammar/compile.h"

static const char SOURCE[] =
    "edition 1\n"
    "standard x12 007777 \"Test\"\n"
    "element 1 \"Text\" AN 1..20\n"
    "element 2 \"Number\" N0 1..9\n"
    "element 3 \"Kind\" ID 3..3\n"
    "composite C1 \"Pair\" {\n  01 1 M\n  02 2 O\n  note P0102\n}\n"
    "segment ISA \"Header\" {\n"
    "  01 1 O\n  02 1 O\n  03 1 O\n  04 1 O\n  05 1 O\n  06 1 O\n  07 1 O\n  08 1 O\n  09 1 O\n"
    "  10 1 O\n  11 1 O\n  12 1 O\n  13 1 O\n  14 1 O\n  15 1 O\n  16 1 O\n}\n"
    "segment IEA \"Trailer\" {\n  01 2 M\n  02 2 M\n}\n"
    "segment GS \"Group\" {\n"
    "  01 1 M\n  02 1 M\n  03 1 M\n  04 1 M\n  05 1 M\n  06 2 M\n  07 1 M\n  08 1 M\n}\n"
    "segment GE \"Group end\" {\n  01 2 M\n  02 2 M\n}\n"
    "segment ST \"Message\" {\n  01 3 M\n  02 1 M\n}\n"
    "segment SE \"Message end\" {\n  01 2 M\n  02 1 M\n}\n"
    "segment TA1 \"Answer\" {\n  01 1 M\n}\n"
    "segment AA \"First\" {\n  01 1 M repeat 3\n  02 C1 O repeat 2\n}\n"
    "segment BB \"Second\" {\n  01 1 M\n}\n"
    "segment CC \"Third\" {\n  01 1 M\n}\n"
    "segment DD \"Fourth\" {\n  01 1 M\n}\n"
    "segment WW \"Wide\" {\n%s}\n"
    "envelope {\n"
    "  interchange ISA IEA { control ISA.13 IEA.02; count IEA.01 group }\n"
    "  group GS GE { control GS.06 GE.02; count GE.01 message; type GS.01; release GS.08 }\n"
    "  message ST SE { control ST.02 SE.02; count SE.01 segment; type ST.01 }\n"
    "  between TA1\n"
    "}\n"
    "message TST \"Test\" group TT {\n"
    "  heading {\n"
    "    010 ST M 1\n"
    "    020 AA O 2\n"
    "    030 WW O 1\n"
    "    040 loop BB O 2 {\n"
    "      040 BB M 1\n"
    "      050 loop CC O >1 {\n        050 CC M 1\n        060 DD M 1\n      }\n"
    "      070 AA M 1\n"
    "    }\n"
    "    080 SE M 1\n"
    "  }\n"
    "}\n";

struct own {
    struct wb_str table;
};

static enum wb_rc
find(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
     struct grammar *ret, bool *ret_exact)
{
    const struct own *own = self;
    (void)standard; /* there is one */
    if (wb_str_eq(release, WB_LIT("none"))) {
        return wb_fail(ctx, WB_NOT_FOUND, "no such release");
    }
    *ret_exact = true;
    return grammar_open(ctx, own->table, ret);
}

static struct own
compile(struct test_fix *fix)
{
    struct wb_ctx *ctx = &fix->ctx;
    char places[4096] = "";
    size_t len = 0;
    for (int no = 1; no <= 70; no++) {
        const int wrote = snprintf(places + len, sizeof places - len, "  %02d 1 %s\n", no,
                                   no == 1 || no == 66 ? "M" : "O");
        len += (size_t)wrote;
    }
    const size_t mark = strcspn(SOURCE, "%");
    const struct wb_str text =
        wb_arena_printf(ctx, &fix->arena, "%.*s%s%s", (int)mark, SOURCE, places, SOURCE + mark + 2);
    const struct lang_source file = {.path = WB_LIT("test.gram"), .bytes = text};
    const struct grammar_sources sources = {.files = &file, .file_count = 1};
    struct lang_diags diags;
    struct own own = {
        .table = {NULL, 0}
    };
    lang_diags_init(&diags, &fix->arena);
    const enum wb_rc rc = grammar_compile(ctx, &fix->arena, &sources, &diags, &own.table);
    if (rc != WB_OK) {
        fail_msg("line %u: " WB_FMT, diags.count > 0 ? diags.items[0].pos.at : 0,
                 WB_ARG(diags.count > 0 ? diags.items[0].text : wb_str_of(ctx->error.text)));
    }
    return own;
}

/* The findings of a message whose segments between ST and SE are given; ISA11 is ^ and ISA12 00501.
 */
static void
expect(struct test_fix *fix, struct own *own, const char *body, const char *findings)
{
    size_t count = 2;
    for (const char *c = body; *c != '\0'; c++) {
        count += *c == '~';
    }
    const struct wb_str text = wb_arena_printf(
        &fix->ctx, &fix->arena,
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*1200*^*00501*"
        "000000001*0*P*>~GS*TT*A*B*20260311*1200*1*X*007777~ST*TST*0001~%sSE*%zu*0001~%s",
        body, count, TEST_TAIL);
    const struct test_how how = {.want_trees = true, .find_grammar = find, .find_self = own};
    const struct test_run *run = test_check(fix, text, &how);
    const char *list = test_list(fix, run);
    if (strcmp(list, findings) != 0) {
        fail_msg("%s: %s, not %s", body, list, findings);
    }
}

static void
test_repeats(void **state)
{
    struct test_fix *fix = *state;
    struct own own = compile(fix);
    expect(fix, &own, "AA*1^2^3~", "");
    expect(fix, &own, "AA*1^2^3^4^5~", "ELM-0405@2/1");
    expect(fix, &own, "AA*1*A>1^B>2~", "");
    expect(fix, &own, "AA*1*A>1^B~", "ELM-0402@2/2-2");
    expect(fix, &own, "AA*1*A>1^>2~", "ELM-0401@2/2-1 ELM-0402@2/2-1");
    expect(fix, &own, "AA*1*A>1^B>2^C>3~", "ELM-0405@2/2");
    expect(fix, &own, "AA*1*A>X~", "ELM-0409@2/2-2");
    expect(fix, &own, "AA*1*A>1>2~", "ELM-0404@2/2-3");
    expect(fix, &own, "AA*^2~", "");
    expect(fix, &own, "AA**A>1~", "ELM-0401@2/1");
}

static void
test_wide_segments(void **state)
{
    struct test_fix *fix = *state;
    struct own own = compile(fix);
    char body[512] = "WW*1";
    memset(body + 4, '*', 65);
    (void)snprintf(body + 4 + 65, 8, "A~");
    expect(fix, &own, body, "");
    (void)snprintf(body + 4 + 65, 8, "*A~");
    expect(fix, &own, body, "ELM-0401@2/66");
    (void)snprintf(body + 4 + 65, 16, "A*****B~");
    expect(fix, &own, body, "ELM-0403@2/71");
    expect(fix, &own, "WW*1~", "ELM-0401@2/66");
    expect(fix, &own, "WW**2~", "ELM-0401@2/1 ELM-0401@2/66");
}

static void
test_loops_in_loops(void **state)
{
    struct test_fix *fix = *state;
    struct own own = compile(fix);
    expect(fix, &own, "BB*1~CC*1~DD*1~CC*2~DD*2~AA*1~BB*2~AA*1~", "");
    /* What each loop still owes is told where it is left. */
    expect(fix, &own, "BB*1~CC*1~CC*2~DD*2~AA*1~", "SEG-0303@4/0");
    expect(fix, &own, "BB*1~CC*1~DD*1~", "SEG-0303@5/0");
    expect(fix, &own, "BB*1~CC*1~BB*2~AA*1~", "SEG-0303@4/0 SEG-0303@4/0");
    expect(fix, &own, "BB*1~AA*1~BB*2~AA*1~BB*3~AA*1~", "SEG-0304@6/0");
    expect(fix, &own, "DD*1~", "SEG-0302@2/0");
    expect(fix, &own, "AA*1~AA*2~AA*3~", "SEG-0305@4/0");
}

static void
test_release_not_found(void **state)
{
    struct test_fix *fix = *state;
    struct own own = compile(fix);
    const struct wb_str text =
        WB_LIT(TEST_ISA "GS*TT*A*B*20260311*1200*1*X*none~ST*TST*0001~AA*1~SE*3*0001~" TEST_TAIL);
    const struct test_how how = {.find_grammar = find, .find_self = &own};
    const struct test_run *run = test_check(fix, text, &how);
    assert_string_equal(test_list(fix, run), "GRP-0152@0/8");
    assert_int_equal(fix->ctx.error.rc, WB_OK);
    assert_int_equal(run->message_count, 1);
}

/* More releases in turn than are kept at a time. */
static void
test_many_releases(void **state)
{
    struct test_fix *fix = *state;
    struct own own = compile(fix);
    struct wb_out out;
    wb_out_init(&out, &fix->ctx, -1, 1024 * 1024);
    wb_out_text(&out, TEST_ISA);
    for (int i = 0; i < 40; i++) {
        wb_out_printf(&out,
                      "GS*TT*A*B*20260311*1200*%d*X*00777%d~ST*TST*0001~AA*1~SE*3*0001~GE*1*%d~",
                      i + 1, i % 9, i + 1);
    }
    wb_out_text(&out, "IEA*40*000000001~");
    const struct test_how how = {.want_trees = true, .find_grammar = find, .find_self = &own};
    const struct test_run *run = test_check(fix, wb_buf_str(&out.buf), &how);
    assert_string_equal(test_list(fix, run), "");
    assert_int_equal(run->message_count, 40);
    wb_out_done(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_repeats, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_wide_segments, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_loops_in_loops, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_release_not_found, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_many_releases, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
