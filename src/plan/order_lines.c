/*
 * What lines ask for that a sale of Odoo has no place for: days and places of their own, part
 * deliveries, lots. Nothing of it may vanish, so each is an issue.
 */
#include <stdlib.h>

#include "plan/plan_priv.h"

static const struct wb_str nothing = {0};

struct dated {
    struct wb_date date;
    const struct plan_item_line *line;
};

static int
compare_dated(const void *a, const void *b)
{
    const struct dated *const left = a;
    const struct dated *const right = b;
    const int order = wb_date_cmp(left->date, right->date);
    return order != 0 ? order
                      : (left->line->index > right->line->index) -
                            (left->line->index < right->line->index);
}

static struct wb_str
date_text(struct planner *planner, struct wb_date date)
{
    char text[16];
    const size_t len = date.year == 0 ? 0 : wb_date_print_iso(date, text);
    return len == 0 ? WB_LIT("no day")
                    : plan_text(planner, WB_FMT, WB_ARG(((struct wb_str){text, len})));
}

/* One issue a day, however many lines ask for it. */
static void
say_day(struct planner *planner, const struct dated *dated, size_t count, struct wb_date whole)
{
    enum { LISTED = 20 };
    struct wb_str lines = {0};
    for (size_t i = 0; i < count && i < LISTED; i++) {
        const struct plan_item_line *const line = dated[i].line;
        const struct wb_str name =
            line->number.len > 0 ? line->number : plan_text(planner, "%zu", line->index + 1);
        lines =
            plan_text(planner, WB_FMT "%s" WB_FMT, WB_ARG(lines), i > 0 ? ", " : "", WB_ARG(name));
    }
    plan_raise(planner, PLAN_ISSUE_LINE_DATE,
               count == 1 ? plan_text(planner, WB_FMT ".requested_on", WB_ARG(dated->line->place))
                          : WB_LIT("lines"),
               nothing, "line%s " WB_FMT "%s ask%s for " WB_FMT ", the order for " WB_FMT,
               count == 1 ? "" : "s", WB_ARG(lines), count > LISTED ? " and more" : "",
               count == 1 ? "s" : "", WB_ARG(date_text(planner, dated->date)),
               WB_ARG(date_text(planner, whole)));
}

static void
check_days(struct planner *planner)
{
    const struct wb_date whole = plan_cell_date(planner->input->order, "requested_on");
    struct dated *const dated =
        wb_arena_array(planner->ctx, planner->arena, planner->line_count, sizeof *dated);
    size_t count = 0;
    if (dated == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < planner->line_count; i++) {
        const struct wb_date date = plan_cell_date(planner->lines[i].order, "requested_on");
        if (date.year != 0 && wb_date_cmp(date, whole) != 0) {
            dated[count++] = (struct dated){.date = date, .line = &planner->lines[i]};
        }
    }
    if (count > 0) {
        qsort(dated, count, sizeof *dated, compare_dated);
    }
    for (size_t from = 0; from < count;) {
        size_t to = from;
        while (to < count && wb_date_cmp(dated[to].date, dated[from].date) == 0) {
            to++;
        }
        say_day(planner, &dated[from], to - from, whole);
        from = to;
    }
}

/* The same place: the same identifier, or the same in everything that is said. */
static bool
same_place(struct planner *planner, const struct record_object *a, const struct record_object *b)
{
    static const char *const ids[] = {"gln", "buyer_code", "duns", "hin", "dea", "seller_code"};
    struct wb_str path;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const struct wb_str left = plan_cell_text(a, ids[i]);
        const struct wb_str right = plan_cell_text(b, ids[i]);
        if (left.len > 0 && right.len > 0) {
            return wb_str_eq(left, right);
        }
    }
    return b != NULL && record_equal(planner->ctx, planner->arena, a, b, false, &path);
}

static struct wb_str
place_text(const struct record_object *party)
{
    static const char *const members[] = {"gln", "buyer_code", "name", "city"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const struct wb_str text = plan_cell_text(party, members[i]);
        if (text.len > 0) {
            return text;
        }
    }
    return WB_LIT("another place");
}

static void
check_place(struct planner *planner, struct plan_item_line *line, const struct record_object *place)
{
    const struct record_object *const whole = plan_cell_object(planner->input->order, "ship_to");
    if (place != NULL && !same_place(planner, place, whole)) {
        plan_raise_line(planner, PLAN_ISSUE_LINE_SHIP_TO, line, "ship_to", nothing,
                        "the line goes to " WB_FMT, WB_ARG(place_text(place)));
    }
}

static void
check_line(struct planner *planner, struct plan_item_line *line)
{
    static const char *const wanted[] = {"lot", "serial"};
    const struct record_list *const schedule = plan_cell_list(line->order, "schedule");
    check_place(planner, line, plan_cell_object(line->order, "ship_to"));
    for (size_t i = 0; schedule != NULL && i < schedule->count; i++) {
        check_place(planner, line, plan_cell_object(schedule->items[i].object, "ship_to"));
    }
    if (schedule != NULL && schedule->count > 0) {
        plan_raise_line(planner, PLAN_ISSUE_SCHEDULE, line, "schedule", nothing,
                        "%zu part deliveries", schedule->count);
    }
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const struct wb_str text = plan_cell_text(line->item, wanted[i]);
        if (text.len > 0) {
            plan_raise_line(planner, PLAN_ISSUE_LOT, line, "item", nothing,
                            "%s " WB_FMT " must be delivered", wanted[i], WB_ARG(text));
        }
    }
    struct wb_dec amount = {0};
    struct wb_dec product = {0};
    if (plan_cell_dec(line->order, "amount", &amount) && line->has_quantity &&
        line->has_price_each && wb_dec_mul(line->quantity, line->price_each, &product) &&
        wb_dec_cmp(wb_dec_round(product, 2), amount) != 0) {
        plan_raise_line(planner, PLAN_ISSUE_LINE_AMOUNT, line, "amount", nothing,
                        "the line says " WB_FMT ", quantity times price is " WB_FMT,
                        WB_ARG(plan_dec_text(planner, amount)),
                        WB_ARG(plan_dec_text(planner, wb_dec_trim(product))));
    }
}

void
plan_lines_check(struct planner *planner)
{
    for (size_t i = 0; i < planner->line_count; i++) {
        check_line(planner, &planner->lines[i]);
    }
    check_days(planner);
}
