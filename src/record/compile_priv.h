#pragma once
/* What the files of the schema compiler share: the schema while it is being built. */
#include "record/compile.h"

enum record_code_no {
#define X(name, code, severity, meaning, cure) RECORD_##name,
#include "record/diag.def"
#undef X
    RECORD_CODE_COUNT
};

enum { SHAPES_MAX = 1024, FIELDS_MAX = 16384, WORDS_MAX = 65536, SETS_MAX = 1024 };

enum build_kind { BUILD_RECORD, BUILD_DOCUMENT, BUILD_MODEL };
enum build_state { BUILD_DECLARED, BUILD_OPEN, BUILD_DONE };

struct build_shape {
    struct record_shape shape;
    struct record_field *fields;
    size_t count;
    size_t cap;
    enum build_kind kind;
    enum build_state state;
    const struct lang_token *body; /* the block */
    struct lang_pos pos;           /* of the name */
};

struct build_set { /* codes NAME { } */
    struct record_set set;
    struct lang_pos pos;
};

struct build {
    struct wb_ctx *ctx;
    struct wb_arena *arena;
    struct lang_diags *diags;
    struct wb_str schema;
    struct build_shape **shapes; /* each stays where it is while the array grows */
    size_t shape_count;
    size_t shape_cap;
    struct build_set *sets;
    size_t set_count;
    size_t set_cap;
    struct wb_str *words;
    size_t word_count;
    size_t word_cap;
    size_t field_count; /* of all shapes */
    bool full;          /* TOO_MANY was said */
    enum wb_rc rc;      /* the first failure of ours, for want of memory */
};

struct lang_diag *build_report(struct build *build, enum record_code_no no, struct lang_pos pos,
                               const char *format, ...) WB_PRINTF(4, 5);
/* "expected WHAT" where the cursor stands. */
void build_expected(struct build *build, const struct lang_cursor *cursor, const char *what);
/* Reports what is left of a statement. */
void build_end(struct build *build, struct lang_cursor *cursor);
/* A name of ours, or NULL after saying what is wrong. */
const struct lang_token *build_name(struct build *build, struct lang_cursor *cursor,
                                    const char *what);
/* A string when one is next, else empty. */
struct wb_str build_doc(struct lang_cursor *cursor);
/* A whole number from 1 on; false after saying what is wrong. */
bool build_number(struct build *build, struct lang_cursor *cursor, uint32_t *ret);
/* Says once that there is too much. */
void build_full(struct build *build, struct lang_pos pos);

/* A new shape at the end; NULL past the limit. */
struct build_shape *build_shape_add(struct build *build, struct wb_str name, struct lang_pos pos);
/* Index of a shape or RECORD_NONE. */
uint32_t build_shape_find(const struct build *build, struct wb_str name);
const struct build_set *build_set_find(const struct build *build, struct wb_str name);
/* The words of a block of codes into build->words. */
void build_words(struct build *build, const struct lang_token *block, uint32_t *ret_first,
                 uint32_t *ret_count);
/* The fields of a declared shape, and of what stands inside it. */
void build_fields(struct build *build, uint32_t index);
