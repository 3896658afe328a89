#pragma once
/*
 * Arena: memory that is given back all at once. One a message, reset when the message is done; one
 * for each long-lived thing. Every arena has a ceiling.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct wb_arena_block;

struct wb_arena {
    struct wb_arena_block *block; /* newest */
    char *at;
    char *end;
    size_t used_bytes; /* of all blocks */
    size_t limit_bytes;
};

/* No memory is taken before the first allocation. */
void wb_arena_init(struct wb_arena *arena, size_t limit_bytes);
/* Forgets everything, keeps the newest block for reuse. */
void wb_arena_reset(struct wb_arena *arena);
void wb_arena_done(struct wb_arena *arena);

/* Zeroed, aligned to 16. NULL on failure, with WB_NOMEM recorded. */
void *wb_arena_alloc(struct wb_ctx *ctx, struct wb_arena *arena, size_t size);
/* The same, not zeroed: for what is filled as a whole at once. */
void *wb_arena_raw(struct wb_ctx *ctx, struct wb_arena *arena, size_t size);
/* count * size, checked. */
void *wb_arena_array(struct wb_ctx *ctx, struct wb_arena *arena, size_t count, size_t size);
/* A copy with a NUL after it (not counted). .at is NULL on failure. */
struct wb_str wb_arena_dup(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str s);
struct wb_str wb_arena_printf(struct wb_ctx *ctx, struct wb_arena *arena, const char *format, ...)
    WB_PRINTF(3, 4);

/*
 * Room for one more element in an arena array that doubles: *items, *count, *cap belong together.
 * Returns the new zeroed element (count is raised), or NULL.
 */
void *wb_arena_push(struct wb_ctx *ctx, struct wb_arena *arena, void **items, size_t *count,
                    size_t *cap, size_t size);
#define WB_PUSH(ctx, arena, items, count, cap)                                                     \
    wb_arena_push((ctx), (arena), (void **)&(items), &(count), &(cap), sizeof *(items))
