/*
 * waybill split: each interchange, group or message of the input into a file of its own, which is
 * an interchange again: what stands around it is copied, and its trailers are written anew with the
 * right counts. The segments themselves are not touched. Names are made of control numbers; nothing
 * is replaced unless --force says so, and no two pieces of one run get one name.
 */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/frames.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"

enum { NAME_MAX_BYTES = 200, NAMES_FIRST = 1024 };

/* Names given in this run, so that each is given once: a hash table in the arena. */
struct name {
    struct wb_str text;
    unsigned given; /* how often: the next one gets a number */
};

struct names {
    struct name *slots;
    size_t cap; /* a power of two */
    size_t count;
};

struct split {
    struct cli *cli;
    struct cli_input *input;
    enum grammar_level by;
    struct wb_str type; /* only messages of this one; empty = all */
    bool dry_run;
    bool force;
    struct cli_frames frames;
    struct wb_buf headers[GRAMMAR_LEVELS]; /* of the levels that are open, terminator included */
    struct wire_delims delims;
    struct wb_buf suffix; /* of the interchange's header: it stands behind what we write too */
    struct names *names;
    bool open;
    bool complete; /* the piece has its own trailer */
    char path[WB_OS_PATH_MAX];
    struct cli_stream stream;
    uint64_t piece_count;
    uint64_t left_out_count; /* segments that are in no piece */
    uint64_t broken_count;
};

static struct name *
slot_of(const struct names *names, struct wb_str text)
{
    size_t at = (size_t)wb_hash64(text) & (names->cap - 1);
    while (names->slots[at].given > 0 && !wb_str_eq(names->slots[at].text, text)) {
        at = (at + 1) & (names->cap - 1);
    }
    return &names->slots[at];
}

static enum wb_rc
grow(struct wb_ctx *ctx, struct wb_arena *arena, struct names *names)
{
    struct names larger = {.cap = names->cap == 0 ? NAMES_FIRST : names->cap * 2,
                           .count = names->count};
    larger.slots = wb_arena_array(ctx, arena, larger.cap, sizeof *larger.slots);
    if (larger.slots == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < names->cap; i++) {
        if (names->slots[i].given > 0) {
            *slot_of(&larger, names->slots[i].text) = names->slots[i];
        }
    }
    *names = larger;
    return WB_OK;
}

/* How often the name has been given, this time included; 0 when memory is out. */
static unsigned
give_name(struct wb_ctx *ctx, struct wb_arena *arena, struct names *names, struct wb_str text)
{
    if (2 * names->count >= names->cap && grow(ctx, arena, names) != WB_OK) {
        return 0;
    }
    struct name *slot = slot_of(names, text);
    if (slot->given == 0) {
        slot->text = wb_arena_dup(ctx, arena, text);
        if (slot->text.at == NULL) {
            return 0;
        }
        names->count++;
    }
    return ++slot->given;
}

/* A control number as part of a file's name. */
static size_t
add_part(char *name, size_t len, struct wb_str control)
{
    if (len > 0) {
        name[len++] = '-';
    }
    for (size_t i = 0; i < control.len && i < CLI_CONTROL_MAX; i++) {
        const char c = control.at[i];
        const bool plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        name[len++] = plain ? c : '_';
    }
    if (control.len == 0) {
        name[len++] = '_';
    }
    return len;
}

/* The piece's path: DIR/000000144-144-0001.edi, with .2 and so on when it was given before. */
static enum wb_rc
name_piece(struct split *s)
{
    struct cli *cli = s->cli;
    char name[NAME_MAX_BYTES];
    size_t len = 0;
    for (unsigned i = 0; i <= s->by; i++) {
        if (s->frames.levels[i].open) {
            len = add_part(name, len, cli_frame_control(&s->frames.levels[i]));
        }
    }
    /* No name holds a point, so one with a number is nobody else's. */
    const unsigned nth = give_name(&cli->ctx, &cli->arena, s->names, (struct wb_str){name, len});
    char again[16] = "";
    if (nth == 0) {
        return WB_NOMEM;
    }
    if (nth > 1) {
        (void)snprintf(again, sizeof again, ".%u", nth);
    }
    const char *dir = cli_value(cli, CLI_DIR, ".");
    const int full = snprintf(s->path, sizeof s->path, "%s/%.*s%s.edi", dir, (int)len, name, again);
    if (full < 0 || (size_t)full >= sizeof s->path) {
        return wb_fail(&cli->ctx, WB_INVALID, "%s: the name is too long", dir);
    }
    return WB_OK;
}

static int
open_piece(struct split *s)
{
    struct cli *cli = s->cli;
    if (name_piece(s) != WB_OK) {
        return cli_report(cli);
    }
    char kind = 0;
    uint64_t size = 0;
    if (wb_os_stat(&cli->ctx, s->path, &kind, &size) != WB_OK) {
        return cli_report(cli);
    }
    if (kind != 0 && !s->force) {
        wb_out_text(&cli->err, "waybill split: ");
        wb_out_safe(&cli->err, wb_str_of(s->path));
        wb_out_text(&cli->err, " is there already; --force replaces it\n");
        return CLI_REFUSED;
    }
    s->open = true;
    s->complete = false;
    if (s->dry_run) {
        return CLI_GOOD;
    }
    const int exit_code = cli_stream_open(cli, s->path, &s->stream);
    s->open = exit_code == CLI_GOOD;
    for (unsigned i = 0; i < s->by && s->open; i++) {
        if (s->frames.levels[i].open) {
            wb_out_str(s->stream.out, wb_buf_str(&s->headers[i]));
        }
    }
    return exit_code;
}

