/*
 * Texts: lengths in characters, padding and cutting to what an element holds, pieces of a long
 * text, and values of records as text and back.
 */
#include <assert.h>
#include <string.h>

#include "map/conv_priv.h"

size_t
conv_prefix(struct wb_str text, size_t count)
{
    size_t at = 0;
    for (size_t n = 0; n < count && at < text.len; n++) {
        const size_t len = wb_str_utf8(wb_str_sub(text, at, text.len - at));
        at += len == 0 ? 1 : len;
    }
    return at;
}

size_t
conv_length(struct wb_str text)
{
    size_t count = 0;
    while (count < text.len && (unsigned char)text.at[count] < 0x80) {
        count++;
    }
    for (size_t at = count; at < text.len; count++) {
        const size_t len = wb_str_utf8(wb_str_sub(text, at, text.len - at));
        at += len == 0 ? 1 : len;
    }
    return count;
}

static struct wb_str
without_last_blanks(struct wb_str text)
{
    while (text.len > 0 && text.at[text.len - 1] == ' ') {
        text.len--;
    }
    return text;
}

struct wb_str
conv_text_get(const struct map_element *element, struct wb_str text)
{
    const bool padded =
        element->type == GRAMMAR_AN && element->min > 1 && conv_length(text) == element->min;
    return padded ? without_last_blanks(text) : text;
}

static enum conv_rc
pad(const struct conv_env *env, struct wb_str text, size_t blanks, struct wb_str *ret)
{
    char *const at = wb_arena_alloc(env->ctx, env->arena, text.len + blanks);
    if (at == NULL) {
        return CONV_NOMEM;
    }
    memcpy(at, text.at, text.len);
    memset(at + text.len, ' ', blanks);
    *ret = (struct wb_str){at, text.len + blanks};
    return CONV_OK;
}

/* Whether a text may stand in an element of a number, date or time. */
static bool
text_has_form(const struct map_element *element, struct wb_str text)
{
    struct wb_dec dec;
    struct wb_date date;
    struct wb_moment moment;
    if (element->type == GRAMMAR_N) {
        return wb_dec_parse_implied(text, element->scale, &dec) == WB_DEC_OK;
    }
    if (element->type == GRAMMAR_R) {
        return wb_dec_parse(text, '.', &dec) == WB_DEC_OK ||
               wb_dec_parse(text, ',', &dec) == WB_DEC_OK;
    }
    if (element->type == GRAMMAR_DT) {
        return wb_date_parse_compact(text, &date);
    }
    return element->type != GRAMMAR_TM || wb_time_parse_compact(text, &moment);
}

enum conv_rc
conv_text_put(const struct conv_env *env, uint8_t flags, const struct map_element *element,
              struct wb_str text, struct wb_str *ret)
{
    enum conv_rc rc = CONV_OK;
    if (text.len == 0 || !text_has_form(element, text)) {
        return CONV_REFUSED;
    }
    size_t length = conv_length(text);
    if (length > element->max) {
        if ((flags & MAP_CONV_CUT) == 0) {
            return CONV_TOO_LONG;
        }
        text = without_last_blanks(wb_str_sub(text, 0, conv_prefix(text, element->max)));
        length = conv_length(text);
        rc = CONV_CUT;
    }
    if (length == 0) {
        return CONV_REFUSED;
    }
    if (length <= element->min && element->min > 1 && text.at[text.len - 1] == ' ') {
        return CONV_REFUSED; /* the blank would be taken for padding */
    }
    if (length < element->min) {
        if (element->type != GRAMMAR_AN) {
            return CONV_REFUSED;
        }
        const enum conv_rc padded = pad(env, text, element->min - length, ret);
        return padded == CONV_OK ? rc : padded;
    }
    *ret = text;
    return rc;
}

size_t
conv_chunk(struct wb_str text, size_t max)
{
    size_t at = conv_prefix(text, max);
    if (text.len == 0 || text.at[0] == ' ' || text.at[text.len - 1] == ' ') {
        return 0;
    }
    while (at > 0 && at < text.len) {
        if (text.at[at] != ' ' && text.at[at - 1] != ' ') {
            return at;
        }
        at--; /* a blank is one byte, so this stops at the start of a character */
        while (at > 0 && ((uint8_t)text.at[at] & 0xC0) == 0x80) {
            at--;
        }
    }
    return at;
}

