/*
 * What mail does to an interchange, done here and undone there: the bytes come back. And what is
 * no mail is left alone, whatever its line ends.
 */
#include <string.h>

#include "wire/unwrap.h"
#include "wire_test.h"

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    uint64_t state;
};

/* Text that is being mailed: each step reads `text` and replaces it. */
struct mail {
    struct world *w;
    struct wb_str text;
    struct wb_out out;
};

static void
step_begin(struct mail *m)
{
    wb_out_init(&m->out, &m->w->ctx, -1, 16 * 1024 * 1024);
}

static void
step_end(struct mail *m)
{
    assert_int_equal(wb_out_finish(&m->out), WB_OK);
    m->text = wb_arena_dup(&m->w->ctx, &m->w->arena, wb_buf_str(&m->out.buf));
    assert_non_null(m->text.at);
    wb_out_done(&m->out);
}

static void
break_hard(struct mail *m, size_t width)
{
    step_begin(m);
    size_t column = 0;
    for (size_t i = 0; i < m->text.len; i++) {
        if (column == width && m->text.at[i] != '\n' && m->text.at[i] != '\r') {
            wb_out_byte(&m->out, '\n');
            column = 0;
        }
        wb_out_byte(&m->out, m->text.at[i]);
        column = m->text.at[i] == '\n' ? 0 : column + 1;
    }
    step_end(m);
}

/* At the last blank that fits, which is eaten. */
static void
break_at_blanks(struct mail *m, size_t width)
{
    step_begin(m);
    struct wb_str rest = m->text;
    while (rest.len > 0) {
        size_t line = wb_str_find(rest, '\n');
        size_t cut = line;
        if (line > width) {
            for (cut = width; cut > 0 && rest.at[cut] != ' ';) {
                cut--;
            }
            for (size_t i = width; cut == 0 && i < line; i++) {
                cut = rest.at[i] == ' ' ? i : 0;
            }
            cut = cut == 0 ? line : cut;
        }
        wb_out_str(&m->out, wb_str_sub(rest, 0, cut));
        if (cut < rest.len) {
            wb_out_byte(&m->out, '\n');
        }
        rest = wb_str_sub(rest, cut + 1, rest.len);
    }
    step_end(m);
}

static void
quoted_printable(struct mail *m)
{
    step_begin(m);
    size_t column = 0;
    for (size_t i = 0; i < m->text.len; i++) {
        uint8_t c = (uint8_t)m->text.at[i];
        bool last = i + 1 == m->text.len || m->text.at[i + 1] == '\n' || m->text.at[i + 1] == '\r';
        bool line = c == '\n' || c == '\r';
        bool plain = c > 32 && c < 127 && c != '=' && (c != '~' || i % 3 > 0);
        if (!line && column >= 72) {
            wb_out_text(&m->out, "=\n");
            column = 0;
        }
        if (line || plain || (c == ' ' && !last)) {
            wb_out_byte(&m->out, (char)c);
            column = line ? 0 : column + 1;
        } else {
            wb_out_printf(&m->out, "=%02X", c);
            column += 3;
        }
    }
    step_end(m);
}

static void
before_lines(struct mail *m, const char *what)
{
    step_begin(m);
    for (size_t i = 0; i < m->text.len; i++) {
        if (i == 0 || m->text.at[i - 1] == '\n') {
            wb_out_text(&m->out, what);
        }
        wb_out_byte(&m->out, m->text.at[i]);
    }
    step_end(m);
}

static void
html(struct mail *m, char terminator)
{
    step_begin(m);
    wb_out_text(&m->out, "<html><body><p>");
    for (size_t i = 0; i < m->text.len; i++) {
        char c = m->text.at[i];
        const char *name = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : NULL;
        name = c == ' ' && i % 2 == 0 ? "&nbsp;" : name;
        if (c == '\n') {
            wb_out_text(&m->out, "<br/>");
        }
        if (name != NULL) {
            wb_out_text(&m->out, name);
        } else {
            wb_out_byte(&m->out, c);
        }
    }
    wb_out_text(&m->out, terminator == '\n' ? "</p></body></html>\n" : "</p>\n</body></html>\n");
    step_end(m);
}

