/*
 * One segment: from the offsets of the separators to tokens. The input is scanned in chunks; a
 * segment that crosses a chunk or the end of the window is continued where it stopped, so no byte
 * is scanned twice. Tokens are relative to the segment and survive a sliding window.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "wire/reader_priv.h"

/* Where the walk over a segment has come to. */
struct walk {
    uint32_t start; /* of the token that is open */
    uint32_t count; /* tokens so far, with the tag */
    uint32_t element;
    uint16_t repeat;
    uint16_t component;
    uint32_t end; /* of the segment, once found */
    bool overflow;
    uint16_t flags;       /* of the token that is open */
    uint32_t released_at; /* the byte behind the last release character */
};

/* Of a UNO: the object behind it, when its length is good and a UNP stands behind that. */
struct object {
    uint64_t len;
    struct wire_token said; /* where its length is stated */
    bool odd;               /* that is no number we take */
    bool lost;              /* there is no UNP where the object should end */
};

static void
scan_reset(struct wire_reader *r)
{
    r->chunk_at = r->from;
    r->chunk_end = r->from;
    r->chunk_len = WIRE_CHUNK_FIRST;
    r->mark_next = 0;
    r->mark_count = 0;
}

void
wire_reader_delims(struct wire_reader *r, struct wire_delims delims, uint8_t tail)
{
    r->delims = delims;
    r->tail = tail;
    uint8_t element = delims.element;
    uint8_t component = delims.component == 0 ? element : delims.component;
    uint8_t release = delims.release == 0 ? element : delims.release;
    uint8_t repeat = delims.repeat == 0 ? release : delims.repeat;
    r->set = (struct wire_scan_set){
        .byte = {delims.segment, element, component, repeat, release},
        .count = repeat == release || release == element ? WIRE_SCAN_BYTES - 1 : WIRE_SCAN_BYTES,
    };
    /* Where two are the same byte the later one here holds. */
    memset(r->kinds, WIRE_KIND_REPEAT, sizeof r->kinds);
    r->kinds[release] = WIRE_KIND_RELEASE;
    r->kinds[repeat] = delims.repeat == 0 ? r->kinds[repeat] : WIRE_KIND_REPEAT;
    r->kinds[component] = WIRE_KIND_COMPONENT;
    r->kinds[delims.segment] = WIRE_KIND_TERMINATOR;
    r->kinds[element] = WIRE_KIND_ELEMENT;
    memset(r->gap, 0, sizeof r->gap);
    r->gap[' '] = r->gap['\t'] = r->gap['\r'] = r->gap['\n'] = true;
    for (int i = 0; i < WIRE_SCAN_BYTES; i++) {
        r->gap[r->set.byte[i]] = false;
    }
    /* Where lines end segments, an empty line is no empty segment. */
    if (delims.segment == '\r' || delims.segment == '\n') {
        r->gap['\r'] = delims.element != '\r';
        r->gap['\n'] = delims.element != '\n';
    }
    scan_reset(r);
}

/* The next chunk's marks; false when all that is in the window has been scanned. */
static bool
scan_chunk(struct wire_reader *r)
{
    size_t at = r->chunk_end > r->from ? r->chunk_end : r->from;
    if (at == r->window.end) {
        return false;
    }
    size_t len = r->window.end - at < r->chunk_len ? r->window.end - at : r->chunk_len;
    r->chunk_len = r->chunk_len < WIRE_CHUNK ? r->chunk_len * 2 : WIRE_CHUNK;
    const uint8_t *bytes = (const uint8_t *)r->window.at + at;
    r->mark_count = (uint32_t)r->kernel->scan(&r->set, bytes, (uint32_t)len, r->marks);
    r->mark_next = 0;
    r->chunk_at = at;
    r->chunk_end = at + len;
    return true;
}

/* Ends the open token. Past the limit the last one stays as it is. */
static inline void
close_token(struct wire_reader *r, struct walk *w, uint32_t end)
{
    r->tokens[w->count++] = (struct wire_token){.at = w->start,
                                                .len = end - w->start,
                                                .element_no = (uint16_t)w->element,
                                                .repeat_no = w->repeat,
                                                .component_no = w->component,
                                                .flags = w->flags};
    w->start = end + 1;
}

