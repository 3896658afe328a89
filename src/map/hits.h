#pragma once
/*
 * What of a bundle was at work: counters for instructions, places and table rows, filled by every
 * run that has them. Tests ask whether an opcode ever ran, and what a generator never reaches.
 */
#include "map/map.h"
#include "map/program.h"

struct map_hits {
    uint32_t *code;      /* one an instruction of the bundle: how often it ran */
    uint32_t *places[2]; /* one a place: values taken from it; values put to it */
    uint32_t *rows;      /* one a row of the tables' both orders: how often it was the answer */
};

/* All zero, in the arena. */
WB_MUST enum wb_rc map_hits_new(struct wb_ctx *ctx, struct wb_arena *arena,
                                const struct map_bundle *bundle, struct map_hits **ret);
/* How often an opcode ran in the read programs, or the write programs, of all maps. */
uint64_t map_hits_op(const struct map_hits *hits, const struct map_bundle *bundle, enum map_op op,
                     bool writing);

enum map_hit_kind { MAP_HIT_CODE, MAP_HIT_PLACE, MAP_HIT_ROW, MAP_HIT_KINDS };
struct map_hit_row {
    enum map_hit_kind kind;
    bool writing;
    uint32_t line;      /* in the map's file; 0 for rows of tables */
    struct wb_str text; /* the opcode, the place's number, or `table: left <=> right` */
    uint32_t count;
};
/*
 * All that one map can reach: its instructions, the places of its takes and puts, the rows of its
 * tables. In the order of the programs, reading first.
 */
WB_MUST enum wb_rc map_hits_list(struct wb_ctx *ctx, struct wb_arena *arena,
                                 const struct map_hits *hits, const struct map_bundle *bundle,
                                 size_t index, struct map_hit_row **ret, size_t *ret_count);
