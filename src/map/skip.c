/*
 * What a reading program can pass over. Most statements of a map are about what most messages do
 * not hold: an order line has forty kinds of segments below it, and two are there. A tree keeps as
 * sets which children an instance has and which elements a segment; here the other half is made,
 * once when a bundle is opened: for each instruction, which of them it looks at. Where none is
 * there the instruction does nothing, nor do those behind it that only use its value.
 *
 * Only what does nothing, and says nothing, when its place is absent is passed over; whatever is
 * in doubt runs.
 */
#include "map/bundle_priv.h"

struct reader {
    const struct map_bundle *bundle;
    const struct grammar *grammar;
    const struct map_code *code; /* of the program */
    uint32_t count;
};

/* The child of the frame's instance by way of which a key is found. */
static uint64_t
key_slots(const struct reader *r, uint32_t key)
{
    uint32_t at = key;
    while (r->bundle->keys[at].parent != MAP_NONE) {
        at = r->bundle->keys[at].parent;
    }
    return tree_bit(r->grammar->nodes[r->bundle->keys[at].node].slot);
}

/* Every `step`-th element of a place. */
static uint64_t
place_elements(const struct reader *r, const struct map_place *place, uint32_t step)
{
    uint64_t elements = 0;
    for (uint32_t i = 0; i < place->element_count; i += step) {
        elements |= tree_bit(r->bundle->elements[place->element_first + i].element_no);
    }
    return elements;
}

/* The codes of a place as a set; 0 when it cannot be made. */
static uint64_t
place_codes_set(const struct reader *r, const struct map_place *place)
{
    uint64_t codes = 0;
    for (uint32_t i = 0; i < place->code_count; i++) {
        const struct wb_str code = bundle_str(r->bundle, r->bundle->codes[place->code_first + i]);
        if (code.len > MAP_CODE_SHORT) {
            return 0;
        }
        codes |= map_code_bit(code);
    }
    return codes;
}

/* What a place looks at; false when it is looked at in any case. */
static bool
place_absent(const struct reader *r, const struct map_place *place, struct map_absent *ret)
{
    *ret = (struct map_absent){.slots = 0};
    if (place->key != MAP_NONE) {
        ret->slots = key_slots(r, place->key);
        return true;
    }
    switch ((enum map_place_kind)place->kind) {
    case MAP_PLACE_VALUE: /* without its first element a value is absent */
        ret->elements = tree_bit(r->bundle->elements[place->element_first].element_no);
        return place->element_count > 0;
    case MAP_PLACE_RANGE:
        ret->elements = place_elements(r, place, 1);
        return place->element_count > 0;
    case MAP_PLACE_PAIR:
        ret->elements = place_elements(r, place, 2);
        ret->codes = place_codes_set(r, place);
        return place->element_count > 0;
    case MAP_PLACE_PAIRS:
        ret->elements = place_elements(r, place, 2);
        return place->element_count > 0;
    case MAP_PLACE_NODE:
    case MAP_PLACE_FIELD:
    case MAP_PLACE_KINDS:
        break;
    }
    return false;
}

/* Both together: passed over where both are absent. */
static struct map_absent
both(const struct map_absent *a, const struct map_absent *b)
{
    /* A part that looks at no element of the own segment has no say in codes. */
    const bool codes = (a->elements == 0 || a->codes != 0) && (b->elements == 0 || b->codes != 0);
    return (struct map_absent){.slots = a->slots | b->slots,
                               .elements = a->elements | b->elements,
                               .codes = codes ? a->codes | b->codes : 0};
}

static bool
uses_value(unsigned op)
{
    return op == MAP_OP_TABLE || op == MAP_OP_SET || op == MAP_OP_SOURCE;
}

