/*
 * Runs the test blocks of maps. The paths in a test block are relative to the file that holds it,
 * then to the folders above it, so that a map and its fixtures can be moved together.
 */
#include "cli/map_test.h"

#include <string.h>

#include "cli/map_laws.h"
#include "cli/maps.h"
#include "cli/translate.h"
#include "map/test.h"
#include "record/json.h"

enum { FOLDERS_UP = 4 };

struct outcome {
    size_t passed;
    size_t failed;
    uint64_t documents; /* for the laws */
    size_t skipped;     /* a shipped test whose fixtures are not on this machine */
};

/* The file as the test names it: beside the map's file or above it. Empty when it is nowhere. */
static struct wb_str
locate(struct cli *cli, struct wb_str map_file, struct wb_str path)
{
    size_t dir_len = map_file.len;
    while (dir_len > 0 && map_file.at[dir_len - 1] != '/') {
        dir_len--;
    }
    struct wb_str up = wb_str_sub(map_file, 0, dir_len);
    for (int i = 0; i < FOLDERS_UP; i++) {
        struct wb_str full =
            wb_arena_printf(&cli->ctx, &cli->arena, WB_FMT WB_FMT, WB_ARG(up), WB_ARG(path));
        char kind = 0;
        uint64_t size = 0;
        if (full.at != NULL && wb_os_stat(&cli->ctx, full.at, &kind, &size) == WB_OK &&
            kind == 'f') {
            return full;
        }
        up = wb_arena_printf(&cli->ctx, &cli->arena, WB_FMT "../", WB_ARG(up));
    }
    return (struct wb_str){0};
}

static struct wb_str
read_whole(struct cli *cli, struct wb_str path)
{
    struct wb_str bytes = {0};
    if (wb_os_read_file(&cli->ctx, &cli->arena, path.at, WB_LIMIT_JSON, &bytes) != WB_OK) {
        (void)cli_report(cli);
    }
    return bytes;
}

/* What reading the first message gives. It borrows from the message, so the session stays open. */
static int
read_message(struct cli *cli, const struct cli_maps *maps, size_t map, struct cli_session *session,
             struct record_object **ret)
{
    int exit_code = CLI_GOOD;
    struct check_event event = {.kind = CHECK_FINDING};
    *ret = NULL;
    while (exit_code == CLI_GOOD && event.kind != CHECK_END && *ret == NULL) {
        exit_code = cli_session_next(cli, session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_MESSAGE_END &&
            event.message->tree != NULL) {
            struct map_run run = {0};
            enum wb_rc rc = map_read_tree(&cli->ctx, &cli->arena, maps->bundle, map,
                                          event.message->tree, &run, ret);
            exit_code = rc == WB_OK ? CLI_GOOD : cli_report(cli);
        }
    }
    return exit_code;
}

static int
read_document(struct cli *cli, const struct cli_maps *maps, size_t map, struct wb_str path,
              struct record_object **ret)
{
    struct record_object *left = NULL;
    int exit_code = cli_document_of_json(cli, &cli->arena, path, read_whole(cli, path), &left);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct map_run run = {0};
    enum wb_rc rc = map_read_record(&cli->ctx, &cli->arena, maps->bundle, map, left, &run, ret);
    return rc == WB_OK ? CLI_GOOD : cli_report(cli);
}

/* What a map cannot fill may be absent from an expected document; anything else is a mistake. */
static bool
has_defect(const struct record_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (!wb_str_eq(problems->items[i].text, WB_LIT("this is required"))) {
            return true;
        }
    }
    return false;
}

/* Whether the document equals the expected JSON, `source` only when the expectation has one. */
static bool
is_expected(struct cli *cli, const struct record_object *got, struct wb_str expected,
            struct wb_str *ret_difference)
{
    if (got == NULL) {
        *ret_difference = WB_LIT("the input could not be taken through the map");
        return false;
    }
    struct wb_str text = read_whole(cli, expected);
    struct record_problems problems = {0};
    struct record_object *want = NULL;
    if (record_read_json(&cli->ctx, &cli->arena, got->schema, got->shape, text, &problems, &want) !=
            WB_OK ||
        has_defect(&problems)) {
        if (cli->ctx.error.rc != WB_OK) {
            (void)cli_report(cli);
        }
        *ret_difference = problems.count > 0 ? problems.items[0].text
                                             : WB_LIT("the expected document is no JSON");
        return false;
    }
    bool with_source = want->source != NULL;
    return record_equal(&cli->ctx, &cli->arena, want, got, with_source, ret_difference);
}

/* `reads`: the document that comes out equals the expected JSON. */
static bool
test_reads(struct cli *cli, const struct cli_maps *maps, size_t map, struct wb_str input,
           struct wb_str expected, struct wb_str *ret_difference)
{
    static const struct check_options options = {.want_trees = true};
    struct map_info info;
    struct cli_session session;
    struct record_object *got = NULL;
    map_info(maps->bundle, map, &info);
    if (info.left_kind != MAP_EDI) {
        int exit_code = read_document(cli, maps, map, input, &got);
        return is_expected(cli, exit_code == CLI_GOOD ? got : NULL, expected, ret_difference);
    }
    if (cli_session_open(cli, input.at, &options, &session) != CLI_GOOD) {
        return is_expected(cli, NULL, expected, ret_difference);
    }
    int exit_code = read_message(cli, maps, map, &session, &got);
    bool same = is_expected(cli, exit_code == CLI_GOOD ? got : NULL, expected, ret_difference);
    cli_session_close(cli, &session);
    return same;
}

