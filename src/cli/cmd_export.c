/*
 * waybill export: confirmed purchase orders of Odoo, from a folder of exported records, as X12 or
 * as business documents. All of the orders go out or none: what stands in the way of one of them is
 * said, and nothing is printed.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/maps.h"
#include "cli/output.h"
#include "cli/policy.h"
#include "cli/write_x12.h"
#include "odoo/folder.h"
#include "odoo/pull.h"
#include "record/json.h"

enum { TO_X12, TO_BUSINESS, TO_ODOO };

/* Of all exported records together, as values in memory. */
static const size_t records_max_bytes = (size_t)2048 * 1024 * 1024;

struct exporting {
    struct cli *cli;
    struct wb_arena arena; /* records, orders, zones: as long as the command */
    struct plan_policy policy;
    struct wb_zone zone;
    bool has_zone;
    uint32_t release;
    int to;
    struct cli_maps maps;
    struct cli_output output;
    struct cli_x12 x12;
};

/* ---- zones */

/* A zone by its name, out of the machine's zone files; NULL when there is none of that name. */
static enum wb_rc
find_zone(struct wb_ctx *ctx, void *self, struct wb_str name, const struct wb_zone **ret)
{
    struct exporting *const exporting = self;
    struct wb_str bytes;
    char kind = 0;
    uint64_t size = 0;
    *ret = NULL;
    if (!wb_zone_is_name(name)) {
        return WB_OK;
    }
    const struct wb_str path =
        wb_arena_printf(ctx, &exporting->arena, "/usr/share/zoneinfo/" WB_FMT, WB_ARG(name));
    struct wb_zone *const zone = wb_arena_alloc(ctx, &exporting->arena, sizeof *zone);
    if (path.at == NULL || zone == NULL) {
        return WB_NOMEM;
    }
    enum wb_rc rc = (enum wb_rc)wb_os_stat(ctx, path.at, &kind, &size);
    if (rc != WB_OK || kind != 'f') {
        return rc;
    }
    rc = (enum wb_rc)wb_os_read_file(ctx, &exporting->arena, path.at, WB_ZONE_FILE_MAX, &bytes);
    if (rc == WB_OK && wb_zone_of_file(bytes, zone)) {
        *ret = zone;
    }
    return rc;
}

static int
read_zone(struct exporting *exporting)
{
    struct cli *const cli = exporting->cli;
    const struct wb_str text = wb_str_of(cli_value(cli, CLI_ZONE, ""));
    const struct wb_zone *found = NULL;
    exporting->has_zone = text.len > 0;
    if (text.len == 0 || wb_zone_fixed(text, &exporting->zone)) {
        return CLI_GOOD;
    }
    if (find_zone(&cli->ctx, exporting, text, &found) != WB_OK) {
        return cli_report(cli);
    }
    if (found == NULL) {
        return cli_usage(cli,
                         "--zone: %s is no zone that this machine knows; an offset such as "
                         "-05:00 always works",
                         cli->values[CLI_ZONE]);
    }
    exporting->zone = *found;
    return CLI_GOOD;
}

/* ---- what is in the way */

static void
say_gap(struct cli *cli, struct wb_str number, const struct odoo_gap *gap)
{
    const struct odoo_gap_row *const row = odoo_gap_row(gap->kind);
    wb_out_safe(&cli->err, number);
    wb_out_text(&cli->err, ": ");
    if (gap->place.len > 0) {
        wb_out_safe(&cli->err, gap->place);
        wb_out_text(&cli->err, ": ");
    }
    wb_out_printf(&cli->err, "%s %s: %s", row->stops ? "error" : "note", row->code, row->sentence);
    if (gap->text.len > 0) {
        wb_out_text(&cli->err, " (");
        wb_out_safe(&cli->err, gap->text);
        wb_out_byte(&cli->err, ')');
    }
    wb_out_byte(&cli->err, '\n');
    if (row->stops) {
        wb_out_printf(&cli->err, "    %s\n", row->cure);
    }
}

/* CLI_GOOD, CLI_REFUSED when orders are only not confirmed, CLI_FINDINGS for anything else. */
static int
say_gaps(struct cli *cli, const struct odoo_purchase *purchases, size_t count)
{
    int exit_code = CLI_GOOD;
    for (size_t i = 0; i < count; i++) {
        const struct odoo_purchase *const purchase = &purchases[i];
        for (size_t k = 0; k < purchase->gap_count; k++) {
            say_gap(cli, purchase->number, &purchase->gaps[k]);
        }
        if (purchase->stopped) {
            const int one = purchase->refused ? CLI_REFUSED : CLI_FINDINGS;
            exit_code = exit_code == CLI_FINDINGS ? exit_code : one;
        }
    }
    if (exit_code != CLI_GOOD) {
        wb_out_text(&cli->err, "waybill: nothing was written\n");
    }
    return exit_code;
}

/* ---- writing */

static void
write_json(struct exporting *exporting, const struct record_object *order, bool tall)
{
    struct wb_json json;
    wb_json_init(&json, &exporting->output.out, tall);
    record_write_json(&json, order, true);
}

/* The map between our own records carries all that is gathered. */
static bool
is_error(const struct map_note *note)
{
    return note->kind != MAP_CUT && note->kind != MAP_DROPPED;
}

