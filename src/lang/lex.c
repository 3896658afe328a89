/*
 * Bytes into words, strings and marks. Nothing here knows statements or blocks.
 *
 * The lexer never stops: what is no token is reported and skipped, and the skipped bytes become
 * trivia of the next token. Offsets fit 32 bits because a source is at most WB_LIMIT_SOURCE long.
 */
#include "lang/lang_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/limits.h"

_Static_assert(WB_LIMIT_SOURCE < UINT32_MAX, "offsets are 32 bits wide");

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool
is_control(char c)
{
    const uint8_t byte = (uint8_t)c;
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
}

size_t
lang_utf8_len(struct wb_str s)
{
    if (s.len == 0) {
        return 0;
    }
    const uint8_t lead = (uint8_t)s.at[0];
    if (lead < 0x80) {
        return 1;
    }
    const size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || s.len < len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if (((uint8_t)s.at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    const uint8_t second = (uint8_t)s.at[1];
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    return overlong || outside ? 0 : len;
}

char
lex_byte(const struct lex *lex)
{
    return lex->at < lex->text.len ? lex->text.at[lex->at] : '\0';
}

bool
lex_at_end(const struct lex *lex)
{
    return lex->at >= lex->text.len;
}

static char
byte_at(const struct lex *lex, size_t at)
{
    return at < lex->text.len ? lex->text.at[at] : '\0';
}

struct lang_pos
lex_pos(const struct lex *lex, uint32_t at, uint32_t len)
{
    return (struct lang_pos){lex->source, at, len};
}

struct wb_str
lex_slice(const struct lex *lex, uint32_t from)
{
    assert(from <= lex->at);
    return wb_str_sub(lex->text, from, lex->at - from);
}

struct lang_diag *
lex_report(struct lex *lex, enum lang_code_no no, struct lang_pos pos, const char *format, ...)
{
    const struct lang_code *row = &lang_codes(NULL)[no];
    va_list args;
    va_start(args, format);
    struct lang_diag *diag =
        lang_diag_addv(lex->ctx, lex->diags, row->severity, row->code, pos, format, args);
    va_end(args);
    return diag;
}

/* A '#' begins a comment at the start of a line or behind a blank; 3042#1..4 is a path. */
static bool
comment_begins(const struct lex *lex)
{
    if (lex_byte(lex) != '#') {
        return false;
    }
    const char before = lex->at == lex->first ? '\n' : lex->text.at[lex->at - 1];
    return before == '\n' || is_blank(before);
}

void
lex_skip(struct lex *lex, const char *also)
{
    while (!lex_at_end(lex)) {
        const char c = lex_byte(lex);
        if (comment_begins(lex)) {
            const struct wb_str rest = wb_str_sub(lex->text, lex->at, lex->text.len);
            lex->at += (uint32_t)wb_str_find(rest, '\n'); /* text.len < 2^32 */
        } else if (is_blank(c) || (c != '\0' && strchr(also, c) != NULL)) {
            lex->at++;
        } else {
            return;
        }
    }
}

size_t
lang_text_end(struct wb_str s)
{
    size_t at = 0;
    while (at < s.len) {
        const size_t len = lang_utf8_len(wb_str_sub(s, at, 4));
        if (len == 0 || is_control(s.at[at])) {
            break;
        }
        at += len;
    }
    return at;
}

void
lex_check_text(struct lex *lex)
{
    const size_t at = lang_text_end(lex->text);
    if (at == lex->text.len) {
        return;
    }
    const bool control = is_control(lex->text.at[at]);
    struct lang_diag *diag =
        lex_report(lex, LANG_NOT_TEXT, lex_pos(lex, (uint32_t)at, 1), "byte 0x%02x is %s",
                   (unsigned)(uint8_t)lex->text.at[at], control ? "a control byte" : "not UTF-8");
    if (diag != NULL) {
        diag->expected = WB_LIT("text in UTF-8");
    }
}

static void
take_word(struct lex *lex)
{
    while (is_word(lex_byte(lex)) || (lex_byte(lex) == '-' && is_word(byte_at(lex, lex->at + 1)))) {
        lex->at++;
    }
}

/* The body of a string with escapes undone; most have none and are slices of the source. */
static enum wb_rc
unescape(struct lex *lex, uint32_t from, struct wb_str raw, struct wb_str *ret)
{
    if (wb_str_find(raw, '\\') == raw.len) {
        *ret = raw;
        return WB_OK;
    }
    char *text = wb_arena_alloc(lex->ctx, lex->arena, raw.len);
    if (text == NULL) {
        return WB_NOMEM;
    }
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        const bool escape = raw.at[i] == '\\';
        const char next = escape && i + 1 < raw.len ? raw.at[i + 1] : '\0';
        if (escape && (next == '"' || next == '\\')) {
            i++;
        } else if (escape) {
            struct lang_diag *diag =
                lex_report(lex, LANG_STRING_ESCAPE, lex_pos(lex, from + (uint32_t)i, 1),
                           "a backslash in a string escapes only '\"' and itself");
            if (diag != NULL) {
                diag->expected = WB_LIT("\\\" or \\\\");
            }
        }
        text[len++] = raw.at[i];
    }
    *ret = (struct wb_str){text, len};
    return WB_OK;
}

static enum wb_rc
take_string(struct lex *lex, struct wb_str *ret_text)
{
    const uint32_t open = lex->at;
    lex->at++;
    while (!lex_at_end(lex) && lex_byte(lex) != '"' && lex_byte(lex) != '\n') {
        const char next = byte_at(lex, lex->at + 1);
        const bool escape = lex_byte(lex) == '\\' && (next == '"' || next == '\\');
        lex->at += escape ? 2 : 1;
    }
    const struct wb_str raw = lex_slice(lex, open + 1);
    if (lex_byte(lex) == '"') {
        lex->at++;
    } else {
        struct lang_diag *diag =
            lex_report(lex, LANG_STRING_OPEN, lex_pos(lex, open, lex->at - open),
                       "this string is not closed before the line ends");
        if (diag != NULL) {
            diag->expected = WB_LIT("\"");
        }
    }
    return unescape(lex, open + 1, raw, ret_text);
}

/* Length of the mark at the lexer's place, 0 when there is none. Longer marks first. */
static uint32_t
mark_len(const struct lex *lex)
{
    static const char *const marks[] = {"<=>", "->", "<-", "==", "!=", "<=", ">=", ".."};
    const struct wb_str rest = wb_str_sub(lex->text, lex->at, 3);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (wb_str_starts(rest, wb_str_of(marks[i]))) {
            return (uint32_t)strlen(marks[i]);
        }
    }
    const char c = lex_byte(lex);
    return c != '\0' && strchr("|[]().:#+-*/=,<>~!@%&?", c) != NULL ? 1 : 0;
}

