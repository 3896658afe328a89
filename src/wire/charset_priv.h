#pragma once
/* The parts of ISO 8859 that charset.c works with. */
#include "wire/charset.h"

enum wire_part_no {
    WIRE_PART_1,
    WIRE_PART_2,
    WIRE_PART_3,
    WIRE_PART_4,
    WIRE_PART_5,
    WIRE_PART_6,
    WIRE_PART_7,
    WIRE_PART_8,
    WIRE_PART_9,
    WIRE_PART_15,
    WIRE_PART_COUNT
};

enum { WIRE_PART_FIRST = 0xA0, WIRE_PART_BYTES = 0x100 - WIRE_PART_FIRST };

/* What the bytes from WIRE_PART_FIRST on are; 0 is a hole. */
struct wire_part {
    uint16_t high[WIRE_PART_BYTES];
};

extern const struct wire_part WIRE_PARTS[WIRE_PART_COUNT];
