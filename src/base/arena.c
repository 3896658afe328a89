/*
 * Arena: a chain of blocks, filled from the newest. Blocks double up to BLOCK_MAX; what is larger
 * gets a block of its own size. `clean` in each block says from where its bytes are still zero as
 * the operating system gave them, so that only memory that was used before is cleared again. Under
 * AddressSanitizer the bytes between two allocations are poisoned: an overrun is caught as on the
 * heap.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WB_ARENA_POISON 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WB_ARENA_POISON 1
#endif

#if defined(WB_ARENA_POISON)
#include <sanitizer/asan_interface.h>
#define POISON(at, len) ASAN_POISON_MEMORY_REGION((at), (len))
#define UNPOISON(at, len) ASAN_UNPOISON_MEMORY_REGION((at), (len))
enum { GUARD = 16 };
#else
#define POISON(at, len) ((void)(at), (void)(len))
#define UNPOISON(at, len) ((void)(at), (void)(len))
enum { GUARD = 0 };
#endif

enum { ALIGN = 16, BLOCK_MIN = 4096, BLOCK_MAX = 1024 * 1024, PUSH_FIRST = 8 };

struct wb_arena_block {
    struct wb_arena_block *older;
    size_t size_bytes; /* with this header */
    char *clean;
    char *unused; /* keeps the header a multiple of ALIGN */
};

_Static_assert(sizeof(struct wb_arena_block) % ALIGN == 0, "the first allocation is aligned");

void
wb_arena_init(struct wb_arena *arena, size_t limit_bytes)
{
    assert(arena != NULL);
    *arena = (struct wb_arena){.limit_bytes = limit_bytes};
}

static char *
block_start(struct wb_arena_block *block)
{
    return (char *)block + sizeof *block;
}

static void
block_free(struct wb_arena_block *block)
{
    UNPOISON(block, block->size_bytes);
    wb_os_free(block);
}

static void
chain_free(struct wb_arena_block *block)
{
    while (block != NULL) {
        struct wb_arena_block *const older = block->older;
        block_free(block);
        block = older;
    }
}

void
wb_arena_reset(struct wb_arena *arena)
{
    assert(arena != NULL);
    struct wb_arena_block *const block = arena->block;
    if (block == NULL) {
        return;
    }
    chain_free(block->older);
    block->older = NULL;
    if (arena->at > block->clean) {
        block->clean = arena->at;
    }
    arena->used_bytes = block->size_bytes;
    arena->at = block_start(block);
    POISON(arena->at, (size_t)(arena->end - arena->at));
}

void
wb_arena_done(struct wb_arena *arena)
{
    if (arena == NULL) {
        return;
    }
    chain_free(arena->block);
    *arena = (struct wb_arena){.limit_bytes = arena->limit_bytes};
}

static enum wb_rc
ceiling(struct wb_ctx *ctx, const struct wb_arena *arena, size_t size)
{
    return wb_fail(ctx, WB_NOMEM, "%zu more bytes would pass the ceiling of %zu bytes of memory",
                   size, arena->limit_bytes);
}

/* A new newest block with room for `need` bytes. */
static enum wb_rc
grow(struct wb_ctx *ctx, struct wb_arena *arena, size_t need)
{
    size_t least;
    if (!wb_add(need, sizeof(struct wb_arena_block), &least)) {
        return ceiling(ctx, arena, need);
    }
    const size_t left = arena->limit_bytes - arena->used_bytes;
    if (least > left) {
        return ceiling(ctx, arena, need);
    }
    size_t size = arena->block == NULL ? BLOCK_MIN : arena->block->size_bytes;
    if (arena->block != NULL) {
        size = size < BLOCK_MAX / 2 ? size * 2 : BLOCK_MAX;
    }
    size = size > left ? left : size;
    size = size < least ? least : size;
    struct wb_arena_block *const block = wb_os_alloc(ctx, size);
    if (block == NULL) {
        return WB_NOMEM;
    }
    block->older = arena->block;
    block->size_bytes = size;
    block->clean = block_start(block);
    arena->block = block;
    arena->used_bytes += size;
    arena->at = block_start(block);
    arena->end = (char *)block + size;
    POISON(arena->at, (size_t)(arena->end - arena->at));
    return WB_OK;
}

/* Makes bytes of the newest block usable, and clears those that were used before. */
static void
give(const struct wb_arena *arena, char *at, size_t len)
{
    UNPOISON(at, len);
    const char *const clean = arena->block->clean;
    if (at < clean) {
        const size_t used = (size_t)(clean - at);
        memset(at, 0, used < len ? used : len);
    }
}

