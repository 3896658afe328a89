/*
 * Reading a path. One pass over its bytes; every complaint says at which character it stands.
 */
#include "tree/path.h"

#include <string.h>

enum { NUMBER_MAX = 999999 };

struct read {
    struct wb_ctx *ctx;
    struct wb_str text;
    size_t at;
    struct tree_path *path;
};

static int
peek(const struct read *r)
{
    return r->at < r->text.len ? (unsigned char)r->text.at[r->at] : -1;
}

static bool
accept(struct read *r, char c)
{
    const bool here = peek(r) == (unsigned char)c;
    r->at += here ? 1 : 0;
    return here;
}

static enum wb_rc
wrong(const struct read *r, const char *what)
{
    return wb_fail(r->ctx, WB_INVALID, "path \"" WB_FMT "\", character %zu: %s", WB_ARG(r->text),
                   r->at + 1, what);
}

static bool
is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool
is_name(int c)
{
    return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/* What may stand in a code: everything that is not taken for something else. */
static bool
is_code(int c)
{
    return c > ' ' && c != '|' && c != ',' && c != ']' && c != '[' && c != '=';
}

static struct wb_str
take(struct read *r, bool (*fits)(int))
{
    const size_t from = r->at;
    while (fits(peek(r))) {
        r->at++;
    }
    return wb_str_sub(r->text, from, r->at - from);
}

static enum wb_rc
read_number(struct read *r, const char *what, uint32_t *ret)
{
    const struct wb_str digits = take(r, is_digit);
    uint64_t value = 0;
    if (!wb_str_u64(digits, &value) || value == 0 || value > NUMBER_MAX) {
        return wrong(r, what);
    }
    *ret = (uint32_t)value;
    return WB_OK;
}

/* 02, 2, 04.02 or 7140. */
static enum wb_rc
read_elem(struct read *r, struct tree_path_elem *ret)
{
    const size_t from = r->at;
    const struct wb_str digits = take(r, is_digit);
    if (digits.len == 4) {
        ret->id = digits;
        return WB_OK;
    }
    r->at = from;
    enum wb_rc rc = digits.len > 2 ? wrong(r, "an element is 02, 04.02 or four digits")
                                   : read_number(r, "an element is 02, 04.02", &ret->element_no);
    if (rc == WB_OK && accept(r, '.')) {
        rc = read_number(r, "a component is a number", &ret->component_no);
    }
    return rc;
}

static enum wb_rc
read_codes(struct read *r, struct tree_path_test *test)
{
    do {
        if (test->code_count == TREE_PATH_CODES_MAX) {
            return wrong(r, "these are too many codes");
        }
        const struct wb_str code = take(r, is_code);
        if (code.len == 0) {
            return wrong(r, "a code is missing");
        }
        test->codes[test->code_count++] = code;
    } while (accept(r, '|'));
    return WB_OK;
}

/* Whether an element and '=' stand here. */
static bool
names_elem(const struct read *r)
{
    size_t at = r->at;
    while (at < r->text.len && (is_digit((unsigned char)r->text.at[at]) || r->text.at[at] == '.')) {
        at++;
    }
    return at > r->at && at < r->text.len && r->text.at[at] == '=';
}

static enum wb_rc
read_test(struct read *r, struct tree_path_test *test)
{
    if (accept(r, '#')) {
        test->kind = TREE_TEST_ORDINAL;
        return read_number(r, "which one is a number from 1 on", &test->ordinal_no);
    }
    if (names_elem(r)) {
        test->kind = TREE_TEST_ELEMENT;
        const enum wb_rc rc = read_elem(r, &test->elem);
        if (rc != WB_OK) {
            return rc;
        }
        (void)accept(r, '='); /* names_elem saw it */
        return read_codes(r, test);
    }
    test->kind = TREE_TEST_QUALIFIER;
    const enum wb_rc rc = read_codes(r, test);
    uint64_t number = 0;
    if (rc == WB_OK && test->code_count == 1 && wb_str_u64(test->codes[0], &number) && number > 0 &&
        number <= NUMBER_MAX) {
        test->kind = TREE_TEST_NUMBER;
        test->ordinal_no = (uint32_t)number;
    }
    return rc;
}

/* [ST] [01=ST,02=A] [#2]; the first '[' has been taken. */
static enum wb_rc
read_selector(struct read *r, struct tree_path_step *step)
{
    do {
        if (step->test_count == TREE_PATH_TESTS_MAX) {
            return wrong(r, "these are too many conditions");
        }
        const enum wb_rc rc = read_test(r, &step->tests[step->test_count++]);
        if (rc != WB_OK) {
            return rc;
        }
    } while (accept(r, ','));
    return accept(r, ']') ? WB_OK : wrong(r, "] is missing");
}

static enum wb_rc
read_step(struct read *r)
{
    if (r->path->step_count == TREE_PATH_STEPS_MAX) {
        return wrong(r, "these are too many steps");
    }
    struct tree_path_step *step = &r->path->steps[r->path->step_count++];
    if (!is_name(peek(r)) || is_digit(peek(r))) {
        return wrong(r, "a segment's tag is expected, such as PO1");
    }
    step->name = take(r, is_name);
    enum wb_rc rc = WB_OK;
    while (rc == WB_OK && accept(r, '[')) {
        rc = read_selector(r, step);
    }
    return rc;
}

enum wb_rc
tree_path_read(struct wb_ctx *ctx, struct wb_str text, struct tree_path *ret,
               struct wb_str *ret_rest)
{
    memset(ret, 0, sizeof *ret);
    if (text.len > TREE_PATH_TEXT_MAX) {
        return wb_fail(ctx, WB_LIMIT, "a path is at most %d bytes long", TREE_PATH_TEXT_MAX);
    }
    struct read r = {.ctx = ctx, .text = text, .path = ret};
    if (wb_str_starts(text, WB_LIT("**/"))) {
        ret->anywhere = true;
        r.at = 3;
    }
    enum wb_rc rc = read_step(&r);
    while (rc == WB_OK && !ret->has_elem && (accept(&r, '.') || accept(&r, '/'))) {
        ret->has_elem = is_digit(peek(&r));
        rc = ret->has_elem ? read_elem(&r, &ret->elem) : read_step(&r);
    }
    if (rc == WB_OK && !ret->has_elem && accept(&r, ':')) {
        ret->pair = take(&r, is_code);
        rc = ret->pair.len > 0 ? WB_OK : wrong(&r, "the qualifier of a pair is missing");
    }
    if (rc == WB_OK && r.at < text.len && peek(&r) != '=' && peek(&r) != '~') {
        rc = wrong(&r, "this does not belong to a path");
    }
    if (rc == WB_OK) {
        *ret_rest = wb_str_sub(text, r.at, text.len);
    }
    return rc;
}
