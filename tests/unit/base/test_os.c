/*
 * The operating system and its faults. For each job every call of every operation is made to fail
 * once and for ever; the job has to say so, and what it leaves behind has to be whole.
 */
#include "base/os.h"

#include "base/arena.h"
#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
write_plain(const char *path, const char *text, size_t len)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void
assert_file(const char *path, struct wb_str wanted)
{
    static char got[300000];
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(got, 1, sizeof got, file), wanted.len);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(got, wanted.at, wanted.len);
}

/* Descriptors in use: a failed call must not leak one. */
static unsigned
open_fds(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

static struct wb_str
old_text(void)
{
    return WB_LIT("the old content");
}

/* Larger than one write of half its size, so that short writes show. */
static struct wb_str
new_text(void)
{
    static char text[100000];
    memset(text, 'n', sizeof text);
    return (struct wb_str){text, sizeof text};
}

/* The file after a replacement that may have failed: one of the two contents, whole. */
static void
assert_old_or_new(const char *path, bool old_there, bool good)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        assert_false(old_there);
        assert_false(good);
        return;
    }
    if ((size_t)st.st_size == new_text().len) {
        assert_file(path, new_text());
        return;
    }
    assert_true(old_there);
    assert_false(good);
    assert_file(path, old_text());
}

static void
replace_with_fault(const char *path, struct test_dir *dir, struct wb_os_fault plan, bool old_there)
{
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    (void)remove(path); /* may be absent */
    if (old_there) {
        write_plain(path, old_text().at, old_text().len);
    }
    ctx.os.fault = plan;
    const unsigned fds = open_fds();
    const int rc = wb_os_replace_file(&ctx, path, new_text());
    assert_int_equal(open_fds(), fds);
    assert_int_equal(rc != WB_OK, ctx.error.rc != WB_OK);
    assert_true(rc == WB_OK || ctx.error.text[0] != '\0');
    assert_old_or_new(path, old_there, rc == WB_OK);
    const bool unlink_may_fail = plan.forever && (plan.ops_mask & (1U << WB_OS_STAT)) != 0;
    if (!unlink_may_fail) {
        assert_true(test_dir_count(dir) <= 1); /* no temporary file stays */
    }
    test_dir_done(dir);
    test_dir_init(dir);
}

static void
test_replace_file(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    test_dir_init(&dir);
    test_dir_path(&dir, "file", path);
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = UINT32_MAX;
    assert_int_equal(wb_os_replace_file(&ctx, path, new_text()), WB_OK);
    assert_file(path, new_text());
    const uint64_t calls = ctx.os.fault.seen;
    /* random, open, write, sync, close, rename, open folder, sync folder */
    assert_int_equal(calls, 8);
    for (uint64_t nth = 1; nth <= calls + 2; nth++) {
        for (unsigned kind = 0; kind < 8; kind++) {
            test_dir_path(&dir, "file", path);
            replace_with_fault(path, &dir,
                               (struct wb_os_fault){.nth = nth,
                                                    .forever = (kind & 1) != 0,
                                                    .ops_mask = UINT32_MAX,
                                                    .errno_value = ENOSPC,
                                                    .short_io = (kind & 2) != 0},
                               (kind & 4) != 0);
        }
    }
    test_dir_done(&dir);
}

static void
test_replace_each_operation(void **state)
{
    (void)state;
    struct test_dir dir;
    test_dir_init(&dir);
    for (unsigned op = 0; op < WB_OS_OP_COUNT; op++) {
        for (unsigned kind = 0; kind < 4; kind++) {
            char path[TEST_PATH_MAX];
            test_dir_path(&dir, "file", path);
            replace_with_fault(
                path, &dir,
                (struct wb_os_fault){.nth = 1, .forever = (kind & 1) != 0, .ops_mask = 1U << op},
                (kind & 2) != 0);
        }
    }
    test_dir_done(&dir);
}

static void
test_replace_in_no_folder(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    char longer[6000];
    test_dir_init(&dir);
    test_dir_path(&dir, "absent/file", path);
    wb_ctx_init(&ctx);
    assert_int_equal(wb_os_replace_file(&ctx, path, new_text()), WB_NOT_FOUND);
    assert_non_null(strstr(ctx.error.text, "absent/file"));
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    wb_error_clear(&ctx);
    assert_int_equal(wb_os_replace_file(&ctx, longer, new_text()), WB_IO);
    wb_error_clear(&ctx);
    assert_int_equal(wb_os_mkdirs(&ctx, longer), WB_IO);
    test_dir_done(&dir);
}

