#pragma once
/* Values at random for the generator: left texts that an element may hold, and their right values.
 */
#include "map/bundle_priv.h"
#include "map/conv.h"
#include "map/generate.h"

struct generator {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct map_bundle *bundle;
    const struct map_entry *entry;
    const struct map_bound *bound;
    struct map_random *random;
    struct conv_env env;
};

/* True in so many of a hundred cases. */
bool generate_chance(struct generator *g, uint32_t percent);
/* A text of so many characters, without blanks at its ends. .at NULL without memory. */
struct wb_str generate_text(struct generator *g, size_t min, size_t max);
/*
 * A text for an element of a segment (in grammar->nodes: a segment or loop). Codes that `but` lists
 * are not taken. .at NULL without memory.
 */
struct wb_str generate_element(struct generator *g, uint32_t node,
                               const struct map_element *element, const struct map_test *but);
/* A right value that the place's conversion gives; false when none was found in some tries. */
bool generate_value(struct generator *g, const struct map_context *context,
                    const struct map_place *place, const struct map_test *but,
                    struct record_value *ret);
/* The node of a place's segment or loop. */
uint32_t generate_node(const struct generator *g, const struct map_context *context,
                       const struct map_place *place);
