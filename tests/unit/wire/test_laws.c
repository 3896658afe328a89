/*
 * What holds for any input, good or bad: events tile it, places are right, the copy is identical,
 * and neither the window, nor how the source cuts, nor the kernel changes one event.
 */
#include <string.h>

#include "wire_test.h"

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
};

static void
world_init(struct world *w)
{
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, 512 * 1024 * 1024);
}

static void
check_one(struct world *w, struct wb_str input, uint64_t *state, size_t segment_max)
{
    struct drain plain;
    struct drain_how how = {.segment_max_bytes = segment_max};
    drain_run(&w->ctx, input, how, &plain);
    assert_int_equal(plain.rc, WB_OK);
    assert_true(plain.tiled);
    assert_true(plain.placed);
    assert_true(plain.consistent);
    assert_true(wb_str_eq(wb_buf_str(&plain.copy.buf), input));
    for (int i = 0; i < 4; i++) {
        how.force_scalar = test_pick(state, 2) == 0;
        how.step_bytes = i == 0 ? 1 : test_pick(state, 200);
        how.window_bytes = 1 + test_pick(state, i == 1 ? 40 : 3000);
        struct drain other;
        drain_run(&w->ctx, input, how, &other);
        assert_int_equal(other.rc, WB_OK);
        assert_true(other.tiled);
        assert_true(other.placed);
        assert_true(wb_str_eq(wb_buf_str(&plain.log.buf), wb_buf_str(&other.log.buf)));
        drain_done(&other);
    }
    drain_done(&plain);
}

static void
test_any_cut(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    uint64_t state = 2026;
    uint32_t notices[WIRE_NOTICE_COUNT] = {0};
    for (int round = 0; round < 250; round++) {
        struct wb_str input = test_interchange(&w.ctx, &w.arena, &state);
        size_t segment_max = test_pick(&state, 3) == 0 ? 20 + test_pick(&state, 400) : 0;
        check_one(&w, input, &state, segment_max);
        check_one(&w, test_damage(&w.ctx, &w.arena, input, &state), &state, segment_max);
        struct drain seen;
        drain_run(&w.ctx, input, (struct drain_how){.segment_max_bytes = segment_max}, &seen);
        for (int i = 0; i < WIRE_NOTICE_COUNT; i++) {
            notices[i] += seen.notice_count[i];
        }
        drain_done(&seen);
        wb_arena_reset(&w.arena);
    }
    /* The input is worth something only when it provokes most of what there is. */
    int kinds = 0;
    for (int i = 0; i < WIRE_NOTICE_COUNT; i++) {
        kinds += notices[i] > 0 ? 1 : 0;
    }
    assert_true(kinds >= 12);
    wb_arena_done(&w.arena);
}

/* Bytes that are mostly separators and letters of headers. */
static void
test_soup(void **unused)
{
    (void)unused;
    static const char *const PIECES[] = {"ISA",
                                         "IEA",
                                         "*",
                                         "~",
                                         "\n",
                                         " ",
                                         ISA,
                                         "GS*",
                                         "ST*850*0001~",
                                         "BIN*9*",
                                         "BDS*A*3*",
                                         "UNB+",
                                         "\xEF\xBB\xBF",
                                         "^",
                                         ":",
                                         "A",
                                         "\0",
                                         "I",
                                         "B",
                                         "UNA",
                                         "UNB+UNOA:4+",
                                         "'",
                                         "UNA:+.? 'UNB+UNOC:3+A+B'",
                                         "UNZ+1+1'",
                                         "UNH+1+ORDERS:D'",
                                         "?",
                                         "+",
                                         "UNO+1+2+3+4'",
                                         "UNP+",
                                         "UNB",
                                         "\x1D",
                                         "UNT",
                                         "U",
                                         "UIB+"};
    struct world w;
    world_init(&w);
    uint64_t state = 7;
    for (int round = 0; round < 400; round++) {
        struct wb_out out;
        wb_out_init(&out, &w.ctx, -1, 1024 * 1024);
        for (size_t n = test_pick(&state, 40); n > 0; n--) {
            wb_out_text(&out, PIECES[test_pick(&state, sizeof PIECES / sizeof PIECES[0])]);
        }
        check_one(&w, wb_buf_str(&out.buf), &state, 0);
        wb_out_done(&out);
    }
    check_one(&w, (struct wb_str){NULL, 0}, &state, 0);
    wb_arena_done(&w.arena);
}

