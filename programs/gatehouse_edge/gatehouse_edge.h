/*
 * The edge side of a mesh: what a node writes so that a Gatehouse understands it, and how it reads what comes back.
 *
 *     START 0xFF | payload, every byte >= 0xFA as 0xFA and the byte XOR 0xFA | END 0xFE
 *     payload: address u16be | [D] | n u8 | n times ( data type 3 ASCII | length u8 | data )
 *
 * C99 and C++, no allocation, nothing but a function that writes one byte.
 */
#ifndef GATEHOUSE_EDGE_H
#define GATEHOUSE_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GH_START 0xFF
#define GH_END 0xFE
#define GH_ESCAPE 0xFA

/* Longest payload that is read; a longer frame is dropped. */
#ifndef GH_MAX_PAYLOAD
#define GH_MAX_PAYLOAD 128
#endif

typedef void (*gh_write)(uint8_t byte);

/* Writing */

static inline void gh_put(gh_write write, uint8_t byte) {
  if (byte >= GH_ESCAPE) {
    write(GH_ESCAPE);
    byte ^= GH_ESCAPE;
  }
  write(byte);
}

static inline void gh_put_all(gh_write write, const void *bytes, uint8_t length) {
  const uint8_t *at = (const uint8_t *)bytes;
  while (length-- > 0) gh_put(write, *at++);
}

static inline void gh_begin(gh_write write, uint16_t address, const char *type) {
  write(GH_START);
  gh_put(write, (uint8_t)(address >> 8));
  gh_put(write, (uint8_t)(address & 0xFF));
  gh_put_all(write, type, 3);
}

static inline void gh_end(gh_write write) {
  write(GH_END);
}

/* A data update: begin with how many values follow, add each, end. */
static inline void gh_begin_update(gh_write write, uint16_t address, uint8_t count) {
  gh_begin(write, address, "[D]");
  gh_put(write, count);
}

/* `type` has three characters that the gateway's user knows, such as "GPS". */
static inline void gh_add(gh_write write, const char *type, const void *data, uint8_t length) {
  gh_put_all(write, type, 3);
  gh_put(write, length);
  gh_put_all(write, data, length);
}

/* Longitude and latitude in steps of 1e-4 degree, three bytes each, little-endian, signed. */
static inline void gh_add_position(gh_write write, int32_t longitude, int32_t latitude) {
  const uint32_t both[2] = {(uint32_t)longitude, (uint32_t)latitude};
  uint8_t data[6];
  for (uint8_t i = 0; i < 6; i++) data[i] = (uint8_t)(both[i / 3] >> (8 * (i % 3)));
  gh_add(write, "GPS", data, sizeof data);
}

/* A message for people and logs. */
static inline void gh_send_message(gh_write write, uint16_t address, const char *text) {
  const uint8_t length = (uint8_t)strlen(text);
  gh_begin(write, address, "[M]");
  gh_put(write, length);
  gh_put_all(write, text, length);
  gh_end(write);
}

/* A question to a client program; its answer comes as <R>. */
static inline void gh_send_request(gh_write write, uint16_t address, const char *text) {
  gh_begin(write, address, "<Q>");
  gh_put_all(write, text, (uint8_t)strlen(text));
  gh_end(write);
}

/* Reading */

typedef struct {
  uint8_t payload[GH_MAX_PAYLOAD];
  size_t length;
  bool inside;
  bool escaped;
  /* Frames that could not be read. */
  uint16_t dropped;
} gh_reader;

static inline void gh_drop(gh_reader *reader) {
  reader->inside = false;
  reader->dropped++;
}

/* Takes one byte; true where it completed a frame, which then stands in `payload` until the next call. */
static inline bool gh_read(gh_reader *reader, uint8_t byte) {
  if (byte == GH_START) {
    if (reader->inside) reader->dropped++;
    reader->inside = true;
    reader->escaped = false;
    reader->length = 0;
    return false;
  }
  if (!reader->inside) return false;
  if (byte == GH_END) {
    const bool whole = !reader->escaped && reader->length > 0;
    if (reader->escaped) reader->dropped++;
    reader->inside = false;
    return whole;
  }
  if (reader->escaped) {
    byte ^= GH_ESCAPE;
    reader->escaped = false;
    if (byte < GH_ESCAPE) {
      gh_drop(reader);
      return false;
    }
  } else if (byte == GH_ESCAPE) {
    reader->escaped = true;
    return false;
  }
  if (reader->length == GH_MAX_PAYLOAD) {
    gh_drop(reader);
    return false;
  }
  reader->payload[reader->length++] = byte;
  return false;
}

/* The message of a command `SEND-` to this node, or the reply `<R>` to its request; NULL where the frame is neither. */
static inline const uint8_t *gh_message_for(const gh_reader *reader, uint16_t address, uint8_t *length) {
  const uint8_t *p = reader->payload;
  const bool is_reply = reader->length >= 5 && memcmp(p + 2, "<R>", 3) == 0;
  const bool is_send = reader->length >= 9 && memcmp(p, "SEND-", 5) == 0;
  const uint8_t *to = is_send ? p + 5 : p;
  if ((!is_reply && !is_send) || (uint16_t)(to[0] << 8 | to[1]) != address) return NULL;
  if (is_send && reader->length != (size_t)p[7] + 9) return NULL;
  *length = is_send ? p[7] : (uint8_t)(reader->length - 5);
  return is_send ? p + 8 : p + 5;
}

#endif
