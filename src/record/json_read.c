/*
 * JSON into values without a schema: the one home of jansson. Before it sees a text, depth and the
 * number of values are bounded here, because it holds the whole text as a tree of its own. Integers
 * stay exact or are refused; reals go through a double, and come out in the shortest text that
 * gives the same double again. What a document means under its schema is json_fit.c's.
 */
#include "record/json.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/limits.h"

enum {
    READ_VALUES_MAX = 4000000, /* values in one text; some 100 bytes each in memory */
    REAL_TEXT_MAX = 64,
    REAL_PLAIN_FROM = -18, /* exponents that are written without one */
    REAL_PLAIN_TO = 20,
};

_Static_assert(RECORD_ANY_DEPTH_MAX + 16 <= WB_JSON_DEPTH_MAX,
               "what was read can be written, and wrapped");

struct reader {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    enum wb_rc rc; /* the first failure of ours */
};

static struct record_any *read_any(struct reader *reader, json_t *json);

/* The end of a string that begins behind `at`. */
static size_t
skip_string(struct wb_str json, size_t at)
{
    while (at < json.len && json.at[at] != '"') {
        at += json.at[at] == '\\' ? 2 : 1;
    }
    return at;
}

/* Refuses what is too deep or too much, without looking at anything else. */
static enum wb_rc
measure(struct wb_ctx *ctx, struct wb_str json)
{
    size_t depth = 0;
    size_t values = 0;
    if (json.len > WB_LIMIT_JSON) {
        return wb_fail(ctx, WB_LIMIT, "JSON of %zu bytes; the limit is %d", json.len,
                       WB_LIMIT_JSON);
    }
    for (size_t at = 0; at < json.len; at++) {
        const char c = json.at[at];
        if (c == '"') {
            at = skip_string(json, at + 1);
        } else if (c == '[' || c == '{') {
            depth++;
            values++;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        } else if (c == ',') {
            values++;
        }
        if (depth > RECORD_ANY_DEPTH_MAX) {
            return wb_fail(ctx, WB_INVALID, "JSON is nested deeper than %d levels",
                           RECORD_ANY_DEPTH_MAX);
        }
        if (values > READ_VALUES_MAX) {
            return wb_fail(ctx, WB_LIMIT, "JSON holds more than %d values", READ_VALUES_MAX);
        }
    }
    return WB_OK;
}

static enum wb_rc
load(struct wb_ctx *ctx, struct wb_str json, size_t flags, json_t **ret)
{
    json_error_t error;
    const enum wb_rc rc = measure(ctx, json);
    if (rc != WB_OK) {
        return rc;
    }
    json_t *const root = json_loadb(json.at == NULL ? "" : json.at, json.len,
                                    flags | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (root == NULL) {
        return wb_fail(ctx, WB_INVALID, "no JSON: line %d, column %d: %s", error.line, error.column,
                       error.text);
    }
    *ret = root;
    return WB_OK;
}

static struct wb_str
string_of(json_t *json)
{
    return (struct wb_str){json_string_value(json), json_string_length(json)};
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

/* The digits and the decimal exponent of the shortest text that reads back as the same double. */
static int
shortest(double value, char *text)
{
    int len = 0;
    for (int digits = 15; digits <= 17; digits++) {
        len = snprintf(text, REAL_TEXT_MAX, "%.*e", digits - 1, value);
        const double again = strtod(text, NULL);
        if (memcmp(&again, &value, sizeof value) == 0) {
            break;
        }
    }
    return len;
}

/* Lays "-1.2500e-03" out as "-0.00125"; exponents out of reach stay. Returns the length. */
static size_t
plain_real(struct wb_str e_text, char *ret)
{
    char digits[REAL_TEXT_MAX];
    size_t count = 0;
    size_t len = 0;
    const size_t e = wb_str_find(e_text, 'e');
    uint64_t magnitude = 0;
    const bool small = e + 1 < e_text.len && e_text.at[e + 1] == '-';
    const bool read = wb_str_u64(wb_str_sub(e_text, e + 2, e_text.len), &magnitude);
    assert(read && magnitude < 400); /* snprintf wrote it: "e+NN", and a double ends near 1e308 */
    const int exponent = small ? -(int)magnitude : (int)magnitude;
    for (size_t i = 0; i < e; i++) {
        if (e_text.at[i] >= '0' && e_text.at[i] <= '9') {
            digits[count++] = e_text.at[i];
        }
    }
    while (count > 1 && digits[count - 1] == '0') {
        count--;
    }
    if (e_text.at[0] == '-') {
        ret[len++] = '-';
    }
    const bool plain = exponent >= REAL_PLAIN_FROM && exponent <= REAL_PLAIN_TO;
    const int point = plain ? exponent + 1 : 1; /* digits before the point */
    if (point <= 0) {
        ret[len++] = '0';
        ret[len++] = '.';
    }
    for (int i = point; i < 0; i++) {
        ret[len++] = '0';
    }
    for (size_t i = 0; i < count || (int)i < point; i++) {
        if (i > 0 && (int)i == point) {
            ret[len++] = '.';
        }
        ret[len++] = i < count ? digits[i] : '0';
    }
    if (!plain) {
        memcpy(ret + len, e_text.at + e, e_text.len - e);
        len += e_text.len - e;
    }
    return len;
}

static struct wb_str
real_text(struct reader *reader, double value)
{
    char e_text[REAL_TEXT_MAX];
    char text[REAL_TEXT_MAX];
    const int len = shortest(value, e_text);
    assert(len > 0 && len < REAL_TEXT_MAX); /* jansson reads no infinities */
    return keep(reader,
                (struct wb_str){text, plain_real((struct wb_str){e_text, (size_t)len}, text)});
}

static void
read_members(struct reader *reader, json_t *json, struct record_any *any)
{
    const char *key;
    json_t *member;
    json_object_foreach(json, key, member)
    {
        struct record_any *const value = read_any(reader, member);
        const struct wb_str name = keep(reader, wb_str_of(key));
        if (reader->rc == WB_OK) {
            /* The names are new: duplicates were refused. */
            reader->rc = record_any_add(reader->ctx, reader->arena, any, name, value);
        }
        if (reader->rc != WB_OK) {
            return;
        }
    }
}

static void
read_items(struct reader *reader, json_t *json, struct record_any *any)
{
    for (size_t i = 0; i < json_array_size(json) && reader->rc == WB_OK; i++) {
        struct record_any *const value = read_any(reader, json_array_get(json, i));
        if (reader->rc == WB_OK) {
            reader->rc = record_any_push(reader->ctx, reader->arena, any, value);
        }
    }
}

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
        any->text = keep(reader, string_of(json));
    } else if (type == JSON_REAL) {
        any->text = real_text(reader, json_real_value(json));
    } else if (type == JSON_INTEGER) {
        char text[32];
        const int len =
            snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        assert(len > 0 && (size_t)len < sizeof text);
        any->text = keep(reader, (struct wb_str){text, (size_t)len});
    }
    return reader->rc == WB_OK ? any : NULL;
}

enum wb_rc
record_read_any(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str json,
                struct record_any **ret)
{
    assert(ret != NULL);
    struct reader reader = {.ctx = ctx, .arena = arena, .rc = WB_OK};
    json_t *root = NULL;
    const enum wb_rc rc = load(ctx, json, JSON_DECODE_ANY, &root);
    if (rc != WB_OK) {
        return rc;
    }
    struct record_any *const any = read_any(&reader, root);
    json_decref(root);
    if (reader.rc == WB_OK) {
        *ret = any;
    }
    return reader.rc;
}
