/*
 * Free texts: HTML of Odoo becomes paragraphs of plain words, and long paragraphs are broken at
 * blanks, because a line of text in a message has an end. No word is lost.
 */
#include <string.h>

#include "odoo/pull_priv.h"

enum { ENTITY_MAX = 10 };

struct entity {
    const char *name;
    const char *text;
};

static const struct entity entities[] = {
    {"amp",    "&"           },
    {"lt",     "<"           },
    {"gt",     ">"           },
    {"quot",   "\""          },
    {"apos",   "'"           },
    {"nbsp",   " "           },
    {"ndash",  "\xE2\x80\x93"},
    {"mdash",  "\xE2\x80\x94"},
    {"hellip", "..."         },
};

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the tag ends a paragraph: <p>, </p>, <br/>, <li> and their like, but not <b>. */
static bool
breaks(struct wb_str tag)
{
    static const char *const blocks[] = {"p",  "br", "div", "li", "ul", "ol", "tr", "table",
                                         "h1", "h2", "h3",  "h4", "h5", "h6", "hr", "blockquote"};
    char name[12];
    size_t len = 0;
    size_t at = wb_str_starts(tag, WB_LIT("/")) ? 1 : 0;
    while (at < tag.len && len < sizeof name - 1 &&
           ((lower(tag.at[at]) >= 'a' && lower(tag.at[at]) <= 'z') ||
            (tag.at[at] >= '0' && tag.at[at] <= '9'))) {
        name[len++] = lower(tag.at[at++]);
    }
    name[len] = '\0';
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (strcmp(name, blocks[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A code point as UTF-8; a line end or a control becomes a blank. */
static size_t
utf8_put(uint64_t code, char *at)
{
    if (code < 0x20 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code == 0xA0) {
        at[0] = ' ';
        return 1;
    }
    if (code < 0x80) {
        at[0] = (char)code;
        return 1;
    }
    const size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t heads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i-- > 1;) {
        at[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    at[0] = (char)(heads[len] | code);
    return len;
}

/* The text of `&name;` or `&#123;` at the start; 0 when it is none. At most 4 bytes are put. */
static size_t
entity_put(struct wb_str html, char *at, size_t *ret_len)
{
    const size_t end = wb_str_find(wb_str_sub(html, 0, ENTITY_MAX), ';');
    const struct wb_str name = wb_str_sub(html, 1, end < 1 ? 0 : end - 1);
    uint64_t code = 0;
    if (end >= html.len || end >= ENTITY_MAX) {
        return 0;
    }
    *ret_len = end + 1;
    if (wb_str_starts(name, WB_LIT("#")) && wb_str_u64(wb_str_sub(name, 1, name.len), &code)) {
        return utf8_put(code, at);
    }
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (wb_str_eq(name, wb_str_of(entities[i].name))) {
            const size_t len = strlen(entities[i].text);
            memcpy(at, entities[i].text, len);
            return len;
        }
    }
    return 0;
}

/* HTML as lines; ret has room for as many bytes as the HTML, and one more: no entity grows. */
static size_t
strip(struct wb_str html, char *ret)
{
    size_t len = 0;
    for (size_t at = 0; at < html.len;) {
        const struct wb_str rest = wb_str_sub(html, at, html.len);
        const size_t close = rest.at[0] == '<' ? wb_str_find(rest, '>') : rest.len;
        size_t used = 1;
        size_t put = rest.at[0] == '&' ? entity_put(rest, ret + len, &used) : 0;
        if (close < rest.len) {
            used = close + 1;
            if (breaks(wb_str_sub(rest, 1, close - 1))) {
                ret[len] = '\n';
                put = 1;
            }
        } else if (put == 0) {
            used = 1;
            ret[len] = rest.at[0];
            put = 1;
        }
        len += put;
        at += used;
    }
    return len;
}

/* Where a piece of a longer line ends: at the last blank that fits, else between characters. */
static size_t
piece_end(struct wb_str line, size_t piece_bytes)
{
    if (line.len <= piece_bytes) {
        return line.len;
    }
    for (size_t i = piece_bytes; i > piece_bytes / 2; i--) {
        if (line.at[i] == ' ') {
            return i;
        }
    }
    size_t end = piece_bytes;
    while (end > 1 && ((uint8_t)line.at[end] & 0xC0) == 0x80) {
        end--;
    }
    return end;
}

/* Blanks, tabs and other controls in a row become one blank. */
static struct wb_str
squeeze(char *at, size_t len)
{
    size_t kept = 0;
    for (size_t i = 0; i < len; i++) {
        const bool blank = (uint8_t)at[i] <= ' ' || at[i] == 0x7F;
        if (!blank) {
            at[kept++] = at[i];
        } else if (kept > 0 && at[kept - 1] != ' ') {
            at[kept++] = ' ';
        }
    }
    return wb_str_trim((struct wb_str){at, kept});
}

static void
add_piece(struct pull *pull, struct pull_texts *texts, struct wb_str piece)
{
    struct wb_str *const place =
        WB_PUSH(pull->ctx, pull->arena, texts->items, texts->count, texts->cap);
    if (place == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    *place = piece;
}

void
pull_add_text(struct pull *pull, struct pull_texts *texts, struct wb_str text, size_t piece_bytes)
{
    char *const copy = text.len == 0 || pull->rc != WB_OK
                           ? NULL
                           : wb_arena_alloc(pull->ctx, pull->arena, text.len);
    if (copy == NULL) {
        pull->rc = text.len > 0 && pull->rc == WB_OK ? WB_NOMEM : pull->rc;
        return;
    }
    memcpy(copy, text.at, text.len);
    for (size_t from = 0; from < text.len && pull->rc == WB_OK;) {
        const size_t len = wb_str_find((struct wb_str){copy + from, text.len - from}, '\n');
        struct wb_str line = squeeze(copy + from, len);
        while (line.len > 0 && pull->rc == WB_OK) {
            const size_t end = piece_end(line, piece_bytes);
            add_piece(pull, texts, wb_str_trim(wb_str_sub(line, 0, end)));
            line = wb_str_trim(wb_str_sub(line, end, line.len));
        }
        from += len + 1;
    }
}

void
pull_add_html(struct pull *pull, struct pull_texts *texts, struct wb_str html)
{
    char *const plain = html.len == 0 || pull->rc != WB_OK
                            ? NULL
                            : wb_arena_alloc(pull->ctx, pull->arena, html.len + 1);
    if (plain != NULL) {
        const size_t len = strip(html, plain);
        pull_add_text(pull, texts, (struct wb_str){plain, len}, PULL_NOTE_BYTES);
    } else if (html.len > 0 && pull->rc == WB_OK) {
        pull->rc = WB_NOMEM;
    }
}

/* ---- as a cell of a record */

static size_t
escaped_len(struct wb_str text)
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        len += c == '&' ? 5 : c == '<' || c == '>' ? 4 : 1;
    }
    return len;
}

static char *
put_bytes(char *at, const char *bytes)
{
    const size_t len = strlen(bytes);
    memcpy(at, bytes, len);
    return at + len;
}

static char *
put_escaped(char *at, struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (c == '&' || c == '<' || c == '>') {
            at = put_bytes(at, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
        } else {
            *at++ = c;
        }
    }
    return at;
}

/* <p>..</p> for each text, or the texts as lines. */
struct wb_str
pull_join(struct pull *pull, const struct pull_texts *texts, bool html)
{
    size_t size = 1;
    for (size_t i = 0; i < texts->count; i++) {
        size += escaped_len(texts->items[i]) + 8; /* <p></p>, or a line end */
    }
    char *const joined = wb_arena_alloc(pull->ctx, pull->arena, size);
    if (joined == NULL) {
        pull->rc = WB_NOMEM;
        return (struct wb_str){0};
    }
    char *at = joined;
    for (size_t i = 0; i < texts->count; i++) {
        at = put_bytes(at, html ? "<p>" : i > 0 ? "\n" : "");
        if (html) {
            at = put_escaped(at, texts->items[i]);
        } else {
            memcpy(at, texts->items[i].at, texts->items[i].len);
            at += texts->items[i].len;
        }
        at = put_bytes(at, html ? "</p>" : "");
    }
    return (struct wb_str){joined, (size_t)(at - joined)};
}