/* The trailer of a level around the piece: it holds one of what it counts. */
static enum wb_rc
write_trailer(struct split *s, enum grammar_level level, struct wb_str control)
{
    const struct cli_frame_row *row = &s->frames.rows[level];
    struct wire_writer writer;
    wire_writer_init(&writer, s->stream.out, s->delims);
    writer.suffix = wb_buf_str(&s->suffix);
    wire_begin(&writer, row->trailer);
    const uint32_t last = row->trailer_count_no > row->trailer_control_no ? row->trailer_count_no
                                                                          : row->trailer_control_no;
    enum wb_rc rc = WB_OK;
    for (uint32_t no = 1; no <= last && rc == WB_OK; no++) {
        const struct wb_str value = no == row->trailer_count_no     ? WB_LIT("1")
                                    : no == row->trailer_control_no ? control
                                                                    : (struct wb_str){NULL, 0};
        rc = wire_put(&s->cli->ctx, &writer, value);
    }
    wire_end(&writer);
    return rc;
}

static int
close_piece(struct split *s)
{
    struct cli *cli = s->cli;
    if (!s->open) {
        return CLI_GOOD;
    }
    s->open = false;
    int exit_code = CLI_GOOD;
    for (unsigned i = s->by; i-- > 0 && !s->dry_run && exit_code == CLI_GOOD;) {
        const struct cli_frame *frame = &s->frames.levels[i];
        if (frame->open &&
            write_trailer(s, (enum grammar_level)i, cli_frame_control(frame)) != WB_OK) {
            exit_code = cli_report(cli);
        }
    }
    if (!s->dry_run) {
        exit_code = cli_stream_close(cli, &s->stream, exit_code, s->force);
    }
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    s->piece_count++;
    wb_out_safe(&cli->out, wb_str_of(s->path));
    wb_out_byte(&cli->out, '\n');
    if (!s->complete) {
        s->broken_count++;
        wb_out_text(&cli->err, "waybill split: ");
        wb_out_safe(&cli->err, wb_str_of(s->path));
        wb_out_text(&cli->err, " has no trailer of its own: the input has none\n");
    }
    return CLI_GOOD;
}

static void
put_segment(struct wb_out *out, const struct wire_segment *segment)
{
    wb_out_str(out, segment->prefix);
    wb_out_str(out, segment->bytes);
    if (!wb_str_eq(segment->tag, WB_LIT("")) || !segment->unterminated) {
        wb_out_byte(out, (char)segment->delims->segment);
    }
    wb_out_str(out, segment->suffix);
}

/* A header that pieces will begin with. */
static enum wb_rc
keep_header(struct split *s, const struct wire_segment *segment)
{
    struct wb_ctx *ctx = &s->cli->ctx;
    struct wb_buf *buf = &s->headers[s->frames.level];
    const char terminator = (char)segment->delims->segment;
    wb_buf_clear(buf);
    enum wb_rc rc = wb_buf_add(ctx, buf, segment->prefix);
    if (rc == WB_OK) {
        rc = wb_buf_add(ctx, buf, segment->bytes);
    }
    if (rc == WB_OK) {
        rc = wb_buf_add(ctx, buf, (struct wb_str){&terminator, 1});
    }
    if (rc == WB_OK) {
        rc = wb_buf_add(ctx, buf, segment->suffix);
    }
    if (rc == WB_OK && s->frames.level == GRAMMAR_INTERCHANGE) {
        s->delims = *segment->delims;
        wb_buf_clear(&s->suffix);
        rc = wb_buf_add(ctx, &s->suffix, segment->suffix);
    }
    return rc;
}

/* Whether the header that was just taken begins a piece. */
static bool
begins(const struct split *s)
{
    const struct cli_frames *f = &s->frames;
    return f->part == CLI_HEADER && f->level == s->by &&
           (s->type.len == 0 || wb_str_eq(cli_frame_type(&f->levels[f->level]), s->type));
}

