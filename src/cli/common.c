/*
 * What the subcommands share: complaints and option values. Nothing here knows what a
 * message is.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

const char *
cli_value(const struct cli *cli, enum cli_option option, const char *otherwise)
{
    return cli->values[option] != NULL ? cli->values[option] : otherwise;
}

int
cli_usage(struct cli *cli, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut texts are still of use */
    va_end(arguments);
    wb_out_printf(&cli->err, "waybill %s: ", cli->command->name);
    wb_out_safe(&cli->err, wb_str_of(text));
    wb_out_printf(&cli->err, "\nwaybill help %s shows options and examples\n", cli->command->name);
    return CLI_USAGE;
}

int
cli_report(struct cli *cli)
{
    enum wb_rc rc = cli->ctx.error.rc;
    wb_out_text(&cli->err, "waybill: ");
    wb_out_safe(&cli->err, wb_str_of(rc == WB_OK ? "unknown failure" : cli->ctx.error.text));
    wb_out_byte(&cli->err, '\n');
    wb_error_clear(&cli->ctx);
    cli->broke = cli->broke || rc == WB_NOMEM || rc == WB_IO;
    return wb_rc_exit(rc == WB_OK ? WB_BUG : rc);
}

int
cli_choice_index(const char *words, struct wb_str word)
{
    struct wb_str rest = wb_str_of(words);
    for (int i = 0; rest.len > 0; i++) {
        const size_t len = wb_str_find(rest, '|');
        if (wb_str_eq(wb_str_sub(rest, 0, len), word)) {
            return i;
        }
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
    return -1;
}

int
cli_choice(struct cli *cli, enum cli_option option, int otherwise)
{
    if (!cli_has(cli, option)) {
        return otherwise;
    }
    const char *words = cli_choices(cli->command, option);
    assert(words != NULL);
    const int index = cli_choice_index(words, wb_str_of(cli->values[option]));
    if (index < 0) {
        (void)cli_usage(cli, "--%s is one of %s, not %s", cli_option_rows()[option].word, words,
                        cli->values[option]);
    }
    return index;
}

int
cli_combine(int so_far, int next, int file_no)
{
    if (file_no == 0 || next == so_far) {
        return next;
    }
    bool unusable = next == CLI_USAGE || so_far == CLI_USAGE || so_far == CLI_SOME_FAILED;
    if (unusable) {
        return CLI_SOME_FAILED;
    }
    return next > so_far ? next : so_far;
}
