/*
 * The grammar in words. Everything printed comes from the compiled table and from finding.def, so
 * that what is explained is what is checked.
 */
#include "view/explain.h"

#include <stdio.h>

static const char *
type_words(const struct grammar_element *element)
{
    static const char *const words[] = {
        [GRAMMAR_AN] = "text",          [GRAMMAR_ID] = "code",
        [GRAMMAR_N] = "whole number",   [GRAMMAR_R] = "decimal with a point where one is needed",
        [GRAMMAR_DT] = "date YYYYMMDD", [GRAMMAR_TM] = "time HHMM, HHMMSS, HHMMSSDD",
        [GRAMMAR_B] = "binary",
    };
    return words[element->type];
}

static void
print_ref(struct wb_out *out, const struct grammar *grammar, struct grammar_ref ref)
{
    wb_out_safe(out, grammar_str(grammar, ref));
}

static void
print_shape(struct wb_out *out, const struct grammar_element *element)
{
    wb_out_text(out, type_words(element));
    if (element->type == GRAMMAR_N && element->scale > 0) {
        wb_out_printf(out, " with %u implied decimals", element->scale);
    }
    if (element->min == element->max) {
        wb_out_printf(out, ", %u long", element->max);
    } else {
        wb_out_printf(out, ", %u to %u long", element->min, element->max);
    }
    if (element->coded != 0) {
        wb_out_printf(out, ", %u code%s known (%s list)", element->code_count,
                      element->code_count == 1 ? "" : "s",
                      element->closed != 0 ? "closed" : "open");
    }
}

static const char *
need_word(uint8_t need)
{
    static const char *const words[] = {
        [GRAMMAR_MANDATORY] = "mandatory",
        [GRAMMAR_OPTIONAL] = "optional",
        [GRAMMAR_RELATIONAL] = "depends",
    };
    return words[need];
}

static void
print_max(struct wb_out *out, uint32_t max)
{
    if (max == UINT32_MAX) {
        wb_out_text(out, "any number of times");
    } else if (max == 1) {
        wb_out_text(out, "once");
    } else {
        wb_out_printf(out, "up to %u times", max);
    }
}

void
view_explain_message(struct wb_out *out, const struct view_style *style,
                     const struct grammar *grammar, uint32_t message)
{
    const struct grammar_message *m = &grammar->messages[message];
    view_painted(out, style, VIEW_BOLD, grammar_str(grammar, m->id));
    wb_out_byte(out, ' ');
    print_ref(out, grammar, m->name);
    wb_out_text(out, ", group ");
    print_ref(out, grammar, m->group);
    wb_out_text(out, ", ");
    print_ref(out, grammar, grammar->standard);
    wb_out_byte(out, ' ');
    print_ref(out, grammar, grammar->release);
    wb_out_byte(out, '\n');
    static const char *const areas[] = {"heading", "detail", "summary"};
    int area = -1;
    for (uint32_t i = 1; i < m->node_count; i++) {
        const struct grammar_node *node = &grammar->nodes[m->node_first + i];
        if (node->area != area && node->depth == 1) {
            area = node->area;
            view_painted(out, style, VIEW_DIM, wb_str_of(areas[area]));
            wb_out_byte(out, '\n');
        }
        wb_out_printf(out, "  %03u ", node->position_no);
        wb_out_fill(out, ' ', (size_t)node->depth * 2);
        if (node->segment == GRAMMAR_NONE) {
            wb_out_text(out, "loop ");
        }
        print_ref(out, grammar, node->name);
        wb_out_printf(out, "  %s, ", need_word(node->need));
        print_max(out, node->max);
        if (node->segment != GRAMMAR_NONE) {
            wb_out_text(out, "  ");
            view_painted(out, style, VIEW_DIM,
                         grammar_str(grammar, grammar->segments[node->segment].name));
        }
        wb_out_byte(out, '\n');
    }
}

static void
print_note(struct wb_out *out, const struct grammar *grammar, const struct grammar_segment *segment,
           const struct grammar_note *note)
{
    static const struct {
        char kind;
        const char *before, *between;
    } words[] = {
        {'P', "all or none of",                  ", "},
        {'R', "at least one of",                 ", "},
        {'E', "at most one of",                  ", "},
        {'C', "with the first, all of",          ", "},
        {'L', "with the first, at least one of", ", "},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].kind != (char)note->kind) {
            continue;
        }
        wb_out_printf(out, "  %s ", words[i].before);
        for (uint32_t k = 0; k < note->count; k++) {
            wb_out_printf(out, "%s" WB_FMT "%02u", k > 0 ? words[i].between : "",
                          WB_ARG(grammar_str(grammar, segment->tag)), note->position_no[k]);
        }
        wb_out_byte(out, '\n');
    }
}

