/*
 * Finds the separators of an EDIFACT interchange: from the UNA where there is one that fits, else
 * from the byte behind UNB, which tells level A or B, else from what stands around the next service
 * segment. Nothing here reads input or reports.
 */
#include <string.h>

#include "wire/header_priv.h"

enum {
    UNA_BYTES_MIN = 7, /* places may have been lost on the way */
    UNA_BYTES_MAX = 10,
    BLANKS_MAX = WIRE_PREFIX_MAX - UNA_BYTES_MAX, /* between UNA and UNB */
    SYNTAX_ID_BYTES = 4,                          /* UNOA */
    LEVEL_B_ELEMENT = 0x1D,
};

/* What a UNA says; len 0 when there is none. */
struct una {
    size_t len;
    size_t tag_at; /* where the UNB or UNH behind it begins */
    bool fits;     /* has all six places, and none that cannot be */
};

static uint8_t
byte_at(struct wb_str s, size_t at)
{
    return (uint8_t)s.at[at];
}

static bool
separator_shaped(uint8_t c)
{
    return !wire_alnum(c) && !wire_blank(c);
}

static bool
starts_at(struct wb_str head, size_t at, const char *tag)
{
    return at + 3 <= head.len && memcmp(head.at + at, tag, 3) == 0;
}

static bool
header_tag_at(struct wb_str head, size_t at)
{
    bool tag = starts_at(head, at, "UNB") || starts_at(head, at, "UIB");
    return tag && at + 3 < head.len && separator_shaped(byte_at(head, at + 3));
}

static bool
message_tag_at(struct wb_str head, size_t at)
{
    bool tag =
        starts_at(head, at, "UNH") || starts_at(head, at, "UNG") || starts_at(head, at, "UIH");
    return tag && at + 3 < head.len && separator_shaped(byte_at(head, at + 3));
}

static size_t
skip_blanks(struct wb_str head, size_t at)
{
    size_t end = at;
    while (end < head.len && end - at < BLANKS_MAX && wire_blank(byte_at(head, end))) {
        end++;
    }
    return end;
}

/* The UNA at the start of `head`, if a service segment follows it. */
static struct una
find_una(struct wb_str head)
{
    static const size_t LENGTHS[] = {WIRE_UNA_BYTES, WIRE_UNA_BYTES - 1, UNA_BYTES_MIN,
                                     UNA_BYTES_MAX};
    struct una una = {.len = 0};
    if (!starts_at(head, 0, "UNA") || head.len < UNA_BYTES_MIN ||
        !separator_shaped(byte_at(head, 3))) {
        return una;
    }
    for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
        size_t len = LENGTHS[i];
        size_t at = skip_blanks(head, len);
        if (!header_tag_at(head, at) && !message_tag_at(head, at)) {
            continue;
        }
        uint8_t terminator = byte_at(head, len - 1);
        bool ends = !wire_alnum(terminator) && terminator != ' ' && terminator != '\t';
        una = (struct una){.len = len, .tag_at = at};
        una.fits = len >= WIRE_UNA_BYTES - 1 && len <= WIRE_UNA_BYTES && ends &&
                   separator_shaped(byte_at(head, 4)) &&
                   byte_at(head, 4) == byte_at(head, at + 3) && byte_at(head, 4) != terminator;
        return una;
    }
    return una;
}

static void
note(struct wire_header *h, enum wire_notice_code code, size_t at)
{
    h->notices |= 1U << code;
    h->odd_at = (uint32_t)at;
}

static bool
is_separator(const struct wire_delims *d, uint8_t c)
{
    return c == d->segment || c == d->element || c == d->component;
}

/* One of the two sets that need no UNA. */
static void
take_level(struct wire_delims *d, uint8_t element)
{
    bool b = element == LEVEL_B_ELEMENT;
    *d = (struct wire_delims){.syntax = WIRE_EDIFACT,
                              .segment = b ? 0x1C : '\'',
                              .element = element,
                              .component = b ? 0x1F : ':',
                              .release = b ? 0 : '?'};
}

