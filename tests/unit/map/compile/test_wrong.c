/*
 * Maps that must be refused: each file of tests/unit/map/wrong says at its wrong lines which code
 * it expects at which column ("# expect WB-MAP-0105 at 3"). All errors must be expected ones, and
 * each expected one must come.
 */
#include "support.h"

#include <string.h>

#include "base/limits.h"

#define FOLDER "tests/unit/map/wrong"
#define SKELETON FOLDER "/skeleton.map"

struct expectation {
    uint32_t line, column;
    struct wb_str code;
    bool met;
};

enum { EXPECTATIONS_MAX = 16 };

static size_t
find_text(struct wb_str text, size_t from, const char *wanted)
{
    const struct wb_str needle = wb_str_of(wanted);
    while (from + needle.len <= text.len && memcmp(text.at + from, needle.at, needle.len) != 0) {
        from++;
    }
    return from + needle.len <= text.len ? from : text.len;
}

static uint32_t
line_at(struct wb_str text, size_t at)
{
    uint32_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += text.at[i] == '\n' ? 1 : 0;
    }
    return line;
}

/* "# expect CODE at COLUMN" */
static size_t
read_expectations(struct wb_str text, struct expectation *ret)
{
    static const char mark[] = "# expect ";
    size_t count = 0;
    for (size_t at = find_text(text, 0, mark); at < text.len; at = find_text(text, at + 1, mark)) {
        const size_t from = at + strlen(mark);
        const size_t code_end = find_text(text, from, " at ");
        size_t digits = 0;
        uint64_t column = 0;
        const struct wb_str rest = wb_str_sub(text, code_end + 4, 8);
        while (digits < rest.len && rest.at[digits] >= '0' && rest.at[digits] <= '9') {
            digits++;
        }
        assert_true(wb_str_u64(wb_str_sub(rest, 0, digits), &column));
        assert_true(count < EXPECTATIONS_MAX);
        ret[count++] = (struct expectation){line_at(text, at), (uint32_t)column,
                                            wb_str_sub(text, from, code_end - from), false};
    }
    return count;
}

static bool
meets(const struct lang_diag *diag, const struct lang_source *file, struct expectation *expected,
      size_t count)
{
    uint32_t line = 0;
    uint32_t column = 0;
    lang_place(diag->pos, &line, &column);
    for (size_t i = 0; i < count; i++) {
        if (diag->pos.source == file && line == expected[i].line && column == expected[i].column &&
            wb_str_eq(wb_str_of(diag->code), expected[i].code)) {
            expected[i].met = true;
            return true;
        }
    }
    return false;
}

/* True when the file is refused exactly as it says. */
static bool
check_file(struct wb_str name)
{
    struct compiled c;
    struct expectation expected[EXPECTATIONS_MAX];
    compiled_init(&c);
    compiled_file(&c, SKELETON);
    const char *path = wb_arena_printf(&c.ctx, &c.arena, FOLDER "/" WB_FMT, WB_ARG(name)).at;
    compiled_file(&c, path);
    compiled_run(&c);
    const size_t count = read_expectations(c.files[1].bytes, expected);
    bool good = count > 0 && c.rc == WB_INVALID && c.bundle.len == 0;
    for (size_t i = 0; i < c.diags.count; i++) {
        const bool error = c.diags.items[i].severity == LANG_ERROR;
        good = good && (!error || meets(&c.diags.items[i], &c.files[1], expected, count));
    }
    for (size_t i = 0; i < count; i++) {
        good = good && expected[i].met;
    }
    if (!good) {
        print_message("%s\n", path);
        compiled_print(&c);
    }
    compiled_done(&c);
    return good;
}

static void
every_wrong_map_is_refused_where_it_is_wrong(void **state)
{
    (void)state;
    struct compiled c;
    struct wb_str *names = NULL;
    size_t count = 0;
    size_t bad = 0;
    size_t by_proof[5] = {0};
    compiled_init(&c);
    assert_int_equal(wb_os_list(&c.ctx, &c.arena, compiled_path(&c, FOLDER), &names, &count), 0);
    for (size_t i = 0; i < count; i++) {
        if (!wb_str_ends(names[i], WB_LIT(".map")) || wb_str_eq(names[i], WB_LIT("skeleton.map"))) {
            continue;
        }
        const bool proof = names[i].at[0] == 'p' && names[i].at[1] >= '1' && names[i].at[1] <= '4';
        by_proof[proof ? names[i].at[1] - '0' : 0]++;
        bad += check_file(names[i]) ? 0 : 1;
    }
    assert_int_equal(bad, 0);
    for (size_t proof = 1; proof <= 4; proof++) {
        assert_true(by_proof[proof] >= 5);
    }
    compiled_done(&c);
}

