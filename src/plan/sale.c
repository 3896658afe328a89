/*
 * The values of the sale, as they go to Odoo's create in one call: every field that the map filled,
 * under the release's own name, and beside it what Odoo would otherwise choose by itself: taxes,
 * discount, price list, the order of the lines. Numbers are exact; days become moments in UTC.
 */
#include "plan/plan_priv.h"

enum { SEQUENCE_STEP = 10 };

/* ---- plain fields */

/* "2025-03-21 12:00:00": a day at the policy's time, a moment with a zone in UTC. */
static struct wb_str
moment_text(struct planner *planner, struct wb_moment moment)
{
    struct wb_date date = moment.date;
    int64_t minutes = (int64_t)planner->policy->day_hour * 60 + planner->policy->day_minute;
    unsigned second = 0;
    char text[16];
    if (moment.precision != WB_DAY && moment.zoned) {
        minutes = (int64_t)moment.hour * 60 + moment.minute - moment.offset_minutes;
        int64_t days = wb_date_days(date);
        days += minutes < 0 ? -1 : minutes >= 24 * 60 ? 1 : 0; /* an offset is below a day */
        minutes = (minutes + 24 * 60) % (24 * 60);
        date = wb_date_of_days(days);
        second = moment.second;
    }
    if (!wb_date_valid(date)) {
        return (struct wb_str){0};
    }
    const size_t len = wb_date_print_iso(date, text);
    return plan_text(planner, WB_FMT " %02d:%02d:%02u", WB_ARG(((struct wb_str){text, len})),
                     (int)(minutes / 60), (int)(minutes % 60), second);
}

static struct record_any *
plain_value(struct planner *planner, const struct record_field *field,
            const struct record_value *cell)
{
    char text[16];
    switch ((enum record_type)cell->type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        return plan_string(planner, cell->text);
    case RECORD_TRUTH:
        return plan_truth(planner, cell->truth);
    case RECORD_INT:
        return plan_int(planner, cell->number);
    case RECORD_DEC:
        if (!plan_number_fits(cell->dec)) {
            plan_raise(planner, PLAN_ISSUE_VALUE_REFUSED, field->name, (struct wb_str){0},
                       WB_FMT " has too many digits", WB_ARG(plan_dec_text(planner, cell->dec)));
        }
        return plan_number(planner, wb_dec_trim(cell->dec));
    case RECORD_DATE:
        return plan_string(
            planner,
            plan_text(planner, WB_FMT,
                      WB_ARG(((struct wb_str){text, wb_date_print_iso(cell->date, text)}))));
    case RECORD_MOMENT:
        return plan_string(planner, moment_text(planner, cell->moment));
    case RECORD_OBJECT:
    case RECORD_LIST:
        break;
    }
    return NULL;
}

/* The field's name in the release, or empty after saying that there is none. */
static struct wb_str
name_of(struct planner *planner, const struct record_field *field, struct wb_str place)
{
    const struct wb_str name = record_odoo_name(field, planner->release->release);
    if (name.len == 0 && field->odoo != RECORD_ODOO_NONE) {
        plan_raise(planner, PLAN_ISSUE_NOT_IN_RELEASE, place, (struct wb_str){0},
                   "Odoo %u has no field " WB_FMT, (unsigned)planner->release->release,
                   WB_ARG(field->name));
    }
    return name;
}

struct wb_str
plan_line_name(struct planner *planner, const char *alias)
{
    const uint32_t shape = record_find_model(planner->odoo, WB_LIT("sale.order.line"));
    const uint32_t field = shape == RECORD_NONE
                               ? RECORD_NONE
                               : record_find_field(planner->odoo, shape, wb_str_of(alias));
    if (field == RECORD_NONE) {
        return (struct wb_str){0};
    }
    return record_odoo_name(record_field_at(planner->odoo, shape, field),
                            planner->release->release);
}

/* ---- lines */

void
plan_command_create(struct planner *planner, struct record_any *commands, struct record_any *values,
                    struct wb_str id)
{
    struct record_any *const command = plan_array(planner);
    plan_push(planner, command, plan_int(planner, 0));
    plan_push(planner, command, plan_int(planner, 0));
    plan_push(planner, command, values);
    if (commands != NULL) {
        plan_put(planner, values, WB_LIT("sequence"),
                 plan_int(planner, (int64_t)(commands->count + 1) * SEQUENCE_STEP));
    }
    plan_push(planner, commands, command);
    plan_push(planner, planner->command_ids, plan_string(planner, id));
}

static struct wb_str
line_id(struct planner *planner, const struct plan_item_line *line)
{
    return plan_text(planner, "line_%zu", line->index + 1);
}

