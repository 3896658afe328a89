/*
 * All assignments of presence over one segment: does each that creates it have the mandatory
 * elements, and keep the notes P R E C L? Elements are numbered from 1 and held as bits of
 * presence; a composite is there when one of its components is.
 *
 * Pairs of qualifier and value are filled together from the front, so one variable stands for them:
 * the first pair. Notes about later pairs hold by themselves.
 */
#include "map/prove_segment.h"

#include <assert.h>
#include <string.h>

void
segment_always(struct segment *segment, const struct map_ir_part *part)
{
    if (part->element_no < SEGMENT_ELEMENTS_MAX) {
        segment->always[part->element_no] = true;
    }
}

/* The variables: writers that are not certain, then pairs, then children. */
struct variables {
    uint32_t writer[SEGMENT_VARIABLES_MAX];
    uint32_t count;
    uint32_t pairs; /* variable number, MAP_IR_NONE = none */
    uint32_t children;
};

static bool
number_variables(const struct segment *segment, struct variables *ret)
{
    *ret = (struct variables){.pairs = MAP_IR_NONE, .children = MAP_IR_NONE};
    const size_t more = (segment->has_pairs ? 1U : 0U) + (segment->has_children ? 1U : 0U);
    size_t open = 0;
    for (size_t i = 0; i < segment->writer_count; i++) {
        open += segment->writers[i].certain ? 0 : 1;
    }
    if (open + more > SEGMENT_VARIABLES_MAX) {
        return false;
    }
    for (size_t i = 0; i < segment->writer_count; i++) {
        if (!segment->writers[i].certain) {
            ret->writer[ret->count++] = (uint32_t)i; /* far below 2^32 */
        }
    }
    if (segment->has_pairs) {
        ret->pairs = ret->count++;
    }
    if (segment->has_children) {
        ret->children = ret->count++;
    }
    return true;
}

struct presence {
    bool element[SEGMENT_ELEMENTS_MAX];
    bool any;
};

static bool
writer_true(const struct segment *segment, const struct variables *variables, uint32_t bits,
            uint32_t no)
{
    if (segment->writers[no].certain) {
        return true;
    }
    for (uint32_t i = 0; i < variables->count; i++) {
        if (i != variables->pairs && i != variables->children && variables->writer[i] == no) {
            return (bits >> i & 1) != 0;
        }
    }
    return false;
}

/* What an assignment writes; false when it cannot be (a second element without the first). */
static bool
assign(const struct prove *p, const struct segment *segment, const struct variables *variables,
       uint32_t bits, struct presence *ret)
{
    const struct grammar_segment *row = &p->ir->left.grammar.segments[segment->row];
    memset(ret, 0, sizeof *ret);
    for (uint32_t i = 0; i < segment->writer_count; i++) {
        const struct segment_writer *writer = &segment->writers[i];
        if (!writer_true(segment, variables, bits, i)) {
            continue;
        }
        if (writer->needs != MAP_IR_NONE && !writer_true(segment, variables, bits, writer->needs)) {
            return false;
        }
        ret->any = true;
        if (writer->part.element_no < SEGMENT_ELEMENTS_MAX) {
            ret->element[writer->part.element_no] = true;
        }
        if (writer->sibling_no < SEGMENT_ELEMENTS_MAX) {
            ret->element[writer->sibling_no] = true;
        }
    }
    if (variables->pairs != MAP_IR_NONE && (bits >> variables->pairs & 1) != 0) {
        ret->any = true;
        ret->element[row->pair_from] = true;
        ret->element[row->pair_from + 1] = true;
    }
    if (variables->children != MAP_IR_NONE && (bits >> variables->children & 1) != 0) {
        ret->any = true;
    }
    ret->any = ret->any || segment->created;
    for (uint32_t no = 1; no < SEGMENT_ELEMENTS_MAX; no++) {
        ret->element[no] = ret->element[no] || segment->always[no];
    }
    return ret->any;
}

static bool
note_holds(const struct grammar_note *note, const struct presence *presence)
{
    uint32_t there = 0;
    for (uint32_t i = 0; i < note->count; i++) {
        there += presence->element[note->position_no[i] % SEGMENT_ELEMENTS_MAX] ? 1 : 0;
    }
    const bool first = note->count > 0 && presence->element[note->position_no[0]];
    switch (note->kind) {
    case 'P':
        return there == 0 || there == note->count;
    case 'R':
        return there > 0;
    case 'E':
        return there <= 1;
    case 'C':
        return !first || there == note->count;
    case 'L':
        return !first || there > 1;
    default:
        return true;
    }
}

/* Notes about pairs behind the first hold because pairs are written whole. */
static bool
note_is_about_pairs(const struct grammar_segment *row, const struct grammar_note *note)
{
    for (uint32_t i = 0; i < note->count; i++) {
        const uint32_t no = note->position_no[i];
        if (row->pair_from == 0 || no < row->pair_from || no > row->pair_to) {
            return false;
        }
    }
    return true;
}

/* ---- what is told */

static uint32_t
bit_count(uint32_t bits)
{
    uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        count++;
    }
    return count;
}

