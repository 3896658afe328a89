/*
 * The envelope: each row is a whole input and every finding that comes of it, the note code of the
 * TA1 and the verdicts. DESIGN section 5 is the oracle of the verdicts.
 */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

#define ISA_OK TEST_ISA
#define ISA_TWO                                                                                    \
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*1200*U*00401*"   \
    "000000002*0*P*>~"
#define BODY TEST_BEG TEST_PO1
#define MESSAGE TEST_ST BODY "SE*4*0001~"
#define REST TEST_GS MESSAGE TEST_TAIL

static char
letter(enum check_verdict verdict)
{
    return verdict == CHECK_ACCEPTED               ? 'A'
           : verdict == CHECK_ACCEPTED_WITH_ERRORS ? 'E'
           : verdict == CHECK_PARTLY_ACCEPTED      ? 'P'
                                                   : 'R';
}

/*
 * findings  all of them, in order
 * ta1       note code of the first interchange, NULL when there is none
 * verdicts  of the first interchange and of its first group, as letters of AK9
 * ak905     codes of the first group
 */
static void
expect(struct test_fix *fix, const char *text, const char *findings, const char *ta1,
       const char *verdicts, const char *ak905)
{
    const struct test_run *run = test_check(fix, wb_str_of(text), NULL);
    const char *list = test_list(fix, run);
    if (strcmp(list, findings) != 0) {
        fail_msg("%s: %s", findings, list);
    }
    if (ta1 == NULL) {
        assert_int_equal(run->interchange_count, 0);
        return;
    }
    const char got[] = {letter(run->interchanges[0].verdict), letter(run->groups[0].verdict), '\0'};
    if (strcmp(run->ta1[0], ta1) != 0 || strcmp(got, verdicts) != 0 ||
        strcmp(run->groups[0].codes, ak905) != 0) {
        fail_msg("%s: TA1 %s, verdicts %s, group [%s]", findings, run->ta1[0], got,
                 run->groups[0].codes);
    }
}

/* One element of the ISA wrong: where it begins, what is there, what comes of it. */
struct isa_row {
    size_t at;
    const char *value;
    const char *findings;
    const char *ta1;
    const char *verdicts;
};

static const struct isa_row ISA_ROWS[] = {
    {4,   "99",              "ENV-0113@0/1",               "010", "EA"},
    {4,   "03",              "ENV-0114@0/2",               "011", "EA"},
    {18,  "99",              "ENV-0115@0/3",               "012", "EA"},
    {18,  "01",              "ENV-0116@0/4",               "013", "EA"},
    {32,  "!!",              "ENV-0117@0/5",               "005", "EA"},
    {35,  "               ", "ENV-0118@0/6",               "006", "RA"},
    {51,  "!!",              "ENV-0119@0/7",               "007", "EA"},
    {54,  "               ", "ENV-0120@0/8",               "008", "RA"},
    {70,  "260230",          "ENV-0121@0/9",               "014", "EA"},
    {77,  "2460",            "ENV-0122@0/10",              "015", "EA"},
    {82,  "1",               "ENV-0123@0/11",              "016", "EA"},
    {82,  "T",               "ENV-0124@0/11",              "002", "EA"},
    {82,  "^",               "ENV-0132@0/11",              "000", "AA"},
    {84,  "004A1",           "ENV-0125@0/12",              "017", "EA"},
    {84,  "00399",           "ENV-0126@0/12",              "003", "EA"},
    {84,  "99999",           "ENV-0126@0/12",              "003", "EA"},
    {90,  "00000A001",       "ENV-0112@0/13 ENV-0109@0/2", "018", "RA"},
    {100, "2",               "ENV-0127@0/14",              "019", "EA"},
    {102, "Q",               "ENV-0128@0/15",              "020", "EA"},
    {104, ".",               "ENV-0131@0/16 ELM-0422@3/4", "027", "EA"},
    {104, "*",               "ENV-0131@0/16",              "027", "EA"},
};

static void
test_isa(void **state)
{
    struct test_fix *fix = *state;
    char text[1024];
    for (size_t i = 0; i < sizeof ISA_ROWS / sizeof ISA_ROWS[0]; i++) {
        (void)snprintf(text, sizeof text, "%s%s", ISA_OK, REST);
        memcpy(text + ISA_ROWS[i].at, ISA_ROWS[i].value, strlen(ISA_ROWS[i].value));
        expect(fix, text, ISA_ROWS[i].findings, ISA_ROWS[i].ta1, ISA_ROWS[i].verdicts, "");
    }
}

