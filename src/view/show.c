/*
 * The annotated view. Nothing is judged here: findings come from check and are printed where they
 * come in the stream. Widths are chosen so that names, codes and meanings line up in 80 columns.
 */
#include "view/show.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/dec.h"
#include "view/finding.h"

enum { INDENT = 2, NAME_WIDTH = 24, VALUE_MAX = 400, VALUE_BYTES_MAX = 6 * WB_LIMIT_SEGMENT };

void
view_show_init(struct view_show *view, struct wb_out *out, const struct view_style *style)
{
    *view = (struct view_show){.out = out, .style = *style};
}

static void
meaning_of_code(struct wb_out *out, const struct grammar *grammar,
                const struct grammar_element *element, struct wb_str value)
{
    uint32_t code = grammar_find_code(grammar, (uint32_t)(element - grammar->elements), value);
    if (code != GRAMMAR_NONE && grammar->codes[code].label.len > 0) {
        wb_out_safe(out, grammar_str(grammar, grammar->codes[code].label));
    }
}

static void
meaning_of_time(struct wb_out *out, struct wb_str value)
{
    struct wb_moment m = {0};
    if (wb_time_parse_compact(value, &m)) {
        wb_out_printf(out, "%02d:%02d", m.hour, m.minute);
        if (m.precision >= WB_SECOND) {
            wb_out_printf(out, ":%02d", m.second);
        }
    }
}

void
view_meaning(struct wb_out *out, const struct grammar *grammar,
             const struct grammar_element *element, struct wb_str value)
{
    char text[WB_MOMENT_TEXT_MAX + WB_DEC_TEXT_MAX];
    struct wb_date date;
    struct wb_dec dec;
    switch ((enum grammar_type)element->type) {
    case GRAMMAR_ID:
        if (element->coded != 0) {
            meaning_of_code(out, grammar, element, value);
        }
        break;
    case GRAMMAR_DT:
        if (wb_date_parse_compact(value, &date)) {
            wb_out_str(out, (struct wb_str){text, wb_date_print_iso(date, text)});
        }
        break;
    case GRAMMAR_TM:
        meaning_of_time(out, value);
        break;
    case GRAMMAR_N:
        if (element->scale > 0 && wb_dec_parse_implied(value, element->scale, &dec) == WB_DEC_OK) {
            wb_out_str(out, (struct wb_str){text, wb_dec_print(dec, '.', text)});
        }
        break;
    case GRAMMAR_AN:
    case GRAMMAR_R:
    case GRAMMAR_B:
        break;
    }
}

/* The place that describes a token, or NULL when the segment has none there. */
static const struct grammar_element *
element_of(const struct grammar *grammar, uint32_t segment, const struct wire_token *token)
{
    if (grammar == NULL || segment == GRAMMAR_NONE) {
        return NULL;
    }
    const struct grammar_segment *s = &grammar->segments[segment];
    if (token->element_no > s->place_count) {
        return NULL;
    }
    const struct grammar_place *place = &grammar->places[s->place_first + token->element_no - 1];
    if (place->composite != GRAMMAR_NONE) {
        const struct grammar_composite *c = &grammar->composites[place->composite];
        if (token->component_no == 0 || token->component_no > c->place_count) {
            return NULL;
        }
        place = &grammar->places[c->place_first + token->component_no - 1];
    }
    return place->element == GRAMMAR_NONE ? NULL : &grammar->elements[place->element];
}

static void
show_name(struct wb_out *out, const struct view_style *style, struct wb_str name)
{
    size_t len = name.len < NAME_WIDTH - 2 ? name.len : NAME_WIDTH - 2;
    view_painted(out, style, VIEW_DIM, wb_str_sub(name, 0, len));
    wb_out_fill(out, ' ', NAME_WIDTH - len);
}

static void
show_token(struct wb_out *out, const struct view_style *style, unsigned indent,
           const struct grammar *grammar, const struct grammar_element *element,
           const struct wire_segment *segment, const struct wire_token *token)
{
    if (wb_str_trim(wire_token_bytes(segment, token)).len == 0) {
        return; /* fixed width: ISA02 and ISA04 are blank in most files */
    }
    struct wb_arena arena;
    wb_arena_init(&arena, VALUE_BYTES_MAX);
    struct wb_str value = wire_value_utf8(out->ctx, &arena, segment, token);
    if (value.at == NULL && out->rc == WB_OK) {
        out->rc = WB_NOMEM;
    }
    char place[32];
    int len = snprintf(place, sizeof place, WB_FMT "%02u", WB_ARG(wb_str_sub(segment->tag, 0, 3)),
                       token->element_no);
    bool parts = token->component_no > 1 || token->repeat_no > 1;
    if (parts && len > 0) {
        len += snprintf(place + len, sizeof place - (size_t)len, "%c%u",
                        token->component_no > 1 ? '.' : '#',
                        token->component_no > 1 ? token->component_no : token->repeat_no);
    }
    wb_out_fill(out, ' ', indent + INDENT * 2);
    wb_out_safe(out, wb_str_of(place));
    wb_out_fill(out, ' ', len < 8 ? (size_t)(8 - len) : 1);
    show_name(out, style,
              element == NULL ? (struct wb_str){0} : grammar_str(grammar, element->name));
    view_painted(out, style, VIEW_BOLD, wb_str_sub(value, 0, VALUE_MAX));
    if (value.len > VALUE_MAX) {
        wb_out_printf(out, " ... (%zu bytes)", value.len);
    }
    if (element != NULL) {
        struct wb_out meaning;
        wb_out_init(&meaning, out->ctx, -1, 4096);
        view_meaning(&meaning, grammar, element, value);
        struct wb_str text = wb_buf_str(&meaning.buf);
        if (wb_out_finish(&meaning) != WB_OK) {
            out->rc = meaning.rc;
        } else if (text.len > 0) {
            wb_out_text(out, "  ");
            view_painted(out, style, VIEW_GREEN, text);
        }
        wb_out_done(&meaning);
    }
    wb_out_byte(out, '\n');
    wb_arena_done(&arena);
}

