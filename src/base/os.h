#pragma once
/*
 * The operating system: every read, write, sync, rename, clock, random number and allocation of the
 * house goes through here, and each can be made to fail. A fault plan lives in the context, never
 * in a global, so tests that inject faults run in parallel.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct wb_ctx;

enum wb_os_op {
    WB_OS_ALLOC,
    WB_OS_OPEN,
    WB_OS_READ,
    WB_OS_WRITE,
    WB_OS_SYNC,
    WB_OS_RENAME,
    WB_OS_STAT, /* stat, readdir, mkdir, unlink */
    WB_OS_MAP,
    WB_OS_CLOCK,
    WB_OS_RANDOM,
    WB_OS_PROCESS, /* fork, wait, poll, and what workers are told */
    WB_OS_OP_COUNT
};

struct wb_os_fault {
    uint64_t nth;      /* the n-th call (1-based) of any armed op fails; 0 = no faults */
    bool forever;      /* that call and all later ones */
    uint32_t ops_mask; /* bit (1u << enum wb_os_op) */
    uint64_t seen;     /* calls of armed ops so far: run once with nth = 0 to count them */
    int errno_value;   /* what the failed call reports, EIO when 0 */
    bool short_io;     /* reads and writes do half of what was asked instead of failing */
};

struct wb_os {
    struct wb_os_fault fault;
    bool clock_fixed; /* --at TIME, tests */
    int64_t clock_seconds;
    uint64_t random_seed; /* 0 = the kernel's; else a reproducible sequence */
    uint64_t random_state;
};

/* Memory. NULL on failure with the error recorded. alloc zero-fills. Sizes are bytes. */
void *wb_os_alloc(struct wb_ctx *ctx, size_t size);
void *wb_os_realloc(struct wb_ctx *ctx, void *old, size_t old_size, size_t size);
void wb_os_free(void *memory);
/* For a library that overruns its own memory when it gets none: not zero-filled and never NULL;
 * where there is none, the process ends at once with a sentence and the exit code of WB_NOMEM. */
void *wb_os_alloc_or_end(size_t size);

/*
 * Files. Each returns an enum wb_rc as int (0 is good) and records the error with the path or "fd
 * N". A path is NUL-terminated here, as the kernel wants it.
 */
WB_MUST int wb_os_open_read(struct wb_ctx *ctx, const char *path, int *ret_fd);
/* Creates or truncates, mode 0666 & ~umask. */
WB_MUST int wb_os_open_write(struct wb_ctx *ctx, const char *path, int *ret_fd);
/* Up to cap bytes; *ret_len 0 is the end. EINTR is retried, a non-blocking fd is waited for. */
WB_MUST int wb_os_read(struct wb_ctx *ctx, int fd, char *at, size_t cap, size_t *ret_len);
/* All of the bytes; short writes are continued, as reading waits. EPIPE is WB_IO like any other. */
WB_MUST int wb_os_write_all(struct wb_ctx *ctx, int fd, struct wb_str bytes);
WB_MUST int wb_os_sync(struct wb_ctx *ctx, int fd);
/* Closes in any case. A failure means that earlier writes may be lost; faults count it as
 * WB_OS_SYNC. */
WB_MUST int wb_os_close(struct wb_ctx *ctx, int fd);
WB_MUST int wb_os_rename(struct wb_ctx *ctx, const char *from, const char *to);
WB_MUST int wb_os_mkdirs(struct wb_ctx *ctx, const char *path);
void wb_os_unlink(struct wb_ctx *ctx, const char *path);
/* kind: 'f' file, 'd' directory, 'o' other, 0 absent (absent is no error). */
WB_MUST int wb_os_stat(struct wb_ctx *ctx, const char *path, char *ret_kind, uint64_t *ret_size);
bool wb_os_isatty(int fd);
/* Terminal columns, 80 when not known. */
unsigned wb_os_columns(int fd);

struct wb_arena;
/* The whole file into the arena, refused when larger than size_max. path "-" is stdin. 64 zero
 * bytes follow. */
WB_MUST int wb_os_read_file(struct wb_ctx *ctx, struct wb_arena *arena, const char *path,
                            size_t size_max, struct wb_str *ret);
