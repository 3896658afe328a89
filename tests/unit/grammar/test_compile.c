/* Every diagnostic of the compiler with its place, and what a good grammar becomes. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

struct wrong {
    const char *code;
    const char *text;
    const char *codes; /* the codes file, NULL for none */
    uint32_t line;
    uint32_t column;
    uint32_t other_line; /* 0: no second place */
    const char *meant;   /* "" : nothing */
};

/* A message with one loop; %s is what stands in the heading between ST and SE. */
#define MESSAGE(body) "message 9 \"M\" { heading {\n010 ST M 1\n" body "\n900 SE M 1\n} }\n"
#define N1 "segment N1 \"N\" { 01 1 M; 02 1 O }\n"

static const struct wrong wrongs[] = {
    {"WB-GRAM-0001", HEAD "element\n",                                                             NULL,                             7,  8,  0,  ""       },
    {"WB-GRAM-0001", HEAD "element 2\n",                                                           NULL,                             7,  10, 0,  ""       },
    {"WB-GRAM-0001", HEAD "element 2 \"x\"\n",                                                     NULL,                             7,  14, 0,  ""       },
    {"WB-GRAM-0001", HEAD "element 2 \"x\" AN 3\n",                                                NULL,                             7,  19, 0,  ""       },
    {"WB-GRAM-0001", HEAD "element 2 \"x\" AN a..4\n",                                             NULL,                             7,  18, 0,  ""       },
    {"WB-GRAM-0001", HEAD "element 2 \"x\" ID 1..4 codes\n",                                       NULL,                             7,  28, 0,  ""       },
    {"WB-GRAM-0001", HEAD "segment N1 { 01 1 M }\n",                                               NULL,                             7,  12, 0,  ""       },
    {"WB-GRAM-0001", HEAD "segment N1 \"x\"\n",                                                    NULL,                             7,  15, 0,  ""       },
    {"WB-GRAM-0001", HEAD "segment N1 \"x\" { 01 }\n",                                             NULL,                             7,  20, 0,  ""       },
    {"WB-GRAM-0001", HEAD "segment N1 \"x\" { 01 1 }\n",                                           NULL,                             7,  22, 0,  ""       },
    {"WB-GRAM-0001", HEAD MESSAGE("020"),                                                          NULL,                             9,  4,  0,  ""       },
    {"WB-GRAM-0001", HEAD N1 MESSAGE("020 loop N1 M 1"),                                           NULL,                             10, 16, 0,  ""       },
    {"WB-GRAM-0001", HEAD N1 MESSAGE("020 N1 M >2"),                                               NULL,                             10, 11, 0,  ""       },
    {"WB-GRAM-0002", HEAD "element 2 \"x\" AN 1..4 closed\n",                                      NULL,                             7,  23, 0,  ""       },
    {"WB-GRAM-0002", HEAD "segment N1 \"x\" { 01 1 M valu }\n",                                    NULL,                             7,  25, 0,  ""       },
    {"WB-GRAM-0002", HEAD "segment N1 \"x\" { 01 1 M; nots P0102 }\n",                             NULL,                             7,  26, 0,  ""       },
    {"WB-GRAM-0002", HEAD "composite C1 \"x\" { 01 1 M; pairs 01..02 }\n",                         NULL,                             7,  28, 0,  ""       },
    {"WB-GRAM-0002", HEAD N1 MESSAGE("020 N1 M 1 { }"),                                            NULL,                             10, 12, 0,  ""       },
    {"WB-GRAM-0003", HEAD "segmnt N1 \"x\" { 01 1 M }\n",                                          NULL,                             7,  1,  0,  "segment"},
    {"WB-GRAM-0003", HEAD "{ }\n",                                                                 NULL,                             7,  1,  0,  ""       },
    {"WB-GRAM-0004",
     "edition 1\nenvelope { message ST SE { } }\nelement 1 \"E\" AN 1..9\n"
     "segment ST \"H\" { 01 1 M }\nsegment SE \"T\" { 01 1 M }\n",                                 NULL,                             1,  1,  0,  ""       },
    {"WB-GRAM-0005", HEAD "standard t 2\n",                                                        NULL,                             7,  10, 2,  ""       },
    {"WB-GRAM-0005", HEAD "standard t 1 \"another title\"\n",                                      NULL,                             7,  10, 2,  ""       },
    {"WB-GRAM-0006", HEAD "element 1 \"F\" AN 1..2\n",                                             NULL,                             7,  9,  4,  ""       },
    {"WB-GRAM-0007", HEAD "composite C \"F\" { 01 1 M }\ncomposite C \"G\" { 01 1 M }\n",          NULL,                             8,
     11,                                                                                                                                     7,  ""       },
    {"WB-GRAM-0007", HEAD "composite 1 \"F\" { 01 1 M }\n",                                        NULL,                             7,  11, 4,  ""       },
    {"WB-GRAM-0008", HEAD "segment SE \"x\" { 01 1 M }\n",                                         NULL,                             7,  9,  6,  ""       },
    {"WB-GRAM-0009", HEAD MESSAGE("") MESSAGE(""),                                                 NULL,                             12, 9,  7,  ""       },
    {"WB-GRAM-0010", HEAD "envelope { }\n",                                                        NULL,                             7,  1,  3,  ""       },
    {"WB-GRAM-0010",
     "edition 1\nstandard t 1\nenvelope {\nmessage ST SE { }\nmessage ST SE { }\n}\n"
     "element 1 \"E\" AN 1..9\nsegment ST \"H\" { 01 1 M }\n"
     "segment SE \"T\" { 01 1 M }\n",                                                              NULL,                             5,  1,  4,  ""       },
    {"WB-GRAM-0011", HEAD "element 127 \"r\" AN 1..9\nsegment N1 \"N\" { 01 128 M }\n",            NULL,                             8,  21,
     0,                                                                                                                                          "127"    },
    {"WB-GRAM-0011",
     HEAD "composite C1 \"N\" { 01 1 M; 02 C2 O }\n"
          "composite C2 \"N\" { 01 1 M }\n",                                                       NULL,                             7,  31, 0,  ""       },
    {"WB-GRAM-0012", HEAD N1 MESSAGE("020 NI M 1"),                                                NULL,                             10, 5,  0,  "N1"     },
    {"WB-GRAM-0012",
     "edition 1\nstandard t 1\nenvelope { message ST SF { } }\n"
     "element 1 \"E\" AN 1..9\nsegment ST \"H\" { 01 1 M }\n"
     "segment SE \"T\" { 01 1 M }\n",                                                              NULL,                             3,  23, 0,  "SE"     },
    {"WB-GRAM-0012",
     "edition 1\nstandard t 1\nenvelope {\nmessage ST SE { }\nbetween TA1\n}\n"
     "element 1 \"E\" AN 1..9\nsegment ST \"H\" { 01 1 M }\n"
     "segment SE \"T\" { 01 1 M }\n",                                                              NULL,                             5,  9,  0,  ""       },
    {"WB-GRAM-0013", HEAD "segment N \"x\" { 01 1 M }\n",                                          NULL,                             7,  9,  0,  ""       },
    {"WB-GRAM-0013", HEAD "segment n1 \"x\" { 01 1 M }\n",                                         NULL,                             7,  9,  0,  ""       },
    {"WB-GRAM-0013", HEAD "segment ABCDE \"x\" { 01 1 M }\n",                                      NULL,                             7,  9,  0,  ""       },
    {"WB-GRAM-0014", HEAD "element 2 \"x\" AX 1..2\n",                                             NULL,                             7,  15, 0,  ""       },
    {"WB-GRAM-0014", HEAD "element 2 \"x\" N 1..2\n",                                              NULL,                             7,  15, 0,  ""       },
    {"WB-GRAM-0015", HEAD "element 2 \"x\" AN 3..2\n",                                             NULL,                             7,  18, 0,  ""       },
    {"WB-GRAM-0016", HEAD "element 2 \"x\" AN 0..2\n",                                             NULL,                             7,  18, 0,  ""       },
    {"WB-GRAM-0016", HEAD "element 2 \"x\" AN 1..99999999999\n",                                   NULL,                             7,  21, 0,  ""       },
    {"WB-GRAM-0016", HEAD N1 MESSAGE("020 N1 M 0"),                                                NULL,                             10, 10, 0,  ""       },
    {"WB-GRAM-0016", HEAD N1 MESSAGE("000 N1 M 1"),                                                NULL,                             10, 1,  0,  ""       },
    {"WB-GRAM-0017", HEAD "segment N1 \"x\" { 02 1 M }\n",                                         NULL,                             7,  18, 0,  ""       },
    {"WB-GRAM-0017", HEAD "segment N1 \"x\" { 01 1 M; 03 1 M }\n",                                 NULL,                             7,  26, 0,  ""       },
    {"WB-GRAM-0017", HEAD "segment N1 \"x\" { 1 1 M }\n",                                          NULL,                             7,  18, 0,  ""       },
    {"WB-GRAM-0018", HEAD "segment N1 \"x\" { }\n",                                                NULL,                             7,  9,  0,  ""       },
    {"WB-GRAM-0018", HEAD "composite C1 \"x\" { }\n",                                              NULL,                             7,  11, 0,  ""       },
    {"WB-GRAM-0019", HEAD "segment N1 \"x\" { 01 1 C }\n",                                         NULL,                             7,  23, 0,  ""       },
    {"WB-GRAM-0019", HEAD N1 MESSAGE("020 N1 X 1"),                                                NULL,                             10, 8,  0,  ""       },
    {"WB-GRAM-0020", HEAD "segment N1 \"x\" {\n01 1 M qualifier\n02 1 M qualifier\n}\n",           NULL,                             9,  8,
     8,                                                                                                                                          ""       },
    {"WB-GRAM-0021", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; note Q0102 }\n",                     NULL,                             7,  39, 0,  ""       },
    {"WB-GRAM-0021", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; note P012 }\n",                      NULL,                             7,  39, 0,  ""       },
    {"WB-GRAM-0021", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; note P01X2 }\n",                     NULL,                             7,  39, 0,  ""       },
    {"WB-GRAM-0022", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; note P01 }\n",                       NULL,                             7,  39, 0,  ""       },
    {"WB-GRAM-0022", HEAD "segment N1 \"x\" { 01 1 M; note P01020304050607080910111213 }\n",       NULL,
     7,                                                                                                                                  31, 0,  ""       },
    {"WB-GRAM-0023", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; note P0103 }\n",                     NULL,                             7,  39, 0,  ""       },
    {"WB-GRAM-0023", HEAD "composite N1 \"x\" { 01 1 M; 02 1 M; note P0002 }\n",                   NULL,                             7,  41, 0,
     ""                                                                                                                                                   },
    {"WB-GRAM-0024", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; note P0101 }\n",                     NULL,                             7,  39, 0,  ""       },
    {"WB-GRAM-0024", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M\nnote P0102\nnote P0102 }\n",         NULL,                             9,
     6,                                                                                                                                      8,  ""       },
    {"WB-GRAM-0025", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; pairs 02..03 }\n",                   NULL,                             7,  40, 0,
     ""                                                                                                                                                   },
    {"WB-GRAM-0025", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; pairs 02..01 }\n",                   NULL,                             7,  40, 0,
     ""                                                                                                                                                   },
    {"WB-GRAM-0025", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M\npairs 01..02\npairs 01..02 }\n",     NULL,
     9,                                                                                                                                  7,  8,  ""       },
    {"WB-GRAM-0026", HEAD "segment N1 \"x\" { 01 1 M; 02 1 M; 03 1 O; pairs 01..03 }\n",           NULL,                             7,
     48,                                                                                                                                     0,  ""       },
    {"WB-GRAM-0027",
     HEAD "composite C \"c\" { 01 1 M; 02 1 M }\n"
          "segment N1 \"x\" { 01 C M; pairs 01..01 }\n",                                           NULL,                             8,  32, 7,  ""       },
    {"WB-GRAM-0027",
     HEAD "composite C \"c\" { 01 1 M qualifier; 02 1 M value }\n"
          "segment N1 \"x\" { 01 C M; 02 1 O; pairs 01..02 }\n",                                   NULL,                             8,  40, 0,  ""       },
    {"WB-GRAM-0028", HEAD,                                                                         "element,code,label\n11,A,\n",    2,  1,  0,  "1"      },
    {"WB-GRAM-0029", HEAD,                                                                         "element,code,label\n1,A,\n",     2,  1,  4,  ""       },
    {"WB-GRAM-0030", HEAD "element 2 \"x\" ID 1..2 codes open\n",
     "element,code,label\n2,A,\n2,B,\n2,A,a\n",                                                                                      4,  3,  2,  ""       },
    {"WB-GRAM-0030", HEAD "element 2 \"x\" ID 1..2 codes open { A; B\nA }\n",                      NULL,                             8,  1,  7,  ""       },
    {"WB-GRAM-0031", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "element,code,label\n2,ABC,\n",   2,
     3,                                                                                                                                      7,  ""       },
    {"WB-GRAM-0031", HEAD "element 2 \"x\" ID 2..2 codes open { A }\n",                            NULL,                             7,  36, 7,  ""       },
    {"WB-GRAM-0032", HEAD "element 2 \"x\" ID 1..2 codes closed\n",                                NULL,                             7,  9,  0,  ""       },
    {"WB-GRAM-0033", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "2,A,\n",                         1,  1,  0,  ""       },
    {"WB-GRAM-0034", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "element,code,label\n2,A\n",      2,  1,
     0,                                                                                                                                          ""       },
    {"WB-GRAM-0034", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "element,code,label\n\n2,A,\n",   2,
     1,                                                                                                                                      0,  ""       },
    {"WB-GRAM-0034", HEAD "element 2 \"x\" ID 1..2 codes open\n",
     "element,code,label\n2,A,a,b,c,d,e,f,g,h\n",                                                                                    2,  1,  0,  ""       },
    {"WB-GRAM-0035", HEAD "element 2 \"x\" ID 1..2 codes open\n",
     "element,code,label\n2,A,a \"b\"\n2,B,b\n",                                                                                     2,  7,  0,  ""       },
    {"WB-GRAM-0035", HEAD "element 2 \"x\" ID 1..2 codes open\n",
     "element,code,label\n2,A,\"a\"b\n2,B,b\n",                                                                                      2,  8,  0,  ""       },
    {"WB-GRAM-0035", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "element,code,label\n2,A,\"a\n",
     2,                                                                                                                                  5,  0,  ""       },
    {"WB-GRAM-0036", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "element,code,label\n2,A,\xff\n",
     2,                                                                                                                                  5,  0,  ""       },
    {"WB-GRAM-0036", HEAD "element 2 \"x\" ID 1..2 codes open\n",                                  "element,code,label\n2,,x\n",     2,
     3,                                                                                                                                      0,  ""       },
    {"WB-GRAM-0036", HEAD "element 2 \"x\" ID 1..2 codes open { \"\" }\n",                         NULL,                             7,  36, 0,  ""       },
    {"WB-GRAM-0037", HEAD "message 9 \"M\" { hedaing { } }\n",                                     NULL,                             7,  17, 0,  "heading"},
    {"WB-GRAM-0037", HEAD "message 9 \"M\" { heading { 010 ST M 1; 020 SE M 1 }; heading { } }\n",
     NULL,                                                                                                                           7,  53, 0,  ""       },
    {"WB-GRAM-0037", HEAD "message 9 \"M\" { summary { 010 ST M 1; 020 SE M 1 }; detail { } }\n",
     NULL,                                                                                                                           7,  53, 0,  ""       },
    {"WB-GRAM-0038", HEAD N1 MESSAGE("020 N1 M 1\n015 N1 O 1"),                                    NULL,                             11, 1,  0,  ""       },
    {"WB-GRAM-0039", HEAD N1 MESSAGE("020 loop N1 M 1 { }"),                                       NULL,                             10, 10, 0,  ""       },
    {"WB-GRAM-0039", HEAD N1 MESSAGE("020 loop X M 1 {\n020 loop N1 M 1 {\n020 N1 M 1 } }"),       NULL,
     11,                                                                                                                                 10, 10, ""       },
    {"WB-GRAM-0040", HEAD N1 MESSAGE("020 loop N1 M 1 {\n020 N1 M 2 }"),                           NULL,                             11, 5,  10, ""       },
    {"WB-GRAM-0041",
     HEAD N1 "segment N2 \"x\" { 01 1 M }\n" MESSAGE("020 loop N2 M 1 {\n020 N1 M 1 }"),           NULL,                             11,
     10,                                                                                                                                     12, ""       },
    {"WB-GRAM-0042", HEAD N1 MESSAGE("020 loop N1 M 1 tree 01 02 03 {\n020 N1 M 1 }"),             NULL,                             10, 22,
     0,                                                                                                                                          ""       },
    {"WB-GRAM-0043", HEAD N1 "message 9 \"M\" { heading { 010 N1 M 1; 020 SE M 1 } }\n",           NULL,                             8,
     31,                                                                                                                                     3,  ""       },
    {"WB-GRAM-0043", HEAD N1 "message 9 \"M\" { heading { 010 ST M 1; 020 N1 M 1 } }\n",           NULL,                             8,
     43,                                                                                                                                     3,  ""       },
    {"WB-GRAM-0043", HEAD "message 9 \"M\" { }\n",                                                 NULL,                             7,  9,  3,  ""       },
    {"WB-GRAM-0044", HEAD N1 MESSAGE("020 N1 O 1\n030 N1 O 1"),                                    NULL,                             11, 5,  10, ""       },
    {"WB-GRAM-0044", HEAD N1 MESSAGE("020 loop N1 O >1 {\n020 N1 M 1\n}\n040 N1 O 5"),             NULL,                             13, 5,
     11,                                                                                                                                         ""       },
    {"WB-GRAM-0045", HEAD N1 MESSAGE("020 N1 O 1 prefer\n030 N1 O 1 prefer"),                      NULL,                             11, 5,  10, ""       },
    {"WB-GRAM-0047", "edition 1\nstandard t 1\n",                                                  NULL,                             1,  1,  0,  ""       },
    {"WB-GRAM-0047",
     "edition 1\nstandard t 1\nelement 1 \"E\" AN 1..9\n"
     "segment GS \"T\" { 01 1 M }\nsegment GE \"T\" { 01 1 M }\n"
     "envelope { group GS GE { } }\n",                                                             NULL,                             6,  1,  0,  ""       },
    {"WB-GRAM-0048",
     "edition 1\nstandard t 1\nenvelope { message ST SE { type SE.01 } }\n"
     "element 1 \"E\" AN 1..9\nsegment ST \"H\" { 01 1 M }\n"
     "segment SE \"T\" { 01 1 M }\n",                                                              NULL,                             3,  33, 0,  ""       },
    {"WB-GRAM-0048",
     "edition 1\nstandard t 1\nenvelope { message ST SE { type ST.02 } }\n"
     "element 1 \"E\" AN 1..9\nsegment ST \"H\" { 01 1 M }\n"
     "segment SE \"T\" { 01 1 M }\n",                                                              NULL,                             3,  20, 0,  ""       },
    {"WB-LANG-0003", HEAD "segment N1 \"x\" {\n",                                                  NULL,                             7,  16, 0,  ""       },
};

