/*
 * A table as text in our language: the compiler's inverse. Everything a table says stands in the
 * text, code lists in braces at their element, so compiling the text gives the same bytes but for
 * the hash of the sources.
 */
#include "grammar/compile.h"

#include <assert.h>

#include "base/limits.h"

/* Texts are written as strings wherever a word might not do. */
static void
put_string(struct wb_out *out, struct wb_str text)
{
    wb_out_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\') {
            wb_out_byte(out, '\\');
        }
        wb_out_byte(out, text.at[i]);
    }
    wb_out_byte(out, '"');
}

static bool
is_word(struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        const bool alnum =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum) {
            return false;
        }
    }
    return text.len > 0;
}

static void
put_code(struct wb_out *out, const struct grammar *grammar, const struct grammar_code *code)
{
    const struct wb_str value = grammar_str(grammar, code->value);
    const struct wb_str label = grammar_str(grammar, code->label);
    wb_out_text(out, "  ");
    if (is_word(value)) {
        wb_out_str(out, value);
    } else {
        put_string(out, value);
    }
    if (label.len > 0) {
        wb_out_byte(out, ' ');
        put_string(out, label);
    }
    wb_out_byte(out, '\n');
}

static void
put_type(struct wb_out *out, const struct grammar_element *element)
{
    switch ((enum grammar_type)element->type) {
    case GRAMMAR_AN:
        wb_out_text(out, "AN");
        return;
    case GRAMMAR_ID:
        wb_out_text(out, "ID");
        return;
    case GRAMMAR_N:
        wb_out_printf(out, "N%u", element->scale);
        return;
    case GRAMMAR_R:
        wb_out_byte(out, 'R');
        return;
    case GRAMMAR_DT:
        wb_out_text(out, "DT");
        return;
    case GRAMMAR_TM:
        wb_out_text(out, "TM");
        return;
    case GRAMMAR_B:
        wb_out_byte(out, 'B');
        return;
    }
}

static void
put_element(struct wb_out *out, const struct grammar *grammar, const struct grammar_element *e)
{
    wb_out_text(out, "element ");
    wb_out_str(out, grammar_str(grammar, e->id));
    wb_out_byte(out, ' ');
    put_string(out, grammar_str(grammar, e->name));
    wb_out_byte(out, ' ');
    put_type(out, e);
    wb_out_printf(out, " %u..%u", e->min, e->max);
    if (e->coded != 0) {
        wb_out_text(out, e->closed != 0 ? " codes closed" : " codes open");
    }
    if (e->code_count > 0) {
        wb_out_text(out, " {\n");
        for (uint32_t i = 0; i < e->code_count; i++) {
            put_code(out, grammar, &grammar->codes[e->code_first + i]);
        }
        wb_out_byte(out, '}');
    }
    wb_out_byte(out, '\n');
}

static const char *
need_word(uint8_t need)
{
    switch ((enum grammar_need)need) {
    case GRAMMAR_MANDATORY:
        return "M";
    case GRAMMAR_OPTIONAL:
        return "O";
    case GRAMMAR_RELATIONAL:
        return "X";
    }
    return "";
}

static void
put_places(struct wb_out *out, const struct grammar *grammar, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct grammar_place *place = &grammar->places[first + i];
        const struct grammar_ref id = place->element != GRAMMAR_NONE
                                          ? grammar->elements[place->element].id
                                          : grammar->composites[place->composite].id;
        wb_out_printf(out, "  %02u ", i + 1);
        wb_out_str(out, grammar_str(grammar, id));
        wb_out_printf(out, " %s%s%s", need_word(place->need),
                      place->is_qualifier != 0 ? " qualifier" : "",
                      place->value_no != 0 ? " value" : "");
        if (place->repeat_max != 1) {
            wb_out_printf(out, " repeat %u", place->repeat_max);
        }
        wb_out_byte(out, '\n');
    }
}

static void
put_notes(struct wb_out *out, const struct grammar *grammar, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct grammar_note *note = &grammar->notes[first + i];
        wb_out_text(out, "  note ");
        wb_out_byte(out, (char)note->kind);
        for (unsigned k = 0; k < note->count; k++) {
            wb_out_printf(out, "%02u", note->position_no[k]);
        }
        wb_out_byte(out, '\n');
    }
}

static void
put_head(struct wb_out *out, const struct grammar *grammar, const char *kind, struct grammar_ref id,
         struct grammar_ref name)
{
    wb_out_printf(out, "\n%s ", kind);
    wb_out_str(out, grammar_str(grammar, id));
    wb_out_byte(out, ' ');
    put_string(out, grammar_str(grammar, name));
}

static void
put_shapes(struct wb_out *out, const struct grammar *grammar)
{
    for (uint32_t i = 0; i < grammar->composite_count; i++) {
        const struct grammar_composite *c = &grammar->composites[i];
        put_head(out, grammar, "composite", c->id, c->name);
        wb_out_text(out, " {\n");
        put_places(out, grammar, c->place_first, c->place_count);
        put_notes(out, grammar, c->note_first, c->note_count);
        wb_out_text(out, "}\n");
    }
    for (uint32_t i = 0; i < grammar->segment_count; i++) {
        const struct grammar_segment *s = &grammar->segments[i];
        put_head(out, grammar, "segment", s->tag, s->name);
        wb_out_text(out, " {\n");
        put_places(out, grammar, s->place_first, s->place_count);
        put_notes(out, grammar, s->note_first, s->note_count);
        if (s->pair_from != 0) {
            wb_out_printf(out, "  pairs %02u..%02u\n", s->pair_from, s->pair_to);
        }
        wb_out_text(out, "}\n");
    }
}

