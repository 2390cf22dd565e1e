/*
 * A node of a mesh on an Arduino: tells its position and battery once a second, answers messages with their text,
 * and asks client programs a question now and then. Wire its serial port to the gateway's, or to the mesh module.
 */
#include "gatehouse_edge.h"

const uint16_t ADDRESS = 5;
const unsigned long UPDATE_MS = 1000;
const unsigned long ASK_MS = 10000;
const uint8_t BATTERY_PIN = A0;

gh_reader reader;
unsigned long updatedAt = 0;
unsigned long askedAt = 0;

void writeByte(uint8_t byte) {
  Serial.write(byte);
}

void sendUpdate() {
  const uint16_t millivolts = (uint16_t)(analogRead(BATTERY_PIN) * 5000L / 1023);
  const uint8_t battery[2] = {(uint8_t)(millivolts & 0xFF), (uint8_t)(millivolts >> 8)};
  gh_begin_update(writeByte, ADDRESS, 2);
  gh_add_position(writeByte, 1214567, 251234);
  gh_add(writeByte, "BAT", battery, sizeof battery);
  gh_end(writeByte);
}

void answer(const uint8_t *message, uint8_t length) {
  gh_begin(writeByte, ADDRESS, "[M]");
  gh_put(writeByte, length);
  gh_put_all(writeByte, message, length);
  gh_end(writeByte);
}

void setup() {
  Serial.begin(115200);
}

void loop() {
  while (Serial.available() > 0) {
    uint8_t length;
    if (!gh_read(&reader, (uint8_t)Serial.read())) continue;
    const uint8_t *message = gh_message_for(&reader, ADDRESS, &length);
    if (message != NULL) answer(message, length);
  }
  const unsigned long now = millis();
  if (now - updatedAt >= UPDATE_MS) {
    updatedAt = now;
    sendUpdate();
  }
  if (now - askedAt >= ASK_MS) {
    askedAt = now;
    gh_send_request(writeByte, ADDRESS, "Robot");
  }
}
