#pragma once
/* Jobs in this process and in many, and what a worker and its parent say to each other. */
#include "cli/jobs.h"

enum { CLI_JOBS_MAX = 32 };

enum cli_job_word {
    CLI_JOB_DO,   /* parent: do file `index` */
    CLI_JOB_READ, /* worker: so many more bytes of input read, in out_bytes */
    CLI_JOB_DONE, /* worker: file `index` is done */
};

struct cli_job_message {
    uint32_t kind; /* enum cli_job_word */
    int32_t index;
    int32_t exit_code;
    uint32_t spare;
    uint64_t out_bytes; /* written to standard output and standard error for this file */
    uint64_t err_bytes;
};

/* The exit code of the files up to `index`, of which `next` is the last one's. */
int cli_jobs_combine(const struct cli_jobs *jobs, int so_far, int next, int index);
/* One file, with an arena of its own. */
int cli_jobs_one(struct cli *cli, const struct cli_jobs *jobs, int index);
/* count files in worker_count processes. */
int cli_jobs_many(struct cli *cli, const struct cli_jobs *jobs, int count, int worker_count);
