/*
 * What has been reached, of what can be: places and how often each stood, elements filled and
 * empty, forms of values, codes, and the ways in which a relational note can be kept. Only what the
 * grammar's messages use is counted; ways that another rule of the segment rules out are not.
 */
#include <stdio.h>

#include "generate.h"

struct gen_coverage {
    const struct grammar *grammar;
    uint32_t *node_edges;   /* by node: bit of enum gen_edge */
    uint8_t *places;        /* by place: 1 filled, 2 empty */
    uint8_t *repeats;       /* by place: 1 once, 2 twice, 4 most */
    uint8_t *place_used;    /* by place: 1 of a segment, 2 of a composite */
    uint8_t *forms;         /* by element */
    uint8_t *element_used;  /* by element */
    uint8_t *codes;         /* by code */
    uint32_t *codes_left;   /* by element: codes that were not met */
    uint32_t *code_next;    /* by element */
    uint8_t *notes;         /* by note: bit of enum gen_note_state */
    uint8_t *note_possible; /* by note; 0 = not used */
    bool repeats_count;     /* repeats are possible at all */
};

static uint64_t
positions(const struct grammar_note *note)
{
    uint64_t all = 0;
    for (uint32_t k = 0; k < note->count; k++) {
        all |= (uint64_t)1 << (note->position_no[k] - 1);
    }
    return all;
}

/* The positions that this note has to do with, over notes that share some. */
static uint64_t
related(const struct grammar *grammar, const struct gen_unit *unit, const struct grammar_note *note)
{
    uint64_t all = positions(note);
    for (uint32_t round = 0; round < unit->note_count; round++) {
        for (uint32_t i = 0; i < unit->note_count; i++) {
            const uint64_t theirs = positions(&grammar->notes[unit->note_first + i]);
            all |= (theirs & all) != 0 ? theirs : 0;
        }
    }
    return all;
}

/* The ways that a note can be kept, given what is always there and what other notes say. */
static uint8_t
possible_states(const struct grammar *grammar, const struct gen_unit *unit,
                const struct grammar_note *note)
{
    const uint64_t mandatory = gen_mandatory(grammar, unit);
    const uint64_t all = related(grammar, unit, note);
    uint8_t states = 0;
    assert_in_range(__builtin_popcountll(all), 1, 20);
    /* Every subset of them, from all to none. */
    for (uint64_t set = all;; set = (set - 1) & all) {
        bool kept = (set & mandatory) == (all & mandatory);
        for (uint32_t i = 0; i < unit->note_count && kept; i++) {
            const struct grammar_note *const other = &grammar->notes[unit->note_first + i];
            kept = (positions(other) & all) == 0 || !gen_note_broken(other, set);
        }
        states = (uint8_t)(states | (kept ? 1u << gen_state(note, set) : 0u));
        if (set == 0) {
            return states;
        }
    }
}

static void
use_unit(struct gen_coverage *c, const struct gen_unit *unit, uint8_t kind)
{
    const struct grammar *const grammar = c->grammar;
    for (uint32_t i = 0; i < unit->place_count; i++) {
        const struct grammar_place *const place = &grammar->places[unit->place_first + i];
        c->place_used[unit->place_first + i] = kind;
        if (place->element != GRAMMAR_NONE) {
            c->element_used[place->element] = 1;
        } else if (kind == 1) {
            const struct gen_unit inner = gen_unit_composite(grammar, place->composite);
            use_unit(c, &inner, 2);
        }
    }
    for (uint32_t i = 0; i < unit->note_count; i++) {
        const uint32_t note = unit->note_first + i;
        c->note_possible[note] = possible_states(grammar, unit, &grammar->notes[note]);
    }
}

