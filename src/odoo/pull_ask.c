/*
 * Asking for records: from the orders on, each link is followed in rounds until nothing new is
 * found, with one question a link and round. What leads where stands in pull_links.def, what is
 * read in pull_fields.def.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odoo/pull_priv.h"

enum { ROUNDS_MAX = 12, ROWS_MAX = 100000 };

struct field_row {
    const char *model, *field;
    uint32_t first, last;
    enum pull_need need;
};

static const struct field_row fields[] = {
#define X(model, field, first, last, need) {model, field, first, last, PULL_##need},
#include "odoo/pull_fields.def"
#undef X
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

struct link_row {
    const char *model, *field, *target, *target_field;
    uint32_t first, last;
    enum pull_need need;
};

static const struct link_row links[] = {
#define X(model, field, target, target_field, first, last, need)                                   \
    {model, field, target, target_field, first, last, PULL_##need},
#include "odoo/pull_links.def"
#undef X
};
enum { LINK_COUNT = sizeof links / sizeof links[0] };

struct ids { /* sorted */
    int64_t *items;
    size_t count, cap;
};

static bool
holds(uint32_t release, uint32_t first, uint32_t last)
{
    return release >= first && release <= last;
}

struct plan_rows *
pull_model(struct pull *pull, struct wb_str name)
{
    for (size_t i = 0; i < pull->model_count; i++) {
        if (wb_str_eq(pull->models[i].model, name)) {
            return &pull->models[i];
        }
    }
    struct plan_rows *const rows =
        WB_PUSH(pull->ctx, pull->arena, pull->models, pull->model_count, pull->model_cap);
    if (rows == NULL) {
        pull->rc = WB_NOMEM;
        return NULL;
    }
    rows->model = name;
    return rows;
}

const struct record_any *
pull_row(struct pull *pull, const char *model, int64_t id)
{
    const struct plan_rows *const rows = id == 0 ? NULL : pull_model(pull, wb_str_of(model));
    return rows == NULL ? NULL : plan_rows_find(rows, id);
}

const struct record_any *
pull_follow(struct pull *pull, const struct record_any *row, const char *field, const char *model)
{
    return row == NULL ? NULL : pull_row(pull, model, plan_row_link(row, field));
}

const char *
pull_uom_field(const struct pull *pull)
{
    return pull->options->release >= 19 ? "product_uom_id" : "product_uom";
}

/* ---- answers */

static bool
in_some_row(const struct plan_answer *answer, struct wb_str field)
{
    for (size_t i = 0; i < answer->row_count; i++) {
        if (record_any_get(answer->rows[i], field) != NULL) {
            return true;
        }
    }
    return answer->row_count == 0;
}

static void
check_fields(struct pull *pull, const struct plan_query *query, const struct plan_answer *answer)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct wb_str field = wb_str_of(fields[i].field);
        if (fields[i].need == PULL_NEEDED &&
            holds(pull->options->release, fields[i].first, fields[i].last) &&
            wb_str_eq(wb_str_of(fields[i].model), query->model) && !in_some_row(answer, field)) {
            pull_gap(pull, ODOO_GAP_FIELD_NOT_EXPORTED, (struct wb_str){0},
                     WB_FMT " was exported without " WB_FMT, WB_ARG(query->model), WB_ARG(field));
        }
    }
}

static void
keep_rows(struct pull *pull, const struct plan_query *query, const struct plan_answer *answer)
{
    struct plan_rows *const rows = pull_model(pull, query->model);
    if (rows == NULL) {
        return;
    }
    rows->state = PLAN_KNOWN;
    for (size_t i = 0; i < answer->row_count; i++) {
        const struct record_any **const place =
            WB_PUSH(pull->ctx, pull->arena, rows->rows, rows->count, rows->cap);
        if (place == NULL) {
            pull->rc = WB_NOMEM;
            return;
        }
        *place = answer->rows[i];
    }
    plan_rows_sort(rows);
}

static void
missing_model(struct pull *pull, struct wb_str model, enum pull_need need)
{
    struct plan_rows *const rows = pull_model(pull, model);
    if (rows == NULL || need == PULL_OPTIONAL || rows->state != PLAN_UNASKED) {
        return;
    }
    rows->state = PLAN_ABSENT;
    pull_gap(pull, need == PULL_NEEDED ? ODOO_GAP_NOT_EXPORTED : ODOO_GAP_DETAIL_MISSING,
             (struct wb_str){0}, WB_FMT " was not exported", WB_ARG(model));
}

