#pragma once
/*
 * Planning: unresolved Odoo records (from a map) plus what Odoo holds become a plan of operations.
 * Pure: a planner says what it must know in rounds of queries, is given the answers, and in the end
 * holds the plan; it never looks anything up itself, so the same code plans against a folder of
 * exported records, a live server or a stand-in.
 */
#include "base/arena.h"
#include "base/json_out.h"
#include "plan/query.h"
#include "record/record.h"

enum { PLAN_RELEASE_FIRST = 17, PLAN_RELEASE_LAST = 19, PLAN_ROUNDS_MAX = 4 };

enum plan_op_kind {
    PLAN_UPSERT,
    PLAN_CREATE,
    PLAN_WRITE,
    PLAN_ACTION,
    PLAN_ATTACH,
    PLAN_NOTE,
    PLAN_ACTIVITY,
    PLAN_OP_KINDS
};

struct plan_precondition { /* must still hold when the operation is carried out */
    struct wb_str text;
    struct plan_query query;
    size_t expect_count;
};

struct plan_op {
    enum plan_op_kind kind;
    struct wb_str id; /* of the operation in this plan: "op1" */
    struct wb_str model;
    struct wb_str external_id;   /* "waybill.850_HV-450021_6f1e22b0" for creates */
    struct record_any *line_ids; /* external ids of the lines that are created with it */
    struct record_any *key;      /* natural key: the domain that finds the record */
    struct record_any *values;   /* vals of create or write, arguments of a method */
    struct wb_str method;        /* notes, activities, actions */
    struct wb_str target;        /* id of the operation whose record it is on */
    struct plan_precondition *preconditions;
    size_t precondition_count;
};

/* What a person must decide or know. One that holds stops the plan; a flag does not. */
enum plan_issue_kind {
#define X(name, code, holds, sentence, cure) PLAN_ISSUE_##name,
#include "plan/issue.def"
#undef X
    PLAN_ISSUE_COUNT
};

struct plan_issue_row {
    const char *name; /* "PRICE_OUTSIDE" */
    const char *code; /* "WB-PLAN-0063" */
    bool holds;       /* unless the policy says otherwise */
    const char *sentence;
    const char *cure;
};
const struct plan_issue_row *plan_issue_row(enum plan_issue_kind kind);

struct plan_issue {
    enum plan_issue_kind kind;
    bool holds;
    struct wb_str place;    /* in the business document: "lines[2].item"; empty = the whole */
    struct wb_str text;     /* what was found */
    struct wb_str proposal; /* what would help in this case, may be empty */
};

/* A line as ordered and as planned, for people. Empty texts: not known. */
struct plan_line {
    struct wb_str place;  /* "lines[0]" */
    struct wb_str number; /* the customer's line number */
    struct wb_str product;
    int64_t product_id;
    struct wb_str found_by; /* "default_code GLV-N100-M" */
    struct wb_str ordered_quantity, ordered_unit, ordered_price;
    struct wb_str quantity, unit, price; /* as they go to Odoo */
    struct wb_str our_price;             /* for one ordered unit */
    struct wb_str how;                   /* how the unit was found; a conversion in words */
    struct wb_str amount;
    bool held;
};

/* Which key found which record. */
struct plan_found {
    struct wb_str place; /* "buyer", "lines[0].item" */
    struct wb_str model;
    struct wb_str by; /* field */
    struct wb_str value;
    int64_t id;
    struct wb_str name;
};

struct plan {
    uint32_t release; /* 17, 18, 19 */
    struct wb_str document;
    struct wb_str number;
    bool held; /* some issue holds it */
    struct wb_str customer, ship_to, bill_to;
    struct wb_str total, currency;
    struct plan_line *lines;
    size_t line_count;
    struct plan_op *ops;
    size_t op_count;
    struct plan_issue *issues;
    size_t issue_count;
    struct plan_found *found;
    size_t found_count;
};

/* The orders planned so far in one run of a command. */
struct plan_run {
    struct wb_arena *arena; /* lives as long as the run */
    struct plan_run_order {
        int64_t customer_id; /* commercial partner */
        struct wb_str number;
        struct wb_str document;
    } * orders;
    size_t count;
    size_t cap;
};

struct plan_file { /* the document as it was received; its bytes stay with the caller */
    struct wb_str name;
    struct wb_str mimetype;
    struct wb_str sha256; /* hex; empty = nothing is attached */
    uint64_t size_bytes;
};

struct plan_policy;

struct plan_input {
    uint32_t release;                  /* of Odoo: 17, 18, 19 */
    const struct plan_policy *policy;  /* NULL = the careful one */
    const struct record_object *order; /* the business document */
    const struct record_object *sale;  /* the unresolved sale.order that the map made of it */
    struct wb_str document;            /* its name for people and external ids: "850-HV-450021" */
    struct plan_file file;
    struct plan_run *run; /* NULL = the only one */
};

struct planner;

/* The input stays until the plan is done with; everything else lives in the arena. */
WB_MUST enum wb_rc plan_sale_start(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct plan_input *input, struct planner **ret);
/* The queries of the next round; *ret_count 0 when the plan is made. At most PLAN_ROUNDS_MAX. */
WB_MUST enum wb_rc plan_round(struct wb_ctx *ctx, struct planner *planner,
                              const struct plan_query **ret_queries, size_t *ret_count);
/* One answer a query, in order. Rows are borrowed. */
WB_MUST enum wb_rc plan_answer(struct wb_ctx *ctx, struct planner *planner,
                               const struct plan_answer *answers, size_t count);
/* NULL before plan_round said that nothing is left to ask. */
const struct plan *plan_result(const struct planner *planner);

const char *plan_op_word(enum plan_op_kind kind);
/* One object, schema waybill/plan/1. */
void plan_write_json(struct wb_json *json, const struct plan *plan);
