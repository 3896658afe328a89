/*
 * A path and a document, both from outside: the first line is the path, the rest is followed
 * through check. What the path leads to lies in the segment and is not empty; the same path without
 * its last conditions leads there too.
 */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "tree/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* The values of one segment. */
static void
values(const struct tree_path *path, const struct check_event *event)
{
    const struct wire_segment *segment = event->segment;
    struct tree_path_value value;
    uint32_t cursor = 0;
    uint32_t count = 0;
    while (tree_path_next(path, event->grammar, segment, &cursor, &value)) {
        require(path->has_elem || path->pair.len > 0);
        require(value.len > 0 && value.at <= segment->bytes.len);
        require(value.len <= segment->bytes.len - value.at);
        require(++count <= segment->token_count);
    }
}

static void
follow(struct wb_ctx *ctx, const struct tree_path *path, struct check *check)
{
    struct tree_path looser = *path; /* any depth, and no condition on the last step */
    static struct tree_walk walk;
    static struct tree_walk loose;
    looser.anywhere = true;
    looser.steps[looser.step_count - 1].test_count = 0;
    tree_walk_init(&walk, path);
    tree_walk_init(&loose, &looser);
    struct check_event event = {.kind = CHECK_FINDING};
    while (event.kind != CHECK_END && check_next(ctx, check, &event) == WB_OK) {
        if (event.kind == CHECK_MESSAGE_BEGIN) {
            const struct grammar_message *message =
                event.grammar == NULL ? NULL : event.message->grammar_message;
            tree_walk_begin(&walk, event.grammar, message);
            tree_walk_begin(&loose, event.grammar, message);
        } else if (event.kind == CHECK_INTERCHANGE_BEGIN || event.kind == CHECK_MESSAGE_END) {
            tree_walk_begin(&walk, event.grammar, NULL);
            tree_walk_begin(&loose, event.grammar, NULL);
        } else if (event.kind == CHECK_SEGMENT_SEEN) {
            const bool here = tree_walk_segment(&walk, event.segment, event.node);
            const bool loosely = tree_walk_segment(&loose, event.segment, event.node);
            require(!here || loosely);
            values(path, &event);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct check_options options = {.want_segments = true};
    const struct wb_str all = {(const char *)data, size};
    const size_t line = wb_str_find(all, '\n');
    struct wb_ctx ctx;
    struct tree_path path;
    struct wb_str rest;
    wb_ctx_init(&ctx);
    if (tree_path_read(&ctx, wb_str_sub(all, 0, line), &path, &rest) != WB_OK) {
        require(ctx.error.rc == WB_INVALID || ctx.error.rc == WB_LIMIT);
        return 0;
    }
    require(path.step_count > 0 && rest.len <= line);
    struct wire_memory memory = {.bytes = wb_str_sub(all, line + 1, size)};
    struct wire_reader *reader = NULL;
    struct check *check = NULL;
    require(wire_open(&ctx, wire_source_memory(&memory), NULL, &reader) == WB_OK);
    require(check_open(&ctx, reader, &options, &check) == WB_OK);
    follow(&ctx, &path, check);
    check_close(check);
    wire_close(reader);
    return 0;
}
