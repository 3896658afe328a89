/*
 * Typed values under a schema: making them, finding cells, the normal form. An object is a row of
 * cells, one a field; every cell knows its type from the day the object is made.
 */
#include "record/record.h"

#include <assert.h>

#include "record/any.h"

struct record_object *
record_new(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_schema *schema,
           uint32_t shape)
{
    assert(schema != NULL);
    assert(shape < schema->shape_count);
    const uint32_t count = schema->shapes[shape].field_count;
    struct record_object *const object = wb_arena_alloc(ctx, arena, sizeof *object);
    struct record_value *const cells = wb_arena_array(ctx, arena, count, sizeof *cells);
    if (object == NULL || cells == NULL) {
        return NULL;
    }
    const struct record_field *const fields = &schema->fields[schema->shapes[shape].field_first];
    for (uint32_t i = 0; i < count; i++) {
        cells[i].type = fields[i].type;
    }
    object->schema = schema;
    object->shape = shape;
    object->cells = cells;
    return object;
}

struct record_value *
record_get(const struct record_object *object, struct wb_str name)
{
    assert(object != NULL);
    const uint32_t field = record_find_field(object->schema, object->shape, name);
    return field == RECORD_NONE ? NULL : &object->cells[field];
}

struct wb_str
record_text(const struct record_object *object, const char *path)
{
    const struct wb_str none = {NULL, 0};
    struct wb_str rest = wb_str_of(path);
    while (object != NULL) {
        const size_t dot = wb_str_find(rest, '.');
        const struct record_value *const value = record_get(object, wb_str_sub(rest, 0, dot));
        if (value == NULL || !value->present) {
            return none;
        }
        if (dot == rest.len) {
            const bool text = value->type == RECORD_TEXT || value->type == RECORD_CODE ||
                              value->type == RECORD_RAW;
            return text ? value->text : none;
        }
        object = value->type == RECORD_OBJECT ? value->object : NULL;
        rest = wb_str_sub(rest, dot + 1, rest.len);
    }
    return none;
}

struct record_object *
record_enter(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_object *object,
             uint32_t field)
{
    struct record_value *const value = record_cell(object, field);
    assert(value->type == RECORD_OBJECT);
    if (value->object == NULL) {
        const uint32_t shape = record_field_at(object->schema, object->shape, field)->shape;
        value->object = record_new(ctx, arena, object->schema, shape);
    }
    value->present = value->object != NULL;
    return value->object;
}

struct record_value *
record_append(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_object *object,
              uint32_t field)
{
    struct record_value *const value = record_cell(object, field);
    const struct record_field *const row = record_field_at(object->schema, object->shape, field);
    struct record_object *element = NULL;
    assert(value->type == RECORD_LIST);
    if (row->item_type == RECORD_OBJECT) {
        element = record_new(ctx, arena, object->schema, row->shape);
        if (element == NULL) {
            return NULL;
        }
    }
    struct record_value *const item =
        WB_PUSH(ctx, arena, value->list.items, value->list.count, value->list.cap);
    if (item == NULL) {
        return NULL;
    }
    value->present = true;
    item->type = row->item_type;
    item->present = element != NULL;
    item->object = element;
    return item;
}

static bool
object_holds_nothing(const struct record_object *object, bool with_source, unsigned depth)
{
    if (object == NULL || depth == RECORD_DEPTH_MAX) {
        return object == NULL;
    }
    if (with_source && object->source != NULL && object->source->count > 0) {
        return false;
    }
    const uint32_t count = record_shape_of(object)->field_count;
    for (uint32_t i = 0; i < count; i++) {
        if (!record_holds_nothing(&object->cells[i], with_source, depth + 1)) {
            return false;
        }
    }
    return true;
}

bool
record_holds_nothing(const struct record_value *value, bool with_source, unsigned depth)
{
    assert(value != NULL);
    if (!value->present) {
        return true;
    }
    switch ((enum record_type)value->type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        return value->text.len == 0;
    case RECORD_OBJECT:
        return object_holds_nothing(value->object, with_source, depth);
    case RECORD_LIST:
        return value->list.count == 0;
    case RECORD_TRUTH:
    case RECORD_INT:
    case RECORD_DEC:
    case RECORD_DATE:
    case RECORD_MOMENT:
        return false;
    }
    return false;
}

bool
record_is_empty(const struct record_value *value)
{
    return record_holds_nothing(value, true, 0);
}

static void normalise_object(struct record_object *object, unsigned depth);

static void
normalise_cell(struct record_value *cell, unsigned depth)
{
    if (!cell->present) {
        return;
    }
    if (cell->type == RECORD_OBJECT && cell->object != NULL) {
        normalise_object(cell->object, depth + 1);
    }
    for (size_t i = 0; cell->type == RECORD_LIST && i < cell->list.count; i++) {
        struct record_value *const item = &cell->list.items[i];
        if (item->type == RECORD_OBJECT && item->object != NULL) {
            normalise_object(item->object, depth + 1);
        }
    }
    if (record_is_empty(cell)) {
        cell->present = false;
    }
}

static void
normalise_object(struct record_object *object, unsigned depth)
{
    if (depth >= RECORD_DEPTH_MAX) {
        return;
    }
    if (object->source != NULL && object->source->count == 0) {
        object->source = NULL;
    }
    const uint32_t count = record_shape_of(object)->field_count;
    for (uint32_t i = 0; i < count; i++) {
        normalise_cell(&object->cells[i], depth);
    }
}

void
record_normalise(struct record_object *object)
{
    assert(object != NULL);
    normalise_object(object, 0);
}
