/*
 * Interchange and group: their headers and trailers as data of the grammar's frames. The elements
 * go through the same pass as all others; a table here says which row of the envelope each one's
 * finding is told as.
 */
#include <stdio.h>
#include <string.h>

#include "check/check_priv.h"

enum { ISA_ELEMENTS = 16, GS_ELEMENTS = 8 };

/* By element number; [0] is what stands beyond. */
static const enum check_code ISA_AS[ISA_ELEMENTS + 1] = {CHECK_ENV_ISA_SHORT,
                                                         CHECK_ENV_AUTH_QUALIFIER,
                                                         CHECK_ENV_AUTH_VALUE,
                                                         CHECK_ENV_SECURITY_QUALIFIER,
                                                         CHECK_ENV_SECURITY_VALUE,
                                                         CHECK_ENV_SENDER_QUALIFIER,
                                                         CHECK_ENV_SENDER,
                                                         CHECK_ENV_RECEIVER_QUALIFIER,
                                                         CHECK_ENV_RECEIVER,
                                                         CHECK_ENV_DATE,
                                                         CHECK_ENV_TIME,
                                                         CHECK_ENV_STANDARD,
                                                         CHECK_ENV_VERSION,
                                                         CHECK_ENV_CONTROL,
                                                         CHECK_ENV_ACK_REQUESTED,
                                                         CHECK_ENV_TEST,
                                                         CHECK_ENV_COMPONENT_SEPARATOR};
static const enum check_code IEA_AS[] = {CHECK_ENV_TRAILER};
static const enum check_code TA1_AS[] = {CHECK_ENV_TA1};
static const enum check_code GS_AS[GS_ELEMENTS + 1] = {
    CHECK_GRP_HEADER, CHECK_GRP_UNSUPPORTED, CHECK_GRP_HEADER, CHECK_GRP_HEADER, CHECK_GRP_HEADER,
    CHECK_GRP_HEADER, CHECK_GRP_CONTROL,     CHECK_GRP_AGENCY, CHECK_GRP_RELEASE};
static const enum check_code GE_AS[] = {CHECK_GRP_TRAILER};

/* Elements of the ISA that are looked at here: standard, version, separator. */
#define ISA_OWN ((uint64_t)1 << 10 | (uint64_t)1 << 11 | (uint64_t)1 << 15)
#define ISA_BLANK_OK ((uint64_t)1 << 1 | (uint64_t)1 << 3)
#define TRAILER_OWN ((uint64_t)3)

static uint64_t
bit_of(uint32_t element_no)
{
    return element_no == 0 || element_no > 64 ? 0 : (uint64_t)1 << (element_no - 1);
}

static void
elements_as(struct wb_ctx *ctx, struct check *c, const enum check_code *as, size_t count,
            uint64_t skip)
{
    const struct check_slot *slot = c->in_group ? c->body : c->envelope;
    const uint32_t row = grammar_find_segment(&slot->grammar, c->segment.tag);
    if (row == GRAMMAR_NONE) {
        return;
    }
    c->as = as;
    c->as_count = count;
    check_elements(ctx, c, row, skip);
    c->as = NULL;
}

static void
tell(struct wb_ctx *ctx, struct check *c, enum check_code code, uint32_t element_no,
     struct wb_str value, const char *expect)
{
    struct check_report report = CHECK_REPORT(code);
    report.element_no = element_no;
    report.value = value;
    report.expect = wb_str_of(expect);
    check_report(ctx, c, &report);
}

static struct wb_str
keep(struct wb_ctx *ctx, struct check *c, struct wb_arena *arena, struct wb_str s)
{
    const struct wb_str copy = wb_arena_dup(ctx, arena, s);
    if (copy.at == NULL) {
        c->rc = WB_NOMEM;
        return (struct wb_str){"", 0};
    }
    return copy;
}

static bool
alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Bytes that any text or number holds: no separator can be read back reliably. */
static bool
in_data(uint8_t c)
{
    return alnum(c) || c == ' ' || c == '.' || c == '-';
}

