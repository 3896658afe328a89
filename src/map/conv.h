#pragma once
/*
 * Conversions between a left value (elements of a segment, or a field of a left record) and a right
 * value. Each is a partial bijection: both directions have a domain, and what is outside is
 * refused, never guessed.
 */
#include "base/arena.h"
#include "grammar/table.h"
#include "map/program.h"
#include "record/record.h"
#include "wire/token.h"

/*
 * X(NAME, "name", doc). "name" is what a map says after `as`; "" = chosen by the types of both
 * sides (conv_between). The right type is conv.type. EDI elements are the place's parts in order.
 */
#define MAP_CONVS(X)                                                                               \
    X(TEXT, "",                                                                                    \
      "one element, any text; right TEXT or CODE. Blanks that pad an AN to its minimum are not "   \
      "part of it")                                                                                \
    X(RAW, "", "one element; right RAW is conv.text ':' element")                                  \
    X(DEC, "", "R, or EDIFACT n: a decimal with its mark; right DEC")                              \
    X(IMPLIED, "", "N0..N9: the point is implied; right DEC, or INT for N0")                       \
    X(INT, "", "R, N0 or digits without fraction; right INT")                                      \
    X(DATE, "", "DT: CCYYMMDD or YYMMDD; right DATE")                                              \
    X(MOMENT, "",                                                                                  \
      "DT, DT+TM, DT+TM+zone code; right MOMENT, or DATE when no time is there (conv.flags cut: "  \
      "drop it)")                                                                                  \
    X(DTM, "", "2380+2379: text by format code; right MOMENT or DATE")                             \
    X(TRUTH, "", "left record TRUTH to right TRUTH")                                               \
    X(SAME, "", "left record: same type on both sides (CODE and TEXT are one)")                    \
    X(UPPER, "upper", "text in upper case; a right value in lower case is refused")                \
    X(NEGATED, "negated",                                                                          \
      "as DEC or IMPLIED (by the element, or a left DEC), with the other sign")                    \
    X(GTIN12, "gtin12", "12 digits with a good check digit; right 14 digits, two leading zeros")   \
    X(GTIN13, "gtin13", "13 digits with a good check digit; right 14 digits, one leading zero")    \
    X(GTIN14, "gtin14", "14 digits with a good check digit")                                       \
    X(NDC, "ndc",                                                                                  \
      "left in the form of conv.arg (enum map_ndc); right 11 digits 5-4-2 without hyphens")        \
    X(NUMBER, "number", "left text of digits without leading zeros; right INT")                    \
    X(DAY, "day", "left DATE, or DT; right MOMENT; written back without its time")                 \
    X(LINES, "lines", "left list of texts; right text, lines joined by a newline")                 \
    X(HTML_LINES, "html_lines", "left list of texts; right HTML, a <p> each")                      \
    X(CHUNKS, "chunks",                                                                            \
      "PUT_ALL, TAKE_ALL of a text: pieces of at most conv.arg bytes (MAP_NONE: the element's "    \
      "max)")

enum map_conv_kind {
#define X(name, text, doc) MAP_CONV_##name,
    MAP_CONVS(X)
#undef X
        MAP_CONV_KINDS
};

enum map_conv_flag {
    MAP_CONV_CUT = 1,   /* longer texts are cut, times are dropped */
    MAP_CONV_ROUND = 2, /* decimals are rounded to what the element holds */
};

/* ndc(FORM): digits of labeler-product-package, with or without hyphens. "plain" = without. */
enum map_ndc {
    MAP_NDC_5_4_2,
    MAP_NDC_4_4_2,
    MAP_NDC_5_3_2,
    MAP_NDC_5_4_1,
    MAP_NDC_PLAIN = 8 /* or-ed */
};

/* ---- for the compiler ---- */

/* What the left side is: elements, or a field. */
struct conv_left {
    const struct map_element *elements; /* EDI */
    size_t element_count;
    const struct grammar *grammar;
    const struct record_field *field; /* left record; NULL for EDI */
};

