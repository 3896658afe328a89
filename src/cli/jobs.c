/*
 * Files one after the other, in this process. Each file gets an arena of its own, so that ten
 * thousand files need no more memory than one. Several processes are in jobs_many.c.
 */
#include "cli/jobs_priv.h"

#include "base/limits.h"
#include "cli/progress.h"
#include "cli/session.h"

int
cli_jobs_one(struct cli *cli, const struct cli_jobs *jobs, int index)
{
    const struct wb_arena kept = cli->arena;
    wb_arena_init(&cli->arena, kept.limit_bytes);
    const int exit_code = jobs->one(cli, jobs->self, index);
    wb_arena_done(&cli->arena);
    cli->arena = kept;
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

static int
run_here(struct cli *cli, const struct cli_jobs *jobs, int count)
{
    int exit_code = CLI_GOOD;
    for (int i = 0; i < count; i++) {
        exit_code = cli_jobs_combine(jobs, exit_code, cli_jobs_one(cli, jobs, i), i);
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
    return exit_code;
}
