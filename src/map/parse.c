/*
 * Files of maps: the declarations `map`, `shape`, `table` and `test`. Other kinds of declaration
 * are not the map room's; they are refused here, because a file of maps holds nothing else.
 */
#include "map/parse_priv.h"

#include <assert.h>

static void
parse_side(struct parse *p, struct map_ast_side *side)
{
    side->kind = parse_word(p, "x12, edifact, business or odoo", &side->pos);
    const bool edi =
        wb_str_eq(side->kind, WB_LIT("x12")) || wb_str_eq(side->kind, WB_LIT("edifact"));
    if (edi) {
        side->release = parse_word(p, "a release", NULL);
    }
    side->name = parse_word(p, edi ? "a message" : "a document", &side->name_pos);
    if (parse_next_is(p, "guide")) {
        map_report(p->c, MAP_DIAG_NO_GUIDE, lang_here(&p->at),
                   "guides are not done by this version");
        p->bad = true;
    }
    side->pos = parse_span(p, side->pos);
    parse_end(p);
}

/* `left ...` and `right ...` stand first; what follows are statements. Returns the first of those.
 */
static const struct lang_statement *
parse_sides(struct parse *p, struct map_ast_map *map, const struct lang_statement *first)
{
    while (first != NULL && first->token_count > 1) {
        struct parse inner = {p->c, lang_cursor_of(first), map, 0, false};
        const struct lang_token *next = parse_peek2(&inner);
        if (next->kind != LANG_WORD) {
            break;
        }
        if (!map->has_left && parse_accept(&inner, "left")) {
            map->has_left = true;
            parse_side(&inner, &map->left);
        } else if (!map->has_right && parse_accept(&inner, "right")) {
            map->has_right = true;
            parse_side(&inner, &map->right);
        } else {
            break;
        }
        first = first->next;
    }
    return first;
}

/* A later file's declaration takes the place of an earlier file's; twice in one file is a mistake.
 */
static bool
replaces(struct parse *p, struct wb_str name, struct lang_pos pos, struct lang_pos before)
{
    const bool same_file = pos.source == before.source;
    struct lang_diag *diag =
        same_file ? map_report(p->c, MAP_DIAG_TWICE, pos, WB_FMT " is declared twice", WB_ARG(name))
                  : map_report(p->c, MAP_DIAG_REPLACED, pos,
                               WB_FMT " takes the place of the one in " WB_FMT, WB_ARG(name),
                               WB_ARG(before.source->path));
    map_report_other(p->c, diag, before, "the first one");
    return !same_file;
}

static void
parse_map(struct parse *p)
{
    struct map_ast_map *map = map_new(p->c, sizeof *map);
    if (map == NULL) {
        return;
    }
    parse_need(p, "map");
    map->name = parse_word(p, "the map's name", &map->pos);
    if (parse_accept(p, "extends")) {
        map->extends = parse_word(p, "a map", &map->extends_pos);
    }
    const struct lang_token *token = parse_peek(p);
    if (p->bad || token == NULL || token->kind != LANG_BLOCK) {
        parse_expected(p, "a block { }");
        return;
    }
    (void)lang_take(&p->at); /* it is the block */
    const struct lang_statement *rest = parse_sides(p, map, token->block);
    p->origin = map;
    parse_statements(p, rest, &map->first);
    parse_end(p);
    const struct map_ast_map *before = map_find_map(p->c, map->name);
    if (before != NULL) {
        if (!replaces(p, map->name, map->pos, before->pos)) {
            return;
        }
        struct map_ast_map **at = &p->c->ast.maps;
        while (*at != before) {
            at = &(*at)->next;
        }
        *at = before->next;
        p->c->ast.maps_end = before->next == NULL ? at : p->c->ast.maps_end;
    }
    *p->c->ast.maps_end = map;
    p->c->ast.maps_end = &map->next;
}

static void
parse_shape(struct parse *p)
{
    struct map_ast_shape *shape = map_new(p->c, sizeof *shape);
    if (shape == NULL) {
        return;
    }
    parse_need(p, "shape");
    shape->name = parse_word(p, "the shape's name", &shape->pos);
    const struct lang_token *token = parse_peek(p);
    if (p->bad || token == NULL || token->kind != LANG_BLOCK) {
        parse_expected(p, "a block { }");
        return;
    }
    (void)lang_take(&p->at); /* it is the block */
    parse_statements(p, token->block, &shape->first);
    parse_end(p);
    const struct map_ast_shape *before = map_find_shape(p->c, shape->name);
    if (before != NULL) {
        if (!replaces(p, shape->name, shape->pos, before->pos)) {
            return;
        }
        struct map_ast_shape **at = &p->c->ast.shapes;
        while (*at != before) {
            at = &(*at)->next;
        }
        *at = before->next;
        p->c->ast.shapes_end = before->next == NULL ? at : p->c->ast.shapes_end;
    }
    *p->c->ast.shapes_end = shape;
    p->c->ast.shapes_end = &shape->next;
}

