/*
 * The compiler from one end to the other: parse, expand, resolve, prove, generate. Each step goes
 * on after a mistake as far as it can, so that one run shows them all; code is generated only when
 * there is none.
 */
#include "map/compile_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "map/codegen.h"
#include "map/ir.h"

static const struct lang_code rows[] = {
#define X(name, code, severity, meaning, cure) {code, severity, meaning, cure},
#include "map/diag.def"
#undef X
};

const struct lang_code *
map_codes(size_t *ret_count)
{
    if (ret_count != NULL) {
        *ret_count = sizeof rows / sizeof rows[0];
    }
    return rows;
}

void *
map_new(struct map_compile *c, size_t size)
{
    return wb_arena_alloc(c->ctx, c->arena, size);
}

bool
map_failed(const struct map_compile *c)
{
    return c->ctx->error.rc != WB_OK;
}

/* A shape is expanded wherever it is used: what is wrong in it is said once. */
static bool
said_before(const struct lang_diags *diags, enum map_diag_no no, struct lang_pos pos,
            struct wb_str text)
{
    for (size_t i = 0; i < diags->count; i++) {
        const struct lang_diag *have = &diags->items[i];
        if (have->code == rows[no].code && have->pos.source == pos.source &&
            have->pos.at == pos.at && wb_str_eq(have->text, text)) {
            return true;
        }
    }
    return false;
}

/* Notes on files that nobody asked about are left out. */
static bool
is_quiet(const struct map_compile *c, struct lang_pos pos)
{
    const size_t quiet = c->world == NULL ? 0 : c->world->quiet_files;
    for (size_t i = 0; i < quiet && i < c->file_count; i++) {
        if (pos.source == &c->files[i]) {
            return true;
        }
    }
    return false;
}

struct lang_diag *
map_report(struct map_compile *c, enum map_diag_no no, struct lang_pos pos, const char *format, ...)
{
    enum { TEXT_MAX = 512 };
    assert(no < MAP_DIAG_COUNT);
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const bool note = rows[no].severity == LANG_NOTE;
    struct lang_diags *diags = note ? &c->notes : c->diags;
    if (len < 0 || said_before(diags, no, pos, wb_str_of(text)) || (note && is_quiet(c, pos))) {
        return NULL;
    }
    return lang_diag_add(c->ctx, diags, rows[no].severity, rows[no].code, pos, "%s", text);
}

/* The notes, behind all that is worse. */
static void
append_notes(struct map_compile *c)
{
    for (size_t i = 0; i < c->notes.count; i++) {
        const struct lang_diag *note = &c->notes.items[i];
        struct lang_diag *made = lang_diag_add(c->ctx, c->diags, note->severity, note->code,
                                               note->pos, WB_FMT, WB_ARG(note->text));
        if (made == NULL) {
            return;
        }
        *made = *note;
    }
}

void
map_report_other(struct map_compile *c, struct lang_diag *diag, struct lang_pos pos,
                 const char *text)
{
    if (diag != NULL && diag->other.source == NULL) {
        diag->other = pos;
        diag->other_text = wb_arena_dup(c->ctx, c->arena, wb_str_of(text));
    }
}

void
map_report_guess(struct lang_diag *diag, const char *expected, const struct lang_guess *guess)
{
    if (diag != NULL) {
        diag->expected = wb_str_of(expected);
        diag->meant = lang_guess_best(guess);
    }
}

struct map_ast_table *
map_find_table(const struct map_compile *c, struct wb_str name)
{
    struct map_ast_table *at = c->ast.tables;
    while (at != NULL && !wb_str_eq(at->name, name)) {
        at = at->next;
    }
    return at;
}

const struct map_ast_shape *
map_find_shape(const struct map_compile *c, struct wb_str name)
{
    const struct map_ast_shape *at = c->ast.shapes;
    while (at != NULL && !wb_str_eq(at->name, name)) {
        at = at->next;
    }
    return at;
}

