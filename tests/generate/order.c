/*
 * Which places a message has, and how often: none, one, two and the most of each as far as they
 * have not been met, then at random. The way to a place that is wanted is always taken.
 */
#include "generate.h"

static uint32_t
subtree_end(const struct grammar *grammar, uint32_t node)
{
    while (grammar->nodes[node].child_first != GRAMMAR_NONE) {
        uint32_t child = grammar->nodes[node].child_first;
        while (grammar->nodes[child].next_sibling != GRAMMAR_NONE) {
            child = grammar->nodes[child].next_sibling;
        }
        node = child;
    }
    return node + 1;
}

/* Whether anything under a node is still to be met. */
static bool
wanted_below(const struct gen *gen, uint32_t node)
{
    const uint32_t end = subtree_end(gen->grammar, node);
    for (uint32_t n = node; n < end && gen->coverage != NULL; n++) {
        for (int edge = GEN_ONE; edge < GEN_EDGES; edge++) {
            if (gen_edge_wanted(gen->coverage, n, (enum gen_edge)edge)) {
                return true;
            }
        }
    }
    return false;
}

static uint32_t
count_of(struct gen *gen, uint32_t node, bool first, bool busy)
{
    const struct grammar_node *const row = &gen->grammar->nodes[node];
    if (first) {
        return 1;
    }
    const uint32_t min = row->need == GRAMMAR_MANDATORY ? 1 : 0;
    const bool on_the_way = gen->wanted != GRAMMAR_NONE && gen->wanted >= node &&
                            gen->wanted < subtree_end(gen->grammar, node);
    if (on_the_way) {
        return 1;
    }
    if (busy) {
        return min;
    }
    const int from = (int)gen_below(gen, GEN_EDGES);
    for (int i = 0; i < GEN_EDGES && gen->coverage != NULL; i++) {
        const enum gen_edge edge = (enum gen_edge)((from + i) % GEN_EDGES);
        if (gen_edge_wanted(gen->coverage, node, edge)) {
            return gen_edge_count(row, edge);
        }
    }
    uint32_t count = min;
    if (count == 0 && wanted_below(gen, node) && gen_chance(gen, 50)) {
        count = 1;
    }
    while (count < row->max && count < 3 && gen_chance(gen, 30)) {
        count++;
    }
    return count;
}

struct order {
    uint32_t *nodes;
    size_t count;
    size_t max;
};

static void
children(struct gen *gen, struct order *order, uint32_t loop)
{
    const struct grammar_node *const nodes = gen->grammar->nodes;
    for (uint32_t k = nodes[loop].child_first; k != GRAMMAR_NONE; k = nodes[k].next_sibling) {
        const bool trigger = nodes[k].slot == 0 && nodes[k].depth > 1;
        const bool busy = order->count > gen->segments_max;
        const uint32_t count = count_of(gen, k, trigger, busy);
        uint32_t made = 0;
        while (made < count && order->count < order->max) {
            made++;
            if (nodes[k].segment == GRAMMAR_NONE) {
                children(gen, order, k);
            } else {
                order->nodes[order->count++] = k;
            }
        }
        if (gen->coverage != NULL && !trigger) {
            gen_edge_met(gen->coverage, k, made);
        }
    }
}

size_t
gen_nodes(struct gen *gen, const struct grammar_message *message, uint32_t *nodes, size_t max)
{
    struct order order = {.nodes = nodes, .max = max};
    children(gen, &order, message->node_first);
    assert_true(order.count < max);
    return order.count;
}

bool
gen_followed(const struct gen_document *document)
{
    const struct grammar *const grammar = document->grammar;
    const struct grammar_message *const message = document->message;
    uint32_t at = message->node_first;
    for (size_t i = gen_header(document); i <= gen_trailer(document); i++) {
        const struct gen_segment *const segment = &document->segments[i];
        const uint32_t tag = grammar_find_tag(grammar, message, segment->tag);
        const uint32_t node =
            tag == GRAMMAR_NONE ? GRAMMAR_NONE : grammar_move(grammar, message, at, tag);
        if (node != segment->node) {
            return false;
        }
        /* What a defect put in has no place and leaves us where we are. */
        at = node == GRAMMAR_NONE ? at : node;
    }
    return true;
}