/* Past the limit of tokens only the terminator counts. */
static bool
walk_overflow(struct wire_reader *r, struct walk *w)
{
    const uint8_t *bytes = (const uint8_t *)r->window.at + r->from;
    const uint32_t add = (uint32_t)(r->chunk_at - r->from);
    while (r->mark_next < r->mark_count) {
        const uint32_t pos = r->marks[r->mark_next++] + add;
        const uint8_t c = bytes[pos];
        if (pos == w->released_at) {
            continue;
        }
        if (c == r->delims.release && c != 0) {
            w->released_at = pos + 1;
            continue;
        }
        w->end = pos;
        w->overflow = true;
        w->element = r->tokens[w->count - 1].element_no;
        if (c == r->delims.segment) {
            return true;
        }
    }
    return false;
}

/*
 * The two halves of a token as numbers, so that each is one store: this loop runs for every
 * separator of the input. The shifts are where the members lie in memory.
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { AT_SHIFT = 0, LEN_SHIFT = 32 };
enum { ELEMENT_SHIFT = 0, REPEAT_SHIFT = 16, COMPONENT_SHIFT = 32, FLAGS_SHIFT = 48 };
#else
enum { AT_SHIFT = 32, LEN_SHIFT = 0 };
enum { ELEMENT_SHIFT = 48, REPEAT_SHIFT = 32, COMPONENT_SHIFT = 16, FLAGS_SHIFT = 0 };
#endif
_Static_assert(sizeof(struct wire_token) == 16, "two halves of eight bytes");
_Static_assert(offsetof(struct wire_token, element_no) == 8, "the second half");
_Static_assert(offsetof(struct wire_token, component_no) == 12, "in this order");

#define ID(element, repeat, component)                                                             \
    ((uint64_t)(element) << ELEMENT_SHIFT | (uint64_t)(repeat) << REPEAT_SHIFT |                   \
     (uint64_t)(component) << COMPONENT_SHIFT)
#define FLAGS(flags) ((uint64_t)(flags) << FLAGS_SHIFT)

static inline void
put_token(struct wire_token *to, uint32_t at, uint32_t end, uint64_t id)
{
    const uint64_t span = (uint64_t)at << AT_SHIFT | (uint64_t)(end - at) << LEN_SHIFT;
    memcpy(to, &span, sizeof span);
    memcpy((char *)to + sizeof span, &id, sizeof id);
}

/* Where the walk has come to, behind the token that ends before `at`. */
static inline void
keep_walk(struct walk *w, uint32_t at, uint32_t count, uint64_t id)
{
    w->start = at;
    w->count = count;
    w->element = (uint32_t)(id >> ELEMENT_SHIFT & 0xFFFF);
    w->repeat = (uint16_t)(id >> REPEAT_SHIFT & 0xFFFF);
    w->component = (uint16_t)(id >> COMPONENT_SHIFT & 0xFFFF);
    w->end = at - 1;
}

/* Goes through the marks at hand; true when the terminator was among them. */
static bool
walk_plain(struct wire_reader *r, struct walk *w)
{
    const uint8_t terminator = r->delims.segment;
    const uint8_t element = r->delims.element;
    const uint8_t component = r->delims.component;
    const uint8_t *const bytes = (const uint8_t *)r->window.at + r->from;
    const uint32_t add = (uint32_t)(r->chunk_at - r->from);
    const uint32_t *mark = r->marks + r->mark_next;
    uint32_t left = r->mark_count - r->mark_next;
    const uint32_t room = WB_LIMIT_ELEMENTS + 1 - w->count;
    const uint32_t *const stop = mark + (left < room ? left : room);
    uint64_t id = ID(w->element, w->repeat, w->component);
    uint32_t count = w->count;
    uint32_t at = w->start;
    bool done = false;
    while (mark < stop) {
        const uint32_t pos = *mark++ + add;
        const uint8_t c = bytes[pos];
        put_token(&r->tokens[count], at, pos, id);
        at = pos + 1;
        if (c == element) {
            uint32_t next = (uint32_t)(id >> ELEMENT_SHIFT & 0xFFFF) + 1;
            id = ID(next, 1, 1);
            r->element_first[next] = count++;
            continue;
        }
        count++;
        if (c == terminator) {
            done = true;
            break;
        }
        uint64_t base = id & ~ID(0, 0, 0xFFFF);
        id = c == component ? id + ID(0, 0, 1) : (base + ID(0, 1, 0)) | ID(0, 0, 1);
    }
    r->mark_next = (uint32_t)(mark - r->marks);
    keep_walk(w, at, count, id);
    return done || (count > WB_LIMIT_ELEMENTS && walk_overflow(r, w));
}

