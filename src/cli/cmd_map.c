/*
 * waybill map, also waybillc: check, compile, run and test maps. Own files are compiled together
 * with the shipped sources, so that they can extend the shipped maps and use their tables and
 * shapes from any folder.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/map_test.h"
#include "cli/maps.h"
#include "cli/output.h"
#include "cli/translate.h"
#include "map/coverage.h"
#include "record/json.h"

enum { PLACE_COLUMNS = 26 };

int
cli_map_sources(struct cli *cli, char **paths, int path_count, struct lang_source **ret_files,
                size_t *ret_shipped, size_t *ret_count)
{
    const struct lang_source *shipped = NULL;
    size_t count = map_shipped_sources(&shipped);
    struct lang_source *files =
        wb_arena_array(&cli->ctx, &cli->arena, count + (size_t)path_count, sizeof *files);
    if (files == NULL) {
        return cli_report(cli);
    }
    memcpy(files, shipped, count * sizeof *files);
    *ret_shipped = count;
    for (int i = 0; i < path_count; i++) {
        struct lang_source *file = &files[count];
        file->path = wb_str_of(paths[i]);
        if (wb_os_read_file(&cli->ctx, &cli->arena, paths[i], WB_LIMIT_SOURCE, &file->bytes) !=
            WB_OK) {
            (void)cli_report(cli); /* a map that cannot be read is unusable input */
            return CLI_USAGE;
        }
        /* A shipped file named by its own path stands for itself, not for a second copy. */
        size_t same = 0;
        while (same < count && !wb_str_eq(files[same].bytes, file->bytes)) {
            same++;
        }
        if (same < count) {
            files[same].path = file->path;
        } else {
            count++;
        }
    }
    *ret_files = files;
    *ret_count = count;
    return CLI_GOOD;
}

/* Whether a map came from one of the files that the user named. */
static bool
is_own(const struct map_info *info, char **paths, int path_count)
{
    for (int i = 0; i < path_count; i++) {
        if (wb_str_eq(info->file, wb_str_of(paths[i]))) {
            return true;
        }
    }
    return path_count == 0;
}

static int
say_coverage(struct cli *cli, const struct cli_maps *maps, const struct lang_source *files,
             size_t count, struct wb_str name)
{
    static const char *const words[MAP_CARRIED_KINDS] = {
        [MAP_CARRIED_MAPPED] = "mapped",   [MAP_CARRIED_CONSTANT] = "constant",
        [MAP_CARRIED_DERIVED] = "derived", [MAP_CARRIED_KEPT] = "kept",
        [MAP_CARRIED_DROPPED] = "dropped", [MAP_CARRIED_NOT] = "not carried",
    };
    struct lang_diags diags;
    lang_diags_init(&diags, &cli->arena);
    struct map_coverage_row *rows = NULL;
    size_t row_count = 0;
    if (map_coverage(&cli->ctx, &cli->arena, &maps->world, files, count, name, &diags, &rows,
                     &row_count) != WB_OK) {
        return cli_report(cli);
    }
    size_t totals[MAP_CARRIED_KINDS] = {0};
    for (size_t i = 0; i < row_count; i++) {
        totals[rows[i].how]++;
        bool shown = cli_has(cli, CLI_VERBOSE) || rows[i].how == MAP_CARRIED_NOT;
        if (shown) {
            wb_out_printf(&cli->out, "  %-11s  %-*.*s  " WB_FMT "\n", words[rows[i].how],
                          PLACE_COLUMNS, (int)rows[i].place.len, rows[i].place.at,
                          WB_ARG(rows[i].name));
        }
    }
    wb_out_printf(&cli->out, WB_FMT ": %zu mapped", WB_ARG(name), totals[MAP_CARRIED_MAPPED]);
    for (int i = MAP_CARRIED_MAPPED + 1; i < MAP_CARRIED_KINDS; i++) {
        if (totals[i] > 0 || i == MAP_CARRIED_NOT) {
            wb_out_printf(&cli->out, ", %zu %s", totals[i], words[i]);
        }
    }
    wb_out_byte(&cli->out, '\n');
    return CLI_GOOD;
}

static int
map_check(struct cli *cli, char **paths, int path_count)
{
    struct cli_maps maps;
    struct lang_source *files = NULL;
    size_t shipped = 0;
    size_t count = 0;
    int exit_code = cli_maps_world(cli, NULL, &maps);
    maps.own_paths = paths;
    maps.own_count = path_count;
    maps.all_own = path_count == 0;
    exit_code = exit_code != CLI_GOOD
                    ? exit_code
                    : cli_map_sources(cli, paths, path_count, &files, &shipped, &count);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_maps_compile(cli, &maps, files, count, NULL);
        exit_code = exit_code == CLI_CONFIG ? CLI_FINDINGS : exit_code;
    }
    for (size_t i = 0; exit_code == CLI_GOOD && i < map_count(maps.bundle); i++) {
        struct map_info info;
        map_info(maps.bundle, i, &info);
        bool wanted = cli_has(cli, CLI_MAP) ? wb_str_eq(info.name, wb_str_of(cli->values[CLI_MAP]))
                                            : is_own(&info, paths, path_count);
        if (wanted) {
            exit_code = say_coverage(cli, &maps, files, count, info.name);
        }
    }
    return exit_code;
}

