/*
 * Statements of maps and shapes. One statement of the front end is one statement here; after an
 * error the statement is given up and the next one is read.
 */
#include "map/parse_priv.h"

#include <assert.h>

#include "base/limits.h"

const struct lang_token *
parse_peek(const struct parse *p)
{
    return lang_peek(&p->at);
}

const struct lang_token *
parse_peek2(const struct parse *p)
{
    struct lang_cursor ahead = p->at;
    (void)lang_take(&ahead); /* the one that parse_peek gives */
    return lang_peek(&ahead);
}

bool
parse_next_is(const struct parse *p, const char *text)
{
    const struct lang_token *token = parse_peek(p);
    return token != NULL && lang_is(token, text);
}

bool
parse_accept(struct parse *p, const char *text)
{
    return !p->bad && lang_accept(&p->at, text);
}

void
parse_expected(struct parse *p, const char *what)
{
    if (p->bad) {
        return;
    }
    p->bad = true;
    const struct lang_token *token = parse_peek(p);
    struct lang_diag *diag = NULL;
    if (token == NULL) {
        diag = map_report(p->c, MAP_DIAG_SYNTAX, lang_here(&p->at), "the statement ends too early");
    } else if (token->kind == LANG_BLOCK) {
        diag = map_report(p->c, MAP_DIAG_SYNTAX, token->pos, "a block does not belong here");
    } else {
        diag = map_report(p->c, MAP_DIAG_SYNTAX, token->pos, "`" WB_FMT "` does not belong here",
                          WB_ARG(token->text));
    }
    if (diag != NULL) {
        diag->expected = wb_str_of(what);
    }
}

void
parse_need(struct parse *p, const char *text)
{
    if (!p->bad && !lang_accept(&p->at, text)) {
        parse_expected(p, text);
    }
}

struct wb_str
parse_word(struct parse *p, const char *what, struct lang_pos *ret_pos)
{
    const struct lang_token *token = parse_peek(p);
    if (p->bad || token == NULL || (token->kind != LANG_WORD && token->kind != LANG_STRING)) {
        parse_expected(p, what);
        return (struct wb_str){NULL, 0};
    }
    (void)lang_take(&p->at); /* it is `token` */
    if (ret_pos != NULL) {
        *ret_pos = token->pos;
    }
    return token->text;
}

struct lang_pos
parse_span(const struct parse *p, struct lang_pos first)
{
    const struct lang_statement *statement = p->at.statement;
    if (p->at.at == 0 || p->at.at > statement->token_count) {
        return first;
    }
    const struct lang_pos last = statement->tokens[p->at.at - 1].pos;
    if (last.at + last.len > first.at) {
        first.len = last.at + last.len - first.at;
    }
    return first;
}

void
parse_end(struct parse *p)
{
    if (!p->bad && parse_peek(p) != NULL) {
        parse_expected(p, "the end of the statement: a newline or `;`");
    }
}

static struct map_ast_place *
add_place(struct parse *p, struct map_ast_stmt *stmt)
{
    struct map_ast_place *place =
        WB_PUSH(p->c->ctx, p->c->arena, stmt->places, stmt->place_count, stmt->place_cap);
    if (place == NULL || !parse_path(p, &place->path)) {
        p->bad = true;
        return NULL;
    }
    return place;
}

static void
parse_places(struct parse *p, struct map_ast_stmt *stmt)
{
    do {
        struct map_ast_place *place = add_place(p, stmt);
        if (place != NULL && parse_accept(p, "as")) {
            (void)parse_conv(p, &place->conv); /* p->bad says the rest */
        }
    } while (!p->bad && parse_accept(p, "|"));
}

static void
parse_braces(struct parse *p, struct map_ast_stmt **ret_first)
{
    const struct lang_token *token = parse_peek(p);
    if (p->bad || token == NULL || token->kind != LANG_BLOCK) {
        parse_expected(p, "a block { }");
        return;
    }
    (void)lang_take(&p->at); /* it is the block */
    parse_statements(p, token->block, ret_first);
}

static void
parse_option_block(struct parse *p, struct map_ast_stmt *stmt)
{
    const struct lang_token *token = parse_peek(p);
    if (!p->bad && token != NULL && token->kind == LANG_BLOCK) {
        stmt->has_block = true;
        parse_braces(p, &stmt->block);
    }
}

