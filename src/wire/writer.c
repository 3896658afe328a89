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

void
wire_writer_init(struct wire_writer *writer, struct wb_out *out, struct wire_delims delims)
{
    assert(out != NULL);
    *writer = (struct wire_writer){.out = out, .delims = delims};
}

void
wire_begin(struct wire_writer *writer, struct wb_str tag)
{
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
    bool plain = names_separator(w, value) || !holds_special(&w->delims, value);
    bool replaced = w->replacement != 0 && !special(&w->delims, w->replacement);
    if (!plain && w->delims.release == 0 && !replaced) {
        return wb_fail(ctx, WB_INVALID, "the value \"" WB_FMT "\" holds a separator",
                       WB_ARG(wb_str_sub(value, 0, 64)));
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

void
wire_copy(struct wire_writer *writer, const struct wire_segment *segment)
{
    struct wb_out *out = writer->out;
    if (same_delims(&writer->delims, segment->delims)) {
        wb_out_str(out, segment->bytes);
    } else {
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
