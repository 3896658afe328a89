/*
 * Input of the commands: the first window is read ahead, to see whether it is EDI, JSON or a
 * message pasted into mail; then a source gives it again and goes on with the file.
 */
#include "cli/input.h"

#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/progress.h"

enum { HEAD = WB_LIMIT_WINDOW };

static enum wb_rc
read_on(struct wb_ctx *ctx, void *self, char *at, size_t cap, size_t *ret_len)
{
    struct cli_input *input = self;
    size_t left = input->head_len - input->head_at;
    if (left > 0) {
        size_t len = left < cap ? left : cap;
        memcpy(at, input->head + input->head_at, len);
        input->head_at += len;
        *ret_len = len;
        return WB_OK;
    }
    enum wb_rc rc = (enum wb_rc)wb_os_read(ctx, input->fd, at, cap, ret_len);
    if (rc == WB_OK) {
        cli_progress_add(input->cli, *ret_len);
    }
    return rc;
}

char *
cli_input_window(struct cli *cli)
{
    if (cli->window == NULL) {
        cli->window = wb_arena_raw(&cli->ctx, &cli->arena, HEAD);
        if (cli->window == NULL) {
            wb_error_clear(&cli->ctx); /* whoever needs it will find that memory is out */
        }
    }
    return cli->window;
}

static enum wb_rc
read_head(struct cli *cli, struct cli_input *input)
{
    input->head = cli->window != NULL ? cli->window : wb_arena_raw(&cli->ctx, &cli->arena, HEAD);
    cli->window = NULL;
    if (input->head == NULL) {
        return WB_NOMEM;
    }
    while (input->head_len < HEAD) {
        size_t len = 0;
        enum wb_rc rc = (enum wb_rc)wb_os_read(&cli->ctx, input->fd, input->head + input->head_len,
                                               HEAD - input->head_len, &len);
        if (rc != WB_OK) {
            wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(input->name));
            return rc;
        }
        if (len == 0) {
            break;
        }
        input->head_len += len;
        cli_progress_add(cli, len);
    }
    return WB_OK;
}

int
cli_input_open(struct cli *cli, const char *path, struct cli_input *ret)
{
    *ret = (struct cli_input){.cli = cli, .path = path, .name = wb_str_of(path), .fd = -1};
    if (strcmp(path, "-") == 0) {
        ret->name = WB_LIT("(standard input)");
        ret->fd = STDIN_FILENO;
        if (wb_os_isatty(STDIN_FILENO)) {
            static const char hint[] = "waybill: reading standard input; paste, then Ctrl-D\n";
            (void)!wb_os_write_all(&cli->ctx, STDERR_FILENO,
                                   (struct wb_str){hint, sizeof hint - 1}); /* only talk */
        }
    } else if (wb_os_open_read(&cli->ctx, path, &ret->fd) != WB_OK) {
        (void)cli_report(cli); /* whatever stopped it, the input cannot be read */
        return CLI_USAGE;
    }
    if (read_head(cli, ret) != WB_OK) {
        cli_input_close(cli, ret);
        int exit_code = cli_report(cli);
        return exit_code == CLI_BUG ? exit_code : CLI_USAGE;
    }
    return CLI_GOOD;
}

enum cli_kind
cli_input_kind(const struct cli_input *input)
{
    struct wb_str head = wb_str_trim((struct wb_str){input->head, input->head_len});
    if (wb_str_starts(head, WB_LIT("\xEF\xBB\xBF"))) {
        head = wb_str_trim(wb_str_sub(head, 3, head.len));
    }
    if (head.len == 0) {
        return CLI_KIND_EMPTY;
    }
    if (head.at[0] == '{' || head.at[0] == '[') {
        return CLI_KIND_JSON;
    }
    for (size_t at = 0; at + 3 <= head.len; at++) {
        struct wb_str three = wb_str_sub(head, at, 3);
        if (wb_str_eq(three, WB_LIT("ISA")) || wb_str_eq(three, WB_LIT("UNB")) ||
            wb_str_eq(three, WB_LIT("UNA"))) {
            return CLI_KIND_EDI;
        }
    }
    return CLI_KIND_OTHER;
}

