/*
 * Hashes. hash64 reads eight bytes at a time in a fixed byte order, so that a table that was
 * compiled on one machine is found on another. SHA-256 is written from FIPS 180-4.
 */
#include "base/hash.h"

#include <assert.h>
#include <string.h>

static uint64_t
mix(uint64_t x)
{
    x ^= x >> 32;
    x *= UINT64_C(0xD6E8FEB86659FD93);
    x ^= x >> 32;
    x *= UINT64_C(0xD6E8FEB86659FD93);
    x ^= x >> 32;
    return x;
}

static uint64_t
load_little(const char *at, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        value |= (uint64_t)(unsigned char)at[i] << (8 * i);
    }
    return value;
}

uint64_t
wb_hash64(struct wb_str s)
{
    uint64_t hash = mix(UINT64_C(0x9E3779B97F4A7C15) ^ s.len);
    size_t at = 0;
    for (; s.len - at >= 8; at += 8) {
        hash = mix(hash ^ load_little(s.at + at, 8)) * UINT64_C(0x9E3779B97F4A7C15);
    }
    if (at < s.len) {
        hash ^= load_little(s.at + at, s.len - at);
    }
    return mix(hash);
}

uint32_t
wb_hash32(struct wb_str s)
{
    return (uint32_t)(wb_hash64(s) >> 32);
}

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t
rotate_right(uint32_t x, unsigned by)
{
    return (x >> by) | (x << (32 - by));
}

static uint32_t
load_big(const uint8_t *at)
{
    return ((uint32_t)at[0] << 24) | ((uint32_t)at[1] << 16) | ((uint32_t)at[2] << 8) | at[3];
}

static void
sha_block(uint32_t state[8], const uint8_t block[64])
{
    uint32_t w[64];
    for (size_t i = 0; i < 16; i++) {
        w[i] = load_big(block + 4 * i);
    }
    for (size_t i = 16; i < 64; i++) {
        const uint32_t x = w[i - 15];
        const uint32_t y = w[i - 2];
        w[i] = w[i - 16] + (rotate_right(x, 7) ^ rotate_right(x, 18) ^ (x >> 3)) + w[i - 7] +
               (rotate_right(y, 17) ^ rotate_right(y, 19) ^ (y >> 10));
    }
    uint32_t v[8];
    memcpy(v, state, sizeof v);
    for (size_t i = 0; i < 64; i++) {
        const uint32_t s1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
        const uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        const uint32_t t1 = v[7] + s1 + choice + round_constants[i] + w[i];
        const uint32_t s0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
        const uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + s0 + majority;
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] += v[i];
    }
}

void
wb_sha256_init(struct wb_sha256 *sha)
{
    assert(sha != NULL);
    *sha = (struct wb_sha256){
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                  0x1f83d9ab, 0x5be0cd19}
    };
}

void
wb_sha256_add(struct wb_sha256 *sha, struct wb_str bytes)
{
    assert(sha != NULL);
    size_t at = 0;
    while (at < bytes.len) {
        const size_t filled = (size_t)(sha->len % sizeof sha->block);
        const size_t room = sizeof sha->block - filled;
        const size_t now = bytes.len - at < room ? bytes.len - at : room;
        memcpy(sha->block + filled, bytes.at + at, now);
        sha->len += now;
        at += now;
        if (now == room) {
            sha_block(sha->state, sha->block);
        }
    }
}

void
wb_sha256_done(struct wb_sha256 *sha, uint8_t ret_digest[32])
{
    assert(sha != NULL);
    const uint64_t bits = sha->len * 8;
    char tail[72] = {(char)0x80};
    const size_t filled = (size_t)(sha->len % sizeof sha->block);
    const size_t zeros_to = filled < 56 ? 56 - filled : 120 - filled;
    for (size_t i = 0; i < 8; i++) {
        tail[zeros_to + i] = (char)(uint8_t)(bits >> (56 - 8 * i)); /* one byte of the length */
    }
    wb_sha256_add(sha, (struct wb_str){tail, zeros_to + 8});
    for (size_t i = 0; i < 32; i++) {
        ret_digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void
wb_sha256_hex(struct wb_str bytes, char ret_hex[64])
{
    static const char hex[] = "0123456789abcdef";
    struct wb_sha256 sha;
    uint8_t digest[32];
    wb_sha256_init(&sha);
    wb_sha256_add(&sha, bytes);
    wb_sha256_done(&sha, digest);
    for (size_t i = 0; i < 32; i++) {
        ret_hex[2 * i] = hex[digest[i] >> 4];
        ret_hex[2 * i + 1] = hex[digest[i] & 15];
    }
}
