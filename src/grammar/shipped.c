/*
 * The grammars that are linked into the program. meson compiles them from grammars/ with wb-gramc
 * and embeds the tables; nothing is parsed at start.
 */
#include "grammar/shipped.h"

#include <assert.h>

#include "grammar/table_priv.h"

extern const char grammar_x12_004010[];
extern const char grammar_x12_004010_end[];

enum { RELEASE_DIGITS = 6 };

struct shipped {
    const char *standard;
    const char *release; /* RELEASE_DIGITS digits */
    const char *from;
    const char *end;
};

static const struct shipped *
shipped_all(size_t *ret_count)
{
    static const struct shipped all[] = {
        {"x12", "004010", grammar_x12_004010, grammar_x12_004010_end},
    };
    *ret_count = sizeof all / sizeof all[0];
    return all;
}

size_t
grammar_shipped_count(void)
{
    size_t count = 0;
    (void)shipped_all(&count);
    return count;
}

enum wb_rc
grammar_shipped_open(struct wb_ctx *ctx, size_t index, struct grammar *ret)
{
    size_t count = 0;
    const struct shipped *all = shipped_all(&count);
    assert(index < count);
    const uintptr_t size = (uintptr_t)all[index].end - (uintptr_t)all[index].from;
    return table_adopt(ctx, (struct wb_str){all[index].from, size}, ret);
}

/*
 * "004010VICS" and "00401" (as ISA12 has it) as a number: six digits, missing ones are zeros. 0
 * when it does not begin with a digit.
 */
static uint32_t
release_number(struct wb_str release)
{
    uint32_t number = 0;
    bool digits = true;
    for (size_t i = 0; i < RELEASE_DIGITS; i++) {
        digits = digits && i < release.len && release.at[i] >= '0' && release.at[i] <= '9';
        number = number * 10 + (digits ? (uint32_t)(release.at[i] - '0') : 0);
    }
    return number;
}

static uint32_t
gap(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

enum wb_rc
grammar_shipped_find(struct wb_ctx *ctx, struct wb_str standard, struct wb_str release,
                     struct grammar *ret, bool *ret_exact)
{
    size_t count = 0;
    const struct shipped *all = shipped_all(&count);
    const uint32_t wanted = release_number(release);
    size_t best = count;
    for (size_t i = 0; i < count; i++) {
        const uint32_t number = release_number(wb_str_of(all[i].release));
        if (wb_str_eq(standard, wb_str_of(all[i].standard)) &&
            (best == count ||
             gap(number, wanted) < gap(release_number(wb_str_of(all[best].release)), wanted))) {
            best = i;
        }
    }
    if (best == count) {
        return wb_fail(ctx, WB_NOT_FOUND, "no grammar of the standard '" WB_FMT "' is known",
                       WB_ARG(wb_str_sub(standard, 0, 60)));
    }
    const enum wb_rc rc = grammar_shipped_open(ctx, best, ret);
    if (rc == WB_OK) {
        *ret_exact = release_number(wb_str_of(all[best].release)) == wanted;
    }
    return rc;
}