static void
around(struct mail *m)
{
    step_begin(m);
    wb_out_text(&m->out, "From: buyer@hospital.example\nSubject: your ISA, again\n\nHello,\n\n");
    wb_out_str(&m->out, m->text);
    wb_out_text(&m->out, "\n-- \nJane Doe, Purchasing\n");
    step_end(m);
}

/* An order with words and single blanks in it, its segments on lines or not. */
static struct wb_str
order(struct world *w, const char *terminator, const char *line, char component)
{
    static const char *const WORDS[] = {"GLOVE", "EXAM", "NITRILE", "A&B", "<5", "STERILE", "1=2"};
    struct wb_out out;
    wb_out_init(&out, &w->ctx, -1, 1024 * 1024);
    wb_out_printf(&out,
                  "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*"
                  "1200*U*00401*000000001*0*P*%c%s%sGS*PO*S*R*20260311*1200*1*X*004010%s%s",
                  component, terminator, line, terminator, line);
    for (size_t n = 4 + test_pick(&w->state, 12); n > 0; n--) {
        wb_out_printf(&out, "PO1*%zu*%zu*CA*9.50**VN*A-%zu%s%sPID*F****", n,
                      test_pick(&w->state, 900), test_pick(&w->state, 100000), terminator, line);
        for (size_t k = 3 + test_pick(&w->state, 14); k > 0; k--) {
            wb_out_printf(&out, "%s%s", WORDS[test_pick(&w->state, 7)], k > 1 ? " " : "");
        }
        wb_out_printf(&out, "%s%s", terminator, line);
    }
    wb_out_printf(&out, "GE*0*1%s%sIEA*1*000000001%s", terminator, line, terminator);
    struct wb_str made = wb_arena_dup(&w->ctx, &w->arena, wb_buf_str(&out.buf));
    wb_out_done(&out);
    return made;
}

/* Without line ends where terminators are none: a break behind a terminator does no harm. */
static struct wb_str
essence(struct mail *m, struct wb_str text)
{
    text = wb_str_trim(text);
    if (wb_str_find(text, '~') == text.len) {
        return text;
    }
    struct mail copy = {.w = m->w};
    step_begin(&copy);
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '\n') {
            wb_out_byte(&copy.out, text.at[i]);
        }
    }
    step_end(&copy);
    return copy.text;
}

static void
check(struct mail *m, struct wb_str want, uint32_t undid)
{
    struct wb_str got;
    uint32_t did = 0;
    bool wanted = wire_unwrap_wanted(m->text);
    assert_int_equal(wire_unwrap(&m->w->ctx, &m->w->arena, m->text, &got, &did), WB_OK);
    got = essence(m, got);
    want = essence(m, want);
    if (!wanted || !wb_str_eq(got, want) || (did & undid) != undid) {
        size_t same = 0;
        while (same < got.len && same < want.len && got.at[same] == want.at[same]) {
            same++;
        }
        print_message(
            "undid %x, wanted %d, differs at %zu\n" WB_FMT "\n--- instead of\n" WB_FMT "\n", did,
            wanted, same, WB_ARG(wb_str_sub(got, same, 200)), WB_ARG(wb_str_sub(want, same, 200)));
        fail();
    }
}

static void
world_init(struct world *w, uint64_t seed)
{
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, 512 * 1024 * 1024);
    w->state = seed;
}

enum wrapping { HARD, AT_BLANKS, QUOTED_PRINTABLE, HTML, NOT_WRAPPED };

