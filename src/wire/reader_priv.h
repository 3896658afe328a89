#pragma once
/* The inside of a reader, shared by reader.c (what comes next) and segment.c (one segment). */
#include "wire/header_priv.h"
#include "wire/reader.h"
#include "wire/window_priv.h"

enum {
    WIRE_CHUNK = 4096,      /* bytes scanned at a time, so that the marks stay in the cache */
    WIRE_CHUNK_FIRST = 256, /* after a jump; it doubles from there */
    WIRE_GAP_MAX = 1024,    /* bytes between segments that a suffix takes */
    WIRE_VALUE_MAX = 64,    /* bytes that a notice shows */
    WIRE_QUEUE_MAX = 12,
};

enum wire_state { WIRE_BETWEEN, WIRE_INSIDE, WIRE_OBJECT, WIRE_ENDED };

/* A notice that waits to be delivered, with the bytes it shows and, for a long one, its spot. */
struct wire_pending {
    struct wire_notice notice;
    struct wire_spot spot;
    char value[WIRE_VALUE_MAX];
};

/* What a separator does, where there is a release character; the order matters to the walk. */
enum wire_kind {
    WIRE_KIND_COMPONENT,
    WIRE_KIND_ELEMENT,
    WIRE_KIND_TERMINATOR,
    WIRE_KIND_REPEAT,
    WIRE_KIND_RELEASE,
};

/* Positions are offsets in the window; wire_reader_more() moves them all. */
struct wire_reader {
    struct wire_window window;
    const struct wire_kernel *kernel;
    size_t segment_max;
    enum wire_state state;
    bool seen;          /* a header was seen, usable or not */
    bool fragment;      /* this interchange has no header */
    bool blank_noticed; /* LEADING_BLANK was said in this interchange */
    bool blanks_end;    /* the ISA has blanks in front of its terminator: they are in no token */

    struct wire_delims delims;
    struct wire_scan_set set;
    uint8_t tail;
    bool gap[256];      /* what may stand between segments */
    uint8_t kinds[256]; /* enum wire_kind of each separator */

    size_t from;      /* the first byte that no event has covered */
    size_t chunk_at;  /* marks are relative to it; wraps below 0 when its bytes have left */
    size_t chunk_end; /* scanned up to here */
    uint32_t chunk_len;
    uint32_t mark_next;
    uint32_t mark_count;

    uint32_t object_len; /* WIRE_OBJECT: its bytes, all of them in the window */
    uint32_t queue_next;
    uint32_t queue_count;
    struct wire_pending queue[WIRE_QUEUE_MAX];
    struct wire_spot spot;        /* of the notice delivered last */
    char prefix[WIRE_PREFIX_MAX]; /* of the last UNB */

    uint32_t element_first[WB_LIMIT_ELEMENTS + 3];
    struct wire_token tokens[WB_LIMIT_ELEMENTS + 1]; /* [0] is the tag */
    uint32_t marks[WIRE_CHUNK + WIRE_SCAN_PAD];
};

/* What reading a segment led to. */
enum wire_outcome { WIRE_GOT, WIRE_TOO_LONG };

/* More input behind what there is; r->from and what follows it stay. */
WB_MUST enum wb_rc wire_reader_more(struct wb_ctx *ctx, struct wire_reader *r);
WB_MUST enum wb_rc wire_reader_fill(struct wb_ctx *ctx, struct wire_reader *r, size_t count);
/* At least `count` bytes from r->from on, or the end of the input. */
WB_MUST static inline enum wb_rc
wire_reader_need(struct wb_ctx *ctx, struct wire_reader *r, size_t count)
{
    return r->window.end - r->from >= count ? WB_OK : wire_reader_fill(ctx, r, count);
}
/* The offset of r->from in the stream, and what the window holds from there. */
static inline uint64_t
wire_reader_at(const struct wire_reader *r)
{
    return r->window.base + r->from;
}
static inline struct wb_str
wire_reader_rest(const struct wire_reader *r)
{
    return (struct wb_str){r->window.at + r->from, r->window.end - r->from};
}
/* A notice to be delivered next; without a value yet. */
struct wire_pending *wire_reader_push(struct wire_reader *r, enum wire_notice_code code,
                                      uint64_t at, uint64_t len);
void wire_reader_note(struct wire_reader *r, enum wire_notice_code code, uint64_t at, uint64_t len);

/* Takes over the separators, and what goes with them. */
void wire_reader_delims(struct wire_reader *r, struct wire_delims delims, uint8_t tail);
/* The header at r->from as a segment; r->from moves past it and its suffix. */
WB_MUST enum wb_rc wire_read_header(struct wb_ctx *ctx, struct wire_reader *r,
                                    const struct wire_header *header, struct wire_segment *ret);
/* The object of r->object_len bytes at r->from. */
void wire_read_object(struct wire_reader *r, struct wire_segment *ret);
/* The segment at r->from, where at least one byte stands; r->from moves past it unless too long. */
WB_MUST enum wb_rc wire_read_segment(struct wb_ctx *ctx, struct wire_reader *r,
                                     struct wire_segment *ret, enum wire_outcome *ret_outcome);
