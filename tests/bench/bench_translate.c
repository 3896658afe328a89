/*
 * What translating costs, from bytes to bytes, each row with all that it needs: nested JSON; trees
 * written again as segments; business documents by way of the map; business documents as JSON.
 * Nothing reaches a file: what is written is dropped whenever the buffer is full.
 */
#include "check/check.h"
#include "map/map.h"
#include "measure.h"
#include "record/json.h"
#include "view/edi.h"

enum { OUT_BYTES = 64 * 1024 };

enum stage { STAGE_JSON, STAGE_WRITE, STAGE_MAP, STAGE_BUSINESS };

struct work {
    enum stage stage;
    struct wb_arena maps; /* of the bundle */
    struct map_bundle *bundle;
    size_t map;
};

/* State of one round. */
struct round {
    const struct work *work;
    struct wb_out out;
    struct wb_arena arena;
    struct view_edi view;
    struct wire_writer writer;
};

static enum wb_rc
message(struct bench *b, struct round *r, struct tree *tree)
{
    if (r->work->stage == STAGE_WRITE) {
        return tree_write(&b->ctx, tree, &r->writer);
    }
    struct map_run run = {.trace = NULL};
    struct record_object *document = NULL;
    wb_arena_reset(&r->arena);
    const enum wb_rc rc =
        map_read_tree(&b->ctx, &r->arena, r->work->bundle, r->work->map, tree, &run, &document);
    b->findings += run.ledger.count;
    if (rc == WB_OK && r->work->stage == STAGE_BUSINESS) {
        struct wb_json json;
        wb_json_init(&json, &r->out, false);
        record_write_json(&json, document, true);
    }
    return rc;
}

static enum wb_rc
take(struct bench *b, struct round *r, const struct check_event *event)
{
    enum wb_rc rc = WB_OK;
    b->findings += event->kind == CHECK_FINDING ? 1 : 0;
    if (r->work->stage == STAGE_JSON) {
        view_edi_event(&r->view, event);
    } else if (event->kind == CHECK_MESSAGE_END) {
        rc = message(b, r, event->message->tree);
    }
    /* Half full: dropped here, so that it never has to grow or to be written. */
    if (r->out.buf.len > OUT_BYTES) {
        b->sum += r->out.buf.len;
        wb_buf_clear(&r->out.buf);
    }
    return rc == WB_OK ? r->out.rc : rc;
}

static void
work_translate(struct bench *b)
{
    const struct work *work = b->how;
    struct wire_memory memory = {.bytes = b->input};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    struct round r = {.work = work};
    const struct check_options options = {.want_trees = work->stage != STAGE_JSON,
                                          .want_segments = work->stage == STAGE_JSON};
    static const struct wire_options wire_options = {0};
    b->findings = 0;
    wb_arena_init(&r.arena, WB_LIMIT_MESSAGE_ARENA);
    wb_out_init(&r.out, &b->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    wire_writer_init(&r.writer, &r.out, wire_delims_x12());
    view_edi_begin(&r.view, &r.out, VIEW_EDI_JSON);
    enum wb_rc rc = wire_open(&b->ctx, wire_source_memory(&memory), &wire_options, &reader);
    rc = rc != WB_OK ? rc : check_open(&b->ctx, reader, &options, &check);
    struct check_event event = {.kind = CHECK_FINDING};
    while (rc == WB_OK && event.kind != CHECK_END) {
        rc = check_next(&b->ctx, check, &event);
        rc = rc == WB_OK ? take(b, &r, &event) : rc;
    }
    b->failed = b->failed || rc != WB_OK || b->findings > 0;
    check_close(check);
    wire_close(reader);
    wb_out_done(&r.out);
    wb_arena_done(&r.arena);
}

static void
work_count(struct bench *b)
{
    struct wire_memory memory = {.bytes = b->input};
    struct wire_reader *reader = NULL;
    struct wire_segment segment;
    struct wire_notice notice;
    enum wire_event event = WIRE_NOTICE;
    b->segments = 0;
    if (wire_open(&b->ctx, wire_source_memory(&memory), NULL, &reader) != WB_OK) {
        return;
    }
    while (wire_next(&b->ctx, reader, &event, &segment, &notice) == WB_OK && event != WIRE_END) {
        b->segments += event == WIRE_NOTICE ? 0 : 1;
    }
    wire_close(reader);
}

int
main(int argc, char **argv)
{
    static const char *const names[] = {
        [STAGE_JSON] = "check, nested JSON",
        [STAGE_WRITE] = "check, trees, written as segments",
        [STAGE_MAP] = "check, trees, business documents",
        [STAGE_BUSINESS] = "check, trees, documents, their JSON",
    };
    struct bench b;
    struct work work = {.stage = STAGE_JSON};
    if (!bench_init(&b, bench_size(argc, argv), work_count)) {
        return 1;
    }
    wb_arena_init(&work.maps, 64 * 1024 * 1024);
    bool good = map_shipped_open(&b.ctx, &work.maps, &work.bundle) == WB_OK;
    if (good) {
        work.map = map_find(work.bundle, WB_LIT("x12-850-order"));
        good = work.map != SIZE_MAX;
    }
    b.how = &work;
    for (int stage = STAGE_JSON; good && stage <= STAGE_BUSINESS; stage++) {
        work.stage = (enum stage)stage;
        const uint64_t ns = bench_measure(&b, names[stage], work_translate);
        good = bench_within(&b, argc > 1 ? argv[1] : NULL, names[stage], ns) && !b.failed;
    }
    wb_arena_done(&work.maps);
    bench_done(&b);
    return good ? 0 : 1;
}
