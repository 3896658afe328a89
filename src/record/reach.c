/*
 * What a document can hold: its shapes, those of its fields, and so on, each once; and the sets of
 * codes in them.
 */
#include "record/reach.h"

#include <assert.h>

static void
reach_add(struct record_reach *reach, uint32_t shape)
{
    for (uint32_t i = 0; i < reach->count; i++) {
        if (reach->shapes[i] == shape) {
            return;
        }
    }
    assert(reach->count < RECORD_REACH_MAX);
    reach->shapes[reach->count++] = shape;
}

void
record_reach_from(struct record_reach *reach, const struct record_schema *schema, uint32_t shape)
{
    reach->count = 0;
    reach_add(reach, shape);
    for (uint32_t at = 0; at < reach->count; at++) {
        const uint32_t now = reach->shapes[at];
        for (uint32_t i = 0; i < schema->shapes[now].field_count; i++) {
            const struct record_field *const field = record_field_at(schema, now, i);
            if (field->shape != RECORD_NONE) {
                reach_add(reach, field->shape);
            }
        }
    }
}

void
record_reach_sets(const struct record_reach *reach, const struct record_schema *schema,
                  struct record_set_use *ret)
{
    assert(schema->set_count <= RECORD_REACH_MAX);
    *ret = (struct record_set_use){.used = {false}};
    for (uint32_t at = 0; at < reach->count; at++) {
        const uint32_t shape = reach->shapes[at];
        for (uint32_t i = 0; i < schema->shapes[shape].field_count; i++) {
            const struct record_set *const set =
                record_set_of(schema, record_field_at(schema, shape, i));
            if (set != NULL) {
                ret->used[set - schema->sets] = true;
            }
        }
    }
}
