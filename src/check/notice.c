/*
 * What the reader noticed becomes a finding. Some notices are about things that the check looks at
 * itself, with more to say; then the table names the finding that comes of it and nothing is
 * reported here.
 */
#include <stdio.h>

#include "check/check_priv.h"

struct mapping {
    enum check_code code;
    bool here; /* reported here; else where the thing itself is looked at */
};

static const struct mapping MAPPINGS[] = {
    [WIRE_NOTICE_BOM] = {CHECK_FILE_BOM,                 true },
    [WIRE_NOTICE_NOISE] = {CHECK_FILE_NOISE,               true },
    [WIRE_NOTICE_NOT_EDI] = {CHECK_FILE_NOT_EDI,             true },
    [WIRE_NOTICE_ISA_SHORT] = {CHECK_ENV_ISA_SHORT,            false},
    [WIRE_NOTICE_ISA_UNUSABLE] = {CHECK_FILE_ISA_UNUSABLE,        true },
    [WIRE_NOTICE_SEPARATORS_EQUAL] = {CHECK_ENV_COMPONENT_SEPARATOR,  false},
    [WIRE_NOTICE_SEPARATOR_ODD] = {CHECK_ENV_TERMINATOR,           false},
    [WIRE_NOTICE_REPEAT_IGNORED] = {CHECK_ENV_REPETITION_SEPARATOR, false},
    [WIRE_NOTICE_SEGMENT_TOO_LONG] = {CHECK_SEG_TOO_LONG,             true },
    [WIRE_NOTICE_TOO_MANY_ELEMENTS] = {CHECK_ELM_LIMIT,                true },
    [WIRE_NOTICE_EMPTY_SEGMENT] = {CHECK_SEG_EMPTY,                true },
    [WIRE_NOTICE_UNTERMINATED] = {CHECK_ENV_UNTERMINATED,         false},
    [WIRE_NOTICE_NO_TRAILER] = {CHECK_ENV_TRAILER_MISSING,      false},
    [WIRE_NOTICE_BINARY_SHORT] = {CHECK_ELM_BINARY_SHORT,         true },
    [WIRE_NOTICE_BINARY_LENGTH] = {CHECK_ELM_BINARY_LENGTH,        true },
    [WIRE_NOTICE_LEADING_BLANK] = {CHECK_SEG_LEADING_BLANK,        false},
    [WIRE_NOTICE_UNA_ODD] = {CHECK_ENV_UNA,                  true },
    [WIRE_NOTICE_HEADER_MISSING] = {CHECK_ENV_HEADER_MISSING,       false},
};

_Static_assert(sizeof MAPPINGS / sizeof MAPPINGS[0] == WIRE_NOTICE_COUNT, "every notice is told");

enum check_code
check_notice_code(enum wire_notice_code notice)
{
    return MAPPINGS[notice].code;
}

/* The tag that skipped bytes begin with. */
static struct wb_str
tag_in(struct wb_str bytes)
{
    size_t len = 0;
    while (len < bytes.len && len < GRAMMAR_TAG_MAX &&
           ((bytes.at[len] >= 'A' && bytes.at[len] <= 'Z') ||
            (bytes.at[len] >= '0' && bytes.at[len] <= '9'))) {
        len++;
    }
    return wb_str_sub(bytes, 0, len);
}

void
check_notice(struct wb_ctx *ctx, struct check *c, const struct wire_notice *notice)
{
    const struct mapping *mapping = &MAPPINGS[notice->code];
    if (notice->code == WIRE_NOTICE_LEADING_BLANK) {
        c->blank_at = notice->at;
        c->blank_len = notice->len;
    }
    if (!mapping->here) {
        return;
    }
    char expect[32] = "";
    if (notice->code == WIRE_NOTICE_NOISE) {
        (void)snprintf(expect, sizeof expect, "%llu byte%s", (unsigned long long)notice->len,
                       notice->len == 1 ? "" : "s");
    } else if (notice->code == WIRE_NOTICE_SEGMENT_TOO_LONG) {
        (void)snprintf(expect, sizeof expect, "%u bytes", (unsigned)WB_LIMIT_SEGMENT);
        c->segment_no += c->in_message; /* the sender counted it */
    } else if (notice->code == WIRE_NOTICE_TOO_MANY_ELEMENTS) {
        (void)snprintf(expect, sizeof expect, "%u", (unsigned)WB_LIMIT_ELEMENTS);
    }
    struct check_report report = CHECK_REPORT(mapping->code);
    report.at = notice->at;
    report.len = notice->len;
    report.value = notice->value;
    report.expect = wb_str_of(expect);
    /* Notices about elements come right after their segment. */
    char tag[GRAMMAR_TAG_MAX];
    if (notice->code == WIRE_NOTICE_SEGMENT_TOO_LONG) {
        report.seen_tag = tag_in(notice->value);
    } else if (check_row(mapping->code)->level == CHECK_ELEMENT) {
        report.seen_tag = check_tag_text(c->last_key, tag);
    }
    if (notice->code == WIRE_NOTICE_TOO_MANY_ELEMENTS) {
        report.element_no = WB_LIMIT_ELEMENTS;
    }
    check_report(ctx, c, &report);
}

void
check_notice_blank(struct wb_ctx *ctx, struct check *c)
{
    struct check_report report = CHECK_REPORT(CHECK_SEG_LEADING_BLANK);
    report.at = c->blank_at;
    report.len = c->blank_len;
    c->blank_len = 0;
    c->node = GRAMMAR_NONE;
    c->segment_no += c->in_message; /* it has not been counted yet */
    check_report(ctx, c, &report);
    c->segment_no -= c->in_message;
}
