#pragma once
/*
 * Character sets of EDIFACT: from the bytes of a value to UTF-8 and back. Separators are bytes and
 * are found before anything here; what is decoded is a value without release characters, what is
 * encoded is a value before they are put in.
 */
#include "base/arena.h"
#include "base/ctx.h"

enum wire_charset {
    WIRE_CHARSET_NONE, /* not named, or by a name that is not ours; taken for UTF-8 */
#define X(name, form, part, words) WIRE_CHARSET_##name,
#include "wire/charset.def"
#undef X
    WIRE_CHARSET_COUNT
};

/* The set that a syntax identifier (UNB01, first component) names; NONE for any other text. */
enum wire_charset wire_charset_find(struct wb_str id);
/* Its identifier, and what it is in words; both empty for NONE. */
struct wb_str wire_charset_id(enum wire_charset charset);
struct wb_str wire_charset_words(enum wire_charset charset);

/* Bytes that the set does not have. */
struct wire_charset_fault {
    uint64_t count;
    size_t at; /* of the first */
};

/*
 * A value in UTF-8, in the arena or `bytes` itself where nothing changes. It can always be read: a
 * byte that the set does not have counts as a fault and comes out as U+FFFD; in UNOA and UNOB,
 * which hardly anybody keeps to, as the character that is meant in UTF-8 or else in ISO 8859-1.
 */
WB_MUST enum wb_rc wire_charset_decode(struct wb_ctx *ctx, struct wb_arena *arena,
                                       enum wire_charset charset, struct wb_str bytes,
                                       struct wb_str *ret, struct wire_charset_fault *ret_fault);
/*
 * A value in the set, in the arena or `text` itself. What the set does not have fails with
 * WB_INVALID, or becomes `replacement` and is counted when that is not 0.
 */
WB_MUST enum wb_rc wire_charset_encode(struct wb_ctx *ctx, struct wb_arena *arena,
                                       enum wire_charset charset, struct wb_str text,
                                       uint8_t replacement, struct wb_str *ret,
                                       uint64_t *ret_replaced);
