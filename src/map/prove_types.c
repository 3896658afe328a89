/*
 * Proof 1, the second half: the types of both sides meet, and what fits on one side fits on the
 * other or is declared to be cut. A record's text without a limit is no promise: that is looked at
 * when the map runs.
 */
#include "map/prove_priv.h"

#include <assert.h>

static uint8_t
value_type(const struct record_field *field)
{
    return field->type == RECORD_LIST ? field->item_type : field->type;
}

/* The elements of a place as conversions want them: of a pair its value, of a range its first. */
static size_t
left_elements(const struct map_ir *ir, const struct map_ir_place *place, struct map_element *ret)
{
    size_t first = 0;
    size_t count = place->part_count;
    if (place->kind == MAP_IR_PAIR && count > 1) {
        first = 1;
        count = 1;
    } else if (place->kind == MAP_IR_RANGE && count > 1) {
        count = 1;
    }
    for (size_t i = 0; i < count; i++) {
        const struct map_ir_part *part = &place->parts[first + i];
        if (part->element == GRAMMAR_NONE ||
            !map_build_element(&ir->left.grammar, place->segment, part->element_no, part->repeat_no,
                               part->component_no, &ret[i])) {
            return 0;
        }
    }
    return count;
}

static bool
conv_for(const struct conv_left *left, uint8_t type, const struct map_ast_conv *named,
         struct map_conv *ret, const char **ret_why)
{
    *ret_why = NULL;
    if (named != NULL) {
        return conv_named(left, type, named->name, named->args, named->arg_count, ret, ret_why);
    }
    return conv_between(left, type, ret);
}

/* A constant is compared and written as text, whatever the element's type is. */
static bool
const_conv(const struct map_ir_place *place, struct map_conv *ret)
{
    if (place->kind != MAP_IR_FIELD) {
        *ret = (struct map_conv){.kind = MAP_CONV_TEXT, .type = RECORD_TEXT, .arg = MAP_NONE};
        return true;
    }
    const struct conv_left left = {.field = place->field.field};
    return conv_between(&left, value_type(place->field.field), ret);
}

static bool
find_conv(const struct map_ir *ir, const struct map_ir_stmt *stmt, const struct map_ir_place *place,
          struct map_conv *ret, const char **ret_why)
{
    struct map_element elements[MAP_IR_PARTS_MAX];
    struct conv_left left = {.elements = elements, .grammar = &ir->left.grammar};
    *ret_why = NULL;
    if (stmt->kind == MAP_IR_LEFT_CONST) {
        return const_conv(place, ret);
    }
    if (place->kind == MAP_IR_FIELD) {
        left.field = place->field.field;
        left.grammar = NULL;
    } else {
        left.element_count = left_elements(ir, place, elements);
        if (left.element_count == 0) {
            return false;
        }
    }
    if (stmt->kind == MAP_IR_DERIVE) {
        return conv_between(&left, RECORD_DEC, ret) || conv_between(&left, RECORD_INT, ret);
    }
    const struct record_field *right = stmt->right.field;
    if (stmt->table != NULL) {
        return conv_for(&left, RECORD_TEXT, place->conv, ret, ret_why);
    }
    const struct map_ast_conv chunks = {.name = WB_LIT("chunks")};
    const bool joined = place->kind == MAP_IR_RANGE && right->type != RECORD_LIST;
    if (joined && place->conv == NULL) {
        return conv_for(&left, value_type(right), &chunks, ret, ret_why);
    }
    return conv_for(&left, value_type(right), place->conv, ret, ret_why);
}

bool
map_place_conv(struct map_compile *c, const struct map_ir *ir, const struct map_ir_stmt *stmt,
               const struct map_ir_place *place, struct map_conv *ret)
{
    (void)c; /* nothing is reported from here */
    const char *why = NULL;
    if (!find_conv(ir, stmt, place, ret, &why)) {
        return false;
    }
    ret->flags =
        (uint8_t)((stmt->ast->cut ? MAP_CONV_CUT : 0) | (stmt->ast->round ? MAP_CONV_ROUND : 0));
    return true;
}

static const char *
element_type_word(const struct grammar_element *element)
{
    switch ((enum grammar_type)element->type) {
    case GRAMMAR_AN:
        return "text";
    case GRAMMAR_ID:
        return "a code";
    case GRAMMAR_N:
    case GRAMMAR_R:
        return "a number";
    case GRAMMAR_DT:
        return "a date";
    case GRAMMAR_TM:
        return "a time of day";
    case GRAMMAR_B:
        return "binary";
    }
    return "something else";
}

