/*
 * Character sets of EDIFACT. The tables are our own: iconv of the C library reads its sets from
 * files that a small system may not have, takes their names for what the system says they are, and
 * stops at the first byte it does not know, while a value from outside has to be shown whole.
 */
#include "wire/charset.h"

#include <assert.h>
#include <string.h>

#include "wire/charset_priv.h"

enum form { FORM_NARROW, FORM_PART, FORM_UTF8, FORM_CODES };

enum { ESCAPE = 0x1B, ASCII_END = 0x80, REPLACEMENT = 0xFFFD, GROWTH_MAX = 3 };

struct row {
    const char *id;
    enum form form;
    enum wire_part_no part;
    const char *words;
};

#define X(name, form, part, words) {#name, FORM_##form, WIRE_PART_##part, words},
static const struct row ROWS[WIRE_CHARSET_COUNT] = {
    {"", FORM_UTF8, WIRE_PART_1, ""},
#include "wire/charset.def"
};
#undef X

/* What ISO 2022 calls the parts: ESC - and this byte puts one above 0x9F. */
static const char FINALS[WIRE_PART_COUNT + 1] = "ABCDLFGHMb";
static const enum wire_part_no FINAL_PARTS[WIRE_PART_COUNT] = {
    WIRE_PART_1, WIRE_PART_2, WIRE_PART_3, WIRE_PART_4, WIRE_PART_5,
    WIRE_PART_7, WIRE_PART_6, WIRE_PART_8, WIRE_PART_9, WIRE_PART_15};

enum wire_charset
wire_charset_find(struct wb_str id)
{
    for (int i = WIRE_CHARSET_NONE + 1; i < WIRE_CHARSET_COUNT; i++) {
        if (wb_str_eq(id, wb_str_of(ROWS[i].id))) {
            return (enum wire_charset)i;
        }
    }
    return WIRE_CHARSET_NONE;
}

struct wb_str
wire_charset_id(enum wire_charset charset)
{
    assert(charset < WIRE_CHARSET_COUNT);
    return wb_str_of(ROWS[charset].id);
}

struct wb_str
wire_charset_words(enum wire_charset charset)
{
    assert(charset < WIRE_CHARSET_COUNT);
    return wb_str_of(ROWS[charset].words);
}

/* The characters of level A, and of level B, which has small letters and the underscore too. */
static bool
narrow_has(enum wire_charset charset, uint32_t c)
{
    bool digit = c >= '0' && c <= '9';
    bool letter = (c >= 'A' && c <= 'Z') ||
                  (charset != WIRE_CHARSET_UNOA && ((c >= 'a' && c <= 'z') || c == '_'));
    return digit || letter || (c > 0 && c < ASCII_END && strchr(" .,-()/='+:?!\"%&*;<>", (int)c));
}

