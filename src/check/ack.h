#pragma once
/* TA1 and 997 from the events of a check. The same events, time and control number give the same
 * bytes. */
#include "check/check.h"

struct ack_options {
    int64_t at_seconds;   /* date and time of the envelope, UTC */
    bool at_given;        /* else ISA09, the first good GS04, or the clock where none is a date */
    uint32_t control_no;  /* first interchange control number; groups and messages count from 1 */
    bool ta1_always;      /* else when ISA14 is 1 or the envelope has a finding */
    bool list_accepted;   /* AK2/AK5 for accepted messages too (default of the command line: yes) */
    struct wb_str suffix; /* after each terminator; left out where lines end segments anyway */
};

struct ack;

WB_MUST enum wb_rc ack_open(struct wb_ctx *ctx, const struct ack_options *options,
                            struct wb_out *out, struct ack **ret);
/*
 * Feed it every event of a check opened with keep_findings. Each interchange is answered by one of
 * ours when it ends: TA1, then one 997 a group. Groups FA are never acknowledged; an interchange
 * that is rejected as a whole gets its TA1 alone, because none of its messages is taken. One
 * without a header cannot be answered.
 */
WB_MUST enum wb_rc ack_event(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event);
/* How many acknowledgements (TA1 + 997) were written. */
uint32_t ack_count(const struct ack *ack);
void ack_close(struct ack *ack);
