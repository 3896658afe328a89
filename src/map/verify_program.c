/*
 * Verifying a program in one pass: known opcodes for this direction, operands in range and of the
 * right kind for the context they stand in, bodies balanced, jumps forward and inside their body,
 * an expression stack that is empty wherever control may arrive. So no check is left to run time
 * but the step bound.
 */
#include <assert.h>

#include "map/bundle_priv.h"
#include "map/conv.h"

struct body { /* an open body, or the program itself */
    const struct map_context *context;
    uint32_t opened_at; /* pc of the opening row */
    uint32_t number;
    uint32_t keys; /* key slots of this frame and those around it */
};

struct walk {
    const struct verify *verify;
    const struct map_code *code;
    uint32_t count;
    enum map_use use;
    struct body bodies[MAP_DEPTH_MAX + 1];
    uint32_t depth;
    uint32_t body_count;
    uint32_t stack;
    uint32_t *body_of; /* by pc; MAP_NONE where the stack is not empty */
};

static const struct map_context *
here(const struct walk *walk)
{
    return walk->bodies[walk->depth].context;
}

static enum wb_rc
fail(const struct walk *walk, const char *what)
{
    return verify_fail(walk->verify, what);
}

static bool
right_path(const struct walk *walk, uint32_t path, struct verify_end *ret)
{
    return verify_path(walk->verify, path, MAP_RIGHT, here(walk)->right, ret);
}

static bool
is_objects(const struct record_field *field)
{
    return field->type == RECORD_LIST && field->item_type == RECORD_OBJECT;
}

/* A field of an item shape that holds a plain value. */
static bool
item_field(const struct verify_end *list, uint32_t number)
{
    const struct record_shape *const shape = &list->schema->shapes[list->field->shape];
    return number < shape->field_count;
}

static bool
filter_good(const struct walk *walk, const struct verify_end *list, uint32_t filter, bool may_else)
{
    const struct map_bundle *const bundle = walk->verify->bundle;
    if (filter == MAP_NONE) {
        return true;
    }
    if (filter >= bundle->filters_count) {
        return false;
    }
    const struct map_filter *const row = &bundle->filters[filter];
    if (row->kind == MAP_FILTER_ELSE) {
        return may_else;
    }
    return row->kind == MAP_FILTER_EQUALS && item_field(list, row->field) &&
           (row->value == MAP_NONE || row->value < bundle->consts_count);
}

/* COUNT takes any list; SUM and NODES lists of objects; NODES recursive ones. */
static bool
list_operand_good(const struct walk *walk, const struct map_code *code)
{
    struct verify_end end;
    if (!right_path(walk, code->b, &end) || end.field->type != RECORD_LIST) {
        return false;
    }
    const bool objects = is_objects(end.field) && end.field->shape < end.schema->shape_count;
    if (code->op == MAP_OP_SUM) {
        const uint32_t second = code->c >> 16;
        return objects && item_field(&end, code->c & 0xFFFF) &&
               (second == 0xFFFF || item_field(&end, second));
    }
    if (code->op == MAP_OP_NODES &&
        (!objects || bundle_tree_field(end.schema, end.field) == GRAMMAR_NONE)) {
        return false;
    }
    return code->c == MAP_NONE || (objects && filter_good(walk, &end, code->c, false));
}

static bool
expects_list(unsigned op)
{
    return op == MAP_OP_TAKE_ALL || op == MAP_OP_PUT_ALL;
}

static bool
pairs_good(const struct walk *walk, const struct map_code *code)
{
    struct verify_end end;
    if (!right_path(walk, code->b, &end) || !is_objects(end.field) ||
        end.field->shape >= end.schema->shape_count) {
        return false;
    }
    const struct map_place *const place = &walk->verify->bundle->places[code->c];
    const struct record_shape *const shape = &end.schema->shapes[end.field->shape];
    const struct record_field *const fields = &end.schema->fields[shape->field_first];
    if (place->field_code >= shape->field_count || place->field_value >= shape->field_count) {
        return false;
    }
    const uint8_t code_type = fields[place->field_code].type;
    const uint8_t value_type = fields[place->field_value].type;
    return (code_type == RECORD_TEXT || code_type == RECORD_CODE || code_type == RECORD_RAW) &&
           (value_type == RECORD_TEXT || value_type == RECORD_CODE);
}

