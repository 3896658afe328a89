/*
 * Generated documents through a map: what is written is read back as it was, what is read and
 * written reads back the same. A counter-example is made small before it is shown. With --verbose,
 * what of the map no document reached.
 */
#include "cli/map_laws.h"

#include "map/generate.h"
#include "record/json.h"

enum { DOCUMENTS = 100, DOCUMENTS_MAX = 1000000 };

struct laws {
    struct cli *cli;
    const struct cli_maps *maps;
    struct map_law law;
    struct map_info info;
    struct wb_arena arena; /* of one document */
    size_t held;
    size_t outside; /* writing had something to say: not in the map's domain */
};

static struct map_random
random_of(uint64_t number)
{
    return (struct map_random){.state = (number + 1) * 0x9E3779B97F4A7C15ULL};
}

/* A record that breaks the first law, made small. */
static enum wb_rc
say_broken(struct laws *laws, const char *what, struct record_object *record)
{
    struct wb_ctx *const ctx = &laws->cli->ctx;
    struct wb_out *const out = &laws->cli->out;
    struct map_law_result result;
    struct wb_json json;
    enum wb_rc rc = map_shrink(ctx, &laws->arena, &laws->law, record);
    if (rc == WB_OK) {
        rc = map_law_record(ctx, &laws->arena, &laws->law, record, &result);
    }
    if (rc != WB_OK) {
        return rc;
    }
    wb_out_printf(out, "FAILED " WB_FMT " loses ", WB_ARG(laws->info.name));
    wb_out_safe(out, result.path);
    wb_out_printf(out, " of a generated %s", what);
    if (result.line > 0) {
        wb_out_printf(out, " (" WB_FMT ":%u)", WB_ARG(laws->info.file), result.line);
    }
    wb_out_text(out, ":\n");
    wb_json_init(&json, out, true);
    record_write_json(&json, record, true);
    return WB_OK;
}

static enum wb_rc
judge(struct laws *laws, const struct map_law_result *result, const char *what,
      struct record_object *record, bool *ret_holds)
{
    *ret_holds = result->verdict != MAP_LAW_BROKEN;
    laws->held += result->verdict == MAP_LAW_HOLDS ? 1 : 0;
    laws->outside += result->verdict == MAP_LAW_OUTSIDE ? 1 : 0;
    return *ret_holds ? WB_OK : say_broken(laws, what, record);
}

static enum wb_rc
try_document(struct laws *laws, uint64_t number, bool *ret_holds)
{
    struct wb_ctx *const ctx = &laws->cli->ctx;
    struct map_random random = random_of(number);
    struct record_object *record = NULL;
    struct map_law_result result;
    enum wb_rc rc =
        map_generate_record(ctx, &laws->arena, laws->law.bundle, laws->law.index, &random, &record);
    if (rc == WB_OK) {
        rc = map_law_record(ctx, &laws->arena, &laws->law, record, &result);
    }
    return rc == WB_OK ? judge(laws, &result, "document", record, ret_holds) : rc;
}

static enum wb_rc
new_message(struct laws *laws, struct tree **ret)
{
    struct wb_ctx *const ctx = &laws->cli->ctx;
    const struct map_world *const world = &laws->maps->world;
    struct grammar *const grammar = wb_arena_alloc(ctx, &laws->arena, sizeof *grammar);
    struct tree *const tree = wb_arena_alloc(ctx, &laws->arena, sizeof *tree);
    if (grammar == NULL || tree == NULL) {
        return WB_NOMEM;
    }
    enum wb_rc rc = world->find_grammar(ctx, world->self, laws->info.left_standard,
                                        laws->info.left_release, grammar);
    const uint32_t message =
        rc == WB_OK ? grammar_find_message(grammar, laws->info.left_message) : GRAMMAR_NONE;
    if (rc == WB_OK && message == GRAMMAR_NONE) {
        rc = wb_fail(ctx, WB_NOT_FOUND, "the grammar has no such message");
    }
    if (rc == WB_OK) {
        rc = tree_init(ctx, tree, &laws->arena, grammar, &grammar->messages[message]);
    }
    *ret = tree;
    return rc;
}

static enum wb_rc
try_message(struct laws *laws, uint64_t number, bool *ret_holds)
{
    struct wb_ctx *const ctx = &laws->cli->ctx;
    struct map_random random = random_of(number);
    struct tree *tree = NULL;
    struct map_law_result result;
    enum wb_rc rc = new_message(laws, &tree);
    if (rc == WB_OK) {
        rc = map_generate_message(ctx, &laws->arena, laws->law.bundle, laws->law.index, &random,
                                  tree);
    }
    if (rc == WB_OK) {
        rc = map_law_message(ctx, &laws->arena, &laws->law, tree, &result);
    }
    return rc == WB_OK ? judge(laws, &result, "message", result.record, ret_holds) : rc;
}

