/*
 * From "this is wrong, here" to a finding: where it is, the sentence, what it does to the verdicts.
 * All counting is here, so that a finding that is no longer listed still counts.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "check/check_priv.h"

enum { NOTES_SHARE = 4, VALUE_SHOWN_LONG = 32, VALUE_SHOWN_SHORT = 12, SENTENCE_ROOM = 512 };

/* A text that grows in a fixed room and is cut there. */
struct text {
    char *at;
    size_t len;
    size_t cap;
};

static void
text_add(struct text *text, struct wb_str s)
{
    for (size_t i = 0; i < s.len && text->len < text->cap; i++) {
        const uint8_t c = (uint8_t)s.at[i];
        text->at[text->len++] = c < 0x20 || c == 0x7f ? '.' : (char)c;
    }
}

static bool
all_blank(struct wb_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] != ' ') {
            return false;
        }
    }
    return true;
}

/* Not in the middle of a UTF-8 character. */
static size_t
cut_at(struct wb_str s, size_t max)
{
    if (s.len <= max) {
        return s.len;
    }
    size_t len = max;
    while (len > 0 && ((uint8_t)s.at[len] & 0xc0) == 0x80) {
        len--;
    }
    return len;
}

/* "value", cut at its end with dots; what cannot be seen is named. */
static void
text_add_value(struct text *text, struct wb_str value, size_t shown_max)
{
    if (all_blank(value)) {
        text_add(text, value.len == 0 ? WB_LIT("(empty)") : WB_LIT("(blank)"));
        return;
    }
    text_add(text, WB_LIT("\""));
    if (value.len > shown_max) {
        text_add(text, wb_str_sub(value, 0, cut_at(value, shown_max - 3)));
        text_add(text, WB_LIT("..."));
    } else {
        text_add(text, value);
    }
    text_add(text, WB_LIT("\""));
}

static void
text_add_at(struct text *text, const struct check_finding *f)
{
    char number[48];
    text_add(text, f->tag);
    if (f->element_no > 0) {
        (void)snprintf(number, sizeof number, "%02u", (unsigned)f->element_no);
        text_add(text, wb_str_of(number));
    }
    if (f->component_no > 0) {
        (void)snprintf(number, sizeof number, "-%02u", (unsigned)f->component_no);
        text_add(text, wb_str_of(number));
    }
    if (f->repeat_no > 1) {
        (void)snprintf(number, sizeof number, " repeat %u", (unsigned)f->repeat_no);
        text_add(text, wb_str_of(number));
    }
}

struct words {
    const struct check_finding *finding;
    struct wb_str tag;
    struct wb_str name;
    struct wb_str expect;
};

static void
fill_in(struct text *text, const char *sentence, const struct words *words, size_t value_max)
{
    text->len = 0;
    const char *at = sentence;
    while (*at != '\0') {
        const struct wb_str rest = wb_str_of(at);
        const size_t plain = wb_str_find(rest, '{');
        text_add(text, wb_str_sub(rest, 0, plain));
        const struct wb_str mark = wb_str_sub(rest, plain, rest.len);
        size_t skip = plain;
        if (wb_str_starts(mark, WB_LIT("{at}"))) {
            text_add_at(text, words->finding);
            skip += strlen("{at}");
        } else if (wb_str_starts(mark, WB_LIT("{name}"))) {
            text_add(text, words->name);
            skip += strlen("{name}");
        } else if (wb_str_starts(mark, WB_LIT("{value}"))) {
            text_add_value(text, words->finding->value, value_max);
            skip += strlen("{value}");
        } else if (wb_str_starts(mark, WB_LIT("{tag}"))) {
            text_add(text, words->tag);
            skip += strlen("{tag}");
        } else if (wb_str_starts(mark, WB_LIT("{expect}"))) {
            text_add(text, words->expect);
            skip += strlen("{expect}");
        }
        at += skip;
    }
}

