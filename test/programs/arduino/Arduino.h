/* As much of an Arduino as the sketch needs, on a computer: its serial port is this program's input and output. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdint.h>
#include <stdio.h>

#define A0 14

struct HostSerial {
  void begin(long) {}
  void write(uint8_t byte) { putchar(byte); }
  int available();
  int read();
};

extern HostSerial Serial;
int analogRead(uint8_t pin);
unsigned long millis();
void setup();
void loop();

#endif
