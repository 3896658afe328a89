/*
 * Correct messages: whatever is made from a grammar is followed through it, each segment to the
 * place that it was made from, and has no finding; and all that can be reached is reached.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/shipped.h"

enum { ROUNDS = 1500, ARENA_BYTES = 512 * 1024 * 1024 };

struct fix {
    struct wb_ctx ctx;
    struct wb_arena kept;
    struct wb_arena arena;
    struct gen gen;
    struct gen_checker checker;
};

static void
fix_init(struct fix *fix, const struct grammar *grammar, uint64_t seed)
{
    wb_arena_init(&fix->arena, ARENA_BYTES);
    wb_arena_init(&fix->kept, ARENA_BYTES);
    gen_checker_init(&fix->checker, &fix->ctx, grammar);
    fix->gen = (struct gen){.ctx = &fix->ctx,
                            .arena = &fix->arena,
                            .grammar = grammar,
                            .coverage = gen_coverage_new(&fix->ctx, &fix->kept, grammar),
                            .random = seed,
                            .segments_max = 120,
                            .wanted = GRAMMAR_NONE};
}

static void
fix_done(struct fix *fix)
{
    gen_checker_done(&fix->checker);
    wb_arena_done(&fix->kept);
    wb_arena_done(&fix->arena);
}

/* More by option: GENERATE_TIMES=100 makes so many times as many. */
static uint32_t
times(void)
{
    const char *const text = getenv("GENERATE_TIMES");
    uint64_t count = 1;
    return text != NULL && wb_str_u64(wb_str_of(text), &count) && count > 0 && count < 100000
               ? (uint32_t)count
               : 1;
}

static void
one(struct fix *fix, uint32_t message, size_t *segments)
{
    struct gen_document document;
    struct gen_run run;
    wb_arena_reset(&fix->arena);
    gen_document(&fix->gen, message, &document);
    assert_true(gen_followed(&document));
    const struct wb_str bytes = gen_write(&fix->gen, &document);
    gen_run(&fix->checker, &fix->gen, &document, bytes, &run);
    if (run.count > 0 || run.misplaced > 0) {
        print_error(WB_FMT "\n", WB_ARG(bytes));
        fail_msg("%zu findings, %zu misplaced: %s segment %u, element %u: " WB_FMT, run.count,
                 run.misplaced, check_row(run.found[0].code)->code, run.found[0].segment_no,
                 run.found[0].element_no, WB_ARG(run.found[0].text));
    }
    *segments += document.count;
}

/* All messages of a grammar, first towards each place once, then at large. */
static void
correct(struct fix *fix, const struct grammar *grammar, const char *title)
{
    size_t segments = 0;
    size_t made = 0;
    fix_init(fix, grammar, 4711);
    for (uint32_t m = 0; m < grammar->message_count; m++) {
        const struct grammar_message *const message = &grammar->messages[m];
        for (uint32_t n = 1; n < message->node_count; n++) {
            fix->gen.wanted = message->node_first + n;
            one(fix, m, &segments);
            made++;
        }
        fix->gen.wanted = GRAMMAR_NONE;
        for (uint32_t i = 0; i < ROUNDS * times(); i++) {
            const uint32_t from = fix->gen.wanted == GRAMMAR_NONE ? 0 : fix->gen.wanted + 1;
            fix->gen.wanted = gen_coverage_next(fix->gen.coverage, message, from);
            one(fix, m, &segments);
            made++;
        }
    }
    gen_coverage_print(fix->gen.coverage, title, 10);
    print_message("#   %zu messages, %zu segments, no finding\n", made, segments);
    const struct gen_tallies t = gen_coverage_count(fix->gen.coverage);
    const struct gen_tally all[] = {t.places, t.edges, t.filled, t.empty,  t.components,
                                    t.forms,  t.codes, t.notes,  t.repeats};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_int_equal(all[i].reached, all[i].total);
    }
    assert_true(t.places.total > 0);
    fix_done(fix);
}

static void
of_shipped_grammars(void **state)
{
    struct fix fix;
    (void)state;
    wb_ctx_init(&fix.ctx);
    for (size_t i = 0; i < grammar_shipped_count(); i++) {
        struct grammar grammar;
        assert_int_equal(grammar_shipped_open(&fix.ctx, i, &grammar), WB_OK);
        char title[64];
        const struct wb_str name = grammar_str(&grammar, grammar.title);
        assert_true(name.len < sizeof title);
        memcpy(title, name.at, name.len);
        title[name.len] = '\0';
        correct(&fix, &grammar, title);
    }
}

static void
of_a_grammar_of_the_tests(void **state)
{
    struct fix fix;
    struct wb_arena arena;
    struct grammar grammar;
    (void)state;
    wb_ctx_init(&fix.ctx);
    wb_arena_init(&arena, ARENA_BYTES);
    gen_grammar_own(&fix.ctx, &arena, &grammar);
    correct(&fix, &grammar, "a grammar with all notes, composites, repeats");
    wb_arena_done(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_shipped_grammars),
        cmocka_unit_test(of_a_grammar_of_the_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
