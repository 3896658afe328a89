/*
 * Runs main of waybill in this process. Standard output and standard error are files in memory,
 * the folder is new for this process.
 */
#include "program.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
const char *__asan_default_options(void);
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

enum { PATH_LEN = 256, WORDS_MAX = 24, TEXT_MAX = 2048, FDS_MAX = 64, TAIL = 4000 };

/* One at a time in a process: the program has no place for these. */
static struct {
    char folder[PATH_LEN];
    int report;
    int out;
    int err;
    struct wb_os_fault plan;
    uint64_t calls;
    long long blocks; /* of memory, taken and not given back */
    jmp_buf end;      /* where to go when the process would end */
    int exit_code;
    pid_t pid;          /* of this process */
    struct wb_ctx *ctx; /* of the run, NULL between runs */
} the;

void
__wrap_wb_ctx_init(struct wb_ctx *ctx)
{
    __real_wb_ctx_init(ctx);
    ctx->os.fault = the.plan;
    the.ctx = ctx;
}

/* The last thing that main does with the context, so that what was counted is all. */
enum wb_rc
__wrap_wb_out_finish(struct wb_out *out)
{
    const enum wb_rc rc = __real_wb_out_finish(out);
    the.calls = out->ctx->os.fault.seen;
    return rc;
}

void *
__wrap_wb_os_alloc(struct wb_ctx *ctx, size_t size)
{
    void *const memory = __real_wb_os_alloc(ctx, size);
    the.blocks += memory != NULL ? 1 : 0;
    return memory;
}

void *
__wrap_wb_os_realloc(struct wb_ctx *ctx, void *old, size_t old_size, size_t size)
{
    void *const memory = __real_wb_os_realloc(ctx, old, old_size, size);
    the.blocks += memory != NULL && old == NULL ? 1 : 0;
    return memory;
}

void
__wrap_wb_os_free(void *memory)
{
    the.blocks -= memory != NULL ? 1 : 0;
    __real_wb_os_free(memory);
}

/* A size that no allocator has. */
static const size_t none_has_it = SIZE_MAX / 4;

/* jansson's: fails by the plan as everything else does, and then really. */
void *
__wrap_wb_os_alloc_or_end(size_t size)
{
    void *const memory = wb_os_alloc(the.ctx, size);
    return memory != NULL ? memory : __real_wb_os_alloc_or_end(none_has_it);
}

/* The end of the process is only the end of the run. */
void
__wrap__exit(int exit_code)
{
    if (the.ctx == NULL || getpid() != the.pid) { /* or a worker of the program's own */
        __real__exit(exit_code);
    }
    the.exit_code = exit_code;
    longjmp(the.end, 1);
}

#ifdef SANITIZED
/* Found by its name: what is too large is no mistake here. */
const char *
__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
#endif

void
program_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vdprintf(the.report, format, args); /* nobody could be told */
    va_end(args);
}

/* ---- the folder */

static void
path_in(const char *name, char ret[PATH_LEN * 4])
{
    if (snprintf(ret, PATH_LEN * 4, "%s%s", the.folder, name) >= PATH_LEN * 4) {
        ret[0] = '\0'; /* nothing is there */
    }
}

