#pragma once
/* What mail does to an interchange: how it is recognised, apart from how it is undone. */
#include "wire/header_priv.h"
#include "wire/unwrap.h"

/* Bytes that may be changed in place; they only get fewer. */
struct wire_text {
    char *at;
    size_t len;
};

/*
 * isa_at       of the first header in the bytes
 * mark_count   "> " in front of it
 * mark_blank   a blank belongs to the last mark
 * indent       blanks in front of it, behind the marks
 * text_before  more than blanks stands before its line
 * mail_before  and that begins like the header of a mail
 */
struct wire_mail {
    bool found;
    size_t isa_at;
    size_t mark_count;
    bool mark_blank;
    size_t indent;
    bool text_before;
    bool mail_before;
    bool quoted_printable;
    bool prefix_first; /* marks and indent were put around the quoted-printable text */
    bool html;
};

/* How a line break inside a segment is undone. */
enum wire_join { WIRE_JOIN_UNKNOWN, WIRE_JOIN_NOTHING, WIRE_JOIN_BLANK };

/* Finds the header in what may be a mail, and what was done around and inside it. */
struct wire_mail wire_mail_look(struct wb_str bytes);
/* The steps before joining lines, from the header on: marks, indent, quoted-printable, HTML. */
void wire_mail_strip(const struct wire_mail *mail, struct wire_text *text);
/*
 * The header at the start of `text`, which may be broken over lines; text is changed to have it on
 * one. *ret_broken says that it was.
 */
struct wire_header wire_mail_header(struct wire_text *text, bool *ret_broken,
                                    enum wire_join *ret_join);
/* Whether lines were wrapped behind a header that was not; how they were, in either case. */
bool wire_mail_wrapped(struct wb_str text, const struct wire_header *header,
                       enum wire_join *ret_join);
/* Whether a tag and an element separator stand at `at`. */
bool wire_mail_tag(struct wb_str text, size_t at, uint8_t element);
