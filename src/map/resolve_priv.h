#pragma once
/* What the files that look names up share. */
#include "map/compile_priv.h"
#include "map/ir.h"

/* The map that is being resolved. */
struct resolve {
    struct map_compile *c;
    struct map_ir *ir;
    bool in_when; /* `when` does not nest */
    bool in_one_of;
    bool one_way; /* a `->` statement */
    bool in_keep; /* keys made now are spoken of by `keep` and `drops` only */
};

/* The sides of a map; false when one of them cannot be found (reported). */
bool resolve_sides(struct resolve *r);

/* The child of a loop or message that a step names; GRAMMAR_NONE after a report. */
uint32_t resolve_child(struct resolve *r, uint32_t parent, const struct map_ast_step *step,
                       struct wb_str area);
/* The segment whose elements an instance of a node has: itself, or a loop's trigger; GRAMMAR_NONE
 * for the message. */
uint32_t resolve_segment(const struct map_ir *ir, uint32_t node);
/* One element of a segment; `nth` of those with that data element id. */
bool resolve_part(struct resolve *r, uint32_t segment, const struct map_ast_elem *elem,
                  struct map_ir_part *ret);
/* All elements of a range or of a sum, behind each other. */
bool resolve_parts(struct resolve *r, uint32_t segment, const struct map_ast_path *path,
                   struct map_ir_place *place);
/* The elements that say what the segment says. */
bool resolve_value(struct resolve *r, uint32_t segment, struct lang_pos pos,
                   struct map_ir_place *place);
bool resolve_test(struct resolve *r, uint32_t segment, const struct map_ast_test *test,
                  struct map_ir_test *ret);
/* The key of an instance, made when it is new; NULL after a report. */
struct map_ir_key *resolve_key(struct resolve *r, struct map_ir_context *context,
                               struct map_ir_key *parent, const struct map_ast_step *step,
                               struct wb_str area);

/* A path in a record from a shape on. */
bool resolve_field(struct resolve *r, const struct record_schema *schema, uint32_t shape,
                   const struct map_ast_path *path, struct map_ir_field *ret);
/* Whether a path could be resolved, without a word. */
bool resolve_field_exists(const struct record_schema *schema, uint32_t shape,
                          const struct map_ast_path *path);
/* keep FIELD: the object that has it in its `source`, and the member's name. */
bool resolve_keep_name(struct resolve *r, uint32_t shape, const struct map_ast_path *path,
                       struct map_ir_field *ret_holder, struct wb_str *ret_name);

bool resolve_place(struct resolve *r, struct map_ir_context *context,
                   const struct map_ast_place *place, bool wants_instance,
                   struct map_ir_place *ret);
struct map_ir_expr *resolve_expr(struct resolve *r, struct map_ir_context *context,
                                 const struct map_ast_expr *expr);
struct map_ast_table *resolve_table(struct resolve *r, const struct map_ast_stmt *stmt);
