/*
 * Declarations of records from outside: compiled or refused with diagnostics. What compiles can be
 * published as C, as a page and as JSON Schema, and an empty object of every shape can be made.
 */
#include <stdlib.h>

#include "record/compile.h"
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

static void
publish(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_schema *schema)
{
    struct wb_out out;
    wb_out_init(&out, ctx, -1, MEMORY_MAX);
    record_write_c(&out, schema, "schema");
    for (uint32_t i = 0; i < schema->shape_count && i < 8; i++) {
        struct record_object *const object = record_new(ctx, arena, schema, i);
        require(object != NULL);
        record_normalise(object);
        record_write_page(&out, schema, i);
        record_write_schema(&out, schema, i);
    }
    require(wb_out_finish(&out) == WB_OK);
    wb_out_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_diags diags;
    const struct lang_source source = {
        WB_LIT("input"), {(const char *)data, size}
    };
    const struct record_schema *schema = NULL;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, MEMORY_MAX);
    lang_diags_init(&diags, &arena);
    const enum wb_rc rc = record_compile(&ctx, &arena, &source, 1, &diags, &schema);
    require(rc == WB_OK || rc == WB_INVALID);
    require((rc == WB_OK) == (diags.error_count == 0));
    if (rc == WB_OK) {
        publish(&ctx, &arena, schema);
    }
    wb_arena_done(&arena);
    return 0;
}
