/*
 * The wire on arbitrary bytes. The first three bytes choose window, cut and segment limit; what
 * follows is read by the plain kernel and by the best one, and both must give the same events. The
 * events tile the input, say right places and copy to the same bytes. Then the input is unwrapped
 * and that is read too.
 */
#include <stdlib.h>
#include <string.h>

#include "drain.h"
#include "wire/scan.h"
#include "wire/unwrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void
require_laws(const struct drain *d, struct wb_str input)
{
    require(d->rc == WB_OK);
    require(d->tiled);
    require(d->placed);
    require(d->consistent);
    require(wb_str_eq(wb_buf_str(&d->copy.buf), input));
}

static void
check_kernels(struct wb_ctx *ctx, struct wb_str input)
{
    const struct wire_kernel *kernels[3];
    size_t count = wire_kernel_list(kernels);
    size_t room = input.len + WIRE_SCAN_PAD;
    uint8_t *bytes = wb_os_alloc(ctx, room);
    uint32_t *want = wb_os_alloc(ctx, room * sizeof *want);
    uint32_t *got = wb_os_alloc(ctx, room * sizeof *got);
    require(bytes != NULL && want != NULL && got != NULL);
    memcpy(bytes, input.at, input.len);
    struct wire_scan_set set = {
        {bytes[0], bytes[input.len / 3], bytes[input.len / 2], '*', '?'},
        (uint8_t)(4 + input.len % 2)
    };
    size_t marks = kernels[0]->scan(&set, bytes, (uint32_t)input.len, want);
    for (size_t i = 1; i < count; i++) {
        require(kernels[i]->scan(&set, bytes, (uint32_t)input.len, got) == marks);
        require(memcmp(want, got, marks * sizeof *want) == 0);
        require(kernels[i]->count(bytes, input.len, bytes[0]) ==
                kernels[0]->count(bytes, input.len, bytes[0]));
    }
    wb_os_free(bytes);
    wb_os_free(want);
    wb_os_free(got);
}

static void
check_unwrap(struct wb_ctx *ctx, struct wb_str input)
{
    struct wb_arena arena;
    struct wb_str inside = {NULL, 0};
    uint32_t undid = 0;
    wb_arena_init(&arena, 64 * 1024 * 1024);
    (void)wire_unwrap_wanted(input); /* any answer is good, reading past the end is not */
    require(wire_unwrap(ctx, &arena, input, &inside, &undid) == WB_OK);
    require(inside.len <= input.len);
    require(undid != 0 || inside.at == input.at);
    struct drain d;
    drain_run(ctx, inside, (struct drain_how){.step_bytes = 0}, &d);
    require_laws(&d, inside);
    drain_done(&d);
    wb_arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4) {
        return 0;
    }
    struct wb_ctx ctx;
    struct wb_str input = {(const char *)data + 3, size - 3};
    struct drain_how how = {.window_bytes = 1U + data[0] * 4U,
                            .step_bytes = data[1],
                            .segment_max_bytes = data[2] == 0 ? 0 : 16U + data[2] * 4U};
    struct drain plain;
    struct drain fast;
    wb_ctx_init(&ctx);
    drain_run(&ctx, input, how, &fast);
    require_laws(&fast, input);
    how = (struct drain_how){.force_scalar = true, .segment_max_bytes = how.segment_max_bytes};
    drain_run(&ctx, input, how, &plain);
    require_laws(&plain, input);
    require(wb_str_eq(wb_buf_str(&plain.log.buf), wb_buf_str(&fast.log.buf)));
    drain_done(&plain);
    drain_done(&fast);
    check_kernels(&ctx, input);
    check_unwrap(&ctx, input);
    return 0;
}
