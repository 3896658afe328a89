/*
 * Resolved maps into the bundle: one entry a map, its rows, its two programs. What the machine
 * expects is described at the top of program.h.
 */
#include "map/codegen_priv.h"

#include <assert.h>

#include "map/codegen.h"
#include "map/conv.h"

void
codegen_fail(struct codegen *g, enum wb_rc rc)
{
    if (g->rc == WB_OK) {
        g->rc = rc;
    }
}

struct map_ref
codegen_string(struct codegen *g, struct wb_str text)
{
    struct map_ref ref = {0, 0};
    const enum wb_rc rc = map_build_string(g->c->ctx, &g->build, text, &ref);
    if (rc != WB_OK) {
        codegen_fail(g, rc);
    }
    return ref;
}

uint32_t
codegen_const(struct codegen *g, uint8_t type, struct wb_str text)
{
    const uint32_t no = map_build_const(g->c->ctx, &g->build, type, text);
    if (no == MAP_NONE) {
        codegen_fail(g, WB_NOMEM);
    }
    return no;
}

uint16_t
codegen_16(struct codegen *g, uint32_t value)
{
    if (value >= MAP_NONE16) {
        codegen_fail(g, g->rc != WB_OK
                            ? g->rc
                            : wb_fail(g->c->ctx, WB_LIMIT,
                                      "a bundle has more than %d rows of a kind", MAP_NONE16 - 1));
        return 0;
    }
    return (uint16_t)value;
}

uint16_t
codegen_path(struct codegen *g, const struct map_ir_field *field)
{
    const uint32_t side = field->schema == g->ir->right.schema ? MAP_RIGHT : MAP_LEFT;
    const uint32_t no =
        map_build_path(g->c->ctx, &g->build, side, field->shape, field->hops, field->hop_count);
    if (no == MAP_NONE) {
        codegen_fail(g, WB_NOMEM);
    }
    return codegen_16(g, no);
}

/* The line in the map's own file: of the statement, or of the use of the shape it came from. */
static uint32_t
line_of(const struct codegen *g, const struct map_ir_stmt *stmt)
{
    uint32_t line = 0;
    uint32_t column = 0;
    const struct lang_source *source = g->ir->ast->pos.source;
    if (stmt->ast->pos.source == source) {
        lang_place(stmt->ast->pos, &line, &column);
    } else if (stmt->ast->used_at.source == source) {
        lang_place(stmt->ast->used_at, &line, &column);
    }
    return line;
}

uint32_t
codegen_op(struct codegen *g, const struct map_ir_stmt *stmt, enum map_op op, uint8_t a, uint16_t b,
           uint32_t c)
{
    const uint32_t line = stmt == NULL ? 0 : line_of(g, stmt);
    const uint32_t at = map_build_code(g->c->ctx, &g->build, op, a, b, c, line);
    if (at == MAP_NONE) {
        codegen_fail(g, WB_NOMEM);
        return 0;
    }
    return at;
}

void
codegen_land(struct codegen *g, uint32_t at)
{
    if (g->rc == WB_OK) {
        g->build.code.items[at].c = (uint32_t)g->build.code.count - g->program_first;
    }
}

/* The branches of a `when`; what waits for later phases inside them is done here as well, behind
 * the rest. */
void
codegen_when(struct codegen *g, const struct map_ir_stmt *stmt, codegen_list *list, unsigned phases)
{
    assert(stmt->guard_up <= UINT8_MAX);
    (void)codegen_op(g, stmt, MAP_OP_TEST, (uint8_t)stmt->guard_up, codegen_path(g, &stmt->right),
                     codegen_const(g, stmt->right.field->type, stmt->ast->word));
    const uint32_t other = codegen_op(g, stmt, MAP_OP_UNLESS, 0, 0, 0);
    for (unsigned phase = 0; phase < phases; phase++) {
        list(g, stmt->block, phase);
    }
    if (stmt->else_block == NULL) {
        codegen_land(g, other);
        return;
    }
    const uint32_t end = codegen_op(g, stmt, MAP_OP_JUMP, 0, 0, 0);
    codegen_land(g, other);
    for (unsigned phase = 0; phase < phases; phase++) {
        list(g, stmt->else_block, phase);
    }
    codegen_land(g, end);
}

