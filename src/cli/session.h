#pragma once
/* One input being checked: what show, ls, check, ack, translate and plan have in common. */
#include "check/check.h"
#include "cli/input.h"
#include "grammar/load.h"

struct cli_session {
    struct cli_input input;
    struct check *check;
    struct check_options options;
    struct grammar_loaded own; /* --grammar DIR */
    bool has_own;
    uint64_t findings[4]; /* by enum check_severity, those not listed too */
    uint32_t interchange_count;
    uint32_t message_count;
    enum check_verdict verdict; /* worst so far */
};

/*
 * Opens path for checking with `options` (find_grammar is filled in here). On anything but CLI_GOOD
 * the complaint was made and nothing stays open.
 */
int cli_session_open(struct cli *cli, const char *path, const struct check_options *options,
                     struct cli_session *session);
/* The same for an input that is open already; it belongs to the session afterwards, also on
 * failure. */
int cli_session_adopt(struct cli *cli, const struct cli_input *input,
                      const struct check_options *options, struct cli_session *session);
/* check_next, and keeps the counts. CLI_GOOD or the exit code of a failure that was reported. */
int cli_session_next(struct cli *cli, struct cli_session *session, struct check_event *ret);
void cli_session_close(struct cli *cli, struct cli_session *session);
/* 0, 1 by --fail-on, or 2 when the input held no interchange at all (said on err). */
int cli_session_exit(struct cli *cli, const struct cli_session *session);
/* The files of the command line, or "-" when there is none. */
int cli_file_count(const struct cli *cli);
const char *cli_file(const struct cli *cli, int index);
