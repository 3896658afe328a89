/*
 * Identifiers: GTIN in three lengths, NDC in its forms, numbers, upper case, codes with a
 * namespace. All from one text to one value; each accepts only what it would write back.
 */
#include <assert.h>
#include <string.h>

#include "map/conv_priv.h"

enum { GTIN_LEN = 14, NDC_LEN = 11 };

bool
conv_is_code(const struct map_conv *conv)
{
    return conv->kind == MAP_CONV_RAW || conv->kind == MAP_CONV_UPPER ||
           conv->kind == MAP_CONV_GTIN12 || conv->kind == MAP_CONV_GTIN13 ||
           conv->kind == MAP_CONV_GTIN14 || conv->kind == MAP_CONV_NDC ||
           conv->kind == MAP_CONV_NUMBER;
}

/* The last digit makes the weighted sum (3, 1, 3 .. from the right) a multiple of ten. */
static bool
gtin_good(struct wb_str digits)
{
    unsigned sum = 0;
    if (!wb_str_digits(digits)) {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        const unsigned digit = (unsigned)(digits.at[digits.len - 1 - i] - '0');
        sum += i % 2 == 0 ? digit : 3 * digit;
    }
    return digits.len > 0 && sum % 10 == 0;
}

static size_t
gtin_len(uint8_t kind)
{
    return kind == MAP_CONV_GTIN12 ? 12 : kind == MAP_CONV_GTIN13 ? 13 : GTIN_LEN;
}

static enum conv_rc
give_text(const struct conv_env *env, const struct map_conv *conv, const char *text, size_t len,
          struct record_value *ret)
{
    const struct wb_str copy = wb_arena_dup(env->ctx, env->arena, (struct wb_str){text, len});
    if (copy.at == NULL) {
        return CONV_NOMEM;
    }
    *ret = (struct record_value){.present = true, .type = conv->type, .text = copy};
    return CONV_OK;
}

static enum conv_rc
gtin_read(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
          struct record_value *ret)
{
    const size_t len = gtin_len(conv->kind);
    char digits[GTIN_LEN];
    if (text.len != len || !gtin_good(text)) {
        return CONV_REFUSED;
    }
    memset(digits, '0', sizeof digits);
    memcpy(digits + GTIN_LEN - len, text.at, len);
    return give_text(env, conv, digits, sizeof digits, ret);
}

static enum conv_rc
gtin_write(const struct map_conv *conv, struct wb_str text, struct wb_str *ret)
{
    const size_t drop = GTIN_LEN - gtin_len(conv->kind);
    if (text.len != GTIN_LEN || !gtin_good(text)) {
        return CONV_REFUSED;
    }
    for (size_t i = 0; i < drop; i++) {
        if (text.at[i] != '0') {
            return CONV_REFUSED;
        }
    }
    *ret = wb_str_sub(text, drop, GTIN_LEN - drop);
    return CONV_OK;
}

struct ndc_form {
    size_t parts[3];
};

static const struct ndc_form NDC_FULL = {
    {5, 4, 2}
};

static const struct ndc_form *
ndc_form(uint32_t arg)
{
    static const struct ndc_form forms[] = {
        [MAP_NDC_5_4_2] = {{5, 4, 2}},
        [MAP_NDC_4_4_2] = {{4, 4, 2}},
        [MAP_NDC_5_3_2] = {{5, 3, 2}},
        [MAP_NDC_5_4_1] = {{5, 4, 1}},
    };
    return &forms[arg & 3];
}

static bool
ndc_plain(uint32_t arg)
{
    return arg != MAP_NONE && (arg & MAP_NDC_PLAIN) != 0;
}

static enum conv_rc
ndc_read(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
         struct record_value *ret)
{
    const struct ndc_form *const form = ndc_form(conv->arg);
    const bool plain = ndc_plain(conv->arg);
    char digits[NDC_LEN];
    size_t from = 0;
    size_t to = 0;
    for (size_t p = 0; p < 3; p++) {
        const struct wb_str part = wb_str_sub(text, from, form->parts[p]);
        if (part.len != form->parts[p] || !wb_str_digits(part)) {
            return CONV_REFUSED;
        }
        const size_t zeros = NDC_FULL.parts[p] - part.len;
        memset(digits + to, '0', zeros);
        memcpy(digits + to + zeros, part.at, part.len);
        to += NDC_FULL.parts[p];
        from += part.len;
        if (p < 2 && !plain) {
            if (from >= text.len || text.at[from] != '-') {
                return CONV_REFUSED;
            }
            from++;
        }
    }
    return from == text.len ? give_text(env, conv, digits, sizeof digits, ret) : CONV_REFUSED;
}

