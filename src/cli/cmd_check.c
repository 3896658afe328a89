/*
 * waybill check: every finding of every file. Text goes out as it is found; JSON is one document
 * over all files.
 */
#include "cli/commands.h"
#include "cli/session.h"
#include "view/check.h"
#include "view/finding.h"

static struct view_style
style_of(const struct cli *cli)
{
    return (struct view_style){.colour = cli->colour_out, .verbose = cli_has(cli, CLI_VERBOSE)};
}

static const char *
plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* The verdict for people; JSON has check_verdict_word(). */
static const char *
verdict_text(enum check_verdict verdict)
{
    static const char *const words[] = {
        [CHECK_ACCEPTED] = "accepted",
        [CHECK_ACCEPTED_WITH_ERRORS] = "accepted with warnings",
        [CHECK_REJECTED] = "rejected",
        [CHECK_PARTLY_ACCEPTED] = "partly accepted",
    };
    return words[verdict];
}

/* The last line of a file: "order.edi: 2 messages, rejected: 3 errors, 1 warning". */
static void
summary(struct cli *cli, const struct cli_session *session)
{
    struct view_style style = style_of(cli);
    const uint64_t *n = session->findings;
    enum check_verdict verdict = session->verdict;
    wb_out_safe(&cli->out, session->input.name);
    wb_out_printf(&cli->out, ": %u message%s, ", session->message_count,
                  plural(session->message_count));
    view_painted(&cli->out, &style,
                 verdict == CHECK_ACCEPTED               ? VIEW_GREEN
                 : verdict == CHECK_ACCEPTED_WITH_ERRORS ? VIEW_YELLOW
                                                         : VIEW_RED,
                 wb_str_of(verdict_text(verdict)));
    wb_out_printf(&cli->out, ": %llu error%s, %llu warning%s", (unsigned long long)n[CHECK_ERROR],
                  plural(n[CHECK_ERROR]), (unsigned long long)n[CHECK_WARNING],
                  plural(n[CHECK_WARNING]));
    if (n[CHECK_NOTE] + n[CHECK_ADVICE] > 0) {
        wb_out_printf(&cli->out, ", %llu note%s and %llu advice%s",
                      (unsigned long long)n[CHECK_NOTE], plural(n[CHECK_NOTE]),
                      (unsigned long long)n[CHECK_ADVICE],
                      cli_has(cli, CLI_VERBOSE) || n[CHECK_NOTE] == 0 ? "" : " (notes: --verbose)");
    }
    wb_out_byte(&cli->out, '\n');
}

/* A list that is not whole says so, whoever reads it. */
static bool
tells_of_more(enum check_code code)
{
    return code == CHECK_MSG_MORE || code == CHECK_ENV_MORE || code == CHECK_FILE_MORE;
}

static int
check_text(struct cli *cli, const struct check_options *options, const char *path)
{
    struct cli_session session;
    int exit_code = cli_session_open(cli, path, options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct view_style style = style_of(cli);
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_FINDING &&
            (style.verbose || event.finding->severity != CHECK_NOTE ||
             tells_of_more(event.finding->code))) {
            view_finding_text(&cli->out, &style, session.input.name, event.finding);
        }
    }
    if (exit_code == CLI_GOOD) {
        exit_code = cli_session_exit(cli, &session);
        if (exit_code != CLI_USAGE) {
            summary(cli, &session);
        }
    }
    cli_session_close(cli, &session);
    return exit_code;
}

static int
check_json(struct cli *cli, const struct check_options *options, struct wb_json *json,
           const char *path)
{
    struct cli_session session;
    int exit_code = cli_session_open(cli, path, options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct view_check view;
    view_check_file_begin(&cli->ctx, &view, json, session.input.name);
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD) {
            view_check_event(&view, &event);
        }
    }
    const char *verdict =
        session.interchange_count == 0 ? "unreadable" : check_verdict_word(session.verdict);
    const uint64_t *n = session.findings;
    const uint64_t all = n[CHECK_ERROR] + n[CHECK_WARNING] + n[CHECK_NOTE] + n[CHECK_ADVICE];
    if (view_check_file_end(&view, wb_str_of(verdict), all) != WB_OK && exit_code == CLI_GOOD) {
        exit_code = cli_report(cli);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = cli_session_exit(cli, &session);
    }
    cli_session_close(cli, &session);
    return exit_code;
}

int
cmd_check(struct cli *cli)
{
    int format = cli_choice(cli, CLI_FORMAT, "text|json", 0);
    if (format < 0 || cli_choice(cli, CLI_FAIL_ON, "warning|error", 0) < 0) {
        return CLI_USAGE;
    }
    struct check_options options = {.cache = NULL};
    if (check_cache_new(&cli->ctx, &options.cache) != WB_OK) {
        return cli_report(cli);
    }
    struct wb_json json;
    wb_json_init(&json, &cli->out, true);
    if (format == 1) {
        view_check_begin(&json);
    }
    int exit_code = CLI_GOOD;
    for (int i = 0; i < cli_file_count(cli); i++) {
        const char *path = cli_file(cli, i);
        int next =
            format == 1 ? check_json(cli, &options, &json, path) : check_text(cli, &options, path);
        exit_code = cli_combine(exit_code, next, i);
    }
    if (format == 1) {
        view_check_end(&json);
    }
    check_cache_free(options.cache);
    return exit_code;
}
