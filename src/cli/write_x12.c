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

enum { CONTROL_MAX = 999999999 };

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
    int exit_code = cli_x12_form_read(cli, &x12->form);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_when(cli, &x12->at_seconds, &given);
    }
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

static struct wire_writer
writer_of(const struct cli_x12 *x12, struct wb_out *out)
{
    struct wire_writer writer;
    wire_writer_init(&writer, out, x12->form.delims);
    writer.suffix = x12->form.suffix;
    writer.replacement = x12->form.replacement;
    writer.keep_trailing = x12->form.keep_trailing;
    return writer;
}

/* Values that --replace changes, each by its place. */
static void
say_replaced(struct cli *cli, const struct cli_x12 *x12, const struct tree *tree)
{
    struct tree_node *node = tree_next_segment(tree, tree->root);
    for (uint32_t number = 1; node != NULL; number++) {
        const struct grammar_node *row = &tree->grammar->nodes[node->node];
        for (uint32_t i = 0; i < node->item_count; i++) {
            const struct tree_item *item = &node->items[i];
            if (!wire_fits(&x12->form.delims, item->value)) {
                wb_out_safe(&cli->err, x12->what);
                wb_out_printf(&cli->err, ": segment %u, " WB_FMT "%02u \"", number,
                              WB_ARG(grammar_str(tree->grammar, row->name)),
                              (unsigned)item->element_no);
                wb_out_safe(&cli->err, item->value);
                wb_out_text(&cli->err, "\": a separator in it is replaced (--replace)\n");
            }
        }
        node = tree_next_segment(tree, node);
    }
}

static enum wb_rc
write_document(struct cli *cli, struct wb_arena *arena, struct cli_x12 *x12,
               const struct cli_maps *maps, size_t map, const struct record_object *document,
               struct map_run *run)
{
    struct wb_ctx *const ctx = &cli->ctx;
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
    struct wire_writer writer = writer_of(x12, &x12->body);
    if (x12->form.replacement != 0) {
        say_replaced(cli, x12, &tree);
    }
    rc = tree_write(ctx, &tree, &writer);
    if (rc == WB_INVALID) {
        wb_fail_context(ctx, "X12 cannot say it");
    }
    return rc;
}

/* A note that something of the document is not in the message: writing is strict. */
static bool
is_loss(const struct map_note *note)
{
    return note->kind != MAP_CUT && note->kind != MAP_DROPPED;
}

/* The same where what the message has no place for is listed and no failure. */
static bool
is_wrong(const struct map_note *note)
{
    return is_loss(note) && note->kind != MAP_LEFT_OVER;
}

/* Says what the map has to say. True when the document is not in the message as it should be. */
static bool
say_ledger(struct cli *cli, const struct cli_x12 *x12, const struct map_ledger *ledger)
{
    bool lost = false;
    if (x12->all_notes) {
        return cli_maps_say_all(cli, x12->what, ledger, is_wrong) > 0;
    }
    cli_maps_say(cli, x12->what, ledger);
    for (size_t i = 0; i < ledger->count; i++) {
        lost = lost || is_loss(&ledger->items[i]);
    }
    return lost;
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
    x12->what = x12->label.len > 0
                    ? x12->label
                    : wb_arena_printf(&cli->ctx, &arena, "document %u", x12->message_count + 1);
    if (write_document(cli, &arena, x12, maps, map, document, &run) != WB_OK) {
        const bool value = cli->ctx.error.rc == WB_INVALID;
        exit_code = cli_report(cli);
        if (value && x12->all_notes) {
            wb_out_text(&cli->err,
                        "    choose other --separators, or --replace C writes C there\n");
            exit_code = CLI_FINDINGS; /* the order is at fault, not what was asked for */
        }
    } else {
        x12->message_count++;
        exit_code = say_ledger(cli, x12, &run.ledger) ? CLI_FINDINGS : CLI_GOOD;
    }
    wb_arena_done(&arena);
    return exit_code;
}

/*
 * The first usual component separator that no value holds, put in place of CLI_COMPONENT_LATER;
 * texts with a time of day such as 14:00 are common.
 */
static void
settle_component(struct cli_x12 *x12)
{
    static const char usual[] = CLI_COMPONENTS;
    struct wb_buf *const body = &x12->body.buf;
    struct wire_delims *const delims = &x12->form.delims;
    const struct wb_str text = wb_buf_str(body);
    if (x12->form.component_chosen) {
        return;
    }
    for (size_t i = 0; delims->component == CLI_COMPONENT_LATER && usual[i] != '\0'; i++) {
        if (wb_str_find(text, usual[i]) == text.len) {
            delims->component = (uint8_t)usual[i];
        }
    }
    for (size_t i = 0; i < body->len; i++) {
        const bool later = body->at[i] == CLI_COMPONENT_LATER;
        body->at[i] = later ? (char)delims->component : body->at[i];
    }
}

/* One segment of the envelope; its values were checked, or are ours. */
static enum wb_rc
put_segment(struct wb_ctx *ctx, struct wire_writer *writer, struct wb_str tag,
            const struct wb_str *values, size_t count)
{
    enum wb_rc rc = WB_OK;
    wire_begin(writer, tag);
    for (size_t i = 0; i < count && rc == WB_OK; i++) {
        rc = wire_put(ctx, writer, values[i]);
    }
    wire_end(writer);
    return rc;
}

/* The texts of the envelope that are made here. */
struct envelope {
    char date[16], time[16], sender[16], receiver[16], control[16], group_control[16], count[16];
    char component;
    char usage;
};

