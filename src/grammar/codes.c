/*
 * Code lists: those that stand in braces at their element, and those of the codes file. Afterwards
 * all codes are one array, sorted by element and value, and each element knows its part.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "grammar/compile_priv.h"
#include "grammar/csv.h"

static void
add_code(struct gramc *c, uint32_t element, struct wb_str value, struct wb_str label,
         struct lang_pos pos)
{
    const struct gramc_element *e = &c->elements[element];
    if (value.len < e->min || value.len > e->max) {
        struct lang_diag *diag = gramc_report(
            c, GRAM_CODE_LENGTH, pos,
            "the code '" WB_FMT "' has %zu characters, element " WB_FMT " has %u to %u",
            WB_ARG(wb_str_sub(value, 0, 80)), value.len, WB_ARG(e->id), e->min, e->max);
        gramc_other(diag, e->pos, "the element");
    }
    struct gramc_code *code = WB_PUSH(c->ctx, c->arena, c->codes, c->code_count, c->code_cap);
    if (code == NULL) {
        c->failed = true;
        return;
    }
    *code = (struct gramc_code){element, value, label, pos};
}

static void
read_inline(struct gramc *c, uint32_t element)
{
    const struct lang_token *block = c->elements[element].inline_codes;
    for (const struct lang_statement *s = block->block; s != NULL && !c->failed; s = s->next) {
        struct lang_cursor cursor = lang_cursor_of(s);
        const struct lang_token *value = lang_take(&cursor);
        struct wb_str label = {NULL, 0};
        if (value->kind != LANG_WORD && value->kind != LANG_STRING) {
            (void)gramc_report(c, GRAM_NOT_HERE, value->pos, "this is no code");
            continue;
        }
        if (value->text.len == 0) {
            (void)gramc_report(c, GRAM_CSV_TEXT, value->pos, "a code is empty");
            continue;
        }
        if (lang_peek(&cursor) != NULL && !gramc_string(c, &cursor, &label)) {
            continue;
        }
        gramc_end(c, &cursor);
        add_code(c, element, value->text, label, value->pos);
    }
}

static struct lang_pos
field_pos(const struct gramc *c, const struct csv_field *field)
{
    return (struct lang_pos){&c->sources->codes, field->at, field->len};
}

static void
report_row(struct gramc *c, const struct csv_row *row)
{
    const struct lang_pos at = {&c->sources->codes, row->defect_at, 1};
    switch (row->defect) {
    case CSV_QUOTE_INSIDE:
        (void)gramc_report(c, GRAM_CSV_QUOTE, at,
                           "a quote stands inside a field, or a field goes "
                           "on behind its closing quote");
        return;
    case CSV_QUOTE_OPEN:
        (void)gramc_report(c, GRAM_CSV_QUOTE, at, "this quote is never closed");
        return;
    case CSV_TOO_MANY_FIELDS:
    case CSV_GOOD:
        break;
    }
    struct lang_diag *diag =
        gramc_report(c, GRAM_CSV_FIELDS, field_pos(c, &row->fields[0]), "this row has %s%u field%s",
                     row->defect == CSV_GOOD ? "" : "more than ", row->field_count,
                     row->field_count == 1 ? "" : "s");
    if (diag != NULL) {
        diag->expected = WB_LIT("element,code,label");
    }
}

static void
guess_element(const struct gramc *c, struct lang_diag *diag, struct wb_str id)
{
    struct lang_guess guess;
    if (diag == NULL) {
        return;
    }
    lang_guess_init(&guess, id);
    for (size_t i = 0; i < c->element_count; i++) {
        lang_guess_try(&guess, c->elements[i].id);
    }
    diag->expected = WB_LIT("the id of a declared element");
    diag->meant = lang_guess_best(&guess);
}

/* One row of the codes file. `last` is the element of the row before: rows of one element stand
 * together. */
static void
read_row(struct gramc *c, const struct csv_row *row, uint32_t *last)
{
    if (row->defect != CSV_GOOD || row->field_count != 3) {
        report_row(c, row);
        return;
    }
    const struct wb_str id = row->fields[0].text;
    uint32_t element = *last;
    if (element == GRAMMAR_NONE || !wb_str_eq(c->elements[element].id, id)) {
        element = gramc_find_element(c, id);
    }
    if (element == GRAMMAR_NONE) {
        struct lang_diag *diag =
            gramc_report(c, GRAM_CODES_ELEMENT, field_pos(c, &row->fields[0]),
                         "there is no element '" WB_FMT "'", WB_ARG(wb_str_sub(id, 0, 80)));
        guess_element(c, diag, id);
        return;
    }
    *last = element;
    if (!c->elements[element].coded) {
        struct lang_diag *diag = gramc_report(c, GRAM_CODES_UNCODED, field_pos(c, &row->fields[0]),
                                              "element " WB_FMT " has no code list", WB_ARG(id));
        gramc_other(diag, c->elements[element].pos, "without `codes closed` or `codes open`");
        return;
    }
    if (row->fields[1].text.len == 0) {
        (void)gramc_report(c, GRAM_CSV_TEXT, field_pos(c, &row->fields[1]), "a code is empty");
        return;
    }
    add_code(c, element, row->fields[1].text, row->fields[2].text, field_pos(c, &row->fields[1]));
}

