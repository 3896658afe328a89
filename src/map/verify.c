/*
 * Verifying what a bundle's rows say: references, tables, constants, and for each map its contexts,
 * keys and places against the grammar and schemas it is bound to. Programs are verified in
 * verify_program.c. After this the machine trusts every index.
 */
#include <assert.h>
#include <string.h>

#include "map/bundle_priv.h"
#include "map/conv.h"

enum wb_rc
verify_fail(const struct verify *verify, const char *what)
{
    if (verify->entry == NULL) {
        return wb_fail(verify->ctx, WB_INVALID, "no good bundle of maps: %s", what);
    }
    return wb_fail(verify->ctx, WB_INVALID, "no good bundle of maps: " WB_FMT ": %s",
                   WB_ARG(bundle_str(verify->bundle, verify->entry->name)), what);
}

bool
verify_range(uint32_t first, uint32_t count, uint32_t limit)
{
    return first <= limit && count <= limit - first;
}

static bool
ref_good(const struct verify *verify, struct map_ref ref)
{
    return ref.at <= verify->bundle->strings.len && ref.len <= verify->bundle->strings.len - ref.at;
}

uint32_t
bundle_segment_node(const struct grammar *grammar, uint32_t node)
{
    const struct grammar_node *const row = &grammar->nodes[node];
    return row->segment != GRAMMAR_NONE ? node : row->child_first;
}

const struct map_test *
key_set_of(const struct map_bundle *bundle, uint32_t key)
{
    const struct map_key *const row = &bundle->keys[key];
    for (uint32_t i = 0; i < row->test_count; i++) {
        if (bundle->tests[row->test_first + i].code_count > 1) {
            return &bundle->tests[row->test_first + i];
        }
    }
    return NULL;
}

uint32_t
bundle_tree_field(const struct record_schema *schema, const struct record_field *list)
{
    const uint32_t field = record_find_field(schema, list->shape, list->name);
    if (field == RECORD_NONE) {
        return GRAMMAR_NONE;
    }
    const struct record_field *const inner =
        &schema->fields[schema->shapes[list->shape].field_first + field];
    const bool same = inner->type == RECORD_LIST && inner->item_type == RECORD_OBJECT &&
                      inner->shape == list->shape;
    return same ? field : GRAMMAR_NONE;
}

static bool
table_good(const struct verify *verify, const struct map_table *table)
{
    const struct map_bundle *const bundle = verify->bundle;
    if (!ref_good(verify, table->name) ||
        !verify_range(table->left_first, table->left_count, bundle->rows_count) ||
        !verify_range(table->right_first, table->right_count, bundle->rows_count)) {
        return false;
    }
    for (uint32_t i = 1; i < table->left_count; i++) {
        const struct map_row *const row = &bundle->rows[table->left_first + i];
        if (wb_str_cmp(bundle_str(bundle, row[-1].left), bundle_str(bundle, row->left)) >= 0) {
            return false;
        }
    }
    for (uint32_t i = 1; i < table->right_count; i++) {
        const struct map_row *const row = &bundle->rows[table->right_first + i];
        if (wb_str_cmp(bundle_str(bundle, row[-1].right), bundle_str(bundle, row->right)) >= 0) {
            return false;
        }
    }
    return true;
}

static bool
strings_good(const struct verify *verify)
{
    const struct map_bundle *const bundle = verify->bundle;
    bool good = true;
    for (uint32_t i = 0; i < bundle->codes_count; i++) {
        good = good && ref_good(verify, bundle->codes[i]);
    }
    for (uint32_t i = 0; i < bundle->rows_count; i++) {
        good = good && ref_good(verify, bundle->rows[i].left) &&
               ref_good(verify, bundle->rows[i].right);
    }
    for (uint32_t i = 0; i < bundle->convs_count; i++) {
        const struct map_conv *const conv = &bundle->convs[i];
        good = good && ref_good(verify, conv->text) && conv->kind < MAP_CONV_KINDS &&
               conv->type <= RECORD_RAW && conv->left_type <= RECORD_RAW;
    }
    for (uint32_t i = 0; i < bundle->maps_count; i++) {
        const struct map_entry *const map = &bundle->maps[i];
        good = good && ref_good(verify, map->name) && ref_good(verify, map->left_standard) &&
               ref_good(verify, map->left_release) && ref_good(verify, map->left_message) &&
               ref_good(verify, map->left_schema) && ref_good(verify, map->left_shape) &&
               ref_good(verify, map->right_schema) && ref_good(verify, map->right_shape) &&
               ref_good(verify, map->file);
    }
    return good;
}

