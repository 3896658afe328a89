/*
 * The ledger: after reading, every element that no statement took, and every segment the grammar
 * had no place for; after writing (or reading a record), every field that no statement took.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

/* Header and trailer of the message carry control numbers, which are the envelope's. */
static bool
is_frame(const struct machine *m, const struct tree_node *node)
{
    const struct grammar *const grammar = m->tree->grammar;
    const struct grammar_frame *const row = &grammar->frames[GRAMMAR_MESSAGE];
    const struct wb_str name = grammar_str(grammar, grammar->nodes[node->node].name);
    return node->parent == m->tree->root && (wb_str_eq(name, grammar_str(grammar, row->header)) ||
                                             wb_str_eq(name, grammar_str(grammar, row->trailer)));
}

static bool
has_left(const struct tree_node *node)
{
    unsigned all = TREE_CLAIMED;
    for (uint32_t i = 0; i < node->item_count; i++) {
        all &= node->items[i].flags;
    }
    return all == 0;
}

static enum wb_rc
segment_ledger(struct machine *m, const struct tree_node *node)
{
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; i < node->item_count && rc == WB_OK; i++) {
        const struct tree_item *const item = &node->items[i];
        if ((item->flags & TREE_CLAIMED) != 0 || m->run->ledger.count > MAP_NOTES_MAX) {
            continue;
        }
        const struct map_element element = {.element_no = item->element_no,
                                            .repeat_no = item->repeat_no,
                                            .component_no = item->component_no};
        const size_t had = m->run->ledger.count;
        rc = note_add(m, MAP_LEFT_OVER, node_text(m, node, &element), item->value, "not carried");
        if (rc == WB_OK && m->run->ledger.count > had) {
            m->run->ledger.items[had].segment_no = node->segment_no;
        }
    }
    return rc;
}

static struct wb_str
stray_tag(struct wb_str bytes)
{
    size_t len = 0;
    while (len < bytes.len && len < GRAMMAR_TAG_MAX &&
           ((bytes.at[len] >= 'A' && bytes.at[len] <= 'Z') ||
            (bytes.at[len] >= '0' && bytes.at[len] <= '9'))) {
        len++;
    }
    return wb_str_sub(bytes, 0, len);
}

enum wb_rc
ledger_tree(struct machine *m)
{
    enum wb_rc rc = WB_OK;
    m->pc = m->code_count; /* no statement is to blame */
    for (struct tree_node *node = tree_next_segment(m->tree, m->tree->root);
         node != NULL && rc == WB_OK; node = tree_next_segment(m->tree, node)) {
        rc = has_left(node) && !is_frame(m, node) ? segment_ledger(m, node) : WB_OK;
    }
    for (const struct tree_stray *stray = m->tree->strays; stray != NULL && rc == WB_OK;
         stray = stray->next) {
        const size_t had = m->run->ledger.count;
        rc = note_add(m, MAP_LEFT_OVER, stray_tag(stray->bytes), wb_str_sub(stray->bytes, 0, 60),
                      "a segment that has no place in the message");
        if (rc == WB_OK && m->run->ledger.count > had) {
            m->run->ledger.items[had].segment_no = stray->segment_no;
        }
    }
    return rc;
}

/* Where the walk over a record stands. */
struct trail {
    char at[256];
    size_t len;
};

static void
trail_add(struct trail *trail, struct wb_str name)
{
    const size_t dot = trail->len > 0 ? 1 : 0;
    if (name.len + dot >= sizeof trail->at - trail->len) {
        return;
    }
    if (dot > 0) {
        trail->at[trail->len++] = '.';
    }
    memcpy(trail->at + trail->len, name.at, name.len);
    trail->len += name.len;
}

