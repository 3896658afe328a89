/*
 * The program's entry: finds the subcommand, reads its options against the one table, runs it. No
 * subcommand knows of argv. waybillc is the same program and means "waybill map".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cli.h"

enum { OUT_LIMIT = 1 << 20, ARENA_LIMIT = 1 << 30 };

static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* NO_COLOR and CLICOLOR_FORCE as users expect them; --color decides over both. */
static bool
wants_colour(const struct cli *cli, int fd)
{
    const char *when = cli_value(cli, CLI_COLOR, "auto");
    if (strcmp(when, "auto") != 0) {
        return strcmp(when, "always") == 0;
    }
    const char *no = getenv("NO_COLOR");
    if (no != NULL && no[0] != '\0') {
        return false;
    }
    const char *force = getenv("CLICOLOR_FORCE");
    if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0) {
        return true;
    }
    const char *term = getenv("TERM");
    return wb_os_isatty(fd) && (term == NULL || strcmp(term, "dumb") != 0);
}

/* Where "--json" stands for "--format json": the word is one of that option's choices. */
static bool
is_format(const struct cli *cli, struct wb_str name)
{
    return cli_takes(cli->command, CLI_FORMAT) &&
           cli_choice_index(cli_choices(cli->command, CLI_FORMAT), name) >= 0;
}

static int
unknown_option(struct cli *cli, const char *word)
{
    const struct cli_option_row *rows = cli_option_rows();
    struct wb_str name = wb_str_of(word + strspn(word, "-"));
    name.len = wb_str_find(name, '=');
    if (is_format(cli, name)) {
        return cli_usage(cli, "there is no option %s; did you mean --format " WB_FMT "?", word,
                         WB_ARG(name));
    }
    const char *best = NULL;
    unsigned best_distance = 3;
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        unsigned distance = wb_str_distance(name, wb_str_of(rows[i].word), 2);
        if (cli_takes(cli->command, (enum cli_option)i) && distance < best_distance) {
            best = rows[i].word;
            best_distance = distance;
        }
    }
    if (best != NULL) {
        return cli_usage(cli, "there is no option %s; did you mean --%s?", word, best);
    }
    return cli_usage(cli, "there is no option %s", word);
}

/* "-format": the letter -f with the value "ormat", which nobody means. */
static bool
lacks_a_dash(const struct cli *cli, const char *word)
{
    const struct cli_option_row *rows = cli_option_rows();
    struct wb_str name = wb_str_of(word + 1);
    name.len = wb_str_find(name, '=');
    for (int i = 0; word[1] != '-' && i < CLI_OPTION_COUNT; i++) {
        if (cli_takes(cli->command, (enum cli_option)i) &&
            wb_str_eq(name, wb_str_of(rows[i].word))) {
            return true;
        }
    }
    return false;
}

/* The option that `word` ("--name[=value]" or "-x") names; *ret_value is the text behind '=' or
 * NULL. */
static int
match_option(const struct cli *cli, const char *word, const char **ret_value)
{
    const struct cli_option_row *rows = cli_option_rows();
    *ret_value = NULL;
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (!cli_takes(cli->command, (enum cli_option)i)) {
            continue;
        }
        if (word[1] != '-') {
            if (rows[i].letter != '\0' && word[1] == rows[i].letter) {
                *ret_value = word[2] != '\0' ? word + 2 : NULL;
                return i;
            }
            continue;
        }
        size_t len = strlen(rows[i].word);
        if (strncmp(word + 2, rows[i].word, len) == 0 &&
            (word[2 + len] == '\0' || word[2 + len] == '=')) {
            *ret_value = word[2 + len] == '=' ? word + 3 + len : NULL;
            return i;
        }
    }
    return -1;
}

