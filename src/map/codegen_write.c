/*
 * The write program of a map: right to left. Statements in text order, then what was left over,
 * then derived values, what `keep` had put aside, and at last constants and the defaults of
 * mandatory elements.
 */
#include "map/codegen_priv.h"

#include <assert.h>

#include "map/conv.h"

static void write_list(struct codegen *g, const struct map_ir_stmt *first, unsigned phase);
static void write_context(struct codegen *g, const struct map_ir_context *context);

enum phase { PHASE_PLAIN, PHASE_REST, PHASE_DERIVE, PHASE_CONST, PHASES };

static void
write_value(struct codegen *g, const struct map_ir_stmt *stmt)
{
    const struct map_ast_stmt *ast = stmt->ast;
    const uint16_t path = codegen_path(g, &stmt->right);
    const struct map_ir_place *first = &stmt->places[0];
    if (stmt->kind == MAP_IR_READ_ONLY) {
        (void)codegen_op(g, stmt, MAP_OP_PASS, 0, path, 0);
        return;
    }
    if (first->kind == MAP_IR_RANGE ||
        (first->kind == MAP_IR_FIELD && first->field.field->type == RECORD_LIST)) {
        (void)codegen_op(g, stmt, MAP_OP_PUT_ALL, 0, path, first->row);
        return;
    }
    (void)codegen_op(g, stmt, MAP_OP_LOAD, 0, path, 0);
    if (stmt->has_keep) {
        (void)codegen_op(g, stmt, MAP_OP_KEPT, 0, codegen_owner(g, stmt),
                         codegen_const(g, RECORD_TEXT, stmt->keep_name));
    }
    if (ast->has_default) {
        (void)codegen_op(g, stmt, MAP_OP_UNDEFAULT, 0, 0,
                         codegen_const(g, stmt->right.field->type, ast->default_word));
    }
    if (stmt->table != NULL) {
        (void)codegen_op(g, stmt, MAP_OP_UNTABLE, 0, codegen_table(g, stmt->table),
                         codegen_namespace(g, stmt));
    }
    (void)codegen_op(g, stmt, MAP_OP_PUT, 0, codegen_16(g, stmt->place_count), first->row);
}

static void
write_block(struct codegen *g, const struct map_ir_stmt *stmt)
{
    const enum map_op op = stmt->kind == MAP_IR_OBJECT ? MAP_OP_OPEN : MAP_OP_FOR;
    const uint32_t at = codegen_op(g, stmt, op, 0, codegen_16(g, stmt->block_row), 0);
    if (stmt->has_keep) {
        (void)codegen_op(g, stmt, MAP_OP_CHOOSE, 0, 0,
                         codegen_const(g, RECORD_TEXT, stmt->keep_name));
    }
    write_context(g, stmt->inner);
    (void)codegen_op(g, stmt, MAP_OP_LEAVE, 0, 0, 0);
    codegen_land(g, at);
}

static void
write_pairs(struct codegen *g, const struct map_ir_stmt *stmt)
{
    (void)codegen_op(g, stmt, MAP_OP_PUT_PAIRS, 0, codegen_path(g, &stmt->right),
                     stmt->places[0].row);
}

/* The first of the statements that has a value is written; the others stay in the record's ledger.
 */
static void
write_one_of(struct codegen *g, const struct map_ir_stmt *stmt)
{
    enum { CHOICES_MAX = 64 };
    uint32_t ends[CHOICES_MAX];
    size_t end_count = 0;
    for (const struct map_ir_stmt *s = stmt->block; s != NULL && end_count < CHOICES_MAX;
         s = s->next) {
        (void)codegen_op(g, s, MAP_OP_HAVE, 0, codegen_path(g, &s->right), 0);
        const uint32_t next = codegen_op(g, s, MAP_OP_UNLESS, 0, 0, 0);
        if (s->kind == MAP_IR_EACH_PAIR) {
            write_pairs(g, s);
        } else if (s->kind == MAP_IR_OBJECT) {
            write_block(g, s);
        } else {
            write_value(g, s);
        }
        ends[end_count++] = codegen_op(g, s, MAP_OP_JUMP, 0, 0, 0);
        codegen_land(g, next);
    }
    for (size_t i = 0; i < end_count; i++) {
        codegen_land(g, ends[i]);
    }
}

