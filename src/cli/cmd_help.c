/* waybill help: the list of commands, or one command's options and examples, also as pages of the
 * manual and as completion. */
#include "cli/commands.h"
#include "cli/manual.h"

int
cmd_help(struct cli *cli)
{
    enum form { TEXT, MAN, BASH };
    const int form = cli_choice(cli, CLI_FORMAT, TEXT);
    if (form < 0) {
        return CLI_USAGE;
    }
    if (form == BASH) {
        cli_print_completion(&cli->out);
        return CLI_GOOD;
    }
    if (cli->word_count == 0 && form == MAN) {
        cli_print_manual(&cli->out);
        return CLI_GOOD;
    }
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
    if (form == MAN) {
        cli_print_manual_of(&cli->out, command);
    } else {
        cli_print_usage(&cli->out, command);
    }
    return CLI_GOOD;
}
