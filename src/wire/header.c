/*
 * Finds the separators of an X12 interchange. Where the fixed positions of the ISA hold they are
 * taken from there; where they do not (unpadded, too short, too long) the sixteen element
 * separators are counted and what follows must look like the next segment. Nothing here reads input
 * or reports.
 */
#include "wire/header_priv.h"

#include <string.h>

/* Where an ISA of the standard has its element separators. */
static const uint8_t FIXED_AT[WIRE_HEADER_ELEMENTS] = {3,  6,  17, 20, 31, 34, 50,  53,
                                                       69, 76, 81, 83, 89, 99, 101, 103};

enum { ELEMENT_BYTES_MAX = 64, TAG_BYTES_MAX = 3, CONTROL_BYTES_MAX = 9, BLANKS_MAX = 8 };

bool
wire_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
wire_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static uint8_t
byte_at(struct wb_str s, size_t at)
{
    return (uint8_t)s.at[at];
}

/* Whether a tag and a separator stand at `at`, after blanks; the end of the input counts too. */
static bool
segment_follows(struct wb_str head, size_t at, uint8_t element)
{
    while (at < head.len && wire_blank(byte_at(head, at))) {
        at++;
    }
    if (at >= head.len) {
        return true;
    }
    size_t len = 0;
    while (at + len < head.len && len < TAG_BYTES_MAX && wire_alnum(byte_at(head, at + len))) {
        len++;
    }
    return len >= 2 && at + len < head.len && byte_at(head, at + len) == element;
}

static bool
fixed_holds(struct wb_str head)
{
    if (head.len < WIRE_HEADER_BYTES) {
        return false;
    }
    for (size_t i = 0; i < WIRE_HEADER_ELEMENTS; i++) {
        if (head.at[FIXED_AT[i]] != head.at[3]) {
            return false;
        }
    }
    return true;
}

/*
 * Where the terminator stands that is due at `at`: some senders put blanks in front of every
 * terminator. A blank itself is one only when nothing better follows.
 */
static size_t
terminator_at(struct wb_str head, size_t at, uint8_t element)
{
    size_t end = at;
    while (end < head.len && end - at < BLANKS_MAX && head.at[end] == ' ') {
        end++;
    }
    bool found = end > at && end < head.len && !wire_alnum(byte_at(head, end)) &&
                 byte_at(head, end) != element && segment_follows(head, end + 1, element);
    return found ? end : at;
}

static void
take_fixed(struct wb_str head, struct wire_header *h)
{
    for (size_t i = 0; i < WIRE_HEADER_ELEMENTS; i++) {
        h->element_at[i + 1] = FIXED_AT[i] + 1U;
    }
    h->element_at[WIRE_HEADER_ELEMENTS + 1] = WIRE_HEADER_BYTES;
    h->len = (uint32_t)terminator_at(head, WIRE_HEADER_BYTES - 1, h->delims.element);
    h->notices |= h->len >= WIRE_HEADER_BYTES ? 1U << WIRE_NOTICE_ISA_SHORT : 0;
    h->delims.component = byte_at(head, 104);
    h->delims.segment = byte_at(head, h->len);
    h->kind = WIRE_HEADER_ISA;
    bool pair = head.len > 106 && h->delims.segment >= 0xC2 && (byte_at(head, 106) & 0xC0) == 0x80;
    h->tail = pair ? byte_at(head, 106) : 0;
    struct wb_str rest = wb_str_sub(head, 105, head.len);
    size_t tag_len = wb_str_starts(rest, WB_LIT("GS")) ? 2 : 3;
    bool tag = tag_len == 2 || wb_str_starts(rest, WB_LIT("TA1"));
    bool none = tag && rest.len > tag_len && byte_at(rest, tag_len) == h->delims.element;
    if (none || h->delims.segment == h->delims.element) {
        h->kind = WIRE_HEADER_UNUSABLE;
    }
}

static struct wb_str
header_element(struct wb_str head, const struct wire_header *h, size_t no)
{
    return wb_str_sub(head, h->element_at[no], h->element_at[no + 1] - 1 - h->element_at[no]);
}

