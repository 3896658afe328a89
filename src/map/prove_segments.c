/*
 * Proof 2 towards the message: whatever the record holds, a segment that the map writes has its
 * mandatory elements and keeps its relational notes; a loop that it writes has its mandatory
 * children.
 *
 * For each instance that statements write, the presence of what they write is a handful of
 * variables. All assignments are tried; the smallest one that breaks something is told.
 */
#include "map/prove_segment.h"

#include <assert.h>

/* ---- what writes an instance */

static struct segment_writer *
writer_add(struct prove *p, struct segment *segment)
{
    return WB_PUSH(p->c->ctx, p->c->arena, segment->writers, segment->writer_count,
                   segment->writer_cap);
}

static bool
is_certain(const struct map_ir_stmt *stmt, bool conditional)
{
    if (conditional || stmt->place_count != 1) {
        return false;
    }
    if (stmt->kind == MAP_IR_DERIVE) {
        return stmt->expr->kind == MAP_AST_COUNT || stmt->expr->kind == MAP_AST_NUMBER;
    }
    const bool scalar = stmt->right.field->type != RECORD_LIST;
    return stmt->kind == MAP_IR_CORR && scalar && stmt->right.hop_count == 1 &&
           stmt->right.field->required && !stmt->ast->has_default;
}

/* The elements of a place as presence: the first one with the value, each further one only with the
 * one before. */
static void
add_place(struct prove *p, struct segment *segment, const struct map_ir_stmt *stmt,
          const struct map_ir_place *place, bool conditional)
{
    if (place->kind == MAP_IR_PAIR || place->kind == MAP_IR_PAIR_ELSE) {
        segment->has_pairs = true;
        return;
    }
    uint32_t before = MAP_IR_NONE;
    for (uint32_t i = 0; i < place->part_count; i++) {
        struct segment_writer *writer = writer_add(p, segment);
        if (writer == NULL) {
            return;
        }
        *writer = (struct segment_writer){.text = stmt->has_right ? stmt->right.text : place->text,
                                          .part = place->parts[i],
                                          .needs = before,
                                          .certain = i == 0 && is_certain(stmt, conditional)};
        if (i == 0 && place->sibling.code_count > 0) {
            writer->sibling_no = place->sibling.part.element_no;
        }
        before = (uint32_t)(segment->writer_count - 1);
    }
    const bool fallback = stmt->kind == MAP_IR_CORR && stmt->ast->has_default &&
                          place->part_count == 1 && place == &stmt->places[0];
    if (fallback && place->parts[0].need == GRAMMAR_MANDATORY) {
        segment_always(segment, &place->parts[0]);
    }
}

static void
add_statement(struct prove *p, struct segment *segment, const struct map_ir_stmt *stmt,
              bool conditional)
{
    for (uint32_t i = 0; i < stmt->place_count; i++) {
        const struct map_ir_place *place = &stmt->places[i];
        if (place->key == segment->key && stmt->kind == MAP_IR_LEFT_CONST && !conditional) {
            segment_always(segment, &place->parts[0]);
        } else if (place->key == segment->key && stmt->inner == NULL) {
            add_place(p, segment, stmt, place, conditional);
        }
    }
}

static bool
writes(const struct map_ir_stmt *stmt)
{
    return stmt->kind == MAP_IR_CORR || stmt->kind == MAP_IR_EACH_PAIR ||
           stmt->kind == MAP_IR_DERIVE || stmt->kind == MAP_IR_LEFT_CONST;
}

/* Statements that write the instance itself; what only hangs below it makes it all the same. */
static void
gather(struct prove *p, struct segment *segment, const struct map_ir_stmt *first, bool conditional)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        gather(p, segment, s->block, true);
        gather(p, segment, s->else_block, true);
        if (writes(s)) {
            add_statement(p, segment, s, conditional);
        }
        const bool makes = writes(s) ? s->kind != MAP_IR_LEFT_CONST : s->inner != NULL;
        for (uint32_t i = 0; makes && i < s->place_count; i++) {
            const struct map_ir_key *key = s->places[i].key;
            key = key == NULL ? NULL : key->parent;
            for (; key != NULL; key = key->parent) {
                segment->has_children = segment->has_children || key == segment->key;
            }
            const bool below = segment->key == NULL && s->places[i].key != NULL;
            segment->has_children = segment->has_children || below;
        }
    }
}

/* What a block writes: its own instance is the key that it is about. */
static const struct map_ir_stmt *
block_of(const struct map_ir_stmt *first, const struct map_ir_key *key)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if (s->inner != NULL && s->places[0].key == key) {
            return s;
        }
        const struct map_ir_stmt *inner = block_of(s->block, key);
        inner = inner == NULL ? block_of(s->else_block, key) : inner;
        if (inner != NULL) {
            return inner;
        }
    }
    return NULL;
}

/* ---- mandatory children of a loop */