static void
put_tree(struct wb_out *out, const struct grammar_node *node)
{
    if (node->tree_id_no == 0) {
        return;
    }
    wb_out_printf(out, " tree %02u %02u %02u", node->tree_id_no, node->tree_parent_no,
                  node->tree_level_no);
    if (node->tree_child_no != 0) {
        wb_out_printf(out, " %02u", node->tree_child_no);
    }
}

static void
put_node(struct wb_out *out, const struct grammar *grammar, const struct grammar_node *node)
{
    const bool loop = node->segment == GRAMMAR_NONE;
    wb_out_fill(out, ' ', 2 + 2 * (size_t)node->depth);
    wb_out_printf(out, "%03u %s", node->position_no, loop ? "loop " : "");
    wb_out_str(out, grammar_str(grammar, node->name));
    wb_out_printf(out, " %s ", need_word(node->need));
    if (node->max == UINT32_MAX) {
        wb_out_text(out, ">1");
    } else {
        wb_out_printf(out, "%u", node->max);
    }
    put_tree(out, node);
    wb_out_text(out, node->prefer != 0 ? " prefer" : "");
    wb_out_text(out, loop ? " {\n" : "\n");
}

/* Closes the loops that end before a node of this depth. */
static void
close_loops(struct wb_out *out, uint32_t *depth, uint32_t to)
{
    while (*depth > to) {
        wb_out_fill(out, ' ', 2 * (size_t)*depth);
        wb_out_text(out, "}\n");
        (*depth)--;
    }
}

static void
put_message(struct wb_out *out, const struct grammar *grammar, const struct grammar_message *m)
{
    static const char *const areas[] = {"heading", "detail", "summary"};
    const struct grammar_node *nodes = grammar->nodes + m->node_first;
    int area = -1;
    uint32_t depth = 0; /* of the innermost block that is open */
    put_head(out, grammar, "message", m->id, m->name);
    if (m->group.len > 0) {
        wb_out_text(out, " group ");
        wb_out_str(out, grammar_str(grammar, m->group));
    }
    wb_out_text(out, " {\n");
    for (uint32_t i = 1; i < m->node_count; i++) {
        const bool new_area = nodes[i].depth == 1 && nodes[i].area != area;
        close_loops(out, &depth, new_area ? 0 : nodes[i].depth);
        if (new_area) {
            area = nodes[i].area;
            wb_out_printf(out, "  %s {\n", areas[area]);
            depth = 1;
        }
        put_node(out, grammar, &nodes[i]);
        depth += nodes[i].segment == GRAMMAR_NONE ? 1 : 0;
    }
    close_loops(out, &depth, 0);
    wb_out_text(out, "}\n");
}

static void
put_frame(struct wb_out *out, const struct grammar *grammar, unsigned level)
{
    static const char *const names[] = {"interchange", "group", "message"};
    static const char *const counted[] = {"interchange", "group", "message", "segment"};
    const struct grammar_frame *f = &grammar->frames[level];
    if (f->header.len == 0) {
        return;
    }
    const struct wb_str header = grammar_str(grammar, f->header);
    const struct wb_str trailer = grammar_str(grammar, f->trailer);
    wb_out_printf(out, "  %s " WB_FMT " " WB_FMT " {\n", names[level], WB_ARG(header),
                  WB_ARG(trailer));
    if (f->header_control_no != 0) {
        wb_out_printf(out, "    control " WB_FMT ".%02u " WB_FMT ".%02u\n", WB_ARG(header),
                      f->header_control_no, WB_ARG(trailer), f->trailer_control_no);
    }
    if (f->trailer_count_no != 0) {
        wb_out_printf(out, "    count " WB_FMT ".%02u %s\n", WB_ARG(trailer), f->trailer_count_no,
                      counted[f->counts]);
    }
    if (f->type_no != 0) {
        wb_out_printf(out, "    type " WB_FMT ".%02u\n", WB_ARG(header), f->type_no);
    }
    if (f->release_no != 0) {
        wb_out_printf(out, "    release " WB_FMT ".%02u\n", WB_ARG(header), f->release_no);
    }
    wb_out_text(out, "  }\n");
}

static void
put_envelope(struct wb_out *out, const struct grammar *grammar)
{
    wb_out_text(out, "\nenvelope {\n");
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        put_frame(out, grammar, i);
    }
    if (grammar->between_count > 0) {
        wb_out_text(out, "  between");
        for (uint32_t i = 0; i < grammar->between_count; i++) {
            wb_out_byte(out, ' ');
            wb_out_str(out, grammar_str(grammar, grammar->between[i]));
        }
        wb_out_byte(out, '\n');
    }
    wb_out_text(out, "}\n");
}

void
grammar_dump(struct wb_out *out, const struct grammar *grammar)
{
    assert(out != NULL);
    assert(grammar != NULL);
    wb_out_text(out, "edition 1\nstandard ");
    wb_out_str(out, grammar_str(grammar, grammar->standard));
    wb_out_byte(out, ' ');
    wb_out_str(out, grammar_str(grammar, grammar->release));
    if (grammar->title.len > 0) {
        wb_out_byte(out, ' ');
        put_string(out, grammar_str(grammar, grammar->title));
    }
    wb_out_byte(out, '\n');
    put_envelope(out, grammar);
    wb_out_byte(out, '\n');
    for (uint32_t i = 0; i < grammar->element_count; i++) {
        put_element(out, grammar, &grammar->elements[i]);
    }
    put_shapes(out, grammar);
    for (uint32_t i = 0; i < grammar->message_count; i++) {
        put_message(out, grammar, &grammar->messages[i]);
    }
}
