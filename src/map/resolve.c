/*
 * Statements into contexts: every name of a map is looked up here, once. What cannot be found is
 * reported at its place and the statement is left out, so that one mistake gives one message.
 */
#include "map/resolve_priv.h"

#include <assert.h>

static void resolve_list(struct resolve *r, struct map_ir_context *context,
                         const struct map_ast_stmt *first, struct map_ir_stmt **end);

static struct map_ir_context *
new_context(struct resolve *r, struct map_ir_context *parent, struct map_ir_stmt *from,
            struct lang_pos pos)
{
    struct map_ir_context *context = map_new(r->c, sizeof *context);
    if (context == NULL) {
        return NULL;
    }
    *context =
        (struct map_ir_context){.no = r->ir->context_count++, .parent = parent, .from = from};
    context->keys_end = &context->keys;
    context->depth = parent == NULL ? 0 : parent->depth + 1;
    context->node = GRAMMAR_NONE;
    context->segment = GRAMMAR_NONE;
    if (context->depth > MAP_CONTEXT_DEPTH_MAX) {
        map_report(r->c, MAP_DIAG_TOO_DEEP, pos, "blocks are nested deeper than %d",
                   MAP_CONTEXT_DEPTH_MAX);
        return NULL;
    }
    return context;
}

struct map_ast_table *
resolve_table(struct resolve *r, const struct map_ast_stmt *stmt)
{
    struct map_ast_table *table = map_find_table(r->c, stmt->table);
    if (table != NULL) {
        return table;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, stmt->table);
    for (const struct map_ast_table *t = r->c->ast.tables; t != NULL; t = t->next) {
        lang_guess_try(&guess, t->name);
    }
    struct lang_diag *diag = map_report(r->c, MAP_DIAG_NO_TABLE, stmt->table_pos,
                                        "there is no table " WB_FMT, WB_ARG(stmt->table));
    map_report_guess(diag, "a table", &guess);
    return NULL;
}

static bool
resolve_places(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
               bool wants_instance, struct map_ir_stmt *ret)
{
    ret->places = wb_arena_array(r->c->ctx, r->c->arena, ast->place_count, sizeof *ret->places);
    if (ret->places == NULL) {
        return false;
    }
    for (size_t i = 0; i < ast->place_count; i++) {
        if (!resolve_place(r, context, &ast->places[i], wants_instance, &ret->places[i])) {
            return false;
        }
        if (ret->places[i].conv == NULL && ast->right_conv.name.len > 0) {
            ret->places[i].conv = &ast->right_conv;
        }
        ret->place_count++;
    }
    return true;
}

static bool
resolve_right(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
              struct map_ir_stmt *ret)
{
    ret->has_right = true;
    return resolve_field(r, r->ir->right.schema, context->right_shape, &ast->right, &ret->right);
}

/* keep NAME of a block: which code of the set was met, in the `source` of the block's own object.
 */
static bool
block_keep_name(struct resolve *r, const struct map_ast_stmt *ast, struct map_ir_stmt *ret)
{
    const bool set = ret->places[0].key != NULL && ret->places[0].key->test_count > 0;
    if (ast->keep.is_record && ast->keep.step_count == 1 && ast->keep.filter == NULL && set) {
        ret->keep_name = ast->keep.steps[0].name;
        return true;
    }
    map_report(r->c, MAP_DIAG_KEEP_NAME, ast->keep.pos,
               "`keep` of a block takes one name, for the code of its selector that was met");
    return false;
}

/* The context of a block: its statements speak of an instance and of an object. */
static bool
resolve_inner(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
              struct map_ir_stmt *ret)
{
    const struct map_ir_place *place = &ret->places[0];
    ret->inner = new_context(r, context, ret, ast->pos);
    if (ret->inner == NULL) {
        return false;
    }
    ret->inner->right_shape = ret->right.field->shape;
    if (r->ir->left.is_record) {
        ret->inner->left_shape = place->field.field->shape;
    } else {
        ret->inner->node = place->key->node;
        ret->inner->segment = place->key->segment;
    }
    ret->has_keep = ast->has_keep;
    if (ast->has_keep && !block_keep_name(r, ast, ret)) {
        return false;
    }
    const bool in_one_of = r->in_one_of;
    const bool in_when = r->in_when;
    r->in_one_of = false;
    r->in_when = false;
    resolve_list(r, ret->inner, ast->block, &ret->inner->first);
    r->in_one_of = in_one_of;
    r->in_when = in_when;
    return true;
}

