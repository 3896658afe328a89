/*
 * Chooses a scan kernel. The choice is made when a reader is opened and kept in it; there is no
 * global that remembers it. Off x86-64 the plain kernel is the only one.
 */
#include "wire/scan.h"

size_t
wire_kernel_list(const struct wire_kernel *ret_kernels[3])
{
    size_t count = 0;
    ret_kernels[count++] = &wire_kernel_scalar;
#if defined(__x86_64__)
    ret_kernels[count++] = &wire_kernel_sse2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
        ret_kernels[count++] = &wire_kernel_avx2;
    }
#endif
    return count;
}

const struct wire_kernel *
wire_kernel_pick(bool force_scalar)
{
    const struct wire_kernel *kernels[3];
    size_t count = wire_kernel_list(kernels);
    return force_scalar ? kernels[0] : kernels[count - 1];
}
