/*
 * Expressions of `<-` and `check`: sums and products of numbers, fields, count(list) and
 * sum(list.field).
 */
#include "map/parse_priv.h"

#include <assert.h>

enum { EXPR_DEPTH_MAX = 16 };

static struct map_ast_expr *
new_expr(struct parse *p, enum map_ast_expr_kind kind)
{
    struct map_ast_expr *expr = map_new(p->c, sizeof *expr);
    if (expr == NULL) {
        p->bad = true;
        return NULL;
    }
    expr->kind = kind;
    expr->pos = lang_here(&p->at);
    return expr;
}

static struct map_ast_expr *
parse_call(struct parse *p, enum map_ast_expr_kind kind)
{
    struct map_ast_expr *expr = new_expr(p, kind);
    if (expr == NULL) {
        return NULL;
    }
    parse_need(p, kind == MAP_AST_SUM ? "sum" : "count");
    parse_need(p, "(");
    if (p->bad || !parse_path(p, &expr->path)) {
        p->bad = true;
        return expr;
    }
    if (kind == MAP_AST_SUM && parse_accept(p, "*")) {
        expr->has_path2 = true;
        if (!parse_path(p, &expr->path2)) {
            return expr;
        }
    }
    parse_need(p, ")");
    expr->pos = parse_span(p, expr->pos);
    return expr;
}

static struct map_ast_expr *parse_sum(struct parse *p, unsigned depth);

static bool
is_number(struct wb_str word)
{
    return word.len > 0 && word.at[0] >= '0' && word.at[0] <= '9';
}

/* A word of digits, and its decimals when ". digits" follow. */
static struct map_ast_expr *
parse_literal(struct parse *p)
{
    struct map_ast_expr *expr = new_expr(p, MAP_AST_NUMBER);
    if (expr == NULL) {
        return NULL;
    }
    const struct wb_str whole = parse_word(p, "a number", NULL);
    expr->number = whole;
    if (parse_accept(p, ".")) {
        const struct wb_str part = parse_word(p, "decimals", NULL);
        expr->number =
            wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT "." WB_FMT, WB_ARG(whole), WB_ARG(part));
    }
    expr->pos = parse_span(p, expr->pos);
    return expr;
}

static struct map_ast_expr *
parse_factor(struct parse *p, unsigned depth)
{
    const struct lang_token *token = parse_peek(p);
    if (token == NULL || depth > EXPR_DEPTH_MAX) {
        parse_expected(p, "a number, a field, count( ) or sum( )");
        return NULL;
    }
    if (parse_accept(p, "(")) {
        struct map_ast_expr *inner = parse_sum(p, depth + 1);
        parse_need(p, ")");
        return inner;
    }
    if (token->kind == LANG_WORD && is_number(token->text)) {
        return parse_literal(p);
    }
    const bool call = token->kind == LANG_WORD && lang_is(parse_peek2(p), "(");
    if (call && lang_is(token, "count")) {
        return parse_call(p, MAP_AST_COUNT);
    }
    if (call && lang_is(token, "sum")) {
        return parse_call(p, MAP_AST_SUM);
    }
    if (call) {
        parse_expected(p, "count( ) or sum( )");
        return NULL;
    }
    struct map_ast_expr *expr = new_expr(p, MAP_AST_FIELD);
    if (expr == NULL || !parse_path(p, &expr->path)) {
        p->bad = true;
        return expr;
    }
    expr->pos = parse_span(p, expr->pos);
    return expr;
}

static struct map_ast_expr *
join(struct parse *p, enum map_ast_expr_kind kind, struct map_ast_expr *a, struct map_ast_expr *b)
{
    struct map_ast_expr *expr = new_expr(p, kind);
    if (expr == NULL || a == NULL || b == NULL) {
        p->bad = true;
        return NULL;
    }
    expr->a = a;
    expr->b = b;
    expr->pos = a->pos;
    return expr;
}

static struct map_ast_expr *
parse_product(struct parse *p, unsigned depth)
{
    struct map_ast_expr *left = parse_factor(p, depth);
    while (!p->bad && parse_accept(p, "*")) {
        left = join(p, MAP_AST_MUL, left, parse_factor(p, depth));
    }
    return left;
}

static struct map_ast_expr *
parse_sum(struct parse *p, unsigned depth)
{
    struct map_ast_expr *left = parse_product(p, depth);
    while (!p->bad && (parse_next_is(p, "+") || parse_next_is(p, "-"))) {
        const enum map_ast_expr_kind kind = parse_next_is(p, "+") ? MAP_AST_ADD : MAP_AST_SUB;
        (void)lang_take(&p->at); /* it is the mark that was looked at */
        left = join(p, kind, left, parse_product(p, depth));
    }
    return left;
}

struct map_ast_expr *
parse_expr(struct parse *p)
{
    return parse_sum(p, 0);
}
