#pragma once
/* What is in no segment: gathered into one notice, however long it is. */
#include "wire/reader_priv.h"

/* Bytes that belong to no segment, while they stream by. */
struct wire_run {
    uint64_t at;
    uint64_t len;
    struct wire_spot spot;
    char value[WIRE_VALUE_MAX];
};

struct wire_run wire_run_begin(struct wire_reader *r);
/* Covers the next `count` bytes of the window with the run. */
void wire_run_take(struct wire_reader *r, struct wire_run *run, size_t count);
/* Covers bytes as long as `set` has them. */
WB_MUST enum wb_rc wire_run_take_set(struct wb_ctx *ctx, struct wire_reader *r,
                                     struct wire_run *run, const bool set[256]);
void wire_run_note(struct wire_reader *r, const struct wire_run *run, enum wire_notice_code code);

/* Whether a header that can be used stands here. */
bool wire_at_header(const struct wire_reader *r);
/* Whether a message without header stands here, as people paste it. */
bool wire_at_fragment(const struct wire_reader *r);
/* A byte order mark at the start of the input. */
WB_MUST enum wb_rc wire_skip_bom(struct wb_ctx *ctx, struct wire_reader *r);
/*
 * Something that is no header, `run` being the blanks before it. *ret_fragment: a message without
 * header stands behind it, which is to be read.
 */
WB_MUST enum wb_rc wire_skip_noise(struct wb_ctx *ctx, struct wire_reader *r, struct wire_run *run,
                                   enum wire_header_kind kind, bool *ret_fragment);
/* What may stand between segments, and more of it than a suffix takes. */
WB_MUST enum wb_rc wire_skip_gap(struct wb_ctx *ctx, struct wire_reader *r);
/* One after the other, terminators with nothing between them but blanks. */
WB_MUST enum wb_rc wire_skip_empty(struct wb_ctx *ctx, struct wire_reader *r);
/* A segment over the limit, to its terminator. */
WB_MUST enum wb_rc wire_skip_long(struct wb_ctx *ctx, struct wire_reader *r);
