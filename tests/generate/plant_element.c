/*
 * Defects of elements and components: values of a wrong kind, length or code, places that are empty
 * or too many, relational notes.
 */
#include <string.h>

#include "base/limits.h"
#include "plant.h"

enum { TRIES = 60, LONG_MAX = 2000 };

bool
gen_some(struct gen *gen, const struct gen_document *document, size_t *ret_at)
{
    const size_t first = gen_header(document) + 1;
    const size_t end = gen_trailer(document);
    if (first >= end) {
        return false;
    }
    *ret_at = first + gen_below(gen, (uint32_t)(end - first));
    return true;
}

void
gen_allow(struct gen_plant *plant, enum check_code code, uint32_t segment_no)
{
    assert_true(plant->allowed_count < GEN_CONSEQUENCES_MAX);
    plant->allowed[plant->allowed_count++] =
        (struct gen_expect){.code = code, .segment_no = segment_no, .element_no = GEN_ANYWHERE};
}

/* A value in the message and what the grammar says of it. */
struct spot {
    struct gen_segment *segment;
    struct gen_value value;
    uint32_t element;
    const struct grammar_element *row;
    uint32_t segment_no;
};

static uint32_t
element_of(const struct grammar *g, const struct gen_segment *segment, const struct gen_value *v)
{
    struct gen_unit unit = gen_unit_segment(g, segment->row);
    const struct grammar_place *place = &g->places[unit.place_first + v->element_no - 1];
    if (place->composite != GRAMMAR_NONE) {
        unit = gen_unit_composite(g, place->composite);
        place = &g->places[unit.place_first + v->component_no - 1];
    }
    return place->element;
}

static bool
some_value(struct gen *gen, struct gen_document *document, struct spot *ret)
{
    size_t at = 0;
    if (!gen_some(gen, document, &at) || document->segments[at].count == 0) {
        return false;
    }
    struct gen_segment *const segment = &document->segments[at];
    ret->segment = segment;
    ret->value = segment->values[gen_below(gen, (uint32_t)segment->count)];
    ret->element = element_of(document->grammar, segment, &ret->value);
    ret->row = &document->grammar->elements[ret->element];
    ret->segment_no = gen_segment_no(document, at);
    return true;
}

static void
expect(struct gen_plant *plant, enum check_code code, const struct spot *spot)
{
    plant->found = (struct gen_expect){code, spot->segment_no, spot->value.element_no,
                                       spot->value.component_no};
}

static bool
counted_in_frame(const struct grammar *g, uint32_t element)
{
    for (int level = 0; level < GRAMMAR_LEVELS; level++) {
        const struct grammar_frame *const frame = &g->frames[level];
        const struct grammar_ref tags[] = {frame->header, frame->trailer, frame->trailer};
        const uint32_t numbers[] = {frame->header_control_no, frame->trailer_control_no,
                                    frame->trailer_count_no};
        for (int i = 0; i < 3; i++) {
            const uint32_t row = grammar_find_segment(g, grammar_str(g, tags[i]));
            const struct gen_unit unit = gen_unit_segment(g, row);
            if (numbers[i] > 0 && numbers[i] <= unit.place_count &&
                g->places[unit.place_first + numbers[i] - 1].element == element) {
                return true;
            }
        }
    }
    return false;
}

static struct wb_str
pick(struct gen *gen, const char *const *texts, uint32_t count)
{
    return wb_str_of(texts[gen_below(gen, count)]);
}
#define PICK(gen, texts) pick((gen), (texts), sizeof(texts) / sizeof((texts)[0]))

static struct wb_str
wrong_length(struct gen *gen, const struct grammar_element *row, bool low)
{
    if (row->type == GRAMMAR_B || (low ? row->min < 2 : row->max > LONG_MAX)) {
        return (struct wb_str){"", 0};
    }
    const uint32_t len = low ? 1 + gen_below(gen, row->min - 1) : row->max + 1 + gen_below(gen, 5);
    const bool text = row->type == GRAMMAR_AN || row->type == GRAMMAR_ID;
    return text ? gen_text(gen, len, true) : gen_digits(gen, len);
}

