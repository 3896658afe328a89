/*
 * Defects of segments in their order: missing, unknown, of another message, at a wrong place, too
 * many. Whether what is left is still followed as it was is looked up in the grammar's moves, never
 * asked of the check.
 */
#include <string.h>

#include "base/limits.h"
#include "check/tags.h"
#include "plant.h"

enum { TRIES = 60, RUN_MAX = 40, INSTANCE_MAX = 10 };

static const struct grammar_node *
row_of(const struct gen_document *document, size_t at)
{
    return &document->grammar->nodes[document->segments[at].node];
}

static bool
is_trigger(const struct grammar_node *row)
{
    return row->slot == 0 && row->depth > 1;
}

static uint32_t
move(const struct gen_document *document, uint32_t from, struct wb_str tag)
{
    const uint32_t index = grammar_find_tag(document->grammar, document->message, tag);
    return index == GRAMMAR_NONE ? GRAMMAR_NONE
                                 : grammar_move(document->grammar, document->message, from, index);
}

/* Whether a node is a loop or stands in it. */
static bool
within(const struct grammar *g, uint32_t loop, uint32_t node)
{
    while (node != GRAMMAR_NONE && node != loop) {
        node = g->nodes[node].parent;
    }
    return node == loop;
}

/* The segments of one instance of the loop that the segment at `at` begins. */
static size_t
instance(const struct gen_document *document, size_t at)
{
    const uint32_t trigger = document->segments[at].node;
    const uint32_t loop = document->grammar->nodes[trigger].parent;
    size_t count = 1;
    while (document->segments[at + count].node != trigger &&
           document->segments[at + count].node != GRAMMAR_NONE &&
           within(document->grammar, loop, document->segments[at + count].node)) {
        count++;
    }
    return count;
}

/* Where all instances of the loop begin and end. */
static void
all_instances(const struct gen_document *document, size_t at, size_t *ret_first, size_t *ret_end)
{
    const uint32_t loop = document->grammar->nodes[document->segments[at].node].parent;
    size_t first = at;
    size_t end = at;
    while (within(document->grammar, loop, document->segments[first - 1].node)) {
        first--;
    }
    while (within(document->grammar, loop, document->segments[end].node)) {
        end++;
    }
    *ret_first = first;
    *ret_end = end;
}

static void
expect(struct gen_plant *plant, enum check_code code, uint32_t segment_no)
{
    plant->found = (struct gen_expect){.code = code, .segment_no = segment_no};
}

/* The only segment of its place, which must be there. */
static bool
needed(const struct gen_document *document, size_t at)
{
    const uint32_t node = document->segments[at].node;
    const struct grammar_node *const row = row_of(document, at);
    return !is_trigger(row) && row->need == GRAMMAR_MANDATORY &&
           document->segments[at - 1].node != node && document->segments[at + 1].node != node;
}

static bool
plant_missing(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
              struct gen_plant *ret)
{
    size_t at = 0;
    for (int i = 0; i < TRIES && gen_some(gen, document, &at); i++) {
        if (needed(document, at)) {
            gen_remove(document, at, 1);
            gen_recount(gen, document);
            expect(ret, kind->code, gen_segment_no(document, at));
            return gen_followed(document);
        }
    }
    return false;
}

static bool
plant_loop_missing(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                   struct gen_plant *ret)
{
    size_t at = 0;
    for (int i = 0; i < TRIES && gen_some(gen, document, &at); i++) {
        const struct grammar_node *const row = row_of(document, at);
        size_t first = 0;
        size_t end = 0;
        if (!is_trigger(row) || document->grammar->nodes[row->parent].need != GRAMMAR_MANDATORY) {
            continue;
        }
        all_instances(document, at, &first, &end);
        gen_remove(document, first, end - first);
        gen_recount(gen, document);
        expect(ret, kind->code, gen_segment_no(document, first));
        return gen_followed(document);
    }
    return false;
}

/* A tag that nobody knows and that resembles none of the message's. */
static struct wb_str
foreign_tag(struct gen *gen, const struct gen_document *document)
{
    const struct grammar *const g = document->grammar;
    for (;;) {
        const struct wb_str tag = gen_text(gen, 2 + gen_below(gen, 4), true);
        bool near = grammar_find_segment(g, tag) != GRAMMAR_NONE || check_tag_of_x12(tag);
        near = near || wb_str_starts(tag, WB_LIT("UN")) || /* an interchange of EDIFACT begins */
               wb_str_starts(tag, WB_LIT("UI"));
        for (uint32_t i = 0; i < document->message->tag_count && !near; i++) {
            const struct wb_str known = grammar_str(g, g->tags[document->message->tag_first + i]);
            near = wb_str_distance(tag, known, 1) <= 1;
        }
        if (!near) {
            return tag;
        }
    }
}

