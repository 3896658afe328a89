/*
 * A table that is damaged is refused or harmless: every bit of a small one is flipped, many of the
 * shipped one, and what still opens is walked from end to end. Also the shipped grammar, and the
 * dump as the compiler's inverse.
 */
#include "support.h"

#include <string.h>

#include "base/limits.h"
#include "grammar/shipped.h"

static const char small[] = HEAD
    "element 2 \"q\" ID 1..2 codes closed { A \"a\"; B; C \"c\"; DD }\n"
    "element 3 \"n\" N2 1..9\nelement 4 \"long\" AN 1..20 codes open { ABCDEFGHI \"x\"; ABCDEFGHJ "
    "}\n"
    "composite C1 \"c\" { 01 2 M qualifier; 02 1 O value; note P0102 }\n"
    "segment GS \"G\" { 01 1 M; 02 1 O }\nsegment GE \"G\" { 01 1 M; 02 1 O }\n"
    "segment TA1 \"T\" { 01 1 M }\n"
    "segment N1 \"N\" { 01 2 M qualifier; 02 1 X value; 03 2 X; 04 1 X; 05 C1 O repeat 2\n"
    "note R0203; note P0304; pairs 03..04 }\n"
    "segment HL \"H\" { 01 1 M; 02 1 O; 03 2 M; 04 3 O }\n"
    "message 8 \"first\" group G { heading { 010 ST M 1; 020 SE M 1 } }\n"
    "message 9 \"second\" { heading { 010 ST M 1; 020 N1 O >1 }\n"
    "detail { 010 loop HL M >1 tree 01 02 03 04 { 010 HL M 1; 020 loop N1 O 3 { 020 N1 M 1 } } }\n"
    "summary { 010 SE M 1 } }\n";

/* Reads everything that a table offers; the sanitizers see what lies outside. */
static void
walk_everything(struct wb_ctx *ctx, const struct grammar *g)
{
    char path[64];
    uint32_t found = 0;
    for (uint32_t i = 0; i < g->element_count; i++) {
        const struct grammar_element *e = &g->elements[i];
        for (uint32_t k = 0; k < e->code_count; k++) {
            const struct wb_str value = grammar_str(g, g->codes[e->code_first + k].value);
            assert_int_equal(grammar_find_code(g, i, value), e->code_first + k);
        }
        found += grammar_find_code(g, i, WB_LIT("ZZ")) == GRAMMAR_NONE ? 0 : 1;
        assert_int_equal(grammar_find_element(g, grammar_str(g, e->id)), i);
    }
    for (uint32_t i = 0; i < g->segment_count; i++) {
        assert_int_equal(grammar_find_segment(g, grammar_str(g, g->segments[i].tag)), i);
    }
    for (uint32_t i = 0; i < g->message_count; i++) {
        const struct grammar_message *m = &g->messages[i];
        assert_int_equal(grammar_find_message(g, grammar_str(g, m->id)), i);
        for (uint32_t n = 0; n < m->node_count; n++) {
            found += (uint32_t)grammar_path(g, m->node_first + n, path, sizeof path);
            for (uint32_t t = 0; t < m->tag_count; t++) {
                const uint32_t to = grammar_move(g, m, m->node_first + n, t);
                assert_true(to == GRAMMAR_NONE || g->nodes[to].segment < g->segment_count);
            }
        }
        for (uint32_t n = m->node_first; n != GRAMMAR_NONE; n = g->nodes[n].child_first) {
            for (uint32_t k = n; k != GRAMMAR_NONE; k = g->nodes[k].next_sibling) {
                found++;
            }
        }
    }
    struct wb_out out;
    wb_out_init(&out, ctx, -1, 16 * 1024 * 1024);
    grammar_dump(&out, g);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_done(&out);
    assert_true(found < UINT32_MAX);
}

/* Opens a copy with one bit flipped, and walks it when it opens. Returns whether it did. */
static bool
flip_and_walk(struct wb_ctx *ctx, char *bytes, size_t len, size_t bit)
{
    struct grammar g;
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    wb_error_clear(ctx);
    const bool opened = grammar_open(ctx, (struct wb_str){bytes, len}, &g) == WB_OK;
    if (opened) {
        walk_everything(ctx, &g);
    }
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    return opened;
}

static void
every_bit_of_a_small_table_may_flip(void **state)
{
    (void)state;
    struct compiled c;
    compiled_good(&c, small, NULL);
    walk_everything(&c.ctx, &c.grammar);
    char *bytes = wb_os_alloc(&c.ctx, c.table.len); /* exactly so many: reads behind are seen */
    assert_non_null(bytes);
    memcpy(bytes, c.table.at, c.table.len);
    size_t opened = 0;
    for (size_t bit = 0; bit < 8 * c.table.len; bit++) {
        opened += flip_and_walk(&c.ctx, bytes, c.table.len, bit) ? 1 : 0;
    }
    /* Names, numbers and hashes may change unseen; references and orders may not. */
    assert_true(opened > 100 && opened < 8 * c.table.len / 2);
    wb_os_free(bytes);
    compiled_done(&c);
}

