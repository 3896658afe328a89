#pragma once
/*
 * Findings as SARIF 2.1.0, which viewers and code hosts read: one run, the rows of finding.def as
 * its rules, a result for each finding as it comes. Columns count bytes, as everywhere in waybill;
 * the region's byteOffset and byteLength are exact whatever the character set.
 */
#include "base/json_out.h"
#include "check/finding.h"

struct view_sarif {
    struct wb_json *json;
};

void view_sarif_begin(struct view_sarif *view, struct wb_json *json, const char *version);
void view_sarif_finding(struct view_sarif *view, struct wb_str file,
                        const struct check_finding *finding);
/* good: every file could be read. */
void view_sarif_end(struct view_sarif *view, bool good);