static void
round_trip(struct world *w, enum wrapping wrapping)
{
    static const char *const MARKS[] = {"> ", ">", "> > ", ">> "};
    bool by_line = wrapping != AT_BLANKS && test_pick(&w->state, 3) == 0;
    struct wb_str want = order(w, by_line ? "\n" : "~", test_pick(&w->state, 2) == 0 ? "\n" : "",
                               test_pick(&w->state, 2) == 0 ? '>' : ':');
    if (by_line) {
        want = order(w, "\n", "", '>');
    }
    struct mail m = {.w = w, .text = want};
    uint32_t undid = 0;
    size_t width = 72 + test_pick(&w->state, 8);
    if (wrapping == HARD) {
        break_hard(&m, width);
        undid |= WIRE_UNDID_WRAPPED_LINES;
    } else if (wrapping == AT_BLANKS) {
        break_at_blanks(&m, width);
        undid |= WIRE_UNDID_WRAPPED_LINES;
    } else if (wrapping == QUOTED_PRINTABLE) {
        quoted_printable(&m);
        undid |= WIRE_UNDID_QUOTED_PRINTABLE;
    } else if (wrapping == HTML) {
        html(&m, by_line ? '\n' : '~');
        undid |= WIRE_UNDID_HTML;
    }
    bool must = wrapping == NOT_WRAPPED;
    if (wrapping != HTML && (must || test_pick(&w->state, 2) == 0)) {
        before_lines(&m, MARKS[test_pick(&w->state, 4)]);
        undid |= WIRE_UNDID_QUOTE_MARKS;
    } else if (wrapping != HTML && test_pick(&w->state, 2) == 0) {
        before_lines(&m, "    ");
        undid |= WIRE_UNDID_LEADING_BLANKS;
    }
    if (test_pick(&w->state, 2) == 0) {
        around(&m);
        undid |= WIRE_UNDID_TEXT_AROUND;
    }
    check(&m, want, undid);
}

static void
test_round_trips(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w, 3);
    for (int i = 0; i < 1000; i++) {
        round_trip(&w, (enum wrapping)(i % 5));
        wb_arena_reset(&w.arena);
    }
    wb_arena_done(&w.arena);
}

/* A quoted-printable mail that was quoted after it was encoded, line by line. */
static void
test_marks_around_encoded(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w, 4);
    struct wb_str want = order(&w, "~", "\n", '>');
    struct mail m = {.w = &w, .text = want};
    before_lines(&m, "> ");
    quoted_printable(&m);
    check(&m, want, WIRE_UNDID_QUOTED_PRINTABLE | WIRE_UNDID_QUOTE_MARKS);
    m.text = want;
    quoted_printable(&m);
    before_lines(&m, "> ");
    check(&m, want, WIRE_UNDID_QUOTED_PRINTABLE | WIRE_UNDID_QUOTE_MARKS);
    wb_arena_done(&w.arena);
}

static void
check_left_alone(struct wb_str input)
{
    if (wire_unwrap_wanted(input)) {
        fail_msg("taken for mail:\n" WB_FMT, WB_ARG(input));
    }
}

static void
assert_unwrapped(struct world *w, struct wb_str input, const char *want)
{
    struct wb_str got;
    uint32_t undid = 0;
    assert_true(wire_unwrap_wanted(input));
    assert_int_equal(wire_unwrap(&w->ctx, &w->arena, input, &got, &undid), WB_OK);
    assert_str(got, want);
    assert_int_equal(undid, WIRE_UNDID_WRAPPED_LINES);
}

