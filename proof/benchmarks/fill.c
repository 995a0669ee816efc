// fill: writes records with keys, as many bytes as are asked for: what a compacted topic is made of.
//   fill HOST:PORT TOPIC KEYS TOTAL_MB
// One connection, partition 0, batches of 60 records of 1,000 bytes, keys drawn at random. Produce v7, acks=1.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <nmmintrin.h>
__attribute__((target("sse4.2"))) static uint32_t crc32c(const uint8_t *p, size_t n) {
    uint64_t c = 0xffffffffu;
    for (; n >= 8; p += 8, n -= 8) { uint64_t v; memcpy(&v, p, 8); c = _mm_crc32_u64(c, v); }
    for (; n; p++, n--) c = _mm_crc32_u8((uint32_t)c, *p);
    return ~(uint32_t)c;
}
#else
static uint32_t crc32c(const uint8_t *p, size_t n) {
    uint32_t c = ~0u;
    while (n--) { c ^= *p++; for (int k = 0; k < 8; k++) c = c & 1 ? (c >> 1) ^ 0x82f63b78u : c >> 1; }
    return ~c;
}
#endif
enum { RECORDS = 60, VALUE = 1000, KEY = 16, DEPTH = 8 };
static uint8_t frame[1 << 20];
static size_t end;
static void put(const void *p, size_t n) { memcpy(frame + end, p, n); end += n; }
static void p8(int v) { frame[end++] = (uint8_t)v; }
static void p16(int v) { uint16_t x = htobe16((uint16_t)v); put(&x, 2); }
static void p32(uint32_t v) { uint32_t x = htobe32(v); put(&x, 4); }
static void p64(uint64_t v) { uint64_t x = htobe64(v); put(&x, 8); }
static void text(const char *s) { p16((int)strlen(s)); put(s, strlen(s)); }
static void var(int64_t v) { uint64_t u = ((uint64_t)v << 1) ^ (uint64_t)(v >> 63); while (u > 127) { p8((int)(u & 127) | 128); u >>= 7; } p8((int)u); }
static size_t lengthOf(int64_t v) { size_t before = end; var(v); size_t n = end - before; end = before; return n; }
static void whole(int s, void *p, size_t n, int sends) {
    for (char *q = p; n;) {
        ssize_t k = sends ? send(s, q, n, 0) : recv(s, q, n, 0);
        if (k <= 0) { fprintf(stderr, "the broker hung up\n"); exit(1); }
        q += k; n -= (size_t)k;
    }
}
static void answer(int s) {
    uint8_t in[4096]; uint32_t n;
    whole(s, &n, 4, 0); n = be32toh(n);
    if (n > sizeof in) exit(1);
    whole(s, in, n, 0);
    uint16_t name, error; // correlation, one topic: count, name, one partition: count, index, error
    memcpy(&name, in + 8, 2); memcpy(&error, in + 10 + be16toh(name) + 8, 2);
    if (error) { fprintf(stderr, "produce: error %d\n", (int16_t)be16toh(error)); exit(1); }
}
int main(int c, char **v) {
    if (c != 5) { fprintf(stderr, "fill HOST:PORT TOPIC KEYS TOTAL_MB\n"); return 2; }
    char *colon = strrchr(v[1], ':'); *colon = 0;
    struct addrinfo want = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *to;
    if (getaddrinfo(v[1], colon + 1, &want, &to)) return 1;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, to->ai_addr, to->ai_addrlen)) { perror("connect"); return 1; }
    uint64_t keys = strtoull(v[3], 0, 10), total = strtoull(v[4], 0, 10) * 1000000, dice = 88172645463325252ull;
    size_t at[RECORDS], size, crc, attributes;
    p32(0); p16(0); p16(7); p32(1); text("fill"); p16(-1); p16(1); p32(30000); p32(1); text(v[2]); p32(1); p32(0);
    size_t sizeAt = end; p32(0); size_t begin = end;
    p64(0); size_t lengthAt = end; p32(0); p32(0); p8(2); crc = end; p32(0); attributes = end;
    uint64_t now = (uint64_t)time(0) * 1000;
    p16(0); p32(RECORDS - 1); p64(now); p64(now); p64(-1); p16(-1); p32(-1); p32(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
        var((int64_t)(1 + 1 + lengthOf(i) + lengthOf(KEY) + KEY + lengthOf(VALUE) + VALUE + 1));
        p8(0); var(0); var(i); var(KEY); at[i] = end; end += KEY; var(VALUE);
        for (int j = 0; j < VALUE; j++) p8("abcdefghijklmnopqrstuvwxyz0123456789"[(i * 7 + j * 13 + j / 7) % 36]);
        var(0);
    }
    size = end - begin;
    uint32_t x = htobe32((uint32_t)(end - 4)); memcpy(frame, &x, 4);
    x = htobe32((uint32_t)size); memcpy(frame + sizeAt, &x, 4);
    x = htobe32((uint32_t)(end - lengthAt - 4)); memcpy(frame + lengthAt, &x, 4);
    uint64_t sent = 0, open = 0;
    while (sent < total || open) {
        if (sent < total && open < DEPTH) {
            for (int i = 0; i < RECORDS; i++) {
                dice ^= dice << 13; dice ^= dice >> 7; dice ^= dice << 17;
                char key[KEY + 1]; snprintf(key, sizeof key, "%016llx", (unsigned long long)(dice % keys));
                memcpy(frame + at[i], key, KEY);
            }
            x = htobe32(crc32c(frame + attributes, end - attributes)); memcpy(frame + crc, &x, 4);
            whole(s, frame, end, 1); sent += size; open++;
        } else { answer(s); open--; }
    }
    return 0;
}
