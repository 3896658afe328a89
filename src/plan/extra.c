/*
 * What the map kept of the order beside the fields of the document: elements and whole segments
 * that no statement carries, and raw forms. All of it goes into the note; a whole segment is an
 * issue as well, since it may ask for something: a schedule, a split by place, a price of a part.
 */
#include "base/limits.h"
#include "plan/plan_priv.h"

enum { NAMED_MAX = 8 };

struct walk { /* on the stack, one a level */
    struct planner *planner;
    struct wb_str place;
    unsigned depth;
};

static void
add_extra(const struct walk *walk, struct wb_str text, bool whole)
{
    struct planner *const planner = walk->planner;
    struct plan_extra *const extra = WB_PUSH(planner->ctx, planner->arena, planner->extras,
                                             planner->extra_count, planner->extra_cap);
    if (extra == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    *extra = (struct plan_extra){.place = walk->place, .text = text, .whole = whole};
}

/* "01 20, 02 BX" of a map, without braces and quotes; arrays by blanks. */
static void
flatten(struct wb_out *out, const struct record_any *any, unsigned depth)
{
    if (depth > RECORD_ANY_DEPTH_MAX) {
        return;
    }
    switch (any->kind) {
    case RECORD_NULL:
        break;
    case RECORD_BOOL:
        wb_out_text(out, any->truth ? "yes" : "no");
        break;
    case RECORD_NUMBER:
    case RECORD_STRING:
        wb_out_str(out, any->text);
        break;
    case RECORD_ARRAY:
    case RECORD_MAP:
        for (uint32_t i = 0; i < any->count; i++) {
            if (any->kind == RECORD_MAP && wb_str_eq(any->names[i], WB_LIT("whole"))) {
                continue;
            }
            wb_out_text(out, i > 0 ? ", " : "");
            if (any->kind == RECORD_MAP) {
                wb_out_str(out, any->names[i]);
                wb_out_byte(out, ' ');
            }
            flatten(out, any->items[i], depth + 1);
        }
        break;
    }
}

static struct wb_str
text_of(struct planner *planner, const struct record_any *any)
{
    struct wb_out out;
    struct wb_str text = {0};
    wb_out_init(&out, planner->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    flatten(&out, any, 0);
    if (wb_out_finish(&out) == WB_OK) {
        text = wb_arena_dup(planner->ctx, planner->arena, wb_buf_str(&out.buf));
    }
    if (text.at == NULL) {
        planner->rc = planner->ctx->error.rc == WB_OK ? WB_NOMEM : planner->ctx->error.rc;
    }
    wb_out_done(&out);
    return text;
}

/* One entry of `extra`: "SCH: 01 20, 02 BX". */
static void
take_entry(const struct walk *walk, const struct record_any *entry)
{
    const struct record_any *const at = record_any_get(entry, WB_LIT("at"));
    const struct record_any *const whole = record_any_get(entry, WB_LIT("whole"));
    const struct record_any *const elements = record_any_get(entry, WB_LIT("elements"));
    const struct record_any *const inside = record_any_get(entry, WB_LIT("inside"));
    if (at == NULL || elements == NULL) {
        add_extra(walk, text_of(walk->planner, entry), false);
        return;
    }
    struct wb_str text = plan_text(walk->planner, WB_FMT ": " WB_FMT, WB_ARG(at->text),
                                   WB_ARG(text_of(walk->planner, elements)));
    if (inside != NULL) {
        text = plan_text(walk->planner, WB_FMT "; in it " WB_FMT, WB_ARG(text),
                         WB_ARG(text_of(walk->planner, inside)));
    }
    add_extra(walk, text, whole != NULL && whole->truth);
}

static void
take_source(const struct walk *walk, const struct record_any *source)
{
    for (uint32_t i = 0; source != NULL && i < source->count; i++) {
        const struct record_any *const item = source->items[i];
        if (!wb_str_eq(source->names[i], WB_LIT("extra")) || item->kind != RECORD_ARRAY) {
            add_extra(walk,
                      plan_text(walk->planner, WB_FMT ": " WB_FMT, WB_ARG(source->names[i]),
                                WB_ARG(text_of(walk->planner, item))),
                      false);
            continue;
        }
        for (uint32_t k = 0; k < item->count; k++) {
            take_entry(walk, item->items[k]);
        }
    }
}

static void walk_object(const struct walk *walk, const struct record_object *object);

static void
walk_list(const struct walk *walk, const struct record_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != RECORD_OBJECT || !list->items[i].present) {
            return; /* all are of one type */
        }
        const struct walk inner = {
            .planner = walk->planner,
            .place = plan_text(walk->planner, WB_FMT "[%zu]", WB_ARG(walk->place), i),
            .depth = walk->depth + 1};
        walk_object(&inner, list->items[i].object);
    }
}

static void
walk_object(const struct walk *walk, const struct record_object *object)
{
    if (object == NULL || walk->depth > RECORD_DEPTH_MAX) {
        return;
    }
    const struct record_shape *const shape = record_shape_of(object);
    take_source(walk, object->source);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct record_value *const cell = record_cell(object, i);
        if (!cell->present || (cell->type != RECORD_OBJECT && cell->type != RECORD_LIST)) {
            continue;
        }
        const struct wb_str name = record_field_at(object->schema, object->shape, i)->name;
        const struct walk inner = {.planner = walk->planner,
                                   .place = plan_text(walk->planner, WB_FMT "%s" WB_FMT,
                                                      WB_ARG(walk->place),
                                                      walk->place.len > 0 ? "." : "", WB_ARG(name)),
                                   .depth = walk->depth + 1};
        if (cell->type == RECORD_OBJECT) {
            walk_object(&inner, cell->object);
        } else {
            walk_list(&inner, &cell->list);
        }
    }
}

/* One issue for the whole segments of one place. */
static void
say_place(struct planner *planner, const struct plan_extra *extras, size_t count)
{
    struct wb_str text = {0};
    size_t named = 0;
    size_t whole = 0;
    for (size_t i = 0; i < count; i++) {
        whole += extras[i].whole ? 1 : 0;
        if (extras[i].whole && named < NAMED_MAX) {
            text = plan_text(planner, WB_FMT "%s" WB_FMT, WB_ARG(text), named > 0 ? " | " : "",
                             WB_ARG(extras[i].text));
            named++;
        }
    }
    if (whole > 0) {
        plan_raise(planner, PLAN_ISSUE_NOT_CARRIED, extras->place, (struct wb_str){0}, WB_FMT "%s",
                   WB_ARG(text), whole > named ? " and more" : "");
    }
}

void
plan_extras_check(struct planner *planner)
{
    const struct walk walk = {.planner = planner};
    planner->extra_count = 0;
    walk_object(&walk, planner->input->order);
    for (size_t from = 0; from < planner->extra_count;) {
        size_t to = from;
        while (to < planner->extra_count &&
               wb_str_eq(planner->extras[to].place, planner->extras[from].place)) {
            to++;
        }
        say_place(planner, &planner->extras[from], to - from);
        from = to;
    }
}
