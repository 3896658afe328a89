/*
 * Buyer, ship-to and bill-to: which partner each is. Identifiers only; a name or an address never
 * finds a partner, it only helps to propose one.
 */
#include "plan/plan_priv.h"

enum { FIELDS_MAX = PLAN_POLICY_WORDS_MAX };

struct role {
    const char *place; /* in the order */
    const char *field; /* in the sale */
};

static const struct role roles[PLAN_ROLES] = {
    [PLAN_BUYER] = {"buyer",   "partner_id"         },
    [PLAN_SHIP_TO] = {"ship_to", "partner_shipping_id"},
    [PLAN_BILL_TO] = {"bill_to", "partner_invoice_id" },
};

void
plan_parties_collect(struct planner *planner)
{
    for (size_t i = 0; i < PLAN_ROLES; i++) {
        planner->parties[i] = (struct plan_party){
            .place = wb_str_of(roles[i].place),
            .key = plan_cell_object(planner->input->sale, roles[i].field),
            .party = plan_cell_object(planner->input->order, roles[i].place),
        };
    }
}

/* The fields of res.partner in which an identifier of this kind is kept. */
static size_t
fields_of(const struct planner *planner, struct wb_str by, struct wb_str ret[FIELDS_MAX])
{
    const struct plan_policy *const policy = planner->policy;
    const bool gln = wb_str_eq(by, WB_LIT("gln"));
    if (gln && policy->gln_field_count > 0) {
        for (size_t i = 0; i < policy->gln_field_count; i++) {
            ret[i] = policy->gln_fields[i];
        }
        return policy->gln_field_count;
    }
    if (gln) {
        for (size_t i = 0; i < planner->release->gln_field_count; i++) {
            ret[i] = planner->release->gln_fields[i];
        }
        return planner->release->gln_field_count;
    }
    if (wb_str_eq(by, WB_LIT("ref")) || wb_str_eq(by, WB_LIT("vat")) ||
        wb_str_eq(by, WB_LIT("barcode"))) {
        ret[0] = by;
        return 1;
    }
    return 0;
}

/* Kept by a module as numbers of their own beside the partner. */
static bool
has_number_record(struct wb_str by)
{
    return wb_str_eq(by, WB_LIT("gln")) || wb_str_eq(by, WB_LIT("duns")) ||
           wb_str_eq(by, WB_LIT("hin")) || wb_str_eq(by, WB_LIT("dea"));
}

/* The keys of a party in order; false at the end. Names are no keys. */
static bool
next_key(const struct plan_party *party, uint32_t *at, struct wb_str *ret_by, struct wb_str *ret)
{
    if (party->key == NULL) {
        return false;
    }
    const struct record_shape *const shape = record_shape_of(party->key);
    while (*at < shape->field_count) {
        const uint32_t no = (*at)++;
        const struct record_field *const field =
            record_field_at(party->key->schema, party->key->shape, no);
        const struct record_value *const cell = record_cell(party->key, no);
        if (cell->present && cell->type == RECORD_TEXT && cell->text.len > 0 &&
            !wb_str_eq(field->name, WB_LIT("name"))) {
            *ret_by = field->name;
            *ret = cell->text;
            return true;
        }
    }
    return false;
}

struct asked { /* values to look for in one field */
    struct wb_str field;
    struct record_any *values;
};

static void
add_asked(struct planner *planner, struct asked *asked, size_t *count, struct wb_str field,
          struct wb_str value)
{
    size_t at = 0;
    while (at < *count && !wb_str_eq(asked[at].field, field)) {
        at++;
    }
    if (at == *count) {
        asked[at] = (struct asked){.field = field, .values = plan_array(planner)};
        (*count)++;
    }
    plan_add_value(planner, asked[at].values, value);
}

