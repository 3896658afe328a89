/*
 * wb-gramc TABLE SOURCE...: compiles the sources of a grammar into a table, for the build. A source
 * that ends in .csv is the codes file. Diagnostics go to stderr; no table is written when there was
 * an error.
 */
#include <stddef.h>

#include "base/limits.h"
#include "grammar/compile.h"

enum { ARENA_MAX = 512 * 1024 * 1024 };

static WB_MUST enum wb_rc
read_all(struct wb_ctx *ctx, struct wb_arena *arena, char **paths, size_t count,
         struct grammar_sources *ret)
{
    struct lang_source *files = wb_arena_array(ctx, arena, count, sizeof *files);
    if (files == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct lang_source source = {.path = wb_str_of(paths[i])};
        const enum wb_rc rc =
            (enum wb_rc)wb_os_read_file(ctx, arena, paths[i], WB_LIMIT_SOURCE, &source.bytes);
        if (rc != WB_OK) {
            return rc;
        }
        if (wb_str_ends(source.path, WB_LIT(".csv"))) {
            ret->codes = source;
        } else {
            files[ret->file_count++] = source;
        }
    }
    ret->files = files;
    return WB_OK;
}

static WB_MUST enum wb_rc
compile(struct wb_ctx *ctx, struct wb_arena *arena, char **paths, size_t count,
        struct lang_diags *diags)
{
    struct grammar_sources sources = {.file_count = 0};
    struct wb_str table = {NULL, 0};
    struct grammar grammar;
    enum wb_rc rc = read_all(ctx, arena, paths + 1, count - 1, &sources);
    if (rc == WB_OK) {
        rc = grammar_compile(ctx, arena, &sources, diags, &table);
    }
    if (rc == WB_OK) {
        rc = grammar_open(ctx, table, &grammar);
    }
    return rc == WB_OK ? (enum wb_rc)wb_os_replace_file(ctx, paths[0], table) : rc;
}

int
main(int argc, char **argv)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_diags diags;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, ARENA_MAX);
    wb_out_init(&out, &ctx, 2, 0);
    lang_diags_init(&diags, &arena);
    enum wb_rc rc = WB_INVALID;
    if (argc < 3) {
        wb_out_text(&out, "usage: wb-gramc TABLE SOURCE...\n");
    } else {
        rc = compile(&ctx, &arena, argv + 1, (size_t)argc - 1, &diags);
        lang_diags_print(&out, &diags, false);
    }
    if (rc != WB_OK && argc >= 3) {
        wb_out_printf(&out, "wb-gramc: %s\n", ctx.error.text);
    }
    const enum wb_rc written = wb_out_finish(&out);
    wb_out_done(&out);
    wb_arena_done(&arena);
    return rc == WB_OK ? wb_rc_exit(written) : wb_rc_exit(rc);
}
