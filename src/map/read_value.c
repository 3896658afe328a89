/*
 * Reading single values: TAKE to SET, and what `keep` notes of the choice; constants and derived
 * values of the left. Lists are in read_list.c.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

void
undo_all(struct machine *m)
{
    for (size_t i = 0; i < m->undo_count; i++) {
        if (m->undo[i].item != NULL) {
            m->undo[i].item->flags &= (uint16_t)~TREE_CLAIMED;
        } else {
            m->undo[i].cell->taken = false;
        }
    }
    m->undo_count = 0;
}

/* Which code of the place's set was met, for `keep`. */
static void
note_code(struct machine *m, const struct map_place *place, struct frame *frame,
          const struct place_hit *hit)
{
    struct map_test set;
    m->code_met = (struct wb_str){NULL, 0};
    m->code_index = 0;
    if (hit->segment == NULL || !place_codes(m, place, &set)) {
        return;
    }
    const struct tree_item *item = NULL;
    if (set.element_no == 0) {
        item =
            element_item(hit->segment, &m->bundle->elements[place->element_first + hit->pair_at]);
    } else {
        item = tree_item(hit->segment, set.element_no, set.repeat_no, set.component_no);
    }
    for (uint32_t k = place->key; k != MAP_NONE && item == NULL; k = m->bundle->keys[k].parent) {
        struct tree_node *const node = key_find(m, frame, k);
        const struct tree_node *const segment = node == NULL ? NULL : segment_of(m, node);
        if (segment != NULL) {
            item = tree_item(segment, set.element_no, set.repeat_no, set.component_no);
        }
    }
    for (uint32_t i = 0; item != NULL && i < set.code_count; i++) {
        if (wb_str_eq(bundle_str(m->bundle, m->bundle->codes[set.code_first + i]), item->value)) {
            m->code_met = item->value;
            m->code_index = i;
        }
    }
}

/* A place that holds something: the first one gives V, others are compared with it. */
static enum wb_rc
take_found(struct machine *m, struct frame *frame, uint32_t place, const struct place_hit *hit)
{
    const struct map_place *const row = place_of(m, place);
    hit_place(m, place);
    if (!m->has_value) {
        m->has_value = true;
        m->value = hit->value;
        m->left_value = hit->value;
        m->place = place;
        note_code(m, row, frame, hit);
        if (m->run->trace != NULL) {
            m->place_text = place_text(m, frame, row, hit->segment);
        }
        return claim_hit(m, frame, place, hit);
    }
    if (conv_same(&m->value, &hit->value)) {
        return claim_hit(m, frame, place, hit);
    }
    return note_add(m, MAP_DISAGREE, place_text(m, frame, row, hit->segment),
                    value_text(m, &hit->value), "another place of the same statement holds " WB_FMT,
                    WB_ARG(value_text(m, &m->value)));
}

static struct wb_str
hit_text(const struct machine *m, const struct map_place *place, const struct place_hit *hit)
{
    if (hit->segment == NULL) {
        return (struct wb_str){NULL, 0};
    }
    const uint32_t at = place->kind == MAP_PLACE_PAIR ? hit->pair_at + 1 : 0;
    const struct tree_item *const item =
        element_item(hit->segment, &m->bundle->elements[place->element_first + at]);
    return item == NULL ? (struct wb_str){NULL, 0} : item->value;
}

