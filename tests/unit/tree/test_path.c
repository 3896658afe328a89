/*
 * Reading paths: what each form means, where a complaint points, and every cap from both sides.
 * What paths lead to is seen from outside (tests/test_get.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tree/path.h"

#define assert_text(got, text)                                                                     \
    do {                                                                                           \
        const struct wb_str got_text = (got);                                                      \
        assert_int_equal(got_text.len, strlen(text));                                              \
        assert_memory_equal(got_text.at, (text), strlen(text));                                    \
    } while (0)

static enum wb_rc
read_path(struct wb_ctx *ctx, const char *text, struct tree_path *ret)
{
    struct wb_str rest;
    wb_ctx_init(ctx);
    return tree_path_read(ctx, wb_str_of(text), ret, &rest);
}

static void
test_forms(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct tree_path path;
    assert_int_equal(read_path(&ctx, "N1[ST|BT,04=A1][#2]/N3.01", &path), WB_OK);
    assert_false(path.anywhere);
    assert_int_equal(path.step_count, 2);
    assert_text(path.steps[0].name, "N1");
    assert_int_equal(path.steps[0].test_count, 3);
    assert_int_equal(path.steps[0].tests[0].kind, TREE_TEST_QUALIFIER);
    assert_int_equal(path.steps[0].tests[0].code_count, 2);
    assert_text(path.steps[0].tests[0].codes[1], "BT");
    assert_int_equal(path.steps[0].tests[1].kind, TREE_TEST_ELEMENT);
    assert_int_equal(path.steps[0].tests[1].elem.element_no, 4);
    assert_text(path.steps[0].tests[1].codes[0], "A1");
    assert_int_equal(path.steps[0].tests[2].kind, TREE_TEST_ORDINAL);
    assert_int_equal(path.steps[0].tests[2].ordinal_no, 2);
    assert_text(path.steps[1].name, "N3");
    assert_true(path.has_elem);
    assert_int_equal(path.elem.element_no, 1);
    assert_int_equal(path.elem.component_no, 0);

    assert_int_equal(read_path(&ctx, "**/C_1[2][002].7.3", &path), WB_OK);
    assert_true(path.anywhere);
    assert_int_equal(path.steps[0].tests[0].kind, TREE_TEST_NUMBER);
    assert_int_equal(path.steps[0].tests[0].ordinal_no, 2);
    assert_text(path.steps[0].tests[1].codes[0], "002");
    assert_int_equal(path.elem.element_no, 7);
    assert_int_equal(path.elem.component_no, 3);

    assert_int_equal(read_path(&ctx, "NAD.3036", &path), WB_OK);
    assert_int_equal(path.elem.element_no, 0);
    assert_text(path.elem.id, "3036");

    assert_int_equal(read_path(&ctx, "PO1:VN", &path), WB_OK);
    assert_false(path.has_elem);
    assert_text(path.pair, "VN");
}

static void
test_rest(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct tree_path path;
    struct wb_str rest;
    wb_ctx_init(&ctx);
    assert_int_equal(tree_path_read(&ctx, WB_LIT("PO1.03=EA|CA"), &path, &rest), WB_OK);
    assert_text(rest, "=EA|CA");
    assert_int_equal(tree_path_read(&ctx, WB_LIT("N1[ST]~X"), &path, &rest), WB_OK);
    assert_text(rest, "~X");
    assert_int_equal(tree_path_read(&ctx, WB_LIT("PO1:VN=1"), &path, &rest), WB_OK);
    assert_text(path.pair, "VN");
    assert_text(rest, "=1");
}

static void
test_complaints(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *where;
    } rows[] = {
        {"",            "character 1:" },
        {"po1",         "character 1:" },
        {"1A",          "character 1:" },
        {"PO1.",        "character 5:" },
        {"PO1[",        "character 5:" },
        {"PO1[ST",      "character 7:" },
        {"PO1[ST|]",    "character 8:" },
        {"PO1[01=]",    "character 8:" },
        {"PO1[#]",      "character 6:" },
        {"PO1[#0]",     "character 7:" },
        {"PO1.00",      "character 7:" },
        {"PO1.123",     "character 5:" },
        {"PO1.02.",     "character 8:" },
        {"PO1.02.03.4", "character 10:"},
        {"PO1:",        "character 5:" },
        {"PO1 .02",     "character 4:" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wb_ctx ctx;
        struct tree_path path;
        assert_int_equal(read_path(&ctx, rows[i].path, &path), WB_INVALID);
        if (strstr(ctx.error.text, rows[i].where) == NULL) {
            fail_msg("%s: %s", rows[i].path, ctx.error.text);
        }
    }
}

/* `count` times a piece, between two others. */
static const char *
repeated(const char *before, const char *piece, unsigned count, const char *after, char room[2048])
{
    size_t len = (size_t)snprintf(room, 2048, "%s", before);
    for (unsigned i = 0; i < count; i++) {
        len += (size_t)snprintf(room + len, 2048 - len, "%s", piece);
    }
    (void)snprintf(room + len, 2048 - len, "%s", after);
    return room;
}

static void
test_caps(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct tree_path path;
    char room[2048];
    const unsigned steps = TREE_PATH_STEPS_MAX;
    const unsigned tests = TREE_PATH_TESTS_MAX;
    const unsigned codes = TREE_PATH_CODES_MAX;
    assert_int_equal(read_path(&ctx, repeated("A", ".A", steps - 1, "", room), &path), WB_OK);
    assert_int_equal(path.step_count, steps);
    assert_int_equal(read_path(&ctx, repeated("A", ".A", steps, "", room), &path), WB_INVALID);
    assert_int_equal(read_path(&ctx, repeated("A", "[X]", tests, "", room), &path), WB_OK);
    assert_int_equal(read_path(&ctx, repeated("A", "[X]", tests + 1, "", room), &path), WB_INVALID);
    assert_int_equal(read_path(&ctx, repeated("A[X", "|X", codes - 1, "]", room), &path), WB_OK);
    assert_int_equal(read_path(&ctx, repeated("A[X", "|X", codes, "]", room), &path), WB_INVALID);
    assert_int_equal(read_path(&ctx, repeated("", "A", TREE_PATH_TEXT_MAX, "", room), &path),
                     WB_OK);
    assert_int_equal(read_path(&ctx, repeated("", "A", TREE_PATH_TEXT_MAX + 1, "", room), &path),
                     WB_LIMIT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_complaints),
        cmocka_unit_test(test_caps),
    };
    return cmocka_run_group_tests_name("tree-path", tests, NULL, NULL);
}
