/*
 * Following a message through its grammar. The present state is the node that took the last
 * segment; the move table says where the next one goes. What was passed over on the way and must
 * not be missing is reported there. A segment without a place leaves the state as it is, so that
 * one wrong segment is one finding; what follows it and has no place either is counted and told in
 * one note.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "check/check_priv.h"
#include "check/tags.h"

/* A quarter of the arena stays for findings and for what the last segment needs. */
enum { TREE_MARGIN = 4 };

static const struct grammar *
grammar_at(const struct check *c)
{
    return &c->body->grammar;
}

static struct wb_str
name_of(const struct grammar *grammar, uint32_t node)
{
    return grammar_str(grammar, grammar->nodes[node].name);
}

/* The segment that a loop begins with, or the segment itself. */
static uint32_t
trigger_of(const struct grammar *grammar, uint32_t node)
{
    while (grammar->nodes[node].segment == GRAMMAR_NONE &&
           grammar->nodes[node].child_first != GRAMMAR_NONE) {
        node = grammar->nodes[node].child_first;
    }
    return node;
}

void
check_walk_begin(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar_message *message = c->message.grammar_message;
    struct check_walk *walk = &c->walk;
    *walk = (struct check_walk){.at = message->node_first,
                                .lost_at = GRAMMAR_NONE,
                                .guess = GRAMMAR_NONE,
                                .ghost = GRAMMAR_NONE};
    wb_arena_reset(&c->walk_arena);
    walk->counts = wb_arena_array(ctx, &c->walk_arena, message->node_count, sizeof(uint32_t));
    if (walk->counts == NULL) {
        c->rc = WB_NOMEM;
        return;
    }
    if (c->options.want_trees) {
        c->rc = tree_init(ctx, &c->tree, &c->message_arena, grammar_at(c), message);
        if (c->rc == WB_OK) {
            c->tree.delims = c->interchange.delims;
            walk->open[0] = c->tree.root;
        }
    }
}

/* Something mandatory that was passed over: where it belongs, and (the segment at hand) where that
 * showed. */
static void
report_missing(struct wb_ctx *ctx, struct check *c, uint32_t node, uint32_t loop)
{
    const struct grammar *grammar = grammar_at(c);
    const uint32_t trigger = trigger_of(grammar, node);
    const struct wb_str tag = name_of(grammar, trigger);
    char place[CHECK_EXPECT_MAX];
    char expect[2 * CHECK_EXPECT_MAX];
    const unsigned position_no = (unsigned)grammar->nodes[node].position_no;
    if (c->walk.at == c->message.grammar_message->node_first) {
        (void)snprintf(place, sizeof place, "at the beginning, position %03u", position_no);
    } else {
        (void)snprintf(place, sizeof place, "after " WB_FMT ", position %03u",
                       WB_ARG(name_of(grammar, c->walk.at)), position_no);
    }
    if (c->has_segment) {
        (void)snprintf(expect, sizeof expect, "%s, noticed at " WB_FMT, place,
                       WB_ARG(wb_str_sub(c->segment.tag, 0, CHECK_TAG_KEEP)));
    } else {
        (void)snprintf(expect, sizeof expect, "%s, noticed at the end", place);
    }
    struct check_report report = CHECK_REPORT(CHECK_SEG_MISSING);
    report.tag = tag;
    report.expected_tag = tag;
    report.expected_at = wb_str_of(place);
    report.expect = wb_str_of(expect);
    report.path_node = grammar->nodes[node].segment == GRAMMAR_NONE ? node : loop;
    check_report(ctx, c, &report);
    if (c->walk.missed_count < CHECK_MISSED_MAX) {
        c->walk.missed[c->walk.missed_count++] = trigger;
    }
}

/* Whether it was told to be missing; it is then no longer. */
static bool
missed_before(struct check_walk *walk, uint32_t trigger)
{
    for (uint32_t i = 0; i < walk->missed_count; i++) {
        if (walk->missed[i] == trigger) {
            walk->missed[i] = walk->missed[--walk->missed_count];
            return true;
        }
    }
    return false;
}

