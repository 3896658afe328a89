/*
 * The kernel for every x86-64: 64 bytes become one 64-bit mask of separators, whose set bits are
 * written out as offsets. Bytes past the end are read and masked away.
 */
#include "wire/scan.h"

#if defined(__x86_64__)
#include <emmintrin.h>

static __m128i
load(const uint8_t *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

__attribute__((always_inline)) static inline uint64_t
mask16(__m128i v, const __m128i set[WIRE_SCAN_BYTES], const bool five)
{
    __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, set[0]), _mm_cmpeq_epi8(v, set[1])),
                               _mm_or_si128(_mm_cmpeq_epi8(v, set[2]), _mm_cmpeq_epi8(v, set[3])));
    hit = five ? _mm_or_si128(hit, _mm_cmpeq_epi8(v, set[4])) : hit;
    return (uint64_t)(uint32_t)_mm_movemask_epi8(hit);
}

__attribute__((always_inline)) static inline size_t
scan_any(const struct wire_scan_set *set, const uint8_t *at, uint32_t len, uint32_t *marks,
         const bool five)
{
    __m128i bytes[WIRE_SCAN_BYTES];
    for (int i = 0; i < WIRE_SCAN_BYTES; i++) {
        bytes[i] = _mm_set1_epi8((char)set->byte[i]);
    }
    uint32_t *mark = marks;
    for (uint32_t base = 0; base < len; base += 64) {
        const uint8_t *p = at + base;
        uint64_t mask = mask16(load(p), bytes, five) | mask16(load(p + 16), bytes, five) << 16 |
                        mask16(load(p + 32), bytes, five) << 32 |
                        mask16(load(p + 48), bytes, five) << 48;
        if (len - base < 64) {
            mask &= (UINT64_C(1) << (len - base)) - 1;
        }
        while (mask != 0) {
            *mark++ = base + (uint32_t)__builtin_ctzll(mask);
            mask &= mask - 1;
        }
    }
    return (size_t)(mark - marks);
}

static size_t
scan(const struct wire_scan_set *set, const uint8_t *at, uint32_t len, uint32_t *marks)
{
    return set->count == WIRE_SCAN_BYTES ? scan_any(set, at, len, marks, true)
                                         : scan_any(set, at, len, marks, false);
}

/* Up to 255 rounds are gathered in bytes before they are added up. */
static size_t
count_byte(const uint8_t *at, size_t len, uint8_t byte)
{
    const __m128i want = _mm_set1_epi8((char)byte);
    const __m128i zero = _mm_setzero_si128();
    size_t count = 0;
    size_t i = 0;
    while (len - i >= 16) {
        size_t rounds = (len - i) / 16 < 255 ? (len - i) / 16 : 255;
        __m128i sum = zero;
        for (size_t end = i + rounds * 16; i < end; i += 16) {
            sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(load(at + i), want));
        }
        __m128i wide = _mm_sad_epu8(sum, zero);
        count += (size_t)_mm_cvtsi128_si64(wide);
        count += (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(wide, wide));
    }
    uint32_t rest = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(load(at + i), want));
    rest &= (1U << (len - i)) - 1;
    for (; rest != 0; rest &= rest - 1) {
        count++;
    }
    return count;
}

const struct wire_kernel wire_kernel_sse2 = {"sse2", scan, count_byte};
#endif
