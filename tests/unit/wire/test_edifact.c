/*
 * What EDIFACT has beside X12: values behind release characters, separators by syntax version, the
 * decimal mark, the UNA that the writer makes, its limits, and costs that stay linear.
 */
#include <string.h>

#include "wire/charset.h"
#include "wire_test.h"

#define UNB "UNB+UNOC:3+S+R+260311:1200+1'"

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct wb_out out;
    struct wire_writer w;
};

static void
world_init(struct world *w, struct wire_delims delims)
{
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, 64 * 1024 * 1024);
    wb_out_init(&w->out, &w->ctx, -1, 64 * 1024 * 1024);
    wire_writer_init(&w->w, &w->out, delims);
}

static void
world_done(struct world *w)
{
    wb_arena_done(&w->arena);
    wb_out_done(&w->out);
}

/* The reader at its first event of this kind. */
static struct wire_reader *
read_to(struct world *w, struct wire_memory *memory, enum wire_event wanted,
        struct wire_segment *ret)
{
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&w->ctx, wire_source_memory(memory), NULL, &reader), WB_OK);
    enum wire_event event = WIRE_NOTICE;
    struct wire_notice notice;
    while (event != wanted) {
        assert_int_not_equal(event, WIRE_END);
        assert_int_equal(wire_next(&w->ctx, reader, &event, ret, &notice), WB_OK);
    }
    return reader;
}

static void
test_values(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w, wire_delims_edifact(3));
    struct wire_memory memory = {
        .bytes = WB_LIT(UNB "FTX+A?+B:C??:?'D?\?\?'?:+plain+M\xFCller?+'UNZ+1+1'")};
    struct wire_segment s;
    struct wire_reader *reader = read_to(&w, &memory, WIRE_SEGMENT, &s);
    static const char *const WANT[] = {"A+B", "C?", "'D?':", "plain", "M\xFCller+"};
    assert_int_equal(s.token_count, 5);
    for (uint32_t i = 0; i < s.token_count; i++) {
        struct wb_str value = wire_value(&w.ctx, &w.arena, &s, &s.tokens[i]);
        assert_str(value, WANT[i]);
        bool escaped = (s.tokens[i].flags & WIRE_ESCAPED) != 0;
        assert_int_equal(escaped, i != 3);
    }
    assert_str(wire_value_utf8(&w.ctx, &w.arena, &s, &s.tokens[4]), "M\xC3\xBCller+");
    assert_str(wire_text(&s, 1), "A?+B");
    assert_str(wire_element_bytes(&s, 1), "A?+B:C??:?'D?\?\?'?:");
    wire_close(reader);
    world_done(&w);
}

/* What a header says: decimal mark, repetition, version, character set. */
static void
test_header_says(void **unused)
{
    (void)unused;
    static const struct {
        const char *header;
        char decimal;
        char repeat;
        char release;
        uint8_t version;
        enum wire_charset charset;
    } CASES[] = {
        {"UNB+UNOA:1+S'",          0,   0,   '?', 1, WIRE_CHARSET_UNOA},
        {"UNB+UNOB:2+S'",          0,   0,   '?', 2, WIRE_CHARSET_UNOB},
        {"UNB+UNOC:3+S'",          0,   0,   '?', 3, WIRE_CHARSET_UNOC},
        {"UNB+UNOY:4+S'",          0,   '*', '?', 4, WIRE_CHARSET_UNOY},
        {"UNA:+.? 'UNB+UNOW:3+S'", '.', 0,   '?', 3, WIRE_CHARSET_UNOW},
        {"UNA:+,? 'UNB+UNOL:2+S'", ',', 0,   '?', 2, WIRE_CHARSET_UNOL},
        {"UNA:+-? 'UNB+UNOX:2+S'", 0,   0,   '?', 2, WIRE_CHARSET_UNOX},
        {"UNA:+,? 'UNB+UNOC:4+S'", 0,   0,   '?', 4, WIRE_CHARSET_UNOC},
        {"UNA:+,?*'UNB+UNOC:4+S'", 0,   '*', '?', 4, WIRE_CHARSET_UNOC},
        {"UNA:+,?*'UNB+UNOC:3+S'", ',', 0,   '?', 3, WIRE_CHARSET_UNOC},
        {"UNA:+.  'UNB+UNOC:3+S'", '.', 0,   0,   3, WIRE_CHARSET_UNOC},
        {"UNA:+.X 'UNB+UNOC:3+S'", '.', 0,   0,   3, WIRE_CHARSET_UNOC},
        {"UNA:+.?%'UNB+KECA:4+S'", 0,   '%', '?', 4, WIRE_CHARSET_NONE},
        {"UNB+UNOC+S'",            0,   0,   '?', 0, WIRE_CHARSET_UNOC},
        {"UNB\x1DUNOB\x1F"
         "1\x1C",         0,   0,   0,   1, WIRE_CHARSET_UNOB},
        {"UNB\x1DUNOB\x1F"
         "4\x1C",         0,   0,   0,   4, WIRE_CHARSET_UNOB},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct world w;
        world_init(&w, wire_delims_edifact(3));
        struct wire_memory memory = {.bytes = wb_str_of(CASES[i].header)};
        struct wire_segment s;
        struct wire_reader *reader = read_to(&w, &memory, WIRE_INTERCHANGE, &s);
        assert_str(s.tag, "UNB");
        assert_int_equal(s.delims->syntax, WIRE_EDIFACT);
        assert_int_equal(s.delims->decimal, (uint8_t)CASES[i].decimal);
        assert_int_equal(s.delims->repeat, (uint8_t)CASES[i].repeat);
        assert_int_equal(s.delims->release, (uint8_t)CASES[i].release);
        assert_int_equal(s.delims->version, CASES[i].version);
        assert_int_equal(s.delims->charset, CASES[i].charset);
        assert_false(s.unterminated);
        wire_close(reader);
        world_done(&w);
    }
}

