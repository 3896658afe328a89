/*
 * Torture: whole commands in which one call to the system fails. It is linked of the very objects
 * of waybill, whose main is called again and again in this process; the linker puts a fault plan
 * of ours into each context, so that the program itself knows nothing of this. A command is run
 * once to count its calls, then once for each call that fails, that one only or all later ones
 * too. What has to hold is judge.c's.
 *
 * usage: torture [--all] [--seconds N] [--only ROW] [--mode MODE] [--nth N]
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program.h"

enum {
    SHOWN = 6,        /* failures of one row and mode that are printed */
    RUN_SECONDS = 30, /* of one command, or it hangs */
    SECONDS_ALL = 25, /* of all, unless told otherwise */
    FIRST = 10,       /* calls that always get their turn, from the first on */
};

#define ALLOC (1U << WB_OS_ALLOC)
#define IO (((1U << WB_OS_OP_COUNT) - 1) & ~ALLOC)
#define SHORT ((1U << WB_OS_READ) | (1U << WB_OS_WRITE))
#define INTERRUPTED (SHORT | (1U << WB_OS_OPEN))

static const struct mode modes[] = {
#define X(name_, harmless_, ...) {.name = (name_), .harmless = (harmless_), .fault = {__VA_ARGS__}},
#include "modes.def"
#undef X
};

enum { MODE_COUNT = sizeof modes / sizeof modes[0] };

static const struct row rows[] = {
#define X(name_, stdin_, arguments_, flags_)                                                       \
    {.name = (name_), .input = (stdin_), .arguments = (arguments_), .flags = (flags_)},
#include "rows.def"
#undef X
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* What a worker and the process that watches it both see. */
struct shared {
    uint64_t nth;   /* the call that fails now */
    uint64_t count; /* calls of a clean run */
    uint64_t tried;
    uint64_t failed;
};

struct wanted {
    double seconds; /* 0 = all */
    const char *row;
    const char *mode;
    uint64_t nth; /* 0 = each */
};

static double
now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at); /* always there */
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void
complain(struct shared *shared, const struct row *row, const struct mode *mode, const char *why)
{
    shared->failed++;
    if (shared->failed <= SHOWN) {
        program_say("# %s, %s, call %lu of %lu: %s\n", row->name, mode->name,
                    (unsigned long)shared->nth, (unsigned long)shared->count, why);
    }
}

/* The next call: all of the first, then as many as the time that is left allows. */
static uint64_t
next_call(const struct shared *shared, double begun, double seconds)
{
    const uint64_t next = shared->nth + 1;
    if (seconds <= 0 || next <= FIRST || shared->tried == 0) {
        return next;
    }
    const double spent = now() - begun;
    const double each = spent / (double)shared->tried;
    const double left = (seconds - spent) / (each > 1e-6 ? each : 1e-6);
    if (left < 1) {
        return shared->count + 1;
    }
    const uint64_t rest = shared->count - shared->nth;
    const uint64_t step = (uint64_t)((double)rest / left) + 1;
    return shared->nth + step;
}

/* The worker: everything of one row and mode from the call behind shared->nth on. */
static void
work(const struct wanted *wanted, const struct row *row, const struct mode *mode,
     struct shared *shared)
{
    static struct outcome clean;
    static struct outcome got;
    const double begun = now();
    struct wb_os_fault plan = mode->fault;
    program_run(row, &plan, &clean); /* takes what is only taken once */
    program_run(row, &plan, &clean);
    if (shared->count == 0) {
        shared->count = clean.calls;
        const char *const why = judge_clean(&clean);
        if (why != NULL) {
            complain(shared, row, mode, why);
            return;
        }
    }
    if (clean.calls != shared->count && (row->flags & ROW_WORKERS) == 0) {
        complain(shared, row, mode, "a clean run does not always make as many calls");
        return;
    }
    shared->nth = wanted->nth > 0 ? wanted->nth - 1 : shared->nth;
    for (;;) {
        shared->nth = next_call(shared, begun, wanted->seconds);
        if (shared->nth > shared->count || (wanted->nth > 0 && shared->nth > wanted->nth) ||
            (plan.short_io && shared->nth > 1)) {
            return;
        }
        plan.nth = shared->nth;
        (void)alarm(RUN_SECONDS);
        program_run(row, &plan, &got);
        (void)alarm(0);
        shared->tried++;
        const char *const why = judge(row, mode, &clean, &got);
        if (why != NULL) {
            complain(shared, row, mode, why);
        }
        if (wanted->nth > 0) {
            program_show(&got);
        }
    }
}

