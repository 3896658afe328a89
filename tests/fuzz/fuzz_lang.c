/*
 * Declarations from outside: any bytes are parsed or refused, what parses is written back byte for
 * byte, and what compiles to a grammar opens, and its dump compiles to the same table. Behind a
 * line "%%codes" stands the codes file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "grammar/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 512 * 1024 * 1024 };

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void
check_parse(struct wb_ctx *ctx, struct wb_arena *arena, const struct lang_source *source)
{
    struct lang_diags diags;
    struct lang_file *file = NULL;
    struct wb_out out;
    lang_diags_init(&diags, arena);
    require(lang_parse(ctx, arena, source, &diags, &file) == WB_OK);
    wb_out_init(&out, ctx, -1, ARENA_MAX);
    lang_write(&out, file);
    require(wb_out_finish(&out) == WB_OK);
    require(diags.error_count > 0 || wb_str_eq(wb_buf_str(&out.buf), source->bytes));
    wb_out_done(&out);
    wb_out_init(&out, ctx, -1, ARENA_MAX);
    lang_diags_print(&out, &diags, true);
    require(wb_out_finish(&out) == WB_OK);
    wb_out_done(&out);
}

/* Two tables but for the hash of their sources. */
static bool
same_table(const struct grammar *a, const struct grammar *b)
{
    if (a->bytes.len != b->bytes.len) {
        return false;
    }
    const size_t head = (size_t)((const char *)a->elements - a->bytes.at);
    return memcmp(a->bytes.at + head, b->bytes.at + head, a->bytes.len - head) == 0;
}

static void
check_compile(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar_sources *sources)
{
    struct lang_diags diags;
    struct wb_str table = {NULL, 0};
    struct grammar grammar;
    struct grammar again;
    lang_diags_init(&diags, arena);
    const enum wb_rc rc = grammar_compile(ctx, arena, sources, &diags, &table);
    require((rc == WB_OK) == (diags.error_count == 0));
    if (rc != WB_OK) {
        require(rc == WB_INVALID);
        return;
    }
    require(grammar_open(ctx, table, &grammar) == WB_OK);
    struct wb_out out;
    wb_out_init(&out, ctx, -1, WB_LIMIT_SOURCE);
    grammar_dump(&out, &grammar);
    require(wb_out_finish(&out) == WB_OK);
    const struct lang_source file = {WB_LIT("dump"), wb_buf_str(&out.buf)};
    const struct grammar_sources dumped = {.files = &file, .file_count = 1};
    require(grammar_compile(ctx, arena, &dumped, &diags, &table) == WB_OK);
    require(grammar_open(ctx, table, &again) == WB_OK);
    require(same_table(&grammar, &again));
    wb_out_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char marker[] = "\n%%codes\n";
    struct wb_ctx ctx;
    struct wb_arena arena;
    const struct wb_str all = {(const char *)data, size};
    struct lang_source file = {WB_LIT("fuzz.gram"), all};
    struct grammar_sources sources = {.files = &file, .file_count = 1};
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, ARENA_MAX);
    for (size_t at = 0; at + sizeof marker - 1 <= size; at++) {
        if (memcmp(data + at, marker, sizeof marker - 1) == 0) {
            file.bytes = wb_str_sub(all, 0, at + 1);
            sources.codes = (struct lang_source){WB_LIT("codes.csv"),
                                                 wb_str_sub(all, at + sizeof marker - 1, size)};
            break;
        }
    }
    check_parse(&ctx, &arena, &file);
    check_compile(&ctx, &arena, &sources);
    wb_arena_done(&arena);
    return 0;
}
