/*
 * The gatherer without the program: how often it asks, what it does when memory or files fail, and
 * records that are no records. What it says of each defect is tested in tests/test_export.py.
 */
#include "odoo/pull.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "odoo/folder.h"
#include "plan/rows.h"
#include "record/json.h"

enum { MODELS_MAX = 16, MEMORY_MAX = 512 * 1024 * 1024, FAULTS_MAX = 3000 };

/* ---- a source in memory, which counts */

struct memory {
    struct wb_arena *arena;
    struct {
        struct wb_str name;
        struct record_any *rows;
    } models[MODELS_MAX];
    size_t count;
    size_t asked;
    size_t asked_of_lines;
};

static enum wb_rc
answer(struct wb_ctx *ctx, void *self, struct wb_arena *arena, const struct plan_query *query,
       struct plan_answer *ret)
{
    struct memory *const memory = self;
    struct plan_matcher matcher;
    memory->asked++;
    *ret = (struct plan_answer){.kind = PLAN_NO_MODEL};
    for (size_t i = 0; i < memory->count; i++) {
        if (!wb_str_eq(memory->models[i].name, query->model)) {
            continue;
        }
        const struct record_any *const all = memory->models[i].rows;
        const struct record_any **const rows =
            wb_arena_array(ctx, arena, all->count + 1, sizeof(struct record_any *));
        if (rows == NULL || plan_matcher_init(ctx, arena, query, &matcher) != WB_OK) {
            return WB_NOMEM;
        }
        size_t count = 0;
        for (uint32_t k = 0; k < all->count; k++) {
            if (plan_matches(&matcher, all->items[k])) {
                rows[count++] = all->items[k];
            }
        }
        *ret = (struct plan_answer){.kind = PLAN_ROWS, .rows = rows, .row_count = count};
    }
    return WB_OK;
}

static void
hold(struct wb_ctx *ctx, struct memory *memory, const char *model, const char *json)
{
    struct record_any *rows = NULL;
    assert_true(memory->count < MODELS_MAX);
    const struct wb_str text = wb_arena_dup(ctx, memory->arena, wb_str_of(json));
    assert_int_equal(record_read_any(ctx, memory->arena, text, &rows), WB_OK);
    memory->models[memory->count].name = wb_str_of(model);
    memory->models[memory->count++].rows = rows;
}

/* An order of so many lines, each with a product of its own. */
static void
hold_order(struct wb_ctx *ctx, struct memory *memory, size_t line_count)
{
    char *const lines = malloc(line_count * 400 + 3);
    char *const products = malloc(line_count * 200 + 3);
    char *const offers = malloc(line_count * 200 + 3);
    assert_true(lines != NULL && products != NULL && offers != NULL);
    size_t line_at = 0;
    size_t product_at = 0;
    size_t offer_at = 0;
    for (size_t i = 0; i < line_count; i++) {
        const char *const before = i == 0 ? "[" : ",";
        line_at += (size_t)snprintf(
            lines + line_at, 400,
            "%s{\"id\":%zu,\"order_id\":[1,\"P1\"],\"product_id\":[%zu,\"X\"],\"product_uom\":[1,"
            "\"Units\"],\"product_qty\":2.0,\"price_unit\":1.5,\"price_subtotal\":3.0,"
            "\"name\":\"Thing %zu\"}",
            before, i + 1, i + 1, i);
        product_at += (size_t)snprintf(products + product_at, 200,
                                       "%s{\"id\":%zu,\"uom_id\":[1,\"Units\"],\"product_tmpl_id\":"
                                       "[%zu,\"X\"],\"default_code\":\"C%zu\"}",
                                       before, i + 1, i + 1, i);
        offer_at += (size_t)snprintf(offers + offer_at, 200,
                                     "%s{\"id\":%zu,\"partner_id\":[7,\"V\"],\"product_tmpl_id\":["
                                     "%zu,\"X\"],\"product_code\":\"V%zu\"}",
                                     before, i + 1, i + 1, i);
    }
    memcpy(lines + line_at, "]", 2);
    memcpy(products + product_at, "]", 2);
    memcpy(offers + offer_at, "]", 2);
    char order[400];
    (void)snprintf(order, sizeof order,
                   "[{\"id\":1,\"name\":\"P1\",\"state\":\"purchase\",\"partner_id\":[7,\"V\"],"
                   "\"currency_id\":[1,\"EUR\"],\"date_order\":\"2025-03-15 23:30:00\","
                   "\"amount_untaxed\":%zu.0}]",
                   line_count * 3);
    hold(ctx, memory, "purchase.order", order);
    hold(ctx, memory, "purchase.order.line", lines);
    hold(ctx, memory, "product.product", products);
    hold(ctx, memory, "product.supplierinfo", offers);
    hold(ctx, memory, "uom.uom", "[{\"id\":1,\"name\":\"Units\",\"uom_type\":\"reference\"}]");
    hold(ctx, memory, "res.partner", "[{\"id\":7,\"name\":\"Vendor\",\"ref\":\"7\"}]");
    free(lines);
    free(products);
    free(offers);
}

static const struct wb_str one[] = {
    {"P1", 2}
};
static const struct odoo_pull_options plain = {.release = 17, .numbers = one, .number_count = 1};

