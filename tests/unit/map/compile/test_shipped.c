/*
 * The maps that come with the program: they are in it as they stand in maps/, their test blocks
 * pass, and the map of the 850 leaves nothing of a message behind.
 */
#include "support.h"

#include <string.h>

#include "../machine/message.h"
#include "map/coverage.h"
#include "map/test.h"
#include "record/json.h"

static void
shipped(struct compiled *c)
{
    const struct lang_source *files = NULL;
    compiled_init(c);
    c->file_count = map_shipped_sources(&files);
    assert_true(c->file_count <= sizeof c->files / sizeof c->files[0]);
    memcpy(c->files, files, c->file_count * sizeof *files);
}

static void
sources_are_those_of_the_folder(void **state)
{
    (void)state;
    struct compiled c;
    shipped(&c);
    assert_true(c.file_count >= 3);
    for (size_t i = 0; i < c.file_count; i++) {
        struct compiled on_disk;
        compiled_init(&on_disk);
        const char *path = wb_arena_printf(&c.ctx, &c.arena, WB_FMT, WB_ARG(c.files[i].path)).at;
        compiled_file(&on_disk, path);
        assert_true(wb_str_eq(on_disk.files[0].bytes, c.files[i].bytes));
        compiled_done(&on_disk);
    }
    compiled_done(&c);
}

static void
they_compile_without_a_warning_to_the_same_bytes(void **state)
{
    (void)state;
    struct compiled c;
    struct compiled again;
    shipped(&c);
    shipped(&again);
    compiled_run(&c);
    compiled_run(&again);
    compiled_good(&c);
    assert_int_equal(c.diags.warning_count, 0);
    assert_true(wb_str_eq(c.bundle, again.bundle));
    compiled_done(&again);
    compiled_done(&c);
}

static void
the_bundle_opens(void **state)
{
    (void)state;
    struct compiled c;
    struct map_bundle *bundle = NULL;
    compiled_init(&c);
    assert_int_equal(map_shipped_open(&c.ctx, &c.arena, &bundle), WB_OK);
    const size_t order = map_find(bundle, WB_LIT("x12-850-order"));
    const size_t sale = map_find(bundle, WB_LIT("order-sale"));
    assert_true(order < map_count(bundle));
    assert_true(sale < map_count(bundle));
    struct map_info info;
    map_info(bundle, order, &info);
    assert_int_equal(info.left_kind, MAP_EDI);
    assert_true(wb_str_eq(info.left_message, WB_LIT("850")));
    assert_true(wb_str_eq(info.right_shape, WB_LIT("order")));
    assert_true(wb_str_eq(info.file, WB_LIT("maps/x12-850-order.map")));
    map_info(bundle, sale, &info);
    assert_int_equal(info.left_kind, MAP_RECORD);
    assert_true(wb_str_eq(info.left_schema, WB_LIT("business")));
    assert_true(wb_str_eq(info.right_schema, WB_LIT("odoo")));
    compiled_done(&c);
}

/* ---- test blocks */

struct block_run {
    struct world world;
    struct map_bundle *bundle;
};

static const char *
text_of(struct block_run *run, struct wb_str path)
{
    return wb_arena_printf(&run->world.ctx, &run->world.arena, WB_FMT, WB_ARG(path)).at;
}

static struct record_object *
read_input(struct block_run *run, const struct map_test_case *test, size_t map)
{
    struct map_info info;
    struct map_run map_run = {.trace = NULL};
    struct record_object *record = NULL;
    const struct wb_str input = world_file(&run->world, text_of(run, test->input));
    map_info(run->bundle, map, &info);
    if (info.left_kind == MAP_EDI) {
        struct tree *tree = world_read(&run->world, input, text_of(run, info.left_message));
        assert_int_equal(map_read_tree(&run->world.ctx, &run->world.arena, run->bundle, map, tree,
                                       &map_run, &record),
                         WB_OK);
    } else {
        const struct record_object *left =
            world_record(&run->world, text_of(run, info.left_shape), input);
        assert_int_equal(map_read_record(&run->world.ctx, &run->world.arena, run->bundle, map, left,
                                         &map_run, &record),
                         WB_OK);
    }
    return record;
}

static void
run_reads(struct block_run *run, const struct map_test_case *test, size_t map)
{
    const struct record_object *got = read_input(run, test, map);
    const struct wb_str text = world_file(&run->world, text_of(run, test->expected));
    struct record_problems problems = {.count = 0};
    struct record_object *want = NULL;
    assert_int_equal(record_read_json(&run->world.ctx, &run->world.arena, got->schema, got->shape,
                                      text, &problems, &want),
                     WB_OK);
    assert_int_equal(problems.count, 0);
    struct wb_str path = {NULL, 0};
    if (!record_equal(&run->world.ctx, &run->world.arena, want, got, want->source != NULL, &path)) {
        fail_msg("%s differs at " WB_FMT, text_of(run, test->input), WB_ARG(path));
    }
}

