#pragma once
/* What the files of the operating system share. */
#include "base/ctx.h"

/* True when this call has to fail; errno says with what. */
bool wb_os_fault(struct wb_ctx *ctx, enum wb_os_op op);
/* open() with O_CLOEXEC and mode 0666, begun again after a signal; -1 and errno. */
int wb_os_open_flags(struct wb_ctx *ctx, const char *path, int flags);
/* "cannot VERB PATH: why" by errno. */
int wb_os_fail_path(struct wb_ctx *ctx, const char *verb, const char *path);