/*
 * The conversion chosen by the types alone; *ret is filled (flags 0). right_type is the field's
 * type, or the item type of a list. false when the types do not meet. `ns` is the namespace for a
 * RAW field ("x12:235"), in *ret.text it is left empty: the caller interns it.
 */
WB_MUST bool conv_between(const struct conv_left *left, uint8_t right_type, struct map_conv *ret);
/*
 * The conversion named after `as` with its arguments. On failure *ret_why is a static sentence
 * part: "is no conversion", "takes a size", "does not give a date" ...
 */
WB_MUST bool conv_named(const struct conv_left *left, uint8_t right_type, struct wb_str name,
                        const struct wb_str *args, size_t arg_count, struct map_conv *ret,
                        const char **ret_why);
/* Name of the n-th named conversion for did-you-mean; NULL past the last. */
const char *conv_name(size_t n);
const char *conv_kind_name(unsigned kind);
const char *conv_kind_doc(unsigned kind);

/* Lengths in bytes of what a conversion gives, given the other side's longest. UINT32_MAX = no
 * limit known. */
struct conv_image {
    uint32_t right_max; /* longest right text that reading can give */
    uint32_t
        left_max; /* longest left text that writing can give; counted as the element's max counts */
};
/* left_max: of the element; right_max: text_max of the field, 0 = no limit. */
struct conv_image conv_image(const struct map_conv *conv, uint32_t left_max, uint32_t right_max);

/* ---- for the machine ---- */

enum conv_rc {
    CONV_OK,
    CONV_CUT,      /* good, but cut or rounded as declared */
    CONV_REFUSED,  /* outside the conversion's domain */
    CONV_TOO_LONG, /* does not fit the elements */
    CONV_NOMEM,
};

struct conv_env {
    struct wb_ctx *ctx;
    struct wb_arena *arena; /* where new texts are made */
    struct wb_str strings;  /* of the bundle */
    char decimal_mark;      /* of the message */
};

/* Parts to value. parts[i] is the text at elements[i], empty = absent; the first is never empty. */
WB_MUST enum conv_rc conv_read(const struct conv_env *env, const struct map_conv *conv,
                               const struct map_element *elements, const struct wb_str *parts,
                               size_t count, struct record_value *ret);
/* Value to parts; empty parts are not written. Lengths and types of the elements are kept to. */
WB_MUST enum conv_rc conv_write(const struct conv_env *env, const struct map_conv *conv,
                                const struct map_element *elements, size_t count,
                                const struct record_value *value, struct wb_str *ret_parts);
/* A text into an element as it is: padded to its minimum, refused when it does not fit. */
WB_MUST enum conv_rc conv_text_put_plain(const struct conv_env *env,
                                         const struct map_element *element, struct wb_str text,
                                         struct wb_str *ret);
/* Between records. `ret` may be a list (type LIST, its items in the arena). */
WB_MUST enum conv_rc conv_read_value(const struct conv_env *env, const struct map_conv *conv,
                                     const struct record_value *left, struct record_value *ret);
WB_MUST enum conv_rc conv_write_value(const struct conv_env *env, const struct map_conv *conv,
                                      const struct record_value *value,
                                      struct record_value *ret_left);
/* A text cut so that no piece begins or ends with a blank: length of the first piece, at most max;
 * 0 = cannot. */
size_t conv_chunk(struct wb_str text, size_t max);
/* A value as text (decimals, ISO dates, true/false), in the arena where it is not a text already.
 */
struct wb_str conv_text(const struct conv_env *env, const struct record_value *value);
/* Text to a value of a type; false when it is none. */
WB_MUST bool conv_parse(uint8_t type, struct wb_str text, struct record_value *ret);
/* Equal by value; both of the same type family. */
bool conv_same(const struct record_value *a, const struct record_value *b);
