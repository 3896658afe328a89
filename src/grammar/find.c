/*
 * Looking things up in a table. Tags and codes go through the hash tables that the compiler laid
 * out, ids through binary search. Every probe is bounded by its table's size, whatever the table
 * holds.
 */
#include <assert.h>
#include <string.h>

#include "grammar/table_priv.h"

enum { KEY_BYTES = 8, PATH_DEPTH_MAX = 256 };

uint64_t
table_code_key(struct wb_str value)
{
    uint64_t key = 0;
    const size_t len = value.len < KEY_BYTES ? value.len : KEY_BYTES;
    for (size_t i = 0; i < len; i++) {
        key |= (uint64_t)(uint8_t)value.at[i] << (56 - 8 * i);
    }
    return key;
}

/* The high half of a multiplication mixes all bits of the key into the low bits of the home. */
static uint32_t
home(uint64_t key, uint32_t count)
{
    return (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (count - 1);
}

uint32_t
table_code_home(uint64_t key, uint32_t count)
{
    return home(key ^ (key >> 29), count);
}

uint32_t
table_tag_home(uint32_t key, uint32_t count)
{
    return home(key ^ (key >> 13), count);
}

uint32_t
table_slots_for(uint32_t n)
{
    uint32_t count = n == 0 ? 0 : 4;
    while (count < UINT32_MAX / 2 && count / 2 < n) {
        count *= 2;
    }
    return count;
}

uint32_t
table_tag_find(const struct grammar_slot *slots, uint32_t count, uint32_t key)
{
    if (key == 0 || count == 0) {
        return GRAMMAR_NONE;
    }
    uint32_t at = table_tag_home(key, count);
    for (uint32_t tries = 0; tries < count; tries++) {
        if (slots[at].index == GRAMMAR_NONE || slots[at].key == key) {
            return slots[at].index;
        }
        at = (at + 1) & (count - 1);
    }
    return GRAMMAR_NONE;
}

uint32_t
grammar_find_segment(const struct grammar *grammar, struct wb_str tag)
{
    return table_tag_find(grammar->tag_slots, grammar->segment_slot_count, grammar_pack_tag(tag));
}

uint32_t
grammar_find_tag(const struct grammar *grammar, const struct grammar_message *message,
                 struct wb_str tag)
{
    return table_tag_find(grammar->tag_slots + message->slot_first, message->slot_count,
                          grammar_pack_tag(tag));
}

uint32_t
grammar_find_message(const struct grammar *grammar, struct wb_str id)
{
    for (uint32_t i = 0; i < grammar->message_count; i++) {
        if (wb_str_eq(grammar_str(grammar, grammar->messages[i].id), id)) {
            return i;
        }
    }
    return GRAMMAR_NONE;
}

uint32_t
grammar_find_element(const struct grammar *grammar, struct wb_str id)
{
    uint32_t from = 0;
    uint32_t to = grammar->element_count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        const int order = wb_str_cmp(id, grammar_str(grammar, grammar->elements[middle].id));
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return GRAMMAR_NONE;
}

static bool
code_is(const struct grammar *grammar, uint32_t code, uint64_t key, struct wb_str value)
{
    const struct grammar_ref ref = grammar->codes[code].value;
    return grammar->code_keys[code] == key && ref.len == value.len &&
           (value.len <= KEY_BYTES || memcmp(grammar->pool.at + ref.at, value.at, value.len) == 0);
}

uint32_t
grammar_find_code(const struct grammar *grammar, uint32_t element, struct wb_str value)
{
    assert(element < grammar->element_count);
    const struct grammar_element *e = &grammar->elements[element];
    const uint32_t *slots = grammar->code_slots + e->slot_first;
    if (e->slot_count == 0) {
        return GRAMMAR_NONE;
    }
    const uint64_t key = table_code_key(value);
    uint32_t at = table_code_home(key, e->slot_count);
    for (uint32_t tries = 0; tries < e->slot_count; tries++) {
        if (slots[at] == GRAMMAR_NONE || code_is(grammar, slots[at], key, value)) {
            return slots[at];
        }
        at = (at + 1) & (e->slot_count - 1);
    }
    return GRAMMAR_NONE;
}

size_t
grammar_path(const struct grammar *grammar, uint32_t node, char *text, size_t cap)
{
    uint32_t way[PATH_DEPTH_MAX];
    size_t depth = 0;
    assert(node < grammar->node_count);
    while (depth < PATH_DEPTH_MAX && grammar->nodes[node].parent != GRAMMAR_NONE) {
        way[depth++] = node;
        node = grammar->nodes[node].parent;
    }
    size_t len = 0;
    while (depth > 0) {
        depth--;
        const struct wb_str name = grammar_str(grammar, grammar->nodes[way[depth]].name);
        for (size_t i = 0; i < name.len && len < cap; i++) {
            text[len++] = name.at[i];
        }
        if (depth > 0 && len < cap) {
            text[len++] = '/';
        }
    }
    return len;
}
