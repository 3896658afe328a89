/*
 * Types and lengths of values. The law: what check_value_good() lets pass has neither fault nor
 * note when it is looked at closely, whatever the value.
 */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

#include "check/value.h"

struct row {
    uint8_t type;
    uint32_t min, max;
    const char *value;
    int code; /* CHECK_CODE_COUNT = none */
    int note; /* the first, CHECK_CODE_COUNT = none */
};

#define NONE CHECK_CODE_COUNT

static const struct row ROWS[] = {
    {GRAMMAR_AN, 1, 5, "ABC",                      NONE,                NONE               },
    {GRAMMAR_AN, 1, 5, "ABCDEF",                   CHECK_ELM_TOO_LONG,  NONE               },
    {GRAMMAR_AN, 4, 9, "1",                        CHECK_ELM_TOO_SHORT, NONE               },
    {GRAMMAR_AN, 4, 9, "1   ",                     NONE,                NONE               },
    {GRAMMAR_AN, 4, 9, "1    ",                    NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_AN, 1, 5, "A\x01",                    CHECK_ELM_CHARACTER, NONE               },
    {GRAMMAR_AN, 1, 5, "A\x7f",                    CHECK_ELM_CHARACTER, NONE               },
    {GRAMMAR_AN, 1, 4, "\xc3\x9c\xc3\x9c\xc3\x9c", NONE,                CHECK_ELM_NOT_ASCII},
    {GRAMMAR_AN, 1, 2, "\xc3\x9c\xc3\x9c\xc3\x9c", CHECK_ELM_TOO_LONG,  CHECK_ELM_NOT_ASCII},
    {GRAMMAR_AN, 1, 9, "        ",                 CHECK_ELM_BLANK,     NONE               },
    {GRAMMAR_N,  1, 6, "123",                      NONE,                NONE               },
    {GRAMMAR_N,  1, 6, "-123",                     NONE,                NONE               },
    {GRAMMAR_N,  1, 3, "-123",                     NONE,                NONE               },
    {GRAMMAR_N,  1, 6, "+123",                     CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_N,  1, 6, "12.3",                     CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_N,  1, 6, "-",                        CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_N,  1, 6, "12-",                      CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_N,  1, 6, " 12",                      NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_N,  1, 6, "0",                        NONE,                NONE               },
    {GRAMMAR_N,  1, 6, "012",                      NONE,                CHECK_ELM_ZEROS    },
    {GRAMMAR_N,  9, 9, "000000012",                NONE,                NONE               },
    {GRAMMAR_R,  1, 6, "12.50",                    NONE,                NONE               },
    {GRAMMAR_R,  1, 4, "12.50",                    NONE,                NONE               },
    {GRAMMAR_R,  1, 4, "-12.50",                   NONE,                NONE               },
    {GRAMMAR_R,  1, 3, "12.50",                    CHECK_ELM_TOO_LONG,  NONE               },
    {GRAMMAR_R,  1, 6, ".5",                       NONE,                NONE               },
    {GRAMMAR_R,  1, 6, "5.",                       NONE,                NONE               },
    {GRAMMAR_R,  1, 6, "0.5",                      NONE,                NONE               },
    {GRAMMAR_R,  1, 6, "00.5",                     NONE,                CHECK_ELM_ZEROS    },
    {GRAMMAR_R,  1, 6, ".",                        CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 6, "-.",                       CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 6, "1.2.3",                    CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 9, "1E5",                      CHECK_ELM_EXPONENT,  NONE               },
    {GRAMMAR_R,  1, 9, "1.2e-3",                   CHECK_ELM_EXPONENT,  NONE               },
    {GRAMMAR_R,  1, 9, "E5",                       CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 9, "1,234.5",                  CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 9, "$12",                      CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_DT, 8, 8, "20240229",                 NONE,                NONE               },
    {GRAMMAR_DT, 8, 8, "20000229",                 NONE,                NONE               },
    {GRAMMAR_DT, 8, 8, "19000229",                 CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 8, 8, "20260431",                 CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 8, 8, "20261301",                 CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 8, 8, "20260100",                 CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 8, 8, "00000101",                 CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 8, 8, "260311",                   CHECK_ELM_TOO_SHORT, NONE               },
    {GRAMMAR_DT, 8, 8, "2026031X",                 CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 6, 6, "240229",                   NONE,                NONE               },
    {GRAMMAR_DT, 6, 6, "230229",                   CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_DT, 6, 8, "2026031",                  CHECK_ELM_DATE,      NONE               },
    {GRAMMAR_TM, 4, 8, "0000",                     NONE,                NONE               },
    {GRAMMAR_TM, 4, 8, "2359",                     NONE,                NONE               },
    {GRAMMAR_TM, 4, 8, "235959",                   NONE,                NONE               },
    {GRAMMAR_TM, 4, 8, "2359599",                  NONE,                NONE               },
    {GRAMMAR_TM, 4, 8, "23595999",                 NONE,                NONE               },
    {GRAMMAR_TM, 4, 8, "2400",                     CHECK_ELM_TIME,      NONE               },
    {GRAMMAR_TM, 4, 8, "2360",                     CHECK_ELM_TIME,      NONE               },
    {GRAMMAR_TM, 4, 8, "235960",                   CHECK_ELM_TIME,      NONE               },
    {GRAMMAR_TM, 4, 8, "12:00",                    CHECK_ELM_TIME,      NONE               },
    {GRAMMAR_TM, 4, 8, "123",                      CHECK_ELM_TOO_SHORT, NONE               },
    {GRAMMAR_B,  1, 4, "\x00\x01",                 CHECK_ELM_TOO_SHORT, NONE               },
    {GRAMMAR_B,  1, 4, "\x01\x02",                 NONE,                NONE               },
    {GRAMMAR_ID, 2, 3, "EA ",                      NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_ID, 2, 2, "EA ",                      NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_ID, 2, 2, "EA        ",               NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_ID, 2, 2, "EAX  ",                    CHECK_ELM_TOO_LONG,  CHECK_ELM_BLANKS   },
    {GRAMMAR_ID, 2, 2, "A   ",                     NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_AN, 1, 3, " ABC",                     NONE,                CHECK_ELM_BLANKS   },
    {GRAMMAR_R,  1, 9, "10EA",                     CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 9, "1E",                       CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 9, "1E+",                      CHECK_ELM_NUMBER,    NONE               },
    {GRAMMAR_R,  1, 9, "1E+2",                     CHECK_ELM_EXPONENT,  NONE               },
};

