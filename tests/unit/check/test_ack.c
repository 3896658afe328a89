/*
 * TA1 and 997. First whole answers byte for byte, then the law: whatever came in, our answer is
 * read under our own grammar without a finding, and says about each message and group what the
 * check said.
 */
#include "check_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUR_ISA                                                                                    \
    "ISA*00*          *00*          *ZZ*RECEIVER       *ZZ*SENDER         *260311*1200*U*00401*"   \
    "000000007*0*P*>~\n"
#define OUR_GS "GS*FA*RECEIVER*SENDER*20260311*1200*1*X*004010~\nST*997*0001~\nAK1*PO*1~\n"
#define OUR_TAIL "GE*1*1~\nIEA*1*000000007~\n"

/* Entry 17: what is good is not rejected. */
static void
test_accepted(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str ack = test_ack(fix, test_order(fix, TEST_BEG TEST_PO1), NULL);
    assert_str(ack, OUR_ISA OUR_GS "AK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~\nSE*6*0001~\n" OUR_TAIL);
}

static void
test_accepted_not_listed(void **state)
{
    struct test_fix *fix = *state;
    const struct ack_options options = {
        .at_seconds = 1773230400, .at_given = true, .control_no = 7};
    const struct wb_str ack = test_ack(fix, test_order(fix, TEST_BEG TEST_PO1), &options);
    assert_non_null(strstr(ack.at, "AK1*PO*1~AK9*A*1*1*1~SE*4*0001~GE*1*1~"));
    assert_null(strstr(ack.at, "AK2"));
}

/* Every kind of defect in one message: AK3s in order, AK4s below the 8, the reasons in AK5. */
static void
test_rejected(void **state)
{
    struct test_fix *fix = *state;
    const char *text =
        TEST_ISA TEST_GS TEST_ST "REF*CT*TOO LONG A REFERENCE FOR 4010 TO BE TRUE*A**X~"
                                 "REF*CT*1**!!>1~"
                                 "QQQQ*1~"
                                 "N1*ST*DOCK~N3*A~N3*B~N3*C*D*E~"
                                 "CUR*BY*USD~"
                                 "PO1*1*10*EA*12.50**VN~"
                                 "SE*99*0002~" TEST_TAIL;
    const struct wb_str ack = test_ack(fix, wb_str_of(text), NULL);
    assert_str(ack, OUR_ISA OUR_GS "AK2*850*0001~\n"
                                   "AK3*BEG*2**3~\n"
                                   "AK3*REF*2**8~\n"
                                   "AK4*2*127*5*TOO LONG A REFERENCE FOR 4010 TO BE TRUE~\n"
                                   "AK4*5**3*X~\n"
                                   "AK3*REF*3**8~\n"
                                   "AK4*4>1*128*7*!!~\n"
                                   "AK3*QQQ*4**1~\n"
                                   "AK3*N3*8*N1*5~\n"
                                   "AK3*N3*8*N1*8~\n"
                                   "AK4*3**3*E~\n"
                                   "AK3*CUR*9*N1*7~\n"
                                   "AK3*PO1*10*PO1*8~\n"
                                   "AK4*7*234*2~\n"
                                   "AK5*R*5*4*3~\n"
                                   "AK9*R*1*1*0~\n"
                                   "SE*19*0001~\n" OUR_TAIL);
}

static void
test_with_errors_noted(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str ack = test_ack(fix, test_order(fix, TEST_BEG "REF*CT* ~" TEST_PO1), NULL);
    assert_non_null(strstr(ack.at, "AK2*850*0001~\nAK3*REF*3**8~\nAK4*2*127*6~\nAK5*E*5~\n"
                                   "AK9*E*1*1*1~\n"));
}

/* AK9 tells GE01 as it came, what was received, what was accepted. */
static void
test_counts(void **state)
{
    struct test_fix *fix = *state;
    const char *two = TEST_ISA TEST_GS TEST_ST TEST_BEG TEST_PO1
        "SE*4*0001~ST*850*0002~" TEST_BEG "SE*3*0002~GE*2*1~IEA*1*000000001~";
    struct wb_str ack = test_ack(fix, wb_str_of(two), NULL);
    assert_non_null(strstr(ack.at,
                           "AK2*850*0001~\nAK5*A~\nAK2*850*0002~\nAK3*PO1*3*PO1*3~\nAK5*R*5~\n"
                           "AK9*P*2*2*1~\n"));
    /* A broken group accepts nothing, so no message in it is told as accepted. */
    const char *broken =
        TEST_ISA TEST_GS TEST_ST TEST_BEG TEST_PO1 "SE*4*0001~GE*0007*9~IEA*1*000000001~";
    ack = test_ack(fix, wb_str_of(broken), NULL);
    assert_non_null(strstr(ack.at, "AK1*PO*1~\nAK9*R*7*1*0*5*4~\nSE*4*0001~\n"));
    const char *unended = TEST_ISA TEST_GS TEST_ST TEST_BEG TEST_PO1 "SE*4*0001~IEA*1*000000001~";
    ack = test_ack(fix, wb_str_of(unended), NULL);
    assert_non_null(strstr(ack.at, "AK9*R*1*1*0*3~\n"));
}

