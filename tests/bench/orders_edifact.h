#pragma once
/* Purchase orders made for benchmarks as EDIFACT: ORDERS D.96A with a UNA, line ends behind each
 * segment and a release character now and then; the same bytes each time.
 */
#include "base/buf.h"

/* One interchange of about `size_bytes`; returns the number of its messages. */
unsigned bench_orders_edifact(struct wb_out *out, size_t size_bytes);
