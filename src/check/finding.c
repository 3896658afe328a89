/*
 * The table of findings as data, and the words of its enums. What a finding says is in finding.def;
 * nothing here decides when one is due.
 */
#include "check/finding.h"

#include <assert.h>
#include <stddef.h>

static const struct check_row ROWS[] = {
#define X(name, code, level, severity, ak, ik, ta1, unb, sentence, cure)                           \
    {#name, code, level, severity, ak, ik, ta1, unb, sentence, cure},
#include "check/finding.def"
#undef X
};

_Static_assert(sizeof ROWS / sizeof ROWS[0] == CHECK_CODE_COUNT, "one row a code");

const struct check_row *
check_row(enum check_code code)
{
    assert(code < CHECK_CODE_COUNT);
    return &ROWS[code];
}

const struct check_row *
check_row_find(struct wb_str code)
{
    for (size_t i = 0; i < CHECK_CODE_COUNT; i++) {
        if (wb_str_eq(code, wb_str_of(ROWS[i].code))) {
            return &ROWS[i];
        }
    }
    return NULL;
}

const char *
check_severity_word(enum check_severity severity)
{
    switch (severity) {
    case CHECK_ERROR:
        return "error";
    case CHECK_WARNING:
        return "warning";
    case CHECK_NOTE:
        return "note";
    case CHECK_ADVICE:
        return "advice";
    }
    return "";
}

const char *
check_level_word(enum check_level level)
{
    switch (level) {
    case CHECK_FILE:
        return "file";
    case CHECK_INTERCHANGE:
        return "interchange";
    case CHECK_GROUP:
        return "group";
    case CHECK_MESSAGE:
        return "message";
    case CHECK_SEGMENT:
        return "segment";
    case CHECK_ELEMENT:
        return "element";
    }
    return "";
}
