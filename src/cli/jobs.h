#pragma once
/*
 * A command over many files: one after the other, or with --jobs N in N processes at once. What
 * comes out is the same to the byte for every N: each file's text is passed on in the order of the
 * files, standard output and standard error each for itself.
 */
#include "base/json_out.h"
#include "cli/cli.h"

/*
 * one   does file `index`: writes to cli->out and cli->err, returns an exit code. It gets memory of
 *       its own (cli->arena), which is gone when it returns
 * list  the array that each file adds its items to; NULL when the texts simply follow each other
 * any   CLI_GOOD when one file is good, as for who searches; else one CLI_FINDINGS makes it all
 * renew NULL, or changes what a file wrote before it is passed on (numbers that go on from file to
 *       file); the whole text of a file is then held
 */
struct cli_jobs {
    int (*one)(struct cli *cli, void *self, int index);
    void *self;
    struct wb_json *list;
    bool any;
    WB_MUST enum wb_rc (*renew)(struct cli *cli, void *self, struct wb_buf *text);
};

/* Over the files of the command line (cli_file_count). The exit code of all. */
int cli_jobs_run(struct cli *cli, const struct cli_jobs *jobs);
/*
 * The same for commands with --output: with several files all results go there, one after the
 * other, and are there whole or not at all. With one file it is as cli_jobs_run: the file's own
 * cli_output says where.
 */
int cli_jobs_results(struct cli *cli, const struct cli_jobs *jobs);
/* --jobs: 1 when not given, the number of processors for 0; -1 after saying what is wrong. */
int cli_jobs_wanted(struct cli *cli);
