/*
 * The server that sockctl's are held against: epoll and the few calls that cannot be done without.
 * No events, no accounts, no queues: a peer that does not read makes it wait.
 *
 *   echo echo | reply | discard     listens on a free port of 127.0.0.1, until it is killed
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, BUFFER = 256 << 10 };

static int poller;

static void add(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
}

static int send_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            poll(&room, 1, -1);
        } else if (sent < 0) {
            return -1;
        } else {
            bytes += sent;
            count -= (size_t)sent;
        }
    }
    return 0;
}

static void serve(int fd, char service)
{
    static char buffer[BUFFER];
    ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count > 0 && service == 'e')
        count = send_all(fd, buffer, (size_t)count) == 0 ? 1 : -1;
    if (count > 0 && service == 'r') {
        count = send_all(fd, "x", 1) == 0 ? 1 : -1;
        shutdown(fd, SHUT_WR);
    }
    if (count <= 0)
        close(fd);
}

static void accept_all(int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
        add(fd);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        errx(2, "usage: echo echo | reply | discard");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0)
        err(1, "listen");
    poller = epoll_create1(EPOLL_CLOEXEC);
    add(listener);
    for (;;) {
        struct epoll_event events[BATCH];
        int count = epoll_wait(poller, events, BATCH, -1);
        for (int index = 0; index < count; index++) {
            if (events[index].data.fd == listener)
                accept_all(listener);
            else
                serve(events[index].data.fd, argv[1][0]);
        }
    }
}
