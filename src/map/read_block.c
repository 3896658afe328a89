/*
 * Reading blocks: one object, each instance, the instances left over, and trees of instances that
 * nest by their own numbers. A body runs in a frame of its own.
 */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "map/machine_priv.h"

/* Instances of a node in document order, with the children that their numbers give them. */
struct tree_walk {
    struct tree_node **nodes;
    uint32_t *child; /* index, or MAP_NONE */
    uint32_t *sibling;
    uint32_t count;
    uint32_t root;  /* first without a parent */
    uint32_t field; /* the list of children in an element */
};

static enum wb_rc
too_deep(struct machine *m, const struct map_code *code)
{
    m->next = code->c;
    return note_add(m, MAP_LEFT_OVER, (struct wb_str){NULL, 0}, (struct wb_str){NULL, 0},
                    "the document nests deeper than %d levels", (int)MAP_TREE_MAX);
}

/* The object that a body fills: the one that is there, or a new one that is put in later. */
static enum wb_rc
enter_object(struct machine *m, struct frame *frame)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame->outer, frame->block->path, false, &at);
    if (rc != WB_OK) {
        return rc;
    }
    const bool there = at.cell != NULL && at.cell->present && at.cell->object != NULL;
    frame->right_made = there
                            ? at.cell->object
                            : record_new(m->ctx, m->arena, m->bound->right, frame->context->right);
    frame->right = frame->right_made;
    return frame->right == NULL ? WB_NOMEM : WB_OK;
}

enum wb_rc
map_run_ENTER(struct machine *m, const struct map_code *code)
{
    const struct map_block *const block = &m->bundle->blocks[code->b];
    struct frame *const outer = frame_now(m);
    struct tree_node *node = NULL;
    struct cell_ref left = {.cell = NULL};
    if (m->tree != NULL) {
        node = key_find(m, outer, block->key);
    } else if (block->key != MAP_NONE) {
        const struct map_key *const key = &m->bundle->keys[block->key];
        const enum wb_rc rc = path_left(m, outer, key->parent, key->path, false, &left);
        if (rc != WB_OK) {
            return rc;
        }
    }
    const bool object = left.cell != NULL && left.cell->present && left.cell->object != NULL;
    const bool own = m->tree == NULL && block->key == MAP_NONE;
    if (node == NULL && !object && !own) {
        m->next = code->c;
        return WB_OK;
    }
    struct frame *const frame = frame_open(m, code);
    if (frame == NULL) {
        return too_deep(m, code);
    }
    frame->node = node;
    frame->left = object ? left.cell->object : outer->left;
    frame->left_mark = outer->left_mark;
    if (object && left.mark != NULL) {
        frame->left_mark = mark_object(m, left.mark, left.cell->object);
        if (frame->left_mark == NULL) {
            return WB_NOMEM;
        }
    }
    return enter_object(m, frame);
}

static enum wb_rc
leave_object(struct machine *m, struct frame *frame)
{
    struct frame *const outer = frame->outer;
    const struct map_block *const block = frame->block;
    struct cell_ref at;
    if (!frame->touched) {
        return WB_OK;
    }
    enum wb_rc rc = path_right(m, outer, block->path, true, &at);
    if (rc != WB_OK) {
        return rc;
    }
    *at.cell =
        (struct record_value){.present = true, .type = RECORD_OBJECT, .object = frame->right_made};
    outer->touched = true;
    if (m->tree != NULL) {
        m->undo_count = 0;
        rc = claim_key(m, outer, block->key, NULL);
    }
    return rc;
}

/* The next round's element, and what finds the instance is claimed. */
static enum wb_rc
begin_round(struct machine *m, struct frame *frame)
{
    struct record_value *const item =
        record_append(m->ctx, m->arena, frame->list_owner, frame->list_field);
    if (item == NULL || item->object == NULL) {
        return WB_NOMEM;
    }
    frame->right_made = item->object;
    frame->right = item->object;
    frame->touched = false;
    frame_clear_keys(m, frame);
    if (m->tree == NULL) {
        return WB_OK;
    }
    const struct tree_node *const segment = segment_of(m, frame->node);
    m->undo_count = 0;
    return segment == NULL ? WB_OK : claim_key(m, frame->outer, frame->block->key, segment);
}

