/*
 * Zones: fixed offsets, and compiled zone files with the rule in their last line for the time
 * behind the last change that they list. Files come from outside: every length is checked before a
 * byte is read.
 */
#include "base/zone.h"

#include <assert.h>

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    MINUTE = 60,
    HOUR = 3600,
    DAY = 86400,
    WEEK_DAYS = 7,
    OFFSET_MAX = 26 * HOUR,
    RULE_HOURS_MAX = 167,
};

/* ---- fixed offsets */

static bool
two_digits(struct wb_str text, uint64_t *ret)
{
    return text.len >= 1 && text.len <= 2 && wb_str_u64(text, ret);
}

bool
wb_zone_fixed(struct wb_str text, struct wb_zone *ret)
{
    uint64_t hours = 0;
    uint64_t minutes = 0;
    if (wb_str_eq(text, WB_LIT("UTC")) || wb_str_eq(text, WB_LIT("Z"))) {
        *ret = (struct wb_zone){.offset_seconds = 0};
        return true;
    }
    if (text.len < 2 || (text.at[0] != '+' && text.at[0] != '-')) {
        return false;
    }
    const struct wb_str digits = wb_str_sub(text, 1, text.len);
    const size_t colon = wb_str_find(digits, ':');
    const bool split = colon < digits.len;
    const size_t hour_len = split ? colon : (digits.len == 4 ? 2 : digits.len);
    const struct wb_str rest = wb_str_sub(digits, hour_len + (split ? 1 : 0), digits.len);
    if (!two_digits(wb_str_sub(digits, 0, hour_len), &hours) || hours > 14 ||
        ((split || rest.len > 0) && (rest.len != 2 || !two_digits(rest, &minutes))) ||
        minutes > 59) {
        return false;
    }
    const int32_t seconds = (int32_t)(hours * HOUR + minutes * MINUTE); /* below 15 hours */
    *ret = (struct wb_zone){.offset_seconds = text.at[0] == '-' ? -seconds : seconds};
    return true;
}

bool
wb_zone_is_name(struct wb_str text)
{
    bool letter = false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
        if (!good && (c != '/' || !letter)) {
            return false;
        }
        letter = c != '/';
    }
    return letter && text.len <= 64;
}

/* ---- compiled files */

static int64_t
number_at(struct wb_str bytes, size_t at, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | (uint8_t)bytes.at[at + i];
    }
    if (width == 4 && value > INT32_MAX) {
        return (int64_t)value - (INT64_C(1) << 32);
    }
    return (int64_t)value; /* two's complement, as the file has it */
}

struct block { /* where the tables of one data block stand */
    size_t times, types, kinds;
    uint32_t time_count, kind_count;
    size_t end;
    size_t width; /* of a time */
};

static bool
read_block(struct wb_str file, size_t at, size_t width, struct block *ret)
{
    if (at > file.len || file.len - at < HEADER_BYTES ||
        !wb_str_starts(wb_str_sub(file, at, 4), WB_LIT("TZif"))) {
        return false;
    }
    uint32_t counts[6];
    for (size_t i = 0; i < 6; i++) {
        counts[i] = (uint32_t)number_at(file, at + 20 + i * 4, 4);
        if (counts[i] > WB_ZONE_FILE_MAX) {
            return false;
        }
    }
    const size_t times = at + HEADER_BYTES;
    const size_t types = times + counts[3] * width;
    const size_t kinds = types + counts[3];
    const size_t end = kinds + (size_t)counts[4] * TYPE_BYTES + counts[5] +
                       counts[2] * (width + 4) + counts[1] + counts[0];
    *ret = (struct block){.times = times,
                          .types = types,
                          .kinds = kinds,
                          .time_count = counts[3],
                          .kind_count = counts[4],
                          .end = end,
                          .width = width};
    return end <= file.len && counts[4] > 0;
}

