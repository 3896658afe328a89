/*
 * A message in memory: order by slot, items sorted, instances found again, and the law that what
 * was read into a tree is written with the same tokens. The reader of these tests follows the move
 * table without checking anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "grammar/shipped.h"
#include "tree/tree.h"
#include "wire/reader.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, PATH_MAX_DEPTH = 256 };

struct fix {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct grammar grammar;
    const struct grammar_message *order;
    struct tree tree;
};

static int
setup(void **state)
{
    struct fix *fix = test_calloc(1, sizeof *fix);
    bool exact = false;
    wb_ctx_init(&fix->ctx);
    wb_arena_init(&fix->arena, ARENA_BYTES);
    assert_int_equal(
        grammar_shipped_find(&fix->ctx, WB_LIT("x12"), WB_LIT("004010"), &fix->grammar, &exact),
        WB_OK);
    const uint32_t index = grammar_find_message(&fix->grammar, WB_LIT("850"));
    assert_int_not_equal(index, GRAMMAR_NONE);
    fix->order = &fix->grammar.messages[index];
    assert_int_equal(tree_init(&fix->ctx, &fix->tree, &fix->arena, &fix->grammar, fix->order),
                     WB_OK);
    *state = fix;
    return 0;
}

static int
teardown(void **state)
{
    struct fix *fix = *state;
    wb_arena_done(&fix->arena);
    test_free(fix);
    return 0;
}

/* The child of a node by name; the test fails when there is none. */
static uint32_t
child_of(const struct fix *fix, uint32_t node, const char *name)
{
    uint32_t child = fix->grammar.nodes[node].child_first;
    while (
        child != GRAMMAR_NONE &&
        !wb_str_eq(grammar_str(&fix->grammar, fix->grammar.nodes[child].name), wb_str_of(name))) {
        child = fix->grammar.nodes[child].next_sibling;
    }
    assert_int_not_equal(child, GRAMMAR_NONE);
    return child;
}

static struct tree_node *
add(struct fix *fix, struct tree_node *parent, const char *name)
{
    struct tree_node *made =
        tree_add(&fix->ctx, &fix->tree, parent, child_of(fix, parent->node, name));
    assert_non_null(made);
    return made;
}

static void
put(struct fix *fix, struct tree_node *segment, unsigned element, unsigned repeat,
    unsigned component, const char *value)
{
    assert_int_equal(tree_put(&fix->ctx, &fix->tree, segment, (uint16_t)element, (uint16_t)repeat,
                              (uint16_t)component, wb_str_of(value)),
                     WB_OK);
}

static struct wb_str
written(struct fix *fix, const struct wire_delims *delims, bool counted)
{
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &fix->ctx, -1, 16 * 1024 * 1024);
    wire_writer_init(&writer, &out, delims == NULL ? wire_delims_x12() : *delims);
    const enum wb_rc rc = counted ? tree_write_counted(&fix->ctx, &fix->tree, &writer)
                                  : tree_write(&fix->ctx, &fix->tree, &writer);
    assert_int_equal(rc, WB_OK);
    const struct wb_str text = wb_arena_dup(&fix->ctx, &fix->arena, wb_buf_str(&out.buf));
    assert_non_null(text.at);
    wb_out_done(&out);
    return text;
}

