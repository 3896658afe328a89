#pragma once
/* Hashes: a fast one for tables, SHA-256 as the name of bytes (cache keys, bundles, later the
 * archive). */
#include <stdint.h>

#include "base/str.h"

uint32_t wb_hash32(struct wb_str s);
uint64_t wb_hash64(struct wb_str s);

struct wb_sha256 {
    uint32_t state[8];
    uint64_t len;
    uint8_t block[64];
};

void wb_sha256_init(struct wb_sha256 *sha);
void wb_sha256_add(struct wb_sha256 *sha, struct wb_str bytes);
void wb_sha256_done(struct wb_sha256 *sha, uint8_t ret_digest[32]);
/* 64 lower-case hex digits, no NUL. */
void wb_sha256_hex(struct wb_str bytes, char ret_hex[64]);
