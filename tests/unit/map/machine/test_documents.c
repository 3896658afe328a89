/*
 * The second law of maps on messages made from the grammar, whatever the map thinks of them: what
 * is read and written reads back the same. What of the map was at work is printed.
 */
#include <stdlib.h>

#include "../../../generate/generate.h"
#include "map/generate.h"
#include "map/hits.h"
#include "message.h"

enum { DOCUMENTS = 4000, SEGMENTS_MAX = 60 };

struct documents {
    struct world kept; /* the bundle and the counters */
    struct map_bundle *bundle;
    struct map_law law;
    struct gen gen;
    unsigned verdicts[3];
    unsigned known; /* broken by two pairs of one kind */
};

static const char MAP[] = "x12-850-order";
static const char MESSAGE[] = "850";

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

/*
 * Whether a contact has two values of one kind. The second is kept where it stands, and the first
 * may be written behind it, where it is not the first any more: a counter-example that the map's
 * pairs still have to answer for.
 */
static bool
pairs_repeat(const struct gen_document *document)
{
    static const uint32_t PAIRS[][2] = {
        {3, 5},
        {3, 7},
        {5, 7}
    };
    for (size_t i = 0; i < document->count; i++) {
        struct gen_segment *const segment = &document->segments[i];
        for (size_t k = 0; k < 3 && wb_str_eq(segment->tag, WB_LIT("PER")); k++) {
            const struct gen_value *const left = gen_find(segment, PAIRS[k][0], 1, 0);
            const struct gen_value *const right = gen_find(segment, PAIRS[k][1], 1, 0);
            if (left != NULL && right != NULL && wb_str_eq(left->text, right->text)) {
                return true;
            }
        }
    }
    return false;
}

static void
one(struct documents *d)
{
    struct world world;
    struct gen_document document;
    struct map_law_result result;
    world_init(&world);
    d->gen.arena = &world.arena;
    d->gen.ctx = &world.ctx;
    gen_document(&d->gen, grammar_find_message(d->gen.grammar, wb_str_of(MESSAGE)), &document);
    const struct wb_str bytes = gen_write(&d->gen, &document);
    struct tree *const message = world_read(&world, bytes, MESSAGE);
    assert_null(message->strays);
    assert_int_equal(map_law_message(&world.ctx, &world.arena, &d->law, message, &result), WB_OK);
    if (result.verdict == MAP_LAW_BROKEN && pairs_repeat(&document)) {
        d->known++;
        world_done(&world);
        return;
    }
    d->verdicts[result.verdict]++;
    if (result.verdict == MAP_LAW_BROKEN && d->verdicts[MAP_LAW_BROKEN] <= 3) {
        print_error("line %u, " WB_FMT ":\n" WB_FMT "\n" WB_FMT "\n", result.line,
                    WB_ARG(result.path), WB_ARG(bytes), WB_ARG(world_write(&world, result.tree)));
    }
    world_done(&world);
}

/* The qualifiers that maps ask for are few among many: they come more often. */
static void
prefer_codes_of_the_maps(struct documents *d)
{
    const struct lang_source *files = NULL;
    const size_t count = map_shipped_sources(&files);
    uint8_t *const preferred =
        wb_arena_alloc(&d->kept.ctx, &d->kept.arena, d->kept.grammar.code_count);
    assert_non_null(preferred);
    for (size_t i = 0; i < count; i++) {
        gen_prefer_words(&d->kept.grammar, files[i].bytes, preferred);
    }
    d->gen.preferred = preferred;
}

static void
print_hits(struct documents *d)
{
    static const char *const WORDS[] = {"instructions", "places", "rows of tables"};
    struct map_hit_row *rows = NULL;
    size_t count = 0;
    unsigned hit[MAP_HIT_KINDS][2] = {{0}};
    unsigned all[MAP_HIT_KINDS][2] = {{0}};
    assert_int_equal(map_hits_list(&d->kept.ctx, &d->kept.arena, d->law.hits, d->bundle,
                                   d->law.index, &rows, &count),
                     WB_OK);
    for (size_t i = 0; i < count; i++) {
        hit[rows[i].kind][rows[i].writing] += rows[i].count > 0;
        all[rows[i].kind][rows[i].writing]++;
    }
    for (int kind = 0; kind < MAP_HIT_KINDS; kind++) {
        print_message("#   %-16s read %4u of %4u, written %4u of %4u\n", WORDS[kind], hit[kind][0],
                      all[kind][0], hit[kind][1], all[kind][1]);
    }
    assert_true(hit[MAP_HIT_CODE][0] * 4 >= all[MAP_HIT_CODE][0] * 3);
    assert_true(hit[MAP_HIT_ROW][0] * 10 >= all[MAP_HIT_ROW][0] * 9);
}

static void
messages_of_the_grammar_come_back(void **state)
{
    struct documents d = {.verdicts = {0}};
    (void)state;
    world_init(&d.kept);
    assert_int_equal(map_shipped_open(&d.kept.ctx, &d.kept.arena, &d.bundle), WB_OK);
    d.law = (struct map_law){.bundle = d.bundle, .index = map_find(d.bundle, wb_str_of(MAP))};
    assert_int_not_equal(d.law.index, SIZE_MAX);
    assert_int_equal(map_hits_new(&d.kept.ctx, &d.kept.arena, d.bundle, &d.law.hits), WB_OK);
    d.gen = (struct gen){.grammar = &d.kept.grammar,
                         .random = 1914,
                         .segments_max = SEGMENTS_MAX,
                         .wanted = GRAMMAR_NONE};
    d.gen.coverage = gen_coverage_new(&d.kept.ctx, &d.kept.arena, &d.kept.grammar);
    prefer_codes_of_the_maps(&d);
    for (uint32_t i = 0; i < DOCUMENTS * times(); i++) {
        one(&d);
    }
    print_message("# %s on %u messages: %u hold, %u outside, %u broken; %u more by pairs\n", MAP,
                  DOCUMENTS * times(), d.verdicts[MAP_LAW_HOLDS], d.verdicts[MAP_LAW_OUTSIDE],
                  d.verdicts[MAP_LAW_BROKEN], d.known);
    print_hits(&d);
    assert_int_equal(d.verdicts[MAP_LAW_BROKEN], 0);
    world_done(&d.kept);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_the_grammar_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
