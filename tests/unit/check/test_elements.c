/*
 * Elements, components, repeats, relational notes and advice: each row plants one thing into a good
 * order and says every finding that comes of it.
 */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *segment; /* put between BEG and PO1, or in place of one of them */
    const char *findings;
};

/* In the heading, behind BEG. */
static const struct row HEADING[] = {
    {"REF*CT*1~",                               ""                         },
    {"REF*CT~",                                 "ELM-0402@3/2"             },
    {"REF**1~",                                 "ELM-0401@3/1"             },
    {"REF*!!*1~",                               "ELM-0412@3/1"             },
    {"REF*CT*1234567890123456789012345678901~", "ELM-0407@3/2"             },
    {"REF*CT*1*TEXT**X~",                       "ELM-0403@3/5"             },
    {"REF*CT*1*TEXT****~",                      "SEG-0311@3/0"             },
    {"REF*CT*A:B~",                             ""                         },
    {"REF*CT*A>B~",                             "ELM-0422@3/2"             },
    {"REF*C>T*1~",                              "ELM-0412@3/1"             },
    {"DTM*002**12>00~",                         "ELM-0414@3/3"             },
    {"REF*CT *1~",                              "ELM-0420@3/1"             },
    {"CUR*BY *USD   ~",                         "ELM-0420@3/1 ELM-0420@3/2"},
    {"DTM*002**235960~",                        "ELM-0414@3/3"             },
    {"REF*CT*1**CT>1~",                         ""                         },
    {"REF*CT*1**CT>1>DP~",                      "ELM-0402@3/4-4"           },
    {"REF*CT*1**>1~",                           "ELM-0401@3/4-1"           },
    {"REF*CT*1**CT>1>DP>2>CT>3>X~",             "ELM-0404@3/4-7"           },
    {"REF*CT*1**!!>1~",                         "ELM-0412@3/4-1"           },
    {"REF*CT* 1~",                              "ELM-0420@3/2"             },
    {"REF*CT*1 ~",                              "ELM-0420@3/2"             },
    {"REF*CT* ~",                               "ELM-0411@3/2"             },
    {"REF*CT*\xc3\x9c~",                        "ELM-0423@3/2"             },
    {"REF*CT*\xdc~",                            "ELM-0423@3/2"             },
    {"REF*CT*A\tB~",                            "ELM-0408@3/2"             },
    {"CUR*BY*XYZ~",                             "ELM-0419@3/2"             },
    {"CUR*BY*USD*1.5E3~",                       "ELM-0410@3/3"             },
    {"CUR*BY*USD*1,50~",                        "ELM-0409@3/3"             },
    {"CUR*BY*USD*.123~",                        "ELM-0406@3/3"             },
    {"CUR*BY*USD*-1.234~",                      ""                         },
    {"CUR*BY*USD*0.00012345678901~",            "ELM-0407@3/3"             },
    {"CUR*BY*USD*1.5.0~",                       "ELM-0409@3/3"             },
    {"DTM*002*20260229~",                       "ELM-0413@3/2"             },
    {"DTM*002*20240229~",                       ""                         },
    {"DTM*002*260311~",                         "ELM-0406@3/2"             },
    {"DTM*002*2026-3-1~",                       "ELM-0413@3/2"             },
    {"DTM*002**2400~",                          "ELM-0414@3/3"             },
    {"DTM*002**1200AM~",                        "ELM-0414@3/3"             },
    {"DTM*002**123~",                           "ELM-0406@3/3"             },
    {"DTM*002**12300~",                         "ELM-0414@3/3"             },
    {"DTM*002**12300099~",                      ""                         },
    {"DTM*002~",                                "ELM-0402@3/2"             },
    {"DTM*002*20260311**01~",                   "ELM-0402@3/3"             },
    {"DTM*002*20260311***D8~",                  "ELM-0402@3/6"             },
    {"SAC*C*D240***45.00~",                     "ELM-0409@3/5"             },
    {"SAC*C*D240***-4500~",                     ""                         },
    {"SAC*C*D240***0004500~",                   "ELM-0421@3/5"             },
    {"MEA**WT*1*EA*1~",                         ""                         },
    {"MEA**WT***1~",                            "ELM-0402@3/4"             },
    {"MEA***1~",                                ""                         },
    {"MEA**WT*1*EA****04~",                     "ELM-0415@3/3"             },
    {"MEA*******04~",                           "ELM-0402@3/3 ELM-0402@3/3"},
    {"MEA**WT*1*******~",                       "SEG-0311@3/0"             },
};