/* What an allocation of `size` bytes takes of a block; false when that is no number. */
static bool
padded_size(size_t size, size_t *ret)
{
    size_t padded;
    if (!wb_add(size == 0 ? 1 : size, ALIGN - 1 + GUARD, &padded)) {
        return false;
    }
    *ret = padded - padded % ALIGN;
    return true;
}

void *
wb_arena_raw(struct wb_ctx *ctx, struct wb_arena *arena, size_t size)
{
    assert(ctx != NULL);
    assert(arena != NULL);
    size_t padded = 0;
    if (!padded_size(size, &padded)) {
        (void)ceiling(ctx, arena, size); /* recorded; the caller sees NULL */
        return NULL;
    }
    const size_t free_bytes = (size_t)(arena->end - arena->at);
    if (padded > free_bytes && grow(ctx, arena, padded) != WB_OK) {
        return NULL;
    }
    char *const at = arena->at;
    UNPOISON(at, size);
    arena->at += padded;
    return at;
}

void *
wb_arena_alloc(struct wb_ctx *ctx, struct wb_arena *arena, size_t size)
{
    char *const at = wb_arena_raw(ctx, arena, size);
    if (at != NULL) {
        give(arena, at, size);
    }
    return at;
}

void *
wb_arena_array(struct wb_ctx *ctx, struct wb_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!wb_mul(count, size, &bytes)) {
        (void)ceiling(ctx, arena, SIZE_MAX); /* recorded; the caller sees NULL */
        return NULL;
    }
    return wb_arena_alloc(ctx, arena, bytes);
}

struct wb_str
wb_arena_dup(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str s)
{
    size_t bytes;
    if (!wb_add(s.len, 1, &bytes)) {
        (void)ceiling(ctx, arena, s.len); /* recorded; the caller sees NULL */
        return (struct wb_str){NULL, 0};
    }
    char *const copy = wb_arena_raw(ctx, arena, bytes);
    if (copy == NULL) {
        return (struct wb_str){NULL, 0};
    }
    if (s.len > 0) {
        memcpy(copy, s.at, s.len);
    }
    copy[s.len] = '\0';
    return (struct wb_str){copy, s.len};
}

struct wb_str
wb_arena_printf(struct wb_ctx *ctx, struct wb_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        (void)wb_fail(ctx, WB_LIMIT, "a text is too long to be printed"); /* the caller sees NULL */
        return (struct wb_str){NULL, 0};
    }
    const size_t size = (size_t)len + 1; /* len >= 0 */
    char *const text = wb_arena_raw(ctx, arena, size);
    if (text == NULL) {
        return (struct wb_str){NULL, 0};
    }
    va_start(args, format);
    (void)vsnprintf(text, size, format, args); /* the same text as just measured */
    va_end(args);
    return (struct wb_str){text, (size_t)len};
}

/* Widens the newest allocation where it stands; false when it is not the newest or has no room. */
static bool
extend(struct wb_arena *arena, char *at, size_t old_size, size_t size)
{
    size_t had = 0;
    size_t wanted = 0;
    if (at == NULL || !padded_size(old_size, &had) || !padded_size(size, &wanted)) {
        return false;
    }
    if (at + had != arena->at || wanted - had > (size_t)(arena->end - arena->at)) {
        return false;
    }
    give(arena, at + old_size, size - old_size);
    arena->at += wanted - had;
    return true;
}

/* Twice the room, in place or elsewhere. */
static enum wb_rc
push_grow(struct wb_ctx *ctx, struct wb_arena *arena, void **items, size_t *cap, size_t size)
{
    size_t wanted = PUSH_FIRST;
    size_t bytes = 0;
    if ((*cap > 0 && !wb_mul(*cap, 2, &wanted)) || !wb_mul(wanted, size, &bytes)) {
        return ceiling(ctx, arena, SIZE_MAX);
    }
    const size_t old_bytes = *cap * size;
    if (!extend(arena, *items, old_bytes, bytes)) {
        void *const larger = wb_arena_alloc(ctx, arena, bytes);
        if (larger == NULL) {
            return WB_NOMEM;
        }
        if (old_bytes > 0) {
            memcpy(larger, *items, old_bytes);
        }
        *items = larger;
    }
    *cap = wanted;
    return WB_OK;
}

void *
wb_arena_push(struct wb_ctx *ctx, struct wb_arena *arena, void **items, size_t *count, size_t *cap,
              size_t size)
{
    assert(items != NULL && count != NULL && cap != NULL);
    assert(*count <= *cap);
    if (*count == *cap && push_grow(ctx, arena, items, cap, size) != WB_OK) {
        return NULL;
    }
    char *const item = (char *)*items + *count * size;
    *count += 1;
    return item;
}
