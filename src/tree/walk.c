/*
 * Following a path through segments. Each loop that is open knows which steps of the path it is;
 * the path leads to a segment when its steps are the last loops that are open, and the segment (or
 * the loop that it begins) is the last step.
 */
#include <string.h>

#include "tree/path.h"

/* Element and component of `elem` in a segment; element_no 0 when it has none such. */
static struct tree_path_elem
resolve(const struct tree_path_elem *elem, const struct grammar *grammar, struct wb_str tag)
{
    struct tree_path_elem found = {.element_no = elem->element_no,
                                   .component_no = elem->component_no};
    const uint32_t segment =
        elem->id.len == 0 || grammar == NULL ? GRAMMAR_NONE : grammar_find_segment(grammar, tag);
    const uint32_t wanted =
        segment == GRAMMAR_NONE ? GRAMMAR_NONE : grammar_find_element(grammar, elem->id);
    if (wanted == GRAMMAR_NONE) {
        return found;
    }
    const struct grammar_segment *s = &grammar->segments[segment];
    for (uint32_t i = 0; i < s->place_count; i++) {
        const struct grammar_place *place = &grammar->places[s->place_first + i];
        if (place->element == wanted) {
            return (struct tree_path_elem){.element_no = i + 1};
        }
        const struct grammar_composite *c =
            place->composite == GRAMMAR_NONE ? NULL : &grammar->composites[place->composite];
        for (uint32_t k = 0; c != NULL && k < c->place_count; k++) {
            if (grammar->places[c->place_first + k].element == wanted) {
                return (struct tree_path_elem){.element_no = i + 1, .component_no = k + 1};
            }
        }
    }
    return found;
}

/* The place that [CODE] tests: what the grammar says, else the first element. *ret_marked: the
 * grammar says so. */
static uint32_t
qualifier_no(const struct grammar *grammar, struct wb_str tag, bool *ret_marked)
{
    const uint32_t segment = grammar == NULL ? GRAMMAR_NONE : grammar_find_segment(grammar, tag);
    const uint32_t no = segment == GRAMMAR_NONE ? 0 : grammar->segments[segment].qualifier_no;
    *ret_marked = no > 0;
    return no > 0 ? no : 1;
}

static struct wb_str
value_at(const struct wire_segment *segment, const struct tree_path_elem *elem)
{
    if (elem->element_no == 0) {
        return (struct wb_str){NULL, 0};
    }
    uint32_t count = 0;
    const struct wire_token *tokens = wire_element(segment, elem->element_no, &count);
    const uint32_t component = elem->component_no == 0 ? 1 : elem->component_no;
    for (uint32_t i = 0; i < count && tokens[i].repeat_no == 1; i++) {
        if (tokens[i].component_no == component) {
            return wire_token_bytes(segment, &tokens[i]);
        }
    }
    return (struct wb_str){NULL, 0};
}

static bool
among(const struct tree_path_test *test, struct wb_str value)
{
    for (uint32_t i = 0; i < test->code_count; i++) {
        if (wb_str_eq(test->codes[i], value)) {
            return true;
        }
    }
    return false;
}

/* One condition of a step. `seen` counts what came as far as this. */
static bool
passes(const struct tree_walk *walk, const struct tree_path_test *test,
       const struct wire_segment *segment, uint32_t *seen)
{
    bool marked = false;
    const struct tree_path_elem qualifier = {
        .element_no = qualifier_no(walk->grammar, segment->tag, &marked)};
    switch (test->kind) {
    case TREE_TEST_QUALIFIER:
        return among(test, value_at(segment, &qualifier));
    case TREE_TEST_NUMBER:
        if (marked) {
            return among(test, value_at(segment, &qualifier));
        }
        return ++*seen == test->ordinal_no;
    case TREE_TEST_ORDINAL:
        return ++*seen == test->ordinal_no;
    case TREE_TEST_ELEMENT: {
        const struct tree_path_elem elem = resolve(&test->elem, walk->grammar, segment->tag);
        return among(test, value_at(segment, &elem));
    }
    }
    return false;
}