/* The instance that a block or `each` is about: a loop or segment below, or an object or list of
 * the left record. */
static bool
check_instance(struct resolve *r, const struct map_ast_stmt *ast, const struct map_ir_stmt *stmt)
{
    const struct map_ir_place *place = &stmt->places[0];
    const bool each = ast->kind == MAP_AST_EACH;
    const uint8_t wanted = each ? RECORD_LIST : RECORD_OBJECT;
    if (stmt->place_count != 1) {
        map_report(r->c, MAP_DIAG_BLOCK, stmt->places[1].pos,
                   "a block is about one segment or loop: alternatives cannot have one");
        return false;
    }
    if (place->kind == MAP_IR_FIELD) {
        if (place->field.field->type == wanted && place->field.field->shape != UINT32_MAX) {
            return true;
        }
        map_report(r->c, MAP_DIAG_BLOCK, place->pos, WB_FMT " is no %s", WB_ARG(place->text),
                   each ? "list of objects" : "object");
        return false;
    }
    if (place->kind != MAP_IR_INSTANCE || place->key == NULL) {
        map_report(r->c, MAP_DIAG_BLOCK, place->pos,
                   "a block is about a segment or loop below this one, not about " WB_FMT,
                   WB_ARG(place->text));
        return false;
    }
    return true;
}

static bool
check_object(struct resolve *r, const struct map_ir_stmt *stmt, uint8_t wanted)
{
    const struct record_field *field = stmt->right.field;
    if (field->type == wanted && field->shape != UINT32_MAX) {
        return true;
    }
    map_report(r->c, MAP_DIAG_BLOCK, stmt->right.pos, WB_FMT " is no %s", WB_ARG(stmt->right.text),
               wanted == RECORD_LIST ? "list of objects" : "object");
    return false;
}

static bool
resolve_object(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
               struct map_ir_stmt *ret)
{
    ret->kind = MAP_IR_OBJECT;
    if (!resolve_places(r, context, ast, true, ret) || !resolve_right(r, context, ast, ret) ||
        !check_instance(r, ast, ret) || !check_object(r, ret, RECORD_OBJECT)) {
        return false;
    }
    return resolve_inner(r, context, ast, ret);
}

static bool
resolve_each_pair(struct resolve *r, const struct map_ast_stmt *ast, struct map_ir_stmt *ret)
{
    ret->kind = MAP_IR_EACH_PAIR;
    if (ast->has_block || !check_object(r, ret, RECORD_LIST)) {
        if (ast->has_block) {
            map_report(r->c, MAP_DIAG_BLOCK, ast->pos,
                       "each :else makes elements of code and value: it has no block");
        }
        return false;
    }
    const struct record_schema *schema = r->ir->right.schema;
    const uint32_t shape = ret->right.field->shape;
    ret->pair_code_field = record_find_field(schema, shape, WB_LIT("code"));
    ret->pair_value_field = record_find_field(schema, shape, WB_LIT("value"));
    if (ret->pair_code_field != RECORD_NONE && ret->pair_value_field != RECORD_NONE) {
        return true;
    }
    map_report(r->c, MAP_DIAG_BLOCK, ret->right.pos,
               WB_FMT " is no list of objects with the fields code and value",
               WB_ARG(ret->right.text));
    return false;
}

