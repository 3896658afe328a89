/*
 * Laws that hold for any input: how the bytes arrive changes nothing; a message read into a tree is
 * written back as it was; when memory runs out we say so and stop. Planted defects are in
 * tests/generate.
 */
#include "check_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/rules.h"

static const char *const ORDERS[] = {"850-medsup-order.edi",
                                     "850-minimal.edi",
                                     "850-multi.edi",
                                     "850-traps.edi",
                                     "850-newline-terminator.edi",
                                     "850-unpadded-isa.edi",
                                     "850-pipe-separators.edi",
                                     "850-bad.edi"};

static void
same_log(struct test_fix *fix, struct wb_str bytes, const char *what)
{
    static const struct test_how HOWS[] = {
        {.step_bytes = 1}, {.step_bytes = 7}, {.step_bytes = 107}, {.scalar = true}};
    const struct test_how whole = {.want_segments = true};
    const struct test_run *once = test_check(fix, bytes, &whole);
    for (size_t i = 0; i < sizeof HOWS / sizeof HOWS[0]; i++) {
        struct test_how how = HOWS[i];
        how.want_segments = true;
        how.want_trees = i % 2 == 0;
        const struct test_run *run = test_check(fix, bytes, &how);
        if (!wb_str_eq(run->log, once->log)) {
            fail_msg("%s: way %zu gives other events", what, i);
        }
    }
}

static void
test_chunks(void **state)
{
    struct test_fix *fix = *state;
    for (size_t i = 0; i < sizeof ORDERS / sizeof ORDERS[0]; i++) {
        same_log(fix, test_fixture(fix, ORDERS[i]), ORDERS[i]);
    }
    const char *root = getenv("WAYBILL_SOURCE");
    char path[1024];
    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/fixtures/x12/findings", root);
    struct wb_str *names = NULL;
    size_t count = 0;
    assert_int_equal(wb_os_list(&fix->ctx, &fix->arena, path, &names, &count), 0);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "findings/" WB_FMT, WB_ARG(names[i]));
        same_log(fix, test_fixture(fix, path), path);
    }
}

/* read -> tree -> write gives the message's bytes, less trailing empties. */
static void
tree_law(struct test_fix *fix, struct wb_str bytes, const char *what)
{
    struct wb_ctx *ctx = &fix->ctx;
    struct wire_memory memory = {.bytes = bytes};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    const struct check_options options = {.want_trees = true};
    struct check *check = NULL;
    assert_int_equal(check_open(ctx, reader, &options, &check), WB_OK);
    struct check_event e = {.kind = CHECK_FINDING};
    size_t trees = 0;
    while (e.kind != CHECK_END) {
        assert_int_equal(check_next(ctx, check, &e), WB_OK);
        if (e.kind != CHECK_MESSAGE_END || e.message->tree == NULL ||
            e.message->tree->strays != NULL) {
            continue;
        }
        struct wb_out out;
        struct wire_writer writer;
        wb_out_init(&out, ctx, -1, 16 * 1024 * 1024);
        wire_writer_init(&writer, &out, e.message->tree->delims);
        assert_int_equal(tree_write(ctx, e.message->tree, &writer), WB_OK);
        const struct wb_str written = wb_buf_str(&out.buf);
        /* Line ends between segments are no part of the message. */
        size_t at = (size_t)e.message->at;
        for (size_t k = 0; k < written.len; k++) {
            while (at < bytes.len && bytes.at[at] != written.at[k] &&
                   (bytes.at[at] == '\n' || bytes.at[at] == '\r')) {
                at++;
            }
            if (at >= bytes.len || bytes.at[at] != written.at[k]) {
                fail_msg("%s: written differently at %zu", what, k);
            }
            at++;
        }
        trees++;
        wb_out_done(&out);
    }
    assert_true(trees > 0);
    check_close(check);
    wire_close(reader);
}

static void
test_trees(void **state)
{
    struct test_fix *fix = *state;
    for (size_t i = 0; i < 7; i++) {
        tree_law(fix, test_fixture(fix, ORDERS[i]), ORDERS[i]);
    }
    tree_law(fix, test_order(fix, TEST_BEG "REF*CT*A>B*C>*CT>1>DP>2~REF*CT*>**CT>1~" TEST_PO1),
             "composites and separators in text");
}

