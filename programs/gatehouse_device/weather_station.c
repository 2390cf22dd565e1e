/*
 * A weather station that tells a Gatehouse what it measures, and begins its highest and lowest anew when told to.
 *
 *     gcc -o weather_station weather_station.c gatehouse_device.c && ./weather_station 127.0.0.1 8081 weather-c
 */
#include "gatehouse_device.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static gh_device device;
static int highest = -1000, lowest = 1000;

static void connected(gh_device *device) { printf("connected as %s\n", device->id); }

static void disconnected(gh_device *device, const char *reason) {
  (void)device;
  printf("disconnected: %s\n", reason);
}

static void obey(gh_device *device, const char *line) {
  (void)device;
  printf("told %s\n", line);
  if (strstr(line, "\"reset\"")) highest = -1000, lowest = 1000;
}

static void measure(void) {
  char message[GH_MESSAGE];
  int temperature = 15 + rand() % 10;
  if (temperature > highest) highest = temperature;
  if (temperature < lowest) lowest = temperature;
  snprintf(message, sizeof message, "{\"temperature\":%d,\"humidity\":%d,\"highest\":%d,\"lowest\":%d}", temperature,
           90 - 2 * temperature, highest, lowest);
  if (gh_device_write(&device, message) == GH_FULL) puts("the queue is full");
}

int main(int count, char **words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  gh_device_init(&device, count > 1 ? words[1] : "127.0.0.1", count > 2 ? words[2] : "8081",
                 count > 3 ? words[3] : "weather-c", count > 4 ? words[4] : NULL);
  device.on_connected = connected;
  device.on_disconnected = disconnected;
  device.on_message = obey;
  for (time_t measured = 0;; gh_device_poll(&device, 100)) {
    if (time(NULL) == measured) continue;
    measured = time(NULL);
    measure();
  }
}
