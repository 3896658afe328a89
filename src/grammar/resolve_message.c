/*
 * A message's nodes find their segments, and the rules that hold for messages are looked at: loops
 * begin with a segment that stands once, the frame is where the envelope says, trees name places
 * that exist.
 */
#include <stdlib.h>

#include "grammar/compile_priv.h"

static int
by_bytes(const void *left, const void *right)
{
    const struct wb_str *a = left;
    const struct wb_str *b = right;
    return wb_str_cmp(*a, *b);
}

static void
resolve_segments(struct gramc *c, struct gramc_message *message)
{
    for (size_t i = 0; i < message->node_count; i++) {
        struct gramc_node *node = &message->nodes[i];
        if (node->is_loop) {
            continue;
        }
        node->segment = gramc_find_shape(c->segments, c->segment_count, node->name);
        if (node->segment == GRAMMAR_NONE) {
            struct lang_diag *diag =
                gramc_report(c, GRAM_SEGMENT_UNKNOWN, node->pos, "there is no segment '" WB_FMT "'",
                             WB_ARG(node->name));
            gramc_guess_segment(c, diag, node->name);
            message->broken = true;
        }
    }
}

static void
check_tree(struct gramc *c, struct gramc_message *message, const struct gramc_node *loop)
{
    const struct gramc_node *trigger = &message->nodes[loop->child_first];
    if (trigger->segment == GRAMMAR_NONE) {
        return;
    }
    const struct gramc_shape *segment = &c->segments[trigger->segment];
    for (unsigned i = 0; i < 4; i++) {
        if (loop->tree_no[i] > segment->place_count) {
            (void)gramc_report(c, GRAM_TREE_PLACE, loop->tree_pos,
                               "'" WB_FMT "' has no place %02u; its last is %02zu",
                               WB_ARG(segment->id), loop->tree_no[i], segment->place_count);
            message->broken = true;
            return;
        }
    }
}

static void
check_loop(struct gramc *c, struct gramc_message *message, const struct gramc_node *loop)
{
    const struct gramc_node *trigger =
        loop->child_first == GRAMMAR_NONE ? NULL : &message->nodes[loop->child_first];
    if (trigger == NULL || trigger->is_loop) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_LOOP_EMPTY, trigger == NULL ? loop->pos : trigger->pos,
                         "the loop " WB_FMT " does not begin with a segment", WB_ARG(loop->name));
        gramc_other(diag, trigger == NULL ? (struct lang_pos){NULL, 0, 0} : loop->pos, "the loop");
        message->broken = true;
        return;
    }
    if (trigger->max != 1) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_TRIGGER_MAX, trigger->pos,
                         "the segment that begins a loop stands once in it; the loop repeats");
        gramc_other(diag, loop->pos, "the loop");
    }
    if (!wb_str_eq(loop->name, trigger->name) &&
        gramc_find_shape(c->segments, c->segment_count, loop->name) != GRAMMAR_NONE) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_LOOP_NAME, loop->pos,
                         "the loop is called after the segment " WB_FMT ", but begins with " WB_FMT,
                         WB_ARG(loop->name), WB_ARG(trigger->name));
        gramc_other(diag, trigger->pos, "it begins here");
    }
    check_tree(c, message, loop);
}

static void
report_frame(struct gramc *c, struct gramc_message *message, struct lang_pos pos,
             struct lang_pos frame_pos, const char *what, struct wb_str tag)
{
    struct lang_diag *diag =
        gramc_report(c, GRAM_FRAME, pos, "the message " WB_FMT " does not %s with " WB_FMT,
                     WB_ARG(message->id), what, WB_ARG(tag));
    gramc_other(diag, frame_pos, "the frame of messages");
    message->broken = true;
}

static void
check_frame(struct gramc *c, struct gramc_message *message)
{
    const struct gramc_frame *frame = &c->frames[GRAMMAR_MESSAGE];
    const struct gramc_node *nodes = message->nodes;
    if (frame->trailer_pos.source == NULL) {
        message->broken = true; /* ENVELOPE_MISSING was reported */
        return;
    }
    uint32_t last = nodes[0].child_first;
    if (last == GRAMMAR_NONE || nodes[last].is_loop ||
        !wb_str_eq(nodes[last].name, frame->header)) {
        report_frame(c, message, last == GRAMMAR_NONE ? message->pos : nodes[last].pos,
                     frame->header_pos, "begin", frame->header);
        return;
    }
    while (nodes[last].next_sibling != GRAMMAR_NONE) {
        last = nodes[last].next_sibling;
    }
    if (nodes[last].is_loop || !wb_str_eq(nodes[last].name, frame->trailer)) {
        report_frame(c, message, nodes[last].pos, frame->trailer_pos, "end", frame->trailer);
    }
}

/* The message's tags, sorted and without repetition, and each node's index among them. */
static void
index_tags(struct gramc *c, struct gramc_message *message)
{
    struct wb_str *tags =
        wb_arena_array(c->ctx, c->arena, message->node_count, sizeof *message->tags);
    uint32_t count = 0;
    if (tags == NULL) {
        c->failed = true;
        return;
    }
    for (size_t i = 0; i < message->node_count; i++) {
        if (!message->nodes[i].is_loop) {
            tags[count++] = message->nodes[i].name;
        }
    }
    if (count > 0) {
        qsort(tags, count, sizeof *tags, by_bytes);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || !wb_str_eq(tags[kept - 1], tags[i])) {
            tags[kept++] = tags[i];
        }
    }
    message->tags = tags;
    message->tag_count = kept;
    for (size_t i = 0; i < message->node_count; i++) {
        struct gramc_node *node = &message->nodes[i];
        const struct wb_str *found = node->is_loop || kept == 0
                                         ? NULL
                                         : bsearch(&node->name, tags, kept, sizeof *tags, by_bytes);
        node->tag = found == NULL ? GRAMMAR_NONE : (uint32_t)(found - tags);
    }
}

void
gramc_resolve_message(struct gramc *c, struct gramc_message *message)
{
    const bool understood = !message->broken;
    resolve_segments(c, message);
    for (size_t i = 1; understood && i < message->node_count; i++) {
        if (message->nodes[i].is_loop) {
            check_loop(c, message, &message->nodes[i]);
        }
    }
    if (understood) {
        check_frame(c, message);
        index_tags(c, message);
    }
}
