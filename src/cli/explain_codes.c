/*
 * The rows of every .def that carries a stable code, but for findings: what a diagnostic of the
 * language, a grammar, a record schema, a map or a plan means.
 */
#include "cli/explain_codes.h"

#include "lang/lang.h"

static const struct cli_code_row rows[] = {
#define X(name, code_, severity_, meaning_, cure_)                                                 \
    {.code = code_, .meaning = meaning_, .cure = cure_},
#include "grammar/diag.def"
#include "lang/diag.def"
#include "map/diag.def"
#include "plan/diag.def"
#include "record/diag.def"
#undef X
#define X(name, code_, holds, sentence, cure_) {.code = code_, .meaning = sentence, .cure = cure_},
#include "odoo/gap.def"
#include "plan/issue.def"
#undef X
};

const struct cli_code_row *
cli_code_find(struct wb_str code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (wb_str_eq(wb_str_of(rows[i].code), code)) {
            return &rows[i];
        }
    }
    return NULL;
}