static void
put(struct world *w, const char *value)
{
    assert_int_equal(wire_put(&w->ctx, &w->w, wb_str_of(value)), WB_OK);
}

/* A UNB and one segment with what wants release characters, under these separators. */
static const char *
written(struct world *w, struct wire_delims delims, enum wire_una una)
{
    world_init(w, delims);
    w->w.suffix = WB_LIT("\n");
    w->w.una = una;
    wire_begin(&w->w, WB_LIT("UNB"));
    put(w, "UNOC");
    wire_end(&w->w);
    wire_begin(&w->w, WB_LIT("FTX"));
    put(w, "A+B");
    wire_end(&w->w);
    wb_out_byte(&w->out, '\0');
    return w->out.buf.at;
}

static void
test_una_policy(void **unused)
{
    (void)unused;
    struct world w;
    struct wire_delims three = wire_delims_edifact(3);
    struct wire_delims four = wire_delims_edifact(4);
    assert_string_equal(written(&w, three, WIRE_UNA_NEEDED), "UNB+UNOC'\nFTX+A?+B'\n");
    world_done(&w);
    assert_string_equal(written(&w, three, WIRE_UNA_NEVER), "UNB+UNOC'\nFTX+A?+B'\n");
    world_done(&w);
    assert_string_equal(written(&w, three, WIRE_UNA_ALWAYS), "UNA:+.? '\nUNB+UNOC'\nFTX+A?+B'\n");
    world_done(&w);
    assert_string_equal(written(&w, four, WIRE_UNA_ALWAYS), "UNA:+.?*'\nUNB+UNOC'\nFTX+A?+B'\n");
    world_done(&w);
    /* Version 4 without repetition has to say so: without a UNA the star would be one. */
    four.repeat = 0;
    assert_string_equal(written(&w, four, WIRE_UNA_NEEDED), "UNA:+.? '\nUNB+UNOC'\nFTX+A?+B'\n");
    world_done(&w);
    three.element = '*';
    three.decimal = ',';
    assert_string_equal(written(&w, three, WIRE_UNA_NEEDED), "UNA:*,? '\nUNB*UNOC'\nFTX*A+B'\n");
    world_done(&w);
    (void)written(&w, three, WIRE_UNA_NEVER);
    assert_int_equal(wb_out_finish(&w.out), WB_INVALID);
    assert_non_null(strstr(w.ctx.error.text, "UNA"));
    world_done(&w);
    assert_false(wire_una_needed(&(struct wire_delims){
        .syntax = WIRE_EDIFACT, .segment = 0x1C, .element = 0x1D, .component = 0x1F}));
    struct wire_delims x12 = wire_delims_x12();
    assert_false(wire_una_needed(&x12));
}