static void
test_read_file(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    static char text[SIZE];
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    struct wb_str got = {NULL, 0};
    for (size_t i = 0; i < SIZE; i++) {
        text[i] = (char)('a' + (int)(i % 26));
    }
    test_dir_init(&dir);
    test_dir_path(&dir, "in", path);
    write_plain(path, text, SIZE);
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 4 * 1024 * 1024);
    ctx.os.fault.ops_mask = UINT32_MAX;
    assert_int_equal(wb_os_read_file(&ctx, &arena, path, SIZE, &got), WB_OK);
    assert_int_equal(got.len, SIZE);
    assert_memory_equal(got.at, text, SIZE);
    for (size_t i = 0; i < 64; i++) {
        assert_int_equal(got.at[got.len + i], 0);
    }
    const uint64_t calls = ctx.os.fault.seen;
    for (uint64_t nth = 1; nth <= calls; nth++) {
        wb_ctx_init(&ctx);
        ctx.os.fault = (struct wb_os_fault){.nth = nth, .ops_mask = UINT32_MAX};
        const unsigned fds = open_fds();
        assert_int_not_equal(wb_os_read_file(&ctx, &arena, path, SIZE, &got), WB_OK);
        assert_int_not_equal(ctx.error.rc, WB_OK);
        assert_int_equal(open_fds(), fds);
        assert_int_equal(got.len, SIZE); /* written on success only */
    }
    wb_ctx_init(&ctx);
    ctx.os.fault = (struct wb_os_fault){
        .nth = 1, .forever = true, .ops_mask = 1U << WB_OS_READ, .short_io = true};
    assert_int_equal(wb_os_read_file(&ctx, &arena, path, SIZE, &got), WB_OK);
    assert_memory_equal(got.at, text, SIZE);
    wb_arena_done(&arena);
    test_dir_done(&dir);
}

static void
test_read_limits(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 5, 65535, 65536, 65537, 131072, 131073};
    static char text[140000];
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    test_dir_init(&dir);
    test_dir_path(&dir, "in", path);
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 8 * 1024 * 1024);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct wb_str got = {text, 77};
        write_plain(path, text, sizes[i]);
        assert_int_equal(wb_os_read_file(&ctx, &arena, path, sizes[i], &got), WB_OK);
        assert_int_equal(got.len, sizes[i]);
        assert_int_equal(wb_os_read_file(&ctx, &arena, path, SIZE_MAX, &got), WB_OK);
        assert_int_equal(got.len, sizes[i]);
        if (sizes[i] > 0) {
            assert_int_equal(wb_os_read_file(&ctx, &arena, path, sizes[i] - 1, &got), WB_LIMIT);
            assert_non_null(strstr(ctx.error.text, path));
            wb_error_clear(&ctx);
        }
    }
    struct wb_str got = {text, 77};
    assert_int_equal(wb_os_read_file(&ctx, &arena, dir.path, 1000, &got), WB_IO);
    wb_error_clear(&ctx);
    test_dir_path(&dir, "absent", path);
    assert_int_equal(wb_os_read_file(&ctx, &arena, path, 1000, &got), WB_NOT_FOUND);
    assert_int_equal(got.len, 77);
    wb_arena_done(&arena);
    test_dir_done(&dir);
}

static void
test_read_stdin(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct wb_str got = {NULL, 0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "from a pipe", 11), 11);
    assert_int_equal(close(ends[1]), 0);
    const int saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 1024 * 1024);
    assert_int_equal(wb_os_read_file(&ctx, &arena, "-", 100, &got), WB_OK);
    assert_str(got, "from a pipe");
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* stays open */
    if (saved >= 0) {
        assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
        assert_int_equal(close(saved), 0);
    }
    assert_int_equal(close(ends[0]), 0);
    wb_arena_done(&arena);
}

/*
 * Whoever started us may have made a pipe non-blocking for itself, and so for us: an empty or full
 * pipe is then no failure, it is a reason to wait.
 */
