/*
 * The fields of records, documents and models. A field is a row: its name, its type, what is said
 * about it. Objects that are declared inside a field become shapes of their own, named after the
 * path to them; `include` copies the fields of another record, so both stay flat.
 */
#include <assert.h>

#include "record/compile_priv.h"

struct type_row {
    const char *word;
    uint8_t type; /* enum record_type */
    uint8_t odoo; /* enum record_odoo; RECORD_ODOO_NONE is a plain type */
};

static const struct type_row types[] = {
    {"text",      RECORD_TEXT,   RECORD_ODOO_NONE     },
    {"code",      RECORD_CODE,   RECORD_ODOO_NONE     },
    {"bool",      RECORD_TRUTH,  RECORD_ODOO_NONE     },
    {"int",       RECORD_INT,    RECORD_ODOO_NONE     },
    {"dec",       RECORD_DEC,    RECORD_ODOO_NONE     },
    {"date",      RECORD_DATE,   RECORD_ODOO_NONE     },
    {"moment",    RECORD_MOMENT, RECORD_ODOO_NONE     },
    {"raw",       RECORD_RAW,    RECORD_ODOO_NONE     },
    {"char",      RECORD_TEXT,   RECORD_ODOO_CHAR     },
    {"text",      RECORD_TEXT,   RECORD_ODOO_TEXT     },
    {"html",      RECORD_TEXT,   RECORD_ODOO_HTML     },
    {"float",     RECORD_DEC,    RECORD_ODOO_FLOAT    },
    {"monetary",  RECORD_DEC,    RECORD_ODOO_MONETARY },
    {"integer",   RECORD_INT,    RECORD_ODOO_INTEGER  },
    {"boolean",   RECORD_TRUTH,  RECORD_ODOO_BOOLEAN  },
    {"date",      RECORD_DATE,   RECORD_ODOO_DATE     },
    {"datetime",  RECORD_MOMENT, RECORD_ODOO_DATETIME },
    {"selection", RECORD_CODE,   RECORD_ODOO_SELECTION},
};

enum { TYPE_COUNT = sizeof types / sizeof types[0], NESTED_MAX = 32 };

struct field_build {
    struct build *build;
    struct build_shape *shape;
    struct lang_cursor cursor;
    const struct lang_token *name;
    struct record_field field;
    unsigned depth; /* objects that are declared inside each other */
};

static void fields_of(struct build *build, struct build_shape *shape, unsigned depth);

static bool
in_model(const struct field_build *fb)
{
    return fb->shape->kind == BUILD_MODEL;
}

static void
wrong_kind(struct field_build *fb, const struct lang_token *token)
{
    (void)build_report(fb->build, RECORD_WRONG_KIND, token->pos,
                       in_model(fb) ? "`" WB_FMT "` has no place in a model"
                                    : "`" WB_FMT "` has a place in models only",
                       WB_ARG(token->text));
}

static void
type_unknown(struct field_build *fb, const struct lang_token *token)
{
    struct lang_diag *const diag = build_report(fb->build, RECORD_TYPE_UNKNOWN, token->pos,
                                                "`" WB_FMT "` is no type", WB_ARG(token->text));
    if (diag == NULL) {
        return;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, token->text);
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if ((types[i].odoo != RECORD_ODOO_NONE) == in_model(fb)) {
            lang_guess_try(&guess, wb_str_of(types[i].word));
        }
    }
    for (size_t i = 0; i < fb->build->shape_count && !in_model(fb); i++) {
        lang_guess_try(&guess, fb->build->shapes[i]->shape.name);
    }
    diag->meant = lang_guess_best(&guess);
}