/* Level B has no release character: a value that holds a separator is refused. */
static void
test_level_b_refuses(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w,
               (struct wire_delims){
                   .syntax = WIRE_EDIFACT, .segment = 0x1C, .element = 0x1D, .component = 0x1F});
    wire_begin(&w.w, WB_LIT("UNB"));
    put(&w, "A+B:C'?");
    assert_int_equal(wire_put(&w.ctx, &w.w, WB_LIT("A\x1D")), WB_INVALID);
    assert_str(wb_buf_str(&w.out.buf), "UNB\x1D"
                                       "A+B:C'?");
    world_done(&w);
}

static void
copy_all(struct world *w, struct wb_str input)
{
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&w->ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice notice;
        assert_int_equal(wire_next(&w->ctx, reader, &event, &s, &notice), WB_OK);
        if (event == WIRE_INTERCHANGE || event == WIRE_SEGMENT) {
            wire_copy(&w->w, &s);
        }
    }
    wire_close(reader);
}

/* Copied under others: the UNA changes, the decimal mark and the objects do not. */
static void
test_copy(void **unused)
{
    (void)unused;
    struct wb_str input =
        WB_LIT("UNA:+,? '\r\n" UNB "\r\nMOA+9:12,50+A?+B*C?\?'UNO+1+A+B+6'X'Y+Z?UNP+6+1'UNZ+1+1'");
    struct world w;
    world_init(&w, wire_delims_edifact(3));
    copy_all(&w, input);
    assert_true(wb_str_eq(wb_buf_str(&w.out.buf), input));
    world_done(&w);
    struct wire_delims other = {.syntax = WIRE_EDIFACT,
                                .segment = '~',
                                .element = '*',
                                .component = '=',
                                .release = '\\',
                                .version = 3};
    world_init(&w, other);
    copy_all(&w, input);
    assert_str(wb_buf_str(&w.out.buf), "UNA=*,\\ ~\r\nUNB*UNOC=3*S*R*260311=1200*1~\r\n"
                                       "MOA*9=12,50*A+B\\*C?~UNO*1*A*B*6~X'Y+Z?UNP*6*1~UNZ*1*1~");
    world_done(&w);
    /* To X12 there is no release character: what does not fit is refused, or replaced. */
    world_init(&w, wire_delims_x12());
    copy_all(&w, WB_LIT(UNB "FTX+A?'B?+C*D'UNZ+1+1'"));
    assert_int_equal(wb_out_finish(&w.out), WB_INVALID);
    world_done(&w);
    world_init(&w, wire_delims_x12());
    w.w.replacement = '-';
    copy_all(&w, WB_LIT(UNB "FTX+A?'B?+C*D'UNZ+1+1'"));
    assert_str(wb_buf_str(&w.out.buf), "UNB*UNOC:3*S*R*260311:1200*1~FTX*A'B+C-D~UNZ*1*1~");
    assert_int_equal(w.w.replaced_count, 1);
    world_done(&w);
}

/* Head, then one piece many times, then tail; read to its end. */
struct result {
    uint64_t segments;
    uint64_t longest;
    uint32_t tokens_max;
    uint32_t notices[WIRE_NOTICE_COUNT];
    uint64_t ns;
};

