/*
 * What the subcommands share: complaints, option values, usage and help. Nothing here knows what a
 * message is.
 */
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
    return wb_rc_exit(rc == WB_OK ? WB_BUG : rc);
}

int
cli_choice(struct cli *cli, enum cli_option option, const char *words, int otherwise)
{
    if (!cli_has(cli, option)) {
        return otherwise;
    }
    struct wb_str value = wb_str_of(cli->values[option]);
    struct wb_str rest = wb_str_of(words);
    for (int i = 0; rest.len > 0; i++) {
        size_t len = wb_str_find(rest, '|');
        if (wb_str_eq(wb_str_sub(rest, 0, len), value)) {
            return i;
        }
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
    (void)cli_usage(cli, "--%s is one of %s, not %s", cli_option_rows()[option].word, words,
                    cli->values[option]);
    return -1;
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

static void
print_option(struct wb_out *out, const struct cli_option_row *row)
{
    char left[48];
    int len =
        snprintf(left, sizeof left, "  %c%c --%s%s%s", row->letter != '\0' ? '-' : ' ',
                 row->letter != '\0' ? row->letter : ' ', row->word,
                 row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
    wb_out_text(out, left);
    wb_out_fill(out, ' ', len < 22 ? (size_t)(22 - len) : 1);
    wb_out_printf(out, "%s\n", row->help);
}

void
cli_print_usage(struct wb_out *out, const struct cli_command *command)
{
    wb_out_printf(out, "usage: waybill %s%s%s%s\n%s\n\nexamples\n%s\noptions\n", command->name,
                  command->options != 0 ? " [OPTION...]" : "",
                  command->arguments[0] != '\0' ? " " : "", command->arguments, command->summary,
                  command->examples);
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (cli_takes(command, (enum cli_option)i)) {
            print_option(out, &cli_option_rows()[i]);
        }
    }
    if (strstr(command->arguments, "FILE") != NULL) {
        wb_out_text(out, "\nNo FILE, or -, is standard input.\n");
    }
}

void
cli_print_help(struct wb_out *out, const char *program)
{
    size_t count = 0;
    const struct cli_command *commands = cli_commands(&count);
    wb_out_printf(out, "usage: %s COMMAND [OPTION...] [FILE...]\n\n", program);
    for (size_t i = 0; i < count; i++) {
        wb_out_printf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    wb_out_printf(out,
                  "\n%s help COMMAND shows its options and examples. First things to try:\n"
                  "  %s show FILE      what is in it\n"
                  "  %s check FILE     what is wrong with it\n",
                  program, program, program);
}