void
codegen_expr(struct codegen *g, const struct map_ir_stmt *stmt, const struct map_ir_expr *expr)
{
    char text[WB_DEC_TEXT_MAX];
    size_t len = 0;
    uint32_t fields = 0;
    switch (expr->kind) {
    case MAP_AST_NUMBER:
        len = wb_dec_print(expr->number, '.', text);
        (void)codegen_op(g, stmt, MAP_OP_NUM, 0, 0,
                         codegen_const(g, RECORD_DEC, (struct wb_str){text, len}));
        break;
    case MAP_AST_FIELD:
        (void)codegen_op(g, stmt, MAP_OP_FIELD, 0, codegen_path(g, &expr->field), 0);
        break;
    case MAP_AST_COUNT:
        (void)codegen_op(g, stmt, MAP_OP_COUNT, 0, codegen_path(g, &expr->field),
                         codegen_filter(g, &expr->field));
        break;
    case MAP_AST_SUM:
        fields = (uint32_t)MAP_NONE16 << 16;
        if (expr->inner2.hop_count > 0) {
            fields = expr->inner2.hops[0] << 16;
        }
        (void)codegen_op(g, stmt, MAP_OP_SUM, 0, codegen_path(g, &expr->field),
                         fields | expr->inner.hops[0]);
        break;
    case MAP_AST_ADD:
    case MAP_AST_SUB:
    case MAP_AST_MUL:
        codegen_expr(g, stmt, expr->a);
        codegen_expr(g, stmt, expr->b);
        (void)codegen_op(g, stmt,
                         expr->kind == MAP_AST_ADD   ? MAP_OP_ADD
                         : expr->kind == MAP_AST_SUB ? MAP_OP_SUB
                                                     : MAP_OP_MUL,
                         0, 0, 0);
        break;
    }
}

void
codegen_check(struct codegen *g, const struct map_ir_stmt *stmt)
{
    static const struct {
        const char *text;
        enum map_relation relation;
    } relations[] = {
        {"==", MAP_EQ},
        {"!=", MAP_NE},
        {"<",  MAP_LT},
        {"<=", MAP_LE},
        {">",  MAP_GT},
        {">=", MAP_GE},
    };
    codegen_expr(g, stmt, stmt->expr);
    codegen_expr(g, stmt, stmt->expr2);
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++) {
        if (wb_str_eq(stmt->ast->relation, wb_str_of(relations[i].text))) {
            (void)codegen_op(g, stmt, MAP_OP_CHECK, (uint8_t)relations[i].relation, 0, 0);
        }
    }
}

uint16_t
codegen_owner(struct codegen *g, const struct map_ir_stmt *stmt)
{
    return stmt->keep_holder.hop_count == 0 ? MAP_NONE16 : codegen_path(g, &stmt->keep_holder);
}

bool
codegen_is_rest(const struct map_ir_stmt *stmt)
{
    return stmt->kind == MAP_IR_EACH_PAIR ||
           (stmt->kind == MAP_IR_EACH && stmt->places[0].key != NULL &&
            stmt->places[0].key->is_else);
}

static void
fill_sides(struct codegen *g, struct map_entry *entry)
{
    const struct map_ast_map *ast = g->ir->ast;
    const struct map_ir_side *left = &g->ir->left;
    if (left->is_record) {
        entry->left_kind = MAP_RECORD;
        entry->left_schema = codegen_string(g, ast->left.kind);
        entry->left_shape = codegen_string(g, ast->left.name);
        map_schema_hash(left->schema, entry->left_hash);
    } else {
        entry->left_kind = MAP_EDI;
        entry->left_standard = codegen_string(g, ast->left.kind);
        entry->left_release = codegen_string(g, ast->left.release);
        entry->left_message = codegen_string(g, ast->left.name);
        for (size_t i = 0; i < sizeof entry->left_hash; i++) {
            entry->left_hash[i] = left->grammar.source_hash[i];
        }
    }
    entry->right_schema = codegen_string(g, ast->right.kind);
    entry->right_shape = codegen_string(g, ast->right.name);
    map_schema_hash(g->ir->right.schema, entry->right_hash);
}

static void
codegen_map(struct codegen *g)
{
    struct map_entry entry = {.context_first = (uint32_t)g->build.contexts.count};
    entry.name = codegen_string(g, g->ir->ast->name);
    entry.file = codegen_string(g, g->ir->ast->pos.source->path);
    fill_sides(g, &entry);
    codegen_rows(g);
    entry.context = g->ir->root->row;
    entry.context_count = (uint32_t)g->build.contexts.count - entry.context_first;
    entry.read_first = (uint32_t)g->build.code.count;
    g->program_first = entry.read_first;
    codegen_read(g);
    entry.read_count = (uint32_t)g->build.code.count - entry.read_first;
    entry.write_first = (uint32_t)g->build.code.count;
    g->program_first = entry.write_first;
    codegen_write(g);
    entry.write_count = (uint32_t)g->build.code.count - entry.write_first;
    struct map_entry *row = WB_PUSH(g->c->ctx, g->build.arena, g->build.maps.items,
                                    g->build.maps.count, g->build.maps.cap);
    if (row == NULL) {
        codegen_fail(g, WB_NOMEM);
        return;
    }
    *row = entry;
}

enum wb_rc
map_codegen(struct map_compile *c, const struct map_ir *first, const uint8_t source_hash[32],
            struct wb_str *ret)
{
    assert(c != NULL && ret != NULL);
    struct codegen g = {.c = c};
    enum wb_rc rc = map_build_init(c->ctx, &g.build, c->arena);
    if (rc != WB_OK) {
        return rc;
    }
    for (const struct map_ir *ir = first; ir != NULL && g.rc == WB_OK; ir = ir->next) {
        g.ir = ir;
        codegen_map(&g);
    }
    if (g.rc != WB_OK || c->diags->error_count > 0) {
        return g.rc;
    }
    return map_build_finish(c->ctx, &g.build, source_hash, ret);
}
