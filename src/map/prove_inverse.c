/*
 * Proof 3, one half: each element has one writer and each field one reader, guards can be read
 * first, and which of several codes was met is kept or said not to be.
 *
 * An instance may be reached through a block or by a path from outside; both are brought to one
 * form before they are compared. Statements of different branches of a `when`, or of one `one of`,
 * never run together when writing.
 */
#include "map/prove_priv.h"

#include <assert.h>
#include <stdlib.h>

/* Something that a statement writes or reads, with what it excludes. */
struct claim {
    struct map_ir_stmt *stmt; /* NULL: a selector */
    struct map_ir_context *context;
    const struct map_ir_key *key;
    uint32_t node;
    uint32_t element_no; /* 0 = a pair */
    uint32_t component_no;
    struct wb_str
        word;      /* written whatever the record says: selectors, siblings; of a pair its code */
    bool is_fixed; /* word holds */
    struct wb_str text; /* readers: the field's path from the context's record */
    const struct map_ir_field *field;
    const struct map_ir_stmt *when;
    bool in_else;
    const struct map_ir_stmt *one_of;
    struct lang_pos pos;
};

struct claims {
    struct prove *p;
    struct claim *items;
    size_t count;
    size_t cap;
    const struct map_ir_stmt *when;
    bool in_else;
    const struct map_ir_stmt *one_of;
};

static struct claim *
claim_add(struct claims *claims, struct map_ir_stmt *stmt, struct map_ir_context *context,
          struct lang_pos pos)
{
    struct wb_ctx *ctx = claims->p->c->ctx;
    struct claim *claim =
        WB_PUSH(ctx, claims->p->c->arena, claims->items, claims->count, claims->cap);
    if (claim != NULL) {
        *claim = (struct claim){.stmt = stmt,
                                .context = context,
                                .when = claims->when,
                                .in_else = claims->in_else,
                                .one_of = claims->one_of,
                                .pos = pos};
    }
    return claim;
}

static bool
excluded(const struct claim *a, const struct claim *b, bool writing)
{
    if (a->when != NULL && a->when == b->when && a->in_else != b->in_else) {
        return true;
    }
    return writing && a->one_of != NULL && a->one_of == b->one_of;
}

/* ---- instances in one form */

/* The own instance of a block's context is the key that the block is about. */
static void
normalise(struct map_ir_context **context, const struct map_ir_key **key)
{
    while (*key == NULL && (*context)->from != NULL && (*context)->from->kind == MAP_IR_OBJECT) {
        *key = (*context)->from->places[0].key;
        *context = (*context)->parent;
    }
}

static bool
same_tests(const struct map_ir_key *a, const struct map_ir_key *b)
{
    if (a->test_count != b->test_count || a->is_else != b->is_else) {
        return false;
    }
    for (uint32_t i = 0; i < a->test_count; i++) {
        const struct map_ir_test *x = &a->tests[i];
        const struct map_ir_test *y = &b->tests[i];
        if (x->part.element_no != y->part.element_no ||
            x->part.component_no != y->part.component_no || x->code_count != y->code_count) {
            return false;
        }
        for (uint32_t k = 0; k < x->code_count; k++) {
            if (!wb_str_eq(x->codes[k], y->codes[k])) {
                return false;
            }
        }
    }
    return true;
}

static bool
same_instance(struct map_ir_context *context_a, const struct map_ir_key *a,
              struct map_ir_context *context_b, const struct map_ir_key *b)
{
    for (;;) {
        normalise(&context_a, &a);
        normalise(&context_b, &b);
        if (a == NULL || b == NULL) {
            return a == b && context_a == context_b;
        }
        if (a == b) {
            return true;
        }
        if (a->node != b->node || !same_tests(a, b)) {
            return false;
        }
        a = a->parent;
        b = b->parent;
    }
}

/* ---- one writer */

static uint32_t
node_of(const struct claims *claims, struct map_ir_context *context, const struct map_ir_key *key)
{
    (void)claims; /* nodes are numbers of one grammar */
    return key == NULL ? context->node : key->node;
}

static void
add_part(struct claims *claims, struct map_ir_stmt *stmt, struct map_ir_context *context,
         const struct map_ir_key *key, const struct map_ir_part *part, struct lang_pos pos)
{
    struct claim *claim = claim_add(claims, stmt, context, pos);
    if (claim != NULL) {
        claim->key = key;
        claim->node = node_of(claims, context, key);
        claim->element_no = part->element_no;
        claim->component_no = part->component_no;
    }
}

static void
add_fixed(struct claims *claims, struct map_ir_stmt *stmt, struct map_ir_context *context,
          const struct map_ir_key *key, const struct map_ir_test *test, struct lang_pos pos)
{
    add_part(claims, stmt, context, key, &test->part, pos);
    if (claims->count > 0 && test->code_count > 0) {
        claims->items[claims->count - 1].is_fixed = true;
        claims->items[claims->count - 1].word = test->codes[0];
    }
}

