/*
 * A document's schema as JSON Schema 2020-12, for those who make or take our JSON with other tools.
 * It says what record_read_json says, as far as JSON Schema can: that 2025-02-30 is no date and
 * that a decimal has too many digits stays with the reader.
 */
#include <assert.h>
#include <stdio.h>

#include "record/json.h"
#include "record/reach.h"

#define DAY_PATTERN "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#define TIME_PATTERN                                                                               \
    "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,2})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"

enum { SET_NAME_MAX = 80 };

static void
member(struct wb_json *json, const char *name, const char *value)
{
    wb_json_member(json, name, wb_str_of(value));
}

static void
pattern_type(struct wb_json *json, const char *name, const char *doc, const char *pattern)
{
    wb_json_name(json, wb_str_of(name));
    wb_json_object(json);
    member(json, "description", doc);
    member(json, "type", "string");
    member(json, "pattern", pattern);
    wb_json_object_end(json);
}

/* Names that begin with '_' cannot be those of shapes. */
static void
plain_types(struct wb_json *json)
{
    pattern_type(json, "_dec", "an exact decimal; never a JSON number", "^-?[0-9]+(\\.[0-9]+)?$");
    pattern_type(json, "_date", "a day", "^" DAY_PATTERN "$");
    pattern_type(json, "_moment", "a day, with a time and a zone where they are known",
                 "^" DAY_PATTERN "(T" TIME_PATTERN ")?$");
    pattern_type(json, "_raw", "a code as a partner wrote it: name space, list, code",
                 "^[a-z][a-z0-9]*:[^:]+:[\\s\\S]+$");
}

static void
reference(struct wb_json *json, struct wb_str name)
{
    char text[200];
    const int len = snprintf(text, sizeof text, "#/$defs/" WB_FMT, WB_ARG(name));
    const size_t cut = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    wb_json_member(json, "$ref", (struct wb_str){text, cut});
}

/* The words of a set, the raw form beside them, and the empty text, which says nothing. */
static void
words_type(struct wb_json *json, const struct record_schema *schema, uint32_t first, uint32_t count)
{
    wb_json_name(json, WB_LIT("anyOf"));
    wb_json_array(json);
    wb_json_object(json);
    wb_json_name(json, WB_LIT("enum"));
    wb_json_array(json);
    for (uint32_t i = 0; i < count; i++) {
        wb_json_str(json, schema->words[first + i]);
    }
    wb_json_str(json, WB_LIT(""));
    wb_json_array_end(json);
    wb_json_object_end(json);
    wb_json_object(json);
    reference(json, WB_LIT("_raw"));
    wb_json_object_end(json);
    wb_json_array_end(json);
}

/* "_codes.unit": the name of a set's definition. */
static struct wb_str
set_name(const struct record_set *set, char text[static SET_NAME_MAX])
{
    const int len = snprintf(text, SET_NAME_MAX, "_codes." WB_FMT, WB_ARG(set->name));
    assert(len > 0 && len < SET_NAME_MAX); /* names are short: compile.c */
    return (struct wb_str){text, (size_t)len};
}

static void
code_type(struct wb_json *json, const struct record_schema *schema,
          const struct record_field *field, bool element)
{
    char name[SET_NAME_MAX];
    const struct record_set *const set = record_set_of(schema, field);
    if (set != NULL) {
        reference(json, set_name(set, name));
    } else if (field->word_count > 0) {
        words_type(json, schema, field->word_first, field->word_count);
    } else {
        member(json, "type", "string");
    }
    if (field->required && !element) {
        wb_json_member_int(json, "minLength", 1);
    }
}

static void
define_sets(struct wb_json *json, const struct record_schema *schema,
            const struct record_reach *reach)
{
    struct record_set_use sets;
    char name[SET_NAME_MAX];
    record_reach_sets(reach, schema, &sets);
    for (uint32_t i = 0; i < schema->set_count; i++) {
        if (sets.used[i]) {
            wb_json_name(json, set_name(&schema->sets[i], name));
            wb_json_object(json);
            words_type(json, schema, schema->sets[i].word_first, schema->sets[i].word_count);
            wb_json_object_end(json);
        }
    }
}

static void
text_type(struct wb_json *json, const struct record_field *field, bool element)
{
    member(json, "type", "string");
    if (field->required && !element) {
        wb_json_member_int(json, "minLength", 1);
    }
    if (field->text_max > 0) {
        wb_json_member_int(json, "maxLength", field->text_max);
    }
}

