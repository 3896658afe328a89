/*
 * Writing single values: LOAD to PUT with the choice that `keep` noted; constants, derived values,
 * and fields that are taken without being written. Lists are in write_list.c.
 */
#include <assert.h>
#include <string.h>

#include "map/machine_priv.h"

static void
take_field(struct machine *m)
{
    if (m->load_cell != NULL) {
        m->load_cell->taken = true;
    }
}

enum wb_rc
map_run_LOAD(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, false, &at);
    m->has_value = rc == WB_OK && at.cell != NULL && !record_is_empty(at.cell);
    m->kept = (struct wb_str){NULL, 0};
    m->load_cell = at.mark;
    m->load_path = code->b;
    if (m->has_value) {
        m->value = *at.cell;
    }
    return rc;
}

enum wb_rc
map_run_KEPT(struct machine *m, const struct map_code *code)
{
    struct record_object *owner = NULL;
    struct map_mark *mark = NULL;
    const struct wb_str name = m->bundle->values[code->c].text;
    if (!m->has_value || m->run->no_source) {
        return WB_OK;
    }
    const enum wb_rc rc = path_owner(m, frame_now(m), code->b, false, &owner, &mark);
    if (rc != WB_OK) {
        return rc;
    }
    if (mark != NULL) {
        m->kept = source_get(mark, name);
    }
    return WB_OK;
}

struct wb_str
source_get(struct map_mark *mark, struct wb_str name)
{
    const struct record_any *const source = mark->object->source;
    struct wb_str found = {NULL, 0};
    for (size_t i = 0; source != NULL && i < source->count; i++) {
        if (wb_str_eq(source->names[i], name) && source->items[i]->kind == RECORD_STRING) {
            found = source->items[i]->text;
            mark->source_taken |= i < 64 ? (uint64_t)1 << i : 0;
        }
    }
    return found;
}

enum wb_rc
map_run_UNDEFAULT(struct machine *m, const struct map_code *code)
{
    const struct record_value *const usual = &m->bundle->values[code->c];
    if (m->has_value && m->kept.len == 0 && conv_same(&m->value, usual)) {
        take_field(m);
        m->has_value = false;
    }
    return WB_OK;
}

/* The end of the kept text, behind a '/', that is a code of V's row; empty when there is none. */
static struct wb_str
kept_code(struct machine *m, const struct map_table *table, const struct map_row *row)
{
    const struct wb_str kept = m->kept;
    for (size_t at = 0; at < kept.len; at++) {
        if (at > 0 && kept.at[at - 1] != '/') {
            continue;
        }
        const struct wb_str code = wb_str_sub(kept, at, kept.len - at);
        const struct map_row *const met = table_left(m->bundle, table, code);
        if (met != NULL && met->row == row->row) {
            m->kept = wb_str_sub(kept, 0, at == 0 ? 0 : at - 1);
            return code;
        }
    }
    return (struct wb_str){NULL, 0};
}

/* V is taken, but not written. */
static enum wb_rc
refuse(struct machine *m, enum map_note_kind kind, const char *why)
{
    const struct wb_str value = value_text(m, &m->value);
    take_field(m);
    m->has_value = false;
    return note_add(m, kind, path_text(m, frame_now(m), m->load_path), value, "%s", why);
}

/* A word that no row has: a code that reading let through, without its namespace. */
static enum wb_rc
untable_raw(struct machine *m, const struct map_table *table, struct wb_str word, uint32_t space)
{
    struct wb_str raw = word;
    if (table->otherwise != MAP_ELSE_KEEP) {
        return refuse(m, MAP_NO_ROW, "the table has no row for this word");
    }
    if (space != MAP_NONE) {
        const struct wb_str name = m->bundle->values[space].text;
        const bool own =
            wb_str_starts(word, name) && word.len > name.len + 1 && word.at[name.len] == ':';
        if (!own) {
            return refuse(m, MAP_NO_ROW, "the table has no row for this word");
        }
        raw = wb_str_sub(word, name.len + 1, word.len);
    }
    if (table_left(m->bundle, table, raw) != NULL) {
        return refuse(m, MAP_OUTSIDE, "the table has a word for this code");
    }
    m->value = (struct record_value){.present = true, .type = RECORD_TEXT, .text = raw};
    return WB_OK;
}

