/*
 * A page of Markdown on one document: a table for each object in it, so that nobody needs to read
 * the schema's source. Generated; a test compares it with docs/business.md.
 */
#include <assert.h>

#include "record/reach.h"
#include "record/schema.h"

static void
reach_add(struct record_reach *reach, uint32_t shape)
{
    for (uint32_t i = 0; i < reach->count; i++) {
        if (reach->shapes[i] == shape) {
            return;
        }
    }
    assert(reach->count < RECORD_REACH_MAX);
    reach->shapes[reach->count++] = shape;
}

void
record_reach_from(struct record_reach *reach, const struct record_schema *schema, uint32_t shape)
{
    reach->count = 0;
    reach_add(reach, shape);
    for (uint32_t at = 0; at < reach->count; at++) {
        const uint32_t now = reach->shapes[at];
        for (uint32_t i = 0; i < schema->shapes[now].field_count; i++) {
            const struct record_field *const field = record_field_at(schema, now, i);
            if (field->shape != RECORD_NONE) {
                reach_add(reach, field->shape);
            }
        }
    }
}

/* "list of [charge](#charge)" */
static void
write_type(struct wb_out *out, const struct record_schema *schema, const struct record_field *field)
{
    uint8_t type = field->type;
    if (type == RECORD_LIST) {
        wb_out_text(out, "list of ");
        type = field->item_type;
    }
    if (type != RECORD_OBJECT) {
        wb_out_text(out, record_type_word(type));
        return;
    }
    wb_out_byte(out, '[');
    wb_out_str(out, schema->shapes[field->shape].name);
    wb_out_text(out, "](#");
    for (size_t i = 0; i < schema->shapes[field->shape].name.len; i++) {
        const char c = schema->shapes[field->shape].name.at[i];
        if (c != '.') { /* as Markdown makes an anchor of a heading */
            wb_out_byte(out, c);
        }
    }
    wb_out_byte(out, ')');
}

static void
write_row(struct wb_out *out, const struct record_schema *schema, const struct record_field *field)
{
    wb_out_text(out, "| `");
    wb_out_str(out, field->name);
    wb_out_text(out, "` | ");
    write_type(out, schema, field);
    wb_out_text(out, field->required ? " | yes | " : " | | ");
    wb_out_str(out, field->doc);
    for (uint32_t i = 0; i < field->word_count; i++) {
        wb_out_text(out, i > 0 ? " " : field->doc.len > 0 ? ": " : "");
        wb_out_byte(out, '`');
        wb_out_str(out, schema->words[field->word_first + i]);
        wb_out_byte(out, '`');
    }
    wb_out_text(out, " |\n");
}

static void
write_shape(struct wb_out *out, const struct record_schema *schema, uint32_t shape)
{
    const struct record_shape *const row = &schema->shapes[shape];
    wb_out_text(out, "\n## ");
    wb_out_str(out, row->name);
    wb_out_text(out, "\n\n");
    if (row->doc.len > 0) {
        wb_out_str(out, row->doc);
        wb_out_text(out, ".\n\n");
    }
    wb_out_text(out, "| field | type | required | what it says |\n|---|---|---|---|\n");
    for (uint32_t i = 0; i < row->field_count; i++) {
        write_row(out, schema, record_field_at(schema, shape, i));
    }
}

void
record_write_page(struct wb_out *out, const struct record_schema *schema, uint32_t shape)
{
    static const char intro[] =
        "As JSON, decimals are strings (`\"12.50\"`, never a number), dates are `YYYY-MM-DD`, "
        "moments\n"
        "`YYYY-MM-DDThh:mm[:ss][Z|+hh:mm]`, codes are the words of their set. A code that no "
        "table\n"
        "knows stays as the partner wrote it, with its name space and list: `x12:355:CS`; so does\n"
        "every `raw` field. Any object may hold `source`, which keeps what normalising would "
        "lose.\n"
        "A document says what it is: `\"schema\": \"waybill/";
    const struct record_shape *const row = &schema->shapes[shape];
    struct record_reach reach;
    record_reach_from(&reach, schema, shape);
    wb_out_text(out, "# The business document `");
    wb_out_str(out, row->name);
    wb_out_printf(out, "`, version %u\n\n", (unsigned)row->version);
    wb_out_text(
        out, "Written by `wb-recordc --doc` from its declaration; change that, not this page.\n");
    wb_out_text(out, intro);
    wb_out_str(out, row->name);
    wb_out_printf(out, "/%u\"`.\n", (unsigned)row->version);
    for (uint32_t i = 0; i < reach.count; i++) {
        write_shape(out, schema, reach.shapes[i]);
    }
}