/*
 * The same where there is a release character: the byte behind one is data. Where the marks end
 * between the two the walk remembers it, so chunks may end anywhere. Elements and components come
 * in no order that a processor could guess, so both are one path; element_first[0] takes what is
 * of no use.
 */
static bool
walk_released(struct wire_reader *r, struct walk *w)
{
    const uint8_t *const bytes = (const uint8_t *)r->window.at + r->from;
    const uint32_t add = (uint32_t)(r->chunk_at - r->from);
    const uint32_t *mark = r->marks + r->mark_next;
    const uint32_t *const stop = r->marks + r->mark_count;
    uint64_t id = ID(w->element, w->repeat, w->component) | FLAGS(w->flags);
    uint32_t count = w->count;
    uint32_t at = w->start;
    uint32_t data_at = w->released_at;
    bool done = false;
    while (mark < stop && count <= WB_LIMIT_ELEMENTS) {
        const uint32_t pos = *mark++ + add;
        const uint8_t kind = r->kinds[bytes[pos]];
        if (pos == data_at) {
            continue;
        }
        if (kind == WIRE_KIND_RELEASE) {
            data_at = pos + 1;
            id |= FLAGS(WIRE_ESCAPED);
            continue;
        }
        put_token(&r->tokens[count], at, pos, id);
        at = pos + 1;
        id &= ~FLAGS(0xFFFF);
        if (kind > WIRE_KIND_ELEMENT) {
            count++;
            done = kind == WIRE_KIND_TERMINATOR;
            if (done) {
                break;
            }
            id = ((id & ~ID(0, 0, 0xFFFF)) + ID(0, 1, 0)) | ID(0, 0, 1);
            continue;
        }
        _Static_assert(WIRE_KIND_COMPONENT == 0 && WIRE_KIND_ELEMENT == 1, "kinds make masks");
        const uint64_t is_element = 0 - (uint64_t)kind;
        const uint64_t next_element = (id & ID(0xFFFF, 0, 0)) + ID(1, 1, 1);
        const uint64_t next_component = id + ID(0, 0, 1);
        id = (next_element & is_element) | (next_component & ~is_element);
        const uint32_t slot = (uint32_t)(id >> ELEMENT_SHIFT & 0xFFFF & is_element);
        r->element_first[slot] = count++;
    }
    r->mark_next = (uint32_t)(mark - r->marks);
    keep_walk(w, at, count, id);
    w->flags = (uint16_t)(id >> FLAGS_SHIFT & 0xFFFF);
    w->released_at = data_at;
    return done || (count > WB_LIMIT_ELEMENTS && walk_overflow(r, w));
}

/* Blanks and line ends after a terminator that stood before offset `after` of the segment. */
static enum wb_rc
read_long_gap(struct wb_ctx *ctx, struct wire_reader *r, size_t after, size_t *ret_len)
{
    size_t len = 0;
    for (;;) {
        size_t at = r->from + after + len;
        if (at == r->window.end) {
            if (r->window.ended) {
                break;
            }
            enum wb_rc rc = wire_reader_more(ctx, r);
            if (rc != WB_OK) {
                return rc;
            }
            continue;
        }
        uint8_t c = (uint8_t)r->window.at[at];
        bool tail = len == 0 && r->tail != 0 && c == r->tail;
        if (len == WIRE_GAP_MAX || !(r->gap[c] || tail)) {
            break;
        }
        len++;
    }
    *ret_len = len;
    return WB_OK;
}

/* The same; nearly all there is are line ends well inside the window. */
static inline enum wb_rc
read_gap(struct wb_ctx *ctx, struct wire_reader *r, size_t after, size_t *ret_len)
{
    const uint8_t *bytes = (const uint8_t *)r->window.at + r->from + after;
    if (r->tail == 0 && r->window.end - r->from - after > 3) {
        size_t len = r->gap[bytes[0]] ? 1U + r->gap[bytes[1]] : 0;
        if (len < 2 || !r->gap[bytes[2]]) {
            *ret_len = len;
            return WB_OK;
        }
    }
    return read_long_gap(ctx, r, after, ret_len);
}

/* Blanks that this sender puts in front of every terminator belong to no value. */
static void
trim_last(struct wire_reader *r, const struct walk *w)
{
    const char *at = r->window.at + r->from;
    struct wire_token *last = &r->tokens[w->count - 1];
    while ((last->flags & WIRE_BINARY) == 0 && last->len > 0 &&
           at[last->at + last->len - 1] == ' ') {
        last->len--;
    }
}

