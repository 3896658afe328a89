#pragma once
/* Inside the room: the schemas that wb-recordc writes as C when the program is built. */
#include "record/schema.h"

extern const struct record_schema record_schema_business;
extern const struct record_schema record_schema_odoo;