static void
run_rows(struct test_fix *fix, const struct row *rows, size_t count, const char *before,
         const char *after)
{
    char body[1024];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(body, sizeof body, "%s%s%s", before, rows[i].segment, after);
        const struct test_run *run = test_check(fix, test_order(fix, body), NULL);
        const char *list = test_list(fix, run);
        if (strcmp(list, rows[i].findings) != 0) {
            fail_msg("%s: %s, not %s", rows[i].segment, list, rows[i].findings);
        }
    }
}

static void
test_heading(void **state)
{
    struct test_fix *fix = *state;
    run_rows(fix, HEADING, sizeof HEADING / sizeof HEADING[0], TEST_BEG, TEST_PO1);
}

/* In place of PO1. */
static const struct row LINES[] = {
    {"PO1*1*10*EA*12.50**VN*AB-1~",       ""            },
    {"PO1*1**EA~",                        "ELM-0402@3/2"},
    {"PO1*1*10*EA*12.50**VN~",            "ELM-0402@3/7"},
    {"PO1*1*10*EA**CT~",                  "ELM-0402@3/4"},
    {"PO1*1*10*CS*12.50~",                "ADV-0501@3/3"},
    {"PO1*1*10*BT*12.50~",                "ADV-0501@3/3"},
    {"PO1*1*10*TR*12.50~",                "ADV-0501@3/3"},
    {"PO1*1*10*SY*12.50~",                "ADV-0501@3/3"},
    {"PO1*1*10*CA*12.50~",                ""            },
    {"PO1*1*2.5*EA*12.50~",               "ADV-0502@3/2"},
    {"PO1*1*2.0*EA*12.50~",               ""            },
    {"PO1*1*2.5*KG*12.50~",               ""            },
    {"PO1*1*-2*EA*12.50~",                "ADV-0503@3/2"},
    {"PO1*1*10*EA*12.50*HP~",             "ADV-0504@3/5"},
    {"PO1*1*10*Z!*12.50~",                "ELM-0412@3/3"},
    {"PO1*1*007*EA*12.50~",               "ELM-0421@3/2"},
    {"PO1*1*1234567890123456*EA*12.50~",  "ELM-0407@3/2"},
    {"PO1*1*-123456789012345.*EA*12.50~", "ADV-0503@3/2"},
};

static void
test_lines(void **state)
{
    struct test_fix *fix = *state;
    run_rows(fix, LINES, sizeof LINES / sizeof LINES[0], TEST_BEG, "CTT*1~");
}

/* Segments, each with the sentence of its first finding, word for word. A PO1 stands in place of
 * the line. */
