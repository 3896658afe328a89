/* What the tests of this room share. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum { ARENA_MAX = 64 * 1024 * 1024 };

void
parsed_init(struct parsed *parsed, struct wb_str bytes)
{
    memset(parsed, 0, sizeof *parsed);
    wb_ctx_init(&parsed->ctx);
    wb_arena_init(&parsed->arena, ARENA_MAX);
    lang_diags_init(&parsed->diags, &parsed->arena);
    parsed->source = (struct lang_source){WB_LIT("t.gram"), bytes};
    assert_int_equal(
        lang_parse(&parsed->ctx, &parsed->arena, &parsed->source, &parsed->diags, &parsed->file),
        WB_OK);
}

void
parsed_done(struct parsed *parsed)
{
    wb_arena_done(&parsed->arena);
}

bool
parsed_equal(struct parsed *parsed)
{
    struct wb_out out;
    wb_out_init(&out, &parsed->ctx, -1, ARENA_MAX);
    lang_write(&out, parsed->file);
    const bool equal = wb_str_eq(wb_buf_str(&out.buf), parsed->source.bytes);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_done(&out);
    return equal;
}

struct wb_str
parsed_words(struct parsed *parsed, const struct lang_statement *statement)
{
    struct wb_str text = {"", 0};
    for (uint32_t i = 0; i < statement->token_count; i++) {
        const struct lang_token *token = &statement->tokens[i];
        const struct wb_str word = token->kind == LANG_BLOCK ? WB_LIT("{..}") : token->text;
        text =
            wb_arena_printf(&parsed->ctx, &parsed->arena, WB_FMT "%s%s" WB_FMT "%s", WB_ARG(text),
                            i == 0 ? "" : " ", token->kind == LANG_STRING ? "'" : "", WB_ARG(word),
                            token->kind == LANG_STRING ? "'" : "");
    }
    return text;
}

const struct lang_statement *
nth(const struct lang_statement *first, unsigned n)
{
    while (n > 0 && first != NULL) {
        first = first->next;
        n--;
    }
    assert_non_null(first);
    return first;
}

struct wb_str
source_file(struct wb_ctx *ctx, struct wb_arena *arena, const char *path)
{
    const char *root = getenv("WAYBILL_SOURCE");
    assert_non_null(root);
    struct wb_str bytes = {NULL, 0};
    const struct wb_str full = wb_arena_printf(ctx, arena, "%s/%s", root, path);
    assert_int_equal(wb_os_read_file(ctx, arena, full.at, WB_LIMIT_SOURCE, &bytes), WB_OK);
    return bytes;
}

void
assert_text(struct wb_str got, const char *wanted)
{
    if (!wb_str_eq(got, wb_str_of(wanted))) {
        fail_msg("got  [" WB_FMT "]\nwant [%s]", WB_ARG(got), wanted);
    }
}