static bool
resolve_each(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
             struct map_ir_stmt *ret)
{
    ret->kind = MAP_IR_EACH;
    if (ast->has_by) {
        map_report(r->c, MAP_DIAG_NO_TREE, ast->by_pos,
                   "cases by level are not done by this version");
        return false;
    }
    if (!resolve_places(r, context, ast, true, ret) || !resolve_right(r, context, ast, ret)) {
        return false;
    }
    if (ret->places[0].kind == MAP_IR_PAIR_ELSE) {
        return resolve_each_pair(r, ast, ret);
    }
    if (!check_instance(r, ast, ret) || !check_object(r, ret, RECORD_LIST)) {
        return false;
    }
    if (!ast->has_block) {
        map_report(r->c, MAP_DIAG_BLOCK, ast->pos, "each needs a block or a shape");
        return false;
    }
    if (ret->places[0].key != NULL) {
        ret->places[0].key->is_each = true;
    }
    return resolve_inner(r, context, ast, ret);
}

/* Lists of single values take ranges; a place with one element is a range of one. */
static bool
check_value(struct resolve *r, struct map_ir_stmt *ret)
{
    const struct record_field *field = ret->right.field;
    const bool list = field->type == RECORD_LIST;
    if (field->type == RECORD_OBJECT || (list && field->shape != UINT32_MAX)) {
        map_report(r->c, MAP_DIAG_BLOCK, ret->right.pos, WB_FMT " is %s: it needs a block%s",
                   WB_ARG(ret->right.text), list ? "a list of objects" : "an object",
                   list ? " and `each`" : " or a shape");
        return false;
    }
    for (uint32_t i = 0; i < ret->place_count; i++) {
        struct map_ir_place *place = &ret->places[i];
        if (place->kind == MAP_IR_PAIR_ELSE) {
            map_report(r->c, MAP_DIAG_BLOCK, place->pos,
                       ":else is all that is left: write each :else <=> a list");
            return false;
        }
        if (list && place->kind == MAP_IR_VALUE && place->part_count == 1) {
            place->kind = MAP_IR_RANGE;
        }
        const bool many = place->kind == MAP_IR_RANGE || list;
        if (many && ret->place_count > 1) {
            map_report(r->c, MAP_DIAG_RANGE, place->pos, "a list or a range has no alternatives");
            return false;
        }
        if (list && place->kind != MAP_IR_RANGE && place->kind != MAP_IR_FIELD) {
            map_report(r->c, MAP_DIAG_RANGE, place->pos,
                       WB_FMT " gives one value, " WB_FMT " is a list", WB_ARG(place->text),
                       WB_ARG(ret->right.text));
            return false;
        }
    }
    return true;
}

static bool
resolve_corr(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
             struct map_ir_stmt *ret)
{
    if (ast->has_block) {
        return resolve_object(r, context, ast, ret);
    }
    ret->kind = ast->kind == MAP_AST_READ ? MAP_IR_READ_ONLY : MAP_IR_CORR;
    r->one_way = ast->kind == MAP_AST_READ;
    const bool found = resolve_places(r, context, ast, false, ret);
    r->one_way = false;
    if (!found || !resolve_right(r, context, ast, ret) || !check_value(r, ret)) {
        return false;
    }
    if (ast->table.len > 0) {
        ret->table = resolve_table(r, ast);
        if (ret->table == NULL) {
            return false;
        }
    }
    ret->has_keep = ast->has_keep;
    return !ast->has_keep || resolve_keep_name(r, context->right_shape, &ast->keep,
                                               &ret->keep_holder, &ret->keep_name);
}

/* Which side a constant's path is on: between two records the names decide, and must not be on
 * both. */
static bool
const_is_left(struct resolve *r, struct map_ir_context *context, const struct map_ast_path *path,
              bool *ret_left)
{
    if (!r->ir->left.is_record) {
        *ret_left = !path->is_record;
        return true;
    }
    if (path->side.len > 0) {
        *ret_left = wb_str_eq(path->side, WB_LIT("left"));
        return true;
    }
    const bool left = resolve_field_exists(r->ir->left.schema, context->left_shape, path);
    const bool right = resolve_field_exists(r->ir->right.schema, context->right_shape, path);
    if (left && right) {
        map_report(r->c, MAP_DIAG_AMBIGUOUS, path->pos,
                   WB_FMT " is a field of both sides: write left. or right. before it",
                   WB_ARG(map_path_text(r->c, path)));
        return false;
    }
    *ret_left = left;
    return true;
}

