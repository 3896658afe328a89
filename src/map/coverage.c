/*
 * What is carried: a table with one cell for each element of each node of the message. The
 * statements mark their cells; the rows are read off in document order. Between records the cells
 * are fields.
 *
 * A cell holds the best that is known of it: an element that one selector maps and another leaves
 * to `keep` is mapped.
 */
#include "map/coverage.h"

#include <assert.h>

#include "map/compile_priv.h"
#include "map/ir.h"

enum { COMPONENTS_MAX = 16, DEPTH_MAX = 16 };

struct cover {
    struct map_compile *c;
    const struct map_ir *ir;
    const struct grammar *grammar;
    uint32_t node_first;
    uint32_t node_count;
    uint32_t *cell_first; /* by node of the message: its first cell; one more at the end */
    uint8_t *cells;       /* enum map_carried */
    struct map_coverage_row *rows;
    size_t row_count;
    size_t row_cap;
};

static const struct grammar_segment *
segment_of(const struct cover *cover, uint32_t node)
{
    const uint32_t segment = cover->grammar->nodes[node].segment;
    return segment == GRAMMAR_NONE ? NULL : &cover->grammar->segments[segment];
}

/* The segment node of an instance: of a loop its trigger. */
static uint32_t
trigger_of(const struct cover *cover, uint32_t node)
{
    const struct grammar_node *row = &cover->grammar->nodes[node];
    return row->segment == GRAMMAR_NONE ? row->child_first : node;
}

/* Elements times components: each element has COMPONENTS_MAX cells. */
static bool
make_cells(struct cover *cover)
{
    const struct grammar_message *message = &cover->grammar->messages[cover->ir->left.message];
    cover->node_first = message->node_first;
    cover->node_count = message->node_count;
    cover->cell_first = wb_arena_array(cover->c->ctx, cover->c->arena,
                                       (size_t)cover->node_count + 1, sizeof *cover->cell_first);
    if (cover->cell_first == NULL) {
        return false;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < cover->node_count; i++) {
        const struct grammar_segment *segment = segment_of(cover, cover->node_first + i);
        cover->cell_first[i] = count;
        count += segment == NULL ? 0 : segment->place_count * COMPONENTS_MAX;
    }
    cover->cell_first[cover->node_count] = count;
    cover->cells = wb_arena_alloc(cover->c->ctx, cover->c->arena, (size_t)count + 1);
    for (uint32_t i = 0; cover->cells != NULL && i < count; i++) {
        cover->cells[i] = MAP_CARRIED_NOT;
    }
    return cover->cells != NULL;
}

/* NULL outside the table. */
static uint8_t *
cell_at(const struct cover *cover, uint32_t node, uint32_t element_no, uint32_t component_no)
{
    const uint32_t i = node - cover->node_first;
    if (node < cover->node_first || i >= cover->node_count || component_no > COMPONENTS_MAX ||
        element_no == 0 || component_no == 0) {
        return NULL;
    }
    const uint32_t cell =
        cover->cell_first[i] + (element_no - 1) * COMPONENTS_MAX + component_no - 1;
    return cell < cover->cell_first[i + 1] ? &cover->cells[cell] : NULL;
}

static void
mark(struct cover *cover, uint32_t node, uint32_t element_no, uint32_t component_no,
     enum map_carried how)
{
    uint8_t *cell = cell_at(cover, node, element_no, component_no);
    if (cell != NULL && how < *cell) {
        *cell = (uint8_t)how;
    }
}

/* What is known of an element; one outside the table is not carried. */
static enum map_carried
how_at(const struct cover *cover, uint32_t node, uint32_t element_no, uint32_t component_no)
{
    const uint8_t *cell = cell_at(cover, node, element_no, component_no);
    return cell == NULL ? MAP_CARRIED_NOT : (enum map_carried) * cell;
}

static uint32_t
component_count(const struct cover *cover, const struct grammar_segment *segment, uint32_t no)
{
    const struct grammar_place *place = &cover->grammar->places[segment->place_first + no - 1];
    if (place->composite == GRAMMAR_NONE) {
        return 1;
    }
    const uint32_t count = cover->grammar->composites[place->composite].place_count;
    return count < COMPONENTS_MAX ? count : COMPONENTS_MAX;
}

