/* Frames by the edge's header: every byte there is, then each frame of the input as hex. */
#include "gatehouse_edge.h"
#include <stdio.h>

static void write_byte(uint8_t byte) { putchar(byte); }

static void write_all_bytes(void) {
  uint8_t half[128];
  gh_begin_update(write_byte, 0xFEFF, 3);
  for (int from = 0; from < 256; from += 128) {
    for (int i = 0; i < 128; i++) half[i] = (uint8_t)(from + i);
    gh_add(write_byte, "ALL", half, sizeof half);
  }
  gh_add_position(write_byte, -1, 8388607);
  gh_end(write_byte);
  gh_send_message(write_byte, 5, "hello");
  gh_send_request(write_byte, 5, "Robot");
}

static void print_frames(void) {
  static gh_reader reader;
  for (int byte = getchar(); byte != EOF; byte = getchar()) {
    if (!gh_read(&reader, (uint8_t)byte)) continue;
    for (size_t i = 0; i < reader.length; i++) printf("%02x", reader.payload[i]);
    puts("");
  }
  printf("dropped %u\n", reader.dropped);
}

int main(int count, char **words) {
  if (count > 1 && words[1][0] == 'r') print_frames();
  else write_all_bytes();
  return 0;
}