/* One row in one mode, in processes of its own: a crash is a failure like any other. */
static void
torture(const struct wanted *wanted, const struct row *row, const struct mode *mode,
        struct shared *shared)
{
    *shared = (struct shared){.nth = 0};
    for (;;) {
        const pid_t child = fork();
        if (child == 0) {
            work(wanted, row, mode, shared);
            _exit(0);
        }
        int status = 0;
        while (child < 0 || waitpid(child, &status, 0) < 0) {
            if (child < 0 || errno != EINTR) {
                complain(shared, row, mode, "there is no process to run it in");
                return;
            }
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            return;
        }
        const bool hung = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
        complain(shared, row, mode, hung ? "it hangs" : "it crashes");
        if (shared->failed <= SHOWN) {
            program_show(NULL);
        }
        if (shared->nth == 0 || shared->failed > SHOWN || wanted->nth > 0) {
            return;
        }
    }
}

static bool
read_arguments(int argc, char **argv, struct wanted *ret)
{
    *ret = (struct wanted){.seconds = SECONDS_ALL};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--all") == 0) {
            ret->seconds = 0;
            continue;
        }
        if (i + 1 == argc) {
            return false;
        }
        uint64_t number = 0;
        const char *const value = argv[++i];
        const bool is_number = wb_str_u64(wb_str_of(value), &number);
        if (strcmp(argv[i - 1], "--seconds") == 0 && is_number) {
            ret->seconds = (double)number;
        } else if (strcmp(argv[i - 1], "--only") == 0) {
            ret->row = value;
        } else if (strcmp(argv[i - 1], "--mode") == 0) {
            ret->mode = value;
        } else if (strcmp(argv[i - 1], "--nth") == 0 && is_number) {
            ret->nth = number;
        } else {
            return false;
        }
    }
    return true;
}

static int
all(const struct wanted *wanted)
{
    struct shared *const shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return 1;
    }
    struct wanted one = *wanted;
    one.seconds = wanted->seconds / (ROW_COUNT * MODE_COUNT);
    unsigned count = 0;
    unsigned failed = 0;
    uint64_t runs = 0;
    for (size_t i = 0; i < ROW_COUNT * MODE_COUNT; i++) {
        const struct row *const row = &rows[i / MODE_COUNT];
        const struct mode *const mode = &modes[i % MODE_COUNT];
        if ((wanted->row != NULL && strcmp(wanted->row, row->name) != 0) ||
            (wanted->mode != NULL && strcmp(wanted->mode, mode->name) != 0)) {
            continue;
        }
        torture(&one, row, mode, shared);
        runs += shared->tried;
        count++;
        failed += shared->failed > 0 ? 1 : 0;
        program_say("%s %u - %s, %s: %lu of %lu calls, %lu failed\n",
                    shared->failed > 0 ? "not ok" : "ok", count, row->name, mode->name,
                    (unsigned long)shared->tried, (unsigned long)shared->count,
                    (unsigned long)shared->failed);
    }
    program_say("1..%u\n# %lu runs\n", count, (unsigned long)runs);
    (void)munmap(shared, sizeof *shared);
    return failed > 0 || count == 0 ? 1 : 0;
}

/* In place of the main of waybill, which program.c calls. */
int
__wrap_main(int argc, char **argv)
{
    struct wanted wanted;
    if (!read_arguments(argc, argv, &wanted)) {
        (void)fprintf(stderr, "usage: torture [--all] [--seconds N] [--only ROW] [--mode MODE] "
                              "[--nth N]\n");
        return 2;
    }
    if (!program_open()) {
        return 1;
    }
    const int exit_code = all(&wanted);
    program_close();
    return exit_code;
}
