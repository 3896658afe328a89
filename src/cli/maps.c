/*
 * Which map a document goes through. Everything that is shipped is in one bundle that is linked in;
 * own maps are compiled together with the shipped sources, so that they can extend them.
 */
#include "cli/maps.h"

#include <string.h>

#include "grammar/shipped.h"

enum { VALUE_COLUMNS = 24 }; /* of a value in a note */

static enum wb_rc
world_grammar(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
              struct grammar *ret)
{
    const struct cli_maps *maps = self;
    bool exact = false;
    if (maps->session != NULL && maps->session->has_own) {
        const struct grammar *own = &maps->session->own.grammar;
        if (wb_str_eq(grammar_str(own, own->standard), standard) &&
            wb_str_eq(grammar_str(own, own->release), release)) {
            *ret = *own;
            return WB_OK;
        }
    }
    return grammar_shipped_find(ctx, standard, release, ret, &exact);
}

static const struct record_schema *
world_schema(void *self, struct wb_str name)
{
    (void)self;
    return record_shipped(name);
}

/* Every *.map of the directory behind the shipped sources. */
static int
gather(struct cli *cli, struct wb_str dir, struct lang_source **ret_files, size_t *ret_count)
{
    struct wb_str *names = NULL;
    size_t name_count = 0;
    const struct lang_source *shipped = NULL;
    size_t count = map_shipped_sources(&shipped);
    if (wb_os_list(&cli->ctx, &cli->arena, dir.at, &names, &name_count) != WB_OK) {
        (void)cli_report(cli);
        return CLI_CONFIG;
    }
    struct lang_source *files =
        wb_arena_array(&cli->ctx, &cli->arena, count + name_count, sizeof *files);
    if (files == NULL) {
        return cli_report(cli);
    }
    memcpy(files, shipped, count * sizeof *files);
    for (size_t i = 0; i < name_count; i++) {
        if (!wb_str_ends(names[i], WB_LIT(".map"))) {
            continue;
        }
        struct wb_str path = wb_arena_printf(&cli->ctx, &cli->arena, WB_FMT "/" WB_FMT, WB_ARG(dir),
                                             WB_ARG(names[i]));
        files[count].path = path;
        if (path.at == NULL || wb_os_read_file(&cli->ctx, &cli->arena, path.at, WB_LIMIT_SOURCE,
                                               &files[count].bytes) != WB_OK) {
            return cli_report(cli);
        }
        count++;
    }
    *ret_files = files;
    *ret_count = count;
    return CLI_GOOD;
}

static bool
is_own(const struct cli_maps *maps, struct wb_str path)
{
    for (int i = 0; i < maps->own_count; i++) {
        if (wb_str_eq(path, wb_str_of(maps->own_paths[i]))) {
            return true;
        }
    }
    return maps->all_own;
}

static struct wb_str
path_of(const struct lang_diag *diag)
{
    return diag->pos.source == NULL ? (struct wb_str){0} : diag->pos.source->path;
}

/* Errors always; warnings and (with --verbose) notes of what the user wrote, not of what is
 * shipped. */
static void
say_diags(struct cli *cli, const struct cli_maps *maps, struct lang_diags *diags)
{
    size_t kept = 0;
    bool shown = true; /* a note that explains the diagnostic before it goes with it */
    for (size_t i = 0; i < diags->count; i++) {
        const struct lang_diag *diag = &diags->items[i];
        bool explains =
            diag->severity == LANG_NOTE && (diag->code == NULL || diag->code[0] == '\0');
        if (!explains) {
            bool note = diag->severity == LANG_NOTE;
            shown = diag->severity == LANG_ERROR ||
                    (is_own(maps, path_of(diag)) && (!note || cli_has(cli, CLI_VERBOSE)));
        }
        if (shown) {
            diags->items[kept++] = *diag;
        }
    }
    diags->count = kept;
    lang_diags_print(&cli->err, diags, cli->colour_err);
}

