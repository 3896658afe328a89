/*
 * What is written into the chatter of the sale: each line in words, what is open, and everything
 * else that the order says and a sale has no field for. So nothing of the order is lost, and a
 * person sees why a line is as it is.
 */
#include "plan/plan_priv.h"

#include "base/limits.h"

enum { DEPTH_MAX = RECORD_DEPTH_MAX };

struct note {
    struct planner *planner;
    struct wb_out out;
};

static void
put_escaped(struct note *note, struct wb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '&':
            wb_out_text(&note->out, "&amp;");
            break;
        case '<':
            wb_out_text(&note->out, "&lt;");
            break;
        case '>':
            wb_out_text(&note->out, "&gt;");
            break;
        case '"':
            wb_out_text(&note->out, "&quot;");
            break;
        default:
            wb_out_byte(&note->out, text.at[i]);
            break;
        }
    }
}

static void
put_item(struct note *note, struct wb_str name, struct wb_str text)
{
    wb_out_text(&note->out, "<li>");
    put_escaped(note, name);
    wb_out_text(&note->out, ": ");
    put_escaped(note, text);
    wb_out_text(&note->out, "</li>");
}

/* ---- the lines */

struct wb_str
plan_ordered_text(struct planner *planner, const struct plan_item_line *line)
{
    struct wb_str text = plan_text(
        planner, "line " WB_FMT ": " WB_FMT "%s" WB_FMT,
        WB_ARG(line->number.len > 0 ? line->number : plan_text(planner, "%zu", line->index + 1)),
        WB_ARG(line->has_quantity ? plan_dec_text(planner, line->quantity) : WB_LIT("no quantity")),
        line->unit.len > 0 ? " " : "", WB_ARG(line->unit));
    for (size_t i = 0; i < line->search.count; i++) {
        text = plan_text(planner, WB_FMT ", " WB_FMT " " WB_FMT, WB_ARG(text),
                         WB_ARG(line->search.tries[i].by), WB_ARG(line->search.tries[i].value));
    }
    if (line->has_price) {
        text = plan_text(planner, WB_FMT " at " WB_FMT, WB_ARG(text),
                         WB_ARG(plan_dec_text(planner, line->price)));
    }
    const struct wb_str name = plan_cell_text(line->sale, "name");
    return name.len == 0 ? text
                         : plan_text(planner, WB_FMT " (" WB_FMT ")", WB_ARG(text), WB_ARG(name));
}

static void
put_line(struct note *note, const struct plan_item_line *line)
{
    struct planner *const planner = note->planner;
    wb_out_text(&note->out, "<li>");
    put_escaped(note, plan_ordered_text(planner, line));
    wb_out_text(&note->out, " -&gt; ");
    if (line->product == NULL || !line->has_final) {
        wb_out_text(&note->out, "not planned</li>");
        return;
    }
    const struct wb_str text =
        plan_text(planner, "[" WB_FMT "] " WB_FMT ": " WB_FMT " " WB_FMT " at " WB_FMT,
                  WB_ARG(plan_row_text(line->product, "default_code")),
                  WB_ARG(plan_row_text(line->product, "name")),
                  WB_ARG(plan_dec_text(planner, line->final_quantity)),
                  WB_ARG(plan_row_text(line->pack.uom, "name")),
                  WB_ARG(plan_dec_text(planner, line->final_price)));
    put_escaped(note, text);
    if (line->converted) {
        put_escaped(note,
                    plan_text(planner, " (" WB_FMT ")", WB_ARG(plan_unit_text(planner, line))));
    }
    wb_out_text(&note->out, "</li>");
}

/* ---- the rest of the order */

struct place { /* on the stack, one a level */
    const struct place *outer;
    struct wb_str name;
    size_t index; /* SIZE_MAX: a member */
    unsigned depth;
};

static struct wb_str
place_text(struct planner *planner, const struct place *place)
{
    if (place == NULL) {
        return (struct wb_str){0};
    }
    const struct wb_str outer = place_text(planner, place->outer); /* at most DEPTH_MAX levels */
    if (place->index != SIZE_MAX) {
        return plan_text(planner, WB_FMT "[%zu]", WB_ARG(outer), place->index);
    }
    return plan_text(planner, WB_FMT "%s" WB_FMT, WB_ARG(outer), outer.len > 0 ? "." : "",
                     WB_ARG(place->name));
}