static const char *
place_type_word(const struct prove *p, const struct map_ir_place *place)
{
    if (place->kind == MAP_IR_FIELD) {
        return record_type_word(value_type(place->field.field));
    }
    const uint32_t element = prove_element(p->ir, place);
    if (element == GRAMMAR_NONE) {
        return "a composite";
    }
    if (place->kind == MAP_IR_VALUE && place->part_count > 1) {
        return "several elements";
    }
    return element_type_word(&p->ir->left.grammar.elements[element]);
}

static void
report_types(struct prove *p, const struct map_ir_stmt *stmt, const struct map_ir_place *place,
             const char *why)
{
    if (why != NULL) {
        const bool unknown = wb_str_eq(wb_str_of(why), WB_LIT("is no conversion"));
        struct lang_guess guess;
        lang_guess_init(&guess, place->conv->name);
        for (size_t i = 0; unknown && conv_name(i) != NULL; i++) {
            lang_guess_try(&guess, wb_str_of(conv_name(i)));
        }
        struct lang_diag *diag =
            prove_report(p, stmt, unknown ? MAP_DIAG_NO_CONVERSION : MAP_DIAG_TYPES,
                         place->conv->pos, "`as " WB_FMT "` %s", WB_ARG(place->conv->name), why);
        if (unknown) {
            map_report_guess(diag, "a conversion", &guess);
        }
        return;
    }
    const char *right =
        stmt->kind == MAP_IR_DERIVE ? "a number" : record_type_word(value_type(stmt->right.field));
    const bool composite = place->part_count > 0 && place->kind != MAP_IR_FIELD &&
                           prove_element(p->ir, place) == GRAMMAR_NONE;
    prove_report(p, stmt, composite ? MAP_DIAG_COMPOSITE : MAP_DIAG_TYPES, place->pos,
                 WB_FMT " is %s, " WB_FMT " is %s", WB_ARG(place->text), place_type_word(p, place),
                 WB_ARG(stmt->has_right ? stmt->right.text : WB_LIT("the expression")), right);
}

static uint32_t
left_max_of(const struct prove *p, const struct map_ir_place *place)
{
    if (place->kind == MAP_IR_FIELD) {
        const uint32_t max = place->field.field->text_max;
        return max == 0 ? UINT32_MAX : max;
    }
    const uint32_t element = prove_element(p->ir, place);
    return element == GRAMMAR_NONE ? UINT32_MAX : p->ir->left.grammar.elements[element].max;
}

static bool
is_text(uint8_t type)
{
    return type == RECORD_TEXT || type == RECORD_CODE || type == RECORD_RAW;
}

/* A time that one side can hold and the other cannot. */
static void
check_time(struct prove *p, const struct map_ir_stmt *stmt, const struct map_ir_place *place,
           const struct map_conv *conv)
{
    const uint8_t right = value_type(stmt->right.field);
    bool lost = false;
    if (place->kind == MAP_IR_FIELD) {
        const uint8_t left = value_type(place->field.field);
        lost = (left == RECORD_DATE && right == RECORD_MOMENT) ||
               (left == RECORD_MOMENT && right == RECORD_DATE);
    } else {
        lost = right == RECORD_MOMENT && conv->kind == MAP_CONV_MOMENT && place->part_count == 1;
    }
    if (lost && conv->kind != MAP_CONV_DAY && !stmt->ast->cut) {
        prove_report(p, stmt, MAP_DIAG_TIME_LOST, place->pos,
                     "a time of day in " WB_FMT " has no place in " WB_FMT,
                     WB_ARG(right == RECORD_MOMENT ? stmt->right.text : place->text),
                     WB_ARG(right == RECORD_MOMENT ? place->text : stmt->right.text));
    }
}

/* A decimal where the other side holds whole numbers only. */
static void
check_fraction(struct prove *p, const struct map_ir_stmt *stmt, const struct map_ir_place *place)
{
    if (place->kind != MAP_IR_FIELD || stmt->ast->round) {
        return;
    }
    const uint8_t left = value_type(place->field.field);
    const uint8_t right = value_type(stmt->right.field);
    if ((left == RECORD_INT && right == RECORD_DEC) ||
        (left == RECORD_DEC && right == RECORD_INT)) {
        prove_report(p, stmt, MAP_DIAG_FRACTION_LOST, place->pos,
                     "a fraction in " WB_FMT " has no place in " WB_FMT,
                     WB_ARG(right == RECORD_DEC ? stmt->right.text : place->text),
                     WB_ARG(right == RECORD_DEC ? place->text : stmt->right.text));
    }
}

/* What the message may hold must fit the field. */
static void
check_right_length(struct prove *p, const struct map_ir_stmt *stmt,
                   const struct map_ir_place *place, const struct conv_image *image)
{
    const uint32_t max = stmt->right.field->text_max;
    if (max == 0 || image->right_max == UINT32_MAX || image->right_max <= max || stmt->ast->cut) {
        return;
    }
    prove_report(p, stmt, MAP_DIAG_TOO_LONG_RIGHT, place->pos,
                 WB_FMT " holds up to %u characters, " WB_FMT " only %u", WB_ARG(place->text),
                 image->right_max, WB_ARG(stmt->right.text), max);
}

