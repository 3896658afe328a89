/*
 * Bytes that are in no segment: noise between interchanges, empty segments, segments over the
 * limit. Each is gathered into one notice while it streams by, so the window does not grow with it.
 */
#include <string.h>

#include "wire/skip_priv.h"

/* How far behind an unusable header a message is looked for. */
enum { FRAGMENT_NEAR = 1024 };

struct wire_run
wire_run_begin(struct wire_reader *r)
{
    struct wire_run run = {.at = wire_reader_at(r)};
    run.spot = wire_window_spot(&r->window, run.at);
    return run;
}

void
wire_run_take(struct wire_reader *r, struct wire_run *run, size_t count)
{
    if (run->len < WIRE_VALUE_MAX) {
        size_t room = WIRE_VALUE_MAX - (size_t)run->len;
        memcpy(run->value + run->len, r->window.at + r->from, count < room ? count : room);
    }
    run->len += count;
    r->from += count;
}

void
wire_run_note(struct wire_reader *r, const struct wire_run *run, enum wire_notice_code code)
{
    struct wire_pending *p = wire_reader_push(r, code, run->at, run->len);
    memcpy(p->value, run->value, sizeof p->value);
    size_t shown = run->len < WIRE_VALUE_MAX ? (size_t)run->len : WIRE_VALUE_MAX;
    p->notice.value = (struct wb_str){p->value, shown};
    p->notice.skipped = true;
    p->spot = run->spot;
}

enum wb_rc
wire_run_take_set(struct wb_ctx *ctx, struct wire_reader *r, struct wire_run *run,
                  const bool set[256])
{
    for (;;) {
        struct wb_str left = wire_reader_rest(r);
        size_t len = 0;
        while (len < left.len && set[(uint8_t)left.at[len]]) {
            len++;
        }
        wire_run_take(r, run, len);
        if (len < left.len || r->window.ended) {
            return WB_OK;
        }
        enum wb_rc rc = wire_reader_more(ctx, r);
        if (rc != WB_OK) {
            return rc;
        }
    }
}

/* Covers bytes up to the terminator, or all. A released terminator is none. */
static enum wb_rc
take_segment(struct wb_ctx *ctx, struct wire_reader *r, struct wire_run *run)
{
    bool plain[256];
    memset(plain, true, sizeof plain);
    plain[r->delims.segment] = false;
    plain[r->delims.release] = plain[r->delims.release] && r->delims.release == 0;
    for (;;) {
        enum wb_rc rc = wire_run_take_set(ctx, r, run, plain);
        if (rc == WB_OK) {
            rc = wire_reader_need(ctx, r, 2);
        }
        struct wb_str left = wire_reader_rest(r);
        if (rc != WB_OK || left.len == 0 || (uint8_t)left.at[0] == r->delims.segment) {
            return rc;
        }
        wire_run_take(r, run, left.len < 2 ? left.len : 2);
    }
}

bool
wire_at_fragment(const struct wire_reader *r)
{
    struct wb_str head = wb_str_sub(wire_reader_rest(r), 0, WIRE_HEADER_PEEK);
    return wire_header_fragment(head).kind == WIRE_HEADER_FRAGMENT;
}

bool
wire_at_header(const struct wire_reader *r)
{
    struct wb_str head = wb_str_sub(wire_reader_rest(r), 0, WIRE_HEADER_PEEK);
    enum wire_header_kind kind = wire_header_read(head).kind;
    return kind == WIRE_HEADER_ISA || kind == WIRE_HEADER_UNB;
}

/* Behind a header that shows no separators: up to a message that does, if one is near. */
static enum wb_rc
take_broken(struct wb_ctx *ctx, struct wire_reader *r, struct wire_run *run, bool *ret_found)
{
    uint8_t before = 'I';
    while (run->len < FRAGMENT_NEAR) {
        enum wb_rc rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
        if (rc != WB_OK) {
            return rc;
        }
        struct wb_str left = wire_reader_rest(r);
        if (left.len == 0 || (!wire_alnum(before) && wire_at_fragment(r))) {
            *ret_found = left.len > 0;
            return WB_OK;
        }
        if (wire_at_header(r)) {
            return WB_OK;
        }
        before = (uint8_t)left.at[0];
        wire_run_take(r, run, 1);
    }
    return WB_OK;
}

