/*
 * Every limit from both sides, memory that does not grow with the file, and time that grows with
 * the input and no faster, whatever the input is.
 */
#include <string.h>

#include "wire/unwrap.h"
#include "wire_test.h"

/* A source that makes its bytes: a head, then one piece again and again, then a tail. */
struct stream {
    struct wb_str head;
    struct wb_str piece;
    struct wb_str tail;
    uint64_t pieces;
    uint64_t piece_at;
    size_t at; /* in the part that is being given */
    int part;
    size_t step; /* 0 = as much as fits */
};

static enum wb_rc
read_stream(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    (void)ctx;
    struct stream *s = self;
    size_t len = 0;
    cap = s->step != 0 && s->step < cap ? s->step : cap;
    while (len < cap && s->part < 3) {
        struct wb_str now = s->part == 0 ? s->head : s->part == 1 ? s->piece : s->tail;
        bool empty = s->part == 1 && s->pieces == 0;
        struct wb_str rest = empty ? (struct wb_str){NULL, 0} : wb_str_sub(now, s->at, cap - len);
        if (rest.len > 0) {
            memcpy(at + len, rest.at, rest.len);
        }
        len += rest.len;
        s->at += rest.len;
        if (empty || s->at == now.len) {
            s->at = 0;
            s->piece_at += s->part == 1 ? 1 : 0;
            s->part += s->part != 1 || s->piece_at >= s->pieces ? 1 : 0;
        }
    }
    *ret_len = len;
    return WB_OK;
}

struct seen {
    uint64_t segments;
    uint64_t bytes;
    uint64_t longest;
    uint32_t tokens_max;
    uint32_t notices[WIRE_NOTICE_COUNT];
    uint64_t too_long_len;
    uint64_t allocations; /* the reader, its window, and how often that grew */
};

static struct seen
read_through(struct stream stream, size_t segment_max)
{
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = 1U << WB_OS_ALLOC; /* counts, fails none */
    struct wire_options options = {.segment_max_bytes = segment_max};
    struct wire_source source = {.read = read_stream, .self = &stream};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&ctx, source, &options, &reader), WB_OK);
    struct seen seen = {.segments = 0};
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment s;
        struct wire_notice n;
        assert_int_equal(wire_next(&ctx, reader, &event, &s, &n), WB_OK);
        if (event == WIRE_NOTICE) {
            seen.notices[n.code]++;
            seen.too_long_len = n.code == WIRE_NOTICE_SEGMENT_TOO_LONG ? n.len : seen.too_long_len;
        } else if (event != WIRE_END) {
            seen.segments++;
            seen.bytes = s.at + s.bytes.len;
            seen.longest = s.bytes.len > seen.longest ? s.bytes.len : seen.longest;
            seen.tokens_max = s.token_count > seen.tokens_max ? s.token_count : seen.tokens_max;
        }
    }
    seen.allocations = ctx.os.fault.seen;
    wire_close(reader);
    return seen;
}

static void
test_constant_memory(void **unused)
{
    (void)unused;
    struct stream stream = {.head = WB_LIT(ISA),
                            .piece = WB_LIT("REF*CT*CONTRACT:WITH:PARTS~\r\n"),
                            .tail = WB_LIT("IEA*0*000000001~"),
                            .pieces = 1000000};
    struct seen seen = read_through(stream, 0);
    assert_int_equal(seen.segments, 1000002);
    assert_int_equal(seen.allocations, 2);
    assert_true(seen.bytes > 29 * 1000000);
}

