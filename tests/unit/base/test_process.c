/*
 * Drafts and workers: files that are whole or not there, whatever fails; processes that are heard,
 * told and noticed when they end.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "test_support.h"

static struct wb_ctx
fresh(void)
{
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    return ctx;
}

static void
put(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* The file's text, or "" when there is none. */
static struct wb_str
get(const char *path, char *room, size_t cap)
{
    const int fd = open(path, O_RDONLY);
    const ssize_t len = fd < 0 ? 0 : read(fd, room, cap);
    if (fd >= 0) {
        close(fd);
    }
    return (struct wb_str){room, len < 0 ? 0 : (size_t)len};
}

static size_t
open_fds(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count;
}

/* A draft with a text, kept. */
static int
draft(struct wb_ctx *ctx, const char *path, bool replace)
{
    struct wb_os_replace d;
    int rc = wb_os_replace_open(ctx, path, &d);
    if (rc != WB_OK) {
        return rc;
    }
    rc = wb_os_write_all(ctx, d.fd, WB_LIT("new text"));
    if (rc != WB_OK) {
        wb_os_replace_abandon(ctx, &d);
        return rc;
    }
    return replace ? wb_os_replace_commit(ctx, &d) : wb_os_replace_commit_new(ctx, &d);
}

static void
test_draft(void **state)
{
    (void)state;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    char room[64];
    test_dir_init(&dir);
    test_dir_path(&dir, "file", path);
    struct wb_ctx ctx = fresh();
    assert_int_equal(draft(&ctx, path, false), WB_OK);
    assert_str(get(path, room, sizeof room), "new text");
    put(path, "mine");
    assert_int_equal(draft(&ctx, path, false), WB_IO);
    assert_non_null(strstr(ctx.error.text, "exists"));
    assert_str(get(path, room, sizeof room), "mine");
    wb_error_clear(&ctx);
    assert_int_equal(draft(&ctx, path, true), WB_OK);
    assert_str(get(path, room, sizeof room), "new text");
    assert_int_equal(test_dir_count(&dir), 1);

    struct wb_os_replace d;
    assert_int_equal(wb_os_replace_open(&ctx, path, &d), WB_OK);
    wb_os_replace_abandon(&ctx, &d);
    wb_os_replace_abandon(&ctx, &d); /* once more does nothing */
    assert_int_equal(test_dir_count(&dir), 1);
    test_dir_done(&dir);
}

static void
test_draft_each_fault(void **state)
{
    (void)state;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    char room[64];
    test_dir_init(&dir);
    test_dir_path(&dir, "file", path);
    struct wb_ctx ctx = fresh();
    ctx.os.fault = (struct wb_os_fault){.ops_mask = UINT32_MAX};
    assert_int_equal(draft(&ctx, path, true), WB_OK);
    const uint64_t calls = ctx.os.fault.seen;
    assert_true(calls >= 6);
    const size_t fds = open_fds();
    for (int replace = 0; replace < 2; replace++) {
        for (uint64_t nth = 1; nth <= calls; nth++) {
            put(path, "mine");
            if (replace == 0) {
                (void)unlink(path);
            }
            ctx = fresh();
            ctx.os.fault = (struct wb_os_fault){.nth = nth, .ops_mask = UINT32_MAX};
            assert_int_not_equal(draft(&ctx, path, replace == 1), WB_OK);
            const struct wb_str text = get(path, room, sizeof room);
            const bool whole = wb_str_eq(text, WB_LIT("new text"));
            /* The rename may have happened; only then is the new text there. */
            assert_true(whole || wb_str_eq(text, replace == 1 ? WB_LIT("mine") : WB_LIT("")));
            assert_int_equal(test_dir_count(&dir), text.len > 0 ? 1 : 0);
            assert_int_equal(open_fds(), fds);
        }
    }
    test_dir_done(&dir);
}

