/*
 * Whether a table's contents can be trusted: every index inside its array, every order as promised,
 * every list a part of its array that overlaps no other (so the work is linear in the size), every
 * code and tag found again. Messages are verify_messages.c.
 */
#include <string.h>

#include "grammar/table_priv.h"

struct run { /* lists that follow each other in one array */
    uint32_t next;
    uint32_t total;
};

static bool
run_take(struct run *run, uint32_t first, uint32_t count)
{
    if (first != run->next || count > run->total - run->next) {
        return false;
    }
    run->next += count;
    return true;
}

static bool
ref_fits(const struct grammar *grammar, struct grammar_ref ref)
{
    return ref.at <= grammar->pool.len && ref.len <= grammar->pool.len - ref.at;
}

static bool
refs_fit(const struct grammar *grammar, const struct grammar_ref *refs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!ref_fits(grammar, refs[i])) {
            return false;
        }
    }
    return true;
}

/* Whether probing for a code's key ends at that very code. */
static bool
code_found(const struct grammar *grammar, const struct grammar_element *e, uint32_t code)
{
    const uint32_t *slots = grammar->code_slots + e->slot_first;
    uint32_t at = table_code_home(grammar->code_keys[code], e->slot_count);
    for (uint32_t tries = 0; tries < e->slot_count && slots[at] != GRAMMAR_NONE; tries++) {
        if (slots[at] == code) {
            return true;
        }
        at = (at + 1) & (e->slot_count - 1);
    }
    return false;
}

/*
 * Every slot is empty or a code of this list; at least one is empty, so that probing ends. Written
 * without branches: which slots are taken is random, and there are tens of thousands.
 */
static bool
code_slots_valid(const struct grammar *grammar, const struct grammar_element *e)
{
    const uint32_t *slots = grammar->code_slots + e->slot_first;
    uint32_t used = 0;
    uint32_t strange = 0;
    for (uint32_t i = 0; i < e->slot_count; i++) {
        const uint32_t taken = slots[i] != GRAMMAR_NONE;
        const uint32_t outside = slots[i] - e->code_first >= e->code_count; /* below wraps round */
        used += taken;
        strange |= taken & outside;
    }
    return strange == 0 && used == e->code_count;
}

/* One code: its key is its value's, it stands behind the one before, it is found. */
static bool
code_valid(const struct grammar *grammar, const struct grammar_element *e, uint32_t index)
{
    const struct grammar_code *code = &grammar->codes[index];
    if (!ref_fits(grammar, code->value) || !ref_fits(grammar, code->label) ||
        code->value.len == 0) {
        return false;
    }
    const uint64_t key = grammar->code_keys[index];
    if (key != table_code_key(grammar_str(grammar, code->value)) ||
        !code_found(grammar, e, index)) {
        return false;
    }
    if (index == e->code_first || grammar->code_keys[index - 1] < key) {
        return true;
    }
    return grammar->code_keys[index - 1] == key &&
           wb_str_cmp(grammar_str(grammar, code[-1].value), grammar_str(grammar, code->value)) < 0;
}

static bool
codes_valid(const struct grammar *grammar, const struct grammar_element *e)
{
    const bool none = e->code_count == 0 && e->slot_count == 0;
    const bool sized = e->slot_count > e->code_count && (e->slot_count & (e->slot_count - 1)) == 0;
    if (!none && !(sized && e->code_count > 0)) {
        return false;
    }
    for (uint32_t i = 0; i < e->code_count; i++) {
        if (!code_valid(grammar, e, e->code_first + i)) {
            return false;
        }
    }
    return code_slots_valid(grammar, e);
}

static bool
elements_valid(const struct grammar *grammar)
{
    struct run codes = {0, grammar->code_count};
    struct run slots = {0, grammar->code_slot_count};
    for (uint32_t i = 0; i < grammar->element_count; i++) {
        const struct grammar_element *e = &grammar->elements[i];
        const bool plain = e->min >= 1 && e->min <= e->max && e->type <= GRAMMAR_B &&
                           e->scale <= 9 && e->coded <= 1 && e->closed <= e->coded;
        if (!plain || !ref_fits(grammar, e->id) || !ref_fits(grammar, e->name) ||
            !run_take(&codes, e->code_first, e->code_count) ||
            !run_take(&slots, e->slot_first, e->slot_count) || !codes_valid(grammar, e)) {
            return false;
        }
        if (i > 0 && wb_str_cmp(grammar_str(grammar, e[-1].id), grammar_str(grammar, e->id)) >= 0) {
            return false;
        }
    }
    return codes.next == codes.total && slots.next == slots.total;
}

static bool
places_valid(const struct grammar *grammar, uint32_t first, uint32_t count, bool in_composite)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct grammar_place *place = &grammar->places[first + i];
        const bool element =
            place->composite == GRAMMAR_NONE && place->element < grammar->element_count;
        const bool composite = !in_composite && place->element == GRAMMAR_NONE &&
                               place->composite < grammar->composite_count;
        if (!(element || composite) || place->repeat_max == 0 || place->need > GRAMMAR_RELATIONAL ||
            place->is_qualifier > 1 || place->value_no > count) {
            return false;
        }
    }
    return count > 0;
}