/* Bit i for each step that this segment, or the loop `loop_name` that it begins, is. */
static uint32_t
steps_of(struct tree_walk *walk, struct tree_path_level *parent, const struct wire_segment *segment,
         struct wb_str loop_name)
{
    uint32_t fits = 0;
    for (uint32_t i = 0; i < walk->path->step_count; i++) {
        const struct tree_path_step *step = &walk->path->steps[i];
        bool fit = wb_str_eq(step->name, segment->tag) || wb_str_eq(step->name, loop_name);
        for (uint32_t k = 0; k < step->test_count && fit; k++) {
            fit = passes(walk, &step->tests[k], segment, &parent->seen[i][k]);
        }
        fits |= fit ? 1U << i : 0;
    }
    return fits;
}

/* Whether the open loops, and `last` below them, are the path. */
static bool
leads_here(const struct tree_walk *walk, uint32_t last, unsigned depth)
{
    const uint32_t count = walk->path->step_count;
    if ((last >> (count - 1) & 1) == 0 || depth + 1 < count ||
        (!walk->anywhere && depth + 1 != count)) {
        return false;
    }
    for (uint32_t i = 0; i + 1 < count; i++) {
        const struct tree_path_level *level = &walk->levels[depth + 2 - count + i];
        if ((level->fits >> i & 1) == 0) {
            return false;
        }
    }
    return true;
}

void
tree_walk_init(struct tree_walk *walk, const struct tree_path *path)
{
    memset(walk, 0, sizeof *walk);
    walk->path = path;
    walk->root = GRAMMAR_NONE;
    walk->anywhere = true;
}

/* Whether a child of the message is called as the first step. */
static bool
has_child(const struct grammar *grammar, uint32_t root, struct wb_str name)
{
    for (uint32_t i = grammar->nodes[root].child_first; i != GRAMMAR_NONE;
         i = grammar->nodes[i].next_sibling) {
        const struct grammar_node *child = &grammar->nodes[i];
        const struct grammar_node *trigger =
            child->child_first == GRAMMAR_NONE ? child : &grammar->nodes[child->child_first];
        if (wb_str_eq(grammar_str(grammar, child->name), name) ||
            wb_str_eq(grammar_str(grammar, trigger->name), name)) {
            return true;
        }
    }
    return false;
}

void
tree_walk_begin(struct tree_walk *walk, const struct grammar *grammar,
                const struct grammar_message *message)
{
    walk->grammar = grammar;
    walk->root = message == NULL ? GRAMMAR_NONE : message->node_first;
    walk->depth = 0;
    memset(&walk->levels[0], 0, sizeof walk->levels[0]);
    walk->levels[0].node = walk->root;
    walk->anywhere = walk->path->anywhere || message == NULL ||
                     !has_child(grammar, walk->root, walk->path->steps[0].name);
}

/* The loops around `node`, outermost first; how many. */
static unsigned
loops_around(const struct grammar *grammar, uint32_t root, uint32_t node, uint32_t *ret_loops)
{
    unsigned count = 0;
    for (uint32_t at = grammar->nodes[node].parent;
         at != GRAMMAR_NONE && at != root && count < WB_LIMIT_LOOP_DEPTH;
         at = grammar->nodes[at].parent) {
        ret_loops[count++] = at;
    }
    for (unsigned i = 0; i < count / 2; i++) {
        const uint32_t other = ret_loops[i];
        ret_loops[i] = ret_loops[count - 1 - i];
        ret_loops[count - 1 - i] = other;
    }
    return count;
}

/* Makes `depth` of the loops around a segment the open ones: what is not among them is closed, one
 * whose trigger never came is opened and is no step of the path. */
static void
open_loops(struct tree_walk *walk, const uint32_t *loops, unsigned depth)
{
    unsigned same = 0;
    while (same < depth && same < walk->depth && walk->levels[same + 1].node == loops[same]) {
        same++;
    }
    for (unsigned i = same; i < depth; i++) {
        memset(&walk->levels[i + 1], 0, sizeof walk->levels[i + 1]);
        walk->levels[i + 1].node = loops[i];
    }
    walk->depth = depth;
}

