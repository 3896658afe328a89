/*
 * The character sets: there and back for every character of every set, against the tables of the C
 * library where it has them, and what is not in a set.
 */
#include <iconv.h>
#include <string.h>

#include "wire/charset.h"
#include "wire_test.h"

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
};

static void
world_init(struct world *w)
{
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, 64 * 1024 * 1024);
}

static struct wb_str
decode(struct world *w, enum wire_charset charset, struct wb_str bytes, uint64_t *ret_faults)
{
    struct wb_str text = {NULL, 0};
    struct wire_charset_fault fault;
    assert_int_equal(wire_charset_decode(&w->ctx, &w->arena, charset, bytes, &text, &fault), WB_OK);
    *ret_faults = fault.count;
    return text;
}

static struct wb_str
encode(struct world *w, enum wire_charset charset, struct wb_str text)
{
    struct wb_str bytes = {NULL, 0};
    uint64_t replaced = 0;
    assert_int_equal(wire_charset_encode(&w->ctx, &w->arena, charset, text, 0, &bytes, &replaced),
                     WB_OK);
    assert_int_equal(replaced, 0);
    return bytes;
}

static void
test_names(void **unused)
{
    (void)unused;
    static const char *const NAMES[] = {"UNOA", "UNOB", "UNOC", "UNOD", "UNOE",
                                        "UNOF", "UNOG", "UNOH", "UNOI", "UNOJ",
                                        "UNOK", "UNOL", "UNOW", "UNOX", "UNOY"};
    assert_int_equal(WIRE_CHARSET_COUNT, 1 + sizeof NAMES / sizeof NAMES[0]);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        enum wire_charset charset = wire_charset_find(wb_str_of(NAMES[i]));
        assert_int_not_equal(charset, WIRE_CHARSET_NONE);
        assert_str(wire_charset_id(charset), NAMES[i]);
        assert_true(wire_charset_words(charset).len > 4);
    }
    static const char *const OTHERS[] = {"", "UNO", "UNOZ", "unoc", "KECA", "UNOC3"};
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        assert_int_equal(wire_charset_find(wb_str_of(OTHERS[i])), WIRE_CHARSET_NONE);
    }
}

/* Every byte of every set of one byte a character: what is read is written as the same byte. */
static void
test_every_byte(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    for (int charset = WIRE_CHARSET_UNOA; charset <= WIRE_CHARSET_UNOL; charset++) {
        int good = 0;
        for (unsigned c = 0; c < 256; c++) {
            const char byte = (char)c;
            uint64_t faults = 0;
            struct wb_str bytes = {&byte, 1};
            struct wb_str text = decode(&w, (enum wire_charset)charset, bytes, &faults);
            if (faults > 0) {
                continue;
            }
            assert_int_equal(wb_str_utf8(text), text.len);
            assert_true(wb_str_eq(encode(&w, (enum wire_charset)charset, text), bytes));
            good++;
        }
        bool narrow = charset <= WIRE_CHARSET_UNOB;
        int least = charset == WIRE_CHARSET_UNOA ? 56 : narrow ? 83 : 128 + 45;
        assert_true(narrow ? good == least : good >= least);
    }
    wb_arena_done(&w.arena);
}

