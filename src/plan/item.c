/*
 * Which product a line means. Keys go in the order of the map: our number, barcodes of products and
 * of their packs, the customer's number through the policy or a table in Odoo. A barcode of a pack
 * is remembered, since it also says the unit.
 */
#include <stdlib.h>

#include "plan/plan_priv.h"

enum { GTIN_LEN = 14 };

/* 8, 12, 13 and 14 digits as 14; other texts stay as they are. */
static struct wb_str
barcode_key(struct planner *planner, struct wb_str text)
{
    const bool gtin = text.len == 8 || text.len == 12 || text.len == 13;
    if (!gtin || !wb_str_digits(text)) {
        return text;
    }
    return plan_text(planner, "%.*s" WB_FMT, (int)(GTIN_LEN - text.len), "00000000000000",
                     WB_ARG(text));
}

void
plan_items_collect(struct planner *planner)
{
    const struct record_list *const sale = plan_cell_list(planner->input->sale, "order_line");
    const struct record_list *const order = plan_cell_list(planner->input->order, "lines");
    planner->line_count = sale == NULL ? 0 : sale->count;
    planner->lines =
        wb_arena_array(planner->ctx, planner->arena, planner->line_count, sizeof *planner->lines);
    if (planner->lines == NULL) {
        planner->rc = WB_NOMEM;
        planner->line_count = 0;
        return;
    }
    for (size_t i = 0; i < planner->line_count; i++) {
        struct plan_item_line *const line = &planner->lines[i];
        line->index = i;
        line->place = plan_text(planner, "lines[%zu]", i);
        line->sale = sale->items[i].object;
        line->order = order != NULL && i < order->count ? order->items[i].object : NULL;
        line->key = plan_cell_object(line->sale, "product_id");
        line->item = plan_cell_object(line->order, "item");
        line->number = plan_cell_text(line->sale, "customer_line");
        if (line->number.len == 0) {
            line->number = plan_cell_text(line->order, "id");
        }
        line->customer_code = plan_cell_text(line->key, "customer_code");
        line->has_quantity = plan_cell_dec(line->sale, "product_uom_qty", &line->quantity);
        line->has_price = plan_cell_dec(line->sale, "price_unit", &line->price);
        line->unit = plan_cell_text(plan_cell_object(line->sale, "uom"), "code");
    }
}

/* ---- the policy's items for this buyer */

static int
compare_items(const void *a, const void *b)
{
    const struct plan_item_row *const *const left = a;
    const struct plan_item_row *const *const right = b;
    const int by_code = wb_str_cmp((*left)->customer_code, (*right)->customer_code);
    if (by_code != 0) {
        return by_code;
    }
    const int special = ((*left)->partner.len == 0) - ((*right)->partner.len == 0);
    return special != 0 ? special : wb_str_cmp((*left)->default_code, (*right)->default_code);
}

