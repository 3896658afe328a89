#pragma once
/* Messages for the tests of the machine: text into a tree, a tree into text, a record into JSON. */
#include "map/map.h"
#include "wire/reader.h"

enum { WORLD_BYTES = 64 * 1024 * 1024 };

/* What each test needs: a context, an arena, the shipped grammar. */
struct world {
    struct wb_ctx ctx;
    struct wb_arena arena;
    struct grammar grammar;
};

void world_init(struct world *world);
void world_done(struct world *world);
/* Zeroed and empty, in the arena. */
struct tree *world_tree(struct world *world, const char *message);
/* The first message of the set in a whole interchange, followed by the grammar. */
struct tree *world_read(struct world *world, struct wb_str bytes, const char *message);
/* The same, message after message: NULL behind the last one. Close with wire_close(). */
struct wire_reader *world_open(struct world *world, struct wb_str bytes);
struct tree *world_next(struct world *world, struct wire_reader *reader, const char *message);
/* As world_read, for segments between ST and SE, "BEG*00*SA~REF*..". */
struct tree *world_segments(struct world *world, const char *message, const char *segments);
/* The segments of a tree but ST and SE, each followed by '~'. */
struct wb_str world_write(struct world *world, const struct tree *tree);
/* A file of the source tree. */
struct wb_str world_file(struct world *world, const char *path);
struct wb_str world_json(struct world *world, const struct record_object *record, bool source);
/* A record from JSON; fails the test when it has a problem. */
struct record_object *world_record(struct world *world, const char *shape, struct wb_str json);
/* All notes, one a line: "kind place value". */
struct wb_str world_notes(struct world *world, const struct map_ledger *ledger);
