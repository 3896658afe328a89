#pragma once
/* What the tests of this room share: one compilation with its diagnostics, and its table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "grammar/compile.h"

/* The head of a grammar with one element and the frame ST SE: six lines. */
#define HEAD                                                                                       \
    "edition 1\n"                                                                                  \
    "standard t 1\n"                                                                               \
    "envelope { message ST SE { } }\n"                                                             \
    "element 1 \"E\" AN 1..9\n"                                                                    \
    "segment ST \"H\" { 01 1 M }\n"                                                                \
    "segment SE \"T\" { 01 1 M }\n"

struct compiled {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_diags diags;
    struct lang_source file;
    struct grammar_sources sources;
    enum wb_rc rc;
    struct wb_str table;
    struct grammar grammar; /* when rc is WB_OK */
};

/* Compiles one text, with a codes file when codes is not NULL, and opens the table. Texts must
 * outlive it. */
void compiled_init(struct compiled *compiled, const char *text, const char *codes);
void compiled_init_bytes(struct compiled *compiled, struct wb_str text, struct wb_str codes);
void compiled_done(struct compiled *compiled);
/* As compiled_init; fails the test with the diagnostics printed when there was an error. */
void compiled_good(struct compiled *compiled, const char *text, const char *codes);
/* The diagnostics as they would be printed, in the arena. */
struct wb_str compiled_diags(struct compiled *compiled);
/* A table's text, in the arena. */
struct wb_str dumped(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar *grammar);
/* The node of a message with this path ("PO1/PID/MEA", "" the message itself); fails the test when
 * there is none. */
uint32_t node_at(const struct grammar *grammar, const struct grammar_message *message,
                 const char *path);
struct wb_str path_of(struct wb_ctx *ctx, struct wb_arena *arena, const struct grammar *grammar,
                      uint32_t node);
uint32_t next_random(uint32_t *state);
