/*
 * Values for the generator: texts that an element may hold by its type, length and codes, put
 * through the conversion, so that a right value is one that writing can put back.
 */
#include <assert.h>
#include <string.h>

#include "map/generate_priv.h"

enum { TRIES = 12, TEXT_USUAL = 16 };

uint32_t
map_random_below(struct map_random *random, uint32_t limit)
{
    assert(limit > 0);
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return (uint32_t)((random->state >> 11) % limit); /* below limit */
}

bool
generate_chance(struct generator *g, uint32_t percent)
{
    return map_random_below(g->random, 100) < percent;
}

static size_t
between(struct generator *g, size_t min, size_t max)
{
    return max <= min ? min : min + map_random_below(g->random, (uint32_t)(max - min + 1));
}

struct wb_str
generate_text(struct generator *g, size_t min, size_t max)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789-./";
    const size_t len = between(g, min < 1 ? 1 : min, max);
    char *const at = wb_arena_alloc(g->ctx, g->arena, len);
    if (at == NULL) {
        return (struct wb_str){NULL, 0};
    }
    for (size_t i = 0; i < len; i++) {
        const bool inner = i > 0 && i + 1 < len && at[i - 1] != ' ';
        at[i] = inner && generate_chance(g, 12)
                    ? ' '
                    : letters[map_random_below(g->random, sizeof letters - 1)];
    }
    return (struct wb_str){at, len};
}

static struct wb_str
digits(struct generator *g, size_t len, bool leading_zero)
{
    char *const at = wb_arena_alloc(g->ctx, g->arena, len);
    for (size_t i = 0; at != NULL && i < len; i++) {
        const bool nonzero = i == 0 && !leading_zero;
        at[i] = (char)('0' + (nonzero ? 1 + map_random_below(g->random, 9)
                                      : map_random_below(g->random, 10)));
    }
    return (struct wb_str){at, at == NULL ? 0 : len};
}

/* A text dated within the years that two digits can say as well. */
static struct wb_str
date_text(struct generator *g, uint32_t max)
{
    const int64_t first = -7305; /* 1950-01-01 */
    const struct wb_date date = wb_date_of_days(first + map_random_below(g->random, 36000));
    char text[WB_MOMENT_TEXT_MAX];
    const size_t len = wb_date_print_compact(date, text);
    const size_t skip = max < 8 && len == 8 ? 2 : 0;
    return wb_arena_dup(g->ctx, g->arena, (struct wb_str){text + skip, len - skip});
}

static struct wb_str
time_text(struct generator *g, const struct map_element *element)
{
    const uint32_t hour = map_random_below(g->random, 24);
    const uint32_t minute = map_random_below(g->random, 60);
    const uint32_t second = map_random_below(g->random, 60);
    if (element->max >= 6 && generate_chance(g, 50)) {
        return wb_arena_printf(g->ctx, g->arena, "%02u%02u%02u", hour, minute, second);
    }
    return wb_arena_printf(g->ctx, g->arena, "%02u%02u", hour, minute);
}

static struct wb_str
decimal_text(struct generator *g, const struct map_element *element)
{
    const size_t most = element->max < 9 ? element->max : 9;
    const size_t count = between(g, element->min < 1 ? 1 : element->min, most);
    const struct wb_str number = digits(g, count, false);
    if (element->type == GRAMMAR_N || number.at == NULL || count < 2 || generate_chance(g, 50)) {
        return number;
    }
    const size_t point = between(g, 1, count - 1);
    return wb_arena_printf(g->ctx, g->arena, WB_FMT "." WB_FMT,
                           WB_ARG(wb_str_sub(number, 0, point)),
                           WB_ARG(wb_str_sub(number, point, count)));
}

/* The element's row in the grammar; NULL when the segment has no such place. */
static const struct grammar_element *
grammar_row(const struct generator *g, uint32_t node, const struct map_element *element)
{
    const struct grammar *const grammar = &g->bound->grammar;
    const uint32_t at = bundle_segment_node(grammar, node);
    const struct grammar_segment *const segment = &grammar->segments[grammar->nodes[at].segment];
    if (element->element_no > segment->place_count) {
        return NULL;
    }
    const struct grammar_place *place =
        &grammar->places[segment->place_first + element->element_no - 1U];
    if (place->element == GRAMMAR_NONE) {
        const struct grammar_composite *const inner = &grammar->composites[place->composite];
        if (element->component_no > inner->place_count) {
            return NULL;
        }
        place = &grammar->places[inner->place_first + element->component_no - 1U];
    }
    return place->element == GRAMMAR_NONE ? NULL : &grammar->elements[place->element];
}

