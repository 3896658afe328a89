#pragma once
/* A path followed through the events of a check: in messages by their grammar, in envelopes by
 * tags. For get and grep. */
#include "check/check.h"
#include "cli/cli.h"
#include "cli/session.h"
#include "tree/path.h"

struct cli_query {
    struct tree_path path;
    const char *type; /* only messages of this type; NULL = all, and envelopes too */
    struct tree_walk outer;
    struct tree_walk inner;
    const struct check_message *message; /* the one that is open */
};

void cli_query_init(struct cli_query *query, const char *type);
/* Every event goes through it; true when this one is a segment that the path leads to. */
bool cli_query_event(struct cli_query *query, const struct check_event *event);
/* Whether the event is a segment that may be looked at at all. */
bool cli_query_open(const struct cli_query *query, const struct check_event *event);
/* A value without release characters; .at NULL after a report. */
struct wb_str cli_query_value(struct cli *cli, const struct wire_segment *segment,
                              const struct tree_path_value *value);