static bool
put(const char *name, const char *bytes, size_t len)
{
    char path[PATH_LEN * 4];
    path_in(name, path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool done = fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
    return fd >= 0 && close(fd) == 0 && done;
}

/* Removes what is in a folder, folders too; with `known`, counts what has another name instead. */
static unsigned
clear(const char *name, const char *const *known)
{
    char path[PATH_LEN * 4];
    path_in(name, path);
    DIR *const list = opendir(path);
    unsigned strays = 0;
    for (struct dirent *entry = list == NULL ? NULL : readdir(list); entry != NULL;
         entry = readdir(list)) {
        char inside[PATH_LEN * 2];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        bool is_known = false;
        for (size_t i = 0; known != NULL && known[i] != NULL; i++) {
            is_known = is_known || strcmp(entry->d_name, known[i]) == 0;
        }
        strays += is_known ? 0 : 1;
        (void)snprintf(inside, sizeof inside, "%s/%s", name, entry->d_name);
        if (entry->d_type == DT_DIR) {
            (void)clear(inside, NULL);
        }
        path_in(inside, path);
        if (!is_known) {
            (void)remove(path); /* what stays is seen by the next run */
        }
    }
    if (list != NULL) {
        (void)closedir(list);
    }
    return strays;
}

/* ---- what a run leaves */

static void
keep(int fd, struct kept *ret)
{
    struct stat st = {.st_size = 0};
    ret->len = fd >= 0 && fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
    const size_t len = ret->len < KEPT_MAX ? ret->len : KEPT_MAX;
    if (fd >= 0 && pread(fd, ret->at, len, 0) != (ssize_t)len) {
        ret->len = 0;
    }
}

static void
keep_file(struct kept *ret)
{
    char path[PATH_LEN * 4];
    path_in("/out", path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    keep(fd, ret);
    if (fd >= 0) {
        (void)close(fd);
    }
}

/* Bytes where the sanitizer counts them, whoever took them; else the blocks of base. */
static long long
heap_size(void)
{
#ifdef SANITIZED
    return (long long)__sanitizer_get_current_allocated_bytes();
#else
    return the.blocks;
#endif
}

static int
open_fds(void)
{
    int count = 0;
    for (int fd = 0; fd < FDS_MAX; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

static void
close_all(void)
{
    for (int fd = STDERR_FILENO + 1; fd < FDS_MAX; fd++) {
        if (fd != the.report && fd != the.out && fd != the.err) {
            (void)close(fd); /* most are none */
        }
    }
}

/* ---- a run */

/* Cuts the arguments into words; "@" becomes the folder. */
static int
cut(const char *arguments, char text[TEXT_MAX], char **words)
{
    size_t len = 0;
    int count = 0;
    words[count++] = text;
    len = (size_t)snprintf(text, TEXT_MAX, "waybill") + 1;
    words[count++] = text + len;
    for (const char *at = arguments; *at != '\0' && len + PATH_LEN < TEXT_MAX; at++) {
        if (*at == '@') {
            len += (size_t)snprintf(text + len, PATH_LEN, "%s", the.folder);
        } else if (*at != ' ') {
            text[len++] = *at;
        } else if (count < WORDS_MAX - 1) {
            text[len++] = '\0';
            words[count++] = text + len;
        }
    }
    text[len] = '\0';
    words[count] = NULL;
    return count;
}

static void
set_input(const char *input)
{
    char path[PATH_LEN * 4] = "/dev/null";
    if (input != NULL && input[0] == '@') {
        path_in(input + 1, path);
    } else if (input != NULL) {
        (void)snprintf(path, sizeof path, "%s", input);
    }
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd > STDIN_FILENO) {
        (void)dup2(fd, STDIN_FILENO);
        (void)close(fd);
    }
}

static void
start_anew(int fd)
{
    if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
        program_say("# the output of a run cannot be emptied\n");
    }
}

/* Whether main came back; the exit code is noted in either case. */
__attribute__((noinline)) static bool
returns(int count, char **words)
{
    if (setjmp(the.end) != 0) {
        return false;
    }
    the.exit_code = __real_main(count, words);
    return true;
}

void
program_run(const struct row *row, const struct wb_os_fault *plan, struct outcome *ret)
{
    static const char *const known[] = {"out", "segments.json", "cache", NULL};
    char text[TEXT_MAX];
    char *words[WORDS_MAX];
    const int count = cut(row->arguments, text, words);
    if ((row->flags & ROW_CACHED) == 0) {
        (void)clear("/cache", NULL);
    }
    if (!put("/out", FILE_BEFORE, strlen(FILE_BEFORE))) {
        program_say("# no file can be written in %s\n", the.folder);
    }
    set_input(row->input);
    start_anew(the.out);
    start_anew(the.err);
    const int fds = open_fds();
    const long long heap = heap_size();
    ret->heap_growth = 0;
    ret->fd_growth = 0;
    the.plan = *plan;
    the.pid = getpid();
    the.calls = 0;
    ret->ended = !returns(count, words);
    ret->exit_code = the.exit_code;
    if (ret->ended) {
        close_all(); /* as the system does */
    } else {
        ret->heap_growth = heap_size() - heap;
        ret->fd_growth = open_fds() - fds;
    }
    the.ctx = NULL;
    ret->calls = the.calls;
    keep(the.out, &ret->out);
    keep(the.err, &ret->err);
    keep_file(&ret->file);
    ret->strays = clear("", known);
    ret->strays += (row->flags & ROW_CACHED) == 0 && clear("/cache/waybill", NULL) > 1 ? 1 : 0;
}

void
program_show(const struct outcome *outcome)
{
    static struct kept crashed;
    if (outcome == NULL) {
        keep(the.err, &crashed);
    } else {
        program_say("# exit code %d, %zu bytes printed, %lu calls, %lld of heap\n",
                    outcome->exit_code, outcome->out.len, (unsigned long)outcome->calls,
                    outcome->heap_growth);
    }
    const struct kept *const err = outcome == NULL ? &crashed : &outcome->err;
    const size_t len = err->len < TAIL ? err->len : TAIL;
    const char *at = err->at;
    for (size_t i = 0; i < len; i++) {
        if (at[i] == '\n' || i + 1 == len) {
            program_say("#   %.*s\n", (int)(err->at + i - at + (err->at[i] != '\n')), at);
            at = err->at + i + 1;
        }
    }
}

/* ---- begin and end */

static bool
make_segments(void)
{
    static struct outcome made;
    static const struct row row = {
        .name = "", .arguments = "translate --to json fixtures/x12/850-medsup-order.edi"};
    const struct wb_os_fault none = {.nth = 0};
    program_run(&row, &none, &made);
    if (made.exit_code != 0 || made.out.len >= KEPT_MAX) {
        program_show(&made);
        return false;
    }
    return put("/segments.json", made.out.at, made.out.len);
}

bool
program_open(void)
{
    const char *const base = getenv("TMPDIR");
    const char *const source = getenv("WAYBILL_SOURCE");
    char cache[PATH_LEN * 4];
    the.report = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    the.out = memfd_create("out", MFD_CLOEXEC);
    the.err = memfd_create("err", MFD_CLOEXEC);
    (void)snprintf(the.folder, sizeof the.folder, "%s/waybill-torture-XXXXXX",
                   base == NULL || base[0] == '\0' ? "/tmp" : base);
    if (the.report < 0 || the.out < 0 || the.err < 0 || mkdtemp(the.folder) == NULL ||
        (source != NULL && chdir(source) != 0)) {
        perror("torture");
        return false;
    }
    path_in("/cache", cache);
    const bool ready = setenv("XDG_CACHE_HOME", cache, 1) == 0 && unsetenv("CLICOLOR_FORCE") == 0 &&
                       dup2(the.out, STDOUT_FILENO) >= 0 && dup2(the.err, STDERR_FILENO) >= 0;
    if (!ready || !make_segments()) {
        program_say("# the folder of the runs cannot be made\n");
        return false;
    }
    return true;
}

void
program_close(void)
{
    static const char *const none[] = {NULL};
    (void)clear("", none);
    (void)rmdir(the.folder); /* in the folder for temporary files: nothing depends on it */
    (void)close(the.out);
    (void)close(the.err);
    (void)close(the.report);
}
