/*
 * The streaming JSON writer. `state` holds one byte a level: what the level is, and whether
 * something stands in it already. A name sets NAMED, the value after it clears it. Controls and C1
 * are escaped, so that JSON on a terminal is as harmless as wb_out_safe.
 */
#include "base/json_out.h"

#include <assert.h>
#include <inttypes.h>

enum { IS_ARRAY = 1, HAS_ITEMS = 2, NAMED = 4 };

void
wb_json_init(struct wb_json *json, struct wb_out *out, bool pretty)
{
    assert(json != NULL);
    assert(out != NULL);
    *json = (struct wb_json){.out = out, .pretty = pretty};
}

static void
new_line(struct wb_json *json)
{
    if (json->pretty) {
        wb_out_byte(json->out, '\n');
        wb_out_fill(json->out, ' ', (size_t)json->depth * 2);
    }
}

/* The comma and line break before an array's item or an object's name. */
static void
separate(struct wb_json *json, uint8_t *state)
{
    if ((*state & HAS_ITEMS) != 0) {
        wb_out_byte(json->out, ',');
    }
    *state |= HAS_ITEMS;
    new_line(json);
}

static void
before_value(struct wb_json *json)
{
    if (json->depth == 0) {
        return;
    }
    uint8_t *const state = &json->state[json->depth - 1];
    if ((*state & IS_ARRAY) != 0) {
        separate(json, state);
    } else {
        assert((*state & NAMED) != 0);
        *state = (uint8_t)(*state & ~NAMED);
    }
}

static void
after_value(struct wb_json *json)
{
    if (json->depth == 0) {
        wb_out_byte(json->out, '\n');
    }
}

static void
begin(struct wb_json *json, char mark, uint8_t state)
{
    assert(json->depth < WB_JSON_DEPTH_MAX);
    before_value(json);
    wb_out_byte(json->out, mark);
    json->state[json->depth] = state;
    json->depth++;
}

static void
end(struct wb_json *json, char mark, uint8_t kind)
{
    assert(json->depth > 0);
    json->depth--;
    const uint8_t state = json->state[json->depth];
    assert((state & IS_ARRAY) == kind);
    assert((state & NAMED) == 0);
    if ((state & HAS_ITEMS) != 0) {
        new_line(json);
    }
    wb_out_byte(json->out, mark);
    after_value(json);
}

void
wb_json_raw(struct wb_json *json, struct wb_str value)
{
    before_value(json);
    wb_out_str(json->out, wb_str_trim(value));
    after_value(json);
}

void
wb_json_continue(struct wb_json *json)
{
    assert(json->depth > 0);
    json->state[json->depth - 1] |= HAS_ITEMS;
}

void
wb_json_object(struct wb_json *json)
{
    begin(json, '{', 0);
}

void
wb_json_object_end(struct wb_json *json)
{
    end(json, '}', 0);
}

void
wb_json_array(struct wb_json *json)
{
    begin(json, '[', IS_ARRAY);
}

void
wb_json_array_end(struct wb_json *json)
{
    end(json, ']', IS_ARRAY);
}

/* Bytes that stand for themselves: everything well-formed but quote, backslash, controls and C1. */
static size_t
plain_len(struct wb_str text)
{
    const size_t len = wb_str_utf8(text);
    const unsigned char first = (unsigned char)text.at[0];
    if (len == 1) {
        return first >= 0x20 && first != 0x7F && first != '"' && first != '\\' ? 1 : 0;
    }
    if (len == 2 && first == 0xC2 && (unsigned char)text.at[1] < 0xA0) {
        return 0;
    }
    return len;
}

/* Writes what is no plain character and returns how many bytes it was. */
static size_t
escape(struct wb_out *out, struct wb_str text)
{
    unsigned code = (unsigned char)text.at[0];
    const size_t len = wb_str_utf8(text);
    if (len == 2) {
        code = (unsigned char)text.at[1]; /* C2 80..9F is U+0080..U+009F */
    }
    if (code == '"' || code == '\\') {
        wb_out_byte(out, '\\');
        wb_out_byte(out, (char)code);
    } else if (code == '\n') {
        wb_out_text(out, "\\n");
    } else if (code == '\r') {
        wb_out_text(out, "\\r");
    } else if (code == '\t') {
        wb_out_text(out, "\\t");
    } else if (code < 0xA0) {
        wb_out_printf(out, "\\u%04x", code);
    } else {
        /* A byte of ISO 8859-1, as UTF-8. */
        wb_out_byte(out, (char)(unsigned char)(0xC0U | (code >> 6)));
        wb_out_byte(out, (char)(unsigned char)(0x80U | (code & 0x3FU)));
    }
    return len == 0 ? 1 : len;
}

static void
quoted(struct wb_out *out, struct wb_str text)
{
    wb_out_byte(out, '"');
    size_t from = 0;
    size_t at = 0;
    while (at < text.len) {
        const struct wb_str rest = wb_str_sub(text, at, 4);
        const size_t len = plain_len(rest);
        if (len > 0) {
            at += len;
            continue;
        }
        wb_out_str(out, wb_str_sub(text, from, at - from));
        at += escape(out, rest);
        from = at;
    }
    wb_out_str(out, wb_str_sub(text, from, at - from));
    wb_out_byte(out, '"');
}

void
wb_json_name(struct wb_json *json, struct wb_str name)
{
    assert(json->depth > 0);
    uint8_t *const state = &json->state[json->depth - 1];
    assert((*state & (IS_ARRAY | NAMED)) == 0);
    separate(json, state);
    quoted(json->out, name);
    wb_out_text(json->out, json->pretty ? ": " : ":");
    *state |= NAMED;
}

void
wb_json_str(struct wb_json *json, struct wb_str value)
{
    before_value(json);
    quoted(json->out, value);
    after_value(json);
}

void
wb_json_int(struct wb_json *json, int64_t value)
{
    before_value(json);
    wb_out_printf(json->out, "%" PRId64, value);
    after_value(json);
}

void
wb_json_number(struct wb_json *json, struct wb_str text)
{
    assert(text.len > 0);
    before_value(json);
    wb_out_str(json->out, text);
    after_value(json);
}

void
wb_json_dec(struct wb_json *json, struct wb_dec value)
{
    char text[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(value, '.', text);
    wb_json_str(json, (struct wb_str){text, len});
}

void
wb_json_bool(struct wb_json *json, bool value)
{
    before_value(json);
    wb_out_text(json->out, value ? "true" : "false");
    after_value(json);
}

void
wb_json_null(struct wb_json *json)
{
    before_value(json);
    wb_out_text(json->out, "null");
    after_value(json);
}

void
wb_json_member(struct wb_json *json, const char *name, struct wb_str value)
{
    wb_json_name(json, wb_str_of(name));
    wb_json_str(json, value);
}

void
wb_json_member_int(struct wb_json *json, const char *name, int64_t value)
{
    wb_json_name(json, wb_str_of(name));
    wb_json_int(json, value);
}