/* Rows of the customer first, then those for any. The rows of the most special kind count. */
static size_t
policy_rows(const struct planner *planner, struct wb_str code,
            const struct plan_item_row *const **ret)
{
    size_t low = 0;
    size_t high = planner->item_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (wb_str_cmp(planner->items[middle]->customer_code, code) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t count = 0;
    while (low + count < planner->item_count &&
           wb_str_eq(planner->items[low + count]->customer_code, code) &&
           (planner->items[low + count]->partner.len == 0) ==
               (planner->items[low]->partner.len == 0)) {
        count++;
    }
    *ret = count > 0 ? &planner->items[low] : NULL;
    return count;
}

static void
choose_policy_rows(struct planner *planner)
{
    const struct plan_policy *const policy = planner->policy;
    if (planner->items == NULL) {
        planner->items = wb_arena_array(planner->ctx, planner->arena, policy->item_count,
                                        sizeof *planner->items);
    }
    if (planner->items == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    planner->item_count = 0;
    for (size_t i = 0; i < policy->item_count; i++) {
        if (plan_is_buyer(planner, policy->items[i].partner)) {
            planner->items[planner->item_count++] = &policy->items[i];
        }
    }
    if (planner->item_count > 0) {
        qsort(planner->items, planner->item_count, sizeof *planner->items, compare_items);
    }
}

/* ---- what to ask */

static bool
is_barcode(struct wb_str by)
{
    return wb_str_eq(by, WB_LIT("barcode")) || wb_str_eq(by, WB_LIT("ndc")) ||
           wb_str_eq(by, WB_LIT("hibc"));
}

/* The keys of a line in order; names are no keys. */
static bool
next_key(const struct plan_item_line *line, uint32_t *at, struct wb_str *ret_by, struct wb_str *ret)
{
    if (line->key == NULL) {
        return false;
    }
    const struct record_shape *const shape = record_shape_of(line->key);
    while (*at < shape->field_count) {
        const uint32_t no = (*at)++;
        const struct record_field *const field =
            record_field_at(line->key->schema, line->key->shape, no);
        const struct record_value *const cell = record_cell(line->key, no);
        if (cell->present && cell->type == RECORD_TEXT && cell->text.len > 0 &&
            !wb_str_eq(field->name, WB_LIT("name"))) {
            *ret_by = field->name;
            *ret = cell->text;
            return true;
        }
    }
    return false;
}

/* A GTIN as others may have stored it: 14 digits, and shorter without the leading zeros. */
static void
add_barcodes(struct planner *planner, struct record_any *array, struct wb_str text)
{
    plan_add_value(planner, array, text);
    if (text.len != GTIN_LEN || !wb_str_digits(text)) {
        return;
    }
    static const size_t lengths[] = {13, 12, 8};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const size_t cut = GTIN_LEN - lengths[i];
        const bool zeros = wb_str_starts(WB_LIT("00000000000000"), wb_str_sub(text, 0, cut));
        if (zeros) {
            plan_add_value(planner, array, wb_str_sub(text, cut, lengths[i]));
        }
    }
}

struct item_values {
    struct record_any *codes, *barcodes, *customer_codes;
};

/* The policy's products for the customer's number, when they are not known yet. */
static void
add_table_codes(struct planner *planner, const struct plan_item_line *line,
                struct record_any *codes)
{
    const struct plan_item_row *const *rows = NULL;
    const size_t count =
        line->customer_code.len == 0 ? 0 : policy_rows(planner, line->customer_code, &rows);
    for (size_t i = 0; i < count; i++) {
        const struct plan_entry *entry = NULL;
        if (plan_index_find(&planner->product_code, rows[i]->default_code, &entry) == 0) {
            plan_add_value(planner, codes, rows[i]->default_code);
        }
    }
}

static void
add_line_values(struct planner *planner, const struct plan_item_line *line,
                const struct item_values *values)
{
    uint32_t at = 0;
    struct wb_str by;
    struct wb_str value;
    while (next_key(line, &at, &by, &value)) {
        if (wb_str_eq(by, WB_LIT("default_code"))) {
            plan_add_value(planner, values->codes, value);
        } else if (is_barcode(by)) {
            add_barcodes(planner, values->barcodes, value);
        }
    }
    plan_add_value(planner, values->customer_codes, line->customer_code);
    add_table_codes(planner, line, values->codes);
}

static void
ask_products(struct planner *planner, const char *field, struct record_any *values)
{
    plan_ask_in(planner, "product.product", field, values);
    if (values != NULL && values->count > 0 && planner->query_count > 0) {
        planner->queries[planner->query_count - 1].with_archived = true;
    }
}

void
plan_items_ask(struct planner *planner)
{
    const struct item_values values = {plan_array(planner), plan_array(planner),
                                       plan_array(planner)};
    choose_policy_rows(planner);
    for (size_t i = 0; i < planner->line_count; i++) {
        add_line_values(planner, &planner->lines[i], &values);
    }
    for (size_t i = 0; i < planner->policy->charge_count; i++) {
        plan_add_value(planner, values.codes, planner->policy->charges[i].default_code);
    }
    ask_products(planner, "default_code", values.codes);
    ask_products(planner, "barcode", values.barcodes);
    plan_ask_in(planner, planner->release->packagings ? "product.packaging" : "product.uom",
                "barcode", values.barcodes);
    if (planner->query_count > 0 && values.barcodes != NULL && values.barcodes->count > 0) {
        planner->queries[planner->query_count - 1].optional = true;
    }
    if (values.customer_codes != NULL && values.customer_codes->count > 0) {
        plan_ask_in(planner, "product.customerinfo", "product_code", values.customer_codes);
        if (planner->query_count > 0) {
            planner->queries[planner->query_count - 1].optional = true;
        }
    }
}

/* Products of which only an id is known by now. */
void
plan_items_ask_found(struct planner *planner)
{
    static const char *const holders[] = {"product.packaging", "product.uom",
                                          "product.customerinfo"};
    struct record_any *const ids = plan_array(planner);
    struct record_any *const templates = plan_array(planner);
    for (size_t i = 0; i < sizeof holders / sizeof holders[0]; i++) {
        const struct plan_rows *const rows = plan_model(planner, holders[i]);
        for (size_t k = 0; rows != NULL && k < rows->count; k++) {
            const int64_t product = plan_row_link(rows->rows[k], "product_id");
            const int64_t template = plan_row_link(rows->rows[k], "product_tmpl_id");
            plan_add_id(planner, ids, "product.product", product);
            if (product == 0 && template != 0) {
                plan_push(planner, templates, plan_int(planner, template));
            }
        }
    }
    /* Rows of the policy may name the buyer by a number that only Odoo knows. */
    struct record_any *const codes = plan_array(planner);
    plan_items_resolve(planner);
    for (size_t i = 0; i < planner->line_count; i++) {
        add_table_codes(planner, &planner->lines[i], codes);
    }
    ask_products(planner, "id", ids);
    ask_products(planner, "product_tmpl_id", templates);
    ask_products(planner, "default_code", codes);
}

/* ---- matching */

static void
index_rows(struct planner *planner, struct plan_index *index, const char *model, const char *field,
           bool barcode)
{
    index->count = 0;
    const struct plan_rows *const rows = plan_model(planner, model);
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        struct wb_str key = plan_row_text(rows->rows[i], field);
        key = barcode ? barcode_key(planner, key) : key;
        if (plan_index_add(planner->ctx, planner->arena, index, key, rows->rows[i]) != WB_OK) {
            planner->rc = WB_NOMEM;
            return;
        }
    }
    plan_index_sort(index);
}

