#pragma once
/* Declarations of records in our language, compiled into a schema. */
#include "base/arena.h"
#include "lang/lang.h"
#include "record/schema.h"

/* The rows of diag.def, in the order of their codes; ret_count may be NULL. */
const struct lang_code *record_codes(size_t *ret_count);

/*
 * Compiles the files of one schema together, so that each may name what another declares. Defects
 * are diagnostics with WB-REC codes; WB_INVALID when there was an error. The schema lives in the
 * arena and borrows from the sources' bytes.
 */
WB_MUST enum wb_rc record_compile(struct wb_ctx *ctx, struct wb_arena *arena,
                                  const struct lang_source *sources, size_t source_count,
                                  struct lang_diags *diags, const struct record_schema **ret);
/* The schema as C source that defines `const struct record_schema SYMBOL`. */
void record_write_c(struct wb_out *out, const struct record_schema *schema, const char *symbol);
