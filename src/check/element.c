/*
 * Everything inside one segment, in one pass over its tokens: what is there, what it is like, what
 * is missing, what must or must not stand together. What is plainly right costs a few compares;
 * only what is not is looked at closely. In a simple element a component separator is part of the
 * text: the tokens are joined again.
 */
#include <stdio.h>
#include <string.h>

#include "check/advice.h"
#include "check/check_priv.h"

/* A code list this short is told whole; longer codes than this are cut in the telling. */
enum { CODES_LISTED_MAX = 8, CODE_SHOWN_MAX = 8 };

/* The pass over one segment. */
struct pass {
    struct wb_ctx *ctx;
    struct check *c;
    const struct wire_segment *segment;
    const struct check_rules *rules;
    bool plain; /* all bytes of the segment are printable ASCII */
};

/* Where a value stands. */
struct spot {
    uint32_t element_no;
    uint32_t repeat_no;
    uint32_t component_no; /* 0 in a simple element */
    struct wb_str value;
};

/* In the envelope a finding about an element is one of the envelope's own rows. */
static enum check_code
told_as(const struct check *c, uint32_t element_no, enum check_code code)
{
    if (c->as == NULL) {
        return code;
    }
    return c->as[element_no < c->as_count ? element_no : 0];
}

static struct check_report
report_at(const struct pass *p, const struct check_place *place, const struct spot *spot,
          enum check_code code)
{
    struct check_report report = CHECK_REPORT(told_as(p->c, spot->element_no, code));
    const bool inside = spot->value.at >= p->segment->bytes.at &&
                        spot->value.at <= p->segment->bytes.at + p->segment->bytes.len;
    if (spot->value.at != NULL && inside) {
        report.at = p->segment->at + (uint64_t)(spot->value.at - p->segment->bytes.at);
        report.len = spot->value.len;
    }
    report.element_no = spot->element_no;
    report.repeat_no = spot->repeat_no;
    report.component_no = spot->component_no;
    report.element = place == NULL ? GRAMMAR_NONE : place->element;
    report.value = spot->value;
    return report;
}

static void
tell(const struct pass *p, const struct check_place *place, const struct spot *spot,
     enum check_code code, const char *expect)
{
    if (p->c->as != NULL && check_row(code)->severity > CHECK_WARNING) {
        return; /* notes on the envelope's fillers help nobody */
    }
    struct check_report report = report_at(p, place, spot, code);
    report.expect = wb_str_of(expect);
    check_report(p->ctx, p->c, &report);
}

static bool
blank_allowed(const struct check *c, uint32_t element_no)
{
    return element_no <= 64 && (c->blank_ok >> (element_no - 1) & 1) != 0;
}

/* Before 004010 dates had six digits. */
static bool
old_date(const struct check *c, const struct check_place *place,
         const struct check_value_fault *fault)
{
    char wide[8];
    return c->release_order < 0 && place->type == GRAMMAR_DT && place->min == sizeof wide &&
           fault->code == CHECK_ELM_TOO_SHORT && check_date_widen(fault->core, wide);
}

/* A value that is not plainly good. Returns what is left to compare with codes, empty when that
 * makes no sense. */
static struct wb_str
look(const struct pass *p, const struct check_place *place, const struct spot *spot)
{
    struct check_value_fault fault;
    check_value_look(place, spot->value, &fault);
    for (uint32_t i = 0; i < fault.note_count; i++) {
        tell(p, place, spot, fault.notes[i], fault.note_expect[i]);
    }
    if (fault.code == CHECK_CODE_COUNT) {
        return fault.core;
    }
    const bool excused = (fault.code == CHECK_ELM_BLANK && blank_allowed(p->c, spot->element_no)) ||
                         (fault.code == CHECK_ELM_TOO_SHORT && p->c->short_ok) ||
                         old_date(p->c, place, &fault);
    if (!excused) {
        struct check_report report = report_at(p, place, spot, fault.code);
        report.expect = wb_str_of(fault.expect);
        char wide[8];
        if (place->type == GRAMMAR_DT && spot->component_no == 0 && place->min == sizeof wide &&
            check_date_widen(fault.core, wide)) {
            report.corrected =
                check_corrected(p->ctx, p->c, spot->element_no, (struct wb_str){wide, sizeof wide});
        }
        check_report(p->ctx, p->c, &report);
    }
    return (struct wb_str){"", 0};
}

