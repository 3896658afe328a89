/*
 * Declarations into the bytes of a table. The layout depends on nothing but what was declared: not
 * on the order of files and statements, not on addresses. So the same grammar gives the same bytes,
 * and a dump compiles to its table.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"
#include "grammar/compile_priv.h"

struct emit {
    struct gramc *c;
    void *items[TABLE_SECTION_COUNT];
    size_t counts[TABLE_SECTION_COUNT];
    struct wb_buf pool;
    struct grammar_ref *names; /* hash table of what is in the pool */
    size_t name_slots;         /* a power of two, or 0 */
    size_t name_count;
    enum wb_rc rc; /* the first failure; later calls do nothing */
};

static void
grow_names(struct emit *emit)
{
    const size_t slots = emit->name_slots == 0 ? 1024 : emit->name_slots * 2;
    struct grammar_ref *names = wb_arena_array(emit->c->ctx, emit->c->arena, slots, sizeof *names);
    if (names == NULL) {
        emit->rc = WB_NOMEM;
        return;
    }
    for (size_t i = 0; i < emit->name_slots; i++) {
        const struct grammar_ref ref = emit->names[i];
        if (ref.len == 0) {
            continue;
        }
        size_t at = wb_hash32((struct wb_str){emit->pool.at + ref.at, ref.len}) & (slots - 1);
        while (names[at].len != 0) {
            at = (at + 1) & (slots - 1);
        }
        names[at] = ref;
    }
    emit->names = names;
    emit->name_slots = slots;
}

/* The text's place in the pool; each text stands there once. */
static struct grammar_ref
put_name(struct emit *emit, struct wb_str text)
{
    const struct grammar_ref none = {0, 0};
    if (text.len == 0 || emit->rc != WB_OK) {
        return none;
    }
    if (emit->name_count >= emit->name_slots / 2) {
        grow_names(emit);
        if (emit->rc != WB_OK) {
            return none;
        }
    }
    size_t at = wb_hash32(text) & (emit->name_slots - 1);
    while (emit->names[at].len != 0) {
        const struct grammar_ref ref = emit->names[at];
        if (wb_str_eq((struct wb_str){emit->pool.at + ref.at, ref.len}, text)) {
            return ref;
        }
        at = (at + 1) & (emit->name_slots - 1);
    }
    const struct grammar_ref ref = {(uint32_t)emit->pool.len, (uint32_t)text.len};
    emit->rc = wb_buf_add(emit->c->ctx, &emit->pool, text); /* at most WB_LIMIT_TABLE */
    if (emit->rc != WB_OK) {
        return none;
    }
    emit->names[at] = ref;
    emit->name_count++;
    return ref;
}

/* The items of a section, zeroed; NULL when it has none or memory ran out. */
static void *
make_section(struct emit *emit, enum table_section_no no, size_t count)
{
    emit->counts[no] = count;
    if (count == 0 || emit->rc != WB_OK) {
        return NULL;
    }
    emit->items[no] = wb_arena_array(emit->c->ctx, emit->c->arena, count, table_item_size(no));
    emit->rc = emit->items[no] == NULL ? WB_NOMEM : WB_OK;
    return emit->items[no];
}

static void
put_elements(struct emit *emit)
{
    const struct gramc *c = emit->c;
    struct grammar_element *out = make_section(emit, TABLE_ELEMENTS, c->element_count);
    uint32_t codes = 0;
    uint32_t slots = 0;
    for (size_t i = 0; out != NULL && i < c->element_count; i++) {
        const struct gramc_element *e = &c->elements[i];
        out[i] = (struct grammar_element){.min = e->min,
                                          .max = e->max,
                                          .type = (uint8_t)e->type,
                                          .scale = e->scale,
                                          .coded = e->coded,
                                          .closed = e->closed,
                                          .code_first = codes,
                                          .code_count = e->code_count,
                                          .slot_first = slots,
                                          .slot_count = table_slots_for(e->code_count)};
        out[i].id = put_name(emit, e->id);
        out[i].name = put_name(emit, e->name);
        codes += e->code_count;
        slots += out[i].slot_count;
    }
    emit->counts[TABLE_CODE_SLOTS] = slots;
}

static void
hash_code(uint32_t *slots, uint32_t count, uint64_t key, uint32_t index)
{
    uint32_t at = table_code_home(key, count);
    while (slots[at] != GRAMMAR_NONE) {
        at = (at + 1) & (count - 1); /* at most half of them are taken */
    }
    slots[at] = index;
}

