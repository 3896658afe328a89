#pragma once
/* Tags that X12 has, whether or not one of our grammars describes the segment. */
#include <stdbool.h>

#include "base/str.h"

bool check_tag_of_x12(struct wb_str tag);
/* Of a service of networks, allowed between interchange and group header. */
bool check_tag_of_service(struct wb_str tag);
