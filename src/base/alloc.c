/*
 * Checked arithmetic on sizes. A size that came from outside, or was computed from such, goes
 * through here before it reaches an allocation. Memory itself is taken in os_linux.c, where it can
 * be made to fail.
 */
#include "base/alloc.h"

#include <assert.h>

bool
wb_add(size_t a, size_t b, size_t *ret)
{
    assert(ret != NULL);
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *ret = sum;
    return true;
}

bool
wb_mul(size_t a, size_t b, size_t *ret)
{
    assert(ret != NULL);
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *ret = product;
    return true;
}
