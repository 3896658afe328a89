#pragma once
/*
 * The envelope, followed over bare segments: which interchange, group and message a segment stands
 * in, and what its trailer has to say. What frames a level is the grammar's to tell. For commands
 * that must not depend on what the messages are.
 */
#include "cli/cli.h"
#include "grammar/table.h"
#include "wire/token.h"

enum { CLI_CONTROL_MAX = 40 };

struct cli_frame {
    bool open;
    uint32_t no;                   /* ordinal in what is around it, 1-based */
    char control[CLI_CONTROL_MAX]; /* of the header */
    size_t control_len;
    char type[CLI_CONTROL_MAX];
    size_t type_len;
    uint64_t segment_count;               /* since the header, which counts */
    uint32_t inner_count[GRAMMAR_LEVELS]; /* groups, messages in it */
};

/* How a level is framed: tags, and where numbers stand; 0 = nowhere. */
struct cli_frame_row {
    struct wb_str header;
    struct wb_str trailer;
    uint32_t header_control_no;
    uint32_t trailer_control_no;
    uint32_t trailer_count_no;
    uint32_t type_no; /* of the header */
    uint8_t counts;   /* enum grammar_level of what the trailer counts; GRAMMAR_LEVELS = segments */
};

enum cli_frame_part { CLI_INSIDE, CLI_HEADER, CLI_TRAILER };

struct cli_frames {
    struct grammar grammar; /* of the standard, any release, when one is known */
    bool has_grammar;
    uint8_t syntax; /* that the rows are for; WIRE_NONE = none yet */
    struct cli_frame_row rows[GRAMMAR_LEVELS];
    struct cli_frame levels[GRAMMAR_LEVELS];
    /* what the segment taken last is */
    enum cli_frame_part part;
    enum grammar_level level; /* of a header or trailer */
    bool alone;               /* a trailer of something that was not begun */
    uint64_t count_due;       /* of a trailer: what it should count */
};

void cli_frames_init(struct cli_frames *frames);
/* Takes the next segment. A trailer's level stays open until the segment after it. */
WB_MUST enum wb_rc cli_frames_take(struct wb_ctx *ctx, struct cli_frames *frames,
                                   const struct wire_segment *segment);
struct wb_str cli_frame_control(const struct cli_frame *frame);
struct wb_str cli_frame_type(const struct cli_frame *frame);
/* How the level of the segment taken last is framed. */
const struct cli_frame_row *cli_frames_row(const struct cli_frames *frames);
