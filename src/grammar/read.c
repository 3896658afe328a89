/*
 * Pieces of statements: a word, a string, a number, a block. Each says what is missing, so that the
 * declarations read as their grammar does.
 */
#include <string.h>

#include "grammar/compile_priv.h"

const struct lang_token *
gramc_word(struct gramc *c, struct lang_cursor *cursor, const char *what)
{
    const struct lang_token *token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_WORD) {
        gramc_expected(c, cursor, what);
        return NULL;
    }
    return lang_take(cursor);
}

bool
gramc_string(struct gramc *c, struct lang_cursor *cursor, struct wb_str *ret)
{
    const struct lang_token *token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_STRING) {
        gramc_expected(c, cursor, "a name in quotes");
        return false;
    }
    *ret = lang_take(cursor)->text;
    return true;
}

bool
gramc_word_number(const struct lang_token *token, uint32_t max, uint32_t *ret)
{
    uint64_t value = 0;
    if (token == NULL || token->kind != LANG_WORD || !wb_str_u64(token->text, &value) ||
        value == 0 || value > max) {
        return false;
    }
    *ret = (uint32_t)value; /* at most max */
    return true;
}

bool
gramc_number(struct gramc *c, struct lang_cursor *cursor, const char *what, uint32_t max,
             uint32_t *ret)
{
    const struct lang_token *token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_WORD || !wb_str_digits(token->text)) {
        gramc_expected(c, cursor, what);
        return false;
    }
    (void)lang_take(cursor);
    if (!gramc_word_number(token, max, ret)) {
        struct lang_diag *diag = gramc_report(c, GRAM_NUMBER_RANGE, token->pos,
                                              WB_FMT " is out of range", WB_ARG(token->text));
        if (diag != NULL) {
            diag->expected = wb_arena_printf(c->ctx, c->diags->arena, "%s from 1 to %u", what, max);
        }
        return false;
    }
    return true;
}

const struct lang_token *
gramc_block(struct gramc *c, struct lang_cursor *cursor)
{
    const struct lang_token *token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_BLOCK) {
        gramc_expected(c, cursor, "a block in { }");
        return NULL;
    }
    return lang_take(cursor);
}

bool
gramc_need(struct gramc *c, struct lang_cursor *cursor, bool relational, enum grammar_need *ret)
{
    const struct lang_token *token = gramc_word(c, cursor, relational ? "M, O or X" : "M or O");
    if (token == NULL) {
        return false;
    }
    if (lang_is(token, "M")) {
        *ret = GRAMMAR_MANDATORY;
    } else if (lang_is(token, "O")) {
        *ret = GRAMMAR_OPTIONAL;
    } else if (relational && lang_is(token, "X")) {
        *ret = GRAMMAR_RELATIONAL;
    } else {
        struct lang_diag *diag =
            gramc_report(c, GRAM_NEED, token->pos, "'" WB_FMT "' is no requirement%s",
                         WB_ARG(token->text), relational ? "" : " of a segment or loop");
        if (diag != NULL) {
            diag->expected = relational ? WB_LIT("M mandatory, O optional or X relational")
                                        : WB_LIT("M mandatory or O optional");
        }
        return false;
    }
    return true;
}

void
gramc_end(struct gramc *c, struct lang_cursor *cursor)
{
    const struct lang_token *token = lang_take(cursor);
    if (token != NULL) {
        const bool block = token->kind == LANG_BLOCK;
        struct lang_diag *diag = gramc_report(
            c, GRAM_NOT_HERE,
            block ? (struct lang_pos){token->pos.source, token->pos.at, 1} : token->pos,
            block ? "a block means nothing here" : "this means nothing here");
        if (diag != NULL) {
            diag->expected = WB_LIT("the end of the statement");
        }
    }
}
