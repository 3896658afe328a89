/*
 * The streaming JSON writer. `state` holds one byte a level: what the level is, and whether
 * something stands in it already. A name sets NAMED, the value after it clears it. Controls and C1
 * are escaped, so that JSON on a terminal is as harmless as wb_out_safe.
 */
#include "base/json_out.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { IS_ARRAY = 1, HAS_ITEMS = 2, NAMED = 4 };

void
wb_json_init(struct wb_json *json, struct wb_out *out, bool pretty)
{
    assert(json != NULL);
    assert(out != NULL);
    *json = (struct wb_json){.out = out, .pretty = pretty};
}

/* A line break with its blanks behind it; `comma` before it. */
static void
new_line(struct wb_json *json, bool comma)
{
    const size_t blanks = (size_t)json->depth * 2;
    char *const room = wb_out_room(json->out, blanks + 2);
    if (room == NULL) {
        wb_out_text(json->out, comma ? ",\n" : "\n");
        wb_out_fill(json->out, ' ', blanks);
        return;
    }
    const size_t at = comma ? 1 : 0;
    room[0] = ',';
    room[at] = '\n';
    memset(room + at + 1, ' ', blanks);
    wb_out_filled(json->out, at + 1 + blanks);
}

/* The comma and line break before an array's item or an object's name. */
static void
separate(struct wb_json *json, uint8_t *state)
{
    const bool comma = (*state & HAS_ITEMS) != 0;
    *state |= HAS_ITEMS;
    if (json->pretty) {
        new_line(json, comma);
    } else if (comma) {
        wb_out_byte(json->out, ',');
    }
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
    if ((state & HAS_ITEMS) != 0 && json->pretty) {
        new_line(json, false);
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

/* A bit in each byte of x that does not stand for itself: high, below blank, DEL, quote, backslash.
 * Each test may only overshoot behind a true hit. */
static uint64_t
marked_bytes(uint64_t x)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t del = x ^ (ones * 0x7f);
    const uint64_t quote = x ^ (ones * '"');
    const uint64_t slash = x ^ (ones * '\\');
    const uint64_t hits = x | ((x - ones * 0x20) & ~x) | ((del - ones) & ~del) |
                          ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
    return hits & (ones * 0x80);
}

/* Copies the bytes from the start on that stand for themselves; how many these are. `to` has room
 * for all of the text. */
static size_t
copy_plain(char *to, struct wb_str text)
{
    size_t at = 0;
    uint64_t x = 0;
    for (; at + sizeof x <= text.len; at += sizeof x) {
        memcpy(&x, text.at + at, sizeof x);
        if (marked_bytes(x) != 0) {
            break;
        }
        memcpy(to + at, &x, sizeof x);
    }
    if (at > 0 && at < text.len && text.len - at < sizeof x) {
        /* The last bytes once more with some before them, which were good. */
        memcpy(&x, text.at + text.len - sizeof x, sizeof x);
        if (marked_bytes(x) == 0) {
            memcpy(to + text.len - sizeof x, &x, sizeof x);
            return text.len;
        }
    }
    for (; at < text.len; at++) {
        const unsigned char c = (unsigned char)text.at[at];
        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
            break;
        }
        to[at] = text.at[at];
    }
    return at;
}

/* A string with its quotes, and `behind` after it. False, and nothing written, when it holds what
 * has to be escaped or the buffer has no room. */
static bool
quoted_plain(struct wb_out *out, struct wb_str text, struct wb_str behind)
{
    char *const room = wb_out_room(out, text.len + 2 + behind.len);
    if (room == NULL || copy_plain(room + 1, text) < text.len) {
        return false;
    }
    room[0] = '"';
    room[text.len + 1] = '"';
    for (size_t i = 0; i < behind.len; i++) {
        room[text.len + 2 + i] = behind.at[i];
    }
    wb_out_filled(out, text.len + 2 + behind.len);
    return true;
}

static void
quoted(struct wb_out *out, struct wb_str text)
{
    if (quoted_plain(out, text, (struct wb_str){NULL, 0})) {
        return;
    }
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
    const struct wb_str colon = json->pretty ? WB_LIT(": ") : WB_LIT(":");
    if (!quoted_plain(json->out, name, colon)) {
        quoted(json->out, name);
        wb_out_str(json->out, colon);
    }
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

/* Where the string that begins at `at` ends, its quote included. */
static size_t
string_end(struct wb_str json, size_t at)
{
    size_t end = at + 1;
    while (end < json.len && json.at[end] != '"') {
        end += json.at[end] == '\\' ? 2 : 1;
    }
    return end + 1;
}

void
wb_json_compact(struct wb_out *out, struct wb_str json)
{
    const struct wb_str text = wb_str_trim(json);
    size_t from = 0;
    size_t at = 0;
    while (at < text.len) {
        if (text.at[at] == '"') {
            at = string_end(text, at);
        } else if (text.at[at] != ' ' && text.at[at] != '\n') {
            at++;
        } else {
            wb_out_str(out, wb_str_sub(text, from, at - from));
            at++;
            from = at;
        }
    }
    wb_out_str(out, wb_str_sub(text, from, at - from));
    wb_out_byte(out, '\n');
}
