#pragma once
/* The grammars that come with the program, linked in as tables. */
#include "grammar/table.h"

/* How many there are, and the n-th. The table is verified on every open: about 10 ns a code, 0.2
 * ms for the whole of X12 004010. */
size_t grammar_shipped_count(void);
WB_MUST enum wb_rc grammar_shipped_open(struct wb_ctx *ctx, size_t index, struct grammar *ret);
/*
 * The shipped grammar for a standard and release as GS08 gives it ("004010", "004010VICS",
 * "00401"): the exact release by its first six characters, else the nearest one, with *ret_exact
 * false. WB_NOT_FOUND when the standard is unknown.
 */
WB_MUST enum wb_rc grammar_shipped_find(struct wb_ctx *ctx, struct wb_str standard,
                                        struct wb_str release, struct grammar *ret,
                                        bool *ret_exact);