static struct wb_str
wrong_number(struct gen *gen, const struct grammar_element *row)
{
    static const char *const WHOLE[] = {"1X", "1.5", "1,5", "--1", "-", "ABC", "1 2", "$5", "1-"};
    static const char *const DECIMAL[] = {"1X", "1.2.3", "1,50", "--1", "-", ".", "ABC", "1 2"};
    if (row->coded || (row->type != GRAMMAR_N && row->type != GRAMMAR_R)) {
        return (struct wb_str){"", 0};
    }
    return row->type == GRAMMAR_N ? PICK(gen, WHOLE) : PICK(gen, DECIMAL);
}

static struct wb_str
wrong_date(struct gen *gen, const struct grammar_element *row, bool is_date)
{
    static const char *const LONG[] = {"20230229", "20241301", "20240100", "20240431",
                                       "19000229", "2024A101", "00000101", "2024-1-1"};
    static const char *const SHORT[] = {"230229", "241301", "240100", "240431", "24A101"};
    static const char *const TIMES[] = {"2400", "1260", "12A0", "9999"};
    static const char *const SECONDS[] = {"235960", "240000", "126000", "12345", "1200X0"};
    if (row->coded || row->type != (is_date ? GRAMMAR_DT : GRAMMAR_TM)) {
        return (struct wb_str){"", 0};
    }
    if (is_date) {
        return row->max < 8 ? PICK(gen, SHORT) : PICK(gen, LONG);
    }
    return row->max >= 6 && gen_chance(gen, 50) ? PICK(gen, SECONDS) : PICK(gen, TIMES);
}

static struct wb_str
wrong_code(struct gen *gen, const struct grammar *g, uint32_t element, bool closed)
{
    const struct grammar_element *const row = &g->elements[element];
    const bool fits = row->coded && row->type == GRAMMAR_ID && (row->closed != 0) == closed;
    for (int i = 0; fits && i < TRIES; i++) {
        const uint32_t len = row->min + gen_below(gen, row->max - row->min + 1);
        const struct wb_str code = gen_text(gen, len == 0 ? 1 : len, true);
        if (grammar_find_code(g, element, code) == GRAMMAR_NONE) {
            return code;
        }
    }
    return (struct wb_str){"", 0};
}

/* The old value with one byte of it changed. */
static struct wb_str
with_bytes(struct gen *gen, struct wb_str old, const char *bytes)
{
    const size_t at = gen_below(gen, (uint32_t)old.len);
    return gen_printf(gen, WB_FMT "%s" WB_FMT, WB_ARG(wb_str_sub(old, 0, at)), bytes,
                      WB_ARG(wb_str_sub(old, at + 1, old.len)));
}

static struct wb_str
noted(struct gen *gen, const struct gen_document *document, const struct spot *spot,
      enum check_code code)
{
    const struct grammar_element *const row = spot->row;
    const bool text = !row->coded && (row->type == GRAMMAR_AN || row->type == GRAMMAR_ID);
    const bool numeric = !row->coded && (row->type == GRAMMAR_N || row->type == GRAMMAR_R);
    const char separator[] = {(char)document->delims.component, '\0'};
    if (code == CHECK_ELM_BLANKS && row->type != GRAMMAR_B) {
        const bool before = gen_chance(gen, 50);
        /* Blanks fill a text to its minimum, and a long one is looked at as it stands. */
        return gen_printf(gen, "%s" WB_FMT "%s", before ? " " : "", WB_ARG(spot->value.text),
                          before ? "" : " ");
    }
    if (code == CHECK_ELM_ZEROS && numeric && row->max > row->min &&
        !counted_in_frame(document->grammar, spot->element)) {
        return gen_printf(gen, "0" WB_FMT, WB_ARG(gen_digits(gen, row->min == 0 ? 1 : row->min)));
    }
    if (code == CHECK_ELM_NOT_ASCII && text) {
        return with_bytes(gen, spot->value.text, gen_chance(gen, 50) ? "\xc3\xa9" : "\xe9");
    }
    const bool inside = spot->value.component_no == 0 && spot->value.text.len > 2;
    if (code == CHECK_ELM_SEPARATOR_TEXT && text && inside && row->type == GRAMMAR_AN) {
        const struct wb_str old = spot->value.text;
        return gen_printf(gen, WB_FMT "%s" WB_FMT, WB_ARG(wb_str_sub(old, 0, old.len - 2)),
                          separator, WB_ARG(wb_str_sub(old, old.len - 1, 1)));
    }
    return (struct wb_str){"", 0};
}

