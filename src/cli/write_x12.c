/*
 * Composes an interchange. Control numbers, time, sender and receiver come from the command line;
 * nothing is taken from a clock or made up, so that the same input gives the same bytes.
 */
#include "cli/write_x12.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "check/check.h"
#include "cli/when.h"
#include "grammar/shipped.h"
#include "view/finding.h"

enum { ID_MIN = 2, ID_MAX = 15, CONTROL_MAX = 999999999 };

/* Stands for the component separator until all values are known: a control byte, so no value may
 * hold it. */
enum { COMPONENT_LATER = 0x1F };

int
cli_x12_begin(struct cli *cli, struct cli_x12 *x12, struct wb_out *to)
{
    *x12 = (struct cli_x12){.to = to, .control = 1};
    uint64_t control = 1;
    if (cli_has(cli, CLI_CONTROL) && (!wb_str_u64(wb_str_of(cli->values[CLI_CONTROL]), &control) ||
                                      control == 0 || control > CONTROL_MAX)) {
        return cli_usage(cli, "--control is a number from 1 to 999999999");
    }
    x12->control = (uint32_t)control;
    bool given = false;
    int exit_code = cli_when(cli, &x12->at_seconds, &given);
    if (exit_code == CLI_GOOD && !given) {
        /* A time must stand there; the clock's is right for a document that is new. */
        exit_code = wb_os_now(&cli->ctx, &x12->at_seconds) == WB_OK ? CLI_GOOD : cli_report(cli);
    }
    wb_out_init(&x12->body, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    return exit_code;
}

/* Sets element `no` of the envelope segment `tag` in the tree. */
static enum wb_rc
put_frame(struct wb_ctx *ctx, struct tree *tree, struct grammar_ref tag, uint32_t no,
          struct wb_str value)
{
    struct wb_str wanted = grammar_str(tree->grammar, tag);
    for (struct tree_node *node = tree->root->child; node != NULL; node = node->next) {
        if (wb_str_eq(grammar_str(tree->grammar, tree->grammar->nodes[node->node].name), wanted)) {
            return tree_put(ctx, tree, node, (uint16_t)no, 1, 1, value);
        }
    }
    return wb_fail(ctx, WB_BUG, "the message was written without " WB_FMT, WB_ARG(wanted));
}

static uint32_t
count_segments(const struct tree *tree)
{
    uint32_t count = 0;
    for (struct tree_node *n = tree_next_segment(tree, tree->root); n != NULL;
         n = tree_next_segment(tree, n)) {
        count++;
    }
    return count;
}

static enum wb_rc
frame_message(struct wb_ctx *ctx, struct wb_arena *arena, struct tree *tree, uint32_t number)
{
    const struct grammar_frame *frame = &tree->grammar->frames[GRAMMAR_MESSAGE];
    struct wb_str control = wb_arena_printf(ctx, arena, "%04u", number);
    struct wb_str count = wb_arena_printf(ctx, arena, "%u", count_segments(tree));
    if (control.at == NULL || count.at == NULL) {
        return WB_NOMEM;
    }
    enum wb_rc rc = put_frame(ctx, tree, frame->header, frame->type_no,
                              grammar_str(tree->grammar, tree->message->id));
    rc = rc != WB_OK ? rc : put_frame(ctx, tree, frame->header, frame->header_control_no, control);
    rc = rc != WB_OK ? rc : put_frame(ctx, tree, frame->trailer, frame->trailer_count_no, count);
    return rc != WB_OK ? rc
                       : put_frame(ctx, tree, frame->trailer, frame->trailer_control_no, control);
}

static enum wb_rc
write_document(struct wb_ctx *ctx, struct wb_arena *arena, struct cli_x12 *x12,
               const struct cli_maps *maps, size_t map, const struct record_object *document,
               struct map_run *run)
{
    struct tree tree;
    uint32_t message = grammar_find_message(&x12->grammar, x12->message);
    if (message == GRAMMAR_NONE) {
        return wb_fail(ctx, WB_UNSUPPORTED, "there is no grammar for set " WB_FMT,
                       WB_ARG(x12->message));
    }
    enum wb_rc rc = tree_init(ctx, &tree, arena, &x12->grammar, &x12->grammar.messages[message]);
    rc = rc != WB_OK ? rc : map_write_tree(ctx, arena, maps->bundle, map, document, run, &tree);
    rc = rc != WB_OK ? rc : frame_message(ctx, arena, &tree, x12->message_count + 1);
    if (rc != WB_OK) {
        return rc;
    }
    struct wire_writer writer;
    wire_writer_init(&writer, &x12->body, wire_delims_x12());
    writer.delims.component = COMPONENT_LATER;
    writer.delims.repeat = 0; /* ISA12 says 00401: ISA11 separates nothing, ^ is text */
    writer.suffix = WB_LIT("\n");
    rc = tree_write(ctx, &tree, &writer);
    if (rc == WB_INVALID) {
        wb_fail_context(ctx, "X12 cannot say it");
    }
    return rc;
}

/* Notes that mean that something of the document is not in the message: writing is strict. */
static bool
is_loss(const struct map_ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++) {
        if (ledger->items[i].kind != MAP_CUT && ledger->items[i].kind != MAP_DROPPED) {
            return true;
        }
    }
    return false;
}

