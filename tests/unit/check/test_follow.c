/*
 * Segments in their order: one wrong segment is one finding, at its place, with the code of AK304.
 * The list of findings is compared as a whole, so a cascade fails the test.
 */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

#define HEAD TEST_BEG
#define LINE TEST_PO1
#define PARTY "N1*ST*DOCK 3~"

static void
one(struct test_fix *fix, const char *what, const char *body, const char *findings)
{
    const struct test_run *run = test_check(fix, test_order(fix, body), NULL);
    const char *list = test_list(fix, run);
    if (strcmp(list, findings) != 0) {
        fail_msg("%s: %s, not %s", what, list, findings);
    }
}

static void
test_places(void **state)
{
    struct test_fix *fix = *state;
    one(fix, "nothing wrong", HEAD "REF*CT*1~" PARTY "N3*STREET~" LINE "CTT*1~", "");
    one(fix, "mandatory segment missing", "REF*CT*1~" LINE, "SEG-0303@2/0");
    one(fix, "mandatory loop missing", HEAD "CTT*0~", "SEG-0303@3/0");
    one(fix, "both missing", "REF*CT*1~", "SEG-0303@2/0 SEG-0303@3/0");
    one(fix, "unknown tag", HEAD "QQQ*1~" LINE, "SEG-0301@3/0");
    one(fix, "each unknown tag", HEAD "QQQ*1~QQR~" LINE, "SEG-0301@3/0 SEG-0301@4/0");
    one(fix, "known tag, not in this message", HEAD "AK1*PO*1~" LINE, "SEG-0306@3/0");
    one(fix, "known to X12, not to our grammar", HEAD "NTE*ZZZ*HELLO~" LINE, "SEG-0306@3/0");
    one(fix, "summary with its loop", HEAD PARTY LINE "CTT*1~AMT*TT*1~", "");
    one(fix, "heading segment behind a loop", HEAD PARTY "CUR*BY*USD~" LINE, "SEG-0307@4/0");
    one(fix, "a run of them is one finding", HEAD PARTY "CUR*BY*USD~ITD*01~DIS*001*02*1*Q*1~" LINE,
        "SEG-0307@4/0 MSG-0210@7/0");
    one(fix, "the rest of a misplaced loop", HEAD PARTY "SAC*C*D240***4500~CUR*BY*USD~" LINE,
        "SEG-0307@4/0 MSG-0210@6/0");
}

static void
test_runs_and_maxima(void **state)
{
    struct test_fix *fix = *state;
    one(fix, "two misplaced at two places", HEAD PARTY "CUR*BY*USD~N3*STREET~CUR*BY*USD~" LINE,
        "SEG-0307@4/0 SEG-0307@6/0");
    one(fix, "of a loop that has not begun", HEAD "N3*STREET~" LINE, "SEG-0302@3/0");
    one(fix, "a whole loop without its first segment", HEAD "N2*NAME~N3*STREET~N4*CITY~" LINE,
        "SEG-0302@3/0 MSG-0210@6/0");
    one(fix, "segment once too often", HEAD "CUR*BY*USD~CUR*BY*USD~" LINE, "SEG-0305@4/0");
    one(fix, "three times too often", HEAD "CUR*BY*USD~CUR*BY*USD~CUR*BY*USD~" LINE,
        "SEG-0305@4/0");
    one(fix, "over a maximum inside a loop", HEAD PARTY "N3*A~N3*B~N3*C~" LINE, "SEG-0305@6/0");
    one(fix, "the maximum counts anew in each loop",
        HEAD PARTY "N3*A~N3*B~" PARTY "N3*A~N3*B~" LINE, "");
    one(fix, "misspelt trigger", HEAD PARTY "P01*1*10*EA*1**VN*A~PID*F****X~" LINE, "SEG-0301@4/0");
    one(fix, "misspelt tag in the middle", HEAD "BEGG~" LINE, "SEG-0301@3/0");
    one(fix, "nested loops", HEAD LINE "SAC*C*D240***4500~N9*L1*X~MSG*A~" LINE, "");
    one(fix, "a loop inside a loop that has not begun", HEAD LINE "LQ*0*A~" LINE, "SEG-0302@4/0");
    one(fix, "detail before the heading ends", HEAD LINE "REF*CT*1~" PARTY LINE, "");
    one(fix, "heading segment in the detail", HEAD LINE "BEG*00*SA*PO-1**20260311~" LINE,
        "SEG-0307@4/0");
}

