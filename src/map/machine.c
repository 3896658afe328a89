/*
 * The machine: setting up a run, the loop over instructions, frames, and the control rows that both
 * directions have. What an instruction does to a tree or a record is in read_*.c and write_*.c.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

static machine_op *const HANDLERS[] = {
#define X(NAME, text, use, a, b, c, doc) [MAP_OP_##NAME] = map_run_##NAME,
#include "map/opcodes.def"
#undef X
};

struct frame *
frame_push(struct machine *m, const struct map_context *context)
{
    if (m->frame_count == FRAMES_MAX || context->key_count > m->bound->keys_max - m->keys_used) {
        return NULL;
    }
    struct frame *const frame = &m->frames[m->frame_count++];
    *frame = (struct frame){.context = context, .keys = m->keys + m->keys_used};
    m->keys_used += context->key_count;
    frame_clear_keys(m, frame);
    return frame;
}

struct frame *
frame_open(struct machine *m, const struct map_code *code)
{
    const struct map_block *const block = &m->bundle->blocks[code->b];
    struct frame *const outer = frame_now(m);
    struct frame *const frame = frame_push(m, &m->bundle->contexts[block->context]);
    if (frame != NULL) {
        frame->block = block;
        frame->outer = outer;
        frame->op = code->op;
        frame->body_at = m->pc + 1;
        frame->after_at = code->c;
    }
    return frame;
}

void
frame_pop(struct machine *m)
{
    assert(m->frame_count > 1);
    m->keys_used -= frame_now(m)->context->key_count;
    m->frame_count--;
}

void
frame_clear_keys(struct machine *m, struct frame *frame)
{
    (void)m; /* as the other frame functions */
    frame->reserved_known = false;
    if (frame->context->key_count > 0) {
        memset(frame->keys, 0, frame->context->key_count * sizeof *frame->keys);
    }
}

enum wb_rc
map_run_END(struct machine *m, const struct map_code *code)
{
    (void)code; /* has no operands */
    m->next = m->code_count;
    return WB_OK;
}

enum wb_rc
map_run_JUMP(struct machine *m, const struct map_code *code)
{
    m->next = code->c;
    return WB_OK;
}

enum wb_rc
map_run_UNLESS(struct machine *m, const struct map_code *code)
{
    if (!m->cond) {
        m->next = code->c;
    }
    return WB_OK;
}

enum wb_rc
map_run_TEST(struct machine *m, const struct map_code *code)
{
    struct frame *frame = frame_now(m);
    struct cell_ref at;
    for (uint8_t up = 0; up < code->a && frame->outer != NULL; up++) {
        frame = frame->outer;
    }
    const enum wb_rc rc = path_right(m, frame, code->b, false, &at);
    m->cond = rc == WB_OK && at.cell != NULL && at.cell->present &&
              conv_same(at.cell, &m->bundle->values[code->c]);
    return rc;
}

enum wb_rc
map_run_HAVE(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, false, &at);
    m->cond = rc == WB_OK && at.cell != NULL && !record_is_empty(at.cell);
    return rc;
}

enum wb_rc
map_run_LEAVE(struct machine *m, const struct map_code *code)
{
    (void)code; /* has no operands */
    return m->writing ? leave_writing(m) : leave_reading(m);
}

/* The short values of these elements of a segment as a set of codes. */
static uint64_t
codes_of(const struct tree_node *segment, uint64_t elements)
{
    uint64_t codes = 0;
    for (uint32_t i = 0; i < segment->item_count; i++) {
        const struct tree_item *const item = &segment->items[i];
        if ((elements & tree_bit(item->element_no)) != 0 && item->value.len <= MAP_CODE_SHORT) {
            codes |= map_code_bit(item->value);
        }
    }
    return codes;
}

/* The instance of a frame as sets, for as long as the frame stays. */
struct standing {
    uint64_t slots;
    uint64_t elements;
    const struct tree_node *segment;
};

