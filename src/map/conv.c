/*
 * The conversions of values, both ways: numbers here, the other subjects in their own files. What
 * is outside a conversion's domain is refused.
 */
#include "map/conv.h"

#include <assert.h>
#include <string.h>

#include "map/conv_priv.h"

static enum conv_rc
dec_give(const struct map_conv *conv, struct wb_dec dec, struct record_value *ret)
{
    if (conv->kind == MAP_CONV_NEGATED) {
        dec.units = -dec.units; /* the parser gives no INT64_MIN, see dec_get */
    }
    if (conv->type == RECORD_INT) {
        dec = wb_dec_trim(dec);
        if (dec.scale != 0) {
            return CONV_REFUSED;
        }
        *ret = (struct record_value){.present = true, .type = RECORD_INT, .number = dec.units};
        return CONV_OK;
    }
    *ret = (struct record_value){.present = true, .type = RECORD_DEC, .dec = dec};
    return CONV_OK;
}

static enum conv_rc
dec_read(const struct conv_env *env, const struct map_conv *conv, const struct map_element *element,
         struct wb_str text, struct record_value *ret)
{
    struct wb_dec dec = {0, 0};
    enum wb_dec_rc rc;
    if (element->type == GRAMMAR_N && element->scale > 0) {
        rc = wb_dec_parse_implied(text, element->scale, &dec);
    } else {
        rc = wb_dec_parse(text, env->decimal_mark, &dec);
        if (rc != WB_DEC_OK && env->decimal_mark != '.') {
            rc = wb_dec_parse(text, '.', &dec);
        }
    }
    if (rc != WB_DEC_OK || dec.units == INT64_MIN) {
        return CONV_REFUSED;
    }
    return dec_give(conv, dec, ret);
}

static size_t
digit_count(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        count += text[i] >= '0' && text[i] <= '9' ? 1 : 0;
    }
    return count;
}

/* Prints a decimal for an element; false when a digit would be lost or there are too many. */
static bool
dec_print(const struct conv_env *env, const struct map_element *element, struct wb_dec dec,
          char *text, size_t *ret_len)
{
    size_t len = 0;
    if (element->type == GRAMMAR_N) {
        if (!wb_dec_print_implied(dec, element->scale, text, &len)) {
            return false;
        }
    } else {
        len = wb_dec_print(dec, env->decimal_mark, text);
        if (digit_count(text, len) > element->max) {
            len = wb_dec_print(wb_dec_trim(dec), env->decimal_mark, text);
        }
    }
    *ret_len = len;
    return digit_count(text, len) <= element->max;
}

/* With zeros before the first digit up to the element's minimum. */
static enum conv_rc
dec_put(const struct conv_env *env, const struct map_element *element, const char *text, size_t len,
        struct wb_str *ret)
{
    const size_t digits = digit_count(text, len);
    const size_t zeros = digits < element->min ? element->min - digits : 0;
    const size_t sign = len > 0 && text[0] == '-' ? 1 : 0;
    char *const at = wb_arena_alloc(env->ctx, env->arena, len + zeros);
    if (at == NULL) {
        return CONV_NOMEM;
    }
    memcpy(at, text, sign);
    memset(at + sign, '0', zeros);
    memcpy(at + sign + zeros, text + sign, len - sign);
    *ret = (struct wb_str){at, len + zeros};
    return CONV_OK;
}

static bool
right_dec(const struct record_value *value, struct wb_dec *ret)
{
    if (value->type == RECORD_INT) {
        *ret = wb_dec_int(value->number);
    } else if (value->type == RECORD_DEC) {
        *ret = value->dec;
    } else {
        return false;
    }
    return ret->units != INT64_MIN;
}

