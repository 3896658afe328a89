/*
 * Declarations of the standard, of elements, composites and segments: from statements to gathered
 * facts. What they name is looked up later (resolve.c), so the order of declarations means nothing.
 */
#include <string.h>

#include "grammar/compile_priv.h"

void
gramc_standard(struct gramc *c, struct lang_cursor *cursor)
{
    const struct lang_token *name = gramc_word(c, cursor, "the standard's name");
    const struct lang_token *release =
        name == NULL ? NULL : gramc_word(c, cursor, "the standard's release");
    struct wb_str title = {NULL, 0};
    if (release == NULL || (lang_peek(cursor) != NULL && !gramc_string(c, cursor, &title))) {
        return;
    }
    gramc_end(c, cursor);
    if (c->standard.text.len == 0) {
        c->standard = (struct gramc_name){name->text, name->pos};
        c->release = release->text;
        c->title = title;
        return;
    }
    if (!wb_str_eq(c->standard.text, name->text) || !wb_str_eq(c->release, release->text) ||
        !wb_str_eq(c->title, title)) {
        struct lang_diag *diag = gramc_report(c, GRAM_STANDARD_OTHER, name->pos,
                                              "this file belongs to " WB_FMT " " WB_FMT
                                              ", another one to " WB_FMT " " WB_FMT,
                                              WB_ARG(name->text), WB_ARG(release->text),
                                              WB_ARG(c->standard.text), WB_ARG(c->release));
        gramc_other(diag, c->standard.pos, "the other standard, release or title is named here");
    }
}

static bool
read_type(struct gramc *c, const struct lang_token *token, struct gramc_element *element)
{
    static const struct {
        const char *word;
        enum grammar_type type;
    } types[] = {
        {"AN", GRAMMAR_AN},
        {"B",  GRAMMAR_B },
        {"DT", GRAMMAR_DT},
        {"ID", GRAMMAR_ID},
        {"R",  GRAMMAR_R },
        {"TM", GRAMMAR_TM},
    };
    const struct wb_str text = token->text;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (lang_is(token, types[i].word)) {
            element->type = types[i].type;
            return true;
        }
    }
    if (text.len == 2 && text.at[0] == 'N' && text.at[1] >= '0' && text.at[1] <= '9') {
        element->type = GRAMMAR_N;
        element->scale = (uint8_t)(text.at[1] - '0');
        return true;
    }
    struct lang_diag *diag = gramc_report(c, GRAM_TYPE_UNKNOWN, token->pos,
                                          "there is no type '" WB_FMT "'", WB_ARG(text));
    if (diag != NULL) {
        diag->expected = WB_LIT("AN, ID, DT, TM, R, B or N0 to N9");
    }
    return false;
}

static bool
read_lengths(struct gramc *c, struct lang_cursor *cursor, struct gramc_element *element)
{
    const struct lang_pos pos = lang_here(cursor);
    if (!gramc_number(c, cursor, "a length", GRAMC_LENGTH_MAX, &element->min)) {
        return false;
    }
    if (!lang_accept(cursor, "..")) {
        gramc_expected(c, cursor, "'..' and the greatest length");
        return false;
    }
    if (!gramc_number(c, cursor, "a length", GRAMC_LENGTH_MAX, &element->max)) {
        return false;
    }
    if (element->min > element->max) {
        (void)gramc_report(c, GRAM_LENGTH_ORDER, pos,
                           "the least length %u is greater than the greatest, %u", element->min,
                           element->max);
        return false;
    }
    return true;
}

static void
read_code_list(struct gramc *c, struct lang_cursor *cursor, struct gramc_element *element)
{
    if (!lang_accept(cursor, "codes")) {
        return;
    }
    element->coded = true;
    element->closed = lang_accept(cursor, "closed");
    if (!element->closed && !lang_accept(cursor, "open")) {
        gramc_expected(c, cursor, "closed or open");
        return;
    }
    const struct lang_token *token = lang_peek(cursor);
    if (token != NULL && token->kind == LANG_BLOCK) {
        element->inline_codes = lang_take(cursor);
    }
}

void
gramc_element(struct gramc *c, struct lang_cursor *cursor)
{
    struct gramc_element element = {.min = 1, .max = 1};
    const struct lang_token *id = gramc_word(c, cursor, "an element's id");
    if (id == NULL || !gramc_string(c, cursor, &element.name)) {
        return;
    }
    element.id = id->text;
    element.pos = id->pos;
    const struct lang_token *type = gramc_word(c, cursor, "a type");
    /* An element with a wrong type or length is kept: whoever names it shall not be told that it is
     * unknown. */
    if (type != NULL && read_type(c, type, &element) && read_lengths(c, cursor, &element)) {
        read_code_list(c, cursor, &element);
        gramc_end(c, cursor);
    }
    struct gramc_element *kept =
        WB_PUSH(c->ctx, c->arena, c->elements, c->element_count, c->element_cap);
    if (kept == NULL) {
        c->failed = true;
        return;
    }
    *kept = element;
}