/* Where the elements go, found with the first instance, so that no empty list comes into being. */
static enum wb_rc
begin_list(struct machine *m, struct frame *frame)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame->outer, frame->block->path, true, &at);
    if (rc != WB_OK) {
        return rc;
    }
    frame->list_owner = at.object;
    frame->list_field = at.number;
    frame->item_at = at.cell->present ? at.cell->list.count : 0;
    frame->outer->touched = true;
    return WB_OK;
}

static enum wb_rc
begin(struct machine *m, struct frame *frame)
{
    const enum wb_rc rc = begin_list(m, frame);
    return rc == WB_OK ? begin_round(m, frame) : rc;
}

/* The next instance from `node` on that REST, or any other row, takes. */
static struct tree_node *
next_taken(struct machine *m, unsigned op, struct tree_node *node, const struct map_key *key)
{
    struct tree_node *at = node;
    while (op == MAP_OP_REST && at != NULL && node_is_claimed(m, at)) {
        at = match_next(m, at, key);
    }
    return at;
}

static enum wb_rc
each_instance(struct machine *m, const struct map_code *code)
{
    const struct map_block *const block = &m->bundle->blocks[code->b];
    const struct map_key *const key = &m->bundle->keys[block->key];
    struct tree_node *const node =
        next_taken(m, code->op, key_find(m, frame_now(m), block->key), key);
    if (node == NULL) {
        m->next = code->c;
        return WB_OK;
    }
    struct frame *const frame = frame_open(m, code);
    if (frame == NULL) {
        return too_deep(m, code);
    }
    frame->node = node;
    return begin(m, frame);
}

/* Points a frame to element item_at of its left list. */
static enum wb_rc
left_element(struct machine *m, struct frame *frame, size_t at)
{
    frame->left = frame->list->items[at].object;
    frame->left_mark = mark_item(m, frame->list_marks, frame->list, at);
    return frame->left == NULL || frame->left_mark == NULL ? WB_NOMEM : WB_OK;
}

static enum wb_rc
each_element(struct machine *m, const struct map_code *code)
{
    const struct map_key *const key = &m->bundle->keys[m->bundle->blocks[code->b].key];
    struct cell_ref at;
    enum wb_rc rc = path_left(m, frame_now(m), key->parent, key->path, false, &at);
    if (rc != WB_OK) {
        return rc;
    }
    if (at.cell == NULL || !at.cell->present || at.cell->list.count == 0) {
        m->next = code->c;
        return WB_OK;
    }
    struct frame *const frame = frame_open(m, code);
    if (frame == NULL) {
        return too_deep(m, code);
    }
    frame->list = &at.cell->list;
    frame->list_marks = at.mark;
    frame->tree_at = 0;
    rc = left_element(m, frame, 0);
    return rc == WB_OK ? begin(m, frame) : rc;
}

enum wb_rc
map_run_EACH(struct machine *m, const struct map_code *code)
{
    return m->tree != NULL ? each_instance(m, code) : each_element(m, code);
}

enum wb_rc
map_run_REST(struct machine *m, const struct map_code *code)
{
    return each_instance(m, code);
}

static enum wb_rc
leave_each(struct machine *m, struct frame *frame)
{
    enum wb_rc rc = WB_OK;
    bool more = false;
    if (m->tree != NULL) {
        const struct map_key *const key = &m->bundle->keys[frame->block->key];
        frame->node = next_taken(m, frame->op, match_next(m, frame->node, key), key);
        more = frame->node != NULL;
    } else {
        frame->tree_at++; /* of the left list; item_at is of the right one */
        more = frame->tree_at < frame->list->count;
        rc = more ? left_element(m, frame, frame->tree_at) : WB_OK;
    }
    if (!more || rc != WB_OK) {
        frame_pop(m);
        return rc;
    }
    frame->item_at++;
    m->next = frame->body_at;
    return begin_round(m, frame);
}

