/*
 * One value into one place: converted, checked for room, and only then written, so that nothing
 * comes into being for a value that does not fit.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

enum put_rc
put_rc_of(enum conv_rc rc)
{
    switch (rc) {
    case CONV_OK:
        return PUT_OK;
    case CONV_CUT:
        return PUT_CUT;
    case CONV_TOO_LONG:
        return PUT_TOO_LONG;
    case CONV_NOMEM:
        return PUT_NOMEM;
    case CONV_REFUSED:
        break;
    }
    return PUT_REFUSED;
}

enum wb_rc
note_put(struct machine *m, enum put_rc rc, struct wb_str place, struct wb_str value)
{
    switch (rc) {
    case PUT_OK:
        return WB_OK;
    case PUT_CUT:
        return note_add(m, MAP_CUT, place, value, "cut or rounded, as declared");
    case PUT_REFUSED:
        return note_add(m, MAP_NOT_CONVERTED, place, value,
                        "no place takes this value: it is none of their kind");
    case PUT_TOO_LONG:
        return note_add(m, MAP_TOO_LONG, place, value, "the value does not fit its place");
    case PUT_NO_ROOM:
        return note_add(m, MAP_NO_ROOM, place, value, "there is no room left for this value");
    case PUT_NOMEM:
        break;
    }
    return WB_NOMEM;
}

static bool
code_in(const struct machine *m, const struct map_test *test, struct wb_str value)
{
    for (uint32_t i = 0; i < test->code_count; i++) {
        if (wb_str_eq(bundle_str(m->bundle, m->bundle->codes[test->code_first + i]), value)) {
            return true;
        }
    }
    return test->code_count == 0;
}

/* Whether parts and siblings of a place can stand in a segment that is there. */
static bool
segment_takes(const struct machine *m, const struct tree_node *segment,
              const struct map_place *place, const struct wb_str *parts)
{
    for (uint32_t i = 0; i < place->element_count; i++) {
        const struct tree_item *const item =
            element_item(segment, &m->bundle->elements[place->element_first + i]);
        if (item != NULL && parts[i].len > 0 && !wb_str_eq(item->value, parts[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < place->test_count; i++) {
        const struct map_test *const test = &m->bundle->tests[place->test_first + i];
        const struct tree_item *const item =
            tree_item(segment, test->element_no, test->repeat_no, test->component_no);
        if (item != NULL && !code_in(m, test, item->value)) {
            return false;
        }
    }
    return true;
}

static enum put_rc
put_parts(struct machine *m, struct frame *frame, const struct map_place *place,
          const struct wb_str *parts, const struct choice *choice)
{
    struct tree_node *const there = key_made(m, frame, place->key);
    const struct tree_node *const old = there == NULL ? NULL : segment_of(m, there);
    if (there == NULL && !key_has_room(m, frame, place->key)) {
        return PUT_NO_ROOM;
    }
    if (old != NULL && !segment_takes(m, old, place, parts)) {
        return PUT_NO_ROOM;
    }
    struct tree_node *const node = key_make(m, frame, place->key, choice);
    struct tree_node *const segment = node == NULL ? NULL : segment_of(m, node);
    if (segment == NULL) {
        return m->ctx->error.rc == WB_OK ? PUT_NO_ROOM : PUT_NOMEM;
    }
    enum put_rc rc = PUT_OK;
    for (uint32_t i = 0; i < place->element_count && rc == PUT_OK; i++) {
        if (parts[i].len > 0) {
            rc = put_item(m, segment, &m->bundle->elements[place->element_first + i], parts[i]);
        }
    }
    if (rc != PUT_OK) {
        return rc;
    }
    return tests_put(m, segment, place->test_first, place->test_count, choice) == WB_OK ? PUT_OK
                                                                                        : PUT_NOMEM;
}

static bool
is_reserved(uint64_t reserved, const struct map_element *element)
{
    return element->element_no < 64 && (reserved >> element->element_no & 1U) != 0;
}

/*
 * The first pair of a segment with nothing in it; NULL when all are used. One that source.extra
 * wants back comes after all others.
 */
static const struct map_element *
free_pair(const struct machine *m, struct frame *frame, const struct map_place *place,
          const struct tree_node *segment)
{
    const uint64_t reserved = place->key == MAP_NONE ? extra_reserved(m, frame) : 0;
    const struct map_element *second = NULL;
    for (uint32_t i = 0; i + 1 < place->element_count; i += 2) {
        const struct map_element *const pair = &m->bundle->elements[place->element_first + i];
        if (element_item(segment, &pair[0]) != NULL || element_item(segment, &pair[1]) != NULL) {
            continue;
        }
        if (!is_reserved(reserved, &pair[0]) && !is_reserved(reserved, &pair[1])) {
            return pair;
        }
        second = second == NULL ? pair : second;
    }
    return second;
}

/* The segment with the next free pair: one that is there, or a further instance. */
static struct tree_node *
pair_segment(struct machine *m, struct frame *frame, const struct map_place *place)
{
    struct tree_node *node = key_made(m, frame, place->key);
    struct tree_node *last = node;
    while (node != NULL) {
        struct tree_node *const segment = segment_of(m, node);
        if (segment != NULL && free_pair(m, frame, place, segment) != NULL) {
            return segment;
        }
        last = node;
        node = place->key == MAP_NONE ? NULL : match_next(m, node, &m->bundle->keys[place->key]);
    }
    if (last == NULL) {
        struct tree_node *const made =
            key_has_room(m, frame, place->key) ? key_make(m, frame, place->key, NULL) : NULL;
        struct tree_node *const segment = made == NULL ? NULL : segment_of(m, made);
        return segment == NULL || free_pair(m, frame, place, segment) == NULL ? NULL : segment;
    }
    if (place->key == MAP_NONE || !instance_has_room(m, last->parent, last->node)) {
        return NULL;
    }
    const struct map_key *const key = &m->bundle->keys[place->key];
    struct tree_node *const made = instance_make(m, last->parent, last->node);
    struct tree_node *const segment = made == NULL ? NULL : segment_of(m, made);
    const bool good =
        segment != NULL && tests_put(m, segment, key->test_first, key->test_count, NULL) == WB_OK;
    return good ? segment : NULL;
}

enum put_rc
put_pair(struct machine *m, struct frame *frame, const struct map_place *place, struct wb_str code,
         struct wb_str value)
{
    struct tree_node *const segment = pair_segment(m, frame, place);
    if (segment == NULL) {
        return m->ctx->error.rc == WB_OK ? PUT_NO_ROOM : PUT_NOMEM;
    }
    const struct map_element *const pair = free_pair(m, frame, place, segment);
    const enum put_rc rc = put_item(m, segment, &pair[0], code);
    return rc == PUT_OK ? put_item(m, segment, &pair[1], value) : rc;
}

static enum put_rc
put_coded(struct machine *m, struct frame *frame, const struct map_place *place,
          const struct record_value *value, const struct choice *choice)
{
    struct wb_str text = {NULL, 0};
    const struct map_element *const pair = &m->bundle->elements[place->element_first];
    const enum put_rc rc =
        put_rc_of(conv_write(&m->env, &m->bundle->convs[place->conv], &pair[1], 1, value, &text));
    if (rc != PUT_OK && rc != PUT_CUT) {
        return rc;
    }
    struct wb_str code = bundle_str(m->bundle, m->bundle->codes[place->code_first]);
    if (choice != NULL && choice->code_first == place->code_first && choice->code.len > 0) {
        code = choice->code;
    }
    const enum put_rc put = put_pair(m, frame, place, code, text);
    return put == PUT_OK ? rc : put;
}

static enum put_rc
put_field(struct machine *m, struct frame *frame, const struct map_place *place,
          const struct record_value *value)
{
    struct record_value left;
    struct cell_ref at;
    const enum put_rc rc =
        put_rc_of(conv_write_value(&m->env, &m->bundle->convs[place->conv], value, &left));
    if (rc != PUT_OK && rc != PUT_CUT) {
        return rc;
    }
    if (path_left(m, frame, place->key, place->path, true, &at) != WB_OK) {
        return PUT_NOMEM;
    }
    if (at.cell == NULL) {
        return PUT_NO_ROOM;
    }
    const bool list = left.type == RECORD_LIST && at.field->type == RECORD_LIST;
    if (!list && !value_into(&left, at.field, &left)) {
        return PUT_REFUSED;
    }
    if (at.cell->present && !record_is_empty(at.cell) && !conv_same(at.cell, &left)) {
        return PUT_NO_ROOM;
    }
    *at.cell = left;
    at.cell->present = true;
    return rc;
}

enum put_rc
put_value(struct machine *m, struct frame *frame, uint32_t place_no,
          const struct record_value *value, const struct choice *choice)
{
    const struct map_place *const place = place_of(m, place_no);
    struct wb_str parts[MAP_PARTS_MAX];
    if (place->kind == MAP_PLACE_FIELD) {
        return put_field(m, frame, place, value);
    }
    if (place->kind == MAP_PLACE_PAIR) {
        return put_coded(m, frame, place, value, choice);
    }
    const enum put_rc rc = put_rc_of(conv_write(&m->env, &m->bundle->convs[place->conv],
                                                &m->bundle->elements[place->element_first],
                                                place->element_count, value, parts));
    if (rc != PUT_OK && rc != PUT_CUT) {
        return rc;
    }
    const enum put_rc put = put_parts(m, frame, place, parts, choice);
    return put == PUT_OK ? rc : put;
}
