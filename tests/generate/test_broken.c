/*
 * Broken messages: each has one defect, and the generator says beforehand what is to be found,
 * where, and which two findings at most may follow from it. The planted one is found at its place;
 * nothing else is but what was said.
 */
#include "plant.h"
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/shipped.h"

enum {
    TIMES = 1000,
    TRIES_EACH = 60,
    ARENA_BYTES = 512 * 1024 * 1024,
    SHOWN_MAX = 3,

};

struct fix {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct gen gen;
    struct gen_checker checker;
    size_t planted, kinds, failed;
    bool codes[CHECK_CODE_COUNT]; /* planted at least once */
};

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

static bool
fits(const struct gen_found *found, const struct gen_expect *expect)
{
    return found->code == expect->code &&
           (expect->segment_no == GEN_ANYWHERE || expect->segment_no == found->segment_no) &&
           (expect->element_no == GEN_ANYWHERE || (expect->element_no == found->element_no &&
                                                   expect->component_no == found->component_no));
}

/* The law: the planted one once, of the consequences each at most once, and nothing else. */
static bool
law(const struct gen_run *run, const struct gen_plant *plant)
{
    bool used[GEN_CONSEQUENCES_MAX] = {false};
    bool there = false;
    for (size_t i = 0; i < run->count; i++) {
        if (i >= GEN_FOUND_MAX) {
            return false;
        }
        if (!there && fits(&run->found[i], &plant->found)) {
            there = true;
            continue;
        }
        if (run->found[i].severity == CHECK_ADVICE) {
            continue; /* the data is good */
        }
        size_t k = 0;
        while (k < plant->allowed_count && (used[k] || !fits(&run->found[i], &plant->allowed[k]))) {
            k++;
        }
        if (k == plant->allowed_count) {
            return false;
        }
        used[k] = true;
    }
    return there;
}

static void
tell(const struct gen_kind *kind, const struct gen_run *run, const struct gen_plant *plant,
     struct wb_str bytes)
{
    print_error("# %s: expected %s at segment %u, element %u-%u; found %zu:\n", kind->name,
                check_row(plant->found.code)->code, plant->found.segment_no,
                plant->found.element_no, plant->found.component_no, run->count);
    for (size_t i = 0; i < run->count && i < GEN_FOUND_MAX; i++) {
        const struct gen_found *const f = &run->found[i];
        print_error("#   %s at segment %u, element %u-%u: " WB_FMT "\n", check_row(f->code)->code,
                    f->segment_no, f->element_no, f->component_no, WB_ARG(f->text));
    }
    print_error("#   " WB_FMT "\n", WB_ARG(wb_str_sub(bytes, 0, 1500)));
}

/* One document with one defect; false when none could be planted. */
static bool
plant(struct fix *fix, const struct gen_kind *kind, struct gen_document *document,
      struct gen_plant *ret)
{
    const struct grammar *const g = fix->gen.grammar;
    for (int i = 0; i < TRIES_EACH; i++) {
        const uint32_t message = gen_below(&fix->gen, g->message_count);
        const struct grammar_message *const row = &g->messages[message];
        wb_arena_reset(&fix->arena);
        fix->gen.segments_max = 4 + gen_below(&fix->gen, 20);
        fix->gen.wanted = row->node_first + 1 + gen_below(&fix->gen, row->node_count - 1);
        gen_document(&fix->gen, message, document);
        *ret = (struct gen_plant){
            .before = {"", 0},
              .behind = {"", 0}
        };
        if (kind->plant(&fix->gen, kind, document, ret)) {
            return true;
        }
    }
    return false;
}