struct gen_coverage *
gen_coverage_new(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar *grammar)
{
    const struct grammar *const g = grammar;
    struct gen_coverage *const c = wb_arena_alloc(ctx, arena, sizeof *c);
    assert_non_null(c);
    c->grammar = g;
    c->node_edges = wb_arena_array(ctx, arena, g->node_count + 1u, sizeof(uint32_t));
    c->places = wb_arena_array(ctx, arena, g->place_count + 1u, 1);
    c->repeats = wb_arena_array(ctx, arena, g->place_count + 1u, 1);
    c->place_used = wb_arena_array(ctx, arena, g->place_count + 1u, 1);
    c->forms = wb_arena_array(ctx, arena, g->element_count + 1u, 1);
    c->element_used = wb_arena_array(ctx, arena, g->element_count + 1u, 1);
    c->codes = wb_arena_array(ctx, arena, g->code_count + 1u, 1);
    c->code_next = wb_arena_array(ctx, arena, g->element_count + 1u, sizeof(uint32_t));
    c->codes_left = wb_arena_array(ctx, arena, g->element_count + 1u, sizeof(uint32_t));
    c->notes = wb_arena_array(ctx, arena, g->note_count + 1u, 1);
    c->note_possible = wb_arena_array(ctx, arena, g->note_count + 1u, 1);
    assert_true(c->node_edges != NULL && c->places != NULL && c->repeats != NULL &&
                c->place_used != NULL && c->forms != NULL && c->element_used != NULL &&
                c->codes != NULL && c->code_next != NULL && c->codes_left != NULL &&
                c->notes != NULL && c->note_possible != NULL);
    for (uint32_t e = 0; e < g->element_count; e++) {
        c->codes_left[e] = g->elements[e].code_count;
    }
    const struct grammar_frame *const frame = &g->frames[GRAMMAR_MESSAGE];
    for (uint32_t n = 0; n < g->node_count; n++) {
        const struct grammar_node *const node = &g->nodes[n];
        /* Header and trailer are written by rule. */
        const bool framed = wb_str_eq(grammar_str(g, node->name), grammar_str(g, frame->header)) ||
                            wb_str_eq(grammar_str(g, node->name), grammar_str(g, frame->trailer));
        if (node->segment != GRAMMAR_NONE && !framed) {
            const struct gen_unit unit = gen_unit_segment(g, node->segment);
            use_unit(c, &unit, 1);
        }
    }
    return c;
}

uint32_t
gen_edge_count(const struct grammar_node *node, enum gen_edge edge)
{
    return edge == GEN_MOST ? node->max : (uint32_t)edge;
}

static bool
edge_possible(const struct grammar *grammar, uint32_t n, enum gen_edge edge)
{
    const struct grammar_node *const node = &grammar->nodes[n];
    const bool trigger = node->slot == 0 && node->depth > 1;
    if (node->depth == 0) {
        return false;
    }
    if (trigger) {
        return false; /* it stands as often as its loop */
    }
    switch (edge) {
    case GEN_NONE:
        return node->need != GRAMMAR_MANDATORY;
    case GEN_ONE:
        return true;
    case GEN_TWO:
        return node->max >= 2;
    case GEN_MOST:
        return node->max > 2 && node->max <= GEN_MOST_MAX;
    case GEN_EDGES:
        break;
    }
    return false;
}

bool
gen_edge_wanted(const struct gen_coverage *coverage, uint32_t node, enum gen_edge edge)
{
    return (coverage->node_edges[node] >> edge & 1) == 0 &&
           edge_possible(coverage->grammar, node, edge);
}

void
gen_edge_met(struct gen_coverage *coverage, uint32_t node, uint32_t count)
{
    const uint32_t max = coverage->grammar->nodes[node].max;
    if (count < GEN_MOST) {
        coverage->node_edges[node] |= 1u << count;
    }
    if (count == max) {
        coverage->node_edges[node] |= 1u << GEN_MOST;
    }
}

void
gen_place_met(struct gen_coverage *coverage, uint32_t place, bool filled)
{
    coverage->places[place] |= filled ? 1 : 2;
}

bool
gen_place_wanted(const struct gen_coverage *coverage, uint32_t place, bool filled)
{
    const uint32_t element = coverage->grammar->places[place].element;
    const bool codes = element != GRAMMAR_NONE && coverage->codes_left[element] > 0;
    return (coverage->places[place] & (filled ? 1 : 2)) == 0 || (filled && codes);
}

