#pragma once
/* The inside of an acknowledgement: ack.c follows the events, ack_write.c knows what each segment
 * looks like. */
#include "base/date.h"
#include "check/ack.h"

enum {
    ACK_BODY_BYTES = WB_LIMIT_MESSAGE_ARENA, /* answers to one interchange, held until it ends */
    ACK_AK4_MAX = 99,
    ACK_POSITION_MAX = 999999,
    ACK_ID_MAX = 15
};

/* A text being gathered, with the writer that puts segments into it. */
struct ack_text {
    struct wb_out out;
    struct wire_writer writer;
};

struct ack {
    struct ack_options options;
    struct wb_out *out;
    uint32_t control_no;
    uint32_t written;         /* TA1 and 997 */
    struct ack_text body;     /* groups of the interchange, GS to GE */
    struct ack_text all;      /* AK2 to AK5 of the group's messages */
    struct ack_text rejected; /* the same of those not accepted */
    uint32_t group_count;
    uint32_t message_count; /* 997 of this interchange */
    bool answering;         /* the group at hand gets a 997 */
    struct wire_delims delims;
    struct wb_str suffix;
    uint8_t replacement;
    struct wb_moment at;
    bool at_known; /* `at` was given, or read from the interchange that is answered */
    char sent[6];  /* date of the interchange as YYMMDD, when sent_known */
    bool sent_known;
    const struct grammar *grammar;
};

/* Which separators, which time: what all segments of the answer share. */
void ack_begin(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event);
/* A group has a date too, for interchanges that have none. */
void ack_date_of_group(struct ack *ack, const struct check_event *event);
void ack_text_begin(struct ack *ack, struct ack_text *text);
/* GS, ST, AK1, `inner`, AK9, SE, GE of one group. */
WB_MUST enum wb_rc ack_write_group(struct wb_ctx *ctx, struct ack *ack,
                                   const struct check_event *event, const struct ack_text *inner);
/* AK2, AK3 and AK4, AK5 of one message. */
WB_MUST enum wb_rc ack_write_message(struct wb_ctx *ctx, struct ack *ack,
                                     const struct check_message *message, struct ack_text *text);
/* ISA, TA1 when wanted, the body when wanted, IEA. */
WB_MUST enum wb_rc ack_write_interchange(struct wb_ctx *ctx, struct ack *ack,
                                         const struct check_interchange *in, bool with_ta1,
                                         bool with_groups);
