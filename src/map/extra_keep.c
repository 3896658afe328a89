/*
 * KEEP. What is kept goes to `source.extra` of the frame's object, a list of entries:
 *
 *   {"at": "heading/N9", "where": {"01": "L1"}, "nth": 2, "elements": {"03": "x", "04.02": "y"},
 *    "inside": [ entries ]}
 *
 * `at` is the node below the frame's instance, with its area at the message's top; no `at` is the
 * instance itself. An entry with `whole` is an instance of which nothing was taken: it is made
 * again. Without it the instance is found by its qualifier (`where`) and its number among those
 * (`nth`). For a loop, `elements` are those of its trigger; `inside` are its other children.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "map/machine_priv.h"

enum { NTH_MAX = 1000 }; /* instances looked at to number one; what is behind stays in the ledger */

static const char *const AREAS[] = {
    [GRAMMAR_HEADING] = "heading", [GRAMMAR_DETAIL] = "detail", [GRAMMAR_SUMMARY] = "summary"};

struct wb_str
extra_name(struct machine *m, uint32_t node)
{
    const struct grammar *const grammar = m->tree->grammar;
    const struct grammar_node *const row = &grammar->nodes[node];
    const struct grammar_node *const parent = &grammar->nodes[row->parent];
    const bool top = parent->parent == GRAMMAR_NONE;
    const struct wb_str name = grammar_str(grammar, row->name);
    bool twin = false;
    for (uint32_t n = parent->child_first; n != GRAMMAR_NONE; n = grammar->nodes[n].next_sibling) {
        const struct grammar_node *const other = &grammar->nodes[n];
        twin = twin || (n != node && (!top || other->area == row->area) &&
                        wb_str_eq(grammar_str(grammar, other->name), name));
    }
    const char *const area = top ? AREAS[row->area] : "";
    if (twin) {
        return wb_arena_printf(m->ctx, m->arena, "%s%s" WB_FMT "@%u", area, top ? "/" : "",
                               WB_ARG(name), (unsigned)row->position_no);
    }
    return wb_arena_printf(m->ctx, m->arena, "%s%s" WB_FMT, area, top ? "/" : "", WB_ARG(name));
}

/* "03", "03#2", "04.02". */
static struct wb_str
element_name(struct machine *m, const struct tree_item *item)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%02u", (unsigned)item->element_no);
    if (item->repeat_no > 1) {
        len += snprintf(text + len, sizeof text - (size_t)len, "#%u", (unsigned)item->repeat_no);
    }
    if (item->component_no > 1) {
        len +=
            snprintf(text + len, sizeof text - (size_t)len, ".%02u", (unsigned)item->component_no);
    }
    return wb_arena_dup(m->ctx, m->arena, (struct wb_str){text, (size_t)len}); /* not negative */
}

static enum wb_rc
map_text(struct machine *m, struct record_any *map, struct wb_str name, struct wb_str text)
{
    struct record_any *const value = record_any_text(m->ctx, m->arena, text);
    return name.at == NULL || value == NULL ? WB_NOMEM
                                            : record_any_set(m->ctx, m->arena, map, name, value);
}

static enum wb_rc
put_member(struct machine *m, struct record_any *entry, const char *name, struct record_any *value)
{
    return value == NULL ? WB_NOMEM
                         : record_any_set(m->ctx, m->arena, entry, wb_str_of(name), value);
}

static bool
is_whole(const struct record_any *entry)
{
    return record_any_get(entry, WB_LIT("whole")) != NULL;
}

static uint64_t
entry_nth(const struct record_any *entry)
{
    const struct record_any *const nth = record_any_get(entry, WB_LIT("nth"));
    uint64_t number = 1;
    return nth != NULL && wb_str_u64(nth->text, &number) ? number : 1;
}

/* Whether `b` must stand before `a`; wholes stay in the order they have. */
static bool
out_of_order(const struct record_any *a, const struct record_any *b)
{
    if (is_whole(a) || is_whole(b)) {
        return is_whole(a) && !is_whole(b);
    }
    const struct record_any *const where_a = record_any_get(a, WB_LIT("where"));
    const struct record_any *const where_b = record_any_get(b, WB_LIT("where"));
    const struct wb_str none = {NULL, 0};
    const int order =
        wb_str_cmp(where_a == NULL || where_a->count == 0 ? none : where_a->items[0]->text,
                   where_b == NULL || where_b->count == 0 ? none : where_b->items[0]->text);
    return order > 0 || (order == 0 && entry_nth(a) > entry_nth(b));
}

