/*
 * The tests' way from text to trees and back. It follows the grammar as the check room does,
 * without its findings: a segment that has no place becomes a stray.
 */
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "grammar/shipped.h"
#include "record/json.h"
#include "wire/reader.h"

void
world_init(struct world *world)
{
    bool exact = false;
    wb_ctx_init(&world->ctx);
    wb_arena_init(&world->arena, WORLD_BYTES);
    assert_int_equal(
        grammar_shipped_find(&world->ctx, WB_LIT("x12"), WB_LIT("004010"), &world->grammar, &exact),
        WB_OK);
    assert_true(exact);
}

void
world_done(struct world *world)
{
    wb_arena_done(&world->arena);
}

struct tree *
world_tree(struct world *world, const char *message)
{
    struct tree *const tree = wb_arena_alloc(&world->ctx, &world->arena, sizeof *tree);
    const uint32_t number = grammar_find_message(&world->grammar, wb_str_of(message));
    assert_non_null(tree);
    assert_int_not_equal(number, GRAMMAR_NONE);
    assert_int_equal(tree_init(&world->ctx, tree, &world->arena, &world->grammar,
                               &world->grammar.messages[number]),
                     WB_OK);
    return tree;
}

/* Where the message stands: the node last taken, and the open instance of each depth. */
struct follow {
    struct world *world;
    struct tree *tree;
    uint32_t from;
    uint32_t segment_no;
    struct tree_node *open[WB_LIMIT_LOOP_DEPTH];
};

static void
take(struct follow *follow, const struct wire_segment *segment)
{
    struct world *const world = follow->world;
    struct tree *const tree = follow->tree;
    const uint32_t tag = grammar_find_tag(tree->grammar, tree->message, segment->tag);
    const uint32_t node = tag == GRAMMAR_NONE
                              ? GRAMMAR_NONE
                              : grammar_move(tree->grammar, tree->message, follow->from, tag);
    follow->segment_no++;
    if (node == GRAMMAR_NONE) {
        assert_int_equal(tree_stray_add(&world->ctx, tree, segment, follow->segment_no), WB_OK);
        return;
    }
    const struct grammar_node *const row = &tree->grammar->nodes[node];
    const struct grammar_node *const loop = &tree->grammar->nodes[row->parent];
    if (loop->parent != GRAMMAR_NONE && loop->child_first == node) {
        follow->open[loop->depth] =
            tree_add(&world->ctx, tree, follow->open[loop->depth - 1], row->parent);
    }
    struct tree_node *const made = tree_add(&world->ctx, tree, follow->open[row->depth - 1], node);
    assert_non_null(made);
    made->segment_no = follow->segment_no;
    assert_int_equal(tree_fill(&world->ctx, tree, made, segment), WB_OK);
    follow->from = node;
}

struct wire_reader *
world_open(struct world *world, struct wb_str bytes)
{
    struct wire_memory *const memory = wb_arena_alloc(&world->ctx, &world->arena, sizeof *memory);
    struct wire_reader *reader = NULL;
    assert_non_null(memory);
    *memory = (struct wire_memory){.bytes = bytes};
    assert_int_equal(wire_open(&world->ctx, wire_source_memory(memory), NULL, &reader), WB_OK);
    return reader;
}

struct tree *
world_next(struct world *world, struct wire_reader *reader, const char *message)
{
    struct follow follow = {.world = world, .tree = world_tree(world, message)};
    enum wire_event event = WIRE_NOTICE;
    bool inside = false;
    follow.from = follow.tree->message->node_first;
    follow.open[0] = follow.tree->root;
    while (event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        assert_int_equal(wire_next(&world->ctx, reader, &event, &segment, &notice), WB_OK);
        if (event != WIRE_SEGMENT) {
            continue;
        }
        inside = inside || (wb_str_eq(segment.tag, WB_LIT("ST")) &&
                            wb_str_eq(wire_element_bytes(&segment, 1), wb_str_of(message)));
        if (!inside) {
            continue;
        }
        take(&follow, &segment);
        follow.tree->delims = *segment.delims;
        if (wb_str_eq(segment.tag, WB_LIT("SE"))) {
            return follow.tree;
        }
    }
    return inside ? follow.tree : NULL;
}

