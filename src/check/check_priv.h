#pragma once
/* What the files of this room share: the state of a check, the rules made from a grammar, how a
 * finding is reported. */
#include "check/check.h"
#include "check/numbers.h"
#include "check/rules.h"
#include "check/value.h"

enum {
    CHECK_GRAMMARS_MAX = 4,
    CHECK_RELEASE_MAX = 16,
    CHECK_EXPECT_MAX = 96,
    CHECK_TAG_KEEP = 8,
    CHECK_MISSED_MAX = 8
};

/* A grammar that was asked for, with its rules; few at a time, the one used longest ago makes room.
 */
struct check_slot {
    char standard[CHECK_RELEASE_MAX];
    char release[CHECK_RELEASE_MAX];
    size_t standard_len;
    size_t release_len;
    uint64_t used; /* 0 = empty */
    bool found;
    bool exact;
    struct grammar grammar;
    struct check_rules rules;
    struct wb_arena arena; /* of the rules */
};

struct check_cache {
    struct check_slot slots[CHECK_GRAMMARS_MAX];
    uint64_t clock;
};

/* An event that waits to be given out. */
struct check_queued {
    struct check_event event;
    struct check_queued *next;
};

/* Where we stand in a message. */
struct check_walk {
    uint32_t at; /* node that took the last segment; the message's own at the start */
    uint32_t
        lost_at; /* node a misplaced segment belongs to: what follows it is no finding of its own */
    bool lost;   /* the last segment had no place */
    uint32_t skipped; /* segments passed over since then */
    char lost_tag[CHECK_TAG_KEEP];
    size_t lost_tag_len;
    uint32_t missed[CHECK_MISSED_MAX]; /* first segments of what was told to be missing */
    uint32_t missed_count;
    uint32_t guess;      /* what the last segment, misspelt, seems to have been, or GRAMMAR_NONE */
    uint32_t guess_key;  /* the misspelt tag, packed: it may resemble several */
    bool guess_taken;    /* we went on as if it were that one */
    uint32_t guess_from; /* .at and .ghost before that */
    uint32_t ghost_from;
    uint32_t ghost;   /* loop that a misspelt segment began: none in the tree */
    uint32_t *counts; /* instances of each node in the present instance of its parent */
    struct tree_node *open[UINT8_MAX + 1]; /* by depth, with want_trees */
};

/* How many findings were listed. */
struct check_listed {
    size_t errors; /* and warnings */
    size_t notes;  /* and advice */
    bool more_told;
};

enum check_role {
    CHECK_ROLE_NONE,
    CHECK_ROLE_INTERCHANGE,
    CHECK_ROLE_INTERCHANGE_END,
    CHECK_ROLE_GROUP,
    CHECK_ROLE_GROUP_END,
    CHECK_ROLE_MESSAGE,
    CHECK_ROLE_MESSAGE_END,
    CHECK_ROLE_COUNT
};

struct check {
    struct wire_reader *reader;
    struct check_options options;
    enum wb_rc rc; /* the first failure of ours sticks */

    struct wb_arena queue_arena;   /* queued events; findings too unless they are kept */
    struct wb_arena message_arena; /* the message's own strings, kept findings, the tree */
    struct wb_arena group_arena;
    struct wb_arena interchange_arena;
    struct wb_arena walk_arena; /* counts, for the largest message so far */
    struct check_queued *queue_first;
    struct check_queued *queue_last;
    struct check_queued *run_first; /* findings about elements of one segment, at the queue's end */
    uint64_t run_at;                /* that segment */

    struct check_cache *cache; /* of the options, or own */
    struct check_cache *own;
    struct check_slot *envelope; /* grammar of the interchange */
    struct check_slot *body;     /* grammar of the group */
    uint32_t role_keys[CHECK_ROLE_COUNT];

    struct wire_segment segment;
    bool has_segment; /* .segment is the one at hand */
    bool pending;     /* it has not been taken yet */
    bool header;      /* it begins an interchange */
    bool ended;       /* of the input */
    bool done;
    bool loose; /* segments outside of where they belong were reported */
    uint64_t end_at;
    uint32_t last_key; /* packed tag of the last segment */
    uint64_t blank_at; /* blanks before the segment to come, when blank_len is not 0 */
    uint64_t blank_len;

    bool in_interchange, in_group, in_message;
    struct check_interchange interchange;
    struct check_group group;
    struct check_message message;
    bool isa_short;
    bool group_named;        /* GS01 is a group that the grammar knows */
    uint32_t headless_count; /* groups of the interchange that had no GS */
    int release_order;       /* of the group against its grammar: -1 before it, 1 behind it */
    uint64_t interchange_warnings;
    uint64_t group_warnings;
    uint32_t rejected_count; /* messages of the group */
    uint32_t noted_count;    /* with errors noted */

    struct check_numbers interchange_numbers;
    struct check_numbers group_numbers;
    struct check_numbers message_numbers;

    uint32_t segment_no;
    uint32_t node; /* that took the segment at hand, or GRAMMAR_NONE */
    struct check_walk walk;
    struct tree tree;
    struct check_finding *findings;
    size_t finding_count;
    size_t finding_cap;
    struct check_listed message_listed;
    struct check_listed envelope_listed; /* of the interchange, outside of messages */
    struct check_listed file_listed;
    uint64_t totals[4]; /* all findings, by severity */