/*
 * Among them entry 19 of what users suffer, a TA1 between ISA and GS, and of entry 22 counts and
 * numbers written with zeros.
 */
static void
test_interchange(void **state)
{
    struct test_fix *fix = *state;
    expect(fix, ISA_OK REST, "", "000", "AA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*2*000000001~", "ENV-0110@0/1", "021", "RA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*1*000000002~", "ENV-0109@0/2", "001", "RA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*1*1~", "ENV-0135@0/2", "000", "AA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*00001*000000001~", "", "000", "AA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*1*000000001*X~", "ENV-0133@0/3", "022", "EA",
           "");
    expect(fix, ISA_OK REST ISA_OK REST, "ENV-0111@0/13", "000", "AA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~", "ENV-0104@0/0", "023", "RA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*1*000000001", "ENV-0105@0/0", "023", "EA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~" ISA_TWO TEST_GS MESSAGE "GE*1*1~IEA*1*000000002~",
           "ENV-0103@0/0", "022", "RA", "");
    expect(fix, ISA_OK "GE*1*1~" REST, "ENV-0106@0/0", "022", "RA", "");
    expect(fix, ISA_OK TEST_GS "SE*1*0001~" MESSAGE TEST_TAIL, "GRP-0164@0/0", "024", "ER", "");
    expect(fix, ISA_OK MESSAGE "IEA*1*000000001~", "ENV-0107@0/0", "022", "RA", "");
    expect(fix, ISA_OK MESSAGE "IEA*2*000000001~", "ENV-0107@0/0 ENV-0110@0/1", "022", "RA", "");
    expect(fix, ISA_OK MESSAGE "IEA*0*000000001~", "ENV-0107@0/0", "022", "RA", "");
    expect(fix, ISA_OK "REF*CT*1~REF*CT*2~" REST, "ENV-0108@0/0", "024", "EA", "");
    expect(fix, ISA_OK "ISB*AA*X~ISE*AA*X~ISX*?~TA3*X~" REST,
           "ENV-0136@0/0 ENV-0136@0/0 ENV-0136@0/0 ENV-0136@0/0", "000", "AA", "");
    expect(fix, ISA_OK "TA1*000000001*260311*1200*A*000~" REST, "", "000", "AA", "");
    expect(fix, ISA_OK "TA1*000000001*260311*1200*Q*000~" REST, "ENV-0134@0/4", "024", "EA", "");
    expect(fix, MESSAGE, "ENV-0101@0/0", "022", "RA", "");
    /* Without an ISA nobody knows where the components of REF04 end. */
    expect(fix, TEST_ST TEST_BEG "REF*CT*A**CT>1>DP>2~" TEST_PO1 "SE*5*0001~", "ENV-0101@0/0",
           "022", "RA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*000001*1~IEA*1*000000001~", "", "000", "AA", "");
}

static void
test_group(void **state)
{
    struct test_fix *fix = *state;
    expect(fix, ISA_OK "GS*QQ*SENDER*RECEIVER*20260311*1200*1*X*004010~" MESSAGE TEST_TAIL,
           "GRP-0151@0/1", "000", "AR", "1");
    expect(fix, ISA_OK "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*4010~" MESSAGE TEST_TAIL,
           "GRP-0152@0/8", "000", "AR", "2");
    expect(fix, ISA_OK "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*003040~" MESSAGE TEST_TAIL,
           "GRP-0153@0/8", "000", "AE", "2");
    expect(fix, ISA_OK TEST_GS MESSAGE "IEA*1*000000001~", "GRP-0154@0/0", "000", "AR", "3");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*2~IEA*1*000000001~", "GRP-0155@0/2", "000", "AR", "4");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*000001~IEA*1*000000001~", "GRP-0163@0/2", "000", "AA",
           "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*2*1~IEA*1*000000001~", "GRP-0156@0/1", "000", "AR", "5");
    expect(fix,
           ISA_OK "GS*PO*SENDER*RECEIVER*20260311*1200*A1*X*004010~" MESSAGE
                  "GE*1*A1~IEA*1*000000001~",
           "GRP-0157@0/6", "000", "AR", "6");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~" TEST_GS MESSAGE "GE*1*1~IEA*2*000000001~",
           "GRP-0158@0/6", "000", "AA", "");
    expect(fix, ISA_OK "GS*PO*SENDER*RECEIVER*260311*1200*1*X*004010~" MESSAGE TEST_TAIL,
           "GRP-0159@0/4", "024", "EE", "");
    expect(fix, ISA_OK "GS*PO*SENDER*RECEIVER*20260311*1200*1*T*004010~" MESSAGE TEST_TAIL,
           "GRP-0160@0/7", "024", "EE", "");
    expect(fix, ISA_OK TEST_GS "REF*CT*1~REF*CT*2~" MESSAGE TEST_TAIL, "GRP-0161@0/0", "024", "ER",
           "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1*X~IEA*1*000000001~", "GRP-0162@0/3", "024", "EE",
           "");
}