static struct record_object *
json_record(struct block_run *run, struct wb_str schema, struct wb_str shape, struct wb_str path)
{
    const struct record_schema *const row = record_shipped(schema);
    struct record_problems problems = {.count = 0};
    struct record_object *record = NULL;
    const struct wb_str text = world_file(&run->world, text_of(run, path));
    assert_int_equal(record_read_json(&run->world.ctx, &run->world.arena, row,
                                      record_find_shape(row, shape), text, &problems, &record),
                     WB_OK);
    for (size_t i = 0; i < problems.count; i++) { /* what the map cannot fill may be absent */
        assert_true(wb_str_eq(problems.items[i].text, WB_LIT("this is required")));
    }
    return record;
}

static void
run_writes_record(struct block_run *run, const struct map_test_case *test, size_t map)
{
    struct map_info info;
    struct map_run map_run = {.trace = NULL};
    struct record_object *got = NULL;
    struct wb_str path = {NULL, 0};
    map_info(run->bundle, map, &info);
    const struct record_object *const right =
        json_record(run, info.right_schema, info.right_shape, test->input);
    assert_int_equal(map_write_record(&run->world.ctx, &run->world.arena, run->bundle, map, right,
                                      &map_run, &got),
                     WB_OK);
    const struct record_object *const want =
        json_record(run, info.left_schema, info.left_shape, test->expected);
    if (!record_equal(&run->world.ctx, &run->world.arena, want, got, true, &path)) {
        fail_msg("%s differs at " WB_FMT, text_of(run, test->input), WB_ARG(path));
    }
}

static void
run_writes(struct block_run *run, const struct map_test_case *test, size_t map)
{
    struct map_info info;
    struct map_run map_run = {.trace = NULL};
    map_info(run->bundle, map, &info);
    if (info.left_kind != MAP_EDI) {
        run_writes_record(run, test, map);
        return;
    }
    const char *message = text_of(run, info.left_message);
    const struct record_object *record =
        world_record(&run->world, text_of(run, info.right_shape),
                     world_file(&run->world, text_of(run, test->input)));
    struct tree *tree = world_tree(&run->world, message);
    assert_int_equal(map_write_tree(&run->world.ctx, &run->world.arena, run->bundle, map, record,
                                    &map_run, tree),
                     WB_OK);
    assert_int_equal(map_run.ledger.count, 0);
    const struct tree *expected =
        world_read(&run->world, world_file(&run->world, text_of(run, test->expected)), message);
    const struct wb_str got = world_write(&run->world, tree);
    const struct wb_str want = world_write(&run->world, expected);
    if (!wb_str_eq(got, want)) {
        print_message(WB_FMT "\n" WB_FMT "\n", WB_ARG(got), WB_ARG(want));
    }
    assert_true(wb_str_eq(got, want));
}

static void
the_test_blocks_pass(void **state)
{
    (void)state;
    struct block_run run;
    struct lang_diags diags;
    const struct lang_source *files = NULL;
    struct map_test_case *tests = NULL;
    size_t count = 0;
    size_t reads = 0;
    world_init(&run.world);
    lang_diags_init(&diags, &run.world.arena);
    const size_t file_count = map_shipped_sources(&files);
    assert_int_equal(map_shipped_open(&run.world.ctx, &run.world.arena, &run.bundle), WB_OK);
    assert_int_equal(
        map_test_cases(&run.world.ctx, &run.world.arena, files, file_count, &diags, &tests, &count),
        WB_OK);
    assert_true(count >= 4);
    for (size_t i = 0; i < count; i++) {
        const size_t map = map_find(run.bundle, tests[i].map);
        assert_true(map < map_count(run.bundle));
        assert_true(tests[i].line > 1);
        if (tests[i].reads) {
            run_reads(&run, &tests[i], map);
        } else {
            run_writes(&run, &tests[i], map);
        }
        reads += tests[i].reads ? 1 : 0;
    }
    assert_true(reads > 0 && reads < count);
    world_done(&run.world);
}

/* ---- what is carried */