enum wb_rc
verify_rows(struct verify *verify)
{
    const struct map_bundle *const bundle = verify->bundle;
    if (!strings_good(verify)) {
        return verify_fail(verify, "a string lies outside");
    }
    for (uint32_t i = 0; i < bundle->tables_count; i++) {
        if (!table_good(verify, &bundle->tables[i])) {
            return verify_fail(verify, "a table is out of order");
        }
    }
    for (uint32_t i = 0; i < bundle->consts_count; i++) {
        const struct map_const *const row = &bundle->consts[i];
        const bool good =
            ref_good(verify, row->text) && row->type <= RECORD_RAW &&
            conv_parse((uint8_t)row->type, bundle_str(bundle, row->text), &bundle->values[i]);
        if (!good) {
            return verify_fail(verify, "a constant is none of its type");
        }
    }
    for (uint32_t i = 0; i < bundle->tests_count; i++) {
        const struct map_test *const test = &bundle->tests[i];
        if (!verify_range(test->code_first, test->code_count, bundle->codes_count) ||
            test->element_no == 0 || test->repeat_no == 0 || test->component_no == 0) {
            return verify_fail(verify, "a test is of no element or codes");
        }
    }
    if (bundle->lines_count != bundle->code_count) {
        return verify_fail(verify, "its lines do not belong to its code");
    }
    return WB_OK;
}

bool
verify_path(const struct verify *verify, uint32_t path, uint32_t side, uint32_t shape,
            struct verify_end *ret)
{
    const struct map_bundle *const bundle = verify->bundle;
    const struct record_schema *const schema =
        side == MAP_LEFT ? verify->bound->left : verify->bound->right;
    if (schema == NULL || path >= bundle->paths_count) {
        return false;
    }
    const struct map_path *const row = &bundle->paths[path];
    if (row->side != side || row->shape != shape || row->step_count == 0 ||
        row->step_count > MAP_PATH_MAX ||
        !verify_range(row->step_first, row->step_count, bundle->steps_count)) {
        return false;
    }
    uint32_t at = shape;
    for (uint32_t i = 0; i < row->step_count; i++) {
        const uint32_t number = bundle->steps[row->step_first + i].field;
        if (at >= schema->shape_count || number >= schema->shapes[at].field_count) {
            return false;
        }
        ret->field = &schema->fields[schema->shapes[at].field_first + number];
        at = ret->field->shape;
        if (i + 1 < row->step_count && ret->field->type != RECORD_OBJECT) {
            return false;
        }
    }
    ret->schema = schema;
    return true;
}

uint32_t
verify_key_shape(const struct verify *verify, const struct map_context *context, uint32_t key)
{
    uint32_t shape = context->left;
    if (key != MAP_NONE) {
        const struct map_path *const path = &verify->bundle->paths[verify->bundle->keys[key].path];
        const struct record_schema *const schema = verify->bound->left;
        shape = path->shape;
        for (uint32_t i = 0; i < path->step_count; i++) {
            const uint32_t number = verify->bundle->steps[path->step_first + i].field;
            shape = schema->fields[schema->shapes[shape].field_first + number].shape;
        }
    }
    return shape;
}

static bool
key_good(const struct verify *verify, const struct map_context *context, uint32_t number)
{
    const struct map_bundle *const bundle = verify->bundle;
    const struct map_key *const key = &bundle->keys[number];
    const bool nested = key->parent != MAP_NONE;
    if (nested && (key->parent < context->key_first || key->parent >= number)) {
        return false;
    }
    if (!verify_range(key->test_first, key->test_count, bundle->tests_count)) {
        return false;
    }
    if (verify->entry->left_kind == MAP_RECORD) {
        const uint32_t from = verify_key_shape(verify, context, nested ? key->parent : MAP_NONE);
        struct verify_end end;
        return key->test_count == 0 && verify_path(verify, key->path, MAP_LEFT, from, &end) &&
               (end.field->type == RECORD_OBJECT ||
                (end.field->type == RECORD_LIST && end.field->item_type == RECORD_OBJECT)) &&
               end.field->shape < end.schema->shape_count;
    }
    const struct grammar_message *const message = verify->bound->message;
    const uint32_t above = nested ? bundle->keys[key->parent].node : context->left;
    return key->node > message->node_first &&
           key->node - message->node_first < message->node_count &&
           verify->bound->grammar.nodes[key->node].parent == above;
}

