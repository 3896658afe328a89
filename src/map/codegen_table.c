/*
 * Tables as sorted rows for either direction, and the conversions of places.
 */
#include "map/codegen_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "map/conv.h"

struct sort_row {
    struct wb_str key;
    struct wb_str other;
    uint32_t row;
};

static int
compare_rows(const void *a, const void *b)
{
    const struct sort_row *left = a;
    const struct sort_row *right = b;
    return wb_str_cmp(left->key, right->key);
}

/* All codes of one column with the first code of the other; sorted. */
static size_t
gather(const struct map_ast_table *table, bool by_left, struct sort_row *rows)
{
    size_t count = 0;
    uint32_t no = 0;
    for (const struct map_ast_row *row = table->first; row != NULL; row = row->next, no++) {
        const struct map_ast_codes *keys = by_left ? &row->left : &row->right;
        const struct map_ast_codes *others = by_left ? &row->right : &row->left;
        for (size_t i = 0; i < keys->count; i++) {
            rows[count++] = (struct sort_row){keys->items[i], others->items[0], no};
        }
    }
    qsort(rows, count, sizeof *rows, compare_rows);
    return count;
}

static size_t
codes_in(const struct map_ast_table *table)
{
    size_t count = 0;
    for (const struct map_ast_row *row = table->first; row != NULL; row = row->next) {
        count += row->left.count > row->right.count ? row->left.count : row->right.count;
    }
    return count;
}

static uint32_t
push_rows(struct codegen *g, const struct sort_row *rows, size_t count, bool by_left)
{
    const uint32_t first = (uint32_t)g->build.rows.count;
    for (size_t i = 0; i < count; i++) {
        const struct map_ref key = codegen_string(g, rows[i].key);
        const struct map_ref other = codegen_string(g, rows[i].other);
        struct map_row *row = WB_PUSH(g->c->ctx, g->build.arena, g->build.rows.items,
                                      g->build.rows.count, g->build.rows.cap);
        if (row == NULL) {
            codegen_fail(g, WB_NOMEM);
            break;
        }
        *row = (struct map_row){
            .left = by_left ? key : other, .right = by_left ? other : key, .row = rows[i].row};
    }
    return first;
}

uint16_t
codegen_table(struct codegen *g, const struct map_ast_table *table)
{
    const struct map_ref name = codegen_string(g, table->name);
    for (size_t i = 0; i < g->build.tables.count; i++) {
        const struct map_ref have = g->build.tables.items[i].name;
        if (have.at == name.at && have.len == name.len) {
            return codegen_16(g, (uint32_t)i);
        }
    }
    struct sort_row *rows =
        wb_arena_array(g->c->ctx, g->c->arena, codes_in(table) + 1, sizeof *rows);
    if (rows == NULL) {
        codegen_fail(g, WB_NOMEM);
        return 0;
    }
    struct map_table made = {.name = name,
                             .otherwise = table->otherwise == MAP_AST_ELSE_KEEP ? MAP_ELSE_KEEP
                                                                                : MAP_ELSE_FINDING};
    size_t count = gather(table, true, rows);
    made.left_first = push_rows(g, rows, count, true);
    made.left_count = (uint32_t)g->build.rows.count - made.left_first;
    count = gather(table, false, rows);
    made.right_first = push_rows(g, rows, count, false);
    made.right_count = (uint32_t)g->build.rows.count - made.right_first;
    struct map_table *row = WB_PUSH(g->c->ctx, g->build.arena, g->build.tables.items,
                                    g->build.tables.count, g->build.tables.cap);
    if (row == NULL) {
        codegen_fail(g, WB_NOMEM);
        return 0;
    }
    *row = made;
    return codegen_16(g, (uint32_t)g->build.tables.count - 1);
}

/* "x12:355" of an element. */
static struct wb_str
namespace_of(struct codegen *g, uint32_t element)
{
    const struct grammar *grammar = &g->ir->left.grammar;
    return wb_arena_printf(g->c->ctx, g->c->arena, WB_FMT ":" WB_FMT,
                           WB_ARG(grammar_str(grammar, grammar->standard)),
                           WB_ARG(grammar_str(grammar, grammar->elements[element].id)));
}

/* The element that a place's code stands in; GRAMMAR_NONE between records. */
static uint32_t
code_element(const struct map_ir_place *place)
{
    if (place->kind == MAP_IR_FIELD || place->part_count == 0) {
        return GRAMMAR_NONE;
    }
    return place->parts[place->kind == MAP_IR_PAIR && place->part_count > 1 ? 1 : 0].element;
}

uint32_t
codegen_namespace(struct codegen *g, const struct map_ir_stmt *stmt)
{
    if (stmt->table->otherwise != MAP_AST_ELSE_KEEP) {
        return MAP_NONE;
    }
    const uint32_t element = code_element(&stmt->places[0]);
    return element == GRAMMAR_NONE ? MAP_NONE
                                   : codegen_const(g, RECORD_TEXT, namespace_of(g, element));
}

/* The row of a conversion; equal ones share it. */
static uint32_t
conv_row(struct codegen *g, struct map_conv conv)
{
    for (size_t i = 0; i < g->build.convs.count; i++) {
        if (memcmp(&g->build.convs.items[i], &conv, sizeof conv) == 0) {
            return (uint32_t)i;
        }
    }
    struct map_conv *row = WB_PUSH(g->c->ctx, g->build.arena, g->build.convs.items,
                                   g->build.convs.count, g->build.convs.cap);
    if (row == NULL) {
        codegen_fail(g, WB_NOMEM);
        return MAP_NONE;
    }
    *row = conv;
    return (uint32_t)g->build.convs.count - 1;
}

uint32_t
codegen_conv(struct codegen *g, const struct map_ir_stmt *stmt, const struct map_ir_place *place)
{
    struct map_conv conv;
    if (!map_place_conv(g->c, g->ir, stmt, place, &conv)) {
        return MAP_NONE; /* reported by the proofs */
    }
    const uint32_t element = code_element(place);
    if (conv.kind == MAP_CONV_RAW && element != GRAMMAR_NONE) {
        conv.text = codegen_string(g, namespace_of(g, element));
    }
    return conv_row(g, conv);
}

uint32_t
codegen_pairs_conv(struct codegen *g, const struct map_ir_stmt *stmt,
                   const struct map_ir_place *place)
{
    const struct record_field *field =
        record_field_at(stmt->right.schema, stmt->right.field->shape, stmt->pair_code_field);
    if (field->type != RECORD_RAW || place->part_count == 0) {
        return MAP_NONE;
    }
    struct map_conv conv = {.kind = MAP_CONV_RAW, .type = RECORD_RAW, .arg = MAP_NONE};
    conv.text = codegen_string(g, namespace_of(g, place->parts[0].element));
    return conv_row(g, conv);
}
