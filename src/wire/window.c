/*
 * The window over the stream. Bytes are moved only when there is no room left at the end and half
 * of the window is done with, so the cost of moving is linear however small the source's pieces
 * are; the caller's cap_max is twice what it ever keeps. Lines are counted
 * when bytes leave and when a place is asked for, never per segment.
 */
#include "wire/window_priv.h"

#include <assert.h>
#include <string.h>

enum wb_rc
wire_window_init(struct wb_ctx *ctx, struct wire_window *window, struct wire_source source,
                 const struct wire_kernel *kernel, size_t cap, size_t cap_max)
{
    assert(cap > 0);
    assert(cap <= cap_max);
    *window = (struct wire_window){.source = source, .kernel = kernel, .cap_max = cap_max};
    window->front = (struct wire_spot){.at = 0, .line = 1, .line_at = 0};
    window->last = window->front;
    window->at = wb_os_alloc(ctx, cap + WIRE_SCAN_PAD);
    if (window->at == NULL) {
        return WB_NOMEM;
    }
    window->cap = cap;
    return WB_OK;
}

void
wire_window_done(struct wire_window *window)
{
    wb_os_free(window->at);
    window->at = NULL;
}

/* The spot of stream offset `to`, counted from an earlier one; all bytes between are in memory. */
static struct wire_spot
advance(const struct wire_window *window, struct wire_spot spot, uint64_t to)
{
    assert(spot.at <= to);
    assert(spot.at >= window->base);
    const char *from = window->at + (spot.at - window->base);
    size_t len = (size_t)(to - spot.at);
    size_t lines = window->kernel->count((const uint8_t *)from, len, '\n');
    spot.at = to;
    if (lines == 0) {
        return spot;
    }
    while (from[len - 1] != '\n') {
        len--;
    }
    spot.line += lines;
    spot.line_at = window->base + (size_t)(from - window->at) + len;
    return spot;
}

static void
slide(struct wire_window *window, size_t count)
{
    uint64_t to = window->base + count;
    window->front = advance(window, window->front, to);
    memmove(window->at, window->at + count, window->end - count);
    window->base = to;
    window->end -= count;
    if (window->last.at < to) {
        window->last = window->front;
    }
}

static enum wb_rc
grow(struct wb_ctx *ctx, struct wire_window *window)
{
    size_t cap = window->cap > window->cap_max / 2 ? window->cap_max : window->cap * 2;
    if (cap == window->cap) {
        return wb_fail(ctx, WB_BUG, "the window of %zu bytes is full", cap);
    }
    char *at = wb_os_realloc(ctx, window->at, window->cap + WIRE_SCAN_PAD, cap + WIRE_SCAN_PAD);
    if (at == NULL) {
        return WB_NOMEM;
    }
    window->at = at;
    window->cap = cap;
    return WB_OK;
}

enum wb_rc
wire_window_more(struct wb_ctx *ctx, struct wire_window *window, size_t keep_at, size_t *ret_shift)
{
    assert(keep_at <= window->end);
    *ret_shift = 0;
    if (window->ended) {
        return WB_OK;
    }
    bool full = window->end == window->cap;
    if (full && (keep_at >= window->cap / 2 || window->cap == window->cap_max)) {
        slide(window, keep_at);
        *ret_shift = keep_at;
    }
    if (window->end == window->cap) {
        enum wb_rc rc = grow(ctx, window);
        if (rc != WB_OK) {
            return rc;
        }
    }
    size_t len = 0;
    enum wb_rc rc = window->source.read(ctx, window->source.self, window->at + window->end,
                                        window->cap - window->end, &len);
    if (rc != WB_OK) {
        return rc;
    }
    assert(len <= window->cap - window->end);
    window->end += len;
    window->ended = len == 0;
    return WB_OK;
}

struct wire_spot
wire_window_spot(struct wire_window *window, uint64_t at)
{
    if (at < window->base || at > window->base + window->end) {
        return (struct wire_spot){.at = at};
    }
    struct wire_spot from = window->last.at <= at ? window->last : window->front;
    window->last = advance(window, from, at);
    return window->last;
}
