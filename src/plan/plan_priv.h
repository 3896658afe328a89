#pragma once
/* What the files of the planner share. Seen only inside this room. */
#include "plan/plan.h"
#include "plan/policy.h"
#include "plan/ratio.h"
#include "plan/rows.h"
#include "plan/unit.h"

enum { PLAN_QUERY_ROWS_MAX = 20000, PLAN_TABLE_ROWS_MAX = 5000, PLAN_NEAREST_MAX = 3 };

/* What differs in shape between releases; names that differ stand in grammars/odoo. */
struct plan_release {
    uint32_t release;
    bool packagings;      /* product.packaging; else product.uom gives a barcode to a unit */
    bool unit_categories; /* uom.category; else a unit is relative to another */
    bool fiscal_rows;     /* account.fiscal.position.tax; else taxes name what they replace */
    struct wb_str gln_fields[3]; /* of res.partner */
    size_t gln_field_count;
};
/* NULL for a release that planning does not know. */
const struct plan_release *plan_release_of(uint32_t release);

enum plan_party_role { PLAN_BUYER, PLAN_SHIP_TO, PLAN_BILL_TO, PLAN_ROLES };

/* How one key fared. */
struct plan_try {
    struct wb_str by; /* field of the key: "gln" */
    struct wb_str value;
    size_t count;                 /* records that it found */
    const struct record_any *row; /* the one, when count is 1 */
    bool searched;                /* false: this Odoo has no place for it */
};

enum { PLAN_TRIES_MAX = 16 };
enum plan_match { PLAN_NONE, PLAN_ONE, PLAN_SEVERAL, PLAN_DISAGREE, PLAN_ARCHIVED };

struct plan_search { /* the keys of one object, and what they found together */
    struct plan_try tries[PLAN_TRIES_MAX];
    size_t count;
    enum plan_match match;         /* decided */
    const struct plan_try *winner; /* PLAN_ONE, PLAN_DISAGREE */
    const struct plan_try *other;  /* PLAN_DISAGREE */
    const struct record_any *archived;
};

struct plan_party {
    struct wb_str place;               /* "ship_to" */
    const struct record_object *key;   /* in the sale; NULL = not given */
    const struct record_object *party; /* in the order; may be NULL */
    struct plan_search search;
    const struct record_any *row;        /* the partner */
    int64_t commercial_id;               /* 0 = not known */
    const struct record_any *commercial; /* its row, when it was read */
};

/* A unit in which a product can be ordered. */
struct plan_pack {
    const struct record_any *uom;       /* the unit to write */
    const struct record_any *packaging; /* to 18: of product.packaging; else NULL */
    struct wb_str name;
    struct plan_ratio ratio; /* product's own units in it */
};

struct plan_item_line {
    size_t index;
    struct wb_str place;
    struct wb_str number;
    const struct record_object *sale;  /* sale.order.line */
    const struct record_object *order; /* order_line; NULL when there is none */
    const struct record_object *key;   /* of the product; NULL = none */
    const struct record_object *item;  /* NULL = none */
    struct wb_str customer_code;
    struct plan_search search;
    const struct record_any *product;
    const struct record_any *scanned; /* packaging or product.uom whose barcode was ordered */
    struct wb_str table_unit;         /* Odoo's unit, by the policy's items */
    struct wb_str table_code;         /* a product of the policy's items that Odoo has not */
    bool has_quantity, has_price;
    struct wb_dec quantity, price; /* as ordered */
    struct wb_str unit;
    bool has_pack; /* the unit was found */
    struct plan_pack pack;
    struct wb_str how;
    bool converted; /* quantity and price are written in the product's own unit */
    bool has_our_price;
    struct wb_dec our_price; /* for one ordered unit */
    struct wb_dec our_base;  /* for one of the product's own units */
    bool has_price_each;
    struct wb_dec price_each; /* the customer's, for one ordered unit */
    bool has_final;           /* quantity, unit and price can be written */
    struct wb_dec final_quantity, final_price;
    bool held;
};

struct plan_extra {      /* what the map kept beside the fields of the document */
    struct wb_str place; /* "lines[0]"; empty = the order */
    struct wb_str text;  /* "SCH: 01 20, 02 BX" */
    bool whole;          /* a segment of which nothing is carried */
};

struct plan_pricing {
    const struct record_any *pricelist; /* NULL = none, or not known */
    int64_t pricelist_id;
    struct wb_str currency; /* of what our prices are in; empty = not known */
    struct wb_str company_currency;
};