static void
print_place_line(struct wb_out *out, const struct view_style *style, const struct grammar *grammar,
                 struct wb_str prefix, uint32_t no, const struct grammar_place *place)
{
    char label[24];
    (void)snprintf(label, sizeof label, WB_FMT "%02u", WB_ARG(wb_str_sub(prefix, 0, 8)), no);
    wb_out_printf(out, "  %-7s %-10s", label, need_word(place->need));
    if (place->element != GRAMMAR_NONE) {
        const struct grammar_element *element = &grammar->elements[place->element];
        print_ref(out, grammar, element->name);
        wb_out_text(out, " (element ");
        print_ref(out, grammar, element->id);
        wb_out_text(out, "): ");
        view_paint(out, style, VIEW_DIM);
        print_shape(out, element);
        view_paint(out, style, VIEW_PLAIN);
    } else if (place->composite != GRAMMAR_NONE) {
        const struct grammar_composite *composite = &grammar->composites[place->composite];
        print_ref(out, grammar, composite->name);
        wb_out_text(out, " (composite ");
        print_ref(out, grammar, composite->id);
        wb_out_printf(out, ", %u components)", composite->place_count);
    }
    if (place->repeat_max > 1) {
        wb_out_text(out, ", ");
        print_max(out, place->repeat_max);
    }
    wb_out_byte(out, '\n');
}

static void
print_where(struct wb_out *out, const struct grammar *grammar, uint32_t segment, uint32_t message)
{
    const struct grammar_message *m = &grammar->messages[message];
    for (uint32_t i = 1; i < m->node_count; i++) {
        const struct grammar_node *node = &grammar->nodes[m->node_first + i];
        if (node->segment != segment) {
            continue;
        }
        char path[256];
        size_t len = grammar_path(grammar, m->node_first + i, path, sizeof path);
        wb_out_text(out, "  in ");
        print_ref(out, grammar, m->id);
        wb_out_printf(out, " at position %03u, ", node->position_no);
        wb_out_safe(out, (struct wb_str){path, len});
        wb_out_printf(out, ": %s, ", need_word(node->need));
        print_max(out, node->max);
        wb_out_byte(out, '\n');
    }
}

void
view_explain_segment(struct wb_out *out, const struct view_style *style,
                     const struct grammar *grammar, uint32_t segment, uint32_t message)
{
    const struct grammar_segment *s = &grammar->segments[segment];
    struct wb_str tag = grammar_str(grammar, s->tag);
    view_painted(out, style, VIEW_BOLD, tag);
    wb_out_byte(out, ' ');
    print_ref(out, grammar, s->name);
    wb_out_byte(out, '\n');
    for (uint32_t i = 0; i < s->place_count; i++) {
        print_place_line(out, style, grammar, tag, i + 1, &grammar->places[s->place_first + i]);
    }
    for (uint32_t i = 0; i < s->note_count; i++) {
        print_note(out, grammar, s, &grammar->notes[s->note_first + i]);
    }
    if (s->pair_from > 0) {
        wb_out_printf(out, "  " WB_FMT "%02u to %02u are pairs of a qualifier and a value\n",
                      WB_ARG(tag), s->pair_from, s->pair_to);
    }
    if (message != GRAMMAR_NONE) {
        print_where(out, grammar, segment, message);
    }
}

void
view_explain_place(struct wb_out *out, const struct view_style *style,
                   const struct grammar *grammar, uint32_t segment, uint32_t element_no,
                   uint32_t component_no)
{
    const struct grammar_segment *s = &grammar->segments[segment];
    const struct grammar_place *place = &grammar->places[s->place_first + element_no - 1];
    struct wb_str tag = grammar_str(grammar, s->tag);
    print_place_line(out, style, grammar, tag, element_no, place);
    if (place->composite != GRAMMAR_NONE) {
        const struct grammar_composite *composite = &grammar->composites[place->composite];
        for (uint32_t i = 0; i < composite->place_count; i++) {
            if (component_no == 0 || component_no == i + 1) {
                wb_out_text(out, "  ");
                print_place_line(out, style, grammar, WB_LIT("."), i + 1,
                                 &grammar->places[composite->place_first + i]);
            }
        }
    } else if (place->element != GRAMMAR_NONE) {
        view_explain_element(out, style, grammar, place->element, 40);
    }
}

