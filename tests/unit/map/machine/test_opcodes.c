/*
 * Every opcode at work, in both programs where it may stand in both: small maps are run on small
 * messages, and what they make and say is compared. What the compiler does not write in this
 * version (trees, a test for presence while reading) is patched into the bundle that it makes. The
 * last test asks the counters which opcode never ran.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grammar/compile.h"
#include "map/hits.h"
#include "message.h"
#include "record/compile.h"
#include "record/json.h"

#define SIDES "edition 1\nmap m {\nleft x12 004010 850\nright business order\n"
#define BEGIN                                                                                      \
    SIDES "BEG.01 = 00\nBEG.02 <=> kind via kinds\nBEG.03 <=> number\nBEG.05 <=> issued_on\n"
#define LINES "each PO1 <=> lines { 01 <=> id; 02 <=> quantity }\n"
#define END "}\ntable kinds { SA <=> standard; else keep }\n"
#define BEG "BEG*00*SA*1**20250314~"
#define PO1 "PO1*1*2~"
#define ONE_LINE "\"lines\":[{\"id\":\"1\",\"quantity\":\"2\"}]"

struct op_case {
    const char *map;
    const char *left;    /* behind BEG; with "BEG" at its start: all */
    const char *right;   /* members behind kind, number and day */
    const char *back;    /* NULL = as left */
    const char *read;    /* what reading has to say; NULL = nothing */
    const char *written; /* what writing has to say */
};

/* What ran, by direction. */
struct ran {
    uint64_t count[2][MAP_OP_COUNT_OF];
};

/* The given segments, behind BEG unless it is among them. */
static const char *
whole(struct world *world, const char *segments)
{
    const char *const first = strncmp(segments, "BEG", 3) == 0 ? "" : BEG;
    return wb_arena_printf(&world->ctx, &world->arena, "%s%s", first, segments).at;
}

static struct wb_str
document(struct world *world, const char *members)
{
    const char *const kind = strstr(members, "\"kind\"") == NULL ? "\"kind\":\"standard\"," : "";
    return wb_arena_printf(&world->ctx, &world->arena,
                           "{\"schema\":\"waybill/order/1\",%s\"number\":\"1\","
                           "\"issued_on\":\"2025-03-14\",%s}",
                           kind, members);
}

static struct wb_str
compile(struct world *world, const struct map_world *around, const char *text)
{
    const struct lang_source file = {WB_LIT("m.map"), wb_str_of(text)};
    struct lang_diags diags;
    struct wb_str bytes = {NULL, 0};
    lang_diags_init(&diags, &world->arena);
    (void)!map_compile(&world->ctx, &world->arena, around, &file, 1, &diags, &bytes);
    for (size_t i = 0; i < diags.count && diags.error_count > 0; i++) {
        print_error("%s: " WB_FMT "\n", diags.items[i].code, WB_ARG(diags.items[i].text));
    }
    assert_int_equal(diags.error_count, 0);
    return bytes;
}

static const struct map_bundle *
bundle_open(struct world *world, const struct map_world *around, struct wb_str bytes)
{
    struct map_bundle *bundle = NULL;
    const enum wb_rc rc = map_open(&world->ctx, &world->arena, around, bytes, &bundle);
    assert_string_equal(rc == WB_OK ? "" : world->ctx.error.text, "");
    return bundle;
}

static void
add_hits(struct ran *ran, const struct map_hits *hits, const struct map_bundle *bundle)
{
    for (unsigned op = 0; op < MAP_OP_COUNT_OF; op++) {
        ran->count[0][op] += map_hits_op(hits, bundle, (enum map_op)op, false);
        ran->count[1][op] += map_hits_op(hits, bundle, (enum map_op)op, true);
    }
}

static void
says(struct world *world, const struct map_ledger *ledger, const char *wanted, const char *what)
{
    const struct wb_str notes = world_notes(world, ledger);
    if (!wb_str_eq(notes, wb_str_of(wanted == NULL ? "" : wanted))) {
        fail_msg("%s: says\n" WB_FMT "not\n%s", what, WB_ARG(notes), wanted == NULL ? "" : wanted);
    }
}

