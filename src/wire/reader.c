/*
 * What comes next: between interchanges a header, inside one a segment. Bytes that are neither are
 * gathered into one notice however long they are, so that all events together cover the input and
 * memory does not grow. Nothing in the input makes a call fail.
 */
#include "wire/reader.h"

#include <assert.h>
#include <string.h>

#include "wire/reader_priv.h"

/* How far behind an unusable ISA a GS or ST is looked for. */
enum { FRAGMENT_NEAR = 1024 };

/* Bytes that belong to no segment, while they stream by. */
struct run {
    uint64_t at;
    uint64_t len;
    struct wire_spot spot;
    char value[WIRE_VALUE_MAX];
};

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

static struct wire_pending *
push(struct wire_reader *r, enum wire_notice_code code, uint64_t at, uint64_t len)
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
    struct wire_pending *p = push(r, code, at, len);
    struct wb_str all = {r->window.at, r->window.end};
    struct wb_str value = wb_str_sub(all, (size_t)(at - r->window.base), (size_t)len);
    value = wb_str_sub(value, 0, WIRE_VALUE_MAX);
    if (value.len > 0) {
        memcpy(p->value, value.at, value.len);
    }
    p->notice.value = (struct wb_str){p->value, value.len};
}

static uint64_t
here(const struct wire_reader *r)
{
    return r->window.base + r->from;
}

static struct wb_str
rest(const struct wire_reader *r)
{
    return (struct wb_str){r->window.at + r->from, r->window.end - r->from};
}

static struct run
run_begin(struct wire_reader *r)
{
    struct run run = {.at = here(r)};
    run.spot = wire_window_spot(&r->window, run.at);
    return run;
}

/* Covers the next `count` bytes of the window with the run. */
static void
run_take(struct wire_reader *r, struct run *run, size_t count)
{
    if (run->len < WIRE_VALUE_MAX) {
        size_t room = WIRE_VALUE_MAX - (size_t)run->len;
        memcpy(run->value + run->len, r->window.at + r->from, count < room ? count : room);
    }
    run->len += count;
    r->from += count;
}

static void
run_note(struct wire_reader *r, const struct run *run, enum wire_notice_code code)
{
    struct wire_pending *p = push(r, code, run->at, run->len);
    memcpy(p->value, run->value, sizeof p->value);
    size_t shown = run->len < WIRE_VALUE_MAX ? (size_t)run->len : WIRE_VALUE_MAX;
    p->notice.value = (struct wb_str){p->value, shown};
    p->notice.skipped = true;
    p->spot = run->spot;
}

/* Covers bytes as long as `set` has them. */
static enum wb_rc
run_take_set(struct wb_ctx *ctx, struct wire_reader *r, struct run *run, const bool set[256])
{
    for (;;) {
        struct wb_str left = rest(r);
        size_t len = 0;
        while (len < left.len && set[(uint8_t)left.at[len]]) {
            len++;
        }
        run_take(r, run, len);
        if (len < left.len || r->window.ended) {
            return WB_OK;
        }
        enum wb_rc rc = wire_reader_more(ctx, r);
        if (rc != WB_OK) {
            return rc;
        }
    }
}

/* Covers bytes up to the first one like `stop`, or all. */
static enum wb_rc
run_take_until(struct wb_ctx *ctx, struct wire_reader *r, struct run *run, uint8_t stop)
{
    for (;;) {
        struct wb_str left = rest(r);
        size_t len = wb_str_find(left, (char)stop);
        run_take(r, run, len);
        if (len < left.len || r->window.ended) {
            return WB_OK;
        }
        enum wb_rc rc = wire_reader_more(ctx, r);
        if (rc != WB_OK) {
            return rc;
        }
    }
}

/* A message without ISA, as people paste it. */
static bool
at_fragment(const struct wire_reader *r)
{
    struct wb_str head = wb_str_sub(rest(r), 0, WIRE_HEADER_PEEK);
    return wire_header_fragment(head).kind == WIRE_HEADER_FRAGMENT;
}