static void
index_templates(struct planner *planner)
{
    struct plan_index *const index = &planner->product_template;
    const struct plan_rows *const rows = plan_model(planner, "product.product");
    index->count = 0;
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const int64_t template = plan_row_link(rows->rows[i], "product_tmpl_id");
        if (plan_index_add(planner->ctx, planner->arena, index,
                           plan_text(planner, "%lld", (long long)template),
                           rows->rows[i]) != WB_OK) {
            planner->rc = WB_NOMEM;
            return;
        }
    }
    plan_index_sort(index);
}

static void
hit_entries(struct plan_search *search, struct plan_try *try, const struct plan_index *index,
            struct wb_str key)
{
    const struct plan_entry *entry = NULL;
    const size_t count = plan_index_find(index, key, &entry);
    for (size_t i = 0; i < count; i++) {
        plan_search_hit(search, try, entry[i].row);
    }
}

static void
hit_barcode(struct planner *planner, struct plan_item_line *line, struct plan_try *try)
{
    const struct wb_str key = barcode_key(planner, try->value);
    hit_entries(&line->search, try, &planner->product_barcode, key);
    const struct plan_entry *entry = NULL;
    const size_t count = plan_index_find(&planner->pack_barcode, key, &entry);
    for (size_t i = 0; i < count; i++) {
        plan_search_hit(
            &line->search, try,
            plan_row(planner, "product.product", plan_row_link(entry[i].row, "product_id")));
    }
    if (count == 1 && wb_str_eq(try->by, WB_LIT("barcode"))) {
        line->scanned = entry[0].row;
    }
}

