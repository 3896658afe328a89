/*
 * The elements of a segment and the components of a composite: which are there, so that what is
 * mandatory is and no relational note is broken, and their values. Places above the 64th have a
 * value only when they must.
 */
#include <string.h>

#include "generate.h"

enum { MASK_BITS = 64, TRIES = 400, CANDIDATES = 4 };

static uint64_t
bit(uint32_t no)
{
    return no == 0 || no > MASK_BITS ? 0 : (uint64_t)1 << (no - 1);
}

struct gen_unit
gen_unit_segment(const struct grammar *grammar, uint32_t row)
{
    const struct grammar_segment *const s = &grammar->segments[row];
    return (struct gen_unit){s->place_first, s->place_count, s->note_first, s->note_count};
}

struct gen_unit
gen_unit_composite(const struct grammar *grammar, uint32_t composite)
{
    const struct grammar_composite *const c = &grammar->composites[composite];
    return (struct gen_unit){c->place_first, c->place_count, c->note_first, c->note_count};
}

uint64_t
gen_mandatory(const struct grammar *grammar, const struct gen_unit *unit)
{
    uint64_t mask = 0;
    for (uint32_t i = 0; i < unit->place_count && i < MASK_BITS; i++) {
        mask |= grammar->places[unit->place_first + i].need == GRAMMAR_MANDATORY ? bit(i + 1) : 0;
    }
    return mask;
}

/* How many of the note's positions are there. */
static uint32_t
there(const struct grammar_note *note, uint64_t present)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < note->count; k++) {
        count += (present & bit(note->position_no[k])) != 0;
    }
    return count;
}

bool
gen_note_broken(const struct grammar_note *note, uint64_t present)
{
    const uint32_t count = there(note, present);
    const bool first = (present & bit(note->position_no[0])) != 0;
    switch (note->kind) {
    case 'P':
        return count > 0 && count < note->count;
    case 'R':
        return count == 0;
    case 'E':
        return count > 1;
    case 'C':
        return first && count < note->count;
    case 'L':
        return first && count == 1;
    default:
        fail_msg("a note of kind %c", note->kind);
        return false;
    }
}

uint32_t
gen_notes_broken(const struct grammar *grammar, const struct gen_unit *unit, uint64_t present,
                 uint32_t *ret_last)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < unit->note_count; i++) {
        if (gen_note_broken(&grammar->notes[unit->note_first + i], present)) {
            *ret_last = unit->note_first + i;
            count++;
        }
    }
    return count;
}

/* One step that mends a note, by adding or by taking away. */
static uint64_t
mend(struct gen *gen, const struct grammar_note *note, uint64_t present, uint64_t mandatory)
{
    uint64_t all = 0;
    for (uint32_t k = 0; k < note->count; k++) {
        all |= bit(note->position_no[k]);
    }
    const uint64_t first = bit(note->position_no[0]);
    const uint64_t any = bit(note->position_no[gen_below(gen, note->count)]);
    const bool add = gen_chance(gen, 60);
    switch (note->kind) {
    case 'P':
        return add ? present | all : present & ~(all & ~mandatory);
    case 'R':
        return present | any;
    case 'E':
        return present & ~((all & ~any) & ~mandatory);
    case 'C':
        return add ? present | all : present & ~(first & ~mandatory);
    default:
        return add ? present | any : present & ~(first & ~mandatory);
    }
}

static bool
try_present(struct gen *gen, const struct gen_unit *unit, uint64_t *ret)
{
    const uint64_t mandatory = gen_mandatory(gen->grammar, unit);
    const uint32_t count = unit->place_count < MASK_BITS ? unit->place_count : MASK_BITS;
    static const uint32_t FILLED[] = {0, 15, 40, 70, 100};
    const uint32_t percent = FILLED[gen_below(gen, 5)];
    uint64_t present = mandatory;
    for (uint32_t no = 1; no <= count; no++) {
        present |= gen_chance(gen, percent) ? bit(no) : 0;
    }
    for (int i = 0; i < TRIES; i++) {
        uint32_t last = 0;
        if (gen_notes_broken(gen->grammar, unit, present, &last) == 0) {
            *ret = present;
            return true;
        }
        const uint32_t at = unit->note_first + gen_below(gen, unit->note_count);
        if (gen_note_broken(&gen->grammar->notes[at], present)) {
            present = mend(gen, &gen->grammar->notes[at], present, mandatory) | mandatory;
        }
    }
    return false;
}

/* How much of it has not been met. */
static uint32_t
news(const struct gen *gen, const struct gen_unit *unit, uint64_t present)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < unit->place_count; i++) {
        const bool filled = (present & bit(i + 1)) != 0;
        count += gen_place_wanted(gen->coverage, unit->place_first + i, filled);
    }
    for (uint32_t i = 0; i < unit->note_count; i++) {
        const uint32_t note = unit->note_first + i;
        const enum gen_note_state state = gen_state(&gen->grammar->notes[note], present);
        count += gen_state_wanted(gen->coverage, note, state);
    }
    return count;
}

bool
gen_present(struct gen *gen, const struct gen_unit *unit, uint64_t *ret)
{
    uint64_t best = 0;
    uint32_t best_news = 0;
    bool found = false;
    for (int i = 0; i < CANDIDATES; i++) {
        uint64_t present = 0;
        if (!try_present(gen, unit, &present)) {
            continue;
        }
        const uint32_t score = gen->coverage == NULL ? 0 : news(gen, unit, present);
        if (!found || score > best_news) {
            best = present;
            best_news = score;
            found = true;
        }
        if (gen->coverage == NULL) {
            break;
        }
    }
    *ret = best;
    for (uint32_t i = 0; i < unit->place_count && found && gen->coverage != NULL; i++) {
        gen_place_met(gen->coverage, unit->place_first + i, (best & bit(i + 1)) != 0);
    }
    for (uint32_t i = 0; i < unit->note_count && found && gen->coverage != NULL; i++) {
        gen_state_met(gen->coverage, unit->note_first + i, best);
    }
    return found;
}

