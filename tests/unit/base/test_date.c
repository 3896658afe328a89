/* Dates: every day of three centuries against a walk through the calendar, then the forms of text
 * and the order of moments. */
#include "base/date.h"

#include "test_support.h"

#include <string.h>

static bool
leap(int year)
{
    if (year % 400 == 0) {
        return true;
    }
    return year % 100 != 0 && year % 4 == 0;
}

/* The day after, by the rhyme about thirty days. */
static struct wb_date
next_day(struct wb_date d)
{
    static const int lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int last = lengths[d.month] + (d.month == 2 && leap(d.year) ? 1 : 0);
    d.day++;
    if (d.day > last) {
        d.day = 1;
        d.month++;
    }
    if (d.month > 12) {
        d.month = 1;
        d.year++;
    }
    return d;
}

static void
assert_texts(struct wb_date d)
{
    char text[WB_MOMENT_TEXT_MAX];
    struct wb_date back;
    size_t len = wb_date_print_iso(d, text);
    assert_int_equal(len, 10);
    assert_true(wb_date_parse_iso((struct wb_str){text, len}, &back));
    assert_int_equal(wb_date_cmp(back, d), 0);
    len = wb_date_print_compact(d, text);
    assert_int_equal(len, 8);
    assert_true(wb_date_parse_compact((struct wb_str){text, len}, &back));
    assert_int_equal(wb_date_cmp(back, d), 0);
    if (d.year >= 1950 && d.year < 2050) {
        assert_true(wb_date_parse_compact((struct wb_str){text + 2, 6}, &back));
        assert_int_equal(wb_date_cmp(back, d), 0);
    }
}

static void
test_every_day(void **state)
{
    (void)state;
    struct wb_date d = {1900, 1, 1};
    int64_t days = -25567; /* 70 years of 365 days and 17 leap days before 1970 */
    unsigned leap_days = 0;
    while (d.year <= 2100) {
        assert_true(wb_date_valid(d));
        assert_true(wb_date_days(d) == days);
        const struct wb_date back = wb_date_of_days(days);
        assert_int_equal(wb_date_cmp(back, d), 0);
        assert_texts(d);
        leap_days += d.month == 2 && d.day == 29 ? 1 : 0;
        const struct wb_date next = next_day(d);
        assert_true(wb_date_cmp(d, next) < 0);
        d = next;
        days++;
    }
    assert_int_equal(leap_days, 49);
    assert_true(days == 47847); /* 2101-01-01 */
}

static void
test_ends_of_time(void **state)
{
    (void)state;
    const struct wb_date first = {1, 1, 1};
    const struct wb_date last = {9999, 12, 31};
    assert_int_equal(wb_date_cmp(wb_date_of_days(wb_date_days(first)), first), 0);
    assert_int_equal(wb_date_cmp(wb_date_of_days(wb_date_days(last)), last), 0);
    assert_int_equal(wb_date_of_days(wb_date_days(first) - 1).year, 0);
    assert_int_equal(wb_date_of_days(wb_date_days(last) + 1).year, 0);
    assert_int_equal(wb_date_of_days(INT64_MIN).year, 0);
    assert_int_equal(wb_date_of_days(INT64_MAX).year, 0);
    struct wb_date d = first;
    for (int64_t days = wb_date_days(first); days <= wb_date_days(last); days++) {
        assert_int_equal(wb_date_cmp(wb_date_of_days(days), d), 0);
        d = next_day(d);
    }
}

static void
test_no_dates(void **state)
{
    (void)state;
    static const char *const compact[] = {
        "",         "2024",     "20240230",  "20230229", "19000229", "21000229", "20241301",
        "20240001", "20240100", "20240132",  "00000101", "2024010a", "240230",   "241301",
        "2401",     "202401",   "240100 ",   " 240101",  "2024-1-1", "20240431", "2024010",
        "-0240101", "99999999", "000000000", "20240631"};
    static const char *const iso[] = {"",           "2024-02-30", "2024-2-3",    "2024/02/03",
                                      "20240203",   "2024-02-3x", "2024-02-03 ", "0000-01-01",
                                      "2024-13-01", "2024--1-01", "+024-01-01"};
    struct wb_date d = {7, 7, 7};
    for (size_t i = 0; i < sizeof compact / sizeof *compact; i++) {
        assert_false(wb_date_parse_compact(wb_str_of(compact[i]), &d));
    }
    for (size_t i = 0; i < sizeof iso / sizeof *iso; i++) {
        assert_false(wb_date_parse_iso(wb_str_of(iso[i]), &d));
    }
    assert_int_equal(d.year, 7);
    assert_false(wb_date_valid((struct wb_date){0, 0, 0}));
}