static enum conv_rc
ndc_write(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
          struct wb_str *ret)
{
    const struct ndc_form *const form = ndc_form(conv->arg);
    char out[NDC_LEN + 2];
    size_t from = 0;
    size_t to = 0;
    if (text.len != NDC_LEN || !wb_str_digits(text)) {
        return CONV_REFUSED;
    }
    for (size_t p = 0; p < 3; p++) {
        const size_t zeros = NDC_FULL.parts[p] - form->parts[p];
        if (zeros > 0 && text.at[from] != '0') {
            return CONV_REFUSED;
        }
        if (p > 0 && !ndc_plain(conv->arg)) {
            out[to++] = '-';
        }
        memcpy(out + to, text.at + from + zeros, form->parts[p]);
        to += form->parts[p];
        from += NDC_FULL.parts[p];
    }
    *ret = wb_arena_dup(env->ctx, env->arena, (struct wb_str){out, to});
    return ret->at == NULL ? CONV_NOMEM : CONV_OK;
}

static enum conv_rc
number_read(struct wb_str text, struct record_value *ret)
{
    struct record_value value;
    const bool plain = wb_str_digits(text) && (text.len == 1 || text.at[0] != '0');
    if (!plain || !conv_parse(RECORD_INT, text, &value)) {
        return CONV_REFUSED;
    }
    *ret = value;
    return CONV_OK;
}

static enum conv_rc
number_write(const struct conv_env *env, const struct record_value *value, struct wb_str *ret)
{
    if (value->type != RECORD_INT || value->number < 0) {
        return CONV_REFUSED;
    }
    *ret = conv_text(env, value);
    return ret->at == NULL ? CONV_NOMEM : CONV_OK;
}

static bool
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static enum conv_rc
upper_read(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
           struct record_value *ret)
{
    char *const copy = wb_arena_alloc(env->ctx, env->arena, text.len);
    if (copy == NULL) {
        return CONV_NOMEM;
    }
    for (size_t i = 0; i < text.len; i++) {
        copy[i] = is_lower(text.at[i]) ? (char)(text.at[i] - 'a' + 'A') : text.at[i];
    }
    *ret = (struct record_value){
        .present = true, .type = conv->type, .text = (struct wb_str){copy, text.len}
    };
    return CONV_OK;
}

static enum conv_rc
upper_write(struct wb_str text, struct wb_str *ret)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_lower(text.at[i])) {
            return CONV_REFUSED;
        }
    }
    *ret = text;
    return CONV_OK;
}

static struct wb_str
namespace_of(const struct conv_env *env, const struct map_conv *conv)
{
    return wb_str_sub(env->strings, conv->text.at, conv->text.len);
}

static enum conv_rc
raw_read(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
         struct record_value *ret)
{
    const struct wb_str space = namespace_of(env, conv);
    const struct wb_str raw =
        wb_arena_printf(env->ctx, env->arena, WB_FMT ":" WB_FMT, WB_ARG(space), WB_ARG(text));
    if (raw.at == NULL) {
        return CONV_NOMEM;
    }
    *ret = (struct record_value){.present = true, .type = conv->type, .text = raw};
    return CONV_OK;
}

static enum conv_rc
raw_write(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
          struct wb_str *ret)
{
    const struct wb_str space = namespace_of(env, conv);
    if (!wb_str_starts(text, space) || text.len < space.len + 2 || text.at[space.len] != ':') {
        return CONV_REFUSED;
    }
    *ret = wb_str_sub(text, space.len + 1, text.len);
    return CONV_OK;
}

enum conv_rc
conv_code_read(const struct conv_env *env, const struct map_conv *conv, struct wb_str text,
               struct record_value *ret)
{
    if (text.len == 0) {
        return CONV_REFUSED;
    }
    if (conv->kind == MAP_CONV_NDC) {
        return ndc_read(env, conv, text, ret);
    }
    if (conv->kind == MAP_CONV_NUMBER) {
        return number_read(text, ret);
    }
    if (conv->kind == MAP_CONV_UPPER) {
        return upper_read(env, conv, text, ret);
    }
    if (conv->kind == MAP_CONV_RAW) {
        return raw_read(env, conv, text, ret);
    }
    return gtin_read(env, conv, text, ret);
}

enum conv_rc
conv_code_write(const struct conv_env *env, const struct map_conv *conv,
                const struct record_value *value, struct wb_str *ret)
{
    if (conv->kind == MAP_CONV_NUMBER) {
        return number_write(env, value, ret);
    }
    if (value->type != RECORD_TEXT && value->type != RECORD_CODE && value->type != RECORD_RAW) {
        return CONV_REFUSED;
    }
    if (conv->kind == MAP_CONV_NDC) {
        return ndc_write(env, conv, value->text, ret);
    }
    if (conv->kind == MAP_CONV_UPPER) {
        return upper_write(value->text, ret);
    }
    if (conv->kind == MAP_CONV_RAW) {
        return raw_write(env, conv, value->text, ret);
    }
    return gtin_write(conv, value->text, ret);
}