/* The table of customers' numbers in Odoo, when it is there. */
static void
hit_customerinfo(struct planner *planner, struct plan_item_line *line, struct plan_try *try)
{
    const struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    const struct plan_entry *entry = NULL;
    const size_t count = plan_index_find(&planner->customer_code, try->value, &entry);
    for (size_t i = 0; i < count; i++) {
        const int64_t partner = plan_row_link(entry[i].row, "partner_id");
        if (buyer->row == NULL ||
            (partner != plan_row_id(buyer->row) && partner != buyer->commercial_id)) {
            continue;
        }
        const int64_t product = plan_row_link(entry[i].row, "product_id");
        const int64_t template = plan_row_link(entry[i].row, "product_tmpl_id");
        plan_search_hit(&line->search, try, plan_row(planner, "product.product", product));
        if (product == 0 && template != 0) {
            hit_entries(&line->search, try, &planner->product_template,
                        plan_text(planner, "%lld", (long long)template));
        }
    }
}

static void
hit_customer_code(struct planner *planner, struct plan_item_line *line, struct plan_try *try)
{
    const struct plan_rows *const table = plan_model(planner, "product.customerinfo");
    const struct plan_item_row *const *rows = NULL;
    const size_t count = policy_rows(planner, try->value, &rows);
    try->searched =
        planner->policy->item_count > 0 || (table != NULL && table->state == PLAN_KNOWN);
    for (size_t i = 0; i < count; i++) {
        hit_entries(&line->search, try, &planner->product_code, rows[i]->default_code);
        if (try->count == 0) {
            line->table_code = rows[i]->default_code;
        }
        line->table_unit = count == 1 ? rows[i]->unit : line->table_unit;
    }
    if (count == 0) {
        hit_customerinfo(planner, line, try);
    }
}

static void
resolve_line(struct planner *planner, struct plan_item_line *line)
{
    line->search = (struct plan_search){.count = 0};
    line->product = NULL;
    line->scanned = NULL;
    line->table_unit = (struct wb_str){0};
    line->table_code = (struct wb_str){0};
    uint32_t at = 0;
    struct wb_str by;
    struct wb_str value;
    while (next_key(line, &at, &by, &value)) {
        struct plan_try *const try = plan_search_try(&line->search, by, value);
        if (try == NULL) {
            break;
        }
        try->searched = true;
        if (wb_str_eq(by, WB_LIT("default_code"))) {
            hit_entries(&line->search, try, &planner->product_code, value);
        } else if (is_barcode(by)) {
            hit_barcode(planner, line, try);
        } else if (wb_str_eq(by, WB_LIT("customer_code"))) {
            hit_customer_code(planner, line, try);
        } else {
            try->searched = false;
        }
    }
    plan_search_decide(&line->search);
    if (line->search.match == PLAN_ONE) {
        line->product = line->search.winner->row;
    }
    if (line->scanned != NULL &&
        plan_row_link(line->scanned, "product_id") != plan_row_id(line->product)) {
        line->scanned = NULL;
    }
}

void
plan_items_resolve(struct planner *planner)
{
    choose_policy_rows(planner); /* the buyer may be known better by now */
    index_rows(planner, &planner->product_code, "product.product", "default_code", false);
    index_rows(planner, &planner->product_barcode, "product.product", "barcode", true);
    index_rows(planner, &planner->pack_barcode,
               planner->release->packagings ? "product.packaging" : "product.uom", "barcode", true);
    index_rows(planner, &planner->customer_code, "product.customerinfo", "product_code", false);
    index_templates(planner);
    for (size_t i = 0; i < planner->line_count; i++) {
        resolve_line(planner, &planner->lines[i]);
    }
}

/* ---- what is said */

static struct wb_str
shown(struct planner *planner, const struct record_any *row)
{
    const struct wb_str code = plan_row_text(row, "default_code");
    return plan_text(planner, "%s" WB_FMT "%s" WB_FMT " (id %lld)", code.len > 0 ? "[" : "",
                     WB_ARG(code), code.len > 0 ? "] " : "", WB_ARG(plan_row_text(row, "name")),
                     (long long)plan_row_id(row));
}

