/*
 * A segment to be repaired is taken apart into its elements, some of them are replaced, and it is
 * written again with the separators it had. Elements of the envelope have no components.
 */
#include "cli/repair.h"

#include <stdio.h>
#include <string.h>

_Static_assert(CLI_CONTROL_MAX >= 20, "a control number of the header has room");

enum { ELEMENTS_MAX = 20, ELEMENT_MAX = 20, VALUE_SHOWN = 40 };

struct repair {
    struct wb_ctx *ctx;
    struct cli_frames *frames;
    const struct wire_segment *segment;
    const struct cli_repair_told *told;
    struct wb_str elements[ELEMENTS_MAX + 1]; /* 1-based */
    char room[ELEMENTS_MAX + 1][ELEMENT_MAX];
    uint32_t count;
    bool changed;
};

static void
take_apart(struct repair *r)
{
    for (uint32_t no = 1; no <= r->segment->element_count; no++) {
        r->elements[no] = wire_element_bytes(r->segment, no);
    }
    r->count = r->segment->element_count;
}

/* Offset of an element, or of the end of the segment where it is missing. */
static uint64_t
place(const struct repair *r, uint32_t no)
{
    uint32_t count = 0;
    const struct wire_token *token = wire_element(r->segment, no, &count);
    return r->segment->at + (count > 0 ? token->at : r->segment->bytes.len);
}

/* Puts a value of at most ELEMENT_MAX bytes in its place, and tells. */
static void
replace(struct repair *r, uint32_t no, struct wb_str value, enum check_code code)
{
    char text[160];
    const struct wb_str old = r->elements[no];
    if (value.len > ELEMENT_MAX || wb_str_eq(old, value)) {
        return;
    }
    (void)snprintf(text, sizeof text, WB_FMT "%02u \"" WB_FMT "\" is now \"" WB_FMT "\"",
                   WB_ARG(r->segment->tag), no, WB_ARG(wb_str_sub(old, 0, VALUE_SHOWN)),
                   WB_ARG(value));
    r->told->tell(r->told->self, code, place(r, no), wb_str_of(text));
    if (value.at != r->room[no]) {
        memcpy(r->room[no], value.at, value.len);
    }
    r->elements[no] = (struct wb_str){r->room[no], value.len};
    r->count = no > r->count ? no : r->count;
    r->changed = true;
}

static void
repair_trailer(struct repair *r)
{
    static const enum check_code counts[] = {
        [GRAMMAR_INTERCHANGE] = CHECK_ENV_GROUP_COUNT,
        [GRAMMAR_GROUP] = CHECK_GRP_COUNT,
        [GRAMMAR_MESSAGE] = CHECK_MSG_COUNT,
    };
    static const enum check_code controls[] = {
        [GRAMMAR_INTERCHANGE] = CHECK_ENV_CONTROL_MISMATCH,
        [GRAMMAR_GROUP] = CHECK_GRP_CONTROL_MISMATCH,
        [GRAMMAR_MESSAGE] = CHECK_MSG_CONTROL_MISMATCH,
    };
    const struct cli_frames *frames = r->frames;
    const struct cli_frame_row *row = cli_frames_row(frames);
    char number[ELEMENT_MAX];
    uint64_t stated = 0;
    const struct wb_str count = r->elements[row->trailer_count_no];
    if (!wb_str_u64(count, &stated) || stated != frames->count_due) {
        const int len =
            snprintf(number, sizeof number, "%llu", (unsigned long long)frames->count_due);
        replace(r, row->trailer_count_no, (struct wb_str){number, (size_t)len},
                counts[frames->level]);
    }
    const struct wb_str control = cli_frame_control(&frames->levels[frames->level]);
    if (control.len > 0) {
        replace(r, row->trailer_control_no, control, controls[frames->level]);
    }
}

/* The fixed length of a place of the header, 0 when it has none; *ret_number: filled with zeros. */
static uint32_t
fixed_len(const struct grammar *grammar, const struct grammar_segment *segment, uint32_t no,
          bool *ret_number)
{
    const struct grammar_place *at = &grammar->places[segment->place_first + no - 1];
    if (at->element == GRAMMAR_NONE) {
        return 0;
    }
    const struct grammar_element *element = &grammar->elements[at->element];
    *ret_number = element->type == GRAMMAR_N;
    const bool fills = element->type == GRAMMAR_AN || *ret_number;
    return fills && element->min == element->max ? element->max : 0;
}

