/*
 * Whether the messages of a table can be trusted: nodes are one pre-order walk of a tree of bounded
 * depth, tags are sorted and found again, and every move leads to a node of the same message that
 * takes that very tag.
 */
#include <string.h>

#include "base/limits.h"
#include "grammar/table_priv.h"

/* The way from the message's own node to the present one, with what the walk has seen so far of
 * each. */
struct walk {
    uint32_t node[WB_LIMIT_LOOP_DEPTH + 1];
    uint32_t children[WB_LIMIT_LOOP_DEPTH + 1];
    uint32_t last_child[WB_LIMIT_LOOP_DEPTH + 1];
    uint32_t depth; /* of the newest loop */
};

static bool
name_fits(const struct grammar *grammar, struct grammar_ref ref)
{
    return ref.at <= grammar->pool.len && ref.len <= grammar->pool.len - ref.at;
}

/* A node is left: what it said of its children must be what the walk saw. */
static bool
leave(const struct grammar *grammar, struct walk *walk)
{
    const struct grammar_node *node = &grammar->nodes[walk->node[walk->depth]];
    const uint32_t last = walk->last_child[walk->depth];
    const bool ok = node->child_count == walk->children[walk->depth] && node->child_count > 0 &&
                    grammar->nodes[last].next_sibling == GRAMMAR_NONE;
    walk->depth -= walk->depth > 0 ? 1 : 0;
    return ok;
}

/* What any node must be, wherever it stands. */
static bool
node_plain(const struct grammar *grammar, const struct grammar_node *node)
{
    const bool leaf = node->segment != GRAMMAR_NONE;
    if (node->max == 0 || node->need > GRAMMAR_OPTIONAL || node->area > GRAMMAR_SUMMARY ||
        node->prefer > 1 || !name_fits(grammar, node->name)) {
        return false;
    }
    if (!leaf) {
        return true;
    }
    return node->segment < grammar->segment_count && node->child_count == 0 &&
           node->child_first == GRAMMAR_NONE &&
           wb_str_eq(grammar_str(grammar, node->name),
                     grammar_str(grammar, grammar->segments[node->segment].tag));
}

static bool
tree_marks_valid(const struct grammar *grammar, const struct grammar_node *loop)
{
    const uint32_t count = grammar->segments[grammar->nodes[loop->child_first].segment].place_count;
    const bool none =
        loop->tree_parent_no == 0 && loop->tree_level_no == 0 && loop->tree_child_no == 0;
    return loop->tree_id_no == 0 ? none
                                 : loop->tree_id_no <= count && loop->tree_parent_no <= count &&
                                       loop->tree_level_no <= count && loop->tree_child_no <= count;
}

static bool
enter_child(const struct grammar *grammar, struct walk *walk, uint32_t index)
{
    const struct grammar_node *node = &grammar->nodes[index];
    const uint32_t parent = walk->node[walk->depth];
    const uint32_t seen = walk->children[walk->depth];
    if (node->parent != parent || node->slot != seen || node->depth != walk->depth + 1 ||
        (seen == 0 && (grammar->nodes[parent].child_first != index)) ||
        (seen > 0 && grammar->nodes[walk->last_child[walk->depth]].next_sibling != index)) {
        return false;
    }
    /* The trigger of a loop is a segment. */
    if (seen == 0 && node->segment == GRAMMAR_NONE) {
        return false;
    }
    walk->children[walk->depth]++;
    walk->last_child[walk->depth] = index;
    if (node->segment != GRAMMAR_NONE) {
        return true;
    }
    if (walk->depth == WB_LIMIT_LOOP_DEPTH) {
        return false;
    }
    walk->depth++;
    walk->node[walk->depth] = index;
    walk->children[walk->depth] = 0;
    return true;
}

static bool
nodes_valid(const struct grammar *grammar, const struct grammar_message *message)
{
    const uint32_t end = message->node_first + message->node_count;
    const struct grammar_node *own = &grammar->nodes[message->node_first];
    struct walk walk = {.depth = 0};
    if (own->parent != GRAMMAR_NONE || own->segment != GRAMMAR_NONE || own->depth != 0 ||
        own->next_sibling != GRAMMAR_NONE || !node_plain(grammar, own)) {
        return false;
    }
    walk.node[0] = message->node_first;
    for (uint32_t i = message->node_first + 1; i < end; i++) {
        const struct grammar_node *node = &grammar->nodes[i];
        if (!node_plain(grammar, node)) {
            return false;
        }
        while (walk.depth > 0 && node->parent != walk.node[walk.depth]) {
            if (!leave(grammar, &walk)) {
                return false;
            }
        }
        if (!enter_child(grammar, &walk, i)) {
            return false;
        }
    }
    while (walk.depth > 0) {
        if (!leave(grammar, &walk)) {
            return false;
        }
    }
    return leave(grammar, &walk);
}

