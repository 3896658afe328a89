/*
 * Values without a schema into records under one. What does not fit is a problem with its place,
 * and the rest is read; nothing is guessed or converted. The record borrows the texts of the
 * values.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "lang/lang.h"
#include "record/any.h"
#include "record/json.h"

enum { SHOWN_MAX = 40 }; /* bytes of a value in a problem */

struct reader {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct record_schema *schema;
    struct record_problems *problems;
    unsigned depth; /* objects inside each other */
    enum wb_rc rc;  /* the first failure of ours */
};

static void read_object(struct reader *reader, struct record_trail *trail,
                        const struct record_any *json, struct record_object *object);

/* The beginning of a value, cut between characters. */
static struct wb_str
shown(struct wb_str text)
{
    size_t at = 0;
    while (at < text.len) {
        const size_t len = wb_str_utf8(wb_str_sub(text, at, 4));
        if (at + (len == 0 ? 1 : len) > SHOWN_MAX) {
            break;
        }
        at += len == 0 ? 1 : len;
    }
    return wb_str_sub(text, 0, at);
}

static void problem(struct reader *reader, const struct record_trail *trail, const char *format,
                    ...) WB_PRINTF(3, 4);

static void
problem(struct reader *reader, const struct record_trail *trail, const char *format, ...)
{
    char text[256];
    struct record_problems *const problems = reader->problems;
    if (problems->count >= RECORD_PROBLEMS_MAX) {
        problems->unlisted_count++;
        return;
    }
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct record_problem *const item =
        WB_PUSH(reader->ctx, reader->arena, problems->items, problems->count, problems->cap);
    if (item == NULL) {
        reader->rc = WB_NOMEM;
        return;
    }
    item->path = record_trail_text(trail);
    const size_t shown_len = len < 0                     ? 0
                             : (size_t)len < sizeof text ? (size_t)len
                                                         : sizeof text - 1;
    item->text = wb_arena_dup(reader->ctx, reader->arena, (struct wb_str){text, shown_len});
}

static const char *
kind_word(const struct record_any *json)
{
    static const char *const words[] = {
        [RECORD_NULL] = "null",       [RECORD_BOOL] = "a truth value", [RECORD_NUMBER] = "a number",
        [RECORD_STRING] = "a string", [RECORD_ARRAY] = "a list",       [RECORD_MAP] = "an object",
    };
    return words[json->kind];
}

/* The string of a cell that is written as one; false after saying that it is none. */
static bool
take_string(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
            const char *what, struct wb_str *ret)
{
    if (json->kind == RECORD_STRING) {
        *ret = json->text;
        return true;
    }
    problem(reader, trail, "%s stands as a string, not as %s", what, kind_word(json));
    return false;
}

static size_t
character_count(struct wb_str text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at++) {
        count += ((unsigned char)text.at[at] & 0xC0U) != 0x80U ? 1 : 0;
    }
    return count;
}

static bool
read_text(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
          const struct record_field *field, struct record_value *value)
{
    struct wb_str text = {NULL, 0};
    if (!take_string(reader, trail, json, "a text", &text)) {
        return false;
    }
    if (field->text_max > 0 && character_count(text) > field->text_max) {
        problem(reader, trail, "the text has more than %u characters", (unsigned)field->text_max);
        return false;
    }
    value->text = text;
    return true;
}

static bool
read_code(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
          const struct record_field *field, struct record_value *value)
{
    struct wb_str text = {NULL, 0};
    struct wb_str parts[3];
    if (!take_string(reader, trail, json, "a code", &text)) {
        return false;
    }
    if (text.len > 0 && !record_word_allowed(reader->schema, field, text) &&
        !record_raw_split(text, &parts[0], &parts[1], &parts[2])) {
        struct lang_guess guess;
        lang_guess_init(&guess, text);
        for (uint32_t i = 0; i < field->word_count; i++) {
            lang_guess_try(&guess, reader->schema->words[field->word_first + i]);
        }
        const struct wb_str best = lang_guess_best(&guess);
        problem(reader, trail, "`" WB_FMT "` is no code of this field%s" WB_FMT "%s",
                WB_ARG(shown(text)), best.len > 0 ? "; did you mean `" : "", WB_ARG(best),
                best.len > 0 ? "`?" : "");
        return false;
    }
    value->text = text;
    return true;
}

