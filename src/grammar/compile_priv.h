#pragma once
/*
 * What the files of the compiler share: the declarations as they were read, before they become a
 * table. Names are slices of the sources; indexes refer to the sorted arrays once gramc_sort() has
 * run.
 */
#include "grammar/compile.h"
#include "grammar/table_priv.h"

enum gramc_code_no {
#define X(name, code, severity, meaning, cure) GRAM_##name,
#include "grammar/diag.def"
#undef X
    GRAM_CODE_COUNT
};

enum { GRAMC_NOTES_MAX = 99, GRAMC_PLACES_MAX = 99, GRAMC_LENGTH_MAX = INT32_MAX };

struct gramc_code {
    uint32_t element; /* index */
    struct wb_str value;
    struct wb_str label;
    struct lang_pos pos;
};

struct gramc_element {
    struct wb_str id;
    struct wb_str name;
    struct lang_pos pos;
    uint32_t min;
    uint32_t max;
    enum grammar_type type;
    uint8_t scale;
    bool coded;
    bool closed;
    const struct lang_token *inline_codes; /* block behind `codes`, or NULL */
    uint32_t code_first;
    uint32_t code_count;
};

struct gramc_place {
    struct wb_str id;
    struct lang_pos pos;
    uint32_t element; /* index, after gramc_resolve */
    uint32_t composite;
    uint32_t repeat_max;
    enum grammar_need need;
    bool qualifier;
    uint8_t value_no;
};

struct gramc_note {
    struct grammar_note note;
    struct lang_pos pos;
};

/* A segment or a composite: the same things may be said of both. */
struct gramc_shape {
    struct wb_str id;
    struct wb_str name;
    struct lang_pos pos;
    struct gramc_place *places;
    size_t place_count;
    size_t place_cap;
    struct gramc_note *notes;
    size_t note_count;
    size_t note_cap;
    uint32_t qualifier_no;
    uint32_t value_count;
    uint32_t pair_from;
    uint32_t pair_to;
    struct lang_pos pairs_pos;
};

struct gramc_node {
    struct wb_str name;
    struct lang_pos pos;
    struct lang_pos prefer_pos; /* source NULL when not preferred */
    bool is_loop;
    uint32_t segment; /* index, after gramc_resolve; GRAMMAR_NONE when unknown or a loop */
    uint32_t tag;     /* index among the message's tags */
    uint32_t parent;  /* index in the message's nodes; GRAMMAR_NONE for its own node */
    uint32_t child_first;
    uint32_t child_count;
    uint32_t next_sibling;
    uint32_t slot;
    uint32_t depth;
    uint32_t max;
    uint32_t position_no;
    enum grammar_need need;
    enum grammar_area area;
    uint8_t tree_no[4]; /* id, parent, level, child; tree_no[0] 0 = none */
    struct lang_pos tree_pos;
    bool prefer_used;
    bool reported; /* as the second of two places */
};

struct gramc_message {
    struct wb_str id;
    struct wb_str name;
    struct wb_str group;
    struct lang_pos pos;
    struct gramc_node *nodes;
    size_t node_count;
    size_t node_cap;
    struct wb_str *tags; /* sorted */
    uint32_t tag_count;
    uint16_t *moves; /* node_count * tag_count */
    bool broken;     /* an error was reported: no moves are computed */
};

struct gramc_frame {
    struct wb_str header;
    struct wb_str trailer;
    struct lang_pos header_pos;
    struct lang_pos trailer_pos; /* source NULL: the level is not declared */
    uint32_t header_control_no;
    uint32_t trailer_control_no;
    uint32_t trailer_count_no;
    uint8_t counts;
    uint32_t type_no;
    uint32_t release_no;
};

struct gramc_name {
    struct wb_str text;
    struct lang_pos pos;
};