enum wb_rc
map_run_UNTABLE(struct machine *m, const struct map_code *code)
{
    const struct map_table *const table = &m->bundle->tables[code->b];
    if (!m->has_value) {
        return WB_OK;
    }
    const struct wb_str word = conv_text(&m->env, &m->value);
    const struct map_row *const row = table_right(m->bundle, table, word);
    if (row == NULL) {
        return untable_raw(m, table, word, code->c);
    }
    const struct wb_str kept = kept_code(m, table, row);
    hit_row(m, row);
    const struct wb_str left = kept.len > 0 ? kept : bundle_str(m->bundle, row->left);
    m->value = (struct record_value){.present = true, .type = RECORD_TEXT, .text = left};
    return WB_OK;
}

/* The code that a kept text names of a place's set: "REF/BC" or "BC". */
static struct choice
choice_of(struct machine *m, const struct map_place *place)
{
    struct choice choice = {.code_first = MAP_NONE};
    struct map_test set;
    struct wb_str code = m->kept;
    const struct wb_str label = bundle_str(m->bundle, place->label);
    if (code.len == 0 || !place_codes(m, place, &set)) {
        return choice;
    }
    if (place->alt_count > 1) {
        if (!wb_str_starts(code, label) || code.len < label.len + 2 || code.at[label.len] != '/') {
            return choice;
        }
        code = wb_str_sub(code, label.len + 1, code.len);
    }
    for (uint32_t i = 0; i < set.code_count; i++) {
        const struct wb_str have = bundle_str(m->bundle, m->bundle->codes[set.code_first + i]);
        if (wb_str_eq(have, code)) {
            choice = (struct choice){.code_first = set.code_first, .code = have};
        }
    }
    return choice;
}

/* The alternative that the kept text names, MAP_NONE when it names none. */
static uint32_t
kept_place(struct machine *m, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count && count > 1 && m->kept.len > 0; i++) {
        const struct wb_str label = bundle_str(m->bundle, place_of(m, first + i)->label);
        const bool named = label.len > 0 && wb_str_starts(m->kept, label) &&
                           (m->kept.len == label.len || m->kept.at[label.len] == '/');
        if (named) {
            return first + i;
        }
    }
    return MAP_NONE;
}

static bool
is_put(enum put_rc rc)
{
    return rc == PUT_OK || rc == PUT_CUT;
}

/* The reason worth telling: that it was too long says more than that another kind was expected. */
static enum put_rc
worse(enum put_rc a, enum put_rc b)
{
    static const uint8_t weight[] = {[PUT_OK] = 0,      [PUT_CUT] = 0,      [PUT_REFUSED] = 1,
                                     [PUT_NO_ROOM] = 2, [PUT_TOO_LONG] = 3, [PUT_NOMEM] = 4};
    return weight[a] >= weight[b] ? a : b;
}

static enum wb_rc
put_done(struct machine *m, struct frame *frame, uint32_t place_no, enum put_rc rc)
{
    enum wb_rc noted = WB_OK;
    const struct wb_str right = path_text(m, frame, m->load_path);
    if (rc == PUT_CUT) {
        noted = note_put(m, rc, right, value_text(m, &m->value));
    }
    if (noted == WB_OK && m->run->trace != NULL) {
        const struct map_place *const place = place_of(m, place_no);
        struct place_hit hit = {.segment = NULL};
        (void)place_look(m, frame, place_no, &hit); /* only to name its segment */
        noted = trace_add(m, place_text(m, frame, place, hit.segment), right, &m->value);
    }
    return noted;
}

enum wb_rc
map_run_PUT(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    enum put_rc why = PUT_REFUSED;
    if (!m->has_value) {
        return WB_OK;
    }
    const uint32_t wanted = kept_place(m, code->c, code->b);
    const uint32_t tries = code->b + (wanted == MAP_NONE ? 0U : 1U);
    for (uint32_t i = 0; i < tries; i++) {
        const bool first = i == 0 && wanted != MAP_NONE;
        const uint32_t place = first ? wanted : code->c + i - (wanted == MAP_NONE ? 0U : 1U);
        const struct choice choice = choice_of(m, place_of(m, place));
        const enum put_rc rc = put_value(m, frame, place, &m->value, &choice);
        if (rc == PUT_NOMEM) {
            return WB_NOMEM;
        }
        if (is_put(rc)) {
            hit_place(m, place);
            take_field(m);
            return rc == PUT_OK && m->run->trace == NULL ? WB_OK : put_done(m, frame, place, rc);
        }
        why = worse(rc, why);
    }
    take_field(m); /* it is noted here; the ledger need not say it again */
    return note_put(m, why, path_text(m, frame, m->load_path), value_text(m, &m->value));
}

