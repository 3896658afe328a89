/*
 * Runs a check over a document and keeps what it found. The grammar under test stands for every
 * release, so that it is asked for the envelope too; it is opened once, not for each document.
 */
#include "run.h"

#include <string.h>

#include "grammar/compile.h"
#include "wire/reader.h"

static enum wb_rc
find(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
     struct grammar *ret, bool *ret_exact)
{
    const struct gen_checker *const checker = self;
    const struct grammar *const grammar = checker->grammar;
    const struct wb_str own = grammar_str(grammar, grammar->release);
    (void)ctx;
    (void)standard;
    *ret = *grammar;
    *ret_exact = wb_str_eq(wb_str_sub(release, 0, own.len), own) ||
                 wb_str_eq(release, wb_str_sub(own, 0, 5)) || wb_str_eq(release, WB_LIT("004010"));
    return WB_OK;
}

void
gen_checker_init(struct gen_checker *checker, struct wb_ctx *ctx, const struct grammar *grammar)
{
    *checker = (struct gen_checker){.ctx = ctx, .grammar = grammar};
    assert_int_equal(check_cache_new(ctx, &checker->cache), WB_OK);
}

void
gen_checker_done(struct gen_checker *checker)
{
    check_cache_free(checker->cache);
}

static void
keep(const struct gen_checker *checker, struct gen *gen, const struct check_finding *f,
     struct gen_run *run)
{
    if (f->severity == CHECK_ADVICE && !checker->want_advice) {
        run->advice++;
        return;
    }
    if (run->count < GEN_FOUND_MAX) {
        run->found[run->count] = (struct gen_found){
            .code = f->code,
            .severity = f->severity,
            .segment_no = f->segment_no,
            .element_no = f->element_no,
            .component_no = f->component_no,
            .repeat_no = f->repeat_no,
            .text = wb_arena_dup(gen->ctx, gen->arena, f->text),
        };
    }
    run->count++;
}

