#pragma once
/* The `test` blocks of maps: who runs them reads the files that they name. */
#include "base/arena.h"
#include "lang/lang.h"

struct map_test_case {
    struct wb_str map;
    bool reads;          /* else writes */
    struct wb_str input; /* paths as written */
    struct wb_str expected;
    struct wb_str file; /* the source that has the block, and its line */
    uint32_t line;
};

/* The test blocks of all files, in order. What is wrong with the files is a diagnostic; the blocks
 * are listed anyway. */
WB_MUST enum wb_rc map_test_cases(struct wb_ctx *ctx, struct wb_arena *arena,
                                  const struct lang_source *files, size_t file_count,
                                  struct lang_diags *diags, struct map_test_case **ret,
                                  size_t *ret_count);