struct tree *
world_read(struct world *world, struct wb_str bytes, const char *message)
{
    struct wire_reader *const reader = world_open(world, bytes);
    struct tree *const tree = world_next(world, reader, message);
    wire_close(reader);
    assert_non_null(tree);
    return tree;
}

struct tree *
world_segments(struct world *world, const char *message, const char *segments)
{
    const struct wb_str all = wb_arena_printf(
        &world->ctx, &world->arena,
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
        "*250314*0915*U*00401*000000001*0*T*:~GS*PO*SENDER*RECEIVER*20250314*0915*1*X*004010~"
        "ST*%s*0001~%sSE*1*0001~GE*1*1~IEA*1*000000001~",
        message, segments);
    return world_read(world, all, message);
}

struct wb_str
world_write(struct world *world, const struct tree *tree)
{
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &world->ctx, -1, WORLD_BYTES);
    wire_writer_init(&writer, &out, wire_delims_x12());
    for (struct tree_node *at = tree_next_segment(tree, tree->root); at != NULL;
         at = tree_next_segment(tree, at)) {
        const struct wb_str tag = grammar_str(tree->grammar, tree->grammar->nodes[at->node].name);
        if (!wb_str_eq(tag, WB_LIT("ST")) && !wb_str_eq(tag, WB_LIT("SE"))) {
            assert_int_equal(tree_write_segment(&world->ctx, tree, at, &writer), WB_OK);
        }
    }
    const struct wb_str text = wb_arena_dup(&world->ctx, &world->arena, wb_buf_str(&out.buf));
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_done(&out);
    return text;
}

struct wb_str
world_file(struct world *world, const char *path)
{
    const char *const source = getenv("WAYBILL_SOURCE");
    struct wb_str bytes;
    assert_non_null(source);
    const struct wb_str name = wb_arena_printf(&world->ctx, &world->arena, "%s/%s", source, path);
    assert_int_equal(wb_os_read_file(&world->ctx, &world->arena, name.at, WORLD_BYTES, &bytes),
                     WB_OK);
    return bytes;
}

struct wb_str
world_json(struct world *world, const struct record_object *record, bool source)
{
    struct wb_out out;
    struct wb_json json;
    wb_out_init(&out, &world->ctx, -1, WORLD_BYTES);
    wb_json_init(&json, &out, true);
    record_write_json(&json, record, source);
    const struct wb_str text = wb_arena_dup(&world->ctx, &world->arena, wb_buf_str(&out.buf));
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_done(&out);
    return text;
}

struct record_object *
world_record(struct world *world, const char *shape, struct wb_str json)
{
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    struct record_problems problems = {.items = NULL};
    struct record_object *record = NULL;
    const uint32_t number = record_find_shape(schema, wb_str_of(shape));
    assert_int_not_equal(number, RECORD_NONE);
    assert_int_equal(
        record_read_json(&world->ctx, &world->arena, schema, number, json, &problems, &record),
        WB_OK);
    for (size_t i = 0; i < problems.count; i++) {
        print_error(WB_FMT ": " WB_FMT "\n", WB_ARG(problems.items[i].path),
                    WB_ARG(problems.items[i].text));
    }
    assert_int_equal(problems.count, 0);
    return record;
}

struct wb_str
world_notes(struct world *world, const struct map_ledger *ledger)
{
    static const char *const words[] = {
        [MAP_LEFT_OVER] = "left_over",
        [MAP_DROPPED] = "dropped",
        [MAP_DISAGREE] = "disagree",
        [MAP_NOT_CONVERTED] = "not_converted",
        [MAP_NO_ROW] = "no_row",
        [MAP_EXPECTED] = "expected",
        [MAP_NO_ROOM] = "no_room",
        [MAP_TOO_LONG] = "too_long",
        [MAP_CUT] = "cut",
        [MAP_OUTSIDE] = "outside",
    };
    struct wb_str text = {"", 0};
    for (size_t i = 0; i < ledger->count; i++) {
        const struct map_note *const note = &ledger->items[i];
        text = wb_arena_printf(&world->ctx, &world->arena, WB_FMT "%s " WB_FMT " " WB_FMT "\n",
                               WB_ARG(text), words[note->kind], WB_ARG(note->place),
                               WB_ARG(note->value));
    }
    return text;
}