static void
try_case(struct ran *ran, const struct op_case *c)
{
    const struct map_world around = {.find_grammar = NULL};
    struct world world;
    struct map_hits *hits = NULL;
    struct record_object *got = NULL;
    struct wb_str path = {NULL, 0};
    world_init(&world);
    const struct map_bundle *const bundle =
        bundle_open(&world, &around, compile(&world, &around, c->map));
    assert_int_equal(map_hits_new(&world.ctx, &world.arena, bundle, &hits), WB_OK);
    struct map_run run = {.hits = hits};
    struct tree *const left = world_segments(&world, "850", whole(&world, c->left));
    assert_int_equal(map_read_tree(&world.ctx, &world.arena, bundle, 0, left, &run, &got), WB_OK);
    says(&world, &run.ledger, c->read, c->map);
    const struct record_object *const want =
        world_record(&world, "order", document(&world, c->right));
    if (!record_equal(&world.ctx, &world.arena, want, got, true, &path)) {
        fail_msg("%s: differs at " WB_FMT ":\n" WB_FMT, c->map, WB_ARG(path),
                 WB_ARG(world_json(&world, got, true)));
    }
    run = (struct map_run){.hits = hits};
    struct tree *const back = world_tree(&world, "850");
    assert_int_equal(map_write_tree(&world.ctx, &world.arena, bundle, 0, want, &run, back), WB_OK);
    says(&world, &run.ledger, c->written, c->map);
    const char *const wanted = whole(&world, c->back == NULL ? c->left : c->back);
    const struct wb_str text = world_write(&world, back);
    if (!wb_str_eq(text, wb_str_of(wanted))) {
        fail_msg("%s: writes\n" WB_FMT "\nnot\n%s", c->map, WB_ARG(text), wanted);
    }
    add_hits(ran, hits, bundle);
    world_done(&world);
}

static void
values(void **state)
{
    try_case(*state, &(struct op_case){.map = BEGIN LINES "REF[DP] <=> department\n" END,
                                       .left = "REF*DP*OR~" PO1,
                                       .right = "\"department\":\"OR\"," ONE_LINE});
    /* An alternative, and a code of its set, that writing would not choose. */
    try_case(*state, &(struct op_case){.map = BEGIN LINES
                                       "REF[CT|BC] | BEG.06 <=> contract keep place\n" END,
                                       .left = "REF*BC*9~" PO1,
                                       .right = "\"contract\":\"9\"," ONE_LINE
                                                ",\"source\":{\"place\":\"REF[CT|BC]/BC\"}"});
    try_case(*state, &(struct op_case){.map = BEGIN LINES
                                       "REF[CT|BC] | BEG.06 <=> contract keep place\n" END,
                                       .left = "BEG*00*SA*1**20250314*7~REF*CT*9~" PO1,
                                       .right = "\"contract\":\"9\"," ONE_LINE,
                                       .back = BEG "REF*CT*9~" PO1,
                                       .read = "disagree BEG.06 7\nleft_over BEG.06 7\n"});
    /* A code without a row goes through, and an own word of the table does not. */
    try_case(*state, &(struct op_case){.map = BEGIN LINES END,
                                       .left = "BEG*00*KN*1**20250314~" PO1,
                                       .right = "\"kind\":\"x12:92:KN\"," ONE_LINE});
    try_case(*state, &(struct op_case){
                         .map = BEGIN LINES
                         "REF[DP] <=> department\nFOB.01 <=> delivery_terms.paid_by via payers\n"
                         "}\ntable payers { CC <=> CC; else finding }\n"
                         "table kinds { SA <=> standard; else keep }\n",
                         .left = "FOB*PP~" PO1,
                         .right = ONE_LINE,
                         .back = BEG PO1,
                         .read = "no_row FOB.01 PP\nleft_over FOB.01 PP\n"});
    /* What is absent is the default, and back. */
    try_case(
        *state,
        &(struct op_case){
            .map = SIDES
            "BEG.01 <=> purpose via purposes default original\nBEG.02 <=> kind via kinds\n"
            "BEG.03 <=> number\nBEG.05 <=> issued_on\nREF[DP] <=> department default OR\n" LINES END
            "table purposes { 00 <=> original; else finding }\n",
            .left = PO1,
            .right = "\"purpose\":\"original\",\"department\":\"OR\"," ONE_LINE});
    try_case(*state, &(struct op_case){.map = BEGIN LINES "BEG.04 -> release\n" END,
                                       .left = "BEG*00*SA*1*R7*20250314~" PO1,
                                       .right = "\"release\":\"R7\"," ONE_LINE,
                                       .back = BEG PO1});
}