static bool
resolve_const(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
              struct map_ir_stmt *ret)
{
    bool left = false;
    if (!const_is_left(r, context, &ast->places[0].path, &left)) {
        return false;
    }
    ret->kind = left ? MAP_IR_LEFT_CONST : MAP_IR_RIGHT_CONST;
    if (left) {
        if (!resolve_places(r, context, ast, false, ret)) {
            return false;
        }
        const struct map_ir_place *place = &ret->places[0];
        if (place->kind == MAP_IR_FIELD ||
            (place->kind == MAP_IR_VALUE && place->part_count == 1)) {
            return true;
        }
        map_report(r->c, MAP_DIAG_CONST, place->pos, "a constant stands in one element");
        return false;
    }
    if (ast->or_any) {
        map_report(r->c, MAP_DIAG_CONST, ast->word_pos, "`or any` is for places of the message");
        return false;
    }
    ret->has_right = true;
    return resolve_field(r, r->ir->right.schema, context->right_shape, &ast->places[0].path,
                         &ret->right);
}

static bool
resolve_when(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
             struct map_ir_stmt *ret)
{
    ret->kind = MAP_IR_WHEN;
    if (r->in_when) {
        map_report(r->c, MAP_DIAG_WHEN_NESTED, ast->pos, "`when` does not stand in `when`");
        return false;
    }
    struct map_ir_context *at = context;
    while (at->parent != NULL &&
           !resolve_field_exists(r->ir->right.schema, at->right_shape, &ast->right)) {
        at = at->parent;
        ret->guard_up++;
    }
    if (!resolve_field_exists(r->ir->right.schema, at->right_shape, &ast->right)) {
        ret->guard_up = 0;
        at = context; /* so that the report names the fields of here */
    }
    ret->has_right = true;
    if (!resolve_field(r, r->ir->right.schema, at->right_shape, &ast->right, &ret->right)) {
        return false;
    }
    r->in_when = true;
    resolve_list(r, context, ast->block, &ret->block);
    resolve_list(r, context, ast->else_block, &ret->else_block);
    r->in_when = false;
    return true;
}

static bool
resolve_expressions(struct resolve *r, struct map_ir_context *context,
                    const struct map_ast_stmt *ast, struct map_ir_stmt *ret)
{
    ret->kind = ast->kind == MAP_AST_CHECK ? MAP_IR_CHECK : MAP_IR_DERIVE;
    if (ret->kind == MAP_IR_DERIVE) {
        if (!resolve_places(r, context, ast, false, ret)) {
            return false;
        }
        if (ret->places[0].kind != MAP_IR_VALUE || ret->places[0].part_count != 1) {
            map_report(r->c, MAP_DIAG_CONST, ret->places[0].pos,
                       "a derived value stands in one element");
            return false;
        }
    }
    ret->expr = resolve_expr(r, context, ast->expr);
    if (ret->kind == MAP_IR_CHECK) {
        ret->expr2 = resolve_expr(r, context, ast->expr2);
        return ret->expr != NULL && ret->expr2 != NULL;
    }
    return ret->expr != NULL;
}

static bool
resolve_lists(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
              struct map_ir_stmt *ret)
{
    ret->kind = ast->kind == MAP_AST_KEEP ? MAP_IR_KEEP : MAP_IR_DROPS;
    if (ret->kind == MAP_IR_KEEP && r->ir->left.is_record) {
        map_report(
            r->c, MAP_DIAG_KEEP_NAME, ast->pos,
            "`keep` of places is for messages; between records `drops` says what stays behind");
        return false;
    }
    r->in_keep = true;
    const bool good = resolve_places(r, context, ast, true, ret);
    r->in_keep = false;
    for (uint32_t i = 0; good && i < ret->place_count; i++) {
        if (ret->places[i].kind == MAP_IR_PAIR || ret->places[i].kind == MAP_IR_PAIR_ELSE) {
            map_report(r->c, MAP_DIAG_KEEP_NAME, ret->places[i].pos,
                       "pairs are kept by each :else, not by `keep`");
            return false;
        }
    }
    return good;
}

