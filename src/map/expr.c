/*
 * Expressions over the right object, on a stack of exact decimals. What is absent makes the result
 * absent; a result that does not fit a decimal is absent too, with a finding.
 */
#include <assert.h>

#include "map/machine_priv.h"

static void
push(struct machine *m, struct stack_value value)
{
    assert(m->stack_count < MAP_STACK_MAX); /* verified */
    m->stack[m->stack_count++] = value;
}

static struct stack_value
number(const struct record_value *value)
{
    if (value == NULL || !value->present) {
        return (struct stack_value){.present = false};
    }
    if (value->type == RECORD_INT) {
        return (struct stack_value){.present = true, .dec = wb_dec_int(value->number)};
    }
    return (struct stack_value){.present = value->type == RECORD_DEC, .dec = value->dec};
}

static enum wb_rc
too_large(struct machine *m)
{
    return note_add(m, MAP_EXPECTED, (struct wb_str){NULL, 0}, (struct wb_str){NULL, 0},
                    "an expression's value does not fit a decimal");
}

enum wb_rc
map_run_NUM(struct machine *m, const struct map_code *code)
{
    push(m, number(&m->bundle->values[code->c]));
    return WB_OK;
}

enum wb_rc
map_run_FIELD(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, false, &at);
    if (rc == WB_OK) {
        push(m, number(at.cell));
    }
    return rc;
}

/* The list at a path; NULL when it is absent. */
static enum wb_rc
list_at(struct machine *m, uint16_t path, const struct record_list **ret)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), path, false, &at);
    const bool there = rc == WB_OK && at.cell != NULL && at.cell->present;
    *ret = there ? &at.cell->list : NULL;
    return rc;
}

static struct stack_value
count_value(size_t count)
{
    return (struct stack_value){.present = true, .dec = wb_dec_int((int64_t)count)};
}

enum wb_rc
map_run_COUNT(struct machine *m, const struct map_code *code)
{
    const struct record_list *list = NULL;
    size_t count = 0;
    const enum wb_rc rc = list_at(m, code->b, &list);
    for (size_t i = 0; rc == WB_OK && list != NULL && i < list->count; i++) {
        count += filter_passes(m, code->c, &list->items[i]) ? 1 : 0;
    }
    if (rc == WB_OK) {
        push(m, count_value(count));
    }
    return rc;
}

static size_t
nodes_count(const struct machine *m, const struct record_list *list, uint32_t filter,
            uint32_t field, unsigned depth)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count && depth < MAP_TREE_MAX; i++) {
        count += filter_passes(m, filter, &list->items[i]) ? 1 : 0;
        if (list->items[i].object != NULL) {
            const struct record_value *const inner = record_cell(list->items[i].object, field);
            count += inner->present ? nodes_count(m, &inner->list, filter, field, depth + 1) : 0;
        }
    }
    return count;
}

enum wb_rc
map_run_NODES(struct machine *m, const struct map_code *code)
{
    struct cell_ref at;
    const enum wb_rc rc = path_right(m, frame_now(m), code->b, false, &at);
    size_t count = 0;
    if (rc == WB_OK && at.cell != NULL && at.cell->present) {
        const uint32_t field = bundle_tree_field(m->bound->right, at.field);
        count = nodes_count(m, &at.cell->list, code->c, field, 0);
    }
    if (rc == WB_OK) {
        push(m, count_value(count));
    }
    return rc;
}

/* One element's part of a sum; false when it does not fit. Absent parts are nothing. */
static bool
sum_add(const struct record_object *item, uint32_t fields, struct wb_dec *total)
{
    const struct stack_value a = number(record_cell(item, fields & 0xFFFF));
    struct wb_dec part = a.dec;
    if (!a.present) {
        return true;
    }
    if (fields >> 16 != 0xFFFF) {
        const struct stack_value b = number(record_cell(item, fields >> 16));
        if (!b.present) {
            return true;
        }
        if (!wb_dec_mul(a.dec, b.dec, &part)) {
            return false;
        }
    }
    return wb_dec_add(*total, part, total);
}

enum wb_rc
map_run_SUM(struct machine *m, const struct map_code *code)
{
    const struct record_list *list = NULL;
    struct stack_value sum = {
        .present = true, .dec = {0, 0}
    };
    const enum wb_rc rc = list_at(m, code->b, &list);
    if (rc != WB_OK) {
        return rc;
    }
    for (size_t i = 0; list != NULL && i < list->count && sum.present; i++) {
        sum.present =
            list->items[i].object == NULL || sum_add(list->items[i].object, code->c, &sum.dec);
    }
    push(m, sum);
    return sum.present ? WB_OK : too_large(m);
}

typedef bool arithmetic(struct wb_dec a, struct wb_dec b, struct wb_dec *ret);

static enum wb_rc
combine(struct machine *m, arithmetic *with)
{
    assert(m->stack_count >= 2); /* verified */
    const struct stack_value b = m->stack[--m->stack_count];
    const struct stack_value a = m->stack[--m->stack_count];
    struct stack_value made = {.present = a.present && b.present};
    if (made.present && !with(a.dec, b.dec, &made.dec)) {
        push(m, (struct stack_value){.present = false});
        return too_large(m);
    }
    push(m, made);
    return WB_OK;
}

enum wb_rc
map_run_ADD(struct machine *m, const struct map_code *code)
{
    (void)code; /* has no operands */
    return combine(m, wb_dec_add);
}

enum wb_rc
map_run_SUB(struct machine *m, const struct map_code *code)
{
    (void)code; /* has no operands */
    return combine(m, wb_dec_sub);
}

enum wb_rc
map_run_MUL(struct machine *m, const struct map_code *code)
{
    (void)code; /* has no operands */
    return combine(m, wb_dec_mul);
}

static bool
relation_holds(enum map_relation relation, int order)
{
    switch (relation) {
    case MAP_EQ:
        return order == 0;
    case MAP_NE:
        return order != 0;
    case MAP_LT:
        return order < 0;
    case MAP_LE:
        return order <= 0;
    case MAP_GT:
        return order > 0;
    case MAP_GE:
        return order >= 0;
    case MAP_RELATIONS:
        break;
    }
    return false;
}

enum wb_rc
map_run_CHECK(struct machine *m, const struct map_code *code)
{
    static const char *const words[] = {
        [MAP_EQ] = "==", [MAP_NE] = "!=", [MAP_LT] = "<",
        [MAP_LE] = "<=", [MAP_GT] = ">",  [MAP_GE] = ">=",
    };
    assert(m->stack_count == 2); /* verified */
    const struct stack_value b = m->stack[1];
    const struct stack_value a = m->stack[0];
    char left[WB_DEC_TEXT_MAX];
    char right[WB_DEC_TEXT_MAX];
    m->stack_count = 0;
    if (!a.present || !b.present ||
        relation_holds((enum map_relation)code->a, wb_dec_cmp(a.dec, b.dec))) {
        return WB_OK;
    }
    const struct wb_str shown = {left, wb_dec_print(a.dec, '.', left)};
    const struct wb_str other = {right, wb_dec_print(b.dec, '.', right)};
    return note_add(m, MAP_EXPECTED, (struct wb_str){NULL, 0}, (struct wb_str){NULL, 0},
                    "a check does not hold: " WB_FMT " %s " WB_FMT, WB_ARG(shown), words[code->a],
                    WB_ARG(other));
}