/* Behind an ISA that shows no separators: up to a GS or ST that does, if one is near. */
static enum wb_rc
run_take_broken(struct wb_ctx *ctx, struct wire_reader *r, struct run *run, bool *ret_found)
{
    char before = 'I';
    while (run->len < FRAGMENT_NEAR) {
        enum wb_rc rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
        if (rc != WB_OK) {
            return rc;
        }
        struct wb_str left = rest(r);
        bool tag_start = !(before >= 'A' && before <= 'Z') && !(before >= '0' && before <= '9');
        if (left.len == 0 || (tag_start && at_fragment(r))) {
            *ret_found = left.len > 0;
            return WB_OK;
        }
        if (left.at[0] == 'I' &&
            wire_header_read(wb_str_sub(left, 0, WIRE_HEADER_PEEK)).kind == WIRE_HEADER_ISA) {
            return WB_OK;
        }
        before = left.at[0];
        run_take(r, run, 1);
    }
    return WB_OK;
}

/* Covers everything up to the next usable ISA. */
static enum wb_rc
run_take_noise(struct wb_ctx *ctx, struct wire_reader *r, struct run *run)
{
    for (;;) {
        enum wb_rc rc = run_take_until(ctx, r, run, 'I');
        if (rc == WB_OK) {
            rc = wire_reader_need(ctx, r, 3);
        }
        if (rc == WB_OK && wb_str_starts(rest(r), WB_LIT("ISA"))) {
            rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
        }
        if (rc != WB_OK) {
            return rc;
        }
        struct wb_str left = rest(r);
        if (left.len == 0 ||
            wire_header_read(wb_str_sub(left, 0, WIRE_HEADER_PEEK)).kind == WIRE_HEADER_ISA) {
            return WB_OK;
        }
        run_take(r, run, 1);
    }
}

