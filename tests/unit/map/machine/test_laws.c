/*
 * The two laws of maps on documents made from the maps themselves and on the fixtures: what is
 * written is read back, and every value of a message is written again or in the ledger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "map/generate.h"
#include "message.h"

enum { RECORDS = 300, MESSAGES = 300, SALES = 150 };

struct laws {
    struct world world;
    struct map_bundle *bundle;
    size_t index;
    struct map_law law;
};

static void
laws_init(struct laws *l, const char *map)
{
    world_init(&l->world);
    assert_int_equal(map_shipped_open(&l->world.ctx, &l->world.arena, &l->bundle), WB_OK);
    l->index = map_find(l->bundle, wb_str_of(map));
    assert_int_not_equal(l->index, SIZE_MAX);
    l->law = (struct map_law){.bundle = l->bundle, .index = l->index};
}

static struct map_random
seed(uint64_t number)
{
    return (struct map_random){.state = number * 0x9E3779B97F4A7C15ULL};
}

/* Law 1 on one record; prints the smallest counter-example. */
static enum map_law_verdict
try_record(const char *map, uint64_t number)
{
    struct laws l;
    struct map_random random = seed(number);
    struct record_object *record = NULL;
    struct map_law_result result;
    laws_init(&l, map);
    struct wb_ctx *const ctx = &l.world.ctx;
    struct wb_arena *const arena = &l.world.arena;
    assert_int_equal(map_generate_record(ctx, arena, l.bundle, l.index, &random, &record), WB_OK);
    assert_int_equal(map_law_record(ctx, arena, &l.law, record, &result), WB_OK);
    if (result.verdict == MAP_LAW_BROKEN) {
        assert_int_equal(map_shrink(ctx, arena, &l.law, record), WB_OK);
        print_error("seed %u, " WB_FMT ":\n" WB_FMT "\n", (unsigned)number, WB_ARG(result.path),
                    WB_ARG(world_json(&l.world, record, true)));
    }
    const enum map_law_verdict verdict = result.verdict;
    world_done(&l.world);
    return verdict;
}

static void
records(const char *map, unsigned count, unsigned outside_max)
{
    unsigned outside = 0;
    for (uint64_t n = 1; n <= count; n++) {
        const enum map_law_verdict verdict = try_record(map, n);
        assert_int_not_equal(verdict, MAP_LAW_BROKEN);
        outside += verdict == MAP_LAW_OUTSIDE ? 1 : 0;
    }
    assert_true(outside <= outside_max);
}

static void
orders_come_back(void **state)
{
    (void)state;
    records("x12-850-order", RECORDS, RECORDS / 10);
}

static void
sales_come_back(void **state)
{
    (void)state;
    records("order-sale", SALES, SALES / 10);
}

static void
messages_come_back(void **state)
{
    unsigned outside = 0;
    (void)state;
    for (uint64_t n = 1; n <= MESSAGES; n++) {
        struct laws l;
        struct map_random random = seed(n);
        struct map_law_result result;
        laws_init(&l, "x12-850-order");
        struct tree *const message = world_tree(&l.world, "850");
        assert_int_equal(
            map_generate_message(&l.world.ctx, &l.world.arena, l.bundle, l.index, &random, message),
            WB_OK);
        assert_int_equal(map_law_message(&l.world.ctx, &l.world.arena, &l.law, message, &result),
                         WB_OK);
        if (result.verdict == MAP_LAW_BROKEN) {
            print_error("seed %u, " WB_FMT ":\n" WB_FMT "\n" WB_FMT "\n", (unsigned)n,
                        WB_ARG(result.path), WB_ARG(world_write(&l.world, message)),
                        WB_ARG(world_write(&l.world, result.tree)));
        }
        assert_int_not_equal(result.verdict, MAP_LAW_BROKEN);
        outside += result.verdict == MAP_LAW_OUTSIDE ? 1 : 0;
        world_done(&l.world);
    }
    assert_true(outside <= MESSAGES / 10);
}

/* What reading gave and said, as text. */
static struct wb_str
reading(struct laws *l, struct tree *message, bool every_op)
{
    struct map_run run = {.every_op = every_op};
    struct record_object *record = NULL;
    struct wb_ctx *const ctx = &l->world.ctx;
    struct wb_arena *const arena = &l->world.arena;
    assert_int_equal(map_read_tree(ctx, arena, l->bundle, l->index, message, &run, &record), WB_OK);
    struct wb_str text = world_json(&l->world, record, true);
    for (size_t i = 0; i < run.ledger.count; i++) {
        const struct map_note *const note = &run.ledger.items[i];
        text =
            wb_arena_printf(ctx, arena, WB_FMT "\n%d " WB_FMT " " WB_FMT " " WB_FMT " %u %u",
                            WB_ARG(text), (int)note->kind, WB_ARG(note->place), WB_ARG(note->value),
                            WB_ARG(note->text), (unsigned)note->line, (unsigned)note->segment_no);
    }
    return text;
}

/* Passing over what is absent changes nothing of what is read, claimed and noted. */
static void
passing_over_changes_nothing(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= MESSAGES; n++) {
        struct laws l;
        struct map_random random = seed(n);
        laws_init(&l, "x12-850-order");
        struct tree *const message = world_tree(&l.world, "850");
        assert_int_equal(
            map_generate_message(&l.world.ctx, &l.world.arena, l.bundle, l.index, &random, message),
            WB_OK);
        const struct wb_str fast = reading(&l, message, false);
        const struct wb_str slow = reading(&l, message, true);
        assert_int_equal(fast.len, slow.len);
        assert_memory_equal(fast.at, slow.at, slow.len);
        world_done(&l.world);
    }
}

