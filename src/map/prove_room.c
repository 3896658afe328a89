/*
 * Proof 2, room: facts that may all be present at once must find a place each. Pairs share the
 * places of their segment, single keys the repeats of their node. Lists are looked at when the map
 * runs.
 */
#include "map/prove_priv.h"

#include <assert.h>

/* Facts of a list of statements that want a pair of the same instance; `one of` wants one. */
static uint32_t
count_pairs(const struct map_ir_stmt *first, const struct map_ir_key *key)
{
    uint32_t count = 0;
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->kind == MAP_IR_ONE_OF) {
            count += count_pairs(s->block, key) > 0 ? 1 : 0;
            continue;
        }
        if (s->kind == MAP_IR_WHEN) {
            const uint32_t one = count_pairs(s->block, key);
            const uint32_t other = count_pairs(s->else_block, key);
            count += one > other ? one : other;
            continue;
        }
        const bool pair = s->kind == MAP_IR_CORR && s->place_count > 0;
        bool only_here = pair; /* an alternative elsewhere is room too */
        for (uint32_t i = 0; i < s->place_count && pair; i++) {
            only_here = only_here && s->places[i].kind == MAP_IR_PAIR && s->places[i].key == key;
        }
        count += only_here ? 1 : 0;
    }
    return count;
}

static void
check_pairs(struct prove *p, const struct map_ir_context *context, const struct map_ir_key *key)
{
    const uint32_t no = key == NULL ? context->segment : key->segment;
    if (no == GRAMMAR_NONE) {
        return;
    }
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct grammar_segment *row = &grammar->segments[no];
    if (row->pair_from == 0) {
        return;
    }
    const bool composite =
        grammar->places[row->place_first + row->pair_from - 1].composite != GRAMMAR_NONE;
    const uint32_t places = row->pair_to - row->pair_from + 1;
    const uint32_t node = key == NULL ? context->node : key->node;
    const uint32_t max =
        grammar->nodes[node].segment == GRAMMAR_NONE ? 1 : grammar->nodes[node].max;
    uint32_t room = composite ? places : places / 2;
    room = max > 1 && key != NULL ? UINT32_MAX : room; /* further instances take more */
    const uint32_t wanted = count_pairs(context->first, key);
    if (wanted > room) {
        map_report(p->c, MAP_DIAG_NO_ROOM,
                   key != NULL             ? key->pos
                   : context->from == NULL ? p->ir->ast->pos
                                           : context->from->places[0].pos,
                   "%u facts want a pair of " WB_FMT ", which has %u", wanted,
                   WB_ARG(grammar_str(grammar, row->tag)), room);
    }
}

static void
check_repeats(struct prove *p, const struct map_ir_context *context, const struct map_ir_key *first)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const uint32_t max = grammar->nodes[first->node].max;
    uint32_t wanted = 0;
    for (const struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        const bool same = key->node == first->node && key->parent == first->parent;
        wanted += same && !key->is_keep && !key->is_else ? 1 : 0;
    }
    if (max != UINT32_MAX && wanted > max) {
        map_report(p->c, MAP_DIAG_NO_ROOM, first->pos,
                   "%u statements want an instance of " WB_FMT ", which stands at most %u times",
                   wanted, WB_ARG(grammar_str(grammar, grammar->nodes[first->node].name)), max);
    }
}

static void
check_context(struct prove *p, struct map_ir_context *context)
{
    check_pairs(p, context, NULL);
    for (const struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        check_pairs(p, context, key);
        bool first = !key->is_keep && !key->is_else;
        for (const struct map_ir_key *k = context->keys; k != key; k = k->next) {
            first = first &&
                    (k->node != key->node || k->parent != key->parent || k->is_keep || k->is_else);
        }
        if (first) {
            check_repeats(p, context, key);
        }
    }
}

void
prove_room(struct prove *p)
{
    prove_contexts(p, check_context);
}