static void
put_codes(struct emit *emit)
{
    const struct gramc *c = emit->c;
    const size_t slot_count = emit->counts[TABLE_CODE_SLOTS];
    struct grammar_code *out = make_section(emit, TABLE_CODES, c->code_count);
    uint64_t *keys = make_section(emit, TABLE_CODE_KEYS, c->code_count);
    uint32_t *slots = make_section(emit, TABLE_CODE_SLOTS, slot_count);
    if (out == NULL || keys == NULL || slots == NULL) {
        return;
    }
    memset(slots, 0xff, slot_count * sizeof *slots);
    const struct grammar_element *elements = emit->items[TABLE_ELEMENTS];
    for (size_t i = 0; i < c->code_count; i++) {
        const struct gramc_code *code = &c->codes[i];
        const struct grammar_element *e = &elements[code->element];
        out[i].value = put_name(emit, code->value);
        out[i].label = put_name(emit, code->label);
        keys[i] = table_code_key(code->value);
        hash_code(slots + e->slot_first, e->slot_count, keys[i], (uint32_t)i);
    }
}

static void
count_shapes(const struct gramc_shape *shapes, size_t count, size_t *places, size_t *notes)
{
    for (size_t i = 0; i < count; i++) {
        *places += shapes[i].place_count;
        *notes += shapes[i].note_count;
    }
}

/* Places and notes of one segment or composite behind those of the ones before. */
static void
put_shape(struct emit *emit, const struct gramc_shape *shape, uint32_t *place, uint32_t *note)
{
    struct grammar_place *places = emit->items[TABLE_PLACES];
    struct grammar_note *notes = emit->items[TABLE_NOTES];
    for (size_t i = 0; i < shape->place_count; i++) {
        const struct gramc_place *p = &shape->places[i];
        places[(*place)++] = (struct grammar_place){.element = p->element,
                                                    .composite = p->composite,
                                                    .repeat_max = p->repeat_max,
                                                    .need = (uint8_t)p->need,
                                                    .is_qualifier = p->qualifier,
                                                    .value_no = p->value_no};
    }
    for (size_t i = 0; i < shape->note_count; i++) {
        notes[(*note)++] = shape->notes[i].note;
    }
}

static void
put_shapes(struct emit *emit)
{
    const struct gramc *c = emit->c;
    size_t place_count = 0;
    size_t note_count = 0;
    uint32_t place = 0;
    uint32_t note = 0;
    count_shapes(c->composites, c->composite_count, &place_count, &note_count);
    count_shapes(c->segments, c->segment_count, &place_count, &note_count);
    (void)make_section(emit, TABLE_PLACES, place_count);
    (void)make_section(emit, TABLE_NOTES, note_count);
    struct grammar_composite *composites = make_section(emit, TABLE_COMPOSITES, c->composite_count);
    struct grammar_segment *segments = make_section(emit, TABLE_SEGMENTS, c->segment_count);
    for (size_t i = 0; emit->rc == WB_OK && i < c->composite_count; i++) {
        const struct gramc_shape *s = &c->composites[i];
        composites[i] = (struct grammar_composite){.place_first = place,
                                                   .place_count = (uint32_t)s->place_count,
                                                   .note_first = note,
                                                   .note_count = (uint32_t)s->note_count};
        composites[i].id = put_name(emit, s->id);
        composites[i].name = put_name(emit, s->name);
        put_shape(emit, s, &place, &note);
    }
    for (size_t i = 0; emit->rc == WB_OK && i < c->segment_count; i++) {
        const struct gramc_shape *s = &c->segments[i];
        segments[i] = (struct grammar_segment){.place_first = place,
                                               .place_count = (uint32_t)s->place_count,
                                               .note_first = note,
                                               .note_count = (uint32_t)s->note_count,
                                               .qualifier_no = s->qualifier_no,
                                               .pair_from = s->pair_from,
                                               .pair_to = s->pair_to};
        segments[i].tag = put_name(emit, s->id);
        segments[i].name = put_name(emit, s->name);
        put_shape(emit, s, &place, &note);
    }
}

static uint32_t
node_ref(uint32_t first, uint32_t index)
{
    return index == GRAMMAR_NONE ? GRAMMAR_NONE : first + index;
}

