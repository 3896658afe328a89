/*
 * Ambiguities, each with a witness: a shortest sequence of segments of a correct message whose last
 * one two places could take. States are visited in breadth from the start along lawful moves, so
 * the first state that shows an ambiguity is one with a shortest way to it.
 */
#include "grammar/compile_priv.h"

#include "base/buf.h"

enum { WITNESS_SEGMENTS_MAX = 40, WITNESS_BYTES_MAX = 1024 };

struct search {
    struct gramc_state *state;
    uint32_t *before; /* for each node, the state that it was reached from */
    uint32_t *queue;  /* states that were reached; the first is the start */
    uint32_t count;
    bool *reached;
};

static struct wb_str
tag_of(const struct gramc_message *message, uint32_t node)
{
    return message->tags[message->nodes[node].tag];
}

/* "ST BEG N1 N1": the way to the state, and the tag that comes then. Empty when there is none. */
static struct wb_str
witness(const struct search *s, uint32_t tag)
{
    const struct gramc_message *message = s->state->message;
    uint32_t way[WITNESS_SEGMENTS_MAX];
    size_t count = 0;
    for (uint32_t at = s->state->from; at != 0; at = s->before[at]) {
        if (!s->reached[at] || count == WITNESS_SEGMENTS_MAX) {
            return (struct wb_str){0};
        }
        way[count++] = at;
    }
    struct gramc *c = s->state->c;
    struct wb_out out;
    wb_out_init(&out, c->ctx, -1, WITNESS_BYTES_MAX);
    while (count > 0) {
        wb_out_str(&out, tag_of(message, way[--count]));
        wb_out_byte(&out, ' ');
    }
    wb_out_str(&out, message->tags[tag]);
    struct wb_str text = {0};
    if (wb_out_finish(&out) == WB_OK) {
        text = wb_arena_dup(c->ctx, c->arena, wb_buf_str(&out.buf));
    }
    wb_out_done(&out);
    return text;
}

static struct wb_str
state_name(const struct gramc_state *state)
{
    return state->from == 0 ? WB_LIT("the start") : state->message->nodes[state->from].name;
}

static void
report_two(const struct search *s, enum gramc_code_no no, uint32_t first, uint32_t second)
{
    const struct gramc_state *state = s->state;
    struct gramc_node *nodes = state->message->nodes;
    if (nodes[second].reported) {
        return;
    }
    nodes[second].reported = true;
    const struct wb_str example = witness(s, nodes[second].tag);
    struct lang_diag *diag = gramc_report(
        state->c, no, nodes[second].pos,
        "behind " WB_FMT " (position %03u) a " WB_FMT " could be taken by two places%s%s" WB_FMT,
        WB_ARG(state_name(state)), nodes[state->from].position_no, WB_ARG(nodes[second].name),
        no == GRAM_AMBIGUOUS ? ": this is the second" : ", and both are preferred",
        example.len > 0 ? ", for example in " : "", WB_ARG(example));
    if (diag != NULL) {
        diag->expected = no == GRAM_AMBIGUOUS ? WB_LIT("`prefer` at the end of one of the lines")
                                              : WB_LIT("one `prefer`");
    }
    gramc_other(diag, nodes[first].pos, "the first place that could take it");
}

static void
report_state(struct search *s)
{
    const struct gramc_state *state = s->state;
    for (uint32_t tag = 0; tag < state->message->tag_count; tag++) {
        const struct gramc_choice *choice = &state->choices[tag];
        if (choice->second != GRAMMAR_NONE && choice->preferred == GRAMMAR_NONE) {
            report_two(s, GRAM_AMBIGUOUS, choice->lawful, choice->second);
        } else if (choice->rival != GRAMMAR_NONE) {
            report_two(s, GRAM_PREFER_TWICE, choice->preferred, choice->rival);
        }
    }
}

static void
reach(struct search *s, uint32_t node)
{
    if (node != GRAMMAR_NONE && !s->reached[node]) {
        s->reached[node] = true;
        s->before[node] = s->state->from;
        s->queue[s->count++] = node;
    }
}

static void
visit(struct search *s, uint32_t from)
{
    s->state->from = from;
    gramc_choices(s->state);
    report_state(s);
    for (uint32_t tag = 0; tag < s->state->message->tag_count; tag++) {
        const struct gramc_choice *choice = &s->state->choices[tag];
        if (choice->preferred != GRAMMAR_NONE) {
            reach(s, choice->preferred);
        } else {
            reach(s, choice->lawful);
            reach(s, choice->second);
        }
    }
}

void
gramc_ambiguities(struct gramc_state *state)
{
    struct gramc *c = state->c;
    const size_t count = state->message->node_count;
    struct search s = {.state = state};
    s.before = wb_arena_array(c->ctx, c->arena, count, sizeof *s.before);
    s.queue = wb_arena_array(c->ctx, c->arena, count, sizeof *s.queue);
    s.reached = wb_arena_array(c->ctx, c->arena, count, sizeof *s.reached);
    if (s.before == NULL || s.queue == NULL || s.reached == NULL) {
        c->failed = true;
        return;
    }
    reach(&s, 0);
    for (uint32_t i = 0; i < s.count; i++) {
        visit(&s, s.queue[i]);
    }
    for (uint32_t node = 1; node < count; node++) { /* what no correct message reaches */
        if (!s.reached[node] && !state->message->nodes[node].is_loop) {
            state->from = node;
            gramc_choices(state);
            report_state(&s);
        }
    }
}
