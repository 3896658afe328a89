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

enum holder { IN_SALE, IN_LINE, IN_UNIT, IN_KEY };

struct carried { /* a field of the document that the sale, or the text of its line, holds already */
    const char *name;
    enum holder holder;
    const char *there;
};

static const struct carried of_order[] = {
    {"number",       IN_SALE, "client_order_ref"},
    {"issued_on",    IN_SALE, "date_order"      },
    {"requested_on", IN_SALE, "commitment_date" },
    {"note",         IN_SALE, "note"            },
    {NULL,           IN_SALE, NULL              },
};
static const struct carried of_line[] = {
    {"id",         IN_LINE, "customer_line"  },
    {"quantity",   IN_LINE, "product_uom_qty"},
    {"unit",       IN_UNIT, "code"           },
    {"unit_price", IN_LINE, "price_unit"     },
    {NULL,         IN_LINE, NULL             },
};
static const struct carried of_item[] = {
    {"gtin",          IN_KEY,  "barcode"      },
    {"supplier_code", IN_KEY,  "default_code" },
    {"buyer_code",    IN_KEY,  "customer_code"},
    {"maker_code",    IN_KEY,  "maker_code"   },
    {"ndc",           IN_KEY,  "ndc"          },
    {"hibc",          IN_KEY,  "hibc"         },
    {"description",   IN_LINE, "name"         },
    {NULL,            IN_KEY,  NULL           },
};

/* The fields of the level at which a place stands, and the line that it is of; NULL elsewhere. */
static const struct carried *
level_of(const struct planner *planner, const struct place *place,
         const struct plan_item_line **ret_line)
{
    if (place->index != SIZE_MAX) {
        return NULL;
    }
    if (place->depth == 1) {
        return of_order;
    }
    const bool item = place->depth == 4 && place->outer->index == SIZE_MAX &&
                      wb_str_eq(place->outer->name, WB_LIT("item"));
    const struct place *const entry = item ? place->outer->outer : place->outer;
    if ((!item && place->depth != 3) || entry->index >= planner->line_count ||
        !wb_str_eq(entry->outer->name, WB_LIT("lines"))) {
        return NULL;
    }
    *ret_line = &planner->lines[entry->index];
    return item ? of_item : of_line;
}

static bool
is_carried(const struct planner *planner, const struct place *place)
{
    const struct plan_item_line *line = NULL;
    const struct carried *row = level_of(planner, place, &line);
    while (row != NULL && row->name != NULL && !wb_str_eq(place->name, wb_str_of(row->name))) {
        row++;
    }
    if (row == NULL || row->name == NULL) {
        return false;
    }
    const struct record_object *object = planner->input->sale;
    switch (row->holder) {
    case IN_SALE:
        break;
    case IN_LINE:
        object = line->sale;
        break;
    case IN_UNIT:
        object = plan_cell_object(line->sale, "uom");
        break;
    case IN_KEY:
        object = line->key;
        break;
    }
    const struct record_value *const cell =
        object == NULL ? NULL : record_get(object, wb_str_of(row->there));
    return cell != NULL && cell->present;
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
