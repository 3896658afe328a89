/*
 * Made-up input for the tests of wire: interchanges of both standards with random separators,
 * suffixes, composites, repeats, released separators, binary content, oddities between them, and
 * damage on top.
 */
#include "wire_test.h"

#include <stdlib.h>
#include <string.h>

uint64_t
test_next(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

size_t
test_pick(uint64_t *state, size_t count)
{
    return (size_t)(test_next(state) % count);
}

struct maker {
    struct wb_out out;
    uint64_t *state;
    struct wire_delims d;
};

/* A value without separators; long ones now and then, bytes of all kinds. */
static void
make_value(struct maker *m)
{
    static const char BYTES[] = "ABCISAGSTE0123456789 .,-/&ab\xC3\xBC\n";
    size_t len = test_pick(m->state, 12);
    len = test_pick(m->state, 60) == 0 ? 200 + test_pick(m->state, 800) : len;
    for (size_t i = 0; i < len; i++) {
        char c = BYTES[test_pick(m->state, sizeof BYTES - 1)];
        uint8_t b = (uint8_t)c;
        bool special =
            b == m->d.segment || b == m->d.element || b == m->d.component || b == m->d.repeat;
        if (m->d.release != 0 && (special || b == m->d.release)) {
            wb_out_byte(&m->out, (char)m->d.release);
            special = false;
        }
        wb_out_byte(&m->out, special ? 'x' : c);
    }
    if (m->d.release != 0 && test_pick(m->state, 6) == 0) {
        const char of[] = {(char)m->d.segment, (char)m->d.element, (char)m->d.component,
                           (char)m->d.release, 'A'};
        wb_out_byte(&m->out, (char)m->d.release);
        wb_out_byte(&m->out, of[test_pick(m->state, sizeof of)]);
    }
}

static void
make_element(struct maker *m)
{
    wb_out_byte(&m->out, (char)m->d.element);
    for (size_t more = 1; more > 0;) {
        make_value(m);
        size_t kind = test_pick(m->state, 14);
        more = 0;
        if (kind == 0) {
            wb_out_byte(&m->out, (char)m->d.component);
            more = 1;
        } else if (kind == 1 && m->d.repeat != 0) {
            wb_out_byte(&m->out, (char)m->d.repeat);
            more = 1;
        }
    }
}

static void
make_binary(struct maker *m)
{
    size_t len = test_pick(m->state, 300);
    size_t said = test_pick(m->state, 8) == 0 ? test_pick(m->state, 400) : len;
    bool bin = test_pick(m->state, 2) == 0;
    wb_out_text(&m->out, bin ? "BIN" : "BDS");
    if (!bin) {
        wb_out_printf(&m->out, "%cASB", m->d.element);
    }
    wb_out_printf(&m->out, "%c%zu%c", m->d.element, said, m->d.element);
    for (size_t i = 0; i < len; i++) {
        const char of[] = {
            (char)m->d.segment, (char)m->d.element, (char)m->d.component, 'A', '\n', '\0'};
        wb_out_byte(&m->out, of[test_pick(m->state, sizeof of)]);
    }
}

/* An object and the UNO and UNP around it, the length wrong now and then. */
static void
make_object(struct maker *m)
{
    size_t len = test_pick(m->state, 300);
    size_t said = test_pick(m->state, 8) == 0 ? test_pick(m->state, 400) : len;
    char e = (char)m->d.element;
    wb_out_printf(&m->out, "UNO%c1%cA%cB%c%zu", e, e, e, e, said);
    if (test_pick(m->state, 2) == 0) {
        wb_out_printf(&m->out, "%c4", m->d.component);
    }
    wb_out_byte(&m->out, (char)m->d.segment);
    for (size_t i = 0; i < len; i++) {
        const char of[] = {
            (char)m->d.segment, (char)m->d.element, (char)m->d.release, 'U', '\n', '\0'};
        wb_out_byte(&m->out, of[test_pick(m->state, sizeof of)]);
    }
    wb_out_printf(&m->out, "UNP%c%zu%c1", e, said, e);
}

static void
make_end(struct maker *m, const char *suffix)
{
    wb_out_byte(&m->out, (char)m->d.segment);
    wb_out_text(&m->out, suffix);
    size_t odd = test_pick(m->state, 80);
    if (odd == 0) {
        wb_out_byte(&m->out, (char)m->d.segment);
    } else if (odd == 1) {
        wb_out_fill(&m->out, ' ', test_pick(m->state, 1200));
    }
}

static void
make_segment(struct maker *m, const char *suffix)
{
    static const char *const TAGS[] = {"ST", "BEG", "PO1", "REF", "N1", "SE",
                                       "GS", "TA1", "ISA", "I",   "BI", "B"};
    static const char *const EDIFACT_TAGS[] = {"UNH", "BGM", "LIN", "NAD", "DTM", "UNT",
                                               "UNG", "UNE", "UNB", "U",   "UNO", "BIN"};
    bool edifact = m->d.syntax == WIRE_EDIFACT;
    if (test_pick(m->state, 25) == 0) {
        if (edifact) {
            make_object(m);
        } else {
            make_binary(m);
        }
    } else {
        const char *const *tags = edifact ? EDIFACT_TAGS : TAGS;
        wb_out_text(&m->out, tags[test_pick(m->state, sizeof TAGS / sizeof TAGS[0])]);
        size_t count = test_pick(m->state, 9);
        count = test_pick(m->state, 300) == 0 ? 1000 + test_pick(m->state, 100) : count;
        for (size_t i = 0; i < count; i++) {
            make_element(m);
        }
    }
    make_end(m, suffix);
}

static void
make_isa(struct maker *m, const char *suffix)
{
    static const char *const VERSIONS[] = {"00200", "00401", "00402", "00501", "0040X"};
    const char *version = VERSIONS[test_pick(m->state, 5)];
    if (strcmp(version, "00402") < 0 || version[4] == 'X') {
        m->d.repeat = 0;
    }
    char e = (char)m->d.element;
    bool unpadded = test_pick(m->state, 4) == 0;
    wb_out_printf(&m->out, "ISA%c00%c%s%c00%c%s%cZZ%c%s%cZZ%c%s%c260311%c1200%c%c%c%s%c000000001",
                  e, e, unpadded ? "" : "          ", e, e, unpadded ? "" : "          ", e, e,
                  unpadded ? "ME" : "ME             ", e, e, unpadded ? "YOU" : "YOU            ",
                  e, e, e, m->d.repeat == 0 ? 'U' : m->d.repeat, e, version, e);
    wb_out_printf(&m->out, "%c0%cP%c%c", e, e, e, m->d.component);
    make_end(m, suffix);
}

/* A UNB behind a UNA, which may be missing where it says nothing new, or be short. */
static void
make_unb(struct maker *m, const char *suffix)
{
    uint8_t version = (uint8_t)(1 + test_pick(m->state, 4));
    size_t kind = test_pick(m->state, 4);
    m->d = kind == 0 ? wire_delims_draw_edifact(version, test_next(m->state))
                     : wire_delims_edifact(version);
    if (kind < 2) {
        size_t odd = test_pick(m->state, 20);
        const char repeat = (char)(m->d.repeat != 0 ? m->d.repeat : odd == 0 ? '*' : ' ');
        wb_out_printf(&m->out, "UNA%c%c%c%c", m->d.component, m->d.element, odd % 2 ? '.' : ',',
                      m->d.release);
        if (odd != 1) {
            wb_out_byte(&m->out, repeat);
        }
        wb_out_byte(&m->out, (char)m->d.segment);
        wb_out_text(&m->out, suffix);
    } else if (kind == 2 && test_pick(m->state, 2) == 0) {
        m->d = (struct wire_delims){
            .syntax = WIRE_EDIFACT, .segment = 0x1C, .element = 0x1D, .component = 0x1F};
    }
    char e = (char)m->d.element;
    wb_out_printf(&m->out, "UNB%cUNOC%c%u%cME%c14%cYOU%c260311%c1200%c1", e, m->d.component,
                  version, e, m->d.component, e, e, m->d.component, e);
    make_end(m, suffix);
}

static void
make_trailer(struct maker *m, const char *suffix)
{
    const char *tag = m->d.syntax == WIRE_EDIFACT ? "UNZ" : "IEA";
    wb_out_printf(&m->out, "%s%c1%c000000001", tag, m->d.element, m->d.element);
    make_end(m, suffix);
}

static void
make_x12(struct maker *m, const char *suffix)
{
    struct wire_bytes used = {{0}};
    bool drawn = wire_delims_draw(&used, test_next(m->state), true, &m->d);
    assert_true(drawn);
    if (test_pick(m->state, 3) == 0) {
        m->d = wire_delims_x12();
    }
    m->d.segment = test_pick(m->state, 5) == 0 ? '\n' : m->d.segment;
    make_isa(m, suffix);
}

static void
make_noise(struct maker *m)
{
    static const char *const NOISE[] = {
        "",         "",       "",     "\x1A", "\r\n\r\n", "regards, ISAAC\n",
        "ISA*00*~", "IEA*1~", "\n  ", "\n",   "UNA:+",    "UNB+A+"};
    wb_out_text(&m->out, NOISE[test_pick(m->state, sizeof NOISE / sizeof NOISE[0])]);
}

struct wb_str
test_interchange(struct wb_ctx *ctx, struct wb_arena *arena, uint64_t *state)
{
    static const char *const SUFFIXES[] = {"", "\n", "\r\n", "\n  ", " \r\n"};
    struct maker m = {.state = state};
    wb_out_init(&m.out, ctx, -1, 64 * 1024 * 1024);
    if (test_pick(state, 10) == 0) {
        wb_out_text(&m.out, "\xEF\xBB\xBF");
    }
    size_t count = 1 + test_pick(state, 3);
    for (size_t i = 0; i < count; i++) {
        make_noise(&m);
        const char *suffix = SUFFIXES[test_pick(state, 5)];
        if (test_pick(state, 2) == 0) {
            make_unb(&m, suffix);
        } else {
            make_x12(&m, suffix);
        }
        for (size_t n = test_pick(state, 30); n > 0; n--) {
            make_segment(&m, suffix);
        }
        if (test_pick(state, 6) != 0) {
            make_trailer(&m, suffix);
        }
    }
    make_noise(&m);
    assert_int_equal(wb_out_finish(&m.out), WB_OK);
    struct wb_str made = wb_arena_dup(ctx, arena, wb_buf_str(&m.out.buf));
    assert_non_null(made.at);
    wb_out_done(&m.out);
    return made;
}

struct wb_str
test_damage(struct wb_ctx *ctx, struct wb_arena *arena, struct wb_str input, uint64_t *state)
{
    char *at = wb_arena_array(ctx, arena, input.len + 64, 1);
    assert_non_null(at);
    memcpy(at, input.at, input.len);
    size_t len = input.len;
    for (size_t n = 1 + test_pick(state, 4); n > 0 && len > 2; n--) {
        size_t spot = test_pick(state, len);
        size_t cut = test_pick(state, len - spot < 30 ? len - spot : 30);
        switch (test_pick(state, 4)) {
        case 0:
            at[spot] = (char)test_next(state);
            break;
        case 1:
            memmove(at + spot, at + spot + cut, len - spot - cut);
            len -= cut;
            break;
        case 2:
            at[spot] = "~*:^\n\r IB'+?UN"[test_pick(state, 14)];
            break;
        default:
            len = test_pick(state, 8) == 0 ? spot : len;
            break;
        }
    }
    return (struct wb_str){at, len};
}

struct wb_str
test_fixture(struct wb_ctx *ctx, struct wb_arena *arena, const char *name)
{
    const char *source = getenv("WAYBILL_SOURCE");
    struct wb_str path =
        wb_arena_printf(ctx, arena, "%s/fixtures/x12/wire/%s", source == NULL ? "." : source, name);
    struct wb_str bytes = {NULL, 0};
    if (wb_os_read_file(ctx, arena, path.at, 1024 * 1024, &bytes) != WB_OK) {
        fail_msg("%s", ctx->error.text);
    }
    return bytes;
}