static void
test_nonblocking_pipe(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    struct wb_ctx ctx;
    int ends[2];
    static char bytes[4096];
    wb_ctx_init(&ctx);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Writes more than a pipe holds, and starts only when the reader has long been waiting. */
        const struct timespec pause = {.tv_nsec = 50000000};
        char *const text = calloc(1, SIZE);
        (void)close(ends[0]);
        (void)nanosleep(&pause, NULL);
        const bool good =
            text != NULL && wb_os_write_all(&ctx, ends[1], (struct wb_str){text, SIZE}) == WB_OK;
        free(text);
        _exit(good ? 0 : 1);
    }
    assert_int_equal(close(ends[1]), 0);
    size_t all = 0;
    size_t len = 1;
    while (len > 0) {
        assert_int_equal(wb_os_read(&ctx, ends[0], bytes, sizeof bytes, &len), WB_OK);
        all += len;
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(all, SIZE);
    assert_int_equal(close(ends[0]), 0);
}

static void
test_list_and_stat(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    struct wb_str *names = NULL;
    size_t count = 99;
    test_dir_init(&dir);
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 1024 * 1024);
    assert_int_equal(wb_os_list(&ctx, &arena, dir.path, &names, &count), WB_OK);
    assert_int_equal(count, 0);
    static const char *const unsorted[] = {"b", "a", "C", ".hidden", "aa", "\xc3\xa9"};
    static const char *const sorted[] = {".hidden", "C", "a", "aa", "b", "\xc3\xa9"};
    for (size_t i = 0; i < 6; i++) {
        test_dir_path(&dir, unsorted[i], path);
        write_plain(path, "12345", i);
    }
    ctx.os.fault.ops_mask = (1U << WB_OS_OPEN) | (1U << WB_OS_STAT);
    assert_int_equal(wb_os_list(&ctx, &arena, dir.path, &names, &count), WB_OK);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_str(names[i], sorted[i]);
    }
    const uint64_t calls = ctx.os.fault.seen;
    for (uint64_t nth = 1; nth <= calls; nth++) {
        wb_ctx_init(&ctx);
        ctx.os.fault =
            (struct wb_os_fault){.nth = nth, .ops_mask = (1U << WB_OS_OPEN) | (1U << WB_OS_STAT)};
        const unsigned fds = open_fds();
        assert_int_equal(wb_os_list(&ctx, &arena, dir.path, &names, &count), WB_IO);
        assert_int_equal(open_fds(), fds);
    }
    wb_ctx_init(&ctx);
    char kind = 'x';
    uint64_t size = 99;
    test_dir_path(&dir, "aa", path);
    assert_int_equal(wb_os_stat(&ctx, path, &kind, &size), WB_OK);
    assert_int_equal(kind, 'f');
    assert_true(size == 4);
    assert_int_equal(wb_os_stat(&ctx, dir.path, &kind, &size), WB_OK);
    assert_int_equal(kind, 'd');
    assert_int_equal(wb_os_stat(&ctx, "/dev/null", &kind, &size), WB_OK);
    assert_int_equal(kind, 'o');
    test_dir_path(&dir, "aa/under-a-file", path);
    assert_int_equal(wb_os_stat(&ctx, path, &kind, &size), WB_OK);
    assert_int_equal(kind, 0);
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_STAT};
    assert_int_equal(wb_os_stat(&ctx, path, &kind, &size), WB_IO);
    wb_arena_done(&arena);
    test_dir_done(&dir);
}

static void
test_mkdirs_and_unlink(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    struct stat st;
    test_dir_init(&dir);
    wb_ctx_init(&ctx);
    test_dir_path(&dir, "a/b//c/", path);
    assert_int_equal(wb_os_mkdirs(&ctx, path), WB_OK);
    assert_int_equal(wb_os_mkdirs(&ctx, path), WB_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    test_dir_path(&dir, "a/file", path);
    write_plain(path, "x", 1);
    assert_int_equal(wb_os_mkdirs(&ctx, path), WB_IO);
    wb_error_clear(&ctx);
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_STAT};
    wb_os_unlink(&ctx, path);
    assert_int_equal(stat(path, &st), 0);
    wb_os_unlink(&ctx, path);
    assert_int_not_equal(stat(path, &st), 0);
    assert_int_equal(ctx.error.rc, WB_OK);
    static const char *const made[] = {"a/b/c", "a/b"};
    for (size_t i = 0; i < 2; i++) {
        test_dir_path(&dir, made[i], path);
        assert_int_equal(rmdir(path), 0);
    }
    test_dir_path(&dir, "a/n", path);
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .forever = true, .ops_mask = 1U << WB_OS_STAT};
    assert_int_equal(wb_os_mkdirs(&ctx, path), WB_IO);
    test_dir_done(&dir);
}

