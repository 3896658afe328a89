/* Every diagnostic of the room, with its place; guesses; what is printed. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

struct wrong {
    const char *text;
    const char *code;
    uint32_t line;
    uint32_t column;
    size_t errors; /* in all */
};

static const struct wrong wrongs[] = {
    {"",                               "WB-LANG-0001", 1, 1, 1},
    {"# nothing\n",                    "WB-LANG-0001", 1, 1, 1},
    {"\nmap x { }\n",                  "WB-LANG-0001", 2, 1, 1},
    {"editio 1\n",                     "WB-LANG-0001", 1, 1, 1},
    {"edition 2\nmap {{{",             "WB-LANG-0002", 1, 9, 1},
    {"edition\n",                      "WB-LANG-0002", 1, 1, 1},
    {"edition 1 x\n",                  "WB-LANG-0002", 1, 9, 1},
    {"edition 1\na {\n b {\n c\n}",    "WB-LANG-0003", 2, 3, 1},
    {"edition 1\na { b {",             "WB-LANG-0003", 2, 7, 1},
    {"edition 1\na }\nb",              "WB-LANG-0004", 2, 3, 1},
    {"edition 1\n}\nb",                "WB-LANG-0004", 2, 1, 1},
    {"edition 1\nN1[ST <=> x\n.02;",   "WB-LANG-0005", 2, 3, 1},
    {"edition 1\nm { a (b }",          "WB-LANG-0005", 2, 7, 1},
    {"edition 1\na ( b { c }",         "WB-LANG-0005", 2, 3, 1},
    {"edition 1\na (",                 "WB-LANG-0005", 2, 3, 1},
    {"edition 1\na ]",                 "WB-LANG-0006", 2, 3, 1},
    {"edition 1\na ( b ] c",           "WB-LANG-0006", 2, 7, 1},
    {"edition 1\nx \"abc\ny",          "WB-LANG-0007", 2, 3, 1},
    {"edition 1\nx \"abc",             "WB-LANG-0007", 2, 3, 1},
    {"edition 1\nx \"a\\n\"",          "WB-LANG-0008", 2, 5, 1},
    {"edition 1\n# \xff",              "WB-LANG-0009", 2, 3, 1},
    {"edition 1\nx \"\xed\xa0\x80\"",  "WB-LANG-0009", 2, 4, 1},
    {"edition 1\n\xc3\xa4\x01 y",      "WB-LANG-0009", 2, 2, 2},
    {"edition 1\nx \xc3\xa9t\xc3\xa9", "WB-LANG-0010", 2, 3, 2},
    {"edition 1\n\xc3\xa9 $",          "WB-LANG-0010", 2, 1, 2},
    {"edition 1\na 'b'",               "WB-LANG-0010", 2, 3, 2},
};

static void
strange_bytes_before_a_brace_are_passed(void **state)
{
    (void)state;
    static const char *const texts[] = {"edition 1\na { \x01 }\nb", "edition 1\na { $ }\nb",
                                        "edition 1\na { c $ }\nb"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct parsed parsed;
        parsed_init(&parsed, wb_str_of(texts[i]));
        assert_int_equal(parsed.diags.error_count, 1);
        assert_true(lang_is(&nth(parsed.file->first, 1)->tokens[0], "b"));
        parsed_done(&parsed);
    }
}

static void
each_is_reported_in_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        const struct wrong *w = &wrongs[i];
        struct parsed parsed;
        uint32_t line = 0;
        uint32_t column = 0;
        parsed_init(&parsed, wb_str_of(w->text));
        assert_int_not_equal(parsed.diags.count, 0);
        lang_place(parsed.diags.items[0].pos, &line, &column);
        if (strcmp(parsed.diags.items[0].code, w->code) != 0 || line != w->line ||
            column != w->column || parsed.diags.error_count != w->errors) {
            fail_msg("[%s]: %s at %u:%u, %zu errors", w->text, parsed.diags.items[0].code, line,
                     column, parsed.diags.error_count);
        }
        parsed_done(&parsed);
    }
}

/* Rows that need a text too large to be written above. */
static const char *const elsewhere[] = {"WB-LANG-0011", "WB-LANG-0012"};