/* Bytes that begin no token, up to the next one that may. What is no text at all was reported once
 * for the file. */
static void
skip_strange(struct lex *lex)
{
    const uint32_t from = lex->at;
    const size_t len = lang_utf8_len(wb_str_sub(lex->text, lex->at, 4));
    if (len == 0 || is_control(lex_byte(lex))) {
        lex->at++;
        return;
    }
    lex->at += (uint32_t)len;
    while (!lex_at_end(lex) && (uint8_t)lex_byte(lex) >= 0x80) {
        lex->at++;
    }
    const struct wb_str text = lex_slice(lex, from);
    struct lang_diag *diag =
        lex_report(lex, LANG_CHARACTER, lex_pos(lex, from, lex->at - from),
                   "'" WB_FMT "' means nothing outside a string", WB_ARG(wb_str_sub(text, 0, 60)));
    if (diag != NULL) {
        diag->expected = WB_LIT("a word of ASCII letters, digits, '_' and '-', or a string");
    }
}

enum wb_rc
lex_token(struct lex *lex, struct lang_token *ret, bool *ret_is_token)
{
    const uint32_t from = lex->at;
    const uint32_t mark = mark_len(lex);
    enum wb_rc rc = WB_OK;
    *ret_is_token = true;
    if (is_word(lex_byte(lex))) {
        ret->kind = LANG_WORD;
        take_word(lex);
        ret->text = lex_slice(lex, from);
    } else if (lex_byte(lex) == '"') {
        ret->kind = LANG_STRING;
        rc = take_string(lex, &ret->text);
    } else if (mark > 0) {
        ret->kind = LANG_MARK;
        lex->at += mark;
        ret->text = lex_slice(lex, from);
    } else {
        skip_strange(lex);
        *ret_is_token = false;
    }
    ret->pos = lex_pos(lex, from, lex->at - from);
    return rc;
}
