/*
 * What inspecting the sockets of others needs: descriptors of other processes, the
 * directory entries of /proc, and the kernel's socket diagnostics over netlink.
 */
#ifndef CLINUX_INSPECTION_H
#define CLINUX_INSPECTION_H

#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <sys/types.h>
#include <unistd.h>

/* Declared by glibc only under _GNU_SOURCE. */
extern ssize_t getdents64(int fd, void *buffer, size_t length);

/* The timeout in nanoseconds; glibc has it since 2.35 only. */
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
static inline int clinux_epoll_pwait2(
    int fd, struct epoll_event *events, int count, const struct timespec *timeout)
{
    return (int)syscall(SYS_epoll_pwait2, fd, events, count, timeout, (void *)0, 0ul);
}

/* syscall(2) is variadic, and glibc 2.36 has these two under _GNU_SOURCE only. */
static inline int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0u); }
/* PIDFD_THREAD, since Linux 6.9; EINVAL before. */
static inline int clinux_pidfd_open_thread(pid_t thread) {
    return (int)syscall(SYS_pidfd_open, thread, (unsigned)O_EXCL);
}
static inline int clinux_pidfd_getfd(int pidfd, int fd) {
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0u);
}

/* ioctl(2) is variadic. */
static inline int clinux_queue_not_sent(int fd, int *value) { return ioctl(fd, SIOCOUTQNSD, value); }

/* Enumerations without a name, whose members Swift sees with several types. */
static const uint16_t clinux_diag_info = INET_DIAG_INFO;
static const uint16_t clinux_diag_congestion = INET_DIAG_CONG;
static const uint16_t clinux_diag_tos = INET_DIAG_TOS;
static const uint16_t clinux_diag_traffic_class = INET_DIAG_TCLASS;
static const uint16_t clinux_diag_memory = INET_DIAG_SKMEMINFO;
static const uint16_t clinux_diag_shutdown = INET_DIAG_SHUTDOWN;
static const uint16_t clinux_diag_layer = INET_DIAG_ULP_INFO;
static const uint16_t clinux_diag_layer_mptcp = INET_ULP_INFO_MPTCP;
/* MPTCP_SUBFLOW_ATTR_TOKEN_LOC in linux/mptcp.h, which is not everywhere. */
static const uint16_t clinux_mptcp_token = 2;
static const uint16_t clinux_diag_v6only = INET_DIAG_SKV6ONLY;
static const uint16_t clinux_diag_mark = INET_DIAG_MARK;
static const uint16_t clinux_diag_request_protocol = INET_DIAG_REQ_PROTOCOL;
static const uint16_t clinux_diag_request_bytecode = INET_DIAG_REQ_BYTECODE;

/* The operations of such bytecode. */
static const uint8_t clinux_bytecode_jump = INET_DIAG_BC_JMP;
static const uint8_t clinux_bytecode_local_at_least = INET_DIAG_BC_S_GE;
static const uint8_t clinux_bytecode_local_at_most = INET_DIAG_BC_S_LE;
static const uint8_t clinux_bytecode_peer_at_least = INET_DIAG_BC_D_GE;
static const uint8_t clinux_bytecode_peer_at_most = INET_DIAG_BC_D_LE;
static const uint8_t clinux_bytecode_local_address = INET_DIAG_BC_S_COND;
static const uint8_t clinux_bytecode_peer_address = INET_DIAG_BC_D_COND;
static const uint16_t clinux_unix_name = UNIX_DIAG_NAME;
static const uint16_t clinux_unix_file = UNIX_DIAG_VFS;
static const uint16_t clinux_unix_peer = UNIX_DIAG_PEER;
static const uint16_t clinux_unix_queues = UNIX_DIAG_RQLEN;
static const uint16_t clinux_unix_memory = UNIX_DIAG_MEMINFO;
static const uint16_t clinux_unix_shutdown = UNIX_DIAG_SHUTDOWN;
static const uint16_t clinux_unix_uid = UNIX_DIAG_UID;
static const uint16_t clinux_netlink_memory = NETLINK_DIAG_MEMINFO;
static const uint16_t clinux_packet_info = PACKET_DIAG_INFO;
static const uint16_t clinux_packet_uid = PACKET_DIAG_UID;
static const uint16_t clinux_packet_memory = PACKET_DIAG_MEMINFO;

#endif
