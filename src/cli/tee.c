/*
 * Bytes are dropped in large steps, when half of what is kept has been forgotten, so each byte is
 * moved at most once on the average.
 */
#include "cli/tee.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"

enum { DROP_MIN = 256 * 1024 };

void
cli_tee_init(struct cli_tee *tee, struct wire_source from)
{
    *tee = (struct cli_tee){.from = from};
    wb_buf_init(&tee->buf, WB_LIMIT_MESSAGE_ARENA);
}

void
cli_tee_done(struct cli_tee *tee)
{
    wb_buf_done(&tee->buf);
}

static void
drop(struct cli_tee *tee)
{
    const size_t gone = (size_t)(tee->front - tee->base); /* front is inside the buffer */
    if (gone >= DROP_MIN && gone >= tee->buf.len / 2) {
        memmove(tee->buf.at, tee->buf.at + gone, tee->buf.len - gone);
        tee->buf.len -= gone;
        tee->base = tee->front;
    }
}

static enum wb_rc
read_tee(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    struct cli_tee *tee = self;
    enum wb_rc rc = tee->from.read(ctx, tee->from.self, at, cap, ret_len);
    if (rc == WB_OK && *ret_len > 0) {
        drop(tee);
        rc = wb_buf_add(ctx, &tee->buf, (struct wb_str){at, *ret_len});
    }
    return rc;
}

struct wire_source
cli_tee_source(struct cli_tee *tee)
{
    return (struct wire_source){.read = read_tee, .self = tee};
}

struct wb_str
cli_tee_bytes(const struct cli_tee *tee, uint64_t at, uint64_t len)
{
    assert(at >= tee->base);
    return wb_str_sub(wb_buf_str(&tee->buf), (size_t)(at - tee->base), (size_t)len);
}

void
cli_tee_forget(struct cli_tee *tee, uint64_t at)
{
    const uint64_t end = tee->base + tee->buf.len;
    if (at > tee->front) {
        tee->front = at < end ? at : end;
    }
}
