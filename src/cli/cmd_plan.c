/*
 * waybill plan: what would be done in Odoo for each order of a file, without doing it. Records come
 * from a folder of exports. One plan is printed as it is, several as one a line (JSON) or one after
 * the other (text). A plan is made before its first byte is written; what many come to is streamed,
 * see cli/output.h.
 */
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/maps.h"
#include "cli/output.h"
#include "cli/policy.h"
#include "cli/translate.h"
#include "odoo/folder.h"
#include "plan/plan.h"
#include "view/plan.h"

/* Of all exported records together, as values in memory. */
static const size_t records_max_bytes = (size_t)2048 * 1024 * 1024;

struct planning {
    struct cli *cli;
    struct cli_output output;
    struct wb_out first; /* the first plan as a tall object, until a second comes */
    size_t count;
    bool json;
    bool stopped; /* a plan is held, or a message was not planned */
    struct plan_policy policy;
    struct plan_run run;
    struct wb_arena records; /* the folder's */
    struct wb_arena arena;   /* of the order at hand */
    struct odoo_folder *folder;
    struct plan_file file;
    char sha256[64];
    uint32_t release;
};

/* ---- one order */

static enum wb_rc
answer(struct planning *planning, struct wb_arena *arena, struct planner *planner,
       const struct plan_query *queries, size_t count)
{
    struct wb_ctx *const ctx = &planning->cli->ctx;
    struct plan_answer *const answers = wb_arena_array(ctx, arena, count, sizeof *answers);
    if (answers == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const enum wb_rc rc =
            odoo_folder_answer(ctx, planning->folder, arena, &queries[i], &answers[i]);
        if (rc != WB_OK) {
            return rc;
        }
    }
    return plan_answer(ctx, planner, answers, count);
}

static enum wb_rc
make(struct planning *planning, struct wb_arena *arena, const struct plan_input *input,
     const struct plan **ret)
{
    struct wb_ctx *const ctx = &planning->cli->ctx;
    struct planner *planner = NULL;
    const struct plan_query *queries = NULL;
    size_t count = 0;
    enum wb_rc rc = plan_sale_start(ctx, arena, input, &planner);
    do {
        rc = rc == WB_OK ? plan_round(ctx, planner, &queries, &count) : rc;
        if (rc == WB_OK && count > 0) {
            rc = answer(planning, arena, planner, queries, count);
        }
    } while (rc == WB_OK && count > 0);
    if (rc == WB_OK) {
        *ret = plan_result(planner);
    }
    return rc;
}

static void
print(struct planning *planning, const struct plan *plan)
{
    struct cli *const cli = planning->cli;
    struct wb_json json;
    if (!planning->json) {
        const struct view_style style = {.colour = cli->colour_out && !cli_has(cli, CLI_OUTPUT)};
        if (planning->count > 0) {
            wb_out_byte(&planning->output.out, '\n');
        }
        view_plan(&planning->output.out, &style, plan);
    } else {
        const bool first = planning->count == 0;
        if (planning->count == 1) {
            wb_json_compact(&planning->output.out, wb_buf_str(&planning->first.buf));
            (void)wb_out_drop(&planning->first); /* all of it was in memory */
        }
        wb_json_init(&json, first ? &planning->first : &planning->output.out, first);
        plan_write_json(&json, plan);
    }
    planning->count++;
}

/* The business document, through the map to sale.order, into a plan. */
static int
plan_document(struct planning *planning, const struct cli_maps *maps, struct wb_arena *arena,
              const struct record_object *order, const char *kind)
{
    struct cli *const cli = planning->cli;
    const struct wb_str shape = record_shape_of(order)->name;
    const size_t map = cli_maps_for_records(maps, shape, WB_LIT("sale_order"));
    if (map == SIZE_MAX) {
        wb_out_printf(&cli->err, "waybill: there is no map from " WB_FMT " to Odoo\n",
                      WB_ARG(shape));
        return CLI_FINDINGS;
    }
    struct map_run run = {.no_source = true};
    struct record_object *sale = NULL;
    const struct plan *plan = NULL;
    const struct wb_str document =
        wb_arena_printf(&cli->ctx, arena, "%s-" WB_FMT, kind, WB_ARG(record_text(order, "number")));
    if (document.at == NULL ||
        map_read_record(&cli->ctx, arena, maps->bundle, map, order, &run, &sale) != WB_OK) {
        return cli_report(cli);
    }
    const struct plan_input input = {.release = planning->release,
                                     .policy = &planning->policy,
                                     .order = order,
                                     .sale = sale,
                                     .document = document,
                                     .file = planning->file,
                                     .run = &planning->run};
    if (make(planning, arena, &input, &plan) != WB_OK) {
        const bool records = cli->ctx.error.rc == WB_INVALID;
        wb_fail_context(&cli->ctx, WB_FMT, WB_ARG(document));
        const int exit_code = cli_report(cli);
        return records ? CLI_CONFIG : exit_code;
    }
    print(planning, plan);
    planning->stopped = planning->stopped || plan->held;
    return CLI_GOOD;
}

