#pragma once
/* What the tests of wire share: cmocka with what it needs, a sequence of numbers, made-up input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "drain.h"

#define assert_str(got, text)                                                                      \
    do {                                                                                           \
        const struct wb_str assert_got = (got);                                                    \
        const struct wb_str assert_wanted = wb_str_of(text);                                       \
        assert_int_equal(assert_got.len, assert_wanted.len);                                       \
        if (assert_wanted.len > 0) {                                                               \
            assert_memory_equal(assert_got.at, assert_wanted.at, assert_wanted.len);               \
        }                                                                                          \
    } while (0)

/* The ISA of most tests, its version and separators left open. */
#define ISA_AS(version, repeat, component, terminator)                                             \
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*1200*" repeat    \
    "*" version "*000000001*0*P*" component terminator
#define ISA ISA_AS("00401", "U", ":", "~")

/* The next number of a fixed sequence; the same on every run. */
uint64_t test_next(uint64_t *state);
/* One of 0..count-1. */
size_t test_pick(uint64_t *state, size_t count);
/* An interchange with everything in it that a reader may meet; each call gives another one. */
struct wb_str test_interchange(struct wb_ctx *ctx, struct wb_arena *arena, uint64_t *state);
/* A copy with some bytes changed, taken out or put in. */
struct wb_str test_damage(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str input,
                          uint64_t *state);
/* Bytes of fixtures/x12/wire/<name>, or a failed test. */
struct wb_str test_fixture(struct wb_ctx *ctx, struct wb_arena *arena, const char *name);
