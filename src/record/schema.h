#pragma once
/*
 * Schemas of records. Declared in our language (grammars/business, grammars/odoo), compiled when the program is built
 * into a table that is linked in and never parsed; a user's own file is compiled at run time into the same shape.
 */
#include "base/ctx.h"
#include "base/str.h"

enum record_type {
    RECORD_TEXT,
    RECORD_CODE, /* a word out of a set, or any word when the set is empty */
    RECORD_TRUTH,
    RECORD_INT,
    RECORD_DEC,
    RECORD_DATE,
    RECORD_MOMENT,
    RECORD_OBJECT,
    RECORD_LIST,
    RECORD_RAW, /* a code of a foreign list, with its namespace: "x12:235" */
};

struct record_field {
    struct wb_str name;
    uint8_t type;      /* enum record_type */
    uint8_t item_type; /* of a list */
    bool required;
    bool is_key;       /* OBJECT that is a many2one key (Odoo) */
    uint32_t shape;    /* OBJECT, or list of objects; UINT32_MAX otherwise */
    uint32_t text_max; /* bytes; 0 = no limit */
    uint32_t word_first; /* CODE: allowed words in schema->words */
    uint32_t word_count;
    struct wb_str doc;   /* our short words, may be empty */
    struct wb_str model; /* key: Odoo model, "res.partner" */
    struct wb_str names[4]; /* Odoo: real name in release 16, 17, 18, 19; empty = as `name`; "-" = not there */
};

struct record_shape {
    struct wb_str name;   /* "order", "order_line", "order.contact" */
    struct wb_str doc;
    struct wb_str model;  /* Odoo: "sale.order" */
    uint32_t field_first; /* in schema->fields */
    uint32_t field_count;
    bool document;        /* may stand alone */
    uint32_t version;
    uint32_t unit_pairs;  /* spare */
};

struct record_schema {
    struct wb_str name; /* "business" or "odoo" */
    const struct record_shape *shapes;
    const struct record_field *fields;
    const struct wb_str *words;
    uint32_t shape_count;
    uint32_t field_count;
    uint32_t word_count;
};

/* The schemas that come with the program: "business", "odoo". NULL when there is none of that name. */
const struct record_schema *record_shipped(struct wb_str name);
/* UINT32_MAX when absent. */
uint32_t record_find_shape(const struct record_schema *schema, struct wb_str name);
uint32_t record_find_field(const struct record_schema *schema, uint32_t shape, struct wb_str name);