/* The segments of the first message, without ST and SE, one a line. */
static struct wb_str
message_text(struct cli *cli, const struct tree *tree)
{
    struct wb_out out;
    struct wire_writer writer;
    wb_out_init(&out, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    wire_writer_init(&writer, &out, wire_delims_x12());
    writer.suffix = WB_LIT("\n");
    enum wb_rc rc = tree_write(&cli->ctx, tree, &writer);
    struct wb_str text = rc == WB_OK && wb_out_finish(&out) == WB_OK
                             ? wb_arena_dup(&cli->ctx, &cli->arena, wb_buf_str(&out.buf))
                             : (struct wb_str){0};
    wb_out_done(&out);
    size_t first = wb_str_find(text, '\n') + 1;
    struct wb_str body = wb_str_sub(text, first, text.len);
    size_t end = body.len > 0 ? body.len - 1 : 0;
    while (end > 0 && body.at[end - 1] != '\n') {
        end--;
    }
    return wb_str_sub(body, 0, end);
}

/* `writes` between records: the left document that the right one gives equals the expected JSON. */
static bool
test_writes_record(struct cli *cli, const struct cli_maps *maps, size_t map, struct wb_str input,
                   struct wb_str expected, struct wb_str *ret_difference)
{
    struct map_info info;
    struct map_run run = {0};
    struct record_problems problems = {0};
    struct record_object *right = NULL;
    struct record_object *left = NULL;
    map_info(maps->bundle, map, &info);
    const struct record_schema *schema =
        maps->world.find_schema(maps->world.self, info.right_schema);
    uint32_t shape = record_find_shape(schema, info.right_shape);
    enum wb_rc rc = record_read_json(&cli->ctx, &cli->arena, schema, shape, read_whole(cli, input),
                                     &problems, &right);
    if (rc == WB_OK && problems.count > 0) {
        *ret_difference = problems.items[0].text;
        return false;
    }
    if (rc == WB_OK) {
        rc = map_write_record(&cli->ctx, &cli->arena, maps->bundle, map, right, &run, &left);
    }
    if (rc != WB_OK) {
        (void)cli_report(cli);
    }
    return is_expected(cli, rc == WB_OK ? left : NULL, expected, ret_difference);
}

/* `writes`: the message that the document gives equals the expected one, segment by segment,
 * envelopes aside. */
static bool
test_writes(struct cli *cli, const struct cli_maps *maps, size_t map, struct wb_str input,
            struct wb_str expected, struct wb_str *ret_difference)
{
    struct map_info info;
    map_info(maps->bundle, map, &info);
    if (info.left_kind != MAP_EDI) {
        return test_writes_record(cli, maps, map, input, expected, ret_difference);
    }
    struct record_object *document = NULL;
    struct grammar grammar;
    struct tree written;
    struct map_run run = {0};
    *ret_difference = WB_LIT("the document could not be written through the map");
    if (cli_document_of_json(cli, &cli->arena, input, read_whole(cli, input), &document) !=
        CLI_GOOD) {
        return false;
    }
    enum wb_rc rc = maps->world.find_grammar(&cli->ctx, maps->world.self, info.left_standard,
                                             info.left_release, &grammar);
    uint32_t message =
        rc == WB_OK ? grammar_find_message(&grammar, info.left_message) : GRAMMAR_NONE;
    if (message == GRAMMAR_NONE ||
        tree_init(&cli->ctx, &written, &cli->arena, &grammar, &grammar.messages[message]) !=
            WB_OK ||
        map_write_tree(&cli->ctx, &cli->arena, maps->bundle, map, document, &run, &written) !=
            WB_OK) {
        (void)cli_report(cli);
        return false;
    }
    static const struct check_options options = {.want_trees = true};
    struct cli_session session;
    if (cli_session_open(cli, expected.at, &options, &session) != CLI_GOOD) {
        return false;
    }
    struct check_event event = {.kind = CHECK_FINDING};
    int exit_code = CLI_GOOD;
    bool same = false;
    while (exit_code == CLI_GOOD && event.kind != CHECK_END && event.kind != CHECK_MESSAGE_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_MESSAGE_END &&
            event.message->tree != NULL) {
            struct wb_str got = message_text(cli, &written);
            same = wb_str_eq(got, message_text(cli, event.message->tree));
            *ret_difference = WB_LIT("the message that was written differs from the expected one");
        }
    }
    cli_session_close(cli, &session);
    return same;
}

