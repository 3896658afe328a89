/* waybill help: the list of commands, or one command's options and examples. */
#include "cli/commands.h"

int
cmd_help(struct cli *cli)
{
    if (cli->word_count == 0) {
        cli_print_help(&cli->out, "waybill");
        return CLI_GOOD;
    }
    const struct cli_command *command = cli_command_find(cli->words[0]);
    if (command == NULL) {
        const char *best = cli_command_guess(cli->words[0]);
        wb_out_text(&cli->err, "waybill: there is no command ");
        wb_out_safe(&cli->err, wb_str_of(cli->words[0]));
        if (best != NULL) {
            wb_out_printf(&cli->err, "; did you mean \"waybill help %s\"?", best);
        }
        wb_out_text(&cli->err, "\nwaybill help lists the commands\n");
        return CLI_USAGE;
    }
    cli_print_usage(&cli->out, command);
    return CLI_GOOD;
}