/* What a code could have been: all of a short list, or the same letters in upper case. */
static void
code_hint(const struct pass *p, uint32_t element, struct wb_str value, char *text, size_t cap)
{
    const struct grammar *grammar = p->rules->grammar;
    const struct grammar_element *row = &grammar->elements[element];
    char upper[CODE_SHOWN_MAX];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < row->code_count && row->code_count <= CODES_LISTED_MAX; i++) {
        const struct wb_str code = grammar_str(grammar, grammar->codes[row->code_first + i].value);
        const int wrote = snprintf(text + len, cap - len, "%s" WB_FMT, i == 0 ? ": " : ", ",
                                   WB_ARG(wb_str_sub(code, 0, CODE_SHOWN_MAX)));
        len += wrote > 0 ? (size_t)wrote : 0;
    }
    if (len > 0 || value.len > CODE_SHOWN_MAX) {
        return;
    }
    for (size_t i = 0; i < value.len; i++) {
        const char c = value.at[i];
        upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    const struct wb_str meant = {upper, value.len};
    if (grammar_find_code(grammar, element, meant) != GRAMMAR_NONE) {
        (void)snprintf(text, cap, "; is " WB_FMT " meant?", WB_ARG(meant));
    }
}

static void
code_unknown(const struct pass *p, const struct check_place *place, const struct spot *spot,
             struct wb_str core)
{
    const struct check *c = p->c;
    const bool closed =
        place->coded == CHECK_CODED_CLOSED && (!c->in_message || c->message.grammar_exact);
    if (!closed) {
        tell(p, place, spot, CHECK_ELM_CODE_OPEN, "");
        return;
    }
    char hint[CHECK_EXPECT_MAX];
    char expect[CHECK_EXPECT_MAX + 32];
    code_hint(p, place->element, core, hint, sizeof hint);
    (void)snprintf(expect, sizeof expect, "%s%s", c->as == NULL ? "" : "not in the code list",
                   hint);
    tell(p, place, spot, CHECK_ELM_CODE, expect);
}

/* One value of a simple element or a component. */
static inline void
value(const struct pass *p, const struct check_place *place, const struct spot *spot)
{
    struct wb_str core = spot->value;
    if (!check_value_good(place, core, p->plain)) {
        core = look(p, place, spot);
        if (core.len == 0) {
            return;
        }
    }
    if (place->coded != CHECK_UNCODED &&
        grammar_find_code(p->rules->grammar, place->element, core) == GRAMMAR_NONE) {
        code_unknown(p, place, spot, core);
        return;
    }
    if (place->watch != 0 && p->c->as == NULL) {
        const struct check_watched watched = {place, spot->element_no, spot->component_no, core};
        check_advise(p->ctx, p->c, &watched);
    }
}

/* The names of the places of a note: "N103, N104". */
static void
note_places(const struct pass *p, const struct grammar_note *note, uint32_t from, char *text,
            size_t cap, uint32_t element_no)
{
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t k = from; k < note->count && k < GRAMMAR_NOTE_POSITIONS && len + 1 < cap; k++) {
        const struct wb_str tag = p->segment->tag;
        int wrote = 0;
        if (element_no > 0) {
            wrote = snprintf(text + len, cap - len, "%s" WB_FMT "%02u-%02u", k > from ? ", " : "",
                             WB_ARG(tag), (unsigned)element_no, (unsigned)note->position_no[k]);
        } else {
            wrote = snprintf(text + len, cap - len, "%s" WB_FMT "%02u", k > from ? ", " : "",
                             WB_ARG(tag), (unsigned)note->position_no[k]);
        }
        len += wrote > 0 ? (size_t)wrote : 0;
    }
}

static bool
has(uint64_t present, uint32_t position_no)
{
    return position_no > 0 && position_no <= 64 && (present >> (position_no - 1) & 1) != 0;
}

/* Which place of a broken note the finding is about: the second that must not be, else the first
 * that is missing. */