static void
check_separators(struct wb_ctx *ctx, struct check *c)
{
    const struct wire_delims *d = c->segment.delims;
    const char bytes[3] = {(char)d->segment, (char)d->element, (char)d->component};
    if (in_data(d->segment)) {
        tell(ctx, c, CHECK_ENV_TERMINATOR, 0, (struct wb_str){&bytes[0], 1}, "");
    }
    if (in_data(d->element)) {
        tell(ctx, c, CHECK_ENV_ELEMENT_SEPARATOR, 0, (struct wb_str){&bytes[1], 1}, "");
    }
    const struct wb_str component = {&bytes[2], 1};
    if (d->component == 0) {
        tell(ctx, c, CHECK_ENV_COMPONENT_SEPARATOR, 16, (struct wb_str){"", 0},
             "composites cannot be read");
    } else if (d->component == d->element || d->component == d->segment) {
        tell(ctx, c, CHECK_ENV_COMPONENT_SEPARATOR, 16, component, "it is another separator too");
    } else if (in_data(d->component)) {
        tell(ctx, c, CHECK_ENV_COMPONENT_SEPARATOR, 16, component, "it also occurs in data");
    }
}

static bool
version_known(struct wb_str version)
{
    static const char *const KNOWN[] = {
        "00200", "00201", "00204", "00300", "00301", "00302", "00303", "00304", "00305",
        "00306", "00307", "00400", "00401", "00402", "00403", "00404", "00405", "00406",
        "00500", "00501", "00502", "00503", "00504", "00505", "00506", "00600", "00601",
        "00602", "00603", "00604", "00605", "00606", "00700", "00701", "00702", "00703",
        "00704", "00705", "00706", "00800", "00801"};
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (wb_str_eq(version, wb_str_of(KNOWN[i]))) {
            return true;
        }
    }
    return false;
}

/* ISA11: up to 00401 a standards body, U; from 00402 on the repetition separator. */
static void
check_standard(struct wb_ctx *ctx, struct check *c, struct wb_str version)
{
    const struct wb_str value = check_text(c, 11);
    const struct wire_delims *d = c->segment.delims;
    const bool repeats = wb_str_digits(version) && wb_str_cmp(version, WB_LIT("00402")) >= 0;
    const uint8_t byte = value.len == 1 ? (uint8_t)value.at[0] : 0;
    const bool letter = alnum(byte) && (byte < '0' || byte > '9');
    if (!version_known(version) && (byte == 'U' || (byte > ' ' && !alnum(byte)))) {
        return; /* right in one version or another, and this one is not known */
    }
    if (repeats && d->repeat == 0) {
        const bool equal =
            byte != 0 && (byte == d->element || byte == d->component || byte == d->segment);
        tell(ctx, c, CHECK_ENV_REPETITION_SEPARATOR, 11, value,
             equal ? "another separator too, so repeats are not split"
                   : "no separator, so repeats are not split");
    } else if (!repeats && letter && byte != 'U') {
        tell(ctx, c, CHECK_ENV_STANDARD_UNKNOWN, 11, value, "");
    } else if (!repeats && byte != 'U' && byte > ' ' && !alnum(byte)) {
        tell(ctx, c, CHECK_ENV_REPETITION_SEPARATOR, 11, value,
             "separates nothing before version 00402; U is expected");
    } else if (!repeats && byte != 'U') {
        tell(ctx, c, CHECK_ENV_STANDARD, 11, value, "U is expected");
    }
}

/* Whether the code list of an element of the segment at hand has this value. */
static bool
code_known(const struct check *c, uint32_t element_no, struct wb_str value)
{
    const struct grammar *grammar = &c->envelope->grammar;
    const uint32_t row = grammar_find_segment(grammar, c->segment.tag);
    if (row == GRAMMAR_NONE || element_no > grammar->segments[row].place_count) {
        return false;
    }
    const uint32_t place = grammar->segments[row].place_first + element_no - 1;
    const uint32_t element = grammar->places[place].element;
    return element != GRAMMAR_NONE && grammar_find_code(grammar, element, value) != GRAMMAR_NONE;
}

