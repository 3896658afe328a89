/*
 * One finding as text and as JSON. The sentence itself comes from check; here is only how it is
 * laid out.
 */
#include "view/finding.h"

static enum view_colour
severity_colour(enum check_severity severity)
{
    switch (severity) {
    case CHECK_ERROR:
        return VIEW_RED;
    case CHECK_WARNING:
        return VIEW_YELLOW;
    case CHECK_NOTE:
        return VIEW_BLUE;
    case CHECK_ADVICE:
        return VIEW_GREEN;
    }
    return VIEW_PLAIN;
}

void
view_finding_place(struct wb_out *out, const struct check_finding *finding)
{
    if (finding->interchange_no == 0) {
        wb_out_text(out, "outside any interchange");
        return;
    }
    wb_out_printf(out, "interchange %u", finding->interchange_no);
    if (finding->group_no > 0) {
        wb_out_printf(out, ", group %u", finding->group_no);
    }
    if (finding->message_no > 0) {
        wb_out_printf(out, ", message %u", finding->message_no);
    }
    if (finding->segment_no > 0) {
        wb_out_printf(out, ", segment %u", finding->segment_no);
    }
    if (finding->tag.len > 0) {
        wb_out_byte(out, ' ');
        wb_out_safe(out, finding->tag);
    }
    if (finding->loop_path.len > 0) {
        wb_out_text(out, " in loop ");
        wb_out_safe(out, finding->loop_path);
    }
    if (finding->element_no > 0) {
        wb_out_printf(out, ", element %u", finding->element_no);
    }
    if (finding->repeat_no > 1) {
        wb_out_printf(out, " repeat %u", finding->repeat_no);
    }
    if (finding->component_no > 0) {
        wb_out_printf(out, " component %u", finding->component_no);
    }
}

/* "  label text": a line under the finding. */
static void
detail(struct wb_out *out, const struct view_style *style, const char *label, struct wb_str text)
{
    if (text.len == 0) {
        return;
    }
    wb_out_text(out, "    ");
    view_painted(out, style, VIEW_DIM, wb_str_of(label));
    wb_out_byte(out, ' ');
    wb_out_safe(out, text);
    wb_out_byte(out, '\n');
}

void
view_finding_text(struct wb_out *out, const struct view_style *style, struct wb_str file,
                  const struct check_finding *finding)
{
    const struct check_row *row = check_row(finding->code);
    wb_out_safe(out, file);
    wb_out_printf(out, ":%llu:%llu: ", (unsigned long long)finding->line,
                  (unsigned long long)finding->column);
    view_painted(out, style, severity_colour(finding->severity),
                 wb_str_of(check_severity_word(finding->severity)));
    wb_out_printf(out, " %s: ", row->code);
    view_painted(out, style, VIEW_BOLD, finding->text);
    wb_out_text(out, "\n    ");
    view_paint(out, style, VIEW_DIM);
    wb_out_text(out, "at ");
    view_finding_place(out, finding);
    view_paint(out, style, VIEW_PLAIN);
    wb_out_byte(out, '\n');
    detail(out, style, "expected", finding->expected_at);
    detail(out, style, "cure", wb_str_of(row->cure));
    detail(out, style, "should read", finding->corrected);
}

void
view_finding_line(struct wb_out *out, struct wb_str file, const struct check_finding *finding)
{
    wb_out_safe(out, file);
    wb_out_printf(out, ":%llu:%llu: %s: ", (unsigned long long)finding->line,
                  (unsigned long long)finding->column, check_row(finding->code)->code);
    wb_out_safe(out, finding->text);
    wb_out_byte(out, '\n');
}

void
view_finding_brief(struct wb_out *out, const struct view_style *style, unsigned indent,
                   const struct check_finding *finding)
{
    const struct check_row *row = check_row(finding->code);
    wb_out_fill(out, ' ', indent);
    view_paint(out, style, severity_colour(finding->severity));
    wb_out_printf(out, "^ %s %s: ", check_severity_word(finding->severity), row->code);
    wb_out_safe(out, finding->text);
    view_paint(out, style, VIEW_PLAIN);
    wb_out_byte(out, '\n');
    if (finding->expected_at.len > 0) {
        wb_out_fill(out, ' ', indent + 2);
        wb_out_text(out, "expected ");
        wb_out_safe(out, finding->expected_at);
        wb_out_byte(out, '\n');
    }
    if (finding->corrected.len > 0) {
        wb_out_fill(out, ' ', indent + 2);
        wb_out_text(out, "should read ");
        wb_out_safe(out, finding->corrected);
        wb_out_byte(out, '\n');
    }
}

static void
member_text(struct wb_json *json, const char *name, struct wb_str value)
{
    if (value.len > 0) {
        wb_json_member(json, name, value);
    }
}

static void
member_no(struct wb_json *json, const char *name, uint64_t value)
{
    if (value > 0) {
        wb_json_member_int(json, name, (int64_t)value);
    }
}

void
view_finding_json(struct wb_json *json, const struct check_finding *finding)
{
    const struct check_row *row = check_row(finding->code);
    wb_json_object(json);
    wb_json_member(json, "code", wb_str_of(row->code));
    wb_json_member(json, "severity", wb_str_of(check_severity_word(finding->severity)));
    wb_json_member(json, "level", wb_str_of(check_level_word(row->level)));
    wb_json_member_int(json, "offset", (int64_t)finding->at);
    wb_json_member_int(json, "length", (int64_t)finding->len);
    wb_json_member_int(json, "line", (int64_t)finding->line);
    wb_json_member_int(json, "column", (int64_t)finding->column);
    member_no(json, "interchange", finding->interchange_no);
    member_no(json, "group", finding->group_no);
    member_no(json, "message", finding->message_no);
    member_no(json, "segment_no", finding->segment_no);
    wb_json_member(json, "segment", finding->tag);
    member_text(json, "loop", finding->loop_path);
    wb_json_member_int(json, "element", finding->element_no);
    member_no(json, "repeat", finding->repeat_no);
    member_no(json, "component", finding->component_no);
    member_text(json, "element_id", finding->element_id);
    member_text(json, "value", finding->value);
    member_text(json, "expected_at", finding->expected_at);
    wb_json_member(json, "text", finding->text);
    member_text(json, "cure", wb_str_of(row->cure));
    member_text(json, "corrected", finding->corrected);
    wb_json_object_end(json);
}
