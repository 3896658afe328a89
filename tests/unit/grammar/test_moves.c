/*
 * Which place takes a segment: on the real 850, and as a law: a grammar is refused exactly when two
 * correct messages, alike up to the same place, go on with the same tag to different places, and
 * its witness shows it as early as any message does. That correct messages are followed along the
 * places they were made from is a law of the generator (tests/generate).
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "grammar/shipped.h"

struct step {
    const char *from;
    const char *tag;
    const char *to;
};

/* A loop N1 has its segment at N1/N1. */
static const struct step steps[] = {
    {"",                 "ST",  "ST"              },
    {"",                 "BEG", "BEG"             },
    {"",                 "SE",  "SE"              },
    {"ST",               "BEG", "BEG"             },
    {"ST",               "REF", "REF"             },
    {"ST",               "PO1", "PO1/PO1"         },
    {"BEG",              "BEG", "BEG"             }, /* one too many */
    {"REF",              "REF", "REF"             },
    {"REF",              "BEG", "-"               }, /* behind its place */
    {"REF",              "CUR", "-"               },
    {"BEG",              "CUR", "CUR"             },
    {"BEG",              "N2",  "-"               }, /* its loop is not open */
    {"SAC/SAC",          "CUR", "SAC/CUR"         },
    {"SAC/SAC",          "SAC", "SAC/SAC"         },
    {"N9/MSG",           "N9",  "N9/N9"           },
    {"N1/N1",            "N1",  "N1/N1"           },
    {"N1/N3",            "REF", "N1/REF"          },
    {"N1/N3",            "N2",  "-"               },
    {"N1/PER",           "PO1", "PO1/PO1"         },
    {"SPI/SPI",          "N1",  "SPI/N1/N1"       },
    {"N1/N4",            "SPI", "SPI/SPI"         },
    {"PO1/PO1",          "PO1", "PO1/PO1"         },
    {"PO1/PO1",          "REF", "PO1/REF"         },
    {"PO1/PO1",          "CUR", "PO1/CUR"         },
    {"PO1/PO1",          "N1",  "PO1/N1/N1"       },
    {"PO1/PID/PID",      "MEA", "PO1/PID/MEA"     },
    {"PO1/PID/MEA",      "PID", "PO1/PID/PID"     },
    {"PO1/SAC/SAC",      "CUR", "PO1/SAC/CUR"     },
    {"PO1/SCH/SCH",      "REF", "PO1/SCH/REF"     },
    {"PO1/SCH/REF",      "N1",  "PO1/N1/N1"       },
    {"PO1/QTY/SI",       "QTY", "PO1/QTY/QTY"     },
    {"PO1/N1/N1",        "QTY", "PO1/N1/QTY"      },
    {"PO1/N1/LDT/LDT",   "QTY", "PO1/N1/LDT/QTY"  },
    {"PO1/N1/LDT/REF",   "N1",  "PO1/N1/N1"       },
    {"PO1/N1/LDT/REF",   "PO1", "PO1/PO1"         },
    {"PO1/LS/LS",        "LDT", "PO1/LS/LDT/LDT"  },
    {"PO1/LS/LDT/REF",   "LDT", "PO1/LS/LDT/LDT"  },
    {"PO1/LS/LDT/LDT",   "LM",  "PO1/LS/LDT/LM/LM"},
    {"PO1/LS/LDT/LM/LQ", "LE",  "PO1/LS/LE"       },
    {"PO1/LS/LDT/LM/LQ", "N9",  "PO1/N9/N9"       }, /* LE is missing */
    {"PO1/LS/LE",        "LM",  "PO1/LM/LM"       },
    {"PO1/SLN/SLN",      "N9",  "PO1/SLN/N9/N9"   },
    {"PO1/SLN/N1/N1",    "SLN", "PO1/SLN/SLN"     },
    {"PO1/SLN/N1/REF",   "PO1", "PO1/PO1"         },
    {"PO1/PO1",          "AMT", "PO1/AMT/AMT"     },
    {"PO1/PO1",          "CTT", "CTT/CTT"         },
    {"CTT/CTT",          "AMT", "CTT/AMT"         },
    {"CTT/AMT",          "AMT", "CTT/AMT"         }, /* one too many */
    {"CTT/CTT",          "PO1", "-"               },
    {"CTT/CTT",          "SE",  "SE"              },
    {"PO1/LS/LDT/LDT",   "SE",  "SE"              },
    {"SE",               "SE",  "SE"              },
    {"SE",               "REF", "-"               },
};

