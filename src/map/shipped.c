/*
 * The maps that are linked into the program. meson compiles them with wb-mapc and embeds the
 * bundle; the sources are there too (written as C by wb-mapc), for maps that extend them or use
 * their tables and shapes.
 */
#include "map/map.h"

#include <assert.h>

extern const char map_shipped_bundle[];
extern const char map_shipped_bundle_end[];

struct wb_str
map_shipped_bytes(void)
{
    const uintptr_t size = (uintptr_t)map_shipped_bundle_end - (uintptr_t)map_shipped_bundle;
    return (struct wb_str){map_shipped_bundle, size};
}

enum wb_rc
map_shipped_open(struct wb_ctx *ctx, struct wb_arena *arena, struct map_bundle **ret)
{
    assert(ctx != NULL && ret != NULL);
    const struct map_world world = {.find_grammar = NULL};
    return map_open(ctx, arena, &world, map_shipped_bytes(), ret);
}
