#pragma once
/*
 * A result that must be whole or not there at all. It is gathered, and goes to standard output, or
 * to the file of --output by a rename, only when nothing failed. What may be larger than memory is
 * streamed: the file of --output is whole in any case; on standard output the first
 * CLI_OUTPUT_HOLD bytes are still held back, and where a larger result has to end half-way, that is
 * said and the exit code is that of a failure.
 */
#include "cli/cli.h"

enum { CLI_OUTPUT_HOLD = 1024 * 1024 };

struct cli_output {
    struct wb_out out;
    bool streamed;
    struct wb_os_replace file; /* streamed, with --output */
};

/* Opens a result that is gathered in memory. */
int cli_output_open(struct cli *cli, struct cli_output *ret);
/* Opens one that is streamed. On anything but CLI_GOOD the complaint was made; close it all the
 * same. */
int cli_output_stream(struct cli *cli, struct cli_output *ret);
/* Writes when exit_code is CLI_GOOD or CLI_FINDINGS; returns exit_code or what went wrong in
 * writing. */
int cli_output_close(struct cli *cli, struct cli_output *output, int exit_code);

/*
 * A long result that goes out as it is made: to standard output, or to a file that is there when
 * all of it is written.
 */
struct cli_stream {
    struct wb_out *out; /* write here */
    struct wb_out file_out;
    struct wb_os_replace file;
    bool to_file;
};

/* path NULL: --output, or standard output without it. Complains itself; returns an exit code. */
int cli_stream_open(struct cli *cli, const char *path, struct cli_stream *ret);
/* Keeps the file when exit_code is CLI_GOOD or CLI_FINDINGS; without `replace` it must be new. */
int cli_stream_close(struct cli *cli, struct cli_stream *stream, int exit_code, bool replace);
