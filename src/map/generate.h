#pragma once
/*
 * Records and messages made at random from a map itself, and the two laws tried on them. The write
 * program is walked: it names every field that the map can write, and the place whose elements its
 * value must fit. So what is made is mostly in the map's domain.
 */
#include "map/hits.h"
#include "map/map.h"

/* A reproducible sequence of numbers; the seed must not be 0. */
struct map_random {
    uint64_t state;
};
uint32_t map_random_below(struct map_random *random, uint32_t limit);

/* A record of the map's right side, in normal form. */
WB_MUST enum wb_rc map_generate_record(struct wb_ctx *ctx, struct wb_arena *arena,
                                       const struct map_bundle *bundle, size_t index,
                                       struct map_random *random, struct record_object **ret);
/*
 * A message: a generated record is written, then elements and segments that the grammar allows are
 * added here and there, whether the map speaks of them or not. `tree` is initialised by the caller.
 */
WB_MUST enum wb_rc map_generate_message(struct wb_ctx *ctx, struct wb_arena *arena,
                                        const struct map_bundle *bundle, size_t index,
                                        struct map_random *random, struct tree *tree);

enum map_law_verdict {
    MAP_LAW_HOLDS,
    MAP_LAW_OUTSIDE, /* writing has something to say: the record is not in the domain */
    MAP_LAW_BROKEN,
};

/* The map that laws are tried on. */
struct map_law {
    const struct map_bundle *bundle;
    size_t index;
    struct map_hits *hits; /* counts what was at work; NULL = off */
};

struct map_law_result {
    enum map_law_verdict verdict;
    struct wb_str path;           /* of the first difference */
    uint32_t line;                /* BROKEN: of the statement to blame; 0 = not known */
    struct map_ledger written;    /* what writing said */
    struct map_ledger read;       /* what reading said: the first reading of a message */
    struct record_object *record; /* a message's first reading */
    struct record_object *again;  /* what reading back gave */
    struct tree *tree;            /* as written; NULL between records */
};

/* Law 1: read(write(r)) is r. `->` targets must not be in r. */
WB_MUST enum wb_rc map_law_record(struct wb_ctx *ctx, struct wb_arena *arena,
                                  const struct map_law *law, const struct record_object *record,
                                  struct map_law_result *ret);
/*
 * Law 2: read(write(read(m))) is read(m). Where it does not hold, law 1 does not hold for the
 * record that was read.
 */
WB_MUST enum wb_rc map_law_message(struct wb_ctx *ctx, struct wb_arena *arena,
                                   const struct map_law *law, struct tree *message,
                                   struct map_law_result *ret);
/*
 * The smallest record that is found greedily and still breaks law 1: fields are taken out, elements
 * of lists, and texts are cut. The record is changed.
 */
WB_MUST enum wb_rc map_shrink(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_law *law,
                              struct record_object *record);