/* Entry 14 of what users suffer: a missing segment names where it belongs and where that showed. */
static void
test_missing_names_both_places(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run = test_check(fix, test_order(fix, HEAD "CTT*0~"), NULL);
    const struct check_finding *f = test_find(run, "WB-SEG-0303");
    assert_str(f->expected_tag, "PO1");
    assert_str(f->expected_at, "after BEG, position 010");
    assert_str(f->tag, "CTT");
    assert_int_equal(f->segment_no, 3);
    assert_str(f->text, "PO1 is missing: expected after BEG, position 010, noticed at CTT");
    run = test_check(fix, test_order(fix, "REF*CT*1~" LINE), NULL);
    f = test_find(run, "WB-SEG-0303");
    assert_str(f->expected_at, "after ST, position 020");
    assert_str(f->expected_tag, "BEG");
    assert_str(f->tag, "REF");
}

static void
test_loop_maximum(void **state)
{
    struct test_fix *fix = *state;
    struct wb_out out;
    wb_out_init(&out, &fix->ctx, -1, 1024 * 1024);
    wb_out_text(&out, HEAD);
    for (int i = 0; i < 203; i++) {
        wb_out_text(&out, PARTY);
    }
    wb_out_text(&out, LINE);
    wb_out_byte(&out, '\0');
    const struct test_run *run = test_check(fix, test_order(fix, out.buf.at), NULL);
    assert_string_equal(test_list(fix, run), "SEG-0304@203/0");
    const struct check_finding *f = test_find(run, "WB-SEG-0304");
    assert_str(f->text, "Loop N1 may occur 200 times here; this is number 201");
    assert_str(f->loop, "N1");
    wb_out_done(&out);
}

static void
test_guess(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run = test_check(fix, test_order(fix, HEAD "P01*1~" LINE), NULL);
    assert_str(test_find(run, "WB-SEG-0301")->text,
               "\"P01\" is no segment of the standard; is PO1 meant?");
}

/* A segment that was told to be missing and comes later is not told again as out of order. */
static void
test_late(void **state)
{
    struct test_fix *fix = *state;
    one(fix, "behind the summary", HEAD "CTT*1~" LINE, "SEG-0303@3/0 SEG-0312@4/0");
    one(fix, "with the rest of its loop", HEAD "CTT*1~" LINE "PID*F****X~" LINE,
        "SEG-0303@3/0 SEG-0312@4/0 MSG-0210@7/0");
    one(fix, "heading behind the lines", "REF*CT*1~" LINE HEAD, "SEG-0303@2/0 SEG-0312@4/0");
    one(fix, "not missing, and late", HEAD LINE "CTT*1~" LINE, "SEG-0307@5/0");
}

/* What a misspelt tag stood for is gone on with: its loop has begun, and it is not missing. */
static void
test_as_if_spelt_right(void **state)
{
    struct test_fix *fix = *state;
    one(fix, "the first of a loop", HEAD "PO2*1*1*EA*1.5~PID*F****X~REF*CT*1~CTT*1~",
        "SEG-0301@3/0");
    one(fix, "what is wrong in its loop is told", HEAD "PO2*1*1*EA*1.5~PID*F****X~N3*A~" LINE,
        "SEG-0301@3/0 SEG-0302@5/0");
    one(fix, "lower case", "beg*00*SA*PO-1**20260311~po1*1*1*EA*1.5~CTT*1~",
        "SEG-0301@2/0 SEG-0301@3/0");
    one(fix, "a short tag, known by what follows", HEAD "NI*ST*X~N3*A~N4*CITY~" LINE,
        "SEG-0301@3/0");
    /* PID could come as well, but PO4 says that it was PO1. */
    one(fix, "one of two, known by what follows", HEAD "PI1*1*10*EA*1**VN*A~PO4*1~CTT*1~",
        "SEG-0301@3/0");
    one(fix, "a short tag, followed by something else", HEAD "Z1*ST*X~REF*CT*1~FOB*CC~" LINE,
        "SEG-0301@3/0");
    one(fix, "taken for another one", HEAD "PIX*F****X~CUR*BY*USD~" LINE, "SEG-0301@3/0");
    one(fix, "once too often", HEAD "BEX*1~" HEAD LINE, "SEG-0301@3/0 SEG-0305@4/0");
    one(fix, "twice", HEAD "PO2*1~PO2*2~" LINE, "SEG-0301@3/0 SEG-0301@4/0");
    one(fix, "inside a loop", HEAD LINE "PIX*F****X~REF*CT*1~" LINE, "SEG-0301@4/0");
    one(fix, "the trailer does not end it", HEAD LINE "se*4*0001~", "SEG-0301@4/0");
}

