/*
 * EDIFACT, for which there is no grammar yet: interchanges, groups and messages are found and given
 * out as events, so that they can be listed and shown; nothing in them is checked, and the verdict
 * says so. What the reader noticed about the bytes is told all the same.
 */
#include <string.h>

#include "check/check_priv.h"

/* A component of the first repeat in UTF-8, release characters taken out; empty when absent. */
static struct wb_str
take(struct wb_ctx *ctx, struct check *c, struct wb_arena *arena, uint32_t element_no,
     uint16_t component_no)
{
    uint32_t count = 0;
    const struct wire_token *token = wire_element(&c->segment, element_no, &count);
    const struct wb_str empty = {"", 0};
    if (component_no > count || token[component_no - 1].component_no != component_no) {
        return empty;
    }
    struct wb_str text = wire_value_utf8(ctx, arena, &c->segment, &token[component_no - 1]);
    text = text.at == NULL ? text : wb_arena_dup(ctx, arena, text);
    c->rc = text.at == NULL ? WB_NOMEM : c->rc;
    return text.at == NULL ? empty : text;
}

static void
seen(struct wb_ctx *ctx, struct check *c)
{
    c->node = GRAMMAR_NONE;
    if (c->options.want_segments) {
        check_push(ctx, c, CHECK_SEGMENT_SEEN);
    }
}

static void
fill_interchange(struct wb_ctx *ctx, struct check *c)
{
    struct check_interchange *i = &c->interchange;
    struct wb_arena *arena = &c->interchange_arena;
    i->header_bytes = wb_arena_dup(ctx, arena, c->segment.bytes);
    if (i->header_bytes.at == NULL) {
        i->header_bytes = (struct wb_str){"", 0};
        c->rc = WB_NOMEM;
    }
    i->version = take(ctx, c, arena, 1, 2);
    i->sender = take(ctx, c, arena, 2, 1);
    i->sender_qualifier = take(ctx, c, arena, 2, 2);
    i->receiver = take(ctx, c, arena, 3, 1);
    i->receiver_qualifier = take(ctx, c, arena, 3, 2);
    i->date = take(ctx, c, arena, 4, 1);
    i->time = take(ctx, c, arena, 4, 2);
    i->control = take(ctx, c, arena, 5, 1);
    i->test = take(ctx, c, arena, 11, 1);
}

void
check_foreign_open(struct wb_ctx *ctx, struct check *c, bool synthetic)
{
    check_interchange_fresh(c);
    if (!synthetic) {
        fill_interchange(ctx, c);
    }
    check_push(ctx, c, CHECK_INTERCHANGE_BEGIN);
    if (!synthetic) {
        seen(ctx, c);
    }
    struct check_report report = CHECK_REPORT(CHECK_FILE_EDIFACT);
    report.value = c->interchange.control;
    check_report(ctx, c, &report);
}

/* The group of a UNG; an empty one around messages that have none. */
static void
open_group(struct wb_ctx *ctx, struct check *c, bool synthetic)
{
    const struct wb_str empty = {"", 0};
    const uint32_t no = c->group.no + 1;
    struct wb_arena *arena = &c->group_arena;
    wb_arena_reset(arena);
    c->group = (struct check_group){.no = no,
                                    .type = empty,
                                    .sender = empty,
                                    .receiver = empty,
                                    .date = empty,
                                    .time = empty,
                                    .control = empty,
                                    .agency = empty,
                                    .release = empty,
                                    .stated_count = empty};
    c->group_warnings = 0;
    c->message.no = 0;
    c->in_group = true;
    if (!synthetic) {
        c->group.type = take(ctx, c, arena, 1, 1);
        c->group.sender = take(ctx, c, arena, 2, 1);
        c->group.receiver = take(ctx, c, arena, 3, 1);
        c->group.date = take(ctx, c, arena, 4, 1);
        c->group.time = take(ctx, c, arena, 4, 2);
        c->group.control = take(ctx, c, arena, 5, 1);
        c->group.agency = take(ctx, c, arena, 6, 1);
        c->group.release = take(ctx, c, arena, 7, 2);
        c->interchange.group_count++;
    }
    check_push(ctx, c, CHECK_GROUP_BEGIN);
    if (!synthetic) {
        seen(ctx, c);
    }
}

