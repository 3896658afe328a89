/* Text into statements: words, strings, marks, blocks, and where a statement ends. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

/* What a text's statements are, one a line; blocks are opened. */
static void
list(struct parsed *parsed, const struct lang_statement *first, unsigned depth, char *text,
     size_t cap)
{
    for (const struct lang_statement *s = first; s != NULL; s = s->next) {
        const struct wb_str words = parsed_words(parsed, s);
        const size_t used = strlen(text);
        (void)snprintf(text + used, cap - used, "%*s" WB_FMT "\n", (int)(2 * depth), "",
                       WB_ARG(words));
        for (uint32_t i = 0; i < s->token_count; i++) {
            if (s->tokens[i].kind == LANG_BLOCK) {
                list(parsed, s->tokens[i].block, depth + 1, text, cap);
            }
        }
    }
}

static void
check(const char *source, const char *wanted)
{
    struct parsed parsed;
    char text[4096] = "";
    char whole[4096];
    (void)snprintf(whole, sizeof whole, "edition 1\n%s", source);
    parsed_init(&parsed, wb_str_of(whole));
    assert_int_equal(parsed.diags.error_count, 0);
    list(&parsed, parsed.file->first, 0, text, sizeof text);
    assert_string_equal(text, wanted);
    assert_true(parsed_equal(&parsed));
    parsed_done(&parsed);
}

static void
words_are_codes(void **state)
{
    (void)state;
    check("00 4010 2025-04 x12-850-order a_b 24h", "00 4010 2025-04 x12-850-order a_b 24h\n");
    check("a- -b a--b -5", "a - - b a - - b - 5\n");
    check("2..3 N0..9 0.01", "2 .. 3 N0 .. 9 0 . 01\n");
}

static void
marks_take_the_longest(void **state)
{
    (void)state;
    check("a<=>b a->b a<-b a==b a!=b a<=b a>=b a<b a>b",
          "a <=> b a -> b a <- b a == b a != b a <= b a >= b a < b a > b\n");
    check("...", ".. .\n");
    check("x | [ ] ( ) . : # + - * / = , < > ~ ! @ % & ?", "x | [ ] ( ) . :\n");
    check("**/SAC[C].05", "* * / SAC [ C ] . 05\n");
    check("a<b<==>c", "a < b <= = > c\n");
}

static void
map_paths_are_tokens(void **state)
{
    (void)state;
    check("REF[CT|BC|VC] | BEG.06 <=> contract", "REF [ CT | BC | VC ] | BEG . 06 <=> contract\n");
    check(":UP as gtin12 | :EN as gtin13 <=> item.gtin",
          ": UP as gtin12 | : EN as gtin13 <=> item . gtin\n");
    check("LIN:UP; 03+04; 3042#1..4; 01..02; /BEG.06; BPR.09[08=DA]",
          "LIN : UP\n03 + 04\n3042 # 1 .. 4\n01 .. 02\n/ BEG . 06\nBPR . 09 [ 08 = DA ]\n");
    check("CTT.01 <- count(lines)", "CTT . 01 <- count ( lines )\n");
    check("order_line[display_type=none]", "order_line [ display_type = none ]\n");
}

static void
blanks_before_are_known(void **state)
{
    (void)state;
    struct parsed parsed;
    parsed_init(&parsed, WB_LIT("edition 1\nN1[ST] N1 [ST]"));
    const struct lang_token *t = parsed.file->first->tokens;
    assert_false(t[1].blank_before);
    assert_false(t[2].blank_before);
    assert_true(t[4].blank_before);
    assert_true(t[5].blank_before);
    parsed_done(&parsed);
}

static void
statements_end_at_newline_and_semicolon(void **state)
{
    (void)state;
    check("a b\nc; d;;e\n\n;\nf", "a b\nc\nd\ne\nf\n");
    check("a\r\nb\r\n", "a\nb\n");
    check("", "");
    check(";;\n\n", "");
}

static void
brackets_hide_newlines(void **state)
{
    (void)state;
    check("a (1 +\n  2) b\nc [x\n|\ny]", "a ( 1 + 2 ) b\nc [ x | y ]\n");
}

static void
a_bar_goes_on(void **state)
{
    (void)state;
    check("a <=> b\n  | c\n| d\ne", "a <=> b | c | d\ne\n");
    check("a\n\n# note\n  | b", "a | b\n");
    check("a;\n| b", "a\n| b\n");
}

static void
blocks_hold_statements(void **state)
{
    (void)state;
    check("m x { a; b { c } d\n e }\nf", "m x {..}\n  a\n  b {..} d\n    c\n  e\nf\n");
    check("when k = v { a } else { b }", "when k = v {..} else {..}\n  a\n  b\n");
    check("a {}\nb { ; }", "a {..}\nb {..}\n");
    check("a { b }; c", "a {..}\n  b\nc\n");
    check("a {b}c", "a {..} c\n  b\n");
}

static void
comments_need_a_blank(void **state)
{
    (void)state;
    check("# one\na # two { \" }\n\t# three\nb#c", "a\nb # c\n");
    check("a {# b\n}", "a {..}\n  # b\n");
}

