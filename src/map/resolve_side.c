/*
 * The two sides of a map: which message of which grammar, which shape of which schema.
 */
#include "map/resolve_priv.h"

#include <assert.h>

#include "grammar/shipped.h"

static bool
is_edi(struct wb_str kind)
{
    return wb_str_eq(kind, WB_LIT("x12")) || wb_str_eq(kind, WB_LIT("edifact"));
}

static bool
find_grammar(struct resolve *r, const struct map_ast_side *side, struct grammar *ret)
{
    const struct map_world *world = r->c->world;
    enum wb_rc rc = WB_OK;
    if (world != NULL && world->find_grammar != NULL) {
        rc = world->find_grammar(r->c->ctx, world->self, side->kind, side->release, ret);
    } else {
        bool exact = false;
        rc = grammar_shipped_find(r->c->ctx, side->kind, side->release, ret, &exact);
        rc = rc == WB_OK && !exact ? WB_NOT_FOUND : rc;
    }
    if (rc == WB_OK) {
        return true;
    }
    if (rc == WB_NOT_FOUND) {
        wb_error_clear(r->c->ctx); /* it is said as a diagnostic */
        map_report(r->c, MAP_DIAG_NO_GRAMMAR, side->pos, "there is no grammar " WB_FMT " " WB_FMT,
                   WB_ARG(side->kind), WB_ARG(side->release));
    }
    return false;
}

static bool
resolve_edi(struct resolve *r, const struct map_ast_side *side, struct map_ir_side *ret)
{
    if (!find_grammar(r, side, &ret->grammar)) {
        return false;
    }
    ret->message = grammar_find_message(&ret->grammar, side->name);
    if (ret->message != GRAMMAR_NONE) {
        return true;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, side->name);
    for (uint32_t i = 0; i < ret->grammar.message_count; i++) {
        lang_guess_try(&guess, grammar_str(&ret->grammar, ret->grammar.messages[i].id));
    }
    struct lang_diag *diag = map_report(
        r->c, MAP_DIAG_NO_MESSAGE, side->name_pos, WB_FMT " " WB_FMT " has no message " WB_FMT,
        WB_ARG(side->kind), WB_ARG(side->release), WB_ARG(side->name));
    map_report_guess(diag, "a message of it", &guess);
    return false;
}

static bool
resolve_record(struct resolve *r, const struct map_ast_side *side, struct map_ir_side *ret)
{
    const struct map_world *world = r->c->world;
    ret->is_record = true;
    ret->schema = world != NULL && world->find_schema != NULL
                      ? world->find_schema(world->self, side->kind)
                      : record_shipped(side->kind);
    if (ret->schema == NULL) {
        struct lang_diag *diag = map_report(r->c, MAP_DIAG_NO_SCHEMA, side->pos,
                                            "there is no schema " WB_FMT, WB_ARG(side->kind));
        if (diag != NULL) {
            diag->expected = WB_LIT("x12, edifact, business or odoo");
        }
        return false;
    }
    ret->shape = record_find_shape(ret->schema, side->name);
    if (ret->shape != UINT32_MAX) {
        return true;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, side->name);
    for (uint32_t i = 0; i < ret->schema->shape_count; i++) {
        lang_guess_try(&guess, ret->schema->shapes[i].name);
    }
    struct lang_diag *diag =
        map_report(r->c, MAP_DIAG_NO_SHAPE_NAMED, side->name_pos, WB_FMT " has no " WB_FMT,
                   WB_ARG(side->kind), WB_ARG(side->name));
    map_report_guess(diag, "a document or model of it", &guess);
    return false;
}

bool
resolve_sides(struct resolve *r)
{
    const struct map_ast_map *map = r->ir->ast;
    if (!map->has_left || !map->has_right) {
        struct lang_diag *diag = map_report(r->c, MAP_DIAG_SIDE_MISSING, map->pos,
                                            "map " WB_FMT " does not say its %s side",
                                            WB_ARG(map->name), map->has_left ? "right" : "left");
        if (diag != NULL) {
            diag->expected = WB_LIT("`left x12 004010 850` and `right business order` first");
        }
        return false;
    }
    if (is_edi(map->right.kind)) {
        map_report(r->c, MAP_DIAG_SIDE, map->right.pos, "the right side of a map is a record");
        return false;
    }
    const bool left = is_edi(map->left.kind) ? resolve_edi(r, &map->left, &r->ir->left)
                                             : resolve_record(r, &map->left, &r->ir->left);
    const bool right = resolve_record(r, &map->right, &r->ir->right);
    return left && right;
}
