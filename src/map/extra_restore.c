/*
 * RESTORE: source.extra of the frame's object goes back where it was (its form: extra_keep.c). What
 * was written already is never overwritten; an entry that cannot go back is noted.
 */
#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "map/machine_priv.h"

enum { NTH_MAX = 1000 }; /* as extra_keep.c counts */

struct restore {
    struct machine *m;
    struct frame *frame;
    uint32_t depth;
};

static enum wb_rc restore_list(const struct restore *restore, struct tree_node *parent,
                               const struct record_any *list);

static enum wb_rc
refused(struct machine *m, struct frame *frame, struct wb_str value, const char *why)
{
    const struct wb_str owner = frame_text(m, frame);
    const struct wb_str place = wb_arena_printf(m->ctx, m->arena, WB_FMT "%ssource.extra",
                                                WB_ARG(owner), owner.len > 0 ? "." : "");
    return place.at == NULL ? WB_NOMEM : note_add(m, MAP_OUTSIDE, place, value, "%s", why);
}

/* A number at the start of a text, which is cut behind it; 0 when there is none. */
static uint16_t
number_at(struct wb_str *text)
{
    uint32_t number = 0;
    size_t len = 0;
    while (len < text->len && len < 4 && text->at[len] >= '0' && text->at[len] <= '9') {
        number = number * 10 + (uint32_t)(text->at[len] - '0');
        len++;
    }
    *text = wb_str_sub(*text, len, text->len - len);
    return (uint16_t)number; /* at most 9999 */
}

/* "03", "03#2", "04.02" */
static bool
element_parse(struct wb_str name, struct map_element *ret)
{
    struct wb_str rest = name;
    *ret = (struct map_element){.repeat_no = 1, .component_no = 1};
    ret->element_no = number_at(&rest);
    if (rest.len > 0 && rest.at[0] == '#') {
        rest = wb_str_sub(rest, 1, rest.len - 1);
        ret->repeat_no = number_at(&rest);
    }
    if (rest.len > 0 && rest.at[0] == '.') {
        rest = wb_str_sub(rest, 1, rest.len - 1);
        ret->component_no = number_at(&rest);
    }
    return rest.len == 0 && ret->element_no > 0 && ret->repeat_no > 0 && ret->component_no > 0;
}

/* Whether the segment has such an element at all. */
static bool
element_exists(const struct machine *m, const struct tree_node *segment,
               const struct map_element *element)
{
    const struct grammar *const grammar = m->tree->grammar;
    const struct grammar_segment *const row =
        &grammar->segments[grammar->nodes[segment->node].segment];
    return element->element_no <= row->place_count;
}

static enum wb_rc
restore_elements(const struct restore *restore, struct tree_node *segment,
                 const struct record_any *elements)
{
    struct machine *const m = restore->m;
    enum wb_rc rc = WB_OK;
    for (size_t i = 0; i < elements->count && rc == WB_OK; i++) {
        struct map_element element;
        const struct record_any *const value = elements->items[i];
        const bool good = value->kind == RECORD_STRING && value->text.len > 0 &&
                          element_parse(elements->names[i], &element) &&
                          element_exists(m, segment, &element);
        if (!good) {
            rc = refused(m, restore->frame, elements->names[i], "there is no such element");
            continue;
        }
        const enum put_rc put = put_item(m, segment, &element, value->text);
        if (put == PUT_NOMEM) {
            return WB_NOMEM;
        }
        if (put != PUT_OK) {
            rc = refused(m, restore->frame, value->text, "another value stands in its place");
        }
    }
    return rc;
}

/* The child node of that name; GRAMMAR_NONE when there is none. */
static uint32_t
child_named(struct machine *m, const struct tree_node *parent, struct wb_str name)
{
    const struct grammar *const grammar = m->tree->grammar;
    for (uint32_t n = grammar->nodes[parent->node].child_first; n != GRAMMAR_NONE;
         n = grammar->nodes[n].next_sibling) {
        const struct wb_str tag = grammar_str(grammar, grammar->nodes[n].name);
        /* Most names end with the tag; only those are worth printing. */
        const size_t at = wb_str_find(name, '@');
        if (wb_str_ends(wb_str_sub(name, 0, at), tag) && wb_str_eq(extra_name(m, n), name)) {
            return n;
        }
    }
    return GRAMMAR_NONE;
}