/* The members of one type's schema; `element` of a list: what is said of the field does not hold.
 */
static void
type_members(struct wb_json *json, const struct record_schema *schema,
             const struct record_field *field, uint8_t type, bool element)
{
    switch ((enum record_type)type) {
    case RECORD_TEXT:
    case RECORD_RAW:
        text_type(json, field, element);
        break;
    case RECORD_CODE:
        code_type(json, schema, field, element);
        break;
    case RECORD_TRUTH:
        member(json, "type", "boolean");
        break;
    case RECORD_INT:
        member(json, "type", "integer");
        break;
    case RECORD_DEC:
        reference(json, WB_LIT("_dec"));
        break;
    case RECORD_DATE:
        reference(json, WB_LIT("_date"));
        break;
    case RECORD_MOMENT:
        reference(json, WB_LIT("_moment"));
        break;
    case RECORD_OBJECT:
        reference(json, schema->shapes[field->shape].name);
        break;
    case RECORD_LIST:
        member(json, "type", "array");
        if (field->required) {
            wb_json_member_int(json, "minItems", 1);
        }
        wb_json_name(json, WB_LIT("items"));
        wb_json_object(json);
        type_members(json, schema, field, field->item_type, true); /* no list holds lists */
        wb_json_object_end(json);
        break;
    }
}

static void
properties(struct wb_json *json, const struct record_schema *schema, uint32_t shape)
{
    const struct record_shape *const row = &schema->shapes[shape];
    wb_json_name(json, WB_LIT("properties"));
    wb_json_object(json);
    if (row->document) {
        char text[160];
        const int len = snprintf(text, sizeof text, "waybill/" WB_FMT "/%u", WB_ARG(row->name),
                                 (unsigned)row->version);
        assert(len > 0 && (size_t)len < sizeof text); /* names are short: compile.c */
        wb_json_name(json, WB_LIT("schema"));
        wb_json_object(json);
        wb_json_member(json, "const", (struct wb_str){text, (size_t)len});
        wb_json_object_end(json);
    }
    for (uint32_t i = 0; i < row->field_count; i++) {
        const struct record_field *const field = record_field_at(schema, shape, i);
        wb_json_name(json, field->name);
        wb_json_object(json);
        if (field->doc.len > 0) {
            wb_json_member(json, "description", field->doc);
        }
        type_members(json, schema, field, field->type, false);
        wb_json_object_end(json);
    }
    wb_json_name(json, WB_LIT("source"));
    wb_json_object(json);
    member(json, "description", "what normalising would lose");
    member(json, "type", "object");
    wb_json_object_end(json);
    wb_json_object_end(json);
}

static void
required(struct wb_json *json, const struct record_schema *schema, uint32_t shape)
{
    wb_json_name(json, WB_LIT("required"));
    wb_json_array(json);
    for (uint32_t i = 0; i < schema->shapes[shape].field_count; i++) {
        const struct record_field *const field = record_field_at(schema, shape, i);
        if (field->required) {
            wb_json_str(json, field->name);
        }
    }
    wb_json_array_end(json);
}

static void
define(struct wb_json *json, const struct record_schema *schema, uint32_t shape)
{
    wb_json_name(json, schema->shapes[shape].name);
    wb_json_object(json);
    if (schema->shapes[shape].doc.len > 0) {
        wb_json_member(json, "description", schema->shapes[shape].doc);
    }
    member(json, "type", "object");
    required(json, schema, shape);
    properties(json, schema, shape);
    wb_json_name(json, WB_LIT("additionalProperties"));
    wb_json_bool(json, false);
    wb_json_object_end(json);
}

void
record_write_schema(struct wb_out *out, const struct record_schema *schema, uint32_t shape)
{
    assert(shape < schema->shape_count);
    struct wb_json json;
    struct record_reach reach;
    wb_json_init(&json, out, true);
    record_reach_from(&reach, schema, shape);
    wb_json_object(&json);
    member(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    wb_json_member(&json, "title", schema->shapes[shape].name);
    reference(&json, schema->shapes[shape].name);
    wb_json_name(&json, WB_LIT("$defs"));
    wb_json_object(&json);
    for (uint32_t i = 0; i < reach.count; i++) {
        define(&json, schema, reach.shapes[i]);
    }
    define_sets(&json, schema, &reach);
    plain_types(&json);
    wb_json_object_end(&json);
    wb_json_object_end(&json);
}