/* ID REQ [qualifier] [value] [repeat MAX] */
static bool
read_place_facts(struct gramc *c, struct lang_cursor *cursor, struct gramc_shape *shape,
                 struct gramc_place *place)
{
    const struct lang_token *id = gramc_word(c, cursor, "an element or composite");
    if (id == NULL || !gramc_need(c, cursor, true, &place->need)) {
        return false;
    }
    place->pos = id->pos;
    const struct lang_pos marks = lang_here(cursor);
    place->qualifier = lang_accept(cursor, "qualifier");
    if (lang_accept(cursor, "value")) {
        place->value_no = (uint8_t)++shape->value_count; /* at most one a place */
    }
    if (lang_accept(cursor, "repeat") &&
        !gramc_number(c, cursor, "a maximum", GRAMC_LENGTH_MAX, &place->repeat_max)) {
        return false;
    }
    if (place->qualifier && shape->qualifier_no > 0) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_QUALIFIER_TWICE, marks, "there is a qualifier already");
        gramc_other(diag, shape->places[shape->qualifier_no - 1].pos, "this place has it");
        return false;
    }
    gramc_end(c, cursor);
    place->id = id->text;
    return true;
}

/* A place that is wrong is kept without an id: the notes that name it shall not be wrong for it. */
static void
read_place(struct gramc *c, struct lang_cursor *cursor, const struct lang_token *number,
           struct gramc_shape *shape)
{
    struct gramc_place place = {
        .repeat_max = 1, .element = GRAMMAR_NONE, .composite = GRAMMAR_NONE, .pos = number->pos};
    const uint32_t due = (uint32_t)shape->place_count + 1; /* at most GRAMC_PLACES_MAX + 1 */
    uint32_t no = 0;
    if (number->text.len != 2 || !gramc_word_number(number, GRAMC_PLACES_MAX, &no) || no != due) {
        struct lang_diag *diag = gramc_report(c, GRAM_PLACE_NUMBER, number->pos,
                                              "this place is not numbered after the one before it");
        if (diag != NULL) {
            diag->expected = wb_arena_printf(c->ctx, c->diags->arena, "%02u", due);
        }
    }
    if (due > GRAMC_PLACES_MAX) {
        return; /* its number was reported */
    }
    if (read_place_facts(c, cursor, shape, &place) && place.qualifier) {
        shape->qualifier_no = due;
    }
    struct gramc_place *kept =
        WB_PUSH(c->ctx, c->arena, shape->places, shape->place_count, shape->place_cap);
    if (kept == NULL) {
        c->failed = true;
        return;
    }
    *kept = place;
}

/* The digits behind a note's letter, two a position. */
static bool
note_positions(struct gramc *c, const struct lang_token *token, struct grammar_note *note)
{
    const struct wb_str digits = wb_str_sub(token->text, 1, token->text.len);
    if (digits.len % 2 != 0 || (digits.len > 0 && !wb_str_digits(digits))) {
        struct lang_diag *diag = gramc_report(c, GRAM_NOTE_KIND, token->pos,
                                              "a note is a letter and two digits a position");
        if (diag != NULL) {
            diag->expected = WB_LIT("a note such as P0304");
        }
        return false;
    }
    const size_t count = digits.len / 2;
    if (count < 2 || count > GRAMMAR_NOTE_POSITIONS) {
        (void)gramc_report(c, GRAM_NOTE_COUNT, token->pos,
                           "a note has 2 to %d positions, this one has %zu", GRAMMAR_NOTE_POSITIONS,
                           count);
        return false;
    }
    note->count = (uint8_t)count; /* at most GRAMMAR_NOTE_POSITIONS */
    for (size_t i = 0; i < count; i++) {
        const int tens = digits.at[2 * i] - '0';
        note->position_no[i] = (uint8_t)(tens * 10 + (digits.at[2 * i + 1] - '0')); /* below 100 */
    }
    return true;
}

static void
read_note(struct gramc *c, struct lang_cursor *cursor, struct gramc_shape *shape)
{
    struct gramc_note note = {.note = {.kind = 0}};
    const struct lang_token *token = gramc_word(c, cursor, "a note such as P0304");
    if (token == NULL) {
        return;
    }
    note.pos = token->pos;
    note.note.kind = (uint8_t)token->text.at[0];
    if (strchr("PRECL", token->text.at[0]) == NULL) {
        struct lang_diag *diag = gramc_report(c, GRAM_NOTE_KIND, token->pos,
                                              "there is no kind of note '%c'", token->text.at[0]);
        if (diag != NULL) {
            diag->expected = WB_LIT("P, R, E, C or L and two digits a position");
        }
        return;
    }
    if (!note_positions(c, token, &note.note)) {
        return;
    }
    gramc_end(c, cursor);
    struct gramc_note *kept =
        WB_PUSH(c->ctx, c->arena, shape->notes, shape->note_count, shape->note_cap);
    if (kept == NULL) {
        c->failed = true;
        return;
    }
    *kept = note;
}

