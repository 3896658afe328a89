/*
 * Opening a bundle: the header and the sections, the grammar and schemas that each map was compiled
 * against, then the verifier. A bundle that does not verify is refused as a whole.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "grammar/shipped.h"
#include "map/bundle_priv.h"

static enum wb_rc
bad(struct wb_ctx *ctx, const char *what)
{
    return wb_fail(ctx, WB_INVALID, "no good bundle of maps: %s", what);
}

static bool
section_good(const struct map_extent *extent, size_t size, size_t bytes)
{
    size_t len = 0;
    size_t end = 0;
    return extent->at % 8 == 0 && wb_mul(extent->count, size, &len) &&
           wb_add(extent->at, len, &end) && end <= bytes;
}

static enum wb_rc
sections(struct wb_ctx *ctx, struct wb_str bytes, struct map_bundle *bundle)
{
    const struct map_header *const header = bundle->header;
#define X(name, type)                                                                              \
    if (!section_good(&header->sections[MAP_SECTION_##name], sizeof(type), bytes.len)) {           \
        return bad(ctx, "its section of " #name " lies outside");                                  \
    }                                                                                              \
    bundle->name = (const void *)(bytes.at + header->sections[MAP_SECTION_##name].at);             \
    bundle->name##_count = header->sections[MAP_SECTION_##name].count;
    MAP_SECTIONS(X)
#undef X
    const struct map_extent *const strings = &header->sections[MAP_SECTION_strings];
    if (!section_good(strings, 1, bytes.len)) {
        return bad(ctx, "its strings lie outside");
    }
    bundle->strings = (struct wb_str){bytes.at + strings->at, strings->count};
    return WB_OK;
}

static enum wb_rc
find_grammar(struct wb_ctx *ctx, const struct map_world *world, struct wb_str standard,
             struct wb_str release, struct grammar *ret)
{
    if (world != NULL && world->find_grammar != NULL) {
        return world->find_grammar(ctx, world->self, standard, release, ret);
    }
    bool exact = false;
    const enum wb_rc rc = grammar_shipped_find(ctx, standard, release, ret, &exact);
    if (rc == WB_OK && !exact) {
        return wb_fail(ctx, WB_NOT_FOUND, "no grammar of " WB_FMT " " WB_FMT, WB_ARG(standard),
                       WB_ARG(release));
    }
    return rc;
}

static const struct record_schema *
find_schema(const struct map_world *world, struct wb_str name)
{
    if (world != NULL && world->find_schema != NULL) {
        return world->find_schema(world->self, name);
    }
    return record_shipped(name);
}

static enum wb_rc
stale(struct wb_ctx *ctx, const struct map_bundle *bundle, const struct map_entry *entry,
      const char *what, struct wb_str name)
{
    return wb_fail(ctx, WB_INVALID,
                   "map " WB_FMT " was compiled against another %s " WB_FMT ": compile it again",
                   WB_ARG(bundle_str(bundle, entry->name)), what, WB_ARG(name));
}

static enum wb_rc
bind_message(struct wb_ctx *ctx, const struct map_world *world, const struct map_bundle *bundle,
             const struct map_entry *entry, struct map_bound *bound)
{
    const struct wb_str release = bundle_str(bundle, entry->left_release);
    const enum wb_rc rc = find_grammar(ctx, world, bundle_str(bundle, entry->left_standard),
                                       release, &bound->grammar);
    if (rc != WB_OK) {
        wb_fail_context(ctx, "map " WB_FMT, WB_ARG(bundle_str(bundle, entry->name)));
        return rc;
    }
    if (memcmp(bound->grammar.source_hash, entry->left_hash, sizeof entry->left_hash) != 0) {
        return stale(ctx, bundle, entry, "grammar", release);
    }
    const uint32_t message =
        grammar_find_message(&bound->grammar, bundle_str(bundle, entry->left_message));
    if (message == GRAMMAR_NONE) {
        return bad(ctx, "a map's message is not in its grammar");
    }
    bound->message = &bound->grammar.messages[message];
    return WB_OK;
}

static enum wb_rc
bind_record(struct wb_ctx *ctx, const struct map_world *world, const struct map_bundle *bundle,
            const struct map_entry *entry, bool left, struct map_bound *bound)
{
    const struct wb_str name = bundle_str(bundle, left ? entry->left_schema : entry->right_schema);
    const struct wb_str shape = bundle_str(bundle, left ? entry->left_shape : entry->right_shape);
    const struct record_schema *const schema = find_schema(world, name);
    uint8_t hash[32];
    if (schema == NULL) {
        return wb_fail(ctx, WB_NOT_FOUND, "map " WB_FMT ": there is no schema " WB_FMT,
                       WB_ARG(bundle_str(bundle, entry->name)), WB_ARG(name));
    }
    map_schema_hash(schema, hash);
    if (memcmp(hash, left ? entry->left_hash : entry->right_hash, sizeof hash) != 0) {
        return stale(ctx, bundle, entry, "schema", name);
    }
    const uint32_t number = record_find_shape(schema, shape);
    if (number == RECORD_NONE) {
        return bad(ctx, "a map's record is not in its schema");
    }
    if (left) {
        bound->left = schema;
        bound->left_shape = number;
    } else {
        bound->right = schema;
        bound->right_shape = number;
    }
    return WB_OK;
}

static enum wb_rc
open_map(const struct verify *verify, const struct map_world *world)
{
    const struct map_entry *const entry = verify->entry;
    enum wb_rc rc = WB_OK;
    if (entry->left_kind == MAP_EDI) {
        rc = bind_message(verify->ctx, world, verify->bundle, entry, verify->bound);
    } else if (entry->left_kind == MAP_RECORD) {
        rc = bind_record(verify->ctx, world, verify->bundle, entry, true, verify->bound);
    } else {
        rc = bad(verify->ctx, "a map's left side is of no known kind");
    }
    if (rc == WB_OK) {
        rc = bind_record(verify->ctx, world, verify->bundle, entry, false, verify->bound);
    }
    if (rc == WB_OK) {
        rc = verify_contexts(verify);
    }
    if (rc == WB_OK) {
        rc = verify_program(verify, entry->read_first, entry->read_count, MAP_USE_READ);
    }
    if (rc == WB_OK) {
        rc = verify_program(verify, entry->write_first, entry->write_count, MAP_USE_WRITE);
    }
    if (rc == WB_OK && entry->left_kind == MAP_EDI) {
        rc = bundle_skips(verify->ctx, verify->arena, verify->bundle, entry, verify->bound);
    }
    return rc;
}

static enum wb_rc
header_of(struct wb_ctx *ctx, struct wb_str bytes, const struct map_header **ret)
{
    const struct map_header *const header = (const void *)bytes.at;
    if (bytes.len < sizeof *header || (uintptr_t)bytes.at % 8 != 0) {
        return bad(ctx, "it is too short");
    }
    if (memcmp(header->magic, MAP_MAGIC, sizeof header->magic) != 0) {
        return bad(ctx, "it does not begin as one");
    }
    if (header->format != MAP_FORMAT) {
        return wb_fail(ctx, WB_INVALID,
                       "a bundle of format %u, this program reads %d: compile again",
                       (unsigned)header->format, MAP_FORMAT);
    }
    if (header->size != bytes.len) {
        return bad(ctx, "its length is not what it says");
    }
    *ret = header;
    return WB_OK;
}

enum wb_rc
map_open(struct wb_ctx *ctx, struct wb_arena *arena, const struct map_world *world,
         struct wb_str bytes, struct map_bundle **ret)
{
    const struct map_header *header = NULL;
    enum wb_rc rc = header_of(ctx, bytes, &header);
    if (rc != WB_OK) {
        return rc;
    }
    struct map_bundle *const bundle = wb_arena_alloc(ctx, arena, sizeof *bundle);
    if (bundle == NULL) {
        return WB_NOMEM;
    }
    bundle->header = header;
    rc = sections(ctx, bytes, bundle);
    if (rc != WB_OK) {
        return rc;
    }
    bundle->values = wb_arena_array(ctx, arena, bundle->consts_count, sizeof *bundle->values);
    bundle->bound = wb_arena_array(ctx, arena, bundle->maps_count, sizeof *bundle->bound);
    if (bundle->values == NULL || bundle->bound == NULL) {
        return WB_NOMEM;
    }
    struct verify verify = {.ctx = ctx, .arena = arena, .bundle = bundle};
    rc = verify_rows(&verify);
    for (uint32_t m = 0; rc == WB_OK && m < bundle->maps_count; m++) {
        verify.entry = &bundle->maps[m];
        verify.bound = &bundle->bound[m];
        rc = open_map(&verify, world);
    }
    if (rc == WB_OK) {
        *ret = bundle;
    }
    return rc;
}

size_t
map_count(const struct map_bundle *bundle)
{
    return bundle->maps_count;
}

size_t
map_find(const struct map_bundle *bundle, struct wb_str name)
{
    for (uint32_t m = 0; m < bundle->maps_count; m++) {
        if (wb_str_eq(bundle_str(bundle, bundle->maps[m].name), name)) {
            return m;
        }
    }
    return SIZE_MAX;
}

void
map_info(const struct map_bundle *bundle, size_t index, struct map_info *ret)
{
    assert(index < bundle->maps_count);
    const struct map_entry *const entry = &bundle->maps[index];
    *ret = (struct map_info){
        .name = bundle_str(bundle, entry->name),
        .left_kind = (enum map_side_kind)entry->left_kind,
        .left_standard = bundle_str(bundle, entry->left_standard),
        .left_release = bundle_str(bundle, entry->left_release),
        .left_message = bundle_str(bundle, entry->left_message),
        .left_schema = bundle_str(bundle, entry->left_schema),
        .left_shape = bundle_str(bundle, entry->left_shape),
        .right_schema = bundle_str(bundle, entry->right_schema),
        .right_shape = bundle_str(bundle, entry->right_shape),
        .file = bundle_str(bundle, entry->file),
    };
}