static void
mark_segment(struct cover *cover, uint32_t node, enum map_carried how)
{
    const struct grammar_segment *segment = segment_of(cover, node);
    for (uint32_t no = 1; segment != NULL && no <= segment->place_count; no++) {
        for (uint32_t k = 1; k <= component_count(cover, segment, no); k++) {
            mark(cover, node, no, k, how);
        }
    }
}

/* A node with all that is below it; grammar nodes stand in document order, so these follow each
 * other. */
static void
mark_tree(struct cover *cover, uint32_t node, enum map_carried how)
{
    const uint8_t depth = cover->grammar->nodes[node].depth;
    mark_segment(cover, node, how);
    for (uint32_t at = node + 1; at < cover->node_first + cover->node_count; at++) {
        if (cover->grammar->nodes[at].depth <= depth) {
            break;
        }
        mark_segment(cover, at, how);
    }
}

static void
mark_part(struct cover *cover, uint32_t node, const struct map_ir_part *part, enum map_carried how)
{
    const struct grammar_segment *segment = segment_of(cover, node);
    if (part->element != GRAMMAR_NONE || segment == NULL) {
        mark(cover, node, part->element_no, part->component_no, how);
        return;
    }
    for (uint32_t k = 1; k <= component_count(cover, segment, part->element_no); k++) {
        mark(cover, node, part->element_no, k, how);
    }
}

static uint32_t
node_of(const struct map_ir_context *context, const struct map_ir_key *key)
{
    return key == NULL ? context->node : key->node;
}

static void
mark_pairs(struct cover *cover, uint32_t node, enum map_carried how)
{
    const struct grammar_segment *segment = segment_of(cover, node);
    for (uint32_t no = segment == NULL ? 1 : segment->pair_from;
         segment != NULL && no > 0 && no <= segment->pair_to; no++) {
        for (uint32_t k = 1; k <= component_count(cover, segment, no); k++) {
            mark(cover, node, no, k, how);
        }
    }
}

static void
mark_place(struct cover *cover, const struct map_ir_context *context,
           const struct map_ir_place *place, enum map_carried how)
{
    const uint32_t node = trigger_of(cover, node_of(context, place->key));
    if (place->kind == MAP_IR_INSTANCE) {
        mark_tree(cover, node_of(context, place->key), how);
        return;
    }
    if (place->kind == MAP_IR_PAIR || place->kind == MAP_IR_PAIR_ELSE) {
        mark_pairs(cover, node, how);
        return;
    }
    for (uint32_t i = 0; i < place->part_count; i++) {
        mark_part(cover, node, &place->parts[i], how);
    }
    if (place->sibling.code_count > 0) {
        mark_part(cover, node, &place->sibling.part, how);
    }
}

static enum map_carried
how_of(const struct map_ir_stmt *stmt)
{
    switch (stmt->kind) {
    case MAP_IR_LEFT_CONST:
        return MAP_CARRIED_CONSTANT;
    case MAP_IR_DERIVE:
        return MAP_CARRIED_DERIVED;
    case MAP_IR_KEEP:
        return MAP_CARRIED_KEPT;
    case MAP_IR_DROPS:
        return MAP_CARRIED_DROPPED;
    case MAP_IR_CORR:
    case MAP_IR_READ_ONLY:
    case MAP_IR_OBJECT:
    case MAP_IR_EACH:
    case MAP_IR_EACH_PAIR:
    case MAP_IR_ONE_OF:
    case MAP_IR_WHEN:
    case MAP_IR_RIGHT_CONST:
    case MAP_IR_CHECK:
        break;
    }
    return MAP_CARRIED_MAPPED;
}

static void mark_context(struct cover *cover, const struct map_ir_context *context);

static void
mark_list(struct cover *cover, const struct map_ir_context *context,
          const struct map_ir_stmt *first)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        for (uint32_t i = 0; i < s->place_count && s->inner == NULL; i++) {
            mark_place(cover, context, &s->places[i], how_of(s));
        }
        mark_list(cover, context, s->block);
        mark_list(cover, context, s->else_block);
        if (s->inner != NULL) {
            mark_context(cover, s->inner);
        }
    }
}

static void
mark_context(struct cover *cover, const struct map_ir_context *context)
{
    for (const struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        for (uint32_t i = 0; i < key->test_count; i++) {
            mark_part(cover, trigger_of(cover, key->node), &key->tests[i].part, MAP_CARRIED_MAPPED);
        }
    }
    mark_list(cover, context, context->first);
}