static bool
where_holds(const struct machine *m, struct tree_node *node, const struct record_any *where)
{
    const struct tree_node *const segment = segment_of(m, node);
    for (size_t i = 0; where != NULL && i < where->count; i++) {
        struct map_element element;
        if (segment == NULL || !element_parse(where->names[i], &element)) {
            return false;
        }
        const struct tree_item *const item = element_item(segment, &element);
        if (item == NULL || !wb_str_eq(item->value, where->items[i]->text)) {
            return false;
        }
    }
    return true;
}

static uint64_t
nth_of(const struct record_any *entry)
{
    const struct record_any *const nth = record_any_get(entry, WB_LIT("nth"));
    uint64_t number = 1;
    if (nth != NULL && (!wb_str_u64(nth->text, &number) || number == 0)) {
        number = 1;
    }
    return number;
}

/* The instance that an entry speaks of, NULL when it is not there. */
static struct tree_node *
find_instance(const struct machine *m, const struct tree_node *parent, uint32_t node,
              const struct record_any *entry)
{
    const struct record_any *const where = record_any_get(entry, WB_LIT("where"));
    const uint64_t wanted = nth_of(entry);
    struct tree_node *at = tree_first(parent, m->tree->grammar->nodes[node].slot);
    uint64_t nth = 0;
    for (uint32_t steps = 0; at != NULL && (where == NULL || steps < NTH_MAX); steps++) {
        nth += where_holds(m, at, where) ? 1 : 0;
        if (nth == wanted) {
            return at;
        }
        if (where == NULL && steps >= wanted) {
            return NULL;
        }
        at = at->next_same;
    }
    return NULL;
}

static enum wb_rc
make_instance(const struct restore *restore, struct tree_node *parent, uint32_t node,
              const struct record_any *entry, struct tree_node **ret)
{
    struct machine *const m = restore->m;
    const struct record_any *const where = record_any_get(entry, WB_LIT("where"));
    struct tree_node *const first = tree_first(parent, m->tree->grammar->nodes[node].slot);
    *ret = NULL;
    if (!instance_has_room(m, parent, node)) {
        *ret = m->tree->grammar->nodes[node].max == 1 ? first : NULL;
        return WB_OK;
    }
    *ret = instance_make(m, parent, node);
    struct tree_node *const segment = *ret == NULL ? NULL : segment_of(m, *ret);
    if (segment == NULL) {
        return WB_NOMEM;
    }
    return where == NULL || where->kind != RECORD_MAP ? WB_OK
                                                      : restore_elements(restore, segment, where);
}

static enum wb_rc
restore_into(const struct restore *restore, struct tree_node *node, const struct record_any *entry)
{
    const struct record_any *const elements = record_any_get(entry, WB_LIT("elements"));
    const struct record_any *const inside = record_any_get(entry, WB_LIT("inside"));
    struct tree_node *const segment = segment_of(restore->m, node);
    enum wb_rc rc = WB_OK;
    if (elements != NULL && elements->kind == RECORD_MAP && segment != NULL) {
        rc = restore_elements(restore, segment, elements);
    }
    if (rc == WB_OK && inside != NULL && inside->kind == RECORD_ARRAY) {
        const struct restore deeper = {
            .m = restore->m, .frame = restore->frame, .depth = restore->depth + 1};
        rc = restore_list(&deeper, node, inside);
    }
    return rc;
}

/* A whole instance that another statement would read is outside the map. */
static enum wb_rc
whole_check(const struct restore *restore, struct tree_node *node, struct wb_str name)
{
    bool outside = false;
    if (restore->depth > 0) {
        return WB_OK; /* keys of the context speak of its own children */
    }
    const enum wb_rc rc = claimed_instance(restore->m, restore->frame, node, MAP_NONE, &outside);
    return rc == WB_OK && outside ? refused(restore->m, restore->frame, name,
                                            "another statement would read this entry")
                                  : rc;
}

/* A whole segment is as it was read: constants do not complete it. */
static void
mark_restored(const struct machine *m, struct tree_node *node)
{
    struct tree_node *const segment = segment_of(m, node);
    for (uint32_t i = 0; segment != NULL && i < segment->item_count; i++) {
        segment->items[i].flags |= TREE_RESTORED;
    }
}