/* Mandatory siblings behind `from` (GRAMMAR_NONE: from the loop's first child) and before slot
 * `to`. */
static void
missing_between(struct wb_ctx *ctx, struct check *c, uint32_t loop, uint32_t from, uint32_t to)
{
    const struct grammar *grammar = grammar_at(c);
    const struct check_rules *rules = &c->body->rules;
    const uint32_t base = c->message.grammar_message->node_first;
    uint32_t node =
        from == GRAMMAR_NONE ? rules->first_mandatory[loop] : rules->next_mandatory[from];
    while (node != GRAMMAR_NONE && grammar->nodes[node].slot < to) {
        if (c->walk.counts[node - base] == 0) {
            report_missing(ctx, c, node, loop);
        }
        node = rules->next_mandatory[node];
    }
}

static void
report_maximum(struct wb_ctx *ctx, struct check *c, uint32_t node, enum check_code code)
{
    const struct grammar *grammar = grammar_at(c);
    const struct grammar_node *row = &grammar->nodes[node];
    char expect[CHECK_EXPECT_MAX];
    if (row->max == 1) {
        (void)snprintf(expect, sizeof expect, "once here; this is the second");
    } else {
        (void)snprintf(expect, sizeof expect, "%u times here; this is number %u",
                       (unsigned)row->max, (unsigned)row->max + 1);
    }
    struct check_report report = CHECK_REPORT(code);
    report.tag = name_of(grammar, node);
    report.expect = wb_str_of(expect);
    check_report(ctx, c, &report);
}

/* Counts an instance; the first one too many is told, those after it are not. */
static void
count_instance(struct wb_ctx *ctx, struct check *c, uint32_t node, enum check_code code)
{
    uint32_t *count = &c->walk.counts[node - c->message.grammar_message->node_first];
    const uint32_t max = grammar_at(c)->nodes[node].max;
    if (*count < UINT32_MAX) {
        (*count)++;
    }
    if (max != UINT32_MAX && *count == max + 1) {
        report_maximum(ctx, c, node, code);
    }
}

/* Whether the tree may grow; once it may not, the message is checked without one. */
static bool
tree_room(struct check *c)
{
    const struct wb_arena *arena = &c->message_arena;
    if (arena->used_bytes > arena->limit_bytes - arena->limit_bytes / TREE_MARGIN) {
        c->message.too_large = true;
    }
    return c->options.want_trees && !c->message.too_large && c->rc == WB_OK;
}

static void
tree_stray(struct wb_ctx *ctx, struct check *c)
{
    if (tree_room(c)) {
        c->rc = tree_stray_add(ctx, &c->tree, &c->segment, c->segment_no);
    }
}

static void
tree_take(struct wb_ctx *ctx, struct check *c, uint32_t node, uint32_t new_loop)
{
    const struct grammar *grammar = grammar_at(c);
    struct tree_node **open = c->walk.open;
    if (new_loop != GRAMMAR_NONE) {
        const uint8_t depth = grammar->nodes[new_loop].depth;
        open[depth] = tree_add(ctx, &c->tree, open[depth - 1], new_loop);
        if (open[depth] == NULL) {
            c->rc = WB_NOMEM;
            return;
        }
    }
    struct tree_node *made = tree_add(ctx, &c->tree, open[grammar->nodes[node].depth - 1], node);
    if (made == NULL) {
        c->rc = WB_NOMEM;
        return;
    }
    made->segment_no = c->segment_no;
    made->at = c->segment.at;
    made->len = (uint32_t)c->segment.bytes.len;
    c->rc = tree_fill(ctx, &c->tree, made, &c->segment);
}

