/*
 * Files one after the other, in this process. Each file gets an arena of its own, so that ten
 * thousand files need no more memory than one. Several processes are in jobs_many.c.
 */
#include "cli/jobs_priv.h"

#include "base/limits.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"

int
cli_jobs_one(struct cli *cli, const struct cli_jobs *jobs, int index)
{
    char *const window = cli_input_window(cli); /* it outlives the file */
    const struct wb_arena kept = cli->arena;
    if (cli->spare.limit_bytes == 0) {
        wb_arena_init(&cli->spare, kept.limit_bytes);
    }
    cli->arena = cli->spare;
    const int exit_code = jobs->one(cli, jobs->self, index);
    wb_arena_reset(&cli->arena);
    cli->spare = cli->arena;
    cli->arena = kept;
    cli->window = window;
    return exit_code;
}

int
cli_jobs_combine(const struct cli_jobs *jobs, int so_far, int next, int index)
{
    if (jobs->any && index > 0 && so_far <= CLI_FINDINGS && next <= CLI_FINDINGS) {
        return so_far < next ? so_far : next;
    }
    return cli_combine(so_far, next, index);
}

/* A file whose text is changed before it is passed on. */
static int
renewed_one(struct cli *cli, const struct cli_jobs *jobs, int index)
{
    const struct wb_out passed = cli->out;
    wb_out_init(&cli->out, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    int exit_code = cli_jobs_one(cli, jobs, index);
    struct wb_out text = cli->out;
    cli->out = passed;
    if (wb_out_finish(&text) != WB_OK || jobs->renew(cli, jobs->self, &text.buf) != WB_OK) {
        exit_code = cli_report(cli);
    } else {
        wb_out_str(&cli->out, wb_buf_str(&text.buf));
    }
    wb_out_done(&text);
    return exit_code;
}

static int
run_here(struct cli *cli, const struct cli_jobs *jobs, int count)
{
    int exit_code = CLI_GOOD;
    for (int i = 0; i < count; i++) {
        exit_code = cli_jobs_combine(
            jobs, exit_code,
            jobs->renew != NULL ? renewed_one(cli, jobs, i) : cli_jobs_one(cli, jobs, i), i);
    }
    return exit_code;
}

int
cli_jobs_wanted(struct cli *cli)
{
    uint64_t wanted = 1;
    if (cli_has(cli, CLI_JOBS) &&
        (!wb_str_u64(wb_str_of(cli->values[CLI_JOBS]), &wanted) || wanted > CLI_JOBS_MAX)) {
        (void)cli_usage(cli, "--jobs is a number from 1 to %d, or 0 for one a processor",
                        CLI_JOBS_MAX);
        return -1;
    }
    if (wanted == 0) {
        wanted = wb_os_processors() < CLI_JOBS_MAX ? wb_os_processors() : CLI_JOBS_MAX;
    }
    return (int)wanted; /* at most CLI_JOBS_MAX */
}

int
cli_jobs_run(struct cli *cli, const struct cli_jobs *jobs)
{
    const int count = cli_file_count(cli);
    const int wanted = cli_jobs_wanted(cli);
    if (wanted < 0) {
        return CLI_USAGE;
    }
    cli_progress_begin(cli);
    const int exit_code = wanted > 1 && count > 1
                              ? cli_jobs_many(cli, jobs, count, wanted < count ? wanted : count)
                              : run_here(cli, jobs, count);
    cli_progress_end(cli);
    wb_arena_done(&cli->spare);
    cli->spare.limit_bytes = 0;
    return exit_code;
}

int
cli_jobs_results(struct cli *cli, const struct cli_jobs *jobs)
{
    if (cli_file_count(cli) == 1 || !cli_has(cli, CLI_OUTPUT)) {
        cli->gathers = cli_file_count(cli) > 1;
        return cli_jobs_run(cli, jobs);
    }
    struct cli_output all;
    int exit_code = cli_output_open(cli, &all);
    const struct wb_out out = cli->out;
    cli->out = all.out;
    cli->gathers = true;
    exit_code = exit_code == CLI_GOOD ? cli_jobs_run(cli, jobs) : exit_code;
    cli->gathers = false;
    all.out = cli->out;
    cli->out = out;
    /* Where some failed, the others stand in the file as they would stand on standard output. */
    const int kept = exit_code == CLI_SOME_FAILED ? CLI_FINDINGS : exit_code;
    const int closed = cli_output_close(cli, &all, kept);
    return closed == kept ? exit_code : closed;
}
