#pragma once
/*
 * How a table lies in its bytes: a header, then the sections in the order of the enum, each 8-byte
 * aligned. The compiler writes it, grammar_open() reads it; nobody else knows.
 */
#include "grammar/table.h"

enum table_section_no {
    TABLE_ELEMENTS,
    TABLE_CODES,
    TABLE_PLACES,
    TABLE_NOTES,
    TABLE_COMPOSITES,
    TABLE_SEGMENTS,
    TABLE_NODES,
    TABLE_MESSAGES,
    TABLE_TAGS,
    TABLE_BETWEEN,
    TABLE_MOVES,
    TABLE_CODE_KEYS,
    TABLE_CODE_SLOTS,
    TABLE_TAG_SLOTS,
    TABLE_POOL,
    TABLE_SECTION_COUNT
};

enum {
    TABLE_ALIGN = 8,
    TABLE_MAGIC_LEN = 8,
    TABLE_ENDIAN = 0x01020304,
    TABLE_NODES_MAX = 4096, /* of one message: its move table has nodes * tags entries */
};

struct table_section {
    uint32_t at; /* from the start of the table */
    uint32_t count;
};

struct table_header {
    char magic[TABLE_MAGIC_LEN];
    uint32_t format; /* GRAMMAR_FORMAT */
    uint32_t endian; /* TABLE_ENDIAN as the compiling machine writes it */
    uint64_t size_bytes;
    uint64_t body_hash; /* wb_hash64 of what follows the header */
    uint8_t source_hash[32];
    struct grammar_ref standard;
    struct grammar_ref release;
    struct grammar_ref title;
    struct grammar_frame frames[GRAMMAR_LEVELS];
    uint32_t segment_slot_count; /* the first of the tag slots */
    uint32_t spare;
    struct table_section sections[TABLE_SECTION_COUNT];
    uint32_t spare_end[2];
};

_Static_assert(sizeof(struct table_header) % TABLE_ALIGN == 0, "the first section is aligned");
_Static_assert(sizeof(struct grammar_element) == 44, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_code) == 16, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_place) == 16, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_note) == 14, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_composite) == 32, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_segment) == 44, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_node) == 52, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_message) == 52, "no hidden bytes in the table");
_Static_assert(sizeof(struct grammar_frame) == 40, "no hidden bytes in the table");

/* What a table begins with: TABLE_MAGIC_LEN bytes. */
struct wb_str table_magic(void);

/* Size of one item of a section. */
size_t table_item_size(enum table_section_no no);

/* The first eight bytes of a code, first byte highest: equal keys of up to eight bytes are equal
 * codes. */
uint64_t table_code_key(struct wb_str value);
/* Where a key's probing begins in a hash table of `count` slots (a power of two). */
uint32_t table_code_home(uint64_t key, uint32_t count);
uint32_t table_tag_home(uint32_t key, uint32_t count);
/* Slots for n entries: at least twice as many, a power of two; 0 for none. */
uint32_t table_slots_for(uint32_t n);
/* Index of the slot that holds key, or GRAMMAR_NONE. */
uint32_t table_tag_find(const struct grammar_slot *slots, uint32_t count, uint32_t key);

/* grammar_open() for bytes that the build made and linked in: the header is looked at, the rest was
 * verified by a test. Verifying costs more than checking a small file. */
WB_MUST enum wb_rc table_adopt(struct wb_ctx *ctx, struct wb_str bytes, struct grammar *ret);
/* Whether the references, orders and bounds of everything but the header hold: verify.c. */
WB_MUST bool table_verify(const struct grammar *grammar, const char **ret_what);
WB_MUST bool table_verify_messages(const struct grammar *grammar, const char **ret_what);
/* Whether the body is what was written: for tables that lay in a file. */
bool table_body_intact(struct wb_str bytes);
