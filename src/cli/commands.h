#pragma once
/* The subcommands. Each returns an exit code (enum cli_exit). */
#include "cli/cli.h"

#define X(name, arguments, summary, examples, options) int cmd_##name(struct cli *cli);
#include "cli/commands.def"
#undef X
