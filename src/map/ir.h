#pragma once
/*
 * Maps after names are looked up: contexts, keys, places and fields as numbers of the grammar and
 * of the record schema. The proofs and the code generator read this and nothing else.
 */
#include "grammar/table.h"
#include "map/ast.h"
#include "record/record.h"

enum { MAP_IR_HOPS_MAX = 8, MAP_IR_PARTS_MAX = 32, MAP_IR_TESTS_MAX = 8 };
#define MAP_IR_NONE UINT32_MAX

/* One side of a map. */
struct map_ir_side {
    bool is_record;
    struct grammar grammar;
    uint32_t message; /* in grammar.messages */
    const struct record_schema *schema;
    uint32_t shape;
};

/* A place in a segment: component_no 1 and composite GRAMMAR_NONE for a simple element. */
struct map_ir_part {
    uint16_t element_no;
    uint16_t component_no;
    uint16_t repeat_no;
    uint32_t element;   /* in grammar->elements; GRAMMAR_NONE = a whole composite */
    uint8_t need;       /* enum grammar_need of the place */
    uint8_t outer_need; /* of the composite around it; as need for a simple element */
};

struct map_ir_test {
    struct map_ir_part part;
    const struct wb_str *codes; /* the first is the one written */
    uint32_t code_count;
};

/* An instance that statements of a context speak of. */
struct map_ir_key {
    uint32_t no;               /* in the context, 0.. */
    struct map_ir_key *parent; /* NULL = the context's own instance */
    uint32_t node;             /* in grammar->nodes */
    uint32_t segment;          /* whose elements it has: the segment, or the loop's trigger */
    const struct map_ir_test *tests;
    uint32_t test_count;
    bool is_else;
    bool is_each;        /* an `each` walks its instances */
    bool is_keep;        /* only `keep` and `drops` speak of it: nothing makes it */
    struct lang_pos pos; /* where it was first written */
    struct wb_str text;
    uint32_t row;            /* in the bundle's keys */
    struct map_ir_key *next; /* in the context */
};

/* A path in a record: objects on the way, then a field. */
struct map_ir_field {
    const struct record_schema *schema;
    uint32_t shape;                 /* where the path begins */
    uint32_t hops[MAP_IR_HOPS_MAX]; /* field numbers in their shapes; the last is the field */
    uint32_t hop_count;
    uint32_t last_shape;              /* the shape that holds the field */
    const struct record_field *field; /* the last one */
    uint32_t filter_field;            /* of the list's item shape; MAP_IR_NONE = no filter */
    struct wb_str filter_word;
    bool filter_absent; /* list[field=none]: the field is not there */
    bool filter_else;
    struct lang_pos pos;
    struct wb_str text;
};

enum map_ir_place_kind {
    MAP_IR_VALUE,     /* one or several parts that are one value */
    MAP_IR_RANGE,     /* parts that are filled one after the other, then the next instance */
    MAP_IR_PAIR,      /* a qualifier/value pair by code */
    MAP_IR_PAIR_ELSE, /* the pairs that are left over */
    MAP_IR_INSTANCE,  /* the instance itself: objects and each */
    MAP_IR_FIELD,     /* a field of the left record */
};

struct map_ir_place {
    enum map_ir_place_kind kind;
    struct map_ir_key *key; /* NULL = the context's own instance */
    bool climbs;            /* from the message, reading only */
    uint32_t segment;
    struct map_ir_part parts[MAP_IR_PARTS_MAX];
    uint32_t part_count;
    struct map_ir_test sibling; /* BPR.09[08=DA]; code_count 0 = none */
    struct wb_str pair_code;
    uint32_t pair_element;           /* of a pair's value, in grammar->elements */
    struct map_ir_field field;       /* MAP_IR_FIELD */
    const struct map_ast_conv *conv; /* NULL = none */
    uint32_t row;                    /* in the bundle's places */
    struct lang_pos pos;
    struct wb_str text;
};

enum map_ir_kind {
    MAP_IR_CORR,      /* a value */
    MAP_IR_READ_ONLY, /* a value, `->` */
    MAP_IR_OBJECT,    /* an object with a context of its own */
    MAP_IR_EACH,      /* a list of objects with a context of its own */
    MAP_IR_EACH_PAIR, /* each :else <=> list of code and value */
    MAP_IR_ONE_OF,
    MAP_IR_WHEN,
    MAP_IR_LEFT_CONST,
    MAP_IR_RIGHT_CONST,
    MAP_IR_DERIVE,
    MAP_IR_CHECK,
    MAP_IR_KEEP,
    MAP_IR_DROPS,
};

struct map_ir_expr {
    enum map_ast_expr_kind kind;
    const struct map_ast_expr *ast;
    struct wb_dec number;
    struct map_ir_field field;  /* FIELD, COUNT; SUM: the list */
    struct map_ir_field inner;  /* SUM: in the list's item shape */
    struct map_ir_field inner2; /* SUM of a product */
    struct map_ir_expr *a;
    struct map_ir_expr *b;
};

struct map_ir_stmt {
    enum map_ir_kind kind;
    const struct map_ast_stmt *ast;
    uint32_t line; /* in the source it was written in */
    struct map_ir_place *places;
    uint32_t place_count;
    struct map_ir_field right; /* also the guard of WHEN, the list of EACH */
    uint32_t guard_up;         /* WHEN: how many contexts outward the guard stands */
    bool has_right;
    struct map_ast_table *table;
    bool has_keep;
    struct map_ir_field keep_holder; /* hop_count 0 = the context's own object */
    struct wb_str keep_name;         /* member of its `source` */
    struct map_ir_context *inner;    /* OBJECT, EACH */
    bool is_fallback;          /* LEFT_CONST `or any` of an element that another statement maps */
    struct map_ir_expr *expr;  /* DERIVE, CHECK */
    struct map_ir_expr *expr2; /* CHECK */
    uint32_t pair_code_field;  /* EACH_PAIR: in the list's item shape */
    uint32_t pair_value_field;
    struct map_ir_stmt *block;      /* ONE_OF, WHEN */
    struct map_ir_stmt *else_block; /* WHEN */
    uint32_t key_row;               /* OBJECT, EACH between records: in the bundle's keys */
    uint32_t block_row;             /* OBJECT, EACH: in the bundle's blocks */
    struct map_ir_stmt *next;
};

struct map_ir_context {
    uint32_t no; /* in the map */
    struct map_ir_context *parent;
    struct map_ir_stmt *from; /* the statement that makes it; NULL for the map */
    uint32_t depth;
    uint32_t node;       /* EDI: grammar node of the left instance */
    uint32_t segment;    /* its segment or trigger; GRAMMAR_NONE for the message */
    uint32_t left_shape; /* record left */
    uint32_t right_shape;
    struct map_ir_key *keys, **keys_end;
    uint32_t key_count;
    struct map_ir_stmt *first;
    uint32_t row; /* in the bundle's contexts */
};

struct map_ir {
    const struct map_ast_map *ast;
    struct map_ir_side left, right;
    struct map_ir_context *root;
    uint32_t context_count;
    struct map_ir *next;
};

/* Looks all names of a map up. *ret is NULL when its sides cannot be found; other mistakes leave
 * statements out. */
struct map_compile;
WB_MUST enum wb_rc map_resolve(struct map_compile *c, struct map_ast_map *map, struct map_ir **ret);
/* The proofs of a resolved map: what is wrong becomes diagnostics. `whole` is false when statements
 * are missing. */
WB_MUST enum wb_rc map_prove(struct map_compile *c, struct map_ir *ir, bool whole);
