/* waybill ls: one line a message. Columns line up while they are short enough; nothing is cut. */
#include <stdio.h>

#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/jobs.h"
#include "cli/session.h"
#include "view/style.h"

struct list {
    struct cli *cli;
    struct wb_json *json; /* NULL = text */
    struct check_options options;
    struct wb_str file;
};

static void
column(struct wb_out *out, struct wb_str text, size_t width)
{
    wb_out_safe(out, text);
    wb_out_fill(out, ' ', text.len < width ? width - text.len + 1 : 1);
}

static void
line_text(const struct list *list, const struct check_event *event)
{
    struct wb_out *out = &list->cli->out;
    struct view_style style = {.colour = list->cli->colour_out};
    char segments[24];
    (void)snprintf(segments, sizeof segments, "%u", event->message->segment_count);
    column(out, event->message->type, 6);
    column(out, event->message->control, 9);
    column(out, event->message->release, 8);
    column(out, wb_str_trim(event->interchange->sender), 15);
    column(out, wb_str_trim(event->interchange->receiver), 15);
    column(out, event->interchange->control, 9);
    column(out, wb_str_of(segments), 5);
    enum check_verdict verdict = event->message->verdict;
    view_painted(out, &style, verdict == CHECK_ACCEPTED ? VIEW_GREEN : VIEW_RED,
                 wb_str_of(check_verdict_word(verdict)));
    wb_out_text(out, "  ");
    wb_out_safe(out, list->file);
    wb_out_byte(out, '\n');
}

static void
line_json(const struct list *list, const struct check_event *event)
{
    struct wb_json *json = list->json;
    wb_json_object(json);
    wb_json_member(json, "file", list->file);
    wb_json_member(json, "type", event->message->type);
    wb_json_member(json, "control", event->message->control);
    wb_json_member(json, "release", event->message->release);
    wb_json_member(json, "group",
                   event->group != NULL ? event->group->control : (struct wb_str){0});
    wb_json_member(json, "interchange", event->interchange->control);
    wb_json_member(json, "sender", wb_str_trim(event->interchange->sender));
    wb_json_member(json, "receiver", wb_str_trim(event->interchange->receiver));
    wb_json_member_int(json, "segments", event->message->segment_count);
    wb_json_member_int(json, "offset", (int64_t)event->message->at);
    wb_json_member(json, "verdict", wb_str_of(check_verdict_word(event->message->verdict)));
    wb_json_object_end(json);
}

static int
list_file(struct cli *cli, void *self, int index)
{
    struct list *list = self;
    struct cli_session session;
    int exit_code = cli_session_open(cli, cli_file(cli, index), &list->options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    list->file = session.input.name;
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(list->cli, &session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_MESSAGE_END) {
            if (list->json != NULL) {
                line_json(list, &event);
            } else {
                line_text(list, &event);
            }
        }
    }
    if (exit_code == CLI_GOOD && session.interchange_count == 0) {
        exit_code = cli_session_exit(list->cli, &session);
    }
    cli_session_close(list->cli, &session);
    return exit_code;
}

int
cmd_ls(struct cli *cli)
{
    int format = cli_choice(cli, CLI_FORMAT, 0);
    if (format < 0) {
        return CLI_USAGE;
    }
    struct wb_json json;
    wb_json_init(&json, &cli->out, true);
    struct list list = {.cli = cli, .json = format == 1 ? &json : NULL};
    if (check_cache_new(&cli->ctx, &list.options.cache) != WB_OK) {
        return cli_report(cli);
    }
    if (format == 1) {
        wb_json_object(&json);
        wb_json_member(&json, "schema", WB_LIT("waybill/ls/1"));
        wb_json_name(&json, WB_LIT("messages"));
        wb_json_array(&json);
    }
    const struct cli_jobs jobs = {.one = list_file, .self = &list, .list = list.json};
    const int exit_code = cli_jobs_run(cli, &jobs);
    if (format == 1) {
        wb_json_array_end(&json);
        wb_json_object_end(&json);
    }
    check_cache_free(list.options.cache);
    return exit_code;
}
