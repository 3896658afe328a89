/*
 * A folder of exports as a source: forms of files, what is not there, operators, and that a field
 * that is asked about often is answered as one that is asked about once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "odoo/folder.h"
#include "plan/rows.h"
#include "record/json.h"

enum { PATH_SIZE = 256, MANY = 3000 };

struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    char path[PATH_SIZE];
};

static int
setup(void **state)
{
    struct world *const w = calloc(1, sizeof *w);
    assert_non_null(w);
    wb_ctx_init(&w->ctx);
    wb_arena_init(&w->arena, (size_t)256 * 1024 * 1024);
    (void)snprintf(w->path, sizeof w->path, "%s/waybill-odoo-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(w->path));
    *state = w;
    return 0;
}

static void
file_path(const struct world *w, const char *name, char ret[PATH_SIZE * 2])
{
    (void)snprintf(ret, PATH_SIZE * 2, "%s/%s", w->path, name);
}

static int
teardown(void **state)
{
    static const char *const names[] = {"res.partner.json", "res.partner.ndjson",
                                        "res.partner.jsonl", "product.product.json"};
    struct world *const w = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[PATH_SIZE * 2];
        file_path(w, names[i], path);
        (void)unlink(path); /* most are not there */
    }
    assert_int_equal(rmdir(w->path), 0);
    wb_arena_done(&w->arena);
    free(w);
    return 0;
}

