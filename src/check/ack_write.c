/*
 * The segments of TA1 and 997. What is repeated from the partner's data is made to fit first: our
 * own answer must be right even where theirs was wrong, so a short control number is filled with
 * zeros, a long tag is cut, a control character becomes a question mark, and what our separators
 * cannot carry is replaced.
 */
#include <stdio.h>
#include <string.h>

#include "check/ack_priv.h"

enum { FIT_MAX = 100, DAY_SECONDS = 86400 };

/* A value made to fit, in its own room. */
struct fitted {
    char at[FIT_MAX];
    size_t len;
};

static struct wb_str
str(const struct fitted *f)
{
    return (struct wb_str){f->at, f->len};
}

static bool
usable(uint8_t c)
{
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return !alnum && c != ' ' && c != '.' && c != '-' && c != 0 && c != '?';
}

/* The partner's separators when they can carry an answer, else the usual ones. */
static struct wire_delims
delims_of(const struct wire_delims *received)
{
    struct wire_delims d = *received;
    d.repeat = 0; /* 997s of 004010 do not repeat */
    d.release = 0;
    if (d.component == 0) {
        d.component = d.element != ':' && d.segment != ':' ? ':' : '>';
    }
    const bool good = usable(d.segment) && usable(d.element) && usable(d.component) &&
                      d.segment != d.element && d.segment != d.component &&
                      d.element != d.component;
    if (!good) {
        d = wire_delims_x12();
        d.repeat = 0;
    }
    return d;
}

/* The date that the interchange, or a group in it, was made on; and the first good time of it. */
static void
date_from(struct ack *ack, struct wb_str date, const struct wb_str *times, size_t count)
{
    struct wb_moment received = {.hour = 0};
    if ((date.len != 6 && date.len != 8) || !wb_date_parse_compact(date, &received.date)) {
        return;
    }
    if (!ack->sent_known) {
        memcpy(ack->sent, date.at + date.len - sizeof ack->sent, sizeof ack->sent);
        ack->sent_known = true;
    }
    if (ack->at_known) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (wb_time_parse_compact(times[i], &received)) {
            break;
        }
        received.hour = 0;
        received.minute = 0;
    }
    ack->at = received;
    ack->at_known = true;
}

void
ack_date_of_group(struct ack *ack, const struct check_event *event)
{
    const struct wb_str times[] = {event->interchange->time, event->group->time};
    date_from(ack, event->group->date, times, sizeof times / sizeof times[0]);
}

void
ack_begin(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event)
{
    (void)ctx; /* nothing here can fail */
    ack->delims = delims_of(&event->interchange->delims);
    const bool lines = ack->delims.segment == '\n' || ack->delims.segment == '\r';
    ack->suffix = lines ? (struct wb_str){"", 0} : ack->options.suffix;
    ack->replacement = '?';
    ack->at = wb_moment_of_seconds(ack->options.at_seconds);
    ack->at_known = ack->options.at_given;
    ack->sent_known = false;
    if (event->interchange->date.len == sizeof ack->sent) {
        date_from(ack, event->interchange->date, &event->interchange->time, 1);
    }
    ack->grammar = event->grammar;
}

void
ack_text_begin(struct ack *ack, struct ack_text *text)
{
    wb_buf_clear(&text->out.buf);
    wire_writer_init(&text->writer, &text->out, ack->delims);
    text->writer.suffix = ack->suffix;
    text->writer.replacement = ack->replacement;
}

/* Printable, without our separators, without blanks at the ends, at most `max` bytes. */
static struct fitted
fit_text(const struct ack *ack, struct wb_str value, size_t max)
{
    struct fitted f = {.len = 0};
    for (size_t i = 0; i < value.len && f.len < max && f.len < FIT_MAX; i++) {
        const uint8_t c = (uint8_t)value.at[i];
        const bool separator =
            c == ack->delims.segment || c == ack->delims.element || c == ack->delims.component;
        const bool plain = c >= 0x20 && c < 0x7f && !separator;
        if (c == ' ' && f.len == 0) {
            continue;
        }
        f.at[f.len++] = plain ? (char)c : (char)ack->replacement;
    }
    while (f.len > 0 && f.at[f.len - 1] == ' ') {
        f.len--;
    }
    return f;
}