static void
every_word_of_a_small_table_may_be_nonsense(void **state)
{
    (void)state;
    static const uint32_t words[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    struct compiled c;
    struct grammar g;
    compiled_good(&c, small, NULL);
    char *bytes = wb_os_alloc(&c.ctx, c.table.len);
    assert_non_null(bytes);
    for (size_t at = 0; at + 4 <= c.table.len; at += 4) {
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            memcpy(bytes, c.table.at, c.table.len);
            memcpy(bytes + at, &words[w], 4);
            wb_error_clear(&c.ctx);
            if (grammar_open(&c.ctx, (struct wb_str){bytes, c.table.len}, &g) == WB_OK) {
                walk_everything(&c.ctx, &g);
            }
        }
    }
    wb_os_free(bytes);
    compiled_done(&c);
}

static void
a_short_or_crooked_table_is_refused(void **state)
{
    (void)state;
    struct compiled c;
    struct grammar g;
    compiled_good(&c, small, NULL);
    for (size_t len = 0; len < c.table.len; len++) {
        wb_error_clear(&c.ctx);
        assert_int_equal(grammar_open(&c.ctx, wb_str_sub(c.table, 0, len), &g), WB_INVALID);
    }
    char *bytes = wb_os_alloc(&c.ctx, c.table.len + 16);
    assert_non_null(bytes);
    memcpy(bytes, c.table.at, c.table.len);
    assert_int_equal(grammar_open(&c.ctx, (struct wb_str){bytes, c.table.len + 8}, &g), WB_INVALID);
    memcpy(bytes + 4, c.table.at, c.table.len);
    assert_int_equal(grammar_open(&c.ctx, (struct wb_str){bytes + 4, c.table.len}, &g), WB_INVALID);
    wb_os_free(bytes);
    compiled_done(&c);
}

static void
bits_of_the_shipped_table_may_flip(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct grammar g;
    uint32_t random = 99;
    wb_ctx_init(&ctx);
    assert_int_equal(grammar_shipped_open(&ctx, 0, &g), WB_OK);
    walk_everything(&ctx, &g);
    char *bytes = wb_os_alloc(&ctx, g.bytes.len);
    assert_non_null(bytes);
    memcpy(bytes, g.bytes.at, g.bytes.len);
    for (int round = 0; round < 150; round++) {
        (void)flip_and_walk(&ctx, bytes, g.bytes.len, next_random(&random) % (8 * g.bytes.len));
    }
    wb_os_free(bytes);
}

/* compile(dump(g)) is g but for the hash of the sources. */
static void
check_dump(const struct grammar *g)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct compiled again;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 64 * 1024 * 1024);
    const struct wb_str text = dumped(&ctx, &arena, g);
    compiled_init_bytes(&again, text, (struct wb_str){NULL, 0});
    if (again.rc != WB_OK) {
        const struct wb_str diags = compiled_diags(&again);
        fail_msg(WB_FMT, WB_ARG(diags));
    }
    assert_int_equal(again.table.len, g->bytes.len);
    /* The hash stands at the same place in both headers; equal but for these 32 bytes. */
    char *bytes = wb_arena_alloc(&ctx, &arena, again.table.len);
    memcpy(bytes, again.table.at, again.table.len);
    for (size_t at = 0; at + 32 <= 400; at++) {
        if (memcmp(bytes + at, again.grammar.source_hash, 32) == 0) {
            memcpy(bytes + at, g->source_hash, 32);
        }
    }
    assert_memory_equal(bytes, g->bytes.at, g->bytes.len);
    const struct wb_str once_more = dumped(&ctx, &arena, &again.grammar);
    assert_true(wb_str_eq(text, once_more));
    compiled_done(&again);
    wb_arena_done(&arena);
}

static void
a_dump_compiles_to_its_table(void **state)
{
    (void)state;
    struct compiled c;
    struct wb_ctx ctx;
    struct grammar g;
    compiled_good(&c, small, NULL);
    check_dump(&c.grammar);
    compiled_done(&c);
    wb_ctx_init(&ctx);
    for (size_t i = 0; i < grammar_shipped_count(); i++) {
        assert_int_equal(grammar_shipped_open(&ctx, i, &g), WB_OK);
        check_dump(&g);
    }
}

/* The program trusts the tables that are linked into it; here is why it may. */
static void
shipped_tables_verify(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    assert_true(grammar_shipped_count() > 0);
    for (size_t i = 0; i < grammar_shipped_count(); i++) {
        struct grammar trusted;
        struct grammar verified;
        assert_int_equal(grammar_shipped_open(&ctx, i, &trusted), WB_OK);
        assert_int_equal(grammar_open(&ctx, trusted.bytes, &verified), WB_OK);
    }
}

