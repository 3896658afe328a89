/*
 * Questions and answers: queries are made here, one a model and condition with lists of values, and
 * what comes back is kept by model. What to ask in which round is said at the bottom; each round
 * asks what the one before made known.
 */
#include <assert.h>

#include "plan/plan_priv.h"

struct column {
    const char *model;
    const char *field;
    uint32_t first, last; /* releases */
    bool needed;
};

static const struct column columns[] = {
#define X(model, field, first, last, needed) {model, field, first, last, needed},
#include "plan/columns.def"
#undef X
};

static bool
is_column(const struct planner *planner, const struct column *column, struct wb_str model)
{
    const uint32_t release = planner->release->release;
    return release >= column->first && release <= column->last &&
           wb_str_eq(wb_str_of(column->model), model);
}

struct plan_rows *
plan_model(struct planner *planner, const char *model)
{
    return plan_model_of(planner, wb_str_of(model));
}

struct plan_rows *
plan_model_of(struct planner *planner, struct wb_str name)
{
    for (size_t i = 0; i < planner->model_count; i++) {
        if (wb_str_eq(planner->models[i].model, name)) {
            return &planner->models[i];
        }
    }
    struct plan_rows *const rows = WB_PUSH(planner->ctx, planner->arena, planner->models,
                                           planner->model_count, planner->model_cap);
    if (rows == NULL) {
        planner->rc = WB_NOMEM;
        return NULL;
    }
    rows->model = name;
    return rows;
}

const struct record_any *
plan_row(struct planner *planner, const char *model, int64_t id)
{
    const struct plan_rows *const rows = id == 0 ? NULL : plan_model(planner, model);
    return rows == NULL ? NULL : plan_rows_find(rows, id);
}

struct plan_query *
plan_ask(struct planner *planner, const char *model)
{
    return plan_ask_of(planner, wb_str_of(model));
}

struct plan_query *
plan_ask_of(struct planner *planner, struct wb_str model)
{
    struct plan_query *const query = WB_PUSH(planner->ctx, planner->arena, planner->queries,
                                             planner->query_count, planner->query_cap);
    if (query == NULL) {
        planner->rc = WB_NOMEM;
        return NULL;
    }
    *query = (struct plan_query){.model = model, .limit = PLAN_QUERY_ROWS_MAX};
    size_t cap = 0;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (!is_column(planner, &columns[i], query->model)) {
            continue;
        }
        struct wb_str *const field =
            WB_PUSH(planner->ctx, planner->arena, query->fields, query->field_count, cap);
        if (field == NULL) {
            planner->rc = WB_NOMEM;
            return NULL;
        }
        *field = wb_str_of(columns[i].field);
    }
    return query;
}

void
plan_ask_term(struct planner *planner, struct plan_query *query, const char *field, const char *op,
              struct record_any *value)
{
    if (query == NULL || value == NULL) {
        return; /* noted when it was made */
    }
    struct plan_term *const terms =
        wb_arena_array(planner->ctx, planner->arena, query->term_count + 1, sizeof *terms);
    if (terms == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < query->term_count; i++) {
        terms[i] = query->terms[i];
    }
    terms[query->term_count++] =
        (struct plan_term){.field = wb_str_of(field), .op = wb_str_of(op), .value = value};
    query->terms = terms;
}

void
plan_ask_in(struct planner *planner, const char *model, const char *field,
            struct record_any *values)
{
    if (values == NULL || values->count == 0) {
        return;
    }
    plan_ask_term(planner, plan_ask(planner, model), field, "in", values);
}

void
plan_add_value(struct planner *planner, struct record_any *array, struct wb_str text)
{
    if (array != NULL && text.len > 0) {
        plan_push(planner, array, plan_string(planner, text));
    }
}

void
plan_add_id(struct planner *planner, struct record_any *array, const char *model, int64_t id)
{
    if (id == 0 || array == NULL || plan_row(planner, model, id) != NULL) {
        return;
    }
    plan_push(planner, array, plan_int(planner, id));
}

