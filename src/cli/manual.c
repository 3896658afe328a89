/*
 * Pages of the manual in the man macros, and the completion script. Both walk the tables; no
 * command is known here by name.
 */
#include "cli/manual.h"

#include <string.h>

/* Text in a page: what roff would take for its own is escaped. */
static void
roff(struct wb_out *out, struct wb_str text)
{
    bool line_start = true;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (line_start && (c == '.' || c == '\'')) {
            wb_out_text(out, "\\&");
        }
        if (c == '\\') {
            wb_out_text(out, "\\e");
        } else if (c == '-') {
            wb_out_text(out, "\\-");
        } else if (c == '~') {
            wb_out_text(out, "\\(ti");
        } else if (c == '^') {
            wb_out_text(out, "\\(ha");
        } else if (c == '\'') {
            wb_out_text(out, "\\(aq");
        } else {
            wb_out_byte(out, c);
        }
        line_start = c == '\n';
    }
}

static void
roff_text(struct wb_out *out, const char *text)
{
    roff(out, wb_str_of(text));
}

static void
title(struct wb_out *out, const char *name)
{
    wb_out_text(out, ".\\\" Written by waybill help; made again by tools/gen-man.\n.TH ");
    for (size_t i = 0; name[i] != '\0'; i++) {
        const char c = name[i];
        wb_out_byte(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    wb_out_text(out, " 1 \"\" \"waybill " WAYBILL_VERSION "\" \"waybill\"\n.SH NAME\n");
    roff_text(out, name);
    wb_out_text(out, " \\- ");
}

static void
option(struct wb_out *out, const struct cli_command *command, enum cli_option option_no)
{
    const struct cli_option_row *row = &cli_option_rows()[option_no];
    const char *choices = cli_choices(command, option_no);
    wb_out_text(out, ".TP\n");
    if (row->letter != '\0') {
        wb_out_printf(out, "\\fB\\-%c\\fR, ", row->letter);
    }
    wb_out_text(out, "\\fB\\-\\-");
    roff_text(out, row->word);
    wb_out_text(out, "\\fR");
    if (row->argument != NULL) {
        wb_out_text(out, " \\fI");
        roff_text(out, row->argument);
        wb_out_text(out, "\\fR");
    }
    wb_out_byte(out, '\n');
    roff_text(out, row->help);
    if (choices != NULL) {
        wb_out_text(out, ": ");
        roff_text(out, choices);
    }
    wb_out_byte(out, '\n');
}

static void
exit_codes(struct wb_out *out)
{
    wb_out_text(out, ".SH EXIT STATUS\n");
#define E(name, number, meaning) wb_out_text(out, ".TP\n\\fB" #number "\\fR\n" meaning "\n");
#include "cli/exits.def"
#undef E
}

static void
see_also(struct wb_out *out, const struct cli_command *but)
{
    size_t count = 0;
    const struct cli_command *commands = cli_commands(&count);
    wb_out_text(out, ".SH SEE ALSO\n");
    if (but != NULL) {
        wb_out_text(out, ".BR waybill (1),\n");
    }
    for (size_t i = 0; i < count; i++) {
        const bool last = i + 1 == count || (i + 2 == count && &commands[i + 1] == but);
        if (&commands[i] != but) {
            wb_out_printf(out, ".BR waybill\\-%s (1)%s\n", commands[i].name, last ? "" : ",");
        }
    }
}

void
cli_print_manual_of(struct wb_out *out, const struct cli_command *command)
{
    char name[64] = "waybill-";
    size_t len = strlen(command->name);
    len = len < sizeof name - 9 ? len : sizeof name - 9;
    memcpy(name + 8, command->name, len);
    name[8 + len] = '\0';
    title(out, name);
    roff_text(out, command->summary);
    wb_out_printf(out, "\n.SH SYNOPSIS\n.B waybill %s\n", command->name);
    wb_out_text(out, command->options != 0 ? "[\\fIOPTION\\fR...]\n" : "");
    if (command->arguments[0] != '\0') {
        roff_text(out, command->arguments);
        wb_out_byte(out, '\n');
    }
    wb_out_text(out, ".SH DESCRIPTION\n");
    roff_text(out, command->details[0] != '\0' ? command->details : command->summary);
    if (strstr(command->arguments, "FILE") != NULL) {
        wb_out_text(out, "\n.PP\nNo FILE, or \\-, is standard input.");
    }
    wb_out_text(out, "\n.SH OPTIONS\n");
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (cli_takes(command, (enum cli_option)i)) {
            option(out, command, (enum cli_option)i);
        }
    }
    wb_out_text(out, ".SH EXAMPLES\n.nf\n");
    roff_text(out, command->examples);
    wb_out_text(out, ".fi\n");
    exit_codes(out);
    see_also(out, command);
}

void
cli_print_manual(struct wb_out *out)
{
    size_t count = 0;
    const struct cli_command *commands = cli_commands(&count);
    title(out, "waybill");
    wb_out_text(out, "read, check, answer and translate X12 documents\n"
                     ".SH SYNOPSIS\n.B waybill\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] "
                     "[\\fIFILE\\fR...]\n.SH DESCRIPTION\n"
                     "Data goes to standard output, talk to standard error. Colours and a progress "
                     "bar are shown on a terminal only. No FILE, or \\-, is standard input.\n"
                     ".SH COMMANDS\n");
    for (size_t i = 0; i < count; i++) {
        wb_out_printf(out, ".TP\n\\fB%s\\fR ", commands[i].name);
        roff_text(out, commands[i].arguments);
        wb_out_byte(out, '\n');
        roff_text(out, commands[i].summary);
        wb_out_byte(out, '\n');
    }
    wb_out_text(out, ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours, if not empty\n"
                     ".TP\n.B CLICOLOR_FORCE\ncolours also where there is no terminal\n"
                     ".TP\n.B XDG_CACHE_HOME\nwhere compiled grammars are kept, else ~/.cache\n");
    exit_codes(out);
    see_also(out, NULL);
}

/* Words of the script that depend on the command: its options, and what an option takes. */
static void
completion_of(struct wb_out *out, const struct cli_command *command)
{
    const struct cli_option_row *rows = cli_option_rows();
    wb_out_printf(out, "    %s)\n        options='", command->name);
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (cli_takes(command, (enum cli_option)i)) {
            wb_out_printf(out, "--%s ", rows[i].word);
        }
    }
    wb_out_text(out, "'\n        case $before in\n");
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (!cli_takes(command, (enum cli_option)i) || rows[i].argument == NULL) {
            continue;
        }
        const char *choices = cli_choices(command, (enum cli_option)i);
        const bool folder = strcmp(rows[i].argument, "DIR") == 0;
        const bool file = strcmp(rows[i].argument, "FILE") == 0;
        wb_out_printf(out, "        --%s", rows[i].word);
        if (rows[i].letter != '\0') {
            wb_out_printf(out, " | -%c", rows[i].letter);
        }
        wb_out_printf(out, ") takes='%s'", file ? "file" : folder ? "folder" : "words");
        for (size_t k = 0; choices != NULL && choices[k] != '\0'; k++) {
            if (k == 0) {
                wb_out_text(out, " words='");
            }
            wb_out_byte(out, choices[k] == '|' ? ' ' : choices[k]);
        }
        wb_out_text(out, choices != NULL ? "' ;;\n" : " ;;\n");
    }
    wb_out_text(out, "        esac\n        ;;\n");
}

