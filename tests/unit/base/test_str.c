/* Slices: equality, order, parts, numbers, edit distance against a plain table, UTF-8 against the
 * definition. */
#include "base/str.h"

#include "test_support.h"

#include <limits.h>
#include <string.h>

static void
test_compare(void **state)
{
    (void)state;
    const struct wb_str none = {NULL, 0};
    assert_true(wb_str_eq(none, WB_LIT("")));
    assert_true(wb_str_eq(WB_LIT("a\0b"), WB_LIT("a\0b")));
    assert_false(wb_str_eq(WB_LIT("a\0b"), WB_LIT("a\0c")));
    assert_int_equal(wb_str_cmp(none, WB_LIT("")), 0);
    assert_true(wb_str_cmp(WB_LIT("ab"), WB_LIT("abc")) < 0);
    assert_true(wb_str_cmp(WB_LIT("b"), WB_LIT("abc")) > 0);
    assert_true(wb_str_cmp(WB_LIT("\xff"), WB_LIT("a")) > 0);
    assert_true(wb_str_cmp(none, WB_LIT("a")) < 0);
    assert_true(wb_str_starts(WB_LIT("order"), WB_LIT("ord")));
    assert_true(wb_str_starts(WB_LIT("order"), none));
    assert_false(wb_str_starts(WB_LIT("or"), WB_LIT("ord")));
    assert_true(wb_str_ends(WB_LIT("order"), WB_LIT("der")));
    assert_false(wb_str_ends(WB_LIT("er"), WB_LIT("der")));
    assert_str(wb_str_of(NULL), "");
}

static void
test_parts(void **state)
{
    (void)state;
    const struct wb_str s = WB_LIT("segment");
    assert_str(wb_str_sub(s, 0, 3), "seg");
    assert_str(wb_str_sub(s, 3, SIZE_MAX), "ment");
    assert_str(wb_str_sub(s, 8, 1), "");
    assert_str(wb_str_sub(s, SIZE_MAX, SIZE_MAX), "");
    assert_str(wb_str_sub((struct wb_str){NULL, 0}, 1, 1), "");
    assert_str(wb_str_trim(WB_LIT(" \t\r\n a b \n")), "a b");
    assert_str(wb_str_trim(WB_LIT(" \n ")), "");
    assert_int_equal(wb_str_find(s, 'm'), 3);
    assert_int_equal(wb_str_find(s, 'x'), s.len);
    assert_int_equal(wb_str_find((struct wb_str){NULL, 0}, 'x'), 0);
}

static void
test_numbers(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_false(wb_str_digits(WB_LIT("")));
    assert_true(wb_str_digits(WB_LIT("0123456789")));
    assert_false(wb_str_digits(WB_LIT("12/")));
    assert_false(wb_str_digits(WB_LIT("1:")));
    assert_true(wb_str_u64(WB_LIT("18446744073709551615"), &value));
    assert_true(value == UINT64_MAX);
    value = 7;
    assert_false(wb_str_u64(WB_LIT("18446744073709551616"), &value));
    assert_false(wb_str_u64(WB_LIT("99999999999999999999"), &value));
    assert_false(wb_str_u64(WB_LIT("-1"), &value));
    assert_false(wb_str_u64(WB_LIT(""), &value));
    assert_true(value == 7);
    assert_true(wb_str_u64(WB_LIT("000000000000000000000000042"), &value));
    assert_true(value == 42);
}

/* The distance by the full table, as in any textbook. */
static unsigned
plain_distance(struct wb_str a, struct wb_str b)
{
    unsigned table[24][24];
    assert_in_range(a.len, 0, 23);
    assert_in_range(b.len, 0, 23);
    for (size_t i = 0; i <= a.len; i++) {
        for (size_t j = 0; j <= b.len; j++) {
            if (i == 0 || j == 0) {
                table[i][j] = (unsigned)(i + j);
                continue;
            }
            const unsigned change = table[i - 1][j - 1] + (a.at[i - 1] == b.at[j - 1] ? 0 : 1);
            const unsigned drop = table[i - 1][j] + 1;
            const unsigned add = table[i][j - 1] + 1;
            const unsigned least = change < drop ? change : drop;
            table[i][j] = least < add ? least : add;
        }
    }
    return table[a.len][b.len];
}

