/* What the tests of this room share. */
#include "support.h"

#include <string.h>

#include "base/limits.h"

enum { ARENA_MAX = 512 * 1024 * 1024, PATH_MAX_BYTES = 300 };

void
compiled_init_bytes(struct compiled *compiled, struct wb_str text, struct wb_str codes)
{
    memset(compiled, 0, sizeof *compiled);
    wb_ctx_init(&compiled->ctx);
    wb_arena_init(&compiled->arena, ARENA_MAX);
    lang_diags_init(&compiled->diags, &compiled->arena);
    compiled->file = (struct lang_source){WB_LIT("t.gram"), text};
    compiled->sources.files = &compiled->file;
    compiled->sources.file_count = 1;
    compiled->sources.codes = (struct lang_source){WB_LIT("codes.csv"), codes};
    compiled->rc = grammar_compile(&compiled->ctx, &compiled->arena, &compiled->sources,
                                   &compiled->diags, &compiled->table);
    if (compiled->rc == WB_OK) {
        assert_int_equal(grammar_open(&compiled->ctx, compiled->table, &compiled->grammar), WB_OK);
    }
    assert_true((compiled->rc == WB_OK) == (compiled->diags.error_count == 0));
}

void
compiled_init(struct compiled *compiled, const char *text, const char *codes)
{
    compiled_init_bytes(compiled, wb_str_of(text), wb_str_of(codes));
}

void
compiled_done(struct compiled *compiled)
{
    wb_arena_done(&compiled->arena);
}

struct wb_str
compiled_diags(struct compiled *compiled)
{
    struct wb_out out;
    wb_out_init(&out, &compiled->ctx, -1, 1024 * 1024);
    lang_diags_print(&out, &compiled->diags, false);
    const struct wb_str text = wb_arena_dup(&compiled->ctx, &compiled->arena, wb_buf_str(&out.buf));
    wb_out_done(&out);
    return text;
}

void
compiled_good(struct compiled *compiled, const char *text, const char *codes)
{
    compiled_init(compiled, text, codes);
    if (compiled->rc != WB_OK) {
        const struct wb_str diags = compiled_diags(compiled);
        fail_msg("%s\n" WB_FMT, compiled->ctx.error.text, WB_ARG(diags));
    }
}

struct wb_str
dumped(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar *grammar)
{
    struct wb_out out;
    wb_out_init(&out, ctx, -1, WB_LIMIT_TABLE);
    grammar_dump(&out, grammar);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    const struct wb_str text = wb_arena_dup(ctx, arena, wb_buf_str(&out.buf));
    assert_non_null(text.at);
    wb_out_done(&out);
    return text;
}

uint32_t
node_at(const struct grammar *grammar, const struct grammar_message *message, const char *path)
{
    char text[PATH_MAX_BYTES];
    for (uint32_t i = 0; i < message->node_count; i++) {
        const uint32_t node = message->node_first + i;
        const size_t len = grammar_path(grammar, node, text, sizeof text);
        /* A loop and its trigger differ: N1 is the loop, N1/N1 the segment. */
        if (wb_str_eq((struct wb_str){text, len}, wb_str_of(path))) {
            return node;
        }
    }
    fail_msg("no node %s", path);
    return GRAMMAR_NONE;
}

struct wb_str
path_of(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar *grammar, uint32_t node)
{
    char text[PATH_MAX_BYTES];
    if (node == GRAMMAR_NONE) {
        return WB_LIT("-");
    }
    const size_t len = grammar_path(grammar, node, text, sizeof text);
    return wb_arena_dup(ctx, arena, (struct wb_str){text, len});
}

uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}