static void
blocks(void **state)
{
    try_case(*state,
             &(struct op_case){.map = BEGIN LINES "N1[ST] <=> ship_to { 02 <=> name }\n" END,
                               .left = "N1*ST*HOME~" PO1,
                               .right = "\"ship_to\":{\"name\":\"HOME\"}," ONE_LINE});
    try_case(*state,
             &(struct op_case){
                 .map = BEGIN LINES "N1[SE|SU] <=> seller keep role { 02 <=> name }\n" END,
                 .left = "N1*SU*ACME~" PO1,
                 .right = "\"seller\":{\"name\":\"ACME\",\"source\":{\"role\":\"SU\"}}," ONE_LINE});
    try_case(
        *state,
        &(struct op_case){
            .map = BEGIN LINES "REF[DP] <=> department\n"
                               "each REF[else] <=> references { 01 <=> code; 02 <=> value }\n" END,
            .left = "REF*DP*OR~REF*ZZ*8~REF*DP*B~" PO1,
            .right =
                "\"department\":\"OR\",\"references\":[{\"code\":\"x12:128:ZZ\",\"value\":\"8\"},"
                "{\"code\":\"x12:128:DP\",\"value\":\"B\"}]," ONE_LINE});
    try_case(*state,
             &(struct op_case){
                 .map = BEGIN LINES "N1[ST] <=> ship_to { 02 <=> name; one of { :UL <=> gln; each "
                                    ":else <=> other_ids } }\n" END,
                 .left = "N1*ST*HOME*92*77~" PO1,
                 .right = "\"ship_to\":{\"name\":\"HOME\",\"other_ids\":[{\"code\":\"x12:66:92\","
                          "\"value\":\"77\"}]}," ONE_LINE});
    try_case(*state,
             &(struct op_case){
                 .map = BEGIN LINES "N1[ST] <=> ship_to { 02 <=> name; one of { :UL <=> gln; each "
                                    ":else <=> other_ids } }\n" END,
                 .left = "N1*ST*HOME*UL*9521000000124~" PO1,
                 .right = "\"ship_to\":{\"name\":\"HOME\",\"gln\":\"9521000000124\"}," ONE_LINE});
    try_case(*state, &(struct op_case){.map = BEGIN LINES
                                       "N9[L1].MSG <=> note\nN9[L1].02 = NOTE or any\n" END,
                                       .left = "N9*L1*NOTE~MSG*one~MSG*two~" PO1,
                                       .right = "\"note\":[\"one\",\"two\"]," ONE_LINE});
    try_case(*state,
             &(struct op_case){
                 .map = BEGIN LINES
                 "when number = 1 { REF[DP] <=> department } else { REF[19] <=> department }\n" END,
                 .left = "REF*DP*OR~" PO1,
                 .right = "\"department\":\"OR\"," ONE_LINE});
    try_case(*state,
             &(struct op_case){
                 .map = BEGIN LINES
                 "when number = 2 { REF[DP] <=> department } else { REF[19] <=> department }\n" END,
                 .left = "REF*19*OR~" PO1,
                 .right = "\"department\":\"OR\"," ONE_LINE});
}

