/*
 * Maps from outside: compiled behind the shipped tables and shapes, or refused with diagnostics. A
 * bundle that the compiler makes must verify when it is opened.
 */
#include <stdlib.h>

#include "map/map.h"

enum { MEMORY_MAX = 256 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_diags diags;
    struct lang_source files[2];
    const struct lang_source *shipped = NULL;
    const struct map_world world = {.find_grammar = NULL};
    struct wb_str bytes = {NULL, 0};
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, MEMORY_MAX);
    lang_diags_init(&diags, &arena);
    require(map_shipped_sources(&shipped) > 0);
    files[0] = shipped[0];
    files[1] = (struct lang_source){
        WB_LIT("input.map"), {(const char *)data, size}
    };
    const enum wb_rc rc = map_compile(&ctx, &arena, &world, files, 2, &diags, &bytes);
    require(rc == WB_OK || rc == WB_INVALID || rc == WB_LIMIT);
    require(rc != WB_OK || diags.error_count == 0);
    if (rc == WB_OK) {
        struct map_bundle *bundle = NULL;
        require(map_open(&ctx, &arena, &world, bytes, &bundle) == WB_OK);
    }
    wb_arena_done(&arena);
    return 0;
}