static void
test_message(void **state)
{
    struct test_fix *fix = *state;
    expect(fix, ISA_OK TEST_GS TEST_ST BODY "GE*1*1~IEA*1*000000001~", "MSG-0202@4/0", "000", "AR",
           "");
    expect(fix, ISA_OK TEST_GS TEST_ST BODY "SE*4*0002~" TEST_TAIL, "MSG-0203@4/2", "000", "AR",
           "");
    expect(fix, ISA_OK TEST_GS TEST_ST BODY "SE*5*0001~" TEST_TAIL, "MSG-0204@4/1", "000", "AR",
           "");
    expect(fix, ISA_OK TEST_GS TEST_ST BODY "SE*4*1~" TEST_TAIL, "MSG-0209@4/2", "000", "AA", "");
    expect(fix, ISA_OK TEST_GS "ST*85*0001~" BODY "SE*4*0001~" TEST_TAIL, "MSG-0205@1/1", "000",
           "AR", "");
    expect(fix, ISA_OK "GS*FA*SENDER*RECEIVER*20260311*1200*1*X*004010~" MESSAGE TEST_TAIL,
           "MSG-0206@1/1", "000", "AE", "");
    expect(fix, ISA_OK TEST_GS "ST*850*1~" BODY "SE*4*1~" TEST_TAIL, "MSG-0207@1/2", "000", "AR",
           "");
    expect(fix, ISA_OK TEST_GS MESSAGE MESSAGE "GE*2*1~IEA*1*000000001~", "MSG-0208@1/2", "000",
           "AP", "");
    expect(fix, "hello, this is no interchange", "FILE-0003@0/0", NULL, "AA", NULL);
    expect(fix, "", "FILE-0003@0/0", NULL, "AA", NULL);
    expect(fix, ISA_OK REST "junk", "FILE-0002@0/0", "000", "AA", "");
}

/* The second interchange of a pair is the one that is the duplicate. */
static void
test_duplicates_reject_the_second(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run = test_check(fix, wb_str_of(ISA_OK REST ISA_OK REST), NULL);
    assert_int_equal(run->interchanges[0].verdict, CHECK_ACCEPTED);
    assert_int_equal(run->interchanges[1].verdict, CHECK_REJECTED);
    assert_string_equal(run->ta1[1], "025");
    run = test_check(
        fix, wb_str_of(ISA_OK TEST_GS MESSAGE "GE*1*1~" TEST_GS MESSAGE "GE*1*1~IEA*2*000000001~"),
        NULL);
    assert_int_equal(run->groups[1].verdict, CHECK_REJECTED);
    assert_string_equal(run->groups[1].codes, "19");
    /* The same number from another sender is no duplicate. */
    char text[2048];
    (void)snprintf(text, sizeof text, "%s%s%s%s", ISA_OK, REST, ISA_OK, REST);
    char *second = strstr(text + 1, "ISA*");
    assert_non_null(second);
    memcpy(second + 35, "SENDER2", 7);
    run = test_check(fix, wb_str_of(text), NULL);
    assert_string_equal(test_list(fix, run), "");
}

/*
 * DESIGN section 5, with the kinds of message mixed: good, with a warning, with an error. Entry 25:
 * what is good in a group is accepted beside what is not.
 */
#define GOOD(n) "ST*850*" n "~" BODY "SE*4*" n "~"
#define WARNED(n) "ST*850*" n "~" TEST_BEG "REF*CT* ~" TEST_PO1 "SE*5*" n "~"
#define BAD(n) "ST*850*" n "~" BODY "SE*9*" n "~"

struct mix {
    const char *messages;
    const char *count;
    enum check_verdict group;
};

