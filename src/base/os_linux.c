/*
 * The operating system. Here, in os_replace.c and in os_process.c is all of the house that calls
 * the kernel or takes memory; they alone are compiled with _GNU_SOURCE. Each call asks the fault
 * plan of its context first. No state is kept here: a fault, a fixed clock and a seeded sequence
 * all live in struct wb_os.
 */
#include "base/os.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "base/os_priv.h"

enum { COLUMNS_DEFAULT = 80 };

bool
wb_os_fault(struct wb_ctx *ctx, enum wb_os_op op)
{
    assert(ctx != NULL);
    struct wb_os_fault *const plan = &ctx->os.fault;
    if ((plan->ops_mask & (1U << op)) == 0) {
        return false;
    }
    plan->seen++;
    if (plan->nth == 0 || plan->seen < plan->nth || (plan->seen > plan->nth && !plan->forever)) {
        return false;
    }
    errno = plan->errno_value == 0 ? EIO : plan->errno_value;
    return true;
}

/* How much of `len` this read or write may do: all, half of it, or nothing (then errno is set and
 * -1 comes back). */
static ssize_t
fault_share(struct wb_ctx *ctx, enum wb_os_op op, size_t len)
{
    const size_t most = len < SSIZE_MAX ? len : SSIZE_MAX;
    if (!wb_os_fault(ctx, op)) {
        return (ssize_t)most;
    }
    if (!ctx->os.fault.short_io) {
        return -1;
    }
    return (ssize_t)(most - most / 2); /* at least one byte, so that every loop ends */
}

int
wb_os_fail_path(struct wb_ctx *ctx, const char *verb, const char *path)
{
    const int number = errno;
    const enum wb_rc rc = number == ENOENT || number == ENOTDIR ? WB_NOT_FOUND : WB_IO;
    return wb_fail(ctx, rc, "cannot %s %s: %s", verb, path, strerror(number));
}

static int
fail_fd(struct wb_ctx *ctx, const char *verb, int fd)
{
    static const char *const standard[] = {" standard input", " standard output",
                                           " standard error"};
    const char *const name = fd >= 0 && fd <= STDERR_FILENO ? standard[fd] : "";
    return wb_fail(ctx, WB_IO, "cannot %s%s: %s", verb, name, strerror(errno));
}

void *
wb_os_alloc(struct wb_ctx *ctx, size_t size)
{
    void *const memory = wb_os_fault(ctx, WB_OS_ALLOC) ? NULL : calloc(1, size == 0 ? 1 : size);
    if (memory == NULL) {
        (void)wb_fail(ctx, WB_NOMEM, "no memory for %zu bytes", size); /* the caller sees NULL */
    }
    return memory;
}

void *
wb_os_realloc(struct wb_ctx *ctx, void *old, size_t old_size, size_t size)
{
    char *const memory = wb_os_fault(ctx, WB_OS_ALLOC) ? NULL : realloc(old, size == 0 ? 1 : size);
    if (memory == NULL) {
        (void)wb_fail(ctx, WB_NOMEM, "no memory for %zu bytes", size); /* the caller sees NULL */
        return NULL;
    }
    if (size > old_size) {
        memset(memory + old_size, 0, size - old_size);
    }
    return memory;
}

void
wb_os_free(void *memory)
{
    free(memory);
}

void *
wb_os_alloc_or_end(size_t size)
{
    static const char sentence[] = "waybill: no memory to read JSON\n";
    void *const memory = malloc(size == 0 ? 1 : size);
    if (memory == NULL) {
        const ssize_t put = write(STDERR_FILENO, sentence, sizeof sentence - 1);
        (void)put; /* nothing is left to tell it with */
        _exit(wb_rc_exit(WB_NOMEM));
    }
    return memory;
}

int
wb_os_open_flags(struct wb_ctx *ctx, const char *path, int flags)
{
    for (;;) {
        const int fd =
            wb_os_fault(ctx, WB_OS_OPEN) ? -1 : open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
        if (fd >= 0 || errno != EINTR) {
            return fd;
        }
    }
}

int
wb_os_open_read(struct wb_ctx *ctx, const char *path, int *ret_fd)
{
    assert(path != NULL && ret_fd != NULL);
    const int fd = wb_os_open_flags(ctx, path, O_RDONLY);
    if (fd < 0) {
        return wb_os_fail_path(ctx, "open", path);
    }
    *ret_fd = fd;
    return WB_OK;
}

int
wb_os_open_write(struct wb_ctx *ctx, const char *path, int *ret_fd)
{
    assert(path != NULL && ret_fd != NULL);
    const int fd = wb_os_open_flags(ctx, path, O_WRONLY | O_CREAT | O_TRUNC);
    if (fd < 0) {
        return wb_os_fail_path(ctx, "create", path);
    }
    *ret_fd = fd;
    return WB_OK;
}

/*
 * Whether the read or write that just failed is worth another try: a signal came, or the fd is a
 * non-blocking one of whoever started us, and there is something to wait for.
 */
