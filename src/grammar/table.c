/*
 * A table from its bytes: the header is read, the arrays are pointed at, verify.c looks at the
 * rest. No byte is copied. Whatever the bytes are, nothing outside them is read.
 */
#include "grammar/table.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"
#include "grammar/table_priv.h"

struct wb_str
table_magic(void)
{
    return WB_LIT("WBGRAM\r\n");
}

size_t
table_item_size(enum table_section_no no)
{
    static const size_t sizes[TABLE_SECTION_COUNT] = {
        [TABLE_ELEMENTS] = sizeof(struct grammar_element),
        [TABLE_CODES] = sizeof(struct grammar_code),
        [TABLE_PLACES] = sizeof(struct grammar_place),
        [TABLE_NOTES] = sizeof(struct grammar_note),
        [TABLE_COMPOSITES] = sizeof(struct grammar_composite),
        [TABLE_SEGMENTS] = sizeof(struct grammar_segment),
        [TABLE_NODES] = sizeof(struct grammar_node),
        [TABLE_MESSAGES] = sizeof(struct grammar_message),
        [TABLE_TAGS] = sizeof(struct grammar_ref),
        [TABLE_BETWEEN] = sizeof(struct grammar_ref),
        [TABLE_MOVES] = sizeof(uint16_t),
        [TABLE_CODE_KEYS] = sizeof(uint64_t),
        [TABLE_CODE_SLOTS] = sizeof(uint32_t),
        [TABLE_TAG_SLOTS] = sizeof(struct grammar_slot),
        [TABLE_POOL] = 1,
    };
    assert(no < TABLE_SECTION_COUNT);
    return sizes[no];
}

static enum wb_rc
refuse(struct wb_ctx *ctx, const char *what)
{
    return wb_fail(ctx, WB_INVALID, "not a usable grammar table: %s", what);
}

/* The header's own fields, and that every section lies inside and aligned. */
static const char *
check_header(const struct table_header *header, struct wb_str bytes)
{
    if (!wb_str_eq((struct wb_str){header->magic, TABLE_MAGIC_LEN}, table_magic())) {
        return "it does not begin as one";
    }
    if (header->format != GRAMMAR_FORMAT || header->endian != TABLE_ENDIAN) {
        return "it was made by another version of the program";
    }
    if (header->size_bytes != bytes.len) {
        return "its size is not what it says";
    }
    for (unsigned no = 0; no < TABLE_SECTION_COUNT; no++) {
        const struct table_section section = header->sections[no];
        size_t size = 0;
        if (!wb_mul(section.count, table_item_size((enum table_section_no)no), &size) ||
            section.at % TABLE_ALIGN != 0 || section.at < sizeof *header ||
            section.at > bytes.len || size > bytes.len - section.at) {
            return "a section does not lie inside it";
        }
    }
    return NULL;
}

static const void *
section(const struct table_header *header, struct wb_str bytes, enum table_section_no no)
{
    return bytes.at + header->sections[no].at;
}

static void
set_arrays(struct grammar *grammar, const struct table_header *header)
{
    const struct wb_str bytes = grammar->bytes;
    grammar->elements = section(header, bytes, TABLE_ELEMENTS);
    grammar->codes = section(header, bytes, TABLE_CODES);
    grammar->places = section(header, bytes, TABLE_PLACES);
    grammar->notes = section(header, bytes, TABLE_NOTES);
    grammar->composites = section(header, bytes, TABLE_COMPOSITES);
    grammar->segments = section(header, bytes, TABLE_SEGMENTS);
    grammar->nodes = section(header, bytes, TABLE_NODES);
    grammar->messages = section(header, bytes, TABLE_MESSAGES);
    grammar->tags = section(header, bytes, TABLE_TAGS);
    grammar->between = section(header, bytes, TABLE_BETWEEN);
    grammar->moves = section(header, bytes, TABLE_MOVES);
    grammar->code_keys = section(header, bytes, TABLE_CODE_KEYS);
    grammar->code_slots = section(header, bytes, TABLE_CODE_SLOTS);
    grammar->tag_slots = section(header, bytes, TABLE_TAG_SLOTS);
    grammar->pool.at = section(header, bytes, TABLE_POOL);
}

static void
set_counts(struct grammar *grammar, const struct table_header *header)
{
    grammar->element_count = header->sections[TABLE_ELEMENTS].count;
    grammar->code_count = header->sections[TABLE_CODES].count;
    grammar->place_count = header->sections[TABLE_PLACES].count;
    grammar->note_count = header->sections[TABLE_NOTES].count;
    grammar->composite_count = header->sections[TABLE_COMPOSITES].count;
    grammar->segment_count = header->sections[TABLE_SEGMENTS].count;
    grammar->node_count = header->sections[TABLE_NODES].count;
    grammar->message_count = header->sections[TABLE_MESSAGES].count;
    grammar->tag_count = header->sections[TABLE_TAGS].count;
    grammar->between_count = header->sections[TABLE_BETWEEN].count;
    grammar->move_count = header->sections[TABLE_MOVES].count;
    grammar->code_slot_count = header->sections[TABLE_CODE_SLOTS].count;
    grammar->tag_slot_count = header->sections[TABLE_TAG_SLOTS].count;
    grammar->segment_slot_count = header->segment_slot_count;
    grammar->pool.len = header->sections[TABLE_POOL].count;
}

enum wb_rc
table_adopt(struct wb_ctx *ctx, struct wb_str bytes, struct grammar *ret)
{
    assert(ctx != NULL);
    assert(ret != NULL);
    if (bytes.len < sizeof(struct table_header) || bytes.len > WB_LIMIT_TABLE) {
        return refuse(ctx, "its size is out of range");
    }
    if ((uintptr_t)bytes.at % TABLE_ALIGN != 0) {
        return refuse(ctx, "it is not aligned");
    }
    struct table_header header;
    memcpy(&header, bytes.at, sizeof header);
    const char *what = check_header(&header, bytes);
    if (what != NULL) {
        return refuse(ctx, what);
    }
    if (header.sections[TABLE_CODE_KEYS].count != header.sections[TABLE_CODES].count) {
        return refuse(ctx, "codes and their keys do not match");
    }
    struct grammar grammar = {.bytes = bytes,
                              .standard = header.standard,
                              .release = header.release,
                              .title = header.title};
    set_arrays(&grammar, &header);
    set_counts(&grammar, &header);
    memcpy(grammar.frames, header.frames, sizeof grammar.frames);
    memcpy(grammar.source_hash, header.source_hash, sizeof grammar.source_hash);
    *ret = grammar;
    return WB_OK;
}

enum wb_rc
grammar_open(struct wb_ctx *ctx, struct wb_str bytes, struct grammar *ret)
{
    struct grammar grammar;
    enum wb_rc rc = table_adopt(ctx, bytes, &grammar);
    if (rc != WB_OK) {
        return rc;
    }
    const char *what = NULL;
    if (!table_verify(&grammar, &what) || !table_verify_messages(&grammar, &what)) {
        return refuse(ctx, what);
    }
    *ret = grammar;
    return WB_OK;
}

bool
table_body_intact(struct wb_str bytes)
{
    struct table_header header;
    if (bytes.len < sizeof header) {
        return false;
    }
    memcpy(&header, bytes.at, sizeof header);
    return header.body_hash == wb_hash64(wb_str_sub(bytes, sizeof header, bytes.len));
}
