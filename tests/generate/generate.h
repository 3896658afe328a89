#pragma once
/*
 * Messages made at random from a compiled grammar: correct ones that reach every place, edge, code
 * and note, and broken ones with one planted defect each. What a document is made of stays a model
 * until it is written, so that defects are edits of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "check/finding.h"
#include "grammar/table.h"
#include "wire/token.h"

/* One value: an element, one repeat, one component of it (0: the element is simple). */
struct gen_value {
    uint32_t element_no;
    uint32_t repeat_no;
    uint32_t component_no;
    struct wb_str text;
};

struct gen_segment {
    uint32_t node; /* GRAMMAR_NONE in the envelope, and where a defect put it */
    uint32_t row;  /* in segments, GRAMMAR_NONE when the grammar has none */
    struct wb_str tag;
    struct gen_value *values; /* in the order they are written */
    size_t count;
    size_t cap;
    uint32_t elements_min; /* so many are written, empty or not */
    struct wb_str before;  /* bytes before it that belong to no segment */
};

/* A whole interchange with one message. */
struct gen_document {
    const struct grammar *grammar;
    const struct grammar_message *message;
    struct wire_delims delims;
    struct gen_segment *segments;
    size_t count;
    size_t cap;
    bool unterminated; /* the last segment has no terminator */
};

struct gen_coverage;

struct gen {
    struct wb_ctx *ctx;
    struct wb_arena *arena; /* of the document at hand: reset it between documents */
    const struct grammar *grammar;
    struct gen_coverage *coverage; /* what is reached counts here and is steered by; NULL = off */
    uint64_t random;               /* not 0 */
    size_t segments_max;           /* from here on only what must be there */
    uint32_t wanted;               /* a node to reach, GRAMMAR_NONE = any */
    const uint8_t *preferred;      /* by code: taken more often than others; NULL = none is */
};

/* Numbers below limit, and true in so many of a hundred cases. */
uint32_t gen_below(struct gen *gen, uint32_t limit);
bool gen_chance(struct gen *gen, uint32_t percent);

/* order.c: a correct message as the nodes that its segments are made from. */
WB_MUST size_t gen_nodes(struct gen *gen, const struct grammar_message *message, uint32_t *nodes,
                         size_t max);
/*
 * The node that each segment of a document from its ST on is taken by; false when one has none or
 * another than it was made from.
 */
bool gen_followed(const struct gen_document *document);

/* value.c: a correct value for an element, from the lists and edges not met yet. */
struct wb_str gen_element(struct gen *gen, uint32_t element);
/* A number of exactly so many digits; an alphabet's text of exactly so many characters. */
struct wb_str gen_digits(struct gen *gen, uint32_t len);
struct wb_str gen_text(struct gen *gen, uint32_t len, bool upper);
/* Marks the codes of all lists that stand as words in a text, such as the source of a map. */
void gen_prefer_words(const struct grammar *grammar, struct wb_str text, uint8_t *preferred);
/* Codes that get advice are correct and say something else than they seem to. */
bool gen_code_advised(const struct grammar *grammar, uint32_t element, struct wb_str code);

/* fill.c: the elements of a segment. */
struct gen_unit { /* a segment or composite */
    uint32_t place_first, place_count, note_first, note_count;
};
struct gen_unit gen_unit_segment(const struct grammar *grammar, uint32_t row);
struct gen_unit gen_unit_composite(const struct grammar *grammar, uint32_t composite);
uint64_t gen_mandatory(const struct grammar *grammar, const struct gen_unit *unit);
/* Whether a note is broken by what is there (bit position - 1). */
bool gen_note_broken(const struct grammar_note *note, uint64_t present);
/* How many notes are; *ret_last is the last of them. */
uint32_t gen_notes_broken(const struct grammar *grammar, const struct gen_unit *unit,
                          uint64_t present, uint32_t *ret_last);
/* A correct set of places, or false when none was found. */
bool gen_present(struct gen *gen, const struct gen_unit *unit, uint64_t *ret);
void gen_fill(struct gen *gen, const struct gen_document *document, struct gen_segment *segment);
/* One place of the segment with new values; what was there is gone. */
void gen_fill_place(struct gen *gen, const struct gen_document *document,
                    struct gen_segment *segment, uint32_t element_no);
/* Which elements have a value; which components one repeat of an element has. */
uint64_t gen_mask(const struct gen_segment *segment);
uint64_t gen_component_mask(const struct gen_segment *segment, uint32_t element_no,
                            uint32_t repeat_no);
