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
    one(fix, "misspelt trigger", HEAD PARTY "P01*1*10*EA*1**VN*A~PID*F****X~" LINE,
        "SEG-0301@4/0 MSG-0210@6/0");
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
    wb_out_done(&out);
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
        cmocka_unit_test_setup_teardown(test_same_tag_in_many_loops, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_unknown_message_is_one_finding, test_setup,
                                        test_teardown),
        cmocka_unit_test_setup_teardown(test_other_release_lowers, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_findings_are_limited, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
