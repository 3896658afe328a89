/*
 * waybill grep: segments that a pattern fits, as file:line: segment, or the messages that hold one.
 * A pattern is a path (PO1, N1[ST].02), a path with =VALUE (exactly one of several) or ~TEXT (a
 * part of it), or =VALUE and ~TEXT alone, for any element of any segment.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/jobs.h"
#include "cli/query.h"

struct grep {
    struct cli_query query;
    struct check_options options;
    bool has_path;
    char relation; /* '=' '~' or 0 */
    struct wb_str wanted;
    bool messages;
    bool count_only;
    uint64_t count;     /* in this file */
    bool message_given; /* the message that is open was counted */
    uint64_t message_line;
    struct wb_str file;
    struct wire_reader *reader;
};

static bool
holds(struct wb_str text, struct wb_str part)
{
    for (size_t at = 0; at + part.len <= text.len; at++) {
        if (memcmp(text.at + at, part.at, part.len) == 0) {
            return true;
        }
    }
    return false;
}

/* '=': one of the values between '|'. */
static bool
fits(const struct grep *g, struct wb_str value)
{
    if (g->relation == '~') {
        return holds(value, g->wanted);
    }
    struct wb_str rest = g->wanted;
    for (;;) {
        const size_t len = wb_str_find(rest, '|');
        if (wb_str_eq(wb_str_sub(rest, 0, len), value)) {
            return true;
        }
        if (len == rest.len) {
            return false;
        }
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
}

/* Whether a value of the segment fits: those of the path, or any. *ret_failed: memory is out. */
static bool
values_fit(struct cli *cli, const struct grep *g, const struct check_event *event, bool *ret_failed)
{
    const struct wire_segment *segment = event->segment;
    const struct tree_path *path = &g->query.path;
    struct tree_path_value value;
    uint32_t cursor = 0;
    if (g->has_path && (path->has_elem || path->pair.len > 0)) {
        while (tree_path_next(path, event->grammar, segment, &cursor, &value)) {
            const struct wb_str text = cli_query_value(cli, segment, &value);
            *ret_failed = text.at == NULL;
            if (*ret_failed || g->relation == 0 || fits(g, text)) {
                return !*ret_failed;
            }
        }
        return false;
    }
    if (g->relation == 0) {
        return true;
    }
    for (uint32_t i = 1; i < segment->token_count; i++) {
        const struct wb_str text =
            segment->tokens[i].len == 0
                ? (struct wb_str){"", 0}
                : wire_value(&cli->ctx, &cli->arena, segment, &segment->tokens[i]);
        *ret_failed = text.at == NULL;
        if (*ret_failed || (text.len > 0 && fits(g, text))) {
            return !*ret_failed;
        }
    }
    return false;
}

static void
print_place(struct cli *cli, const struct grep *g, uint64_t line)
{
    wb_out_safe(&cli->out, g->file);
    wb_out_printf(&cli->out, ":%llu: ", (unsigned long long)line);
}

static void
found(struct cli *cli, struct grep *g, const struct check_event *event)
{
    const struct check_message *message = g->query.message;
    if (g->messages && (message == NULL || g->message_given)) {
        return;
    }
    g->count++;
    g->message_given = true;
    if (g->count_only) {
        return;
    }
    if (g->messages) {
        print_place(cli, g, g->message_line);
        wb_out_safe(&cli->out, message->type);
        wb_out_byte(&cli->out, ' ');
        wb_out_safe(&cli->out, message->control);
    } else {
        uint64_t line = 0;
        uint64_t column = 0;
        wire_place(g->reader, event->segment->at, &line, &column);
        print_place(cli, g, line);
        wb_out_safe(&cli->out, event->segment->bytes);
    }
    wb_out_byte(&cli->out, '\n');
}

static int
take_event(struct cli *cli, struct grep *g, const struct check_event *event)
{
    bool failed = false;
    const bool by_path = cli_query_event(&g->query, event);
    if (event->kind == CHECK_MESSAGE_BEGIN) {
        uint64_t column = 0;
        g->message_given = false;
        wire_place(g->reader, event->message->at, &g->message_line, &column);
    }
    const bool here = g->has_path ? by_path : cli_query_open(&g->query, event);
    if (here && values_fit(cli, g, event, &failed)) {
        found(cli, g, event);
    }
    return failed ? cli_report(cli) : CLI_GOOD;
}

static int
grep_file(struct cli *cli, void *self, int index)
{
    struct grep *g = self;
    struct cli_session session;
    int exit_code = cli_session_open(cli, cli_file(cli, index), &g->options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    g->count = 0;
    g->file = session.input.name;
    g->reader = session.input.reader;
    cli_query_init(&g->query, cli_value(cli, CLI_TYPE, NULL));
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD) {
            exit_code = take_event(cli, g, &event);
        }
    }
    if (exit_code == CLI_GOOD && session.interchange_count == 0) {
        exit_code = cli_session_exit(cli, &session);
    }
    if (exit_code == CLI_GOOD && g->count_only) {
        wb_out_safe(&cli->out, g->file);
        wb_out_printf(&cli->out, ": %llu\n", (unsigned long long)g->count);
    }
    cli_session_close(cli, &session);
    return exit_code == CLI_GOOD && g->count == 0 ? CLI_FINDINGS : exit_code;
}

/* The pattern: where, and what. */
static int
read_pattern(struct cli *cli, struct grep *g, struct wb_str text)
{
    struct wb_str rest = text;
    g->has_path = text.len > 0 && text.at[0] != '=' && text.at[0] != '~';
    if (g->has_path && tree_path_read(&cli->ctx, text, &g->query.path, &rest) != WB_OK) {
        (void)cli_report(cli);
        wb_out_text(&cli->err, "a value is looked for with =VALUE, a part of one with ~TEXT\n");
        return CLI_USAGE;
    }
    if (rest.len > 0) {
        g->relation = rest.at[0];
        g->wanted = wb_str_sub(rest, 1, rest.len);
    }
    if (g->relation != 0 && g->wanted.len == 0) {
        return cli_usage(cli, "which value? %c is followed by it", g->relation);
    }
    return CLI_GOOD;
}

int
cmd_grep(struct cli *cli)
{
    struct grep g = {.messages = cli_has(cli, CLI_MESSAGES),
                     .count_only = cli_has(cli, CLI_COUNT_ONLY)};
    if (cli->word_count == 0 || cli->words[0][0] == '\0') {
        return cli_usage(cli, "what is looked for? A tag, PATH=VALUE, =VALUE or ~TEXT");
    }
    int exit_code = read_pattern(cli, &g, wb_str_of(cli->words[0]));
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    cli->words++; /* what follows are files */
    cli->word_count--;
    g.query.path.anywhere = true; /* who looks for N1 means any */
    const struct cli_jobs jobs = {.one = grep_file, .self = &g, .any = true};
    g.options.want_segments = true;
    if (check_cache_new(&cli->ctx, &g.options.cache) != WB_OK) {
        return cli_report(cli);
    }
    exit_code = cli_jobs_run(cli, &jobs);
    check_cache_free(g.options.cache);
    return exit_code;
}