/*
 * ISA16 and the terminator of a counted header, whose ISA16 begins at `at`. Usual is one byte, then
 * the terminator. When the very next line ends in that byte, or no other reading leads to a
 * segment, it is the terminator and ISA16 is empty.
 */
static bool
take_end(struct wb_str head, size_t at, struct wire_header *h)
{
    if (at >= head.len || wire_alnum(byte_at(head, at)) || byte_at(head, at) == h->delims.element) {
        return false;
    }
    uint8_t first = byte_at(head, at);
    size_t next = terminator_at(head, at + 1, h->delims.element);
    uint8_t second = next < head.len ? byte_at(head, next) : 0;
    bool one = next < head.len && !wire_alnum(second) && second != h->delims.element &&
               segment_follows(head, next + 1, h->delims.element);
    bool empty = segment_follows(head, at + 1, h->delims.element);
    if (one && empty && (second == '\r' || second == '\n')) {
        size_t from = at + 1;
        while (from < head.len && wire_blank(byte_at(head, from))) {
            from++;
        }
        struct wb_str line = wb_str_sub(head, from, head.len);
        line.len = wb_str_find(line, '\n');
        line = wb_str_trim(line);
        one = line.len == 0 || byte_at(line, line.len - 1) != first;
    }
    if (!one && !empty) {
        return false;
    }
    h->delims.component = one ? first : 0;
    h->delims.segment = one ? second : first;
    h->len = (uint32_t)(one ? next : at);
    h->element_at[WIRE_HEADER_ELEMENTS + 1] = (uint32_t)(one ? at + 2 : at + 1);
    return true;
}

/* ISA12 is what tells a header from other text with sixteen separators. */
static bool
version_plausible(struct wb_str version)
{
    return version.len >= 4 && version.len <= 6 && version.at[0] == '0' && version.at[1] == '0' &&
           wire_alnum(byte_at(version, 2)) && wire_alnum(byte_at(version, 3));
}

static void
take_counted(struct wb_str head, struct wire_header *h)
{
    h->kind = WIRE_HEADER_UNUSABLE;
    size_t at = 3;
    for (size_t no = 1; no <= WIRE_HEADER_ELEMENTS; no++) {
        h->element_at[no] = (uint32_t)at + 1;
        if (no == WIRE_HEADER_ELEMENTS) {
            break;
        }
        struct wb_str rest = wb_str_sub(head, at + 1, ELEMENT_BYTES_MAX);
        size_t len = wb_str_find(rest, (char)h->delims.element);
        if (len == rest.len) {
            return;
        }
        at += 1 + len;
    }
    h->element_at[WIRE_HEADER_ELEMENTS + 1] = (uint32_t)at + 2;
    if (!version_plausible(header_element(head, h, 12)) || header_element(head, h, 15).len > 1 ||
        !take_end(head, at + 1, h)) {
        return;
    }
    h->kind = WIRE_HEADER_ISA;
    h->notices |= 1U << WIRE_NOTICE_ISA_SHORT;
}

static void
note(struct wire_header *h, enum wire_notice_code code, size_t at)
{
    h->notices |= 1U << code;
    h->odd_at = (uint32_t)at;
}

/* ISA11 is a separator from 00402 on; before, it names a standards body and is "U". */
static void
take_repeat(struct wb_str head, struct wire_header *h)
{
    struct wb_str isa11 = header_element(head, h, 11);
    struct wb_str isa12 = header_element(head, h, 12);
    if (isa11.len != 1) {
        return;
    }
    uint8_t c = byte_at(isa11, 0);
    bool punctuation = !wire_alnum(c) && !wire_blank(c);
    bool dated = wb_str_digits(isa12) && wb_str_cmp(isa12, WB_LIT("00402")) >= 0;
    const struct wire_delims *d = &h->delims;
    if (!dated) {
        h->notices |= punctuation ? 1U << WIRE_NOTICE_REPEAT_IGNORED : 0;
    } else if (!punctuation) {
        note(h, WIRE_NOTICE_SEPARATOR_ODD, h->element_at[11]);
    } else if (c == d->element || c == d->component || c == d->segment) {
        note(h, WIRE_NOTICE_SEPARATORS_EQUAL, h->element_at[11]);
    } else {
        h->delims.repeat = c;
    }
}

