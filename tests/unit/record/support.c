/* What the tests of record share. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum { ARENA_MAX = 512 * 1024 * 1024, PATH_SIZE = 1024 };

int
world_setup(void **state)
{
    struct world *const w = calloc(1, sizeof *w);
    assert_non_null(w);
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, ARENA_MAX);
    lang_diags_init(&w->diags, &w->arena);
    *state = w;
    return 0;
}

int
world_teardown(void **state)
{
    struct world *const w = *state;
    wb_arena_done(&w->arena);
    free(w);
    return 0;
}

static void
checkout_path(const char *path, char ret[PATH_SIZE])
{
    const char *const root = getenv("WAYBILL_SOURCE");
    assert_non_null(root);
    assert_in_range(snprintf(ret, PATH_SIZE, "%s/%s", root, path), 1, PATH_SIZE - 1);
}

struct wb_str
world_file(struct world *w, const char *path)
{
    char full[PATH_SIZE];
    struct wb_str bytes = {NULL, 0};
    checkout_path(path, full);
    if (wb_os_read_file(&w->ctx, &w->arena, full, WB_LIMIT_SOURCE, &bytes) != WB_OK) {
        fail_msg("%s", w->ctx.error.text);
    }
    return bytes;
}

const struct record_schema *
world_compile(struct world *w, const char *text)
{
    const struct record_schema *schema = NULL;
    struct lang_source *const source = wb_arena_alloc(&w->ctx, &w->arena, sizeof *source);
    assert_non_null(source);
    *source = (struct lang_source){WB_LIT("test.gram"), wb_str_of(text)};
    lang_diags_init(&w->diags, &w->arena);
    wb_error_clear(&w->ctx);
    const enum wb_rc rc = record_compile(&w->ctx, &w->arena, source, 1, &w->diags, &schema);
    assert_true(rc == WB_OK || rc == WB_INVALID);
    assert_int_equal(rc == WB_OK, w->diags.error_count == 0);
    return schema;
}

const struct record_schema *
world_compile_folder(struct world *w, const char *folder)
{
    char path[PATH_SIZE];
    struct wb_str *names = NULL;
    size_t count = 0;
    const struct record_schema *schema = NULL;
    checkout_path(folder, path);
    assert_int_equal(wb_os_list(&w->ctx, &w->arena, path, &names, &count), WB_OK);
    assert_in_range(count, 1, WORLD_SOURCES_MAX);
    for (size_t i = 0; i < count; i++) {
        char file[PATH_SIZE];
        assert_in_range(snprintf(file, sizeof file, "%s/" WB_FMT, folder, WB_ARG(names[i])), 1,
                        PATH_SIZE - 1);
        w->sources[i] = (struct lang_source){names[i], world_file(w, file)};
    }
    assert_int_equal(record_compile(&w->ctx, &w->arena, w->sources, count, &w->diags, &schema),
                     WB_OK);
    return schema;
}

struct record_object *
world_read(struct world *w, const struct record_schema *schema, const char *shape,
           struct wb_str json)
{
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    const uint32_t index = record_find_shape(schema, wb_str_of(shape));
    if (record_read_json(&w->ctx, &w->arena, schema, index, json, &problems, &object) != WB_OK) {
        fail_msg("%s: " WB_FMT, w->ctx.error.text, WB_ARG(json));
    }
    if (problems.count > 0) {
        fail_msg(WB_FMT ": " WB_FMT " in " WB_FMT, WB_ARG(problems.items[0].path),
                 WB_ARG(problems.items[0].text), WB_ARG(json));
    }
    return object;
}

struct wb_str
world_json(struct world *w, const struct record_object *object, bool with_source)
{
    struct wb_out out;
    struct wb_json json;
    wb_out_init(&out, &w->ctx, -1, ARENA_MAX);
    wb_json_init(&json, &out, false);
    record_write_json(&json, object, with_source);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    const struct wb_str text = wb_arena_dup(&w->ctx, &w->arena, wb_str_trim(wb_buf_str(&out.buf)));
    wb_out_done(&out);
    assert_non_null(text.at);
    return text;
}

static uint64_t
next(struct random_state *random)
{
    /* splitmix64 */
    random->state += 0x9E3779B97F4A7C15U;
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

