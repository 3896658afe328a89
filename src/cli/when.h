#pragma once
/* --at TIME. */
#include "cli/cli.h"

/* Seconds since 1970 of --at; *ret_given false when the option is absent (*ret_seconds is then 0).
 */
int cli_when(struct cli *cli, int64_t *ret_seconds, bool *ret_given);