/* purchase.order -> order -> where it is to go. */
static int
write_order(struct exporting *exporting, const struct odoo_purchase *purchase, bool only)
{
    struct cli *const cli = exporting->cli;
    struct map_run run = {.no_source = false};
    struct record_object *order = NULL;
    if (exporting->to == TO_ODOO) {
        write_json(exporting, purchase->record, only);
        return CLI_GOOD;
    }
    const size_t map =
        cli_maps_for_records(&exporting->maps, WB_LIT("order"), WB_LIT("purchase_order"));
    if (map == SIZE_MAX) {
        return cli_usage(cli, "there is no map from order to purchase_order");
    }
    if (map_write_record(&cli->ctx, &exporting->arena, exporting->maps.bundle, map,
                         purchase->record, &run, &order) != WB_OK) {
        return cli_report(cli);
    }
    if (cli_maps_say_all(cli, purchase->number, &run.ledger, is_error) > 0) {
        return CLI_FINDINGS; /* part of the order would be missing */
    }
    if (exporting->to == TO_X12) {
        exporting->x12.label = purchase->number;
        return cli_x12_add(cli, &exporting->x12, &exporting->maps, order);
    }
    write_json(exporting, order, only);
    return CLI_GOOD;
}

static int
write_all(struct exporting *exporting, const struct odoo_purchase *purchases, size_t count)
{
    struct cli *const cli = exporting->cli;
    int exit_code = cli_maps_open(cli, NULL, &exporting->maps);
    if (exit_code != CLI_GOOD) {
        return exit_code;
    }
    exit_code = cli_output_open(cli, &exporting->output);
    if (exit_code == CLI_GOOD && exporting->to == TO_X12) {
        exit_code = cli_x12_begin(cli, &exporting->x12, &exporting->output.out);
        exporting->x12.all_notes = true;
    }
    for (size_t i = 0; i < count && exit_code == CLI_GOOD; i++) {
        exit_code = write_order(exporting, &purchases[i], count == 1);
    }
    if (exporting->to == TO_X12 && exit_code == CLI_GOOD) {
        exit_code = cli_x12_end(cli, &exporting->x12);
    } else if (exporting->to == TO_X12) {
        wb_out_done(&exporting->x12.body);
    }
    if (exit_code != CLI_GOOD) { /* an empty file would look like a message */
        wb_out_done(&exporting->output.out);
        wb_out_text(&cli->err, "waybill: nothing was written\n");
        return exit_code;
    }
    return cli_output_close(cli, &exporting->output, exit_code);
}

/* ---- the command */

static int
pull(struct exporting *exporting)
{
    struct cli *const cli = exporting->cli;
    struct odoo_folder *folder = NULL;
    struct odoo_purchase *purchases = NULL;
    const size_t count = (size_t)cli->word_count; /* at least 1 */
    struct wb_str *const numbers =
        wb_arena_array(&cli->ctx, &exporting->arena, count, sizeof *numbers);
    if (numbers == NULL) {
        return cli_report(cli);
    }
    for (size_t i = 0; i < count; i++) {
        numbers[i] = wb_str_of(cli->words[i]);
        for (size_t k = 0; k < i; k++) {
            if (wb_str_eq(numbers[i], numbers[k])) {
                return cli_usage(cli, "%s is named twice", cli->words[i]);
            }
        }
    }
    if (odoo_folder_open(&cli->ctx, &exporting->arena, cli->values[CLI_RECORDS], &folder) !=
        WB_OK) {
        (void)cli_report(cli); /* whatever stopped it, there are no records */
        return CLI_CONFIG;
    }
    const struct odoo_source source = odoo_folder_source(folder);
    const struct odoo_pull_options options = {
        .release = exporting->release,
        .policy = &exporting->policy,
        .zone = exporting->has_zone ? &exporting->zone : NULL,
        .zones = {.find = find_zone, .self = exporting},
        .numbers = numbers,
        .number_count = count,
    };
    if (odoo_pull_purchases(&cli->ctx, &exporting->arena, &source, &options, &purchases) != WB_OK) {
        const bool records = cli->ctx.error.rc == WB_INVALID;
        const int exit_code = cli_report(cli);
        return records ? CLI_CONFIG : exit_code;
    }
    const int exit_code = say_gaps(cli, purchases, count);
    return exit_code == CLI_GOOD ? write_all(exporting, purchases, count) : exit_code;
}

static int
check_options(struct exporting *exporting)
{
    struct cli *const cli = exporting->cli;
    if (!cli_has(cli, CLI_ODOO) || !cli_has(cli, CLI_RECORDS)) {
        return cli_usage(cli, "--odoo 17, 18 or 19 and --records DIR are needed");
    }
    const int release = cli_choice(cli, CLI_ODOO, -1);
    exporting->to = cli_choice(cli, CLI_TO, TO_X12);
    if (release < 0 || exporting->to < 0) {
        return CLI_USAGE;
    }
    exporting->release = (uint32_t)release + 17; /* 0..2 */
    if (cli->word_count == 0) {
        return cli_usage(cli, "which order? its number in Odoo is wanted, such as P00042");
    }
    if (exporting->to == TO_X12 &&
        (!cli_has(cli, CLI_SENDER) || !cli_has(cli, CLI_RECEIVER) || !cli_has(cli, CLI_CONTROL))) {
        return cli_usage(cli, "X12 needs --sender, --receiver and --control, the next number of "
                              "your interchanges to that receiver");
    }
    struct cli_x12_form form;
    return exporting->to == TO_X12 ? cli_x12_form_read(cli, &form) : CLI_GOOD;
}

int
cmd_export(struct cli *cli)
{
    struct exporting exporting = {.cli = cli};
    wb_arena_init(&exporting.arena, records_max_bytes);
    int exit_code = check_options(&exporting);
    if (exit_code == CLI_GOOD) {
        exit_code = cli_policy_load(cli, &exporting.policy);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = read_zone(&exporting);
    }
    if (exit_code == CLI_GOOD) {
        exit_code = pull(&exporting);
    }
    wb_arena_done(&exporting.arena);
    return exit_code;
}
