#pragma once
/*
 * The bar that shows how far a long input is. On standard error when that is a terminal, from one
 * second on; nothing ever goes to a file or a pipe.
 */
#include "cli/cli.h"

/* Adds up the sizes of the files of the command line, when there is somebody to look. */
void cli_progress_begin(struct cli *cli);
/* So many more bytes have been read. */
void cli_progress_add(struct cli *cli, uint64_t bytes);
/* Takes the bar away. */
void cli_progress_end(struct cli *cli);