/* -?[0-9]+(.[0-9]+)? as far as the ends go; wb_dec_parse looks at what is between. */
static bool
has_plain_ends(struct wb_str text)
{
    const size_t first = text.len > 0 && text.at[0] == '-' ? 1 : 0;
    return text.len > first && wb_str_digits(wb_str_sub(text, first, 1)) &&
           wb_str_digits(wb_str_sub(text, text.len - 1, 1));
}

static bool
read_dec(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
         struct record_value *value)
{
    struct wb_str text = {NULL, 0};
    if (json->kind == RECORD_NUMBER) {
        problem(reader, trail,
                "a decimal stands as a string: a number may have lost digits on its way");
        return false;
    }
    if (!take_string(reader, trail, json, "a decimal", &text)) {
        return false;
    }
    switch (has_plain_ends(text) ? wb_dec_parse(text, '.', &value->dec) : WB_DEC_SYNTAX) {
    case WB_DEC_OK:
        return true;
    case WB_DEC_SYNTAX:
        problem(reader, trail, "`" WB_FMT "` is no decimal", WB_ARG(shown(text)));
        return false;
    case WB_DEC_RANGE:
        problem(reader, trail, "`" WB_FMT "` has more digits than are kept exactly",
                WB_ARG(shown(text)));
        return false;
    }
    return false;
}

/* Values without a schema hold numbers as text; 5.0 is as whole as 5. */
static bool
read_int(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
         struct record_value *value)
{
    struct wb_dec number = {0, 0};
    const bool is_number = json->kind == RECORD_NUMBER;
    const enum wb_dec_rc rc = is_number ? wb_dec_parse(json->text, '.', &number) : WB_DEC_SYNTAX;
    if (is_number && rc != WB_DEC_OK) {
        problem(reader, trail, "`" WB_FMT "` has more digits than are kept exactly",
                WB_ARG(shown(json->text)));
        return false;
    }
    number = wb_dec_trim(number);
    if (!is_number || number.scale != 0) {
        problem(reader, trail, "a whole number is expected, not %s",
                is_number ? "a fraction" : kind_word(json));
        return false;
    }
    value->number = number.units;
    return true;
}

static bool
read_date(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
          struct record_value *value)
{
    struct wb_str text = {NULL, 0};
    if (!take_string(reader, trail, json, "a date", &text)) {
        return false;
    }
    if (!wb_date_parse_iso(text, &value->date)) {
        problem(reader, trail, "`" WB_FMT "` is no date (YYYY-MM-DD)", WB_ARG(shown(text)));
        return false;
    }
    return true;
}

static bool
read_moment(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
            struct record_value *value)
{
    struct wb_str text = {NULL, 0};
    if (!take_string(reader, trail, json, "a moment", &text)) {
        return false;
    }
    if (!wb_moment_parse_iso(text, &value->moment)) {
        problem(reader, trail, "`" WB_FMT "` is no moment (YYYY-MM-DDThh:mm)", WB_ARG(shown(text)));
        return false;
    }
    return true;
}

/* Everything but lists; objects are made by the caller. */
static bool
read_plain(struct reader *reader, struct record_trail *trail, const struct record_any *json,
           const struct record_field *field, struct record_value *value)
{
    switch ((enum record_type)value->type) {
    case RECORD_TEXT:
    case RECORD_RAW:
        return read_text(reader, trail, json, field, value);
    case RECORD_CODE:
        return read_code(reader, trail, json, field, value);
    case RECORD_DEC:
        return read_dec(reader, trail, json, value);
    case RECORD_DATE:
        return read_date(reader, trail, json, value);
    case RECORD_MOMENT:
        return read_moment(reader, trail, json, value);
    case RECORD_TRUTH:
        if (json->kind != RECORD_BOOL) {
            problem(reader, trail, "true or false is expected, not %s", kind_word(json));
            return false;
        }
        value->truth = json->truth;
        return true;
    case RECORD_INT:
        return read_int(reader, trail, json, value);
    case RECORD_OBJECT:
        if (json->kind != RECORD_MAP) {
            problem(reader, trail, "an object is expected, not %s", kind_word(json));
            return false;
        }
        read_object(reader, trail, json, value->object);
        return true;
    case RECORD_LIST:
        break;
    }
    assert(false);
    return false;
}

