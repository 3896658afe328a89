#pragma once
/*
 * How far planning may go on its own. Declared in our language; tables of items and units are CSV
 * files that the declaration names and the caller reads, so that this room does no I/O.
 */
#include "base/arena.h"
#include "base/dec.h"
#include "lang/lang.h"

enum { PLAN_POLICY_ROWS_MAX = 1000000, PLAN_POLICY_WORDS_MAX = 16 };

struct plan_item_row {     /* the customer's own item number -> our product */
    struct wb_str partner; /* ref, gln or another identifier of the buyer; empty = any */
    struct wb_str customer_code;
    struct wb_str default_code;
    struct wb_str unit; /* Odoo's unit; empty = as ordered */
};

struct plan_unit_row { /* an ordered unit -> Odoo's */
    struct wb_str partner;
    struct wb_str item; /* default_code; empty = any */
    struct wb_str unit; /* "case" */
    struct wb_str odoo_unit;
    struct wb_dec factor; /* product's units in it */
    bool has_factor;
};

struct plan_charge_row { /* a charge that becomes a line of its own */
    struct wb_str code;  /* "x12:1300:D240" */
    struct wb_str default_code;
};

struct plan_policy {
    struct wb_dec price_tolerance_percent; /* 0.5 */
    struct wb_dec price_tolerance_amount;  /* 0.01; the larger of both counts */
    bool keep_customer_price; /* inside the tolerance: keep theirs (default), else ours */
    bool hold_price_outside;  /* default: ours and a flag */
    uint8_t day_hour;         /* UTC, for days that Odoo wants as moments: 12 */
    uint8_t day_minute;
    struct wb_str company;                           /* name of ours; empty = the only one */
    struct wb_str gln_fields[PLAN_POLICY_WORDS_MAX]; /* fields of res.partner to look for a GLN */
    size_t gln_field_count;                          /* 0 = those of the release */
    struct plan_charge_row *charges;
    size_t charge_count, charge_cap;
    struct plan_item_row *items;
    size_t item_count, item_cap;
    struct plan_unit_row *units;
    size_t unit_count, unit_cap;
};

enum plan_table { PLAN_TABLE_ITEMS, PLAN_TABLE_UNITS, PLAN_TABLES };

struct plan_table_file { /* a CSV that the policy names */
    enum plan_table table;
    struct wb_str path; /* as written */
    struct lang_pos pos;
};

struct plan_policy_files {
    struct plan_table_file *items;
    size_t count, cap;
};

/* A row of diag.def. */
const struct lang_code *plan_codes(size_t *ret_count);

/* The careful one. */
void plan_policy_init(struct plan_policy *policy);
/*
 * Reads `policy { }`. Defects are diagnostics with WB-POL codes; WB_INVALID when there was one.
 *
 * ret_files  the tables that the caller has to feed to plan_table_row
 */
WB_MUST enum wb_rc plan_policy_parse(struct wb_ctx *ctx, struct wb_arena *arena,
                                     const struct lang_source *source, struct lang_diags *diags,
                                     struct plan_policy *policy,
                                     struct plan_policy_files *ret_files);

enum { PLAN_TABLE_COLUMNS = 5 };
struct plan_table_reader {
    enum plan_table table;
    bool headed; /* the first row named the columns */
    int column_of[PLAN_TABLE_COLUMNS];
    size_t column_count;
};
void plan_table_init(struct plan_table_reader *reader, enum plan_table table);
/*
 * One row of a table, the first one with the names of the columns. Texts are copied.
 *
 * ret_problem  what is wrong with the row, static; NULL when nothing is
 */
WB_MUST enum wb_rc plan_table_row(struct wb_ctx *ctx, struct wb_arena *arena,
                                  struct plan_table_reader *reader, struct plan_policy *policy,
                                  const struct wb_str *fields, size_t count,
                                  const char **ret_problem);