/* Added in any order, written in the grammar's. */
static void
test_order_by_slot(void **state)
{
    struct fix *fix = *state;
    struct tree_node *root = fix->tree.root;
    struct tree_node *se = add(fix, root, "SE");
    put(fix, se, 2, 1, 1, "0001");
    struct tree_node *line = add(fix, root, "PO1");
    struct tree_node *pid = add(fix, line, "PID");
    put(fix, add(fix, pid, "PID"), 1, 1, 1, "F");
    put(fix, add(fix, line, "PO1"), 2, 1, 1, "10");
    struct tree_node *st = add(fix, root, "ST");
    put(fix, st, 1, 1, 1, "850");
    struct tree_node *second = add(fix, root, "REF");
    put(fix, second, 1, 1, 1, "DP");
    struct tree_node *third = add(fix, root, "REF");
    put(fix, third, 1, 1, 1, "CT");
    put(fix, add(fix, root, "BEG"), 3, 1, 1, "PO-1");
    const struct wb_str text = written(fix, NULL, true);
    assert_memory_equal(text.at, "ST*850~BEG***PO-1~REF*DP~REF*CT~PO1**10~PID*F~SE*7*0001~",
                        text.len);
    assert_int_equal(text.len, strlen("ST*850~BEG***PO-1~REF*DP~REF*CT~PO1**10~PID*F~SE*7*0001~"));
    assert_ptr_equal(tree_first(root, second->slot), second);
    assert_ptr_equal(second->next_same, third);
    assert_null(third->next_same);
    assert_non_null(line->child);
    assert_ptr_equal(tree_trigger(&fix->tree, line), line->child);
    assert_ptr_equal(tree_trigger(&fix->tree, se), se);
    struct tree_node *bare = add(fix, root, "N1");
    assert_null(tree_trigger(&fix->tree, bare));
}

/* The first and the last of each run of one node are what walking the children finds. Returns how
 * many children there are. */
static size_t
check_runs(struct tree_node *root)
{
    size_t count = 0;
    const struct tree_node *last = NULL;
    for (const struct tree_node *c = root->child; c != NULL; c = c->next) {
        const bool first = last == NULL || last->slot != c->slot;
        assert_true(last == NULL || c->slot >= last->slot);
        assert_true(first || last->next_same == c);
        assert_true(!first || tree_first(root, c->slot) == c);
        assert_true(c->next_same != NULL || tree_last(root, c->slot) == c);
        last = c;
        count++;
    }
    assert_ptr_equal(root->child_last, last);
    return count;
}

/* The index of a loop with many children says the same as walking them. */
static void
test_many_children(void **state)
{
    struct fix *fix = *state;
    static const char *const NAMES[] = {"ST", "REF", "DTM", "N1", "PO1", "PER", "SE", "BEG", "PID"};
    struct tree_node *root = fix->tree.root;
    uint32_t seed = 7;
    for (size_t i = 0; i < 500; i++) {
        seed = seed * 1664525 + 1013904223;
        (void)add(fix, root, NAMES[(seed >> 16) % (sizeof NAMES / sizeof NAMES[0])]);
        assert_int_equal(check_runs(root), i + 1);
    }
    const uint32_t cur = child_of(fix, root->node, "CUR");
    assert_null(tree_first(root, fix->grammar.nodes[cur].slot));
    assert_null(tree_last(root, fix->grammar.nodes[cur].slot));
}

static void
test_items(void **state)
{
    struct fix *fix = *state;
    struct tree_node *ref = add(fix, fix->tree.root, "REF");
    put(fix, ref, 4, 1, 2, "B");
    put(fix, ref, 2, 1, 1, "1");
    put(fix, ref, 1, 1, 1, "CT");
    put(fix, ref, 4, 1, 1, "A");
    put(fix, ref, 4, 1, 4, "D");
    for (uint32_t i = 0; i + 1 < ref->item_count; i++) {
        const struct tree_item *a = &ref->items[i];
        const struct tree_item *b = a + 1;
        assert_true(a->element_no < b->element_no ||
                    (a->element_no == b->element_no && a->component_no < b->component_no));
    }
    assert_int_equal(ref->item_count, 5);
    put(fix, ref, 2, 1, 1, "2");
    assert_int_equal(ref->item_count, 5);
    assert_memory_equal(tree_value(ref, 2).at, "2", 1);
    assert_int_equal(tree_value(ref, 3).len, 0);
    assert_non_null(tree_item(ref, 4, 1, 2));
    assert_null(tree_item(ref, 4, 1, 3));
    assert_null(tree_item(ref, 4, 2, 1));
    struct wb_str text = written(fix, NULL, false);
    assert_memory_equal(text.at, "REF*CT*2**A:B::D~", text.len);
    put(fix, ref, 4, 1, 4, "");
    put(fix, ref, 2, 1, 1, "");
    put(fix, ref, 2, 1, 1, "");
    assert_int_equal(ref->item_count, 3);
    text = written(fix, NULL, false);
    assert_memory_equal(text.at, "REF*CT***A:B~", text.len);
    put(fix, ref, 2, 3, 1, "R3");
    put(fix, ref, 2, 2, 2, "R2C2");
    text = written(fix, NULL, false);
    assert_memory_equal(text.at, "REF*CT*^:R2C2^R3**A:B~", text.len);
    /* What we make ourselves must fit the separators. */
    put(fix, ref, 2, 1, 1, "A:B");
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &fix->ctx, -1, 1024);
    wire_writer_init(&writer, &out, wire_delims_x12());
    assert_int_equal(tree_write(&fix->ctx, &fix->tree, &writer), WB_INVALID);
    assert_non_null(strstr(fix->ctx.error.text, "REF02"));
    wb_out_done(&out);
}

