/*
 * What reading costs: 100 MB of purchase orders made here, tokenised by each kernel, beside memcpy
 * of the same bytes and a bare count of terminators in the same run. With an argument, the
 * tokenising has to stay within so many times memcpy.
 */
#include <stdio.h>
#include <string.h>

#include "measure.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

/* The kernels see what the reader gives them: a window that was just filled. */
static void
work_count(struct bench *b)
{
    const struct wire_kernel *kernel = b->how;
    for (size_t at = 0; at + WB_LIMIT_WINDOW <= b->input.len; at += WB_LIMIT_WINDOW) {
        memcpy(b->copy, b->input.at + at, WB_LIMIT_WINDOW);
        b->sum += kernel->count((const uint8_t *)b->copy, WB_LIMIT_WINDOW, '~');
    }
}

static void
work_scan(struct bench *b)
{
    const struct wire_kernel *kernel = b->how;
    static const struct wire_scan_set SET = {
        {'~', '*', '>', '*', '*'},
        4
    };
    enum { CHUNK = 4096 };
    uint32_t marks[CHUNK + WIRE_SCAN_PAD];
    for (size_t at = 0; at + WB_LIMIT_WINDOW <= b->input.len; at += WB_LIMIT_WINDOW) {
        memcpy(b->copy, b->input.at + at, WB_LIMIT_WINDOW);
        for (size_t i = 0; i < WB_LIMIT_WINDOW; i += CHUNK) {
            size_t count = kernel->scan(&SET, (const uint8_t *)b->copy + i, CHUNK, marks);
            b->sum += marks[count / 2];
        }
    }
}

static void
read_all(struct bench *b, bool force_scalar, struct wire_writer *writer)
{
    struct wire_memory memory = {.bytes = b->input};
    struct wire_options options = {.force_scalar = force_scalar};
    struct wire_reader *reader = NULL;
    if (wire_open(&b->ctx, wire_source_memory(&memory), &options, &reader) != WB_OK) {
        return;
    }
    enum wire_event event = WIRE_NOTICE;
    struct wire_segment segment;
    struct wire_notice notice;
    b->segments = 0;
    while (wire_next(&b->ctx, reader, &event, &segment, &notice) == WB_OK && event != WIRE_END) {
        if (event == WIRE_NOTICE) {
            continue;
        }
        b->segments++;
        b->sum += segment.token_count;
        if (writer != NULL) {
            wire_copy(writer, &segment);
        }
    }
    wire_close(reader);
}

static void
work_read(struct bench *b)
{
    read_all(b, b->how == &wire_kernel_scalar, NULL);
}

static void
work_rewrite(struct bench *b)
{
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &b->ctx, -1, 2 * b->input.len);
    wire_writer_init(&writer, &out, wire_delims_x12());
    read_all(b, false, &writer);
    b->sum += out.buf.len;
    wb_out_done(&out);
}

static void
measure_kernel(struct bench *b, const struct wire_kernel *kernel)
{
    char name[48];
    b->how = kernel;
    (void)snprintf(name, sizeof name, "fill window, count one byte, %s", kernel->name);
    (void)bench_measure(b, name, work_count);
    (void)snprintf(name, sizeof name, "fill window, find all, %s", kernel->name);
    (void)bench_measure(b, name, work_scan);
}

int
main(int argc, char **argv)
{
    struct bench b;
    if (!bench_init(&b, bench_size(argc, argv), work_read)) {
        return 1;
    }
    const struct wire_kernel *kernels[3];
    size_t kernel_count = wire_kernel_list(kernels);
    for (size_t i = 0; i < kernel_count; i++) {
        measure_kernel(&b, kernels[i]);
    }
    b.how = &wire_kernel_scalar;
    (void)bench_measure(&b, "scan, scalar", work_read);
    b.how = NULL;
    uint64_t read_ns = bench_measure(&b, "scan", work_read);
    (void)bench_measure(&b, "scan, write with ':'", work_rewrite);
    bool good = bench_within(&b, argc > 1 ? argv[1] : NULL, "scanning", read_ns);
    bench_done(&b);
    return good ? 0 : 1;
}
