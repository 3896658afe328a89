/*
 * Conversions as the compiler sees them: which one two types ask for, what may stand after `as`,
 * and how long the images are.
 */
#include <assert.h>
#include <string.h>

#include "map/conv.h"

struct conv_row {
    const char *name;
    const char *doc;
};

static const struct conv_row *
row_of(unsigned kind)
{
    static const struct conv_row rows[] = {
#define X(NAME, text, doc_) [MAP_CONV_##NAME] = {.name = text, .doc = doc_},
        MAP_CONVS(X)
#undef X
    };
    assert(kind < MAP_CONV_KINDS);
    return &rows[kind];
}

const char *
conv_kind_name(unsigned kind)
{
    static const char *const names[] = {
#define X(NAME, text, doc_) [MAP_CONV_##NAME] = #NAME,
        MAP_CONVS(X)
#undef X
    };
    assert(kind < MAP_CONV_KINDS);
    return names[kind];
}

const char *
conv_kind_doc(unsigned kind)
{
    return row_of(kind)->doc;
}

const char *
conv_name(size_t n)
{
    for (unsigned kind = 0; kind < MAP_CONV_KINDS; kind++) {
        if (row_of(kind)->name[0] == '\0') {
            continue;
        }
        if (n == 0) {
            return row_of(kind)->name;
        }
        n--;
    }
    return NULL;
}

static bool
is_edifact(const struct conv_left *left)
{
    return left->grammar != NULL &&
           wb_str_eq(grammar_str(left->grammar, left->grammar->standard), WB_LIT("edifact"));
}

static struct map_conv
conv_of(enum map_conv_kind kind, uint8_t type)
{
    return (struct map_conv){.kind = (uint8_t)kind, .type = type, .arg = MAP_NONE};
}

static bool
is_time_type(uint8_t type)
{
    return type == RECORD_DATE || type == RECORD_MOMENT;
}

/* One element. */
static bool
between_one(const struct map_element *element, uint8_t right_type, struct map_conv *ret)
{
    const bool numeric = element->type == GRAMMAR_R || element->type == GRAMMAR_N;
    const bool wordy = element->type == GRAMMAR_AN || element->type == GRAMMAR_ID;
    if (right_type == RECORD_TEXT && (wordy || numeric)) {
        *ret = conv_of(MAP_CONV_TEXT, right_type);
        return true;
    }
    if (right_type == RECORD_CODE && wordy) {
        *ret = conv_of(MAP_CONV_TEXT, right_type);
        return true;
    }
    if (right_type == RECORD_RAW && wordy) {
        *ret = conv_of(MAP_CONV_RAW, right_type);
        return true;
    }
    if (right_type == RECORD_DEC && numeric) {
        *ret = conv_of(element->type == GRAMMAR_N ? MAP_CONV_IMPLIED : MAP_CONV_DEC, right_type);
        return true;
    }
    if (right_type == RECORD_INT && numeric && element->scale == 0) {
        *ret = conv_of(MAP_CONV_INT, right_type);
        return true;
    }
    if (is_time_type(right_type) && element->type == GRAMMAR_DT) {
        *ret = conv_of(right_type == RECORD_DATE ? MAP_CONV_DATE : MAP_CONV_MOMENT, right_type);
        return true;
    }
    return false;
}

/* Several elements: date, time and zone code, or 2380 and 2379. */
static bool
between_some(const struct conv_left *left, uint8_t right_type, struct map_conv *ret)
{
    const struct map_element *const at = left->elements;
    if (!is_time_type(right_type)) {
        return false;
    }
    if (is_edifact(left) && left->element_count == 2 && at[0].type != GRAMMAR_DT) {
        *ret = conv_of(MAP_CONV_DTM, right_type);
        return true;
    }
    const bool timed = at[0].type == GRAMMAR_DT && at[1].type == GRAMMAR_TM;
    const bool zoned = left->element_count == 3 && at[2].type == GRAMMAR_ID;
    if (!timed || (left->element_count != 2 && !zoned)) {
        return false;
    }
    *ret = conv_of(MAP_CONV_MOMENT, right_type);
    return true;
}