static void
kind_holds(struct fix *fix, const struct gen_kind *kind, uint32_t count)
{
    struct gen_document document;
    struct gen_plant planted;
    struct gen_run run;
    size_t made = 0;
    size_t found = 0;
    size_t with_others = 0;
    for (uint32_t i = 0; i < count && plant(fix, kind, &document, &planted); i++) {
        const struct wb_str written = gen_write(&fix->gen, &document);
        const size_t size = planted.before.len + written.len + planted.behind.len;
        char *const bytes = wb_arena_alloc(&fix->ctx, &fix->arena, size);
        assert_non_null(bytes);
        memcpy(bytes, planted.before.at, planted.before.len);
        memcpy(bytes + planted.before.len, written.at, written.len);
        memcpy(bytes + planted.before.len + written.len, planted.behind.at, planted.behind.len);
        fix->checker.want_advice = check_row(kind->code)->severity == CHECK_ADVICE;
        gen_run(&fix->checker, &fix->gen, &document, (struct wb_str){bytes, size}, &run);
        made++;
        if (law(&run, &planted)) {
            found++;
            with_others += run.count > 1;
        } else if (made - found <= SHOWN_MAX) {
            tell(kind, &run, &planted, (struct wb_str){bytes, size});
        }
    }
    print_message("# %-28s %s %6zu %6zu %6zu\n", kind->name, check_row(kind->code)->code, made,
                  found, with_others);
    fix->planted += made;
    fix->kinds += made > 0;
    fix->failed += found < made;
    fix->codes[kind->code] = fix->codes[kind->code] || made > 0;
}

static void
kinds_hold(struct fix *fix, const struct gen_kind *kinds, size_t count, bool shipped)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t wanted = TIMES * times();
        const uint32_t max = kinds[i].times_max;
        if (!kinds[i].shipped || shipped) {
            kind_holds(fix, &kinds[i], max > 0 && max < wanted ? max : wanted);
        }
    }
}

static void
broken(const struct grammar *grammar, bool shipped, struct fix *fix)
{
    size_t count = 0;
    wb_arena_init(&fix->arena, ARENA_BYTES);
    gen_checker_init(&fix->checker, &fix->ctx, grammar);
    fix->gen =
        (struct gen){.ctx = &fix->ctx, .arena = &fix->arena, .grammar = grammar, .random = 815};
    print_message("# %-28s %-11s  planted  found  with others\n", "defect", "finding");
    const struct gen_kind *kinds = gen_kinds_element(&count);
    kinds_hold(fix, kinds, count, shipped);
    kinds = gen_kinds_segment(&count);
    kinds_hold(fix, kinds, count, shipped);
    kinds = gen_kinds_frame(&count);
    kinds_hold(fix, kinds, count, shipped);
    print_message("# %zu messages of %zu kinds\n", fix->planted, fix->kinds);
    for (int code = 0; code < CHECK_CODE_COUNT && shipped; code++) {
        if (!fix->codes[code]) {
            const struct check_row *const row = check_row((enum check_code)code);
            print_message("# not planted: %s %s\n", row->code, row->name);
        }
    }
    gen_checker_done(&fix->checker);
    wb_arena_done(&fix->arena);
}

static void
of_shipped_grammars(void **state)
{
    (void)state;
    for (size_t i = 0; i < grammar_shipped_count(); i++) {
        struct fix fix = {.planted = 0};
        struct grammar grammar;
        wb_ctx_init(&fix.ctx);
        assert_int_equal(grammar_shipped_open(&fix.ctx, i, &grammar), WB_OK);
        broken(&grammar, true, &fix);
        assert_int_equal(fix.failed, 0);
        assert_true(fix.kinds > 100);
    }
}

/* All kinds of notes, composites with notes, repeats. */
static void
of_a_grammar_of_the_tests(void **state)
{
    struct fix fix = {.planted = 0};
    struct wb_arena arena;
    struct grammar grammar;
    (void)state;
    wb_ctx_init(&fix.ctx);
    wb_arena_init(&arena, ARENA_BYTES);
    gen_grammar_own(&fix.ctx, &arena, &grammar);
    broken(&grammar, false, &fix);
    assert_int_equal(fix.failed, 0);
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
