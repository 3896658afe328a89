/*
 * Correct values. Of an element with a code list each code has its turn; of others the shortest,
 * the longest and what its type has as edges come first, then lengths at random. No value holds a
 * separator or has blanks at its ends, for those get a note.
 */
#include <stdio.h>
#include <string.h>

#include "generate.h"

enum { LENGTH_MAX = 2000, LENGTH_USUAL = 12 };

uint32_t
gen_below(struct gen *gen, uint32_t limit)
{
    gen->random ^= gen->random << 13;
    gen->random ^= gen->random >> 7;
    gen->random ^= gen->random << 17;
    return (uint32_t)((gen->random * 0x9E3779B97F4A7C15ULL) >> 33) % limit;
}

bool
gen_chance(struct gen *gen, uint32_t percent)
{
    return gen_below(gen, 100) < percent;
}

struct wb_str
gen_text(struct gen *gen, uint32_t len, bool upper)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz"
                                  "/-()&#,;= ";
    const uint32_t count = upper ? 36 : sizeof LETTERS - 1;
    char *const at = wb_arena_alloc(gen->ctx, gen->arena, len + 1);
    assert_non_null(at);
    for (uint32_t i = 0; i < len; i++) {
        at[i] = LETTERS[gen_below(gen, i == 0 || i + 1 == len ? 36 : count)];
    }
    return (struct wb_str){at, len};
}

struct wb_str
gen_digits(struct gen *gen, uint32_t len)
{
    char *const at = wb_arena_alloc(gen->ctx, gen->arena, len + 1);
    assert_non_null(at);
    for (uint32_t i = 0; i < len; i++) {
        at[i] = (char)('0' + (i == 0 && len > 1 ? 1 + gen_below(gen, 9) : gen_below(gen, 10)));
    }
    return (struct wb_str){at, len};
}

/* The length of a value: an edge that is wanted, else one in between. */
static uint32_t
length(struct gen *gen, uint32_t element, enum gen_form form)
{
    const struct grammar_element *const row = &gen->grammar->elements[element];
    const uint32_t min = row->min == 0 ? 1 : row->min;
    const uint32_t max = row->max < LENGTH_MAX ? row->max : LENGTH_MAX;
    const bool zero = form == GEN_SPECIAL && (row->type == GRAMMAR_N || row->type == GRAMMAR_R);
    if (form == GEN_SHORTEST || zero || max <= min) {
        return min;
    }
    if (form == GEN_LONGEST) {
        return max;
    }
    const uint32_t usual = max - min < LENGTH_USUAL ? max - min : LENGTH_USUAL;
    return min + gen_below(gen, usual + 1);
}

static struct wb_str
number(struct gen *gen, uint32_t len, enum gen_form form, bool point)
{
    const struct wb_str digits = gen_digits(gen, len);
    const bool minus = form == GEN_NEGATIVE;
    if (form == GEN_SPECIAL) {
        /* Zero, as short as it may be. */
        return gen_printf(gen, "%0*d", (int)len, 0);
    }
    if (!point) {
        return minus ? gen_printf(gen, "-" WB_FMT, WB_ARG(digits)) : digits;
    }
    const uint32_t whole = 1 + gen_below(gen, len);
    return gen_printf(gen, "%s" WB_FMT "." WB_FMT, minus ? "-" : "",
                      WB_ARG(wb_str_sub(digits, 0, whole)), WB_ARG(wb_str_sub(digits, whole, len)));
}

static struct wb_str
date(struct gen *gen, uint32_t len, enum gen_form form)
{
    static const char *const EDGES[] = {"20240229", "20000229", "19991231",
                                        "20000101", "19960229", "20991130"};
    if (form == GEN_SPECIAL) {
        const char *const edge = EDGES[gen_below(gen, sizeof EDGES / sizeof EDGES[0])];
        return gen_printf(gen, "%s", len == 8 ? edge : edge + 2);
    }
    const unsigned year = 1980 + gen_below(gen, 60);
    const unsigned month = 1 + gen_below(gen, 12);
    const unsigned day = 1 + gen_below(gen, 28);
    return len == 8 ? gen_printf(gen, "%04u%02u%02u", year, month, day)
                    : gen_printf(gen, "%02u%02u%02u", year % 100, month, day);
}

static struct wb_str
clock_time(struct gen *gen, uint32_t len, enum gen_form form)
{
    char text[16];
    const bool edge = form == GEN_SPECIAL;
    const bool late = gen_chance(gen, 50);
    const unsigned hour = edge ? (late ? 23 : 0) : gen_below(gen, 24);
    const unsigned minute = edge ? (late ? 59 : 0) : gen_below(gen, 60);
    const unsigned second = edge ? (late ? 59 : 0) : gen_below(gen, 60);
    (void)snprintf(text, sizeof text, "%02u%02u%02u%02u", hour, minute, second,
                   gen_below(gen, 100));
    return gen_printf(gen, "%.*s", (int)len, text);
}

