/*
 * Writing blocks: an object makes its instance with its first value, each element of a list makes
 * one at once, a recursive list makes a tree whose numbers are the machine's.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

static enum wb_rc
too_deep(struct machine *m, const struct map_code *code)
{
    m->next = code->c;
    return note_add(m, MAP_NO_ROOM, (struct wb_str){NULL, 0}, (struct wb_str){NULL, 0},
                    "the record nests deeper than %d levels", (int)MAP_TREE_MAX);
}

enum wb_rc
map_run_OPEN(struct machine *m, const struct map_code *code)
{
    const struct map_block *const block = &m->bundle->blocks[code->b];
    struct frame *const outer = frame_now(m);
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, outer, block->path, false, &at);
    if (rc != WB_OK) {
        return rc;
    }
    if (at.cell == NULL || record_is_empty(at.cell)) {
        m->next = code->c;
        return WB_OK;
    }
    struct frame *const frame = frame_open(m, code);
    if (frame == NULL) {
        return too_deep(m, code);
    }
    frame->right = at.cell->object;
    frame->mark = mark_object(m, at.mark, at.cell->object);
    if (block->key == MAP_NONE) {
        frame->node = outer->node;
    } else if (m->tree != NULL) {
        frame->node = key_made(m, outer, block->key); /* another statement may have made it */
    }
    return frame->mark == NULL ? WB_NOMEM : WB_OK;
}

enum wb_rc
map_run_CHOOSE(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_test *const set = key_set_of(m->bundle, frame->block->key);
    if (set == NULL || m->tree == NULL || m->run->no_source) {
        return WB_OK;
    }
    const struct wb_str kept = source_get(frame->mark, m->bundle->values[code->c].text);
    for (uint32_t i = 0; i < set->code_count; i++) {
        const struct wb_str have = bundle_str(m->bundle, m->bundle->codes[set->code_first + i]);
        if (!wb_str_eq(have, kept)) {
            continue;
        }
        frame->choice = (struct choice){.code_first = set->code_first, .code = have};
        struct tree_node *const segment = frame->node == NULL ? NULL : segment_of(m, frame->node);
        return segment == NULL ? WB_OK
                               : tree_put(m->ctx, m->tree, segment, set->element_no, set->repeat_no,
                                          set->component_no, have);
    }
    return WB_OK;
}

/* Whether element `at` of a frame's list is this block's. */
static bool
is_ours(struct machine *m, const struct frame *frame, size_t at)
{
    const struct record_value *const item = &frame->list->items[at];
    const uint32_t filter = frame->block->filter;
    if (item->object == NULL) {
        return false;
    }
    if (filter != MAP_NONE && m->bundle->filters[filter].kind == MAP_FILTER_ELSE) {
        const struct map_mark *const mark = mark_item(m, frame->list_marks, frame->list, at);
        return mark != NULL && !mark->visited;
    }
    return filter_passes(m, filter, item);
}

/* The first element from `at` on that is this block's; the count of the list when there is none. */
static size_t
next_ours(struct machine *m, const struct frame *frame, size_t at)
{
    size_t next = at;
    while (next < frame->list->count && !is_ours(m, frame, next)) {
        next++;
    }
    return next;
}

/* The new instance of a round; *ret is NULL when there is no room. */
static enum wb_rc
round_instance(struct machine *m, struct frame *frame, struct tree_node **ret)
{
    const struct map_key *const key = &m->bundle->keys[frame->block->key];
    struct tree_node *const parent = key_make(m, frame->outer, key->parent, NULL);
    *ret = NULL;
    if (parent == NULL || !instance_has_room(m, parent, key->node)) {
        return m->ctx->error.rc == WB_OK ? WB_OK : WB_NOMEM;
    }
    struct tree_node *const made = instance_make(m, parent, key->node);
    struct tree_node *const segment = made == NULL ? NULL : segment_of(m, made);
    if (segment == NULL) {
        return WB_NOMEM;
    }
    *ret = made;
    return tests_put(m, segment, key->test_first, key->test_count, NULL);
}