/* How often a value stands in segments of a tag. */
static size_t
count_value(const struct tree *tree, struct wb_str tag, struct wb_str value)
{
    size_t count = 0;
    for (struct tree_node *at = tree_next_segment(tree, tree->root); at != NULL;
         at = tree_next_segment(tree, at)) {
        const struct wb_str name = grammar_str(tree->grammar, tree->grammar->nodes[at->node].name);
        for (uint32_t i = 0; i < at->item_count && wb_str_eq(name, tag); i++) {
            count += wb_str_eq(at->items[i].value, value) ? 1 : 0;
        }
    }
    return count;
}

/* Every value of the message stands as often in what was written; ST and SE are the envelope's. */
static void
assert_all_written(const struct tree *message, const struct tree *written)
{
    for (struct tree_node *at = tree_next_segment(message, message->root); at != NULL;
         at = tree_next_segment(message, at)) {
        const struct wb_str tag =
            grammar_str(message->grammar, message->grammar->nodes[at->node].name);
        const bool service = wb_str_eq(tag, WB_LIT("ST")) || wb_str_eq(tag, WB_LIT("SE"));
        for (uint32_t i = 0; i < at->item_count && !service; i++) {
            const struct wb_str value = at->items[i].value;
            if (count_value(message, tag, value) > count_value(written, tag, value)) {
                fail_msg(WB_FMT " " WB_FMT " is lost", WB_ARG(tag), WB_ARG(value));
            }
        }
    }
}

static void
nothing_of_a_fixture_is_lost(void **state)
{
    static const char *const files[] = {
        "fixtures/x12/850-medsup-order.edi",
        "fixtures/x12/850-minimal.edi",
        "fixtures/x12/850-newline-terminator.edi",
        "fixtures/x12/850-pipe-separators.edi",
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct laws l;
        struct map_law_result result;
        laws_init(&l, "x12-850-order");
        struct tree *const message = world_read(&l.world, world_file(&l.world, files[i]), "850");
        assert_int_equal(map_law_message(&l.world.ctx, &l.world.arena, &l.law, message, &result),
                         WB_OK);
        assert_int_equal(result.verdict, MAP_LAW_HOLDS);
        assert_int_equal(result.read.count, 0);
        assert_all_written(message, result.tree);
        world_done(&l.world);
    }
}

/* Messages that once came back otherwise. */
static void
counter_examples_stay_mended(void **state)
{
    static const char *const messages[] = {
        /* Half a pair is kept; a pair behind it must not be written into its place. */
        "BEG*00*SA*1**20250314~PER*IC**CP**TE*5555550101~PO1*1*2*EA~CTT*1~",
        /* A letter without text is kept as it is: it gets no constant. */
        "BEG*00*SA*1**20250314~N9*L1**A~PO1*1*2*EA~N9*L1***20250401~CTT*1~",
    };
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct laws l;
        struct map_law_result result;
        laws_init(&l, "x12-850-order");
        struct tree *const message = world_segments(&l.world, "850", messages[i]);
        assert_int_equal(map_law_message(&l.world.ctx, &l.world.arena, &l.law, message, &result),
                         WB_OK);
        assert_int_equal(result.verdict, MAP_LAW_HOLDS);
        assert_true(wb_str_eq(world_write(&l.world, result.tree), wb_str_of(messages[i])));
        world_done(&l.world);
    }
}

/* A contact without a role is written as one for information: no normal form, so the law breaks. */
static void
a_counter_example_becomes_small(void **state)
{
    struct laws l;
    struct map_law_result result;
    (void)state;
    laws_init(&l, "x12-850-order");
    struct record_object *const record = world_record(
        &l.world, "order",
        WB_LIT("{\"schema\":\"waybill/order/1\",\"purpose\":\"original\",\"kind\":\"standard\","
               "\"number\":\"4711\",\"issued_on\":\"2025-03-14\",\"department\":\"OR\","
               "\"contacts\":[{\"role\":\"x12:366:BD\",\"name\":\"A\"},{\"name\":\"Bertha\","
               "\"phone\":\"5555\"}],\"lines\":[{\"id\":\"1\",\"quantity\":\"2\"}]}"));
    assert_int_equal(map_law_record(&l.world.ctx, &l.world.arena, &l.law, record, &result), WB_OK);
    assert_int_equal(result.verdict, MAP_LAW_BROKEN);
    assert_true(wb_str_eq(result.path, WB_LIT("contacts[1].role")));
    assert_int_not_equal(result.line, 0);
    assert_int_equal(map_shrink(&l.world.ctx, &l.world.arena, &l.law, record), WB_OK);
    assert_false(record_get(record, WB_LIT("department"))->present);
    assert_false(record_get(record, WB_LIT("lines"))->present);
    assert_int_equal(record_get(record, WB_LIT("contacts"))->list.count, 1);
    world_done(&l.world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_come_back),
        cmocka_unit_test(sales_come_back),
        cmocka_unit_test(messages_come_back),
        cmocka_unit_test(passing_over_changes_nothing),
        cmocka_unit_test(nothing_of_a_fixture_is_lost),
        cmocka_unit_test(counter_examples_stay_mended),
        cmocka_unit_test(a_counter_example_becomes_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