static void
put_nodes(struct emit *emit, const struct gramc_message *message, uint32_t first,
          struct grammar_node *out)
{
    for (size_t i = 0; i < message->node_count; i++) {
        const struct gramc_node *n = &message->nodes[i];
        out[i] = (struct grammar_node){.segment = n->segment,
                                       .parent = node_ref(first, n->parent),
                                       .child_first = node_ref(first, n->child_first),
                                       .child_count = n->child_count,
                                       .next_sibling = node_ref(first, n->next_sibling),
                                       .max = n->max,
                                       .position_no = n->position_no,
                                       .slot = n->slot,
                                       .need = (uint8_t)n->need,
                                       .area = (uint8_t)n->area,
                                       .depth = (uint8_t)n->depth, /* at most 64 */
                                       .prefer = n->prefer_pos.source != NULL,
                                       .tree_id_no = n->tree_no[0],
                                       .tree_parent_no = n->tree_no[1],
                                       .tree_level_no = n->tree_no[2],
                                       .tree_child_no = n->tree_no[3]};
        out[i].name = put_name(emit, n->name);
    }
}

static void
hash_tag(struct grammar_slot *slots, uint32_t count, struct wb_str tag, uint32_t index)
{
    const uint32_t key = grammar_pack_tag(tag);
    uint32_t at = table_tag_home(key, count);
    while (slots[at].index != GRAMMAR_NONE) {
        at = (at + 1) & (count - 1); /* at most half of them are taken */
    }
    slots[at] = (struct grammar_slot){key, index};
}

struct extent { /* running totals over the messages */
    size_t nodes;
    size_t tags;
    size_t slots;
    size_t moves;
};

static struct extent
message_extent(const struct gramc_message *m)
{
    return (struct extent){m->node_count, m->tag_count, table_slots_for(m->tag_count),
                           m->node_count * m->tag_count};
}

static void
put_message(struct emit *emit, const struct gramc_message *m, const struct extent *at,
            struct grammar_message *out)
{
    struct grammar_ref *tags = (struct grammar_ref *)emit->items[TABLE_TAGS] + at->tags;
    struct grammar_slot *slots = (struct grammar_slot *)emit->items[TABLE_TAG_SLOTS] + at->slots;
    uint16_t *moves = (uint16_t *)emit->items[TABLE_MOVES] + at->moves;
    struct grammar_node *nodes = (struct grammar_node *)emit->items[TABLE_NODES] + at->nodes;
    const uint32_t slot_count = table_slots_for(m->tag_count);
    *out = (struct grammar_message){.node_first = (uint32_t)at->nodes,
                                    .node_count = (uint32_t)m->node_count,
                                    .tag_first = (uint32_t)at->tags,
                                    .tag_count = m->tag_count,
                                    .slot_first = (uint32_t)at->slots,
                                    .slot_count = slot_count,
                                    .move_first = (uint32_t)at->moves};
    out->id = put_name(emit, m->id);
    out->name = put_name(emit, m->name);
    out->group = put_name(emit, m->group);
    put_nodes(emit, m, (uint32_t)at->nodes, nodes);
    for (uint32_t i = 0; i < m->tag_count; i++) {
        tags[i] = put_name(emit, m->tags[i]);
        hash_tag(slots, slot_count, m->tags[i], i);
    }
    memcpy(moves, m->moves, m->node_count * m->tag_count * sizeof *moves);
}

static void
put_messages(struct emit *emit)
{
    const struct gramc *c = emit->c;
    const uint32_t segment_slots = table_slots_for((uint32_t)c->segment_count);
    struct extent all = {.slots = segment_slots};
    for (size_t i = 0; i < c->message_count; i++) {
        const struct extent one = message_extent(&c->messages[i]);
        all.nodes += one.nodes;
        all.tags += one.tags;
        all.slots += one.slots;
        all.moves += one.moves;
    }
    struct grammar_message *messages = make_section(emit, TABLE_MESSAGES, c->message_count);
    struct grammar_slot *slots = make_section(emit, TABLE_TAG_SLOTS, all.slots);
    (void)make_section(emit, TABLE_NODES, all.nodes);
    (void)make_section(emit, TABLE_TAGS, all.tags);
    (void)make_section(emit, TABLE_MOVES, all.moves);
    if (emit->rc != WB_OK || slots == NULL) {
        return;
    }
    memset(slots, 0xff, all.slots * sizeof *slots);
    for (uint32_t i = 0; i < c->segment_count; i++) {
        hash_tag(slots, segment_slots, c->segments[i].id, i);
    }
    struct extent at = {.slots = segment_slots};
    for (size_t i = 0; i < c->message_count; i++) {
        const struct extent one = message_extent(&c->messages[i]);
        put_message(emit, &c->messages[i], &at, &messages[i]);
        at.nodes += one.nodes;
        at.tags += one.tags;
        at.slots += one.slots;
        at.moves += one.moves;
    }
}