/* The 64-bit block, or the only one of an old file. */
static bool
best_block(struct wb_str file, struct block *ret)
{
    struct block first;
    if (!read_block(file, 0, 4, &first)) {
        return false;
    }
    *ret = first;
    return file.at[4] < '2' || read_block(file, first.end, 8, ret);
}

static int32_t
kind_offset(struct wb_str file, const struct block *block, uint32_t kind)
{
    const uint32_t known = kind < block->kind_count ? kind : 0;
    const int64_t seconds = number_at(file, block->kinds + (size_t)known * TYPE_BYTES, 4);
    return seconds > -OFFSET_MAX && seconds < OFFSET_MAX ? (int32_t)seconds : 0;
}

bool
wb_zone_of_file(struct wb_str bytes, struct wb_zone *ret)
{
    struct block block;
    if (bytes.len > WB_ZONE_FILE_MAX || bytes.len < HEADER_BYTES || !best_block(bytes, &block)) {
        return false;
    }
    *ret = (struct wb_zone){.file = bytes};
    return true;
}

/* ---- the rule in the last line: EST5EDT,M3.2.0,M11.1.0 */

struct cursor {
    struct wb_str rest;
    bool good;
};

static char
peek(const struct cursor *cursor)
{
    return cursor->rest.len > 0 ? cursor->rest.at[0] : '\0';
}

static bool
accept(struct cursor *cursor, char c)
{
    if (peek(cursor) != c || cursor->rest.len == 0) {
        return false;
    }
    cursor->rest = wb_str_sub(cursor->rest, 1, cursor->rest.len);
    return true;
}

static int32_t
take_number(struct cursor *cursor, int32_t max)
{
    int32_t value = 0;
    size_t len = 0;
    while (len < 4 && peek(cursor) >= '0' && peek(cursor) <= '9') {
        value = value * 10 + (peek(cursor) - '0');
        (void)accept(cursor, peek(cursor)); /* it is there */
        len++;
    }
    cursor->good = cursor->good && len > 0 && value <= max;
    return value;
}

