#pragma once
/* The two laws of maps, tried on documents and messages that are made from the map itself. */
#include "cli/maps.h"

/* --count N, or how many documents are made without it. Complains itself; an exit code. */
int cli_map_laws_count(struct cli *cli, uint64_t *ret_count);
/*
 * Prints one line: how many came back, or the first that did not, made small. True when all hold.
 * The same map gives the same documents. Complains itself when it cannot go on; that is false.
 */
bool cli_map_laws(struct cli *cli, const struct cli_maps *maps, size_t map, uint64_t count);
