#pragma once
/* --policy FILE: the declaration, and the tables that it names. */
#include "cli/cli.h"
#include "plan/policy.h"

/* The careful policy when --policy is not given. Complains itself; returns an exit code. */
int cli_policy_load(struct cli *cli, struct plan_policy *ret);
