#pragma once
/* What the tests of record share: memory, files of the checkout, schemas out of a string, and
 * random documents that use every field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record/compile.h"
#include "record/json.h"

enum { WORLD_SOURCES_MAX = 16 };

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_source sources[WORLD_SOURCES_MAX];
    struct lang_diags diags;
};

/* cmocka's set-up and tear-down: *state is a struct world. */
int world_setup(void **state);
int world_teardown(void **state);

/* A file under the checkout ("docs/business.md"), or fails the test. */
struct wb_str world_file(struct world *w, const char *path);
/* Compiles one text; diagnostics are in w->diags. */
const struct record_schema *world_compile(struct world *w, const char *text);
/* All files of a folder of grammars, compiled together. */
const struct record_schema *world_compile_folder(struct world *w, const char *folder);
/* Reads a document; fails the test when there is a problem. */
struct record_object *world_read(struct world *w, const struct record_schema *schema,
                                 const char *shape, struct wb_str json);
/* The JSON of a document on one line, without its newline. */
struct wb_str world_json(struct world *w, const struct record_object *object, bool with_source);

#define assert_str(got, text)                                                                      \
    do {                                                                                           \
        const struct wb_str assert_got = (got);                                                    \
        const struct wb_str assert_wanted = wb_str_of(text);                                       \
        if (!wb_str_eq(assert_got, assert_wanted)) {                                               \
            fail_msg("got \"" WB_FMT "\", not \"" WB_FMT "\"", WB_ARG(assert_got),                 \
                     WB_ARG(assert_wanted));                                                       \
        }                                                                                          \
    } while (0)

struct random_state { /* a fixed sequence */
    uint64_t state;
    unsigned fill; /* chance in 100 that an optional field is there */
    bool plain;    /* no empty texts and no odd ones: what every JSON tool agrees on */
};

uint32_t random_below(struct random_state *random, uint32_t end);
struct record_object *random_document(struct world *w, struct random_state *random,
                                      const struct record_schema *schema, uint32_t shape);
struct record_any *random_any(struct world *w, struct random_state *random, unsigned depth);
