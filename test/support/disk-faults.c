/*
 * LD_PRELOAD shim: calls that write below $DISK_FAULTS_DIR fail or are slow, as the control file $DISK_FAULTS_CONTROL says. Its first byte:
 *   0  works         F  ENOSPC, disk full      R  EROFS, read-only
 *   I  EIO, broken   S  slow: each call takes 1.5 s, a sync 3 s
 *   H  hung: each call waits until the control file is changed
 *   D  dead: the same, and each call that opens a file to read it
 *   K  kills the process, and those above it that have the shim, by SIGKILL before a call. After it come two digits that change with each
 *      order, and the number of the call, which counts from the order on: K017 is the call after six others in order 01
 * The file is mapped, so that a test changes it in place while the process runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static volatile const char *control;
static const char *dir;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("DISK_FAULTS_CONTROL");
  dir = getenv("DISK_FAULTS_DIR");
  if (path == NULL || dir == NULL) return;
  /* the first process with the shim: the others are below it */
  char own[16];
  snprintf(own, sizeof own, "%d", (int)getpid());
  setenv("DISK_FAULTS_ROOT", own, 0);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  void *map = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) control = map;
  close(fd);
}

static int below(const char *path) { return path != NULL && strncmp(path, dir, strlen(dir)) == 0; }

static int opened_below(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return below(path);
}

static void wait_ms(long ms) {
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

static pid_t parent_of(pid_t pid) {
  char path[32], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = 0;
  /* the name before it can contain anything */
  char *end = strrchr(text, ')');
  int parent = 0;
  return end != NULL && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/* As if the power failed: a process of the monitor must not outlive the one whose write failed. */
static void kill_up_to_root(void) {
  pid_t chain[8] = {getpid()};
  const char *text = getenv("DISK_FAULTS_ROOT");
  pid_t root = text == NULL ? chain[0] : atoi(text);
  int count = 1;
  while (chain[count - 1] != root && chain[count - 1] > 1 && count < 8) {
    chain[count] = parent_of(chain[count - 1]);
    count++;
  }
  if (chain[count - 1] == root)
    while (count-- > 1) kill(chain[count], SIGKILL);
  kill(getpid(), SIGKILL);
}

/* Kills the process at the ordered call. Calls of several threads are counted together. */
static void count_down(void) {
  static char order[2];
  static int calls;
  if (control[1] != order[0] || control[2] != order[1]) {
    order[0] = control[1];
    order[1] = control[2];
    __atomic_store_n(&calls, 0, __ATOMIC_SEQ_CST);
  }
  if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) >= atoi((const char *)control + 3)) kill_up_to_root();
}

enum call { WRITE, SYNC, MAKE };

/* Returns 1 where the call must fail, with errno set. */
static int fails(enum call call) {
  switch (*control) {
  case 'F':
    if (call == SYNC) return 0;
    errno = ENOSPC;
    return 1;
  case 'R':
    errno = EROFS;
    return 1;
  case 'I':
    errno = EIO;
    return 1;
  case 'S':
    wait_ms(call == SYNC ? 3000 : 1500);
    return 0;
  case 'H':
  case 'D':
    while (*control == 'H' || *control == 'D') wait_ms(20);
    return 0;
  case 'K':
    count_down();
    return 0;
  default:
    return 0;
  }
}

#define ACTIVE (control != NULL && *control != '0')
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FD(result, name, fd, call, ...)                   \
  {                                                          \
    static __typeof__(&name) real;                           \
    if (real == NULL) real = REAL(name);                     \
    if (ACTIVE && opened_below(fd) && fails(call)) return (result)-1; \
    return real(__VA_ARGS__);                                \
  }

ssize_t write(int fd, const void *data, size_t size) ON_FD(ssize_t, write, fd, WRITE, fd, data, size)
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) ON_FD(ssize_t, pwrite, fd, WRITE, fd, data, size, at)
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) ON_FD(ssize_t, pwrite64, fd, WRITE, fd, data, size, at)
ssize_t writev(int fd, const struct iovec *parts, int count) ON_FD(ssize_t, writev, fd, WRITE, fd, parts, count)
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) ON_FD(ssize_t, pwritev, fd, WRITE, fd, parts, count, at)
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) ON_FD(ssize_t, pwritev64, fd, WRITE, fd, parts, count, at)
int fsync(int fd) ON_FD(int, fsync, fd, SYNC, fd)
int fdatasync(int fd) ON_FD(int, fdatasync, fd, SYNC, fd)
int ftruncate(int fd, off_t size) ON_FD(int, ftruncate, fd, size == 0 ? SYNC : WRITE, fd, size)
int ftruncate64(int fd, off64_t size) ON_FD(int, ftruncate64, fd, size == 0 ? SYNC : WRITE, fd, size)

static int open_fails(const char *path, int flags) {
  if (!ACTIVE || !below(path) || ((flags & O_ACCMODE) == O_RDONLY && *control != 'D') || *control == 'S' || *control == 'K') return 0;
  if (*control == 'F' && (!(flags & O_CREAT) || access(path, F_OK) == 0)) return 0;
  return fails(MAKE);
}

#define OPENS(name, first, ...)                                        \
  {                                                                    \
    va_list rest;                                                      \
    va_start(rest, flags);                                             \
    mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                      \
    static __typeof__(&name) real;                                     \
    if (real == NULL) real = REAL(name);                               \
    if (open_fails(path, flags)) return -1;                            \
    return real(__VA_ARGS__, mode);                                    \
  }

int open(const char *path, int flags, ...) OPENS(open, path, path, flags)
int open64(const char *path, int flags, ...) OPENS(open64, path, path, flags)
int openat(int at, const char *path, int flags, ...) OPENS(openat, path, at, path, flags)
int openat64(int at, const char *path, int flags, ...) OPENS(openat64, path, at, path, flags)

#define ON_PATH(name, ...)                                             \
  {                                                                    \
    static __typeof__(&name) real;                                     \
    if (real == NULL) real = REAL(name);                               \
    if (ACTIVE && *control != 'S' && *control != 'F' && *control != 'K' && below(path) && fails(MAKE)) return -1; \
    return real(__VA_ARGS__);                                          \
  }

int rename(const char *path, const char *to) ON_PATH(rename, path, to)
int unlink(const char *path) ON_PATH(unlink, path)
int mkdir(const char *path, mode_t mode) ON_PATH(mkdir, path, mode)
