/*
 * JSON into values without a schema: the one home of jansson. It would turn numbers into doubles
 * and refuse long ones, so it never sees them: a scan takes their texts out in order and leaves a 0
 * in each place, and they are put back on the way into our values. The same scan bounds depth and
 * the number of values. What a document means under its schema is json_fit.c's.
 */
#include "record/json.h"

#include <assert.h>
#include <string.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "record/any.h"

enum {
    VALUES_MAX = 4000000, /* in one text; some 100 bytes each in jansson's memory */
    EXPONENT_MAX = 40,    /* numbers up to 1e40 and down to 1e-40 are written without exponent */
    SCRATCH_MAX = 2 * WB_LIMIT_JSON + VALUES_MAX * 16,
};

_Static_assert(RECORD_ANY_DEPTH_MAX + 16 <= WB_JSON_DEPTH_MAX,
               "what was read can be written, and wrapped");

struct scan { /* over a copy of the text */
    struct wb_ctx *ctx;
    struct wb_arena *arena; /* for as long as the text is read */
    char *text;
    size_t len;
    size_t depth;
    size_t value_count;
    struct wb_str original;
    uint32_t *numbers; /* where they stand in the original, in order */
    size_t number_count;
    size_t number_cap;
};

struct reader {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct scan *scan;
    size_t number_at; /* the next of scan->numbers */
    enum wb_rc rc;    /* the first failure of ours */
};

static struct record_any *read_any(struct reader *reader, json_t *json);

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)? */
bool
record_is_number(struct wb_str text)
{
    size_t at = text.len > 0 && text.at[0] == '-' ? 1 : 0;
    const size_t whole = at;
    while (at < text.len && text.at[at] >= '0' && text.at[at] <= '9') {
        at++;
    }
    if (at == whole || (text.at[whole] == '0' && at > whole + 1)) {
        return false;
    }
    if (at < text.len && text.at[at] == '.') {
        const size_t from = ++at;
        while (at < text.len && text.at[at] >= '0' && text.at[at] <= '9') {
            at++;
        }
        if (at == from) {
            return false;
        }
    }
    if (at < text.len && (text.at[at] == 'e' || text.at[at] == 'E')) {
        at++;
        at += at < text.len && (text.at[at] == '+' || text.at[at] == '-') ? 1 : 0;
        return at < text.len && wb_str_digits(wb_str_sub(text, at, text.len));
    }
    return at == text.len;
}