/* The character that a well-formed sequence of `len` bytes is. */
static uint32_t
utf8_char(const char *at, size_t len)
{
    static const uint8_t FIRST_BITS[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (uint8_t)at[0] & FIRST_BITS[len];
    for (size_t i = 1; i < len; i++) {
        c = c << 6 | ((uint8_t)at[i] & 0x3FU);
    }
    return c;
}

static size_t
utf8_put(char *at, uint32_t c)
{
    if (c < 0x80) {
        at[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t FIRST[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len - 1; i > 0; i--) {
        at[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    at[0] = (char)(FIRST[len] | c);
    return len;
}

/* One step of reading: how many bytes, which character (none for an escape sequence), a fault? */
struct step {
    size_t len;
    uint32_t c;
    bool none;
    bool fault;
};

static struct step
step_part(enum wire_part_no part, uint8_t byte)
{
    uint32_t c = byte < ASCII_END ? byte : 0;
    if (byte >= WIRE_PART_FIRST) {
        c = WIRE_PARTS[part].high[byte - WIRE_PART_FIRST];
    }
    bool fault = c == 0 && byte != 0;
    return (struct step){.len = 1, .c = fault ? REPLACEMENT : c, .fault = fault};
}

static struct step
step_utf8(struct wb_str rest)
{
    size_t len = wb_str_utf8(rest);
    return len == 0 ? (struct step){.len = 1, .c = REPLACEMENT, .fault = true}
                    : (struct step){.len = len, .c = utf8_char(rest.at, len)};
}

static struct step
step_narrow(enum wire_charset charset, struct wb_str rest)
{
    uint8_t byte = (uint8_t)rest.at[0];
    size_t len = wb_str_utf8(rest);
    uint32_t c = len == 0 ? byte : utf8_char(rest.at, len);
    return (struct step){.len = len == 0 ? 1 : len, .c = c, .fault = !narrow_has(charset, c)};
}

static struct step
step_codes(enum wire_part_no *part, struct wb_str rest)
{
    const char *final = rest.len < 3 ? NULL : memchr(FINALS, rest.at[2], WIRE_PART_COUNT);
    bool ascii = wb_str_starts(rest, WB_LIT("\x1B(B"));
    if (ascii || (wb_str_starts(rest, WB_LIT("\x1B-")) && final != NULL)) {
        *part = ascii ? *part : FINAL_PARTS[final - FINALS];
        return (struct step){.len = 3, .none = true};
    }
    if ((uint8_t)rest.at[0] == ESCAPE) {
        return (struct step){.len = 1, .c = REPLACEMENT, .fault = true};
    }
    return step_part(*part, (uint8_t)rest.at[0]);
}

static struct step
step_of(enum wire_charset charset, enum wire_part_no *part, struct wb_str rest)
{
    struct step step = {.len = 1};
    switch (ROWS[charset].form) {
    case FORM_NARROW:
        step = step_narrow(charset, rest);
        break;
    case FORM_PART:
        step = step_part(*part, (uint8_t)rest.at[0]);
        break;
    case FORM_UTF8:
        step = step_utf8(rest);
        break;
    case FORM_CODES:
        step = step_codes(part, rest);
        break;
    }
    return step;
}

/* How many bytes at the start are in UTF-8 what they are in the set. */
static size_t
same_in_both(enum wire_charset charset, struct wb_str s)
{
    bool narrow = ROWS[charset].form == FORM_NARROW;
    size_t len = 0;
    while (len < s.len) {
        uint8_t c = (uint8_t)s.at[len];
        if (c >= ASCII_END || c == ESCAPE || (narrow && !narrow_has(charset, c))) {
            break;
        }
        len++;
    }
    return len;
}

enum wb_rc
wire_charset_decode(struct wb_ctx *ctx, struct wb_arena *arena, enum wire_charset charset,
                    struct wb_str bytes, struct wb_str *ret, struct wire_charset_fault *ret_fault)
{
    assert(charset < WIRE_CHARSET_COUNT);
    *ret_fault = (struct wire_charset_fault){.count = 0};
    size_t at = same_in_both(charset, bytes);
    if (at == bytes.len) {
        *ret = bytes;
        return WB_OK;
    }
    char *out = wb_arena_array(ctx, arena, bytes.len, GROWTH_MAX);
    if (out == NULL) {
        return WB_NOMEM;
    }
    memcpy(out, bytes.at, at);
    size_t len = at;
    enum wire_part_no part = ROWS[charset].part;
    while (at < bytes.len) {
        struct step step = step_of(charset, &part, wb_str_sub(bytes, at, bytes.len));
        if (step.fault && ret_fault->count++ == 0) {
            ret_fault->at = at;
        }
        len += step.none ? 0 : utf8_put(out + len, step.c);
        at += step.len;
    }
    assert(len <= bytes.len * GROWTH_MAX);
    *ret = (struct wb_str){out, len};
    return WB_OK;
}

/* The byte of a part; 0 when the part does not have the character. */
static uint8_t
byte_in(enum wire_part_no part, uint32_t c)
{
    for (size_t i = 0; i < WIRE_PART_BYTES; i++) {
        if (WIRE_PARTS[part].high[i] == c) {
            return (uint8_t)(WIRE_PART_FIRST + i);
        }
    }
    return 0;
}

/* One character above ASCII, in whatever part has it; 0 bytes when none has. */
static size_t
put_codes(enum wire_part_no *part, uint32_t c, char *at)
{
    uint8_t byte = byte_in(*part, c);
    if (byte != 0) {
        at[0] = (char)byte;
        return 1;
    }
    for (size_t i = 0; i < WIRE_PART_COUNT; i++) {
        byte = byte_in(FINAL_PARTS[i], c);
        if (byte != 0) {
            *part = FINAL_PARTS[i];
            at[0] = ESCAPE;
            at[1] = '-';
            at[2] = FINALS[i];
            at[3] = (char)byte;
            return 4;
        }
    }
    return 0;
}

/* One character; 0 bytes when the set does not have it. */
static size_t
put_char(enum wire_charset charset, enum wire_part_no *part, uint32_t c, char *at)
{
    enum form form = ROWS[charset].form;
    if (form == FORM_UTF8) {
        return utf8_put(at, c);
    }
    if (form == FORM_NARROW || c < ASCII_END) {
        at[0] = (char)c;
        bool has = form == FORM_NARROW ? narrow_has(charset, c) : form != FORM_CODES || c != ESCAPE;
        return has ? 1 : 0;
    }
    if (form == FORM_CODES) {
        return put_codes(part, c, at);
    }
    at[0] = (char)byte_in(*part, c);
    return at[0] == 0 ? 0 : 1;
}

enum wb_rc
wire_charset_encode(struct wb_ctx *ctx, struct wb_arena *arena, enum wire_charset charset,
                    struct wb_str text, uint8_t replacement, struct wb_str *ret,
                    uint64_t *ret_replaced)
{
    assert(charset < WIRE_CHARSET_COUNT);
    size_t at = same_in_both(charset, text);
    uint64_t replaced = 0;
    if (at == text.len) {
        *ret = text;
        *ret_replaced = 0;
        return WB_OK;
    }
    char *out = wb_arena_array(ctx, arena, text.len, GROWTH_MAX);
    if (out == NULL) {
        return WB_NOMEM;
    }
    memcpy(out, text.at, at);
    size_t len = at;
    enum wire_part_no part = ROWS[charset].part;
    while (at < text.len) {
        struct step step = step_utf8(wb_str_sub(text, at, text.len));
        size_t put = step.fault ? 0 : put_char(charset, &part, step.c, out + len);
        if (put == 0 && replacement == 0) {
            return wb_fail(ctx, WB_INVALID, "%s has no character for U+%04X", ROWS[charset].id,
                           (unsigned)step.c);
        }
        if (put == 0) {
            out[len] = (char)replacement;
            replaced++;
        }
        len += put == 0 ? 1 : put;
        at += step.len;
    }
    assert(len <= text.len * GROWTH_MAX);
    *ret = (struct wb_str){out, len};
    *ret_replaced = replaced;
    return WB_OK;
}