static bool
path_good(const struct walk *walk, const struct map_code *code)
{
    struct verify_end end;
    if (code->op == MAP_OP_COUNT || code->op == MAP_OP_SUM || code->op == MAP_OP_NODES) {
        return list_operand_good(walk, code);
    }
    if (code->op == MAP_OP_REST_PAIRS || code->op == MAP_OP_PUT_PAIRS) {
        return true; /* with its place */
    }
    if (code->op == MAP_OP_TEST) {
        return code->a <= walk->depth &&
               verify_path(walk->verify, code->b, MAP_RIGHT,
                           walk->bodies[walk->depth - code->a].context->right, &end);
    }
    if (!right_path(walk, code->b, &end)) {
        return false;
    }
    if (expects_list(code->op)) {
        const bool texts = end.field->type == RECORD_LIST &&
                           end.field->item_type != RECORD_OBJECT &&
                           end.field->item_type != RECORD_LIST;
        return texts || end.field->type == RECORD_TEXT;
    }
    return true;
}

static bool
in_bundle(uint32_t index, uint32_t count)
{
    return index < count;
}

static bool
b_good(const struct walk *walk, const struct map_code *code, enum map_operand kind)
{
    const struct map_bundle *const bundle = walk->verify->bundle;
    struct verify_end end;
    switch (kind) {
    case MAP_OF_NOTHING:
        return code->b == 0;
    case MAP_OF_COUNT:
        return code->b > 0;
    case MAP_OF_TABLE:
        return in_bundle(code->b, bundle->tables_count);
    case MAP_OF_PATH:
        return path_good(walk, code);
    case MAP_OF_OWNER:
        return code->b == MAP_NONE16 ||
               (right_path(walk, code->b, &end) && end.field->type == RECORD_OBJECT);
    case MAP_OF_BLOCK:
        return in_bundle(code->b, bundle->blocks_count);
    case MAP_OF_CONST:
        return in_bundle(code->b, bundle->consts_count);
    case MAP_OF_FLAGS:
    case MAP_OF_RELATION:
    case MAP_OF_CONST0:
    case MAP_OF_PLACE:
    case MAP_OF_TARGET:
    case MAP_OF_FILTER:
    case MAP_OF_FIELDS:
        break;
    }
    return false;
}

/* Which kinds of places an operation takes: a bit each. */
static uint32_t
kinds_of(unsigned op)
{
    const uint32_t value = 1U << MAP_PLACE_VALUE;
    const uint32_t range = 1U << MAP_PLACE_RANGE;
    const uint32_t pair = 1U << MAP_PLACE_PAIR;
    const uint32_t pairs = 1U << MAP_PLACE_PAIRS;
    const uint32_t node = 1U << MAP_PLACE_NODE;
    const uint32_t field = 1U << MAP_PLACE_FIELD;
    if (op == MAP_OP_TAKE || op == MAP_OP_PUT) {
        return value | pair | field;
    }
    if (op == MAP_OP_TAKE_ALL || op == MAP_OP_PUT_ALL) {
        return range | field;
    }
    if (op == MAP_OP_REST_PAIRS || op == MAP_OP_PUT_PAIRS) {
        return pairs;
    }
    if (op == MAP_OP_KEEP) {
        return value | node;
    }
    if (op == MAP_OP_DROP) {
        return value | node | field;
    }
    return op == MAP_OP_COMPARE || op == MAP_OP_DERIVE ? value : value | field;
}

