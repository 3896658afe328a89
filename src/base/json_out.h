#pragma once
/*
 * A streaming JSON writer. It escapes, indents and places commas; bytes that are not UTF-8 are
 * taken as ISO 8859-1, so that nothing of a partner's text is lost. A newline follows each
 * outermost value, so several of them are NDJSON. Misuse (a value where a name is due) is a
 * programmer's mistake: assert.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/dec.h"

enum { WB_JSON_DEPTH_MAX = 128 };

struct wb_json {
    struct wb_out *out;
    bool pretty; /* two blanks a level, else one line */
    unsigned depth;
    uint8_t state[WB_JSON_DEPTH_MAX];
};

void wb_json_init(struct wb_json *json, struct wb_out *out, bool pretty);
void wb_json_object(struct wb_json *json);
void wb_json_object_end(struct wb_json *json);
void wb_json_array(struct wb_json *json);
void wb_json_array_end(struct wb_json *json);
void wb_json_name(struct wb_json *json, struct wb_str name);
void wb_json_str(struct wb_json *json, struct wb_str value);
void wb_json_int(struct wb_json *json, int64_t value);
/* A number as text, digit for digit; the caller knows that it is one. */
void wb_json_number(struct wb_json *json, struct wb_str text);
/* As a JSON string: decimals never become doubles. */
void wb_json_dec(struct wb_json *json, struct wb_dec value);
void wb_json_bool(struct wb_json *json, bool value);
void wb_json_null(struct wb_json *json);
/* A value that is JSON already, written by another wb_json; not checked. */
void wb_json_raw(struct wb_json *json, struct wb_str value);
/* The array being written has items already, which somebody else wrote to the same place. */
void wb_json_continue(struct wb_json *json);
/* name and string in one; the commonest pair. */
void wb_json_member(struct wb_json *json, const char *name, struct wb_str value);
void wb_json_member_int(struct wb_json *json, const char *name, int64_t value);
/* What a pretty writer wrote, as one that is not pretty writes it. */
void wb_json_compact(struct wb_out *out, struct wb_str json);