/*
 * What the field may hold must fit one of the places. A place that converts to a fixed length
 * refuses what it cannot hold by itself: only then alternatives are more than places to overflow
 * into.
 */
static void
check_left_length(struct prove *p, const struct map_ir_stmt *stmt, uint32_t left_room,
                  uint32_t needed)
{
    if (needed == UINT32_MAX || left_room == UINT32_MAX || needed <= left_room || stmt->ast->cut) {
        return;
    }
    const struct map_ir_place *place = &stmt->places[0];
    if (stmt->place_count == 1) {
        prove_report(p, stmt, MAP_DIAG_TOO_LONG_LEFT, place->pos,
                     WB_FMT " may have %u characters, " WB_FMT " holds %u",
                     WB_ARG(stmt->right.text), needed, WB_ARG(place->text), left_room);
    } else {
        prove_report(p, stmt, MAP_DIAG_FITS_NOWHERE, place->pos,
                     "a value of " WB_FMT " longer than %u characters fits nowhere",
                     WB_ARG(stmt->right.text), left_room);
    }
}

static void
check_fit(struct prove *p, const struct map_ir_stmt *stmt)
{
    uint32_t left_room = 0;
    uint32_t needed = 0;
    for (uint32_t i = 0; i < stmt->place_count; i++) {
        const struct map_ir_place *place = &stmt->places[i];
        struct map_conv conv;
        const char *why = NULL;
        if (!find_conv(p->ir, stmt, place, &conv, &why)) {
            report_types(p, stmt, place, why);
            return;
        }
        check_time(p, stmt, place, &conv);
        check_fraction(p, stmt, place);
        if (!is_text(value_type(stmt->right.field)) || stmt->table != NULL) {
            continue;
        }
        const uint32_t max = left_max_of(p, place);
        const struct conv_image image = conv_image(&conv, max, stmt->right.field->text_max);
        if (place->kind != MAP_IR_RANGE || stmt->right.field->type == RECORD_LIST) {
            check_right_length(p, stmt, place, &image);
            left_room = max > left_room ? max : left_room;
            needed = image.left_max > needed ? image.left_max : needed;
        }
    }
    if (stmt->kind == MAP_IR_CORR) {
        check_left_length(p, stmt, left_room, needed);
    }
}

/* A word that is put into a field must be a value of it. */
static void
check_field_word(struct prove *p, const struct map_ir_stmt *stmt, const struct map_ir_field *at,
                 struct wb_str word, struct lang_pos pos)
{
    const struct record_field *field = at->field;
    if (!prove_word_fits(field->type, word)) {
        prove_report(p, stmt, MAP_DIAG_WORD_TYPE, pos, "`" WB_FMT "` is no %s for " WB_FMT,
                     WB_ARG(word), record_type_word(field->type), WB_ARG(at->text));
        return;
    }
    if (field->type != RECORD_CODE || field->word_count == 0) {
        return;
    }
    struct lang_guess guess;
    lang_guess_init(&guess, word);
    for (uint32_t i = 0; i < field->word_count; i++) {
        const struct wb_str have = at->schema->words[field->word_first + i];
        if (wb_str_eq(have, word)) {
            return;
        }
        lang_guess_try(&guess, have);
    }
    struct lang_diag *diag =
        prove_report(p, stmt, MAP_DIAG_WORD_TYPE, pos, "`" WB_FMT "` is no word of " WB_FMT,
                     WB_ARG(word), WB_ARG(at->text));
    map_report_guess(diag, "one of its words", &guess);
}

/* A constant that is put into an element must fit its lengths and its closed list. */
static void
check_element_word(struct prove *p, const struct map_ir_stmt *stmt)
{
    const struct grammar *grammar = &p->ir->left.grammar;
    const struct map_ir_place *place = &stmt->places[0];
    const struct wb_str word = stmt->ast->word;
    const uint32_t no = prove_element(p->ir, place);
    if (no == GRAMMAR_NONE) {
        report_types(p, stmt, place, NULL);
        return;
    }
    const struct grammar_element *element = &grammar->elements[no];
    if (word.len > element->max || (element->type == GRAMMAR_ID && word.len < element->min)) {
        prove_report(p, stmt, MAP_DIAG_CODE_LENGTH, stmt->ast->word_pos,
                     "`" WB_FMT "` has %zu characters, " WB_FMT " takes %u to %u", WB_ARG(word),
                     word.len, WB_ARG(place->text), element->min, element->max);
        return;
    }
    if (element->coded != 0 && element->closed != 0 && element->code_count > 0 &&
        grammar_find_code(grammar, no, word) == GRAMMAR_NONE) {
        prove_report(p, stmt, MAP_DIAG_NO_CODE, stmt->ast->word_pos,
                     "`" WB_FMT "` is no code of element " WB_FMT " (" WB_FMT ")", WB_ARG(word),
                     WB_ARG(grammar_str(grammar, element->id)),
                     WB_ARG(grammar_str(grammar, element->name)));
    }
}

