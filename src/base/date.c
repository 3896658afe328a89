/*
 * Civil dates and moments: read, printed, compared, counted. The calendar is the proleptic
 * Gregorian one of ISO 8601. The machine's time zone is never asked, so the same bytes give the
 * same result in Kathmandu.
 */
#include "base/date.h"

#include <assert.h>
#include <string.h>

enum { YEAR_MAX = 9999, PIVOT = 50, DAY_SECONDS = 86400, OFFSET_MAX_MINUTES = 18 * 60 };

static bool
is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool
wb_date_valid(struct wb_date d)
{
    return d.year >= 1 && d.year <= YEAR_MAX && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= month_days(d.year, d.month);
}

/* The digits text[from, from + len) as a number; they were seen to be digits. */
static int
digits_at(struct wb_str text, size_t from, size_t len)
{
    int value = 0;
    for (size_t i = from; i < from + len; i++) {
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

static bool
make_date(int year, int month, int day, struct wb_date *ret)
{
    /* At most 9999, 99 and 99: they were four and two digits. */
    const struct wb_date d = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!wb_date_valid(d)) {
        return false;
    }
    *ret = d;
    return true;
}

bool
wb_date_parse_compact(struct wb_str text, struct wb_date *ret)
{
    assert(ret != NULL);
    if (!wb_str_digits(text)) {
        return false;
    }
    if (text.len == 8) {
        return make_date(digits_at(text, 0, 4), digits_at(text, 4, 2), digits_at(text, 6, 2), ret);
    }
    if (text.len == 6) {
        const int two = digits_at(text, 0, 2);
        const int year = two >= PIVOT ? 1900 + two : 2000 + two;
        return make_date(year, digits_at(text, 2, 2), digits_at(text, 4, 2), ret);
    }
    return false;
}

bool
wb_date_parse_iso(struct wb_str text, struct wb_date *ret)
{
    assert(ret != NULL);
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-' ||
        !wb_str_digits(wb_str_sub(text, 0, 4)) || !wb_str_digits(wb_str_sub(text, 5, 2)) ||
        !wb_str_digits(wb_str_sub(text, 8, 2))) {
        return false;
    }
    return make_date(digits_at(text, 0, 4), digits_at(text, 5, 2), digits_at(text, 8, 2), ret);
}

bool
wb_time_parse_compact(struct wb_str text, struct wb_moment *ret)
{
    assert(ret != NULL);
    if ((text.len != 4 && text.len != 6 && text.len != 7 && text.len != 8) ||
        !wb_str_digits(text)) {
        return false;
    }
    const int hour = digits_at(text, 0, 2);
    const int minute = digits_at(text, 2, 2);
    const int second = text.len >= 6 ? digits_at(text, 4, 2) : 0;
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int hundredth = 0;
    if (text.len == 7) {
        hundredth = digits_at(text, 6, 1) * 10;
    } else if (text.len == 8) {
        hundredth = digits_at(text, 6, 2);
    }
    ret->hour = (uint8_t)hour; /* each below 100 */
    ret->minute = (uint8_t)minute;
    ret->second = (uint8_t)second;
    ret->hundredth = (uint8_t)hundredth;
    ret->precision = text.len == 4   ? WB_MINUTE
                     : text.len == 6 ? WB_SECOND
                     : text.len == 7 ? WB_TENTH
                                     : WB_HUNDREDTH;
    return true;
}

/* "Z" or +HH:MM; nothing is no zone. */
static bool
parse_zone(struct wb_str text, struct wb_moment *ret)
{
    if (text.len == 0) {
        return true;
    }
    if (text.len == 1 && text.at[0] == 'Z') {
        ret->zoned = true;
        return true;
    }
    if (text.len != 6 || (text.at[0] != '+' && text.at[0] != '-') || text.at[3] != ':' ||
        !wb_str_digits(wb_str_sub(text, 1, 2)) || !wb_str_digits(wb_str_sub(text, 4, 2))) {
        return false;
    }
    const int minutes = digits_at(text, 4, 2);
    const int total = digits_at(text, 1, 2) * 60 + minutes;
    if (minutes > 59 || total > OFFSET_MAX_MINUTES) {
        return false;
    }
    ret->zoned = true;
    ret->offset_minutes = (int16_t)(text.at[0] == '-' ? -total : total);
    return true;
}

