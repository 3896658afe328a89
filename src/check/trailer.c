/*
 * What the trailers of all three levels repeat: a control number and a count, against what came.
 * Blanks around them are no difference, only a note.
 */
#include <stdio.h>

#include "check/check_priv.h"

void
check_control_pair(struct wb_ctx *ctx, struct check *c, uint32_t element_no, struct wb_str header,
                   enum check_code differs, enum check_code form)
{
    const struct wb_str value = check_text(c, element_no);
    /* A header without a number has its own finding; what differs from it follows from that. */
    if (wb_str_eq(value, header) || header.len == 0) {
        return;
    }
    char expect[CHECK_EXPECT_MAX];
    const struct wb_str shown = wb_str_sub(header, 0, 32);
    (void)snprintf(expect, sizeof expect, "\"" WB_FMT "\"", WB_ARG(shown));
    const bool same = check_numbers_equal(wb_str_trim(value), wb_str_trim(header));
    struct check_report report = CHECK_REPORT(same ? form : differs);
    report.element_no = element_no;
    report.value = value;
    report.expect = wb_str_of(expect);
    report.corrected = check_corrected(ctx, c, element_no, header);
    check_report(ctx, c, &report);
}

void
check_blanks(struct wb_ctx *ctx, struct check *c, uint32_t element_no)
{
    const struct grammar *grammar = c->in_group ? &c->body->grammar : &c->envelope->grammar;
    const struct wb_str value = check_text(c, element_no);
    const struct wb_str core = wb_str_trim(value);
    const uint32_t row = grammar_find_segment(grammar, c->segment.tag);
    if (core.len == 0 || core.len == value.len || row == GRAMMAR_NONE ||
        element_no > grammar->segments[row].place_count) {
        return;
    }
    struct check_report report = CHECK_REPORT(CHECK_ELM_BLANKS);
    report.element_no = element_no;
    report.element = grammar->places[grammar->segments[row].place_first + element_no - 1].element;
    report.value = value;
    report.expect = value.at[0] == ' ' ? WB_LIT("before it") : WB_LIT("behind it");
    check_report(ctx, c, &report);
}

void
check_count(struct wb_ctx *ctx, struct check *c, uint32_t element_no, uint64_t count,
            enum check_code code)
{
    static const char *const NOUNS[] = {
        [CHECK_ENV_GROUP_COUNT] = "groups",
        [CHECK_GRP_COUNT] = "messages",
        [CHECK_MSG_COUNT] = "segments",
    };
    const struct wb_str value = check_text(c, element_no);
    uint64_t stated = 0;
    check_blanks(ctx, c, element_no);
    if (wb_str_u64(wb_str_trim(value), &stated) && stated == count) {
        return;
    }
    char expect[CHECK_EXPECT_MAX];
    char correct[32];
    const unsigned long long came = count;
    const char *noun = NOUNS[code];
    (void)snprintf(correct, sizeof correct, "%llu", came);
    if (wb_str_trim(value).len == 0) {
        (void)snprintf(expect, sizeof expect, "(number of %s) is missing, %llu", noun, came);
    } else {
        const struct wb_str shown = wb_str_sub(value, 0, 20);
        (void)snprintf(expect, sizeof expect, "says \"" WB_FMT "\" %s, %llu", WB_ARG(shown), noun,
                       came);
    }
    struct check_report report = CHECK_REPORT(code);
    report.element_no = element_no;
    report.value = value;
    report.expect = wb_str_of(expect);
    report.corrected = check_corrected(ctx, c, element_no, wb_str_of(correct));
    check_report(ctx, c, &report);
}