/* Where the ISA shows less than usual: pad blanks eaten with the break, or no pad at all. */
static void
test_scant_headers(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w, 5);
#define SHORT_ISA "ISA*00**00**ZZ*S*ZZ*R*260311*1200*U*00401*1*0*P*>~"
    assert_unwrapped(&w,
                     WB_LIT("ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER\n"
                            "*260311*1200*U*00401*000000001*0*P*>~\nIEA*0*000000001~\n"),
                     "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER"
                     "*260311*1200*U*00401*000000001*0*P*>~\nIEA*0*000000001~\n");
    assert_unwrapped(&w,
                     WB_LIT(SHORT_ISA "\nPID*F****GLOVES WITHOUT POWDER BUT WITH A CUFF, "
                                      "HUNDRED IN A\nBOX~\nPID*F****ANOTHER KIND OF GLOVE THAT "
                                      "IS DESCRIBED AT EQUAL\nLENGTH~\nIEA*0*1~\n"),
                     SHORT_ISA "\nPID*F****GLOVES WITHOUT POWDER BUT WITH A CUFF, HUNDRED IN A "
                               "BOX~\nPID*F****ANOTHER KIND OF GLOVE THAT IS DESCRIBED AT EQUAL "
                               "LENGTH~\nIEA*0*1~\n");
    /* Next to a separator no blank can have been. */
    assert_unwrapped(&w,
                     WB_LIT(SHORT_ISA "\nPID*F****GLOVES WITHOUT POWDER BUT WITH A CUFF, "
                                      "HUNDRED IN A BOX\n*X~\nPID*F****ANOTHER KIND OF GLOVE "
                                      "THAT IS DESCRIBED AT LENGTH*\nBOX~\nIEA*0*1~\n"),
                     SHORT_ISA "\nPID*F****GLOVES WITHOUT POWDER BUT WITH A CUFF, HUNDRED IN A "
                               "BOX*X~\nPID*F****ANOTHER KIND OF GLOVE THAT IS DESCRIBED AT "
                               "LENGTH*BOX~\nIEA*0*1~\n");
    wb_arena_done(&w.arena);
}

/* The width at which mail servers break what has no line ends. */
static void
test_one_long_line(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w, 6);
    struct wb_str want = {NULL, 0};
    while (want.len < 2500) {
        want = order(&w, "~", "", '>');
        struct wb_out out;
        wb_out_init(&out, &w.ctx, -1, 1024 * 1024);
        for (int i = 0; i < 4; i++) {
            wb_out_str(&out, want);
        }
        want = wb_arena_dup(&w.ctx, &w.arena, wb_buf_str(&out.buf));
        wb_out_done(&out);
    }
    struct mail m = {.w = &w, .text = want};
    break_hard(&m, 998);
    check(&m, want, WIRE_UNDID_WRAPPED_LINES);
    wb_arena_done(&w.arena);
}

/* Every way to end lines that a well-made file has, and values with what mail would put there. */
static void
test_left_alone(void **unused)
{
    (void)unused;
    static const char *const ENDS[][2] = {
        {"~",    ""     },
        {"~",    "\n"   },
        {"~",    "\r\n" },
        {"\n",   ""     },
        {"\r",   "\n"   },
        {"~",    "\n\n" },
        {"~",    " \n"  },
        {"\n",   "\r\n" },
        {"~",    "\n   "},
        {"\x1C", ""     },
        {"|",    "\n"   }
    };
    struct world w;
    world_init(&w, 8);
    for (int i = 0; i < 200; i++) {
        size_t end = test_pick(&w.state, sizeof ENDS / sizeof ENDS[0]);
        char component = i % 2 == 0 ? '>' : ':';
        check_left_alone(order(&w, ENDS[end][0], ENDS[end][1], component));
    }
    check_left_alone(WB_LIT(ISA "N3*A=20B=\nC*&amp; <br> MSG\n> quoted~IEA*0*000000001~"));
    check_left_alone(WB_LIT("dear all, no ISA* here"));
    /* Lines of segments whose terminator is not the one that the ISA names. */
    check_left_alone(WB_LIT("ISA*00**00**ZZ*S*ZZ*R*260311*1200*U*00401*1*0*P*>~\n"
                            "PID*F****GLOVES WITHOUT POWDER BUT WITH A CUFF, HUNDRED IN IT\n"
                            "PID*F****ANOTHER KIND OF GLOVE THAT IS DESCRIBED AT LENGTH TOO\n"
                            "PID*F****ANOTHER KIND OF GLOVE THAT IS DESCRIBED AT LENGTH TOO\n"
                            "PID*F****GLOVES WITHOUT POWDER BUT WITH A CUFF, HUNDRED IN IT\n"));
    check_left_alone(WB_LIT(""));
    uint64_t state = 77;
    for (int i = 0; i < 200; i++) {
        check_left_alone(test_interchange(&w.ctx, &w.arena, &state));
        wb_arena_reset(&w.arena);
    }
    wb_arena_done(&w.arena);
}

