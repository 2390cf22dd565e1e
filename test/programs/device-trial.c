/* Writes each line of its input as a message of a device, and prints what happens to it. */
#include "gatehouse_device.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gh_device device;

static void connected(gh_device *device) { printf("connected %s\n", device->id); }
static void disconnected(gh_device *device, const char *reason) { (void)device; printf("disconnected %s\n", reason); }
static void told(gh_device *device, const char *line) { (void)device; printf("message %s\n", line); }

static void write_line(const char *line) {
  static const char *const refused[] = {NULL, "full", "unsendable", "too-long"};
  gh_result result = gh_device_write(&device, line);
  if (result != GH_QUEUED) printf("refused %s\n", refused[result]);
}

/* Reads what is there; false at its end. */
static int read_lines(void) {
  static char text[1 << 18];
  static size_t length;
  ssize_t count = read(0, text + length, sizeof text - 1 - length);
  if (count <= 0) return count < 0;
  length += (size_t)count;
  char *from = text, *end;
  for (; (end = memchr(from, '\n', length)); length -= (size_t)(end + 1 - from), from = end + 1) {
    *end = 0;
    write_line(from);
  }
  memmove(text, from, length);
  return 1;
}

int main(int count, char **words) {
  if (count < 5) return 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  fcntl(0, F_SETFL, O_NONBLOCK);
  gh_device_init(&device, "127.0.0.1", words[1], words[2], NULL);
  device.patience_ms = (unsigned)atoi(words[3]);
  device.longest_wait_ms = (unsigned)atoi(words[4]);
  device.on_connected = connected;
  device.on_disconnected = disconnected;
  device.on_message = told;
  while (read_lines()) gh_device_poll(&device, 2);
  gh_device_close(&device);
  return 0;
}
