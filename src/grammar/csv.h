#pragma once
/* Comma separated values after RFC 4180, read row by row from memory. */
#include "base/arena.h"
#include "base/ctx.h"

enum { CSV_FIELDS_MAX = 8 };

enum csv_defect {
    CSV_GOOD,
    CSV_TOO_MANY_FIELDS,
    CSV_QUOTE_INSIDE, /* a quote in the middle of a field, or behind the closing one */
    CSV_QUOTE_OPEN,   /* a quoted field that is never closed */
};

struct csv_field {
    struct wb_str text; /* quotes undone */
    uint32_t at;        /* where the field begins in the bytes */
    uint32_t len;       /* of the field as it stands there */
};

struct csv {
    struct wb_str bytes; /* at most WB_LIMIT_SOURCE */
    uint32_t at;
};

struct csv_row {
    struct csv_field fields[CSV_FIELDS_MAX];
    uint32_t field_count;
    enum csv_defect defect; /* the row is then skipped to its end of line */
    uint32_t defect_at;
};

/* Reads the next row; false in *ret_more at the end. Rows end at LF or CR LF; fields are slices
 * where they can be. */
WB_MUST enum wb_rc csv_next(struct wb_ctx *ctx, struct wb_arena *arena, struct csv *csv,
                            struct csv_row *ret_row, bool *ret_more);
