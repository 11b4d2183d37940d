/*
 * What datagrams need beyond the Glibc module: several in one call, the control
 * messages that tell where one was sent, and the error queue.
 */
#ifndef CLINUX_DATAGRAMS_H
#define CLINUX_DATAGRAMS_H

#include <time.h>
#include <linux/errqueue.h>
#include <stdint.h>
#include <sys/socket.h>

/* Declared by glibc only under _GNU_SOURCE. */
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};
extern int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);

/* <netinet/in.h>: the same for IPv4 and IPv6. */
struct clinux_group_request {
    uint32_t interface;
    struct sockaddr_storage group;
};
struct clinux_group_source_request {
    uint32_t interface;
    struct sockaddr_storage group;
    struct sockaddr_storage source;
};
static const int32_t clinux_join_group = 42;        /* MCAST_JOIN_GROUP */
static const int32_t clinux_join_source_group = 46; /* MCAST_JOIN_SOURCE_GROUP */

/* Enumerations, whose members Swift sees with several types. */
static const int32_t clinux_error_queue = MSG_ERRQUEUE;
static const int32_t clinux_truncated = MSG_TRUNC;
static const int32_t clinux_dont_wait = MSG_DONTWAIT;
static const int32_t clinux_no_signal = MSG_NOSIGNAL;

#endif