static uint32_t
note_place(const struct grammar_note *note, uint64_t present)
{
    uint32_t seen = 0;
    for (uint32_t k = 0; k < note->count && k < GRAMMAR_NOTE_POSITIONS; k++) {
        const bool there = has(present, note->position_no[k]);
        seen += there;
        if (note->kind == 'E' ? (there && seen == 2) : !there) {
            return note->position_no[k];
        }
    }
    return note->position_no[0];
}

static void
note_tell(const struct pass *p, const struct check_unit *unit, const struct grammar_note *note,
          uint64_t present, uint32_t composite_no)
{
    char places[CHECK_EXPECT_MAX];
    char first[32];
    char expect[2 * CHECK_EXPECT_MAX];
    const bool conditional = note->kind == 'C' || note->kind == 'L';
    note_places(p, note, conditional ? 1 : 0, places, sizeof places, composite_no);
    const struct grammar_note head = {.count = 1, .position_no = {note->position_no[0]}};
    note_places(p, &head, 0, first, sizeof first, composite_no);
    switch (note->kind) {
    case 'P':
        (void)snprintf(expect, sizeof expect, "%s go together", places);
        break;
    case 'R':
        (void)snprintf(expect, sizeof expect, "one of %s must be there", places);
        break;
    case 'E':
        (void)snprintf(expect, sizeof expect, "only one of %s", places);
        break;
    case 'C':
        (void)snprintf(expect, sizeof expect, "%s needs %s", first, places);
        break;
    default:
        (void)snprintf(expect, sizeof expect, "%s needs one of %s", first, places);
        break;
    }
    const uint32_t no = note_place(note, present);
    if (no == 0 || no > unit->place_count) {
        return;
    }
    const struct check_place *place = &p->rules->places[unit->place_first + no - 1];
    struct spot spot = {
        .element_no = composite_no > 0 ? composite_no : no,
        .component_no = composite_no > 0 ? no : 0,
        .value = {NULL, 0}
    };
    if (note->kind == 'E' && composite_no == 0) {
        spot.value = wire_element_bytes(p->segment, no);
    }
    tell(p, place, &spot, note->kind == 'E' ? CHECK_ELM_EXCLUSION : CHECK_ELM_CONDITION, expect);
}

static void
notes(const struct pass *p, const struct check_unit *unit, uint64_t present, uint32_t composite_no)
{
    for (uint32_t i = 0; i < unit->note_count; i++) {
        const struct check_note *note = &p->rules->notes[unit->note_first + i];
        if (!note->wide && check_note_broken(note, present)) {
            note_tell(p, unit, &p->rules->grammar->notes[unit->note_first + i], present,
                      composite_no);
        }
    }
}

static void
missing(const struct pass *p, const struct check_unit *unit, uint64_t gone, uint32_t composite_no)
{
    while (gone != 0) {
        const uint32_t no = (uint32_t)__builtin_ctzll(gone) + 1;
        gone &= gone - 1;
        const struct spot spot = {
            .element_no = composite_no > 0 ? composite_no : no,
            .component_no = composite_no > 0 ? no : 0,
            .value = {NULL, 0}
        };
        if (p->c->short_ok && blank_allowed(p->c, spot.element_no)) {
            continue; /* blanks that were left out */
        }
        tell(p, &p->rules->places[unit->place_first + no - 1], &spot, CHECK_ELM_MISSING,
             p->c->as == NULL ? "" : "missing");
    }
}

static struct wb_str
bytes_of(const struct pass *p, const struct wire_token *token)
{
    if ((token->flags & WIRE_ESCAPED) == 0) {
        return (struct wb_str){p->segment->bytes.at + token->at, token->len};
    }
    const struct wb_str value = wire_value(p->ctx, &p->c->queue_arena, p->segment, token);
    if (value.at == NULL) {
        p->c->rc = WB_NOMEM;
        return (struct wb_str){"", 0};
    }
    return value;
}

static struct wb_str
shown_tag(const struct pass *p)
{
    return wb_str_sub(p->segment->tag, 0, GRAMMAR_TAG_MAX);
}