/* The tree has what was placed, and what a misspelt segment began stands beside it. */
static void
test_tree_without_the_misspelt(void **state)
{
    struct test_fix *fix = *state;
    const struct test_how how = {.want_trees = true, .want_segments = true};
    static const char *const BODIES[] = {
        HEAD "PO2*1*1*EA*1.5~PID*F****X~N1*ST*Y~N3*Z~" LINE "PID*F****X~CTT*1~",
        HEAD PARTY "NI*ST*X~N3*A~" LINE "n1*ST*Y~N3*Z~N1*ST*Y~N3*Z~" LINE,
        HEAD LINE "sac*C*D240***1~CUR*BY*USD~n9*L1*X~MSG*X~" LINE,
        "beg*00*SA*PO-1**20260311~po1*1*1*EA*1.5~PID*F****X~po1*1*1*EA*1.5~PID*F****X~CTT*1~",
    };
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
        const struct test_run *run = test_check(fix, test_order(fix, BODIES[i]), &how);
        assert_int_equal(run->trees, 1);
        assert_int_equal(run->messages[0].verdict, CHECK_REJECTED);
    }
}

/* Entry 2: which loop a segment belongs to is decided by where we are, in all of them. */
static void
test_same_tag_in_many_loops(void **state)
{
    struct test_fix *fix = *state;
    const char *body = HEAD "REF*CT*HEAD~" PARTY "REF*DP*PARTY~" LINE "REF*CT*LINE~"
                            "N1*ST*LINE PARTY~REF*DP*LINE PARTY~";
    const struct test_how how = {.want_trees = true, .want_segments = true};
    const struct test_run *run = test_check(fix, test_order(fix, body), &how);
    assert_string_equal(test_list(fix, run), "");
    /* ISA GS GE IEA have no place in the message; ST to SE all have. */
    assert_int_equal(run->segments_seen, run->segments_placed + 4);
    assert_int_equal(run->segments_placed, 10);
}

static void
test_unknown_message_is_one_finding(void **state)
{
    struct test_fix *fix = *state;
    const char *text = TEST_ISA TEST_GS "ST*864*0001~BMG*00~MIT*1*X~MSG*HELLO~SE*5*0001~"
                                        "ST*850*0002~" TEST_BEG TEST_PO1 "SE*4*0002~GE*2*1~"
                                        "IEA*1*000000001~";
    const struct test_run *run = test_check(fix, wb_str_of(text), NULL);
    assert_string_equal(test_list(fix, run), "MSG-0201@1/1");
    assert_int_equal(run->message_count, 2);
    assert_int_equal(run->messages[0].verdict, CHECK_REJECTED);
    assert_string_equal(run->messages[0].codes, "1");
    assert_int_equal(run->messages[1].verdict, CHECK_ACCEPTED);
    assert_int_equal(run->groups[0].verdict, CHECK_PARTLY_ACCEPTED);
}

