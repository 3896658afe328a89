/*
 * SARIF 2.1.0. The parts that every reader asks for are here and no others: rule, level, message,
 * place in the file (line and bytes), place in the message, and our own facts as properties.
 */
#include "view/sarif.h"

#include <stdio.h>

#include "view/finding.h"

enum { URI_MAX = 3 * WB_OS_PATH_MAX + 16 };

/* SARIF has three levels; advice is a note that says so in its properties. */
static struct wb_str
level_word(enum check_severity severity)
{
    switch (severity) {
    case CHECK_ERROR:
        return WB_LIT("error");
    case CHECK_WARNING:
        return WB_LIT("warning");
    case CHECK_NOTE:
    case CHECK_ADVICE:
        return WB_LIT("note");
    }
    return WB_LIT("none");
}

static void
text_object(struct wb_json *json, const char *name, struct wb_str text)
{
    wb_json_name(json, wb_str_of(name));
    wb_json_object(json);
    wb_json_member(json, "text", text);
    wb_json_object_end(json);
}

static void
rule(struct wb_json *json, const struct check_row *row)
{
    wb_json_object(json);
    wb_json_member(json, "id", wb_str_of(row->code));
    wb_json_member(json, "name", wb_str_of(row->name));
    text_object(json, "shortDescription", wb_str_of(row->sentence));
    text_object(json, "help", wb_str_of(row->cure));
    wb_json_name(json, WB_LIT("defaultConfiguration"));
    wb_json_object(json);
    wb_json_member(json, "level", level_word(row->severity));
    wb_json_object_end(json);
    wb_json_name(json, WB_LIT("properties"));
    wb_json_object(json);
    wb_json_member(json, "of", wb_str_of(check_level_word(row->level)));
    wb_json_object_end(json);
    wb_json_object_end(json);
}

void
view_sarif_begin(struct view_sarif *view, struct wb_json *json, const char *version)
{
    view->json = json;
    wb_json_object(json);
    wb_json_member(json, "$schema", WB_LIT("https://json.schemastore.org/sarif-2.1.0.json"));
    wb_json_member(json, "version", WB_LIT("2.1.0"));
    wb_json_name(json, WB_LIT("runs"));
    wb_json_array(json);
    wb_json_object(json);
    wb_json_name(json, WB_LIT("tool"));
    wb_json_object(json);
    wb_json_name(json, WB_LIT("driver"));
    wb_json_object(json);
    wb_json_member(json, "name", WB_LIT("waybill"));
    wb_json_member(json, "version", wb_str_of(version));
    wb_json_name(json, WB_LIT("rules"));
    wb_json_array(json);
    for (int i = 0; i < CHECK_CODE_COUNT; i++) {
        rule(json, check_row((enum check_code)i));
    }
    wb_json_array_end(json);
    wb_json_object_end(json);
    wb_json_object_end(json);
    wb_json_member(json, "columnKind", WB_LIT("unicodeCodePoints"));
    wb_json_name(json, WB_LIT("results"));
    wb_json_array(json);
}

/* A path as a URI reference: what stands for itself in one, and the rest as %XX. */
static void
uri(struct wb_json *json, struct wb_str path)
{
    char text[URI_MAX];
    size_t len = 0;
    if (path.len > 0 && path.at[0] == '/') {
        len = (size_t)snprintf(text, sizeof text, "file://");
    }
    for (size_t i = 0; i < path.len && len + 4 < sizeof text; i++) {
        const unsigned char c = (unsigned char)path.at[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' ||
                           c == '/';
        if (plain) {
            text[len++] = (char)c;
        } else {
            len += (size_t)snprintf(text + len, sizeof text - len, "%%%02X", c);
        }
    }
    wb_json_member(json, "uri", (struct wb_str){text, len});
}

static void
region(struct wb_json *json, const struct check_finding *finding)
{
    wb_json_name(json, WB_LIT("region"));
    wb_json_object(json);
    if (finding->line > 0) {
        wb_json_member_int(json, "startLine", (int64_t)finding->line);
        wb_json_member_int(json, "startColumn", (int64_t)finding->column);
    }
    wb_json_member_int(json, "byteOffset", (int64_t)finding->at);
    wb_json_member_int(json, "byteLength", (int64_t)finding->len);
    wb_json_object_end(json);
}

static void
locations(struct wb_json *json, struct wb_str file, const struct check_finding *finding)
{
    wb_json_name(json, WB_LIT("locations"));
    wb_json_array(json);
    wb_json_object(json);
    wb_json_name(json, WB_LIT("physicalLocation"));
    wb_json_object(json);
    wb_json_name(json, WB_LIT("artifactLocation"));
    wb_json_object(json);
    uri(json, file);
    wb_json_object_end(json);
    region(json, finding);
    wb_json_object_end(json);
    wb_json_name(json, WB_LIT("logicalLocations"));
    wb_json_array(json);
    wb_json_object(json);
    char place[256];
    (void)snprintf(place, sizeof place, "%u/%u/%u/%u/" WB_FMT "/%u", finding->interchange_no,
                   finding->group_no, finding->message_no, finding->segment_no,
                   WB_ARG(wb_str_sub(finding->tag, 0, 16)), finding->element_no);
    wb_json_member(json, "fullyQualifiedName", wb_str_of(place));
    wb_json_member(json, "kind", WB_LIT("element"));
    wb_json_object_end(json);
    wb_json_array_end(json);
    wb_json_object_end(json);
    wb_json_array_end(json);
}

static void
property(struct wb_json *json, const char *name, struct wb_str value)
{
    if (value.len > 0) {
        wb_json_member(json, name, value);
    }
}

void
view_sarif_finding(struct view_sarif *view, struct wb_str file, const struct check_finding *finding)
{
    struct wb_json *json = view->json;
    const struct check_row *row = check_row(finding->code);
    wb_json_object(json);
    wb_json_member(json, "ruleId", wb_str_of(row->code));
    wb_json_member_int(json, "ruleIndex", (int64_t)finding->code);
    wb_json_member(json, "level", level_word(finding->severity));
    text_object(json, "message", finding->text);
    locations(json, file, finding);
    wb_json_name(json, WB_LIT("properties"));
    wb_json_object(json);
    wb_json_member(json, "severity", wb_str_of(check_severity_word(finding->severity)));
    property(json, "loop", finding->loop_path);
    property(json, "value", finding->value);
    property(json, "expected_at", finding->expected_at);
    property(json, "cure", wb_str_of(row->cure));
    property(json, "corrected", finding->corrected);
    wb_json_object_end(json);
    wb_json_object_end(json);
}

void
view_sarif_end(struct view_sarif *view, bool good)
{
    struct wb_json *json = view->json;
    wb_json_array_end(json);
    wb_json_name(json, WB_LIT("invocations"));
    wb_json_array(json);
    wb_json_object(json);
    wb_json_name(json, WB_LIT("executionSuccessful"));
    wb_json_bool(json, good);
    wb_json_object_end(json);
    wb_json_array_end(json);
    wb_json_object_end(json);
    wb_json_array_end(json);
    wb_json_object_end(json);
}
