/*
 * A listing of a bundle's programs: opcodes, operands, what they stand for, lines of the source.
 */
#include <stdio.h>

#include "map/bundle_priv.h"
#include "map/conv.h"

struct dump {
    struct wb_out *out;
    const struct map_bundle *bundle;
    const struct map_entry *entry;
    const struct map_bound *bound;
};

static void
dump_path(const struct dump *dump, uint32_t path)
{
    const struct map_path *const row = &dump->bundle->paths[path];
    const struct record_schema *const schema =
        row->side == MAP_LEFT ? dump->bound->left : dump->bound->right;
    uint32_t shape = row->shape;
    for (uint32_t i = 0; i < row->step_count; i++) {
        const uint32_t number = dump->bundle->steps[row->step_first + i].field;
        const struct record_field *const field =
            &schema->fields[schema->shapes[shape].field_first + number];
        wb_out_printf(dump->out, "%s" WB_FMT, i == 0 ? "" : ".", WB_ARG(field->name));
        shape = field->shape;
    }
}

static void
dump_const(const struct dump *dump, uint32_t number)
{
    wb_out_byte(dump->out, '"');
    wb_out_safe(dump->out, bundle_str(dump->bundle, dump->bundle->consts[number].text));
    wb_out_byte(dump->out, '"');
}

static void
dump_codes(const struct dump *dump, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        wb_out_text(dump->out, i == 0 ? "" : "|");
        wb_out_safe(dump->out, bundle_str(dump->bundle, dump->bundle->codes[first + i]));
    }
}

static void
dump_tests(const struct dump *dump, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct map_test *const test = &dump->bundle->tests[first + i];
        wb_out_printf(dump->out, "[%02u=", (unsigned)test->element_no);
        dump_codes(dump, test->code_first, test->code_count);
        wb_out_byte(dump->out, ']');
    }
}

static void
dump_key(const struct dump *dump, uint32_t number)
{
    uint32_t above[MAP_DEPTH_MAX];
    size_t depth = 0;
    for (uint32_t k = number; k != MAP_NONE && depth < MAP_DEPTH_MAX;
         k = dump->bundle->keys[k].parent) {
        above[depth++] = k;
    }
    while (depth > 0) {
        const struct map_key *const key = &dump->bundle->keys[above[--depth]];
        if (dump->entry->left_kind == MAP_RECORD) {
            dump_path(dump, key->path);
        } else {
            const struct grammar *const grammar = &dump->bound->grammar;
            wb_out_str(dump->out, grammar_str(grammar, grammar->nodes[key->node].name));
            dump_tests(dump, key->test_first, key->test_count);
        }
        wb_out_text(dump->out, depth > 0 ? "." : "");
    }
}

static void
dump_place(const struct dump *dump, uint32_t number)
{
    const struct map_place *const place = &dump->bundle->places[number];
    if (place->key != MAP_NONE) {
        dump_key(dump, place->key);
    }
    if (place->kind == MAP_PLACE_FIELD) {
        wb_out_text(dump->out, place->key == MAP_NONE ? "" : ".");
        dump_path(dump, place->path);
    } else if (place->kind == MAP_PLACE_PAIR) {
        wb_out_byte(dump->out, ':');
        dump_codes(dump, place->code_first, place->code_count);
    } else if (place->kind == MAP_PLACE_PAIRS) {
        wb_out_text(dump->out, ":else");
    }
    const bool listed = place->kind == MAP_PLACE_VALUE || place->kind == MAP_PLACE_RANGE;
    for (uint32_t i = 0; listed && i < place->element_count; i++) {
        const struct map_element *const element = &dump->bundle->elements[place->element_first + i];
        wb_out_printf(dump->out, "%s%02u", i == 0 ? "." : "+", (unsigned)element->element_no);
        if (element->component_no > 1) {
            wb_out_printf(dump->out, ".%02u", (unsigned)element->component_no);
        }
    }
    dump_tests(dump, place->test_first, place->test_count);
    if ((place->flags & MAP_PLACE_REST) != 0) {
        wb_out_text(dump->out, "[else]");
    }
    if (place->conv != MAP_NONE) {
        wb_out_printf(dump->out, " as %s", conv_kind_name(dump->bundle->convs[place->conv].kind));
    }
}

