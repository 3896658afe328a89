/*
 * Recognises an interchange that was pasted into a mail. Every sign is one that no well-made file
 * shows: a line break inside the ISA, "> " in front of it, markup around its separators, or body
 * lines that all break at one width inside segments. When in doubt there is no sign.
 */
#include <string.h>

#include "wire/unwrap_priv.h"

enum {
    PREFIX_LINES = 6,    /* lines that show how all lines begin */
    PREFIX_MAX = 200,    /* bytes in front of the ISA on its line */
    HEADER_REGION = 700, /* raw bytes in which sixteen separators must stand */
    WRAP_WIDTH_MIN = 56, /* no mail program wraps at less */
    WRAP_WIDTH_MAX = 80, /* where words are wrapped */
    WRAP_LINES_MIN = 2,  /* broken lines that make a pattern */
    TAG_SHARE_MIN = 5,   /* fewer than one in five continuations may look like a segment */
};

static uint8_t
byte_at(struct wb_str s, size_t at)
{
    return (uint8_t)s.at[at];
}

static bool
alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Whether lower-case `word` stands at `at`, in any case. */
static bool
word_at(struct wb_str s, size_t at, struct wb_str word)
{
    if (at > s.len || s.len - at < word.len) {
        return false;
    }
    for (size_t i = 0; i < word.len; i++) {
        if (lower(s.at[at + i]) != word.at[i]) {
            return false;
        }
    }
    return true;
}

static bool
holds_word(struct wb_str s, struct wb_str word)
{
    for (size_t at = 0; at + word.len <= s.len; at++) {
        if (word_at(s, at, word)) {
            return true;
        }
    }
    return false;
}

bool
wire_mail_tag(struct wb_str text, size_t at, uint8_t element)
{
    size_t len = 0;
    if (at >= text.len || text.at[at] < 'A' || text.at[at] > 'Z') {
        return false;
    }
    while (at + len < text.len && len < 3 && alnum(byte_at(text, at + len))) {
        len++;
    }
    return len >= 2 && at + len < text.len && byte_at(text, at + len) == element;
}

/* One past the sixteenth separator of a header at `at`; 0 when there is none in reach. */
static size_t
sixteenth(struct wb_str bytes, size_t at)
{
    struct wb_str region = wb_str_sub(bytes, at, HEADER_REGION);
    if (region.len < 4 || memcmp(region.at, "ISA", 3) != 0) {
        return 0;
    }
    uint8_t element = byte_at(region, 3);
    if (alnum(element) || wire_blank(element)) {
        return 0;
    }
    size_t count = 0;
    for (size_t i = 3; i < region.len; i++) {
        count += byte_at(region, i) == element ? 1 : 0;
        if (count == WIRE_HEADER_ELEMENTS) {
            return at + i + 1;
        }
    }
    return 0;
}

/* What stands in front of the header on its line; false when it is not what mail puts there. */
static bool
look_at_prefix(struct wb_str prefix, struct wire_mail *mail)
{
    bool markup = holds_word(prefix, WB_LIT("<"));
    bool entity = holds_word(prefix, WB_LIT("&nbsp;"));
    if (markup || entity) {
        mail->html = true;
        return prefix.at[prefix.len - 1] == '>' || prefix.at[prefix.len - 1] == ';' ||
               wire_blank(byte_at(prefix, prefix.len - 1));
    }
    size_t marks_end = 0;
    for (size_t i = 0; i < prefix.len; i++) {
        if (prefix.at[i] == '>') {
            mail->mark_count++;
            marks_end = i + 1;
        } else if (!wire_blank(byte_at(prefix, i))) {
            return false;
        }
    }
    mail->indent = prefix.len - marks_end;
    if (mail->mark_count > 0 && mail->indent > 0) {
        mail->mark_blank = true;
        mail->indent--;
    }
    return true;
}

/*
 * Whether the lines behind the header begin as its own line does, also those that quoted-printable
 * made: then marks and indent were put around it later.
 */
static bool
prefix_everywhere(struct wb_str bytes, const struct wire_mail *mail)
{
    struct wb_str rest = wb_str_sub(bytes, mail->isa_at, bytes.len);
    for (size_t lines = 0; lines < PREFIX_LINES;) {
        rest = wb_str_sub(rest, wb_str_find(rest, '\n') + 1, rest.len);
        struct wb_str line = wb_str_sub(rest, 0, wb_str_find(rest, '\n'));
        if (rest.len == 0) {
            break;
        }
        if (wb_str_trim(line).len == 0) {
            continue;
        }
        size_t blanks = 0;
        while (blanks < line.len && (line.at[blanks] == ' ' || line.at[blanks] == '\t')) {
            blanks++;
        }
        bool mark = blanks < line.len && line.at[blanks] == '>';
        if (mail->mark_count > 0 ? !mark : blanks < mail->indent) {
            return false;
        }
        lines++;
    }
    return true;
}

