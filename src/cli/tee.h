#pragma once
/*
 * A source that remembers the bytes that were read through it, for commands that must give back
 * what a reader skips.
 */
#include "base/buf.h"
#include "wire/reader.h"

struct cli_tee {
    struct wire_source from;
    struct wb_buf buf;
    uint64_t base;  /* stream offset of the first byte in buf */
    uint64_t front; /* what lies before it is not asked for any more */
};

void cli_tee_init(struct cli_tee *tee, struct wire_source from);
void cli_tee_done(struct cli_tee *tee);
struct wire_source cli_tee_source(struct cli_tee *tee);
/* Bytes of the stream that were read and not forgotten; until the next read. */
struct wb_str cli_tee_bytes(const struct cli_tee *tee, uint64_t at, uint64_t len);
/* What lies before `at` may go. */
void cli_tee_forget(struct cli_tee *tee, uint64_t at);