static void
read_pairs(struct gramc *c, struct lang_cursor *cursor, struct gramc_shape *shape)
{
    const struct lang_pos pos = lang_here(cursor);
    uint32_t from = 0;
    uint32_t to = 0;
    if (!gramc_number(c, cursor, "a place", GRAMC_PLACES_MAX, &from)) {
        return;
    }
    if (!lang_accept(cursor, "..")) {
        gramc_expected(c, cursor, "'..' and the last place");
        return;
    }
    if (!gramc_number(c, cursor, "a place", GRAMC_PLACES_MAX, &to)) {
        return;
    }
    gramc_end(c, cursor);
    if (shape->pair_from > 0) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_PAIRS_RANGE, pos, "the pairs are named already");
        gramc_other(diag, shape->pairs_pos, "here");
        return;
    }
    shape->pair_from = from;
    shape->pair_to = to;
    shape->pairs_pos = pos;
}

static void
read_shape_statement(struct gramc *c, const struct lang_statement *statement,
                     struct gramc_shape *shape, bool is_segment)
{
    struct lang_cursor cursor = lang_cursor_of(statement);
    const struct lang_token *token = lang_take(&cursor);
    if (lang_is(token, "note")) {
        read_note(c, &cursor, shape);
    } else if (is_segment && lang_is(token, "pairs")) {
        read_pairs(c, &cursor, shape);
    } else if (token->kind == LANG_WORD && wb_str_digits(token->text)) {
        read_place(c, &cursor, token, shape);
    } else {
        struct lang_diag *diag =
            gramc_report(c, GRAM_NOT_HERE, token->pos, "this means nothing in a %s",
                         is_segment ? "segment" : "composite");
        if (diag != NULL) {
            diag->expected = is_segment ? WB_LIT("a place such as `01 98 M`, `note` or `pairs`")
                                        : WB_LIT("a place such as `01 98 M`, or `note`");
        }
    }
}

static void
read_shape(struct gramc *c, struct lang_cursor *cursor, const struct lang_token *id,
           struct gramc_shape *shape, bool is_segment)
{
    const struct lang_token *block = NULL;
    shape->id = id->text;
    shape->pos = id->pos;
    if (!gramc_string(c, cursor, &shape->name)) {
        return;
    }
    block = gramc_block(c, cursor);
    if (block == NULL) {
        return;
    }
    gramc_end(c, cursor);
    for (const struct lang_statement *s = block->block; s != NULL && !c->failed; s = s->next) {
        read_shape_statement(c, s, shape, is_segment);
    }
    if (shape->place_count == 0) {
        (void)gramc_report(c, GRAM_PLACE_NONE, id->pos, "'" WB_FMT "' has no places",
                           WB_ARG(id->text));
    }
}

void
gramc_composite(struct gramc *c, struct lang_cursor *cursor)
{
    struct gramc_shape shape = {.place_count = 0};
    const struct lang_token *id = gramc_word(c, cursor, "a composite's id");
    if (id == NULL) {
        return;
    }
    read_shape(c, cursor, id, &shape, false);
    struct gramc_shape *kept =
        WB_PUSH(c->ctx, c->arena, c->composites, c->composite_count, c->composite_cap);
    if (kept == NULL) {
        c->failed = true;
        return;
    }
    *kept = shape;
}

static bool
is_tag(struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const bool letter = text.at[i] >= 'A' && text.at[i] <= 'Z';
        const bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (!letter && !digit) {
            return false;
        }
    }
    return text.len >= 2 && text.len <= GRAMMAR_TAG_MAX;
}

void
gramc_segment(struct gramc *c, struct lang_cursor *cursor)
{
    struct gramc_shape shape = {.place_count = 0};
    const struct lang_token *tag = gramc_word(c, cursor, "a segment's tag");
    if (tag == NULL) {
        return;
    }
    if (!is_tag(tag->text)) {
        struct lang_diag *diag = gramc_report(c, GRAM_TAG_FORM, tag->pos,
                                              "'" WB_FMT "' is no segment tag", WB_ARG(tag->text));
        if (diag != NULL) {
            diag->expected = WB_LIT("two to four capital letters and digits");
        }
    }
    read_shape(c, cursor, tag, &shape, true);
    struct gramc_shape *kept =
        WB_PUSH(c->ctx, c->arena, c->segments, c->segment_count, c->segment_cap);
    if (kept == NULL) {
        c->failed = true;
        return;
    }
    *kept = shape;
}