/* Merges two sorted runs, [from, middle) and [middle, to), by way of `spare`. */
static void
merge(struct record_any **items, struct record_any **spare, size_t from, size_t middle, size_t to)
{
    size_t left = from;
    size_t right = middle;
    for (size_t at = from; at < to; at++) {
        const bool take_right =
            right < to && (left == middle || out_of_order(items[left], items[right]));
        spare[at] = take_right ? items[right++] : items[left++];
    }
    memcpy(items + from, spare + from, (to - from) * sizeof *items);
}

/* Brings the entries of one node, from `first` on, in their order. */
static enum wb_rc
entries_sort(struct machine *m, struct record_any *list, size_t first)
{
    const size_t count = list->count - first;
    bool sorted = true;
    for (size_t i = 1; i < count && sorted; i++) {
        sorted = !out_of_order(list->items[first + i - 1], list->items[first + i]);
    }
    if (sorted) {
        return WB_OK;
    }
    struct record_any **const spare = wb_arena_array(m->ctx, m->arena, count, sizeof *spare);
    if (spare == NULL) {
        return WB_NOMEM;
    }
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t from = 0; from + run < count; from += 2 * run) {
            const size_t to = from + 2 * run < count ? from + 2 * run : count;
            merge(list->items + first, spare, from, from + run, to);
        }
    }
    return WB_OK;
}

/* The unclaimed elements of a segment, claimed now. *ret is NULL when there are none. */
static enum wb_rc
elements_of(struct machine *m, const struct tree_node *segment, struct record_any **ret)
{
    struct record_any *map = NULL;
    for (uint32_t i = 0; segment != NULL && i < segment->item_count; i++) {
        struct tree_item *const item = &segment->items[i];
        if ((item->flags & TREE_CLAIMED) != 0) {
            continue;
        }
        if (map == NULL) {
            map = record_any_new(m->ctx, m->arena, RECORD_MAP);
        }
        if (map == NULL || map_text(m, map, element_name(m, item), item->value) != WB_OK) {
            return WB_NOMEM;
        }
        item->flags |= TREE_CLAIMED;
    }
    *ret = map;
    return WB_OK;
}

/* The item that tells instances of a segment apart, NULL when there is no such. */
static const struct tree_item *
qualifier_item(const struct machine *m, const struct tree_node *segment)
{
    const struct grammar_node *const row = &m->tree->grammar->nodes[segment->node];
    const uint32_t no = m->tree->grammar->segments[row->segment].qualifier_no;
    return no == 0 ? NULL : tree_item(segment, (uint16_t)no, 1, 1); /* elements are few */
}

/* The number of an instance among those with the same qualifier; 0 = too many to count. */
static uint32_t
nth_of(const struct machine *m, struct tree_node *node, const struct tree_item *qualifier)
{
    const struct grammar_node *const row = &m->tree->grammar->nodes[node->node];
    uint32_t nth = 1;
    if (qualifier == NULL) {
        return node->ordinal_no;
    }
    if (node->ordinal_no > NTH_MAX) {
        return 0;
    }
    for (struct tree_node *at = tree_first(node->parent, row->slot); at != node && at != NULL;
         at = at->next_same) {
        const struct tree_node *const segment = segment_of(m, at);
        const struct tree_item *const item = segment == NULL ? NULL : qualifier_item(m, segment);
        nth += item != NULL && wb_str_eq(item->value, qualifier->value) ? 1 : 0;
    }
    return nth;
}

/* What finds an instance again. false with WB_OK in *rc: it cannot be found again. */
static bool
entry_where(struct machine *m, struct record_any *entry, struct tree_node *node, enum wb_rc *rc)
{
    const struct tree_node *const segment = segment_of(m, node);
    const struct tree_item *const item = segment == NULL ? NULL : qualifier_item(m, segment);
    const uint32_t nth = nth_of(m, node, item);
    *rc = WB_OK;
    if (nth == 0) {
        return false;
    }
    if (item != NULL) {
        struct record_any *const where = record_any_new(m->ctx, m->arena, RECORD_MAP);
        *rc = where == NULL ? WB_NOMEM : map_text(m, where, element_name(m, item), item->value);
        if (*rc == WB_OK) {
            *rc = put_member(m, entry, "where", where);
        }
    }
    if (*rc == WB_OK && nth > 1) {
        *rc = put_member(m, entry, "nth", record_any_number(m->ctx, m->arena, (int64_t)nth));
    }
    return *rc == WB_OK;
}

static enum wb_rc entry_of(struct machine *m, struct tree_node *node, struct record_any **ret);