/* How many of the first files are shipped ones that the user did not ask about. */
static size_t
quiet_files(const struct cli_maps *maps, const struct lang_source *files, size_t count)
{
    const struct lang_source *shipped = NULL;
    const size_t shipped_count = map_shipped_sources(&shipped);
    size_t quiet = 0;
    while (quiet < shipped_count && quiet < count &&
           wb_str_eq(files[quiet].path, shipped[quiet].path) && !is_own(maps, files[quiet].path)) {
        quiet++; /* one that was named by another path has that path */
    }
    return quiet;
}

int
cli_maps_compile(struct cli *cli, struct cli_maps *maps, const struct lang_source *files,
                 size_t count, struct wb_str *ret_bytes)
{
    struct lang_diags diags;
    lang_diags_init(&diags, &cli->arena);
    struct wb_str bytes;
    maps->world.quiet_files = quiet_files(maps, files, count);
    enum wb_rc rc = map_compile(&cli->ctx, &cli->arena, &maps->world, files, count, &diags, &bytes);
    say_diags(cli, maps, &diags);
    if (rc == WB_INVALID) {
        wb_error_clear(&cli->ctx);
        wb_out_printf(&cli->err, "waybill: the maps do not compile: %zu error%s\n",
                      diags.error_count, diags.error_count == 1 ? "" : "s");
        return CLI_CONFIG;
    }
    if (rc != WB_OK ||
        map_open(&cli->ctx, &cli->arena, &maps->world, bytes, &maps->bundle) != WB_OK) {
        return cli_report(cli);
    }
    if (ret_bytes != NULL) {
        *ret_bytes = bytes;
    }
    return CLI_GOOD;
}

int
cli_maps_world(struct cli *cli, const struct cli_session *session, struct cli_maps *ret)
{
    (void)cli;
    *ret = (struct cli_maps){.session = session};
    ret->world =
        (struct map_world){.find_grammar = world_grammar, .find_schema = world_schema, .self = ret};
    return CLI_GOOD;
}

int
cli_maps_open(struct cli *cli, const struct cli_session *session, struct cli_maps *ret)
{
    (void)cli_maps_world(cli, session, ret); /* cannot fail */
    if (!cli_has(cli, CLI_MAPS)) {
        return map_shipped_open(&cli->ctx, &cli->arena, &ret->bundle) == WB_OK ? CLI_GOOD
                                                                               : cli_report(cli);
    }
    struct lang_source *files = NULL;
    size_t count = 0;
    int exit_code = gather(cli, wb_str_of(cli->values[CLI_MAPS]), &files, &count);
    return exit_code == CLI_GOOD ? cli_maps_compile(cli, ret, files, count, NULL) : exit_code;
}

size_t
cli_maps_named(struct cli *cli, const struct cli_maps *maps)
{
    const char *name = cli->values[CLI_MAP];
    size_t index = map_find(maps->bundle, wb_str_of(name));
    if (index == SIZE_MAX) {
        struct lang_guess guess;
        lang_guess_init(&guess, wb_str_of(name));
        for (size_t i = 0; i < map_count(maps->bundle); i++) {
            struct map_info info;
            map_info(maps->bundle, i, &info);
            lang_guess_try(&guess, info.name);
        }
        struct wb_str best = lang_guess_best(&guess);
        (void)cli_usage(cli, "there is no map %s%s" WB_FMT "%s", name,
                        best.len > 0 ? "; did you mean " : "", WB_ARG(best),
                        best.len > 0 ? "?" : "; waybill version lists the built-in ones");
    }
    return index;
}

size_t
cli_maps_for_message(struct cli *cli, const struct cli_maps *maps, struct wb_str standard,
                     struct wb_str release, struct wb_str message, struct wb_str schema)
{
    if (cli_has(cli, CLI_MAP)) {
        return cli_maps_named(cli, maps);
    }
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < map_count(maps->bundle); i++) {
        struct map_info info;
        map_info(maps->bundle, i, &info);
        if (info.left_kind != MAP_EDI || !wb_str_eq(info.left_standard, standard) ||
            !wb_str_eq(info.left_message, message) || !wb_str_eq(info.right_schema, schema)) {
            continue;
        }
        if (wb_str_starts(release, info.left_release)) {
            return i;
        }
        best = best == SIZE_MAX ? i : best;
    }
    if (best == SIZE_MAX) {
        wb_out_printf(&cli->err,
                      "waybill: there is no map from " WB_FMT " " WB_FMT " to " WB_FMT
                      " documents\n",
                      WB_ARG(standard), WB_ARG(message), WB_ARG(schema));
    }
    return best;
}

