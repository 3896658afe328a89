/*
 * wb-recordc: declarations of records into what the build and the docs need. One schema a run; all
 * its files are given at once.
 *
 *   wb-recordc --c SYMBOL -o OUT FILE...           constant tables in C
 *   wb-recordc --doc DOCUMENT -o OUT FILE...       a page of Markdown
 *   wb-recordc --json-schema DOCUMENT -o OUT FILE...
 */
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "record/compile.h"
#include "record/json.h"

enum { FILES_MAX = 64, ARENA_MAX = 64 * 1024 * 1024, EXIT_USAGE = 2 };

struct args {
    const char *mode; /* "--c", "--doc", "--json-schema" */
    const char *subject;
    const char *out;
    const char *files[FILES_MAX];
    size_t file_count;
};

static bool
read_args(int argc, char **argv, struct args *args)
{
    if (argc < 6 || strcmp(argv[3], "-o") != 0 || argc - 5 > FILES_MAX) {
        return false;
    }
    args->mode = argv[1];
    args->subject = argv[2];
    args->out = argv[4];
    for (int i = 5; i < argc; i++) {
        args->files[args->file_count++] = argv[i];
    }
    return true;
}

static enum wb_rc
compile(struct wb_ctx *ctx, struct wb_arena *arena, const struct args *args,
        const struct record_schema **ret)
{
    struct lang_source sources[FILES_MAX];
    struct lang_diags diags;
    struct wb_out talk;
    lang_diags_init(&diags, arena);
    for (size_t i = 0; i < args->file_count; i++) {
        const enum wb_rc rc = (enum wb_rc)wb_os_read_file(ctx, arena, args->files[i],
                                                          WB_LIMIT_SOURCE, &sources[i].bytes);
        sources[i].path = wb_str_of(args->files[i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    const enum wb_rc rc = record_compile(ctx, arena, sources, args->file_count, &diags, ret);
    wb_out_init(&talk, ctx, STDERR_FILENO, 0);
    lang_diags_print(&talk, &diags, false);
    const enum wb_rc printed = wb_out_finish(&talk);
    wb_out_done(&talk);
    return rc == WB_OK ? printed : rc;
}

static enum wb_rc
produce(struct wb_ctx *ctx, struct wb_out *out, const struct args *args,
        const struct record_schema *schema)
{
    if (strcmp(args->mode, "--c") == 0) {
        record_write_c(out, schema, args->subject);
        return WB_OK;
    }
    const uint32_t shape = record_find_shape(schema, wb_str_of(args->subject));
    if (shape == RECORD_NONE) {
        return wb_fail(ctx, WB_NOT_FOUND, "no document `%s` in these files", args->subject);
    }
    if (strcmp(args->mode, "--doc") == 0) {
        record_write_page(out, schema, shape);
    } else if (strcmp(args->mode, "--json-schema") == 0) {
        record_write_schema(out, schema, shape);
    } else {
        return wb_fail(ctx, WB_INVALID, "unknown option `%s`", args->mode);
    }
    return WB_OK;
}

static enum wb_rc
run(struct wb_ctx *ctx, struct wb_arena *arena, const struct args *args)
{
    const struct record_schema *schema = NULL;
    struct wb_out out;
    wb_out_init(&out, ctx, -1, ARENA_MAX);
    enum wb_rc rc = compile(ctx, arena, args, &schema);
    if (rc == WB_OK) {
        rc = produce(ctx, &out, args, schema);
    }
    if (rc == WB_OK) {
        rc = wb_out_finish(&out);
    }
    if (rc == WB_OK) {
        rc = (enum wb_rc)wb_os_replace_file(ctx, args->out, wb_buf_str(&out.buf));
    }
    wb_out_done(&out);
    return rc;
}

int
main(int argc, char **argv)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct args args = {.mode = NULL};
    struct wb_out talk;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, ARENA_MAX);
    enum wb_rc rc = WB_INVALID;
    if (read_args(argc, argv, &args)) {
        rc = run(&ctx, &arena, &args);
    } else {
        (void)wb_fail(&ctx, WB_INVALID,
                      "usage: wb-recordc --c|--doc|--json-schema NAME -o OUT FILE...");
    }
    if (rc != WB_OK) {
        wb_out_init(&talk, &ctx, STDERR_FILENO, 0);
        wb_out_printf(&talk, "wb-recordc: %s\n", ctx.error.text);
        rc = wb_out_finish(&talk) == WB_OK ? rc : WB_IO;
        wb_out_done(&talk);
    }
    wb_arena_done(&arena);
    return rc == WB_OK ? 0 : EXIT_USAGE;
}
