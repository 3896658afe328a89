#pragma once
/*
 * The bundle (.wbb): what the compiler writes and the machine runs. One block of bytes: a header,
 * then sections of fixed rows. All references are indexes into sections, MAP_NONE when absent.
 * Nothing is trusted: map_open() checks every reference once, after that programs run without
 * further checks but a step bound.
 *
 * How a map is laid out
 *
 * A map has a read and a write program. Both run over frames: (left instance, right object). What a
 * frame may refer to is its context. The map's first context is (the message's root node, or the
 * left record; the document); each block (ENTER, EACH ..) has an inner context of its own. Shapes
 * are expanded: their contexts are copies. All keys of a context stand together, and so do all
 * places of a context.
 *
 * A key names an instance below the frame's own: a grammar node under the parent key's node (or the
 * frame's), and tests. Same path and tests = the same key: that is how statements share instances.
 * No key (MAP_NONE) is the frame's own instance. The elements of a loop are those of its trigger.
 *
 * A place is a key and what is read or written there, with its conversion. All alternatives of one
 * statement stand together, in order.
 *
 * A path is hops over right fields from the frame's object: objects, then any field. Left records
 * use paths as well.
 *
 * Order in read programs, per context: plain statements; `when`; `each ..[else]` and `:else`; keep
 * and drops.
 *
 * Order in write programs, per context: plain statements and `when` in text order; `[else]` and
 * `:else`; DERIVE; RESTORE if the read program has a KEEP here; CONST (constants, and defaults of
 * mandatory elements with flag 1). For pairs and [else] instances the machine refuses entries that
 * a plain statement of the same context would read (MAP_OUTSIDE): it finds these by the context's
 * places.
 *
 * when: TEST field=V; UNLESS L1; ..; JUMP L2; L1: ..; L2:
 *
 * one of: READ: all of them. WRITE: HAVE f1; UNLESS L1; <write f1>; JUMP Lend; L1: HAVE f2; ..;
 * Lend:
 *
 * by F: TAKE level; TABLE; SET F; then <all>; then TEST F=V; UNLESS L; <case>; .. (the same on
 * writing, after LOAD F; UNTABLE; PUT level)
 *
 * A constant on the right (R = V): READ: ASSIGN. WRITE: REQUIRE.
 *
 * list[f=V]: READ: ASSIGN f=V first in the body. WRITE: the block's filter does it, and f is taken.
 *
 * One-way (L -> R): READ: TAKE .. SET with flag 1. WRITE: PASS.
 *
 * check: READ and WRITE: expression, expression, CHECK.
 */
#include "base/arena.h"
#include "base/str.h"
#include "grammar/table.h"
#include "record/schema.h"

#define MAP_NONE UINT32_MAX
#define MAP_MAGIC "WBMAP\r\n\x1a"
enum {
    MAP_FORMAT = 1,
    MAP_NONE16 = 0xFFFF,
    MAP_STACK_MAX = 16,    /* expression stack */
    MAP_DEPTH_MAX = 48,    /* nested blocks in a program */
    MAP_TREE_MAX = 32,     /* levels of a tree at run time */
    MAP_PATH_MAX = 8,      /* hops of a path */
    MAP_KEYS_MAX = 4096,   /* keys of one context */
    MAP_PARTS_MAX = 64,    /* elements of one place */
    MAP_NOTES_MAX = 10000, /* in one ledger, then one that says there are more */
};

/* "name" is MAP_OP_NAME. */
enum map_op {
#define X(name, text, use, a, b, c, doc) MAP_OP_##name,
#include "map/opcodes.def"
#undef X
    MAP_OP_COUNT_OF
};

enum map_use { MAP_USE_READ = 1, MAP_USE_WRITE = 2, MAP_USE_BOTH = 3 };

/* Operand kinds of opcodes.def. */
enum map_operand {
    MAP_OF_NOTHING,
    MAP_OF_FLAGS,
    MAP_OF_RELATION,
    MAP_OF_COUNT,
    MAP_OF_TABLE,
    MAP_OF_PATH,
    MAP_OF_OWNER,
    MAP_OF_BLOCK,
    MAP_OF_CONST,
    MAP_OF_CONST0,
    MAP_OF_PLACE,
    MAP_OF_TARGET,
    MAP_OF_FILTER,
    MAP_OF_FIELDS,
};