/* The entry of a child behind those of its node; `first` is where these begin. */
static enum wb_rc
inside_add(struct machine *m, struct tree_node *child, struct record_any **list, size_t *first)
{
    struct record_any *entry = NULL;
    enum wb_rc rc = entry_of(m, child, &entry);
    if (rc == WB_OK && entry != NULL) {
        *list = *list == NULL ? record_any_new(m->ctx, m->arena, RECORD_ARRAY) : *list;
        rc = *list == NULL ? WB_NOMEM : record_any_push(m->ctx, m->arena, *list, entry);
    }
    const bool last = child->next == NULL || child->next->node != child->node;
    if (rc == WB_OK && last && *list != NULL) {
        rc = entries_sort(m, *list, *first);
        *first = (*list)->count;
    }
    return rc;
}

/* Entries of all children but the trigger. *ret is NULL when nothing of them is left. */
static enum wb_rc
inside_of(struct machine *m, const struct tree_node *node, struct record_any **ret)
{
    struct record_any *list = NULL;
    size_t first = 0;
    enum wb_rc rc = WB_OK;
    const struct grammar_node *const row = &m->tree->grammar->nodes[node->node];
    for (struct tree_node *child = node->child; child != NULL && rc == WB_OK; child = child->next) {
        if (child->node != row->child_first || row->parent == GRAMMAR_NONE) {
            rc = inside_add(m, child, &list, &first);
        }
    }
    *ret = list;
    return rc;
}

static bool
has_unclaimed(const struct tree_node *node)
{
    for (uint32_t i = 0; i < node->item_count; i++) {
        if ((node->items[i].flags & TREE_CLAIMED) == 0) {
            return true;
        }
    }
    for (const struct tree_node *child = node->child; child != NULL; child = child->next) {
        if (has_unclaimed(child)) {
            return true; /* bounded by the depth of the grammar */
        }
    }
    return false;
}

/* The entry of an instance with what is left of it; NULL when that is nothing. */
static enum wb_rc
entry_of(struct machine *m, struct tree_node *node, struct record_any **ret)
{
    *ret = NULL;
    if (!has_unclaimed(node)) {
        return WB_OK;
    }
    struct record_any *const entry = record_any_new(m->ctx, m->arena, RECORD_MAP);
    if (entry == NULL || map_text(m, entry, WB_LIT("at"), extra_name(m, node->node)) != WB_OK) {
        return WB_NOMEM;
    }
    enum wb_rc rc = WB_OK;
    if (!node_is_claimed(m, node)) {
        struct record_any *const whole = record_any_new(m->ctx, m->arena, RECORD_BOOL);
        if (whole != NULL) {
            whole->truth = true;
        }
        rc = put_member(m, entry, "whole", whole);
    } else if (!entry_where(m, entry, node, &rc)) {
        return rc; /* it stays in the ledger */
    }
    struct record_any *elements = NULL;
    struct record_any *inside = NULL;
    if (rc == WB_OK) {
        rc = elements_of(m, segment_of(m, node), &elements);
    }
    if (rc == WB_OK && elements != NULL) {
        rc = put_member(m, entry, "elements", elements);
    }
    if (rc == WB_OK) {
        rc = inside_of(m, node, &inside);
    }
    if (rc == WB_OK && inside != NULL) {
        rc = put_member(m, entry, "inside", inside);
    }
    *ret = entry;
    return rc;
}

/* The elements of a place that are left, with the entry that finds their segment. */
static enum wb_rc
entry_of_place(struct machine *m, struct tree_node *node, const struct map_place *place, bool own,
               struct record_any **ret)
{
    const struct tree_node *const segment = segment_of(m, node);
    struct record_any *const elements = record_any_new(m->ctx, m->arena, RECORD_MAP);
    struct record_any *const entry = record_any_new(m->ctx, m->arena, RECORD_MAP);
    enum wb_rc rc = elements == NULL || entry == NULL ? WB_NOMEM : WB_OK;
    *ret = NULL;
    if (rc == WB_OK && !own) {
        rc = map_text(m, entry, WB_LIT("at"), extra_name(m, node->node));
    }
    if (rc == WB_OK && !own && !entry_where(m, entry, node, &rc)) {
        return rc;
    }
    for (uint32_t i = 0; rc == WB_OK && segment != NULL && i < place->element_count; i++) {
        struct tree_item *const item =
            element_item(segment, &m->bundle->elements[place->element_first + i]);
        if (item != NULL && (item->flags & TREE_CLAIMED) == 0) {
            item->flags |= TREE_CLAIMED;
            rc = map_text(m, elements, element_name(m, item), item->value);
        }
    }
    if (rc == WB_OK && elements->count > 0) {
        rc = put_member(m, entry, "elements", elements);
        *ret = entry;
    }
    return rc;
}

