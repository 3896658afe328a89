/*
 * Generated documents through a map: what is written is read back as it was, what is read and
 * written reads back the same. A counter-example is made small before it is shown.
 */
#include "cli/map_laws.h"

#include "map/generate.h"
#include "record/json.h"

enum { DOCUMENTS = 100 };

struct laws {
    struct cli *cli;
    const struct cli_maps *maps;
    size_t map;
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

static enum wb_rc
try_record(struct laws *laws, uint64_t number, struct record_object **ret,
           struct map_law_result *result)
{
    struct wb_ctx *const ctx = &laws->cli->ctx;
    struct map_random random = random_of(number);
    enum wb_rc rc =
        map_generate_record(ctx, &laws->arena, laws->maps->bundle, laws->map, &random, ret);
    if (rc == WB_OK) {
        rc = map_law_record(ctx, &laws->arena, laws->maps->bundle, laws->map, *ret, result);
    }
    if (rc == WB_OK && result->verdict == MAP_LAW_BROKEN) {
        rc = map_shrink(ctx, &laws->arena, laws->maps->bundle, laws->map, *ret);
    }
    return rc;
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
try_message(struct laws *laws, uint64_t number, struct tree **ret, struct map_law_result *result)
{
    struct wb_ctx *const ctx = &laws->cli->ctx;
    struct map_random random = random_of(number);
    enum wb_rc rc = new_message(laws, ret);
    if (rc == WB_OK) {
        rc = map_generate_message(ctx, &laws->arena, laws->maps->bundle, laws->map, &random, *ret);
    }
    return rc != WB_OK
               ? rc
               : map_law_message(ctx, &laws->arena, laws->maps->bundle, laws->map, *ret, result);
}

static void
say_broken(struct laws *laws, const char *what, const struct map_law_result *result)
{
    struct wb_out *const out = &laws->cli->out;
    wb_out_printf(out, "FAILED " WB_FMT " loses something of a generated %s, at ",
                  WB_ARG(laws->info.name), what);
    wb_out_safe(out, result->path);
    wb_out_text(out, ":\n");
}

static void
say_tree(struct laws *laws, const struct tree *tree)
{
    struct wire_writer writer;
    wire_writer_init(&writer, &laws->cli->out, wire_delims_x12());
    writer.suffix = WB_LIT("\n");
    if (tree_write(&laws->cli->ctx, tree, &writer) != WB_OK) {
        (void)cli_report(laws->cli);
    }
}

/* One document and one message; whether the laws hold for both. */
static enum wb_rc
try_both(struct laws *laws, uint64_t number, bool *ret_holds)
{
    struct map_law_result result;
    struct record_object *record = NULL;
    struct tree *tree = NULL;
    enum wb_rc rc = try_record(laws, number, &record, &result);
    *ret_holds = rc == WB_OK && result.verdict != MAP_LAW_BROKEN;
    if (rc == WB_OK && !*ret_holds) {
        struct wb_json json;
        say_broken(laws, "document", &result);
        wb_json_init(&json, &laws->cli->out, true);
        record_write_json(&json, record, true);
    }
    if (!*ret_holds) {
        return rc;
    }
    laws->outside += result.verdict == MAP_LAW_OUTSIDE ? 1 : 0;
    laws->held++;
    if (laws->info.left_kind != MAP_EDI) {
        return WB_OK;
    }
    rc = try_message(laws, number, &tree, &result);
    *ret_holds = rc == WB_OK && result.verdict != MAP_LAW_BROKEN;
    if (rc == WB_OK && !*ret_holds) {
        say_broken(laws, "message", &result);
        say_tree(laws, tree);
    }
    laws->outside += *ret_holds && result.verdict == MAP_LAW_OUTSIDE ? 1 : 0;
    laws->held += *ret_holds ? 1 : 0;
    return rc;
}

bool
cli_map_laws(struct cli *cli, const struct cli_maps *maps, size_t map)
{
    struct laws laws = {.cli = cli, .maps = maps, .map = map};
    enum wb_rc rc = WB_OK;
    bool holds = true;
    map_info(maps->bundle, map, &laws.info);
    for (uint64_t number = 0; number < DOCUMENTS && rc == WB_OK && holds; number++) {
        wb_arena_init(&laws.arena, WB_LIMIT_MESSAGE_ARENA);
        rc = try_both(&laws, number, &holds);
        wb_arena_done(&laws.arena);
    }
    if (rc != WB_OK) {
        (void)cli_report(cli);
        return false;
    }
    if (holds) {
        wb_out_printf(&cli->out, "ok     " WB_FMT " holds for %zu generated documents",
                      WB_ARG(laws.info.name), laws.held - laws.outside);
        if (laws.outside > 0) {
            wb_out_printf(&cli->out, ", %zu are outside of it", laws.outside);
        }
        wb_out_byte(&cli->out, '\n');
    }
    return holds;
}
