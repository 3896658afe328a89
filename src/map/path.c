/*
 * Records on either side: cells by path, objects made on the way, marks of what was taken, and the
 * names of places for notes.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

enum { PATH_TEXT_MAX = 256 };

/* One side of a frame, as the walk along a path needs it. */
struct walk_from {
    const struct record_object *object;
    struct map_mark *mark; /* NULL = not marked */
    bool make;
};

struct map_mark *
mark_new(struct machine *m, const struct record_object *object)
{
    const uint32_t count = object->schema->shapes[object->shape].field_count;
    struct map_mark *const mark = wb_arena_alloc(m->ctx, m->arena, sizeof *mark);
    if (mark == NULL) {
        return NULL;
    }
    mark->object = object;
    mark->cells = wb_arena_array(m->ctx, m->arena, count, sizeof *mark->cells);
    return mark->cells == NULL ? NULL : mark;
}

struct map_mark *
mark_object(struct machine *m, struct mark_cell *cell, const struct record_object *object)
{
    if (cell->object == NULL) {
        cell->object = mark_new(m, object);
    }
    return cell->object;
}

struct map_mark *
mark_item(struct machine *m, struct mark_cell *cell, const struct record_list *list, size_t at)
{
    assert(at < list->count);
    if (cell->items == NULL) {
        cell->items = wb_arena_array(m->ctx, m->arena, list->count, sizeof *cell->items);
        cell->item_count = list->count;
    }
    if (cell->items == NULL || at >= cell->item_count || list->items[at].object == NULL) {
        return NULL;
    }
    if (cell->items[at] == NULL) {
        cell->items[at] = mark_new(m, list->items[at].object);
    }
    return cell->items[at];
}

static struct cell_ref
cell_at(const struct walk_from *from, uint32_t number)
{
    const struct record_schema *const schema = from->object->schema;
    const uint32_t first = schema->shapes[from->object->shape].field_first;
    return (struct cell_ref){.cell = record_cell(from->object, number),
                             .object = from->object,
                             .field = &schema->fields[first + number],
                             .number = number,
                             .mark = from->mark == NULL ? NULL : &from->mark->cells[number]};
}

/* Into the object of a cell; from->object is NULL afterwards when it is absent. */
static enum wb_rc
step_into(struct machine *m, struct walk_from *from, const struct cell_ref *at)
{
    struct record_object *object = at->cell->present ? at->cell->object : NULL;
    if (object == NULL && from->make) {
        object = record_enter(m->ctx, m->arena, at->object, at->number);
        if (object == NULL) {
            return WB_NOMEM;
        }
    }
    from->object = object;
    if (object != NULL && from->mark != NULL) {
        from->mark = mark_object(m, at->mark, object);
        return from->mark == NULL ? WB_NOMEM : WB_OK;
    }
    return WB_OK;
}