struct map_op_row {
    const char *name;
    enum map_use use;
    enum map_operand a, b, c;
    const char *doc;
};
/* The row of an opcode; op < MAP_OP_COUNT_OF. */
const struct map_op_row *map_op_row(unsigned op);

/* `a == b` and so on, of CHECK. */
enum map_relation { MAP_EQ, MAP_NE, MAP_LT, MAP_LE, MAP_GT, MAP_GE, MAP_RELATIONS };

struct map_code { /* an instruction */
    uint8_t op;
    uint8_t a;
    uint16_t b;
    uint32_t c;
};

struct map_ref { /* bytes in the strings section */
    uint32_t at;
    uint32_t len;
};

struct map_entry { /* a map */
    struct map_ref name;
    uint32_t left_kind;                                       /* enum map_side_kind */
    struct map_ref left_standard, left_release, left_message; /* EDI; otherwise empty */
    struct map_ref left_schema, left_shape;                   /* record; otherwise empty */
    struct map_ref right_schema, right_shape;
    uint8_t left_hash[32];  /* grammar.source_hash, or map_schema_hash() of the left schema */
    uint8_t right_hash[32]; /* map_schema_hash() of the right schema */
    uint32_t context;       /* the outermost */
    uint32_t context_first, context_count; /* all contexts of this map */
    uint32_t read_first, read_count;       /* in code; jump targets are relative to read_first */
    uint32_t write_first, write_count;
    struct map_ref file; /* of the source; lines are in it */
};

struct map_context {
    uint32_t left;  /* EDI: in grammar->nodes; record: shape of the left schema */
    uint32_t right; /* shape of the right schema */
    uint32_t key_first, key_count;
    uint32_t place_first, place_count;
};

enum map_key_flag {
    MAP_KEY_LOOPED = 1, /* `each` or `tree` runs over it: every matching instance is claimed */
};

struct map_key {
    uint32_t parent; /* a key before it in the same context, MAP_NONE = the frame's instance */
    uint32_t node;   /* EDI: in grammar->nodes; its parent is the parent key's or context's node */
    uint32_t path;   /* left record: path to an object or list of objects; EDI: MAP_NONE */
    uint32_t test_first, test_count; /* all must hold; writing puts the first code of each */
    uint32_t flags;
};

/* The value at an element of a segment is one of the codes; without codes: it is there (reading
 * only). */
struct map_test {
    uint16_t element_no, repeat_no, component_no; /* 1-based, as in tree_item; simple: 1 and 1 */
    uint16_t spare;
    uint32_t code_first, code_count; /* in codes; the first is what writing puts */
};

/* Where a value stands, with what the grammar says of it. Copied from the grammar by
 * map_build_element(). */
struct map_element {
    uint16_t element_no, repeat_no, component_no;
    uint8_t type;  /* enum grammar_type */
    uint8_t scale; /* of N */
    uint32_t min, max;
    uint8_t mandatory; /* the element (and its component) in the segment */
    uint8_t coded;
    uint16_t spare;
};

/* What a place is, and which operations take it. */
enum map_place_kind {
    /* Elements together are one value: 02, or 03+04. TAKE PUT EXPECT CONST COMPARE DERIVE KEEP DROP
     */
    MAP_PLACE_VALUE,
    /* Each element is a value of its own: 01..02, or one element in many instances. TAKE_ALL
       PUT_ALL */
    MAP_PLACE_RANGE,
    MAP_PLACE_PAIR,  /* :CODE; elements are q, v, q, v ..: the pairs in order. TAKE PUT */
    MAP_PLACE_PAIRS, /* :else; elements as for PAIR. REST_PAIRS PUT_PAIRS */
    MAP_PLACE_NODE,  /* the key's instances with all that is below. KEEP DROP */
    /* Left record: the value at `path` of the key's object. TAKE PUT EXPECT CONST DROP; lists: _ALL
     */
    MAP_PLACE_FIELD,
    MAP_PLACE_KINDS
};

