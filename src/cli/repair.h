#pragma once
/*
 * Repairs of the envelope that follow from the bytes alone: counts and control numbers of trailers,
 * the padding of an ISA, empty elements at the end of a segment. Nothing is repaired that could
 * have been meant otherwise.
 */
#include "check/finding.h"
#include "cli/frames.h"

/* What is told of a repair: the finding that it cures, and a sentence. */
struct cli_repair_told {
    void (*tell)(void *self, enum check_code code, uint64_t at, struct wb_str text);
    void *self;
};

/*
 * The segment as it should read, in `buf` (cleared first), when that differs from what it is; false
 * when it is good. `frames` has taken it; a control number that is filled up is so from then on.
 */
WB_MUST enum wb_rc cli_repair_segment(struct wb_ctx *ctx, struct cli_frames *frames,
                                      const struct wire_segment *segment,
                                      const struct cli_repair_told *told, struct wb_buf *buf,
                                      bool *ret_changed);
