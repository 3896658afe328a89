/*
 * Before anything is looked up, every map is made to stand for itself: shapes are expanded where
 * they are used, and the differences of an extending map are worked into a copy of its base.
 *
 * The key of a statement is its first left place with its selector, as written. A statement with
 * the same key replaces, a block with the same head is merged statement by statement, new ones come
 * last.
 */
#include "map/compile_priv.h"

#include <assert.h>

struct expand {
    struct map_compile *c;
    size_t count; /* statements made so far: shapes in shapes may multiply */
    bool full;
};

static struct map_ast_stmt **copy_list(struct expand *x, const struct map_ast_stmt *first,
                                       struct lang_pos used_at, unsigned depth,
                                       struct map_ast_stmt **end);

/* The statements of a shape at the end of a list. */
static struct map_ast_stmt **
copy_shape(struct expand *x, struct wb_str name, struct lang_pos pos, unsigned depth,
           struct map_ast_stmt **end)
{
    const struct map_ast_shape *shape = map_find_shape(x->c, name);
    if (shape == NULL) {
        struct lang_guess guess;
        lang_guess_init(&guess, name);
        for (const struct map_ast_shape *s = x->c->ast.shapes; s != NULL; s = s->next) {
            lang_guess_try(&guess, s->name);
        }
        struct lang_diag *diag =
            map_report(x->c, MAP_DIAG_NO_SHAPE, pos, "there is no shape " WB_FMT, WB_ARG(name));
        map_report_guess(diag, "a shape", &guess);
        return end;
    }
    if (depth >= MAP_SHAPE_DEPTH_MAX) {
        map_report(x->c, MAP_DIAG_SHAPE_CIRCLE, pos,
                   "shape " WB_FMT " uses itself, or shapes are nested deeper than %d",
                   WB_ARG(name), MAP_SHAPE_DEPTH_MAX);
        return end;
    }
    return copy_list(x, shape->first, pos, depth + 1, end);
}

static struct map_ast_stmt *
copy_stmt(struct expand *x, const struct map_ast_stmt *stmt, struct lang_pos used_at,
          unsigned depth)
{
    struct map_ast_stmt *copy = map_new(x->c, sizeof *copy);
    if (copy == NULL) {
        return NULL;
    }
    *copy = *stmt;
    copy->next = NULL;
    copy->block = NULL;
    copy->else_block = NULL;
    if (used_at.source != NULL) {
        copy->used_at = used_at;
    }
    struct map_ast_stmt **end = &copy->block;
    if (stmt->shape.len > 0) {
        copy->has_block = true;
        end = copy_shape(x, stmt->shape, stmt->shape_pos, depth, end);
        copy->shape = (struct wb_str){NULL, 0};
    }
    (void)copy_list(x, stmt->block, used_at, depth, end); /* its end is of no use here */
    (void)copy_list(x, stmt->else_block, used_at, depth, &copy->else_block); /* as above */
    return copy;
}

static struct map_ast_stmt **
copy_list(struct expand *x, const struct map_ast_stmt *first, struct lang_pos used_at,
          unsigned depth, struct map_ast_stmt **end)
{
    for (const struct map_ast_stmt *s = first; s != NULL && !x->full; s = s->next) {
        if (++x->count > MAP_STATEMENTS_MAX) {
            x->full = true;
            map_report(x->c, MAP_DIAG_TOO_MANY, s->pos, "the map has more than %d statements",
                       MAP_STATEMENTS_MAX);
            break;
        }
        if (s->kind == MAP_AST_USE) {
            end = copy_shape(x, s->shape, s->shape_pos, depth, end);
            continue;
        }
        *end = copy_stmt(x, s, used_at, depth);
        if (*end == NULL) {
            break;
        }
        end = &(*end)->next;
    }
    return end;
}

/* Whether two statements have the same head. */
static bool
same_key(struct map_compile *c, const struct map_ast_stmt *a, const struct map_ast_stmt *b)
{
    const bool plain_a = a->place_count > 0 && a->kind != MAP_AST_KEEP && a->kind != MAP_AST_DROPS;
    const bool plain_b = b->place_count > 0 && b->kind != MAP_AST_KEEP && b->kind != MAP_AST_DROPS;
    if (!plain_a || !plain_b || (a->kind == MAP_AST_EACH) != (b->kind == MAP_AST_EACH)) {
        return false;
    }
    return wb_str_eq(map_path_text(c, &a->places[0].path), map_path_text(c, &b->places[0].path));
}

static bool
same_right(struct map_compile *c, const struct map_ast_stmt *a, const struct map_ast_stmt *b)
{
    return a->has_right && b->has_right &&
           wb_str_eq(map_path_text(c, &a->right), map_path_text(c, &b->right));
}

/* Where a statement with this head hangs in a list, also inside `one of` and `when`; NULL for
 * nowhere. */
