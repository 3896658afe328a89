/*
 * The read program of a map: left to right. In each context plain statements come first, then
 * `when`, then what is left over ([else], :else), then derived values and checks, at last keep and
 * drops.
 */
#include "map/codegen_priv.h"

static void read_list(struct codegen *g, const struct map_ir_stmt *first, unsigned phase);
static void read_context(struct codegen *g, const struct map_ir_context *context);

enum phase { PHASE_PLAIN, PHASE_WHEN, PHASE_REST, PHASE_CHECK, PHASE_KEEP, PHASES };

static enum phase
phase_of(const struct map_ir_stmt *stmt)
{
    switch (stmt->kind) {
    case MAP_IR_CORR:
    case MAP_IR_READ_ONLY:
    case MAP_IR_OBJECT:
    case MAP_IR_LEFT_CONST:
    case MAP_IR_RIGHT_CONST:
    case MAP_IR_ONE_OF:
    case MAP_IR_EACH:
    case MAP_IR_EACH_PAIR:
        return codegen_is_rest(stmt) ? PHASE_REST : PHASE_PLAIN;
    case MAP_IR_WHEN:
        return PHASE_WHEN;
    case MAP_IR_DERIVE:
    case MAP_IR_CHECK:
        return PHASE_CHECK;
    case MAP_IR_KEEP:
    case MAP_IR_DROPS:
        return PHASE_KEEP;
    }
    return PHASE_PLAIN;
}

static void
read_value(struct codegen *g, const struct map_ir_stmt *stmt)
{
    const struct map_ast_stmt *ast = stmt->ast;
    const uint16_t path = codegen_path(g, &stmt->right);
    const struct map_ir_place *first = &stmt->places[0];
    if (first->kind == MAP_IR_RANGE ||
        (first->kind == MAP_IR_FIELD && first->field.field->type == RECORD_LIST)) {
        (void)codegen_op(g, stmt, MAP_OP_TAKE_ALL, 0, path, first->row);
        return;
    }
    (void)codegen_op(g, stmt, MAP_OP_TAKE, 0, codegen_16(g, stmt->place_count), first->row);
    if (stmt->table != NULL) {
        (void)codegen_op(g, stmt, MAP_OP_TABLE, 0, codegen_table(g, stmt->table),
                         codegen_namespace(g, stmt));
    }
    if (ast->has_default) {
        (void)codegen_op(g, stmt, MAP_OP_DEFAULT, 0, 0,
                         codegen_const(g, stmt->right.field->type, ast->default_word));
    }
    (void)codegen_op(g, stmt, MAP_OP_SET, stmt->kind == MAP_IR_READ_ONLY ? 1 : 0, path, 0);
    if (stmt->has_keep) {
        (void)codegen_op(g, stmt, MAP_OP_SOURCE, 0, codegen_owner(g, stmt),
                         codegen_const(g, RECORD_TEXT, stmt->keep_name));
    }
}

static void
read_block(struct codegen *g, const struct map_ir_stmt *stmt)
{
    enum map_op op = stmt->kind == MAP_IR_OBJECT ? MAP_OP_ENTER : MAP_OP_EACH;
    op = codegen_is_rest(stmt) ? MAP_OP_REST : op;
    const uint32_t at = codegen_op(g, stmt, op, 0, codegen_16(g, stmt->block_row), 0);
    if (stmt->has_keep) {
        (void)codegen_op(g, stmt, MAP_OP_MET, 0, 0, codegen_const(g, RECORD_TEXT, stmt->keep_name));
    }
    if (stmt->right.filter_field != MAP_IR_NONE && !stmt->right.filter_absent) {
        const struct map_ir_field *list = &stmt->right;
        const uint32_t path = map_build_path(g->c->ctx, &g->build, MAP_RIGHT, list->field->shape,
                                             &list->filter_field, 1);
        const uint8_t type =
            record_field_at(list->schema, list->field->shape, list->filter_field)->type;
        (void)codegen_op(g, stmt, MAP_OP_ASSIGN, 0, codegen_16(g, path),
                         codegen_const(g, type, list->filter_word));
    }
    read_context(g, stmt->inner);
    (void)codegen_op(g, stmt, MAP_OP_LEAVE, 0, 0, 0);
    codegen_land(g, at);
}

static void
read_places(struct codegen *g, const struct map_ir_stmt *stmt, enum map_op op)
{
    for (uint32_t i = 0; i < stmt->place_count; i++) {
        (void)codegen_op(g, stmt, op, 0, 0, stmt->places[i].row);
    }
}

static void
read_statement(struct codegen *g, const struct map_ir_stmt *stmt, unsigned phase)
{
    const struct map_ast_stmt *ast = stmt->ast;
    switch (stmt->kind) {
    case MAP_IR_CORR:
    case MAP_IR_READ_ONLY:
        read_value(g, stmt);
        break;
    case MAP_IR_OBJECT:
    case MAP_IR_EACH:
        read_block(g, stmt);
        break;
    case MAP_IR_EACH_PAIR:
        (void)codegen_op(g, stmt, MAP_OP_REST_PAIRS, 0, codegen_path(g, &stmt->right),
                         stmt->places[0].row);
        break;
    case MAP_IR_ONE_OF:
        read_list(g, stmt->block, phase);
        break;
    case MAP_IR_WHEN:
        codegen_when(g, stmt, read_list, PHASES);
        break;
    case MAP_IR_LEFT_CONST:
        if (stmt->is_fallback) {
            break; /* the statement that maps the element reads it */
        }
        (void)codegen_op(g, stmt, MAP_OP_EXPECT, ast->or_any ? 1 : 0,
                         codegen_16(g, codegen_const(g, RECORD_TEXT, ast->word)),
                         stmt->places[0].row);
        break;
    case MAP_IR_RIGHT_CONST:
        (void)codegen_op(g, stmt, MAP_OP_ASSIGN, 0, codegen_path(g, &stmt->right),
                         codegen_const(g, stmt->right.field->type, ast->word));
        break;
    case MAP_IR_DERIVE:
        codegen_expr(g, stmt, stmt->expr);
        (void)codegen_op(g, stmt, MAP_OP_COMPARE, 0, 0, stmt->places[0].row);
        break;
    case MAP_IR_CHECK:
        codegen_check(g, stmt);
        break;
    case MAP_IR_KEEP:
        read_places(g, stmt, MAP_OP_KEEP);
        break;
    case MAP_IR_DROPS:
        read_places(g, stmt, MAP_OP_DROP);
        break;
    }
}

static void
read_list(struct codegen *g, const struct map_ir_stmt *first, unsigned phase)
{
    for (const struct map_ir_stmt *s = first; s != NULL && g->rc == WB_OK; s = s->next) {
        const bool inside = s->kind == MAP_IR_ONE_OF && phase == PHASE_REST;
        if (inside || phase_of(s) == phase) {
            read_statement(g, s, phase);
        }
    }
}

static void
read_context(struct codegen *g, const struct map_ir_context *context)
{
    for (unsigned phase = 0; phase < PHASES; phase++) {
        read_list(g, context->first, phase);
    }
}

void
codegen_read(struct codegen *g)
{
    read_context(g, g->ir->root);
    (void)codegen_op(g, NULL, MAP_OP_END, 0, 0, 0);
}
