/*
 * Names become indexes: places find their elements, notes and pairs their places, the envelope its
 * segments. What does not fit together is reported with both places. Messages are
 * resolve_message.c.
 */
#include <stdlib.h>
#include <string.h>

#include "grammar/compile_priv.h"

/* Order of declaration, so that of two of the same name the later one is reported. */
static int
by_place(struct lang_pos a, struct lang_pos b)
{
    if (a.source != b.source) {
        return (uintptr_t)a.source < (uintptr_t)b.source ? -1 : 1;
    }
    return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}

static int
by_element_id(const void *left, const void *right)
{
    const struct gramc_element *a = left;
    const struct gramc_element *b = right;
    const int order = wb_str_cmp(a->id, b->id);
    return order != 0 ? order : by_place(a->pos, b->pos);
}

static int
by_shape_id(const void *left, const void *right)
{
    const struct gramc_shape *a = left;
    const struct gramc_shape *b = right;
    const int order = wb_str_cmp(a->id, b->id);
    return order != 0 ? order : by_place(a->pos, b->pos);
}

static int
by_message_id(const void *left, const void *right)
{
    const struct gramc_message *a = left;
    const struct gramc_message *b = right;
    const int order = wb_str_cmp(a->id, b->id);
    return order != 0 ? order : by_place(a->pos, b->pos);
}

static void
report_twice(struct gramc *c, enum gramc_code_no no, struct wb_str id, struct lang_pos second,
             struct lang_pos first)
{
    struct lang_diag *diag =
        gramc_report(c, no, second, "'" WB_FMT "' is declared twice", WB_ARG(id));
    gramc_other(diag, first, "it is declared here already");
}

static void
sort_shapes(struct gramc *c, struct gramc_shape *shapes, size_t count, enum gramc_code_no twice)
{
    if (count > 0) {
        qsort(shapes, count, sizeof *shapes, by_shape_id);
    }
    for (size_t i = 1; i < count; i++) {
        if (wb_str_eq(shapes[i - 1].id, shapes[i].id)) {
            report_twice(c, twice, shapes[i].id, shapes[i].pos, shapes[i - 1].pos);
        }
    }
}

void
gramc_sort(struct gramc *c)
{
    if (c->element_count > 0) {
        qsort(c->elements, c->element_count, sizeof *c->elements, by_element_id);
    }
    if (c->message_count > 0) {
        qsort(c->messages, c->message_count, sizeof *c->messages, by_message_id);
    }
    for (size_t i = 1; i < c->element_count; i++) {
        const struct gramc_element *e = &c->elements[i];
        if (wb_str_eq(e[-1].id, e->id)) {
            report_twice(c, GRAM_ELEMENT_TWICE, e->id, e->pos, e[-1].pos);
        }
    }
    for (size_t i = 1; i < c->message_count; i++) {
        const struct gramc_message *m = &c->messages[i];
        if (wb_str_eq(m[-1].id, m->id)) {
            report_twice(c, GRAM_MESSAGE_TWICE, m->id, m->pos, m[-1].pos);
        }
    }
    sort_shapes(c, c->composites, c->composite_count, GRAM_COMPOSITE_TWICE);
    sort_shapes(c, c->segments, c->segment_count, GRAM_SEGMENT_TWICE);
    for (size_t i = 0; i < c->composite_count; i++) {
        const uint32_t element = gramc_find_element(c, c->composites[i].id);
        if (element != GRAMMAR_NONE) {
            report_twice(c, GRAM_COMPOSITE_TWICE, c->composites[i].id, c->composites[i].pos,
                         c->elements[element].pos);
        }
    }
}

uint32_t
gramc_find_element(const struct gramc *c, struct wb_str id)
{
    size_t from = 0;
    size_t to = c->element_count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const int order = wb_str_cmp(id, c->elements[middle].id);
        if (order == 0) {
            return (uint32_t)middle; /* the counts are bounded by the bytes of the sources */
        }
        from = order < 0 ? from : middle + 1;
        to = order < 0 ? middle : to;
    }
    return GRAMMAR_NONE;
}