static void
add_place(struct claims *claims, struct map_ir_stmt *stmt, struct map_ir_context *context,
          const struct map_ir_place *place)
{
    if (place->kind == MAP_IR_PAIR) {
        struct claim *claim = claim_add(claims, stmt, context, place->pos);
        if (claim != NULL) {
            claim->key = place->key;
            claim->node = node_of(claims, context, place->key);
            claim->word = place->pair_code;
        }
        return;
    }
    if (place->kind != MAP_IR_VALUE && place->kind != MAP_IR_RANGE) {
        return;
    }
    for (uint32_t i = 0; i < place->part_count; i++) {
        add_part(claims, stmt, context, place->key, &place->parts[i], place->pos);
    }
    if (place->sibling.code_count > 0) {
        add_fixed(claims, stmt, context, place->key, &place->sibling, place->pos);
    }
}

static void collect_writers(struct claims *claims, struct map_ir_context *context,
                            struct map_ir_stmt *first);

static void
collect_when(struct claims *claims, struct map_ir_context *context, struct map_ir_stmt *stmt,
             void (*collect)(struct claims *, struct map_ir_context *, struct map_ir_stmt *))
{
    const struct map_ir_stmt *outer = claims->when;
    claims->when = stmt;
    collect(claims, context, stmt->block);
    claims->in_else = true;
    collect(claims, context, stmt->else_block);
    claims->in_else = false;
    claims->when = outer;
}

static void
collect_one_of(struct claims *claims, struct map_ir_context *context, struct map_ir_stmt *stmt,
               void (*collect)(struct claims *, struct map_ir_context *, struct map_ir_stmt *))
{
    claims->one_of = stmt;
    collect(claims, context, stmt->block);
    claims->one_of = NULL;
}

static void
collect_keys(struct claims *claims, struct map_ir_context *context)
{
    for (struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        for (uint32_t i = 0; i < key->test_count && !key->is_keep; i++) {
            add_fixed(claims, NULL, context, key, &key->tests[i], key->pos);
        }
    }
}

static void
collect_writers(struct claims *claims, struct map_ir_context *context, struct map_ir_stmt *first)
{
    for (struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->kind == MAP_IR_WHEN) {
            collect_when(claims, context, s, collect_writers);
        } else if (s->kind == MAP_IR_ONE_OF) {
            collect_one_of(claims, context, s, collect_writers);
        } else if (s->inner != NULL) {
            collect_keys(claims, s->inner);
            collect_writers(claims, s->inner, s->inner->first);
        } else if (s->kind == MAP_IR_CORR || s->kind == MAP_IR_LEFT_CONST ||
                   s->kind == MAP_IR_DERIVE) {
            for (uint32_t i = 0; i < s->place_count; i++) {
                add_place(claims, s, context, &s->places[i]);
            }
        }
    }
}

static int
compare_writers(const void *left, const void *right)
{
    const struct claim *a = left;
    const struct claim *b = right;
    if (a->node != b->node) {
        return a->node < b->node ? -1 : 1;
    }
    if (a->element_no != b->element_no) {
        return a->element_no < b->element_no ? -1 : 1;
    }
    if (a->component_no != b->component_no) {
        return a->component_no < b->component_no ? -1 : 1;
    }
    if (a->element_no == 0) {
        return wb_str_cmp(a->word, b->word);
    }
    return 0;
}

/* `01 = DF or any` beside `01 <=> paid_by`: what is written when the record says nothing. */
static bool
make_fallback(const struct claim *a, const struct claim *b)
{
    const bool a_const = a->stmt != NULL && a->stmt->kind == MAP_IR_LEFT_CONST;
    const bool b_const = b->stmt != NULL && b->stmt->kind == MAP_IR_LEFT_CONST;
    if (a_const == b_const || a->stmt == NULL || b->stmt == NULL) {
        return false;
    }
    struct map_ir_stmt *constant = a_const ? a->stmt : b->stmt;
    const struct map_ir_stmt *other = a_const ? b->stmt : a->stmt;
    if (!constant->ast->or_any || other->kind != MAP_IR_CORR) {
        return false;
    }
    constant->is_fallback = true;
    return true;
}

