/*
 * The planning policy: its declaration in our language, and the rows of the tables that it names.
 * Reading files is the caller's; what a policy does is decided where its fields are used.
 */
#include "plan/policy.h"

#include <assert.h>

enum plan_code_no {
#define X(name, code, severity, meaning, cure) CODE_##name,
#include "plan/diag.def"
#undef X
    CODE_COUNT
};

static const struct lang_code codes[] = {
#define X(name, code_, severity_, meaning_, cure_) {code_, severity_, meaning_, cure_},
#include "plan/diag.def"
#undef X
};

struct parse {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    struct lang_diags *diags;
    struct plan_policy *policy;
    struct plan_policy_files *files;
    bool seen;     /* the policy */
    uint32_t said; /* bits of the statements that stand once */
    enum wb_rc rc;
};

const struct lang_code *
plan_codes(size_t *ret_count)
{
    if (ret_count != NULL) {
        *ret_count = sizeof codes / sizeof codes[0];
    }
    return codes;
}

void
plan_policy_init(struct plan_policy *policy)
{
    *policy = (struct plan_policy){
        .price_tolerance_percent = {.units = 5, .scale = 1},
        .price_tolerance_amount = {.units = 1, .scale = 2},
        .keep_customer_price = true,
        .day_hour = 12,
    };
}

static void
report(struct parse *parse, enum plan_code_no no, struct lang_pos pos, const char *text)
{
    struct lang_diag *const diag = lang_diag_add(parse->ctx, parse->diags, codes[no].severity,
                                                 codes[no].code, pos, "%s", text);
    if (diag == NULL && parse->ctx->error.rc == WB_NOMEM) {
        parse->rc = WB_NOMEM;
    }
}

/* Tokens without a blank between them are one value: 0.5%, 12:00, x12:1300:D240. */
static struct wb_str
take_value(struct parse *parse, struct lang_cursor *cursor, const char *what)
{
    const struct lang_pos here = lang_here(cursor);
    struct wb_str text = {0};
    const struct lang_token *token = lang_peek(cursor);
    while (token != NULL && token->kind != LANG_BLOCK && (text.len == 0 || !token->blank_before)) {
        text = text.len == 0 ? token->text
                             : wb_arena_printf(parse->ctx, parse->arena, WB_FMT WB_FMT,
                                               WB_ARG(text), WB_ARG(token->text));
        if (text.at == NULL) {
            parse->rc = WB_NOMEM;
            return text;
        }
        (void)lang_take(cursor); /* it was looked at */
        if (token->kind == LANG_STRING) {
            break;
        }
        token = lang_peek(cursor);
    }
    if (text.len == 0) {
        report(parse, CODE_POLICY_EXPECTED, here, what);
    }
    return text;
}

static bool
take_dec(struct parse *parse, struct lang_cursor *cursor, bool percent, struct wb_dec *ret)
{
    const struct lang_pos here = lang_here(cursor);
    struct wb_str text = take_value(parse, cursor, "a number is expected");
    if (text.len == 0) {
        return false;
    }
    if (percent && wb_str_ends(text, WB_LIT("%"))) {
        text.len--;
    }
    struct wb_dec value;
    if (wb_dec_parse(text, '.', &value) != WB_DEC_OK || value.units < 0) {
        report(parse, CODE_POLICY_VALUE, here, "this is no number from 0 on");
        return false;
    }
    *ret = value;
    return true;
}

static void
once(struct parse *parse, unsigned bit, struct lang_pos pos)
{
    if ((parse->said & (1u << bit)) != 0) {
        report(parse, CODE_POLICY_TWICE, pos, "this was said before");
    }
    parse->said |= 1u << bit;
}

/* price tolerance 0.5% | price tolerance amount 0.01 | price inside theirs|ours | price outside ..
 */
