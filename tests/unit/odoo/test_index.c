/*
 * A folder answers as a look at every row would, the first time and every later one, whatever the
 * values are: texts, links, lists of ids, false, and fields that some rows do not have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "odoo/folder.h"
#include "record/json.h"

enum { ROWS = 400, QUESTIONS = 3000, WORDS = 30 };

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    char dir[64];
    struct wb_str path;
    struct odoo_folder *folder;
    struct record_any *rows;
    uint64_t state;
};

static uint32_t
pick(struct world *w, uint32_t limit)
{
    w->state = w->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->state >> 33) % limit;
}

/* A value of any kind, as JSON. */
static void
put_value(struct world *w, struct wb_out *out)
{
    switch (pick(w, 6)) {
    case 0:
        wb_out_text(out, "false");
        return;
    case 1:
        wb_out_printf(out, "[%u, \"name %u\"]", pick(w, WORDS), pick(w, WORDS));
        return;
    case 2:
        wb_out_printf(out, "[%u, %u, %u]", pick(w, WORDS), pick(w, WORDS), pick(w, WORDS));
        return;
    case 3:
        wb_out_text(out, "true");
        return;
    case 4:
        wb_out_printf(out, "%u", pick(w, WORDS));
        return;
    default:
        wb_out_printf(out, "\"%u\"", pick(w, WORDS));
        return;
    }
}

static void
world_init(struct world *w)
{
    struct wb_out out;
    *w = (struct world){.dir = "/tmp/waybill-odoo-XXXXXX", .state = 11};
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, (size_t)256 * 1024 * 1024);
    assert_non_null(mkdtemp(w->dir));
    w->path = wb_arena_printf(&w->ctx, &w->arena, "%s/res.partner.json", w->dir);
    wb_out_init(&out, &w->ctx, -1, 1024 * 1024);
    wb_out_text(&out, "[");
    for (unsigned i = 0; i < ROWS; i++) {
        wb_out_printf(&out, "%s{\"id\": %u, \"active\": %s", i == 0 ? "" : ",\n", i + 1,
                      pick(w, 5) == 0 ? "false" : "true");
        for (unsigned f = 0; f < 3; f++) {
            if (pick(w, 8) > 0) {
                wb_out_printf(&out, ", \"f%u\": ", f);
                put_value(w, &out);
            }
        }
        wb_out_text(&out, "}");
    }
    wb_out_text(&out, "]\n");
    assert_int_equal(wb_out_finish(&out), WB_OK);
    assert_int_equal(wb_os_replace_file(&w->ctx, w->path.at, wb_buf_str(&out.buf)), WB_OK);
    assert_int_equal(record_read_any(&w->ctx, &w->arena, wb_buf_str(&out.buf), &w->rows), WB_OK);
    wb_out_done(&out);
    assert_int_equal(odoo_folder_open(&w->ctx, &w->arena, w->dir, &w->folder), WB_OK);
}

static void
world_done(struct world *w)
{
    wb_os_unlink(&w->ctx, w->path.at);
    assert_int_equal(rmdir(w->dir), 0);
    wb_arena_done(&w->arena);
}

/* A value to ask for, as it comes out of JSON. */
static struct record_any *
asked_value(struct world *w, struct wb_arena *arena, bool list)
{
    struct wb_out out;
    struct record_any *any = NULL;
    wb_out_init(&out, &w->ctx, -1, 10000);
    wb_out_text(&out, list ? "[" : "");
    for (uint32_t n = list ? pick(w, 4) : 0; n > 0; n--) {
        put_value(w, &out);
        wb_out_text(&out, ", ");
    }
    put_value(w, &out);
    wb_out_text(&out, list ? "]" : "");
    struct wb_str text = wb_arena_dup(&w->ctx, arena, wb_buf_str(&out.buf));
    if (!list) { /* a bare value is no JSON text of its own for every reader */
        text = wb_arena_printf(&w->ctx, arena, "[" WB_FMT "]", WB_ARG(text));
    }
    assert_int_equal(record_read_any(&w->ctx, arena, text, &any), WB_OK);
    wb_out_done(&out);
    return list ? any : any->items[0];
}

static void
ask(struct world *w, struct wb_arena *arena)
{
    static const char *const ops[] = {"in", "=", "in", "!=", "=ilike"};
    static const char *const fields[] = {"f0", "f1", "f2"};
    struct plan_term terms[3];
    struct plan_query query = {.model = WB_LIT("res.partner"),
                               .terms = terms,
                               .term_count = pick(w, 4),
                               .any = pick(w, 2) == 0,
                               .with_archived = pick(w, 2) == 0,
                               .limit = 1 + pick(w, ROWS)};
    for (size_t i = 0; i < query.term_count; i++) {
        const char *const op = ops[pick(w, sizeof ops / sizeof ops[0])];
        terms[i] = (struct plan_term){.field = wb_str_of(fields[pick(w, 3)]),
                                      .op = wb_str_of(op),
                                      .value = asked_value(w, arena, op[0] == 'i')};
    }
    struct plan_matcher matcher;
    struct plan_answer answer;
    assert_int_equal(plan_matcher_init(&w->ctx, arena, &query, &matcher), WB_OK);
    assert_int_equal(odoo_folder_answer(&w->ctx, w->folder, arena, &query, &answer), WB_OK);
    assert_int_equal(answer.kind, PLAN_ROWS);
    size_t count = 0;
    for (uint32_t i = 0; i < w->rows->count; i++) {
        if (!plan_matches(&matcher, w->rows->items[i])) {
            continue;
        }
        if (count < answer.row_count) {
            const struct record_any *const id = record_any_get(answer.rows[count], WB_LIT("id"));
            const struct record_any *const want = record_any_get(w->rows->items[i], WB_LIT("id"));
            assert_true(wb_str_eq(id->text, want->text));
        }
        count++;
    }
    assert_int_equal(answer.row_count, count < query.limit ? count : query.limit);
    assert_int_equal(answer.more, count > query.limit);
}

static void
answers_are_those_of_every_row(void **state)
{
    (void)state;
    struct world w;
    struct wb_arena arena;
    world_init(&w);
    wb_arena_init(&arena, 16 * 1024 * 1024);
    for (unsigned i = 0; i < QUESTIONS; i++) {
        ask(&w, &arena);
        wb_arena_reset(&arena);
    }
    wb_arena_done(&arena);
    world_done(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_are_those_of_every_row)};
    return cmocka_run_group_tests_name("odoo-index", tests, NULL, NULL);
}