static size_t
ask_for(size_t line_count)
{
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, MEMORY_MAX);
    struct memory memory = {.arena = &arena};
    hold_order(&ctx, &memory, line_count);
    const struct odoo_source source = {.answer = answer, .self = &memory};
    struct odoo_purchase *purchase = NULL;
    assert_int_equal(odoo_pull_purchases(&ctx, &arena, &source, &plain, &purchase), WB_OK);
    assert_false(purchase->stopped);
    const struct record_value *const lines = record_get(purchase->record, WB_LIT("order_line"));
    assert_int_equal(lines->list.count, line_count);
    for (size_t i = 0; i < line_count; i++) {
        char code[24];
        (void)snprintf(code, sizeof code, "V%zu", i);
        const struct wb_str got =
            record_text(lines->list.items[i].object, "product_id.supplier_code");
        assert_true(wb_str_eq(got, wb_str_of(code)));
    }
    wb_arena_done(&arena);
    return memory.asked;
}

/* One question a link, however many lines. */
static void
test_questions(void **state)
{
    (void)state;
    const size_t few = ask_for(1);
    assert_true(few < 30);
    assert_int_equal(ask_for(10), few);
    assert_int_equal(ask_for(20000), few);
}

/* ---- faults */

struct outcome {
    enum wb_rc rc;
    bool whole;
    uint64_t seen;
};

static struct outcome
pull_fixture(struct wb_os_fault fault)
{
    const char *const root = getenv("WAYBILL_SOURCE");
    struct outcome outcome = {.rc = WB_OK};
    struct wb_ctx ctx;
    struct wb_arena arena;
    char path[512];
    if (root == NULL) {
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/fixtures/odoo-buyer/18", root);
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, MEMORY_MAX);
    ctx.os.fault = fault;
    struct odoo_folder *folder = NULL;
    struct odoo_purchase *purchases = NULL;
    const struct wb_str numbers[] = {WB_LIT("P00042"), WB_LIT("P00047"), WB_LIT("P1")};
    outcome.rc = odoo_folder_open(&ctx, &arena, path, &folder);
    if (outcome.rc == WB_OK) {
        const struct odoo_source source = odoo_folder_source(folder);
        const struct odoo_pull_options options = {
            .release = 18, .numbers = numbers, .number_count = 3};
        outcome.rc = odoo_pull_purchases(&ctx, &arena, &source, &options, &purchases);
    }
    if (outcome.rc == WB_OK) {
        outcome.whole = purchases[0].stopped && purchases[1].stopped && purchases[2].stopped &&
                        purchases[0].gap_count > 2;
    }
    outcome.seen = ctx.os.fault.seen;
    wb_arena_done(&arena);
    return outcome;
}

/* Each n-th allocation, file or look at a folder fails: an error, never half an answer. */
static void
test_faults(void **state)
{
    (void)state;
    const uint32_t mask =
        1U << WB_OS_ALLOC | 1U << WB_OS_OPEN | 1U << WB_OS_READ | 1U << WB_OS_STAT;
    const struct outcome plain_run = pull_fixture((struct wb_os_fault){.ops_mask = mask});
    assert_int_equal(plain_run.rc, WB_OK);
    assert_true(plain_run.whole);
    assert_true(plain_run.seen > 50 && plain_run.seen < FAULTS_MAX);
    for (uint64_t n = 1; n <= plain_run.seen; n++) {
        for (unsigned forever = 0; forever < 2; forever++) {
            const struct outcome outcome = pull_fixture(
                (struct wb_os_fault){.nth = n, .forever = forever == 1, .ops_mask = mask});
            assert_int_not_equal(outcome.rc, WB_OK);
        }
    }
}

/* ---- records that are none */

static void
test_odd_records(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "[]",
        "[{\"id\":1,\"name\":\"P1\"}]",
        "[{\"id\":1,\"name\":\"P1\",\"state\":\"purchase\",\"partner_id\":[7],\"currency_id\":[],"
        "\"date_order\":7,\"order_line\":{}}]",
        "[{\"id\":1,\"name\":\"P1\",\"state\":\"purchase\",\"partner_id\":{\"id\":7},"
        "\"currency_id\":\"EUR\",\"date_order\":\"2025-13-45 99:99:99\",\"amount_untaxed\":\"x\"}]",
        "[{\"id\":1,\"name\":[\"P1\"],\"state\":true}]",
    };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct wb_ctx ctx;
        struct wb_arena arena;
        wb_ctx_init(&ctx);
        wb_arena_init(&arena, MEMORY_MAX);
        struct memory memory = {.arena = &arena};
        hold(&ctx, &memory, "purchase.order", odd[i]);
        hold(&ctx, &memory, "purchase.order.line",
             "[{\"id\":1,\"order_id\":1,\"product_id\":[],\"product_qty\":[],\"price_unit\":{},"
             "\"product_uom\":\"?\",\"sequence\":\"first\",\"name\":7,\"taxes_id\":[[1]]}]");
        hold(&ctx, &memory, "res.partner", "[{\"id\":7,\"name\":[],\"parent_id\":[7,\"self\"]}]");
        const struct odoo_source source = {.answer = answer, .self = &memory};
        struct odoo_purchase *purchase = NULL;
        assert_int_equal(odoo_pull_purchases(&ctx, &arena, &source, &plain, &purchase), WB_OK);
        assert_true(purchase->stopped);
        assert_true(purchase->gap_count > 0);
        assert_null(purchase->record);
        wb_arena_done(&arena);
    }
}

static void
test_gap_rows(void **state)
{
    (void)state;
    for (unsigned i = 1; i < ODOO_GAP_COUNT; i++) {
        assert_true(strcmp(odoo_gap_row((enum odoo_gap_kind)(i - 1))->code,
                           odoo_gap_row((enum odoo_gap_kind)i)->code) < 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_odd_records),
        cmocka_unit_test(test_gap_rows),
    };
    return cmocka_run_group_tests_name("odoo-pull", tests, NULL, NULL);
}
