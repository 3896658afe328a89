#pragma once
/* The tables of commands and options as pages of the manual and as completion for bash. The help
 * itself is in cli.h. */
#include "cli/cli.h"

/* waybill(1), or waybill-NAME(1). */
void cli_print_manual(struct wb_out *out);
void cli_print_manual_of(struct wb_out *out, const struct cli_command *command);
/* A script that bash sources. */
void cli_print_completion(struct wb_out *out);
