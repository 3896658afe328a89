/*
 * The driver: pulls segments, decides which level of the envelope each one belongs to, and gives
 * out the events that come of it. A segment is taken in steps: what it ends is closed first, one
 * level a step, and the events of a step are given out before the next one changes what they point
 * to.
 */
#include "check/check.h"

#include <assert.h>
#include <string.h>

#include "check/check_priv.h"
#include "check/tags.h"
#include "grammar/shipped.h"

enum {
    GROUP_ARENA_BYTES = 64 * 1024,
    QUEUE_ARENA_BYTES = 64 * 1024 * 1024,
    RULES_ARENA_BYTES = 64 * 1024 * 1024,
    WALK_ARENA_BYTES = 16 * 1024 * 1024,
    ENVELOPE_ARENA_BYTES = 8 * WB_LIMIT_SEGMENT
};

_Static_assert(ENVELOPE_ARENA_BYTES > GROUP_ARENA_BYTES, "a GS of the longest kind fits");

const char *
check_verdict_word(enum check_verdict verdict)
{
    switch (verdict) {
    case CHECK_ACCEPTED:
        return "accepted";
    case CHECK_ACCEPTED_WITH_ERRORS:
        return "accepted_with_errors";
    case CHECK_REJECTED:
        return "rejected";
    case CHECK_PARTLY_ACCEPTED:
        return "partly_accepted";
    case CHECK_NOT_CHECKED:
        return "not_checked";
    }
    return "";
}

/* The element as it stands: in the envelope none has components. */
struct wb_str
check_text(struct check *c, uint32_t element_no)
{
    const struct wb_str text = wire_element_bytes(&c->segment, element_no);
    return text.len == 0 ? (struct wb_str){"", 0} : text;
}

struct wb_str
check_tag_text(uint32_t key, char tag[GRAMMAR_TAG_MAX])
{
    size_t len = 0;
    while (len < GRAMMAR_TAG_MAX && (key >> (24 - 8 * len) & 0xff) != 0) {
        tag[len] = (char)(key >> (24 - 8 * len) & 0xff);
        len++;
    }
    return (struct wb_str){tag, len};
}

static enum wb_rc
find_shipped(struct wb_ctx *ctx, void *self, struct wb_str standard, struct wb_str release,
             struct grammar *ret, bool *ret_exact)
{
    (void)self; /* the shipped grammars need none */
    return grammar_shipped_find(ctx, standard, release, ret, ret_exact);
}

/* A slot to fill: one that is free, else the one used longest ago that nothing points to. */
static struct check_slot *
slot_for_use(struct check *c)
{
    struct check_slot *oldest = NULL;
    for (size_t i = 0; i < CHECK_GRAMMARS_MAX; i++) {
        struct check_slot *slot = &c->cache->slots[i];
        if (slot == c->envelope || slot == c->body) {
            continue;
        }
        if (oldest == NULL || slot->used < oldest->used) {
            oldest = slot;
        }
    }
    return oldest;
}

struct check_slot *
check_grammar(struct wb_ctx *ctx, struct check *c, struct wb_str standard, struct wb_str release)
{
    standard = wb_str_sub(standard, 0, CHECK_RELEASE_MAX);
    release = wb_str_sub(release, 0, CHECK_RELEASE_MAX);
    for (size_t i = 0; i < CHECK_GRAMMARS_MAX; i++) {
        struct check_slot *slot = &c->cache->slots[i];
        if (slot->used > 0 &&
            wb_str_eq(standard, (struct wb_str){slot->standard, slot->standard_len}) &&
            wb_str_eq(release, (struct wb_str){slot->release, slot->release_len})) {
            slot->used = ++c->cache->clock;
            return slot;
        }
    }
    struct check_slot *slot = slot_for_use(c);
    wb_arena_reset(&slot->arena);
    slot->used = ++c->cache->clock;
    slot->found = false;
    slot->standard_len = standard.len;
    slot->release_len = release.len;
    memcpy(slot->standard, standard.at, standard.len);
    if (release.len > 0) {
        memcpy(slot->release, release.at, release.len);
    }
    enum wb_rc rc = c->options.find_grammar(ctx, c->options.find_self, standard, release,
                                            &slot->grammar, &slot->exact);
    if (rc == WB_NOT_FOUND) {
        wb_error_clear(ctx);
        return slot;
    }
    if (rc == WB_OK) {
        rc = check_rules_make(ctx, &slot->arena, &slot->grammar, &slot->rules);
    }
    if (rc != WB_OK) {
        slot->used = 0;
        c->rc = rc;
        return NULL;
    }
    slot->found = true;
    return slot;
}

