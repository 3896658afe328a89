#pragma once
/* What the files of this room share: the code table, bytes of text, the lexer. */
#include "lang/lang.h"

/* Indexes of the rows of diag.def. */
enum lang_code_no {
#define X(name, code, severity, meaning, cure) LANG_##name,
#include "lang/diag.def"
#undef X
    LANG_CODE_COUNT
};

/* Length of the UTF-8 character at the start of s, 0 when it is none (or s is empty). */
size_t lang_utf8_len(struct wb_str s);

struct lex {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    struct lang_diags *diags;
    const struct lang_source *source;
    struct wb_str text;
    uint32_t first; /* behind a byte order mark */
    uint32_t at;
};

/* The byte at the lexer's place; NUL at the end (a real NUL is no text and was reported before). */
char lex_byte(const struct lex *lex);
bool lex_at_end(const struct lex *lex);
/* Skips blanks and comments, and what `also` lists ("\n", "\n;"). */
void lex_skip(struct lex *lex, const char *also);
struct lang_pos lex_pos(const struct lex *lex, uint32_t at, uint32_t len);
struct wb_str lex_slice(const struct lex *lex, uint32_t from);
/* Adds a diagnostic of this room with the severity of its row. */
struct lang_diag *lex_report(struct lex *lex, enum lang_code_no no, struct lang_pos pos,
                             const char *format, ...) WB_PRINTF(4, 5);
/*
 * Reads a word, string or mark into ret (kind, text, pos); false when bytes were skipped that are
 * no token, after saying so. Braces, ';' and newlines are the parser's.
 */
WB_MUST enum wb_rc lex_token(struct lex *lex, struct lang_token *ret, bool *ret_is_token);
/* Reports the first byte of the file that is no text. */
void lex_check_text(struct lex *lex);
