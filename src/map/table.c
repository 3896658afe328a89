/* Look-up in tables: binary search, by left text and by right text. */
#include "map/machine_priv.h"

/* The row whose text on one side is `text`; `first` and `count` are the rows in that side's order.
 */
static const struct map_row *
find(const struct map_bundle *bundle, uint32_t first, uint32_t count, enum map_path_side side,
     struct wb_str text)
{
    uint32_t from = 0;
    uint32_t to = count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        const struct map_row *const row = &bundle->rows[first + middle];
        const struct map_ref ref = side == MAP_LEFT ? row->left : row->right;
        const int order = wb_str_cmp(bundle_str(bundle, ref), text);
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
table_left(const struct map_bundle *bundle, const struct map_table *table, struct wb_str code)
{
    return find(bundle, table->left_first, table->left_count, MAP_LEFT, code);
}

const struct map_row *
table_right(const struct map_bundle *bundle, const struct map_table *table, struct wb_str word)
{
    return find(bundle, table->right_first, table->right_count, MAP_RIGHT, word);
}
