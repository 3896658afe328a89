/*
 * Any bytes through reader, check, tree and acknowledgement. Nothing in them may make an operation
 * fail; every level that begins also ends; sentences keep their length; and what we answer reads
 * back without an error under our own grammar.
 */
#include <stdlib.h>

#include "check/ack.h"
#include "grammar/shipped.h"

enum { OUT_BYTES = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

struct seen {
    int interchanges;
    int groups;
    int messages;
    uint64_t bad; /* errors and warnings */
};

/* Levels begin and end in order, and what an event says is there is there. */
static void
look(const struct check_event *e, struct seen *open)
{
    switch (e->kind) {
    case CHECK_FINDING:
        require(e->finding->text.len > 0 && e->finding->text.len <= CHECK_TEXT_MAX);
        require(e->finding->value.len <= CHECK_VALUE_MAX);
        open->bad += e->finding->severity <= CHECK_WARNING;
        return;
    case CHECK_INTERCHANGE_BEGIN:
        require(open->interchanges++ == 0 && e->interchange != NULL);
        return;
    case CHECK_GROUP_BEGIN:
        require(open->groups++ == 0 && e->group != NULL && open->interchanges == 1);
        return;
    case CHECK_MESSAGE_BEGIN:
        require(open->messages++ == 0 && e->message != NULL && open->groups == 1);
        return;
    case CHECK_SEGMENT_SEEN:
        require(e->segment != NULL && open->interchanges == 1);
        return;
    case CHECK_MESSAGE_END:
        require(--open->messages == 0 && e->message != NULL);
        require((e->message->error_count > 0) == (e->message->verdict == CHECK_REJECTED));
        require((e->message->tree != NULL) == (e->message->grammar_message != NULL));
        return;
    case CHECK_GROUP_END:
        require(--open->groups == 0 && e->group->accepted_count <= e->group->message_count);
        return;
    case CHECK_INTERCHANGE_END:
        require(--open->interchanges == 0);
        return;
    case CHECK_END:
        require(open->interchanges + open->groups + open->messages == 0);
        return;
    }
}

/* The shipped grammar, opened once for all inputs: verifying it takes longer than most of them. */
static enum wb_rc
find(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
     struct grammar *ret, bool *ret_exact)
{
    static struct grammar shipped;
    (void)self; /* one grammar for all */
    if (shipped.bytes.at == NULL) {
        require(grammar_shipped_find(ctx, standard, WB_LIT("004010"), &shipped, ret_exact) ==
                WB_OK);
    }
    *ret = shipped;
    *ret_exact = wb_str_starts(release, WB_LIT("004010")) || wb_str_eq(release, WB_LIT("00401"));
    return WB_OK;
}

static struct seen
run(struct wb_ctx *ctx, struct wb_str bytes, size_t step, struct ack *ack)
{
    struct wire_memory memory = {.bytes = bytes, .step = step};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    const struct check_options options = {
        .want_trees = true, .want_segments = true, .keep_findings = true, .find_grammar = find};
    struct seen seen = {.bad = 0};
    require(wire_open(ctx, wire_source_memory(&memory), NULL, &reader) == WB_OK);
    require(check_open(ctx, reader, &options, &check) == WB_OK);
    struct check_event event = {.kind = CHECK_FINDING};
    while (event.kind != CHECK_END) {
        require(check_next(ctx, check, &event) == WB_OK);
        look(&event, &seen);
        require(ack == NULL || ack_event(ctx, ack, &event) == WB_OK);
    }
    check_close(check);
    wire_close(reader);
    return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    /* The first byte says in which pieces the rest arrives. */
    const struct wb_str bytes = {(const char *)data + 1, size - 1};
    const struct ack_options options = {
        .control_no = 1, .list_accepted = true, .ta1_always = (data[0] & 0x40) != 0};
    struct wb_out out;
    struct ack *ack = NULL;
    wb_out_init(&out, &ctx, -1, OUT_BYTES);
    require(ack_open(&ctx, &options, &out, &ack) == WB_OK);
    (void)run(&ctx, bytes, data[0] & 0x3f, ack); /* what it saw was looked at on the way */
    require(wb_out_finish(&out) == WB_OK);
    require((out.buf.len > 0) == (ack_count(ack) > 0));
    const struct seen answer = run(&ctx, wb_buf_str(&out.buf), 0, NULL);
    require(out.buf.len == 0 || answer.bad == 0);
    ack_close(ack);
    wb_out_done(&out);
    return 0;
}
