/* lang_write(lang_parse(t)) == t for every t that parses, and no text does any harm; memory may run
 * out anywhere. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

static const char *const files[] = {
    "grammars/x12/004010/850.gram",      "grammars/x12/004010/elements.gram",
    "grammars/x12/004010/envelope.gram", "grammars/x12/004010/segments.gram",
    "grammars/business/order.gram",      "grammars/odoo/sale.gram",
};

static const char base_text[] =
    "# c\nedition 1\r\nmap x-1 { # d\n  N1[ST] <=> ship_to with p; 03+04\n"
    "  REF[CT|BC]\n   | BEG.06 <=> c (1 +\n 2)\n  when k = v { a \"b\\\"c\" } else { 3042#1..4 "
    "}\n}\n"
    "\ttable t { 00 <=> original; else keep }; partner \"M \xc3\xa4 Inc.\" {};\n  # end";

/* A reproducible sequence (xorshift), so that a failure can be had again. */
static uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void
check_law(struct wb_str text)
{
    struct parsed parsed;
    parsed_init(&parsed, text);
    if (parsed.diags.error_count == 0 && !parsed_equal(&parsed)) {
        fail_msg("writing differs for [" WB_FMT "]", WB_ARG(text));
    }
    parsed_done(&parsed);
}

static void
shipped_files_are_kept(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 1 << 24);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct parsed parsed;
        parsed_init(&parsed, source_file(&ctx, &arena, files[i]));
        assert_int_equal(parsed.diags.error_count, 0);
        assert_true(parsed_equal(&parsed));
        parsed_done(&parsed);
    }
    wb_arena_done(&arena);
}

static void
mutations_are_kept_or_refused(void **state)
{
    (void)state;
    static const char alphabet[] = "{}()[];|#\"\\\n\r\t ab0-<=>.:\xc3\xa4\xff\x01$,";
    char text[sizeof base_text + 8];
    uint32_t random = 12345;
    size_t parsed_count = 0;
    for (int round = 0; round < 20000; round++) {
        size_t len = sizeof base_text - 1;
        memcpy(text, base_text, len);
        const uint32_t changes = 1 + next_random(&random) % 4;
        for (uint32_t i = 0; i < changes; i++) {
            const size_t at = next_random(&random) % len;
            const char c = alphabet[next_random(&random) % (sizeof alphabet - 1)];
            const uint32_t how = next_random(&random) % 3;
            if (how == 0) {
                text[at] = c;
            } else if (how == 1) {
                memmove(text + at, text + at + 1, len - at - 1);
                len--;
            } else if (len < sizeof text - 1) {
                memmove(text + at + 1, text + at, len - at);
                text[at] = c;
                len++;
            }
        }
        struct parsed parsed;
        parsed_init(&parsed, (struct wb_str){text, len});
        parsed_count += parsed.diags.error_count == 0 ? 1 : 0;
        parsed_done(&parsed);
        check_law((struct wb_str){text, len});
    }
    assert_true(parsed_count > 5000); /* else the test would test nothing */
}

static void
prefixes_are_kept_or_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof base_text; len++) {
        check_law((struct wb_str){base_text, len});
    }
}

/* Deep and wide texts take time in proportion to their size: these would not end otherwise. */
static void
no_text_takes_long(void **state)
{
    (void)state;
    static const char *const parts[] = {"{",  "}",     "{}",   "(",   ")\n",   "\"",  "#\n", "\n|",
                                        "a;", "[{",    "\xff", "$",   "{\n",   "\n",  "a{}", "(\n",
                                        "\\", "\" \"", "..",   "<=>", "a\n|b", "{;}", "(]"};
    enum { SIZE = 1 << 18 };
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    char *text = wb_os_alloc(&ctx, SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const size_t part = strlen(parts[i]);
        size_t len = 10;
        memcpy(text, "edition 1\n", len);
        for (; len + part <= SIZE; len += part) {
            memcpy(text + len, parts[i], part);
        }
        struct wb_arena arena;
        struct lang_diags diags;
        struct lang_file *file = NULL;
        const struct lang_source source = {
            WB_LIT("t"), {text, len}
        };
        wb_arena_init(&arena, (size_t)1 << 30);
        lang_diags_init(&diags, &arena);
        assert_int_equal(lang_parse(&ctx, &arena, &source, &diags, &file), WB_OK);
        wb_arena_done(&arena);
    }
    wb_os_free(text);
}

static void
memory_may_run_out(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = 1u << WB_OS_ALLOC;
    uint64_t count = UINT64_MAX;
    for (uint64_t nth = 0; nth <= count; nth++) {
        struct wb_arena arena;
        struct lang_diags diags;
        struct lang_file *file = NULL;
        const struct lang_source source = {
            WB_LIT("t"), {base_text, sizeof base_text - 1}
        };
        ctx.os.fault.nth = nth;
        ctx.os.fault.seen = 0;
        wb_error_clear(&ctx);
        wb_arena_init(&arena, 1 << 20);
        lang_diags_init(&diags, &arena);
        const enum wb_rc rc = lang_parse(&ctx, &arena, &source, &diags, &file);
        if (nth == 0) {
            count = ctx.os.fault.seen;
            assert_true(count > 0);
        }
        assert_int_equal(rc, nth == 0 ? WB_OK : WB_NOMEM);
        assert_true((file != NULL) == (rc == WB_OK));
        wb_arena_done(&arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_files_are_kept),
        cmocka_unit_test(prefixes_are_kept_or_refused),
        cmocka_unit_test(mutations_are_kept_or_refused),
        cmocka_unit_test(no_text_takes_long),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("lang laws", tests, NULL, NULL);
}
