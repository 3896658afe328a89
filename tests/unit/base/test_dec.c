/* Decimals: reading and printing are inverses, arithmetic is exact or refused. The judge is a
 * rational in 128 bits. */
#include "base/dec.h"

#include "test_support.h"

#include <string.h>

__extension__ typedef __int128 wide;

static struct wb_dec
dec(const char *text)
{
    struct wb_dec d = {0, 0};
    assert_int_equal(wb_dec_parse(wb_str_of(text), '.', &d), WB_DEC_OK);
    return d;
}

static void
assert_prints(struct wb_dec d, const char *wanted)
{
    char text[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(d, '.', text);
    assert_string_equal(text, wanted);
    assert_int_equal(len, strlen(wanted));
}

static void
test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t units;
        uint8_t scale;
    } good[] = {
        {"0",                               0,         0 },
        {"-0",                              0,         0 },
        {"+1",                              1,         0 },
        {"12.50",                           1250,      2 },
        {"-12.50",                          -1250,     2 },
        {".5",                              5,         1 },
        {"5.",                              5,         0 },
        {"-.5",                             -5,        1 },
        {"0007",                            7,         0 },
        {"00000000000000000000000000001.0", 10,        1 },
        {"9223372036854775807",             INT64_MAX, 0 },
        {"-9223372036854775808",            INT64_MIN, 0 },
        {"0.000000000000000001",            1,         18},
        {"9.223372036854775807",            INT64_MAX, 18},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const struct wb_dec d = dec(good[i].text);
        assert_true(d.units == good[i].units);
        assert_int_equal(d.scale, good[i].scale);
    }
    static const char *const bad[] = {"",     "-",  "+",  ".",    "-.",   " 1",  "1 ",
                                      "1e3",  "--", "1-", "1..2", "1.2.", "1,5", "+-",
                                      "0x10", "٣",  "1/", "1:1",  "NaN",  "1.-2"};
    static const char *const wide_ones[] = {"9223372036854775808", "-9223372036854775809",
                                            "99999999999999999999999999999999999999999999",
                                            "0.0000000000000000001", "1.0000000000000000000"};
    struct wb_dec d = {42, 7};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(wb_dec_parse(wb_str_of(bad[i]), '.', &d), WB_DEC_SYNTAX);
    }
    for (size_t i = 0; i < sizeof wide_ones / sizeof *wide_ones; i++) {
        assert_int_equal(wb_dec_parse(wb_str_of(wide_ones[i]), '.', &d), WB_DEC_RANGE);
    }
    /* What is both too long and no number is no number. */
    assert_int_equal(wb_dec_parse(WB_LIT("99999999999999999999999x"), '.', &d), WB_DEC_SYNTAX);
    assert_true(d.units == 42);
    assert_int_equal(d.scale, 7);
    assert_int_equal(wb_dec_parse(WB_LIT("1,5"), ',', &d), WB_DEC_OK);
    assert_prints(d, "1.5");
    assert_int_equal(wb_dec_parse(WB_LIT("1\0002"), '.', &d), WB_DEC_SYNTAX);
}

static void
test_print(void **state)
{
    (void)state;
    assert_prints((struct wb_dec){0, 0}, "0");
    assert_prints((struct wb_dec){0, 2}, "0.00");
    assert_prints((struct wb_dec){5, 1}, "0.5");
    assert_prints((struct wb_dec){-5, 3}, "-0.005");
    assert_prints((struct wb_dec){INT64_MIN, 0}, "-9223372036854775808");
    assert_prints((struct wb_dec){INT64_MIN, 18}, "-9.223372036854775808");
    assert_prints((struct wb_dec){1, 18}, "0.000000000000000001");
    char text[WB_DEC_TEXT_MAX];
    assert_int_equal(wb_dec_print((struct wb_dec){-1250, 2}, ',', text), 6);
    assert_string_equal(text, "-12,50");
}

/* Amounts of all sizes: as many small ones as large ones, and the ends of the range. */
static struct wb_dec
any_dec(uint64_t *seed)
{
    const unsigned shift = (unsigned)(test_next(seed) % 64);
    const uint64_t bits = test_next(seed);
    struct wb_dec d = {(int64_t)(bits >> shift), (uint8_t)(test_next(seed) % 19)};
    const uint64_t choice = test_next(seed) % 40;
    if (choice == 0) {
        d.units = INT64_MIN;
    } else if (choice == 1) {
        d.units = INT64_MAX;
    } else if (choice < 20 && d.units != INT64_MIN) {
        d.units = -d.units;
    }
    return d;
}

static wide
ten_to(unsigned exponent)
{
    wide value = 1;
    while (exponent-- > 0) {
        value *= 10;
    }
    return value;
}

static bool
fits(wide units, unsigned scale)
{
    while (scale > 0 && units % 10 == 0) {
        units /= 10;
        scale--;
    }
    return scale <= WB_DEC_SCALE_MAX && units <= INT64_MAX && units >= INT64_MIN;
}

