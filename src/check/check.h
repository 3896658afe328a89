#pragma once
/*
 * Checking: follows the segments of a reader through the grammar and gives events, one at a time.
 * Everything is checked at every level and nothing stops it; memory does not grow with the file,
 * nor with a message when no tree is wanted.
 */
#include "base/arena.h"
#include "check/finding.h"
#include "grammar/table.h"
#include "tree/tree.h"
#include "wire/reader.h"

struct check_cache;

struct check_options {
    bool want_trees;    /* CHECK_MESSAGE_END carries the message as a tree */
    bool want_segments; /* CHECK_SEGMENT_SEEN for every segment, envelopes included */
    bool
        keep_findings; /* CHECK_MESSAGE_END carries all findings of the message (up to the limit) */
    /* Grammar for a standard and release; NULL: the shipped ones. `exact` false means the nearest
     * was taken. */
    WB_MUST enum wb_rc (*find_grammar)(struct wb_ctx *ctx, void *self, struct wb_str standard,
                                       struct wb_str release, struct grammar *ret, bool *ret_exact);
    void *find_self;
    /* Rules kept from one check to the next; NULL: made anew. All checks that have it find the same
     * grammars, and only one of them is open at a time. */
    struct check_cache *cache;
    size_t findings_max;      /* a message; 0 = WB_LIMIT_FINDINGS_PER_MESSAGE */
    size_t message_bytes_max; /* its tree and findings; 0 = WB_LIMIT_MESSAGE_ARENA */
};

enum check_verdict {
    CHECK_ACCEPTED,
    CHECK_ACCEPTED_WITH_ERRORS,
    CHECK_REJECTED,
    CHECK_PARTLY_ACCEPTED,
    CHECK_NOT_CHECKED, /* there is no grammar of its standard */
};
/* accepted accepted_with_errors rejected partly_accepted not_checked */
const char *check_verdict_word(enum check_verdict verdict);

enum check_event_kind {
    CHECK_FINDING,           /* .finding: also given when keep_findings is on */
    CHECK_INTERCHANGE_BEGIN, /* .interchange: all but counts and verdict */
    CHECK_GROUP_BEGIN,
    CHECK_MESSAGE_BEGIN,
    CHECK_SEGMENT_SEEN, /* only with want_segments: .segment, .node (GRAMMAR_NONE = no place) */
    CHECK_MESSAGE_END,  /* .message with verdict, tree, findings */
    CHECK_GROUP_END,
    CHECK_INTERCHANGE_END,
    CHECK_END,
};

/* Slices of these three live until their END event has been handled. */
struct check_interchange {
    uint32_t no;
    uint8_t syntax; /* enum wire_syntax */
    struct wb_str sender_qualifier, sender, receiver_qualifier, receiver;
    struct wb_str date, time, version, control, test; /* ISA09 10 12 13 15 */
    bool ack_requested;                               /* ISA14 = 1 */
    struct wb_str header_bytes;                       /* the ISA as received */
    struct wire_delims delims;
    uint32_t group_count;
    uint64_t error_count; /* findings at interchange level */
    const char *ta1;      /* note code of the first envelope error, "000" for none */
    enum check_verdict verdict;
};

struct check_group {
    uint32_t no;
    struct wb_str type, sender, receiver, date, time, control, agency,
        release;                /* GS01 02 03 04 05 06 07 08 */
    uint32_t message_count;     /* received */
    uint32_t accepted_count;    /* A and E; 0 when the group itself is broken */
    struct wb_str stated_count; /* GE01 as received; empty when there was no GE */
    uint64_t error_count;
    const char *ak_codes[5]; /* AK905.. distinct, in order of first use */
    uint32_t ak_count;
    enum check_verdict verdict;
};

struct check_message {
    uint32_t no;
    struct wb_str type, control, release;
    const struct grammar_message *grammar_message; /* NULL when the set is not known */
    bool grammar_exact;
    uint32_t segment_count; /* received, header and trailer included */
    uint64_t at;            /* stream offset of the header */
    uint64_t error_count, warning_count, note_count;
    const char *ak_codes[5]; /* AK502.. */
    uint32_t ak_count;
    enum check_verdict verdict;
    struct tree *tree;                    /* want_trees and a known set; until the next event */
    bool too_large;                       /* no tree: it would be larger than message_bytes_max */
    const struct check_finding *findings; /* keep_findings; until the next event */
    size_t finding_count;
    uint64_t findings_left_out;
};

struct check_event {
    enum check_event_kind kind;
    const struct check_interchange *interchange; /* set from its BEGIN on; NULL outside */
    const struct check_group *group;
    const struct check_message *message;
    const struct check_finding *finding;
    const struct wire_segment *segment;
    uint32_t node;
    const struct grammar *grammar;
};

struct check;

WB_MUST enum wb_rc check_cache_new(struct wb_ctx *ctx, struct check_cache **ret);
void check_cache_free(struct check_cache *cache);
WB_MUST enum wb_rc check_open(struct wb_ctx *ctx, struct wire_reader *reader,
                              const struct check_options *options, struct check **ret);
WB_MUST enum wb_rc check_next(struct wb_ctx *ctx, struct check *check, struct check_event *ret);
void check_close(struct check *check);
/* How many findings there were so far, by severity (4 of them), those not listed too. */
const uint64_t *check_counts(const struct check *check);
/* The finding that comes of a notice of the reader. */
enum check_code check_notice_code(enum wire_notice_code notice);
