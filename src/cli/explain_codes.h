#pragma once
/* Stable codes of diagnostics and plan issues, for `waybill explain`. */
#include "base/str.h"

struct cli_code_row {
    const char *code;
    const char *meaning;
    const char *cure;
};

/* NULL when no table has the code. */
const struct cli_code_row *cli_code_find(struct wb_str code);
