/*
 * Proof 3, the other half: an instance of the message belongs to one key only. Two keys of a node
 * are disjoint when some element is tested for disjoint sets of codes by both; [else] takes what is
 * left and is disjoint from all.
 */
#include "map/prove_priv.h"

#include <assert.h>

static bool
sets_meet(const struct map_ir_test *a, const struct map_ir_test *b, struct wb_str *ret_common)
{
    for (uint32_t i = 0; i < a->code_count; i++) {
        for (uint32_t k = 0; k < b->code_count; k++) {
            if (wb_str_eq(a->codes[i], b->codes[k])) {
                *ret_common = a->codes[i];
                return true;
            }
        }
    }
    return false;
}

/* *ret_common is a code that both take, empty when no element is tested by both. */
static bool
disjoint(const struct map_ir_key *a, const struct map_ir_key *b, struct wb_str *ret_common)
{
    *ret_common = (struct wb_str){NULL, 0};
    for (uint32_t i = 0; i < a->test_count; i++) {
        for (uint32_t k = 0; k < b->test_count; k++) {
            const struct map_ir_test *x = &a->tests[i];
            const struct map_ir_test *y = &b->tests[k];
            const bool same = x->part.element_no == y->part.element_no &&
                              x->part.component_no == y->part.component_no;
            if (same && !sets_meet(x, y, ret_common)) {
                return true;
            }
        }
    }
    return false;
}

static void
check_overlap(struct prove *p, const struct map_ir_key *a, const struct map_ir_key *b)
{
    struct wb_str common;
    if (disjoint(a, b, &common)) {
        return;
    }
    struct lang_diag *diag = NULL;
    if (common.len > 0) {
        diag = map_report(p->c, MAP_DIAG_OVERLAP, b->pos,
                          WB_FMT " and " WB_FMT " both take an instance with " WB_FMT,
                          WB_ARG(b->text), WB_ARG(a->text), WB_ARG(common));
    } else {
        diag = map_report(p->c, MAP_DIAG_OVERLAP, b->pos,
                          WB_FMT " and " WB_FMT " can take the same instance", WB_ARG(b->text),
                          WB_ARG(a->text));
    }
    map_report_other(p->c, diag, a->pos, "the other one");
}

static void
check_keys(struct prove *p, const struct map_ir_context *context)
{
    for (const struct map_ir_key *a = context->keys; a != NULL; a = a->next) {
        for (const struct map_ir_key *b = a->next; b != NULL; b = b->next) {
            const bool other = a->node != b->node || a->parent != b->parent;
            const bool free = a->is_else || b->is_else || a->is_keep || b->is_keep;
            if (!other && !free) {
                check_overlap(p, a, b);
            }
        }
    }
}

/* How a key is used in its context. */
struct use {
    const struct map_ir_stmt *each;
    const struct map_ir_stmt *single;
};

static void
add_use(struct prove *p, struct use *uses, const struct map_ir_stmt *stmt)
{
    for (uint32_t i = 0; i < stmt->place_count; i++) {
        const struct map_ir_key *key = stmt->places[i].key;
        bool own = true; /* keys above it are used as single instances */
        for (; key != NULL; key = key->parent, own = false) {
            struct use *use = &uses[key->no];
            const bool each = own && stmt->kind == MAP_IR_EACH;
            const struct map_ir_stmt *before = use->each;
            if (each && before == NULL) {
                before = use->single;
            }
            if (before != NULL && before != stmt) {
                struct lang_diag *diag = prove_report(
                    p, stmt, MAP_DIAG_EACH_AND_ONE, stmt->places[i].pos,
                    WB_FMT " is taken by `each` and by another statement", WB_ARG(key->text));
                map_report_other(p->c, diag, before->ast->pos, "the other one");
            }
            if (each) {
                use->each = stmt;
            } else {
                use->single = stmt;
            }
        }
    }
}

static void
add_uses(struct prove *p, struct use *uses, const struct map_ir_stmt *first)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->kind != MAP_IR_KEEP && s->kind != MAP_IR_DROPS) {
            add_use(p, uses, s);
        }
        add_uses(p, uses, s->block);
        add_uses(p, uses, s->else_block);
    }
}

static void
check_context(struct prove *p, struct map_ir_context *context)
{
    check_keys(p, context);
    struct use *uses = wb_arena_array(p->c->ctx, p->c->arena, context->key_count + 1, sizeof *uses);
    if (uses != NULL) {
        add_uses(p, uses, context->first);
    }
}

void
prove_selectors(struct prove *p)
{
    prove_contexts(p, check_context);
}