/* Sorts argv into options and words. CLI_GOOD, or an exit code after the complaint. */
static int
read_arguments(struct cli *cli, int count, char **arguments)
{
    const struct cli_option_row *rows = cli_option_rows();
    bool only_words = false;
    for (int i = 0; i < count; i++) {
        char *word = arguments[i];
        if (only_words || word[0] != '-' || word[1] == '\0') {
            cli->words[cli->word_count++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_words = true;
            continue;
        }
        const char *value = NULL;
        int option = lacks_a_dash(cli, word) ? -1 : match_option(cli, word, &value);
        if (option < 0) {
            return unknown_option(cli, word);
        }
        if (rows[option].argument == NULL) {
            if (value != NULL) {
                return cli_usage(cli, "--%s takes no value", rows[option].word);
            }
            value = "";
        } else if (value == NULL) {
            if (i + 1 >= count) {
                return cli_usage(cli, "--%s wants %s: %s", rows[option].word, rows[option].argument,
                                 rows[option].help);
            }
            value = arguments[++i];
        }
        cli->values[option] = value;
    }
    return CLI_GOOD;
}

static int
unknown_command(struct cli *cli, const char *name)
{
    const char *best = cli_command_guess(name);
    wb_out_text(&cli->err, "waybill: there is no command ");
    wb_out_safe(&cli->err, wb_str_of(name));
    if (name[0] == '-') {
        wb_out_text(&cli->err, "; options stand behind the command");
    } else if (best != NULL) {
        wb_out_printf(&cli->err, "; did you mean \"waybill %s\"?", best);
    } else if (access(name, R_OK) == 0) {
        wb_out_printf(&cli->err, "; to look at that file: waybill show %s", name);
    }
    wb_out_text(&cli->err, "\nwaybill help lists the commands\n");
    return CLI_USAGE;
}

static int
run_command(struct cli *cli, int count, char **arguments)
{
    cli->words = wb_arena_array(&cli->ctx, &cli->arena, (size_t)count + 1, sizeof *cli->words);
    if (cli->words == NULL) {
        return cli_report(cli);
    }
    int exit_code = read_arguments(cli, count, arguments);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    for (int i = 0; i < CLI_OPTION_COUNT; i++) { /* a wrong word is told before anything is done */
        const enum cli_option option = (enum cli_option)i;
        if (cli_choices(cli->command, option) != NULL && cli_choice(cli, option, 0) < 0) {
            return CLI_USAGE;
        }
    }
    cli->colour_out = wants_colour(cli, STDOUT_FILENO);
    cli->colour_err = wants_colour(cli, STDERR_FILENO);
    if (cli_has(cli, CLI_HELP)) {
        cli_print_usage(&cli->out, cli->command);
        return CLI_GOOD;
    }
    return cli->command->run(cli);
}

static int
dispatch(struct cli *cli, int argc, char **argv)
{
    cli->program = base_name(argc > 0 ? argv[0] : "waybill");
    if (strcmp(cli->program, "waybillc") == 0) {
        cli->command = cli_command_find("map");
        return run_command(cli, argc - 1, argv + 1);
    }
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        cli_print_help(argc < 2 ? &cli->err : &cli->out, "waybill");
        return argc < 2 ? CLI_USAGE : CLI_GOOD;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    cli->command = cli_command_find(name);
    if (cli->command == NULL) {
        return unknown_command(cli, argv[1]);
    }
    return run_command(cli, argc - 2, argv + 2);
}

/* Writes what is left. What failed is never the end of a good command: not when it was told on the
 * way, and not when it was overlooked. */
static int
settle(struct cli *cli, int exit_code)
{
    bool lost = wb_out_finish(&cli->out) != WB_OK;
    bool whole = !lost && (exit_code == CLI_GOOD || exit_code == CLI_FINDINGS);
    bool told = cli->broke && cli->ctx.error.rc == WB_OK;
    if ((lost && !told) || (whole && cli->ctx.error.rc != WB_OK)) {
        return cli_report(cli);
    }
    return (lost || whole) && told ? CLI_USAGE : exit_code;
}

int
main(int argc, char **argv)
{
    struct cli cli = {0};
    wb_ctx_init(&cli.ctx);
    wb_arena_init(&cli.arena, ARENA_LIMIT);
    wb_out_init(&cli.out, &cli.ctx, STDOUT_FILENO, OUT_LIMIT);
    wb_out_init(&cli.err, &cli.ctx, STDERR_FILENO, OUT_LIMIT);
    int exit_code = settle(&cli, dispatch(&cli, argc, argv));
    /* Nothing is left to tell when even the complaint cannot be written. */
    (void)!wb_out_finish(&cli.err);
    wb_out_done(&cli.out);
    wb_out_done(&cli.err);
    wb_arena_done(&cli.arena);
    return exit_code;
}