/* The sentence in at most CHECK_TEXT_MAX bytes: first the value gives way, then the end. */
static struct wb_str
sentence(struct wb_ctx *ctx, struct wb_arena *arena, const struct check_row *row,
         const struct words *words)
{
    char room[SENTENCE_ROOM];
    struct text text = {.at = room, .cap = sizeof room};
    fill_in(&text, row->sentence, words, VALUE_SHOWN_LONG);
    if (text.len > CHECK_TEXT_MAX) {
        fill_in(&text, row->sentence, words, VALUE_SHOWN_SHORT);
    }
    const struct wb_str all = {room, text.len};
    return wb_arena_dup(ctx, arena, wb_str_sub(all, 0, cut_at(all, CHECK_TEXT_MAX)));
}

static struct wb_str
kept(struct wb_ctx *ctx, struct check *c, struct wb_arena *arena, struct wb_str s)
{
    if (s.len == 0) {
        return (struct wb_str){"", 0};
    }
    const struct wb_str copy = wb_arena_dup(ctx, arena, s);
    if (copy.at == NULL) {
        c->rc = WB_NOMEM;
        return (struct wb_str){"", 0};
    }
    return copy;
}

static void
count_code(const char *codes[], uint32_t *count, uint32_t max, const char *code)
{
    if (code[0] == '\0') {
        return;
    }
    for (uint32_t i = 0; i < *count; i++) {
        if (strcmp(codes[i], code) == 0) {
            return;
        }
    }
    if (*count < max) {
        codes[(*count)++] = code;
    }
}

/* The most detailed level that the finding belongs to and that is open. */
static void
count_in_message(struct check *c, const struct check_row *row, enum check_severity severity)
{
    struct check_message *m = &c->message;
    m->error_count += severity == CHECK_ERROR;
    m->warning_count += severity == CHECK_WARNING;
    m->note_count += severity == CHECK_NOTE || severity == CHECK_ADVICE;
    if (severity > CHECK_WARNING) {
        return;
    }
    const uint32_t max = sizeof m->ak_codes / sizeof m->ak_codes[0];
    count_code(m->ak_codes, &m->ak_count, max, row->level == CHECK_MESSAGE ? row->ak : "5");
}

static void
count_finding(struct check *c, const struct check_row *row, enum check_severity severity)
{
    if (row->level >= CHECK_MESSAGE && c->in_message) {
        count_in_message(c, row, severity);
        return;
    }
    const bool bad = severity <= CHECK_WARNING;
    if (row->level == CHECK_GROUP && c->in_group) {
        struct check_group *g = &c->group;
        g->error_count += severity == CHECK_ERROR;
        c->group_warnings += severity == CHECK_WARNING;
        if (bad) {
            count_code(g->ak_codes, &g->ak_count, sizeof g->ak_codes / sizeof g->ak_codes[0],
                       row->ak);
        }
    }
    const bool enveloped = row->level == CHECK_INTERCHANGE || row->ta1[0] != '\0';
    if (c->in_interchange && enveloped && bad) {
        const bool error = severity == CHECK_ERROR && row->level == CHECK_INTERCHANGE;
        c->interchange.error_count += error;
        c->interchange_warnings += !error;
        /* The first error says why; until there is one, the first warning does. */
        const bool first = strcmp(c->interchange.ta1, "000") == 0;
        const bool first_error = error && c->interchange.error_count == 1;
        if (row->ta1[0] != '\0' && (first || first_error)) {
            c->interchange.ta1 = row->ta1;
        }
    }
}

/* What a later release adds stands behind what there was. */
static bool
later_may_have(enum check_code code)
{
    return code == CHECK_ELM_TOO_MANY || code == CHECK_ELM_TOO_MANY_COMPONENTS ||
           code == CHECK_ELM_TOO_MANY_REPEATS;
}

/* With the grammar of another release, details may be right that we find wrong: they never reject.
 */
