#pragma once
/* What the tests of the map compiler share: sources in, a bundle and diagnostics out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "map/map.h"

struct compiled {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct lang_source files[8];
    size_t file_count;
    struct lang_diags diags;
    enum wb_rc rc;
    struct wb_str bundle;
};

void compiled_init(struct compiled *c);
void compiled_done(struct compiled *c);
/* A source in memory; its path is "test.map", the next one's "test2.map". */
void compiled_text(struct compiled *c, const char *text);
/* A file of the project. */
void compiled_file(struct compiled *c, const char *path);
void compiled_run(struct compiled *c);
/* Fails the test, with the diagnostics, when there is an error. */
void compiled_good(struct compiled *c);
/* The first diagnostic with that code, or NULL. */
const struct lang_diag *compiled_find(const struct compiled *c, const char *code);
/* Shows the error and all diagnostics. */
void compiled_print(struct compiled *c);
/* All diagnostics as text, in the arena. */
struct wb_str compiled_diags(struct compiled *c);
/* The programs of the bundle as text, in the arena, without line numbers. */
struct wb_str compiled_dump(struct compiled *c);
/* Path of a file of the project, in the arena. */
const char *compiled_path(struct compiled *c, const char *path);