static int
take_segment(struct split *s, const struct wire_segment *segment)
{
    struct cli_frames *f = &s->frames;
    /* A header of this level or of one around it ends what is open, its trailer missing. The levels
     * around it must still be open then: look before the frames move on. */
    struct cli_frames next = *f;
    if (cli_frames_take(&s->cli->ctx, &next, segment) != WB_OK) {
        return cli_report(s->cli);
    }
    const bool ends = next.part != CLI_INSIDE &&
                      (next.level < s->by || (next.level == s->by && next.part == CLI_HEADER));
    int exit_code = ends ? close_piece(s) : CLI_GOOD;
    *f = next;
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    if (f->part == CLI_HEADER && keep_header(s, segment) != WB_OK) {
        return cli_report(s->cli);
    }
    if (begins(s)) {
        exit_code = open_piece(s);
    }
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    if (!s->open) {
        const bool frame = f->part != CLI_INSIDE && f->level < s->by;
        const bool other = s->type.len > 0;
        s->left_out_count += frame || other ? 0 : 1;
        return CLI_GOOD;
    }
    if (!s->dry_run) {
        put_segment(s->stream.out, segment);
    }
    if (f->part == CLI_TRAILER && f->level == s->by) {
        s->complete = true;
        exit_code = close_piece(s);
    }
    return exit_code;
}

static int
run(struct split *s)
{
    enum wire_event event = WIRE_NOTICE;
    int exit_code = CLI_GOOD;
    while (exit_code == CLI_GOOD && event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        if (wire_next(&s->cli->ctx, s->input->reader, &event, &segment, &notice) != WB_OK) {
            wb_fail_context(&s->cli->ctx, WB_FMT, WB_ARG(s->input->name));
            exit_code = cli_report(s->cli);
        } else if (event == WIRE_SEGMENT || event == WIRE_INTERCHANGE) {
            exit_code = take_segment(s, &segment);
        } else if (event == WIRE_NOTICE && notice.skipped && notice.code != WIRE_NOTICE_BOM &&
                   notice.code != WIRE_NOTICE_LEADING_BLANK &&
                   notice.code != WIRE_NOTICE_EMPTY_SEGMENT) {
            s->left_out_count++;
        }
    }
    if (exit_code == CLI_GOOD) {
        return close_piece(s);
    }
    if (s->open && !s->dry_run) { /* what was begun is thrown away */
        s->open = false;
        (void)cli_stream_close(s->cli, &s->stream, exit_code, false); /* exit_code says it */
    }
    return exit_code;
}

static int
split_file(struct cli *cli, const char *path, enum grammar_level by, struct names *names)
{
    struct cli_input input;
    int exit_code = cli_input_open(cli, path, &input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct split s = {.cli = cli,
                      .input = &input,
                      .by = by,
                      .type = wb_str_of(cli_value(cli, CLI_TYPE, NULL)),
                      .dry_run = cli_has(cli, CLI_DRY_RUN),
                      .force = cli_has(cli, CLI_FORCE),
                      .names = names};
    cli_frames_init(&s.frames);
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        wb_buf_init(&s.headers[i], 2 * WB_LIMIT_SEGMENT);
    }
    wb_buf_init(&s.suffix, WB_LIMIT_SEGMENT);
    exit_code = cli_input_reader(cli, &input);
    if (exit_code == CLI_GOOD) {
        exit_code = run(&s);
    }
    if (exit_code == CLI_GOOD && s.left_out_count > 0 && s.piece_count > 0) {
        wb_out_safe(&cli->err, input.name);
        wb_out_printf(&cli->err,
                      ": %llu segment%s or text%s in no piece; waybill check says more\n",
                      (unsigned long long)s.left_out_count, s.left_out_count == 1 ? "" : "s",
                      s.left_out_count == 1 ? " is" : "s are");
    }
    if (exit_code == CLI_GOOD && s.piece_count == 0) {
        wb_out_text(&cli->err, "waybill: ");
        wb_out_safe(&cli->err, input.name);
        wb_out_text(&cli->err, ": nothing was found that could be split off\n");
        exit_code = s.type.len > 0 ? CLI_FINDINGS : CLI_USAGE;
    } else if (exit_code == CLI_GOOD && s.left_out_count + s.broken_count > 0) {
        exit_code = CLI_FINDINGS;
    }
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        wb_buf_done(&s.headers[i]);
    }
    wb_buf_done(&s.suffix);
    cli_input_close(cli, &input);
    return exit_code;
}

int
cmd_split(struct cli *cli)
{
    static const enum grammar_level levels[] = {GRAMMAR_MESSAGE, GRAMMAR_GROUP,
                                                GRAMMAR_INTERCHANGE};
    const int chosen = cli_choice(cli, CLI_BY, 0);
    if (chosen < 0) {
        return CLI_USAGE;
    }
    const enum grammar_level by = levels[chosen];
    if (cli_has(cli, CLI_TYPE) && by != GRAMMAR_MESSAGE) {
        return cli_usage(cli, "--type chooses messages: it goes with --by message");
    }
    if (cli_has(cli, CLI_DIR) && !cli_has(cli, CLI_DRY_RUN) &&
        wb_os_mkdirs(&cli->ctx, cli->values[CLI_DIR]) != WB_OK) {
        return cli_report(cli);
    }
    struct names names = {.cap = 0};
    int exit_code = CLI_GOOD;
    cli_progress_begin(cli);
    for (int i = 0; i < cli_file_count(cli) && exit_code != CLI_REFUSED; i++) {
        const int next = split_file(cli, cli_file(cli, i), by, &names);
        exit_code = next == CLI_REFUSED ? next : cli_combine(exit_code, next, i);
    }
    cli_progress_end(cli);
    return exit_code;
}
