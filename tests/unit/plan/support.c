/*
 * The world of the tests of plan: text, edits, and a source of records that answers from memory.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "record/json.h"

enum { ARENA_MAX = 512 * 1024 * 1024, TEXT_MAX = 64 * 1024 };

/* Two lines: boxes of a product that is sold in boxes, cases of one that is sold in pieces. */
static const char base_order[] =
    "{'order':{'purpose':'original','kind':'standard','number':'PO-7','issued_on':'2025-03-14',"
    "'requested_on':'2025-03-21','currency':'USD',"
    "'buyer':{'name':'Hospital','gln':'9521000000117'},"
    "'ship_to':{'name':'Dock','gln':'9521000000124','postcode':'90999'},"
    "'lines':[{'id':'1','quantity':'4','unit':'box','unit_price':'12.5','item':"
    "{'supplier_code':'A-1','gtin':'09521000000018'}},"
    "{'id':'2','quantity':'6','unit':'case','unit_price':'100','item':{'supplier_code':'B-2'}}]},"
    "'sale':{'client_order_ref':'PO-7','date_order':'2025-03-14','commitment_date':'2025-03-21',"
    "'currency_id':{'name':'USD'},'partner_id':{'gln':'9521000000117'},"
    "'partner_shipping_id':{'gln':'9521000000124'},"
    "'order_line':[{'customer_line':'1','product_id':{'default_code':'A-1','barcode':"
    "'09521000000018'},'product_uom_qty':'4','uom':{'code':'box'},'price_unit':'12.5'},"
    "{'customer_line':'2','product_id':{'default_code':'B-2'},'product_uom_qty':'6',"
    "'uom':{'code':'case'},'price_unit':'100'}]},"
    "'policy':{'items':[],'units':[],'charges':[]},"
    "'records':{'res.partner':["
    "{'id':40,'active':true,'name':'Group','ref':'HV','vat':false,'barcode':false,'parent_id':"
    "false,"
    "'commercial_partner_id':[40,'Group'],'type':'contact','zip':'90998','country_id':[233,'US'],"
    "'user_id':[6,'P'],'property_product_pricelist':[2,'List'],"
    "'property_account_position_id':[1,'Exempt']},"
    "{'id':41,'active':true,'name':'Hospital','ref':false,'vat':false,'barcode':'9521000000117',"
    "'parent_id':[40,'Group'],'commercial_partner_id':[40,'Group'],'type':'contact','zip':'90999',"
    "'country_id':[233,'US'],'user_id':[6,'P'],'property_product_pricelist':[2,'List'],"
    "'property_account_position_id':[1,'Exempt']},"
    "{'id':42,'active':true,'name':'Dock','ref':false,'vat':false,'barcode':'9521000000124',"
    "'parent_id':[40,'Group'],'commercial_partner_id':[40,'Group'],'type':'delivery','zip':'90999',"
    "'country_id':[233,'US'],'user_id':false,'property_product_pricelist':[2,'List'],"
    "'property_account_position_id':[1,'Exempt']},"
    "{'id':50,'active':true,'name':'Clinic','ref':'LK','vat':false,'barcode':'9521000000216',"
    "'parent_id':false,'commercial_partner_id':[50,'Clinic'],'type':'contact','zip':'90999',"
    "'country_id':[233,'US'],'user_id':false,'property_product_pricelist':[2,'List'],"
    "'property_account_position_id':false}],";

