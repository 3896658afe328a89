#pragma once
/* What the files of the parser share: the cursor's helpers and one function for each thing of the
 * grammar. */
#include "map/compile_priv.h"

/* One statement that is being read. After an error `bad` is set and the statement is given up. */
struct parse {
    struct map_compile *c;
    struct lang_cursor at;
    const struct map_ast_map *origin;
    unsigned depth;
    bool bad;
};

const struct lang_token *parse_peek(const struct parse *p);
/* The token after the next one, or NULL. */
const struct lang_token *parse_peek2(const struct parse *p);
bool parse_next_is(const struct parse *p, const char *text);
bool parse_accept(struct parse *p, const char *text);
/* Reports "expected ..." at the cursor, once a statement. */
void parse_expected(struct parse *p, const char *what);
/* Takes the mark or word, or reports. */
void parse_need(struct parse *p, const char *text);
/* A word or string; `what` is for the report. Empty when there is none. */
struct wb_str parse_word(struct parse *p, const char *what, struct lang_pos *ret_pos);
/* The position from `first` up to the last token taken. */
struct lang_pos parse_span(const struct parse *p, struct lang_pos first);
/* Nothing may follow in this statement. */
void parse_end(struct parse *p);

bool parse_codes(struct parse *p, struct map_ast_codes *ret);
/* A path of either side. */
bool parse_path(struct parse *p, struct map_ast_path *ret);
bool parse_conv(struct parse *p, struct map_ast_conv *ret);
struct map_ast_expr *parse_expr(struct parse *p);
/* The statements of a block, from `first` on; *ret_first is the first one. */
void parse_statements(struct parse *p, const struct lang_statement *first,
                      struct map_ast_stmt **ret_first);
