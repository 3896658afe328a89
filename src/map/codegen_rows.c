/*
 * The rows that the programs refer to: contexts, their keys and places, blocks and tables. All keys
 * of a context stand together, and so do its places; the places of one statement stand in their
 * order.
 */
#include "map/codegen_priv.h"

#include <assert.h>

/* Pushes a zeroed row to a section of the build; sets `row` to NULL and the failure when memory is
 * out. */
#define PUSH_ROW(g, section, row)                                                                  \
    do {                                                                                           \
        (row) = WB_PUSH((g)->c->ctx, (g)->build.arena, (g)->build.section.items,                   \
                        (g)->build.section.count, (g)->build.section.cap);                         \
        if ((row) == NULL) {                                                                       \
            codegen_fail((g), WB_NOMEM);                                                           \
        }                                                                                          \
    } while (0)

static uint32_t
codes_row(struct codegen *g, const struct wb_str *codes, uint32_t count)
{
    const uint32_t first = map_build_codes(g->c->ctx, &g->build, codes, count);
    if (first == MAP_NONE) {
        codegen_fail(g, WB_NOMEM);
    }
    return first;
}

static void
test_row(struct codegen *g, const struct map_ir_test *test)
{
    const uint32_t code_first = codes_row(g, test->codes, test->code_count);
    struct map_test *row = NULL;
    PUSH_ROW(g, tests, row);
    if (row != NULL) {
        *row = (struct map_test){.element_no = test->part.element_no,
                                 .repeat_no = test->part.repeat_no,
                                 .component_no = test->part.component_no,
                                 .code_first = code_first,
                                 .code_count = test->code_count};
    }
}

static void
key_row(struct codegen *g, struct map_ir_key *key)
{
    const uint32_t test_first = (uint32_t)g->build.tests.count;
    for (uint32_t i = 0; i < key->test_count; i++) {
        test_row(g, &key->tests[i]);
    }
    struct map_key *row = NULL;
    PUSH_ROW(g, keys, row);
    if (row != NULL) {
        key->row = (uint32_t)g->build.keys.count - 1;
        *row = (struct map_key){.parent = key->parent == NULL ? MAP_NONE : key->parent->row,
                                .node = key->node,
                                .path = MAP_NONE,
                                .test_first = test_first,
                                .test_count = key->test_count,
                                .flags = key->is_each ? MAP_KEY_LOOPED : 0};
    }
}

/* Between records: the object or list that a block is about. */
static uint32_t
field_key_row(struct codegen *g, const struct map_ir_stmt *stmt)
{
    const uint32_t path = codegen_path(g, &stmt->places[0].field);
    struct map_key *row = NULL;
    PUSH_ROW(g, keys, row);
    if (row == NULL) {
        return MAP_NONE;
    }
    *row = (struct map_key){.parent = MAP_NONE,
                            .node = MAP_NONE,
                            .path = path,
                            .test_first = (uint32_t)g->build.tests.count,
                            .flags = stmt->kind == MAP_IR_EACH ? MAP_KEY_LOOPED : 0};
    return (uint32_t)g->build.keys.count - 1;
}

static void
element_row(struct codegen *g, uint32_t segment, const struct map_ir_part *part)
{
    struct map_element *row = NULL;
    struct map_element element;
    if (!map_build_element(&g->ir->left.grammar, segment, part->element_no, part->repeat_no,
                           part->component_no, &element)) {
        codegen_fail(g, wb_fail(g->c->ctx, WB_BUG, "a resolved element is not in its segment"));
        return;
    }
    PUSH_ROW(g, elements, row);
    if (row != NULL) {
        *row = element;
    }
}

/* A whole composite is all of its components. */
static void
part_rows(struct codegen *g, uint32_t segment, const struct map_ir_part *part)
{
    const struct grammar *grammar = &g->ir->left.grammar;
    if (part->element != GRAMMAR_NONE) {
        element_row(g, segment, part);
        return;
    }
    const uint32_t place = grammar->segments[segment].place_first + part->element_no - 1;
    const struct grammar_composite *composite =
        &grammar->composites[grammar->places[place].composite];
    struct map_ir_part inner = *part;
    for (uint32_t i = 0; i < composite->place_count; i++) {
        inner.component_no = (uint16_t)(i + 1);
        element_row(g, segment, &inner);
    }
}

