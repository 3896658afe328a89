/*
 * Every file of the shared corpora, where it is at hand: read to its end, tiled without a gap,
 * written back byte for byte, the same in any window. Skipped where the corpus is absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drain.h"
#include "wire/unwrap.h"

struct state {
    struct wb_ctx ctx;
    struct wb_arena arena;
    uint32_t files;
    uint32_t segments;
};

static void
check_file(struct state *s, const char *path)
{
    static const size_t WINDOWS[] = {0, 16, 700};
    struct wb_str input;
    assert_int_equal(wb_os_read_file(&s->ctx, &s->arena, path, 64 * 1024 * 1024, &input), WB_OK);
    struct wb_str first = {NULL, 0};
    struct drain drains[3];
    for (size_t i = 0; i < 3; i++) {
        struct drain *d = &drains[i];
        struct drain_how how = {.window_bytes = WINDOWS[i], .step_bytes = i == 2 ? 7 : 0};
        drain_run(&s->ctx, input, how, d);
        if (!d->tiled || !d->placed || !d->consistent || d->rc != WB_OK ||
            !wb_str_eq(wb_buf_str(&d->copy.buf), input)) {
            fail_msg("%s: %s", path, s->ctx.error.text);
        }
        if (i == 0) {
            first = wb_buf_str(&d->log.buf);
        }
        assert_true(wb_str_eq(first, wb_buf_str(&d->log.buf)));
    }
    if (wire_unwrap_wanted(input)) {
        fail_msg("%s was taken for mail", path);
    }
    s->files++;
    s->segments += drains[0].segment_count;
    if (getenv("WAYBILL_VERBOSE") != NULL) {
        const uint32_t *n = drains[0].notice_count;
        fprintf(stderr, "%4u segments %2u messages", drains[0].segment_count,
                drains[0].message_count);
#define X(name, words)                                                                             \
    if (n[WIRE_NOTICE_##name] != 0) {                                                              \
        fprintf(stderr, " " #name ":%u", n[WIRE_NOTICE_##name]);                                   \
    }
#include "wire/notice.def"
#undef X
        fprintf(stderr, " %s\n", path);
    }
    for (size_t i = 0; i < 3; i++) {
        drain_done(&drains[i]);
    }
}

static void
check_dir(struct state *s, const char *path)
{
    struct wb_str *names = NULL;
    size_t count = 0;
    assert_int_equal(wb_os_list(&s->ctx, &s->arena, path, &names, &count), WB_OK);
    for (size_t i = 0; i < count; i++) {
        struct wb_str child =
            wb_arena_printf(&s->ctx, &s->arena, "%s/" WB_FMT, path, WB_ARG(names[i]));
        check_file(s, child.at);
    }
}

/* A folder of the corpus; NULL when there is none. */
static const char *
find_corpus(struct state *s, const char *standard)
{
    const char *shared = getenv("WAYBILL_SHARED");
    const char *source = getenv("WAYBILL_SOURCE");
    const char *root = shared != NULL ? shared : source != NULL ? source : ".";
    const char *under = shared != NULL ? "" : "/../shared";
    struct wb_str path =
        wb_arena_printf(&s->ctx, &s->arena, "%s%s/corpus/%s", root, under, standard);
    char kind = 0;
    uint64_t size = 0;
    bool found = wb_os_stat(&s->ctx, path.at, &kind, &size) == WB_OK && kind == 'd';
    return found ? path.at : NULL;
}

static void
check_corpus(const char *standard, uint32_t files_least, uint32_t segments_least)
{
    struct state s = {.files = 0};
    wb_ctx_init(&s.ctx);
    wb_arena_init(&s.arena, 256 * 1024 * 1024);
    const char *path = find_corpus(&s, standard);
    if (path == NULL) {
        wb_arena_done(&s.arena);
        skip();
    }
    struct wb_str *names = NULL;
    size_t count = 0;
    assert_int_equal(wb_os_list(&s.ctx, &s.arena, path, &names, &count), WB_OK);
    for (size_t i = 0; i < count; i++) {
        struct wb_str child =
            wb_arena_printf(&s.ctx, &s.arena, "%s/" WB_FMT, path, WB_ARG(names[i]));
        check_dir(&s, child.at);
    }
    print_message("%u files, %u segments\n", s.files, s.segments);
    assert_true(s.files > files_least);
    assert_true(s.segments > segments_least);
    wb_arena_done(&s.arena);
}

static void
test_x12(void **unused)
{
    (void)unused;
    check_corpus("x12", 100, 3000);
}

static void
test_edifact(void **unused)
{
    (void)unused;
    check_corpus("edifact", 300, 5000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_x12), cmocka_unit_test(test_edifact)};
    return cmocka_run_group_tests_name("wire-corpus", tests, NULL, NULL);
}