static bool
lacks_codes(struct frame *frame, const struct tree_node *segment, const struct map_absent *what)
{
    if (frame->codes_of != segment || frame->codes_elements != what->elements) {
        frame->codes_of = segment;
        frame->codes_elements = what->elements;
        frame->codes = codes_of(segment, what->elements);
    }
    return (frame->codes & what->codes) == 0;
}

static inline bool
lacks(struct frame *frame, const struct standing *standing, const struct map_absent *what)
{
    if ((standing->slots & what->slots) != 0) {
        return false;
    }
    if ((standing->elements & what->elements) == 0) {
        return true;
    }
    return what->codes != 0 && lacks_codes(frame, standing->segment, what);
}

/* The next instruction from `pc` on that has something to do. */
static uint32_t
pass_over(struct machine *m, uint32_t pc)
{
    struct frame *const frame = frame_now(m);
    const struct map_skip *skip = &m->skips[pc];
    if (skip->one.to == 0) {
        return pc;
    }
    const struct tree_node *const segment = segment_of(m, frame->node);
    const struct standing standing = {.slots = frame->node->slots,
                                      .elements = segment == NULL ? 0 : segment->elements,
                                      .segment = segment};
    uint32_t at = pc;
    for (; skip->one.to != 0; skip = &m->skips[at]) {
        if (lacks(frame, &standing, &skip->run)) {
            at = skip->run.to;
        } else if (lacks(frame, &standing, &skip->one)) {
            at = skip->one.to;
        } else {
            break;
        }
    }
    return at;
}

static enum wb_rc
run(struct machine *m)
{
    while (m->pc < m->code_count) {
        if (m->skips != NULL) {
            m->pc = pass_over(m, m->pc); /* never past the last one, which is END */
        }
        const struct map_code *const code = &m->code[m->pc];
        if (m->steps_left == 0) {
            return wb_fail(m->ctx, WB_INVALID, "map " WB_FMT " does not come to an end",
                           WB_ARG(bundle_str(m->bundle, m->entry->name)));
        }
        m->steps_left--;
        if (m->run->hits != NULL) {
            m->run->hits->code[code - m->bundle->code]++;
        }
        m->next = m->pc + 1;
        const enum wb_rc rc = HANDLERS[code->op](m, code);
        if (rc != WB_OK) {
            return rc;
        }
        m->pc = m->next;
    }
    return WB_OK;
}

/* Takes all claims back. Returns how many rounds a program can make: each body runs at most once an
 * instance. */
static uint64_t
tree_begin(struct tree_node *node)
{
    uint64_t count = 1 + node->item_count;
    for (uint32_t i = 0; i < node->item_count; i++) {
        node->items[i].flags &= (uint16_t) ~(TREE_CLAIMED | TREE_DROPPED);
    }
    for (struct tree_node *child = node->child; child != NULL; child = child->next) {
        count += tree_begin(child); /* bounded by the depth of the grammar */
    }
    return count;
}

static uint64_t
object_size(const struct record_object *object, unsigned depth)
{
    const uint32_t fields = object->schema->shapes[object->shape].field_count;
    uint64_t count = 1;
    for (uint32_t f = 0; f < fields && depth < RECORD_DEPTH_MAX; f++) {
        const struct record_value *const cell = record_cell(object, f);
        if (!cell->present) {
            continue;
        }
        if (cell->type == RECORD_OBJECT && cell->object != NULL) {
            count += object_size(cell->object, depth + 1);
        }
        for (size_t i = 0; cell->type == RECORD_LIST && i < cell->list.count; i++) {
            const struct record_value *const item = &cell->list.items[i];
            const bool inner = item->type == RECORD_OBJECT && item->object != NULL;
            count += inner ? object_size(item->object, depth + 1) : 1;
        }
    }
    return count;
}

