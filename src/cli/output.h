#pragma once
/*
 * A result that must be whole or not there at all: it is gathered in memory, and goes to standard
 * output or, whole, to the file of --output only when nothing failed.
 */
#include "cli/cli.h"

struct cli_output {
    struct wb_out out;
};

int cli_output_open(struct cli *cli, struct cli_output *ret);
/* Writes when exit_code is CLI_GOOD or CLI_FINDINGS; returns exit_code or what went wrong in
 * writing. */
int cli_output_close(struct cli *cli, struct cli_output *output, int exit_code);

/*
 * A long result that goes out as it is made: to standard output, or to a file that is there when
 * all of it is written.
 */
struct cli_stream {
    struct wb_out *out; /* write here */
    struct wb_out file;
    struct wb_os_draft draft;
    const char *path; /* NULL = standard output */
};

/* path NULL: --output, or standard output without it. Complains itself; returns an exit code. */
int cli_stream_open(struct cli *cli, const char *path, struct cli_stream *ret);
/* Keeps the file when exit_code is CLI_GOOD or CLI_FINDINGS; without `replace` it must be new. */
int cli_stream_close(struct cli *cli, struct cli_stream *stream, int exit_code, bool replace);
