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
