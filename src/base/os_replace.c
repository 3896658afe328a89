/*
 * Files that are there whole or not at all: written beside their place under a name of their own,
 * synced, renamed, and the folder synced, so that not even a power cut leaves half of one.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/os_priv.h"

enum { TEMP_TRIES = 16 };

_Static_assert(WB_OS_PATH_MAX >= PATH_MAX, "every name that can be opened has room");

/* Opens a new file beside path; its name goes to `temp`. */
static int
open_temp(struct wb_ctx *ctx, const char *path, char temp[WB_OS_PATH_MAX], int *ret_fd)
{
    const char *const slash = strrchr(path, '/');
    const char *const name = slash == NULL ? path : slash + 1;
    const int folder_len = (int)(name - path);
    for (int i = 0; i < TEMP_TRIES; i++) {
        uint64_t number;
        const int rc = wb_os_random(ctx, &number, sizeof number);
        if (rc != WB_OK) {
            return rc;
        }
        const int len = snprintf(temp, WB_OS_PATH_MAX, "%.*s.%s.%016" PRIx64 ".tmp", folder_len,
                                 path, name, number);
        if (len < 0 || len >= WB_OS_PATH_MAX) {
            errno = ENAMETOOLONG;
            break;
        }
        *ret_fd = wb_os_open_flags(ctx, temp, O_WRONLY | O_CREAT | O_EXCL);
        if (*ret_fd >= 0) {
            return WB_OK;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return wb_os_fail_path(ctx, "create a file beside", path);
}

/* Makes the rename itself durable. */
static int
sync_folder_of(struct wb_ctx *ctx, const char *path)
{
    char folder[PATH_MAX] = ".";
    const char *const slash = strrchr(path, '/');
    if (slash != NULL) {
        const size_t len = slash == path ? 1 : (size_t)(slash - path);
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    const int fd = wb_os_open_flags(ctx, folder, O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return wb_os_fail_path(ctx, "open", folder);
    }
    const int rc = wb_os_sync(ctx, fd);
    (void)close(fd); /* only synced: nothing can be lost */
    return rc;
}

int
wb_os_replace_open(struct wb_ctx *ctx, const char *path, struct wb_os_replace *ret)
{
    assert(path != NULL && ret != NULL);
    const size_t size = strlen(path) + 1;
    ret->fd = -1;
    if (size > sizeof ret->path) {
        errno = ENAMETOOLONG;
        return wb_os_fail_path(ctx, "create a file beside", path);
    }
    memcpy(ret->path, path, size);
    return open_temp(ctx, path, ret->temp, &ret->fd);
}

int
wb_os_result_open(struct wb_ctx *ctx, const char *path, struct wb_os_replace *ret)
{
    char kind = 0;
    uint64_t size = 0;
    ret->fd = -1;
    const int rc = wb_os_stat(ctx, path, &kind, &size);
    if (rc != WB_OK) {
        return rc;
    }
    if (kind != 'o') {
        char target[PATH_MAX];
        const bool resolved = kind == 'f' && realpath(path, target) != NULL;
        return wb_os_replace_open(ctx, resolved ? target : path, ret);
    }
    ret->fd = wb_os_open_flags(ctx, path, O_WRONLY); /* a device or a pipe */
    if (ret->fd < 0) {
        return wb_os_fail_path(ctx, "open", path);
    }
    ret->temp[0] = '\0';
    (void)snprintf(ret->path, sizeof ret->path, "%s", path); /* it was opened by that name */
    return WB_OK;
}

/* The name, when nothing has it yet. */
static int
rename_new(struct wb_ctx *ctx, const char *from, const char *to)
{
    bool done = !wb_os_fault(ctx, WB_OS_RENAME) &&
                renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
    if (!done && (errno == EINVAL || errno == ENOSYS)) { /* a file system that knows only links */
        done = link(from, to) == 0;
        if (done) {
            (void)unlink(from); /* its other name stays */
        }
    }
    return done ? WB_OK : wb_os_fail_path(ctx, "create", to);
}

static int
commit(struct wb_ctx *ctx, struct wb_os_replace *replace, bool must_be_new)
{
    const bool file = replace->temp[0] != '\0';
    int rc = file ? wb_os_sync(ctx, replace->fd) : WB_OK;
    const int close_rc = wb_os_close(ctx, replace->fd);
    replace->fd = -1;
    rc = rc == WB_OK ? close_rc : rc;
    if (rc == WB_OK && file) {
        rc = must_be_new ? rename_new(ctx, replace->temp, replace->path)
                         : wb_os_rename(ctx, replace->temp, replace->path);
    }
    if (rc != WB_OK && file) {
        wb_os_unlink(ctx, replace->temp);
    }
    if (rc != WB_OK) {
        wb_fail_context(ctx, "%s", replace->path);
        return rc;
    }
    return file ? sync_folder_of(ctx, replace->path) : WB_OK;
}

int
wb_os_replace_commit(struct wb_ctx *ctx, struct wb_os_replace *replace)
{
    return commit(ctx, replace, false);
}

int
wb_os_replace_commit_new(struct wb_ctx *ctx, struct wb_os_replace *replace)
{
    return commit(ctx, replace, true);
}

void
wb_os_replace_abandon(struct wb_ctx *ctx, struct wb_os_replace *replace)
{
    if (replace->fd < 0) {
        return;
    }
    (void)close(replace->fd); /* what was written is not wanted */
    replace->fd = -1;
    if (replace->temp[0] != '\0') {
        wb_os_unlink(ctx, replace->temp);
    }
}
