#pragma once
/* How text is shown: colours only where the caller says so, widths known. No global, no terminal is
 * asked here. */
#include "base/buf.h"

enum view_colour { VIEW_PLAIN, VIEW_RED, VIEW_YELLOW, VIEW_GREEN, VIEW_BLUE, VIEW_DIM, VIEW_BOLD };

struct view_style {
    bool colour;
    unsigned columns; /* 0 = do not wrap or cut */
    bool verbose;     /* notes and advice in full */
};

/* Begins a colour, or ends it with VIEW_PLAIN; nothing without style->colour. */
void view_paint(struct wb_out *out, const struct view_style *style, enum view_colour colour);
/* Text in a colour, made safe for a terminal. */
void view_painted(struct wb_out *out, const struct view_style *style, enum view_colour colour,
                  struct wb_str text);