static bool
needs_conv(unsigned op)
{
    return op == MAP_OP_TAKE || op == MAP_OP_PUT || op == MAP_OP_TAKE_ALL || op == MAP_OP_PUT_ALL ||
           op == MAP_OP_COMPARE || op == MAP_OP_DERIVE;
}

static bool
place_operand_good(const struct walk *walk, const struct map_code *code)
{
    const struct map_bundle *const bundle = walk->verify->bundle;
    const struct map_context *const context = here(walk);
    const bool many = code->op == MAP_OP_TAKE || code->op == MAP_OP_PUT;
    const uint32_t count = many ? code->b : 1;
    if (code->c < context->place_first ||
        !verify_range(code->c - context->place_first, count, context->place_count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct map_place *const place = &bundle->places[code->c + i];
        if ((kinds_of(code->op) >> place->kind & 1U) == 0 ||
            (needs_conv(code->op) && place->conv == MAP_NONE) ||
            (many && (place->alt_first != code->c || place->alt_count != count))) {
            return false;
        }
    }
    const bool pairs = code->op == MAP_OP_REST_PAIRS || code->op == MAP_OP_PUT_PAIRS;
    return !pairs || pairs_good(walk, code);
}

static bool
c_good(const struct walk *walk, uint32_t pc, enum map_operand kind)
{
    const struct map_bundle *const bundle = walk->verify->bundle;
    const struct map_code *const code = &walk->code[pc];
    switch (kind) {
    case MAP_OF_NOTHING:
        return code->c == 0;
    case MAP_OF_PLACE:
        return place_operand_good(walk, code);
    case MAP_OF_CONST:
        return in_bundle(code->c, bundle->consts_count);
    case MAP_OF_CONST0:
        return code->c == MAP_NONE || in_bundle(code->c, bundle->consts_count);
    case MAP_OF_TARGET:
        return code->c > pc && code->c < walk->count;
    case MAP_OF_FILTER: /* with its list */
    case MAP_OF_FIELDS:
        return true;
    case MAP_OF_FLAGS:
    case MAP_OF_RELATION:
    case MAP_OF_COUNT:
    case MAP_OF_TABLE:
    case MAP_OF_PATH:
    case MAP_OF_OWNER:
    case MAP_OF_BLOCK:
        break;
    }
    return false;
}

/* MET and CHOOSE speak of the instance that their body is about. */
static bool
has_instance(const struct walk *walk, const struct map_code *code)
{
    if (code->op != MAP_OP_MET && code->op != MAP_OP_CHOOSE) {
        return true;
    }
    const struct map_bundle *const bundle = walk->verify->bundle;
    return walk->depth > 0 && walk->verify->entry->left_kind == MAP_EDI &&
           bundle->blocks[walk->code[walk->bodies[walk->depth].opened_at].b].key != MAP_NONE;
}

static bool
a_good(const struct map_code *code, enum map_operand kind)
{
    if (kind == MAP_OF_RELATION) {
        return code->a < MAP_RELATIONS;
    }
    if (code->op == MAP_OP_TEST) {
        return true; /* with its path */
    }
    return kind == MAP_OF_FLAGS ? code->a <= 1 : code->a == 0;
}

/* How an opcode changes the expression stack: takes so many, leaves one more than that or none. */
struct effect {
    uint8_t takes;
    bool gives;
    bool is_expression; /* may stand where the stack is not empty */
};

static struct effect
effect_of(unsigned op)
{
    switch (op) {
    case MAP_OP_NUM:
    case MAP_OP_FIELD:
    case MAP_OP_COUNT:
    case MAP_OP_SUM:
    case MAP_OP_NODES:
        return (struct effect){.gives = true, .is_expression = true};
    case MAP_OP_ADD:
    case MAP_OP_SUB:
    case MAP_OP_MUL:
        return (struct effect){.takes = 2, .gives = true, .is_expression = true};
    case MAP_OP_CHECK:
        return (struct effect){.takes = 2};
    case MAP_OP_COMPARE:
    case MAP_OP_DERIVE:
        return (struct effect){.takes = 1};
    default:
        return (struct effect){.takes = 0};
    }
}

static enum wb_rc
stack_step(struct walk *walk, unsigned op)
{
    const struct effect effect = effect_of(op);
    if (walk->stack < effect.takes || (!effect.is_expression && walk->stack != effect.takes)) {
        return fail(walk, "an expression does not come out even");
    }
    walk->stack = walk->stack - effect.takes + (effect.gives ? 1 : 0);
    return walk->stack > MAP_STACK_MAX ? fail(walk, "an expression is too deep") : WB_OK;
}

static bool
opens(unsigned op)
{
    return op == MAP_OP_ENTER || op == MAP_OP_EACH || op == MAP_OP_REST || op == MAP_OP_TREE ||
           op == MAP_OP_OPEN || op == MAP_OP_FOR || op == MAP_OP_FOR_TREE;
}

/* The left side of a block: the key's instances are what the inner context is about. */
static bool
block_left_good(const struct walk *walk, const struct map_block *block,
                const struct map_context *inner, bool single)
{
    const struct map_bundle *const bundle = walk->verify->bundle;
    const struct map_context *const outer = here(walk);
    if (block->key == MAP_NONE) {
        return single && inner->left == outer->left;
    }
    if (block->key < outer->key_first || block->key - outer->key_first >= outer->key_count) {
        return false;
    }
    if (walk->verify->entry->left_kind == MAP_EDI) {
        return bundle->keys[block->key].node == inner->left;
    }
    struct verify_end end;
    const struct map_key *const key = &bundle->keys[block->key];
    const uint32_t from = verify_key_shape(walk->verify, outer, key->parent);
    return verify_path(walk->verify, key->path, MAP_LEFT, from, &end) &&
           is_objects(end.field) == !single && end.field->shape == inner->left;
}

static bool
block_tree_good(const struct walk *walk, const struct map_block *block,
                const struct verify_end *list)
{
    const struct verify *const verify = walk->verify;
    if (verify->entry->left_kind != MAP_EDI ||
        bundle_tree_field(list->schema, list->field) == GRAMMAR_NONE) {
        return false;
    }
    const uint32_t node = verify->bundle->keys[block->key].node;
    return verify->bound->grammar.nodes[node].tree_id_no != 0;
}

static bool
block_good(const struct walk *walk, const struct map_code *code)
{
    const struct verify *const verify = walk->verify;
    const struct map_block *const block = &verify->bundle->blocks[code->b];
    const struct map_entry *const entry = verify->entry;
    if (block->context < entry->context_first ||
        block->context - entry->context_first >= entry->context_count) {
        return false;
    }
    const struct map_context *const inner = &verify->bundle->contexts[block->context];
    const bool single = code->op == MAP_OP_ENTER || code->op == MAP_OP_OPEN;
    struct verify_end end;
    if (!block_left_good(walk, block, inner, single) || !right_path(walk, block->path, &end) ||
        end.field->shape != inner->right) {
        return false;
    }
    if (single) {
        return end.field->type == RECORD_OBJECT;
    }
    const bool tree = code->op == MAP_OP_TREE || code->op == MAP_OP_FOR_TREE;
    return is_objects(end.field) && filter_good(walk, &end, block->filter, true) &&
           (!tree || block_tree_good(walk, block, &end));
}

static enum wb_rc
body_open(struct walk *walk, uint32_t pc)
{
    const struct map_code *const code = &walk->code[pc];
    if (!block_good(walk, code)) {
        return fail(walk, "a block does not fit where it stands");
    }
    if (walk->depth == MAP_DEPTH_MAX) {
        return fail(walk, "blocks are nested too deep");
    }
    const struct map_bundle *const bundle = walk->verify->bundle;
    const struct map_context *const inner = &bundle->contexts[bundle->blocks[code->b].context];
    const bool tree = code->op == MAP_OP_TREE || code->op == MAP_OP_FOR_TREE;
    const uint32_t frames = tree ? MAP_TREE_MAX : 1;
    const uint32_t keys = walk->bodies[walk->depth].keys + inner->key_count * frames;
    walk->depth++;
    walk->bodies[walk->depth] = (struct body){
        .context = inner, .opened_at = pc, .number = ++walk->body_count, .keys = keys};
    if (keys > walk->verify->bound->keys_max) {
        walk->verify->bound->keys_max = keys;
    }
    return WB_OK;
}

static enum wb_rc
body_leave(struct walk *walk, uint32_t pc)
{
    if (walk->depth == 0) {
        return fail(walk, "a leave without its block");
    }
    if (walk->code[walk->bodies[walk->depth].opened_at].c != pc + 1) {
        return fail(walk, "a block does not say where it ends");
    }
    walk->depth--;
    return WB_OK;
}

static enum wb_rc
step(struct walk *walk, uint32_t pc)
{
    const struct map_code *const code = &walk->code[pc];
    if (code->op >= MAP_OP_COUNT_OF) {
        return fail(walk, "an unknown opcode");
    }
    const struct map_op_row *const row = map_op_row(code->op);
    if ((row->use & walk->use) == 0) {
        return fail(walk, "an opcode of the other direction");
    }
    walk->body_of[pc] = walk->stack == 0 ? walk->bodies[walk->depth].number : MAP_NONE;
    if (!a_good(code, row->a) || !b_good(walk, code, row->b) || !c_good(walk, pc, row->c) ||
        !has_instance(walk, code)) {
        return wb_fail(walk->verify->ctx, WB_INVALID,
                       "no good bundle of maps: an operand of %s at %u", row->name, (unsigned)pc);
    }
    const enum wb_rc rc = stack_step(walk, code->op);
    if (rc != WB_OK) {
        return rc;
    }
    if (code->op == MAP_OP_END && (walk->depth != 0 || pc + 1 != walk->count)) {
        return fail(walk, "a program ends in its middle");
    }
    if (opens(code->op)) {
        return body_open(walk, pc);
    }
    return code->op == MAP_OP_LEAVE ? body_leave(walk, pc) : WB_OK;
}

static enum wb_rc
jumps_verify(const struct walk *walk)
{
    for (uint32_t pc = 0; pc < walk->count; pc++) {
        const struct map_code *const code = &walk->code[pc];
        if (map_op_row(code->op)->c != MAP_OF_TARGET) {
            continue;
        }
        if (walk->body_of[code->c] == MAP_NONE || walk->body_of[code->c] != walk->body_of[pc]) {
            return fail(walk, "a jump leaves its block");
        }
    }
    return WB_OK;
}

enum wb_rc
verify_program(const struct verify *verify, uint32_t first, uint32_t count, enum map_use use)
{
    const struct map_bundle *const bundle = verify->bundle;
    const struct map_context *const context = &bundle->contexts[verify->entry->context];
    if (!verify_range(first, count, bundle->code_count) || count == 0) {
        return verify_fail(verify, "a program lies outside");
    }
    struct walk walk = {.verify = verify, .code = bundle->code + first, .count = count, .use = use};
    walk.bodies[0] = (struct body){.context = context, .keys = context->key_count};
    if (context->key_count > verify->bound->keys_max) {
        verify->bound->keys_max = context->key_count;
    }
    walk.body_of = wb_arena_array(verify->ctx, verify->arena, count, sizeof *walk.body_of);
    if (walk.body_of == NULL) {
        return WB_NOMEM;
    }
    for (uint32_t pc = 0; pc < count; pc++) {
        const enum wb_rc rc = step(&walk, pc);
        if (rc != WB_OK) {
            return rc;
        }
    }
    if (bundle->code[first + count - 1].op != MAP_OP_END) {
        return verify_fail(verify, "a program does not end");
    }
    return jumps_verify(&walk);
}