static struct wb_str
text_dup(const struct conv_env *env, const char *text, size_t len)
{
    return wb_arena_dup(env->ctx, env->arena, (struct wb_str){text, len});
}

struct wb_str
conv_text(const struct conv_env *env, const struct record_value *value)
{
    char text[WB_DEC_TEXT_MAX + WB_MOMENT_TEXT_MAX];
    switch ((enum record_type)value->type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        return value->text;
    case RECORD_TRUTH:
        return value->truth ? WB_LIT("true") : WB_LIT("false");
    case RECORD_INT:
        return text_dup(env, text, wb_dec_print(wb_dec_int(value->number), '.', text));
    case RECORD_DEC:
        return text_dup(env, text, wb_dec_print(value->dec, '.', text));
    case RECORD_DATE:
        return text_dup(env, text, wb_date_print_iso(value->date, text));
    case RECORD_MOMENT:
        return text_dup(env, text, wb_moment_print_iso(value->moment, text));
    case RECORD_OBJECT:
    case RECORD_LIST:
        break;
    }
    return (struct wb_str){NULL, 0};
}

static bool
parse_int(struct wb_str text, struct record_value *ret)
{
    struct wb_dec dec;
    if (wb_dec_parse(text, '.', &dec) != WB_DEC_OK) {
        return false;
    }
    dec = wb_dec_trim(dec);
    if (dec.scale != 0) {
        return false;
    }
    ret->number = dec.units;
    return true;
}

static bool
parse_truth(struct wb_str text, struct record_value *ret)
{
    ret->truth = wb_str_eq(text, WB_LIT("true"));
    return ret->truth || wb_str_eq(text, WB_LIT("false"));
}

bool
conv_parse(uint8_t type, struct wb_str text, struct record_value *ret)
{
    struct record_value value = {.present = true, .type = type};
    bool good = false;
    switch ((enum record_type)type) {
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
        value.text = text;
        good = text.len > 0;
        break;
    case RECORD_TRUTH:
        good = parse_truth(text, &value);
        break;
    case RECORD_INT:
        good = parse_int(text, &value);
        break;
    case RECORD_DEC:
        good = wb_dec_parse(text, '.', &value.dec) == WB_DEC_OK;
        break;
    case RECORD_DATE:
        good = wb_date_parse_iso(text, &value.date);
        break;
    case RECORD_MOMENT:
        good = wb_moment_parse_iso(text, &value.moment);
        break;
    case RECORD_OBJECT:
    case RECORD_LIST:
        break;
    }
    if (good) {
        *ret = value;
    }
    return good;
}

static bool
is_text(uint8_t type)
{
    return type == RECORD_TEXT || type == RECORD_CODE || type == RECORD_RAW;
}

static bool
moment_same(struct wb_moment a, struct wb_moment b)
{
    return a.precision == b.precision && a.zoned == b.zoned &&
           a.offset_minutes == b.offset_minutes && wb_moment_cmp(a, b) == 0;
}

bool
conv_same(const struct record_value *a, const struct record_value *b)
{
    if (is_text(a->type) && is_text(b->type)) {
        return wb_str_eq(a->text, b->text);
    }
    if (a->type != b->type) {
        return false;
    }
    switch ((enum record_type)a->type) {
    case RECORD_TRUTH:
        return a->truth == b->truth;
    case RECORD_INT:
        return a->number == b->number;
    case RECORD_DEC:
        return wb_dec_cmp(a->dec, b->dec) == 0;
    case RECORD_DATE:
        return wb_date_cmp(a->date, b->date) == 0;
    case RECORD_MOMENT:
        return moment_same(a->moment, b->moment);
    case RECORD_TEXT:
    case RECORD_CODE:
    case RECORD_RAW:
    case RECORD_OBJECT:
    case RECORD_LIST:
        break;
    }
    return false;
}