static void
a_dump_reads_well(void **state)
{
    (void)state;
    struct compiled c;
    compiled_good(&c,
                  HEAD "element 2 \"quote \\\" and \\\\\" ID 1..3 codes open { \"A B\" }\n"
                       "message 9 \"M\" { heading { 010 ST M 1; 020 SE M 1 } }\n",
                  NULL);
    const struct wb_str text = dumped(&c.ctx, &c.arena, &c.grammar);
    const char *wanted = "edition 1\n"
                         "standard t 1\n"
                         "\n"
                         "envelope {\n"
                         "  message ST SE {\n"
                         "  }\n"
                         "}\n"
                         "\n"
                         "element 1 \"E\" AN 1..9\n"
                         "element 2 \"quote \\\" and \\\\\" ID 1..3 codes open {\n"
                         "  \"A B\"\n"
                         "}\n"
                         "\n"
                         "segment SE \"T\" {\n"
                         "  01 1 M\n"
                         "}\n"
                         "\n"
                         "segment ST \"H\" {\n"
                         "  01 1 M\n"
                         "}\n"
                         "\n"
                         "message 9 \"M\" {\n"
                         "  heading {\n"
                         "    010 ST M 1\n"
                         "    020 SE M 1\n"
                         "  }\n"
                         "}\n";
    if (!wb_str_eq(text, wb_str_of(wanted))) {
        fail_msg(WB_FMT, WB_ARG(text));
    }
    compiled_done(&c);
}

struct release {
    const char *text;
    bool exact;
};

static void
shipped_grammars_are_found(void **state)
{
    (void)state;
    static const struct release releases[] = {
        {"004010",     true },
        {"004010VICS", true },
        {"004010X095", true },
        {"00401",      true },
        {"0040",       false},
        {"005010",     false},
        {"",           false},
        {"VICS",       false},
        {"004011",     false},
    };
    struct wb_ctx ctx;
    struct grammar g;
    bool exact = false;
    wb_ctx_init(&ctx);
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
        assert_int_equal(
            grammar_shipped_find(&ctx, WB_LIT("x12"), wb_str_of(releases[i].text), &g, &exact),
            WB_OK);
        assert_true(wb_str_eq(grammar_str(&g, g.release), WB_LIT("004010")));
        assert_true(wb_str_eq(grammar_str(&g, g.standard), WB_LIT("x12")));
        if (exact != releases[i].exact) {
            fail_msg("%s: exact %d", releases[i].text, exact);
        }
    }
    assert_int_equal(grammar_shipped_find(&ctx, WB_LIT("tradacoms"), WB_LIT("9"), &g, &exact),
                     WB_NOT_FOUND);
}

static void
the_shipped_envelope_is_framed(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct grammar g;
    wb_ctx_init(&ctx);
    assert_int_equal(grammar_shipped_open(&ctx, 0, &g), WB_OK);
    const struct grammar_frame *f = g.frames;
    assert_true(wb_str_eq(grammar_str(&g, f[GRAMMAR_INTERCHANGE].header), WB_LIT("ISA")));
    assert_true(wb_str_eq(grammar_str(&g, f[GRAMMAR_GROUP].trailer), WB_LIT("GE")));
    assert_int_equal(f[GRAMMAR_INTERCHANGE].header_control_no, 13);
    assert_int_equal(f[GRAMMAR_INTERCHANGE].counts, GRAMMAR_GROUP);
    assert_int_equal(f[GRAMMAR_GROUP].counts, GRAMMAR_MESSAGE);
    assert_int_equal(f[GRAMMAR_MESSAGE].counts, GRAMMAR_LEVELS);
    assert_int_equal(f[GRAMMAR_GROUP].release_no, 8);
    assert_int_equal(f[GRAMMAR_MESSAGE].type_no, 1);
    assert_int_equal(g.between_count, 1);
    assert_true(wb_str_eq(grammar_str(&g, g.between[0]), WB_LIT("TA1")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_a_small_table_may_flip),
        cmocka_unit_test(every_word_of_a_small_table_may_be_nonsense),
        cmocka_unit_test(a_short_or_crooked_table_is_refused),
        cmocka_unit_test(bits_of_the_shipped_table_may_flip),
        cmocka_unit_test(a_dump_compiles_to_its_table),
        cmocka_unit_test(shipped_tables_verify),
        cmocka_unit_test(a_dump_reads_well),
        cmocka_unit_test(shipped_grammars_are_found),
        cmocka_unit_test(the_shipped_envelope_is_framed),
    };
    return cmocka_run_group_tests_name("grammar table", tests, NULL, NULL);
}
