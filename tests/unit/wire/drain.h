#pragma once
/*
 * Reads an input to its end and keeps what came out: a log of events as text, and the bytes that
 * the events stand for. Shared by the tests of wire and its fuzz target, so it asserts nothing.
 */
#include "base/buf.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { DRAIN_BYTES_MAX = 256 * 1024 * 1024 };

struct drain_how {
    bool force_scalar;
    size_t window_bytes;
    size_t step_bytes;
    size_t segment_max_bytes;
};

/*
 * log       one line an event: what, line:column, offset, then tokens or length and value
 * copy      segments through wire_copy and skipped notices, which together are the input
 * tiled     each event began where the one before ended, and the last ended with the input
 * placed    every place was the one that counting by hand gives
 * consistent  what segments say of themselves agrees: slices, element_first, counts
 */
struct drain {
    enum wb_rc rc;
    struct wb_out log;
    struct wb_out copy;
    bool tiled;
    bool placed;
    bool consistent;
    uint32_t segment_count;
    uint32_t interchange_count;
    uint32_t message_count; /* segments ST and UNH */
    uint32_t notice_count[WIRE_NOTICE_COUNT];
};

void drain_run(struct wb_ctx *ctx, struct wb_str input, struct drain_how how, struct drain *ret);
void drain_done(struct drain *drain);
