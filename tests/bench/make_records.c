/*
 * Writes to standard output what a seller's Odoo holds of the parties and products of the orders:
 * make_records partners|products|units, each as the export of one model.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "orders.h"

/* Ids of the exports: of hospitals, of their group, of products and their units. */
enum { HOSPITAL_FIRST = 100, GROUP = 60, PRODUCT_FIRST = 1000, UNIT_FIRST = 40 };

static void
partner(struct wb_out *out, uint32_t id, uint32_t hospital, const char *type)
{
    wb_out_printf(out,
                  "{\"id\": %u, \"name\": \"General Hospital %u\", \"active\": true, "
                  "\"ref\": false, \"vat\": false, \"barcode\": \"%013llu\", "
                  "\"parent_id\": %s, \"commercial_partner_id\": [%d, \"Hospitals\"], "
                  "\"type\": \"%s\", \"street\": \"100 Main Street\", \"zip\": \"62701\", "
                  "\"city\": \"Springfield\", \"country_id\": [233, \"United States\"], "
                  "\"user_id\": false, \"property_product_pricelist\": [2, \"Hospitals\"], "
                  "\"property_account_position_id\": false}",
                  id, hospital, (unsigned long long)bench_gln(hospital),
                  id == GROUP ? "false" : "[60, \"Hospitals\"]", (int)GROUP, type);
}

static void
partners(struct wb_out *out)
{
    partner(out, GROUP, BENCH_HOSPITALS, "contact");
    for (uint32_t i = 0; i < BENCH_HOSPITALS; i++) {
        wb_out_text(out, ",\n");
        partner(out, HOSPITAL_FIRST + i, i, "delivery");
    }
}

static uint32_t
unit_id(uint32_t unit)
{
    return unit == 0 ? 1 : UNIT_FIRST + unit;
}

static void
products(struct wb_out *out)
{
    for (uint32_t i = 0; i < BENCH_PRODUCTS; i++) {
        const struct bench_product p = bench_product(i);
        wb_out_printf(out,
                      "%s{\"id\": %u, \"display_name\": \"[%08u] Gloves %u\", "
                      "\"name\": \"Gloves %u\", \"active\": true, "
                      "\"default_code\": \"%08u\", \"barcode\": \"%012llu\", "
                      "\"product_tmpl_id\": [%u, \"Gloves %u\"], \"sale_ok\": true, "
                      "\"uom_id\": [%u, \"%s\"], \"lst_price\": %u.%02u, \"taxes_id\": [2]}",
                      i == 0 ? "" : ",\n", PRODUCT_FIRST + i, p.code, i, i, p.code,
                      (unsigned long long)p.upc, PRODUCT_FIRST + i, i, unit_id(p.unit),
                      bench_unit_name(p.unit), p.price / 100, p.price % 100);
    }
}

static void
unit_rows(struct wb_out *out)
{
    for (uint32_t i = 0; i < BENCH_UNITS; i++) {
        const bool single = i == 0;
        wb_out_printf(out,
                      "%s{\"id\": %u, \"name\": \"%s\", \"active\": true, "
                      "\"category_id\": [1, \"Unit\"], \"uom_type\": \"%s\", "
                      "\"factor\": %s, \"factor_inv\": %s, \"rounding\": 0.01}",
                      single ? "" : ",\n", unit_id(i), bench_unit_name(i),
                      single ? "reference" : "bigger", single ? "1.0" : "0.1",
                      single ? "1.0" : "10.0");
    }
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct wb_out *out);
    } kinds[] = {
        {"partners", partners },
        {"products", products },
        {"units",    unit_rows}
    };
    for (size_t i = 0; argc == 2 && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(argv[1], kinds[i].name) == 0) {
            struct wb_ctx ctx;
            struct wb_out out;
            wb_ctx_init(&ctx);
            wb_out_init(&out, &ctx, STDOUT_FILENO, 0);
            wb_out_text(&out, "[\n");
            kinds[i].write(&out);
            wb_out_text(&out, "\n]\n");
            const enum wb_rc rc = wb_out_finish(&out);
            wb_out_done(&out);
            return rc == WB_OK ? 0 : 1;
        }
    }
    (void)fputs("usage: make_records partners|products|units\n", stderr);
    return 2;
}