/* Whole mails as people send them: fixtures/x12/wire/mail-*.txt become the .unwrapped beside them.
 */
static void
test_whole_mails(void **unused)
{
    (void)unused;
    enum {
        AROUND = WIRE_UNDID_TEXT_AROUND,
        LINES = WIRE_UNDID_WRAPPED_LINES,
        MARKS = WIRE_UNDID_QUOTE_MARKS,
        BLANKS = WIRE_UNDID_LEADING_BLANKS,
        PRINTABLE = WIRE_UNDID_QUOTED_PRINTABLE,
    };
    static const struct {
        const char *name;
        uint32_t undid;
    } MAILS[] = {
        {"mail-reply",            MARKS | LINES | AROUND  },
        {"mail-quoted-printable", PRINTABLE | AROUND      },
        {"mail-html",             WIRE_UNDID_HTML | AROUND},
        {"mail-cut-at-80",        LINES                   },
        {"mail-indented",         BLANKS | LINES | AROUND },
    };
    struct world w;
    world_init(&w, 10);
    for (size_t i = 0; i < sizeof MAILS / sizeof MAILS[0]; i++) {
        struct mail m = {.w = &w};
        const char *name = MAILS[i].name;
        struct wb_str path = wb_arena_printf(&w.ctx, &w.arena, "%s.txt", name);
        m.text = test_fixture(&w.ctx, &w.arena, path.at);
        path = wb_arena_printf(&w.ctx, &w.arena, "%s.unwrapped", name);
        struct wb_str want = test_fixture(&w.ctx, &w.arena, path.at);
        check(&m, want, MAILS[i].undid);
        struct wb_str got;
        uint32_t undid = 0;
        assert_int_equal(wire_unwrap(&w.ctx, &w.arena, m.text, &got, &undid), WB_OK);
        assert_int_equal(undid, MAILS[i].undid);
        assert_true(wb_str_eq(wb_str_trim(got), wb_str_trim(want)) || i == 3);
    }
    wb_arena_done(&w.arena);
}

/* A second interchange is never cut off, and what is no mail comes back as it is. */
static void
test_nothing_lost(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w, 9);
    struct wb_str got;
    uint32_t undid = 99;
    struct wb_str two =
        WB_LIT("> " ISA "IEA*0*000000001~\n> " ISA_AS("00401", "U", ":", "!") "IEA*0*000000001!\n");
    assert_int_equal(wire_unwrap(&w.ctx, &w.arena, two, &got, &undid), WB_OK);
    assert_int_equal(undid, WIRE_UNDID_QUOTE_MARKS);
    assert_true(wb_str_ends(got, WB_LIT("IEA*0*000000001!\n")));
    struct wb_str clean = WB_LIT(ISA "\nIEA*0*000000001~\n");
    assert_int_equal(wire_unwrap(&w.ctx, &w.arena, clean, &got, &undid), WB_OK);
    assert_int_equal(undid, 0);
    assert_ptr_equal(got.at, clean.at);
    assert_int_equal(wire_unwrap(&w.ctx, &w.arena, WB_LIT("no header"), &got, &undid), WB_OK);
    assert_int_equal(undid, 0);
    struct wb_str huge = {clean.at, (size_t)WB_LIMIT_UNWRAP + 1};
    assert_int_equal(wire_unwrap(&w.ctx, &w.arena, huge, &got, &undid), WB_LIMIT);
    wb_arena_done(&w.arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),   cmocka_unit_test(test_marks_around_encoded),
        cmocka_unit_test(test_scant_headers), cmocka_unit_test(test_one_long_line),
        cmocka_unit_test(test_left_alone),    cmocka_unit_test(test_whole_mails),
        cmocka_unit_test(test_nothing_lost),
    };
    return cmocka_run_group_tests_name("wire-unwrap", tests, NULL, NULL);
}
