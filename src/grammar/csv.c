/*
 * Comma separated values after RFC 4180. Nothing here knows what the fields mean.
 *
 * A quoted field may hold commas, doubled quotes and line ends. A defective row is skipped to the
 * end of its line, so that the rows behind it are read all the same.
 */
#include "grammar/csv.h"

#include <assert.h>

static char
byte_at(const struct csv *csv, size_t at)
{
    return at < csv->bytes.len ? csv->bytes.at[at] : '\n';
}

/* A line ends here: LF, CR LF, or the end of the bytes. */
static bool
line_ends(const struct csv *csv)
{
    const char c = byte_at(csv, csv->at);
    return c == '\n' || (c == '\r' && byte_at(csv, csv->at + 1u) == '\n');
}

static void
skip_line(struct csv *csv)
{
    const struct wb_str rest = wb_str_sub(csv->bytes, csv->at, csv->bytes.len);
    csv->at += (uint32_t)wb_str_find(rest, '\n'); /* inside bytes, below 2^32 */
    csv->at += csv->at < csv->bytes.len ? 1 : 0;
}

static void
take_plain(struct csv *csv, struct csv_row *row, struct csv_field *field)
{
    const uint32_t from = csv->at;
    while (!line_ends(csv) && byte_at(csv, csv->at) != ',') {
        if (byte_at(csv, csv->at) == '"' && row->defect == CSV_GOOD) {
            row->defect = CSV_QUOTE_INSIDE;
            row->defect_at = csv->at;
        }
        csv->at++;
    }
    field->text = wb_str_sub(csv->bytes, from, csv->at - from);
}

static enum wb_rc
undouble(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str raw, struct wb_str *ret)
{
    char *text = wb_arena_alloc(ctx, arena, raw.len);
    size_t len = 0;
    if (text == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < raw.len; i++) {
        text[len++] = raw.at[i];
        i += raw.at[i] == '"' ? 1 : 0;
    }
    *ret = (struct wb_str){text, len};
    return WB_OK;
}

/* The lexer stands on the opening quote. */
static WB_MUST enum wb_rc
take_quoted(struct wb_ctx *ctx, struct wb_arena *arena, struct csv *csv, struct csv_row *row,
            struct csv_field *field)
{
    const uint32_t open = csv->at;
    bool doubled = false;
    csv->at++;
    while (csv->at < csv->bytes.len) {
        const bool quote = byte_at(csv, csv->at) == '"';
        const bool twice = quote && byte_at(csv, csv->at + 1u) == '"';
        if (quote && !twice) {
            break;
        }
        doubled = doubled || twice;
        csv->at += twice ? 2 : 1;
    }
    if (csv->at >= csv->bytes.len) {
        row->defect = CSV_QUOTE_OPEN;
        row->defect_at = open;
        csv->at = open;
        return WB_OK;
    }
    field->text = wb_str_sub(csv->bytes, open + 1u, csv->at - open - 1u);
    csv->at++;
    if (!line_ends(csv) && byte_at(csv, csv->at) != ',') {
        row->defect = CSV_QUOTE_INSIDE;
        row->defect_at = csv->at;
    }
    return doubled ? undouble(ctx, arena, field->text, &field->text) : WB_OK;
}

enum wb_rc
csv_next(struct wb_ctx *ctx, struct wb_arena *arena, struct csv *csv, struct csv_row *ret_row,
         bool *ret_more)
{
    assert(csv != NULL);
    *ret_row = (struct csv_row){.field_count = 0};
    *ret_more = csv->at < csv->bytes.len;
    bool more_fields = *ret_more;
    while (more_fields && ret_row->defect == CSV_GOOD) {
        struct csv_field spare = {.at = csv->at};
        const bool room = ret_row->field_count < CSV_FIELDS_MAX;
        struct csv_field *field = room ? &ret_row->fields[ret_row->field_count++] : &spare;
        field->at = csv->at;
        if (byte_at(csv, csv->at) == '"') {
            const enum wb_rc rc = take_quoted(ctx, arena, csv, ret_row, field);
            if (rc != WB_OK) {
                return rc;
            }
        } else {
            take_plain(csv, ret_row, field);
        }
        field->len = csv->at - field->at;
        if (!room && ret_row->defect == CSV_GOOD) {
            ret_row->defect = CSV_TOO_MANY_FIELDS;
            ret_row->defect_at = field->at;
        }
        more_fields = !line_ends(csv);
        csv->at += more_fields && ret_row->defect == CSV_GOOD ? 1 : 0; /* the comma */
    }
    if (*ret_more) {
        skip_line(csv);
    }
    return WB_OK;
}