struct planner {
    struct wb_ctx *ctx; /* of the call that is running */
    struct wb_arena *arena;
    const struct plan_input *input;
    const struct plan_policy *policy;
    const struct plan_release *release;
    const struct record_schema *odoo;
    enum wb_rc rc; /* the first failure inside the running call */
    unsigned stage;
    bool quiet; /* matching to see what to ask next: issues are not recorded */
    bool done;
    struct plan_query *queries;
    size_t query_count, query_cap;
    struct plan_rows *models;
    size_t model_count, model_cap;
    struct plan_party parties[PLAN_ROLES];
    struct plan_item_line *lines;
    size_t line_count;
    struct plan_index product_code, product_barcode, pack_barcode, customer_code, product_template,
        product_pack, rules;
    const struct plan_item_row **items; /* of the policy, for this buyer; sorted */
    size_t item_count;
    const struct plan_unit_row **units;
    size_t unit_count;
    struct plan_pricing pricing;
    int64_t company_id; /* 0 = not known */
    int64_t fiscal_id;
    uint8_t price_digits, quantity_digits;
    struct plan_extra *extras; /* in the order of the document */
    size_t extra_count, extra_cap;
    struct wb_str number;
    struct record_any *command_ids; /* of the lines of the sale, in order */
    struct wb_dec total;            /* of what is planned */
    bool has_total;
    struct plan result;
    size_t issue_cap, op_cap, found_cap;
};

/* texts and values; on want of memory they note it in the planner and give something harmless */
struct wb_str plan_text(struct planner *planner, const char *format, ...) WB_PRINTF(2, 3);
struct wb_str plan_dec_text(struct planner *planner, struct wb_dec dec);
struct record_any *plan_map(struct planner *planner);
struct record_any *plan_array(struct planner *planner);
struct record_any *plan_string(struct planner *planner, struct wb_str text);
struct record_any *plan_int(struct planner *planner, int64_t value);
struct record_any *plan_number(struct planner *planner, struct wb_dec value);
struct record_any *plan_truth(struct planner *planner, bool value);
void plan_put(struct planner *planner, struct record_any *map, struct wb_str name,
              struct record_any *value);
void plan_push(struct planner *planner, struct record_any *array, struct record_any *value);

/* An issue, unless the planner is quiet. The format gives what was found. */
void plan_raise(struct planner *planner, enum plan_issue_kind kind, struct wb_str place,
                struct wb_str proposal, const char *format, ...) WB_PRINTF(5, 6);
/* The same for a line, which it marks as held when it holds. */
void plan_raise_line(struct planner *planner, enum plan_issue_kind kind,
                     struct plan_item_line *line, const char *member, struct wb_str proposal,
                     const char *format, ...) WB_PRINTF(6, 7);
void plan_note_found(struct planner *planner, struct wb_str place, struct wb_str model,
                     const struct plan_try *try, const struct record_any *row);

/* questions (ask.c) */
struct plan_query *plan_ask(struct planner *planner, const char *model);
struct plan_query *plan_ask_of(struct planner *planner, struct wb_str model);
void plan_ask_term(struct planner *planner, struct plan_query *query, const char *field,
                   const char *op, struct record_any *value);
void plan_ask_in(struct planner *planner, const char *model, const char *field,
                 struct record_any *values);
/* Nothing is added for an empty text, or an id of which the row is there. */
void plan_add_value(struct planner *planner, struct record_any *array, struct wb_str text);
void plan_add_id(struct planner *planner, struct record_any *array, const char *model, int64_t id);
void plan_ask_stage(struct planner *planner);
/* A text as a pattern of =ilike that matches only itself, in any case. */
struct wb_str plan_pattern(struct planner *planner, struct wb_str text);

struct plan_rows *plan_model(struct planner *planner, const char *model);
struct plan_rows *plan_model_of(struct planner *planner, struct wb_str model);
/* A row by id, or NULL. */
const struct record_any *plan_row(struct planner *planner, const char *model, int64_t id);
struct wb_str plan_row_name(const struct record_any *row);

/* searches (search.c) */
/* The next try; NULL when there are too many. */
struct plan_try *plan_search_try(struct plan_search *search, struct wb_str by, struct wb_str value);
/* One record of a try; the same record twice counts once. Archived ones are only remembered. */
void plan_search_hit(struct plan_search *search, struct plan_try *try,
                     const struct record_any *row);
/* The first key that found exactly one wins, unless another found another. */
void plan_search_decide(struct plan_search *search);
/* "default_code GLV-1, barcode 06141.." of the keys that were looked for. */
struct wb_str plan_search_text(struct planner *planner, const struct plan_search *search);

/* parties (party.c, party_check.c) */
void plan_parties_collect(struct planner *planner);
void plan_parties_ask(struct planner *planner);
/* Proposals for parties that were not found. */
void plan_parties_ask_nearest(struct planner *planner);
void plan_parties_resolve(struct planner *planner);
void plan_parties_check(struct planner *planner);
bool plan_is_buyer(const struct planner *planner, struct wb_str partner);
/* Commercial partner of a row; 0 when nothing says. */
int64_t plan_commercial(const struct record_any *row);
/* What stands as customer on the sale: the buyer, or for a mere address its commercial partner. */
const struct record_any *plan_customer(struct planner *planner);

/* items (item.c, nearest.c) */
void plan_items_collect(struct planner *planner);
void plan_items_ask(struct planner *planner);
void plan_items_ask_found(struct planner *planner);
void plan_items_resolve(struct planner *planner);
void plan_item_check(struct planner *planner, struct plan_item_line *line);
void plan_nearest_ask(struct planner *planner);
struct wb_str plan_nearest(struct planner *planner, const struct plan_item_line *line);