static struct wb_str
wrong(struct gen *gen, const struct gen_document *document, const struct spot *spot,
      enum check_code code)
{
    static const char *const CONTROLS[] = {"\x07", "\x1b", "\t", "\x01", "\x7f"};
    static const char *const EXPONENTS[] = {"1E5", "12e3", "1.5E-3", "2E1"};
    static const char *const BLANKS[] = {" ", "  ", "   "};
    const struct grammar_element *const row = spot->row;
    const bool known = row->type != GRAMMAR_B;
    const struct wb_str none = {"", 0};
    if (code == CHECK_ELM_TOO_SHORT || code == CHECK_ELM_TOO_LONG) {
        return wrong_length(gen, row, code == CHECK_ELM_TOO_SHORT);
    }
    if (code == CHECK_ELM_CHARACTER) {
        return known ? with_bytes(gen, spot->value.text, PICK(gen, CONTROLS).at) : none;
    }
    if (code == CHECK_ELM_NUMBER) {
        return wrong_number(gen, row);
    }
    if (code == CHECK_ELM_EXPONENT) {
        return row->type == GRAMMAR_R && !row->coded ? PICK(gen, EXPONENTS) : none;
    }
    if (code == CHECK_ELM_BLANK) {
        return known ? PICK(gen, BLANKS) : none;
    }
    if (code == CHECK_ELM_CODE || code == CHECK_ELM_CODE_OPEN) {
        return wrong_code(gen, document->grammar, spot->element, code == CHECK_ELM_CODE);
    }
    if (code == CHECK_ELM_DATE || code == CHECK_ELM_TIME) {
        return wrong_date(gen, row, code == CHECK_ELM_DATE);
    }
    return noted(gen, document, spot, code);
}

static bool
plant_value(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    struct spot spot;
    for (int i = 0; i < TRIES; i++) {
        if (!some_value(gen, document, &spot)) {
            continue;
        }
        const struct wb_str text = wrong(gen, document, &spot, kind->code);
        if (text.len > 0) {
            gen_set(gen, spot.segment, spot.value.element_no, spot.value.repeat_no,
                    spot.value.component_no, text);
            expect(ret, kind->code, &spot);
            return true;
        }
    }
    return false;
}

/* Something mandatory is taken out, an element or a component, and no note is broken by that. */
static bool
plant_missing(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
              struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    const bool component = kind->option != 0;
    for (int i = 0; i < TRIES; i++) {
        struct spot spot;
        uint32_t last = 0;
        if (!some_value(gen, document, &spot) || (component && spot.value.component_no == 0)) {
            continue;
        }
        const uint32_t no = spot.value.element_no;
        struct gen_unit unit = gen_unit_segment(g, spot.segment->row);
        uint64_t present = gen_mask(spot.segment);
        uint32_t position = no;
        if (component) {
            unit = gen_unit_composite(g, g->places[unit.place_first + no - 1].composite);
            present = gen_component_mask(spot.segment, no, spot.value.repeat_no);
            position = spot.value.component_no;
        }
        const uint64_t bit = (uint64_t)1 << (position - 1);
        const bool empties = component && (present & ~bit) == 0;
        if ((gen_mandatory(g, &unit) & bit) == 0 || empties ||
            gen_notes_broken(g, &unit, present & ~bit, &last) > 0) {
            continue;
        }
        if (component) {
            gen_set(gen, spot.segment, no, spot.value.repeat_no, position, (struct wb_str){"", 0});
        } else {
            gen_clear(spot.segment, no);
            spot.value.component_no = 0;
        }
        expect(ret, kind->code, &spot);
        return true;
    }
    return false;
}

