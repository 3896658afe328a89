/*
 * Processes: workers that are forked copies of this one, the pipes to them, and waiting. With
 * os_linux.c the only place where the kernel is called; each call asks the fault plan first. No
 * state is kept here.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/os_priv.h"

enum { POLL_MAX = 256 };

static int
fail(struct wb_ctx *ctx, const char *what)
{
    return wb_fail(ctx, WB_IO, "cannot %s: %s", what, strerror(errno));
}

static void
close_one(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd); /* a pipe: what it carried has arrived or is not wanted */
        *fd = -1;
    }
}

/* The ends of what leads to a worker: [0] ours, [1] its own. */
struct ends {
    int out[2];
    int err[2];
    int talk[2];
};

static void
close_side(struct ends *ends, int side)
{
    close_one(&ends->out[side]);
    close_one(&ends->err[side]);
    close_one(&ends->talk[side]);
}

static bool
open_ends(struct wb_ctx *ctx, struct ends *ret)
{
    *ret = (struct ends){
        .out = {-1, -1},
          .err = {-1, -1},
          .talk = {-1, -1}
    };
    if (!wb_os_fault(ctx, WB_OS_PROCESS) && pipe2(ret->out, O_CLOEXEC) == 0 &&
        pipe2(ret->err, O_CLOEXEC) == 0 &&
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret->talk) == 0) {
        return true;
    }
    const int number = errno;
    close_side(ret, 0);
    close_side(ret, 1);
    errno = number;
    return false;
}

int
wb_os_fork(struct wb_ctx *ctx, struct wb_os_worker *ret, bool *ret_is_worker)
{
    assert(ret != NULL && ret_is_worker != NULL);
    struct ends ends;
    if (!open_ends(ctx, &ends)) {
        return fail(ctx, "open pipes to a worker");
    }
    const pid_t pid = wb_os_fault(ctx, WB_OS_PROCESS) ? -1 : fork();
    if (pid < 0) {
        const int number = errno;
        close_side(&ends, 0);
        close_side(&ends, 1);
        errno = number;
        return fail(ctx, "start a worker");
    }
    if (pid > 0) {
        close_side(&ends, 1);
        *ret = (struct wb_os_worker){
            .pid = pid, .out = ends.out[0], .err = ends.err[0], .talk = ends.talk[0]};
        *ret_is_worker = false;
        return WB_OK;
    }
    close_side(&ends, 0);
    if (dup2(ends.out[1], STDOUT_FILENO) < 0 || dup2(ends.err[1], STDERR_FILENO) < 0) {
        wb_os_exit_now(
            70); /* without its pipes a worker can say nothing; the parent sees its end */
    }
    if (ends.out[1] > STDERR_FILENO) {
        close_one(&ends.out[1]);
    }
    if (ends.err[1] > STDERR_FILENO) {
        close_one(&ends.err[1]);
    }
    *ret = (struct wb_os_worker){.pid = 0, .out = -1, .err = -1, .talk = ends.talk[1]};
    *ret_is_worker = true;
    return WB_OK;
}

void
wb_os_exit_now(int exit_code)
{
    _exit(exit_code);
}

void
wb_os_worker_forget(struct wb_os_worker *worker)
{
    close_one(&worker->out);
    close_one(&worker->err);
    close_one(&worker->talk);
}

void
wb_os_worker_done(struct wb_os_worker *worker)
{
    wb_os_worker_forget(worker);
    while (worker->pid > 0 && waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    worker->pid = 0;
}

int
wb_os_tell(struct wb_ctx *ctx, int fd, const void *message, size_t len)
{
    for (;;) {
        const ssize_t put =
            wb_os_fault(ctx, WB_OS_PROCESS) ? -1 : send(fd, message, len, MSG_NOSIGNAL);
        if (put == (ssize_t)len) {
            return WB_OK;
        }
        if (put >= 0 || errno != EINTR) {
            return fail(ctx, "talk to a worker");
        }
    }
}

int
wb_os_hear(struct wb_ctx *ctx, int fd, void *message, size_t len, bool *ret_heard)
{
    for (;;) {
        const ssize_t got = wb_os_fault(ctx, WB_OS_PROCESS) ? -1 : recv(fd, message, len, 0);
        if (got == (ssize_t)len || got == 0 || (got < 0 && errno == ECONNRESET)) {
            *ret_heard = got > 0;
            return WB_OK;
        }
        if (got > 0 || errno != EINTR) {
            return fail(ctx, "hear a worker");
        }
    }
}

int
wb_os_poll(struct wb_ctx *ctx, const int *fds, bool *ready, size_t count, int timeout_ms)
{
    assert(count <= POLL_MAX);
    struct pollfd wanted[POLL_MAX];
    for (size_t i = 0; i < count; i++) {
        wanted[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        ready[i] = false;
    }
    const int got = wb_os_fault(ctx, WB_OS_PROCESS) ? -1 : poll(wanted, (nfds_t)count, timeout_ms);
    if (got < 0 && errno != EINTR) {
        return fail(ctx, "wait for workers");
    }
    for (size_t i = 0; i < count && got > 0; i++) {
        ready[i] = wanted[i].revents != 0;
    }
    return WB_OK;
}

uint64_t
wb_os_ticks_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

unsigned
wb_os_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return 1;
    }
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : (unsigned)count;
}