/* A shape by name: a model when `model`, else a record. RECORD_NONE after saying what is wrong. */
static uint32_t
take_shape(struct field_build *fb, bool model)
{
    struct build *const build = fb->build;
    const struct lang_token *const token =
        build_name(build, &fb->cursor, model ? "a model" : "a record");
    if (token == NULL) {
        return RECORD_NONE;
    }
    const uint32_t index = build_shape_find(build, token->text);
    if (index != RECORD_NONE && (build->shapes[index]->kind == BUILD_MODEL) == model) {
        return index;
    }
    struct lang_diag *const diag = build_report(
        build, RECORD_RECORD_UNKNOWN, token->pos,
        model ? "`" WB_FMT "` is no model" : "`" WB_FMT "` is no record", WB_ARG(token->text));
    if (diag == NULL) {
        return RECORD_NONE;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, token->text);
    for (size_t i = 0; i < build->shape_count; i++) {
        if ((build->shapes[i]->kind == BUILD_MODEL) == model) {
            lang_guess_try(&guess, build->shapes[i]->shape.name);
        }
    }
    diag->meant = lang_guess_best(&guess);
    return RECORD_NONE;
}

/* `field { .. }`: a shape of its own, "order.totals". */
static bool
inline_object(struct field_build *fb, const struct lang_token *block)
{
    struct build *const build = fb->build;
    if (in_model(fb)) {
        (void)build_report(build, RECORD_WRONG_KIND, block->pos,
                           "a model holds keys and lines, no objects of its own");
        return false;
    }
    if (fb->depth == NESTED_MAX) {
        build_full(build, block->pos);
        return false;
    }
    const struct wb_str name =
        wb_arena_printf(build->ctx, build->arena, WB_FMT "." WB_FMT, WB_ARG(fb->shape->shape.name),
                        WB_ARG(fb->name->text));
    if (name.at == NULL) {
        build->rc = WB_NOMEM;
        return false;
    }
    struct build_shape *const shape = build_shape_add(build, name, fb->name->pos);
    if (shape == NULL) {
        return false;
    }
    fb->field.shape = (uint32_t)(build->shape_count - 1); /* < SHAPES_MAX */
    shape->body = block;
    fields_of(build, shape, fb->depth + 1);
    return true;
}

/* The words behind `code` or `selection`: a block, a set's name, or none. */
static bool
take_words(struct field_build *fb)
{
    struct record_field *const field = &fb->field;
    const struct lang_token *const token = lang_peek(&fb->cursor);
    if (token != NULL && token->kind == LANG_BLOCK) {
        (void)lang_take(&fb->cursor);
        build_words(fb->build, token, &field->word_first, &field->word_count);
        return true;
    }
    const bool option = token != NULL && (lang_is(token, "required") || lang_is(token, "filled"));
    if (token == NULL || token->kind != LANG_WORD || option) {
        return true;
    }
    (void)lang_take(&fb->cursor);
    const struct build_set *const set = build_set_find(fb->build, token->text);
    if (set != NULL) {
        field->word_first = set->set.word_first;
        field->word_count = set->set.word_count;
        return true;
    }
    struct lang_diag *const diag =
        build_report(fb->build, RECORD_CODES_UNKNOWN, token->pos, "`" WB_FMT "` is no set of codes",
                     WB_ARG(token->text));
    if (diag != NULL) {
        struct lang_guess guess;
        lang_guess_init(&guess, token->text);
        for (size_t i = 0; i < fb->build->set_count; i++) {
            lang_guess_try(&guess, fb->build->sets[i].set.name);
        }
        diag->meant = lang_guess_best(&guess);
    }
    return false;
}

/* key RECORD of "res.partner", keys RECORD of "account.tax" */
static bool
take_key(struct field_build *fb, bool many)
{
    struct record_field *const field = &fb->field;
    field->type = many ? RECORD_LIST : RECORD_OBJECT;
    field->item_type = many ? RECORD_OBJECT : 0;
    field->odoo = many ? RECORD_ODOO_MANY2MANY : RECORD_ODOO_MANY2ONE;
    field->is_key = true;
    field->shape = take_shape(fb, false);
    if (field->shape == RECORD_NONE) {
        return false;
    }
    if (!lang_accept(&fb->cursor, "of")) {
        build_expected(fb->build, &fb->cursor, "`of` and the model in Odoo");
        return false;
    }
    field->model = build_doc(&fb->cursor);
    if (field->model.len == 0) {
        build_expected(fb->build, &fb->cursor, "the model's name in Odoo, as a string");
        return false;
    }
    return true;
}