/* A simple element in which the component separator is data: shown as it stands. */
static bool
is_simple(const struct grammar *grammar, uint32_t segment, uint16_t element_no)
{
    if (grammar == NULL || segment == GRAMMAR_NONE ||
        element_no > grammar->segments[segment].place_count) {
        return false;
    }
    uint32_t first = grammar->segments[segment].place_first;
    return grammar->places[first + element_no - 1].composite == GRAMMAR_NONE;
}

void
view_segment(struct wb_out *out, const struct view_style *style, unsigned indent,
             const struct grammar *grammar, const struct wire_segment *segment)
{
    uint32_t number = grammar == NULL ? GRAMMAR_NONE : grammar_find_segment(grammar, segment->tag);
    wb_out_fill(out, ' ', indent);
    view_painted(out, style, VIEW_BLUE, segment->tag);
    if (number != GRAMMAR_NONE) {
        wb_out_fill(out, ' ', segment->tag.len < 5 ? 5 - segment->tag.len : 1);
        wb_out_safe(out, grammar_str(grammar, grammar->segments[number].name));
    }
    wb_out_byte(out, '\n');
    for (uint32_t i = 0; i < segment->token_count; i++) {
        struct wire_token token = segment->tokens[i];
        const struct grammar_element *element = element_of(grammar, number, &token);
        if (is_simple(grammar, number, token.element_no)) {
            uint32_t last = segment->element_first[token.element_no + 1] - 1;
            const struct wire_token *end = &segment->tokens[last];
            bool joins = segment->delims->repeat == 0 || end->repeat_no == token.repeat_no;
            if (joins && last > i) {
                token.len = end->at + end->len - token.at;
                i = last;
            }
        }
        show_token(out, style, indent, grammar, element, segment, &token);
    }
}

/* "N1 loop" lines for the loops that this segment opens. */
static unsigned
show_loops(struct view_show *view, const struct check_event *event)
{
    const struct grammar *grammar = event->grammar;
    const struct grammar_node *node = &grammar->nodes[event->node];
    uint32_t loop = node->parent;
    bool opens = loop != GRAMMAR_NONE && grammar->nodes[loop].child_first == event->node;
    unsigned depth = 2;
    if (loop != GRAMMAR_NONE) {
        depth += grammar->nodes[loop].depth;
    }
    if (opens && grammar->nodes[loop].depth > 0) {
        wb_out_fill(view->out, ' ', (depth - 1) * INDENT);
        view_paint(view->out, &view->style, VIEW_DIM);
        wb_out_text(view->out, "loop ");
        wb_out_safe(view->out, grammar_str(grammar, grammar->nodes[loop].name));
        view_paint(view->out, &view->style, VIEW_PLAIN);
        wb_out_byte(view->out, '\n');
    }
    return depth;
}

static void
show_segment(struct view_show *view, const struct check_event *event)
{
    unsigned depth = event->group == NULL ? 0 : 1;
    if (event->message != NULL) {
        depth = 2;
    }
    if (event->message != NULL && event->grammar != NULL && event->node != GRAMMAR_NONE) {
        depth = show_loops(view, event);
    }
    view->indent = depth * INDENT;
    view_segment(view->out, &view->style, view->indent, event->grammar, event->segment);
}

static void
show_verdict(struct view_show *view, unsigned depth, const char *what, enum check_verdict verdict)
{
    wb_out_fill(view->out, ' ', depth * INDENT);
    wb_out_printf(view->out, "%s ", what);
    view_painted(view->out, &view->style, verdict == CHECK_ACCEPTED ? VIEW_GREEN : VIEW_RED,
                 wb_str_of(check_verdict_word(verdict)));
    wb_out_byte(view->out, '\n');
}

void
view_show_event(struct view_show *view, const struct check_event *event)
{
    switch (event->kind) {
    case CHECK_SEGMENT_SEEN:
        show_segment(view, event);
        break;
    case CHECK_FINDING:
        if (view->style.verbose || event->finding->severity != CHECK_NOTE) {
            view_finding_brief(view->out, &view->style, view->indent, event->finding);
        }
        break;
    case CHECK_MESSAGE_END:
        show_verdict(view, 2, "message", event->message->verdict);
        break;
    case CHECK_INTERCHANGE_END:
        show_verdict(view, 0, "interchange", event->interchange->verdict);
        break;
    case CHECK_INTERCHANGE_BEGIN:
    case CHECK_GROUP_BEGIN:
    case CHECK_MESSAGE_BEGIN:
    case CHECK_GROUP_END:
    case CHECK_END:
        break;
    }
}