/* The place a broken note is told at: of E the second that is there, else the first that is not. */
static uint32_t
note_position(const struct grammar_note *note, uint64_t present)
{
    uint32_t seen = 0;
    for (uint32_t k = 0; k < note->count; k++) {
        const bool there = (present >> (note->position_no[k] - 1) & 1) != 0;
        seen += there;
        if (note->kind == 'E' ? there && seen == 2 : !there) {
            return note->position_no[k];
        }
    }
    fail_msg("the note is not broken");
    return 0;
}

/* A set of places in which one note of the kind is broken, and no other. */
static bool
broken_set(struct gen *gen, const struct gen_unit *unit, char kind, uint64_t *present,
           uint32_t *ret_note)
{
    const struct grammar *const g = gen->grammar;
    const uint64_t mandatory = gen_mandatory(g, unit);
    if (unit->note_count == 0) {
        return false;
    }
    const uint32_t at = unit->note_first + gen_below(gen, unit->note_count);
    const struct grammar_note *const note = &g->notes[at];
    for (int i = 0; i < TRIES && note->kind == kind; i++) {
        uint64_t set = *present;
        uint32_t last = 0;
        for (uint32_t k = 0; k < note->count; k++) {
            const uint64_t bit = (uint64_t)1 << (note->position_no[k] - 1);
            set = gen_chance(gen, 50) ? set | bit : set & ~bit;
        }
        set |= mandatory;
        if (set != 0 && gen_notes_broken(g, unit, set, &last) == 1 && last == at) {
            *present = set;
            *ret_note = at;
            return true;
        }
    }
    return false;
}

static bool
plant_segment_note(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                   struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    for (int i = 0; i < TRIES; i++) {
        size_t at = 0;
        uint32_t number = 0;
        if (!gen_some(gen, document, &at)) {
            return false;
        }
        struct gen_segment *const segment = &document->segments[at];
        const struct gen_unit unit = gen_unit_segment(g, segment->row);
        const uint64_t before = gen_mask(segment);
        uint64_t present = before;
        if (!broken_set(gen, &unit, (char)kind->option, &present, &number)) {
            continue;
        }
        for (uint32_t no = 1; no <= unit.place_count && no <= 64; no++) {
            const uint64_t bit = (uint64_t)1 << (no - 1);
            if ((present & ~before & bit) != 0) {
                gen_fill_place(gen, document, segment, no);
            } else if ((before & ~present & bit) != 0) {
                gen_clear(segment, no);
            }
        }
        ret->found = (struct gen_expect){kind->code, gen_segment_no(document, at),
                                         note_position(&g->notes[number], present), 0};
        return true;
    }
    return false;
}

static bool
plant_composite_note(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                     struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    for (int i = 0; i < TRIES; i++) {
        struct spot spot;
        uint32_t number = 0;
        if (!some_value(gen, document, &spot) || spot.value.component_no == 0) {
            continue;
        }
        const uint32_t no = spot.value.element_no;
        const struct gen_unit outer = gen_unit_segment(g, spot.segment->row);
        const struct gen_unit unit =
            gen_unit_composite(g, g->places[outer.place_first + no - 1].composite);
        const uint64_t before = gen_component_mask(spot.segment, no, spot.value.repeat_no);
        uint64_t present = before;
        if (!broken_set(gen, &unit, (char)kind->option, &present, &number)) {
            continue;
        }
        for (uint32_t c = 1; c <= unit.place_count; c++) {
            const bool there = (present >> (c - 1) & 1) != 0;
            const bool was = (before >> (c - 1) & 1) != 0;
            const uint32_t element = g->places[unit.place_first + c - 1].element;
            if (there != was) {
                gen_set(gen, spot.segment, no, spot.value.repeat_no, c,
                        there ? gen_element(gen, element) : (struct wb_str){"", 0});
            }
        }
        spot.value.component_no = note_position(&g->notes[number], present);
        expect(ret, kind->code, &spot);
        return true;
    }
    return false;
}

