/*
 * The kernel for processors with AVX2 and BMI, chosen at run time; only these functions are built
 * for them. Offsets are written eight at a time and past the last one: the marks have room.
 */
#include "wire/scan.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi,popcnt")))
#define WIDE_INLINE __attribute__((target("avx2,bmi,popcnt"), always_inline)) static inline

WIDE static inline __m256i
load(const uint8_t *at)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

WIDE_INLINE uint64_t
mask32(__m256i v, const __m256i *set, const bool five)
{
    __m256i hit = _mm256_or_si256(
        _mm256_or_si256(_mm256_cmpeq_epi8(v, set[0]), _mm256_cmpeq_epi8(v, set[1])),
        _mm256_or_si256(_mm256_cmpeq_epi8(v, set[2]), _mm256_cmpeq_epi8(v, set[3])));
    hit = five ? _mm256_or_si256(hit, _mm256_cmpeq_epi8(v, set[4])) : hit;
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(hit);
}

/*
 * Eight offsets; where fewer are left the rest is scratch (tzcnt of 0 is 64). The empty asm keeps
 * the compiler from gathering them in a vector register first, which takes three times as long.
 */
WIDE static inline uint64_t
write8(uint64_t mask, uint32_t base, uint32_t *mark)
{
    for (int i = 0; i < 8; i++) {
        mark[i] = base + (uint32_t)_tzcnt_u64(mask);
        mask = _blsr_u64(mask);
        __asm__("" : "+r"(mask));
    }
    return mask;
}

WIDE_INLINE size_t
scan_any(const struct wire_scan_set *set, const uint8_t *at, uint32_t len, uint32_t *marks,
         const bool five)
{
    const __m256i bytes[WIRE_SCAN_BYTES] = {
        _mm256_set1_epi8((char)set->byte[0]), _mm256_set1_epi8((char)set->byte[1]),
        _mm256_set1_epi8((char)set->byte[2]), _mm256_set1_epi8((char)set->byte[3]),
        _mm256_set1_epi8((char)set->byte[4]),
    };
    size_t count = 0;
    for (uint32_t base = 0; base < len; base += 64) {
        uint64_t mask =
            mask32(load(at + base), bytes, five) | mask32(load(at + base + 32), bytes, five) << 32;
        if (len - base < 64) {
            mask &= (UINT64_C(1) << (len - base)) - 1;
        }
        uint32_t *mark = marks + count;
        count += (size_t)__builtin_popcountll(mask);
        mask = write8(mask, base, mark);
        while (mask != 0) {
            mark += 8;
            mask = write8(mask, base, mark);
        }
    }
    return count;
}

WIDE static size_t
scan(const struct wire_scan_set *set, const uint8_t *at, uint32_t len, uint32_t *marks)
{
    return set->count == WIRE_SCAN_BYTES ? scan_any(set, at, len, marks, true)
                                         : scan_any(set, at, len, marks, false);
}

WIDE static size_t
count_byte(const uint8_t *at, size_t len, uint8_t byte)
{
    const __m256i want = _mm256_set1_epi8((char)byte);
    size_t count = 0;
    for (size_t i = 0; i < len; i += 64) {
        uint64_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(at + i), want));
        uint64_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(at + i + 32), want));
        uint64_t mask = low | high << 32;
        if (len - i < 64) {
            mask &= (UINT64_C(1) << (len - i)) - 1;
        }
        count += (size_t)__builtin_popcountll(mask);
    }
    return count;
}

const struct wire_kernel wire_kernel_avx2 = {"avx2", scan, count_byte};
#endif
