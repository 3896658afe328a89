/* Whole results: nothing of a result that failed half-way is ever printed. */
#include "cli/output.h"

#include <string.h>

#include "base/limits.h"

int
cli_output_open(struct cli *cli, struct cli_output *ret)
{
    wb_out_init(&ret->out, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    return CLI_GOOD;
}

int
cli_output_close(struct cli *cli, struct cli_output *output, int exit_code)
{
    if (exit_code == CLI_GOOD || exit_code == CLI_FINDINGS) {
        if (wb_out_finish(&output->out) != WB_OK) {
            exit_code = cli_report(cli);
        } else if (strcmp(cli_value(cli, CLI_OUTPUT, "-"), "-") == 0) {
            wb_out_str(&cli->out, wb_buf_str(&output->out.buf));
        } else if (wb_os_write_result(&cli->ctx, cli->values[CLI_OUTPUT],
                                      wb_buf_str(&output->out.buf)) != WB_OK) {
            exit_code = cli_report(cli);
        }
    }
    wb_out_done(&output->out);
    return exit_code;
}