/* A qualifier that says there is information, and none there. */
static void
check_information(struct wb_ctx *ctx, struct check *c, uint32_t qualifier_no, enum check_code code)
{
    const struct wb_str qualifier = check_text(c, qualifier_no);
    const struct wb_str value = check_text(c, qualifier_no + 1);
    if (!wb_str_eq(qualifier, WB_LIT("00")) && code_known(c, qualifier_no, qualifier) &&
        wb_str_trim(value).len == 0) {
        tell(ctx, c, code, qualifier_no + 1, value, "blank, but its qualifier is not 00");
    }
}

static void
check_isa(struct wb_ctx *ctx, struct check *c)
{
    c->blank_ok = ISA_BLANK_OK;
    c->short_ok = c->isa_short;
    elements_as(ctx, c, ISA_AS, ISA_ELEMENTS + 1, ISA_OWN);
    c->blank_ok = 0;
    c->short_ok = false;
    if (c->isa_short) {
        char expect[32];
        (void)snprintf(expect, sizeof expect, "%zu", c->segment.bytes.len + 1);
        tell(ctx, c, CHECK_ENV_ISA_SHORT, 0, (struct wb_str){"", 0}, expect);
    }
    check_information(ctx, c, 1, CHECK_ENV_AUTH_VALUE);
    check_information(ctx, c, 3, CHECK_ENV_SECURITY_VALUE);
    const struct wb_str version = check_text(c, 12);
    if (version.len != 5 || !wb_str_digits(version)) {
        tell(ctx, c, CHECK_ENV_VERSION, 12, version, "");
    } else if (!version_known(version)) {
        tell(ctx, c, CHECK_ENV_VERSION_UNKNOWN, 12, version, "");
    }
    check_standard(ctx, c, version);
    check_separators(ctx, c);
    /* The sender and the receiver are part of what makes the number unique. */
    const struct wb_str header = c->interchange.header_bytes;
    const struct wb_str from = wire_element_bytes(&c->segment, 5);
    const struct wb_str to = wire_element_bytes(&c->segment, 8);
    struct wb_str scope = header;
    if (from.len > 0 && to.len > 0) {
        scope = (struct wb_str){from.at, (size_t)(to.at + to.len - from.at)};
    }
    bool known = false;
    if (c->interchange.control.len > 0 && c->rc == WB_OK) {
        c->rc =
            check_numbers_add(ctx, &c->interchange_numbers, scope, c->interchange.control, &known);
    }
    if (known) {
        tell(ctx, c, CHECK_ENV_DUPLICATE, 13, c->interchange.control, "");
    }
}

static void
fill_interchange(struct wb_ctx *ctx, struct check *c)
{
    struct check_interchange *i = &c->interchange;
    struct wb_arena *arena = &c->interchange_arena;
    i->header_bytes = keep(ctx, c, arena, c->segment.bytes);
    i->sender_qualifier = keep(ctx, c, arena, check_text(c, 5));
    i->sender = keep(ctx, c, arena, check_text(c, 6));
    i->receiver_qualifier = keep(ctx, c, arena, check_text(c, 7));
    i->receiver = keep(ctx, c, arena, check_text(c, 8));
    i->date = keep(ctx, c, arena, check_text(c, 9));
    i->time = keep(ctx, c, arena, check_text(c, 10));
    i->version = keep(ctx, c, arena, check_text(c, 12));
    i->control = keep(ctx, c, arena, check_text(c, 13));
    i->ack_requested = wb_str_eq(check_text(c, 14), WB_LIT("1"));
    i->test = keep(ctx, c, arena, check_text(c, 15));
}

static void
frame_keys(struct check *c)
{
    const struct grammar *grammar = &c->envelope->grammar;
    for (int level = 0; level < GRAMMAR_LEVELS; level++) {
        const struct grammar_frame *frame = &grammar->frames[level];
        c->role_keys[CHECK_ROLE_INTERCHANGE + 2 * level] =
            grammar_pack_tag(grammar_str(grammar, frame->header));
        c->role_keys[CHECK_ROLE_INTERCHANGE_END + 2 * level] =
            grammar_pack_tag(grammar_str(grammar, frame->trailer));
    }
}

