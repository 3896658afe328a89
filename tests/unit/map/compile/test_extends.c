/*
 * Differences: a map that extends another gives the programs of the map that one would have written
 * out.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "../machine/message.h"
#include "record/record.h"

#define BASE                                                                                       \
    "table kinds { SA <=> standard; else keep }\n"                                                 \
    "table units { EA <=> each; CA <=> case; else keep }\n"                                        \
    "shape named { 02 <=> name; one of { :UL <=> gln; :92 <=> buyer_code } }\n"                    \
    "map base {\n"                                                                                 \
    "  left x12 004010 850\n"                                                                      \
    "  right business order\n"                                                                     \
    "  BEG.01 = 00\n"                                                                              \
    "  BEG.02 <=> kind via kinds\n"                                                                \
    "  BEG.03 <=> number\n"                                                                        \
    "  BEG.05 <=> issued_on\n"                                                                     \
    "  REF[CT] | BEG.06 <=> contract keep contract_kind\n"                                         \
    "  REF[DP] <=> department\n"                                                                   \
    "  N1[ST] <=> ship_to with named\n"                                                            \
    "  each PO1 <=> lines {\n"                                                                     \
    "    01 <=> id\n"                                                                              \
    "    02 <=> quantity\n"                                                                        \
    "    03 <=> unit via units\n"                                                                  \
    "  }\n"                                                                                        \
    "}\n"

/* The same map written out, with a beginning, an alternative's order and a line's block to choose.
 */
#define WRITTEN(beg01, contract, reference, ship_to, line, more)                                   \
    "table kinds { SA <=> standard; else keep }\n"                                                 \
    "table units { EA <=> each; CA <=> case; else keep }\n"                                        \
    "map own {\n"                                                                                  \
    "  left x12 004010 850\n"                                                                      \
    "  right business order\n"                                                                     \
    "  BEG.01 = " beg01 "\n"                                                                       \
    "  BEG.02 <=> kind via kinds\n"                                                                \
    "  BEG.03 <=> number\n"                                                                        \
    "  BEG.05 <=> issued_on\n"                                                                     \
    "  " contract "\n" reference "  N1[ST] <=> ship_to {\n" ship_to "  }\n"                        \
    "  each PO1 <=> lines {\n    01 <=> id\n    02 <=> quantity\n" line "  }\n" more "}\n"

#define CONTRACT "REF[CT] | BEG.06 <=> contract keep contract_kind"
#define DEPARTMENT "  REF[DP] <=> department\n"
#define NAMED "02 <=> name; one of { :UL <=> gln; :92 <=> buyer_code }\n"
#define UNIT "    03 <=> unit via units\n"

/* The programs of one map out of a dump, line numbers away. */
static struct wb_str
programs(struct compiled *c, const char *name)
{
    const struct wb_str dump = compiled_dump(c);
    struct wb_out out;
    wb_out_init(&out, &c->ctx, -1, 4 * 1024 * 1024);
    const char *head = wb_arena_printf(&c->ctx, &c->arena, "map %s\n", name).at;
    const char *at = strstr(dump.at, head);
    assert_non_null(at);
    at += strlen(head);
    while (*at == ' ') {
        const char *end = strchr(at, '\n');
        assert_non_null(end);
        unsigned pc = 0;
        unsigned line = 0;
        int used = 0;
        const char *text = at;
        if (sscanf(at, "%u %u %n", &pc, &line, &used) == 2) {
            text = at + used;
        }
        wb_out_printf(&out, "%u %.*s\n", pc, (int)(end - text), text);
        at = end + 1;
    }
    assert_int_equal(wb_out_finish(&out), WB_OK);
    const struct wb_str text = wb_arena_dup(&c->ctx, &c->arena, wb_buf_str(&out.buf));
    wb_out_done(&out);
    assert_true(text.len > 100);
    return text;
}

static void
equal_programs(const char *differences, const char *written)
{
    struct compiled extended;
    struct compiled plain;
    compiled_init(&extended);
    compiled_init(&plain);
    compiled_text(&extended, "edition 1\n" BASE);
    compiled_text(&extended, differences);
    compiled_text(&plain, written);
    compiled_run(&extended);
    compiled_run(&plain);
    compiled_good(&extended);
    compiled_good(&plain);
    const struct wb_str a = programs(&extended, "own");
    const struct wb_str b = programs(&plain, "own");
    if (!wb_str_eq(a, b)) {
        print_message(WB_FMT "\n----\n" WB_FMT, WB_ARG(a), WB_ARG(b));
    }
    assert_true(wb_str_eq(a, b));
    compiled_done(&plain);
    compiled_done(&extended);
}

static void
nothing_different_is_the_base(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap own extends base { }\n",
                   "edition 1\n" WRITTEN("00", CONTRACT, DEPARTMENT, NAMED, UNIT, ""));
}

static void
the_same_place_replaces(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap own extends base {\n  BEG.01 = 01\n}\n",
                   "edition 1\n" WRITTEN("01", CONTRACT, DEPARTMENT, NAMED, UNIT, ""));
}

static void
without_removes(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap own extends base {\n  without REF[DP]\n}\n",
                   "edition 1\n" WRITTEN("00", CONTRACT, "", NAMED, UNIT, ""));
}

static void
prefer_moves_a_place_to_the_front(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap own extends base {\n  prefer BEG.06\n}\n",
                   "edition 1\n" WRITTEN("00", "BEG.06 | REF[CT] <=> contract keep contract_kind",
                                         DEPARTMENT, NAMED, UNIT, ""));
}

