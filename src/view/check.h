#pragma once
/*
 * The whole of a check as JSON, schema waybill/check/1, from its events as they come. Findings are
 * gathered and stand at the end of each file's object, everything else is written at once.
 */
#include "base/json_out.h"
#include "check/check.h"

struct view_check {
    struct wb_json *json;
    struct wb_out findings_out; /* in memory */
    struct wb_json findings;
    uint64_t listed_count;
};

/* The object around all files. */
void view_check_begin(struct wb_json *json);
void view_check_end(struct wb_json *json);
/*
 * One file: begin, every event of its check, end. `finding_count`: how many there were; what the
 * check did not list, or what did not fit into memory, is told as "findings_left_out".
 */
void view_check_file_begin(struct wb_ctx *ctx, struct view_check *view, struct wb_json *json,
                           struct wb_str file);
void view_check_event(struct view_check *view, const struct check_event *event);
WB_MUST enum wb_rc view_check_file_end(struct view_check *view, struct wb_str verdict,
                                       uint64_t finding_count);