static void
put_file(const struct world *w, const char *name, const char *text)
{
    char path[PATH_SIZE * 2];
    file_path(w, name, path);
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static struct odoo_folder *
open_folder(struct world *w)
{
    struct odoo_folder *folder = NULL;
    wb_error_clear(&w->ctx);
    assert_int_equal(odoo_folder_open(&w->ctx, &w->arena, w->path, &folder), WB_OK);
    return folder;
}

static struct record_any *
json(struct world *w, const char *text)
{
    struct record_any *any = NULL;
    assert_int_equal(record_read_any(&w->ctx, &w->arena, wb_str_of(text), &any), WB_OK);
    return any;
}

/* The domain as JSON, [["field", "op", value], ..]. */
static struct plan_query
query_of(struct world *w, const char *model, const char *domain)
{
    const struct record_any *const terms = json(w, domain);
    struct plan_query query = {.model = wb_str_of(model), .limit = 20000};
    query.terms = wb_arena_array(&w->ctx, &w->arena, terms->count, sizeof *query.terms);
    query.term_count = terms->count;
    assert_non_null(query.terms);
    for (uint32_t i = 0; i < terms->count; i++) {
        const struct record_any *const term = terms->items[i];
        query.terms[i] =
            (struct plan_term){term->items[0]->text, term->items[1]->text, term->items[2]};
    }
    return query;
}

/* "1 4 7", or what else the answer is. */
static const char *
ids(struct world *w, struct odoo_folder *folder, const struct plan_query *query)
{
    struct plan_answer answer;
    struct wb_str text = WB_LIT("");
    const enum wb_rc rc = odoo_folder_answer(&w->ctx, folder, &w->arena, query, &answer);
    if (rc != WB_OK) {
        return rc == WB_INVALID ? "invalid" : "failed";
    }
    if (answer.kind == PLAN_NO_MODEL) {
        return "no model";
    }
    if (answer.kind == PLAN_NO_FIELD) {
        return wb_arena_printf(&w->ctx, &w->arena, "no field " WB_FMT, WB_ARG(answer.field)).at;
    }
    for (size_t i = 0; i < answer.row_count; i++) {
        text = wb_arena_printf(&w->ctx, &w->arena, WB_FMT "%s%lld", WB_ARG(text), i > 0 ? " " : "",
                               (long long)plan_row_id(answer.rows[i]));
        assert_non_null(text.at);
    }
    return wb_arena_printf(&w->ctx, &w->arena, WB_FMT "%s", WB_ARG(text), answer.more ? " .." : "")
        .at;
}

struct form {
    const char *name, *text, *answer;
};

static void
test_forms(void **state)
{
    struct world *const w = *state;
    static const struct form forms[] = {
#define X(name_, answer_, text_) {.name = name_, .text = text_, .answer = answer_},
#include "forms.def"
#undef X
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char path[PATH_SIZE * 2];
        put_file(w, forms[i].name, forms[i].text);
        struct odoo_folder *const folder = open_folder(w);
        const struct plan_query query = query_of(w, "res.partner", "[]");
        const char *const got = ids(w, folder, &query);
        if (strcmp(got, forms[i].answer) != 0) {
            fail_msg("%s: \"%s\", not \"%s\"", forms[i].text, got, forms[i].answer);
        }
        if (strcmp(got, "invalid") == 0) {
            assert_non_null(strstr(w->ctx.error.text, forms[i].name)); /* the file is named */
        }
        file_path(w, forms[i].name, path);
        assert_int_equal(unlink(path), 0);
    }
}

static void
test_not_there(void **state)
{
    struct world *const w = *state;
    struct odoo_folder *folder = NULL;
    put_file(w, "res.partner.json", "[{\"id\":1,\"name\":\"a\"}]");
    put_file(w, "product.product.json", "[]");
    struct odoo_folder *const good = open_folder(w);
    const struct plan_query absent = query_of(w, "sale.order", "[]");
    const struct plan_query field = query_of(w, "res.partner", "[[\"ref\",\"=\",\"x\"]]");
    const struct plan_query empty = query_of(w, "product.product", "[[\"ref\",\"=\",\"x\"]]");
    assert_string_equal(ids(w, good, &absent), "no model");
    assert_string_equal(ids(w, good, &field), "no field ref");
    assert_string_equal(ids(w, good, &empty),
                        ""); /* nothing there, so nothing is known of fields */
    static const char *const bad[] = {"../res.partner", "a/b", "", ".res", "res..partner", "Res"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct plan_query query = query_of(w, bad[i], "[]");
        wb_error_clear(&w->ctx);
        assert_string_equal(ids(w, good, &query), "invalid");
    }
    wb_error_clear(&w->ctx);
    assert_int_equal(odoo_folder_open(&w->ctx, &w->arena, "/nonexistent/records", &folder),
                     WB_NOT_FOUND);
}

struct asked {
    const char *domain, *answer;
};

static const struct asked operators[] = {
    {"[[\"ref\",\"=\",\"HV\"]]",                        "1"        },
    {"[[\"ref\",\"=\",\"hv\"]]",                        "2"        },
    {"[[\"ref\",\"=\",false]]",                         "3 5 6"    },
    {"[[\"ref\",\"!=\",\"HV\"]]",                       "2 3 5 6"  },
    {"[[\"ref\",\"in\",[\"HV\",\"hv\",\"none\"]]]",     "1 2"      },
    {"[[\"ref\",\"in\",[]]]",                           ""         },
    {"[[\"ref\",\"=ilike\",\"HV\"]]",                   "1 2"      },
    {"[[\"ref\",\"=ilike\",\"h_\"]]",                   "1 2"      },
    {"[[\"ref\",\"=ilike\",\"%V\"]]",                   "1 2"      },
    {"[[\"name\",\"=ilike\",\"100\\\\%\"]]",            "3"        },
    {"[[\"name\",\"=ilike\",\"100%\"]]",                "3 5"      },
    {"[[\"name\",\"=ilike\",\"a\\\\_b\"]]",             "1"        },
    {"[[\"name\",\"=ilike\",\"a_b\"]]",                 "1 2"      },
    {"[[\"name\",\"=ilike\",\"%\"]]",                   "1 2 3 5 6"},
    {"[[\"parent_id\",\"=\",1]]",                       "2 3"      },
    {"[[\"parent_id\",\"in\",[1,9]]]",                  "2 3"      },
    {"[[\"parent_id\",\"=\",false]]",                   "1 5 6"    },
    {"[[\"tags\",\"in\",[7]]]",                         "1 3"      },
    {"[[\"tags\",\"in\",[8,7]]]",                       "1 2 3"    },
    {"[[\"id\",\"in\",[3,1,3]]]",                       "1 3"      },
    {"[[\"parent_id\",\"=\",1],[\"tags\",\"in\",[7]]]", "3"        },
};

static const char partners[] =
    "[{\"id\":1,\"active\":true,\"name\":\"a_b\",\"ref\":\"HV\",\"parent_id\":false,\"tags\":[7]},"
    "{\"id\":2,\"active\":true,\"name\":\"axb\",\"ref\":\"hv\",\"parent_id\":[1,\"a\"],\"tags\":[8]"
    "},"
    "{\"id\":3,\"active\":true,\"name\":\"100%\",\"ref\":false,\"parent_id\":1,\"tags\":[9,7]},"
    "{\"id\":4,\"active\":false,\"name\":\"old\",\"ref\":\"OLD\",\"parent_id\":[1,\"a\"],\"tags\":["
    "]},"
    "{\"id\":5,\"active\":true,\"name\":\"100 x\",\"ref\":null,\"parent_id\":false,\"tags\":[]},"
    "{\"id\":6,\"active\":true,\"name\":\"z\",\"parent_id\":false,\"tags\":[]}]";

static void
test_operators(void **state)
{
    struct world *const w = *state;
    put_file(w, "res.partner.json", partners);
    struct odoo_folder *const folder = open_folder(w);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        const struct plan_query query = query_of(w, "res.partner", operators[i].domain);
        const char *const got = ids(w, folder, &query);
        if (strcmp(got, operators[i].answer) != 0) {
            fail_msg("%s: \"%s\", not \"%s\"", operators[i].domain, got, operators[i].answer);
        }
    }
    struct plan_query query = query_of(w, "res.partner", "[[\"ref\",\"=\",\"OLD\"]]");
    assert_string_equal(ids(w, folder, &query), "");
    query.with_archived = true;
    assert_string_equal(ids(w, folder, &query), "4");
    query = query_of(w, "res.partner", "[[\"ref\",\"=\",\"HV\"],[\"name\",\"=\",\"z\"]]");
    query.any = true;
    assert_string_equal(ids(w, folder, &query), "1 6");
    query = query_of(w, "res.partner", "[]");
    query.limit = 2;
    assert_string_equal(ids(w, folder, &query), "1 2 ..");
    query.limit = 5;
    assert_string_equal(ids(w, folder, &query), "1 2 3 5 6");
}