static void
parse_by(struct parse *p, struct map_ast_stmt *stmt)
{
    stmt->has_by = true;
    const struct lang_token *token = parse_peek(p);
    if (token != NULL && token->kind == LANG_WORD) {
        stmt->finder = parse_word(p, "a finder", &stmt->by_pos);
    } else {
        stmt->by_pos = lang_here(&p->at);
    }
}

/* via TABLE, keep FIELD, default WORD, as CONV, with SHAPE, by [FINDER], cut, round: in any order.
 */
static void
parse_options(struct parse *p, struct map_ast_stmt *stmt)
{
    while (!p->bad) {
        if (parse_accept(p, "via")) {
            stmt->table = parse_word(p, "a table", &stmt->table_pos);
        } else if (parse_accept(p, "keep")) {
            stmt->has_keep = true;
            (void)parse_path(p, &stmt->keep); /* p->bad says the rest */
        } else if (parse_accept(p, "default")) {
            stmt->has_default = true;
            stmt->default_word = parse_word(p, "the default value", &stmt->default_pos);
        } else if (parse_accept(p, "as")) {
            (void)parse_conv(p, &stmt->right_conv); /* p->bad says the rest */
        } else if (parse_accept(p, "with")) {
            stmt->shape = parse_word(p, "a shape", &stmt->shape_pos);
        } else if (parse_accept(p, "by")) {
            parse_by(p, stmt);
        } else if (parse_accept(p, "cut")) {
            stmt->cut = true;
        } else if (parse_accept(p, "round")) {
            stmt->round = true;
        } else {
            break;
        }
    }
}

static void
parse_right(struct parse *p, struct map_ast_stmt *stmt)
{
    stmt->has_right = true;
    if (!p->bad && parse_path(p, &stmt->right)) {
        parse_options(p, stmt);
    }
}

/* A value to the right of '=': a word, a string, a number with decimals. */
static struct wb_str
parse_value(struct parse *p, struct lang_pos *ret_pos)
{
    struct wb_str word = parse_word(p, "a value", ret_pos);
    if (!p->bad && wb_str_digits(word) && parse_next_is(p, ".")) {
        parse_need(p, ".");
        const struct wb_str part = parse_word(p, "decimals", NULL);
        word =
            wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT "." WB_FMT, WB_ARG(word), WB_ARG(part));
        *ret_pos = parse_span(p, *ret_pos);
    }
    return word;
}

/* Statements that begin with a path. */
static void
parse_plain(struct parse *p, struct map_ast_stmt *stmt)
{
    parse_places(p, stmt);
    if (parse_accept(p, "<=>")) {
        stmt->kind = MAP_AST_CORR;
        parse_right(p, stmt);
        parse_option_block(p, stmt);
    } else if (parse_accept(p, "->")) {
        stmt->kind = MAP_AST_READ;
        parse_right(p, stmt);
    } else if (parse_accept(p, "<-")) {
        stmt->kind = MAP_AST_DERIVE;
        stmt->expr = parse_expr(p);
    } else if (parse_accept(p, "=")) {
        stmt->kind = MAP_AST_CONST;
        stmt->word = parse_value(p, &stmt->word_pos);
        if (parse_accept(p, "or")) {
            parse_need(p, "any");
            stmt->or_any = true;
        }
    } else {
        parse_expected(p, "`<=>`, `->`, `<-` or `=`");
    }
    const bool single = stmt->kind == MAP_AST_DERIVE || stmt->kind == MAP_AST_CONST;
    if (!p->bad && single && stmt->place_count > 1) {
        map_report(p->c, MAP_DIAG_SYNTAX, stmt->places[1].path.pos,
                   "a constant or derived value has one place, not alternatives");
        p->bad = true;
    }
}

static void
parse_each(struct parse *p, struct map_ast_stmt *stmt)
{
    stmt->kind = MAP_AST_EACH;
    parse_need(p, "each");
    if (!p->bad && add_place(p, stmt) != NULL) {
        parse_need(p, "<=>");
        parse_right(p, stmt);
        parse_option_block(p, stmt);
    }
}

static void
parse_when(struct parse *p, struct map_ast_stmt *stmt)
{
    stmt->kind = MAP_AST_WHEN;
    stmt->has_right = true;
    parse_need(p, "when");
    if (p->bad || !parse_path(p, &stmt->right)) {
        return;
    }
    parse_need(p, "=");
    stmt->word = parse_value(p, &stmt->word_pos);
    stmt->has_block = true;
    parse_braces(p, &stmt->block);
    if (parse_accept(p, "else")) {
        stmt->has_else = true;
        parse_braces(p, &stmt->else_block);
    }
}

