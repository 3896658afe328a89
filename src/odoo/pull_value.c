/*
 * Values: texts, numbers and moments of exported rows, and cells of the record that is made. Odoo
 * exports floats and naive UTC; here they become exact decimals and local moments.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "odoo/pull_priv.h"

enum { TEXT_MAX = 400, DAY_SECONDS = 86400, HOUR_SECONDS = 3600, MINUTE_SECONDS = 60 };

struct wb_str
pull_text(struct pull *pull, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    const int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const size_t kept = len < 0 ? 0 : len < TEXT_MAX ? (size_t)len : TEXT_MAX - 1;
    const struct wb_str copy =
        wb_arena_dup(pull->ctx, pull->arena, (struct wb_str){.at = text, .len = kept});
    if (copy.at == NULL) {
        pull->rc = WB_NOMEM;
    }
    return copy;
}

void
pull_gap(struct pull *pull, enum odoo_gap_kind kind, struct wb_str place, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut texts are still of use */
    va_end(arguments);
    struct odoo_purchase *const order = pull->order;
    struct odoo_gap *const gap =
        order != NULL
            ? WB_PUSH(pull->ctx, pull->arena, order->gaps, order->gap_count, order->gap_cap)
            : WB_PUSH(pull->ctx, pull->arena, pull->common, pull->common_count, pull->common_cap);
    if (gap == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    *gap = (struct odoo_gap){.kind = kind,
                             .place = place,
                             .text = wb_arena_dup(pull->ctx, pull->arena, wb_str_of(text))};
    if (gap->text.at == NULL) {
        pull->rc = WB_NOMEM;
    }
    if (order != NULL && odoo_gap_row(kind)->stops) {
        order->stopped = true;
    }
}

/* ---- cells */

static struct record_value *
cell_of(struct pull *pull, struct record_object *object, const char *name, enum record_type type)
{
    if (object == NULL || pull->rc != WB_OK) {
        return NULL;
    }
    struct record_value *const cell = record_get(object, wb_str_of(name));
    assert(cell != NULL);
    assert(cell->type == type);
    (void)type; /* only asserted */
    return cell;
}

void
pull_put_text(struct pull *pull, struct record_object *object, const char *name, struct wb_str text)
{
    struct record_value *cell = NULL;
    if (text.len > 0 && object != NULL && pull->rc == WB_OK) {
        cell = record_get(object, wb_str_of(name));
        assert(cell != NULL);
        cell->present = true;
        cell->text = text;
    }
}

void
pull_put_int(struct pull *pull, struct record_object *object, const char *name, int64_t value)
{
    struct record_value *const cell = cell_of(pull, object, name, RECORD_INT);
    if (cell != NULL) {
        cell->present = true;
        cell->number = value;
    }
}

void
pull_put_dec(struct pull *pull, struct record_object *object, const char *name, struct wb_dec value)
{
    struct record_value *const cell = cell_of(pull, object, name, RECORD_DEC);
    if (cell != NULL) {
        cell->present = true;
        cell->dec = value;
    }
}

void
pull_put_moment(struct pull *pull, struct record_object *object, const char *name,
                struct wb_moment moment)
{
    struct record_value *const cell = cell_of(pull, object, name, RECORD_MOMENT);
    if (cell != NULL) {
        cell->present = true;
        cell->moment = moment;
    }
}

struct record_object *
pull_enter(struct pull *pull, struct record_object *object, const char *name)
{
    if (object == NULL || pull->rc != WB_OK) {
        return NULL;
    }
    const uint32_t field = record_find_field(object->schema, object->shape, wb_str_of(name));
    assert(field != RECORD_NONE);
    struct record_object *const inner = record_enter(pull->ctx, pull->arena, object, field);
    if (inner == NULL) {
        pull->rc = WB_NOMEM;
    }
    return inner;
}

struct record_object *
pull_append(struct pull *pull, struct record_object *object, const char *name)
{
    if (object == NULL || pull->rc != WB_OK) {
        return NULL;
    }
    const uint32_t field = record_find_field(object->schema, object->shape, wb_str_of(name));
    assert(field != RECORD_NONE);
    struct record_value *const item = record_append(pull->ctx, pull->arena, object, field);
    if (item == NULL) {
        pull->rc = WB_NOMEM;
        return NULL;
    }
    return item->object;
}

/* ---- moments */

