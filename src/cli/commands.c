/*
 * The one table of commands: names, what they take, the examples that help shows first. The
 * functions stand in cmd_*.c, one file each.
 */
#include "cli/commands.h"

#include <string.h>

#define OPTIONS(...)                                                                               \
    .options = (const enum cli_option[]){__VA_ARGS__},                                             \
    .option_count = sizeof((const enum cli_option[]){__VA_ARGS__}) / sizeof(enum cli_option)

static const struct cli_command commands[] = {
    {.name = "show",
     .arguments = "[FILE...]",
     .summary =
         "a message as a person reads it: loops indented, codes explained, findings in place", .help = "  waybill show order.edi\n  waybill show order.edi | less -R\n  cat order.edi | "
             "waybill show -\n", OPTIONS(CLI_GRAMMAR,                                                                                               CLI_VERBOSE),
     .run = cmd_show},
    {.name = "ls",
     .arguments = "[FILE...]",
     .summary = "one line a message: what, from whom, to whom, number, verdict",
     .help = "  waybill ls inbox/*.edi\n  waybill ls --format json inbox/*.edi\n",
     OPTIONS(CLI_FORMAT,                                                                                                                                                                  CLI_GRAMMAR),
     .run = cmd_ls},
    {.name = "check",
     .arguments = "[FILE...]",
     .summary = "every finding at every level, with its place and its cure",
     .help = "  waybill check order.edi\n  waybill check --format json order.edi\n"
             "  waybill check --fail-on error inbox/*.edi\n",                                                                                                          OPTIONS(CLI_FORMAT,                                                                                                                                                                                                             CLI_FAIL_ON, CLI_GRAMMAR, CLI_VERBOSE),
     .run = cmd_check},
    {.name = "ack",
     .arguments = "[FILE]",
     .summary = "the TA1 and 997 that answer a file",
     .help = "  waybill ack order.edi > answer.edi\n"
             "  waybill ack --at 2026-11-23T08:00Z --control 42 order.edi\n",OPTIONS(CLI_AT,CLI_CONTROL, CLI_GRAMMAR, CLI_OUTPUT),
     .run = cmd_ack},
    {.name = "translate",
     .arguments = "--to KIND [FILE]",
     .summary = "into a business document as JSON, back to X12, or into lossless JSON or XML",
     .help = "  waybill translate --to business order.edi | jq .lines\n"
             "  waybill translate --to business order.edi | waybill translate --to x12 -\n"
             "  waybill translate --to json order.edi\n",                                                                                                    OPTIONS(CLI_TO,                                                                                                                                                                                             CLI_RELEASE, CLI_MAP, CLI_MAPS, CLI_NO_SOURCE, CLI_AT, CLI_CONTROL, CLI_SENDER,
     CLI_RECEIVER, CLI_GRAMMAR, CLI_OUTPUT, CLI_VERBOSE),
     .run = cmd_translate},
    {.name = "plan",
     .arguments = "--odoo RELEASE --records DIR [FILE]",
     .summary = "what would be done in Odoo, without doing it",
     .help = "  waybill plan --odoo 17 --records export/ order.edi\n"
             "  waybill plan --odoo 19 --records export/ --format json order.edi\n",                                                                                                                                            OPTIONS(CLI_ODOO,                                                                                                                                                                                                                              CLI_RECORDS, CLI_POLICY, CLI_FORMAT, CLI_MAP, CLI_MAPS, CLI_GRAMMAR,
     CLI_OUTPUT, CLI_AT),
     .run = cmd_plan},
    {.name = "map",
     .arguments = "check|compile|run|test [...]",
     .summary = "the map compiler, also as waybillc",
     .help =
         "  waybill map check my.map\n  waybill map test\n  waybill map compile -o my.wbb my.map\n"
         "  waybill map run -m my-850-order my.map order.edi\n",                                                                      OPTIONS(CLI_MAP,                                                                      CLI_MAPS, CLI_FORMAT, CLI_OUTPUT, CLI_TRACE, CLI_NO_SOURCE, CLI_GRAMMAR,
     CLI_VERBOSE),
     .run = cmd_map},
    {.name = "explain",
     .arguments = "THING...",
     .summary = "any code: a finding, 850/PO1/06, ACK01=IS, 997:AK403=7, a pasted segment",
     .help =
         "  waybill explain WB-ELM-0407\n  waybill explain 850/PO1/06\n  waybill explain 355=CS\n"
         "  waybill explain 997:AK403=7\n  waybill explain 'N1*ST*GENERAL "
         "HOSPITAL*UL*0012345000058'\n",                                                                                OPTIONS(CLI_RELEASE,                                                                                                                                                                                      CLI_GRAMMAR),
     .run = cmd_explain},
    {.name = "help",
     .arguments = "[COMMAND]",
     .summary = "this list, or a command's options and examples",
     .help = "  waybill help check\n",
     .run = cmd_help                                                                                                                                                                                                                       },
    {.name = "version",
     .arguments = "",
     .summary = "the version, and the grammars and maps that are built in",
     .help = "  waybill version\n",
     .run = cmd_version},
};

static const struct cli_option_row option_rows[] = {
#define X(name, word_, letter_, argument_, help_)                                                  \
    [CLI_##name] = {.word = word_, .letter = letter_, .argument = argument_, .help = help_},
#include "cli/options.def"
#undef X
};

const struct cli_option_row *
cli_option_rows(void)
{
    return option_rows;
}

const struct cli_command *
cli_commands(size_t *ret_count)
{
    *ret_count = sizeof commands / sizeof commands[0];
    return commands;
}

const struct cli_command *
cli_command_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}
