#pragma once
/*
 * What an interchange begins with: the ISA, and the separators in it. Works on the first bytes
 * only, so the same input gives the same answer however it is cut.
 */
#include "wire/reader.h"

enum {
    WIRE_HEADER_BYTES = 106, /* an ISA of the standard with its terminator */
    WIRE_HEADER_PEEK = 640,  /* bytes looked at, fewer only at the end of the input */
    WIRE_HEADER_ELEMENTS = 16,
};

enum wire_header_kind {
    WIRE_HEADER_NONE,
    WIRE_HEADER_ISA,
    WIRE_HEADER_UNUSABLE, /* says ISA, and no separators can be found */
    WIRE_HEADER_EDIFACT,
    WIRE_HEADER_FRAGMENT, /* no ISA; a GS or ST that shows its separators */
};

/*
 * element_at  where element k begins (1-based); [17] is one past a separator that would follow
 * len         of the header without its terminator
 * tail        0, or the second byte of a terminator that is one character of two in UTF-8
 * notices     bits (1 << WIRE_NOTICE_x); odd_at of SEPARATOR_ODD and SEPARATORS_EQUAL
 */
struct wire_header {
    enum wire_header_kind kind;
    struct wire_delims delims;
    uint32_t element_at[WIRE_HEADER_ELEMENTS + 2];
    uint32_t len;
    uint8_t tail;
    uint32_t notices;
    uint32_t odd_at;
};

/* What stands at the start of `head`. Only .kind is set for anything but an ISA or a fragment. */
struct wire_header wire_header_read(struct wb_str head);
/* A GS or ST whose separators show; for inputs without any ISA. */
struct wire_header wire_header_fragment(struct wb_str head);
/* Blanks, tabs, CR and LF. */
bool wire_blank(uint8_t c);
