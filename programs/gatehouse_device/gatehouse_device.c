/* A device of a Gatehouse: identifies, is acknowledged, sends again, comes back by itself. See gatehouse_device.h. */
#define _POSIX_C_SOURCE 200809L
#include "gatehouse_device.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FIRST_WAIT_MS 500
#define STEADY_MS 10000
#define WINDOW 64    /* messages that are sent and not yet acknowledged at a time */
#define ACK_BYTES 40 /* of the longest ack, or of what ends a message */
#define MAX_DEPTH 32

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* JSON: strict enough that the server takes what passes */
typedef struct { const char *name, *value; int members; } finding;
static const char *past_value(const char *at, int depth, finding *find);
static const char *past_space(const char *at) { return at + strspn(at, " "); }

static const char *past_text(const char *at) {
  for (at++; *at != '"'; at++)
    if ((unsigned char)*at < ' ' || (*at == '\\' && (unsigned char)*++at < ' ')) return NULL;
  return at + 1;
}

static bool is_text(const char *from, const char *to, const char *text) {
  return (size_t)(to - from) == strlen(text) && memcmp(from, text, strlen(text)) == 0;
}

/* To the member's value. Servers refuse names that would reach a prototype in JavaScript. */
static const char *past_name(const char *at, finding *find) {
  const char *from = at + 1, *to = *at == '"' ? past_text(at) : NULL;
  if (!to || *(at = past_space(to--)) != ':') return NULL;
  if (is_text(from, to, "__proto__") || is_text(from, to, "constructor") || is_text(from, to, "prototype")) return NULL;
  at = past_space(at + 1);
  if (find && is_text(from, to, find->name)) find->value = at;
  if (find) find->members++;
  return at;
}

static const char *past_list(const char *at, int depth, finding *find) {
  char end = *at == '{' ? '}' : ']';
  if (*(at = past_space(at + 1)) == end) return at + 1;
  for (;; at = past_space(at + 1)) {
    if (end == '}' && !(at = past_name(at, find))) return NULL;
    if (!(at = past_value(at, depth + 1, NULL))) return NULL;
    if (*(at = past_space(at)) == end) return at + 1;
    if (*at != ',') return NULL;
  }
}

static const char *past_value(const char *at, int depth, finding *find) {
  static const char *const words[] = {"true", "false", "null"};
  if (*at == '"') return past_text(at);
  if (*at == '{' || *at == '[') return depth < MAX_DEPTH ? past_list(at, depth, find) : NULL;
  for (int i = 0; i < 3; i++) if (strncmp(at, words[i], strlen(words[i])) == 0) return at + strlen(words[i]);
  size_t digits = strspn(at + (*at == '-'), "0123456789");
  return digits > 0 ? at + strspn(at, "-+.eE0123456789") : NULL;
}

/* How many members an object has, and where the value of the one with this name begins; no members where it is none. */
static finding find_in(const char *json, const char *name) {
  finding found = {.name = name};
  const char *end = *json == '{' ? past_value(json, 0, &found) : NULL;
  return end && *end == 0 ? found : (finding){.name = name};
}

static uint64_t number_in(const char *json, const char *name) {
  finding found = find_in(json, name);
  return found.value && *found.value >= '1' && *found.value <= '9' ? strtoull(found.value, NULL, 10) : 0;
}

#define AT(device, index) ((device)->queue[((device)->first + (index)) % GH_CAPACITY])
gh_result gh_device_write(gh_device *device, const char *json) {
  finding id = find_in(json, "id");
  size_t length = strlen(json);
  if (length >= GH_MESSAGE) return GH_TOO_LONG;
  if (id.members == 0 || id.value) return GH_UNSENDABLE;
  if (device->held == GH_CAPACITY) return GH_FULL;
  AT(device, device->held).id = AT(device, device->held).acknowledged = 0;
  memcpy(AT(device, device->held++).text, json, length + 1);
  return GH_QUEUED;
}

