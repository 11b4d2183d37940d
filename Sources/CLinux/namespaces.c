#define _GNU_SOURCE
#include "clinux_namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* 1 if the user namespace was entered as well. */
static int enter(int network) {
    if (setns(network, CLONE_NEWNET) == 0) return 0;
    if (errno != EPERM) return -errno;
    int user = ioctl(network, NS_GET_USERNS);
    if (user < 0) return -EPERM;
    int dumpable = prctl(PR_GET_DUMPABLE);
    int result = 1;
    if (setns(user, CLONE_NEWUSER) != 0 || setns(network, CLONE_NEWNET) != 0) {
        /* EINVAL: it is in that user namespace already, and has no rights there. */
        result = errno == EINVAL ? -EPERM : -errno;
    }
    close(user);
    /* The new rights have taken it away, and with it who owns /proc/self. They are rights over what is ours. */
    if (dumpable == 1) prctl(PR_SET_DUMPABLE, 1);
    return result;
}

int clinux_enter_network(int network) {
    int result = enter(network);
    return result < 0 ? result : 0;
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

/* The answer of the child: an errno, negative, or whether the user namespace was entered, and then the socket. */
static void answer(int channel, int result, int made) {
    union control control;
    struct iovec part = {&result, sizeof result};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (result >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof made);
        memcpy(CMSG_DATA(&control.header), &made, sizeof made);
    }
    while (sendmsg(channel, &message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

static int receive(int channel, int *entered_user) {
    union control control;
    int result = 0;
    struct iovec part = {&result, sizeof result};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes};
    ssize_t length;
    do {
        message.msg_controllen = sizeof control.bytes;
        length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0) return -errno;
    /* Somebody has killed the child. */
    if (length != sizeof result) return -ESRCH;
    if (result < 0) return result;
    /* There was no room for one more descriptor here. */
    if (message.msg_controllen < CMSG_LEN(sizeof(int))) return -EMFILE;
    *entered_user = result;
    memcpy(&result, CMSG_DATA(&control.header), sizeof result);
    return result;
}

/* The same without a child, a hundred times as fast, for who may come back: who has rights over the namespace that it
 * is in, may enter it again. -EPERM for who may not. */
static int visit(int network, int family, int type, int protocol) {
    int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (own < 0) return -EPERM;
    int result = -EPERM;
    if (setns(own, CLONE_NEWNET) == 0) {
        if (setns(network, CLONE_NEWNET) == 0) {
            result = socket(family, type | SOCK_CLOEXEC, protocol);
            if (result < 0) result = -errno;
            while (setns(own, CLONE_NEWNET) != 0 && errno == ENOMEM) sched_yield();
        } else {
            result = -errno;
        }
    }
    close(own);
    return result;
}

int clinux_socket_in_network(int network, int family, int type, int protocol, int *entered_user) {
    *entered_user = 0;
    int visited = visit(network, family, type, protocol);
    if (visited != -EPERM) return visited;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
    pid_t child = fork();
    if (child == 0) {
        int result = enter(network);
        int made = -1;
        if (result >= 0) {
            made = socket(family, type | SOCK_CLOEXEC, protocol);
            if (made < 0) result = -errno;
        }
        answer(pair[1], result, made);
        _exit(0);
    }
    int result = child < 0 ? -errno : 0;
    close(pair[1]);
    if (child > 0) {
        result = receive(pair[0], entered_user);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    close(pair[0]);
    return result;
}

int clinux_own_mounts(void) {
    if (unshare(CLONE_FS | CLONE_NEWNS) != 0) return -errno;
    return mount("", "/", NULL, MS_SLAVE | MS_REC, NULL) != 0 ? -errno : 0;
}

int clinux_bind_file(const char *source, const char *target) {
    return mount(source, target, NULL, MS_BIND, NULL) != 0 ? -errno : 0;
}

int clinux_is_first_thread(void) { return syscall(SYS_gettid) == getpid(); }

int clinux_interface_name(int socket, unsigned int index, char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    request.ifr_ifindex = (int)index;
    if (ioctl(socket, SIOCGIFNAME, &request) != 0) return -errno;
    memcpy(name, request.ifr_name, IFNAMSIZ);
    return 0;
}