static struct map_ast_stmt **
find_same(struct map_compile *c, struct map_ast_stmt **list, const struct map_ast_stmt *like)
{
    for (struct map_ast_stmt **at = list; *at != NULL; at = &(*at)->next) {
        if (same_key(c, *at, like)) {
            return at;
        }
        if ((*at)->kind != MAP_AST_ONE_OF && (*at)->kind != MAP_AST_WHEN) {
            continue;
        }
        struct map_ast_stmt **inner = find_same(c, &(*at)->block, like);
        inner = inner == NULL ? find_same(c, &(*at)->else_block, like) : inner;
        if (inner != NULL) {
            return inner;
        }
    }
    return NULL;
}

/* `without L` */
static void
apply_without(struct map_compile *c, struct map_ast_stmt **list, const struct map_ast_stmt *stmt)
{
    for (size_t i = 0; i < stmt->place_count; i++) {
        struct map_ast_stmt like = {.kind = MAP_AST_CORR, .places = &stmt->places[i]};
        like.place_count = 1;
        struct map_ast_stmt **at = find_same(c, list, &like);
        if (at == NULL) {
            like.kind = MAP_AST_EACH;
            at = find_same(c, list, &like);
        }
        if (at == NULL) {
            map_report(c, MAP_DIAG_NOTHING_THERE, stmt->places[i].path.pos,
                       "`without " WB_FMT "`: the base has no statement with this first place",
                       WB_ARG(map_path_text(c, &stmt->places[i].path)));
            continue;
        }
        *at = (*at)->next;
    }
}

/* Puts one of a statement's places before the others. */
static void
move_to_front(struct map_compile *c, struct map_ast_stmt *stmt, size_t no)
{
    struct map_ast_place *places =
        wb_arena_array(c->ctx, c->arena, stmt->place_count, sizeof *places);
    if (places == NULL) {
        return;
    }
    size_t to = 0;
    places[to++] = stmt->places[no];
    for (size_t from = 0; from < stmt->place_count; from++) {
        if (from != no) {
            places[to++] = stmt->places[from];
        }
    }
    stmt->places = places;
}

/* Moves the place to the front of its alternatives; false when no statement of the list has it. */
static bool
prefer_in(struct map_compile *c, struct map_ast_stmt *list, struct wb_str text)
{
    for (struct map_ast_stmt *s = list; s != NULL; s = s->next) {
        const bool corr = s->kind == MAP_AST_CORR || s->kind == MAP_AST_READ;
        for (size_t i = 0; corr && s->place_count > 1 && i < s->place_count; i++) {
            if (wb_str_eq(map_path_text(c, &s->places[i].path), text)) {
                move_to_front(c, s, i);
                return true;
            }
        }
        const bool inner = s->kind == MAP_AST_ONE_OF || s->kind == MAP_AST_WHEN;
        if (inner && (prefer_in(c, s->block, text) || prefer_in(c, s->else_block, text))) {
            return true;
        }
    }
    return false;
}

static void
apply_prefer(struct map_compile *c, struct map_ast_stmt *list, const struct map_ast_stmt *stmt)
{
    for (size_t i = 0; i < stmt->place_count; i++) {
        const struct wb_str text = map_path_text(c, &stmt->places[i].path);
        if (!prefer_in(c, list, text)) {
            map_report(c, MAP_DIAG_NOTHING_THERE, stmt->places[i].path.pos,
                       "`prefer " WB_FMT "`: no statement here has it among its alternatives",
                       WB_ARG(text));
        }
    }
}

/* Works the statements of `over` (already copied) into the list; recursion follows the blocks of
 * the source. */
static void
merge(struct map_compile *c, struct map_ast_stmt **list, struct map_ast_stmt *over)
{
    struct map_ast_stmt *next = NULL;
    for (struct map_ast_stmt *s = over; s != NULL; s = next) {
        next = s->next;
        s->next = NULL;
        if (s->kind == MAP_AST_WITHOUT) {
            apply_without(c, list, s);
            continue;
        }
        if (s->kind == MAP_AST_PREFER) {
            apply_prefer(c, *list, s);
            continue;
        }
        struct map_ast_stmt **same = find_same(c, list, s);
        if (same == NULL) {
            struct map_ast_stmt **end = list;
            while (*end != NULL) {
                end = &(*end)->next;
            }
            *end = s;
        } else if ((*same)->has_block && s->has_block && same_right(c, *same, s)) {
            merge(c, &(*same)->block, s->block);
        } else {
            s->next = (*same)->next;
            *same = s;
        }
    }
}

/* `without` and `prefer` mean nothing where there is no base. */
static void
refuse_differences(struct map_compile *c, const struct map_ast_stmt *list)
{
    for (const struct map_ast_stmt *s = list; s != NULL; s = s->next) {
        if (s->kind == MAP_AST_WITHOUT || s->kind == MAP_AST_PREFER) {
            map_report(c, MAP_DIAG_NO_BASE, s->pos,
                       "`without` and `prefer` stand only in a map that extends another");
        }
        refuse_differences(c, s->block);
        refuse_differences(c, s->else_block);
    }
}