/* "only price and unit", of what the segment is written from. */
static struct wb_str
assignment_text(struct prove *p, const struct segment *segment, const struct variables *variables,
                uint32_t bits)
{
    struct wb_str text = {NULL, 0};
    for (uint32_t i = 0; i < variables->count; i++) {
        if ((bits >> i & 1) == 0) {
            continue;
        }
        const struct wb_str name = i == variables->pairs ? WB_LIT("a pair")
                                   : i == variables->children
                                       ? WB_LIT("something below it")
                                       : segment->writers[variables->writer[i]].text;
        text = wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT "%s" WB_FMT, WB_ARG(text),
                               text.len > 0 ? " and " : "", WB_ARG(name));
    }
    if (text.len == 0) {
        return WB_LIT("nothing of it");
    }
    return wb_arena_printf(p->c->ctx, p->c->arena, "only " WB_FMT, WB_ARG(text));
}

static struct wb_str
note_text(struct prove *p, const struct grammar_note *note)
{
    struct wb_str text = wb_arena_printf(p->c->ctx, p->c->arena, "%c", (char)note->kind);
    for (uint32_t i = 0; i < note->count; i++) {
        text = wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT "%02u", WB_ARG(text),
                               note->position_no[i]);
    }
    return text;
}

/* How often something broke, and the smallest assignment that broke it. */
struct verdict {
    uint32_t broken;
    uint32_t smallest;
};

static void
verdict_add(struct verdict *verdict, uint32_t bits)
{
    if (verdict->broken == 0 || bit_count(bits) < bit_count(verdict->smallest)) {
        verdict->smallest = bits;
    }
    verdict->broken++;
}

static void
report_element(struct prove *p, const struct segment *segment, const struct variables *variables,
               uint32_t no, const struct verdict *verdict)
{
    const struct map_ir_part part = {(uint16_t)no, 1, 1, GRAMMAR_NONE, 0, 0};
    const struct wb_str name = prove_part_text(p, segment->row, &part);
    bool written = false;
    for (size_t i = 0; i < segment->writer_count; i++) {
        written = written || segment->writers[i].part.element_no == no;
    }
    const struct grammar_segment *row = &p->ir->left.grammar.segments[segment->row];
    written = written || (segment->has_pairs && no >= row->pair_from && no <= row->pair_to);
    if (!written) {
        map_report(p->c, MAP_DIAG_NO_SOURCE, segment->pos,
                   "nothing writes " WB_FMT ", which is mandatory", WB_ARG(name));
    } else {
        map_report(p->c, MAP_DIAG_MAY_LACK, segment->pos,
                   "with " WB_FMT " in the record, " WB_FMT " is mandatory and not written",
                   WB_ARG(assignment_text(p, segment, variables, verdict->smallest)), WB_ARG(name));
    }
}

static void
report_note(struct prove *p, const struct segment *segment, const struct variables *variables,
            const struct grammar_note *note, const struct verdict *verdict, uint32_t tried)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct wb_str tag = grammar_str(grammar, grammar->segments[segment->row].tag);
    if (verdict->broken == tried) {
        map_report(p->c, MAP_DIAG_NOTE_ALWAYS, segment->pos,
                   WB_FMT " always breaks note " WB_FMT " of its segment", WB_ARG(tag),
                   WB_ARG(note_text(p, note)));
        return;
    }
    map_report(p->c, MAP_DIAG_NOTE_SOMETIMES, segment->pos,
               "with " WB_FMT " in the record, " WB_FMT " breaks note " WB_FMT,
               WB_ARG(assignment_text(p, segment, variables, verdict->smallest)), WB_ARG(tag),
               WB_ARG(note_text(p, note)));
}

static void
prove_element_need(struct prove *p, const struct segment *segment,
                   const struct variables *variables, uint32_t no)
{
    struct verdict verdict = {0, 0};
    struct presence presence;
    for (uint32_t bits = 0; bits < 1U << variables->count; bits++) {
        if (assign(p, segment, variables, bits, &presence) && !presence.element[no]) {
            verdict_add(&verdict, bits);
        }
    }
    if (verdict.broken > 0) {
        report_element(p, segment, variables, no, &verdict);
    }
}

static void
prove_note(struct prove *p, const struct segment *segment, const struct variables *variables,
           const struct grammar_note *note)
{
    struct verdict verdict = {0, 0};
    struct presence presence;
    uint32_t tried = 0;
    for (uint32_t bits = 0; bits < 1U << variables->count; bits++) {
        if (!assign(p, segment, variables, bits, &presence)) {
            continue;
        }
        tried++;
        if (!note_holds(note, &presence)) {
            verdict_add(&verdict, bits);
        }
    }
    if (verdict.broken > 0) {
        report_note(p, segment, variables, note, &verdict, tried);
    }
}

void
segment_prove(struct prove *p, const struct segment *segment)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct grammar_segment *row = &grammar->segments[segment->row];
    struct variables variables;
    if (row->place_count + 1 >= SEGMENT_ELEMENTS_MAX || !number_variables(segment, &variables)) {
        map_report(p->c, MAP_DIAG_TOO_MANY_VARIABLES, segment->pos,
                   WB_FMT " depends on more than %d fields", WB_ARG(grammar_str(grammar, row->tag)),
                   SEGMENT_VARIABLES_MAX);
        return;
    }
    for (uint32_t no = 1; no <= row->place_count; no++) {
        if (grammar->places[row->place_first + no - 1].need == GRAMMAR_MANDATORY) {
            prove_element_need(p, segment, &variables, no);
        }
    }
    for (uint32_t i = 0; i < row->note_count; i++) {
        const struct grammar_note *note = &grammar->notes[row->note_first + i];
        if (!note_is_about_pairs(row, note)) {
            prove_note(p, segment, &variables, note);
        }
    }
}
