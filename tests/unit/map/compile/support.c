/*
 * Compiling in tests: everything in one arena, diagnostics as text when something is not as it
 * should be.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum { ARENA_MAX = 256 * 1024 * 1024, TEXT_MAX = 4 * 1024 * 1024 };

void
compiled_init(struct compiled *c)
{
    memset(c, 0, sizeof *c);
    wb_ctx_init(&c->ctx);
    wb_arena_init(&c->arena, ARENA_MAX);
    lang_diags_init(&c->diags, &c->arena);
}

void
compiled_done(struct compiled *c)
{
    wb_arena_done(&c->arena);
}

void
compiled_text(struct compiled *c, const char *text)
{
    static const char *const paths[] = {"test.map", "test2.map", "test3.map", "test4.map"};
    assert_true(c->file_count < sizeof paths / sizeof paths[0]);
    c->files[c->file_count].path = wb_str_of(paths[c->file_count]);
    c->files[c->file_count].bytes = wb_str_of(text);
    c->file_count++;
}

const char *
compiled_path(struct compiled *c, const char *path)
{
    const char *root = getenv("WAYBILL_SOURCE");
    assert_non_null(root);
    return wb_arena_printf(&c->ctx, &c->arena, "%s/%s", root, path).at;
}

void
compiled_file(struct compiled *c, const char *path)
{
    struct lang_source *file = &c->files[c->file_count++];
    file->path = wb_str_of(path);
    assert_int_equal(
        wb_os_read_file(&c->ctx, &c->arena, compiled_path(c, path), WB_LIMIT_SOURCE, &file->bytes),
        0);
}

void
compiled_run(struct compiled *c)
{
    const struct map_world world = {.find_grammar = NULL};
    c->rc = map_compile(&c->ctx, &c->arena, &world, c->files, c->file_count, &c->diags, &c->bundle);
}

static struct wb_str
finish(struct compiled *c, struct wb_out *out)
{
    struct wb_str text = {NULL, 0};
    if (wb_out_finish(out) == WB_OK) {
        text = wb_arena_dup(&c->ctx, &c->arena, wb_buf_str(&out->buf));
    }
    wb_out_done(out);
    assert_non_null(text.at);
    return text;
}

struct wb_str
compiled_diags(struct compiled *c)
{
    struct wb_out out;
    wb_out_init(&out, &c->ctx, -1, TEXT_MAX);
    lang_diags_print(&out, &c->diags, false);
    wb_out_text(&out, "\n");
    return finish(c, &out);
}

void
compiled_print(struct compiled *c)
{
    struct wb_str rest = compiled_diags(c);
    print_message("%s\n", c->ctx.error.text);
    while (rest.len > 0) { /* cmocka cuts long messages */
        const size_t len = wb_str_find(rest, '\n');
        print_message(WB_FMT "\n", WB_ARG(wb_str_sub(rest, 0, len)));
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
}

void
compiled_good(struct compiled *c)
{
    if (c->rc != WB_OK || c->diags.error_count > 0) {
        compiled_print(c);
    }
    assert_int_equal(c->rc, WB_OK);
    assert_int_equal(c->diags.error_count, 0);
    assert_true(c->bundle.len > 0);
}

const struct lang_diag *
compiled_find(const struct compiled *c, const char *code)
{
    for (size_t i = 0; i < c->diags.count; i++) {
        if (strcmp(c->diags.items[i].code, code) == 0) {
            return &c->diags.items[i];
        }
    }
    return NULL;
}

struct wb_str
compiled_dump(struct compiled *c)
{
    const struct map_world world = {.find_grammar = NULL};
    struct map_bundle *bundle = NULL;
    const enum wb_rc rc = map_open(&c->ctx, &c->arena, &world, c->bundle, &bundle);
    if (rc != WB_OK) {
        print_message("%s\n", c->ctx.error.text);
    }
    assert_int_equal(rc, WB_OK);
    struct wb_out out;
    wb_out_init(&out, &c->ctx, -1, TEXT_MAX);
    map_dump(&out, bundle);
    return finish(c, &out);
}
