/*
 * A growing buffer with a ceiling, and the output in front of a file descriptor. A buffer's memory
 * is on the heap, not in an arena, because it grows and is given back alone. Everything that
 * waybill prints goes through wb_out.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { BUF_FIRST = 256, OUT_FLUSH = 64 * 1024, PRINTF_STACK = 256 };

void
wb_buf_init(struct wb_buf *buf, size_t limit_bytes)
{
    assert(buf != NULL);
    *buf = (struct wb_buf){.limit_bytes = limit_bytes};
}

void
wb_buf_done(struct wb_buf *buf)
{
    if (buf == NULL) {
        return;
    }
    wb_os_free(buf->at);
    *buf = (struct wb_buf){.limit_bytes = buf->limit_bytes};
}

void
wb_buf_clear(struct wb_buf *buf)
{
    assert(buf != NULL);
    buf->len = 0;
}

static enum wb_rc
buf_reserve(struct wb_ctx *ctx, struct wb_buf *buf, size_t more)
{
    size_t need;
    if (!wb_add(buf->len, more, &need) || need > buf->limit_bytes) {
        return wb_fail(ctx, WB_NOMEM, "%zu more bytes would pass the ceiling of %zu bytes", more,
                       buf->limit_bytes);
    }
    if (need <= buf->cap) {
        return WB_OK;
    }
    size_t cap = buf->cap == 0 ? BUF_FIRST : buf->cap;
    if (cap <= buf->limit_bytes / 2) {
        cap = buf->cap == 0 ? cap : cap * 2;
    } else {
        cap = buf->limit_bytes;
    }
    cap = cap < need ? need : cap;
    char *const at = wb_os_realloc(ctx, buf->at, buf->cap, cap);
    if (at == NULL) {
        return WB_NOMEM;
    }
    buf->at = at;
    buf->cap = cap;
    return WB_OK;
}

enum wb_rc
wb_buf_add(struct wb_ctx *ctx, struct wb_buf *buf, struct wb_str bytes)
{
    assert(buf != NULL);
    const enum wb_rc rc = buf_reserve(ctx, buf, bytes.len);
    if (rc != WB_OK) {
        return rc;
    }
    if (bytes.len > 0) {
        memcpy(buf->at + buf->len, bytes.at, bytes.len);
        buf->len += bytes.len;
    }
    return WB_OK;
}

struct wb_str
wb_buf_str(const struct wb_buf *buf)
{
    assert(buf != NULL);
    return (struct wb_str){buf->at, buf->len};
}

void
wb_out_init(struct wb_out *out, struct wb_ctx *ctx, int fd, size_t limit_bytes)
{
    assert(out != NULL);
    assert(ctx != NULL);
    *out = (struct wb_out){.ctx = ctx, .fd = fd, .rc = WB_OK};
    wb_buf_init(&out->buf, fd >= 0 ? OUT_FLUSH : limit_bytes);
}

void
wb_out_init_held(struct wb_out *out, struct wb_ctx *ctx, int fd, size_t hold_bytes)
{
    assert(fd >= 0);
    wb_out_init(out, ctx, fd, hold_bytes);
    out->buf.limit_bytes = hold_bytes < OUT_FLUSH ? OUT_FLUSH : hold_bytes;
}

bool
wb_out_drop(struct wb_out *out)
{
    const bool all = out->written_bytes == out->buf.len;
    out->written_bytes -= out->buf.len;
    wb_buf_clear(&out->buf);
    return all;
}

void
wb_out_done(struct wb_out *out)
{
    if (out == NULL) {
        return;
    }
    wb_buf_done(&out->buf);
}

static void
out_flush(struct wb_out *out)
{
    if (out->rc == WB_OK && out->fd >= 0 && out->buf.len > 0) {
        out->rc = (enum wb_rc)wb_os_write_all(out->ctx, out->fd, wb_buf_str(&out->buf));
        wb_buf_clear(&out->buf);
    }
}

/*
 * Into the buffer. Without memory for one, what goes to a file descriptor goes there at once: a
 * complaint about lacking memory has to come out.
 */