/* Rows that have tests of their own below. */
static const char *const elsewhere[] = {"WB-GRAM-0046", "WB-GRAM-0049"};

static bool
is_reported(const struct wrong *w)
{
    bool good = true;
    struct compiled compiled;
    uint32_t line = 0;
    uint32_t column = 0;
    uint32_t other_line = 0;
    uint32_t ignored = 0;
    compiled_init(&compiled, w->text, w->codes);
    assert_int_equal(compiled.rc, WB_INVALID);
    const struct lang_diag *d = &compiled.diags.items[0];
    lang_place(d->pos, &line, &column);
    if (d->other.source != NULL) {
        lang_place(d->other, &other_line, &ignored);
    }
    if (strcmp(d->code, w->code) != 0 || line != w->line || column != w->column ||
        other_line != w->other_line || !wb_str_eq(d->meant, wb_str_of(w->meant)) ||
        compiled.diags.error_count != 1) {
        const struct wb_str diags = compiled_diags(&compiled);
        print_error("wanted one %s at %u:%u, second place in line %u, meant '%s'; got\n" WB_FMT
                    "for\n%s",
                    w->code, w->line, w->column, w->other_line, w->meant, WB_ARG(diags), w->text);
        good = false;
    }
    compiled_done(&compiled);
    return good;
}

