#pragma once
/* The subcommands. Each returns an exit code (enum cli_exit). */
#include "cli/cli.h"

int cmd_ack(struct cli *cli);
int cmd_check(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_help(struct cli *cli);
int cmd_ls(struct cli *cli);
int cmd_map(struct cli *cli);
int cmd_plan(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_translate(struct cli *cli);
int cmd_version(struct cli *cli);
