/*
 * The proofs of a map, and the walk that they share. A statement that could not be resolved is not
 * there: proofs that would complain of what is missing wait until nothing is.
 */
#include "map/prove_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void
prove_each(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *first,
           prove_visit *visit, void *self)
{
    for (struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        visit(p, context, s, self);
        prove_each(p, context, s->block, visit, self);
        prove_each(p, context, s->else_block, visit, self);
    }
}

static void
each_inner(struct prove *p, struct map_ir_stmt *first, prove_visit *visit, void *self)
{
    for (struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->inner != NULL) {
            prove_each_deep(p, s->inner, visit, self);
        }
        each_inner(p, s->block, visit, self);
        each_inner(p, s->else_block, visit, self);
    }
}

void
prove_each_deep(struct prove *p, struct map_ir_context *context, prove_visit *visit, void *self)
{
    prove_each(p, context, context->first, visit, self);
    each_inner(p, context->first, visit, self);
}

struct contexts {
    prove_context *check;
};

static void
check_inner(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *stmt, void *self)
{
    (void)context; /* inner contexts are what counts */
    const struct contexts *contexts = self;
    if (stmt->inner != NULL) {
        contexts->check(p, stmt->inner);
    }
}

void
prove_contexts(struct prove *p, prove_context *check)
{
    struct contexts contexts = {check};
    check(p, p->ir->root);
    prove_each_deep(p, p->ir->root, check_inner, &contexts);
}

struct lang_diag *
prove_report(struct prove *p, const struct map_ir_stmt *stmt, enum map_diag_no no,
             struct lang_pos pos, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0) {
        return NULL;
    }
    struct lang_diag *diag = map_report(p->c, no, pos, "%s", text);
    if (stmt != NULL && stmt->ast->used_at.source != NULL) {
        map_report_other(p->c, diag, stmt->ast->used_at, "the shape is used here");
    }
    return diag;
}

uint32_t
prove_element(const struct map_ir *ir, const struct map_ir_place *place)
{
    (void)ir; /* the element numbers are those of its grammar */
    if (place->kind == MAP_IR_FIELD || place->kind == MAP_IR_INSTANCE || place->part_count == 0) {
        return GRAMMAR_NONE;
    }
    const bool pair = place->kind == MAP_IR_PAIR || place->kind == MAP_IR_PAIR_ELSE;
    return place->parts[pair && place->part_count > 1 ? 1 : 0].element;
}

struct wb_str
prove_part_text(struct prove *p, uint32_t segment, const struct map_ir_part *part)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct wb_str tag = grammar_str(grammar, grammar->segments[segment].tag);
    const uint32_t place_no = grammar->segments[segment].place_first + part->element_no - 1;
    if (grammar->places[place_no].composite == GRAMMAR_NONE) {
        return wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT ".%02u", WB_ARG(tag),
                               part->element_no);
    }
    return wb_arena_printf(p->c->ctx, p->c->arena, WB_FMT ".%02u.%02u", WB_ARG(tag),
                           part->element_no, part->component_no);
}

bool
prove_word_fits(uint8_t type, struct wb_str word)
{
    struct record_value value;
    return conv_parse(type, word, &value);
}

enum wb_rc
map_prove(struct map_compile *c, struct map_ir *ir, bool whole)
{
    assert(c != NULL && ir != NULL);
    struct prove p = {c, ir};
    const size_t errors = c->diags->error_count;
    prove_types(&p);
    prove_codes(&p);
    prove_inverse(&p);
    prove_carried(&p);
    if (!ir->left.is_record) {
        prove_selectors(&p);
    }
    if (whole && c->diags->error_count == errors) { /* what is wrong already would be said twice */
        if (!ir->left.is_record) {
            prove_segments(&p);
            prove_room(&p);
        }
        prove_fields(&p);
    }
    return map_failed(c) ? c->ctx->error.rc : WB_OK;
}
