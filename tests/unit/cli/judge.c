/*
 * What holds of every run, whatever fails in it. A command whose exit code says that its result is
 * whole has printed what a clean run prints, byte for byte. Any other has said why, has left the
 * file as it was or replaced it whole, and has printed at most the beginning. Nothing stays open
 * or in memory, and no file is left behind unless the process ended at once.
 */
#include <string.h>

#include "program.h"

enum { GOOD = 0, FINDINGS = 1, REFUSED = 6 };

static bool
same(const struct kept *a, const struct kept *b)
{
    const size_t len = a->len < KEPT_MAX ? a->len : KEPT_MAX;
    return a->len == b->len && memcmp(a->at, b->at, len) == 0;
}

static bool
begins(const struct kept *whole, const struct kept *part)
{
    const size_t len = part->len < KEPT_MAX ? part->len : KEPT_MAX;
    return part->len <= whole->len && memcmp(whole->at, part->at, len) == 0;
}

static bool
untouched(const struct kept *file)
{
    return file->len == strlen(FILE_BEFORE) && memcmp(file->at, FILE_BEFORE, file->len) == 0;
}

/* The last line is a sentence that a clean run does not say. */
static bool
complained(const struct kept *clean, const struct kept *err)
{
    static const char unknown[] = "unknown failure";
    struct wb_str text = {err->at, err->len < KEPT_MAX ? err->len : KEPT_MAX};
    if (text.len < 2 || text.at[text.len - 1] != '\n') {
        return false;
    }
    size_t from = text.len - 1;
    while (from > 0 && text.at[from - 1] != '\n') {
        from--;
    }
    const struct wb_str line = wb_str_sub(text, from, text.len);
    const struct wb_str before = {clean->at, clean->len < KEPT_MAX ? clean->len : KEPT_MAX};
    return line.len > sizeof unknown && memmem(before.at, before.len, line.at, line.len) == NULL &&
           memmem(line.at, line.len, unknown, sizeof unknown - 1) == NULL;
}

static const char *
judge_rest(const struct outcome *got)
{
    if (got->heap_growth > 0) {
        return "memory leaks";
    }
    if (got->fd_growth > 0) {
        return "a file stays open";
    }
    return NULL;
}

const char *
judge_clean(const struct outcome *clean)
{
    if (clean->exit_code != GOOD && clean->exit_code != FINDINGS) {
        program_show(clean);
        return "the clean run is not good";
    }
    if (clean->out.len == 0 && untouched(&clean->file)) {
        return "the clean run prints nothing";
    }
    return judge_rest(clean);
}

const char *
judge(const struct row *row, const struct mode *mode, const struct outcome *clean,
      const struct outcome *got)
{
    const bool memory = mode->fault.ops_mask == 1U << WB_OS_ALLOC;
    const bool broken = got->exit_code > REFUSED && (row->flags & ROW_WORKERS) == 0;
    const bool mute = !memory && mode->fault.forever && !mode->fault.short_io;
    if (got->exit_code == clean->exit_code) {
        if (!same(&got->out, &clean->out)) {
            return "the exit code of a clean run, and other output";
        }
        if (!same(&got->file, &clean->file)) {
            return "the exit code of a clean run, and another file";
        }
        /* A complaint that could not be written is nobody's. */
        if (!same(&got->err, &clean->err) && (memory || got->err.len > 0)) {
            return "the exit code of a clean run, and something else was said";
        }
    } else if (mode->harmless) {
        return "what fails for a moment is not tried again";
    } else if (got->exit_code <= FINDINGS || broken) {
        return got->exit_code <= FINDINGS ? "the exit code of a whole result"
                                          : "the exit code says that waybill is broken";
    } else if (!same(&got->file, &clean->file) && !untouched(&got->file)) {
        return "half a file";
    } else if ((row->flags & ROW_CLOSED) == 0 && !begins(&clean->out, &got->out)) {
        return "output that is not the beginning of a clean run's";
    } else if (!mute && !complained(&clean->err, &got->err)) {
        return "nothing is said about it";
    }
    if (got->strays > 0 && !mute && !got->ended) {
        return "a file is left behind";
    }
    return judge_rest(got);
}