static void
each_is_reported_in_place(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        failed += is_reported(&wrongs[i]) ? 0 : 1;
    }
    assert_int_equal(failed, 0);
}

static void
every_code_is_provoked(void **state)
{
    (void)state;
    size_t count = 0;
    const struct lang_code *codes = grammar_codes(&count);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof wrongs / sizeof wrongs[0]; k++) {
            found = found || strcmp(wrongs[k].code, codes[i].code) == 0;
        }
        for (size_t k = 0; k < sizeof elsewhere / sizeof elsewhere[0]; k++) {
            found = found || strcmp(elsewhere[k], codes[i].code) == 0;
        }
        if (!found) {
            fail_msg("no test provokes %s", codes[i].code);
        }
        assert_true(codes[i].meaning[0] != '\0' && codes[i].cure[0] != '\0');
        assert_true(i == 0 || strcmp(codes[i - 1].code, codes[i].code) < 0);
    }
}

static void
an_idle_prefer_is_a_warning(void **state)
{
    (void)state;
    struct compiled compiled;
    uint32_t line = 0;
    uint32_t column = 0;
    compiled_good(&compiled, HEAD N1 MESSAGE("020 N1 O 1 prefer"), NULL);
    assert_int_equal(compiled.diags.warning_count, 1);
    assert_string_equal(compiled.diags.items[0].code, "WB-GRAM-0046");
    lang_place(compiled.diags.items[0].pos, &line, &column);
    assert_int_equal(line, 10);
    assert_int_equal(column, 12);
    compiled_done(&compiled);
}

