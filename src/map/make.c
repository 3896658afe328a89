/*
 * Instances come into being only here: through keys, in `each`, or with the first value of a block.
 * A loop comes with its trigger; what a key tests is written with it.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

/* One step, so that a message of many lines is written in a time that grows with it. */
static uint32_t
instance_count(const struct machine *m, const struct tree_node *parent, uint32_t node)
{
    const struct tree_node *const last = tree_last(parent, m->tree->grammar->nodes[node].slot);
    return last == NULL ? 0 : last->ordinal_no;
}

uint32_t
instance_room(struct machine *m, const struct tree_node *parent, uint32_t node)
{
    const uint32_t max = m->tree->grammar->nodes[node].max;
    const uint32_t count = instance_count(m, parent, node);
    return count < max ? max - count : 0;
}

bool
instance_has_room(struct machine *m, const struct tree_node *parent, uint32_t node)
{
    return instance_room(m, parent, node) > 0;
}

struct tree_node *
instance_make(struct machine *m, struct tree_node *parent, uint32_t node)
{
    struct tree_node *const made = tree_add(m->ctx, m->tree, parent, node);
    if (made == NULL) {
        return NULL;
    }
    const struct grammar_node *const row = &m->tree->grammar->nodes[node];
    if (row->segment == GRAMMAR_NONE && tree_add(m->ctx, m->tree, made, row->child_first) == NULL) {
        return NULL;
    }
    return made;
}

enum put_rc
put_item(struct machine *m, struct tree_node *segment, const struct map_element *element,
         struct wb_str text)
{
    const struct tree_item *const there = element_item(segment, element);
    if (there != NULL) {
        return wb_str_eq(there->value, text) ? PUT_OK : PUT_NO_ROOM;
    }
    const enum wb_rc rc = tree_put(m->ctx, m->tree, segment, element->element_no,
                                   element->repeat_no, element->component_no, text);
    return rc == WB_OK ? PUT_OK : PUT_NOMEM;
}

/* The code that a test writes: the first, or the one that was kept. */
static struct wb_str
test_code(const struct machine *m, const struct map_test *test, const struct choice *choice)
{
    if (choice != NULL && choice->code_first == test->code_first && choice->code.len > 0) {
        return choice->code;
    }
    return bundle_str(m->bundle, m->bundle->codes[test->code_first]);
}

enum wb_rc
tests_put(struct machine *m, struct tree_node *segment, uint32_t first, uint32_t count,
          const struct choice *choice)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct map_test *const test = &m->bundle->tests[first + i];
        if (test->code_count == 0 ||
            tree_item(segment, test->element_no, test->repeat_no, test->component_no) != NULL) {
            continue;
        }
        const enum wb_rc rc = tree_put(m->ctx, m->tree, segment, test->element_no, test->repeat_no,
                                       test->component_no, test_code(m, test, choice));
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

struct tree_node *
frame_node(struct machine *m, struct frame *frame)
{
    if (frame->node == NULL && frame->outer != NULL) {
        frame->node = key_make(m, frame->outer, frame->block->key, &frame->choice);
    }
    return frame->node;
}

struct record_object *
frame_left(struct machine *m, struct frame *frame)
{
    if (frame->left_made == NULL && frame->outer != NULL && frame->block->key != MAP_NONE) {
        const struct map_key *const key = &m->bundle->keys[frame->block->key];
        struct cell_ref at;
        if (path_left(m, frame->outer, key->parent, key->path, true, &at) == WB_OK &&
            at.cell != NULL) {
            frame->left_made = record_enter(m->ctx, m->arena, at.object, at.number);
        }
    } else if (frame->left_made == NULL && frame->outer != NULL) {
        frame->left_made = frame_left(m, frame->outer);
    }
    frame->left = frame->left_made;
    return frame->left_made;
}

struct tree_node *
key_made(const struct machine *m, struct frame *frame, uint32_t key)
{
    if (key == MAP_NONE) {
        return frame->node;
    }
    const struct map_key *const row = &m->bundle->keys[key];
    struct tree_node *const node = frame->keys[key - frame->context->key_first].node;
    if (node != NULL || row->test_count > 0) {
        return node;
    }
    const struct tree_node *const parent = key_made(m, frame, row->parent);
    return parent == NULL ? NULL : tree_first(parent, m->tree->grammar->nodes[row->node].slot);
}

bool
key_has_room(struct machine *m, struct frame *frame, uint32_t key)
{
    if (key == MAP_NONE) {
        const bool there = frame->node != NULL || frame->outer == NULL;
        return there || key_has_room(m, frame->outer, frame->block->key);
    }
    if (key_made(m, frame, key) != NULL) {
        return true;
    }
    const struct map_key *const row = &m->bundle->keys[key];
    const struct tree_node *const parent = key_made(m, frame, row->parent);
    return parent == NULL ? key_has_room(m, frame, row->parent)
                          : instance_has_room(m, parent, row->node);
}

struct tree_node *
key_make(struct machine *m, struct frame *frame, uint32_t key, const struct choice *choice)
{
    if (key == MAP_NONE) {
        return frame_node(m, frame);
    }
    struct tree_node *const there = key_made(m, frame, key);
    struct key_slot *const slot = &frame->keys[key - frame->context->key_first];
    if (there != NULL) {
        slot->node = there;
        return there;
    }
    /* Keys stand behind their parents, so this ends. */
    const struct map_key *const row = &m->bundle->keys[key];
    struct tree_node *const parent = key_make(m, frame, row->parent, choice);
    if (parent == NULL || !instance_has_room(m, parent, row->node)) {
        return NULL;
    }
    struct tree_node *const made = instance_make(m, parent, row->node);
    struct tree_node *const segment = made == NULL ? NULL : segment_of(m, made);
    if (segment == NULL ||
        tests_put(m, segment, row->test_first, row->test_count, choice) != WB_OK) {
        return NULL;
    }
    slot->node = made;
    return made;
}