static void
run_case(struct cli *cli, const struct cli_maps *maps, const struct map_test_case *test,
         bool shipped, struct outcome *outcome)
{
    struct wb_str input = locate(cli, test->file, test->input);
    struct wb_str expected = locate(cli, test->file, test->expected);
    size_t map = map_find(maps->bundle, test->map);
    struct wb_str difference = {0};
    bool there = input.len > 0 && expected.len > 0;
    if (!there && shipped) {
        outcome->skipped++;
        return;
    }
    bool good = false;
    if (there && map != SIZE_MAX) {
        good = test->reads ? test_reads(cli, maps, map, input, expected, &difference)
                           : test_writes(cli, maps, map, input, expected, &difference);
    } else {
        difference = there ? WB_LIT("there is no such map") : WB_LIT("its files are not there");
    }
    outcome->passed += good ? 1 : 0;
    outcome->failed += good ? 0 : 1;
    wb_out_printf(&cli->out, "%s " WB_FMT " %s " WB_FMT, good ? "ok    " : "FAILED",
                  WB_ARG(test->map), test->reads ? "reads" : "writes", WB_ARG(test->input));
    if (!good) {
        wb_out_printf(&cli->out, " (" WB_FMT ":%u): ", WB_ARG(test->file), test->line);
        wb_out_safe(&cli->out, difference);
    }
    wb_out_byte(&cli->out, '\n');
}

/* Words that name files are sources; the others are names of maps. Files come first afterwards. */
static int
sort_words(struct cli *cli, char **words, int word_count)
{
    int file_count = 0;
    for (int i = 0; i < word_count; i++) {
        char kind = 0;
        uint64_t size = 0;
        if (wb_os_stat(&cli->ctx, words[i], &kind, &size) == WB_OK && kind == 'f') {
            char *file = words[i];
            words[i] = words[file_count];
            words[file_count++] = file;
        }
    }
    return file_count;
}

static bool
is_wanted(const struct map_test_case *test, char **names, int name_count)
{
    for (int i = 0; i < name_count; i++) {
        if (wb_str_eq(test->map, wb_str_of(names[i]))) {
            return true;
        }
    }
    return name_count == 0;
}

/* The laws on the maps that are named, or else come from a named file, or else are there. */
static void
run_laws(struct cli *cli, const struct cli_maps *maps, char **words, int file_count, int word_count,
         struct outcome *outcome)
{
    for (size_t i = 0; i < map_count(maps->bundle); i++) {
        struct map_info info;
        map_info(maps->bundle, i, &info);
        bool wanted = word_count == 0;
        for (int w = 0; w < word_count; w++) {
            struct wb_str is = w < file_count ? info.file : info.name;
            bool counts = w >= file_count || word_count == file_count;
            wanted = wanted || (counts && wb_str_eq(is, wb_str_of(words[w])));
        }
        if (wanted) {
            bool good = cli_map_laws(cli, maps, i, outcome->documents);
            outcome->passed += good ? 1 : 0;
            outcome->failed += good ? 0 : 1;
        }
    }
}

int
cli_map_test(struct cli *cli, char **words, int word_count)
{
    struct cli_maps maps;
    struct lang_source *files = NULL;
    size_t shipped = 0;
    size_t count = 0;
    int file_count = sort_words(cli, words, word_count);
    char **names = words + file_count;
    struct outcome outcome = {0};
    int exit_code = cli_map_laws_count(cli, &outcome.documents);
    exit_code = exit_code != CLI_GOOD ? exit_code : cli_maps_world(cli, NULL, &maps);
    exit_code = exit_code != CLI_GOOD
                    ? exit_code
                    : cli_map_sources(cli, words, file_count, &files, &shipped, &count);
    exit_code =
        exit_code != CLI_GOOD ? exit_code : cli_maps_compile(cli, &maps, files, count, NULL);
    for (int i = 0; exit_code == CLI_GOOD && i < word_count - file_count; i++) {
        if (map_find(maps.bundle, wb_str_of(names[i])) == SIZE_MAX) {
            exit_code = cli_usage(cli, "%s is neither a file nor a map", names[i]);
        }
    }
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct lang_diags diags;
    lang_diags_init(&diags, &cli->arena);
    struct map_test_case *tests = NULL;
    size_t test_count = 0;
    if (map_test_cases(&cli->ctx, &cli->arena, files, count, &diags, &tests, &test_count) !=
        WB_OK) {
        return cli_report(cli);
    }
    for (size_t i = 0; i < test_count; i++) {
        bool is_shipped = false;
        for (size_t f = 0; f < shipped; f++) {
            is_shipped = is_shipped || wb_str_eq(files[f].path, tests[i].file);
        }
        if (is_wanted(&tests[i], names, word_count - file_count)) {
            run_case(cli, &maps, &tests[i], is_shipped, &outcome);
        }
    }
    run_laws(cli, &maps, words, file_count, word_count, &outcome);
    wb_out_printf(&cli->out, "%zu passed, %zu failed", outcome.passed, outcome.failed);
    if (outcome.skipped > 0) {
        wb_out_printf(&cli->out, ", %zu built-in not run: their fixtures are not here",
                      outcome.skipped);
    }
    wb_out_byte(&cli->out, '\n');
    return outcome.failed > 0 ? CLI_FINDINGS : CLI_GOOD;
}
