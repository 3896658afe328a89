/*
 * Putting a bundle together: growing sections, interned strings, constants and paths, facts copied
 * from the grammar, and at the end one block of bytes. Nothing here knows what a program means.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"
#include "map/program.h"

enum { INTERN_FIRST = 256 };

struct map_intern { /* a slot of the open hash; len 0 and at 0 = free */
    struct map_ref ref;
    bool used;
};

enum wb_rc
map_build_init(struct wb_ctx *ctx, struct map_build *build, struct wb_arena *arena)
{
    *build = (struct map_build){.arena = arena, .intern_cap = INTERN_FIRST};
    build->interned = wb_arena_array(ctx, arena, INTERN_FIRST, sizeof *build->interned);
    return build->interned == NULL ? WB_NOMEM : WB_OK;
}

static struct wb_str
string_of(const struct map_build *build, struct map_ref ref)
{
    return (struct wb_str){build->strings.items + ref.at, ref.len};
}

/* The slot of a text: its own, or the free one where it belongs. */
static struct map_intern *
intern_slot(const struct map_build *build, struct wb_str text)
{
    size_t at = wb_hash32(text) & (build->intern_cap - 1);
    while (build->interned[at].used &&
           !wb_str_eq(string_of(build, build->interned[at].ref), text)) {
        at = (at + 1) & (build->intern_cap - 1);
    }
    return &build->interned[at];
}

static enum wb_rc
intern_grow(struct wb_ctx *ctx, struct map_build *build)
{
    const struct map_intern *const old = build->interned;
    const size_t old_cap = build->intern_cap;
    build->interned = wb_arena_array(ctx, build->arena, old_cap * 2, sizeof *build->interned);
    if (build->interned == NULL) {
        return WB_NOMEM;
    }
    build->intern_cap = old_cap * 2;
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i].used) {
            *intern_slot(build, string_of(build, old[i].ref)) = old[i];
        }
    }
    return WB_OK;
}

static enum wb_rc
strings_grow(struct wb_ctx *ctx, struct map_build *build, size_t need)
{
    size_t cap = build->strings.cap == 0 ? 4096 : build->strings.cap;
    if (need > WB_LIMIT_TABLE) {
        return wb_fail(ctx, WB_LIMIT, "a bundle's strings pass %d bytes", WB_LIMIT_TABLE);
    }
    while (cap < need) {
        cap *= 2;
    }
    if (cap == build->strings.cap) {
        return WB_OK;
    }
    char *const bytes = wb_arena_alloc(ctx, build->arena, cap);
    if (bytes == NULL) {
        return WB_NOMEM;
    }
    if (build->strings.count > 0) {
        memcpy(bytes, build->strings.items, build->strings.count);
    }
    build->strings.items = bytes;
    build->strings.cap = cap;
    return WB_OK;
}

enum wb_rc
map_build_string(struct wb_ctx *ctx, struct map_build *build, struct wb_str text,
                 struct map_ref *ret)
{
    if (text.len == 0) {
        *ret = (struct map_ref){0, 0};
        return WB_OK;
    }
    if (build->intern_count * 2 >= build->intern_cap && intern_grow(ctx, build) != WB_OK) {
        return WB_NOMEM;
    }
    struct map_intern *const slot = intern_slot(build, text);
    if (!slot->used) {
        size_t need = 0;
        if (!wb_add(build->strings.count, text.len, &need)) {
            return wb_fail(ctx, WB_LIMIT, "a string is too long for a bundle");
        }
        const enum wb_rc rc = strings_grow(ctx, build, need);
        if (rc != WB_OK) {
            return rc;
        }
        memcpy(build->strings.items + build->strings.count, text.at, text.len);
        /* Both are below WB_LIMIT_TABLE. */
        *slot = (struct map_intern){
            .ref = {(uint32_t)build->strings.count, (uint32_t)text.len},
              .used = true
        };
        build->strings.count = need;
        build->intern_count++;
    }
    *ret = slot->ref;
    return WB_OK;
}

uint32_t
map_build_const(struct wb_ctx *ctx, struct map_build *build, uint8_t type, struct wb_str text)
{
    struct map_ref ref;
    if (map_build_string(ctx, build, text, &ref) != WB_OK) {
        return MAP_NONE;
    }
    for (size_t i = 0; i < build->consts.count; i++) {
        const struct map_const *const have = &build->consts.items[i];
        if (have->type == type && have->text.at == ref.at && have->text.len == ref.len) {
            return (uint32_t)i;
        }
    }
    struct map_const *const made =
        WB_PUSH(ctx, build->arena, build->consts.items, build->consts.count, build->consts.cap);
    if (made == NULL) {
        return MAP_NONE;
    }
    *made = (struct map_const){.text = ref, .type = type};
    return (uint32_t)(build->consts.count - 1);
}

