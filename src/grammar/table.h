#pragma once
/*
 * The compiled grammar: one block of bytes, the same in memory, in the program and in a cache file.
 * It is position independent and is never parsed: grammar_open() verifies it once (bounds,
 * references, order) and then everything is array access. All references are indexes into the
 * arrays below, GRAMMAR_NONE when absent; strings are references into one pool.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/ctx.h"

#define GRAMMAR_NONE UINT32_MAX
enum { GRAMMAR_FORMAT = 1, GRAMMAR_NOTE_POSITIONS = 12 };

struct grammar_ref { /* a string in the pool */
    uint32_t at;
    uint32_t len;
};

enum grammar_type {
    GRAMMAR_AN,
    GRAMMAR_ID,
    GRAMMAR_N,
    GRAMMAR_R,
    GRAMMAR_DT,
    GRAMMAR_TM,
    GRAMMAR_B
};

struct grammar_element {
    struct grammar_ref id; /* "98" */
    struct grammar_ref name;
    uint32_t min;
    uint32_t max;
    uint8_t type;  /* enum grammar_type */
    uint8_t scale; /* of N */
    uint8_t coded; /* has a code list */
    uint8_t closed;
    uint32_t code_first; /* in codes, sorted bytewise */
    uint32_t code_count;
    uint32_t slot_first; /* in code_slots: this list's hash table, slot_count a power of two or 0 */
    uint32_t slot_count;
};

struct grammar_code {
    struct grammar_ref value;
    struct grammar_ref label; /* empty = the bare code */
};

/* A slot of a hash table from packed tags (grammar_pack_tag) to an index; index GRAMMAR_NONE =
 * empty. */
struct grammar_slot {
    uint32_t key;
    uint32_t index;
};

enum grammar_need { GRAMMAR_MANDATORY, GRAMMAR_OPTIONAL, GRAMMAR_RELATIONAL };

/* A place in a segment or composite. */
struct grammar_place {
    uint32_t element;   /* in elements, GRAMMAR_NONE for a composite */
    uint32_t composite; /* in composites */
    uint32_t repeat_max;
    uint8_t need; /* enum grammar_need */
    uint8_t is_qualifier;
    uint8_t value_no; /* 1.. = part of the segment's value, in this order; 0 = no part */
    uint8_t spare;
};

struct grammar_note {
    uint8_t kind; /* 'P' 'R' 'E' 'C' 'L' */
    uint8_t count;
    uint8_t position_no[GRAMMAR_NOTE_POSITIONS];
};

struct grammar_composite {
    struct grammar_ref id;
    struct grammar_ref name;
    uint32_t place_first;
    uint32_t place_count;
    uint32_t note_first;
    uint32_t note_count;
};

struct grammar_segment {
    struct grammar_ref tag;
    struct grammar_ref name;
    uint32_t place_first;
    uint32_t place_count;
    uint32_t note_first;
    uint32_t note_count;
    uint32_t qualifier_no; /* 1-based place that [CODE] tests; 0 = none */
    uint32_t pair_from;    /* first place of qualifier/value pairs, 0 = none */
    uint32_t pair_to;
};

enum grammar_area { GRAMMAR_HEADING, GRAMMAR_DETAIL, GRAMMAR_SUMMARY };

/*
 * A node of a message: a loop or a segment in its place. Nodes stand in document order, parents
 * before children; the message's own node (depth 0) is its first. The first child of a loop is its
 * trigger segment.
 */
struct grammar_node {
    uint32_t segment;        /* in segments; GRAMMAR_NONE for a loop and the message's own node */
    struct grammar_ref name; /* tag, or loop name; the message's own node has the message's id */
    uint32_t parent;         /* node; GRAMMAR_NONE for the message's own */
    uint32_t child_first;    /* node of the first child, GRAMMAR_NONE for a segment */
    uint32_t child_count;
    uint32_t next_sibling; /* GRAMMAR_NONE after the last */
    uint32_t max;          /* UINT32_MAX = no limit */
    uint32_t position_no;  /* 010 -> 10 */
    uint32_t slot;         /* its number among its parent's children, 0.. */
    uint8_t need;
    uint8_t area; /* enum grammar_area; of the message's own node GRAMMAR_HEADING */
    uint8_t depth;
    uint8_t prefer; /* takes a segment that another place could take as well */
    uint8_t tree_id_no, tree_parent_no, tree_level_no,
        tree_child_no;      /* elements of the trigger; 0 = no tree */
    uint32_t group_name_at; /* spare, 0 */
};

struct grammar_message {
    struct grammar_ref id; /* "850" */
    struct grammar_ref name;
    struct grammar_ref group; /* "PO" */
    uint32_t node_first;
    uint32_t node_count;
    uint32_t tag_first; /* the message's tags, sorted, in tags: tag index used by the move table */
    uint32_t tag_count;
    uint32_t slot_first; /* in tag_slots: the hash table of its tags, slot_count a power of two */
    uint32_t slot_count;
    uint32_t move_first; /* in moves: [node - node_first][tag], see grammar_move */
};

enum grammar_level { GRAMMAR_INTERCHANGE, GRAMMAR_GROUP, GRAMMAR_MESSAGE, GRAMMAR_LEVELS };

