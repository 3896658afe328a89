/*
 * Reading lists of texts, text in pieces, and the pairs that no statement took.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

static enum wb_rc
list_push(struct machine *m, struct record_list *list, const struct record_value *value)
{
    struct record_value *const made =
        WB_PUSH(m->ctx, m->arena, list->items, list->count, list->cap);
    if (made == NULL) {
        return WB_NOMEM;
    }
    *made = *value;
    made->present = true;
    return WB_OK;
}

/* The filled, unclaimed elements of one instance. */
static enum wb_rc
gather_segment(struct machine *m, struct frame *frame, const struct map_place *place,
               const struct tree_node *segment, struct record_list *list)
{
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    bool any = false;
    enum wb_rc rc = WB_OK;
    if (!tests_hold(m, segment, place->test_first, place->test_count)) {
        return WB_OK;
    }
    for (uint32_t i = 0; i < place->element_count && rc == WB_OK; i++) {
        const struct map_element *const element = &m->bundle->elements[place->element_first + i];
        struct tree_item *const item = element_item(segment, element);
        struct record_value value;
        if (item == NULL || (item->flags & TREE_CLAIMED) != 0) {
            continue;
        }
        const enum conv_rc read = conv_read(&m->env, conv, element, &item->value, 1, &value);
        if (read == CONV_NOMEM) {
            return WB_NOMEM;
        }
        if (read == CONV_REFUSED || read == CONV_TOO_LONG) {
            rc = note_add(m, MAP_NOT_CONVERTED, node_text(m, segment, element), item->value,
                          "none of the kind expected here");
            continue;
        }
        any = true;
        rc = claim_item(m, item);
        if (rc == WB_OK) {
            rc = list_push(m, list, &value);
        }
    }
    if (rc == WB_OK && any) {
        rc = claim_tests(m, segment, place->test_first, place->test_count);
    }
    return rc == WB_OK && any ? claim_key(m, frame, place->key, segment) : rc;
}

static enum wb_rc
gather_tree(struct machine *m, struct frame *frame, const struct map_place *place,
            struct record_list *list)
{
    enum wb_rc rc = WB_OK;
    struct tree_node *node = key_find(m, frame, place->key);
    while (node != NULL && rc == WB_OK) {
        const struct tree_node *const segment = segment_of(m, node);
        if (segment != NULL) {
            rc = gather_segment(m, frame, place, segment, list);
        }
        node = place->key == MAP_NONE ? NULL : match_next(m, node, &m->bundle->keys[place->key]);
    }
    return rc;
}

/* An element of a left list; lines are converted all together, later. */
static enum conv_rc
item_value(struct machine *m, const struct map_conv *conv, const struct record_value *item,
           struct record_value *ret)
{
    if (conv->kind == MAP_CONV_LINES || conv->kind == MAP_CONV_HTML_LINES) {
        *ret = *item;
        return CONV_OK;
    }
    return conv_read_value(&m->env, conv, item, ret);
}

static enum wb_rc
gather_field(struct machine *m, struct frame *frame, const struct map_place *place,
             struct record_list *list)
{
    struct cell_ref at;
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    enum wb_rc rc = path_left(m, frame, place->key, place->path, false, &at);
    if (rc != WB_OK || at.cell == NULL || at.cell->type != RECORD_LIST) {
        return rc;
    }
    for (size_t i = 0; i < at.cell->list.count && rc == WB_OK; i++) {
        struct record_value value;
        const enum conv_rc read = item_value(m, conv, &at.cell->list.items[i], &value);
        if (read != CONV_OK && read != CONV_CUT) {
            return read == CONV_NOMEM ? WB_NOMEM
                                      : note_add(m, MAP_NOT_CONVERTED,
                                                 left_text(m, frame, place->key, place->path),
                                                 value_text(m, &at.cell->list.items[i]),
                                                 "none of the kind expected here");
        }
        rc = list_push(m, list, &value);
    }
    if (rc == WB_OK && at.mark != NULL) {
        at.mark->taken = true;
    }
    return rc;
}

/* The pieces one behind the other. */
static enum wb_rc
joined(struct machine *m, const struct record_list *list, struct record_value *ret)
{
    size_t len = 0;
    for (size_t i = 0; i < list->count; i++) {
        len += list->items[i].text.len; /* all of them lie in memory */
    }
    char *const text = wb_arena_alloc(m->ctx, m->arena, len);
    if (text == NULL) {
        return WB_NOMEM;
    }
    size_t at = 0;
    for (size_t i = 0; i < list->count; i++) {
        memcpy(text + at, list->items[i].text.at, list->items[i].text.len);
        at += list->items[i].text.len;
    }
    *ret = (struct record_value){
        .present = true, .type = RECORD_TEXT, .text = (struct wb_str){text, len}
    };
    return WB_OK;
}

static bool
all_texts(const struct record_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != RECORD_TEXT && list->items[i].type != RECORD_CODE) {
            return false;
        }
    }
    return true;
}

/* What was gathered, as one text. */
static enum wb_rc
gathered_text(struct machine *m, const struct map_conv *conv, const struct record_list *list,
              struct record_value *ret)
{
    if (conv->kind != MAP_CONV_LINES && conv->kind != MAP_CONV_HTML_LINES) {
        return joined(m, list, ret);
    }
    const struct record_value all = {.present = true, .type = RECORD_LIST, .list = *list};
    const enum conv_rc rc = conv_read_value(&m->env, conv, &all, ret);
    if (rc == CONV_NOMEM) {
        return WB_NOMEM;
    }
    ret->present = rc == CONV_OK || rc == CONV_CUT;
    return WB_OK;
}

