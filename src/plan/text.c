/*
 * Small makers of texts, values and issues for the rest of the planner. Want of memory is noted in
 * the planner and seen when the running call ends, so that what decides is not hidden by checks.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plan/plan_priv.h"

enum { TEXT_SHORT = 512 };

static const struct plan_issue_row issue_rows[] = {
#define X(name_, code_, holds_, sentence_, cure_)                                                  \
    [PLAN_ISSUE_##name_] = {                                                                       \
        .name = #name_, .code = code_, .holds = holds_, .sentence = sentence_, .cure = cure_},
#include "plan/issue.def"
#undef X
};

const struct plan_issue_row *
plan_issue_row(enum plan_issue_kind kind)
{
    return &issue_rows[kind];
}

static struct wb_str vtext(struct planner *planner, const char *format, va_list arguments)
    WB_PRINTF(2, 0);

static struct wb_str
vtext(struct planner *planner, const char *format, va_list arguments)
{
    char short_text[TEXT_SHORT];
    va_list again;
    va_copy(again, arguments);
    const int len = vsnprintf(short_text, sizeof short_text, format, arguments);
    const size_t size = len < 0 ? SIZE_MAX : (size_t)len + 1; /* not negative */
    char *const at = wb_arena_raw(planner->ctx, planner->arena, size);
    if (at == NULL) {
        planner->rc = planner->rc == WB_OK ? WB_NOMEM : planner->rc;
    } else if (size <= sizeof short_text) {
        memcpy(at, short_text, size);
    } else {
        (void)vsnprintf(at, size, format, again); /* the same length as before */
    }
    va_end(again);
    return at == NULL ? (struct wb_str){0} : (struct wb_str){at, size - 1};
}

struct wb_str
plan_text(struct planner *planner, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct wb_str text = vtext(planner, format, arguments);
    va_end(arguments);
    return text;
}

struct wb_str
plan_dec_text(struct planner *planner, struct wb_dec dec)
{
    char text[WB_DEC_TEXT_MAX];
    const size_t len = wb_dec_print(dec, '.', text);
    const struct wb_str copy =
        wb_arena_dup(planner->ctx, planner->arena, (struct wb_str){text, len});
    if (copy.at == NULL) {
        planner->rc = WB_NOMEM;
    }
    return copy;
}

static struct record_any *
new_any(struct planner *planner, enum record_any_kind kind)
{
    struct record_any *const any = record_any_new(planner->ctx, planner->arena, kind);
    if (any == NULL) {
        planner->rc = WB_NOMEM;
    }
    return any;
}

struct record_any *
plan_map(struct planner *planner)
{
    return new_any(planner, RECORD_MAP);
}

struct record_any *
plan_array(struct planner *planner)
{
    return new_any(planner, RECORD_ARRAY);
}

struct record_any *
plan_string(struct planner *planner, struct wb_str text)
{
    struct record_any *const any = new_any(planner, RECORD_STRING);
    if (any != NULL) {
        any->text = text;
    }
    return any;
}

struct record_any *
plan_int(struct planner *planner, int64_t value)
{
    return plan_number(planner, wb_dec_int(value));
}

struct record_any *
plan_number(struct planner *planner, struct wb_dec value)
{
    struct record_any *const any = new_any(planner, RECORD_NUMBER);
    if (any != NULL) {
        any->text = plan_dec_text(planner, value);
    }
    return any;
}

struct record_any *
plan_truth(struct planner *planner, bool value)
{
    struct record_any *const any = new_any(planner, RECORD_BOOL);
    if (any != NULL) {
        any->truth = value;
    }
    return any;
}

void
plan_put(struct planner *planner, struct record_any *map, struct wb_str name,
         struct record_any *value)
{
    if (map == NULL || value == NULL) {
        return; /* noted when it was made */
    }
    if (record_any_set(planner->ctx, planner->arena, map, name, value) != WB_OK) {
        planner->rc = WB_NOMEM;
    }
}

void
plan_push(struct planner *planner, struct record_any *array, struct record_any *value)
{
    if (array == NULL || value == NULL) {
        return; /* noted when it was made */
    }
    if (record_any_push(planner->ctx, planner->arena, array, value) != WB_OK) {
        planner->rc = WB_NOMEM;
    }
}