static void
test_ta1(void **state)
{
    struct test_fix *fix = *state;
    char text[2048];
    const struct wb_str order = test_order(fix, TEST_BEG TEST_PO1);
    (void)snprintf(text, sizeof text, WB_FMT, WB_ARG(order));
    /* Asked for: ISA14 is the byte before "*P*>". */
    char *asked = strstr(text, "*0*P*>");
    assert_non_null(asked);
    asked[1] = '1';
    struct wb_str ack = test_ack(fix, wb_str_of(text), NULL);
    assert_non_null(strstr(ack.at, "TA1*000000001*260311*1200*A*000~\nGS*FA*"));
    asked[1] = '9';
    ack = test_ack(fix, wb_str_of(text), NULL);
    assert_non_null(strstr(ack.at, "TA1*000000001*260311*1200*E*019~\nGS*FA*"));
    /* Rejected as a whole: the TA1 stands alone. */
    asked[1] = '0';
    memcpy(strstr(text, "IEA*1*000000001"), "IEA*1*000000009", 15);
    ack = test_ack(fix, wb_str_of(text), NULL);
    assert_str(ack, OUR_ISA "TA1*000000001*260311*1200*R*001~\nIEA*0*000000007~\n");
    const struct ack_options always = {
        .at_seconds = 1773230400, .at_given = true, .control_no = 1, .ta1_always = true};
    ack = test_ack(fix, order, &always);
    assert_non_null(strstr(ack.at, "TA1*000000001*260311*1200*A*000~GS*FA*"));
}

/* Entry 16: answers follow the inbound interchange: ids swapped, test flag, separators, release. */
static void
test_mirror(void **state)
{
    struct test_fix *fix = *state;
    const char *text =
        "ISA|00|          |00|          |01|111111111      |14|222222222      |260311|1200|U|00401|"
        "000000042|0|T|_\nGS|PO|APP1|APP2|20260311|1200|77|X|004010VICS\nST|850|0001\n"
        "BEG|00|SA|PO-1||20260311\nREF|CT|A*B~C:D_E THE VALUE IS TOO LONG FOR IT\n"
        "PO1|1|10|EA|12.50||VN|AB-1\nSE|5|0001\nGE|1|77\nIEA|1|000000042\n";
    const struct wb_str ack = test_ack(fix, wb_str_of(text), NULL);
    assert_str(
        ack, "ISA|00|          |00|          |14|222222222      |01|111111111      |260311|1200|U|"
             "00401|000000007|0|T|_\nGS|FA|APP2|APP1|20260311|1200|1|X|004010VICS\nST|997|0001\n"
             "AK1|PO|77\nAK2|850|0001\nAK3|REF|3||8\n"
             "AK4|2|127|5|A*B~C:D?E THE VALUE IS TOO LONG FOR IT\nAK5|R|5\nAK9|R|1|1|0\n"
             "SE|8|0001\nGE|1|1\nIEA|1|000000007\n");
}

static void
test_time_of_the_interchange(void **state)
{
    struct test_fix *fix = *state;
    const struct ack_options options = {.control_no = 1, .suffix = WB_LIT("")};
    const struct wb_str ack = test_ack(fix, test_order(fix, TEST_BEG TEST_PO1), &options);
    assert_non_null(strstr(ack.at, "*260311*1200*U*00401*000000001*"));
    assert_non_null(strstr(ack.at, "GS*FA*RECEIVER*SENDER*20260311*1200*1*"));
}

/* Where ISA09 is no date the group's is taken; the clock only where nothing is one. */
static void
test_time_without_a_date(void **state)
{
    struct test_fix *fix = *state;
    const struct ack_options options = {.control_no = 1, .suffix = WB_LIT("")};
    char text[2048];
    const struct wb_str order = test_order(fix, TEST_BEG TEST_PO1);
    (void)snprintf(text, sizeof text, WB_FMT, WB_ARG(order));
    memcpy(strstr(text, "*260311*1200*U") + 1, "250231", 6);
    struct wb_str ack = test_ack(fix, wb_str_of(text), &options);
    assert_non_null(strstr(ack.at, "*260311*1200*U*00401*000000001*"));
    assert_non_null(strstr(ack.at, "TA1*000000001*260311*1200*E*014~"));
    assert_non_null(strstr(ack.at, "GS*FA*RECEIVER*SENDER*20260311*1200*1*"));
    /* --at is the time of our answer; the interchange keeps its own. */
    const struct ack_options given = {
        .at_seconds = 1773230400 + 86400, .at_given = true, .control_no = 1};
    ack = test_ack(fix, wb_str_of(text), &given);
    assert_non_null(strstr(ack.at, "*260312*1200*U*00401*000000001*"));
    assert_non_null(strstr(ack.at, "TA1*000000001*260311*1200*E*014~"));
    /* Nothing is a date: the clock's, here 2026-03-13T12:00Z. */
    memcpy(strstr(text, "*20260311*1200*1*X*") + 1, "20250231", 8);
    fix->ctx.os.clock_fixed = true;
    fix->ctx.os.clock_seconds = 1773230400 + 2 * 86400;
    ack = test_ack(fix, wb_str_of(text), &options);
    assert_non_null(strstr(ack.at, "*260313*1200*U*00401*000000001*"));
    assert_non_null(strstr(ack.at, "TA1*000000001*260313*1200*E*014~"));
    assert_non_null(strstr(ack.at, "GS*FA*RECEIVER*SENDER*20260313*1200*1*"));
    assert_null(strstr(ack.at, "700101"));
}

