/*
 * docs/language.md is executed. A block fenced as `grammar` compiles without a diagnostic, `grammar
 * error CODE` gives that error and no other, `lang` parses and is written back as it was.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct block {
    struct wb_str kind; /* what stands behind the fence */
    struct wb_str text;
};

/* The next fenced block from *at on; false when there is none. */
static bool
next_block(struct wb_str page, size_t *at, struct block *ret)
{
    bool inside = false;
    size_t from = 0;
    while (*at < page.len) {
        const struct wb_str rest = wb_str_sub(page, *at, page.len);
        const struct wb_str line = wb_str_sub(rest, 0, wb_str_find(rest, '\n'));
        const size_t begin = *at;
        *at += line.len + 1;
        if (!wb_str_starts(line, WB_LIT("```"))) {
            continue;
        }
        if (inside) {
            ret->text = wb_str_sub(page, from, begin - from);
            return true;
        }
        inside = true;
        ret->kind = wb_str_trim(wb_str_sub(line, 3, line.len));
        from = *at;
    }
    return false;
}

static void
run_grammar(struct wb_str text, struct wb_str code)
{
    struct compiled c;
    compiled_init_bytes(&c, text, (struct wb_str){NULL, 0});
    const struct wb_str diags = compiled_diags(&c);
    const size_t wanted = code.len == 0 ? 0 : 1;
    if (c.diags.count != wanted ||
        (wanted == 1 && !wb_str_eq(wb_str_of(c.diags.items[0].code), code))) {
        fail_msg("wanted [" WB_FMT "], got\n" WB_FMT "for\n" WB_FMT, WB_ARG(code), WB_ARG(diags),
                 WB_ARG(text));
    }
    compiled_done(&c);
}

static void
run_lang(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str text)
{
    struct lang_diags diags;
    struct lang_file *file = NULL;
    struct wb_out out;
    const struct lang_source source = {WB_LIT("language.md"), text};
    lang_diags_init(&diags, arena);
    wb_out_init(&out, ctx, -1, WB_LIMIT_SOURCE);
    assert_int_equal(lang_parse(ctx, arena, &source, &diags, &file), WB_OK);
    assert_int_equal(diags.count, 0);
    lang_write(&out, file);
    assert_true(wb_str_eq(wb_buf_str(&out.buf), text));
    wb_out_done(&out);
}

static void
the_language_page_is_executed(void **state)
{
    (void)state;
    static const struct wb_str error = {"grammar error ", sizeof "grammar error " - 1};
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct wb_str page = {NULL, 0};
    struct block block = {
        {NULL, 0},
        {NULL, 0}
    };
    const char *root = getenv("WAYBILL_SOURCE");
    size_t grammars = 0;
    size_t langs = 0;
    size_t at = 0;
    assert_non_null(root);
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 64 * 1024 * 1024);
    const struct wb_str path = wb_arena_printf(&ctx, &arena, "%s/docs/language.md", root);
    assert_int_equal(wb_os_read_file(&ctx, &arena, path.at, WB_LIMIT_SOURCE, &page), WB_OK);
    while (next_block(page, &at, &block)) {
        if (wb_str_eq(block.kind, WB_LIT("grammar"))) {
            run_grammar(block.text, WB_LIT(""));
            grammars++;
        } else if (wb_str_starts(block.kind, error)) {
            run_grammar(block.text, wb_str_sub(block.kind, error.len, block.kind.len));
            grammars++;
        } else if (wb_str_eq(block.kind, WB_LIT("lang"))) {
            run_lang(&ctx, &arena, block.text);
            langs++;
        }
    }
    assert_true(grammars >= 2 && langs >= 1);
    wb_arena_done(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_page_is_executed),
    };
    return cmocka_run_group_tests_name("grammar docs", tests, NULL, NULL);
}
