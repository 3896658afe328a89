/* Errors, buffers, outputs and the JSON writer: what is written, where it stops, and what of it
 * reaches the file. */
#include "base/json_out.h"

#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
test_errors(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    wb_fail_context(&ctx, "nothing to add to");
    assert_int_equal(ctx.error.rc, WB_OK);
    assert_int_equal(wb_fail(&ctx, WB_LIMIT, "too many of %s", "them"), WB_LIMIT);
    assert_int_equal(wb_fail(&ctx, WB_IO, "a later one"), WB_IO);
    wb_fail_context(&ctx, "file %d", 7);
    assert_int_equal(ctx.error.rc, WB_LIMIT);
    assert_string_equal(ctx.error.text, "file 7: too many of them");
    wb_error_clear(&ctx);
    assert_int_equal(ctx.error.rc, WB_OK);
    /* However long, the text ends inside its array, and the cause is not pushed out as a whole. */
    (void)wb_fail(&ctx, WB_IO, "%0*d", 2000, 1); /* the point is the text */
    assert_int_equal(strlen(ctx.error.text), sizeof ctx.error.text - 1);
    wb_fail_context(&ctx, "before");
    assert_int_equal(strlen(ctx.error.text), sizeof ctx.error.text - 1);
    assert_memory_equal(ctx.error.text, "before: 000", 11);
    wb_fail_context(&ctx, "%0*d", 600, 2);
    assert_memory_equal(ctx.error.text, "before: 000", 11);
    assert_int_equal(wb_rc_exit(WB_OK), 0);
    assert_int_equal(wb_rc_exit(WB_INVALID), 2);
    assert_int_equal(wb_rc_exit(WB_AGAIN), 5);
    assert_int_equal(wb_rc_exit(WB_BUG), 70);
}

static void
test_buffer(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_buf buf;
    wb_ctx_init(&ctx);
    wb_buf_init(&buf, 1000);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(wb_buf_add(&ctx, &buf, WB_LIT("0123456789")), WB_OK);
    }
    assert_int_equal(wb_buf_str(&buf).len, 1000);
    assert_int_equal(wb_buf_add(&ctx, &buf, WB_LIT("x")), WB_NOMEM);
    assert_int_equal(wb_buf_add(&ctx, &buf, (struct wb_str){"", SIZE_MAX}), WB_NOMEM);
    assert_int_equal(buf.len, 1000);
    assert_memory_equal(buf.at + 990, "0123456789", 10);
    wb_buf_clear(&buf);
    assert_int_equal(wb_buf_add(&ctx, &buf, WB_LIT("abc")), WB_OK);
    assert_str(wb_buf_str(&buf), "abc");
    wb_buf_done(&buf);
    wb_buf_done(&buf);
    wb_buf_done(NULL);
}

static void
test_memory_output(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 2000);
    wb_out_text(&out, "a");
    wb_out_byte(&out, '\0');
    wb_out_fill(&out, '.', 200);
    wb_out_printf(&out, "%d", 5);
    wb_out_printf(&out, "%0*d", 300, 6);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    assert_int_equal(out.buf.len, 503);
    assert_true(out.written_bytes == 503);
    assert_memory_equal(out.buf.at, "a\0...", 5);
    assert_memory_equal(out.buf.at + 201, ".5000", 5);
    assert_int_equal(out.buf.at[502], '6');
    wb_out_fill(&out, 'x', SIZE_MAX);
    wb_out_text(&out, "later");
    assert_int_equal(wb_out_finish(&out), WB_NOMEM);
    assert_true(out.buf.len <= 2000);
    wb_out_done(&out);
    wb_out_done(NULL);
}

static void
test_safe(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 2000);
    wb_out_safe(
        &out,
        WB_LIT(
            "PO\x1b[31m\r\n\0\x7f|\xc3\xa9|\xe9|\xc2\x9b|\xc2\xa0|\xe2\x82|\xf0\x9f\x9a\x91\xff"));
    assert_int_equal(wb_out_finish(&out), WB_OK);
    assert_str(wb_buf_str(&out.buf),
               "PO\\x1B[31m\\x0D\\x0A\\x00\\x7F|\xc3\xa9|\\xE9|\\xC2\\x9B|\xc2\xa0"
               "|\\xE2\\x82|\xf0\x9f\x9a\x91\\xFF");
    wb_out_done(&out);
}

/* Writes a known text through an output in pieces of many sizes. */
static enum wb_rc
write_pieces(struct wb_ctx *ctx, const char *path, size_t total)
{
    int fd = -1;
    struct wb_out out;
    enum wb_rc rc = (enum wb_rc)wb_os_open_write(ctx, path, &fd);
    if (rc != WB_OK) {
        return rc;
    }
    static char pattern[200000];
    for (size_t i = 0; i < sizeof pattern; i++) {
        pattern[i] = (char)('a' + (int)(i % 26));
    }
    wb_out_init(&out, ctx, fd, 0);
    uint64_t seed = 8;
    size_t done = 0;
    while (done < total) {
        size_t piece = test_next(&seed) % (done % 3 == 0 ? 100000 : 100);
        piece = piece > total - done ? total - done : piece;
        wb_out_str(&out, (struct wb_str){pattern + done % 26, piece});
        done += piece;
    }
    rc = wb_out_finish(&out);
    assert_true(rc != WB_OK || out.written_bytes == total);
    wb_out_done(&out);
    const int close_rc = wb_os_close(ctx, fd);
    return rc == WB_OK ? (enum wb_rc)close_rc : rc;
}