static void
add_row(struct cover *cover, struct wb_str place, struct wb_str name, enum map_carried how)
{
    struct map_coverage_row *row =
        WB_PUSH(cover->c->ctx, cover->c->arena, cover->rows, cover->row_count, cover->row_cap);
    if (row != NULL) {
        *row = (struct map_coverage_row){place, name, how};
    }
}

static bool
all_are(const struct cover *cover, uint32_t node, enum map_carried how)
{
    const struct grammar_segment *segment = segment_of(cover, node);
    for (uint32_t no = 1; segment != NULL && no <= segment->place_count; no++) {
        for (uint32_t k = 1; k <= component_count(cover, segment, no); k++) {
            if (how_at(cover, node, no, k) != how) {
                return false;
            }
        }
    }
    return true;
}

static void
add_element(struct cover *cover, uint32_t node, const struct grammar_segment *segment,
            struct wb_str path, uint32_t no)
{
    const struct grammar *grammar = cover->grammar;
    const struct grammar_place *place = &grammar->places[segment->place_first + no - 1];
    struct wb_ctx *ctx = cover->c->ctx;
    if (place->composite == GRAMMAR_NONE) {
        add_row(cover, wb_arena_printf(ctx, cover->c->arena, WB_FMT ".%02u", WB_ARG(path), no),
                grammar_str(grammar, grammar->elements[place->element].name),
                how_at(cover, node, no, 1));
        return;
    }
    const struct grammar_composite *composite = &grammar->composites[place->composite];
    for (uint32_t k = 1; k <= component_count(cover, segment, no); k++) {
        const uint32_t element = grammar->places[composite->place_first + k - 1].element;
        add_row(cover,
                wb_arena_printf(ctx, cover->c->arena, WB_FMT ".%02u.%02u", WB_ARG(path), no, k),
                grammar_str(grammar, grammar->elements[element].name), how_at(cover, node, no, k));
    }
}

/* The message's own header and trailer are the envelope's business. */
static bool
is_frame(const struct cover *cover, uint32_t node)
{
    const struct grammar_frame *frame = &cover->grammar->frames[GRAMMAR_MESSAGE];
    const struct wb_str name = grammar_str(cover->grammar, cover->grammar->nodes[node].name);
    return wb_str_eq(name, grammar_str(cover->grammar, frame->header)) ||
           wb_str_eq(name, grammar_str(cover->grammar, frame->trailer));
}

static void
add_rows(struct cover *cover)
{
    enum { PATH_MAX_BYTES = 256 };
    for (uint32_t i = 0; i < cover->node_count; i++) {
        const uint32_t node = cover->node_first + i;
        const struct grammar_segment *segment = segment_of(cover, node);
        if (segment == NULL || is_frame(cover, node)) {
            continue;
        }
        char text[PATH_MAX_BYTES];
        const size_t len = grammar_path(cover->grammar, node, text, sizeof text);
        const struct wb_str path =
            wb_arena_dup(cover->c->ctx, cover->c->arena, (struct wb_str){text, len});
        if (all_are(cover, node, MAP_CARRIED_NOT)) {
            add_row(cover, path, grammar_str(cover->grammar, segment->name), MAP_CARRIED_NOT);
            continue;
        }
        for (uint32_t no = 1; no <= segment->place_count; no++) {
            add_element(cover, node, segment, path, no);
        }
    }
}

/* ---- a record on the left */

/* Statements that may speak of a field: of a context, whose object stands `from` hops down. */
struct scope {
    const struct map_ir_stmt *first;
    uint32_t from;
};

/* Where the walk over the left record stands. Longer paths of an outer context reach into the
 * blocks below it, so all contexts on the way count. */
struct walk {
    struct cover *cover;
    uint32_t hops[DEPTH_MAX];
    uint32_t count;
    struct scope scopes[DEPTH_MAX + 1];
    uint32_t scope_count;
};

struct field_found {
    enum map_carried how;
    const struct map_ir_stmt *block; /* that opens the field, or NULL */
    bool below;                      /* some longer path goes through it */
};

