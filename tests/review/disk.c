/* A disk that writes down what is done to it, or fails the Nth thing. Preloaded into a process under test.
 *
 * DISK_ROOT   only files below this folder count
 * DISK_LOG    file that gets, for each operation: kind, path, offset, length, bytes
 * DISK_FAIL   number of the operation that fails, counted from 1; DISK_ERRNO with which error; DISK_ONCE=1 only that one
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 4096
static char *paths[MOST];
static long counted;
static int out = -2;

static int ours(const char *path) {
    const char *root = getenv("DISK_ROOT");
    return root && path && strncmp(path, root, strlen(root)) == 0;
}

static int fails(void) {
    const char *at = getenv("DISK_FAIL");
    counted++;
    if (!at) return 0;
    long n = atol(at);
    if (counted == n || (counted > n && !getenv("DISK_ONCE"))) {
        const char *code = getenv("DISK_ERRNO");
        errno = code ? atoi(code) : EIO;
        return 1;
    }
    return 0;
}

static void tell(char kind, const char *path, int64_t offset, const void *bytes, int64_t length) {
    const char *log = getenv("DISK_LOG");
    if (!log) return;
    ssize_t (*put)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    int (*opening)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    if (out == -2) out = opening(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int64_t head[3] = {(int64_t)strlen(path), offset, length};
    put(out, &kind, 1);
    put(out, head, sizeof head);
    put(out, path, strlen(path));
    if (bytes && length) put(out, bytes, (size_t)length);
}

static int remember(int fd, const char *path) {
    if (fd >= 0 && fd < MOST) {
        free(paths[fd]);
        paths[fd] = ours(path) ? strdup(path) : NULL;
    }
    return fd;
}

static const char *of(int fd) { return fd >= 0 && fd < MOST ? paths[fd] : NULL; }

#define OPEN(name)                                                                    \
    int name(const char *path, int flags, ...) {                                      \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);                \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, int); va_end(more); \
        if ((flags & O_CREAT) && ours(path) && fails()) return -1;                    \
        return remember(real(path, flags, mode), path);                               \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < MOST) { free(paths[fd]); paths[fd] = NULL; }
    return real(fd);
}

#define PWRITE(name)                                                                  \
    ssize_t name(int fd, const void *bytes, size_t length, off_t offset) {            \
        ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, #name);  \
        if (!of(fd)) return real(fd, bytes, length, offset);                          \
        if (fails()) { if (errno == ENOSPC && length > 512) real(fd, bytes, 512, offset); return -1; } \
        ssize_t done = real(fd, bytes, length, offset);                               \
        if (done > 0) tell('w', of(fd), offset, bytes, done);                         \
        return done;                                                                  \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t length) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    const char *path = of(fd);
    if (!path) return real(fd, bytes, length);
    if (strstr(path, ".ack")) { tell('a', path, 0, bytes, (int64_t)length); return real(fd, bytes, length); }
    if (fails()) return -1;
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t done = real(fd, bytes, length);
    if (done > 0) tell('w', path, at, bytes, done);
    return done;
}

#define SYNC(name)                                                                    \
    int name(int fd) {                                                                \
        int (*real)(int) = dlsym(RTLD_NEXT, #name);                                   \
        if (!of(fd)) return real(fd);                                                 \
        if (fails()) return -1;                                                       \
        tell('s', of(fd), 0, NULL, 0);                                                \
        return 0;                                                                     \
    }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(name)                                                                \
    int name(int fd, off_t length) {                                                  \
        int (*real)(int, off_t) = dlsym(RTLD_NEXT, #name);                            \
        if (!of(fd)) return real(fd, length);                                         \
        if (fails()) return -1;                                                       \
        tell('t', of(fd), length, NULL, 0);                                           \
        return real(fd, length);                                                      \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

int unlink(const char *path) {
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    if (!ours(path)) return real(path);
    if (fails()) return -1;
    tell('u', path, 0, NULL, 0);
    return real(path);
}
