#pragma once
/*
 * Purchase orders out of Odoo: the order with its lines, parties, item numbers and units, gathered
 * into the record that the map order-purchase reads. Nothing is guessed: what stands in the way is
 * a gap, in words, and a gap that stops an order leaves it without a record.
 */
#include "base/zone.h"
#include "odoo/source.h"
#include "plan/policy.h"
#include "record/record.h"

enum odoo_gap_kind {
#define X(name, code, stops, sentence, cure) ODOO_GAP_##name,
#include "odoo/gap.def"
#undef X
    ODOO_GAP_COUNT
};

struct odoo_gap_row {
    const char *name;
    const char *code; /* "WB-OUT-0051" */
    bool stops;
    const char *sentence;
    const char *cure;
};
const struct odoo_gap_row *odoo_gap_row(enum odoo_gap_kind kind);

struct odoo_gap {
    enum odoo_gap_kind kind;
    struct wb_str place; /* "line 3"; empty = the whole order */
    struct wb_str text;  /* what was found */
};

struct odoo_zones { /* finds the zone of a name that an export gives; *ret NULL when it is not known
                     */
    WB_MUST enum wb_rc (*find)(struct wb_ctx *ctx, void *self, struct wb_str name,
                               const struct wb_zone **ret);
    void *self;
};

struct odoo_pull_options {
    uint32_t release;                 /* 17, 18, 19 */
    const struct plan_policy *policy; /* units by table, fields of a GLN; NULL = the careful one */
    const struct wb_zone *zone;       /* of our days; NULL = the company's */
    struct odoo_zones zones;          /* find NULL = none is known */
    const struct wb_str *numbers;     /* of the orders */
    size_t number_count;
};

struct odoo_purchase {
    struct wb_str number;
    struct record_object *record; /* odoo purchase_order; NULL when a gap stops it */
    int64_t vendor_id;            /* commercial partner */
    struct wb_str zone;           /* "America/New_York"; empty = --zone or UTC */
    struct odoo_gap *gaps;
    size_t gap_count, gap_cap;
    bool stopped;
    bool refused; /* it is there, and it is not confirmed */
};

/*
 * An order for each number, in their order; each is asked for once with all the others. The
 * records and texts live in the arena and as long as the source.
 */
WB_MUST enum wb_rc odoo_pull_purchases(struct wb_ctx *ctx, struct wb_arena *arena,
                                       const struct odoo_source *source,
                                       const struct odoo_pull_options *options,
                                       struct odoo_purchase **ret);