/* A tag that the standard has and the message has not, and that is no part of a frame. */
static struct wb_str
tag_of_another(struct gen *gen, const struct gen_document *document)
{
    static const char *const KNOWN[] = {"CLM", "LX",  "HL",  "SV1", "W01", "B3", "AK2", "BEG",
                                        "ZR",  "CN1", "OTI", "M1",  "G01", "EB", "NM1"};
    const struct grammar *const g = document->grammar;
    struct wb_str tag = wb_str_of(KNOWN[gen_below(gen, sizeof KNOWN / sizeof KNOWN[0])]);
    if (gen_chance(gen, 50)) {
        tag = grammar_str(g, g->segments[gen_below(gen, g->segment_count)].tag);
    }
    for (int level = 0; level < GRAMMAR_LEVELS; level++) {
        if (wb_str_eq(tag, grammar_str(g, g->frames[level].header)) ||
            wb_str_eq(tag, grammar_str(g, g->frames[level].trailer))) {
            return (struct wb_str){"", 0};
        }
    }
    const bool mine = grammar_find_tag(g, document->message, tag) != GRAMMAR_NONE;
    return mine ? (struct wb_str){"", 0} : tag;
}

static bool
plant_foreign(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
              struct gen_plant *ret)
{
    const bool known = kind->code == CHECK_SEG_NOT_IN_MESSAGE;
    const struct wb_str tag = known ? tag_of_another(gen, document) : foreign_tag(gen, document);
    if (tag.len == 0) {
        return false;
    }
    const size_t header = gen_header(document);
    const size_t at = header + 1 + gen_below(gen, (uint32_t)(gen_trailer(document) - header));
    struct gen_segment *const made = gen_insert(gen, document, at, tag);
    gen_set(gen, made, 1, 1, 0, gen_text(gen, 5, true));
    gen_recount(gen, document);
    expect(ret, kind->code, gen_segment_no(document, at));
    return true;
}

/* How many of the tags that could come are one letter away, and can have `next` behind them. */
static uint32_t
resembled(const struct gen_document *document, uint32_t before, struct wb_str tag,
          const struct wb_str *next)
{
    const struct grammar *const g = document->grammar;
    uint32_t count = 0;
    for (uint32_t i = 0; i < document->message->tag_count; i++) {
        const struct wb_str known = grammar_str(g, g->tags[document->message->tag_first + i]);
        const uint32_t node = move(document, before, known);
        count += node != GRAMMAR_NONE && wb_str_distance(tag, known, 1) == 1 &&
                 (next == NULL || move(document, node, *next) != GRAMMAR_NONE);
    }
    return count;
}

/* One letter of a tag is another, or all are small. */
static bool
plant_misspelt(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
               struct gen_plant *ret)
{
    size_t at = 0;
    if (!gen_some(gen, document, &at)) {
        return false;
    }
    struct gen_segment *const segment = &document->segments[at];
    char *const letters = wb_arena_alloc(gen->ctx, gen->arena, segment->tag.len);
    assert_non_null(letters);
    memcpy(letters, segment->tag.at, segment->tag.len);
    if (kind->option == 0) {
        letters[gen_below(gen, (uint32_t)segment->tag.len)] = (char)('A' + gen_below(gen, 26));
    }
    bool small = false;
    for (size_t i = 0; i < segment->tag.len && kind->option == 1; i++) {
        const bool letter = letters[i] >= 'A' && letters[i] <= 'Z';
        letters[i] = letter ? (char)(letters[i] - 'A' + 'a') : letters[i];
        small = small || letter;
    }
    const struct wb_str tag = {letters, segment->tag.len};
    if (grammar_find_segment(document->grammar, tag) != GRAMMAR_NONE || check_tag_of_x12(tag) ||
        (kind->option == 1 && !small)) {
        return false;
    }
    const uint32_t no = gen_segment_no(document, at);
    const uint32_t before = document->segments[at - 1].node;
    const struct wb_str next = document->segments[at + 1].tag;
    const uint32_t near = resembled(document, before, tag, NULL);
    const bool told = move(document, before, next) == GRAMMAR_NONE &&
                      resembled(document, before, tag, &next) == 1;
    if (kind->option == 0 && near > 1 && !told) {
        return false; /* nobody knows which one was meant */
    }
    expect(ret, kind->code, no);
    /* A long tag says by itself what it was meant to be, others only with what stands behind it. */
    if (kind->option == 0 && (near != 1 || tag.len < 3)) {
        const struct grammar_node *const row = row_of(document, at);
        const struct grammar_node *const nodes = document->grammar->nodes;
        const bool needed = is_trigger(row) && nodes[row->parent].need == GRAMMAR_MANDATORY;
        gen_allow(ret, is_trigger(row) ? CHECK_SEG_UNEXPECTED : CHECK_SEG_MISSING, GEN_ANYWHERE);
        gen_allow(ret, needed ? CHECK_SEG_MISSING : CHECK_MSG_SKIPPED, GEN_ANYWHERE);
    }
    segment->tag = tag;
    segment->node = GRAMMAR_NONE;
    return true;
}

