/*
 * The two laws on records and messages, messages at random, and making a counter-example small.
 */
#include <assert.h>
#include <string.h>

#include "map/generate.h"
#include "map/generate_priv.h"
#include "map/machine_priv.h"

enum { ELEMENT_CHANCE = 12, CHILD_CHANCE = 25, ADDED_MAX = 60, SHRINK_ROUNDS = 8 };

static struct tree *
new_tree(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bound *bound)
{
    struct tree *const tree = wb_arena_alloc(ctx, arena, sizeof *tree);
    if (tree == NULL || tree_init(ctx, tree, arena, &bound->grammar, bound->message) != WB_OK) {
        return NULL;
    }
    return tree;
}

/* Writes a record and reads it back; with a trace when one is given. */
static enum wb_rc
there_and_back(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_law *law,
               const struct record_object *record, struct map_trace *trace,
               struct map_law_result *ret)
{
    const struct map_bundle *const bundle = law->bundle;
    struct map_run writing = {.hits = law->hits, .trace = trace};
    struct map_run reading = {.hits = law->hits, .trace = trace};
    enum wb_rc rc;
    if (bundle->maps[law->index].left_kind == MAP_EDI) {
        ret->tree = new_tree(ctx, arena, &bundle->bound[law->index]);
        if (ret->tree == NULL) {
            return WB_NOMEM;
        }
        rc = map_write_tree(ctx, arena, bundle, law->index, record, &writing, ret->tree);
        if (rc == WB_OK) {
            rc = map_read_tree(ctx, arena, bundle, law->index, ret->tree, &reading, &ret->again);
        }
    } else {
        struct record_object *left = NULL;
        rc = map_write_record(ctx, arena, bundle, law->index, record, &writing, &left);
        if (rc == WB_OK) {
            rc = map_read_record(ctx, arena, bundle, law->index, left, &reading, &ret->again);
        }
    }
    ret->written = writing.ledger;
    ret->read = reading.ledger;
    if (rc != WB_OK) {
        return rc;
    }
    const bool same = record_equal(ctx, arena, record, ret->again, true, &ret->path);
    ret->verdict = same                       ? MAP_LAW_HOLDS
                   : writing.ledger.count > 0 ? MAP_LAW_OUTSIDE
                                              : MAP_LAW_BROKEN;
    return WB_OK;
}

/* Whether one path is the other, or leads to it. */
static bool
leads_to(struct wb_str outer, struct wb_str inner)
{
    return wb_str_starts(inner, outer) &&
           (inner.len == outer.len || inner.at[outer.len] == '.' || inner.at[outer.len] == '[');
}

/* The statement that carried the nearest field, by what the trace has of it. */
static uint32_t
blame(const struct map_trace *trace, struct wb_str path)
{
    uint32_t line = 0;
    size_t best = 0;
    for (size_t i = 0; i < trace->count; i++) {
        const struct map_trace_item *const item = &trace->items[i];
        if (item->right.len > best &&
            (leads_to(item->right, path) || leads_to(path, item->right))) {
            best = item->right.len;
            line = item->line;
        }
    }
    return line;
}

/* A second time for the trace, which costs, when the law does not hold. */
static enum wb_rc
try_law(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_law *law,
        const struct record_object *record, struct map_law_result *ret)
{
    struct map_trace trace = {.items = NULL};
    enum wb_rc rc = there_and_back(ctx, arena, law, record, NULL, ret);
    if (rc == WB_OK && ret->verdict == MAP_LAW_BROKEN) {
        rc = there_and_back(ctx, arena, law, record, &trace, ret);
        ret->line = blame(&trace, ret->path);
    }
    return rc;
}

enum wb_rc
map_law_record(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_law *law,
               const struct record_object *record, struct map_law_result *ret)
{
    *ret = (struct map_law_result){.verdict = MAP_LAW_BROKEN};
    return try_law(ctx, arena, law, record, ret);
}

enum wb_rc
map_law_message(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_law *law,
                struct tree *message, struct map_law_result *ret)
{
    struct map_run reading = {.hits = law->hits};
    *ret = (struct map_law_result){.verdict = MAP_LAW_BROKEN};
    enum wb_rc rc =
        map_read_tree(ctx, arena, law->bundle, law->index, message, &reading, &ret->record);
    if (rc == WB_OK) {
        rc = try_law(ctx, arena, law, ret->record, ret);
    }
    ret->read = reading.ledger;
    return rc;
}

/* ---- messages ---- */

struct adding {
    struct generator g;
    struct tree *tree;
    uint32_t added;
};

