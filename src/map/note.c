/*
 * What a run has to say, with its place: "PO1[3]/REF.03" in a message, "lines[2].contract" in a
 * record. Past MAP_NOTES_MAX notes one more says that there are others.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "map/machine_priv.h"

enum { NODE_DEPTH = 64, VALUE_SHOWN = 60 };

static enum wb_rc
note_push(struct machine *m, const struct map_note *note)
{
    struct map_ledger *const ledger = &m->run->ledger;
    struct map_note *const made =
        WB_PUSH(m->ctx, m->arena, ledger->items, ledger->count, ledger->cap);
    if (made == NULL) {
        return WB_NOMEM;
    }
    *made = *note;
    return WB_OK;
}

enum wb_rc
note_add(struct machine *m, enum map_note_kind kind, struct wb_str place, struct wb_str value,
         const char *format, ...)
{
    char text[160];
    struct map_note note = {.kind = kind,
                            .place = place,
                            .value = value,
                            .map_name = bundle_str(m->bundle, m->entry->name)};
    if (m->run->ledger.count > MAP_NOTES_MAX) {
        return WB_OK;
    }
    if (m->run->ledger.count == MAP_NOTES_MAX) {
        note = (struct map_note){.kind = kind,
                                 .text = WB_LIT("there is more to say, which is not listed"),
                                 .map_name = note.map_name};
        return note_push(m, &note);
    }
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const size_t shown = len < 0 ? 0 : (size_t)len; /* not negative */
    note.text = wb_arena_dup(m->ctx, m->arena,
                             (struct wb_str){text, shown < sizeof text ? shown : sizeof text - 1});
    if (m->pc < m->code_count) {
        note.line = line_now(m);
    }
    return note.text.at == NULL ? WB_NOMEM : note_push(m, &note);
}

/* A growing text in a buffer; what does not fit is left out. */
struct text_buffer {
    char at[256];
    size_t len;
};

static void buffer_add(struct text_buffer *buffer, const char *format, ...) WB_PRINTF(2, 3);

static void
buffer_add(struct text_buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const size_t room = sizeof buffer->at - buffer->len;
    const int len = vsnprintf(buffer->at + buffer->len, room, format, args);
    va_end(args);
    const size_t added = len < 0 ? 0 : (size_t)len; /* not negative */
    buffer->len += added < room ? added : room - 1;
}

static void
buffer_node(const struct machine *m, struct text_buffer *buffer, const struct tree_node *node)
{
    const struct grammar_node *const row = &m->tree->grammar->nodes[node->node];
    const struct wb_str name = grammar_str(m->tree->grammar, row->name);
    const bool counted = node->ordinal_no > 1 || node->next_same != NULL;
    buffer_add(buffer, "%s" WB_FMT, buffer->len > 0 ? "/" : "", WB_ARG(name));
    if (counted) {
        buffer_add(buffer, "[%u]", (unsigned)node->ordinal_no);
    }
}

struct wb_str
node_text(struct machine *m, const struct tree_node *node, const struct map_element *element)
{
    const struct tree_node *above[NODE_DEPTH];
    size_t depth = 0;
    struct text_buffer buffer = {.len = 0};
    const struct tree_node *at = node;
    const bool is_trigger = at != NULL && at->parent != NULL && at->parent->parent != NULL &&
                            at->parent->child == at &&
                            m->tree->grammar->nodes[at->parent->node].child_first == at->node;
    if (is_trigger) {
        at = at->parent; /* a loop goes by the name of its trigger */
    }
    while (at != NULL && at->parent != NULL && depth < NODE_DEPTH) {
        above[depth++] = at;
        at = at->parent;
    }
    while (depth > 0) {
        buffer_node(m, &buffer, above[--depth]);
    }
    if (element != NULL) {
        buffer_add(&buffer, ".%02u", (unsigned)element->element_no);
        if (element->repeat_no > 1) {
            buffer_add(&buffer, "#%u", (unsigned)element->repeat_no);
        }
        if (element->component_no > 1) {
            buffer_add(&buffer, ".%02u", (unsigned)element->component_no);
        }
    }
    return wb_arena_dup(m->ctx, m->arena, (struct wb_str){buffer.at, buffer.len});
}

/* The grammar's path of a key from the frame's instance, for places that are not there. */
static void
buffer_key(const struct machine *m, struct text_buffer *buffer, uint32_t key)
{
    uint32_t above[NODE_DEPTH];
    size_t depth = 0;
    for (uint32_t k = key; k != MAP_NONE && depth < NODE_DEPTH; k = m->bundle->keys[k].parent) {
        above[depth++] = k;
    }
    while (depth > 0) {
        const uint32_t node = m->bundle->keys[above[--depth]].node;
        const struct wb_str name =
            grammar_str(&m->bound->grammar, m->bound->grammar.nodes[node].name);
        buffer_add(buffer, "%s" WB_FMT, buffer->len > 0 ? "/" : "", WB_ARG(name));
    }
}

struct wb_str
place_text(struct machine *m, struct frame *frame, const struct map_place *place,
           const struct tree_node *segment)
{
    if (place->kind == MAP_PLACE_FIELD) {
        return left_text(m, frame, place->key, place->path);
    }
    const struct map_element *const element =
        place->element_count > 0 ? &m->bundle->elements[place->element_first] : NULL;
    if (segment != NULL) {
        return node_text(m, segment, place->kind == MAP_PLACE_NODE ? NULL : element);
    }
    struct text_buffer buffer = {.len = 0};
    if (frame->node != NULL) {
        const struct wb_str own = node_text(m, frame->node, NULL);
        buffer_add(&buffer, WB_FMT, WB_ARG(own));
    }
    buffer_key(m, &buffer, place->key);
    if (element != NULL && place->kind != MAP_PLACE_NODE) {
        buffer_add(&buffer, ".%02u", (unsigned)element->element_no);
    }
    return wb_arena_dup(m->ctx, m->arena, (struct wb_str){buffer.at, buffer.len});
}

struct wb_str
value_text(struct machine *m, const struct record_value *value)
{
    const struct wb_str text = conv_text(&m->env, value);
    return wb_str_sub(text, 0, VALUE_SHOWN);
}

enum wb_rc
trace_add(struct machine *m, struct wb_str left, struct wb_str right,
          const struct record_value *value)
{
    struct map_trace *const trace = m->run->trace;
    struct map_trace_item *const made =
        WB_PUSH(m->ctx, m->arena, trace->items, trace->count, trace->cap);
    if (made == NULL) {
        return WB_NOMEM;
    }
    *made = (struct map_trace_item){
        .line = line_now(m), .left = left, .right = right, .value = conv_text(&m->env, value)};
    return WB_OK;
}
