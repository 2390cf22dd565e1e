/* Runs the sketch for twelve seconds of its own time, and hands it its input in the third. */
#include "Arduino.h"

HostSerial Serial;
static unsigned long now = 0;
static int next = EOF;

int HostSerial::available() {
  if (now < 3000) return 0;
  if (next == EOF) next = getchar();
  return next == EOF ? 0 : 1;
}

int HostSerial::read() {
  const int byte = next;
  next = EOF;
  return byte;
}

int analogRead(uint8_t) { return 756; }

unsigned long millis() { return now; }

int main() {
  setup();
  for (; now <= 12000; now += 10) loop();
  return 0;
}