void
cli_print_completion(struct wb_out *out)
{
    size_t count = 0;
    const struct cli_command *commands = cli_commands(&count);
    wb_out_text(out, "# Completion of waybill for bash; made by waybill help --format bash.\n"
                     "_waybill()\n{\n"
                     "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                     "    local options='' takes='' words='' commands='");
    for (size_t i = 0; i < count; i++) {
        wb_out_printf(out, "%s%s", i > 0 ? " " : "", commands[i].name);
    }
    wb_out_text(out, "'\n    COMPREPLY=()\n"
                     "    if ((COMP_CWORD == 1)); then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$word\")\n"
                     "        return\n"
                     "    fi\n"
                     "    if [[ $before == = ]]; then\n"
                     "        before=${COMP_WORDS[COMP_CWORD-2]}\n"
                     "    elif [[ $word == = ]]; then\n"
                     "        word=''\n"
                     "    fi\n"
                     "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < count; i++) {
        completion_of(out, &commands[i]);
    }
    wb_out_text(out, "    esac\n"
                     "    if [[ $takes == words ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                     "    elif [[ $takes == folder ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n"
                     "        compopt -o filenames 2> /dev/null\n"
                     "    elif [[ $takes == '' && $word == -* ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
                     "    elif [[ $takes == '' && ${COMP_WORDS[1]} == help ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$word\")\n"
                     "    else\n"
                     "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                     "        compopt -o filenames 2> /dev/null\n"
                     "    fi\n"
                     "}\n"
                     "complete -F _waybill waybill\n");
}
