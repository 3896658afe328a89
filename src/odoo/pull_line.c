/*
 * The lines of an order, in the order in which Odoo shows them. What a line comes to is compared
 * with what Odoo has for it, so that no price is sent that means something else.
 */
#include <stdlib.h>
#include <string.h>

#include "odoo/pull_priv.h"

struct sorted {
    const struct record_any *row;
    struct wb_dec sequence;
};

struct sum { /* of the lines that are sent */
    struct wb_dec total;
    size_t count;
    bool known;   /* all of them were compared */
    bool differs; /* one was told already */
};

static int
compare_lines(const void *a, const void *b)
{
    const struct sorted *const left = a;
    const struct sorted *const right = b;
    const int by = wb_dec_cmp(left->sequence, right->sequence);
    const int64_t x = plan_row_id(left->row);
    const int64_t y = plan_row_id(right->row);
    return by != 0 ? by : (x > y) - (x < y);
}

/* The first line of the text, without the number in brackets that Odoo puts in front; what follows
 * it are notes. */
static void
put_words(struct pull *pull, struct pull_line *line)
{
    struct wb_str name = plan_row_text(line->row, "name");
    if (wb_str_starts(name, WB_LIT("["))) {
        const size_t end = wb_str_find(name, ']');
        const struct wb_str rest = wb_str_trim(wb_str_sub(name, end + 1, name.len));
        name = rest.len > 0 ? rest : name;
    }
    const size_t end = wb_str_find(name, '\n');
    struct pull_texts first = {0};
    pull_add_text(pull, &first, wb_str_sub(name, 0, end), PULL_NOTE_BYTES);
    for (size_t i = 0; i < first.count; i++) { /* more than one when it was broken */
        if (i == 0) {
            pull_put_text(pull, line->record, "name", first.items[i]);
        } else {
            pull_add_text(pull, &line->notes, first.items[i], PULL_NOTE_BYTES);
        }
    }
    pull_add_text(pull, &line->notes, wb_str_sub(name, end, name.len), PULL_NOTE_BYTES);
}

static void
put_notes(struct pull *pull, const struct pull_line *line)
{
    if (line->notes.count > 0) {
        pull_put_text(pull, line->record, "note", pull_join(pull, &line->notes, false));
    }
}

/* ---- money */

