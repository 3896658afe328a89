/*
 * Expressions: their fields looked up in the right record, their numbers read.
 */
#include "map/resolve_priv.h"

#include <assert.h>

/* lists.field: the path up to its first list, and the rest in the list's items. */
static bool
resolve_sum_path(struct resolve *r, struct map_ir_context *context, const struct map_ast_path *path,
                 struct map_ir_field *ret_list, struct map_ir_field *ret_inner)
{
    const struct record_schema *schema = r->ir->right.schema;
    struct map_ast_path list = *path;
    for (list.step_count = 1; list.step_count < path->step_count; list.step_count++) {
        if (!resolve_field(r, schema, context->right_shape, &list, ret_list)) {
            return false;
        }
        if (ret_list->field->type == RECORD_LIST) {
            break;
        }
    }
    if (list.step_count == path->step_count || ret_list->field->shape == UINT32_MAX) {
        map_report(r->c, MAP_DIAG_EXPR, path->pos, "sum( ) takes a field of a list: lines.amount");
        return false;
    }
    struct map_ast_path inner = *path;
    inner.steps += list.step_count;
    inner.step_count -= list.step_count;
    if (!resolve_field(r, schema, ret_list->field->shape, &inner, ret_inner)) {
        return false;
    }
    if (ret_inner->hop_count != 1 ||
        (ret_inner->field->type != RECORD_DEC && ret_inner->field->type != RECORD_INT)) {
        map_report(r->c, MAP_DIAG_EXPR, path->pos, WB_FMT " is no number of the list's elements",
                   WB_ARG(ret_inner->text));
        return false;
    }
    return true;
}

static bool
resolve_leaf(struct resolve *r, struct map_ir_context *context, const struct map_ast_expr *expr,
             struct map_ir_expr *ret)
{
    const struct record_schema *schema = r->ir->right.schema;
    if (expr->kind == MAP_AST_NUMBER) {
        if (wb_dec_parse(expr->number, '.', &ret->number) == WB_DEC_OK) {
            return true;
        }
        map_report(r->c, MAP_DIAG_EXPR, expr->pos, "`" WB_FMT "` is no number",
                   WB_ARG(expr->number));
        return false;
    }
    if (expr->kind == MAP_AST_SUM) {
        if (!resolve_sum_path(r, context, &expr->path, &ret->field, &ret->inner)) {
            return false;
        }
        struct map_ir_field list;
        if (!expr->has_path2) {
            return true;
        }
        if (!resolve_sum_path(r, context, &expr->path2, &list, &ret->inner2)) {
            return false;
        }
        if (list.hop_count == ret->field.hop_count && list.field == ret->field.field) {
            return true;
        }
        map_report(r->c, MAP_DIAG_EXPR, expr->path2.pos, "both factors must be of one list");
        return false;
    }
    if (!resolve_field(r, schema, context->right_shape, &expr->path, &ret->field)) {
        return false;
    }
    const uint8_t type = ret->field.field->type;
    const bool good = expr->kind == MAP_AST_COUNT ? type == RECORD_LIST
                                                  : type == RECORD_DEC || type == RECORD_INT;
    if (!good || ret->field.filter_else) {
        map_report(r->c, MAP_DIAG_EXPR, expr->pos, WB_FMT " is no %s", WB_ARG(ret->field.text),
                   expr->kind == MAP_AST_COUNT ? "list" : "number");
        return false;
    }
    return true;
}

struct map_ir_expr *
resolve_expr(struct resolve *r, struct map_ir_context *context, const struct map_ast_expr *expr)
{
    struct map_ir_expr *ret = map_new(r->c, sizeof *ret);
    if (ret == NULL || expr == NULL) {
        return NULL;
    }
    ret->kind = expr->kind;
    ret->ast = expr;
    ret->field.filter_field = MAP_IR_NONE;
    const bool inner =
        expr->kind == MAP_AST_ADD || expr->kind == MAP_AST_SUB || expr->kind == MAP_AST_MUL;
    if (!inner) {
        return resolve_leaf(r, context, expr, ret) ? ret : NULL;
    }
    ret->a = resolve_expr(r, context, expr->a);
    ret->b = resolve_expr(r, context, expr->b);
    return ret->a == NULL || ret->b == NULL ? NULL : ret;
}
