#pragma once
/* What the files of the code generator share. The rows of a map are made first, then its two
 * programs. */
#include "map/compile_priv.h"
#include "map/ir.h"
#include "map/program.h"

struct codegen {
    struct map_compile *c;
    struct map_build build;
    const struct map_ir *ir;
    uint32_t program_first; /* jumps count from here */
    enum wb_rc rc;          /* the first failure; later calls do nothing of use */
};

/* Remembers a failure; the memory of the arena or a limit. */
void codegen_fail(struct codegen *g, enum wb_rc rc);
struct map_ref codegen_string(struct codegen *g, struct wb_str text);
/* A constant of the type of a right field; TEXT for what is compared with elements. */
uint32_t codegen_const(struct codegen *g, uint8_t type, struct wb_str text);
/* A number as a 16-bit operand; what does not fit is a failure. */
uint16_t codegen_16(struct codegen *g, uint32_t value);
uint16_t codegen_path(struct codegen *g, const struct map_ir_field *field);
/* The conversion of a place to a right type; a report when the types do not meet. */
uint32_t codegen_conv(struct codegen *g, const struct map_ir_stmt *stmt,
                      const struct map_ir_place *place);
/* The conversion of the qualifiers of `each :else`: with their namespace when the record wants it.
 */
uint32_t codegen_pairs_conv(struct codegen *g, const struct map_ir_stmt *stmt,
                            const struct map_ir_place *place);
/* Rows of a table, made when it is used first. */
uint16_t codegen_table(struct codegen *g, const struct map_ast_table *table);
/* "x12:355" as a constant when the table lets unknown codes through, else MAP_NONE. */
uint32_t codegen_namespace(struct codegen *g, const struct map_ir_stmt *stmt);
/* The filter of a list as a row, MAP_NONE when it has none. */
uint32_t codegen_filter(struct codegen *g, const struct map_ir_field *field);
/* Rows of contexts, keys, places, blocks. */
void codegen_rows(struct codegen *g);
/* An instruction; returns where it stands. */
uint32_t codegen_op(struct codegen *g, const struct map_ir_stmt *stmt, enum map_op op, uint8_t a,
                    uint16_t b, uint32_t c);
/* The jump at `at` goes to the next instruction. */
void codegen_land(struct codegen *g, uint32_t at);
/* The statements of a list that are due in a phase. */
typedef void codegen_list(struct codegen *g, const struct map_ir_stmt *first, unsigned phase);
/* Both branches of a `when`, each in all phases. */
void codegen_when(struct codegen *g, const struct map_ir_stmt *stmt, codegen_list *list,
                  unsigned phases);
void codegen_expr(struct codegen *g, const struct map_ir_stmt *stmt,
                  const struct map_ir_expr *expr);
void codegen_check(struct codegen *g, const struct map_ir_stmt *stmt);
/* Where `keep NAME` puts it: OWNER operand. */
uint16_t codegen_owner(struct codegen *g, const struct map_ir_stmt *stmt);
void codegen_read(struct codegen *g);
void codegen_write(struct codegen *g);
/* Whether a statement waits until the named ones have taken theirs: [else], :else. */
bool codegen_is_rest(const struct map_ir_stmt *stmt);