static void
write_plain(struct codegen *g, const struct map_ir_stmt *stmt)
{
    switch (stmt->kind) {
    case MAP_IR_CORR:
    case MAP_IR_READ_ONLY:
        write_value(g, stmt);
        break;
    case MAP_IR_OBJECT:
    case MAP_IR_EACH:
        write_block(g, stmt);
        break;
    case MAP_IR_ONE_OF:
        write_one_of(g, stmt);
        break;
    case MAP_IR_WHEN:
        codegen_when(g, stmt, write_list, PHASES);
        break;
    case MAP_IR_RIGHT_CONST:
        (void)codegen_op(g, stmt, MAP_OP_REQUIRE, 0, codegen_path(g, &stmt->right),
                         codegen_const(g, stmt->right.field->type, stmt->ast->word));
        break;
    case MAP_IR_CHECK:
        codegen_check(g, stmt);
        break;
    case MAP_IR_EACH_PAIR:
    case MAP_IR_LEFT_CONST:
    case MAP_IR_DERIVE:
    case MAP_IR_KEEP:
    case MAP_IR_DROPS:
        break; /* in a later phase, or nothing to write */
    }
}

/* What reading gives for the default, as writing would put it: for a mandatory element it is always
 * written. */
static void
write_default(struct codegen *g, const struct map_ir_stmt *stmt)
{
    const struct wb_str text = map_default_left(g->c, g->ir, stmt);
    if (text.len > 0) {
        (void)codegen_op(g, stmt, MAP_OP_CONST, 1,
                         codegen_16(g, codegen_const(g, RECORD_TEXT, text)), stmt->places[0].row);
    }
}

static void
write_const(struct codegen *g, const struct map_ir_stmt *stmt)
{
    const bool has_default = stmt->kind == MAP_IR_CORR && stmt->ast->has_default;
    if (stmt->kind == MAP_IR_LEFT_CONST) {
        (void)codegen_op(g, stmt, MAP_OP_CONST, 0,
                         codegen_16(g, codegen_const(g, RECORD_TEXT, stmt->ast->word)),
                         stmt->places[0].row);
    } else if (has_default && stmt->places[0].kind == MAP_IR_VALUE) {
        write_default(g, stmt);
    }
}

static void
write_list(struct codegen *g, const struct map_ir_stmt *first, unsigned phase)
{
    for (const struct map_ir_stmt *s = first; s != NULL && g->rc == WB_OK; s = s->next) {
        const bool rest = codegen_is_rest(s);
        if (phase == PHASE_PLAIN && !rest) {
            write_plain(g, s);
        } else if (phase == PHASE_REST && rest && s->kind == MAP_IR_EACH_PAIR) {
            write_pairs(g, s);
        } else if (phase == PHASE_REST && rest) {
            write_block(g, s);
        } else if (phase == PHASE_DERIVE && s->kind == MAP_IR_DERIVE) {
            codegen_expr(g, s, s->expr);
            (void)codegen_op(g, s, MAP_OP_DERIVE, 0, 0, s->places[0].row);
        } else if (phase == PHASE_CONST) {
            write_const(g, s);
        }
    }
}

static bool
keeps(const struct map_ir_stmt *first)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->kind == MAP_IR_KEEP || keeps(s->block) || keeps(s->else_block)) {
            return true;
        }
    }
    return false;
}

static void
write_context(struct codegen *g, const struct map_ir_context *context)
{
    for (unsigned phase = 0; phase < PHASES; phase++) {
        if (phase == PHASE_CONST && keeps(context->first)) {
            (void)codegen_op(g, NULL, MAP_OP_RESTORE, 0, 0,
                             0); /* constants fill what is restored */
        }
        write_list(g, context->first, phase);
    }
}

void
codegen_write(struct codegen *g)
{
    write_context(g, g->ir->root);
    (void)codegen_op(g, NULL, MAP_OP_END, 0, 0, 0);
}
