/*
 * Opens an input, its reader and its check, and keeps what every command wants to know at the end:
 * how many findings, how many messages, the worst verdict.
 */
#include "cli/session.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/shipped.h"

static enum wb_rc
find_own(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
         struct grammar *ret, bool *ret_exact)
{
    const struct cli_session *session = self;
    const struct grammar *own = &session->own.grammar;
    struct wb_str own_release = grammar_str(own, own->release);
    if (wb_str_eq(grammar_str(own, own->standard), standard)) {
        *ret = *own;
        *ret_exact = wb_str_starts(release, own_release);
        return WB_OK;
    }
    return grammar_shipped_find(ctx, standard, release, ret, ret_exact);
}

/* $XDG_CACHE_HOME/waybill, ~/.cache/waybill, or "" (compile in memory) when there is no home. */
static struct wb_str
cache_dir(struct cli *cli)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    if (cache != NULL && cache[0] == '/') {
        return wb_arena_printf(&cli->ctx, &cli->arena, "%s/waybill", cache);
    }
    const char *home = getenv("HOME");
    if (home != NULL && home[0] == '/') {
        return wb_arena_printf(&cli->ctx, &cli->arena, "%s/.cache/waybill", home);
    }
    return (struct wb_str){0};
}

static int
load_own(struct cli *cli, struct cli_session *session)
{
    if (!cli_has(cli, CLI_GRAMMAR)) {
        return CLI_GOOD;
    }
    struct lang_diags diags;
    lang_diags_init(&diags, &cli->arena);
    enum wb_rc rc = grammar_load(&cli->ctx, &cli->arena, wb_str_of(cli->values[CLI_GRAMMAR]),
                                 cache_dir(cli), &diags, &session->own);
    lang_diags_print(&cli->err, &diags, cli->colour_err);
    if (rc != WB_OK) {
        (void)cli_report(
            cli); /* a grammar that does not compile is configuration, whatever the rc */
        return CLI_CONFIG;
    }
    session->has_own = true;
    session->options.find_grammar = find_own;
    session->options.find_self = session;
    session->options.cache = NULL; /* its grammars go with the session */
    return CLI_GOOD;
}

int
cli_session_open(struct cli *cli, const char *path, const struct check_options *options,
                 struct cli_session *session)
{
    struct cli_input input;
    int exit_code = cli_input_open(cli, path, &input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    return cli_session_adopt(cli, &input, options, session);
}

int
cli_session_adopt(struct cli *cli, const struct cli_input *input,
                  const struct check_options *options, struct cli_session *session)
{
    *session = (struct cli_session){.options = *options, .input = *input};
    int exit_code = load_own(cli, session);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_input_reader(cli, &session->input);
    }
    if (exit_code == CLI_GOOD &&
        check_open(&cli->ctx, session->input.reader, &session->options, &session->check) != WB_OK) {
        exit_code = cli_report(cli);
    }
    if (exit_code != CLI_GOOD) {
        cli_session_close(cli, session);
    }
    return exit_code;
}

static bool
worse(enum check_verdict a, enum check_verdict b)
{
    static const int rank[] = {
        [CHECK_ACCEPTED] = 0,    [CHECK_ACCEPTED_WITH_ERRORS] = 1,
        [CHECK_NOT_CHECKED] = 2, [CHECK_PARTLY_ACCEPTED] = 3,
        [CHECK_REJECTED] = 4,
    };
    return rank[a] > rank[b];
}

static void
take_verdict(struct cli_session *session, enum check_verdict verdict)
{
    if (worse(verdict, session->verdict)) {
        session->verdict = verdict;
    }
}

int
cli_session_next(struct cli *cli, struct cli_session *session, struct check_event *ret)
{
    if (check_next(&cli->ctx, session->check, ret) != WB_OK) {
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(session->input.name));
        return cli_report(cli);
    }
    if (ret->kind != CHECK_SEGMENT_SEEN) {
        memcpy(session->findings, check_counts(session->check), sizeof session->findings);
    }
    if (ret->kind == CHECK_INTERCHANGE_BEGIN) {
        session->interchange_count++;
    } else if (ret->kind == CHECK_MESSAGE_END) {
        session->message_count++;
        take_verdict(session, ret->message->verdict);
    } else if (ret->kind == CHECK_GROUP_END) {
        take_verdict(session, ret->group->verdict);
    } else if (ret->kind == CHECK_INTERCHANGE_END) {
        take_verdict(session, ret->interchange->verdict);
    }
    return CLI_GOOD;
}

void
cli_session_close(struct cli *cli, struct cli_session *session)
{
    check_close(session->check);
    session->check = NULL;
    cli_input_close(cli, &session->input);
    if (session->has_own) {
        grammar_unload(&session->own);
        session->has_own = false;
    }
}

int
cli_session_exit(struct cli *cli, const struct cli_session *session)
{
    if (session->interchange_count == 0) {
        wb_out_text(&cli->err, "waybill: ");
        wb_out_safe(&cli->err, session->input.name);
        enum cli_kind kind = cli_input_kind(&session->input);
        wb_out_text(&cli->err, session->input.head_len == 0 ? " is empty\n"
                               : kind == CLI_KIND_JSON
                                   ? " is JSON; waybill translate --to x12 makes X12 of it\n"
                                   : " holds no interchange: no ISA and no UNB was found\n");
        return CLI_USAGE;
    }
    int fail_on = cli_choice(cli, CLI_FAIL_ON, 0);
    if (fail_on < 0) {
        return CLI_USAGE;
    }
    uint64_t count = session->findings[CHECK_ERROR];
    if (fail_on == 0) {
        count += session->findings[CHECK_WARNING];
    }
    return count > 0 ? CLI_FINDINGS : CLI_GOOD;
}

int
cli_file_count(const struct cli *cli)
{
    return cli->word_count > 0 ? cli->word_count : 1;
}

const char *
cli_file(const struct cli *cli, int index)
{
    return cli->word_count > 0 ? cli->words[index] : "-";
}
