/*
 * Nested JSON (waybill/edi/1, as view/edi.h writes it) into X12 again: the same segments in the
 * same order, under the separators it names. Nothing is derived and nothing is judged: counts and
 * control numbers are as the file says, so that what came from EDI goes back byte for byte.
 */
#include "base/limits.h"
#include "cli/output.h"
#include "cli/translate.h"
#include "record/json.h"
#include "wire/writer.h"

enum { SUFFIX_MAX = 8 };

struct nested {
    struct wb_ctx *ctx;
    struct wire_writer writer;
    uint64_t segment_count;
};

static struct wb_str
text_of(const struct record_any *map, const char *name, struct wb_str otherwise)
{
    const struct record_any *member = record_any_get(map, wb_str_of(name));
    return member != NULL && member->kind == RECORD_STRING ? member->text : otherwise;
}

static uint8_t
sign_of(const struct record_any *map, const char *name, char otherwise)
{
    struct wb_str text = text_of(map, name, (struct wb_str){&otherwise, 1});
    return text.len == 1 ? (uint8_t)text.at[0] : 0;
}

/* The separators of the interchange that begins; the usual ones when it names none. */
static enum wb_rc
take_separators(struct nested *nested, const struct record_any *interchange)
{
    static const struct record_any none = {.kind = RECORD_MAP};
    const struct record_any *named = record_any_get(interchange, WB_LIT("separators"));
    if (named == NULL || named->kind != RECORD_MAP) {
        named = &none;
    }
    struct wire_delims delims = wire_delims_x12();
    delims.element = sign_of(named, "element", '*');
    delims.component = sign_of(named, "component", ':');
    delims.repeat = sign_of(named, "repeat", '\0');
    delims.segment = sign_of(named, "segment", '~');
    nested->writer.delims = delims;
    nested->writer.suffix = text_of(named, "line_end", WB_LIT("\n"));
    if (delims.element == 0 || delims.segment == 0 || delims.element == delims.segment ||
        nested->writer.suffix.len > SUFFIX_MAX) {
        return wb_fail(nested->ctx, WB_INVALID, "interchange %llu: its separators cannot be used",
                       (unsigned long long)nested->segment_count + 1);
    }
    return WB_OK;
}

static enum wb_rc
put_text(struct nested *nested, const struct record_any *value, uint32_t repeat, uint32_t component)
{
    if (value->kind != RECORD_STRING) {
        return wb_fail(nested->ctx, WB_INVALID, "a value is no text");
    }
    if (component > 0) {
        return wire_put_component(nested->ctx, &nested->writer, value->text);
    }
    return repeat > 0 ? wire_put_repeat(nested->ctx, &nested->writer, value->text)
                      : wire_put(nested->ctx, &nested->writer, value->text);
}

/* One repeat of an element: a text, or a list of components. */
static enum wb_rc
put_repeat(struct nested *nested, const struct record_any *value, uint32_t repeat)
{
    if (value->kind != RECORD_ARRAY) {
        return put_text(nested, value, repeat, 0);
    }
    enum wb_rc rc = value->count > 0 ? WB_OK : wb_fail(nested->ctx, WB_INVALID, "a list is empty");
    for (uint32_t i = 0; rc == WB_OK && i < value->count; i++) {
        rc = put_text(nested, value->items[i], repeat, i);
    }
    return rc;
}

static enum wb_rc
put_element(struct nested *nested, const struct record_any *value)
{
    if (value->kind != RECORD_MAP) {
        return put_repeat(nested, value, 0);
    }
    const struct record_any *repeats = record_any_get(value, WB_LIT("repeats"));
    if (repeats == NULL || repeats->kind != RECORD_ARRAY || repeats->count == 0) {
        return wb_fail(nested->ctx, WB_INVALID, "an object without `repeats`");
    }
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; rc == WB_OK && i < repeats->count; i++) {
        rc = put_repeat(nested, repeats->items[i], i);
    }
    return rc;
}

static enum wb_rc
put_segment(struct nested *nested, struct wb_str tag, const struct record_any *elements)
{
    nested->segment_count++;
    enum wb_rc rc = WB_OK;
    uint32_t no = 0;
    if (elements->kind != RECORD_ARRAY || !wire_fits(&nested->writer.delims, tag)) {
        rc = wb_fail(nested->ctx, WB_INVALID, "it is no segment");
    } else {
        wire_begin(&nested->writer, tag);
        for (; rc == WB_OK && no < elements->count; no++) {
            rc = put_element(nested, elements->items[no]);
        }
        wire_end(&nested->writer);
    }
    if (rc != WB_OK) {
        wb_fail_context(nested->ctx, "segment %llu, " WB_FMT "%02u",
                        (unsigned long long)nested->segment_count, WB_ARG(tag), no);
    }
    return rc;
}

/* The list below an object that stands for a level or a loop; NULL when it is a segment. */
static const struct record_any *
list_of(const struct record_any *item)
{
    static const char *const levels[] = {"interchange", "group", "message", "segments"};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const struct record_any *list = record_any_get(item, wb_str_of(levels[i]));
        if (list != NULL) {
            return list;
        }
    }
    return NULL;
}

/* The reader of JSON has bounded the depth. */
static enum wb_rc
put_list(struct nested *nested, const struct record_any *list)
{
    if (list->kind != RECORD_ARRAY) {
        return wb_fail(nested->ctx, WB_INVALID, "a list of segments is expected");
    }
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; rc == WB_OK && i < list->count; i++) {
        const struct record_any *item = list->items[i];
        if (item->kind != RECORD_MAP || item->count == 0) {
            return wb_fail(nested->ctx, WB_INVALID, "what stands behind segment %llu is no segment",
                           (unsigned long long)nested->segment_count);
        }
        const struct record_any *below = list_of(item);
        if (record_any_get(item, WB_LIT("interchange")) != NULL) {
            rc = take_separators(nested, item);
        }
        if (rc == WB_OK) {
            rc = below != NULL ? put_list(nested, below)
                               : put_segment(nested, item->names[0], item->items[0]);
        }
    }
    return rc;
}

bool
cli_json_is_nested(struct wb_str json)
{
    struct wb_str head = wb_str_sub(json, 0, 256);
    static const struct wb_str schema = {"\"waybill/edi/1\"", 15};
    for (size_t at = 0; at + schema.len <= head.len; at++) {
        if (wb_str_eq(wb_str_sub(head, at, schema.len), schema)) {
            return true;
        }
    }
    return false;
}

int
cli_translate_nested(struct cli *cli, struct wb_str name, struct wb_str json)
{
    struct wb_arena arena;
    wb_arena_init(&arena, WB_LIMIT_MESSAGE_ARENA);
    struct cli_output output;
    int exit_code = cli_output_open(cli, &output);
    struct nested nested = {.ctx = &cli->ctx};
    wire_writer_init(&nested.writer, &output.out, wire_delims_x12());
    nested.writer.suffix = WB_LIT("\n");
    nested.writer.keep_trailing = true;
    struct record_any *any = NULL;
    enum wb_rc rc = record_read_any(&cli->ctx, &arena, json, &any);
    if (rc == WB_OK) {
        const struct record_any *file = record_any_get(any, WB_LIT("file"));
        rc = file != NULL ? put_list(&nested, file)
                          : wb_fail(&cli->ctx, WB_INVALID, "the member `file` is missing");
    }
    if (rc != WB_OK) {
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(name));
        exit_code = cli_report(cli);
    }
    wb_arena_done(&arena);
    return cli_output_close(cli, &output, exit_code);
}