uint32_t
gramc_find_shape(const struct gramc_shape *shapes, size_t count, struct wb_str id)
{
    size_t from = 0;
    size_t to = count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const int order = wb_str_cmp(id, shapes[middle].id);
        if (order == 0) {
            return (uint32_t)middle;
        }
        from = order < 0 ? from : middle + 1;
        to = order < 0 ? middle : to;
    }
    return GRAMMAR_NONE;
}

void
gramc_guess_segment(const struct gramc *c, struct lang_diag *diag, struct wb_str tag)
{
    struct lang_guess guess;
    if (diag == NULL) {
        return;
    }
    lang_guess_init(&guess, tag);
    for (size_t i = 0; i < c->segment_count; i++) {
        lang_guess_try(&guess, c->segments[i].id);
    }
    diag->expected = WB_LIT("the tag of a declared segment");
    diag->meant = lang_guess_best(&guess);
}

static void
report_unknown_element(struct gramc *c, const struct gramc_place *place, bool in_composite)
{
    struct lang_diag *diag =
        gramc_report(c, GRAM_ELEMENT_UNKNOWN, place->pos, "there is no element%s '" WB_FMT "'",
                     in_composite ? "" : " or composite", WB_ARG(place->id));
    struct lang_guess guess;
    if (diag == NULL) {
        return;
    }
    lang_guess_init(&guess, place->id);
    for (size_t i = 0; i < c->element_count; i++) {
        lang_guess_try(&guess, c->elements[i].id);
    }
    for (size_t i = 0; i < c->composite_count && !in_composite; i++) {
        lang_guess_try(&guess, c->composites[i].id);
    }
    diag->expected = WB_LIT("the id of a declared element");
    diag->meant = lang_guess_best(&guess);
}

static void
resolve_places(struct gramc *c, struct gramc_shape *shape, bool is_segment)
{
    for (size_t i = 0; i < shape->place_count; i++) {
        struct gramc_place *place = &shape->places[i];
        if (place->id.len == 0) {
            continue; /* what is wrong with it was said */
        }
        place->element = gramc_find_element(c, place->id);
        if (place->element == GRAMMAR_NONE && is_segment) {
            place->composite = gramc_find_shape(c->composites, c->composite_count, place->id);
        }
        if (place->element == GRAMMAR_NONE && place->composite == GRAMMAR_NONE) {
            report_unknown_element(c, place, !is_segment);
        }
    }
}

