/*
 * A peer by libmodbus for the interop tests: libmodbus server|client tcp|rtu PORT|PATH
 *
 * The server knows holding registers 0-99 (register n holds 7 n + 3), input registers, coils and discrete inputs, answers
 * functions 1-6, 15-17, 22 and 23 for unit 1, and serves one connection after the other until its standard input ends. It prints
 * its port, and records what it receives.
 * The client reads, writes and reads back points of the tests' tiny plant and prints a line for each answer.
 */
#include "../record.h"
#include <errno.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

enum { REGISTERS = 100 };

static modbus_t *context_for(const char *kind, const char *where) {
  modbus_t *ctx = strcmp(kind, "rtu") == 0 ? modbus_new_rtu(where, 115200, 'N', 8, 1)
                                           : modbus_new_tcp("127.0.0.1", atoi(where));
  if (ctx == NULL) {
    fprintf(stderr, "no context: %s\n", modbus_strerror(errno));
    exit(1);
  }
  modbus_set_slave(ctx, 1);
  return ctx;
}

/* Waits for a byte of the peer; 0 when the standard input has ended. */
static int awaited(int fd) {
  struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
  return fds[1].revents == 0;
}

/* Of a serial line bytes are read, not received. */
ssize_t read(int fd, void *bytes, size_t size) {
  ssize_t length = syscall(SYS_read, fd, bytes, size);
  if (length > 0 && isatty(fd)) record("in", (uintptr_t)fd, bytes, (size_t)length);
  return length;
}

static void answer_all(modbus_t *ctx, modbus_mapping_t *map) {
  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  while (awaited(modbus_get_socket(ctx))) {
    int length = modbus_receive(ctx, query);
    if (length > 0) modbus_reply(ctx, query, length, map);
    else if (length < 0 && modbus_get_header_length(ctx) != 1) return;
  }
  exit(0);
}

static int serve(const char *kind, const char *where) {
  modbus_mapping_t *map = modbus_mapping_new(REGISTERS, REGISTERS, REGISTERS, REGISTERS);
  for (int i = 0; i < REGISTERS; i++) {
    map->tab_registers[i] = 7 * i + 3;
    map->tab_input_registers[i] = 1000 + i;
    map->tab_bits[i] = i % 3 == 0;
    map->tab_input_bits[i] = i % 2;
  }
  modbus_t *ctx = context_for(kind, where);
  if (strcmp(kind, "rtu") == 0) {
    if (modbus_connect(ctx) < 0) return 1;
    printf("0\n");
    fflush(stdout);
    answer_all(ctx, map);
    return 0;
  }
  int listening = modbus_tcp_listen(ctx, 4);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  if (listening < 0 || getsockname(listening, (struct sockaddr *)&address, &size) < 0) return 1;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (awaited(listening)) {
    if (modbus_tcp_accept(ctx, &listening) < 0) continue;
    answer_all(ctx, map);
    modbus_close(ctx);
  }
  return 0;
}

static void show(const char *what, int result, const uint16_t *words) {
  printf("%s", what);
  if (result < 0) printf(" %s", modbus_strerror(errno));
  for (int i = 0; i < result && words != NULL; i++) printf(" %d", words[i]);
  printf("\n");
}

static int ask(const char *kind, const char *where) {
  modbus_t *ctx = context_for(kind, where);
  uint16_t words[16] = {0};
  uint8_t bits[16] = {0};
  if (modbus_connect(ctx) < 0) return 1;
  modbus_set_response_timeout(ctx, 5, 0);
  show("input", modbus_read_input_registers(ctx, 0, 5, words), words);
  show("discrete", modbus_read_input_bits(ctx, 20, 1, bits), NULL);
  show("register", modbus_write_register(ctx, 2, 77), NULL);
  show("coil", modbus_write_bit(ctx, 20, 1), NULL);
  uint16_t half[2] = {0x3e99, 0x999a};
  show("float", modbus_write_registers(ctx, 0, 2, half), NULL);
  uint8_t pair[2] = {0, 1};
  show("coils", modbus_write_bits(ctx, 20, 2, pair), NULL);
  show("mask", modbus_mask_write_register(ctx, 2, 0xf0, 0x05), NULL);
  uint16_t nine = 9;
  show("exchange", modbus_write_and_read_registers(ctx, 2, 1, &nine, 0, 3, words), words);
  show("holding", modbus_read_registers(ctx, 0, 3, words), words);
  show("unmapped", modbus_read_registers(ctx, 7000, 1, words), words);
  uint8_t id[64] = {0};
  int length = modbus_report_slave_id(ctx, sizeof id, id);
  printf("id %d %.*s\n", length, length > 1 ? length - 1 : 0, (const char *)id);
  modbus_close(ctx);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  return strcmp(argv[1], "server") == 0 ? serve(argv[2], argv[3]) : ask(argv[2], argv[3]);
}
