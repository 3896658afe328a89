/*
 * Before an `else` entry is let through on writing: would reading give it to a statement that names
 * its own place? Asked of the tree as it is written so far, with the reader's own functions.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

static bool
code_listed(const struct machine *m, const struct map_place *place, struct wb_str code)
{
    for (uint32_t i = 0; i < place->code_count; i++) {
        if (wb_str_eq(bundle_str(m->bundle, m->bundle->codes[place->code_first + i]), code)) {
            return true;
        }
    }
    return false;
}

/*
 * A value at place `number` that its statement would meet: it is taken unless an earlier
 * alternative gives another value.
 */
static enum wb_rc
statement_takes(struct machine *m, struct frame *frame, uint32_t number,
                const struct record_value *value, bool *ret)
{
    const struct map_place *const place = place_of(m, number);
    for (uint32_t i = place->alt_first; i < number; i++) {
        struct place_hit hit;
        const enum place_rc found = place_look(m, frame, i, &hit);
        if (found == PLACE_NOMEM) {
            return WB_NOMEM;
        }
        if (found == PLACE_FOUND) {
            *ret = conv_same(&hit.value, value);
            return WB_OK;
        }
    }
    *ret = true;
    return WB_OK;
}

static enum wb_rc
pair_place_takes(struct machine *m, struct frame *frame, uint32_t number, struct wb_str value,
                 bool *ret)
{
    const struct map_place *const place = place_of(m, number);
    const struct map_element *const pair = &m->bundle->elements[place->element_first];
    struct record_value converted;
    struct place_hit hit;
    *ret = false;
    const enum conv_rc read =
        conv_read(&m->env, &m->bundle->convs[place->conv], &pair[1], &value, 1, &converted);
    if (read != CONV_OK && read != CONV_CUT) {
        return read == CONV_NOMEM ? WB_NOMEM : WB_OK;
    }
    const enum place_rc found = place_look(m, frame, number, &hit);
    if (found == PLACE_FOUND || found == PLACE_NOMEM) {
        return found == PLACE_NOMEM ? WB_NOMEM : WB_OK; /* a pair before it is the one taken */
    }
    return statement_takes(m, frame, number, &converted, ret);
}

enum wb_rc
claimed_pair(struct machine *m, struct frame *frame, const struct map_place *pairs,
             struct wb_str code, struct wb_str value, bool *ret)
{
    const struct map_context *const context = frame->context;
    enum wb_rc rc = WB_OK;
    *ret = false;
    for (uint32_t i = 0; i < context->place_count && rc == WB_OK && !*ret; i++) {
        const uint32_t number = context->place_first + i;
        const struct map_place *const place = place_of(m, number);
        if (place->kind == MAP_PLACE_PAIR && place->key == pairs->key && place->alt_count > 0 &&
            code_listed(m, place, code)) {
            rc = pair_place_takes(m, frame, number, value, ret);
        }
    }
    return rc;
}

/* Whether an instance holds more than what its key tests. */
static bool
holds_more(const struct machine *m, struct tree_node *node, const struct map_key *key)
{
    const struct tree_node *const segment = segment_of(m, node);
    const bool loop = segment != node;
    return segment == NULL || segment->item_count > key->test_count ||
           (loop && node->child_count > 1);
}

static bool
block_uses(const struct machine *m, uint32_t key)
{
    for (uint32_t i = 0; i < m->bundle->blocks_count; i++) {
        if (m->bundle->blocks[i].key == key) {
            return true;
        }
    }
    return false;
}

/* Whether one of the elements of a RANGE stands in a segment. */
static bool
range_found(const struct machine *m, const struct map_place *place, const struct tree_node *segment)
{
    for (uint32_t i = 0; i < place->element_count; i++) {
        if (element_item(segment, &m->bundle->elements[place->element_first + i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether a place of this key takes from the instance; `first`: it is the key's first instance. */
static enum wb_rc
place_takes(struct machine *m, struct frame *frame, uint32_t number, struct tree_node *node,
            bool first, bool *ret)
{
    const struct map_place *const place = place_of(m, number);
    const struct tree_node *const segment = segment_of(m, node);
    struct place_hit hit;
    *ret = false;
    if (segment == NULL || place->conv == MAP_NONE) {
        return WB_OK;
    }
    if (place->kind == MAP_PLACE_RANGE) {
        *ret = range_found(m, place, segment);
        return WB_OK;
    }
    if (!first || place->alt_count == 0 ||
        (place->kind != MAP_PLACE_VALUE && place->kind != MAP_PLACE_PAIR)) {
        return WB_OK;
    }
    const enum place_rc found = place_look(m, frame, number, &hit);
    if (found != PLACE_FOUND) {
        return found == PLACE_NOMEM ? WB_NOMEM : WB_OK;
    }
    return hit.segment == segment ? statement_takes(m, frame, number, &hit.value, ret) : WB_OK;
}

static enum wb_rc
key_takes(struct machine *m, struct frame *frame, uint32_t number, struct tree_node *node,
          bool *ret)
{
    const struct map_key *const key = &m->bundle->keys[number];
    const struct map_context *const context = frame->context;
    struct key_slot *const slot = &frame->keys[number - context->key_first];
    const bool first = slot->node == NULL && slot->seen == NULL;
    enum wb_rc rc = WB_OK;
    if (first) {
        slot->seen = node;
    }
    if (block_uses(m, number)) {
        const bool looped = (key->flags & MAP_KEY_LOOPED) != 0;
        *ret = looped || (first && holds_more(m, node, key));
    }
    for (uint32_t i = 0; i < context->place_count && rc == WB_OK && !*ret; i++) {
        if (place_of(m, context->place_first + i)->key == number) {
            rc = place_takes(m, frame, context->place_first + i, node, first, ret);
        }
    }
    return rc;
}

enum wb_rc
claimed_instance(struct machine *m, struct frame *frame, struct tree_node *node, uint32_t own,
                 bool *ret)
{
    const struct map_context *const context = frame->context;
    const struct tree_node *const segment = segment_of(m, node);
    enum wb_rc rc = WB_OK;
    *ret = false;
    for (uint32_t i = 0; i < context->key_count && rc == WB_OK && !*ret; i++) {
        const uint32_t number = context->key_first + i;
        const struct map_key *const key = &m->bundle->keys[number];
        const bool other = number != own && key->node == node->node && segment != NULL;
        if (other && key_made(m, frame, key->parent) == node->parent &&
            tests_hold(m, segment, key->test_first, key->test_count)) {
            rc = key_takes(m, frame, number, node, ret);
        }
    }
    return rc;
}
