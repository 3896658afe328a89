/*
 * Advice on units, prices and quantities, as far as one segment shows it. What a code suggests is
 * in advice.def; what depends on two elements is here.
 */
#include "check/advice.h"

#include <stdio.h>
#include <string.h>

struct advice {
    uint8_t watch;
    const char *code;
    const char *words;
};

static const struct advice ADVICE[] = {
#define A(watch, code, words) {watch, code, words},
#include "check/advice.def"
#undef A
};

/* Units of which a part is no usual order. */
static const char *const WHOLE_UNITS[] = {"EA", "CA", "BX", "CT", "PK", "BO", "VI", "KT", "ST",
                                          "PR", "TY", "SZ", "AM", "TB", "BG", "UN", "PC"};

static void
tell(struct wb_ctx *ctx, struct check *c, const struct check_place *place, uint32_t element_no,
     uint32_t component_no, struct wb_str value, enum check_code code, struct wb_str expect)
{
    struct check_report report = CHECK_REPORT(code);
    report.at = c->segment.at + (uint64_t)(value.at - c->segment.bytes.at);
    report.len = value.len;
    report.element_no = element_no;
    report.component_no = component_no;
    report.element = place->element;
    report.value = value;
    report.expect = expect;
    check_report(ctx, c, &report);
}

static void
advise_code(struct wb_ctx *ctx, struct check *c, const struct check_place *place,
            uint32_t element_no, uint32_t component_no, struct wb_str value)
{
    for (size_t i = 0; i < sizeof ADVICE / sizeof ADVICE[0]; i++) {
        if ((ADVICE[i].watch & place->watch) != 0 && wb_str_eq(value, wb_str_of(ADVICE[i].code))) {
            const bool unit = ADVICE[i].watch == CHECK_WATCH_UNIT;
            tell(ctx, c, place, element_no, component_no, value,
                 unit ? CHECK_ADV_UNIT : CHECK_ADV_PRICE_BASIS, wb_str_of(ADVICE[i].words));
            return;
        }
    }
}

static bool
has_fraction(struct wb_str value)
{
    const size_t point = wb_str_find(value, '.');
    for (size_t i = point + 1; i < value.len; i++) {
        if (value.at[i] != '0') {
            return true;
        }
    }
    return false;
}

static void
advise_quantity(struct wb_ctx *ctx, struct check *c, const struct check_place *place,
                uint32_t element_no, struct wb_str value)
{
    if (value.at[0] == '-') {
        tell(ctx, c, place, element_no, 0, value, CHECK_ADV_NEGATIVE, (struct wb_str){"", 0});
    }
    if (!has_fraction(value)) {
        return;
    }
    const struct wb_str unit = wire_text(&c->segment, element_no + 1);
    for (size_t i = 0; i < sizeof WHOLE_UNITS / sizeof WHOLE_UNITS[0]; i++) {
        if (wb_str_eq(unit, wb_str_of(WHOLE_UNITS[i]))) {
            tell(ctx, c, place, element_no, 0, value, CHECK_ADV_FRACTION, unit);
            return;
        }
    }
}

void
check_advise(struct wb_ctx *ctx, struct check *c, const struct check_place *place,
             uint32_t element_no, uint32_t component_no, struct wb_str value)
{
    if ((place->watch & CHECK_WATCH_QUANTITY) != 0) {
        if (component_no == 0) {
            advise_quantity(ctx, c, place, element_no, value);
        }
        return;
    }
    if (value.len == 2) {
        advise_code(ctx, c, place, element_no, component_no, value);
    }
}