/* The grammar is exact for 004010 and what is named after it; else details never reject. */
static void
test_other_release_lowers(void **state)
{
    struct test_fix *fix = *state;
    const char *text = TEST_ISA "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*005010~" TEST_ST TEST_BEG
                                "QQQ*1~CUR*BY*USDX~" TEST_PO1 "SE*6*0001~" TEST_TAIL;
    const struct test_run *run = test_check(fix, wb_str_of(text), NULL);
    assert_string_equal(test_list(fix, run), "GRP-0153@0/8 SEG-0301@3/0 ELM-0407@4/2");
    assert_int_equal(test_find(run, "WB-SEG-0301")->severity, CHECK_WARNING);
    assert_int_equal(run->messages[0].verdict, CHECK_ACCEPTED_WITH_ERRORS);
    assert_int_equal(run->groups[0].verdict, CHECK_ACCEPTED_WITH_ERRORS);
    assert_string_equal(run->groups[0].codes, "2");
    /* What stands behind the last element may be new in the later release, and only there. */
    const char *implementation = TEST_ISA
        "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*005010~ST*850*0001*005010X1~" TEST_BEG TEST_PO1
        "SE*4*0001~" TEST_TAIL;
    run = test_check(fix, wb_str_of(implementation), NULL);
    assert_string_equal(test_list(fix, run), "GRP-0153@0/8 ELM-0403@1/3");
    assert_int_equal(test_find(run, "WB-ELM-0403")->severity, CHECK_NOTE);
    assert_int_equal(run->messages[0].verdict, CHECK_ACCEPTED);
    implementation =
        TEST_ISA TEST_GS "ST*850*0001*005010X1~" TEST_BEG TEST_PO1 "SE*4*0001~" TEST_TAIL;
    run = test_check(fix, wb_str_of(implementation), NULL);
    assert_int_equal(test_find(run, "WB-ELM-0403")->severity, CHECK_ERROR);
    /* Before 004010 dates had six digits. */
    const char *old = TEST_ISA "GS*PO*SENDER*RECEIVER*260311*1200*1*X*003060~" TEST_ST
                               "BEG*00*SA*PO-1**260311~" TEST_PO1 "SE*4*0001~" TEST_TAIL;
    run = test_check(fix, wb_str_of(old), NULL);
    assert_string_equal(test_list(fix, run), "GRP-0153@0/8");
    assert_string_equal(run->ta1[0], "000");
    assert_int_equal(run->messages[0].verdict, CHECK_ACCEPTED);
    const char *vics =
        TEST_ISA "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*004010VICS~" TEST_ST TEST_BEG TEST_PO1
                 "SE*4*0001~" TEST_TAIL;
    run = test_check(fix, wb_str_of(vics), NULL);
    assert_string_equal(test_list(fix, run), "");
}

static void
test_findings_are_limited(void **state)
{
    struct test_fix *fix = *state;
    struct wb_out out;
    wb_out_init(&out, &fix->ctx, -1, 1024 * 1024);
    wb_out_text(&out, HEAD);
    for (int i = 0; i < 50; i++) {
        wb_out_text(&out, "QQQ~");
    }
    wb_out_text(&out, LINE);
    wb_out_byte(&out, '\0');
    const struct test_how how = {.findings_max = 10};
    const struct test_run *run = test_check(fix, test_order(fix, out.buf.at), &how);
    assert_int_equal(test_count(run, "WB-SEG-0301"), 10);
    assert_int_equal(test_count(run, "WB-MSG-0211"), 1);
    assert_int_equal(run->finding_count, 11);
    assert_int_equal(run->messages[0].errors, 50);
    assert_str(
        test_find(run, "WB-MSG-0211")->text,
        "This message has more than 10 errors and warnings; the rest is counted, not listed");
    wb_out_done(&out);
    /* Notes have a share of their own, and are told with that number. */
    run = test_check(
        fix, test_order(fix, HEAD "REF*CT*1~REF*CT* 1~REF*CT* 1~REF*CT* 1~REF*CT* 1~" LINE), &how);
    assert_string_equal(test_list(fix, run), "ELM-0420@4/2 ELM-0420@5/2 ELM-0420@6/2 MSG-0211@7/0");
    assert_str(test_find(run, "WB-MSG-0211")->text,
               "This message has more than 3 notes and advice; the rest is counted, not listed");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_places, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_runs_and_maxima, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_missing_names_both_places, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_loop_maximum, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_guess, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_late, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_as_if_spelt_right, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_tree_without_the_misspelt, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_same_tag_in_many_loops, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_unknown_message_is_one_finding, test_setup,
                                        test_teardown),
        cmocka_unit_test_setup_teardown(test_other_release_lowers, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_findings_are_limited, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