/* One run with the n-th allocation failing. Returns false when there was no n-th. */
static bool
run_out(struct test_fix *fix, struct wb_str bytes, uint64_t nth)
{
    struct wb_ctx *ctx = &fix->ctx;
    wb_error_clear(ctx);
    ctx->os.fault = (struct wb_os_fault){.nth = nth, .ops_mask = 1u << WB_OS_ALLOC};
    struct wire_memory memory = {.bytes = bytes};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    struct ack *ack = NULL;
    struct wb_out out;
    wb_out_init(&out, ctx, -1, 1024 * 1024);
    const struct check_options options = {
        .want_trees = true, .want_segments = true, .keep_findings = true};
    const struct ack_options ack_options = {.control_no = 1, .list_accepted = true};
    enum wb_rc rc = wire_open(ctx, wire_source_memory(&memory), NULL, &reader);
    if (rc == WB_OK) {
        rc = check_open(ctx, reader, &options, &check);
    }
    if (rc == WB_OK) {
        rc = ack_open(ctx, &ack_options, &out, &ack);
    }
    struct check_event event = {.kind = CHECK_FINDING};
    while (rc == WB_OK && event.kind != CHECK_END) {
        rc = check_next(ctx, check, &event);
        if (rc == WB_OK) {
            rc = ack_event(ctx, ack, &event);
        }
    }
    if (rc == WB_OK) {
        rc = wb_out_finish(&out);
    }
    const bool failed = ctx->os.fault.seen >= nth;
    ctx->os.fault = (struct wb_os_fault){.nth = 0};
    assert_int_equal(rc != WB_OK, failed);
    assert_int_equal(ctx->error.rc != WB_OK, failed);
    ack_close(ack);
    check_close(check);
    wire_close(reader);
    wb_out_done(&out);
    return failed;
}

static void
test_memory_runs_out(void **state)
{
    struct test_fix *fix = *state;
    struct wb_str text = test_fixture(fix, "850-bad.edi");
    uint64_t nth = 1;
    while (run_out(fix, text, nth)) {
        nth++;
    }
    assert_true(nth > 10);
    text = test_order(fix, TEST_BEG "QQQ*1~CUR*BY*USD~CUR*BY*USD~REF*CT*A>B~" TEST_PO1);
    for (nth = 1; run_out(fix, text, nth); nth++) {
        assert_true(nth < 1000);
    }
}

/* `count` times `segment` between BEG and PO1. */
static struct wb_str
flood(struct test_fix *fix, const char *segment, size_t count)
{
    struct wb_out out;
    wb_out_init(&out, &fix->ctx, -1, 64 * 1024 * 1024);
    wb_out_text(&out, TEST_BEG);
    for (size_t i = 0; i < count; i++) {
        wb_out_text(&out, segment);
    }
    wb_out_text(&out, TEST_PO1);
    wb_out_byte(&out, '\0');
    const struct wb_str text = test_order(fix, out.buf.at);
    wb_out_done(&out);
    return text;
}

/* A message too large for a tree is checked like any other. */
static void
test_too_large_for_a_tree(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str text = flood(fix, "REF*CT*THE SAME REFERENCE AGAIN~QQQ~", 20000);
    const struct test_how roomy = {.want_trees = true};
    const struct test_run *run = test_check(fix, text, &roomy);
    assert_int_equal(run->trees, 1);
    assert_int_equal(run->messages[0].errors, 20000);
    const struct test_how tight = {.want_trees = true, .message_bytes_max = 3 * 1024 * 1024};
    run = test_check(fix, text, &tight);
    assert_int_equal(run->trees, 0);
    assert_int_equal(run->too_large, 1);
    assert_int_equal(run->messages[0].errors, 20000);
    assert_int_equal(run->messages[0].segment_count, 40004);
}

