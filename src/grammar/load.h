#pragma once
/* A user's own grammar: compiled on first use into a cache keyed by the hash of its sources, then
 * mapped. */
#include "base/buf.h"
#include "grammar/table.h"
#include "lang/lang.h"

struct grammar_loaded {
    struct grammar grammar;
    struct wb_str mapped; /* given back by grammar_unload */
};

/*
 * dir        holds *.gram and perhaps codes.csv; or is one such file
 * cache_dir  created when absent; "" = compile in memory only. A cache file that does not verify is
 * made again.
 */
WB_MUST enum wb_rc grammar_load(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str dir,
                                struct wb_str cache_dir, struct lang_diags *diags,
                                struct grammar_loaded *ret);
void grammar_unload(struct grammar_loaded *loaded);
