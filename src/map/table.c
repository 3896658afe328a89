/* Look-up in tables: binary search, by left text and by right text. */
#include "map/machine_priv.h"

const struct map_row *
table_left(const struct map_bundle *bundle, const struct map_table *table, struct wb_str code)
{
    uint32_t from = 0;
    uint32_t to = table->left_count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        const struct map_row *const row = &bundle->rows[table->left_first + middle];
        const int order = wb_str_cmp(bundle_str(bundle, row->left), code);
        if (order == 0) {
            return row;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return NULL;
}

const struct map_row *
table_right(const struct map_bundle *bundle, const struct map_table *table, struct wb_str word)
{
    uint32_t from = 0;
    uint32_t to = table->right_count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        const struct map_row *const row = &bundle->rows[table->right_first + middle];
        const int order = wb_str_cmp(bundle_str(bundle, row->right), word);
        if (order == 0) {
            return row;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return NULL;
}