/* True when both write the same and it was told. */
static bool
compare_two(struct prove *p, const struct claim *a, const struct claim *b)
{
    if (a->stmt == b->stmt && a->stmt != NULL) {
        return false; /* alternatives of one statement */
    }
    if (excluded(a, b, true) || !same_instance(a->context, a->key, b->context, b->key)) {
        return false;
    }
    const bool same_word = a->is_fixed && b->is_fixed && wb_str_eq(a->word, b->word);
    if (same_word || make_fallback(a, b)) {
        return false;
    }
    const bool a_first = a->pos.at <= b->pos.at || a->pos.source != b->pos.source;
    const struct claim *first = a_first ? a : b;
    const struct claim *second = a_first ? b : a;
    const struct map_ir_stmt *stmt = second->stmt != NULL ? second->stmt : first->stmt;
    const uint32_t segment = a->key == NULL ? a->context->segment : a->key->segment;
    struct lang_diag *diag = NULL;
    if (a->element_no == 0) {
        diag = prove_report(p, stmt, MAP_DIAG_TWO_WRITERS, second->pos,
                            "the pair " WB_FMT " is written twice", WB_ARG(a->word));
    } else {
        const struct map_ir_part part = {
            (uint16_t)a->element_no, (uint16_t)a->component_no, 1, GRAMMAR_NONE, 0, 0};
        diag = prove_report(p, stmt, MAP_DIAG_TWO_WRITERS, second->pos, WB_FMT " is written twice",
                            WB_ARG(prove_part_text(p, segment, &part)));
    }
    if (diag != NULL) {
        diag->other.source = NULL;
    }
    map_report_other(p->c, diag, first->pos, "the other one");
    return true;
}

static void
check_writers(struct prove *p)
{
    struct claims claims = {.p = p};
    collect_keys(&claims, p->ir->root);
    collect_writers(&claims, p->ir->root, p->ir->root->first);
    if (claims.count == 0) {
        return;
    }
    qsort(claims.items, claims.count, sizeof *claims.items, compare_writers);
    for (size_t i = 0; i < claims.count; i++) {
        for (size_t k = i + 1; k < claims.count; k++) {
            if (compare_writers(&claims.items[i], &claims.items[k]) != 0 ||
                compare_two(p, &claims.items[i], &claims.items[k])) {
                break;
            }
        }
    }
}

/* ---- one reader */

/* The path of a field from the document, or from the list's element that it is in. */
static struct wb_str
field_text(struct prove *p, struct map_ir_context *context, const struct map_ir_field *field)
{
    struct wb_str text = {NULL, 0};
    const struct record_schema *schema = p->ir->right.schema;
    uint32_t shape = field->shape;
    for (uint32_t i = 0; i < field->hop_count; i++) {
        const struct record_field *row = record_field_at(schema, shape, field->hops[i]);
        text = wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT "%s" WB_FMT, WB_ARG(text),
                               i > 0 ? "." : "", WB_ARG(row->name));
        shape = row->shape;
    }
    while (context->from != NULL && context->from->kind == MAP_IR_OBJECT) {
        const struct wb_str outer = field_text(p, context->parent, &context->from->right);
        return wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT "." WB_FMT, WB_ARG(outer),
                               WB_ARG(text));
    }
    return wb_arena_printf(p->c->ctx, p->c->arena, "%u/" WB_FMT, context->no, WB_ARG(text));
}

static void
add_reader(struct claims *claims, struct map_ir_stmt *stmt, struct map_ir_context *context)
{
    struct claim *claim = claim_add(claims, stmt, context, stmt->right.pos);
    if (claim != NULL) {
        claim->field = &stmt->right;
        claim->text = field_text(claims->p, context, &stmt->right);
    }
}

static void
collect_readers(struct claims *claims, struct map_ir_context *context, struct map_ir_stmt *first)
{
    for (struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->kind == MAP_IR_WHEN) {
            collect_when(claims, context, s, collect_readers);
            continue;
        }
        if (s->kind == MAP_IR_ONE_OF) {
            collect_one_of(claims, context, s, collect_readers);
            continue;
        }
        if (s->has_right) {
            add_reader(claims, s, context);
        }
        if (s->inner != NULL) {
            collect_readers(claims, s->inner, s->inner->first);
        }
    }
}

static int
compare_readers(const void *left, const void *right)
{
    const struct claim *a = left;
    const struct claim *b = right;
    const int order = wb_str_cmp(a->text, b->text);
    if (order != 0) {
        return order;
    }
    return a->pos.at < b->pos.at ? -1 : a->pos.at > b->pos.at;
}

/* Two selections of one list that never take the same element. */
static bool
disjoint_filters(const struct map_ir_field *a, const struct map_ir_field *b)
{
    const bool a_tests = a->filter_field != MAP_IR_NONE;
    const bool b_tests = b->filter_field != MAP_IR_NONE;
    if (a_tests && b_tests) {
        return a->filter_field == b->filter_field &&
               (a->filter_absent != b->filter_absent || !wb_str_eq(a->filter_word, b->filter_word));
    }
    return (a_tests && b->filter_else) || (b_tests && a->filter_else);
}