static void
the_850_goes_its_ways(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct grammar g;
    bool exact = false;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 1 << 24);
    assert_int_equal(grammar_shipped_find(&ctx, WB_LIT("x12"), WB_LIT("004010"), &g, &exact),
                     WB_OK);
    const struct grammar_message *m = &g.messages[grammar_find_message(&g, WB_LIT("850"))];
    size_t failed = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const uint32_t from = node_at(&g, m, steps[i].from);
        const uint32_t tag = grammar_find_tag(&g, m, wb_str_of(steps[i].tag));
        assert_int_not_equal(tag, GRAMMAR_NONE);
        const struct wb_str to = path_of(&ctx, &arena, &g, grammar_move(&g, m, from, tag));
        if (!wb_str_eq(to, wb_str_of(steps[i].to))) {
            print_error("behind %s a %s goes to " WB_FMT ", not to %s\n", steps[i].from,
                        steps[i].tag, WB_ARG(to), steps[i].to);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    assert_int_equal(grammar_find_tag(&g, m, WB_LIT("AK1")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_tag(&g, m, WB_LIT("")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_tag(&g, m, WB_LIT("BEGIN")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_tag(&g, m, (struct wb_str){"N1\0", 3}), GRAMMAR_NONE);
    wb_arena_done(&arena);
}

enum { MESSAGE_MAX = 400 };

/* A small grammar drawn at random. Each line has a position of its own, which names the place. */
enum { SPEC_MAX = 64, TAGS = 3, DEPTH = 3 };

struct spec_node {
    bool loop;
    bool mandatory;
    bool unlimited;
    int tag; /* of a segment */
    int first_child;
    int next;
};

struct spec {
    struct spec_node nodes[SPEC_MAX]; /* index + 1 is the position; 0 is the message */
    int count;
    uint32_t random;
};

static int
spec_add(struct spec *spec, struct spec_node node)
{
    assert_true(spec->count < SPEC_MAX);
    spec->nodes[spec->count] = node;
    return spec->count++;
}

static void
spec_children(struct spec *spec, int parent, int depth)
{
    const uint32_t count = 1 + next_random(&spec->random) % 3;
    int last = spec->nodes[parent].first_child;
    for (uint32_t i = 0; i < count && spec->count < SPEC_MAX - 8; i++) {
        const int tag = (int)(next_random(&spec->random) % TAGS);
        const bool loop = depth < DEPTH && next_random(&spec->random) % 3 == 0;
        const int node =
            spec_add(spec, (struct spec_node){.loop = loop,
                                              .tag = tag,
                                              .mandatory = next_random(&spec->random) % 3 == 0,
                                              .unlimited = next_random(&spec->random) % 2 == 0,
                                              .first_child = -1,
                                              .next = -1});
        if (last < 0) {
            spec->nodes[parent].first_child = node;
        } else {
            spec->nodes[last].next = node;
        }
        last = node;
        if (loop) {
            const int trigger = spec_add(
                spec,
                (struct spec_node){.tag = tag, .mandatory = true, .first_child = -1, .next = -1});
            spec->nodes[node].first_child = trigger;
            spec_children(spec, node, depth + 1);
        }
    }
}

static void
spec_write(struct wb_out *out, const struct spec *spec, int first)
{
    for (int i = first; i >= 0; i = spec->nodes[i].next) {
        const struct spec_node *node = &spec->nodes[i];
        wb_out_printf(out, "%03d %s%c1 %s %s%s\n", i + 1, node->loop ? "loop " : "",
                      'A' + node->tag, node->mandatory ? "M" : "O", node->unlimited ? ">1" : "1",
                      node->loop ? " {" : "");
        if (node->loop) {
            spec_write(out, spec, node->first_child);
            wb_out_text(out, "}\n");
        }
    }
}

static void
spec_text(struct wb_out *out, const struct spec *spec)
{
    wb_out_text(out, HEAD "segment A1 \"a\" { 01 1 M }\nsegment B1 \"b\" { 01 1 M }\n"
                          "segment C1 \"c\" { 01 1 M }\n"
                          "message 9 \"M\" { heading { 001 ST M 1\n");
    spec_write(out, spec, spec->nodes[0].first_child);
    wb_out_printf(out, "%03d SE M 1 } }\n", SPEC_MAX + 1);
}

/* A correct message as positions. */
static void
spec_message(struct spec *spec, int first, int *places, int *count)
{
    bool trigger = first != spec->nodes[0].first_child;
    for (int i = first; i >= 0; i = spec->nodes[i].next) {
        const struct spec_node *node = &spec->nodes[i];
        uint32_t times = node->mandatory ? 1 : 0;
        while (!trigger && times < (node->unlimited ? 3 : 1) && *count < MESSAGE_MAX / 4 &&
               next_random(&spec->random) % 2 == 0) {
            times++;
        }
        trigger = false;
        for (; times > 0 && *count < MESSAGE_MAX; times--) {
            if (node->loop) {
                spec_message(spec, node->first_child, places, count);
            } else {
                places[(*count)++] = i;
            }
        }
    }
}

/* What correct messages do: where they go from a place with a tag, and whether two of them differ.
 */
struct habits {
    int next[SPEC_MAX][TAGS]; /* node + 1, 0 = never seen */
    bool differ;
    int differ_at; /* index in the message that showed it */
};

static void
observe(struct habits *habits, const struct spec *spec, const int *places, int count)
{
    int at = 0; /* the message's own node stands for ST */
    for (int i = 0; i < count; i++) {
        int *next = &habits->next[at][spec->nodes[places[i]].tag];
        if (!habits->differ && *next != 0 && *next != places[i] + 1) {
            habits->differ = true;
            habits->differ_at = i;
        }
        *next = places[i] + 1;
        at = places[i];
    }
}

static bool
follows_places(const struct grammar *g, const struct spec *spec, const int *places, int count)
{
    const struct grammar_message *m = &g->messages[0];
    uint32_t at = node_at(g, m, "ST");
    for (int i = 0; i < count; i++) {
        const char tag[2] = {(char)('A' + spec->nodes[places[i]].tag), '1'};
        at = grammar_move(g, m, at, grammar_find_tag(g, m, (struct wb_str){tag, 2}));
        if (at == GRAMMAR_NONE || g->nodes[at].position_no != (uint32_t)places[i] + 1) {
            return false;
        }
    }
    return true;
}

/* The tags behind ST in the example of a diagnostic: "for example in ST A1 B1". */
static int
witness_of(const struct lang_diag *diag, int *ret_tags)
{
    static const char mark[] = "for example in ST ";
    const struct wb_str text = diag->text;
    for (size_t i = 0; i + sizeof mark - 1 <= text.len; i++) {
        if (memcmp(text.at + i, mark, sizeof mark - 1) == 0) {
            int count = 0;
            for (size_t k = i + sizeof mark - 1; k + 1 < text.len; k += 3) {
                ret_tags[count++] = text.at[k] - 'A';
            }
            return count;
        }
    }
    return 0;
}

static bool
begins_with(const struct spec *spec, const int *places, int count, const int *tags, int tag_count)
{
    for (int i = 0; i < tag_count; i++) {
        if (i >= count || spec->nodes[places[i]].tag != tags[i]) {
            return false;
        }
    }
    return true;
}

/* Two correct messages that begin like the witness have its last segment at different places. */
static void
check_witness(struct spec *spec, const struct lang_diag *diag)
{
    int tags[MESSAGE_MAX];
    int places[MESSAGE_MAX];
    int seen = -1;
    bool two = false;
    const int length = witness_of(diag, tags);
    assert_true(length > 0);
    for (int round = 0; round < 2000000 && !two; round++) {
        int count = 0;
        spec_message(spec, spec->nodes[0].first_child, places, &count);
        if (begins_with(spec, places, count, tags, length)) {
            two = seen >= 0 && seen != places[length - 1];
            seen = seen < 0 ? places[length - 1] : seen;
        }
    }
    if (!two) {
        fail_msg("no messages show that " WB_FMT, WB_ARG(diag->text));
    }
}

/* No message shows an ambiguity earlier than the shortest witness. */
static void
check_shortest(const struct lang_diags *diags, const struct habits *habits)
{
    int shortest = MESSAGE_MAX;
    for (size_t i = 0; i < diags->count; i++) {
        int tags[MESSAGE_MAX];
        const int length = witness_of(&diags->items[i], tags);
        shortest = length > 0 && length < shortest ? length : shortest;
    }
    assert_true(shortest <= habits->differ_at + 1);
}

/* One grammar: refused exactly when correct messages differ, followed otherwise. Returns whether it
 * was refused. look: whether its witness is tried as well. */
static bool
check_spec(struct spec *spec, bool look)
{
    struct wb_ctx ctx;
    struct wb_out out;
    struct compiled compiled;
    struct habits habits = {.differ = false};
    int places[MESSAGE_MAX];
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 1 << 20);
    spec_text(&out, spec);
    compiled_init_bytes(&compiled, wb_buf_str(&out.buf), (struct wb_str){NULL, 0});
    const bool refused = compiled.rc != WB_OK;
    for (int round = 0; round < (refused ? 200000 : 1500) && !habits.differ; round++) {
        int count = 0;
        spec_message(spec, spec->nodes[0].first_child, places, &count);
        observe(&habits, spec, places, count);
        if (!refused && !follows_places(&compiled.grammar, spec, places, count)) {
            fail_msg("a correct message is not followed in\n" WB_FMT, WB_ARG(wb_buf_str(&out.buf)));
        }
    }
    if (refused && strcmp(compiled.diags.items[0].code, "WB-GRAM-0044") != 0) {
        fail_msg("refused for another reason: " WB_FMT, WB_ARG(compiled_diags(&compiled)));
    }
    if (refused != habits.differ) {
        fail_msg("%s although %s:\n" WB_FMT WB_FMT, refused ? "refused" : "compiled",
                 habits.differ ? "messages differ" : "no two messages differ",
                 WB_ARG(compiled_diags(&compiled)), WB_ARG(wb_buf_str(&out.buf)));
    }
    if (refused) {
        check_shortest(&compiled.diags, &habits);
    }
    if (refused && look) {
        check_witness(spec, &compiled.diags.items[0]);
    }
    compiled_done(&compiled);
    wb_out_done(&out);
    return refused;
}

static void
ambiguity_is_what_messages_show(void **state)
{
    (void)state;
    enum { GRAMMARS = 5000 };
    size_t refused = 0;
    for (uint32_t seed = 1; seed <= GRAMMARS; seed++) {
        struct spec spec = {.random = seed * 2654435761u};
        const struct spec_node own = {.loop = true, .first_child = -1, .next = -1};
        (void)spec_add(&spec, own);
        spec_children(&spec, 0, 0);
        refused += check_spec(&spec, seed % 10 == 0) ? 1 : 0;
    }
    assert_true(refused > GRAMMARS / 5 &&
                refused < GRAMMARS * 4 / 5); /* else one half is untested */
}

#define TEXTS                                                                                      \
    "segment N9 \"n\" { 01 1 M }\nsegment LS \"l\" { 01 1 M }\nsegment LE \"l\" { 01 1 M }\n"      \
    "segment MSG \"m\" { 01 1 M }\n"

static void
prefer_decides(void **state)
{
    (void)state;
    /* Two bounded loops in a row, as in the price list of a later release: nothing else tells them
     * apart. */
    struct compiled c;
    compiled_good(&c,
                  HEAD TEXTS "message 9 \"M\" { heading {\n010 ST M 1\n"
                             "020 loop L1 O 1 prefer {\n020 LS M 1\n030 N9 O 1\n040 LE M 1\n}\n"
                             "050 loop L2 O 1 {\n050 LS M 1\n060 MSG O 1\n070 LE M 1\n}\n"
                             "080 SE M 1\n} }\n",
                  NULL);
    assert_int_equal(c.diags.warning_count, 0);
    const struct grammar *g = &c.grammar;
    const struct grammar_message *m = &g->messages[0];
    const uint32_t ls = grammar_find_tag(g, m, WB_LIT("LS"));
    assert_int_equal(grammar_move(g, m, node_at(g, m, "ST"), ls), node_at(g, m, "L1/LS"));
    assert_int_equal(grammar_move(g, m, node_at(g, m, "L1/LE"), ls), node_at(g, m, "L2/LS"));
    assert_int_equal(grammar_move(g, m, node_at(g, m, "L2/LE"), ls), node_at(g, m, "L2/LS"));
    /* A loop's own node stands for its trigger. */
    assert_int_equal(grammar_move(g, m, node_at(g, m, "L1"), ls),
                     grammar_move(g, m, node_at(g, m, "L1/LS"), ls));
    compiled_done(&c);
}

static void
an_inner_place_comes_first(void **state)
{
    (void)state;
    /* N9 in the loop and behind it: preferred within, so the second N9 belongs to the loop although
     * both could take it. */
    struct compiled c;
    compiled_good(&c,
                  HEAD TEXTS "message 9 \"M\" { heading {\n010 ST M 1\n"
                             "020 loop MSG O 1 {\n020 MSG M 1\n030 N9 O >1 prefer\n}\n"
                             "050 N9 O >1\n080 SE M 1\n} }\n",
                  NULL);
    const struct grammar *g = &c.grammar;
    const struct grammar_message *m = &g->messages[0];
    const uint32_t n9 = grammar_find_tag(g, m, WB_LIT("N9"));
    assert_int_equal(grammar_move(g, m, node_at(g, m, "ST"), n9), node_at(g, m, "N9"));
    assert_int_equal(grammar_move(g, m, node_at(g, m, "MSG/MSG"), n9), node_at(g, m, "MSG/N9"));
    assert_int_equal(grammar_move(g, m, node_at(g, m, "MSG/N9"), n9), node_at(g, m, "MSG/N9"));
    compiled_done(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_850_goes_its_ways),
        cmocka_unit_test(ambiguity_is_what_messages_show),
        cmocka_unit_test(prefer_decides),
        cmocka_unit_test(an_inner_place_comes_first),
    };
    return cmocka_run_group_tests_name("grammar moves", tests, NULL, NULL);
}
