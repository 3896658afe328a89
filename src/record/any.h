#pragma once
/* Inside the room: where a comparison stands, so that the first difference can be named. */
#include "record/record.h"

struct record_trail { /* on the stack, one a level */
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    struct wb_str *ret_path; /* set by record_differ */
    const struct record_trail *parent;
    struct wb_str name; /* of a member; empty for an element of a list */
    size_t index;       /* of an element */
    unsigned depth;
};

/* One place further in: a member when `name` is not empty, else an element. */
struct record_trail record_step(const struct record_trail *trail, struct wb_str name, size_t index);
/* "lines[2].quantity", in the arena; empty at the top or without memory. */
struct wb_str record_trail_text(const struct record_trail *trail);
/* Writes the path of this place to *ret_path; always false. */
bool record_differ(const struct record_trail *trail);
bool record_any_same(struct record_trail *trail, const struct record_any *a,
                     const struct record_any *b);
/* As record_is_empty; without source, an object that holds nothing but its source is empty too. */
bool record_holds_nothing(const struct record_value *value, bool with_source, unsigned depth);
/* Room for `count` items in all. */
WB_MUST enum wb_rc record_any_reserve(struct wb_ctx *ctx, struct wb_arena *arena,
                                      struct record_any *any, size_t count);
/* Whether the text is a number as JSON writes it. */
bool record_is_number(struct wb_str text);
