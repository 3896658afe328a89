/*
 * The help: the list of commands, and one command with its details, examples and options. The
 * manual (manual.c) says the same, made of the same tables.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

enum { OPTION_COLUMN = 22 };

/* "text|json" as "text, json". */
static void
print_choices(struct wb_out *out, const char *words)
{
    struct wb_str rest = wb_str_of(words);
    while (rest.len > 0) {
        const size_t len = wb_str_find(rest, '|');
        wb_out_str(out, wb_str_sub(rest, 0, len));
        rest = wb_str_sub(rest, len + 1, rest.len);
        wb_out_text(out, rest.len > 0 ? ", " : "");
    }
}

static void
print_option(struct wb_out *out, const struct cli_command *command, enum cli_option option)
{
    const struct cli_option_row *row = &cli_option_rows()[option];
    const char *choices = cli_choices(command, option);
    char left[48];
    int len =
        snprintf(left, sizeof left, "  %c%c --%s%s%s", row->letter != '\0' ? '-' : ' ',
                 row->letter != '\0' ? row->letter : ' ', row->word,
                 row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
    wb_out_text(out, left);
    wb_out_fill(out, ' ', len < OPTION_COLUMN ? (size_t)(OPTION_COLUMN - len) : 1);
    wb_out_text(out, row->help);
    if (choices != NULL) {
        wb_out_text(out, ": ");
        print_choices(out, choices);
    }
    wb_out_byte(out, '\n');
}

void
cli_print_usage(struct wb_out *out, const struct cli_command *command)
{
    wb_out_printf(out, "usage: waybill %s%s%s%s\n%s\n\n", command->name,
                  command->options != 0 ? " [OPTION...]" : "",
                  command->arguments[0] != '\0' ? " " : "", command->arguments, command->summary);
    if (command->details[0] != '\0') {
        wb_out_printf(out, "%s\n", command->details);
    }
    wb_out_printf(out, "examples\n%s\noptions\n", command->examples);
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (cli_takes(command, (enum cli_option)i)) {
            print_option(out, command, (enum cli_option)i);
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