static void
skip_name(struct cursor *cursor)
{
    const bool quoted = accept(cursor, '<');
    size_t len = 0;
    for (; cursor->rest.len > 0; len++) {
        const char c = peek(cursor);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (quoted ? c == '>' : !letter) {
            break;
        }
        (void)accept(cursor, c); /* it is there */
    }
    cursor->good = cursor->good && len >= 3 && (!quoted || accept(cursor, '>'));
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int32_t
take_time(struct cursor *cursor)
{
    const bool minus = accept(cursor, '-');
    if (!minus) {
        (void)accept(cursor, '+'); /* it may stand there */
    }
    int32_t seconds = take_number(cursor, RULE_HOURS_MAX) * HOUR;
    if (accept(cursor, ':')) {
        seconds += take_number(cursor, 59) * MINUTE;
    }
    if (accept(cursor, ':')) {
        seconds += take_number(cursor, 59);
    }
    return minus ? -seconds : seconds;
}

struct change { /* a day of each year, and the second of that day by the clock before */
    char form;  /* 'M', 'J', or '0' for a day counted from 0 */
    int32_t month, week, day;
    int32_t second;
};

static struct change
take_change(struct cursor *cursor)
{
    struct change change = {.form = '0', .second = 2 * HOUR};
    if (accept(cursor, 'M')) {
        change.form = 'M';
        change.month = take_number(cursor, 12);
        cursor->good = accept(cursor, '.') && cursor->good && change.month > 0;
        change.week = take_number(cursor, 5);
        cursor->good = accept(cursor, '.') && cursor->good && change.week > 0;
        change.day = take_number(cursor, 6);
    } else if (accept(cursor, 'J')) {
        change.form = 'J';
        change.day = take_number(cursor, 365);
    } else {
        change.day = take_number(cursor, 365);
    }
    if (accept(cursor, '/')) {
        change.second = take_time(cursor);
    }
    return change;
}

static bool
is_leap(int16_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970 of the change in a year. */
static int64_t
change_day(const struct change *change, int16_t year)
{
    const int64_t new_year = wb_date_days((struct wb_date){.year = year, .month = 1, .day = 1});
    if (change->form == 'J') {
        return new_year + change->day - 1 + (is_leap(year) && change->day > 59 ? 1 : 0);
    }
    if (change->form != 'M') {
        return new_year + change->day;
    }
    const uint8_t month = (uint8_t)change->month; /* 1 to 12 */
    const int64_t first = wb_date_days((struct wb_date){.year = year, .month = month, .day = 1});
    const int64_t weekday = (first + 4) % WEEK_DAYS; /* 1970-01-01 was a Thursday */
    int64_t day = first + (change->day - weekday + WEEK_DAYS) % WEEK_DAYS +
                  (int64_t)(change->week - 1) * WEEK_DAYS;
    const struct wb_date there = wb_date_of_days(day);
    if (there.month != month) {
        day -= WEEK_DAYS; /* week 5 is the last one */
    }
    return day;
}

/* False when the rule cannot be read. */
static bool
rule_offset(struct wb_str rule, int64_t utc_seconds, int32_t *ret)
{
    struct cursor cursor = {.rest = rule, .good = true};
    skip_name(&cursor);
    const int32_t standard = -take_time(&cursor); /* a rule counts west of UTC */
    *ret = standard;
    if (!cursor.good || cursor.rest.len == 0) {
        return cursor.good;
    }
    skip_name(&cursor);
    int32_t summer = standard + HOUR;
    if (peek(&cursor) != ',') {
        summer = -take_time(&cursor);
    }
    cursor.good = accept(&cursor, ',') && cursor.good;
    const struct change start = take_change(&cursor);
    cursor.good = accept(&cursor, ',') && cursor.good;
    const struct change end = take_change(&cursor);
    const struct wb_moment now = wb_moment_of_seconds(utc_seconds + standard);
    if (!cursor.good || cursor.rest.len > 0 || now.date.year == 0) {
        return false;
    }
    const int16_t year = now.date.year;
    const int64_t from = change_day(&start, year) * DAY + start.second - standard;
    const int64_t until = change_day(&end, year) * DAY + end.second - summer;
    const bool inside = from < until ? utc_seconds >= from && utc_seconds < until
                                     : utc_seconds >= from || utc_seconds < until;
    *ret = inside ? summer : standard;
    return true;
}

/* ---- both */

static int32_t
listed_offset(struct wb_str file, const struct block *block, int64_t utc_seconds)
{
    uint32_t low = 0; /* changes before `low` are not later than the moment */
    uint32_t high = block->time_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (number_at(file, block->times + middle * block->width, block->width) <= utc_seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const uint32_t kind = low == 0 ? 0 : (uint8_t)file.at[block->types + low - 1];
    return kind_offset(file, block, kind);
}

int32_t
wb_zone_offset(const struct wb_zone *zone, int64_t utc_seconds)
{
    assert(zone != NULL);
    struct block block;
    if (zone->file.len == 0 || !best_block(zone->file, &block)) {
        return zone->offset_seconds;
    }
    const struct wb_str rule = wb_str_trim(wb_str_sub(zone->file, block.end, zone->file.len));
    int32_t offset = 0;
    const bool listed =
        block.time_count > 0 &&
        utc_seconds <
            number_at(zone->file, block.times + (block.time_count - 1) * block.width, block.width);
    if (!listed && block.width == 8 && rule.len > 0 && rule_offset(rule, utc_seconds, &offset)) {
        return offset;
    }
    return listed_offset(zone->file, &block, utc_seconds);
}

struct wb_moment
wb_zone_local(const struct wb_zone *zone, int64_t utc_seconds)
{
    const int32_t offset = wb_zone_offset(zone, utc_seconds);
    struct wb_moment moment = wb_moment_of_seconds(utc_seconds + offset);
    moment.zoned = true;
    moment.offset_minutes = (int16_t)(offset / MINUTE); /* below 26 hours */
    return moment;
}