uint32_t
random_below(struct random_state *random, uint32_t end)
{
    assert_true(end > 0);
    return (uint32_t)(next(random) % end);
}

static bool
chance(struct random_state *random, uint32_t of_100)
{
    return random_below(random, 100) < of_100;
}

/* Whole characters of all lengths, controls and NUL among them. */
static struct wb_str
random_text(struct world *w, struct random_state *random)
{
    static const char *const odd[] = {"\"",
                                      "\\",
                                      "\n",
                                      "\r\n",
                                      "\t",
                                      "\x7F",
                                      "\x1B",
                                      "/",
                                      "'",
                                      "&",
                                      "<",
                                      ">",
                                      ":",
                                      "~",
                                      "*",
                                      "\xC3\xA9",
                                      "\xC2\x85",
                                      "\xC3\xBF",
                                      "\xE2\x82\xAC",
                                      "\xE2\x80\xA8",
                                      "\xEF\xBB\xBF",
                                      "\xEF\xBF\xBD",
                                      "\xF0\x9F\x98\x80",
                                      "\xF4\x8F\xBF\xBF"};
    static const char *const words[] = {"source",     "schema",    "null", "true",
                                        "-0",         "1e5",       "00",   "4500012345",
                                        "St. Mary's", "x12:355:CS"};
    char text[256];
    size_t len = 0;
    if (chance(random, 10)) {
        return wb_str_of(words[random_below(random, sizeof words / sizeof words[0])]);
    }
    const uint32_t count = random_below(random, 30) + (random->plain ? 1 : 0);
    for (uint32_t i = 0; i < count; i++) {
        const char *const pick = odd[random_below(random, sizeof odd / sizeof odd[0])];
        if (!random->plain && chance(random, 30)) {
            memcpy(text + len, pick, strlen(pick));
            len += strlen(pick);
        } else if (!random->plain && chance(random, 2)) {
            text[len++] = '\0';
        } else {
            text[len++] = (char)(' ' + (int)random_below(random, 95));
        }
    }
    const struct wb_str kept = wb_arena_dup(&w->ctx, &w->arena, (struct wb_str){text, len});
    assert_non_null(kept.at);
    return kept;
}

static struct wb_str
random_raw(struct world *w, struct random_state *random)
{
    static const char *const spaces[] = {"x12", "edifact", "odoo"};
    const struct wb_str raw =
        wb_arena_printf(&w->ctx, &w->arena, "%s:%u:%c%u", spaces[random_below(random, 3)],
                        random_below(random, 9999), (int)('A' + random_below(random, 26)),
                        random_below(random, 100));
    assert_non_null(raw.at);
    return raw;
}

static struct wb_dec
random_dec(struct random_state *random)
{
    /* All magnitudes alike, and both ends. */
    int64_t units = (int64_t)(next(random) >> (1 + random_below(random, 63)));
    units = chance(random, 3) ? INT64_MAX : units;
    return (struct wb_dec){chance(random, 30) ? -units : units,
                           (uint8_t)random_below(random, WB_DEC_SCALE_MAX + 1)};
}

static struct wb_date
random_date(struct random_state *random)
{
    return wb_date_of_days((int64_t)random_below(random, 40000));
}

static struct wb_moment
random_moment(struct random_state *random)
{
    struct wb_moment m = {.date = random_date(random),
                          .precision = (uint8_t)random_below(random, 5)};
    if (m.precision == WB_DAY) {
        return m;
    }
    m.hour = (uint8_t)random_below(random, 24);
    m.minute = (uint8_t)random_below(random, 60);
    m.second = m.precision >= WB_SECOND ? (uint8_t)random_below(random, 60) : 0;
    m.hundredth = m.precision == WB_HUNDREDTH ? (uint8_t)random_below(random, 100) : 0;
    if (m.precision == WB_TENTH) {
        m.hundredth = (uint8_t)(random_below(random, 10) * 10);
    }
    m.zoned = chance(random, 50);
    m.offset_minutes = (int16_t)(m.zoned ? (int32_t)random_below(random, 1681) - 840 : 0);
    return m;
}