static void
facts(void **state)
{
    /* A constant: what is there and different, and a field that must be so. */
    try_case(*state, &(struct op_case){.map = BEGIN LINES "purpose = original\n" END,
                                       .left = PO1,
                                       .right = "\"purpose\":\"original\"," ONE_LINE});
    try_case(*state, &(struct op_case){.map = BEGIN LINES "BEG.07 = AC\n" END,
                                       .left = "BEG*00*SA*1**20250314**AD~" PO1,
                                       .right = ONE_LINE,
                                       .back = "BEG*00*SA*1**20250314**AC~" PO1,
                                       .read = "expected BEG.07 AD\n"});
    try_case(*state,
             &(struct op_case){.map = BEGIN LINES
                               "CTT.01 <- count(lines)\nCTT.02 <- sum(lines.quantity)\n" END,
                               .left = PO1 "CTT*1*2~",
                               .right = ONE_LINE});
    try_case(*state, &(struct op_case){.map = BEGIN LINES "CTT.01 <- count(lines)\n" END,
                                       .left = PO1 "CTT*3~",
                                       .right = ONE_LINE,
                                       .back = PO1 "CTT*1~",
                                       .read = "expected CTT.01 3\n"});
    try_case(*state,
             &(struct op_case){.map = BEGIN LINES
                               "CTT.01 <- count(lines)\nCTT.02 <=> quantity_total\n"
                               "check quantity_total == sum(lines.quantity) * 3 - 4 + 0.5\n" END,
                               .left = PO1 "CTT*1*2.5~",
                               .right = ONE_LINE ",\"quantity_total\":\"2.5\""});
    try_case(*state, &(struct op_case){.map = BEGIN LINES
                                       "CTT.01 <- count(lines)\nCTT.02 <=> quantity_total\n"
                                       "check quantity_total == sum(lines.quantity)\n" END,
                                       .left = PO1 "CTT*1*5~",
                                       .right = ONE_LINE ",\"quantity_total\":\"5\"",
                                       .read = "expected  \n",
                                       .written = "expected  \n"});
    try_case(*state,
             &(struct op_case){.map = BEGIN LINES "keep TD5\ndrops TD3\n" END,
                               .left = "TD5*B~TD3*TL~" PO1,
                               .right = ONE_LINE
                               ",\"source\":{\"extra\":[{\"at\":\"heading/TD5\",\"whole\":true,"
                               "\"elements\":{\"01\":\"B\"}}]}",
                               .back = "TD5*B~" PO1,
                               .read = "dropped TD3 \n"});
}

/* ---- trees, on a grammar and a schema of their own */

static const char GRAMMAR[] =
    "edition 1\nstandard x12 007777 \"Test\"\n"
    "element 1 \"Text\" AN 1..20\nelement 2 \"Number\" N0 1..9\n"
    "segment ISA \"I\" { 01 1 O; 02 1 O; 03 1 O; 04 1 O; 05 1 O; 06 1 O; 07 1 O; 08 1 O; 09 1 O\n"
    "10 1 O; 11 1 O; 12 1 O; 13 1 O; 14 1 O; 15 1 O; 16 1 O }\nsegment IEA \"I\" { 01 1 M; 02 1 M "
    "}\n"
    "segment GS \"G\" { 01 1 M; 02 1 O; 03 1 O; 04 1 O; 05 1 O; 06 1 O; 07 1 O; 08 1 O }\n"
    "segment GE \"G\" { 01 1 M; 02 1 O }\n"
    "segment ST \"S\" { 01 1 M; 02 1 M }\nsegment SE \"S\" { 01 2 M; 02 1 M }\n"
    "segment AA \"First\" { 01 1 M; 02 2 O; 03 1 O }\n"
    "segment HL \"Level\" { 01 1 O; 02 1 O; 03 1 O; 04 1 O }\n"
    "segment LIN \"Item\" { 01 1 M }\n"
    "envelope {\n interchange ISA IEA { control ISA.13 IEA.02; count IEA.01 group }\n"
    " group GS GE { control GS.06 GE.02; count GE.01 message; type GS.01; release GS.08 }\n"
    " message ST SE { control ST.02 SE.02; count SE.01 segment; type ST.01 }\n}\n"
    "message 856 \"Notice\" group SH {\n heading { 010 ST M 1; 020 AA M 1 }\n"
    " detail { 010 loop HL M >1 tree 01 02 03 04 { 010 HL M 1; 020 LIN O 1 } }\n"
    " summary { 010 SE M 1 }\n}\n";

