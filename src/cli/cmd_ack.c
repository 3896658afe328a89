/*
 * waybill ack: TA1 and 997 for a file. The same input, time and control number give the same bytes:
 * without --at the time is that of the interchange answered, and the clock's only where that has no
 * date.
 */
#include <stdio.h>
#include <string.h>

#include "check/ack.h"
#include "cli/commands.h"
#include "cli/jobs.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/when.h"

enum { CONTROL_DIGITS = 9, CONTROL_MAX = 999999999 };

/* Why there is no answer. */
static void
say_nothing_due(struct cli *cli, const struct cli_session *session, bool headed, bool grouped,
                bool edifact)
{
    const char *why = edifact   ? "EDIFACT is answered by CONTRL, which this version does not write"
                      : !headed ? "there is no ISA that says whom to answer"
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
    bool edifact = false;
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, session, &event);
        const bool ended = exit_code == CLI_GOOD && event.kind == CHECK_INTERCHANGE_END;
        const bool x12 = ended && event.interchange->syntax == WIRE_X12;
        edifact = edifact || (ended && !x12);
        headed = headed || (x12 && event.interchange->header_bytes.len > 0);
        grouped = grouped || (exit_code == CLI_GOOD && event.kind == CHECK_GROUP_END);
        if (exit_code == CLI_GOOD && ack_event(&cli->ctx, ack, &event) != WB_OK) {
            exit_code = cli_report(cli);
        }
    }
    if (exit_code == CLI_GOOD && session->interchange_count == 0) {
        exit_code = cli_session_exit(cli, session);
    } else if (exit_code == CLI_GOOD && ack_count(ack) == 0) {
        say_nothing_due(cli, session, headed, grouped, edifact);
        exit_code = headed ? CLI_GOOD : CLI_FINDINGS;
    } else if (exit_code == CLI_GOOD && session->verdict != CHECK_ACCEPTED) {
        exit_code = CLI_FINDINGS;
    }
    ack_close(ack);
    return exit_code;
}

struct task {
    struct ack_options options;
    uint32_t next_no; /* control number of the next answer over all files */
};

static int
ack_file(struct cli *cli, void *self, int index)
{
    static const struct check_options check_options = {.keep_findings = true};
    const struct task *task = self;
    struct cli_session session;
    int exit_code = cli_session_open(cli, cli_file(cli, index), &check_options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct cli_output output;
    exit_code = cli_output_open(cli, &output);
    if (exit_code == CLI_GOOD) {
        exit_code = answer(cli, &session, &task->options, &output.out);
        exit_code = cli_output_close(cli, &output, exit_code);
    }
    cli_session_close(cli, &session);
    return exit_code;
}

/* Writes the number over the nine digits that an element of ours has. */
static void
put_number(struct wb_buf *text, const struct wire_segment *segment, uint32_t element_no,
           uint32_t number)
{
    uint32_t count = 0;
    const struct wire_token *token = wire_element(segment, element_no, &count);
    if (count == 0 || token->len != CONTROL_DIGITS) {
        return;
    }
    char digits[CONTROL_DIGITS + 2];
    (void)snprintf(digits, sizeof digits, "%09u", (unsigned)number);
    memcpy(text->at + segment->at + token->at, digits, CONTROL_DIGITS);
}

/*
 * Every file's answers were numbered from --control on; here the numbers go on from file to file,
 * however many files are answered at once.
 */
static enum wb_rc
number_on(struct cli *cli, void *self, struct wb_buf *text)
{
    static const struct wire_options options = {0};
    struct task *task = self;
    struct wire_memory memory = {.bytes = wb_buf_str(text)};
    struct wire_reader *reader = NULL;
    enum wb_rc rc = text->len == 0
                        ? WB_OK
                        : wire_open(&cli->ctx, wire_source_memory(&memory), &options, &reader);
    enum wire_event event = text->len == 0 ? WIRE_END : WIRE_NOTICE;
    while (rc == WB_OK && event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        rc = wire_next(&cli->ctx, reader, &event, &segment, &notice);
        if (rc == WB_OK && event == WIRE_INTERCHANGE) {
            put_number(text, &segment, 13, task->next_no);
        } else if (rc == WB_OK && event == WIRE_SEGMENT && wb_str_eq(segment.tag, WB_LIT("IEA"))) {
            put_number(text, &segment, 2, task->next_no);
            task->next_no = task->next_no >= CONTROL_MAX ? 1 : task->next_no + 1;
        }
    }
    wire_close(reader);
    return rc;
}

int
cmd_ack(struct cli *cli)
{
    struct task task = {
        .options = {.list_accepted = true, .control_no = 1, .suffix = WB_LIT("\n")}
    };
    int exit_code = cli_when(cli, &task.options.at_seconds, &task.options.at_given);
    uint64_t control = 1;
    if (exit_code == CLI_GOOD && cli_has(cli, CLI_CONTROL) &&
        (!wb_str_u64(wb_str_of(cli->values[CLI_CONTROL]), &control) || control == 0 ||
         control > CONTROL_MAX)) {
        exit_code = cli_usage(cli, "--control is a number from 1 to 999999999");
    }
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    task.options.control_no = (uint32_t)control;
    task.next_no = (uint32_t)control;
    const bool many = cli_file_count(cli) > 1;
    const struct cli_jobs jobs = {.one = ack_file, .self = &task, .renew = many ? number_on : NULL};
    return cli_jobs_results(cli, &jobs);
}
