#pragma once
/* One segment that a map writes: what of it is written when, and whether that can break the
 * grammar. */
#include "map/prove_priv.h"

enum { SEGMENT_VARIABLES_MAX = 14, SEGMENT_ELEMENTS_MAX = 128 };

/* An element that is written when its variable is true. */
struct segment_writer {
    struct wb_str text; /* the record's field, for messages */
    struct map_ir_part part;
    uint32_t needs;      /* only with this writer before it, MAP_IR_NONE = by itself */
    uint32_t sibling_no; /* an element that is written with it, 0 = none */
    bool certain;        /* the record always has it */
};

struct segment {
    uint32_t row; /* in grammar->segments */
    const struct map_ir_key *key;
    struct lang_pos pos;
    struct segment_writer *writers;
    size_t writer_count;
    size_t writer_cap;
    bool always[SEGMENT_ELEMENTS_MAX]; /* constants, selectors, defaults: there whenever the segment
                                          is */
    bool has_pairs;
    bool has_children; /* something below it may make it */
    bool created;      /* it is there even when nothing is written into it */
};

/* The element is there whenever the segment is. */
void segment_always(struct segment *segment, const struct map_ir_part *part);
/* Tries all assignments and reports what breaks. */
void segment_prove(struct prove *p, const struct segment *segment);