/* Types that only models have. False when `token` is none of them. */
static bool
relation(struct field_build *fb, const struct lang_token *token, bool *ret_good)
{
    const bool lines = lang_is(token, "lines");
    const bool keys = lang_is(token, "keys");
    if (!lines && !keys && !lang_is(token, "key")) {
        return false;
    }
    *ret_good = false;
    if (!in_model(fb)) {
        wrong_kind(fb, token);
    } else if (lines) {
        fb->field.type = RECORD_LIST;
        fb->field.item_type = RECORD_OBJECT;
        fb->field.odoo = RECORD_ODOO_ONE2MANY;
        fb->field.shape = take_shape(fb, true);
        *ret_good = fb->field.shape != RECORD_NONE;
    } else {
        *ret_good = take_key(fb, keys);
    }
    return true;
}

/* A built-in type of this kind of declaration, or NULL. */
static const struct type_row *
find_type(const struct lang_token *token, bool model, bool *ret_elsewhere)
{
    *ret_elsewhere = false;
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (!lang_is(token, types[i].word)) {
            continue;
        }
        if ((types[i].odoo != RECORD_ODOO_NONE) == model) {
            return &types[i];
        }
        *ret_elsewhere = true;
    }
    return NULL;
}

/* One type that is no list, with what belongs to it. Fills ret_type and the rest of the field. */
static bool
take_plain(struct field_build *fb, uint8_t *ret_type)
{
    const struct lang_token *const token = lang_peek(&fb->cursor);
    bool elsewhere = false;
    if (token == NULL || (token->kind != LANG_WORD && token->kind != LANG_BLOCK)) {
        build_expected(fb->build, &fb->cursor, "a type");
        return false;
    }
    if (token->kind == LANG_BLOCK) {
        (void)lang_take(&fb->cursor);
        *ret_type = RECORD_OBJECT;
        return inline_object(fb, token);
    }
    const struct type_row *const row = find_type(token, in_model(fb), &elsewhere);
    if (row != NULL) {
        (void)lang_take(&fb->cursor);
        *ret_type = row->type;
        fb->field.odoo = row->odoo;
        return row->type != RECORD_CODE || take_words(fb);
    }
    const uint32_t shape = build_shape_find(fb->build, token->text);
    const bool record = shape != RECORD_NONE && fb->build->shapes[shape]->kind != BUILD_MODEL;
    if (elsewhere || (record && in_model(fb))) {
        wrong_kind(fb, token);
        return false;
    }
    if (!record) {
        type_unknown(fb, token);
        return false;
    }
    (void)lang_take(&fb->cursor);
    fb->field.shape = shape;
    *ret_type = RECORD_OBJECT;
    return true;
}

static bool
take_type(struct field_build *fb)
{
    const struct lang_token *const token = lang_peek(&fb->cursor);
    bool good = false;
    if (token != NULL && lang_is(token, "list")) {
        (void)lang_take(&fb->cursor);
        fb->field.type = RECORD_LIST;
        if (in_model(fb)) {
            wrong_kind(fb, token);
            return false;
        }
        return take_plain(fb, &fb->field.item_type);
    }
    if (token != NULL &&
        (lang_is(token, "key") || lang_is(token, "keys") || lang_is(token, "lines"))) {
        (void)lang_take(&fb->cursor);
        return relation(fb, token, &good) && good;
    }
    return take_plain(fb, &fb->field.type);
}

