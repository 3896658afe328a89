#pragma once
/*
 * The front end of the one language. Text becomes a tree of statements; what a statement means is
 * its room's business.
 *
 * A file begins with "edition 1". A statement is a row of tokens and blocks; it ends at a newline
 * or ';', but not inside ( ) or [ ], and a line that begins with '|' goes on. '{' statements '}' is
 * a block; after '}' the statement ends at a newline, ';' or '}', so "when .. { } else { }" is one
 * statement. '#' at the start of a line or after a blank begins a comment. Every byte of the text
 * belongs to a token or to the trivia before one, so writing a tree that was not changed gives the
 * same bytes back.
 */
#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"

struct lang_source {     /* one file */
    struct wb_str path;  /* as shown in diagnostics */
    struct wb_str bytes; /* borrowed */
};

struct lang_pos {
    const struct lang_source *source;
    uint32_t at; /* byte offset */
    uint32_t len;
};

enum lang_token_kind {
    LANG_WORD, /* letters, digits, _ and inner - ; also bare codes: 00, 4010, 2025-04, x12-850-order
                */
    LANG_STRING, /* "..." with \" and \\ undone in .text */
    LANG_MARK,   /* <=> -> <- == != <= >= .. | [ ] ( ) . : # + - * / = , < > ~ ! @ % & ? */
    LANG_BLOCK,  /* { statements } */
};

struct lang_token {
    enum lang_token_kind kind;
    bool blank_before; /* N1[ST] is not N1 [ST] */
    struct wb_str text;
    struct lang_pos pos;
    struct wb_str trivia; /* blanks, comments, newlines before it */
    struct lang_statement
        *block; /* first statement of a LANG_BLOCK, NULL when empty; its pos is { to } */
    struct wb_str block_end_trivia; /* before the closing brace */
};

struct lang_statement {
    struct lang_token *tokens;
    uint32_t token_count;
    struct lang_statement *next;
    struct wb_str end; /* what ended it: trivia with its ';' or newline */
};

struct lang_file {
    const struct lang_source *source;
    struct lang_statement *first; /* after the edition line */
    uint32_t edition;
    struct wb_str edition_text; /* the bytes of the edition line, for writing back */
    struct wb_str end_trivia;
};

/*
 * Diagnostics, of all rooms that read declarations. `code` is stable ("WB-LANG-0003",
 * "WB-GRAM-0011", "WB-MAP-0104"); every code has a row in a .def of its room, from which docs and
 * `waybill explain` come.
 */
enum lang_severity { LANG_ERROR, LANG_WARNING, LANG_NOTE };

/* A row of a room's diag.def: X(NAME, code, severity, meaning, cure). */
struct lang_code {
    const char *code;
    enum lang_severity severity;
    const char *meaning;
    const char *cure;
};

struct lang_diag {
    enum lang_severity severity;
    const char *code; /* static */
    struct lang_pos pos;
    struct wb_str text;     /* one sentence */
    struct wb_str expected; /* "a segment tag", or empty */
    struct wb_str meant;    /* did you mean, or empty */
    struct lang_pos other;  /* a second place (the first of two writers); source NULL when none */
    struct wb_str other_text;
};

struct lang_diags {
    struct wb_arena *arena; /* where texts live */
    struct lang_diag *items;
    size_t count;
    size_t cap;
    size_t error_count; /* counted even past WB_LIMIT_DIAGS */
    size_t warning_count;
};

/* The rows of this room, in the order of their codes; ret_count may be NULL. */
const struct lang_code *lang_codes(size_t *ret_count);

void lang_diags_init(struct lang_diags *diags, struct wb_arena *arena);
/* Adds one and returns it, to fill in `expected`, `meant`, `other`; NULL past the limit or without
 * memory. */
struct lang_diag *lang_diag_add(struct wb_ctx *ctx, struct lang_diags *diags,
                                enum lang_severity severity, const char *code, struct lang_pos pos,
                                const char *format, ...) WB_PRINTF(6, 7);
struct lang_diag *lang_diag_addv(struct wb_ctx *ctx, struct lang_diags *diags,
                                 enum lang_severity severity, const char *code, struct lang_pos pos,
                                 const char *format, va_list args) WB_PRINTF(6, 0);
/* The nearest candidate within two edits (a third of the length), or empty. */
struct lang_guess {
    struct wb_str word;
    struct wb_str best;
    unsigned distance;
};
void lang_guess_init(struct lang_guess *guess, struct wb_str word);
void lang_guess_try(struct lang_guess *guess, struct wb_str candidate);
struct wb_str lang_guess_best(const struct lang_guess *guess);
/* Line and column, 1-based. */
void lang_place(struct lang_pos pos, uint32_t *ret_line, uint32_t *ret_column);
/* file:line:col: error WB-...: text, the line, a caret, expected, did you mean. colour: ANSI. */
void lang_diags_print(struct wb_out *out, const struct lang_diags *diags, bool colour);

/*
 * Parses one file into the arena. Syntax errors are diagnostics (diags->error_count); parsing goes
 * on after them, and the file that is returned holds what could be understood. Fails for want of
 * memory only.
 */
WB_MUST enum wb_rc lang_parse(struct wb_ctx *ctx, struct wb_arena *arena,
                              const struct lang_source *source, struct lang_diags *diags,
                              struct lang_file **ret_file);
/*
 * The text again, byte for byte when nothing was changed and it parsed without an error. A token
 * that was made, not read (pos.source NULL), is written from its kind and text, behind its trivia
 * or one blank.
 */
void lang_write(struct wb_out *out, const struct lang_file *file);

/* Where the first byte stands that is no text: not UTF-8, or a control byte; s.len when all is. */
size_t lang_text_end(struct wb_str s);

/* A cursor over the tokens of a statement: what the rooms read with. */
struct lang_cursor {
    const struct lang_statement *statement;
    uint32_t at;
};
struct lang_cursor lang_cursor_of(const struct lang_statement *statement);
/* The token at the cursor or NULL at the end. */
const struct lang_token *lang_peek(const struct lang_cursor *cursor);
const struct lang_token *lang_take(struct lang_cursor *cursor);
/* Takes the token when it is this word or mark. */
bool lang_accept(struct lang_cursor *cursor, const char *text);
/* Where the cursor stands, for diagnostics; behind the last token at the end. */
struct lang_pos lang_here(const struct lang_cursor *cursor);
bool lang_is(const struct lang_token *token, const char *text);