void
view_explain_composite(struct wb_out *out, const struct view_style *style,
                       const struct grammar *grammar, uint32_t composite)
{
    const struct grammar_composite *c = &grammar->composites[composite];
    wb_out_text(out, "composite ");
    view_painted(out, style, VIEW_BOLD, grammar_str(grammar, c->id));
    wb_out_byte(out, ' ');
    print_ref(out, grammar, c->name);
    wb_out_byte(out, '\n');
    for (uint32_t i = 0; i < c->place_count; i++) {
        print_place_line(out, style, grammar, WB_LIT("."), i + 1,
                         &grammar->places[c->place_first + i]);
    }
}

void
view_explain_element(struct wb_out *out, const struct view_style *style,
                     const struct grammar *grammar, uint32_t element, size_t codes_max)
{
    const struct grammar_element *e = &grammar->elements[element];
    wb_out_text(out, "element ");
    view_painted(out, style, VIEW_BOLD, grammar_str(grammar, e->id));
    wb_out_byte(out, ' ');
    print_ref(out, grammar, e->name);
    wb_out_text(out, ": ");
    print_shape(out, e);
    wb_out_byte(out, '\n');
    size_t shown = 0;
    size_t labelled = 0;
    for (uint32_t i = 0; i < e->code_count; i++) {
        labelled += grammar->codes[e->code_first + i].label.len > 0 ? 1 : 0;
    }
    for (uint32_t i = 0; i < e->code_count && shown < codes_max; i++) {
        const struct grammar_code *code = &grammar->codes[e->code_first + i];
        if (code->label.len > 0 || labelled == 0) {
            wb_out_text(out, "    ");
            print_ref(out, grammar, code->value);
            wb_out_fill(out, ' ', code->value.len < 5 ? 5 - code->value.len : 1);
            print_ref(out, grammar, code->label);
            wb_out_byte(out, '\n');
            shown++;
        }
    }
    if (shown < e->code_count) {
        wb_out_printf(out, "    and %zu more; ask for one: waybill explain " WB_FMT "=CODE\n",
                      (size_t)e->code_count - shown, WB_ARG(grammar_str(grammar, e->id)));
    }
}

bool
view_explain_code(struct wb_out *out, const struct view_style *style, const struct grammar *grammar,
                  uint32_t element, struct wb_str value)
{
    const struct grammar_element *e = &grammar->elements[element];
    uint32_t code = grammar_find_code(grammar, element, value);
    view_painted(out, style, VIEW_BOLD, value);
    wb_out_text(out, " in element ");
    print_ref(out, grammar, e->id);
    wb_out_byte(out, ' ');
    print_ref(out, grammar, e->name);
    wb_out_text(out, ": ");
    if (code == GRAMMAR_NONE) {
        wb_out_text(out, e->coded == 0 ? "the element has no code list\n"
                         : e->closed != 0
                             ? "not a code of this list (closed: it is an error)\n"
                             : "not a code known here (open list: it is only noted)\n");
        return false;
    }
    struct wb_str label = grammar_str(grammar, grammar->codes[code].label);
    if (label.len > 0) {
        wb_out_safe(out, label);
    } else {
        wb_out_text(out, "a code of the list; no words for it here");
    }
    wb_out_byte(out, '\n');
    return true;
}

static void
meaning(struct wb_out *out, const char *where, const char *code)
{
    if (code[0] != '\0') {
        wb_out_printf(out, "  %s %s\n", where, code);
    }
}

void
view_explain_finding(struct wb_out *out, const struct view_style *style,
                     const struct check_row *row)
{
    static const char *const ak_names[] = {
        [CHECK_FILE] = "",
        [CHECK_INTERCHANGE] = "",
        [CHECK_GROUP] = "997 AK905",
        [CHECK_MESSAGE] = "997 AK502",
        [CHECK_SEGMENT] = "997 AK304",
        [CHECK_ELEMENT] = "997 AK403",
    };
    view_painted(out, style, VIEW_BOLD, wb_str_of(row->code));
    wb_out_byte(out, ' ');
    for (const char *c = row->sentence; *c != '\0'; c++) {
        wb_out_byte(out, *c == '{' ? '<' : *c == '}' ? '>' : *c); /* what each finding fills in */
    }
    wb_out_printf(out, " (%s, %s level)\n  cure: %s\n", check_severity_word(row->severity),
                  check_level_word(row->level), row->cure);
    meaning(out, ak_names[row->level], row->ak);
    meaning(out, "TA1 note", row->ta1);
    meaning(out, "CONTRL 0085", row->unb);
}