static uint8_t
field_type(const struct record_field *field)
{
    return field->type == RECORD_LIST ? field->item_type : field->type;
}

static bool
is_word(uint8_t type)
{
    return type == RECORD_TEXT || type == RECORD_CODE;
}

static bool
between_fields(const struct record_field *field, uint8_t right_type, struct map_conv *ret)
{
    const uint8_t type = field_type(field);
    const bool same = type == right_type || (is_word(type) && is_word(right_type)) ||
                      (is_time_type(type) && is_time_type(right_type)) ||
                      (type == RECORD_INT && right_type == RECORD_DEC) ||
                      (type == RECORD_DEC && right_type == RECORD_INT);
    if (!same || type == RECORD_OBJECT || type == RECORD_LIST) {
        return false;
    }
    *ret = conv_of(type == RECORD_TRUTH ? MAP_CONV_TRUTH : MAP_CONV_SAME, right_type);
    ret->left_type = type;
    return true;
}

bool
conv_between(const struct conv_left *left, uint8_t right_type, struct map_conv *ret)
{
    if (left->field != NULL) {
        return between_fields(left->field, right_type, ret);
    }
    if (left->element_count == 1) {
        return between_one(&left->elements[0], right_type, ret);
    }
    return left->element_count > 1 && between_some(left, right_type, ret);
}

static bool
kind_by_name(struct wb_str name, enum map_conv_kind *ret)
{
    for (unsigned kind = 0; kind < MAP_CONV_KINDS; kind++) {
        const struct wb_str have = wb_str_of(row_of(kind)->name);
        if (have.len > 0 && wb_str_eq(have, name)) {
            *ret = (enum map_conv_kind)kind;
            return true;
        }
    }
    return false;
}

static bool
ndc_args(const struct wb_str *args, size_t count, uint32_t *ret)
{
    static const char *const forms[] = {
        [MAP_NDC_5_4_2] = "5-4-2",
        [MAP_NDC_4_4_2] = "4-4-2",
        [MAP_NDC_5_3_2] = "5-3-2",
        [MAP_NDC_5_4_1] = "5-4-1",
    };
    uint32_t arg = MAP_NDC_5_4_2 | (count == 0 ? MAP_NDC_PLAIN : 0U);
    for (size_t i = 0; i < count; i++) {
        uint32_t form = 0;
        if (i > 0) {
            if (!wb_str_eq(args[i], WB_LIT("plain"))) {
                return false;
            }
            arg |= MAP_NDC_PLAIN;
            continue;
        }
        while (form < 4 && !wb_str_eq(args[0], wb_str_of(forms[form]))) {
            form++;
        }
        if (form == 4) {
            return false;
        }
        arg = form;
    }
    *ret = arg;
    return count <= 2;
}

static bool
args_of(enum map_conv_kind kind, const struct wb_str *args, size_t count, uint32_t *ret)
{
    uint64_t size = 0;
    *ret = MAP_NONE;
    if (kind == MAP_CONV_NDC) {
        return ndc_args(args, count, ret);
    }
    if (kind != MAP_CONV_CHUNKS || count == 0) {
        return count == 0;
    }
    if (count > 1 || !wb_str_u64(args[0], &size) || size == 0 || size > UINT16_MAX) {
        return false;
    }
    *ret = (uint32_t)size; /* at most UINT16_MAX */
    return true;
}

/* What a named conversion gives, and what it takes. */
static bool
right_fits(enum map_conv_kind kind, uint8_t right_type)
{
    if (kind == MAP_CONV_NUMBER) {
        return right_type == RECORD_INT;
    }
    if (kind == MAP_CONV_DAY) {
        return right_type == RECORD_MOMENT;
    }
    if (kind == MAP_CONV_NEGATED) {
        return right_type == RECORD_DEC;
    }
    return is_word(right_type);
}

static bool
element_fits(enum map_conv_kind kind, const struct conv_left *left)
{
    const uint8_t type = left->elements[0].type;
    if (left->element_count != 1 && kind != MAP_CONV_CHUNKS && kind != MAP_CONV_LINES &&
        kind != MAP_CONV_HTML_LINES) {
        return false;
    }
    if (kind == MAP_CONV_DAY) {
        return type == GRAMMAR_DT;
    }
    if (kind == MAP_CONV_NEGATED) {
        return type == GRAMMAR_N || type == GRAMMAR_R;
    }
    return type == GRAMMAR_AN || type == GRAMMAR_ID;
}

