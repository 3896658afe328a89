/*
 * Records at random: a walk over a map's write program in which every instruction that would take a
 * field from the record makes one instead. Frames are objects being filled; bodies run as often as
 * the generator likes.
 */
#include "map/generate.h"

#include <assert.h>
#include <string.h>

#include "map/generate_priv.h"
#include "map/machine_priv.h"

enum { PRESENT = 75, KEPT = 25, LIST_MAX = 3, TREE_DEPTH = 4, ENTRIES_MAX = 400 };

struct maker { /* a frame */
    const struct map_context *context;
    const struct map_block *block;
    struct record_object *object;
    unsigned op;
    uint32_t body_at;
    uint32_t left;  /* rounds still to run */
    uint32_t level; /* of a tree */
    uint32_t field; /* FOR: the list, in the object around; FOR_TREE: in an element */
    struct record_object *owner;
};

struct making {
    struct generator g;
    struct maker frames[FRAMES_MAX];
    uint32_t depth;
    uint32_t next;
    uint32_t made; /* elements of lists so far */
    bool cond;
    uint32_t forced; /* the path that `one of` has chosen, MAP_NONE = none */
    /* Between LOAD and PUT. */
    uint32_t path;
    bool present;
    bool has_default;
    uint32_t usual;
    uint32_t table;
    uint32_t space;
    bool keeps;
    uint16_t owner;
    uint32_t name;
};

static struct maker *
now(struct making *k)
{
    return &k->frames[k->depth - 1];
}

static const struct record_field *
field_of(const struct record_object *object, uint32_t number)
{
    const struct record_schema *const schema = object->schema;
    return &schema->fields[schema->shapes[object->shape].field_first + number];
}

/* The object that holds a path's last field, made on the way. NULL without memory. */
static struct record_object *
holder_of(struct making *k, uint32_t path, uint32_t *ret_number)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_path *const row = &bundle->paths[path];
    struct record_object *object = now(k)->object;
    for (uint32_t i = 0; i + 1 < row->step_count && object != NULL; i++) {
        object =
            record_enter(k->g.ctx, k->g.arena, object, bundle->steps[row->step_first + i].field);
    }
    *ret_number = bundle->steps[row->step_first + row->step_count - 1].field;
    return object;
}

static enum wb_rc
set_path(struct making *k, uint32_t path, const struct record_value *value)
{
    uint32_t number = 0;
    struct record_value made;
    struct record_object *const object = holder_of(k, path, &number);
    if (object == NULL) {
        return WB_NOMEM;
    }
    const struct record_field *const field = field_of(object, number);
    if (field->type == RECORD_LIST && value->type == RECORD_LIST) {
        *record_cell(object, number) = *value;
    } else if (value_into(value, field, &made)) {
        made.present = true;
        *record_cell(object, number) = made;
    }
    return WB_OK;
}

/* Tests of other keys on the same node: their codes are not for `else` instances. */
static const struct map_test *
taken_codes(struct making *k, const struct map_place *place)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct maker *const frame = now(k);
    const bool rest = frame->block != NULL && (frame->block->flags & MAP_BLOCK_REST) != 0 &&
                      place->key == MAP_NONE && k->depth > 1 && place->element_count > 0;
    if (!rest || place->kind != MAP_PLACE_VALUE) {
        return NULL;
    }
    const struct map_context *const outer = k->frames[k->depth - 2].context;
    const uint16_t element_no = bundle->elements[place->element_first].element_no;
    uint32_t matching = 0;
    const struct map_test *chosen = NULL;
    for (uint32_t i = 0; i < outer->key_count; i++) {
        const struct map_key *const key = &bundle->keys[outer->key_first + i];
        for (uint32_t t = 0; key->node == frame->context->left && t < key->test_count; t++) {
            const struct map_test *const test = &bundle->tests[key->test_first + t];
            /* One of them at random: the others are refused by writing and the record is redrawn.
             */
            if (test->element_no == element_no && map_random_below(k->g.random, ++matching) == 0) {
                chosen = test;
            }
        }
    }
    return chosen;
}

static enum wb_rc
keep_choice(struct making *k, struct wb_str text)
{
    struct record_object *object = now(k)->object;
    uint32_t number = 0;
    if (k->owner != MAP_NONE16) {
        struct record_object *const holder = holder_of(k, k->owner, &number);
        object = holder == NULL ? NULL : record_enter(k->g.ctx, k->g.arena, holder, number);
    }
    if (object == NULL) {
        return WB_NOMEM;
    }
    if (object->source == NULL) {
        object->source = record_any_new(k->g.ctx, k->g.arena, RECORD_MAP);
    }
    struct record_any *const value = record_any_text(k->g.ctx, k->g.arena, text);
    if (object->source == NULL || value == NULL) {
        return WB_NOMEM;
    }
    return record_any_set(k->g.ctx, k->g.arena, object->source, k->g.bundle->values[k->name].text,
                          value);
}