/* A segment of as many bytes as the limit allows is read, one byte more is skipped to its end. */
static void
test_segment_limit(void **unused)
{
    (void)unused;
    for (size_t over = 0; over < 2; over++) {
        struct stream stream = {.head = WB_LIT(ISA "MSG*"),
                                .piece = WB_LIT("x"),
                                .tail = WB_LIT("~\n\nREF*A~IEA*0*000000001~"),
                                .pieces = WB_LIMIT_SEGMENT - 4 + over};
        struct seen seen = read_through(stream, 0);
        assert_int_equal(seen.segments, 4 - over);
        assert_int_equal(seen.notices[WIRE_NOTICE_SEGMENT_TOO_LONG], over);
        if (over == 0) {
            assert_int_equal(seen.longest, WB_LIMIT_SEGMENT);
        } else {
            assert_int_equal(seen.too_long_len, WB_LIMIT_SEGMENT + 1 + 3);
        }
        /* 64 KiB doubled five times hold 2 MiB. */
        assert_true(seen.allocations <= 2 + 5);
    }
}

/* No terminator ever: hundreds of megabytes pass by in a window that stays small. */
static void
test_endless_segment(void **unused)
{
    (void)unused;
    struct stream stream = {.head = WB_LIT(ISA "MSG*"),
                            .piece = WB_LIT("no terminator in here, nowhere at all\n"),
                            .pieces = 2000000};
    struct seen seen = read_through(stream, 100000);
    assert_int_equal(seen.segments, 1);
    assert_int_equal(seen.too_long_len, 4 + 38 * UINT64_C(2000000));
    assert_int_equal(seen.notices[WIRE_NOTICE_NO_TRAILER], 1);
    assert_true(seen.allocations <= 2 + 2);
}

static void
test_element_limit(void **unused)
{
    (void)unused;
    static const char *const PIECES[] = {"*A", ":A", "*"};
    for (size_t i = 0; i < 3; i++) {
        for (uint64_t over = 0; over < 3; over++) {
            struct stream stream = {.head = WB_LIT(ISA "MSG"),
                                    .piece = wb_str_of(PIECES[i]),
                                    .tail = WB_LIT("~IEA*0*000000001~"),
                                    .pieces = WB_LIMIT_ELEMENTS + over};
            if (i == 1) {
                stream.head = WB_LIT(ISA "MSG*A");
                stream.pieces--;
            }
            struct seen seen = read_through(stream, 0);
            assert_int_equal(seen.segments, 3);
            assert_int_equal(seen.tokens_max, WB_LIMIT_ELEMENTS);
            assert_int_equal(seen.notices[WIRE_NOTICE_TOO_MANY_ELEMENTS], over > 0);
        }
    }
}

static void
test_binary_limit(void **unused)
{
    (void)unused;
    for (size_t over = 0; over < 2; over++) {
        struct stream stream = {.head = over == 0 ? WB_LIT(ISA "BIN*16777216*")
                                                  : WB_LIT(ISA "BIN*16777217*"),
                                .piece = WB_LIT("~"),
                                .tail = WB_LIT("~IEA*0*000000001~"),
                                .pieces = WB_LIMIT_BINARY + over};
        struct seen seen = read_through(stream, 0);
        assert_int_equal(seen.segments, 3);
        /* Over the limit the content is read as it stands: the terminator comes first. */
        assert_int_equal(seen.longest, over == 0 ? 13 + WB_LIMIT_BINARY : 105);
        assert_int_equal(seen.notices[WIRE_NOTICE_BINARY_LENGTH], 0);
        assert_int_equal(seen.notices[WIRE_NOTICE_EMPTY_SEGMENT], over);
    }
}

struct shape {
    const char *name;
    const char *head;
    const char *piece;
    size_t step;
};

#define SHORT_ISA "ISA*********0*1*U*00401*1*0*P*:~\n"
#define LONG "MSG*01234567890123456789012345678901234567890123456789012345678901234567890~"

/* Inputs made to hurt. */
static const struct shape SHAPES[] = {
    {"headers that are none",       "",         "ISA*",                0},
    {"letters of headers",          "",         "IISISA",              0},
    {"headers one after the other", "",         ISA,                   0},
    {"short headers",               "",         SHORT_ISA,             0},
    {"fragments",                   "ISA*00*~", "GS*1*2*3*4*5*6*7*8*", 0},
    {"terminators",                 ISA,        "~",                   0},
    {"blanks",                      ISA,        " ",                   0},
    {"binary that claims too much", ISA,        "BIN*16000000*x~",     0},
    {"elements without end",        ISA,        "*",                   0},
    {"tokens in one segment",       ISA,        "A:B^C*",              0},
    {"segments by single bytes",    ISA,        LONG,                  1},
    {"lines",                       "",         "\n",                  0},
};