static const char SCHEMA[] =
    "edition 1\nschema test\n"
    "record unit \"A unit\" { level text \"what\"; item text \"which\"; units list unit \"inner\" "
    "}\n"
    "document notice version 1 \"A notice\" {\n number text required \"n\"\n total dec \"all\"\n"
    " word text \"w\"\n units list unit \"outer\"\n}\n";

static const char TREE_MAP[] =
    "edition 1\nmap m {\nleft x12 007777 856\nright test notice\nAA.01 <=> number\n"
    "AA.02 <- count(units)\ncheck count(units) <= 4\nwhen number = 1 { AA.03 <=> word }\n"
    "each HL <=> units { 03 <=> level; LIN.01 <=> item }\n}\n";

struct own { /* what the world of the tree's map has */
    struct wb_str table;
    const struct record_schema *schema;
};

static enum wb_rc
own_grammar(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
            struct grammar *ret)
{
    const struct own *const own = self;
    (void)standard; /* there is one */
    (void)release;
    return grammar_open(ctx, own->table, ret);
}

static const struct record_schema *
own_schema(void *self, struct wb_str name)
{
    const struct own *const own = self;
    (void)name; /* there is one */
    return own->schema;
}

static void
own_init(struct world *world, struct own *own)
{
    struct lang_source grammar = {WB_LIT("own.gram"), wb_str_of(GRAMMAR)};
    const struct lang_source schema = {WB_LIT("test.gram"), wb_str_of(SCHEMA)};
    const struct grammar_sources sources = {.files = &grammar, .file_count = 1};
    struct lang_diags diags;
    lang_diags_init(&diags, &world->arena);
    (void)!grammar_compile(&world->ctx, &world->arena, &sources, &diags, &own->table);
    (void)!record_compile(&world->ctx, &world->arena, &schema, 1, &diags, &own->schema);
    for (size_t i = 0; i < diags.count; i++) {
        print_error("%s: " WB_FMT "\n", diags.items[i].code, WB_ARG(diags.items[i].text));
    }
    assert_int_equal(diags.count, 0);
    assert_int_equal(grammar_open(&world->ctx, own->table, &world->grammar), WB_OK);
}

/* The opcodes that the compiler of this version does not write, instead of their likes. */
static const struct map_bundle *
tree_bundle(struct world *world, const struct map_world *around)
{
    const struct wb_str bytes = compile(world, around, TREE_MAP);
    char *const copy = wb_arena_alloc(&world->ctx, &world->arena, bytes.len);
    struct map_header header;
    assert_non_null(copy);
    memcpy(copy, bytes.at, bytes.len);
    memcpy(&header, copy, sizeof header);
    const struct map_extent *const extent = &header.sections[MAP_SECTION_code];
    for (uint32_t i = 0; i < extent->count; i++) {
        struct map_code code;
        char *const at = copy + extent->at + i * sizeof code;
        memcpy(&code, at, sizeof code);
        if (code.op == MAP_OP_EACH || code.op == MAP_OP_FOR) {
            code.op = code.op == MAP_OP_EACH ? MAP_OP_TREE : MAP_OP_FOR_TREE;
        } else if (code.op == MAP_OP_COUNT) {
            code.op = MAP_OP_NODES;
        } else if (code.op == MAP_OP_TEST) {
            code = (struct map_code){.op = MAP_OP_HAVE, .b = code.b};
        }
        memcpy(at, &code, sizeof code);
    }
    return bundle_open(world, around, (struct wb_str){copy, bytes.len});
}