static struct result
read_made(const char *head, const char *piece, size_t count, const char *tail)
{
    struct world w;
    world_init(&w, wire_delims_edifact(3));
    wb_out_text(&w.out, head);
    for (size_t i = 0; i < count; i++) {
        wb_out_text(&w.out, piece);
    }
    wb_out_text(&w.out, tail);
    struct wire_memory memory = {.bytes = wb_buf_str(&w.out.buf)};
    struct wire_reader *reader = NULL;
    struct result result = {.segments = 0};
    uint64_t before = wb_os_cpu_ns();
    assert_int_equal(wire_open(&w.ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice n;
        assert_int_equal(wire_next(&w.ctx, reader, &event, &s, &n), WB_OK);
        if (event == WIRE_NOTICE) {
            result.notices[n.code]++;
        } else if (event != WIRE_END) {
            result.segments++;
            result.longest = s.bytes.len > result.longest ? s.bytes.len : result.longest;
            result.tokens_max =
                s.token_count > result.tokens_max ? s.token_count : result.tokens_max;
        }
    }
    result.ns = wb_os_cpu_ns() - before;
    wire_close(reader);
    world_done(&w);
    return result;
}

/* One under each limit, at it, and one over. */
static void
test_limits(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < 3; k++) {
        bool over = k == 2;
        struct result r =
            read_made(UNB "FTX+", "?+", (WB_LIMIT_SEGMENT - 6) / 2, &"xxx'UNZ+1+1'"[2 - k]);
        assert_int_equal(r.segments, over ? 2 : 3);
        assert_int_equal(r.notices[WIRE_NOTICE_SEGMENT_TOO_LONG], over);
        assert_int_equal(r.longest, over ? 28 : WB_LIMIT_SEGMENT - 1 + k);
        r = read_made(UNB "FTX", "+?'", WB_LIMIT_ELEMENTS - 1 + k, "'UNZ+1+1'");
        assert_int_equal(r.segments, 3);
        assert_int_equal(r.notices[WIRE_NOTICE_TOO_MANY_ELEMENTS], over);
        assert_int_equal(r.tokens_max, over ? WB_LIMIT_ELEMENTS : WB_LIMIT_ELEMENTS - 1 + k);
        static const char *const HEADS[] = {UNB "UNO+1+A+B+16777215'", UNB "UNO+1+A+B+16777216'",
                                            UNB "UNO+1+A+B+16777217'"};
        r = read_made(HEADS[k], "x", WB_LIMIT_BINARY - 1 + k, "UNP+1+1'UNZ+1+1'");
        assert_int_equal(r.notices[WIRE_NOTICE_BINARY_LENGTH], over);
        assert_int_equal(r.segments, over ? 3 : 5);
        assert_int_equal(r.notices[WIRE_NOTICE_SEGMENT_TOO_LONG], over);
    }
    /* A UNB is looked for within what a header may take: here with a terminator as its last byte.
     */
    for (size_t k = 0; k < 3; k++) {
        struct result r = read_made("UNB+UNOC:3+", "x", 640 - 13 + k, "'UNZ+1+1' and more");
        assert_int_equal(r.notices[WIRE_NOTICE_ISA_UNUSABLE], k == 2);
        assert_int_equal(r.segments, k == 2 ? 0 : 2);
    }
}

/* Inputs made to hurt; twice as much may take three times as long, for noise. */
static void
test_linear(void **unused)
{
    (void)unused;
    static const char *const SHAPES[][2] = {
        {UNB,     "?"                        },
        {UNB,     "?'"                       },
        {UNB,     "UNB+"                     },
        {UNB,     UNB                        },
        {UNB,     "UNO+1+2+3+16000000'"      },
        {UNB,     "UNO+1+2+3+9'"             },
        {UNB,     "UNH+"                     },
        {UNB,     "'"                        },
        {UNB,     "+A:B"                     },
        {"",      "UNA"                      },
        {"",      "UNA:+.? '"                },
        {"",      "UNB"                      },
        {"",      "UNB|UNOA|3"               },
        {"",      "UNB+UNOA:3?"              },
        {"UNB*'", "UNH+A"                    },
        {"",      "UNA:+.? '            UNB+"},
    };
    enum { BYTES = 1024 * 1024, FAST_ENOUGH_NS = 40 * 1000 * 1000 };
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        uint64_t best[2] = {UINT64_MAX, UINT64_MAX};
        for (int k = 0; k < 6; k++) {
            size_t count = BYTES / strlen(SHAPES[i][1]) * (k % 2 == 0 ? 1U : 2U);
            uint64_t took = read_made(SHAPES[i][0], SHAPES[i][1], count, "").ns;
            best[k % 2] = took < best[k % 2] ? took : best[k % 2];
        }
        if (best[1] > FAST_ENOUGH_NS && best[1] > 3 * best[0]) {
            fail_msg("%s%s: %lu ns, then %lu ns", SHAPES[i][0], SHAPES[i][1],
                     (unsigned long)best[0], (unsigned long)best[1]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),     cmocka_unit_test(test_header_says),
        cmocka_unit_test(test_una_policy), cmocka_unit_test(test_level_b_refuses),
        cmocka_unit_test(test_copy),       cmocka_unit_test(test_limits),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests_name("wire-edifact", tests, NULL, NULL);
}
