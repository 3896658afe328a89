#pragma once
/* Proof 4: what a map carries of all that its left side may hold, and what not. */
#include "map/map.h"

enum map_carried {
    MAP_CARRIED_MAPPED,
    MAP_CARRIED_CONSTANT,
    MAP_CARRIED_DERIVED,
    MAP_CARRIED_KEPT,    /* in `source` */
    MAP_CARRIED_DROPPED, /* by `drops` */
    MAP_CARRIED_NOT,     /* it ends in the ledger of a run */
    MAP_CARRIED_KINDS
};

struct map_coverage_row {
    struct wb_str place; /* "PO1/REF.02", or the field of a left record: "lines.unit" */
    struct wb_str name;  /* of the element; of a field its words */
    enum map_carried how;
};

/*
 * A row for each element that the left message may hold, in document order; for a left record one
 * for each field. Segments that only some selectors of the map take count as carried when one of
 * them takes the element: the rest is told by a run's ledger. Whole segments that are not carried
 * are one row, without an element.
 *
 * map   its name; WB_NOT_FOUND when the files have no such map, WB_INVALID when they do not compile
 */
WB_MUST enum wb_rc map_coverage(struct wb_ctx *ctx, struct wb_arena *arena,
                                const struct map_world *world, const struct lang_source *files,
                                size_t file_count, struct wb_str map, struct lang_diags *diags,
                                struct map_coverage_row **ret, size_t *ret_count);