static bool
plant_too_many(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
               struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    for (int i = 0; i < TRIES; i++) {
        struct spot spot;
        if (!some_value(gen, document, &spot)) {
            continue;
        }
        const struct gen_unit unit = gen_unit_segment(g, spot.segment->row);
        const struct grammar_place *const place =
            &g->places[unit.place_first + spot.value.element_no - 1];
        struct gen_value *const v = &spot.value;
        v->text = gen_text(gen, 1 + gen_below(gen, 5), true);
        if (kind->code == CHECK_ELM_TOO_MANY) {
            *v = (struct gen_value){unit.place_count + 1, 1, 0, v->text};
        } else if (kind->code == CHECK_ELM_TOO_MANY_COMPONENTS &&
                   place->composite != GRAMMAR_NONE) {
            v->component_no = gen_unit_composite(g, place->composite).place_count + 1;
        } else if (kind->code == CHECK_ELM_TOO_MANY_REPEATS && document->delims.repeat != 0 &&
                   place->composite == GRAMMAR_NONE && place->repeat_max < GEN_MOST_MAX) {
            for (uint32_t r = 1; r <= place->repeat_max; r++) {
                gen_set(gen, spot.segment, v->element_no, r, 0, gen_element(gen, place->element));
            }
            v->repeat_no = place->repeat_max + 1;
        } else {
            continue;
        }
        gen_set(gen, spot.segment, v->element_no, v->repeat_no, v->component_no, v->text);
        expect(ret, kind->code, &spot);
        return true;
    }
    return false;
}

static bool
plant_trailing(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
               struct gen_plant *ret)
{
    size_t at = 0;
    if (!gen_some(gen, document, &at)) {
        return false;
    }
    struct gen_segment *const segment = &document->segments[at];
    const uint32_t last = segment->count == 0 ? 0 : segment->values[segment->count - 1].element_no;
    const uint32_t no = gen_segment_no(document, at);
    ret->found = (struct gen_expect){.code = kind->code, .segment_no = no};
    if (kind->code == CHECK_ELM_LIMIT) {
        segment->elements_min = WB_LIMIT_ELEMENTS + 1 + gen_below(gen, 100);
        ret->found.element_no = WB_LIMIT_ELEMENTS;
        gen_allow(ret, CHECK_SEG_TRAILING, no);
    } else {
        segment->elements_min = last + 1 + gen_below(gen, 4);
    }
    return true;
}

static const char ADVISED_UNIT[] = "355";
static const char ADVISED_PRICE[] = "639";

static bool
is_element(const struct grammar *g, uint32_t element, const char *id)
{
    return wb_str_eq(grammar_str(g, g->elements[element].id), wb_str_of(id));
}

/* A code that means something else than it seems to. */
static bool
plant_advice(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
             struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    const char *const id = kind->code == CHECK_ADV_UNIT ? ADVISED_UNIT : ADVISED_PRICE;
    for (int i = 0; i < TRIES; i++) {
        struct spot spot;
        if (!some_value(gen, document, &spot) || !is_element(g, spot.element, id)) {
            continue;
        }
        for (uint32_t k = 0; k < 4 * spot.row->code_count; k++) {
            const uint32_t code = spot.row->code_first + gen_below(gen, spot.row->code_count);
            const struct wb_str text = grammar_str(g, g->codes[code].value);
            if (gen_code_advised(g, spot.element, text)) {
                gen_set(gen, spot.segment, spot.value.element_no, spot.value.repeat_no,
                        spot.value.component_no, text);
                expect(ret, kind->code, &spot);
                return true;
            }
        }
    }
    return false;
}

/* A quantity below zero, or a part of a piece. */
static bool
plant_quantity(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
               struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    for (int i = 0; i < TRIES; i++) {
        struct spot spot;
        if (!some_value(gen, document, &spot) || spot.row->type != GRAMMAR_R ||
            spot.value.component_no != 0) {
            continue;
        }
        struct gen_value *const unit = gen_find(spot.segment, spot.value.element_no + 1, 1, 0);
        if (unit == NULL || !is_element(g, element_of(g, spot.segment, unit), ADVISED_UNIT)) {
            continue;
        }
        const bool fraction = kind->code == CHECK_ADV_FRACTION;
        unit->text = WB_LIT("EA");
        gen_set(gen, spot.segment, spot.value.element_no, 1, 0,
                fraction ? WB_LIT("2.5") : WB_LIT("-3"));
        expect(ret, kind->code, &spot);
        return true;
    }
    return false;
}

