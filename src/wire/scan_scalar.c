/*
 * The plain kernel: one byte after the other, for any machine. It is the meaning of the others;
 * a test compares them with it on random input.
 */
#include "wire/scan.h"

__attribute__((always_inline)) static inline size_t
scan_any(const struct wire_scan_set *set, const uint8_t *at, uint32_t len, uint32_t *marks,
         const bool five)
{
    size_t count = 0;
    for (uint32_t i = 0; i < len; i++) {
        uint8_t c = at[i];
        bool hit = c == set->byte[0] || c == set->byte[1] || c == set->byte[2] ||
                   c == set->byte[3] || (five && c == set->byte[4]);
        marks[count] = i;
        count += hit ? 1 : 0;
    }
    return count;
}

static size_t
scan(const struct wire_scan_set *set, const uint8_t *at, uint32_t len, uint32_t *marks)
{
    return set->count == WIRE_SCAN_BYTES ? scan_any(set, at, len, marks, true)
                                         : scan_any(set, at, len, marks, false);
}

static size_t
count_byte(const uint8_t *at, size_t len, uint8_t byte)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        count += at[i] == byte ? 1 : 0;
    }
    return count;
}

const struct wire_kernel wire_kernel_scalar = {"scalar", scan, count_byte};