struct record_any *
random_any(struct world *w, struct random_state *random, unsigned depth)
{
    const uint32_t kinds = depth == 0 ? RECORD_ARRAY : RECORD_MAP + 1;
    struct record_any *const any =
        record_any_new(&w->ctx, &w->arena, (enum record_any_kind)random_below(random, kinds));
    char text[WB_DEC_TEXT_MAX];
    assert_non_null(any);
    any->truth = any->kind == RECORD_BOOL && chance(random, 50);
    if (any->kind == RECORD_STRING) {
        any->text = random_text(w, random);
    }
    if (any->kind == RECORD_NUMBER) {
        const size_t len = wb_dec_print(random_dec(random), '.', text);
        any->text = wb_arena_dup(&w->ctx, &w->arena, (struct wb_str){text, len});
    }
    const uint32_t count = any->kind >= RECORD_ARRAY ? random_below(random, 4) : 0;
    for (uint32_t i = 0; i < count; i++) {
        struct record_any *const item = random_any(w, random, depth - 1);
        const struct wb_str name =
            wb_arena_printf(&w->ctx, &w->arena, "n%u \xC3\xA9\"%u", i, random_below(random, 100));
        const enum wb_rc rc = any->kind == RECORD_ARRAY
                                  ? record_any_push(&w->ctx, &w->arena, any, item)
                                  : record_any_set(&w->ctx, &w->arena, any, name, item);
        assert_int_equal(rc, WB_OK);
    }
    return any;
}

static void fill(struct world *w, struct random_state *random, struct record_object *object);

static struct wb_str
random_code(struct world *w, struct random_state *random, const struct record_schema *schema,
            const struct record_field *field)
{
    if (field->word_count == 0 || chance(random, 20)) {
        return random_raw(w, random);
    }
    return schema->words[field->word_first + random_below(random, field->word_count)];
}

static void
fill_value(struct world *w, struct random_state *random, const struct record_object *object,
           uint32_t number, struct record_value *value)
{
    const struct record_field *const field = record_field_at(object->schema, object->shape, number);
    value->present = true;
    switch ((enum record_type)value->type) {
    case RECORD_TEXT:
        value->text = random_text(w, random);
        if (field->text_max > 0) {
            value->text = WB_LIT("EUR");
        } else if (field->required && value->text.len == 0) {
            value->text = WB_LIT("0");
        }
        break;
    case RECORD_RAW:
        value->text = random_raw(w, random);
        break;
    case RECORD_CODE:
        value->text = random_code(w, random, object->schema, field);
        break;
    case RECORD_TRUTH:
        value->truth = chance(random, 50);
        break;
    case RECORD_INT:
        value->number = (int64_t)next(random);
        value->number = value->number == INT64_MIN ? 0 : value->number;
        break;
    case RECORD_DEC:
        value->dec = random_dec(random);
        break;
    case RECORD_DATE:
        value->date = random_date(random);
        break;
    case RECORD_MOMENT:
        value->moment = random_moment(random);
        break;
    case RECORD_OBJECT:
        fill(w, random, value->object);
        if (field->required && record_is_empty(value)) {
            const unsigned usual = random->fill;
            random->fill = 100; /* a required object says something */
            fill(w, random, value->object);
            random->fill = usual;
        }
        break;
    case RECORD_LIST:
        fail();
        break;
    }
}

static void
fill(struct world *w, struct random_state *random, struct record_object *object)
{
    const uint32_t count = record_shape_of(object)->field_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct record_field *const field = record_field_at(object->schema, object->shape, i);
        struct record_value *const cell = record_cell(object, i);
        if (!field->required && !chance(random, random->fill)) {
            continue;
        }
        const uint32_t items = cell->type == RECORD_LIST ? random_below(random, 4) : 0;
        for (uint32_t k = 0; k < items; k++) {
            fill_value(w, random, object, i, record_append(&w->ctx, &w->arena, object, i));
        }
        if (cell->type == RECORD_OBJECT) {
            assert_non_null(record_enter(&w->ctx, &w->arena, object, i));
        }
        if (cell->type != RECORD_LIST) {
            fill_value(w, random, object, i, cell);
        }
    }
    if (chance(random, 25)) {
        do {
            object->source = random_any(w, random, 4);
        } while (object->source->kind != RECORD_MAP);
    }
}

struct record_object *
random_document(struct world *w, struct random_state *random, const struct record_schema *schema,
                uint32_t shape)
{
    struct record_object *const object = record_new(&w->ctx, &w->arena, schema, shape);
    assert_non_null(object);
    fill(w, random, object);
    return object;
}
