/*
 * Zones: fixed offsets by a table, compiled files that the test makes itself, rules against days
 * counted by hand, and files that are cut or broken anywhere.
 */
#include "base/zone.h"

#include <string.h>

#include "test_support.h"

enum { FILE_MAX = 400, HOUR = 3600, DAY = 86400 };

struct file {
    char bytes[FILE_MAX];
    size_t len;
};

static void
put_number(struct file *file, int64_t value, size_t width)
{
    for (size_t i = width; i-- > 0;) {
        file->bytes[file->len++] = (char)((uint64_t)value >> (8 * i) & 0xFF);
    }
}

static void
put_text(struct file *file, const char *text)
{
    memcpy(file->bytes + file->len, text, strlen(text));
    file->len += strlen(text);
}

/* One block: changes at `times` to kind 1, 0, 1 ..; kind 0 is `standard`, kind 1 `summer`. */
static void
put_block(struct file *file, char version, size_t width, const int64_t *times, size_t count,
          const int32_t kinds[2])
{
    const int64_t counts[6] = {0, 0, 0, (int64_t)count, 2, 4};
    const char head[16] = {version};
    put_text(file, "TZif");
    memcpy(file->bytes + file->len, head, sizeof head);
    file->len += sizeof head;
    for (size_t i = 0; i < 6; i++) {
        put_number(file, counts[i], 4);
    }
    for (size_t i = 0; i < count; i++) {
        put_number(file, times[i], width);
    }
    for (size_t i = 0; i < count; i++) {
        put_number(file, i % 2 == 0 ? 1 : 0, 1);
    }
    for (size_t i = 0; i < 2; i++) {
        put_number(file, kinds[i], 4);
        put_number(file, (int64_t)i, 1);
        put_number(file, 0, 1);
    }
    put_text(file, "AAA");
    put_number(file, 0, 1);
}

static struct file
file_of(const int64_t *times, size_t count, const int32_t kinds[2], const char *rule)
{
    struct file file = {.len = 0};
    put_block(&file, '2', 4, times, 0, kinds);
    put_block(&file, '2', 8, times, count, kinds);
    put_text(&file, "\n");
    put_text(&file, rule);
    put_text(&file, "\n");
    return file;
}

static int64_t
at(int year, int month, int day, int hour)
{
    const struct wb_date date = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    return wb_date_days(date) * DAY + (int64_t)hour * HOUR;
}

static void
test_fixed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t seconds;
        bool good;
    } rows[] = {
        {"UTC",    0,                  true },
        {"Z",      0,                  true },
        {"+02:00", 2 * HOUR,           true },
        {"-0500",  -5 * HOUR,          true },
        {"+2",     2 * HOUR,           true },
        {"-11",    -11 * HOUR,         true },
        {"+05:45", 5 * HOUR + 45 * 60, true },
        {"-03:30", -(3 * HOUR + 1800), true },
        {"+14:00", 14 * HOUR,          true },
        {"+15:00", 0,                  false},
        {"+02:60", 0,                  false},
        {"+02:",   0,                  false},
        {"+02:5",  0,                  false},
        {"+020",   0,                  false},
        {"+02000", 0,                  false},
        {"02:00",  0,                  false},
        {"+",      0,                  false},
        {"",       0,                  false},
        {"utc",    0,                  false},
        {"+2x",    0,                  false},
        {"+-2",    0,                  false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wb_zone zone = {.offset_seconds = 77};
        assert_int_equal(wb_zone_fixed(wb_str_of(rows[i].text), &zone), rows[i].good);
        if (rows[i].good) {
            assert_int_equal(wb_zone_offset(&zone, 1000), rows[i].seconds);
        }
    }
}

