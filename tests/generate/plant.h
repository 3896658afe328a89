#pragma once
/*
 * Defects, one planted in a correct document: what must be found and where, and what else may be,
 * both said before the check has looked.
 */
#include "generate.h"

enum { GEN_CONSEQUENCES_MAX = 2, GEN_ANYWHERE = 0xffff };

struct gen_expect {
    enum check_code code;
    uint32_t segment_no; /* in the message; 0 outside; GEN_ANYWHERE */
    uint32_t element_no;
    uint32_t component_no;
};

struct gen_plant {
    struct gen_expect found;
    struct gen_expect allowed[GEN_CONSEQUENCES_MAX];
    size_t allowed_count;
    struct wb_str before; /* bytes before the whole */
    struct wb_str behind;
};

struct gen_kind {
    const char *name;
    enum check_code code;
    /* False when the document has no place for it; it may have been changed all the same. */
    bool (*plant)(struct gen *gen, const struct gen_kind *kind, struct gen_document *document,
                  struct gen_plant *ret);
    int option;       /* whatever .plant makes of it */
    uint32_t element; /* and an element with its value, of kinds that are about one of the frame */
    const char *value;
    uint32_t times_max; /* it costs much; 0 = as often as the others */
    bool shipped;       /* needs the code lists of the real envelope */
};

const struct gen_kind *gen_kinds_element(size_t *ret_count);
const struct gen_kind *gen_kinds_segment(size_t *ret_count);
const struct gen_kind *gen_kinds_frame(size_t *ret_count);
/* One of the message's segments between header and trailer; false when there is none. */
bool gen_some(struct gen *gen, const struct gen_document *document, size_t *ret_at);
void gen_allow(struct gen_plant *plant, enum check_code code, uint32_t segment_no);
