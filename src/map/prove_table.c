/*
 * Tables: by themselves a code stands in one row only (proof 3); where they are used they cover the
 * closed list of the element and the words of the field, or say what becomes of the rest (proof 2).
 */
#include "map/prove_priv.h"

#include <assert.h>
#include <stdlib.h>

enum { LISTED_MAX = 6 };

struct code_at {
    struct wb_str code;
    const struct map_ast_row *row;
};

static int
compare_codes(const void *a, const void *b)
{
    const struct code_at *left = a;
    const struct code_at *right = b;
    const int order = wb_str_cmp(left->code, right->code);
    if (order != 0) {
        return order;
    }
    return left->row->pos.at < right->row->pos.at ? -1 : left->row->pos.at > right->row->pos.at;
}

static size_t
column_count(const struct map_ast_table *table, bool left)
{
    size_t count = 0;
    for (const struct map_ast_row *row = table->first; row != NULL; row = row->next) {
        count += left ? row->left.count : row->right.count;
    }
    return count;
}

/* All codes of one column, sorted; NULL when memory is out. */
static struct code_at *
column(struct map_compile *c, const struct map_ast_table *table, bool left, size_t *ret_count)
{
    *ret_count = 0;
    struct code_at *codes =
        wb_arena_array(c->ctx, c->arena, column_count(table, left) + 1, sizeof *codes);
    if (codes == NULL) {
        return NULL;
    }
    size_t count = 0;
    for (const struct map_ast_row *row = table->first; row != NULL; row = row->next) {
        const struct map_ast_codes *cell = left ? &row->left : &row->right;
        for (size_t i = 0; i < cell->count; i++) {
            codes[count++] = (struct code_at){cell->items[i], row};
        }
    }
    qsort(codes, count, sizeof *codes, compare_codes);
    *ret_count = count;
    return codes;
}

static void
check_column(struct map_compile *c, const struct map_ast_table *table, bool left)
{
    size_t count = 0;
    const struct code_at *codes = column(c, table, left, &count);
    for (size_t i = 1; codes != NULL && i < count; i++) {
        if (!wb_str_eq(codes[i - 1].code, codes[i].code)) {
            continue;
        }
        struct lang_diag *diag =
            map_report(c, MAP_DIAG_TABLE_TWO_ROWS, codes[i].row->pos,
                       "`" WB_FMT "` stands twice on the %s of table " WB_FMT,
                       WB_ARG(codes[i].code), left ? "left" : "right", WB_ARG(table->name));
        map_report_other(c, diag, codes[i - 1].row->pos, "first here");
    }
}

void
map_prove_tables(struct map_compile *c)
{
    for (const struct map_ast_table *t = c->ast.tables; t != NULL; t = t->next) {
        if (t->first == NULL) {
            map_report(c, MAP_DIAG_EMPTY_TABLE, t->pos, "table " WB_FMT " has no row",
                       WB_ARG(t->name));
        }
        check_column(c, t, true);
        check_column(c, t, false);
    }
}

static bool
column_has(const struct code_at *codes, size_t count, struct wb_str code)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = wb_str_cmp(codes[middle].code, code);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* Names of what is missing, a few of them. */
struct missing {
    struct wb_out out;
    size_t count;
};

static void
missing_add(struct missing *missing, struct wb_str code)
{
    if (missing->count < LISTED_MAX) {
        wb_out_printf(&missing->out, "%s" WB_FMT, missing->count > 0 ? " " : "", WB_ARG(code));
    } else if (missing->count == LISTED_MAX) {
        wb_out_text(&missing->out, " ...");
    }
    missing->count++;
}