static void
parse_row(struct parse *p, struct map_ast_table *table, struct map_ast_row ***end)
{
    if (parse_accept(p, "else")) {
        if (parse_accept(p, "finding")) {
            table->otherwise = MAP_AST_ELSE_FINDING;
        } else if (parse_accept(p, "keep")) {
            table->otherwise = MAP_AST_ELSE_KEEP;
        } else {
            parse_expected(p, "`finding` or `keep`");
        }
        parse_end(p);
        return;
    }
    struct map_ast_row *row = map_new(p->c, sizeof *row);
    if (row == NULL) {
        return;
    }
    row->pos = lang_here(&p->at);
    if (!parse_codes(p, &row->left)) {
        return;
    }
    parse_need(p, "<=>");
    if (p->bad || !parse_codes(p, &row->right)) {
        return;
    }
    row->pos = parse_span(p, row->pos);
    parse_end(p);
    if (!p->bad) {
        **end = row;
        *end = &row->next;
        table->row_count++;
    }
}

static void
parse_table(struct parse *p)
{
    struct map_ast_table *table = map_new(p->c, sizeof *table);
    if (table == NULL) {
        return;
    }
    parse_need(p, "table");
    table->name = parse_word(p, "the table's name", &table->pos);
    if (parse_accept(p, "extends")) {
        table->extends = parse_word(p, "a table", &table->extends_pos);
    }
    const struct lang_token *token = parse_peek(p);
    if (p->bad || token == NULL || token->kind != LANG_BLOCK) {
        parse_expected(p, "a block { }");
        return;
    }
    (void)lang_take(&p->at); /* it is the block */
    struct map_ast_row **end = &table->first;
    for (const struct lang_statement *s = token->block; s != NULL; s = s->next) {
        if (s->token_count > 0) {
            struct parse inner = {p->c, lang_cursor_of(s), NULL, 0, false};
            parse_row(&inner, table, &end);
        }
    }
    parse_end(p);
    const struct map_ast_table *before = map_find_table(p->c, table->name);
    if (before != NULL) {
        if (!replaces(p, table->name, table->pos, before->pos)) {
            return;
        }
        struct map_ast_table **at = &p->c->ast.tables;
        while (*at != before) {
            at = &(*at)->next;
        }
        *at = before->next;
        p->c->ast.tables_end = before->next == NULL ? at : p->c->ast.tables_end;
    }
    *p->c->ast.tables_end = table;
    p->c->ast.tables_end = &table->next;
}

static void
parse_test_case(struct parse *p)
{
    struct map_ast_test_case *test = map_new(p->c, sizeof *test);
    if (test == NULL) {
        return;
    }
    parse_need(p, "test");
    test->map = parse_word(p, "the map's name", &test->pos);
    test->writes = parse_accept(p, "writes");
    if (!test->writes && !parse_accept(p, "reads")) {
        parse_expected(p, "`reads` or `writes`");
    }
    test->input = parse_word(p, "a file", NULL);
    parse_need(p, "gives");
    test->expected = parse_word(p, "a file", NULL);
    parse_end(p);
    if (!p->bad) {
        *p->c->ast.tests_end = test;
        p->c->ast.tests_end = &test->next;
    }
}

enum wb_rc
map_parse_file(struct map_compile *c, const struct lang_file *file)
{
    assert(c != NULL && file != NULL);
    for (const struct lang_statement *s = file->first; s != NULL; s = s->next) {
        if (s->token_count == 0) {
            continue;
        }
        struct parse p = {c, lang_cursor_of(s), NULL, 0, false};
        if (parse_next_is(&p, "map")) {
            parse_map(&p);
        } else if (parse_next_is(&p, "shape")) {
            parse_shape(&p);
        } else if (parse_next_is(&p, "table")) {
            parse_table(&p);
        } else if (parse_next_is(&p, "test")) {
            parse_test_case(&p);
        } else {
            parse_expected(&p, "map, shape, table or test");
        }
    }
    return map_failed(c) ? c->ctx->error.rc : WB_OK;
}
