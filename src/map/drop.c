/*
 * DROP: what the map says it knows and does not carry. It is claimed, marked, and noted.
 */
#include "map/machine_priv.h"

/* Claims what is left of an instance; how much that is. */
static uint32_t
drop_node(struct tree_node *node)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->item_count; i++) {
        if ((node->items[i].flags & TREE_CLAIMED) == 0) {
            node->items[i].flags |= TREE_CLAIMED | TREE_DROPPED;
            count++;
        }
    }
    for (struct tree_node *child = node->child; child != NULL; child = child->next) {
        count += drop_node(child); /* bounded by the depth of the grammar */
    }
    return count;
}

static enum wb_rc
drop_elements(struct machine *m, const struct map_place *place, const struct tree_node *segment)
{
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; i < place->element_count && rc == WB_OK; i++) {
        const struct map_element *const element = &m->bundle->elements[place->element_first + i];
        struct tree_item *const item = element_item(segment, element);
        if (item != NULL && (item->flags & TREE_CLAIMED) == 0) {
            item->flags |= TREE_CLAIMED | TREE_DROPPED;
            rc = note_add(m, MAP_DROPPED, node_text(m, segment, element), item->value, "dropped");
        }
    }
    return rc;
}

static enum wb_rc
drop_field(struct machine *m, struct frame *frame, const struct map_place *place)
{
    struct cell_ref at;
    const enum wb_rc rc = path_left(m, frame, place->key, place->path, false, &at);
    if (rc != WB_OK || at.cell == NULL || record_is_empty(at.cell) || at.mark == NULL ||
        at.mark->taken) {
        return rc;
    }
    at.mark->taken = true;
    return note_add(m, MAP_DROPPED, left_text(m, frame, place->key, place->path),
                    value_text(m, at.cell), "dropped");
}

enum wb_rc
map_run_DROP(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    enum wb_rc rc = WB_OK;
    if (place->kind == MAP_PLACE_FIELD) {
        return drop_field(m, frame, place);
    }
    struct tree_node *node = key_find(m, frame, place->key);
    if (place->kind != MAP_PLACE_NODE) {
        const struct tree_node *const segment = node == NULL ? NULL : segment_of(m, node);
        return segment == NULL ? WB_OK : drop_elements(m, place, segment);
    }
    while (node != NULL && rc == WB_OK) {
        const bool fits = (place->flags & MAP_PLACE_REST) == 0 || !node_is_claimed(m, node);
        const uint32_t count = fits ? drop_node(node) : 0;
        if (count > 0) {
            rc = note_add(m, MAP_DROPPED, node_text(m, node, NULL), (struct wb_str){NULL, 0},
                          "dropped: %u values", (unsigned)count);
        }
        node = place->key == MAP_NONE ? NULL : match_next(m, node, &m->bundle->keys[place->key]);
    }
    return rc;
}
