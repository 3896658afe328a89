#pragma once
/*
 * A whole file as nested JSON or XML, without loss of a value: interchanges, groups, messages,
 * loops, segments, elements. Written as the events of a check (want_segments) come, so memory does
 * not grow with the file. Values that are empty keep their place; bytes that are no UTF-8 are read
 * as ISO 8859-1.
 */
#include "base/json_out.h"
#include "check/check.h"

enum { VIEW_EDI_LINE_END = 8 };
enum view_edi_form { VIEW_EDI_JSON, VIEW_EDI_XML };

struct view_edi {
    enum view_edi_form form;
    struct wb_out *out;
    struct wb_json json;
    uint32_t loops[WB_LIMIT_LOOP_DEPTH]; /* grammar nodes of the open loops */
    unsigned loop_count;
    unsigned level;                   /* 0 file, 1 interchange, 2 group, 3 message */
    struct wire_delims delims;        /* of the interchange that is open */
    char line_end[VIEW_EDI_LINE_END]; /* behind its first segment */
    size_t line_end_len;
};

void view_edi_begin(struct view_edi *view, struct wb_out *out, enum view_edi_form form);
void view_edi_event(struct view_edi *view, const struct check_event *event);
void view_edi_end(struct view_edi *view);