struct gramc {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    struct lang_diags *diags;
    const struct grammar_sources *sources;
    struct gramc_name standard;
    struct wb_str release;
    struct wb_str title;
    struct gramc_element *elements;
    size_t element_count, element_cap;
    struct gramc_shape *composites;
    size_t composite_count, composite_cap;
    struct gramc_shape *segments;
    size_t segment_count, segment_cap;
    struct gramc_message *messages;
    size_t message_count, message_cap;
    struct gramc_code *codes;
    size_t code_count, code_cap;
    struct gramc_name *between;
    size_t between_count, between_cap;
    struct lang_pos envelope_pos; /* source NULL: none */
    struct gramc_frame frames[GRAMMAR_LEVELS];
    bool failed; /* out of memory; the error is recorded in ctx */
};

/* compile.c */
/* Adds a diagnostic with the severity of its row; NULL past the limit. */
struct lang_diag *gramc_report(struct gramc *c, enum gramc_code_no no, struct lang_pos pos,
                               const char *format, ...) WB_PRINTF(4, 5);
/* "X is missing here", with what is expected. */
void gramc_expected(struct gramc *c, const struct lang_cursor *cursor, const char *what);
void gramc_other(struct lang_diag *diag, struct lang_pos pos, const char *text);
uint32_t gramc_find_element(const struct gramc *c, struct wb_str id);
uint32_t gramc_find_shape(const struct gramc_shape *shapes, size_t count, struct wb_str id);
void gramc_guess_segment(const struct gramc *c, struct lang_diag *diag, struct wb_str tag);

/* read.c: pieces of statements. Each reports what is missing and then returns false or NULL. */
const struct lang_token *gramc_word(struct gramc *c, struct lang_cursor *cursor, const char *what);
bool gramc_string(struct gramc *c, struct lang_cursor *cursor, struct wb_str *ret);
bool gramc_number(struct gramc *c, struct lang_cursor *cursor, const char *what, uint32_t max,
                  uint32_t *ret);
const struct lang_token *gramc_block(struct gramc *c, struct lang_cursor *cursor);
bool gramc_need(struct gramc *c, struct lang_cursor *cursor, bool relational,
                enum grammar_need *ret);
/* Reports what is left of a statement. */
void gramc_end(struct gramc *c, struct lang_cursor *cursor);
/* A number of at most `max`, 0 when it is none: for words that are numbers without being counts
 * (01, 010). */
bool gramc_word_number(const struct lang_token *token, uint32_t max, uint32_t *ret);

/* declare.c, message.c, envelope.c: one declaration, the cursor behind its keyword. */
void gramc_standard(struct gramc *c, struct lang_cursor *cursor);
void gramc_element(struct gramc *c, struct lang_cursor *cursor);
void gramc_composite(struct gramc *c, struct lang_cursor *cursor);
void gramc_segment(struct gramc *c, struct lang_cursor *cursor);
void gramc_message(struct gramc *c, struct lang_cursor *cursor);
void gramc_envelope(struct gramc *c, struct lang_cursor *cursor);

/* codes.c: inline lists and the codes file, after the elements are sorted. */
void gramc_codes(struct gramc *c);
/* resolve.c: names become indexes; what does not fit together is reported. */
void gramc_sort(struct gramc *c);
void gramc_resolve(struct gramc *c);
void gramc_resolve_message(struct gramc *c, struct gramc_message *message);
/* moves.c: the move table of a message without errors; ambiguities are reported. */
void gramc_moves(struct gramc *c, struct gramc_message *message);

struct gramc_choice {   /* of places for one tag, in one state */
    uint32_t first;     /* candidate, lawful or not */
    uint32_t lawful;    /* first lawful one */
    uint32_t second;    /* second lawful one */
    uint32_t preferred; /* first lawful one that is marked */
    uint32_t rival;     /* second lawful one that is marked */
};

struct gramc_state {
    struct gramc *c;
    struct gramc_message *message;
    struct gramc_choice *choices; /* one a tag */
    uint32_t from;                /* the place that took the last segment; 0 = the start */
    bool torn;                    /* two places could take one segment somewhere */
};

/* moves.c: fills the choices of the state that `from` says. */
void gramc_choices(struct gramc_state *state);
/* ambiguity.c: reports each place that could take what another takes, with a shortest sequence of
 * segments that shows it. */
void gramc_ambiguities(struct gramc_state *state);
/* emit.c: the table's bytes. */
WB_MUST enum wb_rc gramc_emit(struct gramc *c, struct wb_str *ret);