struct gen_value *gen_find(struct gen_segment *segment, uint32_t element_no, uint32_t repeat_no,
                           uint32_t component_no);
/* Puts a value in its place; an empty text takes it out. repeat_no 0 stands for 1. */
void gen_set(struct gen *gen, struct gen_segment *segment, uint32_t element_no, uint32_t repeat_no,
             uint32_t component_no, struct wb_str text);
void gen_clear(struct gen_segment *segment, uint32_t element_no);

/* document.c */
void gen_document(struct gen *gen, uint32_t message, struct gen_document *ret);
struct gen_segment *gen_insert(struct gen *gen, struct gen_document *document, size_t at,
                               struct wb_str tag);
/* A copy of segments [from, from + count) put before `at`. */
void gen_copy(struct gen *gen, struct gen_document *document, size_t from, size_t count, size_t at);
void gen_remove(struct gen_document *document, size_t at, size_t count);
/* The first segment with this tag, or document->count. */
size_t gen_seek(const struct gen_document *document, const char *tag);
/* Index of header and trailer of the message; segment number 1 is the header. */
size_t gen_header(const struct gen_document *document);
size_t gen_trailer(const struct gen_document *document);
uint32_t gen_segment_no(const struct gen_document *document, size_t at);
/* The trailer's count is made right again. */
void gen_recount(struct gen *gen, struct gen_document *document);
/* In the arena. */
struct wb_str gen_write(struct gen *gen, const struct gen_document *document);
struct wb_str gen_printf(struct gen *gen, const char *format, ...) WB_PRINTF(2, 3);

/* coverage.c */
struct gen_coverage *gen_coverage_new(struct wb_ctx *ctx, struct wb_arena *arena,
                                      const struct grammar *grammar);
enum gen_edge { GEN_NONE, GEN_ONE, GEN_TWO, GEN_MOST, GEN_EDGES };
enum gen_form { GEN_SHORTEST, GEN_LONGEST, GEN_NEGATIVE, GEN_POINT, GEN_SPECIAL, GEN_FORMS };
enum gen_note_state { GEN_EMPTY, GEN_FIRST, GEN_ALL, GEN_OTHERS, GEN_SOME, GEN_STATES };
/* Counts that are tried of a node; a maximum above is no edge of ours. */
enum { GEN_MOST_MAX = 30 };
uint32_t gen_edge_count(const struct grammar_node *node, enum gen_edge edge);
bool gen_edge_wanted(const struct gen_coverage *coverage, uint32_t node, enum gen_edge edge);
void gen_edge_met(struct gen_coverage *coverage, uint32_t node, uint32_t count);
void gen_place_met(struct gen_coverage *coverage, uint32_t place, bool filled);
bool gen_place_wanted(const struct gen_coverage *coverage, uint32_t place, bool filled);
bool gen_form_possible(const struct grammar_element *element, enum gen_form form);
bool gen_form_wanted(const struct gen_coverage *coverage, uint32_t element, enum gen_form form);
void gen_form_met(struct gen_coverage *coverage, uint32_t element, enum gen_form form);
/* The next code of a list in turn, preferring those not met. */
uint32_t gen_code_next(struct gen_coverage *coverage, uint32_t element);
void gen_code_met(struct gen_coverage *coverage, uint32_t element, uint32_t code);
/* A node from `from` on where codes can be met that were not; GRAMMAR_NONE behind the last. */
uint32_t gen_coverage_next(const struct gen_coverage *coverage,
                           const struct grammar_message *message, uint32_t from);
enum gen_note_state gen_state(const struct grammar_note *note, uint64_t present);
bool gen_state_wanted(const struct gen_coverage *coverage, uint32_t note,
                      enum gen_note_state state);
void gen_state_met(struct gen_coverage *coverage, uint32_t note, uint64_t present);
/* A repeat of a place was 1, 2, or its most. */
void gen_repeat_met(struct gen_coverage *coverage, uint32_t place, uint32_t count);

/* Reached and reachable, of what the messages of the grammar use. */
struct gen_tally {
    uint32_t reached, total;
};
struct gen_tallies {
    struct gen_tally places, edges, filled, empty, components, forms, codes, notes, repeats;
};
struct gen_tallies gen_coverage_count(const struct gen_coverage *coverage);
/* Prints the tallies, and by name what was not reached (at most so many of each kind). */
void gen_coverage_print(const struct gen_coverage *coverage, const char *title, size_t names_max);
