/*
 * A whole interchange as a list of segments, and its bytes. The envelope is X12's: what it says of
 * the message (type, group, release) comes from the grammar, the rest does not matter here.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "generate.h"

enum { NODES_MAX = 60000, TEXT_MAX = 4096 };

struct wb_str
gen_printf(struct gen *gen, const char *format, ...)
{
    char room[TEXT_MAX];
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(room, sizeof room, format, args);
    va_end(args);
    assert_in_range(len, 0, sizeof room - 1);
    const struct wb_str text =
        wb_arena_dup(gen->ctx, gen->arena, (struct wb_str){room, (size_t)len});
    assert_non_null(text.at);
    return text;
}

static struct gen_segment *
append(struct gen *gen, struct gen_document *document, struct wb_str tag, uint32_t node)
{
    struct gen_segment *const segment =
        WB_PUSH(gen->ctx, gen->arena, document->segments, document->count, document->cap);
    assert_non_null(segment);
    segment->tag = tag;
    segment->node = node;
    segment->row = grammar_find_segment(document->grammar, tag);
    return segment;
}

static void
append_texts(struct gen *gen, struct gen_document *document, const char *tag,
             const char *const *texts, uint32_t count)
{
    struct gen_segment *const segment = append(gen, document, wb_str_of(tag), GRAMMAR_NONE);
    for (uint32_t i = 0; i < count; i++) {
        gen_set(gen, segment, i + 1, 1, 0, gen_printf(gen, "%s", texts[i]));
    }
}

static void
envelope_before(struct gen *gen, struct gen_document *document)
{
    const struct grammar *const g = document->grammar;
    char version[8];
    char repeat[2] = {document->delims.repeat == 0 ? 'U' : (char)document->delims.repeat, '\0'};
    char component[2] = {(char)document->delims.component, '\0'};
    char group[8];
    char release[16];
    const struct wb_str of = grammar_str(g, g->release);
    (void)snprintf(version, sizeof version, "%.5s", wb_str_sub(of, 0, 5).at);
    (void)snprintf(release, sizeof release, WB_FMT, WB_ARG(of));
    (void)snprintf(group, sizeof group, WB_FMT, WB_ARG(grammar_str(g, document->message->group)));
    const char *const isa[] = {"00",        "          ",
                               "00",        "          ",
                               "ZZ",        "SENDER         ",
                               "ZZ",        "RECEIVER       ",
                               "250314",    "0915",
                               repeat,      version,
                               "000000001", "0",
                               "T",         component};
    const char *const gs[] = {group, "SENDER", "RECEIVER", "20250314", "0915", "1", "X", release};
    append_texts(gen, document, "ISA", isa, 16);
    append_texts(gen, document, "GS", gs, 8);
}

/* Separators that no value of ours holds. */
static struct wire_delims
delims(struct gen *gen, const struct grammar *grammar)
{
    static const char SETS[][4] = {
        {'~',  '*', '>', '^'},
        {'~',  '*', ':', '^'},
        {'\'', '+', ':', '*'},
        {'!',  '|', '>', '^'},
        {'\n', '*', '<', '%'}
    };
    const uint32_t at = gen_chance(gen, 60) ? 0 : gen_below(gen, 5);
    const bool repeats = wb_str_cmp(grammar_str(grammar, grammar->release), WB_LIT("00402")) >= 0;
    return (struct wire_delims){.syntax = WIRE_X12,
                                .segment = (uint8_t)SETS[at][0],
                                .element = (uint8_t)SETS[at][1],
                                .component = (uint8_t)SETS[at][2],
                                .repeat = repeats ? (uint8_t)SETS[at][3] : 0,
                                .decimal = '.'};
}

static void
fill_frame(struct gen *gen, struct gen_document *document)
{
    const struct grammar_frame *const frame = &document->grammar->frames[GRAMMAR_MESSAGE];
    struct gen_segment *const header = &document->segments[gen_header(document)];
    struct gen_segment *const trailer = &document->segments[gen_trailer(document)];
    const struct wb_str control = gen_printf(gen, "%04u", 1 + gen_below(gen, 9999));
    gen_set(gen, header, frame->type_no, 1, 0,
            grammar_str(document->grammar, document->message->id));
    gen_set(gen, header, frame->header_control_no, 1, 0, control);
    gen_set(gen, trailer, frame->trailer_control_no, 1, 0, control);
    gen_recount(gen, document);
}

void
gen_document(struct gen *gen, uint32_t message, struct gen_document *ret)
{
    uint32_t *const nodes = wb_arena_array(gen->ctx, gen->arena, NODES_MAX, sizeof *nodes);
    const struct grammar *const g = gen->grammar;
    assert_non_null(nodes);
    *ret = (struct gen_document){.grammar = g, .message = &g->messages[message]};
    ret->delims = delims(gen, g);
    const size_t count = gen_nodes(gen, ret->message, nodes, NODES_MAX);
    envelope_before(gen, ret);
    for (size_t i = 0; i < count; i++) {
        const struct grammar_node *const node = &g->nodes[nodes[i]];
        struct gen_segment *const segment = append(gen, ret, grammar_str(g, node->name), nodes[i]);
        segment->row = node->segment;
        if (i > 0 && i + 1 < count) {
            gen_fill(gen, ret, segment);
        }
    }
    const char *const ge[] = {"1", "1"};
    const char *const iea[] = {"1", "000000001"};
    append_texts(gen, ret, "GE", ge, 2);
    append_texts(gen, ret, "IEA", iea, 2);
    fill_frame(gen, ret);
}

