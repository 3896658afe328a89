/*
 * Whole files, on top of the calls of os_linux.c. What is read is followed by zero bytes, so that
 * kernels which look at many bytes at once need no special case for the last ones.
 */
#include "base/os.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/ctx.h"

enum { READ_FIRST = 64 * 1024, READ_TAIL = 64 };

/* Reads fd to its end into heap memory that the caller frees, also after a failure. */
static int
read_to_end(struct wb_ctx *ctx, int fd, size_t size_max, char **ret_at, size_t *ret_len)
{
    size_t cap = 0;
    size_t len = 0;
    for (;;) {
        if (len == cap) {
            size_t larger = cap == 0 ? READ_FIRST : cap;
            if ((cap > 0 && !wb_mul(cap, 2, &larger)) || larger > size_max) {
                larger =
                    size_max < SIZE_MAX ? size_max + 1 : size_max; /* one more shows an excess */
            }
            char *const at = wb_os_realloc(ctx, *ret_at, cap, larger);
            if (at == NULL) {
                return WB_NOMEM;
            }
            *ret_at = at;
            cap = larger;
        }
        size_t got = 0;
        const int rc = wb_os_read(ctx, fd, *ret_at + len, cap - len, &got);
        if (rc != WB_OK) {
            return rc;
        }
        len += got;
        if (len > size_max) {
            return wb_fail(ctx, WB_LIMIT, "larger than %zu bytes", size_max);
        }
        if (got == 0) {
            *ret_len = len;
            return WB_OK;
        }
    }
}

static int
copy_with_tail(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str bytes, struct wb_str *ret)
{
    size_t padded = 0;
    if (!wb_add(bytes.len, READ_TAIL, &padded)) {
        return wb_fail(ctx, WB_LIMIT, "%zu bytes are too many", bytes.len);
    }
    char *const copy = wb_arena_alloc(ctx, arena, padded);
    if (copy == NULL) {
        return WB_NOMEM;
    }
    memcpy(copy, bytes.at, bytes.len);
    *ret = (struct wb_str){copy, bytes.len};
    return WB_OK;
}

int
wb_os_read_file(struct wb_ctx *ctx, struct wb_arena *arena, const char *path, size_t size_max,
                struct wb_str *ret)
{
    assert(arena != NULL && path != NULL && ret != NULL);
    const bool is_stdin = strcmp(path, "-") == 0;
    int fd = 0; /* standard input */
    if (!is_stdin) {
        const int rc = wb_os_open_read(ctx, path, &fd);
        if (rc != WB_OK) {
            return rc;
        }
    }
    char *bytes = NULL;
    size_t len = 0;
    struct wb_str copy = {NULL, 0};
    int rc = read_to_end(ctx, fd, size_max, &bytes, &len);
    if (rc != WB_OK) {
        wb_fail_context(ctx, "%s", is_stdin ? "standard input" : path);
    } else {
        rc = copy_with_tail(ctx, arena, (struct wb_str){bytes, len}, &copy);
    }
    wb_os_free(bytes);
    if (!is_stdin) {
        const int close_rc = wb_os_close(ctx, fd);
        rc = rc == WB_OK ? close_rc : rc;
    }
    if (rc == WB_OK) {
        *ret = copy;
    }
    return rc;
}

static int
write_whole(struct wb_ctx *ctx, struct wb_os_replace *replace, struct wb_str bytes)
{
    const int rc = wb_os_write_all(ctx, replace->fd, bytes);
    if (rc == WB_OK) {
        return wb_os_replace_commit(ctx, replace);
    }
    wb_os_replace_abandon(ctx, replace);
    wb_fail_context(ctx, "%s", replace->path);
    return rc;
}

int
wb_os_replace_file(struct wb_ctx *ctx, const char *path, struct wb_str bytes)
{
    struct wb_os_replace replace;
    const int rc = wb_os_replace_open(ctx, path, &replace);
    return rc == WB_OK ? write_whole(ctx, &replace, bytes) : rc;
}

int
wb_os_write_result(struct wb_ctx *ctx, const char *path, struct wb_str bytes)
{
    struct wb_os_replace replace;
    const int rc = wb_os_result_open(ctx, path, &replace);
    return rc == WB_OK ? write_whole(ctx, &replace, bytes) : rc;
}