static enum check_severity
severity_of(const struct check *c, enum check_code code)
{
    const struct check_row *row = check_row(code);
    const bool detail = row->level == CHECK_SEGMENT || row->level == CHECK_ELEMENT;
    if (c->in_message && c->release_order > 0 && later_may_have(code)) {
        return CHECK_NOTE;
    }
    if (c->in_message && detail && row->severity == CHECK_ERROR && !c->message.grammar_exact) {
        return CHECK_WARNING;
    }
    return row->severity;
}

/* Counts one against its share of `max`; the first that is over it tells so. */
static bool
within_share(struct wb_ctx *ctx, struct check *c, struct check_listed *list, size_t max,
             enum check_severity severity, enum check_code more)
{
    const bool bad = severity <= CHECK_WARNING;
    const size_t share = bad ? max : max / NOTES_SHARE + 1;
    size_t *count = bad ? &list->errors : &list->notes;
    if (*count < share) {
        (*count)++;
        return true;
    }
    if (!list->more_told) {
        list->more_told = true;
        char expect[48];
        (void)snprintf(expect, sizeof expect, "%zu %s", share,
                       bad ? "errors and warnings" : "notes and advice");
        struct check_report report = CHECK_REPORT(more);
        report.expect = wb_str_of(expect);
        check_report(ctx, c, &report);
    }
    return false;
}

/* Whether a finding is told, or one too many of its message or envelope, or of the file. */
static bool
listed(struct wb_ctx *ctx, struct check *c, enum check_code code, enum check_severity severity)
{
    const size_t max =
        c->options.findings_max == 0 ? WB_LIMIT_FINDINGS_PER_MESSAGE : c->options.findings_max;
    const bool more = code == CHECK_MSG_MORE || code == CHECK_ENV_MORE;
    bool told = true;
    if (code == CHECK_FILE_MORE) {
        return true;
    }
    if (!more && c->in_message) {
        told = within_share(ctx, c, &c->message_listed, max, severity, CHECK_MSG_MORE);
    } else if (!more) {
        told = within_share(ctx, c, &c->envelope_listed, max, severity, CHECK_ENV_MORE);
    }
    /* What is kept is bounded by its message, and an acknowledgement needs all of it. */
    if (told && !(c->in_message && c->options.keep_findings)) {
        told = within_share(ctx, c, &c->file_listed, WB_LIMIT_FINDINGS_PER_FILE, severity,
                            CHECK_FILE_MORE);
    }
    c->message.findings_left_out += !told && c->in_message;
    return told;
}

const uint64_t *
check_counts(const struct check *check)
{
    return check->totals;
}

void
check_push(struct wb_ctx *ctx, struct check *c, enum check_event_kind kind)
{
    struct check_queued *queued = wb_arena_alloc(ctx, &c->queue_arena, sizeof *queued);
    if (queued == NULL) {
        c->rc = WB_NOMEM;
        return;
    }
    c->run_first = kind == CHECK_FINDING ? c->run_first : NULL;
    queued->event = (struct check_event){
        .kind = kind,
        .interchange = c->in_interchange ? &c->interchange : NULL,
        .group = c->in_group ? &c->group : NULL,
        .message = c->in_message ? &c->message : NULL,
        .node = kind == CHECK_SEGMENT_SEEN ? c->node : GRAMMAR_NONE,
        .segment = kind == CHECK_SEGMENT_SEEN ? &c->segment : NULL,
    };
    const struct check_slot *slot = c->in_group ? c->body : c->envelope;
    queued->event.grammar = slot == NULL || check_is_foreign(c) ? NULL : &slot->grammar;
    if (c->queue_last == NULL) {
        c->queue_first = queued;
    } else {
        c->queue_last->next = queued;
    }
    c->queue_last = queued;
}

/* Whether a finding stands behind another one in their segment. */
static bool
behind(const struct check_finding *a, const struct check_finding *b)
{
    return a->element_no != b->element_no ? a->element_no > b->element_no
                                          : a->repeat_no > b->repeat_no;
}

