/*
 * Values without a schema, as JSON has them. Numbers are kept as text, so none goes through a
 * double here. Members keep the order in which they came; equality does not look at it.
 */
#include "record/any.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ANY_FIRST = 4, ANY_COUNT_MAX = 1 << 28 };

_Static_assert(sizeof(struct record_any) <= 48, "there may be millions of them");

struct record_any *
record_any_new(struct wb_ctx *ctx, struct wb_arena *arena, enum record_any_kind kind)
{
    struct record_any *const any = wb_arena_alloc(ctx, arena, sizeof *any);
    if (any != NULL) {
        any->kind = kind;
    }
    return any;
}

struct record_any *
record_any_text(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str text)
{
    struct record_any *const any = record_any_new(ctx, arena, RECORD_STRING);
    if (any != NULL) {
        any->text = text;
    }
    return any;
}

struct record_any *
record_any_number(struct wb_ctx *ctx, struct wb_arena *arena, int64_t number)
{
    struct record_any *const any = record_any_new(ctx, arena, RECORD_NUMBER);
    if (any == NULL) {
        return NULL;
    }
    any->text = wb_arena_printf(ctx, arena, "%lld", (long long)number);
    return any->text.at == NULL ? NULL : any;
}

struct record_any *
record_any_get(const struct record_any *map, struct wb_str name)
{
    if (map == NULL || map->kind != RECORD_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (wb_str_eq(map->names[i], name)) {
            return map->items[i];
        }
    }
    return NULL;
}

enum wb_rc
record_any_reserve(struct wb_ctx *ctx, struct wb_arena *arena, struct record_any *any, size_t count)
{
    assert(any->kind == RECORD_ARRAY || any->kind == RECORD_MAP);
    if (count <= any->cap) {
        return WB_OK;
    }
    if (count > ANY_COUNT_MAX) {
        return wb_fail(ctx, WB_LIMIT, "a value holds more than %d others", ANY_COUNT_MAX);
    }
    struct record_any **const items =
        wb_arena_array(ctx, arena, count, sizeof(struct record_any *));
    if (items == NULL) {
        return WB_NOMEM;
    }
    if (any->count > 0) {
        memcpy(items, any->items, any->count * sizeof(struct record_any *));
    }
    if (any->kind == RECORD_MAP) {
        struct wb_str *const names = wb_arena_array(ctx, arena, count, sizeof *names);
        if (names == NULL) {
            return WB_NOMEM;
        }
        if (any->count > 0) {
            memcpy(names, any->names, any->count * sizeof *names);
        }
        any->names = names;
    }
    any->items = items;
    any->cap = (uint32_t)count; /* <= ANY_COUNT_MAX */
    return WB_OK;
}

/* Room for one more. */
static enum wb_rc
reserve_next(struct wb_ctx *ctx, struct wb_arena *arena, struct record_any *any)
{
    if (any->count < any->cap) {
        return WB_OK;
    }
    return record_any_reserve(ctx, arena, any, any->cap == 0 ? ANY_FIRST : (size_t)any->cap * 2);
}

enum wb_rc
record_any_push(struct wb_ctx *ctx, struct wb_arena *arena, struct record_any *array,
                struct record_any *value)
{
    assert(array->kind == RECORD_ARRAY);
    assert(value != NULL);
    const enum wb_rc rc = reserve_next(ctx, arena, array);
    if (rc == WB_OK) {
        array->items[array->count++] = value;
    }
    return rc;
}

enum wb_rc
record_any_add(struct wb_ctx *ctx, struct wb_arena *arena, struct record_any *map,
               struct wb_str name, struct record_any *value)
{
    assert(map->kind == RECORD_MAP);
    assert(value != NULL);
    const enum wb_rc rc = reserve_next(ctx, arena, map);
    if (rc == WB_OK) {
        map->names[map->count] = name;
        map->items[map->count++] = value;
    }
    return rc;
}