static void
assert_pieces(const char *path, size_t total)
{
    const int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    static char got[600000];
    size_t len = 0;
    for (ssize_t now = 1; now > 0; len += (size_t)now) {
        now = read(fd, got + len, sizeof got - len);
        assert_true(now >= 0);
    }
    assert_int_equal(close(fd), 0);
    assert_int_equal(len, total);
    for (size_t i = 0; i < total; i++) {
        assert_int_equal(got[i], 'a' + (int)(i % 26));
    }
}

static void
test_file_output(void **state)
{
    (void)state;
    enum { TOTAL = 500000 };
    const uint32_t write_op = 1U << WB_OS_WRITE;
    struct wb_ctx ctx;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    test_dir_init(&dir);
    test_dir_path(&dir, "out", path);
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = write_op;
    assert_int_equal(write_pieces(&ctx, path, TOTAL), WB_OK);
    assert_pieces(path, TOTAL);
    const uint64_t calls = ctx.os.fault.seen;
    assert_in_range(calls, 4, 40);
    /* Short writes are continued, interrupted ones repeated. */
    ctx.os.fault =
        (struct wb_os_fault){.nth = 1, .forever = true, .ops_mask = write_op, .short_io = true};
    assert_int_equal(write_pieces(&ctx, path, TOTAL), WB_OK);
    assert_pieces(path, TOTAL);
    ctx.os.fault = (struct wb_os_fault){.nth = 2, .ops_mask = write_op, .errno_value = EINTR};
    assert_int_equal(write_pieces(&ctx, path, TOTAL), WB_OK);
    assert_pieces(path, TOTAL);
    for (uint64_t nth = 1; nth <= calls; nth++) {
        wb_ctx_init(&ctx);
        ctx.os.fault =
            (struct wb_os_fault){.nth = nth, .ops_mask = write_op, .errno_value = ENOSPC};
        assert_int_equal(write_pieces(&ctx, path, TOTAL), WB_IO);
        assert_non_null(strstr(ctx.error.text, "No space left"));
    }
    test_dir_done(&dir);
}

static void
test_held_output(void **state)
{
    (void)state;
    enum { HOLD = 200000 };
    struct wb_ctx ctx;
    struct wb_out out;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    int fd = -1;
    test_dir_init(&dir);
    test_dir_path(&dir, "out", path);
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = 1U << WB_OS_WRITE;
    assert_int_equal(wb_os_open_write(&ctx, path, &fd), WB_OK);
    wb_out_init_held(&out, &ctx, fd, HOLD);
    wb_out_fill(&out, 'x', HOLD);
    assert_true(ctx.os.fault.seen == 0);
    assert_true(wb_out_drop(&out)); /* nothing of it was written */
    assert_true(out.written_bytes == 0);
    for (size_t i = 0; i < HOLD + 1; i++) {
        wb_out_byte(&out, (char)('a' + i % 26));
    }
    assert_true(ctx.os.fault.seen > 0);
    assert_false(wb_out_drop(&out)); /* what was written stays */
    assert_true(out.written_bytes == HOLD);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    assert_int_equal(wb_os_close(&ctx, fd), WB_OK);
    assert_pieces(path, HOLD);
    wb_out_done(&out);
    test_dir_done(&dir);
}

static void
write_sample(struct wb_json *json)
{
    wb_json_object(json);
    wb_json_member(json, "schema", WB_LIT("waybill/test/1"));
    wb_json_name(json, WB_LIT("lines"));
    wb_json_array(json);
    wb_json_dec(json, (struct wb_dec){1250, 2});
    wb_json_int(json, INT64_MIN);
    wb_json_bool(json, true);
    wb_json_bool(json, false);
    wb_json_null(json);
    wb_json_object(json);
    wb_json_object_end(json);
    wb_json_array(json);
    wb_json_array_end(json);
    wb_json_array_end(json);
    wb_json_member_int(json, "count", 7);
    wb_json_object_end(json);
}

/* Two writers of one array: the second one goes on where the first one is taken to have written. */
static void
test_json_continue(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    struct wb_json json;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 10000);
    wb_json_init(&json, &out, true);
    wb_json_array(&json);
    wb_out_text(&out, "\n  1");
    wb_json_continue(&json);
    wb_json_int(&json, 2);
    wb_json_array_end(&json);
    assert_str(wb_buf_str(&out.buf), "[\n  1,\n  2\n]\n");
    wb_out_done(&out);
}