static void
parse_check(struct parse *p, struct map_ast_stmt *stmt)
{
    static const char *const relations[] = {"==", "!=", "<=", ">=", "<", ">"};
    stmt->kind = MAP_AST_CHECK;
    parse_need(p, "check");
    stmt->expr = parse_expr(p);
    for (size_t i = 0; i < sizeof relations / sizeof relations[0] && stmt->relation.len == 0; i++) {
        if (parse_accept(p, relations[i])) {
            stmt->relation = wb_str_of(relations[i]);
        }
    }
    if (stmt->relation.len == 0) {
        parse_expected(p, "== != < <= > or >=");
        return;
    }
    stmt->expr2 = parse_expr(p);
}

static void
parse_list(struct parse *p, struct map_ast_stmt *stmt, enum map_ast_kind kind)
{
    stmt->kind = kind;
    (void)lang_take(&p->at); /* the keyword that was looked at */
    do {
        (void)add_place(p, stmt); /* p->bad says the rest */
    } while (!p->bad && parse_accept(p, ","));
}

static void
parse_one_of(struct parse *p, struct map_ast_stmt *stmt)
{
    stmt->kind = MAP_AST_ONE_OF;
    parse_need(p, "one");
    parse_need(p, "of");
    stmt->has_block = true;
    parse_braces(p, &stmt->block);
}

/* A keyword is one unless what follows makes it a field: `note <=> x`, `check.digit -> y`. */
static bool
is_keyword(const struct parse *p, const char *word)
{
    const struct lang_token *next = parse_peek2(p);
    if (!parse_next_is(p, word)) {
        return false;
    }
    if (next == NULL || next->kind != LANG_MARK) {
        return true;
    }
    return lang_is(next, "/") || lang_is(next, ":") || lang_is(next, "(");
}

static void
parse_statement(struct parse *p, struct map_ast_stmt *stmt)
{
    if (is_keyword(p, "each")) {
        parse_each(p, stmt);
    } else if (is_keyword(p, "one")) {
        parse_one_of(p, stmt);
    } else if (is_keyword(p, "when")) {
        parse_when(p, stmt);
    } else if (is_keyword(p, "check")) {
        parse_check(p, stmt);
    } else if (is_keyword(p, "keep")) {
        parse_list(p, stmt, MAP_AST_KEEP);
    } else if (is_keyword(p, "drops")) {
        parse_list(p, stmt, MAP_AST_DROPS);
    } else if (is_keyword(p, "without")) {
        parse_list(p, stmt, MAP_AST_WITHOUT);
    } else if (is_keyword(p, "prefer")) {
        parse_list(p, stmt, MAP_AST_PREFER);
    } else if (is_keyword(p, "with")) {
        stmt->kind = MAP_AST_USE;
        parse_need(p, "with");
        stmt->shape = parse_word(p, "a shape", &stmt->shape_pos);
    } else if (is_keyword(p, "tree")) {
        map_report(p->c, MAP_DIAG_NO_TREE, stmt->pos, "`tree` is not done by this version");
        p->bad = true;
    } else {
        parse_plain(p, stmt);
    }
    parse_end(p);
}

void
parse_statements(struct parse *p, const struct lang_statement *first,
                 struct map_ast_stmt **ret_first)
{
    assert(ret_first != NULL);
    struct map_ast_stmt **end = ret_first;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    assert(p->depth <= WB_LIMIT_SOURCE_DEPTH); /* the front end nests no deeper */
    for (const struct lang_statement *s = first; s != NULL; s = s->next) {
        if (s->token_count == 0) {
            continue;
        }
        struct parse inner = {p->c, lang_cursor_of(s), p->origin, p->depth + 1, false};
        struct map_ast_stmt *stmt = map_new(p->c, sizeof *stmt);
        if (stmt == NULL) {
            p->bad = true;
            return;
        }
        stmt->pos = s->tokens[0].pos;
        stmt->origin = p->origin;
        parse_statement(&inner, stmt);
        if (!inner.bad) {
            *end = stmt;
            end = &stmt->next;
        }
    }
}