int
cli_input_all(struct cli *cli, struct cli_input *input, size_t size_max, struct wb_str *ret)
{
    if (input->in_memory) { /* it was read before */
        *ret = input->memory.bytes;
        return CLI_GOOD;
    }
    struct wb_buf buf;
    wb_buf_init(&buf, size_max);
    enum wb_rc rc = wb_buf_add(&cli->ctx, &buf, (struct wb_str){input->head, input->head_len});
    char *window = wb_arena_alloc(&cli->ctx, &cli->arena, HEAD);
    input->head_at = input->head_len;
    while (rc == WB_OK && window != NULL) {
        size_t len = 0;
        rc = read_on(&cli->ctx, input, window, HEAD, &len);
        if (rc != WB_OK || len == 0) {
            break;
        }
        rc = len <= size_max - buf.len
                 ? wb_buf_add(&cli->ctx, &buf, (struct wb_str){window, len})
                 : wb_fail(&cli->ctx, WB_LIMIT, "larger than %zu MiB, the most that is read whole",
                           size_max >> 20);
    }
    if (rc == WB_OK && window != NULL) {
        *ret = wb_arena_dup(&cli->ctx, &cli->arena, wb_buf_str(&buf));
        rc = ret->at == NULL ? WB_NOMEM : WB_OK;
    }
    wb_buf_done(&buf);
    if (rc != WB_OK || window == NULL) {
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(input->name));
        return cli_report(cli);
    }
    return CLI_GOOD;
}

static void
say_undone(struct cli *cli, const struct cli_input *input)
{
    static const struct {
        uint32_t bit;
        const char *words;
    } rows[] = {
        {WIRE_UNDID_TEXT_AROUND,      "text before or after the message left out"},
        {WIRE_UNDID_QUOTED_PRINTABLE, "quoted-printable decoded"                 },
        {WIRE_UNDID_QUOTE_MARKS,      "quote marks removed"                      },
        {WIRE_UNDID_LEADING_BLANKS,   "leading blanks removed"                   },
        {WIRE_UNDID_WRAPPED_LINES,    "wrapped lines joined"                     },
        {WIRE_UNDID_HTML,             "HTML decoded"                             },
    };
    wb_out_safe(&cli->err, input->name);
    wb_out_text(&cli->err, ": looks pasted from mail");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((input->undid & rows[i].bit) != 0) {
            wb_out_printf(&cli->err, "; %s", rows[i].words);
        }
    }
    wb_out_text(&cli->err, ". Offsets and lines count in the text so repaired.\n");
}

static int
unwrap(struct cli *cli, struct cli_input *input)
{
    struct wb_str all;
    int exit_code = cli_input_all(cli, input, WB_LIMIT_UNWRAP, &all);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct wb_str text = all;
    if (wire_unwrap(&cli->ctx, &cli->arena, all, &text, &input->undid) != WB_OK) {
        return cli_report(cli);
    }
    if (input->undid != 0) {
        say_undone(cli, input);
    }
    input->memory = (struct wire_memory){.bytes = input->undid != 0 ? text : all};
    input->in_memory = true;
    return CLI_GOOD;
}

int
cli_input_source(struct cli *cli, struct cli_input *input, struct wire_source *ret)
{
    struct wb_str head = {input->head, input->head_len};
    if (wire_unwrap_wanted(head)) {
        int exit_code = unwrap(cli, input);
        if (exit_code != CLI_GOOD) {
            return exit_code;
        }
    }
    *ret = (struct wire_source){.read = read_on, .self = input};
    if (input->in_memory) {
        *ret = wire_source_memory(&input->memory);
    }
    return CLI_GOOD;
}

int
cli_input_reader(struct cli *cli, struct cli_input *input)
{
    struct wire_source source;
    int exit_code = cli_input_source(cli, input, &source);
    static const struct wire_options options = {0};
    if (exit_code == CLI_GOOD && wire_open(&cli->ctx, source, &options, &input->reader) != WB_OK) {
        return cli_report(cli);
    }
    return exit_code;
}

void
cli_input_close(struct cli *cli, struct cli_input *input)
{
    wire_close(input->reader);
    input->reader = NULL;
    if (input->fd > STDIN_FILENO) {
        (void)!wb_os_close(&cli->ctx, input->fd); /* it was only read */
    }
    input->fd = -1;
    if (input->head != NULL) {
        cli->window = input->head;
        input->head = NULL;
    }
}