/* How a level of the envelope is framed. element_no 0 = the standard has none. */
struct grammar_frame {
    struct grammar_ref header;
    struct grammar_ref trailer;
    uint32_t header_control_no;
    uint32_t trailer_control_no;
    uint32_t trailer_count_no;
    uint8_t counts; /* enum grammar_level of what is counted; GRAMMAR_LEVELS = segments */
    uint8_t spare[3];
    uint32_t type_no; /* element of the header with the group's or message's type */
    uint32_t release_no;
};

struct grammar {
    struct wb_str bytes; /* all of it */
    struct wb_str pool;
    struct grammar_ref standard;            /* "x12" */
    struct grammar_ref release;             /* "004010" */
    struct grammar_ref title;               /* "X12 004010" */
    const struct grammar_element *elements; /* sorted by id */
    const struct grammar_code *codes;
    const struct grammar_place *places;
    const struct grammar_note *notes;
    const struct grammar_composite *composites; /* sorted by id */
    const struct grammar_segment *segments;     /* sorted by tag */
    const struct grammar_node *nodes;
    const struct grammar_message *messages; /* sorted by id */
    const struct grammar_ref *tags;
    const uint16_t *moves;
    const uint64_t *code_keys;  /* one a code: its first eight bytes, to compare at once */
    const uint32_t *code_slots; /* hash tables of the code lists: index in codes or GRAMMAR_NONE */
    const struct grammar_slot
        *tag_slots; /* hash tables: first that of all segments, then one a message */
    const struct grammar_ref
        *between; /* segments that may stand between interchange and group (TA1) */
    uint32_t element_count, code_count, place_count, note_count, composite_count, segment_count,
        node_count, message_count, tag_count, move_count, between_count, code_slot_count,
        tag_slot_count, segment_slot_count;
    struct grammar_frame frames[GRAMMAR_LEVELS];
    uint8_t source_hash[32]; /* SHA-256 of the sources it was compiled from */
};

enum { GRAMMAR_TAG_MAX = 4, GRAMMAR_NO_MOVE = UINT16_MAX };

/* Verifies a table and sets up the arrays; bytes must stay, 8-byte aligned. WB_INVALID when it is
 * no good table. */
WB_MUST enum wb_rc grammar_open(struct wb_ctx *ctx, struct wb_str bytes, struct grammar *ret);

static inline struct wb_str
grammar_str(const struct grammar *grammar, struct grammar_ref ref)
{
    return (struct wb_str){grammar->pool.at + ref.at, ref.len};
}

/* Index, or GRAMMAR_NONE. */
uint32_t grammar_find_message(const struct grammar *grammar, struct wb_str id);
uint32_t grammar_find_segment(const struct grammar *grammar, struct wb_str tag);
uint32_t grammar_find_element(const struct grammar *grammar, struct wb_str id);
/* Index in codes, or GRAMMAR_NONE. */
uint32_t grammar_find_code(const struct grammar *grammar, uint32_t element, struct wb_str value);
/* A tag of 1 to GRAMMAR_TAG_MAX bytes as a number that sorts as the tag does; 0 when it is no tag.
 */
static inline uint32_t
grammar_pack_tag(struct wb_str tag)
{
    uint32_t key = 0;
    if (tag.len == 0 || tag.len > GRAMMAR_TAG_MAX) {
        return 0;
    }
    for (size_t i = 0; i < tag.len; i++) {
        if (tag.at[i] == '\0') {
            return 0;
        }
        key |= (uint32_t)(uint8_t)tag.at[i] << (24 - 8 * (uint32_t)i); /* i < 4 */
    }
    return key;
}
/* Index of a tag among the message's tags, or GRAMMAR_NONE: the second index of the move table. */
uint32_t grammar_find_tag(const struct grammar *grammar, const struct grammar_message *message,
                          struct wb_str tag);
/*
 * The node that takes a segment when the last one was taken by `from` (the message's own node at
 * the start; a loop's node stands for its trigger): innermost open loop at or after the present
 * position, then outward; GRAMMAR_NONE when nothing does. Occurrences are not counted: going over a
 * maximum is a finding, not another place, but a place that may stand once is not taken twice in a
 * row when the segment fits elsewhere. When the node is the first child of a loop, a new instance
 * of that loop begins. docs/language.md ("Which place takes a segment") is the exact rule.
 */
static inline uint32_t
grammar_move(const struct grammar *grammar, const struct grammar_message *message, uint32_t from,
             uint32_t tag)
{
    const uint16_t to =
        grammar
            ->moves[message->move_first + (from - message->node_first) * message->tag_count + tag];
    return to == GRAMMAR_NO_MOVE ? GRAMMAR_NONE : message->node_first + to;
}
/* The loop node that a segment node belongs to (its parent). */
static inline uint32_t
grammar_loop(const struct grammar *grammar, uint32_t node)
{
    return grammar->nodes[node].parent;
}
/* "PO1/PID" style path of a node, without the message's own node, into text (cut at cap). Returns
 * the length. */
size_t grammar_path(const struct grammar *grammar, uint32_t node, char *text, size_t cap);