static bool
notes_valid(const struct grammar *grammar, uint32_t first, uint32_t count, uint32_t place_count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct grammar_note *note = &grammar->notes[first + i];
        if (note->kind == 0 || strchr("PRECL", note->kind) == NULL || note->count < 2 ||
            note->count > GRAMMAR_NOTE_POSITIONS) {
            return false;
        }
        for (unsigned k = 0; k < GRAMMAR_NOTE_POSITIONS; k++) {
            const uint8_t no = note->position_no[k];
            if (k < note->count ? no == 0 || no > place_count : no != 0) {
                return false;
            }
        }
    }
    return true;
}

static bool
composites_valid(const struct grammar *grammar, struct run *places, struct run *notes)
{
    for (uint32_t i = 0; i < grammar->composite_count; i++) {
        const struct grammar_composite *c = &grammar->composites[i];
        if (!ref_fits(grammar, c->id) || !ref_fits(grammar, c->name) ||
            !run_take(places, c->place_first, c->place_count) ||
            !run_take(notes, c->note_first, c->note_count) ||
            !places_valid(grammar, c->place_first, c->place_count, true) ||
            !notes_valid(grammar, c->note_first, c->note_count, c->place_count)) {
            return false;
        }
        if (i > 0 && wb_str_cmp(grammar_str(grammar, c[-1].id), grammar_str(grammar, c->id)) >= 0) {
            return false;
        }
    }
    return true;
}

static bool
segments_valid(const struct grammar *grammar, struct run *places, struct run *notes)
{
    uint32_t before = 0;
    for (uint32_t i = 0; i < grammar->segment_count; i++) {
        const struct grammar_segment *s = &grammar->segments[i];
        if (!ref_fits(grammar, s->tag) || !ref_fits(grammar, s->name) ||
            !run_take(places, s->place_first, s->place_count) ||
            !run_take(notes, s->note_first, s->note_count) ||
            !places_valid(grammar, s->place_first, s->place_count, false) ||
            !notes_valid(grammar, s->note_first, s->note_count, s->place_count)) {
            return false;
        }
        const uint32_t key = grammar_pack_tag(grammar_str(grammar, s->tag));
        const bool pairs = s->pair_from == 0 ? s->pair_to == 0 : s->pair_from <= s->pair_to;
        if (key <= before || s->qualifier_no > s->place_count || !pairs ||
            s->pair_to > s->place_count) {
            return false;
        }
        before = key;
    }
    return places->next == places->total && notes->next == notes->total;
}

static bool
segment_slots_valid(const struct grammar *grammar)
{
    const uint32_t count = grammar->segment_slot_count;
    uint32_t used = 0;
    if (count > grammar->tag_slot_count || (count & (count - 1)) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct grammar_slot slot = grammar->tag_slots[i];
        if (slot.index == GRAMMAR_NONE) {
            continue;
        }
        if (slot.index >= grammar->segment_count ||
            slot.key != grammar_pack_tag(grammar_str(grammar, grammar->segments[slot.index].tag))) {
            return false;
        }
        used++;
    }
    for (uint32_t i = 0; i < grammar->segment_count; i++) {
        if (grammar_find_segment(grammar, grammar_str(grammar, grammar->segments[i].tag)) != i) {
            return false;
        }
    }
    return used == grammar->segment_count && (count == 0 || used < count);
}

static bool
frame_valid(const struct grammar *grammar, const struct grammar_frame *frame)
{
    if (!ref_fits(grammar, frame->header) || !ref_fits(grammar, frame->trailer)) {
        return false;
    }
    const uint32_t header = grammar_find_segment(grammar, grammar_str(grammar, frame->header));
    const uint32_t trailer = grammar_find_segment(grammar, grammar_str(grammar, frame->trailer));
    const bool absent = frame->header.len == 0 && frame->trailer.len == 0;
    if (!absent && (header == GRAMMAR_NONE || trailer == GRAMMAR_NONE)) {
        return false;
    }
    const uint32_t head_max = absent ? 0 : grammar->segments[header].place_count;
    const uint32_t tail_max = absent ? 0 : grammar->segments[trailer].place_count;
    return frame->header_control_no <= head_max && frame->type_no <= head_max &&
           frame->release_no <= head_max && frame->trailer_control_no <= tail_max &&
           frame->trailer_count_no <= tail_max && frame->counts <= GRAMMAR_LEVELS;
}

static bool
envelope_valid(const struct grammar *grammar)
{
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        if (!frame_valid(grammar, &grammar->frames[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < grammar->between_count; i++) {
        if (grammar_find_segment(grammar, grammar_str(grammar, grammar->between[i])) ==
            GRAMMAR_NONE) {
            return false;
        }
    }
    return true;
}

bool
table_verify(const struct grammar *grammar, const char **ret_what)
{
    struct run places = {0, grammar->place_count};
    struct run notes = {0, grammar->note_count};
    const char *what = NULL;
    if (!ref_fits(grammar, grammar->standard) || !ref_fits(grammar, grammar->release) ||
        !ref_fits(grammar, grammar->title) ||
        !refs_fit(grammar, grammar->tags, grammar->tag_count) ||
        !refs_fit(grammar, grammar->between, grammar->between_count)) {
        what = "a name lies outside its pool";
    } else if (!elements_valid(grammar)) {
        what = "its elements or codes are damaged";
    } else if (!composites_valid(grammar, &places, &notes) ||
               !segments_valid(grammar, &places, &notes) || !segment_slots_valid(grammar)) {
        what = "its segments are damaged";
    } else if (!envelope_valid(grammar)) {
        what = "its envelope is damaged";
    }
    *ret_what = what;
    return what == NULL;
}
