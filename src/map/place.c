/*
 * Trees: which instance a key stands for, what stands at a place, and claiming it. Reading and the
 * writer's check of `else` entries ask the same questions here, so that they get the same answers.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

static bool
code_listed(const struct machine *m, uint32_t first, uint32_t count, struct wb_str value,
            uint32_t *ret_index)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct wb_str code = bundle_str(m->bundle, m->bundle->codes[first + i]);
        /* Codes are told apart by their first byte nearly always. */
        if (code.len == value.len && code.at[0] == value.at[0] && wb_str_eq(code, value)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static struct tree_item *
test_item(const struct tree_node *segment, const struct map_test *test)
{
    return tree_item(segment, test->element_no, test->repeat_no, test->component_no);
}

bool
tests_hold(const struct machine *m, const struct tree_node *segment, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct map_test *const test = &m->bundle->tests[first + i];
        const struct tree_item *const item = test_item(segment, test);
        uint32_t index = 0;
        if (item == NULL ||
            (test->code_count > 0 &&
             !code_listed(m, test->code_first, test->code_count, item->value, &index))) {
            return false;
        }
    }
    return true;
}

static bool
matches(const struct machine *m, struct tree_node *node, const struct map_key *key)
{
    if (key->test_count == 0) {
        return true;
    }
    const struct tree_node *const segment = segment_of(m, node);
    return segment != NULL && tests_hold(m, segment, key->test_first, key->test_count);
}

static struct tree_node *
match_from(const struct machine *m, struct tree_node *node, const struct map_key *key)
{
    struct tree_node *at = node;
    while (at != NULL && !matches(m, at, key)) {
        at = at->next_same;
    }
    return at;
}

struct tree_node *
match_first(const struct machine *m, const struct tree_node *parent, const struct map_key *key)
{
    return match_from(m, tree_first(parent, m->tree->grammar->nodes[key->node].slot), key);
}

struct tree_node *
match_next(const struct machine *m, const struct tree_node *node, const struct map_key *key)
{
    return match_from(m, node->next_same, key);
}

struct tree_node *
key_find(struct machine *m, struct frame *frame, uint32_t key)
{
    if (key == MAP_NONE) {
        return frame->node;
    }
    struct key_slot *const slot = &frame->keys[key - frame->context->key_first];
    if (slot->known && !m->writing) {
        return slot->node;
    }
    /* Keys stand behind their parents, so this ends. */
    const struct map_key *const row = &m->bundle->keys[key];
    const struct tree_node *const parent = key_find(m, frame, row->parent);
    struct tree_node *const found = parent == NULL ? NULL : match_first(m, parent, row);
    if (!m->writing) {
        slot->known = true;
        slot->node = found;
    }
    return found;
}

bool
place_parts(const struct machine *m, const struct tree_node *segment, const struct map_place *place,
            struct wb_str parts[MAP_PARTS_MAX])
{
    for (uint32_t i = 0; i < place->element_count; i++) {
        const struct tree_item *const item =
            element_item(segment, &m->bundle->elements[place->element_first + i]);
        parts[i] = item == NULL ? (struct wb_str){NULL, 0} : item->value;
    }
    return parts[0].len > 0;
}

static enum place_rc
place_rc_of(enum conv_rc rc)
{
    if (rc == CONV_NOMEM) {
        return PLACE_NOMEM;
    }
    return rc == CONV_OK || rc == CONV_CUT ? PLACE_FOUND : PLACE_REFUSED;
}

static enum place_rc
look_value(struct machine *m, struct frame *frame, const struct map_place *place,
           struct place_hit *ret)
{
    struct wb_str parts[MAP_PARTS_MAX];
    struct tree_node *const node = key_find(m, frame, place->key);
    struct tree_node *const segment = node == NULL ? NULL : segment_of(m, node);
    if (segment == NULL || !tests_hold(m, segment, place->test_first, place->test_count) ||
        !place_parts(m, segment, place, parts)) {
        return PLACE_ABSENT;
    }
    ret->segment = segment;
    return place_rc_of(conv_read(&m->env, &m->bundle->convs[place->conv],
                                 &m->bundle->elements[place->element_first], parts,
                                 place->element_count, &ret->value));
}