/* The place for a tag in a loop that is open at `at`, the innermost first. */
static uint32_t
place_in_open_loop(const struct gen_document *document, uint32_t at, struct wb_str tag)
{
    const struct grammar *const g = document->grammar;
    for (uint32_t loop = g->nodes[at].parent; loop != GRAMMAR_NONE; loop = g->nodes[loop].parent) {
        for (uint32_t n = g->nodes[loop].child_first; n != GRAMMAR_NONE;
             n = g->nodes[n].next_sibling) {
            const uint32_t first =
                g->nodes[n].segment == GRAMMAR_NONE ? g->nodes[n].child_first : n;
            if (wb_str_eq(grammar_str(g, g->nodes[first].name), tag)) {
                return first;
            }
        }
    }
    return GRAMMAR_NONE;
}

/* A segment of the message stands once more, where it has no place. */
static bool
plant_misplaced(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                struct gen_plant *ret)
{
    const bool in_order = kind->code == CHECK_SEG_SEQUENCE;
    for (int i = 0; i < TRIES; i++) {
        size_t from = 0;
        size_t at = 0;
        if (!gen_some(gen, document, &from) || !gen_some(gen, document, &at)) {
            return false;
        }
        at++;
        const uint32_t before = document->segments[at - 1].node;
        const struct wb_str tag = document->segments[from].tag;
        if (move(document, before, tag) != GRAMMAR_NONE ||
            (place_in_open_loop(document, before, tag) != GRAMMAR_NONE) != in_order) {
            continue;
        }
        gen_copy(gen, document, from, 1, at);
        document->segments[at].node = GRAMMAR_NONE;
        gen_recount(gen, document);
        expect(ret, kind->code, gen_segment_no(document, at));
        return gen_followed(document);
    }
    return false;
}

/* A loop stands once more where it has no place: its first segment is told, the others are not. */
static bool
plant_skipped(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
              struct gen_plant *ret)
{
    for (int i = 0; i < TRIES; i++) {
        size_t from = 0;
        size_t at = 0;
        if (!gen_some(gen, document, &from) || !gen_some(gen, document, &at) ||
            !is_trigger(row_of(document, from))) {
            continue;
        }
        at++;
        const size_t count = instance(document, from);
        const uint32_t before = document->segments[at - 1].node;
        bool lost = count > 1 && count <= INSTANCE_MAX && (at <= from || at >= from + count);
        for (size_t k = 0; k < count && lost; k++) {
            lost = move(document, before, document->segments[from + k].tag) == GRAMMAR_NONE;
        }
        if (!lost) {
            continue;
        }
        const struct wb_str tag = document->segments[from].tag;
        const bool open = place_in_open_loop(document, before, tag) != GRAMMAR_NONE;
        gen_copy(gen, document, from, count, at);
        for (size_t k = 0; k < count; k++) {
            document->segments[at + k].node = GRAMMAR_NONE;
        }
        gen_recount(gen, document);
        expect(ret, kind->code, gen_segment_no(document, at + count));
        gen_allow(ret, open ? CHECK_SEG_SEQUENCE : CHECK_SEG_UNEXPECTED,
                  gen_segment_no(document, at));
        return gen_followed(document);
    }
    return false;
}

