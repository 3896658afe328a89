/*
 * Tokens into statements and blocks. What a statement means is nobody's business here.
 *
 * Every byte ends up in exactly one slice (trivia, token, end of statement), which is what lets a
 * tree be written back byte for byte. Tokens of the statements that are open stand on one stack and
 * are copied out when their statement ends, so a token array is exactly as long as its statement.
 * Depth is bounded before it is entered.
 */
#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "lang/lang_priv.h"

struct brackets { /* open ( and [ of one statement */
    struct lang_pos open[WB_LIMIT_SOURCE_DEPTH];
    uint32_t depth;
};

struct parser {
    struct lex lex;
    struct wb_arena scratch;
    struct lang_token *stack;
    size_t count;
    size_t cap;
    uint32_t depth;          /* of blocks */
    bool open_reported;      /* one block that is never closed is enough */
    struct lang_pos slipped; /* a '}' that stands further left than what it closed */
};

static WB_MUST enum wb_rc parse_statements(struct parser *parser, struct lang_statement **ret_first,
                                           struct wb_str *ret_end_trivia);

enum { LOOK_BACK_MAX = 400 }; /* one line may be the whole file */

static bool
is_indent(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether only blanks stand before `at` on its line; then ret_indent is how many. */
static bool
first_on_line(const struct lex *lex, uint32_t at, uint32_t *ret_indent)
{
    uint32_t start = at;
    while (start > 0 && at - start < LOOK_BACK_MAX && is_indent(lex->text.at[start - 1])) {
        start--;
    }
    *ret_indent = at - start;
    return start == 0 || lex->text.at[start - 1] == '\n';
}

/* How many blanks begin the line of `at`; 0 when the line's start is too far away. */
static uint32_t
line_indent(const struct lex *lex, uint32_t at)
{
    const uint32_t stop = at > LOOK_BACK_MAX ? at - LOOK_BACK_MAX : 0;
    uint32_t start = at;
    while (start > stop && lex->text.at[start - 1] != '\n') {
        start--;
    }
    if (start > 0 && lex->text.at[start - 1] != '\n') {
        return 0;
    }
    uint32_t first = start;
    while (first < at && is_indent(lex->text.at[first])) {
        first++;
    }
    return first - start;
}

/* Remembers the first '}' that stands further left than the line that opened its block: one is
 * missing before it. */
static void
watch_indent(struct parser *parser, uint32_t open_at, uint32_t close_at)
{
    uint32_t indent = 0;
    if (parser->slipped.source == NULL && first_on_line(&parser->lex, close_at, &indent) &&
        indent < line_indent(&parser->lex, open_at)) {
        parser->slipped = lex_pos(&parser->lex, close_at, 1);
    }
}

static void
report_open_block(struct parser *parser, uint32_t open_at)
{
    if (parser->open_reported) {
        return;
    }
    parser->open_reported = true;
    struct lang_diag *diag =
        lex_report(&parser->lex, LANG_BLOCK_OPEN, lex_pos(&parser->lex, open_at, 1),
                   "this block is never closed");
    if (diag == NULL) {
        return;
    }
    diag->expected = WB_LIT("}");
    if (parser->slipped.source != NULL) {
        diag->other = parser->slipped;
        diag->other_text = WB_LIT("this '}' stands further left than the line that opened what it "
                                  "closes; one may be missing before it");
    }
}

/* Jumps over a block that is nested too deep: braces are counted, nothing else is looked at. */
static void
skip_block(struct parser *parser)
{
    struct lex *lex = &parser->lex;
    uint32_t open = 0;
    do {
        lex_skip(lex, "\n;");
        const char c = lex_byte(lex);
        if (c == '"') {
            do {
                lex->at++;
            } while (!lex_at_end(lex) && lex_byte(lex) != '"' && lex_byte(lex) != '\n');
        } else {
            open += c == '{' ? 1 : 0;
            open -= c == '}' ? 1 : 0;
        }
        lex->at += lex_at_end(lex) ? 0 : 1;
    } while (open > 0 && !lex_at_end(lex));
}

static WB_MUST enum wb_rc
parse_block(struct parser *parser, struct lang_token *block)
{
    struct lex *lex = &parser->lex;
    const uint32_t open_at = lex->at;
    enum wb_rc rc = WB_OK;
    block->kind = LANG_BLOCK;
    if (parser->depth == WB_LIMIT_SOURCE_DEPTH) {
        (void)lex_report(lex, LANG_TOO_DEEP, lex_pos(lex, open_at, 1),
                         "blocks are nested deeper than %d", WB_LIMIT_SOURCE_DEPTH);
        skip_block(parser);
    } else {
        lex->at++;
        parser->depth++;
        rc = parse_statements(parser, &block->block, &block->block_end_trivia);
        parser->depth--;
        if (rc == WB_OK && lex_byte(lex) == '}') {
            watch_indent(parser, open_at, lex->at);
            lex->at++;
        } else if (rc == WB_OK) {
            report_open_block(parser, open_at);
        }
    }
    block->pos = lex_pos(lex, open_at, lex->at - open_at);
    return rc;
}

static void
close_brackets(struct parser *parser, struct brackets *brackets)
{
    while (brackets->depth > 0) {
        brackets->depth--;
        struct lang_diag *diag =
            lex_report(&parser->lex, LANG_BRACKET_OPEN, brackets->open[brackets->depth],
                       "this bracket is not closed before the statement ends");
        if (diag != NULL) {
            const struct lang_pos pos = brackets->open[brackets->depth];
            diag->expected = pos.source->bytes.at[pos.at] == '(' ? WB_LIT(")") : WB_LIT("]");
        }
    }
}

static void
track_bracket(struct parser *parser, struct brackets *brackets, const struct lang_token *token)
{
    const bool opens = lang_is(token, "(") || lang_is(token, "[");
    const bool closes = lang_is(token, ")") || lang_is(token, "]");
    if (opens && brackets->depth == WB_LIMIT_SOURCE_DEPTH) {
        (void)lex_report(&parser->lex, LANG_TOO_DEEP, token->pos,
                         "brackets are nested deeper than %d", WB_LIMIT_SOURCE_DEPTH);
    } else if (opens) {
        brackets->open[brackets->depth++] = token->pos;
    }
    if (!closes) {
        return;
    }
    const char *opener = lang_is(token, ")") ? "(" : "[";
    const struct lang_pos *last = brackets->depth > 0 ? &brackets->open[brackets->depth - 1] : NULL;
    if (last != NULL && last->source->bytes.at[last->at] == opener[0]) {
        brackets->depth--;
        return;
    }
    struct lang_diag *diag =
        lex_report(&parser->lex, LANG_BRACKET_STRAY, token->pos,
                   last == NULL ? "this bracket closes nothing"
                                : "this bracket does not match the one that is open");
    if (diag != NULL && last != NULL) {
        diag->expected = opener[0] == '(' ? WB_LIT("]") : WB_LIT(")");
        diag->other = *last;
        diag->other_text = WB_LIT("this one is open");
    }
    brackets->depth -= last != NULL ? 1 : 0;
}

/* Whether the newline here does not end the statement: the next line that holds something begins
 * with '|'. */
static bool
goes_on(struct parser *parser)
{
    struct lex ahead = parser->lex;
    lex_skip(&ahead, "\n");
    if (lex_byte(&ahead) != '|') {
        return false;
    }
    parser->lex.at = ahead.at;
    return true;
}

/* How far a statement was read. */
struct reach {
    uint32_t trivia_from; /* behind its last token */
    uint32_t blanks_from; /* behind that and behind bytes that are no token: these are never read
                             again */
};

/*
 * Whether the statement ends here; then ret_end is what ended it. A '}' ends it without being
 * taken, and the trivia before it is left for the block.
 */
static bool
statement_ends(struct parser *parser, struct brackets *brackets, struct reach reach,
               struct wb_str *ret_end)
{
    struct lex *lex = &parser->lex;
    const char c = lex_byte(lex);
    if (c == '\n' && !lex_at_end(lex)) {
        if (goes_on(parser)) {
            return false;
        }
        lex->at++;
    } else if (c == ';') {
        close_brackets(parser, brackets);
        lex->at++;
    } else if (c == '}' && parser->depth > 0) {
        close_brackets(parser, brackets);
        lex->at = reach.blanks_from;
    } else if (c == '}') {
        close_brackets(parser, brackets);
        (void)lex_report(lex, LANG_BRACE_STRAY, lex_pos(lex, lex->at, 1),
                         "this '}' closes nothing");
        lex->at++;
    } else if (lex_at_end(lex)) {
        close_brackets(parser, brackets);
        lex->at = parser->depth > 0 ? reach.blanks_from : lex->at;
    } else {
        return false;
    }
    *ret_end = lex_slice(lex, reach.trivia_from);
    return true;
}

/* Copies the tokens from `base` on out of the stack. NULL in *ret when there were none. */
static WB_MUST enum wb_rc
statement_make(struct parser *parser, size_t base, struct wb_str end, struct lang_statement **ret)
{
    const size_t count = parser->count - base;
    *ret = NULL;
    if (count == 0) {
        return WB_OK;
    }
    struct lex *lex = &parser->lex;
    struct lang_statement *statement = wb_arena_alloc(lex->ctx, lex->arena, sizeof *statement);
    struct lang_token *tokens = wb_arena_array(lex->ctx, lex->arena, count, sizeof *tokens);
    if (statement == NULL || tokens == NULL) {
        return WB_NOMEM;
    }
    memcpy(tokens, parser->stack + base, count * sizeof *tokens);
    parser->count = base;
    statement->tokens = tokens;
    statement->token_count = (uint32_t)count; /* at most one a byte of the source */
    statement->end = end;
    *ret = statement;
    return WB_OK;
}

/* trivia_from: where the trivia of the first token begins; the lexer stands on that token. */
static WB_MUST enum wb_rc
parse_statement(struct parser *parser, uint32_t trivia_from, struct lang_statement **ret)
{
    struct lex *lex = &parser->lex;
    struct brackets brackets;
    struct wb_str end = {NULL, 0};
    const size_t base = parser->count;
    struct reach reach = {trivia_from, trivia_from};
    brackets.depth = 0;
    for (;;) {
        lex_skip(lex, brackets.depth > 0 ? "\n" : "");
        if (statement_ends(parser, &brackets, reach, &end)) {
            break;
        }
        struct lang_token token = {.trivia = lex_slice(lex, reach.trivia_from)};
        bool is_token = true;
        enum wb_rc rc = WB_OK;
        token.blank_before = token.trivia.len > 0;
        if (lex_byte(lex) == '{') {
            close_brackets(parser, &brackets);
            rc = parse_block(parser, &token);
        } else {
            rc = lex_token(lex, &token, &is_token);
        }
        if (rc != WB_OK) {
            return rc;
        }
        reach.blanks_from = lex->at;
        if (!is_token) {
            continue;
        }
        track_bracket(parser, &brackets, &token);
        struct lang_token *top =
            WB_PUSH(lex->ctx, &parser->scratch, parser->stack, parser->count, parser->cap);
        if (top == NULL) {
            return WB_NOMEM;
        }
        *top = token;
        reach.trivia_from = lex->at;
    }
    return statement_make(parser, base, end, ret);
}

/* Statements up to the end of the file, or in a block up to its '}' (which is left). */
static enum wb_rc
parse_statements(struct parser *parser, struct lang_statement **ret_first,
                 struct wb_str *ret_end_trivia)
{
    struct lex *lex = &parser->lex;
    struct lang_statement **link = ret_first;
    uint32_t from = lex->at;
    *link = NULL;
    for (;;) {
        lex_skip(lex, "\n;");
        if (lex_at_end(lex) || (lex_byte(lex) == '}' && parser->depth > 0)) {
            break;
        }
        struct lang_statement *statement = NULL;
        const enum wb_rc rc = parse_statement(parser, from, &statement);
        if (rc != WB_OK) {
            return rc;
        }
        from = lex->at;
        if (statement != NULL) {
            *link = statement;
            link = &statement->next;
        }
    }
    *ret_end_trivia = lex_slice(lex, from);
    return WB_OK;
}

/* Takes the edition line off the front of the file. False when the rest must not be read. */
static bool
take_edition(struct parser *parser, struct lang_file *file)
{
    struct lang_statement *first = file->first;
    const bool named = first != NULL && lang_is(&first->tokens[0], "edition");
    struct lex *lex = &parser->lex;
    if (named && first->token_count == 2 && lang_is(&first->tokens[1], "1")) {
        file->edition_text = lex_slice(lex, 0);
        file->first = first->next;
        return true;
    }
    const enum lang_code_no no = named ? LANG_EDITION_UNKNOWN : LANG_EDITION_MISSING;
    const struct lang_token *at = first == NULL ? NULL : &first->tokens[0];
    if (named && first->token_count > 1) {
        at = &first->tokens[1];
    }
    struct lang_pos pos = at == NULL ? lex_pos(lex, 0, 0) : at->pos;
    struct lang_diag *diag = lex_report(lex, no, pos,
                                        named ? "this edition of the language is not known here"
                                              : "the file does not begin with its edition");
    if (diag != NULL) {
        diag->expected = WB_LIT("edition 1");
    }
    file->first = named ? NULL : first;
    return !named;
}

/* The first statement alone, so that a file of another edition gives one diagnostic and not a
 * hundred. */
static WB_MUST enum wb_rc
parse_file(struct parser *parser, struct lang_file *file)
{
    struct lex *lex = &parser->lex;
    if (wb_str_starts(lex->text, WB_LIT("\xef\xbb\xbf"))) {
        lex->first = 3;
        lex->at = 3;
    }
    lex_skip(lex, "\n;");
    const enum wb_rc rc = lex_at_end(lex) ? WB_OK : parse_statement(parser, 0, &file->first);
    if (rc != WB_OK || !take_edition(parser, file)) {
        return rc;
    }
    struct lang_statement **rest = file->first == NULL ? &file->first : &file->first->next;
    return parse_statements(parser, rest, &file->end_trivia);
}

enum wb_rc
lang_parse(struct wb_ctx *ctx, struct wb_arena *arena, const struct lang_source *source,
           struct lang_diags *diags, struct lang_file **ret_file)
{
    assert(source != NULL);
    assert(ret_file != NULL);
    struct lang_file *file = wb_arena_alloc(ctx, arena, sizeof *file);
    if (file == NULL) {
        return WB_NOMEM;
    }
    file->source = source;
    file->edition = 1;
    struct parser parser = {
        .lex = {
                .ctx = ctx, .arena = arena, .diags = diags, .source = source, .text = source->bytes}
    };
    enum wb_rc rc = WB_OK;
    wb_arena_init(&parser.scratch, arena->limit_bytes);
    if (source->bytes.len > WB_LIMIT_SOURCE) {
        (void)lex_report(&parser.lex, LANG_TOO_LARGE, lex_pos(&parser.lex, 0, 0),
                         "the file has %zu bytes, the limit is %d", source->bytes.len,
                         WB_LIMIT_SOURCE);
    } else {
        lex_check_text(&parser.lex);
        rc = parse_file(&parser, file);
    }
    wb_arena_done(&parser.scratch);
    if (rc == WB_OK) {
        *ret_file = file;
    }
    return rc;
}