static void
missing_report(struct prove *p, const struct map_ir_stmt *stmt, struct missing *missing, bool codes,
               struct wb_str of)
{
    bool *noted = codes ? &stmt->table->codes_noted : &stmt->table->words_noted;
    const bool has_else = stmt->table->otherwise != MAP_AST_ELSE_NONE;
    const enum map_diag_no no = codes ? has_else ? MAP_DIAG_CODES_ELSE : MAP_DIAG_CODES_UNCOVERED
                                : has_else ? MAP_DIAG_WORDS_ELSE
                                           : MAP_DIAG_WORDS_UNCOVERED;
    const bool wanted = missing->count > 0 && !*noted;
    *noted = *noted || missing->count > 0;
    if (wanted && wb_out_finish(&missing->out) == WB_OK) {
        prove_report(p, stmt, no, stmt->ast->table_pos,
                     "table " WB_FMT " has no row for %zu %s of " WB_FMT ": " WB_FMT,
                     WB_ARG(stmt->table->name), missing->count, codes ? "codes" : "words",
                     WB_ARG(of), WB_ARG(wb_buf_str(&missing->out.buf)));
    }
    wb_out_done(&missing->out);
}

/* The table's left column against the closed list of an element. */
static void
check_element_codes(struct prove *p, const struct map_ir_stmt *stmt, uint32_t no,
                    const struct code_at *codes, size_t count)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct grammar_element *element = &grammar->elements[no];
    const struct wb_str id = grammar_str(grammar, element->id);
    const bool closed = element->coded != 0 && element->closed != 0 && element->code_count > 0;
    for (size_t i = 0; i < count; i++) {
        if (codes[i].code.len > element->max || codes[i].code.len < element->min) {
            prove_report(p, stmt, MAP_DIAG_CODE_LENGTH, stmt->ast->table_pos,
                         "`" WB_FMT "` of table " WB_FMT " does not fit element " WB_FMT
                         ": %u to %u characters",
                         WB_ARG(codes[i].code), WB_ARG(stmt->table->name), WB_ARG(id), element->min,
                         element->max);
            return;
        }
        if (closed && grammar_find_code(grammar, no, codes[i].code) == GRAMMAR_NONE) {
            struct lang_diag *diag =
                prove_report(p, stmt, MAP_DIAG_NO_CODE, stmt->ast->table_pos,
                             "`" WB_FMT "` of table " WB_FMT " is no code of element " WB_FMT,
                             WB_ARG(codes[i].code), WB_ARG(stmt->table->name), WB_ARG(id));
            map_report_other(p->c, diag, codes[i].row->pos, "its row");
            return;
        }
    }
    if (!closed) {
        return;
    }
    struct missing missing = {.count = 0};
    wb_out_init(&missing.out, p->c->ctx, -1, 4096);
    for (uint32_t i = 0; i < element->code_count; i++) {
        const struct wb_str code =
            grammar_str(grammar, grammar->codes[element->code_first + i].value);
        if (!column_has(codes, count, code)) {
            missing_add(&missing, code);
        }
    }
    missing_report(p, stmt, &missing, true, id);
}

