/*
 * waybill explain: takes anything that an analyst has in hand and says what it is. The order of the
 * attempts goes from what cannot be mistaken (WB- codes, a pasted segment) to what can (a bare
 * number).
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/explain_codes.h"
#include "grammar/shipped.h"
#include "view/explain.h"
#include "view/show.h"
#include "wire/reader.h"

enum { CODES_MAX = 400 };

struct explain {
    struct cli *cli;
    struct grammar grammar;
    struct view_style style;
};

static void
upper(struct wb_str text, char *ret)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        ret[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
}

static bool
explain_stable(struct explain *e, struct wb_str word)
{
    if (!wb_str_starts(word, WB_LIT("WB-"))) {
        return false;
    }
    struct wb_out *out = &e->cli->out;
    const struct check_row *row = check_row_find(word);
    const struct cli_code_row *other = cli_code_find(word);
    if (row != NULL) {
        view_explain_finding(out, &e->style, row);
    } else if (other != NULL) {
        view_painted(out, &e->style, VIEW_BOLD, word);
        wb_out_printf(out, " %s\n  cure: %s\n", other->meaning, other->cure);
    }
    return row != NULL || other != NULL;
}

/* "PO103" or "PO1-03" or "PO1.03": a segment and a place, perhaps with a component. */
static bool
split_place(const struct explain *e, struct wb_str word, uint32_t *ret_segment,
            uint32_t *ret_element, uint32_t *ret_component)
{
    for (size_t len = word.len < 4 ? word.len : 4; len-- > 2;) {
        uint32_t segment = grammar_find_segment(&e->grammar, wb_str_sub(word, 0, len));
        struct wb_str rest = wb_str_sub(word, len, word.len);
        while (rest.len > 0 && (rest.at[0] == '.' || rest.at[0] == '-' || rest.at[0] == '/')) {
            rest = wb_str_sub(rest, 1, rest.len);
        }
        size_t digits = 0;
        while (digits < rest.len && rest.at[digits] >= '0' && rest.at[digits] <= '9') {
            digits++;
        }
        uint64_t element = 0;
        uint64_t component = 0;
        if (segment == GRAMMAR_NONE || !wb_str_u64(wb_str_sub(rest, 0, digits), &element)) {
            continue;
        }
        struct wb_str tail = wb_str_sub(rest, digits, rest.len);
        bool has_tail = tail.len > 1 && (tail.at[0] == '.' || tail.at[0] == '-');
        if ((tail.len > 0 && !has_tail) ||
            (has_tail && !wb_str_u64(wb_str_sub(tail, 1, tail.len), &component))) {
            continue;
        }
        if (element >= 1 && element <= e->grammar.segments[segment].place_count &&
            component < 100) {
            *ret_segment = segment;
            *ret_element = (uint32_t)element;
            *ret_component = (uint32_t)component;
            return true;
        }
    }
    return false;
}

/* The data element at a place; GRAMMAR_NONE for a composite asked for as a whole. */
static uint32_t
element_at(const struct explain *e, uint32_t segment, uint32_t element_no, uint32_t component_no)
{
    const struct grammar_segment *s = &e->grammar.segments[segment];
    const struct grammar_place *place = &e->grammar.places[s->place_first + element_no - 1];
    if (place->composite == GRAMMAR_NONE) {
        return place->element;
    }
    const struct grammar_composite *c = &e->grammar.composites[place->composite];
    uint32_t no = component_no == 0 ? 1 : component_no;
    return no <= c->place_count ? e->grammar.places[c->place_first + no - 1].element : GRAMMAR_NONE;
}

static void
findings_with_ak(struct explain *e, enum check_level level, struct wb_str code)
{
    for (int i = 0; i < CHECK_CODE_COUNT; i++) {
        const struct check_row *row = check_row((enum check_code)i);
        if (row->level == level && wb_str_eq(wb_str_of(row->ak), code)) {
            wb_out_text(&e->cli->out, "  from ");
            view_explain_finding(&e->cli->out, &e->style, row);
        }
    }
}

/* Which findings an acknowledgement code came from: AK403=7 and the like. */
static void
explain_ack_code(struct explain *e, struct wb_str place, struct wb_str code)
{
    if (wb_str_eq(place, WB_LIT("AK304"))) {
        findings_with_ak(e, CHECK_SEGMENT, code);
    } else if (wb_str_eq(place, WB_LIT("AK403"))) {
        findings_with_ak(e, CHECK_ELEMENT, code);
    } else if (wb_str_starts(place, WB_LIT("AK50"))) {
        findings_with_ak(e, CHECK_MESSAGE, code);
    } else if (wb_str_starts(place, WB_LIT("AK90"))) {
        findings_with_ak(e, CHECK_GROUP, code);
    }
}