static void
test_distance(void **state)
{
    (void)state;
    assert_int_equal(wb_str_distance(WB_LIT("quantity"), WB_LIT("quantity"), 2), 0);
    assert_int_equal(wb_str_distance(WB_LIT("quantity"), WB_LIT("qantity"), 2), 1);
    assert_int_equal(wb_str_distance(WB_LIT("kitten"), WB_LIT("sitting"), 9), 3);
    assert_int_equal(wb_str_distance(WB_LIT("kitten"), WB_LIT("sitting"), 2), 3);
    assert_int_equal(wb_str_distance(WB_LIT("kitten"), WB_LIT("sitting"), 1), 2);
    assert_int_equal(wb_str_distance(WB_LIT(""), WB_LIT(""), 0), 0);
    assert_int_equal(wb_str_distance(WB_LIT("a"), WB_LIT("b"), 0), 1);
    assert_int_equal(wb_str_distance(WB_LIT(""), WB_LIT("abc"), 5), 3);
    uint64_t seed = 1;
    for (unsigned turn = 0; turn < 20000; turn++) {
        char a[20];
        char b[20];
        const struct wb_str left = {a, test_next(&seed) % sizeof a};
        const struct wb_str right = {b, test_next(&seed) % sizeof b};
        for (size_t i = 0; i < sizeof a; i++) {
            a[i] = (char)('a' + (int)(test_next(&seed) % 3));
            b[i] = (char)('a' + (int)(test_next(&seed) % 3));
        }
        const unsigned max = (unsigned)(test_next(&seed) % 22);
        const unsigned exact = plain_distance(left, right);
        assert_int_equal(wb_str_distance(left, right, max), exact > max ? max + 1 : exact);
    }
}

static void
test_distance_of_long_texts(void **state)
{
    (void)state;
    static char a[100000];
    static char b[100000];
    memset(a, 'x', sizeof a);
    memset(b, 'x', sizeof b);
    const struct wb_str left = {a, sizeof a};
    const struct wb_str right = {b, sizeof b};
    assert_int_equal(wb_str_distance(left, right, 3), 0);
    for (size_t i = 0; i < 63; i++) {
        b[i * 1000] = 'y';
    }
    assert_int_equal(wb_str_distance(left, right, 1000), 63);
    b[99999] = 'y';
    assert_int_equal(wb_str_distance(left, right, 1000), 1001);
    assert_int_equal(wb_str_distance(left, right, UINT_MAX), UINT_MAX);
}

/* The character with this code, in `text`; how long it is. Codes that are no character are spelled
 * out all the same. */
static size_t
encode(uint32_t code, char text[4])
{
    const size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned marks[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i > 1; i--) {
        text[i - 1] = (char)(unsigned char)(0x80U | (code & 0x3FU));
        code >>= 6;
    }
    text[0] = (char)(unsigned char)(marks[len] | code);
    return len;
}

static void
test_utf8(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x120000; code++) {
        char text[4];
        const size_t len = encode(code, text);
        const bool good = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        assert_int_equal(wb_str_utf8((struct wb_str){text, len}), good ? len : 0);
        if (len > 1) {
            assert_int_equal(wb_str_utf8((struct wb_str){text, len - 1}), 0);
            assert_int_equal(wb_str_utf8((struct wb_str){text + 1, len - 1}), 0);
        }
    }
    assert_int_equal(wb_str_utf8(WB_LIT("")), 0);
    assert_int_equal(wb_str_utf8(WB_LIT("\xC0\x80")), 0);
    assert_int_equal(wb_str_utf8(WB_LIT("\xE0\x80\x80")), 0);
    assert_int_equal(wb_str_utf8(WB_LIT("\xF0\x80\x80\x80")), 0);
    assert_int_equal(wb_str_utf8(WB_LIT("\xE2\x82\x41")), 0);
    assert_int_equal(wb_str_utf8(WB_LIT("\xFF\xFF")), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_distance_of_long_texts),
        cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests_name("base-str", tests, NULL, NULL);
}