enum wb_rc
check_cache_new(struct wb_ctx *ctx, struct check_cache **ret)
{
    struct check_cache *cache = wb_os_alloc(ctx, sizeof *cache);
    if (cache == NULL) {
        return WB_NOMEM;
    }
    for (size_t i = 0; i < CHECK_GRAMMARS_MAX; i++) {
        wb_arena_init(&cache->slots[i].arena, RULES_ARENA_BYTES);
    }
    *ret = cache;
    return WB_OK;
}

void
check_cache_free(struct check_cache *cache)
{
    for (size_t i = 0; cache != NULL && i < CHECK_GRAMMARS_MAX; i++) {
        wb_arena_done(&cache->slots[i].arena);
    }
    wb_os_free(cache);
}

enum wb_rc
check_open(struct wb_ctx *ctx, struct wire_reader *reader, const struct check_options *options,
           struct check **ret)
{
    struct check *c = wb_os_alloc(ctx, sizeof *c);
    if (c == NULL) {
        return WB_NOMEM;
    }
    c->reader = reader;
    if (options != NULL) {
        c->options = *options;
    }
    if (c->options.find_grammar == NULL) {
        c->options.find_grammar = find_shipped;
    }
    c->cache = c->options.cache;
    if (c->cache == NULL) {
        c->rc = check_cache_new(ctx, &c->own);
        c->cache = c->own;
    }
    wb_arena_init(&c->queue_arena, QUEUE_ARENA_BYTES);
    wb_arena_init(&c->message_arena, c->options.message_bytes_max == 0
                                         ? WB_LIMIT_MESSAGE_ARENA
                                         : c->options.message_bytes_max);
    wb_arena_init(&c->group_arena, ENVELOPE_ARENA_BYTES);
    wb_arena_init(&c->interchange_arena, ENVELOPE_ARENA_BYTES);
    wb_arena_init(&c->walk_arena, WALK_ARENA_BYTES);
    c->node = GRAMMAR_NONE;
    /* What is outside of an interchange is read as the commonest release. */
    if (c->rc == WB_OK) {
        c->envelope = check_grammar(ctx, c, WB_LIT("x12"), WB_LIT("004010"));
    }
    if (c->rc == WB_OK && !c->envelope->found) {
        c->rc = wb_fail(ctx, WB_NOT_FOUND, "no grammar for X12");
    }
    if (c->rc != WB_OK) {
        const enum wb_rc rc = c->rc;
        check_close(c);
        return rc;
    }
    for (int level = 0; level < GRAMMAR_LEVELS; level++) {
        const struct grammar_frame *frame = &c->envelope->grammar.frames[level];
        c->role_keys[CHECK_ROLE_INTERCHANGE + 2 * level] =
            grammar_pack_tag(grammar_str(&c->envelope->grammar, frame->header));
        c->role_keys[CHECK_ROLE_INTERCHANGE_END + 2 * level] =
            grammar_pack_tag(grammar_str(&c->envelope->grammar, frame->trailer));
    }
    *ret = c;
    return WB_OK;
}

void
check_close(struct check *check)
{
    if (check == NULL) {
        return;
    }
    wb_arena_done(&check->queue_arena);
    wb_arena_done(&check->message_arena);
    wb_arena_done(&check->group_arena);
    wb_arena_done(&check->interchange_arena);
    wb_arena_done(&check->walk_arena);
    check_cache_free(check->own);
    check_numbers_done(&check->interchange_numbers);
    check_numbers_done(&check->group_numbers);
    check_numbers_done(&check->message_numbers);
    wb_os_free(check);
}

static enum check_role
role_of(const struct check *c, uint32_t key)
{
    for (int role = CHECK_ROLE_INTERCHANGE_END; role < CHECK_ROLE_COUNT; role++) {
        if (c->role_keys[role] == key) {
            return (enum check_role)role;
        }
    }
    return CHECK_ROLE_NONE;
}