enum wb_rc
map_run_TAKE(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    struct place_hit refused = {.segment = NULL};
    uint32_t refused_at = MAP_NONE;
    m->has_value = m->refused = m->table_used = false;
    m->table_primary = true;
    m->place = MAP_NONE;
    m->undo_count = 0;
    for (uint32_t i = 0; i < code->b; i++) {
        struct place_hit hit;
        enum wb_rc rc = WB_OK;
        const enum place_rc found = place_look(m, frame, code->c + i, &hit);
        if (found == PLACE_NOMEM) {
            return WB_NOMEM;
        }
        if (found == PLACE_FOUND) {
            rc = take_found(m, frame, code->c + i, &hit);
        } else if (found == PLACE_REFUSED && refused_at == MAP_NONE) {
            refused = hit;
            refused_at = code->c + i;
        }
        if (rc != WB_OK) {
            return rc;
        }
    }
    if (m->has_value || refused_at == MAP_NONE) {
        return WB_OK;
    }
    m->refused = true;
    const struct map_place *const place = place_of(m, refused_at);
    return note_add(m, MAP_NOT_CONVERTED, place_text(m, frame, place, refused.segment),
                    hit_text(m, place, &refused), "none of the kind expected here");
}

/* Takes V back: its places stay unclaimed. */
static enum wb_rc
give_back(struct machine *m, enum map_note_kind kind, const char *why)
{
    struct frame *const frame = frame_now(m);
    const struct wb_str value = value_text(m, &m->left_value);
    struct wb_str place = {NULL, 0};
    struct place_hit hit = {.segment = NULL};
    undo_all(m);
    if (m->place != MAP_NONE) {
        (void)place_look(m, frame, m->place, &hit); /* only to name its segment */
        place = place_text(m, frame, place_of(m, m->place), hit.segment);
    }
    m->has_value = false;
    m->refused = true;
    return note_add(m, kind, place, value, "%s", why);
}

enum wb_rc
map_run_TABLE(struct machine *m, const struct map_code *code)
{
    const struct map_table *const table = &m->bundle->tables[code->b];
    if (!m->has_value) {
        return WB_OK;
    }
    const struct wb_str met = conv_text(&m->env, &m->value);
    const struct map_row *const row = table_left(m->bundle, table, met);
    if (row != NULL) {
        const struct wb_str word = bundle_str(m->bundle, row->right);
        const struct map_row *const back = table_right(m->bundle, table, word);
        hit_row(m, row);
        m->table_used = true;
        m->table_primary = back != NULL && wb_str_eq(bundle_str(m->bundle, back->left), met);
        m->value = (struct record_value){.present = true, .type = RECORD_TEXT, .text = word};
        return WB_OK;
    }
    const bool collides = code->c == MAP_NONE && table_right(m->bundle, table, met) != NULL;
    if (table->otherwise != MAP_ELSE_KEEP || collides) {
        return give_back(m, MAP_NO_ROW, "the table has no row for this code");
    }
    struct wb_str raw = met;
    if (code->c != MAP_NONE) {
        const struct wb_str space = m->bundle->values[code->c].text;
        raw = wb_arena_printf(m->ctx, m->arena, WB_FMT ":" WB_FMT, WB_ARG(space), WB_ARG(met));
    }
    m->value = (struct record_value){.present = true, .type = RECORD_TEXT, .text = raw};
    return raw.at == NULL ? WB_NOMEM : WB_OK;
}

enum wb_rc
map_run_DEFAULT(struct machine *m, const struct map_code *code)
{
    if (!m->has_value && !m->refused) {
        m->has_value = true;
        m->value = m->left_value = m->bundle->values[code->c];
        m->place = MAP_NONE;
    }
    return WB_OK;
}

enum wb_rc
map_run_SET(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    struct cell_ref at;
    struct record_value value;
    if (!m->has_value) {
        return WB_OK;
    }
    enum wb_rc rc = path_right(m, frame, code->b, true, &at);
    if (rc != WB_OK) {
        return rc;
    }
    if (!value_into(&m->value, at.field, &value)) {
        return give_back(m, MAP_NOT_CONVERTED, "the value is none of the field's kind");
    }
    *at.cell = value;
    at.cell->present = true;
    if (m->place != MAP_NONE) {
        frame->touched = true;
        if (m->run->trace != NULL) {
            rc = trace_add(m, m->place_text, path_text(m, frame, code->b), at.cell);
        }
    }
    return rc;
}