static void
read_price(struct parse *parse, struct lang_cursor *cursor, struct lang_pos pos)
{
    struct plan_policy *const policy = parse->policy;
    if (lang_accept(cursor, "tolerance")) {
        const bool amount = lang_accept(cursor, "amount");
        once(parse, amount ? 0 : 1, pos);
        (void)take_dec(parse, cursor, !amount,
                       amount ? &policy->price_tolerance_amount
                              : &policy->price_tolerance_percent); /* a defect was reported */
        return;
    }
    const bool inside = lang_accept(cursor, "inside");
    if (!inside && !lang_accept(cursor, "outside")) {
        report(parse, CODE_POLICY_EXPECTED, lang_here(cursor),
               "`tolerance`, `inside` or `outside` is expected");
        return;
    }
    once(parse, inside ? 2 : 3, pos);
    const bool ours = lang_accept(cursor, "ours");
    if (!ours && !lang_accept(cursor, inside ? "theirs" : "hold")) {
        report(parse, CODE_POLICY_VALUE, lang_here(cursor),
               inside ? "`theirs` or `ours` is expected" : "`ours` or `hold` is expected");
    } else if (inside) {
        policy->keep_customer_price = !ours;
    } else {
        policy->hold_price_outside = !ours;
    }
}

/* day at 12:00 */
static void
read_day(struct parse *parse, struct lang_cursor *cursor, struct lang_pos pos)
{
    once(parse, 4, pos);
    if (!lang_accept(cursor, "at")) {
        report(parse, CODE_POLICY_EXPECTED, lang_here(cursor), "`at` and a time are expected");
        return;
    }
    const struct lang_pos here = lang_here(cursor);
    const struct wb_str text = take_value(parse, cursor, "a time is expected");
    const size_t colon = wb_str_find(text, ':');
    uint64_t hour = 0;
    uint64_t minute = 0;
    if (text.len == 0) {
        return;
    }
    if (!wb_str_u64(wb_str_sub(text, 0, colon), &hour) || hour > 23 ||
        !wb_str_u64(wb_str_sub(text, colon + 1, text.len), &minute) || minute > 59) {
        report(parse, CODE_POLICY_VALUE, here, "a time is written HH:MM");
        return;
    }
    parse->policy->day_hour = (uint8_t)hour;     /* at most 23 */
    parse->policy->day_minute = (uint8_t)minute; /* at most 59 */
}

/* gln in FIELD.. */
static void
read_gln(struct parse *parse, struct lang_cursor *cursor, struct lang_pos pos)
{
    struct plan_policy *const policy = parse->policy;
    once(parse, 5, pos);
    if (!lang_accept(cursor, "in") || lang_peek(cursor) == NULL) {
        report(parse, CODE_POLICY_EXPECTED, lang_here(cursor),
               "`in` and fields of res.partner are expected");
        return;
    }
    while (lang_peek(cursor) != NULL && parse->rc == WB_OK) {
        const struct lang_pos here = lang_here(cursor);
        const struct wb_str field = take_value(parse, cursor, "a field is expected");
        if (field.len == 0) {
            return;
        }
        if (policy->gln_field_count == PLAN_POLICY_WORDS_MAX) {
            report(parse, CODE_POLICY_VALUE, here, "too many fields");
            return;
        }
        policy->gln_fields[policy->gln_field_count++] = field;
    }
}

/* charge CODE as PRODUCT */
static void
read_charge(struct parse *parse, struct lang_cursor *cursor)
{
    struct plan_policy *const policy = parse->policy;
    const struct wb_str code = take_value(parse, cursor, "the code of a charge is expected");
    if (code.len == 0) {
        return;
    }
    if (!lang_accept(cursor, "as")) {
        report(parse, CODE_POLICY_EXPECTED, lang_here(cursor), "`as` and a product are expected");
        return;
    }
    const struct wb_str product = take_value(parse, cursor, "the code of a product is expected");
    if (product.len == 0) {
        return;
    }
    struct plan_charge_row *const row = WB_PUSH(parse->ctx, parse->arena, policy->charges,
                                                policy->charge_count, policy->charge_cap);
    if (row == NULL) {
        parse->rc = WB_NOMEM;
        return;
    }
    *row = (struct plan_charge_row){.code = code, .default_code = product};
}