static bool
in_number(char c)
{
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

static size_t
number_end(struct wb_str json, size_t at)
{
    while (at < json.len && in_number(json.at[at])) {
        at++;
    }
    return at;
}

/* Takes the number at *at out and leaves *at on its last byte. */
static enum wb_rc
take_number(struct scan *scan, size_t *at)
{
    const size_t end = number_end(scan->original, *at);
    const struct wb_str number = wb_str_sub(scan->original, *at, end - *at);
    if (!record_is_number(number)) {
        return wb_fail(scan->ctx, WB_INVALID, "no JSON: byte %zu: `" WB_FMT "` is no number",
                       *at + 1, WB_ARG(wb_str_sub(number, 0, 40)));
    }
    uint32_t *const place =
        WB_PUSH(scan->ctx, scan->arena, scan->numbers, scan->number_count, scan->number_cap);
    if (place == NULL) {
        return WB_NOMEM;
    }
    *place = (uint32_t)*at; /* < WB_LIMIT_JSON */
    memset(scan->text + *at, ' ', end - *at);
    scan->text[*at] = '0';
    *at = end - 1;
    return WB_OK;
}

/* The closing quote of a string that begins behind `at`, or the end of the text. */
static size_t
skip_string(const struct scan *scan, size_t at)
{
    while (at < scan->len && scan->text[at] != '"') {
        at += scan->text[at] == '\\' ? 2 : 1;
    }
    return at;
}

static enum wb_rc
scan_byte(struct scan *scan, char c)
{
    if (c == '[' || c == '{') {
        scan->depth++;
        scan->value_count++;
    } else if ((c == ']' || c == '}') && scan->depth > 0) {
        scan->depth--;
    } else if (c == ',') {
        scan->value_count++;
    }
    if (scan->depth > RECORD_ANY_DEPTH_MAX) {
        return wb_fail(scan->ctx, WB_INVALID, "JSON is nested deeper than %d levels",
                       RECORD_ANY_DEPTH_MAX);
    }
    if (scan->value_count > VALUES_MAX) {
        return wb_fail(scan->ctx, WB_LIMIT, "JSON holds more than %d values", VALUES_MAX);
    }
    return WB_OK;
}

static enum wb_rc
scan_text(struct scan *scan, struct wb_str json)
{
    if (json.len > WB_LIMIT_JSON) {
        return wb_fail(scan->ctx, WB_LIMIT, "JSON of %zu bytes; the limit is %d", json.len,
                       WB_LIMIT_JSON);
    }
    scan->text = wb_arena_alloc(scan->ctx, scan->arena, json.len);
    if (scan->text == NULL) {
        return WB_NOMEM;
    }
    if (json.len > 0) {
        memcpy(scan->text, json.at, json.len);
    }
    scan->original = json;
    scan->len = json.len;
    enum wb_rc rc = WB_OK;
    for (size_t at = 0; at < scan->len && rc == WB_OK; at++) {
        const char c = scan->text[at];
        if (c == '"') {
            at = skip_string(scan, at + 1);
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            rc = take_number(scan, &at);
        } else {
            rc = scan_byte(scan, c);
        }
    }
    return rc;
}

static enum wb_rc
load(struct scan *scan, struct wb_str json, json_t **ret)
{
    json_error_t error;
    const enum wb_rc rc = scan_text(scan, json);
    if (rc != WB_OK) {
        return rc;
    }
    /* Its lexer goes on after a failed allocation and reads behind its buffer (2.14). */
    json_set_alloc_funcs(wb_os_alloc_or_end, wb_os_free);
    json_t *const root = json_loadb(
        scan->text, scan->len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (root == NULL) {
        return wb_fail(scan->ctx, WB_INVALID, "no JSON: line %d, column %d: %s", error.line,
                       error.column, error.text);
    }
    *ret = root;
    return WB_OK;
}

/* A copy in the arena: jansson's strings go with its tree. */
static struct wb_str
keep(struct reader *reader, struct wb_str text)
{
    const struct wb_str copy = wb_arena_dup(reader->ctx, reader->arena, text);
    if (copy.at == NULL) {
        reader->rc = WB_NOMEM;
    }
    return copy;
}

/*
 * "1.25e-3" as "0.00125" into `ret`, which has room for the digits and two times EXPONENT_MAX;
 * returns the length, 0 when the exponent is out of reach.
 */
static size_t
expand(struct wb_str number, size_t e, char *ret)
{
    uint64_t magnitude = 0;
    const bool sign = number.at[e + 1] == '-' || number.at[e + 1] == '+';
    const bool small = number.at[e + 1] == '-';
    if (!wb_str_u64(wb_str_sub(number, e + (sign ? 2U : 1U), number.len), &magnitude) ||
        magnitude > EXPONENT_MAX) {
        return 0;
    }
    const size_t minus = number.at[0] == '-' ? 1 : 0;
    const struct wb_str mantissa = wb_str_sub(number, minus, e - minus);
    const size_t whole = wb_str_find(mantissa, '.');
    const size_t digit_count = mantissa.len - (whole < mantissa.len ? 1 : 0);
    const int64_t shift = small ? -(int64_t)magnitude : (int64_t)magnitude;
    const int64_t point = (int64_t)whole + shift; /* digits before the point; may be negative */
    const int64_t end = point > (int64_t)digit_count ? point : (int64_t)digit_count;
    bool leading = true;
    size_t len = 0;
    if (minus == 1) {
        ret[len++] = '-';
    }
    for (int64_t i = point < 1 ? point - 1 : 0; i < end; i++) {
        const bool inside = i >= 0 && i < (int64_t)digit_count;
        const size_t at = inside ? (size_t)i + (i >= (int64_t)whole ? 1U : 0U) : 0;
        const char digit = inside ? mantissa.at[at] : '0';
        if (i == point) {
            ret[len++] = '.';
        }
        leading = leading && digit == '0' && i < point - 1;
        if (!leading) {
            ret[len++] = digit;
        }
    }
    return len;
}

/* The next number of the text, without an exponent where that is possible. */
static struct wb_str
next_number(struct reader *reader)
{
    assert(reader->number_at < reader->scan->number_count); /* jansson keeps the order */
    const struct wb_str original = reader->scan->original;
    const size_t at = reader->scan->numbers[reader->number_at++];
    const struct wb_str number = wb_str_sub(original, at, number_end(original, at) - at);
    const size_t small_e = wb_str_find(number, 'e');
    const size_t e = small_e < number.len ? small_e : wb_str_find(number, 'E');
    size_t room;
    if (e == number.len || !wb_add(number.len, 2 * EXPONENT_MAX, &room)) {
        return keep(reader, number);
    }
    char *const text = wb_arena_alloc(reader->ctx, reader->arena, room);
    if (text == NULL) {
        reader->rc = WB_NOMEM;
        return number;
    }
    const size_t len = expand(number, e, text);
    return len == 0 ? keep(reader, number) : (struct wb_str){text, len};
}

static void
read_members(struct reader *reader, json_t *json, struct record_any *any)
{
    void *next = json_object_iter(json);
    reader->rc = record_any_reserve(reader->ctx, reader->arena, any, json_object_size(json));
    while (next != NULL && reader->rc == WB_OK) {
        void *const now = next;
        struct record_any *const value = read_any(reader, json_object_iter_value(now));
        const struct wb_str name = keep(reader, wb_str_of(json_object_iter_key(now)));
        if (reader->rc == WB_OK) {
            /* The names are new: duplicates were refused. */
            reader->rc = record_any_add(reader->ctx, reader->arena, any, name, value);
        }
        next = json_object_iter_next(json, now);
        (void)json_object_iter_set_new(json, now, json_null()); /* gives memory back; cannot fail */
    }
}

static void
read_items(struct reader *reader, json_t *json, struct record_any *any)
{
    const size_t count = json_array_size(json);
    reader->rc = record_any_reserve(reader->ctx, reader->arena, any, count);
    for (size_t i = 0; i < count && reader->rc == WB_OK; i++) {
        struct record_any *const value = read_any(reader, json_array_get(json, i));
        if (reader->rc == WB_OK) {
            reader->rc = record_any_push(reader->ctx, reader->arena, any, value);
        }
        (void)json_array_set_new(json, i, json_null()); /* gives memory back; cannot fail */
    }
}

/* Our value of jansson's, whose members are given back on the way. */
static struct record_any *
read_any(struct reader *reader, json_t *json)
{
    static const enum record_any_kind kinds[] = {
        [JSON_OBJECT] = RECORD_MAP,     [JSON_ARRAY] = RECORD_ARRAY, [JSON_STRING] = RECORD_STRING,
        [JSON_INTEGER] = RECORD_NUMBER, [JSON_REAL] = RECORD_NUMBER, [JSON_TRUE] = RECORD_BOOL,
        [JSON_FALSE] = RECORD_BOOL,     [JSON_NULL] = RECORD_NULL};
    const json_type type = json_typeof(json);
    struct record_any *const any = record_any_new(reader->ctx, reader->arena, kinds[type]);
    if (any == NULL) {
        reader->rc = WB_NOMEM;
        return NULL;
    }
    any->truth = type == JSON_TRUE;
    if (type == JSON_OBJECT) {
        read_members(reader, json, any);
    } else if (type == JSON_ARRAY) {
        read_items(reader, json, any);
    } else if (type == JSON_STRING) {
        any->text =
            keep(reader, (struct wb_str){json_string_value(json), json_string_length(json)});
    } else if (type == JSON_INTEGER) {
        any->text = next_number(reader);
    }
    return reader->rc == WB_OK ? any : NULL;
}

enum wb_rc
record_read_any(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str json,
                struct record_any **ret)
{
    assert(ret != NULL);
    struct wb_arena scratch;
    wb_arena_init(&scratch, SCRATCH_MAX);
    struct scan scan = {.ctx = ctx, .arena = &scratch};
    struct reader reader = {.ctx = ctx, .arena = arena, .scan = &scan, .rc = WB_OK};
    json_t *root = NULL;
    enum wb_rc rc = load(&scan, json, &root);
    if (rc == WB_OK) {
        struct record_any *const any = read_any(&reader, root);
        json_decref(root);
        rc = reader.rc;
        if (rc == WB_OK) {
            assert(reader.number_at == scan.number_count);
            *ret = any;
        }
    }
    wb_arena_done(&scratch);
    return rc;
}
