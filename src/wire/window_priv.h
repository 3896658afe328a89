#pragma once
/*
 * The window: the part of the stream that is in memory. It slides when its front is no longer
 * needed, grows when one segment needs all of it, and counts lines as bytes leave.
 */
#include "wire/reader.h"
#include "wire/scan.h"

/* A known spot of the stream: its line, and where that line begins. */
struct wire_spot {
    uint64_t at;
    uint64_t line;
    uint64_t line_at;
};

/*
 * at     bytes of the stream from offset `base` on; WIRE_SCAN_PAD readable bytes follow cap
 * end    how many there are
 * front  the spot of at[0]
 * last   the spot asked for last, from which the next one is counted
 */
struct wire_window {
    struct wire_source source;
    const struct wire_kernel *kernel;
    char *at;
    size_t cap;
    size_t cap_max;
    size_t end;
    uint64_t base;
    bool ended;
    struct wire_spot front;
    struct wire_spot last;
};

WB_MUST enum wb_rc wire_window_init(struct wb_ctx *ctx, struct wire_window *window,
                                    struct wire_source source, const struct wire_kernel *kernel,
                                    size_t cap, size_t cap_max);
void wire_window_done(struct wire_window *window);
/*
 * Makes at least one more byte available after `end`, or sets `ended`.
 *
 * keep_at    bytes before it are no longer needed
 * ret_shift  by how much everything moved towards the front
 */
WB_MUST enum wb_rc wire_window_more(struct wb_ctx *ctx, struct wire_window *window, size_t keep_at,
                                    size_t *ret_shift);
/* The spot of a stream offset; .line 0 when it lies before the window. */
struct wire_spot wire_window_spot(struct wire_window *window, uint64_t at);