static bool
try_again(int fd, short events)
{
    if (errno == EINTR) {
        return true;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
        return false;
    }
    const int number = errno;
    struct pollfd wanted = {.fd = fd, .events = events};
    const int ready = poll(&wanted, 1, -1);
    if (ready > 0 || (ready < 0 && errno == EINTR)) {
        return true;
    }
    errno = number;
    return false;
}

int
wb_os_read(struct wb_ctx *ctx, int fd, char *at, size_t cap, size_t *ret_len)
{
    assert(at != NULL || cap == 0);
    assert(ret_len != NULL);
    for (;;) {
        const ssize_t share = fault_share(ctx, WB_OS_READ, cap);
        const ssize_t got = share < 0 ? -1 : read(fd, at, (size_t)share);
        if (got >= 0) {
            *ret_len = (size_t)got;
            return WB_OK;
        }
        if (!try_again(fd, POLLIN)) {
            return fail_fd(ctx, "read", fd);
        }
    }
}

int
wb_os_write_all(struct wb_ctx *ctx, int fd, struct wb_str bytes)
{
    size_t done = 0;
    while (done < bytes.len) {
        const ssize_t share = fault_share(ctx, WB_OS_WRITE, bytes.len - done);
        const ssize_t put = share < 0 ? -1 : write(fd, bytes.at + done, (size_t)share);
        if (put >= 0) {
            done += (size_t)put;
        } else if (!try_again(fd, POLLOUT)) {
            return fail_fd(ctx, "write", fd);
        }
    }
    return WB_OK;
}

int
wb_os_sync(struct wb_ctx *ctx, int fd)
{
    if (wb_os_fault(ctx, WB_OS_SYNC) || fsync(fd) != 0) {
        return fail_fd(ctx, "sync", fd);
    }
    return WB_OK;
}

int
wb_os_close(struct wb_ctx *ctx, int fd)
{
    /* Closed in any case: Linux gives the number back even when close reports an error. */
    const int rc = close(fd);
    if (wb_os_fault(ctx, WB_OS_SYNC) || (rc != 0 && errno != EINTR)) {
        return fail_fd(ctx, "close", fd);
    }
    return WB_OK;
}

int
wb_os_rename(struct wb_ctx *ctx, const char *from, const char *to)
{
    assert(from != NULL && to != NULL);
    if (wb_os_fault(ctx, WB_OS_RENAME) || rename(from, to) != 0) {
        return wb_os_fail_path(ctx, "rename to", to);
    }
    return WB_OK;
}

static int
make_directory(struct wb_ctx *ctx, const char *path)
{
    if (!wb_os_fault(ctx, WB_OS_STAT) && mkdir(path, 0777) == 0) {
        return WB_OK;
    }
    struct stat st;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return WB_OK;
    }
    return wb_os_fail_path(ctx, "make directory", path);
}

int
wb_os_mkdirs(struct wb_ctx *ctx, const char *path)
{
    assert(path != NULL);
    char part[PATH_MAX];
    const size_t len = strlen(path);
    if (len >= sizeof part) {
        errno = ENAMETOOLONG;
        return wb_os_fail_path(ctx, "make directory", path);
    }
    for (size_t i = 1; i <= len; i++) {
        if (i < len && path[i] != '/') {
            continue;
        }
        memcpy(part, path, i);
        part[i] = '\0';
        const int rc = make_directory(ctx, part);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

void
wb_os_unlink(struct wb_ctx *ctx, const char *path)
{
    assert(path != NULL);
    if (!wb_os_fault(ctx, WB_OS_STAT)) {
        (void)unlink(path); /* used to clean up: a file that stays does no harm */
    }
}

int
wb_os_stat(struct wb_ctx *ctx, const char *path, char *ret_kind, uint64_t *ret_size)
{
    assert(path != NULL && ret_kind != NULL && ret_size != NULL);
    struct stat st;
    if (wb_os_fault(ctx, WB_OS_STAT) || stat(path, &st) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) {
            return wb_os_fail_path(ctx, "look at", path);
        }
        *ret_kind = 0;
        *ret_size = 0;
        return WB_OK;
    }
    *ret_kind = S_ISREG(st.st_mode) ? 'f' : S_ISDIR(st.st_mode) ? 'd' : 'o';
    *ret_size = st.st_size < 0 ? 0 : (uint64_t)st.st_size;
    return WB_OK;
}

bool
wb_os_isatty(int fd)
{
    return isatty(fd) == 1;
}

unsigned
wb_os_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return COLUMNS_DEFAULT;
    }
    return size.ws_col;
}

static int
compare_names(const void *a, const void *b)
{
    const struct wb_str *const left = a;
    const struct wb_str *const right = b;
    return wb_str_cmp(*left, *right);
}

