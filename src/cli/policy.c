/*
 * Reads a planning policy and its tables. Paths of tables are taken from the folder of the policy,
 * so that both can be moved together. Any defect is one of configuration.
 */
#include "cli/policy.h"

#include "base/limits.h"
#include "grammar/csv.h"

static void
complain(struct cli *cli, struct wb_str path, size_t line_no, const char *text)
{
    wb_out_text(&cli->err, "waybill: ");
    wb_out_safe(&cli->err, path);
    wb_out_printf(&cli->err, ":%zu: %s\n", line_no, text);
}

/* The table's path as seen from here. */
static struct wb_str
path_of(struct cli *cli, struct wb_str policy, struct wb_str table)
{
    size_t dir = policy.len;
    while (dir > 0 && policy.at[dir - 1] != '/') {
        dir--;
    }
    if (wb_str_starts(table, WB_LIT("/"))) {
        dir = 0;
    }
    return wb_arena_printf(&cli->ctx, &cli->arena, WB_FMT WB_FMT,
                           WB_ARG(wb_str_sub(policy, 0, dir)), WB_ARG(table));
}

static size_t
line_of(struct wb_str bytes, size_t at)
{
    size_t line_no = 1;
    for (size_t i = 0; i < at && i < bytes.len; i++) {
        line_no += bytes.at[i] == '\n' ? 1 : 0;
    }
    return line_no;
}

/* One row; false after saying what is wrong with it. */
static bool
take_row(struct cli *cli, struct plan_table_reader *reader, struct plan_policy *policy,
         const struct csv_row *row, const char **ret_problem)
{
    struct wb_str fields[CSV_FIELDS_MAX];
    *ret_problem = NULL;
    if (row->defect != CSV_GOOD) {
        *ret_problem = row->defect == CSV_TOO_MANY_FIELDS ? "the row has too many fields"
                                                          : "a quote stands where none may";
        return false;
    }
    for (uint32_t i = 0; i < row->field_count; i++) {
        fields[i] = row->fields[i].text;
    }
    return plan_table_row(&cli->ctx, &cli->arena, reader, policy, fields, row->field_count,
                          ret_problem) == WB_OK &&
           *ret_problem == NULL;
}

static int
load_table(struct cli *cli, struct wb_str policy_path, const struct plan_table_file *file,
           struct plan_policy *policy)
{
    const struct wb_str path = path_of(cli, policy_path, file->path);
    struct csv csv = {.at = 0};
    if (path.at == NULL ||
        wb_os_read_file(&cli->ctx, &cli->arena, path.at, WB_LIMIT_SOURCE, &csv.bytes) != WB_OK) {
        (void)cli_report(cli); /* whatever stopped it, the policy cannot be used */
        return CLI_CONFIG;
    }
    if (wb_str_starts(csv.bytes, WB_LIT("\xEF\xBB\xBF"))) {
        csv.at = 3;
    }
    struct plan_table_reader reader;
    plan_table_init(&reader, file->table);
    int exit_code = CLI_GOOD;
    bool more = true;
    while (more) {
        struct csv_row row;
        const char *problem = NULL;
        const size_t at = csv.at;
        if (csv_next(&cli->ctx, &cli->arena, &csv, &row, &more) != WB_OK) {
            return cli_report(cli);
        }
        if (!more || take_row(cli, &reader, policy, &row, &problem)) {
            continue;
        }
        if (problem == NULL) {
            (void)cli_report(cli);
            return CLI_CONFIG;
        }
        complain(cli, path, line_of(csv.bytes, at), problem);
        exit_code = CLI_CONFIG;
        if (!reader.headed || policy->item_count + policy->unit_count == 0) {
            break; /* with a bad head every row would be wrong */
        }
    }
    return exit_code;
}

int
cli_policy_load(struct cli *cli, struct plan_policy *ret)
{
    plan_policy_init(ret);
    if (!cli_has(cli, CLI_POLICY)) {
        return CLI_GOOD;
    }
    struct lang_source *const source =
        wb_arena_alloc(&cli->ctx, &cli->arena, sizeof *source); /* diagnostics point at it */
    if (source == NULL) {
        return cli_report(cli);
    }
    source->path = wb_str_of(cli->values[CLI_POLICY]);
    if (wb_os_read_file(&cli->ctx, &cli->arena, cli->values[CLI_POLICY], WB_LIMIT_SOURCE,
                        &source->bytes) != WB_OK) {
        (void)cli_report(cli); /* whatever stopped it, the policy cannot be used */
        return CLI_CONFIG;
    }
    struct lang_diags diags;
    struct plan_policy_files files;
    lang_diags_init(&diags, &cli->arena);
    const enum wb_rc rc = plan_policy_parse(&cli->ctx, &cli->arena, source, &diags, ret, &files);
    lang_diags_print(&cli->err, &diags, cli->colour_err);
    if (rc != WB_OK) {
        (void)cli_report(cli);
        return CLI_CONFIG;
    }
    int exit_code = CLI_GOOD;
    for (size_t i = 0; i < files.count; i++) {
        const int next = load_table(cli, source->path, &files.items[i], ret);
        exit_code = next != CLI_GOOD ? next : exit_code;
    }
    return exit_code;
}