/* True when both fill the same and it was told. */
static bool
report_readers(struct prove *p, const struct claim *a, const struct claim *b)
{
    if (excluded(a, b, false) || disjoint_filters(a->field, b->field)) {
        return false;
    }
    struct lang_diag *diag = prove_report(p, b->stmt, MAP_DIAG_TWO_READERS, b->pos,
                                          WB_FMT " is filled twice", WB_ARG(b->field->text));
    if (diag != NULL) {
        diag->other.source = NULL;
    }
    map_report_other(p->c, diag, a->pos, "the other one");
    return true;
}

/* Elements of a list that no statement takes stay behind when writing. */
static void
check_filters(struct prove *p, const struct claim *group, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (group[i].field->filter_field == MAP_IR_NONE) {
            return; /* one takes all, or the rest */
        }
    }
    prove_report(p, group[0].stmt, MAP_DIAG_LIST_UNCOVERED, group[0].pos,
                 "other elements of " WB_FMT " are written by no statement",
                 WB_ARG(group[0].field->field->name));
}

static void
check_readers(struct prove *p)
{
    struct claims claims = {.p = p};
    collect_readers(&claims, p->ir->root, p->ir->root->first);
    if (claims.count == 0) {
        return;
    }
    qsort(claims.items, claims.count, sizeof *claims.items, compare_readers);
    for (size_t first = 0; first < claims.count;) {
        size_t end = first + 1;
        while (end < claims.count && wb_str_eq(claims.items[end].text, claims.items[first].text)) {
            end++;
        }
        for (size_t i = first + 1; i < end; i++) {
            size_t k = first;
            while (k < i && !report_readers(p, &claims.items[k], &claims.items[i])) {
                k++;
            }
        }
        check_filters(p, &claims.items[first], end - first);
        first = end;
    }
}

/* ---- guards and sets */

static bool
same_field(const struct map_ir_field *a, const struct map_ir_field *b)
{
    if (a->shape != b->shape || a->hop_count != b->hop_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->hop_count; i++) {
        if (a->hops[i] != b->hops[i]) {
            return false;
        }
    }
    return true;
}

static void
check_guard(struct prove *p, struct map_ir_context *context, const struct map_ir_stmt *stmt)
{
    struct map_ir_context *at = context;
    for (uint32_t i = 0; i < stmt->guard_up; i++) {
        at = at->parent;
    }
    for (const struct map_ir_stmt *s = at->first; s != NULL; s = s->next) {
        if (s->kind == MAP_IR_CORR && same_field(&s->right, &stmt->right)) {
            return;
        }
    }
    prove_report(p, stmt, MAP_DIAG_GUARD, stmt->right.pos,
                 WB_FMT " is not mapped both ways outside of `when`", WB_ARG(stmt->right.text));
}

static bool
table_is_many(const struct map_ast_table *table)
{
    for (const struct map_ast_row *row = table->first; row != NULL; row = row->next) {
        if (row->left.count > 1) {
            return true;
        }
    }
    return false;
}

/* Whether a key or one above it tests for a set of codes. */
static bool
tests_a_set(const struct map_ir_key *key)
{
    for (; key != NULL; key = key->parent) {
        for (uint32_t k = 0; k < key->test_count; k++) {
            if (key->tests[k].code_count > 1) {
                return true;
            }
        }
    }
    return false;
}

/* What of a statement may be met in more than one spelling; NULL when nothing is. */
static const char *
several(const struct map_ir_stmt *stmt)
{
    if (stmt->table != NULL && table_is_many(stmt->table)) {
        return "code of a row";
    }
    uint32_t bare_pairs = 0;
    for (uint32_t i = 0; i < stmt->place_count; i++) {
        const struct map_ir_place *place = &stmt->places[i];
        bare_pairs += place->kind == MAP_IR_PAIR ? 1 : 0;
        if (place->sibling.code_count > 1 || tests_a_set(place->key)) {
            return "code of a set";
        }
    }
    return bare_pairs > 1 ? "qualifier" : NULL;
}

static void
visit(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *stmt, void *self)
{
    (void)self;
    if (stmt->kind == MAP_IR_WHEN) {
        check_guard(p, context, stmt);
        return;
    }
    const bool counts =
        stmt->kind == MAP_IR_CORR || stmt->kind == MAP_IR_OBJECT || stmt->kind == MAP_IR_EACH;
    const char *what = counts && !stmt->has_keep ? several(stmt) : NULL;
    if (what != NULL) {
        prove_report(p, stmt, MAP_DIAG_SET_WITHOUT_KEEP, stmt->places[0].pos,
                     "which %s was met is not kept: " WB_FMT " is written back with the first",
                     what, WB_ARG(stmt->right.text));
    }
}

void
prove_inverse(struct prove *p)
{
    if (!p->ir->left.is_record) {
        check_writers(p);
    }
    check_readers(p);
    prove_each_deep(p, p->ir->root, visit, NULL);
}