static enum wb_rc
walk(struct machine *m, struct walk_from *from, uint32_t path, struct cell_ref *ret)
{
    const struct map_path *const row = &m->bundle->paths[path];
    *ret = (struct cell_ref){.cell = NULL};
    for (uint32_t i = 0; i < row->step_count && from->object != NULL; i++) {
        const struct cell_ref at = cell_at(from, m->bundle->steps[row->step_first + i].field);
        if (i + 1 == row->step_count) {
            *ret = at;
            return WB_OK;
        }
        const enum wb_rc rc = step_into(m, from, &at);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

enum wb_rc
path_right(struct machine *m, struct frame *frame, uint32_t path, bool make, struct cell_ref *ret)
{
    struct walk_from from = {.object = frame->right, .mark = frame->mark, .make = make};
    return walk(m, &from, path, ret);
}

/* The left object of a key, looked at (reading) or made (writing). */
static enum wb_rc
key_object(struct machine *m, struct frame *frame, uint32_t key, struct walk_from *ret)
{
    if (key == MAP_NONE) {
        ret->object = ret->make ? frame_left(m, frame) : frame->left;
        ret->mark = frame->left_mark;
        return ret->object == NULL && ret->make ? WB_NOMEM : WB_OK;
    }
    const struct map_key *const row = &m->bundle->keys[key];
    struct cell_ref at;
    /* Keys stand behind their parents, so this ends. */
    enum wb_rc rc = key_object(m, frame, row->parent, ret);
    if (rc != WB_OK || ret->object == NULL) {
        return rc;
    }
    rc = walk(m, ret, row->path, &at);
    if (rc != WB_OK || at.cell == NULL || at.field->type != RECORD_OBJECT) {
        ret->object = NULL; /* no statement has a place in a list of objects itself */
        return rc;
    }
    return step_into(m, ret, &at);
}

enum wb_rc
path_left(struct machine *m, struct frame *frame, uint32_t key, uint32_t path, bool make,
          struct cell_ref *ret)
{
    struct walk_from from = {.make = make};
    *ret = (struct cell_ref){.cell = NULL};
    const enum wb_rc rc = key_object(m, frame, key, &from);
    return rc != WB_OK || from.object == NULL ? rc : walk(m, &from, path, ret);
}

enum wb_rc
path_owner(struct machine *m, struct frame *frame, uint16_t path, bool make,
           struct record_object **ret, struct map_mark **ret_mark)
{
    struct cell_ref at;
    if (path == MAP_NONE16) {
        *ret = frame->right_made;
        *ret_mark = frame->mark;
        return WB_OK;
    }
    *ret = NULL;
    *ret_mark = NULL;
    const enum wb_rc rc = path_right(m, frame, path, make, &at);
    if (rc != WB_OK || at.cell == NULL) {
        return rc;
    }
    if (make) {
        *ret = record_enter(m->ctx, m->arena, at.object, at.number);
        return *ret == NULL ? WB_NOMEM : WB_OK;
    }
    if (!at.cell->present || at.cell->object == NULL) {
        return WB_OK;
    }
    *ret = at.cell->object;
    if (at.mark != NULL) {
        *ret_mark = mark_object(m, at.mark, at.cell->object);
        return *ret_mark == NULL ? WB_NOMEM : WB_OK;
    }
    return WB_OK;
}

bool
filter_passes(const struct machine *m, uint32_t filter, const struct record_value *item)
{
    if (filter == MAP_NONE) {
        return true;
    }
    const struct map_filter *const row = &m->bundle->filters[filter];
    if (row->kind != MAP_FILTER_EQUALS || item->object == NULL) {
        return row->kind != MAP_FILTER_EQUALS;
    }
    const struct record_value *const cell = record_cell(item->object, row->field);
    if (row->value == MAP_NONE) {
        return record_is_empty(cell);
    }
    return cell->present && conv_same(cell, &m->bundle->values[row->value]);
}

static bool
is_text(uint8_t type)
{
    return type == RECORD_TEXT || type == RECORD_CODE || type == RECORD_RAW;
}

bool
value_into(const struct record_value *value, const struct record_field *field,
           struct record_value *ret)
{
    if (field->type == RECORD_OBJECT || field->type == RECORD_LIST) {
        return false;
    }
    if (value->type == field->type) {
        *ret = *value;
        return true;
    }
    if (!is_text(value->type)) {
        return false;
    }
    if (is_text(field->type)) {
        *ret = *value;
        ret->type = field->type;
        return true;
    }
    return conv_parse(field->type, value->text, ret);
}

/* ---- names for notes ---- */

struct name_buffer {
    char at[PATH_TEXT_MAX];
    size_t len;
};

static void
name_add(struct name_buffer *buffer, struct wb_str name)
{
    const size_t dot = buffer->len > 0 ? 1 : 0;
    if (name.len + dot > sizeof buffer->at - buffer->len) {
        return;
    }
    if (dot > 0) {
        buffer->at[buffer->len++] = '.';
    }
    memcpy(buffer->at + buffer->len, name.at, name.len);
    buffer->len += name.len;
}

static void
name_index(struct name_buffer *buffer, size_t index)
{
    char digits[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(wb_dec_int((int64_t)index), '.', digits); /* a list's size */
    if (len + 2 > sizeof buffer->at - buffer->len) {
        return;
    }
    buffer->at[buffer->len++] = '[';
    memcpy(buffer->at + buffer->len, digits, len);
    buffer->len += len;
    buffer->at[buffer->len++] = ']';
}

static void
name_path(struct machine *m, struct name_buffer *buffer, uint32_t path)
{
    const struct map_path *const row = &m->bundle->paths[path];
    const struct record_schema *const schema =
        row->side == MAP_LEFT ? m->bound->left : m->bound->right;
    uint32_t shape = row->shape;
    for (uint32_t i = 0; i < row->step_count; i++) {
        const uint32_t number = m->bundle->steps[row->step_first + i].field;
        const struct record_field *const field =
            &schema->fields[schema->shapes[shape].field_first + number];
        name_add(buffer, field->name);
        shape = field->shape;
    }
}

static bool
iterates(unsigned op)
{
    return op != MAP_OP_ENTER && op != MAP_OP_OPEN;
}

/* The last name of a path: levels of a tree below the first go by it. */
static void
name_last(struct machine *m, struct name_buffer *buffer, uint32_t path)
{
    const struct map_path *const row = &m->bundle->paths[path];
    const struct record_schema *const schema = m->bound->right;
    uint32_t shape = row->shape;
    struct wb_str name = {NULL, 0};
    for (uint32_t i = 0; i < row->step_count; i++) {
        const uint32_t number = m->bundle->steps[row->step_first + i].field;
        const struct record_field *const field =
            &schema->fields[schema->shapes[shape].field_first + number];
        name = field->name;
        shape = field->shape;
    }
    name_add(buffer, name);
}

/* The blocks from the outermost in: "lines[2].item". */
static void
name_frame(struct machine *m, struct name_buffer *buffer, const struct frame *frame, bool left)
{
    const struct frame *chain[FRAMES_MAX];
    size_t depth = 0;
    for (const struct frame *at = frame; at != NULL && at->block != NULL;
         at = at->level > 1 ? at - 1 : at->outer) {
        chain[depth++] = at; /* the level above in a tree is the frame below on the stack */
    }
    while (depth > 0) {
        const struct frame *const at = chain[--depth];
        const uint32_t key = at->block->key;
        if (left && key != MAP_NONE) {
            name_path(m, buffer, m->bundle->keys[key].path);
        } else if (!left && at->level > 1) {
            name_last(m, buffer, at->block->path);
        } else if (!left) {
            name_path(m, buffer, at->block->path);
        }
        if (iterates(at->op)) {
            name_index(buffer, at->item_at);
        }
    }
}

struct wb_str
path_text(struct machine *m, const struct frame *frame, uint32_t path)
{
    struct name_buffer buffer = {.len = 0};
    name_frame(m, &buffer, frame, false);
    name_path(m, &buffer, path);
    return wb_arena_dup(m->ctx, m->arena, (struct wb_str){buffer.at, buffer.len});
}

struct wb_str
frame_text(struct machine *m, const struct frame *frame)
{
    struct name_buffer buffer = {.len = 0};
    name_frame(m, &buffer, frame, false);
    return wb_arena_dup(m->ctx, m->arena, (struct wb_str){buffer.at, buffer.len});
}

struct wb_str
left_text(struct machine *m, const struct frame *frame, uint32_t key, uint32_t path)
{
    struct name_buffer buffer = {.len = 0};
    name_frame(m, &buffer, frame, true);
    if (key != MAP_NONE) {
        name_path(m, &buffer, m->bundle->keys[key].path);
    }
    name_path(m, &buffer, path);
    return wb_arena_dup(m->ctx, m->arena, (struct wb_str){buffer.at, buffer.len});
}