uint64_t
gen_mask(const struct gen_segment *segment)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < segment->count; i++) {
        mask |= bit(segment->values[i].element_no);
    }
    return mask;
}

uint64_t
gen_component_mask(const struct gen_segment *segment, uint32_t element_no, uint32_t repeat_no)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < segment->count; i++) {
        const struct gen_value *const v = &segment->values[i];
        mask |= v->element_no == element_no && v->repeat_no == repeat_no ? bit(v->component_no) : 0;
    }
    return mask;
}

static int
order_of(const struct gen_value *a, const struct gen_value *b)
{
    const uint32_t left[] = {a->element_no, a->repeat_no, a->component_no};
    const uint32_t right[] = {b->element_no, b->repeat_no, b->component_no};
    for (int i = 0; i < 3; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

struct gen_value *
gen_find(struct gen_segment *segment, uint32_t element_no, uint32_t repeat_no,
         uint32_t component_no)
{
    const struct gen_value key = {.element_no = element_no,
                                  .repeat_no = repeat_no == 0 ? 1 : repeat_no,
                                  .component_no = component_no};
    for (size_t i = 0; i < segment->count; i++) {
        if (order_of(&segment->values[i], &key) == 0) {
            return &segment->values[i];
        }
    }
    return NULL;
}

void
gen_set(struct gen *gen, struct gen_segment *segment, uint32_t element_no, uint32_t repeat_no,
        uint32_t component_no, struct wb_str text)
{
    const struct gen_value value = {.element_no = element_no,
                                    .repeat_no = repeat_no == 0 ? 1 : repeat_no,
                                    .component_no = component_no,
                                    .text = text};
    size_t at = segment->count;
    while (at > 0 && order_of(&segment->values[at - 1], &value) >= 0) {
        at--;
    }
    const bool same = at < segment->count && order_of(&segment->values[at], &value) == 0;
    if (same && text.len == 0) {
        segment->count--;
        memmove(&segment->values[at], &segment->values[at + 1],
                (segment->count - at) * sizeof value);
    } else if (same) {
        segment->values[at] = value;
    } else if (text.len > 0) {
        assert_non_null(
            WB_PUSH(gen->ctx, gen->arena, segment->values, segment->count, segment->cap));
        memmove(&segment->values[at + 1], &segment->values[at],
                (segment->count - 1 - at) * sizeof value);
        segment->values[at] = value;
    }
}

void
gen_clear(struct gen_segment *segment, uint32_t element_no)
{
    size_t kept = 0;
    for (size_t i = 0; i < segment->count; i++) {
        if (segment->values[i].element_no != element_no) {
            segment->values[kept++] = segment->values[i];
        }
    }
    segment->count = kept;
}

static void
fill_composite(struct gen *gen, struct gen_segment *segment, const struct grammar_place *place,
               uint32_t element_no, uint32_t repeat_no)
{
    const struct gen_unit unit = gen_unit_composite(gen->grammar, place->composite);
    uint64_t present = 0;
    for (int i = 0; i < TRIES && present == 0; i++) {
        assert_true(gen_present(gen, &unit, &present));
    }
    assert_true(present != 0);
    for (uint32_t no = 1; no <= unit.place_count; no++) {
        if ((present & bit(no)) != 0) {
            const uint32_t element = gen->grammar->places[unit.place_first + no - 1].element;
            gen_set(gen, segment, element_no, repeat_no, no, gen_element(gen, element));
        }
    }
}

void
gen_fill_place(struct gen *gen, const struct gen_document *document, struct gen_segment *segment,
               uint32_t element_no)
{
    const struct gen_unit unit = gen_unit_segment(gen->grammar, segment->row);
    const uint32_t number = unit.place_first + element_no - 1;
    const struct grammar_place *const place = &gen->grammar->places[number];
    const uint32_t max = place->repeat_max < GEN_MOST_MAX ? place->repeat_max : GEN_MOST_MAX;
    uint32_t repeats = 1;
    if (max > 1 && document->delims.repeat != 0 && gen_chance(gen, 50)) {
        repeats = gen_chance(gen, 40) ? max : 1 + gen_below(gen, max);
    }
    gen_clear(segment, element_no);
    for (uint32_t r = 1; r <= repeats; r++) {
        if (place->composite != GRAMMAR_NONE) {
            fill_composite(gen, segment, place, element_no, r);
        } else {
            gen_set(gen, segment, element_no, r, 0, gen_element(gen, place->element));
        }
    }
    if (gen->coverage != NULL) {
        gen_repeat_met(gen->coverage, number, repeats);
    }
}

void
gen_fill(struct gen *gen, const struct gen_document *document, struct gen_segment *segment)
{
    const struct gen_unit unit = gen_unit_segment(gen->grammar, segment->row);
    uint64_t present = 0;
    if (!gen_present(gen, &unit, &present)) {
        fail_msg(WB_FMT ": no set of elements keeps its notes", WB_ARG(segment->tag));
    }
    for (uint32_t no = 1; no <= unit.place_count; no++) {
        const bool needed =
            gen->grammar->places[unit.place_first + no - 1].need == GRAMMAR_MANDATORY;
        if ((present & bit(no)) != 0 || (no > MASK_BITS && needed)) {
            gen_fill_place(gen, document, segment, no);
        }
    }
}