static void
read_list(struct reader *reader, struct record_trail *trail, const struct record_any *json,
          const struct record_object *object, uint32_t number)
{
    const struct record_field *const field = record_field_at(object->schema, object->shape, number);
    struct record_list *const list = &record_cell(object, number)->list;
    if (json->kind != RECORD_ARRAY) {
        problem(reader, trail, "a list is expected, not %s", kind_word(json));
        return;
    }
    for (size_t i = 0; i < json->count && reader->rc == WB_OK; i++) {
        struct record_trail step = record_step(trail, (struct wb_str){NULL, 0}, i);
        struct record_value *const item = record_append(reader->ctx, reader->arena, object, number);
        if (item == NULL) {
            reader->rc = WB_NOMEM;
            return;
        }
        if (read_plain(reader, &step, json->items[i], field, item)) {
            item->present = true;
        } else {
            list->count--;
        }
    }
}

static void
read_cell(struct reader *reader, struct record_trail *trail, const struct record_any *json,
          const struct record_object *object, uint32_t number)
{
    struct record_value *const cell = record_cell(object, number);
    const struct record_field *const field = record_field_at(object->schema, object->shape, number);
    if (field->type == RECORD_LIST) {
        read_list(reader, trail, json, object, number);
        return;
    }
    if (field->type == RECORD_OBJECT &&
        record_enter(reader->ctx, reader->arena, object, number) == NULL) {
        reader->rc = WB_NOMEM;
        return;
    }
    cell->present = read_plain(reader, trail, json, field, cell);
}

static void
unknown_member(struct reader *reader, const struct record_trail *trail,
               const struct record_object *object, struct wb_str name)
{
    struct wb_str best = {NULL, 0};
    if (reader->problems->count < RECORD_PROBLEMS_MAX) {
        struct lang_guess guess;
        const uint32_t count = record_shape_of(object)->field_count;
        lang_guess_init(&guess, name);
        for (uint32_t i = 0; i < count; i++) {
            lang_guess_try(&guess, record_field_at(object->schema, object->shape, i)->name);
        }
        best = lang_guess_best(&guess);
    }
    problem(reader, trail, "`" WB_FMT "` has no such member%s" WB_FMT "%s",
            WB_ARG(record_shape_of(object)->name), best.len > 0 ? "; did you mean `" : "",
            WB_ARG(best), best.len > 0 ? "`?" : "");
}

static void
read_source(struct reader *reader, const struct record_trail *trail, struct record_any *source,
            struct record_object *object)
{
    if (source->kind != RECORD_MAP) {
        problem(reader, trail, "an object is expected, not %s", kind_word(source));
        return;
    }
    object->source = source;
}

/* "waybill/order/1" names a document; RECORD_NONE when it is none of this schema. */
static uint32_t
document_named(const struct record_schema *schema, struct wb_str text)
{
    const struct wb_str head = WB_LIT("waybill/");
    uint64_t version = 0;
    if (!wb_str_starts(text, head)) {
        return RECORD_NONE;
    }
    const struct wb_str rest = wb_str_sub(text, head.len, text.len);
    const size_t slash = wb_str_find(rest, '/');
    const uint32_t shape = record_find_shape(schema, wb_str_sub(rest, 0, slash));
    if (shape == RECORD_NONE || !schema->shapes[shape].document ||
        !wb_str_u64(wb_str_sub(rest, slash + 1, rest.len), &version) ||
        version != schema->shapes[shape].version) {
        return RECORD_NONE;
    }
    return shape;
}

/* `schema` of the outermost object; anything else of that name is unknown. */
static bool
read_schema(struct reader *reader, const struct record_trail *trail, const struct record_any *json,
            const struct record_object *object)
{
    struct wb_str text = {NULL, 0};
    const bool outermost = trail->parent->parent == NULL;
    if (!outermost || !record_shape_of(object)->document) {
        return false;
    }
    if (take_string(reader, trail, json, "the schema", &text) &&
        document_named(reader->schema, text) != object->shape) {
        problem(reader, trail, "`" WB_FMT "` is not this document: waybill/" WB_FMT "/%u",
                WB_ARG(shown(text)), WB_ARG(record_shape_of(object)->name),
                (unsigned)record_shape_of(object)->version);
    }
    return true;
}