/* Written with other separators, drawn at random, and read again: the same tokens. */
static void
rewrite(struct world *w, struct wb_str input, uint64_t *state, struct wb_out *ret_out)
{
    struct wire_bytes used = {{0}};
    for (size_t i = 0; i < input.len; i++) {
        wire_bytes_add(&used, wb_str_sub(input, i, 1));
    }
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&w->ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    wb_out_init(ret_out, &w->ctx, -1, 64 * 1024 * 1024);
    struct wire_writer writer = {.out = NULL};
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        assert_int_equal(wire_next(&w->ctx, reader, &event, &segment, &notice), WB_OK);
        if (event == WIRE_INTERCHANGE) {
            struct wire_delims d;
            bool repeat = segment.delims->repeat != 0;
            assert_true(wire_delims_draw(&used, test_next(state), repeat, &d));
            wire_writer_init(&writer, ret_out, d);
        }
        if (event == WIRE_INTERCHANGE || event == WIRE_SEGMENT) {
            wire_copy(&writer, &segment);
        }
    }
    wire_close(reader);
    assert_int_equal(wb_out_finish(ret_out), WB_OK);
}

/* The tokens of all segments; of the ISA without the two that name separators. */
static struct wb_str
tokens_of(struct world *w, struct wb_str input, struct wb_out *out)
{
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&w->ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    wb_out_init(out, &w->ctx, -1, 64 * 1024 * 1024);
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice notice;
        assert_int_equal(wire_next(&w->ctx, reader, &event, &s, &notice), WB_OK);
        if (event != WIRE_INTERCHANGE && event != WIRE_SEGMENT) {
            continue;
        }
        wb_out_str(out, s.tag);
        for (uint32_t i = 0; i < s.token_count; i++) {
            const struct wire_token *t = &s.tokens[i];
            bool named = event == WIRE_INTERCHANGE && (t->element_no == 11 || t->element_no == 16);
            wb_out_printf(out, " %u.%u.%u.%u=", t->element_no, t->repeat_no, t->component_no,
                          t->flags);
            wb_out_str(out, named ? WB_LIT("separator") : wire_token_bytes(&s, t));
        }
        wb_out_printf(out, "|%zu\n", s.suffix.len);
    }
    wire_close(reader);
    return wb_buf_str(&out->buf);
}

static void
test_other_separators(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    uint64_t state = 99;
    for (int round = 0; round < 200; round++) {
        struct wb_out in;
        wb_out_init(&in, &w.ctx, -1, 1024 * 1024);
        /* Values full of what are separators by default; they are data here. */
        wb_out_text(&in, "ISA|00|          |00|          |ZZ|SENDER         |ZZ|RECEIVER       "
                         "|260311|1200|\\|00501|000000001|0|P|>!\r\n");
        for (size_t n = test_pick(&state, 20); n > 0; n--) {
            wb_out_printf(&in, "REF|%s|>|A*B>C:D\\E^F||~~%zu!\r\n", n % 2 == 0 ? "ISA" : "",
                          test_pick(&state, 1000));
        }
        wb_out_text(&in, "BIN|8|!|>\\!!|\n!\r\nIEA|0|000000001!\r\n");
        struct wb_out out;
        struct wb_out want;
        struct wb_out got;
        rewrite(&w, wb_buf_str(&in.buf), &state, &out);
        struct wb_str expected = tokens_of(&w, wb_buf_str(&in.buf), &want);
        assert_true(wb_str_eq(tokens_of(&w, wb_buf_str(&out.buf), &got), expected));
        assert_true(expected.len > 200);
        wb_out_done(&in);
        wb_out_done(&out);
        wb_out_done(&want);
        wb_out_done(&got);
    }
    wb_arena_done(&w.arena);
}