static void
out_gather(struct wb_out *out, struct wb_str bytes)
{
    const bool first = out->ctx->error.rc == WB_OK;
    out->rc = wb_buf_add(out->ctx, &out->buf, bytes);
    if (out->rc != WB_NOMEM || out->fd < 0) {
        return;
    }
    if (first) {
        wb_error_clear(out->ctx); /* nothing has failed yet */
    }
    out->rc = WB_OK;
    out_flush(out);
    if (out->rc == WB_OK) {
        out->rc = (enum wb_rc)wb_os_write_all(out->ctx, out->fd, bytes);
    }
}

void
wb_out_more(struct wb_out *out, struct wb_str bytes)
{
    assert(out != NULL);
    if (out->rc != WB_OK || bytes.len == 0) {
        return;
    }
    out->written_bytes += bytes.len;
    const size_t most = out->buf.limit_bytes;
    if (out->fd >= 0 && bytes.len > most - out->buf.len) {
        out_flush(out);
        if (out->rc == WB_OK && bytes.len >= most) {
            out->rc = (enum wb_rc)wb_os_write_all(out->ctx, out->fd, bytes);
            return;
        }
    }
    if (out->rc == WB_OK) {
        out_gather(out, bytes);
    }
}

void
wb_out_text(struct wb_out *out, const char *text)
{
    wb_out_str(out, wb_str_of(text));
}

void
wb_out_fill(struct wb_out *out, char c, size_t count)
{
    char *const room = wb_out_room(out, count);
    if (room != NULL) {
        memset(room, (unsigned char)c, count);
        wb_out_filled(out, count);
        return;
    }
    char run[64];
    memset(run, (unsigned char)c, sizeof run);
    while (count > 0 && out->rc == WB_OK) {
        const size_t now = count < sizeof run ? count : sizeof run;
        wb_out_str(out, (struct wb_str){run, now});
        count -= now;
    }
}

/* For what is longer than the stack buffer of wb_out_printf. */
WB_PRINTF(3, 0)
static void
out_long(struct wb_out *out, size_t len, const char *format, va_list args)
{
    char *const text = wb_os_alloc(out->ctx, len + 1);
    if (text == NULL) {
        out->rc = WB_NOMEM;
        return;
    }
    (void)vsnprintf(text, len + 1, format, args); /* the same text as just measured */
    wb_out_str(out, (struct wb_str){text, len});
    wb_os_free(text);
}

void
wb_out_printf(struct wb_out *out, const char *format, ...)
{
    assert(out != NULL);
    if (out->rc != WB_OK) {
        return;
    }
    char text[PRINTF_STACK];
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0) {
        out->rc = wb_fail(out->ctx, WB_LIMIT, "a text is too long to be printed");
        return;
    }
    if ((size_t)len < sizeof text) {
        wb_out_str(out, (struct wb_str){text, (size_t)len});
        return;
    }
    va_start(args, format);
    out_long(out, (size_t)len, format, args);
    va_end(args);
}

/* Length of the character at the start that a terminal may see as it is, 0 when it has to be
 * spelled out. */
static size_t
safe_len(struct wb_str text)
{
    const size_t len = wb_str_utf8(text);
    const unsigned char first = (unsigned char)text.at[0];
    if (len == 1) {
        return first >= 0x20 && first != 0x7F ? 1 : 0;
    }
    if (len == 2 && first == 0xC2 && (unsigned char)text.at[1] < 0xA0) {
        return 0; /* C1 controls, U+0080..U+009F */
    }
    return len;
}

void
wb_out_safe(struct wb_out *out, struct wb_str text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t from = 0;
    size_t at = 0;
    while (at < text.len) {
        const size_t len = safe_len(wb_str_sub(text, at, 4));
        if (len > 0) {
            at += len;
            continue;
        }
        wb_out_str(out, wb_str_sub(text, from, at - from));
        const unsigned char byte = (unsigned char)text.at[at];
        const char spelled[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
        wb_out_str(out, (struct wb_str){spelled, sizeof spelled});
        at++;
        from = at;
    }
    wb_out_str(out, wb_str_sub(text, from, at - from));
}

enum wb_rc
wb_out_finish(struct wb_out *out)
{
    assert(out != NULL);
    out_flush(out);
    return out->rc;
}
