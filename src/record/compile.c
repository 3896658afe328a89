/*
 * Declarations of records into a schema. Two passes: first every name that a file declares, then
 * the fields, so that the order of declarations means nothing. A defect never stops the pass; what
 * was understood is kept, so that one mistake does not make ten.
 */
#include "record/compile.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "record/compile_priv.h"

enum { NAME_MAX_LEN = 60 };

const struct lang_code *
record_codes(size_t *ret_count)
{
    static const struct lang_code codes[] = {
#define X(name, code, severity, meaning, cure) [RECORD_##name] = {code, severity, meaning, cure},
#include "record/diag.def"
#undef X
    };
    if (ret_count != NULL) {
        *ret_count = RECORD_CODE_COUNT;
    }
    return codes;
}

struct lang_diag *
build_report(struct build *build, enum record_code_no no, struct lang_pos pos, const char *format,
             ...)
{
    const struct lang_code *const row = &record_codes(NULL)[no];
    va_list args;
    va_start(args, format);
    struct lang_diag *const diag =
        lang_diag_addv(build->ctx, build->diags, row->severity, row->code, pos, format, args);
    va_end(args);
    return diag;
}

void
build_expected(struct build *build, const struct lang_cursor *cursor, const char *what)
{
    struct lang_diag *const diag =
        build_report(build, RECORD_EXPECTED, lang_here(cursor), "%s is missing here", what);
    if (diag != NULL) {
        diag->expected = wb_str_of(what);
    }
}

void
build_end(struct build *build, struct lang_cursor *cursor)
{
    const struct lang_token *const token = lang_take(cursor);
    if (token != NULL) {
        (void)build_report(build, RECORD_NOT_HERE, token->pos,
                           token->kind == LANG_BLOCK ? "a block has no place here"
                                                     : "this means nothing here");
    }
}

static bool
is_name(struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        const bool letter = c >= 'a' && c <= 'z';
        const bool digit = (c >= '0' && c <= '9') || c == '_';
        if (!letter && (i == 0 || !digit)) {
            return false;
        }
    }
    return text.len > 0 && text.len <= NAME_MAX_LEN;
}

const struct lang_token *
build_name(struct build *build, struct lang_cursor *cursor, const char *what)
{
    const struct lang_token *const token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_WORD) {
        build_expected(build, cursor, what);
        return NULL;
    }
    if (!is_name(token->text)) {
        (void)build_report(build, RECORD_NAME_BAD, token->pos, "`" WB_FMT "` is no name",
                           WB_ARG(token->text));
        return NULL;
    }
    return lang_take(cursor);
}

struct wb_str
build_doc(struct lang_cursor *cursor)
{
    const struct lang_token *const token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_STRING) {
        return (struct wb_str){NULL, 0};
    }
    return lang_take(cursor)->text;
}

bool
build_number(struct build *build, struct lang_cursor *cursor, uint32_t *ret)
{
    const struct lang_token *const token = lang_peek(cursor);
    uint64_t number = 0;
    if (token == NULL || token->kind != LANG_WORD) {
        build_expected(build, cursor, "a number");
        return false;
    }
    (void)lang_take(cursor);
    if (!wb_str_u64(token->text, &number) || number == 0 || number > INT32_MAX) {
        (void)build_report(build, RECORD_NUMBER, token->pos,
                           "`" WB_FMT "` is no whole number from 1 on", WB_ARG(token->text));
        return false;
    }
    *ret = (uint32_t)number; /* <= INT32_MAX */
    return true;
}

void
build_full(struct build *build, struct lang_pos pos)
{
    if (!build->full) {
        (void)build_report(build, RECORD_TOO_MANY, pos,
                           "a schema holds at most %d shapes, %d fields, %d words", SHAPES_MAX,
                           FIELDS_MAX, WORDS_MAX);
        build->full = true;
    }
}

uint32_t
build_shape_find(const struct build *build, struct wb_str name)
{
    for (size_t i = 0; i < build->shape_count; i++) {
        if (wb_str_eq(build->shapes[i]->shape.name, name)) {
            return (uint32_t)i; /* < SHAPES_MAX */
        }
    }
    return RECORD_NONE;
}