static enum wb_rc
restore_entry(const struct restore *restore, struct tree_node *parent,
              const struct record_any *entry)
{
    struct machine *const m = restore->m;
    const struct record_any *const at = record_any_get(entry, WB_LIT("at"));
    const struct record_any *const whole = record_any_get(entry, WB_LIT("whole"));
    if (at == NULL) {
        return restore_into(restore, parent, entry);
    }
    const uint32_t node =
        at->kind == RECORD_STRING ? child_named(m, parent, at->text) : GRAMMAR_NONE;
    if (node == GRAMMAR_NONE) {
        return refused(m, restore->frame, at->text, "the message has no such place");
    }
    const bool anew = whole != NULL && whole->kind == RECORD_BOOL && whole->truth;
    struct tree_node *found = anew ? NULL : find_instance(m, parent, node, entry);
    if (found == NULL) {
        const enum wb_rc rc = make_instance(restore, parent, node, entry, &found);
        if (rc != WB_OK) {
            return rc;
        }
    }
    if (found == NULL) {
        return refused(m, restore->frame, at->text, "there is no room left for this entry");
    }
    const enum wb_rc rc = restore_into(restore, found, entry);
    if (rc != WB_OK || !anew) {
        return rc;
    }
    mark_restored(m, found);
    return whole_check(restore, found, at->text);
}

static enum wb_rc
restore_list(const struct restore *restore, struct tree_node *parent, const struct record_any *list)
{
    enum wb_rc rc = WB_OK;
    if (restore->depth > WB_LIMIT_LOOP_DEPTH) {
        return refused(restore->m, restore->frame, (struct wb_str){NULL, 0},
                       "entries are nested too deep");
    }
    for (size_t i = 0; i < list->count && rc == WB_OK; i++) {
        if (list->items[i]->kind == RECORD_MAP) {
            rc = restore_entry(restore, parent, list->items[i]);
        } else {
            rc = refused(restore->m, restore->frame, (struct wb_str){NULL, 0},
                         "an entry is no object");
        }
    }
    return rc;
}

/* source.extra of the frame's object; NULL when there is none, or none is wanted. */
static const struct record_any *
extra_of(const struct machine *m, const struct frame *frame)
{
    const struct record_any *const source =
        m->run->no_source || m->tree == NULL || frame->right == NULL ? NULL : frame->right->source;
    const struct record_any *const extra =
        source == NULL ? NULL : record_any_get(source, WB_LIT("extra"));
    return extra != NULL && extra->kind == RECORD_ARRAY ? extra : NULL;
}

uint64_t
extra_reserved(const struct machine *m, struct frame *frame)
{
    if (frame->reserved_known) {
        return frame->reserved;
    }
    const struct record_any *const extra = extra_of(m, frame);
    frame->reserved_known = true;
    frame->reserved = 0;
    for (size_t i = 0; extra != NULL && i < extra->count; i++) {
        const struct record_any *const entry = extra->items[i];
        const bool own = entry->kind == RECORD_MAP && record_any_get(entry, WB_LIT("at")) == NULL;
        const struct record_any *const elements =
            own ? record_any_get(entry, WB_LIT("elements")) : NULL;
        for (size_t e = 0; elements != NULL && elements->kind == RECORD_MAP && e < elements->count;
             e++) {
            struct map_element element;
            const bool good = element_parse(elements->names[e], &element);
            frame->reserved |=
                good && element.element_no < 64 ? (uint64_t)1 << element.element_no : 0;
        }
    }
    return frame->reserved;
}

enum wb_rc
map_run_RESTORE(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct record_any *const source = m->run->no_source ? NULL : frame->right->source;
    const struct record_any *extra = NULL;
    (void)code; /* has no operands */
    for (size_t i = 0; m->tree != NULL && source != NULL && i < source->count; i++) {
        if (wb_str_eq(source->names[i], WB_LIT("extra"))) {
            extra = source->items[i];
            frame->mark->source_taken |= i < 64 ? (uint64_t)1 << i : 0;
        }
    }
    if (extra == NULL || extra->kind != RECORD_ARRAY || extra->count == 0) {
        return WB_OK;
    }
    struct tree_node *const node = frame_node(m, frame);
    if (node == NULL) {
        return m->ctx->error.rc == WB_OK
                   ? refused(m, frame, (struct wb_str){NULL, 0}, "there is no room for it")
                   : WB_NOMEM;
    }
    const struct restore restore = {.m = m, .frame = frame};
    return restore_list(&restore, node, extra);
}
