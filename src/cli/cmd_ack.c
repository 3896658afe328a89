/*
 * waybill ack: TA1 and 997 for a file. The same input, time and control number give the same bytes:
 * without --at the time is that of the interchange answered, and the clock's only where that has no
 * date.
 */
#include "check/ack.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/when.h"

/* Why there is no answer. */
static void
say_nothing_due(struct cli *cli, const struct cli_session *session, bool headed, bool grouped)
{
    const char *why = !headed   ? "there is no ISA that says whom to answer"
                      : grouped ? "acknowledgements are not acknowledged"
                                : "it holds no group, and ISA14 asks for no TA1";
    wb_out_safe(&cli->err, session->input.name);
    wb_out_printf(&cli->err, ": nothing to acknowledge: %s\n", why);
}

static int
answer(struct cli *cli, struct cli_session *session, const struct ack_options *options,
       struct wb_out *out)
{
    struct ack *ack = NULL;
    if (ack_open(&cli->ctx, options, out, &ack) != WB_OK) {
        return cli_report(cli);
    }
    struct check_event event = {.kind = CHECK_FINDING};
    int exit_code = CLI_GOOD;
    bool headed = false;
    bool grouped = false;
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, session, &event);
        headed = headed || (exit_code == CLI_GOOD && event.kind == CHECK_INTERCHANGE_END &&
                            event.interchange->header_bytes.len > 0);
        grouped = grouped || (exit_code == CLI_GOOD && event.kind == CHECK_GROUP_END);
        if (exit_code == CLI_GOOD && ack_event(&cli->ctx, ack, &event) != WB_OK) {
            exit_code = cli_report(cli);
        }
    }
    if (exit_code == CLI_GOOD && session->interchange_count == 0) {
        exit_code = cli_session_exit(cli, session);
    } else if (exit_code == CLI_GOOD && ack_count(ack) == 0) {
        say_nothing_due(cli, session, headed, grouped);
        exit_code = headed ? CLI_GOOD : CLI_FINDINGS;
    } else if (exit_code == CLI_GOOD && session->verdict != CHECK_ACCEPTED) {
        exit_code = CLI_FINDINGS;
    }
    ack_close(ack);
    return exit_code;
}

int
cmd_ack(struct cli *cli)
{
    if (cli->word_count > 1) {
        return cli_usage(cli, "one file at a time: an acknowledgement answers one input");
    }
    struct ack_options options = {.list_accepted = true, .control_no = 1, .suffix = WB_LIT("\n")};
    int exit_code = cli_when(cli, &options.at_seconds, &options.at_given);
    uint64_t control = 1;
    if (exit_code == CLI_GOOD && cli_has(cli, CLI_CONTROL) &&
        (!wb_str_u64(wb_str_of(cli->values[CLI_CONTROL]), &control) || control == 0 ||
         control > 999999999)) {
        exit_code = cli_usage(cli, "--control is a number from 1 to 999999999");
    }
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    options.control_no = (uint32_t)control;
    static const struct check_options check_options = {.keep_findings = true};
    struct cli_session session;
    exit_code = cli_session_open(cli, cli_file(cli, 0), &check_options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct cli_output output;
    exit_code = cli_output_open(cli, &output);
    if (exit_code == CLI_GOOD) {
        exit_code = answer(cli, &session, &options, &output.out);
        exit_code = cli_output_close(cli, &output, exit_code);
    }
    cli_session_close(cli, &session);
    return exit_code;
}