static bool
resolve_one_of(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
               struct map_ir_stmt *ret)
{
    ret->kind = MAP_IR_ONE_OF;
    if (r->in_one_of) {
        map_report(r->c, MAP_DIAG_ONE_OF, ast->pos, "`one of` does not stand in `one of`");
        return false;
    }
    r->in_one_of = true;
    resolve_list(r, context, ast->block, &ret->block);
    r->in_one_of = false;
    for (const struct map_ir_stmt *s = ret->block; s != NULL; s = s->next) {
        if (s->kind != MAP_IR_CORR && s->kind != MAP_IR_EACH_PAIR && s->kind != MAP_IR_OBJECT) {
            map_report(r->c, MAP_DIAG_ONE_OF, s->ast->pos,
                       "in `one of` stand statements with `<=>` only");
            return false;
        }
    }
    return true;
}

static bool
resolve_statement(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *ast,
                  struct map_ir_stmt *ret)
{
    switch (ast->kind) {
    case MAP_AST_CORR:
    case MAP_AST_READ:
        return resolve_corr(r, context, ast, ret);
    case MAP_AST_EACH:
        return resolve_each(r, context, ast, ret);
    case MAP_AST_ONE_OF:
        return resolve_one_of(r, context, ast, ret);
    case MAP_AST_WHEN:
        return resolve_when(r, context, ast, ret);
    case MAP_AST_CONST:
        return resolve_const(r, context, ast, ret);
    case MAP_AST_DERIVE:
    case MAP_AST_CHECK:
        return resolve_expressions(r, context, ast, ret);
    case MAP_AST_KEEP:
    case MAP_AST_DROPS:
        return resolve_lists(r, context, ast, ret);
    case MAP_AST_WITHOUT:
    case MAP_AST_PREFER:
    case MAP_AST_USE:
        return false; /* worked in before, or reported */
    }
    return false;
}

static void
resolve_list(struct resolve *r, struct map_ir_context *context, const struct map_ast_stmt *first,
             struct map_ir_stmt **end)
{
    for (const struct map_ast_stmt *ast = first; ast != NULL; ast = ast->next) {
        struct map_ir_stmt *stmt = map_new(r->c, sizeof *stmt);
        if (stmt == NULL) {
            return;
        }
        uint32_t column = 0;
        stmt->ast = ast;
        lang_place(ast->pos, &stmt->line, &column);
        if (resolve_statement(r, context, ast, stmt)) {
            *end = stmt;
            end = &stmt->next;
        }
    }
}

enum wb_rc
map_resolve(struct map_compile *c, struct map_ast_map *map, struct map_ir **ret)
{
    assert(c != NULL && map != NULL && ret != NULL);
    struct map_ir *ir = map_new(c, sizeof *ir);
    if (ir == NULL) {
        return WB_NOMEM;
    }
    ir->ast = map;
    struct resolve r = {.c = c, .ir = ir};
    *ret = NULL;
    if (!resolve_sides(&r)) {
        return map_failed(c) ? c->ctx->error.rc : WB_OK;
    }
    ir->root = new_context(&r, NULL, NULL, map->pos);
    if (ir->root == NULL) {
        return WB_NOMEM;
    }
    ir->root->right_shape = ir->right.shape;
    ir->root->left_shape = ir->left.shape;
    if (!ir->left.is_record) {
        ir->root->node = ir->left.grammar.messages[ir->left.message].node_first;
    }
    resolve_list(&r, ir->root, map->effective, &ir->root->first);
    *ret = ir;
    return map_failed(c) ? c->ctx->error.rc : WB_OK;
}
