/*
 * Tokens become bytes. Separators are owed until something follows them, so that trailing empty
 * elements vanish unless they are wanted. A value can never become a separator: it is escaped
 * where the syntax can, replaced where the caller says so, else refused.
 */
#include "wire/writer.h"

#include <assert.h>
#include <string.h>

static bool
special(const struct wire_delims *d, uint8_t c)
{
    return c == d->segment || c == d->element || (c == d->component && d->component != 0) ||
           (c == d->repeat && d->repeat != 0) || (c == d->release && d->release != 0);
}

struct wire_delims
wire_delims_x12(void)
{
    return (struct wire_delims){.syntax = WIRE_X12,
                                .segment = '~',
                                .element = '*',
                                .component = ':',
                                .repeat = '^',
                                .decimal = '.'};
}

struct wire_delims
wire_delims_edifact(uint8_t version)
{
    return (struct wire_delims){.syntax = WIRE_EDIFACT,
                                .segment = '\'',
                                .element = '+',
                                .component = ':',
                                .repeat = version >= 4 ? '*' : 0,
                                .release = '?',
                                .decimal = '.',
                                .version = version};
}

/* Level B, for which control bytes stand. */
static bool
is_level_b(const struct wire_delims *d)
{
    return d->segment == 0x1C && d->element == 0x1D && d->component == 0x1F && d->release == 0 &&
           d->repeat == 0;
}

bool
wire_una_needed(const struct wire_delims *delims)
{
    const struct wire_delims a = wire_delims_edifact(delims->version);
    bool level_a = delims->segment == a.segment && delims->element == a.element &&
                   delims->component == a.component && delims->release == a.release &&
                   delims->repeat == a.repeat;
    return delims->syntax == WIRE_EDIFACT && !level_a && !is_level_b(delims);
}

/* Makes the tables that go with the delimiters. */
static void
mark(struct wire_writer *w)
{
    w->marked = w->delims;
    w->copied = (struct wire_delims){.syntax = WIRE_NONE};
    for (unsigned c = 0; c < sizeof w->special; c++) {
        w->special[c] = special(&w->delims, (uint8_t)c);
    }
}

/* They may have changed since the last segment. */
static inline void
mark_again(struct wire_writer *w)
{
    if (memcmp(&w->marked, &w->delims, sizeof w->delims) != 0) {
        mark(w);
    }
}

void
wire_writer_init(struct wire_writer *writer, struct wb_out *out, struct wire_delims delims)
{
    assert(out != NULL);
    *writer = (struct wire_writer){.out = out, .delims = delims};
    mark(writer);
}

static uint8_t
or_blank(uint8_t separator)
{
    return separator == 0 ? ' ' : separator;
}

/* The UNA of a UNB, and what stands behind it; nothing where none is wanted. */
static void
write_una(struct wire_writer *w, uint8_t decimal, struct wb_str behind)
{
    const struct wire_delims *d = &w->delims;
    bool needed = wire_una_needed(d);
    if (needed && w->una == WIRE_UNA_NEVER && w->out->rc == WB_OK) {
        w->out->rc = wb_fail(w->out->ctx, WB_INVALID, "these separators need a UNA");
    }
    if (w->una != WIRE_UNA_ALWAYS && !needed) {
        return;
    }
    const char una[] = {'U',
                        'N',
                        'A',
                        (char)d->component,
                        (char)d->element,
                        (char)(decimal == 0 ? '.' : decimal),
                        (char)or_blank(d->release),
                        (char)or_blank(d->repeat),
                        (char)d->segment};
    wb_out_str(w->out, (struct wb_str){una, sizeof una});
    wb_out_str(w->out, behind);
}

static bool
begins_edifact(const struct wire_writer *w, struct wb_str tag)
{
    return w->delims.syntax == WIRE_EDIFACT &&
           (wb_str_eq(tag, WB_LIT("UNB")) || wb_str_eq(tag, WB_LIT("UIB")));
}

static void
begin(struct wire_writer *writer, struct wb_str tag)
{
    mark_again(writer);
    wb_out_str(writer->out, tag);
    writer->pending_elements = 0;
    writer->pending_repeats = 0;
    writer->pending_components = 0;
    writer->element_no = 0;
    writer->header = writer->delims.syntax == WIRE_X12 && wb_str_eq(tag, WB_LIT("ISA"));
}

void
wire_begin(struct wire_writer *writer, struct wb_str tag)
{
    if (begins_edifact(writer, tag)) {
        write_una(writer, writer->delims.decimal, writer->suffix);
    }
    begin(writer, tag);
}

static bool
holds_special(const struct wire_delims *d, struct wb_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (special(d, (uint8_t)value.at[i])) {
            return true;
        }
    }
    return false;
}

