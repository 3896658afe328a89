/*
 * Equality of records by value, with the place of the first difference. The place is a chain of
 * steps on the stack; its text is made only when a difference was found.
 */
#include <assert.h>
#include <string.h>

#include "record/any.h"

enum { PATH_STEPS_MAX = 2 * RECORD_DEPTH_MAX + RECORD_ANY_DEPTH_MAX + 8 };

static bool same_objects(struct record_trail *trail, const struct record_object *a,
                         const struct record_object *b, bool with_source);

struct record_trail
record_step(const struct record_trail *trail, struct wb_str name, size_t index)
{
    return (struct record_trail){.ctx = trail->ctx,
                                 .arena = trail->arena,
                                 .ret_path = trail->ret_path,
                                 .parent = trail,
                                 .name = name,
                                 .index = index,
                                 .depth = trail->depth + 1};
}

struct wb_str
record_trail_text(const struct record_trail *trail)
{
    const struct record_trail *steps[PATH_STEPS_MAX];
    size_t count = 0;
    for (const struct record_trail *s = trail; s->parent != NULL; s = s->parent) {
        assert(count < PATH_STEPS_MAX);
        steps[count++] = s;
    }
    struct wb_buf buf;
    wb_buf_init(&buf, 1024 * 1024);
    enum wb_rc rc = WB_OK;
    for (size_t i = count; i > 0 && rc == WB_OK; i--) {
        const struct record_trail *const step = steps[i - 1];
        struct wb_str text = step->name;
        if (text.len == 0) {
            text = wb_arena_printf(trail->ctx, trail->arena, "[%zu]", step->index);
        } else if (i < count) {
            rc = wb_buf_add(trail->ctx, &buf, WB_LIT("."));
        }
        rc = rc == WB_OK ? wb_buf_add(trail->ctx, &buf, text) : rc;
    }
    const struct wb_str path = wb_arena_dup(trail->ctx, trail->arena, wb_buf_str(&buf));
    wb_buf_done(&buf);
    return path;
}

bool
record_differ(const struct record_trail *trail)
{
    *trail->ret_path = record_trail_text(trail);
    return false;
}

static bool same_lists(struct record_trail *trail, const struct record_value *a,
                       const struct record_value *b, bool with_source);

static bool
same_values(struct record_trail *trail, const struct record_value *a, const struct record_value *b,
            bool with_source)
{
    bool same = false;
    assert(a->type == b->type);
    switch ((enum record_type)a->type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        same = wb_str_eq(a->text, b->text);
        break;
    case RECORD_TRUTH:
        same = a->truth == b->truth;
        break;
    case RECORD_INT:
        same = a->number == b->number;
        break;
    case RECORD_DEC:
        same = wb_dec_cmp(a->dec, b->dec) == 0;
        break;
    case RECORD_DATE:
        same = wb_date_cmp(a->date, b->date) == 0;
        break;
    case RECORD_MOMENT:
        same = wb_moment_cmp(a->moment, b->moment) == 0 &&
               a->moment.precision == b->moment.precision && a->moment.zoned == b->moment.zoned;
        break;
    case RECORD_OBJECT:
        return same_objects(trail, a->object, b->object, with_source);
    case RECORD_LIST:
        return same_lists(trail, a, b, with_source);
    }
    return same || record_differ(trail);
}

static bool
same_lists(struct record_trail *trail, const struct record_value *a, const struct record_value *b,
           bool with_source)
{
    const size_t count = a->list.count < b->list.count ? a->list.count : b->list.count;
    for (size_t i = 0; i < count; i++) {
        struct record_trail step = record_step(trail, (struct wb_str){NULL, 0}, i);
        if (!same_values(&step, &a->list.items[i], &b->list.items[i], with_source)) {
            return false;
        }
    }
    if (a->list.count != b->list.count) {
        const struct record_trail step = record_step(trail, (struct wb_str){NULL, 0}, count);
        return record_differ(&step);
    }
    return true;
}

/* An empty map is as good as none. */
static bool
same_sources(struct record_trail *trail, const struct record_object *a,
             const struct record_object *b)
{
    const bool left = a->source != NULL && a->source->count > 0;
    const bool right = b->source != NULL && b->source->count > 0;
    struct record_trail step = record_step(trail, WB_LIT("source"), 0);
    if (left != right) {
        return record_differ(&step);
    }
    return !left || record_any_same(&step, a->source, b->source);
}

static bool
same_objects(struct record_trail *trail, const struct record_object *a,
             const struct record_object *b, bool with_source)
{
    if (a == NULL || b == NULL) {
        return a == b || record_differ(trail);
    }
    if (a->schema != b->schema || a->shape != b->shape || trail->depth > 2 * RECORD_DEPTH_MAX) {
        return record_differ(trail);
    }
    const uint32_t count = record_shape_of(a)->field_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct record_value *const left = &a->cells[i];
        const struct record_value *const right = &b->cells[i];
        const bool empty = record_holds_nothing(left, with_source, 0);
        struct record_trail step =
            record_step(trail, record_field_at(a->schema, a->shape, i)->name, 0);
        if (empty != record_holds_nothing(right, with_source, 0)) {
            return record_differ(&step);
        }
        if (!empty && !same_values(&step, left, right, with_source)) {
            return false;
        }
    }
    return !with_source || same_sources(trail, a, b);
}

bool
record_equal(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_object *a,
             const struct record_object *b, bool with_source, struct wb_str *ret_path)
{
    struct wb_str path = {NULL, 0};
    struct record_trail trail = {
        .ctx = ctx, .arena = arena, .ret_path = ret_path == NULL ? &path : ret_path};
    return same_objects(&trail, a, b, with_source);
}