static struct wire_header
read_isa(struct wb_str head)
{
    struct wire_header h = {.kind = WIRE_HEADER_UNUSABLE};
    h.delims =
        (struct wire_delims){.syntax = WIRE_X12, .element = byte_at(head, 3), .decimal = '.'};
    if (fixed_holds(head)) {
        take_fixed(head, &h);
    } else {
        take_counted(head, &h);
    }
    if (h.kind != WIRE_HEADER_ISA) {
        return h;
    }
    take_repeat(head, &h);
    uint8_t component = h.delims.component;
    if (component == h.delims.element || component == h.delims.segment) {
        note(&h, WIRE_NOTICE_SEPARATORS_EQUAL, h.element_at[16]);
    } else if (wire_alnum(component) || component == ' ') {
        note(&h, WIRE_NOTICE_SEPARATOR_ODD, h.element_at[16]);
    }
    if (wire_alnum(h.delims.segment) || h.delims.segment == ' ') {
        note(&h, WIRE_NOTICE_SEPARATOR_ODD, h.len);
    }
    return h;
}

bool
wire_header_begins(struct wb_str head)
{
    return wb_str_starts(head, WB_LIT("ISA")) || wb_str_starts(head, WB_LIT("UNB")) ||
           wb_str_starts(head, WB_LIT("UNA")) || wb_str_starts(head, WB_LIT("UIB"));
}

struct wire_header
wire_header_read(struct wb_str head)
{
    struct wire_header none = {.kind = WIRE_HEADER_NONE};
    if (head.len < 4 || !wire_header_begins(head) || wire_alnum(byte_at(head, 3)) ||
        wire_blank(byte_at(head, 3))) {
        return none;
    }
    return head.at[0] == 'I' ? read_isa(head) : wire_header_unb(head);
}

/* One past the run of letters and digits at `at`. */
static size_t
run_end(struct wb_str head, size_t at)
{
    while (at < head.len && wire_alnum(byte_at(head, at))) {
        at++;
    }
    return at;
}

/* One past the last element of an ST with two or three elements; 0 when it is none. */
static size_t
end_of_st(struct wb_str head)
{
    size_t id_end = run_end(head, 3);
    if (id_end != 6 || id_end >= head.len || head.at[id_end] != head.at[2]) {
        return 0;
    }
    size_t end = run_end(head, id_end + 1);
    if (end == id_end + 1 || end > id_end + 1 + CONTROL_BYTES_MAX) {
        return 0;
    }
    if (end < head.len && head.at[end] == head.at[2]) {
        end = run_end(head, end + 1);
    }
    return end;
}

/* The same for a GS: eight elements on one line, the last of letters and digits. */
static size_t
end_of_gs(struct wb_str head)
{
    size_t at = 2;
    for (int no = 1; no < 8; no++) {
        struct wb_str rest = wb_str_sub(head, at + 1, ELEMENT_BYTES_MAX);
        size_t len = wb_str_find(rest, head.at[2]);
        if (len == rest.len || wb_str_find(wb_str_sub(rest, 0, len), '\n') < len) {
            return 0;
        }
        at += 1 + len;
    }
    size_t end = run_end(head, at + 1);
    return end > at + 1 ? end : 0;
}

struct wire_header
wire_header_fragment(struct wb_str head)
{
    struct wire_header h = {.kind = WIRE_HEADER_NONE};
    if (head.len > 0 && head.at[0] == 'U') {
        return wire_header_unh(head);
    }
    bool st = wb_str_starts(head, WB_LIT("ST"));
    bool gs = wb_str_starts(head, WB_LIT("GS"));
    if (head.len < 8 || !(st || gs) || wire_alnum(byte_at(head, 2)) ||
        wire_blank(byte_at(head, 2))) {
        return h;
    }
    size_t end = st ? end_of_st(head) : end_of_gs(head);
    uint8_t element = byte_at(head, 2);
    if (end == 0 || end >= head.len || byte_at(head, end) == element || byte_at(head, end) == ' ' ||
        !segment_follows(head, end + 1, element)) {
        return h;
    }
    h.kind = WIRE_HEADER_FRAGMENT;
    h.delims = (struct wire_delims){
        .syntax = WIRE_X12, .segment = byte_at(head, end), .element = element, .decimal = '.'};
    return h;
}
