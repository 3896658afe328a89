/* Whole results: nothing of a result that failed half-way is printed as one. */
#include "cli/output.h"

#include <string.h>
#include <unistd.h>

#include "base/limits.h"

/* The path of --output, NULL for standard output and where the command gathers results itself. */
static const char *
target(const struct cli *cli)
{
    if (cli->gathers) {
        return NULL;
    }
    const char *const path = cli_value(cli, CLI_OUTPUT, "-");
    return strcmp(path, "-") == 0 ? NULL : path;
}

int
cli_output_open(struct cli *cli, struct cli_output *ret)
{
    *ret = (struct cli_output){.file = {.fd = -1}};
    wb_out_init(&ret->out, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    return CLI_GOOD;
}

int
cli_output_stream(struct cli *cli, struct cli_output *ret)
{
    if (cli->gathers && cli->out.fd < 0) {
        return cli_output_open(cli, ret);
    }
    *ret = (struct cli_output){.streamed = true, .file = {.fd = -1}};
    int fd = STDOUT_FILENO;
    size_t hold_bytes = CLI_OUTPUT_HOLD;
    if (target(cli) != NULL) {
        if (wb_os_result_open(&cli->ctx, target(cli), &ret->file) != WB_OK) {
            (void)cli_output_open(cli, ret); /* so that it can be closed */
            return cli_report(cli);
        }
        fd = ret->file.fd;
        hold_bytes = ret->file.temp[0] != '\0' ? 0 : hold_bytes;
    } else if (wb_out_finish(&cli->out) != WB_OK) {
        (void)cli_output_open(cli, ret);
        return cli_report(cli);
    }
    wb_out_init_held(&ret->out, &cli->ctx, fd, hold_bytes);
    return CLI_GOOD;
}

static int
close_gathered(struct cli *cli, struct cli_output *output, int exit_code)
{
    if (wb_out_finish(&output->out) != WB_OK) {
        return cli_report(cli);
    }
    if (target(cli) == NULL) {
        wb_out_str(&cli->out, wb_buf_str(&output->out.buf));
        return exit_code;
    }
    return wb_os_write_result(&cli->ctx, target(cli), wb_buf_str(&output->out.buf)) == WB_OK
               ? exit_code
               : cli_report(cli);
}

static int
close_streamed(struct cli *cli, struct cli_output *output, int exit_code)
{
    if (wb_out_finish(&output->out) != WB_OK) {
        return cli_report(cli);
    }
    if (output->file.fd < 0) {
        cli->out.written_bytes += output->out.written_bytes; /* it went the same way */
        return exit_code;
    }
    return wb_os_replace_commit(&cli->ctx, &output->file) == WB_OK ? exit_code : cli_report(cli);
}

/* Nothing of it is wanted: what can be taken back is. That a write failed was said already. */
static void
give_up(struct cli *cli, struct cli_output *output)
{
    const bool good = output->out.rc == WB_OK;
    const uint64_t gone_bytes = output->out.written_bytes - output->out.buf.len;
    const bool all = wb_out_drop(&output->out);
    if (output->streamed && output->file.fd < 0) {
        cli->out.written_bytes += gone_bytes;
    }
    const bool unseen = output->file.fd >= 0 && output->file.temp[0] != '\0';
    if (output->streamed && good && !all && !unseen) {
        wb_out_text(&cli->err, "waybill: what was printed is not whole\n");
    }
}

int
cli_output_close(struct cli *cli, struct cli_output *output, int exit_code)
{
    if (exit_code == CLI_GOOD || exit_code == CLI_FINDINGS) {
        exit_code = output->streamed ? close_streamed(cli, output, exit_code)
                                     : close_gathered(cli, output, exit_code);
    }
    if (exit_code != CLI_GOOD && exit_code != CLI_FINDINGS) {
        give_up(cli, output);
    }
    wb_os_replace_abandon(&cli->ctx, &output->file);
    wb_out_done(&output->out);
    return exit_code;
}

int
cli_stream_open(struct cli *cli, const char *path, struct cli_stream *ret)
{
    ret->to_file = path != NULL || target(cli) != NULL;
    ret->out = &cli->out;
    ret->file.fd = -1;
    if (!ret->to_file) {
        return CLI_GOOD;
    }
    if (wb_os_result_open(&cli->ctx, path != NULL ? path : target(cli), &ret->file) != WB_OK) {
        return cli_report(cli);
    }
    wb_out_init(&ret->file_out, &cli->ctx, ret->file.fd, WB_LIMIT_WINDOW);
    ret->out = &ret->file_out;
    return CLI_GOOD;
}

int
cli_stream_close(struct cli *cli, struct cli_stream *stream, int exit_code, bool replace)
{
    if (!stream->to_file) {
        return exit_code;
    }
    const bool good = exit_code == CLI_GOOD || exit_code == CLI_FINDINGS;
    enum wb_rc rc = good ? wb_out_finish(&stream->file_out) : WB_OK;
    if (good && rc == WB_OK) {
        rc = (enum wb_rc)(replace ? wb_os_replace_commit(&cli->ctx, &stream->file)
                                  : wb_os_replace_commit_new(&cli->ctx, &stream->file));
    }
    wb_os_replace_abandon(&cli->ctx, &stream->file); /* what was not kept */
    wb_out_done(&stream->file_out);
    return rc == WB_OK ? exit_code : cli_report(cli);
}