/* ---- answers */

/* A field that is in no row at all was not exported; absent in some rows it is only empty. */
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

static bool
said(const struct planner *planner, enum plan_issue_kind kind, struct wb_str text)
{
    for (size_t i = 0; i < planner->result.issue_count; i++) {
        const struct plan_issue *const issue = &planner->result.issues[i];
        if (issue->kind == kind && wb_str_eq(issue->text, text)) {
            return true;
        }
    }
    return false;
}

static void
lacks_field(struct planner *planner, const struct plan_query *query, struct wb_str field)
{
    const struct wb_str text = plan_text(planner, WB_FMT " was exported without " WB_FMT,
                                         WB_ARG(query->model), WB_ARG(field));
    if (!said(planner, PLAN_ISSUE_FIELD_NOT_EXPORTED, text)) {
        plan_raise(planner, PLAN_ISSUE_FIELD_NOT_EXPORTED, (struct wb_str){0},
                   plan_text(planner, "export " WB_FMT " with the field " WB_FMT,
                             WB_ARG(query->model), WB_ARG(field)),
                   WB_FMT, WB_ARG(text));
    }
}

static void
lacks_model(struct planner *planner, const struct plan_query *query)
{
    const struct wb_str text = plan_text(planner, WB_FMT " was not exported", WB_ARG(query->model));
    if (!said(planner, PLAN_ISSUE_NOT_EXPORTED, text)) {
        plan_raise(planner, PLAN_ISSUE_NOT_EXPORTED, (struct wb_str){0},
                   plan_text(planner, "put its records into " WB_FMT ".json", WB_ARG(query->model)),
                   WB_FMT, WB_ARG(text));
    }
}

static void
check_fields(struct planner *planner, const struct plan_query *query,
             const struct plan_answer *answer)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        const struct wb_str field = wb_str_of(columns[i].field);
        if (columns[i].needed && is_column(planner, &columns[i], query->model) &&
            !in_some_row(answer, field)) {
            lacks_field(planner, query, field);
        }
    }
}

static void
take_answer(struct planner *planner, const struct plan_query *query,
            const struct plan_answer *answer)
{
    struct plan_rows *const rows = plan_model_of(planner, query->model);
    if (rows == NULL) {
        return;
    }
    if (answer->kind == PLAN_NO_MODEL) {
        rows->state = rows->state == PLAN_KNOWN ? PLAN_KNOWN : PLAN_ABSENT;
        if (!query->optional) {
            lacks_model(planner, query);
        }
        return;
    }
    rows->state = PLAN_KNOWN;
    if (answer->kind == PLAN_NO_FIELD) {
        if (!query->optional) {
            lacks_field(planner, query, answer->field);
        }
        return;
    }
    check_fields(planner, query, answer);
    if (answer->more && !query->sample) {
        plan_raise(planner, PLAN_ISSUE_TOO_MANY, (struct wb_str){0}, (struct wb_str){0},
                   "more than %zu records of " WB_FMT " answer one question", query->limit,
                   WB_ARG(query->model));
    }
    for (size_t i = 0; i < answer->row_count; i++) {
        const struct record_any **const place =
            WB_PUSH(planner->ctx, planner->arena, rows->rows, rows->count, rows->cap);
        if (place == NULL) {
            planner->rc = WB_NOMEM;
            return;
        }
        *place = answer->rows[i];
    }
    plan_rows_sort(rows);
}

enum wb_rc
plan_answer(struct wb_ctx *ctx, struct planner *planner, const struct plan_answer *answers,
            size_t count)
{
    assert(count == planner->query_count);
    assert(!planner->done);
    planner->ctx = ctx;
    for (size_t i = 0; i < count; i++) {
        take_answer(planner, &planner->queries[i], &answers[i]);
    }
    return planner->rc;
}