static const char *const SENTENCES[] = {
    "REF*CT~",
    "REF02 (Reference) is missing: one of REF02, REF03 must be there",
    "REF**1~",
    "REF01 (Kind of reference) is mandatory and missing",
    "REF*ct*1~",
    "REF01 (Kind of reference) \"ct\" is not in the code list; is CT meant?",
    "PID*Q****A~",
    "PID01 (Kind of description) \"Q\" is not in the code list: F, S, X",
    "REF*CT*1**CT>1>DP>2>CT>3>X~",
    "REF04-07 \"X\" is one component too many: REF04 has 6",
    "REF*!!*1~",
    "REF01 (Kind of reference) \"!!\" is not in the code list",
    "REF*CT*1*TEXT**X~",
    "REF05 \"X\" is one element too many: REF has 4",
    "REF*CT* ~",
    "REF02 (Reference) holds only blanks",
    "REF*CT*A\tB~",
    "REF02 (Reference) \"A.B\" holds the control character 0x09",
    "CUR*BY*USD*.123~",
    "CUR03 (Exchange rate) \".123\" is too short: 3 digits, at least 4",
    "DTM*002*20260229~",
    "DTM02 (Date) \"20260229\" is no date: there is no such day",
    "DTM*002*260311~",
    "DTM02 (Date) \"260311\" is too short: 6 digits, not 8",
    "DTM*002~",
    "DTM02 (Date) is missing: one of DTM02, DTM03, DTM05 must be there",
    "DTM*002*20260311**01~",
    "DTM03 (Time) is missing: DTM04 needs DTM03",
    "MEA**WT*1*EA****04~",
    "MEA03 (Measured value) \"1\" must not be there: only one of MEA08, MEA03",
    "PO1*1**EA~",
    "PO102 (Quantity ordered) is missing: PO103 needs PO102",
    "PO1*1*10*EA*12.50**VN~",
    "PO107 (Item id) is missing: PO106, PO107 go together",
    "PO1*1*10*CS*12.50~",
    "PO103 is \"CS\", \"cassette\" in X12; partners who write CS mostly mean CA, case",
    "REF*CT*\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9~",
    "REF02 (Reference) \"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9...\" holds UTF-8 beyond ASCII",
    "PO1*1*2.5*EA*12.50~",
    "PO102 is \"2.5\" with unit EA: a part of a piece",
    "PO1*1*10*EA*12.50*HP~",
    "PO105 is \"HP\": the price is per hundred, not for one unit",
};

static void
test_sentences(void **state)
{
    struct test_fix *fix = *state;
    char body[1024];
    for (size_t i = 0; i < sizeof SENTENCES / sizeof SENTENCES[0]; i += 2) {
        const bool line = strncmp(SENTENCES[i], "PO1", 3) == 0;
        (void)snprintf(body, sizeof body, "%s%s%s", TEST_BEG, SENTENCES[i], line ? "" : TEST_PO1);
        const struct test_run *run = test_check(fix, test_order(fix, body), NULL);
        assert_true(run->finding_count > 0);
        assert_str(run->findings[0].f.text, SENTENCES[i + 1]);
    }
}

static void
test_advice_changes_no_verdict(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run =
        test_check(fix, test_order(fix, TEST_BEG "PO1*1*-2.5*CS*12.50*HP~"), NULL);
    assert_true(run->finding_count >= 2);
    assert_int_equal(run->messages[0].verdict, CHECK_ACCEPTED);
    assert_int_equal(run->messages[0].errors + run->messages[0].warnings, 0);
    run = test_check(fix, test_order(fix, TEST_BEG "PO1*1*-0.00*EA*12.50~"), NULL);
    assert_int_equal(run->finding_count, 0);
}

static void
test_place_of_an_element(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str text =
        test_order(fix, TEST_BEG "REF*CT*1**CT>1>DP>TOO LONG A VALUE FOR ITS "
                                 "PLACE IN THE COMPOSITE~" TEST_PO1);
    const struct test_run *run = test_check(fix, text, NULL);
    const struct check_finding *f = test_find(run, "WB-ELM-0407");
    const struct wb_str there = wb_str_sub(text, (size_t)f->at, (size_t)f->len);
    assert_str(there, "TOO LONG A VALUE FOR ITS PLACE IN THE COMPOSITE");
    assert_str(f->value, "TOO LONG A VALUE FOR ITS PLACE IN THE COMPOSITE");
    assert_int_equal(f->line, 1);
    assert_int_equal(f->column, f->at + 1);
    assert_str(f->element_id, "127");
    assert_int_equal(f->component_no, 4);
    assert_true(f->text.len <= 100);
    assert_non_null(strstr(f->text.at, "47 characters, at most 30"));
}