/* The loop that the segment of a node begins, or GRAMMAR_NONE. */
static inline uint32_t
loop_begun(const struct check *c, uint32_t node)
{
    const struct grammar_node *row = &grammar_at(c)->nodes[node];
    const bool begins = row->slot == 0 && row->parent != c->message.grammar_message->node_first;
    return begins ? row->parent : GRAMMAR_NONE;
}

/* The segment at hand stands for `node`: loops end, loops begin, counts are kept. */
static void
advance(struct wb_ctx *ctx, struct check *c, uint32_t node, uint32_t loop)
{
    const struct grammar_node *nodes = grammar_at(c)->nodes;
    const uint32_t base = c->message.grammar_message->node_first;
    const uint32_t parent = nodes[node].parent;
    const bool begins = loop != GRAMMAR_NONE;
    const uint32_t container = begins ? nodes[parent].parent : parent;
    const uint32_t slot = nodes[begins ? parent : node].slot;
    uint32_t at = c->walk.at;
    if (at == base) {
        missing_between(ctx, c, base, GRAMMAR_NONE, slot);
    } else {
        while (nodes[at].parent != container && nodes[at].parent != GRAMMAR_NONE) {
            missing_between(ctx, c, nodes[at].parent, at, UINT32_MAX);
            at = nodes[at].parent;
        }
        missing_between(ctx, c, container, at, slot);
    }
    if (begins) {
        count_instance(ctx, c, loop, CHECK_SEG_LOOP_MAX);
        const uint32_t end = c->body->rules.subtree_end[loop];
        memset(&c->walk.counts[loop + 1 - base], 0, (end - loop - 1) * sizeof(uint32_t));
        c->walk.counts[node - base] = 1;
    } else {
        count_instance(ctx, c, node, CHECK_SEG_MAX);
    }
    c->walk.at = node;
}

static bool
within(const struct check *c, uint32_t loop, uint32_t node)
{
    return loop != GRAMMAR_NONE && node >= loop && node < c->body->rules.subtree_end[loop];
}

static void
take(struct wb_ctx *ctx, struct check *c, uint32_t node)
{
    struct check_walk *walk = &c->walk;
    const uint32_t loop = loop_begun(c, node);
    advance(ctx, c, node, loop);
    if (walk->ghost != GRAMMAR_NONE && (loop == walk->ghost || !within(c, walk->ghost, node))) {
        walk->ghost = GRAMMAR_NONE;
    }
    if (!c->options.want_trees) {
        return;
    }
    if (walk->ghost != GRAMMAR_NONE) {
        tree_stray(ctx, c);
    } else if (tree_room(c)) {
        tree_take(ctx, c, node, loop);
    }
}

/* On as if the misspelt segment had been the one it resembles. The tree has no place for it, nor
 * for what belongs into a loop that it began. */
static void
guess_take(struct wb_ctx *ctx, struct check *c)
{
    struct check_walk *walk = &c->walk;
    const uint32_t loop = loop_begun(c, walk->guess);
    walk->guess_from = walk->at;
    walk->ghost_from = walk->ghost;
    advance(ctx, c, walk->guess, loop);
    if (!within(c, walk->ghost, walk->guess)) {
        walk->ghost = loop;
    }
    walk->guess_taken = true;
}

/* It was another one: back to where we stood before it. */
static void
guess_drop(struct check *c)
{
    struct check_walk *walk = &c->walk;
    const uint32_t loop = loop_begun(c, walk->guess);
    const uint32_t node = loop == GRAMMAR_NONE ? walk->guess : loop;
    walk->counts[node - c->message.grammar_message->node_first]--;
    walk->at = walk->guess_from;
    walk->ghost = walk->ghost_from;
}

/* Found again: how many were passed over in between. */
static void
found(struct wb_ctx *ctx, struct check *c)
{
    struct check_walk *walk = &c->walk;
    if (walk->skipped > 0) {
        char expect[32];
        (void)snprintf(expect, sizeof expect, "%u segment%s", (unsigned)walk->skipped,
                       walk->skipped == 1 ? "" : "s");
        struct check_report report = CHECK_REPORT(CHECK_MSG_SKIPPED);
        report.expect = wb_str_of(expect);
        report.tag = (struct wb_str){walk->lost_tag, walk->lost_tag_len};
        check_report(ctx, c, &report);
    }
    walk->lost = false;
    walk->skipped = 0;
    walk->lost_at = GRAMMAR_NONE;
}