static wide
widen(struct wb_dec d, unsigned scale)
{
    return (wide)d.units * ten_to(scale - d.scale);
}

static void
test_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (unsigned turn = 0; turn < 200000; turn++) {
        const struct wb_dec d = any_dec(&seed);
        char text[WB_DEC_TEXT_MAX];
        struct wb_dec back;
        const size_t len = wb_dec_print(d, '.', text);
        assert_int_equal(wb_dec_parse((struct wb_str){text, len}, '.', &back), WB_DEC_OK);
        assert_true(back.units == d.units);
        assert_int_equal(back.scale, d.scale);
        size_t implied_len = 0;
        assert_true(wb_dec_print_implied(d, d.scale, text, &implied_len));
        assert_int_equal(wb_dec_parse_implied((struct wb_str){text, implied_len}, d.scale, &back),
                         WB_DEC_OK);
        assert_true(back.units == d.units);
    }
}

static void
test_sums(void **state)
{
    (void)state;
    uint64_t seed = 3;
    unsigned done = 0;
    for (unsigned turn = 0; turn < 200000; turn++) {
        const struct wb_dec a = any_dec(&seed);
        const struct wb_dec b = any_dec(&seed);
        const wide sum = widen(a, 18) + widen(b, 18);
        struct wb_dec got;
        struct wb_dec back;
        assert_int_equal(wb_dec_add(a, b, &got), fits(sum, 18));
        if (fits(sum, 18)) {
            assert_true(widen(got, 18) == sum);
            assert_true(wb_dec_sub(got, b, &back));
            assert_int_equal(wb_dec_cmp(back, a), 0);
            assert_true(wb_dec_sub(got, a, &back));
            assert_int_equal(wb_dec_cmp(back, b), 0);
            done++;
        }
        const wide difference = widen(a, 18) - widen(b, 18);
        assert_int_equal(wb_dec_sub(a, b, &got), fits(difference, 18));
        const int order = (difference > 0) - (difference < 0);
        assert_int_equal(wb_dec_cmp(a, b), order);
        assert_int_equal(wb_dec_cmp(b, a), -order);
    }
    assert_true(done > 50000);
    struct wb_dec sum;
    assert_true(wb_dec_add(dec("12.50"), dec("0.5"), &sum));
    assert_prints(sum, "13.00");
    assert_false(wb_dec_add(dec("9223372036854775807"), dec("1"), &sum));
    assert_true(wb_dec_add(dec("9223372036854775807"), dec("0.00"), &sum));
    assert_prints(sum, "9223372036854775807");
}

static void
test_products(void **state)
{
    (void)state;
    uint64_t seed = 4;
    unsigned done = 0;
    for (unsigned turn = 0; turn < 200000; turn++) {
        const struct wb_dec a = any_dec(&seed);
        const struct wb_dec b = any_dec(&seed);
        const wide product = (wide)a.units * b.units;
        const unsigned scale = (unsigned)a.scale + b.scale;
        struct wb_dec got;
        assert_int_equal(wb_dec_mul(a, b, &got), fits(product, scale));
        if (fits(product, scale)) {
            assert_true(got.scale <= scale);
            assert_true((wide)got.units * ten_to(scale - got.scale) == product);
            done++;
        }
    }
    assert_true(done > 20000);
    struct wb_dec product;
    assert_true(wb_dec_mul(dec("12.50"), dec("4"), &product));
    assert_prints(product, "50.00");
    assert_false(wb_dec_mul(dec("9223372036854775807"), dec("2"), &product));
    assert_false(wb_dec_mul(dec("0.0000000001"), dec("0.0000000001"), &product));
}