/*
 * Gives out the findings about the elements of a segment in the order of the elements, whatever
 * looked at them first. A run is short: what comes in order is not moved.
 */
static void
push_finding(struct wb_ctx *ctx, struct check *c, const struct check_finding *f)
{
    struct check_queued *before = c->queue_last;
    const bool runs = before != NULL && c->run_first != NULL && c->has_segment &&
                      f->element_no > 0 && c->run_at == c->segment.at;
    check_push(ctx, c, CHECK_FINDING);
    struct check_queued *last = c->queue_last;
    if (last == NULL || last == before) {
        return; /* no memory; c->rc says so */
    }
    last->event.finding = f;
    c->run_first = runs ? c->run_first : f->element_no > 0 && c->has_segment ? last : NULL;
    c->run_at = c->segment.at;
    if (!runs || !behind(before->event.finding, f)) {
        return;
    }
    /* The event of `last` moves up by exchanging what the places between carry. */
    struct check_queued *at = c->run_first;
    while (!behind(at->event.finding, f)) {
        at = at->next;
    }
    for (struct check_event moved = last->event; at != NULL; at = at->next) {
        const struct check_event here = at->event;
        at->event = moved;
        moved = here;
    }
}

static const struct grammar *
grammar_of(const struct check *c)
{
    const struct check_slot *slot = c->in_group ? c->body : c->envelope;
    return slot == NULL || check_is_foreign(c) ? NULL : &slot->grammar;
}

static void
fill_place(struct wb_ctx *ctx, struct check *c, struct wb_arena *arena,
           const struct check_report *report, struct check_finding *f)
{
    const bool own = report->at == UINT64_MAX;
    f->at = !own ? report->at : c->has_segment ? c->segment.at : c->end_at;
    f->len = own && c->has_segment ? c->segment.bytes.len : report->len;
    if (own && c->has_segment && report->element_no > 0) {
        /* The element itself, when it has any bytes. */
        const struct wb_str element = wire_element_bytes(&c->segment, report->element_no);
        f->at += element.len == 0 ? 0 : (uint64_t)(element.at - c->segment.bytes.at);
        f->len = element.len == 0 ? f->len : element.len;
    }
    wire_place(c->reader, f->at, &f->line, &f->column);
    f->interchange_no = c->in_interchange ? c->interchange.no : 0;
    f->group_no = c->in_group ? c->group.no : 0;
    f->message_no = c->in_message ? c->message.no : 0;
    f->segment_no = c->in_message ? c->segment_no : 0;
    f->tag =
        kept(ctx, c, arena,
             c->has_segment ? wb_str_sub(c->segment.tag, 0, CHECK_VALUE_MAX) : report->seen_tag);
    const uint32_t node = report->path_node != GRAMMAR_NONE ? report->path_node : c->node;
    const struct grammar *grammar = grammar_of(c);
    f->loop_path = (struct wb_str){"", 0};
    f->loop = (struct wb_str){"", 0};
    if (c->in_message && node != GRAMMAR_NONE && grammar != NULL) {
        const bool is_loop = grammar->nodes[node].segment == GRAMMAR_NONE;
        const uint32_t loop = is_loop ? node : grammar_loop(grammar, node);
        char path[CHECK_VALUE_MAX];
        const size_t len = grammar_path(grammar, loop, path, sizeof path);
        f->loop_path = kept(ctx, c, arena, (struct wb_str){path, len});
        if (grammar->nodes[loop].parent != GRAMMAR_NONE) {
            f->loop = grammar_str(grammar, grammar->nodes[loop].name);
        }
    }
}

/* The table of a grammar may be unmapped before the finding is read, so its strings are copied too.
 */