/* ---- trees ---- */

static struct wb_str
number_of(const struct machine *m, struct tree_node *node, uint8_t element_no)
{
    const struct tree_node *const segment = segment_of(m, node);
    const struct tree_item *const item =
        segment == NULL || element_no == 0 ? NULL : tree_item(segment, element_no, 1, 1);
    return item == NULL ? (struct wb_str){NULL, 0} : item->value;
}

/* Slots of a hash of instances by their own number; the latest of equal ones is found. */
struct number_hash {
    uint32_t *slots;
    uint32_t mask;
};

static uint32_t *
hash_slot(const struct machine *m, const struct tree_walk *walk, const struct number_hash *hash,
          struct wb_str number, uint8_t id_no)
{
    uint32_t at = wb_hash32(number) & hash->mask;
    while (hash->slots[at] != 0 &&
           !wb_str_eq(number_of(m, walk->nodes[hash->slots[at] - 1], id_no), number)) {
        at = (at + 1) & hash->mask;
    }
    return &hash->slots[at];
}

/* The parent of each instance: one before it with that number, so there are no circles. */
static enum wb_rc
link_parents(struct machine *m, const struct tree_walk *walk, const struct grammar_node *row,
             uint32_t *parents)
{
    struct number_hash hash = {.mask = 1};
    while (hash.mask < walk->count) {
        hash.mask = hash.mask * 2 + 1;
    }
    hash.mask = hash.mask * 2 + 1;
    hash.slots = wb_arena_array(m->ctx, m->arena, (size_t)hash.mask + 1, sizeof *hash.slots);
    if (hash.slots == NULL) {
        return WB_NOMEM;
    }
    for (uint32_t i = 0; i < walk->count; i++) {
        const struct wb_str parent = number_of(m, walk->nodes[i], row->tree_parent_no);
        const struct wb_str own = number_of(m, walk->nodes[i], row->tree_id_no);
        const uint32_t found =
            parent.len == 0 ? 0 : *hash_slot(m, walk, &hash, parent, row->tree_id_no);
        parents[i] = found == 0 ? MAP_NONE : found - 1;
        if (own.len > 0) {
            *hash_slot(m, walk, &hash, own, row->tree_id_no) = i + 1;
        }
    }
    return WB_OK;
}

static enum wb_rc
walk_make(struct machine *m, struct tree_node *first, const struct map_key *key,
          struct tree_walk **ret)
{
    struct tree_walk *const walk = wb_arena_alloc(m->ctx, m->arena, sizeof *walk);
    if (walk == NULL) {
        return WB_NOMEM;
    }
    for (struct tree_node *at = first; at != NULL; at = match_next(m, at, key)) {
        walk->count++;
    }
    walk->nodes = wb_arena_array(m->ctx, m->arena, walk->count, sizeof *walk->nodes);
    walk->child = wb_arena_array(m->ctx, m->arena, walk->count, sizeof *walk->child);
    walk->sibling = wb_arena_array(m->ctx, m->arena, walk->count, sizeof *walk->sibling);
    uint32_t *const parents = wb_arena_array(m->ctx, m->arena, walk->count, sizeof *parents);
    if (walk->nodes == NULL || walk->child == NULL || walk->sibling == NULL || parents == NULL) {
        return WB_NOMEM;
    }
    uint32_t n = 0;
    for (struct tree_node *at = first; at != NULL; at = match_next(m, at, key)) {
        walk->child[n] = MAP_NONE;
        walk->nodes[n++] = at;
    }
    const enum wb_rc rc = link_parents(m, walk, &m->tree->grammar->nodes[key->node], parents);
    walk->root = MAP_NONE;
    for (uint32_t i = walk->count; rc == WB_OK && i > 0; i--) {
        uint32_t *const head =
            parents[i - 1] == MAP_NONE ? &walk->root : &walk->child[parents[i - 1]];
        walk->sibling[i - 1] = *head;
        *head = i - 1;
    }
    *ret = walk;
    return rc;
}

