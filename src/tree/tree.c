/*
 * Building and reading a message in memory. Nodes are added in slot order; the usual case, the next
 * thing of a document that is read, is an append. A loop with many children gets an index of the
 * first and last child by slot, so that neither adding nor finding walks them. Nothing is ever
 * taken out.
 */
#include "tree/tree.h"

#include <assert.h>
#include <string.h>

#include "wire/reader.h"

/* Loops with fewer children are walked: an index costs two pointers a slot. */
enum { CHILDREN_WALKED_MAX = 12, ITEMS_FIRST = 8 };

struct tree_index {
    struct tree_node **first_of;
    struct tree_node **last_of;
};

enum wb_rc
tree_init(struct wb_ctx *ctx, struct tree *tree, struct wb_arena *arena,
          const struct grammar *grammar, const struct grammar_message *message)
{
    assert(grammar != NULL);
    assert(message != NULL);
    *tree = (struct tree){.arena = arena, .grammar = grammar, .message = message};
    tree->root = wb_arena_alloc(ctx, arena, sizeof *tree->root);
    if (tree->root == NULL) {
        return WB_NOMEM;
    }
    tree->root->node = message->node_first;
    return WB_OK;
}

static bool
index_make(struct wb_ctx *ctx, struct tree *tree, struct tree_node *loop)
{
    const uint32_t slots = tree->grammar->nodes[loop->node].child_count;
    struct tree_index *index = wb_arena_alloc(ctx, tree->arena, sizeof *index);
    if (index == NULL) {
        return false;
    }
    index->first_of = wb_arena_array(ctx, tree->arena, slots, sizeof(struct tree_node *));
    index->last_of = wb_arena_array(ctx, tree->arena, slots, sizeof(struct tree_node *));
    if (index->first_of == NULL || index->last_of == NULL) {
        return false;
    }
    for (struct tree_node *child = loop->child; child != NULL; child = child->next) {
        if (index->first_of[child->slot] == NULL) {
            index->first_of[child->slot] = child;
        }
        index->last_of[child->slot] = child;
    }
    loop->index = index;
    return true;
}

/* The last child whose slot is not behind `slot`; NULL when the new one comes first. */
static struct tree_node *
child_before(const struct tree_node *loop, uint32_t slot)
{
    if (loop->child_last == NULL || loop->child_last->slot <= slot) {
        return loop->child_last;
    }
    if (loop->index != NULL) {
        for (uint32_t s = slot + 1; s > 0; s--) {
            if (loop->index->last_of[s - 1] != NULL) {
                return loop->index->last_of[s - 1];
            }
        }
        return NULL;
    }
    struct tree_node *before = NULL;
    for (struct tree_node *child = loop->child; child != NULL && child->slot <= slot;
         child = child->next) {
        before = child;
    }
    return before;
}

