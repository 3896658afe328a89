#pragma once
/* Checked sizes. malloc itself stands only in os_linux.c, behind wb_os_alloc. */
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* false when the sum or product does not fit; *ret is then left alone. */
WB_MUST bool wb_add(size_t a, size_t b, size_t *ret);
WB_MUST bool wb_mul(size_t a, size_t b, size_t *ret);