/* Closes the innermost open level from `keep` on inwards; false when none of them is open. */
static bool
close_inner(struct wb_ctx *ctx, struct check *c, enum grammar_level keep)
{
    if (check_is_foreign(c)) {
        return check_foreign_close(ctx, c, keep);
    }
    if (c->in_message) {
        check_message_close(ctx, c, false);
        return true;
    }
    if (c->in_group && keep <= GRAMMAR_GROUP) {
        check_group_close(ctx, c, false);
        return true;
    }
    if (c->in_interchange && keep == GRAMMAR_INTERCHANGE) {
        check_interchange_close(ctx, c, false);
        return true;
    }
    return false;
}

static void
seen(struct wb_ctx *ctx, struct check *c)
{
    c->node = GRAMMAR_NONE;
    if (c->options.want_segments) {
        check_push(ctx, c, CHECK_SEGMENT_SEEN);
    }
}

static void
tell_tag(struct wb_ctx *ctx, struct check *c, enum check_code code)
{
    struct check_report report = CHECK_REPORT(code);
    check_report(ctx, c, &report);
}

/* A segment that is no part of a frame and stands in no message. */
static void
loose_segment(struct wb_ctx *ctx, struct check *c)
{
    const struct grammar *grammar = &c->envelope->grammar;
    seen(ctx, c);
    if (!c->in_group) {
        for (uint32_t i = 0; i < grammar->between_count; i++) {
            if (wb_str_eq(c->segment.tag, grammar_str(grammar, grammar->between[i]))) {
                check_between(ctx, c);
                return;
            }
        }
    }
    if (!c->in_group && check_tag_of_service(c->segment.tag)) {
        tell_tag(ctx, c, CHECK_ENV_SERVICE);
        return;
    }
    if (!c->loose) {
        tell_tag(ctx, c, c->in_group ? CHECK_GRP_CONTENT : CHECK_ENV_CONTENT);
    }
    c->loose = true;
}

/* A trailer that closes its level, or one without a header. */
static void
trailer(struct wb_ctx *ctx, struct check *c, enum check_role role)
{
    if (role == CHECK_ROLE_MESSAGE_END && c->in_message) {
        check_message_trailer(ctx, c);
        check_message_close(ctx, c, true);
        return;
    }
    seen(ctx, c);
    if (role == CHECK_ROLE_GROUP_END && c->in_group) {
        check_group_trailer(ctx, c);
        check_group_close(ctx, c, true);
    } else if (role == CHECK_ROLE_INTERCHANGE_END) {
        check_interchange_trailer(ctx, c);
        check_interchange_close(ctx, c, true);
    } else if (role == CHECK_ROLE_MESSAGE_END && c->in_group) {
        /* Behind loose segments it ends the message whose ST was lost with them. */
        if (!c->loose) {
            tell_tag(ctx, c, CHECK_GRP_TRAILER_ALONE);
        }
        c->loose = false;
    } else {
        tell_tag(ctx, c, CHECK_ENV_TRAILER_ALONE);
    }
}

/* One step with the segment at hand; .pending is false when it has been taken. */
static void
step(struct wb_ctx *ctx, struct check *c, bool header)
{
    const uint32_t key = grammar_pack_tag(c->segment.tag);
    const enum check_role role = header ? CHECK_ROLE_INTERCHANGE : role_of(c, key);
    const bool foreign = c->segment.delims->syntax == WIRE_EDIFACT;
    if (header || (c->in_interchange && check_is_foreign(c) != foreign)) {
        if (close_inner(ctx, c, GRAMMAR_INTERCHANGE)) {
            return;
        }
    }
    if (!c->in_interchange) {
        c->pending = !header;
        if (foreign) {
            check_foreign_open(ctx, c, !header);
        } else {
            check_interchange_open(ctx, c, !header);
        }
        return;
    }
    if (foreign) {
        check_foreign_step(ctx, c);
        return;
    }
    switch (role) {
    case CHECK_ROLE_NONE:
    case CHECK_ROLE_INTERCHANGE:
    case CHECK_ROLE_COUNT:
        c->pending = false;
        loose_segment(ctx, c);
        return;
    case CHECK_ROLE_GROUP:
        if (!close_inner(ctx, c, GRAMMAR_GROUP)) {
            c->pending = false;
            check_group_open(ctx, c, false);
        }
        return;
    case CHECK_ROLE_MESSAGE:
        if (close_inner(ctx, c, GRAMMAR_MESSAGE)) {
            return;
        }
        if (!c->in_group) {
            check_group_open(ctx, c, true);
            return;
        }
        c->pending = false;
        check_message_open(ctx, c);
        return;
    case CHECK_ROLE_MESSAGE_END:
        c->pending = false;
        trailer(ctx, c, role);
        return;
    case CHECK_ROLE_GROUP_END:
        if (!close_inner(ctx, c, GRAMMAR_MESSAGE)) {
            c->pending = false;
            trailer(ctx, c, role);
        }
        return;
    case CHECK_ROLE_INTERCHANGE_END:
        if (!close_inner(ctx, c, GRAMMAR_GROUP)) {
            c->pending = false;
            trailer(ctx, c, role);
        }
        return;
    }
}