/* Compiles what was gathered in out and expects it to be too large, and nothing else to be wrong.
 */
static void
check_too_large(struct wb_out *out)
{
    struct compiled compiled;
    compiled_init_bytes(&compiled, wb_buf_str(&out->buf), (struct wb_str){NULL, 0});
    if (compiled.rc != WB_INVALID || compiled.diags.error_count != 1 ||
        strcmp(compiled.diags.items[0].code, "WB-GRAM-0049") != 0) {
        const struct wb_str diags = compiled_diags(&compiled);
        fail_msg(WB_FMT, WB_ARG(diags));
    }
    compiled_done(&compiled);
    wb_out_done(out);
}

static void
too_many_nodes_are_refused(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 4 * 1024 * 1024);
    wb_out_text(&out, HEAD N1 "message 9 \"M\" { heading { 010 ST M 1\n");
    for (int i = 0; i < 5000; i++) {
        wb_out_text(&out, "020 N1 O 1\n");
    }
    wb_out_text(&out, "900 SE M 1\n} }\n");
    check_too_large(&out);
}

static void
too_many_notes_are_refused(void **state)
{
    (void)state;
    struct wb_ctx ctx;
    struct wb_out out;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 4 * 1024 * 1024);
    wb_out_text(&out, HEAD "segment N1 \"N\" {\n");
    for (int i = 1; i <= 20; i++) {
        wb_out_printf(&out, "%02d 1 O\n", i);
    }
    for (int i = 1; i <= 20; i++) {
        for (int k = 1; k < i; k++) {
            wb_out_printf(&out, "note P%02d%02d\n", i, k);
        }
    }
    wb_out_text(&out, "}\n");
    check_too_large(&out);
}