static bool
elements_good(const struct verify *verify, const struct map_place *place)
{
    const struct map_bundle *const bundle = verify->bundle;
    const uint32_t max = place->kind == MAP_PLACE_PAIR || place->kind == MAP_PLACE_PAIRS
                             ? 2 * MAP_PARTS_MAX
                             : MAP_PARTS_MAX;
    if (!verify_range(place->element_first, place->element_count, bundle->elements_count) ||
        place->element_count == 0 || place->element_count > max) {
        return false;
    }
    const bool pairs = place->kind == MAP_PLACE_PAIR || place->kind == MAP_PLACE_PAIRS;
    for (uint32_t i = 0; i < place->element_count; i++) {
        const struct map_element *const element = &bundle->elements[place->element_first + i];
        if (element->element_no == 0 || element->repeat_no == 0 || element->component_no == 0 ||
            element->type > GRAMMAR_B || element->scale > WB_DEC_SCALE_MAX) {
            return false;
        }
    }
    return !pairs || place->element_count % 2 == 0;
}

/* The alternatives of a statement are a run of places of the context, and agree on it. */
static bool
alternatives_good(const struct verify *verify, const struct map_context *context, uint32_t number)
{
    const struct map_place *const place = &verify->bundle->places[number];
    if (place->alt_count == 0) {
        return true;
    }
    const uint32_t first = context->place_first;
    if (place->alt_first < first || number < place->alt_first ||
        !verify_range(place->alt_first - first, place->alt_count, context->place_count) ||
        number - place->alt_first >= place->alt_count) {
        return false;
    }
    const struct map_place *const leader = &verify->bundle->places[place->alt_first];
    return leader->alt_first == place->alt_first && leader->alt_count == place->alt_count;
}

static bool
place_good(const struct verify *verify, const struct map_context *context, uint32_t number)
{
    const struct map_bundle *const bundle = verify->bundle;
    const struct map_place *const place = &bundle->places[number];
    const bool record = verify->entry->left_kind == MAP_RECORD;
    if (place->key != MAP_NONE && (place->key < context->key_first ||
                                   place->key - context->key_first >= context->key_count)) {
        return false;
    }
    if (place->kind >= MAP_PLACE_KINDS || (place->kind == MAP_PLACE_FIELD) != record ||
        !ref_good(verify, place->label) || !alternatives_good(verify, context, number) ||
        (place->conv != MAP_NONE && place->conv >= bundle->convs_count) ||
        !verify_range(place->test_first, place->test_count, bundle->tests_count) ||
        !verify_range(place->code_first, place->code_count, bundle->codes_count)) {
        return false;
    }
    if (record) {
        struct verify_end end;
        return verify_path(verify, place->path, MAP_LEFT,
                           verify_key_shape(verify, context, place->key), &end);
    }
    if (place->kind == MAP_PLACE_PAIR && place->code_count == 0) {
        return false;
    }
    return place->kind == MAP_PLACE_NODE || elements_good(verify, place);
}

static bool
context_good(const struct verify *verify, const struct map_context *context)
{
    const struct map_bundle *const bundle = verify->bundle;
    if (context->right >= verify->bound->right->shape_count || context->key_count > MAP_KEYS_MAX ||
        !verify_range(context->key_first, context->key_count, bundle->keys_count) ||
        !verify_range(context->place_first, context->place_count, bundle->places_count)) {
        return false;
    }
    if (verify->entry->left_kind == MAP_RECORD) {
        return context->left < verify->bound->left->shape_count;
    }
    const struct grammar_message *const message = verify->bound->message;
    return context->left >= message->node_first &&
           context->left - message->node_first < message->node_count;
}

static enum wb_rc
context_verify(const struct verify *verify, const struct map_context *context)
{
    if (!context_good(verify, context)) {
        return verify_fail(verify, "a context is of no node or record");
    }
    for (uint32_t i = 0; i < context->key_count; i++) {
        if (!key_good(verify, context, context->key_first + i)) {
            return verify_fail(verify, "a key leads nowhere");
        }
    }
    for (uint32_t i = 0; i < context->place_count; i++) {
        if (!place_good(verify, context, context->place_first + i)) {
            return verify_fail(verify, "a place is not in its message or record");
        }
    }
    return WB_OK;
}

enum wb_rc
verify_contexts(const struct verify *verify)
{
    const struct map_entry *const entry = verify->entry;
    const struct map_bundle *const bundle = verify->bundle;
    if (!verify_range(entry->context_first, entry->context_count, bundle->contexts_count) ||
        entry->context < entry->context_first ||
        entry->context - entry->context_first >= entry->context_count) {
        return verify_fail(verify, "a map has no contexts");
    }
    for (uint32_t i = 0; i < entry->context_count; i++) {
        const enum wb_rc rc = context_verify(verify, &bundle->contexts[entry->context_first + i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    const struct map_context *const outer = &bundle->contexts[entry->context];
    const uint32_t left = entry->left_kind == MAP_EDI ? verify->bound->message->node_first
                                                      : verify->bound->left_shape;
    if (outer->left != left || outer->right != verify->bound->right_shape) {
        return verify_fail(verify, "its first context is not the message and the document");
    }
    return WB_OK;
}
