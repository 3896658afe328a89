/*
 * Dates and moments: X12 date, time and time code elements, EDIFACT 2380 with its format code. How
 * much of the time was said is kept. No zone is ever assumed: a zone code that names no fixed
 * offset is outside the domain.
 */
#include <assert.h>
#include <string.h>

#include "map/conv_priv.h"

struct zone {
    char code[3];
    int16_t offset_minutes;
};

/* X12 element 623, those with a fixed offset. The first of an offset is the one that is written. */
static const struct zone ZONES[] = {
    {"UT", 0   },
    {"ES", -300},
    {"CS", -360},
    {"MS", -420},
    {"PS", -480},
    {"TS", -240},
    {"AS", -540},
    {"HS", -600},
    {"NS", -210},
    {"ND", -150},
    {"GM", 0   },
    {"01", 60  },
    {"02", 120 },
    {"03", 180 },
    {"04", 240 },
    {"05", 300 },
    {"06", 360 },
    {"07", 420 },
    {"08", 480 },
    {"09", 540 },
    {"10", 600 },
    {"11", 660 },
    {"12", 720 },
    {"13", -720},
    {"14", -660},
    {"15", -600},
    {"16", -540},
    {"17", -480},
    {"18", -420},
    {"19", -360},
    {"20", -300},
    {"21", -240},
    {"22", -180},
    {"23", -120},
    {"24", -60 },
    {"TD", -180},
    {"ED", -240},
    {"CD", -300},
    {"MD", -360},
    {"PD", -420},
    {"AD", -480},
    {"HD", -540},
};
enum { ZONE_COUNT = sizeof ZONES / sizeof ZONES[0] };

static bool
zone_read(struct wb_str code, struct wb_moment *moment)
{
    for (size_t i = 0; i < ZONE_COUNT; i++) {
        if (wb_str_eq(code, wb_str_of(ZONES[i].code))) {
            moment->zoned = true;
            moment->offset_minutes = ZONES[i].offset_minutes;
            return true;
        }
    }
    return false;
}

static struct wb_str
zone_write(int16_t offset_minutes)
{
    for (size_t i = 0; i < ZONE_COUNT; i++) {
        if (ZONES[i].offset_minutes == offset_minutes) {
            return wb_str_of(ZONES[i].code);
        }
    }
    return (struct wb_str){NULL, 0};
}

struct wb_moment
conv_moment_of(struct wb_date date)
{
    return (struct wb_moment){.date = date, .precision = WB_DAY};
}

/* The index of the first part of a type behind the first, or `count`. */
static size_t
part_of(const struct map_element *elements, size_t count, uint8_t type)
{
    size_t i = 1;
    while (i < count && elements[i].type != type) {
        i++;
    }
    return i;
}

/* The moment as the right value: a DATE takes one without a time, or drops the time as declared. */
static enum conv_rc
moment_give(const struct map_conv *conv, struct wb_moment moment, struct record_value *ret)
{
    if (conv->type == RECORD_MOMENT) {
        *ret = (struct record_value){.present = true, .type = RECORD_MOMENT, .moment = moment};
        return CONV_OK;
    }
    if (moment.precision != WB_DAY && (conv->flags & MAP_CONV_CUT) == 0) {
        return CONV_REFUSED;
    }
    *ret = (struct record_value){.present = true, .type = RECORD_DATE, .date = moment.date};
    return moment.precision == WB_DAY ? CONV_OK : CONV_CUT;
}

enum conv_rc
conv_date_read(const struct map_conv *conv, const struct map_element *elements,
               const struct wb_str *parts, size_t count, struct record_value *ret)
{
    struct wb_moment moment = {.precision = WB_DAY};
    if (!wb_date_parse_compact(parts[0], &moment.date)) {
        return CONV_REFUSED;
    }
    const size_t time_at = part_of(elements, count, GRAMMAR_TM);
    const bool timed = time_at < count && parts[time_at].len > 0;
    if (timed && !wb_time_parse_compact(parts[time_at], &moment)) {
        return CONV_REFUSED;
    }
    const size_t zone_at = part_of(elements, count, GRAMMAR_ID);
    const bool zoned = zone_at < count && parts[zone_at].len > 0;
    if (zoned && (!timed || !zone_read(parts[zone_at], &moment))) {
        return CONV_REFUSED;
    }
    return moment_give(conv, moment, ret);
}

static bool
right_moment(const struct record_value *value, struct wb_moment *ret)
{
    if (value->type == RECORD_DATE) {
        *ret = conv_moment_of(value->date);
        return true;
    }
    if (value->type != RECORD_MOMENT) {
        return false;
    }
    *ret = value->moment;
    return true;
}

static enum conv_rc
part_put(const struct conv_env *env, const char *text, size_t len, struct wb_str *ret)
{
    *ret = wb_arena_dup(env->ctx, env->arena, (struct wb_str){text, len});
    return ret->at == NULL ? CONV_NOMEM : CONV_OK;
}

