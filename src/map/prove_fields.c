/*
 * Proof 2 towards the record: each required field has a source that is always there, a constant or
 * a default. Between records the source may be a field that documents mostly have: that is a
 * warning.
 */
#include "map/prove_priv.h"

#include <assert.h>

/* How sure a statement's value is. */
enum sure { SURE_NOT, SURE_MAYBE, SURE };

/* Whether an instance is there whenever the context's own is. */
static bool
key_is_certain(const struct map_ir *ir, const struct map_ir_key *key)
{
    for (; key != NULL; key = key->parent) {
        if (key->test_count > 0 || key->is_else ||
            ir->left.grammar.nodes[key->node].need != GRAMMAR_MANDATORY) {
            return false;
        }
    }
    return true;
}

static bool
place_is_certain(const struct map_ir *ir, const struct map_ir_place *place)
{
    if (place->kind == MAP_IR_FIELD) {
        const struct map_ir_field *field = &place->field;
        return field->hop_count == 1 && field->field->required;
    }
    if (place->kind != MAP_IR_VALUE || place->sibling.code_count > 0 ||
        !key_is_certain(ir, place->key)) {
        return false;
    }
    const struct map_ir_part *part = &place->parts[0];
    return part->need == GRAMMAR_MANDATORY && part->outer_need == GRAMMAR_MANDATORY;
}

static enum sure
statement_sure(const struct map_ir *ir, const struct map_ir_stmt *stmt, bool conditional)
{
    if (stmt->kind == MAP_IR_RIGHT_CONST || (stmt->kind == MAP_IR_CORR && stmt->ast->has_default)) {
        return conditional ? SURE_MAYBE : SURE;
    }
    bool certain = stmt->kind == MAP_IR_EACH || stmt->kind == MAP_IR_EACH_PAIR;
    for (uint32_t i = 0; i < stmt->place_count && !certain; i++) {
        const struct map_ir_place *place = &stmt->places[i];
        certain = place->kind == MAP_IR_INSTANCE ? key_is_certain(ir, place->key)
                                                 : place_is_certain(ir, place);
    }
    return certain && !conditional ? SURE : SURE_MAYBE;
}

/* The surest statement of a list that fills the path of hops; *ret_stmt is the last one met. */
static enum sure
find_source(const struct map_ir *ir, const struct map_ir_stmt *first, const uint32_t *hops,
            uint32_t hop_count, bool conditional, const struct map_ir_stmt **ret_stmt)
{
    enum sure best = SURE_NOT;
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        enum sure sure = SURE_NOT;
        if (s->kind == MAP_IR_WHEN || s->kind == MAP_IR_ONE_OF) {
            sure = find_source(ir, s->block, hops, hop_count, true, ret_stmt);
            const enum sure other = find_source(ir, s->else_block, hops, hop_count, true, ret_stmt);
            sure = other > sure ? other : sure;
        } else if (s->has_right && s->right.hop_count >= hop_count) {
            bool same = true;
            for (uint32_t i = 0; i < hop_count; i++) {
                same = same && s->right.hops[i] == hops[i];
            }
            if (same) {
                *ret_stmt = s;
                sure = s->right.hop_count == hop_count ? statement_sure(ir, s, conditional)
                                                       : SURE_MAYBE;
            }
        }
        best = sure > best ? sure : best;
    }
    return best;
}

static void
report(struct prove *p, const struct map_ir_stmt *stmt, struct lang_pos pos, enum sure sure,
       const struct record_shape *shape, const struct record_field *field)
{
    if (sure == SURE_NOT) {
        map_report(p->c, MAP_DIAG_FIELD_NO_SOURCE, pos,
                   "nothing fills " WB_FMT ", which " WB_FMT " requires", WB_ARG(field->name),
                   WB_ARG(shape->name));
        return;
    }
    const enum map_diag_no no =
        p->ir->left.is_record ? MAP_DIAG_FIELD_MAY_LACK_THERE : MAP_DIAG_FIELD_MAY_LACK;
    prove_report(p, stmt, no, stmt->right.pos,
                 WB_FMT " is required in " WB_FMT ", and what fills it may be absent",
                 WB_ARG(field->name), WB_ARG(shape->name));
}

/* The required fields of a shape that is reached by hops from the context's object. */
static void
check_shape(struct prove *p, const struct map_ir_context *context, uint32_t shape,
            const uint32_t *prefix, uint32_t prefix_count, struct lang_pos pos)
{
    const struct record_schema *schema = p->ir->right.schema;
    uint32_t hops[MAP_IR_HOPS_MAX];
    for (uint32_t i = 0; i < prefix_count; i++) {
        hops[i] = prefix[i];
    }
    for (uint32_t no = 0; no < schema->shapes[shape].field_count; no++) {
        const struct record_field *field = record_field_at(schema, shape, no);
        if (!field->required) {
            continue;
        }
        hops[prefix_count] = no;
        const struct map_ir_stmt *stmt = NULL;
        const enum sure sure =
            find_source(p->ir, context->first, hops, prefix_count + 1, false, &stmt);
        const bool filtered =
            prefix_count == 0 && context->from != NULL && context->from->right.filter_field == no;
        if (sure != SURE && !filtered) {
            report(p, stmt, pos, sure, &schema->shapes[shape], field);
        }
    }
}

/* Objects that statements reach through a path: item.gtin makes an item. */
static void
check_hops(struct prove *p, const struct map_ir_context *context, const struct map_ir_stmt *stmt)
{
    uint32_t shape = stmt->right.shape;
    for (uint32_t i = 0; i + 1 < stmt->right.hop_count; i++) {
        shape = record_field_at(p->ir->right.schema, shape, stmt->right.hops[i])->shape;
        check_shape(p, context, shape, stmt->right.hops, i + 1, stmt->right.pos);
    }
}

static void
check_context(struct prove *p, const struct map_ir_context *context)
{
    const struct lang_pos pos =
        context->from == NULL ? p->ir->ast->right.pos : context->from->right.pos;
    check_shape(p, context, context->right_shape, NULL, 0, pos);
    const bool key = context->from != NULL && context->from->right.field->is_key;
    if (key && context->first == NULL) {
        map_report(p->c, MAP_DIAG_FIELD_NO_SOURCE, pos, "nothing fills the key " WB_FMT,
                   WB_ARG(context->from->right.text));
    }
}

static void
visit(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *stmt, void *self)
{
    (void)self;
    const bool value = stmt->kind == MAP_IR_CORR || stmt->kind == MAP_IR_READ_ONLY ||
                       stmt->kind == MAP_IR_RIGHT_CONST;
    if (value) {
        check_hops(p, context, stmt);
    }
    if (stmt->inner != NULL) {
        check_context(p, stmt->inner);
    }
}

void
prove_fields(struct prove *p)
{
    check_context(p, p->ir->root);
    prove_each_deep(p, p->ir->root, visit, NULL);
}
