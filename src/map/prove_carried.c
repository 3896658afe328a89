/*
 * Proof 4: what `keep` and `drops` say agrees with what the statements carry. What nobody carries
 * is no mistake: it is listed (coverage.c) and ends in the ledger of a run.
 *
 * `keep` of an element that is mapped is meant for the values that its conversion refuses; `drops`
 * of one would hide them, so it is refused.
 */
#include "map/prove_priv.h"

#include <assert.h>

/* A place behind `keep` or `drops`, in its context. */
struct listed {
    const struct map_ir_stmt *stmt;
    const struct map_ir_place *place;
};

struct listing {
    struct prove *p;
    const struct map_ir_context *context;
    struct listed *items;
    size_t count;
    size_t cap;
};

static bool
same_instance(const struct map_ir_key *a, const struct map_ir_key *b)
{
    return a == b; /* keys of a context are made once */
}

static bool
shares_part(const struct map_ir_place *a, const struct map_ir_place *b)
{
    for (uint32_t i = 0; i < a->part_count; i++) {
        for (uint32_t k = 0; k < b->part_count; k++) {
            const struct map_ir_part *x = &a->parts[i];
            const struct map_ir_part *y = &b->parts[k];
            const bool whole = x->element == GRAMMAR_NONE || y->element == GRAMMAR_NONE;
            if (x->element_no == y->element_no && (whole || x->component_no == y->component_no)) {
                return true;
            }
        }
    }
    return false;
}

static bool
same_field(const struct map_ir_field *a, const struct map_ir_field *b)
{
    if (a->hop_count != b->hop_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->hop_count; i++) {
        if (a->hops[i] != b->hops[i]) {
            return false;
        }
    }
    return true;
}

static bool
same_place(const struct map_ir_place *a, const struct map_ir_place *b)
{
    if (a->kind == MAP_IR_FIELD || b->kind == MAP_IR_FIELD) {
        return a->kind == b->kind && same_field(&a->field, &b->field);
    }
    if (!same_instance(a->key, b->key)) {
        return false;
    }
    if (a->kind == MAP_IR_INSTANCE || b->kind == MAP_IR_INSTANCE) {
        return a->kind == b->kind;
    }
    return shares_part(a, b);
}

/* Whether `inner` lies in the whole segments or loops that `outer` names. */
static bool
lies_in(const struct map_ir_place *outer, const struct map_ir_place *inner)
{
    if (outer->kind != MAP_IR_INSTANCE || outer->key == NULL || outer->key->is_else) {
        return false;
    }
    const struct map_ir_key *key = inner->key;
    if (inner->kind == MAP_IR_INSTANCE && key != NULL) {
        key = key->parent;
    }
    for (; key != NULL; key = key->parent) {
        const bool all = outer->key->test_count == 0 && outer->key->node == key->node &&
                         outer->key->parent == key->parent;
        if (key == outer->key || all) {
            return true;
        }
    }
    return false;
}

/* ---- header and trailer */

static void
check_frame(struct prove *p, const struct map_ir_key *key)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct grammar_frame *frame = &grammar->frames[GRAMMAR_MESSAGE];
    const struct wb_str name = grammar_str(grammar, grammar->nodes[key->node].name);
    if (key->parent == NULL && (wb_str_eq(name, grammar_str(grammar, frame->header)) ||
                                wb_str_eq(name, grammar_str(grammar, frame->trailer)))) {
        map_report(p->c, MAP_DIAG_FRAME_SEGMENT, key->pos, WB_FMT " belongs to the envelope",
                   WB_ARG(name));
    }
}

/* ---- [else] */

static void
check_else(struct prove *p, const struct map_ir_context *context, const struct map_ir_key *key)
{
    for (const struct map_ir_key *k = context->keys; k != NULL; k = k->next) {
        if (!k->is_else && k->node == key->node && k->parent == key->parent) {
            return;
        }
    }
    map_report(p->c, MAP_DIAG_ELSE_OF_NOTHING, key->pos,
               WB_FMT ": no other statement takes an instance of it", WB_ARG(key->text));
}

/* ---- lists against each other and against statements */

static void
gather(struct listing *listing, const struct map_ir_stmt *first)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        const bool list = s->kind == MAP_IR_KEEP || s->kind == MAP_IR_DROPS;
        for (uint32_t i = 0; list && i < s->place_count; i++) {
            struct listed *item = WB_PUSH(listing->p->c->ctx, listing->p->c->arena, listing->items,
                                          listing->count, listing->cap);
            if (item == NULL) {
                return;
            }
            *item = (struct listed){s, &s->places[i]};
        }
        gather(listing, s->block);
        gather(listing, s->else_block);
    }
}

static void
compare_lists(struct prove *p, const struct listed *a, const struct listed *b)
{
    const bool same = same_place(a->place, b->place);
    const bool below = lies_in(a->place, b->place) || lies_in(b->place, a->place);
    if (!same && !below) {
        return;
    }
    enum map_diag_no no = MAP_DIAG_LISTED_TWICE;
    const char *text = "is listed twice";
    if (a->stmt->kind != b->stmt->kind) {
        no = MAP_DIAG_KEPT_AND_DROPPED;
        text = "is kept and dropped";
    } else if (!same) {
        no = MAP_DIAG_LISTED_BELOW;
        text = "is listed, and so is what it lies in";
    }
    const struct map_ir_place *inner = lies_in(b->place, a->place) ? a->place : b->place;
    struct lang_diag *diag =
        prove_report(p, b->stmt, no, b->place->pos, WB_FMT " %s", WB_ARG(inner->text), text);
    if (diag != NULL) {
        diag->other.source = NULL;
    }
    map_report_other(p->c, diag, a->place->pos, "here too");
}

static void
check_dropped(struct prove *p, const struct listed *dropped, const struct map_ir_stmt *first)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        check_dropped(p, dropped, s->block);
        check_dropped(p, dropped, s->else_block);
        if (s->kind == MAP_IR_KEEP || s->kind == MAP_IR_DROPS) {
            continue;
        }
        for (uint32_t i = 0; i < s->place_count; i++) {
            const struct map_ir_place *place = &s->places[i];
            const bool instance = place->kind == MAP_IR_INSTANCE || place->kind == MAP_IR_FIELD;
            const bool conditional = place->sibling.code_count > 0;
            const bool same = same_place(dropped->place, place) && (instance || !conditional);
            const bool else_instance = dropped->place->kind == MAP_IR_INSTANCE &&
                                       dropped->place->key != NULL && dropped->place->key->is_else;
            if ((!same && !lies_in(dropped->place, place)) || else_instance) {
                continue;
            }
            struct lang_diag *diag = prove_report(
                p, dropped->stmt, MAP_DIAG_DROPS_MAPPED, dropped->place->pos,
                "drops " WB_FMT ", which a statement carries", WB_ARG(dropped->place->text));
            map_report_other(p->c, diag, place->pos, "the statement");
            return;
        }
    }
}

static void
check_context(struct prove *p, struct map_ir_context *context)
{
    struct listing listing = {.p = p, .context = context};
    for (const struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        check_frame(p, key);
        if (key->is_else) {
            check_else(p, context, key);
        }
    }
    gather(&listing, context->first);
    for (size_t i = 0; i < listing.count; i++) {
        for (size_t k = 0; k < i; k++) {
            compare_lists(p, &listing.items[k], &listing.items[i]);
        }
        if (listing.items[i].stmt->kind == MAP_IR_DROPS) {
            check_dropped(p, &listing.items[i], context->first);
        }
    }
}

void
prove_carried(struct prove *p)
{
    prove_contexts(p, check_context);
}