/* Defects by the hundred thousand: what is not listed costs little, and all are counted. */
static void
test_floods(void **state)
{
    struct test_fix *fix = *state;
    static const char *const SEGMENTS[] = {"Q~", "N3*A~REF*CT*1~", "N9*L1*X~CUR*BY*USD~",
                                           "REF*!!*\t~"};
    static const uint64_t ERRORS[] = {100000, 100000, 100000, 200000};
    for (size_t i = 0; i < sizeof SEGMENTS / sizeof SEGMENTS[0]; i++) {
        const struct test_run *run = test_check(fix, flood(fix, SEGMENTS[i], 100000), NULL);
        assert_in_range(run->messages[0].errors, ERRORS[i], ERRORS[i] + 1);
        assert_in_range(run->finding_count, 1000, 1300);
    }
}

/* An interchange without end: the message of an order again and again, each with the next control
 * number. */
struct endless {
    char text[4096];
    size_t len;
    size_t at;
    unsigned sent;
    unsigned count_max;
};

static enum wb_rc
endless_read(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    struct endless *e = self;
    (void)ctx; /* nothing here fails */
    if (e->at == e->len && e->sent <= e->count_max) {
        const unsigned no = e->sent++;
        const int len = snprintf(e->text, sizeof e->text, "%sST*850*%04u~%s%s%s%s%sSE*7*%04u~",
                                 no == 0 ? TEST_ISA TEST_GS : "", no + 1, TEST_BEG,
                                 "REF*CT*THE SAME REFERENCE AGAIN AND AGAIN~", "N1*ST*DOCK 3~",
                                 TEST_PO1, "PID*F****EXAM GLOVE~", no + 1);
        e->len = (size_t)len;
        e->at = 0;
    }
    const size_t left = e->len - e->at;
    *ret_len = left < cap ? left : cap;
    if (*ret_len > 0) {
        memcpy(at, e->text + e->at, *ret_len);
    }
    e->at += *ret_len;
    return WB_OK;
}

/*
 * Entry 1: memory does not grow with the file. Once the first messages have been seen nothing is
 * allocated any more, with or without trees.
 */
static void
test_memory_is_flat(void **state)
{
    struct test_fix *fix = *state;
    struct wb_ctx *ctx = &fix->ctx;
    for (int trees = 0; trees < 2; trees++) {
        struct endless endless = {.count_max = 20000};
        struct wire_reader *reader = NULL;
        struct check *check = NULL;
        const struct check_options options = {.want_trees = trees == 1, .keep_findings = true};
        const struct wire_source source = {endless_read, &endless};
        assert_int_equal(wire_open(ctx, source, NULL, &reader), WB_OK);
        assert_int_equal(check_open(ctx, reader, &options, &check), WB_OK);
        ctx->os.fault = (struct wb_os_fault){.ops_mask = 1u << WB_OS_ALLOC};
        uint64_t warm = 0;
        uint32_t messages = 0;
        struct check_event event = {.kind = CHECK_FINDING};
        while (event.kind != CHECK_END) {
            assert_int_equal(check_next(ctx, check, &event), WB_OK);
            messages += event.kind == CHECK_MESSAGE_END;
            warm = messages <= 1000 ? ctx->os.fault.seen : warm;
        }
        assert_int_equal(messages, 20001);
        assert_int_equal(ctx->os.fault.seen, warm);
        ctx->os.fault = (struct wb_os_fault){.nth = 0};
        check_close(check);
        wire_close(reader);
    }
}

/* The compares of the relational notes against their words, over all that can be there. */
static void
test_notes(void **state)
{
    (void)state;
    const struct check_note note = {.all = 0x16, .first = 0x04};
    for (uint64_t there = 0; there < 32; there++) {
        const int count = ((there & 2) != 0) + ((there & 4) != 0) + ((there & 16) != 0);
        const bool first = (there & 4) != 0;
        struct check_note n = note;
        n.kind = 'P';
        assert_int_equal(check_note_broken(&n, there), count == 1 || count == 2);
        n.kind = 'R';
        assert_int_equal(check_note_broken(&n, there), count == 0);
        n.kind = 'E';
        assert_int_equal(check_note_broken(&n, there), count > 1);
        n.kind = 'C';
        assert_int_equal(check_note_broken(&n, there), first && count < 3);
        n.kind = 'L';
        assert_int_equal(check_note_broken(&n, there), first && count < 2);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chunks, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_trees, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_too_large_for_a_tree, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_floods, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_memory_is_flat, test_setup, test_teardown),
        cmocka_unit_test(test_notes),
        cmocka_unit_test_setup_teardown(test_memory_runs_out, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