void
gen_run(struct gen_checker *checker, struct gen *gen, const struct gen_document *document,
        struct wb_str bytes, struct gen_run *ret)
{
    struct wb_ctx *const ctx = checker->ctx;
    struct wire_memory memory = {.bytes = bytes};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    const struct check_options options = {
        .find_grammar = find, .find_self = checker, .cache = checker->cache, .want_segments = true};
    *ret = (struct gen_run){.count = 0};
    assert_int_equal(wire_open(ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    assert_int_equal(check_open(ctx, reader, &options, &check), WB_OK);
    struct check_event event = {.kind = CHECK_FINDING};
    size_t at = 0;
    while (event.kind != CHECK_END) {
        assert_int_equal(check_next(ctx, check, &event), WB_OK);
        if (event.kind == CHECK_FINDING) {
            keep(checker, gen, event.finding, ret);
        } else if (event.kind == CHECK_SEGMENT_SEEN) {
            const uint32_t made = at < document->count ? document->segments[at].node : GRAMMAR_NONE;
            ret->misplaced += made != event.node;
            ret->taken += event.node != GRAMMAR_NONE;
            at++;
        }
    }
    check_close(check);
    wire_close(reader);
}

static const char OWN[] =
    "edition 1\n"
    "standard x12 005010 \"A grammar of the tests\"\n"
    "envelope {\n"
    "  interchange ISA IEA { control ISA.13 IEA.02; count IEA.01 group }\n"
    "  group GS GE { control GS.06 GE.02; count GE.01 message; type GS.01; release GS.08 }\n"
    "  message ST SE { control ST.02 SE.02; count SE.01 segment; type ST.01 }\n"
    "  between TA1\n"
    "}\n"
    "element 2 \"Any\" AN 1..15\n"
    "element 10 \"Ten\" AN 10..10\n"
    "element 15 \"Fifteen\" AN 15..15\n"
    "element 28 \"Number\" N0 1..9\n"
    "element 96 \"Count\" N0 1..10\n"
    "element 329 \"Control\" AN 4..9\n"
    "element 143 \"Type\" ID 3..3\n"
    "element 1 \"One\" ID 1..1\n"
    "element 3 \"Two\" ID 2..2\n"
    "element 5 \"Version\" ID 5..5\n"
    "element 6 \"Six\" DT 6..6\n"
    "element 373 \"Date\" DT 8..8\n"
    "element 337 \"Time\" TM 4..8\n"
    "element 480 \"Release\" AN 1..12\n"
    "element 20 \"Whole\" N0 2..6\n"
    "element 21 \"Scaled\" N2 1..10\n"
    "element 22 \"Decimal\" R 1..9\n"
    "element 23 \"Closed\" ID 1..2 codes closed { A; B; CC }\n"
    "element 24 \"Open\" ID 2..3 codes open { AA; BBB }\n"
    "element 25 \"Short time\" TM 4..4\n"
    "element 26 \"Either date\" DT 6..8\n"
    "element 27 \"Text\" AN 3..40\n"
    "composite C1 \"Mixed\" { 01 24 M; 02 22 O; 03 27 X; 04 20 X; note P0304 }\n"
    "composite C2 \"Loose\" { 01 27 X; 02 23 X; 03 25 X; note R0102; note E0203 }\n"
    "segment ISA \"h\" { 01 3 M; 02 10 M; 03 3 M; 04 10 M; 05 3 M; 06 15 M; 07 3 M; 08 15 M\n"
    "  09 6 M; 10 25 M; 11 1 M; 12 5 M; 13 28 M; 14 1 M; 15 1 M; 16 1 M }\n"
    "segment IEA \"t\" { 01 96 M; 02 28 M }\n"
    "segment TA1 \"a\" { 01 28 M }\n"
    "segment GS \"h\" { 01 3 M; 02 2 M; 03 2 M; 04 373 M; 05 337 M; 06 28 M; 07 1 M; 08 480 M }\n"
    "segment GE \"t\" { 01 96 M; 02 28 M }\n"
    "segment ST \"h\" { 01 143 M; 02 329 M }\n"
    "segment SE \"t\" { 01 96 M; 02 329 M }\n"
    "segment AA1 \"all notes\" { 01 27 X; 02 20 X; 03 21 X; 04 22 X; 05 373 X; 06 337 X; 07 23 X\n"
    "  08 24 X; 09 27 X; 10 26 X; 11 27 X; 12 27 X\n"
    "  note P0102; note R0304; note E0506; note C070809; note L101112 }\n"
    "segment BB1 \"composites\" { 01 C1 M; 02 C2 O repeat 4; 03 27 O repeat 3; 04 C1 O }\n"
    "segment CC1 \"plain\" { 01 23 M; 02 24 O; 03 26 O repeat 9 }\n"
    "segment DD1 \"mandatory\" { 01 27 M; 02 C2 M; 03 373 M }\n"
    "segment EE1 \"elsewhere\" { 01 27 O }\n"
    "segment FF1 \"line\" { 01 20 O; 02 23 O; 03 21 M }\n"
    "message 901 \"first\" group AB {\n"
    "  heading { 010 ST M 1\n 020 DD1 M 2\n 030 AA1 O >1\n"
    "    040 loop BB1 M 3 { 040 BB1 M 1\n 050 CC1 M >1\n 060 loop DD1 O 2 { 060 DD1 M 1\n"
    "      070 AA1 O 5 } } }\n"
    "  detail { 010 loop FF1 M 20 { 010 FF1 M 1\n 020 DD1 O >1\n 030 BB1 O 1\n 040 AA1 M 1 } }\n"
    "  summary { 010 EE1 O 1\n 020 SE M 1 }\n"
    "}\n"
    "message 902 \"second\" group CD {\n"
    "  heading { 010 ST M 1\n 020 loop EE1 O 4 { 020 EE1 M 1\n 030 loop AA1 M >1 { 030 AA1 M 1\n"
    "    040 BB1 M 2 } }\n 050 CC1 M 7\n 060 SE M 1 }\n"
    "}\n";

void
gen_grammar_own(struct wb_ctx *ctx, struct wb_arena *arena, struct grammar *ret)
{
    const struct lang_source file = {
        WB_LIT("own.gram"), {OWN, sizeof OWN - 1}
    };
    const struct grammar_sources sources = {.files = &file, .file_count = 1};
    struct lang_diags diags;
    struct wb_str table = {NULL, 0};
    lang_diags_init(&diags, arena);
    const enum wb_rc rc = grammar_compile(ctx, arena, &sources, &diags, &table);
    for (size_t i = 0; i < diags.count; i++) {
        print_error(WB_FMT "\n", WB_ARG(diags.items[i].text));
    }
    assert_int_equal(rc, WB_OK);
    assert_int_equal(grammar_open(ctx, table, ret), WB_OK);
}
