#pragma once
/* What the tests of this room share: one parsed text with its diagnostics. cmocka's includes come
 * first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/lang.h"

struct parsed {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_source source;
    struct lang_diags diags;
    struct lang_file *file;
};

/* Parses; the bytes must outlive `parsed`. */
void parsed_init(struct parsed *parsed, struct wb_str bytes);
void parsed_done(struct parsed *parsed);
/* Whether writing gives the bytes back. */
bool parsed_equal(struct parsed *parsed);
/* The statement as words and marks with one blank between, blocks as {..}: in a buffer of the
 * arena. */
struct wb_str parsed_words(struct parsed *parsed, const struct lang_statement *statement);
/* The n-th statement of a list, 0-based; fails the test when there is none. */
const struct lang_statement *nth(const struct lang_statement *first, unsigned n);
/* A file of the source tree. */
struct wb_str source_file(struct wb_ctx *ctx, struct wb_arena *arena, const char *path);
void assert_text(struct wb_str got, const char *wanted);