static void
test_json_forms(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    struct wb_json json;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 10000);
    wb_json_init(&json, &out, false);
    write_sample(&json);
    write_sample(&json);
    const char *const line =
        "{\"schema\":\"waybill/test/1\",\"lines\":[\"12.50\",-9223372036854775808,"
        "true,false,null,{},[]],\"count\":7}\n";
    const size_t len = strlen(line);
    assert_int_equal(out.buf.len, 2 * len);
    assert_memory_equal(out.buf.at, line, len);
    assert_memory_equal(out.buf.at + len, line, len);
    wb_buf_clear(&out.buf);
    wb_json_init(&json, &out, true);
    write_sample(&json);
    assert_str(wb_buf_str(&out.buf),
               "{\n  \"schema\": \"waybill/test/1\",\n  \"lines\": [\n    \"12.50\",\n"
               "    -9223372036854775808,\n    true,\n    false,\n    null,\n    {},\n"
               "    []\n  ],\n  \"count\": 7\n}\n");
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_done(&out);
}

static void
test_json_compact(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out tall;
    struct wb_out out;
    struct wb_json json;
    wb_ctx_init(&ctx);
    wb_out_init(&tall, &ctx, -1, 10000);
    wb_out_init(&out, &ctx, -1, 10000);
    for (int i = 0; i < 2; i++) {
        wb_json_init(&json, i == 0 ? &tall : &out, i == 0);
        wb_json_object(&json);
        wb_json_member(&json, "a b\" : \\", WB_LIT(" \", \\\" { : \n"));
        wb_json_name(&json, WB_LIT("sample"));
        write_sample(&json);
        wb_json_object_end(&json);
    }
    const size_t len = out.buf.len;
    wb_json_compact(&out, wb_buf_str(&tall.buf));
    assert_int_equal(out.buf.len, 2 * len);
    assert_memory_equal(out.buf.at, out.buf.at + len, len);
    wb_out_done(&tall);
    wb_out_done(&out);
}

/* Whatever the buffer has room for, and wherever what must be escaped stands, it is the same. */
static void
test_json_any_room(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    struct wb_json json;
    char text[24];
    wb_ctx_init(&ctx);
    for (size_t room = 0; room < 40; room++) {
        for (size_t at = 0; at < sizeof text; at++) {
            static const char odd[] = {'"', '\\', '\x1f', '\x7f', '\xe9'};
            static const char *const spelled[] = {"\\\"", "\\\\", "\\u001f", "\\u007f", "\xc3\xa9"};
            char want[64];
            memset(text, '~', sizeof text);
            text[at] = odd[at % sizeof odd];
            (void)snprintf(want, sizeof want, "\"%.*s%s%.*s\"\n", (int)at, text,
                           spelled[at % sizeof odd], (int)(sizeof text - at - 1), text + at + 1);
            wb_out_init(&out, &ctx, -1, 1000);
            wb_out_fill(&out, ' ', 256 - room); /* what a buffer has at first */
            wb_json_init(&json, &out, false);
            wb_json_str(&json, (struct wb_str){text, sizeof text});
            assert_str(wb_str_sub(wb_buf_str(&out.buf), 256 - room, 1000), want);
            wb_out_done(&out);
        }
    }
}

static void
test_json_escapes(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    struct wb_json json;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 10000);
    wb_json_init(&json, &out, false);
    wb_json_str(
        &json,
        WB_LIT("\"\\/\b\n\r\t\x1b\0\x7f\xc2\x85|\xc3\xa9|\xe9|\xff\xfe|\xe2\x82|\xed\xa0\x80|"
               "\xf0\x9f\x9a\x91"));
    assert_str(wb_buf_str(&out.buf),
               "\"\\\"\\\\/"
               "\\u0008\\n\\r\\t\\u001b\\u0000\\u007f\\u0085|\xc3\xa9|\xc3\xa9|\xc3\xbf\xc3\xbe|"
               "\xc3\xa2\\u0082|\xc3\xad\xc2\xa0\\u0080|\xf0\x9f\x9a\x91\"\n");
    wb_out_done(&out);
}

static void
test_json_depth(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    struct wb_json json;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 10000);
    wb_json_init(&json, &out, false);
    for (unsigned i = 0; i < WB_JSON_DEPTH_MAX; i++) {
        wb_json_array(&json);
    }
    for (unsigned i = 0; i < WB_JSON_DEPTH_MAX; i++) {
        wb_json_array_end(&json);
    }
    assert_int_equal(out.buf.len, 2 * WB_JSON_DEPTH_MAX + 1);
    wb_out_done(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),        cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_memory_output), cmocka_unit_test(test_safe),
        cmocka_unit_test(test_file_output),   cmocka_unit_test(test_json_forms),
        cmocka_unit_test(test_json_escapes),  cmocka_unit_test(test_json_depth),
        cmocka_unit_test(test_held_output),   cmocka_unit_test(test_json_compact),
        cmocka_unit_test(test_json_any_room), cmocka_unit_test(test_json_continue),
    };
    return cmocka_run_group_tests_name("base-out", tests, NULL, NULL);
}