bool
wire_fits(const struct wire_delims *delims, struct wb_str value)
{
    return delims->release != 0 || !holds_special(delims, value);
}

static bool
is_plain(const struct wire_writer *w, struct wb_str value)
{
    bool hit = false;
    for (size_t i = 0; i < value.len; i++) {
        hit |= w->special[(uint8_t)value.at[i]];
    }
    return !hit;
}

/* An element that nothing stands between it and the one before, in one piece. */
static bool
put_plain(struct wire_writer *w, struct wb_str value)
{
    char *const room = wb_out_room(w->out, value.len + 1);
    if (room == NULL || w->pending_elements != 1 ||
        w->pending_repeats + w->pending_components > 0) {
        return false;
    }
    room[0] = (char)w->delims.element;
    memcpy(room + 1, value.at, value.len);
    wb_out_filled(w->out, value.len + 1);
    w->pending_elements = 0;
    return true;
}

static void
pay(struct wire_writer *w)
{
    wb_out_fill(w->out, (char)w->delims.element, w->pending_elements);
    wb_out_fill(w->out, (char)w->delims.repeat, w->pending_repeats);
    wb_out_fill(w->out, (char)w->delims.component, w->pending_components);
    w->pending_elements = 0;
    w->pending_repeats = 0;
    w->pending_components = 0;
}

/* ISA11 and ISA16 name separators: the very byte is their value. */
static bool
names_separator(const struct wire_writer *w, struct wb_str value)
{
    if (!w->header || value.len != 1) {
        return false;
    }
    uint8_t c = (uint8_t)value.at[0];
    return (w->element_no == 11 && c == w->delims.repeat) ||
           (w->element_no == 16 && c == w->delims.component);
}

/* The byte of a value at *at, which moves on; release characters of where it was read are left out.
 */
static uint8_t
next_byte(struct wb_str value, uint8_t was_release, size_t *at)
{
    bool released = was_release != 0 && (uint8_t)value.at[*at] == was_release;
    *at += released && *at + 1 < value.len ? 1 : 0;
    return (uint8_t)value.at[(*at)++];
}

static void
escape(struct wire_writer *w, struct wb_str value, uint8_t was_release)
{
    for (size_t i = 0; i < value.len;) {
        uint8_t c = next_byte(value, was_release, &i);
        if (w->special[c]) {
            wb_out_byte(w->out, (char)w->delims.release);
        }
        wb_out_byte(w->out, (char)c);
    }
}

static void
replace(struct wire_writer *w, struct wb_str value, uint8_t was_release)
{
    for (size_t i = 0; i < value.len;) {
        uint8_t c = next_byte(value, was_release, &i);
        bool hit = w->special[c];
        w->replaced_count += hit ? 1 : 0;
        wb_out_byte(w->out, (char)(hit ? w->replacement : c));
    }
}

static bool
is_plain_released(const struct wire_writer *w, struct wb_str value, uint8_t was_release)
{
    bool hit = false;
    for (size_t i = 0; i < value.len && !hit;) {
        hit = w->special[next_byte(value, was_release, &i)];
    }
    return !hit;
}

/* was_release: the release character that is still in the value, 0 for none. */
static enum wb_rc
put_value(struct wb_ctx *ctx, struct wire_writer *w, struct wb_str value, uint8_t was_release)
{
    if (value.len == 0 && !w->keep_trailing) {
        return WB_OK;
    }
    bool plain =
        (was_release == 0 ? is_plain(w, value) : is_plain_released(w, value, was_release)) ||
        names_separator(w, value);
    bool replaced = w->replacement != 0 && !special(&w->delims, w->replacement);
    if (!plain && w->delims.release == 0 && !replaced) {
        return wb_fail(ctx, WB_INVALID, "the value \"" WB_FMT "\" holds a separator",
                       WB_ARG(wb_str_sub(value, 0, 64)));
    }
    bool as_it_is = plain && was_release == 0;
    if (as_it_is && value.len > 0 && put_plain(w, value)) {
        return WB_OK;
    }
    pay(w);
    if (as_it_is) {
        wb_out_str(w->out, value);
    } else if (w->delims.release != 0) {
        escape(w, value, was_release);
    } else {
        replace(w, value, was_release);
    }
    return WB_OK;
}

static enum wb_rc
put_element(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value,
            uint8_t was_release)
{
    writer->pending_elements++;
    writer->pending_repeats = 0;
    writer->pending_components = 0;
    writer->element_no++;
    return put_value(ctx, writer, value, was_release);
}

static enum wb_rc
put_component(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value,
              uint8_t was_release)
{
    if (writer->delims.component == 0) {
        return wb_fail(ctx, WB_INVALID, "no component separator is set");
    }
    writer->pending_components++;
    return put_value(ctx, writer, value, was_release);
}