static bool
is_service(const struct adding *add, uint32_t node)
{
    const struct grammar *const grammar = add->tree->grammar;
    const struct grammar_frame *const row = &grammar->frames[GRAMMAR_MESSAGE];
    const struct wb_str name = grammar_str(grammar, grammar->nodes[node].name);
    return wb_str_eq(name, grammar_str(grammar, row->header)) ||
           wb_str_eq(name, grammar_str(grammar, row->trailer));
}

/* Puts a value at a place of a segment when nothing stands there. */
static enum wb_rc
add_element(struct adding *add, struct tree_node *segment, uint16_t element_no)
{
    const struct grammar *const grammar = add->tree->grammar;
    const uint32_t row = grammar->nodes[segment->node].segment;
    struct map_element element;
    if (!map_build_element(grammar, row, element_no, 1, 0, &element) || element.type == GRAMMAR_B ||
        element_item(segment, &element) != NULL) {
        return WB_OK;
    }
    const struct wb_str text = generate_element(&add->g, segment->node, &element, NULL);
    if (text.at == NULL) {
        return WB_NOMEM;
    }
    return tree_put(add->g.ctx, add->tree, segment, element.element_no, element.repeat_no,
                    element.component_no, text);
}

static enum wb_rc
add_mandatory(struct adding *add, struct tree_node *segment)
{
    const struct grammar *const grammar = add->tree->grammar;
    const struct grammar_segment *const row =
        &grammar->segments[grammar->nodes[segment->node].segment];
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; i < row->place_count && rc == WB_OK; i++) {
        const struct grammar_place *const place = &grammar->places[row->place_first + i];
        if (place->need == GRAMMAR_MANDATORY || generate_chance(&add->g, 30)) {
            rc = add_element(add, segment, (uint16_t)(i + 1)); /* places are few */
        }
    }
    return rc;
}

/* One more child of a loop: a segment, or a loop with its trigger. */
static enum wb_rc
add_child(struct adding *add, struct tree_node *parent)
{
    const struct grammar *const grammar = add->tree->grammar;
    const struct grammar_node *const row = &grammar->nodes[parent->node];
    uint32_t node = row->child_first;
    for (uint32_t n = map_random_below(add->g.random, row->child_count); n > 0; n--) {
        node = grammar->nodes[node].next_sibling;
    }
    const bool trigger = node == row->child_first && row->parent != GRAMMAR_NONE;
    const struct tree_node *last = tree_first(parent, grammar->nodes[node].slot);
    while (last != NULL && last->next_same != NULL) {
        last = last->next_same;
    }
    if (trigger || is_service(add, node) ||
        (last != NULL && last->ordinal_no >= grammar->nodes[node].max)) {
        return WB_OK;
    }
    struct tree_node *made = tree_add(add->g.ctx, add->tree, parent, node);
    if (made != NULL && grammar->nodes[node].segment == GRAMMAR_NONE) {
        made = tree_add(add->g.ctx, add->tree, made, grammar->nodes[node].child_first);
    }
    add->added++;
    return made == NULL ? WB_NOMEM : add_mandatory(add, made);
}

static enum wb_rc
add_below(struct adding *add, struct tree_node *node)
{
    const struct grammar_node *const row = &add->tree->grammar->nodes[node->node];
    enum wb_rc rc = WB_OK;
    if (add->added > ADDED_MAX || (node->parent != NULL && is_service(add, node->node))) {
        return WB_OK;
    }
    if (row->segment != GRAMMAR_NONE) {
        const uint32_t places = add->tree->grammar->segments[row->segment].place_count;
        const bool here = places > 0 && generate_chance(&add->g, ELEMENT_CHANCE);
        return here
                   ? add_element(add, node, (uint16_t)(1 + map_random_below(add->g.random, places)))
                   : WB_OK;
    }
    for (struct tree_node *child = node->child; child != NULL && rc == WB_OK; child = child->next) {
        rc = add_below(add, child); /* bounded by the depth of the grammar */
    }
    while (rc == WB_OK && generate_chance(&add->g, CHILD_CHANCE)) {
        rc = add_child(add, node);
    }
    return rc;
}

