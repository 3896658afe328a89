/* waybill show: the annotated view of each file, with the findings where they were seen. */
#include "cli/commands.h"
#include "cli/session.h"
#include "view/show.h"

static int
show_file(struct cli *cli, const char *path)
{
    static const struct check_options options = {.want_segments = true};
    struct cli_session session;
    int exit_code = cli_session_open(cli, path, &options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct view_style style = {.colour = cli->colour_out, .verbose = cli_has(cli, CLI_VERBOSE)};
    struct view_show view;
    view_show_init(&view, &cli->out, &style);
    if (cli_file_count(cli) > 1) {
        wb_out_text(&cli->out, "== ");
        wb_out_safe(&cli->out, session.input.name);
        wb_out_byte(&cli->out, '\n');
    }
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD) {
            view_show_event(&view, &event);
        }
    }
    /* Looking is good whatever is found; only an input without any interchange is not. */
    if (exit_code == CLI_GOOD && session.interchange_count == 0) {
        exit_code = cli_session_exit(cli, &session);
    }
    cli_session_close(cli, &session);
    return exit_code;
}

int
cmd_show(struct cli *cli)
{
    int exit_code = CLI_GOOD;
    for (int i = 0; i < cli_file_count(cli); i++) {
        exit_code = cli_combine(exit_code, show_file(cli, cli_file(cli, i)), i);
    }
    return exit_code;
}