static void
read_member(struct reader *reader, struct record_trail *trail, struct wb_str name,
            struct record_any *json, struct record_object *object)
{
    const uint32_t number = record_find_field(object->schema, object->shape, name);
    struct record_trail step = record_step(trail, name, 0);
    if (number != RECORD_NONE) {
        read_cell(reader, &step, json, object, number);
    } else if (wb_str_eq(name, WB_LIT("source"))) {
        read_source(reader, &step, json, object);
    } else if (!wb_str_eq(name, WB_LIT("schema")) || !read_schema(reader, &step, json, object)) {
        unknown_member(reader, &step, object, name);
    }
}

/* Required fields that are absent or empty, unless a problem was already found in them. */
static void
check_required(struct reader *reader, struct record_trail *trail, const struct record_any *json,
               const struct record_object *object)
{
    const uint32_t count = record_shape_of(object)->field_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct record_field *const field = record_field_at(object->schema, object->shape, i);
        const struct record_value *const cell = record_cell(object, i);
        if (!field->required || !record_holds_nothing(cell, true, 0)) {
            continue;
        }
        if (record_any_get(json, field->name) == NULL || cell->present) {
            const struct record_trail step = record_step(trail, field->name, 0);
            problem(reader, &step, "this is required");
        }
    }
}

static void
read_object(struct reader *reader, struct record_trail *trail, const struct record_any *json,
            struct record_object *object)
{
    if (reader->depth == RECORD_DEPTH_MAX) {
        reader->rc = wb_fail(reader->ctx, WB_INVALID, "objects are nested deeper than %d levels",
                             RECORD_DEPTH_MAX);
        return;
    }
    reader->depth++;
    for (size_t i = 0; i < json->count && reader->rc == WB_OK; i++) {
        read_member(reader, trail, json->names[i], json->items[i], object);
    }
    reader->depth--;
    check_required(reader, trail, json, object);
}

/* What the document says it is. */
static uint32_t
document_of(const struct record_schema *schema, const struct record_any *root)
{
    const struct record_any *const name = record_any_get(root, WB_LIT("schema"));
    return name != NULL && name->kind == RECORD_STRING ? document_named(schema, name->text)
                                                       : RECORD_NONE;
}

enum wb_rc
record_fit(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_schema *schema,
           uint32_t shape, const struct record_any *any, struct record_problems *problems,
           struct record_object **ret)
{
    assert(schema != NULL);
    assert(problems != NULL);
    struct reader reader = {
        .ctx = ctx, .arena = arena, .schema = schema, .problems = problems, .rc = WB_OK};
    struct record_trail top = {.ctx = ctx, .arena = arena};
    if (any->kind != RECORD_MAP) {
        return wb_fail(ctx, WB_INVALID, "a document is a JSON object, not %s", kind_word(any));
    }
    if (shape == RECORD_NONE) {
        shape = document_of(schema, any);
    }
    if (shape == RECORD_NONE) {
        return wb_fail(ctx, WB_INVALID,
                       "the document does not say what it is: \"schema\": \"waybill/order/1\"");
    }
    struct record_object *const object = record_new(ctx, arena, schema, shape);
    if (object == NULL) {
        return WB_NOMEM;
    }
    read_object(&reader, &top, any, object);
    if (reader.rc == WB_OK) {
        *ret = object;
    }
    return reader.rc;
}

enum wb_rc
record_read_json(struct wb_ctx *ctx, struct wb_arena *arena, const struct record_schema *schema,
                 uint32_t shape, struct wb_str json, struct record_problems *problems,
                 struct record_object **ret)
{
    struct record_any *any = NULL;
    const enum wb_rc rc = record_read_any(ctx, arena, json, &any);
    return rc == WB_OK ? record_fit(ctx, arena, schema, shape, any, problems, ret) : rc;
}