/* The places of a UNA that fits. What a place means may depend on the syntax version. */
static void
take_una(struct wb_str head, const struct una *una, struct wire_header *h)
{
    struct wire_delims *d = &h->delims;
    *d = (struct wire_delims){.syntax = WIRE_EDIFACT,
                              .segment = byte_at(head, una->len - 1),
                              .element = byte_at(head, 4),
                              .component = byte_at(head, 3),
                              .decimal = byte_at(head, 5),
                              .release = byte_at(head, 6),
                              .repeat = una->len == WIRE_UNA_BYTES ? byte_at(head, 7) : ' '};
    if (una->len != WIRE_UNA_BYTES) {
        note(h, WIRE_NOTICE_UNA_ODD, 0);
    }
    if (is_separator(&(struct wire_delims){.segment = d->segment, .element = d->element},
                     d->component)) {
        note(h, WIRE_NOTICE_SEPARATORS_EQUAL, 3);
    }
    if (d->release == ' ') {
        d->release = 0;
    } else if (is_separator(d, d->release)) {
        note(h, WIRE_NOTICE_SEPARATORS_EQUAL, 6);
        d->release = 0;
    } else if (!separator_shaped(d->release)) {
        note(h, WIRE_NOTICE_SEPARATOR_ODD, 6);
        d->release = 0;
    }
}

/* Syntax identifier and version: the first two components of UNB01. */
static void
take_syntax(struct wb_str head, size_t at, struct wire_header *h)
{
    const struct wire_delims *d = &h->delims;
    size_t end = at;
    while (end < head.len && !is_separator(d, byte_at(head, end))) {
        end += d->release != 0 && byte_at(head, end) == d->release ? 2 : 1;
    }
    h->delims.charset = (uint8_t)wire_charset_find(wb_str_sub(head, at, end - at));
    bool shown = end + 1 < head.len && byte_at(head, end) == d->component &&
                 byte_at(head, end + 1) >= '0' && byte_at(head, end + 1) <= '9';
    h->delims.version = shown ? byte_at(head, end + 1) - '0' : 0;
}

/*
 * Repetition and decimal mark. The place for the repetition is a reserved blank up to version 3; a
 * decimal mark is named by versions up to 3 only, and without UNA both marks are good.
 */
static void
take_versioned(const struct una *una, bool interactive, struct wire_header *h)
{
    struct wire_delims *d = &h->delims;
    bool repeats = d->version >= 4 || interactive;
    bool level_a = d->element == '+';
    uint8_t repeat = una->fits ? d->repeat : level_a && repeats ? '*' : ' ';
    uint8_t decimal = una->fits && d->version < 4 ? d->decimal : 0;
    d->repeat = 0;
    d->decimal = decimal == '.' || decimal == ',' ? decimal : 0;
    if (repeat == ' ') {
        return;
    }
    if (!repeats) {
        h->notices |= separator_shaped(repeat) ? 1U << WIRE_NOTICE_REPEAT_IGNORED : 0;
    } else if (!separator_shaped(repeat)) {
        note(h, WIRE_NOTICE_SEPARATOR_ODD, WIRE_UNA_REPEAT_AT);
    } else if (is_separator(d, repeat) || (d->release != 0 && repeat == d->release)) {
        note(h, WIRE_NOTICE_SEPARATORS_EQUAL, WIRE_UNA_REPEAT_AT);
    } else {
        d->repeat = repeat;
    }
}

/*
 * Separators of a UNB whose element separator is of neither level and that no UNA explains: the
 * component separator stands behind UNOA, the terminator in front of the next service segment.
 */
static bool
infer(struct wb_str head, size_t tag_at, struct wire_delims *d)
{
    uint8_t element = byte_at(head, tag_at + 3);
    size_t at = tag_at + 4;
    for (size_t i = 0; i < SYNTAX_ID_BYTES; i++) {
        if (at + i >= head.len || !wire_alnum(byte_at(head, at + i))) {
            return false;
        }
    }
    at += SYNTAX_ID_BYTES;
    if (at + 2 >= head.len || !separator_shaped(byte_at(head, at))) {
        return false;
    }
    take_level(d, element);
    d->component = byte_at(head, at);
    for (; at < head.len; at++) {
        if (!message_tag_at(head, at) || byte_at(head, at + 3) != element) {
            continue;
        }
        size_t end = at;
        while (end > tag_at && wire_blank(byte_at(head, end - 1))) {
            end--;
        }
        bool line =
            end < at && (byte_at(head, end - 1) == element || wire_alnum(byte_at(head, end - 1)));
        d->segment = byte_at(head, line ? end : end - 1);
        d->release = is_separator(d, '?') ? 0 : '?';
        return !wire_alnum(d->segment) && d->segment != ' ' && d->segment != element &&
               d->segment != d->component;
    }
    return false;
}

