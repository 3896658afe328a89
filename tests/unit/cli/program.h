#pragma once
/*
 * The program as a function: one command with a fault plan, and everything that it left behind.
 * Rows and modes are those of torture.c.
 */
#include "base/ctx.h"

struct row {
    const char *name;
    const char *input; /* standard input; NULL = empty */
    const char *arguments;
    unsigned flags;
};

enum {
    ROW_CACHED = 1,  /* what an earlier run has put into the cache stays */
    ROW_WORKERS = 4, /* processes of its own: one that is lost is a bug, and calls vary */
    ROW_CLOSED = 2,  /* what was begun is ended after a failure, or the next file comes */
};

struct mode {
    const char *name;
    struct wb_os_fault fault;
    bool harmless; /* what fails is tried again: the result is that of a clean run */
};

enum { KEPT_MAX = 256 * 1024 };

/* The first bytes, and how many there were. */
struct kept {
    size_t len;
    char at[KEPT_MAX];
};

struct outcome {
    int exit_code;
    bool ended;     /* at once, without giving anything back */
    uint64_t calls; /* of the plan's operations */
    struct kept out;
    struct kept err;
    struct kept file;      /* "@/out" */
    unsigned strays;       /* files that nobody asked for */
    long long heap_growth; /* bytes, or blocks */
    int fd_growth;
};

#define FILE_BEFORE "what was before\n"

/* A folder for the runs, and where their output goes; false after saying what is wrong. */
bool program_open(void);
void program_close(void);
void program_run(const struct row *row, const struct wb_os_fault *plan, struct outcome *ret);
/* What was said, as comments; NULL = the end of what the last run said before it crashed. */
void program_show(const struct outcome *outcome);
/* To the standard output that this process was started with. */
void program_say(const char *format, ...) WB_PRINTF(1, 2);

/* What is wrong with a run, or NULL. */
const char *judge_clean(const struct outcome *clean);
const char *judge(const struct row *row, const struct mode *mode, const struct outcome *clean,
                  const struct outcome *got);

/* The linker's names: what is of the program, and what stands in its place. */
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);
void __real_wb_ctx_init(struct wb_ctx *ctx);
void __wrap_wb_ctx_init(struct wb_ctx *ctx);
struct wb_out;
enum wb_rc __real_wb_out_finish(struct wb_out *out);
enum wb_rc __wrap_wb_out_finish(struct wb_out *out);
void *__real_wb_os_alloc(struct wb_ctx *ctx, size_t size);
void *__wrap_wb_os_alloc(struct wb_ctx *ctx, size_t size);
void *__real_wb_os_realloc(struct wb_ctx *ctx, void *old, size_t old_size, size_t size);
void *__wrap_wb_os_realloc(struct wb_ctx *ctx, void *old, size_t old_size, size_t size);
void __real_wb_os_free(void *memory);
void __wrap_wb_os_free(void *memory);
void *__real_wb_os_alloc_or_end(size_t size);
void *__wrap_wb_os_alloc_or_end(size_t size);
_Noreturn void __real__exit(int exit_code);
_Noreturn void __wrap__exit(int exit_code);