/* The alternative that writing would choose for what was read: the first that takes it. */
static uint32_t
first_that_takes(struct machine *m, const struct map_place *place)
{
    struct wb_str parts[MAP_PARTS_MAX];
    for (uint32_t i = 0; i < place->alt_count; i++) {
        const struct map_place *const other = place_of(m, place->alt_first + i);
        const bool pair = other->kind == MAP_PLACE_PAIR;
        const struct map_element *const elements =
            &m->bundle->elements[other->element_first + (pair ? 1 : 0)];
        if (other->kind == MAP_PLACE_FIELD) {
            return place->alt_first + i;
        }
        const enum conv_rc rc = conv_write(&m->env, &m->bundle->convs[other->conv], elements,
                                           pair ? 1 : other->element_count, &m->left_value, parts);
        if (rc == CONV_OK || rc == CONV_CUT) {
            return place->alt_first + i;
        }
    }
    return place->alt_first;
}

/* "VP", "REF/BC", "BC", "SA": place, code of its set, code of the table, as far as they vary. */
static struct wb_str
choice_text(struct machine *m, const struct map_place *place)
{
    const struct wb_str label =
        place->alt_count > 1 ? bundle_str(m->bundle, place->label) : (struct wb_str){NULL, 0};
    const struct wb_str code = m->code_met;
    const struct wb_str row =
        m->table_used ? conv_text(&m->env, &m->left_value) : (struct wb_str){NULL, 0};
    const char *const first = label.len > 0 && (code.len > 0 || row.len > 0) ? "/" : "";
    const char *const second = code.len > 0 && row.len > 0 ? "/" : "";
    return wb_arena_printf(m->ctx, m->arena, WB_FMT "%s" WB_FMT "%s" WB_FMT, WB_ARG(label), first,
                           WB_ARG(code), second, WB_ARG(row));
}

enum wb_rc
source_put(struct machine *m, struct record_object *owner, struct wb_str name, struct wb_str text)
{
    if (owner->source == NULL) {
        owner->source = record_any_new(m->ctx, m->arena, RECORD_MAP);
    }
    struct record_any *const value = record_any_text(m->ctx, m->arena, text);
    if (owner->source == NULL || value == NULL) {
        return WB_NOMEM;
    }
    return record_any_set(m->ctx, m->arena, owner->source, name, value);
}

enum wb_rc
map_run_SOURCE(struct machine *m, const struct map_code *code)
{
    if (!m->has_value || m->place == MAP_NONE || m->run->no_source) {
        return WB_OK;
    }
    const struct map_place *const place = place_of(m, m->place);
    const bool usual = m->code_index == 0 && m->table_primary &&
                       (place->alt_count < 2 || first_that_takes(m, place) == m->place);
    if (usual) {
        return WB_OK;
    }
    struct record_object *owner = NULL;
    struct map_mark *mark = NULL;
    const struct wb_str text = choice_text(m, place);
    const enum wb_rc rc = path_owner(m, frame_now(m), code->b, true, &owner, &mark);
    if (rc != WB_OK || text.at == NULL) {
        return rc != WB_OK ? rc : WB_NOMEM;
    }
    return text.len == 0 ? WB_OK : source_put(m, owner, m->bundle->values[code->c].text, text);
}

enum wb_rc
map_run_MET(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_test *const set = key_set_of(m->bundle, frame->block->key);
    const struct tree_node *const segment = segment_of(m, frame->node);
    if (set == NULL || segment == NULL || m->run->no_source) {
        return WB_OK;
    }
    const struct tree_item *const item =
        tree_item(segment, set->element_no, set->repeat_no, set->component_no);
    const struct wb_str first = bundle_str(m->bundle, m->bundle->codes[set->code_first]);
    if (item == NULL || wb_str_eq(item->value, first)) {
        return WB_OK;
    }
    return source_put(m, frame->right_made, m->bundle->values[code->c].text, item->value);
}

