/*
 * What is said about the parties once all is known: who was not found and who might be meant, and
 * whether the places fit the customer and the address that the order gives.
 */
#include "plan/plan_priv.h"

static struct wb_str
shown(struct planner *planner, const struct record_any *row)
{
    return plan_text(planner, WB_FMT " (id %lld)", WB_ARG(plan_row_name(row)),
                     (long long)plan_row_id(row));
}

/* Letters in lower case without blanks and hyphens: 90999-1234 and 909991234 are alike. */
static bool
alike(struct wb_str a, struct wb_str b)
{
    size_t i = 0;
    size_t k = 0;
    while (true) {
        while (i < a.len && (a.at[i] == ' ' || a.at[i] == '-')) {
            i++;
        }
        while (k < b.len && (b.at[k] == ' ' || b.at[k] == '-')) {
            k++;
        }
        if (i == a.len || k == b.len) {
            return i > 0 && k > 0; /* one begins with the other: ZIP and ZIP+4 */
        }
        const char x = a.at[i] >= 'A' && a.at[i] <= 'Z' ? (char)(a.at[i] + 32) : a.at[i];
        const char y = b.at[k] >= 'A' && b.at[k] <= 'Z' ? (char)(b.at[k] + 32) : b.at[k];
        if (x != y) {
            return false;
        }
        i++;
        k++;
    }
}

/* A partner of that name, or an address of the buyer in the same place. */
static struct wb_str
nearest(struct planner *planner, const struct plan_party *party)
{
    const struct wb_str name = plan_cell_text(party->party, "name");
    const struct wb_str postcode = plan_cell_text(party->party, "postcode");
    const int64_t buyer_id = planner->parties[PLAN_BUYER].commercial_id;
    const struct plan_rows *const partners = plan_model(planner, "res.partner");
    struct wb_str text = {0};
    size_t count = 0;
    for (size_t i = 0; partners != NULL && i < partners->count; i++) {
        const struct record_any *const row = partners->rows[i];
        const struct wb_str zip = plan_row_text(row, "zip");
        const bool named = name.len > 0 && wb_str_eq(plan_row_text(row, "name"), name);
        const bool near = postcode.len > 0 && zip.len > 0 && alike(zip, postcode) &&
                          buyer_id != 0 && plan_commercial(row) == buyer_id;
        if ((named || near) && plan_row_true(row, "active", true) && count < PLAN_NEAREST_MAX) {
            text = plan_text(planner, WB_FMT "%s" WB_FMT, WB_ARG(text), count > 0 ? ", " : "",
                             WB_ARG(shown(planner, row)));
            count++;
        }
    }
    if (count == 0) {
        return text;
    }
    return plan_text(planner, "perhaps " WB_FMT ": give it the identifier", WB_ARG(text));
}

static void
say_unresolved(struct planner *planner, const struct plan_party *party)
{
    const struct plan_search *const search = &party->search;
    const struct wb_str tried = plan_search_text(planner, search);
    switch (search->match) {
    case PLAN_NONE:
        plan_raise(planner, PLAN_ISSUE_PARTNER_UNKNOWN, party->place, nearest(planner, party),
                   "no partner has " WB_FMT, WB_ARG(tried));
        break;
    case PLAN_SEVERAL:
        plan_raise(planner, PLAN_ISSUE_PARTNER_AMBIGUOUS, party->place, (struct wb_str){0},
                   "%zu partners have " WB_FMT " " WB_FMT, search->other->count,
                   WB_ARG(search->other->by), WB_ARG(search->other->value));
        break;
    case PLAN_DISAGREE:
        plan_raise(planner, PLAN_ISSUE_PARTNER_KEYS_DISAGREE, party->place, (struct wb_str){0},
                   WB_FMT " " WB_FMT " is " WB_FMT ", but " WB_FMT " " WB_FMT " is " WB_FMT,
                   WB_ARG(search->winner->by), WB_ARG(search->winner->value),
                   WB_ARG(shown(planner, search->winner->row)), WB_ARG(search->other->by),
                   WB_ARG(search->other->value), WB_ARG(shown(planner, search->other->row)));
        break;
    case PLAN_ARCHIVED:
        plan_raise(planner, PLAN_ISSUE_PARTNER_ARCHIVED, party->place, (struct wb_str){0},
                   WB_FMT " is archived; it has " WB_FMT, WB_ARG(shown(planner, search->archived)),
                   WB_ARG(tried));
        break;
    case PLAN_ONE:
        break;
    }
}