static bool
discounted(struct pull *pull, const struct pull_line *line, struct wb_dec *price)
{
    struct wb_dec discount = {0};
    struct wb_dec part;
    const struct wb_dec hundredth = {.units = 1, .scale = 2};
    if (!plan_row_dec(line->row, "discount", &discount) || discount.units == 0) {
        return true;
    }
    char text[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(discount, '.', text);
    if (!wb_dec_sub(wb_dec_int(100), discount, &part) || !wb_dec_mul(*price, part, &part) ||
        !wb_dec_mul(part, hundredth, &part) || part.units < 0) {
        return false;
    }
    *price = wb_dec_trim(part);
    char net[WB_DEC_TEXT_MAX];
    const size_t net_len = wb_dec_print(*price, '.', net);
    pull_gap(pull, ODOO_GAP_DISCOUNT, line->place, "%.*s %%; the price is %.*s", (int)len, text,
             (int)net_len, net);
    return true;
}

static bool
near(struct wb_dec a, struct wb_dec b, struct wb_dec tolerance)
{
    struct wb_dec difference;
    if (!wb_dec_sub(a, b, &difference)) {
        return false;
    }
    difference.units = difference.units < 0 ? -difference.units : difference.units;
    return wb_dec_cmp(difference, tolerance) <= 0;
}

static void
tell_amount(struct pull *pull, enum odoo_gap_kind kind, struct wb_str place, struct wb_dec ours,
            struct wb_dec theirs)
{
    char a[WB_DEC_TEXT_MAX];
    char b[WB_DEC_TEXT_MAX];
    const size_t a_len = wb_dec_print(ours, '.', a);
    const size_t b_len = wb_dec_print(theirs, '.', b);
    pull_gap(pull, kind, place, "%.*s, and Odoo has %.*s", (int)a_len, a, (int)b_len, b);
}

/* One step of the last digit that the currency has. */
static struct wb_dec
cent(const struct pull *pull)
{
    return (struct wb_dec){.units = 1, .scale = pull->currency_digits};
}

static void
check_amount(struct pull *pull, const struct pull_line *line, struct sum *sum)
{
    struct wb_dec amount;
    struct wb_dec theirs;
    if (!wb_dec_mul(line->quantity, line->price, &amount)) {
        pull_gap(pull, ODOO_GAP_PRICE, line->place, "quantity times price does not fit");
        return;
    }
    amount = wb_dec_round(amount, pull->currency_digits);
    sum->count++;
    if (!wb_dec_add(sum->total, amount, &sum->total)) {
        sum->known = false;
    }
    if (!plan_row_dec(line->row, "price_subtotal", &theirs)) {
        sum->known = false;
        return;
    }
    theirs = wb_dec_round(theirs, pull->currency_digits);
    if (!near(amount, theirs, cent(pull))) {
        sum->differs = true;
        tell_amount(pull, ODOO_GAP_AMOUNT, line->place, amount, theirs);
    }
}

static void
check_total(struct pull *pull, const struct record_any *order, const struct sum *sum)
{
    struct wb_dec theirs;
    struct wb_dec tolerance = cent(pull);
    const bool has = plan_row_dec(order, "amount_untaxed", &theirs);
    tolerance.units = (int64_t)sum->count; /* a cent a line: Odoo may round line by line */
    if (has && !sum->differs && !near(sum->total, theirs, tolerance)) {
        tell_amount(pull, ODOO_GAP_TOTAL, (struct wb_str){0}, sum->total, theirs);
    }
    if (!has || !sum->known) {
        pull_gap(pull, ODOO_GAP_AMOUNT_UNCHECKED, (struct wb_str){0}, "%s",
                 has ? "price_subtotal is missing" : "amount_untaxed is missing");
    }
}

/* False when a tax is told to be in the price, so that the amount has to differ. */
static bool
check_taxes(struct pull *pull, const struct pull_line *line)
{
    bool good = true;
    const char *const field = pull->options->release >= 19 ? "tax_ids" : "taxes_id";
    for (size_t i = 0; i < plan_row_id_count(line->row, field); i++) {
        const struct record_any *const tax =
            pull_row(pull, "account.tax", plan_row_id_at(line->row, field, i));
        if (plan_row_true(tax, "price_include", false)) {
            pull_gap(pull, ODOO_GAP_TAX_INCLUDED, line->place, WB_FMT,
                     WB_ARG(plan_row_text(tax, "name")));
            good = false;
        }
    }
    return good;
}

/* ---- a line */

static bool
take_numbers(struct pull *pull, struct pull_line *line)
{
    const bool has_quantity = pull_number(pull, line->row, "product_qty", pull->quantity_digits,
                                          line->place, &line->quantity);
    if (!has_quantity || line->quantity.units < 0) {
        pull_gap(pull, ODOO_GAP_QUANTITY, line->place, "product_qty is %s",
                 has_quantity ? "negative" : "no number");
        return false;
    }
    const bool has_price =
        pull_number(pull, line->row, "price_unit", pull->price_digits, line->place, &line->price);
    if (!has_price || line->price.units < 0 || !discounted(pull, line, &line->price)) {
        pull_gap(pull, ODOO_GAP_PRICE, line->place, "price_unit is %s",
                 has_price ? "negative" : "no number");
        return false;
    }
    return true;
}

static bool
is_ordered(struct pull *pull, const struct pull_line *line)
{
    const struct wb_str kind = plan_row_text(line->row, "display_type");
    const struct wb_str name = plan_row_text(line->row, "name");
    const struct wb_str first = wb_str_sub(name, 0, wb_str_find(name, '\n'));
    struct wb_dec quantity = {0};
    const char *why = NULL;
    if (kind.len > 0) {
        why = "a section";
    } else if (plan_row_true(line->row, "is_downpayment", false)) {
        why = "a down payment";
    } else if (plan_row_dec(line->row, "product_qty", &quantity) && quantity.units == 0) {
        why = "its quantity is 0";
    }
    if (why != NULL) {
        pull_gap(pull, ODOO_GAP_LINE_SKIPPED, line->place, "%s: " WB_FMT, why, WB_ARG(first));
    }
    return why == NULL;
}

static void
put_day(struct pull *pull, const struct pull_line *line)
{
    struct wb_moment planned;
    if (pull_moment(pull, line->row, "date_planned", line->place, &planned) &&
        wb_date_cmp(planned.date, pull->planned_on) != 0) {
        pull_put_moment(pull, line->record, "date_planned", planned);
    }
}

/* A note stands below the line that it is about, or above all of them for the order. */
static void
take_note(struct pull *pull, struct pull_line *line, struct pull_line *before)
{
    struct pull_texts *const texts =
        before != NULL && before->record != NULL ? &before->notes : &pull->notes;
    pull_add_text(pull, texts, plan_row_text(line->row, "name"), PULL_NOTE_BYTES);
}

/* True when the line is in the record. */
static bool
take_line(struct pull *pull, struct pull_line *line, struct record_object *record, struct sum *sum)
{
    if (!is_ordered(pull, line)) {
        return false;
    }
    pull_check_links(pull, line->row, "purchase.order.line", line->place);
    line->product = pull_follow(pull, line->row, "product_id", "product.product");
    const struct wb_str name = plan_row_text(line->row, "name");
    if (plan_row_link(line->row, "product_id") == 0) {
        pull_gap(pull, ODOO_GAP_ITEM_MISSING, line->place, WB_FMT, WB_ARG(name));
    }
    if (!take_numbers(pull, line)) {
        return false;
    }
    line->record = pull_append(pull, record, "order_line");
    pull_put_int(pull, line->record, "id", plan_row_id(line->row));
    pull_put_dec(pull, line->record, "product_qty", line->quantity);
    pull_put_dec(pull, line->record, "price_unit", line->price);
    put_words(pull, line);
    pull_unit(pull, line);
    if (line->product != NULL) {
        pull_item(pull, line);
    }
    put_day(pull, line);
    if (check_taxes(pull, line)) {
        check_amount(pull, line, sum);
    } else {
        sum->count++;
        sum->differs = true;
    }
    return true;
}

void
pull_lines(struct pull *pull, const struct record_any *order, struct record_object *record)
{
    const struct plan_entry *first = NULL;
    const size_t count = pull_rows_of(&pull->lines, plan_row_id(order), &first);
    struct sorted *const rows = wb_arena_array(pull->ctx, pull->arena, count, sizeof *rows);
    struct sum sum = {.known = true};
    if (count > 0 && rows == NULL) {
        pull->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        rows[i].row = first[i].row;
        if (!plan_row_dec(rows[i].row, "sequence", &rows[i].sequence)) {
            rows[i].sequence = wb_dec_int(10);
        }
    }
    if (count > 0) {
        qsort(rows, count, sizeof *rows, compare_lines);
    }
    struct pull_line last = {0};
    for (size_t i = 0; i < count && pull->rc == WB_OK; i++) {
        struct pull_line line = {.row = rows[i].row};
        if (wb_str_eq(plan_row_text(line.row, "display_type"), WB_LIT("line_note"))) {
            take_note(pull, &line, &last);
            continue;
        }
        line.place =
            pull_text(pull, "line %zu (id %lld)", i + 1, (long long)plan_row_id(rows[i].row));
        const bool taken = take_line(pull, &line, record, &sum);
        put_notes(pull, &last);
        last = taken ? line : (struct pull_line){0}; /* no note below what is not sent */
    }
    put_notes(pull, &last);
    if (sum.count == 0 && !pull->order->stopped) {
        pull_gap(pull, ODOO_GAP_NO_LINES, (struct wb_str){0}, "%zu lines are in the records",
                 count);
    } else if (sum.count > 0) {
        check_total(pull, order, &sum);
    }
}