static void
fill_envelope(const struct cli_x12 *x12, struct envelope *e)
{
    struct wb_moment at = wb_moment_of_seconds(x12->at_seconds);
    *e = (struct envelope){.component = (char)x12->form.delims.component, .usage = x12->form.usage};
    (void)wb_date_print_compact(at.date, e->date);
    (void)snprintf(e->time, sizeof e->time, "%02u%02u", at.hour, at.minute);
    (void)snprintf(e->sender, sizeof e->sender, "%-15.*s", WB_ARG(x12->form.sender.id));
    (void)snprintf(e->receiver, sizeof e->receiver, "%-15.*s", WB_ARG(x12->form.receiver.id));
    (void)snprintf(e->control, sizeof e->control, "%09u", x12->control);
    (void)snprintf(e->group_control, sizeof e->group_control, "%u", x12->control);
    (void)snprintf(e->count, sizeof e->count, "%u", x12->message_count);
}

static enum wb_rc
put_headers(struct wb_ctx *ctx, const struct cli_x12 *x12, const struct envelope *e,
            struct wire_writer *writer)
{
    const struct cli_x12_form *const form = &x12->form;
    const struct wb_str blanks = WB_LIT("          ");
    const struct wb_str isa[] = {
        WB_LIT("00"),
        blanks,
        WB_LIT("00"),
        blanks,
        form->sender.qualifier,
        wb_str_of(e->sender),
        form->receiver.qualifier,
        wb_str_of(e->receiver),
        wb_str_of(e->date + 2),
        wb_str_of(e->time),
        WB_LIT("U"),
        WB_LIT("00401"),
        wb_str_of(e->control),
        WB_LIT("0"),
        {&e->usage,     1},
        {&e->component, 1},
    };
    const struct wb_str gs[] = {
        x12->group,
        form->sender.group_id,
        form->receiver.group_id,
        wb_str_of(e->date),
        wb_str_of(e->time),
        wb_str_of(e->group_control),
        WB_LIT("X"),
        grammar_str(&x12->grammar, x12->grammar.release),
    };
    const enum wb_rc rc = put_segment(ctx, writer, WB_LIT("ISA"), isa, sizeof isa / sizeof isa[0]);
    return rc != WB_OK ? rc : put_segment(ctx, writer, WB_LIT("GS"), gs, sizeof gs / sizeof gs[0]);
}

static enum wb_rc
compose(struct wb_ctx *ctx, struct cli_x12 *x12, struct wb_out *out)
{
    struct envelope e;
    settle_component(x12);
    fill_envelope(x12, &e);
    struct wire_writer writer = writer_of(x12, out);
    const struct wb_str ge[] = {wb_str_of(e.count), wb_str_of(e.group_control)};
    const struct wb_str iea[] = {WB_LIT("1"), wb_str_of(e.control)};
    enum wb_rc rc = put_headers(ctx, x12, &e, &writer);
    wb_out_str(out, wb_buf_str(&x12->body.buf));
    rc = rc != WB_OK ? rc : put_segment(ctx, &writer, WB_LIT("GE"), ge, 2);
    return rc != WB_OK ? rc : put_segment(ctx, &writer, WB_LIT("IEA"), iea, 2);
}

/* Reads our own bytes back; what is found is a defect of the document or of us, and nothing is
 * printed. `mildest` is the last severity that counts. */
static int
check_own(struct cli *cli, struct wb_str bytes, enum check_severity mildest)
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
    uint64_t count = 0;
    while (rc == WB_OK && event.kind != CHECK_END) {
        rc = check_next(&cli->ctx, check, &event);
        if (rc == WB_OK && event.kind == CHECK_FINDING && event.finding->severity <= mildest) {
            view_finding_text(&cli->err, &style, WB_LIT("(what would be written)"), event.finding);
            count++;
        }
    }
    check_close(check);
    wire_close(reader);
    if (rc != WB_OK) {
        return cli_report(cli);
    }
    if (count > 0) {
        wb_out_text(&cli->err, "waybill: nothing was written: the message would not be correct\n");
    }
    return count > 0 ? CLI_FINDINGS : CLI_GOOD;
}

/* Characters beyond ASCII are in no character set of X12; many receivers take them all the same. */
static void
say_foreign(struct cli *cli, struct wb_str bytes)
{
    size_t at = 0;
    while (at < bytes.len && (uint8_t)bytes.at[at] < 0x80) {
        at++;
    }
    if (at < bytes.len) {
        size_t len = wb_str_utf8(wb_str_sub(bytes, at, bytes.len));
        wb_out_text(&cli->err, "waybill: note: there are characters beyond ASCII, such as ");
        wb_out_safe(&cli->err, wb_str_sub(bytes, at, len > 0 ? len : 1));
        wb_out_text(&cli->err, "; the receiver has to take UTF-8\n");
    }
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
    if (exit_code == CLI_GOOD && !(cli_has(cli, CLI_SENDER) && cli_has(cli, CLI_RECEIVER))) {
        wb_out_text(&cli->err, "waybill: the parties of the envelope are placeholders where "
                               "--sender or --receiver is not given\n");
    }
    if (exit_code == CLI_GOOD && compose(&cli->ctx, x12, &all) != WB_OK) {
        exit_code = cli_report(cli);
    }
    if (exit_code == CLI_GOOD && wb_out_finish(&all) != WB_OK) {
        exit_code = cli_report(cli);
    }
    if (exit_code == CLI_GOOD) {
        exit_code =
            check_own(cli, wb_buf_str(&all.buf), x12->all_notes ? CHECK_WARNING : CHECK_ERROR);
    }
    if (exit_code == CLI_GOOD) {
        say_foreign(cli, wb_buf_str(&all.buf));
        wb_out_str(x12->to, wb_buf_str(&all.buf));
    }
    wb_out_done(&all);
    wb_out_done(&x12->body);
    return exit_code;
}
