/*
 * Exported records as a source for plans. What cannot be answered is told apart from what is not
 * there: a missing file or field must never look like an unknown partner.
 */
#include "odoo/folder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "odoo/index.h"
#include "plan/rows.h"
#include "record/json.h"

enum { MODELS_MAX = 1000, SCANNED_MAX = 32 };

/* A field that was asked about. The first time rows are looked through, then there is an index. */
struct asked_field {
    struct wb_str name;
    bool indexed;
    struct odoo_index index;
};

struct model {
    struct wb_str name;
    bool there;
    const struct record_any **rows; /* sorted by id */
    size_t count, cap;
    struct asked_field *fields;
    size_t field_count, field_cap;
};

struct odoo_folder {
    struct wb_arena *arena;
    struct wb_str path;
    struct model *models;
    size_t count, cap;
};

enum wb_rc
odoo_folder_open(struct wb_ctx *ctx, struct wb_arena *arena, const char *path,
                 struct odoo_folder **ret)
{
    assert(path != NULL);
    char kind = 0;
    uint64_t size = 0;
    const int rc = wb_os_stat(ctx, path, &kind, &size);
    if (rc != WB_OK) {
        return (enum wb_rc)rc; /* wb_os functions give a wb_rc */
    }
    if (kind != 'd') {
        return wb_fail(ctx, WB_NOT_FOUND, "%s: no such folder of records", path);
    }
    struct odoo_folder *const folder = wb_arena_alloc(ctx, arena, sizeof *folder);
    if (folder == NULL) {
        return WB_NOMEM;
    }
    folder->arena = arena;
    folder->path = wb_arena_dup(ctx, arena, wb_str_of(path));
    if (folder->path.at == NULL) {
        return WB_NOMEM;
    }
    *ret = folder;
    return WB_OK;
}

/* ---- reading a file */

static enum wb_rc
add_row(struct wb_ctx *ctx, struct odoo_folder *folder, struct model *model,
        const struct record_any *row)
{
    if (row->kind != RECORD_MAP || plan_row_id(row) == 0) {
        return wb_fail(ctx, WB_INVALID, "record %zu is no object with an id", model->count + 1);
    }
    const struct record_any **const place =
        WB_PUSH(ctx, folder->arena, model->rows, model->count, model->cap);
    if (place == NULL) {
        return WB_NOMEM;
    }
    *place = row;
    return WB_OK;
}

