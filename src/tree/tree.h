#pragma once
/*
 * One message in memory: instances of the nodes of its grammar. Built by check while it follows a
 * message, or by the map machine when it writes one. Everything lives in one arena, which is reset
 * after the message.
 */
#include "base/arena.h"
#include "grammar/table.h"
#include "wire/token.h"
#include "wire/writer.h"

enum tree_item_flag {
    TREE_CLAIMED = 1,  /* the map machine has taken it */
    TREE_DROPPED = 2,  /* known and not carried, by a `drops` */
    TREE_RESTORED = 4, /* put back as it was read: nothing completes its segment */
};

/* A value that is there: never empty. Items of a segment are sorted by element, repeat, component.
 */
struct tree_item {
    struct wb_str value; /* without release characters */
    uint16_t element_no;
    uint16_t repeat_no;
    uint16_t component_no; /* 1 in a simple element */
    uint16_t flags;        /* enum tree_item_flag */
};

struct tree_index; /* first and last child by slot, made when a loop has many children */

/* An instance of a grammar node: a segment (items) or a loop (children; the first child is its
 * trigger). */
struct tree_node {
    uint32_t node;               /* index in grammar->nodes */
    uint32_t slot;               /* of that node among its parent's children */
    uint32_t child_count;        /* instances */
    struct tree_node *parent;    /* NULL for the message */
    struct tree_node *next;      /* sibling in document order */
    struct tree_node *next_same; /* next instance of the same node under the same parent */
    struct tree_node *child;     /* first child in document order */
    struct tree_node *child_last;
    struct tree_index *index; /* for tree_first() and tree_last(); NULL while children are few */
    struct tree_item *items;
    uint32_t item_count;
    uint32_t item_cap;
    uint64_t elements;   /* of the items, see tree_bit() */
    uint64_t slots;      /* of the children, see tree_bit() */
    bool simple;         /* no item is a repeat, a component or behind element 63 */
    uint32_t segment_no; /* ordinal in the message as read, header = 1; 0 when built */
    uint32_t len;        /* bytes as read, without terminator */
    uint32_t ordinal_no; /* among the instances of the same node under the same parent, 1.. */
    uint64_t at;         /* stream offset as read */
};

/* A segment that the grammar had no place for, kept so that nothing is lost. */
struct tree_stray {
    struct wb_str bytes;
    uint32_t segment_no;
    uint64_t at;
    struct tree_stray *next;
};

struct tree {
    struct wb_arena *arena;
    const struct grammar *grammar;
    const struct grammar_message *message;
    struct tree_node
        *root; /* the message's own node; its children are ST .. SE as the grammar has them */
    struct tree_stray *strays;
    struct tree_stray *stray_last;
    struct wire_delims delims; /* as read; all 0 when built */
};

WB_MUST enum wb_rc tree_init(struct wb_ctx *ctx, struct tree *tree, struct wb_arena *arena,
                             const struct grammar *grammar, const struct grammar_message *message);
/*
 * A new instance of grammar node `node` under `parent`, which must be an instance of that node's
 * parent. It is put in slot order, after the instances of the same slot. NULL when memory is out.
 */
struct tree_node *tree_add(struct wb_ctx *ctx, struct tree *tree, struct tree_node *parent,
                           uint32_t node);
/* Sets a value (copied), replacing one that is there; an empty value removes it. */
WB_MUST enum wb_rc tree_put(struct wb_ctx *ctx, struct tree *tree, struct tree_node *segment,
                            uint16_t element_no, uint16_t repeat_no, uint16_t component_no,
                            struct wb_str value);
/*
 * The values of a segment as read, copied into the arena; ordinals and offsets are the caller's to
 * set. Where the grammar has a simple element, a component separator is part of the value: X12 has
 * no release character, and senders write ':' into texts.
 */
WB_MUST enum wb_rc tree_fill(struct wb_ctx *ctx, struct tree *tree, struct tree_node *node,
                             const struct wire_segment *segment);
WB_MUST enum wb_rc tree_stray_add(struct wb_ctx *ctx, struct tree *tree,
                                  const struct wire_segment *segment, uint32_t segment_no);

/* What is there, as a set: a bit each for numbers up to 63, one bit for all above. */
static inline uint64_t
tree_bit(uint32_t number)
{
    return number < 64 ? (uint64_t)1 << number : 1;
}

/* As tree_item(), by search. */
struct tree_item *tree_item_search(const struct tree_node *segment, uint16_t element_no,
                                   uint16_t repeat_no, uint16_t component_no);

/* The item, or NULL when absent. repeat 1 and component 1 are the plain element. */
static inline struct tree_item *
tree_item(const struct tree_node *segment, uint16_t element_no, uint16_t repeat_no,
          uint16_t component_no)
{
    if ((segment->elements & tree_bit(element_no)) == 0) {
        return NULL;
    }
    if (!segment->simple || repeat_no != 1 || component_no != 1) {
        return tree_item_search(segment, element_no, repeat_no, component_no);
    }
    /* It is there, and before it stand at most as many items as there are smaller numbers. */
    uint32_t at = element_no < segment->item_count ? element_no : segment->item_count;
    do {
        at--;
    } while (segment->items[at].element_no != element_no);
    return &segment->items[at];
}

/* Its value, empty when absent. */
struct wb_str tree_value(const struct tree_node *segment, uint16_t element_no);
/* A loop's trigger instance (NULL when it has none), or the segment itself. */
static inline struct tree_node *
tree_trigger(const struct tree *tree, struct tree_node *node)
{
    const struct grammar_node *row = &tree->grammar->nodes[node->node];
    if (row->segment != GRAMMAR_NONE) {
        return node;
    }
    const bool has = node->child != NULL && node->child->node == row->child_first;
    return has ? node->child : NULL;
}

/* As tree_first(), where the loop has some child of that bit. */
struct tree_node *tree_first_search(const struct tree_node *loop, uint32_t slot);

/* First instance of a slot under a loop, NULL for none; follow next_same. */
static inline struct tree_node *
tree_first(const struct tree_node *loop, uint32_t slot)
{
    return (loop->slots & tree_bit(slot)) == 0 ? NULL : tree_first_search(loop, slot);
}

/* Last instance of a slot under a loop, NULL for none; its ordinal_no is how many there are. */
struct tree_node *tree_last(const struct tree_node *loop, uint32_t slot);
/* The next segment in document order after `node` (depth first); start with the root; NULL at the
 * end. */
struct tree_node *tree_next_segment(const struct tree *tree, struct tree_node *node);

/*
 * All segments in order, strays left out. Trailing empties are left out, unless the writer keeps
 * them: then each segment goes on to the last element that it may have. Values that the delimiters
 * cannot carry are WB_INVALID unless the writer has a replacement; what was read under the same
 * delimiters is always written as it was. Counts and control numbers are as the tree says;
 * tree_write_counted puts the right count into the trailer.
 */
WB_MUST enum wb_rc tree_write(struct wb_ctx *ctx, const struct tree *tree,
                              struct wire_writer *writer);
WB_MUST enum wb_rc tree_write_counted(struct wb_ctx *ctx, struct tree *tree,
                                      struct wire_writer *writer);
WB_MUST enum wb_rc tree_write_segment(struct wb_ctx *ctx, const struct tree *tree,
                                      const struct tree_node *segment, struct wire_writer *writer);