/* ---- EDI */

/* Why a message cannot be planned; NULL when it can. */
static const char *
not_planned(const struct check_message *message)
{
    if (message->verdict == CHECK_REJECTED) {
        return "it is rejected";
    }
    if (message->too_large) {
        return "it is too large to be held in memory as a whole, split it";
    }
    return message->tree == NULL ? "its set is not known" : NULL;
}

static int
plan_message(struct planning *planning, const struct cli_maps *maps,
             const struct check_event *event)
{
    struct cli *const cli = planning->cli;
    const struct check_message *const message = event->message;
    const char *const why = not_planned(message);
    if (why != NULL) {
        wb_out_printf(&cli->err,
                      "waybill: message " WB_FMT " is not planned: %s; waybill check says more\n",
                      WB_ARG(message->control), why);
        return CLI_FINDINGS;
    }
    const size_t map = cli_maps_for_message(cli, maps, WB_LIT("x12"), message->release,
                                            message->type, WB_LIT("business"));
    if (map == SIZE_MAX) {
        return CLI_FINDINGS;
    }
    struct map_run run = {.no_source = false};
    struct record_object *order = NULL;
    struct wb_arena *const arena = &planning->arena;
    char kind[16];
    const size_t len = message->type.len < sizeof kind - 1 ? message->type.len : sizeof kind - 1;
    memcpy(kind, message->type.at, len);
    kind[len] = '\0';
    wb_arena_reset(arena);
    int exit_code = CLI_GOOD;
    if (map_read_tree(&cli->ctx, arena, maps->bundle, map, message->tree, &run, &order) != WB_OK) {
        exit_code = cli_report(cli);
    } else {
        const struct wb_str what =
            wb_arena_printf(&cli->ctx, arena, "message " WB_FMT, WB_ARG(message->control));
        cli_maps_say(cli, what, &run.ledger);
        exit_code = plan_document(planning, maps, arena, order, kind);
    }
    return exit_code;
}

static int
plan_edi(struct planning *planning, struct cli_input *input)
{
    struct cli *const cli = planning->cli;
    static const struct check_options options = {.want_trees = true};
    struct cli_session session;
    int exit_code = cli_session_adopt(cli, input, &options, &session);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    struct cli_maps maps;
    exit_code = cli_maps_open(cli, &session, &maps);
    struct check_event event = {.kind = CHECK_FINDING};
    while (exit_code == CLI_GOOD && planning->output.out.rc == WB_OK && event.kind != CHECK_END) {
        exit_code = cli_session_next(cli, &session, &event);
        if (exit_code == CLI_GOOD && event.kind == CHECK_MESSAGE_END) {
            const int one = plan_message(planning, &maps, &event);
            planning->stopped = planning->stopped || one == CLI_FINDINGS;
            exit_code = one > CLI_FINDINGS ? one : CLI_GOOD;
        }
    }
    if (exit_code == CLI_GOOD && cli_session_exit(cli, &session) == CLI_USAGE) {
        exit_code = CLI_USAGE;
    }
    if (session.verdict == CHECK_REJECTED && planning->count > 0) {
        wb_out_text(&cli->err, "waybill: the interchange or a group is rejected; look at it "
                               "before anything is done: waybill check\n");
        planning->stopped = true;
    }
    cli_session_close(cli, &session);
    return exit_code;
}

/* ---- business documents */

