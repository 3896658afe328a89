/*
 * Counters of a bundle, and their listing for one map. The machine counts; nothing here runs.
 */
#include "map/hits.h"

#include <assert.h>

#include "map/bundle_priv.h"

enum wb_rc
map_hits_new(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_bundle *bundle,
             struct map_hits **ret)
{
    struct map_hits *const hits = wb_arena_alloc(ctx, arena, sizeof *hits);
    if (hits == NULL) {
        return WB_NOMEM;
    }
    hits->code = wb_arena_array(ctx, arena, (size_t)bundle->code_count + 1, sizeof *hits->code);
    hits->rows = wb_arena_array(ctx, arena, (size_t)bundle->rows_count + 1, sizeof *hits->rows);
    for (size_t i = 0; i < 2; i++) {
        hits->places[i] =
            wb_arena_array(ctx, arena, (size_t)bundle->places_count + 1, sizeof *hits->places[i]);
    }
    if (hits->code == NULL || hits->rows == NULL || hits->places[0] == NULL ||
        hits->places[1] == NULL) {
        return WB_NOMEM;
    }
    *ret = hits;
    return WB_OK;
}

uint64_t
map_hits_op(const struct map_hits *hits, const struct map_bundle *bundle, enum map_op op,
            bool writing)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < bundle->maps_count; i++) {
        const struct map_entry *const entry = &bundle->maps[i];
        const uint32_t first = writing ? entry->write_first : entry->read_first;
        const uint32_t rows = writing ? entry->write_count : entry->read_count;
        for (uint32_t pc = first; pc < first + rows; pc++) {
            count += bundle->code[pc].op == op ? hits->code[pc] : 0;
        }
    }
    return count;
}

/* ---- the listing */

struct listing {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    const struct map_hits *hits;
    const struct map_bundle *bundle;
    struct map_hit_row *items;
    size_t count, cap;
    bool *tables; /* listed already */
    bool writing;
};

static enum wb_rc
add(struct listing *listing, const struct map_hit_row *row)
{
    struct map_hit_row *const made =
        WB_PUSH(listing->ctx, listing->arena, listing->items, listing->count, listing->cap);
    if (made == NULL || row->text.at == NULL) {
        return WB_NOMEM;
    }
    *made = *row;
    made->writing = listing->writing;
    return WB_OK;
}

static enum wb_rc
add_rows(struct listing *listing, uint32_t number)
{
    const struct map_bundle *const bundle = listing->bundle;
    const struct map_table *const table = &bundle->tables[number];
    const uint32_t first = listing->writing ? table->right_first : table->left_first;
    const uint32_t count = listing->writing ? table->right_count : table->left_count;
    enum wb_rc rc = WB_OK;
    for (uint32_t i = first; i < first + count && rc == WB_OK; i++) {
        const struct map_row *const row = &bundle->rows[i];
        const struct map_hit_row hit = {
            .kind = MAP_HIT_ROW,
            .text = wb_arena_printf(listing->ctx, listing->arena, WB_FMT ": " WB_FMT " <=> " WB_FMT,
                                    WB_ARG(bundle_str(bundle, table->name)),
                                    WB_ARG(bundle_str(bundle, row->left)),
                                    WB_ARG(bundle_str(bundle, row->right))),
            .count = listing->hits->rows[i]};
        rc = add(listing, &hit);
    }
    return rc;
}

static bool
is_counted(unsigned op)
{
    return op == MAP_OP_TAKE || op == MAP_OP_PUT || op == MAP_OP_TAKE_ALL || op == MAP_OP_PUT_ALL ||
           op == MAP_OP_REST_PAIRS || op == MAP_OP_PUT_PAIRS;
}

static enum wb_rc
add_places(struct listing *listing, const struct map_code *code, uint32_t line)
{
    const bool many = code->op == MAP_OP_TAKE || code->op == MAP_OP_PUT;
    const uint32_t count = many ? code->b : 1;
    enum wb_rc rc = WB_OK;
    for (uint32_t i = 0; i < count && rc == WB_OK; i++) {
        const struct map_hit_row hit = {
            .kind = MAP_HIT_PLACE,
            .line = line,
            .text = wb_arena_printf(listing->ctx, listing->arena, "%u of %u", (unsigned)i + 1,
                                    (unsigned)count),
            .count = listing->hits->places[listing->writing ? 1 : 0][code->c + i]};
        rc = add(listing, &hit);
    }
    return rc;
}

static enum wb_rc
add_code(struct listing *listing, uint32_t pc)
{
    const struct map_code *const code = &listing->bundle->code[pc];
    const uint32_t line = listing->bundle->lines[pc];
    const struct map_op_row *const row = map_op_row(code->op);
    const struct map_hit_row hit = {.kind = MAP_HIT_CODE,
                                    .line = line,
                                    .text = wb_str_of(row->name),
                                    .count = listing->hits->code[pc]};
    enum wb_rc rc = add(listing, &hit);
    if (rc == WB_OK && is_counted(code->op)) {
        rc = add_places(listing, code, line);
    }
    if (rc == WB_OK && row->b == MAP_OF_TABLE && !listing->tables[code->b]) {
        listing->tables[code->b] = true;
        rc = add_rows(listing, code->b);
    }
    return rc;
}

enum wb_rc
map_hits_list(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_hits *hits,
              const struct map_bundle *bundle, size_t index, struct map_hit_row **ret,
              size_t *ret_count)
{
    assert(index < bundle->maps_count);
    const struct map_entry *const entry = &bundle->maps[index];
    struct listing listing = {.ctx = ctx, .arena = arena, .hits = hits, .bundle = bundle};
    for (int pass = 0; pass < 2; pass++) {
        listing.writing = pass == 1;
        listing.tables =
            wb_arena_array(ctx, arena, (size_t)bundle->tables_count + 1, sizeof *listing.tables);
        const uint32_t first = listing.writing ? entry->write_first : entry->read_first;
        const uint32_t count = listing.writing ? entry->write_count : entry->read_count;
        enum wb_rc rc = listing.tables == NULL ? WB_NOMEM : WB_OK;
        for (uint32_t pc = first; pc < first + count && rc == WB_OK; pc++) {
            rc = add_code(&listing, pc);
        }
        if (rc != WB_OK) {
            return rc;
        }
    }
    *ret = listing.items;
    *ret_count = listing.count;
    return WB_OK;
}