static void
every_code_is_provoked(void **state)
{
    (void)state;
    size_t count = 0;
    const struct lang_code *codes = lang_codes(&count);
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
blocks_too_deep(void **state)
{
    (void)state;
    enum { DEPTH = WB_LIMIT_SOURCE_DEPTH + 5, HEAD = 12 };
    char text[HEAD + 2 * DEPTH + 3] = "edition 1\na ";
    struct parsed parsed;
    memset(text + HEAD, '{', DEPTH);
    memset(text + HEAD + DEPTH, '}', DEPTH);
    memcpy(text + HEAD + 2 * DEPTH, "\nz", 2);
    parsed_init(&parsed, (struct wb_str){text, sizeof text - 1});
    assert_int_equal(parsed.diags.error_count, 1);
    assert_string_equal(parsed.diags.items[0].code, "WB-LANG-0011");
    assert_int_equal(parsed.diags.items[0].pos.at, HEAD + WB_LIMIT_SOURCE_DEPTH);
    assert_true(lang_is(&nth(parsed.file->first, 1)->tokens[0], "z")); /* read on behind it */
    (void)parsed_equal(&parsed); /* what is left of it can be written */
    parsed_done(&parsed);
}

static void
brackets_too_deep(void **state)
{
    (void)state;
    enum { DEPTH = WB_LIMIT_SOURCE_DEPTH + 1, HEAD = 12 };
    char text[HEAD + DEPTH + 2] = "edition 1\na ";
    struct parsed parsed;
    memset(text + HEAD, '(', DEPTH);
    parsed_init(&parsed, (struct wb_str){text, HEAD + DEPTH});
    assert_string_equal(parsed.diags.items[0].code, "WB-LANG-0011");
    parsed_done(&parsed);
}

static void
a_file_too_large(void **state)
{
    (void)state;
    struct parsed parsed;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    char *text = wb_os_alloc(&ctx, WB_LIMIT_SOURCE + 1);
    assert_non_null(text);
    memset(text, '\n', WB_LIMIT_SOURCE + 1);
    parsed_init(&parsed, (struct wb_str){text, WB_LIMIT_SOURCE + 1});
    assert_int_equal(parsed.diags.error_count, 1);
    assert_string_equal(parsed.diags.items[0].code, "WB-LANG-0012");
    parsed_done(&parsed);
    wb_os_free(text);
}

static void
a_slipped_brace_is_pointed_at(void **state)
{
    (void)state;
    struct parsed parsed;
    uint32_t line = 0;
    uint32_t column = 0;
    parsed_init(&parsed, WB_LIT("edition 1\nm {\n  a {\n    b\n\n  c {\n  }\n}\n"));
    assert_int_equal(parsed.diags.error_count, 1);
    lang_place(parsed.diags.items[0].other, &line, &column);
    assert_int_equal(line, 8);
    assert_int_equal(column, 1);
    parsed_done(&parsed);
}

static void
errors_are_counted_past_the_limit(void **state)
{
    (void)state;
    char text[10 + 3 * WB_LIMIT_DIAGS + 1] = "edition 1\n";
    for (size_t i = 10; i + 1 < sizeof text; i += 3) {
        memcpy(text + i, "$ \n", 3);
    }
    struct parsed parsed;
    struct wb_out out;
    parsed_init(&parsed, wb_str_of(text));
    assert_int_equal(parsed.diags.count, WB_LIMIT_DIAGS);
    assert_int_equal(parsed.diags.error_count, WB_LIMIT_DIAGS);
    const struct lang_pos nowhere = {NULL, 0, 0};
    assert_null(lang_diag_add(&parsed.ctx, &parsed.diags, LANG_ERROR, "WB-X-0001", nowhere, "x"));
    assert_int_equal(parsed.diags.error_count, WB_LIMIT_DIAGS + 1);
    wb_out_init(&out, &parsed.ctx, -1, 1024 * 1024);
    lang_diags_print(&out, &parsed.diags, false);
    assert_true(wb_str_ends(wb_buf_str(&out.buf), WB_LIT("1 more were not listed\n")));
    wb_out_done(&out);
    parsed_done(&parsed);
}

static void
check_guess(const char *word, const char *candidates, const char *wanted)
{
    struct lang_guess guess;
    const struct wb_str list = wb_str_of(candidates);
    lang_guess_init(&guess, wb_str_of(word));
    for (size_t at = 0; at < list.len;) {
        const struct wb_str rest = wb_str_sub(list, at, list.len);
        const size_t len = wb_str_find(rest, ' ');
        lang_guess_try(&guess, wb_str_sub(rest, 0, len));
        at += len + 1;
    }
    assert_text(lang_guess_best(&guess), wanted);
}

static void
guesses_are_near(void **state)
{
    (void)state;
    check_guess("segmnt", "element segment message", "segment");
    check_guess("BGE", "BIG BEG BSN", "BEG");
    check_guess("beg", "BIG BEG BSN", "BEG");
    check_guess("N11", "PO1 N1 N2", "N1");
    check_guess("quantity", "price", "");
    check_guess("xy", "abcdef", "");
    check_guess("a", "b", "");
    check_guess("hedaing", "detail summary heading", "heading");
    check_guess("M1", "PO1 N1 MI", "MI"); /* of two as near, the one that begins alike */
}

static void
check_print(const char *text, bool colour, const char *wanted)
{
    struct parsed parsed;
    struct wb_out out;
    parsed_init(&parsed, wb_str_of(text));
    wb_out_init(&out, &parsed.ctx, -1, 1024 * 1024);
    lang_diags_print(&out, &parsed.diags, colour);
    assert_text(wb_buf_str(&out.buf), wanted);
    wb_out_done(&out);
    parsed_done(&parsed);
}

static void
a_caret_stands_under_its_place(void **state)
{
    (void)state;
    check_print("edition 1\r\n\tx \"\xc3\xa4\xc3\xb6\"\t$$ y\r\n", false,
                "t.gram:2:9: error WB-LANG-0010: '$' means nothing outside a string\n"
                "     2 |     x \"\xc3\xa4\xc3\xb6\"  $$ y\n"
                "       |             ^\n"
                "       = expected: a word of ASCII letters, digits, '_' and '-', or a string\n"
                "t.gram:2:10: error WB-LANG-0010: '$' means nothing outside a string\n"
                "     2 |     x \"\xc3\xa4\xc3\xb6\"  $$ y\n"
                "       |              ^\n"
                "       = expected: a word of ASCII letters, digits, '_' and '-', or a string\n");
    check_print("edition 1\n\x1b[31m \"\xff", false,
                "t.gram:2:1: error WB-LANG-0009: byte 0x1b is a control byte\n"
                "     2 | \\x1B[31m \"\\xFF\n"
                "       | ^~~~\n"
                "       = expected: text in UTF-8\n"
                "t.gram:2:7: error WB-LANG-0007: this string is not closed before the line ends\n"
                "     2 | \\x1B[31m \"\\xFF\n"
                "       |          ^~~~~\n"
                "       = expected: \"\n"
                "t.gram:2:2: error WB-LANG-0005: this bracket is not closed before the statement "
                "ends\n"
                "     2 | \\x1B[31m \"\\xFF\n"
                "       |     ^\n"
                "       = expected: ]\n");
}

static void
both_places_are_shown(void **state)
{
    (void)state;
    check_print("edition 1\na (b\n]\n", false,
                "t.gram:3:1: error WB-LANG-0006: this bracket does not match the one that is open\n"
                "     3 | ]\n"
                "       | ^\n"
                "       = expected: )\n"
                "t.gram:2:3: note: this one is open\n"
                "     2 | a (b\n"
                "       |   ^\n");
}

static void
colours_are_closed(void **state)
{
    (void)state;
    check_print("edition 1\n}\n", true,
                "\x1b[1mt.gram:2:1: \x1b[0m\x1b[1;31merror WB-LANG-0004: \x1b[0mthis '}' closes "
                "nothing\n     2 | }\n       | \x1b[1;32m^\x1b[0m\n");
}

static void
long_lines_are_cut(void **state)
{
    (void)state;
    char text[10 + 3000] = "edition 1\n";
    memset(text + 10, 'a', sizeof text - 11);
    text[1010] = '$';
    struct parsed parsed;
    struct wb_out out;
    parsed_init(&parsed, wb_str_of(text));
    wb_out_init(&out, &parsed.ctx, -1, 1024 * 1024);
    lang_diags_print(&out, &parsed.diags, false);
    const struct wb_str printed = wb_buf_str(&out.buf);
    assert_true(printed.len < 500);
    const size_t line_at = wb_str_find(printed, '\n') + 1;
    const struct wb_str line = wb_str_sub(printed, line_at, printed.len);
    const size_t caret_line = wb_str_find(line, '\n') + 1;
    const size_t caret = wb_str_find(wb_str_sub(line, caret_line, line.len), '^');
    assert_int_equal(line.at[caret], '$');
    wb_out_done(&out);
    parsed_done(&parsed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_reported_in_place),
        cmocka_unit_test(strange_bytes_before_a_brace_are_passed),
        cmocka_unit_test(every_code_is_provoked),
        cmocka_unit_test(blocks_too_deep),
        cmocka_unit_test(brackets_too_deep),
        cmocka_unit_test(a_file_too_large),
        cmocka_unit_test(a_slipped_brace_is_pointed_at),
        cmocka_unit_test(errors_are_counted_past_the_limit),
        cmocka_unit_test(guesses_are_near),
        cmocka_unit_test(a_caret_stands_under_its_place),
        cmocka_unit_test(both_places_are_shown),
        cmocka_unit_test(colours_are_closed),
        cmocka_unit_test(long_lines_are_cut),
    };
    return cmocka_run_group_tests_name("lang diagnostics", tests, NULL, NULL);
}
