/*
 * The compiler of maps that the build uses: sources in, a bundle out. Paths are shown and kept in
 * the bundle without the folders before `maps/`, so that a bundle does not depend on where it was
 * built.
 *
 *   wb-mapc -o OUT FILE.map ...    the bundle
 *   wb-mapc -c OUT FILE.map ...    the sources as C, for map_shipped_sources
 */
#include <string.h>

#include "base/limits.h"
#include "map/map.h"

enum { FILES_MAX = 256, ARENA_MAX = 512 * 1024 * 1024 };

/* "maps/shared.map" of "../x/maps/shared.map": the last folder and the name. */
static struct wb_str
short_path(const char *path)
{
    const struct wb_str whole = wb_str_of(path);
    size_t from = whole.len;
    unsigned slashes = 0;
    while (from > 0) {
        if (whole.at[from - 1] == '/' && ++slashes == 2) {
            break;
        }
        from--;
    }
    return wb_str_sub(whole, from, whole.len - from);
}

static enum wb_rc
print_diags(struct wb_ctx *ctx, const struct lang_diags *all)
{
    enum { DIAG_TEXT_MAX = 4 * 1024 * 1024 };
    struct wb_out out;
    wb_out_init(&out, ctx, 2, DIAG_TEXT_MAX);
    for (size_t i = 0; i < all->count; i++) { /* notes are for whoever checks a map by hand */
        if (all->items[i].severity != LANG_NOTE) {
            struct lang_diags one = *all;
            one.items = &all->items[i];
            one.count = 1;
            lang_diags_print(&out, &one, false);
        }
    }
    const enum wb_rc rc = wb_out_finish(&out);
    wb_out_done(&out);
    return rc;
}

static struct lang_source *
read_files(struct wb_ctx *ctx, struct wb_arena *arena, char *const *paths, size_t count)
{
    struct lang_source *files = wb_arena_array(ctx, arena, count, sizeof *files);
    for (size_t i = 0; files != NULL && i < count; i++) {
        files[i].path = short_path(paths[i]);
        if (wb_os_read_file(ctx, arena, paths[i], WB_LIMIT_SOURCE, &files[i].bytes) != 0) {
            return NULL;
        }
    }
    return files;
}

/* Bytes, not strings: a compiler need not take long ones. A NUL after each keeps an empty file from
 * being no array. */
static void
put_bytes(struct wb_out *out, size_t no, struct wb_str bytes)
{
    enum { BYTES_A_LINE = 20 };
    wb_out_printf(out, "static const char source_%zu[] = {", no);
    for (size_t i = 0; i < bytes.len; i++) {
        wb_out_printf(out, "%s%d,", i % BYTES_A_LINE == 0 ? "\n" : "", bytes.at[i]);
    }
    wb_out_text(out, "0};\n");
}

static enum wb_rc
write_sources(struct wb_ctx *ctx, const struct lang_source *files, size_t count,
              const char *out_path)
{
    struct wb_out out;
    wb_out_init(&out, ctx, -1, WB_LIMIT_TABLE);
    wb_out_text(&out, "/* Written by wb-mapc from maps/. */\n#include \"map/map.h\"\n");
    for (size_t i = 0; i < count; i++) {
        put_bytes(&out, i, files[i].bytes);
    }
    wb_out_text(&out, "size_t\nmap_shipped_sources(const struct lang_source **ret_files)\n{\n"
                      "    static const struct lang_source files[] = {\n");
    for (size_t i = 0; i < count; i++) {
        wb_out_printf(&out, "        {{\"" WB_FMT "\", %zu}, {source_%zu, %zu}},\n",
                      WB_ARG(files[i].path), files[i].path.len, i, files[i].bytes.len);
    }
    wb_out_printf(&out, "    };\n    *ret_files = files;\n    return %zu;\n}\n", count);
    enum wb_rc rc = wb_out_finish(&out);
    if (rc == WB_OK && wb_os_replace_file(ctx, out_path, wb_buf_str(&out.buf)) != 0) {
        rc = WB_IO;
    }
    wb_out_done(&out);
    return rc;
}

static enum wb_rc
compile(struct wb_ctx *ctx, struct wb_arena *arena, const struct lang_source *files, size_t count,
        const char *out_path)
{
    const struct map_world world = {.find_grammar = NULL};
    struct lang_diags diags;
    struct wb_str bundle = {NULL, 0};
    lang_diags_init(&diags, arena);
    const enum wb_rc rc = map_compile(ctx, arena, &world, files, count, &diags, &bundle);
    const enum wb_rc printed = print_diags(ctx, &diags);
    if (rc != WB_OK || printed != WB_OK) {
        return rc != WB_OK ? rc : printed;
    }
    return wb_os_replace_file(ctx, out_path, bundle) == 0 ? WB_OK : WB_IO;
}

/* One line on stderr; when that is gone the exit code says it alone. */
static void
say(const char *text)
{
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, 2, WB_LIMIT_WINDOW);
    wb_out_printf(&out, "wb-mapc: %s\n", text);
    if (wb_out_finish(&out) != WB_OK) {
        wb_error_clear(&ctx);
    }
    wb_out_done(&out);
}

int
main(int argc, char **argv)
{
    const bool as_c = argc > 1 && strcmp(argv[1], "-c") == 0;
    if (argc < 4 || argc > FILES_MAX || (!as_c && strcmp(argv[1], "-o") != 0)) {
        say("usage: wb-mapc -o|-c OUT FILE.map ...");
        return 2;
    }
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, ARENA_MAX);
    const size_t count = (size_t)argc - 3;
    const struct lang_source *files = read_files(&ctx, &arena, argv + 3, count);
    enum wb_rc rc = ctx.error.rc;
    if (files != NULL) {
        rc = as_c ? write_sources(&ctx, files, count, argv[2])
                  : compile(&ctx, &arena, files, count, argv[2]);
    }
    if (rc != WB_OK) {
        say(ctx.error.text);
    }
    wb_arena_done(&arena);
    return rc == WB_OK ? 0 : wb_rc_exit(rc);
}
