/*
 * Headers open a level and close what is still open in it; trailers close theirs with the next
 * segment, so that whoever looks at a trailer still sees what it closes.
 */
#include "cli/frames.h"

#include <string.h>

#include "grammar/shipped.h"

void
cli_frames_init(struct cli_frames *frames)
{
    *frames = (struct cli_frames){.syntax = WIRE_NONE};
}

struct wb_str
cli_frame_control(const struct cli_frame *frame)
{
    return (struct wb_str){frame->control, frame->control_len};
}

struct wb_str
cli_frame_type(const struct cli_frame *frame)
{
    return (struct wb_str){frame->type, frame->type_len};
}

const struct cli_frame_row *
cli_frames_row(const struct cli_frames *frames)
{
    return &frames->rows[frames->level];
}

/* The envelope of EDIFACT, for as long as no grammar of it is known: ISO 9735, UNB UNG UNH. */
static const struct cli_frame_row edifact_rows[GRAMMAR_LEVELS] = {
    [GRAMMAR_INTERCHANGE] = {.header = {"UNB", 3},
                             .trailer = {"UNZ", 3},
                             .header_control_no = 5,
                             .trailer_control_no = 2,
                             .trailer_count_no = 1,
                             .counts = GRAMMAR_GROUP  },
    [GRAMMAR_GROUP] = { .header = {"UNG", 3},
                             .trailer = {"UNE", 3},
                             .header_control_no = 5,
                             .trailer_control_no = 2,
                             .trailer_count_no = 1,
                             .type_no = 1,
                             .counts = GRAMMAR_MESSAGE},
    [GRAMMAR_MESSAGE] = { .header = {"UNH", 3},
                             .trailer = {"UNT", 3},
                             .header_control_no = 1,
                             .trailer_control_no = 2,
                             .trailer_count_no = 1,
                             .type_no = 2,
                             .counts = GRAMMAR_LEVELS},
};

static struct cli_frame_row
row_of(const struct grammar *grammar, const struct grammar_frame *frame)
{
    return (struct cli_frame_row){.header = grammar_str(grammar, frame->header),
                                  .trailer = grammar_str(grammar, frame->trailer),
                                  .header_control_no = frame->header_control_no,
                                  .trailer_control_no = frame->trailer_control_no,
                                  .trailer_count_no = frame->trailer_count_no,
                                  .type_no = frame->type_no,
                                  .counts = frame->counts};
}

/* The envelope of the syntax: any release of the standard has it. */
static enum wb_rc
use_syntax(struct wb_ctx *ctx, struct cli_frames *frames, uint8_t syntax)
{
    if (frames->syntax == syntax) {
        return WB_OK;
    }
    const struct wb_str standard = syntax == WIRE_EDIFACT ? WB_LIT("edifact") : WB_LIT("x12");
    bool exact = false;
    enum wb_rc rc = grammar_shipped_find(ctx, standard, WB_LIT(""), &frames->grammar, &exact);
    frames->has_grammar = rc == WB_OK;
    if (rc == WB_NOT_FOUND) {
        wb_error_clear(ctx);
        rc = WB_OK;
    }
    if (rc != WB_OK) {
        return rc;
    }
    frames->syntax = syntax;
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        frames->rows[i] = frames->has_grammar ? row_of(&frames->grammar, &frames->grammar.frames[i])
                                              : edifact_rows[i];
    }
    return WB_OK;
}

static size_t
keep(char *ret, struct wb_str text)
{
    const struct wb_str cut = wb_str_sub(text, 0, CLI_CONTROL_MAX);
    if (cut.len > 0) {
        memcpy(ret, cut.at, cut.len);
    }
    return cut.len;
}

static void
close_from(struct cli_frames *frames, enum grammar_level level)
{
    for (unsigned i = level; i < GRAMMAR_LEVELS; i++) {
        frames->levels[i].open = false;
    }
}

static void
take_header(struct cli_frames *frames, const struct cli_frame_row *row,
            const struct wire_segment *segment)
{
    const enum grammar_level level = frames->level;
    struct cli_frame *frame = &frames->levels[level];
    const uint32_t no = frame->no + 1;
    close_from(frames, level);
    for (unsigned i = 0; i < level; i++) {
        frames->levels[i].inner_count[level]++;
    }
    for (unsigned i = level + 1; i < GRAMMAR_LEVELS; i++) {
        frames->levels[i].no = 0;
    }
    *frame = (struct cli_frame){.open = true, .no = no};
    frame->control_len = keep(frame->control, wire_text(segment, row->header_control_no));
    if (row->type_no > 0) {
        frame->type_len = keep(frame->type, wire_text(segment, row->type_no));
    }
}

static void
take_trailer(struct cli_frames *frames, const struct cli_frame_row *row)
{
    const struct cli_frame *frame = &frames->levels[frames->level];
    frames->alone = !frame->open;
    if (row->counts == GRAMMAR_LEVELS) {
        frames->count_due = frame->segment_count + 1;
        return;
    }
    /* An interchange without groups counts its messages. */
    const bool none = row->counts == GRAMMAR_GROUP && frame->inner_count[GRAMMAR_GROUP] == 0;
    frames->count_due = frame->inner_count[none ? GRAMMAR_MESSAGE : row->counts];
}

enum wb_rc
cli_frames_take(struct wb_ctx *ctx, struct cli_frames *frames, const struct wire_segment *segment)
{
    if (frames->part == CLI_TRAILER) {
        close_from(frames, frames->level);
    }
    const enum wb_rc rc = use_syntax(ctx, frames, segment->delims->syntax);
    if (rc != WB_OK) {
        return rc;
    }
    frames->part = CLI_INSIDE;
    frames->alone = false;
    for (unsigned i = 0; i < GRAMMAR_LEVELS && frames->part == CLI_INSIDE; i++) {
        const struct cli_frame_row *row = &frames->rows[i];
        frames->level = (enum grammar_level)i;
        if (wb_str_eq(segment->tag, row->header)) {
            frames->part = CLI_HEADER;
            take_header(frames, row, segment);
        } else if (wb_str_eq(segment->tag, row->trailer)) {
            frames->part = CLI_TRAILER;
            take_trailer(frames, row);
        }
    }
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        frames->levels[i].segment_count += frames->levels[i].open ? 1 : 0;
    }
    return WB_OK;
}
