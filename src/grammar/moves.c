/*
 * Which place takes a segment: computed here once for every state and tag, looked up ever after.
 *
 * State = the place that took the last segment. The open loops are those around it. Candidates are
 * the places that begin with the tag, in the innermost open loop from the present place on, then in
 * the loops around it. A candidate is lawful when a correct message could continue there: no
 * mandatory place is passed over on the way, and a place that may stand once is not taken again.
 * One lawful candidate decides; two are an ambiguity that `prefer` must settle; without any the
 * first candidate takes the segment, and the check finds what is wrong. docs/language.md has the
 * rule in full.
 *
 * For each state the siblings that follow in each open loop are visited once, so the work is at
 * most nodes squared, with nodes bounded by TABLE_NODES_MAX.
 */
#include "grammar/compile_priv.h"

/* The node that carries a place's `prefer`: of a loop the loop itself, or its first segment. */
static bool
is_preferred(const struct gramc_message *message, uint32_t place, uint32_t target)
{
    return message->nodes[place].prefer_pos.source != NULL ||
           message->nodes[target].prefer_pos.source != NULL;
}

static void
add_candidate(struct gramc_state *state, uint32_t place, bool lawful)
{
    const struct gramc_node *nodes = state->message->nodes;
    const uint32_t target = nodes[place].is_loop ? nodes[place].child_first : place;
    struct gramc_choice *choice = &state->choices[nodes[target].tag];
    if (choice->first == GRAMMAR_NONE) {
        choice->first = target;
    }
    if (!lawful) {
        return;
    }
    const bool preferred = is_preferred(state->message, place, target);
    if (choice->lawful == GRAMMAR_NONE) {
        choice->lawful = target;
    } else if (choice->second == GRAMMAR_NONE) {
        choice->second = target;
    }
    if (preferred && choice->preferred == GRAMMAR_NONE) {
        choice->preferred = target;
    } else if (preferred && choice->rival == GRAMMAR_NONE) {
        choice->rival = target;
    }
}

/*
 * The candidates of one open loop from `place` on. here: `place` itself was taken last. Returns
 * whether a mandatory place stands behind it, so that leaving the loop would pass it over.
 */
static bool
scan_loop(struct gramc_state *state, uint32_t place, bool here, bool lawful_so_far)
{
    const struct gramc_node *nodes = state->message->nodes;
    bool passed_mandatory = false;
    for (uint32_t k = place; k != GRAMMAR_NONE; k = nodes[k].next_sibling) {
        const bool again = here && k == place;
        /* The first segment of a loop once more is a new instance: the loop around it decides. */
        const bool new_instance =
            again && !nodes[k].is_loop && nodes[k].slot == 0 && nodes[k].depth > 1;
        const bool exhausted = again && nodes[k].max == 1;
        if (!new_instance) {
            add_candidate(state, k, lawful_so_far && !passed_mandatory && !exhausted);
        }
        if (!again && nodes[k].need == GRAMMAR_MANDATORY) {
            passed_mandatory = true;
        }
    }
    return passed_mandatory;
}

void
gramc_choices(struct gramc_state *state)
{
    const struct gramc_node *nodes = state->message->nodes;
    for (uint32_t tag = 0; tag < state->message->tag_count; tag++) {
        state->choices[tag] = (struct gramc_choice){GRAMMAR_NONE, GRAMMAR_NONE, GRAMMAR_NONE,
                                                    GRAMMAR_NONE, GRAMMAR_NONE};
    }
    if (state->from == 0) {
        (void)scan_loop(state, nodes[0].child_first, false, true);
        return;
    }
    bool lawful = true;
    for (uint32_t place = state->from; nodes[place].parent != GRAMMAR_NONE;
         place = nodes[place].parent) {
        const bool mandatory_left = scan_loop(state, place, true, lawful);
        lawful = lawful && !mandatory_left;
    }
}

static uint32_t
decide(struct gramc_state *state, const struct gramc_choice *choice)
{
    struct gramc_node *nodes = state->message->nodes;
    if (choice->lawful == GRAMMAR_NONE) {
        return choice->first;
    }
    if (choice->second == GRAMMAR_NONE) {
        return choice->lawful;
    }
    if (choice->preferred == GRAMMAR_NONE) {
        state->torn = true;
        return choice->lawful;
    }
    if (choice->rival != GRAMMAR_NONE) {
        state->torn = true;
        nodes[choice->rival].prefer_used = true;
    }
    nodes[choice->preferred].prefer_used = true;
    return choice->preferred;
}

static void
report_idle(struct gramc *c, const struct gramc_message *message)
{
    for (size_t i = 1; i < message->node_count; i++) {
        const struct gramc_node *node = &message->nodes[i];
        const uint32_t target = node->is_loop ? node->child_first : (uint32_t)i;
        if (node->prefer_pos.source != NULL && !message->nodes[target].prefer_used) {
            (void)gramc_report(c, GRAM_PREFER_IDLE, node->prefer_pos,
                               "no second place could take " WB_FMT " here", WB_ARG(node->name));
        }
    }
}

void
gramc_moves(struct gramc *c, struct gramc_message *message)
{
    struct gramc_state state = {.c = c, .message = message};
    const size_t width = message->tag_count;
    state.choices = wb_arena_array(c->ctx, c->arena, width, sizeof *state.choices);
    message->moves =
        wb_arena_array(c->ctx, c->arena, message->node_count * width, sizeof *message->moves);
    if (state.choices == NULL || message->moves == NULL) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i < message->node_count; i++) {
        /* A loop's own node stands for its first segment. */
        state.from = i > 0 && message->nodes[i].is_loop ? message->nodes[i].child_first : i;
        gramc_choices(&state);
        for (uint32_t tag = 0; tag < width; tag++) {
            const uint32_t to = decide(&state, &state.choices[tag]);
            message->moves[i * width + tag] =
                to == GRAMMAR_NONE ? (uint16_t)GRAMMAR_NO_MOVE : (uint16_t)to; /* below 4096 */
        }
    }
    if (state.torn) {
        gramc_ambiguities(&state);
    }
    report_idle(c, message);
}
