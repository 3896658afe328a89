/* The kernels against each other: random bytes, random separators, every length and cut. */
#include <stdlib.h>
#include <string.h>

#include "wire/scan.h"
#include "wire_test.h"

enum { BYTES = 3000 };

struct room {
    uint8_t bytes[BYTES + WIRE_SCAN_PAD];
    uint32_t want[BYTES + WIRE_SCAN_PAD];
    uint32_t got[BYTES + WIRE_SCAN_PAD];
};

/* Few distinct bytes make many marks, many distinct ones few; the pad is full of separators. */
static void
fill(struct room *room, struct wire_scan_set *set, uint64_t *state)
{
    size_t distinct = 1 + test_pick(state, 256);
    uint8_t first = (uint8_t)test_next(state);
    for (size_t i = 0; i < BYTES + WIRE_SCAN_PAD; i++) {
        room->bytes[i] = (uint8_t)(first + test_pick(state, distinct));
    }
    set->count = (uint8_t)(4 + test_pick(state, 2));
    for (size_t i = 0; i < WIRE_SCAN_BYTES; i++) {
        set->byte[i] = (uint8_t)(first + test_pick(state, distinct + 3));
    }
}

static void
compare(struct room *room, const struct wire_scan_set *set, size_t at, size_t len)
{
    const struct wire_kernel *kernels[3];
    size_t count = wire_kernel_list(kernels);
    const uint8_t *bytes = room->bytes + at;
    uint8_t saved[WIRE_SCAN_PAD];
    memcpy(saved, bytes + len, sizeof saved);
    memset(room->bytes + at + len, set->byte[0], WIRE_SCAN_PAD);
    size_t want = kernels[0]->scan(set, bytes, (uint32_t)len, room->want);
    size_t bytes_found = kernels[0]->count(bytes, len, set->byte[0]);
    size_t by_hand = 0;
    for (size_t i = 0; i < len; i++) {
        by_hand += bytes[i] == set->byte[0] ? 1 : 0;
    }
    assert_int_equal(bytes_found, by_hand);
    for (size_t k = 1; k < count; k++) {
        assert_int_equal(kernels[k]->scan(set, bytes, (uint32_t)len, room->got), want);
        assert_memory_equal(room->got, room->want, want * sizeof room->want[0]);
        assert_int_equal(kernels[k]->count(bytes, len, set->byte[0]), bytes_found);
    }
    memcpy(room->bytes + at + len, saved, sizeof saved);
}

static void
test_equal(void **unused)
{
    (void)unused;
    struct room *room = test_malloc(sizeof *room);
    struct wire_scan_set set;
    uint64_t state = 11;
    for (int round = 0; round < 300; round++) {
        fill(room, &set, &state);
        for (int i = 0; i < 20; i++) {
            size_t at = test_pick(&state, BYTES);
            compare(room, &set, at, test_pick(&state, BYTES - at + 1));
        }
    }
    for (size_t len = 0; len <= 200; len++) {
        compare(room, &set, len % 67, len);
    }
    test_free(room);
}

/* The plain kernel is the meaning of the others, so it is checked with values written down here. */
static void
test_meaning(void **unused)
{
    (void)unused;
    uint8_t text[64 + WIRE_SCAN_PAD] = "ST*850*0001~PO1:2^";
    uint32_t marks[64 + WIRE_SCAN_PAD];
    const uint32_t want[] = {2, 6, 11, 15, 17};
    struct wire_scan_set set = {
        {'~', '*', ':', '^', '8'},
        4
    };
    const struct wire_kernel *kernels[3];
    size_t count = wire_kernel_list(kernels);
    for (size_t k = 0; k < count; k++) {
        assert_int_equal(kernels[k]->scan(&set, text, 18, marks), 5);
        assert_memory_equal(marks, want, sizeof want);
        set.count = 5;
        assert_int_equal(kernels[k]->scan(&set, text, 18, marks), 6);
        assert_int_equal(marks[1], 3);
        set.count = 4;
        assert_int_equal(kernels[k]->scan(&set, text, 17, marks), 4);
        assert_int_equal(kernels[k]->scan(&set, text, 0, marks), 0);
        assert_int_equal(kernels[k]->count(text, 18, '0'), 4);
    }
    assert_ptr_equal(wire_kernel_pick(true), &wire_kernel_scalar);
    assert_ptr_equal(wire_kernel_pick(false), kernels[count - 1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meaning),
        cmocka_unit_test(test_equal),
    };
    return cmocka_run_group_tests_name("wire-scan", tests, NULL, NULL);
}