static void
elements_of(struct codegen *g, const struct map_ir_place *place, struct map_place *row)
{
    row->element_first = (uint32_t)g->build.elements.count;
    if (place->kind == MAP_IR_PAIR || place->kind == MAP_IR_PAIR_ELSE) {
        const enum wb_rc rc =
            map_build_pairs(g->c->ctx, &g->build, &g->ir->left.grammar, place->segment,
                            &row->element_first, &row->element_count);
        if (rc != WB_OK) {
            codegen_fail(g, rc);
        }
        return;
    }
    for (uint32_t i = 0; i < place->part_count; i++) {
        part_rows(g, place->segment, &place->parts[i]);
    }
    row->element_count = (uint32_t)g->build.elements.count - row->element_first;
}

static enum map_place_kind
place_kind(const struct map_ir_place *place)
{
    switch (place->kind) {
    case MAP_IR_VALUE:
        return MAP_PLACE_VALUE;
    case MAP_IR_RANGE:
        return MAP_PLACE_RANGE;
    case MAP_IR_PAIR:
        return MAP_PLACE_PAIR;
    case MAP_IR_PAIR_ELSE:
        return MAP_PLACE_PAIRS;
    case MAP_IR_INSTANCE:
        return MAP_PLACE_NODE;
    case MAP_IR_FIELD:
        return MAP_PLACE_FIELD;
    }
    return MAP_PLACE_NODE;
}

static bool
has_conv(const struct map_ir_stmt *stmt, const struct map_ir_place *place)
{
    const bool value = stmt->kind == MAP_IR_CORR || stmt->kind == MAP_IR_READ_ONLY ||
                       stmt->kind == MAP_IR_LEFT_CONST || stmt->kind == MAP_IR_DERIVE;
    return value && place->kind != MAP_IR_PAIR_ELSE && place->kind != MAP_IR_INSTANCE;
}

static struct wb_str
label_of(const struct map_ir_place *place)
{
    return place->kind == MAP_IR_PAIR ? place->pair_code : place->text;
}

static void
place_row(struct codegen *g, const struct map_ir_stmt *stmt, struct map_ir_place *place,
          uint32_t alt_first, uint32_t alt_count)
{
    struct map_place made = {.kind = (uint8_t)place_kind(place),
                             .key = place->key == NULL ? MAP_NONE : place->key->row,
                             .conv = MAP_NONE,
                             .path = MAP_NONE,
                             .alt_first = alt_first,
                             .alt_count = alt_count,
                             .field_code = MAP_NONE,
                             .field_value = MAP_NONE};
    elements_of(g, place, &made);
    made.test_first = (uint32_t)g->build.tests.count;
    if (place->sibling.code_count > 0) {
        test_row(g, &place->sibling);
        made.test_count = 1;
    }
    if (place->kind == MAP_IR_PAIR) {
        made.code_first = codes_row(g, &place->pair_code, 1);
        made.code_count = 1;
    }
    if (place->kind == MAP_IR_FIELD) {
        made.path = codegen_path(g, &place->field);
    }
    if (place->kind == MAP_IR_INSTANCE && place->key != NULL && place->key->is_else) {
        made.flags = MAP_PLACE_REST;
    }
    if (place->kind == MAP_IR_PAIR_ELSE) {
        made.field_code = stmt->pair_code_field;
        made.field_value = stmt->pair_value_field;
    }
    if (has_conv(stmt, place)) {
        made.conv = codegen_conv(g, stmt, place);
    } else if (place->kind == MAP_IR_PAIR_ELSE) {
        made.conv = codegen_pairs_conv(g, stmt, place);
    }
    made.label = codegen_string(g, label_of(place));
    struct map_place *row = NULL;
    PUSH_ROW(g, places, row);
    if (row != NULL) {
        *row = made;
        place->row = (uint32_t)g->build.places.count - 1;
    }
}

static void
places_of(struct codegen *g, struct map_ir_stmt *stmt)
{
    const bool instance = stmt->kind == MAP_IR_OBJECT || stmt->kind == MAP_IR_EACH;
    const bool list = stmt->kind == MAP_IR_KEEP || stmt->kind == MAP_IR_DROPS;
    const uint32_t first = (uint32_t)g->build.places.count;
    for (uint32_t i = 0; i < stmt->place_count && !instance; i++) {
        place_row(g, stmt, &stmt->places[i], list ? first + i : first,
                  list ? 1 : stmt->place_count);
    }
}