/* Every allocation and read made to fail once, and from there on: no crash, no leak, an error. */
static void
test_faults(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    uint64_t state = 5;
    struct wb_str input = test_interchange(&w.ctx, &w.arena, &state);
    for (uint64_t nth = 1; nth < 40; nth++) {
        struct wire_memory memory = {.bytes = input, .step = 40};
        struct wire_options options = {.window_bytes = 32};
        struct wire_reader *reader = NULL;
        wb_error_clear(&w.ctx);
        w.ctx.os.fault = (struct wb_os_fault){
            .nth = nth, .forever = nth % 2 == 0, .ops_mask = 1U << WB_OS_ALLOC};
        enum wb_rc rc = wire_open(&w.ctx, wire_source_memory(&memory), &options, &reader);
        enum wire_event event = WIRE_NOTICE;
        while (rc == WB_OK && event != WIRE_END) {
            struct wire_segment segment;
            struct wire_notice notice;
            rc = wire_next(&w.ctx, reader, &event, &segment, &notice);
        }
        bool failed = w.ctx.os.fault.seen >= nth;
        assert_int_equal(rc, failed ? WB_NOMEM : WB_OK);
        assert_int_equal(w.ctx.error.rc, rc);
        wire_close(reader);
        w.ctx.os.fault = (struct wb_os_fault){.nth = 0};
    }
    wb_arena_done(&w.arena);
}

/* Segments of EDIFACT without the UNA: their values, released characters taken away. */
static struct wb_str
values_of(struct world *w, struct wb_str input, struct wb_out *out)
{
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&w->ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    wb_out_init(out, &w->ctx, -1, 64 * 1024 * 1024);
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice notice;
        assert_int_equal(wire_next(&w->ctx, reader, &event, &s, &notice), WB_OK);
        if (event == WIRE_NOTICE) {
            wb_out_printf(out, "notice %d\n", notice.code);
        }
        if (event != WIRE_INTERCHANGE && event != WIRE_SEGMENT) {
            continue;
        }
        wb_out_printf(out, "%u ", s.delims->version);
        wb_out_str(out, s.tag);
        for (uint32_t i = 0; i < s.token_count; i++) {
            const struct wire_token *t = &s.tokens[i];
            wb_out_printf(out, " %u.%u.%u=", t->element_no, t->repeat_no, t->component_no);
            wb_out_str(out, wire_value(&w->ctx, &w->arena, &s, t));
        }
        wb_out_printf(out, "|%zu\n", s.suffix.len);
    }
    wire_close(reader);
    return wb_buf_str(&out->buf);
}

/* Any bytes; separators of all kinds among them. */
static struct wb_str
any_value(struct world *w, uint64_t *state)
{
    size_t len = test_pick(state, 9);
    char *at = wb_arena_array(&w->ctx, &w->arena, len + 1, 1);
    assert_non_null(at);
    for (size_t i = 0; i < len; i++) {
        at[i] =
            test_pick(state, 3) == 0 ? "'+:?*~ \n"[test_pick(state, 8)] : (char)test_next(state);
    }
    return (struct wb_str){at, len};
}

static enum wb_rc
put_any(struct world *w, struct wire_writer *writer, uint64_t *state)
{
    struct wb_str value = any_value(w, state);
    size_t kind = test_pick(state, writer->delims.repeat == 0 ? 4 : 5);
    if (kind < 3 || writer->element_no == 0) {
        return wire_put(&w->ctx, writer, value);
    }
    return kind == 3 ? wire_put_component(&w->ctx, writer, value)
                     : wire_put_repeat(&w->ctx, writer, value);
}