static bool
excluded(const struct generator *g, const struct map_test *but, struct wb_str code)
{
    for (uint32_t i = 0; but != NULL && i < but->code_count; i++) {
        if (wb_str_eq(bundle_str(g->bundle, g->bundle->codes[but->code_first + i]), code)) {
            return true;
        }
    }
    return false;
}

/* A code of the element's list, empty when it has none that fits. */
static struct wb_str
code_text(struct generator *g, const struct grammar_element *row, const struct map_test *but)
{
    const struct grammar *const grammar = &g->bound->grammar;
    for (size_t i = 0; row->code_count > 0 && i < TRIES; i++) {
        const struct grammar_code *const code =
            &grammar->codes[row->code_first + map_random_below(g->random, row->code_count)];
        const struct wb_str text = grammar_str(grammar, code->value);
        if (text.len >= row->min && text.len <= row->max && !excluded(g, but, text)) {
            return text;
        }
    }
    return (struct wb_str){NULL, 0};
}

struct wb_str
generate_element(struct generator *g, uint32_t node, const struct map_element *element,
                 const struct map_test *but)
{
    const struct grammar_element *const row = grammar_row(g, node, element);
    if (row != NULL && row->coded) {
        const struct wb_str code = code_text(g, row, but);
        if (code.len > 0) {
            return code;
        }
    }
    switch ((enum grammar_type)element->type) {
    case GRAMMAR_N:
    case GRAMMAR_R:
        return decimal_text(g, element);
    case GRAMMAR_DT:
        return date_text(g, element->max);
    case GRAMMAR_TM:
        return time_text(g, element);
    case GRAMMAR_ID:
    case GRAMMAR_AN:
    case GRAMMAR_B:
        break;
    }
    const size_t usual = element->max < TEXT_USUAL ? element->max : TEXT_USUAL;
    return generate_text(g, element->min, generate_chance(g, 10) ? element->max : usual);
}

static struct wb_str
gtin_text(struct generator *g, size_t len)
{
    const struct wb_str body = digits(g, len - 1, true);
    unsigned sum = 0;
    for (size_t i = 0; i < body.len; i++) {
        const unsigned digit = (unsigned)(body.at[body.len - 1 - i] - '0');
        sum += i % 2 == 0 ? 3 * digit : digit;
    }
    return wb_arena_printf(g->ctx, g->arena, WB_FMT "%u", WB_ARG(body), (10 - sum % 10) % 10);
}

static struct wb_str
ndc_text(struct generator *g, uint32_t arg)
{
    static const size_t forms[4][3] = {
        [MAP_NDC_5_4_2] = {5, 4, 2},
        [MAP_NDC_4_4_2] = {4, 4, 2},
        [MAP_NDC_5_3_2] = {5, 3, 2},
        [MAP_NDC_5_4_1] = {5, 4, 1}
    };
    const size_t *const form = forms[arg & 3];
    const char *const hyphen = (arg & MAP_NDC_PLAIN) != 0 ? "" : "-";
    const struct wb_str a = digits(g, form[0], true);
    const struct wb_str b = digits(g, form[1], true);
    const struct wb_str c = digits(g, form[2], true);
    return wb_arena_printf(g->ctx, g->arena, WB_FMT "%s" WB_FMT "%s" WB_FMT, WB_ARG(a), hyphen,
                           WB_ARG(b), hyphen, WB_ARG(c));
}

/* A left text that the conversion is likely to accept. */
static struct wb_str
left_text_for(struct generator *g, const struct map_conv *conv, uint32_t node,
              const struct map_element *element, const struct map_test *but)
{
    switch ((enum map_conv_kind)conv->kind) {
    case MAP_CONV_GTIN12:
        return gtin_text(g, 12);
    case MAP_CONV_GTIN13:
        return gtin_text(g, 13);
    case MAP_CONV_GTIN14:
        return gtin_text(g, 14);
    case MAP_CONV_NDC:
        return ndc_text(g, conv->arg);
    case MAP_CONV_NUMBER:
        return digits(g, 1 + map_random_below(g->random, 6), false);
    case MAP_CONV_TEXT:
    case MAP_CONV_RAW:
    case MAP_CONV_DEC:
    case MAP_CONV_IMPLIED:
    case MAP_CONV_INT:
    case MAP_CONV_DATE:
    case MAP_CONV_MOMENT:
    case MAP_CONV_DTM:
    case MAP_CONV_TRUTH:
    case MAP_CONV_SAME:
    case MAP_CONV_UPPER:
    case MAP_CONV_NEGATED:
    case MAP_CONV_DAY:
    case MAP_CONV_LINES:
    case MAP_CONV_HTML_LINES:
    case MAP_CONV_CHUNKS:
    case MAP_CONV_KINDS:
        break;
    }
    return generate_element(g, node, element, but);
}