static void
test_quotients(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        uint8_t scale;
        const char *wanted;
    } rows[] = {
        {"1",                    "3",                   2,  "0.33"                },
        {"2",                    "3",                   2,  "0.67"                },
        {"-2",                   "3",                   2,  "-0.67"               },
        {"1",                    "8",                   2,  "0.13"                },
        {"-1",                   "8",                   2,  "-0.13"               },
        {"1",                    "-8",                  2,  "-0.13"               },
        {"0",                    "5",                   3,  "0.000"               },
        {"100",                  "0.25",                0,  "400"                 },
        {"1",                    "3",                   18, "0.333333333333333333"},
        {"0.000000000000000001", "9223372036854775807", 18, "0.000000000000000000"},
        {"9223372036854775807",  "1",                   0,  "9223372036854775807" },
        {"-9223372036854775808", "1",                   0,  "-9223372036854775808"},
        {"0.000000000000000005", "1",                   17, "0.00000000000000001" },
    };
    struct wb_dec got;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(wb_dec_div(dec(rows[i].a), dec(rows[i].b), rows[i].scale, &got));
        assert_prints(got, rows[i].wanted);
    }
    assert_false(wb_dec_div(dec("1"), dec("0.00"), 2, &got));
    assert_false(wb_dec_div(dec("9223372036854775807"), dec("0.1"), 0, &got));
    assert_false(wb_dec_div(dec("-9223372036854775808"), dec("-1"), 0, &got));
    assert_false(wb_dec_div(dec("10"), dec("1"), 18, &got));
    /* The smallest number leaves no room for one more digit, however many are still owed. */
    assert_true(wb_dec_div(dec("-9223372036854775808"), dec("1"), 0, &got));
    assert_prints(got, "-9223372036854775808");
    assert_false(wb_dec_div(dec("-9223372036854775808"), dec("1"), 1, &got));
    assert_false(wb_dec_div(dec("-9223372036854775808"), dec("1"), 18, &got));
    assert_false(wb_dec_div(dec("-9223372036854775808"), dec("0.1"), 0, &got));
    /* |q - a/b| <= half of the last place, tested without division. */
    uint64_t seed = 5;
    for (unsigned turn = 0; turn < 100000; turn++) {
        const struct wb_dec a = {(int64_t)(test_next(&seed) >> 34) - (1 << 29), 4};
        const struct wb_dec b = {(int64_t)(test_next(&seed) >> 34) - (1 << 29), 2};
        if (b.units == 0) {
            continue;
        }
        assert_true(wb_dec_div(a, b, 6, &got));
        const wide error = (wide)got.units * b.units - (wide)a.units * ten_to(4);
        const wide twice = error < 0 ? -2 * error : 2 * error;
        assert_true(twice <= (b.units < 0 ? -(wide)b.units : (wide)b.units));
    }
}

static void
test_round_and_trim(void **state)
{
    (void)state;
    assert_prints(wb_dec_round(dec("2.345"), 2), "2.35");
    assert_prints(wb_dec_round(dec("-2.345"), 2), "-2.35");
    assert_prints(wb_dec_round(dec("2.344999"), 2), "2.34");
    assert_prints(wb_dec_round(dec("0.5"), 0), "1");
    assert_prints(wb_dec_round(dec("-0.5"), 0), "-1");
    assert_prints(wb_dec_round(dec("0.49"), 0), "0");
    assert_prints(wb_dec_round(dec("2.3"), 5), "2.3");
    assert_prints(wb_dec_round((struct wb_dec){INT64_MAX, 18}, 0), "9");
    assert_prints(wb_dec_round((struct wb_dec){INT64_MIN, 1}, 0), "-922337203685477581");
    assert_prints(wb_dec_trim(dec("12.500")), "12.5");
    assert_prints(wb_dec_trim(dec("100")), "100");
    assert_prints(wb_dec_trim(dec("0.000")), "0");
    assert_int_equal(wb_dec_cmp(wb_dec_int(-3), dec("-3.000")), 0);
}

static void
test_implied(void **state)
{
    (void)state;
    struct wb_dec d;
    char text[WB_DEC_TEXT_MAX];
    size_t len = 0;
    assert_int_equal(wb_dec_parse_implied(WB_LIT("1250"), 2, &d), WB_DEC_OK);
    assert_prints(d, "12.50");
    assert_int_equal(wb_dec_parse_implied(WB_LIT("-5"), 2, &d), WB_DEC_OK);
    assert_prints(d, "-0.05");
    assert_int_equal(wb_dec_parse_implied(WB_LIT("12.50"), 2, &d), WB_DEC_SYNTAX);
    assert_int_equal(wb_dec_parse_implied(WB_LIT("+1"), 0, &d), WB_DEC_SYNTAX);
    assert_int_equal(wb_dec_parse_implied(WB_LIT(""), 0, &d), WB_DEC_SYNTAX);
    assert_int_equal(wb_dec_parse_implied(WB_LIT("1\0"), 0, &d), WB_DEC_SYNTAX);
    assert_int_equal(wb_dec_parse_implied(WB_LIT("9223372036854775808"), 2, &d), WB_DEC_RANGE);
    assert_true(wb_dec_print_implied(dec("12.5"), 2, text, &len));
    assert_str(((struct wb_str){text, len}), "1250");
    assert_true(wb_dec_print_implied(dec("12.500"), 2, text, &len));
    assert_str(((struct wb_str){text, len}), "1250");
    assert_false(wb_dec_print_implied(dec("12.505"), 2, text, &len));
    assert_true(wb_dec_print_implied((struct wb_dec){INT64_MIN, 0}, 18, text, &len));
    assert_str(((struct wb_str){text, len}), "-9223372036854775808000000000000000000");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),          cmocka_unit_test(test_print),
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_sums),
        cmocka_unit_test(test_products),       cmocka_unit_test(test_quotients),
        cmocka_unit_test(test_round_and_trim), cmocka_unit_test(test_implied),
    };
    return cmocka_run_group_tests_name("base-dec", tests, NULL, NULL);
}
