#pragma once
/* What the files of the proofs share. Each proof walks the resolved map and reports what does not
 * hold. */
#include "map/compile_priv.h"
#include "map/conv.h"
#include "map/ir.h"

struct prove {
    struct map_compile *c;
    struct map_ir *ir;
};

/* Calls a function for each statement of a context, those inside `one of` and `when` included. */
typedef void prove_visit(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *stmt,
                         void *self);
void prove_each(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *first,
                prove_visit *visit, void *self);
/* As above, and in all contexts below. */
void prove_each_deep(struct prove *p, struct map_ir_context *context, prove_visit *visit,
                     void *self);
typedef void prove_context(struct prove *p, struct map_ir_context *context);
/* Calls a function for the context of the map and all below it. */
void prove_contexts(struct prove *p, prove_context *check);
/* Reports, and adds where the shape was used when the statement stands in one. */
struct lang_diag *prove_report(struct prove *p, const struct map_ir_stmt *stmt, enum map_diag_no no,
                               struct lang_pos pos, const char *format, ...) WB_PRINTF(5, 6);

/* The element of a place's value (of a pair: of its value); GRAMMAR_NONE for records and
 * composites. */
uint32_t prove_element(const struct map_ir *ir, const struct map_ir_place *place);
/* "BEG.02" of a part. */
struct wb_str prove_part_text(struct prove *p, uint32_t segment, const struct map_ir_part *part);
bool prove_word_fits(uint8_t type, struct wb_str word);

void prove_types(struct prove *p);
void prove_codes(struct prove *p);
void prove_inverse(struct prove *p);
void prove_selectors(struct prove *p);
void prove_segments(struct prove *p);
void prove_fields(struct prove *p);
void prove_room(struct prove *p);
void prove_carried(struct prove *p);