/* A word of the table; the code of its row that is not the usual one is sometimes kept. */
static enum wb_rc
table_value(struct making *k, const struct map_place *place, struct record_value *ret)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_table *const table = &bundle->tables[k->table];
    *ret = (struct record_value){.present = true, .type = RECORD_TEXT};
    if (table->left_count == 0) {
        ret->present = false;
        return WB_OK;
    }
    const struct map_row *const row =
        &bundle->rows[table->left_first + map_random_below(k->g.random, table->left_count)];
    const struct wb_str code = bundle_str(bundle, row->left);
    ret->text = bundle_str(bundle, row->right);
    const struct map_row *const usual = table_right(bundle, table, ret->text);
    const bool other = usual != NULL && !wb_str_eq(bundle_str(bundle, usual->left), code);
    if (!other || !k->keeps || place->alt_count > 1 || !generate_chance(&k->g, KEPT)) {
        return WB_OK;
    }
    return keep_choice(k, code);
}

/* Whether writing would choose an earlier place of the statement. */
static bool
earlier_takes(struct making *k, const struct map_place *place, const struct record_value *value)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_place *const first = &bundle->places[place->alt_first];
    for (const struct map_place *at = first; at < place; at++) {
        const bool pair = at->kind == MAP_PLACE_PAIR;
        const struct map_element *const elements =
            &bundle->elements[at->element_first + (pair ? 1 : 0)];
        struct wb_str parts[MAP_PARTS_MAX];
        const enum conv_rc rc = conv_write(&k->g.env, &bundle->convs[at->conv], elements,
                                           pair ? 1 : at->element_count, value, parts);
        if (rc == CONV_OK || rc == CONV_CUT) {
            return true;
        }
    }
    return false;
}

/* A code of the set of the place's key that is not the first, now and then. */
static struct wb_str
other_code(struct making *k, const struct map_place *place)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_key *const key = place->key == MAP_NONE ? NULL : &bundle->keys[place->key];
    const bool simple = key != NULL && key->test_count == 1 && place->test_count == 0;
    const struct map_test *const test = simple ? &bundle->tests[key->test_first] : NULL;
    if (test == NULL || test->code_count < 2 || !generate_chance(&k->g, KEPT)) {
        return (struct wb_str){NULL, 0};
    }
    const uint32_t at = 1 + map_random_below(k->g.random, test->code_count - 1);
    return bundle_str(bundle, bundle->codes[test->code_first + at]);
}

/* The place and the code of a set that were met, where writing would choose others; kept. */
static enum wb_rc
set_choice(struct making *k, const struct map_place *place, const struct record_value *value)
{
    const struct map_bundle *const bundle = k->g.bundle;
    if (!k->keeps || k->table != MAP_NONE) {
        return WB_OK;
    }
    const bool many = place->alt_count > 1;
    const struct wb_str code = other_code(k, place);
    const bool other = many && earlier_takes(k, place, value) && generate_chance(&k->g, PRESENT);
    if (!other && code.len == 0) {
        return WB_OK;
    }
    if (!many) {
        return keep_choice(k, code);
    }
    const struct wb_str label = bundle_str(bundle, place->label);
    const struct wb_str text =
        wb_arena_printf(k->g.ctx, k->g.arena, WB_FMT "%s" WB_FMT, WB_ARG(label),
                        code.len > 0 ? "/" : "", WB_ARG(code));
    return text.at == NULL ? WB_NOMEM : keep_choice(k, text);
}

/*
 * Whether a constant stands in for this place when the record says nothing ("01 = IC or any"): then
 * a record without the field is not in normal form.
 */
static bool
has_stand_in(const struct making *k, const struct map_place *place)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_entry *const entry = k->g.entry;
    const struct map_context *const context = k->frames[k->depth - 1].context;
    for (uint32_t pc = 0; pc < entry->write_count && place->element_count > 0; pc++) {
        const struct map_code *const code = &bundle->code[entry->write_first + pc];
        const bool ours = code->op == MAP_OP_CONST && code->c >= context->place_first &&
                          code->c - context->place_first < context->place_count;
        const struct map_place *const other = ours ? &bundle->places[code->c] : NULL;
        if (ours && other->key == place->key && other->element_count > 0 &&
            bundle->elements[other->element_first].element_no ==
                bundle->elements[place->element_first].element_no) {
            return true;
        }
    }
    return false;
}