/* Fills the segment from the tokens and moves on. `end` is where its bytes end. */
static void
give_segment(struct wire_reader *r, const struct walk *w, size_t gap_at, size_t gap_len,
             struct wire_segment *ret)
{
    const char *at = r->window.at + r->from;
    if (r->blanks_end) {
        trim_last(r, w);
    }
    uint32_t tag_tokens = w->element > 0 ? r->element_first[1] + 1 : w->count;
    r->element_first[w->element + 1] = w->count - 1;
    struct wire_token *tokens = r->tokens + 1;
    uint32_t token_count = w->count - 1;
    uint32_t tag_len = r->tokens[tag_tokens - 1].at + r->tokens[tag_tokens - 1].len;
    if (tag_tokens > 1) {
        /* A tag with other separators in it is still one tag. */
        tokens = r->tokens + tag_tokens;
        token_count = w->count - tag_tokens;
        for (uint32_t i = 1; i <= w->element + 1; i++) {
            r->element_first[i] -= tag_tokens - 1;
        }
    }
    /* Every member is named: what is left out would be cleared first, which takes longer. */
    *ret = (struct wire_segment){
        .prefix = {at,          0      },
        .bytes = {at,          w->end },
        .tag = {at,          tag_len},
        .tokens = tokens,
        .token_count = token_count,
        .element_count = w->element,
        .element_first = r->element_first,
        .suffix = {at + gap_at, gap_len},
        .unterminated = gap_at == w->end,
        .at = r->window.base + r->from,
        .delims = &r->delims,
    };
    r->from += gap_at + gap_len;
}

enum wb_rc
wire_read_header(struct wb_ctx *ctx, struct wire_reader *r, const struct wire_header *header,
                 struct wire_segment *ret)
{
    struct walk w = {.count = 0, .end = header->len};
    close_token(r, &w, 3);
    for (uint32_t no = 1; no <= WIRE_HEADER_ELEMENTS; no++) {
        w = (struct walk){.start = header->element_at[no],
                          .count = no,
                          .element = no,
                          .repeat = 1,
                          .component = 1,
                          .end = header->len};
        r->element_first[no] = no - 1;
        close_token(r, &w, header->element_at[no + 1] - 1);
    }
    size_t gap_len = 0;
    enum wb_rc rc = read_gap(ctx, r, header->len + 1U, &gap_len);
    if (rc == WB_OK) {
        give_segment(r, &w, header->len + 1U, gap_len, ret);
    }
    return rc;
}

/* The input ended: what is left is the segment, less the blanks at its end. */
static void
give_rest(struct wire_reader *r, struct walk *w, struct wire_segment *ret)
{
    uint32_t all = (uint32_t)(r->window.end - r->from);
    uint32_t end = all;
    while (end > w->start && wire_blank((uint8_t)r->window.at[r->from + end - 1])) {
        end--;
    }
    if (w->count <= WB_LIMIT_ELEMENTS) {
        close_token(r, w, end);
    } else {
        w->overflow = true;
        w->element = r->tokens[w->count - 1].element_no;
    }
    w->end = end;
    uint64_t at = r->window.base + r->from;
    give_segment(r, w, end, all - end, ret);
    wire_reader_note(r, WIRE_NOTICE_UNTERMINATED, at, end);
}

/* Whether an object stands behind the UNO just walked over: as long as it says, then a UNP. */
__attribute__((noinline)) static enum wb_rc
find_object(struct wb_ctx *ctx, struct wire_reader *r, const struct walk *w,
            struct object *ret_object)
{
    enum { LENGTH_ELEMENT = 4 };
    if (w->element < LENGTH_ELEMENT || w->overflow) {
        return WB_OK;
    }
    const struct wire_token *said = &r->tokens[r->element_first[LENGTH_ELEMENT] + 1];
    struct wb_str digits = {r->window.at + r->from + said->at, said->len};
    uint64_t len = 0;
    bool number = digits.len > 0 && wb_str_u64(digits, &len) && len <= WB_LIMIT_BINARY;
    *ret_object = (struct object){.said = *said, .odd = !number};
    if (!number || len == 0) {
        return WB_OK;
    }
    size_t end = w->end + 1U + (size_t)len;
    enum wb_rc rc = wire_reader_need(ctx, r, end + 4);
    if (rc != WB_OK) {
        return rc;
    }
    struct wb_str behind = wb_str_sub(wire_reader_rest(r), end, 4);
    bool whole = behind.len == 4 && memcmp(behind.at, "UNP", 3) == 0 &&
                 (uint8_t)behind.at[3] == r->delims.element;
    ret_object->len = whole ? len : 0;
    ret_object->lost = !whole;
    return WB_OK;
}

