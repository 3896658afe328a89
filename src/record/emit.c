/*
 * A schema as C source: constant tables that are linked into the program. Texts that are empty stay
 * NULL. Each array ends with an empty element that is not counted, because C has no empty arrays.
 */
#include <assert.h>

#include "record/compile.h"

static void
text(struct wb_out *out, struct wb_str s)
{
    if (s.len == 0) {
        wb_out_text(out, "{NULL, 0}");
        return;
    }
    wb_out_text(out, "{\"");
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.at[i];
        if (c == '"' || c == '\\' || c == '?' || c < 0x20 || c > 0x7E) {
            wb_out_printf(out, "\\%03o", c); /* three digits, so that a digit may follow */
        } else {
            wb_out_byte(out, (char)c);
        }
    }
    wb_out_printf(out, "\", %zu}", s.len);
}

static void
member(struct wb_out *out, const char *name, struct wb_str s)
{
    if (s.len > 0) {
        wb_out_printf(out, ", .%s = ", name);
        text(out, s);
    }
}

static void
number(struct wb_out *out, const char *name, uint32_t value)
{
    if (value == RECORD_NONE) {
        wb_out_printf(out, ", .%s = RECORD_NONE", name);
    } else if (value != 0) {
        wb_out_printf(out, ", .%s = %u", name, value);
    }
}

static void
truth(struct wb_out *out, const char *name, bool value)
{
    if (value) {
        wb_out_printf(out, ", .%s = true", name);
    }
}

static void
write_field(struct wb_out *out, const struct record_field *field)
{
    wb_out_text(out, "    {.name = ");
    text(out, field->name);
    number(out, "type", field->type);
    number(out, "item_type", field->item_type);
    number(out, "odoo", field->odoo);
    truth(out, "required", field->required);
    truth(out, "filled", field->filled);
    truth(out, "is_key", field->is_key);
    number(out, "shape", field->shape);
    number(out, "text_max", field->text_max);
    number(out, "word_first", field->word_first);
    number(out, "word_count", field->word_count);
    member(out, "doc", field->doc);
    member(out, "model", field->model);
    wb_out_text(out, ", .names = {");
    for (size_t i = 0; i < RECORD_RELEASE_COUNT; i++) {
        wb_out_text(out, i > 0 ? ", " : "");
        text(out, field->names[i]);
    }
    wb_out_text(out, "}},\n");
}

static void
write_shape(struct wb_out *out, const struct record_shape *shape)
{
    wb_out_text(out, "    {.name = ");
    text(out, shape->name);
    member(out, "doc", shape->doc);
    member(out, "model", shape->model);
    number(out, "field_first", shape->field_first);
    number(out, "field_count", shape->field_count);
    truth(out, "document", shape->document);
    number(out, "version", shape->version);
    wb_out_text(out, "},\n");
}

void
record_write_c(struct wb_out *out, const struct record_schema *schema, const char *symbol)
{
    assert(schema != NULL);
    assert(symbol != NULL);
    wb_out_text(out, "/* Written by wb-recordc. */\n#include \"record/shipped.h\"\n");
    wb_out_text(out, "\nstatic const struct wb_str words[] = {\n");
    for (uint32_t i = 0; i < schema->word_count; i++) {
        wb_out_text(out, "    ");
        text(out, schema->words[i]);
        wb_out_text(out, ",\n");
    }
    wb_out_text(out, "    {NULL, 0},\n};\n");
    wb_out_text(out, "\nstatic const struct record_field fields[] = {\n");
    for (uint32_t i = 0; i < schema->field_count; i++) {
        write_field(out, &schema->fields[i]);
    }
    wb_out_text(out, "    {.name = {NULL, 0}},\n");
    wb_out_text(out, "};\n\nstatic const struct record_shape shapes[] = {\n");
    for (uint32_t i = 0; i < schema->shape_count; i++) {
        write_shape(out, &schema->shapes[i]);
    }
    wb_out_text(out, "    {.name = {NULL, 0}},\n");
    wb_out_text(out, "};\n\nstatic const struct record_set sets[] = {\n");
    for (uint32_t i = 0; i < schema->set_count; i++) {
        wb_out_text(out, "    {");
        text(out, schema->sets[i].name);
        wb_out_printf(out, ", %u, %u},\n", schema->sets[i].word_first, schema->sets[i].word_count);
    }
    wb_out_text(out, "    {{NULL, 0}, 0, 0},\n");
    wb_out_printf(out, "};\n\nconst struct record_schema %s = {\n    .name = ", symbol);
    text(out, schema->name);
    wb_out_text(out, ",\n    .shapes = shapes,\n    .fields = fields,\n    .words = words,\n"
                     "    .sets = sets,\n");
    wb_out_printf(out,
                  "    .shape_count = %u,\n    .field_count = %u,\n    .word_count = %u,\n"
                  "    .set_count = %u,\n};\n",
                  schema->shape_count, schema->field_count, schema->word_count, schema->set_count);
}