int
cli_x12_add(struct cli *cli, struct cli_x12 *x12, const struct cli_maps *maps,
            const struct record_object *document)
{
    struct wb_str shape = document->schema->shapes[document->shape].name;
    struct wb_str release = wb_str_of(cli_value(cli, CLI_RELEASE, ""));
    size_t map = cli_maps_for_shape(cli, maps, shape, WB_LIT("x12"), release);
    if (map == SIZE_MAX) {
        return CLI_USAGE;
    }
    struct map_info info;
    map_info(maps->bundle, map, &info);
    if (!x12->has_grammar) {
        if (maps->world.find_grammar(&cli->ctx, maps->world.self, info.left_standard,
                                     info.left_release, &x12->grammar) != WB_OK) {
            return cli_report(cli);
        }
        x12->has_grammar = true;
        x12->message = info.left_message;
        uint32_t message = grammar_find_message(&x12->grammar, info.left_message);
        if (message != GRAMMAR_NONE) {
            x12->group = grammar_str(&x12->grammar, x12->grammar.messages[message].group);
        }
    } else if (!wb_str_eq(x12->message, info.left_message)) {
        return cli_usage(cli,
                         "documents of one kind at a time: " WB_FMT " and " WB_FMT " came together",
                         WB_ARG(x12->message), WB_ARG(info.left_message));
    }
    struct wb_arena arena;
    wb_arena_init(&arena, WB_LIMIT_MESSAGE_ARENA);
    struct map_run run = {0};
    int exit_code = CLI_GOOD;
    if (write_document(&cli->ctx, &arena, x12, maps, map, document, &run) != WB_OK) {
        exit_code = cli_report(cli);
    } else {
        x12->message_count++;
        struct wb_str what = wb_arena_printf(&cli->ctx, &arena, "document %u", x12->message_count);
        cli_maps_say(cli, what, &run.ledger);
        exit_code = is_loss(&run.ledger) ? CLI_FINDINGS : CLI_GOOD;
    }
    wb_arena_done(&arena);
    return exit_code;
}

/* Letters, digits, blanks and signs that are no separator of what is written. */
static bool
is_plain(struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < ' ' || text.at[i] > '~' || strchr("*~:><|\\", text.at[i]) != NULL) {
            return false;
        }
    }
    return true;
}

/* "ZZ:HOSPITAL" or "HOSPITAL" (qualifier ZZ). */
static int
party_of(struct cli *cli, enum cli_option option, const char *otherwise,
         struct wb_str *ret_qualifier, struct wb_str *ret_id)
{
    struct wb_str text = wb_str_of(cli_value(cli, option, otherwise));
    size_t colon = wb_str_find(text, ':');
    *ret_qualifier = WB_LIT("ZZ");
    *ret_id = text;
    if (colon < text.len) {
        *ret_qualifier = wb_str_sub(text, 0, colon);
        *ret_id = wb_str_sub(text, colon + 1, text.len);
    }
    if (ret_qualifier->len != 2 || ret_id->len < ID_MIN || ret_id->len > ID_MAX ||
        !is_plain(*ret_qualifier) || !is_plain(*ret_id)) {
        return cli_usage(cli,
                         "--%s wants QUALIFIER:ID with a qualifier of 2 and an id of %d to %d "
                         "letters, digits or signs that separate nothing",
                         cli_option_rows()[option].word, ID_MIN, ID_MAX);
    }
    return CLI_GOOD;
}

/* The first usual component separator that no value holds, put in place of COMPONENT_LATER; texts
 * with a time of day such as 14:00 are common. */
