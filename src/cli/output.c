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
        } else if (cli->gathers || strcmp(cli_value(cli, CLI_OUTPUT, "-"), "-") == 0) {
            wb_out_str(&cli->out, wb_buf_str(&output->out.buf));
        } else if (wb_os_write_result(&cli->ctx, cli->values[CLI_OUTPUT],
                                      wb_buf_str(&output->out.buf)) != WB_OK) {
            exit_code = cli_report(cli);
        }
    }
    wb_out_done(&output->out);
    return exit_code;
}

int
cli_stream_open(struct cli *cli, const char *path, struct cli_stream *ret)
{
    path = path == NULL ? cli_value(cli, CLI_OUTPUT, "-") : path;
    path = strcmp(path, "-") == 0 ? NULL : path;
    ret->path = path;
    ret->out = &cli->out;
    ret->draft.fd = -1;
    if (path == NULL) {
        return CLI_GOOD;
    }
    if (wb_os_draft_open_result(&cli->ctx, path, &ret->draft) != WB_OK) {
        return cli_report(cli);
    }
    wb_out_init(&ret->file, &cli->ctx, ret->draft.fd, WB_LIMIT_WINDOW);
    ret->out = &ret->file;
    return CLI_GOOD;
}

int
cli_stream_close(struct cli *cli, struct cli_stream *stream, int exit_code, bool replace)
{
    if (stream->path == NULL) {
        return exit_code;
    }
    const bool good = exit_code == CLI_GOOD || exit_code == CLI_FINDINGS;
    if (good && wb_out_finish(&stream->file) != WB_OK) {
        exit_code = cli_report(cli);
        wb_os_draft_drop(&cli->ctx, &stream->draft);
    } else if (!good) {
        wb_os_draft_drop(&cli->ctx, &stream->draft);
    } else if (wb_os_draft_keep(&cli->ctx, &stream->draft, replace) != WB_OK) {
        exit_code = cli_report(cli);
    }
    wb_out_done(&stream->file);
    return exit_code;
}