static void
look_at(const struct map_ir_stmt *stmt, const struct map_ir_field *field, const uint32_t *hops,
        uint32_t count, struct field_found *ret)
{
    bool same = field->hop_count > 0;
    for (uint32_t k = 0; k < field->hop_count && k < count; k++) {
        same = same && field->hops[k] == hops[k];
    }
    if (!same) {
        return;
    }
    if (field->hop_count > count) {
        ret->below = true;
        return;
    }
    if (stmt->inner != NULL && field->hop_count < count) {
        return; /* its own statements say what of it is carried */
    }
    if (stmt->inner != NULL) {
        ret->block = stmt;
    }
    ret->how = how_of(stmt) < ret->how ? how_of(stmt) : ret->how;
}

/* The best statement about a field that is reached by hops, in a context. */
static void
field_find(const struct map_ir_stmt *first, const uint32_t *hops, uint32_t count,
           struct field_found *ret)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        field_find(s->block, hops, count, ret);
        field_find(s->else_block, hops, count, ret);
        for (uint32_t i = 0; i < s->place_count; i++) {
            look_at(s, &s->places[i].field, hops, count, ret);
        }
    }
}

static void add_fields(struct walk *walk, uint32_t shape, struct wb_str prefix);

static void
add_field(struct walk *walk, const struct record_field *field, struct wb_str path)
{
    struct field_found found = {.how = MAP_CARRIED_NOT};
    for (uint32_t i = 0; i < walk->scope_count; i++) {
        const struct scope *const scope = &walk->scopes[i];
        field_find(scope->first, walk->hops + scope->from, walk->count - scope->from, &found);
    }
    const bool object = field->type == RECORD_OBJECT || found.block != NULL;
    if (!object || (found.block == NULL && !found.below) || walk->count == DEPTH_MAX) {
        add_row(walk->cover, path, field->doc, found.how);
        return;
    }
    const uint32_t outer = walk->scope_count;
    if (found.block != NULL && outer <= DEPTH_MAX) {
        walk->scopes[walk->scope_count++] = (struct scope){found.block->inner->first, walk->count};
    }
    add_fields(walk, field->shape, path);
    walk->scope_count = outer;
}

static void
add_fields(struct walk *walk, uint32_t shape, struct wb_str prefix)
{
    const struct cover *const cover = walk->cover;
    const struct record_schema *schema = cover->ir->left.schema;
    for (uint32_t no = 0; no < schema->shapes[shape].field_count; no++) {
        const struct record_field *field = record_field_at(schema, shape, no);
        const struct wb_str path =
            wb_arena_printf(cover->c->ctx, cover->c->arena, WB_FMT "%s" WB_FMT, WB_ARG(prefix),
                            prefix.len > 0 ? "." : "", WB_ARG(field->name));
        walk->hops[walk->count++] = no;
        add_field(walk, field, path);
        walk->count--;
    }
}

static enum wb_rc
cover_map(struct map_compile *c, const struct map_ir *ir, struct map_coverage_row **ret,
          size_t *ret_count)
{
    struct cover cover = {.c = c, .ir = ir, .grammar = &ir->left.grammar};
    if (ir->left.is_record) {
        struct walk walk = {
            .cover = &cover, .scopes = {{.first = ir->root->first}}, .scope_count = 1};
        add_fields(&walk, ir->left.shape, (struct wb_str){NULL, 0});
    } else {
        if (!make_cells(&cover)) {
            return WB_NOMEM;
        }
        mark_context(&cover, ir->root);
        add_rows(&cover);
    }
    if (map_failed(c)) {
        return c->ctx->error.rc;
    }
    *ret = cover.rows;
    *ret_count = cover.row_count;
    return WB_OK;
}

enum wb_rc
map_coverage(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_world *world,
             const struct lang_source *files, size_t file_count, struct wb_str map,
             struct lang_diags *diags, struct map_coverage_row **ret, size_t *ret_count)
{
    assert(ctx != NULL && arena != NULL && diags != NULL && ret != NULL && ret_count != NULL);
    struct map_compile c = {.ctx = ctx, .arena = arena, .world = world, .diags = diags};
    struct map_ir *first = NULL;
    const enum wb_rc rc = map_front(&c, files, file_count, &first);
    if (rc != WB_OK) {
        return rc;
    }
    if (diags->error_count > 0) {
        return wb_fail(ctx, WB_INVALID, "the map does not compile");
    }
    for (const struct map_ir *ir = first; ir != NULL; ir = ir->next) {
        if (wb_str_eq(ir->ast->name, map)) {
            return cover_map(&c, ir, ret, ret_count);
        }
    }
    return wb_fail(ctx, WB_NOT_FOUND, "there is no map " WB_FMT, WB_ARG(map));
}