static void
too_many_components(const struct pass *p, const struct check_unit *unit,
                    const struct wire_token *token)
{
    char expect[48];
    (void)snprintf(expect, sizeof expect, WB_FMT "%02u has %u", WB_ARG(shown_tag(p)),
                   (unsigned)token->element_no, (unsigned)unit->place_count);
    const struct spot spot = {.element_no = token->element_no,
                              .repeat_no = token->repeat_no,
                              .component_no = token->component_no,
                              .value = wire_token_bytes(p->segment, token)};
    tell(p, NULL, &spot, CHECK_ELM_TOO_MANY_COMPONENTS, expect);
}

/* One repeat of a composite. Returns whether anything was in it; *index moves behind it. */
static bool
composite(const struct pass *p, const struct check_place *place, uint32_t *index)
{
    const struct check_unit *unit = &p->rules->composites[place->composite];
    const struct wire_token *first = &p->segment->tokens[*index];
    uint64_t present = 0;
    bool told = false;
    for (; *index < p->segment->token_count; (*index)++) {
        const struct wire_token *token = &p->segment->tokens[*index];
        if (token->element_no != first->element_no || token->repeat_no != first->repeat_no) {
            break;
        }
        if (token->len == 0) {
            continue;
        }
        if (token->component_no > unit->place_count) {
            if (!told) {
                too_many_components(p, unit, token);
            }
            told = true;
            continue;
        }
        present |= token->component_no <= 64 ? (uint64_t)1 << (token->component_no - 1) : 0;
        const struct spot spot = {.element_no = token->element_no,
                                  .repeat_no = token->repeat_no,
                                  .component_no = token->component_no,
                                  .value = bytes_of(p, token)};
        value(p, &p->rules->places[unit->place_first + token->component_no - 1], &spot);
    }
    if (present == 0) {
        return told;
    }
    missing(p, unit, unit->mandatory & ~present, first->element_no);
    notes(p, unit, present, first->element_no);
    return true;
}

/* A simple element with component separators in it: one value. Returns whether it has any bytes but
 * them. */
static bool
joined(const struct pass *p, const struct check_place *place, uint32_t *index)
{
    const struct wire_token *first = &p->segment->tokens[*index];
    const struct wire_token *last = first;
    bool filled = false;
    for (; *index < p->segment->token_count; (*index)++) {
        const struct wire_token *token = &p->segment->tokens[*index];
        if (token->element_no != first->element_no || token->repeat_no != first->repeat_no) {
            break;
        }
        filled = filled || token->len > 0;
        last = token;
    }
    if (!filled) {
        return false;
    }
    const struct spot spot = {
        .element_no = first->element_no,
        .repeat_no = first->repeat_no,
        .value = {p->segment->bytes.at + first->at, last->at + last->len - first->at}
    };
    const uint64_t before = p->c->message.error_count + p->c->message.warning_count;
    value(p, place, &spot);
    /* A value that is wrong has its finding, and the separator is in it to be seen. */
    if (p->c->message.error_count + p->c->message.warning_count == before) {
        tell(p, place, &spot, CHECK_ELM_SEPARATOR_TEXT, "component");
    }
    return true;
}

static void
too_many_elements(const struct pass *p, const struct check_unit *unit,
                  const struct wire_token *token)
{
    char expect[48];
    const struct grammar *grammar = p->rules->grammar;
    const bool exact = p->c->release_order == 0;
    (void)snprintf(expect, sizeof expect, WB_FMT " has %u%s" WB_FMT, WB_ARG(shown_tag(p)),
                   (unsigned)unit->place_count, exact ? "" : " in ",
                   WB_ARG(wb_str_sub(grammar_str(grammar, grammar->release), 0, exact ? 0 : 16)));
    const struct spot spot = {.element_no = token->element_no,
                              .value = wire_element_bytes(p->segment, token->element_no)};
    tell(p, NULL, &spot, CHECK_ELM_TOO_MANY, expect);
}

static void
too_many_repeats(const struct pass *p, const struct check_place *place,
                 const struct wire_token *token)
{
    char expect[48];
    (void)snprintf(expect, sizeof expect,
                   place->repeat_max == 1 ? "it may stand once" : "it may stand %u times",
                   (unsigned)place->repeat_max);
    const struct spot spot = {.element_no = token->element_no,
                              .repeat_no = token->repeat_no,
                              .value = wire_token_bytes(p->segment, token)};
    tell(p, place, &spot, CHECK_ELM_TOO_MANY_REPEATS, expect);
}