static enum wb_rc
round_object(struct machine *m, struct frame *frame)
{
    const struct map_key *const key = &m->bundle->keys[frame->block->key];
    struct cell_ref at;
    const enum wb_rc rc = path_left(m, frame->outer, key->parent, key->path, true, &at);
    if (rc != WB_OK || at.cell == NULL) {
        return rc != WB_OK ? rc : WB_NOMEM;
    }
    struct record_value *const item = record_append(m->ctx, m->arena, at.object, at.number);
    if (item == NULL || item->object == NULL) {
        return WB_NOMEM;
    }
    frame->left_made = item->object;
    frame->left = item->object;
    return WB_OK;
}

static enum wb_rc
tree_numbers(struct machine *m, struct frame *frame)
{
    const struct grammar_node *const row = &m->tree->grammar->nodes[frame->node->node];
    struct tree_node *const segment = segment_of(m, frame->node);
    const struct wb_str own = wb_arena_printf(m->ctx, m->arena, "%u", (unsigned)++m->tree_no);
    enum wb_rc rc = own.at == NULL ? WB_NOMEM : WB_OK;
    frame->tree_at = m->tree_no;
    if (rc == WB_OK && row->tree_id_no != 0) {
        rc = tree_put(m->ctx, m->tree, segment, row->tree_id_no, 1, 1, own);
    }
    if (rc == WB_OK && row->tree_parent_no != 0 && frame->level > 1) {
        const struct frame *const above = frame - 1;
        const struct wb_str parent =
            wb_arena_printf(m->ctx, m->arena, "%u", (unsigned)above->tree_at);
        rc = parent.at == NULL
                 ? WB_NOMEM
                 : tree_put(m->ctx, m->tree, segment, row->tree_parent_no, 1, 1, parent);
    }
    return rc;
}

/*
 * Begins the round of element frame->item_at, or of the first behind it that has room for an
 * instance; *ret_more is false at the list's end.
 */
static enum wb_rc
begin_round(struct machine *m, struct frame *frame, bool *ret_more)
{
    enum wb_rc rc = WB_OK;
    *ret_more = false;
    for (;; frame->item_at++) {
        frame->item_at = next_ours(m, frame, frame->item_at);
        if (frame->item_at == frame->list->count) {
            return WB_OK;
        }
        frame->right = frame->list->items[frame->item_at].object;
        frame->mark = mark_item(m, frame->list_marks, frame->list, frame->item_at);
        if (frame->mark == NULL) {
            return WB_NOMEM;
        }
        frame->mark->visited = true;
        frame_clear_keys(m, frame);
        rc = m->tree != NULL ? round_instance(m, frame, &frame->node) : round_object(m, frame);
        if (rc != WB_OK || m->tree == NULL || frame->node != NULL) {
            break;
        }
        frame->mark->whole = true;
        rc = note_add(m, MAP_NO_ROOM, frame_text(m, frame), (struct wb_str){NULL, 0},
                      "there is no room left for this element");
        if (rc != WB_OK) {
            return rc;
        }
    }
    const uint32_t filter = frame->block->filter;
    if (rc == WB_OK && filter != MAP_NONE && m->bundle->filters[filter].kind == MAP_FILTER_EQUALS) {
        frame->mark->cells[m->bundle->filters[filter].field].taken = true;
    }
    *ret_more = rc == WB_OK;
    return rc == WB_OK && frame->op == MAP_OP_FOR_TREE ? tree_numbers(m, frame) : rc;
}

static enum wb_rc
run_for(struct machine *m, const struct map_code *code)
{
    const struct map_block *const block = &m->bundle->blocks[code->b];
    struct cell_ref at;
    bool more = false;
    enum wb_rc rc = path_right(m, frame_now(m), block->path, false, &at);
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
    frame->list_field = at.number;
    if (code->op == MAP_OP_FOR_TREE) {
        frame->list_field = bundle_tree_field(m->bound->right, at.field);
        frame->level = 1;
        m->tree_levels++;
    }
    rc = begin_round(m, frame, &more);
    if (rc == WB_OK && !more) {
        m->tree_levels -= code->op == MAP_OP_FOR_TREE ? 1 : 0;
        frame_pop(m);
        m->next = code->c;
    }
    return rc;
}