static uint64_t
cost_of_reading(const struct shape *shape, size_t bytes)
{
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < 3; i++) {
        struct stream stream = {
            .head = wb_str_of(shape->head), .piece = wb_str_of(shape->piece), .step = shape->step};
        stream.pieces = bytes / stream.piece.len;
        uint64_t before = wb_os_cpu_ns();
        (void)read_through(stream, 0);
        uint64_t took = wb_os_cpu_ns() - before;
        best = took < best ? took : best;
    }
    return best;
}

enum { HURT_BYTES = 1024 * 1024, FAST_ENOUGH_NS = 20 * 1000 * 1000, BYTE_NS_MAX = 1000 };

/*
 * Twice the input may take three times as long, for noise; a square would take four. What is
 * linear but moves a window for each segment shows in the cost of a byte.
 */
static void
assert_linear(const char *name, uint64_t once, uint64_t twice)
{
    bool slow = once / HURT_BYTES > BYTE_NS_MAX;
    if (slow || (twice > FAST_ENOUGH_NS && twice > 3 * once)) {
        fail_msg("%s: %lu ns, then %lu ns", name, (unsigned long)once, (unsigned long)twice);
    }
}

static void
test_linear_reading(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        uint64_t once = cost_of_reading(&SHAPES[i], HURT_BYTES);
        assert_linear(SHAPES[i].name, once, cost_of_reading(&SHAPES[i], (size_t)HURT_BYTES * 2));
    }
}

static uint64_t
cost_of_unwrapping(struct wb_ctx *ctx, struct wb_str text)
{
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < 3; i++) {
        struct wb_arena arena;
        struct wb_str inside;
        uint32_t undid = 0;
        wb_arena_init(&arena, 64 * 1024 * 1024);
        uint64_t before = wb_os_cpu_ns();
        (void)wire_unwrap_wanted(text); /* only its cost counts */
        assert_int_equal(wire_unwrap(ctx, &arena, text, &inside, &undid), WB_OK);
        uint64_t took = wb_os_cpu_ns() - before;
        best = took < best ? took : best;
        wb_arena_done(&arena);
    }
    return best;
}

static void
test_linear_unwrapping(void **unused)
{
    (void)unused;
    static const char *const HEADS[] = {"", "> " ISA "\n", "<p>" ISA "<br>\n", "a: b\n" ISA};
    static const char *const PIECES[] = {"\n",    "ISA*", "> ",       "IEA*",    "~\n \n", "&nbsp;",
                                         "<br>",  "<",    "=\n",      "=4",      " \r\n",  "<p",
                                         "IEA*~", "x\n",  "> > > \n", "ISA*x~\n"};
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    for (size_t i = 0; i < 4 * (sizeof PIECES / sizeof PIECES[0]); i++) {
        struct wb_out out;
        wb_out_init(&out, &ctx, -1, 64 * 1024 * 1024);
        wb_out_text(&out, HEADS[i % 4]);
        while (out.buf.len < HURT_BYTES) {
            wb_out_text(&out, PIECES[i / 4]);
        }
        struct wb_str all = wb_buf_str(&out.buf);
        uint64_t once = cost_of_unwrapping(&ctx, wb_str_sub(all, 0, all.len / 2));
        assert_linear(PIECES[i / 4], once, cost_of_unwrapping(&ctx, all));
        wb_out_done(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_memory),   cmocka_unit_test(test_segment_limit),
        cmocka_unit_test(test_endless_segment),   cmocka_unit_test(test_element_limit),
        cmocka_unit_test(test_binary_limit),      cmocka_unit_test(test_linear_reading),
        cmocka_unit_test(test_linear_unwrapping),
    };
    return cmocka_run_group_tests_name("wire-limits", tests, NULL, NULL);
}