/* The first unclaimed pair of the codes in one segment whose value the conversion accepts. */
static enum place_rc
look_pairs(struct machine *m, const struct map_place *place, struct tree_node *segment,
           struct place_hit *ret)
{
    enum place_rc found = PLACE_ABSENT;
    const uint32_t last_no =
        segment->item_count == 0 ? 0 : segment->items[segment->item_count - 1].element_no;
    for (uint32_t i = 0; i + 1 < place->element_count; i += 2) {
        const struct map_element *const pair = &m->bundle->elements[place->element_first + i];
        if (pair[0].element_no > last_no) {
            break; /* pairs are in the order of their elements */
        }
        const struct tree_item *const code = element_item(segment, &pair[0]);
        const struct tree_item *const value = element_item(segment, &pair[1]);
        uint32_t index = 0;
        const bool fits = code != NULL && value != NULL && (value->flags & TREE_CLAIMED) == 0 &&
                          code_listed(m, place->code_first, place->code_count, code->value, &index);
        if (!fits) {
            continue;
        }
        const enum place_rc rc = place_rc_of(conv_read(&m->env, &m->bundle->convs[place->conv],
                                                       &pair[1], &value->value, 1, &ret->value));
        if (rc == PLACE_FOUND || rc == PLACE_NOMEM) {
            ret->segment = segment;
            ret->pair_at = i;
            return rc;
        }
        ret->segment = segment;
        ret->pair_at = i;
        found = PLACE_REFUSED;
    }
    return found;
}

static enum place_rc
look_pair(struct machine *m, struct frame *frame, const struct map_place *place,
          struct place_hit *ret)
{
    enum place_rc found = PLACE_ABSENT;
    struct tree_node *node = key_find(m, frame, place->key);
    while (node != NULL && found != PLACE_FOUND && found != PLACE_NOMEM) {
        struct tree_node *const segment = segment_of(m, node);
        const enum place_rc rc =
            segment == NULL ? PLACE_ABSENT : look_pairs(m, place, segment, ret);
        found = rc == PLACE_ABSENT ? found : rc;
        const bool more = place->key != MAP_NONE && rc != PLACE_FOUND;
        node = more ? match_next(m, node, &m->bundle->keys[place->key]) : NULL;
    }
    return found;
}

static enum place_rc
look_field(struct machine *m, struct frame *frame, const struct map_place *place,
           struct place_hit *ret)
{
    struct cell_ref at;
    if (path_left(m, frame, place->key, place->path, false, &at) != WB_OK) {
        return PLACE_NOMEM;
    }
    if (at.cell == NULL || record_is_empty(at.cell)) {
        return PLACE_ABSENT;
    }
    ret->cell = at.mark;
    if (place->conv == MAP_NONE) {
        ret->value = *at.cell;
        return PLACE_FOUND;
    }
    return place_rc_of(
        conv_read_value(&m->env, &m->bundle->convs[place->conv], at.cell, &ret->value));
}

enum place_rc
place_look(struct machine *m, struct frame *frame, uint32_t place, struct place_hit *ret)
{
    const struct map_place *const row = place_of(m, place);
    *ret = (struct place_hit){.segment = NULL};
    if (row->kind == MAP_PLACE_FIELD) {
        return look_field(m, frame, row, ret);
    }
    return row->kind == MAP_PLACE_PAIR ? look_pair(m, frame, row, ret)
                                       : look_value(m, frame, row, ret);
}

