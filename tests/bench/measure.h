#pragma once
/* What benchmarks share: CPU time as the median of rounds, and memcpy of the same bytes in the same
 * run, of which everything else is a multiple. Absolute figures do not carry over to another
 * machine; the ratios do.
 */
#include "base/buf.h"

struct bench {
    struct wb_ctx ctx;
    struct wb_out out;   /* owns the input */
    struct wb_str input; /* orders of `bench_orders` or another maker */
    char terminator;     /* of its segments */
    char *copy;          /* room for as many bytes as the input has */
    uint64_t segments;   /* in the input; the work counts them */
    uint64_t findings;   /* of the last round */
    uint64_t sum;        /* of what the work gave, so that none of it can be left out */
    uint64_t memcpy_ns;
    const void *how; /* what the work wants to know, its own affair */
    bool failed;
};

typedef void (*bench_work)(struct bench *b);
/* Makes an interchange of about `size_bytes` and says how many messages it has. */
typedef unsigned (*bench_maker)(struct wb_out *out, size_t size_bytes);

/* The bytes of the input: the second argument of a benchmark, 100 million without one. */
size_t bench_size(int argc, char **argv);
/* Makes an input of about `size_bytes` and measures memcpy and a bare count of terminators, which
 * it prints. The input must have been counted once by `count`, which sets `segments`. False without
 * memory. `bench_done` gives all back. */
WB_MUST bool bench_init(struct bench *b, size_t size_bytes, bench_work count);
/* The same with an input of another maker, whose segments end in `terminator`. */
WB_MUST bool bench_init_made(struct bench *b, size_t size_bytes, bench_work count, bench_maker make,
                             char terminator);
void bench_done(struct bench *b);
/* CPU nanoseconds of one round, the median of nine; prints them as what they are called. */
uint64_t bench_measure(struct bench *b, const char *name, bench_work work);
/* False, and said, when `ns` is more than the number of times memcpy that `limit` says; without a
 * limit (NULL) always true. */
WB_MUST bool bench_within(const struct bench *b, const char *limit, const char *name, uint64_t ns);
