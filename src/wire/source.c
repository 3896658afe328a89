/*
 * Where a reader's bytes come from: memory or a file descriptor. The memory source can hand out
 * small pieces, so that tests cut an input anywhere.
 */
#include <string.h>

#include "wire/reader.h"

static enum wb_rc
read_memory(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    (void)ctx;
    struct wire_memory *state = self;
    size_t len = state->bytes.len - state->at;
    if (state->step != 0 && len > state->step) {
        len = state->step;
    }
    if (len > cap) {
        len = cap;
    }
    if (len > 0) {
        memcpy(at, state->bytes.at + state->at, len);
    }
    state->at += len;
    *ret_len = len;
    return WB_OK;
}

static enum wb_rc
read_fd(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    const struct wire_fd *state = self;
    return (enum wb_rc)wb_os_read(ctx, state->fd, at, cap, ret_len);
}

struct wire_source
wire_source_memory(struct wire_memory *state)
{
    return (struct wire_source){.read = read_memory, .self = state};
}

struct wire_source
wire_source_fd(struct wire_fd *state)
{
    return (struct wire_source){.read = read_fd, .self = state};
}
