/*
 * A bundle of maps from outside is refused or harmless: what opens is run in both directions, on a
 * fixed message and fixed records, and comes to an end. An input whose first byte is 'W' is a
 * bundle behind eight bytes; any other is a list of edits (offset, width, value) of the shipped
 * bundle.
 */
#include <stdlib.h>
#include <string.h>

#include "grammar/shipped.h"
#include "map/generate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 64 * 1024 * 1024, EDIT_BYTES = 7 };

struct fixed { /* what opened maps are run on */
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct grammar grammar;
    const struct grammar_message *message;
    struct tree tree;
    struct record_object *order;
    struct record_object *sale;
};

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void
fixed_init(struct fixed *f)
{
    struct map_random random = {.state = 0x9E3779B97F4A7C15ULL};
    struct map_bundle *shipped = NULL;
    bool exact = false;
    wb_ctx_init(&f->ctx);
    wb_arena_init(&f->arena, ARENA_MAX);
    require(map_shipped_open(&f->ctx, &f->arena, &shipped) == WB_OK);
    const size_t order = map_find(shipped, WB_LIT("x12-850-order"));
    const size_t sale = map_find(shipped, WB_LIT("order-sale"));
    require(order != SIZE_MAX);
    require(sale != SIZE_MAX);
    require(grammar_shipped_find(&f->ctx, WB_LIT("x12"), WB_LIT("004010"), &f->grammar, &exact) ==
            WB_OK);
    const uint32_t message = grammar_find_message(&f->grammar, WB_LIT("850"));
    require(message != GRAMMAR_NONE);
    f->message = &f->grammar.messages[message];
    require(tree_init(&f->ctx, &f->tree, &f->arena, &f->grammar, f->message) == WB_OK);
    require(map_generate_message(&f->ctx, &f->arena, shipped, order, &random, &f->tree) == WB_OK);
    require(map_generate_record(&f->ctx, &f->arena, shipped, order, &random, &f->order) == WB_OK);
    require(map_generate_record(&f->ctx, &f->arena, shipped, sale, &random, &f->sale) == WB_OK);
}

/* Any answer is right; none may crash, and none may run for ever. */
static void
run_map(struct fixed *f, struct wb_arena *arena, const struct map_bundle *bundle, size_t index)
{
    struct map_run run = {.trace = NULL};
    struct record_object *made = NULL;
    struct tree tree;
    wb_error_clear(&f->ctx);
    struct map_info info;
    map_info(bundle, index, &info);
    if (info.left_kind == MAP_EDI) {
        (void)!map_read_tree(&f->ctx, arena, bundle, index, &f->tree, &run, &made);
        run = (struct map_run){.trace = NULL};
        wb_error_clear(&f->ctx);
        if (tree_init(&f->ctx, &tree, arena, &f->grammar, f->message) == WB_OK) {
            (void)!map_write_tree(&f->ctx, arena, bundle, index, f->order, &run, &tree);
        }
        return;
    }
    (void)!map_read_record(&f->ctx, arena, bundle, index, f->order, &run, &made);
    run = (struct map_run){.trace = NULL};
    wb_error_clear(&f->ctx);
    (void)!map_write_record(&f->ctx, arena, bundle, index, f->sale, &run, &made);
}

static void
open_and_run(struct fixed *f, struct wb_str bytes)
{
    struct wb_arena arena;
    struct map_bundle *bundle = NULL;
    struct wb_out out;
    wb_arena_init(&arena, ARENA_MAX);
    wb_error_clear(&f->ctx);
    if (map_open(&f->ctx, &arena, NULL, bytes, &bundle) == WB_OK) {
        for (size_t i = 0; i < map_count(bundle); i++) {
            run_map(f, &arena, bundle, i);
        }
        wb_error_clear(&f->ctx);
        wb_out_init(&out, &f->ctx, -1, ARENA_MAX);
        map_dump(&out, bundle);
        require(wb_out_finish(&out) == WB_OK);
        wb_out_done(&out);
    }
    wb_arena_done(&arena);
}

/* offset (4 bytes, taken modulo), width 1, 2 or 4 (1 byte), value (2 bytes, widened with its sign)
 */
static void
apply_edit(char *bytes, size_t len, const uint8_t *edit)
{
    const uint32_t offset = (uint32_t)edit[0] | (uint32_t)edit[1] << 8 | (uint32_t)edit[2] << 16 |
                            (uint32_t)edit[3] << 24;
    const size_t width = edit[4] % 3 == 0 ? 1 : edit[4] % 3 == 1 ? 2 : 4;
    const int16_t small = (int16_t)(edit[5] | edit[6] << 8); /* both 8 bits wide */
    const int32_t value = small;
    memcpy(bytes + offset % (len - 3), &value, width); /* little-endian: the low bytes */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fixed f;
    fixed_init(&f);
    const bool whole = size > 8 && data[0] == 'W';
    const struct wb_str shipped = map_shipped_bytes();
    const char *const from = whole ? (const char *)data + 8 : shipped.at;
    const size_t len = whole ? size - 8 : shipped.len;
    char *const bytes = wb_os_alloc(&f.ctx, len); /* exactly so many: reads behind are seen */
    require(bytes != NULL);
    memcpy(bytes, from, len);
    for (size_t at = 0; !whole && at + EDIT_BYTES <= size; at += EDIT_BYTES) {
        apply_edit(bytes, len, data + at);
    }
    open_and_run(&f, (struct wb_str){bytes, len});
    wb_os_free(bytes);
    wb_arena_done(&f.arena);
    return 0;
}
