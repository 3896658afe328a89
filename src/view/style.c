/* Colours as ANSI sequences. Text from outside always goes through wb_out_safe. */
#include "view/style.h"

void
view_paint(struct wb_out *out, const struct view_style *style, enum view_colour colour)
{
    static const char *const sequences[] = {
        [VIEW_PLAIN] = "\033[0m",  [VIEW_RED] = "\033[31m",  [VIEW_YELLOW] = "\033[33m",
        [VIEW_GREEN] = "\033[32m", [VIEW_BLUE] = "\033[36m", [VIEW_DIM] = "\033[2m",
        [VIEW_BOLD] = "\033[1m",
    };
    if (style->colour) {
        wb_out_text(out, sequences[colour]);
    }
}

void
view_painted(struct wb_out *out, const struct view_style *style, enum view_colour colour,
             struct wb_str text)
{
    view_paint(out, style, colour);
    wb_out_safe(out, text);
    view_paint(out, style, VIEW_PLAIN);
}