enum wb_rc
map_run_FOR(struct machine *m, const struct map_code *code)
{
    return run_for(m, code);
}

enum wb_rc
map_run_FOR_TREE(struct machine *m, const struct map_code *code)
{
    if (m->tree_levels == MAP_TREE_MAX) {
        return too_deep(m, code);
    }
    return run_for(m, code);
}

/* An entry of an `else` list that reading would give to another statement is outside the map. */
static enum wb_rc
rest_check(struct machine *m, struct frame *frame)
{
    bool outside = false;
    if ((frame->block->flags & MAP_BLOCK_REST) == 0 || m->tree == NULL) {
        return WB_OK;
    }
    const enum wb_rc rc =
        claimed_instance(m, frame->outer, frame->node, frame->block->key, &outside);
    if (rc != WB_OK || !outside) {
        return rc;
    }
    return note_add(m, MAP_OUTSIDE, frame_text(m, frame), (struct wb_str){NULL, 0},
                    "another statement would read this entry");
}

static enum wb_rc
leave_for(struct machine *m, struct frame *frame)
{
    bool more = false;
    enum wb_rc rc = rest_check(m, frame);
    if (rc == WB_OK) {
        frame->item_at++;
        rc = begin_round(m, frame, &more);
    }
    if (rc == WB_OK && more) {
        m->next = frame->body_at;
    } else if (rc == WB_OK) {
        frame_pop(m);
    }
    return rc;
}

/* A frame for the children of the element at hand; NULL when there are none of this block. */
static enum wb_rc
tree_descend(struct machine *m, struct frame *frame, bool *ret_more)
{
    *ret_more = false;
    struct record_value *const cell = record_cell(frame->right, frame->list_field);
    if (!cell->present || cell->list.count == 0) {
        return WB_OK;
    }
    struct frame *const inner =
        m->tree_levels == MAP_TREE_MAX ? NULL : frame_push(m, frame->context);
    if (inner == NULL) {
        return note_add(m, MAP_NO_ROOM, frame_text(m, frame), (struct wb_str){NULL, 0},
                        "the record nests deeper than %d levels", (int)MAP_TREE_MAX);
    }
    inner->block = frame->block;
    inner->outer = frame->outer;
    inner->op = frame->op;
    inner->body_at = frame->body_at;
    inner->after_at = frame->after_at;
    inner->level = frame->level + 1;
    inner->list = &cell->list;
    inner->list_marks = &frame->mark->cells[frame->list_field];
    inner->list_field = frame->list_field;
    m->tree_levels++;
    const enum wb_rc rc = begin_round(m, inner, ret_more);
    if (rc == WB_OK && !*ret_more) {
        m->tree_levels--;
        frame_pop(m);
    }
    return rc;
}

static enum wb_rc
child_mark(struct machine *m, const struct frame *frame, bool has_children)
{
    const struct grammar_node *const row = &m->tree->grammar->nodes[frame->node->node];
    if (row->tree_child_no == 0) {
        return WB_OK;
    }
    return tree_put(m->ctx, m->tree, segment_of(m, frame->node), row->tree_child_no, 1, 1,
                    has_children ? WB_LIT("1") : WB_LIT("0"));
}

static enum wb_rc
leave_tree(struct machine *m)
{
    struct frame *frame = frame_now(m);
    bool more = false;
    enum wb_rc rc = tree_descend(m, frame, &more);
    if (rc == WB_OK) {
        rc = child_mark(m, frame, more);
    }
    while (rc == WB_OK && !more) {
        frame = frame_now(m);
        frame->item_at++;
        rc = begin_round(m, frame, &more);
        if (rc != WB_OK || more) {
            break;
        }
        const bool last = frame->level == 1;
        m->tree_levels--;
        frame_pop(m);
        if (last) {
            return WB_OK;
        }
    }
    m->next = frame_now(m)->body_at;
    return rc;
}

enum wb_rc
leave_writing(struct machine *m)
{
    struct frame *const frame = frame_now(m);
    if (frame->op == MAP_OP_OPEN) {
        frame_pop(m);
        return WB_OK;
    }
    return frame->op == MAP_OP_FOR_TREE ? leave_tree(m) : leave_for(m, frame);
}
