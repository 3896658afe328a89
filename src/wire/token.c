/* Reading what a segment holds: elements, their tokens, and values without release characters. */
#include "wire/token.h"

#include <assert.h>

#include "wire/charset.h"
#include "wire/reader.h"

const struct wire_token *
wire_element(const struct wire_segment *segment, uint32_t element_no, uint32_t *ret_count)
{
    assert(element_no > 0);
    if (element_no > segment->element_count) {
        *ret_count = 0;
        return NULL;
    }
    uint32_t first = segment->element_first[element_no];
    *ret_count = segment->element_first[element_no + 1] - first;
    return segment->tokens + first;
}

struct wb_str
wire_token_bytes(const struct wire_segment *segment, const struct wire_token *token)
{
    return (struct wb_str){segment->bytes.at + token->at, token->len};
}

struct wb_str
wire_text(const struct wire_segment *segment, uint32_t element_no)
{
    uint32_t count = 0;
    const struct wire_token *token = wire_element(segment, element_no, &count);
    return count == 0 ? (struct wb_str){NULL, 0} : wire_token_bytes(segment, token);
}

struct wb_str
wire_element_bytes(const struct wire_segment *segment, uint32_t element_no)
{
    uint32_t count = 0;
    const struct wire_token *token = wire_element(segment, element_no, &count);
    if (count == 0) {
        return (struct wb_str){NULL, 0};
    }
    const struct wire_token *last = token + count - 1;
    return (struct wb_str){segment->bytes.at + token->at, last->at + last->len - token->at};
}

struct wb_str
wire_value(struct wb_ctx *ctx, struct wb_arena *arena, const struct wire_segment *segment,
           const struct wire_token *token)
{
    struct wb_str raw = wire_token_bytes(segment, token);
    if ((token->flags & WIRE_ESCAPED) == 0) {
        return raw;
    }
    char *at = wb_arena_array(ctx, arena, raw.len + 1, 1);
    if (at == NULL) {
        return (struct wb_str){NULL, 0};
    }
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        bool release = (uint8_t)raw.at[i] == segment->delims->release && i + 1 < raw.len;
        i += release ? 1 : 0;
        at[len++] = raw.at[i];
    }
    return (struct wb_str){at, len};
}

struct wb_str
wire_value_utf8(struct wb_ctx *ctx, struct wb_arena *arena, const struct wire_segment *segment,
                const struct wire_token *token)
{
    struct wb_str value = wire_value(ctx, arena, segment, token);
    struct wire_charset_fault fault; /* it is shown as well as it can be */
    if (value.at == NULL || segment->delims->charset == WIRE_CHARSET_NONE ||
        (token->flags & WIRE_BINARY) != 0) {
        return value;
    }
    enum wire_charset charset = (enum wire_charset)segment->delims->charset;
    if (wire_charset_decode(ctx, arena, charset, value, &value, &fault) != WB_OK) {
        return (struct wb_str){NULL, 0};
    }
    return value;
}
