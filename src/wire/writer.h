#pragma once
/*
 * The writer: tokens become bytes. In EDIFACT a release character goes in front of a separator in a
 * value. X12 has none, so such a value cannot be written as it is: it is refused, or its separators
 * are replaced when the caller names a replacement.
 */
#include "base/buf.h"
#include "base/ctx.h"
#include "wire/token.h"

/* Whether a UNA is written in front of a UNB. */
enum wire_una {
    WIRE_UNA_NEEDED, /* where its separators are not those that hold without one */
    WIRE_UNA_ALWAYS,
    WIRE_UNA_NEVER, /* and a UNB that needs one is refused */
};

struct wire_writer {
    struct wb_out *out;        /* borrowed */
    struct wire_delims delims; /* may be changed between segments */
    struct wb_str suffix;      /* after each terminator, such as "\n" */
    uint8_t replacement;       /* 0 = refuse values with separators (X12) */
    enum wire_una una;
    bool keep_trailing;        /* write empty elements at the end too */
    uint32_t pending_elements; /* separators owed before the next value */
    uint32_t pending_repeats;
    uint32_t pending_components;
    uint32_t element_no;    /* elements put into this segment so far */
    bool header;            /* the segment is an ISA: ISA11 and ISA16 may be separators */
    uint64_t segment_count; /* segments ended so far */
    uint64_t replaced_count;
    struct wire_delims marked; /* the delimiters that .special is made from */
    bool special[256];         /* bytes that no value may hold as they are */
    /* wire_copy(): each byte under the delimiters of the segment as it is written, with
     * WIRE_NO_COPY when a value may not hold it. */
    struct wire_delims copied;
    uint16_t copy[256];
};

enum { WIRE_NO_COPY = 0x100 };

/* X12: * ~ : (and ^ for repeats), no suffix. */
struct wire_delims wire_delims_x12(void);
/* EDIFACT of a syntax version, level A: + ' : ? (and * for repeats from 4 on). */
struct wire_delims wire_delims_edifact(uint8_t version);
/* Whether a UNA is needed for these; false for X12. */
bool wire_una_needed(const struct wire_delims *delims);
void wire_writer_init(struct wire_writer *writer, struct wb_out *out, struct wire_delims delims);
/* A UNB gets its UNA here; one that is needed and never wanted fails the output. */
void wire_begin(struct wire_writer *writer, struct wb_str tag);
/* The next element; what is empty is only owed until something follows. WB_INVALID when the value
 * holds a separator. */
WB_MUST enum wb_rc wire_put(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value);
/* The next component or repeat of the element last put. */
WB_MUST enum wb_rc wire_put_component(struct wb_ctx *ctx, struct wire_writer *writer,
                                      struct wb_str value);
WB_MUST enum wb_rc wire_put_repeat(struct wb_ctx *ctx, struct wire_writer *writer,
                                   struct wb_str value);
void wire_end(struct wire_writer *writer);
/*
 * The segment as it was read: same bytes, terminator and suffix. With equal delimiters this is the
 * identity; with others the tokens are written anew, and the ISA or a UNA names the new separators.
 * A value that does not fit then fails the output: wb_out_finish says so.
 */
void wire_copy(struct wire_writer *writer, const struct wire_segment *segment);
/* Whether a value can be written under these delimiters (always true with a release character). */
bool wire_fits(const struct wire_delims *delims, struct wb_str value);
/*
 * Separators at random that no byte of `used` (a 256-bit set of bytes that occur in data) needs;
 * false when fewer than four bytes are free.
 */
struct wire_bytes {
    uint64_t bits[4];
};
void wire_bytes_add(struct wire_bytes *set, struct wb_str value);
WB_MUST bool wire_delims_draw(const struct wire_bytes *used, uint64_t random, bool with_repeat,
                              struct wire_delims *ret);
/* The same for EDIFACT, where a release character makes every byte of data fit. */
struct wire_delims wire_delims_draw_edifact(uint8_t version, uint64_t random);