/* HH:MM[:SS[.D[D]]] at the start of text as HHMM[SS[D[D]]]; returns how long it was, 0 when it is
 * no time. */
static size_t
iso_time_to_compact(struct wb_str text, char compact[8], size_t *ret_len)
{
    static const char marks[4] = {0, ':', ':', '.'};
    size_t at = 0;
    size_t len = 0;
    for (size_t part = 0; part < 4; part++) {
        if (part > 0) {
            if (at >= text.len || text.at[at] != marks[part]) {
                break;
            }
            at++;
        }
        size_t digits = 0;
        while (digits < 2 && at < text.len && text.at[at] >= '0' && text.at[at] <= '9') {
            compact[len++] = text.at[at++];
            digits++;
        }
        if (digits != 2 && !(part == 3 && digits == 1)) {
            return 0;
        }
    }
    *ret_len = len;
    return at;
}

bool
wb_moment_parse_iso(struct wb_str text, struct wb_moment *ret)
{
    assert(ret != NULL);
    struct wb_moment m = {.precision = WB_DAY};
    if (!wb_date_parse_iso(wb_str_sub(text, 0, 10), &m.date)) {
        return false;
    }
    if (text.len > 10) {
        char compact[8];
        size_t len = 0;
        const struct wb_str time = wb_str_sub(text, 11, text.len);
        const size_t taken = text.at[10] == 'T' ? iso_time_to_compact(time, compact, &len) : 0;
        if (taken == 0 || !wb_time_parse_compact((struct wb_str){compact, len}, &m) ||
            !parse_zone(wb_str_sub(time, taken, time.len), &m)) {
            return false;
        }
    }
    *ret = m;
    return true;
}