/* What the sale or the text of a line holds already. */
static bool
is_carried(const struct planner *planner, const struct place *place)
{
    static const char *const head[] = {"number", "issued_on", "requested_on", "note"};
    static const char *const there[] = {"client_order_ref", "date_order", "commitment_date",
                                        "note"};
    static const char *const line[] = {"id", "quantity", "unit", "unit_price"};
    static const char *const item[] = {"gtin", "supplier_code", "buyer_code", "maker_code",
                                       "ndc",  "hibc",          "description"};
    const char *const *names = head;
    size_t count = sizeof head / sizeof head[0];
    if (place->depth == 3) {
        names = line;
        count = sizeof line / sizeof line[0];
    } else if (place->depth == 4 && wb_str_eq(place->outer->name, WB_LIT("item"))) {
        names = item;
        count = sizeof item / sizeof item[0];
    }
    const struct place *top = place;
    while (top->outer != NULL) {
        top = top->outer;
    }
    const bool in_lines = wb_str_eq(top->name, WB_LIT("lines"));
    if ((place->depth > 1) != in_lines || place->depth == 2 || place->index != SIZE_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (wb_str_eq(place->name, wb_str_of(names[i]))) {
            const struct record_value *const cell =
                names == head ? record_get(planner->input->sale, wb_str_of(there[i])) : NULL;
            return names != head || (cell != NULL && cell->present);
        }
    }
    return false;
}

static struct wb_str
leaf_text(struct planner *planner, const struct record_value *value)
{
    char text[WB_MOMENT_TEXT_MAX];
    switch ((enum record_type)value->type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        return value->text;
    case RECORD_TRUTH:
        return value->truth ? WB_LIT("yes") : WB_LIT("no");
    case RECORD_INT:
        return plan_text(planner, "%lld", (long long)value->number);
    case RECORD_DEC:
        return plan_dec_text(planner, value->dec);
    case RECORD_DATE:
        return plan_text(planner, WB_FMT,
                         WB_ARG(((struct wb_str){text, wb_date_print_iso(value->date, text)})));
    case RECORD_MOMENT:
        return plan_text(planner, WB_FMT,
                         WB_ARG(((struct wb_str){text, wb_moment_print_iso(value->moment, text)})));
    case RECORD_OBJECT:
    case RECORD_LIST:
        break;
    }
    return (struct wb_str){0};
}

static void put_object(struct note *note, const struct record_object *object,
                       const struct place *outer);

static void
put_value(struct note *note, const struct record_value *value, const struct place *place)
{
    if (!value->present || place->depth > DEPTH_MAX || is_carried(note->planner, place)) {
        return;
    }
    if (value->type == RECORD_OBJECT) {
        put_object(note, value->object, place);
        return;
    }
    if (value->type == RECORD_LIST) {
        for (size_t i = 0; i < value->list.count; i++) {
            const struct place inner = {.outer = place, .index = i, .depth = place->depth + 1};
            put_value(note, &value->list.items[i], &inner);
        }
        return;
    }
    put_item(note, place_text(note->planner, place), leaf_text(note->planner, value));
}

static void
put_object(struct note *note, const struct record_object *object, const struct place *outer)
{
    if (object == NULL) {
        return;
    }
    const struct record_shape *const shape = record_shape_of(object);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct place place = {.outer = outer,
                                    .name = record_field_at(object->schema, object->shape, i)->name,
                                    .index = SIZE_MAX,
                                    .depth = outer == NULL ? 1 : outer->depth + 1};
        put_value(note, record_cell(object, i), &place);
    }
}

static void
put_issues(struct note *note)
{
    const struct plan *const plan = &note->planner->result;
    if (plan->issue_count == 0) {
        return;
    }
    wb_out_text(&note->out, "<p>Open:</p><ul>");
    for (size_t i = 0; i < plan->issue_count; i++) {
        const struct plan_issue *const issue = &plan->issues[i];
        const struct plan_issue_row *const row = plan_issue_row(issue->kind);
        put_item(note, plan_text(note->planner, "%s " WB_FMT, row->code, WB_ARG(issue->place)),
                 plan_text(note->planner, "%s: " WB_FMT, row->sentence, WB_ARG(issue->text)));
    }
    wb_out_text(&note->out, "</ul>");
}

struct wb_str
plan_note_html(struct planner *planner)
{
    struct note note = {.planner = planner};
    wb_out_init(&note.out, planner->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    wb_out_text(&note.out, "<p>Planned from ");
    put_escaped(&note, planner->input->document);
    wb_out_text(&note.out, "</p><ul>");
    for (size_t i = 0; i < planner->line_count; i++) {
        put_line(&note, &planner->lines[i]);
    }
    wb_out_text(&note.out, "</ul>");
    put_issues(&note);
    wb_out_text(&note.out, "<p>Also in the order:</p><ul>");
    put_object(&note, planner->input->order, NULL);
    for (size_t i = 0; i < planner->extra_count; i++) {
        const struct plan_extra *const extra = &planner->extras[i];
        put_item(&note,
                 plan_text(planner,
                           "as received"
                           "%s" WB_FMT,
                           extra->place.len > 0 ? ", " : "", WB_ARG(extra->place)),
                 extra->text);
    }
    wb_out_text(&note.out, "</ul>");
    struct wb_str html = {0};
    if (wb_out_finish(&note.out) == WB_OK) {
        html = wb_arena_dup(planner->ctx, planner->arena, wb_buf_str(&note.out.buf));
    }
    if (html.at == NULL) {
        planner->rc = planner->ctx->error.rc == WB_OK ? WB_NOMEM : planner->ctx->error.rc;
    }
    wb_out_done(&note.out);
    return html;
}
