#pragma once
/*
 * What a grammar says, laid out for one pass over the tokens of a segment: made once when a grammar
 * is first used.
 */
#include "base/arena.h"
#include "grammar/table.h"

enum check_watch {
    CHECK_WATCH_UNIT = 1,     /* element 355 */
    CHECK_WATCH_PRICE = 2,    /* element 639 */
    CHECK_WATCH_QUANTITY = 4, /* a quantity with its unit behind it */
};

enum check_coded { CHECK_UNCODED, CHECK_CODED_OPEN, CHECK_CODED_CLOSED };

/* A place in a segment or composite; parallel to grammar->places. */
struct check_place {
    uint32_t min;
    uint32_t max;
    uint32_t element;   /* GRAMMAR_NONE for a composite */
    uint32_t composite; /* GRAMMAR_NONE for an element */
    uint32_t repeat_max;
    uint8_t type;  /* enum grammar_type */
    uint8_t coded; /* enum check_coded */
    uint8_t watch; /* set of enum check_watch */
    uint8_t need;
    bool zeros_ok; /* a number of the envelope: zeros before it are usual */
};

/* A relational note; parallel to grammar->notes. Positions above 64 are in no mask: `wide`. */
struct check_note {
    uint64_t all;
    uint64_t first;
    uint8_t kind;
    bool wide;
};

/* A segment or composite. */
struct check_unit {
    uint64_t mandatory;
    uint32_t place_first;
    uint32_t place_count;
    uint32_t note_first;
    uint32_t note_count;
    bool wide; /* has places above 64 */
};

struct check_rules {
    const struct grammar *grammar;
    struct check_place *places;
    struct check_note *notes;
    struct check_unit *segments;
    struct check_unit *composites;
    uint32_t *next_mandatory;  /* by node: the next sibling that must be there, or GRAMMAR_NONE */
    uint32_t *first_mandatory; /* by node: the first such child */
    uint32_t *first_of_tag;    /* by message's tag_first + tag: its first node in the message */
    uint32_t *subtree_end;     /* by node: one past its last descendant */
    bool *message_ready;       /* by message: whether the four above are filled for it */
};

WB_MUST enum wb_rc check_rules_make(struct wb_ctx *ctx, struct wb_arena *arena,
                                    const struct grammar *grammar, struct check_rules *ret);

/* Fills what is kept by node and tag for one message of the grammar, once; before it is followed.
 */
void check_rules_message(struct check_rules *rules, const struct grammar_message *message);

/*
 * Whether a note is broken by what is there (bit position_no - 1). Most notes are about elements
 * that are all absent or all present; both are told by one compare.
 */
static inline bool
check_note_broken(const struct check_note *note, uint64_t present)
{
    const uint64_t there = present & note->all;
    if (there == 0) {
        return note->kind == 'R';
    }
    if (there == note->all) {
        return note->kind == 'E' && (there & (there - 1)) != 0;
    }
    const bool first = (there & note->first) != 0;
    switch (note->kind) {
    case 'P':
        return true;
    case 'E':
        return (there & (there - 1)) != 0;
    case 'C':
        return first;
    case 'L':
        return first && there == note->first;
    default:
        return false;
    }
}