static bool
take_release(struct field_build *fb, struct lang_cursor *cursor, uint32_t *ret)
{
    const struct lang_token *const token = lang_peek(cursor);
    uint32_t number = 0;
    if (!build_number(fb->build, cursor, &number)) {
        return false;
    }
    const uint32_t last = RECORD_RELEASE_FIRST + RECORD_RELEASE_COUNT - 1;
    if (number < RECORD_RELEASE_FIRST || number > last) {
        (void)build_report(fb->build, RECORD_RELEASE, token->pos,
                           "release %u of Odoo is not known; 16 to 19 are", number);
        return false;
    }
    *ret = number - RECORD_RELEASE_FIRST;
    return true;
}

/* 16..18 product_uom */
static void
take_real_name(struct field_build *fb, const struct lang_statement *statement)
{
    struct lang_cursor cursor = lang_cursor_of(statement);
    const struct lang_pos pos = lang_here(&cursor);
    uint32_t first = 0;
    if (!take_release(fb, &cursor, &first)) {
        return;
    }
    uint32_t last = first;
    if (lang_accept(&cursor, "..") && !take_release(fb, &cursor, &last)) {
        return;
    }
    const struct lang_token *const name = lang_take(&cursor);
    if (name == NULL || name->kind != LANG_WORD) {
        build_expected(fb->build, &cursor, "the field's name in Odoo");
        return;
    }
    for (uint32_t i = first; i <= last; i++) {
        if (!wb_str_eq(fb->field.names[i], WB_LIT("-"))) {
            (void)build_report(fb->build, RECORD_RELEASE, pos, "release %u is named twice",
                               i + RECORD_RELEASE_FIRST);
            return;
        }
        fb->field.names[i] = name->text;
    }
    if (last < first) {
        (void)build_report(fb->build, RECORD_RELEASE, pos, "the releases run backwards");
    }
    build_end(fb->build, &cursor);
}

static void
take_real_names(struct field_build *fb, const struct lang_token *block)
{
    for (size_t i = 0; i < RECORD_RELEASE_COUNT; i++) {
        fb->field.names[i] = WB_LIT("-"); /* a release that is not named does not have it */
    }
    if (block->block == NULL) {
        (void)build_report(fb->build, RECORD_EMPTY, block->pos, "no release is named here");
    }
    for (const struct lang_statement *s = block->block; s != NULL; s = s->next) {
        take_real_name(fb, s);
    }
}

/* A field that only plan knows. */
static void
make_alias(struct field_build *fb)
{
    fb->field.odoo = RECORD_ODOO_NONE;
    for (size_t i = 0; i < RECORD_RELEASE_COUNT; i++) {
        fb->field.names[i] = WB_LIT("-");
    }
}

/* One thing that is said about a field behind its type; false when it is none. */
static bool
take_option(struct field_build *fb)
{
    const struct lang_token *const token = lang_peek(&fb->cursor);
    const bool model_only =
        lang_is(token, "filled") || lang_is(token, "alias") || token->kind == LANG_BLOCK;
    if (model_only && !in_model(fb)) {
        build_end(fb->build, &fb->cursor);
        return false;
    }
    if (lang_accept(&fb->cursor, "required")) {
        fb->field.required = true;
    } else if (lang_accept(&fb->cursor, "filled")) {
        fb->field.filled = true;
    } else if (lang_accept(&fb->cursor, "alias")) {
        make_alias(fb);
    } else if (lang_is(token, "max") && fb->field.type == RECORD_TEXT) {
        (void)lang_take(&fb->cursor);
        return build_number(fb->build, &fb->cursor, &fb->field.text_max);
    } else if (token->kind == LANG_BLOCK) {
        (void)lang_take(&fb->cursor);
        take_real_names(fb, token);
    } else if (token->kind == LANG_STRING && fb->field.doc.len == 0) {
        fb->field.doc = build_doc(&fb->cursor);
    } else {
        build_end(fb->build, &fb->cursor);
        return false;
    }
    return true;
}