static enum wb_rc
put_repeat(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value, uint8_t was_release)
{
    if (writer->delims.repeat == 0) {
        return wb_fail(ctx, WB_INVALID, "no repetition separator is set");
    }
    writer->pending_repeats++;
    writer->pending_components = 0;
    return put_value(ctx, writer, value, was_release);
}

enum wb_rc
wire_put(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value)
{
    return put_element(ctx, writer, value, 0);
}

enum wb_rc
wire_put_component(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value)
{
    return put_component(ctx, writer, value, 0);
}

enum wb_rc
wire_put_repeat(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value)
{
    return put_repeat(ctx, writer, value, 0);
}

void
wire_end(struct wire_writer *writer)
{
    wb_out_byte(writer->out, (char)writer->delims.segment);
    wb_out_str(writer->out, writer->suffix);
    writer->segment_count++;
}

/* The element as it has to stand in the new ISA. */
static struct wb_str
header_value(const struct wire_writer *w, const struct wire_segment *segment, uint32_t no,
             char *room)
{
    struct wb_str value = wire_text(segment, no);
    uint8_t now = no == 16 ? w->delims.component : w->delims.repeat;
    uint8_t was = no == 16 ? segment->delims->component : segment->delims->repeat;
    if ((no != 16 && no != 11) || value.len != 1 || (uint8_t)value.at[0] != was || now == 0) {
        return value;
    }
    *room = (char)now;
    return (struct wb_str){room, 1};
}

static enum wb_rc
put_token(struct wb_ctx *ctx, struct wire_writer *w, const struct wire_segment *segment,
          const struct wire_token *token)
{
    struct wb_str raw = wire_token_bytes(segment, token);
    char room = 0;
    if (w->header) {
        raw = header_value(w, segment, token->element_no, &room);
    }
    if ((token->flags & WIRE_BINARY) != 0) {
        w->pending_elements++;
        pay(w);
        wb_out_str(w->out, raw);
        return WB_OK;
    }
    uint8_t was_release = (token->flags & WIRE_ESCAPED) != 0 ? segment->delims->release : 0;
    if (token->component_no > 1) {
        return put_component(ctx, w, raw, was_release);
    }
    return token->repeat_no > 1 ? put_repeat(ctx, w, raw, was_release)
                                : put_element(ctx, w, raw, was_release);
}

static bool
same_delims(const struct wire_delims *a, const struct wire_delims *b)
{
    return a->segment == b->segment && a->element == b->element && a->component == b->component &&
           a->repeat == b->repeat && a->release == b->release;
}

static void
copy_prepare(struct wire_writer *w, const struct wire_delims *from)
{
    const struct wire_delims *to = &w->delims;
    for (unsigned c = 0; c < 256; c++) {
        w->copy[c] = (uint16_t)(w->special[c] ? WIRE_NO_COPY : c);
    }
    if (from->component != 0) {
        w->copy[from->component] = to->component == 0 ? WIRE_NO_COPY : to->component;
    }
    if (from->repeat != 0) {
        w->copy[from->repeat] = to->repeat == 0 ? WIRE_NO_COPY : to->repeat;
    }
    w->copy[from->element] = to->element;
    w->copied = *from;
}

static bool
tokens_plain(const struct wire_segment *segment)
{
    unsigned flags = 0;
    for (uint32_t i = 0; i < segment->token_count; i++) {
        flags |= segment->tokens[i].flags;
    }
    if (flags != 0 || segment->token_count == 0) {
        return false;
    }
    const struct wire_token *const last = &segment->tokens[segment->token_count - 1];
    return last->at + last->len == segment->bytes.len;
}

/*
 * A segment with each separator in place of another. False, and nothing written, where it takes
 * more: the header names its separators, a value holds one of the new ones, values are escaped or
 * counted, or the buffer has no room.
 */
static bool
copy_bytes(struct wire_writer *w, const struct wire_segment *segment)
{
    const size_t len = segment->bytes.len;
    char *const room = wb_out_room(w->out, len);
    const bool isa = w->delims.syntax == WIRE_X12 && wb_str_eq(segment->tag, WB_LIT("ISA"));
    if (room == NULL || isa || begins_edifact(w, segment->tag) || !tokens_plain(segment)) {
        return false;
    }
    mark_again(w);
    if (memcmp(&w->copied, segment->delims, sizeof w->copied) != 0) {
        copy_prepare(w, segment->delims);
    }
    unsigned all = 0;
    for (size_t i = 0; i < len; i++) {
        const uint16_t c = w->copy[(uint8_t)segment->bytes.at[i]];
        room[i] = (char)(uint8_t)c;
        all |= c;
    }
    if ((all & WIRE_NO_COPY) != 0) {
        return false;
    }
    wb_out_filled(w->out, len);
    return true;
}