static void
the_skeleton_is_correct(void **state)
{
    (void)state;
    struct compiled c;
    compiled_init(&c);
    compiled_file(&c, SKELETON);
    compiled_text(&c, "edition 1\nmap right {\n  left x12 004010 850\n  right business order\n"
                      "  with skeleton\n}\n");
    compiled_run(&c);
    compiled_good(&c);
    compiled_done(&c);
}

/* The sources of the tests beside this one. */
static struct wb_str
other_tests(struct compiled *c)
{
    static const char *const names[] = {"statements", "extends"};
    struct wb_str all = {"", 0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *const path =
            wb_arena_printf(&c->ctx, &c->arena, "tests/unit/map/compile/test_%s.c", names[i]).at;
        struct wb_str text;
        assert_int_equal(
            wb_os_read_file(&c->ctx, &c->arena, compiled_path(c, path), WB_LIMIT_SOURCE, &text), 0);
        all = wb_arena_printf(&c->ctx, &c->arena, WB_FMT WB_FMT, WB_ARG(all), WB_ARG(text));
    }
    return all;
}

/* Each code that the compiler can report is met by a wrong map, or by a test that is named here. */
static void
every_code_is_provoked(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {
        "WB-MAP-0002", "WB-MAP-0006", "WB-MAP-0007", "WB-MAP-0008", "WB-MAP-0011", "WB-MAP-0013",
        "WB-MAP-0015", "WB-MAP-0016", "WB-MAP-0017", "WB-MAP-0018", "WB-MAP-0019", "WB-MAP-0020",
        "WB-MAP-0022", "WB-MAP-0209", "WB-MAP-0210", "WB-MAP-0305", "WB-MAP-0308", "WB-MAP-0310",
        "WB-MAP-0312", "WB-MAP-0314", "WB-MAP-0408", "WB-MAP-0409", "WB-MAP-0508",
    };
    struct compiled c;
    struct wb_str *names = NULL;
    size_t count = 0;
    size_t row_count = 0;
    const struct lang_code *rows = map_codes(&row_count);
    compiled_init(&c);
    const struct wb_str others = other_tests(&c);
    assert_int_equal(wb_os_list(&c.ctx, &c.arena, compiled_path(&c, FOLDER), &names, &count), 0);
    for (size_t row = 0; row < row_count; row++) {
        bool found = false;
        for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
            const bool named = strcmp(elsewhere[i], rows[row].code) == 0;
            assert_true(!named || find_text(others, 0, rows[row].code) < others.len);
            found = found || named;
        }
        for (size_t i = 0; i < count && !found; i++) {
            struct wb_str text;
            const char *path =
                wb_arena_printf(&c.ctx, &c.arena, FOLDER "/" WB_FMT, WB_ARG(names[i])).at;
            assert_int_equal(
                wb_os_read_file(&c.ctx, &c.arena, compiled_path(&c, path), WB_LIMIT_SOURCE, &text),
                0);
            found = find_text(text, 0, rows[row].code) < text.len;
        }
        if (!found) {
            print_message("nothing provokes %s\n", rows[row].code);
        }
        assert_true(found);
    }
    compiled_done(&c);
}

static void
codes_are_sorted_and_complete(void **state)
{
    (void)state;
    size_t count = 0;
    const struct lang_code *rows = map_codes(&count);
    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || strcmp(rows[i - 1].code, rows[i].code) < 0);
        assert_true(strncmp(rows[i].code, "WB-MAP-", 7) == 0 && strlen(rows[i].code) == 11);
        assert_true(strlen(rows[i].meaning) > 10 && strlen(rows[i].cure) > 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_map_is_refused_where_it_is_wrong),
        cmocka_unit_test(the_skeleton_is_correct),
        cmocka_unit_test(every_code_is_provoked),
        cmocka_unit_test(codes_are_sorted_and_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