struct gen_segment *
gen_insert(struct gen *gen, struct gen_document *document, size_t at, struct wb_str tag)
{
    (void)append(gen, document, tag, GRAMMAR_NONE);
    const struct gen_segment made = document->segments[document->count - 1];
    memmove(&document->segments[at + 1], &document->segments[at],
            (document->count - 1 - at) * sizeof made);
    document->segments[at] = made;
    return &document->segments[at];
}

void
gen_copy(struct gen *gen, struct gen_document *document, size_t from, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++) {
        const size_t source = from + i + (at <= from ? i : 0);
        struct gen_segment copy = document->segments[source];
        copy.values = wb_arena_array(gen->ctx, gen->arena, copy.count + 1, sizeof *copy.values);
        assert_non_null(copy.values);
        copy.cap = copy.count + 1;
        if (copy.count > 0) {
            memcpy(copy.values, document->segments[source].values,
                   copy.count * sizeof *copy.values);
        }
        *gen_insert(gen, document, at + i, copy.tag) = copy;
    }
}

void
gen_remove(struct gen_document *document, size_t at, size_t count)
{
    memmove(&document->segments[at], &document->segments[at + count],
            (document->count - at - count) * sizeof document->segments[0]);
    document->count -= count;
}

size_t
gen_seek(const struct gen_document *document, const char *tag)
{
    size_t at = 0;
    while (at < document->count && !wb_str_eq(document->segments[at].tag, wb_str_of(tag))) {
        at++;
    }
    return at;
}

size_t
gen_header(const struct gen_document *document)
{
    size_t at = 0;
    const struct wb_str tag =
        grammar_str(document->grammar, document->grammar->frames[GRAMMAR_MESSAGE].header);
    while (at + 1 < document->count && !wb_str_eq(document->segments[at].tag, tag)) {
        at++;
    }
    return at;
}

size_t
gen_trailer(const struct gen_document *document)
{
    size_t at = gen_header(document);
    const struct wb_str tag =
        grammar_str(document->grammar, document->grammar->frames[GRAMMAR_MESSAGE].trailer);
    while (at + 1 < document->count && !wb_str_eq(document->segments[at].tag, tag)) {
        at++;
    }
    return at;
}

uint32_t
gen_segment_no(const struct gen_document *document, size_t at)
{
    return (uint32_t)(at - gen_header(document) + 1);
}

void
gen_recount(struct gen *gen, struct gen_document *document)
{
    const struct grammar_frame *const frame = &document->grammar->frames[GRAMMAR_MESSAGE];
    const size_t trailer = gen_trailer(document);
    gen_set(gen, &document->segments[trailer], frame->trailer_count_no, 1, 0,
            gen_printf(gen, "%u", gen_segment_no(document, trailer)));
}

/* A separator in a value is written behind the release character where there is one. */
static void
write_text(struct wb_out *out, const struct wire_delims *d, struct wb_str text)
{
    const uint8_t special[] = {d->segment, d->element, d->component, d->repeat, d->release};
    for (size_t i = 0; i < text.len && d->release != 0; i++) {
        if (memchr(special, text.at[i], sizeof special) != NULL && text.at[i] != '\0') {
            wb_out_byte(out, (char)d->release);
        }
        wb_out_byte(out, text.at[i]);
    }
    if (d->release == 0) {
        wb_out_str(out, text);
    }
}

static void
write_segment(struct wb_out *out, const struct wire_delims *d, const struct gen_segment *segment)
{
    uint32_t element_no = 0;
    uint32_t repeat_no = 1;
    uint32_t component_no = 1;
    wb_out_str(out, segment->before);
    wb_out_str(out, segment->tag);
    for (size_t i = 0; i < segment->count; i++) {
        const struct gen_value *const v = &segment->values[i];
        const uint32_t component = v->component_no == 0 ? 1 : v->component_no;
        for (; element_no < v->element_no; element_no++) {
            wb_out_byte(out, (char)d->element);
            repeat_no = 1;
            component_no = 1;
        }
        for (; repeat_no < v->repeat_no; repeat_no++) {
            wb_out_byte(out, (char)d->repeat);
            component_no = 1;
        }
        for (; component_no < component; component_no++) {
            wb_out_byte(out, (char)d->component);
        }
        write_text(out, d, v->text);
    }
    for (; element_no < segment->elements_min; element_no++) {
        wb_out_byte(out, (char)d->element);
    }
}

struct wb_str
gen_write(struct gen *gen, const struct gen_document *document)
{
    struct wb_out out;
    wb_out_init(&out, gen->ctx, -1, (size_t)64 * 1024 * 1024);
    for (size_t i = 0; i < document->count; i++) {
        write_segment(&out, &document->delims, &document->segments[i]);
        if (!document->unterminated || i + 1 < document->count) {
            wb_out_byte(&out, (char)document->delims.segment);
        }
    }
    const struct wb_str text = wb_arena_dup(gen->ctx, gen->arena, wb_buf_str(&out.buf));
    assert_non_null(text.at);
    assert_int_equal(wb_out_finish(&out), WB_OK);
    wb_out_done(&out);
    return text;
}