static void
test_names(void **state)
{
    (void)state;
    static const char *const good[] = {"America/New_York", "UTC", "Etc/GMT+5",
                                       "America/Argentina/Ushuaia", "EST5EDT"};
    static const char *const bad[] = {"",       "/etc/passwd", "a//b", "..",  "../x",
                                      "a/../b", "a/",          "a b",  "a.b", "a/b\n"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(wb_zone_is_name(wb_str_of(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(wb_zone_is_name(wb_str_of(bad[i])));
    }
}

static void
test_listed_changes(void **state)
{
    (void)state;
    const int64_t times[] = {at(2020, 3, 8, 7), at(2020, 11, 1, 6), at(2021, 3, 14, 7)};
    const int32_t kinds[] = {-5 * HOUR, -4 * HOUR};
    struct file file = file_of(times, 3, kinds, "");
    struct wb_zone zone;
    assert_true(wb_zone_of_file((struct wb_str){file.bytes, file.len}, &zone));
    assert_int_equal(wb_zone_offset(&zone, at(1990, 1, 1, 0)), -5 * HOUR);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(wb_zone_offset(&zone, times[i] - 1), i % 2 == 0 ? -5 * HOUR : -4 * HOUR);
        assert_int_equal(wb_zone_offset(&zone, times[i]), i % 2 == 0 ? -4 * HOUR : -5 * HOUR);
    }
    /* Without a rule the last change holds on. */
    assert_int_equal(wb_zone_offset(&zone, at(2050, 1, 1, 0)), -4 * HOUR);
    const struct wb_moment local = wb_zone_local(&zone, at(2020, 7, 1, 2));
    assert_true(local.zoned && local.offset_minutes == -240);
    assert_int_equal(local.date.month, 6);
    assert_int_equal(local.date.day, 30);
    assert_int_equal(local.hour, 22);
}

static int32_t
by_rule(const char *rule, int64_t utc_seconds)
{
    const int64_t times[] = {at(1970, 1, 2, 0)};
    const int32_t kinds[] = {1, 1};
    const struct file file = file_of(times, 1, kinds, rule);
    struct wb_zone zone;
    assert_true(wb_zone_of_file((struct wb_str){file.bytes, file.len}, &zone));
    return wb_zone_offset(&zone, utc_seconds);
}

/* Days counted on a calendar. */
static void
test_rules(void **state)
{
    (void)state;
    const char *const east = "EST5EDT,M3.2.0,M11.1.0"; /* 2025: March 9 and November 2, 2 o'clock */
    assert_int_equal(by_rule(east, at(2025, 3, 9, 7) - 1), -5 * HOUR);
    assert_int_equal(by_rule(east, at(2025, 3, 9, 7)), -4 * HOUR);
    assert_int_equal(by_rule(east, at(2025, 11, 2, 6) - 1), -4 * HOUR);
    assert_int_equal(by_rule(east, at(2025, 11, 2, 6)), -5 * HOUR);
    assert_int_equal(by_rule(east, at(2025, 12, 31, 23)), -5 * HOUR);
    const char *const south = "AEST-10AEDT,M10.1.0,M4.1.0/3"; /* October 5, April 6 */
    assert_int_equal(by_rule(south, at(2025, 1, 1, 0)), 11 * HOUR);
    assert_int_equal(by_rule(south, at(2025, 4, 5, 16) - 1), 11 * HOUR);
    assert_int_equal(by_rule(south, at(2025, 4, 5, 16)), 10 * HOUR);
    assert_int_equal(by_rule(south, at(2025, 10, 4, 16) - 1), 10 * HOUR);
    assert_int_equal(by_rule(south, at(2025, 10, 4, 16)), 11 * HOUR);
    const char *const last = "CET-1CEST,M3.5.0,M10.5.0/3"; /* March 30, October 26 at 1 UTC */
    assert_int_equal(by_rule(last, at(2025, 3, 30, 1) - 1), HOUR);
    assert_int_equal(by_rule(last, at(2025, 3, 30, 1)), 2 * HOUR);
    assert_int_equal(by_rule(last, at(2025, 10, 26, 1) - 1), 2 * HOUR);
    assert_int_equal(by_rule(last, at(2025, 10, 26, 1)), HOUR);
    const char *const early = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"; /* a day before at 23 o'clock */
    assert_int_equal(by_rule(early, at(2025, 3, 30, 1) - 1), -2 * HOUR);
    assert_int_equal(by_rule(early, at(2025, 3, 30, 1)), -HOUR);
    assert_int_equal(by_rule("AAA0BBB,J60/0,J61/0", at(2024, 3, 1, 12)), HOUR);
    assert_int_equal(by_rule("AAA0BBB,J60/0,J61/0", at(2025, 3, 1, 12)), HOUR);
    assert_int_equal(by_rule("AAA0BBB,59/0,60/0", at(2024, 2, 29, 12)), HOUR);
    assert_int_equal(by_rule("<+0545>-5:45", at(2025, 1, 1, 0)), 5 * HOUR + 45 * 60);
    assert_int_equal(by_rule("LHST-10:30LHDT-11,M10.1.0,M4.1.0", at(2025, 1, 1, 0)), 11 * HOUR);
    assert_int_equal(by_rule("LHST-10:30LHDT-11,M10.1.0,M4.1.0", at(2025, 7, 1, 0)),
                     10 * HOUR + 1800);
}

/* What cannot be read as a rule leaves the last change in force. */
static void
test_bad_rules(void **state)
{
    (void)state;
    static const char *const bad[] = {"EST",
                                      "5EDT",
                                      "EST5EDT",
                                      "EST5EDT,M3",
                                      "EST5EDT,M3.2.0",
                                      "EST5EDT,M3.2.0,M11.1.0x",
                                      "EST5EDT,M13.2.0,M11.1.0",
                                      "EST5EDT,M0.2.0,M11.1.0",
                                      "EST5EDT,M3.6.0,M11.1.0",
                                      "EST5EDT,M3.2.7,M11.1.0",
                                      "<EST5EDT",
                                      "EST999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(by_rule(bad[i], at(2025, 7, 1, 0)), 1);
    }
}

static void
test_broken_files(void **state)
{
    (void)state;
    const int64_t times[] = {at(2020, 3, 8, 7), at(2020, 11, 1, 6)};
    const int32_t kinds[] = {-5 * HOUR, -4 * HOUR};
    const struct file whole = file_of(times, 2, kinds, "EST5EDT,M3.2.0,M11.1.0");
    struct wb_zone zone;
    size_t good = 0;
    for (size_t len = 0; len < whole.len; len++) {
        struct file cut = whole;
        good += wb_zone_of_file((struct wb_str){cut.bytes, len}, &zone) ? 1 : 0;
    }
    assert_int_equal(good, strlen("\nEST5EDT,M3.2.0,M11.1.0\n")); /* only the rule may lack */
    uint64_t seed = 9;
    for (unsigned i = 0; i < 20000; i++) {
        struct file broken = whole;
        const size_t where = (size_t)(test_next(&seed) % whole.len);
        broken.bytes[where] = (char)test_next(&seed);
        if (wb_zone_of_file((struct wb_str){broken.bytes, whole.len}, &zone)) {
            const int32_t offset = wb_zone_offset(&zone, (int64_t)(test_next(&seed) % (1U << 31)));
            assert_true(offset > -168 * HOUR && offset < 168 * HOUR);
            (void)wb_zone_local(&zone, INT64_MAX / 4);
            (void)wb_zone_local(&zone, INT64_MIN / 4);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed),          cmocka_unit_test(test_names),
        cmocka_unit_test(test_listed_changes), cmocka_unit_test(test_rules),
        cmocka_unit_test(test_bad_rules),      cmocka_unit_test(test_broken_files),
    };
    return cmocka_run_group_tests_name("base-zone", tests, NULL, NULL);
}