/* Write temp, fsync, rename, fsync directory: the file is there whole or not at all. */
WB_MUST int wb_os_replace_file(struct wb_ctx *ctx, const char *path, struct wb_str bytes);
/* As wb_os_replace_file where a person names the path: a link stays a link and its file is
 * replaced; a device or pipe is written to, never replaced. */
WB_MUST int wb_os_write_result(struct wb_ctx *ctx, const char *path, struct wb_str bytes);
/*
 * The same two for what is not in memory as a whole: opened, written by way of .fd, then either
 * committed or abandoned; both close it. After a failed commit nothing is left of a file.
 */
enum { WB_OS_PATH_MAX = 4096 };
struct wb_os_replace {
    int fd;
    char path[WB_OS_PATH_MAX];
    char temp[WB_OS_PATH_MAX]; /* beside it; empty when a device or pipe is written into */
};
WB_MUST int wb_os_replace_open(struct wb_ctx *ctx, const char *path, struct wb_os_replace *ret);
WB_MUST int wb_os_result_open(struct wb_ctx *ctx, const char *path, struct wb_os_replace *ret);
WB_MUST int wb_os_replace_commit(struct wb_ctx *ctx, struct wb_os_replace *replace);
/* Where nothing may be replaced: a file that is there by now is an error. */
WB_MUST int wb_os_replace_commit_new(struct wb_ctx *ctx, struct wb_os_replace *replace);
void wb_os_replace_abandon(struct wb_ctx *ctx, struct wb_os_replace *replace);
/* Names in a directory (not . and ..), sorted bytewise, in the arena. */
WB_MUST int wb_os_list(struct wb_ctx *ctx, struct wb_arena *arena, const char *path,
                       struct wb_str **ret_names, size_t *ret_count);
/* Read-only mapping; size 0 gives the empty slice. No byte may be read past its end. Undo with
 * wb_os_unmap. */
WB_MUST int wb_os_map(struct wb_ctx *ctx, const char *path, struct wb_str *ret);
void wb_os_unmap(struct wb_str mapped);

/* Seconds since 1970 UTC. */
WB_MUST int wb_os_now(struct wb_ctx *ctx, int64_t *ret_seconds);
WB_MUST int wb_os_random(struct wb_ctx *ctx, void *at, size_t len);
/* User + system CPU seconds of this process in nanoseconds, and its peak memory in bytes: for
 * benchmarks. */
uint64_t wb_os_cpu_ns(void);
uint64_t wb_os_peak_bytes(void);

/*
 * A worker is a forked copy of this process. What it writes to its standard output and standard
 * error arrives at `out` and `err`; `talk` carries messages both ways, each whole.
 */
struct wb_os_worker {
    int pid;
    int out; /* -1 = closed */
    int err;
    int talk;
};

/*
 * Forks. In the worker *ret_is_worker is true, its standard output and standard error are the other
 * ends, and only `talk` of *ret is set. What is buffered must have been written before.
 */
WB_MUST int wb_os_fork(struct wb_ctx *ctx, struct wb_os_worker *ret, bool *ret_is_worker);
/* Ends this process at once, without its parent's clean-up. */
_Noreturn void wb_os_exit_now(int exit_code);
/* Closes the parent's ends and waits for the end; a worker that still reads or writes ends by that.
 */
void wb_os_worker_done(struct wb_os_worker *worker);
/* In a new worker: closes what was inherited of an earlier one. */
void wb_os_worker_forget(struct wb_os_worker *worker);
/* A message of len bytes, whole; a reader that is gone is WB_IO and no signal. */
WB_MUST int wb_os_tell(struct wb_ctx *ctx, int fd, const void *message, size_t len);
/* *ret_heard false: the other side is gone. */
WB_MUST int wb_os_hear(struct wb_ctx *ctx, int fd, void *message, size_t len, bool *ret_heard);
/*
 * Waits until one of the fds (-1 = none) can be read or has ended; ready[i] says which. All false
 * after timeout_ms (negative = for ever).
 */
WB_MUST int wb_os_poll(struct wb_ctx *ctx, const int *fds, bool *ready, size_t count,
                       int timeout_ms);
/* Milliseconds of a clock that only goes forward; not a date, and never fixed. */
uint64_t wb_os_ticks_ms(void);
/* Processors this process may run on, at least 1. */
unsigned wb_os_processors(void);
