#pragma once
/* An opened bundle: sections as arrays, what the maps are bound to, and what the verifier found
 * out. */
#include "map/map.h"
#include "map/program.h"

/*
 * When an instruction of a reading program has nothing to do, seen from the sets of what stands in
 * the frame's instance: none of these children, and none of these elements in its own segment, or
 * none of these codes. See skip.c.
 */
struct map_absent {
    uint64_t slots;    /* as tree_bit() */
    uint64_t elements; /* as tree_bit() */
    uint64_t codes;    /* as map_code_bit(); 0 = codes do not matter */
    uint32_t to;       /* the instruction to go on with; 0 = always run it */
};

struct map_skip {
    struct map_absent one; /* the instruction, with those that only use its value */
    struct map_absent run; /* as many as follow and can all be passed over */
};

/* The bit of a short code in a set of codes; longer ones have none. */
enum { MAP_CODE_SHORT = 3 };
static inline uint64_t
map_code_bit(struct wb_str code)
{
    uint32_t mixed = (uint32_t)code.len;
    for (size_t i = 0; i < code.len; i++) {
        mixed = mixed * 37 + (uint8_t)code.at[i];
    }
    return (uint64_t)1 << (mixed % 61);
}

/* The grammar and schemas of one map, and the bounds of its programs. */
struct map_bound {
    struct grammar grammar; /* EDI */
    const struct grammar_message *message;
    const struct record_schema *left; /* left record */
    const struct record_schema *right;
    uint32_t left_shape, right_shape;
    uint32_t keys_max; /* key slots that nested frames need together, trees at their full depth */
    const struct map_skip *skips; /* EDI: one an instruction of the reading program */
};

struct map_bundle {
    const struct map_header *header;
    struct wb_str strings;
#define X(name, type)                                                                              \
    const type *name;                                                                              \
    uint32_t name##_count;
    MAP_SECTIONS(X)
#undef X
    struct record_value *values; /* consts, parsed */
    struct map_bound *bound;     /* one a map */
};

static inline struct wb_str
bundle_str(const struct map_bundle *bundle, struct map_ref ref)
{
    return (struct wb_str){bundle->strings.at + ref.at, ref.len};
}

/* The first test of a key with several codes; NULL when there is none. */
const struct map_test *key_set_of(const struct map_bundle *bundle, uint32_t key);
/* The segment whose elements an instance of a grammar node has: its own, or its trigger's. */
uint32_t bundle_segment_node(const struct grammar *grammar, uint32_t node);

/* What the verifier works with. Its functions say on failure, with wb_fail, what is wrong. */
struct verify {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct map_bundle *bundle;
    const struct map_entry *entry; /* the map at hand */
    struct map_bound *bound;
};

/* Where a path of the bundle ends. */
struct verify_end {
    const struct record_field *field;
    const struct record_schema *schema;
};

/* WB_INVALID with "bundle: <what>". */
enum wb_rc verify_fail(const struct verify *verify, const char *what);
bool verify_range(uint32_t first, uint32_t count, uint32_t limit);
/* A path of this side from a shape; false when it leaves the schema. */
bool verify_path(const struct verify *verify, uint32_t path, uint32_t side, uint32_t shape,
                 struct verify_end *ret);
/* Tables, constants, conversions, references: what does not depend on a map. */
WB_MUST enum wb_rc verify_rows(struct verify *verify);
/* Contexts, keys and places of the map at hand. */
WB_MUST enum wb_rc verify_contexts(const struct verify *verify);
/* One of its programs. */
WB_MUST enum wb_rc verify_program(const struct verify *verify, uint32_t first, uint32_t count,
                                  enum map_use use);
/* What can be passed over in the reading program of a map of messages, which is verified. */
WB_MUST enum wb_rc bundle_skips(struct wb_ctx *ctx, struct wb_arena *arena,
                                const struct map_bundle *bundle, const struct map_entry *entry,
                                struct map_bound *bound);
/* The left shape that a key of a left record leads to; the context's own for MAP_NONE. */
uint32_t verify_key_shape(const struct verify *verify, const struct map_context *context,
                          uint32_t key);
/* The list of the same name in the items of a list, for trees; GRAMMAR_NONE when there is none. */
uint32_t bundle_tree_field(const struct record_schema *schema, const struct record_field *list);
