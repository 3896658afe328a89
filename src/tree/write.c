/*
 * A message as segments again. The order is the tree's; what is empty is not in the tree and is
 * owed by the writer until something follows. A value that was read as one simple element and holds
 * the component separator goes back as it was read, under the same separators; in what we make
 * ourselves such a value is refused.
 */
#include "tree/tree.h"

#include <string.h>

/* Whether the segment goes back under the separators it was read with. */
static bool
same_delims(const struct tree *tree, const struct tree_node *segment,
            const struct wire_writer *writer)
{
    const struct wire_delims *a = &tree->delims;
    const struct wire_delims *b = &writer->delims;
    return segment->segment_no > 0 && a->syntax == b->syntax && a->segment == b->segment &&
           a->element == b->element && a->component == b->component && a->repeat == b->repeat;
}

/* Pieces between component separators, each put as a component, empty ones too: the same bytes as
 * were read. */
static enum wb_rc
put_pieces(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str value,
           const struct tree_item *item)
{
    const bool keep_trailing = writer->keep_trailing;
    enum wb_rc rc = WB_OK;
    struct wb_str rest = value;
    bool first = true;
    writer->keep_trailing = true;
    for (;;) {
        const size_t end = wb_str_find(rest, (char)writer->delims.component);
        const struct wb_str piece = wb_str_sub(rest, 0, end);
        if (!first) {
            rc = wire_put_component(ctx, writer, piece);
        } else if (item->repeat_no > 1) {
            rc = wire_put_repeat(ctx, writer, piece);
        } else {
            rc = wire_put(ctx, writer, piece);
        }
        if (rc != WB_OK || end == rest.len) {
            break;
        }
        first = false;
        rest = wb_str_sub(rest, end + 1, rest.len);
    }
    writer->keep_trailing = keep_trailing;
    return rc;
}

/* Where the writer stands in the segment. */
struct place {
    uint16_t element_no;
    uint16_t repeat_no;
    uint16_t component_no;
};

/* Empty elements, repeats and components up to the one before the item. */
static enum wb_rc
put_gap(struct wb_ctx *ctx, struct wire_writer *writer, const struct tree_item *item,
        struct place *place)
{
    const struct wb_str none = {"", 0};
    enum wb_rc rc = WB_OK;
    while (rc == WB_OK && place->element_no + 1 < item->element_no) {
        rc = wire_put(ctx, writer, none);
        *place = (struct place){(uint16_t)(place->element_no + 1), 1, 1};
    }
    /* The element itself begins empty when its first repeat or component is absent. */
    const bool later = item->repeat_no > 1 || item->component_no > 1;
    if (rc == WB_OK && later && place->element_no < item->element_no) {
        rc = wire_put(ctx, writer, none);
        *place = (struct place){item->element_no, 1, 1};
    }
    while (rc == WB_OK && place->element_no == item->element_no &&
           place->repeat_no + (item->component_no == 1) < item->repeat_no) {
        rc = wire_put_repeat(ctx, writer, none);
        place->repeat_no++;
        place->component_no = 1;
    }
    while (rc == WB_OK && place->element_no == item->element_no &&
           place->repeat_no == item->repeat_no && place->component_no + 1 < item->component_no) {
        rc = wire_put_component(ctx, writer, none);
        place->component_no++;
    }
    return rc;
}

static enum wb_rc
put_item(struct wb_ctx *ctx, struct wire_writer *writer, const struct tree_item *item, bool as_read)
{
    if (item->component_no > 1) {
        return wire_put_component(ctx, writer, item->value);
    }
    if (as_read && writer->delims.release == 0 && writer->delims.component != 0 &&
        wb_str_find(item->value, (char)writer->delims.component) < item->value.len) {
        return put_pieces(ctx, writer, item->value, item);
    }
    if (item->repeat_no > 1) {
        return wire_put_repeat(ctx, writer, item->value);
    }
    return wire_put(ctx, writer, item->value);
}

enum wb_rc
tree_write_segment(struct wb_ctx *ctx, const struct tree *tree, const struct tree_node *segment,
                   struct wire_writer *writer)
{
    const struct grammar *grammar = tree->grammar;
    const struct grammar_node *row = &grammar->nodes[segment->node];
    const bool as_read = same_delims(tree, segment, writer);
    struct place place = {0, 1, 1};
    wire_begin(writer, grammar_str(grammar, grammar->segments[row->segment].tag));
    for (uint32_t i = 0; i < segment->item_count; i++) {
        const struct tree_item *item = &segment->items[i];
        enum wb_rc rc = put_gap(ctx, writer, item, &place);
        if (rc == WB_OK) {
            rc = put_item(ctx, writer, item, as_read);
        }
        if (rc != WB_OK) {
            const struct wb_str tag = grammar_str(grammar, row->name);
            wb_fail_context(ctx, WB_FMT "%02u", WB_ARG(tag), (unsigned)item->element_no);
            return rc;
        }
        place = (struct place){item->element_no, item->repeat_no, item->component_no};
    }
    const uint32_t all = writer->keep_trailing ? grammar->segments[row->segment].place_count : 0;
    for (uint32_t no = place.element_no; no < all; no++) {
        const enum wb_rc rc = wire_put(ctx, writer, (struct wb_str){"", 0});
        if (rc != WB_OK) {
            return rc;
        }
    }
    wire_end(writer);
    return WB_OK;
}

enum wb_rc
tree_write(struct wb_ctx *ctx, const struct tree *tree, struct wire_writer *writer)
{
    struct tree_node *segment = tree_next_segment(tree, tree->root);
    while (segment != NULL) {
        const enum wb_rc rc = tree_write_segment(ctx, tree, segment, writer);
        if (rc != WB_OK) {
            return rc;
        }
        segment = tree_next_segment(tree, segment);
    }
    return WB_OK;
}

enum wb_rc
tree_write_counted(struct wb_ctx *ctx, struct tree *tree, struct wire_writer *writer)
{
    const struct grammar_frame *frame = &tree->grammar->frames[GRAMMAR_MESSAGE];
    const struct wb_str trailer = grammar_str(tree->grammar, frame->trailer);
    uint64_t count = 0;
    struct tree_node *last = NULL;
    struct tree_node *segment = tree_next_segment(tree, tree->root);
    for (; segment != NULL; segment = tree_next_segment(tree, segment)) {
        last = segment;
        count++;
    }
    if (last != NULL && frame->trailer_count_no > 0 &&
        wb_str_eq(grammar_str(tree->grammar, tree->grammar->nodes[last->node].name), trailer)) {
        const struct wb_str text =
            wb_arena_printf(ctx, tree->arena, "%llu", (unsigned long long)count);
        if (text.at == NULL) {
            return WB_NOMEM;
        }
        const enum wb_rc rc =
            tree_put(ctx, tree, last, (uint16_t)frame->trailer_count_no, 1, 1, text);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return tree_write(ctx, tree, writer);
}