static void
strings_undo_escapes(void **state)
{
    (void)state;
    check("\"a b\" \"\" \"q\\\"q\" \"b\\\\b\" \"# { }\" \"\xc3\xa9\"",
          "'a b' '' 'q\"q' 'b\\b' '# { }' '\xc3\xa9'\n");
    struct parsed parsed;
    parsed_init(&parsed, WB_LIT("edition 1\nx \"12\" 12"));
    assert_int_equal(parsed.file->first->tokens[1].kind, LANG_STRING);
    assert_int_equal(parsed.file->first->tokens[2].kind, LANG_WORD);
    assert_false(lang_is(&parsed.file->first->tokens[1], "12"));
    assert_true(lang_is(&parsed.file->first->tokens[2], "12"));
    parsed_done(&parsed);
}

static void
the_edition_may_be_preceded(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "edition 1",
        "edition 1;a",
        "# c\n\n  edition 1 # d\na",
        ("\xef\xbb\xbf"
         "edition 1\na"),
        "\xef\xbb\xbf# c\nedition 1\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct parsed parsed;
        parsed_init(&parsed, wb_str_of(texts[i]));
        assert_int_equal(parsed.diags.error_count, 0);
        assert_int_equal(parsed.file->edition, 1);
        assert_true(parsed_equal(&parsed));
        parsed_done(&parsed);
    }
}

static void
positions_are_bytes(void **state)
{
    (void)state;
    struct parsed parsed;
    parsed_init(&parsed, WB_LIT("edition 1\n  ab { c }\n"));
    const struct lang_token *t = parsed.file->first->tokens;
    assert_int_equal(t[0].pos.at, 12);
    assert_int_equal(t[0].pos.len, 2);
    assert_int_equal(t[1].pos.at, 15);
    assert_int_equal(t[1].pos.len, 5);
    assert_text(t[1].block_end_trivia, " ");
    parsed_done(&parsed);
}

static void
a_cursor_stops_at_the_end(void **state)
{
    (void)state;
    struct parsed parsed;
    parsed_init(&parsed, WB_LIT("edition 1\na = \"b\"\n"));
    struct lang_cursor cursor = lang_cursor_of(parsed.file->first);
    assert_false(lang_accept(&cursor, "b"));
    assert_true(lang_accept(&cursor, "a"));
    assert_true(lang_accept(&cursor, "="));
    assert_int_equal(lang_here(&cursor).at, 14);
    assert_false(lang_accept(&cursor, "b")); /* a string is no word */
    assert_non_null(lang_take(&cursor));
    assert_null(lang_take(&cursor));
    assert_null(lang_peek(&cursor));
    assert_int_equal(lang_here(&cursor).at, 17);
    assert_int_equal(lang_here(&cursor).len, 0);
    parsed_done(&parsed);
}

static void
made_tokens_are_spelled_out(void **state)
{
    (void)state;
    struct parsed parsed;
    struct wb_out out;
    parsed_init(&parsed, WB_LIT("edition 1\nowner it # who\n"));
    struct lang_statement *s = parsed.file->first;
    s->tokens[1] = (struct lang_token){
        .kind = LANG_STRING, .blank_before = true, .text = WB_LIT("a \"b\" \\")};
    wb_out_init(&out, &parsed.ctx, -1, 1000);
    lang_write(&out, parsed.file);
    assert_text(wb_buf_str(&out.buf), "edition 1\nowner \"a \\\"b\\\" \\\\\" # who\n");
    wb_out_done(&out);
    parsed_done(&parsed);
}

static void
depth_up_to_the_limit_parses(void **state)
{
    (void)state;
    enum { DEPTH = WB_LIMIT_SOURCE_DEPTH, HEAD = 12 };
    char text[HEAD + 2 * DEPTH + 1] = "edition 1\na ";
    memset(text + HEAD, '{', DEPTH);
    memset(text + HEAD + DEPTH, '}', DEPTH);
    struct parsed parsed;
    parsed_init(&parsed, wb_str_of(text));
    assert_int_equal(parsed.diags.error_count, 0);
    assert_true(parsed_equal(&parsed));
    parsed_done(&parsed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_codes),
        cmocka_unit_test(marks_take_the_longest),
        cmocka_unit_test(map_paths_are_tokens),
        cmocka_unit_test(blanks_before_are_known),
        cmocka_unit_test(statements_end_at_newline_and_semicolon),
        cmocka_unit_test(brackets_hide_newlines),
        cmocka_unit_test(a_bar_goes_on),
        cmocka_unit_test(blocks_hold_statements),
        cmocka_unit_test(comments_need_a_blank),
        cmocka_unit_test(strings_undo_escapes),
        cmocka_unit_test(the_edition_may_be_preceded),
        cmocka_unit_test(positions_are_bytes),
        cmocka_unit_test(a_cursor_stops_at_the_end),
        cmocka_unit_test(made_tokens_are_spelled_out),
        cmocka_unit_test(depth_up_to_the_limit_parses),
    };
    return cmocka_run_group_tests_name("lang parse", tests, NULL, NULL);
}