static void
add_field(struct build *build, struct build_shape *shape, const struct record_field *field,
          struct lang_pos pos)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (wb_str_eq(shape->fields[i].name, field->name)) {
            (void)build_report(build, RECORD_NAME_TWICE, pos,
                               "`" WB_FMT "` is already a field of `" WB_FMT "`",
                               WB_ARG(field->name), WB_ARG(shape->shape.name));
            return;
        }
    }
    if (build->field_count == FIELDS_MAX) {
        build_full(build, pos);
        return;
    }
    struct record_field *const place =
        WB_PUSH(build->ctx, build->arena, shape->fields, shape->count, shape->cap);
    if (place == NULL) {
        build->rc = WB_NOMEM;
        return;
    }
    *place = *field;
    build->field_count++;
}

static bool
reserved(struct field_build *fb)
{
    const struct wb_str name = fb->name->text;
    if (!wb_str_eq(name, WB_LIT("source")) && !wb_str_eq(name, WB_LIT("schema"))) {
        return false;
    }
    (void)build_report(fb->build, RECORD_NAME_RESERVED, fb->name->pos,
                       "`" WB_FMT "` is reserved in every object", WB_ARG(name));
    return true;
}

static void
take_field(struct field_build *fb)
{
    fb->name = build_name(fb->build, &fb->cursor, "a field's name");
    if (fb->name == NULL || reserved(fb)) {
        return;
    }
    fb->field.name = fb->name->text;
    fb->field.shape = RECORD_NONE;
    if (!take_type(fb)) {
        return;
    }
    while (lang_peek(&fb->cursor) != NULL) {
        if (!take_option(fb)) {
            return;
        }
    }
    add_field(fb->build, fb->shape, &fb->field, fb->name->pos);
}

/* include NAME: the fields of another record, as if they were written here. */
static void
take_include(struct field_build *fb)
{
    const struct lang_pos pos = lang_here(&fb->cursor);
    const uint32_t index = take_shape(fb, in_model(fb));
    if (index == RECORD_NONE) {
        return;
    }
    build_end(fb->build, &fb->cursor);
    const struct build_shape *const other = fb->build->shapes[index];
    if (other->state == BUILD_OPEN || fb->depth == NESTED_MAX) {
        (void)build_report(fb->build, RECORD_CIRCLE, pos, "`" WB_FMT "` includes itself",
                           WB_ARG(other->shape.name));
        return;
    }
    if (other->state == BUILD_DECLARED) {
        fields_of(fb->build, fb->build->shapes[index], fb->depth + 1);
    }
    for (size_t i = 0; i < other->count; i++) {
        add_field(fb->build, fb->shape, &other->fields[i], pos);
    }
}

static void
fields_of(struct build *build, struct build_shape *shape, unsigned depth)
{
    assert(shape->state == BUILD_DECLARED);
    shape->state = BUILD_OPEN;
    const size_t errors = build->diags->error_count;
    for (const struct lang_statement *s = shape->body->block; s != NULL; s = s->next) {
        struct field_build fb = {
            .build = build, .shape = shape, .cursor = lang_cursor_of(s), .depth = depth};
        if (build->rc != WB_OK || build->full) {
            break;
        }
        if (lang_accept(&fb.cursor, "include")) {
            take_include(&fb);
        } else {
            take_field(&fb);
        }
    }
    if (shape->count == 0 && !build->full && build->diags->error_count == errors) {
        (void)build_report(build, RECORD_EMPTY, shape->pos, "`" WB_FMT "` holds no field",
                           WB_ARG(shape->shape.name));
    }
    shape->state = BUILD_DONE;
}

void
build_fields(struct build *build, uint32_t index)
{
    assert(index < build->shape_count);
    if (build->shapes[index]->state == BUILD_DECLARED) {
        fields_of(build, build->shapes[index], 0);
    }
}
