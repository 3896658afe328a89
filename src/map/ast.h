#pragma once
/*
 * Maps as they were written: statements, places and paths, before any name is looked up. Everything
 * borrows from the sources and lives in the compilation's arena.
 */
#include "base/arena.h"
#include "lang/lang.h"

/* CODE or CODE|CODE|.. between brackets or after '='. */
struct map_ast_codes {
    struct wb_str *items;
    size_t count;
    size_t cap;
};

/* An element by number (02, 04.02) or by data element id (7140, 3036#2), with `..N` for a range. */
struct map_ast_elem {
    struct wb_str name;      /* "02" or "7140" */
    struct wb_str component; /* "02" of 04.02, or empty */
    uint32_t nth;            /* #N, 0 when not said */
    uint32_t last;           /* ..N, 0 when there is no range */
    struct lang_pos pos;
};

/* One test of a selector: codes of the qualifier (no element named), or of an element; no codes =
 * it is there. */
struct map_ast_test {
    bool has_elem;
    struct map_ast_elem elem;
    struct map_ast_codes codes;
    struct lang_pos pos;
};

struct map_ast_sel {
    bool is_else;
    struct map_ast_test *tests;
    size_t count;
    size_t cap;
    struct lang_pos pos;
};

/* A step of a left path (tag or loop), or a name of a right path. */
struct map_ast_step {
    struct wb_str name;
    struct map_ast_sel *sel; /* NULL = none */
    struct lang_pos pos;
};

enum map_ast_pair { MAP_AST_NO_PAIR, MAP_AST_PAIR_CODE, MAP_AST_PAIR_ELSE };

/* A path on either side: upper case and digits is EDI, lower case a record. */
struct map_ast_path {
    bool is_record;
    bool climbs;        /* began with '/' */
    struct wb_str side; /* "left" or "right" when written so, else empty */
    struct wb_str area; /* heading, detail, summary, or empty */
    struct map_ast_step *steps;
    size_t step_count;
    size_t step_cap;
    struct map_ast_elem *elems; /* 03+04: two of them */
    size_t elem_count;
    size_t elem_cap;
    struct map_ast_sel *elem_sel; /* BPR.09[08=DA] */
    enum map_ast_pair pair;
    struct wb_str pair_code;
    struct map_ast_sel
        *filter; /* records: list[field=word] or list[else]; the name is the test's element */
    struct lang_pos pos; /* the whole path */
};

struct map_ast_conv {
    struct wb_str name; /* empty = none */
    struct wb_str *args;
    size_t arg_count;
    size_t arg_cap;
    struct lang_pos pos;
};

struct map_ast_place {
    struct map_ast_path path;
    struct map_ast_conv conv;
};

struct map_ast_expr; /* see below */

enum map_ast_kind {
    MAP_AST_CORR,   /* places <=> right options block */
    MAP_AST_READ,   /* places -> right options */
    MAP_AST_EACH,   /* each left <=> list */
    MAP_AST_ONE_OF, /* one of { } */
    MAP_AST_WHEN,   /* when right = word { } else { } */
    MAP_AST_CONST,  /* path = word [or any] */
    MAP_AST_DERIVE, /* left <- expr */
    MAP_AST_CHECK,  /* check expr relation expr */
    MAP_AST_KEEP,
    MAP_AST_DROPS,
    MAP_AST_WITHOUT,
    MAP_AST_PREFER,
    MAP_AST_USE, /* with SHAPE */
};

struct map_ast_stmt {
    enum map_ast_kind kind;
    struct lang_pos pos;          /* first token */
    struct map_ast_place *places; /* the left; KEEP DROPS WITHOUT PREFER: their list */
    size_t place_count;
    size_t place_cap;
    bool has_right;
    struct map_ast_path right;
    struct wb_str table; /* via */
    struct lang_pos table_pos;
    bool has_keep; /* keep FIELD of a code set, table row or alternative */
    struct map_ast_path keep;
    bool has_default;
    struct wb_str default_word;
    struct lang_pos default_pos;
    struct map_ast_conv right_conv; /* `as` after the right path */
    struct wb_str shape;            /* with */
    struct lang_pos shape_pos;
    bool has_by;
    struct wb_str finder; /* by product { } */
    struct lang_pos by_pos;
    bool cut;
    bool round;
    struct wb_str word; /* CONST value, WHEN value */
    struct lang_pos word_pos;
    bool or_any;
    struct map_ast_expr *expr; /* DERIVE, CHECK left */
    struct map_ast_expr *expr2;
    struct wb_str relation; /* == != < <= > >= */
    bool has_block;
    struct map_ast_stmt *block; /* first statement */
    bool has_else;
    struct map_ast_stmt *else_block;
    struct map_ast_stmt *next;
    const struct map_ast_map *origin; /* which map wrote it; for shapes NULL */
    struct lang_pos used_at; /* out of a shape: where that was used; source NULL otherwise */
};

enum map_ast_expr_kind {
    MAP_AST_NUMBER,
    MAP_AST_FIELD, /* right path */
    MAP_AST_COUNT, /* count(list) */
    MAP_AST_SUM,   /* sum(list.field) or sum(list.field * list.field) */
    MAP_AST_ADD,
    MAP_AST_SUB,
    MAP_AST_MUL,
};

struct map_ast_expr {
    enum map_ast_expr_kind kind;
    struct lang_pos pos;
    struct wb_str number;
    struct map_ast_path path;
    struct map_ast_path path2; /* SUM of a product */
    bool has_path2;
    struct map_ast_expr *a;
    struct map_ast_expr *b;
};

struct map_ast_side {
    struct wb_str kind;    /* x12, edifact, business, odoo */
    struct wb_str release; /* EDI only */
    struct wb_str name;    /* message or record shape */
    struct lang_pos pos;
    struct lang_pos name_pos;
};

struct map_ast_map {
    struct wb_str name;
    struct lang_pos pos; /* of the name */
    struct wb_str extends;
    struct lang_pos extends_pos;
    bool has_left, has_right;
    struct map_ast_side left, right;
    struct map_ast_stmt *first;
    struct map_ast_stmt *effective; /* with shapes expanded and `extends` worked in */
    bool merged;
    bool merging; /* guards against circles */
    bool no_base; /* it is too long, or what it extends cannot be used: it is given up */
    struct map_ast_map *next;
};

struct map_ast_shape {
    struct wb_str name;
    struct lang_pos pos;
    struct map_ast_stmt *first;
    struct map_ast_shape *next;
};

struct map_ast_row {
    struct map_ast_codes left;
    struct map_ast_codes right;
    struct lang_pos pos;
    struct map_ast_row *next;
};

enum map_ast_table_else { MAP_AST_ELSE_NONE, MAP_AST_ELSE_FINDING, MAP_AST_ELSE_KEEP };

struct map_ast_table {
    struct wb_str name;
    struct lang_pos pos;
    struct wb_str extends;
    struct lang_pos extends_pos;
    struct map_ast_row *first;
    size_t row_count;
    enum map_ast_table_else otherwise;
    bool checked;
    bool codes_noted; /* what `else` stands for is said once a side */
    bool words_noted;
    struct map_ast_table *next;
};

struct map_ast_test_case {
    struct wb_str map;
    struct lang_pos pos; /* of the map's name */
    bool writes;
    struct wb_str input;
    struct wb_str expected;
    struct map_ast_test_case *next;
};

/* All sources of one compilation. */
struct map_ast {
    struct map_ast_map *maps, **maps_end;
    struct map_ast_shape *shapes, **shapes_end;
    struct map_ast_table *tables, **tables_end;
    struct map_ast_test_case *tests, **tests_end;
};