static void
put_envelope(struct emit *emit, struct table_header *header)
{
    const struct gramc *c = emit->c;
    struct grammar_ref *between = make_section(emit, TABLE_BETWEEN, c->between_count);
    for (size_t i = 0; between != NULL && i < c->between_count; i++) {
        between[i] = put_name(emit, c->between[i].text);
    }
    for (unsigned i = 0; i < GRAMMAR_LEVELS; i++) {
        const struct gramc_frame *f = &c->frames[i];
        header->frames[i] = (struct grammar_frame){.header_control_no = f->header_control_no,
                                                   .trailer_control_no = f->trailer_control_no,
                                                   .trailer_count_no = f->trailer_count_no,
                                                   .counts = f->counts,
                                                   .type_no = f->type_no,
                                                   .release_no = f->release_no};
        header->frames[i].header = put_name(emit, f->header);
        header->frames[i].trailer = put_name(emit, f->trailer);
    }
}

/* Copies the sections behind the header; false when the table would be too large. */
static WB_MUST enum wb_rc
assemble(struct emit *emit, struct table_header *header, struct wb_str *ret)
{
    size_t size = sizeof *header;
    for (unsigned no = 0; no < TABLE_SECTION_COUNT; no++) {
        const size_t bytes = emit->counts[no] * table_item_size((enum table_section_no)no);
        header->sections[no] = (struct table_section){(uint32_t)size, (uint32_t)emit->counts[no]};
        size += (bytes + TABLE_ALIGN - 1) / TABLE_ALIGN * TABLE_ALIGN;
        if (size > WB_LIMIT_TABLE) {
            (void)gramc_report(emit->c, GRAM_TOO_LARGE, emit->c->standard.pos,
                               "the table would be larger than %d bytes", WB_LIMIT_TABLE);
            return wb_fail(emit->c->ctx, WB_INVALID, "the grammar is too large");
        }
    }
    header->size_bytes = size;
    char *bytes = wb_arena_alloc(emit->c->ctx, emit->c->arena, size);
    if (bytes == NULL) {
        return WB_NOMEM;
    }
    for (unsigned no = 0; no < TABLE_SECTION_COUNT; no++) {
        const size_t len = emit->counts[no] * table_item_size((enum table_section_no)no);
        if (len > 0) {
            memcpy(bytes + header->sections[no].at, emit->items[no], len);
        }
    }
    const struct wb_str whole = {bytes, size};
    header->body_hash = wb_hash64(wb_str_sub(whole, sizeof *header, size));
    memcpy(bytes, header, sizeof *header);
    *ret = whole;
    return WB_OK;
}

enum wb_rc
gramc_emit(struct gramc *c, struct wb_str *ret)
{
    struct emit emit = {.c = c, .rc = WB_OK};
    struct table_header header = {.format = GRAMMAR_FORMAT, .endian = TABLE_ENDIAN};
    memcpy(header.magic, table_magic().at, TABLE_MAGIC_LEN);
    grammar_hash_sources(c->sources, header.source_hash);
    wb_buf_init(&emit.pool, WB_LIMIT_TABLE);
    header.standard = put_name(&emit, c->standard.text);
    header.release = put_name(&emit, c->release);
    header.title = put_name(&emit, c->title);
    header.segment_slot_count = table_slots_for((uint32_t)c->segment_count);
    put_elements(&emit);
    put_codes(&emit);
    put_shapes(&emit);
    put_messages(&emit);
    put_envelope(&emit, &header);
    emit.items[TABLE_POOL] = emit.pool.at;
    emit.counts[TABLE_POOL] = emit.pool.len;
    const enum wb_rc rc = emit.rc == WB_OK ? assemble(&emit, &header, ret) : emit.rc;
    wb_buf_done(&emit.pool);
    return rc;
}