/* The frame's own instance: its elements and its children, without `at`. */
static enum wb_rc
entry_of_own(struct machine *m, struct tree_node *node, struct record_any **ret)
{
    struct record_any *elements = NULL;
    struct record_any *inside = NULL;
    const bool root = node->parent == NULL;
    *ret = NULL;
    enum wb_rc rc = root ? WB_OK : elements_of(m, segment_of(m, node), &elements);
    if (rc == WB_OK) {
        rc = inside_of(m, node, &inside);
    }
    if (rc != WB_OK || (elements == NULL && inside == NULL)) {
        return rc;
    }
    struct record_any *const entry = record_any_new(m->ctx, m->arena, RECORD_MAP);
    rc = entry == NULL ? WB_NOMEM : WB_OK;
    if (rc == WB_OK && elements != NULL) {
        rc = put_member(m, entry, "elements", elements);
    }
    if (rc == WB_OK && inside != NULL) {
        rc = put_member(m, entry, "inside", inside);
    }
    *ret = entry;
    return rc;
}

/* Puts entries around one for the instances between the frame's and the node's parent. */
static enum wb_rc
wrap(struct machine *m, const struct frame *frame, struct tree_node *node,
     struct record_any **entry)
{
    enum wb_rc rc = WB_OK;
    for (struct tree_node *at = node->parent; at != NULL && at != frame->node && rc == WB_OK;
         at = at->parent) {
        struct record_any *const outer = record_any_new(m->ctx, m->arena, RECORD_MAP);
        struct record_any *const list = record_any_new(m->ctx, m->arena, RECORD_ARRAY);
        rc = outer == NULL || list == NULL ? WB_NOMEM : WB_OK;
        if (rc == WB_OK) {
            rc = map_text(m, outer, WB_LIT("at"), extra_name(m, at->node));
        }
        if (rc == WB_OK && !entry_where(m, outer, at, &rc) && rc == WB_OK) {
            return WB_OK; /* numbered past NTH_MAX: found again as the first */
        }
        if (rc == WB_OK) {
            rc = record_any_push(m->ctx, m->arena, list, *entry);
        }
        if (rc == WB_OK) {
            rc = put_member(m, outer, "inside", list);
        }
        *entry = outer;
    }
    return rc;
}

static enum wb_rc
extra_push(struct machine *m, struct frame *frame, struct record_any *entry)
{
    struct record_object *const object = frame->right_made;
    frame->touched = true;
    if (m->run->no_source) {
        return WB_OK;
    }
    if (object->source == NULL) {
        object->source = record_any_new(m->ctx, m->arena, RECORD_MAP);
    }
    if (object->source == NULL) {
        return WB_NOMEM;
    }
    struct record_any *list = record_any_get(object->source, WB_LIT("extra"));
    if (list == NULL) {
        list = record_any_new(m->ctx, m->arena, RECORD_ARRAY);
        const enum wb_rc rc = put_member(m, object->source, "extra", list);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return record_any_push(m->ctx, m->arena, list, entry);
}

/* Takes what is unclaimed at or below an instance into the extra of the frame's object. */
static enum wb_rc
extra_keep(struct machine *m, struct frame *frame, struct tree_node *node,
           const struct map_place *place)
{
    struct record_any *entry = NULL;
    const bool own = node == frame->node;
    enum wb_rc rc;
    if (place != NULL) {
        rc = entry_of_place(m, node, place, own, &entry);
    } else {
        rc = own ? entry_of_own(m, node, &entry) : entry_of(m, node, &entry);
    }
    if (rc == WB_OK && entry != NULL && !own) {
        rc = wrap(m, frame, node, &entry);
    }
    return rc == WB_OK && entry != NULL ? extra_push(m, frame, entry) : rc;
}

static struct record_any *
extra_list(const struct frame *frame)
{
    const struct record_any *const source = frame->right_made->source;
    return source == NULL ? NULL : record_any_get(source, WB_LIT("extra"));
}

enum wb_rc
map_run_KEEP(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    struct tree_node *node = key_find(m, frame, place->key);
    const struct record_any *const before = extra_list(frame);
    const size_t first = before == NULL ? 0 : before->count;
    enum wb_rc rc = WB_OK;
    if (place->kind != MAP_PLACE_NODE) {
        return node == NULL ? WB_OK : extra_keep(m, frame, node, place);
    }
    while (node != NULL && rc == WB_OK) {
        if ((place->flags & MAP_PLACE_REST) == 0 || !node_is_claimed(m, node)) {
            rc = extra_keep(m, frame, node, NULL);
        }
        node = place->key == MAP_NONE ? NULL : match_next(m, node, &m->bundle->keys[place->key]);
    }
    struct record_any *const list = extra_list(frame);
    return rc == WB_OK && list != NULL && list->count > first ? entries_sort(m, list, first) : rc;
}
