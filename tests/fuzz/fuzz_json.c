/*
 * JSON from outside: as a value without a schema, and as an order. Whatever was read is written and
 * read again to the same; the second writing gives the same bytes as the first. A document with
 * problems is held to it as well, as far as it was read.
 */
#include <stdlib.h>

#include "record/json.h"

enum { MEMORY_MAX = 256 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static struct wb_str
any_text(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_any *any)
{
    struct wb_out out;
    struct wb_json json;
    wb_out_init(&out, ctx, -1, MEMORY_MAX);
    wb_json_init(&json, &out, false);
    record_write_any(&json, any);
    require(wb_out_finish(&out) == WB_OK);
    const struct wb_str text = wb_arena_dup(ctx, arena, wb_buf_str(&out.buf));
    wb_out_done(&out);
    return text;
}

static struct wb_str
object_text(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_object *object)
{
    struct wb_out out;
    struct wb_json json;
    wb_out_init(&out, ctx, -1, MEMORY_MAX);
    wb_json_init(&json, &out, true);
    record_write_json(&json, object, true);
    require(wb_out_finish(&out) == WB_OK);
    const struct wb_str text = wb_arena_dup(ctx, arena, wb_buf_str(&out.buf));
    wb_out_done(&out);
    return text;
}

static void
check_order(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_any *any)
{
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    const uint32_t order = record_find_shape(schema, WB_LIT("order"));
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_problems again = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    struct record_object *back = NULL;
    struct wb_str path = {NULL, 0};
    if (record_fit(ctx, arena, schema, order, any, &problems, &object) != WB_OK) {
        return;
    }
    const struct wb_str text = object_text(ctx, arena, object);
    require(record_read_json(ctx, arena, schema, RECORD_NONE, text, &again, &back) == WB_OK);
    require(again.count <= problems.count);
    require(record_equal(ctx, arena, object, back, true, &path));
    require(wb_str_eq(object_text(ctx, arena, back), text));
    record_normalise(object);
    require(record_equal(ctx, arena, object, back, true, &path));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct record_any *any = NULL;
    struct record_any *back = NULL;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, MEMORY_MAX);
    const struct wb_str text = {(const char *)data, size};
    if (record_read_any(&ctx, &arena, text, &any) == WB_OK) {
        const struct wb_str written = any_text(&ctx, &arena, any);
        require(record_read_any(&ctx, &arena, written, &back) == WB_OK);
        require(record_any_equal(&ctx, &arena, any, back));
        require(wb_str_eq(any_text(&ctx, &arena, back), written));
        check_order(&ctx, &arena, any);
    }
    wb_arena_done(&arena);
    return 0;
}