static void acknowledged(gh_device *device, uint64_t id) {
  for (size_t index = 0; index < device->sent; index++)
    if (AT(device, index).id == id) AT(device, index).acknowledged = true;
  for (; device->sent > 0 && AT(device, 0).acknowledged; device->sent--, device->held--)
    device->first = (device->first + 1) % GH_CAPACITY;
}

void gh_device_close(gh_device *device) {
  if (device->socket >= 0) close(device->socket);
  device->socket = -1;
  device->state = GH_APART, device->due_at = INT64_MAX;
}

static void lose(gh_device *device, const char *reason) {
  bool was_live = device->state == GH_LIVE;
  gh_device_close(device);
  if (was_live && now_ms() - device->live_since > STEADY_MS) device->wait_ms = FIRST_WAIT_MS;
  if (device->wait_ms > device->longest_wait_ms) device->wait_ms = device->longest_wait_ms;
  /* So that many devices do not come back at once. */
  device->chance = device->chance * 1664525u + 1013904223u;
  device->due_at = now_ms() + (int64_t)((uint64_t)device->wait_ms * (device->chance >> 8) >> 24);
  device->wait_ms *= 2;
  if (was_live && device->on_disconnected) device->on_disconnected(device, reason);
}

/* NULL, or why it failed. */
static const char *begin_connecting(gh_device *device) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found;
  device->answer_by = now_ms() + device->patience_ms;
  device->state = GH_CONNECTING;
  if (getaddrinfo(device->host, device->port, &hints, &found) != 0) return "no such host";
  device->socket = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  fcntl(device->socket, F_SETFL, O_NONBLOCK);
  setsockopt(device->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  bool began = connect(device->socket, found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS;
  freeaddrinfo(found);
  return began ? NULL : strerror(errno);
}

static bool has_room(const gh_device *device, size_t bytes) { return device->out_length + bytes < sizeof device->out; }
/* Onto the line out, where the caller has seen that there is room. */
static void say(gh_device *device, const char *format, ...) {
  va_list values;
  va_start(values, format);
  char *end = device->out + device->out_length;
  device->out_length += (size_t)vsnprintf(end, sizeof device->out - device->out_length, format, values);
  va_end(values);
}

static const char *identify(gh_device *device) {
  int fault = 0;
  getsockopt(device->socket, SOL_SOCKET, SO_ERROR, &fault, &(socklen_t){sizeof fault});
  if (fault != 0) return strerror(fault);
  device->line_length = device->out_length = device->sent = 0;
  device->is_skipping = false, device->welcome_due = true;
  device->identifying = ++device->last_id;
  device->answer_by = now_ms() + device->patience_ms;
  device->state = GH_IDENTIFYING;
  const char *before = device->token ? ",\"token\":\"" : "", *token = device->token ? device->token : "";
  say(device, "{\"dev_id\":\"%s\"%s%s%s,\"id\":%llu}\n", device->id, before, token, device->token ? "\"" : "",
      (unsigned long long)device->identifying);
  return device->out_length < sizeof device->out ? NULL : "the id is too long";
}

static void take_message(gh_device *device, uint64_t id) {
  bool is_empty = find_in(device->line, "id").members == 1;
  /* A server whose id is not above what was seen has lost its count: what it sends from now on is new. */
  if (device->welcome_due && device->state == GH_LIVE && is_empty) device->welcome_due = false, device->last_seen = id;
  bool is_new = id > device->last_seen;
  if (is_new) device->last_seen = id;
  if (is_new && !is_empty && device->on_message) device->on_message(device, device->line);
  say(device, "{\"ack\":%llu}\n", (unsigned long long)id);
}

static void take_line(gh_device *device) {
  uint64_t id = number_in(device->line, "id"), ack = number_in(device->line, "ack");
  if (id != 0) take_message(device, id);
  else if (ack != 0 && ack == device->identifying && device->state == GH_IDENTIFYING) {
    device->state = GH_LIVE;
    device->live_since = now_ms(), device->oldest = 0;
    if (device->on_connected) device->on_connected(device);
  } else acknowledged(device, ack);
}

static void take_lines(gh_device *device) {
  for (char *end; (end = memchr(device->line, '\n', device->line_length)); device->is_skipping = false) {
    *end = 0;
    if (!device->is_skipping) take_line(device);
    memmove(device->line, end + 1, device->line_length -= (size_t)(end + 1 - device->line));
  }
  if (device->line_length == GH_LINE) device->line_length = 0, device->is_skipping = true;
}

/* Takes no more at a time than there is room to acknowledge: each message has eight bytes at least. */
static void hear(gh_device *device) {
  while (device->socket >= 0 && has_room(device, GH_LINE)) {
    size_t most = GH_LINE / ACK_BYTES * 8, room = GH_LINE - device->line_length;
    ssize_t length = recv(device->socket, device->line + device->line_length, room < most ? room : most, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length <= 0) lose(device, length == 0 ? "the other side closed the connection" : strerror(errno));
    else device->line_length += (size_t)length, take_lines(device);
  }
}

static void flush(gh_device *device) {
  while (device->socket >= 0 && device->state > GH_CONNECTING && device->out_length > 0) {
    ssize_t length = send(device->socket, device->out, device->out_length, MSG_NOSIGNAL);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length < 0) lose(device, strerror(errno));
    else memmove(device->out, device->out + length, device->out_length -= (size_t)length);
  }
}

