/*
 * A plan as text. The lines are a table of what goes to Odoo; where that differs from what was
 * ordered, a second row says how. Texts from outside are made safe, and wrapped at 80 columns.
 */
#include "view/plan.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 80, NUMBER_WIDTH = 4, PRODUCT_WIDTH = 36, PLANNED_WIDTH = 26, AMOUNT_WIDTH = 10 };

/* Characters, not bytes; what is no UTF-8 counts a byte each. */
static size_t
width_of(struct wb_str text)
{
    size_t width = 0;
    for (size_t at = 0; at < text.len; width++) {
        const size_t len = wb_str_utf8(wb_str_sub(text, at, 4));
        at += len == 0 ? 1 : len;
    }
    return width;
}

/* The beginning of a text that takes at most `width` characters. */
static struct wb_str
clip(struct wb_str text, size_t width)
{
    size_t at = 0;
    for (size_t count = 0; at < text.len && count < width; count++) {
        const size_t len = wb_str_utf8(wb_str_sub(text, at, 4));
        at += len == 0 ? 1 : len;
    }
    return wb_str_sub(text, 0, at);
}

/* A cell of a table: cut with two dots when it is too long. */
static void
put_cell(struct wb_out *out, struct wb_str text, size_t width, bool right)
{
    const size_t full = width_of(text);
    if (full > width) {
        wb_out_safe(out, clip(text, width - 2));
        wb_out_text(out, "..");
        return;
    }
    if (right) {
        wb_out_fill(out, ' ', width - full);
    }
    wb_out_safe(out, text);
    if (!right) {
        wb_out_fill(out, ' ', width - full);
    }
}

/* Words of a text, wrapped and indented; `at` is the column where the cursor stands. */
static void
put_wrapped(struct wb_out *out, struct wb_str text, size_t indent, size_t at)
{
    bool first = true;
    while (text.len > 0) {
        const size_t len = wb_str_find(text, ' ');
        const struct wb_str word = wb_str_sub(text, 0, len);
        const size_t width = width_of(word);
        if (!first && at + 1 + width > COLUMNS) {
            wb_out_byte(out, '\n');
            wb_out_fill(out, ' ', indent);
            at = indent;
        } else if (!first) {
            wb_out_byte(out, ' ');
            at++;
        }
        wb_out_safe(out, word);
        at += width;
        first = false;
        text = wb_str_sub(text, len + 1, text.len);
    }
    wb_out_byte(out, '\n');
}

static void
put_indented(struct wb_out *out, struct wb_str text, size_t indent)
{
    wb_out_fill(out, ' ', indent);
    put_wrapped(out, text, indent, indent);
}

static void
put_pair(struct wb_out *out, const char *name, struct wb_str value)
{
    enum { NAME_WIDTH = 11 };
    if (value.len == 0) {
        return;
    }
    wb_out_printf(out, "  %-*s", NAME_WIDTH, name);
    put_wrapped(out, value, 2 + NAME_WIDTH, 2 + NAME_WIDTH);
}

static size_t
count_issues(const struct plan *plan, bool holds)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->issue_count; i++) {
        count += plan->issues[i].holds == holds ? 1 : 0;
    }
    return count;
}

static void
put_head(struct wb_out *out, const struct view_style *style, const struct plan *plan)
{
    const size_t holding = count_issues(plan, true);
    const size_t flags = count_issues(plan, false);
    wb_out_text(out, "plan of ");
    wb_out_safe(out, plan->document);
    wb_out_printf(out, " for Odoo %u: ", (unsigned)plan->release);
    view_painted(out, style, plan->held ? VIEW_RED : VIEW_GREEN,
                 plan->held ? WB_LIT("held") : WB_LIT("ready"));
    if (holding > 0) {
        wb_out_printf(out, ", %zu to be answered", holding);
    }
    if (flags > 0) {
        wb_out_printf(out, ", %zu to look at", flags);
    }
    wb_out_byte(out, '\n');
    put_pair(out, "order", plan->number);
    put_pair(out, "customer", plan->customer.len > 0 ? plan->customer : WB_LIT("not found"));
    put_pair(out, "ship to", plan->ship_to);
    put_pair(out, "bill to", plan->bill_to);
    if (plan->total.len > 0) {
        wb_out_printf(out, "  total      " WB_FMT " ", WB_ARG(plan->total));
        wb_out_safe(out, plan->currency);
        wb_out_byte(out, '\n');
    }
}

/* "6 case at 142.5" */
static void
put_ordered(struct wb_out *out, const struct plan_line *line)
{
    wb_out_safe(out, line->ordered_quantity.len > 0 ? line->ordered_quantity : WB_LIT("?"));
    if (line->ordered_unit.len > 0) {
        wb_out_byte(out, ' ');
        wb_out_safe(out, line->ordered_unit);
    }
    if (line->ordered_price.len > 0) {
        wb_out_text(out, " at ");
        wb_out_safe(out, line->ordered_price);
    }
}