static int
plan_json(struct planning *planning, const struct cli_input *input, struct wb_str all)
{
    struct cli *const cli = planning->cli;
    struct cli_maps maps;
    int exit_code = cli_maps_open(cli, NULL, &maps);
    struct wb_str rest = wb_str_trim(all);
    const struct wb_str line = wb_str_trim(wb_str_sub(rest, 0, wb_str_find(rest, '\n')));
    const bool lines =
        wb_str_starts(line, WB_LIT("{")) && wb_str_ends(line, WB_LIT("}")) && line.len < rest.len;
    while (exit_code == CLI_GOOD && rest.len > 0) {
        const size_t len = lines ? wb_str_find(rest, '\n') : rest.len;
        const struct wb_str one = wb_str_trim(wb_str_sub(rest, 0, len));
        struct record_object *order = NULL;
        struct wb_arena *const arena = &planning->arena;
        wb_arena_reset(arena);
        if (one.len > 0) {
            const int read = cli_document_of_json(cli, arena, input->name, one, &order);
            /* What does not fit the schema is no document to plan from. */
            exit_code = read == CLI_FINDINGS ? CLI_USAGE : read;
            if (exit_code == CLI_GOOD) {
                const int planned = plan_document(planning, &maps, arena, order, "order");
                planning->stopped = planning->stopped || planned == CLI_FINDINGS;
                exit_code = planned > CLI_FINDINGS ? planned : CLI_GOOD;
            }
        }
        rest = wb_str_sub(rest, len + 1, rest.len);
    }
    return exit_code;
}

/* ---- the command */

static struct wb_str
base_name(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return strcmp(path, "-") == 0 ? WB_LIT("standard-input")
                                  : wb_str_of(slash == NULL ? path : slash + 1);
}

/* Reads all of the input first: what is attached to a sale is the file as it was received. */
static int
plan_file(struct planning *planning, const char *path)
{
    struct cli *const cli = planning->cli;
    struct cli_input input;
    struct wb_str all;
    int exit_code = cli_input_open(cli, path, &input);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    exit_code = cli_input_all(cli, &input, WB_LIMIT_JSON, &all);
    if (exit_code != CLI_GOOD) {
        cli_input_close(cli, &input);
        return exit_code == CLI_BUG ? exit_code : CLI_USAGE;
    }
    const bool json = cli_input_kind(&input) == CLI_KIND_JSON;
    wb_sha256_hex(all, planning->sha256);
    planning->file = (struct plan_file){
        .name = base_name(path),
        .mimetype = json ? WB_LIT("application/json") : WB_LIT("application/edi-x12"),
        .sha256 = {planning->sha256, sizeof planning->sha256},
        .size_bytes = all.len,
    };
    if (json) {
        exit_code = plan_json(planning, &input, all);
        cli_input_close(cli, &input);
        return exit_code;
    }
    input.memory = (struct wire_memory){.bytes = all};
    input.in_memory = true;
    return plan_edi(planning, &input);
}

static int
finish(struct planning *planning, int exit_code)
{
    struct cli *const cli = planning->cli;
    if (exit_code == CLI_GOOD && planning->stopped) {
        exit_code = CLI_FINDINGS;
    }
    if (planning->json && planning->count == 1) {
        wb_out_str(&planning->output.out, wb_buf_str(&planning->first.buf));
    }
    if (wb_out_finish(&planning->first) != WB_OK && exit_code <= CLI_FINDINGS) {
        exit_code = cli_report(cli);
    }
    wb_out_done(&planning->first);
    wb_arena_done(&planning->records);
    wb_arena_done(&planning->arena);
    return cli_output_close(cli, &planning->output, exit_code);
}

int
cmd_plan(struct cli *cli)
{
    if (!cli_has(cli, CLI_ODOO) || !cli_has(cli, CLI_RECORDS)) {
        return cli_usage(cli, "--odoo 17, 18 or 19 and --records DIR are needed");
    }
    const int release = cli_choice(cli, CLI_ODOO, -1);
    const int format = cli_choice(cli, CLI_FORMAT, 0);
    if (release < 0 || format < 0) {
        return CLI_USAGE;
    }
    if (cli->word_count > 1) {
        return cli_usage(cli, "one file at a time");
    }
    struct planning planning = {.cli = cli,
                                .json = format == 1,
                                .run = {.arena = &cli->arena},
                                .release = (uint32_t)release + PLAN_RELEASE_FIRST}; /* 0..2 */
    int exit_code = cli_policy_load(cli, &planning.policy);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    wb_arena_init(&planning.records, records_max_bytes);
    wb_arena_init(&planning.arena, WB_LIMIT_MESSAGE_ARENA);
    if (odoo_folder_open(&cli->ctx, &planning.records, cli->values[CLI_RECORDS],
                         &planning.folder) != WB_OK) {
        (void)cli_report(cli); /* whatever stopped it, there are no records */
        wb_arena_done(&planning.records);
        return CLI_CONFIG;
    }
    wb_out_init(&planning.first, &cli->ctx, -1, WB_LIMIT_MESSAGE_ARENA);
    exit_code = cli_output_stream(cli, &planning.output);
    if (exit_code == CLI_GOOD) {
        exit_code = plan_file(&planning, cli_file(cli, 0));
    }
    return finish(&planning, exit_code);
}
