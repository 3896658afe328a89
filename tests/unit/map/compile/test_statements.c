/*
 * Every kind of statement in both its forms, and what is said when it is used wrongly in ways that
 * the folder of wrong maps does not cover.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "record/compile.h"

#define SKELETON "tests/unit/map/wrong/skeleton.map"
#define HEAD "edition 1\n"
#define OPEN_MAP "map m {\n  left x12 004010 850\n  right business order\n  with skeleton\n"

static void
run(struct compiled *c, const char *text)
{
    compiled_init(c);
    compiled_file(c, SKELETON);
    compiled_text(c, text);
    compiled_run(c);
}

/* The body compiles behind the skeleton, and its programs have these lines one after the other. */
static void
good_with(const char *text, const char *const *lines)
{
    struct compiled c;
    run(&c, text);
    compiled_good(&c);
    const struct wb_str dump = compiled_dump(&c);
    const char *at = dump.at;
    for (size_t i = 0; lines[i] != NULL; i++) {
        const char *found = strstr(at, lines[i]);
        if (found == NULL) {
            print_message("no `%s` in\n" WB_FMT, lines[i], WB_ARG(dump));
        }
        assert_non_null(found);
        at = found + strlen(lines[i]);
    }
    compiled_done(&c);
}

static void
bad_with(const char *text, const char *code)
{
    struct compiled c;
    run(&c, text);
    if (compiled_find(&c, code) == NULL) {
        print_message("no %s for\n%s\n", code, text);
        compiled_print(&c);
    }
    assert_non_null(compiled_find(&c, code));
    compiled_done(&c);
}

/* The code does not come: what would be wrong is declared. */
static void
good_without(const char *text, const char *code)
{
    struct compiled c;
    run(&c, text);
    compiled_good(&c);
    if (compiled_find(&c, code) != NULL) {
        print_message("%s for\n%s\n", code, text);
        compiled_print(&c);
    }
    assert_null(compiled_find(&c, code));
    compiled_done(&c);
}

static void
values(void **state)
{
    (void)state;
    static const char *const lines[] = {"take BEG.04", "set release", "load release", "put BEG.04",
                                        NULL};
    good_with(HEAD OPEN_MAP "  BEG.04 <=> release\n}\n", lines);
    static const char *const one_way[] = {"take BEG.04", "set 1 release", "pass release", NULL};
    good_with(HEAD OPEN_MAP "  BEG.04 -> release\n}\n", one_way);
    static const char *const alternatives[] = {"take",
                                               "REF[01=CT|BC].02",
                                               "BEG.06",
                                               "set contract",
                                               "source",
                                               "kind",
                                               "load contract",
                                               "kept",
                                               "kind",
                                               "put",
                                               "REF[01=CT|BC].02",
                                               "BEG.06",
                                               NULL};
    good_with(HEAD OPEN_MAP "  REF[CT|BC] | BEG.06 <=> contract keep kind\n}\n", alternatives);
}

static void
constants(void **state)
{
    (void)state;
    static const char *const left[] = {"expect", "07", "const", "07", NULL};
    good_with(HEAD OPEN_MAP "  BEG.07 = AC\n}\n", left);
    static const char *const right[] = {"assign", "purpose", "require", "purpose", NULL};
    good_with(HEAD OPEN_MAP "  purpose = original\n}\n", right);
    bad_with(HEAD OPEN_MAP "  purpose = original or any\n}\n", "WB-MAP-0015");
    bad_with(HEAD OPEN_MAP "  DTM[002] = 20250101\n}\n", "WB-MAP-0015");
}

/* A constant beside a mapping is what is written when the record says nothing: it is not expected
 * when reading. */
static void
fallback_constants(void **state)
{
    (void)state;
    static const char text[] = HEAD OPEN_MAP "  FOB <=> delivery_terms {\n    01 <=> paid_by\n"
                                             "    01 = DF or any\n    09 <=> text\n  }\n}\n";
    static const char *const lines[] = {"const", "DF", NULL};
    good_with(text, lines);
    struct compiled c;
    run(&c, text);
    const struct wb_str dump = compiled_dump(&c);
    const char *expect = strstr(dump.at, "expect"); /* the skeleton has one, for BEG01 */
    assert_non_null(expect);
    assert_null(strstr(expect + 1, "expect"));
    compiled_done(&c);
}