void
wire_read_object(struct wire_reader *r, struct wire_segment *ret)
{
    const char *at = r->window.at + r->from;
    size_t len = r->object_len;
    assert(wire_reader_rest(r).len >= len);
    r->tokens[1] = (struct wire_token){.len = (uint32_t)len,
                                       .element_no = 1,
                                       .repeat_no = 1,
                                       .component_no = 1,
                                       .flags = WIRE_BINARY};
    r->element_first[1] = 0;
    r->element_first[2] = 1;
    *ret = (struct wire_segment){
        .bytes = {at,       len},
        .tag = {at,       0  },
        .tokens = r->tokens + 1,
        .token_count = 1,
        .element_count = 1,
        .element_first = r->element_first,
        .suffix = {at + len, 0  },
        .unterminated = true,
        .at = wire_reader_at(r),
        .delims = &r->delims,
    };
    r->from += len;
    scan_reset(r);
}

/* A segment whose terminator was found; the object of a UNO begins right behind that. */
static enum wb_rc
give_ended(struct wb_ctx *ctx, struct wire_reader *r, const struct walk *w,
           struct wire_segment *ret)
{
    struct object object = {.len = 0};
    const char *at = r->window.at + r->from;
    if (r->delims.syntax == WIRE_EDIFACT && w->end > 3 && memcmp(at, "UNO", 3) == 0) {
        enum wb_rc rc = find_object(ctx, r, w, &object);
        if (rc != WB_OK) {
            return rc;
        }
    }
    size_t gap_len = 0;
    if (object.len == 0) {
        enum wb_rc rc = read_gap(ctx, r, w->end + 1U, &gap_len);
        if (rc != WB_OK) {
            return rc;
        }
    }
    give_segment(r, w, w->end + 1U, gap_len, ret);
    if (object.len > 0) {
        r->object_len = (uint32_t)object.len;
        r->state = WIRE_OBJECT;
    }
    if (object.odd || object.lost) {
        wire_reader_note(r, object.odd ? WIRE_NOTICE_BINARY_LENGTH : WIRE_NOTICE_BINARY_SHORT,
                         ret->at + object.said.at, object.said.len);
    }
    return WB_OK;
}

static enum wb_rc
read_plain(struct wb_ctx *ctx, struct wire_reader *r, struct wire_segment *ret,
           enum wire_outcome *ret_outcome)
{
    struct walk w = {.repeat = 1, .component = 1, .released_at = UINT32_MAX};
    const bool released = r->delims.release != 0;
    /* Marks in blanks that the suffix before this segment took. */
    const ptrdiff_t add = (ptrdiff_t)(r->chunk_at - r->from);
    while (r->mark_next < r->mark_count && (ptrdiff_t)r->marks[r->mark_next] + add < 0) {
        r->mark_next++;
    }
    bool done = false;
    while (!done) {
        done = released ? walk_released(r, &w) : walk_plain(r, &w);
        if (done || scan_chunk(r)) {
            continue;
        }
        if (r->window.ended || r->window.end - r->from > r->segment_max) {
            break;
        }
        enum wb_rc rc = wire_reader_more(ctx, r);
        if (rc != WB_OK) {
            return rc;
        }
    }
    size_t len = done ? w.end : r->window.end - r->from;
    *ret_outcome = len > r->segment_max ? WIRE_TOO_LONG : WIRE_GOT;
    if (*ret_outcome == WIRE_TOO_LONG) {
        return WB_OK;
    }
    if (done) {
        enum wb_rc rc = give_ended(ctx, r, &w, ret);
        if (rc != WB_OK) {
            return rc;
        }
    } else {
        give_rest(r, &w, ret);
    }
    if (w.overflow) {
        wire_reader_note(r, WIRE_NOTICE_TOO_MANY_ELEMENTS, ret->at, ret->bytes.len);
    }
    return WB_OK;
}

enum { BINARY_HEAD_MAX = 64 };

/* A segment with counted content: how many elements stand before it, the last of them the count. */
struct binary {
    size_t length_at;
    size_t content_at;
    uint64_t len;
    bool counted; /* there is content and its length can be used */
    bool odd;     /* there is content and its length cannot */
};