static enum conv_rc
dec_write(const struct conv_env *env, const struct map_conv *conv,
          const struct map_element *element, const struct record_value *value, struct wb_str *ret)
{
    struct wb_dec dec;
    char text[WB_DEC_TEXT_MAX];
    size_t len = 0;
    if (!right_dec(value, &dec) || element->min > WB_DEC_TEXT_MAX) {
        return CONV_REFUSED;
    }
    if (conv->kind == MAP_CONV_NEGATED) {
        dec.units = -dec.units;
    }
    if (dec_print(env, element, dec, text, &len)) {
        return dec_put(env, element, text, len, ret);
    }
    if ((conv->flags & MAP_CONV_ROUND) == 0) {
        return CONV_TOO_LONG;
    }
    for (unsigned scale = dec.scale; scale-- > 0;) {
        if (dec_print(env, element, wb_dec_round(dec, (uint8_t)scale), text, &len)) {
            const enum conv_rc rc = dec_put(env, element, text, len, ret);
            return rc == CONV_OK ? CONV_CUT : rc;
        }
    }
    return CONV_TOO_LONG;
}

enum conv_rc
conv_read(const struct conv_env *env, const struct map_conv *conv,
          const struct map_element *elements, const struct wb_str *parts, size_t count,
          struct record_value *ret)
{
    assert(count > 0);
    if (conv_is_code(conv)) {
        return conv_code_read(env, conv, conv_text_get(&elements[0], parts[0]), ret);
    }
    switch ((enum map_conv_kind)conv->kind) {
    case MAP_CONV_DEC:
    case MAP_CONV_IMPLIED:
    case MAP_CONV_INT:
    case MAP_CONV_NEGATED:
        return dec_read(env, conv, &elements[0], parts[0], ret);
    case MAP_CONV_DATE:
    case MAP_CONV_MOMENT:
    case MAP_CONV_DAY:
        return conv_date_read(conv, elements, parts, count, ret);
    case MAP_CONV_DTM:
        return conv_dtm_read(conv, parts, count, ret);
    case MAP_CONV_TEXT:
    case MAP_CONV_LINES:
    case MAP_CONV_HTML_LINES:
    case MAP_CONV_CHUNKS: {
        const struct wb_str text = conv_text_get(&elements[0], parts[0]);
        *ret = (struct record_value){.present = true, .type = conv->type, .text = text};
        return text.len > 0 ? CONV_OK : CONV_REFUSED;
    }
    case MAP_CONV_RAW:
    case MAP_CONV_UPPER:
    case MAP_CONV_GTIN12:
    case MAP_CONV_GTIN13:
    case MAP_CONV_GTIN14:
    case MAP_CONV_NDC:
    case MAP_CONV_NUMBER:
    case MAP_CONV_TRUTH:
    case MAP_CONV_SAME:
    case MAP_CONV_KINDS:
        break;
    }
    return CONV_REFUSED;
}

static enum conv_rc
text_write(const struct conv_env *env, const struct map_conv *conv,
           const struct map_element *element, const struct record_value *value, struct wb_str *ret)
{
    if (value->type != RECORD_TEXT && value->type != RECORD_CODE) {
        return CONV_REFUSED;
    }
    return conv_text_put(env, conv->flags, element, value->text, ret);
}

enum conv_rc
conv_write(const struct conv_env *env, const struct map_conv *conv,
           const struct map_element *elements, size_t count, const struct record_value *value,
           struct wb_str *ret_parts)
{
    assert(count > 0);
    memset(ret_parts, 0, count * sizeof *ret_parts);
    if (conv_is_code(conv)) {
        struct wb_str text;
        const enum conv_rc rc = conv_code_write(env, conv, value, &text);
        return rc == CONV_OK ? conv_text_put(env, 0, &elements[0], text, &ret_parts[0]) : rc;
    }
    switch ((enum map_conv_kind)conv->kind) {
    case MAP_CONV_DEC:
    case MAP_CONV_IMPLIED:
    case MAP_CONV_INT:
    case MAP_CONV_NEGATED:
        return dec_write(env, conv, &elements[0], value, &ret_parts[0]);
    case MAP_CONV_DATE:
    case MAP_CONV_MOMENT:
    case MAP_CONV_DAY:
        return conv_date_write(env, conv, elements, count, value, ret_parts);
    case MAP_CONV_DTM:
        return conv_dtm_write(env, conv, count, value, ret_parts);
    case MAP_CONV_TEXT:
    case MAP_CONV_LINES:
    case MAP_CONV_HTML_LINES:
    case MAP_CONV_CHUNKS:
        return text_write(env, conv, &elements[0], value, &ret_parts[0]);
    case MAP_CONV_RAW:
    case MAP_CONV_UPPER:
    case MAP_CONV_GTIN12:
    case MAP_CONV_GTIN13:
    case MAP_CONV_GTIN14:
    case MAP_CONV_NDC:
    case MAP_CONV_NUMBER:
    case MAP_CONV_TRUTH:
    case MAP_CONV_SAME:
    case MAP_CONV_KINDS:
        break;
    }
    return CONV_REFUSED;
}

