#pragma once
/* What the grammar says of a thing, in words: a message, a segment, an element, a code. */
#include "check/finding.h"
#include "grammar/table.h"
#include "view/style.h"

void view_explain_message(struct wb_out *out, const struct view_style *style,
                          const struct grammar *grammar, uint32_t message);
/* Every place of the segment; with message != GRAMMAR_NONE also where the message has it. */
void view_explain_segment(struct wb_out *out, const struct view_style *style,
                          const struct grammar *grammar, uint32_t segment, uint32_t message);
/* One place of a segment: element_no 1-based, component_no 0 = the whole element. */
void view_explain_place(struct wb_out *out, const struct view_style *style,
                        const struct grammar *grammar, uint32_t segment, uint32_t element_no,
                        uint32_t component_no);
/* A composite and its components. */
void view_explain_composite(struct wb_out *out, const struct view_style *style,
                            const struct grammar *grammar, uint32_t composite);
/* All of an element, codes included when there are at most codes_max of them. */
void view_explain_element(struct wb_out *out, const struct view_style *style,
                          const struct grammar *grammar, uint32_t element, size_t codes_max);
/* One value of a coded element; says so when the list has it not. False when it is not in the list.
 */
bool view_explain_code(struct wb_out *out, const struct view_style *style,
                       const struct grammar *grammar, uint32_t element, struct wb_str value);
void view_explain_finding(struct wb_out *out, const struct view_style *style,
                          const struct check_row *row);