uint32_t
map_build_codes(struct wb_ctx *ctx, struct map_build *build, const struct wb_str *codes,
                size_t count)
{
    const uint32_t first = (uint32_t)build->codes.count;
    for (size_t i = 0; i < count; i++) {
        struct map_ref ref;
        if (map_build_string(ctx, build, codes[i], &ref) != WB_OK) {
            return MAP_NONE;
        }
        struct map_ref *const made =
            WB_PUSH(ctx, build->arena, build->codes.items, build->codes.count, build->codes.cap);
        if (made == NULL) {
            return MAP_NONE;
        }
        *made = ref;
    }
    return first;
}

static bool
path_is(const struct map_build *build, const struct map_path *path, uint32_t side, uint32_t shape,
        const uint32_t *fields, size_t count)
{
    if (path->side != side || path->shape != shape || path->step_count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (build->steps.items[path->step_first + i].field != fields[i]) {
            return false;
        }
    }
    return true;
}

uint32_t
map_build_path(struct wb_ctx *ctx, struct map_build *build, uint32_t side, uint32_t shape,
               const uint32_t *fields, size_t count)
{
    assert(count > 0);
    assert(count <= MAP_PATH_MAX);
    for (size_t i = 0; i < build->paths.count; i++) {
        if (path_is(build, &build->paths.items[i], side, shape, fields, count)) {
            return (uint32_t)i;
        }
    }
    const uint32_t first = (uint32_t)build->steps.count;
    for (size_t i = 0; i < count; i++) {
        struct map_step *const step =
            WB_PUSH(ctx, build->arena, build->steps.items, build->steps.count, build->steps.cap);
        if (step == NULL) {
            return MAP_NONE;
        }
        step->field = fields[i];
    }
    struct map_path *const path =
        WB_PUSH(ctx, build->arena, build->paths.items, build->paths.count, build->paths.cap);
    if (path == NULL) {
        return MAP_NONE;
    }
    *path = (struct map_path){
        .side = side, .shape = shape, .step_first = first, .step_count = (uint32_t)count};
    return (uint32_t)(build->paths.count - 1);
}

bool
map_build_element(const struct grammar *grammar, uint32_t segment, uint16_t element_no,
                  uint16_t repeat_no, uint16_t component_no, struct map_element *ret)
{
    const struct grammar_segment *const row = &grammar->segments[segment];
    if (element_no == 0 || element_no > row->place_count) {
        return false;
    }
    const struct grammar_place *place = &grammar->places[row->place_first + element_no - 1U];
    bool mandatory = place->need == GRAMMAR_MANDATORY;
    if (place->element == GRAMMAR_NONE) {
        const struct grammar_composite *const inner = &grammar->composites[place->composite];
        const uint16_t no = component_no == 0 ? 1 : component_no;
        if (no > inner->place_count) {
            return false;
        }
        place = &grammar->places[inner->place_first + no - 1U];
        mandatory = mandatory && place->need == GRAMMAR_MANDATORY;
    } else if (component_no > 1) {
        return false;
    }
    const struct grammar_element *const element = &grammar->elements[place->element];
    *ret = (struct map_element){.element_no = element_no,
                                .repeat_no = repeat_no == 0 ? 1 : repeat_no,
                                .component_no = component_no == 0 ? 1 : component_no,
                                .type = element->type,
                                .scale = element->scale,
                                .min = element->min,
                                .max = element->max,
                                .mandatory = mandatory,
                                .coded = element->coded};
    return true;
}

static enum wb_rc
push_element(struct wb_ctx *ctx, struct map_build *build, const struct map_element *element)
{
    struct map_element *const made = WB_PUSH(ctx, build->arena, build->elements.items,
                                             build->elements.count, build->elements.cap);
    if (made == NULL) {
        return WB_NOMEM;
    }
    *made = *element;
    return WB_OK;
}

static enum wb_rc
push_place(struct wb_ctx *ctx, struct map_build *build, const struct grammar *grammar,
           uint32_t segment, uint16_t element_no, uint16_t component_no)
{
    struct map_element element;
    if (!map_build_element(grammar, segment, element_no, 1, component_no, &element)) {
        return wb_fail(ctx, WB_INVALID, "a pair of the grammar has no such element");
    }
    return push_element(ctx, build, &element);
}

/* Which component of a composite is the qualifier, which the value: 1-based, 0 = none is marked. */
static void
composite_marks(const struct grammar *grammar, uint32_t composite, uint16_t *ret_qualifier,
                uint16_t *ret_value)
{
    const struct grammar_composite *const row = &grammar->composites[composite];
    for (uint32_t i = 0; i < row->place_count; i++) {
        const struct grammar_place *const place = &grammar->places[row->place_first + i];
        const uint16_t no = (uint16_t)(i + 1); /* places of a composite are few */
        if (place->is_qualifier) {
            *ret_qualifier = no;
        }
        if (place->value_no == 1) {
            *ret_value = no;
        }
    }
}

/* A pair that begins at place `no`; *ret_width is how many places it takes, 0 when there is none.
 */
