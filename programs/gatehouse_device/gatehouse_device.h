/* A device of a Gatehouse over TCP, in C99 with POSIX sockets: what `gh_device_write` took stays in a queue of fixed
 * size until the server has it safe, and is sent again, in order, after each reconnect. No thread, no memory but this. */
#ifndef GATEHOUSE_DEVICE_H
#define GATEHOUSE_DEVICE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef GH_CAPACITY
#define GH_CAPACITY 64 /* messages in the queue */
#endif
#ifndef GH_MESSAGE
#define GH_MESSAGE 256 /* bytes of the longest one, its end included */
#endif
#define GH_LINE 1024 /* bytes of the longest line from the server; a longer one is passed over */

typedef enum { GH_QUEUED, GH_FULL, GH_UNSENDABLE, GH_TOO_LONG } gh_result;

typedef struct gh_device {
  /* Yours; each may be NULL. They are called from within gh_device_poll, and may call gh_device_write. */
  /* A command, once, as the line that came: {"reset":1,"id":4}; the id is the server's count of its lines, no part of
   * the command. The line is acknowledged when this returns. */
  void (*on_message)(struct gh_device *device, const char *line);
  void (*on_connected)(struct gh_device *device);
  void (*on_disconnected)(struct gh_device *device, const char *reason);
  unsigned patience_ms, longest_wait_ms; /* 15 s for an answer, 60 s between two attempts to connect */
  /* Its own. */
  const char *host, *port, *id, *token;
  enum { GH_APART, GH_CONNECTING, GH_IDENTIFYING, GH_LIVE } state;
  int socket;
  bool welcome_due, is_skipping;
  int64_t due_at, answer_by, live_since;
  uint32_t wait_ms, chance;
  uint64_t last_id, last_seen, identifying, oldest;
  struct { uint64_t id; bool acknowledged; char text[GH_MESSAGE]; } queue[GH_CAPACITY];
  size_t first, held, sent; /* of the held messages the first so many were sent on this connection */
  char line[GH_LINE], out[GH_MESSAGE + GH_LINE];
  size_t line_length, out_length;
} gh_device;

/* The texts must stay where they are; `token` may be NULL. */
void gh_device_init(gh_device *device, const char *host, const char *port, const char *id, const char *token);
/* Takes a JSON object without an id, in UTF-8, such as {"temperature":21}. Waits for nothing. */
gh_result gh_device_write(gh_device *device, const char *json);
/* Connects, sends and hears, for so long; returns earlier once something was done. */
void gh_device_poll(gh_device *device, int wait_ms);
void gh_device_close(gh_device *device); /* for good */
#endif