static bool
left_field_fits(enum map_conv_kind kind, const struct record_field *field)
{
    if (kind == MAP_CONV_DAY) {
        return field->type == RECORD_DATE;
    }
    if (kind == MAP_CONV_NEGATED) {
        return field->type == RECORD_DEC;
    }
    if (kind == MAP_CONV_LINES || kind == MAP_CONV_HTML_LINES) {
        return field->type == RECORD_LIST && field->item_type == RECORD_TEXT;
    }
    return is_word(field->type) && kind != MAP_CONV_CHUNKS;
}

bool
conv_named(const struct conv_left *left, uint8_t right_type, struct wb_str name,
           const struct wb_str *args, size_t arg_count, struct map_conv *ret, const char **ret_why)
{
    enum map_conv_kind kind = MAP_CONV_TEXT;
    uint32_t arg = MAP_NONE;
    if (!kind_by_name(name, &kind)) {
        *ret_why = "is no conversion";
        return false;
    }
    if (!args_of(kind, args, arg_count, &arg)) {
        *ret_why = kind == MAP_CONV_NDC      ? "takes a form such as 5-4-2, and perhaps plain"
                   : kind == MAP_CONV_CHUNKS ? "takes one size"
                                             : "takes no words in brackets";
        return false;
    }
    const bool fits = left->field != NULL ? left_field_fits(kind, left->field)
                                          : left->element_count > 0 && element_fits(kind, left);
    if (!fits) {
        *ret_why = "does not take what stands on the left";
        return false;
    }
    if (!right_fits(kind, right_type)) {
        *ret_why = "does not give what stands on the right";
        return false;
    }
    *ret = conv_of(kind, right_type);
    ret->arg = arg;
    ret->left_type = left->field == NULL ? 0 : left->field->type;
    return true;
}

static size_t
ndc_left_len(uint32_t arg)
{
    const size_t digits = (arg & 3) == MAP_NDC_5_4_2 ? 11 : 10;
    return arg != MAP_NONE && (arg & MAP_NDC_PLAIN) != 0 ? digits : digits + 2;
}

struct conv_image
conv_image(const struct map_conv *conv, uint32_t left_max, uint32_t right_max)
{
    const uint32_t right = right_max == 0 ? UINT32_MAX : right_max;
    const struct conv_image same = {.right_max = left_max, .left_max = right};
    const struct conv_image free = {.right_max = UINT32_MAX, .left_max = UINT32_MAX};
    switch ((enum map_conv_kind)conv->kind) {
    case MAP_CONV_GTIN12:
        return (struct conv_image){14, 12};
    case MAP_CONV_GTIN13:
        return (struct conv_image){14, 13};
    case MAP_CONV_GTIN14:
        return (struct conv_image){14, 14};
    case MAP_CONV_NDC:
        return (struct conv_image){11, (uint32_t)ndc_left_len(conv->arg)};
    case MAP_CONV_TEXT:
    case MAP_CONV_UPPER:
    case MAP_CONV_SAME:
        return same;
    case MAP_CONV_RAW: {
        const uint32_t space = conv->text.len + 1;
        const bool free_left = left_max > UINT32_MAX - space;
        return (struct conv_image){free_left ? UINT32_MAX : left_max + space,
                                   right == UINT32_MAX ? right : right - space};
    }
    case MAP_CONV_DATE:
    case MAP_CONV_DAY:
        return (struct conv_image){UINT32_MAX, 8};
    case MAP_CONV_DEC:
    case MAP_CONV_IMPLIED:
    case MAP_CONV_INT:
    case MAP_CONV_NEGATED:
    case MAP_CONV_NUMBER:
    case MAP_CONV_MOMENT:
    case MAP_CONV_DTM:
    case MAP_CONV_TRUTH:
    case MAP_CONV_LINES:
    case MAP_CONV_HTML_LINES:
    case MAP_CONV_CHUNKS:
    case MAP_CONV_KINDS:
        break;
    }
    return free;
}
