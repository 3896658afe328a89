/*
 * What checking costs: 100 MB of purchase orders made here, with everything checked at every level,
 * beside memcpy of the same bytes and a bare count of terminators in the same run. CPU time, median
 * of nine. With an argument, checking has to stay within so many times memcpy.
 */
#include <stdio.h>
#include <string.h>

#include "check/ack.h"
#include "orders.h"

enum { ROUNDS = 9, INPUT_BYTES = 100 * 1000 * 1000 };

struct bench {
    struct wb_ctx ctx;
    struct wb_str input;
    char *copy;
    uint64_t segments;
    uint64_t findings;
    uint64_t sum;
    bool trees;
    bool failed;
};

static void
work_memcpy(void *self)
{
    struct bench *b = self;
    memcpy(b->copy, b->input.at, b->input.len);
    b->sum += (uint8_t)b->copy[b->sum % b->input.len];
}

static void
work_memchr(void *self)
{
    struct bench *b = self;
    const char *end = b->input.at + b->input.len;
    for (const char *p = b->input.at; p != NULL && p < end; b->sum++) {
        p = memchr(p, '~', (size_t)(end - p));
        p = p == NULL ? NULL : p + 1;
    }
}

static void
work_scan(void *self)
{
    struct bench *b = self;
    struct wire_memory memory = {.bytes = b->input};
    struct wire_reader *reader = NULL;
    static const struct wire_options options = {0};
    enum wb_rc rc = wire_open(&b->ctx, wire_source_memory(&memory), &options, &reader);
    enum wire_event event = WIRE_NOTICE;
    b->segments = 0;
    while (rc == WB_OK && event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        rc = wire_next(&b->ctx, reader, &event, &segment, &notice);
        b->segments += event == WIRE_SEGMENT || event == WIRE_INTERCHANGE ? 1 : 0;
    }
    b->failed = b->failed || rc != WB_OK;
    wire_close(reader);
}

static void
work_check(void *self)
{
    struct bench *b = self;
    struct wire_memory memory = {.bytes = b->input};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    static const struct wire_options wire_options = {0};
    struct check_options options = {.want_trees = b->trees};
    enum wb_rc rc = wire_open(&b->ctx, wire_source_memory(&memory), &wire_options, &reader);
    rc = rc != WB_OK ? rc : check_open(&b->ctx, reader, &options, &check);
    struct check_event event = {.kind = CHECK_FINDING};
    b->findings = 0;
    while (rc == WB_OK && event.kind != CHECK_END) {
        rc = check_next(&b->ctx, check, &event);
        b->findings += event.kind == CHECK_FINDING ? 1 : 0;
    }
    b->failed = b->failed || rc != WB_OK;
    check_close(check);
    wire_close(reader);
}

static uint64_t
report(const struct bench *b, const char *what, uint64_t ns, uint64_t base_ns)
{
    printf("%-28s %9.3f ms  %6.3f GB/s  %7.2f ns/segment  %6.2f x memcpy\n", what, (double)ns / 1e6,
           (double)b->input.len / (double)ns, (double)ns / (double)b->segments,
           (double)ns / (double)base_ns);
    return ns;
}

int
main(int argc, char **argv)
{
    struct bench b = {.segments = 0};
    struct wb_out input;
    wb_ctx_init(&b.ctx);
    wb_out_init(&input, &b.ctx, -1, 2 * (size_t)INPUT_BYTES);
    unsigned messages = bench_orders(&input, INPUT_BYTES, 1, 100);
    b.input = wb_buf_str(&input.buf);
    b.copy = wb_os_alloc(&b.ctx, b.input.len);
    if (wb_out_finish(&input) != WB_OK || b.copy == NULL) {
        return 1;
    }
    work_memcpy(&b);
    work_scan(&b);
    work_check(&b);
    printf("%zu bytes, %u messages, %llu segments, %llu findings\n", b.input.len, messages,
           (unsigned long long)b.segments, (unsigned long long)b.findings);
    uint64_t base = bench_median_ns(work_memcpy, &b, ROUNDS);
    (void)report(&b, "memcpy", base, base);
    (void)report(&b, "count terminators", bench_median_ns(work_memchr, &b, ROUNDS), base);
    (void)report(&b, "scan", bench_median_ns(work_scan, &b, ROUNDS), base);
    uint64_t check_ns = report(&b, "check", bench_median_ns(work_check, &b, ROUNDS), base);
    b.trees = true;
    (void)report(&b, "check with trees", bench_median_ns(work_check, &b, ROUNDS), base);
    printf("peak memory %.1f MB, of it %.1f MB input and its copy; sum %llu\n",
           (double)wb_os_peak_bytes() / 1e6, 2 * (double)b.input.len / 1e6,
           (unsigned long long)(b.sum & 1));
    wb_os_free(b.copy);
    wb_out_done(&input);
    uint64_t limit = 0;
    bool slow = argc > 1 && wb_str_u64(wb_str_of(argv[1]), &limit) && check_ns > limit * base;
    if (slow) {
        printf("checking took more than %llu x memcpy\n", (unsigned long long)limit);
    }
    return slow || b.failed || b.findings > 0 ? 1 : 0;
}
