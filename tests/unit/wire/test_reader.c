/*
 * What the reader makes of each oddity: <name>.edi in fixtures/x12/wire and fixtures/edifact/wire
 * gives exactly the events of <name>.events. Names with a number answer the lists of partner quirks
 * and of users' pains. With WAYBILL_BLESS set the events are written anew, to be read by a person
 * before they are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "wire_test.h"

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    const char *dir;
};

static void
check_case(struct world *w, struct wb_str name)
{
    struct wb_str stem = wb_str_sub(name, 0, name.len - 4);
    struct wb_str events =
        wb_arena_printf(&w->ctx, &w->arena, "%s/" WB_FMT ".events", w->dir, WB_ARG(stem));
    struct wb_str path = wb_arena_printf(&w->ctx, &w->arena, "%s/" WB_FMT, w->dir, WB_ARG(name));
    struct wb_str input = {NULL, 0};
    assert_int_equal(wb_os_read_file(&w->ctx, &w->arena, path.at, 1024 * 1024, &input), WB_OK);
    struct drain d;
    drain_run(&w->ctx, input, (struct drain_how){.step_bytes = 0}, &d);
    assert_int_equal(d.rc, WB_OK);
    assert_true(d.tiled);
    assert_true(d.placed);
    assert_true(d.consistent);
    assert_true(wb_str_eq(wb_buf_str(&d.copy.buf), input));
    struct wb_str log = wb_buf_str(&d.log.buf);
    if (getenv("WAYBILL_BLESS") != NULL) {
        assert_int_equal(wb_os_replace_file(&w->ctx, events.at, log), WB_OK);
    }
    struct wb_str want = {NULL, 0};
    assert_int_equal(wb_os_read_file(&w->ctx, &w->arena, events.at, 1024 * 1024, &want), WB_OK);
    if (!wb_str_eq(log, want)) {
        print_message("got\n" WB_FMT, WB_ARG(log));
        fail_msg(WB_FMT, WB_ARG(name));
    }
    drain_done(&d);
}

static void
check_folder(const char *under, size_t least)
{
    const char *source = getenv("WAYBILL_SOURCE");
    struct world w;
    wb_ctx_init(&w.ctx);
    wb_arena_init(&w.arena, 64 * 1024 * 1024);
    w.dir = wb_arena_printf(&w.ctx, &w.arena, "%s/%s", source == NULL ? "." : source, under).at;
    struct wb_str *names = NULL;
    size_t count = 0;
    size_t cases = 0;
    assert_int_equal(wb_os_list(&w.ctx, &w.arena, w.dir, &names, &count), WB_OK);
    for (size_t i = 0; i < count; i++) {
        if (wb_str_ends(names[i], WB_LIT(".edi"))) {
            check_case(&w, names[i]);
            cases++;
        }
    }
    print_message("%zu cases\n", cases);
    assert_true(cases >= least);
    wb_arena_done(&w.arena);
}

static void
test_x12_cases(void **unused)
{
    (void)unused;
    check_folder("fixtures/x12/wire", 45);
}

static void
test_edifact_cases(void **unused)
{
    (void)unused;
    check_folder("fixtures/edifact/wire", 30);
}

struct fake {
    int reads;
};

static enum wb_rc
read_then_fail(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    struct fake *fake = self;
    if (fake->reads++ > 0) {
        return wb_fail(ctx, WB_IO, "the disk is gone");
    }
    assert_true(cap >= 4);
    memcpy(at, "ISA*", 4);
    *ret_len = 4;
    return WB_OK;
}

/* Our own failure is an error, with the text of whoever failed. */
static void
test_read_error(void **unused)
{
    (void)unused;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    struct fake fake = {.reads = 0};
    struct wire_source source = {.read = read_then_fail, .self = &fake};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&ctx, source, NULL, &reader), WB_OK);
    enum wire_event event;
    struct wire_segment segment;
    struct wire_notice notice;
    assert_int_equal(wire_next(&ctx, reader, &event, &segment, &notice), WB_IO);
    assert_string_equal(ctx.error.text, "the disk is gone");
    wire_close(reader);
    wire_close(NULL);
}

/* The end stays the end, and a place that has left the window is not made up. */
static void
test_end_and_places(void **unused)
{
    (void)unused;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    struct wb_out out;
    wb_out_init(&out, &ctx, -1, 1024 * 1024);
    wb_out_text(&out, ISA "\n");
    for (int i = 0; i < 1000; i++) {
        wb_out_text(&out, "REF*DP*038~\n");
    }
    wb_out_text(&out, "IEA*0*000000001~\n");
    struct wire_memory memory = {.bytes = wb_buf_str(&out.buf), .step = 100};
    struct wire_options options = {.window_bytes = 1000};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&ctx, wire_source_memory(&memory), &options, &reader), WB_OK);
    enum wire_event event = WIRE_NOTICE;
    struct wire_segment s = {.at = 0};
    struct wire_notice notice;
    uint64_t last = 0;
    while (event != WIRE_END) {
        last = s.at;
        assert_int_equal(wire_next(&ctx, reader, &event, &s, &notice), WB_OK);
    }
    uint64_t line = 0;
    uint64_t column = 0;
    wire_place(reader, last + 4, &line, &column);
    assert_int_equal(line, 1002);
    assert_int_equal(column, 5);
    wire_place(reader, 3, &line, &column);
    assert_int_equal(line, 0);
    assert_int_equal(column, 0);
    assert_int_equal(wire_next(&ctx, reader, &event, &s, &notice), WB_OK);
    assert_int_equal(event, WIRE_END);
    wire_close(reader);
    wb_out_done(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_x12_cases),
        cmocka_unit_test(test_edifact_cases),
        cmocka_unit_test(test_read_error),
        cmocka_unit_test(test_end_and_places),
    };
    return cmocka_run_group_tests_name("wire-reader", tests, NULL, NULL);
}