static void
test_group_verdicts(void **state)
{
    static const struct mix MIXES[] = {
        {GOOD("0001") GOOD("0002"),   "2", CHECK_ACCEPTED            },
        {GOOD("0001") WARNED("0002"), "2", CHECK_ACCEPTED_WITH_ERRORS},
        {WARNED("0001"),              "1", CHECK_ACCEPTED_WITH_ERRORS},
        {GOOD("0001") BAD("0002"),    "2", CHECK_PARTLY_ACCEPTED     },
        {WARNED("0001") BAD("0002"),  "2", CHECK_PARTLY_ACCEPTED     },
        {BAD("0001") BAD("0002"),     "2", CHECK_REJECTED            },
        {GOOD("0001"),                "2", CHECK_REJECTED            }, /* broken itself */
        {"",                          "0", CHECK_ACCEPTED            },
    };
    struct test_fix *fix = *state;
    char text[4096];
    for (size_t i = 0; i < sizeof MIXES / sizeof MIXES[0]; i++) {
        (void)snprintf(text, sizeof text, "%s%s%sGE*%s*1~IEA*1*000000001~", ISA_OK, TEST_GS,
                       MIXES[i].messages, MIXES[i].count);
        const struct test_run *run = test_check(fix, wb_str_of(text), NULL);
        if (run->groups[0].verdict != MIXES[i].group) {
            fail_msg("mix %zu: %s", i, check_verdict_word(run->groups[0].verdict));
        }
    }
}

static void
test_corrections(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run = test_check(
        fix, wb_str_of(ISA_OK TEST_GS TEST_ST BODY "SE*9*0007~GE*3*9~IEA*4*000000005~"), NULL);
    assert_string_equal(test_list(fix, run), "MSG-0204@4/1 MSG-0203@4/2 GRP-0156@0/1 GRP-0155@0/2 "
                                             "ENV-0110@0/1 ENV-0109@0/2");
    assert_str(test_find(run, "WB-MSG-0204")->corrected, "SE*4*0007");
    assert_str(test_find(run, "WB-MSG-0203")->corrected, "SE*9*0001");
    assert_str(test_find(run, "WB-GRP-0156")->corrected, "GE*1*9");
    assert_str(test_find(run, "WB-GRP-0155")->corrected, "GE*3*1");
    assert_str(test_find(run, "WB-ENV-0110")->corrected, "IEA*1*000000005");
    assert_str(test_find(run, "WB-ENV-0109")->corrected, "IEA*4*000000001");
    assert_str(test_find(run, "WB-MSG-0204")->text,
               "SE01 says \"9\" segments, 4 came, ST and SE included");
}

/* What is missing is told once at each level, and the messages before it keep their verdicts. */
static void
test_cut_off(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run =
        test_check(fix, wb_str_of(ISA_OK TEST_GS GOOD("0001") "ST*850*0002~" TEST_BEG), NULL);
    assert_string_equal(test_list(fix, run), "MSG-0202@3/0 GRP-0154@0/0 ENV-0104@0/0");
    assert_int_equal(run->message_count, 2);
    assert_int_equal(run->messages[0].verdict, CHECK_ACCEPTED);
    assert_int_equal(run->messages[1].verdict, CHECK_REJECTED);
    assert_string_equal(run->ta1[0], "023");
}

/* Blanks around a number or a name that is compared are no difference. */
static void
test_blanks(void **state)
{
    struct test_fix *fix = *state;
    expect(fix, ISA_OK TEST_GS TEST_ST BODY "SE*4*0001 ~" TEST_TAIL, "MSG-0209@4/2", "000", "AA",
           "");
    expect(fix, ISA_OK TEST_GS TEST_ST BODY "SE* 4*0001~" TEST_TAIL, "ELM-0420@4/1", "000", "AA",
           "");
    expect(fix, ISA_OK TEST_GS "ST*850 *0001 ~" BODY "SE*4*0001~" TEST_TAIL,
           "ELM-0420@1/1 ELM-0420@1/2", "000", "AA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1 *1 ~IEA*1*000000001~", "ELM-0420@0/1 GRP-0163@0/2",
           "000", "AA", "");
    expect(fix, ISA_OK TEST_GS MESSAGE "GE*1*1~IEA*1 *000000001 ~", "ELM-0420@0/1 ENV-0135@0/2",
           "000", "AA", "");
    expect(fix,
           ISA_OK "GS*PO *SENDER  *RECEIVER *20260311*1200*1 *X *004010 ~" MESSAGE
                  "GE*1*1~IEA*1*000000001~",
           "ELM-0420@0/1 ELM-0420@0/8", "000", "AA", "");
}

