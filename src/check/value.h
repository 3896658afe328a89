#pragma once
/* One value against its element: type, length, characters. Pure; codes and places are element.c's.
 */
#include "check/finding.h"
#include "check/rules.h"

/* No finding and no note can come of this value, codes aside. `plain`: every byte is known to be
 * printable ASCII. */
bool check_value_good(const struct check_place *place, struct wb_str value, bool plain);

/* What is wrong with a value that is not good. */
struct check_value_fault {
    enum check_code code; /* CHECK_CODE_COUNT = nothing but the notes */
    char expect[64];
    enum check_code notes[4]; /* ELM_BLANKS, ELM_ZEROS, ELM_NOT_ASCII */
    char note_expect[4][32];
    uint32_t note_count;
    struct wb_str core; /* without the blanks that do not count: what codes are compared with */
};
void check_value_look(const struct check_place *place, struct wb_str value,
                      struct check_value_fault *ret);
/* Every byte from blank to tilde. */
bool check_plain(struct wb_str bytes);
/* YYMMDD as CCYYMMDD; false when it is no date. */
bool check_date_widen(struct wb_str value, char text[8]);
