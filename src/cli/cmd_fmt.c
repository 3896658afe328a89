/*
 * waybill fmt: the same segments with another look: a line for each, or nothing between them.
 * Without --fix no byte of a segment changes; bytes that are in no segment stay where they are.
 * With --fix the repairs of repair.c are made, each told on standard error.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/repair.h"
#include "cli/session.h"
#include "cli/tee.h"

enum { UNA_BYTES = 9 };

struct fmt {
    struct cli *cli;
    bool wrap;
    bool fix;
    struct cli_input *input;
    struct cli_tee tee;
    struct wb_out *out;
    struct cli_frames frames;
    struct wb_buf segment; /* a repaired one */
    struct wb_buf before;  /* skipped bytes, until the first segment shows that this is EDI */
    bool any;              /* a segment was seen */
    bool after_skipped;    /* what was written last is in no segment */
    bool as_it_is;         /* behind an ISA that cannot be used: lines tell where segments begin */
};

/* "order.edi:52:4: WB-MSG-0204: SE01 "53" is now "50"", as check has its lines. */
static void
tell(void *self, enum check_code code, uint64_t at, struct wb_str text)
{
    struct fmt *f = self;
    uint64_t line = 0;
    uint64_t column = 0;
    wire_place(f->input->reader, at, &line, &column);
    struct wb_out *err = &f->cli->err;
    wb_out_safe(err, f->input->name);
    wb_out_printf(err, ":%llu:%llu: %s: ", (unsigned long long)line, (unsigned long long)column,
                  check_row(code)->code);
    wb_out_safe(err, text);
    wb_out_byte(err, '\n');
}

/* What stands between segments: the rest of a terminator of two bytes, then a line end or nothing.
 */
static void
write_suffix(struct fmt *f, const struct wire_segment *segment)
{
    /* Behind a UNO an object may begin at once. */
    if (f->as_it_is || wb_str_eq(segment->tag, WB_LIT("UNO"))) {
        wb_out_str(f->out, segment->suffix);
        return;
    }
    const uint8_t first = segment->suffix.len > 0 ? (uint8_t)segment->suffix.at[0] : 0;
    if (segment->delims->segment >= 0xC2 && (first & 0xC0) == 0x80) {
        wb_out_byte(f->out, (char)first);
    }
    if (f->wrap && segment->delims->segment != '\n') {
        wb_out_byte(f->out, '\n');
    }
}

/* The UNA in front of a UNB, a line of its own where there are lines. One that lost a blank or two
 * on its way stays as it is: where it ends cannot be told. */
static void
write_prefix(struct fmt *f, const struct wire_segment *segment)
{
    const struct wb_str una = wb_str_sub(segment->prefix, 0, UNA_BYTES);
    const uint8_t terminator = segment->delims->segment;
    if (f->as_it_is || una.len < UNA_BYTES || (uint8_t)una.at[UNA_BYTES - 1] != terminator) {
        wb_out_str(f->out, segment->prefix);
        return;
    }
    wb_out_str(f->out, una);
    if (f->wrap && terminator != '\n') {
        wb_out_byte(f->out, '\n');
    }
}

static enum wb_rc
write_segment(struct fmt *f, const struct wire_segment *segment)
{
    struct wb_ctx *ctx = &f->cli->ctx;
    enum wb_rc rc = cli_frames_take(ctx, &f->frames, segment);
    struct wb_str bytes = segment->bytes;
    bool unterminated = segment->unterminated;
    if (rc == WB_OK && f->fix) {
        const struct cli_repair_told told = {.tell = tell, .self = f};
        bool changed = false;
        rc = cli_repair_segment(ctx, &f->frames, segment, &told, &f->segment, &changed);
        bytes = changed ? wb_buf_str(&f->segment) : bytes;
        if (unterminated && f->frames.part == CLI_TRAILER &&
            f->frames.level == GRAMMAR_INTERCHANGE) {
            tell(f, CHECK_ENV_UNTERMINATED, segment->at + segment->bytes.len,
                 WB_LIT("the last segment has its terminator now"));
            unterminated = false;
        }
    }
    wb_out_str(f->out, wb_buf_str(&f->before));
    wb_buf_clear(&f->before);
    write_prefix(f, segment);
    wb_out_str(f->out, bytes);
    if (!unterminated) {
        wb_out_byte(f->out, (char)segment->delims->segment);
        write_suffix(f, segment);
    }
    f->any = true;
    f->after_skipped = false;
    return rc;
}

