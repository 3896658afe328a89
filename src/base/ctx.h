#pragma once
/*
 * The context that every function of the house takes first: the operating system with its faults,
 * and the first error. An error is a failed operation of ours; what is wrong in a partner's data is
 * a finding, never this.
 */
#include "base/os.h"
#include "base/str.h"

enum wb_rc {
    WB_OK = 0,
    WB_NOMEM = -1,   /* an allocation failed or a memory ceiling was met */
    WB_IO = -2,      /* a read, write, sync, rename failed */
    WB_LIMIT = -3,   /* a cap of base/limits.h */
    WB_INVALID = -4, /* what the caller gave cannot be used (a bad map, JSON that is none) */
    WB_NOT_FOUND = -5,
    WB_UNSUPPORTED = -6, /* known, and not done by this version */
    WB_AGAIN = -7,
    WB_BUG = -70,
};

struct wb_error {
    enum wb_rc rc;
    char text[512]; /* one sentence, no final newline */
};

struct wb_ctx {
    struct wb_os os;
    struct wb_error error; /* the first one; later ones do not replace it */
};

/* A context on the real operating system without faults. */
void wb_ctx_init(struct wb_ctx *ctx);
/* Records the error if it is the first; returns rc, so that `return wb_fail(...)` reads well. */
enum wb_rc wb_fail(struct wb_ctx *ctx, enum wb_rc rc, const char *format, ...) WB_PRINTF(3, 4);
/* Puts "text: " before the recorded error: callers add context, they never replace. */
void wb_fail_context(struct wb_ctx *ctx, const char *format, ...) WB_PRINTF(2, 3);
void wb_error_clear(struct wb_ctx *ctx);
/* The rc as an exit code of DESIGN section 7 (2 unusable input, 4 configuration, 5 again, 70 bug).
 */
int wb_rc_exit(enum wb_rc rc);
