/* Sets of control numbers: against a plain list, and in little memory when they count up. */
#include "check_test.h"

#include <stdio.h>
#include <string.h>

#include "check/numbers.h"

static bool
add(struct test_fix *fix, struct check_numbers *numbers, const char *scope, const char *number)
{
    bool known = false;
    assert_int_equal(
        check_numbers_add(&fix->ctx, numbers, wb_str_of(scope), wb_str_of(number), &known), WB_OK);
    return known;
}

static void
test_against_a_list(void **state)
{
    struct test_fix *fix = *state;
    struct check_numbers numbers = {.count = 0};
    static bool seen[1000];
    uint32_t seed = 12345;
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1664525 + 1013904223;
        /* Runs upwards with jumps, as senders have them. */
        const uint32_t number = seed % 5 == 0 ? seed / 7 % 1000 : (uint32_t)i % 1000;
        char text[16];
        (void)snprintf(text, sizeof text, i % 2 == 0 ? "%u" : "%06u", number);
        assert_int_equal(add(fix, &numbers, "", text), seen[number]);
        seen[number] = true;
    }
    check_numbers_clear(&numbers);
    assert_false(add(fix, &numbers, "", "5"));
    check_numbers_done(&numbers);
}

static void
test_counting_up_takes_no_memory(void **state)
{
    struct test_fix *fix = *state;
    struct check_numbers numbers = {.count = 0};
    for (int i = 1; i < 1000000; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%d", i);
        assert_false(add(fix, &numbers, "", text));
    }
    assert_int_equal(numbers.cap, 0);
    assert_true(add(fix, &numbers, "", "500000"));
    check_numbers_done(&numbers);
}

/* Numbers at random: bounded, and never wrong about a new one. */
static void
test_limit(void **state)
{
    struct test_fix *fix = *state;
    struct check_numbers numbers = {.count = 0};
    size_t missed = 0;
    for (uint64_t i = 0; i < CHECK_NUMBERS_MAX; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)(i * 7 + 3));
        assert_false(add(fix, &numbers, "", text));
        missed += i % 1000 == 0 && !add(fix, &numbers, "", text);
    }
    assert_true(numbers.cap <= CHECK_NUMBERS_MAX);
    assert_true(missed > 0);
    check_numbers_done(&numbers);
}

/* Numbers chosen so that all of them hash to one place: most are not remembered, and none is slow.
 */
static void
test_collisions(void **state)
{
    struct test_fix *fix = *state;
    enum { NUMBERS = 200000 };
    /* The inverse of the factor that numbers are multiplied with. */
    uint64_t inverse = 1;
    for (int i = 0; i < 6; i++) {
        inverse *= 2 - inverse * 0xff51afd7ed558ccdu;
    }
    assert_int_equal(inverse * 0xff51afd7ed558ccdu, 1);
    struct check_numbers numbers = {.count = 0};
    size_t remembered = 0;
    for (uint64_t i = 0; i < NUMBERS; i++) {
        char text[32];
        /* The hash is (m ^ m >> 32) with low bits all equal. */
        const uint64_t m = (i + 1) << 44 | ((i + 1) << 12);
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)(m * inverse));
        assert_false(add(fix, &numbers, "", text));
        remembered = numbers.count;
    }
    assert_in_range(remembered, 1, NUMBERS / 100);
    check_numbers_done(&numbers);
}

static void
test_scopes_and_words(void **state)
{
    struct test_fix *fix = *state;
    struct check_numbers numbers = {.count = 0};
    assert_false(add(fix, &numbers, "A", "1"));
    assert_false(add(fix, &numbers, "B", "1"));
    assert_true(add(fix, &numbers, "A", "0001"));
    assert_false(add(fix, &numbers, "A", "X1"));
    assert_true(add(fix, &numbers, "A", "X1"));
    assert_true(check_numbers_equal(WB_LIT("0001"), WB_LIT("1")));
    assert_false(check_numbers_equal(WB_LIT("0001"), WB_LIT("2")));
    assert_false(check_numbers_equal(WB_LIT("A"), WB_LIT("a")));
    assert_true(check_numbers_equal(WB_LIT(""), WB_LIT("")));
    check_numbers_done(&numbers);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_against_a_list, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_counting_up_takes_no_memory, test_setup,
                                        test_teardown),
        cmocka_unit_test_setup_teardown(test_limit, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_collisions, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_scopes_and_words, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
