/*
 * Paths in records: names to field numbers, with the nearest name when there is none, and filters
 * of lists.
 */
#include "map/resolve_priv.h"

#include <assert.h>

static const struct record_field *
field_at(const struct record_schema *schema, uint32_t shape, uint32_t no)
{
    return &schema->fields[schema->shapes[shape].field_first + no];
}

static void
report_no_field(struct resolve *r, const struct record_schema *schema, uint32_t shape,
                const struct map_ast_step *step)
{
    struct lang_guess guess;
    lang_guess_init(&guess, step->name);
    for (uint32_t i = 0; i < schema->shapes[shape].field_count; i++) {
        lang_guess_try(&guess, field_at(schema, shape, i)->name);
    }
    struct lang_diag *diag =
        map_report(r->c, MAP_DIAG_NO_FIELD, step->pos, WB_FMT " has no field " WB_FMT,
                   WB_ARG(schema->shapes[shape].name), WB_ARG(step->name));
    map_report_guess(diag, "a field of it", &guess);
}

static bool
has_word(const struct record_schema *schema, const struct record_field *field, struct wb_str word)
{
    for (uint32_t i = 0; i < field->word_count; i++) {
        if (wb_str_eq(schema->words[field->word_first + i], word)) {
            return true;
        }
    }
    return false;
}

static bool
resolve_filter(struct resolve *r, const struct map_ast_path *path, struct map_ir_field *ret)
{
    const struct map_ast_sel *sel = path->filter;
    if (ret->field->type != RECORD_LIST || ret->field->shape == UINT32_MAX) {
        map_report(r->c, MAP_DIAG_FILTER, sel->pos,
                   WB_FMT " is no list of objects: nothing to select", WB_ARG(ret->field->name));
        return false;
    }
    if (sel->is_else) {
        ret->filter_else = true;
        return true;
    }
    const struct map_ast_test *test = &sel->tests[0];
    if (sel->count != 1 || !test->has_elem || test->codes.count != 1) {
        map_report(r->c, MAP_DIAG_FILTER, sel->pos,
                   "a list is selected by one field: [field=word]");
        return false;
    }
    const struct map_ast_step step = {test->elem.name, NULL, test->elem.pos};
    const uint32_t no = record_find_field(ret->schema, ret->field->shape, test->elem.name);
    if (no == UINT32_MAX) {
        report_no_field(r, ret->schema, ret->field->shape, &step);
        return false;
    }
    ret->filter_field = no;
    ret->filter_word = test->codes.items[0];
    ret->filter_absent =
        wb_str_eq(ret->filter_word, WB_LIT("none")) &&
        !has_word(ret->schema, field_at(ret->schema, ret->field->shape, no), ret->filter_word);
    return true;
}

/* One hop; false when the name is no field or the field is no object to go on in. */
static bool
hop(struct resolve *r, const struct map_ast_path *path, size_t at, uint32_t *shape,
    struct map_ir_field *ret)
{
    const struct map_ast_step *step = &path->steps[at];
    const uint32_t no = record_find_field(ret->schema, *shape, step->name);
    if (no == UINT32_MAX) {
        report_no_field(r, ret->schema, *shape, step);
        return false;
    }
    if (ret->hop_count >= MAP_IR_HOPS_MAX) {
        map_report(r->c, MAP_DIAG_NO_FIELD, step->pos, "the path is longer than %d names",
                   MAP_IR_HOPS_MAX);
        return false;
    }
    const struct record_field *field = field_at(ret->schema, *shape, no);
    ret->hops[ret->hop_count++] = no;
    ret->last_shape = *shape;
    ret->field = field;
    if (at + 1 == path->step_count) {
        return true;
    }
    if (field->type != RECORD_OBJECT || field->shape == UINT32_MAX) {
        map_report(r->c, MAP_DIAG_NO_FIELD, path->steps[at + 1].pos,
                   WB_FMT " is %s: it has no field " WB_FMT, WB_ARG(step->name),
                   field->type == RECORD_LIST ? "a list" : "no object",
                   WB_ARG(path->steps[at + 1].name));
        return false;
    }
    *shape = field->shape;
    return true;
}

bool
resolve_field(struct resolve *r, const struct record_schema *schema, uint32_t shape,
              const struct map_ast_path *path, struct map_ir_field *ret)
{
    assert(schema != NULL);
    *ret = (struct map_ir_field){.schema = schema,
                                 .shape = shape,
                                 .last_shape = shape,
                                 .filter_field = MAP_IR_NONE,
                                 .pos = path->pos};
    ret->text = map_path_text(r->c, path);
    if (!path->is_record) {
        map_report(r->c, MAP_DIAG_SIDE, path->pos, "a field of " WB_FMT " is wanted here",
                   WB_ARG(schema->shapes[shape].name));
        return false;
    }
    for (size_t i = 0; i < path->step_count; i++) {
        if (!hop(r, path, i, &shape, ret)) {
            return false;
        }
    }
    return path->filter == NULL || resolve_filter(r, path, ret);
}

bool
resolve_field_exists(const struct record_schema *schema, uint32_t shape,
                     const struct map_ast_path *path)
{
    for (size_t i = 0; i < path->step_count; i++) {
        const uint32_t no = record_find_field(schema, shape, path->steps[i].name);
        if (no == UINT32_MAX) {
            return false;
        }
        const struct record_field *field = field_at(schema, shape, no);
        if (i + 1 < path->step_count && field->type != RECORD_OBJECT) {
            return false;
        }
        shape = field->shape;
    }
    return true;
}

bool
resolve_keep_name(struct resolve *r, uint32_t shape, const struct map_ast_path *path,
                  struct map_ir_field *ret_holder, struct wb_str *ret_name)
{
    if (!path->is_record || path->filter != NULL || path->step_count == 0) {
        map_report(r->c, MAP_DIAG_KEEP_NAME, path->pos,
                   "`keep` behind `<=>` takes a name, under which `source` holds what was met");
        return false;
    }
    *ret_name = path->steps[path->step_count - 1].name;
    struct map_ast_path holder = *path;
    holder.step_count--;
    *ret_holder = (struct map_ir_field){.schema = r->ir->right.schema, .shape = shape};
    if (holder.step_count == 0) {
        return true;
    }
    if (!resolve_field(r, r->ir->right.schema, shape, &holder, ret_holder)) {
        return false;
    }
    if (ret_holder->field->type != RECORD_OBJECT) {
        map_report(r->c, MAP_DIAG_KEEP_NAME, path->pos, WB_FMT " is no object that has a `source`",
                   WB_ARG(ret_holder->text));
        return false;
    }
    return true;
}
