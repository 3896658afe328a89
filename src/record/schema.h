#pragma once
/*
 * Schemas of records. Declared in our language (grammars/business, grammars/odoo), compiled when
 * the program is built into a table that is linked in and never parsed; a user's own file is
 * compiled at run time into the same shape (record/compile.h).
 */
#include <assert.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/str.h"

enum record_type {
    RECORD_TEXT,
    RECORD_CODE, /* a word out of a set (any word when the set is empty), or a raw code */
    RECORD_TRUTH,
    RECORD_INT,
    RECORD_DEC,
    RECORD_DATE,
    RECORD_MOMENT,
    RECORD_OBJECT,
    RECORD_LIST,
    RECORD_RAW, /* a code of a foreign list, with its namespace: "x12:235:VN" */
};

/* What a field of a model is in Odoo, as fields_get names it. */
enum record_odoo {
    RECORD_ODOO_NONE, /* no field of Odoo: records, documents and aliases */
    RECORD_ODOO_CHAR,
    RECORD_ODOO_TEXT,
    RECORD_ODOO_HTML,
    RECORD_ODOO_FLOAT,
    RECORD_ODOO_MONETARY,
    RECORD_ODOO_INTEGER,
    RECORD_ODOO_BOOLEAN,
    RECORD_ODOO_DATE,
    RECORD_ODOO_DATETIME,
    RECORD_ODOO_SELECTION,
    RECORD_ODOO_MANY2ONE,  /* OBJECT, is_key */
    RECORD_ODOO_ONE2MANY,  /* LIST of objects of another model */
    RECORD_ODOO_MANY2MANY, /* LIST of keys */
};

#define RECORD_NONE UINT32_MAX /* no such shape or field */

enum { RECORD_RELEASE_FIRST = 16, RECORD_RELEASE_COUNT = 4 }; /* of Odoo */

struct record_field {
    struct wb_str name;
    uint8_t type;        /* enum record_type */
    uint8_t item_type;   /* of a list */
    uint8_t odoo;        /* enum record_odoo */
    bool required;       /* a document is not complete without it; Odoo cannot create without it */
    bool filled;         /* Odoo demands it, and fills it itself when it is not given */
    bool is_key;         /* OBJECT, or items of a list, that are many2one keys (Odoo) */
    uint32_t shape;      /* OBJECT, or list of objects; RECORD_NONE otherwise */
    uint32_t text_max;   /* characters; 0 = no limit */
    uint32_t word_first; /* CODE: allowed words in schema->words */
    uint32_t word_count;
    struct wb_str doc;   /* our short words, may be empty */
    struct wb_str model; /* key: Odoo model, "res.partner" */
    /* Odoo: real name in release 16, 17, 18, 19; empty = as `name`; "-" = not there */
    struct wb_str names[RECORD_RELEASE_COUNT];
};

struct record_shape {
    struct wb_str name; /* "order", "order_line", "order.totals" */
    struct wb_str doc;
    struct wb_str model;  /* Odoo: "sale.order" */
    uint32_t field_first; /* in schema->fields */
    uint32_t field_count;
    bool document; /* may stand alone */
    uint32_t version;
};

struct record_set { /* of codes, with a name */
    struct wb_str name;
    uint32_t word_first; /* in schema->words */
    uint32_t word_count;
};

struct record_schema {
    struct wb_str name; /* "business" or "odoo" */
    const struct record_shape *shapes;
    const struct record_field *fields;
    const struct wb_str *words;
    const struct record_set *sets;
    uint32_t shape_count;
    uint32_t field_count;
    uint32_t word_count;
    uint32_t set_count;
};

/* The schemas that come with the program: "business", "odoo". NULL when there is none of it. */
const struct record_schema *record_shipped(struct wb_str name);
/* RECORD_NONE when absent. */
uint32_t record_find_shape(const struct record_schema *schema, struct wb_str name);
/* The shape of an Odoo model ("sale.order"); RECORD_NONE when absent. */
uint32_t record_find_model(const struct record_schema *schema, struct wb_str model);
/* The number of the field in its shape (0-based), for record_cell; RECORD_NONE when absent. */
uint32_t record_find_field(const struct record_schema *schema, uint32_t shape, struct wb_str name);
/* Field number `field` of the shape. */
static inline const struct record_field *
record_field_at(const struct record_schema *schema, uint32_t shape, uint32_t field)
{
    assert(shape < schema->shape_count);
    assert(field < schema->shapes[shape].field_count);
    return &schema->fields[schema->shapes[shape].field_first + field];
}

/* The field's real name in an Odoo release (16..19); empty when it is not there. */
struct wb_str record_odoo_name(const struct record_field *field, unsigned release);
/* The type as our language writes it: "text", "list order_line", "code". */
const char *record_type_word(uint8_t type);
const char *record_odoo_word(uint8_t odoo); /* "char", "many2one"; "" for RECORD_ODOO_NONE */

/* The named set of a code, or NULL when its words stand in the field itself. */
const struct record_set *record_set_of(const struct record_schema *schema,
                                       const struct record_field *field);
/* Whether the word is in the field's set, or the set is empty. */
bool record_word_allowed(const struct record_schema *schema, const struct record_field *field,
                         struct wb_str word);
/*
 * Raw codes: what a CODE field holds when no table has a word for it, and what RAW fields hold.
 * "x12:355:CS": a name space in lower case, the list, the code; the code may hold ':'.
 */
bool record_raw_split(struct wb_str text, struct wb_str *ret_space, struct wb_str *ret_list,
                      struct wb_str *ret_code);

/* A page of Markdown on one document: every object and field that it may hold. */
void record_write_page(struct wb_out *out, const struct record_schema *schema, uint32_t shape);
