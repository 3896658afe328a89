#pragma once
/* What the tests of check share: one run over some bytes, and what came of it, copied so that it
 * can be looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "check/ack.h"
#include "check/check.h"

/* A finding with its own bytes. */
struct test_finding {
    struct check_finding f;
    const char *code; /* "WB-SEG-0301" */
};

struct test_verdict {
    struct wb_str type;
    enum check_verdict verdict;
    char codes[64]; /* AK502 or AK905, blanks between */
    uint32_t segment_count;
    uint64_t errors, warnings, notes;
};

enum { TEST_LEVEL_MAX = 64 };

struct test_run {
    struct wb_arena *arena;
    struct test_finding *findings;
    size_t finding_count;
    size_t finding_cap;
    struct test_verdict messages[TEST_LEVEL_MAX];
    size_t message_count;
    struct test_verdict groups[TEST_LEVEL_MAX];
    size_t group_count;
    struct test_verdict interchanges[TEST_LEVEL_MAX];
    const char *ta1[TEST_LEVEL_MAX];
    size_t interchange_count;
    size_t segments_seen;
    size_t segments_placed;
    size_t trees;      /* messages that came with one */
    size_t too_large;  /* messages that would have needed too much memory for one */
    struct wb_str log; /* every event as a line: equal runs have equal logs */
};

struct test_how {
    size_t step_bytes; /* of the source, 0 = all at once */
    bool want_trees;
    bool want_segments;
    size_t findings_max;
    size_t message_bytes_max;
    bool scalar;
    enum wb_rc (*find_grammar)(struct wb_ctx *ctx, void *self, struct wb_str standard,
                               struct wb_str release, struct grammar *ret, bool *ret_exact);
    void *find_self;
};

struct test_fix {
    struct wb_ctx ctx;
    struct wb_arena arena;
};

int test_setup(void **state);
int test_teardown(void **state);

/* Checks the bytes; fails the test when the check itself fails. */
struct test_run *test_check(struct test_fix *fix, struct wb_str bytes, const struct test_how *how);
/* The acknowledgement of the bytes with time 2026-03-11T12:00Z, control number 7, line feeds after
 * terminators. */
struct wb_str test_ack(struct test_fix *fix, struct wb_str bytes,
                       const struct ack_options *options);
/* fixtures/x12/<name>, or a failed test. */
struct wb_str test_fixture(struct test_fix *fix, const char *name);

/*
 * An interchange with one group PO and one message 850. `body` is what stands between ST and SE,
 * segments ended by
 * '~'; blanks and line feeds between them do not count. SE01 is right.
 */
struct wb_str test_order(struct test_fix *fix, const char *body);
/* The same with everything around the message given: ISA to GS, and GE to IEA. */
#define TEST_ISA                                                                                   \
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260311*1200*U*00401*"   \
    "000000001*0*P*>~"
#define TEST_GS "GS*PO*SENDER*RECEIVER*20260311*1200*1*X*004010~"
#define TEST_ST "ST*850*0001~"
#define TEST_TAIL "GE*1*1~IEA*1*000000001~"
/* The shortest good body. */
#define TEST_BEG "BEG*00*SA*PO-1**20260311~"
#define TEST_PO1 "PO1*1*10*EA*12.50**VN*AB-1~"

/* How many findings have this code. */
size_t test_count(const struct test_run *run, const char *code);
/* The first with this code, or a failed test. */
const struct check_finding *test_find(const struct test_run *run, const char *code);
/* "CODE@segment/element CODE@segment/element", in the order they were given. */
const char *test_list(struct test_fix *fix, const struct test_run *run);

#define assert_str(got, text)                                                                      \
    do {                                                                                           \
        const struct wb_str assert_got = (got);                                                    \
        char assert_room[2048];                                                                    \
        (void)snprintf(assert_room, sizeof assert_room, WB_FMT, WB_ARG(assert_got));               \
        assert_string_equal(assert_room, text);                                                    \
    } while (0)