/* What waits goes out. A line on which acks do not get on is dead, or has lost a message. */
static void speak(gh_device *device) {
  for (; device->state == GH_LIVE && device->sent < device->held && device->sent < WINDOW; device->sent++) {
    size_t at = device->sent;
    if (!has_room(device, GH_MESSAGE + ACK_BYTES)) break;
    if (AT(device, at).id == 0) AT(device, at).id = ++device->last_id;
    if (AT(device, at).acknowledged) continue;
    const char *text = AT(device, at).text;
    say(device, "%.*s,\"id\":%llu}\n", (int)strlen(text) - 1, text, (unsigned long long)AT(device, at).id);
  }
  flush(device);
  if (device->state != GH_LIVE) return;
  uint64_t oldest = device->sent > 0 ? AT(device, 0).id : 0;
  if (oldest == 0) device->answer_by = INT64_MAX;
  else if (oldest != device->oldest) device->answer_by = now_ms() + device->patience_ms;
  device->oldest = oldest;
}

void gh_device_init(gh_device *device, const char *host, const char *port, const char *id, const char *token) {
  memset(device, 0, sizeof *device);
  device->host = host, device->port = port, device->id = id, device->token = token, device->socket = -1;
  device->patience_ms = 15000, device->longest_wait_ms = 60000, device->wait_ms = FIRST_WAIT_MS;
  device->chance = (uint32_t)(time(NULL) ^ (getpid() << 8));
}

void gh_device_poll(gh_device *device, int wait_ms) {
  int64_t now = now_ms();
  const char *fault = device->state == GH_APART && now >= device->due_at ? begin_connecting(device) : NULL;
  if (fault) lose(device, fault);
  speak(device);
  int64_t due = device->state == GH_APART ? device->due_at : device->answer_by;
  if (due - now < wait_ms) wait_ms = due > now ? (int)(due - now) : 0;
  bool is_writing = device->state == GH_CONNECTING || device->out_length > 0;
  bool is_hearing = device->state > GH_CONNECTING && has_room(device, GH_LINE);
  struct pollfd line = {.fd = device->socket, .events = (short)((is_writing ? POLLOUT : 0) | (is_hearing ? POLLIN : 0))};
  poll(&line, 1, wait_ms);
  if (line.revents && device->state == GH_CONNECTING) {
    if ((fault = identify(device))) lose(device, fault);
  } else if (line.revents & (POLLIN | POLLHUP | POLLERR)) hear(device);
  speak(device);
  if (device->state != GH_APART && now_ms() >= device->answer_by) lose(device, "the other side does not answer");
}
