#pragma once
/* Records as JSON, and a published JSON Schema. jansson reads; our own streaming writer writes. */
#include "base/json_out.h"
#include "record/record.h"

enum { RECORD_PROBLEMS_MAX = 1000 };

struct record_problem { /* what is wrong with a JSON document under its schema */
    struct wb_str path; /* "lines[2].quantity"; empty for the document itself */
    struct wb_str text;
};

struct record_problems {
    struct record_problem *items;
    size_t count;
    size_t cap;
    size_t unlisted_count; /* past RECORD_PROBLEMS_MAX */
};

/*
 * One document. WB_INVALID when it is no JSON (the error says line and column), nested too deep or
 * holds a name twice; what does not fit the schema goes to problems and the rest is read. Decimals,
 * dates and moments are strings; a JSON number for a decimal is a problem (it may have lost
 * digits).
 *
 * shape  what it must be; RECORD_NONE when the document says so itself: "schema": "waybill/order/1"
 */
WB_MUST enum wb_rc record_read_json(struct wb_ctx *ctx, struct wb_arena *arena,
                                    const struct record_schema *schema, uint32_t shape,
                                    struct wb_str json, struct record_problems *problems,
                                    struct record_object **ret);
/* The same for values that are already read. The record borrows them. */
WB_MUST enum wb_rc record_fit(struct wb_ctx *ctx, struct wb_arena *arena,
                              const struct record_schema *schema, uint32_t shape,
                              const struct record_any *any, struct record_problems *problems,
                              struct record_object **ret);
/* Any JSON. Numbers become their text, digit for digit; 1.5e-3 is written out as 0.0015. */
WB_MUST enum wb_rc record_read_any(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str json,
                                   struct record_any **ret);
/*
 * Members in schema order, then source. Absent and empty fields are left out. A document begins
 * with "schema": "waybill/NAME/VERSION".
 */
void record_write_json(struct wb_json *json, const struct record_object *object, bool with_source);
void record_write_any(struct wb_json *json, const struct record_any *any);
/* JSON Schema 2020-12 of one document. */
void record_write_schema(struct wb_out *out, const struct record_schema *schema, uint32_t shape);
