#pragma once
/*
 * The reader: a stream of bytes becomes a stream of segments, in windows, so that memory does not
 * grow with the file. It knows of meaning only what carries separators, byte counts and ends:
 * ISA/IEA, BIN/BDS, UNA/UNB/UNZ, UNO/UNP. Nothing in the input makes it fail: what is odd becomes a
 * notice and reading goes on.
 */
#include "base/arena.h"
#include "base/ctx.h"
#include "wire/token.h"

/* Where bytes come from. read: up to cap bytes, *ret_len 0 at the end. */
struct wire_source {
    WB_MUST enum wb_rc (*read)(struct wb_ctx *ctx, void *self, char *at, size_t cap,
                               size_t *ret_len);
    void *self;
};

/* What the reader noticed; check turns each into a finding. Rows in notice.def: X(NAME, "words").
 */
enum wire_notice_code {
#define X(name, words) WIRE_NOTICE_##name,
#include "wire/notice.def"
#undef X
    WIRE_NOTICE_COUNT
};

/*
 * len     bytes concerned
 * value   the first of them, at most 64; borrowed as segments are
 * skipped these bytes are in no segment: segments (with prefix, terminator and suffix) and skipped
 *         notices are, one after the other, the whole input
 * A notice about a segment comes right after it. BOM, NOISE, NOT_EDI, ISA_UNUSABLE, HEADER_MISSING,
 * EMPTY_SEGMENT, SEGMENT_TOO_LONG and NO_TRAILER stand for themselves, at their place in the input.
 */
struct wire_notice {
    enum wire_notice_code code;
    uint64_t at; /* stream offset */
    uint64_t len;
    struct wb_str value;
    bool skipped;
};

enum wire_event {
    WIRE_SEGMENT,     /* *ret_segment is set */
    WIRE_INTERCHANGE, /* as WIRE_SEGMENT, and it is the header (ISA, UNB): separators may have
                         changed */
    WIRE_NOTICE,      /* *ret_notice is set */
    WIRE_END,         /* of the input */
};

struct wire_reader;

/*
 * force_scalar   use the plain kernel (differential tests)
 * The reader owns its window; wire_close() gives it back and accepts NULL.
 */
struct wire_options {
    bool force_scalar;
    size_t window_bytes;      /* 0 = WB_LIMIT_WINDOW; tests use tiny ones */
    size_t segment_max_bytes; /* 0 = WB_LIMIT_SEGMENT */
};

WB_MUST enum wb_rc wire_open(struct wb_ctx *ctx, struct wire_source source,
                             const struct wire_options *options, struct wire_reader **ret_reader);
void wire_close(struct wire_reader *reader);
/* The next event. Fails only for our own reasons (read error, memory). */
WB_MUST enum wb_rc wire_next(struct wb_ctx *ctx, struct wire_reader *reader,
                             enum wire_event *ret_event, struct wire_segment *ret_segment,
                             struct wire_notice *ret_notice);
/*
 * Line and column (1-based, in bytes) of a stream offset: of the current segment or notice, and of
 * what is still in the window. Both are 0 when the bytes have left the window. Cheap when asked in
 * rising order.
 */
void wire_place(struct wire_reader *reader, uint64_t at, uint64_t *ret_line, uint64_t *ret_column);

/* A source over bytes in memory; `state` is the caller's and lives as long as the reader. */
struct wire_memory {
    struct wb_str bytes;
    size_t at;
    size_t step; /* bytes a read; 0 = all. Tests cut anywhere. */
};
struct wire_source wire_source_memory(struct wire_memory *state);
/* A source over a file descriptor. */
struct wire_fd {
    int fd;
};
struct wire_source wire_source_fd(struct wire_fd *state);

/*
 * The value of a token without release characters: the token's own bytes when there are none, else
 * a copy in the arena. .at NULL only when memory is out (recorded).
 */
struct wb_str wire_value(struct wb_ctx *ctx, struct wb_arena *arena,
                         const struct wire_segment *segment, const struct wire_token *token);
/* The same in UTF-8, from the character set that a UNB names; X12 names none and stays as it is. */
struct wb_str wire_value_utf8(struct wb_ctx *ctx, struct wb_arena *arena,
                              const struct wire_segment *segment, const struct wire_token *token);
