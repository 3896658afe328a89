/*
 * Nested JSON and XML. The shape is the same in both: every level is a list of what stands in it,
 * in order, header and trailer segments included, so that nothing has to be known to write it back.
 *
 *   {"interchange": [SEG, {"group": [SEG, {"message": [SEG, {"loop": "N1", "segments": [..]},
 * SEG]}, SEG]}, SEG], "separators": {..}} SEG = {"N1": ["ST", "GENERAL HOSPITAL", "UL",
 * "0012345000058"]}
 */
#include "view/edi.h"

#include <stdio.h>
#include <string.h>

/* A value and its copy in UTF-8. */
enum { VALUE_BYTES_MAX = 6 * WB_LIMIT_SEGMENT };

static void
xml_text(struct wb_out *out, struct wb_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t len = wb_str_utf8(wb_str_sub(text, at, text.len));
        unsigned char c = (unsigned char)text.at[at];
        if (len > 1) {
            wb_out_str(out, wb_str_sub(text, at, len));
            at += len;
            continue;
        }
        at++;
        if (c == '&' || c == '<' || c == '>' || c == '"') {
            wb_out_text(out, c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;");
        } else if (c >= 0x80 || c == '\t' || c == '\n' || c == '\r') {
            wb_out_printf(out, "&#%u;", c);
        } else if (c < 0x20 || c == 0x7F) {
            /* XML 1.0 has no way to say a control byte; the symbol for it is what a reader can
             * undo. */
            wb_out_printf(out, "&#x24%02X;", c == 0x7F ? 0x21U : (unsigned)c);
        } else {
            wb_out_byte(out, (char)c);
        }
    }
}

static void
open_list(struct view_edi *view, const char *kind, struct wb_str name)
{
    if (view->form == VIEW_EDI_XML) {
        wb_out_printf(view->out, "<%s", kind);
        if (name.len > 0) {
            wb_out_text(view->out, " name=\"");
            xml_text(view->out, name);
            wb_out_byte(view->out, '"');
        }
        wb_out_text(view->out, ">\n");
        return;
    }
    wb_json_object(&view->json);
    if (name.len > 0) {
        wb_json_member(&view->json, kind, name);
        wb_json_name(&view->json, WB_LIT("segments"));
    } else {
        wb_json_name(&view->json, wb_str_of(kind));
    }
    wb_json_array(&view->json);
}

static void
member_sign(struct wb_json *json, const char *name, uint8_t sign)
{
    if (sign != 0) {
        wb_json_member(json, name, (struct wb_str){(const char *)&sign, 1});
    }
}

/* What an interchange was written with, so that it can be written so again. */
static void
separators(struct view_edi *view)
{
    if (view->form == VIEW_EDI_XML || view->delims.segment == 0) {
        return;
    }
    wb_json_name(&view->json, WB_LIT("separators"));
    view->json.pretty = false;
    wb_json_object(&view->json);
    member_sign(&view->json, "element", view->delims.element);
    member_sign(&view->json, "component", view->delims.component);
    member_sign(&view->json, "repeat", view->delims.repeat);
    member_sign(&view->json, "segment", view->delims.segment);
    wb_json_member(&view->json, "line_end", (struct wb_str){view->line_end, view->line_end_len});
    wb_json_object_end(&view->json);
    view->json.pretty = true;
}

static void
close_list(struct view_edi *view, const char *kind, bool interchange)
{
    if (view->form == VIEW_EDI_XML) {
        wb_out_printf(view->out, "</%s>\n", kind);
        return;
    }
    wb_json_array_end(&view->json);
    if (interchange) {
        separators(view);
    }
    wb_json_object_end(&view->json);
}

void
view_edi_begin(struct view_edi *view, struct wb_out *out, enum view_edi_form form)
{
    *view = (struct view_edi){.form = form, .out = out};
    wb_json_init(&view->json, out, true);
    if (form == VIEW_EDI_XML) {
        wb_out_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<file schema=\"waybill/edi/1\">\n");
        return;
    }
    wb_json_object(&view->json);
    wb_json_member(&view->json, "schema", WB_LIT("waybill/edi/1"));
    wb_json_name(&view->json, WB_LIT("file"));
    wb_json_array(&view->json);
}

void
view_edi_end(struct view_edi *view)
{
    if (view->form == VIEW_EDI_XML) {
        wb_out_text(view->out, "</file>\n");
        return;
    }
    wb_json_array_end(&view->json);
    wb_json_object_end(&view->json);
}

/* A value as text: release characters out, from its character set to UTF-8. Rarely a copy. */
static struct wb_str
text_of(struct view_edi *view, struct wb_arena *arena, const struct wire_segment *segment,
        const struct wire_token *token)
{
    wb_arena_reset(arena);
    struct wb_str text = wire_value_utf8(view->out->ctx, arena, segment, token);
    if (text.at == NULL && token->len > 0 && view->out->rc == WB_OK) {
        view->out->rc = WB_NOMEM;
    }
    return text;
}

static void
json_parts(struct view_edi *view, struct wb_arena *arena, const struct wire_segment *segment,
           const struct wire_token *tokens, uint32_t count)
{
    struct wb_json *json = &view->json;
    uint16_t last_repeat = tokens[count - 1].repeat_no;
    if (last_repeat > 1) {
        wb_json_object(json);
        wb_json_name(json, WB_LIT("repeats"));
        wb_json_array(json);
    }
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i + 1;
        while (end < count && tokens[end].repeat_no == tokens[i].repeat_no) {
            end++;
        }
        if (end - i > 1) {
            wb_json_array(json);
        }
        for (uint32_t k = i; k < end; k++) {
            wb_json_str(json, text_of(view, arena, segment, &tokens[k]));
        }
        if (end - i > 1) {
            wb_json_array_end(json);
        }
        i = end;
    }
    if (last_repeat > 1) {
        wb_json_array_end(json);
        wb_json_object_end(json);
    }
}