/* One past the segment's last byte; head.len when its terminator is not there. */
static size_t
segment_end(struct wb_str head, size_t at, const struct wire_delims *d)
{
    for (; at < head.len && byte_at(head, at) != d->segment; at++) {
        at += d->release != 0 && byte_at(head, at) == d->release ? 1 : 0;
    }
    return at < head.len ? at : head.len;
}

/* Whether the segment ends: by its terminator, or where the input does. */
static bool
ends(struct wb_str head, size_t tag_at, const struct wire_delims *d)
{
    return segment_end(head, tag_at + 3, d) < head.len || head.len < WIRE_HEADER_PEEK;
}

struct wire_header
wire_header_unb(struct wb_str head)
{
    struct wire_header h = {.kind = WIRE_HEADER_NONE};
    struct una una = find_una(head);
    bool una_like = starts_at(head, 0, "UNA") && head.len >= WIRE_UNA_BYTES &&
                    separator_shaped(byte_at(head, 3)) && separator_shaped(byte_at(head, 4));
    if (!header_tag_at(head, una.tag_at)) {
        bool named = una.len == 0 && una_like;
        h.kind = named ? WIRE_HEADER_UNUSABLE : WIRE_HEADER_NONE;
        return h;
    }
    uint8_t element = byte_at(head, una.tag_at + 3);
    h.kind = WIRE_HEADER_UNB;
    h.prefix_len = (uint32_t)una.tag_at;
    if (una.fits) {
        take_una(head, &una, &h);
    } else if (element == '+' || element == LEVEL_B_ELEMENT) {
        take_level(&h.delims, element);
        h.notices |= una.len > 0 ? 1U << WIRE_NOTICE_UNA_ODD : 0;
    } else {
        h.kind = infer(head, una.tag_at, &h.delims) ? WIRE_HEADER_UNB : WIRE_HEADER_UNUSABLE;
        h.notices |= 1U << WIRE_NOTICE_UNA_ODD;
    }
    take_syntax(head, una.tag_at + 4, &h);
    take_versioned(&una, head.at[una.tag_at + 1] == 'I', &h);
    if (h.kind == WIRE_HEADER_UNB && !ends(head, una.tag_at, &h.delims)) {
        h.kind = WIRE_HEADER_UNUSABLE;
    }
    return h;
}

struct wire_header
wire_header_unh(struct wb_str head)
{
    struct wire_header h = {.kind = WIRE_HEADER_NONE};
    struct una una = find_una(head);
    if (!message_tag_at(head, una.tag_at)) {
        return h;
    }
    uint8_t element = byte_at(head, una.tag_at + 3);
    if (una.fits) {
        take_una(head, &una, &h);
        /* Nothing says which version it is: a byte in the reserved place means version 4. */
        h.delims.repeat = separator_shaped(h.delims.repeat) &&
                                  !is_separator(&h.delims, h.delims.repeat) &&
                                  h.delims.repeat != h.delims.release
                              ? h.delims.repeat
                              : 0;
        h.delims.decimal =
            h.delims.decimal == '.' || h.delims.decimal == ',' ? h.delims.decimal : 0;
    } else if (element == '+' || element == LEVEL_B_ELEMENT) {
        take_level(&h.delims, element);
    } else {
        return h;
    }
    size_t end = segment_end(head, una.tag_at + 3, &h.delims);
    h.kind = end < head.len ? WIRE_HEADER_FRAGMENT : WIRE_HEADER_NONE;
    h.notices = 0;
    h.prefix_len = (uint32_t)una.tag_at;
    return h;
}
