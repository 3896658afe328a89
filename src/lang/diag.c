/*
 * Collecting diagnostics, finding their line and column, and guessing what was meant. Printing is
 * print.c.
 *
 * Past WB_LIMIT_DIAGS they are counted and no longer kept, so a file of nonsense costs no memory.
 */
#include <assert.h>
#include <stdio.h>

#include "base/limits.h"
#include "lang/lang_priv.h"

const struct lang_code *
lang_codes(size_t *ret_count)
{
    static const struct lang_code rows[] = {
#define X(name, code, severity, meaning, cure) {code, severity, meaning, cure},
#include "lang/diag.def"
#undef X
    };
    if (ret_count != NULL) {
        *ret_count = sizeof rows / sizeof rows[0];
    }
    return rows;
}

void
lang_diags_init(struct lang_diags *diags, struct wb_arena *arena)
{
    assert(diags != NULL);
    assert(arena != NULL);
    *diags = (struct lang_diags){.arena = arena};
}

struct lang_diag *
lang_diag_addv(struct wb_ctx *ctx, struct lang_diags *diags, enum lang_severity severity,
               const char *code, struct lang_pos pos, const char *format, va_list args)
{
    assert(code != NULL);
    diags->error_count += severity == LANG_ERROR ? 1 : 0;
    diags->warning_count += severity == LANG_WARNING ? 1 : 0;
    if (diags->count >= WB_LIMIT_DIAGS) {
        return NULL;
    }
    char text[512];
    const int len = vsnprintf(text, sizeof text, format, args);
    const size_t used = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    const struct wb_str kept = wb_arena_dup(ctx, diags->arena, (struct wb_str){text, used});
    struct lang_diag *diag = WB_PUSH(ctx, diags->arena, diags->items, diags->count, diags->cap);
    if (diag == NULL) {
        return NULL;
    }
    diag->severity = severity;
    diag->code = code;
    diag->pos = pos;
    diag->text = kept;
    return diag;
}

struct lang_diag *
lang_diag_add(struct wb_ctx *ctx, struct lang_diags *diags, enum lang_severity severity,
              const char *code, struct lang_pos pos, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct lang_diag *diag = lang_diag_addv(ctx, diags, severity, code, pos, format, args);
    va_end(args);
    return diag;
}

void
lang_place(struct lang_pos pos, uint32_t *ret_line, uint32_t *ret_column)
{
    uint32_t line = 1;
    uint32_t column = 1;
    const struct wb_str text = pos.source == NULL ? WB_LIT("") : pos.source->bytes;
    for (size_t i = 0; i < pos.at && i < text.len; i++) {
        const bool newline = text.at[i] == '\n';
        const bool continues = ((uint8_t)text.at[i] & 0xc0) == 0x80; /* a UTF-8 tail is no column */
        line += newline ? 1 : 0;
        column = newline ? 1 : column + (continues ? 0 : 1);
    }
    *ret_line = line;
    *ret_column = column;
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_but_case(struct wb_str a, struct wb_str b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++) {
        same = lower(a.at[i]) == lower(b.at[i]);
    }
    return same;
}

/* Two neighbours changed places: one slip of the hand, though two edits. */
static bool
swapped(struct wb_str a, struct wb_str b)
{
    size_t i = 0;
    if (a.len != b.len) {
        return false;
    }
    while (i < a.len && a.at[i] == b.at[i]) {
        i++;
    }
    return i + 1 < a.len && a.at[i] == b.at[i + 1] && a.at[i + 1] == b.at[i] &&
           wb_str_eq(wb_str_sub(a, i + 2, a.len), wb_str_sub(b, i + 2, b.len));
}

static unsigned
edits_allowed(size_t len)
{
    return len >= 6 ? 2 : len >= 2 ? 1 : 0;
}

void
lang_guess_init(struct lang_guess *guess, struct wb_str word)
{
    *guess = (struct lang_guess){.word = word, .distance = edits_allowed(word.len) + 1};
}

void
lang_guess_try(struct lang_guess *guess, struct wb_str candidate)
{
    unsigned distance = 0;
    if (!same_but_case(guess->word, candidate)) {
        distance = swapped(guess->word, candidate)
                       ? 1
                       : wb_str_distance(guess->word, candidate, edits_allowed(guess->word.len));
        distance += distance == 0 ? 1 : 0;
    }
    /* A word shares its first letter with what was meant more often than not: of two as near, that
     * one. */
    const bool same_start = candidate.len > 0 && guess->word.len > 0 &&
                            lower(candidate.at[0]) == lower(guess->word.at[0]);
    const bool best_start = guess->best.len > 0 && guess->word.len > 0 &&
                            lower(guess->best.at[0]) == lower(guess->word.at[0]);
    if (distance < guess->distance ||
        (distance == guess->distance && guess->best.at != NULL && same_start && !best_start)) {
        guess->distance = distance;
        guess->best = candidate;
    }
}

struct wb_str
lang_guess_best(const struct lang_guess *guess)
{
    return guess->best;
}