static char
settle_component(struct wb_buf *body)
{
    static const char usual[] = ":><|\\";
    struct wb_str text = wb_buf_str(body);
    char component = COMPONENT_LATER;
    for (size_t i = 0; component == COMPONENT_LATER && usual[i] != '\0'; i++) {
        if (wb_str_find(text, usual[i]) == text.len) {
            component = usual[i];
        }
    }
    for (size_t i = 0; i < body->len; i++) {
        body->at[i] = body->at[i] == COMPONENT_LATER ? component : body->at[i];
    }
    return component;
}

static int
compose(struct cli *cli, struct cli_x12 *x12, struct wb_out *out)
{
    struct wb_str sender_qualifier, sender, receiver_qualifier, receiver;
    int exit_code = party_of(cli, CLI_SENDER, "ZZ:SENDER", &sender_qualifier, &sender);
    if (exit_code == CLI_GOOD) {
        exit_code = party_of(cli, CLI_RECEIVER, "ZZ:RECEIVER", &receiver_qualifier, &receiver);
    }
    if (exit_code == CLI_GOOD && !(cli_has(cli, CLI_SENDER) && cli_has(cli, CLI_RECEIVER))) {
        wb_out_text(&cli->err, "waybill: the parties of the envelope are placeholders where "
                               "--sender or --receiver is not given\n");
    }
    struct wb_moment at = wb_moment_of_seconds(x12->at_seconds);
    char date[16] = {0};
    (void)wb_date_print_compact(at.date, date);
    char component = settle_component(&x12->body.buf);
    wb_out_printf(out,
                  "ISA*00*          *00*          *" WB_FMT "*%-15.*s*" WB_FMT
                  "*%-15.*s*%.6s*%02u%02u*U*00401*%09u*0*P*%c~\n",
                  WB_ARG(sender_qualifier), WB_ARG(sender), WB_ARG(receiver_qualifier),
                  WB_ARG(receiver), date + 2, at.hour, at.minute, x12->control, component);
    wb_out_printf(out, "GS*" WB_FMT "*" WB_FMT "*" WB_FMT "*%.8s*%02u%02u*%u*X*" WB_FMT "~\n",
                  WB_ARG(x12->group), WB_ARG(sender), WB_ARG(receiver), date, at.hour, at.minute,
                  x12->control, WB_ARG(grammar_str(&x12->grammar, x12->grammar.release)));
    wb_out_str(out, wb_buf_str(&x12->body.buf));
    wb_out_printf(out, "GE*%u*%u~\nIEA*1*%09u~\n", x12->message_count, x12->control, x12->control);
    return exit_code;
}

/* Reads our own bytes back; errors are a defect of the document or of us and nothing is printed. */
static int
check_own(struct cli *cli, struct wb_str bytes)
{
    struct wire_memory memory = {.bytes = bytes};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    static const struct wire_options wire_options = {0};
    static const struct check_options options = {0};
    struct view_style style = {.colour = cli->colour_err};
    enum wb_rc rc = wire_open(&cli->ctx, wire_source_memory(&memory), &wire_options, &reader);
    rc = rc != WB_OK ? rc : check_open(&cli->ctx, reader, &options, &check);
    struct check_event event = {.kind = CHECK_FINDING};
    uint64_t errors = 0;
    while (rc == WB_OK && event.kind != CHECK_END) {
        rc = check_next(&cli->ctx, check, &event);
        if (rc == WB_OK && event.kind == CHECK_FINDING && event.finding->severity == CHECK_ERROR) {
            view_finding_text(&cli->err, &style, WB_LIT("(what would be written)"), event.finding);
            errors++;
        }
    }
    check_close(check);
    wire_close(reader);
    if (rc != WB_OK) {
        return cli_report(cli);
    }
    if (errors > 0) {
        wb_out_text(&cli->err, "waybill: nothing was written: the message would not be correct\n");
    }
    return errors > 0 ? CLI_FINDINGS : CLI_GOOD;
}

int
cli_x12_end(struct cli *cli, struct cli_x12 *x12)
{
    struct wb_out all;
    wb_out_init(&all, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    int exit_code = CLI_GOOD;
    if (wb_out_finish(&x12->body) != WB_OK) {
        exit_code = cli_report(cli);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = compose(cli, x12, &all);
    }
    if (exit_code == CLI_GOOD && wb_out_finish(&all) != WB_OK) {
        exit_code = cli_report(cli);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = check_own(cli, wb_buf_str(&all.buf));
    }
    if (exit_code == CLI_GOOD) {
        wb_out_str(x12->to, wb_buf_str(&all.buf));
    }
    wb_out_done(&all);
    wb_out_done(&x12->body);
    return exit_code;
}
