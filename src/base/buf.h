#pragma once
/* A growing byte buffer with a ceiling, and an output that is a buffer in front of a file
 * descriptor. */
#include <string.h>

#include "base/ctx.h"

struct wb_buf {
    char *at;
    size_t len;
    size_t cap;
    size_t limit_bytes;
};

void wb_buf_init(struct wb_buf *buf, size_t limit_bytes);
void wb_buf_done(struct wb_buf *buf);
void wb_buf_clear(struct wb_buf *buf);
WB_MUST enum wb_rc wb_buf_add(struct wb_ctx *ctx, struct wb_buf *buf, struct wb_str bytes);
struct wb_str wb_buf_str(const struct wb_buf *buf);

/*
 * Output. With fd >= 0 it is flushed whenever 64 KiB have gathered; with fd -1 it stays in memory
 * (limit_bytes). The first failure sticks: later calls do nothing and wb_out_finish reports it, so
 * writers need no checks per call. Where there is no memory for a buffer, an fd is written to at
 * once.
 */
struct wb_out {
    struct wb_ctx *ctx;
    struct wb_buf buf;
    int fd;
    enum wb_rc rc;
    uint64_t written_bytes; /* put out so far, what is still in the buffer included */
};

void wb_out_init(struct wb_out *out, struct wb_ctx *ctx, int fd, size_t limit_bytes);
/* For an fd: nothing is written before `hold_bytes` have gathered, or wb_out_finish(). What was not
 * written yet can be taken back with wb_out_drop(). */
void wb_out_init_held(struct wb_out *out, struct wb_ctx *ctx, int fd, size_t hold_bytes);
/* Forgets what is in the buffer; whether that was all that was ever put out. */
bool wb_out_drop(struct wb_out *out);
void wb_out_done(struct wb_out *out);
void wb_out_text(struct wb_out *out, const char *text);
void wb_out_fill(struct wb_out *out, char c, size_t count);
void wb_out_printf(struct wb_out *out, const char *format, ...) WB_PRINTF(2, 3);
/* Text from outside, made safe for a terminal: control bytes, C1 and broken UTF-8 become \xNN. */
void wb_out_safe(struct wb_out *out, struct wb_str text);
WB_MUST enum wb_rc wb_out_finish(struct wb_out *out);

/* Bytes for which the buffer has no room as it is: it is flushed or grows. Call wb_out_str(). */
void wb_out_more(struct wb_out *out, struct wb_str bytes);
/*
 * Room for `len` bytes at the end of the buffer, NULL when there is none without more ado: then
 * what is wanted goes through wb_out_str(). What was put there counts with wb_out_filled().
 */
static inline char *
wb_out_room(struct wb_out *out, size_t len)
{
    const bool fits = out->rc == WB_OK && len < out->buf.cap - out->buf.len;
    return fits ? out->buf.at + out->buf.len : NULL;
}

static inline void
wb_out_filled(struct wb_out *out, size_t len)
{
    out->buf.len += len;
    out->written_bytes += len;
}

static inline void
wb_out_str(struct wb_out *out, struct wb_str bytes)
{
    char *const room = wb_out_room(out, bytes.len);
    if (room == NULL || bytes.len == 0) {
        wb_out_more(out, bytes);
        return;
    }
    memcpy(room, bytes.at, bytes.len);
    wb_out_filled(out, bytes.len);
}

static inline void
wb_out_byte(struct wb_out *out, char c)
{
    char *const room = wb_out_room(out, 1);
    if (room == NULL) {
        wb_out_more(out, (struct wb_str){&c, 1});
        return;
    }
    *room = c;
    wb_out_filled(out, 1);
}