bool
gen_form_possible(const struct grammar_element *element, enum gen_form form)
{
    const uint8_t type = element->type;
    const bool numeric = type == GRAMMAR_N || type == GRAMMAR_R;
    if (element->coded) {
        return false;
    }
    switch (form) {
    case GEN_SHORTEST:
    case GEN_LONGEST:
        return true;
    case GEN_NEGATIVE:
        return numeric;
    case GEN_POINT:
        return type == GRAMMAR_R;
    case GEN_SPECIAL: /* zero, a leap day, the last second */
        return numeric || type == GRAMMAR_DT || type == GRAMMAR_TM;
    case GEN_FORMS:
        break;
    }
    return false;
}

bool
gen_form_wanted(const struct gen_coverage *coverage, uint32_t element, enum gen_form form)
{
    return (coverage->forms[element] >> form & 1) == 0 &&
           gen_form_possible(&coverage->grammar->elements[element], form);
}

void
gen_form_met(struct gen_coverage *coverage, uint32_t element, enum gen_form form)
{
    coverage->forms[element] |= (uint8_t)(1u << form);
}

uint32_t
gen_code_next(struct gen_coverage *coverage, uint32_t element)
{
    const struct grammar_element *const row = &coverage->grammar->elements[element];
    const uint32_t code = row->code_first + coverage->code_next[element] % row->code_count;
    coverage->code_next[element]++;
    return code;
}

void
gen_code_met(struct gen_coverage *coverage, uint32_t element, uint32_t code)
{
    coverage->codes_left[element] -= coverage->codes[code] == 0;
    coverage->codes[code] = 1;
}

/* Whether the segment, or a composite in it, has an element with codes that were not met. */
static bool
codes_left(const struct gen_coverage *c, const struct gen_unit *unit)
{
    for (uint32_t i = 0; i < unit->place_count; i++) {
        const struct grammar_place *const place = &c->grammar->places[unit->place_first + i];
        if (place->element != GRAMMAR_NONE && c->codes_left[place->element] > 0) {
            return true;
        }
    }
    return false;
}

uint32_t
gen_coverage_next(const struct gen_coverage *coverage, const struct grammar_message *message,
                  uint32_t from)
{
    for (uint32_t n = from > message->node_first ? from : message->node_first + 1;
         n < message->node_first + message->node_count; n++) {
        const struct grammar_node *const node = &coverage->grammar->nodes[n];
        if (node->segment == GRAMMAR_NONE) {
            continue;
        }
        const struct gen_unit unit = gen_unit_segment(coverage->grammar, node->segment);
        if (codes_left(coverage, &unit)) {
            return n;
        }
    }
    return GRAMMAR_NONE;
}

enum gen_note_state
gen_state(const struct grammar_note *note, uint64_t present)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < note->count; k++) {
        count += (present >> (note->position_no[k] - 1) & 1) != 0;
    }
    const bool first = (present >> (note->position_no[0] - 1) & 1) != 0;
    if (count == 0) {
        return GEN_EMPTY;
    }
    if (count == note->count) {
        return GEN_ALL;
    }
    return !first ? GEN_OTHERS : count == 1 ? GEN_FIRST : GEN_SOME;
}

bool
gen_state_wanted(const struct gen_coverage *coverage, uint32_t note, enum gen_note_state state)
{
    return ((coverage->note_possible[note] & ~coverage->notes[note]) >> state & 1) != 0;
}

void
gen_state_met(struct gen_coverage *coverage, uint32_t note, uint64_t present)
{
    const enum gen_note_state state = gen_state(&coverage->grammar->notes[note], present);
    coverage->notes[note] |= (uint8_t)(1u << state);
}

void
gen_repeat_met(struct gen_coverage *coverage, uint32_t place, uint32_t count)
{
    const uint32_t max = coverage->grammar->places[place].repeat_max;
    coverage->repeats_count = coverage->repeats_count || count > 1;
    coverage->repeats[place] |= (uint8_t)(count == 1 ? 1 : count == 2 ? 2 : 0);
    coverage->repeats[place] |= (uint8_t)(count == max ? 4 : 0);
}

