/*
 * Writing lists: texts and pieces of a text into ranges of elements and further instances, and
 * entries {code, value} into pairs.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

/* Where the next value of a range goes. */
struct range_at {
    struct tree_node *node; /* NULL: the instance is not made yet */
    uint32_t element;
};

/* The segment and element for the next value; made only when it is needed. */
static enum put_rc
range_next(struct machine *m, struct frame *frame, const struct map_place *place,
           struct range_at *at, struct tree_node **ret)
{
    if (at->node != NULL && at->element < place->element_count) {
        *ret = segment_of(m, at->node);
        return *ret == NULL ? PUT_NO_ROOM : PUT_OK;
    }
    if (at->node == NULL) {
        at->node = key_has_room(m, frame, place->key) ? key_make(m, frame, place->key, NULL) : NULL;
    } else if (place->key == MAP_NONE || !instance_has_room(m, at->node->parent, at->node->node)) {
        return PUT_NO_ROOM;
    } else {
        const struct map_key *const key = &m->bundle->keys[place->key];
        at->node = instance_make(m, at->node->parent, at->node->node);
        struct tree_node *const made = at->node == NULL ? NULL : segment_of(m, at->node);
        if (made == NULL || tests_put(m, made, key->test_first, key->test_count, NULL) != WB_OK) {
            return PUT_NOMEM;
        }
    }
    at->element = 0;
    *ret = at->node == NULL ? NULL : segment_of(m, at->node);
    if (*ret != NULL) {
        return tests_put(m, *ret, place->test_first, place->test_count, NULL) == WB_OK ? PUT_OK
                                                                                       : PUT_NOMEM;
    }
    return m->ctx->error.rc == WB_OK ? PUT_NO_ROOM : PUT_NOMEM;
}

static enum put_rc
range_put(struct machine *m, struct frame *frame, const struct map_place *place,
          struct range_at *at, const struct record_value *value)
{
    struct wb_str text;
    struct tree_node *segment = NULL;
    const uint32_t next = at->node != NULL && at->element < place->element_count ? at->element : 0;
    const struct map_element *const element = &m->bundle->elements[place->element_first + next];
    const enum put_rc rc =
        put_rc_of(conv_write(&m->env, &m->bundle->convs[place->conv], element, 1, value, &text));
    if (rc != PUT_OK && rc != PUT_CUT) {
        return rc;
    }
    enum put_rc put = range_next(m, frame, place, at, &segment);
    if (put == PUT_OK) {
        put = put_item(m, segment, element, text);
        at->element++;
    }
    return put == PUT_OK ? rc : put;
}

static enum wb_rc
put_list(struct machine *m, struct frame *frame, const struct map_place *place,
         const struct record_list *list, uint16_t path)
{
    struct range_at at = {.node = NULL};
    enum wb_rc rc = WB_OK;
    for (size_t i = 0; i < list->count && rc == WB_OK; i++) {
        const enum put_rc put = range_put(m, frame, place, &at, &list->items[i]);
        if (put == PUT_NOMEM) {
            return WB_NOMEM;
        }
        if (put != PUT_OK) {
            rc = note_put(m, put, path_text(m, frame, path), value_text(m, &list->items[i]));
        }
        if (put == PUT_NO_ROOM) {
            break; /* nor is there any for those behind it */
        }
    }
    return rc;
}

/* How long a piece may be at an element. */
static uint32_t
piece_max(const struct map_conv *conv, const struct map_element *element)
{
    const bool smaller = conv->kind == MAP_CONV_CHUNKS && conv->arg < element->max;
    return smaller ? conv->arg : element->max;
}

/* How many instances a text needs, 0 when it cannot be cut into pieces. */
static uint32_t
instances_for(const struct machine *m, const struct map_place *place, struct wb_str text)
{
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    uint32_t count = 0;
    uint32_t element = place->element_count;
    while (text.len > 0) {
        if (element == place->element_count) {
            element = 0;
            count++;
        }
        const struct map_element *const row = &m->bundle->elements[place->element_first + element];
        const size_t len = conv_chunk(text, piece_max(conv, row));
        if (len == 0) {
            return 0;
        }
        text = wb_str_sub(text, len, text.len - len);
        element++;
    }
    return count;
}