/* Looks at the elements before the content: BIN01, or BDS01 and BDS02. */
static struct binary
binary_head(const struct wire_reader *r)
{
    struct binary b = {.counted = false};
    struct wb_str head = {r->window.at + r->from, r->window.end - r->from};
    head = wb_str_sub(head, 0, BINARY_HEAD_MAX);
    head.len = wb_str_find(head, (char)r->delims.segment);
    size_t separators = wb_str_starts(head, WB_LIT("BIN")) ? 2 : 3;
    size_t at = 3;
    for (size_t i = 1; i < separators; i++) {
        b.length_at = at + 1;
        at = at + 1 + wb_str_find(wb_str_sub(head, at + 1, head.len), (char)r->delims.element);
    }
    if (at >= head.len) {
        return b;
    }
    b.content_at = at + 1;
    struct wb_str digits = wb_str_sub(head, b.length_at, at - b.length_at);
    b.counted = digits.len > 0 && wb_str_u64(digits, &b.len) && b.len <= WB_LIMIT_BINARY;
    b.odd = !b.counted && b.content_at < head.len;
    return b;
}

/* Content of stated length with a terminator behind it. */
static enum wb_rc
give_binary(struct wb_ctx *ctx, struct wire_reader *r, const struct binary *b,
            struct wire_segment *ret)
{
    struct walk w = {.repeat = 1, .component = 1, .end = (uint32_t)(b->content_at + b->len)};
    struct wb_str head = {r->window.at + r->from, b->content_at};
    while (w.start < b->content_at) {
        size_t len = wb_str_find(wb_str_sub(head, w.start, head.len), (char)r->delims.element);
        close_token(r, &w, w.start + (uint32_t)len);
        r->element_first[++w.element] = w.count - 1;
    }
    close_token(r, &w, w.end);
    r->tokens[w.count - 1].flags = WIRE_BINARY;
    size_t gap_len = 0;
    enum wb_rc rc = read_gap(ctx, r, w.end + 1U, &gap_len);
    if (rc == WB_OK) {
        give_segment(r, &w, w.end + 1U, gap_len, ret);
        scan_reset(r);
    }
    return rc;
}

static enum wb_rc
read_binary(struct wb_ctx *ctx, struct wire_reader *r, struct wire_segment *ret,
            enum wire_outcome *ret_outcome)
{
    struct binary b = binary_head(r);
    bool whole = false;
    if (b.counted) {
        size_t end = b.content_at + (size_t)b.len;
        enum wb_rc rc = wire_reader_need(ctx, r, end + 1);
        if (rc != WB_OK) {
            return rc;
        }
        whole = r->window.end - r->from > end &&
                (uint8_t)r->window.at[r->from + end] == r->delims.segment;
    }
    if (whole) {
        *ret_outcome = WIRE_GOT;
        return give_binary(ctx, r, &b, ret);
    }
    uint64_t at = r->window.base + r->from;
    enum wb_rc rc = read_plain(ctx, r, ret, ret_outcome);
    if (rc != WB_OK || *ret_outcome != WIRE_GOT || !(b.counted || b.odd)) {
        return rc;
    }
    enum wire_notice_code code = b.odd ? WIRE_NOTICE_BINARY_LENGTH : WIRE_NOTICE_BINARY_SHORT;
    wire_reader_note(r, code, at + b.length_at, b.content_at - 1 - b.length_at);
    return WB_OK;
}

enum wb_rc
wire_read_segment(struct wb_ctx *ctx, struct wire_reader *r, struct wire_segment *ret,
                  enum wire_outcome *ret_outcome)
{
    assert(r->from < r->window.end);
    if (r->window.at[r->from] != 'B' || r->delims.syntax != WIRE_X12) {
        return read_plain(ctx, r, ret, ret_outcome);
    }
    enum wb_rc rc = wire_reader_need(ctx, r, BINARY_HEAD_MAX);
    if (rc != WB_OK) {
        return rc;
    }
    struct wb_str head = {r->window.at + r->from, r->window.end - r->from};
    bool binary = wb_str_starts(head, WB_LIT("BIN")) || wb_str_starts(head, WB_LIT("BDS"));
    if (binary && head.len > 3 && (uint8_t)head.at[3] == r->delims.element) {
        return read_binary(ctx, r, ret, ret_outcome);
    }
    return read_plain(ctx, r, ret, ret_outcome);
}