static const char base_products[] =
    "'product.product':["
    "{'id':101,'active':true,'name':'A','default_code':'A-1','barcode':'9521000000018',"
    "'product_tmpl_id':[51,'A'],'sale_ok':true,'uom_id':[30,'Box of 100'],'uom_ids':[],"
    "'lst_price':12.5,'taxes_id':[2]},"
    "{'id':102,'active':true,'name':'B','default_code':'B-2','barcode':'9521000000025',"
    "'product_tmpl_id':[52,'B'],'sale_ok':true,'uom_id':[1,'Units'],'uom_ids':[33],"
    "'lst_price':2.0,'taxes_id':[2]},"
    "{'id':103,'active':true,'name':'C','default_code':'C-3','barcode':false,"
    "'product_tmpl_id':[53,'C'],'sale_ok':true,'uom_id':[1,'Units'],'uom_ids':[],"
    "'lst_price':9.0,'taxes_id':[]}],"
    "'product.packaging':[{'id':7,'name':'Case of 50','product_id':[102,'B'],'qty':50.0,"
    "'barcode':'19521000000022','sales':true}],"
    "'product.uom':[{'id':7,'product_id':[102,'B'],'uom_id':[33,'Case of 50'],"
    "'barcode':'19521000000022'}],"
    "'uom.uom':["
    "{'id':1,'name':'Units','active':true,'category_id':[1,'Unit'],'uom_type':'reference',"
    "'factor':1.0,'factor_inv':1.0,'relative_factor':1.0,'relative_uom_id':false,'rounding':0.01},"
    "{'id':2,'name':'Dozens','active':true,'category_id':[1,'Unit'],'uom_type':'bigger',"
    "'factor':0.08333333333333333,'factor_inv':12.0,'relative_factor':12.0,"
    "'relative_uom_id':[1,'Units'],'rounding':0.01},"
    "{'id':3,'name':'Gross','active':true,'category_id':[1,'Unit'],'uom_type':'bigger',"
    "'factor':0.006944444444444444,'factor_inv':144.0,'relative_factor':12.0,"
    "'relative_uom_id':[2,'Dozens'],'rounding':0.01},"
    "{'id':12,'name':'kg','active':true,'category_id':[2,'Weight'],'uom_type':'reference',"
    "'factor':1.0,'factor_inv':1.0,'relative_factor':1.0,'relative_uom_id':false,'rounding':0.01},"
    "{'id':30,'name':'Box of 100','active':true,'category_id':[1,'Unit'],'uom_type':'bigger',"
    "'factor':0.01,'factor_inv':100.0,'relative_factor':100.0,'relative_uom_id':[1,'Units'],"
    "'rounding':0.01},"
    "{'id':31,'name':'Tray of 20','active':true,'category_id':[1,'Unit'],'uom_type':'bigger',"
    "'factor':0.05,'factor_inv':20.0,'relative_factor':20.0,'relative_uom_id':[1,'Units'],"
    "'rounding':0.01},"
    "{'id':33,'name':'Case of 50','active':true,'category_id':[1,'Unit'],'uom_type':'bigger',"
    "'factor':0.02,'factor_inv':50.0,'relative_factor':50.0,'relative_uom_id':[1,'Units'],"
    "'rounding':0.01}],";

static const char base_rest[] =
    "'sale.order':[{'id':31,'name':'S31','state':'sale','partner_id':[41,'Hospital'],"
    "'client_order_ref':'PO-6','date_order':'2025-03-10 15:02:11'}],"
    "'product.pricelist':[{'id':2,'name':'List','currency_id':[1,'USD']}],"
    "'product.pricelist.item':[{'id':14,'pricelist_id':[2,'List'],"
    "'applied_on':'0_product_variant','compute_price':'formula','fixed_price':0.0,"
    "'product_id':[103,'C'],'min_quantity':0.0}],"
    "'account.tax':[{'id':2,'name':'8 %','active':true,'company_id':[1,'Us'],'original_tax_ids':[],"
    "'fiscal_position_ids':[]},"
    "{'id':3,'name':'0 %','active':true,'company_id':[1,'Us'],'original_tax_ids':[2],"
    "'fiscal_position_ids':[1]},"
    "{'id':4,'name':'5 %','active':true,'company_id':[9,'Them'],'original_tax_ids':[],"
    "'fiscal_position_ids':[]}],"
    "'account.fiscal.position':[{'id':1,'name':'Exempt','auto_apply':false,'country_id':false,"
    "'company_id':false}],"
    "'account.fiscal.position.tax':[{'id':1,'position_id':[1,'Exempt'],'tax_src_id':[2,'8 %'],"
    "'tax_dest_id':[3,'0 %']}],"
    "'account.incoterms':[{'id':5,'code':'FCA','name':'Free carrier'}],"
    "'res.company':[{'id':1,'name':'Us','currency_id':[1,'USD']}],"
    "'decimal.precision':[{'id':1,'name':'Product Price','digits':2},"
    "{'id':2,'name':'Product Unit of Measure','digits':2},"
    "{'id':3,'name':'Product Unit','digits':2}]}}";

int
world_setup(void **state)
{
    struct world *const w = calloc(1, sizeof *w);
    assert_non_null(w);
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, ARENA_MAX);
    *state = w;
    return 0;
}

int
world_teardown(void **state)
{
    struct world *const w = *state;
    wb_arena_done(&w->arena);
    free(w);
    return 0;
}

/* ---- the text and its edits */