/* Covers everything up to the next usable header. */
static enum wb_rc
take_noise(struct wb_ctx *ctx, struct wire_reader *r, struct wire_run *run)
{
    bool other[256];
    memset(other, true, sizeof other);
    other['I'] = other['U'] = false;
    for (;;) {
        enum wb_rc rc = wire_run_take_set(ctx, r, run, other);
        if (rc == WB_OK) {
            rc = wire_reader_need(ctx, r, 3);
        }
        bool begins = rc == WB_OK && wire_header_begins(wire_reader_rest(r));
        if (begins) {
            rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
        }
        if (rc != WB_OK) {
            return rc;
        }
        if (wire_reader_rest(r).len == 0 || (begins && wire_at_header(r))) {
            return WB_OK;
        }
        wire_run_take(r, run, 1);
    }
}

enum wb_rc
wire_skip_bom(struct wb_ctx *ctx, struct wire_reader *r)
{
    enum wb_rc rc = wire_reader_need(ctx, r, 3);
    if (rc == WB_OK && wire_reader_at(r) == 0 &&
        wb_str_starts(wire_reader_rest(r), WB_LIT("\xEF\xBB\xBF"))) {
        struct wire_run run = wire_run_begin(r);
        wire_run_take(r, &run, 3);
        wire_run_note(r, &run, WIRE_NOTICE_BOM);
    }
    return rc;
}

enum wb_rc
wire_skip_noise(struct wb_ctx *ctx, struct wire_reader *r, struct wire_run *run,
                enum wire_header_kind kind, bool *ret_fragment)
{
    bool fragment = false;
    enum wb_rc rc = WB_OK;
    wire_run_take(r, run, wire_reader_rest(r).len > 0 ? 1 : 0);
    if (kind == WIRE_HEADER_UNUSABLE) {
        rc = take_broken(ctx, r, run, &fragment);
    }
    if (rc == WB_OK && !fragment) {
        rc = take_noise(ctx, r, run);
    }
    if (rc != WB_OK) {
        return rc;
    }
    *ret_fragment = fragment;
    if (kind == WIRE_HEADER_UNUSABLE) {
        wire_run_note(r, run, WIRE_NOTICE_ISA_UNUSABLE);
        r->seen = true;
    } else if (wire_reader_rest(r).len == 0 && !r->seen) {
        wire_run_note(r, run, WIRE_NOTICE_NOT_EDI);
        r->seen = true;
    } else if (run->len > 0) {
        wire_run_note(r, run, WIRE_NOTICE_NOISE);
    }
    return WB_OK;
}

enum wb_rc
wire_skip_gap(struct wb_ctx *ctx, struct wire_reader *r)
{
    struct wire_run run = wire_run_begin(r);
    enum wb_rc rc = wire_run_take_set(ctx, r, &run, r->gap);
    if (rc == WB_OK) {
        wire_run_note(r, &run, WIRE_NOTICE_NOISE);
    }
    return rc;
}

enum wb_rc
wire_skip_empty(struct wb_ctx *ctx, struct wire_reader *r)
{
    bool set[256];
    memcpy(set, r->gap, sizeof set);
    set[r->delims.segment] = true;
    struct wire_run run = wire_run_begin(r);
    enum wb_rc rc = wire_run_take_set(ctx, r, &run, set);
    if (rc == WB_OK) {
        wire_run_note(r, &run, WIRE_NOTICE_EMPTY_SEGMENT);
    }
    return rc;
}

enum wb_rc
wire_skip_long(struct wb_ctx *ctx, struct wire_reader *r)
{
    struct wire_run run = wire_run_begin(r);
    enum wb_rc rc = take_segment(ctx, r, &run);
    if (rc == WB_OK && wire_reader_rest(r).len > 0) {
        wire_run_take(r, &run, 1);
        rc = wire_run_take_set(ctx, r, &run, r->gap);
    }
    if (rc == WB_OK) {
        wire_run_note(r, &run, WIRE_NOTICE_SEGMENT_TOO_LONG);
    }
    return rc;
}
