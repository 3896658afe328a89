#pragma once
/*
 * Paths into messages, as people write them: PO1[2].02, N1[ST].N3.01, N1[01=ST]/N3.01, PO1:VN,
 * ISA.13. A path is followed over segments as they go by, so memory does not grow with the message.
 *
 *   path      step {. or / step} [. element | :CODE], perhaps with ** and / in front
 *   step      a segment's tag or a loop's name, with selectors
 *   selector  [CODE|CODE..]       its qualifier is one of them
 *             [02=CODE|.., ..]    an element is
 *             [#2] or [2]         the second one that the selectors before it leave; [2] is a code
 *                                 where the segment has a qualifier
 *   element   02 or 2, 04.02 for a component, 4 digits for a data element (7140)
 *   :CODE     the value of the qualifier/value pair CODE
 *
 * The first step is a child of the message; when no message child is called so, or behind **,
 * it is looked for at any depth.
 */
#include "base/ctx.h"
#include "base/limits.h"
#include "grammar/table.h"
#include "wire/token.h"

enum {
    TREE_PATH_STEPS_MAX = 8,
    TREE_PATH_TESTS_MAX = 8,
    TREE_PATH_CODES_MAX = 16,
    TREE_PATH_TEXT_MAX = 1000, /* bytes of a path */
};

struct tree_path_elem {
    uint32_t element_no;   /* 0 = not by place */
    uint32_t component_no; /* 0 = the whole element */
    struct wb_str id;      /* "7140" when it is by data element */
};

enum tree_path_test_kind {
    TREE_TEST_QUALIFIER,
    TREE_TEST_ELEMENT,
    TREE_TEST_ORDINAL, /* [#2] */
    TREE_TEST_NUMBER,  /* [2]: a code or an ordinal, as the segment is */
};

struct tree_path_test {
    enum tree_path_test_kind kind;
    struct tree_path_elem elem;
    struct wb_str codes[TREE_PATH_CODES_MAX];
    uint32_t code_count;
    uint32_t ordinal_no;
};

struct tree_path_step {
    struct wb_str name;
    struct tree_path_test tests[TREE_PATH_TESTS_MAX];
    uint32_t test_count;
};

struct tree_path {
    bool anywhere; /* ** */
    struct tree_path_step steps[TREE_PATH_STEPS_MAX];
    uint32_t step_count;
    bool has_elem;
    struct tree_path_elem elem;
    struct wb_str pair; /* CODE of :CODE, else empty */
};

/*
 * Reads a path; slices borrow from text. What is wrong is WB_INVALID with a sentence. *ret_rest is
 * what follows the path: empty, or from the first byte on that cannot belong to it ('=' and '~').
 */
WB_MUST enum wb_rc tree_path_read(struct wb_ctx *ctx, struct wb_str text, struct tree_path *ret,
                                  struct wb_str *ret_rest);

/* One loop that is open, or the message. */
struct tree_path_level {
    uint32_t node;
    uint32_t fits;                                           /* bit i: it is what step i asks for */
    uint32_t seen[TREE_PATH_STEPS_MAX][TREE_PATH_TESTS_MAX]; /* of its children: fit up to a test */
};

/* A path being followed through a stream of segments. */
struct tree_walk {
    const struct tree_path *path;
    const struct grammar *grammar;
    uint32_t root;  /* the message's own node, GRAMMAR_NONE outside of a message that is known */
    bool anywhere;  /* the first step is no child of the message */
    unsigned depth; /* loops open; levels[0] is the message or the interchange */
    struct tree_path_level levels[WB_LIMIT_LOOP_DEPTH + 1];
};

void tree_walk_init(struct tree_walk *walk, const struct tree_path *path);
/*
 * A level of the envelope or a message begins: what was counted is forgotten. message NULL: one
 * without a grammar, or none; its segments stand beside each other there.
 */
void tree_walk_begin(struct tree_walk *walk, const struct grammar *grammar,
                     const struct grammar_message *message);
/* Whether the path leads to this segment. node: as check_event has it. */
bool tree_walk_segment(struct tree_walk *walk, const struct wire_segment *segment, uint32_t node);

/* A value that a path leads to: an element or one repeat of it, or a component. */
struct tree_path_value {
    uint32_t at;                    /* in segment->bytes */
    uint32_t len;                   /* separators of components included when there are several */
    const struct wire_token *token; /* the only one it is made of, else NULL */
};

/*
 * The values of a segment that the path names, one after the other: start with *cursor 0; false
 * after the last one. A path that ends in a step names none; values that are empty are passed over.
 */
bool tree_path_next(const struct tree_path *path, const struct grammar *grammar,
                    const struct wire_segment *segment, uint32_t *cursor,
                    struct tree_path_value *ret);