/* One document and, of a map of messages, one message. */
static enum wb_rc
try_both(struct laws *laws, uint64_t number, bool *ret_holds)
{
    enum wb_rc rc = try_document(laws, number, ret_holds);
    if (rc == WB_OK && *ret_holds && laws->info.left_kind == MAP_EDI) {
        rc = try_message(laws, number, ret_holds);
    }
    return rc;
}

/* ---- what was reached */

static void
say_unreached(struct laws *laws, const struct map_hit_row *row)
{
    static const char *const words[MAP_HIT_KINDS] = {
        [MAP_HIT_CODE] = "instruction", [MAP_HIT_PLACE] = "place", [MAP_HIT_ROW] = "row"};
    struct wb_out *const out = &laws->cli->out;
    wb_out_printf(out, "  not reached %s: %s ", row->writing ? "writing" : "reading",
                  words[row->kind]);
    wb_out_safe(out, row->text);
    if (row->line > 0) {
        wb_out_printf(out, " (" WB_FMT ":%u)", WB_ARG(laws->info.file), row->line);
    }
    wb_out_byte(out, '\n');
}

static enum wb_rc
say_reached(struct laws *laws)
{
    struct map_hit_row *rows = NULL;
    size_t count = 0;
    size_t all[MAP_HIT_KINDS] = {0};
    size_t reached[MAP_HIT_KINDS] = {0};
    const enum wb_rc rc = map_hits_list(&laws->cli->ctx, &laws->cli->arena, laws->law.hits,
                                        laws->law.bundle, laws->law.index, &rows, &count);
    for (size_t i = 0; rc == WB_OK && i < count; i++) {
        all[rows[i].kind]++;
        reached[rows[i].kind] += rows[i].count > 0 ? 1 : 0;
        if (rows[i].count == 0) {
            say_unreached(laws, &rows[i]);
        }
    }
    if (rc == WB_OK) {
        wb_out_printf(&laws->cli->out,
                      "  reached: %zu of %zu instructions, %zu of %zu places, %zu of %zu rows\n",
                      reached[MAP_HIT_CODE], all[MAP_HIT_CODE], reached[MAP_HIT_PLACE],
                      all[MAP_HIT_PLACE], reached[MAP_HIT_ROW], all[MAP_HIT_ROW]);
    }
    return rc;
}

static void
say_held(struct laws *laws)
{
    struct wb_out *const out = &laws->cli->out;
    wb_out_printf(out, "ok     " WB_FMT " holds for %zu generated documents",
                  WB_ARG(laws->info.name), laws->held);
    if (laws->outside > 0) {
        wb_out_printf(out, ", %zu are outside of it", laws->outside);
    }
    wb_out_byte(out, '\n');
}

int
cli_map_laws_count(struct cli *cli, uint64_t *ret_count)
{
    *ret_count = DOCUMENTS;
    if (cli_has(cli, CLI_COUNT) && (!wb_str_u64(wb_str_of(cli->values[CLI_COUNT]), ret_count) ||
                                    *ret_count == 0 || *ret_count > DOCUMENTS_MAX)) {
        return cli_usage(cli, "--count wants a number from 1 to %d", DOCUMENTS_MAX);
    }
    return CLI_GOOD;
}

bool
cli_map_laws(struct cli *cli, const struct cli_maps *maps, size_t map, uint64_t count)
{
    struct laws laws = {
        .cli = cli, .maps = maps, .law = {.bundle = maps->bundle, .index = map}
    };
    enum wb_rc rc = map_hits_new(&cli->ctx, &cli->arena, maps->bundle, &laws.law.hits);
    bool holds = true;
    map_info(maps->bundle, map, &laws.info);
    for (uint64_t number = 0; number < count && rc == WB_OK && holds; number++) {
        wb_arena_init(&laws.arena, WB_LIMIT_MESSAGE_ARENA);
        rc = try_both(&laws, number, &holds);
        wb_arena_done(&laws.arena);
    }
    if (rc == WB_OK && holds) {
        say_held(&laws);
        rc = cli_has(cli, CLI_VERBOSE) ? say_reached(&laws) : WB_OK;
    }
    if (rc != WB_OK) {
        (void)cli_report(cli);
    }
    return rc == WB_OK && holds;
}