/* TAKE without a default: none of its places is there, and no value to go on with. */
static bool
take_absent(const struct reader *r, uint32_t pc, struct map_absent *ret)
{
    const struct map_code *const code = &r->code[pc];
    uint32_t to = pc + 1;
    struct map_absent all = {.slots = 0};
    while (to < r->count && uses_value(r->code[to].op)) {
        to++;
    }
    if (to == r->count || r->code[to].op == MAP_OP_DEFAULT || code->b == 0) {
        return false;
    }
    for (uint32_t i = 0; i < code->b; i++) {
        struct map_absent one;
        if (!place_absent(r, &r->bundle->places[code->c + i], &one)) {
            return false;
        }
        all = both(&all, &one);
    }
    *ret = all;
    ret->to = to;
    return true;
}

static bool
block_absent(const struct reader *r, const struct map_code *code, struct map_absent *ret)
{
    const uint32_t key = r->bundle->blocks[code->b].key;
    if (key == MAP_NONE) {
        return false;
    }
    *ret = (struct map_absent){.slots = key_slots(r, key), .to = code->c};
    return true;
}

/* What is expected and mandatory is missed when it is absent. */
static bool
expect_absent(const struct reader *r, const struct map_code *code)
{
    const struct map_place *const place = &r->bundle->places[code->c];
    const bool mandatory = r->bundle->elements[place->element_first].mandatory != 0;
    return place->key != MAP_NONE || code->a == 1 || !mandatory;
}

/* Instructions that look at each element of their place. */
static bool
uses_all(unsigned op)
{
    return op == MAP_OP_TAKE_ALL || op == MAP_OP_KEEP || op == MAP_OP_DROP;
}

static bool
place_op_absent(const struct reader *r, uint32_t pc, struct map_absent *ret)
{
    const struct map_code *const code = &r->code[pc];
    const struct map_place *const place = &r->bundle->places[code->c];
    if (code->op == MAP_OP_EXPECT && !expect_absent(r, code)) {
        return false;
    }
    if (!place_absent(r, place, ret)) {
        return false;
    }
    if (place->key == MAP_NONE && uses_all(code->op)) {
        ret->elements = place_elements(r, place, 1);
    }
    if (code->op != MAP_OP_TAKE) {
        ret->codes = 0; /* what is left over has any code */
    }
    ret->to = pc + 1;
    return true;
}

static bool
absent_of(const struct reader *r, uint32_t pc, struct map_absent *ret)
{
    switch (r->code[pc].op) {
    case MAP_OP_TAKE:
        return take_absent(r, pc, ret);
    case MAP_OP_ENTER:
    case MAP_OP_EACH:
    case MAP_OP_REST:
    case MAP_OP_TREE:
        return block_absent(r, &r->code[pc], ret);
    case MAP_OP_EXPECT:
    case MAP_OP_TAKE_ALL:
    case MAP_OP_REST_PAIRS:
    case MAP_OP_KEEP:
    case MAP_OP_DROP:
        return place_op_absent(r, pc, ret);
    default: /* of all opcodes, these have a place that can be absent */
        return false;
    }
}

/* Runs are short, so that one thing that is there does not spoil them all. */
static void
runs_make(struct map_skip *skips, uint32_t count)
{
    enum { RUN_MAX = 8 };
    for (uint32_t pc = 0; pc < count; pc++) {
        struct map_absent run = skips[pc].one;
        for (unsigned i = 1; i < RUN_MAX && run.to > 0 && skips[run.to].one.to > 0; i++) {
            const struct map_absent *const next = &skips[run.to].one;
            run = both(&run, next);
            run.to = next->to;
        }
        skips[pc].run = run;
    }
}

enum wb_rc
bundle_skips(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
             const struct map_entry *entry, struct map_bound *bound)
{
    const struct reader r = {.bundle = bundle,
                             .grammar = &bound->grammar,
                             .code = bundle->code + entry->read_first,
                             .count = entry->read_count};
    struct map_skip *const skips = wb_arena_array(ctx, arena, r.count, sizeof *skips);
    if (skips == NULL) {
        return WB_NOMEM;
    }
    for (uint32_t pc = 0; pc < r.count; pc++) {
        struct map_absent one;
        if (absent_of(&r, pc, &one)) {
            skips[pc].one = one;
        }
    }
    runs_make(skips, r.count);
    bound->skips = skips;
    return WB_OK;
}
