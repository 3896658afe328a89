/*
 * Looking things up in a schema. Shapes have few fields, so names are compared one after the other;
 * what runs for each document (the map machine) resolves names to numbers once, when it is
 * compiled.
 */
#include "record/schema.h"

#include <assert.h>

uint32_t
record_find_shape(const struct record_schema *schema, struct wb_str name)
{
    assert(schema != NULL);
    for (uint32_t i = 0; i < schema->shape_count; i++) {
        if (wb_str_eq(schema->shapes[i].name, name)) {
            return i;
        }
    }
    return RECORD_NONE;
}

uint32_t
record_find_model(const struct record_schema *schema, struct wb_str model)
{
    assert(schema != NULL);
    for (uint32_t i = 0; i < schema->shape_count && model.len > 0; i++) {
        if (wb_str_eq(schema->shapes[i].model, model)) {
            return i;
        }
    }
    return RECORD_NONE;
}

uint32_t
record_find_field(const struct record_schema *schema, uint32_t shape, struct wb_str name)
{
    assert(shape < schema->shape_count);
    for (uint32_t i = 0; i < schema->shapes[shape].field_count; i++) {
        if (wb_str_eq(record_field_at(schema, shape, i)->name, name)) {
            return i;
        }
    }
    return RECORD_NONE;
}

struct wb_str
record_odoo_name(const struct record_field *field, unsigned release)
{
    const struct wb_str none = {NULL, 0};
    if (release < RECORD_RELEASE_FIRST || release >= RECORD_RELEASE_FIRST + RECORD_RELEASE_COUNT) {
        return none;
    }
    const struct wb_str name = field->names[release - RECORD_RELEASE_FIRST];
    if (field->odoo == RECORD_ODOO_NONE || wb_str_eq(name, WB_LIT("-"))) {
        return none;
    }
    return name.len == 0 ? field->name : name;
}

const char *
record_type_word(uint8_t type)
{
    static const char *const words[] = {
        [RECORD_TEXT] = "text",     [RECORD_CODE] = "code",     [RECORD_TRUTH] = "bool",
        [RECORD_INT] = "int",       [RECORD_DEC] = "dec",       [RECORD_DATE] = "date",
        [RECORD_MOMENT] = "moment", [RECORD_OBJECT] = "object", [RECORD_LIST] = "list",
        [RECORD_RAW] = "raw",
    };
    assert(type < sizeof words / sizeof words[0]);
    return words[type];
}

const char *
record_odoo_word(uint8_t odoo)
{
    static const char *const words[] = {
        [RECORD_ODOO_NONE] = "",
        [RECORD_ODOO_CHAR] = "char",
        [RECORD_ODOO_TEXT] = "text",
        [RECORD_ODOO_HTML] = "html",
        [RECORD_ODOO_FLOAT] = "float",
        [RECORD_ODOO_MONETARY] = "monetary",
        [RECORD_ODOO_INTEGER] = "integer",
        [RECORD_ODOO_BOOLEAN] = "boolean",
        [RECORD_ODOO_DATE] = "date",
        [RECORD_ODOO_DATETIME] = "datetime",
        [RECORD_ODOO_SELECTION] = "selection",
        [RECORD_ODOO_MANY2ONE] = "many2one",
        [RECORD_ODOO_ONE2MANY] = "one2many",
        [RECORD_ODOO_MANY2MANY] = "many2many",
    };
    assert(odoo < sizeof words / sizeof words[0]);
    return words[odoo];
}

const struct record_set *
record_set_of(const struct record_schema *schema, const struct record_field *field)
{
    for (uint32_t i = 0; i < schema->set_count && field->word_count > 0; i++) {
        if (schema->sets[i].word_first == field->word_first) {
            return &schema->sets[i];
        }
    }
    return NULL;
}

bool
record_word_allowed(const struct record_schema *schema, const struct record_field *field,
                    struct wb_str word)
{
    if (field->word_count == 0) {
        return true;
    }
    for (uint32_t i = 0; i < field->word_count; i++) {
        if (wb_str_eq(schema->words[field->word_first + i], word)) {
            return true;
        }
    }
    return false;
}

bool
record_raw_split(struct wb_str text, struct wb_str *ret_space, struct wb_str *ret_list,
                 struct wb_str *ret_code)
{
    const size_t first = wb_str_find(text, ':');
    if (first == 0 || first == text.len) {
        return false;
    }
    for (size_t i = 0; i < first; i++) {
        const char c = text.at[i];
        if (!(c >= 'a' && c <= 'z') && (i == 0 || !(c >= '0' && c <= '9'))) {
            return false;
        }
    }
    const struct wb_str rest = wb_str_sub(text, first + 1, text.len);
    const size_t second = wb_str_find(rest, ':');
    if (second == 0 || second + 1 >= rest.len) {
        return false;
    }
    *ret_space = wb_str_sub(text, 0, first);
    *ret_list = wb_str_sub(rest, 0, second);
    *ret_code = wb_str_sub(rest, second + 1, rest.len);
    return true;
}