static bool
two(struct wb_str text, size_t at, unsigned max, int64_t *ret)
{
    uint64_t value = 0;
    if (!wb_str_u64(wb_str_sub(text, at, 2), &value) || value > max) {
        return false;
    }
    *ret = (int64_t)value; /* below 60 */
    return true;
}

bool
pull_utc(struct wb_str text, int64_t *ret)
{
    struct wb_date date;
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    if (!wb_date_parse_iso(wb_str_sub(text, 0, 10), &date)) {
        return false;
    }
    const bool timed = text.len >= 19;
    if (text.len != 10 &&
        (!timed || (text.at[10] != ' ' && text.at[10] != 'T') || !two(text, 11, 23, &hour) ||
         text.at[13] != ':' || !two(text, 14, 59, &minute) || text.at[16] != ':' ||
         !two(text, 17, 59, &second) || (text.len > 19 && text.at[19] != '.'))) {
        return false;
    }
    *ret =
        wb_date_days(date) * DAY_SECONDS + hour * HOUR_SECONDS + minute * MINUTE_SECONDS + second;
    return true;
}

bool
pull_moment(struct pull *pull, const struct record_any *row, const char *field, struct wb_str place,
            struct wb_moment *ret)
{
    const struct wb_str text = plan_row_text(row, field);
    int64_t seconds = 0;
    if (text.len == 0) {
        return false;
    }
    if (!pull_utc(text, &seconds)) {
        pull_gap(pull, ODOO_GAP_DATE_WRONG, place, "%s is \"" WB_FMT "\"", field,
                 WB_ARG(wb_str_sub(text, 0, 40)));
        return false;
    }
    *ret = wb_zone_local(pull->zone, seconds);
    if (text.len == 10) { /* a mere day has no zone */
        ret->date = wb_date_of_days(seconds / DAY_SECONDS);
    }
    return true;
}

/* ---- numbers */

static struct wb_dec
absolute(struct wb_dec value)
{
    value.units = value.units < 0 ? -value.units : value.units; /* 18 digits: no overflow */
    return value;
}

/* [-]digits[.digits][e[+-]digits], as JSON has it. */
static bool
read_number(struct wb_str text, struct wb_dec *ret)
{
    size_t at = 0;
    while (at < text.len && text.at[at] != 'e' && text.at[at] != 'E') {
        at++;
    }
    if (at == text.len) {
        return plan_number_read(text, 12, ret);
    }
    struct wb_str exponent = wb_str_sub(text, at + 1, text.len);
    const bool minus = wb_str_starts(exponent, WB_LIT("-"));
    if (minus || wb_str_starts(exponent, WB_LIT("+"))) {
        exponent = wb_str_sub(exponent, 1, exponent.len);
    }
    uint64_t power = 0;
    if (!plan_number_read(wb_str_sub(text, 0, at), 12, ret) || !wb_str_u64(exponent, &power) ||
        power > 18) {
        return false;
    }
    for (uint64_t i = 0; i < power; i++) {
        const struct wb_dec ten = {.units = minus ? 1 : 10, .scale = minus ? 1 : 0};
        if (!wb_dec_mul(*ret, ten, ret)) {
            return false;
        }
        *ret = wb_dec_trim(*ret);
    }
    return true;
}

bool
pull_number(struct pull *pull, const struct record_any *row, const char *field, uint8_t digits,
            struct wb_str place, struct wb_dec *ret)
{
    static const struct wb_dec dust = {.units = 1, .scale = 8};
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    struct wb_dec number;
    struct wb_dec difference;
    if (value == NULL || (value->kind != RECORD_NUMBER && value->kind != RECORD_STRING) ||
        !read_number(wb_str_trim(value->text), &number)) {
        return false;
    }
    const uint8_t scale = pull->has_digits ? digits : 6;
    const struct wb_dec rounded = wb_dec_trim(wb_dec_round(number, scale));
    if (!wb_dec_sub(number, rounded, &difference)) {
        return false;
    }
    if (wb_dec_cmp(absolute(difference), dust) <= 0) {
        *ret = rounded;
        return true;
    }
    /* More digits than the settings say, and no dust: what stands there counts. */
    *ret = wb_dec_trim(wb_dec_round(number, 8));
    char text[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(*ret, '.', text);
    pull_gap(pull, ODOO_GAP_DIGITS, place, "%s is %.*s; %u decimals are set", field, (int)len, text,
             scale);
    return true;
}