/* "ACK01=IS", "355=CS", "997:AK403=7". */
static bool
explain_value(struct explain *e, struct wb_str word, bool *ret_known)
{
    size_t equals = wb_str_find(word, '=');
    if (equals == word.len) {
        return false;
    }
    struct wb_str place = wb_str_sub(word, 0, equals);
    struct wb_str value = wb_str_sub(word, equals + 1, word.len);
    size_t colon = wb_str_find(place, ':');
    if (colon < place.len) {
        place = wb_str_sub(place, colon + 1, place.len);
    }
    uint32_t segment = 0;
    uint32_t element_no = 0;
    uint32_t component_no = 0;
    uint32_t element = grammar_find_element(&e->grammar, place);
    if (element == GRAMMAR_NONE && split_place(e, place, &segment, &element_no, &component_no)) {
        element = element_at(e, segment, element_no, component_no);
    }
    if (element == GRAMMAR_NONE) {
        return false;
    }
    *ret_known = view_explain_code(&e->cli->out, &e->style, &e->grammar, element, value);
    explain_ack_code(e, place, value);
    return true;
}

/* "850", "850/PO1", "850/PO1/06", "850/PO1/PO106". */
static bool
explain_path(struct explain *e, struct wb_str word)
{
    size_t slash = wb_str_find(word, '/');
    uint32_t message = grammar_find_message(&e->grammar, wb_str_sub(word, 0, slash));
    if (message == GRAMMAR_NONE) {
        return false;
    }
    if (slash == word.len) {
        view_explain_message(&e->cli->out, &e->style, &e->grammar, message);
        return true;
    }
    uint32_t segment = GRAMMAR_NONE;
    uint32_t element_no = 0;
    uint32_t component_no = 0;
    struct wb_str rest = wb_str_sub(word, slash + 1, word.len);
    while (rest.len > 0) {
        size_t len = wb_str_find(rest, '/');
        struct wb_str step = wb_str_sub(rest, 0, len);
        uint32_t found = grammar_find_segment(&e->grammar, step);
        uint64_t number = 0;
        if (found != GRAMMAR_NONE) {
            segment = found;
        } else if (segment != GRAMMAR_NONE && wb_str_u64(step, &number) && number >= 1 &&
                   number <= e->grammar.segments[segment].place_count) {
            element_no = (uint32_t)number;
        } else if (!split_place(e, step, &segment, &element_no, &component_no)) {
            return false;
        }
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
    if (segment == GRAMMAR_NONE) {
        return false;
    }
    if (element_no > 0) {
        view_explain_place(&e->cli->out, &e->style, &e->grammar, segment, element_no, component_no);
    } else {
        view_explain_segment(&e->cli->out, &e->style, &e->grammar, segment, message);
    }
    return true;
}

/* "PO1", "PO106", "355", "C040". */
static bool
explain_name(struct explain *e, struct wb_str word)
{
    uint32_t segment = grammar_find_segment(&e->grammar, word);
    uint32_t element_no = 0;
    uint32_t component_no = 0;
    if (segment != GRAMMAR_NONE) {
        view_explain_segment(&e->cli->out, &e->style, &e->grammar, segment, GRAMMAR_NONE);
        return true;
    }
    if (split_place(e, word, &segment, &element_no, &component_no)) {
        view_explain_place(&e->cli->out, &e->style, &e->grammar, segment, element_no, component_no);
        return true;
    }
    uint32_t element = grammar_find_element(&e->grammar, word);
    if (element != GRAMMAR_NONE) {
        view_explain_element(&e->cli->out, &e->style, &e->grammar, element, CODES_MAX);
        return true;
    }
    for (uint32_t i = 0; i < e->grammar.composite_count; i++) {
        if (wb_str_eq(grammar_str(&e->grammar, e->grammar.composites[i].id), word)) {
            view_explain_composite(&e->cli->out, &e->style, &e->grammar, i);
            return true;
        }
    }
    return false;
}

/* "N1*ST*GENERAL HOSPITAL": a tag that the grammar knows, then a byte that is no letter or digit.
 */
static int
explain_segment(struct explain *e, struct wb_str word, bool *ret_done)
{
    *ret_done = false;
    size_t len = 0;
    while (len < word.len && ((word.at[len] >= 'A' && word.at[len] <= 'Z') ||
                              (word.at[len] >= '0' && word.at[len] <= '9'))) {
        len++;
    }
    bool is_segment = len >= 2 && len <= 3 && len < word.len &&
                      strchr("*|^_+\t", word.at[len]) != NULL &&
                      grammar_find_segment(&e->grammar, wb_str_sub(word, 0, len)) != GRAMMAR_NONE;
    if (!is_segment) {
        return CLI_GOOD;
    }
    char last = word.at[word.len - 1];
    bool ended = last == '~' || last == '\'';
    char element = word.at[len];
    struct wb_str text =
        wb_arena_printf(&e->cli->ctx, &e->cli->arena,
                        "ISA%c00%c          %c00%c          %cZZ%cEXPLAIN        %cZZ%cEXPLAIN     "
                        "   %c000101%c0000%cU"
                        "%c00401%c000000000%c0%cT%c:%c" WB_FMT "%s",
                        element, element, element, element, element, element, element, element,
                        element, element, element, element, element, element, element, element,
                        ended ? last : '~', WB_ARG(word), ended ? "" : "~");
    struct wire_memory memory = {.bytes = text};
    struct wire_reader *reader = NULL;
    static const struct wire_options options = {0};
    if (text.at == NULL ||
        wire_open(&e->cli->ctx, wire_source_memory(&memory), &options, &reader) != WB_OK) {
        return cli_report(e->cli);
    }
    enum wire_event event = WIRE_NOTICE;
    enum wb_rc rc = WB_OK;
    while (rc == WB_OK && event != WIRE_END) {
        struct wire_segment segment;
        struct wire_notice notice;
        rc = wire_next(&e->cli->ctx, reader, &event, &segment, &notice);
        if (rc == WB_OK && event == WIRE_SEGMENT) {
            view_segment(&e->cli->out, &e->style, 0, &e->grammar, &segment);
            *ret_done = true;
        }
    }
    wire_close(reader);
    return rc == WB_OK ? CLI_GOOD : cli_report(e->cli);
}

static int
explain_one(struct explain *e, const char *text)
{
    struct wb_str raw = wb_str_trim(wb_str_of(text));
    bool done = false;
    int exit_code = explain_segment(e, raw, &done);
    if (exit_code != CLI_GOOD || done) {
        return exit_code;
    }
    char *big = wb_arena_alloc(&e->cli->ctx, &e->cli->arena, raw.len + 1);
    if (big == NULL) {
        return cli_report(e->cli);
    }
    upper(raw, big);
    struct wb_str word = {big, raw.len};
    bool known = true; /* false: the element is, the code is not */
    if (word.len > 0 && (explain_stable(e, word) || explain_value(e, word, &known) ||
                         explain_path(e, word) || explain_name(e, word))) {
        return known ? CLI_GOOD : CLI_FINDINGS;
    }
    wb_out_text(&e->cli->err, "waybill explain: nothing here is called ");
    wb_out_safe(&e->cli->err, raw);
    wb_out_text(&e->cli->err,
                "; try 850, 850/PO1, PO106, PO103=EA, 355, WB-ELM-0401 or a whole segment\n");
    return CLI_FINDINGS;
}

int
cmd_explain(struct cli *cli)
{
    if (cli->word_count == 0) {
        return cli_usage(cli, "what shall be explained?");
    }
    struct explain e = {.cli = cli, .style = {.colour = cli->colour_out}};
    bool exact = false;
    if (grammar_shipped_find(&cli->ctx, WB_LIT("x12"),
                             wb_str_of(cli_value(cli, CLI_RELEASE, "004010")), &e.grammar,
                             &exact) != WB_OK) {
        return cli_report(cli);
    }
    if (!exact && cli_has(cli, CLI_RELEASE)) {
        wb_out_text(&cli->err, "waybill: there is no grammar for release ");
        wb_out_safe(&cli->err, wb_str_of(cli->values[CLI_RELEASE]));
        wb_out_printf(&cli->err, "; this is of " WB_FMT "\n",
                      WB_ARG(grammar_str(&e.grammar, e.grammar.release)));
    }
    int exit_code = CLI_GOOD;
    for (int i = 0; i < cli->word_count; i++) {
        exit_code = cli_combine(exit_code, explain_one(&e, cli->words[i]), i);
    }
    return exit_code;
}