static void
write_edifact(struct world *w, struct wb_out *out, struct wire_delims d, uint64_t *state)
{
    struct wire_writer writer;
    wb_out_init(out, &w->ctx, -1, 64 * 1024 * 1024);
    wire_writer_init(&writer, out, d);
    writer.suffix = test_pick(state, 2) == 0 ? WB_LIT("") : WB_LIT("\r\n");
    writer.una = (enum wire_una)test_pick(state, 2);
    writer.keep_trailing = test_pick(state, 2) == 0;
    const char version[] = {'U', 'N', 'O', 'C', '\0', (char)('0' + d.version)};
    wire_begin(&writer, WB_LIT("UNB"));
    assert_int_equal(wire_put(&w->ctx, &writer, (struct wb_str){version, 4}), WB_OK);
    assert_int_equal(wire_put_component(&w->ctx, &writer, (struct wb_str){version + 5, 1}), WB_OK);
    assert_int_equal(wire_put(&w->ctx, &writer, WB_LIT("ME")), WB_OK);
    wire_end(&writer);
    for (size_t n = test_pick(state, 12); n > 0; n--) {
        wire_begin(&writer, WB_LIT("FTX"));
        for (size_t k = test_pick(state, 12); k > 0; k--) {
            assert_int_equal(put_any(w, &writer, state), WB_OK);
        }
        wire_end(&writer);
    }
    wire_begin(&writer, WB_LIT("UNZ"));
    wire_end(&writer);
    assert_int_equal(wb_out_finish(out), WB_OK);
}

/* The same bytes copied under separators drawn at random. */
static void
copy_edifact(struct world *w, struct wb_str input, uint64_t *state, struct wb_out *ret_out)
{
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    struct wire_writer writer = {.out = NULL};
    enum wire_event event = WIRE_NOTICE;
    assert_int_equal(wire_open(&w->ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    wb_out_init(ret_out, &w->ctx, -1, 64 * 1024 * 1024);
    while (event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice notice;
        assert_int_equal(wire_next(&w->ctx, reader, &event, &s, &notice), WB_OK);
        if (event == WIRE_INTERCHANGE) {
            wire_writer_init(&writer, ret_out,
                             wire_delims_draw_edifact(s.delims->version, test_next(state)));
        }
        if (event == WIRE_INTERCHANGE || event == WIRE_SEGMENT) {
            wire_copy(&writer, &s);
        }
    }
    wire_close(reader);
    assert_int_equal(wb_out_finish(ret_out), WB_OK);
}

/*
 * Whatever the bytes of the values are: written with separators drawn at random, what is read is
 * what was put, and stays so through a copy under others.
 */
static void
test_edifact_any_value(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    uint64_t state = 9735;
    for (int round = 0; round < 600; round++) {
        uint8_t version = (uint8_t)(1 + test_pick(&state, 4));
        uint64_t same = test_next(&state);
        struct wire_delims one = wire_delims_draw_edifact(version, test_next(&state));
        struct wire_delims two = round % 3 == 0 ? wire_delims_edifact(version)
                                                : wire_delims_draw_edifact(version, state);
        struct wb_out outs[3];
        struct wb_out reads[3];
        uint64_t seed = same;
        write_edifact(&w, &outs[0], one, &seed);
        seed = same;
        write_edifact(&w, &outs[1], two, &seed);
        copy_edifact(&w, wb_buf_str(&outs[0].buf), &state, &outs[2]);
        struct wb_str want = values_of(&w, wb_buf_str(&outs[0].buf), &reads[0]);
        for (int i = 1; i < 3; i++) {
            struct wb_str got = values_of(&w, wb_buf_str(&outs[i].buf), &reads[i]);
            assert_true(wb_str_eq(got, want));
        }
        assert_true(want.len > 20);
        for (int i = 0; i < 3; i++) {
            wb_out_done(&outs[i]);
            wb_out_done(&reads[i]);
        }
        wb_arena_reset(&w.arena);
    }
    wb_arena_done(&w.arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_cut),          cmocka_unit_test(test_soup),
        cmocka_unit_test(test_other_separators), cmocka_unit_test(test_edifact_any_value),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests_name("wire-laws", tests, NULL, NULL);
}