static void
ask_partners_by(struct planner *planner, const struct asked *asked)
{
    struct plan_query *const query = plan_ask(planner, "res.partner");
    if (query == NULL) {
        return;
    }
    query->with_archived = true;
    /* Only these two are there in every Odoo; a GLN has a field of its own in few. */
    query->optional =
        !wb_str_eq(asked->field, WB_LIT("ref")) && !wb_str_eq(asked->field, WB_LIT("vat"));
    const struct wb_str field = wb_arena_dup(planner->ctx, planner->arena, asked->field);
    if (field.at == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    plan_ask_term(planner, query, field.at, "in", asked->values);
}

void
plan_parties_ask(struct planner *planner)
{
    struct asked asked[FIELDS_MAX + 4]; /* the GLN's, ref, vat, barcode */
    size_t count = 0;
    struct record_any *const numbers = plan_array(planner);
    for (size_t i = 0; i < PLAN_ROLES; i++) {
        uint32_t at = 0;
        struct wb_str by;
        struct wb_str value;
        while (next_key(&planner->parties[i], &at, &by, &value)) {
            struct wb_str fields[FIELDS_MAX];
            const size_t field_count = fields_of(planner, by, fields);
            for (size_t k = 0; k < field_count; k++) {
                add_asked(planner, asked, &count, fields[k], value);
            }
            if (has_number_record(by)) {
                plan_add_value(planner, numbers, value);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        ask_partners_by(planner, &asked[i]);
    }
    if (numbers != NULL && numbers->count > 0) {
        struct plan_query *const query = plan_ask(planner, "res.partner.id_number");
        plan_ask_term(planner, query, "name", "in", numbers);
        if (query != NULL) {
            query->optional = true;
        }
    }
}

int64_t
plan_commercial(const struct record_any *row)
{
    const int64_t commercial = plan_row_link(row, "commercial_partner_id");
    if (commercial != 0 || row == NULL) {
        return commercial;
    }
    const int64_t parent = plan_row_link(row, "parent_id");
    return parent != 0 ? parent : plan_row_id(row);
}

/* Records that hold the value, in a field of theirs or by a number record. */
static void
hit_all(struct planner *planner, struct plan_search *search, struct plan_try *try,
        int64_t only_commercial_id)
{
    struct wb_str fields[FIELDS_MAX];
    const size_t field_count = fields_of(planner, try->by, fields);
    const struct plan_rows *const partners = plan_model(planner, "res.partner");
    for (size_t i = 0; partners != NULL && i < partners->count; i++) {
        const struct record_any *const row = partners->rows[i];
        if (only_commercial_id != 0 && plan_commercial(row) != only_commercial_id) {
            continue;
        }
        for (size_t k = 0; k < field_count; k++) {
            const struct record_any *const cell = record_any_get(row, fields[k]);
            if (cell != NULL && cell->kind == RECORD_STRING &&
                wb_str_eq(wb_str_trim(cell->text), try->value)) {
                plan_search_hit(search, try, row);
            }
        }
    }
    const struct plan_rows *const numbers = plan_model(planner, "res.partner.id_number");
    for (size_t i = 0; numbers != NULL && i < numbers->count && has_number_record(try->by); i++) {
        const struct record_any *const partner =
            plan_row(planner, "res.partner", plan_row_link(numbers->rows[i], "partner_id"));
        if (wb_str_eq(plan_row_text(numbers->rows[i], "name"), try->value) &&
            (only_commercial_id == 0 || plan_commercial(partner) == only_commercial_id)) {
            plan_search_hit(search, try, partner);
        }
    }
}

static void
resolve(struct planner *planner, struct plan_party *party, int64_t buyer_id)
{
    party->search = (struct plan_search){.count = 0};
    party->row = NULL;
    party->commercial_id = 0;
    party->commercial = NULL;
    uint32_t at = 0;
    struct wb_str by;
    struct wb_str value;
    const struct plan_rows *const numbers = plan_model(planner, "res.partner.id_number");
    while (next_key(party, &at, &by, &value)) {
        struct plan_try *const try = plan_search_try(&party->search, by, value);
        if (try == NULL) {
            break;
        }
        struct wb_str fields[FIELDS_MAX];
        try->searched = fields_of(planner, by, fields) > 0 ||
                        (has_number_record(by) && numbers != NULL && numbers->state == PLAN_KNOWN);
        hit_all(planner, &party->search, try, 0);
        if (try->count > 1 && buyer_id != 0) {
            /* A customer's own numbers for its places are only its own. */
            struct plan_try inside = {.by = by, .value = value, .searched = true};
            hit_all(planner, &party->search, &inside, buyer_id);
            *try = inside.count > 0 ? inside : *try;
        }
    }
    plan_search_decide(&party->search);
    if (party->search.match == PLAN_ONE) {
        party->row = party->search.winner->row;
        party->commercial_id = plan_commercial(party->row);
        party->commercial = plan_row(planner, "res.partner", party->commercial_id);
    }
}

void
plan_parties_resolve(struct planner *planner)
{
    struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    resolve(planner, buyer, 0);
    for (size_t i = 0; i < PLAN_ROLES; i++) {
        if (i != PLAN_BUYER) {
            resolve(planner, &planner->parties[i], buyer->commercial_id);
        }
    }
}

const struct record_any *
plan_customer(struct planner *planner)
{
    const struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    const struct wb_str type = plan_row_text(buyer->row, "type");
    const bool address = wb_str_eq(type, WB_LIT("delivery")) ||
                         wb_str_eq(type, WB_LIT("invoice")) || wb_str_eq(type, WB_LIT("other"));
    return address && buyer->commercial != NULL ? buyer->commercial : buyer->row;
}

static bool
names_row(const struct record_any *row, struct wb_str partner)
{
    static const char *const fields[] = {"ref", "barcode", "vat", "global_location_number"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && row != NULL; i++) {
        if (wb_str_eq(plan_row_text(row, fields[i]), partner)) {
            return true;
        }
    }
    return false;
}

bool
plan_is_buyer(const struct planner *planner, struct wb_str partner)
{
    const struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    if (partner.len == 0) {
        return true;
    }
    uint32_t at = 0;
    struct wb_str by;
    struct wb_str value;
    while (next_key(buyer, &at, &by, &value)) {
        if (wb_str_eq(value, partner)) {
            return true;
        }
    }
    return names_row(buyer->row, partner) || names_row(buyer->commercial, partner);
}

/* Partners of the name that a party without a record has, and the buyer's own addresses. */
void
plan_parties_ask_nearest(struct planner *planner)
{
    struct plan_query *names = NULL;
    bool addresses = false;
    for (size_t i = 0; i < PLAN_ROLES; i++) {
        const struct plan_party *const party = &planner->parties[i];
        const struct wb_str name = plan_cell_text(party->party, "name");
        if (party->key == NULL || party->search.match != PLAN_NONE) {
            continue;
        }
        addresses = addresses || i != PLAN_BUYER;
        if (name.len > 0) {
            names = names == NULL ? plan_ask(planner, "res.partner") : names;
            plan_ask_term(planner, names, "name", "=ilike",
                          plan_string(planner, plan_pattern(planner, name)));
        }
    }
    if (names != NULL) {
        names->any = true;
        names->limit = 20;
        names->sample = true;
    }
    const int64_t buyer_id = planner->parties[PLAN_BUYER].commercial_id;
    if (addresses && buyer_id != 0) {
        struct record_any *const ids = plan_array(planner);
        plan_push(planner, ids, plan_int(planner, buyer_id));
        struct plan_query *const query = plan_ask(planner, "res.partner");
        plan_ask_term(planner, query, "commercial_partner_id", "in", ids);
        if (query != NULL) {
            query->limit = 200;
            query->sample = true;
        }
    }
}
