/*
 * What comes next: between interchanges a header, inside one a segment; skip.c gathers what is
 * neither, so that all events together cover the input. Nothing in the input makes a call fail.
 */
#include "wire/reader.h"

#include <assert.h>
#include <string.h>

#include "wire/skip_priv.h"

enum wb_rc
wire_reader_more(struct wb_ctx *ctx, struct wire_reader *r)
{
    size_t shift = 0;
    enum wb_rc rc = wire_window_more(ctx, &r->window, r->from, &shift);
    r->from -= shift;
    r->chunk_at -= shift;
    r->chunk_end = r->chunk_end > shift ? r->chunk_end - shift : 0;
    return rc;
}

enum wb_rc
wire_reader_fill(struct wb_ctx *ctx, struct wire_reader *r, size_t count)
{
    while (r->window.end - r->from < count && !r->window.ended) {
        enum wb_rc rc = wire_reader_more(ctx, r);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

struct wire_pending *
wire_reader_push(struct wire_reader *r, enum wire_notice_code code, uint64_t at, uint64_t len)
{
    assert(r->queue_count < WIRE_QUEUE_MAX);
    struct wire_pending *p = &r->queue[r->queue_count++];
    p->notice = (struct wire_notice){.code = code, .at = at, .len = len};
    p->spot = (struct wire_spot){.at = 0};
    return p;
}

void
wire_reader_note(struct wire_reader *r, enum wire_notice_code code, uint64_t at, uint64_t len)
{
    assert(at >= r->window.base);
    struct wire_pending *p = wire_reader_push(r, code, at, len);
    struct wb_str all = {r->window.at, r->window.end};
    struct wb_str value = wb_str_sub(all, (size_t)(at - r->window.base), (size_t)len);
    value = wb_str_sub(value, 0, WIRE_VALUE_MAX);
    if (value.len > 0) {
        memcpy(p->value, value.at, value.len);
    }
    p->notice.value = (struct wb_str){p->value, value.len};
}

static enum wb_rc
open_isa(struct wb_ctx *ctx, struct wire_reader *r, const struct wire_header *header,
         struct wire_segment *ret)
{
    static const enum wire_notice_code NOTED[] = {
        WIRE_NOTICE_ISA_SHORT,
        WIRE_NOTICE_SEPARATORS_EQUAL,
        WIRE_NOTICE_SEPARATOR_ODD,
        WIRE_NOTICE_REPEAT_IGNORED,
    };
    wire_reader_delims(r, header->delims, header->tail);
    r->blanks_end = false;
    enum wb_rc rc = wire_read_header(ctx, r, header, ret);
    if (rc != WB_OK) {
        return rc;
    }
    for (size_t i = 0; i < sizeof NOTED / sizeof NOTED[0]; i++) {
        bool whole = NOTED[i] == WIRE_NOTICE_ISA_SHORT;
        uint32_t at =
            NOTED[i] == WIRE_NOTICE_REPEAT_IGNORED ? header->element_at[11] : header->odd_at;
        if ((header->notices & 1U << NOTED[i]) != 0) {
            wire_reader_note(r, NOTED[i], ret->at + (whole ? 0 : at), whole ? header->len : 1);
        }
    }
    r->seen = true;
    r->fragment = false;
    r->blank_noticed = false;
    r->blanks_end = header->len > header->element_at[WIRE_HEADER_ELEMENTS + 1] - 1;
    r->state = WIRE_INSIDE;
    return WB_OK;
}

/* What a UNB header said about separators; said now, for the UNA may leave the window. */
static void
note_unb(struct wire_reader *r, const struct wire_header *header)
{
    static const enum wire_notice_code NOTED[] = {
        WIRE_NOTICE_UNA_ODD,
        WIRE_NOTICE_SEPARATORS_EQUAL,
        WIRE_NOTICE_SEPARATOR_ODD,
        WIRE_NOTICE_REPEAT_IGNORED,
    };
    bool una = header->prefix_len > 0 && header->prefix_len < WIRE_UNA_BYTES;
    uint32_t shown = una ? header->prefix_len : WIRE_UNA_BYTES;
    for (size_t i = 0; i < sizeof NOTED / sizeof NOTED[0]; i++) {
        if ((header->notices & 1U << NOTED[i]) == 0) {
            continue;
        }
        bool whole = NOTED[i] == WIRE_NOTICE_UNA_ODD;
        uint64_t at = NOTED[i] == WIRE_NOTICE_REPEAT_IGNORED ? WIRE_UNA_REPEAT_AT : header->odd_at;
        at = wire_reader_at(r) + (whole ? 0 : at);
        wire_reader_note(r, NOTED[i], at, whole ? shown : 1);
        r->queue[r->queue_count - 1].spot = wire_window_spot(&r->window, at);
    }
}

static enum wb_rc
open_unb(struct wb_ctx *ctx, struct wire_reader *r, const struct wire_header *header,
         struct wire_segment *ret)
{
    assert(header->prefix_len <= WIRE_PREFIX_MAX);
    note_unb(r, header);
    memcpy(r->prefix, r->window.at + r->from, header->prefix_len);
    r->from += header->prefix_len;
    wire_reader_delims(r, header->delims, 0);
    r->blanks_end = false;
    /* A header is short enough, whatever the limit is. */
    size_t segment_max = r->segment_max;
    r->segment_max = segment_max < WIRE_HEADER_PEEK ? WIRE_HEADER_PEEK : segment_max;
    enum wire_outcome outcome = WIRE_GOT;
    enum wb_rc rc = wire_read_segment(ctx, r, ret, &outcome);
    r->segment_max = segment_max;
    if (rc != WB_OK) {
        return rc;
    }
    assert(outcome == WIRE_GOT);
    ret->prefix = (struct wb_str){r->prefix, header->prefix_len};
    r->seen = true;
    r->fragment = false;
    r->blank_noticed = false;
    r->state = WIRE_INSIDE;
    return WB_OK;
}

/* Takes the separators of the message that stands here; a UNA in front of it is passed over. */
static void
open_fragment(struct wire_reader *r)
{
    struct wb_str head = wb_str_sub(wire_reader_rest(r), 0, WIRE_HEADER_PEEK);
    struct wire_header header = wire_header_fragment(head);
    struct wire_run run = wire_run_begin(r);
    wire_run_take(r, &run, header.prefix_len);
    wire_run_note(r, &run, WIRE_NOTICE_HEADER_MISSING);
    r->queue[r->queue_count - 1].notice.skipped = header.prefix_len > 0;
    wire_reader_delims(r, header.delims, 0);
    r->seen = true;
    r->fragment = true;
    r->blank_noticed = false;
    r->blanks_end = false;
    r->state = WIRE_INSIDE;
}

static enum wb_rc
step_between(struct wb_ctx *ctx, struct wire_reader *r, struct wire_segment *ret, bool *ret_got)
{
    static const bool BLANK[256] = {[' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true};
    if (wire_reader_at(r) == 0) {
        enum wb_rc rc = wire_skip_bom(ctx, r);
        if (rc != WB_OK || r->queue_count > 0) {
            return rc;
        }
    }
    struct wire_run run = wire_run_begin(r);
    enum wb_rc rc = wire_run_take_set(ctx, r, &run, BLANK);
    if (rc == WB_OK) {
        rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
    }
    if (rc != WB_OK) {
        return rc;
    }
    struct wb_str left = wb_str_sub(wire_reader_rest(r), 0, WIRE_HEADER_PEEK);
    struct wire_header header = wire_header_read(left);
    bool named = header.kind != WIRE_HEADER_NONE;
    if (left.len == 0 && r->seen && run.len == 0) {
        r->state = WIRE_ENDED;
        return WB_OK;
    }
    bool fragment = !named && !r->seen && wire_at_fragment(r);
    if (run.len > 0 && (named || fragment)) {
        wire_run_note(r, &run, WIRE_NOTICE_LEADING_BLANK);
        return WB_OK;
    }
    if (header.kind == WIRE_HEADER_ISA || header.kind == WIRE_HEADER_UNB) {
        rc = header.kind == WIRE_HEADER_ISA ? open_isa(ctx, r, &header, ret)
                                            : open_unb(ctx, r, &header, ret);
        *ret_got = rc == WB_OK;
        return rc;
    }
    if (!fragment) {
        rc = wire_skip_noise(ctx, r, &run, header.kind, &fragment);
    }
    if (rc == WB_OK && fragment) {
        open_fragment(r);
    }
    return rc;
}

/* Leaves an interchange that has no trailer. */
static void
leave(struct wire_reader *r)
{
    if (!r->fragment) {
        wire_reader_note(r, WIRE_NOTICE_NO_TRAILER, wire_reader_at(r), 0);
    }
    r->state = WIRE_BETWEEN;
}

/* Whether an interchange begins here although the one before has not ended. */
static enum wb_rc
at_header(struct wb_ctx *ctx, struct wire_reader *r, bool *ret)
{
    enum wb_rc rc = wire_reader_need(ctx, r, 3);
    if (rc == WB_OK && wire_header_begins(wire_reader_rest(r))) {
        rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
        *ret = rc == WB_OK && wire_at_header(r);
    }
    return rc;
}

static inline bool
is_trailer(const struct wire_reader *r, const char *tag)
{
    if (r->delims.syntax == WIRE_X12) {
        return memcmp(tag, "IEA", 3) == 0;
    }
    return memcmp(tag, "UNZ", 3) == 0 || memcmp(tag, "UIZ", 3) == 0;
}

/* What a segment just read means for the reader. */
static void
after_segment(struct wire_reader *r, const struct wire_segment *segment)
{
    if (segment->tag.len == 3 && is_trailer(r, segment->tag.at)) {
        r->state = WIRE_BETWEEN;
        return;
    }
    struct wb_str suffix = segment->suffix;
    if (suffix.len == 0 || r->blank_noticed || wire_reader_rest(r).len == 0) {
        return;
    }
    size_t blanks = 0;
    while (blanks < suffix.len && (suffix.at[suffix.len - 1 - blanks] == ' ' ||
                                   suffix.at[suffix.len - 1 - blanks] == '\t')) {
        blanks++;
    }
    if (blanks > 0) {
        wire_reader_note(r, WIRE_NOTICE_LEADING_BLANK, wire_reader_at(r) - blanks, blanks);
        r->blank_noticed = true;
    }
}

static enum wb_rc
step_inside(struct wb_ctx *ctx, struct wire_reader *r, struct wire_segment *ret, bool *ret_got)
{
    enum wb_rc rc = wire_reader_need(ctx, r, 1);
    if (rc != WB_OK) {
        return rc;
    }
    if (wire_reader_rest(r).len == 0) {
        leave(r);
        return WB_OK;
    }
    uint8_t first = (uint8_t)r->window.at[r->from];
    if (r->gap[first]) {
        return wire_skip_gap(ctx, r);
    }
    if (first == r->delims.segment) {
        return wire_skip_empty(ctx, r);
    }
    bool header = false;
    if (first == 'I' || first == 'U') {
        rc = at_header(ctx, r, &header);
    }
    if (rc != WB_OK || header) {
        if (header) {
            leave(r);
        }
        return rc;
    }
    enum wire_outcome outcome = WIRE_GOT;
    rc = wire_read_segment(ctx, r, ret, &outcome);
    if (rc != WB_OK) {
        return rc;
    }
    if (outcome == WIRE_TOO_LONG) {
        return wire_skip_long(ctx, r);
    }
    after_segment(r, ret);
    *ret_got = true;
    return WB_OK;
}

enum wb_rc
wire_open(struct wb_ctx *ctx, struct wire_source source, const struct wire_options *options,
          struct wire_reader **ret_reader)
{
    struct wire_options o = options == NULL ? (struct wire_options){.window_bytes = 0} : *options;
    struct wire_reader *r = wb_os_alloc(ctx, sizeof *r);
    if (r == NULL) {
        return WB_NOMEM;
    }
    r->kernel = wire_kernel_pick(o.force_scalar);
    r->segment_max = o.segment_max_bytes == 0 ? WB_LIMIT_SEGMENT : o.segment_max_bytes;
    size_t cap = o.window_bytes == 0 ? WB_LIMIT_WINDOW : o.window_bytes;
    size_t kept = r->segment_max + WB_LIMIT_BINARY + WIRE_GAP_MAX + WIRE_HEADER_PEEK;
    size_t cap_max = cap > kept ? cap * 2 : kept * 2;
    enum wb_rc rc = wire_window_init(ctx, &r->window, source, r->kernel, cap, cap_max);
    if (rc != WB_OK) {
        wire_close(r);
        return rc;
    }
    *ret_reader = r;
    return WB_OK;
}

void
wire_close(struct wire_reader *reader)
{
    if (reader != NULL) {
        wire_window_done(&reader->window);
        wb_os_free(reader);
    }
}

enum wb_rc
wire_next(struct wb_ctx *ctx, struct wire_reader *r, enum wire_event *ret_event,
          struct wire_segment *ret_segment, struct wire_notice *ret_notice)
{
    for (;;) {
        if (r->queue_next < r->queue_count) {
            const struct wire_pending *p = &r->queue[r->queue_next++];
            r->spot = p->spot;
            *ret_notice = p->notice;
            *ret_event = WIRE_NOTICE;
            return WB_OK;
        }
        r->queue_next = 0;
        r->queue_count = 0;
        bool between = r->state == WIRE_BETWEEN;
        if (r->state == WIRE_ENDED) {
            *ret_event = WIRE_END;
            return WB_OK;
        }
        bool got = r->state == WIRE_OBJECT;
        if (got) {
            wire_read_object(r, ret_segment);
            r->state = WIRE_INSIDE;
            *ret_event = WIRE_SEGMENT;
            return WB_OK;
        }
        enum wb_rc rc = between ? step_between(ctx, r, ret_segment, &got)
                                : step_inside(ctx, r, ret_segment, &got);
        if (rc != WB_OK) {
            return rc;
        }
        if (got) {
            *ret_event = between ? WIRE_INTERCHANGE : WIRE_SEGMENT;
            return WB_OK;
        }
    }
}

void
wire_place(struct wire_reader *reader, uint64_t at, uint64_t *ret_line, uint64_t *ret_column)
{
    struct wire_spot spot = reader->spot;
    if (spot.line == 0 || spot.at != at) {
        spot = wire_window_spot(&reader->window, at);
    }
    *ret_line = spot.line;
    *ret_column = spot.line == 0 ? 0 : at - spot.line_at + 1;
}
