/*
 * One pass over an input with everything checked that holds for any input. Places are compared
 * with a plain count over the whole input, which is in memory here.
 */
#include "drain.h"

#include <string.h>

static const char *const NOTICE_NAMES[] = {
#define X(name, words) #name,
#include "wire/notice.def"
#undef X
};

/* Lines counted by hand, going on from where the last count stopped. */
struct count {
    uint64_t at;
    uint64_t line;
    uint64_t line_at;
};

static void
count_to(struct count *c, struct wb_str input, uint64_t at)
{
    if (at < c->at) {
        *c = (struct count){.at = 0, .line = 1, .line_at = 0};
    }
    for (; c->at < at; c->at++) {
        if (input.at[c->at] == '\n') {
            c->line++;
            c->line_at = c->at + 1;
        }
    }
}

struct pass {
    struct wb_str input;
    struct wire_reader *reader;
    struct drain *drain;
    struct count count;
    uint64_t covered;
};

static void
log_place(struct pass *p, uint64_t at)
{
    uint64_t line = 0;
    uint64_t column = 0;
    wire_place(p->reader, at, &line, &column);
    count_to(&p->count, p->input, at);
    if (line != p->count.line || column != at - p->count.line_at + 1) {
        p->drain->placed = false;
    }
    wb_out_printf(&p->drain->log, "%u:%u @%u", (unsigned)line, (unsigned)column, (unsigned)at);
}

static bool
consistent(const struct pass *p, const struct wire_segment *s)
{
    bool good =
        s->at + s->bytes.len <= p->input.len &&
        (s->bytes.len == 0 || memcmp(s->bytes.at, p->input.at + s->at, s->bytes.len) == 0) &&
        s->tag.at == s->bytes.at && s->tag.len <= s->bytes.len &&
        s->token_count <= WB_LIMIT_ELEMENTS && s->prefix.len <= s->at &&
        (s->prefix.len == 0 ||
         memcmp(s->prefix.at, p->input.at + s->at - s->prefix.len, s->prefix.len) == 0);
    good = good && s->element_first[s->element_count + 1] == s->token_count;
    for (uint32_t e = 1; e <= s->element_count && good; e++) {
        uint32_t count = 0;
        const struct wire_token *t = wire_element(s, e, &count);
        good = count > 0 && t->component_no == 1 && t->repeat_no == 1;
        for (uint32_t i = 0; i < count && good; i++) {
            good = t[i].element_no == e && (size_t)t[i].at + t[i].len <= s->bytes.len;
        }
    }
    return good;
}

static void
log_segment(struct pass *p, enum wire_event event, const struct wire_segment *s)
{
    struct drain *d = p->drain;
    d->tiled = d->tiled && s->at == p->covered + s->prefix.len;
    p->covered = s->at + s->bytes.len + (s->unterminated ? 0 : 1) + s->suffix.len;
    d->consistent = d->consistent && consistent(p, s);
    d->segment_count++;
    d->interchange_count += event == WIRE_INTERCHANGE ? 1 : 0;
    d->message_count += wb_str_eq(s->tag, WB_LIT("ST")) || wb_str_eq(s->tag, WB_LIT("UNH")) ? 1 : 0;
    wb_out_text(&d->log, event == WIRE_INTERCHANGE ? "interchange " : "segment ");
    log_place(p, s->at);
    if (s->prefix.len > 0) {
        wb_out_text(&d->log, " behind ");
        wb_out_safe(&d->log, s->prefix);
    }
    wb_out_text(&d->log, s->unterminated ? " unterminated " : " ");
    wb_out_safe(&d->log, s->tag);
    for (uint32_t i = 0; i < s->token_count; i++) {
        const struct wire_token *t = &s->tokens[i];
        wb_out_printf(&d->log, " %u.%u.%u%s=", t->element_no, t->repeat_no, t->component_no,
                      t->flags == WIRE_BINARY    ? "b"
                      : t->flags == WIRE_ESCAPED ? "e"
                                                 : "");
        wb_out_safe(&d->log, wire_token_bytes(s, t));
    }
    wb_out_text(&d->log, "|");
    wb_out_safe(&d->log, s->suffix);
    wb_out_text(&d->log, "\n");
    struct wire_writer writer;
    wire_writer_init(&writer, &d->copy, *s->delims);
    wire_copy(&writer, s);
}

static void
log_notice(struct pass *p, const struct wire_notice *n)
{
    struct drain *d = p->drain;
    d->notice_count[n->code]++;
    d->consistent =
        d->consistent && n->value.len <= 64 && n->value.len <= n->len &&
        n->at + n->len <= p->input.len &&
        (n->value.len == 0 || memcmp(n->value.at, p->input.at + n->at, n->value.len) == 0);
    if (n->skipped) {
        d->tiled = d->tiled && n->at == p->covered;
        p->covered = n->at + n->len;
        wb_out_str(&d->copy, wb_str_sub(p->input, (size_t)n->at, (size_t)n->len));
    }
    wb_out_printf(&d->log, "%s ", NOTICE_NAMES[n->code]);
    log_place(p, n->at);
    wb_out_printf(&d->log, " +%u%s ", (unsigned)n->len, n->skipped ? " skipped" : "");
    wb_out_safe(&d->log, n->value);
    wb_out_text(&d->log, "\n");
}

void
drain_run(struct wb_ctx *ctx, struct wb_str input, struct drain_how how, struct drain *ret)
{
    *ret = (struct drain){.rc = WB_OK, .tiled = true, .placed = true, .consistent = true};
    wb_out_init(&ret->log, ctx, -1, DRAIN_BYTES_MAX);
    wb_out_init(&ret->copy, ctx, -1, DRAIN_BYTES_MAX);
    struct wire_memory memory = {.bytes = input, .step = how.step_bytes};
    struct wire_options options = {.force_scalar = how.force_scalar,
                                   .window_bytes = how.window_bytes,
                                   .segment_max_bytes = how.segment_max_bytes};
    struct pass p = {.input = input, .drain = ret, .count = {.line = 1}};
    ret->rc = wire_open(ctx, wire_source_memory(&memory), &options, &p.reader);
    enum wire_event event = WIRE_NOTICE;
    while (ret->rc == WB_OK && event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        ret->rc = wire_next(ctx, p.reader, &event, &segment, &notice);
        if (ret->rc != WB_OK || event == WIRE_END) {
            break;
        }
        if (event == WIRE_NOTICE) {
            log_notice(&p, &notice);
        } else {
            log_segment(&p, event, &segment);
        }
    }
    ret->tiled = ret->tiled && (ret->rc != WB_OK || p.covered == input.len);
    wire_close(p.reader);
}

void
drain_done(struct drain *drain)
{
    wb_out_done(&drain->log);
    wb_out_done(&drain->copy);
}