static void
derived_values_and_checks(void **state)
{
    (void)state;
    static const char *const lines[] = {"count", "lines",  "compare", "CTT",
                                        "count", "derive", NULL};
    good_with(HEAD OPEN_MAP "  CTT.01 <- count(lines)\n}\n", lines);
    static const char *const sum[] = {"sum", "compare", "sum", "derive", NULL};
    good_with(HEAD OPEN_MAP "  CTT.01 <- count(lines)\n  CTT.02 <- sum(lines.quantity)\n}\n", sum);
    static const char *const product[] = {"sum", "check", "sum", "check", NULL};
    good_with(HEAD OPEN_MAP
              "  check goods_total == sum(lines.quantity * lines.unit_price) + 0.5 - (2 * 3)\n}\n",
              product);
    bad_with(HEAD OPEN_MAP "  CTT.02 <- sum(number)\n}\n", "WB-MAP-0016");
    bad_with(HEAD OPEN_MAP "  CTT.02 <- count(number)\n}\n", "WB-MAP-0016");
    bad_with(HEAD OPEN_MAP "  CTT.02 <- sum(lines.id)\n}\n", "WB-MAP-0016");
    bad_with(HEAD OPEN_MAP "  CTT.02 <- number + 1\n}\n", "WB-MAP-0016");
    bad_with(HEAD OPEN_MAP "  CTT.02 <- sum(lines.quantity * charges.amount)\n}\n", "WB-MAP-0016");
}

static void
blocks_and_lists(void **state)
{
    (void)state;
    static const char *const object[] = {"enter",   "ship_to", "take",  "leave", "open",
                                         "ship_to", "put",     "leave", NULL};
    good_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { 02 <=> name }\n}\n", object);
    static const char *const rest[] = {"rest", "references", "leave", "for", "references", NULL};
    good_with(HEAD OPEN_MAP "  REF[DP] <=> department\n"
                            "  each REF[else] <=> references { 01 <=> code; 02 <=> value }\n}\n",
              rest);
    static const char *const texts[] = {"take_all", "note", "put_all", "note", NULL};
    good_with(HEAD OPEN_MAP "  N9[L1].MSG <=> note\n  N9[L1].02 = NOTE or any\n}\n", texts);
    bad_with(HEAD OPEN_MAP "  BEG.04 <=> release { 02 <=> name }\n}\n", "WB-MAP-0012");
    bad_with(HEAD OPEN_MAP "  N1[ST] | N1[MA] <=> ship_to { 02 <=> name }\n}\n", "WB-MAP-0012");
    bad_with(HEAD OPEN_MAP "  each N1 <=> parties\n}\n", "WB-MAP-0012");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { N3.01..02 | N3.02 <=> street }\n}\n",
             "WB-MAP-0020");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { N3.02..01 <=> street }\n}\n", "WB-MAP-0020");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { 3036#0 <=> name }\n}\n", "WB-MAP-0002");
}

static void
pairs_and_choices(void **state)
{
    (void)state;
    static const char *const lines[] = {"take", "gln",       "rest_pairs", "other_ids",
                                        "have", "gln",       "unless",     "jump",
                                        "have", "other_ids", "put_pairs",  NULL};
    good_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to {\n    02 <=> name\n"
                            "    one of { :UL <=> gln; each :else <=> other_ids }\n  }\n}\n",
              lines);
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { one of { :UL <=> gln; 02 = X } }\n}\n",
             "WB-MAP-0013");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { one of { one of { :UL <=> gln } } }\n}\n",
             "WB-MAP-0013");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { each :else <=> street }\n}\n", "WB-MAP-0012");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { :else <=> gln }\n}\n", "WB-MAP-0012");
}

static void
branches(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "test",   "number", "unless", "set department", "jump", "set department", "test",
        "unless", "put",    NULL};
    good_with(HEAD OPEN_MAP "  when number = A { REF[DP] <=> department } else {\n"
                            "    REF[19] <=> department }\n}\n",
              lines);
    static const char *const outer[] = {"each", "lines", "test 1 number", "unless", "leave", NULL};
    good_with(HEAD "map m {\n  left x12 004010 850\n  right business order\n  BEG.01 = 00\n"
                   "  BEG.02 <=> kind via skeleton_kind\n  BEG.03 <=> number\n"
                   "  BEG.05 <=> issued_on\n  each PO1 <=> lines {\n    02 <=> quantity\n"
                   "    when number = A { 01 <=> id }\n  }\n}\n",
              outer);
}