/* units of Odoo (uom.c) */
/* How many of one unit are in another; false when they cannot be converted. */
bool plan_uom_ratio(struct planner *planner, int64_t uom_id, int64_t to_id, struct plan_ratio *ret);
/* How many single pieces are in a unit. */
bool plan_uom_singles(struct planner *planner, int64_t uom_id, struct plan_ratio *ret);
void plan_packs_ask(struct planner *planner);
void plan_packs_index(struct planner *planner);
/* To be added to what is said when a pack was looked for in vain; empty when they are there. */
const char *plan_packs_absent(struct planner *planner);
/* The pack of a packaging or a product.uom. */
bool plan_pack_of(struct planner *planner, const struct record_any *product,
                  const struct record_any *holder, struct plan_pack *ret);
/* Every pack of the product, its own unit first. */
void plan_packs(struct planner *planner, const struct record_any *product,
                struct plan_pack **ret_packs, size_t *ret_count);

/* the unit of a line (unit.c) */
void plan_units_collect(struct planner *planner);
void plan_unit_resolve(struct planner *planner, struct plan_item_line *line);
/* "..,GLV-N100-M,case,Case of 10,10": what would settle the unit for good. */
struct wb_str plan_unit_row_text(struct planner *planner, const struct plan_item_line *line,
                                 const struct plan_pack *pack);
/* "6 case = 300 Units" where quantities are converted, else the unit's name. */
struct wb_str plan_unit_text(struct planner *planner, const struct plan_item_line *line);

/* prices (price.c, pricelist.c) */
void plan_pricing_ask(struct planner *planner);
void plan_pricing_resolve(struct planner *planner);
void plan_price_line(struct planner *planner, struct plan_item_line *line);
/* Whether the customer's price is ours for a unit of so many of the product's own. */
bool plan_price_fits(struct planner *planner, const struct plan_item_line *line,
                     struct plan_ratio ratio);
/* A double holds it without loss. */
bool plan_number_fits(struct wb_dec value);
/* For one of the product's own units; false when it cannot be known. ret_why then says why. */
bool plan_list_price(struct planner *planner, const struct plan_item_line *line, struct wb_dec *ret,
                     struct wb_str *ret_why);

/* taxes (tax.c) */
void plan_taxes_ask(struct planner *planner);
void plan_taxes_check(struct planner *planner);
struct record_any *plan_taxes_of(struct planner *planner, const struct record_any *product,
                                 struct wb_str place);

/* records that a name or code identifies (keys.c) */
void plan_sale_keys_ask(struct planner *planner);
bool plan_is_sale_key(const struct record_field *field);
/* The record of a key, or NULL after raising why. */
const struct record_any *plan_sale_key(struct planner *planner, const struct record_field *field,
                                       const struct record_object *key);

/* the whole order (order.c, order_lines.c) */
void plan_order_check(struct planner *planner);
void plan_lines_check(struct planner *planner);
void plan_totals_check(struct planner *planner);
void plan_duplicate_check(struct planner *planner);

/* what no field holds (extra.c) */
void plan_extras_check(struct planner *planner);

/* charges (charge.c) */
void plan_charges_check(struct planner *planner);
/* Lines for the charges that the policy gives a product, behind those of the order. */
void plan_charges_write(struct planner *planner, struct record_any *commands);

/* the sale (sale.c), the operations (ops.c), what is said of them (note.c) */
struct record_any *plan_sale_values(struct planner *planner);
struct plan_sold {
    const struct record_any *product;
    struct wb_str place; /* for issues */
    struct wb_dec quantity, price;
    int64_t uom_id;
};
/* What every line says, so that Odoo has nothing to choose. */
struct record_any *plan_sale_line(struct planner *planner, const struct plan_sold *sold);
/* The real name of a field of the line; empty when the release has it not. */
struct wb_str plan_line_name(struct planner *planner, const char *alias);
/* Adds a line; `id` names it inside the order, for external ids: "line_1". */
void plan_command_create(struct planner *planner, struct record_any *commands,
                         struct record_any *values, struct wb_str id);
struct record_any *plan_unresolved(struct planner *planner, struct wb_str model,
                                   const struct record_object *key);
void plan_operations(struct planner *planner);
struct wb_str plan_note_html(struct planner *planner);
/* "40 box GLV-N100-M at 11.85" */
struct wb_str plan_ordered_text(struct planner *planner, const struct plan_item_line *line);

/* Equal but for the case of ASCII letters. */
bool plan_text_alike(struct wb_str a, struct wb_str b);
/* records by name of cell */
struct wb_str plan_cell_text(const struct record_object *object, const char *name);
bool plan_cell_dec(const struct record_object *object, const char *name, struct wb_dec *ret);
const struct record_object *plan_cell_object(const struct record_object *object, const char *name);
const struct record_list *plan_cell_list(const struct record_object *object, const char *name);
struct wb_date plan_cell_date(const struct record_object *object, const char *name);
