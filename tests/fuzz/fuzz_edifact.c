/*
 * EDIFACT on arbitrary bytes. The first three bytes choose window, cut and the separators to write
 * with. What follows is read by the plain kernel and the best one, as in fuzz_scan; when all of it
 * is EDIFACT it is written with other separators and has to read back to the same values. Each
 * value goes through the character sets: what one can write it reads back.
 */
#include <stdlib.h>
#include <string.h>

#include "drain.h"
#include "wire/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_BYTES = 64 * 1024 * 1024, ARENA_BYTES = 256 * 1024 * 1024 };

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void
require_laws(const struct drain *d, struct wb_str input)
{
    require(d->rc == WB_OK);
    require(d->tiled);
    require(d->placed);
    require(d->consistent);
    require(wb_str_eq(wb_buf_str(&d->copy.buf), input));
}

/* Whatever a value is: decoded, then encoded where the set has all of it, it is the same text. */
static void
check_charsets(struct wb_ctx *ctx, struct wb_str value)
{
    struct wb_arena arena;
    wb_arena_init(&arena, ARENA_BYTES);
    for (int i = 0; i < WIRE_CHARSET_COUNT; i++) {
        enum wire_charset charset = (enum wire_charset)i;
        struct wb_str text;
        struct wb_str bytes;
        struct wb_str again;
        struct wire_charset_fault fault;
        uint64_t replaced = 0;
        require(wire_charset_decode(ctx, &arena, charset, value, &text, &fault) == WB_OK);
        require(fault.count <= value.len && fault.at <= value.len);
        enum wb_rc rc = wire_charset_encode(ctx, &arena, charset, text, 0, &bytes, &replaced);
        require(rc == WB_OK || (rc == WB_INVALID && fault.count > 0));
        if (rc == WB_OK) {
            require(wire_charset_decode(ctx, &arena, charset, bytes, &again, &fault) == WB_OK);
            require(fault.count == 0 && wb_str_eq(again, text));
        }
        wb_error_clear(ctx);
        wb_arena_reset(&arena);
    }
    wb_arena_done(&arena);
}

/* Values of an input, one line a segment; false when it is not EDIFACT from end to end. */
static bool
values_of(struct wb_ctx *ctx, struct wb_str input, struct wb_out *out, struct wb_out *copy,
          uint64_t random)
{
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    struct wire_writer writer;
    struct wb_arena arena;
    wb_arena_init(&arena, ARENA_BYTES);
    require(wire_open(ctx, wire_source_memory(&memory), NULL, &reader) == WB_OK);
    enum wire_event event = WIRE_INTERCHANGE;
    bool edifact = true;
    while (edifact && event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice notice;
        require(wire_next(ctx, reader, &event, &s, &notice) == WB_OK);
        if (event == WIRE_END) {
            break;
        }
        /* A tag is written as it stands, so one with odd bytes may read otherwise; so may what has
         * the tag of a header and is none. */
        bool odd = event != WIRE_NOTICE && s.tag.len > 3;
        odd = odd || (event == WIRE_SEGMENT &&
                      (wb_str_eq(s.tag, WB_LIT("UNA")) || wb_str_eq(s.tag, WB_LIT("UNB")) ||
                       wb_str_eq(s.tag, WB_LIT("UIB")) || wb_str_eq(s.tag, WB_LIT("ISA"))));
        for (size_t i = 0; !odd && event != WIRE_NOTICE && i < s.tag.len; i++) {
            odd = s.tag.at[i] < 'A' || s.tag.at[i] > 'Z';
        }
        edifact = event != WIRE_NOTICE && !odd && s.delims->syntax == WIRE_EDIFACT;
        if (!edifact) {
            break;
        }
        if (event == WIRE_INTERCHANGE && copy != NULL) {
            /* One for repeats only where there was one. */
            struct wire_delims d = wire_delims_draw_edifact(s.delims->repeat == 0 ? 3 : 4, random);
            d.version = s.delims->version;
            wire_writer_init(&writer, copy, d);
        }
        if (copy != NULL) {
            wire_copy(&writer, &s);
        }
        wb_out_str(out, s.tag);
        for (uint32_t i = 0; i < s.token_count; i++) {
            const struct wire_token *t = &s.tokens[i];
            struct wb_str value = wire_value(ctx, &arena, &s, t);
            wb_out_printf(out, " %u.%u.%u=", t->element_no, t->repeat_no, t->component_no);
            wb_out_str(out, value);
            if (copy != NULL && value.len < 200) {
                check_charsets(ctx, value);
            }
        }
        wb_out_text(out, "\n");
        wb_arena_reset(&arena);
    }
    wire_close(reader);
    wb_arena_done(&arena);
    return edifact;
}

static void
check_rewritten(struct wb_ctx *ctx, struct wb_str input, uint64_t random)
{
    struct wb_out want;
    struct wb_out got;
    struct wb_out copy;
    wb_out_init(&want, ctx, -1, OUT_BYTES);
    wb_out_init(&got, ctx, -1, OUT_BYTES);
    wb_out_init(&copy, ctx, -1, OUT_BYTES);
    if (values_of(ctx, input, &want, &copy, random)) {
        require(wb_out_finish(&copy) == WB_OK);
        require(values_of(ctx, wb_buf_str(&copy.buf), &got, NULL, 0));
        require(wb_str_eq(wb_buf_str(&want.buf), wb_buf_str(&got.buf)));
    }
    wb_error_clear(ctx);
    wb_out_done(&want);
    wb_out_done(&got);
    wb_out_done(&copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4) {
        return 0;
    }
    struct wb_ctx ctx;
    struct wb_str input = {(const char *)data + 3, size - 3};
    struct drain_how how = {.window_bytes = 1U + data[0] * 4U,
                            .step_bytes = data[1],
                            .segment_max_bytes = data[0] % 4 == 0 ? 16U + data[2] : 0};
    struct drain plain;
    struct drain fast;
    wb_ctx_init(&ctx);
    drain_run(&ctx, input, how, &fast);
    require_laws(&fast, input);
    how = (struct drain_how){.force_scalar = true, .segment_max_bytes = how.segment_max_bytes};
    drain_run(&ctx, input, how, &plain);
    require_laws(&plain, input);
    require(wb_str_eq(wb_buf_str(&plain.log.buf), wb_buf_str(&fast.log.buf)));
    drain_done(&plain);
    drain_done(&fast);
    check_rewritten(&ctx, input, data[2] * UINT64_C(0x9E3779B97F4A7C15));
    return 0;
}
