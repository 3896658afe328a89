#pragma once
/*
 * A message as a person reads it: one block a segment, indented by loop, one line an element with
 * its name, its value and what the value means. Fed with the events of a check opened with
 * want_segments, so memory does not grow.
 */
#include "check/check.h"
#include "view/style.h"

struct view_show {
    struct wb_out *out;
    struct view_style style;
    unsigned indent; /* of the segment shown last: its findings stand under it */
};

void view_show_init(struct view_show *view, struct wb_out *out, const struct view_style *style);
void view_show_event(struct view_show *view, const struct check_event *event);
/* One segment, element by element, under a grammar (NULL or an unknown tag: numbers only). */
void view_segment(struct wb_out *out, const struct view_style *style, unsigned indent,
                  const struct grammar *grammar, const struct wire_segment *segment);
/*
 * What a value means: the label of a code, a date as YYYY-MM-DD, an implied decimal with its point.
 * Writes nothing when the value speaks for itself.
 */
void view_meaning(struct wb_out *out, const struct grammar *grammar,
                  const struct grammar_element *element, struct wb_str value);