/*
 * The UNA for the copy of a UNB. Its decimal mark is the one that the values were written with;
 * where the source names none it is the point. Line ends stay as they are.
 */
static void
copy_una(struct wire_writer *w, const struct wire_segment *segment)
{
    enum { UNA_BYTES = 9, DECIMAL_AT = 5 };
    struct wb_str prefix = segment->prefix;
    bool whole = prefix.len >= UNA_BYTES;
    uint8_t decimal = whole ? (uint8_t)prefix.at[DECIMAL_AT] : segment->delims->decimal;
    write_una(w, decimal, whole ? wb_str_sub(prefix, UNA_BYTES, prefix.len) : segment->suffix);
}

static void
rewrite(struct wire_writer *writer, const struct wire_segment *segment)
{
    struct wb_out *out = writer->out;
    bool keep = writer->keep_trailing;
    writer->keep_trailing = true;
    if (begins_edifact(writer, segment->tag)) {
        copy_una(writer, segment);
    }
    begin(writer, segment->tag);
    for (uint32_t i = 0; i < segment->token_count && out->rc == WB_OK; i++) {
        enum wb_rc rc = put_token(out->ctx, writer, segment, &segment->tokens[i]);
        if (rc != WB_OK) {
            out->rc = rc;
        }
    }
    writer->keep_trailing = keep;
}

void
wire_copy(struct wire_writer *writer, const struct wire_segment *segment)
{
    struct wb_out *out = writer->out;
    bool object = segment->tag.len == 0 && segment->token_count == 1 &&
                  (segment->tokens[0].flags & WIRE_BINARY) != 0;
    if (object || same_delims(&writer->delims, segment->delims)) {
        wb_out_str(out, segment->prefix);
        wb_out_str(out, segment->bytes);
    } else if (!copy_bytes(writer, segment)) {
        rewrite(writer, segment);
    }
    if (!segment->unterminated) {
        wb_out_byte(out, (char)writer->delims.segment);
        writer->segment_count++;
    }
    wb_out_str(out, segment->suffix);
}

void
wire_bytes_add(struct wire_bytes *set, struct wb_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = (uint8_t)value.at[i];
        set->bits[c / 64] |= UINT64_C(1) << (c % 64);
    }
}

/* Bytes that an ISA may name without being odd: no letter, digit, blank, line end or NUL. */
static bool
drawable(uint8_t c)
{
    bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return !alnum && c != 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n';
}

/* Takes one byte of the open ones at random. */
static uint8_t
draw(uint8_t *open, size_t *count, uint64_t *random)
{
    /* A step of a linear congruential sequence; its high bits are the good ones. */
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t at = (size_t)((*random >> 33) % *count);
    uint8_t c = open[at];
    open[at] = open[--*count];
    return c;
}

/* The bytes that may be drawn and are not in `used`. */
static size_t
open_bytes(const struct wire_bytes *used, uint8_t open[256])
{
    size_t count = 0;
    for (unsigned c = 0; c < 256; c++) {
        bool taken = (used->bits[c / 64] >> (c % 64) & 1) != 0;
        if (!taken && drawable((uint8_t)c)) {
            open[count++] = (uint8_t)c;
        }
    }
    return count;
}

bool
wire_delims_draw(const struct wire_bytes *used, uint64_t random, bool with_repeat,
                 struct wire_delims *ret)
{
    uint8_t open[256];
    size_t count = open_bytes(used, open);
    if (count < 4) {
        return false;
    }
    uint8_t drawn[4];
    for (size_t i = 0; i < 4; i++) {
        drawn[i] = draw(open, &count, &random);
    }
    *ret = (struct wire_delims){.syntax = WIRE_X12,
                                .segment = drawn[0],
                                .element = drawn[1],
                                .component = drawn[2],
                                .repeat = with_repeat ? drawn[3] : 0,
                                .decimal = '.'};
    return true;
}

struct wire_delims
wire_delims_draw_edifact(uint8_t version, uint64_t random)
{
    const struct wire_bytes none = {{0}};
    uint8_t open[256];
    size_t count = open_bytes(&none, open);
    struct wire_delims d = {.syntax = WIRE_EDIFACT, .decimal = '.', .version = version};
    d.segment = draw(open, &count, &random);
    d.element = draw(open, &count, &random);
    d.component = draw(open, &count, &random);
    d.release = draw(open, &count, &random);
    d.repeat = version >= 4 ? draw(open, &count, &random) : 0;
    return d;
}