const struct build_set *
build_set_find(const struct build *build, struct wb_str name)
{
    for (size_t i = 0; i < build->set_count; i++) {
        if (wb_str_eq(build->sets[i].set.name, name)) {
            return &build->sets[i];
        }
    }
    return NULL;
}

struct build_shape *
build_shape_add(struct build *build, struct wb_str name, struct lang_pos pos)
{
    if (build->shape_count == SHAPES_MAX) {
        build_full(build, pos);
        return NULL;
    }
    struct build_shape *const shape = wb_arena_alloc(build->ctx, build->arena, sizeof *shape);
    struct build_shape **const place = shape == NULL
                                           ? NULL
                                           : WB_PUSH(build->ctx, build->arena, build->shapes,
                                                     build->shape_count, build->shape_cap);
    if (place == NULL) {
        build->rc = WB_NOMEM;
        return NULL;
    }
    shape->shape.name = name;
    shape->pos = pos;
    *place = shape;
    return shape;
}

static void
report_twice(struct build *build, const struct lang_token *name, struct lang_pos first)
{
    struct lang_diag *const diag = build_report(
        build, RECORD_NAME_TWICE, name->pos, "`" WB_FMT "` is declared twice", WB_ARG(name->text));
    if (diag != NULL) {
        diag->other = first;
        diag->other_text = WB_LIT("the first is here");
    }
}

/* One word of a set; false when it is no word or there is no room. */
static bool
add_word(struct build *build, const struct lang_token *token, uint32_t first)
{
    if (token->kind != LANG_WORD) {
        (void)build_report(build, RECORD_NOT_HERE, token->pos, "a set of codes holds words only");
        return false;
    }
    if (!is_name(token->text)) {
        (void)build_report(build, RECORD_NAME_BAD, token->pos, "`" WB_FMT "` is no name",
                           WB_ARG(token->text));
        return false;
    }
    for (size_t i = first; i < build->word_count; i++) {
        if (wb_str_eq(build->words[i], token->text)) {
            (void)build_report(build, RECORD_NAME_TWICE, token->pos,
                               "`" WB_FMT "` stands twice in this set", WB_ARG(token->text));
            return true;
        }
    }
    if (build->word_count == WORDS_MAX) {
        build_full(build, token->pos);
        return false;
    }
    struct wb_str *const word =
        WB_PUSH(build->ctx, build->arena, build->words, build->word_count, build->word_cap);
    if (word == NULL) {
        build->rc = WB_NOMEM;
        return false;
    }
    *word = token->text;
    return true;
}

void
build_words(struct build *build, const struct lang_token *block, uint32_t *ret_first,
            uint32_t *ret_count)
{
    assert(block->kind == LANG_BLOCK);
    const uint32_t first = (uint32_t)build->word_count; /* <= WORDS_MAX */
    for (const struct lang_statement *s = block->block; s != NULL; s = s->next) {
        uint32_t i = 0;
        while (i < s->token_count && add_word(build, &s->tokens[i], first)) {
            i++;
        }
    }
    *ret_first = first;
    *ret_count = (uint32_t)(build->word_count - first);
    if (*ret_count == 0) {
        (void)build_report(build, RECORD_EMPTY, block->pos, "this set of codes holds no word");
    }
}

/* schema NAME: the same in all files that are compiled together. */
static void
declare_schema(struct build *build, struct lang_cursor *cursor)
{
    const struct lang_token *const name = build_name(build, cursor, "the schema's name");
    if (name == NULL) {
        return;
    }
    if (build->schema.len == 0) {
        build->schema = name->text;
    } else if (!wb_str_eq(build->schema, name->text)) {
        (void)build_report(build, RECORD_SCHEMA_OTHER, name->pos,
                           "this file belongs to `" WB_FMT "`, one before it to `" WB_FMT "`",
                           WB_ARG(name->text), WB_ARG(build->schema));
    }
    build_end(build, cursor);
}

static const struct lang_token *
take_block(struct build *build, struct lang_cursor *cursor)
{
    const struct lang_token *const token = lang_peek(cursor);
    if (token == NULL || token->kind != LANG_BLOCK) {
        build_expected(build, cursor, "a block in `{ }`");
        return NULL;
    }
    return lang_take(cursor);
}