/* What was done to the bytes between ISA and its sixteenth separator, and right behind. */
static void
look_at_header(struct wb_str bytes, size_t end, struct wire_mail *mail)
{
    struct wb_str region = wb_str_sub(bytes, mail->isa_at, end - mail->isa_at);
    struct wb_str behind = wb_str_sub(bytes, end, 8);
    for (size_t i = 0; i + 1 < region.len; i++) {
        size_t next = region.at[i + 1] == '\r' ? i + 2 : i + 1;
        if (region.at[i] == '=' && next < region.len && region.at[next] == '\n') {
            mail->quoted_printable = true;
            break;
        }
    }
    mail->prefix_first = prefix_everywhere(bytes, mail);
    bool separator = word_at(behind, 0, WB_LIT("&gt;")) || word_at(behind, 0, WB_LIT("&lt;")) ||
                     word_at(behind, 0, WB_LIT("&amp;"));
    bool line_break = holds_word(behind, WB_LIT("<br"));
    mail->html = mail->html || separator || line_break || holds_word(region, WB_LIT("&nbsp;"));
}

/* "Word: " at the start, as the first line of a mail has it. */
static bool
mail_line(struct wb_str text)
{
    size_t len = 0;
    while (len < text.len && len < 40 && (alnum(byte_at(text, len)) || text.at[len] == '-')) {
        len++;
    }
    return len > 1 && len + 1 < text.len && text.at[len] == ':' && text.at[len + 1] == ' ';
}

struct wire_mail
wire_mail_look(struct wb_str bytes)
{
    size_t line_at = 0;
    for (size_t at = 0; at + 4 <= bytes.len; at++) {
        line_at = at > 0 && bytes.at[at - 1] == '\n' ? at : line_at;
        if (bytes.at[at] != 'I' || at - line_at > PREFIX_MAX) {
            continue;
        }
        struct wire_mail mail = {.isa_at = at};
        size_t end = sixteenth(bytes, at);
        if (end == 0) {
            continue;
        }
        struct wb_str prefix = wb_str_sub(bytes, line_at, at - line_at);
        if (line_at == 0 && wb_str_starts(prefix, WB_LIT("\xEF\xBB\xBF"))) {
            prefix = wb_str_sub(prefix, 3, prefix.len);
        }
        if (prefix.len > 0 && !look_at_prefix(prefix, &mail)) {
            continue;
        }
        mail.found = true;
        struct wb_str before = wb_str_sub(bytes, 0, line_at);
        if (wb_str_starts(before, WB_LIT("\xEF\xBB\xBF"))) {
            before = wb_str_sub(before, 3, before.len);
        }
        before = wb_str_trim(before);
        mail.text_before = before.len > 0;
        mail.mail_before = mail_line(before);
        mail.quoted_printable = holds_word(before, WB_LIT("encoding: quoted-printable"));
        look_at_header(bytes, end, &mail);
        return mail;
    }
    return (struct wire_mail){.found = false};
}

/* Takes the line breaks out of the first `end` bytes, or makes them blanks. */
static void
join_head(struct wire_text *text, size_t end, bool blank)
{
    size_t to = 0;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->at[i];
        bool pair = i < end && c == '\r' && i + 1 < text->len && text->at[i + 1] == '\n';
        if (pair || (i < end && c == '\n' && !blank)) {
            continue;
        }
        text->at[to++] = i < end && c == '\n' ? ' ' : c;
    }
    text->len = to;
}

static struct wire_header
header_of(const char *at, size_t len)
{
    struct wb_str head = {at, len < WIRE_HEADER_PEEK ? len : WIRE_HEADER_PEEK};
    return wire_header_read(head);
}

static bool
fixed(const struct wire_header *header)
{
    return header->kind == WIRE_HEADER_ISA && (header->notices & 1U << WIRE_NOTICE_ISA_SHORT) == 0;
}

/* Wrapping may take blanks from a header; it adds nothing to any element. */
static bool
no_longer(const struct wire_header *header)
{
    static const uint8_t LENGTHS[WIRE_HEADER_ELEMENTS + 1] = {0, 2, 10, 2, 10, 2, 15, 2, 15,
                                                              6, 4, 1,  5, 9,  1, 1,  1};
    for (size_t no = 1; no <= WIRE_HEADER_ELEMENTS; no++) {
        if (header->element_at[no + 1] - 1 - header->element_at[no] > LENGTHS[no]) {
            return false;
        }
    }
    return true;
}

/* Whether a line of the header ends in something else than its terminator. */
static bool
broken(struct wb_str region, uint8_t terminator)
{
    for (size_t i = 1; i < region.len; i++) {
        size_t last = region.at[i - 1] == '\r' && i > 1 ? i - 2 : i - 1;
        if (region.at[i] == '\n' && byte_at(region, last) != terminator) {
            return true;
        }
    }
    return false;
}