static enum wb_rc
set_up(struct machine *m, uint64_t size, bool writing)
{
    m->writing = writing;
    m->code = m->bundle->code + (writing ? m->entry->write_first : m->entry->read_first);
    m->code_count = writing ? m->entry->write_count : m->entry->read_count;
    m->steps_left = (size + 2) * ((uint64_t)m->code_count + 1) * 2;
    m->env = (struct conv_env){
        .ctx = m->ctx, .arena = m->arena, .strings = m->bundle->strings, .decimal_mark = '.'};
    if (m->tree != NULL && m->tree->delims.decimal != 0) {
        m->env.decimal_mark = (char)m->tree->delims.decimal; /* a service character */
    }
    m->frames = wb_arena_array(m->ctx, m->arena, FRAMES_MAX, sizeof *m->frames);
    m->keys = wb_arena_array(m->ctx, m->arena, m->bound->keys_max, sizeof *m->keys);
    if (m->frames == NULL || m->keys == NULL) {
        return WB_NOMEM;
    }
    struct frame *const frame = frame_push(m, &m->bundle->contexts[m->entry->context]);
    assert(frame != NULL); /* keys_max has room for the first */
    return WB_OK;
}

static struct machine
machine_of(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
           size_t index, struct map_run *run_)
{
    assert(index < bundle->maps_count);
    return (struct machine){.ctx = ctx,
                            .arena = arena,
                            .bundle = bundle,
                            .entry = &bundle->maps[index],
                            .bound = &bundle->bound[index],
                            .run = run_,
                            .place = MAP_NONE};
}

/* The tree must be of the message and of the very grammar that the map was compiled against. */
static enum wb_rc
tree_fits(const struct machine *m, const struct tree *tree)
{
    const struct grammar *const own = &m->bound->grammar;
    const bool fits =
        m->entry->left_kind == MAP_EDI &&
        memcmp(tree->grammar->source_hash, own->source_hash, sizeof own->source_hash) == 0 &&
        tree->message->node_first == m->bound->message->node_first;
    if (!fits) {
        return wb_fail(m->ctx, WB_INVALID, "map " WB_FMT " is not for this message",
                       WB_ARG(bundle_str(m->bundle, m->entry->name)));
    }
    return WB_OK;
}

static enum wb_rc
record_fits(const struct machine *m, const struct record_object *object, bool left)
{
    const struct record_schema *const schema = left ? m->bound->left : m->bound->right;
    const uint32_t shape = left ? m->bound->left_shape : m->bound->right_shape;
    const bool kind = !left || m->entry->left_kind == MAP_RECORD;
    if (!kind || object->schema != schema || object->shape != shape) {
        return wb_fail(m->ctx, WB_INVALID, "map " WB_FMT " is not for this record",
                       WB_ARG(bundle_str(m->bundle, m->entry->name)));
    }
    return WB_OK;
}

static enum wb_rc
read_right(struct machine *m, struct record_object **ret)
{
    struct frame *const frame = frame_now(m);
    frame->right_made = record_new(m->ctx, m->arena, m->bound->right, m->bound->right_shape);
    if (frame->right_made == NULL) {
        return WB_NOMEM;
    }
    frame->right = frame->right_made;
    const enum wb_rc rc = run(m);
    if (rc == WB_OK) {
        *ret = frame->right_made;
    }
    return rc;
}

enum wb_rc
map_read_tree(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
              size_t index, struct tree *left, struct map_run *run_, struct record_object **ret)
{
    struct machine m = machine_of(ctx, arena, bundle, index, run_);
    enum wb_rc rc = tree_fits(&m, left);
    m.tree = left;
    if (rc == WB_OK) {
        rc = set_up(&m, tree_begin(left->root), false);
    }
    if (rc == WB_OK) {
        frame_now(&m)->node = left->root;
        m.skips = run_->every_op ? NULL : m.bound->skips;
        rc = read_right(&m, ret);
    }
    return rc == WB_OK ? ledger_tree(&m) : rc;
}

