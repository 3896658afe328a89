#pragma once
/* Civil dates and moments. No time zone of the machine is ever consulted: a date is a date, a
 * moment says its zone. */
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct wb_date {
    int16_t year; /* 1..9999; 0 = absent */
    uint8_t month;
    uint8_t day;
};

enum wb_precision { WB_DAY, WB_MINUTE, WB_SECOND, WB_TENTH, WB_HUNDREDTH };

struct wb_moment {
    struct wb_date date;
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
    uint8_t hundredth;
    uint8_t precision; /* enum wb_precision: how much was said */
    bool zoned;        /* offset_minutes holds; else local to the sender */
    int16_t offset_minutes;
};

enum { WB_MOMENT_TEXT_MAX = 40 };

bool wb_date_valid(struct wb_date d);
/* CCYYMMDD; YYMMDD when 6 long (pivot: 50..99 are 19xx). */
WB_MUST bool wb_date_parse_compact(struct wb_str text, struct wb_date *ret);
/* YYYY-MM-DD. */
WB_MUST bool wb_date_parse_iso(struct wb_str text, struct wb_date *ret);
/* HHMM, HHMMSS, HHMMSSD, HHMMSSDD into the time part and precision. Hour 24 and second 60 are
 * refused. */
WB_MUST bool wb_time_parse_compact(struct wb_str text, struct wb_moment *ret);
/* ISO date, or date "T" time [zone]. */
WB_MUST bool wb_moment_parse_iso(struct wb_str text, struct wb_moment *ret);
size_t wb_date_print_iso(struct wb_date d, char *text);
size_t wb_date_print_compact(struct wb_date d, char *text);
size_t wb_moment_print_iso(struct wb_moment m, char *text);
/* HHMM[SS[D[D]]] by precision; 0 for WB_DAY. */
size_t wb_time_print_compact(struct wb_moment m, char *text);
int wb_date_cmp(struct wb_date a, struct wb_date b);
/* In time; a moment without a zone counts as UTC, an absent one comes first. */
int wb_moment_cmp(struct wb_moment a, struct wb_moment b);
/* Days since 1970-01-01. The date must be valid. */
int64_t wb_date_days(struct wb_date d);
/* Absent (year 0) outside the years 1..9999. */
struct wb_date wb_date_of_days(int64_t days);
/* UTC moment (precision second) of seconds since 1970. */
struct wb_moment wb_moment_of_seconds(int64_t seconds);
