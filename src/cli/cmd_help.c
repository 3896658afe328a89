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
        return cli_usage(cli, "there is no command %s", cli->words[0]);
    }
    cli_print_usage(&cli->out, command);
    return CLI_GOOD;
}