static void
read_table(struct parse *parse, struct lang_cursor *cursor, enum plan_table table)
{
    const struct lang_pos here = lang_here(cursor);
    const struct wb_str path = take_value(parse, cursor, "the name of a CSV file is expected");
    if (path.len == 0) {
        return;
    }
    struct plan_table_file *const file = WB_PUSH(parse->ctx, parse->arena, parse->files->items,
                                                 parse->files->count, parse->files->cap);
    if (file == NULL) {
        parse->rc = WB_NOMEM;
        return;
    }
    *file = (struct plan_table_file){.table = table, .path = path, .pos = here};
}

static void
read_statement(struct parse *parse, const struct lang_statement *statement)
{
    struct lang_cursor cursor = lang_cursor_of(statement);
    const struct lang_pos pos = lang_here(&cursor);
    const size_t errors = parse->diags->error_count;
    if (lang_accept(&cursor, "price")) {
        read_price(parse, &cursor, pos);
    } else if (lang_accept(&cursor, "day")) {
        read_day(parse, &cursor, pos);
    } else if (lang_accept(&cursor, "company")) {
        once(parse, 6, pos);
        parse->policy->company = take_value(parse, &cursor, "the name of a company is expected");
    } else if (lang_accept(&cursor, "gln")) {
        read_gln(parse, &cursor, pos);
    } else if (lang_accept(&cursor, "charge")) {
        read_charge(parse, &cursor);
    } else if (lang_accept(&cursor, "items")) {
        read_table(parse, &cursor, PLAN_TABLE_ITEMS);
    } else if (lang_accept(&cursor, "units")) {
        read_table(parse, &cursor, PLAN_TABLE_UNITS);
    } else {
        report(parse, CODE_POLICY_UNKNOWN, pos, "a policy has no such statement");
        return;
    }
    if (errors == parse->diags->error_count && lang_peek(&cursor) != NULL) {
        report(parse, CODE_POLICY_EXPECTED, lang_here(&cursor), "the statement should end here");
    }
}

static void
read_policy(struct parse *parse, const struct lang_statement *statement)
{
    struct lang_cursor cursor = lang_cursor_of(statement);
    const struct lang_pos pos = lang_here(&cursor);
    if (!lang_accept(&cursor, "policy")) {
        report(parse, CODE_POLICY_UNKNOWN, pos, "`policy` is expected");
        return;
    }
    const struct lang_token *const block = lang_take(&cursor);
    if (block == NULL || block->kind != LANG_BLOCK || lang_peek(&cursor) != NULL) {
        report(parse, CODE_POLICY_EXPECTED, pos, "a policy is written `policy { }`");
        return;
    }
    if (parse->seen) {
        report(parse, CODE_POLICY_TWICE, pos, "a file holds one policy");
        return;
    }
    parse->seen = true;
    for (const struct lang_statement *s = block->block; s != NULL; s = s->next) {
        read_statement(parse, s);
    }
}

enum wb_rc
plan_policy_parse(struct wb_ctx *ctx, struct wb_arena *arena, const struct lang_source *source,
                  struct lang_diags *diags, struct plan_policy *policy,
                  struct plan_policy_files *ret_files)
{
    assert(policy != NULL);
    assert(ret_files != NULL);
    struct plan_policy_files files = {0};
    struct parse parse = {
        .ctx = ctx, .arena = arena, .diags = diags, .policy = policy, .files = &files, .rc = WB_OK};
    struct lang_file *file = NULL;
    const enum wb_rc rc = lang_parse(ctx, arena, source, diags, &file);
    if (rc != WB_OK) {
        return rc;
    }
    for (const struct lang_statement *s = file->first; s != NULL; s = s->next) {
        read_policy(&parse, s);
    }
    if (!parse.seen && diags->error_count == 0) {
        report(&parse, CODE_POLICY_NONE, (struct lang_pos){.source = source},
               "the file declares no policy");
    }
    if (parse.rc != WB_OK) {
        return parse.rc;
    }
    if (diags->error_count > 0) {
        return wb_fail(ctx, WB_INVALID, "the policy cannot be used");
    }
    *ret_files = files;
    return WB_OK;
}