void
check_interchange_fresh(struct check *c)
{
    const struct wb_str empty = {"", 0};
    const uint32_t no = c->interchange.no + 1;
    wb_arena_reset(&c->interchange_arena);
    check_numbers_clear(&c->group_numbers);
    c->interchange = (struct check_interchange){.no = no,
                                                .ta1 = "000",
                                                .sender_qualifier = empty,
                                                .sender = empty,
                                                .receiver_qualifier = empty,
                                                .receiver = empty,
                                                .date = empty,
                                                .time = empty,
                                                .version = empty,
                                                .control = empty,
                                                .test = empty,
                                                .header_bytes = empty};
    c->interchange_warnings = 0;
    c->headless_count = 0;
    c->envelope_listed = (struct check_listed){.errors = 0};
    c->group.no = 0;
    c->interchange.delims = *c->segment.delims;
    c->interchange.syntax = c->segment.delims->syntax;
    c->in_interchange = true;
    c->loose = false;
}

void
check_interchange_open(struct wb_ctx *ctx, struct check *c, bool synthetic)
{
    check_interchange_fresh(c);
    if (synthetic) {
        check_push(ctx, c, CHECK_INTERCHANGE_BEGIN);
        tell(ctx, c, CHECK_ENV_HEADER_MISSING, 0, WB_LIT(""), "");
        return;
    }
    c->isa_short = c->segment.bytes.len != 105;
    fill_interchange(ctx, c);
    struct check_slot *slot = check_grammar(ctx, c, WB_LIT("x12"), c->interchange.version);
    c->envelope = slot == NULL || !slot->found ? c->envelope : slot;
    frame_keys(c);
    check_push(ctx, c, CHECK_INTERCHANGE_BEGIN);
    if (c->options.want_segments) {
        check_push(ctx, c, CHECK_SEGMENT_SEEN);
    }
    check_isa(ctx, c);
}

void
check_interchange_trailer(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar_frame *frame = &c->envelope->grammar.frames[GRAMMAR_INTERCHANGE];
    if (c->segment.unterminated) {
        tell(ctx, c, CHECK_ENV_UNTERMINATED, 0, c->segment.bytes, "");
    }
    if (c->interchange.header_bytes.len > 0) {
        /* Where a GS is missing, that was told; the sender counted its group all the same. */
        uint64_t stated = 0;
        const uint64_t headed = c->interchange.group_count;
        const uint64_t all = headed + c->headless_count;
        const struct wb_str count = check_text(c, frame->trailer_count_no);
        const bool of_all = wb_str_u64(wb_str_trim(count), &stated) && stated == all;
        check_count(ctx, c, frame->trailer_count_no, of_all ? all : headed, CHECK_ENV_GROUP_COUNT);
        check_control_pair(ctx, c, frame->trailer_control_no, c->interchange.control,
                           CHECK_ENV_CONTROL_MISMATCH, CHECK_ENV_CONTROL_FORM);
    }
    elements_as(ctx, c, IEA_AS, 1,
                bit_of(frame->trailer_count_no) | bit_of(frame->trailer_control_no));
    c->loose = false;
}

void
check_between(struct wb_ctx *ctx, struct check *c)
{
    elements_as(ctx, c, TA1_AS, 1, 0);
}

void
check_interchange_close(struct wb_ctx *ctx, struct check *c, bool by_trailer)
{
    struct check_interchange *i = &c->interchange;
    if (!by_trailer && i->header_bytes.len > 0) {
        if (c->has_segment) {
            char expect[16];
            (void)snprintf(expect, sizeof expect, WB_FMT, WB_ARG(wb_str_sub(c->segment.tag, 0, 8)));
            tell(ctx, c, CHECK_ENV_TRAILER_MISSING, 0, (struct wb_str){"", 0}, expect);
        } else {
            char tag[GRAMMAR_TAG_MAX];
            struct check_report report = CHECK_REPORT(CHECK_ENV_ENDS_EARLY);
            report.tag = check_tag_text(c->last_key, tag);
            check_report(ctx, c, &report);
        }
    }
    i->verdict = i->error_count > 0            ? CHECK_REJECTED
                 : c->interchange_warnings > 0 ? CHECK_ACCEPTED_WITH_ERRORS
                                               : CHECK_ACCEPTED;
    check_push(ctx, c, CHECK_INTERCHANGE_END);
    c->in_interchange = false;
}