/* The index of the first token of the next element. */
static uint32_t
after_element(const struct wire_segment *segment, uint32_t index)
{
    const uint16_t element_no = segment->tokens[index].element_no;
    while (index < segment->token_count && segment->tokens[index].element_no == element_no) {
        index++;
    }
    return index;
}

/* One repeat of an element. Returns whether a value was there; *index moves behind it. */
static inline bool
repeat(const struct pass *p, const struct check_place *place, uint32_t *index)
{
    const struct wire_segment *segment = p->segment;
    const struct wire_token *token = &segment->tokens[*index];
    if (place->composite != GRAMMAR_NONE && segment->delims->component == 0) {
        /* Nobody knows where its components end; that was told. */
        (*index)++;
        return token->len > 0;
    }
    if (place->composite != GRAMMAR_NONE) {
        return composite(p, place, index);
    }
    if (*index + 1 < segment->token_count && token[1].component_no > 1) {
        return joined(p, place, index);
    }
    (*index)++;
    if (token->len == 0) {
        return false;
    }
    const struct spot spot = {.element_no = token->element_no,
                              .repeat_no = token->repeat_no,
                              .value = bytes_of(p, token)};
    value(p, place, &spot);
    return true;
}

static void
trailing(const struct pass *p)
{
    const struct wire_segment *s = p->segment;
    if (s->token_count == 0 || s->tokens[s->token_count - 1].len > 0 || p->c->as != NULL) {
        return;
    }
    char expect[32];
    (void)snprintf(expect, sizeof expect, "%u written", (unsigned)s->element_count);
    struct check_report report = CHECK_REPORT(CHECK_SEG_TRAILING);
    report.expect = wb_str_of(expect);
    check_report(p->ctx, p->c, &report);
}

/* Places above the 64th are in no mask. */
static void
wide_places(const struct pass *p, const struct check_unit *unit)
{
    for (uint32_t no = 65; no <= unit->place_count; no++) {
        const struct check_place *place = &p->rules->places[unit->place_first + no - 1];
        if (place->need == GRAMMAR_MANDATORY && wire_element_bytes(p->segment, no).len == 0) {
            const struct spot spot = {
                .element_no = no, .value = {NULL, 0}
            };
            tell(p, place, &spot, CHECK_ELM_MISSING, p->c->as == NULL ? "" : "missing");
        }
    }
}

void
check_elements(struct wb_ctx *ctx, struct check *c, uint32_t segment_row, uint64_t skip)
{
    const struct check_slot *slot = c->in_group ? c->body : c->envelope;
    const struct check_rules *rules = &slot->rules;
    const struct wire_segment *segment = &c->segment;
    const struct check_unit *unit = &rules->segments[segment_row];
    const struct check_place *places = rules->places + unit->place_first;
    const struct pass pass = {ctx, c, segment, rules, check_plain(segment->bytes)};
    uint64_t present = skip;
    uint32_t told_repeat = 0;
    for (uint32_t t = 0; t < segment->token_count;) {
        const struct wire_token *token = &segment->tokens[t];
        const uint32_t no = token->element_no;
        const uint64_t bit = no <= 64 ? (uint64_t)1 << (no - 1) : 0;
        if ((skip & bit) != 0) {
            t = after_element(segment, t);
            continue;
        }
        if (no > unit->place_count) {
            if (wire_element_bytes(segment, no).len > 0) {
                too_many_elements(&pass, unit, token);
                break;
            }
            t = after_element(segment, t);
            continue;
        }
        const struct check_place *place = &places[no - 1];
        if (token->repeat_no > place->repeat_max) {
            if (told_repeat != no) {
                too_many_repeats(&pass, place, token);
            }
            told_repeat = no;
            t++;
            continue;
        }
        present |= repeat(&pass, place, &t) ? bit : 0;
    }
    const uint64_t gone = unit->mandatory & ~present;
    if (gone != 0) {
        missing(&pass, unit, gone, 0);
    }
    notes(&pass, unit, present, 0);
    if (unit->wide) {
        wide_places(&pass, unit);
    }
    trailing(&pass);
}