/* An edge that has not been met, or none of them. */
static enum gen_form
form_of(struct gen *gen, uint32_t element)
{
    const struct grammar_element *const row = &gen->grammar->elements[element];
    const enum gen_form from = (enum gen_form)gen_below(gen, GEN_FORMS);
    for (uint32_t i = 0; i < GEN_FORMS && gen->coverage != NULL; i++) {
        const enum gen_form form = (enum gen_form)((from + i) % GEN_FORMS);
        if (gen_form_wanted(gen->coverage, element, form)) {
            gen_form_met(gen->coverage, element, form);
            return form;
        }
    }
    /* Long values are rare once they were met: they cost. */
    const bool rare = from == GEN_LONGEST && row->max > 80;
    if (gen_form_possible(row, from) && !rare && gen_chance(gen, 30)) {
        return from;
    }
    return GEN_FORMS;
}

bool
gen_code_advised(const struct grammar *grammar, uint32_t element, struct wb_str code)
{
    enum { CHECK_WATCH_UNIT, CHECK_WATCH_PRICE };
    static const struct {
        int watch;
        const char *code;
    } ADVISED[] = {
#define A(watch_, code_, text_) {watch_, code_},
#include "check/advice.def"
#undef A
    };
    const struct wb_str id = grammar_str(grammar, grammar->elements[element].id);
    for (size_t i = 0; i < sizeof ADVISED / sizeof ADVISED[0]; i++) {
        const char *const watched = ADVISED[i].watch == CHECK_WATCH_UNIT ? "355" : "639";
        if (wb_str_eq(id, wb_str_of(watched)) && wb_str_eq(code, wb_str_of(ADVISED[i].code))) {
            return true;
        }
    }
    return false;
}

static bool
in_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

void
gen_prefer_words(const struct grammar *grammar, struct wb_str text, uint8_t *preferred)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && in_word(text.at[end])) {
            end++;
        }
        const struct wb_str word = wb_str_sub(text, at, end - at);
        for (uint32_t e = 0; e < grammar->element_count && word.len > 0; e++) {
            const uint32_t code = grammar->elements[e].code_count > 0
                                      ? grammar_find_code(grammar, e, word)
                                      : GRAMMAR_NONE;
            if (code != GRAMMAR_NONE) {
                preferred[code] = 1;
            }
        }
        at = end + 1;
    }
}

/* One of the preferred codes of a list, or GRAMMAR_NONE. */
static uint32_t
preferred_of(struct gen *gen, const struct grammar_element *row)
{
    const uint32_t from = gen_below(gen, row->code_count);
    for (uint32_t i = 0; i < row->code_count && gen->preferred != NULL; i++) {
        const uint32_t code = row->code_first + (from + i) % row->code_count;
        if (gen->preferred[code] != 0) {
            return code;
        }
    }
    return GRAMMAR_NONE;
}

static struct wb_str
code_of(struct gen *gen, uint32_t element)
{
    const struct grammar_element *const row = &gen->grammar->elements[element];
    uint32_t code = gen_chance(gen, 80) ? preferred_of(gen, row) : GRAMMAR_NONE;
    if (code != GRAMMAR_NONE) {
        return grammar_str(gen->grammar, gen->grammar->codes[code].value);
    }
    code = row->code_first + gen_below(gen, row->code_count);
    if (gen->coverage != NULL) {
        code = gen_code_next(gen->coverage, element);
        gen_code_met(gen->coverage, element, code);
    }
    return grammar_str(gen->grammar, gen->grammar->codes[code].value);
}

struct wb_str
gen_element(struct gen *gen, uint32_t element)
{
    const struct grammar_element *const row = &gen->grammar->elements[element];
    if (row->coded && row->code_count > 0) {
        return code_of(gen, element);
    }
    const enum gen_form form = form_of(gen, element);
    const uint32_t len = length(gen, element, form);
    switch ((enum grammar_type)row->type) {
    case GRAMMAR_AN:
    case GRAMMAR_B:
        return gen_text(gen, len, false);
    case GRAMMAR_ID:
        return gen_text(gen, len, true);
    case GRAMMAR_N:
        return number(gen, len, form, false);
    case GRAMMAR_R:
        return number(gen, len, form, form == GEN_POINT || gen_chance(gen, 30));
    case GRAMMAR_DT:
        return date(gen, len >= 8 || row->max < 6 ? 8 : 6, form);
    case GRAMMAR_TM:
        return clock_time(gen, len == 5 ? (row->max > 5 ? 6 : 4) : len > 8 ? 8 : len, form);
    }
    return (struct wb_str){"", 0};
}