static bool
is_frame(const struct grammar *grammar, uint32_t node)
{
    const struct grammar_frame *frame = &grammar->frames[GRAMMAR_MESSAGE];
    const struct wb_str name = grammar_str(grammar, grammar->nodes[node].name);
    return wb_str_eq(name, grammar_str(grammar, frame->header)) ||
           wb_str_eq(name, grammar_str(grammar, frame->trailer));
}

/* Whether one of the statement's places stands in the key's instance or below it. */
static bool
reaches(const struct map_ir_stmt *stmt, const struct map_ir_key *key)
{
    for (uint32_t i = 0; i < stmt->place_count; i++) {
        const struct map_ir_key *at = stmt->places[i].key;
        while (at != NULL && at != key) {
            at = at->parent;
        }
        if (at != NULL) {
            return true;
        }
    }
    return false;
}

static bool
key_is_written(const struct map_ir_stmt *first, const struct map_ir_key *key)
{
    for (const struct map_ir_stmt *s = first; s != NULL; s = s->next) {
        if ((writes(s) || s->inner != NULL) && reaches(s, key)) {
            return true;
        }
        if (key_is_written(s->block, key) || key_is_written(s->else_block, key)) {
            return true;
        }
    }
    return false;
}

/* Whether some statement of the contexts about an instance writes a child node of it. */
static bool
child_is_written(const struct map_ir_context *context, const struct map_ir_key *parent,
                 uint32_t node)
{
    for (const struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        if (key->parent == parent && key->node == node && key_is_written(context->first, key)) {
            return true;
        }
    }
    return false;
}

static void
check_children(struct prove *p, const struct map_ir_context *context, const struct map_ir_key *key,
               const struct map_ir_stmt *block, struct lang_pos pos)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const uint32_t loop = key == NULL ? context->node : key->node;
    uint32_t node = grammar->nodes[loop].child_first;
    const bool message = grammar->nodes[loop].parent == GRAMMAR_NONE;
    for (; node != GRAMMAR_NONE; node = grammar->nodes[node].next_sibling) {
        const bool trigger = !message && node == grammar->nodes[loop].child_first;
        if (trigger || grammar->nodes[node].need != GRAMMAR_MANDATORY ||
            (message && is_frame(grammar, node))) {
            continue;
        }
        const bool written = child_is_written(context, key, node) ||
                             (block != NULL && child_is_written(block->inner, NULL, node));
        if (!written) {
            map_report(p->c, MAP_DIAG_NO_SEGMENT, pos,
                       "nothing writes " WB_FMT ", which is mandatory in " WB_FMT,
                       WB_ARG(grammar_str(grammar, grammar->nodes[node].name)),
                       WB_ARG(message
                                  ? grammar_str(grammar, grammar->messages[p->ir->left.message].id)
                                  : grammar_str(grammar, grammar->nodes[loop].name)));
        }
    }
}

/* ---- one instance */

static void
check_instance(struct prove *p, struct map_ir_context *context, const struct map_ir_key *key)
{
    const uint32_t no = key == NULL ? context->segment : key->segment;
    const struct map_ir_stmt *block = key == NULL ? NULL : block_of(context->first, key);
    const struct lang_pos pos = key != NULL             ? key->pos
                                : context->from == NULL ? p->ir->ast->pos
                                                        : context->from->places[0].pos;
    struct segment segment = {.row = no, .key = key, .pos = pos};
    gather(p, &segment, context->first, false);
    segment.created = context->from != NULL && context->from->kind == MAP_IR_EACH && key == NULL;
    if (block != NULL && block->kind == MAP_IR_EACH) {
        return; /* its own context is looked at by itself */
    }
    if (block != NULL) {
        segment.key = NULL;
        gather(p, &segment, block->inner->first, false);
    }
    for (uint32_t i = 0; key != NULL && i < key->test_count; i++) {
        segment_always(&segment, &key->tests[i].part);
    }
    const struct map_ir_key *own =
        key == NULL && context->from != NULL ? context->from->places[0].key : NULL;
    for (uint32_t i = 0; own != NULL && i < own->test_count; i++) {
        segment_always(&segment, &own->tests[i].part);
    }
    const bool written =
        segment.writer_count > 0 || segment.has_pairs || segment.has_children || segment.created;
    if (!written) {
        return;
    }
    if (no != GRAMMAR_NONE) {
        segment_prove(p, &segment);
    }
    const uint32_t node = key == NULL ? context->node : key->node;
    if (p->ir->left.grammar.nodes[node].segment == GRAMMAR_NONE) {
        check_children(p, context, key, block, pos);
    }
}

static void
check_context(struct prove *p, struct map_ir_context *context)
{
    const bool object = context->from != NULL && context->from->kind == MAP_IR_OBJECT;
    if (!object) {
        check_instance(p, context, NULL); /* an object's own instance is the outer key */
    }
    for (const struct map_ir_key *key = context->keys; key != NULL; key = key->next) {
        if (!key->is_keep) {
            check_instance(p, context, key);
        }
    }
}

void
prove_segments(struct prove *p)
{
    prove_contexts(p, check_context);
}