static bool
same_note(const struct grammar_note *a, const struct grammar_note *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void
check_note(struct gramc *c, const struct gramc_shape *shape, size_t index)
{
    const struct gramc_note *note = &shape->notes[index];
    bool seen[100] = {false}; /* positions have two digits */
    for (unsigned i = 0; i < note->note.count; i++) {
        const uint8_t no = note->note.position_no[i];
        if (no == 0 || no > shape->place_count) {
            (void)gramc_report(c, GRAM_NOTE_POSITION, note->pos,
                               "'" WB_FMT "' has no place %02u; its last is %02zu",
                               WB_ARG(shape->id), no, shape->place_count);
            return;
        }
        if (seen[no]) {
            (void)gramc_report(c, GRAM_NOTE_REPEATED, note->pos,
                               "position %02u stands twice in this note", no);
            return;
        }
        seen[no] = true;
    }
    for (size_t i = 0; i < index; i++) {
        if (same_note(&shape->notes[i].note, &note->note)) {
            struct lang_diag *diag =
                gramc_report(c, GRAM_NOTE_REPEATED, note->pos, "this note stands twice");
            gramc_other(diag, shape->notes[i].pos, "here already");
            return;
        }
    }
}

/* Whether a composite is a pair by its own marks. */
static bool
is_pair(const struct gramc_shape *composite)
{
    return composite->qualifier_no > 0 && composite->value_count > 0;
}

static void
check_pairs(struct gramc *c, const struct gramc_shape *segment)
{
    uint32_t composites = 0;
    const uint32_t count = segment->pair_to - segment->pair_from + 1;
    if (segment->pair_from > segment->pair_to || segment->pair_to > segment->place_count) {
        (void)gramc_report(c, GRAM_PAIRS_RANGE, segment->pairs_pos,
                           "'" WB_FMT "' has no places %02u to %02u; its last is %02zu",
                           WB_ARG(segment->id), segment->pair_from, segment->pair_to,
                           segment->place_count);
        return;
    }
    for (uint32_t no = segment->pair_from; no <= segment->pair_to; no++) {
        const struct gramc_place *place = &segment->places[no - 1];
        const bool composite = place->composite != GRAMMAR_NONE;
        composites += composite ? 1 : 0;
        if (composite && !is_pair(&c->composites[place->composite])) {
            struct lang_diag *diag =
                gramc_report(c, GRAM_PAIRS_MARKS, segment->pairs_pos,
                             "the composite " WB_FMT " does not say what is qualifier and value",
                             WB_ARG(place->id));
            gramc_other(diag, c->composites[place->composite].pos, "the composite");
            return;
        }
    }
    if (composites > 0 && composites < count) {
        (void)gramc_report(c, GRAM_PAIRS_MARKS, segment->pairs_pos,
                           "elements and composites are mixed in pairs");
    } else if (composites == 0 && count % 2 != 0) {
        (void)gramc_report(c, GRAM_PAIRS_ODD, segment->pairs_pos,
                           "%u places are no pairs of qualifier and value", count);
    }
}

static void
resolve_shape(struct gramc *c, struct gramc_shape *shape, bool is_segment)
{
    resolve_places(c, shape, is_segment);
    for (size_t i = 0; i < shape->note_count; i++) {
        if (i >= GRAMC_NOTES_MAX) {
            (void)gramc_report(c, GRAM_TOO_LARGE, shape->notes[i].pos,
                               "'" WB_FMT "' has more than %d notes", WB_ARG(shape->id),
                               GRAMC_NOTES_MAX);
            break;
        }
        check_note(c, shape, i);
    }
    if (shape->pair_from > 0) {
        check_pairs(c, shape);
    }
}

static const struct gramc_shape *
frame_segment(struct gramc *c, struct wb_str tag, struct lang_pos pos)
{
    const uint32_t index = gramc_find_shape(c->segments, c->segment_count, tag);
    if (index != GRAMMAR_NONE) {
        return &c->segments[index];
    }
    struct lang_diag *diag =
        gramc_report(c, GRAM_SEGMENT_UNKNOWN, pos, "there is no segment '" WB_FMT "'", WB_ARG(tag));
    gramc_guess_segment(c, diag, tag);
    return NULL;
}

static void
check_spot(struct gramc *c, const struct gramc_shape *segment, uint32_t no, struct lang_pos pos)
{
    if (segment != NULL && no > segment->place_count) {
        (void)gramc_report(c, GRAM_ENVELOPE_PLACE, pos,
                           "'" WB_FMT "' has no place %02u; its last is %02zu", WB_ARG(segment->id),
                           no, segment->place_count);
    }
}

static void
resolve_envelope(struct gramc *c)
{
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        const struct gramc_frame *frame = &c->frames[i];
        if (frame->trailer_pos.source == NULL) {
            continue;
        }
        const struct gramc_shape *header = frame_segment(c, frame->header, frame->header_pos);
        const struct gramc_shape *trailer = frame_segment(c, frame->trailer, frame->trailer_pos);
        check_spot(c, header, frame->header_control_no, frame->header_pos);
        check_spot(c, header, frame->type_no, frame->header_pos);
        check_spot(c, header, frame->release_no, frame->header_pos);
        check_spot(c, trailer, frame->trailer_control_no, frame->trailer_pos);
        check_spot(c, trailer, frame->trailer_count_no, frame->trailer_pos);
    }
    for (size_t i = 0; i < c->between_count; i++) {
        (void)frame_segment(c, c->between[i].text, c->between[i].pos);
    }
}

void
gramc_resolve(struct gramc *c)
{
    for (size_t i = 0; i < c->composite_count; i++) {
        resolve_shape(c, &c->composites[i], false);
    }
    for (size_t i = 0; i < c->segment_count; i++) {
        resolve_shape(c, &c->segments[i], true);
    }
    resolve_envelope(c);
    for (size_t i = 0; i < c->message_count && !c->failed; i++) {
        gramc_resolve_message(c, &c->messages[i]);
    }
}
