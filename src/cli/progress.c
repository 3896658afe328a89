/*
 * The bar. It is drawn at most ten times a second, ends with a carriage return so that whatever is
 * printed next stands in its place, and stops for good once results go to the same terminal. A
 * worker has no bar: it tells its parent how far it is.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/jobs_priv.h"
#include "cli/session.h"

enum { FIRST_MS = 1000, AGAIN_MS = 100, BAR_MIN = 10, BAR_MAX = 50, TELL_BYTES = 1 << 20 };

void
cli_progress_begin(struct cli *cli)
{
    struct cli_progress *p = &cli->progress;
    *p = (struct cli_progress){.tell_fd = -1};
    const char *term = getenv("TERM");
    if (!wb_os_isatty(STDERR_FILENO) || (term != NULL && strcmp(term, "dumb") == 0)) {
        return;
    }
    for (int i = 0; i < cli_file_count(cli); i++) {
        char kind = 0;
        uint64_t size = 0;
        if (wb_os_stat(&cli->ctx, cli_file(cli, i), &kind, &size) != WB_OK) {
            wb_error_clear(&cli->ctx); /* opening it will tell */
        }
        p->total_bytes += kind == 'f' ? size : 0;
    }
    p->on = true;
    p->shared_terminal = wb_os_isatty(STDOUT_FILENO);
    p->begun_ms = wb_os_ticks_ms();
}

/* Straight to the terminal: what waits in cli->err keeps its place after the bar. */
static void
show(struct cli *cli, struct wb_str text)
{
    if (wb_os_write_all(&cli->ctx, STDERR_FILENO, text) != WB_OK) {
        wb_error_clear(&cli->ctx); /* a bar that cannot be drawn is no failure */
        cli->progress.on = false;
    }
}

static void
draw(struct cli *cli, uint64_t elapsed_ms)
{
    const struct cli_progress *p = &cli->progress;
    const uint64_t done = p->read_bytes;
    const unsigned rate = elapsed_ms > 0 ? (unsigned)(done / 1000 / elapsed_ms) : 0; /* MB/s */
    char bar[BAR_MAX + 1] = "";
    char text[160];
    int len = 0;
    if (p->total_bytes >= done && p->total_bytes > 0) {
        const unsigned columns = wb_os_columns(STDERR_FILENO);
        const unsigned width = columns < 40 + BAR_MIN   ? BAR_MIN
                               : columns - 40 > BAR_MAX ? BAR_MAX
                                                        : columns - 40;
        const unsigned full = (unsigned)(done * width / p->total_bytes); /* at most width */
        memset(bar, '.', width);
        memset(bar, '#', full);
        len = snprintf(text, sizeof text, "\r[%s] %3u %%  %llu of %llu MB  %u MB/s\033[K\r", bar,
                       (unsigned)(done * 100 / p->total_bytes), (unsigned long long)(done >> 20),
                       (unsigned long long)(p->total_bytes >> 20), rate);
    } else {
        len = snprintf(text, sizeof text, "\r%llu MB  %u MB/s\033[K\r",
                       (unsigned long long)(done >> 20), rate);
    }
    show(cli, (struct wb_str){text, (size_t)len});
}

static void
clear(struct cli *cli)
{
    if (cli->progress.shown) {
        show(cli, WB_LIT("\r\033[K"));
        cli->progress.shown = false;
    }
}

/* For a worker: now and then a message to the parent. */
static void
tell(struct cli *cli)
{
    struct cli_progress *p = &cli->progress;
    if (p->read_bytes < TELL_BYTES) {
        return;
    }
    const struct cli_job_message message = {.kind = CLI_JOB_READ, .out_bytes = p->read_bytes};
    if (wb_os_tell(&cli->ctx, p->tell_fd, &message, sizeof message) != WB_OK) {
        wb_error_clear(&cli->ctx); /* the parent is gone; the next output ends this worker */
    }
    p->read_bytes = 0;
}

void
cli_progress_add(struct cli *cli, uint64_t bytes)
{
    struct cli_progress *p = &cli->progress;
    if (!p->on) {
        return;
    }
    p->read_bytes += bytes;
    if (p->tell_fd >= 0) {
        tell(cli);
        return;
    }
    if (p->shared_terminal && cli->out.written_bytes > 0) {
        clear(cli);
        p->on = false;
        return;
    }
    const uint64_t now_ms = wb_os_ticks_ms();
    const uint64_t elapsed_ms = now_ms - p->begun_ms;
    if (elapsed_ms >= FIRST_MS && (!p->shown || now_ms - p->drawn_ms >= AGAIN_MS)) {
        draw(cli, elapsed_ms);
        p->shown = true;
        p->drawn_ms = now_ms;
    }
}

void
cli_progress_end(struct cli *cli)
{
    clear(cli);
    cli->progress.on = false;
}