static enum wb_rc
make_put(struct making *k, const struct map_code *code)
{
    const struct map_place *const place =
        &k->g.bundle->places[code->c + map_random_below(k->g.random, code->b)];
    struct record_value value = {.present = false};
    enum wb_rc rc = WB_OK;
    if (!k->present && k->has_default) {
        return set_path(k, k->path, &k->g.bundle->values[k->usual]);
    }
    if (!k->present && !has_stand_in(k, place)) {
        return WB_OK;
    }
    if (k->table != MAP_NONE) {
        rc = table_value(k, place, &value);
    } else {
        value.present =
            generate_value(&k->g, now(k)->context, place, taken_codes(k, place), &value);
    }
    if (rc == WB_OK && value.present) {
        rc = set_path(k, k->path, &value);
    }
    return rc == WB_OK && value.present ? set_choice(k, place, &value) : rc;
}

static enum wb_rc
make_load(struct making *k, const struct map_code *code)
{
    k->path = code->b;
    k->present = k->forced == code->b || generate_chance(&k->g, PRESENT);
    k->forced = MAP_NONE;
    k->has_default = k->keeps = false;
    k->table = k->space = MAP_NONE;
    return WB_OK;
}

/* A text of some pieces for a range, or a list of values. */
static enum wb_rc
make_put_all(struct making *k, const struct map_code *code)
{
    const struct map_place *const place = &k->g.bundle->places[code->c];
    const struct map_conv *const conv = &k->g.bundle->convs[place->conv];
    uint32_t number = 0;
    if (k->forced != code->b && !generate_chance(&k->g, PRESENT)) {
        return WB_OK;
    }
    k->forced = MAP_NONE;
    const struct record_object *const object = holder_of(k, code->b, &number);
    if (object == NULL) {
        return WB_NOMEM;
    }
    const struct record_field *const field = field_of(object, number);
    struct record_value value = {.present = true, .type = RECORD_LIST};
    if (field->type == RECORD_TEXT) {
        const bool lines = place->kind == MAP_PLACE_FIELD;
        value.type = RECORD_TEXT;
        value.present = !lines || generate_value(&k->g, now(k)->context, place, NULL, &value);
        if (!lines) {
            const uint32_t max = k->g.bundle->elements[place->element_first].max;
            value.text = generate_text(&k->g, 1, max + max / 2);
            value.present = place->element_count > 1 || value.text.len <= max;
        }
        return value.present ? set_path(k, code->b, &value) : WB_OK;
    }
    if (conv->kind == MAP_CONV_LINES || conv->kind == MAP_CONV_HTML_LINES) {
        return WB_OK;
    }
    for (uint32_t n = 1 + map_random_below(k->g.random, LIST_MAX); n > 0; n--) {
        struct record_value item;
        if (!generate_value(&k->g, now(k)->context, place, NULL, &item)) {
            break;
        }
        struct record_value *const made =
            WB_PUSH(k->g.ctx, k->g.arena, value.list.items, value.list.count, value.list.cap);
        if (made == NULL) {
            return WB_NOMEM;
        }
        *made = item;
    }
    return value.list.count > 0 ? set_path(k, code->b, &value) : WB_OK;
}

static enum wb_rc
make_pair(struct making *k, const struct map_place *place, struct record_object *owner,
          uint32_t number)
{
    const uint32_t node = generate_node(&k->g, now(k)->context, place);
    const struct map_element *const pair = &k->g.bundle->elements[place->element_first];
    struct record_value code = {.present = true, .type = RECORD_TEXT};
    struct record_value text = {.present = true, .type = RECORD_TEXT};
    code.text = generate_element(&k->g, node, &pair[0], NULL);
    text.text = generate_element(&k->g, node, &pair[1], NULL);
    if (place->conv != MAP_NONE) {
        const struct wb_str left = code.text;
        if (conv_read(&k->g.env, &k->g.bundle->convs[place->conv], &pair[0], &left, 1, &code) !=
            CONV_OK) {
            return WB_OK;
        }
    }
    struct record_value *const item = record_append(k->g.ctx, k->g.arena, owner, number);
    if (item == NULL || item->object == NULL) {
        return WB_NOMEM;
    }
    struct record_value *const code_cell = record_cell(item->object, place->field_code);
    struct record_value *const text_cell = record_cell(item->object, place->field_value);
    const bool good = value_into(&code, field_of(item->object, place->field_code), code_cell) &&
                      value_into(&text, field_of(item->object, place->field_value), text_cell);
    code_cell->present = text_cell->present = good;
    return WB_OK;
}