/* Filled to its minimum with `fill`, before or behind. */
static struct fitted
fit_filled(const struct ack *ack, struct wb_str value, size_t min, size_t max, char before,
           char behind)
{
    struct fitted f = fit_text(ack, value, max);
    while (f.len < min && before != '\0') {
        memmove(f.at + 1, f.at, f.len);
        f.at[0] = before;
        f.len++;
    }
    while (f.len < min && behind != '\0') {
        f.at[f.len++] = behind;
    }
    return f;
}

/* A number as it may stand in an N0 element of `digits` digits; `otherwise` when it is none. */
static struct fitted
fit_number(struct wb_str value, uint64_t max, uint64_t otherwise, int digits)
{
    uint64_t number = otherwise;
    struct fitted f = {.len = 0};
    if (!wb_str_u64(value, &number) || number > max) {
        number = otherwise;
    }
    const int len = snprintf(f.at, sizeof f.at, "%0*llu", digits, (unsigned long long)number);
    f.len = len > 0 ? (size_t)len : 0;
    return f;
}

static struct fitted
number_of(uint64_t value, uint64_t max)
{
    struct fitted f = {.len = 0};
    const int len =
        snprintf(f.at, sizeof f.at, "%llu", (unsigned long long)(value > max ? max : value));
    f.len = len > 0 ? (size_t)len : 0;
    return f;
}

