/*
 * For json_schema.py. `samples COUNT` writes random orders, one JSON a line, and `samples read`
 * reads such lines and says for each what record_read_json says: "good", "bad", or "none" for no
 * JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void
write_samples(struct world *w, uint64_t count)
{
    struct random_state random = {.state = 99, .plain = true};
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    const uint32_t order = record_find_shape(schema, WB_LIT("order"));
    for (uint64_t i = 0; i < count; i++) {
        wb_arena_reset(&w->arena);
        random.fill = (unsigned)(10 + i % 70);
        const struct wb_str json =
            world_json(w, random_document(w, &random, schema, order), i % 2 == 0);
        (void)fwrite(json.at, 1, json.len, stdout); /* the reader counts the lines */
        (void)putchar('\n');
    }
}

static const char *
verdict(struct world *w, struct wb_str line)
{
    const struct record_schema *const schema = record_shipped(WB_LIT("business"));
    struct record_problems problems = {NULL, 0, 0, 0};
    struct record_object *object = NULL;
    wb_error_clear(&w->ctx);
    wb_arena_reset(&w->arena);
    if (record_read_json(&w->ctx, &w->arena, schema, record_find_shape(schema, WB_LIT("order")),
                         line, &problems, &object) != WB_OK) {
        return "none";
    }
    return problems.count == 0 ? "good" : "bad";
}

static void
read_samples(struct world *w)
{
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t len = getline(&line, &cap, stdin); len > 0; len = getline(&line, &cap, stdin)) {
        (void)puts(verdict(w, (struct wb_str){line, (size_t)len})); /* counted as well */
    }
    free(line);
}

int
main(int argc, char **argv)
{
    void *state = NULL;
    uint64_t count = 0;
    if (argc != 2 || (strcmp(argv[1], "read") != 0 && !wb_str_u64(wb_str_of(argv[1]), &count))) {
        return 2;
    }
    (void)world_setup(&state); /* fails the process, not by value */
    if (strcmp(argv[1], "read") == 0) {
        read_samples(state);
    } else {
        write_samples(state, count);
    }
    (void)world_teardown(&state); /* never fails */
    return fflush(stdout) == 0 ? 0 : 1;
}
