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

_Static_assert(WB_OS_PATH_MAX >= PATH_MAX, "a path of the system has room");

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
    char folder[WB_OS_PATH_MAX] = ".";
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
wb_os_draft_open(struct wb_ctx *ctx, const char *path, struct wb_os_draft *ret)
{
    assert(path != NULL && ret != NULL);
    ret->fd = -1;
    ret->temp[0] = '\0';
    const size_t len = strlen(path);
    if (len >= sizeof ret->path) {
        errno = ENAMETOOLONG;
        return wb_os_fail_path(ctx, "create", path);
    }
    memcpy(ret->path, path, len + 1);
    return open_temp(ctx, path, ret->temp, &ret->fd);
}

int
wb_os_draft_open_result(struct wb_ctx *ctx, const char *path, struct wb_os_draft *ret)
{
    char kind = 0;
    uint64_t size = 0;
    const int rc = wb_os_stat(ctx, path, &kind, &size);
    if (rc != WB_OK) {
        return rc;
    }
    if (kind == 'o') { /* a device or a pipe: written to as it is */
        ret->temp[0] = '\0';
        ret->path[0] = '\0';
        ret->fd = wb_os_open_flags(ctx, path, O_WRONLY);
        return ret->fd < 0 ? wb_os_fail_path(ctx, "open", path) : WB_OK;
    }
    char target[PATH_MAX];
    const bool resolved = kind == 'f' && realpath(path, target) != NULL;
    return wb_os_draft_open(ctx, resolved ? target : path, ret);
}

void
wb_os_draft_drop(struct wb_ctx *ctx, struct wb_os_draft *draft)
{
    if (draft->fd >= 0) {
        (void)close(draft->fd); /* it is thrown away */
        draft->fd = -1;
        if (draft->temp[0] != '\0') {
            wb_os_unlink(ctx, draft->temp);
        }
    }
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

int
wb_os_draft_keep(struct wb_ctx *ctx, struct wb_os_draft *draft, bool replace)
{
    assert(draft->fd >= 0);
    const bool direct = draft->temp[0] == '\0';
    int rc = direct ? WB_OK : wb_os_sync(ctx, draft->fd); /* a pipe cannot be synced */
    const int close_rc = wb_os_close(ctx, draft->fd);
    draft->fd = -1;
    rc = rc == WB_OK ? close_rc : rc;
    if (direct) {
        return rc;
    }
    if (rc == WB_OK) {
        rc = replace ? wb_os_rename(ctx, draft->temp, draft->path)
                     : rename_new(ctx, draft->temp, draft->path);
    }
    if (rc != WB_OK) {
        wb_os_unlink(ctx, draft->temp);
        wb_fail_context(ctx, "%s", draft->path);
        return rc;
    }
    return sync_folder_of(ctx, draft->path);
}

/* All of the bytes into a draft that was opened. */
static int
fill(struct wb_ctx *ctx, struct wb_os_draft *draft, const char *path, struct wb_str bytes)
{
    const int rc = wb_os_write_all(ctx, draft->fd, bytes);
    if (rc != WB_OK) {
        wb_os_draft_drop(ctx, draft);
        wb_fail_context(ctx, "%s", path);
        return rc;
    }
    return wb_os_draft_keep(ctx, draft, true);
}

int
wb_os_replace_file(struct wb_ctx *ctx, const char *path, struct wb_str bytes)
{
    struct wb_os_draft draft;
    const int rc = wb_os_draft_open(ctx, path, &draft);
    return rc == WB_OK ? fill(ctx, &draft, path, bytes) : rc;
}

int
wb_os_write_result(struct wb_ctx *ctx, const char *path, struct wb_str bytes)
{
    struct wb_os_draft draft;
    const int rc = wb_os_draft_open_result(ctx, path, &draft);
    return rc == WB_OK ? fill(ctx, &draft, path, bytes) : rc;
}