enum wb_rc
map_generate_message(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
                     size_t index, struct map_random *random, struct tree *tree)
{
    struct record_object *record = NULL;
    struct map_run run = {.trace = NULL};
    struct adding add = {
        .g = {.ctx = ctx,
              .arena = arena,
              .bundle = bundle,
              .entry = &bundle->maps[index],
              .bound = &bundle->bound[index],
              .random = random},
        .tree = tree
    };
    enum wb_rc rc = map_generate_record(ctx, arena, bundle, index, random, &record);
    if (rc == WB_OK) {
        rc = map_write_tree(ctx, arena, bundle, index, record, &run, tree);
    }
    return rc == WB_OK ? add_below(&add, tree->root) : rc;
}

/* ---- shrinking ---- */

struct shrinking {
    struct wb_ctx *ctx;
    const struct map_law *law;
    const struct record_object *record;
    struct wb_arena scratch; /* of one trial */
    struct wb_str path;      /* of the difference that must stay */
    enum wb_rc rc;
    bool changed;
};

/* Equal but for the numbers in brackets: the same field of another element. */
static bool
path_alike(struct wb_str a, struct wb_str b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.len && j < b.len) {
        if (a.at[i] != b.at[j]) {
            return false;
        }
        if (a.at[i] == '[') {
            i += wb_str_find(wb_str_sub(a, i, a.len - i), ']');
            j += wb_str_find(wb_str_sub(b, j, b.len - j), ']');
        } else {
            i++;
            j++;
        }
    }
    return i >= a.len && j >= b.len;
}

static bool
still_broken(struct shrinking *s)
{
    struct map_law_result result;
    wb_arena_reset(&s->scratch);
    const enum wb_rc rc = map_law_record(s->ctx, &s->scratch, s->law, s->record, &result);
    s->rc = s->rc == WB_OK ? rc : s->rc;
    const bool broken =
        rc == WB_OK && result.verdict == MAP_LAW_BROKEN && path_alike(result.path, s->path);
    s->changed = s->changed || broken;
    return broken;
}

static void shrink_object(struct shrinking *s, struct record_object *object, unsigned depth);

static void
shrink_list(struct shrinking *s, struct record_list *list, unsigned depth)
{
    for (size_t i = list->count; i > 0; i--) {
        const struct record_value out = list->items[i - 1];
        const size_t behind = list->count - i;
        memmove(&list->items[i - 1], &list->items[i], behind * sizeof *list->items);
        list->count--;
        if (still_broken(s)) {
            continue;
        }
        memmove(&list->items[i], &list->items[i - 1], behind * sizeof *list->items);
        list->items[i - 1] = out;
        list->count++;
        if (out.type == RECORD_OBJECT && out.object != NULL) {
            shrink_object(s, out.object, depth + 1);
        }
    }
}

static void
shrink_cell(struct shrinking *s, struct record_value *cell, unsigned depth)
{
    cell->present = false;
    if (still_broken(s)) {
        return;
    }
    cell->present = true;
    if (cell->type == RECORD_OBJECT && cell->object != NULL) {
        shrink_object(s, cell->object, depth + 1);
    } else if (cell->type == RECORD_LIST) {
        shrink_list(s, &cell->list, depth);
    } else if (cell->type == RECORD_TEXT && cell->text.len > 1) {
        const struct wb_str text = cell->text;
        cell->text = wb_str_trim(wb_str_sub(text, 0, text.len / 2));
        if (cell->text.len == 0 || !still_broken(s)) {
            cell->text = text;
        }
    }
}

static void
shrink_object(struct shrinking *s, struct record_object *object, unsigned depth)
{
    struct record_any *const source = object->source;
    if (depth > RECORD_DEPTH_MAX) {
        return;
    }
    object->source = NULL;
    if (source != NULL && !still_broken(s)) {
        object->source = source;
    }
    const uint32_t count = object->schema->shapes[object->shape].field_count;
    for (uint32_t f = 0; f < count && s->rc == WB_OK; f++) {
        struct record_value *const cell = record_cell(object, f);
        if (cell->present) {
            shrink_cell(s, cell, depth);
        }
    }
}

enum wb_rc
map_shrink(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_law *law,
           struct record_object *record)
{
    struct shrinking s = {.ctx = ctx, .law = law, .record = record};
    struct map_law_result first;
    wb_arena_init(&s.scratch, arena->limit_bytes);
    s.rc = map_law_record(ctx, arena, law, record, &first);
    s.path = first.path;
    s.changed = s.rc == WB_OK && first.verdict == MAP_LAW_BROKEN;
    for (size_t round = 0; round < SHRINK_ROUNDS && s.changed && s.rc == WB_OK; round++) {
        s.changed = false;
        shrink_object(&s, record, 0);
    }
    wb_arena_done(&s.scratch);
    record_normalise(record);
    return s.rc;
}