/* The commonest case by far: a segment inside a message. */
static inline bool
step_inside(struct wb_ctx *ctx, struct check *c)
{
    const uint32_t key = grammar_pack_tag(c->segment.tag);
    c->last_key = key;
    if (!c->in_message || c->segment.delims->syntax != WIRE_X12 ||
        c->interchange.syntax != WIRE_X12 || role_of(c, key) != CHECK_ROLE_NONE) {
        return false;
    }
    c->segment_no++;
    if (c->message.grammar_message == NULL) {
        seen(ctx, c);
        return true;
    }
    check_walk_segment(ctx, c);
    if (c->node != GRAMMAR_NONE && c->rc == WB_OK) {
        check_elements(ctx, c, c->body->grammar.nodes[c->node].segment, 0);
    }
    return true;
}

/* The input has ended: whatever is open is closed, one level a step. */
static void
finish(struct wb_ctx *ctx, struct check *c)
{
    c->has_segment = false;
    if (!close_inner(ctx, c, GRAMMAR_INTERCHANGE)) {
        c->done = true;
    }
}

/* Pulls the next thing from the reader. */
static void
pull(struct wb_ctx *ctx, struct check *c)
{
    enum wire_event event = WIRE_END;
    struct wire_notice notice;
    const enum wb_rc rc = wire_next(ctx, c->reader, &event, &c->segment, &notice);
    if (rc != WB_OK) {
        c->rc = rc;
        return;
    }
    switch (event) {
    case WIRE_SEGMENT:
        c->has_segment = true;
        c->end_at = c->segment.at + c->segment.bytes.len;
        c->header = false;
        if (c->blank_len > 0) {
            check_notice_blank(ctx, c);
        }
        c->pending = !step_inside(ctx, c);
        return;
    case WIRE_INTERCHANGE:
        c->has_segment = true;
        c->end_at = c->segment.at + c->segment.bytes.len;
        c->last_key = grammar_pack_tag(c->segment.tag);
        c->header = true;
        c->pending = true;
        if (c->blank_len > 0) {
            check_notice_blank(ctx, c);
        }
        return;
    case WIRE_NOTICE:
        c->has_segment = false;
        c->node = GRAMMAR_NONE;
        check_notice(ctx, c, &notice);
        return;
    case WIRE_END:
        c->ended = true;
        return;
    }
}

enum wb_rc
check_next(struct wb_ctx *ctx, struct check *check, struct check_event *ret)
{
    struct check *c = check;
    for (;;) {
        if (c->rc != WB_OK) {
            return c->rc;
        }
        if (c->queue_first != NULL) {
            *ret = c->queue_first->event;
            c->queue_first = c->queue_first->next;
            return WB_OK;
        }
        if (c->queue_last != NULL) {
            c->queue_last = NULL;
            c->run_first = NULL;
            wb_arena_reset(&c->queue_arena);
        }
        if (c->done) {
            *ret = (struct check_event){.kind = CHECK_END, .node = GRAMMAR_NONE};
            return WB_OK;
        }
        if (c->pending) {
            step(ctx, c, c->header);
        } else if (c->ended) {
            finish(ctx, c);
        } else {
            pull(ctx, c);
        }
    }
}
