/*
 * Every file of the shared corpus that holds messages we have, where it is at hand: read to its
 * end, with the message count that a search for ST finds, and with the verdicts that docs/corpus.md
 * says. Skipped where the corpus is absent.
 */
#include "check_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

/* The folder of the corpus, or NULL. */
static const char *
corpus(struct test_fix *fix)
{
    const char *root = getenv("WAYBILL_SOURCE");
    const char *shared = getenv("WAYBILL_SHARED");
    const struct wb_str path =
        shared != NULL ? wb_arena_printf(&fix->ctx, &fix->arena, "%s/corpus/x12", shared)
                       : wb_arena_printf(&fix->ctx, &fix->arena, "%s/../shared/corpus/x12",
                                         root == NULL ? "." : root);
    char kind = 0;
    uint64_t size = 0;
    assert_non_null(path.at);
    assert_int_equal(wb_os_stat(&fix->ctx, path.at, &kind, &size), 0);
    return kind == 'd' ? path.at : NULL;
}

static bool
alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* ST, a separator, three digits, the same separator; no letter or digit before it. */
static size_t
count_st(struct wb_str bytes)
{
    size_t count = 0;
    for (size_t i = 0; i + 7 <= bytes.len; i++) {
        const char *at = bytes.at + i;
        count += memcmp(at, "ST", 2) == 0 && !alnum(at[2]) && at[2] == at[6] &&
                 wb_str_digits((struct wb_str){at + 3, 3}) && (i == 0 || !alnum(at[-1]));
    }
    return count;
}

static void
letters(char *room, const struct test_verdict *verdicts, size_t count)
{
    static const char LETTERS[] = {[CHECK_ACCEPTED] = 'A',
                                   [CHECK_ACCEPTED_WITH_ERRORS] = 'E',
                                   [CHECK_REJECTED] = 'R',
                                   [CHECK_PARTLY_ACCEPTED] = 'P'};
    for (size_t i = 0; i < count; i++) {
        room[i] = LETTERS[verdicts[i].verdict];
    }
    room[count] = '\0';
    if (count == 0) {
        (void)snprintf(room, 2, "-");
    }
}

/* The row of the page begins with what we found. */
static void
compare(struct test_fix *fix, struct wb_str page, const char *name, const struct test_run *run)
{
    char messages[TEST_LEVEL_MAX + 2];
    char groups[TEST_LEVEL_MAX + 2];
    char interchanges[TEST_LEVEL_MAX + 2];
    letters(messages, run->messages, run->message_count);
    letters(groups, run->groups, run->group_count);
    letters(interchanges, run->interchanges, run->interchange_count);
    const struct wb_str row =
        wb_arena_printf(&fix->ctx, &fix->arena, "\n| %s | %zu | %s | %s | %s | ", name,
                        run->message_count, messages, groups, interchanges);
    assert_non_null(row.at);
    if (strstr(page.at, row.at) == NULL) {
        fail_msg("docs/corpus.md has no row %s", row.at + 1);
    }
}

static size_t
check_folder(struct test_fix *fix, const char *root, const char *folder, struct wb_str page)
{
    const struct wb_str path = wb_arena_printf(&fix->ctx, &fix->arena, "%s/%s", root, folder);
    struct wb_str *names = NULL;
    size_t count = 0;
    assert_int_equal(wb_os_list(&fix->ctx, &fix->arena, path.at, &names, &count), 0);
    for (size_t i = 0; i < count; i++) {
        const struct wb_str file =
            wb_arena_printf(&fix->ctx, &fix->arena, "%s/" WB_FMT, path.at, WB_ARG(names[i]));
        const struct wb_str name =
            wb_arena_printf(&fix->ctx, &fix->arena, "%s/" WB_FMT, folder, WB_ARG(names[i]));
        struct wb_str bytes = {NULL, 0};
        assert_int_equal(wb_os_read_file(&fix->ctx, &fix->arena, file.at, FILE_BYTES_MAX, &bytes),
                         0);
        const struct test_how how = {.step_bytes = 1000, .want_trees = true};
        const struct test_run *run = test_check(fix, bytes, &how);
        if (run->message_count != count_st(bytes)) {
            fail_msg("%s: %zu messages, %zu ST", name.at, run->message_count, count_st(bytes));
        }
        compare(fix, page, name.at, run);
    }
    return count;
}

static void
test_corpus(void **state)
{
    struct test_fix *fix = *state;
    const char *root = corpus(fix);
    if (root == NULL) {
        skip();
        return;
    }
    const char *source = getenv("WAYBILL_SOURCE");
    assert_non_null(source);
    const struct wb_str path = wb_arena_printf(&fix->ctx, &fix->arena, "%s/docs/corpus.md", source);
    struct wb_str page = {NULL, 0};
    assert_int_equal(wb_os_read_file(&fix->ctx, &fix->arena, path.at, FILE_BYTES_MAX, &page), 0);
    const struct wb_str text = wb_arena_dup(&fix->ctx, &fix->arena, page);
    static const struct {
        const char *folder;
        size_t files;
    } FOLDERS[] = {
        {"810", 5 },
        {"820", 10},
        {"824", 1 },
        {"850", 44},
        {"855", 3 },
        {"856", 21},
        {"860", 1 },
        {"997", 25}
    };
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        assert_int_equal(check_folder(fix, root, FOLDERS[i].folder, text), FOLDERS[i].files);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_corpus, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
