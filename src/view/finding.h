#pragma once
/* Findings for people and for programs. */
#include "base/json_out.h"
#include "check/finding.h"
#include "view/style.h"

/*
 * file:line:col: severity CODE: text, then where it is in the message, the cure, and the corrected
 * segment when there is one. The first line is what editors and CI matchers read.
 */
void view_finding_text(struct wb_out *out, const struct view_style *style, struct wb_str file,
                       const struct check_finding *finding);
/* file:line:col: code: text, and nothing else: the form that problem matchers and editors take. */
void view_finding_line(struct wb_out *out, struct wb_str file, const struct check_finding *finding);
/* One object: code severity offset length line column segment element ... as waybill/check/1 lists
 * them. */
void view_finding_json(struct wb_json *json, const struct check_finding *finding);
/* "PO1[element 3]/PO102" style place in words: "message 1, segment 12 N1 in PO1, element 4". */
void view_finding_place(struct wb_out *out, const struct check_finding *finding);
/* The same in short, indented, for where the segment itself stands just above. */
void view_finding_brief(struct wb_out *out, const struct view_style *style, unsigned indent,
                        const struct check_finding *finding);