static void
test_map(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    struct wb_str got = {"x", 1};
    test_dir_init(&dir);
    test_dir_path(&dir, "table", path);
    wb_ctx_init(&ctx);
    write_plain(path, "", 0);
    assert_int_equal(wb_os_map(&ctx, path, &got), WB_OK);
    assert_int_equal(got.len, 0);
    wb_os_unmap(got);
    write_plain(path, "compiled", 8);
    ctx.os.fault.ops_mask = UINT32_MAX;
    assert_int_equal(wb_os_map(&ctx, path, &got), WB_OK);
    assert_str(got, "compiled");
    wb_os_unmap(got);
    const uint64_t calls = ctx.os.fault.seen;
    assert_int_equal(calls, 3);
    for (uint64_t nth = 1; nth <= calls; nth++) {
        wb_ctx_init(&ctx);
        ctx.os.fault = (struct wb_os_fault){.nth = nth, .ops_mask = UINT32_MAX};
        const unsigned fds = open_fds();
        assert_int_equal(wb_os_map(&ctx, path, &got), WB_IO);
        assert_int_equal(open_fds(), fds);
    }
    wb_ctx_init(&ctx);
    assert_int_equal(wb_os_map(&ctx, dir.path, &got), WB_IO);
    test_dir_done(&dir);
}

static void
test_reads_and_writes(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    char at[16];
    size_t len = 0;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    wb_ctx_init(&ctx);
    assert_int_equal(wb_os_write_all(&ctx, ends[1], WB_LIT("0123456789")), WB_OK);
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_READ, .short_io = true};
    assert_int_equal(wb_os_read(&ctx, ends[0], at, 8, &len), WB_OK);
    assert_int_equal(len, 4);
    ctx.os.fault =
        (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_READ, .errno_value = EINTR};
    assert_int_equal(wb_os_read(&ctx, ends[0], at, 1, &len), WB_OK);
    assert_int_equal(len, 1);
    assert_int_equal(at[0], '4');
    assert_true(ctx.os.fault.seen == 2);
    assert_int_equal(close(ends[0]), 0);
    /* The test ignores SIGPIPE as main does, so a closed reader is an error like any other. */
    assert_int_equal(wb_os_write_all(&ctx, ends[1], WB_LIT("x")), WB_IO);
    wb_error_clear(&ctx);
    assert_int_equal(wb_os_sync(&ctx, ends[1]), WB_IO);
    wb_error_clear(&ctx);
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_SYNC};
    assert_int_equal(wb_os_close(&ctx, ends[1]), WB_IO);
    assert_true(fcntl(ends[1], F_GETFD) < 0); /* closed all the same */
    assert_int_equal(wb_os_rename(&ctx, "absent-a", "absent-b"), WB_NOT_FOUND);
}