/* ---- what to ask */

static void
ask_all(struct planner *planner, const char *model, bool optional)
{
    struct plan_query *const query = plan_ask(planner, model);
    if (query != NULL) {
        query->limit = PLAN_TABLE_ROWS_MAX;
        query->optional = optional;
    }
}

struct wb_str
plan_pattern(struct planner *planner, struct wb_str text)
{
    char *const pattern = wb_arena_array(planner->ctx, planner->arena, text.len, 2);
    size_t len = 0;
    if (pattern == NULL) {
        planner->rc = WB_NOMEM;
        return text;
    }
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (c == '%' || c == '_' || c == '\\') {
            pattern[len++] = '\\';
        }
        pattern[len++] = c;
    }
    return (struct wb_str){pattern, len};
}

/* Orders of the same number, in any case of letters; who ordered is compared afterwards. */
static void
ask_duplicates(struct planner *planner)
{
    if (planner->number.len == 0) {
        return;
    }
    struct plan_query *const query = plan_ask(planner, "sale.order");
    plan_ask_term(planner, query, "client_order_ref", "=ilike",
                  plan_string(planner, plan_pattern(planner, planner->number)));
    plan_ask_term(planner, query, "state", "!=", plan_string(planner, WB_LIT("cancel")));
}

static void
ask_keys(struct planner *planner)
{
    plan_parties_ask(planner);
    plan_items_ask(planner);
    plan_sale_keys_ask(planner);
    ask_duplicates(planner);
    ask_all(planner, "uom.uom", false);
    ask_all(planner, "res.company", true);
    ask_all(planner, "decimal.precision", true);
}

static void
ask_partners(struct planner *planner)
{
    struct record_any *const partners = plan_array(planner);
    const struct plan_rows *const numbers = plan_model(planner, "res.partner.id_number");
    for (size_t i = 0; numbers != NULL && i < numbers->count; i++) {
        plan_add_id(planner, partners, "res.partner",
                    plan_row_link(numbers->rows[i], "partner_id"));
    }
    const struct plan_rows *const known = plan_model(planner, "res.partner");
    for (size_t i = 0; known != NULL && i < known->count; i++) {
        plan_add_id(planner, partners, "res.partner", plan_commercial(known->rows[i]));
    }
    const struct plan_rows *const sales = plan_model(planner, "sale.order");
    for (size_t i = 0; sales != NULL && i < sales->count; i++) {
        plan_add_id(planner, partners, "res.partner", plan_row_link(sales->rows[i], "partner_id"));
    }
    if (partners != NULL && partners->count > 0) {
        struct plan_query *const query = plan_ask(planner, "res.partner");
        plan_ask_term(planner, query, "id", "in", partners);
        if (query != NULL) {
            query->with_archived = true;
        }
    }
}

/* What the keys led to: partners behind partners, products behind barcodes of packs. */
static void
ask_found(struct planner *planner)
{
    plan_parties_resolve(planner);
    ask_partners(planner);
    plan_items_ask_found(planner);
}

/* What is needed once partner and products are known. */
static void
ask_details(struct planner *planner)
{
    plan_parties_resolve(planner);
    plan_items_resolve(planner);
    ask_partners(planner);
    plan_parties_ask_nearest(planner);
    plan_pricing_ask(planner);
    plan_taxes_ask(planner);
    plan_packs_ask(planner);
    plan_nearest_ask(planner);
}

void
plan_ask_stage(struct planner *planner)
{
    planner->query_count = 0;
    planner->queries = NULL; /* those of the last round may still be looked at */
    planner->query_cap = 0;
    planner->quiet = true;
    switch (planner->stage++) {
    case 0:
        ask_keys(planner);
        break;
    case 1:
        ask_found(planner);
        break;
    case 2:
        ask_details(planner);
        break;
    default:
        break;
    }
    planner->quiet = false;
}