enum wb_rc
map_run_TAKE_ALL(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    const struct map_conv *const conv = &m->bundle->convs[place->conv];
    struct record_list list = {.items = NULL};
    struct cell_ref at;
    m->undo_count = 0;
    enum wb_rc rc = place->kind == MAP_PLACE_FIELD ? gather_field(m, frame, place, &list)
                                                   : gather_tree(m, frame, place, &list);
    if (rc != WB_OK || list.count == 0) {
        return rc;
    }
    rc = path_right(m, frame, code->b, true, &at);
    if (rc != WB_OK) {
        return rc;
    }
    struct record_value value = {.present = true, .type = RECORD_LIST, .list = list};
    bool good = at.field->type == RECORD_LIST && list.items[0].type == at.field->item_type;
    if (at.field->type == RECORD_TEXT && all_texts(&list)) {
        rc = gathered_text(m, conv, &list, &value);
        good = rc == WB_OK && value.present;
    }
    if (rc != WB_OK) {
        return rc;
    }
    if (!good) {
        undo_all(m);
        return note_add(m, MAP_NOT_CONVERTED, place_text(m, frame, place, NULL),
                        (struct wb_str){NULL, 0}, "the values are none of the field's kind");
    }
    *at.cell = value;
    frame->touched = true;
    hit_place(m, code->c);
    if (m->run->trace != NULL) {
        return trace_add(m, place_text(m, frame, place, NULL), path_text(m, frame, code->b),
                         &value);
    }
    return WB_OK;
}

/* The code of a left-over pair as its field wants it: with its namespace, or plain. */
static enum wb_rc
pair_code(struct machine *m, const struct map_place *place, const struct map_element *element,
          struct wb_str code, const struct record_field *field, struct record_value *ret)
{
    struct record_value value = {.present = true, .type = RECORD_TEXT, .text = code};
    if (place->conv != MAP_NONE) {
        const enum conv_rc rc =
            conv_read(&m->env, &m->bundle->convs[place->conv], element, &code, 1, &value);
        if (rc == CONV_NOMEM) {
            return WB_NOMEM;
        }
    }
    if (!value_into(&value, field, ret)) {
        ret->present = false;
    }
    return WB_OK;
}

/* One pair as a new element of the list. */
static enum wb_rc
pair_append(struct machine *m, uint16_t path, const struct map_place *place,
            const struct map_element *pair, struct tree_item *code, struct tree_item *value)
{
    struct cell_ref list;
    if (path_right(m, frame_now(m), path, true, &list) != WB_OK) {
        return WB_NOMEM;
    }
    struct record_value *const item = record_append(m->ctx, m->arena, list.object, list.number);
    if (item == NULL || item->object == NULL) {
        return WB_NOMEM;
    }
    const struct record_schema *const schema = item->object->schema;
    const struct record_field *const fields =
        &schema->fields[schema->shapes[item->object->shape].field_first];
    struct record_value *const cell = record_cell(item->object, place->field_code);
    const enum wb_rc rc =
        pair_code(m, place, &pair[0], code->value, &fields[place->field_code], cell);
    if (rc != WB_OK) {
        return rc;
    }
    const struct map_conv plain = {.kind = MAP_CONV_TEXT, .type = fields[place->field_value].type};
    if (conv_read(&m->env, &plain, &pair[1], &value->value, 1,
                  record_cell(item->object, place->field_value)) != CONV_OK) {
        return WB_OK; /* only blanks: it stays in the ledger */
    }
    code->flags |= TREE_CLAIMED;
    value->flags |= TREE_CLAIMED;
    hit_place(m, (uint32_t)(place - m->bundle->places)); /* an index of the section */
    return WB_OK;
}

static enum wb_rc
rest_of_segment(struct machine *m, uint16_t path, const struct map_place *place,
                const struct tree_node *segment)
{
    struct frame *const frame = frame_now(m);
    enum wb_rc rc = WB_OK;
    bool any = false;
    for (uint32_t i = 0; i + 1 < place->element_count && rc == WB_OK; i += 2) {
        const struct map_element *const pair = &m->bundle->elements[place->element_first + i];
        struct tree_item *const code = element_item(segment, &pair[0]);
        struct tree_item *const value = element_item(segment, &pair[1]);
        const bool left = code != NULL && value != NULL && (code->flags & TREE_CLAIMED) == 0 &&
                          (value->flags & TREE_CLAIMED) == 0;
        if (left) {
            any = true;
            rc = pair_append(m, path, place, pair, code, value);
        }
    }
    if (rc == WB_OK && any) {
        frame->touched = true;
        rc = claim_key(m, frame, place->key, segment);
    }
    return rc;
}

enum wb_rc
map_run_REST_PAIRS(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    enum wb_rc rc = WB_OK;
    m->undo_count = 0;
    struct tree_node *node = key_find(m, frame, place->key);
    while (node != NULL && rc == WB_OK) {
        const struct tree_node *const segment = segment_of(m, node);
        if (segment != NULL) {
            rc = rest_of_segment(m, code->b, place, segment);
        }
        node = place->key == MAP_NONE ? NULL : match_next(m, node, &m->bundle->keys[place->key]);
    }
    return rc;
}
