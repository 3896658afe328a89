/* Writing: what is owed and paid, what is refused, replaced or escaped, and random separators. */
#include <string.h>

#include "wire_test.h"

struct world {
    struct wb_ctx ctx;
    struct wb_out out;
    struct wire_writer w;
};

static void
world_init(struct world *world, struct wire_delims delims)
{
    wb_ctx_init(&world->ctx);
    wb_out_init(&world->out, &world->ctx, -1, 1024 * 1024);
    wire_writer_init(&world->w, &world->out, delims);
}

static void
put(struct world *world, const char *value)
{
    assert_int_equal(wire_put(&world->ctx, &world->w, wb_str_of(value)), WB_OK);
}

static void
put_component(struct world *world, const char *value)
{
    assert_int_equal(wire_put_component(&world->ctx, &world->w, wb_str_of(value)), WB_OK);
}

static void
put_repeat(struct world *world, const char *value)
{
    assert_int_equal(wire_put_repeat(&world->ctx, &world->w, wb_str_of(value)), WB_OK);
}

static void
assert_written(struct world *world, const char *want)
{
    assert_int_equal(wb_out_finish(&world->out), WB_OK);
    assert_str(wb_buf_str(&world->out.buf), want);
    wb_out_done(&world->out);
}

static void
test_owed_separators(void **unused)
{
    (void)unused;
    struct world s;
    world_init(&s, wire_delims_x12());
    s.w.suffix = WB_LIT("\n");
    wire_begin(&s.w, WB_LIT("PO1"));
    put(&s, "1");
    put(&s, "");
    put(&s, "CA");
    put(&s, "");
    put_component(&s, "B");
    put_component(&s, "");
    put_repeat(&s, "C");
    put_component(&s, "");
    put_component(&s, "D");
    put_repeat(&s, "");
    put(&s, "");
    put(&s, "");
    wire_end(&s.w);
    wire_begin(&s.w, WB_LIT("SE"));
    wire_end(&s.w);
    assert_int_equal(s.w.segment_count, 2);
    assert_written(&s, "PO1*1**CA*:B^C::D~\nSE~\n");
}

static void
test_keep_trailing(void **unused)
{
    (void)unused;
    struct world s;
    world_init(&s, wire_delims_x12());
    s.w.keep_trailing = true;
    wire_begin(&s.w, WB_LIT("REF"));
    put(&s, "");
    put(&s, "A");
    put_component(&s, "");
    put_repeat(&s, "");
    put(&s, "");
    wire_end(&s.w);
    assert_written(&s, "REF**A:^*~");
}

/* A product name can never become a segment: it is refused, and nothing of it is written. */
static void
test_refused(void **unused)
{
    (void)unused;
    static const char *const VALUES[] = {"A~BPR*C*1", "*", "A:B", "A^B"};
    for (size_t i = 0; i < 4; i++) {
        struct world s;
        world_init(&s, wire_delims_x12());
        wire_begin(&s.w, WB_LIT("PID"));
        put(&s, "F");
        assert_false(wire_fits(&s.w.delims, wb_str_of(VALUES[i])));
        assert_int_equal(wire_put(&s.ctx, &s.w, wb_str_of(VALUES[i])), WB_INVALID);
        assert_non_null(strstr(s.ctx.error.text, VALUES[i]));
        assert_written(&s, "PID*F");
    }
    struct world s;
    world_init(&s, (struct wire_delims){.segment = '~', .element = '*'});
    wire_begin(&s.w, WB_LIT("PID"));
    put(&s, "A:B^C?D");
    assert_int_equal(wire_put_component(&s.ctx, &s.w, WB_LIT("A")), WB_INVALID);
    assert_int_equal(wire_put_repeat(&s.ctx, &s.w, WB_LIT("A")), WB_INVALID);
    assert_written(&s, "PID*A:B^C?D");
}

static void
test_replaced(void **unused)
{
    (void)unused;
    struct world s;
    world_init(&s, wire_delims_x12());
    s.w.replacement = ' ';
    wire_begin(&s.w, WB_LIT("PID"));
    put(&s, "A~B*C:D^E-F");
    wire_end(&s.w);
    assert_int_equal(s.w.replaced_count, 4);
    assert_written(&s, "PID*A B C D E-F~");
    /* A replacement that is a separator is none. */
    world_init(&s, wire_delims_x12());
    s.w.replacement = '*';
    wire_begin(&s.w, WB_LIT("PID"));
    assert_int_equal(wire_put(&s.ctx, &s.w, WB_LIT("A~B")), WB_INVALID);
    wb_out_done(&s.out);
}

static void
test_isa_names_separators(void **unused)
{
    (void)unused;
    struct world s;
    world_init(&s, wire_delims_x12());
    wire_begin(&s.w, WB_LIT("ISA"));
    for (int no = 1; no <= 16; no++) {
        put(&s, no == 11 ? "^" : no == 16 ? ":" : "x");
    }
    wire_end(&s.w);
    wire_begin(&s.w, WB_LIT("ISA"));
    assert_int_equal(wire_put(&s.ctx, &s.w, WB_LIT("^")), WB_INVALID);
    assert_written(&s, "ISA*x*x*x*x*x*x*x*x*x*x*^*x*x*x*x*:~ISA");
}