static void
places_of_list(struct codegen *g, struct map_ir_stmt *first)
{
    for (struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        places_of(g, s);
        places_of_list(
            g, s->block); /* `one of` and `when`: as deep as they nest, which is once each */
        places_of_list(g, s->else_block);
    }
}

uint32_t
codegen_filter(struct codegen *g, const struct map_ir_field *field)
{
    if (field->filter_field == MAP_IR_NONE && !field->filter_else) {
        return MAP_NONE;
    }
    struct map_filter made = {.kind = MAP_FILTER_ELSE, .field = MAP_NONE, .value = MAP_NONE};
    if (!field->filter_else) {
        const struct record_field *tested =
            record_field_at(field->schema, field->field->shape, field->filter_field);
        made.kind = MAP_FILTER_EQUALS;
        made.field = field->filter_field;
        made.value =
            field->filter_absent ? MAP_NONE : codegen_const(g, tested->type, field->filter_word);
    }
    struct map_filter *row = NULL;
    PUSH_ROW(g, filters, row);
    if (row == NULL) {
        return MAP_NONE;
    }
    *row = made;
    return (uint32_t)g->build.filters.count - 1;
}

/* Between records the keys are the objects and lists of the context's blocks. */
static void
field_keys(struct codegen *g, struct map_ir_stmt *first)
{
    for (struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->inner != NULL) {
            s->key_row = field_key_row(g, s);
        }
        field_keys(g, s->block);
        field_keys(g, s->else_block);
    }
}

static void context_rows(struct codegen *g, struct map_ir_context *context);

static void
blocks_of_list(struct codegen *g, struct map_ir_stmt *first)
{
    for (struct map_ir_stmt *s = first; s != NULL && g->rc == WB_OK; s = s->next) {
        if (s->inner != NULL) {
            struct map_block made = {.context = s->inner->row,
                                     .key =
                                         g->ir->left.is_record ? s->key_row : s->places[0].key->row,
                                     .path = codegen_path(g, &s->right),
                                     .filter = codegen_filter(g, &s->right),
                                     .flags = codegen_is_rest(s) ? MAP_BLOCK_REST : 0};
            struct map_block *row = NULL;
            PUSH_ROW(g, blocks, row);
            if (row != NULL) {
                *row = made;
                s->block_row = (uint32_t)g->build.blocks.count - 1;
                context_rows(g, s->inner);
            }
        }
        blocks_of_list(g, s->block);
        blocks_of_list(g, s->else_block);
    }
}

/* The rows of one context, then those of the contexts in it. */
static void
context_rows(struct codegen *g, struct map_ir_context *context)
{
    struct map_context made = {.left = g->ir->left.is_record ? context->left_shape : context->node,
                               .right = context->right_shape,
                               .key_first = (uint32_t)g->build.keys.count};
    for (struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        key_row(g, key);
    }
    if (g->ir->left.is_record) {
        field_keys(g, context->first);
    }
    made.key_count = (uint32_t)g->build.keys.count - made.key_first;
    made.place_first = (uint32_t)g->build.places.count;
    places_of_list(g, context->first);
    made.place_count = (uint32_t)g->build.places.count - made.place_first;
    if (g->rc == WB_OK) {
        g->build.contexts.items[context->row] = made;
    }
    blocks_of_list(g, context->first);
}

static void number_contexts(struct map_ir_context *context, uint32_t first);

static void
number_list(struct map_ir_stmt *list, uint32_t first)
{
    for (struct map_ir_stmt *s = list; s != NULL; s = s->next) {
        if (s->inner != NULL) {
            number_contexts(s->inner, first);
        }
        number_list(s->block, first);
        number_list(s->else_block, first);
    }
}

static void
number_contexts(struct map_ir_context *context, uint32_t first)
{
    context->row = first + context->no;
    number_list(context->first, first);
}

void
codegen_rows(struct codegen *g)
{
    const uint32_t first = (uint32_t)g->build.contexts.count;
    for (uint32_t i = 0; i < g->ir->context_count && g->rc == WB_OK; i++) {
        struct map_context *row = NULL;
        PUSH_ROW(g, contexts, row);
    }
    number_contexts(g->ir->root, first);
    if (g->rc == WB_OK) {
        context_rows(g, g->ir->root);
    }
}