static void
lose(struct check *c, uint32_t lost_at)
{
    struct check_walk *walk = &c->walk;
    if (!walk->lost) {
        walk->lost_tag_len =
            c->segment.tag.len < CHECK_TAG_KEEP ? c->segment.tag.len : CHECK_TAG_KEEP;
        memcpy(walk->lost_tag, c->segment.tag.at, walk->lost_tag_len);
    }
    walk->lost = true;
    walk->lost_at = lost_at;
}

/* An earlier place for the tag in a loop that is open, or GRAMMAR_NONE. */
static uint32_t
earlier_place(const struct check *c, uint32_t tag_key)
{
    const struct grammar *grammar = grammar_at(c);
    uint32_t loop = grammar->nodes[c->walk.at].parent;
    while (loop != GRAMMAR_NONE) {
        for (uint32_t n = grammar->nodes[loop].child_first; n != GRAMMAR_NONE;
             n = grammar->nodes[n].next_sibling) {
            const uint32_t trigger = trigger_of(grammar, n);
            if (grammar_pack_tag(name_of(grammar, trigger)) == tag_key) {
                return trigger;
            }
        }
        loop = grammar->nodes[loop].parent;
    }
    return GRAMMAR_NONE;
}

/* The same but for upper and lower case. */
static bool
same_letters(struct wb_str a, struct wb_str b)
{
    for (size_t i = 0; i < a.len && a.len == b.len; i++) {
        const char c = a.at[i];
        const char upper = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (upper != b.at[i]) {
            return false;
        }
    }
    return a.len == b.len;
}

/*
 * The node that could come here and whose tag is written in other letters or is one letter away, or
 * GRAMMAR_NONE. *ret_sure: there is only one, and the tag is long enough to say so.
 */
static uint32_t
guess(const struct check *c, struct wb_str tag, bool *ret_sure)
{
    const struct grammar *grammar = grammar_at(c);
    const struct grammar_message *message = c->message.grammar_message;
    uint32_t best = GRAMMAR_NONE;
    uint32_t near_count = 0;
    *ret_sure = false;
    if (tag.len < 2 || tag.len > GRAMMAR_TAG_MAX) {
        return best;
    }
    for (uint32_t i = 0; i < message->tag_count; i++) {
        const struct wb_str known = grammar_str(grammar, grammar->tags[message->tag_first + i]);
        const uint32_t node = grammar_move(grammar, message, c->walk.at, i);
        if (node == GRAMMAR_NONE) {
            continue;
        }
        if (same_letters(tag, known)) {
            *ret_sure = true;
            return node;
        }
        if (wb_str_distance(tag, known, 1) == 1) {
            best = near_count++ == 0 ? node : best;
        }
    }
    *ret_sure = near_count == 1 && tag.len == 3;
    return best;
}

/* Whether a guess may be gone on with: there is room for one more of it, and it is not the trailer,
 * which ends its message only where it is written right. */
static bool
guess_fits(const struct check *c, uint32_t node)
{
    const struct grammar_node *nodes = grammar_at(c)->nodes;
    const uint32_t base = c->message.grammar_message->node_first;
    const uint32_t loop = loop_begun(c, node);
    const uint32_t counted = loop == GRAMMAR_NONE ? node : loop;
    const bool trailer =
        nodes[node].parent == base && nodes[node].slot + 1u == nodes[base].child_count;
    return !trailer && c->walk.counts[counted - base] < nodes[counted].max;
}