static void
test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const struct row *row = &ROWS[i];
        const struct check_place place = {.min = row->min, .max = row->max, .type = row->type};
        struct check_value_fault fault;
        check_value_look(&place, wb_str_of(row->value), &fault);
        const int note = fault.note_count > 0 ? (int)fault.notes[0] : NONE;
        if ((int)fault.code != row->code || note != row->note) {
            fail_msg("row %zu \"%s\": %d (%s), note %d", i, row->value, (int)fault.code,
                     fault.expect, note);
        }
        if (check_value_good(&place, wb_str_of(row->value), false)) {
            assert_int_equal(row->code, NONE);
            assert_int_equal(row->note, NONE);
        }
    }
}

static void
test_expectations(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        uint32_t max;
        const char *value;
        const char *expect;
    } WORDS[] = {
        {GRAMMAR_R,  6, ".",      "digits are expected"       },
        {GRAMMAR_R,  6, "-",      "digits are expected"       },
        {GRAMMAR_R,  6, "1.2.3",  "one point at most"         },
        {GRAMMAR_N,  6, "1.2",    "no point is written here"  },
        {GRAMMAR_TM, 6, "235960", "seconds to 59"             },
        {GRAMMAR_TM, 6, "2460",   "hours to 23, minutes to 59"},
        {GRAMMAR_TM, 6, "12:00",  "digits only, HHMM"         },
        {GRAMMAR_TM, 6, "12000",  "HHMM or HHMMSS"            },
        {GRAMMAR_AN, 2, "ABC   ", "3 characters, at most 2"   },
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        const struct check_place place = {.min = 1, .max = WORDS[i].max, .type = WORDS[i].type};
        struct check_value_fault fault;
        check_value_look(&place, wb_str_of(WORDS[i].value), &fault);
        assert_string_equal(fault.expect, WORDS[i].expect);
    }
}

static uint64_t
next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Values made of what types are made of, so that both answers are common. */
static void
test_good_has_no_fault(void **state)
{
    (void)state;
    static const char ALPHABET[] = "0123456789012345678900112233.-+ EAz\x01\x80\xc3\xbc";
    uint64_t seed = 0x243f6a8885a308d3u;
    size_t good_count = 0;
    for (int i = 0; i < 400000; i++) {
        char bytes[24];
        const size_t len = 1 + next(&seed) % 12;
        const size_t letters = next(&seed) % 3 == 0 ? sizeof ALPHABET - 1 : 31;
        for (size_t k = 0; k < len; k++) {
            bytes[k] = ALPHABET[next(&seed) % letters];
        }
        const struct check_place place = {.min = (uint32_t)(1 + next(&seed) % 6),
                                          .max = (uint32_t)(6 + next(&seed) % 6),
                                          .type = (uint8_t)(next(&seed) % 6),
                                          .zeros_ok = next(&seed) % 4 == 0};
        const struct wb_str value = {bytes, len};
        const bool plain = check_plain(value);
        struct check_value_fault fault;
        check_value_look(&place, value, &fault);
        if (check_value_good(&place, value, plain)) {
            good_count++;
            assert_int_equal(fault.code, CHECK_CODE_COUNT);
            assert_int_equal(fault.note_count, 0);
        }
    }
    assert_true(good_count > 10000);
}

static void
test_plain_equals_byte_by_byte(void **state)
{
    (void)state;
    uint64_t seed = 77;
    for (int i = 0; i < 200000; i++) {
        char bytes[40];
        const size_t len = next(&seed) % sizeof bytes;
        bool plain = true;
        for (size_t k = 0; k < len; k++) {
            const bool odd = next(&seed) % 40 == 0;
            bytes[k] = (char)(odd ? next(&seed) % 256 : 0x20 + next(&seed) % 95);
            plain = plain && bytes[k] >= 0x20 && bytes[k] < 0x7f;
        }
        assert_int_equal(check_plain((struct wb_str){bytes, len}), plain);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_expectations),
        cmocka_unit_test(test_good_has_no_fault),
        cmocka_unit_test(test_plain_equals_byte_by_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
