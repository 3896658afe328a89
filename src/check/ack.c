/*
 * Which acknowledgements are due. The text of an interchange's answer is gathered while its groups
 * go by, because the TA1 stands before them and is known only at the end.
 */
#include "check/ack.h"

#include <string.h>

#include "check/ack_priv.h"

static void
text_init(struct wb_ctx *ctx, struct ack_text *text)
{
    wb_out_init(&text->out, ctx, -1, ACK_BODY_BYTES);
    wire_writer_init(&text->writer, &text->out, wire_delims_x12());
}

enum wb_rc
ack_open(struct wb_ctx *ctx, const struct ack_options *options, struct wb_out *out,
         struct ack **ret)
{
    struct ack *ack = wb_os_alloc(ctx, sizeof *ack);
    if (ack == NULL) {
        return WB_NOMEM;
    }
    ack->options = *options;
    /* For an interchange without any date: an answer has a date all the same. */
    if (!options->at_given && wb_os_now(ctx, &ack->options.at_seconds) != WB_OK) {
        wb_os_free(ack);
        return WB_IO;
    }
    ack->out = out;
    ack->control_no = options->control_no;
    text_init(ctx, &ack->body);
    text_init(ctx, &ack->all);
    text_init(ctx, &ack->rejected);
    *ret = ack;
    return WB_OK;
}

void
ack_close(struct ack *ack)
{
    if (ack == NULL) {
        return;
    }
    wb_out_done(&ack->body.out);
    wb_out_done(&ack->all.out);
    wb_out_done(&ack->rejected.out);
    wb_os_free(ack);
}

uint32_t
ack_count(const struct ack *ack)
{
    return ack->written;
}

static enum wb_rc
message_end(struct wb_ctx *ctx, struct ack *ack, const struct check_message *message)
{
    if (!ack->answering) {
        return WB_OK;
    }
    const bool accepted = message->verdict == CHECK_ACCEPTED;
    enum wb_rc rc = WB_OK;
    if (!accepted || ack->options.list_accepted) {
        rc = ack_write_message(ctx, ack, message, &ack->all);
    }
    if (rc == WB_OK && message->verdict == CHECK_REJECTED) {
        rc = ack_write_message(ctx, ack, message, &ack->rejected);
    }
    return rc;
}

/* In a group that is broken itself no message is accepted, so none is listed as if it were. */
static enum wb_rc
group_end(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event)
{
    if (!ack->answering) {
        return WB_OK;
    }
    ack->answering = false;
    const bool broken = event->group->error_count > 0;
    return ack_write_group(ctx, ack, event, broken ? &ack->rejected : &ack->all);
}

static enum wb_rc
interchange_end(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event)
{
    const struct check_interchange *in = event->interchange;
    if (in->header_bytes.len == 0) {
        return WB_OK; /* nobody to answer */
    }
    const bool with_ta1 =
        in->ack_requested || in->verdict != CHECK_ACCEPTED || ack->options.ta1_always;
    const bool with_groups = in->verdict != CHECK_REJECTED && ack->group_count > 0;
    if (!with_ta1 && !with_groups) {
        return WB_OK;
    }
    return ack_write_interchange(ctx, ack, in, with_ta1, with_groups);
}

enum wb_rc
ack_event(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event)
{
    if (event->interchange != NULL && event->interchange->syntax != WIRE_X12) {
        return WB_OK; /* a 997 is no answer to it */
    }
    switch (event->kind) {
    case CHECK_INTERCHANGE_BEGIN:
        ack->group_count = 0;
        ack->message_count = 0;
        ack_begin(ctx, ack, event);
        ack_text_begin(ack, &ack->body);
        return WB_OK;
    case CHECK_GROUP_BEGIN:
        ack->answering = event->group->type.len + event->group->control.len > 0 &&
                         !wb_str_eq(event->group->type, WB_LIT("FA"));
        ack->grammar = event->grammar;
        ack_date_of_group(ack, event);
        ack_text_begin(ack, &ack->all);
        ack_text_begin(ack, &ack->rejected);
        return WB_OK;
    case CHECK_MESSAGE_END:
        return message_end(ctx, ack, event->message);
    case CHECK_GROUP_END:
        return group_end(ctx, ack, event);
    case CHECK_INTERCHANGE_END:
        return interchange_end(ctx, ack, event);
    case CHECK_FINDING:
    case CHECK_MESSAGE_BEGIN:
    case CHECK_SEGMENT_SEEN:
    case CHECK_END:
        return WB_OK;
    }
    return WB_OK;
}