static void
say_unresolved(struct planner *planner, struct plan_item_line *line)
{
    const struct plan_search *const search = &line->search;
    const struct wb_str tried = plan_search_text(planner, search);
    const struct wb_str none = {0};
    switch (search->match) {
    case PLAN_NONE:
        if (line->table_code.len > 0) {
            plan_raise_line(planner, PLAN_ISSUE_ITEM_TABLE, line, "item", none,
                            "the policy says that " WB_FMT " is our " WB_FMT ", which Odoo has not",
                            WB_ARG(line->customer_code), WB_ARG(line->table_code));
            break;
        }
        plan_raise_line(planner, PLAN_ISSUE_ITEM_UNKNOWN, line, "item", plan_nearest(planner, line),
                        "no product has " WB_FMT, WB_ARG(tried));
        break;
    case PLAN_SEVERAL:
        plan_raise_line(planner, PLAN_ISSUE_ITEM_AMBIGUOUS, line, "item", none,
                        "%zu products have " WB_FMT " " WB_FMT, search->other->count,
                        WB_ARG(search->other->by), WB_ARG(search->other->value));
        break;
    case PLAN_DISAGREE:
        plan_raise_line(planner, PLAN_ISSUE_ITEM_KEYS_DISAGREE, line, "item", none,
                        WB_FMT " " WB_FMT " is " WB_FMT ", but " WB_FMT " " WB_FMT " is " WB_FMT,
                        WB_ARG(search->winner->by), WB_ARG(search->winner->value),
                        WB_ARG(shown(planner, search->winner->row)), WB_ARG(search->other->by),
                        WB_ARG(search->other->value), WB_ARG(shown(planner, search->other->row)));
        break;
    case PLAN_ARCHIVED:
        plan_raise_line(planner, PLAN_ISSUE_ITEM_ARCHIVED, line, "item", none,
                        WB_FMT " is archived; the line gives " WB_FMT,
                        WB_ARG(shown(planner, search->archived)), WB_ARG(tried));
        break;
    case PLAN_ONE:
        break;
    }
}

/* A GTIN that nobody knows, on a product that has another one. */
static void
check_gtin(struct planner *planner, struct plan_item_line *line)
{
    for (size_t i = 0; i < line->search.count; i++) {
        const struct plan_try *const try = &line->search.tries[i];
        const struct wb_str barcode = plan_row_text(line->product, "barcode");
        if (try->count == 0 && wb_str_eq(try->by, WB_LIT("barcode")) && barcode.len > 0) {
            plan_raise_line(planner, PLAN_ISSUE_GTIN_DIFFERS, line, "item.gtin", (struct wb_str){0},
                            "the order says " WB_FMT ", " WB_FMT " has barcode " WB_FMT "%s",
                            WB_ARG(try->value), WB_ARG(shown(planner, line->product)),
                            WB_ARG(barcode), plan_packs_absent(planner));
        }
    }
}

void
plan_item_check(struct planner *planner, struct plan_item_line *line)
{
    if (line->search.count == 0) {
        plan_raise_line(planner, PLAN_ISSUE_ITEM_MISSING, line, "item", (struct wb_str){0},
                        "the line gives no identifier of an item");
        return;
    }
    if (line->search.match != PLAN_ONE) {
        say_unresolved(planner, line);
        return;
    }
    plan_note_found(planner, plan_text(planner, WB_FMT ".item", WB_ARG(line->place)),
                    WB_LIT("product.product"), line->search.winner, line->product);
    if (!plan_row_true(line->product, "sale_ok", true)) {
        plan_raise_line(planner, PLAN_ISSUE_ITEM_NOT_SOLD, line, "item", (struct wb_str){0},
                        WB_FMT " is not marked as sold", WB_ARG(shown(planner, line->product)));
    }
    check_gtin(planner, line);
}
