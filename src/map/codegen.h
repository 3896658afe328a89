#pragma once
/* The code generator: proven maps in, the bytes of a bundle out. */
#include "map/ir.h"

struct map_compile;

/*
 * All maps of a compilation into one bundle. *ret is left alone when the generator had to report
 * something; WB_OK then too, and the caller looks at the diagnostics.
 */
WB_MUST enum wb_rc map_codegen(struct map_compile *c, const struct map_ir *first,
                               const uint8_t source_hash[32], struct wb_str *ret);
