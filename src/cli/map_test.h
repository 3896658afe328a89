#pragma once
/* The test blocks of maps: `test NAME reads "input" gives "expected"`. */
#include "cli/cli.h"
#include "lang/lang.h"

/* Shipped sources and those named, one array; *ret_shipped is how many come first and are shipped.
 */
int cli_map_sources(struct cli *cli, char **paths, int path_count, struct lang_source **ret_files,
                    size_t *ret_shipped, size_t *ret_count);
/* words: map files, or names of maps whose tests are wanted; none = all tests there are. */
int cli_map_test(struct cli *cli, char **words, int word_count);
