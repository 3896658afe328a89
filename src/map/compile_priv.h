#pragma once
/* What all files of the compiler share: the compilation, its allocations and its diagnostics. */
#include "map/ast.h"
#include "map/map.h"

/* Indexes of the rows of diag.def. */
enum map_diag_no {
#define X(name, code, severity, meaning, cure) MAP_DIAG_##name,
#include "map/diag.def"
#undef X
    MAP_DIAG_COUNT
};

enum {
    MAP_SHAPE_DEPTH_MAX = 8,    /* shapes that use shapes */
    MAP_EXTENDS_DEPTH_MAX = 4,  /* maps that extend maps */
    MAP_CONTEXT_DEPTH_MAX = 24, /* blocks in blocks */
    MAP_STATEMENTS_MAX = 20000, /* after shapes are expanded */
};

struct map_compile {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct map_world *world;
    struct lang_diags *diags;
    struct map_ast ast;
    const struct lang_source *files;
    size_t file_count;
    struct lang_diags notes; /* put behind errors and warnings, which must not be crowded out */
};

/* Zeroed memory of the compilation; NULL with the error recorded. */
void *map_new(struct map_compile *c, size_t size);
/* Adds a diagnostic with the severity of its row; NULL past the limit. */
struct lang_diag *map_report(struct map_compile *c, enum map_diag_no no, struct lang_pos pos,
                             const char *format, ...) WB_PRINTF(4, 5);
/* Fills in a report's second place; report may be NULL. */
void map_report_other(struct map_compile *c, struct lang_diag *diag, struct lang_pos pos,
                      const char *text);
/* Fills in what was expected, and the nearest word; diag may be NULL. */
void map_report_guess(struct lang_diag *diag, const char *expected, const struct lang_guess *guess);
/* Whether memory ran out so far: the compilation then ends without further ado. */
bool map_failed(const struct map_compile *c);

struct map_ir;
struct map_ir_stmt;
struct map_ir_place;
struct map_conv;

/* All files into the compilation's ast. */
WB_MUST enum wb_rc map_parse_all(struct map_compile *c, const struct lang_source *files,
                                 size_t file_count);
/* Parsed, expanded, resolved and proven; the maps whose sides are known. */
WB_MUST enum wb_rc map_front(struct map_compile *c, const struct lang_source *files,
                             size_t file_count, struct map_ir **ret_first);
/* A file's statements into the compilation's ast. Syntax errors are diagnostics. */
WB_MUST enum wb_rc map_parse_file(struct map_compile *c, const struct lang_file *file);
/* Works `extends` of maps and tables in: afterwards every map stands for itself. */
WB_MUST enum wb_rc map_extend_all(struct map_compile *c);

/* A path as it would be written, in the arena: the key of statements, and text for messages. */
struct wb_str map_path_text(struct map_compile *c, const struct map_ast_path *path);
struct map_ast_table *map_find_table(const struct map_compile *c, struct wb_str name);
const struct map_ast_shape *map_find_shape(const struct map_compile *c, struct wb_str name);
struct map_ast_map *map_find_map(const struct map_compile *c, struct wb_str name);

/* Tables by themselves: no code in two rows. */
void map_prove_tables(struct map_compile *c);
/* The conversion of a place of a statement; false when the types do not meet, without a word. */
bool map_place_conv(struct map_compile *c, const struct map_ir *ir, const struct map_ir_stmt *stmt,
                    const struct map_ir_place *place, struct map_conv *ret);
/* What writing puts for a statement's default; empty when that cannot be said before the map runs.
 */
struct wb_str map_default_left(struct map_compile *c, const struct map_ir *ir,
                               const struct map_ir_stmt *stmt);