static void
json_segment(struct view_edi *view, struct wb_arena *arena, const struct wire_segment *segment)
{
    wb_json_object(&view->json);
    wb_json_name(&view->json, segment->tag);
    view->json.pretty =
        false; /* a segment is one line, so that files can be compared line by line */
    wb_json_array(&view->json);
    for (uint32_t no = 1; no <= segment->element_count; no++) {
        uint32_t count = 0;
        const struct wire_token *tokens = wire_element(segment, no, &count);
        if (count == 0) {
            wb_json_str(&view->json, (struct wb_str){0});
        } else {
            json_parts(view, arena, segment, tokens, count);
        }
    }
    wb_json_array_end(&view->json);
    wb_json_object_end(&view->json);
    view->json.pretty = true;
}

static void
xml_segment(struct view_edi *view, struct wb_arena *arena, const struct wire_segment *segment)
{
    struct wb_out *out = view->out;
    wb_out_text(out, "<segment tag=\"");
    xml_text(out, segment->tag);
    wb_out_text(out, "\">");
    for (uint32_t i = 0; i < segment->token_count; i++) {
        const struct wire_token *token = &segment->tokens[i];
        wb_out_printf(out, "<e n=\"%u\"", token->element_no);
        if (token->repeat_no > 1) {
            wb_out_printf(out, " r=\"%u\"", token->repeat_no);
        }
        if (token->component_no > 1) {
            wb_out_printf(out, " c=\"%u\"", token->component_no);
        }
        wb_out_byte(out, '>');
        xml_text(out, text_of(view, arena, segment, token));
        wb_out_text(out, "</e>");
    }
    wb_out_text(out, "</segment>\n");
}

static void
put_segment(struct view_edi *view, const struct wire_segment *segment)
{
    struct wb_arena arena;
    wb_arena_init(&arena, VALUE_BYTES_MAX);
    if (view->form == VIEW_EDI_XML) {
        xml_segment(view, &arena, segment);
    } else {
        json_segment(view, &arena, segment);
    }
    wb_arena_done(&arena);
}

/* Closes and opens loops so that the innermost open one is the loop of `node`. */
static void
enter_loops(struct view_edi *view, const struct grammar *grammar, uint32_t node)
{
    uint32_t loop = grammar->nodes[node].parent;
    bool trigger = grammar->nodes[loop].depth > 0 && grammar->nodes[loop].child_first == node;
    uint32_t stay = trigger ? grammar->nodes[loop].parent : loop;
    while (view->loop_count > 0 && view->loops[view->loop_count - 1] != stay) {
        close_list(view, "loop", false);
        view->loop_count--;
    }
    if (trigger && view->loop_count < WB_LIMIT_LOOP_DEPTH) {
        open_list(view, "loop", grammar_str(grammar, grammar->nodes[loop].name));
        view->loops[view->loop_count++] = loop;
    }
}

static void
close_loops(struct view_edi *view)
{
    while (view->loop_count > 0) {
        close_list(view, "loop", false);
        view->loop_count--;
    }
}

/* Keeps them at the first segment of an interchange. */
static void
note_separators(struct view_edi *view, const struct wire_segment *segment)
{
    view->delims = *segment->delims;
    view->line_end_len = 0;
    if (segment->suffix.len <= VIEW_EDI_LINE_END) {
        view->line_end_len = segment->suffix.len;
        memcpy(view->line_end, segment->suffix.at, segment->suffix.len);
    }
}

/* The lists "interchange", "group" and "message" open with their header segment and close behind
 * their trailer. */
static const char *const level_names[] = {"file", "interchange", "group", "message"};

static void
go_to_level(struct view_edi *view, unsigned level)
{
    while (view->level > level) {
        close_loops(view);
        close_list(view, level_names[view->level], view->level == 1);
        view->level--;
    }
    while (view->level < level) {
        view->level++;
        open_list(view, level_names[view->level], (struct wb_str){0});
    }
}

void
view_edi_event(struct view_edi *view, const struct check_event *event)
{
    switch (event->kind) {
    case CHECK_INTERCHANGE_BEGIN:
        go_to_level(view, 0);
        go_to_level(view, 1);
        view->delims = (struct wire_delims){0};
        break;
    case CHECK_GROUP_BEGIN:
        go_to_level(view, 1);
        go_to_level(view, 2);
        break;
    case CHECK_MESSAGE_BEGIN:
        go_to_level(view, view->level < 2 ? view->level : 2);
        go_to_level(view, 3);
        break;
    case CHECK_SEGMENT_SEEN:
        if (view->level == 3 && event->grammar != NULL && event->node != GRAMMAR_NONE) {
            enter_loops(view, event->grammar, event->node);
        }
        if (view->delims.segment == 0) {
            note_separators(view, event->segment);
        }
        put_segment(view, event->segment);
        break;
    case CHECK_MESSAGE_END:
        go_to_level(view, 2);
        break;
    case CHECK_GROUP_END:
        go_to_level(view, 1);
        break;
    case CHECK_INTERCHANGE_END:
        go_to_level(view, 0);
        break;
    case CHECK_FINDING:
    case CHECK_END:
        break;
    }
}