uint32_t
generate_node(const struct generator *g, const struct map_context *context,
              const struct map_place *place)
{
    return place->key == MAP_NONE ? context->left : g->bundle->keys[place->key].node;
}

static bool
accepted(enum conv_rc rc)
{
    return rc == CONV_OK;
}

static bool
tree_value_for(struct generator *g, const struct map_context *context,
               const struct map_place *place, const struct map_test *but, struct record_value *ret)
{
    const bool pair = place->kind == MAP_PLACE_PAIR;
    const struct map_element *const elements =
        &g->bundle->elements[place->element_first + (pair ? 1 : 0)];
    const size_t count = pair || place->kind == MAP_PLACE_RANGE ? 1 : place->element_count;
    const struct map_conv *const conv = &g->bundle->convs[place->conv];
    const uint32_t node = generate_node(g, context, place);
    struct wb_str parts[MAP_PARTS_MAX];
    struct wb_str back[MAP_PARTS_MAX];
    for (size_t i = 0; i < TRIES; i++) {
        for (size_t p = 0; p < count; p++) {
            const bool there = p == 0 || generate_chance(g, 60);
            parts[p] =
                there ? left_text_for(g, conv, node, &elements[p], but) : (struct wb_str){NULL, 0};
        }
        if (parts[0].len > 0 && accepted(conv_read(&g->env, conv, elements, parts, count, ret)) &&
            accepted(conv_write(&g->env, conv, elements, count, ret, back))) {
            return true;
        }
    }
    return false;
}

/* A value of a left record's field. */
static bool
left_value_for(struct generator *g, const struct record_schema *schema,
               const struct record_field *field, struct record_value *ret)
{
    *ret = (struct record_value){.present = true, .type = field->type};
    const uint8_t type = field->type == RECORD_LIST ? field->item_type : field->type;
    struct wb_str text = {NULL, 0};
    if (type == RECORD_TRUTH) {
        text = generate_chance(g, 50) ? WB_LIT("true") : WB_LIT("false");
    } else if (type == RECORD_DEC || type == RECORD_INT) {
        text = digits(g, 1 + map_random_below(g->random, 6), false);
    } else if (type == RECORD_DATE || type == RECORD_MOMENT) {
        char iso[WB_MOMENT_TEXT_MAX];
        const struct wb_date date = wb_date_of_days(map_random_below(g->random, 30000));
        text = wb_arena_dup(g->ctx, g->arena, (struct wb_str){iso, wb_date_print_iso(date, iso)});
    } else if (type == RECORD_CODE && field->word_count > 0) {
        text = schema->words[field->word_first + map_random_below(g->random, field->word_count)];
    } else {
        const size_t max =
            field->text_max > 0 && field->text_max < TEXT_USUAL ? field->text_max : TEXT_USUAL;
        text = generate_text(g, 1, max);
    }
    if (field->type != RECORD_LIST) {
        return conv_parse(type, text, ret);
    }
    for (size_t n = 1 + map_random_below(g->random, 3); n > 0; n--) {
        struct record_value *const item =
            WB_PUSH(g->ctx, g->arena, ret->list.items, ret->list.count, ret->list.cap);
        if (item == NULL || !conv_parse(type, generate_text(g, 1, TEXT_USUAL), item)) {
            return false;
        }
    }
    return true;
}

static bool
field_value_for(struct generator *g, const struct map_place *place, struct record_value *ret)
{
    const struct map_path *const path = &g->bundle->paths[place->path];
    const struct record_schema *const schema = g->bound->left;
    const struct record_field *field = NULL;
    uint32_t shape = path->shape;
    for (uint32_t i = 0; i < path->step_count; i++) {
        const uint32_t number = g->bundle->steps[path->step_first + i].field;
        field = &schema->fields[schema->shapes[shape].field_first + number];
        shape = field->shape;
    }
    for (size_t i = 0; i < TRIES; i++) {
        struct record_value left;
        if (left_value_for(g, schema, field, &left) &&
            accepted(conv_read_value(&g->env, &g->bundle->convs[place->conv], &left, ret))) {
            return true;
        }
    }
    return false;
}

bool
generate_value(struct generator *g, const struct map_context *context,
               const struct map_place *place, const struct map_test *but, struct record_value *ret)
{
    return place->kind == MAP_PLACE_FIELD ? field_value_for(g, place, ret)
                                          : tree_value_for(g, context, place, but, ret);
}
