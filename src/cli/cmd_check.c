/*
 * waybill check: every finding of every file. Text and lines go out as they are found; JSON and
 * SARIF are one document over all files.
 */
#include "cli/commands.h"
#include "cli/jobs.h"
#include "cli/session.h"
#include "view/check.h"
#include "view/finding.h"
#include "view/sarif.h"

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
        [CHECK_NOT_CHECKED] = "not checked",
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

enum form { FORM_TEXT, FORM_JSON, FORM_LINE, FORM_SARIF };

struct task {
    enum form form;
    struct check_options options;
    struct wb_json json;
    struct view_sarif sarif;
};

static void
take_finding(struct cli *cli, struct task *task, const struct cli_session *session,
             const struct check_finding *finding)
{
    const struct view_style style = style_of(cli);
    if (task->form == FORM_SARIF) {
        view_sarif_finding(&task->sarif, session->input.name, finding);
    } else if (!style.verbose && finding->severity == CHECK_NOTE && !tells_of_more(finding->code)) {
        return;
    } else if (task->form == FORM_LINE) {
        view_finding_line(&cli->out, session->input.name, finding);
    } else {
        view_finding_text(&cli->out, &style, session->input.name, finding);
    }
}

/* Text, lines and SARIF: findings as they come. */
static int
check_findings(struct cli *cli, struct task *task, struct cli_session *session)
{
    struct check_event event = {.kind = CHECK_FINDING};
    int exit_code = CLI_GOOD;
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_FINDING) {
            take_finding(cli, task, session, event.finding);
        }
    }
    if (exit_code == CLI_GOOD) {
        exit_code = cli_session_exit(cli, session);
        if (exit_code != CLI_USAGE && task->form == FORM_TEXT) {
            summary(cli, session);
        }
    }
    return exit_code;
}

static int
check_json(struct cli *cli, struct task *task, struct cli_session *session)
{
    struct view_check view;
    view_check_file_begin(&cli->ctx, &view, &task->json, session->input.name);
    struct check_event event = {.kind = CHECK_FINDING};
    int exit_code = CLI_GOOD;
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, session, &event);
        if (exit_code == CLI_GOOD) {
            view_check_event(&view, &event);
        }
    }
    bool unreadable = session->interchange_count == 0 || exit_code != CLI_GOOD;
    const char *verdict = unreadable ? "unreadable" : check_verdict_word(session->verdict);
    const uint64_t *n = session->findings;
    const uint64_t all = n[CHECK_ERROR] + n[CHECK_WARNING] + n[CHECK_NOTE] + n[CHECK_ADVICE];
    if (view_check_file_end(&view, wb_str_of(verdict), all) != WB_OK && exit_code == CLI_GOOD) {
        exit_code = cli_report(cli);
    }
    return exit_code == CLI_GOOD ? cli_session_exit(cli, session) : exit_code;
}

static int
check_file(struct cli *cli, void *self, int index)
{
    struct task *task = self;
    struct cli_session session;
    int exit_code = cli_session_open(cli, cli_file(cli, index), &task->options, &session);
    if (exit_code == CLI_GOOD) {
        exit_code = task->form == FORM_JSON ? check_json(cli, task, &session)
                                            : check_findings(cli, task, &session);
        cli_session_close(cli, &session);
    }
    return exit_code;
}

int
cmd_check(struct cli *cli)
{
    int form = cli_choice(cli, CLI_FORMAT, FORM_TEXT);
    if (form < 0 || cli_choice(cli, CLI_FAIL_ON, 0) < 0) {
        return CLI_USAGE;
    }
    struct task task = {.form = (enum form)form};
    if (check_cache_new(&cli->ctx, &task.options.cache) != WB_OK) {
        return cli_report(cli);
    }
    struct cli_jobs jobs = {.one = check_file, .self = &task};
    wb_json_init(&task.json, &cli->out, true);
    if (form == FORM_JSON) {
        view_check_begin(&task.json);
        jobs.list = &task.json;
    } else if (form == FORM_SARIF) {
        view_sarif_begin(&task.sarif, &task.json, WAYBILL_VERSION);
        jobs.list = &task.json;
    }
    int exit_code = cli_jobs_run(cli, &jobs);
    if (form == FORM_JSON) {
        view_check_end(&task.json);
    } else if (form == FORM_SARIF) {
        view_sarif_end(&task.sarif, exit_code == CLI_GOOD || exit_code == CLI_FINDINGS);
    }
    check_cache_free(task.options.cache);
    return exit_code;
}
