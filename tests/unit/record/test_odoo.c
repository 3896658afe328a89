/* The models against what running servers of the four releases say of their fields (fields.tsv of
 * the shared facts; skipped without it). A row: model, field, then a type a release; `*` required,
 * `~` readonly, `°` not stored, `=` as before, `-` not there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#include "support.h"

struct fact {           /* one field in one release */
    struct wb_str type; /* "char", "m2o:res.partner", "sel(a|b)"; empty = not there */
    bool required;
};

struct row {
    struct wb_str model;
    struct wb_str field;
    struct fact facts[RECORD_RELEASE_COUNT];
};

struct rows {
    struct row *items;
    size_t count;
    size_t cap;
};

/* All of them are shown before the test fails. */
#define mismatch(...)                                                                              \
    do {                                                                                           \
        print_message("# " __VA_ARGS__);                                                           \
        print_message("\n");                                                                       \
        *mismatches += 1;                                                                          \
    } while (0)

static struct wb_str
take_column(struct wb_str *line)
{
    const size_t tab = wb_str_find(*line, '\t');
    const struct wb_str column = wb_str_sub(*line, 0, tab);
    *line = wb_str_sub(*line, tab + 1, line->len);
    return column;
}

static struct fact
read_fact(struct wb_str text)
{
    struct fact fact = {text, false};
    if (wb_str_eq(text, WB_LIT("-"))) {
        return (struct fact){
            {NULL, 0},
            false
        };
    }
    for (;;) {
        if (wb_str_ends(fact.type, WB_LIT("*"))) {
            fact.required = true;
            fact.type.len -= 1;
        } else if (wb_str_ends(fact.type, WB_LIT("~"))) {
            fact.type.len -= 1;
        } else if (wb_str_ends(fact.type, WB_LIT("\xC2\xB0"))) {
            fact.type.len -= 2;
        } else {
            return fact;
        }
    }
}

static bool
load(struct world *w, struct rows *rows)
{
    const char *const shared = getenv("WAYBILL_SHARED");
    const char *const root = getenv("WAYBILL_SOURCE");
    char kind = 0;
    uint64_t size = 0;
    const struct wb_str path =
        shared == NULL
            ? wb_arena_printf(&w->ctx, &w->arena, "%s/../shared/reference/odoo/fields.tsv", root)
            : wb_arena_printf(&w->ctx, &w->arena, "%s/reference/odoo/fields.tsv", shared);
    struct wb_str text = {NULL, 0};
    if (wb_os_stat(&w->ctx, path.at, &kind, &size) != WB_OK || kind != 'f') {
        return false;
    }
    assert_int_equal(wb_os_read_file(&w->ctx, &w->arena, path.at, WB_LIMIT_SOURCE, &text), WB_OK);
    while (text.len > 0) {
        const size_t end = wb_str_find(text, '\n');
        struct wb_str line = wb_str_sub(text, 0, end);
        struct row *const row = WB_PUSH(&w->ctx, &w->arena, rows->items, rows->count, rows->cap);
        assert_non_null(row);
        row->model = take_column(&line);
        row->field = take_column(&line);
        for (size_t i = 0; i < RECORD_RELEASE_COUNT; i++) {
            const struct wb_str column = take_column(&line);
            row->facts[i] =
                i > 0 && wb_str_eq(column, WB_LIT("=")) ? row->facts[i - 1] : read_fact(column);
        }
        text = wb_str_sub(text, end + 1, text.len);
    }
    return rows->count > 1000;
}

static const struct fact *
find(const struct rows *rows, struct wb_str model, struct wb_str field, size_t release)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (wb_str_eq(rows->items[i].model, model) && wb_str_eq(rows->items[i].field, field)) {
            return &rows->items[i].facts[release];
        }
    }
    return NULL;
}

/* The words of a selection: each release's are all declared. */
static void
compare_words(const struct record_schema *schema, const struct record_field *field,
              struct wb_str type, bool *used, size_t *mismatches)
{
    struct wb_str rest = wb_str_sub(type, 4, type.len - 5); /* sel(..) */
    while (rest.len > 0 && field->word_count > 0) {
        const size_t bar = wb_str_find(rest, '|');
        const struct wb_str word = wb_str_sub(rest, 0, bar);
        bool found = false;
        for (uint32_t i = 0; i < field->word_count; i++) {
            if (wb_str_eq(schema->words[field->word_first + i], word)) {
                used[i] = true;
                found = true;
            }
        }
        if (!found) {
            mismatch("`" WB_FMT "`: the word `" WB_FMT "` is not declared", WB_ARG(field->name),
                     WB_ARG(word));
        }
        rest = wb_str_sub(rest, bar + 1, rest.len);
    }
}

