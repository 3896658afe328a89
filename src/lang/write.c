/*
 * A tree back into text. What was read is copied from its source; what a tool made is spelled out.
 *
 * The recursion is as deep as the blocks, which the parser bounds.
 */
#include <assert.h>

#include "base/limits.h"
#include "lang/lang_priv.h"

static void write_statements(struct wb_out *out, const struct lang_statement *first,
                             unsigned depth);

static void
write_string(struct wb_out *out, struct wb_str text)
{
    wb_out_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\') {
            wb_out_byte(out, '\\');
        }
        wb_out_byte(out, text.at[i]);
    }
    wb_out_byte(out, '"');
}

static void
write_token(struct wb_out *out, const struct lang_token *token, unsigned depth)
{
    const bool made = token->pos.source == NULL;
    wb_out_str(out, token->trivia);
    if (made && token->blank_before && token->trivia.len == 0) {
        wb_out_byte(out, ' ');
    }
    if (token->kind == LANG_BLOCK) {
        wb_out_byte(out, '{');
        write_statements(out, token->block, depth + 1);
        wb_out_str(out, token->block_end_trivia);
        wb_out_byte(out, '}');
    } else if (!made) {
        wb_out_str(out, wb_str_sub(token->pos.source->bytes, token->pos.at, token->pos.len));
    } else if (token->kind == LANG_STRING) {
        write_string(out, token->text);
    } else {
        wb_out_str(out, token->text);
    }
}

static void
write_statements(struct wb_out *out, const struct lang_statement *first, unsigned depth)
{
    assert(first == NULL || depth <= WB_LIMIT_SOURCE_DEPTH);
    for (const struct lang_statement *s = first; s != NULL; s = s->next) {
        for (uint32_t i = 0; i < s->token_count; i++) {
            write_token(out, &s->tokens[i], depth);
        }
        wb_out_str(out, s->end);
    }
}

void
lang_write(struct wb_out *out, const struct lang_file *file)
{
    assert(file != NULL);
    wb_out_str(out, file->edition_text);
    write_statements(out, file->first, 0);
    wb_out_str(out, file->end_trivia);
}
