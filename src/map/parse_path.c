/*
 * Paths, selectors, code sets and conversions as they are written.
 *
 * A path's side shows in its letters: segment tags, groups and element numbers are upper case or
 * digits, names of record fields are lower case. Nothing is looked up here.
 */
#include "map/parse_priv.h"

#include <assert.h>
#include <string.h>

static bool
is_upper(struct wb_str word)
{
    return word.len > 0 && word.at[0] >= 'A' && word.at[0] <= 'Z';
}

static bool
is_digit(struct wb_str word)
{
    return word.len > 0 && word.at[0] >= '0' && word.at[0] <= '9';
}

/* The next token when it is a mark that clings to the one before it. */
static bool
clings(const struct parse *p, const char *mark)
{
    const struct lang_token *token = parse_peek(p);
    return token != NULL && token->kind == LANG_MARK && !token->blank_before &&
           lang_is(token, mark);
}

bool
parse_codes(struct parse *p, struct map_ast_codes *ret)
{
    do {
        const struct wb_str code = parse_word(p, "a code", NULL);
        if (p->bad) {
            return false;
        }
        struct wb_str *item = WB_PUSH(p->c->ctx, p->c->arena, ret->items, ret->count, ret->cap);
        if (item == NULL) {
            p->bad = true;
            return false;
        }
        *item = code;
    } while (parse_accept(p, "|"));
    return true;
}

static bool
parse_number(struct parse *p, const char *what, uint32_t *ret)
{
    struct lang_pos pos;
    const struct wb_str word = parse_word(p, what, &pos);
    uint64_t value = 0;
    if (p->bad) {
        return false;
    }
    if (!wb_str_u64(word, &value) || value == 0 || value > 999) {
        map_report(p->c, MAP_DIAG_NUMBER, pos, "`" WB_FMT "` is no number from 1 to 999",
                   WB_ARG(word));
        p->bad = true;
        return false;
    }
    *ret = (uint32_t)value;
    return true;
}

static bool
parse_elem(struct parse *p, struct map_ast_elem *ret)
{
    ret->name = parse_word(p, "an element: 02, 04.02 or 7140", &ret->pos);
    if (p->bad) {
        return false;
    }
    if (!wb_str_digits(ret->name) || (ret->name.len != 2 && ret->name.len != 4)) {
        map_report(p->c, MAP_DIAG_ELEMENT_FORM, ret->pos,
                   "`" WB_FMT
                   "` is no element: write two digits for a place, four for a data element",
                   WB_ARG(ret->name));
        p->bad = true;
        return false;
    }
    const struct lang_token *after = parse_peek2(p);
    if (ret->name.len == 2 && clings(p, ".") && after != NULL && is_digit(after->text)) {
        parse_need(p, ".");
        ret->component = parse_word(p, "a component", NULL);
    }
    if (ret->name.len == 4 && clings(p, "#")) {
        parse_need(p, "#");
        (void)parse_number(p, "which one of that element", &ret->nth); /* p->bad says the rest */
    }
    if (!p->bad && parse_accept(p, "..")) {
        (void)parse_number(p, "the last of the range", &ret->last);
    }
    ret->pos = parse_span(p, ret->pos);
    return !p->bad;
}

static bool
parse_test(struct parse *p, struct map_ast_test *test)
{
    const struct lang_token *first = parse_peek(p);
    const struct lang_token *second = parse_peek2(p);
    test->pos = lang_here(&p->at);
    const bool named = first != NULL && second != NULL && first->kind == LANG_WORD &&
                       (lang_is(second, "=") || lang_is(second, ".") || lang_is(second, "#"));
    if (named && is_digit(first->text)) {
        test->has_elem = true;
        if (!parse_elem(p, &test->elem)) {
            return false;
        }
        parse_need(p, "=");
    } else if (named) {
        test->has_elem = true; /* a record's field: list[display_type=none] */
        test->elem.name = parse_word(p, "a field", &test->elem.pos);
        parse_need(p, "=");
    }
    if (p->bad || !parse_codes(p, &test->codes)) {
        return false;
    }
    test->pos = parse_span(p, test->pos);
    return true;
}

static struct map_ast_sel *
parse_sel(struct parse *p)
{
    struct map_ast_sel *sel = map_new(p->c, sizeof *sel);
    if (sel == NULL) {
        p->bad = true;
        return NULL;
    }
    sel->pos = lang_here(&p->at);
    parse_need(p, "[");
    if (parse_accept(p, "else")) {
        sel->is_else = true;
    } else {
        do {
            struct map_ast_test *test =
                WB_PUSH(p->c->ctx, p->c->arena, sel->tests, sel->count, sel->cap);
            if (test == NULL || !parse_test(p, test)) {
                p->bad = true;
                return sel;
            }
        } while (parse_accept(p, ","));
    }
    parse_need(p, "]");
    sel->pos = parse_span(p, sel->pos);
    return sel;
}

static bool
parse_pair(struct parse *p, struct map_ast_path *ret)
{
    parse_need(p, ":");
    if (parse_accept(p, "else")) {
        ret->pair = MAP_AST_PAIR_ELSE;
        return true;
    }
    ret->pair = MAP_AST_PAIR_CODE;
    ret->pair_code = parse_word(p, "the qualifier of a pair", NULL);
    return !p->bad;
}