struct tree_node *
tree_add(struct wb_ctx *ctx, struct tree *tree, struct tree_node *parent, uint32_t node)
{
    const struct grammar_node *row = &tree->grammar->nodes[node];
    assert(row->parent == parent->node);
    if (parent->index == NULL && parent->child_count >= CHILDREN_WALKED_MAX &&
        !index_make(ctx, tree, parent)) {
        return NULL;
    }
    struct tree_node *made = wb_arena_alloc(ctx, tree->arena, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->node = node;
    made->slot = row->slot;
    made->parent = parent;
    made->ordinal_no = 1;
    struct tree_node *before = child_before(parent, row->slot);
    if (before == NULL) {
        made->next = parent->child;
        parent->child = made;
    } else {
        made->next = before->next;
        before->next = made;
        if (before->node == node) {
            before->next_same = made;
            made->ordinal_no = before->ordinal_no + 1;
        }
    }
    if (made->next == NULL) {
        parent->child_last = made;
    }
    if (parent->index != NULL) {
        if (parent->index->first_of[row->slot] == NULL) {
            parent->index->first_of[row->slot] = made;
        }
        parent->index->last_of[row->slot] = made;
    }
    parent->child_count++;
    parent->slots |= tree_bit(row->slot);
    return made;
}

/* Where an item stands or belongs: the first that is not before it. */
static uint32_t
item_at(const struct tree_node *segment, uint16_t element_no, uint16_t repeat_no,
        uint16_t component_no)
{
    const uint64_t key = (uint64_t)element_no << 32 | (uint64_t)repeat_no << 16 | component_no;
    uint32_t from = 0;
    uint32_t to = segment->item_count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        const struct tree_item *item = &segment->items[middle];
        const uint64_t have =
            (uint64_t)item->element_no << 32 | (uint64_t)item->repeat_no << 16 | item->component_no;
        if (have < key) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static bool
item_is(const struct tree_node *segment, uint32_t at, uint16_t element_no, uint16_t repeat_no,
        uint16_t component_no)
{
    if (at >= segment->item_count) {
        return false;
    }
    const struct tree_item *item = &segment->items[at];
    return item->element_no == element_no && item->repeat_no == repeat_no &&
           item->component_no == component_no;
}

static bool
items_grow(struct wb_ctx *ctx, struct tree *tree, struct tree_node *segment)
{
    const uint32_t cap = segment->item_cap == 0 ? ITEMS_FIRST : segment->item_cap * 2;
    if (cap > UINT32_MAX / 4) {
        (void)wb_fail(ctx, WB_LIMIT, "a segment has too many values");
        return false;
    }
    struct tree_item *items = wb_arena_array(ctx, tree->arena, cap, sizeof *items);
    if (items == NULL) {
        return false;
    }
    if (segment->item_count > 0) {
        memcpy(items, segment->items, segment->item_count * sizeof *items);
    }
    segment->items = items;
    segment->item_cap = cap;
    return true;
}

/* An item more, in the sets. */
static void
item_note(struct tree_node *segment, const struct tree_item *item)
{
    segment->simple = (segment->simple || segment->elements == 0) && item->repeat_no == 1 &&
                      item->component_no == 1 && item->element_no < 64;
    segment->elements |= tree_bit(item->element_no);
}

static void
item_remove(struct tree_node *segment, uint32_t at)
{
    struct tree_item *items = segment->items;
    memmove(items + at, items + at + 1, (segment->item_count - at - 1) * sizeof *items);
    segment->item_count--;
    segment->elements = 0;
    for (uint32_t i = 0; i < segment->item_count; i++) {
        item_note(segment, &items[i]);
    }
}

enum wb_rc
tree_put(struct wb_ctx *ctx, struct tree *tree, struct tree_node *segment, uint16_t element_no,
         uint16_t repeat_no, uint16_t component_no, struct wb_str value)
{
    assert(element_no > 0);
    assert(repeat_no > 0);
    assert(component_no > 0);
    const uint32_t at = item_at(segment, element_no, repeat_no, component_no);
    const bool there = item_is(segment, at, element_no, repeat_no, component_no);
    if (value.len == 0) {
        if (there) {
            item_remove(segment, at);
        }
        return WB_OK;
    }
    const struct wb_str copy = wb_arena_dup(ctx, tree->arena, value);
    if (copy.at == NULL) {
        return WB_NOMEM;
    }
    if (there) {
        segment->items[at].value = copy;
        return WB_OK;
    }
    if (segment->item_count == segment->item_cap && !items_grow(ctx, tree, segment)) {
        return WB_NOMEM;
    }
    struct tree_item *items = segment->items;
    memmove(items + at + 1, items + at, (segment->item_count - at) * sizeof *items);
    segment->item_count++;
    items[at] = (struct tree_item){.value = copy,
                                   .element_no = element_no,
                                   .repeat_no = repeat_no,
                                   .component_no = component_no};
    item_note(segment, &items[at]);
    return WB_OK;
}

/* Whether the grammar has a simple element at this place, so that components cannot be meant. */
static bool
place_is_simple(const struct tree *tree, const struct tree_node *node, uint32_t element_no)
{
    const struct grammar_segment *row =
        &tree->grammar->segments[tree->grammar->nodes[node->node].segment];
    return element_no <= row->place_count &&
           tree->grammar->places[row->place_first + element_no - 1].composite == GRAMMAR_NONE;
}

/* Where the last component of the repeat ends whose first is token *index; moves behind them. */
static uint32_t
joined_end(const struct wire_segment *segment, uint32_t *index)
{
    const struct wire_token *first = &segment->tokens[*index];
    const struct wire_token *last = first;
    while (*index + 1 < segment->token_count) {
        const struct wire_token *next = &segment->tokens[*index + 1];
        if (next->element_no != first->element_no || next->repeat_no != first->repeat_no) {
            break;
        }
        last = next;
        (*index)++;
    }
    (*index)++;
    return last->at + last->len;
}

enum wb_rc
tree_fill(struct wb_ctx *ctx, struct tree *tree, struct tree_node *node,
          const struct wire_segment *segment)
{
    const bool can_escape = segment->delims != NULL && segment->delims->release != 0;
    node->item_count = 0;
    node->item_cap = segment->token_count;
    node->elements = 0;
    if (node->item_cap == 0) {
        return WB_OK;
    }
    /* The segment is copied as it is; values are slices of that, unless they hold releases. */
    const size_t items_size = segment->token_count * sizeof *node->items;
    char *const room = wb_arena_raw(ctx, tree->arena, items_size + segment->bytes.len + 1);
    if (room == NULL) {
        return WB_NOMEM;
    }
    char *const bytes = room + items_size;
    node->items = (void *)room;
    memcpy(bytes, segment->bytes.at, segment->bytes.len);
    bytes[segment->bytes.len] = '\0';
    for (uint32_t t = 0; t < segment->token_count;) {
        const struct wire_token *token = &segment->tokens[t];
        struct wb_str value = {bytes + token->at, token->len};
        const bool joined = token->component_no == 1 && t + 1 < segment->token_count &&
                            segment->tokens[t + 1].component_no == 2 && !can_escape &&
                            place_is_simple(tree, node, token->element_no);
        if (joined) {
            value.len = joined_end(segment, &t) - token->at;
        } else {
            t++;
            if (token->len == 0) {
                continue;
            }
            if ((token->flags & WIRE_ESCAPED) != 0) {
                value = wire_value(ctx, tree->arena, segment, token);
            }
        }
        if (value.at == NULL) {
            return WB_NOMEM;
        }
        struct tree_item *const item = &node->items[node->item_count++];
        *item = (struct tree_item){.value = value,
                                   .element_no = token->element_no,
                                   .repeat_no = token->repeat_no,
                                   .component_no = token->component_no};
        item_note(node, item);
    }
    return WB_OK;
}

enum wb_rc
tree_stray_add(struct wb_ctx *ctx, struct tree *tree, const struct wire_segment *segment,
               uint32_t segment_no)
{
    struct tree_stray *stray = wb_arena_alloc(ctx, tree->arena, sizeof *stray);
    if (stray == NULL) {
        return WB_NOMEM;
    }
    stray->bytes = wb_arena_dup(ctx, tree->arena, segment->bytes);
    if (stray->bytes.at == NULL) {
        return WB_NOMEM;
    }
    stray->segment_no = segment_no;
    stray->at = segment->at;
    if (tree->stray_last == NULL) {
        tree->strays = stray;
    } else {
        tree->stray_last->next = stray;
    }
    tree->stray_last = stray;
    return WB_OK;
}

struct tree_item *
tree_item_search(const struct tree_node *segment, uint16_t element_no, uint16_t repeat_no,
                 uint16_t component_no)
{
    const uint32_t at = item_at(segment, element_no, repeat_no, component_no);
    if (!item_is(segment, at, element_no, repeat_no, component_no)) {
        return NULL;
    }
    return &segment->items[at];
}

struct wb_str
tree_value(const struct tree_node *segment, uint16_t element_no)
{
    const struct tree_item *item = tree_item(segment, element_no, 1, 1);
    return item == NULL ? (struct wb_str){NULL, 0} : item->value;
}

struct tree_node *
tree_first_search(const struct tree_node *loop, uint32_t slot)
{
    if (loop->index != NULL) {
        return loop->index->first_of[slot];
    }
    for (struct tree_node *child = loop->child; child != NULL; child = child->next) {
        if (child->slot == slot) {
            return child;
        }
    }
    return NULL;
}

struct tree_node *
tree_last(const struct tree_node *loop, uint32_t slot)
{
    struct tree_node *last = NULL;
    if (loop->index != NULL) {
        return loop->index->last_of[slot];
    }
    for (struct tree_node *at = tree_first(loop, slot); at != NULL; at = at->next_same) {
        last = at; /* a loop without an index has few children */
    }
    return last;
}

struct tree_node *
tree_next_segment(const struct tree *tree, struct tree_node *node)
{
    struct tree_node *at = node;
    do {
        if (at->child != NULL) {
            at = at->child;
            continue;
        }
        while (at->next == NULL && at->parent != NULL) {
            at = at->parent;
        }
        at = at->next;
    } while (at != NULL && tree->grammar->nodes[at->node].segment == GRAMMAR_NONE);
    return at;
}