static void
blocks_are_merged(void **state)
{
    (void)state;
    equal_programs(
        "edition 1\nmap own extends base {\n"
        "  each PO1 <=> lines { 03 <=> unit via units keep unit_code; 04 <=> unit_price }\n"
        "}\n",
        "edition 1\n" WRITTEN("00", CONTRACT, DEPARTMENT, NAMED,
                              "    03 <=> unit via units keep unit_code\n"
                              "    04 <=> unit_price\n",
                              ""));
}

static void
statements_of_a_shape_are_replaced_in_the_shape(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap own extends base {\n"
                   "  N1[ST] <=> ship_to { :UL <=> duns; without 02 }\n}\n",
                   "edition 1\n" WRITTEN("00", CONTRACT, DEPARTMENT,
                                         "one of { :UL <=> duns; :92 <=> buyer_code }\n", UNIT,
                                         ""));
}

static void
new_statements_come_last(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap own extends base {\n  CTT.01 <- count(lines)\n}\n",
                   "edition 1\n" WRITTEN("00", CONTRACT, DEPARTMENT, NAMED, UNIT,
                                         "  CTT.01 <- count(lines)\n"));
}

static void
extending_twice(void **state)
{
    (void)state;
    equal_programs("edition 1\nmap middle extends base {\n  without REF[DP]\n  BEG.01 = 01\n}\n"
                   "map own extends middle {\n  BEG.01 = 05\n  prefer BEG.06\n}\n",
                   "edition 1\n" WRITTEN("05", "BEG.06 | REF[CT] <=> contract keep contract_kind",
                                         "", NAMED, UNIT, ""));
}

static void
a_later_file_takes_the_place_of_an_earlier_one(void **state)
{
    (void)state;
    struct compiled c;
    compiled_init(&c);
    compiled_text(&c, "edition 1\n" BASE);
    compiled_text(&c, "edition 1\ntable units { EA <=> unit; else keep }\n");
    compiled_run(&c);
    compiled_good(&c);
    const struct lang_diag *diag = compiled_find(&c, "WB-MAP-0508");
    assert_non_null(diag);
    assert_true(wb_str_eq(diag->pos.source->path, WB_LIT("test2.map")));
    assert_true(wb_str_eq(diag->other.source->path, WB_LIT("test.map")));
    compiled_done(&c);
}

/* A line with a unit, read through the map and written back. */
static void
unit_goes(struct compiled *c, const char *code, const char *word, const char *written)
{
    struct world world;
    const struct map_world map_world = {.find_grammar = NULL};
    struct map_bundle *bundle = NULL;
    struct map_run run = {.trace = NULL};
    struct record_object *order = NULL;
    world_init(&world);
    assert_int_equal(map_open(&world.ctx, &world.arena, &map_world, c->bundle, &bundle), WB_OK);
    const size_t map = map_find(bundle, WB_LIT("own"));
    const char *segments =
        wb_arena_printf(&world.ctx, &world.arena, "BEG*00*SA*1**20250101~PO1*1*2*%s~", code).at;
    struct tree *tree = world_segments(&world, "850", segments);
    assert_int_equal(map_read_tree(&world.ctx, &world.arena, bundle, map, tree, &run, &order),
                     WB_OK);
    const struct record_value *lines = record_get(order, WB_LIT("lines"));
    assert_int_equal(lines->list.count, 1);
    assert_true(wb_str_eq(record_text(lines->list.items[0].object, "unit"), wb_str_of(word)));
    struct tree *back = world_tree(&world, "850");
    assert_int_equal(map_write_tree(&world.ctx, &world.arena, bundle, map, order, &run, back),
                     WB_OK);
    const char *want =
        wb_arena_printf(&world.ctx, &world.arena, "BEG*00*SA*1**20250101~PO1*1*2*%s~", written).at;
    assert_true(wb_str_eq(world_write(&world, back), wb_str_of(want)));
    world_done(&world);
}

static void
tables_extend(void **state)
{
    (void)state;
    struct compiled c;
    compiled_init(&c);
    compiled_text(&c, "edition 1\n" BASE);
    compiled_text(&c, "edition 1\n"
                      "table own_units extends units { CS | CA <=> case; BO <=> bottle }\n"
                      "map own extends base {\n"
                      "  each PO1 <=> lines { 03 <=> unit via own_units }\n}\n");
    compiled_run(&c);
    compiled_good(&c);
    unit_goes(&c, "CS", "case", "CS"); /* a new row's code */
    unit_goes(&c, "CA", "case", "CS"); /* the base's, in the new row */
    unit_goes(&c, "BO", "bottle", "BO");
    unit_goes(&c, "EA", "each", "EA");       /* a row of the base */
    unit_goes(&c, "BX", "x12:355:BX", "BX"); /* the base's `else keep` */
    compiled_done(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_different_is_the_base),
        cmocka_unit_test(the_same_place_replaces),
        cmocka_unit_test(without_removes),
        cmocka_unit_test(prefer_moves_a_place_to_the_front),
        cmocka_unit_test(blocks_are_merged),
        cmocka_unit_test(statements_of_a_shape_are_replaced_in_the_shape),
        cmocka_unit_test(new_statements_come_last),
        cmocka_unit_test(extending_twice),
        cmocka_unit_test(a_later_file_takes_the_place_of_an_earlier_one),
        cmocka_unit_test(tables_extend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