static void
report_unknown(struct wb_ctx *ctx, struct check *c)
{
    char expect[32] = "";
    struct check_walk *walk = &c->walk;
    bool sure = false;
    /* Once nothing is listed any more there is nobody to suggest anything to. */
    if (c->message.findings_left_out == 0) {
        walk->guess = guess(c, c->segment.tag, &sure);
    }
    if (walk->guess != GRAMMAR_NONE) {
        (void)snprintf(expect, sizeof expect, "; is " WB_FMT " meant?",
                       WB_ARG(name_of(grammar_at(c), walk->guess)));
    }
    struct check_report report = CHECK_REPORT(CHECK_SEG_UNKNOWN);
    report.value = c->segment.tag;
    report.expect = wb_str_of(expect);
    check_report(ctx, c, &report);
    walk->guess_taken = false;
    walk->guess_key = grammar_pack_tag(c->segment.tag);
    sure = sure && walk->guess != GRAMMAR_NONE && guess_fits(c, walk->guess);
    if (sure) {
        if (walk->lost) {
            found(ctx, c);
        }
        guess_take(ctx, c);
        return;
    }
    lose(c, walk->lost_at);
}

/* Known in the message, and not here: out of order, or of a loop that has not begun. */
static void
report_misplaced(struct wb_ctx *ctx, struct check *c, uint32_t tag_key, uint32_t tag)
{
    const struct grammar *grammar = grammar_at(c);
    const struct grammar_message *message = c->message.grammar_message;
    const uint32_t first = c->body->rules.first_of_tag[message->tag_first + tag];
    if (c->walk.lost) {
        /* It follows from the finding that was told. */
        c->walk.skipped++;
        lose(c, first);
        return;
    }
    if (c->message.findings_left_out > 0) {
        const struct check_report counted = CHECK_REPORT(CHECK_SEG_SEQUENCE);
        check_report(ctx, c, &counted);
        lose(c, first);
        return;
    }
    const bool begun = c->walk.at != message->node_first;
    const uint32_t earlier = begun ? earlier_place(c, tag_key) : GRAMMAR_NONE;
    const uint32_t belongs = earlier != GRAMMAR_NONE ? earlier : first;
    const struct wb_str before = begun ? name_of(grammar, c->walk.at) : WB_LIT("nothing");
    const uint32_t loop = grammar->nodes[belongs].parent;
    const bool in_loop = grammar->nodes[loop].parent != GRAMMAR_NONE;
    char expect[CHECK_EXPECT_MAX];
    if (earlier != GRAMMAR_NONE && missed_before(&c->walk, earlier)) {
        struct check_report late = CHECK_REPORT(CHECK_SEG_LATE);
        late.expect = before;
        check_report(ctx, c, &late);
        lose(c, belongs);
        return;
    }
    if (earlier != GRAMMAR_NONE) {
        (void)snprintf(expect, sizeof expect, WB_FMT "; its place is position %03u", WB_ARG(before),
                       (unsigned)grammar->nodes[belongs].position_no);
    } else if (in_loop) {
        (void)snprintf(expect, sizeof expect, WB_FMT "; it belongs into loop " WB_FMT,
                       WB_ARG(before), WB_ARG(name_of(grammar, loop)));
    } else {
        (void)snprintf(expect, sizeof expect, WB_FMT, WB_ARG(before));
    }
    struct check_report report =
        CHECK_REPORT(earlier != GRAMMAR_NONE ? CHECK_SEG_SEQUENCE : CHECK_SEG_UNEXPECTED);
    report.expect = wb_str_of(expect);
    report.path_node = c->walk.at;
    check_report(ctx, c, &report);
    lose(c, belongs);
}

/* The segment at hand has no place. Unknown ones are told each; of misplaced ones the first of a
 * run. */