/* Reads the first message of some bytes into fix->tree. */
static void
read_message(struct fix *fix, struct wb_str bytes)
{
    struct wire_memory memory = {.bytes = bytes};
    struct wire_reader *reader = NULL;
    struct wire_segment segment;
    struct wire_notice notice;
    enum wire_event event = WIRE_NOTICE;
    struct tree_node *open[PATH_MAX_DEPTH] = {fix->tree.root};
    uint32_t at = fix->order->node_first;
    uint32_t segment_no = 0;
    const struct grammar_node *nodes = fix->grammar.nodes;
    assert_int_equal(wire_open(&fix->ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    while (event != WIRE_END) {
        assert_int_equal(wire_next(&fix->ctx, reader, &event, &segment, &notice), WB_OK);
        const uint32_t tag = event == WIRE_SEGMENT
                                 ? grammar_find_tag(&fix->grammar, fix->order, segment.tag)
                                 : GRAMMAR_NONE;
        if (tag == GRAMMAR_NONE) {
            continue;
        }
        at = grammar_move(&fix->grammar, fix->order, at, tag);
        assert_int_not_equal(at, GRAMMAR_NONE);
        const uint32_t loop = nodes[at].parent;
        if (nodes[at].slot == 0 && loop != fix->order->node_first) {
            open[nodes[loop].depth] =
                tree_add(&fix->ctx, &fix->tree, open[nodes[loop].depth - 1], loop);
        }
        struct tree_node *made = tree_add(&fix->ctx, &fix->tree, open[nodes[at].depth - 1], at);
        assert_non_null(made);
        made->segment_no = ++segment_no;
        assert_int_equal(tree_fill(&fix->ctx, &fix->tree, made, &segment), WB_OK);
        fix->tree.delims = *segment.delims;
        if (wb_str_eq(segment.tag, WB_LIT("SE"))) {
            break;
        }
    }
    wire_close(reader);
}

#define ENVELOPE(component)                                                                        \
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*1200*U*00401*"   \
    "000000001*0*P*" component "~GS*PO*A*B*20260311*1200*1*X*004010~"

static void
test_read_and_write(void **state)
{
    struct fix *fix = *state;
    static const char MESSAGE[] =
        "ST*850*0001~BEG*00*SA*PO-1**20260311~REF*CT*1**CT>1>DP>2~REF*DP*A>B*C>~REF*ZZ*>~"
        "N1*ST*DOCK*92*12>34~N3*STREET~REF*DP*1~N1*BT*NAME~PO1*1*10*EA*12.50**VN*A~PID*F****X~"
        "MEA**WT*1*EA~PID*F****Y>Z~PO1*2*1*CA~CTT*2~SE*16*0001~";
    struct wb_str text = wb_arena_printf(&fix->ctx, &fix->arena, "%s%s", ENVELOPE(">"), MESSAGE);
    read_message(fix, text);
    const struct wb_str again = written(fix, &fix->tree.delims, false);
    assert_int_equal(again.len, sizeof MESSAGE - 1);
    assert_memory_equal(again.at, MESSAGE, again.len);
    /* Counted by us: the same, because the count was right. */
    const struct wb_str counted = written(fix, &fix->tree.delims, true);
    assert_true(wb_str_eq(again, counted));
    /* A separator in a simple element is part of the value. */
    const struct tree_node *ref = fix->tree.root->child->next->next->next;
    assert_memory_equal(tree_value(ref, 2).at, "A>B", 3);
    assert_int_equal(tree_value(ref, 2).len, 3);
    /* Under other separators the values are the same and the composites are written with theirs. */
    struct wire_delims other = wire_delims_x12();
    other.element = '|';
    const struct wb_str piped = written(fix, &other, false);
    assert_non_null(strstr(piped.at, "REF|CT|1||CT:1:DP:2~REF|DP|A>B|C>~REF|ZZ|>~"));
}

static void
test_trailing_empties(void **state)
{
    struct fix *fix = *state;
    struct wb_str text =
        wb_arena_printf(&fix->ctx, &fix->arena, "%s%s", ENVELOPE(">"),
                        "ST*850*0001**~BEG*00*SA*PO-1**20260311****~REF*CT*1**CT>1>>~"
                        "SE*4*0001~");
    read_message(fix, text);
    const struct wb_str again = written(fix, &fix->tree.delims, false);
    assert_memory_equal(again.at, "ST*850*0001~BEG*00*SA*PO-1**20260311~REF*CT*1**CT>1~SE*4*0001~",
                        again.len);
}

static void
test_strays(void **state)
{
    struct fix *fix = *state;
    const struct wire_delims delims = wire_delims_x12();
    const struct wire_segment segment = {
        .bytes = WB_LIT("QQQ*1"), .tag = WB_LIT("QQQ"), .at = 200, .delims = &delims};
    assert_int_equal(tree_stray_add(&fix->ctx, &fix->tree, &segment, 4), WB_OK);
    assert_int_equal(tree_stray_add(&fix->ctx, &fix->tree, &segment, 5), WB_OK);
    assert_int_equal(fix->tree.strays->segment_no, 4);
    assert_int_equal(fix->tree.strays->next->segment_no, 5);
    assert_null(fix->tree.strays->next->next);
    assert_memory_equal(fix->tree.strays->bytes.at, "QQQ*1", 5);
    assert_int_equal(fix->tree.strays->at, 200);
}

static void
test_next_segment(void **state)
{
    struct fix *fix = *state;
    assert_null(tree_next_segment(&fix->tree, fix->tree.root));
    struct tree_node *line = add(fix, fix->tree.root, "PO1");
    assert_null(tree_next_segment(&fix->tree, fix->tree.root));
    struct tree_node *po1 = add(fix, line, "PO1");
    struct tree_node *pid = add(fix, add(fix, line, "PID"), "PID");
    struct tree_node *se = add(fix, fix->tree.root, "SE");
    assert_ptr_equal(tree_next_segment(&fix->tree, fix->tree.root), po1);
    assert_ptr_equal(tree_next_segment(&fix->tree, po1), pid);
    assert_ptr_equal(tree_next_segment(&fix->tree, pid), se);
    assert_null(tree_next_segment(&fix->tree, se));
}

/* A hundred thousand lines in the memory of some 200 bytes a node, and found again at once. */
static void
test_large(void **state)
{
    struct fix *fix = *state;
    for (int i = 0; i < 100000; i++) {
        struct tree_node *line = add(fix, fix->tree.root, "PO1");
        put(fix, add(fix, line, "PO1"), 2, 1, 1, "10");
    }
    struct tree_node *se = add(fix, fix->tree.root, "SE");
    assert_ptr_equal(tree_first(fix->tree.root, se->slot), se);
    assert_true(fix->arena.used_bytes < 100 * 1024 * 1024);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_by_slot, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_children, setup, teardown),
        cmocka_unit_test_setup_teardown(test_items, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_and_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trailing_empties, setup, teardown),
        cmocka_unit_test_setup_teardown(test_strays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_next_segment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