/* CCYYMMDD, or YYMMDD where no more fits and the century is what reading will take. */
static enum conv_rc
day_put(const struct conv_env *env, const struct map_element *element, struct wb_date date,
        struct wb_str *ret)
{
    char text[WB_MOMENT_TEXT_MAX];
    const size_t len = wb_date_print_compact(date, text);
    if (len == 0 || !wb_date_valid(date)) {
        return CONV_REFUSED;
    }
    if (len <= element->max) {
        return part_put(env, text, len, ret);
    }
    if (element->max != 6 || date.year < 1950 || date.year > 2049) {
        return CONV_REFUSED;
    }
    return part_put(env, text + len - 6, 6, ret);
}

enum conv_rc
conv_date_write(const struct conv_env *env, const struct map_conv *conv,
                const struct map_element *elements, size_t count, const struct record_value *value,
                struct wb_str *ret_parts)
{
    struct wb_moment moment;
    char text[WB_MOMENT_TEXT_MAX];
    if (!right_moment(value, &moment)) {
        return CONV_REFUSED;
    }
    enum conv_rc rc = day_put(env, &elements[0], moment.date, &ret_parts[0]);
    if (rc != CONV_OK || moment.precision == WB_DAY) {
        return rc;
    }
    /* DAY says by its name that the time goes. */
    const bool may_lose = (conv->flags & MAP_CONV_CUT) != 0 || conv->kind == MAP_CONV_DAY;
    const size_t time_at = part_of(elements, count, GRAMMAR_TM);
    const size_t len = wb_time_print_compact(moment, text);
    if (time_at == count || len > elements[time_at].max) {
        return !may_lose ? CONV_REFUSED : conv->kind == MAP_CONV_DAY ? CONV_OK : CONV_CUT;
    }
    rc = part_put(env, text, len, &ret_parts[time_at]);
    if (rc != CONV_OK || !moment.zoned) {
        return rc;
    }
    const size_t zone_at = part_of(elements, count, GRAMMAR_ID);
    const struct wb_str zone = zone_write(moment.offset_minutes);
    if (zone_at == count || zone.len == 0) {
        return may_lose ? CONV_CUT : CONV_REFUSED;
    }
    ret_parts[zone_at] = zone;
    return CONV_OK;
}

/* 2379: how long the text is, and how much of a time it has. The first of a precision is written.
 */
struct dtm_form {
    char code[4];
    uint8_t date_len;
    uint8_t time_len;
};

static const struct dtm_form DTM_FORMS[] = {
    {"102", 8, 0},
    {"203", 8, 4},
    {"204", 8, 6},
    {"101", 6, 0},
    {"201", 6, 4},
    {"202", 6, 6},
};
enum { DTM_FORM_COUNT = sizeof DTM_FORMS / sizeof DTM_FORMS[0] };

enum conv_rc
conv_dtm_read(const struct map_conv *conv, const struct wb_str *parts, size_t count,
              struct record_value *ret)
{
    if (count < 2) {
        return CONV_REFUSED;
    }
    for (size_t i = 0; i < DTM_FORM_COUNT; i++) {
        const struct dtm_form *const form = &DTM_FORMS[i];
        if (!wb_str_eq(parts[1], wb_str_of(form->code))) {
            continue;
        }
        struct wb_moment moment = {.precision = WB_DAY};
        const struct wb_str time = wb_str_sub(parts[0], form->date_len, parts[0].len);
        const bool good =
            parts[0].len == (size_t)form->date_len + form->time_len &&
            wb_date_parse_compact(wb_str_sub(parts[0], 0, form->date_len), &moment.date) &&
            (form->time_len == 0 || wb_time_parse_compact(time, &moment));
        return good ? moment_give(conv, moment, ret) : CONV_REFUSED;
    }
    return CONV_REFUSED;
}

enum conv_rc
conv_dtm_write(const struct conv_env *env, const struct map_conv *conv, size_t count,
               const struct record_value *value, struct wb_str *ret_parts)
{
    struct wb_moment moment;
    char text[WB_MOMENT_TEXT_MAX * 2];
    if (count < 2 || !right_moment(value, &moment) || !wb_date_valid(moment.date)) {
        return CONV_REFUSED;
    }
    const bool may_lose = (conv->flags & MAP_CONV_CUT) != 0;
    const bool too_exact = moment.precision > WB_SECOND || moment.zoned;
    if (too_exact && !may_lose) {
        return CONV_REFUSED;
    }
    if (moment.precision > WB_SECOND) {
        moment.precision = WB_SECOND;
    }
    size_t len = wb_date_print_compact(moment.date, text);
    const size_t date_len = len;
    if (moment.precision != WB_DAY) {
        len += wb_time_print_compact(moment, text + len);
    }
    for (size_t i = 0; i < DTM_FORM_COUNT; i++) {
        const struct dtm_form *const form = &DTM_FORMS[i];
        if (form->date_len == date_len && date_len + form->time_len == len) {
            ret_parts[1] = wb_str_of(form->code);
            const enum conv_rc rc = part_put(env, text, len, &ret_parts[0]);
            return rc == CONV_OK && too_exact ? CONV_CUT : rc;
        }
    }
    return CONV_REFUSED;
}