static void
test_corrected(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run =
        test_check(fix, test_order(fix, TEST_BEG "DTM*002*260311~" TEST_PO1), NULL);
    assert_str(test_find(run, "WB-ELM-0406")->corrected, "DTM*002*20260311");
    run = test_check(fix, test_order(fix, TEST_BEG "DTM*002*991231*1200~" TEST_PO1), NULL);
    assert_str(test_find(run, "WB-ELM-0406")->corrected, "DTM*002*19991231*1200");
    run = test_check(fix, test_order(fix, TEST_BEG "DTM*002*991331~" TEST_PO1), NULL);
    assert_str(test_find(run, "WB-ELM-0406")->corrected, "");
}

static const struct test_run *
check_isa(struct test_fix *fix, const char *isa11, const char *isa12)
{
    const struct wb_str text = wb_arena_printf(
        &fix->ctx, &fix->arena,
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*1200*%s*%s*"
        "000000001*0*P*>~%s%s%sREF*CT*A^B^C~%sSE*5*0001~%s",
        isa11, isa12, TEST_GS, TEST_ST, TEST_BEG, TEST_PO1, TEST_TAIL);
    assert_non_null(text.at);
    return test_check(fix, text, NULL);
}

/* Repeats only with a repetition separator, which versions before 00402 do not have. */
static void
test_repeats(void **state)
{
    struct test_fix *fix = *state;
    const struct test_run *run = check_isa(fix, "U", "00401");
    assert_string_equal(test_list(fix, run), "");
    run = check_isa(fix, "^", "00501");
    assert_string_equal(test_list(fix, run), "ELM-0405@3/2");
    const struct check_finding *f = test_find(run, "WB-ELM-0405");
    assert_int_equal(f->repeat_no, 2);
    assert_str(f->value, "B");
    /* ISA11 U with 00501: nothing is split, and that is a note. */
    run = check_isa(fix, "U", "00501");
    assert_string_equal(test_list(fix, run), "ENV-0132@0/11");
}

/* Entry 9: a separator in a text is read as text, and does not reject the order. */
static void
test_separator_in_text(void **state)
{
    struct test_fix *fix = *state;
    const struct wb_str text = test_order(fix, TEST_BEG TEST_PO1 "PID*F****TUBE 3>4 MM>LONG~");
    const struct test_how how = {.want_trees = true};
    const struct test_run *run = test_check(fix, text, &how);
    assert_string_equal(test_list(fix, run), "ELM-0422@4/5");
    assert_str(test_find(run, "WB-ELM-0422")->value, "TUBE 3>4 MM>LONG");
    assert_int_equal(run->messages[0].verdict, CHECK_ACCEPTED);
}

/* `form` with its % replaced. */
static void
compose(char *room, size_t size, const char *form, const char *value)
{
    const size_t at = strcspn(form, "%");
    const int len = snprintf(room, size, "%.*s%s%s", (int)at, form, value, form + at + 1);
    assert_in_range(len, 1, size - 1);
}

/* Entry 13: a sentence that says value and expectation, whatever the value is. */
static void
test_sentences_stay_short(void **state)
{
    struct test_fix *fix = *state;
    char value[400];
    memset(value, 'W', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    char body[1024];
    static const char *const FORMS[] = {"REF*CT*%~", "REF*%*1~",       "DTM*002*%~",
                                        "%*1~",      "REF*CT*1*A**%~", "CUR*BY*USD*%~"};
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
        char segment[512];
        compose(segment, sizeof segment, FORMS[i], value);
        (void)snprintf(body, sizeof body, "%s%s%s", TEST_BEG, segment, TEST_PO1);
        const struct test_run *run = test_check(fix, test_order(fix, body), NULL);
        assert_true(run->finding_count > 0);
        for (size_t k = 0; k < run->finding_count; k++) {
            assert_in_range(run->findings[k].f.text.len, 10, 100);
            assert_in_range(run->findings[k].f.value.len, 0, 99);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_heading, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_lines, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_sentences, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_advice_changes_no_verdict, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_place_of_an_element, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_corrected, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_repeats, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_separator_in_text, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_sentences_stay_short, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
