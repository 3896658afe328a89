#pragma once
/* What the files of the gatherer share. Seen only inside this room. */
#include "odoo/pull.h"
#include "plan/rows.h"

enum pull_need { PULL_OPTIONAL, PULL_WANTED, PULL_NEEDED };

/* Longest pieces of a note and of an address. */
enum { PULL_NOTE_BYTES = 240, PULL_STREET_BYTES = 55 };

struct pull_texts {
    struct wb_str *items;
    size_t count, cap;
};

struct pull {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct odoo_source *source;
    const struct odoo_pull_options *options;
    const struct record_schema *odoo;
    enum wb_rc rc; /* the first failure */
    struct plan_rows *models;
    size_t model_count, model_cap;
    struct plan_index lines;     /* purchase.order.line by the id of its order */
    struct plan_index templates; /* product.supplierinfo by product_tmpl_id */
    struct plan_index variants;  /* product.supplierinfo by product_id */
    struct plan_index packs;     /* product.packaging, product.uom by product_id */
    struct odoo_gap *common;     /* of no order alone: each order gets them */
    size_t common_count, common_cap;
    uint8_t price_digits, quantity_digits;
    bool has_digits;
    struct odoo_purchase *order; /* the one that is made; NULL while records are asked for */
    const struct wb_zone *zone;
    struct wb_date issued_on;
    struct wb_date planned_on;
    int64_t partner_id, commercial_id, company_id;
    struct wb_str partner_ref;
    struct pull_texts notes; /* of the order that is made */
    uint8_t currency_digits;
};

/* texts and values; on want of memory they note it and give something harmless */
struct wb_str pull_text(struct pull *pull, const char *format, ...) WB_PRINTF(2, 3);
void pull_put_text(struct pull *pull, struct record_object *object, const char *name,
                   struct wb_str text);
void pull_put_int(struct pull *pull, struct record_object *object, const char *name, int64_t value);
void pull_put_dec(struct pull *pull, struct record_object *object, const char *name,
                  struct wb_dec value);
void pull_put_moment(struct pull *pull, struct record_object *object, const char *name,
                     struct wb_moment moment);
/* The object in a cell, or a new element of the list in it; NULL without memory. */
struct record_object *pull_enter(struct pull *pull, struct record_object *object, const char *name);
struct record_object *pull_append(struct pull *pull, struct record_object *object,
                                  const char *name);

/* A gap of the order that is made, or of all when none is. */
void pull_gap(struct pull *pull, enum odoo_gap_kind kind, struct wb_str place, const char *format,
              ...) WB_PRINTF(4, 5);

/* records (pull_ask.c) */
void pull_ask_all(struct pull *pull, const struct wb_str *numbers, size_t count);
struct plan_rows *pull_model(struct pull *pull, struct wb_str model);
/* A row by id; NULL when it is not there. */
const struct record_any *pull_row(struct pull *pull, const char *model, int64_t id);
/* The row that a many2one leads to. */
const struct record_any *pull_follow(struct pull *pull, const struct record_any *row,
                                     const char *field, const char *model);
/* The rows of an index that belong to an id. */
size_t pull_rows_of(const struct plan_index *index, int64_t id,
                    const struct plan_entry **ret_first);
/* What links of the row lead nowhere: gaps, by how much they are needed. */
void pull_check_links(struct pull *pull, const struct record_any *row, const char *model,
                      struct wb_str place);
/* "product_uom" or "product_uom_id", "notes" or "note". */
const char *pull_uom_field(const struct pull *pull);

/* Seconds since 1970 of a datetime of Odoo; false when there is none or it cannot be read. */
bool pull_utc(struct wb_str text, int64_t *ret);
/* The moment of a datetime field in the zone of the order; raises a gap when it cannot be read. */
bool pull_moment(struct pull *pull, const struct record_any *row, const char *field,
                 struct wb_str place, struct wb_moment *ret);
/* A number of an export without the dust of binary fractions. */
bool pull_number(struct pull *pull, const struct record_any *row, const char *field, uint8_t digits,
                 struct wb_str place, struct wb_dec *ret);

/* parties (pull_party.c) */
void pull_party(struct pull *pull, const struct record_any *partner, struct record_object *party,
                struct wb_str place);
/* The first field that holds a GLN; what only looks like one is told. */
struct wb_str pull_gln(struct pull *pull, const struct record_any *partner, struct wb_str place);
/* The partner of an order's destination: named there, or the warehouse's. */
const struct record_any *pull_ship_to(struct pull *pull, const struct record_any *order);
const struct record_any *pull_invoice_to(struct pull *pull, const struct record_any *company);
/* 14 digits, or empty. */
struct wb_str pull_gtin(struct pull *pull, struct wb_str text);

/* texts (pull_note.c) */
/* Lines of plain text; blank ones are left out, long ones broken. */
void pull_add_text(struct pull *pull, struct pull_texts *texts, struct wb_str text,
                   size_t piece_bytes);
void pull_add_html(struct pull *pull, struct pull_texts *texts, struct wb_str html);
/* As HTML with a paragraph each, or as lines; what the map reads. */
struct wb_str pull_join(struct pull *pull, const struct pull_texts *texts, bool html);

/* lines (pull_line.c, pull_item.c) */
struct pull_line {
    const struct record_any *row;
    const struct record_any *product;
    const struct record_any *uom;
    struct record_object *record;
    struct wb_str place; /* "line 3" */
    struct wb_dec quantity, price;
    struct pull_texts notes;
};
/* All lines of the order; the sum of what they come to is compared with the order's. */
void pull_lines(struct pull *pull, const struct record_any *order, struct record_object *record);
void pull_item(struct pull *pull, struct pull_line *line);
void pull_unit(struct pull *pull, struct pull_line *line);
