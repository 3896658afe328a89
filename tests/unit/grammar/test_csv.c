/* Comma separated values after RFC 4180. */
#include "support.h"

#include <string.h>

#include "grammar/csv.h"

struct sample {
    const char *bytes;
    const char *rows; /* fields between [ ], rows end with ; and a defect is !N */
};

static const struct sample samples[] = {
    {"",                         ""                             },
    {"a",                        "[a];"                         },
    {"a,b\n",                    "[a][b];"                      },
    {"a,b\r\nc,d",               "[a][b];[c][d];"               },
    {"a,,\n,\n\nx",              "[a][][];[][];[];[x];"         },
    {"\"a,b\",\"c\nd\",\"\"\n",  "[a,b][c\nd][];"               },
    {"\"a \"\"b\"\"\",\"\"\"\"", "[a \"b\"][\"];"               },
    {"a\rb,c\r\n",               "[a\rb][c];"                   },
    {" a , b ",                  "[ a ][ b ];"                  },
    {"a\"b\nc",                  "!2;[c];"                      },
    {"\"a\"b\nc",                "!2;[c];"                      },
    {"\"a\nb",                   "!3;[b];"                      },
    {"1,2,3,4,5,6,7,8,9\nc",     "!1;[c];"                      },
    {"1,2,3,4,5,6,7,8\nc",       "[1][2][3][4][5][6][7][8];[c];"},
};

static void
rows_are_read(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct csv csv = {.bytes = wb_str_of(samples[i].bytes)};
        struct csv_row row;
        struct wb_out out;
        bool more = true;
        wb_out_init(&out, &ctx, -1, 10000);
        for (;;) {
            assert_int_equal(csv_next(&ctx, &arena, &csv, &row, &more), WB_OK);
            if (!more) {
                break;
            }
            for (uint32_t k = 0; row.defect == CSV_GOOD && k < row.field_count; k++) {
                wb_out_printf(&out, "[" WB_FMT "]", WB_ARG(row.fields[k].text));
            }
            if (row.defect != CSV_GOOD) {
                wb_out_printf(&out, "!%d", (int)row.defect);
            }
            wb_out_byte(&out, ';');
        }
        if (!wb_str_eq(wb_buf_str(&out.buf), wb_str_of(samples[i].rows))) {
            fail_msg("[%s] gives " WB_FMT, samples[i].bytes, WB_ARG(wb_buf_str(&out.buf)));
        }
        wb_out_done(&out);
    }
    wb_arena_done(&arena);
}

static void
fields_know_their_place(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct csv csv = {.bytes = WB_LIT("ab,\"c\"\"d\"\n")};
    struct csv_row row;
    bool more = false;
    wb_ctx_init(&ctx);
    wb_arena_init(&arena, 1 << 20);
    assert_int_equal(csv_next(&ctx, &arena, &csv, &row, &more), WB_OK);
    assert_true(row.fields[0].at == 0 && row.fields[0].len == 2);
    assert_true(row.fields[1].at == 3 && row.fields[1].len == 6);
    wb_arena_done(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read),
        cmocka_unit_test(fields_know_their_place),
    };
    return cmocka_run_group_tests_name("grammar csv", tests, NULL, NULL);
}