static void
add_issue(struct planner *planner, enum plan_issue_kind kind, struct wb_str place,
          struct wb_str proposal, struct wb_str text)
{
    struct plan *const plan = &planner->result;
    struct plan_issue *const issue =
        WB_PUSH(planner->ctx, planner->arena, plan->issues, plan->issue_count, planner->issue_cap);
    if (issue == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    bool holds = issue_rows[kind].holds;
    if (kind == PLAN_ISSUE_PRICE_OUTSIDE) {
        holds = planner->policy->hold_price_outside;
    }
    *issue = (struct plan_issue){
        .kind = kind, .holds = holds, .place = place, .text = text, .proposal = proposal};
    plan->held = plan->held || holds;
}

void
plan_raise(struct planner *planner, enum plan_issue_kind kind, struct wb_str place,
           struct wb_str proposal, const char *format, ...)
{
    if (planner->quiet) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    add_issue(planner, kind, place, proposal, vtext(planner, format, arguments));
    va_end(arguments);
}

void
plan_raise_line(struct planner *planner, enum plan_issue_kind kind, struct plan_item_line *line,
                const char *member, struct wb_str proposal, const char *format, ...)
{
    if (planner->quiet) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    const struct wb_str text = vtext(planner, format, arguments);
    va_end(arguments);
    const struct wb_str place = member[0] == '\0'
                                    ? line->place
                                    : plan_text(planner, WB_FMT ".%s", WB_ARG(line->place), member);
    add_issue(planner, kind, place, proposal, text);
    const struct plan *const plan = &planner->result;
    if (plan->issue_count > 0 && plan->issues[plan->issue_count - 1].holds) {
        line->held = true;
    }
}

void
plan_note_found(struct planner *planner, struct wb_str place, struct wb_str model,
                const struct plan_try *try, const struct record_any *row)
{
    if (planner->quiet || row == NULL) {
        return;
    }
    struct plan *const plan = &planner->result;
    struct plan_found *const found =
        WB_PUSH(planner->ctx, planner->arena, plan->found, plan->found_count, planner->found_cap);
    if (found == NULL) {
        planner->rc = WB_NOMEM;
        return;
    }
    *found = (struct plan_found){.place = place,
                                 .model = model,
                                 .by = try->by,
                                 .value = try->value,
                                 .id = plan_row_id(row),
                                 .name = plan_row_name(row)};
}

struct wb_str
plan_row_name(const struct record_any *row)
{
    const struct wb_str shown = plan_row_text(row, "display_name");
    return shown.len > 0 ? shown : plan_row_text(row, "name");
}

bool
plan_text_alike(struct wb_str a, struct wb_str b)
{
    for (size_t i = 0; i < a.len && a.len == b.len; i++) {
        const char x = a.at[i] >= 'A' && a.at[i] <= 'Z' ? (char)(a.at[i] + 32) : a.at[i];
        const char y = b.at[i] >= 'A' && b.at[i] <= 'Z' ? (char)(b.at[i] + 32) : b.at[i];
        if (x != y) {
            return false;
        }
    }
    return a.len == b.len;
}

struct wb_str
plan_cell_text(const struct record_object *object, const char *name)
{
    const struct record_value *const cell =
        object == NULL ? NULL : record_get(object, wb_str_of(name));
    if (cell == NULL || !cell->present ||
        (cell->type != RECORD_TEXT && cell->type != RECORD_CODE && cell->type != RECORD_RAW)) {
        return (struct wb_str){0};
    }
    return cell->text;
}

bool
plan_cell_dec(const struct record_object *object, const char *name, struct wb_dec *ret)
{
    const struct record_value *const cell =
        object == NULL ? NULL : record_get(object, wb_str_of(name));
    if (cell == NULL || !cell->present || (cell->type != RECORD_DEC && cell->type != RECORD_INT)) {
        return false;
    }
    *ret = cell->type == RECORD_DEC ? cell->dec : wb_dec_int(cell->number);
    return true;
}

const struct record_object *
plan_cell_object(const struct record_object *object, const char *name)
{
    const struct record_value *const cell =
        object == NULL ? NULL : record_get(object, wb_str_of(name));
    return cell == NULL || !cell->present || cell->type != RECORD_OBJECT ? NULL : cell->object;
}

const struct record_list *
plan_cell_list(const struct record_object *object, const char *name)
{
    const struct record_value *const cell =
        object == NULL ? NULL : record_get(object, wb_str_of(name));
    return cell == NULL || !cell->present || cell->type != RECORD_LIST ? NULL : &cell->list;
}

struct wb_date
plan_cell_date(const struct record_object *object, const char *name)
{
    const struct record_value *const cell =
        object == NULL ? NULL : record_get(object, wb_str_of(name));
    if (cell == NULL || !cell->present) {
        return (struct wb_date){0};
    }
    return cell->type == RECORD_DATE ? cell->date : (struct wb_date){0};
}