static void
trail_index(struct trail *trail, size_t index)
{
    char digits[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(wb_dec_int((int64_t)index), '.', digits); /* a list's size */
    if (len + 2 >= sizeof trail->at - trail->len) {
        return;
    }
    trail->at[trail->len++] = '[';
    memcpy(trail->at + trail->len, digits, len);
    trail->len += len;
    trail->at[trail->len++] = ']';
}

static enum wb_rc
left_over(struct machine *m, const struct trail *trail, const struct record_value *value)
{
    const struct wb_str place =
        wb_arena_dup(m->ctx, m->arena, (struct wb_str){trail->at, trail->len});
    const struct wb_str text = value == NULL ? (struct wb_str){NULL, 0} : value_text(m, value);
    return place.at == NULL ? WB_NOMEM : note_add(m, MAP_LEFT_OVER, place, text, "not carried");
}

static enum wb_rc object_ledger(struct machine *m, const struct record_object *object,
                                const struct map_mark *mark, struct trail *trail, unsigned depth);

static enum wb_rc
list_ledger(struct machine *m, const struct record_list *list, const struct mark_cell *cell,
            struct trail *trail, unsigned depth)
{
    const size_t here = trail->len;
    enum wb_rc rc = WB_OK;
    if (list->count > 0 && list->items[0].type != RECORD_OBJECT) {
        return left_over(m, trail, NULL);
    }
    for (size_t i = 0; i < list->count && rc == WB_OK; i++) {
        const bool known = cell != NULL && cell->items != NULL && i < cell->item_count;
        trail_index(trail, i);
        if (list->items[i].object != NULL) {
            rc = object_ledger(m, list->items[i].object, known ? cell->items[i] : NULL, trail,
                               depth + 1);
        }
        trail->len = here;
    }
    return rc;
}

/* Members of `source` that nothing used: what another map or standard had kept. */
static enum wb_rc
source_ledger(struct machine *m, const struct record_object *object, const struct map_mark *mark,
              struct trail *trail)
{
    const size_t here = trail->len;
    enum wb_rc rc = WB_OK;
    const size_t count = object->source == NULL || m->run->no_source ? 0 : object->source->count;
    for (size_t i = 0; i < count && rc == WB_OK; i++) {
        const uint64_t taken = mark == NULL ? 0 : mark->source_taken;
        if (i < 64 && (taken >> i & 1) != 0) {
            continue;
        }
        trail_add(trail, WB_LIT("source"));
        trail_add(trail, object->source->names[i]);
        rc = left_over(m, trail, NULL);
        trail->len = here;
    }
    return rc;
}

static enum wb_rc
object_ledger(struct machine *m, const struct record_object *object, const struct map_mark *mark,
              struct trail *trail, unsigned depth)
{
    const struct record_shape *const shape = &object->schema->shapes[object->shape];
    const size_t here = trail->len;
    enum wb_rc rc = WB_OK;
    if (depth > RECORD_DEPTH_MAX || (mark != NULL && mark->whole)) {
        return depth > RECORD_DEPTH_MAX ? left_over(m, trail, NULL) : WB_OK;
    }
    for (uint32_t f = 0; f < shape->field_count && rc == WB_OK; f++) {
        const struct record_value *const value = record_cell(object, f);
        const struct mark_cell *const cell = mark == NULL ? NULL : &mark->cells[f];
        if (record_is_empty(value) || (cell != NULL && cell->taken)) {
            continue;
        }
        trail_add(trail, object->schema->fields[shape->field_first + f].name);
        if (value->type == RECORD_OBJECT) {
            rc = object_ledger(m, value->object, cell == NULL ? NULL : cell->object, trail,
                               depth + 1);
        } else if (value->type == RECORD_LIST) {
            rc = list_ledger(m, &value->list, cell, trail, depth);
        } else {
            rc = left_over(m, trail, value);
        }
        trail->len = here;
    }
    return rc == WB_OK && m->writing ? source_ledger(m, object, mark, trail) : rc;
}

enum wb_rc
ledger_record(struct machine *m, const struct map_mark *mark)
{
    struct trail trail = {.len = 0};
    m->pc = m->code_count; /* no statement is to blame */
    return object_ledger(m, mark->object, mark, &trail, 0);
}
