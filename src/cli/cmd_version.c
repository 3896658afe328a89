/* waybill version: the program, and what is built into it. */
#include "cli/commands.h"
#include "grammar/shipped.h"
#include "map/map.h"

static int
list_grammars(struct cli *cli)
{
    for (size_t i = 0; i < grammar_shipped_count(); i++) {
        struct grammar grammar;
        if (grammar_shipped_open(&cli->ctx, i, &grammar) != WB_OK) {
            return cli_report(cli);
        }
        wb_out_printf(&cli->out, "grammar " WB_FMT " " WB_FMT ":",
                      WB_ARG(grammar_str(&grammar, grammar.standard)),
                      WB_ARG(grammar_str(&grammar, grammar.release)));
        for (uint32_t m = 0; m < grammar.message_count; m++) {
            wb_out_printf(&cli->out, " " WB_FMT,
                          WB_ARG(grammar_str(&grammar, grammar.messages[m].id)));
        }
        wb_out_byte(&cli->out, '\n');
    }
    return CLI_GOOD;
}

int
cmd_version(struct cli *cli)
{
    wb_out_text(&cli->out, "waybill " WAYBILL_VERSION "\n");
    int exit_code = list_grammars(cli);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct map_bundle *bundle = NULL;
    if (map_shipped_open(&cli->ctx, &cli->arena, &bundle) != WB_OK) {
        return cli_report(cli);
    }
    wb_out_text(&cli->out, "maps:");
    for (size_t i = 0; i < map_count(bundle); i++) {
        struct map_info info;
        map_info(bundle, i, &info);
        wb_out_printf(&cli->out, " " WB_FMT, WB_ARG(info.name));
    }
    wb_out_byte(&cli->out, '\n');
    return CLI_GOOD;
}
