/* Hashes: SHA-256 against the examples of FIPS 180-4, in pieces of any size; the fast hash spreads
 * what tables hold. */
#include "base/hash.h"

#include "test_support.h"

#include <stdio.h>
#include <string.h>

static void
assert_sha(struct wb_str bytes, const char *wanted)
{
    char hex[64];
    wb_sha256_hex(bytes, hex);
    assert_memory_equal(hex, wanted, 64);
}

static void
test_sha_examples(void **state)
{
    (void)state;
    assert_sha(WB_LIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sha(WB_LIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sha(WB_LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_sha(WB_LIT("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                      "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
               "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    static char million[1000000];
    memset(million, 'a', sizeof million);
    assert_sha((struct wb_str){million, sizeof million},
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void
test_sha_in_pieces(void **state)
{
    (void)state;
    char text[300];
    uint64_t seed = 9;
    for (size_t len = 0; len < sizeof text; len++) {
        struct wb_sha256 whole;
        struct wb_sha256 pieces;
        uint8_t digest[32];
        uint8_t other[32];
        for (size_t i = 0; i < len; i++) {
            text[i] = (char)(unsigned char)test_next(&seed);
        }
        wb_sha256_init(&whole);
        wb_sha256_add(&whole, (struct wb_str){text, len});
        wb_sha256_done(&whole, digest);
        wb_sha256_init(&pieces);
        for (size_t at = 0; at < len;) {
            const size_t piece = test_next(&seed) % (len - at + 1);
            wb_sha256_add(&pieces, (struct wb_str){text + at, piece});
            at += piece;
        }
        wb_sha256_done(&pieces, other);
        assert_memory_equal(digest, other, sizeof digest);
    }
}

static void
test_spread(void **state)
{
    (void)state;
    enum { KEYS = 20000, BUCKETS = 4096 };
    static unsigned fill[BUCKETS];
    for (unsigned i = 0; i < KEYS; i++) {
        char key[16];
        const int len = snprintf(key, sizeof key, "PO1-%u", i);
        assert_true(len > 0);
        const uint32_t hash = wb_hash32((struct wb_str){key, (size_t)len});
        fill[hash % BUCKETS]++;
    }
    unsigned fullest = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        fullest = fill[i] > fullest ? fill[i] : fullest;
    }
    assert_in_range(fullest, 5, 25); /* about five each */
    assert_true(wb_hash64(WB_LIT("")) != wb_hash64(WB_LIT("\0")));
    assert_true(wb_hash64(WB_LIT("\0")) != wb_hash64(WB_LIT("\0\0")));
    assert_true(wb_hash64(WB_LIT("12345678")) != wb_hash64(WB_LIT("12345678\0")));
    assert_true(wb_hash64(WB_LIT("850")) == wb_hash64(wb_str_of("850")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha_examples),
        cmocka_unit_test(test_sha_in_pieces),
        cmocka_unit_test(test_spread),
    };
    return cmocka_run_group_tests_name("base-hash", tests, NULL, NULL);
}
