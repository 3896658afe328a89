#pragma once
/* Purchase orders made for benchmarks: correct X12 004010 850s, the same bytes for the same seed.
 */
#include "base/buf.h"

/* One interchange of about `size_bytes` into `out`, messages with 1 to lines_max lines. Returns the
 * number of messages. */
unsigned bench_orders(struct wb_out *out, size_t size_bytes, uint64_t seed, unsigned lines_max);