static bool
parse_elems(struct parse *p, struct map_ast_path *ret)
{
    do {
        struct map_ast_elem *elem =
            WB_PUSH(p->c->ctx, p->c->arena, ret->elems, ret->elem_count, ret->elem_cap);
        if (elem == NULL || !parse_elem(p, elem)) {
            p->bad = true;
            return false;
        }
    } while (clings(p, "+") && parse_accept(p, "+"));
    if (clings(p, "[")) {
        ret->elem_sel = parse_sel(p);
    }
    return !p->bad;
}

static struct map_ast_step *
add_step(struct parse *p, struct map_ast_path *ret, const char *what)
{
    struct map_ast_step *step =
        WB_PUSH(p->c->ctx, p->c->arena, ret->steps, ret->step_count, ret->step_cap);
    if (step == NULL) {
        p->bad = true;
        return NULL;
    }
    step->name = parse_word(p, what, &step->pos);
    return step;
}

/* TAG[sel].TAG[sel].02 and TAG:CODE; the area has been taken. */
static bool
parse_edi_path(struct parse *p, struct map_ast_path *ret)
{
    if (parse_next_is(p, ":")) {
        return parse_pair(p, ret);
    }
    for (;;) {
        const struct lang_token *token = parse_peek(p);
        if (token != NULL && token->kind == LANG_WORD && is_digit(token->text)) {
            return parse_elems(p, ret);
        }
        struct map_ast_step *step = add_step(p, ret, "a segment tag, a loop or an element");
        if (step == NULL || p->bad) {
            return false;
        }
        if (!is_upper(step->name)) {
            map_report(p->c, MAP_DIAG_MIXED_PATH, step->pos,
                       "`" WB_FMT "` in an EDI path: tags and loops are upper case",
                       WB_ARG(step->name));
            p->bad = true;
            return false;
        }
        if (clings(p, "[")) {
            step->sel = parse_sel(p);
        }
        if (!p->bad && clings(p, ":")) {
            return parse_pair(p, ret);
        }
        if (p->bad || !clings(p, ".")) {
            return !p->bad;
        }
        parse_need(p, ".");
    }
}

static bool
parse_record_path(struct parse *p, struct map_ast_path *ret)
{
    ret->is_record = true;
    for (;;) {
        const struct map_ast_step *step = add_step(p, ret, "a field");
        if (step == NULL || p->bad) {
            return false;
        }
        const bool sided =
            ret->step_count == 1 && ret->side.len == 0 && clings(p, ".") &&
            (wb_str_eq(step->name, WB_LIT("left")) || wb_str_eq(step->name, WB_LIT("right")));
        if (sided) {
            ret->side = step->name;
            ret->step_count = 0;
        } else if (is_upper(step->name)) {
            map_report(p->c, MAP_DIAG_MIXED_PATH, step->pos,
                       "`" WB_FMT "` in a record path: fields are lower case", WB_ARG(step->name));
            p->bad = true;
            return false;
        }
        if (!clings(p, ".")) {
            break;
        }
        parse_need(p, ".");
    }
    if (clings(p, "[")) {
        ret->filter = parse_sel(p);
    }
    return !p->bad;
}

static bool
is_area(struct wb_str word)
{
    return wb_str_eq(word, WB_LIT("heading")) || wb_str_eq(word, WB_LIT("detail")) ||
           wb_str_eq(word, WB_LIT("summary"));
}

bool
parse_path(struct parse *p, struct map_ast_path *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->pos = lang_here(&p->at);
    ret->climbs = parse_accept(p, "/");
    const struct lang_token *first = parse_peek(p);
    if (first == NULL || first->kind == LANG_BLOCK || first->kind == LANG_STRING) {
        parse_expected(p, "a path");
        return false;
    }
    if (first->kind == LANG_WORD && is_area(first->text) && lang_is(parse_peek2(p), ".")) {
        const struct lang_cursor before = p->at;
        ret->area = parse_word(p, "an area", NULL);
        parse_need(p, ".");
        const struct lang_token *after = parse_peek(p);
        if (after == NULL || !is_upper(after->text)) {
            p->at = before; /* a field that is called so */
            ret->area = (struct wb_str){NULL, 0};
        }
    }
    first = parse_peek(p);
    const bool edi = first != NULL &&
                     (first->kind == LANG_MARK || is_upper(first->text) || is_digit(first->text));
    const bool good = edi ? parse_edi_path(p, ret) : parse_record_path(p, ret);
    ret->pos = parse_span(p, ret->pos);
    return good && !p->bad;
}

bool
parse_conv(struct parse *p, struct map_ast_conv *ret)
{
    ret->name = parse_word(p, "a conversion", &ret->pos);
    if (p->bad || !clings(p, "(")) {
        return !p->bad;
    }
    parse_need(p, "(");
    do {
        struct wb_str *arg =
            WB_PUSH(p->c->ctx, p->c->arena, ret->args, ret->arg_count, ret->arg_cap);
        if (arg == NULL) {
            p->bad = true;
            return false;
        }
        *arg = parse_word(p, "an argument", NULL);
    } while (!p->bad && parse_accept(p, ","));
    parse_need(p, ")");
    ret->pos = parse_span(p, ret->pos);
    return !p->bad;
}