static void
declare_codes(struct build *build, struct lang_cursor *cursor)
{
    const struct lang_token *const name = build_name(build, cursor, "the set's name");
    const struct lang_token *const block = name == NULL ? NULL : take_block(build, cursor);
    if (block == NULL) {
        return;
    }
    const struct build_set *const before = build_set_find(build, name->text);
    if (before != NULL) {
        report_twice(build, name, before->pos);
        return;
    }
    if (build->set_count == SETS_MAX) {
        build_full(build, name->pos);
        return;
    }
    struct build_set *const set =
        WB_PUSH(build->ctx, build->arena, build->sets, build->set_count, build->set_cap);
    if (set == NULL) {
        build->rc = WB_NOMEM;
        return;
    }
    set->set.name = name->text;
    set->pos = name->pos;
    build_words(build, block, &set->set.word_first, &set->set.word_count);
    build_end(build, cursor);
}

/* What stands between the name and the block: the version, the model in Odoo, the doc. */
static bool
declare_head(struct build *build, struct lang_cursor *cursor, enum build_kind kind,
             struct record_shape *shape)
{
    shape->document = kind == BUILD_DOCUMENT;
    if (kind == BUILD_DOCUMENT) {
        if (!lang_accept(cursor, "version")) {
            build_expected(build, cursor, "`version`");
            return false;
        }
        if (!build_number(build, cursor, &shape->version)) {
            return false;
        }
    }
    if (kind == BUILD_MODEL) {
        shape->model = build_doc(cursor);
        if (shape->model.len == 0) {
            build_expected(build, cursor, "the model's name in Odoo, as a string");
            return false;
        }
    }
    shape->doc = build_doc(cursor);
    return true;
}

static void
declare_shape(struct build *build, struct lang_cursor *cursor, enum build_kind kind)
{
    const struct lang_token *const name = build_name(build, cursor, "a name");
    struct record_shape head = {
        .name = {NULL, 0}
    };
    if (name == NULL || !declare_head(build, cursor, kind, &head)) {
        return;
    }
    const struct lang_token *const block = take_block(build, cursor);
    if (block == NULL) {
        return;
    }
    const uint32_t before = build_shape_find(build, name->text);
    if (before != RECORD_NONE) {
        report_twice(build, name, build->shapes[before]->pos);
        return;
    }
    struct build_shape *const shape = build_shape_add(build, name->text, name->pos);
    if (shape == NULL) {
        return;
    }
    head.name = name->text;
    shape->shape = head;
    shape->kind = kind;
    shape->body = block;
    build_end(build, cursor);
}

static void
declare(struct build *build, const struct lang_statement *statement)
{
    static const char *const kinds[] = {
        [BUILD_RECORD] = "record", [BUILD_DOCUMENT] = "document", [BUILD_MODEL] = "model"};
    struct lang_cursor cursor = lang_cursor_of(statement);
    if (lang_accept(&cursor, "schema")) {
        declare_schema(build, &cursor);
        return;
    }
    if (lang_accept(&cursor, "codes")) {
        declare_codes(build, &cursor);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (lang_accept(&cursor, kinds[i])) {
            declare_shape(build, &cursor, (enum build_kind)i);
            return;
        }
    }
    struct lang_diag *const diag = build_report(build, RECORD_DECLARATION, lang_here(&cursor),
                                                "this is no declaration of a schema");
    const struct lang_token *const token = lang_peek(&cursor);
    if (diag == NULL || token == NULL) {
        return;
    }
    diag->expected = WB_LIT("schema, record, document, model or codes");
    struct lang_guess guess;
    lang_guess_init(&guess, token->text);
    lang_guess_try(&guess, WB_LIT("schema"));
    lang_guess_try(&guess, WB_LIT("codes"));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        lang_guess_try(&guess, wb_str_of(kinds[i]));
    }
    diag->meant = lang_guess_best(&guess);
}

