/*
 * The table of findings as a table: every code of the standard's lists that we promise is in it,
 * every notice of the reader has a row, and every row can be told and explained.
 */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

static bool
has_code(enum check_level from, enum check_level to, const char *code, bool ta1)
{
    for (int i = 0; i < CHECK_CODE_COUNT; i++) {
        const struct check_row *row = check_row((enum check_code)i);
        const bool level = row->level >= from && row->level <= to;
        if (level && strcmp(ta1 ? row->ta1 : row->ak, code) == 0) {
            return true;
        }
    }
    return false;
}

/* AK304 8 and AK502 5 follow from other findings: the acknowledgement adds them. */
static void
test_codes_are_covered(void **state)
{
    (void)state;
    static const char *const AK304[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    static const char *const AK403[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    static const char *const AK502[] = {"1", "2", "3", "4", "6", "7", "23"};
    static const char *const AK905[] = {"1", "2", "3", "4", "5", "6", "19"};
    for (size_t i = 0; i < sizeof AK304 / sizeof AK304[0]; i++) {
        assert_true(has_code(CHECK_SEGMENT, CHECK_SEGMENT, AK304[i], false));
    }
    for (size_t i = 0; i < sizeof AK403 / sizeof AK403[0]; i++) {
        assert_true(has_code(CHECK_ELEMENT, CHECK_ELEMENT, AK403[i], false));
    }
    for (size_t i = 0; i < sizeof AK502 / sizeof AK502[0]; i++) {
        assert_true(has_code(CHECK_MESSAGE, CHECK_MESSAGE, AK502[i], false));
    }
    for (size_t i = 0; i < sizeof AK905 / sizeof AK905[0]; i++) {
        assert_true(has_code(CHECK_GROUP, CHECK_GROUP, AK905[i], false));
    }
    /* 000 is "no error"; 009 and 028 to 031 are left out, with the reason in finding.def. */
    for (int code = 1; code <= 27; code++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%03d", code);
        assert_int_equal(has_code(CHECK_FILE, CHECK_GROUP, text, true), code != 9);
    }
}

static void
test_rows_are_sorted_and_whole(void **state)
{
    (void)state;
    static const char *const MARKS[] = {"{at}", "{name}", "{value}", "{tag}", "{expect}"};
    for (int i = 0; i < CHECK_CODE_COUNT; i++) {
        const struct check_row *row = check_row((enum check_code)i);
        assert_ptr_equal(check_row_find(wb_str_of(row->code)), row);
        assert_int_equal(strlen(row->code), strlen("WB-ENV-0101") + (row->code[3] == 'F'));
        if (i > 0) {
            const struct check_row *before = check_row((enum check_code)(i - 1));
            assert_true(strcmp(row->code + strlen(row->code) - 4,
                               before->code + strlen(before->code) - 4) > 0);
        }
        assert_in_range(strlen(row->sentence), 20, 100);
        assert_in_range(strlen(row->cure), 15, 110);
        assert_true(row->cure[strlen(row->cure) - 1] == '.' ||
                    row->cure[strlen(row->cure) - 1] == '?');
        for (const char *at = strchr(row->sentence, '{'); at != NULL; at = strchr(at + 1, '{')) {
            bool known = false;
            for (size_t k = 0; k < sizeof MARKS / sizeof MARKS[0]; k++) {
                known = known || strncmp(at, MARKS[k], strlen(MARKS[k])) == 0;
            }
            assert_true(known);
        }
    }
    assert_null(check_row_find(WB_LIT("WB-SEG-9999")));
}

/* What an acknowledgement says follows from the row: no verdict without a code, no code without a
 * verdict. */
static void
test_rows_make_sense(void **state)
{
    (void)state;
    for (int i = 0; i < CHECK_CODE_COUNT; i++) {
        const struct check_row *row = check_row((enum check_code)i);
        const bool bad = row->severity == CHECK_ERROR || row->severity == CHECK_WARNING;
        const bool told = row->ak[0] != '\0' || row->ta1[0] != '\0' || row->unb[0] != '\0';
        if (row->level == CHECK_FILE) {
            assert_false(told);
        } else {
            assert_int_equal(told, bad);
        }
        if (row->level == CHECK_INTERCHANGE) {
            assert_int_equal(row->ak[0], '\0');
        }
        if (row->level >= CHECK_MESSAGE) {
            assert_int_equal(row->ta1[0], '\0');
        }
        assert_int_equal(row->ak[0] == '\0', row->ik[0] == '\0');
        assert_int_equal(row->severity == CHECK_ADVICE, strncmp(row->code, "WB-ADV", 6) == 0);
    }
}

static void
test_every_notice_has_a_row(void **state)
{
    (void)state;
    for (int i = 0; i < WIRE_NOTICE_COUNT; i++) {
        const enum check_code code = check_notice_code((enum wire_notice_code)i);
        assert_in_range(code, 0, CHECK_CODE_COUNT - 1);
        assert_true(i == WIRE_NOTICE_BOM || code != CHECK_FILE_BOM);
    }
}

static void
test_words(void **state)
{
    (void)state;
    assert_string_equal(check_severity_word(CHECK_ERROR), "error");
    assert_string_equal(check_severity_word(CHECK_ADVICE), "advice");
    assert_string_equal(check_level_word(CHECK_FILE), "file");
    assert_string_equal(check_level_word(CHECK_ELEMENT), "element");
    assert_string_equal(check_verdict_word(CHECK_ACCEPTED_WITH_ERRORS), "accepted_with_errors");
    assert_string_equal(check_verdict_word(CHECK_PARTLY_ACCEPTED), "partly_accepted");
    assert_string_equal(check_verdict_word(CHECK_NOT_CHECKED), "not_checked");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_are_covered),
        cmocka_unit_test(test_rows_are_sorted_and_whole),
        cmocka_unit_test(test_rows_make_sense),
        cmocka_unit_test(test_every_notice_has_a_row),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