static void
fill_element(struct wb_ctx *ctx, struct check *c, struct wb_arena *arena,
             const struct check_report *report, struct check_finding *f, struct words *words)
{
    f->element_no = report->element_no;
    f->repeat_no = report->repeat_no;
    f->component_no = report->component_no;
    f->value =
        kept(ctx, c, arena, wb_str_sub(report->value, 0, cut_at(report->value, CHECK_VALUE_MAX)));
    f->expected_at = kept(ctx, c, arena, report->expected_at);
    f->expected_tag = kept(ctx, c, arena, report->expected_tag);
    f->corrected = report->corrected;
    f->element_id = (struct wb_str){"", 0};
    f->loop = kept(ctx, c, arena, f->loop);
    const struct grammar *grammar = grammar_of(c);
    if (report->element != GRAMMAR_NONE && grammar != NULL) {
        const struct grammar_element *element = &grammar->elements[report->element];
        f->element_id = kept(ctx, c, arena, grammar_str(grammar, element->id));
        words->name = grammar_str(grammar, element->name);
    }
}

void
check_report(struct wb_ctx *ctx, struct check *c, const struct check_report *report)
{
    const struct check_row *row = check_row(report->code);
    const enum check_severity severity = severity_of(c, report->code);
    c->totals[severity]++;
    count_finding(c, row, severity);
    if (c->rc != WB_OK || !listed(ctx, c, report->code, severity)) {
        return;
    }
    const bool keep = c->in_message && c->options.keep_findings;
    struct wb_arena *arena = keep ? &c->message_arena : &c->queue_arena;
    struct check_finding *f = NULL;
    if (keep) {
        f = WB_PUSH(ctx, arena, c->findings, c->finding_count, c->finding_cap);
    } else {
        f = wb_arena_alloc(ctx, arena, sizeof *f);
    }
    if (f == NULL) {
        c->rc = WB_NOMEM;
        return;
    }
    f->code = report->code;
    f->severity = severity;
    fill_place(ctx, c, arena, report, f);
    struct words words = {.finding = f, .tag = report->tag, .expect = report->expect};
    fill_element(ctx, c, arena, report, f, &words);
    if (words.tag.len == 0) {
        words.tag = f->tag;
    }
    if (words.name.len == 0) {
        words.name = WB_LIT("element");
    }
    f->text = sentence(ctx, arena, row, &words);
    if (f->text.at == NULL) {
        c->rc = WB_NOMEM;
        return;
    }
    push_finding(ctx, c, f);
}

struct wb_str
check_corrected(struct wb_ctx *ctx, struct check *c, uint32_t element_no, struct wb_str value)
{
    const struct wb_str none = {"", 0};
    const struct wire_segment *s = &c->segment;
    const bool keep = c->in_message && c->options.keep_findings;
    struct wb_arena *arena = keep ? &c->message_arena : &c->queue_arena;
    struct wb_str before = s->bytes;
    struct wb_str after = none;
    if (element_no <= s->element_count) {
        const struct wb_str old = wire_element_bytes(s, element_no);
        before.len = (size_t)(old.at - s->bytes.at);
        after = wb_str_sub(s->bytes, before.len + old.len, s->bytes.len);
    }
    if (s->bytes.len + value.len > SENTENCE_ROOM || element_no > s->element_count + 1) {
        return none;
    }
    const char separator[2] = {(char)s->delims->element, '\0'};
    const struct wb_str between = {separator, element_no > s->element_count ? 1 : 0};
    struct wb_str parts[4] = {before, between, value, after};
    char room[2 * SENTENCE_ROOM + 1];
    size_t len = 0;
    for (size_t i = 0; i < 4; i++) {
        if (parts[i].len > 0) {
            memcpy(room + len, parts[i].at, parts[i].len);
            len += parts[i].len;
        }
    }
    const struct wb_str text = wb_arena_dup(ctx, arena, (struct wb_str){room, len});
    if (text.at == NULL) {
        c->rc = WB_NOMEM;
        return none;
    }
    return text;
}