static enum wb_rc
make_put_pairs(struct making *k, const struct map_code *code)
{
    const struct map_place *const place = &k->g.bundle->places[code->c];
    const bool forced = k->forced == code->b;
    uint32_t number = 0;
    enum wb_rc rc = WB_OK;
    k->forced = MAP_NONE;
    if (!forced && !generate_chance(&k->g, KEPT)) {
        return WB_OK;
    }
    struct record_object *const owner = holder_of(k, code->b, &number);
    if (owner == NULL) {
        return WB_NOMEM;
    }
    const uint32_t most = place->element_count > 2 ? 2 : 1;
    for (uint32_t n = 1 + map_random_below(k->g.random, most); n > 0 && rc == WB_OK; n--) {
        rc = make_pair(k, place, owner, number);
    }
    return rc;
}

static struct maker *
push(struct making *k, const struct map_code *code)
{
    const struct map_block *const block = &k->g.bundle->blocks[code->b];
    struct maker *const frame = &k->frames[k->depth++];
    *frame = (struct maker){
        .context = &k->g.bundle->contexts[block->context], .block = block, .op = code->op};
    return frame;
}

/* The next element of a list that is being made. */
static enum wb_rc
make_element(struct making *k, struct maker *frame)
{
    struct record_value *const item =
        record_append(k->g.ctx, k->g.arena, frame->owner, frame->field);
    const uint32_t filter = frame->block->filter;
    if (item == NULL || item->object == NULL) {
        return WB_NOMEM;
    }
    frame->object = item->object;
    frame->left--;
    k->made++;
    if (filter == MAP_NONE) {
        return WB_OK;
    }
    const struct map_filter *const row = &k->g.bundle->filters[filter];
    if (row->kind == MAP_FILTER_EQUALS && row->value != MAP_NONE) {
        struct record_value *const cell = record_cell(frame->object, row->field);
        cell->present =
            value_into(&k->g.bundle->values[row->value], field_of(frame->object, row->field), cell);
    }
    return WB_OK;
}

static enum wb_rc
make_block(struct making *k, const struct map_code *code, uint32_t pc)
{
    const struct map_block *const block = &k->g.bundle->blocks[code->b];
    const bool single = code->op == MAP_OP_OPEN;
    const bool wanted = k->forced == block->path || generate_chance(&k->g, single ? PRESENT : 60);
    uint32_t number = 0;
    k->forced = MAP_NONE;
    if (!wanted || k->depth == FRAMES_MAX || k->made > ENTRIES_MAX) {
        k->next = code->c;
        return WB_OK;
    }
    struct record_object *const owner = holder_of(k, block->path, &number);
    if (owner == NULL) {
        return WB_NOMEM;
    }
    struct maker *const frame = push(k, code);
    frame->body_at = pc + 1;
    frame->owner = owner;
    frame->field = number;
    if (single) {
        frame->object = record_enter(k->g.ctx, k->g.arena, owner, number);
        return frame->object == NULL ? WB_NOMEM : WB_OK;
    }
    frame->left = 1 + map_random_below(k->g.random, LIST_MAX);
    frame->level = code->op == MAP_OP_FOR_TREE ? 1 : 0;
    return make_element(k, frame);
}

/* Down into the children of a tree's element, or on to the next, or out. */
static enum wb_rc
make_leave_tree(struct making *k)
{
    struct maker *frame = now(k);
    const struct record_schema *const schema = frame->object->schema;
    const struct record_field *const list = field_of(frame->owner, frame->field);
    const uint32_t inner = bundle_tree_field(schema, list);
    if (frame->level < TREE_DEPTH && k->depth < FRAMES_MAX && generate_chance(&k->g, 45)) {
        struct maker *const below = &k->frames[k->depth++];
        *below = *frame;
        below->level = frame->level + 1;
        below->owner = frame->object;
        below->field = inner;
        below->left = 1 + map_random_below(k->g.random, 2);
        frame = below;
    }
    while (frame->left == 0) {
        k->depth--;
        if (frame->level == 1) {
            return WB_OK;
        }
        frame = now(k);
    }
    k->next = frame->body_at;
    return make_element(k, frame);
}

