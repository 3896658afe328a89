#pragma once
/* Inside the room: the shapes that a document can hold, in the order in which they are met. */
#include "record/schema.h"

enum { RECORD_REACH_MAX = 1024 }; /* shapes of one schema, as the compiler bounds them */

struct record_reach {
    uint32_t shapes[RECORD_REACH_MAX];
    uint32_t count;
};

struct record_set_use {
    bool used[RECORD_REACH_MAX]; /* by number in schema->sets */
};

/* The named sets of codes that these shapes use. */
void record_reach_sets(const struct record_reach *reach, const struct record_schema *schema,
                       struct record_set_use *ret);
void record_reach_from(struct record_reach *reach, const struct record_schema *schema,
                       uint32_t shape);