/* With a release character everything fits, and wire_value() takes it away again. */
static void
test_released(void **unused)
{
    (void)unused;
    struct wire_delims d = {
        .syntax = WIRE_EDIFACT, .segment = '\'', .element = '+', .component = ':', .release = '?'};
    struct world s;
    world_init(&s, d);
    wire_begin(&s.w, WB_LIT("FTX"));
    put(&s, "A+B?C:D'E");
    wire_end(&s.w);
    assert_true(wire_fits(&d, WB_LIT("'")));
    struct wb_str written = wb_buf_str(&s.out.buf);
    assert_str(written, "FTX+A?+B??C?:D?'E'");
    struct wire_token tokens[] = {
        {.at = 4, .len = 13, .element_no = 1, .flags = WIRE_ESCAPED},
        {.at = 4,       .len = 1,          .element_no = 2          }
    };
    struct wire_segment segment = {.bytes = written, .tokens = tokens, .delims = &d};
    struct wb_arena arena;
    wb_arena_init(&arena, 4096);
    assert_str(wire_value(&s.ctx, &arena, &segment, &tokens[0]), "A+B?C:D'E");
    struct wb_str plain = wire_value(&s.ctx, &arena, &segment, &tokens[1]);
    assert_ptr_equal(plain.at, written.at + 4);
    wb_arena_done(&arena);
    wb_out_done(&s.out);
}

/* Copying under other separators what they do not allow fails the output, with a reason. */
static void
test_copy_that_does_not_fit(void **unused)
{
    (void)unused;
    struct world s;
    world_init(&s, (struct wire_delims){.segment = '!', .element = '-', .component = ':'});
    struct wb_str input = WB_LIT(ISA "REF*A*B-C~IEA*0*1~");
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&s.ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        assert_int_equal(wire_next(&s.ctx, reader, &event, &segment, &notice), WB_OK);
        if (event == WIRE_SEGMENT) {
            wire_copy(&s.w, &segment);
        }
    }
    wire_close(reader);
    assert_int_equal(wb_out_finish(&s.out), WB_INVALID);
    assert_non_null(strstr(s.ctx.error.text, "B-C"));
    wb_out_done(&s.out);
}

/* Each byte that separates is another one, whatever stands between; also when the delimiters are
 * changed on the way, and when the buffer has to grow. */
static void
test_copy_other_delims(void **unused)
{
    (void)unused;
    static const char segments[] = "REF*A**B:C::*:D*~N1*~XX*1:2~REF***~";
    static const char want[] = "REF-A--B/C//-/D-!N1-!XX-1/2!REF---!IEA-0-1!"
                               "REF=A==B/C//=/D=!N1=!XX=1/2!REF===!IEA=0=1!";
    struct world s;
    struct wb_str input = WB_LIT(ISA "REF*A**B:C::*:D*~N1*~XX*1:2~REF***~IEA*0*1~" ISA
                                     "REF*A**B:C::*:D*~N1*~XX*1:2~REF***~IEA*0*1~");
    assert_non_null(strstr(input.at, segments));
    world_init(&s, (struct wire_delims){.segment = '!', .element = '-', .component = '/'});
    struct wire_memory memory = {.bytes = input};
    struct wire_reader *reader = NULL;
    assert_int_equal(wire_open(&s.ctx, wire_source_memory(&memory), NULL, &reader), WB_OK);
    enum wire_event event = WIRE_NOTICE;
    while (event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        assert_int_equal(wire_next(&s.ctx, reader, &event, &segment, &notice), WB_OK);
        if (event == WIRE_SEGMENT) {
            wire_copy(&s.w, &segment);
            s.w.delims.element = wb_str_eq(segment.tag, WB_LIT("IEA")) ? '=' : s.w.delims.element;
        }
    }
    wire_close(reader);
    assert_int_equal(wb_out_finish(&s.out), WB_OK);
    assert_str(wb_buf_str(&s.out.buf), want);
    wb_out_done(&s.out);
}

static void
test_draw(void **unused)
{
    (void)unused;
    struct wire_bytes used = {{0}};
    struct wire_delims d;
    char byte = 0;
    uint64_t seen[4] = {0};
    for (uint64_t random = 0; random < 500; random++) {
        assert_true(wire_delims_draw(&used, random, true, &d));
        const uint8_t all[] = {d.segment, d.element, d.component, d.repeat};
        for (size_t i = 0; i < 4; i++) {
            byte = (char)all[i];
            assert_null(memchr("ABCxyz059 \t\r\n", byte, 14));
            seen[all[i] / 64] |= UINT64_C(1) << (all[i] % 64);
            for (size_t k = 0; k < i; k++) {
                assert_int_not_equal(all[i], all[k]);
            }
        }
    }
    /* Nearly all that may be drawn was. */
    int kinds = 0;
    for (int i = 0; i < 4; i++) {
        kinds += __builtin_popcountll(seen[i]);
    }
    assert_true(kinds > 180);
    for (int c = 0; c < 256; c++) {
        byte = (char)c;
        if (strchr("~*:", c) == NULL || c == 0) {
            wire_bytes_add(&used, (struct wb_str){&byte, 1});
        }
    }
    assert_false(wire_delims_draw(&used, 1, false, &d));
    used.bits['^' / 64] &= ~(UINT64_C(1) << ('^' % 64));
    assert_true(wire_delims_draw(&used, 1, false, &d));
    assert_int_equal(d.repeat, 0);
    assert_int_equal(d.decimal, '.');
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owed_separators),
        cmocka_unit_test(test_keep_trailing),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_isa_names_separators),
        cmocka_unit_test(test_released),
        cmocka_unit_test(test_copy_that_does_not_fit),
        cmocka_unit_test(test_copy_other_delims),
        cmocka_unit_test(test_draw),
    };
    return cmocka_run_group_tests_name("wire-writer", tests, NULL, NULL);
}