/* What follows from a finding is none of its own. */
static void
test_consequences(void **state)
{
    struct test_fix *fix = *state;
    expect(fix, ISA_OK TEST_GS "ST*850~" BODY "SE*4*0001~" TEST_TAIL, "MSG-0207@1/2", "000", "AR",
           "");
    expect(fix, ISA_OK TEST_GS BODY "SE*4*0001~" MESSAGE TEST_TAIL, "GRP-0161@0/0", "024", "ER",
           "");
    expect(fix, ISA_OK TEST_GS MESSAGE "SE*4*0001~SE*4*0001~" TEST_TAIL,
           "GRP-0164@0/0 GRP-0164@0/0", "024", "ER", "");
    /* The other groups of the interchange are taken. */
    const char *text = ISA_OK TEST_GS BODY "SE*4*0001~GE*1*1~GS*PO*SENDER*RECEIVER*20260311*1200*2*"
                                           "X*004010~" MESSAGE "GE*1*2~IEA*2*000000001~";
    const struct test_run *run = test_check(fix, wb_str_of(text), NULL);
    assert_string_equal(test_list(fix, run), "GRP-0161@0/0 GRP-0156@0/1");
    assert_int_equal(run->interchanges[0].verdict, CHECK_ACCEPTED_WITH_ERRORS);
    assert_int_equal(run->groups[0].verdict, CHECK_REJECTED);
    assert_int_equal(run->groups[1].verdict, CHECK_ACCEPTED);
}

static void
test_missing_counts(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run = test_check(
        fix, wb_str_of(ISA_OK TEST_GS TEST_ST BODY "SE**0001~GE**1~IEA**000000001~"), NULL);
    assert_string_equal(test_list(fix, run), "MSG-0204@4/1 GRP-0156@0/1 ENV-0110@0/1");
    assert_str(run->findings[0].f.text,
               "SE01 (number of segments) is missing, 4 came, ST and SE included");
    assert_str(run->findings[1].f.text,
               "GE01 (number of messages) is missing, 1 came in the group");
    assert_str(run->findings[2].f.text,
               "IEA01 (number of groups) is missing, 1 came in the interchange");
}

/* The elements of a header or trailer are told from left to right, whoever looked at them first. */
static void
test_order_of_elements(void **state)
{
    struct test_fix *fix = *state;
    expect(fix, ISA_OK "GS*ZQ*S*R*20260311*2560*1*X*004010~" MESSAGE "GE*1*1~IEA*2*7*X~",
           "GRP-0151@0/1 GRP-0159@0/2 GRP-0159@0/3 GRP-0159@0/5 ENV-0110@0/1 ENV-0109@0/2 "
           "ENV-0133@0/3",
           "021", "RR", "1");
}

/* A flood of headers is listed up to a bound, and counted behind it. */
static void
test_envelope_is_limited(void **state)
{
    struct test_fix *fix = *state;
    enum { GROUPS = 60 };
    struct wb_out out;
    wb_out_init(&out, &fix->ctx, -1, 1024 * 1024);
    wb_out_text(&out, ISA_OK);
    for (int i = 0; i < GROUPS; i++) {
        wb_out_text(&out, "GS~");
    }
    const struct test_how how = {.findings_max = 10};
    const struct test_run *run = test_check(fix, wb_buf_str(&out.buf), &how);
    assert_int_equal(run->group_count, GROUPS);
    assert_int_equal(run->finding_count, 11);
    assert_str(
        test_find(run, "WB-ENV-0137")->text,
        "This envelope has more than 10 errors and warnings; the rest is counted, not listed");
    /* Each interchange has its own bound. */
    wb_out_text(&out, ISA_TWO "GS~");
    run = test_check(fix, wb_buf_str(&out.buf), &how);
    assert_int_equal(test_count(run, "WB-ENV-0137"), 1);
    assert_true(run->finding_count > 11);
    wb_out_done(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_isa, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_interchange, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_group, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_message, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_duplicates_reject_the_second, test_setup,
                                        test_teardown),
        cmocka_unit_test_setup_teardown(test_group_verdicts, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_corrections, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_cut_off, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_blanks, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_consequences, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_missing_counts, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_order_of_elements, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_is_limited, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
