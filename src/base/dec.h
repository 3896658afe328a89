#pragma once
/*
 * Exact decimals: an integer and a scale. Products go through 128 bits; what does not fit is
 * reported, never wrapped. The scale that was read is kept (12.50 stays 12.50); comparison is by
 * value.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { WB_DEC_SCALE_MAX = 18, WB_DEC_TEXT_MAX = 40 };

struct wb_dec {
    int64_t units; /* value * 10^scale */
    uint8_t scale;
};

enum wb_dec_rc { WB_DEC_OK, WB_DEC_SYNTAX, WB_DEC_RANGE };

/*
 * [+-]digits[.digits], with decimal_mark as the point ('.' or ','). No exponent, no blanks, at
 * least one digit, on either side of the mark (.5 and 5. are read).
 * "-0" is 0. Leading zeros are dropped, trailing zeros are kept as scale.
 */
WB_MUST enum wb_dec_rc wb_dec_parse(struct wb_str text, char decimal_mark, struct wb_dec *ret);
/* [-]digits with `scale` implied decimals (X12 N0..N9). */
WB_MUST enum wb_dec_rc wb_dec_parse_implied(struct wb_str text, uint8_t scale, struct wb_dec *ret);
/* Shortest exact text that keeps the scale; returns the length. `text` has WB_DEC_TEXT_MAX bytes.
 */
size_t wb_dec_print(struct wb_dec d, char decimal_mark, char *text);
/* As N`scale`: no point. false when a digit would be lost. */
WB_MUST bool wb_dec_print_implied(struct wb_dec d, uint8_t scale, char *text, size_t *ret_len);
WB_MUST bool wb_dec_add(struct wb_dec a, struct wb_dec b, struct wb_dec *ret);
WB_MUST bool wb_dec_sub(struct wb_dec a, struct wb_dec b, struct wb_dec *ret);
WB_MUST bool wb_dec_mul(struct wb_dec a, struct wb_dec b, struct wb_dec *ret);
/* a / b rounded half away from zero to `scale` places; false for b = 0 or no fit. */
WB_MUST bool wb_dec_div(struct wb_dec a, struct wb_dec b, uint8_t scale, struct wb_dec *ret);
/* Half away from zero; unchanged when d has no more than `scale` places. */
struct wb_dec wb_dec_round(struct wb_dec d, uint8_t scale);
/* Without trailing zeros behind the point. */
struct wb_dec wb_dec_trim(struct wb_dec d);
int wb_dec_cmp(struct wb_dec a, struct wb_dec b);
struct wb_dec wb_dec_int(int64_t value);
