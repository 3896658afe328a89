/*
 * Texts from outside in the ground floor: what is read as a number or a moment prints back to the
 * same value, and what is shown on a terminal or written as JSON is well-formed UTF-8 without
 * controls, whatever the bytes were.
 */
#include <stdlib.h>

#include "base/date.h"
#include "base/dec.h"
#include "base/json_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void
check_numbers(struct wb_str text)
{
    struct wb_dec d;
    struct wb_dec back;
    char printed[WB_DEC_TEXT_MAX];
    if (wb_dec_parse(text, '.', &d) != WB_DEC_OK) {
        return;
    }
    const size_t len = wb_dec_print(d, '.', printed);
    require(wb_dec_parse((struct wb_str){printed, len}, '.', &back) == WB_DEC_OK);
    require(back.units == d.units && back.scale == d.scale);
    require(wb_dec_cmp(wb_dec_trim(d), d) == 0);
    require(!wb_dec_div(d, wb_dec_int(0), 2, &back));
}

static void
check_moments(struct wb_str text)
{
    struct wb_date date;
    struct wb_moment m;
    char printed[WB_MOMENT_TEXT_MAX];
    if (wb_date_parse_compact(text, &date)) {
        require(wb_date_cmp(wb_date_of_days(wb_date_days(date)), date) == 0);
    }
    if (wb_moment_parse_iso(text, &m)) {
        require(wb_str_eq(text, (struct wb_str){printed, wb_moment_print_iso(m, printed)}));
    }
}

/* Whole characters only, and none that a terminal would obey. The newline that ends JSON stands
 * outside. */
static void
check_clean(struct wb_str text)
{
    for (size_t at = 0; at < text.len;) {
        const size_t len = wb_str_utf8(wb_str_sub(text, at, 4));
        const unsigned char first = (unsigned char)text.at[at];
        require(len > 0);
        require(first >= 0x20 && first != 0x7F);
        require(first != 0xC2 || (unsigned char)text.at[at + 1] >= 0xA0);
        at += len;
    }
}

static void
check_output(struct wb_str text)
{
    struct wb_ctx ctx;
    struct wb_out out;
    struct wb_json json;
    wb_ctx_init(&ctx);
    wb_out_init(&out, &ctx, -1, 64 * 1024 * 1024);
    wb_out_safe(&out, text);
    require(wb_out_finish(&out) == WB_OK);
    check_clean(wb_buf_str(&out.buf));
    wb_buf_clear(&out.buf);
    wb_json_init(&json, &out, false);
    wb_json_str(&json, text);
    require(wb_out_finish(&out) == WB_OK);
    check_clean(wb_str_sub(wb_buf_str(&out.buf), 0, out.buf.len - 1));
    wb_out_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wb_str text = {(const char *)data, size};
    check_numbers(text);
    check_moments(text);
    check_output(text);
    /* Halves of the input against each other: the banded distance is symmetric. */
    const struct wb_str left = wb_str_sub(text, 0, size / 2);
    const struct wb_str right = wb_str_sub(text, size / 2, size);
    require(wb_str_distance(left, right, 8) == wb_str_distance(right, left, 8));
    return 0;
}