/* A constant between records. */
static enum wb_rc
expect_field(struct machine *m, struct frame *frame, const struct map_code *code)
{
    const struct record_value *const wanted = &m->bundle->values[code->b];
    struct place_hit hit;
    const enum place_rc found = place_look(m, frame, code->c, &hit);
    if (found != PLACE_FOUND) {
        return found == PLACE_NOMEM ? WB_NOMEM : WB_OK;
    }
    const enum wb_rc rc = claim_hit(m, frame, code->c, &hit);
    if (rc != WB_OK || code->a == 1 || conv_same(&hit.value, wanted)) {
        return rc;
    }
    return note_add(m, MAP_EXPECTED, place_text(m, frame, place_of(m, code->c), NULL),
                    value_text(m, &hit.value), "expected " WB_FMT, WB_ARG(value_text(m, wanted)));
}

enum wb_rc
map_run_EXPECT(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    const bool any = code->a == 1;
    m->undo_count = 0;
    if (place->kind == MAP_PLACE_FIELD) {
        return expect_field(m, frame, code);
    }
    struct tree_node *const node = key_find(m, frame, place->key);
    const struct tree_node *const segment = node == NULL ? NULL : segment_of(m, node);
    if (segment == NULL || !tests_hold(m, segment, place->test_first, place->test_count)) {
        return WB_OK;
    }
    const struct map_element *const element = &m->bundle->elements[place->element_first];
    struct tree_item *const item = element_item(segment, element);
    const struct wb_str text = conv_text(&m->env, &m->bundle->values[code->b]);
    if (item == NULL) {
        return any || !element->mandatory
                   ? WB_OK
                   : note_add(m, MAP_EXPECTED, node_text(m, segment, element),
                              (struct wb_str){NULL, 0}, "expected " WB_FMT ", nothing is there",
                              WB_ARG(text));
    }
    const enum wb_rc rc = claim_item(m, item);
    if (rc != WB_OK || any || wb_str_eq(item->value, text)) {
        return rc;
    }
    return note_add(m, MAP_EXPECTED, node_text(m, segment, element), item->value,
                    "expected " WB_FMT, WB_ARG(text));
}

enum wb_rc
map_run_ASSIGN(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    struct record_value value;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, true, &at);
    if (rc == WB_OK && value_into(&m->bundle->values[code->c], at.field, &value)) {
        *at.cell = value;
        at.cell->present = true;
    }
    return rc;
}

enum wb_rc
map_run_COMPARE(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    assert(m->stack_count == 1); /* verified */
    const struct stack_value wanted = m->stack[0];
    struct place_hit hit;
    m->stack_count = 0;
    m->undo_count = 0;
    const enum place_rc found = place_look(m, frame, code->c, &hit);
    if (found == PLACE_ABSENT || found == PLACE_NOMEM) {
        return found == PLACE_NOMEM ? WB_NOMEM : WB_OK;
    }
    const struct map_place *const place = place_of(m, code->c);
    if (found == PLACE_REFUSED) {
        return note_add(m, MAP_NOT_CONVERTED, place_text(m, frame, place, hit.segment),
                        hit_text(m, place, &hit), "the value is no number");
    }
    const enum wb_rc rc = claim_hit(m, frame, code->c, &hit);
    const struct record_value derived = {.present = true, .type = RECORD_DEC, .dec = wanted.dec};
    const struct wb_dec have =
        hit.value.type == RECORD_INT ? wb_dec_int(hit.value.number) : hit.value.dec;
    if (rc != WB_OK || !wanted.present || wb_dec_cmp(have, wanted.dec) == 0) {
        return rc;
    }
    return note_add(m, MAP_EXPECTED, place_text(m, frame, place, hit.segment),
                    value_text(m, &hit.value), "derived from the rest it is " WB_FMT,
                    WB_ARG(value_text(m, &derived)));
}