static void
check_value(struct prove *p, const struct map_ir_stmt *stmt)
{
    const struct map_ast_stmt *ast = stmt->ast;
    check_fit(p, stmt);
    if (ast->has_default) {
        check_field_word(p, stmt, &stmt->right, ast->default_word, ast->default_pos);
    }
    const bool number =
        value_type(stmt->right.field) == RECORD_DEC || value_type(stmt->right.field) == RECORD_INT;
    const bool left_number = stmt->places[0].kind == MAP_IR_FIELD &&
                             (value_type(stmt->places[0].field.field) == RECORD_DEC ||
                              value_type(stmt->places[0].field.field) == RECORD_INT);
    if (ast->round && !number && !left_number) {
        prove_report(p, stmt, MAP_DIAG_USELESS_OPTION, ast->pos, "`round` is for numbers");
    }
}

static void
check_filter(struct prove *p, const struct map_ir_stmt *stmt)
{
    const struct map_ir_field *list = &stmt->right;
    if (list->filter_field == MAP_IR_NONE || list->filter_absent) {
        return;
    }
    const struct record_field *field =
        record_field_at(list->schema, list->field->shape, list->filter_field);
    const struct map_ir_field at = {.schema = list->schema, .field = field, .text = field->name};
    check_field_word(p, stmt, &at, list->filter_word, list->pos);
}

static void
visit(struct prove *p, struct map_ir_context *context, struct map_ir_stmt *stmt, void *self)
{
    (void)context; /* types do not depend on where a statement stands */
    (void)self;
    switch (stmt->kind) {
    case MAP_IR_CORR:
    case MAP_IR_READ_ONLY:
        check_value(p, stmt);
        break;
    case MAP_IR_LEFT_CONST:
        if (stmt->places[0].kind == MAP_IR_FIELD) {
            check_field_word(p, stmt, &stmt->places[0].field, stmt->ast->word, stmt->ast->word_pos);
        } else {
            check_element_word(p, stmt);
        }
        break;
    case MAP_IR_RIGHT_CONST:
    case MAP_IR_WHEN:
        check_field_word(p, stmt, &stmt->right, stmt->ast->word, stmt->ast->word_pos);
        break;
    case MAP_IR_DERIVE: {
        struct map_conv conv;
        const char *why = NULL;
        if (!find_conv(p->ir, stmt, &stmt->places[0], &conv, &why)) {
            report_types(p, stmt, &stmt->places[0], why);
        }
        break;
    }
    case MAP_IR_OBJECT:
    case MAP_IR_EACH:
    case MAP_IR_EACH_PAIR:
        check_filter(p, stmt);
        break;
    case MAP_IR_ONE_OF:
    case MAP_IR_CHECK:
    case MAP_IR_KEEP:
    case MAP_IR_DROPS:
        break;
    }
}

void
prove_types(struct prove *p)
{
    prove_each_deep(p, p->ir->root, visit, NULL);
}

/* The first left code of the row that has the word. */
static struct wb_str
table_left(const struct map_ast_table *table, struct wb_str word)
{
    for (const struct map_ast_row *row = table->first; row != NULL; row = row->next) {
        for (size_t i = 0; i < row->right.count; i++) {
            if (wb_str_eq(row->right.items[i], word)) {
                return row->left.items[0];
            }
        }
    }
    return (struct wb_str){NULL, 0};
}

struct wb_str
map_default_left(struct map_compile *c, const struct map_ir *ir, const struct map_ir_stmt *stmt)
{
    const struct wb_str word = stmt->ast->default_word;
    if (stmt->table != NULL) {
        return table_left(stmt->table, word);
    }
    const struct map_ir_place *place = &stmt->places[0];
    struct map_element elements[MAP_IR_PARTS_MAX];
    struct wb_str parts[MAP_IR_PARTS_MAX];
    struct record_value value;
    struct map_conv conv;
    const size_t count = left_elements(ir, place, elements);
    if (count != 1 || !map_place_conv(c, ir, stmt, place, &conv) ||
        !conv_parse(value_type(stmt->right.field), word, &value)) {
        return (struct wb_str){NULL, 0};
    }
    const struct conv_env env = {.ctx = c->ctx, .arena = c->arena, .decimal_mark = '.'};
    const enum conv_rc rc = conv_write(&env, &conv, elements, count, &value, parts);
    return rc == CONV_OK ? parts[0] : (struct wb_str){NULL, 0};
}