/* So many rows that fields get an index when they are asked about again. */
static void
test_many(void **state)
{
    struct world *const w = *state;
    static const char *const domains[] = {
        "[[\"ref\",\"in\",[\"R3\",\"R2999\",\"none\"]]]",
        "[[\"ref\",\"=\",\"R17\"]]",
        "[[\"tags\",\"in\",[5,1500]]]",
        "[[\"parent_id\",\"in\",[4,40]]]",
        "[[\"parent_id\",\"=\",false]]",
        "[[\"parent_id\",\"in\",[4]],[\"ref\",\"=\",\"R44\"]]",
        "[[\"ref\",\"=\",\"R17\"],[\"parent_id\",\"=\",40]]",
        "[[\"ref\",\"=ilike\",\"r299_\"]]",
    };
    struct wb_out out;
    wb_out_init(&out, &w->ctx, -1, (size_t)64 * 1024 * 1024);
    for (int i = 1; i < MANY; i++) {
        wb_out_printf(&out,
                      "{\"id\":%d,\"active\":%s,\"ref\":\"R%d\",\"parent_id\":[%d,\"p\"],"
                      "\"tags\":[%d,%d]}\n",
                      i, i % 11 == 0 ? "false" : "true", i, i % 40 == 0 ? 40 : i % 40, i % 100, i);
    }
    wb_out_text(&out,
                "{\"id\":9000,\"active\":true,\"ref\":false,\"parent_id\":false,\"tags\":[]}\n");
    wb_out_byte(&out, '\0');
    assert_int_equal(wb_out_finish(&out), WB_OK);
    put_file(w, "res.partner.ndjson", wb_buf_str(&out.buf).at);
    wb_out_done(&out);
    struct odoo_folder *const often = open_folder(w);
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        for (unsigned any = 0; any < 2; any++) {
            struct plan_query query = query_of(w, "res.partner", domains[i]);
            query.any = any == 1;
            const char *const once = ids(w, open_folder(w), &query);
            assert_true(query.term_count > 1 || strlen(once) > 0);
            for (unsigned again = 0; again < 3; again++) {
                assert_string_equal(ids(w, often, &query), once);
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_operators, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
    };
    return cmocka_run_group_tests_name("odoo folder", tests, NULL, NULL);
}