static size_t
find(struct wb_str text, struct wb_str part)
{
    for (size_t at = 0; at + part.len <= text.len; at++) {
        if (memcmp(text.at + at, part.at, part.len) == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

bool
world_holds_text(struct wb_str text, const char *part)
{
    return find(text, wb_str_of(part)) != SIZE_MAX;
}

static struct wb_str
replace(struct world *w, struct wb_str text, struct wb_str old, struct wb_str new)
{
    char *const to = wb_arena_alloc(&w->ctx, &w->arena, TEXT_MAX);
    size_t len = 0;
    size_t count = 0;
    assert_non_null(to);
    while (text.len > 0) {
        const size_t at = find(text, old);
        const size_t before = at == SIZE_MAX ? text.len : at;
        assert_true(len + before + new.len < TEXT_MAX);
        memcpy(to + len, text.at, before);
        len += before;
        text = wb_str_sub(text, before, text.len);
        if (at != SIZE_MAX) {
            memcpy(to + len, new.at, new.len);
            len += new.len;
            text = wb_str_sub(text, old.len, text.len);
            count++;
        }
    }
    if (count == 0) {
        fail_msg("the world has no \"" WB_FMT "\"", WB_ARG(old));
    }
    return (struct wb_str){to, len};
}

struct source { /* who answers */
    struct world *w;
    const struct record_any *records;
    struct wb_str cut; /* the model of which more would answer */
    bool reversed;
};

static struct wb_str
edited(struct world *w, const char *edits, struct source *source)
{
    struct wb_str text =
        wb_arena_printf(&w->ctx, &w->arena, "%s%s%s", base_order, base_products, base_rest);
    struct wb_str rest = wb_str_of(edits);
    while (rest.len > 0) {
        const size_t end = find(rest, WB_LIT(";;"));
        const struct wb_str edit = wb_str_sub(rest, 0, end == SIZE_MAX ? rest.len : end);
        const size_t arrow = find(edit, WB_LIT("=>"));
        assert_true(arrow != SIZE_MAX);
        const struct wb_str old = wb_str_sub(edit, 0, arrow);
        const struct wb_str new = wb_str_sub(edit, arrow + 2, edit.len);
        if (wb_str_eq(old, WB_LIT("more"))) {
            source->cut = new;
        } else {
            text = replace(w, text, old, new);
        }
        rest = end == SIZE_MAX ? WB_LIT("") : wb_str_sub(rest, end + 2, rest.len);
    }
    return replace(w, text, WB_LIT("'"), WB_LIT("\""));
}

/* ---- answers */

static bool
has_field(const struct record_any *rows, struct wb_str field)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        if (record_any_get(rows->items[i], field) != NULL) {
            return true;
        }
    }
    return rows->count == 0;
}

static struct plan_answer
answer(const struct source *source, const struct plan_query *query)
{
    struct world *const w = source->w;
    const struct record_any *const rows = record_any_get(source->records, query->model);
    struct plan_answer answer = {.kind = PLAN_ROWS};
    struct plan_matcher matcher;
    if (rows == NULL) {
        return (struct plan_answer){.kind = PLAN_NO_MODEL};
    }
    for (size_t i = 0; i < query->term_count; i++) {
        if (!has_field(rows, query->terms[i].field)) {
            return (struct plan_answer){.kind = PLAN_NO_FIELD, .field = query->terms[i].field};
        }
    }
    assert_int_equal(plan_matcher_init(&w->ctx, &w->arena, query, &matcher), WB_OK);
    const struct record_any **const found =
        wb_arena_array(&w->ctx, &w->arena, rows->count, sizeof *found);
    assert_non_null(found);
    for (uint32_t i = 0; i < rows->count; i++) {
        const uint32_t at = source->reversed ? rows->count - 1 - i : i;
        if (plan_matches(&matcher, rows->items[at])) {
            found[answer.row_count++] = rows->items[at];
        }
    }
    answer.rows = found;
    answer.more = wb_str_eq(source->cut, query->model);
    return answer;
}

static void
ask(const struct source *source, struct planner *planner, struct outcome *outcome)
{
    struct world *const w = source->w;
    const struct plan_query *queries = NULL;
    size_t count = 0;
    assert_int_equal(plan_round(&w->ctx, planner, &queries, &count), WB_OK);
    while (count > 0) {
        struct plan_answer *const answers =
            wb_arena_array(&w->ctx, &w->arena, count, sizeof *answers);
        assert_non_null(answers);
        assert_null(plan_result(planner));
        for (size_t i = 0; i < count; i++) {
            answers[i] = answer(source, &queries[i]);
        }
        outcome->rounds++;
        outcome->queries += count;
        assert_int_equal(plan_answer(&w->ctx, planner, answers, count), WB_OK);
        assert_int_equal(plan_round(&w->ctx, planner, &queries, &count), WB_OK);
    }
    assert_in_range(outcome->rounds, 1, PLAN_ROUNDS_MAX);
}

/* ---- the parts of the world */

static struct record_object *
fit(struct world *w, const char *schema_name, const char *shape, const struct record_any *any)
{
    const struct record_schema *const schema = record_shipped(wb_str_of(schema_name));
    struct record_problems problems = {.count = 0};
    struct record_object *object = NULL;
    assert_non_null(schema);
    assert_int_equal(record_fit(&w->ctx, &w->arena, schema,
                                record_find_shape(schema, wb_str_of(shape)), any, &problems,
                                &object),
                     WB_OK);
    return object;
}

/* Rows of arrays of texts, below a row with the names of the columns. */
static void
add_table(struct world *w, struct plan_policy *policy, enum plan_table table,
          const struct record_any *rows, const char *const *columns, size_t count)
{
    struct plan_table_reader reader;
    struct wb_str fields[PLAN_TABLE_COLUMNS];
    const char *problem = NULL;
    plan_table_init(&reader, table);
    for (size_t i = 0; i < count; i++) {
        fields[i] = wb_str_of(columns[i]);
    }
    for (uint32_t i = 0; i <= rows->count; i++) {
        assert_int_equal(
            plan_table_row(&w->ctx, &w->arena, &reader, policy, fields, count, &problem), WB_OK);
        assert_null(problem);
        for (size_t k = 0; i < rows->count && k < count; k++) {
            fields[k] = rows->items[i]->items[k]->text;
        }
    }
}

static void
read_policy(struct world *w, const struct record_any *any, struct plan_policy *policy)
{
    static const char *const items[] = {"customer_code", "default_code", "unit"};
    static const char *const units[] = {"item", "unit", "odoo_unit", "factor"};
    plan_policy_init(policy);
    add_table(w, policy, PLAN_TABLE_ITEMS, record_any_get(any, WB_LIT("items")), items, 3);
    add_table(w, policy, PLAN_TABLE_UNITS, record_any_get(any, WB_LIT("units")), units, 4);
    const struct record_any *const charges = record_any_get(any, WB_LIT("charges"));
    policy->charges = wb_arena_array(&w->ctx, &w->arena, charges->count, sizeof *policy->charges);
    assert_non_null(policy->charges);
    policy->charge_count = charges->count;
    for (uint32_t i = 0; i < charges->count; i++) {
        policy->charges[i] = (struct plan_charge_row){charges->items[i]->items[0]->text,
                                                      charges->items[i]->items[1]->text};
    }
}

struct outcome
world_plan(struct world *w, const struct setup *setup)
{
    struct source source = {.w = w, .reversed = setup->reversed};
    struct record_any *all = NULL;
    struct planner *planner = NULL;
    struct outcome outcome = {.rounds = 0};
    const struct wb_str text = edited(w, setup->edits, &source);
    if (record_read_any(&w->ctx, &w->arena, text, &all) != WB_OK) {
        fail_msg("%s: %s", setup->edits, w->ctx.error.text);
    }
    source.records = record_any_get(all, WB_LIT("records"));
    struct plan_policy *const policy = wb_arena_alloc(&w->ctx, &w->arena, sizeof *policy);
    struct plan_input *const input = wb_arena_alloc(&w->ctx, &w->arena, sizeof *input);
    assert_non_null(policy);
    assert_non_null(input);
    read_policy(w, record_any_get(all, WB_LIT("policy")), policy);
    *input = (struct plan_input){
        .release = setup->release,
        .policy = policy,
        .order = fit(w, "business", "order", record_any_get(all, WB_LIT("order"))),
        .sale = fit(w, "odoo", "sale_order", record_any_get(all, WB_LIT("sale"))),
        .document = WB_LIT("850-PO-7"),
        .run = setup->run};
    assert_int_equal(plan_sale_start(&w->ctx, &w->arena, input, &planner), WB_OK);
    ask(&source, planner, &outcome);
    outcome.plan = plan_result(planner);
    assert_non_null(outcome.plan);
    struct wb_out out;
    struct wb_json json;
    wb_out_init(&out, &w->ctx, -1, ARENA_MAX);
    wb_json_init(&json, &out, false);
    plan_write_json(&json, outcome.plan);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    outcome.json = wb_arena_dup(&w->ctx, &w->arena, wb_buf_str(&out.buf));
    wb_out_done(&out);
    return outcome;
}

struct wb_str
world_issues(struct world *w, const struct plan *plan)
{
    struct wb_str text = WB_LIT("");
    for (size_t i = 0; i < plan->issue_count; i++) {
        text = wb_arena_printf(&w->ctx, &w->arena, WB_FMT "%s%s", WB_ARG(text),
                               text.len > 0 ? " " : "", plan_issue_row(plan->issues[i].kind)->name);
        assert_non_null(text.at);
    }
    return text;
}
