/*
 * What the tests of base share. It uses the C library directly, not the functions under test, so
 * that a test of os_linux.c does not judge itself.
 */
#include "test_support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
test_dir_init(struct test_dir *dir)
{
    const char *const base = getenv("TMPDIR");
    const int len = snprintf(dir->path, sizeof dir->path, "%s/waybill-base-XXXXXX",
                             base == NULL || base[0] == '\0' ? "/tmp" : base);
    assert_in_range(len, 1, sizeof dir->path - 1);
    assert_non_null(mkdtemp(dir->path));
}

static bool
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

void
test_dir_done(struct test_dir *dir)
{
    DIR *const list = opendir(dir->path);
    assert_non_null(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        char path[TEST_PATH_MAX];
        if (!is_dots(entry->d_name)) {
            test_dir_path(dir, entry->d_name, path);
            assert_int_equal(remove(path), 0);
        }
    }
    assert_int_equal(closedir(list), 0);
    assert_int_equal(rmdir(dir->path), 0);
}

void
test_dir_path(const struct test_dir *dir, const char *name, char ret_path[TEST_PATH_MAX])
{
    const int len = snprintf(ret_path, TEST_PATH_MAX, "%s/%s", dir->path, name);
    assert_in_range(len, 1, TEST_PATH_MAX - 1);
}

size_t
test_dir_count(const struct test_dir *dir)
{
    size_t count = 0;
    DIR *const list = opendir(dir->path);
    assert_non_null(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        count += is_dots(entry->d_name) ? 0 : 1;
    }
    assert_int_equal(closedir(list), 0);
    return count;
}

uint64_t
test_next(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}
