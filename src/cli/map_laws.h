#pragma once
/* The two laws of maps, tried on documents and messages that are made from the map itself. */
#include "cli/maps.h"

/*
 * Prints one line: how many came back, or the first that did not, made small. True when all hold.
 * The same map gives the same documents. Complains itself when it cannot go on; that is false.
 */
bool cli_map_laws(struct cli *cli, const struct cli_maps *maps, size_t map);