static int
list_names(struct wb_ctx *ctx, struct wb_arena *arena, const char *path, DIR *dir,
           struct wb_str **ret_names, size_t *ret_count)
{
    struct wb_str *names = NULL;
    size_t count = 0;
    size_t cap = 0;
    for (;;) {
        errno = 0;
        const struct dirent *const entry = wb_os_fault(ctx, WB_OS_STAT) ? NULL : readdir(dir);
        if (entry == NULL) {
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        const struct wb_str name = wb_arena_dup(ctx, arena, wb_str_of(entry->d_name));
        if (name.at == NULL || WB_PUSH(ctx, arena, names, count, cap) == NULL) {
            return WB_NOMEM;
        }
        names[count - 1] = name;
    }
    if (errno != 0) {
        return wb_os_fail_path(ctx, "list", path);
    }
    if (count > 0) {
        qsort(names, count, sizeof *names, compare_names);
    }
    *ret_names = names;
    *ret_count = count;
    return WB_OK;
}

int
wb_os_list(struct wb_ctx *ctx, struct wb_arena *arena, const char *path, struct wb_str **ret_names,
           size_t *ret_count)
{
    assert(arena != NULL && path != NULL);
    assert(ret_names != NULL && ret_count != NULL);
    DIR *dir = NULL;
    do {
        dir = wb_os_fault(ctx, WB_OS_OPEN) ? NULL : opendir(path);
    } while (dir == NULL && errno == EINTR);
    if (dir == NULL) {
        return wb_os_fail_path(ctx, "list", path);
    }
    const int rc = list_names(ctx, arena, path, dir, ret_names, ret_count);
    (void)closedir(dir); /* only read: nothing can be lost */
    return rc;
}

/* Maps an open regular file; `size` is what fstat said. */
static int
map_fd(struct wb_ctx *ctx, const char *path, int fd, struct wb_str *ret)
{
    struct stat st;
    if (wb_os_fault(ctx, WB_OS_STAT) || fstat(fd, &st) != 0) {
        return wb_os_fail_path(ctx, "look at", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return wb_fail(ctx, WB_IO, "cannot map %s: not a regular file", path);
    }
    if (st.st_size <= 0) {
        *ret = (struct wb_str){NULL, 0};
        return WB_OK;
    }
    const size_t size = (size_t)st.st_size; /* positive, and 64 bits on both sides */
    void *const at =
        wb_os_fault(ctx, WB_OS_MAP) ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) {
        return wb_os_fail_path(ctx, "map", path);
    }
    *ret = (struct wb_str){at, size};
    return WB_OK;
}

_Static_assert(sizeof(size_t) >= sizeof(off_t), "a file's size fits a size_t");

int
wb_os_map(struct wb_ctx *ctx, const char *path, struct wb_str *ret)
{
    assert(path != NULL && ret != NULL);
    int fd = -1;
    int rc = wb_os_open_read(ctx, path, &fd);
    if (rc != WB_OK) {
        return rc;
    }
    rc = map_fd(ctx, path, fd, ret);
    (void)close(fd); /* the mapping stays */
    return rc;
}

void
wb_os_unmap(struct wb_str mapped)
{
    if (mapped.len > 0) {
        union {
            const char *borrowed;
            void *owned;
        } at = {.borrowed = mapped.at};     /* munmap wants it without const */
        (void)munmap(at.owned, mapped.len); /* fails only for what is no mapping */
    }
}

int
wb_os_now(struct wb_ctx *ctx, int64_t *ret_seconds)
{
    assert(ret_seconds != NULL);
    struct timespec now;
    if (wb_os_fault(ctx, WB_OS_CLOCK)) {
        return wb_fail(ctx, WB_IO, "cannot read the clock: %s", strerror(errno));
    }
    if (ctx->os.clock_fixed) {
        *ret_seconds = ctx->os.clock_seconds;
        return WB_OK;
    }
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return wb_fail(ctx, WB_IO, "cannot read the clock: %s", strerror(errno));
    }
    *ret_seconds = now.tv_sec;
    return WB_OK;
}

/* The next number of the reproducible sequence (splitmix64). */
static uint64_t
next_seeded(struct wb_os *os)
{
    if (os->random_state == 0) {
        os->random_state = os->random_seed;
    }
    os->random_state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = os->random_state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static bool
kernel_random(char *at, size_t len)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t got = getrandom(at + done, len - done, 0);
        if (got < 0 && errno != EINTR) {
            return false;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

int
wb_os_random(struct wb_ctx *ctx, void *at, size_t len)
{
    assert(at != NULL || len == 0);
    char *const bytes = at;
    const bool failed = wb_os_fault(ctx, WB_OS_RANDOM);
    if (failed || (ctx->os.random_seed == 0 && !kernel_random(bytes, len))) {
        return wb_fail(ctx, WB_IO, "no random numbers: %s", strerror(errno));
    }
    for (size_t done = 0; ctx->os.random_seed != 0 && done < len; done += sizeof(uint64_t)) {
        const uint64_t number = next_seeded(&ctx->os);
        const size_t now = len - done < sizeof number ? len - done : sizeof number;
        memcpy(bytes + done, &number, now);
    }
    return WB_OK;
}

uint64_t
wb_os_cpu_ns(void)
{
    struct timespec used;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) {
        return 0;
    }
    return (uint64_t)used.tv_sec * UINT64_C(1000000000) + (uint64_t)used.tv_nsec;
}

uint64_t
wb_os_peak_bytes(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return 0;
    }
    return (uint64_t)usage.ru_maxrss * 1024;
}