/* Six digits, or the version as five ("00401"), with perhaps letters behind. */
static bool
release_shaped(struct wb_str release)
{
    size_t digits = 0;
    while (digits < release.len && release.at[digits] >= '0' && release.at[digits] <= '9') {
        digits++;
    }
    return digits >= 5 && release.at[0] == '0' && release.at[1] == '0';
}

/* How the release of the group stands to that of its grammar: -1 before, 1 behind, 0 the same. */
static int
release_order(const struct check *c)
{
    const struct wb_str grammar = grammar_str(&c->body->grammar, c->body->grammar.release);
    const struct wb_str group = wb_str_sub(c->group.release, 0, grammar.len);
    if (c->body->exact || !release_shaped(c->group.release)) {
        return 0;
    }
    const int order = wb_str_cmp(group, grammar);
    return order < 0 ? -1 : order > 0;
}

static void
check_gs(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar *grammar = &c->body->grammar;
    const struct grammar_frame *frame = &grammar->frames[GRAMMAR_GROUP];
    const uint32_t type_no = frame->type_no;
    const uint32_t release_no = frame->release_no;
    const uint64_t own = bit_of(type_no) | bit_of(release_no) | bit_of(7);
    elements_as(ctx, c, GS_AS, GS_ELEMENTS + 1, own);
    /* Partners fill the other elements with blanks; these say how the group is read. */
    check_blanks(ctx, c, type_no);
    check_blanks(ctx, c, release_no);
    if (!c->group_named) {
        tell(ctx, c, CHECK_GRP_UNSUPPORTED, type_no, c->group.type, "");
    }
    if (!wb_str_eq(c->group.agency, WB_LIT("X"))) {
        tell(ctx, c, CHECK_GRP_AGENCY, 7, c->group.agency, "");
    }
    if (!release_shaped(c->group.release)) {
        tell(ctx, c, CHECK_GRP_RELEASE, release_no, c->group.release, "");
    } else if (!c->body->exact) {
        char expect[24];
        const struct wb_str release = grammar_str(grammar, grammar->release);
        (void)snprintf(expect, sizeof expect, WB_FMT, WB_ARG(wb_str_sub(release, 0, 20)));
        tell(ctx, c, CHECK_GRP_RELEASE_NEAREST, release_no, c->group.release, expect);
    }
    bool known = false;
    if (c->group.control.len > 0 && c->rc == WB_OK) {
        c->rc = check_numbers_add(ctx, &c->group_numbers, (struct wb_str){"", 0}, c->group.control,
                                  &known);
    }
    if (known) {
        tell(ctx, c, CHECK_GRP_DUPLICATE, frame->header_control_no, c->group.control, "");
    }
}

static bool
group_known(const struct grammar *grammar, struct wb_str type)
{
    for (uint32_t i = 0; i < grammar->message_count; i++) {
        if (wb_str_eq(grammar_str(grammar, grammar->messages[i].group), type)) {
            return true;
        }
    }
    return false;
}

static void
fill_group(struct wb_ctx *ctx, struct check *c)
{
    struct check_group *g = &c->group;
    struct wb_arena *arena = &c->group_arena;
    g->type = keep(ctx, c, arena, wb_str_trim(check_text(c, 1)));
    g->sender = keep(ctx, c, arena, check_text(c, 2));
    g->receiver = keep(ctx, c, arena, check_text(c, 3));
    g->date = keep(ctx, c, arena, check_text(c, 4));
    g->time = keep(ctx, c, arena, check_text(c, 5));
    g->control = keep(ctx, c, arena, wb_str_trim(check_text(c, 6)));
    g->agency = keep(ctx, c, arena, wb_str_trim(check_text(c, 7)));
    g->release = keep(ctx, c, arena, wb_str_trim(check_text(c, 8)));
}