static void
unplaced(struct wb_ctx *ctx, struct check *c, uint32_t tag_key, uint32_t tag)
{
    const struct grammar *grammar = grammar_at(c);
    tree_stray(ctx, c);
    c->walk.guess = GRAMMAR_NONE;
    if (tag != GRAMMAR_NONE) {
        report_misplaced(ctx, c, tag_key, tag);
        return;
    }
    const bool known = grammar_find_segment(grammar, c->segment.tag) != GRAMMAR_NONE ||
                       (c->interchange.syntax == WIRE_X12 && check_tag_of_x12(c->segment.tag));
    if (!known) {
        report_unknown(ctx, c);
        return;
    }
    struct check_report report = CHECK_REPORT(CHECK_SEG_NOT_IN_MESSAGE);
    report.expect = grammar_str(grammar, c->message.grammar_message->id);
    check_report(ctx, c, &report);
    lose(c, c->walk.lost_at);
}

/* Segments that belong to a misplaced one, such as the rest of its loop, are no finding of their
 * own. */
static bool
follows_lost(struct check *c, uint32_t tag)
{
    if (!c->walk.lost || c->walk.lost_at == GRAMMAR_NONE || tag == GRAMMAR_NONE) {
        return false;
    }
    const uint32_t next =
        grammar_move(grammar_at(c), c->message.grammar_message, c->walk.lost_at, tag);
    if (next == GRAMMAR_NONE) {
        return false;
    }
    c->walk.lost_at = next;
    return true;
}

/*
 * Which of the tags that a misspelt one resembles it was, told by the segment behind it: the first
 * that there is room for and after which that segment has a place. GRAMMAR_NONE when there is none.
 */
static uint32_t
guess_told(const struct check *c, uint32_t tag)
{
    const struct grammar *grammar = grammar_at(c);
    const struct grammar_message *message = c->message.grammar_message;
    char room[GRAMMAR_TAG_MAX];
    const struct wb_str misspelt = check_tag_text(c->walk.guess_key, room);
    for (uint32_t i = 0; i < message->tag_count; i++) {
        const struct wb_str known = grammar_str(grammar, grammar->tags[message->tag_first + i]);
        const uint32_t node = grammar_move(grammar, message, c->walk.at, i);
        if (node != GRAMMAR_NONE && wb_str_distance(misspelt, known, 1) == 1 &&
            guess_fits(c, node) && grammar_move(grammar, message, node, tag) != GRAMMAR_NONE) {
            return node;
        }
    }
    return GRAMMAR_NONE;
}

void
check_walk_segment(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar *grammar = grammar_at(c);
    const struct grammar_message *message = c->message.grammar_message;
    const uint32_t tag = grammar_find_tag(grammar, message, c->segment.tag);
    struct check_walk *walk = &c->walk;
    uint32_t node =
        tag == GRAMMAR_NONE ? GRAMMAR_NONE : grammar_move(grammar, message, walk->at, tag);
    const bool other = node == GRAMMAR_NONE && tag != GRAMMAR_NONE && walk->guess != GRAMMAR_NONE;
    if (other && !walk->guess_taken) {
        walk->guess = guess_told(c, tag);
    }
    if (other && walk->guess != GRAMMAR_NONE) {
        /* This one tells whether the misspelt one before it was what it resembles. */
        node =
            grammar_move(grammar, message, walk->guess_taken ? walk->guess_from : walk->guess, tag);
    }
    c->node = node;
    if (c->options.want_segments) {
        check_push(ctx, c, CHECK_SEGMENT_SEEN);
    }
    if (node == GRAMMAR_NONE) {
        if (follows_lost(c, tag)) {
            c->walk.skipped++;
            tree_stray(ctx, c);
            return;
        }
        unplaced(ctx, c, grammar_pack_tag(c->segment.tag), tag);
        return;
    }
    if (walk->lost) {
        found(ctx, c);
    }
    if (other && walk->guess_taken) {
        guess_drop(c);
    } else if (other) {
        guess_take(ctx, c);
    }
    walk->guess = GRAMMAR_NONE;
    take(ctx, c, node);
}

void
check_walk_end(struct wb_ctx *ctx, struct check *c)
{
    if (c->walk.lost) {
        found(ctx, c);
    }
}