/* A row of text among the lines. */
static void
write_text(struct planner *planner, struct record_any *commands, struct wb_str text,
           struct wb_str id)
{
    struct record_any *const values = plan_map(planner);
    plan_put(planner, values, WB_LIT("display_type"), plan_string(planner, WB_LIT("line_note")));
    plan_put(planner, values, WB_LIT("name"), plan_string(planner, text));
    plan_command_create(planner, commands, values, id);
}

/* What the customer says about the line stands below it. */
static void
write_notes(struct planner *planner, const struct plan_item_line *line, struct record_any *commands)
{
    const struct record_list *const notes = plan_cell_list(line->order, "note");
    for (size_t i = 0; notes != NULL && i < notes->count; i++) {
        write_text(planner, commands, notes->items[i].text,
                   plan_text(planner, WB_FMT "_note_%zu", WB_ARG(line_id(planner, line)), i + 1));
    }
}

struct record_any *
plan_sale_line(struct planner *planner, const struct plan_sold *sold)
{
    struct record_any *const values = plan_map(planner);
    struct record_any *const command = plan_array(planner);
    struct record_any *const commands = plan_array(planner);
    plan_put(planner, values, WB_LIT("product_id"), plan_int(planner, plan_row_id(sold->product)));
    plan_put(planner, values, WB_LIT("product_uom_qty"), plan_number(planner, sold->quantity));
    plan_put(planner, values, plan_line_name(planner, "uom"), plan_int(planner, sold->uom_id));
    plan_put(planner, values, WB_LIT("price_unit"), plan_number(planner, sold->price));
    plan_put(planner, values, WB_LIT("discount"), plan_int(planner, 0));
    plan_push(planner, command, plan_int(planner, 6)); /* replace by these */
    plan_push(planner, command, plan_int(planner, 0));
    plan_push(planner, command, plan_taxes_of(planner, sold->product, sold->place));
    plan_push(planner, commands, command);
    plan_put(planner, values, plan_line_name(planner, "taxes"), commands);
    return values;
}

/* Fields of a line that were looked at one by one. */
static bool
is_decided(struct wb_str name)
{
    static const char *const names[] = {"product_id", "product_uom_qty", "uom", "price_unit"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wb_str_eq(name, wb_str_of(names[i]))) {
            return true;
        }
    }
    return false;
}

static void
say_unused(struct planner *planner, const struct record_field *field, struct wb_str place)
{
    plan_raise(planner, PLAN_ISSUE_KEY_UNKNOWN, place, (struct wb_str){0},
               "the plan does not take " WB_FMT " from the map", WB_ARG(field->name));
}

/* What else the map filled: the text of the line, its lead time. */
static void
put_other_fields(struct planner *planner, const struct plan_item_line *line,
                 struct record_any *values)
{
    const struct record_shape *const shape = record_shape_of(line->sale);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct record_field *const field =
            record_field_at(line->sale->schema, line->sale->shape, i);
        const struct record_value *const cell = record_cell(line->sale, i);
        if (!cell->present || is_decided(field->name)) {
            continue;
        }
        if (cell->type == RECORD_LIST || cell->type == RECORD_OBJECT) {
            say_unused(planner, field, line->place);
            continue;
        }
        const struct wb_str name = name_of(planner, field, line->place);
        if (name.len > 0) {
            plan_put(planner, values, name, plain_value(planner, field, cell));
        }
    }
}

static void
write_line(struct planner *planner, struct plan_item_line *line, struct record_any *commands)
{
    const struct plan_sold sold = {.product = line->product,
                                   .place = line->place,
                                   .quantity = line->final_quantity,
                                   .uom_id = plan_row_id(line->pack.uom),
                                   .price = line->final_price};
    struct record_any *const values = plan_sale_line(planner, &sold);
    struct wb_dec amount = {0};
    if (line->pack.packaging != NULL) {
        plan_put(planner, values, plan_line_name(planner, "packaging"),
                 plan_int(planner, plan_row_id(line->pack.packaging)));
        plan_put(planner, values, plan_line_name(planner, "packaging_qty"),
                 plan_number(planner, wb_dec_trim(line->quantity)));
    }
    put_other_fields(planner, line, values);
    plan_command_create(planner, commands, values, line_id(planner, line));
    planner->has_total = planner->has_total &&
                         wb_dec_mul(line->final_quantity, line->final_price, &amount) &&
                         wb_dec_add(planner->total, wb_dec_round(amount, 2), &planner->total);
}