static void
ask(struct pull *pull, struct plan_query *query, enum pull_need need)
{
    struct wb_str *names = NULL;
    size_t cap = 0;
    for (size_t i = 0; i < FIELD_COUNT && pull->rc == WB_OK; i++) {
        if (!holds(pull->options->release, fields[i].first, fields[i].last) ||
            !wb_str_eq(wb_str_of(fields[i].model), query->model)) {
            continue;
        }
        struct wb_str *const name = WB_PUSH(pull->ctx, pull->arena, names, query->field_count, cap);
        if (name == NULL) {
            pull->rc = WB_NOMEM;
            return;
        }
        *name = wb_str_of(fields[i].field);
    }
    query->fields = names;
    query->limit = ROWS_MAX;
    query->with_archived = true;
    struct plan_answer answer = {.kind = PLAN_NO_MODEL};
    if (pull->rc == WB_OK) {
        pull->rc = pull->source->answer(pull->ctx, pull->source->self, pull->arena, query, &answer);
    }
    if (pull->rc != WB_OK) {
        return;
    }
    if (answer.kind == PLAN_NO_MODEL) {
        missing_model(pull, query->model, need);
        return;
    }
    if (answer.kind == PLAN_NO_FIELD) {
        if (need == PULL_NEEDED) {
            pull_gap(pull, ODOO_GAP_FIELD_NOT_EXPORTED, (struct wb_str){0},
                     WB_FMT " was exported without " WB_FMT, WB_ARG(query->model),
                     WB_ARG(answer.field));
        }
        return;
    }
    if (answer.more) {
        pull_gap(pull, ODOO_GAP_TOO_MANY, (struct wb_str){0}, "more than %d records of " WB_FMT,
                 ROWS_MAX, WB_ARG(query->model));
    }
    check_fields(pull, query, &answer);
    keep_rows(pull, query, &answer);
}

/* ---- links */

