/*
 * Undoes what mail did to an interchange. Each step works in place on one copy and only makes it
 * shorter. Joining is the last one: it needs the separators, which the header shows once it is on
 * one line. What cannot be known (whether wrapping ate a blank) is decided by the ISA, whose
 * lengths are known, else by the widths of the lines.
 */
#include "wire/unwrap.h"

#include <string.h>

#include "wire/unwrap_priv.h"

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Where the line break at `at` ends: CR LF or LF; `at` itself when there is none. */
static size_t
break_end(const struct wire_text *t, size_t at)
{
    size_t next = at < t->len && t->at[at] == '\r' ? at + 1 : at;
    return next < t->len && t->at[next] == '\n' ? next + 1 : at;
}

static void
strip_quoted_printable(struct wire_text *t)
{
    size_t to = 0;
    for (size_t i = 0; i < t->len;) {
        bool escape = t->at[i] == '=';
        size_t soft = escape ? break_end(t, i + 1) : i + 1;
        if (escape && soft > i + 1) {
            i = soft;
            continue;
        }
        int high = escape && i + 2 < t->len ? hex_digit(t->at[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(t->at[i + 2]) : -1;
        t->at[to++] = low >= 0 ? (char)(high * 16 + low) : t->at[i];
        i += low >= 0 ? 3 : 1;
    }
    t->len = to;
}

/* Where a line goes on behind the marks and the indent that its first line has. */
static size_t
line_start(const struct wire_text *t, size_t at, const struct wire_mail *mail)
{
    for (size_t marks = mail->mark_count; marks > 0; marks--) {
        size_t mark = at;
        while (mark < t->len && t->at[mark] == ' ') {
            mark++;
        }
        if (mark >= t->len || t->at[mark] != '>') {
            break;
        }
        at = mark + 1;
        if (marks == 1 && mail->mark_blank && at < t->len && t->at[at] == ' ') {
            at++;
        }
    }
    size_t end = at + mail->indent;
    while (at < end && at < t->len && (t->at[at] == ' ' || t->at[at] == '\t')) {
        at++;
    }
    return at;
}

static void
strip_line_starts(struct wire_text *t, const struct wire_mail *mail)
{
    size_t to = 0;
    for (size_t i = 0; i < t->len;) {
        char c = t->at[i++];
        t->at[to++] = c;
        if (c == '\n') {
            i = line_start(t, i, mail);
        }
    }
    t->len = to;
}

struct entity {
    struct wb_str name;
    char c;
};

/* The byte that an entity at `at` stands for; 0 when there is none. */
static char
entity_at(const struct wire_text *t, size_t at, size_t *ret_end)
{
    static const struct entity ENTITIES[] = {
        {{"&amp;", 5},  '&' },
        {{"&gt;", 4},   '>' },
        {{"&lt;", 4},   '<' },
        {{"&nbsp;", 6}, ' ' },
        {{"&quot;", 6}, '"' },
        {{"&apos;", 6}, '\''},
    };
    struct wb_str rest = {t->at + at, t->len - at};
    for (size_t i = 0; i < sizeof ENTITIES / sizeof ENTITIES[0]; i++) {
        if (wb_str_starts(rest, ENTITIES[i].name)) {
            *ret_end = at + ENTITIES[i].name.len;
            return ENTITIES[i].c;
        }
    }
    size_t end = wb_str_find(wb_str_sub(rest, 0, 7), ';');
    uint64_t code = 0;
    if (end < 7 && wb_str_starts(rest, WB_LIT("&#")) &&
        wb_str_u64(wb_str_sub(rest, 2, end - 2), &code) && code > 0 && code < 128) {
        *ret_end = at + end + 1;
        return (char)code;
    }
    return 0;
}

enum { MARKUP_MAX = 400 };

/* Whether letters are those of a lower-case word, in any case. */
static bool
same_word(struct wb_str letters, struct wb_str word)
{
    for (size_t i = 0; i < letters.len && i < word.len; i++) {
        if ((letters.at[i] | 0x20) != word.at[i]) {
            return false;
        }
    }
    return letters.len == word.len;
}

/* One past a tag of markup that mail puts around text; `at` when there is none. */
static size_t
markup_end(const struct wire_text *t, size_t at, bool *ret_line)
{
    static const char *const NAMES[] = {"br",   "p",     "div",   "pre",  "span",
                                        "html", "body",  "tt",    "code", "td",
                                        "tr",   "table", "tbody", "font", "blockquote"};
    struct wb_str rest = {t->at + at, t->len - at};
    size_t from = rest.len > 1 && rest.at[1] == '/' ? 2 : 1;
    size_t len = 0;
    while (from + len < rest.len && len < 16 && ((rest.at[from + len] | 0x20) >= 'a') &&
           ((rest.at[from + len] | 0x20) <= 'z')) {
        len++;
    }
    struct wb_str name = wb_str_sub(rest, from, len);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (!same_word(name, wb_str_of(NAMES[i]))) {
            continue;
        }
        size_t end = wb_str_find(wb_str_sub(rest, 0, MARKUP_MAX), '>');
        *ret_line = i == 0;
        return end < rest.len && end < MARKUP_MAX ? at + end + 1 : at;
    }
    return at;
}

/* <br> is a line break, and the one that follows it in the source is not another. */
static void
strip_html(struct wire_text *t)
{
    size_t to = 0;
    for (size_t i = 0; i < t->len;) {
        size_t end = i;
        bool line = false;
        char c = t->at[i] == '&' ? entity_at(t, i, &end) : 0;
        if (end == i && t->at[i] == '<') {
            end = markup_end(t, i, &line);
            c = line ? '\n' : 0;
            end = line ? break_end(t, end) : end;
        }
        if (end == i) {
            c = t->at[i];
            end = i + 1;
            t->at[to++] = c;
        } else if (c != 0) {
            t->at[to++] = c;
        }
        i = end;
    }
    t->len = to;
}

void
wire_mail_strip(const struct wire_mail *mail, struct wire_text *text)
{
    bool starts = mail->mark_count > 0 || mail->indent > 0;
    if (starts && (mail->prefix_first || !mail->quoted_printable)) {
        strip_line_starts(text, mail);
        starts = false;
    }
    if (mail->quoted_printable) {
        strip_quoted_printable(text);
    }
    if (starts) {
        strip_line_starts(text, mail);
    }
    if (mail->html) {
        strip_html(text);
    }
}

/* Whether the next line goes on with the segment, where lines end segments. */
static bool
continues(struct wb_str text, size_t next, const struct wire_delims *d)
{
    while (next < text.len && (text.at[next] == ' ' || text.at[next] == '\t')) {
        next++;
    }
    bool last = next >= text.len || text.at[next] == '\n' || text.at[next] == '\r';
    return !last && !wire_mail_tag(text, next, d->element);
}

/* Whether wrapping can have eaten a blank between these two bytes. */
static bool
blank_lost(uint8_t before, uint8_t after, const struct wire_delims *d)
{
    return !wire_blank(before) && !wire_blank(after) && before != d->element &&
           after != d->element && after != d->segment;
}

/* Joins what was wrapped behind offset `from`, where a segment begins. */
static void
join_lines(struct wire_text *t, size_t from, const struct wire_delims *d, enum wire_join join)
{
    struct wb_str all = {t->at, t->len};
    bool by_line = d->segment == '\r' || d->segment == '\n';
    uint8_t solid = d->segment; /* the last byte that is no blank */
    size_t to = from;
    for (size_t i = from; i < t->len;) {
        size_t next = break_end(t, i);
        bool inside = next > i && (by_line ? continues(all, next, d) : solid != d->segment);
        if (!inside) {
            solid = wire_blank((uint8_t)t->at[i]) ? solid : (uint8_t)t->at[i];
            t->at[to++] = t->at[i++];
            continue;
        }
        uint8_t after = next < t->len ? (uint8_t)t->at[next] : '\n';
        if (join == WIRE_JOIN_BLANK && to > 0 && blank_lost((uint8_t)t->at[to - 1], after, d)) {
            t->at[to++] = ' ';
        }
        i = next;
    }
    t->len = to;
}

/* Cuts what follows the last IEA, unless another interchange does. */
static bool
cut_after(struct wire_text *t, const struct wire_delims *d)
{
    size_t end = 0;
    for (size_t at = 0; at < t->len;) {
        while (at < t->len && wire_blank((uint8_t)t->at[at])) {
            at++;
        }
        struct wb_str rest = {t->at + at, t->len - at};
        size_t len = wb_str_find(rest, (char)d->segment);
        bool trailer =
            wb_str_starts(rest, WB_LIT("IEA")) && rest.len > 3 && (uint8_t)rest.at[3] == d->element;
        at += len < rest.len ? len + 1 : len;
        end = trailer ? at : end;
    }
    struct wb_str behind = {t->at + end, t->len - end};
    if (end == 0 || wb_str_trim(behind).len == 0 || wire_mail_look(behind).found) {
        return false;
    }
    t->len = end;
    return true;
}

static uint32_t
undo(const struct wire_mail *mail, struct wire_text *text)
{
    uint32_t undid = mail->text_before ? WIRE_UNDID_TEXT_AROUND : 0;
    undid |= mail->mark_count > 0 ? WIRE_UNDID_QUOTE_MARKS : 0;
    undid |= mail->indent > 0 ? WIRE_UNDID_LEADING_BLANKS : 0;
    undid |= mail->quoted_printable ? WIRE_UNDID_QUOTED_PRINTABLE : 0;
    undid |= mail->html ? WIRE_UNDID_HTML : 0;
    wire_mail_strip(mail, text);
    bool wrapped = false;
    enum wire_join join = WIRE_JOIN_UNKNOWN;
    struct wire_header header = wire_mail_header(text, &wrapped, &join);
    if (header.kind != WIRE_HEADER_ISA) {
        return undid;
    }
    struct wb_str all = {text->at, text->len};
    enum wire_join by_width = WIRE_JOIN_UNKNOWN;
    wrapped = wire_mail_wrapped(all, &header, &by_width) || wrapped;
    if (wrapped) {
        size_t body = header.len + 1U < text->len ? header.len + 1U : text->len;
        join_lines(text, body, &header.delims, join == WIRE_JOIN_UNKNOWN ? by_width : join);
        undid |= WIRE_UNDID_WRAPPED_LINES;
    }
    undid |= cut_after(text, &header.delims) ? WIRE_UNDID_TEXT_AROUND : 0;
    return undid;
}

enum wb_rc
wire_unwrap(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str bytes, struct wb_str *ret,
            uint32_t *ret_undid)
{
    if (bytes.len > WB_LIMIT_UNWRAP) {
        return wb_fail(ctx, WB_LIMIT, "a pasted message of more than %d bytes", WB_LIMIT_UNWRAP);
    }
    *ret = bytes;
    *ret_undid = 0;
    struct wire_mail mail = wire_mail_look(bytes);
    if (!mail.found) {
        return WB_OK;
    }
    struct wb_str from = wb_str_sub(bytes, mail.isa_at, bytes.len);
    char *at = wb_arena_array(ctx, arena, from.len, 1);
    if (at == NULL) {
        return WB_NOMEM;
    }
    memcpy(at, from.at, from.len);
    struct wire_text text = {at, from.len};
    uint32_t undid = undo(&mail, &text);
    if (undid != 0) {
        *ret = (struct wb_str){text.at, text.len};
        *ret_undid = undid;
    }
    return WB_OK;
}
