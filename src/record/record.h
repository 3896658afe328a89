#pragma once
/*
 * Business documents and Odoo records: typed values under a schema. A record knows nothing of EDI.
 * Decimals are exact, dates have no zone, and one reserved member, `source`, keeps in any object
 * what normalising would lose.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "base/date.h"
#include "base/dec.h"
#include "record/schema.h"

/* Objects inside each other, and levels of a value without a schema. */
enum { RECORD_DEPTH_MAX = 48, RECORD_ANY_DEPTH_MAX = 112 };

/* A JSON-like value without a schema: for `source`, for Odoo's exports, for plans. */
enum record_any_kind {
    RECORD_NULL,
    RECORD_BOOL,
    RECORD_NUMBER,
    RECORD_STRING,
    RECORD_ARRAY,
    RECORD_MAP
};

struct record_any {
    enum record_any_kind kind;
    bool truth;
    struct wb_str text;        /* string; number as its text */
    struct record_any **items; /* array and map members, in order */
    struct wb_str *names;      /* map: parallel to items */
    uint32_t count;
    uint32_t cap;
};

struct record_object;

struct record_list {
    struct record_value *items;
    size_t count;
    size_t cap;
};

struct record_value {
    bool present;
    uint8_t type; /* enum record_type */
    union {
        struct wb_str text; /* TEXT, CODE, RAW */
        bool truth;
        int64_t number; /* INT */
        struct wb_dec dec;
        struct wb_date date;
        struct wb_moment moment;
        struct record_object *object; /* OBJECT; NULL when absent */
        struct record_list list;
    };
};

struct record_object {
    const struct record_schema *schema;
    uint32_t shape;             /* in schema->shapes */
    struct record_value *cells; /* one a field, in the shape's order */
    struct record_any *source;  /* a map, or NULL */
};

/* An empty object of a shape; NULL when memory is out. */
struct record_object *record_new(struct wb_ctx *ctx, struct wb_arena *arena,
                                 const struct record_schema *schema, uint32_t shape);
static inline const struct record_shape *
record_shape_of(const struct record_object *object)
{
    assert(object != NULL);
    assert(object->shape < object->schema->shape_count);
    return &object->schema->shapes[object->shape];
}

/* The cell of field number `field` of the shape. */
static inline struct record_value *
record_cell(const struct record_object *object, uint32_t field)
{
    assert(object != NULL);
    assert(field < record_shape_of(object)->field_count);
    return &object->cells[field];
}

/* The cell by name, NULL when the shape has no such field. */
struct record_value *record_get(const struct record_object *object, struct wb_str name);
/*
 * The text at a dotted path ("ship_to.gln"); empty when absent. Only for texts, codes and raw
 * codes.
 */
struct wb_str record_text(const struct record_object *object, const char *path);
/* The object in an OBJECT cell, made when it is absent. NULL without memory. */
struct record_object *record_enter(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct record_object *object, uint32_t field);
/*
 * A new element at the end of a list cell: for lists of objects an empty object of the item shape.
 * NULL without memory. Elements move when the list grows.
 */
struct record_value *record_append(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct record_object *object, uint32_t field);
/* Absent, or an empty text, object or list. An object with a filled `source` is not empty. */
bool record_is_empty(const struct record_value *value);

struct record_any *record_any_new(struct wb_ctx *ctx, struct wb_arena *arena,
                                  enum record_any_kind kind);
/* Member by name or NULL; looks at one after the other. */
struct record_any *record_any_get(const struct record_any *map, struct wb_str name);
/* Replaces the member of that name, or adds one. The name is borrowed. */
WB_MUST enum wb_rc record_any_set(struct wb_ctx *ctx, struct wb_arena *arena,
                                  struct record_any *map, struct wb_str name,
                                  struct record_any *value);
/* Adds a member of which the caller knows that it is new. */
WB_MUST enum wb_rc record_any_add(struct wb_ctx *ctx, struct wb_arena *arena,
                                  struct record_any *map, struct wb_str name,
                                  struct record_any *value);
WB_MUST enum wb_rc record_any_push(struct wb_ctx *ctx, struct wb_arena *arena,
                                   struct record_any *array, struct record_any *value);
/* The text is borrowed. NULL without memory. */
struct record_any *record_any_text(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str text);
struct record_any *record_any_number(struct wb_ctx *ctx, struct wb_arena *arena, int64_t number);
/* Equal as JSON: members in any order, numbers by value. Without memory the answer is false. */
bool record_any_equal(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_any *a,
                      const struct record_any *b);

/*
 * Equal by value (1.0 = 1.00), absent = empty. with_source false leaves `source` out. *ret_path (in
 * the arena) names the first difference: "lines[2].quantity". Without memory the answer is false.
 */
bool record_equal(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_object *a,
                  const struct record_object *b, bool with_source, struct wb_str *ret_path);
/*
 * Normal form: no field holds an empty text, object or list, no empty `source` is left. Elements of
 * lists stay where they are, also empty ones. A record stays equal to itself.
 */
void record_normalise(struct record_object *object);
