#pragma once
/*
 * A file, or standard input, as a reader. What was pasted from mail is unwrapped first; what that
 * undid is said on standard error.
 */
#include "cli/cli.h"
#include "wire/reader.h"
#include "wire/unwrap.h"

struct cli_input {
    struct cli *cli; /* whose progress the reading is */
    const char *path;
    struct wb_str name; /* for people: "(standard input)" for - */
    int fd;
    char *head; /* the first bytes, read ahead to see what this is */
    size_t head_len;
    size_t head_at;
    struct wire_memory memory; /* unwrapped text, when it was */
    bool in_memory;
    uint32_t undid;
    struct wire_reader *reader;
};

enum cli_kind { CLI_KIND_EMPTY, CLI_KIND_EDI, CLI_KIND_JSON, CLI_KIND_OTHER };

/* The window that inputs take turns with, made when there is none; NULL when memory is out. */
char *cli_input_window(struct cli *cli);
/* Opens path ("-" is standard input) and looks at its first bytes. Complains itself; returns an
 * exit code. */
int cli_input_open(struct cli *cli, const char *path, struct cli_input *ret);
/* Opens the reader; for mail-pasted input the text is unwrapped first. */
int cli_input_reader(struct cli *cli, struct cli_input *input);
/* The same in two steps, for who wants to look at the bytes as they pass: first the source, then a
 * reader of one's own over it, which goes to input->reader. */
int cli_input_source(struct cli *cli, struct cli_input *input, struct wire_source *ret);
/* What the first bytes look like. */
enum cli_kind cli_input_kind(const struct cli_input *input);
/* Everything, in the arena, at most size_max bytes. */
int cli_input_all(struct cli *cli, struct cli_input *input, size_t size_max, struct wb_str *ret);
void cli_input_close(struct cli *cli, struct cli_input *input);
