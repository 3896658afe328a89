/*
 * waybill translate: EDI to business documents, JSON or XML; business documents to EDI. The kind of
 * input is recognised. A document is composed before its first byte is written; a whole file of
 * them is streamed, see cli/output.h.
 */
#include "cli/commands.h"
#include "cli/jobs.h"
#include "cli/maps.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/translate.h"
#include "cli/x12_form.h"
#include "view/edi.h"

enum target { TO_BUSINESS, TO_JSON, TO_XML, TO_X12, TO_EDIFACT };

/* EDI as nested JSON or XML: no map, no loss. */
static int
to_nested(struct cli *cli, const char *path, enum view_edi_form form)
{
    static const struct check_options options = {.want_segments = true};
    struct cli_session session;
    int exit_code = cli_session_open(cli, path, &options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct cli_output output;
    exit_code = cli_output_stream(cli, &output);
    struct view_edi view;
    view_edi_begin(&view, &output.out, form);
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && output.out.rc == WB_OK && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD) {
            view_edi_event(&view, &event);
        }
    }
    if (exit_code == CLI_GOOD && output.out.rc == WB_OK) {
        view_edi_end(&view);
        exit_code = cli_session_exit(cli, &session);
    }
    cli_translate_say_verdict(cli, &session);
    cli_session_close(cli, &session);
    return cli_output_close(cli, &output, exit_code);
}

static int
translate(struct cli *cli, const char *path, enum target target)
{
    struct cli_input input;
    int exit_code = cli_input_open(cli, path, &input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    enum cli_kind kind = cli_input_kind(&input);
    if (kind == CLI_KIND_JSON) {
        if (target == TO_X12) {
            exit_code = cli_translate_json(cli, &input);
        } else {
            exit_code = cli_usage(
                cli, "%s is JSON already; --to x12 makes EDI of a business document", path);
        }
        cli_input_close(cli, &input);
        return exit_code;
    }
    struct cli_session session;
    static const struct check_options options = {.want_trees = true};
    exit_code = cli_session_adopt(cli, &input, &options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    exit_code = cli_translate_edi(cli, &session, target == TO_X12);
    cli_session_close(cli, &session);
    return exit_code;
}

static int
translate_file(struct cli *cli, void *self, int index)
{
    const enum target target = *(const enum target *)self;
    const char *path = cli_file(cli, index);
    if (target == TO_JSON || target == TO_XML) {
        return to_nested(cli, path, target == TO_JSON ? VIEW_EDI_JSON : VIEW_EDI_XML);
    }
    return translate(cli, path, target);
}

int
cmd_translate(struct cli *cli)
{
    if (!cli_has(cli, CLI_TO)) {
        return cli_usage(cli, "--to says what is wanted: business, json, xml, x12 or edifact");
    }
    int target = cli_choice(cli, CLI_TO, -1);
    if (target < 0) {
        return CLI_USAGE;
    }
    if (cli->word_count > 1 && target != TO_BUSINESS && target != TO_JSON) {
        return cli_usage(cli, "one file at a time, but to business and json");
    }
    if (target == TO_EDIFACT) {
        return cli_usage(
            cli, "this version has no EDIFACT grammar; --to x12, business, json and xml work");
    }
    struct cli_x12_form form;
    if (target == TO_X12 && cli_x12_form_read(cli, &form) != CLI_GOOD) {
        return CLI_USAGE; /* before anything is read */
    }
    if (target != TO_X12 && cli_x12_form_given(cli)) {
        return cli_usage(cli, "--separators, --suffix, --replace, --trailing and --test say how "
                              "--to x12 writes");
    }
    enum target to = (enum target)target;
    const struct cli_jobs jobs = {.one = translate_file, .self = &to};
    return cli_jobs_results(cli, &jobs);
}