/* Blanks behind texts, zeros before numbers, as far as the standard fixes their length. */
static void
repair_header(struct repair *r)
{
    const struct grammar *grammar = &r->frames->grammar;
    const uint32_t index = grammar_find_segment(grammar, r->segment->tag);
    if (index == GRAMMAR_NONE || grammar->segments[index].place_count != r->count) {
        return; /* which element is which cannot be told */
    }
    for (uint32_t no = 1; no <= r->count; no++) {
        bool number = false;
        const uint32_t len = fixed_len(grammar, &grammar->segments[index], no, &number);
        struct wb_str value = r->elements[no];
        while (!number && value.len > len && value.at[value.len - 1] == ' ') {
            value.len--;
        }
        const bool fits = len > 1 && len <= ELEMENT_MAX && value.len <= len &&
                          (!number || (value.len > 0 && wb_str_digits(value)));
        if (!fits || r->elements[no].len == len) {
            continue;
        }
        char filled[ELEMENT_MAX];
        memset(filled, number ? '0' : ' ', len);
        if (value.len > 0) {
            memcpy(filled + (number ? len - value.len : 0), value.at, value.len);
        }
        replace(r, no, (struct wb_str){filled, len}, CHECK_ENV_ISA_SHORT);
        if (no == cli_frames_row(r->frames)->header_control_no) {
            struct cli_frame *frame = &r->frames->levels[GRAMMAR_INTERCHANGE];
            memcpy(frame->control, filled, len); /* len <= ELEMENT_MAX < CLI_CONTROL_MAX */
            frame->control_len = len;
        }
    }
}

static enum wb_rc
write_again(struct repair *r, struct wb_buf *buf)
{
    const char separator = (char)r->segment->delims->element;
    enum wb_rc rc = wb_buf_add(r->ctx, buf, r->segment->tag);
    for (uint32_t no = 1; no <= r->count && rc == WB_OK; no++) {
        rc = wb_buf_add(r->ctx, buf, (struct wb_str){&separator, 1});
        if (rc == WB_OK) {
            rc = wb_buf_add(r->ctx, buf, r->elements[no]);
        }
    }
    return rc;
}

/* Where the last element ends that is not empty: what follows are separators alone. */
static size_t
used_len(const struct wire_segment *segment)
{
    for (uint32_t i = segment->token_count; i-- > 1;) {
        const struct wire_token *token = &segment->tokens[i];
        if (token->len > 0 || (token->flags & WIRE_BINARY) != 0) {
            return token->at + token->len;
        }
    }
    return segment->tag.len;
}

/* Empty elements at the end, as long as nothing but separators is cut. */
static enum wb_rc
repair_tail(struct wb_ctx *ctx, const struct wire_segment *segment,
            const struct cli_repair_told *told, struct wb_buf *buf, bool *ret_changed)
{
    const size_t len = used_len(segment);
    const struct wire_delims *d = segment->delims;
    for (size_t i = len; i < segment->bytes.len; i++) {
        const uint8_t c = (uint8_t)segment->bytes.at[i];
        if (c != d->element && c != d->component && c != d->repeat) {
            return WB_OK;
        }
    }
    if (len >= segment->bytes.len || segment->element_count == 0) {
        return WB_OK;
    }
    char text[160];
    (void)snprintf(text, sizeof text, "%zu separator%s at the end of " WB_FMT " %s gone",
                   segment->bytes.len - len, segment->bytes.len - len == 1 ? "" : "s",
                   WB_ARG(segment->tag), segment->bytes.len - len == 1 ? "is" : "are");
    told->tell(told->self, CHECK_SEG_TRAILING, segment->at + len, wb_str_of(text));
    *ret_changed = true;
    return wb_buf_add(ctx, buf, wb_str_sub(segment->bytes, 0, len));
}

enum wb_rc
cli_repair_segment(struct wb_ctx *ctx, struct cli_frames *frames,
                   const struct wire_segment *segment, const struct cli_repair_told *told,
                   struct wb_buf *buf, bool *ret_changed)
{
    *ret_changed = false;
    wb_buf_clear(buf);
    const bool header = frames->part == CLI_HEADER && frames->level == GRAMMAR_INTERCHANGE &&
                        segment->delims->syntax == WIRE_X12;
    const bool trailer = frames->part == CLI_TRAILER && !frames->alone;
    if ((!header && !trailer) || segment->element_count > ELEMENTS_MAX) {
        return repair_tail(ctx, segment, told, buf, ret_changed);
    }
    struct repair r = {.ctx = ctx, .frames = frames, .segment = segment, .told = told};
    take_apart(&r);
    if (header) {
        repair_header(&r);
    } else {
        repair_trailer(&r);
    }
    *ret_changed = r.changed;
    return r.changed ? write_again(&r, buf) : WB_OK;
}