/* An instance of a tree: its numbers are the machine's. */
static enum wb_rc
tree_round(struct machine *m, struct frame *frame, uint32_t at)
{
    frame->tree_at = at;
    frame->node = frame->tree->nodes[at];
    const enum wb_rc rc = begin_round(m, frame);
    struct tree_node *const segment = segment_of(m, frame->node);
    const struct grammar_node *const row = &m->tree->grammar->nodes[frame->node->node];
    if (rc != WB_OK || segment == NULL) {
        return rc;
    }
    const uint8_t numbers[] = {row->tree_id_no, row->tree_parent_no, row->tree_child_no};
    for (size_t i = 0; i < sizeof numbers; i++) {
        struct tree_item *const item =
            numbers[i] == 0 ? NULL : tree_item(segment, numbers[i], 1, 1);
        if (item != NULL) {
            item->flags |= TREE_CLAIMED;
        }
    }
    return WB_OK;
}

enum wb_rc
map_run_TREE(struct machine *m, const struct map_code *code)
{
    const struct map_block *const block = &m->bundle->blocks[code->b];
    const struct map_key *const key = &m->bundle->keys[block->key];
    struct tree_node *const first = key_find(m, frame_now(m), block->key);
    struct tree_walk *walk = NULL;
    struct cell_ref at;
    if (first == NULL || m->tree_levels == MAP_TREE_MAX) {
        m->next = code->c;
        return WB_OK;
    }
    enum wb_rc rc = walk_make(m, first, key, &walk);
    if (rc != WB_OK) {
        return rc;
    }
    struct frame *const frame = frame_open(m, code);
    if (frame == NULL) {
        return too_deep(m, code);
    }
    rc = path_right(m, frame->outer, block->path, true, &at);
    if (rc != WB_OK) {
        return rc;
    }
    walk->field = bundle_tree_field(m->bound->right, at.field);
    frame->tree = walk;
    frame->level = 1;
    m->tree_levels++;
    rc = begin_list(m, frame);
    return rc == WB_OK ? tree_round(m, frame, walk->root) : rc; /* the first has no parent */
}

/* Into the children of the instance at hand; false when it has none, or they are too deep. */
static bool
tree_descend(struct machine *m, struct frame *frame)
{
    const uint32_t child = frame->tree->child[frame->tree_at];
    if (child == MAP_NONE || m->tree_levels == MAP_TREE_MAX) {
        return false;
    }
    const struct frame above = *frame;
    struct frame *const inner = frame_push(m, above.context);
    if (inner == NULL) {
        return false;
    }
    inner->block = above.block;
    inner->outer = above.outer;
    inner->op = above.op;
    inner->body_at = above.body_at;
    inner->after_at = above.after_at;
    inner->tree = above.tree;
    inner->level = above.level + 1;
    inner->list_owner = above.right_made;
    inner->list_field = above.tree->field;
    inner->tree_at = child;
    m->tree_levels++;
    return true;
}

static enum wb_rc
leave_tree(struct machine *m)
{
    struct frame *frame = frame_now(m);
    if (tree_descend(m, frame)) {
        m->next = frame->body_at;
        frame = frame_now(m);
        return tree_round(m, frame, frame->tree_at);
    }
    for (;;) {
        const uint32_t next = frame->tree->sibling[frame->tree_at];
        if (next != MAP_NONE) {
            frame->item_at++;
            m->next = frame->body_at;
            return tree_round(m, frame, next);
        }
        const bool last = frame->level == 1;
        m->tree_levels--;
        frame_pop(m);
        if (last) {
            return WB_OK;
        }
        frame = frame_now(m); /* its children are done; its own next sibling follows */
    }
}

enum wb_rc
leave_reading(struct machine *m)
{
    struct frame *const frame = frame_now(m);
    if (frame->op == MAP_OP_TREE) {
        return leave_tree(m);
    }
    if (frame->op == MAP_OP_ENTER) {
        const enum wb_rc rc = leave_object(m, frame);
        frame_pop(m);
        return rc;
    }
    return leave_each(m, frame);
}
