/* Arenas: alignment, zeroes also after a reset, the ceiling, growing arrays, and every single
 * allocation made to fail. */
#include "base/arena.h"

#include "base/alloc.h"
#include "test_support.h"

#include <string.h>

static void
test_checked_sizes(void **state)
{
    (void)state;
    size_t n = 5;
    assert_true(wb_add(SIZE_MAX - 1, 1, &n));
    assert_true(n == SIZE_MAX);
    assert_false(wb_add(SIZE_MAX, 1, &n));
    assert_true(n == SIZE_MAX);
    assert_true(wb_mul(SIZE_MAX / 2, 2, &n));
    assert_false(wb_mul(SIZE_MAX / 2 + 1, 2, &n));
    assert_true(wb_mul(0, SIZE_MAX, &n));
    assert_int_equal(n, 0);
}

static void
assert_zero(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(at[i], 0);
    }
}

static void
test_alignment_and_zeroes(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 8 * 1024 * 1024);
    assert_int_equal(arena.used_bytes, 0);
    for (unsigned round_no = 0; round_no < 5; round_no++) {
        uint64_t seed = round_no;
        for (unsigned i = 0; i < 2000; i++) {
            const size_t size = test_next(&seed) % (i % 50 == 0 ? 20000 : 200);
            char *const at = wb_arena_alloc(&ctx, &arena, size);
            assert_non_null(at);
            assert_int_equal((uintptr_t)at % 16, 0);
            assert_zero(at, size);
            memset(at, 0xEE, size);
        }
        wb_arena_reset(&arena);
    }
    wb_arena_done(&arena);
    wb_arena_done(&arena);
    wb_arena_done(NULL);
    assert_int_equal(arena.used_bytes, 0);
}

static void
test_allocations_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    struct wb_ctx ctx;
    struct wb_arena arena;
    unsigned char *at[COUNT];
    size_t size[COUNT];
    uint64_t seed = 6;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 8 * 1024 * 1024);
    for (unsigned i = 0; i < COUNT; i++) {
        size[i] = test_next(&seed) % 3000;
        at[i] = wb_arena_alloc(&ctx, &arena, size[i]);
        assert_non_null(at[i]);
        memset(at[i], (int)(i % 251), size[i]);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < size[i]; j++) {
            assert_int_equal(at[i][j], i % 251);
        }
    }
    wb_arena_done(&arena);
}

static void
test_ceiling(void **state)
{
    (void)state;
    static const size_t limits[] = {0, 1, 31, 32, 47, 64, 100, 4096, 10000, 100000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct wb_ctx ctx;
        struct wb_arena arena;
        size_t given = 0;
        wb_ctx_init(&ctx);
        wb_arena_init(&arena, limits[i]);
        while (wb_arena_alloc(&ctx, &arena, 16) != NULL) {
            given += 16;
            assert_true(arena.used_bytes <= limits[i]);
        }
        assert_true(given <= limits[i]);
        assert_true(limits[i] < 4096 || given >= limits[i] / 2 - 200);
        assert_int_equal(ctx.error.rc, WB_NOMEM);
        assert_non_null(strstr(ctx.error.text, "ceiling"));
        assert_null(wb_arena_alloc(&ctx, &arena, SIZE_MAX));
        assert_null(wb_arena_alloc(&ctx, &arena, SIZE_MAX - 40));
        assert_null(wb_arena_array(&ctx, &arena, SIZE_MAX / 2, 3));
        wb_arena_done(&arena);
    }
}

/* A message that is read over and over must not need more memory each time. */
static void
test_reset_reuses(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 64 * 1024);
    ctx.os.fault.ops_mask = 1U << WB_OS_ALLOC;
    for (unsigned round_no = 0; round_no < 100; round_no++) {
        for (unsigned i = 0; i < 100; i++) {
            assert_non_null(wb_arena_alloc(&ctx, &arena, 24));
        }
        wb_arena_reset(&arena);
    }
    assert_true(ctx.os.fault.seen <= 3);
    wb_arena_done(&arena);
}

