#pragma once
/*
 * The scan kernels: where in a piece of input the separators stand, and how often a byte occurs.
 * All have one signature and equal scan_scalar.c in every byte they answer; none decides what a
 * separator means.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_SCAN_BYTES = 5, /* terminator, element, component, repetition, release */
    WIRE_SCAN_PAD = 64,  /* readable bytes past the end of the input; spare marks */
};

/* The bytes looked for: the first four, or all when count is five. A set of fewer repeats one. */
struct wire_scan_set {
    uint8_t byte[WIRE_SCAN_BYTES];
    uint8_t count;
};

/*
 * Writes the offset of every byte of the set in at[0..len), rising, and returns how many.
 *
 * at     len + WIRE_SCAN_PAD readable bytes; what stands in the pad has no influence
 * marks  room for len + WIRE_SCAN_PAD; those past the returned count are scratch
 */
typedef size_t wire_scan_fn(const struct wire_scan_set *set, const uint8_t *at, uint32_t len,
                            uint32_t *marks);
/* How often `byte` stands in at[0..len); the same pad. */
typedef size_t wire_count_fn(const uint8_t *at, size_t len, uint8_t byte);

struct wire_kernel {
    const char *name;
    wire_scan_fn *scan;
    wire_count_fn *count;
};

extern const struct wire_kernel wire_kernel_scalar;
extern const struct wire_kernel wire_kernel_sse2;
extern const struct wire_kernel wire_kernel_avx2;

/* Every kernel that this processor can run, the plain one first and the best one last. */
size_t wire_kernel_list(const struct wire_kernel *ret_kernels[3]);
const struct wire_kernel *wire_kernel_pick(bool force_scalar);