static int
compare_ids(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void
add_id(struct pull *pull, struct ids *ids, int64_t id)
{
    if (id == 0 || pull->rc != WB_OK) {
        return;
    }
    int64_t *const place = WB_PUSH(pull->ctx, pull->arena, ids->items, ids->count, ids->cap);
    if (place == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    *place = id;
}

static void
sort_ids(struct ids *ids)
{
    size_t kept = 0;
    if (ids->count > 0) {
        qsort(ids->items, ids->count, sizeof *ids->items, compare_ids);
    }
    for (size_t i = 0; i < ids->count; i++) {
        if (kept == 0 || ids->items[i] != ids->items[kept - 1]) {
            ids->items[kept++] = ids->items[i];
        }
    }
    ids->count = kept;
}

static bool
has_id(const struct ids *ids, int64_t id)
{
    return ids->count > 0 &&
           bsearch(&id, ids->items, ids->count, sizeof *ids->items, compare_ids) != NULL;
}

/* All ids in a field: its own id, one link, or a list of ids. */
static void
add_field(struct pull *pull, struct ids *ids, const struct record_any *row, const char *field)
{
    const struct record_any *const value = record_any_get(row, wb_str_of(field));
    const bool list = value != NULL && value->kind == RECORD_ARRAY && value->count > 0 &&
                      (value->count != 2 || value->items[1]->kind == RECORD_NUMBER);
    if (!list) {
        add_id(pull, ids, strcmp(field, "id") == 0 ? plan_row_id(row) : plan_row_link(row, field));
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        add_id(pull, ids, plan_row_id_at(row, field, i));
    }
}

static void
ask_link(struct pull *pull, const struct link_row *link, const struct ids *ids)
{
    struct record_any *const values = record_any_new(pull->ctx, pull->arena, RECORD_ARRAY);
    struct plan_term *const term = wb_arena_alloc(pull->ctx, pull->arena, sizeof *term);
    if (values == NULL || term == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < ids->count && pull->rc == WB_OK; i++) {
        struct record_any *const value = record_any_number(pull->ctx, pull->arena, ids->items[i]);
        pull->rc =
            value == NULL ? WB_NOMEM : record_any_push(pull->ctx, pull->arena, values, value);
    }
    *term = (struct plan_term){
        .field = wb_str_of(link->target_field), .op = WB_LIT("in"), .value = values};
    struct plan_query query = {.model = wb_str_of(link->target), .terms = term, .term_count = 1};
    query.optional = link->need == PULL_OPTIONAL;
    ask(pull, &query, link->need);
}

/* What a link leads to and was not asked for before. False when that is nothing. */
static bool
follow(struct pull *pull, const struct link_row *link, struct ids *asked)
{
    struct ids fresh = {0};
    const struct plan_rows *const rows = pull_model(pull, wb_str_of(link->model));
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        add_field(pull, &fresh, rows->rows[i], link->field);
    }
    sort_ids(&fresh);
    size_t kept = 0;
    const bool by_id = strcmp(link->target_field, "id") == 0;
    for (size_t i = 0; i < fresh.count; i++) {
        const bool there = by_id && pull_row(pull, link->target, fresh.items[i]) != NULL;
        if (!there && !has_id(asked, fresh.items[i])) {
            fresh.items[kept++] = fresh.items[i];
        }
    }
    fresh.count = kept;
    if (kept == 0 || pull->rc != WB_OK) {
        return false;
    }
    ask_link(pull, link, &fresh);
    for (size_t i = 0; i < kept; i++) {
        add_id(pull, asked, fresh.items[i]);
    }
    sort_ids(asked);
    return true;
}

static void
ask_orders(struct pull *pull, const struct wb_str *numbers, size_t count)
{
    struct record_any *const values = record_any_new(pull->ctx, pull->arena, RECORD_ARRAY);
    if (values == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < count && pull->rc == WB_OK; i++) {
        struct record_any *const value = record_any_text(pull->ctx, pull->arena, numbers[i]);
        pull->rc =
            value == NULL ? WB_NOMEM : record_any_push(pull->ctx, pull->arena, values, value);
    }
    struct plan_term term = {.field = WB_LIT("name"), .op = WB_LIT("in"), .value = values};
    struct plan_query query = {.model = WB_LIT("purchase.order"), .terms = &term, .term_count = 1};
    ask(pull, &query, PULL_NEEDED);
    struct plan_query digits = {.model = WB_LIT("decimal.precision"), .optional = true};
    ask(pull, &digits, PULL_OPTIONAL);
}

static void
index_by(struct pull *pull, struct plan_index *index, const char *model, const char *field)
{
    const struct plan_rows *const rows = pull_model(pull, wb_str_of(model));
    for (size_t i = 0; rows != NULL && i < rows->count && pull->rc == WB_OK; i++) {
        const int64_t id = plan_row_link(rows->rows[i], field);
        const struct wb_str key = pull_text(pull, "%lld", (long long)id);
        if (id != 0 && pull->rc == WB_OK) {
            pull->rc = plan_index_add(pull->ctx, pull->arena, index, key, rows->rows[i]);
        }
    }
    plan_index_sort(index);
}

size_t
pull_rows_of(const struct plan_index *index, int64_t id, const struct plan_entry **ret_first)
{
    char key[24];
    const int len = snprintf(key, sizeof key, "%lld", (long long)id);
    *ret_first = NULL;
    return id == 0 ? 0 : plan_index_find(index, (struct wb_str){key, (size_t)len}, ret_first);
}

void
pull_ask_all(struct pull *pull, const struct wb_str *numbers, size_t count)
{
    struct ids *const asked = wb_arena_array(pull->ctx, pull->arena, LINK_COUNT, sizeof *asked);
    if (asked == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    ask_orders(pull, numbers, count);
    bool again = true;
    for (unsigned round = 0; round < ROUNDS_MAX && again; round++) {
        again = false;
        for (size_t i = 0; i < LINK_COUNT && pull->rc == WB_OK; i++) {
            again = (holds(pull->options->release, links[i].first, links[i].last) &&
                     follow(pull, &links[i], &asked[i])) ||
                    again;
        }
    }
    const bool packagings = pull->options->release <= 18;
    index_by(pull, &pull->lines, "purchase.order.line", "order_id");
    index_by(pull, &pull->templates, "product.supplierinfo", "product_tmpl_id");
    index_by(pull, &pull->variants, "product.supplierinfo", "product_id");
    index_by(pull, &pull->packs, packagings ? "product.packaging" : "product.uom", "product_id");
}

void
pull_check_links(struct pull *pull, const struct record_any *row, const char *model,
                 struct wb_str place)
{
    for (size_t i = 0; i < LINK_COUNT; i++) {
        const struct link_row *const link = &links[i];
        const int64_t id = strcmp(link->model, model) == 0 ? plan_row_link(row, link->field) : 0;
        const struct plan_rows *const rows = pull_model(pull, wb_str_of(link->target));
        if (id == 0 || strcmp(link->target_field, "id") != 0 || link->need == PULL_OPTIONAL ||
            !holds(pull->options->release, link->first, link->last) || rows == NULL ||
            rows->state != PLAN_KNOWN || plan_rows_find(rows, id) != NULL) {
            continue;
        }
        pull_gap(pull,
                 link->need == PULL_NEEDED ? ODOO_GAP_RECORD_MISSING : ODOO_GAP_DETAIL_MISSING,
                 place, "%s %lld (%s) is not among the exported records", link->target,
                 (long long)id, link->field);
    }
}