/* The table's right column against the words of a field. */
static void
check_field_words(struct prove *p, const struct map_ir_stmt *stmt, const struct code_at *codes,
                  size_t count)
{
    const struct map_ir_field *right = &stmt->right;
    const struct record_field *field = right->field;
    struct missing missing = {.count = 0};
    wb_out_init(&missing.out, p->c->ctx, -1, 4096);
    const bool words = field->type == RECORD_CODE && field->word_count > 0;
    for (uint32_t i = 0; words && i < field->word_count; i++) {
        const struct wb_str word = right->schema->words[field->word_first + i];
        if (!column_has(codes, count, word)) {
            missing_add(&missing, word);
        }
    }
    for (size_t i = 0; field->type == RECORD_TRUTH && i < 2; i++) {
        const struct wb_str word = i == 0 ? WB_LIT("true") : WB_LIT("false");
        if (!column_has(codes, count, word)) {
            missing_add(&missing, word);
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool good = prove_word_fits(field->type, codes[i].code);
        for (uint32_t k = 0; words && good; k++) {
            good = k < field->word_count;
            if (good && wb_str_eq(right->schema->words[field->word_first + k], codes[i].code)) {
                break;
            }
        }
        if (!good) {
            struct lang_diag *diag =
                prove_report(p, stmt, MAP_DIAG_WORD_TYPE, stmt->ast->table_pos,
                             "`" WB_FMT "` of table " WB_FMT " is no value of " WB_FMT,
                             WB_ARG(codes[i].code), WB_ARG(stmt->table->name), WB_ARG(right->text));
            map_report_other(p->c, diag, codes[i].row->pos, "its row");
            break;
        }
    }
    missing_report(p, stmt, &missing, false, right->text);
}

/* A closed list has meaning: as a bare text it would leak into another standard. */
static void
check_bare_codes(struct prove *p, const struct map_ir_stmt *stmt, const struct map_ir_place *place)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct record_field *field = stmt->right.field;
    const uint8_t type = field->type == RECORD_LIST ? field->item_type : field->type;
    const uint32_t no = prove_element(p->ir, place);
    const bool multi = place->kind == MAP_IR_VALUE && place->part_count > 1;
    if (no == GRAMMAR_NONE || multi || (type != RECORD_TEXT && type != RECORD_CODE)) {
        return;
    }
    const struct grammar_element *element = &grammar->elements[no];
    if (element->coded != 0 && element->closed != 0 && element->code_count > 0) {
        prove_report(p, stmt, MAP_DIAG_CLOSED_LIST, place->pos,
                     WB_FMT " has codes of the closed list " WB_FMT " and " WB_FMT " is plain text",
                     WB_ARG(place->text), WB_ARG(grammar_str(grammar, element->id)),
                     WB_ARG(stmt->right.text));
    } else if (type == RECORD_CODE && field->word_count > 0) {
        prove_report(p, stmt, MAP_DIAG_CLOSED_LIST, place->pos,
                     WB_FMT " may be any text and " WB_FMT " has its own words",
                     WB_ARG(place->text), WB_ARG(stmt->right.text));
    }
}

/* Between records: words of the one side that the other does not have. */
static void
check_words_meet(struct prove *p, const struct map_ir_stmt *stmt, const struct map_ir_field *from,
                 const struct map_ir_field *to)
{
    const struct record_field *a = from->field;
    const struct record_field *b = to->field;
    if (a->type != RECORD_CODE || b->type != RECORD_CODE || b->word_count == 0) {
        return;
    }
    for (uint32_t i = 0; i < a->word_count; i++) {
        const struct wb_str word = from->schema->words[a->word_first + i];
        bool found = false;
        for (uint32_t k = 0; k < b->word_count && !found; k++) {
            found = wb_str_eq(word, to->schema->words[b->word_first + k]);
        }
        if (!found) {
            prove_report(p, stmt, MAP_DIAG_CLOSED_LIST, from->pos,
                         "`" WB_FMT "` of " WB_FMT " is no word of " WB_FMT, WB_ARG(word),
                         WB_ARG(from->text), WB_ARG(to->text));
            return;
        }
    }
}

static void
visit(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *stmt, void *self)
{
    (void)context; /* codes do not depend on where a statement stands */
    (void)self;
    if (stmt->kind != MAP_IR_CORR && stmt->kind != MAP_IR_READ_ONLY) {
        return;
    }
    if (stmt->table == NULL) {
        for (uint32_t i = 0; i < stmt->place_count; i++) {
            if (stmt->places[i].kind == MAP_IR_FIELD) {
                check_words_meet(p, stmt, &stmt->places[i].field, &stmt->right);
                check_words_meet(p, stmt, &stmt->right, &stmt->places[i].field);
            } else if (stmt->places[i].conv == NULL) {
                check_bare_codes(p, stmt, &stmt->places[i]);
            }
        }
        return;
    }
    size_t left_count = 0;
    size_t right_count = 0;
    const struct code_at *left = column(p->c, stmt->table, true, &left_count);
    const struct code_at *right = column(p->c, stmt->table, false, &right_count);
    const uint32_t element = prove_element(p->ir, &stmt->places[0]);
    if (left == NULL || right == NULL) {
        return;
    }
    if (element != GRAMMAR_NONE) {
        check_element_codes(p, stmt, element, left, left_count);
    }
    check_field_words(p, stmt, right, right_count);
}

void
prove_codes(struct prove *p)
{
    prove_each_deep(p, p->ir->root, visit, NULL);
}