/* A link stays a link, a pipe stays a pipe: only a file, or nothing, is replaced. */
static void
test_write_result(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct test_dir dir;
    char file[TEST_PATH_MAX];
    char link_path[TEST_PATH_MAX];
    char pipe_path[TEST_PATH_MAX];
    test_dir_init(&dir);
    test_dir_path(&dir, "file", file);
    test_dir_path(&dir, "link", link_path);
    test_dir_path(&dir, "pipe", pipe_path);
    wb_ctx_init(&ctx);
    assert_int_equal(wb_os_write_result(&ctx, file, WB_LIT("first")), WB_OK);
    assert_file(file, WB_LIT("first"));
    assert_int_equal(symlink(file, link_path), 0);
    assert_int_equal(wb_os_write_result(&ctx, link_path, WB_LIT("second")), WB_OK);
    assert_file(file, WB_LIT("second"));
    struct stat st;
    assert_int_equal(lstat(link_path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    const int reader = open(pipe_path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_int_equal(wb_os_write_result(&ctx, pipe_path, WB_LIT("third")), WB_OK);
    char bytes[8];
    assert_int_equal(read(reader, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "third", 5);
    assert_int_equal(close(reader), 0);
    assert_int_equal(lstat(pipe_path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    const unsigned fds = open_fds();
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_STAT};
    assert_true(wb_os_write_result(&ctx, file, WB_LIT("fourth")) != WB_OK);
    assert_file(file, WB_LIT("second"));
    assert_int_equal(open_fds(), fds);
    test_dir_done(&dir);
}

static void
test_clock_and_random(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    int64_t now = 0;
    wb_ctx_init(&ctx);
    assert_int_equal(wb_os_now(&ctx, &now), WB_OK);
    assert_true(now > 1700000000);
    ctx.os.clock_fixed = true;
    ctx.os.clock_seconds = 42;
    assert_int_equal(wb_os_now(&ctx, &now), WB_OK);
    assert_true(now == 42);
    uint8_t a[33] = {0};
    uint8_t b[33] = {0};
    assert_int_equal(wb_os_random(&ctx, a, sizeof a), WB_OK);
    assert_int_equal(wb_os_random(&ctx, b, sizeof b), WB_OK);
    assert_memory_not_equal(a, b, sizeof a);
    ctx.os.random_seed = 5;
    assert_int_equal(wb_os_random(&ctx, a, sizeof a), WB_OK);
    assert_int_equal(wb_os_random(&ctx, b, sizeof b), WB_OK);
    assert_memory_not_equal(a, b, sizeof a);
    ctx.os.random_state = 0;
    assert_int_equal(wb_os_random(&ctx, b, sizeof b), WB_OK);
    assert_memory_equal(a, b, sizeof a);
    ctx.os.fault =
        (struct wb_os_fault){.nth = 1, .ops_mask = (1U << WB_OS_CLOCK) | (1U << WB_OS_RANDOM)};
    assert_int_equal(wb_os_now(&ctx, &now), WB_IO);
    wb_error_clear(&ctx);
    ctx.os.fault.seen = 0;
    assert_int_equal(wb_os_random(&ctx, b, sizeof b), WB_IO);
    const uint64_t before = wb_os_cpu_ns();
    assert_true(wb_os_cpu_ns() >= before);
    assert_true(wb_os_peak_bytes() > 100 * 1024);
    assert_int_equal(wb_os_columns(-1), 80);
    assert_false(wb_os_isatty(-1));
}

static void
test_memory(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    char *at = wb_os_alloc(&ctx, 10);
    assert_non_null(at);
    assert_memory_equal(at, "\0\0\0\0\0\0\0\0\0\0", 10);
    memcpy(at, "0123456789", 10);
    at = wb_os_realloc(&ctx, at, 10, 5000);
    assert_non_null(at);
    assert_memory_equal(at, "0123456789\0\0\0", 13);
    assert_int_equal(at[4999], 0);
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_ALLOC};
    assert_null(wb_os_realloc(&ctx, at, 5000, 6000));
    assert_int_equal(ctx.error.rc, WB_NOMEM);
    assert_memory_equal(at, "0123456789", 10); /* the old memory stays */
    wb_os_free(at);
    void *const none = wb_os_alloc(&ctx, 0);
    assert_non_null(none);
    wb_os_free(none);
    wb_os_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replace_file),         cmocka_unit_test(test_replace_each_operation),
        cmocka_unit_test(test_replace_in_no_folder), cmocka_unit_test(test_read_file),
        cmocka_unit_test(test_read_limits),          cmocka_unit_test(test_read_stdin),
        cmocka_unit_test(test_nonblocking_pipe),     cmocka_unit_test(test_list_and_stat),
        cmocka_unit_test(test_mkdirs_and_unlink),    cmocka_unit_test(test_map),
        cmocka_unit_test(test_reads_and_writes),     cmocka_unit_test(test_write_result),
        cmocka_unit_test(test_clock_and_random),     cmocka_unit_test(test_memory),
    };
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return 1;
    }
    return cmocka_run_group_tests_name("base-os", tests, NULL, NULL);
}