struct wire_header
wire_mail_header(struct wire_text *text, bool *ret_broken, enum wire_join *ret_join)
{
    *ret_broken = false;
    *ret_join = WIRE_JOIN_UNKNOWN;
    struct wire_header as_is = header_of(text->at, text->len);
    struct wb_str all = {text->at, text->len};
    size_t end = sixteenth(all, 0);
    bool one_line = wb_str_find(wb_str_sub(all, 0, as_is.len), '\n') == as_is.len;
    if (end == 0 || (fixed(&as_is) && one_line)) {
        return as_is;
    }
    while (end < all.len && (all.at[end] == '\r' || all.at[end] == '\n')) {
        end++; /* ISA16 is no line break when the lengths do not hold as they are */
    }
    char room[2][WIRE_HEADER_PEEK + HEADER_REGION];
    struct wire_header joined[2];
    for (size_t i = 0; i < 2; i++) {
        struct wb_str head = wb_str_sub(all, 0, sizeof room[i]);
        memcpy(room[i], head.at, head.len);
        struct wire_text copy = {room[i], head.len};
        join_head(&copy, end, i == 1);
        joined[i] = header_of(copy.at, copy.len);
    }
    size_t pick = fixed(&joined[1]) && !fixed(&joined[0]) ? 1 : 0;
    if (joined[pick].kind != WIRE_HEADER_ISA || !no_longer(&joined[pick]) ||
        !broken(wb_str_sub(all, 0, end), joined[pick].delims.segment)) {
        return as_is;
    }
    *ret_broken = true;
    if (fixed(&joined[pick])) {
        *ret_join = pick == 1 ? WIRE_JOIN_BLANK : WIRE_JOIN_NOTHING;
    }
    join_head(text, end, pick == 1);
    return joined[pick];
}

/* What the lines behind a header are like. */
struct widths {
    size_t widest;
    size_t broken_count;
    size_t broken_min;
    size_t broken_max;
    size_t tag_count; /* continuations that look like a segment */
};

static struct widths
measure(struct wb_str text, size_t at, const struct wire_delims *d)
{
    struct widths w = {.broken_min = SIZE_MAX};
    while (at < text.len) {
        struct wb_str line = wb_str_sub(text, at, text.len);
        line.len = wb_str_find(line, '\n');
        size_t next = at + line.len + 1;
        if (line.len > 0 && line.at[line.len - 1] == '\r') {
            line.len--;
        }
        w.widest = line.len > w.widest ? line.len : w.widest;
        struct wb_str used = wb_str_trim(line);
        bool inside = used.len > 0 && byte_at(used, used.len - 1) != d->segment;
        if (inside && next < text.len) {
            w.broken_count++;
            w.broken_min = line.len < w.broken_min ? line.len : w.broken_min;
            w.broken_max = line.len > w.broken_max ? line.len : w.broken_max;
            w.tag_count += wire_mail_tag(text, next, d->element) ? 1 : 0;
        }
        at = next;
    }
    return w;
}

bool
wire_mail_wrapped(struct wb_str text, const struct wire_header *header, enum wire_join *ret_join)
{
    const struct wire_delims *d = &header->delims;
    size_t first = wb_str_find(text, '\n');
    size_t from = header->len + wb_str_find(wb_str_sub(text, header->len, text.len), '\n') + 1;
    struct widths w = measure(text, from, d);
    bool one_width = w.broken_min == w.broken_max && w.broken_max == w.widest;
    *ret_join = one_width ? WIRE_JOIN_NOTHING : WIRE_JOIN_BLANK;
    if (d->segment == '\r' || d->segment == '\n' || w.broken_count < WRAP_LINES_MIN ||
        w.broken_min < WRAP_WIDTH_MIN || w.tag_count * TAG_SHARE_MIN >= w.broken_count) {
        return false;
    }
    size_t widest = first > w.widest ? first : w.widest;
    return (one_width && widest <= w.widest + 1) || widest <= WRAP_WIDTH_MAX;
}

bool
wire_unwrap_wanted(struct wb_str head)
{
    struct wire_mail mail = wire_mail_look(head);
    if (!mail.found) {
        return false;
    }
    if (mail.mark_count > 0 || mail.quoted_printable || mail.html || mail.mail_before) {
        return true;
    }
    char room[4 * WIRE_HEADER_PEEK];
    struct wb_str start = wb_str_sub(head, mail.isa_at, sizeof room);
    memcpy(room, start.at, start.len);
    struct wire_text text = {room, start.len};
    wire_mail_strip(&mail, &text);
    bool was_broken = false;
    enum wire_join join = WIRE_JOIN_UNKNOWN;
    struct wire_header header = wire_mail_header(&text, &was_broken, &join);
    if (was_broken || header.kind != WIRE_HEADER_ISA) {
        return was_broken;
    }
    return wire_mail_wrapped(wb_str_sub(head, mail.isa_at, head.len), &header, &join);
}
