#pragma once
/* Records as JSON, and a published JSON Schema. jansson reads; our own streaming writer writes. */
#include "base/json_out.h"
#include "record/record.h"

struct record_problem { /* what is wrong with a JSON document under its schema */
    struct wb_str path; /* "lines[2].quantity" */
    struct wb_str text;
};

struct record_problems {
    struct record_problem *items;
    size_t count;
    size_t cap;
};

/*
 * One document. WB_INVALID when it is no JSON (error says line and column); what does not fit the schema goes to problems
 * and the rest is read. Accepts decimals as strings; a JSON number is a problem (it may have lost digits).
 */
WB_MUST enum wb_rc record_read_json(struct wb_ctx *ctx, struct wb_arena *arena,
                                    const struct record_schema *schema, uint32_t shape, struct wb_str json,
                                    struct record_problems *problems, struct record_object **ret);
/* Any JSON; numbers become their text (integers exactly, reals in their shortest form). */
WB_MUST enum wb_rc record_read_any(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str json,
                                   struct record_any **ret);
/* Members in schema order, then source. Absent fields are left out. */
void record_write_json(struct wb_json *json, const struct record_object *object, bool with_source);
void record_write_any(struct wb_json *json, const struct record_any *any);
/* JSON Schema 2020-12 of one document. */
void record_write_schema(struct wb_out *out, const struct record_schema *schema, uint32_t shape);
