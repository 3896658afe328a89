#pragma once
/* A defect in partner data. One table (finding.def) gives the enum, the sentences and what each
 * means in an acknowledgement. */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum check_level {
    CHECK_FILE,
    CHECK_INTERCHANGE,
    CHECK_GROUP,
    CHECK_MESSAGE,
    CHECK_SEGMENT,
    CHECK_ELEMENT
};
enum check_severity { CHECK_ERROR, CHECK_WARNING, CHECK_NOTE, CHECK_ADVICE };

enum check_code {
#define X(name, code, level, severity, ak, ik, ta1, unb, sentence, cure) CHECK_##name,
#include "check/finding.def"
#undef X
    CHECK_CODE_COUNT
};

/*
 * ak   the code in the X12 997 at this level: AK905, AK502, AK304 or AK403; "" = none
 * ik   the same in a 999 where it differs
 * ta1  the TA1 note code, "" = none
 * unb  the EDIFACT 0085 code, "" = none
 */
struct check_row {
    const char *name;
    const char *code; /* "WB-SEG-0301" */
    enum check_level level;
    enum check_severity severity;
    const char *ak;
    const char *ik;
    const char *ta1;
    const char *unb;
    const char *sentence; /* with {at} {name} {value} {tag} {expect} */
    const char *cure;
};

enum { CHECK_TEXT_MAX = 100, CHECK_VALUE_MAX = 99 };

const struct check_row *check_row(enum check_code code);
/* By "WB-SEG-0301"; NULL when there is none. */
const struct check_row *check_row_find(struct wb_str code);
const char *check_severity_word(enum check_severity severity); /* error warning note advice */
const char *check_level_word(enum check_level level);

/* Slices live as long as the event that carried the finding. */
struct check_finding {
    enum check_code code;
    enum check_severity severity; /* after the release, a guide or a partner has lowered it */
    uint64_t at;                  /* stream offset, 0-based; where it was seen */
    uint64_t len;
    uint64_t line; /* 1-based */
    uint64_t column;
    uint32_t interchange_no; /* ordinals in the file, 1-based; 0 = outside */
    uint32_t group_no;       /* in the interchange */
    uint32_t message_no;     /* in the group */
    uint32_t segment_no;     /* in the message, header = 1; 0 = outside */
    struct wb_str tag;       /* segment where it was seen */
    struct wb_str loop_path; /* "PO1/N1", empty in no loop */
    struct wb_str loop;      /* the innermost loop, "N1" */
    uint32_t element_no;
    uint32_t repeat_no;
    uint32_t component_no;      /* 0 = the whole element */
    struct wb_str element_id;   /* data element, "353" */
    struct wb_str value;        /* as received, cut at 99 bytes */
    struct wb_str expected_at;  /* where a missing thing belongs: "after ST, position 020" */
    struct wb_str expected_tag; /* the segment that is missing (for AK301) */
    struct wb_str text;         /* one sentence, at most 100 bytes, names value and expectation */
    struct wb_str corrected;    /* the corrected segment, where it can be computed */
};