static enum wb_rc
declare_file(struct build *build, const struct lang_source *source)
{
    struct lang_file *file = NULL;
    const size_t errors = build->diags->error_count;
    const enum wb_rc rc = lang_parse(build->ctx, build->arena, source, build->diags, &file);
    if (rc != WB_OK) {
        return rc;
    }
    const bool readable = build->diags->error_count == errors;
    const struct lang_statement *const first = file->first;
    if (readable && (first == NULL || !lang_is(&first->tokens[0], "schema"))) {
        const struct lang_pos start = {source, 0, 0};
        (void)build_report(build, RECORD_SCHEMA_MISSING,
                           first == NULL ? start : first->tokens[0].pos,
                           "the file does not say which schema it belongs to");
    }
    for (const struct lang_statement *s = first; s != NULL; s = s->next) {
        declare(build, s);
    }
    return build->rc;
}

/* Whether one object of this shape can be made, as far as is known: `made` says so of the others.
 */
static bool
can_be_made(const struct build_shape *shape, const bool *made)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *const field = &shape->fields[i];
        if (field->type == RECORD_OBJECT && field->required && !made[field->shape]) {
            return false;
        }
    }
    return true;
}

/* A required object that leads back to itself can never be complete. */
static void
check_circles(struct build *build)
{
    bool made[SHAPES_MAX] = {false};
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < build->shape_count; i++) {
            if (!made[i] && can_be_made(build->shapes[i], made)) {
                made[i] = true;
                more = true;
            }
        }
    }
    for (size_t i = 0; i < build->shape_count; i++) {
        if (!made[i]) {
            (void)build_report(build, RECORD_CIRCLE, build->shapes[i]->pos,
                               "`" WB_FMT "` needs itself through its required fields",
                               WB_ARG(build->shapes[i]->shape.name));
            return;
        }
    }
}

/* The shapes and their fields, one array each. */
static enum wb_rc
flatten(struct build *build, const struct record_schema **ret)
{
    struct record_schema *const schema = wb_arena_alloc(build->ctx, build->arena, sizeof *schema);
    struct record_shape *const shapes =
        wb_arena_array(build->ctx, build->arena, build->shape_count, sizeof *shapes);
    struct record_field *const fields =
        wb_arena_array(build->ctx, build->arena, build->field_count, sizeof *fields);
    struct record_set *const sets =
        wb_arena_array(build->ctx, build->arena, build->set_count, sizeof *sets);
    if (schema == NULL || shapes == NULL || fields == NULL || sets == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < build->set_count; i++) {
        sets[i] = build->sets[i].set;
    }
    uint32_t at = 0;
    for (size_t i = 0; i < build->shape_count; i++) {
        const struct build_shape *const from = build->shapes[i];
        shapes[i] = from->shape;
        shapes[i].field_first = at;
        shapes[i].field_count = (uint32_t)from->count; /* <= FIELDS_MAX */
        if (from->count > 0) {
            memcpy(fields + at, from->fields, from->count * sizeof *fields);
        }
        at += shapes[i].field_count;
    }
    assert(at == build->field_count);
    *schema = (struct record_schema){.name = build->schema,
                                     .shapes = shapes,
                                     .fields = fields,
                                     .words = build->words,
                                     .sets = sets,
                                     .shape_count = (uint32_t)build->shape_count,
                                     .field_count = at,
                                     .word_count = (uint32_t)build->word_count,
                                     .set_count = (uint32_t)build->set_count};
    *ret = schema;
    return WB_OK;
}

enum wb_rc
record_compile(struct wb_ctx *ctx, struct wb_arena *arena, const struct lang_source *sources,
               size_t source_count, struct lang_diags *diags, const struct record_schema **ret)
{
    assert(diags != NULL);
    assert(ret != NULL);
    struct build build = {.ctx = ctx, .arena = arena, .diags = diags, .rc = WB_OK};
    const size_t errors = diags->error_count;
    for (size_t i = 0; i < source_count; i++) {
        const enum wb_rc rc = declare_file(&build, &sources[i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    const size_t declared = build.shape_count; /* what stands inside them is added behind */
    for (size_t i = 0; i < declared; i++) {
        build_fields(&build, (uint32_t)i);
    }
    if (build.rc != WB_OK) {
        return build.rc;
    }
    if (diags->error_count == errors) {
        check_circles(&build);
    }
    if (diags->error_count != errors) {
        return wb_fail(ctx, WB_INVALID, "the schema has %zu errors", diags->error_count - errors);
    }
    return flatten(&build, ret);
}