/* The first segment of a loop is gone, the others stand. */
static bool
plant_headless(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
               struct gen_plant *ret)
{
    for (int i = 0; i < TRIES; i++) {
        size_t at = 0;
        if (!gen_some(gen, document, &at) || !is_trigger(row_of(document, at))) {
            continue;
        }
        const size_t count = instance(document, at);
        const uint32_t before = document->segments[at - 1].node;
        bool lost = count > 1 && count <= INSTANCE_MAX;
        for (size_t k = 1; k < count && lost; k++) {
            lost = move(document, before, document->segments[at + k].tag) == GRAMMAR_NONE;
        }
        const struct wb_str next = document->segments[at + 1].tag;
        if (!lost || place_in_open_loop(document, before, next) != GRAMMAR_NONE) {
            continue;
        }
        gen_remove(document, at, 1);
        for (size_t k = 0; k + 1 < count; k++) {
            document->segments[at + k].node = GRAMMAR_NONE;
        }
        gen_recount(gen, document);
        expect(ret, kind->code, gen_segment_no(document, at));
        gen_allow(ret, CHECK_SEG_MISSING, gen_segment_no(document, at + count - 1));
        gen_allow(ret, CHECK_MSG_SKIPPED, gen_segment_no(document, at + count - 1));
        return gen_followed(document);
    }
    return false;
}

/* A segment that must be there comes behind its place. */
static bool
plant_late(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
           struct gen_plant *ret)
{
    for (int i = 0; i < TRIES; i++) {
        size_t from = 0;
        size_t to = 0;
        if (!gen_some(gen, document, &from) || !gen_some(gen, document, &to) || to <= from ||
            !needed(document, from)) {
            continue;
        }
        const uint32_t node = document->segments[from].node;
        const uint32_t before = document->segments[to].node;
        const struct wb_str tag = document->segments[from].tag;
        if (move(document, before, tag) != GRAMMAR_NONE ||
            place_in_open_loop(document, before, tag) != node) {
            continue;
        }
        /* Still the same instance of its loop. */
        const uint32_t loop = document->grammar->nodes[node].parent;
        bool same = true;
        for (size_t k = from + 1; k <= to; k++) {
            const uint32_t n = document->segments[k].node;
            const bool anew = loop != document->message->node_first &&
                              n == document->grammar->nodes[loop].child_first;
            same = same && within(document->grammar, loop, n) && !anew;
        }
        if (!same) {
            continue;
        }
        gen_copy(gen, document, from, 1, to + 1);
        document->segments[to + 1].node = GRAMMAR_NONE;
        gen_remove(document, from, 1);
        expect(ret, kind->code, gen_segment_no(document, to));
        gen_allow(ret, CHECK_SEG_MISSING, gen_segment_no(document, from));
        return gen_followed(document);
    }
    return false;
}

static bool
plant_too_many(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
               struct gen_plant *ret)
{
    for (int i = 0; i < TRIES; i++) {
        size_t at = 0;
        if (!gen_some(gen, document, &at)) {
            return false;
        }
        const struct grammar_node *const row = row_of(document, at);
        if (is_trigger(row) || row->max > RUN_MAX) {
            continue;
        }
        const uint32_t node = document->segments[at].node;
        size_t end = at + 1;
        while (document->segments[at - 1].node == node) {
            at--;
        }
        while (document->segments[end].node == node) {
            end++;
        }
        for (size_t k = end - at; k <= row->max; k++) {
            gen_copy(gen, document, at, 1, end);
        }
        gen_recount(gen, document);
        expect(ret, kind->code, gen_segment_no(document, at + row->max));
        return gen_followed(document);
    }
    return false;
}

static bool
plant_loop_too_many(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                    struct gen_plant *ret)
{
    for (int i = 0; i < TRIES; i++) {
        size_t at = 0;
        if (!gen_some(gen, document, &at) || !is_trigger(row_of(document, at))) {
            continue;
        }
        const uint32_t trigger = document->segments[at].node;
        const uint32_t max = document->grammar->nodes[row_of(document, at)->parent].max;
        const size_t count = instance(document, at);
        size_t first = 0;
        size_t end = 0;
        size_t have = 0;
        if (max > RUN_MAX || count > INSTANCE_MAX) {
            continue;
        }
        all_instances(document, at, &first, &end);
        for (size_t k = first; k < end; k++) {
            have += document->segments[k].node == trigger;
        }
        for (; have <= max; have++) {
            gen_copy(gen, document, at, count, end);
        }
        gen_recount(gen, document);
        /* The copies stand behind all others, so the one too many is the last. */
        all_instances(document, at, &first, &end);
        expect(ret, kind->code, gen_segment_no(document, end - count));
        return gen_followed(document);
    }
    return false;
}

