#pragma once
/*
 * What an interchange begins with: the ISA, or UNA and UNB, and the separators in it. Works on the
 * first bytes only, so the same input gives the same answer however it is cut.
 */
#include "wire/charset.h"
#include "wire/reader.h"

enum {
    WIRE_HEADER_BYTES = 106, /* an ISA of the standard with its terminator */
    WIRE_HEADER_PEEK = 640,  /* bytes looked at, fewer only at the end of the input */
    WIRE_HEADER_ELEMENTS = 16,
    WIRE_UNA_BYTES = 9,
    WIRE_UNA_REPEAT_AT = 7,
    WIRE_PREFIX_MAX = 80, /* a UNA and the blanks behind it */
};

enum wire_header_kind {
    WIRE_HEADER_NONE,
    WIRE_HEADER_ISA,
    WIRE_HEADER_UNB,
    WIRE_HEADER_UNUSABLE, /* says ISA, UNA or UNB, and no separators can be found */
    WIRE_HEADER_FRAGMENT, /* no header; a GS, ST, UNG or UNH that shows its separators */
};

/*
 * element_at  of an ISA: where element k begins (1-based); [17] is one past a separator that would
 *             follow
 * len         of an ISA without its terminator
 * prefix_len  bytes of a UNA and the blanks behind it, in front of UNB or UNH
 * tail        0, or the second byte of a terminator that is one character of two in UTF-8
 * notices     bits (1 << WIRE_NOTICE_x); odd_at of SEPARATOR_ODD and SEPARATORS_EQUAL
 */
struct wire_header {
    enum wire_header_kind kind;
    struct wire_delims delims;
    uint32_t element_at[WIRE_HEADER_ELEMENTS + 2];
    uint32_t len;
    uint32_t prefix_len;
    uint8_t tail;
    uint32_t notices;
    uint32_t odd_at;
};

/* What stands at the start of `head`. Only .kind is set for what begins no interchange. */
struct wire_header wire_header_read(struct wb_str head);
/* A GS, ST, UNG or UNH whose separators show; for inputs without any header. */
struct wire_header wire_header_fragment(struct wb_str head);
/* The two for EDIFACT alone. */
struct wire_header wire_header_unb(struct wb_str head);
struct wire_header wire_header_unh(struct wb_str head);
/* Whether the three letters of a header stand there, so that it is worth a closer look. */
bool wire_header_begins(struct wb_str head);
bool wire_alnum(uint8_t c);
/* Blanks, tabs, CR and LF. */
bool wire_blank(uint8_t c);
