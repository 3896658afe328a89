#pragma once
/* Purchase orders made for benchmarks: correct X12 004010 850s, the same bytes for the same seed;
 * and what a seller's Odoo holds of their parties and products.
 */
#include "base/buf.h"

enum { BENCH_PRODUCTS = 10000, BENCH_HOSPITALS = 90, BENCH_UNITS = 5 };

struct bench_product {
    uint32_t code;  /* the seller's */
    uint64_t upc;   /* 12 digits with the check digit */
    uint32_t price; /* hundredths */
    uint32_t unit;  /* number of bench_unit() */
};
struct bench_product bench_product(uint32_t number);
/* A unit as X12 has it, and as Odoo's users call it. */
const char *bench_unit(uint32_t number);
const char *bench_unit_name(uint32_t number);
/* 13 digits; the buyer is the hospital number BENCH_HOSPITALS. */
uint64_t bench_gln(uint32_t hospital);

/* One interchange of about `size_bytes` into `out`, messages with 1 to lines_max lines. Returns the
 * number of messages. */
unsigned bench_orders(struct wb_out *out, size_t size_bytes, uint64_t seed, unsigned lines_max);