/* How many instances of the place's key there may be, with one that is made already. */
static uint32_t
instances_free(struct machine *m, struct frame *frame, const struct map_place *place)
{
    if (place->key == MAP_NONE) {
        return key_has_room(m, frame, MAP_NONE) ? 1 : 0;
    }
    const struct map_key *const key = &m->bundle->keys[place->key];
    const struct tree_node *const parent = key_made(m, frame, key->parent);
    const bool made = key_made(m, frame, place->key) != NULL;
    if (parent == NULL) {
        const bool room = key_has_room(m, frame, key->parent);
        return room ? m->tree->grammar->nodes[key->node].max : 0;
    }
    const uint32_t room = instance_room(m, parent, key->node);
    return made && room < UINT32_MAX ? room + 1 : room;
}

static enum wb_rc
put_text(struct machine *m, struct frame *frame, const struct map_place *place, struct wb_str text,
         uint16_t path)
{
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    const uint32_t need = instances_for(m, place, text);
    const bool fits = need > 0 && need <= instances_free(m, frame, place);
    struct range_at at = {.node = NULL};
    struct wb_str rest = text;
    if (!fits && (conv->flags & MAP_CONV_CUT) == 0) {
        return note_put(m, need == 0 ? PUT_REFUSED : PUT_TOO_LONG, path_text(m, frame, path),
                        wb_str_sub(text, 0, 60));
    }
    while (rest.len > 0) {
        const uint32_t next = at.node != NULL && at.element < place->element_count ? at.element : 0;
        const struct map_element *const row = &m->bundle->elements[place->element_first + next];
        const size_t len = conv_chunk(rest, piece_max(conv, row));
        const struct record_value piece = {
            .present = true, .type = RECORD_TEXT, .text = wb_str_sub(rest, 0, len)};
        const enum put_rc put = len == 0 ? PUT_REFUSED : range_put(m, frame, place, &at, &piece);
        if (put == PUT_NOMEM) {
            return WB_NOMEM;
        }
        if (put != PUT_OK) {
            return note_put(m, fits ? put : PUT_CUT, path_text(m, frame, path),
                            wb_str_sub(rest, 0, 60));
        }
        rest = wb_str_sub(rest, len, rest.len - len);
    }
    return WB_OK;
}

/* A list of the left record from a list, or from a text in lines. */
static enum wb_rc
put_left_list(struct machine *m, struct frame *frame, const struct map_place *place,
              const struct record_list *list, uint16_t path)
{
    struct cell_ref at;
    const enum wb_rc rc = path_left(m, frame, place->key, place->path, true, &at);
    if (rc != WB_OK || at.cell == NULL || at.field->type != RECORD_LIST) {
        return rc;
    }
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    const bool lines = conv->kind == MAP_CONV_LINES || conv->kind == MAP_CONV_HTML_LINES;
    for (size_t i = 0; i < list->count; i++) {
        struct record_value value = list->items[i];
        const enum put_rc put =
            lines ? PUT_OK : put_rc_of(conv_write_value(&m->env, conv, &list->items[i], &value));
        if ((put != PUT_OK && put != PUT_CUT) || value.type != at.field->item_type) {
            return note_put(m, put == PUT_OK ? PUT_REFUSED : put, path_text(m, frame, path),
                            value_text(m, &list->items[i]));
        }
        struct record_value *const made = record_append(m->ctx, m->arena, at.object, at.number);
        if (made == NULL) {
            return WB_NOMEM;
        }
        *made = value;
        made->present = true;
    }
    return WB_OK;
}

/* A text as the list that its conversion makes of it. */
static enum wb_rc
text_lines(struct machine *m, struct frame *frame, const struct map_place *place,
           const struct record_value *value, uint16_t path, struct record_value *ret)
{
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    const enum put_rc put = put_rc_of(conv_write_value(&m->env, conv, value, ret));
    if (put == PUT_OK) {
        return WB_OK;
    }
    ret->present = put == PUT_CUT;
    return note_put(m, put, path_text(m, frame, path), value_text(m, value));
}