static void
put_line(struct wb_out *out, const struct view_style *style, const struct plan_line *line)
{
    char planned[128];
    struct wb_str text = WB_LIT("not planned");
    if (line->quantity.len > 0) {
        (void)snprintf(planned, sizeof planned, WB_FMT " " WB_FMT " at " WB_FMT,
                       WB_ARG(line->quantity), WB_ARG(line->unit), WB_ARG(line->price));
        text = wb_str_of(planned); /* a longer one is cut here instead of in the cell */
    }
    put_cell(out, line->number, NUMBER_WIDTH, true);
    wb_out_text(out, "  ");
    put_cell(out, line->product.len > 0 ? line->product : WB_LIT("not found"), PRODUCT_WIDTH,
             false);
    wb_out_byte(out, ' ');
    view_paint(out, style, line->held ? VIEW_RED : VIEW_PLAIN);
    put_cell(out, text, line->quantity.len > 0 ? PLANNED_WIDTH : width_of(text), false);
    view_paint(out, style, VIEW_PLAIN);
    if (line->amount.len > 0) {
        wb_out_byte(out, ' ');
        put_cell(out, line->amount, AMOUNT_WIDTH, true);
    }
    wb_out_byte(out, '\n');
    wb_out_fill(out, ' ', NUMBER_WIDTH + 4);
    wb_out_text(out, "ordered ");
    put_ordered(out, line);
    if (line->found_by.len > 0) {
        wb_out_text(out, ", found by ");
        wb_out_safe(out, line->found_by);
    }
    wb_out_byte(out, '\n');
    if (line->how.len > 0) {
        wb_out_fill(out, ' ', NUMBER_WIDTH + 4);
        wb_out_text(out, "unit by ");
        put_wrapped(out, line->how, NUMBER_WIDTH + 6, NUMBER_WIDTH + 4 + 8);
    }
}

static void
put_lines(struct wb_out *out, const struct view_style *style, const struct plan *plan)
{
    if (plan->line_count == 0) {
        return;
    }
    wb_out_byte(out, '\n');
    put_cell(out, WB_LIT("line"), NUMBER_WIDTH, true);
    wb_out_text(out, "  ");
    put_cell(out, WB_LIT("product"), PRODUCT_WIDTH, false);
    wb_out_byte(out, ' ');
    put_cell(out, WB_LIT("planned"), PLANNED_WIDTH, false);
    wb_out_byte(out, ' ');
    put_cell(out, WB_LIT("amount"), AMOUNT_WIDTH, true);
    wb_out_byte(out, '\n');
    for (size_t i = 0; i < plan->line_count; i++) {
        put_line(out, style, &plan->lines[i]);
    }
}

static void
put_issue(struct wb_out *out, const struct view_style *style, const struct plan_issue *issue)
{
    const struct plan_issue_row *const row = plan_issue_row(issue->kind);
    wb_out_text(out, "  ");
    view_painted(out, style, issue->holds ? VIEW_RED : VIEW_YELLOW, wb_str_of(row->code));
    wb_out_byte(out, ' ');
    wb_out_safe(out, issue->place);
    wb_out_byte(out, '\n');
    put_indented(out, wb_str_of(row->sentence), 4);
    put_indented(out, issue->text, 4);
    wb_out_text(out, "    -> ");
    put_wrapped(out, issue->proposal.len > 0 ? issue->proposal : wb_str_of(row->cure), 7, 7);
}

static void
put_issues(struct wb_out *out, const struct view_style *style, const struct plan *plan, bool holds)
{
    if (count_issues(plan, holds) == 0) {
        return;
    }
    wb_out_text(out, holds ? "\nto be answered before anything is done\n" : "\nto look at\n");
    for (size_t i = 0; i < plan->issue_count; i++) {
        if (plan->issues[i].holds == holds) {
            put_issue(out, style, &plan->issues[i]);
        }
    }
}

/* What a step is about, in a few words. */
static struct wb_str
subject(const struct plan_op *op)
{
    static const char *const members[] = {"summary", "name"};
    if (op->kind == PLAN_NOTE) {
        return WB_LIT("each line in words, and what has no field");
    }
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const struct record_any *const value = record_any_get(op->values, wb_str_of(members[i]));
        if (value != NULL && value->kind == RECORD_STRING) {
            return value->text;
        }
    }
    return op->external_id;
}

static void
put_steps(struct wb_out *out, const struct plan *plan)
{
    enum { ID_WIDTH = 6, KIND_WIDTH = 9, MODEL_WIDTH = 15 };
    enum { AT = 2 + ID_WIDTH + KIND_WIDTH + MODEL_WIDTH };
    wb_out_text(out, plan->held ? "\nsteps, none of them before the answers\n" : "\nsteps\n");
    for (size_t i = 0; i < plan->op_count; i++) {
        const struct plan_op *const op = &plan->ops[i];
        wb_out_text(out, "  ");
        put_cell(out, op->id, ID_WIDTH, false);
        put_cell(out, wb_str_of(plan_op_word(op->kind)), KIND_WIDTH, false);
        put_cell(out, op->model, MODEL_WIDTH, false);
        put_wrapped(out, subject(op), AT, AT);
    }
    wb_out_text(out, "  The sale stays a draft: nothing is confirmed, sent or reserved.\n");
}

void
view_plan(struct wb_out *out, const struct view_style *style, const struct plan *plan)
{
    put_head(out, style, plan);
    put_lines(out, style, plan);
    put_issues(out, style, plan, true);
    put_issues(out, style, plan, false);
    put_steps(out, plan);
}