static void
test_pivot(void **state)
{
    (void)state;
    struct wb_date d;
    assert_true(wb_date_parse_compact(WB_LIT("491231"), &d));
    assert_int_equal(d.year, 2049);
    assert_true(wb_date_parse_compact(WB_LIT("500101"), &d));
    assert_int_equal(d.year, 1950);
    assert_true(wb_date_parse_compact(WB_LIT("000229"), &d));
    assert_int_equal(d.year, 2000);
}

static void
test_times(void **state)
{
    (void)state;
    static const char *const good[] = {"0000", "2359", "235959", "0000009", "23595999", "12000005"};
    static const char *const bad[] = {"",     "2400", "2360",  "235960", "24000000",
                                      "12",   "123",  "12345", "1 30",   "123456789",
                                      "-100", "12:0", "9999",  "120060"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct wb_moment m = {
            .date = {2024, 5, 6}
        };
        char text[WB_MOMENT_TEXT_MAX];
        assert_true(wb_time_parse_compact(wb_str_of(good[i]), &m));
        assert_int_equal(wb_time_print_compact(m, text), strlen(good[i]));
        assert_string_equal(text, good[i]);
        assert_int_equal(m.date.year, 2024);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wb_moment m = {.hour = 9};
        assert_false(wb_time_parse_compact(wb_str_of(bad[i]), &m));
        assert_int_equal(m.hour, 9);
    }
    char text[WB_MOMENT_TEXT_MAX];
    assert_int_equal(wb_time_print_compact(
                         (struct wb_moment){
                             .date = {2024, 5, 6}
    },
                         text),
                     0);
}

static void
test_moments(void **state)
{
    (void)state;
    static const char *const good[] = {"2024-05-06",
                                       "2024-05-06T07:08",
                                       "2024-05-06T07:08:09",
                                       "2024-05-06T07:08:09.1",
                                       "2024-05-06T07:08:09.12",
                                       "2024-05-06T07:08Z",
                                       "2024-05-06T07:08+05:45",
                                       "2024-05-06T07:08:09-03:30",
                                       "2024-05-06T07:08:09.12-18:00"};
    static const char *const bad[] = {"2024-05-06T",
                                      "2024-05-06 07:08",
                                      "2024-05-06T7:08",
                                      "2024-05-06T24:00",
                                      "2024-05-06T07:08:60",
                                      "2024-05-06T07:08:09.",
                                      "2024-05-06T07:08:09.123",
                                      "2024-05-06T07:08z",
                                      "2024-05-06T07:08+0545",
                                      "2024-05-06T07:08+18:01",
                                      "2024-05-06T07:08+05:60",
                                      "2024-05-06T07:08Z ",
                                      "2024-05-06Z",
                                      "2024-05-06T07"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct wb_moment m;
        char text[WB_MOMENT_TEXT_MAX];
        assert_true(wb_moment_parse_iso(wb_str_of(good[i]), &m));
        assert_int_equal(wb_moment_print_iso(m, text), strlen(good[i]));
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wb_moment m = {.hour = 9};
        assert_false(wb_moment_parse_iso(wb_str_of(bad[i]), &m));
        assert_int_equal(m.hour, 9);
    }
}

static struct wb_moment
moment(const char *text)
{
    struct wb_moment m = {.hour = 0};
    assert_true(wb_moment_parse_iso(wb_str_of(text), &m));
    return m;
}

static void
test_order(void **state)
{
    (void)state;
    assert_int_equal(wb_moment_cmp(moment("2024-05-06T12:00+05:45"), moment("2024-05-06T06:15Z")),
                     0);
    assert_true(wb_moment_cmp(moment("2024-05-06T23:30-02:00"), moment("2024-05-07T01:00Z")) > 0);
    assert_true(wb_moment_cmp(moment("2024-05-06"), moment("2024-05-06T00:01")) < 0);
    assert_true(wb_moment_cmp((struct wb_moment){.hour = 1}, moment("0001-01-01")) < 0);
    assert_true(wb_moment_cmp(moment("2024-05-06T07:08:09.1"), moment("2024-05-06T07:08:09.09")) >
                0);
}

static void
test_seconds(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0,          "1970-01-01T00:00:00Z"},
        {-1,         "1969-12-31T23:59:59Z"},
        {951782400,  "2000-02-29T00:00:00Z"},
        {1709210096, "2024-02-29T12:34:56Z"},
        {4102444799, "2099-12-31T23:59:59Z"}
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[WB_MOMENT_TEXT_MAX];
        (void)wb_moment_print_iso(wb_moment_of_seconds(rows[i].seconds), text);
        assert_string_equal(text, rows[i].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day), cmocka_unit_test(test_ends_of_time),
        cmocka_unit_test(test_no_dates),  cmocka_unit_test(test_pivot),
        cmocka_unit_test(test_times),     cmocka_unit_test(test_moments),
        cmocka_unit_test(test_order),     cmocka_unit_test(test_seconds),
    };
    return cmocka_run_group_tests_name("base-date", tests, NULL, NULL);
}