/* One segment of plain elements. */
static enum wb_rc
put_segment(struct wb_ctx *ctx, struct wire_writer *writer, const char *tag,
            const struct wb_str *values, size_t count)
{
    wire_begin(writer, wb_str_of(tag));
    for (size_t i = 0; i < count; i++) {
        const enum wb_rc rc = wire_put(ctx, writer, values[i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    wire_end(writer);
    return WB_OK;
}

static enum wb_rc
put_ak3(struct wb_ctx *ctx, const struct ack *ack, struct wire_writer *writer,
        const struct check_finding *f, const char *code)
{
    const bool missing = f->expected_tag.len > 0;
    const struct wb_str wanted = missing ? f->expected_tag : f->tag;
    struct fitted tag = fit_filled(ack, wanted, 2, 3, '\0', ' ');
    if (tag.at[0] == ' ') {
        tag = fit_text(ack, WB_LIT("??"), 3); /* a segment without a tag */
    }
    const struct fitted position = number_of(f->segment_no, ACK_POSITION_MAX);
    const struct fitted loop =
        fit_text(ack, f->loop.len <= 6 ? f->loop : (struct wb_str){"", 0}, 6);
    const struct wb_str values[] = {str(&tag), str(&position), str(&loop), wb_str_of(code)};
    return put_segment(ctx, writer, "AK3", values, 4);
}

static enum wb_rc
put_ak4(struct wb_ctx *ctx, const struct ack *ack, struct wire_writer *writer,
        const struct check_finding *f)
{
    const struct fitted element = number_of(f->element_no == 0 ? 1 : f->element_no, 99);
    const struct fitted component = number_of(f->component_no, 99);
    const struct wb_str id = wb_str_digits(f->element_id) ? f->element_id : (struct wb_str){"", 0};
    const struct fitted value = fit_text(ack, f->value, CHECK_VALUE_MAX);
    wire_begin(writer, WB_LIT("AK4"));
    enum wb_rc rc = wire_put(ctx, writer, str(&element));
    if (rc == WB_OK && f->component_no > 0) {
        rc = wire_put_component(ctx, writer, str(&component));
    }
    const struct wb_str rest[] = {id, wb_str_of(check_row(f->code)->ak), str(&value)};
    for (size_t i = 0; i < 3 && rc == WB_OK; i++) {
        rc = wire_put(ctx, writer, rest[i]);
    }
    wire_end(writer);
    return rc;
}

/* AK3 for each defect of a segment as such; one AK3 with code 8 before the AK4s of its elements. */
static enum wb_rc
put_findings(struct wb_ctx *ctx, const struct ack *ack, const struct check_message *message,
             struct wire_writer *writer)
{
    uint32_t open_segment = 0;
    uint32_t ak4_count = 0;
    for (size_t i = 0; i < message->finding_count; i++) {
        const struct check_finding *f = &message->findings[i];
        const struct check_row *row = check_row(f->code);
        const bool told = f->severity <= CHECK_WARNING && row->ak[0] != '\0';
        enum wb_rc rc = WB_OK;
        if (!told || (row->level != CHECK_SEGMENT && row->level != CHECK_ELEMENT)) {
            continue;
        }
        if (row->level == CHECK_SEGMENT) {
            rc = put_ak3(ctx, ack, writer, f, row->ak);
            open_segment = 0;
        } else {
            if (open_segment != f->segment_no) {
                rc = put_ak3(ctx, ack, writer, f, "8");
                open_segment = f->segment_no;
                ak4_count = 0;
            }
            if (rc == WB_OK && ak4_count++ < ACK_AK4_MAX) {
                rc = put_ak4(ctx, ack, writer, f);
            }
        }
        if (rc != WB_OK) {
            return rc;
        }
    }
    return WB_OK;
}

static struct wb_str
verdict_code(enum check_verdict verdict)
{
    switch (verdict) {
    case CHECK_ACCEPTED:
        return WB_LIT("A");
    case CHECK_ACCEPTED_WITH_ERRORS:
        return WB_LIT("E");
    case CHECK_REJECTED:
        return WB_LIT("R");
    case CHECK_NOT_CHECKED: /* never answered */
    case CHECK_PARTLY_ACCEPTED:
        return WB_LIT("P");
    }
    return WB_LIT("R");
}

enum wb_rc
ack_write_message(struct wb_ctx *ctx, struct ack *ack, const struct check_message *message,
                  struct ack_text *text)
{
    const struct fitted type = fit_filled(ack, message->type, 3, 3, '\0', '0');
    const struct fitted control = fit_filled(ack, message->control, 4, 9, '0', '\0');
    const struct wb_str ak2[] = {str(&type), str(&control)};
    enum wb_rc rc = put_segment(ctx, &text->writer, "AK2", ak2, 2);
    if (rc == WB_OK) {
        rc = put_findings(ctx, ack, message, &text->writer);
    }
    struct wb_str ak5[6] = {verdict_code(message->verdict)};
    for (uint32_t i = 0; i < message->ak_count; i++) {
        ak5[i + 1] = wb_str_of(message->ak_codes[i]);
    }
    if (rc == WB_OK) {
        rc = put_segment(ctx, &text->writer, "AK5", ak5, message->ak_count + 1);
    }
    return rc == WB_OK ? text->out.rc : rc;
}

/* The application ids of the group, or, where a GS had none, those of the interchange. */
static struct fitted
group_id(const struct ack *ack, struct wb_str id, struct wb_str of_interchange)
{
    const struct fitted f = fit_filled(ack, id, 2, ACK_ID_MAX, '\0', ' ');
    if (wb_str_trim(str(&f)).len > 0) {
        return f;
    }
    const struct fitted other = fit_filled(ack, of_interchange, 2, ACK_ID_MAX, '\0', ' ');
    return wb_str_trim(str(&other)).len > 0 ? other : fit_text(ack, WB_LIT("UNKNOWN"), ACK_ID_MAX);
}

/* The release of the group when we know it exactly (004010VICS too), else that of the grammar it
 * was read with. */
static struct fitted
release_of(const struct ack *ack, const struct check_group *group)
{
    const struct wb_str ours = grammar_str(ack->grammar, ack->grammar->release);
    return fit_text(ack, wb_str_starts(group->release, ours) ? group->release : ours, 12);
}

static enum wb_rc
put_gs(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event)
{
    const struct check_group *g = event->group;
    const struct check_interchange *in = event->interchange;
    char date[WB_MOMENT_TEXT_MAX];
    char time[16];
    const size_t date_len = wb_date_print_compact(ack->at.date, date);
    const int time_len =
        snprintf(time, sizeof time, "%02u%02u", (unsigned)ack->at.hour, (unsigned)ack->at.minute);
    const struct fitted sender = group_id(ack, g->receiver, in->receiver);
    const struct fitted receiver = group_id(ack, g->sender, in->sender);
    const struct fitted number = number_of(ack->group_count, 999999999);
    const struct fitted release = release_of(ack, g);
    const struct wb_str gs[] = {
        WB_LIT("FA"),
        str(&sender),
        str(&receiver),
        {date, date_len                           },
        {time, time_len > 0 ? (size_t)time_len : 0},
        str(&number),
        WB_LIT("X"),
        str(&release)
    };
    return put_segment(ctx, &ack->body.writer, "GS", gs, 8);
}

static enum wb_rc
put_ak9(struct wb_ctx *ctx, struct wire_writer *writer, const struct check_group *g)
{
    const struct fitted stated =
        fit_number(g->stated_count, ACK_POSITION_MAX,
                   g->message_count > ACK_POSITION_MAX ? ACK_POSITION_MAX : g->message_count, 1);
    const struct fitted received = number_of(g->message_count, ACK_POSITION_MAX);
    const struct fitted accepted = number_of(g->accepted_count, ACK_POSITION_MAX);
    struct wb_str ak9[9] = {verdict_code(g->verdict), str(&stated), str(&received), str(&accepted)};
    for (uint32_t i = 0; i < g->ak_count; i++) {
        ak9[i + 4] = wb_str_of(g->ak_codes[i]);
    }
    return put_segment(ctx, writer, "AK9", ak9, g->ak_count + 4);
}

enum wb_rc
ack_write_group(struct wb_ctx *ctx, struct ack *ack, const struct check_event *event,
                const struct ack_text *inner)
{
    const struct check_group *g = event->group;
    struct wire_writer *writer = &ack->body.writer;
    ack->group_count++;
    ack->message_count++;
    const struct fitted control = fit_number((struct wb_str){"1", 1}, 1, 1, 4);
    const struct fitted type = fit_filled(ack, g->type, 2, 2, '\0', 'Z');
    const struct fitted group_control = fit_number(g->control, 999999999, 0, 1);
    enum wb_rc rc = put_gs(ctx, ack, event);
    const struct wb_str st[] = {WB_LIT("997"), str(&control)};
    const struct wb_str ak1[] = {str(&type), str(&group_control)};
    if (rc == WB_OK) {
        rc = put_segment(ctx, writer, "ST", st, 2);
    }
    if (rc == WB_OK) {
        rc = put_segment(ctx, writer, "AK1", ak1, 2);
    }
    if (rc == WB_OK && inner->out.rc == WB_OK) {
        wb_out_str(&ack->body.out, wb_buf_str(&inner->out.buf));
        rc = put_ak9(ctx, writer, g);
    }
    /* ST, AK1, AK9 and SE stand around what was gathered. */
    const struct fitted count = number_of(inner->writer.segment_count + 4, UINT32_MAX);
    const struct wb_str se[] = {str(&count), str(&control)};
    if (rc == WB_OK) {
        rc = put_segment(ctx, writer, "SE", se, 2);
    }
    const struct fitted number = number_of(ack->group_count, 999999999);
    const struct wb_str ge[] = {WB_LIT("1"), str(&number)};
    if (rc == WB_OK) {
        rc = put_segment(ctx, writer, "GE", ge, 2);
    }
    return rc == WB_OK ? inner->out.rc : rc;
}

/* A qualifier that the list of the ISA has; ZZ, agreed between partners, for any other. */
static struct wb_str
qualifier_of(const struct ack *ack, struct wb_str qualifier)
{
    const uint32_t row = grammar_find_segment(ack->grammar, WB_LIT("ISA"));
    if (row == GRAMMAR_NONE || ack->grammar->segments[row].place_count < 5) {
        return WB_LIT("ZZ");
    }
    const uint32_t place = ack->grammar->segments[row].place_first + 4;
    const uint32_t element = ack->grammar->places[place].element;
    const bool known = element != GRAMMAR_NONE &&
                       grammar_find_code(ack->grammar, element, qualifier) != GRAMMAR_NONE;
    return known ? qualifier : WB_LIT("ZZ");
}

static struct fitted
interchange_id(const struct ack *ack, struct wb_str id)
{
    const struct fitted f = fit_filled(ack, id, ACK_ID_MAX, ACK_ID_MAX, '\0', ' ');
    return wb_str_trim(str(&f)).len > 0
               ? f
               : fit_filled(ack, WB_LIT("UNKNOWN"), ACK_ID_MAX, ACK_ID_MAX, '\0', ' ');
}

static enum wb_rc
put_isa(struct wb_ctx *ctx, struct ack *ack, struct wire_writer *writer,
        const struct check_interchange *in, const struct fitted *number)
{
    char date[WB_MOMENT_TEXT_MAX];
    char time[16];
    (void)wb_date_print_compact(ack->at.date, date); /* eight digits */
    (void)snprintf(time, sizeof time, "%02u%02u", (unsigned)ack->at.hour, (unsigned)ack->at.minute);
    const struct fitted sender = interchange_id(ack, in->receiver);
    const struct fitted receiver = interchange_id(ack, in->sender);
    const char component = (char)ack->delims.component;
    const bool test = wb_str_eq(in->test, WB_LIT("T"));
    const struct wb_str blank = WB_LIT("          ");
    const struct wb_str isa[] = {
        WB_LIT("00"),
        blank,
        WB_LIT("00"),
        blank,
        qualifier_of(ack, in->receiver_qualifier),
        str(&sender),
        qualifier_of(ack, in->sender_qualifier),
        str(&receiver),
        {date + 2,   6},
        {time,       4},
        WB_LIT("U"),
        WB_LIT("00401"),
        str(number),
        WB_LIT("0"),
        test ? WB_LIT("T") : WB_LIT("P"),
        {&component, 1}
    };
    return put_segment(ctx, writer, "ISA", isa, 16);
}

static enum wb_rc
put_ta1(struct wb_ctx *ctx, struct ack *ack, struct wire_writer *writer,
        const struct check_interchange *in)
{
    struct wb_moment moment;
    char ours[WB_MOMENT_TEXT_MAX];
    char time[16];
    (void)wb_date_print_compact(ack->at.date, ours); /* eight digits */
    (void)snprintf(time, sizeof time, "%02u%02u", (unsigned)ack->at.hour, (unsigned)ack->at.minute);
    const bool timed = in->time.len == 4 && wb_time_parse_compact(in->time, &moment);
    const struct fitted number = fit_number(in->control, 999999999, 0, 9);
    const char *sent = ack->sent_known ? ack->sent : ours + 2;
    const struct wb_str ta1[] = {
        str(&number),
        {sent, sizeof ack->sent},
        timed ? in->time : wb_str_of(time),
        verdict_code(in->verdict),
        wb_str_of(in->ta1)
    };
    return put_segment(ctx, writer, "TA1", ta1, 5);
}

enum wb_rc
ack_write_interchange(struct wb_ctx *ctx, struct ack *ack, const struct check_interchange *in,
                      bool with_ta1, bool with_groups)
{
    struct wire_writer writer;
    wire_writer_init(&writer, ack->out, ack->delims);
    writer.suffix = ack->suffix;
    writer.replacement = ack->replacement;
    struct fitted number = {.len = 9};
    (void)snprintf(number.at, sizeof number.at, "%09u", (unsigned)ack->control_no);
    const struct fitted groups = number_of(with_groups ? ack->group_count : 0, 99999);
    const struct wb_str iea[] = {str(&groups), str(&number)};
    enum wb_rc rc = ack->body.out.rc;
    if (rc == WB_OK) {
        rc = put_isa(ctx, ack, &writer, in, &number);
    }
    if (rc == WB_OK && with_ta1) {
        rc = put_ta1(ctx, ack, &writer, in);
    }
    if (rc == WB_OK && with_groups) {
        wb_out_str(ack->out, wb_buf_str(&ack->body.out.buf));
    }
    if (rc == WB_OK) {
        rc = put_segment(ctx, &writer, "IEA", iea, 2);
    }
    ack->control_no = ack->control_no >= 999999999 ? 1 : ack->control_no + 1;
    ack->written += with_ta1 + (with_groups ? ack->message_count : 0);
    return rc == WB_OK ? ack->out->rc : rc;
}
