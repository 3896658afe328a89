/*
 * A place: the instance it stands in, and what of that instance it names.
 */
#include "map/resolve_priv.h"

#include <assert.h>

#include "map/conv.h"

/* The steps of a path as keys, each below the one before. False after a report. */
static bool
resolve_steps(struct resolve *r, struct map_ir_context *context, const struct map_ast_path *path,
              struct map_ir_place *ret)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    ret->segment = context->segment;
    size_t first = 0;
    if (path->step_count > 0 && context->segment != GRAMMAR_NONE && path->steps[0].sel == NULL &&
        wb_str_eq(grammar_str(grammar, grammar->segments[context->segment].tag),
                  path->steps[0].name)) {
        first = 1; /* PO1.02 inside `each PO1` */
    }
    for (size_t i = first; i < path->step_count; i++) {
        const struct wb_str area = i == 0 ? path->area : (struct wb_str){NULL, 0};
        ret->key = resolve_key(r, context, ret->key, &path->steps[i], area);
        if (ret->key == NULL) {
            return false;
        }
        ret->segment = ret->key->segment;
    }
    return true;
}

static bool
resolve_pair(struct resolve *r, const struct map_ast_path *path, struct map_ir_place *ret)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    if (ret->segment == GRAMMAR_NONE || grammar->segments[ret->segment].pair_from == 0) {
        map_report(r->c, MAP_DIAG_NO_PAIRS, path->pos,
                   WB_FMT " has no pairs of qualifier and value in the grammar",
                   WB_ARG(ret->segment == GRAMMAR_NONE
                              ? WB_LIT("the message")
                              : grammar_str(grammar, grammar->segments[ret->segment].tag)));
        return false;
    }
    ret->kind = path->pair == MAP_AST_PAIR_ELSE ? MAP_IR_PAIR_ELSE : MAP_IR_PAIR;
    ret->pair_code = path->pair_code;
    const struct grammar_segment *row = &grammar->segments[ret->segment];
    for (uint32_t no = row->pair_from; no <= row->pair_to; no++) {
        const struct grammar_place *place = &grammar->places[row->place_first + no - 1];
        if (place->composite == GRAMMAR_NONE) {
            struct map_ir_part part = {(uint16_t)no,   1,           1,
                                       place->element, place->need, place->need};
            if (ret->part_count < MAP_IR_PARTS_MAX) {
                ret->parts[ret->part_count++] = part;
            }
        }
    }
    return true;
}

/* A pair's qualifier must be a code of its list, when that is closed. */
static bool
check_pair_code(struct resolve *r, const struct map_ir_place *place)
{
    const struct grammar *grammar = &r->ir->left.grammar;
    if (place->kind != MAP_IR_PAIR || place->part_count == 0) {
        return true;
    }
    const uint32_t element = place->parts[0].element;
    const struct grammar_element *row = &grammar->elements[element];
    if (row->coded == 0 || row->closed == 0 || row->code_count == 0 ||
        grammar_find_code(grammar, element, place->pair_code) != GRAMMAR_NONE) {
        return true;
    }
    map_report(r->c, MAP_DIAG_NO_CODE, place->pos,
               "`" WB_FMT "` is no code of element " WB_FMT " (" WB_FMT ")",
               WB_ARG(place->pair_code), WB_ARG(grammar_str(grammar, row->id)),
               WB_ARG(grammar_str(grammar, row->name)));
    return false;
}

static bool
resolve_sibling(struct resolve *r, const struct map_ast_path *path, struct map_ir_place *ret)
{
    const struct map_ast_sel *sel = path->elem_sel;
    if (sel == NULL) {
        return true;
    }
    if (sel->is_else || sel->count != 1 || !sel->tests[0].has_elem) {
        map_report(r->c, MAP_DIAG_SIBLING, sel->pos,
                   "behind an element, one other element of the segment is tested: 09[08=DA]");
        return false;
    }
    return resolve_test(r, ret->segment, &sel->tests[0], &ret->sibling);
}

static bool
resolve_edi_place(struct resolve *r, struct map_ir_context *context,
                  const struct map_ast_path *path, bool wants_instance, struct map_ir_place *ret)
{
    if (path->climbs && r->one_way) {
        map_report(r->c, MAP_DIAG_NO_CLIMBING, path->pos,
                   "paths from the message's start are not read by this version");
        return false;
    }
    if (path->climbs) {
        map_report(r->c, MAP_DIAG_CLIMBS, path->pos,
                   "a path from the message's start would be written back once for each `" WB_FMT
                   "`",
                   WB_ARG(path->area.len > 0 || path->step_count == 0 ? WB_LIT("place")
                                                                      : path->steps[0].name));
        return false;
    }
    if (!resolve_steps(r, context, path, ret)) {
        return false;
    }
    ret->kind = MAP_IR_VALUE;
    if (path->pair != MAP_AST_NO_PAIR) {
        return resolve_pair(r, path, ret) && check_pair_code(r, ret);
    }
    if (path->elem_count > 0) {
        return resolve_parts(r, ret->segment, path, ret) && resolve_sibling(r, path, ret);
    }
    if (wants_instance) {
        ret->kind = MAP_IR_INSTANCE;
        return true;
    }
    return resolve_value(r, ret->segment, path->pos, ret);
}

bool
resolve_place(struct resolve *r, struct map_ir_context *context, const struct map_ast_place *place,
              bool wants_instance, struct map_ir_place *ret)
{
    const struct map_ast_path *path = &place->path;
    *ret = (struct map_ir_place){.segment = GRAMMAR_NONE, .pos = path->pos};
    ret->text = map_path_text(r->c, path);
    ret->conv = place->conv.name.len > 0 ? &place->conv : NULL;
    if (!r->ir->left.is_record) {
        if (path->is_record) {
            map_report(r->c, MAP_DIAG_SIDE, path->pos,
                       "a place in the message is wanted here, not the field " WB_FMT,
                       WB_ARG(ret->text));
            return false;
        }
        return resolve_edi_place(r, context, path, wants_instance, ret);
    }
    ret->kind = MAP_IR_FIELD;
    if (!resolve_field(r, r->ir->left.schema, context->left_shape, path, &ret->field)) {
        return false;
    }
    if (path->filter != NULL) {
        map_report(r->c, MAP_DIAG_FILTER, path->filter->pos,
                   "elements of a list are selected on the right side only");
        return false;
    }
    return true;
}
