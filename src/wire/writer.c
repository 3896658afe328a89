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

void
wire_begin(struct wire_writer *writer, struct wb_str tag)
{
    mark_again(writer);
    wb_out_str(writer->out, tag);
    writer->pending_elements = 0;
    writer->pending_repeats = 0;
    writer->pending_components = 0;
    writer->element_no = 0;
    writer->header = writer->delims.syntax == WIRE_X12 && wb_str_eq(tag, WB_LIT("ISA"));
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

static void
escape(struct wire_writer *w, struct wb_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (special(&w->delims, (uint8_t)value.at[i])) {
            wb_out_byte(w->out, (char)w->delims.release);
        }
        wb_out_byte(w->out, value.at[i]);
    }
}

static void
replace(struct wire_writer *w, struct wb_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        bool hit = special(&w->delims, (uint8_t)value.at[i]);
        w->replaced_count += hit ? 1 : 0;
        wb_out_byte(w->out, hit ? (char)w->replacement : value.at[i]);
    }
}

static enum wb_rc
put_value(struct wb_ctx *ctx, struct wire_writer *w, struct wb_str value)
{
    if (value.len == 0 && !w->keep_trailing) {
        return WB_OK;
    }
    bool plain = is_plain(w, value) || names_separator(w, value);
    bool replaced = w->replacement != 0 && !special(&w->delims, w->replacement);
    if (!plain && w->delims.release == 0 && !replaced) {
        return wb_fail(ctx, WB_INVALID, "the value \"" WB_FMT "\" holds a separator",
                       WB_ARG(wb_str_sub(value, 0, 64)));
    }
    if (plain && value.len > 0 && put_plain(w, value)) {
        return WB_OK;
    }
    pay(w);
    if (plain) {
        wb_out_str(w->out, value);
    } else if (w->delims.release != 0) {
        escape(w, value);
    } else {
        replace(w, value);
    }
    return WB_OK;
}

enum wb_rc
wire_put(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value)
{
    writer->pending_elements++;
    writer->pending_repeats = 0;
    writer->pending_components = 0;
    writer->element_no++;
    return put_value(ctx, writer, value);
}

enum wb_rc
wire_put_component(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value)
{
    if (writer->delims.component == 0) {
        return wb_fail(ctx, WB_INVALID, "no component separator is set");
    }
    writer->pending_components++;
    return put_value(ctx, writer, value);
}

enum wb_rc
wire_put_repeat(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value)
{
    if (writer->delims.repeat == 0) {
        return wb_fail(ctx, WB_INVALID, "no repetition separator is set");
    }
    writer->pending_repeats++;
    writer->pending_components = 0;
    return put_value(ctx, writer, value);
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
    if (token->component_no > 1) {
        return wire_put_component(ctx, w, raw);
    }
    return token->repeat_no > 1 ? wire_put_repeat(ctx, w, raw) : wire_put(ctx, w, raw);
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
    const bool header = w->delims.syntax == WIRE_X12 && wb_str_eq(segment->tag, WB_LIT("ISA"));
    if (room == NULL || header || w->delims.release + segment->delims->release != 0 ||
        !tokens_plain(segment)) {
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

void
wire_copy(struct wire_writer *writer, const struct wire_segment *segment)
{
    struct wb_out *out = writer->out;
    if (same_delims(&writer->delims, segment->delims)) {
        wb_out_str(out, segment->bytes);
    } else if (!copy_bytes(writer, segment)) {
        bool keep = writer->keep_trailing;
        writer->keep_trailing = true;
        wire_begin(writer, segment->tag);
        for (uint32_t i = 0; i < segment->token_count && out->rc == WB_OK; i++) {
            enum wb_rc rc = put_token(out->ctx, writer, segment, &segment->tokens[i]);
            if (rc != WB_OK) {
                out->rc = rc;
            }
        }
        writer->keep_trailing = keep;
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

bool
wire_delims_draw(const struct wire_bytes *used, uint64_t random, bool with_repeat,
                 struct wire_delims *ret)
{
    uint8_t open[256];
    size_t count = 0;
    for (unsigned c = 0; c < 256; c++) {
        bool taken = (used->bits[c / 64] >> (c % 64) & 1) != 0;
        if (!taken && drawable((uint8_t)c)) {
            open[count++] = (uint8_t)c;
        }
    }
    if (count < 4) {
        return false;
    }
    uint8_t drawn[4];
    for (size_t i = 0; i < 4; i++) {
        /* A step of a linear congruential sequence; its high bits are the good ones. */
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t at = (size_t)((random >> 33) % (count - i));
        drawn[i] = open[at];
        open[at] = open[count - 1 - i];
    }
    *ret = (struct wire_delims){.syntax = WIRE_X12,
                                .segment = drawn[0],
                                .element = drawn[1],
                                .component = drawn[2],
                                .repeat = with_repeat ? drawn[3] : 0,
                                .decimal = '.'};
    return true;
}
