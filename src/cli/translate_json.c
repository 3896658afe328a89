/*
 * Business documents as JSON (one object, or one a line) into X12. A document says what it is in
 * its member `schema`; without one it is taken for an order.
 */
#include "base/limits.h"
#include "cli/maps.h"
#include "cli/output.h"
#include "cli/translate.h"
#include "cli/write_x12.h"
#include "record/json.h"

/* "waybill/order/1" -> "order". */
static struct wb_str
shape_name(struct wb_str schema)
{
    if (!wb_str_starts(schema, WB_LIT("waybill/"))) {
        return WB_LIT("order");
    }
    struct wb_str rest = wb_str_sub(schema, 8, schema.len);
    return wb_str_sub(rest, 0, wb_str_find(rest, '/'));
}

int
cli_document_of_json(struct cli *cli, struct wb_arena *arena, struct wb_str name,
                     struct wb_str json, struct record_object **ret)
{
    struct record_any *any = NULL;
    if (record_read_any(&cli->ctx, arena, json, &any) != WB_OK) {
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(name));
        return cli_report(cli);
    }
    const struct record_any *member = record_any_get(any, WB_LIT("schema"));
    struct wb_str shape_text = shape_name(member != NULL ? member->text : (struct wb_str){0});
    const struct record_schema *schema = record_shipped(WB_LIT("business"));
    uint32_t shape = schema == NULL ? UINT32_MAX : record_find_shape(schema, shape_text);
    if (shape == UINT32_MAX || !schema->shapes[shape].document) {
        return cli_usage(cli, "there is no business document called " WB_FMT, WB_ARG(shape_text));
    }
    struct record_problems problems = {0};
    if (record_read_json(&cli->ctx, arena, schema, shape, json, &problems, ret) != WB_OK) {
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(name));
        return cli_report(cli);
    }
    for (size_t i = 0; i < problems.count; i++) {
        wb_out_safe(&cli->err, name);
        wb_out_text(&cli->err, ": ");
        wb_out_safe(&cli->err, problems.items[i].path);
        wb_out_text(&cli->err, ": ");
        wb_out_safe(&cli->err, problems.items[i].text);
        wb_out_byte(&cli->err, '\n');
    }
    return problems.count > 0 ? CLI_FINDINGS : CLI_GOOD;
}

/* One document a line when the first line is a whole object. */
static bool
is_lines(struct wb_str all)
{
    struct wb_str first = wb_str_trim(wb_str_sub(all, 0, wb_str_find(all, '\n')));
    return wb_str_starts(first, WB_LIT("{")) && wb_str_ends(first, WB_LIT("}")) &&
           first.len < all.len;
}

static int
add(struct cli *cli, struct cli_x12 *x12, const struct cli_maps *maps, struct wb_str name,
    struct wb_str json)
{
    struct wb_arena arena;
    wb_arena_init(&arena, WB_LIMIT_MESSAGE_ARENA);
    struct record_object *document = NULL;
    int exit_code = cli_document_of_json(cli, &arena, name, json, &document);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_x12_add(cli, x12, maps, document);
    }
    wb_arena_done(&arena);
    return exit_code;
}

int
cli_translate_json(struct cli *cli, struct cli_input *input)
{
    struct wb_str all;
    int exit_code = cli_input_all(cli, input, WB_LIMIT_JSON, &all);
    if (exit_code == CLI_GOOD && cli_json_is_nested(all)) {
        if (cli_x12_form_given(cli)) {
            return cli_usage(cli, "segments go back as they were read, under the separators that "
                                  "the file names");
        }
        return cli_translate_nested(cli, input->name, all);
    }
    struct cli_maps maps;
    if (exit_code == CLI_GOOD) {
        exit_code = cli_maps_open(cli, NULL, &maps);
    }
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct cli_output output;
    struct cli_x12 x12;
    exit_code = cli_output_open(cli, &output);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_x12_begin(cli, &x12, &output.out);
    }
    struct wb_str rest = wb_str_trim(all);
    bool lines = is_lines(rest);
    while (exit_code == CLI_GOOD && rest.len > 0) {
        size_t len = lines ? wb_str_find(rest, '\n') : rest.len;
        struct wb_str one = wb_str_trim(wb_str_sub(rest, 0, len));
        if (one.len > 0) {
            exit_code = add(cli, &x12, &maps, input->name, one);
        }
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = cli_x12_end(cli, &x12);
    } else {
        wb_out_done(&x12.body);
        wb_buf_clear(&output.out.buf);
    }
    return cli_output_close(cli, &output, exit_code);
}
