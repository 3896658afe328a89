#pragma once
/*
 * Undoes what mail does to a message that was pasted into it: quoted-printable, "> " quoting,
 * leading blanks, lines wrapped at 72 or so. Only used when the start of the input says so; what
 * was undone is reported.
 */
#include "base/arena.h"
#include "base/ctx.h"

enum {
    WIRE_UNDID_QUOTED_PRINTABLE = 1,
    WIRE_UNDID_QUOTE_MARKS = 2,
    WIRE_UNDID_LEADING_BLANKS = 4,
    WIRE_UNDID_WRAPPED_LINES = 8,
    WIRE_UNDID_TEXT_AROUND = 16, /* mail headers or sentences before and after */
    WIRE_UNDID_HTML = 32,        /* &amp; and <br> */
};

/* Whether the first bytes of an input look like this (and would be misread as they are). */
bool wire_unwrap_wanted(struct wb_str head);
/* The interchange inside `bytes`, in the arena. *ret_undid is a set of WIRE_UNDID_*; 0 means
 * nothing had to be done. */
WB_MUST enum wb_rc wire_unwrap(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str bytes,
                               struct wb_str *ret, uint32_t *ret_undid);