enum wb_rc
map_run_REQUIRE(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, false, &at);
    if (rc != WB_OK || at.cell == NULL || record_is_empty(at.cell)) {
        return rc;
    }
    const struct record_value *const wanted = &m->bundle->values[code->c];
    at.mark->taken = true;
    if (conv_same(at.cell, wanted)) {
        return WB_OK;
    }
    return note_add(m, MAP_OUTSIDE, path_text(m, frame_now(m), code->b), value_text(m, at.cell),
                    "this map is for " WB_FMT " only", WB_ARG(value_text(m, wanted)));
}

enum wb_rc
map_run_PASS(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, false, &at);
    if (rc == WB_OK && at.mark != NULL) {
        at.mark->taken = true;
    }
    return rc;
}

enum wb_rc
map_run_DERIVE(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    assert(m->stack_count == 1); /* verified */
    const struct stack_value derived = m->stack[0];
    m->stack_count = 0;
    if (!derived.present) {
        return WB_OK;
    }
    const struct record_value value = {.present = true, .type = RECORD_DEC, .dec = derived.dec};
    const enum put_rc rc = put_value(m, frame, code->c, &value, NULL);
    return rc == PUT_OK ? WB_OK
                        : note_put(m, rc, place_text(m, frame, place_of(m, code->c), NULL),
                                   value_text(m, &value));
}

/* The instance that reading would find for a key, or one that the grammar demands there. */
static struct tree_node *
node_now(struct machine *m, struct frame *frame, uint32_t key)
{
    struct tree_node *const found = key_find(m, frame, key);
    if (found != NULL || key == MAP_NONE) {
        return found;
    }
    const struct map_key *const row = &m->bundle->keys[key];
    const bool demanded = row->test_count == 0 &&
                          m->tree->grammar->nodes[row->node].need == GRAMMAR_MANDATORY &&
                          node_now(m, frame, row->parent) != NULL;
    return demanded ? key_make(m, frame, key, NULL) : NULL;
}

static enum wb_rc
const_field(struct machine *m, struct frame *frame, const struct map_place *place,
            const struct record_value *value)
{
    struct cell_ref at;
    struct record_value made;
    const bool exists = frame->left_made != NULL || place->key == MAP_NONE;
    enum wb_rc rc = exists ? path_left(m, frame, place->key, place->path, true, &at) : WB_OK;
    if (rc == WB_OK && exists && at.cell != NULL && record_is_empty(at.cell) &&
        value_into(value, at.field, &made)) {
        *at.cell = made;
        at.cell->present = true;
    }
    return rc;
}

static bool
is_restored(const struct tree_node *segment)
{
    for (uint32_t i = 0; i < segment->item_count; i++) {
        if ((segment->items[i].flags & TREE_RESTORED) != 0) {
            return true;
        }
    }
    return false;
}

enum wb_rc
map_run_CONST(struct machine *m, const struct map_code *code)
{
    struct frame *const frame = frame_now(m);
    const struct map_place *const place = place_of(m, code->c);
    const struct record_value *const value = &m->bundle->values[code->b];
    if (place->kind == MAP_PLACE_FIELD) {
        return const_field(m, frame, place, value);
    }
    const struct map_element *const element = &m->bundle->elements[place->element_first];
    const bool wanted = code->a == 0 || element->mandatory != 0;
    struct tree_node *const node = wanted ? node_now(m, frame, place->key) : NULL;
    struct tree_node *const segment = node == NULL ? NULL : segment_of(m, node);
    if (segment == NULL || element_item(segment, element) != NULL || is_restored(segment)) {
        return m->ctx->error.rc == WB_NOMEM ? WB_NOMEM : WB_OK;
    }
    if (put_item(m, segment, element, conv_text(&m->env, value)) != PUT_OK) {
        return WB_NOMEM;
    }
    return tests_put(m, segment, place->test_first, place->test_count, NULL);
}