size_t
cli_maps_for_records(const struct cli_maps *maps, struct wb_str left_shape,
                     struct wb_str right_shape)
{
    for (size_t i = 0; i < map_count(maps->bundle); i++) {
        struct map_info info;
        map_info(maps->bundle, i, &info);
        if (info.left_kind == MAP_RECORD && wb_str_eq(info.left_shape, left_shape) &&
            wb_str_eq(info.right_shape, right_shape)) {
            return i;
        }
    }
    return SIZE_MAX;
}

size_t
cli_maps_for_shape(struct cli *cli, const struct cli_maps *maps, struct wb_str shape,
                   struct wb_str standard, struct wb_str release)
{
    if (cli_has(cli, CLI_MAP)) {
        return cli_maps_named(cli, maps);
    }
    for (size_t i = 0; i < map_count(maps->bundle); i++) {
        struct map_info info;
        map_info(maps->bundle, i, &info);
        if (info.left_kind == MAP_EDI && wb_str_eq(info.right_shape, shape) &&
            wb_str_eq(info.left_standard, standard) &&
            (release.len == 0 || wb_str_starts(info.left_release, release))) {
            return i;
        }
    }
    wb_out_printf(&cli->err, "waybill: there is no map from " WB_FMT " to " WB_FMT " " WB_FMT "\n",
                  WB_ARG(shape), WB_ARG(standard), WB_ARG(release));
    return SIZE_MAX;
}

static void
say_note(struct cli *cli, struct wb_str what, const struct map_note *note)
{
    wb_out_safe(&cli->err, what);
    wb_out_text(&cli->err, ": ");
    wb_out_safe(&cli->err, note->place);
    if (note->value.len > 0) {
        bool whole = note->value.len <= VALUE_COLUMNS;
        wb_out_text(&cli->err, " \"");
        wb_out_safe(&cli->err, wb_str_sub(note->value, 0, VALUE_COLUMNS));
        wb_out_text(&cli->err, whole ? "\"" : "..\"");
    }
    wb_out_text(&cli->err, ": ");
    wb_out_safe(&cli->err, note->text);
    if (note->map_name.len > 0 && note->line > 0) {
        wb_out_printf(&cli->err, " (" WB_FMT ":%u)", WB_ARG(note->map_name), note->line);
    }
    wb_out_byte(&cli->err, '\n');
}

void
cli_maps_say(struct cli *cli, struct wb_str what, const struct map_ledger *ledger)
{
    size_t quiet = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct map_note *note = &ledger->items[i];
        bool silent = note->kind == MAP_LEFT_OVER || note->kind == MAP_DROPPED;
        if (!silent || cli_has(cli, CLI_VERBOSE)) {
            say_note(cli, what, note);
        } else {
            quiet += note->kind == MAP_LEFT_OVER ? 1 : 0;
        }
    }
    if (quiet > 0) {
        wb_out_safe(&cli->err, what);
        wb_out_printf(&cli->err, ": %zu value%s the map does not carry (--verbose lists them)\n",
                      quiet, quiet == 1 ? "" : "s");
    }
}

size_t
cli_maps_say_all(struct cli *cli, struct wb_str what, const struct map_ledger *ledger,
                 bool (*is_error)(const struct map_note *note))
{
    size_t count = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const bool error = is_error(&ledger->items[i]);
        wb_out_safe(&cli->err, what);
        say_note(cli, error ? WB_LIT(": error") : WB_LIT(": note"), &ledger->items[i]);
        count += error ? 1 : 0;
    }
    return count;
}
