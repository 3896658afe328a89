#pragma once
/* Sources in our language into a table, and back (dump). */
#include "base/buf.h"
#include "grammar/table.h"
#include "lang/lang.h"

struct grammar_sources {
    const struct lang_source *files; /* .gram */
    size_t file_count;
    struct lang_source codes; /* codes.csv; empty bytes when there is none */
};

/*
 * Compiles to bytes in `ret` (a table for grammar_open). Defects are diagnostics with WB-GRAM
 * codes; WB_INVALID when there was an error, with the diagnostics as explanation.
 */
WB_MUST enum wb_rc grammar_compile(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct grammar_sources *sources, struct lang_diags *diags,
                                   struct wb_str *ret);
/* A table as text in our language; compiling that text gives an equal table but for the source
 * hash. */
void grammar_dump(struct wb_out *out, const struct grammar *grammar);
/* SHA-256 over the bytes of all sources, in their order. */
void grammar_hash_sources(const struct grammar_sources *sources, uint8_t ret_digest[32]);
/* The rows of this room's diag.def, in the order of their codes; ret_count may be NULL. */
const struct lang_code *grammar_codes(size_t *ret_count);
