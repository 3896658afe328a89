/*
 * Two walks: one through the message that is open, one through what stands around messages, whose
 * segments are counted by interchange.
 */
#include "cli/query.h"

#include <string.h>

void
cli_query_init(struct cli_query *query, const char *type)
{
    query->type = type;
    query->message = NULL;
    tree_walk_init(&query->outer, &query->path);
    tree_walk_init(&query->inner, &query->path);
}

bool
cli_query_open(const struct cli_query *query, const struct check_event *event)
{
    if (event->kind != CHECK_SEGMENT_SEEN) {
        return false;
    }
    return query->type == NULL ||
           (query->message != NULL && wb_str_eq(query->message->type, wb_str_of(query->type)));
}

bool
cli_query_event(struct cli_query *query, const struct check_event *event)
{
    switch (event->kind) {
    case CHECK_INTERCHANGE_BEGIN:
        tree_walk_begin(&query->outer, event->grammar, NULL);
        return false;
    case CHECK_MESSAGE_BEGIN:
        query->message = event->message;
        tree_walk_begin(&query->inner, event->grammar,
                        event->grammar == NULL ? NULL : event->message->grammar_message);
        return false;
    case CHECK_MESSAGE_END:
        query->message = NULL;
        return false;
    case CHECK_SEGMENT_SEEN: {
        struct tree_walk *walk = query->message != NULL ? &query->inner : &query->outer;
        const bool fits =
            query->path.step_count > 0 && tree_walk_segment(walk, event->segment, event->node);
        return fits && cli_query_open(query, event);
    }
    case CHECK_FINDING:
    case CHECK_GROUP_BEGIN:
    case CHECK_GROUP_END:
    case CHECK_INTERCHANGE_END:
    case CHECK_END:
        return false;
    }
    return false;
}

struct wb_str
cli_query_value(struct cli *cli, const struct wire_segment *segment,
                const struct tree_path_value *value)
{
    if (value->token != NULL) {
        return wire_value(&cli->ctx, &cli->arena, segment, value->token);
    }
    return wb_str_sub(segment->bytes, value->at, value->len);
}
