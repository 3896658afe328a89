#pragma once
/*
 * Two-way maps: compile a map from our language into a bundle, run it in either direction. Pure: no
 * store, no network, no clock. `left` is an EDI tree or a record, `right` is a record; reading goes
 * left to right.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "grammar/table.h"
#include "lang/lang.h"
#include "record/record.h"
#include "tree/tree.h"

/* How the compiler finds what maps refer to. Fill what is needed; NULL functions mean "only what is
 * shipped". */
struct map_world {
    WB_MUST enum wb_rc (*find_grammar)(struct wb_ctx *ctx, void *self, struct wb_str standard,
                                       struct wb_str release, struct grammar *ret);
    const struct record_schema *(*find_schema)(void *self, struct wb_str name);
    void *self;
    size_t quiet_files; /* the first files of a compilation that nobody asked about: no notes on
                           them */
};

/* A bundle in memory: magic, format, hash of sources, programs, tables, names, line numbers.
 * Position independent. */
struct map_bundle;

/*
 * Compiles all maps, shapes and tables of the files. What is wrong is a diagnostic with a WB-MAP
 * code at its place; WB_INVALID when there was an error. `ret` is the bundle's bytes (.wbb) in the
 * arena.
 */
WB_MUST enum wb_rc map_compile(struct wb_ctx *ctx, struct wb_arena *arena,
                               const struct map_world *world, const struct lang_source *files,
                               size_t file_count, struct lang_diags *diags, struct wb_str *ret);

/* Verifies and opens a bundle; bytes must stay, 8-byte aligned. Anything that does not verify is
 * WB_INVALID. */
WB_MUST enum wb_rc map_open(struct wb_ctx *ctx, struct wb_arena *arena,
                            const struct map_world *world, struct wb_str bytes,
                            struct map_bundle **ret);
size_t map_count(const struct map_bundle *bundle);
/* Index by name, or SIZE_MAX. */
size_t map_find(const struct map_bundle *bundle, struct wb_str name);

enum map_side_kind { MAP_EDI, MAP_RECORD };
struct map_info {
    struct wb_str name;
    enum map_side_kind left_kind;
    struct wb_str left_standard, left_release, left_message; /* EDI: "x12" "004010" "850" */
    struct wb_str left_schema, left_shape;                   /* record: "business" "order" */
    struct wb_str right_schema, right_shape;
    struct wb_str file; /* path of the source it was compiled from */
};
void map_info(const struct map_bundle *bundle, size_t index, struct map_info *ret);

/* What a run has to say: place in the data and in the map. */
enum map_note_kind {
    MAP_LEFT_OVER,     /* on reading: an element nobody took; on writing: a field nobody took */
    MAP_DROPPED,       /* taken by `drops` */
    MAP_DISAGREE,      /* two places of one statement hold different values */
    MAP_NOT_CONVERTED, /* a value that no place's conversion accepts: it stays unclaimed */
    MAP_NO_ROW,        /* no row in a table, and the table says finding */
    MAP_EXPECTED,      /* a constant, derived value or check that does not hold */
    MAP_NO_ROOM,       /* on writing: no free place */
    MAP_TOO_LONG,      /* on writing: does not fit, not cut */
    MAP_CUT,           /* on writing: cut or rounded as declared */
    MAP_OUTSIDE,       /* on writing: an `else` entry that a named statement would claim, ... */
    MAP_NOTE_KINDS
};
struct map_note {
    enum map_note_kind kind;
    struct wb_str text;  /* one sentence */
    struct wb_str place; /* "PO1[3]/REF.03" or "lines[2].contract" */
    struct wb_str value;
    struct wb_str map_name;
    uint32_t line;       /* of the statement in the map's source, 0 = none */
    uint32_t segment_no; /* as read; 0 = none */
};
struct map_ledger {
    struct map_note *items;
    size_t count;
    size_t cap;
};

/* Optional trace: one entry a value set (provenance). */
struct map_trace {
    struct map_trace_item {
        uint32_t line;
        struct wb_str left, right, value;
    } * items;
    size_t count;
    size_t cap;
};

struct map_hits; /* hits.h */

struct map_run {
    struct map_ledger ledger;
    struct map_trace *trace; /* NULL = off */
    struct map_hits *hits;   /* NULL = off; of this very bundle */
    bool no_source;          /* do not fill `source` */
    bool every_op;           /* pass nothing over: slower, and the same result */
};

/*
 * left tree -> record of the right schema. Claims are marks in the tree. The record is in the
 * arena, its texts borrow from the tree: it lives no longer than both.
 */
WB_MUST enum wb_rc map_read_tree(struct wb_ctx *ctx, struct wb_arena *arena,
                                 const struct map_bundle *bundle, size_t index, struct tree *left,
                                 struct map_run *run, struct record_object **ret);
WB_MUST enum wb_rc map_read_record(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct map_bundle *bundle, size_t index,
                                   const struct record_object *left, struct map_run *run,
                                   struct record_object **ret);
/* right record -> tree (initialised by the caller for the left message) or left record. Control
 * numbers are the caller's. */
WB_MUST enum wb_rc map_write_tree(struct wb_ctx *ctx, struct wb_arena *arena,
                                  const struct map_bundle *bundle, size_t index,
                                  const struct record_object *right, struct map_run *run,
                                  struct tree *left);
WB_MUST enum wb_rc map_write_record(struct wb_ctx *ctx, struct wb_arena *arena,
                                    const struct map_bundle *bundle, size_t index,
                                    const struct record_object *right, struct map_run *run,
                                    struct record_object **ret);

/* The bundle that comes with the program, compiled when it was built; and its bytes. */
struct wb_str map_shipped_bytes(void);
WB_MUST enum wb_rc map_shipped_open(struct wb_ctx *ctx, struct wb_arena *arena,
                                    struct map_bundle **ret);
/*
 * Its sources, for maps that extend them or use their tables and shapes: compile them in front of
 * the others. What a later file declares takes the place of a declaration of the same name in
 * these.
 */
size_t map_shipped_sources(const struct lang_source **ret_files);
/* The rows of diag.def, in the order of their codes; ret_count may be NULL. */
const struct lang_code *map_codes(size_t *ret_count);
/* A listing of a bundle's programs: opcodes, operands, source lines. */
void map_dump(struct wb_out *out, const struct map_bundle *bundle);