enum wb_rc
record_any_set(struct wb_ctx *ctx, struct wb_arena *arena, struct record_any *map,
               struct wb_str name, struct record_any *value)
{
    assert(map->kind == RECORD_MAP);
    for (size_t i = 0; i < map->count; i++) {
        if (wb_str_eq(map->names[i], name)) {
            map->items[i] = value;
            return WB_OK;
        }
    }
    return record_any_add(ctx, arena, map, name, value);
}

struct member {
    struct wb_str name;
    const struct record_any *value;
};

static int
member_cmp(const void *a, const void *b)
{
    const struct member *const left = a;
    const struct member *const right = b;
    return wb_str_cmp(left->name, right->name);
}

/* The members by name; NULL without memory. */
static struct member *
sorted(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_any *map)
{
    struct member *const members = wb_arena_array(ctx, arena, map->count, sizeof *members);
    if (members == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < map->count; i++) {
        members[i] = (struct member){map->names[i], map->items[i]};
    }
    qsort(members, map->count, sizeof *members, member_cmp);
    return members;
}

static bool
same_number(struct wb_str a, struct wb_str b)
{
    struct wb_dec left;
    struct wb_dec right;
    if (wb_dec_parse(a, '.', &left) == WB_DEC_OK && wb_dec_parse(b, '.', &right) == WB_DEC_OK) {
        return wb_dec_cmp(left, right) == 0;
    }
    return wb_str_eq(a, b);
}

static bool
same_arrays(struct record_trail *trail, const struct record_any *a, const struct record_any *b)
{
    if (a->count != b->count) {
        return record_differ(trail);
    }
    for (size_t i = 0; i < a->count; i++) {
        struct record_trail step = record_step(trail, (struct wb_str){NULL, 0}, i);
        if (!record_any_same(&step, a->items[i], b->items[i])) {
            return false;
        }
    }
    return true;
}

/* Same names in the same order: the usual case, which needs no sorting. */
static bool
same_names(const struct record_any *a, const struct record_any *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (!wb_str_eq(a->names[i], b->names[i])) {
            return false;
        }
    }
    return true;
}

static bool
same_maps(struct record_trail *trail, const struct record_any *a, const struct record_any *b)
{
    struct member *left = NULL;
    struct member *right = NULL;
    if (a->count != b->count) {
        return record_differ(trail);
    }
    if (!same_names(a, b)) {
        left = sorted(trail->ctx, trail->arena, a);
        right = sorted(trail->ctx, trail->arena, b);
        if (left == NULL || right == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < a->count; i++) {
        struct wb_str name = left == NULL ? a->names[i] : left[i].name;
        const bool other = right != NULL && !wb_str_eq(name, right[i].name);
        if (other && wb_str_cmp(right[i].name, name) < 0) {
            name = right[i].name; /* the first that one side has and the other has not */
        }
        struct record_trail step = record_step(trail, name, 0);
        if (other) {
            return record_differ(&step);
        }
        const struct record_any *const value = left == NULL ? a->items[i] : left[i].value;
        if (!record_any_same(&step, value, right == NULL ? b->items[i] : right[i].value)) {
            return false;
        }
    }
    return true;
}

bool
record_any_same(struct record_trail *trail, const struct record_any *a, const struct record_any *b)
{
    bool same = false;
    if (a->kind != b->kind || trail->depth > 2 * RECORD_DEPTH_MAX + RECORD_ANY_DEPTH_MAX) {
        return record_differ(trail);
    }
    switch (a->kind) {
    case RECORD_NULL:
        return true;
    case RECORD_BOOL:
        same = a->truth == b->truth;
        break;
    case RECORD_NUMBER:
        same = same_number(a->text, b->text);
        break;
    case RECORD_STRING:
        same = wb_str_eq(a->text, b->text);
        break;
    case RECORD_ARRAY:
        return same_arrays(trail, a, b);
    case RECORD_MAP:
        return same_maps(trail, a, b);
    }
    return same || record_differ(trail);
}

bool
record_any_equal(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_any *a,
                 const struct record_any *b)
{
    struct wb_str path = {NULL, 0};
    struct record_trail trail = {.ctx = ctx, .arena = arena, .ret_path = &path};
    return record_any_same(&trail, a, b);
}
