/*
 * waybill get: the values at a path, one a line, or as JSON with their places. A path that ends in
 * a step gives whole segments. Nothing found is a negative answer.
 */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/jobs.h"
#include "cli/query.h"

struct get {
    struct cli_query query;
    struct check_options options;
    struct wb_json json;
    bool as_json;
    uint64_t count; /* in this file */
    struct wb_str file;
    struct wire_reader *reader;
};

static void
value_json(struct get *g, const struct check_event *event, uint64_t at, struct wb_str value)
{
    struct wb_json *json = &g->json;
    uint64_t line = 0;
    uint64_t column = 0;
    wire_place(g->reader, at, &line, &column);
    wb_json_object(json);
    wb_json_member(json, "file", g->file);
    wb_json_member_int(json, "line", (int64_t)line);
    wb_json_member_int(json, "column", (int64_t)column);
    wb_json_member_int(json, "offset", (int64_t)at);
    if (event->interchange != NULL) {
        wb_json_member(json, "interchange", event->interchange->control);
    }
    if (event->group != NULL) {
        wb_json_member(json, "group", event->group->control);
    }
    if (g->query.message != NULL) {
        wb_json_member(json, "message", g->query.message->control);
        wb_json_member(json, "type", g->query.message->type);
    }
    wb_json_member(json, "segment", event->segment->tag);
    wb_json_member(json, "value", value);
    wb_json_object_end(json);
}

static void
value_text(struct cli *cli, struct get *g, uint64_t at, struct wb_str value)
{
    if (cli_has(cli, CLI_VERBOSE)) {
        uint64_t line = 0;
        uint64_t column = 0;
        wire_place(g->reader, at, &line, &column);
        wb_out_safe(&cli->out, g->file);
        wb_out_printf(&cli->out, ":%llu:%llu: ", (unsigned long long)line,
                      (unsigned long long)column);
    }
    wb_out_safe(&cli->out, value);
    wb_out_byte(&cli->out, '\n');
}

static void
give(struct cli *cli, struct get *g, const struct check_event *event, uint32_t at,
     struct wb_str value)
{
    const uint64_t stream_at = event->segment->at + at;
    g->count++;
    if (g->as_json) {
        value_json(g, event, stream_at, value);
    } else {
        value_text(cli, g, stream_at, value);
    }
}

static int
take_segment(struct cli *cli, struct get *g, const struct check_event *event)
{
    const struct tree_path *path = &g->query.path;
    if (!path->has_elem && path->pair.len == 0) {
        give(cli, g, event, 0, event->segment->bytes);
        return CLI_GOOD;
    }
    uint32_t cursor = 0;
    struct tree_path_value value;
    while (tree_path_next(path, event->grammar, event->segment, &cursor, &value)) {
        const struct wb_str text = cli_query_value(cli, event->segment, &value);
        if (text.at == NULL) {
            return cli_report(cli);
        }
        give(cli, g, event, value.at, text);
    }
    return CLI_GOOD;
}

/* Nothing there; perhaps it is further in. */
static void
hint(struct cli *cli, const struct get *g)
{
    if (g->count == 0 && cli->word_count <= 1 && !g->query.path.anywhere) {
        wb_out_text(&cli->err, "waybill get: nothing there; with **/ in front of the path it is "
                               "looked for in all loops\n");
    }
}

static int
get_file(struct cli *cli, void *self, int index)
{
    struct get *g = self;
    struct cli_session session;
    int exit_code = cli_session_open(cli, cli_file(cli, index), &g->options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    g->count = 0;
    g->file = session.input.name;
    g->reader = session.input.reader;
    cli_query_init(&g->query, cli_value(cli, CLI_TYPE, NULL));
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD && cli_query_event(&g->query, &event)) {
            exit_code = take_segment(cli, g, &event);
        }
    }
    if (exit_code == CLI_GOOD && session.interchange_count == 0) {
        exit_code = cli_session_exit(cli, &session);
    }
    cli_session_close(cli, &session);
    if (exit_code == CLI_GOOD) {
        hint(cli, g);
    }
    return exit_code == CLI_GOOD && g->count == 0 ? CLI_FINDINGS : exit_code;
}

int
cmd_get(struct cli *cli)
{
    struct get g = {.as_json = cli_choice(cli, CLI_FORMAT, 0) == 1};
    struct wb_str rest;
    if (cli_choice(cli, CLI_FORMAT, 0) < 0) {
        return CLI_USAGE;
    }
    if (cli->word_count == 0) {
        return cli_usage(cli, "which values? A path is PO1[2].02 or N1[ST].N3.01");
    }
    const struct wb_str path = wb_str_of(cli->words[0]);
    if (tree_path_read(&cli->ctx, path, &g.query.path, &rest) != WB_OK) {
        (void)cli_report(cli);
        return CLI_USAGE;
    }
    if (rest.len > 0) {
        return cli_usage(cli, "a path only says where; waybill grep looks for values");
    }
    cli->words++; /* what follows are files */
    cli->word_count--;
    struct cli_jobs jobs = {.one = get_file, .self = &g, .any = true};
    wb_json_init(&g.json, &cli->out, true);
    if (g.as_json) {
        jobs.list = &g.json;
        wb_json_object(&g.json);
        wb_json_member(&g.json, "schema", WB_LIT("waybill/get/1"));
        wb_json_member(&g.json, "path", path);
        wb_json_name(&g.json, WB_LIT("values"));
        wb_json_array(&g.json);
    }
    g.options.want_segments = true;
    if (check_cache_new(&cli->ctx, &g.options.cache) != WB_OK) {
        return cli_report(cli);
    }
    const int exit_code = cli_jobs_run(cli, &jobs);
    check_cache_free(g.options.cache);
    if (g.as_json) {
        wb_json_array_end(&g.json);
        wb_json_object_end(&g.json);
    }
    return exit_code;
}