static void
open_message(struct wb_ctx *ctx, struct check *c)
{
    struct wb_arena *arena = &c->message_arena;
    const uint32_t no = c->message.no + 1;
    wb_arena_reset(arena);
    c->findings = NULL;
    c->finding_count = 0;
    c->finding_cap = 0;
    c->message_listed = (struct check_listed){.errors = 0};
    c->segment_no = 1;
    c->message = (struct check_message){.no = no, .at = c->segment.at};
    c->message.control = take(ctx, c, arena, 1, 1);
    c->message.type = take(ctx, c, arena, 2, 1);
    const struct wb_str version = take(ctx, c, arena, 2, 2);
    const struct wb_str release = take(ctx, c, arena, 2, 3);
    c->message.release =
        wb_arena_printf(ctx, arena, WB_FMT "." WB_FMT, WB_ARG(version), WB_ARG(release));
    if (c->message.release.at == NULL) {
        c->rc = WB_NOMEM;
        c->message.release = (struct wb_str){"", 0};
    }
    c->group.message_count++;
    c->in_message = true;
    check_push(ctx, c, CHECK_MESSAGE_BEGIN);
    seen(ctx, c);
}

static enum check_verdict
verdict_of(uint64_t error_count)
{
    return error_count > 0 ? CHECK_REJECTED : CHECK_NOT_CHECKED;
}

bool
check_foreign_close(struct wb_ctx *ctx, struct check *c, enum grammar_level keep)
{
    c->node = GRAMMAR_NONE;
    if (c->in_message) {
        c->message.segment_count = c->segment_no;
        c->message.findings = c->findings;
        c->message.finding_count = c->finding_count;
        c->message.verdict = verdict_of(c->message.error_count);
        check_push(ctx, c, CHECK_MESSAGE_END);
        c->in_message = false;
        return true;
    }
    if (c->in_group && keep <= GRAMMAR_GROUP) {
        c->group.verdict = verdict_of(c->group.error_count);
        check_push(ctx, c, CHECK_GROUP_END);
        c->in_group = false;
        return true;
    }
    if (c->in_interchange && keep == GRAMMAR_INTERCHANGE) {
        c->interchange.verdict = verdict_of(c->interchange.error_count);
        check_push(ctx, c, CHECK_INTERCHANGE_END);
        c->in_interchange = false;
        return true;
    }
    return false;
}

static bool
tag_is(const struct check *c, const char *tag, const char *interactive)
{
    return wb_str_eq(c->segment.tag, wb_str_of(tag)) ||
           wb_str_eq(c->segment.tag, wb_str_of(interactive));
}

/* A trailer ends its level, once what is inside has been closed, a step each. */
static void
trailer(struct wb_ctx *ctx, struct check *c, enum grammar_level level)
{
    if (level != GRAMMAR_MESSAGE &&
        check_foreign_close(ctx, c, level == GRAMMAR_GROUP ? GRAMMAR_MESSAGE : GRAMMAR_GROUP)) {
        return;
    }
    c->pending = false;
    c->segment_no += c->in_message;
    seen(ctx, c);
    const bool open = level == GRAMMAR_MESSAGE ? c->in_message
                      : level == GRAMMAR_GROUP ? c->in_group
                                               : c->in_interchange;
    if (open) {
        (void)check_foreign_close(ctx, c, level); /* it is open */
    }
}

void
check_foreign_step(struct wb_ctx *ctx, struct check *c)
{
    if (tag_is(c, "UNG", "UNG")) {
        if (!check_foreign_close(ctx, c, GRAMMAR_GROUP)) {
            c->pending = false;
            open_group(ctx, c, false);
        }
    } else if (tag_is(c, "UNH", "UIH")) {
        if (c->in_message) {
            (void)check_foreign_close(ctx, c, GRAMMAR_MESSAGE); /* it is open */
        } else if (!c->in_group) {
            open_group(ctx, c, true);
        } else {
            c->pending = false;
            open_message(ctx, c);
        }
    } else if (tag_is(c, "UNT", "UIT")) {
        trailer(ctx, c, GRAMMAR_MESSAGE);
    } else if (tag_is(c, "UNE", "UNE")) {
        trailer(ctx, c, GRAMMAR_GROUP);
    } else if (tag_is(c, "UNZ", "UIZ")) {
        trailer(ctx, c, GRAMMAR_INTERCHANGE);
    } else {
        c->pending = false;
        c->segment_no += c->in_message && c->segment.tag.len > 0; /* an object is no segment */
        seen(ctx, c);
    }
}