static void
dump_block(const struct dump *dump, uint32_t number)
{
    const struct map_block *const block = &dump->bundle->blocks[number];
    if (block->key != MAP_NONE) {
        dump_key(dump, block->key);
    }
    wb_out_text(dump->out, " <=> ");
    dump_path(dump, block->path);
}

static void
dump_b(const struct dump *dump, const struct map_code *code, enum map_operand kind)
{
    if (kind == MAP_OF_PATH || (kind == MAP_OF_OWNER && code->b != MAP_NONE16)) {
        wb_out_byte(dump->out, ' ');
        dump_path(dump, code->b);
    } else if (kind == MAP_OF_BLOCK) {
        wb_out_byte(dump->out, ' ');
        dump_block(dump, code->b);
    } else if (kind == MAP_OF_CONST) {
        wb_out_byte(dump->out, ' ');
        dump_const(dump, code->b);
    } else if (kind == MAP_OF_TABLE) {
        wb_out_byte(dump->out, ' ');
        wb_out_str(dump->out, bundle_str(dump->bundle, dump->bundle->tables[code->b].name));
    }
}

static void
dump_c(const struct dump *dump, const struct map_code *code, enum map_operand kind)
{
    const uint32_t count = code->op == MAP_OP_TAKE || code->op == MAP_OP_PUT ? code->b : 1;
    if (kind == MAP_OF_PLACE) {
        for (uint32_t i = 0; i < count; i++) {
            wb_out_text(dump->out, i == 0 ? " " : " | ");
            dump_place(dump, code->c + i);
        }
    } else if (kind == MAP_OF_CONST || (kind == MAP_OF_CONST0 && code->c != MAP_NONE)) {
        wb_out_byte(dump->out, ' ');
        dump_const(dump, code->c);
    } else if (kind == MAP_OF_TARGET) {
        wb_out_printf(dump->out, " -> %u", (unsigned)code->c);
    }
}

static void
dump_program(const struct dump *dump, const char *title, uint32_t first, uint32_t count)
{
    unsigned depth = 1;
    wb_out_printf(dump->out, " %s\n", title);
    for (uint32_t pc = 0; pc < count; pc++) {
        const struct map_code *const code = &dump->bundle->code[first + pc];
        const struct map_op_row *const row = map_op_row(code->op);
        depth -= code->op == MAP_OP_LEAVE ? 1 : 0;
        wb_out_printf(dump->out, "%5u %5u ", (unsigned)pc,
                      (unsigned)dump->bundle->lines[first + pc]);
        wb_out_fill(dump->out, ' ', (size_t)depth * 2);
        wb_out_text(dump->out, row->name);
        if (row->a != MAP_OF_NOTHING && code->a != 0) {
            wb_out_printf(dump->out, " %u", (unsigned)code->a);
        }
        dump_b(dump, code, row->b);
        dump_c(dump, code, row->c);
        wb_out_byte(dump->out, '\n');
        depth += row->b == MAP_OF_BLOCK ? 1 : 0;
    }
}

void
map_dump(struct wb_out *out, const struct map_bundle *bundle)
{
    for (uint32_t m = 0; m < bundle->maps_count; m++) {
        const struct dump dump = {
            .out = out, .bundle = bundle, .entry = &bundle->maps[m], .bound = &bundle->bound[m]};
        wb_out_printf(out, "map " WB_FMT "\n", WB_ARG(bundle_str(bundle, dump.entry->name)));
        dump_program(&dump, "read", dump.entry->read_first, dump.entry->read_count);
        dump_program(&dump, "write", dump.entry->write_first, dump.entry->write_count);
    }
}