static size_t
put_digits(char *text, size_t at, int value, size_t digits)
{
    for (size_t i = digits; i > 0; i--) {
        text[at + i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + digits;
}

size_t
wb_date_print_iso(struct wb_date d, char *text)
{
    assert(text != NULL);
    size_t at = put_digits(text, 0, d.year, 4);
    text[at++] = '-';
    at = put_digits(text, at, d.month, 2);
    text[at++] = '-';
    at = put_digits(text, at, d.day, 2);
    text[at] = '\0';
    return at;
}

size_t
wb_date_print_compact(struct wb_date d, char *text)
{
    assert(text != NULL);
    size_t at = put_digits(text, 0, d.year, 4);
    at = put_digits(text, at, d.month, 2);
    at = put_digits(text, at, d.day, 2);
    text[at] = '\0';
    return at;
}

/* The time with `colon` between its parts and `point` before the fraction; 0 is nothing between. */
static size_t
put_time(struct wb_moment m, char *text, size_t at, char colon, char point)
{
    at = put_digits(text, at, m.hour, 2);
    if (colon != 0) {
        text[at++] = colon;
    }
    at = put_digits(text, at, m.minute, 2);
    if (m.precision >= WB_SECOND) {
        if (colon != 0) {
            text[at++] = colon;
        }
        at = put_digits(text, at, m.second, 2);
    }
    if (m.precision >= WB_TENTH) {
        if (point != 0) {
            text[at++] = point;
        }
        const bool tenth = m.precision == WB_TENTH;
        at = put_digits(text, at, tenth ? m.hundredth / 10 : m.hundredth, tenth ? 1 : 2);
    }
    return at;
}

size_t
wb_moment_print_iso(struct wb_moment m, char *text)
{
    assert(text != NULL);
    size_t at = wb_date_print_iso(m.date, text);
    if (m.precision == WB_DAY) {
        return at;
    }
    text[at++] = 'T';
    at = put_time(m, text, at, ':', '.');
    if (m.zoned && m.offset_minutes == 0) {
        text[at++] = 'Z';
    } else if (m.zoned) {
        const int offset = m.offset_minutes < 0 ? -m.offset_minutes : m.offset_minutes;
        text[at++] = m.offset_minutes < 0 ? '-' : '+';
        at = put_digits(text, at, offset / 60, 2);
        text[at++] = ':';
        at = put_digits(text, at, offset % 60, 2);
    }
    text[at] = '\0';
    return at;
}

size_t
wb_time_print_compact(struct wb_moment m, char *text)
{
    assert(text != NULL);
    const size_t len = m.precision == WB_DAY ? 0 : put_time(m, text, 0, 0, 0);
    text[len] = '\0';
    return len;
}

int
wb_date_cmp(struct wb_date a, struct wb_date b)
{
    const int left = a.year * 10000 + a.month * 100 + a.day;
    const int right = b.year * 10000 + b.month * 100 + b.day;
    return (left > right) - (left < right);
}

/* Hundredths of a second since 1970 UTC; a moment without a zone counts as UTC, an absent one comes
 * first. */
static int64_t
moment_hundredths(struct wb_moment m)
{
    if (!wb_date_valid(m.date)) {
        return INT64_MIN;
    }
    int64_t minutes = wb_date_days(m.date) * 1440 + m.hour * 60 + m.minute;
    if (m.zoned) {
        minutes -= m.offset_minutes;
    }
    return (minutes * 60 + m.second) * 100 + m.hundredth;
}

int
wb_moment_cmp(struct wb_moment a, struct wb_moment b)
{
    const int64_t left = moment_hundredths(a);
    const int64_t right = moment_hundredths(b);
    return (left > right) - (left < right);
}

/*
 * Days are counted in years that begin on the first of March, so that the leap day is the last of
 * its year, and in eras of 400 years, which are all equally long (146097 days). 719468 days lie
 * between 0000-03-01 and 1970-01-01.
 */
int64_t
wb_date_days(struct wb_date d)
{
    assert(wb_date_valid(d));
    const int64_t year = d.month > 2 ? d.year : d.year - 1;
    const int64_t month = d.month > 2 ? d.month - 3 : d.month + 9;
    const int64_t era = year / 400;
    const int64_t year_of_era = year % 400;
    const int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct wb_date
wb_date_of_days(int64_t days)
{
    const struct wb_date absent = {0, 0, 0};
    if (days < -719162 || days > 2932896) { /* 0001-01-01 and 9999-12-31 */
        return absent;
    }
    const int64_t shifted = days + 719468;
    const int64_t era = shifted / 146097;
    const int64_t day_of_era = shifted % 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month = (5 * day_of_year + 2) / 153;
    const int64_t year = era * 400 + year_of_era + (month >= 10 ? 1 : 0);
    /* In range: days lie between the years 1 and 9999. */
    return (struct wb_date){.year = (int16_t)year,
                            .month = (uint8_t)(month < 10 ? month + 3 : month - 9),
                            .day = (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1)};
}

struct wb_moment
wb_moment_of_seconds(int64_t seconds)
{
    int64_t days = seconds / DAY_SECONDS;
    int64_t rest = seconds % DAY_SECONDS;
    if (rest < 0) {
        rest += DAY_SECONDS;
        days--;
    }
    /* rest is below 86400, so each part is below 60 or 24. */
    return (struct wb_moment){.date = wb_date_of_days(days),
                              .hour = (uint8_t)(rest / 3600),
                              .minute = (uint8_t)(rest / 60 % 60),
                              .second = (uint8_t)(rest % 60),
                              .precision = WB_SECOND,
                              .zoned = true};
}
