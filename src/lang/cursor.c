/* The cursor with which rooms read the tokens of a statement. It never moves past the end. */
#include <assert.h>

#include "lang/lang_priv.h"

struct lang_cursor
lang_cursor_of(const struct lang_statement *statement)
{
    assert(statement != NULL);
    return (struct lang_cursor){statement, 0};
}

const struct lang_token *
lang_peek(const struct lang_cursor *cursor)
{
    return cursor->at < cursor->statement->token_count ? &cursor->statement->tokens[cursor->at]
                                                       : NULL;
}

const struct lang_token *
lang_take(struct lang_cursor *cursor)
{
    const struct lang_token *token = lang_peek(cursor);
    cursor->at += token != NULL ? 1 : 0;
    return token;
}

bool
lang_is(const struct lang_token *token, const char *text)
{
    return token != NULL && (token->kind == LANG_WORD || token->kind == LANG_MARK) &&
           wb_str_eq(token->text, wb_str_of(text));
}

bool
lang_accept(struct lang_cursor *cursor, const char *text)
{
    const bool found = lang_is(lang_peek(cursor), text);
    cursor->at += found ? 1 : 0;
    return found;
}

struct lang_pos
lang_here(const struct lang_cursor *cursor)
{
    const struct lang_token *token = lang_peek(cursor);
    if (token != NULL) {
        return token->pos;
    }
    const struct lang_statement *statement = cursor->statement;
    if (statement->token_count == 0) {
        return (struct lang_pos){NULL, 0, 0};
    }
    const struct lang_pos last = statement->tokens[statement->token_count - 1].pos;
    return (struct lang_pos){last.source, last.at + last.len, 0};
}
