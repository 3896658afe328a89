/*
 * The tables of commands and options, made of commands.def and options.def. The functions stand in
 * cmd_*.c, one file each.
 */
#include "cli/commands.h"

#include <string.h>

#define O(name) (UINT64_C(1) << CLI_##name)

/* A command without details, or details without a command, does not build. */
#define D(name_, text_) static const char details_##name_[] = text_;
#include "cli/details.def"
#undef D

static const struct choice {
    const char *command;
    enum cli_option option;
    const char *words;
} choices[] = {
#define C(command_, option_, words_)                                                               \
    {.command = (command_), .option = CLI_##option_, .words = (words_)},
#include "cli/choices.def"
#undef C
};

static const struct cli_command commands[] = {
#define X(name_, arguments_, summary_, examples_, options_)                                        \
    {.name = #name_,                                                                               \
     .arguments = (arguments_),                                                                    \
     .summary = (summary_),                                                                        \
     .details = details_##name_,                                                                   \
     .examples = (examples_),                                                                      \
     .options = (options_),                                                                        \
     .run = cmd_##name_},
#include "cli/commands.def"
#undef X
};

static const struct cli_option_row option_rows[] = {
#define X(name, word_, letter_, argument_, help_)                                                  \
    [CLI_##name] = {.word = (word_), .letter = (letter_), .argument = (argument_), .help = (help_)},
#include "cli/options.def"
#undef X
};

_Static_assert(CLI_OPTION_COUNT <= 64, "the options of a command are bits");

const struct cli_option_row *
cli_option_rows(void)
{
    return option_rows;
}

bool
cli_takes(const struct cli_command *command, enum cli_option option)
{
    return option == CLI_HELP || option == CLI_COLOR ||
           (command->options & (UINT64_C(1) << option)) != 0;
}

const struct cli_command *
cli_commands(size_t *ret_count)
{
    *ret_count = sizeof commands / sizeof commands[0];
    return commands;
}

const char *
cli_command_guess(const char *name)
{
    enum { FAR = 3 };
    const char *best = NULL;
    unsigned best_distance = FAR;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct wb_str real = wb_str_of(commands[i].name);
        unsigned distance = wb_str_distance(wb_str_of(name), real, FAR - 1);
        if (distance < best_distance && distance < real.len) {
            best = commands[i].name;
            best_distance = distance;
        }
    }
    return best;
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

const char *
cli_choices(const struct cli_command *command, enum cli_option option)
{
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        const struct choice *row = &choices[i];
        if (row->option == option &&
            (row->command[0] == '\0' || strcmp(row->command, command->name) == 0)) {
            return row->words;
        }
    }
    return NULL;
}