/* Counts one thing; says its name when it was not reached and there is room for it. */
struct count {
    struct gen_tally *tally;
    size_t names;
    const char *kind;
};

static bool
counted(struct count *count, bool reached)
{
    count->tally->total++;
    count->tally->reached += reached;
    if (reached || count->names == 0) {
        return false;
    }
    count->names--;
    return true;
}

static void
count_nodes(const struct gen_coverage *c, struct gen_tallies *t, size_t names)
{
    static const char *const WORDS[] = {"none", "one", "two", "the most"};
    struct count places = {&t->places, names, "place"};
    struct count edges = {&t->edges, names, "count"};
    for (uint32_t n = 0; n < c->grammar->node_count; n++) {
        char path[100] = "";
        (void)grammar_path(c->grammar, n, path, sizeof path - 1);
        if (edge_possible(c->grammar, n, GEN_ONE) &&
            counted(&places, (c->node_edges[n] & ~1u) != 0)) {
            print_message("# not reached: place %s\n", path);
        }
        for (int edge = GEN_NONE; edge < GEN_EDGES; edge++) {
            if (edge_possible(c->grammar, n, (enum gen_edge)edge) &&
                counted(&edges, (c->node_edges[n] >> edge & 1) != 0)) {
                print_message("# not reached: %s of %s\n", WORDS[edge], path);
            }
        }
    }
}

/* "PO1.03" of a place; of a component its composite. */
static void
place_name(const struct grammar *g, uint32_t p, char *ret, size_t size)
{
    (void)snprintf(ret, size, "a component, place %u", p);
    for (uint32_t s = 0; s < g->segment_count; s++) {
        const struct grammar_segment *const row = &g->segments[s];
        if (p >= row->place_first && p - row->place_first < row->place_count) {
            const struct wb_str tag = grammar_str(g, row->tag);
            (void)snprintf(ret, size, WB_FMT ".%02u", WB_ARG(tag), p - row->place_first + 1);
        }
    }
}

static bool
holds(const struct grammar_note *note, uint32_t no)
{
    for (uint8_t i = 0; i < note->count; i++) {
        if (note->position_no[i] == no) {
            return true;
        }
    }
    return false;
}

/* Whether a note asks for `no` wherever `other` is filled. */
static bool
asked_for(const struct grammar *g, const struct grammar_segment *row, uint32_t other, uint32_t no)
{
    for (uint32_t i = 0; i < row->note_count; i++) {
        const struct grammar_note *const note = &g->notes[row->note_first + i];
        const bool from = note->kind == 'C' ? note->position_no[0] == other
                                            : note->kind == 'P' && holds(note, other);
        if (from && holds(note, no)) {
            return true;
        }
    }
    return false;
}

/* An optional place that is never empty: of some others one must be filled, and each asks for it.
 */
static bool
ever_empty(const struct grammar *g, uint32_t p)
{
    for (uint32_t s = 0; s < g->segment_count; s++) {
        const struct grammar_segment *const row = &g->segments[s];
        const uint32_t no = p - row->place_first + 1;
        for (uint32_t i = 0; no <= row->place_count && i < row->note_count; i++) {
            const struct grammar_note *const note = &g->notes[row->note_first + i];
            bool always = note->kind == 'R';
            for (uint8_t k = 0; k < note->count; k++) {
                always = always && asked_for(g, row, note->position_no[k], no);
            }
            if (always) {
                return false;
            }
        }
    }
    return true;
}

