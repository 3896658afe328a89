#pragma once
/* What the tests of base share: cmocka with what it needs, a private folder, a sequence of numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ctx.h"

enum { TEST_PATH_MAX = 512 };

struct test_dir {
    char path[TEST_PATH_MAX];
};

/* A new empty folder of this test alone, and its removal with all plain files in it. */
void test_dir_init(struct test_dir *dir);
void test_dir_done(struct test_dir *dir);
/* dir/name in ret_path. */
void test_dir_path(const struct test_dir *dir, const char *name, char ret_path[TEST_PATH_MAX]);
/* How many entries the folder has. */
size_t test_dir_count(const struct test_dir *dir);

/* The next number of a fixed sequence; the same on every run. */
uint64_t test_next(uint64_t *state);

#define assert_str(got, text)                                                                      \
    do {                                                                                           \
        const struct wb_str assert_got = (got);                                                    \
        const struct wb_str assert_wanted = wb_str_of(text);                                       \
        assert_int_equal(assert_got.len, assert_wanted.len);                                       \
        if (assert_wanted.len > 0) {                                                               \
            assert_memory_equal(assert_got.at, assert_wanted.at, assert_wanted.len);               \
        }                                                                                          \
    } while (0)