enum map_place_flag {
    MAP_PLACE_REST = 1, /* KEEP, DROP of NODE with [else]: instances of which nothing is claimed */
};

struct map_place {
    uint32_t key;  /* MAP_NONE = the frame's own instance */
    uint8_t kind;  /* enum map_place_kind */
    uint8_t flags; /* enum map_place_flag */
    uint16_t spare;
    uint32_t element_first, element_count;
    uint32_t test_first, test_count; /* siblings in the segment: BPR.09[08=DA]; also written */
    uint32_t code_first, code_count; /* PAIR: in codes; the first is what writing puts */
    uint32_t conv; /* in convs; PAIRS: of the code (TEXT, RAW); MAP_NONE for NODE, KEEP, DROP */
    uint32_t path; /* FIELD */
    struct map_ref label;             /* what `keep` notes of it: unique in its statement ("VP") */
    uint32_t alt_first, alt_count;    /* the places of its statement, itself included */
    uint32_t field_code, field_value; /* PAIRS: fields of the list's item shape */
};

enum map_path_side { MAP_LEFT, MAP_RIGHT };

struct map_path {
    uint32_t side;                   /* enum map_path_side */
    uint32_t shape;                  /* where it starts */
    uint32_t step_first, step_count; /* at least 1; all but the last are OBJECT fields */
};

struct map_step {
    uint32_t field; /* number in its shape */
};

struct map_const { /* typed text: decimals, ISO dates, "true"; verified when opened */
    struct map_ref text;
    uint32_t type; /* enum record_type: TEXT CODE TRUTH INT DEC DATE MOMENT */
};

enum map_table_else { MAP_ELSE_FINDING, MAP_ELSE_KEEP };

/*
 * A table. by_left is sorted by left text (each once), by_right by right text (each once: the row
 * that writing prefers). A row with several codes on a side becomes several rows here, with the
 * same `row` number.
 */
struct map_table {
    struct map_ref name;
    uint32_t left_first, left_count;   /* in rows */
    uint32_t right_first, right_count; /* in rows */
    uint32_t otherwise;                /* enum map_table_else */
};

struct map_row {
    struct map_ref left;
    struct map_ref right;
    uint32_t row;
};

enum map_filter_kind {
    MAP_FILTER_EQUALS, /* the field of the element equals the constant */
    MAP_FILTER_ELSE,   /* FOR: elements that nobody took yet; COUNT, NODES: not allowed */
};

struct map_filter {
    uint32_t kind;
    uint32_t field; /* in the item shape; EQUALS */
    uint32_t value; /* in consts; EQUALS; MAP_NONE = the field is absent */
};

enum map_block_flag {
    MAP_BLOCK_REST =
        1, /* each ..[else]: read by REST; FOR then refuses what would be read otherwise */
};

struct map_block {
    uint32_t context; /* inner */
    uint32_t key;     /* in the outer context; MAP_NONE (ENTER, OPEN only) = the same instance */
    uint32_t path;    /* in the outer right object: an object (ENTER, OPEN) or a list of objects */
    uint32_t filter;  /* FOR, FOR_TREE: MAP_NONE = all */
    uint32_t flags;   /* enum map_block_flag */
};

/* A conversion as the bundle stores it; see conv.h. */
struct map_conv {
    uint8_t kind;        /* enum map_conv_kind */
    uint8_t type;        /* enum record_type of the right value (of its elements, for lists) */
    uint8_t flags;       /* enum map_conv_flag */
    uint8_t left_type;   /* left records: enum record_type of the left value */
    uint32_t arg;        /* by kind: form, size, or MAP_NONE */
    struct map_ref text; /* by kind: namespace */
};