struct map_ast_map *
map_find_map(const struct map_compile *c, struct wb_str name)
{
    struct map_ast_map *at = c->ast.maps;
    while (at != NULL && !wb_str_eq(at->name, name)) {
        at = at->next;
    }
    return at;
}

enum wb_rc
map_parse_all(struct map_compile *c, const struct lang_source *files, size_t file_count)
{
    c->files = files;
    c->file_count = file_count;
    c->ast.maps_end = &c->ast.maps;
    c->ast.shapes_end = &c->ast.shapes;
    c->ast.tables_end = &c->ast.tables;
    c->ast.tests_end = &c->ast.tests;
    for (size_t i = 0; i < file_count; i++) {
        struct lang_file *file = NULL;
        enum wb_rc rc = lang_parse(c->ctx, c->arena, &files[i], c->diags, &file);
        rc = rc == WB_OK ? map_parse_file(c, file) : rc;
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

/* A test of a map that is nowhere would never run. */
static void
check_tests(struct map_compile *c)
{
    for (const struct map_ast_test_case *t = c->ast.tests; t != NULL; t = t->next) {
        if (map_find_map(c, t->map) == NULL) {
            map_report(c, MAP_DIAG_NO_MAP, t->pos, "there is no map " WB_FMT, WB_ARG(t->map));
        }
    }
}

static enum wb_rc
compile_maps(struct map_compile *c, struct map_ir **ret_first)
{
    struct map_ir **end = ret_first;
    map_prove_tables(c);
    check_tests(c);
    for (struct map_ast_map *map = c->ast.maps; map != NULL; map = map->next) {
        struct map_ir *ir = NULL;
        const size_t errors = c->diags->error_count;
        enum wb_rc rc = map->no_base ? WB_OK : map_resolve(c, map, &ir);
        if (rc == WB_OK && ir != NULL) {
            rc = map_prove(c, ir, c->diags->error_count == errors);
            *end = ir;
            end = &ir->next;
        }
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

/* The hash of what a bundle was made from: each file's path and bytes. */
static void
hash_sources(const struct lang_source *files, size_t file_count, uint8_t ret[32])
{
    struct wb_sha256 sha;
    wb_sha256_init(&sha);
    for (size_t i = 0; i < file_count; i++) {
        const struct wb_str end = {"", 1};
        wb_sha256_add(&sha, files[i].path);
        wb_sha256_add(&sha, end);
        wb_sha256_add(&sha, files[i].bytes);
        wb_sha256_add(&sha, end);
    }
    wb_sha256_done(&sha, ret);
}

enum wb_rc
map_front(struct map_compile *c, const struct lang_source *files, size_t file_count,
          struct map_ir **ret_first)
{
    *ret_first = NULL;
    lang_diags_init(&c->notes, c->arena);
    enum wb_rc rc = map_parse_all(c, files, file_count);
    rc = rc == WB_OK ? map_extend_all(c) : rc;
    rc = rc == WB_OK ? compile_maps(c, ret_first) : rc;
    append_notes(c);
    return rc;
}

enum wb_rc
map_compile(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_world *world,
            const struct lang_source *files, size_t file_count, struct lang_diags *diags,
            struct wb_str *ret)
{
    assert(ctx != NULL && arena != NULL && diags != NULL && ret != NULL);
    struct map_compile c = {.ctx = ctx, .arena = arena, .world = world, .diags = diags};
    struct map_ir *first = NULL;
    enum wb_rc rc = map_front(&c, files, file_count, &first);
    if (rc != WB_OK) {
        return rc;
    }
    struct wb_str bundle = {NULL, 0};
    if (diags->error_count == 0) {
        uint8_t hash[32];
        hash_sources(files, file_count, hash);
        rc = map_codegen(&c, first, hash, &bundle);
    }
    if (rc == WB_OK && diags->error_count > 0) {
        return wb_fail(ctx, WB_INVALID, "the map does not compile: %zu error%s", diags->error_count,
                       diags->error_count == 1 ? "" : "s");
    }
    if (rc == WB_OK) {
        *ret = bundle;
    }
    return rc;
}