static enum wb_rc
open_interchange(struct wb_ctx *ctx, struct wire_reader *r, const struct wire_header *header,
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

/* Takes the separators of the GS or ST that stands here. */
static void
open_fragment(struct wire_reader *r)
{
    struct wire_header header = wire_header_fragment(wb_str_sub(rest(r), 0, WIRE_HEADER_PEEK));
    wire_reader_delims(r, header.delims, 0);
    wire_reader_note(r, WIRE_NOTICE_HEADER_MISSING, here(r), 0);
    r->seen = true;
    r->fragment = true;
    r->blanks_end = false;
    r->state = WIRE_INSIDE;
}

static enum wb_rc
skip_bom(struct wb_ctx *ctx, struct wire_reader *r)
{
    enum wb_rc rc = wire_reader_need(ctx, r, 3);
    if (rc == WB_OK && here(r) == 0 && wb_str_starts(rest(r), WB_LIT("\xEF\xBB\xBF"))) {
        struct run run = run_begin(r);
        run_take(r, &run, 3);
        run_note(r, &run, WIRE_NOTICE_BOM);
    }
    return rc;
}

/* Something that is no header, `run` being the blanks before it. */
static enum wb_rc
skip_noise(struct wb_ctx *ctx, struct wire_reader *r, struct run *run, enum wire_header_kind kind)
{
    run_take(r, run, rest(r).len > 0 ? 1 : 0);
    bool fragment = false;
    enum wb_rc rc = WB_OK;
    if (kind == WIRE_HEADER_UNUSABLE) {
        rc = run_take_broken(ctx, r, run, &fragment);
    }
    if (rc == WB_OK && !fragment) {
        rc = run_take_noise(ctx, r, run);
    }
    if (rc != WB_OK) {
        return rc;
    }
    if (kind == WIRE_HEADER_UNUSABLE) {
        run_note(r, run, WIRE_NOTICE_ISA_UNUSABLE);
        r->seen = true;
        if (fragment) {
            open_fragment(r);
        }
    } else if (kind == WIRE_HEADER_EDIFACT) {
        run_note(r, run, WIRE_NOTICE_EDIFACT);
        r->seen = true;
    } else if (rest(r).len == 0 && !r->seen) {
        run_note(r, run, WIRE_NOTICE_NOT_EDI);
        r->seen = true;
    } else if (run->len > 0) {
        run_note(r, run, WIRE_NOTICE_NOISE);
    }
    return WB_OK;
}

static enum wb_rc
step_between(struct wb_ctx *ctx, struct wire_reader *r, struct wire_segment *ret, bool *ret_got)
{
    static const bool BLANK[256] = {[' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true};
    if (here(r) == 0) {
        enum wb_rc rc = skip_bom(ctx, r);
        if (rc != WB_OK || r->queue_count > 0) {
            return rc;
        }
    }
    struct run run = run_begin(r);
    enum wb_rc rc = run_take_set(ctx, r, &run, BLANK);
    if (rc == WB_OK) {
        rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
    }
    if (rc != WB_OK) {
        return rc;
    }
    struct wb_str left = wb_str_sub(rest(r), 0, WIRE_HEADER_PEEK);
    struct wire_header header = wire_header_read(left);
    bool named = header.kind != WIRE_HEADER_NONE;
    if (left.len == 0 && r->seen && run.len == 0) {
        r->state = WIRE_ENDED;
        return WB_OK;
    }
    bool fragment = !named && !r->seen && at_fragment(r);
    if (run.len > 0 && (named || fragment)) {
        run_note(r, &run, WIRE_NOTICE_LEADING_BLANK);
        return WB_OK;
    }
    if (header.kind == WIRE_HEADER_ISA) {
        rc = open_interchange(ctx, r, &header, ret);
        *ret_got = rc == WB_OK;
        return rc;
    }
    if (fragment) {
        open_fragment(r);
        return WB_OK;
    }
    return skip_noise(ctx, r, &run, header.kind);
}

/* One after the other, terminators with nothing between them but blanks. */
static enum wb_rc
skip_empty(struct wb_ctx *ctx, struct wire_reader *r)
{
    bool set[256];
    memcpy(set, r->gap, sizeof set);
    set[r->delims.segment] = true;
    struct run run = run_begin(r);
    enum wb_rc rc = run_take_set(ctx, r, &run, set);
    if (rc == WB_OK) {
        run_note(r, &run, WIRE_NOTICE_EMPTY_SEGMENT);
    }
    return rc;
}

static enum wb_rc
skip_long(struct wb_ctx *ctx, struct wire_reader *r)
{
    struct run run = run_begin(r);
    enum wb_rc rc = run_take_until(ctx, r, &run, r->delims.segment);
    if (rc == WB_OK && rest(r).len > 0) {
        run_take(r, &run, 1);
        rc = run_take_set(ctx, r, &run, r->gap);
    }
    if (rc == WB_OK) {
        run_note(r, &run, WIRE_NOTICE_SEGMENT_TOO_LONG);
    }
    return rc;
}

/* Leaves an interchange that has no trailer. */
static void
leave(struct wire_reader *r)
{
    if (!r->fragment) {
        wire_reader_note(r, WIRE_NOTICE_NO_TRAILER, here(r), 0);
    }
    r->state = WIRE_BETWEEN;
}

/* Whether an interchange begins here although the one before has not ended. */
static enum wb_rc
at_header(struct wb_ctx *ctx, struct wire_reader *r, bool *ret)
{
    enum wb_rc rc = wire_reader_need(ctx, r, 3);
    if (rc == WB_OK && wb_str_starts(rest(r), WB_LIT("ISA"))) {
        rc = wire_reader_need(ctx, r, WIRE_HEADER_PEEK);
        struct wb_str head = wb_str_sub(rest(r), 0, WIRE_HEADER_PEEK);
        *ret = rc == WB_OK && wire_header_read(head).kind == WIRE_HEADER_ISA;
    }
    return rc;
}

/* What a segment just read means for the reader. */
static void
after_segment(struct wire_reader *r, const struct wire_segment *segment)
{
    if (segment->tag.len == 3 && memcmp(segment->tag.at, "IEA", 3) == 0) {
        r->state = WIRE_BETWEEN;
        return;
    }
    struct wb_str suffix = segment->suffix;
    if (suffix.len == 0 || r->blank_noticed || rest(r).len == 0) {
        return;
    }
    size_t blanks = 0;
    while (blanks < suffix.len && (suffix.at[suffix.len - 1 - blanks] == ' ' ||
                                   suffix.at[suffix.len - 1 - blanks] == '\t')) {
        blanks++;
    }
    if (blanks > 0) {
        wire_reader_note(r, WIRE_NOTICE_LEADING_BLANK, here(r) - blanks, blanks);
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
    if (rest(r).len == 0) {
        leave(r);
        return WB_OK;
    }
    uint8_t first = (uint8_t)r->window.at[r->from];
    if (r->gap[first]) {
        struct run run = run_begin(r);
        rc = run_take_set(ctx, r, &run, r->gap);
        if (rc == WB_OK) {
            run_note(r, &run, WIRE_NOTICE_NOISE);
        }
        return rc;
    }
    if (first == r->delims.segment) {
        return skip_empty(ctx, r);
    }
    bool header = false;
    if (first == 'I') {
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
        return skip_long(ctx, r);
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
    size_t kept = r->segment_max > WB_LIMIT_BINARY ? r->segment_max : WB_LIMIT_BINARY;
    kept += WIRE_GAP_MAX + WIRE_HEADER_PEEK;
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
        bool got = false;
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