static bool
find_base(struct map_compile *c, const struct map_ast_map *map, struct map_ast_map **ret)
{
    *ret = map_find_map(c, map->extends);
    if (*ret != NULL) {
        return true;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, map->extends);
    for (const struct map_ast_map *m = c->ast.maps; m != NULL; m = m->next) {
        lang_guess_try(&guess, m->name);
    }
    struct lang_diag *diag = map_report(c, MAP_DIAG_NO_MAP, map->extends_pos,
                                        "there is no map " WB_FMT, WB_ARG(map->extends));
    map_report_guess(diag, "a map", &guess);
    return false;
}

static void
expand_map(struct map_compile *c, struct map_ast_map *map, unsigned depth)
{
    if (map->merged) {
        return;
    }
    struct expand x = {c, 0, false};
    const struct lang_pos nowhere = {NULL, 0, 0};
    struct map_ast_stmt *own = NULL;
    (void)copy_list(&x, map->first, nowhere, 0, &own); /* its end is of no use here */
    map->no_base = x.full;
    map->merged = true;
    map->effective = own;
    if (map->extends.len == 0) {
        refuse_differences(c, own);
        return;
    }
    map->merging = true;
    struct map_ast_map *base = NULL;
    if (!find_base(c, map, &base)) {
        map->no_base = true;
        map->merging = false;
        return;
    }
    if (base->merging || depth >= MAP_EXTENDS_DEPTH_MAX) {
        map_report(c, MAP_DIAG_EXTENDS_CIRCLE, map->extends_pos,
                   "map " WB_FMT " extends itself, or maps extend deeper than %d",
                   WB_ARG(map->name), MAP_EXTENDS_DEPTH_MAX);
        map->no_base = true;
        map->merging = false;
        return;
    }
    expand_map(c, base, depth + 1);
    map->no_base = map->no_base || base->no_base;
    map->left = map->has_left ? map->left : base->left;
    map->right = map->has_right ? map->right : base->right;
    map->has_left = map->has_left || base->has_left;
    map->has_right = map->has_right || base->has_right;
    map->effective = NULL;
    struct expand y = {c, 0, false};
    (void)copy_list(&y, base->effective, nowhere, 0, &map->effective); /* as above */
    merge(c, &map->effective, own);
    map->merging = false;
}

static bool
codes_have(const struct map_ast_codes *codes, struct wb_str code)
{
    for (size_t i = 0; i < codes->count; i++) {
        if (wb_str_eq(codes->items[i], code)) {
            return true;
        }
    }
    return false;
}

/* The codes that no row of the table has in that column. */
static struct map_ast_codes
codes_without(struct map_compile *c, const struct map_ast_codes *codes,
              const struct map_ast_table *table, bool left)
{
    struct map_ast_codes rest = {NULL, 0, 0};
    for (size_t i = 0; i < codes->count; i++) {
        bool taken = false;
        for (const struct map_ast_row *r = table->first; r != NULL && !taken; r = r->next) {
            taken = codes_have(left ? &r->left : &r->right, codes->items[i]);
        }
        if (taken) {
            continue;
        }
        struct wb_str *item = WB_PUSH(c->ctx, c->arena, rest.items, rest.count, rest.cap);
        if (item == NULL) {
            break;
        }
        *item = codes->items[i];
    }
    return rest;
}

/* Rows of the base that no row of the table itself takes the place of, behind the table's own. */
static void
extend_table(struct map_compile *c, struct map_ast_table *table, unsigned depth)
{
    if (table->extends.len == 0 || table->checked) {
        return;
    }
    table->checked = true;
    struct map_ast_table *base = map_find_table(c, table->extends);
    if (base == NULL || base == table || depth >= MAP_EXTENDS_DEPTH_MAX) {
        map_report(c, MAP_DIAG_NO_TABLE, table->extends_pos,
                   "there is no table " WB_FMT " that this one can extend", WB_ARG(table->extends));
        return;
    }
    extend_table(c, base, depth + 1);
    struct map_ast_row **end = &table->first;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    for (const struct map_ast_row *row = base->first; row != NULL; row = row->next) {
        struct map_ast_row *copy = map_new(c, sizeof *copy);
        if (copy == NULL) {
            return;
        }
        *copy = (struct map_ast_row){.pos = row->pos};
        copy->left = codes_without(c, &row->left, table, true);
        copy->right = codes_without(c, &row->right, table, false);
        if (copy->left.count == 0 || copy->right.count == 0) {
            continue;
        }
        *end = copy;
        end = &copy->next;
        table->row_count++;
    }
    if (table->otherwise == MAP_AST_ELSE_NONE) {
        table->otherwise = base->otherwise;
    }
}

enum wb_rc
map_extend_all(struct map_compile *c)
{
    assert(c != NULL);
    for (struct map_ast_table *t = c->ast.tables; t != NULL; t = t->next) {
        extend_table(c, t, 0);
    }
    for (struct map_ast_map *m = c->ast.maps; m != NULL; m = m->next) {
        expand_map(c, m, 0);
    }
    return map_failed(c) ? c->ctx->error.rc : WB_OK;
}