static size_t
cover(struct compiled *c, const char *map, struct map_coverage_row **ret,
      size_t counts[MAP_CARRIED_KINDS])
{
    const struct map_world world = {.find_grammar = NULL};
    size_t count = 0;
    shipped(c);
    assert_int_equal(map_coverage(&c->ctx, &c->arena, &world, c->files, c->file_count,
                                  wb_str_of(map), &c->diags, ret, &count),
                     WB_OK);
    for (size_t i = 0; i < count; i++) {
        counts[(*ret)[i].how]++;
    }
    return count;
}

static enum map_carried
how_is(const struct map_coverage_row *rows, size_t count, const char *place)
{
    for (size_t i = 0; i < count; i++) {
        if (wb_str_eq(rows[i].place, wb_str_of(place))) {
            return rows[i].how;
        }
    }
    fail_msg("no row for %s", place);
    return MAP_CARRIED_KINDS;
}

static void
the_map_of_the_850_leaves_nothing_behind(void **state)
{
    (void)state;
    struct compiled c;
    struct map_coverage_row *rows = NULL;
    size_t counts[MAP_CARRIED_KINDS] = {0};
    const size_t count = cover(&c, "x12-850-order", &rows, counts);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].how == MAP_CARRIED_NOT) {
            print_message(WB_FMT "\n", WB_ARG(rows[i].place));
        }
    }
    assert_int_equal(counts[MAP_CARRIED_NOT], 0);
    assert_true(counts[MAP_CARRIED_MAPPED] > 150);
    assert_true(counts[MAP_CARRIED_KEPT] > 500);
    assert_true(counts[MAP_CARRIED_CONSTANT] >= 1);
    assert_int_equal(how_is(rows, count, "BEG.03"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "BEG.12"), MAP_CARRIED_KEPT);
    assert_int_equal(how_is(rows, count, "REF.04.02"), MAP_CARRIED_KEPT);
    assert_int_equal(how_is(rows, count, "CTT/CTT.01"), MAP_CARRIED_DERIVED);
    assert_int_equal(how_is(rows, count, "PO1/PO1.25"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "PO1/SCH/SCH.06"), MAP_CARRIED_KEPT);
    compiled_done(&c);
}

static void
fields_that_stay_behind_are_listed(void **state)
{
    (void)state;
    struct compiled c;
    struct map_coverage_row *rows = NULL;
    size_t counts[MAP_CARRIED_KINDS] = {0};
    const size_t count = cover(&c, "order-sale", &rows, counts);
    assert_int_equal(how_is(rows, count, "number"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "buyer.gln"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "buyer.street"), MAP_CARRIED_DROPPED);
    assert_int_equal(how_is(rows, count, "buyer.contacts"), MAP_CARRIED_NOT);
    assert_int_equal(how_is(rows, count, "seller"), MAP_CARRIED_NOT);
    assert_int_equal(how_is(rows, count, "delivery_terms.place"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "delivery_terms.text"), MAP_CARRIED_NOT);
    assert_int_equal(how_is(rows, count, "lines.quantity"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "lines.item.gtin"), MAP_CARRIED_MAPPED);
    assert_int_equal(how_is(rows, count, "lines.item.lot"), MAP_CARRIED_DROPPED);
    assert_int_equal(how_is(rows, count, "lines.schedule"), MAP_CARRIED_DROPPED);
    assert_int_equal(how_is(rows, count, "lines.contract"), MAP_CARRIED_NOT);
    /* By a path of the context around the block that carries the rest of the item. */
    assert_int_equal(how_is(rows, count, "lines.item.description"), MAP_CARRIED_MAPPED);
    compiled_done(&c);
}

static void
coverage_of_what_is_not_there(void **state)
{
    (void)state;
    struct compiled c;
    const struct map_world world = {.find_grammar = NULL};
    struct map_coverage_row *rows = NULL;
    size_t count = 0;
    shipped(&c);
    assert_int_equal(map_coverage(&c.ctx, &c.arena, &world, c.files, c.file_count,
                                  WB_LIT("nothing"), &c.diags, &rows, &count),
                     WB_NOT_FOUND);
    compiled_done(&c);
    compiled_init(&c);
    compiled_text(&c, "edition 1\nmap m { left x12 004010 850 }\n");
    assert_int_equal(map_coverage(&c.ctx, &c.arena, &world, c.files, c.file_count, WB_LIT("m"),
                                  &c.diags, &rows, &count),
                     WB_INVALID);
    compiled_done(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_those_of_the_folder),
        cmocka_unit_test(they_compile_without_a_warning_to_the_same_bytes),
        cmocka_unit_test(the_bundle_opens),
        cmocka_unit_test(the_test_blocks_pass),
        cmocka_unit_test(the_map_of_the_850_leaves_nothing_behind),
        cmocka_unit_test(fields_that_stay_behind_are_listed),
        cmocka_unit_test(coverage_of_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