enum wb_rc
map_read_record(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
                size_t index, const struct record_object *left, struct map_run *run_,
                struct record_object **ret)
{
    struct machine m = machine_of(ctx, arena, bundle, index, run_);
    enum wb_rc rc = record_fits(&m, left, true);
    if (rc == WB_OK) {
        rc = set_up(&m, object_size(left, 0), false);
    }
    struct map_mark *const mark = rc == WB_OK ? mark_new(&m, left) : NULL;
    if (rc != WB_OK || mark == NULL) {
        return rc != WB_OK ? rc : WB_NOMEM;
    }
    frame_now(&m)->left = left;
    frame_now(&m)->left_mark = mark;
    rc = read_right(&m, ret);
    return rc == WB_OK ? ledger_record(&m, mark) : rc;
}

static enum wb_rc
write_right(struct machine *m, const struct record_object *right)
{
    struct map_mark *const mark = mark_new(m, right);
    if (mark == NULL) {
        return WB_NOMEM;
    }
    frame_now(m)->right = right;
    frame_now(m)->mark = mark;
    const enum wb_rc rc = run(m);
    return rc == WB_OK ? ledger_record(m, mark) : rc;
}

/* Header and trailer, with the message's type; their control numbers are the caller's. */
static enum wb_rc
frame_segments(struct machine *m)
{
    const struct grammar *const grammar = m->tree->grammar;
    const struct grammar_frame *const row = &grammar->frames[GRAMMAR_MESSAGE];
    const struct grammar_node *const root = &grammar->nodes[m->tree->root->node];
    for (uint32_t n = root->child_first; n != GRAMMAR_NONE; n = grammar->nodes[n].next_sibling) {
        const struct wb_str tag = grammar_str(grammar, grammar->nodes[n].name);
        const bool header = wb_str_eq(tag, grammar_str(grammar, row->header));
        const bool trailer = wb_str_eq(tag, grammar_str(grammar, row->trailer));
        const bool there = tree_first(m->tree->root, grammar->nodes[n].slot) != NULL;
        if ((!header && !trailer) || there) {
            continue;
        }
        struct tree_node *const made = tree_add(m->ctx, m->tree, m->tree->root, n);
        if (made == NULL) {
            return WB_NOMEM;
        }
        if (!header || row->type_no == 0) {
            continue;
        }
        const struct wb_str type = grammar_str(grammar, m->tree->message->id);
        const enum wb_rc rc = tree_put(m->ctx, m->tree, made, (uint16_t)row->type_no, 1, 1, type);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

enum wb_rc
map_write_tree(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
               size_t index, const struct record_object *right, struct map_run *run_,
               struct tree *left)
{
    struct machine m = machine_of(ctx, arena, bundle, index, run_);
    enum wb_rc rc = tree_fits(&m, left);
    m.tree = left;
    if (rc == WB_OK) {
        rc = record_fits(&m, right, false);
    }
    if (rc == WB_OK) {
        rc = set_up(&m, object_size(right, 0), true);
    }
    if (rc == WB_OK) {
        rc = frame_segments(&m);
    }
    if (rc == WB_OK) {
        frame_now(&m)->node = left->root;
        rc = write_right(&m, right);
    }
    return rc;
}

enum wb_rc
map_write_record(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
                 size_t index, const struct record_object *right, struct map_run *run_,
                 struct record_object **ret)
{
    struct machine m = machine_of(ctx, arena, bundle, index, run_);
    enum wb_rc rc = record_fits(&m, right, false);
    if (rc == WB_OK && m.entry->left_kind != MAP_RECORD) {
        rc = wb_fail(ctx, WB_INVALID, "map " WB_FMT " writes a message, no record",
                     WB_ARG(bundle_str(bundle, m.entry->name)));
    }
    if (rc == WB_OK) {
        rc = set_up(&m, object_size(right, 0), true);
    }
    if (rc != WB_OK) {
        return rc;
    }
    struct frame *const frame = frame_now(&m);
    frame->left_made = record_new(ctx, arena, m.bound->left, m.bound->left_shape);
    if (frame->left_made == NULL) {
        return WB_NOMEM;
    }
    frame->left = frame->left_made;
    rc = write_right(&m, right);
    if (rc == WB_OK) {
        *ret = frame->left_made;
    }
    return rc;
}