/* X(section, row type): in this order in the file. */
#define MAP_SECTIONS(X)                                                                            \
    X(maps, struct map_entry)                                                                      \
    X(contexts, struct map_context)                                                                \
    X(keys, struct map_key)                                                                        \
    X(tests, struct map_test)                                                                      \
    X(codes, struct map_ref)                                                                       \
    X(places, struct map_place)                                                                    \
    X(elements, struct map_element)                                                                \
    X(convs, struct map_conv)                                                                      \
    X(paths, struct map_path)                                                                      \
    X(steps, struct map_step)                                                                      \
    X(consts, struct map_const)                                                                    \
    X(tables, struct map_table)                                                                    \
    X(rows, struct map_row)                                                                        \
    X(filters, struct map_filter)                                                                  \
    X(blocks, struct map_block)                                                                    \
    X(code, struct map_code)                                                                       \
    X(lines, uint32_t) /* parallel to code: line in the map's file, 0 = none */

enum map_section {
#define X(name, type) MAP_SECTION_##name,
    MAP_SECTIONS(X)
#undef X
        MAP_SECTION_strings,
    MAP_SECTION_COUNT
};

struct map_header {
    char magic[8];
    uint32_t format;
    uint32_t size; /* of the whole file */
    uint8_t source_hash[32];
    struct map_extent {
        uint32_t at;    /* offset, a multiple of 8 */
        uint32_t count; /* rows; bytes of strings */
    } sections[MAP_SECTION_COUNT];
};

/*
 * What a schema is, as a hash: names, types, shapes, words in order. A bundle compiled against
 * another one is refused.
 */
void map_schema_hash(const struct record_schema *schema, uint8_t ret[32]);

/* ---- writing a bundle: the compiler, and the tests' assembler ---- */

/* Growing sections. Push rows with WB_PUSH(ctx, build->arena, build->keys.items, build->keys.count,
 * build->keys.cap). */
struct map_build {
    struct wb_arena *arena;
#define X(name, type)                                                                              \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, cap;                                                                         \
    } name;
    MAP_SECTIONS(X)
#undef X
    struct {
        char *items;
        size_t count, cap;
    } strings;
    struct map_intern *interned; /* open hash of strings */
    size_t intern_cap, intern_count;
};

WB_MUST enum wb_rc map_build_init(struct wb_ctx *ctx, struct map_build *build,
                                  struct wb_arena *arena);
/* The same text gives the same reference. Sets *ret. */
WB_MUST enum wb_rc map_build_string(struct wb_ctx *ctx, struct map_build *build, struct wb_str text,
                                    struct map_ref *ret);
/* The same constant gives the same index. MAP_NONE when memory is out. */
uint32_t map_build_const(struct wb_ctx *ctx, struct map_build *build, uint8_t type,
                         struct wb_str text);
/* A new row of codes; MAP_NONE when memory is out, else the index of the first. */
uint32_t map_build_codes(struct wb_ctx *ctx, struct map_build *build, const struct wb_str *codes,
                         size_t count);
/* The same hops give the same index. MAP_NONE when memory is out. */
uint32_t map_build_path(struct wb_ctx *ctx, struct map_build *build, uint32_t side, uint32_t shape,
                        const uint32_t *fields, size_t count);
/* An element of a segment with its facts from the grammar; component_no 0 = simple element. false:
 * no such place. */
WB_MUST bool map_build_element(const struct grammar *grammar, uint32_t segment, uint16_t element_no,
                               uint16_t repeat_no, uint16_t component_no, struct map_element *ret);
/*
 * The pairs of a segment as q, v, q, v .. pushed to elements. X12: the segment's pair places;
 * EDIFACT: composites in the segment's pair range, whose qualifier and value components are the
 * pair. *ret_count is 0 when there are none.
 */
WB_MUST enum wb_rc map_build_pairs(struct wb_ctx *ctx, struct map_build *build,
                                   const struct grammar *grammar, uint32_t segment,
                                   uint32_t *ret_first, uint32_t *ret_count);
/* An instruction and its line; returns its index in code, MAP_NONE when memory is out. */
uint32_t map_build_code(struct wb_ctx *ctx, struct map_build *build, enum map_op op, uint8_t a,
                        uint16_t b, uint32_t c, uint32_t line);
/* The bundle's bytes, in the build's arena, 8-byte aligned. */
WB_MUST enum wb_rc map_build_finish(struct wb_ctx *ctx, struct map_build *build,
                                    const uint8_t source_hash[32], struct wb_str *ret);
