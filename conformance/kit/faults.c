/* A disk that fails when it is told to: preloaded (ld.so(8)) into the server, between it and the C library.
 *
 * FAULTS_CONTROL names a file of two bytes, which kind of fault and how seldom; whoever writes there is
 * heard at once. Only files below FAULTS_UNDER are touched. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, SYNC, WRITE, TORN, ROOM, READ, SLOW };

static volatile uint8_t *control;
static char under[PATH_MAX];
static uint32_t asked;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL"), *folder = getenv("FAULTS_UNDER");
    /* Not for the programs that the server starts. */
    unsetenv("LD_PRELOAD");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0 || !folder || strlen(folder) >= sizeof under) abort();
    strcpy(under, folder);
    control = mmap(NULL, 2, PROT_READ, MAP_SHARED, file, 0);
    if (control == MAP_FAILED) abort();
    close(file);
}

static int fails(enum kind kind, int file) {
    if (!control || control[0] != kind) return 0;
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, under, strlen(under)) != 0) return 0;
    uint32_t chance = __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED) * 2654435761u;
    return (chance >> 16) % control[1] == 0;
}

static int is_refused(int file) {
    if (fails(WRITE, file)) return EIO;
    if (fails(ROOM, file)) return ENOSPC;
    return 0;
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

#define REFUSE(error) do { errno = (error); return -1; } while (0)

/* Half of it gets there, and nobody is told how much. */
#define WRITES(name, file, bytes, count, ...)                              \
    int error = is_refused(file);                                          \
    if (error) REFUSE(error);                                              \
    if (fails(TORN, file)) {                                               \
        (void)!REAL(name)(file, bytes, (count) / 2, ##__VA_ARGS__);        \
        REFUSE(EIO);                                                       \
    }                                                                      \
    return REAL(name)(file, bytes, count, ##__VA_ARGS__)

ssize_t write(int file, const void *bytes, size_t count) { WRITES(write, file, bytes, count); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { WRITES(pwrite, file, bytes, count, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) { WRITES(pwrite64, file, bytes, count, at); }

ssize_t writev(int file, const struct iovec *parts, int count) {
    int error = is_refused(file);
    if (error) REFUSE(error);
    return REAL(writev)(file, parts, count);
}

ssize_t read(int file, void *bytes, size_t count) {
    if (fails(READ, file)) REFUSE(EIO);
    return REAL(read)(file, bytes, count);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t at) {
    if (fails(READ, file)) REFUSE(EIO);
    return REAL(pread64)(file, bytes, count, at);
}

ssize_t pread(int file, void *bytes, size_t count, off_t at) {
    if (fails(READ, file)) REFUSE(EIO);
    return REAL(pread)(file, bytes, count, at);
}

static int is_bad(int file) {
    if (fails(SLOW, file)) usleep(300000);
    return fails(SYNC, file);
}

int fsync(int file) {
    if (is_bad(file)) REFUSE(EIO);
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    if (is_bad(file)) REFUSE(EIO);
    return REAL(fdatasync)(file);
}