enum conv_rc
conv_text_put_plain(const struct conv_env *env, const struct map_element *element,
                    struct wb_str text, struct wb_str *ret)
{
    return conv_text_put(env, 0, element, text, ret);
}

static bool
is_word(uint8_t type)
{
    return type == RECORD_TEXT || type == RECORD_CODE;
}

/* The same value under the type `to`; what does not fit is refused, or loses its time as declared.
 */
static enum conv_rc
retype(const struct map_conv *conv, const struct record_value *value, uint8_t to,
       struct record_value *ret)
{
    *ret = *value;
    ret->present = true;
    ret->type = to;
    if (value->type == to || (is_word(value->type) && is_word(to))) {
        return value->type == RECORD_OBJECT || value->type == RECORD_LIST ? CONV_REFUSED : CONV_OK;
    }
    if (value->type == RECORD_DATE && to == RECORD_MOMENT) {
        ret->moment = conv_moment_of(value->date);
        return CONV_OK;
    }
    if (value->type == RECORD_MOMENT && to == RECORD_DATE) {
        ret->date = value->moment.date;
        const bool exact = value->moment.precision == WB_DAY || conv->kind == MAP_CONV_DAY;
        const bool may_cut = (conv->flags & MAP_CONV_CUT) != 0;
        return exact ? CONV_OK : may_cut ? CONV_CUT : CONV_REFUSED;
    }
    if (value->type == RECORD_INT && to == RECORD_DEC) {
        ret->dec = wb_dec_int(value->number);
        return CONV_OK;
    }
    if (value->type == RECORD_DEC && to == RECORD_INT) {
        const struct wb_dec whole = wb_dec_trim(value->dec);
        ret->number = whole.units;
        return whole.scale == 0 ? CONV_OK : CONV_REFUSED;
    }
    return CONV_REFUSED;
}

static enum conv_rc
negate_value(const struct record_value *value, struct record_value *ret)
{
    if (value->type != RECORD_DEC || value->dec.units == INT64_MIN) {
        return CONV_REFUSED;
    }
    *ret = *value;
    ret->dec.units = -value->dec.units;
    return CONV_OK;
}

enum conv_rc
conv_read_value(const struct conv_env *env, const struct map_conv *conv,
                const struct record_value *left, struct record_value *ret)
{
    if (conv->kind == MAP_CONV_LINES || conv->kind == MAP_CONV_HTML_LINES) {
        return left->type == RECORD_LIST ? conv_lines_read(env, conv, &left->list, ret)
                                         : CONV_REFUSED;
    }
    if (conv_is_code(conv)) {
        return is_word(left->type) || left->type == RECORD_RAW
                   ? conv_code_read(env, conv, left->text, ret)
                   : CONV_REFUSED;
    }
    if (conv->kind == MAP_CONV_NEGATED) {
        return negate_value(left, ret);
    }
    return retype(conv, left, conv->type, ret);
}

enum conv_rc
conv_write_value(const struct conv_env *env, const struct map_conv *conv,
                 const struct record_value *value, struct record_value *ret_left)
{
    if (conv->kind == MAP_CONV_LINES || conv->kind == MAP_CONV_HTML_LINES) {
        return is_word(value->type) ? conv_lines_write(env, conv, value->text, ret_left)
                                    : CONV_REFUSED;
    }
    if (conv_is_code(conv)) {
        struct record_value text = {.present = true, .type = conv->left_type};
        if (!is_word(conv->left_type) && conv->left_type != RECORD_RAW) {
            return CONV_REFUSED;
        }
        const enum conv_rc rc = conv_code_write(env, conv, value, &text.text);
        if (rc == CONV_OK) {
            *ret_left = text;
        }
        return rc;
    }
    if (conv->kind == MAP_CONV_NEGATED) {
        return negate_value(value, ret_left);
    }
    return retype(conv, value, conv->left_type, ret_left);
}