/* The tables against iconv, which tests may use; it may have none of these sets. */
static void
test_against_iconv(void **unused)
{
    (void)unused;
    static const struct {
        enum wire_charset charset;
        const char *name;
    } SETS[] = {
        {WIRE_CHARSET_UNOC, "ISO-8859-1" },
        {WIRE_CHARSET_UNOD, "ISO-8859-2" },
        {WIRE_CHARSET_UNOE, "ISO-8859-5" },
        {WIRE_CHARSET_UNOF, "ISO-8859-7" },
        {WIRE_CHARSET_UNOG, "ISO-8859-3" },
        {WIRE_CHARSET_UNOH, "ISO-8859-4" },
        {WIRE_CHARSET_UNOI, "ISO-8859-6" },
        {WIRE_CHARSET_UNOJ, "ISO-8859-8" },
        {WIRE_CHARSET_UNOK, "ISO-8859-9" },
        {WIRE_CHARSET_UNOL, "ISO-8859-15"},
    };
    struct world w;
    world_init(&w);
    size_t compared = 0;
    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++) {
        iconv_t to = iconv_open("UTF-8", SETS[i].name);
        for (unsigned c = 0xA0; c < 256 && to != (iconv_t)-1; c++) {
            char byte = (char)c;
            char want[8];
            char *in = &byte;
            char *out = want;
            size_t in_len = 1;
            size_t out_len = sizeof want;
            bool known = iconv(to, &in, &in_len, &out, &out_len) != (size_t)-1;
            uint64_t faults = 0;
            struct wb_str got = decode(&w, SETS[i].charset, (struct wb_str){&byte, 1}, &faults);
            if (known != (faults == 0) ||
                (known && !wb_str_eq(got, (struct wb_str){want, sizeof want - out_len}))) {
                fail_msg("%s 0x%02X", SETS[i].name, c);
            }
            compared++;
        }
        if (to != (iconv_t)-1) {
            (void)iconv_close(to); /* nothing of it is needed any more */
        }
    }
    wb_arena_done(&w.arena);
    print_message("%zu bytes compared\n", compared);
    if (compared == 0) {
        skip();
    }
}

/* Text of any characters: what a set can write, it reads back. */
static void
test_there_and_back(void **unused)
{
    (void)unused;
    static const char *const CHARS[] = {
        "A", "z", "0", " ", "_",    "\xC3\xBC",     "\xC4\x8D",         "\xD0\x96",
        "+", ":", "'", "?", "\x1B", "\xE2\x82\xAC", "\xF0\x9F\x9A\x91", "\xC5\x92",
        "-", "b", "(", "B", "\xFF", "\xCE\xA9",     "\xD7\xA9",         "\xD8\xB4"};
    struct world w;
    world_init(&w);
    uint64_t state = 8859;
    int written = 0;
    for (int round = 0; round < 6000; round++) {
        struct wb_out out;
        wb_out_init(&out, &w.ctx, -1, 4096);
        for (size_t n = test_pick(&state, 7); n > 0; n--) {
            wb_out_text(&out, CHARS[test_pick(&state, sizeof CHARS / sizeof CHARS[0])]);
        }
        enum wire_charset charset = (enum wire_charset)test_pick(&state, WIRE_CHARSET_COUNT);
        struct wb_str text = wb_buf_str(&out.buf);
        struct wb_str bytes = {NULL, 0};
        uint64_t replaced = 0;
        enum wb_rc rc = wire_charset_encode(&w.ctx, &w.arena, charset, text, 0, &bytes, &replaced);
        uint64_t faults = 0;
        if (rc == WB_OK) {
            assert_true(wb_str_eq(decode(&w, charset, bytes, &faults), text));
            assert_int_equal(faults, 0);
            written += text.len > 0 ? 1 : 0;
        } else {
            assert_int_equal(rc, WB_INVALID);
            wb_error_clear(&w.ctx);
            assert_int_equal(
                wire_charset_encode(&w.ctx, &w.arena, charset, text, '-', &bytes, &replaced),
                WB_OK);
            assert_true(replaced > 0);
            (void)decode(&w, charset, bytes, &faults);
            assert_int_equal(faults, 0);
        }
        wb_out_done(&out);
        wb_arena_reset(&w.arena);
    }
    assert_true(written > 1500);
    wb_arena_done(&w.arena);
}

static void
assert_decoded(struct world *w, enum wire_charset charset, struct wb_str bytes, const char *want,
               uint64_t faults_wanted)
{
    uint64_t faults = 0;
    assert_str(decode(w, charset, bytes, &faults), want);
    assert_int_equal(faults, faults_wanted);
}

