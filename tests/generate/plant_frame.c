/*
 * Defects of the frames: header and trailer of the message, of the group, of the interchange, what
 * stands between them and around the whole.
 */
#include <string.h>

#include "plant.h"

static void
expect(struct gen_plant *plant, enum check_code code, uint32_t segment_no, uint32_t element_no)
{
    plant->found =
        (struct gen_expect){.code = code, .segment_no = segment_no, .element_no = element_no};
}

static const char *
tag_in(const struct gen_kind *kind)
{
    static const char *const TAGS[] = {"ISA", "GS", "ST", "SE", "GE", "IEA"};
    return TAGS[kind->option];
}
enum frame_tag { ISA, GS, ST, SE, GE, IEA };

static uint32_t
segment_no_of(const struct gen_kind *kind, const struct gen_document *document)
{
    return kind->option == ST   ? 1
           : kind->option == SE ? gen_segment_no(document, gen_trailer(document))
                                : 0;
}

static void
set(struct gen *gen, struct gen_document *document, const char *tag, uint32_t element_no,
    const char *value)
{
    gen_set(gen, &document->segments[gen_seek(document, tag)], element_no, 1, 0, wb_str_of(value));
}

/* One element of a frame's segment has another value. */
static bool
plant_value(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    set(gen, document, tag_in(kind), kind->element, kind->value);
    expect(ret, kind->code, segment_no_of(kind, document), kind->element);
    return true;
}

/* Header and trailer both have this control number. */
static bool
plant_control(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
              struct gen_plant *ret)
{
    static const char *const TRAILERS[] = {"IEA", "GE", "SE"};
    set(gen, document, TRAILERS[kind->option], 2, kind->value);
    return plant_value(gen, kind, document, ret);
}

/* The same number with other zeros. */
static bool
plant_form(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
           struct gen_plant *ret)
{
    if (kind->option == SE) {
        set(gen, document, "ST", 2, "0012");
    }
    set(gen, document, tag_in(kind), 2, kind->option == SE ? "12" : kind->value);
    expect(ret, kind->code, segment_no_of(kind, document), 2);
    return true;
}

static bool
plant_count(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    static const char *const WRONG[] = {"0", "77777", "X", "-1", "1.0"};
    const char *const value = WRONG[gen_below(gen, sizeof WRONG / sizeof WRONG[0])];
    set(gen, document, tag_in(kind), 1, gen_chance(gen, 20) ? "" : value);
    expect(ret, kind->code, segment_no_of(kind, document), 1);
    return true;
}

/* A segment of a frame is gone. */
static bool
plant_gone(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
           struct gen_plant *ret)
{
    (void)gen;
    /* What follows a header that is gone stands outside of any message. */
    const uint32_t no = kind->option == ST ? 0 : segment_no_of(kind, document);
    gen_remove(document, gen_seek(document, tag_in(kind)), 1);
    expect(ret, kind->code, no, 0);
    if (kind->option == ST) {
        gen_allow(ret, CHECK_GRP_COUNT, 0); /* the message is not counted */
    }
    return true;
}

/* A segment stands where only frames may. Option: the tag it is put behind. */
static bool
plant_between(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
              struct gen_plant *ret)
{
    const size_t at = gen_seek(document, tag_in(kind)) + 1;
    struct gen_segment *const made = gen_insert(gen, document, at, wb_str_of(kind->value));
    gen_set(gen, made, 1, 1, 0, WB_LIT("1"));
    gen_set(gen, made, 2, 1, 0, WB_LIT("0001"));
    expect(ret, kind->code, 0, 0);
    return true;
}

/* Another message of a group the grammar knows, or a type that is none. */
static bool
plant_wrong_group(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                  struct gen_plant *ret)
{
    const struct grammar *const g = document->grammar;
    const struct wb_str group =
        g->messages[gen_below(gen, g->message_count)].group.len == 0
            ? (struct wb_str){"", 0}
            : grammar_str(g, g->messages[gen_below(gen, g->message_count)].group);
    if (group.len == 0 || wb_str_eq(group, grammar_str(g, document->message->group))) {
        return false;
    }
    gen_set(gen, &document->segments[gen_seek(document, "GS")], 1, 1, 0, group);
    expect(ret, kind->code, 1, 1);
    return true;
}