static void
count_places(const struct gen_coverage *c, struct gen_tallies *t, size_t names)
{
    struct count filled = {&t->filled, names, "filled"};
    struct count empty = {&t->empty, names, "empty"};
    struct count components = {&t->components, names, "component"};
    struct count repeats = {&t->repeats, names, "repeat"};
    for (uint32_t p = 0; p < c->grammar->place_count; p++) {
        const struct grammar_place *const place = &c->grammar->places[p];
        if (c->place_used[p] == 0) {
            continue;
        }
        char name[48];
        place_name(c->grammar, p, name, sizeof name);
        struct count *const count = c->place_used[p] == 1 ? &filled : &components;
        if (counted(count, (c->places[p] & 1) != 0)) {
            print_message("# not filled: %s\n", name);
        }
        if (place->need != GRAMMAR_MANDATORY && ever_empty(c->grammar, p) &&
            counted(&empty, (c->places[p] & 2) != 0)) {
            print_message("# never empty: %s\n", name);
        }
        for (int way = 0; way < 3 && place->repeat_max > 2 && c->repeats_count; way++) {
            if (place->repeat_max <= GEN_MOST_MAX &&
                counted(&repeats, (c->repeats[p] >> way & 1) != 0)) {
                print_message("# not repeated: %s, way %d\n", name, way);
            }
        }
    }
}

static void
count_values(const struct gen_coverage *c, struct gen_tallies *t, size_t names)
{
    struct count forms = {&t->forms, names, "form"};
    struct count codes = {&t->codes, names, "code"};
    for (uint32_t e = 0; e < c->grammar->element_count; e++) {
        const struct grammar_element *const row = &c->grammar->elements[e];
        const struct wb_str id = grammar_str(c->grammar, row->id);
        if (c->element_used[e] == 0) {
            continue;
        }
        for (int form = 0; form < GEN_FORMS; form++) {
            if (gen_form_possible(row, (enum gen_form)form) &&
                counted(&forms, (c->forms[e] >> form & 1) != 0)) {
                print_message("# not met: form %d of " WB_FMT "\n", form, WB_ARG(id));
            }
        }
        for (uint32_t i = 0; i < row->code_count; i++) {
            const struct grammar_code *const code = &c->grammar->codes[row->code_first + i];
            if (counted(&codes, c->codes[row->code_first + i] != 0)) {
                print_message("# not met: code " WB_FMT " of " WB_FMT "\n",
                              WB_ARG(grammar_str(c->grammar, code->value)), WB_ARG(id));
            }
        }
    }
}

static struct gen_tallies
tallies(const struct gen_coverage *c, size_t names)
{
    static const char *const WORDS[] = {"none", "the first alone", "all", "others", "some"};
    struct gen_tallies t = {.places = {0}};
    struct count notes = {&t.notes, names, "note"};
    count_nodes(c, &t, names);
    count_places(c, &t, names);
    count_values(c, &t, names);
    for (uint32_t n = 0; n < c->grammar->note_count; n++) {
        for (int state = 0; state < GEN_STATES; state++) {
            if ((c->note_possible[n] >> state & 1) != 0 &&
                counted(&notes, (c->notes[n] >> state & 1) != 0)) {
                print_message("# not met: note %u (%c), %s\n", n, c->grammar->notes[n].kind,
                              WORDS[state]);
            }
        }
    }
    return t;
}

struct gen_tallies
gen_coverage_count(const struct gen_coverage *coverage)
{
    return tallies(coverage, 0);
}

void
gen_coverage_print(const struct gen_coverage *coverage, const char *title, size_t names_max)
{
    const struct gen_tallies t = tallies(coverage, names_max);
    print_message("# %s\n", title);
    print_message("#   places reached      %5u of %5u\n", t.places.reached, t.places.total);
    print_message("#   counts (0 1 2 max)  %5u of %5u\n", t.edges.reached, t.edges.total);
    print_message("#   elements filled     %5u of %5u\n", t.filled.reached, t.filled.total);
    print_message("#   components filled   %5u of %5u\n", t.components.reached, t.components.total);
    print_message("#   left empty          %5u of %5u\n", t.empty.reached, t.empty.total);
    print_message("#   repeats (1 2 max)   %5u of %5u\n", t.repeats.reached, t.repeats.total);
    print_message("#   forms of values     %5u of %5u\n", t.forms.reached, t.forms.total);
    print_message("#   codes used          %5u of %5u\n", t.codes.reached, t.codes.total);
    print_message("#   ways to keep notes  %5u of %5u\n", t.notes.reached, t.notes.total);
}