static void
test_texts(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 64 * 1024);
    const struct wb_str copy = wb_arena_dup(&ctx, &arena, WB_LIT("a\0b"));
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.at, "a\0b", 4);
    const struct wb_str none = wb_arena_dup(&ctx, &arena, (struct wb_str){NULL, 0});
    assert_non_null(none.at);
    assert_int_equal(none.len, 0);
    assert_int_equal(none.at[0], 0);
    const struct wb_str text = wb_arena_printf(&ctx, &arena, "%s-%05d", "N1", 42);
    assert_str(text, "N1-00042");
    assert_int_equal(text.at[text.len], 0);
    const struct wb_str wide = wb_arena_printf(&ctx, &arena, "%*d", 9000, 1);
    assert_int_equal(wide.len, 9000);
    wb_arena_done(&arena);
}

struct item {
    uint64_t number;
    char name[5];
};

static void
test_push(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 16 * 1024 * 1024);
    for (unsigned round_no = 0; round_no < 3; round_no++) {
        struct item *items = NULL;
        struct item *others = NULL;
        size_t count = 0;
        size_t cap = 0;
        size_t other_count = 0;
        size_t other_cap = 0;
        for (uint64_t i = 0; i < 10000; i++) {
            struct item *const item = WB_PUSH(&ctx, &arena, items, count, cap);
            assert_non_null(item);
            assert_zero((const char *)item, sizeof *item);
            memset(item, 0xAA, sizeof *item);
            item->number = i;
            /* Now and then another array grows between, so that both ways of growing are taken. */
            if (i % 97 == 0) {
                struct item *const other = WB_PUSH(&ctx, &arena, others, other_count, other_cap);
                assert_non_null(other);
                other->number = i;
            }
        }
        assert_int_equal(count, 10000);
        for (uint64_t i = 0; i < 10000; i++) {
            assert_true(items[i].number == i);
            assert_true(i % 97 != 0 || others[i / 97].number == i);
        }
        wb_arena_reset(&arena);
    }
    wb_arena_done(&arena);
}

static void
test_push_stops_at_ceiling(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct item *items = NULL;
    size_t count = 0;
    size_t cap = 0;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 10000);
    while (WB_PUSH(&ctx, &arena, items, count, cap) != NULL) {
        items[count - 1].number = count;
    }
    assert_int_equal(ctx.error.rc, WB_NOMEM);
    assert_int_equal(count, cap);
    for (size_t i = 0; i < count; i++) {
        assert_true(items[i].number == i + 1);
    }
    wb_arena_done(&arena);
}

/* A small job of the kind that rooms do. False when something was refused. */
static bool
job(struct wb_ctx *ctx)
{
    struct wb_arena arena;
    struct item *items = NULL;
    size_t count = 0;
    size_t cap = 0;
    bool good = true;
    wb_arena_init(&arena, 1024 * 1024);
    for (unsigned i = 0; i < 3000 && good; i++) {
        good = WB_PUSH(ctx, &arena, items, count, cap) != NULL &&
               wb_arena_printf(ctx, &arena, "item %u", i).at != NULL &&
               wb_arena_dup(ctx, &arena, WB_LIT("x")).at != NULL;
    }
    wb_arena_done(&arena);
    return good;
}

static void
test_every_allocation_fails(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = 1U << WB_OS_ALLOC;
    assert_true(job(&ctx));
    const uint64_t calls = ctx.os.fault.seen;
    assert_true(calls > 5);
    for (uint64_t nth = 1; nth <= calls; nth++) {
        for (unsigned forever = 0; forever < 2; forever++) {
            wb_ctx_init(&ctx);
            ctx.os.fault = (struct wb_os_fault){
                .nth = nth, .forever = forever == 1, .ops_mask = 1U << WB_OS_ALLOC};
            assert_false(job(&ctx));
            assert_int_equal(ctx.error.rc, WB_NOMEM);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checked_sizes),
        cmocka_unit_test(test_alignment_and_zeroes),
        cmocka_unit_test(test_allocations_do_not_overlap),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_reset_reuses),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_push),
        cmocka_unit_test(test_push_stops_at_ceiling),
        cmocka_unit_test(test_every_allocation_fails),
    };
    return cmocka_run_group_tests_name("base-arena", tests, NULL, NULL);
}