/* An array of records, an object around one, or a single record. */
static enum wb_rc
add_all(struct wb_ctx *ctx, struct odoo_folder *folder, struct model *model,
        const struct record_any *any)
{
    static const char *const around[] = {"records", "result"};
    for (size_t i = 0; i < sizeof around / sizeof around[0] && any->kind == RECORD_MAP; i++) {
        const struct record_any *const inner = record_any_get(any, wb_str_of(around[i]));
        if (inner != NULL && inner->kind == RECORD_ARRAY) {
            any = inner;
        }
    }
    if (any->kind != RECORD_ARRAY) {
        return add_row(ctx, folder, model, any);
    }
    for (size_t i = 0; i < any->count; i++) {
        const enum wb_rc rc = add_row(ctx, folder, model, any->items[i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

/* The first line is a whole object and another one follows. */
static bool
is_lines(struct wb_str text)
{
    const size_t end = wb_str_find(text, '\n');
    const struct wb_str first = wb_str_trim(wb_str_sub(text, 0, end));
    const struct wb_str rest = wb_str_trim(wb_str_sub(text, end, text.len));
    return wb_str_starts(first, WB_LIT("{")) && wb_str_ends(first, WB_LIT("}")) &&
           wb_str_starts(rest, WB_LIT("{"));
}

static enum wb_rc
parse(struct wb_ctx *ctx, struct odoo_folder *folder, struct model *model, struct wb_str text)
{
    if (wb_str_starts(text, WB_LIT("\xEF\xBB\xBF"))) {
        text = wb_str_sub(text, 3, text.len);
    }
    text = wb_str_trim(text);
    const bool lines = is_lines(text);
    for (size_t line_no = 1; text.len > 0; line_no++) {
        const size_t len = lines ? wb_str_find(text, '\n') : text.len;
        const struct wb_str one = wb_str_trim(wb_str_sub(text, 0, len));
        struct record_any *any = NULL;
        enum wb_rc rc = WB_OK;
        if (one.len > 0) {
            rc = record_read_any(ctx, folder->arena, one, &any);
            rc = rc == WB_OK ? add_all(ctx, folder, model, any) : rc;
        }
        if (rc != WB_OK) {
            if (lines) {
                wb_fail_context(ctx, "line %zu", line_no);
            }
            return rc;
        }
        text = wb_str_sub(text, len + 1, text.len);
    }
    return WB_OK;
}

static int
compare_rows(const void *a, const void *b)
{
    const struct record_any *const *const left = a;
    const struct record_any *const *const right = b;
    const int64_t x = plan_row_id(*left);
    const int64_t y = plan_row_id(*right);
    return (x > y) - (x < y);
}

/* Sorts, and refuses an id that stands twice: which record would count? */
static enum wb_rc
order(struct wb_ctx *ctx, struct model *model)
{
    if (model->count > 0) {
        qsort(model->rows, model->count, sizeof *model->rows, compare_rows);
    }
    for (size_t i = 1; i < model->count; i++) {
        if (plan_row_id(model->rows[i]) == plan_row_id(model->rows[i - 1])) {
            return wb_fail(ctx, WB_INVALID, "id %lld stands twice",
                           (long long)plan_row_id(model->rows[i]));
        }
    }
    return WB_OK;
}

static enum wb_rc
read_file(struct wb_ctx *ctx, struct odoo_folder *folder, struct model *model, const char *path)
{
    struct wb_str text;
    enum wb_rc rc = (enum wb_rc)wb_os_read_file(ctx, folder->arena, path, WB_LIMIT_JSON, &text);
    if (rc != WB_OK) {
        return rc; /* it names the file */
    }
    rc = parse(ctx, folder, model, text);
    rc = rc == WB_OK ? order(ctx, model) : rc;
    if (rc != WB_OK) {
        wb_fail_context(ctx, "%s", path);
    }
    return rc;
}

static enum wb_rc
load(struct wb_ctx *ctx, struct odoo_folder *folder, struct model *model)
{
    static const char *const endings[] = {"json", "ndjson", "jsonl"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const struct wb_str path =
            wb_arena_printf(ctx, folder->arena, WB_FMT "/" WB_FMT ".%s", WB_ARG(folder->path),
                            WB_ARG(model->name), endings[i]);
        char kind = 0;
        uint64_t size = 0;
        if (path.at == NULL) {
            return WB_NOMEM;
        }
        const enum wb_rc rc = (enum wb_rc)wb_os_stat(ctx, path.at, &kind, &size);
        if (rc != WB_OK) {
            return rc;
        }
        if (kind == 'f') {
            model->there = true;
            return read_file(ctx, folder, model, path.at);
        }
    }
    return WB_OK;
}

/* Names of models are letters, digits, dots and underscores, so none leads out of the folder. */
static bool
is_model(struct wb_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.at[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (!letter && (c != '.' || i == 0 || name.at[i - 1] == '.')) {
            return false;
        }
    }
    return name.len > 0;
}

static enum wb_rc
find_model(struct wb_ctx *ctx, struct odoo_folder *folder, struct wb_str name, struct model **ret)
{
    for (size_t i = 0; i < folder->count; i++) {
        if (wb_str_eq(folder->models[i].name, name)) {
            *ret = &folder->models[i];
            return WB_OK;
        }
    }
    if (!is_model(name) || folder->count == MODELS_MAX) {
        return wb_fail(ctx, WB_INVALID, WB_FMT " is no model", WB_ARG(name));
    }
    struct model model = {.name = wb_arena_dup(ctx, folder->arena, name)};
    if (model.name.at == NULL) {
        return WB_NOMEM;
    }
    const enum wb_rc rc = load(ctx, folder, &model);
    if (rc != WB_OK) {
        return rc;
    }
    struct model *const place =
        WB_PUSH(ctx, folder->arena, folder->models, folder->count, folder->cap);
    if (place == NULL) {
        return WB_NOMEM;
    }
    *place = model;
    *ret = place;
    return WB_OK;
}

/* ---- answering */

static bool
has_field(const struct model *model, struct wb_str field)
{
    for (size_t i = 0; i < model->count; i++) {
        if (record_any_get(model->rows[i], field) != NULL) {
            return true;
        }
    }
    return model->count == 0;
}

/* Rows to look at, by number. */
struct candidates {
    uint32_t *rows;
    size_t count, cap;
    bool all; /* every row, .rows does not matter */
};

static bool
is_indexable(const struct plan_term *term)
{
    return wb_str_eq(term->op, WB_LIT("in")) || wb_str_eq(term->op, WB_LIT("="));
}

/* The index of a field that was asked about before; *ret NULL the first time. */
static enum wb_rc
field_index(struct wb_ctx *ctx, struct odoo_folder *folder, struct model *model,
            struct wb_str field, const struct odoo_index **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < model->field_count; i++) {
        struct asked_field *const asked = &model->fields[i];
        if (!wb_str_eq(asked->name, field)) {
            continue;
        }
        enum wb_rc rc = WB_OK;
        if (!asked->indexed) {
            rc = odoo_index_make(ctx, folder->arena, model->rows, model->count, asked->name,
                                 &asked->index);
            asked->indexed = rc == WB_OK;
        }
        *ret = &asked->index;
        return rc;
    }
    struct asked_field *const made =
        WB_PUSH(ctx, folder->arena, model->fields, model->field_count, model->field_cap);
    if (made == NULL) {
        return WB_NOMEM;
    }
    made->name = wb_arena_dup(ctx, folder->arena, field);
    return made->name.at == NULL ? WB_NOMEM : WB_OK;
}

static enum wb_rc
candidates_add(struct wb_ctx *ctx, struct wb_arena *arena, const struct odoo_index *index,
               struct wb_str text, struct candidates *to)
{
    for (const struct odoo_entry *entry = odoo_index_find(index, text); entry != NULL;
         entry = odoo_index_next(index, entry)) {
        uint32_t *const place = WB_PUSH(ctx, arena, to->rows, to->count, to->cap);
        if (place == NULL) {
            return WB_NOMEM;
        }
        *place = entry->row;
    }
    return WB_OK;
}

/* The rows under the values of a term. */
static enum wb_rc
candidates_of(struct wb_ctx *ctx, struct odoo_folder *folder, struct wb_arena *arena,
              struct model *model, const struct plan_term *term, struct candidates *to)
{
    const struct odoo_index *index = NULL;
    enum wb_rc rc = field_index(ctx, folder, model, term->field, &index);
    if (rc != WB_OK || index == NULL) {
        to->all = to->all || index == NULL;
        return rc;
    }
    if (wb_str_eq(term->op, WB_LIT("="))) {
        return candidates_add(ctx, arena, index, plan_value_text(term->value), to);
    }
    for (uint32_t i = 0; rc == WB_OK && i < term->value->count; i++) {
        rc = candidates_add(ctx, arena, index, plan_value_text(term->value->items[i]), to);
    }
    return rc;
}

static int
compare_numbers(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* A superset of the rows that answer the query, in order and each once. */
static enum wb_rc
candidates_make(struct wb_ctx *ctx, struct odoo_folder *folder, struct wb_arena *arena,
                struct model *model, const struct plan_query *query, struct candidates *ret)
{
    struct candidates found = {.all = query->term_count == 0 || model->count <= SCANNED_MAX};
    size_t used = 0;
    for (size_t i = 0; i < query->term_count && !found.all; i++) {
        const struct plan_term *const term = &query->terms[i];
        if (is_indexable(term) && (query->any || used == 0)) {
            const enum wb_rc rc = candidates_of(ctx, folder, arena, model, term, &found);
            if (rc != WB_OK) {
                return rc;
            }
            used++;
        }
    }
    found.all = found.all || used == 0 || (query->any && used < query->term_count);
    if (found.count > 0 && !found.all) {
        qsort(found.rows, found.count, sizeof *found.rows, compare_numbers);
        size_t kept = 1;
        for (size_t i = 1; i < found.count; i++) {
            if (found.rows[i] != found.rows[kept - 1]) {
                found.rows[kept++] = found.rows[i];
            }
        }
        found.count = kept;
    }
    *ret = found;
    return WB_OK;
}

static enum wb_rc
select_rows(struct wb_ctx *ctx, struct odoo_folder *folder, struct wb_arena *arena,
            struct model *model, const struct plan_query *query, struct plan_answer *ret)
{
    struct plan_matcher matcher;
    struct candidates candidates;
    enum wb_rc rc = plan_matcher_init(ctx, arena, query, &matcher);
    if (rc == WB_OK) {
        rc = candidates_make(ctx, folder, arena, model, query, &candidates);
    }
    if (rc != WB_OK) {
        return rc;
    }
    const struct record_any **rows = NULL;
    size_t count = 0;
    size_t cap = 0;
    bool more = false;
    const size_t looked_at = candidates.all ? model->count : candidates.count;
    for (size_t i = 0; i < looked_at && !more; i++) {
        const struct record_any *const row = model->rows[candidates.all ? i : candidates.rows[i]];
        if (!plan_matches(&matcher, row)) {
            continue;
        }
        more = count == query->limit;
        if (!more) {
            const struct record_any **const place = WB_PUSH(ctx, arena, rows, count, cap);
            if (place == NULL) {
                return WB_NOMEM;
            }
            *place = row;
        }
    }
    *ret = (struct plan_answer){.kind = PLAN_ROWS, .rows = rows, .row_count = count, .more = more};
    return WB_OK;
}

enum wb_rc
odoo_folder_answer(struct wb_ctx *ctx, struct odoo_folder *folder, struct wb_arena *arena,
                   const struct plan_query *query, struct plan_answer *ret)
{
    assert(folder != NULL);
    assert(query != NULL);
    struct model *model = NULL;
    const enum wb_rc rc = find_model(ctx, folder, query->model, &model);
    if (rc != WB_OK) {
        return rc;
    }
    if (model == NULL || !model->there) {
        *ret = (struct plan_answer){.kind = PLAN_NO_MODEL};
        return WB_OK;
    }
    for (size_t i = 0; i < query->term_count; i++) {
        if (!has_field(model, query->terms[i].field)) {
            *ret = (struct plan_answer){.kind = PLAN_NO_FIELD, .field = query->terms[i].field};
            return WB_OK;
        }
    }
    return select_rows(ctx, folder, arena, model, query, ret);
}

static enum wb_rc
answer_of(struct wb_ctx *ctx, void *self, struct wb_arena *arena, const struct plan_query *query,
          struct plan_answer *ret)
{
    return odoo_folder_answer(ctx, self, arena, query, ret);
}

struct odoo_source
odoo_folder_source(struct odoo_folder *folder)
{
    return (struct odoo_source){.answer = answer_of, .self = folder};
}
