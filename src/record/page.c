/*
 * A page of Markdown on one document: a table for each object in it, so that nobody needs to read
 * the schema's source. Generated; a test compares it with docs/business.md.
 */
#include "record/reach.h"
#include "record/schema.h"

/* "list of [charge](#charge)" */
static void
write_type(struct wb_out *out, const struct record_schema *schema, const struct record_field *field)
{
    uint8_t type = field->type;
    if (type == RECORD_LIST) {
        wb_out_text(out, "list of ");
        type = field->item_type;
    }
    const struct record_set *const set = type == RECORD_CODE ? record_set_of(schema, field) : NULL;
    if (set != NULL) {
        wb_out_printf(out, "code [" WB_FMT "](#codes-" WB_FMT ")", WB_ARG(set->name),
                      WB_ARG(set->name));
        return;
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
write_words(struct wb_out *out, const struct record_schema *schema, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        wb_out_text(out, i > 0 ? " `" : "`");
        wb_out_str(out, schema->words[first + i]);
        wb_out_byte(out, '`');
    }
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
    if (field->text_max > 0) {
        wb_out_printf(out, "; at most %u characters", (unsigned)field->text_max);
    }
    if (field->word_count > 0 && record_set_of(schema, field) == NULL) {
        wb_out_text(out, ": ");
        write_words(out, schema, field->word_first, field->word_count);
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
    struct record_set_use sets;
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
    record_reach_sets(&reach, schema, &sets);
    for (uint32_t i = 0; i < schema->set_count; i++) {
        if (sets.used[i]) {
            wb_out_printf(out, "\n## codes " WB_FMT "\n\n", WB_ARG(schema->sets[i].name));
            write_words(out, schema, schema->sets[i].word_first, schema->sets[i].word_count);
            wb_out_byte(out, '\n');
        }
    }
}