static void
test_nothing_for_997(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str ack = test_ack(fix, test_order(fix, TEST_BEG TEST_PO1), NULL);
    assert_int_equal(test_ack(fix, ack, NULL).len, 0);
}

static void
test_two_interchanges(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str both = test_fixture(fix, "850-multi.edi");
    const struct wb_str ack = test_ack(fix, both, NULL);
    const struct test_run *in = test_check(fix, both, NULL);
    const struct test_run *out = test_check(fix, ack, NULL);
    assert_int_equal(out->interchange_count, in->interchange_count);
    assert_int_equal(out->finding_count, 0);
    assert_non_null(strstr(ack.at, "*000000007*0*"));
    assert_non_null(strstr(ack.at, "|000000008|0|"));
}

/* Notes that the partner's own ids cause: a code of an open list that we do not know. */
static bool
excused(const struct test_finding *f)
{
    return strcmp(f->code, "WB-ELM-0419") == 0;
}

static size_t
count_text(struct wb_str text, const char *word)
{
    size_t count = 0;
    for (const char *at = text.at; at != NULL && (at = strstr(at, word)) != NULL; at++) {
        count++;
    }
    return count;
}

static void
law(struct test_fix *fix, struct wb_str input, const char *what)
{
    const struct wb_str ack = test_ack(fix, input, NULL);
    if (ack.len == 0) {
        return;
    }
    const struct test_run *out = test_check(fix, ack, NULL);
    for (size_t i = 0; i < out->finding_count; i++) {
        if (!excused(&out->findings[i])) {
            fail_msg("%s: %s " WB_FMT "\n" WB_FMT, what, out->findings[i].code,
                     WB_ARG(out->findings[i].f.text), WB_ARG(ack));
        }
    }
    /* The same input gives the same bytes. */
    const struct wb_str again = test_ack(fix, input, NULL);
    assert_true(wb_str_eq(ack, again));
}

static void
test_law_over_fixtures(void **state)
{
    struct test_fix *fix = *state;
    const char *root = getenv("WAYBILL_SOURCE");
    char path[1024];
    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/fixtures/x12/findings", root);
    struct wb_str *names = NULL;
    size_t count = 0;
    assert_int_equal(wb_os_list(&fix->ctx, &fix->arena, path, &names, &count), 0);
    assert_true(count > 90);
    size_t answered = 0;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "findings/" WB_FMT, WB_ARG(names[i]));
        const struct wb_str input = test_fixture(fix, path);
        law(fix, input, path);
        answered += test_ack(fix, input, NULL).len > 0;
    }
    assert_true(answered > 80);
}

/* What the answer says of the messages is what the check said. */
static void
agrees(struct test_fix *fix, struct wb_str input)
{
    const struct test_run *run = test_check(fix, input, NULL);
    const struct wb_str ack = test_ack(fix, input, NULL);
    if (ack.len == 0 || run->interchange_count != 1 || run->group_count != 1 ||
        run->interchanges[0].verdict == CHECK_REJECTED || run->groups[0].errors > 0) {
        return;
    }
    size_t rejected = 0;
    for (size_t m = 0; m < run->message_count; m++) {
        rejected += run->messages[m].verdict == CHECK_REJECTED;
    }
    const char word[] = {'A', 'K', '5', ack.at[3], 'R', '\0'};
    assert_int_equal(count_text(ack, word), rejected);
}

/* Bytes changed anywhere in a whole order: the answer is still right. */
static void
test_law_over_damage(void **state)
{
    struct test_fix *fix = *state;
    static const char PUT[] = "*~>^ \n\x01\xc3"
                              "AZ09.-?";
    uint64_t seed = 99;
    for (int i = 0; i < 600; i++) {
        wb_arena_reset(&fix->arena);
        const struct wb_str order = test_fixture(fix, "850-medsup-order.edi");
        char *bytes = wb_arena_alloc(&fix->ctx, &fix->arena, order.len);
        assert_non_null(bytes);
        memcpy(bytes, order.at, order.len);
        for (int k = 0; k <= i % 3; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[(seed >> 33) % order.len] = PUT[(seed >> 20) % (sizeof PUT - 1)];
        }
        const struct wb_str input = {bytes, order.len};
        law(fix, input, "damaged order");
        agrees(fix, input);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accepted, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_accepted_not_listed, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_rejected, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_with_errors_noted, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_counts, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_ta1, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_mirror, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_time_of_the_interchange, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_time_without_a_date, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_for_997, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_two_interchanges, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_law_over_fixtures, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_law_over_damage, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
