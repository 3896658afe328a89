/*
 * A user's own grammar: a folder of sources, or one file, compiled once into a cache file whose
 * name is the hash of the sources, then mapped. The cache only saves time: a file that is damaged
 * is made again, and where none can be written the table stays in memory.
 */
#include "grammar/load.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "grammar/compile.h"
#include "grammar/table_priv.h"

enum { FILES_MAX = 1000 };

static struct wb_str
path_join(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str dir, struct wb_str name)
{
    return wb_arena_printf(ctx, arena, WB_FMT "/" WB_FMT, WB_ARG(dir), WB_ARG(name));
}

static WB_MUST enum wb_rc
read_source(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str path, struct lang_source *ret)
{
    if (path.at == NULL) {
        return WB_NOMEM;
    }
    ret->path = path;
    return (enum wb_rc)wb_os_read_file(ctx, arena, path.at, WB_LIMIT_SOURCE, &ret->bytes);
}

/* One file is a grammar of one file. */
static WB_MUST enum wb_rc
read_one(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str path,
         struct grammar_sources *ret)
{
    struct lang_source *file = wb_arena_alloc(ctx, arena, sizeof *file);
    if (file == NULL) {
        return WB_NOMEM;
    }
    ret->files = file;
    ret->file_count = 1;
    return read_source(ctx, arena, path, file);
}

static WB_MUST enum wb_rc
read_sources(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str dir,
             struct grammar_sources *ret)
{
    struct wb_str *names = NULL;
    size_t count = 0;
    const struct wb_str own = wb_arena_dup(ctx, arena, dir); /* with a NUL behind it */
    if (own.at == NULL) {
        return WB_NOMEM;
    }
    char kind = 0;
    uint64_t size = 0;
    enum wb_rc rc = (enum wb_rc)wb_os_stat(ctx, own.at, &kind, &size);
    if (rc == WB_OK && kind == 'f') {
        return read_one(ctx, arena, own, ret);
    }
    rc = rc != WB_OK ? rc : (enum wb_rc)wb_os_list(ctx, arena, own.at, &names, &count);
    if (rc != WB_OK) {
        return rc;
    }
    struct lang_source *files = wb_arena_array(ctx, arena, count, sizeof *files);
    if (files == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; rc == WB_OK && i < count; i++) {
        if (ret->file_count == FILES_MAX) {
            return wb_fail(ctx, WB_LIMIT, WB_FMT " holds more than %d files", WB_ARG(dir),
                           FILES_MAX);
        }
        if (wb_str_ends(names[i], WB_LIT(".gram"))) {
            rc = read_source(ctx, arena, path_join(ctx, arena, dir, names[i]),
                             &files[ret->file_count++]);
        } else if (wb_str_eq(names[i], WB_LIT("codes.csv"))) {
            rc = read_source(ctx, arena, path_join(ctx, arena, dir, names[i]), &ret->codes);
        }
    }
    ret->files = files;
    if (rc == WB_OK && ret->file_count == 0) {
        return wb_fail(ctx, WB_NOT_FOUND, WB_FMT " holds no .gram file", WB_ARG(dir));
    }
    return rc;
}

/* CACHE_DIR/<64 hex digits>.wbg; the format is part of the key, so another version never meets our
 * files. */
static struct wb_str
cache_path(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str cache_dir,
           const uint8_t source_hash[32])
{
    char key[40];
    char hex[64];
    memcpy(key, "wbg", 3);
    key[3] = (char)GRAMMAR_FORMAT;
    memcpy(key + 4, source_hash, 32);
    wb_sha256_hex((struct wb_str){key, 36}, hex);
    return wb_arena_printf(ctx, arena, WB_FMT "/%.64s.wbg", WB_ARG(cache_dir), hex);
}

/* Opens a cache file when it is there and whole; otherwise nothing happened. */
static bool
open_cached(struct wb_ctx *ctx, const char *path, const uint8_t source_hash[32],
            struct grammar_loaded *ret)
{
    const struct wb_error before = ctx->error;
    struct grammar_loaded loaded = {
        .mapped = {NULL, 0}
    };
    char kind = 0;
    uint64_t size = 0;
    if (wb_os_stat(ctx, path, &kind, &size) != WB_OK || kind != 'f' || size == 0 ||
        size > WB_LIMIT_TABLE || wb_os_map(ctx, path, &loaded.mapped) != WB_OK) {
        ctx->error = before;
        return false;
    }
    const bool good = table_body_intact(loaded.mapped) &&
                      grammar_open(ctx, loaded.mapped, &loaded.grammar) == WB_OK &&
                      memcmp(loaded.grammar.source_hash, source_hash, 32) == 0;
    if (!good) {
        wb_os_unmap(loaded.mapped);
        ctx->error = before;
        return false;
    }
    *ret = loaded;
    return true;
}

/* A cache that cannot be written costs time at the next start, and is no reason to fail now. */
static void
write_cache(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str cache_dir, const char *path,
            struct wb_str table)
{
    const struct wb_error before = ctx->error;
    const struct wb_str dir = wb_arena_dup(ctx, arena, cache_dir);
    if (dir.at == NULL || wb_os_mkdirs(ctx, dir.at) != WB_OK ||
        wb_os_replace_file(ctx, path, table) != WB_OK) {
        ctx->error = before;
    }
}

enum wb_rc
grammar_load(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str dir, struct wb_str cache_dir,
             struct lang_diags *diags, struct grammar_loaded *ret)
{
    assert(ret != NULL);
    struct grammar_sources sources = {.file_count = 0};
    struct wb_str path = {NULL, 0};
    uint8_t source_hash[32];
    enum wb_rc rc = read_sources(ctx, arena, dir, &sources);
    if (rc != WB_OK) {
        return rc;
    }
    grammar_hash_sources(&sources, source_hash);
    if (cache_dir.len > 0) {
        path = cache_path(ctx, arena, cache_dir, source_hash);
        if (path.at == NULL) {
            return WB_NOMEM;
        }
        if (open_cached(ctx, path.at, source_hash, ret)) {
            return WB_OK;
        }
    }
    struct wb_str table = {NULL, 0};
    struct grammar_loaded loaded = {
        .mapped = {NULL, 0}
    };
    rc = grammar_compile(ctx, arena, &sources, diags, &table);
    if (rc == WB_OK) {
        rc = grammar_open(ctx, table, &loaded.grammar);
    }
    if (rc != WB_OK) {
        return rc;
    }
    if (path.at != NULL) {
        write_cache(ctx, arena, cache_dir, path.at, table);
    }
    *ret = loaded;
    return WB_OK;
}

void
grammar_unload(struct grammar_loaded *loaded)
{
    if (loaded != NULL && loaded->mapped.at != NULL) {
        wb_os_unmap(loaded->mapped);
        *loaded = (struct grammar_loaded){
            .mapped = {NULL, 0}
        };
    }
}
