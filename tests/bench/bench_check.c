/*
 * What checking costs: 100 MB of purchase orders made here, with everything checked at every level,
 * beside memcpy of the same bytes in the same run. With an argument, checking has to stay within so
 * many times memcpy.
 */
#include "check/ack.h"
#include "measure.h"

static void
work_scan(struct bench *b)
{
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
check_all(struct bench *b, bool trees)
{
    struct wire_memory memory = {.bytes = b->input};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    static const struct wire_options wire_options = {0};
    struct check_options options = {.want_trees = trees};
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

static void
work_check(struct bench *b)
{
    check_all(b, false);
}

static void
work_check_trees(struct bench *b)
{
    check_all(b, true);
}

int
main(int argc, char **argv)
{
    struct bench b;
    if (!bench_init(&b, bench_size(argc, argv), work_scan)) {
        return 1;
    }
    (void)bench_measure(&b, "scan", work_scan);
    uint64_t check_ns = bench_measure(&b, "check", work_check);
    (void)bench_measure(&b, "check, a tree of each message", work_check_trees);
    bool good = bench_within(&b, argc > 1 ? argv[1] : NULL, "checking", check_ns);
    good = good && !b.failed && b.findings == 0;
    bench_done(&b);
    return good ? 0 : 1;
}
