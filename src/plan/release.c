/*
 * What differs in shape between the releases of Odoo, in one table. Names that differ are not here:
 * grammars/odoo has them.
 */
#include "plan/plan_priv.h"

static const struct plan_release releases[] = {
    {.release = 17,
     .packagings = true,
     .unit_categories = true,
     .fiscal_rows = true,
     .gln_fields = {{"barcode", 7}, {"ref", 3}},
     .gln_field_count = 2},
    {.release = 18,
     .packagings = true,
     .unit_categories = true,
     .fiscal_rows = true,
     .gln_fields = {{"barcode", 7}, {"ref", 3}},
     .gln_field_count = 2},
    {.release = 19,
     .packagings = false,
     .unit_categories = false,
     .fiscal_rows = false,
     .gln_fields = {{"global_location_number", 22}, {"barcode", 7}, {"ref", 3}},
     .gln_field_count = 3},
};

const struct plan_release *
plan_release_of(uint32_t release)
{
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
        if (releases[i].release == release) {
            return &releases[i];
        }
    }
    return NULL;
}