bool
tree_walk_segment(struct tree_walk *walk, const struct wire_segment *segment, uint32_t node)
{
    static const struct wb_str none = {NULL, 0};
    if (walk->root == GRAMMAR_NONE || node == GRAMMAR_NONE) {
        /* No place is known: it stands by itself, and only a path of one step leads to it. */
        const uint32_t fits = steps_of(walk, &walk->levels[0], segment, none);
        return walk->path->step_count == 1 && (fits & 1) != 0;
    }
    uint32_t loops[WB_LIMIT_LOOP_DEPTH];
    const unsigned count = loops_around(walk->grammar, walk->root, node, loops);
    const uint32_t parent = walk->grammar->nodes[node].parent;
    const bool begins = count > 0 && walk->grammar->nodes[parent].child_first == node;
    const unsigned depth = begins ? count - 1 : count;
    open_loops(walk, loops, depth);
    const struct wb_str loop_name =
        begins ? grammar_str(walk->grammar, walk->grammar->nodes[parent].name) : none;
    const uint32_t fits = steps_of(walk, &walk->levels[depth], segment, loop_name);
    const bool here = leads_here(walk, fits, depth);
    if (begins) {
        struct tree_path_level *level = &walk->levels[depth + 1];
        memset(level, 0, sizeof *level);
        level->node = parent;
        level->fits = fits;
        walk->depth = count;
    }
    return here;
}

/* The next pair with the qualifier that the path names. */
static bool
next_pair(const struct tree_path *path, const struct grammar *grammar,
          const struct wire_segment *segment, uint32_t *cursor, struct tree_path_elem *ret)
{
    const uint32_t index =
        grammar == NULL ? GRAMMAR_NONE : grammar_find_segment(grammar, segment->tag);
    const struct grammar_segment *s = index == GRAMMAR_NONE ? NULL : &grammar->segments[index];
    if (s == NULL || s->pair_from == 0) {
        return false;
    }
    for (uint32_t no = s->pair_from + 2 * *cursor; no + 1 <= s->pair_to; no += 2) {
        ++*cursor;
        if (wb_str_eq(wire_element_bytes(segment, no), path->pair)) {
            *ret = (struct tree_path_elem){.element_no = no + 1};
            return true;
        }
    }
    return false;
}

/* Repeat number `index` (0-based) of an element, or of a component of it. */
static bool
value_of(const struct wire_segment *segment, const struct tree_path_elem *elem, uint32_t index,
         struct tree_path_value *ret)
{
    uint32_t count = 0;
    const struct wire_token *tokens =
        elem->element_no == 0 ? NULL : wire_element(segment, elem->element_no, &count);
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct wire_token *t = &tokens[i];
        if (t->repeat_no != index + 1 ||
            (elem->component_no != 0 && t->component_no != elem->component_no)) {
            continue;
        }
        if (!found) {
            *ret = (struct tree_path_value){.at = t->at, .len = t->len, .token = t};
        } else {
            ret->len = t->at + t->len - ret->at;
            ret->token = NULL;
        }
        found = true;
    }
    return found;
}

static uint32_t
repeat_count(const struct wire_segment *segment, uint32_t element_no)
{
    uint32_t count = 0;
    const struct wire_token *tokens =
        element_no == 0 ? NULL : wire_element(segment, element_no, &count);
    return count == 0 ? 0 : tokens[count - 1].repeat_no;
}

bool
tree_path_next(const struct tree_path *path, const struct grammar *grammar,
               const struct wire_segment *segment, uint32_t *cursor, struct tree_path_value *ret)
{
    struct tree_path_elem elem;
    if (path->pair.len > 0) {
        while (next_pair(path, grammar, segment, cursor, &elem)) {
            if (value_of(segment, &elem, 0, ret) && ret->len > 0) {
                return true;
            }
        }
        return false;
    }
    if (!path->has_elem) {
        return false;
    }
    elem = resolve(&path->elem, grammar, segment->tag);
    const uint32_t count = repeat_count(segment, elem.element_no);
    while (*cursor < count) {
        const uint32_t index = (*cursor)++;
        if (value_of(segment, &elem, index, ret) && ret->len > 0) {
            return true;
        }
    }
    return false;
}
