#pragma once
/*
 * What every subcommand gets: the context, the options, standard output and standard error. Data
 * goes to out, talk to err. One file a subcommand (cmd_*.c), one table of options (options.def),
 * one table of commands (commands.def).
 */
#include "base/arena.h"
#include "base/buf.h"

enum cli_option {
#define X(name, word, letter, argument, help) CLI_##name,
#include "cli/options.def"
#undef X
    CLI_OPTION_COUNT
};

struct cli_option_row {
    const char *word;     /* "--format" without the dashes */
    char letter;          /* 0 = none */
    const char *argument; /* NULL = a switch */
    const char *help;
};

/* How far a long input is; cli/progress.h. */
struct cli_progress {
    bool on;
    bool shown;
    bool shared_terminal; /* standard output is a terminal too */
    int tell_fd;          /* of a worker: its parent; -1 = draw */
    uint64_t begun_ms;
    uint64_t drawn_ms;
    uint64_t total_bytes; /* 0 = not known */
    uint64_t read_bytes;
};

struct cli {
    struct wb_ctx ctx;
    struct wb_arena arena; /* lives as long as the command */
    struct wb_arena spare; /* the arena of one file among many, while it is not in use */
    char *window;          /* of an input that is closed, for the next one */
    struct wb_out out;
    struct wb_out err;
    const char *program; /* "waybill", or "waybillc" */
    const struct cli_command *command;
    const char *values[CLI_OPTION_COUNT]; /* NULL = not given; a switch is "" */
    char **words;                         /* what is no option */
    int word_count;
    bool colour_out;
    bool colour_err;
    bool gathers; /* results of many files go to out; the command itself writes --output */
    bool broke;   /* memory or the system failed, and it was said */
    struct cli_progress progress;
};

enum cli_exit {
#define E(name, number, meaning) CLI_##name = number,
#include "cli/exits.def"
#undef E
};

struct cli_command {
    const char *name;
    const char *arguments; /* as in the usage line */
    const char *summary;
    const char *details; /* paragraphs, may be empty */
    const char *examples;
    uint64_t options; /* bit (1 << enum cli_option) */
    int (*run)(struct cli *cli);
};

/* The table, in the order of help. */
const struct cli_command *cli_commands(size_t *ret_count);
const struct cli_command *cli_command_find(const char *name);
/* The command that a mistyped word comes nearest to, or NULL when none is near. */
const char *cli_command_guess(const char *name);
const struct cli_option_row *cli_option_rows(void);
/* Whether the command has the option; --help and --color every one has. */
bool cli_takes(const struct cli_command *command, enum cli_option option);

static inline bool
cli_has(const struct cli *cli, enum cli_option option)
{
    return cli->values[option] != NULL;
}

/* Option value, or `otherwise`. */
const char *cli_value(const struct cli *cli, enum cli_option option, const char *otherwise);
/* Says "waybill check: ..." and a pointer to help on err; returns CLI_USAGE. */
int cli_usage(struct cli *cli, const char *format, ...) WB_PRINTF(2, 3);
/* Reports ctx.error on err with the program's name; returns the exit code for it and clears the
 * error. */
int cli_report(struct cli *cli);
/* The words that the option takes in this command, separated by '|' (choices.def); NULL = any. */
const char *cli_choices(const struct cli_command *command, enum cli_option option);
/* Which of the words it is, -1 = none of them. */
int cli_choice_index(const char *words, struct wb_str word);
/* Option value must be one of its choices; index, or -1 after saying what is wrong. */
int cli_choice(struct cli *cli, enum cli_option option, int otherwise);
/* Worse of two exit codes for a command over several files: 0 and failures make 3 where one file
 * could not be used. */
int cli_combine(int so_far, int next, int file_no);

void cli_print_usage(struct wb_out *out, const struct cli_command *command);
void cli_print_help(struct wb_out *out, const char *program);