static bool
same_type(const struct record_schema *schema, const struct record_field *field, struct wb_str type)
{
    char wanted[128];
    switch ((enum record_odoo)field->odoo) {
    case RECORD_ODOO_SELECTION:
        return wb_str_starts(type, WB_LIT("sel("));
    case RECORD_ODOO_MANY2ONE:
    case RECORD_ODOO_MANY2MANY:
    case RECORD_ODOO_ONE2MANY: {
        const char *const kind = field->odoo == RECORD_ODOO_MANY2ONE    ? "m2o"
                                 : field->odoo == RECORD_ODOO_MANY2MANY ? "m2m"
                                                                        : "o2m";
        const struct wb_str model =
            field->odoo == RECORD_ODOO_ONE2MANY ? schema->shapes[field->shape].model : field->model;
        /* A list of keys reads one2many fields as well: their records are only named. */
        (void)snprintf(wanted, sizeof wanted, "%s:" WB_FMT, kind, WB_ARG(model)); /* short names */
        if (wb_str_eq(type, wb_str_of(wanted))) {
            return true;
        }
        (void)snprintf(wanted, sizeof wanted, "o2m:" WB_FMT, WB_ARG(model)); /* short names */
        return field->odoo == RECORD_ODOO_MANY2MANY && wb_str_eq(type, wb_str_of(wanted));
    }
    case RECORD_ODOO_NONE:
    case RECORD_ODOO_CHAR:
    case RECORD_ODOO_TEXT:
    case RECORD_ODOO_HTML:
    case RECORD_ODOO_FLOAT:
    case RECORD_ODOO_MONETARY:
    case RECORD_ODOO_INTEGER:
    case RECORD_ODOO_BOOLEAN:
    case RECORD_ODOO_DATE:
    case RECORD_ODOO_DATETIME:
        break;
    }
    return wb_str_eq(type, wb_str_of(record_odoo_word(field->odoo)));
}

/* How often a field was looked at in some release. */
static size_t
compare_field(const struct rows *rows, const struct record_schema *schema, uint32_t shape,
              const struct record_field *field, size_t *mismatches)
{
    const struct wb_str model = schema->shapes[shape].model;
    bool used[64] = {false};
    bool demanded = false;
    size_t there = 0;
    assert_in_range(field->word_count, 0, 64);
    for (unsigned release = RECORD_RELEASE_FIRST;
         release < RECORD_RELEASE_FIRST + RECORD_RELEASE_COUNT; release++) {
        const size_t column = release - RECORD_RELEASE_FIRST;
        const struct wb_str name = record_odoo_name(field, release);
        if (name.len == 0) {
            /* Said not to be there: then no field of that name is. */
            const struct fact *const fact = find(rows, model, field->name, column);
            if (fact != NULL && fact->type.len > 0) {
                mismatch("release %u has " WB_FMT "." WB_FMT, release, WB_ARG(model),
                         WB_ARG(field->name));
            }
            continue;
        }
        const struct fact *const fact = find(rows, model, name, column);
        if (fact == NULL || fact->type.len == 0) {
            mismatch("release %u has no " WB_FMT "." WB_FMT, release, WB_ARG(model), WB_ARG(name));
        } else if (!same_type(schema, field, fact->type)) {
            mismatch("release %u: " WB_FMT "." WB_FMT " is " WB_FMT, release, WB_ARG(model),
                     WB_ARG(name), WB_ARG(fact->type));
        } else {
            there++;
            demanded = demanded || fact->required;
            if (field->odoo == RECORD_ODOO_SELECTION) {
                compare_words(schema, field, fact->type, used, mismatches);
            }
        }
    }
    if (demanded != (field->required || field->filled) && !(field->required && !demanded)) {
        mismatch(WB_FMT "." WB_FMT " is %sdemanded by some release", WB_ARG(model),
                 WB_ARG(field->name), demanded ? "" : "not ");
    }
    for (uint32_t i = 0; i < field->word_count; i++) {
        if (!used[i]) {
            mismatch("no release knows `" WB_FMT "`", WB_ARG(schema->words[field->word_first + i]));
        }
    }
    return there;
}

static void
test_fields(void **state)
{
    struct world *const w = *state;
    struct rows rows = {NULL, 0, 0};
    const struct record_schema *const schema = record_shipped(WB_LIT("odoo"));
    size_t compared = 0;
    size_t models = 0;
    size_t mismatches = 0;
    if (!load(w, &rows)) {
        print_message("# the shared facts are not here\n");
        skip();
    }
    for (uint32_t shape = 0; shape < schema->shape_count; shape++) {
        models += schema->shapes[shape].model.len > 0 ? 1 : 0;
        for (uint32_t i = 0; i < schema->shapes[shape].field_count; i++) {
            const struct record_field *const field = record_field_at(schema, shape, i);
            if (field->odoo != RECORD_ODOO_NONE) {
                compared += compare_field(&rows, schema, shape, field, &mismatches);
            }
        }
    }
    print_message("# %zu models, %zu fields in their releases\n", models, compared);
    assert_int_equal(mismatches, 0);
    assert_true(models >= 15);
    assert_true(compared >= 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_fields)};
    return cmocka_run_group_tests_name("record-odoo", tests, NULL, NULL);
}