static enum wb_rc
make_leave(struct making *k)
{
    struct maker *const frame = now(k);
    if (frame->op == MAP_OP_FOR_TREE) {
        return make_leave_tree(k);
    }
    if (frame->op == MAP_OP_FOR && frame->left > 0) {
        k->next = frame->body_at;
        return make_element(k, frame);
    }
    k->depth--;
    return WB_OK;
}

static enum wb_rc
make_choose(struct making *k, const struct map_code *code)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_test *const set = key_set_of(bundle, now(k)->block->key);
    if (set == NULL || !generate_chance(&k->g, KEPT)) {
        return WB_OK;
    }
    const uint32_t at = 1 + map_random_below(k->g.random, set->code_count - 1);
    k->owner = MAP_NONE16;
    k->name = code->c;
    return keep_choice(k, bundle_str(bundle, bundle->codes[set->code_first + at]));
}

/* TEST looks at what has been made. */
static void
make_test(struct making *k, const struct map_code *code)
{
    const struct map_bundle *const bundle = k->g.bundle;
    const struct map_path *const row = &bundle->paths[code->b];
    const uint32_t up = code->a < k->depth ? code->a : k->depth - 1;
    const struct record_object *object = k->frames[k->depth - 1 - up].object;
    for (uint32_t i = 0; i + 1 < row->step_count && object != NULL; i++) {
        object = record_cell(object, bundle->steps[row->step_first + i].field)->object;
    }
    const struct record_value *const cell =
        object == NULL
            ? NULL
            : record_cell(object, bundle->steps[row->step_first + row->step_count - 1].field);
    k->cond = cell != NULL && cell->present && conv_same(cell, &bundle->values[code->c]);
}

static enum wb_rc
make_step(struct making *k, const struct map_code *code, uint32_t pc)
{
    switch (code->op) {
    case MAP_OP_END:
        k->next = UINT32_MAX;
        return WB_OK;
    case MAP_OP_JUMP:
        k->next = code->c;
        return WB_OK;
    case MAP_OP_UNLESS:
        k->next = k->cond ? k->next : code->c;
        return WB_OK;
    case MAP_OP_HAVE:
        k->cond = generate_chance(&k->g, 40);
        k->forced = k->cond ? code->b : MAP_NONE;
        return WB_OK;
    case MAP_OP_TEST:
        make_test(k, code);
        return WB_OK;
    case MAP_OP_LEAVE:
        return make_leave(k);
    case MAP_OP_LOAD:
        return make_load(k, code);
    case MAP_OP_KEPT:
        k->keeps = true;
        k->owner = code->b;
        k->name = code->c;
        return WB_OK;
    case MAP_OP_UNDEFAULT:
        k->has_default = true;
        k->usual = code->c;
        return WB_OK;
    case MAP_OP_UNTABLE:
        k->table = code->b;
        k->space = code->c;
        return WB_OK;
    case MAP_OP_PUT:
        return make_put(k, code);
    case MAP_OP_PUT_ALL:
        return make_put_all(k, code);
    case MAP_OP_PUT_PAIRS:
        return make_put_pairs(k, code);
    case MAP_OP_OPEN:
    case MAP_OP_FOR:
    case MAP_OP_FOR_TREE:
        return make_block(k, code, pc);
    case MAP_OP_REQUIRE:
        return set_path(k, code->b, &k->g.bundle->values[code->c]);
    case MAP_OP_CHOOSE:
        return make_choose(k, code);
    default:
        return WB_OK; /* expressions, constants of the left, one-way fields, extra: nothing to make
                       */
    }
}

enum wb_rc
map_generate_record(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
                    size_t index, struct map_random *random, struct record_object **ret)
{
    const struct map_entry *const entry = &bundle->maps[index];
    struct making k = {
        .g = {.ctx = ctx,
              .arena = arena,
              .bundle = bundle,
              .entry = entry,
              .bound = &bundle->bound[index],
              .random = random,
              .env = {.ctx = ctx, .arena = arena, .strings = bundle->strings, .decimal_mark = '.'}},
        .forced = MAP_NONE,
        .depth = 1
    };
    struct record_object *const record =
        record_new(ctx, arena, k.g.bound->right, k.g.bound->right_shape);
    if (record == NULL) {
        return WB_NOMEM;
    }
    k.frames[0] = (struct maker){.context = &bundle->contexts[entry->context], .object = record};
    for (uint32_t pc = 0; pc < entry->write_count;) {
        k.next = pc + 1;
        const enum wb_rc rc = make_step(&k, &bundle->code[entry->write_first + pc], pc);
        if (rc != WB_OK) {
            return rc;
        }
        pc = k.next;
    }
    record_normalise(record);
    *ret = record;
    return WB_OK;
}