/* What stands from one frame segment to another, once more behind it. */
static bool
plant_twice(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    static const char *const TO[] = {"IEA", "GE", "SE"};
    const size_t from = gen_seek(document, tag_in(kind));
    const size_t to = gen_seek(document, TO[kind->option]);
    const uint32_t element = kind->option == ISA ? 13 : kind->option == GS ? 6 : 2;
    gen_copy(gen, document, from, to + 1 - from, to + 1);
    if (kind->option == ST) {
        set(gen, document, "GE", 1, "2");
    } else if (kind->option == GS) {
        set(gen, document, "IEA", 1, "2");
    }
    expect(ret, kind->code, kind->option == ST ? 1 : 0, element);
    return true;
}

/* Another interchange follows, and the trailer of the first is gone. */
static bool
plant_second(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
             struct gen_plant *ret)
{
    const size_t count = document->count;
    gen_copy(gen, document, 0, count, count);
    gen_set(gen, &document->segments[count], 13, 1, 0, WB_LIT("000000002"));
    gen_set(gen, &document->segments[2 * count - 1], 2, 1, 0, WB_LIT("000000002"));
    gen_remove(document, count - 1, 1);
    expect(ret, kind->code, 0, 0);
    return true;
}

static bool
plant_extra(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    const size_t at = gen_seek(document, tag_in(kind));
    gen_copy(gen, document, at, 1, at + 1);
    expect(ret, kind->code, 0, 0);
    return true;
}

static bool
plant_information(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                  struct gen_plant *ret)
{
    set(gen, document, "ISA", kind->element - 1, kind->value);
    expect(ret, kind->code, 0, kind->element);
    return true;
}

/* A separator that data may hold, though here none does. */
static bool
plant_separator(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                struct gen_plant *ret)
{
    for (size_t i = 0; i < document->count; i++) {
        const struct gen_segment *const segment = &document->segments[i];
        for (size_t k = 0; k < segment->count; k++) {
            if (wb_str_find(segment->values[k].text, '.') < segment->values[k].text.len) {
                return false;
            }
        }
    }
    if (kind->code == CHECK_ENV_TERMINATOR) {
        document->delims.segment = '.';
    } else if (kind->code == CHECK_ENV_ELEMENT_SEPARATOR) {
        document->delims.element = '.';
    } else {
        document->delims.component = '.';
        set(gen, document, "ISA", 16, ".");
    }
    expect(ret, kind->code, 0, kind->element);
    return true;
}

static bool
plant_short(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
            struct gen_plant *ret)
{
    set(gen, document, "ISA", kind->element, "SENDER");
    expect(ret, kind->code, 0, 0);
    return true;
}

static bool
plant_around(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
             struct gen_plant *ret)
{
    (void)gen;
    if (kind->code == CHECK_FILE_BOM) {
        ret->before = WB_LIT("\xef\xbb\xbf");
    } else if (kind->code == CHECK_FILE_NOISE) {
        ret->behind = wb_str_of(kind->value);
    } else if (kind->code == CHECK_FILE_NOT_EDI) {
        document->count = 0;
        ret->behind = wb_str_of(kind->value);
    } else {
        document->unterminated = true;
    }
    expect(ret, kind->code, 0, 0);
    return true;
}

/* An answer between ISA and GS, with a verdict that is none. */
static bool
plant_answer(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
             struct gen_plant *ret)
{
    static const char *const TEXTS[] = {"000000001", "250314", "0915", "A", "000"};
    struct gen_segment *const made = gen_insert(gen, document, 1, WB_LIT("TA1"));
    for (uint32_t i = 0; i < 5; i++) {
        gen_set(gen, made, i + 1, 1, 0, wb_str_of(TEXTS[i]));
    }
    gen_set(gen, made, kind->element, 1, 0, wb_str_of(kind->value));
    expect(ret, kind->code, 0, kind->element);
    return true;
}

#define VALUE(name_, code_, tag_, element_, value_)                                                \
    {                                                                                              \
        .name = (name_), .code = (code_), .plant = plant_value, .option = (tag_),                  \
        .element = (element_), .value = (value_), .shipped = true                                  \
    }
#define FRAME(name_, code_, plant_, tag_, value_)                                                  \
    {                                                                                              \
        .name = (name_), .code = (code_), .plant = (plant_), .option = (tag_), .value = (value_)   \
    }
#define PAIR(name_, code_, tag_, element_, value_)                                                 \
    {                                                                                              \
        .name = (name_), .code = (code_), .plant = plant_control, .option = (tag_),                \
        .element = (element_), .value = (value_)                                                   \
    }