/* Bytes that are in no segment. */
static enum wb_rc
write_skipped(struct fmt *f, const struct wire_notice *notice)
{
    f->as_it_is = f->as_it_is || notice->code == WIRE_NOTICE_ISA_UNUSABLE;
    if (notice->code == WIRE_NOTICE_LEADING_BLANK && !f->after_skipped) {
        return WB_OK; /* between segments, like any line end */
    }
    if (f->fix && notice->code == WIRE_NOTICE_BOM) {
        tell(f, CHECK_FILE_BOM, notice->at, WB_LIT("the byte order mark is gone"));
        return WB_OK;
    }
    if (f->fix && notice->code == WIRE_NOTICE_EMPTY_SEGMENT) {
        tell(f, CHECK_SEG_EMPTY, notice->at, WB_LIT("terminators without a segment are gone"));
        return WB_OK;
    }
    const struct wb_str bytes = cli_tee_bytes(&f->tee, notice->at, notice->len);
    f->after_skipped = true;
    if (f->any) {
        wb_out_str(f->out, bytes);
        return WB_OK;
    }
    return wb_buf_add(&f->cli->ctx, &f->before, bytes);
}

static enum wb_rc
run(struct fmt *f)
{
    struct wb_ctx *ctx = &f->cli->ctx;
    enum wire_event event = WIRE_NOTICE;
    enum wb_rc rc = WB_OK;
    while (rc == WB_OK && event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        rc = wire_next(ctx, f->input->reader, &event, &segment, &notice);
        if (rc != WB_OK) {
            break;
        }
        if (event == WIRE_SEGMENT || event == WIRE_INTERCHANGE) {
            f->as_it_is = f->as_it_is && event == WIRE_SEGMENT;
            rc = write_segment(f, &segment);
            cli_tee_forget(&f->tee, segment.at + segment.bytes.len);
        } else if (event == WIRE_NOTICE && notice.skipped) {
            rc = write_skipped(f, &notice);
            cli_tee_forget(&f->tee, notice.at + notice.len);
        }
    }
    return rc;
}

static int
fmt_input(struct cli *cli, struct cli_input *input, struct wb_out *out)
{
    struct fmt f = {.cli = cli,
                    .wrap = !cli_has(cli, CLI_UNWRAP),
                    .fix = cli_has(cli, CLI_FIX),
                    .input = input,
                    .out = out};
    struct wire_source source;
    int exit_code = cli_input_source(cli, input, &source);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    static const struct wire_options options = {0};
    cli_frames_init(&f.frames);
    cli_tee_init(&f.tee, source);
    wb_buf_init(&f.segment, 2 * WB_LIMIT_BINARY);
    wb_buf_init(&f.before, WB_LIMIT_MESSAGE_ARENA);
    enum wb_rc rc = wire_open(&cli->ctx, cli_tee_source(&f.tee), &options, &input->reader);
    if (rc == WB_OK) {
        rc = run(&f);
    }
    wb_buf_done(&f.segment);
    wb_buf_done(&f.before);
    cli_tee_done(&f.tee);
    if (rc != WB_OK) {
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(input->name));
        return cli_report(cli);
    }
    if (!f.any) {
        wb_out_text(&cli->err, "waybill: ");
        wb_out_safe(&cli->err, input->name);
        wb_out_text(&cli->err, ": no segment was found in it\n");
        return CLI_USAGE;
    }
    return CLI_GOOD;
}

/* Where a file's text goes: nowhere, back, or to the output of all. */
static int
fmt_file(struct cli *cli, const char *path, struct wb_out *out)
{
    struct cli_input input;
    int exit_code = cli_input_open(cli, path, &input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct cli_stream stream = {.out = out};
    const bool back = cli_has(cli, CLI_IN_PLACE) && !cli_has(cli, CLI_DRY_RUN);
    if (back) {
        exit_code = cli_stream_open(cli, path, &stream);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = fmt_input(cli, &input, stream.out);
        exit_code = back ? cli_stream_close(cli, &stream, exit_code, true) : exit_code;
    }
    cli_input_close(cli, &input);
    return exit_code;
}

static int
fmt_all(struct cli *cli, struct wb_out *out)
{
    int exit_code = CLI_GOOD;
    cli_progress_begin(cli);
    for (int i = 0; i < cli_file_count(cli); i++) {
        exit_code = cli_combine(exit_code, fmt_file(cli, cli_file(cli, i), out), i);
    }
    cli_progress_end(cli);
    return exit_code;
}

int
cmd_fmt(struct cli *cli)
{
    if (cli_has(cli, CLI_WRAP) && cli_has(cli, CLI_UNWRAP)) {
        return cli_usage(cli, "--wrap and --unwrap are opposites");
    }
    if (cli_has(cli, CLI_IN_PLACE) && (cli_has(cli, CLI_OUTPUT) || cli->word_count == 0)) {
        return cli_usage(cli, "--in-place writes back to the files that are named");
    }
    if (cli_has(cli, CLI_DRY_RUN)) {
        struct wb_out none;
        wb_out_init(&none, &cli->ctx, -1, 0);
        none.rc = WB_LIMIT; /* takes nothing */
        const int exit_code = fmt_all(cli, &none);
        wb_out_done(&none);
        return exit_code;
    }
    struct cli_stream stream;
    int exit_code = cli_stream_open(cli, NULL, &stream);
    if (exit_code == CLI_GOOD) {
        exit_code = fmt_all(cli, stream.out);
        exit_code = cli_stream_close(cli, &stream, exit_code, true);
    }
    return exit_code;
}
