/*
 * Advice on units, prices and quantities, as far as one segment shows it. What a code suggests is
 * in advice.def; what depends on two elements is here.
 */
#include "check/advice.h"

#include <string.h>

enum { CODE_LEN = 2 };

struct advice {
    uint8_t watch;
    char code[CODE_LEN + 1];
    const char *words;
};

static const struct advice ADVICE[] = {
#define A(watch, code, words) {watch, code, words},
#include "check/advice.def"
#undef A
};

/* Units of which a part is no usual order. */
static const char WHOLE_UNITS[][CODE_LEN + 1] = {"EA", "CA", "BX", "CT", "PK", "BO",
                                                 "VI", "KT", "ST", "PR", "TY", "SZ",
                                                 "AM", "TB", "BG", "UN", "PC"};

static void
tell(struct wb_ctx *ctx, struct check *c, const struct check_watched *w, enum check_code code,
     struct wb_str expect)
{
    struct check_report report = CHECK_REPORT(code);
    report.at = c->segment.at + (uint64_t)(w->value.at - c->segment.bytes.at);
    report.len = w->value.len;
    report.element_no = w->element_no;
    report.component_no = w->component_no;
    report.element = w->place->element;
    report.value = w->value;
    report.expect = expect;
    check_report(ctx, c, &report);
}

static void
advise_code(struct wb_ctx *ctx, struct check *c, const struct check_watched *w)
{
    for (size_t i = 0; i < sizeof ADVICE / sizeof ADVICE[0]; i++) {
        const struct advice *advice = &ADVICE[i];
        if ((advice->watch & w->place->watch) != 0 && w->value.at[0] == advice->code[0] &&
            w->value.at[1] == advice->code[1]) {
            tell(ctx, c, w,
                 advice->watch == CHECK_WATCH_UNIT ? CHECK_ADV_UNIT : CHECK_ADV_PRICE_BASIS,
                 wb_str_of(advice->words));
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

/* Zero is zero, with a minus before it too. */
static bool
all_zero(struct wb_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] >= '1' && value.at[i] <= '9') {
            return false;
        }
    }
    return true;
}

static void
advise_quantity(struct wb_ctx *ctx, struct check *c, const struct check_watched *w)
{
    if (w->value.at[0] == '-' && !all_zero(w->value)) {
        tell(ctx, c, w, CHECK_ADV_NEGATIVE, (struct wb_str){"", 0});
    }
    if (!has_fraction(w->value)) {
        return;
    }
    const struct wb_str unit = wire_text(&c->segment, w->element_no + 1);
    for (size_t i = 0; i < sizeof WHOLE_UNITS / sizeof WHOLE_UNITS[0]; i++) {
        if (unit.len == CODE_LEN && memcmp(unit.at, WHOLE_UNITS[i], CODE_LEN) == 0) {
            tell(ctx, c, w, CHECK_ADV_FRACTION, unit);
            return;
        }
    }
}

void
check_advise(struct wb_ctx *ctx, struct check *c, const struct check_watched *watched)
{
    if ((watched->place->watch & CHECK_WATCH_QUANTITY) != 0) {
        if (watched->component_no == 0) {
            advise_quantity(ctx, c, watched);
        }
    } else if (watched->value.len == CODE_LEN) {
        advise_code(ctx, c, watched);
    }
}