static struct record_any *
write_lines(struct planner *planner)
{
    struct record_any *const commands = plan_array(planner);
    planner->command_ids = plan_array(planner);
    planner->total = wb_dec_int(0);
    planner->has_total = true;
    for (size_t i = 0; i < planner->line_count; i++) {
        struct plan_item_line *const line = &planner->lines[i];
        if (line->product != NULL && line->has_final) {
            write_line(planner, line, commands);
        } else {
            /* As a note, so that nobody forgets it. */
            write_text(planner, commands,
                       plan_text(planner, "not planned: " WB_FMT,
                                 WB_ARG(plan_ordered_text(planner, line))),
                       line_id(planner, line));
            planner->has_total = false;
        }
        write_notes(planner, line, commands);
    }
    plan_charges_write(planner, commands);
    return commands;
}

/* ---- the head */

struct record_any *
plan_unresolved(struct planner *planner, struct wb_str model, const struct record_object *key)
{
    struct record_any *const outer = plan_map(planner);
    struct record_any *const inner = plan_map(planner);
    struct record_any *const keys = plan_map(planner);
    const struct record_shape *const shape = key == NULL ? NULL : record_shape_of(key);
    for (uint32_t i = 0; shape != NULL && i < shape->field_count; i++) {
        const struct record_value *const cell = record_cell(key, i);
        if (cell->present && cell->type == RECORD_TEXT) {
            plan_put(planner, keys, record_field_at(key->schema, key->shape, i)->name,
                     plan_string(planner, cell->text));
        }
    }
    plan_put(planner, inner, WB_LIT("model"), plan_string(planner, model));
    plan_put(planner, inner, WB_LIT("keys"), keys);
    plan_put(planner, outer, WB_LIT("unresolved"), inner);
    return outer;
}

/* The partner that stands in a field; NULL for another field. */
static const struct plan_party *
party_of(const struct planner *planner, struct wb_str field)
{
    static const char *const fields[PLAN_ROLES] = {
        [PLAN_BUYER] = "partner_id",
        [PLAN_SHIP_TO] = "partner_shipping_id",
        [PLAN_BILL_TO] = "partner_invoice_id",
    };
    for (size_t i = 0; i < PLAN_ROLES; i++) {
        if (wb_str_eq(field, wb_str_of(fields[i]))) {
            return &planner->parties[i];
        }
    }
    return NULL;
}

static struct record_any *
key_value(struct planner *planner, const struct record_field *field,
          const struct record_object *key)
{
    const struct plan_party *const party = party_of(planner, field->name);
    const struct record_any *row = NULL;
    if (party != NULL) {
        row = party == &planner->parties[PLAN_BUYER] ? plan_customer(planner) : party->row;
    } else if (plan_is_sale_key(field)) {
        row = plan_sale_key(planner, field, key);
    }
    return row != NULL ? plan_int(planner, plan_row_id(row))
                       : plan_unresolved(planner, field->model, key);
}

static void
put_field(struct planner *planner, struct record_any *values, const struct record_field *field,
          const struct record_value *cell)
{
    if (!cell->present || wb_str_eq(field->name, WB_LIT("currency_id"))) {
        return; /* of the price list; compared, never written */
    }
    const struct wb_str name = name_of(planner, field, field->name);
    if (name.len == 0) {
        return;
    }
    if (wb_str_eq(field->name, WB_LIT("order_line"))) {
        return; /* written last */
    }
    if (cell->type == RECORD_OBJECT && field->is_key) {
        const struct plan_party *const party = party_of(planner, field->name);
        if (party == NULL || party->search.count > 0) {
            plan_put(planner, values, name, key_value(planner, field, cell->object));
        }
        return;
    }
    if (cell->type == RECORD_LIST || cell->type == RECORD_OBJECT) {
        say_unused(planner, field, field->name);
        return;
    }
    plan_put(planner, values, name, plain_value(planner, field, cell));
}

struct record_any *
plan_sale_values(struct planner *planner)
{
    const struct record_object *const sale = planner->input->sale;
    const struct record_shape *const shape = record_shape_of(sale);
    struct record_any *const values = plan_map(planner);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        put_field(planner, values, record_field_at(sale->schema, sale->shape, i),
                  record_cell(sale, i));
    }
    const bool own_list = record_any_get(values, WB_LIT("pricelist_id")) != NULL;
    if (planner->pricing.pricelist != NULL && !own_list) {
        plan_put(planner, values, WB_LIT("pricelist_id"),
                 plan_int(planner, planner->pricing.pricelist_id));
    }
    if (planner->fiscal_id != 0) {
        plan_put(planner, values, WB_LIT("fiscal_position_id"),
                 plan_int(planner, planner->fiscal_id));
    }
    if (planner->policy->company.len > 0 && planner->company_id != 0) {
        plan_put(planner, values, WB_LIT("company_id"), plan_int(planner, planner->company_id));
    }
    plan_put(planner, values, WB_LIT("order_line"), write_lines(planner));
    return values;
}
