/*
 * The context: which operating system, and the first error. The first one wins because it is the
 * cause; whoever passes it on may put words before it, never replace it.
 */
#include "base/ctx.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
wb_ctx_init(struct wb_ctx *ctx)
{
    assert(ctx != NULL);
    memset(ctx, 0, sizeof *ctx);
}

enum wb_rc
wb_fail(struct wb_ctx *ctx, enum wb_rc rc, const char *format, ...)
{
    assert(ctx != NULL);
    assert(rc != WB_OK);
    if (ctx->error.rc != WB_OK) {
        return rc;
    }
    ctx->error.rc = rc;
    va_list args;
    va_start(args, format);
    if (vsnprintf(ctx->error.text, sizeof ctx->error.text, format, args) < 0) {
        ctx->error.text[0] = '\0';
    }
    va_end(args);
    return rc;
}

void
wb_fail_context(struct wb_ctx *ctx, const char *format, ...)
{
    assert(ctx != NULL);
    if (ctx->error.rc == WB_OK) {
        return;
    }
    char before[sizeof ctx->error.text];
    va_list args;
    va_start(args, format);
    const int wanted = vsnprintf(before, sizeof before, format, args);
    va_end(args);
    if (wanted < 0) {
        return;
    }
    char *const text = ctx->error.text;
    const size_t cap = sizeof ctx->error.text;
    const size_t put = strlen(before);
    const size_t colon = 2;
    if (put + colon + 1 >= cap) {
        return; /* no room for both: the cause is worth more */
    }
    size_t kept = strlen(text);
    if (kept > cap - 1 - put - colon) {
        kept = cap - 1 - put - colon;
    }
    memmove(text + put + colon, text, kept);
    memcpy(text, before, put);
    memcpy(text + put, ": ", colon);
    text[put + colon + kept] = '\0';
}

void
wb_error_clear(struct wb_ctx *ctx)
{
    assert(ctx != NULL);
    ctx->error.rc = WB_OK;
    ctx->error.text[0] = '\0';
}

int
wb_rc_exit(enum wb_rc rc)
{
    switch (rc) {
    case WB_OK:
        return 0;
    case WB_NOMEM:
    case WB_IO:
    case WB_LIMIT:
    case WB_INVALID:
    case WB_NOT_FOUND:
    case WB_UNSUPPORTED:
        return 2;
    case WB_AGAIN:
        return 5;
    case WB_BUG:
        return 70;
    }
    return 70;
}
