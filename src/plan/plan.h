#pragma once
/*
 * Planning: unresolved Odoo records (from a map) plus what Odoo holds become a plan of operations. Pure: a planner says
 * what it must know in rounds of queries, is given the answers, and in the end holds the plan; it never looks anything
 * up itself, so the same code plans against a folder of exported records, a live server or a stand-in.
 */
#include "base/arena.h"
#include "base/json_out.h"
#include "record/record.h"

/* One condition of a query; all of them hold together. op: "=" "=ilike" "in" "!=". `value` for in is an array. */
struct plan_term {
    struct wb_str field;
    struct wb_str op;
    struct record_any *value;
};

struct plan_query {
    struct wb_str model; /* "res.partner" */
    struct plan_term *terms;
    size_t term_count;
    struct wb_str *fields; /* to read besides id; real names of the release */
    size_t field_count;
    size_t limit;
};

enum plan_op_kind { PLAN_UPSERT, PLAN_CREATE, PLAN_WRITE, PLAN_ACTION, PLAN_ATTACH, PLAN_NOTE, PLAN_ACTIVITY };

struct plan_precondition { /* must still hold when the operation is carried out */
    struct wb_str text;
    struct plan_query query;
    size_t expect_count;
};

struct plan_op {
    enum plan_op_kind kind;
    struct wb_str id;          /* of the operation in this plan: "op1" */
    struct wb_str model;
    struct wb_str external_id; /* "waybill.<document>" for creates */
    struct record_any *key;    /* natural key: how to find the record if it is already there */
    struct record_any *values; /* vals of create or write, as JSON */
    struct wb_str method;      /* actions */
    struct wb_str target;      /* op id or record the operation is on */
    struct plan_precondition *preconditions;
    size_t precondition_count;
};

/*
 * What a person must decide or know. `hold` stops the plan from being applied as it is; a flag does not. Each names
 * the place in the document, what was found and what would help.
 */
enum plan_issue_kind {
#define X(name, code, holds, sentence, cure) PLAN_ISSUE_##name,
#include "plan/issue.def"
#undef X
    PLAN_ISSUE_COUNT
};

struct plan_issue {
    enum plan_issue_kind kind;
    struct wb_str place; /* "lines[2].item" */
    struct wb_str text;
    struct wb_str proposal; /* what a person could do, may be empty */
};

/* How far planning may go on its own. Defaults are the careful ones. */
struct plan_policy {
    struct wb_dec price_tolerance_percent; /* default 0.5 */
    struct wb_dec price_tolerance_amount;  /* default 0.01; the larger of both counts */
    bool keep_customer_price;              /* inside the tolerance: keep theirs (default), else ours */
    const struct plan_item_row {           /* customer's own item number -> our default_code */
        struct wb_str partner; /* ref or gln; empty = any */
        struct wb_str customer_code;
        struct wb_str default_code;
        struct wb_str unit; /* Odoo unit name; empty = the product's */
    } *items;
    size_t item_count;
    const struct plan_unit_row { /* canonical unit (per partner, per item) -> Odoo unit and factor to the product's unit */
        struct wb_str partner;
        struct wb_str item; /* default_code; empty = any */
        struct wb_str unit; /* "case" */
        struct wb_str odoo_unit;
        struct wb_dec factor;
        bool has_factor;
    } *units;
    size_t unit_count;
};

struct plan {
    uint32_t release; /* 17, 18, 19 */
    bool held;        /* some issue holds it */
    struct plan_op *ops;
    size_t op_count;
    struct plan_issue *issues;
    size_t issue_count;
    struct record_any *resolved; /* which key found what, for people: list of {place, model, by, id, name} */
};

struct planner;

/*
 * order     the business document
 * sale      the unresolved sale.order that the map made of it
 * document  name of the document for external ids and notes ("850-4500012345")
 * raw       the bytes received, for the attachment; may be empty
 */
WB_MUST enum wb_rc plan_sale_start(struct wb_ctx *ctx, struct wb_arena *arena, uint32_t release,
                                   const struct plan_policy *policy, const struct record_object *order,
                                   const struct record_object *sale, struct wb_str document,
                                   struct wb_str raw, struct planner **ret);
/* The queries of the next round; *ret_count 0 when the plan is made. */
WB_MUST enum wb_rc plan_round(struct wb_ctx *ctx, struct planner *planner,
                              const struct plan_query **ret_queries, size_t *ret_count);
/* One array of rows (maps with "id" and the fields) a query, in order. */
WB_MUST enum wb_rc plan_answer(struct wb_ctx *ctx, struct planner *planner, struct record_any *const *answers,
                               size_t count);
const struct plan *plan_result(const struct planner *planner);
void plan_write_json(struct wb_json *json, const struct plan *plan);