bool
place_codes(const struct machine *m, const struct map_place *place, struct map_test *ret)
{
    if (place->kind == MAP_PLACE_PAIR && place->code_count > 1) {
        *ret = (struct map_test){.code_first = place->code_first, .code_count = place->code_count};
        return true;
    }
    for (uint32_t i = 0; i < place->test_count; i++) {
        if (m->bundle->tests[place->test_first + i].code_count > 1) {
            *ret = m->bundle->tests[place->test_first + i];
            return true;
        }
    }
    for (uint32_t k = place->key; k != MAP_NONE; k = m->bundle->keys[k].parent) {
        const struct map_key *const key = &m->bundle->keys[k];
        for (uint32_t i = 0; i < key->test_count; i++) {
            if (m->bundle->tests[key->test_first + i].code_count > 1) {
                *ret = m->bundle->tests[key->test_first + i];
                return true;
            }
        }
    }
    return false;
}

enum wb_rc
claim_item(struct machine *m, struct tree_item *item)
{
    if (item == NULL || (item->flags & TREE_CLAIMED) != 0) {
        return WB_OK;
    }
    struct undo *const undo = WB_PUSH(m->ctx, m->arena, m->undo, m->undo_count, m->undo_cap);
    if (undo == NULL) {
        return WB_NOMEM;
    }
    undo->item = item;
    item->flags |= TREE_CLAIMED;
    return WB_OK;
}

enum wb_rc
claim_tests(struct machine *m, const struct tree_node *segment, uint32_t first, uint32_t count)
{
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; i < count && rc == WB_OK; i++) {
        const struct map_test *const test = &m->bundle->tests[first + i];
        /* A test without codes asks whether a value is there: that value is another statement's. */
        if (test->code_count > 0) {
            rc = claim_item(m, test_item(segment, test));
        }
    }
    return rc;
}

enum wb_rc
claim_key(struct machine *m, struct frame *frame, uint32_t key, const struct tree_node *segment)
{
    enum wb_rc rc = WB_OK;
    const struct tree_node *at = segment;
    for (uint32_t k = key; k != MAP_NONE && rc == WB_OK; k = m->bundle->keys[k].parent) {
        const struct map_key *const row = &m->bundle->keys[k];
        if (at == NULL) {
            struct tree_node *const node = key_find(m, frame, k);
            at = node == NULL ? NULL : segment_of(m, node);
        }
        if (at != NULL) {
            rc = claim_tests(m, at, row->test_first, row->test_count);
        }
        at = NULL;
    }
    return rc;
}

static enum wb_rc
claim_cell(struct machine *m, struct mark_cell *cell)
{
    if (cell == NULL || cell->taken) {
        return WB_OK;
    }
    struct undo *const undo = WB_PUSH(m->ctx, m->arena, m->undo, m->undo_count, m->undo_cap);
    if (undo == NULL) {
        return WB_NOMEM;
    }
    undo->cell = cell;
    cell->taken = true;
    return WB_OK;
}

enum wb_rc
claim_hit(struct machine *m, struct frame *frame, uint32_t place, const struct place_hit *hit)
{
    const struct map_place *const row = place_of(m, place);
    if (row->kind == MAP_PLACE_FIELD) {
        return claim_cell(m, hit->cell);
    }
    const bool pair = row->kind == MAP_PLACE_PAIR;
    const uint32_t first = pair ? hit->pair_at : 0;
    const uint32_t count = pair ? 2 : row->element_count;
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; i < count && rc == WB_OK; i++) {
        rc = claim_item(
            m, element_item(hit->segment, &m->bundle->elements[row->element_first + first + i]));
    }
    if (rc == WB_OK) {
        rc = claim_tests(m, hit->segment, row->test_first, row->test_count);
    }
    return rc == WB_OK ? claim_key(m, frame, row->key, hit->segment) : rc;
}

/* Bounded: the depth of a tree is that of its grammar. */
bool
node_is_claimed(const struct machine *m, const struct tree_node *node)
{
    for (uint32_t i = 0; i < node->item_count; i++) {
        if ((node->items[i].flags & TREE_CLAIMED) != 0) {
            return true;
        }
    }
    for (const struct tree_node *child = node->child; child != NULL; child = child->next) {
        if (node_is_claimed(m, child)) {
            return true;
        }
    }
    return false;
}