static bool
is_header(const struct csv_row *row)
{
    return row->defect == CSV_GOOD && row->field_count == 3 &&
           wb_str_eq(row->fields[0].text, WB_LIT("element")) &&
           wb_str_eq(row->fields[1].text, WB_LIT("code")) &&
           wb_str_eq(row->fields[2].text, WB_LIT("label"));
}

static void
read_header(struct gramc *c, const struct csv_row *row)
{
    if (is_header(row)) {
        return;
    }
    struct lang_diag *diag =
        gramc_report(c, GRAM_CSV_HEADER, (struct lang_pos){&c->sources->codes, 0, 0},
                     "the codes file does not begin with its header");
    if (diag != NULL) {
        diag->expected = WB_LIT("element,code,label");
    }
}

static void
read_csv(struct gramc *c)
{
    const struct wb_str bytes = c->sources->codes.bytes;
    struct csv csv = {.bytes = bytes};
    struct csv_row row;
    uint32_t last = GRAMMAR_NONE;
    bool more = false;
    if (bytes.len > WB_LIMIT_SOURCE) {
        (void)gramc_report(c, GRAM_TOO_LARGE, (struct lang_pos){&c->sources->codes, 0, 0},
                           "the codes file has %zu bytes, the limit is %d", bytes.len,
                           WB_LIMIT_SOURCE);
        return;
    }
    const size_t text_end = lang_text_end(bytes);
    if (text_end < bytes.len) {
        (void)gramc_report(c, GRAM_CSV_TEXT,
                           (struct lang_pos){&c->sources->codes, (uint32_t)text_end, 1},
                           "byte 0x%02x is no text", (unsigned)(uint8_t)bytes.at[text_end]);
    }
    for (bool first = true;; first = false) {
        if (csv_next(c->ctx, c->arena, &csv, &row, &more) != WB_OK) {
            c->failed = true;
            return;
        }
        if (!more || c->failed) {
            return;
        }
        if (first) {
            read_header(c, &row);
        } else {
            read_row(c, &row, &last);
        }
    }
}

static int
by_element_and_value(const void *left, const void *right)
{
    const struct gramc_code *a = left;
    const struct gramc_code *b = right;
    if (a->element != b->element) {
        return a->element < b->element ? -1 : 1;
    }
    const int order = wb_str_cmp(a->value, b->value);
    if (order != 0) {
        return order;
    }
    if (a->pos.source != b->pos.source) {
        return (uintptr_t)a->pos.source < (uintptr_t)b->pos.source ? -1 : 1;
    }
    return a->pos.at < b->pos.at ? -1 : a->pos.at > b->pos.at ? 1 : 0;
}

static void
share_out(struct gramc *c)
{
    for (size_t i = 0; i < c->code_count; i++) {
        const struct gramc_code *code = &c->codes[i];
        struct gramc_element *e = &c->elements[code->element];
        const bool same = i > 0 && code[-1].element == code->element;
        if (!same) {
            e->code_first = (uint32_t)i; /* bounded by the bytes of the sources */
        }
        e->code_count++;
        if (same && wb_str_eq(code[-1].value, code->value)) {
            struct lang_diag *diag =
                gramc_report(c, GRAM_CODE_TWICE, code->pos,
                             "the code '" WB_FMT "' of element " WB_FMT " stands here again",
                             WB_ARG(wb_str_sub(code->value, 0, 80)), WB_ARG(e->id));
            gramc_other(diag, code[-1].pos, "it stands here already");
        }
    }
}

void
gramc_codes(struct gramc *c)
{
    for (size_t i = 0; i < c->element_count && !c->failed; i++) {
        if (c->elements[i].inline_codes != NULL) {
            read_inline(c, (uint32_t)i);
        }
    }
    if (c->sources->codes.bytes.len > 0) {
        read_csv(c);
    }
    if (c->failed) {
        return;
    }
    if (c->code_count > 0) {
        qsort(c->codes, c->code_count, sizeof *c->codes, by_element_and_value);
    }
    share_out(c);
    for (size_t i = 0; i < c->element_count; i++) {
        const struct gramc_element *e = &c->elements[i];
        if (e->closed && e->code_count == 0) {
            (void)gramc_report(c, GRAM_CODES_EMPTY, e->pos,
                               "the closed list of element " WB_FMT " has no codes", WB_ARG(e->id));
        }
    }
}
