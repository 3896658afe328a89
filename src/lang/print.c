/*
 * Diagnostics as a person reads them: place, sentence, the line with a caret, what was expected,
 * what may have been meant, and the second place when there is one.
 *
 * The line is printed as wb_out_safe would, with tabs widened, and the caret is counted in printed
 * columns, so it stands under what it means. Of a long line only a window around the place is
 * shown.
 */
#include "base/limits.h"
#include "lang/lang_priv.h"

enum { TAB = 4, WINDOW_BEFORE = 60, WINDOW_MAX = 100 };

struct painter {
    struct wb_out *out;
    bool colour;
};

static void
paint(const struct painter *painter, const char *escape)
{
    if (painter->colour) {
        wb_out_text(painter->out, escape);
    }
}

static const char *
severity_colour(enum lang_severity severity)
{
    switch (severity) {
    case LANG_ERROR:
        return "\x1b[1;31m";
    case LANG_WARNING:
        return "\x1b[1;35m";
    case LANG_NOTE:
        return "\x1b[1;36m";
    }
    return "";
}

static const char *
severity_word(enum lang_severity severity)
{
    switch (severity) {
    case LANG_ERROR:
        return "error";
    case LANG_WARNING:
        return "warning";
    case LANG_NOTE:
        return "note";
    }
    return "";
}

static void
print_place(const struct painter *painter, struct lang_pos pos)
{
    uint32_t line = 0;
    uint32_t column = 0;
    paint(painter, "\x1b[1m");
    if (pos.source != NULL) {
        lang_place(pos, &line, &column);
        wb_out_safe(painter->out, pos.source->path);
        wb_out_printf(painter->out, ":%u:%u: ", line, column);
    }
    paint(painter, "\x1b[0m");
}

/* The part of the line of `pos` that is shown, as offsets into the source. */
static void
window_of(struct lang_pos pos, size_t *ret_from, size_t *ret_to)
{
    const struct wb_str text = pos.source->bytes;
    const size_t at = pos.at < text.len ? pos.at : text.len;
    size_t from = at;
    while (from > 0 && text.at[from - 1] != '\n' && at - from < WINDOW_BEFORE) {
        from--;
    }
    while (from < at && ((uint8_t)text.at[from] & 0xc0) == 0x80) {
        from++;
    }
    size_t to = at;
    while (to < text.len && text.at[to] != '\n' && to - from < WINDOW_MAX) {
        to++;
    }
    while (to > at && to < text.len && ((uint8_t)text.at[to] & 0xc0) == 0x80) {
        to--;
    }
    to -= to > at && text.at[to - 1] == '\r' ? 1 : 0;
    *ret_from = from;
    *ret_to = to;
}

/* Prints one character of the line and returns how many columns it took; counts only when out is
 * NULL. */
static size_t
print_char(struct wb_out *out, struct wb_str rest, size_t column, size_t *ret_len)
{
    const size_t len = lang_utf8_len(rest);
    const uint8_t byte = (uint8_t)rest.at[0];
    *ret_len = len == 0 ? 1 : len;
    if (byte == '\t') {
        const size_t width = TAB - column % TAB;
        if (out != NULL) {
            wb_out_fill(out, ' ', width);
        }
        return width;
    }
    const bool control =
        byte < 0x20 || byte == 0x7f || (byte == 0xc2 && len == 2 && (uint8_t)rest.at[1] < 0xa0);
    if (out != NULL) {
        wb_out_safe(out, wb_str_sub(rest, 0, *ret_len));
    }
    return len == 0 || control ? 4 * *ret_len : 1;
}

static size_t
print_text(struct wb_out *out, struct wb_str text, size_t column)
{
    size_t at = 0;
    while (at < text.len) {
        size_t len = 1;
        column += print_char(out, wb_str_sub(text, at, text.len), column, &len);
        at += len;
    }
    return column;
}

static void
print_line(const struct painter *painter, struct lang_pos pos)
{
    if (pos.source == NULL || pos.source->bytes.len == 0) {
        return;
    }
    size_t from = 0;
    size_t to = 0;
    uint32_t line = 0;
    uint32_t column = 0;
    window_of(pos, &from, &to);
    lang_place(pos, &line, &column);
    const struct wb_str text = pos.source->bytes;
    const size_t at = pos.at < to ? pos.at : to;
    const bool cut = from > 0 && text.at[from - 1] != '\n';
    wb_out_printf(painter->out, "%6u | ", line);
    wb_out_text(painter->out, cut ? "..." : "");
    (void)print_text(painter->out, wb_str_sub(text, from, to - from), 0);
    wb_out_text(painter->out, "\n       | ");
    const size_t before = print_text(NULL, wb_str_sub(text, from, at - from), 0);
    const size_t len = pos.len < to - at ? pos.len : to - at;
    const size_t after = print_text(NULL, wb_str_sub(text, at, len), before);
    wb_out_fill(painter->out, ' ', before + (cut ? 3 : 0));
    paint(painter, "\x1b[1;32m");
    wb_out_byte(painter->out, '^');
    wb_out_fill(painter->out, '~', after > before ? after - before - 1 : 0);
    paint(painter, "\x1b[0m");
    wb_out_byte(painter->out, '\n');
}

static void
print_hint(const struct painter *painter, const char *label, struct wb_str text)
{
    if (text.len > 0) {
        wb_out_printf(painter->out, "       = %s: ", label);
        wb_out_safe(painter->out, text);
        wb_out_byte(painter->out, '\n');
    }
}

static void
print_other(const struct painter *painter, const struct lang_diag *diag)
{
    if (diag->other.source == NULL) {
        return;
    }
    print_place(painter, diag->other);
    paint(painter, severity_colour(LANG_NOTE));
    wb_out_text(painter->out, "note: ");
    paint(painter, "\x1b[0m");
    wb_out_safe(painter->out, diag->other_text);
    wb_out_byte(painter->out, '\n');
    print_line(painter, diag->other);
}

static void
print_diag(const struct painter *painter, const struct lang_diag *diag)
{
    print_place(painter, diag->pos);
    paint(painter, severity_colour(diag->severity));
    wb_out_printf(painter->out, "%s %s: ", severity_word(diag->severity), diag->code);
    paint(painter, "\x1b[0m");
    wb_out_safe(painter->out, diag->text);
    wb_out_byte(painter->out, '\n');
    print_line(painter, diag->pos);
    print_hint(painter, "expected", diag->expected);
    print_hint(painter, "did you mean", diag->meant);
    print_other(painter, diag);
}

void
lang_diags_print(struct wb_out *out, const struct lang_diags *diags, bool colour)
{
    const struct painter painter = {out, colour};
    for (size_t i = 0; i < diags->count; i++) {
        print_diag(&painter, &diags->items[i]);
    }
    const size_t all = diags->error_count + diags->warning_count;
    if (diags->count == WB_LIMIT_DIAGS && all > diags->count) {
        wb_out_printf(out, "%zu more were not listed\n", all - diags->count);
    }
}