static enum wb_rc
push_pair(struct wb_ctx *ctx, struct map_build *build, const struct grammar *grammar,
          uint32_t segment, uint16_t no, uint32_t *ret_width)
{
    const struct grammar_segment *const row = &grammar->segments[segment];
    const struct grammar_place *const place = &grammar->places[row->place_first + no - 1U];
    uint16_t qualifier = 1;
    uint16_t value = 1;
    uint16_t value_at = (uint16_t)(no + 1); /* below the place count */
    *ret_width = 2;
    if (place->element == GRAMMAR_NONE) {
        *ret_width = 1;
        qualifier = value = 0;
        value_at = no;
        composite_marks(grammar, place->composite, &qualifier, &value);
    }
    if (qualifier == 0 || value == 0 || no + *ret_width - 1 > row->pair_to) {
        *ret_width = 0;
        return WB_OK;
    }
    const enum wb_rc rc = push_place(ctx, build, grammar, segment, no, qualifier);
    return rc == WB_OK ? push_place(ctx, build, grammar, segment, value_at, value) : rc;
}

enum wb_rc
map_build_pairs(struct wb_ctx *ctx, struct map_build *build, const struct grammar *grammar,
                uint32_t segment, uint32_t *ret_first, uint32_t *ret_count)
{
    const struct grammar_segment *const row = &grammar->segments[segment];
    const uint32_t first = (uint32_t)build->elements.count;
    const uint32_t to = row->pair_to < row->place_count ? row->pair_to : row->place_count;
    for (uint32_t no = row->pair_from; no > 0 && no <= to;) {
        uint32_t width = 0;
        const enum wb_rc rc = push_pair(ctx, build, grammar, segment, (uint16_t)no, &width);
        if (rc != WB_OK) {
            return rc;
        }
        if (width == 0) {
            break;
        }
        no += width;
    }
    *ret_first = first;
    *ret_count = (uint32_t)build->elements.count - first;
    return WB_OK;
}

uint32_t
map_build_code(struct wb_ctx *ctx, struct map_build *build, enum map_op op, uint8_t a, uint16_t b,
               uint32_t c, uint32_t line)
{
    struct map_code *const code =
        WB_PUSH(ctx, build->arena, build->code.items, build->code.count, build->code.cap);
    uint32_t *const place =
        WB_PUSH(ctx, build->arena, build->lines.items, build->lines.count, build->lines.cap);
    if (code == NULL || place == NULL) {
        return MAP_NONE;
    }
    *code = (struct map_code){.op = (uint8_t)op, .a = a, .b = b, .c = c};
    *place = line;
    return (uint32_t)(build->code.count - 1);
}

static size_t
aligned(size_t at)
{
    return (at + 7) & ~(size_t)7;
}

/* Bytes, rows and row size of a section, in the order of enum map_section. */
struct section_part {
    const void *items;
    size_t count;
    size_t size;
};

static void
parts_of(const struct map_build *build, struct section_part parts[MAP_SECTION_COUNT])
{
#define X(name, type)                                                                              \
    parts[MAP_SECTION_##name].items = build->name.items;                                           \
    parts[MAP_SECTION_##name].count = build->name.count;                                           \
    parts[MAP_SECTION_##name].size = sizeof(type);
    MAP_SECTIONS(X)
#undef X
    parts[MAP_SECTION_strings].items = build->strings.items;
    parts[MAP_SECTION_strings].count = build->strings.count;
    parts[MAP_SECTION_strings].size = 1;
}

enum wb_rc
map_build_finish(struct wb_ctx *ctx, struct map_build *build, const uint8_t source_hash[32],
                 struct wb_str *ret)
{
    struct section_part parts[MAP_SECTION_COUNT];
    parts_of(build, parts);
    struct map_header header = {.format = MAP_FORMAT};
    memcpy(header.magic, MAP_MAGIC, sizeof header.magic);
    memcpy(header.source_hash, source_hash, sizeof header.source_hash);
    size_t at = aligned(sizeof header);
    for (size_t s = 0; s < MAP_SECTION_COUNT; s++) {
        if (parts[s].count > WB_LIMIT_TABLE / parts[s].size || at > WB_LIMIT_TABLE) {
            return wb_fail(ctx, WB_LIMIT, "a bundle passes %d bytes", WB_LIMIT_TABLE);
        }
        header.sections[s].at = (uint32_t)at; /* at most WB_LIMIT_TABLE */
        header.sections[s].count = (uint32_t)parts[s].count;
        at = aligned(at + parts[s].count * parts[s].size);
    }
    if (at > WB_LIMIT_TABLE) {
        return wb_fail(ctx, WB_LIMIT, "a bundle passes %d bytes", WB_LIMIT_TABLE);
    }
    header.size = (uint32_t)at;
    char *const bytes = wb_arena_alloc(ctx, build->arena, at);
    if (bytes == NULL) {
        return WB_NOMEM;
    }
    memcpy(bytes, &header, sizeof header);
    for (size_t s = 0; s < MAP_SECTION_COUNT; s++) {
        if (parts[s].count > 0) {
            memcpy(bytes + header.sections[s].at, parts[s].items, parts[s].count * parts[s].size);
        }
    }
    *ret = (struct wb_str){bytes, at};
    return WB_OK;
}