static int
map_compile_files(struct cli *cli, char **paths, int path_count)
{
    if (!cli_has(cli, CLI_OUTPUT) && !cli_has(cli, CLI_VERBOSE)) {
        return cli_usage(cli, "compile wants --output FILE.wbb (a bundle is no text), or "
                              "--verbose for a listing");
    }
    struct cli_maps maps;
    struct lang_source *files = NULL;
    size_t shipped = 0;
    size_t count = 0;
    struct wb_str bytes = {0};
    int exit_code = cli_maps_world(cli, NULL, &maps);
    exit_code = exit_code != CLI_GOOD
                    ? exit_code
                    : cli_map_sources(cli, paths, path_count, &files, &shipped, &count);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_maps_compile(cli, &maps, files, count, &bytes);
    }
    struct cli_output output;
    if (exit_code == CLI_GOOD && cli_has(cli, CLI_VERBOSE)) {
        map_dump(&cli->out, maps.bundle);
    }
    if (exit_code != CLI_GOOD || !cli_has(cli, CLI_OUTPUT)) {
        return exit_code;
    }
    exit_code = cli_output_open(cli, &output);
    wb_out_str(&output.out, bytes);
    return cli_output_close(cli, &output, exit_code);
}

static void
print_trace(struct cli *cli, const struct map_trace *trace)
{
    for (size_t i = 0; i < trace->count; i++) {
        const struct map_trace_item *item = &trace->items[i];
        wb_out_printf(&cli->err, "line %4u  ", item->line);
        wb_out_safe(&cli->err, item->left);
        wb_out_text(&cli->err, " -> ");
        wb_out_safe(&cli->err, item->right);
        wb_out_text(&cli->err, " = ");
        wb_out_safe(&cli->err, item->value);
        wb_out_byte(&cli->err, '\n');
    }
}

/* One EDI input through a map, message by message; each document on lines of its own. */
static int
run_edi(struct cli *cli, const struct cli_maps *maps, size_t map, struct cli_input *input)
{
    static const struct check_options options = {.want_trees = true};
    struct cli_session session;
    int exit_code = cli_session_adopt(cli, input, &options, &session);
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code != CLI_GOOD || event.kind != CHECK_MESSAGE_END ||
            event.message->tree == NULL) {
            continue;
        }
        struct map_trace trace = {0};
        struct map_run run = {.no_source = cli_has(cli, CLI_NO_SOURCE),
                              .trace = cli_has(cli, CLI_TRACE) ? &trace : NULL};
        struct record_object *document = NULL;
        if (map_read_tree(&cli->ctx, &cli->arena, maps->bundle, map, event.message->tree, &run,
                          &document) != WB_OK) {
            exit_code = cli_report(cli);
            break;
        }
        print_trace(cli, &trace);
        cli_maps_say(cli, event.message->control, &run.ledger);
        struct wb_json json;
        wb_json_init(&json, &cli->out, true);
        record_write_json(&json, document, !cli_has(cli, CLI_NO_SOURCE));
    }
    if (exit_code == CLI_GOOD && session.interchange_count == 0) {
        exit_code = cli_session_exit(cli, &session);
    }
    cli_session_close(cli, &session);
    return exit_code;
}

/* A business document on the left of a map between records. */
static int
run_record(struct cli *cli, const struct cli_maps *maps, size_t map, struct cli_input *input)
{
    struct wb_str json_text;
    struct record_object *left = NULL;
    struct record_object *right = NULL;
    int exit_code = cli_input_all(cli, input, WB_LIMIT_JSON, &json_text);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_document_of_json(cli, &cli->arena, input->name, json_text, &left);
    }
    cli_input_close(cli, input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct map_trace trace = {0};
    struct map_run run = {.trace = cli_has(cli, CLI_TRACE) ? &trace : NULL};
    if (map_read_record(&cli->ctx, &cli->arena, maps->bundle, map, left, &run, &right) != WB_OK) {
        return cli_report(cli);
    }
    print_trace(cli, &trace);
    cli_maps_say(cli, input->name, &run.ledger);
    struct wb_json json;
    wb_json_init(&json, &cli->out, true);
    record_write_json(&json, right, !cli_has(cli, CLI_NO_SOURCE));
    return CLI_GOOD;
}

static int
map_run_file(struct cli *cli, char **paths, int path_count)
{
    if (!cli_has(cli, CLI_MAP) || path_count < 1) {
        return cli_usage(
            cli, "run wants --map NAME and an input: waybill map run -m NAME [FILE.map...] INPUT");
    }
    struct cli_maps maps;
    struct lang_source *files = NULL;
    size_t shipped = 0;
    size_t count = 0;
    int exit_code = cli_maps_world(cli, NULL, &maps);
    exit_code = exit_code != CLI_GOOD
                    ? exit_code
                    : cli_map_sources(cli, paths, path_count - 1, &files, &shipped, &count);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_maps_compile(cli, &maps, files, count, NULL);
    }
    size_t map = exit_code == CLI_GOOD ? cli_maps_named(cli, &maps) : SIZE_MAX;
    if (map == SIZE_MAX) {
        return exit_code == CLI_GOOD ? CLI_USAGE : exit_code;
    }
    struct cli_input input;
    exit_code = cli_input_open(cli, paths[path_count - 1], &input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct map_info info;
    map_info(maps.bundle, map, &info);
    return info.left_kind == MAP_EDI ? run_edi(cli, &maps, map, &input)
                                     : run_record(cli, &maps, map, &input);
}

int
cmd_map(struct cli *cli)
{
    const char *verb = cli->word_count > 0 ? cli->words[0] : "";
    char **paths = cli->words + 1;
    int path_count = cli->word_count - 1;
    if (strcmp(verb, "check") == 0) {
        return map_check(cli, paths, path_count);
    }
    if (strcmp(verb, "compile") == 0) {
        return map_compile_files(cli, paths, path_count);
    }
    if (strcmp(verb, "run") == 0) {
        return map_run_file(cli, paths, path_count);
    }
    if (strcmp(verb, "test") == 0) {
        return cli_map_test(cli, paths, path_count);
    }
    return cli_usage(cli, "what shall be done with maps: check, compile, run or test?");
}