static void
check_address(struct planner *planner, const struct plan_party *party)
{
    const struct wb_str postcode = plan_cell_text(party->party, "postcode");
    const struct wb_str zip = plan_row_text(party->row, "zip");
    if (postcode.len > 0 && zip.len > 0 && !alike(zip, postcode)) {
        plan_raise(planner, PLAN_ISSUE_ADDRESS_DIFFERS, party->place, (struct wb_str){0},
                   "the order says postcode " WB_FMT ", " WB_FMT " has " WB_FMT, WB_ARG(postcode),
                   WB_ARG(shown(planner, party->row)), WB_ARG(zip));
    }
}

static void
check_place(struct planner *planner, const struct plan_party *party)
{
    const struct plan_party *const buyer = &planner->parties[PLAN_BUYER];
    if (buyer->row == NULL || party->commercial_id == buyer->commercial_id) {
        return;
    }
    const struct wb_str by = party->search.winner->by;
    const bool own_number = wb_str_eq(by, WB_LIT("ref"));
    plan_raise(planner, own_number ? PLAN_ISSUE_NUMBER_FOREIGN : PLAN_ISSUE_SHIP_TO_FOREIGN,
               party->place, (struct wb_str){0},
               WB_FMT " " WB_FMT " is " WB_FMT ", which does not belong to " WB_FMT, WB_ARG(by),
               WB_ARG(party->search.winner->value), WB_ARG(shown(planner, party->row)),
               WB_ARG(plan_row_name(buyer->row)));
}

static void
check_party(struct planner *planner, enum plan_party_role role)
{
    const struct plan_party *const party = &planner->parties[role];
    if (party->search.match != PLAN_ONE) {
        say_unresolved(planner, party);
        return;
    }
    plan_note_found(planner, party->place, WB_LIT("res.partner"), party->search.winner, party->row);
    if (role == PLAN_BUYER) {
        return;
    }
    const bool own_number = wb_str_eq(party->search.winner->by, WB_LIT("ref"));
    if (role == PLAN_SHIP_TO || own_number) {
        check_place(planner, party);
    }
    if (role == PLAN_SHIP_TO) {
        check_address(planner, party);
    }
}

void
plan_parties_check(struct planner *planner)
{
    struct plan *const plan = &planner->result;
    for (unsigned role = 0; role < PLAN_ROLES; role++) {
        const struct plan_party *const party = &planner->parties[role];
        if (party->key != NULL && party->search.count > 0) {
            check_party(planner, (enum plan_party_role)role); /* below PLAN_ROLES */
        } else if (role == PLAN_BUYER) {
            plan_raise(planner, PLAN_ISSUE_BUYER_MISSING, party->place, (struct wb_str){0},
                       "the order names no buyer by an identifier");
        } else if (party->party != NULL) {
            plan_raise(planner, PLAN_ISSUE_PARTNER_UNKNOWN, party->place, nearest(planner, party),
                       "the order names this party without an identifier");
        } else if (role == PLAN_SHIP_TO) {
            plan_raise(planner, PLAN_ISSUE_SHIP_TO_ABSENT, party->place, (struct wb_str){0},
                       "the order names no place to ship to");
        }
    }
    plan->customer = plan_row_name(plan_customer(planner));
    plan->ship_to = plan_row_name(planner->parties[PLAN_SHIP_TO].row);
    plan->bill_to = plan_row_name(planner->parties[PLAN_BILL_TO].row);
}
