/*
 * What reading EDIFACT costs: 100 MB of ORDERS made here, tokenised by the plain kernel and by the
 * best one, and written again. With an argument, the tokenising has to stay within so many times
 * memcpy.
 */
#include "measure.h"
#include "orders_edifact.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { INPUT_BYTES = 100 * 1000 * 1000 };

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
    read_all(b, b->how != NULL, NULL);
}

static void
work_copy(struct bench *b)
{
    const struct wire_delims *delims = b->how;
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &b->ctx, -1, 2 * b->input.len);
    wire_writer_init(&writer, &out, *delims);
    read_all(b, false, &writer);
    b->sum += out.buf.len;
    wb_out_done(&out);
}

int
main(int argc, char **argv)
{
    struct bench b;
    if (!bench_init_made(&b, INPUT_BYTES, work_read, bench_orders_edifact, '\'')) {
        return 1;
    }
    const struct wire_delims same = wire_delims_edifact(3);
    struct wire_delims other = same;
    other.component = '=';
    b.how = &same;
    (void)bench_measure(&b, "scan, scalar", work_read);
    b.how = NULL;
    uint64_t read_ns = bench_measure(&b, "scan", work_read);
    b.how = &same;
    (void)bench_measure(&b, "scan, write as it was", work_copy);
    b.how = &other;
    (void)bench_measure(&b, "scan, write with '='", work_copy);
    bool good = bench_within(&b, argc > 1 ? argv[1] : NULL, "scanning", read_ns);
    bench_done(&b);
    return good ? 0 : 1;
}
