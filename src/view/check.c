/*
 * waybill/check/1. The order of members is fixed, because people diff these files: what is known
 * when a level begins, then what it holds, then its verdict.
 */
#include "view/check.h"

#include "base/limits.h"
#include "view/finding.h"

/* Over the largest finding as JSON: its longest text is a corrected segment of 1024 bytes, and a
 * byte takes at most six. */
enum { FINDING_BYTES = 16 * 1024 };

void
view_check_begin(struct wb_json *json)
{
    wb_json_object(json);
    wb_json_member(json, "schema", WB_LIT("waybill/check/1"));
    wb_json_name(json, WB_LIT("files"));
    wb_json_array(json);
}

void
view_check_end(struct wb_json *json)
{
    wb_json_array_end(json);
    wb_json_object_end(json);
}

void
view_check_file_begin(struct wb_ctx *ctx, struct view_check *view, struct wb_json *json,
                      struct wb_str file)
{
    view->json = json;
    view->listed_count = 0;
    wb_out_init(&view->findings_out, ctx, -1, WB_LIMIT_JSON);
    wb_json_init(&view->findings, &view->findings_out, false);
    wb_json_array(&view->findings);
    wb_json_object(json);
    wb_json_member(json, "file", file);
    wb_json_name(json, WB_LIT("interchanges"));
    wb_json_array(json);
}

static void
interchange_begin(struct wb_json *json, const struct check_interchange *interchange)
{
    wb_json_object(json);
    wb_json_member_int(json, "no", interchange->no);
    wb_json_member(json, "control", interchange->control);
    wb_json_member(json, "sender_qualifier", interchange->sender_qualifier);
    wb_json_member(json, "sender", interchange->sender);
    wb_json_member(json, "receiver_qualifier", interchange->receiver_qualifier);
    wb_json_member(json, "receiver", interchange->receiver);
    wb_json_member(json, "version", interchange->version);
    wb_json_member(json, "usage", interchange->test);
    wb_json_name(json, WB_LIT("groups"));
    wb_json_array(json);
}

static void
message(struct wb_json *json, const struct check_message *m)
{
    wb_json_object(json);
    wb_json_member_int(json, "no", m->no);
    wb_json_member(json, "type", m->type);
    wb_json_member(json, "control", m->control);
    wb_json_member(json, "release", m->release);
    wb_json_member_int(json, "segments", m->segment_count);
    wb_json_member_int(json, "errors", (int64_t)m->error_count);
    wb_json_member_int(json, "warnings", (int64_t)m->warning_count);
    wb_json_member_int(json, "notes", (int64_t)m->note_count);
    wb_json_member(json, "verdict", wb_str_of(check_verdict_word(m->verdict)));
    wb_json_object_end(json);
}

static void
end_level(struct wb_json *json, enum check_verdict verdict)
{
    wb_json_array_end(json);
    wb_json_member(json, "verdict", wb_str_of(check_verdict_word(verdict)));
    wb_json_object_end(json);
}

/* Where the memory for findings ends they are counted only: what was written is whole. */
static void
finding(struct view_check *view, const struct check_finding *f)
{
    if (view->findings_out.buf.len < WB_LIMIT_JSON - FINDING_BYTES) {
        view_finding_json(&view->findings, f);
        view->listed_count++;
    }
}

void
view_check_event(struct view_check *view, const struct check_event *event)
{
    struct wb_json *json = view->json;
    switch (event->kind) {
    case CHECK_FINDING:
        finding(view, event->finding);
        break;
    case CHECK_INTERCHANGE_BEGIN:
        interchange_begin(json, event->interchange);
        break;
    case CHECK_GROUP_BEGIN:
        wb_json_object(json);
        wb_json_member_int(json, "no", event->group->no);
        wb_json_member(json, "type", event->group->type);
        wb_json_member(json, "control", event->group->control);
        wb_json_member(json, "release", event->group->release);
        wb_json_name(json, WB_LIT("messages"));
        wb_json_array(json);
        break;
    case CHECK_MESSAGE_END:
        message(json, event->message);
        break;
    case CHECK_GROUP_END:
        end_level(json, event->group->verdict);
        break;
    case CHECK_INTERCHANGE_END:
        end_level(json, event->interchange->verdict);
        break;
    case CHECK_MESSAGE_BEGIN:
    case CHECK_SEGMENT_SEEN:
    case CHECK_END:
        break;
    }
}

enum wb_rc
view_check_file_end(struct view_check *view, struct wb_str verdict, uint64_t finding_count)
{
    struct wb_json *json = view->json;
    wb_json_array_end(&view->findings);
    enum wb_rc rc = wb_out_finish(&view->findings_out);
    wb_json_array_end(json);
    wb_json_member(json, "verdict", verdict);
    wb_json_name(json, WB_LIT("findings"));
    wb_json_raw(json, wb_buf_str(&view->findings_out.buf));
    if (finding_count > view->listed_count) {
        wb_json_member_int(json, "findings_left_out",
                           (int64_t)(finding_count - view->listed_count));
    }
    wb_json_object_end(json);
    wb_out_done(&view->findings_out);
    return rc;
}