void
check_group_open(struct wb_ctx *ctx, struct check *c, bool synthetic)
{
    const struct wb_str empty = {"", 0};
    const uint32_t no = c->group.no + 1;
    c->headless_count += synthetic;
    wb_arena_reset(&c->group_arena);
    check_numbers_clear(&c->message_numbers);
    c->group = (struct check_group){.no = no,
                                    .type = empty,
                                    .sender = empty,
                                    .receiver = empty,
                                    .date = empty,
                                    .time = empty,
                                    .control = empty,
                                    .agency = empty,
                                    .release = empty,
                                    .stated_count = empty};
    c->group_warnings = 0;
    c->rejected_count = 0;
    c->noted_count = 0;
    c->message.no = 0;
    c->loose = false;
    c->body = c->envelope;
    c->group_named = true;
    c->release_order = 0;
    if (!synthetic) {
        fill_group(ctx, c);
        struct check_slot *slot = check_grammar(ctx, c, WB_LIT("x12"), c->group.release);
        c->body = slot == NULL || !slot->found ? c->envelope : slot;
        c->group_named = group_known(&c->body->grammar, c->group.type);
        c->release_order = release_order(c);
        c->interchange.group_count++;
    }
    c->in_group = true;
    check_push(ctx, c, CHECK_GROUP_BEGIN);
    if (synthetic) {
        if (c->interchange.header_bytes.len > 0) {
            tell(ctx, c, CHECK_ENV_GROUP_HEADER_MISSING, 0, empty, "");
        }
        return;
    }
    if (c->options.want_segments) {
        check_push(ctx, c, CHECK_SEGMENT_SEEN);
    }
    check_gs(ctx, c);
}

void
check_group_trailer(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar_frame *frame = &c->body->grammar.frames[GRAMMAR_GROUP];
    c->group.stated_count = keep(ctx, c, &c->group_arena, check_text(c, frame->trailer_count_no));
    if (c->group.control.len > 0 || c->group.type.len > 0) {
        check_count(ctx, c, frame->trailer_count_no, c->group.message_count, CHECK_GRP_COUNT);
        check_control_pair(ctx, c, frame->trailer_control_no, c->group.control,
                           CHECK_GRP_CONTROL_MISMATCH, CHECK_GRP_CONTROL_FORM);
    }
    elements_as(ctx, c, GE_AS, 1,
                bit_of(frame->trailer_count_no) | bit_of(frame->trailer_control_no));
    c->loose = false;
}

/* DESIGN section 5: what the group says follows from its messages, unless it is broken itself. */
static enum check_verdict
group_verdict(const struct check *c)
{
    const struct check_group *g = &c->group;
    if (g->error_count > 0 || (g->message_count > 0 && c->rejected_count == g->message_count)) {
        return CHECK_REJECTED;
    }
    if (c->rejected_count > 0) {
        return CHECK_PARTLY_ACCEPTED;
    }
    return c->noted_count > 0 || c->group_warnings > 0 ? CHECK_ACCEPTED_WITH_ERRORS
                                                       : CHECK_ACCEPTED;
}

void
check_group_close(struct wb_ctx *ctx, struct check *c, bool by_trailer)
{
    const bool synthetic = c->group.control.len == 0 && c->group.type.len == 0;
    if (!by_trailer && !synthetic) {
        char expect[24] = "the end of the input";
        if (c->has_segment) {
            (void)snprintf(expect, sizeof expect, WB_FMT, WB_ARG(wb_str_sub(c->segment.tag, 0, 8)));
        }
        tell(ctx, c, CHECK_GRP_TRAILER_MISSING, 0, (struct wb_str){"", 0}, expect);
    }
    c->group.verdict = group_verdict(c);
    c->group.accepted_count =
        c->group.error_count > 0 ? 0 : c->group.message_count - c->rejected_count;
    check_push(ctx, c, CHECK_GROUP_END);
    c->in_group = false;
}
