/*
 * Rules from a grammar. The table is made to be small and to be verified; here it becomes what the
 * inner loop reads: lengths beside the place, relational notes as masks, for each node the next
 * sibling that may not be missing.
 */
#include "check/rules.h"

#include <assert.h>

enum { MASK_BITS = 64 };

static uint8_t
watch_of(const struct grammar *grammar, const struct grammar_element *element)
{
    const struct wb_str id = grammar_str(grammar, element->id);
    if (wb_str_eq(id, WB_LIT("355"))) {
        return CHECK_WATCH_UNIT;
    }
    return wb_str_eq(id, WB_LIT("639")) ? CHECK_WATCH_PRICE : 0;
}

static void
places_fill(const struct grammar *grammar, struct check_place *places)
{
    for (uint32_t i = 0; i < grammar->place_count; i++) {
        const struct grammar_place *from = &grammar->places[i];
        struct check_place *to = &places[i];
        to->element = from->element;
        to->composite = from->composite;
        to->repeat_max = from->repeat_max == 0 ? 1 : from->repeat_max;
        to->need = from->need;
        if (from->element == GRAMMAR_NONE) {
            continue;
        }
        const struct grammar_element *element = &grammar->elements[from->element];
        to->min = element->min;
        to->max = element->max;
        to->type = element->type;
        to->watch = watch_of(grammar, element);
        if (element->coded) {
            to->coded = element->closed ? CHECK_CODED_CLOSED : CHECK_CODED_OPEN;
        }
    }
}

static void
zeros_allow(const struct grammar *grammar, struct check_rules *rules, struct grammar_ref tag,
            uint32_t element_no)
{
    const uint32_t row = grammar_find_segment(grammar, grammar_str(grammar, tag));
    if (row == GRAMMAR_NONE || element_no == 0 || element_no > grammar->segments[row].place_count) {
        return;
    }
    const uint32_t element =
        grammar->places[grammar->segments[row].place_first + element_no - 1].element;
    for (uint32_t i = 0; i < grammar->place_count && element != GRAMMAR_NONE; i++) {
        rules->places[i].zeros_ok =
            rules->places[i].zeros_ok || rules->places[i].element == element;
    }
}

/* Counts and control numbers, wherever they are repeated. */
static void
zeros_fill(const struct grammar *grammar, struct check_rules *rules)
{
    for (int level = 0; level < GRAMMAR_LEVELS; level++) {
        const struct grammar_frame *frame = &grammar->frames[level];
        zeros_allow(grammar, rules, frame->header, frame->header_control_no);
        zeros_allow(grammar, rules, frame->trailer, frame->trailer_control_no);
        zeros_allow(grammar, rules, frame->trailer, frame->trailer_count_no);
    }
}

/* The unit of a quantity is the next place, or the first component of the next. */
static void
quantities_mark(const struct check_rules *rules, const struct check_unit *unit)
{
    for (uint32_t i = 0; i + 1 < unit->place_count; i++) {
        struct check_place *place = &rules->places[unit->place_first + i];
        const struct check_place *next = place + 1;
        if (next->composite != GRAMMAR_NONE && rules->composites[next->composite].place_count > 0) {
            next = &rules->places[rules->composites[next->composite].place_first];
        }
        if (place->element != GRAMMAR_NONE && place->type == GRAMMAR_R &&
            (next->watch & CHECK_WATCH_UNIT) != 0) {
            place->watch |= CHECK_WATCH_QUANTITY;
        }
    }
}

static struct check_unit
unit_of(const struct grammar *grammar, uint32_t place_first, uint32_t place_count)
{
    struct check_unit unit = {
        .place_first = place_first, .place_count = place_count, .wide = place_count > MASK_BITS};
    for (uint32_t i = 0; i < place_count && i < MASK_BITS; i++) {
        if (grammar->places[place_first + i].need == GRAMMAR_MANDATORY) {
            unit.mandatory |= (uint64_t)1 << i;
        }
    }
    return unit;
}

static void
notes_fill(const struct grammar *grammar, struct check_note *notes)
{
    for (uint32_t i = 0; i < grammar->note_count; i++) {
        const struct grammar_note *from = &grammar->notes[i];
        struct check_note *to = &notes[i];
        to->kind = from->kind;
        for (uint32_t k = 0; k < from->count && k < GRAMMAR_NOTE_POSITIONS; k++) {
            const uint32_t position_no = from->position_no[k];
            if (position_no == 0 || position_no > MASK_BITS) {
                to->wide = true;
                continue;
            }
            const uint64_t bit = (uint64_t)1 << (position_no - 1);
            to->all |= bit;
            to->first |= k == 0 ? bit : 0;
        }
    }
}

