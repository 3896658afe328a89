/*
 * The frame of a benchmark. CPU time of the process, not of the clock on the wall: what else runs
 * on the machine then counts less.
 */
#include "measure.h"

#include <stdio.h>
#include <string.h>

#include "orders.h"

enum { ROUNDS = 9, LINES_MAX = 100, INPUT_BYTES = 100 * 1000 * 1000 };

static void
work_memcpy(struct bench *b)
{
    memcpy(b->copy, b->input.at, b->input.len);
    b->sum += (uint8_t)b->copy[b->sum % b->input.len];
}

static void
work_memchr(struct bench *b)
{
    const char *end = b->input.at + b->input.len;
    for (const char *p = b->input.at; p != NULL && p < end; b->sum++) {
        p = memchr(p, b->terminator, (size_t)(end - p));
        p = p == NULL ? NULL : p + 1;
    }
}

uint64_t
bench_measure(struct bench *b, const char *name, bench_work work)
{
    uint64_t ns[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t before = wb_os_cpu_ns();
        work(b);
        uint64_t took = wb_os_cpu_ns() - before;
        size_t at = i;
        for (; at > 0 && ns[at - 1] > took; at--) {
            ns[at] = ns[at - 1];
        }
        ns[at] = took;
    }
    uint64_t middle = ns[ROUNDS / 2];
    b->memcpy_ns = work == work_memcpy ? middle : b->memcpy_ns;
    printf("%-38s %9.3f ms %7.3f GB/s %8.2f ns/segment %7.2f x memcpy\n", name,
           (double)middle / 1e6, (double)b->input.len / (double)middle,
           (double)middle / (double)b->segments, (double)middle / (double)b->memcpy_ns);
    return middle;
}

size_t
bench_size(int argc, char **argv)
{
    uint64_t size = INPUT_BYTES;
    if (argc > 2 && (!wb_str_u64(wb_str_of(argv[2]), &size) || size == 0)) {
        size = INPUT_BYTES;
    }
    return (size_t)size;
}

static unsigned
make_orders(struct wb_out *out, size_t size_bytes)
{
    return bench_orders(out, size_bytes, 1, LINES_MAX);
}

bool
bench_init(struct bench *b, size_t size_bytes, bench_work count)
{
    return bench_init_made(b, size_bytes, count, make_orders, '~');
}

bool
bench_init_made(struct bench *b, size_t size_bytes, bench_work count, bench_maker make,
                char terminator)
{
    *b = (struct bench){.terminator = terminator};
    wb_ctx_init(&b->ctx);
    wb_out_init(&b->out, &b->ctx, -1, 2 * size_bytes);
    unsigned messages = make(&b->out, size_bytes);
    b->input = wb_buf_str(&b->out.buf);
    b->copy = wb_os_alloc(&b->ctx, b->input.len);
    if (wb_out_finish(&b->out) != WB_OK || b->copy == NULL) {
        return false;
    }
    work_memcpy(b); /* the first writing of a page is not what is measured */
    count(b);
    printf("%zu bytes, %u messages, %llu segments\n", b->input.len, messages,
           (unsigned long long)b->segments);
    (void)bench_measure(b, "memcpy", work_memcpy);
    (void)bench_measure(b, "count terminators (memchr)", work_memchr);
    return b->segments > 0 && b->memcpy_ns > 0;
}

void
bench_done(struct bench *b)
{
    printf("peak memory %.1f MB, of it %.1f MB input and its copy; sum %llu\n",
           (double)wb_os_peak_bytes() / 1e6, 2 * (double)b->input.len / 1e6,
           (unsigned long long)(b->sum & 1));
    wb_os_free(b->copy);
    wb_out_done(&b->out);
}

bool
bench_within(const struct bench *b, const char *limit, const char *name, uint64_t ns)
{
    uint64_t times = 0;
    if (limit == NULL || !wb_str_u64(wb_str_of(limit), &times) || ns <= times * b->memcpy_ns) {
        return true;
    }
    printf("%s took more than %s x memcpy\n", name, limit);
    return false;
}