enum wb_rc
map_run_PUT_ALL(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    const uint8_t kind = m->bundle->convs[place->conv].kind;
    const bool lines = kind == MAP_CONV_LINES || kind == MAP_CONV_HTML_LINES;
    const bool field = place->kind == MAP_PLACE_FIELD;
    struct cell_ref at;
    enum wb_rc rc = path_right(m, frame, code->b, false, &at);
    if (rc != WB_OK || at.cell == NULL || record_is_empty(at.cell)) {
        return rc;
    }
    at.mark->taken = true; /* what does not fit is noted by itself */
    hit_place(m, code->c);
    struct record_value value = *at.cell;
    if (value.type == RECORD_TEXT && (lines || field)) {
        rc = text_lines(m, frame, place, at.cell, code->b, &value);
        if (rc != WB_OK || !value.present || value.type != RECORD_LIST) {
            return rc;
        }
    }
    if (value.type == RECORD_TEXT) {
        return put_text(m, frame, place, value.text, code->b);
    }
    return field ? put_left_list(m, frame, place, &value.list, code->b)
                 : put_list(m, frame, place, &value.list, code->b);
}

/* The code of an entry as the message wants it. */
static enum put_rc
entry_code(struct machine *m, const struct map_place *place, const struct map_element *element,
           const struct record_value *value, struct wb_str *ret)
{
    if (place->conv == MAP_NONE) {
        return put_rc_of(conv_text_put_plain(&m->env, element, conv_text(&m->env, value), ret));
    }
    return put_rc_of(conv_write(&m->env, &m->bundle->convs[place->conv], element, 1, value, ret));
}

static enum put_rc
put_entry(struct machine *m, struct frame *frame, const struct map_place *place,
          const struct record_value *code_cell, const struct record_value *value_cell,
          bool *ret_outside)
{
    const struct map_element *const pair = &m->bundle->elements[place->element_first];
    struct wb_str code;
    struct wb_str value;
    enum put_rc rc = entry_code(m, place, &pair[0], code_cell, &code);
    if (rc == PUT_OK) {
        rc = put_rc_of(
            conv_text_put_plain(&m->env, &pair[1], conv_text(&m->env, value_cell), &value));
    }
    if (rc != PUT_OK) {
        return rc;
    }
    if (claimed_pair(m, frame, place, code, value, ret_outside) != WB_OK) {
        return PUT_NOMEM;
    }
    return *ret_outside ? PUT_REFUSED : put_pair(m, frame, place, code, value);
}

static enum wb_rc
put_element(struct machine *m, struct frame *frame, const struct map_code *code,
            const struct record_object *object, struct map_mark *mark)
{
    const struct map_place *const place = place_of(m, code->c);
    const struct record_value *const code_cell = record_cell(object, place->field_code);
    const struct record_value *const value_cell = record_cell(object, place->field_value);
    bool outside = false;
    if (record_is_empty(code_cell) || record_is_empty(value_cell)) {
        return WB_OK; /* the ledger has what there is of it */
    }
    const enum put_rc rc = put_entry(m, frame, place, code_cell, value_cell, &outside);
    mark->cells[place->field_code].taken = true;
    mark->cells[place->field_value].taken = true;
    if (outside) {
        return note_add(m, MAP_OUTSIDE, path_text(m, frame, code->b), value_text(m, code_cell),
                        "another statement would read this entry");
    }
    hit_place(m, code->c);
    return note_put(m, rc, path_text(m, frame, code->b), value_text(m, value_cell));
}

enum wb_rc
map_run_PUT_PAIRS(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    struct cell_ref at;
    enum wb_rc rc = path_right(m, frame, code->b, false, &at);
    const size_t count =
        rc == WB_OK && at.cell != NULL && at.cell->present ? at.cell->list.count : 0;
    for (size_t i = 0; i < count && rc == WB_OK; i++) {
        if (at.cell->list.items[i].object == NULL) {
            continue;
        }
        struct map_mark *const mark = mark_item(m, at.mark, &at.cell->list, i);
        rc = mark == NULL ? WB_NOMEM
                          : put_element(m, frame, code, at.cell->list.items[i].object, mark);
    }
    return rc;
}
