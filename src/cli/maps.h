#pragma once
/* The maps a command works with: the built-in bundle, or one compiled from --maps DIR together with
 * what is shipped. */
#include "cli/cli.h"
#include "cli/session.h"
#include "map/map.h"

struct cli_maps {
    char **own_paths; /* files that the user named: only their warnings and notes are shown */
    int own_count;
    bool all_own;
    struct map_bundle *bundle;
    struct map_world world;
    const struct cli_session *session; /* whose own grammar counts; may be NULL */
};

/* The world alone, without a bundle: for commands that compile. */
int cli_maps_world(struct cli *cli, const struct cli_session *session, struct cli_maps *ret);
/* --map NAME; SIZE_MAX after saying that there is none. */
size_t cli_maps_named(struct cli *cli, const struct cli_maps *maps);
/* Complains itself; returns an exit code. */
int cli_maps_open(struct cli *cli, const struct cli_session *session, struct cli_maps *ret);
/* Compiles the files and opens the bundle; diagnostics go to err. ret_bytes may be NULL. */
int cli_maps_compile(struct cli *cli, struct cli_maps *maps, const struct lang_source *files,
                     size_t count, struct wb_str *ret_bytes);
/*
 * The map whose left side is this message and whose right side is schema/shape (shape empty = any):
 * --map when given, else the only or the most specific one. SIZE_MAX after saying on err what is
 * missing.
 */
size_t cli_maps_for_message(struct cli *cli, const struct cli_maps *maps, struct wb_str standard,
                            struct wb_str release, struct wb_str message, struct wb_str schema);
/* The map between two records, business and Odoo. SIZE_MAX when there is none; nothing is said. */
size_t cli_maps_for_records(const struct cli_maps *maps, struct wb_str left_shape,
                            struct wb_str right_shape);
/* The map whose right side is this shape and whose left side is a message of the standard. */
size_t cli_maps_for_shape(struct cli *cli, const struct cli_maps *maps, struct wb_str shape,
                          struct wb_str standard, struct wb_str release);
/* What a run left over or could not do: all of it with --verbose, else how many. */
void cli_maps_say(struct cli *cli, struct wb_str what, const struct map_ledger *ledger);
/*
 * All of it, with or without --verbose, and for each note whether it is an error; for what leaves
 * the house. Returns how many errors there are.
 */
size_t cli_maps_say_all(struct cli *cli, struct wb_str what, const struct map_ledger *ledger,
                        bool (*is_error)(const struct map_note *note));
