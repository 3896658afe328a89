/*
 * The table of opcodes at run time, and the hash of a schema. Both are what the compiler and the
 * machine must agree on.
 */
#include <assert.h>

#include "base/hash.h"
#include "map/program.h"

const struct map_op_row *
map_op_row(unsigned op)
{
    static const struct map_op_row rows[] = {
#define X(NAME, text, use_, a_, b_, c_, doc_)                                                      \
    [MAP_OP_##NAME] = {.name = text,                                                               \
                       .use = MAP_USE_##use_,                                                      \
                       .a = MAP_OF_##a_,                                                           \
                       .b = MAP_OF_##b_,                                                           \
                       .c = MAP_OF_##c_,                                                           \
                       .doc = doc_},
#include "map/opcodes.def"
#undef X
    };
    assert(op < MAP_OP_COUNT_OF);
    return &rows[op];
}

static void
hash_number(struct wb_sha256 *sha, uint32_t number)
{
    const char bytes[4] = {(char)(number & 0xFF), (char)(number >> 8 & 0xFF),
                           (char)(number >> 16 & 0xFF), (char)(number >> 24)};
    wb_sha256_add(sha, (struct wb_str){bytes, sizeof bytes});
}

static void
hash_text(struct wb_sha256 *sha, struct wb_str text)
{
    hash_number(sha, (uint32_t)text.len); /* names of a schema are short */
    wb_sha256_add(sha, text);
}

static void
hash_field(struct wb_sha256 *sha, const struct record_schema *schema,
           const struct record_field *field)
{
    hash_text(sha, field->name);
    hash_number(sha, field->type);
    hash_number(sha, field->item_type);
    hash_number(sha, (field->required ? 1U : 0U) | (field->is_key ? 2U : 0U));
    hash_number(sha, field->shape);
    hash_number(sha, field->text_max);
    hash_number(sha, field->word_count);
    for (uint32_t w = 0; w < field->word_count; w++) {
        hash_text(sha, schema->words[field->word_first + w]);
    }
}

void
map_schema_hash(const struct record_schema *schema, uint8_t ret[32])
{
    assert(schema != NULL);
    struct wb_sha256 sha;
    wb_sha256_init(&sha);
    hash_text(&sha, schema->name);
    for (uint32_t s = 0; s < schema->shape_count; s++) {
        const struct record_shape *const shape = &schema->shapes[s];
        hash_text(&sha, shape->name);
        hash_number(&sha, shape->field_count);
        for (uint32_t f = 0; f < shape->field_count; f++) {
            hash_field(&sha, schema, &schema->fields[shape->field_first + f]);
        }
    }
    wb_sha256_done(&sha, ret);
}