static void
selected_lists(void **state)
{
    (void)state;
    static const char body[] =
        HEAD OPEN_MAP "  each SAC[C] <=> charges[charge=true] { 02 <=> code }\n"
                      "  each SAC[A] <=> charges[charge=false] { 02 <=> code }\n"
                      "  each SAC[N] <=> charges[else] { 02 <=> code }\n}\n";
    static const char *const lines[] = {"each",   "charges", "assign", "charge", "each",
                                        "assign", "each",    "for",    "charge", NULL};
    good_with(body, lines);
    good_without(body, "WB-MAP-0408");
    bad_with(HEAD OPEN_MAP "  each SAC[C] <=> charges[charge=true] { 02 <=> code }\n}\n",
             "WB-MAP-0408");
    bad_with(HEAD OPEN_MAP "  each SAC[C] <=> charges[charge=yes] { 02 <=> code }\n}\n",
             "WB-MAP-0206");
    bad_with(HEAD OPEN_MAP "  each SAC[C] <=> charges[what=yes] { 02 <=> code }\n}\n",
             "WB-MAP-0109");
    bad_with(HEAD OPEN_MAP "  BEG.04 <=> release[charge=true]\n}\n", "WB-MAP-0017");
    bad_with(HEAD OPEN_MAP "  each SAC[C] <=> charges[charge=true|false] { 02 <=> code }\n}\n",
             "WB-MAP-0017");
}

static void
siblings(void **state)
{
    (void)state;
    static const char *const lines[] = {"take", "currency", NULL};
    good_with(HEAD OPEN_MAP "  CUR.02[01=BY] <=> currency\n}\n", lines);
    bad_with(HEAD OPEN_MAP "  CUR.02[BY] <=> currency\n}\n", "WB-MAP-0018");
    bad_with(HEAD OPEN_MAP "  CUR.02[else] <=> currency\n}\n", "WB-MAP-0018");
}

static void
keeping(void **state)
{
    (void)state;
    static const char *const lines[] = {"keep", "TD5", "drop", "TD3", "restore", NULL};
    good_with(HEAD OPEN_MAP "  keep TD5\n  drops TD3\n}\n", lines);
    static const char *const met[] = {"met", "role", "choose", "role", NULL};
    good_with(HEAD OPEN_MAP "  N1[SE|SU] <=> seller keep role { 02 <=> name }\n}\n", met);
    bad_with(HEAD OPEN_MAP "  N1[SE|SU] <=> seller { 02 <=> name }\n}\n", "WB-MAP-0409");
    bad_with(HEAD OPEN_MAP "  REF[CT|BC] <=> contract\n}\n", "WB-MAP-0409");
    good_without(HEAD OPEN_MAP "  REF[CT|BC] <=> contract keep kind\n}\n", "WB-MAP-0409");
    bad_with(HEAD OPEN_MAP "  REF[CT|BC] <=> contract keep REF.02\n}\n", "WB-MAP-0019");
    bad_with(HEAD OPEN_MAP "  REF[CT|BC] <=> contract keep number.kind\n}\n", "WB-MAP-0019");
    bad_with(HEAD OPEN_MAP "  TD5 <=> carrier keep a.b { 05 <=> routing }\n}\n", "WB-MAP-0019");
    bad_with(HEAD OPEN_MAP "  each PER <=> contacts {\n    01 = IC\n    keep :TE\n  }\n}\n",
             "WB-MAP-0019");
}

