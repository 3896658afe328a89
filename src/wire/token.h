#pragma once
/*
 * What the wire gives: segments made of tokens. Both standards use the same shapes; everything is a
 * slice of the reader's window and lives until the next wire_next() on that reader.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"

enum wire_syntax { WIRE_NONE, WIRE_X12, WIRE_EDIFACT };

/*
 * Service characters, and what else a header says about bytes. 0 means "there is none" for repeat
 * and release; for component only where the header names none (an empty ISA16, a message without
 * ISA). decimal 0: both '.' and ',' are one (EDIFACT without UNA, and from syntax 4 on).
 */
struct wire_delims {
    uint8_t syntax; /* enum wire_syntax */
    uint8_t segment;
    uint8_t element;
    uint8_t component;
    uint8_t repeat;
    uint8_t release;
    uint8_t decimal; /* '.' for X12 */
    uint8_t version; /* of the EDIFACT syntax, 1 to 4; 0 = not known, X12 */
    uint8_t charset; /* enum wire_charset; WIRE_CHARSET_NONE where none is named, X12 */
};

/* One value: an element, one repeat, one component of that. An absent one is a token of length 0.
 */
struct wire_token {
    uint32_t at; /* in wire_segment.bytes */
    uint32_t len;
    uint16_t element_no;   /* 1-based */
    uint16_t repeat_no;    /* 1-based */
    uint16_t component_no; /* 1-based */
    uint16_t flags;        /* enum wire_token_flag */
};

enum wire_token_flag {
    WIRE_ESCAPED = 1, /* holds release characters: use wire_value() */
    WIRE_BINARY = 2,  /* counted content: BIN02, BDS03, the object between UNO and UNP */
};

/*
 * The object between UNO and UNP is a segment without a tag whose one token is WIRE_BINARY and has
 * all its bytes; it is "unterminated", for nothing stands behind it.
 */
struct wire_segment {
    struct wb_str prefix; /* UNA and the blanks behind it, before a UNB; else empty */
    struct wb_str bytes;  /* from the tag up to, not with, the terminator */
    struct wb_str tag;    /* blanks that some senders put before it are in the suffix before */
    const struct wire_token *tokens;
    uint32_t token_count;
    uint32_t element_count;
    /* Element k (1-based) begins at token element_first[k]; [element_count + 1] is token_count. */
    const uint32_t *element_first;
    struct wb_str suffix; /* CR, LF, blanks between this terminator and the next segment */
    bool unterminated;    /* the input ended before the terminator */
    uint64_t at;          /* offset of bytes.at in the stream, 0-based */
    const struct wire_delims *delims;
};

/* Tokens of element element_no; *ret_count 0 when the segment ends before it. */
const struct wire_token *wire_element(const struct wire_segment *segment, uint32_t element_no,
                                      uint32_t *ret_count);
/* First component of the first repeat; empty when absent. Raw: release characters are still in it.
 */
struct wb_str wire_text(const struct wire_segment *segment, uint32_t element_no);
/* A whole element as it stands, separators included. */
struct wb_str wire_element_bytes(const struct wire_segment *segment, uint32_t element_no);
struct wb_str wire_token_bytes(const struct wire_segment *segment, const struct wire_token *token);