static void
test_draft_result(void **state)
{
    (void)state;
    struct test_dir dir;
    char path[TEST_PATH_MAX];
    char link_path[TEST_PATH_MAX];
    char room[64];
    struct stat st;
    test_dir_init(&dir);
    test_dir_path(&dir, "file", path);
    test_dir_path(&dir, "link", link_path);
    put(path, "mine");
    assert_int_equal(symlink("file", link_path), 0);
    struct wb_ctx ctx = fresh();
    struct wb_os_replace d;
    assert_int_equal(wb_os_result_open(&ctx, link_path, &d), WB_OK);
    assert_int_equal(wb_os_write_all(&ctx, d.fd, WB_LIT("new text")), WB_OK);
    assert_int_equal(wb_os_replace_commit(&ctx, &d), WB_OK);
    assert_int_equal(lstat(link_path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_str(get(path, room, sizeof room), "new text");

    assert_int_equal(wb_os_result_open(&ctx, "/dev/null", &d), WB_OK);
    assert_int_equal(wb_os_write_all(&ctx, d.fd, WB_LIT("gone")), WB_OK);
    assert_int_equal(wb_os_replace_commit(&ctx, &d), WB_OK);
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    test_dir_done(&dir);
}

/* A worker that answers each number with its double, and says it on both of its outputs. */
static void
serve(struct wb_ctx *ctx, int talk)
{
    for (;;) {
        uint32_t number = 0;
        bool heard = false;
        if (wb_os_hear(ctx, talk, &number, sizeof number, &heard) != WB_OK || !heard) {
            wb_os_exit_now(0);
        }
        number *= 2;
        if (wb_os_write_all(ctx, STDOUT_FILENO, WB_LIT("out")) != WB_OK ||
            wb_os_write_all(ctx, STDERR_FILENO, WB_LIT("err!")) != WB_OK ||
            wb_os_tell(ctx, talk, &number, sizeof number) != WB_OK) {
            wb_os_exit_now(1);
        }
    }
}

static struct wb_os_worker
start(struct wb_ctx *ctx)
{
    struct wb_os_worker worker;
    bool is_worker = false;
    assert_int_equal(wb_os_fork(ctx, &worker, &is_worker), WB_OK);
    if (is_worker) {
        serve(ctx, worker.talk);
    }
    return worker;
}

static void
test_worker(void **state)
{
    (void)state;
    const size_t fds = open_fds();
    struct wb_ctx ctx = fresh();
    struct wb_os_worker worker = start(&ctx);
    for (uint32_t number = 1; number <= 100; number++) {
        uint32_t answer = 0;
        bool heard = false;
        char text[16];
        size_t len = 0;
        assert_int_equal(wb_os_tell(&ctx, worker.talk, &number, sizeof number), WB_OK);
        assert_int_equal(wb_os_hear(&ctx, worker.talk, &answer, sizeof answer, &heard), WB_OK);
        assert_true(heard);
        assert_int_equal(answer, 2 * number);
        assert_int_equal(wb_os_read(&ctx, worker.out, text, sizeof text, &len), WB_OK);
        assert_str(((struct wb_str){text, len}), "out");
        assert_int_equal(wb_os_read(&ctx, worker.err, text, sizeof text, &len), WB_OK);
        assert_str(((struct wb_str){text, len}), "err!");
    }
    wb_os_worker_done(&worker);
    wb_os_worker_done(&worker); /* once more does nothing */
    assert_int_equal(open_fds(), fds);
}

static void
test_worker_that_is_gone(void **state)
{
    (void)state;
    struct wb_ctx ctx = fresh();
    struct wb_os_worker worker;
    bool is_worker = false;
    assert_int_equal(wb_os_fork(&ctx, &worker, &is_worker), WB_OK);
    if (is_worker) {
        wb_os_exit_now(0);
    }
    uint32_t number = 1;
    bool heard = true;
    assert_int_equal(wb_os_hear(&ctx, worker.talk, &number, sizeof number, &heard), WB_OK);
    assert_false(heard);
    assert_int_equal(wb_os_tell(&ctx, worker.talk, &number, sizeof number), WB_IO);
    wb_os_worker_done(&worker);
}

static void
test_poll(void **state)
{
    (void)state;
    struct wb_ctx ctx = fresh();
    struct wb_os_worker worker = start(&ctx);
    const int fds[] = {worker.out, -1, worker.talk};
    bool ready[] = {true, true, true};
    assert_int_equal(wb_os_poll(&ctx, fds, ready, 3, 0), WB_OK);
    assert_false(ready[0] || ready[1] || ready[2]);
    const uint32_t number = 1;
    assert_int_equal(wb_os_tell(&ctx, worker.talk, &number, sizeof number), WB_OK);
    while (!ready[2]) {
        assert_int_equal(wb_os_poll(&ctx, fds, ready, 3, 10000), WB_OK);
    }
    assert_false(ready[1]);
    wb_os_worker_done(&worker);
}

static void
test_faults_leave_nothing_open(void **state)
{
    (void)state;
    const size_t fds = open_fds();
    for (uint64_t nth = 1; nth <= 2; nth++) {
        struct wb_ctx ctx = fresh();
        struct wb_os_worker worker;
        bool is_worker = false;
        ctx.os.fault = (struct wb_os_fault){.nth = nth, .ops_mask = 1U << WB_OS_PROCESS};
        assert_int_equal(wb_os_fork(&ctx, &worker, &is_worker), WB_IO);
        assert_int_equal(open_fds(), fds);
    }
    struct wb_ctx ctx = fresh();
    ctx.os.fault = (struct wb_os_fault){.nth = 1, .forever = true, .ops_mask = 1U << WB_OS_PROCESS};
    const int none[] = {-1};
    bool ready[1];
    bool heard = false;
    char byte = 0;
    assert_int_equal(wb_os_poll(&ctx, none, ready, 1, 0), WB_IO);
    assert_int_equal(wb_os_tell(&ctx, -1, &byte, 1), WB_IO);
    assert_int_equal(wb_os_hear(&ctx, -1, &byte, 1, &heard), WB_IO);
}

static void
test_ticks_and_processors(void **state)
{
    (void)state;
    const uint64_t before = wb_os_ticks_ms();
    struct wb_ctx ctx = fresh();
    const int none[] = {-1};
    bool ready[1];
    assert_int_equal(wb_os_poll(&ctx, none, ready, 1, 20), WB_OK);
    assert_true(wb_os_ticks_ms() >= before + 19);
    assert_true(wb_os_processors() >= 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draft),
        cmocka_unit_test(test_draft_each_fault),
        cmocka_unit_test(test_draft_result),
        cmocka_unit_test(test_worker),
        cmocka_unit_test(test_worker_that_is_gone),
        cmocka_unit_test(test_poll),
        cmocka_unit_test(test_faults_leave_nothing_open),
        cmocka_unit_test(test_ticks_and_processors),
    };
    return cmocka_run_group_tests_name("base-process", tests, NULL, NULL);
}