    /* How element findings of the envelope are told: code by element number, NULL in messages. */
    const enum check_code *as;
    size_t as_count;
    uint64_t blank_ok; /* bit (element_no - 1): blanks are a value */
    bool short_ok;
};

/* What a finding is made from; what is not set is taken from the segment at hand. */
struct check_report {
    enum check_code code;
    uint64_t at; /* UINT64_MAX = the segment's */
    uint64_t len;
    uint32_t element_no;
    uint32_t repeat_no;
    uint32_t component_no;
    uint32_t element; /* in the grammar's elements, GRAMMAR_NONE when it is none */
    struct wb_str value;
    struct wb_str expect;
    struct wb_str tag; /* {tag}, when it is not that of the segment at hand */
    struct wb_str expected_tag;
    struct wb_str expected_at;
    struct wb_str corrected;
    struct wb_str seen_tag; /* the segment it was seen in, where none is at hand */
    uint32_t path_node; /* node whose loop the finding is in, GRAMMAR_NONE = that of the segment */
};

#define CHECK_REPORT(code_)                                                                        \
    ((struct check_report){                                                                        \
        .code = (code_), .at = UINT64_MAX, .element = GRAMMAR_NONE, .path_node = GRAMMAR_NONE})

/* report.c */
void check_report(struct wb_ctx *ctx, struct check *c, const struct check_report *report);
void check_push(struct wb_ctx *ctx, struct check *c, enum check_event_kind kind);
/* The segment at hand with element element_no written as `value`. */
struct wb_str check_corrected(struct wb_ctx *ctx, struct check *c, uint32_t element_no,
                              struct wb_str value);

/* element.c: everything inside one segment. `skip`: elements (bit element_no - 1) looked at
 * elsewhere. */
void check_elements(struct wb_ctx *ctx, struct check *c, uint32_t segment, uint64_t skip);

/* follow.c */
void check_walk_begin(struct wb_ctx *ctx, struct check *c);
void check_walk_segment(struct wb_ctx *ctx, struct check *c);
/* The trailer was not seen. What is behind the cut is not known, so nothing is said to be missing.
 */
void check_walk_end(struct wb_ctx *ctx, struct check *c);

/* envelope.c: interchange and group */
/* The next interchange, nothing known of it but the separators of the segment at hand. */
void check_interchange_fresh(struct check *c);
void check_interchange_open(struct wb_ctx *ctx, struct check *c, bool synthetic);
void check_interchange_trailer(struct wb_ctx *ctx, struct check *c);
void check_interchange_close(struct wb_ctx *ctx, struct check *c, bool by_trailer);
void check_group_open(struct wb_ctx *ctx, struct check *c, bool synthetic);
void check_group_trailer(struct wb_ctx *ctx, struct check *c);
void check_group_close(struct wb_ctx *ctx, struct check *c, bool by_trailer);
/* A segment that may stand between interchange and group. */
void check_between(struct wb_ctx *ctx, struct check *c);

/* trailer.c */
/* Control number of a trailer against its header; codes for "differs" and "written differently". */
void check_control_pair(struct wb_ctx *ctx, struct check *c, uint32_t element_no,
                        struct wb_str header, enum check_code differs, enum check_code form);
/* A note when a value that the check compares itself has blanks around it. */
void check_blanks(struct wb_ctx *ctx, struct check *c, uint32_t element_no);
/* Count of a trailer; `code` is that of the interchange's, the group's or the message's. */
void check_count(struct wb_ctx *ctx, struct check *c, uint32_t element_no, uint64_t count,
                 enum check_code code);

/* foreign.c: EDIFACT, which is listed and not checked */
void check_foreign_open(struct wb_ctx *ctx, struct check *c, bool synthetic);
/* One step with the segment at hand; .pending is false when it has been taken. */
void check_foreign_step(struct wb_ctx *ctx, struct check *c);
/* Closes the innermost open level from `keep` on inwards; false when none of them is open. */
bool check_foreign_close(struct wb_ctx *ctx, struct check *c, enum grammar_level keep);
static inline bool
check_is_foreign(const struct check *c)
{
    return c->in_interchange && c->interchange.syntax == WIRE_EDIFACT;
}

/* message.c */
void check_message_open(struct wb_ctx *ctx, struct check *c);
void check_message_trailer(struct wb_ctx *ctx, struct check *c);
void check_message_close(struct wb_ctx *ctx, struct check *c, bool by_trailer);

/* notice.c */
void check_notice(struct wb_ctx *ctx, struct check *c, const struct wire_notice *notice);
/* The blanks noticed stood before the segment at hand. */
void check_notice_blank(struct wb_ctx *ctx, struct check *c);

/* check.c */
struct check_slot *check_grammar(struct wb_ctx *ctx, struct check *c, struct wb_str standard,
                                 struct wb_str release);
struct wb_str check_text(struct check *c, uint32_t element_no);
/* A packed tag as text again. */
struct wb_str check_tag_text(uint32_t key, char tag[GRAMMAR_TAG_MAX]);