#define WITH(name_, code_, plant_, element_, value_)                                               \
    {                                                                                              \
        .name = (name_), .code = (code_), .plant = (plant_), .element = (element_),                \
        .value = (value_), .shipped = true                                                         \
    }

static const struct gen_kind KINDS[] = {
    VALUE("message not known", CHECK_MSG_UNSUPPORTED, ST, 1, "999"),
    VALUE("message type of two", CHECK_MSG_TYPE, ST, 1, "85"),
    VALUE("message type no word", CHECK_MSG_TYPE, ST, 1, "8-0"),
    FRAME("message in a wrong group", CHECK_MSG_WRONG_GROUP, plant_wrong_group, ST, NULL),
    PAIR("message number short", CHECK_MSG_CONTROL, ST, 2, "12"),
    PAIR("message number long", CHECK_MSG_CONTROL, ST, 2, "1234567890"),
    FRAME("message number twice", CHECK_MSG_DUPLICATE, plant_twice, ST, NULL),
    VALUE("message number empty", CHECK_MSG_CONTROL, ST, 2, ""),
    VALUE("message numbers differ", CHECK_MSG_CONTROL_MISMATCH, SE, 2, "ABCDE"),
    FRAME("message number's zeros", CHECK_MSG_CONTROL_FORM, plant_form, SE, NULL),
    FRAME("count of segments", CHECK_MSG_COUNT, plant_count, SE, NULL),
    FRAME("message trailer gone", CHECK_MSG_TRAILER_MISSING, plant_gone, SE, NULL),
    FRAME("message header gone", CHECK_GRP_CONTENT, plant_gone, ST, NULL),
    VALUE("group not known", CHECK_GRP_UNSUPPORTED, GS, 1, "ZZ"),
    VALUE("group release no release", CHECK_GRP_RELEASE, GS, 8, "ABC"),
    VALUE("group release not known", CHECK_GRP_RELEASE_NEAREST, GS, 8, "009999"),
    FRAME("group trailer gone", CHECK_GRP_TRAILER_MISSING, plant_gone, GE, NULL),
    VALUE("group numbers differ", CHECK_GRP_CONTROL_MISMATCH, GE, 2, "4711"),
    FRAME("group number's zeros", CHECK_GRP_CONTROL_FORM, plant_form, GE, "001"),
    FRAME("count of messages", CHECK_GRP_COUNT, plant_count, GE, NULL),
    PAIR("group number no number", CHECK_GRP_CONTROL, GS, 6, "A12"),
    PAIR("group number long", CHECK_GRP_CONTROL, GS, 6, "1234567890"),
    VALUE("group number empty", CHECK_GRP_CONTROL, GS, 6, ""),
    FRAME("group number twice", CHECK_GRP_DUPLICATE, plant_twice, GS, NULL),
    VALUE("group sender empty", CHECK_GRP_HEADER, GS, 2, ""),
    VALUE("group receiver short", CHECK_GRP_HEADER, GS, 3, "A"),
    VALUE("group date", CHECK_GRP_HEADER, GS, 4, "20250231"),
    VALUE("group time", CHECK_GRP_HEADER, GS, 5, "2500"),
    VALUE("group header's ninth", CHECK_GRP_HEADER, GS, 9, "X"),
    VALUE("group agency", CHECK_GRP_AGENCY, GS, 7, "T"),
    VALUE("group trailer's third", CHECK_GRP_TRAILER, GE, 3, "X"),
    FRAME("segment before ST", CHECK_GRP_CONTENT, plant_between, GS, "REF"),
    FRAME("segment behind SE", CHECK_GRP_CONTENT, plant_between, SE, "REF"),
    FRAME("message trailer alone", CHECK_GRP_TRAILER_ALONE, plant_extra, SE, NULL),
    FRAME("interchange trailer gone", CHECK_ENV_TRAILER_MISSING, plant_second, IEA, NULL),
    FRAME("end gone", CHECK_ENV_ENDS_EARLY, plant_gone, IEA, NULL),
    FRAME("terminator gone", CHECK_ENV_UNTERMINATED, plant_around, 0, NULL),
    FRAME("group trailer alone", CHECK_ENV_TRAILER_ALONE, plant_extra, GE, NULL),
    FRAME("group header gone", CHECK_ENV_GROUP_HEADER_MISSING, plant_gone, GS, NULL),
    FRAME("segment before GS", CHECK_ENV_CONTENT, plant_between, ISA, "REF"),
    FRAME("segment behind GE", CHECK_ENV_CONTENT, plant_between, GE, "REF"),
    FRAME("segment of the network", CHECK_ENV_SERVICE, plant_between, ISA, "ISB"),
    VALUE("interchange numbers differ", CHECK_ENV_CONTROL_MISMATCH, IEA, 2, "000004711"),
    FRAME("interchange number's zeros", CHECK_ENV_CONTROL_FORM, plant_form, IEA, "1"),
    FRAME("count of groups", CHECK_ENV_GROUP_COUNT, plant_count, IEA, NULL),
    FRAME("interchange twice", CHECK_ENV_DUPLICATE, plant_twice, ISA, NULL),
    PAIR("interchange number", CHECK_ENV_CONTROL, ISA, 13, "ABCDEFGHI"),
    VALUE("ISA01", CHECK_ENV_AUTH_QUALIFIER, ISA, 1, "99"),
 /* Without it nobody knows a repeat from a text. */
    {.name = "interchange header gone",
     .code = CHECK_ENV_HEADER_MISSING,
     .plant = plant_gone,
     .option = ISA,
     .shipped = true},
    WITH("ISA02", CHECK_ENV_AUTH_VALUE, plant_information, 2, "03"),
    VALUE("ISA03", CHECK_ENV_SECURITY_QUALIFIER, ISA, 3, "99"),
    WITH("ISA04", CHECK_ENV_SECURITY_VALUE, plant_information, 4, "01"),
    VALUE("ISA05", CHECK_ENV_SENDER_QUALIFIER, ISA, 5, "99"),
    VALUE("ISA06", CHECK_ENV_SENDER, ISA, 6, "               "),
    VALUE("ISA07", CHECK_ENV_RECEIVER_QUALIFIER, ISA, 7, "99"),
    VALUE("ISA08", CHECK_ENV_RECEIVER, ISA, 8, "               "),
    VALUE("ISA09", CHECK_ENV_DATE, ISA, 9, "251301"),
    VALUE("ISA10", CHECK_ENV_TIME, ISA, 10, "2460"),
    VALUE("ISA11 a digit", CHECK_ENV_STANDARD, ISA, 11, "9"),
    VALUE("ISA11 a letter", CHECK_ENV_STANDARD_UNKNOWN, ISA, 11, "X"),
    VALUE("ISA11 a separator", CHECK_ENV_REPETITION_SEPARATOR, ISA, 11, "%"),
    VALUE("ISA12 no version", CHECK_ENV_VERSION, ISA, 12, "ABCDE"),
    VALUE("ISA12 not known", CHECK_ENV_VERSION_UNKNOWN, ISA, 12, "00999"),
    VALUE("ISA14", CHECK_ENV_ACK_REQUESTED, ISA, 14, "9"),
    VALUE("ISA15", CHECK_ENV_TEST, ISA, 15, "X"),
    WITH("terminator of data", CHECK_ENV_TERMINATOR, plant_separator, 0, NULL),
    WITH("element separator of data", CHECK_ENV_ELEMENT_SEPARATOR, plant_separator, 0, NULL),
    WITH("component separator of data", CHECK_ENV_COMPONENT_SEPARATOR, plant_separator, 16, NULL),
    WITH("ISA not filled", CHECK_ENV_ISA_SHORT, plant_short, 6, NULL),
    VALUE("interchange trailer's third", CHECK_ENV_TRAILER, IEA, 3, "X"),
    WITH("answer's verdict", CHECK_ENV_TA1, plant_answer, 4, "X"),
    WITH("answer's date", CHECK_ENV_TA1, plant_answer, 2, "251301"),
    FRAME("byte order mark", CHECK_FILE_BOM, plant_around, 0, NULL),
    FRAME("no interchange", CHECK_FILE_NOT_EDI, plant_around, 0, "item;quantity\r\nA-1;5\r\n"),
    FRAME("text behind the end", CHECK_FILE_NOISE, plant_around, 0, "\r\nBest regards, Ann"),
};

const struct gen_kind *
gen_kinds_frame(size_t *ret_count)
{
    *ret_count = sizeof KINDS / sizeof KINDS[0];
    return KINDS;
}