static void
a_codes_file_too_large_is_refused(void **state)
{
    (void)state;
    struct compiled compiled;
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    char *bytes = wb_os_alloc(&ctx, WB_LIMIT_SOURCE + 1);
    assert_non_null(bytes);
    memset(bytes, '\n', WB_LIMIT_SOURCE + 1);
    compiled_init_bytes(&compiled, wb_str_of(HEAD), (struct wb_str){bytes, WB_LIMIT_SOURCE + 1});
    assert_int_equal(compiled.rc, WB_INVALID);
    assert_string_equal(compiled.diags.items[0].code, "WB-GRAM-0049");
    compiled_done(&compiled);
    wb_os_free(bytes);
}

static void
one_mistake_is_reported_once(void **state)
{
    (void)state;
    struct compiled compiled;
    /* An element with a wrong type is still an element; a message with an unknown segment has no
     * moves. */
    compiled_init(&compiled,
                  HEAD "element 2 \"x\" XX 1..2\nsegment N1 \"N\" { 01 2 M }\n" MESSAGE(
                      "020 N1 O 1\n030 N2 O 1\n040 N1 O 1"),
                  NULL);
    assert_int_equal(compiled.diags.error_count, 2);
    assert_string_equal(compiled.diags.items[0].code, "WB-GRAM-0014");
    assert_string_equal(compiled.diags.items[1].code, "WB-GRAM-0012");
    compiled_done(&compiled);
}