static bool
plant_bytes(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    size_t at = 0;
    if (!gen_some(gen, document, &at)) {
        return false;
    }
    struct gen_segment *const segment = &document->segments[at];
    const uint32_t no = gen_segment_no(document, at);
    if (kind->code == CHECK_SEG_LEADING_BLANK) {
        segment->before = gen_chance(gen, 50) ? WB_LIT(" ") : WB_LIT("   ");
        expect(ret, kind->code, no);
        return true;
    }
    /* Line feeds between segments are nothing. */
    segment->before = gen_printf(gen, "%c", document->delims.segment);
    expect(ret, kind->code, no - 1);
    return document->delims.segment != '\n';
}

static bool
plant_segment_too_long(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                       struct gen_plant *ret)
{
    size_t at = 0;
    if (!gen_some(gen, document, &at)) {
        return false;
    }
    struct gen_segment *const made = gen_insert(gen, document, at, WB_LIT("NTE"));
    gen_set(gen, made, 1, 1, 0, gen_text(gen, WB_LIMIT_SEGMENT, true));
    gen_recount(gen, document);
    expect(ret, kind->code, gen_segment_no(document, at));
    return true;
}

/* Content that is counted, and not as long as its count. */
static bool
plant_binary(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
             struct gen_plant *ret)
{
    size_t at = 0;
    if (!gen_some(gen, document, &at)) {
        return false;
    }
    const bool length = kind->code == CHECK_ELM_BINARY_LENGTH;
    struct gen_segment *const made = gen_insert(gen, document, at, WB_LIT("BIN"));
    gen_set(gen, made, 1, 1, 0, length ? WB_LIT("1X") : WB_LIT("5"));
    gen_set(gen, made, 2, 1, 0, gen_text(gen, 9 + gen_below(gen, 30), true));
    gen_recount(gen, document);
    const uint32_t no = gen_segment_no(document, at);
    expect(ret, kind->code, no);
    ret->found.element_no = GEN_ANYWHERE;
    gen_allow(ret, CHECK_SEG_NOT_IN_MESSAGE, no);
    return true;
}

#define KIND(name_, code_, plant_)                                                                 \
    {                                                                                              \
        .name = (name_), .code = (code_), .plant = (plant_)                                        \
    }

const struct gen_kind *
gen_kinds_segment(size_t *ret_count)
{
    static const struct gen_kind KINDS[] = {
        KIND("mandatory segment gone", CHECK_SEG_MISSING, plant_missing),
        KIND("mandatory loop gone", CHECK_SEG_MISSING, plant_loop_missing),
        KIND("unknown segment", CHECK_SEG_UNKNOWN, plant_foreign),
        KIND("misspelt segment", CHECK_SEG_UNKNOWN, plant_misspelt),
        {.name = "segment in small letters",
                                                                 .code = CHECK_SEG_UNKNOWN,
                                                                 .plant = plant_misspelt,
                                                                 .option = 1    },
        KIND("segment of another message", CHECK_SEG_NOT_IN_MESSAGE, plant_foreign),
        KIND("segment out of order", CHECK_SEG_SEQUENCE, plant_misplaced),
        KIND("segment of no open loop", CHECK_SEG_UNEXPECTED, plant_misplaced),
        KIND("loop without its first", CHECK_SEG_UNEXPECTED, plant_headless),
        KIND("loop out of place", CHECK_MSG_SKIPPED, plant_skipped),
        KIND("mandatory segment late", CHECK_SEG_LATE, plant_late),
        KIND("one segment more", CHECK_SEG_MAX, plant_too_many),
        KIND("one loop more", CHECK_SEG_LOOP_MAX, plant_loop_too_many),
        KIND("empty segment", CHECK_SEG_EMPTY, plant_bytes),
        KIND("blanks before a segment", CHECK_SEG_LEADING_BLANK, plant_bytes),
        KIND("binary length no number", CHECK_ELM_BINARY_LENGTH, plant_binary),
        KIND("binary longer than said", CHECK_ELM_BINARY_SHORT, plant_binary),
        {.name = "a megabyte of segment",
                                                                 .code = CHECK_SEG_TOO_LONG,
                                                                 .plant = plant_segment_too_long,
                                                                 .times_max = 20},
    };
    *ret_count = sizeof KINDS / sizeof KINDS[0];
    return KINDS;
}
