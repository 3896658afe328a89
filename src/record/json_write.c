/*
 * Records and values as JSON. What a JSON text cannot hold (a level deeper than the writer's) makes
 * the output fail as a whole; half a document is never written as one.
 */
#include "record/json.h"

#include <assert.h>
#include <stdio.h>

#include "record/any.h"

static void write_object(struct wb_json *json, const struct record_object *object,
                         bool with_source);

/* Whether two more levels fit; if not, the output fails and a null stands here. */
static bool
room(struct wb_json *json)
{
    if (json->depth + 2 <= WB_JSON_DEPTH_MAX) {
        return true;
    }
    if (json->out->rc == WB_OK) {
        json->out->rc = wb_fail(json->out->ctx, WB_LIMIT,
                                "a record is nested deeper than %d levels", WB_JSON_DEPTH_MAX);
    }
    wb_json_null(json);
    return false;
}

static void
write_items(struct wb_json *json, const struct record_any *any)
{
    const bool map = any->kind == RECORD_MAP;
    if (!room(json)) {
        return;
    }
    if (map) {
        wb_json_object(json);
    } else {
        wb_json_array(json);
    }
    for (size_t i = 0; i < any->count; i++) {
        if (map) {
            wb_json_name(json, any->names[i]);
        }
        record_write_any(json, any->items[i]);
    }
    if (map) {
        wb_json_object_end(json);
    } else {
        wb_json_array_end(json);
    }
}

void
record_write_any(struct wb_json *json, const struct record_any *any)
{
    assert(json != NULL);
    assert(any != NULL);
    switch (any->kind) {
    case RECORD_NULL:
        wb_json_null(json);
        break;
    case RECORD_BOOL:
        wb_json_bool(json, any->truth);
        break;
    case RECORD_NUMBER:
        if (record_is_number(any->text)) {
            wb_json_number(json, any->text);
        } else {
            wb_json_str(json, any->text);
        }
        break;
    case RECORD_STRING:
        wb_json_str(json, any->text);
        break;
    case RECORD_ARRAY:
    case RECORD_MAP:
        write_items(json, any);
        break;
    }
}

static void
write_date(struct wb_json *json, struct wb_date date)
{
    char text[WB_MOMENT_TEXT_MAX];
    const size_t len = wb_date_print_iso(date, text);
    wb_json_str(json, (struct wb_str){text, len});
}

static void
write_moment(struct wb_json *json, struct wb_moment moment)
{
    char text[WB_MOMENT_TEXT_MAX];
    const size_t len = wb_moment_print_iso(moment, text);
    wb_json_str(json, (struct wb_str){text, len});
}

static void
write_value(struct wb_json *json, const struct record_value *value, bool with_source)
{
    switch ((enum record_type)value->type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        wb_json_str(json, value->text);
        break;
    case RECORD_TRUTH:
        wb_json_bool(json, value->truth);
        break;
    case RECORD_INT:
        wb_json_int(json, value->number);
        break;
    case RECORD_DEC:
        wb_json_dec(json, value->dec);
        break;
    case RECORD_DATE:
        write_date(json, value->date);
        break;
    case RECORD_MOMENT:
        write_moment(json, value->moment);
        break;
    case RECORD_OBJECT:
        write_object(json, value->object, with_source);
        break;
    case RECORD_LIST:
        wb_json_array(json);
        for (size_t i = 0; i < value->list.count; i++) {
            write_value(json, &value->list.items[i], with_source);
        }
        wb_json_array_end(json);
        break;
    }
}

static void
write_members(struct wb_json *json, const struct record_object *object, bool with_source)
{
    const uint32_t count = record_shape_of(object)->field_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct record_value *const value = record_cell(object, i);
        if (!value->present || record_holds_nothing(value, with_source, 0)) {
            continue;
        }
        wb_json_name(json, record_field_at(object->schema, object->shape, i)->name);
        write_value(json, value, with_source);
    }
    if (with_source && object->source != NULL && object->source->count > 0) {
        wb_json_name(json, WB_LIT("source"));
        record_write_any(json, object->source);
    }
}

static void
write_object(struct wb_json *json, const struct record_object *object, bool with_source)
{
    assert(object != NULL);
    if (!room(json)) {
        return;
    }
    wb_json_object(json);
    write_members(json, object, with_source);
    wb_json_object_end(json);
}

/* "waybill/order/1" */
static void
write_name(struct wb_json *json, const struct record_shape *shape)
{
    char text[160];
    const int len = snprintf(text, sizeof text, "waybill/" WB_FMT "/%u", WB_ARG(shape->name),
                             (unsigned)shape->version);
    if (len > 0 && (size_t)len < sizeof text) {
        wb_json_member(json, "schema", (struct wb_str){text, (size_t)len});
    }
}

void
record_write_json(struct wb_json *json, const struct record_object *object, bool with_source)
{
    assert(json != NULL);
    assert(object != NULL);
    const struct record_shape *const shape = record_shape_of(object);
    if (!room(json)) {
        return;
    }
    wb_json_object(json);
    if (shape->document) {
        write_name(json, shape);
    }
    write_members(json, object, with_source);
    wb_json_object_end(json);
}
