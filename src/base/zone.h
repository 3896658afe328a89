#pragma once
/*
 * Local time: how far a zone is from UTC at a moment. A zone is a fixed offset, or the bytes of a
 * compiled zone file, which the caller reads; the zone of the machine is never consulted.
 */
#include "base/date.h"

enum { WB_ZONE_FILE_MAX = 256 * 1024 };

struct wb_zone {
    struct wb_str file;     /* borrowed; empty = the fixed offset holds */
    int32_t offset_seconds; /* east of UTC is positive */
};

/* "UTC", "Z", "+02:00", "-0500", "+2". False for anything else, such as a place's name. */
WB_MUST bool wb_zone_fixed(struct wb_str text, struct wb_zone *ret);
/* A zone of the bytes of a compiled file; they must stay. False when it is none. */
WB_MUST bool wb_zone_of_file(struct wb_str bytes, struct wb_zone *ret);
/* Seconds east of UTC at a moment given as seconds since 1970. Source: RFC 8536. */
int32_t wb_zone_offset(const struct wb_zone *zone, int64_t utc_seconds);
/* The moment of a UTC time as people in the zone write it: zoned, to the second. */
struct wb_moment wb_zone_local(const struct wb_zone *zone, int64_t utc_seconds);
/* Letters, digits, _ + - and single slashes between them: a name that leads out of no folder. */
bool wb_zone_is_name(struct wb_str text);