#define KIND(name_, code_, plant_, option_, times_)                                                \
    {                                                                                              \
        .name = (name_), .code = (code_), .plant = (plant_), .option = (option_),                  \
        .times_max = (times_)                                                                      \
    }
#define VALUE(name_, code_) KIND(name_, code_, plant_value, 0, 0)
#define NOTE(name_, code_, kind_) KIND(name_, code_, plant_segment_note, kind_, 0)
#define INNER(name_, code_, kind_) KIND(name_, code_, plant_composite_note, kind_, 0)

static const struct gen_kind KINDS[] = {
    KIND("mandatory element empty", CHECK_ELM_MISSING, plant_missing, 0, 0),
    KIND("mandatory component empty", CHECK_ELM_MISSING, plant_missing, 1, 0),
    NOTE("note P", CHECK_ELM_CONDITION, 'P'),
    NOTE("note R", CHECK_ELM_CONDITION, 'R'),
    NOTE("note C", CHECK_ELM_CONDITION, 'C'),
    NOTE("note L", CHECK_ELM_CONDITION, 'L'),
    NOTE("note E", CHECK_ELM_EXCLUSION, 'E'),
    INNER("note P of components", CHECK_ELM_CONDITION, 'P'),
    INNER("note R of components", CHECK_ELM_CONDITION, 'R'),
    INNER("note C of components", CHECK_ELM_CONDITION, 'C'),
    INNER("note L of components", CHECK_ELM_CONDITION, 'L'),
    INNER("note E of components", CHECK_ELM_EXCLUSION, 'E'),
    KIND("one element more", CHECK_ELM_TOO_MANY, plant_too_many, 0, 0),
    KIND("one component more", CHECK_ELM_TOO_MANY_COMPONENTS, plant_too_many, 0, 0),
    KIND("one repeat more", CHECK_ELM_TOO_MANY_REPEATS, plant_too_many, 0, 0),
    VALUE("too short", CHECK_ELM_TOO_SHORT),
    VALUE("too long", CHECK_ELM_TOO_LONG),
    VALUE("control character", CHECK_ELM_CHARACTER),
    VALUE("no number", CHECK_ELM_NUMBER),
    VALUE("exponent", CHECK_ELM_EXPONENT),
    VALUE("only blanks", CHECK_ELM_BLANK),
    VALUE("code of a closed list", CHECK_ELM_CODE),
    VALUE("code of an open list", CHECK_ELM_CODE_OPEN),
    VALUE("no such day", CHECK_ELM_DATE),
    VALUE("no such time", CHECK_ELM_TIME),
    VALUE("blanks around", CHECK_ELM_BLANKS),
    VALUE("leading zeros", CHECK_ELM_ZEROS),
    VALUE("beyond ASCII", CHECK_ELM_NOT_ASCII),
    VALUE("separator in a text", CHECK_ELM_SEPARATOR_TEXT),
    KIND("trailing separators", CHECK_SEG_TRAILING, plant_trailing, 0, 0),
    KIND("a thousand elements", CHECK_ELM_LIMIT, plant_trailing, 0, 200),
    KIND("unit that seems another", CHECK_ADV_UNIT, plant_advice, 0, 0),
    KIND("price for many", CHECK_ADV_PRICE_BASIS, plant_advice, 0, 0),
    KIND("part of a piece", CHECK_ADV_FRACTION, plant_quantity, 0, 0),
    KIND("negative quantity", CHECK_ADV_NEGATIVE, plant_quantity, 0, 0),
};

const struct gen_kind *
gen_kinds_element(size_t *ret_count)
{
    *ret_count = sizeof KINDS / sizeof KINDS[0];
    return KINDS;
}
