/*
 * EDI to business documents. One document is printed as an object over several lines, several as
 * one line each; which of both is only known at the second message, so the first is kept until
 * then. What a message needs of memory is kept for the next one.
 */
#include "cli/maps.h"
#include "cli/output.h"
#include "cli/translate.h"
#include "cli/write_x12.h"
#include "record/json.h"

struct sink {
    struct cli *cli;
    struct cli_output output;
    struct wb_out first; /* the first document as an object, until a second comes */
    size_t count;
    struct cli_x12 *x12;   /* NULL = JSON */
    struct wb_arena arena; /* of the message at hand */
};

void
cli_translate_say_verdict(struct cli *cli, const struct cli_session *session)
{
    if (session->findings[CHECK_ERROR] == 0 || session->interchange_count == 0) {
        return; /* good, or nothing was read at all and that has been said */
    }
    wb_out_safe(&cli->err, session->input.name);
    wb_out_printf(
        &cli->err,
        ": %s, %llu error%s; what could be read was translated, waybill check says more\n",
        check_verdict_word(session->verdict), (unsigned long long)session->findings[CHECK_ERROR],
        session->findings[CHECK_ERROR] == 1 ? "" : "s");
}

/* The first document as an object; with the second, both and all that follow as lines. */
static void
take_document(struct sink *sink, const struct record_object *document)
{
    struct wb_json json;
    const bool first = sink->count == 0;
    if (sink->count == 1) {
        wb_json_compact(&sink->output.out, wb_buf_str(&sink->first.buf));
        (void)wb_out_drop(&sink->first); /* all of it was in memory */
    }
    wb_json_init(&json, first ? &sink->first : &sink->output.out, first);
    record_write_json(&json, document, !cli_has(sink->cli, CLI_NO_SOURCE));
    sink->count++;
}

static int
take_message(struct sink *sink, const struct cli_maps *maps, const struct check_event *event)
{
    struct cli *cli = sink->cli;
    const struct check_message *message = event->message;
    if (message->too_large) {
        wb_out_printf(&cli->err,
                      "waybill: message " WB_FMT
                      " is not translated: it is too large to be held in "
                      "memory as a whole, split it\n",
                      WB_ARG(message->control));
        return CLI_FINDINGS;
    }
    if (message->tree == NULL) {
        wb_out_printf(&cli->err,
                      "waybill: message " WB_FMT ": there is no grammar for set " WB_FMT "\n",
                      WB_ARG(message->control), WB_ARG(message->type));
        return CLI_FINDINGS;
    }
    size_t map = cli_maps_for_message(cli, maps, WB_LIT("x12"), message->release, message->type,
                                      WB_LIT("business"));
    if (map == SIZE_MAX) {
        return cli_has(cli, CLI_MAP) ? CLI_USAGE : CLI_FINDINGS;
    }
    struct map_run run = {.no_source = cli_has(cli, CLI_NO_SOURCE)};
    struct record_object *document = NULL;
    struct wb_arena *const arena = &sink->arena;
    wb_arena_reset(arena);
    int exit_code = CLI_GOOD;
    if (map_read_tree(&cli->ctx, arena, maps->bundle, map, message->tree, &run, &document) !=
        WB_OK) {
        exit_code = cli_report(cli);
    } else {
        struct wb_str what =
            wb_arena_printf(&cli->ctx, arena, "message " WB_FMT, WB_ARG(message->control));
        cli_maps_say(cli, what, &run.ledger);
        if (sink->x12 == NULL) {
            take_document(sink, document);
        } else {
            exit_code = cli_x12_add(cli, sink->x12, maps, document);
            sink->count++;
        }
    }
    return exit_code;
}

/* What has been gathered goes to the output: one object, or the lines. */
static int
finish(struct sink *sink, int exit_code)
{
    struct cli_output *output = &sink->output;
    if (sink->count == 1 && sink->cli->gathers) { /* one of several files: a line */
        wb_json_compact(&output->out, wb_buf_str(&sink->first.buf));
    } else if (sink->count == 1 && sink->x12 == NULL) {
        wb_out_str(&output->out, wb_buf_str(&sink->first.buf));
    }
    if (wb_out_finish(&sink->first) != WB_OK && exit_code != CLI_BUG) {
        exit_code = cli_report(sink->cli);
    }
    wb_out_done(&sink->first);
    wb_arena_done(&sink->arena);
    return cli_output_close(sink->cli, output, exit_code);
}

int
cli_translate_edi(struct cli *cli, struct cli_session *session, bool to_x12)
{
    struct cli_maps maps;
    int exit_code = cli_maps_open(cli, session, &maps);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct sink sink = {.cli = cli};
    struct cli_x12 x12;
    wb_out_init(&sink.first, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    wb_arena_init(&sink.arena, WB_LIMIT_MESSAGE_ARENA);
    exit_code = cli_output_stream(cli, &sink.output);
    if (to_x12 && exit_code == CLI_GOOD) {
        exit_code = cli_x12_begin(cli, &x12, &sink.output.out);
        sink.x12 = &x12;
    }
    struct check_event event = {.kind = CHECK_FINDING};
    int worst = CLI_GOOD;
    while (exit_code == CLI_GOOD && sink.output.out.rc == WB_OK && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_MESSAGE_END) {
            int one = take_message(&sink, &maps, &event);
            exit_code = one > CLI_FINDINGS ? one : CLI_GOOD;
            worst = one > worst ? one : worst;
        }
    }
    if (exit_code == CLI_GOOD && to_x12 && sink.count > 0) {
        exit_code = cli_x12_end(cli, &x12);
    } else if (sink.x12 != NULL) {
        wb_out_done(&x12.body);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = cli_session_exit(cli, session);
        /* Warnings do not make a translation bad; errors of the input do. */
        if (exit_code == CLI_FINDINGS && session->findings[CHECK_ERROR] == 0) {
            exit_code = CLI_GOOD;
        }
        exit_code = worst > exit_code ? worst : exit_code;
        cli_translate_say_verdict(cli, session);
    }
    return finish(&sink, exit_code);
}