static void
what_is_declared_is_not_reported(void **state)
{
    (void)state;
    good_without(HEAD OPEN_MAP "  BEG.04 <=> currency cut\n}\n", "WB-MAP-0202");
    good_without(HEAD OPEN_MAP "  FOB <=> delivery_terms { 01 = DF; 09 <=> text }\n}\n",
                 "WB-MAP-0302");
    bad_with(HEAD OPEN_MAP "  PO4.01 <=> quantity_total\n  BEG.04 <=> release round\n}\n",
             "WB-MAP-0105");
    bad_with(HEAD OPEN_MAP "  BEG.04 <=> release round\n}\n", "WB-MAP-0210");
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to {\n    02 <=> name\n    N4.02 <=> state\n  }\n"
                           "  N1[BT].N4.02 | N1[BT].N4.05 <=> currency\n}\n",
             "WB-MAP-0209");
}

static void
notes_and_presence(void **state)
{
    (void)state;
    bad_with(HEAD OPEN_MAP "  N1[ST] <=> ship_to { 02 <=> name; N4.01 <=> city }\n}\n",
             "WB-MAP-0305");
    good_without(HEAD OPEN_MAP "  N1[ST] <=> ship_to { 02 = X or any; N4.01 <=> city }\n}\n",
                 "WB-MAP-0305");
    good_without(HEAD OPEN_MAP "  N1[ST] <=> ship_to { 02 <=> name }\n}\n", "WB-MAP-0305");
}

static void
sides(void **state)
{
    (void)state;
    bad_with(HEAD "map m {\n  left business order\n  right x12 004010 850\n}\n", "WB-MAP-0011");
    bad_with(HEAD OPEN_MAP "  department <=> REF[DP]\n}\n", "WB-MAP-0011");
    bad_with(HEAD OPEN_MAP "  REF[DP] <=> BEG.04\n}\n", "WB-MAP-0011");
    bad_with(HEAD "map m {\n  left x12 004010 850 guide acme\n  right business order\n}\n",
             "WB-MAP-0006");
    bad_with(HEAD "map m {\n  left business order\n  right odoo sale_order\n"
                  "  buyer <=> partner_id by { gln <=> gln }\n  keep number\n}\n",
             "WB-MAP-0019");
    bad_with(HEAD OPEN_MAP "  /BEG.04 -> release\n}\n", "WB-MAP-0022");
}

static void
records_between(void **state)
{
    (void)state;
    static const char *const lines[] = {"enter buyer <=> partner_id", "take gln", "open buyer",
                                        "put gln", NULL};
    good_with(HEAD "map m {\n  left business order\n  right odoo sale_order\n"
                   "  buyer <=> partner_id by { gln <=> gln }\n"
                   "  each lines <=> order_line[display_type=none] {\n"
                   "    item <=> product_id by product { gtin <=> barcode }\n"
                   "    quantity <=> product_uom_qty\n  }\n}\n",
              lines);
    bad_with(HEAD "map m {\n  left business order\n  right odoo sale_order\n"
                  "  buyer <=> partner_id by { gln <=> gln }\n}\n",
             "WB-MAP-0308");
}

static void
limits(void **state)
{
    (void)state;
    struct compiled c;
    compiled_init(&c);
    compiled_file(&c, SKELETON);
    struct wb_out out;
    wb_out_init(&out, &c.ctx, -1, 8 * 1024 * 1024);
    wb_out_text(&out, HEAD "shape a { BEG.04 <=> release }\n");
    for (int level = 0; level < 5; level++) { /* 10 to the 5 statements by five shapes */
        wb_out_printf(&out, "shape %c {", 'b' + level);
        for (int i = 0; i < 10; i++) {
            wb_out_printf(&out, " with %c;", 'a' + level);
        }
        wb_out_text(&out, " }\n");
    }
    wb_out_text(&out, OPEN_MAP "  with f\n}\n");
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_byte(&out, '\0');
    compiled_text(&c, out.buf.at);
    compiled_run(&c);
    assert_non_null(compiled_find(&c, "WB-MAP-0008"));
    wb_out_done(&out);
    compiled_done(&c);
}

/* What a table leaves to its `else`, on either side. */
static void
codes_left_to_else(void **state)
{
    (void)state;
    bad_with(HEAD OPEN_MAP "  DTM[002] <=> requested_on\n}\n", "WB-MAP-0310"); /* the skeleton's */
    bad_with(HEAD OPEN_MAP "  DTM[002] <=> requested_on\n}\n", "WB-MAP-0312");
}