static void
nodes_fill(const struct check_rules *rules, const struct grammar_message *message)
{
    const struct grammar_node *nodes = rules->grammar->nodes;
    /* Backwards: siblings and children of a node stand behind it. */
    for (uint32_t n = message->node_first + message->node_count; n > message->node_first; n--) {
        const uint32_t i = n - 1;
        const struct grammar_node *node = &nodes[i];
        const uint32_t next = node->next_sibling;
        rules->next_mandatory[i] = GRAMMAR_NONE;
        rules->first_mandatory[i] = GRAMMAR_NONE;
        if (next != GRAMMAR_NONE) {
            rules->next_mandatory[i] =
                nodes[next].need == GRAMMAR_MANDATORY ? next : rules->next_mandatory[next];
        }
        if (node->child_first != GRAMMAR_NONE) {
            const uint32_t child = node->child_first;
            rules->first_mandatory[i] =
                nodes[child].need == GRAMMAR_MANDATORY ? child : rules->next_mandatory[child];
        }
        rules->subtree_end[i] = i + 1;
        for (uint32_t c = node->child_first; c != GRAMMAR_NONE; c = nodes[c].next_sibling) {
            rules->subtree_end[i] = rules->subtree_end[c];
        }
    }
}

/* Where a tag first stands in its message. */
static void
tags_fill(const struct check_rules *rules, const struct grammar_message *message)
{
    const struct grammar *grammar = rules->grammar;
    for (uint32_t t = 0; t < message->tag_count; t++) {
        rules->first_of_tag[message->tag_first + t] = GRAMMAR_NONE;
    }
    for (uint32_t n = message->node_first + message->node_count; n > message->node_first; n--) {
        const struct grammar_node *node = &grammar->nodes[n - 1];
        if (node->segment == GRAMMAR_NONE) {
            continue;
        }
        const uint32_t tag = grammar_find_tag(grammar, message, grammar_str(grammar, node->name));
        if (tag != GRAMMAR_NONE) {
            rules->first_of_tag[message->tag_first + tag] = n - 1;
        }
    }
}

void
check_rules_message(struct check_rules *rules, const struct grammar_message *message)
{
    const size_t index = (size_t)(message - rules->grammar->messages);
    assert(index < rules->grammar->message_count);
    if (!rules->message_ready[index]) {
        nodes_fill(rules, message);
        tags_fill(rules, message);
        rules->message_ready[index] = true;
    }
}

enum wb_rc
check_rules_make(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar *grammar,
                 struct check_rules *ret)
{
    const struct grammar *g = grammar;
    struct check_rules rules = {.grammar = grammar};
    rules.places = wb_arena_array(ctx, arena, g->place_count + 1u, sizeof *rules.places);
    rules.notes = wb_arena_array(ctx, arena, g->note_count + 1u, sizeof *rules.notes);
    rules.segments = wb_arena_array(ctx, arena, g->segment_count + 1u, sizeof *rules.segments);
    rules.composites =
        wb_arena_array(ctx, arena, g->composite_count + 1u, sizeof *rules.composites);
    rules.next_mandatory = wb_arena_array(ctx, arena, g->node_count + 1u, sizeof(uint32_t));
    rules.first_mandatory = wb_arena_array(ctx, arena, g->node_count + 1u, sizeof(uint32_t));
    rules.first_of_tag = wb_arena_array(ctx, arena, g->tag_count + 1u, sizeof(uint32_t));
    rules.subtree_end = wb_arena_array(ctx, arena, g->node_count + 1u, sizeof(uint32_t));
    rules.message_ready = wb_arena_array(ctx, arena, g->message_count + 1u, sizeof(bool));
    if (rules.places == NULL || rules.notes == NULL || rules.segments == NULL ||
        rules.composites == NULL || rules.next_mandatory == NULL || rules.first_mandatory == NULL ||
        rules.first_of_tag == NULL || rules.subtree_end == NULL || rules.message_ready == NULL) {
        return WB_NOMEM;
    }
    places_fill(g, rules.places);
    zeros_fill(g, &rules);
    notes_fill(g, rules.notes);
    for (uint32_t i = 0; i < g->composite_count; i++) {
        const struct grammar_composite *from = &g->composites[i];
        rules.composites[i] = unit_of(g, from->place_first, from->place_count);
        rules.composites[i].note_first = from->note_first;
        rules.composites[i].note_count = from->note_count;
    }
    for (uint32_t i = 0; i < g->segment_count; i++) {
        const struct grammar_segment *from = &g->segments[i];
        rules.segments[i] = unit_of(g, from->place_first, from->place_count);
        rules.segments[i].note_first = from->note_first;
        rules.segments[i].note_count = from->note_count;
        quantities_mark(&rules, &rules.segments[i]);
    }
    *ret = rules;
    return WB_OK;
}