static void
test_reading(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    const struct wb_str latin = WB_LIT("M\xFCller");
    assert_decoded(&w, WIRE_CHARSET_UNOC, latin, "M\xC3\xBCller", 0);
    assert_decoded(&w, WIRE_CHARSET_UNOL, WB_LIT("5 \xA4"), "5 \xE2\x82\xAC", 0);
    assert_decoded(&w, WIRE_CHARSET_UNOY, WB_LIT("M\xC3\xBCller"), "M\xC3\xBCller", 0);
    assert_decoded(&w, WIRE_CHARSET_UNOW, latin, "M\xEF\xBF\xBDller", 1);
    /* Hardly anybody keeps to the narrow sets: what is meant is shown, and counted. */
    assert_decoded(&w, WIRE_CHARSET_UNOA, WB_LIT("ABC 12"), "ABC 12", 0);
    assert_decoded(&w, WIRE_CHARSET_UNOA, WB_LIT("Ab_"), "Ab_", 2);
    assert_decoded(&w, WIRE_CHARSET_UNOB, WB_LIT("Ab_@"), "Ab_@", 1);
    assert_decoded(&w, WIRE_CHARSET_UNOB, latin, "M\xC3\xBCller", 1);
    assert_decoded(&w, WIRE_CHARSET_UNOB, WB_LIT("M\xC3\xBCller"), "M\xC3\xBCller", 1);
    /* A hole of a table, and the bytes between the halves. */
    assert_decoded(&w, WIRE_CHARSET_UNOG, WB_LIT("A\xA5\x80"), "A\xEF\xBF\xBD\xEF\xBF\xBD", 2);
    /* Escape sequences: Latin/Cyrillic, then ASCII again on the left, and one that is none. */
    assert_decoded(&w, WIRE_CHARSET_UNOX, WB_LIT("\x1B-L\xB6 \x1B(B\x1B-A\xFC"),
                   "\xD0\x96 \xC3\xBC", 0);
    assert_decoded(&w, WIRE_CHARSET_UNOX, WB_LIT("\x1B$B"), "\xEF\xBF\xBD$B", 1);
    assert_str(encode(&w, WIRE_CHARSET_UNOX, WB_LIT("\xC3\xBC\xD0\x96\xD0\x96")),
               "\xFC\x1B-L\xB6\xB6");
    assert_decoded(&w, WIRE_CHARSET_UNOC, (struct wb_str){NULL, 0}, "", 0);
    wb_arena_done(&w.arena);
}

/* What needs no change is not copied, and a refusal names the character. */
static void
test_edges(void **unused)
{
    (void)unused;
    struct world w;
    world_init(&w);
    const struct wb_str plain = WB_LIT("PLAIN 123");
    uint64_t faults = 0;
    assert_ptr_equal(decode(&w, WIRE_CHARSET_UNOC, plain, &faults).at, plain.at);
    assert_ptr_equal(encode(&w, WIRE_CHARSET_UNOA, plain).at, plain.at);
    struct wb_str bytes = {NULL, 0};
    uint64_t replaced = 0;
    assert_int_equal(wire_charset_encode(&w.ctx, &w.arena, WIRE_CHARSET_UNOC,
                                         WB_LIT("5 \xE2\x82\xAC"), 0, &bytes, &replaced),
                     WB_INVALID);
    assert_string_equal(w.ctx.error.text, "UNOC has no character for U+20AC");
    assert_null(bytes.at);
    wb_error_clear(&w.ctx);
    w.ctx.os.fault = (struct wb_os_fault){.nth = 1, .ops_mask = 1U << WB_OS_ALLOC};
    struct wb_arena none;
    struct wire_charset_fault fault;
    wb_arena_init(&none, 4096);
    assert_int_equal(
        wire_charset_decode(&w.ctx, &none, WIRE_CHARSET_UNOC, WB_LIT("\xFC"), &bytes, &fault),
        WB_NOMEM);
    wb_arena_done(&none);
    wb_arena_done(&w.arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),         cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_against_iconv), cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_reading),       cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests_name("wire-charset", tests, NULL, NULL);
}