static void
marks_become_facts(void **state)
{
    (void)state;
    struct compiled compiled;
    compiled_good(&compiled,
                  HEAD
                  "element 98 \"role\" ID 2..3 codes closed { ST \"ship to\"; BT; \"A+\" }\n"
                  "element 5 \"amount\" N2 1..15\n"
                  "composite C1 \"c\" { 01 1 M qualifier; 02 5 O value; note P0102 }\n"
                  "segment N1 \"party\" { 01 98 M qualifier; 02 1 X value; 03 1 X; 04 5 X value\n"
                  " 05 C1 O repeat 3; note R0203; note P0304; pairs 03..04 }\n"
                  "segment HL \"level\" { 01 1 M; 02 1 O; 03 1 M; 04 1 O }\n" MESSAGE(
                      "020 loop HL M >1 prefer tree 01 02 03 04 {\n020 HL M 1\n030 N1 O 7 }"),
                  "element,code,label\r\n98,SU,\"sup, \"\"plier\"\"\"\r\n98,SUX,x");
    const struct grammar *g = &compiled.grammar;
    const uint32_t role = grammar_find_element(g, WB_LIT("98"));
    assert_int_equal(g->elements[role].type, GRAMMAR_ID);
    assert_int_equal(g->elements[role].code_count, 5);
    assert_true(g->elements[role].closed == 1 && g->elements[role].coded == 1);
    const uint32_t su = grammar_find_code(g, role, WB_LIT("SU"));
    assert_true(wb_str_eq(grammar_str(g, g->codes[su].label), WB_LIT("sup, \"plier\"")));
    assert_int_equal(grammar_find_code(g, role, WB_LIT("S")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_code(g, role, WB_LIT("")), GRAMMAR_NONE);
    assert_int_equal(grammar_find_code(g, role, (struct wb_str){"SU\0", 3}), GRAMMAR_NONE);
    assert_int_not_equal(grammar_find_code(g, role, WB_LIT("A+")), GRAMMAR_NONE);
    const uint32_t amount = grammar_find_element(g, WB_LIT("5"));
    assert_true(g->elements[amount].type == GRAMMAR_N && g->elements[amount].scale == 2);
    assert_int_equal(grammar_find_code(g, amount, WB_LIT("SU")), GRAMMAR_NONE);

    const struct grammar_segment *n1 = &g->segments[grammar_find_segment(g, WB_LIT("N1"))];
    const struct grammar_place *places = g->places + n1->place_first;
    assert_true(n1->place_count == 5 && n1->note_count == 2 && n1->qualifier_no == 1);
    assert_true(n1->pair_from == 3 && n1->pair_to == 4);
    assert_true(places[0].is_qualifier == 1 && places[0].need == GRAMMAR_MANDATORY);
    assert_true(places[1].value_no == 1 && places[3].value_no == 2 && places[2].value_no == 0);
    assert_true(places[4].repeat_max == 3 && places[4].element == GRAMMAR_NONE);
    const struct grammar_composite *c1 = &g->composites[places[4].composite];
    assert_true(c1->place_count == 2 && c1->note_count == 1);
    const struct grammar_note *note = &g->notes[n1->note_first + 1];
    assert_true(note->kind == 'P' && note->count == 2 && note->position_no[1] == 4);

    const struct grammar_message *m = &g->messages[0];
    const struct grammar_node *loop = &g->nodes[node_at(g, m, "HL")];
    assert_true(loop->tree_id_no == 1 && loop->tree_child_no == 4 && loop->prefer == 1);
    assert_true(loop->max == UINT32_MAX && loop->child_count == 2 && loop->position_no == 20);
    assert_true(g->nodes[loop->child_first].next_sibling == loop->child_first + 1);
    assert_int_equal(g->frames[GRAMMAR_MESSAGE].counts, GRAMMAR_LEVELS);
    assert_int_equal(g->frames[GRAMMAR_GROUP].header.len, 0);
    compiled_done(&compiled);
}

static void
the_order_of_declarations_means_nothing(void **state)
{
    (void)state;
    struct compiled a;
    struct compiled b;
    compiled_good(&a, HEAD N1 "element 2 \"x\" ID 1..1 codes open { A; B }\n" MESSAGE("020 N1 O 1"),
                  NULL);
    compiled_good(&b,
                  "edition 1\n" MESSAGE("020 N1 O 1") N1
                  "segment SE \"T\" { 01 1 M }\nsegment ST \"H\" { 01 1 M }\n"
                  "element 2 \"x\" ID 1..1 codes open { B }\nelement 1 \"E\" AN 1..9\n"
                  "envelope { message ST SE { } }\nstandard t 1\n",
                  "element,code,label\n2,A,\n");
    assert_int_equal(a.table.len, b.table.len);
    /* The header holds the hash of the sources; everything behind it is equal. */
    const size_t head = (size_t)((const char *)a.grammar.elements - a.table.at);
    assert_memory_equal(a.table.at + head, b.table.at + head, a.table.len - head);
    compiled_done(&a);
    compiled_done(&b);
}

static void
memory_may_run_out(void **state)
{
    (void)state;
    static const char text[] = HEAD N1 MESSAGE("020 loop N1 O >1 {\n020 N1 M 1\n}");
    struct lang_source file = {
        WB_LIT("t"), {text, sizeof text - 1}
    };
    const struct grammar_sources sources = {.files = &file, .file_count = 1};
    struct wb_ctx ctx;
    wb_ctx_init(&ctx);
    ctx.os.fault.ops_mask = 1u << WB_OS_ALLOC;
    uint64_t count = 1;
    for (uint64_t nth = 0; nth <= count; nth++) {
        struct wb_arena arena;
        struct lang_diags diags;
        struct wb_str table = {NULL, 0};
        ctx.os.fault.nth = nth;
        ctx.os.fault.seen = 0;
        wb_error_clear(&ctx);
        wb_arena_init(&arena, 1 << 24);
        lang_diags_init(&diags, &arena);
        const enum wb_rc rc = grammar_compile(&ctx, &arena, &sources, &diags, &table);
        count = nth == 0 ? ctx.os.fault.seen : count;
        assert_int_equal(rc, nth == 0 ? WB_OK : WB_NOMEM);
        assert_true((table.at != NULL) == (rc == WB_OK));
        wb_arena_done(&arena);
    }
    assert_true(count > 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_reported_in_place),
        cmocka_unit_test(every_code_is_provoked),
        cmocka_unit_test(an_idle_prefer_is_a_warning),
        cmocka_unit_test(too_many_nodes_are_refused),
        cmocka_unit_test(too_many_notes_are_refused),
        cmocka_unit_test(a_codes_file_too_large_is_refused),
        cmocka_unit_test(one_mistake_is_reported_once),
        cmocka_unit_test(marks_become_facts),
        cmocka_unit_test(the_order_of_declarations_means_nothing),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("grammar compile", tests, NULL, NULL);
}
