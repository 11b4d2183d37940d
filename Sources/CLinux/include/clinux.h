/*
 * What the Glibc module of Swift does not import: calls and constants that need
 * _GNU_SOURCE, variadic calls, and macros. Only declarations and inline wrappers;
 * nothing here decides anything.
 */
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/un.h>
#include <linux/sockios.h>

/* Declared by glibc only under _GNU_SOURCE. */
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern int pipe2(int fds[2], int flags);
extern ssize_t splice(int in, int64_t *in_offset, int out, int64_t *out_offset, size_t length,
                      unsigned int flags);
extern char *secure_getenv(const char *name);
extern const char *strerrorname_np(int code);
extern const char *strerrordesc_np(int code);
extern const char *sigabbrev_np(int signal);

/* <fcntl.h> under _GNU_SOURCE. */
#define CLINUX_SPLICE_F_MOVE 1u
#define CLINUX_SPLICE_F_NONBLOCK 2u
#define CLINUX_F_SETPIPE_SZ 1031
#define CLINUX_F_GETPIPE_SZ 1032

/* ioctl(2) is variadic. */
static inline int clinux_ioctl_int(int fd, unsigned long request, int *value) {
    return ioctl(fd, request, value);
}
static inline int clinux_queue_in(int fd, int *value) { return ioctl(fd, SIOCINQ, value); }
static inline int clinux_queue_out(int fd, int *value) { return ioctl(fd, SIOCOUTQ, value); }
static inline int clinux_terminal_size(int fd, unsigned short *columns, unsigned short *rows) {
    struct winsize size = {0};
    int result = ioctl(fd, TIOCGWINSZ, &size);
    if (result == 0) {
        *columns = size.ws_col;
        *rows = size.ws_row;
    }
    return result;
}

/* EPOLL* are an enum whose members Swift sees with several types. */
static const uint32_t clinux_epoll_in = EPOLLIN;
static const uint32_t clinux_epoll_out = EPOLLOUT;
static const uint32_t clinux_epoll_err = EPOLLERR;
static const uint32_t clinux_epoll_hup = EPOLLHUP;
static const uint32_t clinux_epoll_rdhup = EPOLLRDHUP;
static const uint32_t clinux_epoll_et = EPOLLET;

static inline unsigned int clinux_major(dev_t device) { return major(device); }
static inline unsigned int clinux_minor(dev_t device) { return minor(device); }

#endif
