/*
 * One message from its header to its trailer. Known ones are followed through their grammar; of an
 * unknown one only the frame is checked, and it gets one finding.
 */
#include <stdio.h>
#include <string.h>

#include "check/check_priv.h"

enum { TYPE_LEN = 3, TYPE_NO = 1 };

static struct wb_str
keep(struct wb_ctx *ctx, struct check *c, struct wb_str s)
{
    const struct wb_str copy = wb_arena_dup(ctx, &c->message_arena, s);
    if (copy.at == NULL) {
        c->rc = WB_NOMEM;
        return (struct wb_str){"", 0};
    }
    return copy;
}

static void
tell(struct wb_ctx *ctx, struct check *c, enum check_code code, uint32_t element_no,
     struct wb_str value, struct wb_str expect)
{
    struct check_report report = CHECK_REPORT(code);
    report.element_no = element_no;
    report.value = value;
    report.expect = expect;
    check_report(ctx, c, &report);
}

static bool
type_shaped(struct wb_str type)
{
    bool shaped = type.len == TYPE_LEN;
    for (size_t i = 0; i < type.len && shaped; i++) {
        const char ch = type.at[i];
        shaped = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z');
    }
    return shaped;
}

static void
check_type(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar *grammar = &c->body->grammar;
    const struct check_message *m = &c->message;
    if (!type_shaped(m->type)) {
        tell(ctx, c, CHECK_MSG_TYPE, TYPE_NO, m->type, (struct wb_str){"", 0});
    } else if (m->grammar_message == NULL) {
        tell(ctx, c, CHECK_MSG_UNSUPPORTED, TYPE_NO, m->type,
             grammar_str(grammar, grammar->release));
    } else if (c->group_named && c->group.type.len > 0 &&
               !wb_str_eq(grammar_str(grammar, m->grammar_message->group), c->group.type)) {
        tell(ctx, c, CHECK_MSG_WRONG_GROUP, TYPE_NO, m->type, c->group.type);
    }
}

static void
check_control(struct wb_ctx *ctx, struct check *c)
{
    const uint32_t no = c->body->grammar.frames[GRAMMAR_MESSAGE].header_control_no;
    const struct grammar *grammar = &c->body->grammar;
    const uint32_t row = grammar_find_segment(grammar, c->segment.tag);
    const struct wb_str control = c->message.control;
    struct check_value_fault fault = {.code = CHECK_CODE_COUNT};
    if (control.len == 0) {
        tell(ctx, c, CHECK_MSG_CONTROL, no, control, WB_LIT("missing"));
        return;
    }
    if (row != GRAMMAR_NONE && no <= c->body->rules.segments[row].place_count) {
        const struct check_unit *unit = &c->body->rules.segments[row];
        check_value_look(&c->body->rules.places[unit->place_first + no - 1], control, &fault);
    }
    if (fault.code != CHECK_CODE_COUNT) {
        tell(ctx, c, CHECK_MSG_CONTROL, no, control, wb_str_of(fault.expect));
    }
    bool known = false;
    if (c->rc == WB_OK) {
        c->rc =
            check_numbers_add(ctx, &c->message_numbers, (struct wb_str){"", 0}, control, &known);
    }
    if (known) {
        tell(ctx, c, CHECK_MSG_DUPLICATE, no, control, (struct wb_str){"", 0});
    }
}

/* The header or trailer of the message: into the walk, then its elements but those looked at
 * elsewhere. */
static void
frame_segment(struct wb_ctx *ctx, struct check *c, uint64_t own)
{
    c->segment_no++;
    c->node = GRAMMAR_NONE;
    if (c->message.grammar_message == NULL) {
        if (c->options.want_segments) {
            check_push(ctx, c, CHECK_SEGMENT_SEEN);
        }
        return;
    }
    check_walk_segment(ctx, c);
    if (c->node != GRAMMAR_NONE) {
        check_elements(ctx, c, c->body->grammar.nodes[c->node].segment, own);
    }
}

void
check_message_open(struct wb_ctx *ctx, struct check *c)
{
    const uint32_t no = c->message.no + 1;
    const struct grammar *grammar = &c->body->grammar;
    const struct grammar_frame *frame = &grammar->frames[GRAMMAR_MESSAGE];
    wb_arena_reset(&c->message_arena);
    c->findings = NULL;
    c->finding_count = 0;
    c->finding_cap = 0;
    c->message_listed = (struct check_listed){.errors = 0};
    c->segment_no = 0;
    c->loose = false;
    c->message = (struct check_message){.no = no, .at = c->segment.at};
    c->message.type = keep(ctx, c, wb_str_trim(check_text(c, frame->type_no)));
    c->message.control = keep(ctx, c, wb_str_trim(check_text(c, frame->header_control_no)));
    c->message.release = c->group.release;
    c->message.grammar_exact = c->body->exact || c->group.release.len == 0;
    const uint32_t index = grammar_find_message(grammar, c->message.type);
    c->message.grammar_message = index == GRAMMAR_NONE ? NULL : &grammar->messages[index];
    c->group.message_count++;
    c->in_message = true;
    check_push(ctx, c, CHECK_MESSAGE_BEGIN);
    if (c->message.grammar_message != NULL) {
        check_rules_message(&c->body->rules, c->message.grammar_message);
        check_walk_begin(ctx, c);
    }
    if (c->rc != WB_OK) {
        return;
    }
    frame_segment(ctx, c, (uint64_t)3);
    check_blanks(ctx, c, frame->type_no);
    check_blanks(ctx, c, frame->header_control_no);
    check_type(ctx, c);
    check_control(ctx, c);
}

void
check_message_trailer(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar_frame *frame = &c->body->grammar.frames[GRAMMAR_MESSAGE];
    frame_segment(ctx, c, (uint64_t)3);
    check_count(ctx, c, frame->trailer_count_no, c->segment_no, CHECK_MSG_COUNT);
    check_control_pair(ctx, c, frame->trailer_control_no, c->message.control,
                       CHECK_MSG_CONTROL_MISMATCH, CHECK_MSG_CONTROL_FORM);
}

void
check_message_close(struct wb_ctx *ctx, struct check *c, bool by_trailer)
{
    struct check_message *m = &c->message;
    c->node = GRAMMAR_NONE;
    m->segment_count = c->segment_no;
    if (!by_trailer) {
        c->segment_no++; /* where the next segment of the message would stand */
        if (m->grammar_message != NULL) {
            check_walk_end(ctx, c);
        }
        char expect[24] = "the end of the input";
        if (c->has_segment) {
            (void)snprintf(expect, sizeof expect, WB_FMT, WB_ARG(wb_str_sub(c->segment.tag, 0, 8)));
        }
        tell(ctx, c, CHECK_MSG_TRAILER_MISSING, 0, (struct wb_str){"", 0}, wb_str_of(expect));
    }
    m->verdict = m->error_count > 0     ? CHECK_REJECTED
                 : m->warning_count > 0 ? CHECK_ACCEPTED_WITH_ERRORS
                                        : CHECK_ACCEPTED;
    c->rejected_count += m->verdict == CHECK_REJECTED;
    c->noted_count += m->verdict == CHECK_ACCEPTED_WITH_ERRORS;
    const bool kept = c->options.want_trees && m->grammar_message != NULL && !m->too_large;
    m->tree = kept ? &c->tree : NULL;
    m->findings = c->findings;
    m->finding_count = c->finding_count;
    check_push(ctx, c, CHECK_MESSAGE_END);
    c->in_message = false;
}