static bool
trees_valid(const struct grammar *grammar, const struct grammar_message *message)
{
    for (uint32_t i = 0; i < message->node_count; i++) {
        const struct grammar_node *node = &grammar->nodes[message->node_first + i];
        if (node->segment == GRAMMAR_NONE && !tree_marks_valid(grammar, node)) {
            return false;
        }
    }
    return true;
}

static bool
tags_valid(const struct grammar *grammar, const struct grammar_message *message)
{
    const struct grammar_slot *slots = grammar->tag_slots + message->slot_first;
    uint32_t before = 0;
    uint32_t used = 0;
    for (uint32_t i = 0; i < message->tag_count; i++) {
        const struct wb_str tag = grammar_str(grammar, grammar->tags[message->tag_first + i]);
        const uint32_t key = grammar_pack_tag(tag);
        if (key <= before || grammar_find_tag(grammar, message, tag) != i) {
            return false;
        }
        before = key;
    }
    for (uint32_t i = 0; i < message->slot_count; i++) {
        if (slots[i].index != GRAMMAR_NONE && slots[i].index >= message->tag_count) {
            return false;
        }
        used += slots[i].index != GRAMMAR_NONE ? 1 : 0;
    }
    return used == message->tag_count;
}

static bool
moves_valid(const struct grammar *grammar, const struct grammar_message *message)
{
    const uint16_t *move = grammar->moves + message->move_first;
    for (uint32_t from = 0; from < message->node_count; from++) {
        for (uint32_t tag = 0; tag < message->tag_count; tag++, move++) {
            if (*move == GRAMMAR_NO_MOVE) {
                continue;
            }
            if (*move >= message->node_count) {
                return false;
            }
            const struct grammar_node *to = &grammar->nodes[message->node_first + *move];
            const struct grammar_ref name = grammar->tags[message->tag_first + tag];
            if (to->segment == GRAMMAR_NONE || to->name.at != name.at || to->name.len != name.len) {
                return false;
            }
        }
    }
    return true;
}

/* The message's parts follow each other in the arrays; running totals in `next`. */
static bool
extent_valid(const struct grammar *grammar, const struct grammar_message *m,
             struct grammar_message *next)
{
    if (m->node_first != next->node_first || m->tag_first != next->tag_first ||
        m->slot_first != next->slot_first || m->move_first != next->move_first) {
        return false;
    }
    if (m->node_count < 2 || m->node_count > TABLE_NODES_MAX || m->tag_count > m->node_count ||
        m->slot_count <= m->tag_count || (m->slot_count & (m->slot_count - 1)) != 0 ||
        m->node_count > grammar->node_count - m->node_first ||
        m->tag_count > grammar->tag_count - m->tag_first ||
        m->slot_count > grammar->tag_slot_count - m->slot_first ||
        m->node_count * m->tag_count > grammar->move_count - m->move_first) {
        return false;
    }
    next->node_first += m->node_count;
    next->tag_first += m->tag_count;
    next->slot_first += m->slot_count;
    next->move_first += m->node_count * m->tag_count; /* both at most TABLE_NODES_MAX */
    return true;
}

static bool
names_valid(const struct grammar *grammar, uint32_t index)
{
    const struct grammar_message *m = &grammar->messages[index];
    if (!name_fits(grammar, m->id) || !name_fits(grammar, m->name) ||
        !name_fits(grammar, m->group)) {
        return false;
    }
    return index == 0 ||
           wb_str_cmp(grammar_str(grammar, m[-1].id), grammar_str(grammar, m->id)) < 0;
}

bool
table_verify_messages(const struct grammar *grammar, const char **ret_what)
{
    struct grammar_message next = {.slot_first = grammar->segment_slot_count};
    *ret_what = "its messages are damaged";
    for (uint32_t i = 0; i < grammar->message_count; i++) {
        const struct grammar_message *m = &grammar->messages[i];
        if (!names_valid(grammar, i) || !extent_valid(grammar, m, &next) ||
            !nodes_valid(grammar, m) || !trees_valid(grammar, m) || !tags_valid(grammar, m) ||
            !moves_valid(grammar, m)) {
            return false;
        }
    }
    return next.node_first == grammar->node_count && next.tag_first == grammar->tag_count &&
           next.slot_first == grammar->tag_slot_count && next.move_first == grammar->move_count;
}