static void
trees_nest_by_their_numbers(void **state)
{
    static const char json[] =
        "{\"schema\":\"waybill/notice/"
        "1\",\"number\":\"7\",\"word\":\"w\",\"units\":[{\"level\":\"S\","
        "\"units\":[{\"level\":\"O\",\"units\":[{\"level\":\"I\",\"item\":\"A\"}]},"
        "{\"level\":\"O\",\"item\":\"B\"}]}]}";
    struct ran *const ran = *state;
    struct world world;
    struct own own;
    struct map_hits *hits = NULL;
    struct record_object *got = NULL;
    struct record_object *want = NULL;
    struct record_problems problems = {.items = NULL};
    struct wb_str path = {NULL, 0};
    world_init(&world);
    own_init(&world, &own);
    const struct map_world around = {own_grammar, own_schema, &own, 0};
    const struct map_bundle *const bundle = tree_bundle(&world, &around);
    assert_int_equal(map_hits_new(&world.ctx, &world.arena, bundle, &hits), WB_OK);
    struct map_run run = {.hits = hits};
    struct tree *const left =
        world_segments(&world, "856", "AA*7*4*w~HL*1**S~HL*2*1*O~HL*3*2*I~LIN*A~HL*9*1*O~LIN*B~");
    assert_int_equal(map_read_tree(&world.ctx, &world.arena, bundle, 0, left, &run, &got), WB_OK);
    assert_int_equal(run.ledger.count, 0);
    assert_int_equal(record_read_json(&world.ctx, &world.arena, own.schema, RECORD_NONE,
                                      wb_str_of(json), &problems, &want),
                     WB_OK);
    assert_int_equal(problems.count, 0);
    if (!record_equal(&world.ctx, &world.arena, want, got, true, &path)) {
        fail_msg("differs at " WB_FMT ":\n" WB_FMT, WB_ARG(path),
                 WB_ARG(world_json(&world, got, true)));
    }
    run = (struct map_run){.hits = hits};
    struct tree *const back = world_tree(&world, "856");
    assert_int_equal(map_write_tree(&world.ctx, &world.arena, bundle, 0, want, &run, back), WB_OK);
    assert_int_equal(run.ledger.count, 0);
    const struct wb_str text = world_write(&world, back);
    assert_string_equal(wb_arena_printf(&world.ctx, &world.arena, WB_FMT, WB_ARG(text)).at,
                        "AA*7*4*w~HL*1**S*1~HL*2*1*O*1~HL*3*2*I*0~LIN*A~HL*4*1*O*0~LIN*B~");
    add_hits(ran, hits, bundle);
    world_done(&world);
}

/* ---- the count */

static void
every_opcode_ran(void **state)
{
    const struct ran *const ran = *state;
    unsigned silent = 0;
    for (unsigned op = 0; op < MAP_OP_COUNT_OF; op++) {
        const struct map_op_row *const row = map_op_row(op);
        const bool reads = (row->use & MAP_USE_READ) != 0;
        const bool writes = (row->use & MAP_USE_WRITE) != 0;
        if ((reads && ran->count[0][op] == 0) || (writes && ran->count[1][op] == 0)) {
            print_error("%s never ran: %u times reading, %u writing\n", row->name,
                        (unsigned)ran->count[0][op], (unsigned)ran->count[1][op]);
            silent++;
        }
        assert_true(reads || ran->count[0][op] == 0);
        assert_true(writes || ran->count[1][op] == 0);
    }
    assert_int_equal(silent, 0);
}

static int
set_up(void **state)
{
    *state = calloc(1, sizeof(struct ran));
    return *state == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
    free(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(blocks),
        cmocka_unit_test(facts),
        cmocka_unit_test(trees_nest_by_their_numbers),
        cmocka_unit_test(every_opcode_ran),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
