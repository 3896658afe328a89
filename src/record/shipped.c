/* The schemas that come with the program, by name. */
#include "record/shipped.h"

const struct record_schema *
record_shipped(struct wb_str name)
{
    static const struct record_schema *const schemas[] = {&record_schema_business,
                                                          &record_schema_odoo};
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
        if (wb_str_eq(schemas[i]->name, name)) {
            return schemas[i];
        }
    }
    return NULL;
}