/* A segment whose elements may lack in more ways than are tried. */
static void
too_many_variables(void **state)
{
    (void)state;
    static const char body[] =
        HEAD OPEN_MAP "  ITD.01 <=> terms.kind\n  ITD.02 <=> terms.basis\n"
                      "  ITD.03 <=> terms.discount_percent\n  ITD.04 <=> terms.discount_on\n"
                      "  ITD.05 <=> terms.discount_days\n  ITD.06 <=> terms.net_on\n"
                      "  ITD.07 <=> terms.net_days\n  ITD.08 <=> goods_total round\n"
                      "  ITD.09 <=> deliver_from\n  ITD.10 <=> payable round\n"
                      "  ITD.11 <=> tax_total\n  ITD.12 <=> terms.text\n"
                      "  ITD.13 <=> line_count cut\n  ITD.14 <=> delivery_terms.paid_by\n";
    char text[1024];
    assert_true(snprintf(text, sizeof text, "%s}\n", body) < (int)sizeof text);
    good_without(text, "WB-MAP-0314");
    assert_true(snprintf(text, sizeof text, "%s  ITD.15 <=> quantity_total\n}\n", body) <
                (int)sizeof text);
    bad_with(text, "WB-MAP-0314");
}

static const struct record_schema *
own_schema(void *self, struct wb_str name)
{
    (void)name; /* there is one */
    return self;
}

/* A record that holds itself, so that blocks can be nested without end. */
static void
nested(struct compiled *c, unsigned levels)
{
    static const char schema[] = "edition 1\nschema deep\n"
                                 "record unit \"A unit\" { units list unit \"inner\" }\n"
                                 "document notice version 1 \"A notice\" {\n"
                                 "  units list unit \"outer\"\n}\n";
    const struct lang_source source = {WB_LIT("deep.gram"), wb_str_of(schema)};
    const struct record_schema *own = NULL;
    struct wb_out out;
    compiled_init(c);
    assert_int_equal(record_compile(&c->ctx, &c->arena, &source, 1, &c->diags, &own), WB_OK);
    wb_out_init(&out, &c->ctx, -1, 1024 * 1024);
    wb_out_text(&out, HEAD "map m {\n  left deep notice\n  right deep notice\n");
    for (unsigned i = 0; i < levels; i++) {
        wb_out_text(&out, "each left.units <=> right.units {\n");
    }
    for (unsigned i = 0; i < levels; i++) {
        wb_out_text(&out, "}\n");
    }
    wb_out_text(&out, "}\n");
    assert_int_equal(wb_out_finish(&out), WB_OK);
    c->files[0].path = WB_LIT("deep.map");
    c->files[0].bytes = wb_arena_dup(&c->ctx, &c->arena, wb_buf_str(&out.buf));
    c->file_count = 1;
    wb_out_done(&out);
    /* find_schema takes its own self without const; nothing is written through it. */
    const struct map_world world = {.find_schema = own_schema, .self = (void *)(uintptr_t)own};
    c->rc = map_compile(&c->ctx, &c->arena, &world, c->files, 1, &c->diags, &c->bundle);
}

static void
depth(void **state)
{
    (void)state;
    struct compiled c;
    nested(&c, 24);
    compiled_good(&c);
    compiled_done(&c);
    nested(&c, 25);
    assert_int_equal(c.rc, WB_INVALID);
    if (compiled_find(&c, "WB-MAP-0007") == NULL) {
        compiled_print(&c);
    }
    assert_non_null(compiled_find(&c, "WB-MAP-0007"));
    compiled_done(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(constants),
        cmocka_unit_test(fallback_constants),
        cmocka_unit_test(derived_values_and_checks),
        cmocka_unit_test(blocks_and_lists),
        cmocka_unit_test(pairs_and_choices),
        cmocka_unit_test(branches),
        cmocka_unit_test(selected_lists),
        cmocka_unit_test(siblings),
        cmocka_unit_test(keeping),
        cmocka_unit_test(what_is_declared_is_not_reported),
        cmocka_unit_test(notes_and_presence),
        cmocka_unit_test(sides),
        cmocka_unit_test(records_between),
        cmocka_unit_test(limits),
        cmocka_unit_test(codes_left_to_else),
        cmocka_unit_test(too_many_variables),
        cmocka_unit_test(depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
